/* set_aside: see the header. */
#include "core/store/local/set_aside.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/erase.h"
#include "core/store/local/erasing.h"

#include <string.h>

/* ---- reading --------------------------------------------------------------------- */

/* As forgiving as cJSON is: of a name that is there twice the first counts. */
static bool read_head(const char *head, size_t len, const char *body, struct record *r)
{
    cJSON *tree = cJSON_ParseWithLength(head, len);
    const char *origin = json_text(tree, "origin"), *prev = json_text(tree, "prev");
    const char *named = json_text(tree, "body");
    char hex[DIGEST_HEX];
    int64_t seq = 0;
    bool ok = origin && text_unhex(origin, r->origin, RECORD_ORIGIN) &&
              json_as_int(cJSON_GetObjectItemCaseSensitive(tree, "seq"), &seq) &&
              seq >= 1 && seq <= INT64_C(1) << 52 && digest_is_hex(named);
    if (ok && body) {
        digest_hex_of(body, strlen(body), hex);
        ok = strcmp(hex, named) == 0;
    }
    if (ok && prev && !text_unhex(prev, r->prev, DIGEST_SIZE))
        memset(r->prev, 0, DIGEST_SIZE);
    r->seq = seq;
    json_free(tree);
    return ok;
}

bool set_aside_read(struct arena *a, const char *line, size_t len, struct record *ret)
{
    struct err refused = ERR_INIT;
    struct record r = {.kind = "", .subject = ""};
    cJSON *tree;
    if (len > SET_ASIDE_MOST || !json_parse(line, len, &tree, &refused))
        return false;
    const cJSON *head = cJSON_GetArrayItem(tree, 0),
                *body = cJSON_GetArrayItem(tree, 1);
    const cJSON *sig = cJSON_GetArrayItem(tree, 2);
    bool ok = cJSON_IsArray(tree) && cJSON_GetArraySize(tree) == 3 &&
              cJSON_IsString(head) && (cJSON_IsString(body) || cJSON_IsNull(body)) &&
              cJSON_IsString(sig) && text_unhex(sig->valuestring, r.sig, SIGN_SIZE);
    if (ok) {
        r.head = arena_strdup(a, head->valuestring);
        r.head_len = strlen(r.head);
        r.body = arena_strdup(a, body->valuestring);
        r.body_len = r.body ? strlen(r.body) : 0;
        digest_of(r.head, r.head_len, r.hash);
        ok = read_head(r.head, r.head_len, r.body, &r);
    }
    json_free(tree);
    if (ok)
        *ret = r;
    return ok;
}

/* ---- in -------------------------------------------------------------------------- */

static const char sql_aside_add[] =
    "INSERT INTO aside (origin, seq, hash, prev, line, reason, came_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

static bool insert(struct store *s, const struct record *r, const char *line,
                   const char *reason, struct err *err)
{
    static const uint8_t none[DIGEST_SIZE];
    bool follows = memcmp(r->prev, none, DIGEST_SIZE) != 0;
    return db_run(&s->db, err, sql_aside_add, "bibbssi", r->origin,
                  (size_t)RECORD_ORIGIN, r->seq, r->hash, (size_t)DIGEST_SIZE,
                  follows ? r->prev : NULL, (size_t)DIGEST_SIZE, line, reason,
                  clock_utc_ms());
}

static bool place_of(struct store *s, const struct record *r, enum hold_verdict *ret,
                     struct err *err)
{
    struct arena a = ARENA_INIT;
    bool ok = hold_place(s, &a, r, ret, err);
    arena_release(&a);
    return ok;
}

bool set_aside_put(struct store *s, const struct record *r, const char *line,
                   size_t len, const struct err *why, enum hold_verdict *ret,
                   struct err *err)
{
    struct buf kept = BUF_INIT;
    struct record bare = *r;
    bool erased = false;
    if (!place_of(s, r, ret, err))
        return false;
    if (*ret == HOLD_FORKED)
        return true;
    if (*ret == HOLD_NEW) {
        if (!erase_of_record(&s->db, r->hash, r->kind, &erased, err))
            return false;
        bare.body = NULL;
        if (erased)
            record_line(&bare, &kept);
        else
            buf_add(&kept, line, len);
        bool large = why->code == ERR_TOO_LARGE;
        if (!insert(s, r, kept.data, large ? "large" : "form", err)) {
            buf_release(&kept);
            return false;
        }
    }
    buf_release(&kept);
    return hold_note(s, r->origin, r->seq, err);
}

/* ---- erased ---------------------------------------------------------------------- */

static const char sql_aside_of_hash[] = "SELECT line FROM aside WHERE hash = ?1";
static const char sql_aside_bare[] = "UPDATE aside SET line = ?2 WHERE hash = ?1";

