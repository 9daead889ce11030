/* issue: see the header. */
#include "core/store/issue.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/area.h"
#include "core/store/fold.h"
#include "core/store/hold.h"
#include "core/store/issue_merge.h"

#include <stdio.h>
#include <string.h>

/* ---- states ---------------------------------------------------------------------- */

/* records.md 2. next: what a person may choose from here. A state that asks for a reason
 * means nothing to others without one. */
static const struct state {
    const char *name, *next;
    bool closed, asks_why;
} states[] = {
    {"open", "triaged cancelled acknowledged duplicate no_action", false, false},
    {"triaged", "sent no_action duplicate referred cancelled", false, false},
    {"sent", "accepted returned waiting referred", false, false},
    {"accepted", "planned started done no_action referred", false, false},
    {"returned", "triaged", false, true},
    {"waiting", "sent accepted planned", false, true},
    {"planned", "started done waiting", false, true},
    {"started", "done waiting", false, false},
    {"done", "confirmed reopened", true, false},
    {"confirmed", "reopened", true, true},
    {"no_action", "reopened", true, true},
    {"referred", "done no_action", true, true},
    {"duplicate", "triaged", true, true},
    {"cancelled", "", true, true},
    {"reopened", "sent accepted", false, true},
    {"acknowledged", "triaged", true, false},
};

static const struct state *state_of(const char *name)
{
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(states[i].name, name) == 0)
            return &states[i];
    return NULL;
}

bool issue_state_exists(const char *state)
{
    return state_of(state) != NULL;
}

bool issue_state_is_closed(const char *state)
{
    const struct state *row = state_of(state);
    return row && row->closed;
}

/* Is it a spot that works well? Only such a one is done with by being noted. */
static bool is_strength(const struct issue *i)
{
    char group[8];
    observation_group(i->category, group);
    return i->severity == 0 || strcmp(group, "POS") == 0;
}

static bool may_become(const struct issue *i, const char *state)
{
    const struct state *now = state_of(i->state);
    return now && field_word_in(state, now->next) &&
           (strcmp(state, "acknowledged") != 0 || is_strength(i));
}

/* ---- the fold -------------------------------------------------------------------- */

static const struct field open_fields[] = {
    {"observation", FIELD_UID, 0, 0, FIELD_REQUIRED, NULL},
    {"number", FIELD_TEXT, 1, 24, FIELD_REQUIRED, NULL},
    {"category", FIELD_TEXT, 3, 8, FIELD_REQUIRED, NULL},
    {"party", FIELD_TEXT, 2, 8, FIELD_REQUIRED, NULL},
    {"catalogue", FIELD_INT, 1, 1000000, FIELD_REQUIRED, NULL},
    {"severity", FIELD_INT, 0, 4, FIELD_NULLABLE, NULL},
    {"urgency", FIELD_WORD, 0, 0, FIELD_NULLABLE, "A B C D"},
};
static const struct field assign_fields[] = {
    {"party", FIELD_TEXT, 2, 8, FIELD_REQUIRED, NULL},
    {"category", FIELD_TEXT, 3, 8, 0, NULL},
    {"severity", FIELD_INT, 0, 4, FIELD_NULLABLE, NULL},
    {"urgency", FIELD_WORD, 0, 0, FIELD_NULLABLE, "A B C D"},
    {"person", FIELD_BOOL, 0, 0, 0, NULL},
};
static const struct field state_fields[] = {
    {"state", FIELD_TEXT, 2, 20, FIELD_REQUIRED, NULL},
    {"why", FIELD_TEXT, 0, 1000, FIELD_NULLABLE, NULL},
    {"person", FIELD_BOOL, 0, 0, 0, NULL},
};

static const char sql_issue_set[] =
    "INSERT INTO issue (id, founded, number, observation, category, party, catalogue,"
    " state, severity, urgency, touched, opened_ms, changed_ms, head, tick, why, "
    "decided)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, "
    "?17)"
    " ON CONFLICT (id) DO UPDATE SET founded = excluded.founded,"
    " number = excluded.number, observation = excluded.observation,"
    " category = excluded.category, party = excluded.party,"
    " catalogue = excluded.catalogue, state = excluded.state,"
    " severity = excluded.severity, urgency = excluded.urgency,"
    " touched = excluded.touched, opened_ms = excluded.opened_ms,"
    " changed_ms = excluded.changed_ms, head = excluded.head, tick = excluded.tick,"
    " why = excluded.why, decided = excluded.decided";
