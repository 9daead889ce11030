/* admit: who may come in by which door, and what a walk pass reaches.
 *
 *   key      the cookie of whoever opened the printed address: everything, by the page's
 *            own door and the hub's TLS door
 *   token    a paired tablet: what sync/PROTOCOL.md has, by the TLS door
 *   pass     a phone: notes, edits, withdrawals, witnesses and photos of one walk, what
 *            is said there of last time's points and of lamps, answers to how safe it
 *            feels, that the acute page was shown, and reading all that; by the TLS door,
 *            or the plain one, as its cookie was made
 *
 * A pass is checked here against what the path names, so that no handler can forget it.
 * What stands in the body (a new point's walk, the point a verdict is about) is asked here
 * too, by walker_pass_* from where it is read.
 *
 * Of what only the police may see a phone is told nothing, but it may say more of it by its
 * whole id, which is known to whoever made it: a witness of a crime loses no word. Such a
 * deed is answered 204 (api_points.c).
 */
#include "walker/api.h"

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/store/acute.h"
#include "core/store/admission.h"
#include "core/store/lamp.h"
#include "core/store/last.h"
#include "core/store/local/device.h"
#include "core/store/verdict.h"

#include <stdio.h>
#include <string.h>

/* Whom the registry shut out is shut out here too, once its signed word has come: he may
 * read that word, or bring a newer one, and nothing else. */
static bool admit_device(struct http_request *q, struct walker_actor *who,
                         unsigned access, struct err *err)
{
    struct device d;
    bool revoked;
    if (!device_of_token(q->worker, http_bearer(q), &d, err) ||
        !admission_is_revoked(q->worker, d.origin, &revoked, err))
        return false;
    if (revoked && access != ACCESS_SHUT_OUT)
        return err_set(err, ERR_DENIED, "device.revoked", d.name, NULL);
    if (!device_touch(q->worker, &d, err))
        return false;
    who->device.revoked = revoked;
    snprintf(who->id, sizeof who->id, "%s", d.id);
    who->device.device = who->id;
    memcpy(who->device.origin, d.origin, RECORD_ORIGIN);
    return true;
}

/* ---- what a pass reaches --------------------------------------------------------- */

static bool reaches_walk(struct http_request *q, const struct pass *p, struct err *err)
{
    const char *walk;
    return walk_id(q->worker, q->arena, q->part[0], &walk, err) &&
           (strcmp(walk, p->walk) == 0 ||
            err_set(err, ERR_NOT_FOUND, "walk.unknown", q->part[0], NULL));
}

static bool point_unknown(const char *id, struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "observation.unknown", id, NULL);
}

static bool is_kept_from_phones(const struct observation *o)
{
    return observation_police_only(o->category, o->conflicts);
}

/* Is it one of the points last time, which the group looks at again? */
struct looked_for {
    const char *id;
    bool found;
};

static bool is_it(const struct last_point *p, void *data, struct err *err)
{
    struct looked_for *x = data;
    (void)err;
    x->found = x->found || strcmp(p->o.id, x->id) == 0;
    return true;
}

static bool is_of_last_time(struct store *s, const char *walk, const char *observation,
                            bool *ret, struct err *err)
{
    struct looked_for x = {observation, false};
    if (!last_near(s, walk, is_it, &x, err))
        return false;
    *ret = x.found;
    return true;
}

/* A point that is not there yet may be made, and be on a screen before it is. Of last time's,
 * which a phone is shown beside its new one, it may say that it is the same. */
static bool reaches_point(struct http_request *q, const struct pass *p, struct err *err)
{
    struct observation o;
    struct err absent = ERR_INIT;
    if (observation_find(q->worker, q->arena, q->part[0], &o, &absent)) {
        bool only_told = strcmp(q->method, "GET") != 0 && strcmp(q->part[0], o.id) == 0;
        bool ours = strcmp(o.walk, p->walk) == 0;
        if (!ours && text_ends(q->path, "/witness") &&
            !is_of_last_time(q->worker, p->walk, o.id, &ours, err))
            return false;
        return (ours && (only_told || !is_kept_from_phones(&o))) ||
               point_unknown(q->part[0], err);
    }
    bool new = strcmp(q->method, "PUT") == 0 &&
               (!strchr(q->path + strlen("/api/v1/observations/"), '/') ||
                text_ends(q->path, "/screen"));
    if (absent.code == ERR_NOT_FOUND && new)
        return true;
    *err = absent;
    return false;
}

