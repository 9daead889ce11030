/* walk_fold: the pure half of walk. Owns the rows of walk; decides nothing by anything
 * but the records it is handed. What a walk says of itself (title, route, groups,
 * weather) are claims; attendance is a claim a group, votes one for the walk. */
#include "core/base/geo.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/claim.h"
#include "core/store/walk.h"

#include <string.h>

const struct field walk_fields[] = {
    {"title", FIELD_TEXT, 1, 120, FIELD_REQUIRED, NULL},
    {"area", FIELD_TEXT, 0, 80, FIELD_NULLABLE, NULL},
    {"purpose", FIELD_TEXT, 0, 400, FIELD_NULLABLE, NULL},
    {"mode", FIELD_WORD, 0, 0, FIELD_NULLABLE, "foot bicycle car"},
    {"letter", FIELD_TEXT, 1, 2, FIELD_NULLABLE, NULL},
    {"starts_ms", FIELD_INT, 0, INT64_C(1) << 46, FIELD_NULLABLE, NULL},
    {"route", FIELD_ARRAY, 0, WALK_ROUTE_MOST, FIELD_NULLABLE, NULL},
    {"weather", FIELD_TEXT, 0, 40, FIELD_NULLABLE, NULL},
    {"light", FIELD_WORD, 0, 0, FIELD_NULLABLE, "daylight dusk dark"},
    {"groups", FIELD_ARRAY, 0, WALK_GROUPS_MOST, FIELD_NULLABLE, NULL},
    {"briefed", FIELD_BOOL, 0, 0, FIELD_NULLABLE, NULL},
    {"data_text", FIELD_BOOL, 0, 0, FIELD_NULLABLE, NULL},
};
const size_t walk_field_count = FIELD_COUNT(walk_fields);

#define EDIT(name) {name, FIELD_OBJECT, 0, 0, 0, NULL}
static const struct field edit_fields[] = {
    EDIT("title"),     EDIT("area"),  EDIT("purpose"), EDIT("mode"),
    EDIT("starts_ms"), EDIT("route"), EDIT("weather"), EDIT("light"),
    EDIT("groups"),    EDIT("briefed"), EDIT("data_text"),
};
static const struct field end_fields[] = {{"pause", FIELD_BOOL, 0, 0, 0, NULL}};
static const struct field close_fields[] = {
    {"origins", FIELD_OBJECT, 0, 0, 0, NULL},
    {"points", FIELD_INT, 0, 1000000, 0, NULL},
    {"photos", FIELD_INT, 0, 1000000, 0, NULL},
    {"passes", FIELD_ARRAY, 0, 200, 0, NULL},
};
static const struct field attend_fields[] = {
    {"group", FIELD_TEXT, 0, 2, FIELD_NULLABLE, NULL},
    {"counts", FIELD_ARRAY, 0, 60, FIELD_REQUIRED, NULL},
    {"over", FIELD_ARRAY, 0, 500, 0, NULL},
};
static const struct field vote_fields[] = {
    {"stars", FIELD_OBJECT, 0, 0, 0, NULL},
    {"top", FIELD_ARRAY, 0, 3, 0, NULL},
    {"best", FIELD_UID, 0, 0, FIELD_NULLABLE, NULL},
    {"over", FIELD_ARRAY, 0, 500, 0, NULL},
};

const struct claim_source walk_claims = {"walk.plan", "walk.edit", NULL, NULL};
const struct claim_source walk_attend_claims = {"", "", "walk.attend", "attendance"};
const struct claim_source walk_vote_claims = {"", "", "walk.vote", "votes"};

/* ---- values another program may have written ---------------------------------------- */

static bool is_pair(const cJSON *point)
{
    int64_t lat, lon;
    return cJSON_IsArray(point) && cJSON_GetArraySize(point) == 2 &&
           json_as_int(point->child, &lat) && json_as_int(point->child->next, &lon) &&
           geo_is_place(lat, lon);
}

bool walk_route_fits(const cJSON *route)
{
    if (!cJSON_IsArray(route))
        return false;
    for (const cJSON *p = route->child; p; p = p->next)
        if (!is_pair(p))
            return false;
    return true;
}

