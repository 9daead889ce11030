/* stick: writing one on the device, and taking home what the registry wrote on it.
 * stick_take.c is the registry's half. */
#include "sync/stick.h"

#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/feed.h"
#include "core/store/local/peer.h"
#include "core/store/local/receipt.h"
#include "core/store/local/set_aside.h"
#include "core/store/local/stranger.h"
#include "core/store/own.h"
#include "sync/receipts.h"
#include "sync/stick_file.h"
#include "sync/take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- out: the device's half ------------------------------------------------------ */

struct writing {
    struct db *db;
    struct stick_counts *counts;
    const struct told *told;
};

static const char sql_stick_line[] = "INSERT INTO line (text) VALUES (?1)";
static const char sql_stick_photo[] =
    "INSERT INTO photo (sha256, type, bytes, data) VALUES (?1, ?2, ?3, zeroblob(?3))";
static const char sql_stick_no_photo[] = "DELETE FROM photo WHERE n = ?1";

static bool add_record(const struct record *r, int64_t arrival, void *data,
                       struct err *err)
{
    struct writing *w = data;
    struct buf line = BUF_INIT;
    (void)arrival;
    record_line(r, &line);
    bool ok = db_run(w->db, err, sql_stick_line, "s", line.data);
    buf_release(&line);
    w->counts->records++;
    return ok;
}

/* The file's bytes into the row's blob, in steps, so that memory stays small. *ret_read is
 * false when the disk does not give them. */
static bool pour(struct db *db, int64_t row, int fd, int64_t bytes, bool *ret_read,
                 struct err *err)
{
    enum { STEP = 262144 };
    sqlite3_blob *to = NULL;
    char *step = malloc(STEP);
    bool ok = step && sqlite3_blob_open(db->handle, "main", "photo", "data", row, 1, &to) ==
                          SQLITE_OK;
    *ret_read = true;
    for (int64_t at = 0; ok && *ret_read && at < bytes;) {
        ssize_t n = pread(fd, step, STEP, at);
        *ret_read = n > 0 && at + n <= bytes;
        ok = !*ret_read || sqlite3_blob_write(to, step, (int)n, (int)at) == SQLITE_OK;
        at += n;
    }
    sqlite3_blob_close(to);
    free(step);
    return ok || err_set(err, ERR_INTERNAL, "stick.unwritable", NULL);
}

static bool put_photo(struct writing *w, const struct peer_photo *p, int fd,
                      struct err *err)
{
    bool read = false;
    if (!db_run(w->db, err, sql_stick_photo, "ssi", p->sha256, p->type, p->bytes))
        return false;
    int64_t row = sqlite3_last_insert_rowid(w->db->handle);
    if (!pour(w->db, row, fd, p->bytes, &read, err))
        return false;
    ++*(read ? &w->counts->photos : &w->counts->left_out);
    return read || db_run(w->db, err, sql_stick_no_photo, "i", row);
}

/* A photo that is not there as it was kept is left out and counted. */
static bool add_photo(struct store *s, struct writing *w, const struct peer_photo *p,
                      struct err *err)
{
    struct err why = ERR_INIT;
    int fd = -1;
    if (!blob_open(s, p->sha256, &fd, &why)) {
        w->counts->left_out += why.code == ERR_DAMAGED;
        if (why.code == ERR_DAMAGED || why.code == ERR_NOT_FOUND)
            return true;
        *err = why;
        return false;
    }
    bool ok = put_photo(w, p, fd, err);
    close(fd);
    return ok;
}

/* What we could not read ourselves goes as it came. */
static bool add_aside(struct store *s, struct arena *a, struct writing *w,
                      const struct own *own, int64_t from, struct err *err)
{
    const char *line = "";
    bool ok = true;
    for (int64_t seq = from - 1; ok && line;) {
        ok = set_aside_next(s, a, own->origin, seq + 1, &seq, &line, err) &&
             (!line || db_run(w->db, err, sql_stick_line, "s", line));
        w->counts->records += ok && line;
    }
    return ok;
}