static const char sql_photo_of_walk[] =
    "SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"
    " JOIN blob b ON b.sha256 = p.sha256"
    " WHERE p.sha256 = ?1 AND o.walk = ?2 AND o.withdrawn = 0 AND b.cleared = 1"
    " AND o.category <> ?3 AND (o.conflicts IS NULL OR o.conflicts NOT LIKE ?4)";
static const char sql_photo_before[] =
    "SELECT DISTINCT p.observation FROM photo p WHERE p.sha256 = ?1 AND NOT EXISTS"
    " (SELECT 1 FROM blob b WHERE b.sha256 = p.sha256 AND b.cleared = 0)";

/* The old picture that is held beside what one sees now. */
static bool is_photo_of_last_time(struct http_request *q, const struct pass *p,
                                  bool *ret, struct err *err)
{
    struct store *s = q->worker;
    struct db_rows rows;
    const char *of[16];
    size_t n = 0;
    if (!db_query(&s->db, &rows, err, sql_photo_before, "s", q->part[0]))
        return false;
    while (n < sizeof of / sizeof of[0] && db_next(&rows, err))
        of[n++] = db_text(&rows, q->arena, 0);
    bool ok = db_done(&rows);
    for (size_t i = 0; ok && !*ret && i < n; i++)
        ok = is_of_last_time(s, p->walk, of[i], ret, err);
    return ok;
}

/* Never the original, none that is held back until somebody has looked it through, and none
 * of a point that only the police may see. */
static bool reaches_photo(struct http_request *q, const struct pass *p, struct err *err)
{
    struct store *s = q->worker;
    size_t len = strlen(q->path);
    int64_t n = 0;
    bool before = false;
    bool small = len > 9 && strcmp(q->path + len - 9, "/original") != 0;
    if (small && digest_is_hex(q->part[0]) &&
        (!db_number(&s->db, &n, 0, err, sql_photo_of_walk, "ssss", q->part[0], p->walk,
                    OBSERVATION_POLICE_ONLY, "%\"" OBSERVATION_POLICE_ONLY "\"%") ||
         (n == 0 && !is_photo_of_last_time(q, p, &before, err))))
        return false;
    return n > 0 || before ||
           err_set(err, ERR_NOT_FOUND, "photo.unknown", q->part[0], NULL);
}

/* What has an id of its own and says in its body which walk it is about: one that is not
 * there yet may be made, one of another walk is none of the phone's. */
static bool same_walk(const char *walk, const char *name, const struct pass *p,
                      struct err *err)
{
    return !walk || strcmp(walk, p->walk) == 0 ||
           err_set(err, ERR_NOT_FOUND, "pass.other_walk", name, NULL);
}

static bool reaches_verdict(struct http_request *q, const struct pass *p,
                            struct err *err)
{
    const char *walk;
    return verdict_walk(q->worker, q->arena, q->part[0], &walk, err) &&
           same_walk(walk, q->part[0], p, err);
}

static bool reaches_acute(struct http_request *q, const struct pass *p, struct err *err)
{
    const char *walk;
    return acute_walk(q->worker, q->arena, q->part[0], &walk, err) &&
           same_walk(walk, q->part[0], p, err);
}

static bool reaches_look(struct http_request *q, const struct pass *p, struct err *err)
{
    struct lamp_look l;
    struct err absent = ERR_INIT;
    if (lamp_look_find(q->worker, q->arena, q->part[0], &l, &absent))
        return same_walk(l.walk, q->part[0], p, err);
    if (absent.code == ERR_NOT_FOUND)
        return true;
    *err = absent;
    return false;
}

static bool within_pass(struct http_request *q, const struct pass *p, struct err *err)
{
    static const struct {
        const char *prefix;
        bool (*reaches)(struct http_request *q, const struct pass *p, struct err *err);
    } scopes[] = {
        {"/api/v1/walks/", reaches_walk},   {"/api/v1/observations/", reaches_point},
        {"/api/v1/photos/", reaches_photo}, {"/api/v1/verdicts/", reaches_verdict},
        {"/api/v1/acute/", reaches_acute},  {"/api/v1/lamp-looks/", reaches_look}};
    for (size_t i = 0; i < sizeof scopes / sizeof scopes[0]; i++)
        if (text_starts(q->path, scopes[i].prefix))
            return scopes[i].reaches(q, p, err);
    return true;
}

/* By names of their own, because browsers share cookies between the ports of a host. */
const char *walker_key_name(const struct http_request *q)
{
    return q->door == DOOR_HUB ? "lygte_walker_tls" : "lygte_walker";
}