static bool is_role_or_none(const cJSON *role)
{
    return !role || cJSON_IsNull(role) ||
           (cJSON_IsString(role) && field_word_in(role->valuestring, WALK_ROLES));
}

static bool is_group_letter(const char *text)
{
    return text && *text && text_length(text) <= 2;
}

bool walk_groups_fit(const cJSON *groups)
{
    if (!cJSON_IsArray(groups))
        return false;
    for (const cJSON *g = groups->child; g; g = g->next)
        if (!cJSON_IsObject(g) || !is_group_letter(json_text(g, "letter")) ||
            !is_role_or_none(cJSON_GetObjectItemCaseSensitive(g, "leader_role")) ||
            !is_role_or_none(cJSON_GetObjectItemCaseSensitive(g, "note_role")))
            return false;
    return true;
}

bool walk_weather_fits(const char *words)
{
    while (*words) {
        char word[16];
        size_t n = strcspn(words, " ");
        if (n == 0 || n >= sizeof word)
            return false;
        memcpy(word, words, n);
        word[n] = '\0';
        if (!field_word_in(word, WALK_WEATHER))
            return false;
        words += n + (words[n] == ' ');
    }
    return true;
}

bool walk_counts_fit(const cJSON *counts)
{
    if (!cJSON_IsArray(counts))
        return false;
    for (const cJSON *c = counts->child; c; c = c->next) {
        const char *role = json_text(c, "role"), *who = json_text(c, "organisation");
        int64_t n = json_int(c, "n", -1);
        if (!role || !field_word_in(role, WALK_ROLES) || n < 0 || n > 500 ||
            (who && text_length(who) > 80))
            return false;
    }
    return true;
}

static const char *text_of(const struct claims *c)
{
    const cJSON *shown = claim_shown(c);
    return cJSON_IsString(shown) ? shown->valuestring : NULL;
}

static const char *tree_of(struct arena *a, const cJSON *tree)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_tree(&o, NULL, tree);
    const char *copy = buf_dup(&text, a);
    buf_release(&text);
    return copy;
}

/* ---- how far it has come --------------------------------------------------------------- */

struct progress {
    const char *state, *manifest;
    int64_t begun_ms, ended_ms, closed_ms;
    bool paused;
    const struct fold_entry *plan;
};

static void follow_step(struct progress *p, const struct fold_entry *e)
{
    const char *kind = e->record.kind;
    if (strcmp(kind, "walk.begin") == 0) {
        p->state = "begun";
        p->paused = false;
        if (p->begun_ms == DB_NULL)
            p->begun_ms = e->record.at_ms;
    } else if (strcmp(kind, "walk.end") == 0 && json_true(e->body, "pause")) {
        p->paused = strcmp(p->state, "begun") == 0;
    } else if (strcmp(kind, "walk.end") == 0) {
        p->state = "ended";
        p->paused = false;
        p->ended_ms = e->record.at_ms;
    } else if (strcmp(kind, "walk.close") == 0) {
        p->state = "closed";
        p->paused = false;
        p->closed_ms = e->record.at_ms;
        p->manifest = e->record.body;
    }
}

static struct progress progress_of(const struct fold_call *call)
{
    struct progress p = {.state = "planned",
                         .begun_ms = DB_NULL,
                         .ended_ms = DB_NULL,
                         .closed_ms = DB_NULL};
    for (size_t i = 0; i < call->count; i++) {
        const struct fold_entry *e = &call->entry[i];
        if (strcmp(e->record.kind, "walk.plan") == 0 && !p.plan)
            p.plan = e;
        else
            follow_step(&p, e);
    }
    return p;
}

/* ---- attendance and votes --------------------------------------------------------------- */

static const char *group_of(const struct fold_entry *e)
{
    const char *group = json_text(e->body, "group");
    return group ? group : "";
}

size_t walk_attend_of_group(struct arena *a, const struct fold_entry *entry, size_t n,
                            const char *group, struct fold_entry **ret)
{
    struct fold_entry *own = arena_array(a, n ? n : 1, sizeof *own);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (strcmp(entry[i].record.kind, "walk.attend") == 0 &&
            strcmp(group_of(&entry[i]), group) == 0)
            own[count++] = entry[i];
    *ret = own;
    return count;
}

