/* fuzz_store: stores for the targets that need one, in a folder of their own on a tmpfs,
 * so that no disk is worn and nothing waits for fsync. */
#ifndef LYGTE_TESTS_FUZZ_STORE_H
#define LYGTE_TESTS_FUZZ_STORE_H

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/store/hold.h"
#include "core/store/store.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char fuzz_folder[64];

/* The call must succeed; what it says when not is printed. */
static UNUSED void fuzz_ok(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "failed: %s (%s, %s) at %s\n", err->key ? err->key : "no key",
            err->arg[0], err->arg[1], err->part);
    abort();
}

/* what is said to the shell inside the folder. */
static UNUSED void fuzz_shell(const char *what)
{
    char command[200];
    snprintf(command, sizeof command, "cd '%s' && %s", fuzz_folder, what);
    fuzz_must(system(command) == 0);
}

static UNUSED void fuzz_folder_drop(void)
{
    fuzz_shell("rm -rf \"$PWD\"");
}

static UNUSED void fuzz_folder_empty(void)
{
    fuzz_shell("rm -rf ./*");
}

static UNUSED void fuzz_folder_make(void)
{
    sign_start();
    bool shm = access("/dev/shm", W_OK) == 0;
    snprintf(fuzz_folder, sizeof fuzz_folder, "%s/lygte-fuzz-XXXXXX",
             shm ? "/dev/shm" : "/tmp");
    fuzz_must(mkdtemp(fuzz_folder) != NULL);
    atexit(fuzz_folder_drop);
}

/* One of eight names in turn. */
static UNUSED const char *fuzz_path(const char *name)
{
    static char paths[8][128];
    static unsigned next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", fuzz_folder, name);
    return path;
}

static UNUSED void fuzz_put_file(const char *path, const void *bytes, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    fuzz_must(fd >= 0 && write(fd, bytes, n) == (ssize_t)n && close(fd) == 0);
}

/* ---- origins that are no store: keys from fixed seeds, so that an input replays  */

struct fuzz_author {
    uint8_t key[SIGN_PUBLIC], secret[SIGN_SECRET];
    uint8_t origin[RECORD_ORIGIN], head[DIGEST_SIZE];
    char hex[RECORD_ORIGIN_HEX];
    int64_t seq, tick;
};

static UNUSED void fuzz_author_make(struct fuzz_author *w, uint8_t seed)
{
    uint8_t bytes[SIGN_SEED];
    memset(bytes, seed, sizeof bytes);
    *w = (struct fuzz_author){.seq = 0};
    sign_keypair_of_seed(bytes, w->key, w->secret);
    record_origin_of(w->key, w->origin);
    text_hex(w->origin, RECORD_ORIGIN, w->hex);
}

/* A record as it was said, its body apart. */
struct fuzz_said {
    struct buf head;
    uint8_t hash[DIGEST_SIZE];
    char sig[2 * SIGN_SIZE + 1];
};

/* The author's next record: head, hash and signature. insert stands raw in the head,
 * before all its members. ret begins as {0} and may be used again; the caller releases
 * head. */
static UNUSED void fuzz_author_say(struct fuzz_author *w, const char *insert,
                                   const char *kind, const char *subject,
                                   const char *body, size_t len, struct fuzz_said *ret)
{
    char hex[DIGEST_HEX];
    uint8_t sig[SIGN_SIZE];
    buf_clear(&ret->head);
    text_hex(w->head, DIGEST_SIZE, hex);
    buf_printf(&ret->head,
               "{%s\"v\":1,\"origin\":\"%s\",\"seq\":%lld,\"prev\":", insert, w->hex,
               (long long)++w->seq);
    buf_printf(&ret->head, w->seq > 1 ? "\"%s\"" : "null", hex);
    digest_hex_of(body, len, hex);
    buf_printf(&ret->head,
               ",\"tick\":%lld,\"at\":1795113000000,\"clock\":\"ntp\",\"boot\":\"\","
               "\"mono\":5,\"by\":{\"role\":\"walker\"},\"kind\":\"%s\","
               "\"subject\":\"%s\",\"body\":\"%s\"}",
               (long long)++w->tick, kind, subject, hex);
    digest_of(ret->head.data, ret->head.len, ret->hash);
    memcpy(w->head, ret->hash, DIGEST_SIZE);
    sign_make(ret->hash, DIGEST_SIZE, w->secret, sig);
    text_hex(sig, SIGN_SIZE, ret->sig);
}

/* Its line of the wire; body may be NULL. */
static UNUSED void fuzz_said_line(const struct fuzz_said *said, const char *body,
                                  size_t len, struct buf *out)
{
    buf_char(out, '[');
    json_quote(out, said->head.data, said->head.len);
    buf_char(out, ',');
    if (body)
        json_quote(out, body, len);
    else
        buf_str(out, "null");
    buf_printf(out, ",\"%s\"]", said->sig);
}

/* The author's next record of any words, signed, as a line of the wire. hash is its. */
static UNUSED void fuzz_author_line(struct fuzz_author *w, const char *kind,
                                    const char *subject, const char *body, size_t len,
                                    struct buf *out, uint8_t hash[DIGEST_SIZE])
{
    struct fuzz_said said = {.head = BUF_INIT};
    fuzz_author_say(w, "", kind, subject, body, len, &said);
    fuzz_said_line(&said, body, len, out);
    memcpy(hash, said.hash, DIGEST_SIZE);
    buf_release(&said.head);
}

/* The registry s knows the author's key, and admits it when role is not NULL. */
static UNUSED void fuzz_author_admit(struct store *s, const struct fuzz_author *w,
                                     const char *role)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char body[80];
    snprintf(body, sizeof body, "{\"role\":\"%s\",\"name\":\"one\"}", role ? role : "");
    struct record_wish wish = {"origin.admit", w->hex, body,
                               "coordinator",  "",     INT64_MIN};
    fuzz_ok(db_begin(&s->db, &err) && hold_key(s, w->origin, w->key, &err), &err);
    fuzz_ok(!role || hold_make(s, &a, &wish, NULL, &err), &err);
    fuzz_ok(db_commit(&s->db, &err), &err);
    arena_release(&a);
}

#endif