static const char sql_issue_drop[] = "DELETE FROM issue WHERE id = ?1";

struct row {
    const cJSON *open;
    const cJSON *said; /* who spoke last of category, severity and urgency */
    const char *category, *party, *state, *why;
    int64_t opened_ms, changed_ms, tick;
    bool touched, decided;
};

static void gather(struct row *r, const struct fold_entry *e)
{
    const char *kind = e->record.kind;
    if (strcmp(kind, "issue.open") == 0 && !r->open) {
        r->open = r->said = e->body;
        r->category = json_text(e->body, "category");
        r->party = json_text(e->body, "party");
        r->opened_ms = e->record.at_ms;
        r->tick = e->record.tick;
    } else if (strcmp(kind, "issue.assign") == 0) {
        r->party = json_text(e->body, "party");
        if (json_text(e->body, "category")) { /* it follows its observation */
            r->category = json_text(e->body, "category");
            r->said = e->body;
        }
    } else if (strcmp(kind, "issue.state") == 0) {
        r->state = json_text(e->body, "state");
        r->why = json_text(e->body, "why");
        r->decided = json_true(e->body, "person");
    }
    r->touched |= json_true(e->body, "person");
    r->changed_ms = e->record.at_ms;
}

static bool issue_fold(const struct fold_call *call, struct err *err)
{
    if (call->count == 0)
        return db_run(call->db, err, sql_issue_drop, "s", call->subject);
    struct row r = {.state = "open", .opened_ms = DB_NULL, .tick = DB_NULL};
    for (size_t i = 0; i < call->count; i++)
        gather(&r, &call->entry[i]);
    return db_run(call->db, err, sql_issue_set, "sissssxsxsixisxsi", call->subject,
                  (int64_t)(r.open != NULL), json_text(r.open, "number"),
                  json_text(r.open, "observation"), r.category, r.party,
                  json_int(r.open, "catalogue", DB_NULL), r.state,
                  json_int(r.said, "severity", DB_NULL), json_text(r.said, "urgency"),
                  (int64_t)r.touched, r.opened_ms, r.changed_ms,
                  call->entry[call->count - 1].hash, r.tick, r.why, (int64_t)r.decided);
}

static const struct fold_kind issue_kinds[] = {
    {"issue.open", open_fields, FIELD_COUNT(open_fields), FOLD_REGISTRY},
    {"issue.assign", assign_fields, FIELD_COUNT(assign_fields), FOLD_REGISTRY},
    {"issue.state", state_fields, FIELD_COUNT(state_fields), FOLD_REGISTRY},
};
const struct fold_noun issue_noun = {issue_kinds, FIELD_COUNT(issue_kinds), issue_fold};

/* ---- reading --------------------------------------------------------------------- */

#define ISSUE_COLUMNS                                                                  \
    "SELECT i.id, i.number, i.observation, i.category, i.party, i.state, i.urgency,"   \
    " i.head, i.severity, i.catalogue, i.opened_ms, i.changed_ms, i.touched, i.why,"   \
    " i.decided"                                                                       \
    " FROM issue i"

static void read_row(struct arena *a, struct db_rows *rows, struct issue *i)
{
    *i = (struct issue){
        .id = db_text(rows, a, 0),
        .number = db_text(rows, a, 1),
        .observation = db_text(rows, a, 2),
        .category = db_text(rows, a, 3),
        .party = db_text(rows, a, 4),
        .state = db_text(rows, a, 5),
        .urgency = db_text(rows, a, 6),
        .head = db_text(rows, a, 7),
        .severity = db_int_or(rows, 8, DB_NULL),
        .catalogue = db_int(rows, 9),
        .opened_ms = db_int(rows, 10),
        .changed_ms = db_int(rows, 11),
        .touched = db_int(rows, 12) != 0,
        .why = db_text(rows, a, 13),
        .decided = db_int(rows, 14) != 0,
    };
}

static const char sql_issue_by_id[] = ISSUE_COLUMNS " WHERE i.founded = 1 AND i.id = ?1";
static const char sql_issue_by_tail[] = ISSUE_COLUMNS
    " WHERE i.founded = 1 AND (i.id LIKE ?1 OR i.number = ?2) ORDER BY i.id LIMIT 2";