bool set_aside_empty(struct store *s, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                     struct err *err)
{
    struct db_rows rows;
    struct record r;
    struct buf line = BUF_INIT;
    const char *text = NULL;
    if (!db_query(&s->db, &rows, err, sql_aside_of_hash, "b", hash,
                  (size_t)DIGEST_SIZE))
        return false;
    if (db_next(&rows, err))
        text = db_text(&rows, a, 0);
    if (!db_done(&rows))
        return false;
    if (!text || !set_aside_read(a, text, strlen(text), &r) || !r.body)
        return true;
    r.body = NULL;
    record_line(&r, &line);
    bool ok = db_run(&s->db, err, sql_aside_bare, "bs", hash, (size_t)DIGEST_SIZE,
                     line.data) &&
              erasing_add(s, "", err);
    buf_release(&line);
    return ok;
}

/* ---- again ----------------------------------------------------------------------- */

static const char sql_aside_places[] =
    "SELECT origin, seq FROM aside ORDER BY origin, seq";

struct place {
    uint8_t origin[RECORD_ORIGIN];
    int64_t seq;
};

static bool try_one(struct store *s, const struct place *p, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct record r;
    struct err unread = ERR_INIT;
    enum hold_verdict ignored;
    const char *line;
    int64_t seq;
    bool ok = set_aside_next(s, &a, p->origin, p->seq, &seq, &line, err);
    if (ok && line && record_of_line(&a, line, strlen(line), &r, &unread) &&
        hold_check(s, &r, &unread))
        ok = hold_take(s, &a, &r, &ignored, err);
    arena_release(&a);
    return ok;
}

bool set_aside_retry(struct store *s, struct err *err)
{
    struct db_rows rows;
    struct buf places = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_aside_places, ""))
        return false;
    while (db_next(&rows, err)) {
        struct place p = {.seq = db_int(&rows, 1)};
        memcpy(p.origin, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        buf_add(&places, &p, sizeof p);
    }
    bool ok = db_done(&rows);
    for (size_t at = 0; ok && at < places.len; at += sizeof(struct place)) {
        struct place p;
        memcpy(&p, places.data + at, sizeof p);
        ok = try_one(s, &p, err);
    }
    buf_release(&places);
    return ok;
}

/* ---- asking ---------------------------------------------------------------------- */

static const char sql_aside_told[] =
    "SELECT seq, reason FROM aside WHERE origin = ?1 ORDER BY seq LIMIT ?2";

bool set_aside_json(struct json_out *o, struct store *s,
                    const uint8_t origin[RECORD_ORIGIN], struct err *err)
{
    struct db_rows rows;
    char hex[RECORD_ORIGIN_HEX];
    text_hex(origin, RECORD_ORIGIN, hex);
    if (!db_query(&s->db, &rows, err, sql_aside_told, "bi", origin,
                  (size_t)RECORD_ORIGIN, (int64_t)SET_ASIDE_TOLD))
        return false;
    while (db_next(&rows, err)) {
        json_open(o, NULL, '{');
        json_str(o, "origin", hex);
        json_num(o, "seq", db_int(&rows, 0));
        json_str(o, "reason", db_peek(&rows, 1));
        json_close(o, '}');
    }
    return db_done(&rows);
}

static const char sql_aside_names[] =
    "SELECT count(*) FROM aside WHERE line LIKE '%' || ?1 || '%'";

bool set_aside_names(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_aside_names, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

static const char sql_aside_at[] =
    "SELECT count(*) FROM aside WHERE origin = ?1 AND seq = ?2";
static const char sql_aside_next[] =
    "SELECT seq, line FROM aside WHERE origin = ?1 AND seq >= ?2 ORDER BY seq LIMIT 1";

bool set_aside_at(struct store *s, const uint8_t origin[RECORD_ORIGIN], int64_t seq,
                  bool *ret, struct err *err)
{
    int64_t n = 0;
    bool ok = db_number(&s->db, &n, 0, err, sql_aside_at, "bi", origin,
                        (size_t)RECORD_ORIGIN, seq);
    *ret = n > 0;
    return ok;
}

bool set_aside_next(struct store *s, struct arena *a,
                    const uint8_t origin[RECORD_ORIGIN], int64_t from, int64_t *ret_seq,
                    const char **ret_line, struct err *err)
{
    struct db_rows rows;
    *ret_seq = 0;
    *ret_line = NULL;
    if (!db_query(&s->db, &rows, err, sql_aside_next, "bi", origin,
                  (size_t)RECORD_ORIGIN, from))
        return false;
    if (db_next(&rows, err)) {
        *ret_seq = db_int(&rows, 0);
        *ret_line = db_text(&rows, a, 1);
    }
    return db_done(&rows);
}

static const char sql_aside_list[] =
    "SELECT origin, sum(CASE WHEN reason = 'large' THEN 1 ELSE 0 END), count(*)"
    " FROM aside GROUP BY origin ORDER BY origin";

bool set_aside_list(struct store *s, struct arena *a, struct set_aside_count **ret,
                    size_t *ret_n, struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_aside_list, ""))
        return false;
    while (db_next(&rows, err)) {
        struct set_aside_count one = {.large = db_int(&rows, 1)};
        one.form = db_int(&rows, 2) - one.large;
        memcpy(one.origin, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        buf_add(&list, &one, sizeof one);
    }
    bool ok = db_done(&rows);
    *ret_n = list.len / sizeof **ret;
    *ret = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return ok;
}
