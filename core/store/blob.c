/* blob: see the header. */
#include "core/store/blob.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/erase.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- places ---------------------------------------------------------------------- */

bool blob_is_sealed(const struct blob *b)
{
    return strcmp(b->type, BLOB_SEALED) == 0;
}

const char *blob_type_of(const uint8_t head[8])
{
    if (head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF)
        return "image/jpeg";
    return memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0 ? "image/png" : NULL;
}

void blob_path(const struct store *s, const char *sha256, const char *type, char *out,
               size_t size)
{
    const char *end = strcmp(type, "image/png") == 0   ? "png"
                      : strcmp(type, BLOB_SEALED) == 0 ? "box"
                                                       : "jpg";
    snprintf(out, size, "%s/photos/%.2s/%s.%s", s->dir, sha256, sha256, end);
}

void blob_derived_path(const struct store *s, const char *sha256, int side, char *out,
                       size_t size)
{
    snprintf(out, size, "%s/derived/%.2s/%s.%d.jpg", s->dir, sha256, sha256, side);
}

bool blob_make_folder(const struct store *s, const char *kind, const char *sha256,
                      struct err *err)
{
    char folder[1200], above[1200];
    snprintf(folder, sizeof folder, "%s/%s/%.2s", s->dir, kind, sha256);
    snprintf(above, sizeof above, "%s/%s", s->dir, kind);
    if (file_exists(folder))
        return true;
    return file_make_folders(folder, err) && file_sync_folder(above, err);
}

bool blob_make_folders(const struct store *s, struct err *err)
{
    char path[1200];
    bool made = false;
    for (unsigned i = 0; i < 256; i++) {
        snprintf(path, sizeof path, "%s/photos/%02x", s->dir, i);
        if (mkdir(path, 0700) == 0)
            made = true;
        else if (errno != EEXIST)
            return err_errno(err, "file.unwritable", path);
    }
    snprintf(path, sizeof path, "%s/photos", s->dir);
    return !made || file_sync_folder(path, err);
}

/* Is the file that stands there what its name says? */
static bool stands_whole(const char *path, const char *sha256)
{
    uint8_t hash[DIGEST_SIZE];
    char hex[DIGEST_HEX] = "";
    struct err ignored = ERR_INIT;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    if (digest_of_fd(fd, hash, NULL, &ignored))
        text_hex(hash, sizeof hash, hex);
    close(fd);
    return strcmp(hex, sha256) == 0;
}

bool blob_settle(const struct store *s, const char *from, const char *sha256,
                 const char *type, struct err *err)
{
    char to[1200];
    blob_path(s, sha256, type, to, sizeof to);
    if (file_exists(to) && stands_whole(to, sha256))
        return file_remove(from, err);
    return blob_make_folder(s, "photos", sha256, err) && file_settle(from, to, err);
}

/* ---- the table ------------------------------------------------------------------- */

static const char sql_blob_add[] =
    "INSERT INTO blob (sha256, bytes, type, state, cleared, made_ms)"
    " VALUES (?1, ?2, ?3, 'stored', ?4, ?5) ON CONFLICT (sha256) DO UPDATE SET"
    " cleared = CASE WHEN blob.cleared = 1 THEN 1 ELSE excluded.cleared END";

bool blob_name(struct store *s, const char *sha256, int64_t bytes, const char *type,
               bool cleared, struct err *err)
{
    bool erased;
    if (!erase_of_blob(&s->db, sha256, &erased, err))
        return false;
    if (erased)
        return blob_destroy(s, sha256, err) &&
               err_set(err, ERR_GONE, "photo.erased", sha256, NULL);
    return db_run(&s->db, err, sql_blob_add, "sisii", sha256, bytes, type,
                  (int64_t)cleared, clock_utc_ms());
}

static void read_row(struct db_rows *rows, struct blob *b)
{
    snprintf(b->sha256, sizeof b->sha256, "%s", db_peek(rows, 0));
    b->bytes = db_int(rows, 1);
    snprintf(b->type, sizeof b->type, "%s", db_peek(rows, 2));
    snprintf(b->state, sizeof b->state, "%s", db_peek(rows, 3));
    b->cleared = db_int(rows, 4) != 0;
    b->made_ms = db_int(rows, 5);
    b->small = (enum blob_small)db_int(rows, 6);
    snprintf(b->unshown, sizeof b->unshown, "%s", db_peek(rows, 7));
}

#define BLOBS "SELECT sha256, bytes, type, state, cleared, made_ms, small, unshown FROM blob"

static const char sql_blob_of[] = BLOBS " WHERE sha256 = ?1";