const char *walker_pass_cookie(const struct http_request *q)
{
    return http_cookie(q, q->door == DOOR_PLAIN ? "lygte_pass_plain" : "lygte_pass");
}

/* Lygte-Waiting tells how much a phone still has in its outbox. */
static bool admit_pass(struct http_request *q, struct walker_actor *who, bool *ret_good,
                       struct err *err)
{
    const char *cookie = walker_pass_cookie(q);
    const char *told = http_header(q, "Lygte-Waiting");
    int64_t waiting;
    if (!pass_of_cookie(q->worker, cookie, q->door == DOOR_PLAIN, &who->pass, ret_good,
                        err))
        return false;
    who->has_pass = *ret_good;
    if (!*ret_good)
        return true;
    if (told && text_int(told, &waiting) && waiting >= 0 && waiting < 100000 &&
        !pass_heard(q->worker, cookie, waiting, err))
        return false;
    return within_pass(q, &who->pass, err);
}

/* ---- admitting ------------------------------------------------------------------- */

/* --open asks nobody (loopback only). Neither key nor token is good for anything by the
 * plain door: there anybody could have heard it. */
bool walker_admit(struct http_request *q, unsigned access, struct err *err)
{
    const struct walker_app *app = q->app;
    const char *cookie = http_cookie(q, walker_key_name(q));
    struct walker_actor *who = arena_alloc(q->arena, sizeof *who);
    bool good = false;
    q->actor = who;
    if (access == ACCESS_OPEN || (app->open && q->door == DOOR_PAGE))
        return true;
    if ((access & ACCESS_DEVICE) && q->door == DOOR_HUB &&
        (http_bearer(q) || !(access & (ACCESS_KEY | ACCESS_PASS))))
        return admit_device(q, who, access, err);
    if ((access & ACCESS_KEY) && q->door != DOOR_PLAIN && cookie &&
        strlen(cookie) == 64 && !keys_good(q->worker, cookie, &good, err))
        return false;
    if (!good && (access & ACCESS_PASS) && q->door != DOOR_PAGE &&
        !admit_pass(q, who, &good, err))
        return false;
    return good || err_set(err, ERR_UNAUTHENTICATED,
                           q->door == DOOR_PAGE ? "key.needed" : "pass.needed", NULL);
}

const struct pass *walker_pass(const struct http_request *q)
{
    const struct walker_actor *who = q->actor;
    return who && who->has_pass ? &who->pass : NULL;
}

bool walker_pass_walk(const struct http_request *q, const char *walk, struct err *err)
{
    const struct pass *p = walker_pass(q);
    return !p || strcmp(p->walk, walk) == 0 ||
           err_set(err, ERR_NOT_FOUND, "walk.unknown", walk, NULL);
}

bool walker_pass_hides(const struct http_request *q, const struct observation *o)
{
    return walker_pass(q) && is_kept_from_phones(o);
}

static bool of_my_walk(struct http_request *q, const char *observation, bool to_see,
                       struct err *err)
{
    const struct pass *p = walker_pass(q);
    struct observation o;
    if (!p || !observation)
        return true;
    return observation_find(q->worker, q->arena, observation, &o, err) &&
           ((strcmp(o.walk, p->walk) == 0 && !(to_see && is_kept_from_phones(&o))) ||
            point_unknown(observation, err));
}

bool walker_pass_point(struct http_request *q, const char *observation, struct err *err)
{
    return of_my_walk(q, observation, false, err);
}

bool walker_pass_sees(struct http_request *q, const char *observation, struct err *err)
{
    return of_my_walk(q, observation, true, err);
}

bool walker_pass_joins(struct http_request *q, const char *observation, struct err *err)
{
    const struct pass *p = walker_pass(q);
    bool last = false;
    if (p && !is_of_last_time(q->worker, p->walk, observation, &last, err))
        return false;
    return last || walker_pass_sees(q, observation, err);
}

bool walker_pass_last(struct http_request *q, const char *observation, struct err *err)
{
    const struct pass *p = walker_pass(q);
    bool found = true;
    if (p && !is_of_last_time(q->worker, p->walk, observation, &found, err))
        return false;
    return found || point_unknown(observation, err);
}

/* What the hub writes for a phone is a participant's word, whatever the phone says. */
bool walker_by_of(struct http_request *q, const char **role, const char **org,
                  struct err *err)
{
    if (!walker_pass(q))
        return walker_by(q->worker, q->arena, role, org, err);
    *role = "participant";
    *org = "";
    return true;
}
