/* erasure: see the header. */
#include "core/store/erasure.h"

#include "core/base/field.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/carry.h"
#include "core/store/erase.h"
#include "core/store/hold.h"
#include "core/store/observation.h"

#include <string.h>

static const char text_members[] = "note measure text why words comment answer box";
static const char position_members[] = "stood thing place at";
static const char photo_members[] = "sha256 old new";

enum { RECORDS_AT_ONCE = 100, BYTES_AT_ONCE = 40000 };

/* What is named so far, and what of it is not written yet. */
struct naming {
    struct store *s;
    struct arena *arena;
    const struct erasure_wish *wish;
    struct erasure_counts counts;
    struct buf records, photos; /* array members, without brackets */
    size_t record_count, photo_count;
};

/* ---- what is left of a body ------------------------------------------------------ */

static bool goes(const struct naming *n, const cJSON *member)
{
    unsigned what = n->wish->what;
    bool position = cJSON_IsObject(member) &&
                    field_word_in(member->string, position_members);
    return ((what & ERASURE_TEXT) && field_word_in(member->string, text_members) &&
            !cJSON_IsNull(member)) ||
           ((what & ERASURE_POSITION) && position);
}

static bool is_edit(const char *kind)
{
    size_t len = strlen(kind);
    return len > 5 && strcmp(kind + len - 5, ".edit") == 0;
}

/* Takes out of body what is to go; *ret_any tells whether there was anything. */
static void take_out(const struct naming *n, const char *kind, cJSON *body, bool *ret_any)
{
    *ret_any = false;
    for (cJSON *m = body->child, *next; m; m = next) {
        next = m->next;
        if (!goes(n, m))
            continue;
        if (!is_edit(kind)) {
            cJSON_Delete(cJSON_DetachItemViaPointer(body, m));
            *ret_any = true;
        } else if (cJSON_HasObjectItem(m, "value")) {
            cJSON_DeleteItemFromObject(m, "value");
            *ret_any = true;
        }
    }
}

/* ---- naming ---------------------------------------------------------------------- */

static bool write_one(struct naming *n, struct err *err)
{
    char id[UID_SIZE];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    uid_new(id);
    json_open(&o, NULL, '{');
    json_str(&o, "reason", n->wish->reason);
    json_str(&o, "role", n->wish->role);
    if (n->wish->refused)
        json_bool(&o, "refused", true);
    json_str(&o, "about", n->wish->observation);
    json_close(&o, '}');
    body.data[--body.len] = '\0';
    if (!n->wish->refused)
        buf_printf(&body, ",\"records\":[%s],\"photos\":[%s]",
                   n->records.len ? n->records.data : "",
                   n->photos.len ? n->photos.data : "");
    buf_char(&body, '}');
    struct record_wish wish = {"erase", id, body.data, n->wish->role, "", INT64_MIN};
    bool ok = hold_make(n->s, n->arena, &wish, NULL, err);
    buf_release(&body);
    if (!n->counts.id[0])
        memcpy(n->counts.id, id, sizeof id);
    buf_clear(&n->records);
    buf_clear(&n->photos);
    n->record_count = n->photo_count = 0;
    return ok;
}

static bool make_room(struct naming *n, struct err *err)
{
    bool full = n->record_count >= RECORDS_AT_ONCE || n->photo_count >= RECORDS_AT_ONCE ||
                n->records.len + n->photos.len > BYTES_AT_ONCE;
    return !full || write_one(n, err);
}

/* left NULL: nothing is left of it. */
static bool name_record(struct naming *n, const char *hash, const cJSON *left,
                        struct err *err)
{
    if (!make_room(n, err))
        return false;
    buf_printf(&n->records, "%s{\"hash\":\"%s\"", n->record_count ? "," : "", hash);
    if (left) {
        struct json_out o = JSON_OUT(&n->records);
        buf_str(&n->records, ",\"body\":");
        json_tree(&o, NULL, left);
    }
    buf_char(&n->records, '}');
    n->record_count++;
    n->counts.records++;
    return true;
}

