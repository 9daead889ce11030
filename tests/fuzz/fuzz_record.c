/* fuzz_record: a stranger's line and a stranger's head. What is read says what the form
 * promises, and its own line reads back as the very same record. The first byte chooses:
 * even, the rest is a line of the wire; odd, it is a head, a newline, and a body. */
#include "core/base/text.h"
#include "sync/wire.h"
#include "tests/fuzz/fuzz.h"

static void check_record(struct arena *a, const struct record *r)
{
    struct err err = ERR_INIT;
    struct buf line = BUF_INIT;
    struct wire_line again;
    fuzz_must(r->seq >= 1 && r->tick >= 1 && r->mono_ms >= 0);
    fuzz_must(r->kind && r->clock && r->boot && r->by_role && r->by_org);
    fuzz_must(r->subject && strlen(r->subject) <= 127);
    fuzz_must(r->head_len + r->body_len <= RECORD_MOST);
    record_line(r, &line);
    fuzz_must(wire_read_line(a, line.data, line.len, &again, &err) && !again.is_key);
    fuzz_must(memcmp(again.record.hash, r->hash, DIGEST_SIZE) == 0);
    fuzz_must(memcmp(again.record.sig, r->sig, SIGN_SIZE) == 0);
    fuzz_must(text_equal(again.record.body, r->body));
    buf_release(&line);
}

static void as_line(struct arena *a, const char *line, size_t len)
{
    struct err err = ERR_INIT;
    struct wire_line w;
    if (wire_read_line(a, line, len, &w, &err)) {
        if (!w.is_key && !w.drop && !w.covered && !w.lost && !w.unknown)
            check_record(a, &w.record);
        return;
    }
    fuzz_must(err.code == ERR_INPUT || err.code == ERR_CHECKSUM ||
              err.code == ERR_TOO_LARGE);
}

/* Heads and bodies come out of JSON strings, so neither holds a '\0'. */
static void as_head(struct arena *a, const char *text, size_t len)
{
    struct err err = ERR_INIT;
    struct record r;
    uint8_t sig[SIGN_SIZE] = {7};
    const char *end = memchr(text, '\n', len);
    size_t head_len = end ? (size_t)(end - text) : len;
    const char *head = arena_strndup(a, text, head_len);
    const char *body = end ? arena_strndup(a, end + 1, len - head_len - 1) : NULL;
    if (strlen(head) != head_len || (body && !text_is_utf8(body, strlen(body))))
        return;
    if (record_read(a, head, head_len, NULL, 0, sig, &r, &err))
        check_record(a, &r);
    if (body && record_read(a, head, head_len, body, strlen(body), sig, &r, &err))
        check_record(a, &r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    if (size < 1)
        return 0;
    if (data[0] & 1)
        as_head(&a, (const char *)data + 1, size - 1);
    else
        as_line(&a, (const char *)data + 1, size - 1);
    arena_reset(&a);
    return 0;
}