bool blob_find(struct store *s, const char *sha256, struct blob *ret, struct err *err)
{
    struct db_rows rows;
    struct blob b = {0};
    if (!db_query(&s->db, &rows, err, sql_blob_of, "s", sha256))
        return false;
    bool found = db_next(&rows, err);
    if (found)
        read_row(&rows, &b);
    if (!db_done(&rows))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "photo.unknown", sha256, NULL);
    *ret = b;
    return true;
}

static const char sql_blob_count[] = "SELECT count(*) FROM blob WHERE sha256 = ?1";

bool blob_has(struct store *s, const char *sha256, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_blob_count, "s", sha256))
        return false;
    *ret = n > 0;
    return true;
}

static const char sql_blob_clear[] = "UPDATE blob SET cleared = 1 WHERE sha256 = ?1";
static const char sql_blob_state[] = "UPDATE blob SET state = ?2 WHERE sha256 = ?1";

bool blob_clear(struct store *s, const char *sha256, struct err *err)
{
    if (!db_run(&s->db, err, sql_blob_clear, "s", sha256))
        return false;
    return db_changes(&s->db) > 0 ||
           err_set(err, ERR_NOT_FOUND, "photo.unknown", sha256, NULL);
}

static const char sql_blob_clear_walk[] =
    "UPDATE blob SET cleared = 1 WHERE cleared = 0 AND sha256 IN (SELECT p.sha256 FROM"
    " photo p JOIN observation o ON o.id = p.observation WHERE o.walk = ?1)";
static const char sql_blob_match[] =
    "SELECT sha256 FROM blob WHERE sha256 LIKE ?1 ORDER BY sha256 LIMIT 2";

bool blob_clear_walk(struct store *s, const char *walk, int64_t *ret_n, struct err *err)
{
    if (!db_run(&s->db, err, sql_blob_clear_walk, "s", walk))
        return false;
    *ret_n = db_changes(&s->db);
    return true;
}

bool blob_match(struct store *s, const char *begin, char ret[DIGEST_HEX], struct err *err)
{
    char pattern[DIGEST_HEX + 1], found[DIGEST_HEX];
    struct db_rows rows;
    size_t n = strlen(begin), matches = 0;
    if (n < 6 || n > 64 || strspn(begin, "0123456789abcdef") != n)
        return err_set(err, ERR_NOT_FOUND, "photo.unknown", begin, NULL);
    snprintf(pattern, sizeof pattern, "%s%%", begin);
    if (!db_query(&s->db, &rows, err, sql_blob_match, "s", pattern))
        return false;
    for (; db_next(&rows, err); matches++)
        snprintf(found, sizeof found, "%s", db_peek(&rows, 0));
    if (!db_done(&rows))
        return false;
    if (matches != 1)
        return matches ? err_set(err, ERR_INPUT, "photo.ambiguous", begin, NULL)
                       : err_set(err, ERR_NOT_FOUND, "photo.unknown", begin, NULL);
    memcpy(ret, found, DIGEST_HEX);
    return true;
}

bool blob_set_state(struct store *s, const char *sha256, const char *state,
                    struct err *err)
{
    return db_run(&s->db, err, sql_blob_state, "ss", sha256, state);
}

static const char sql_blob_doubt[] =
    "UPDATE blob SET state = 'stored' WHERE state = 'verified'";

bool blob_doubt(struct store *s, struct err *err)
{
    return db_run(&s->db, err, sql_blob_doubt, "");
}

static const char sql_blobs[] =
    BLOBS " WHERE (?1 = '' OR state = ?1) ORDER BY sha256";
static const char sql_blobs_small[] =
    BLOBS " WHERE small = ?1 AND type <> 'sealed' ORDER BY made_ms DESC, sha256";

static bool visit_all(struct db_rows *rows, blob_visit visit, void *data, struct err *err)
{
    bool ok = true;
    while (ok && db_next(rows, err)) {
        struct blob b;
        read_row(rows, &b);
        ok = visit(&b, data, err);
    }
    return db_done(rows) && ok;
}

bool blob_each(struct store *s, const char *state, blob_visit visit, void *data,
               struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_blobs, "s", state ? state : "") &&
           visit_all(&rows, visit, data, err);
}

bool blob_each_small(struct store *s, enum blob_small small, blob_visit visit, void *data,
                     struct err *err)
{
    struct db_rows rows;
    return db_query(&s->db, &rows, err, sql_blobs_small, "i", (int64_t)small) &&
           visit_all(&rows, visit, data, err);
}

static const char sql_blob_small[] =
    "UPDATE blob SET small = ?2, unshown = ?3 WHERE sha256 = ?1";
static const char sql_unshown_count[] = "SELECT count(*) FROM blob WHERE small = 2";