static bool find_exact(struct store *s, struct arena *a, const char *id, struct issue *ret,
                       struct err *err)
{
    struct db_rows rows;
    struct issue i = {.id = NULL};
    if (!db_query(&s->db, &rows, err, sql_issue_by_id, "s", id))
        return false;
    if (db_next(&rows, err))
        read_row(a, &rows, &i);
    if (!db_done(&rows))
        return false;
    *ret = i;
    return true;
}

bool issue_find(struct store *s, struct arena *a, const char *id, struct issue *ret,
                struct err *err)
{
    struct db_rows rows;
    struct issue found[2];
    size_t n = 0, len = strlen(id);
    if (len < 6 || len > 36)
        return err_set(err, ERR_NOT_FOUND, "issue.unknown", id, NULL);
    if (uid_is(id)) { /* whole, as most are: no need to look at all of them */
        if (!find_exact(s, a, id, &found[0], err))
            return false;
        if (!found[0].id)
            return err_set(err, ERR_NOT_FOUND, "issue.unknown", id, NULL);
        *ret = found[0];
        return true;
    }
    bool hex = strspn(id, "0123456789abcdef-") == len;
    const char *pattern = hex ? arena_printf(a, "%%%s", id) : "";
    if (!db_query(&s->db, &rows, err, sql_issue_by_tail, "ss", pattern, id))
        return false;
    while (n < 2 && db_next(&rows, err))
        read_row(a, &rows, &found[n++]);
    if (!db_done(&rows))
        return false;
    if (!uid_found_one(n, id, "issue.unknown", "issue.ambiguous", err))
        return false;
    *ret = found[0];
    return true;
}

/* ---- writing --------------------------------------------------------------------- */

static const char sql_number_next[] =
    "INSERT INTO short_number (year, last) VALUES (?1, 1)"
    " ON CONFLICT (year) DO UPDATE SET last = short_number.last + 1";
static const char sql_number_last[] = "SELECT last FROM short_number WHERE year = ?1";

/* AAL-26-0417: for paper and telephone. After a restore AAL-26-B0418: a number given
 * after the backup was made may stand on somebody's paper. */
static bool next_number(struct store *s, struct arena *a, char out[24], struct err *err)
{
    int year, month, day, hour, minute;
    int64_t last = 0;
    const char *letter;
    if (!store_setting(s, a, "restores", "", &letter, err))
        return false;
    clock_local(clock_utc_ms(), &year, &month, &day, &hour, &minute);
    if (!db_run(&s->db, err, sql_number_next, "i", (int64_t)year) ||
        !db_number(&s->db, &last, 0, err, sql_number_last, "i", (int64_t)year))
        return false;
    snprintf(out, 24, "AAL-%02d-%.1s%04lld", year % 100, letter, (long long)last);
    return true;
}

static const char *default_party(const struct catalogue *catalogue, const char *category)
{
    const struct catalogue_item *item = catalogue_item(catalogue, category);
    return item && item->party && *item->party ? item->party : "KOO";
}

/* What an issue takes over from its observation. */
static void write_facts(struct json_out *o, const struct observation *p)
{
    json_str(o, "category", p->category);
    if (p->severity != DB_NULL)
        json_num(o, "severity", p->severity);
    if (p->urgency)
        json_str(o, "urgency", p->urgency);
}

static bool write_open(struct store *s, struct arena *a, const struct catalogue *catalogue,
                       const char *id, const struct observation *o, struct err *err)
{
    char number[24];
    if (!next_number(s, a, number, err))
        return false;
    struct buf body = BUF_INIT;
    struct json_out out = JSON_OUT(&body);
    json_open(&out, NULL, '{');
    json_str(&out, "observation", o->id);
    json_str(&out, "number", number);
    write_facts(&out, o);
    json_str(&out, "party", default_party(catalogue, o->category));
    json_num(&out, "catalogue", catalogue->version);
    json_close(&out, '}');
    bool ok = hold_say(s, a, "issue.open", id, body.data, "registry", err);
    buf_release(&body);
    return ok;
}

/* followed: the observation that changed; NULL when a person chose the party. */
static bool write_assign(struct store *s, struct arena *a, const char *id,
                         const char *party, const struct observation *followed,
                         const char *by_role, struct err *err)
{
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    json_str(&o, "party", party);
    if (followed)
        write_facts(&o, followed);
    json_bool(&o, "person", !followed);
    json_close(&o, '}');
    bool ok = hold_say(s, a, "issue.assign", id, body.data, by_role, err);
    buf_release(&body);
    return ok;
}

