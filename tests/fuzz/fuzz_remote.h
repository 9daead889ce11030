/* fuzz_remote: in the place of sync/client/remote.c, a registry whose every answer is made
 * of the input (fuzz_client says how). */
#ifndef LYGTE_TESTS_FUZZ_REMOTE_H
#define LYGTE_TESTS_FUZZ_REMOTE_H

#include "sync/client/remote.h"
#include "tests/fuzz/fuzz_batch.h"
#include "tests/fuzz/fuzz_fast.h"

#include <ifaddrs.h>
#include <time.h>

enum { PARTS_MOST = 48, STANDS_FOR = 9, RECORD_LINE = 0x11, RECEIPT_LINE = 0x12 };

struct remote {
    int calls;
    bool cut;
};

static struct store store;                        /* the device's */
static struct fuzz_author authors[BATCH_WRITERS]; /* the registry, a device, nobody */
static struct fuzz_author writing[BATCH_WRITERS]; /* the same, as far as a run is   */
static const char *stands_for[STANDS_FOR];

static struct {
    const uint8_t *data;
    size_t size, at;
    int parts, uploads, honest;
} input;

/* The waits between questions are none here: the answers run out instead. */
int nanosleep(const struct timespec *requested_time, struct timespec *remaining)
{
    (void)requested_time;
    (void)remaining;
    return 0;
}

/* Asking the kernel for its interfaces was a twentieth of a run: there are none. */
int getifaddrs(struct ifaddrs **ifap)
{
    *ifap = NULL;
    return 0;
}

void freeifaddrs(struct ifaddrs *ifa)
{
    (void)ifa;
}

/* ---- the registry ------------------------------------------------------------------- */

static const struct {
    char letter;
    long status;
} statuses[] = {{'2', 200}, {'1', 201}, {'0', 204}, {'4', 404}, {'c', 409}, {'b', 400},
                {'u', 401}, {'d', 403}, {'k', 460}, {'r', 429}, {'s', 503}, {'f', 507}};

enum { STATUSES = sizeof statuses / sizeof statuses[0] };

static long status_of(uint8_t letter)
{
    for (size_t i = 0; i < STATUSES; i++)
        if ((uint8_t)statuses[i].letter == letter)
            return statuses[i].status;
    return 0;
}

/* The registry's word about what stands in the line. */
static void write_receipt(struct buf *out, const uint8_t *p, size_t n)
{
    static struct buf text;
    uint8_t hash[DIGEST_SIZE], sig[SIGN_SIZE];
    char sig_hex[2 * SIGN_SIZE + 1];
    buf_clear(&text);
    fuzz_expand(&text, p, n, stands_for, STANDS_FOR);
    buf_str(&text, "");
    digest_of(text.data, text.len, hash);
    sign_make(hash, sizeof hash, authors[0].secret, sig);
    text_hex(sig, SIGN_SIZE, sig_hex);
    buf_str(out, "{\"text\":");
    json_quote(out, text.data, text.len);
    buf_printf(out, ",\"origin\":\"%s\",\"sig\":\"%s\"}", authors[0].hex, sig_hex);
}

static void write_line(struct buf *out, const uint8_t *p, size_t n)
{
    uint8_t hash[DIGEST_SIZE];
    if (n > 5 && p[0] == RECORD_LINE && (p[1] & 3) < BATCH_WRITERS)
        batch_line(writing, p + 1, n - 1, out, hash);
    else if (n > 1 && p[0] == RECEIPT_LINE)
        write_receipt(out, p + 1, n - 1);
    else
        fuzz_expand(out, p, n, stands_for, STANDS_FOR);
}

static void write_body(struct remote_answer *answer, const uint8_t *p, size_t n)
{
    while (n) {
        const uint8_t *end = memchr(p, '\n', n);
        size_t len = end ? (size_t)(end - p) : n;
        write_line(&answer->body, p, len);
        if (end)
            buf_char(&answer->body, '\n');
        n -= end ? len + 1 : len;
        p += end ? len + 1 : len;
    }
}

/* ---- as a registry answers that means well ----------------------------------------- */

/* {"registry","epoch","protocol"}, open; "hub" too, so that either is answered. */
static void honest_who(struct buf *out)
{
    buf_printf(out,
               "{\"registry\":\"%s\",\"hub\":\"%s\",\"epoch\":\"%s\","
               "\"protocol\":{\"min\":1,\"max\":1}",
               stands_for[1], stands_for[1], stands_for[2]);
}

/* All that this device holds of its own origins and of the one it carries. */
static const char honest_runs[] =
    "SELECT lower(hex(origin)), min(seq), max(seq),"
    " lower(hex((SELECT hash FROM record b WHERE b.origin = a.origin ORDER BY seq "
    "LIMIT 1))),"
    " lower(hex((SELECT hash FROM record b WHERE b.origin = a.origin ORDER BY seq DESC"
    " LIMIT 1))) FROM record a GROUP BY origin";

static void honest_receipts(struct buf *out)
{
    struct err err = ERR_INIT;
    struct db_rows rows;
    const char *comma = "";
    buf_str(out, ",\"unapplied\":[],\"refused\":[],\"origins\":[");
    fuzz_ok(db_query(&store.db, &rows, &err, honest_runs, ""), &err);
    while (db_next(&rows, &err)) {
        buf_printf(out, "%s{\"origin\":\"%s\",\"runs\":[[%lld,%lld,", comma,
                   db_peek(&rows, 0), (long long)db_int(&rows, 1),
                   (long long)db_int(&rows, 2));
        buf_printf(out, "\"%s\",", db_peek(&rows, 3));
        buf_printf(out, "\"%s\"]],\"upto\":[%lld,", db_peek(&rows, 4),
                   (long long)db_int(&rows, 2));
        buf_printf(out, "\"%s\"]}", db_peek(&rows, 4));
        comma = ",";
    }
    fuzz_ok(db_done(&rows), &err);
    buf_char(out, ']');
}

