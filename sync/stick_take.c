/* stick_take: the registry's half of a stick: records and photos in, receipts out. */
#include "sync/stick.h"

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/carry.h"
#include "core/store/erase.h"
#include "core/store/feed.h"
#include "core/store/hold.h"
#include "core/store/local/stranger.h"
#include "core/store/observation.h"
#include "core/store/seal_photo.h"
#include "sync/receipts.h"
#include "sync/runs.h"
#include "sync/stick_file.h"
#include "sync/take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 500, ORIGINS_MOST = 64, FEED_MOST = 100000 };

struct taking {
    struct store *s;
    struct db *db;
    struct stick_counts counts;
    uint8_t origin[ORIGINS_MOST][RECORD_ORIGIN]; /* whose records came */
    size_t origins;
    struct buf photos; /* JSON array of the photos' states */
    struct buf keys;   /* origins whose key stands in the feed, one after the other */
    struct json_out photos_out;
};

/* ---- records --------------------------------------------------------------------- */

static void remember_origin(struct taking *t, const uint8_t origin[RECORD_ORIGIN])
{
    for (size_t i = 0; i < t->origins; i++)
        if (memcmp(t->origin[i], origin, RECORD_ORIGIN) == 0)
            return;
    if (t->origins < ORIGINS_MOST)
        memcpy(t->origin[t->origins++], origin, RECORD_ORIGIN);
}

static void refuse(struct taking *t, const struct err *why)
{
    if (t->counts.refused++ == 0)
        t->counts.why = *why;
}

/* A photo of the stick; the sentence names it by its first letters. */
static void refuse_photo(struct taking *t, const char *key, const char *sha256)
{
    struct err why = ERR_INIT;
    char brief[13] = "?";
    if (digest_is_hex(sha256))
        snprintf(brief, sizeof brief, "%.12s", sha256);
    err_set(&why, ERR_INPUT, key, brief, NULL);
    refuse(t, &why);
}

static const char sql_stick_lines[] =
    "SELECT n, text FROM line WHERE n > ?1 AND length(text) <= 200000 ORDER BY n LIMIT ?2";

static void count(struct taking *t, const struct take *one)
{
    t->counts.records += one->verdict == TAKE_NEW;
    t->counts.already += one->verdict == TAKE_ALREADY;
    t->counts.waiting += one->verdict == TAKE_WAITS;
    if (one->verdict == TAKE_REFUSED)
        refuse(t, &one->why);
    if (one->verdict == TAKE_NEW || one->verdict == TAKE_ALREADY)
        remember_origin(t, one->record.origin);
}

static bool take_lines(struct taking *t, int64_t *after, int64_t *ret_n, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    bool ok = true;
    *ret_n = 0;
    if (!db_query(t->db, &rows, err, sql_stick_lines, "ii", *after, (int64_t)AT_ONCE))
        return false;
    while (ok && db_next(&rows, err)) {
        struct take one;
        const char *text = db_peek(&rows, 1);
        *after = db_int(&rows, 0);
        ++*ret_n;
        ok = take_line(t->s, &a, "stick", text, strlen(text), &one, err);
        if (ok)
            count(t, &one);
        arena_reset(&a);
    }
    arena_release(&a);
    return db_done(&rows) && ok;
}

static bool take_records(struct taking *t, struct err *err)
{
    int64_t after = 0, n = AT_ONCE;
    while (n == AT_ONCE) {
        if (!db_begin(&t->s->db, err))
            return false;
        if (!take_lines(t, &after, &n, err)) {
            db_rollback(&t->s->db);
            return false;
        }
        if (!db_commit(&t->s->db, err))
            return false;
    }
    return stranger_let_in(t->s, NULL, err);
}

/* ---- photos ---------------------------------------------------------------------- */

static bool copy_blob(struct taking *t, int64_t row, struct blob_writer *w,
                      struct err *err)
{
    enum { STEP = 262144 };
    sqlite3_blob *from = NULL;
    char *step = malloc(STEP);
    bool ok = step && sqlite3_blob_open(t->db->handle, "main", "photo", "data", row, 0,
                                        &from) == SQLITE_OK;
    int size = ok ? sqlite3_blob_bytes(from) : 0;
    if (!ok)
        err_set(err, ERR_INPUT, "stick.unreadable", NULL);
    for (int at = 0; ok && at < size;) {
        int n = size - at < STEP ? size - at : STEP;
        ok = sqlite3_blob_read(from, step, n, at) == SQLITE_OK ||
             err_set(err, ERR_INPUT, "stick.unreadable", NULL);
        ok = ok && blob_add(w, step, (size_t)n, err);
        at += n;
    }
    sqlite3_blob_close(from);
    free(step);
    return ok;
}