static bool add_own(struct store *s, struct arena *a, struct writing *w,
                    const struct peer *peer, const struct own *own, struct err *err)
{
    struct buf key = BUF_INIT, spoilt = BUF_INIT;
    int64_t from = 1;
    wire_key_line(&key, own->origin, own->key);
    key.data[--key.len] = '\0';
    bool ok = (!peer || receipt_next(s, peer, own->origin, &from, err)) &&
              db_run(w->db, err, sql_stick_line, "s", key.data) &&
              feed_origin(s, own->origin, from, add_record, w, NULL, &spoilt, err) &&
              add_aside(s, a, w, own, from, err);
    w->counts->left_out += (int64_t)(spoilt.len / sizeof(int64_t));
    buf_release(&spoilt);
    buf_release(&key);
    return ok;
}

/* At a hub: who was not let in yet. The registry's people do that, so it must hear of them. */
static bool add_strangers(struct store *s, struct arena *a, struct writing *w,
                          struct err *err)
{
    struct stranger *list;
    size_t n;
    bool ok = stranger_list(s, a, &list, &n, err);
    for (size_t i = 0; ok && i < n; i++) {
        struct buf key = BUF_INIT;
        uint8_t public_key[SIGN_PUBLIC];
        const char *line = "";
        ok = feed_key(s, list[i].origin, public_key, err);
        wire_key_line(&key, list[i].origin, public_key);
        key.data[--key.len] = '\0';
        ok = ok && db_run(w->db, err, sql_stick_line, "s", key.data);
        for (int64_t seq = 0; ok && line;) {
            ok = stranger_next(s, a, list[i].origin, seq + 1, &seq, &line, err) &&
                 (!line || db_run(w->db, err, sql_stick_line, "s", line));
            w->counts->records += ok && line;
        }
        buf_release(&key);
    }
    return ok;
}

static bool fill(struct store *s, struct arena *a, struct writing *w, struct err *err)
{
    struct peer peer;
    struct peer_photo *photos;
    struct own *owns;
    size_t n, own_count;
    bool paired;
    bool ok = peer_read(s, a, &peer, &paired, err) &&
              own_list(s, a, &owns, &own_count, err);
    for (size_t i = 0; ok && i < own_count; i++)
        ok = add_own(s, a, w, paired ? &peer : NULL, &owns[i], err);
    /* A hub's stick has its tablets' too. */
    ok = ok && carried_list(s, a, &owns, &own_count, err);
    for (size_t i = 0; ok && i < own_count; i++)
        ok = add_own(s, a, w, paired ? &peer : NULL, &owns[i], err);
    ok = ok && add_strangers(s, a, w, err);
    ok = ok && peer_photos_for_stick(s, paired ? &peer : NULL, a, &photos, &n, err);
    int64_t done = 0, of = 0;
    for (size_t i = 0; ok && i < n; i++)
        of += photos[i].bytes;
    for (size_t i = 0; ok && i < n; i++) {
        ok = add_photo(s, w, &photos[i], err);
        told_tell(w->told, done += photos[i].bytes, of);
    }
    return ok;
}

bool stick_write(struct store *s, const char *path, const struct told *told,
                 struct stick_counts *ret, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db db;
    struct stick_counts counts = {0};
    struct writing w = {&db, &counts, told};
    char beside[1200];
    if (!stick_file_make(&db, path, beside, err))
        return false;
    bool ok = db_begin(&db, err) && fill(s, &a, &w, err) && db_commit(&db, err) &&
              stick_file_finish(&db, beside, path, err);
    arena_release(&a);
    if (ok) {
        *ret = counts;
        return true;
    }
    db_rollback(&db);
    db_close(&db);
    db_remove(beside);
    return false;
}

/* ---- home: receipts -------------------------------------------------------------- */

static const char sql_stick_receipts[] =
    "SELECT text, origin, sig FROM receipt ORDER BY n LIMIT 1000";
static const char sql_stick_feed[] =
    "SELECT text FROM feed WHERE length(text) <= 200000 ORDER BY n";

/* False when the row is no receipt. */
static bool read_receipt(struct db_rows *rows, struct arena *a,
                         struct carried_receipt *ret)
{
    size_t origin_len = 0, sig_len = 0;
    const uint8_t *origin = db_blob(rows, a, 1, &origin_len);
    const uint8_t *sig = db_blob(rows, a, 2, &sig_len);
    ret->text = db_text(rows, a, 0);
    if (!ret->text || !origin || !sig || origin_len != RECORD_ORIGIN ||
        sig_len != SIGN_SIZE)
        return false;
    memcpy(ret->origin, origin, RECORD_ORIGIN);
    memcpy(ret->sig, sig, SIGN_SIZE);
    return true;
}