static bool write_state(struct store *s, struct arena *a, const char *id,
                        const char *state, const char *why, bool person,
                        const char *by_role, struct err *err)
{
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    json_str(&o, "state", state);
    json_str(&o, "why", why);
    json_bool(&o, "person", person);
    json_close(&o, '}');
    bool ok = hold_say(s, a, "issue.state", id, body.data, by_role, err);
    buf_release(&body);
    return ok;
}

/* An issue no person has touched follows its observation; one that went because its point
 * did comes back with it, touched or not: nobody decided that it should go. */
static bool follow(struct store *s, struct arena *a, const struct catalogue *catalogue,
                   const struct issue *i, const struct observation *o, struct err *err)
{
    bool cancelled = strcmp(i->state, "cancelled") == 0;
    if (cancelled && !i->decided && !o->withdrawn)
        return write_state(s, a, i->id, "open", NULL, false, "registry", err);
    if (i->touched)
        return true;
    if (o->withdrawn && !cancelled)
        return write_state(s, a, i->id, "cancelled", NULL, false, "registry", err);
    if (strcmp(i->category, o->category) == 0 && i->severity == o->severity &&
        text_equal(i->urgency, o->urgency))
        return true;
    return write_assign(s, a, i->id, default_party(catalogue, o->category), o, "registry",
                        err);
}

bool issue_follow(struct store *s, struct arena *a, const struct catalogue *catalogue,
                  const char *observation, struct err *err)
{
    struct observation o;
    struct issue i;
    char id[UID_SIZE];
    if (!uid_is(observation))
        return true;
    if (!observation_find(s, a, observation, &o, err)) {
        bool unfounded = err->code == ERR_NOT_FOUND;
        if (unfounded)
            *err = (struct err)ERR_INIT;
        return unfounded;
    }
    uid_derive("issue", observation, id);
    if (!find_exact(s, a, id, &i, err))
        return false;
    if (!i.id)
        return o.withdrawn || write_open(s, a, catalogue, id, &o, err);
    return follow(s, a, catalogue, &i, &o, err);
}

static bool find_for_change(struct store *s, struct arena *a, const char *id,
                            const char *head, struct issue *ret, struct err *err)
{
    if (!issue_find(s, a, id, ret, err))
        return false;
    if (!head || strcmp(head, ret->head) != 0)
        return err_set(err, ERR_PRECONDITION, "issue.changed", ret->number, NULL);
    return true;
}

bool issue_state_set(struct store *s, struct arena *a, const char *id, const char *head,
                     const char *state, const char *why, const char *by_role,
                     struct err *err)
{
    struct issue i;
    if (!find_for_change(s, a, id, head, &i, err))
        return false;
    if (!may_become(&i, state))
        return err_set(err, ERR_CONFLICT, "issue.not_allowed", i.number, i.state, state,
                       NULL);
    if (state_of(state)->asks_why && (!why || !why[strspn(why, " \t\r\n")]))
        return err_set(err, ERR_INPUT, "issue.why_missing", i.number, state, NULL);
    return write_state(s, a, i.id, state, why, true, by_role, err);
}

bool issue_assign(struct store *s, struct arena *a, const char *id, const char *head,
                  const char *party, const char *by_role, struct err *err)
{
    struct issue i;
    if (!find_for_change(s, a, id, head, &i, err))
        return false;
    const struct state *now = state_of(i.state);
    if (now && !*now->next)
        return err_set(err, ERR_CONFLICT, "issue.not_given", i.number, NULL);
    return write_assign(s, a, i.id, party, NULL, by_role, err);
}

/* ---- listing --------------------------------------------------------------------- */

/* A number has four digits, and more from the year's ten-thousandth on; after a restore a
 * letter before them. */
static const char sql_issues[] = ISSUE_COLUMNS
    " JOIN observation o ON o.id = i.observation"
    " WHERE i.founded = 1 AND o.founded = 1 AND (?1 = '' OR i.party = ?1)"
    " AND (?2 = '' OR o.walk = ?2) AND (?3 = '' OR i.state = ?3)"
    " ORDER BY substr(i.number, 1, 7), rtrim(substr(i.number, 8), '0123456789'),"
    " length(i.number), i.number, i.id";