static void write_counts(struct json_out *o, const cJSON *counts, const char *group)
{
    if (!walk_counts_fit(counts))
        return;
    for (const cJSON *c = counts->child; c; c = c->next) {
        json_open(o, NULL, '{');
        json_str(o, "group", *group ? group : NULL);
        json_str(o, "role", json_text(c, "role"));
        if (json_text(c, "organisation"))
            json_str(o, "organisation", json_text(c, "organisation"));
        json_num(o, "n", json_int(c, "n", 0));
        json_close(o, '}');
    }
}

/* Is this the first record, in order, that speaks of its group? */
static bool first_of_group(const struct fold_call *call, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(call->entry[i].record.kind, "walk.attend") == 0 &&
            strcmp(group_of(&call->entry[i]), group_of(&call->entry[at])) == 0)
            return false;
    return true;
}

/* NULL when nobody said who came. */
static const char *attendance_of(const struct fold_call *call, struct json_out *conflicts)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < call->count; i++) {
        struct fold_entry *own;
        if (strcmp(call->entry[i].record.kind, "walk.attend") != 0 ||
            !first_of_group(call, i))
            continue;
        const char *group = group_of(&call->entry[i]);
        size_t n = walk_attend_of_group(call->arena, call->entry, call->count, group, &own);
        struct claims c = claim_read(call->arena, &walk_attend_claims, own, n, "attendance");
        write_counts(&o, json_array(claim_shown(&c), "counts"), group);
        claim_conflict(conflicts, arena_printf(call->arena, "attendance%s%s",
                                               *group ? "." : "", group), &c);
    }
    json_close(&o, ']');
    const char *copy = text.len > 2 ? buf_dup(&text, call->arena) : NULL;
    buf_release(&text);
    return copy;
}

static void write_stars(struct json_out *o, const cJSON *stars)
{
    json_open(o, "stars", '{');
    for (const cJSON *s = stars ? stars->child : NULL; s; s = s->next) {
        int64_t n;
        if (uid_is(s->string) && json_as_int(s, &n) && n > 0 && n <= 500)
            json_num(o, s->string, n);
    }
    json_close(o, '}');
}

static const char *votes_of(const struct fold_call *call, struct json_out *conflicts)
{
    struct claims c = claim_read(call->arena, &walk_vote_claims, call->entry, call->count,
                                 "votes");
    const cJSON *shown = claim_shown(&c), *top = json_array(shown, "top");
    const char *best = json_text(shown, "best");
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    claim_conflict(conflicts, "votes", &c);
    if (!shown)
        return NULL;
    json_open(&o, NULL, '{');
    write_stars(&o, json_object(shown, "stars"));
    json_open(&o, "top", '[');
    for (const cJSON *t = top ? top->child : NULL; t; t = t->next)
        if (cJSON_IsString(t) && uid_is(t->valuestring))
            json_str(&o, NULL, t->valuestring);
    json_close(&o, ']');
    json_str(&o, "best", best && uid_is(best) ? best : NULL);
    json_close(&o, '}');
    const char *copy = buf_dup(&text, call->arena);
    buf_release(&text);
    return copy;
}

/* ---- the row --------------------------------------------------------------------- */

enum {
    TITLE, AREA, PURPOSE, MODE, STARTS, ROUTE, LETTER, WEATHER, LIGHT, GROUPS, BRIEFED,
    DATA_TEXT, FIELDS
};
static const char *const names[FIELDS] = {
    "title",   "area",  "purpose", "mode",    "starts_ms", "route",
    "letter",  "weather", "light", "groups",  "briefed",   "data_text"};