static bool name_photo(struct naming *n, const char *sha256, struct err *err)
{
    bool erased;
    if (!digest_is_hex(sha256) || (n->photos.len && strstr(n->photos.data, sha256)))
        return true;
    if (!erase_of_blob(&n->s->db, sha256, &erased, err) || !make_room(n, err))
        return false;
    buf_printf(&n->photos, "%s\"%s\"", n->photo_count ? "," : "", sha256);
    n->photo_count++;
    n->counts.photos += !erased;
    return true;
}

static bool name_photos(struct naming *n, const cJSON *body, struct err *err)
{
    for (const cJSON *m = body->child; m; m = m->next)
        if (cJSON_IsString(m) && field_word_in(m->string, photo_members) &&
            !name_photo(n, m->valuestring, err))
            return false;
    return true;
}

struct said {
    const char *hash, *kind, *body;
    const char *carrier, *head; /* of one that is carried: by which, and its head */
    bool spoilt;                /* by a disk: nobody knows what it says           */
    struct said *next;
};

/* Its carrier goes too: what is left of that is the head of the one inside. */
static bool name_with_carrier(struct naming *n, const struct said *r, const cJSON *left,
                              struct err *err)
{
    if (!name_record(n, r->hash, left, err))
        return false;
    if (!r->carrier)
        return true;
    cJSON *head = r->head ? cJSON_CreateObject() : NULL;
    if (head)
        cJSON_AddStringToObject(head, "head", r->head);
    bool ok = name_record(n, r->carrier, head, err);
    n->counts.records -= ok; /* it is one record to whoever counts */
    json_free(head);
    return ok;
}