static bool take_receipts(struct store *s, struct db *db, const struct peer *p,
                          struct stick_counts *counts, size_t *ret_seen, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    bool ok = true;
    if (!db_query(db, &rows, err, sql_stick_receipts, ""))
        return false;
    while (ok && db_next(&rows, err)) {
        struct carried_receipt r;
        bool good = false;
        ok = !read_receipt(&rows, &a, &r) ||
             receipts_take(s, p, &r, &counts->confirmed, &good, err);
        *ret_seen += good;
        arena_reset(&a);
    }
    arena_release(&a);
    return db_done(&rows) && ok;
}

/* Before any of them is taken: in which epoch do they speak? */
static bool take_epoch(struct store *s, struct arena *a, struct db *db, struct peer *p,
                       struct err *err)
{
    struct db_rows rows;
    bool ok = true;
    if (!db_query(db, &rows, err, sql_stick_receipts, ""))
        return false;
    while (ok && db_next(&rows, err)) {
        struct carried_receipt r;
        ok = !read_receipt(&rows, a, &r) || receipts_epoch(s, a, p, &r, err);
    }
    return db_done(&rows) && ok;
}

/* Whoever carried the stick may have left a body out. */
static bool take_of_feed(struct store *s, struct arena *a, const struct record *r,
                         enum hold_verdict *ret, struct err *err)
{
    bool bare = true;
    *ret = HOLD_BARE;
    if (!r->body && !hold_may_be_bare(s, r, &bare, err))
        return false;
    return !bare || hold_take(s, a, r, ret, err);
}

/* One for each origin that has a word in the public feed: registries, and tablets whose clock
 * was put right. */
enum { FEED_KEYS_MOST = 4096 };

/* The registry's public records; it must come before the receipts, because it may bring
 * the very origin that signed them. */
static bool take_feed(struct store *s, struct db *db, struct stick_counts *counts,
                      struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db_rows rows;
    bool ok = true;
    if (!db_query(db, &rows, err, sql_stick_feed, ""))
        return false;
    int keys = 0;
    while (ok && db_next(&rows, err)) {
        struct wire_line w;
        struct err wrong = ERR_INIT;
        enum hold_verdict verdict;
        const char *text = db_peek(&rows, 0);
        if (!wire_read_line(&a, text, strlen(text), &w, &wrong) || w.drop ||
            w.covered || w.unknown ||
            (w.is_key
                 ? keys++ >= FEED_KEYS_MOST || !hold_key(s, w.origin, w.key, &wrong)
                 : !hold_check(s, &w.record, &wrong)))
            counts->refused++;
        else if (!w.is_key) {
            ok = take_of_feed(s, &a, &w.record, &verdict, err);
            counts->records += ok && verdict == HOLD_NEW;
            counts->refused += ok && verdict != HOLD_NEW && verdict != HOLD_ALREADY;
        }
        arena_reset(&a);
    }
    arena_release(&a);
    return db_done(&rows) && ok;
}

bool stick_home(struct store *s, const char *path, struct stick_counts *ret,
                struct err *err)
{
    struct arena a = ARENA_INIT;
    struct db db;
    struct peer peer;
    struct stick_counts counts = {0};
    size_t seen = 0;
    bool paired = false, writable, ok;
    if (!stick_file_open(&db, path, &writable, err))
        return false;
    ok = peer_read(s, &a, &peer, &paired, err);
    if (ok && !paired)
        ok = err_set(err, ERR_INPUT, "sync.not_paired", NULL);
    ok = ok && db_begin(&s->db, err) && take_feed(s, &db, &counts, err) &&
         take_epoch(s, &a, &db, &peer, err) &&
         take_receipts(s, &db, &peer, &counts, &seen, err);
    if (ok && seen == 0)
        ok = err_set(err, ERR_INPUT, "stick.no_receipts", path, NULL);
    if (ok)
        ok = db_commit(&s->db, err);
    else
        db_rollback(&s->db);
    if (ok)
        *ret = counts;
    db_close(&db);
    arena_release(&a);
    return ok;
}