static bool name_photo(struct store *s, const char *sha256, int64_t bytes,
                       const char *type, struct err *err)
{
    struct blob b;
    if (!db_begin(&s->db, err))
        return false;
    if (!blob_name(s, sha256, bytes, type, true, err)) {
        db_rollback(&s->db);
        return false;
    }
    return db_commit(&s->db, err) && blob_find(s, sha256, &b, err) &&
           blob_verify(s, &b, err) && blob_set_state(s, sha256, "verified", err);
}

/* A photo whose bytes are not what they are called is refused alone. */
static bool take_photo(struct taking *t, int64_t row, const char *sha256,
                       const char *type, struct err *err)
{
    struct blob_writer w = {0};
    char hash[DIGEST_HEX];
    struct err wrong = ERR_INIT;
    bool type_known = strcmp(type, "image/jpeg") == 0 || strcmp(type, "image/png") == 0 ||
                      strcmp(type, BLOB_SEALED) == 0;
    bool good = type_known && digest_is_hex(sha256) && blob_begin(&w, t->s, &wrong) &&
                copy_blob(t, row, &w, &wrong) && blob_seal(&w, hash, &wrong) &&
                strcmp(hash, sha256) == 0;
    if (!good) {
        blob_abandon(&w);
        refuse_photo(t, "stick.photo_differs", sha256);
        if (wrong.code != ERR_FULL && wrong.code != ERR_INTERNAL)
            return true;
        *err = wrong;
        return false;
    }
    bool ok = blob_settle(t->s, w.path, sha256, type, err) &&
              name_photo(t->s, sha256, w.bytes, type, err);
    t->counts.photos += ok;
    return ok;
}

static const char sql_stick_photo_size[] = "SELECT length(data) FROM photo WHERE n = ?1";

/* A stranger's photo takes room in the waiting room; without room it is refused alone. */
static bool take_stranger(struct taking *t, int64_t row, const char *sha256,
                          const char *type, struct err *err)
{
    struct err full = ERR_INIT;
    int64_t bytes = 0;
    if (!db_number(t->db, &bytes, 0, err, sql_stick_photo_size, "i", row))
        return false;
    if (stranger_photo_room(t->s, "stick", sha256, bytes, &full))
        return take_photo(t, row, sha256, type, err);
    refuse(t, &full);
    if (full.key && strcmp(full.key, "stranger.full") == 0)
        return true;
    *err = full;
    return false;
}

static bool tell_photo(struct taking *t, const char *sha256, struct err *err)
{
    struct blob b = {.state = "erased"};
    struct err absent = ERR_INIT;
    bool erased;
    if (!digest_is_hex(sha256))
        return true;
    if (!erase_of_blob(&t->s->db, sha256, &erased, err))
        return false;
    if (erased) {
        snprintf(b.sha256, sizeof b.sha256, "%s", sha256);
    } else if (!blob_find(t->s, sha256, &b, &absent)) {
        *err = absent;
        return absent.code == ERR_NOT_FOUND;
    }
    json_open(&t->photos_out, NULL, '{');
    json_str(&t->photos_out, "sha256", b.sha256);
    json_num(&t->photos_out, "bytes", b.bytes);
    json_str(&t->photos_out, "state", b.state);
    json_close(&t->photos_out, '}');
    return true;
}

static const char sql_stick_photos[] = "SELECT n, sha256, type FROM photo ORDER BY n";

static bool take_photos(struct taking *t, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    bool ok = true, has, erased, waits = false, named = false, box = false;
    if (!db_query(t->db, &rows, err, sql_stick_photos, ""))
        return false;
    while (ok && db_next(&rows, err)) {
        const char *sha = db_text(&rows, &a, 1), *type = db_text(&rows, &a, 2);
        const char *owner = "";
        if (!sha || !type) { /* NOT NULL is what the file says of itself */
            refuse_photo(t, "stick.photo_differs", sha ? sha : "?");
            continue;
        }
        ok = blob_has(t->s, sha, &has, err) && photo_owner(t->s, &a, sha, &owner, err) &&
             stranger_has_photo(t->s, sha, &waits, err) &&
             hold_names(t->s, sha, &named, err) &&
             seal_photo_named(t->s, sha, &box, err) &&
             erase_of_blob(&t->s->db, sha, &erased, err);
        /* a box is what records call one, and nothing else is */
        bool misnamed = box != (strcmp(type, BLOB_SEALED) == 0);
        bool spoken_of = waits || *owner || named || box;
        if (ok && (has || erased))
            t->counts.already++; /* or was, and is to be nowhere */
        else if (ok && (misnamed || !spoken_of))
            refuse_photo(t, misnamed ? "stick.photo_misnamed" : "stick.photo_of_nobody",
                         sha);
        else if (ok && waits)
            ok = take_stranger(t, db_int(&rows, 0), sha, type, err);
        else if (ok)
            ok = take_photo(t, db_int(&rows, 0), sha, type, err);
        ok = ok && (waits || tell_photo(t, sha, err));
        arena_reset(&a);
    }
    arena_release(&a);
    return db_done(&rows) && ok;
}

