/* carry: see the header. */
#include "core/store/carry.h"

#include "core/base/text.h"
#include "core/base/json.h"
#include "core/store/erase.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <string.h>

static const struct field carry_fields[] = {
    {"head", FIELD_TEXT, 2, RECORD_MOST, FIELD_REQUIRED, NULL},
    {"body", FIELD_TEXT, 2, RECORD_MOST, FIELD_NULLABLE, NULL},
    {"sig", FIELD_TEXT, 2 * SIGN_SIZE, 2 * SIGN_SIZE, FIELD_REQUIRED, NULL},
};

/* A carrier whose inner record is not read (it is erased) says nothing. */
static bool carry_fold(const struct fold_call *call, struct err *err)
{
    (void)call;
    (void)err;
    return true;
}

static const struct fold_kind carry_kinds[] = {
    {"origin.carry", carry_fields, FIELD_COUNT(carry_fields), FOLD_BOTH},
};
const struct fold_noun carry_noun = {carry_kinds, FIELD_COUNT(carry_kinds), carry_fold};

bool carry_is(const struct record *r)
{
    return strcmp(r->kind, "origin.carry") == 0;
}

static bool may_be_carried(const struct record *inner, const struct record *r)
{
    return !text_starts(inner->kind, "origin.") && strcmp(inner->kind, "erase") != 0 &&
           strcmp(inner->subject, r->subject) == 0 && inner->tick <= r->tick;
}

bool carry_open(struct arena *a, const struct record *r, struct record *ret,
                struct err *err)
{
    cJSON *body;
    struct record inner;
    uint8_t sig[SIGN_SIZE];
    if (!fold_body_read(&carry_kinds[0], r, &body, err))
        return false;
    const char *head = arena_strdup(a, json_text(body, "head"));
    const char *text =
        json_text(body, "body") ? arena_strdup(a, json_text(body, "body")) : NULL;
    bool ok = text_unhex(json_text(body, "sig"), sig, SIGN_SIZE) ||
              err_set(err, ERR_INPUT, "record.bad_line", NULL);
    json_free(body);
    if (!ok || !record_read(a, head, strlen(head), text, text ? strlen(text) : 0, sig,
                            &inner, err))
        return false;
    if (!may_be_carried(&inner, r))
        return err_set(err, ERR_INPUT, "record.bad_carry", inner.kind, NULL);
    *ret = inner;
    return true;
}

/* Whoever erased it held it, and checked its signature. */
bool carry_head(struct arena *a, const struct record *r, const char *left,
                struct record *ret)
{
    static const uint8_t unsigned_[SIGN_SIZE];
    struct err unread = ERR_INIT;
    struct record inner;
    cJSON *body = NULL;
    if (!left || !json_parse(left, strlen(left), &body, &unread))
        return false;
    const char *head =
        json_text(body, "head") ? arena_strdup(a, json_text(body, "head")) : NULL;
    json_free(body);
    if (!head || !record_read(a, head, strlen(head), NULL, 0, unsigned_, &inner, &unread) ||
        !may_be_carried(&inner, r))
        return false;
    *ret = inner;
    return true;
}

bool carry_inner(struct store *s, struct arena *a, const struct record *r,
                 struct record *ret, bool *ret_opened, struct err *err)
{
    struct err unread = ERR_INIT;
    const char *left;
    if (r->body) {
        *ret_opened = carry_open(a, r, ret, &unread);
        return true;
    }
    if (!erase_left(&s->db, a, r->hash, &left, err))
        return false;
    *ret_opened = carry_head(a, r, left, ret);
    return true;
}

bool carry_said(struct store *s, struct arena *a, const struct record *r,
                struct record *ret, bool *ret_said, struct err *err)
{
    *ret = *r;
    *ret_said = true;
    return !carry_is(r) || carry_inner(s, a, r, ret, ret_said, err);
}

/* ---- going on under a new origin ------------------------------------------------- */

static const char sql_shut_out[] =
    "SELECT hash FROM record WHERE origin = ?1 AND seq > ?2 ORDER BY seq";
static const char sql_place_free[] = "DELETE FROM record WHERE hash = ?1";

struct carrying {
    int64_t last, n;
};

static bool wrap(struct store *s, struct arena *a, const struct record *r, struct err *err)
{
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    char sig[2 * SIGN_SIZE + 1];
    text_hex(r->sig, SIGN_SIZE, sig);
    json_open(&o, NULL, '{');
    json_strn(&o, "head", r->head, r->head_len);
    if (r->body)
        json_strn(&o, "body", r->body, r->body_len);
    json_str(&o, "sig", sig);
    json_close(&o, '}');
    struct record_wish wish = {"origin.carry", r->subject, body.data, r->by_role, r->by_org,
                               INT64_MIN};
    bool ok = hold_make(s, a, &wish, NULL, err);
    if (!ok && err->code == ERR_TOO_LARGE)
        err_set(err, ERR_TOO_LARGE, "carry.too_large", r->kind, NULL);
    buf_release(&body);
    return ok;
}

/* The plain record gives its place free for what the registry holds there; its bytes go
 * on inside the carrier. What an origin said of itself went with it. One that a disk has
 * spoilt can be proven by nobody: it stays where it is, and doctor names it. */
static bool carry_one(struct store *s, struct arena *a, const uint8_t *hash,
                      struct carrying *c, struct err *err)
{
    struct record r, inner;
    struct err unread = ERR_INIT;
    bool whole;
    if (!hold_read_whole(s, a, hash, &r, &whole, err))
        return false;
    if (!whole)
        return true;
    if (!db_run(&s->db, err, sql_place_free, "b", hash, (size_t)DIGEST_SIZE))
        return false;
    if (carry_is(&r) && r.body && carry_open(a, &r, &inner, &unread))
        r = inner;
    if (text_starts(r.kind, "origin."))
        return fold_outdate(s, err) && fold_subject(s, a, &r, err);
    c->n++;
    return wrap(s, a, &r, err);
}

static bool carry_all(struct store *s, const uint8_t old[RECORD_ORIGIN], void *data,
                      struct err *err)
{
    struct carrying *c = data;
    struct arena a = ARENA_INIT;
    struct buf hashes = BUF_INIT;
    struct db_rows rows;
    bool ok = db_query(&s->db, &rows, err, sql_shut_out, "bi", old, (size_t)RECORD_ORIGIN,
                       c->last);
    if (ok) {
        while (db_next(&rows, err))
            buf_add(&hashes, sqlite3_column_blob(rows.statement, 0), DIGEST_SIZE);
        ok = db_done(&rows);
    }
    for (size_t i = 0; ok && i < hashes.len; i += DIGEST_SIZE) {
        ok = carry_one(s, &a, (const uint8_t *)hashes.data + i, c, err);
        arena_reset(&a);
    }
    buf_release(&hashes);
    arena_release(&a);
    return ok;
}

bool carry_on(struct store *s, int64_t last, int64_t *ret_n, struct err *err)
{
    struct carrying c = {.last = last};
    if (!store_take_origin(s, last, carry_all, &c, err))
        return false;
    *ret_n = c.n;
    return true;
}