bool blob_set_small(struct store *s, const char *sha256, enum blob_small small,
                    const char *word, bool *ret_there, struct err *err)
{
    if (!db_run(&s->db, err, sql_blob_small, "sis", sha256, (int64_t)small, word))
        return false;
    *ret_there = db_changes(&s->db) > 0;
    return true;
}

static const char sql_want_again[] =
    "UPDATE blob SET small = 0, unshown = NULL"
    " WHERE small = 2 AND unshown IN ('slow', 'stopped')";

bool blob_want_again(struct store *s, struct err *err)
{
    return db_run(&s->db, err, sql_want_again, "");
}

bool blob_count_unshown(struct store *s, int64_t *ret, struct err *err)
{
    return db_number(&s->db, ret, 0, err, sql_unshown_count, "");
}

const char *const blob_unshown_words[] = {"damaged", "heavy", "slow",
                                          "stopped", "other", NULL};

bool blob_unshown(const char *word, const char *name, struct err *ret)
{
    static const char *const keys[] = {"unshown.damaged", "unshown.heavy", "unshown.slow",
                                       "unshown.stopped", "unshown.other"};
    size_t i = 0;
    if (!word || !*word)
        return false;
    while (i < 4 && strcmp(blob_unshown_words[i], word) != 0)
        i++;
    err_set(ret, ERR_UNREADABLE, keys[i], name, NULL);
    return true;
}

bool blob_verify(const struct store *s, const struct blob *b, struct err *err)
{
    char path[1200], hex[DIGEST_HEX];
    uint8_t hash[DIGEST_SIZE];
    int64_t bytes = 0;
    blob_path(s, b->sha256, b->type, path, sizeof path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_DAMAGED, "photo.missing", path, NULL);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    bool ok = digest_of_fd(fd, hash, &bytes, err);
    close(fd);
    if (!ok)
        return false;
    text_hex(hash, sizeof hash, hex);
    if (bytes != b->bytes || strcmp(hex, b->sha256) != 0)
        return err_set(err, ERR_DAMAGED, "photo.damaged", path, NULL);
    return true;
}

bool blob_open(struct store *s, const char *sha256, int *ret_fd, struct err *err)
{
    struct blob b;
    struct stat at;
    char path[1200];
    if (!blob_find(s, sha256, &b, err))
        return false;
    blob_path(s, b.sha256, b.type, path, sizeof path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_set(err, ERR_DAMAGED, "photo.missing", sha256, NULL);
    if (fstat(fd, &at) != 0 || at.st_size != b.bytes) {
        close(fd);
        return err_set(err, ERR_DAMAGED, "photo.damaged", sha256, NULL);
    }
    *ret_fd = fd;
    return true;
}

static const char sql_blob_drop[] = "DELETE FROM blob WHERE sha256 = ?1";

bool blob_drop(struct store *s, const char *sha256, struct err *err)
{
    return db_run(&s->db, err, sql_blob_drop, "s", sha256);
}

/* All files of the folder whose name begins with the hash; no folder is fine. */
static bool destroy_in(const char *folder, const char *sha256, struct err *err)
{
    char path[1600];
    DIR *dir = opendir(folder);
    bool ok = true, any = false;
    if (!dir)
        return errno == ENOENT || err_errno(err, "file.unreadable", folder);
    for (struct dirent *e; ok && (e = readdir(dir));) {
        if (!text_starts(e->d_name, sha256))
            continue;
        snprintf(path, sizeof path, "%.1200s/%s", folder, e->d_name);
        ok = file_remove(path, err);
        any = true;
    }
    closedir(dir);
    return ok && (!any || file_sync_folder(folder, err));
}

bool blob_destroy(const struct store *s, const char *sha256, struct err *err)
{
    char folder[1200];
    snprintf(folder, sizeof folder, "%s/photos/%.2s", s->dir, sha256);
    if (!destroy_in(folder, sha256, err))
        return false;
    snprintf(folder, sizeof folder, "%s/derived/%.2s", s->dir, sha256);
    if (!destroy_in(folder, sha256, err))
        return false;
    store_path(s, "uploads", folder, sizeof folder);
    return destroy_in(folder, sha256, err);
}

bool blob_forget(struct store *s, const struct blob *b, struct err *err)
{
    char path[1200], aside[1220];
    blob_path(s, b->sha256, b->type, path, sizeof path);
    snprintf(aside, sizeof aside, "%s.damaged", path);
    if (rename(path, aside) != 0 && errno != ENOENT)
        return err_errno(err, "file.unwritable", aside);
    return db_run(&s->db, err, sql_blob_drop, "s", b->sha256);
}