/* ---- receipts and the feed ------------------------------------------------------- */

static const char sql_stick_receipt[] =
    "INSERT INTO receipt (text, origin, sig) VALUES (?1, ?2, ?3)";
static const char sql_stick_feed_add[] = "INSERT INTO feed (text) VALUES (?1)";

static bool sign_receipt(struct taking *t, const struct buf *text, struct err *err)
{
    uint8_t sig[SIGN_SIZE];
    receipts_sign(t->s, text->data, text->len, sig);
    return db_run(t->db, err, sql_stick_receipt, "sbb", text->data, t->s->origin,
                  (size_t)RECORD_ORIGIN, sig, (size_t)SIGN_SIZE);
}

/* One receipt for each origin, with all photos in each: whoever carries the stick may
 * have several devices' records on it. origin NULL: of the photos alone. */
static bool write_receipt(struct taking *t, const uint8_t origin[RECORD_ORIGIN],
                          struct err *err)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '{');
    json_str(&o, "registry", t->s->registry);
    json_str(&o, "epoch", t->s->epoch);
    bool ok = !origin || runs_json(&o, t->s, origin, err);
    json_raw_unchecked(&o, "photos", t->photos.data);
    json_close(&o, '}');
    ok = ok && sign_receipt(t, &text, err);
    buf_release(&text);
    return ok;
}

/* An origin's key goes before its first record: the feed has words of the register's origins
 * from before a restore, and of other tablets. */
static bool add_key(struct taking *t, const uint8_t origin[RECORD_ORIGIN],
                    struct err *err)
{
    uint8_t key[SIGN_PUBLIC];
    struct buf line = BUF_INIT;
    for (size_t at = 0; at < t->keys.len; at += RECORD_ORIGIN)
        if (memcmp(t->keys.data + at, origin, RECORD_ORIGIN) == 0)
            return true;
    if (!feed_key(t->s, origin, key, err))
        return false;
    buf_add(&t->keys, origin, RECORD_ORIGIN);
    wire_key_line(&line, origin, key);
    line.data[--line.len] = '\0';
    bool ok = db_run(t->db, err, sql_stick_feed_add, "s", line.data);
    buf_release(&line);
    return ok;
}

static bool add_feed(const struct record *r, int64_t arrival, void *data, struct err *err)
{
    struct taking *t = data;
    struct arena a = ARENA_INIT;
    struct buf line = BUF_INIT;
    struct record said;
    bool can_tell;
    (void)arrival;
    bool ok = carry_said(t->s, &a, r, &said, &can_tell, err);
    /* a covering is of a point; and an unsigned word of it nobody could believe */
    bool told = ok && can_tell && strcmp(said.kind, "photo.cover") != 0;
    arena_release(&a);
    if (!told)
        return ok;
    if (!add_key(t, r->origin, err))
        return false;
    record_line(r, &line);
    ok = db_run(t->db, err, sql_stick_feed_add, "s", line.data);
    buf_release(&line);
    return ok;
}

static bool write_home(struct taking *t, struct err *err)
{
    bool ok = db_begin(t->db, err) &&
              db_script(t->db, "DELETE FROM receipt; DELETE FROM feed;", err) &&
              add_key(t, t->s->origin, err) &&
              feed_public(t->s, 0, FEED_MOST, add_feed, t, NULL, err);
    for (size_t i = 0; ok && i < t->origins; i++)
        ok = write_receipt(t, t->origin[i], err);
    if (ok && t->origins == 0) /* photos that waited for Wi-Fi, or nothing at all */
        ok = write_receipt(t, NULL, err);
    if (ok)
        ok = db_commit(t->db, err);
    else
        db_rollback(t->db);
    return ok;
}

bool stick_take(struct store *s, const char *path, struct stick_counts *ret,
                bool *ret_receipts, struct err *err)
{
    struct db db;
    struct taking *t = calloc(1, sizeof *t);
    struct err unwritten = ERR_INIT;
    bool writable;
    if (!t)
        err_die("stick", "out of memory");
    if (!stick_file_open(&db, path, &writable, err)) {
        free(t);
        return false;
    }
    t->s = s;
    t->db = &db;
    t->photos_out = (struct json_out)JSON_OUT(&t->photos);
    json_open(&t->photos_out, NULL, '[');
    bool ok = take_records(t, err) && take_photos(t, err);
    json_close(&t->photos_out, ']');
    if (ok) {
        *ret_receipts = writable && write_home(t, &unwritten);
        *ret = t->counts;
    }
    buf_release(&t->keys);
    buf_release(&t->photos);
    db_close(&db);
    free(t);
    return ok;
}