/* How the answer to this call goes, its object still open; false for one without. */
static bool honest_body(const struct remote_call *call, struct remote_answer *answer)
{
    struct buf *out = &answer->body;
    bool post = strcmp(call->method, "POST") == 0;
    answer->status = 200;
    if (text_starts(call->path, "/api/v1/uploads")) {
        answer->status = 201;
        answer->stored = ++input.uploads > 0;
        return false;
    }
    if (text_starts(call->path, "/api/v1/photos/") && !post) {
        answer->status = 404;
        return false;
    }
    if (text_starts(call->path, "/api/v1/records") && !post)
        return false; /* nothing more to pull */
    honest_who(out);
    if (text_starts(call->path, "/api/v1/records"))
        honest_receipts(out);
    else if (text_starts(call->path, "/api/v1/photos/missing"))
        buf_printf(out, ",\"photos\":[{\"sha256\":\"%s\",\"state\":\"%s\"}]",
                   stands_for[3], input.uploads ? "verified" : "unknown");
    else if (text_starts(call->path, "/api/v1/receipts"))
        buf_str(out, ",\"receipts\":[]");
    return true;
}

/* 'g': as it should be; 'a': the same, and what the part says as further members. */
static void honest_answer(const struct remote_call *call, const uint8_t *p, size_t n,
                          struct remote_answer *answer)
{
    if (!honest_body(call, answer))
        return;
    if (p[0] == 'a' && n > 1) {
        buf_char(&answer->body, ',');
        write_body(answer, p + 1, n - 1);
    }
    buf_char(&answer->body, '}');
}

/* ---- the calls -------------------------------------------------------------------- */

/* The next part of the input; false is a call that nothing came of. */
static bool next_answer(const struct remote_call *call, struct remote_answer *answer,
                        struct err *err)
{
    const uint8_t *p = input.data + input.at;
    size_t left = input.size - input.at;
    const uint8_t *end = left ? memchr(p, 0x1E, left) : NULL;
    size_t n = end ? (size_t)(end - p) : left;
    buf_clear(&answer->body);
    *answer = (struct remote_answer){
        .body = answer->body, .upload_offset = -1, .retry_after_s = -1};
    input.at += n + (end != NULL);
    if (n > 0 && input.parts < PARTS_MOST && (p[0] == 'g' || p[0] == 'a')) {
        input.parts++;
        input.honest++;
        honest_answer(call, p, n, answer);
        return true;
    }
    if (n == 0 || ++input.parts > PARTS_MOST || !(answer->status = status_of(p[0])))
        return err_set(err, ERR_NETWORK, "sync.unreachable", "fuzz", "cut", NULL);
    answer->stored = n > 1 && p[1] == 'S';
    if (n > 2 && p[1] == 'O')
        answer->upload_offset = p[2];
    if (answer->status == 429)
        answer->retry_after_s = n > 1 ? p[1] : 1;
    if (n > 1 && p[1] == 'C')
        snprintf(answer->cursor, sizeof answer->cursor, "%.32s.%d", stands_for[2],
                 input.parts);
    snprintf(answer->location, sizeof answer->location, "/api/v1/uploads/%d",
             input.parts);
    bool marked = n > 1 && strchr("SOC", p[1]);
    write_body(answer, p + (marked ? 2 : 1), n - (marked ? 2 : 1));
    return true;
}

bool remote_open(struct remote **ret, const char *url, const char *token,
                 const char *pin, enum i18n_lang lang, struct err *err)
{
    static struct remote one;
    (void)url;
    (void)token;
    (void)pin;
    (void)lang;
    (void)err;
    one.cut = false;
    *ret = &one;
    return true;
}

const char *remote_key(const struct remote *r)
{
    (void)r;
    return "";
}

void remote_patience(struct remote *r, int seconds)
{
    (void)r;
    (void)seconds;
}

void remote_close(struct remote *r)
{
    (void)r;
}

bool remote_ask(struct remote *r, const struct remote_call *call,
                struct remote_answer *answer, struct err *err)
{
    fuzz_must(call->method && call->path && call->path[0] == '/');
    r->calls++;
    bool came = next_answer(call, answer, err);
    r->cut |= !came;
    return came;
}

bool remote_was_cut(const struct remote *r)
{
    return r->cut;
}

bool remote_ask_many(struct remote *r, const struct remote_many *many, size_t lanes,
                     struct err *err)
{
    struct remote_answer answer = {0};
    bool ok = true;
    (void)r;
    (void)lanes;
    while (ok) {
        struct remote_call call = {.body_fd = -1};
        struct err failure = ERR_INIT;
        void *task;
        if (!many->next(many->data, &call, &task))
            break;
        bool came = next_answer(&call, &answer, &failure);
        ok = many->done(many->data, task, &answer, came ? NULL : &failure, err);
    }
    remote_answer_release(&answer);
    return ok;
}

void remote_traffic(const struct remote *r, int64_t *sent, int64_t *received)
{
    (void)r;
    *sent = *received = 0;
}

int64_t remote_rate(const struct remote *r)
{
    (void)r;
    return 100000;
}

const char *remote_own_address(const struct remote *r)
{
    (void)r;
    return "127.0.0.1";
}

const char *remote_url(const struct remote *r)
{
    (void)r;
    return "http://127.0.0.1:1";
}

#endif