/* The photos that the tables have of the point: they were read when the record was whole. */
static bool name_shown(struct naming *n, struct err *err)
{
    struct photo *photos;
    size_t count;
    if (!photo_list(n->s, n->arena, n->wish->observation, &photos, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!name_photo(n, photos[i].sha256, err))
            return false;
    return true;
}

/* Nothing is left of it, but where only photos are to go and it is of none. */
static bool name_spoilt(struct naming *n, const struct said *r, struct err *err)
{
    bool of_photo = text_starts(r->kind, "photo.");
    if (n->wish->what == ERASURE_PHOTOS && !of_photo)
        return true;
    return (!of_photo || !(n->wish->what & ERASURE_PHOTOS) || name_shown(n, err)) &&
           name_with_carrier(n, r, NULL, err);
}

static bool name_said(struct naming *n, const struct said *r, struct err *err)
{
    cJSON *body;
    struct err unread = ERR_INIT;
    bool any = false, ok = true;
    if (r->spoilt)
        return name_spoilt(n, r, err);
    if (!json_parse(r->body, strlen(r->body), &body, &unread))
        return name_with_carrier(n, r, NULL, err); /* who knows what it says */
    if (text_starts(r->kind, "photo.") && (n->wish->what & ERASURE_PHOTOS))
        ok = name_photos(n, body, err) && name_with_carrier(n, r, NULL, err);
    else {
        take_out(n, r->kind, body, &any);
        ok = !any || name_with_carrier(n, r, body, err);
    }
    json_free(body);
    return ok;
}

/* ---- the records of a point ------------------------------------------------------ */

/* Also those that are held unapplied, and of those erased before what is left. */
static const char sql_said[] =
    "SELECT r.hash, r.head, r.sig, r.body, COALESCE(r.body,"
    " (SELECT e.body FROM erased_record e"
    " WHERE e.hash = COALESCE(r.carried_hash, r.hash)"
    " ORDER BY e.tick DESC, e.origin DESC, e.erasure DESC LIMIT 1)),"
    " COALESCE(r.carried, r.kind), r.carried_hash FROM record r WHERE r.subject = ?1 "
    "OR r.subject = ?2"
    " ORDER BY r.tick, r.origin, r.seq";

/* Of a record that carries another both are named; not a carrier that has left the erased
 * body out itself. */
static bool read_carried(struct store *s, struct arena *a, struct record *r,
                         struct said *ret, struct err *err)
{
    struct record inner;
    bool opened;
    if (!carry_inner(s, a, r, &inner, &opened, err))
        return false;
    if (!opened)
        return true;
    char *carrier = arena_alloc(a, DIGEST_HEX);
    text_hex(r->hash, DIGEST_SIZE, carrier);
    if (inner.body || !r->body)
        ret->carrier = carrier;
    ret->head = inner.head;
    ret->kind = inner.kind;
    if (r->body)
        ret->body = inner.body;
    *r = inner;
    return true;
}

static const char *hex_of(struct arena *a, const struct db_rows *rows, int column)
{
    char *hex = arena_alloc(a, DIGEST_HEX);
    text_hex(sqlite3_column_blob(rows->statement, column), DIGEST_SIZE, hex);
    return hex;
}

/* By the row alone; of a carrier what it carries goes wherever it is plain. */
static struct said spoilt_said(struct arena *a, const struct db_rows *rows)
{
    bool carries = !db_is_null(rows, 6);
    return (struct said){.hash = hex_of(a, rows, carries ? 6 : 0),
                         .kind = db_text(rows, a, 5),
                         .body = "",
                         .carrier = carries ? hex_of(a, rows, 0) : NULL,
                         .spoilt = true};
}

static bool read_said(struct store *s, struct arena *a, struct db_rows *rows,
                      struct said *ret, struct err *err)
{
    struct record r;
    const char *head = db_text(rows, a, 1), *body = db_text(rows, a, 3);
    const uint8_t *sig = db_blob(rows, a, 2, NULL);
    char *hex = arena_alloc(a, DIGEST_HEX);
    struct err unread = ERR_INIT;
    bool read = record_read(a, head, strlen(head), body, body ? strlen(body) : 0, sig,
                            &r, &unread);
    if (!read && !record_is_spoilt(&unread))
        return *err = unread, false;
    if (!read ||
        memcmp(r.hash, sqlite3_column_blob(rows->statement, 0), DIGEST_SIZE) != 0) {
        *ret = spoilt_said(a, rows);
        return true;
    }
    *ret = (struct said){.hash = hex, .kind = r.kind, .body = db_text(rows, a, 4)};
    if (carry_is(&r) && !read_carried(s, a, &r, ret, err))
        return false;
    text_hex(r.hash, DIGEST_SIZE, hex);
    return true;
}

static bool gather(struct naming *n, struct said **ret, struct err *err)
{
    struct db_rows rows;
    char issue[UID_SIZE];
    struct said *first = NULL, **end = &first;
    uid_derive("issue", n->wish->observation, issue);
    if (!db_query(&n->s->db, &rows, err, sql_said, "ss", n->wish->observation, issue))
        return false;
    bool ok = true;
    while (ok && db_next(&rows, err)) {
        struct said *r = arena_alloc(n->arena, sizeof *r);
        if (db_is_null(&rows, 4))
            continue;
        ok = read_said(n->s, n->arena, &rows, r, err);
        if (ok && r->body) {
            *end = r;
            end = &r->next;
        }
    }
    *ret = first;
    return db_done(&rows) && ok;
}

bool erasure_write(struct store *s, struct arena *a, const struct erasure_wish *w,
                   struct erasure_counts *ret, struct err *err)
{
    struct naming n = {.s = s, .arena = a, .wish = w};
    struct said *said = NULL;
    bool ok = w->refused || gather(&n, &said, err);
    for (const struct said *r = said; ok && r; r = r->next)
        ok = name_said(&n, r, err);
    if (ok && !w->refused && n.counts.records + n.counts.photos == 0)
        ok = err_set(err, ERR_NOT_FOUND, "erasure.nothing", w->observation, NULL);
    if (ok && (w->refused || n.record_count || n.photo_count))
        ok = write_one(&n, err);
    buf_release(&n.records);
    buf_release(&n.photos);
    if (ok)
        *ret = n.counts;
    return ok;
}
