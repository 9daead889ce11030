/* admit: who may come in by which door, and what a walk pass reaches.
 *
 *   key      the cookie of whoever opened the printed address: everything, by the page's
 *            own door and the hub's TLS door
 *   token    a paired tablet: what sync/PROTOCOL.md has, by the TLS door
 *   pass     a phone: notes, edits, withdrawals, witnesses and photos of one walk, and
 *            reading it; by the TLS door, or the plain one, as its cookie was made
 *
 * A pass is checked here against what the path names, so that no handler can forget it;
 * only a new point's walk, which stands in the body, is looked at where it is read.
 */
#include "walker/api.h"

#include "core/base/digest.h"
#include "core/base/text.h"
#include "core/store/local/device.h"
#include "core/store/observation.h"

#include <stdio.h>
#include <string.h>

static bool admit_device(struct http_request *q, struct walker_actor *who,
                         struct err *err)
{
    struct device d;
    if (!device_of_token(q->worker, http_bearer(q), &d, err) ||
        !device_touch(q->worker, &d, err))
        return false;
    snprintf(who->id, sizeof who->id, "%s", d.id);
    who->device.device = who->id;
    memcpy(who->device.origin, d.origin, RECORD_ORIGIN);
    return true;
}

/* ---- what a pass reaches --------------------------------------------------------- */

static bool reaches_walk(struct http_request *q, const struct pass *p, struct err *err)
{
    struct walk w;
    return walk_find(q->worker, q->arena, q->part[0], &w, err) &&
           (strcmp(w.id, p->walk) == 0 ||
            err_set(err, ERR_NOT_FOUND, "walk.unknown", q->part[0], NULL));
}

/* A point that is not there yet may be made. */
static bool reaches_point(struct http_request *q, const struct pass *p, struct err *err)
{
    struct observation o;
    struct err absent = ERR_INIT;
    if (observation_find(q->worker, q->arena, q->part[0], &o, &absent))
        return strcmp(o.walk, p->walk) == 0 ||
               err_set(err, ERR_NOT_FOUND, "observation.unknown", q->part[0], NULL);
    bool new = strcmp(q->method, "PUT") == 0 &&
               !strchr(q->path + strlen("/api/v1/observations/"), '/');
    if (absent.code == ERR_NOT_FOUND && new)
        return true;
    *err = absent;
    return false;
}

static const char sql_photo_of_walk[] =
    "SELECT count(*) FROM photo p JOIN observation o ON o.id = p.observation"
    " JOIN blob b ON b.sha256 = p.sha256"
    " WHERE p.sha256 = ?1 AND o.walk = ?2 AND o.withdrawn = 0 AND b.cleared = 1";

/* Never the original, and none that is held back until somebody has looked it through. */
static bool reaches_photo(struct http_request *q, const struct pass *p, struct err *err)
{
    struct store *s = q->worker;
    size_t len = strlen(q->path);
    int64_t n = 0;
    bool small = len > 9 && strcmp(q->path + len - 9, "/original") != 0;
    if (small && digest_is_hex(q->part[0]) &&
        !db_number(&s->db, &n, 0, err, sql_photo_of_walk, "ss", q->part[0], p->walk))
        return false;
    return n > 0 || err_set(err, ERR_NOT_FOUND, "photo.unknown", q->part[0], NULL);
}

static bool within_pass(struct http_request *q, const struct pass *p, struct err *err)
{
    static const struct {
        const char *prefix;
        bool (*reaches)(struct http_request *q, const struct pass *p, struct err *err);
    } scopes[] = {{"/api/v1/walks/", reaches_walk},
                  {"/api/v1/observations/", reaches_point},
                  {"/api/v1/photos/", reaches_photo}};
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
        (http_bearer(q) || access == ACCESS_DEVICE))
        return admit_device(q, who, err);
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
