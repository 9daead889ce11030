/* own: see the header. */
#include "core/store/own.h"

#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char sql_own_list[] =
    "SELECT w.origin, o.key, w.last FROM own_origin w JOIN origin o"
    " ON o.origin = w.origin ORDER BY w.retired_ms, w.origin";
static const char sql_own_now[] = "SELECT seq FROM self WHERE one = 1";

bool own_list(struct store *s, struct arena *a, struct own **ret, size_t *ret_n,
              struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    struct own now = {.last = 0};
    if (!db_query(&s->db, &rows, err, sql_own_list, ""))
        return false;
    while (db_next(&rows, err)) {
        struct own o = {.last = db_int(&rows, 2)};
        memcpy(o.origin, sqlite3_column_blob(rows.statement, 0), RECORD_ORIGIN);
        memcpy(o.key, sqlite3_column_blob(rows.statement, 1), SIGN_PUBLIC);
        buf_add(&list, &o, sizeof o);
    }
    bool ok = db_done(&rows) && db_number(&s->db, &now.last, 0, err, sql_own_now, "");
    if (ok) {
        memcpy(now.origin, s->origin, RECORD_ORIGIN);
        memcpy(now.key, s->key, SIGN_PUBLIC);
        buf_add(&list, &now, sizeof now);
        *ret_n = list.len / sizeof(struct own);
        *ret = arena_memdup(a, list.data, list.len);
    }
    buf_release(&list);
    return ok;
}

static const char sql_own_is[] = "SELECT count(*) FROM own_origin WHERE origin = ?1";

bool own_is(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
            struct err *err)
{
    int64_t n = 0;
    *ret = memcmp(origin, s->origin, RECORD_ORIGIN) == 0;
    if (*ret)
        return true;
    if (!db_number(&s->db, &n, 0, err, sql_own_is, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    *ret = n > 0;
    return true;
}

/* A small file's bytes into the hash; absent adds nothing. */
static void add_file(struct digest *d, const char *path)
{
    char bytes[256];
    FILE *f = fopen(path, "re"); /* not file_read: /proc files have no size */
    size_t n = f ? fread(bytes, 1, sizeof bytes, f) : 0;
    digest_add(d, bytes, n);
    if (f)
        fclose(f);
}

void own_machine(const struct store *s, char out[DIGEST_HEX])
{
    uint8_t hash[DIGEST_SIZE];
    struct stat st = {0};
    struct digest *d = digest_start();
    const char *named = getenv("LYGTE_MACHINE");
    if (named && *named) {
        digest_add(d, named, strlen(named));
    } else {
        add_file(d, "/etc/machine-id");
        add_file(d, "/proc/device-tree/serial-number");
        stat(s->dir, &st);
        digest_add(d, &st.st_ino, sizeof st.st_ino);
    }
    digest_finish(d, hash);
    text_hex(hash, sizeof hash, out);
}