/* Is another case shown in its place, and may the reader see that one? What was joined into
 * a case that only the police may read stands in other people's lists as itself. */
static bool is_shown_elsewhere(struct store *s, struct arena *a,
                               const struct issue_groups *groups, const char *id,
                               bool no_police, bool *ret, struct err *err)
{
    struct issue shown;
    struct observation o;
    const char *other = issue_shown(groups, id);
    *ret = strcmp(other, id) != 0;
    if (!*ret || !no_police)
        return true;
    if (!find_exact(s, a, other, &shown, err) ||
        (shown.id && !observation_find(s, a, shown.observation, &o, err)))
        return false;
    *ret = shown.id && !observation_police_only(o.category, o.conflicts);
    return true;
}

bool issue_each(struct store *s, const struct issue_filter *filter, issue_visit visit,
                void *data, struct err *err)
{
    struct arena keep = ARENA_INIT, a = ARENA_INIT;
    struct area_shape *area = NULL;
    struct issue_groups groups;
    struct db_rows rows;
    const char *state = filter->state ? filter->state : "";
    if (filter->none)
        return true;
    bool ok = issue_groups_read(s, &keep, &groups, err);
    if (ok && filter->area && *filter->area)
        ok = area_shape_of(s, &keep, filter->area, &area, err);
    ok = ok && db_query(&s->db, &rows, err, sql_issues, "sss",
                        filter->party ? filter->party : "",
                        filter->walk ? filter->walk : "", state);
    if (!ok) {
        arena_release(&keep);
        return false;
    }
    while (ok && db_next(&rows, err)) {
        struct issue i;
        struct observation o;
        struct photo *photos;
        size_t n;
        bool elsewhere = false;
        arena_reset(&a);
        read_row(&a, &rows, &i);
        if (!*state && !filter->closed_too && issue_state_is_closed(i.state))
            continue;
        ok = filter->joined_too ||
             is_shown_elsewhere(s, &a, &groups, i.id, filter->no_police, &elsewhere,
                                err);
        if (!ok || elsewhere)
            continue;
        ok = observation_find(s, &a, i.observation, &o, err);
        if (!ok || (area && !area_holds(area, observation_place(&o))) ||
            (filter->no_police && observation_police_only(o.category, o.conflicts)))
            continue;
        ok = photo_list(s, &a, o.id, &photos, &n, err) &&
             visit(&i, &o, photos, n, data, err);
    }
    ok = db_done(&rows) && ok;
    arena_release(&a);
    arena_release(&keep);
    return ok;
}

bool issue_of_observation(struct store *s, struct arena *a, const char *observation,
                          struct issue *ret, bool *ret_there, struct err *err)
{
    char id[UID_SIZE];
    uid_derive("issue", observation, id);
    if (!find_exact(s, a, id, ret, err))
        return false;
    *ret_there = ret->id != NULL;
    return true;
}

static void write_next(struct json_out *o, const struct issue *i)
{
    const struct state *now = state_of(i->state);
    json_open(o, "next", '[');
    for (const char *word = now ? now->next : ""; *word;) {
        char state[24];
        size_t n = strcspn(word, " ");
        snprintf(state, sizeof state, "%.*s", (int)n, word);
        if (may_become(i, state))
            json_str(o, NULL, state);
        word += n + (word[n] == ' ');
    }
    json_close(o, ']');
}

void issue_json(struct json_out *o, const char *name, const struct issue *i)
{
    char when[32];
    json_open(o, name, '{');
    json_str(o, "id", i->id);
    json_str(o, "number", i->number);
    json_str(o, "observation", i->observation);
    json_str(o, "category", i->category);
    json_str(o, "party", i->party);
    json_str(o, "state", i->state);
    json_bool(o, "closed", issue_state_is_closed(i->state));
    json_str(o, "why", i->why);
    json_str(o, "urgency", i->urgency);
    json_num_or_null(o, "severity", i->severity);
    json_num(o, "catalogue", i->catalogue);
    clock_format(i->opened_ms, when);
    json_str(o, "opened", when);
    clock_format(i->changed_ms, when);
    json_str(o, "changed", when);
    json_str(o, "head", i->head);
    json_bool(o, "touched", i->touched);
    write_next(o, i);
    json_close(o, '}');
}