static const char sql_walk_set[] =
    "INSERT INTO walk (id, founded, title, area, purpose, mode, starts_ms, route, letter,"
    " state, begun_ms, ended_ms, closed_ms, manifest, origin, conflicts, paused, weather,"
    " light, walk_groups, briefed, data_text, attendance, votes)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
    " ?18, ?19, ?20, ?21, ?22, ?23, ?24)"
    " ON CONFLICT (id) DO UPDATE SET founded = excluded.founded, title = excluded.title,"
    " area = excluded.area, purpose = excluded.purpose, mode = excluded.mode,"
    " starts_ms = excluded.starts_ms, route = excluded.route, letter = excluded.letter,"
    " state = excluded.state, begun_ms = excluded.begun_ms,"
    " ended_ms = excluded.ended_ms, closed_ms = excluded.closed_ms,"
    " manifest = excluded.manifest, origin = excluded.origin,"
    " conflicts = excluded.conflicts, paused = excluded.paused,"
    " weather = excluded.weather, light = excluded.light, walk_groups = excluded.walk_groups,"
    " briefed = excluded.briefed, data_text = excluded.data_text,"
    " attendance = excluded.attendance, votes = excluded.votes";
static const char sql_walk_drop[] = "DELETE FROM walk WHERE id = ?1";

static bool write_row(const struct fold_call *call, const struct claims *c,
                      const char *attendance, const char *votes, const char *conflicts,
                      struct err *err)
{
    struct progress p = progress_of(call);
    const cJSON *route = claim_shown(&c[ROUTE]), *groups = claim_shown(&c[GROUPS]);
    const char *weather = text_of(&c[WEATHER]), *light = text_of(&c[LIGHT]);
    int64_t starts = DB_NULL;
    json_as_int(claim_shown(&c[STARTS]), &starts);
    return db_run(
        call->db, err, sql_walk_set, "sissssxsssxxxsbsisssiiss", call->subject,
        (int64_t)(p.plan != NULL), text_of(&c[TITLE]), text_of(&c[AREA]),
        text_of(&c[PURPOSE]), text_of(&c[MODE]), starts,
        walk_route_fits(route) ? tree_of(call->arena, route) : NULL, text_of(&c[LETTER]),
        p.state, p.begun_ms, p.ended_ms, p.closed_ms, p.manifest,
        p.plan ? p.plan->record.origin : NULL, (size_t)RECORD_ORIGIN, conflicts,
        (int64_t)p.paused, weather && walk_weather_fits(weather) ? weather : NULL,
        light && field_word_in(light, "daylight dusk dark") ? light : NULL,
        walk_groups_fit(groups) ? tree_of(call->arena, groups) : NULL,
        (int64_t)cJSON_IsTrue(claim_shown(&c[BRIEFED])),
        (int64_t)cJSON_IsTrue(claim_shown(&c[DATA_TEXT])), attendance, votes);
}

static bool walk_fold(const struct fold_call *call, struct err *err)
{
    if (call->count == 0)
        return db_run(call->db, err, sql_walk_drop, "s", call->subject);
    struct claims c[FIELDS];
    struct buf conflicts = BUF_INIT;
    struct json_out o = JSON_OUT(&conflicts);
    json_open(&o, NULL, '{');
    for (size_t i = 0; i < FIELDS; i++) {
        c[i] = claim_read(call->arena, &walk_claims, call->entry, call->count, names[i]);
        claim_conflict(&o, names[i], &c[i]);
    }
    const char *attendance = attendance_of(call, &o), *votes = votes_of(call, &o);
    json_close(&o, '}');
    bool ok = write_row(call, c, attendance, votes,
                        conflicts.len > 2 ? conflicts.data : NULL, err);
    buf_release(&conflicts);
    return ok;
}

static const struct fold_kind walk_kinds[] = {
    {"walk.plan", walk_fields, FIELD_COUNT(walk_fields), FOLD_BOTH},
    {"walk.edit", edit_fields, FIELD_COUNT(edit_fields), FOLD_BOTH},
    {"walk.begin", NULL, 0, FOLD_BOTH},
    {"walk.end", end_fields, FIELD_COUNT(end_fields), FOLD_BOTH},
    {"walk.close", close_fields, FIELD_COUNT(close_fields), FOLD_BOTH},
    {"walk.attend", attend_fields, FIELD_COUNT(attend_fields), FOLD_BOTH},
    {"walk.vote", vote_fields, FIELD_COUNT(vote_fields), FOLD_BOTH},
};
const struct fold_noun walk_noun = {walk_kinds, FIELD_COUNT(walk_kinds), walk_fold};
