/* fuzz_batch: lines of the wire, made of an input's text. One line of text is one record:
 * four letters, then the body.
 *   1  who and how: the low two bits are the writer (3: no record, the rest is the line as
 *      it is), the next three the way it is said (enum way)
 *   2  the kind    3  the subject    4  the step of the tick
 * Bytes in the body stand for what cannot be guessed (fuzz_expand, batch_names). The
 * hashes are right and the signatures are the writers' own, so that what is wrong with a
 * record meets the store and not the door. The mutator knows lines and JSON. */
#ifndef LYGTE_TESTS_FUZZ_BATCH_H
#define LYGTE_TESTS_FUZZ_BATCH_H

#include "tests/fuzz/fuzz_mutate.h"
#include "tests/fuzz/fuzz_store.h"

#define WALK "018c2f10-0000-7000-8000-000000000001"
#define POINT "018c2f10-0000-7000-8000-000000000002"
#define OTHER_POINT "018c2f10-0000-7000-8000-000000000003"

enum way {
    PLAIN,
    FORK,    /* at the place of the one before                       */
    GAP,     /* three places on                                      */
    CARRIED, /* wrapped by the writer in an origin.carry             */
    BAD_SIG,
    OTHER_BODY, /* that its head does not name                          */
    NO_BODY,
    HEADED, /* the body up to '|' stands raw in the head            */
};

/* A kind and a body of it that is right, with names (below) in it. */
static const struct {
    const char *kind, *body;
} batch_kinds[] = {
    {"walk.plan",
     "{\"title\":\"Vest\",\"mode\":\"foot\",\"letter\":\"A\",\"starts_ms\":1}"},
    {"walk.edit",
     "{\"title\":{\"value\":\"N\",\"over\":[\"\x04\"]},\"route\":{\"value\":[1,2]}}"},
    {"walk.begin", "{}"},
    {"walk.end", "{\"pause\":true}"},
    {"walk.close", "{\"origins\":{\"\x05\":{\"seq\":9,\"hash\":\"\x04\"}},\"points\":1,"
                   "\"photos\":1}"},
    {"observation.note",
     "{\"walk\":\"" WALK "\",\"category\":\"BEL01\",\"severity\":2,"
     "\"note\":\"m\",\"stood\":{\"lat\":570481000,\"lon\":99187000,"
     "\"acc\":3000,\"source\":\"gnss\"},\"at\":5,\"clock\":\"set\"}"},
    {"observation.edit", "{\"note\":{\"value\":\"x\",\"over\":[\"\x01\"]},"
                         "\"severity\":{\"value\":3,\"over\":[\"\x01\",\"\x02\"]}}"},
    {"observation.withdraw",
     "{\"on\":true,\"into\":\"" OTHER_POINT "\",\"over\":[\"\x04\"]}"},
    {"photo.attach",
     "{\"sha256\":\"\x03\",\"type\":\"image/png\",\"bytes\":16,\"width\":1,"
     "\"at\":{\"lat\":570481000,\"lon\":99187000},\"taken\":1}"},
    {"issue.open",
     "{\"observation\":\"" POINT "\",\"number\":\"A1\",\"category\":\"BEL\","
     "\"party\":\"VEJ\",\"catalogue\":1,\"urgency\":\"A\"}"},
    {"issue.assign",
     "{\"party\":\"LYS\",\"category\":\"BEL01\",\"severity\":1,\"person\":true}"},
    {"issue.state", "{\"state\":\"cancelled\",\"why\":\"w\",\"person\":false}"},
    {"party.set",
     "{\"code\":\"VEJ\",\"da\":\"Vej\",\"en\":\"Road\",\"kind\":\"department\"}"},
    {"area.set",
     "{\"name\":\"A\",\"shape\":[[[[570481000,99187000],[570482000,99187000],"
     "[570482000,99188000]]]],\"valid_from\":\"2026-01-01\"}"},
    {"catalogue.publish", "{\"version\":7,\"items\":[{}],\"groups\":[{}]}"},
    {"origin.hello",
     "{\"role\":\"registry\",\"root\":\"\x07\",\"root_sig\":\"\x07\x07\"}"},
    {"origin.admit", "{\"role\":\"device\",\"scope\":\"s\",\"name\":\"n\"}"},
    {"origin.gone", "{\"from\":1,\"to\":2}"},
    {"observation.witness", "{}"},
    {"lamp.later", "{\"later\":1}"},
    {"erase", "{\"reason\":\"request\",\"role\":\"r\",\"records\":[{\"hash\":\"\x01\"},"
              "{\"hash\":\"\x02\",\"body\":{\"note\":{\"over\":[\"\x01\"]}}},"
              "{\"hash\":\"\x04\"}],\"photos\":[\"\x03\"]}"},
    {"origin.revoke", "{\"last_seq\":2,\"hash\":\"\x01\"}"},
    {"origin.carry", "{\"head\":\"{}\",\"body\":\"{}\",\"sig\":\"\x04\x04\"}"},
    {"clock.fix",
     "{\"boot\":\"b\",\"utc_minus_mono_ms\":1795112999995,\"source\":\"gnss\"}"},
    {"photo.cover",
     "{\"old\":\"\x03\",\"new\":\"\x04\",\"type\":\"image/png\",\"bytes\":9}"},
    {"track.append",
     "{\"walk\":\"" WALK "\",\"line\":\"" OTHER_POINT "\",\"source\":\"gnss\","
     "\"at\":1,\"lat\":570481000,\"lon\":99187000,\"acc\":3,"
     "\"fixes\":[1000,1,1,0,1000,2,2,0],\"breaks\":[1]}"},
    {"lamp.look",
     "{\"walk\":\"" WALK "\",\"number\":\"7\",\"answer\":\"dead\",\"at\":1,"
     "\"lat\":570481000,\"lon\":99187000,\"point\":\"" POINT "\"}"},
    {"verdict.give", "{\"walk\":\"" WALK "\",\"observation\":\"" POINT "\","
                     "\"verdict\":\"worse\",\"sha256\":\"\x03\"}"},
    {"acute.shown", "{\"walk\":\"" WALK "\",\"observation\":\"" POINT "\"}"},
    {"rating.tally",
     "{\"walk\":\"" WALK "\",\"round\":\"before\",\"answers\":3,"
     "\"unsafe_1_7\":[{\"role\":\"other\",\"counts\":[0,1,1,1,0,0,0]}]}"},
    {"observation.seal", "{\"walk\":\"" WALK "\",\"at\":5,\"box\":\"\x04\x04\x04\"}"},
    {"issue.merge", "{\"kept\":\"" POINT "\",\"joined\":\"" OTHER_POINT "\"}"},
    {"issue.unmerge", "{}"},
    {"walk.attend", "{\"group\":\"A\",\"counts\":[{\"role\":\"resident\",\"n\":7}],"
                    "\"over\":[\"\x04\"]}"},
    {"walk.vote", "{\"stars\":{\"" POINT "\":3},\"top\":[\"" POINT "\"],"
                  "\"best\":\"" OTHER_POINT "\",\"over\":[\"\x04\"]}"},
};
enum {
    BATCH_KINDS = sizeof batch_kinds / sizeof batch_kinds[0],
    BATCH_NAMES = 9,
    BATCH_SUBJECTS = 12,
    BATCH_WRITERS = 3
};

/* What stands for itself nowhere: 1 the hash of a held point, 2 of an edit of it, 3 a
 * photo, 4 the hash of the writer's last record, 5 a device's origin, 6 a stranger's,
 * 7 the registry's id, 8 an issue. The target fills in all but 4. */
static const char *batch_names[BATCH_NAMES];
static const char *batch_subjects[BATCH_SUBJECTS] = {
    WALK, POINT, OTHER_POINT, "party:VEJ", "catalogue:7",
    /* 5 an issue, 6 a device, 7 a stranger: the target's */
    [8] = "018c2f10-0000-7000-8000-000000000009", [9] = "", [10] = "\xC3\xA6",
    [11] = "018c2f10-0000-7000-8000-00000000000a"};

static const char *batch_kind(uint8_t letter)
{
    return batch_kinds[(letter & 63) % BATCH_KINDS].kind;
}

/* The letter stands for the same subject as ever where it was one of eight. */
static const char *batch_subject(uint8_t letter)
{
    const char *s = batch_subjects[letter & 8 ? 8 + (letter & 3) : letter & 7];
    return s ? s : "none";
}

static void batch_step(struct fuzz_author *w, uint8_t letter)
{
    if (letter >= 'y')
        w->tick += letter == 'z' ? INT64_C(1) << 40 : (INT64_C(1) << 32) - 20;
    else
        w->tick += letter & 15;
}

/* The inner record is of a device's earlier life. */
static void batch_carry(struct fuzz_author *w, const struct fuzz_author *device,
                        const uint8_t *text, const struct buf *body,
                        struct buf *wrapped)
{
    static struct fuzz_said said;
    struct fuzz_author old = *device;
    struct json_out o = JSON_OUT(wrapped);
    old.seq = 700 + (text[3] & 7);
    old.tick = w->tick - (text[3] & 1);
    fuzz_author_say(&old, "", batch_kind(text[1]), batch_subject(text[2]), body->data,
                    body->len, &said);
    json_open(&o, NULL, '{');
    json_strn(&o, "head", said.head.data, said.head.len);
    json_strn(&o, "body", body->data, body->len);
    json_str(&o, "sig", said.sig);
    json_close(&o, '}');
}

/* What was said, in the way it is brought. */
static void batch_emit(struct fuzz_said *said, enum way way, struct buf *body,
                       struct buf *out)
{
    if (way == BAD_SIG)
        said->sig[9] = said->sig[9] == '0' ? '1' : '0';
    if (way == OTHER_BODY)
        buf_char(body, ' ');
    fuzz_said_line(said, way == NO_BODY ? NULL : body->data, body->len, out);
}

/* One line of text of at least five bytes whose writer is not 3; hash is the record's. */
static void batch_line(struct fuzz_author *who, const uint8_t *text, size_t len,
                       struct buf *out, uint8_t hash[DIGEST_SIZE])
{
    struct fuzz_author *w = &who[text[0] & 3];
    enum way way = (text[0] >> 2) & 7;
    static struct buf body, wrapped; /* kept, so that a line costs no malloc */
    static struct fuzz_said said;
    char last[DIGEST_HEX], insert[200] = "";
    const uint8_t *rest = text + 4, *bar = memchr(rest, '|', len - 4);
    int64_t seq = w->seq;
    buf_clear(&body);
    buf_clear(&wrapped);
    text_hex(w->head, DIGEST_SIZE, last);
    batch_names[4] = last;
    if (way == HEADED && bar && bar - rest < (ptrdiff_t)sizeof insert) {
        memcpy(insert, rest, (size_t)(bar - rest));
        insert[bar - rest] = '\0';
        rest = bar + 1;
    }
    fuzz_expand(&body, rest, (size_t)(text + len - rest), batch_names, BATCH_NAMES);
    if (!body.data)
        buf_str(&body, "");
    batch_step(w, text[3]);
    if (way == CARRIED)
        batch_carry(w, &who[0], text, &body, &wrapped);
    w->seq += way == GAP ? 3 : way == FORK && w->seq > 0 ? -1 : 0;
    fuzz_author_say(w, insert, way == CARRIED ? "origin.carry" : batch_kind(text[1]),
                    batch_subject(text[2]), way == CARRIED ? wrapped.data : body.data,
                    way == CARRIED ? wrapped.len : body.len, &said);
    if (w->seq < seq)
        w->seq = seq;
    batch_emit(&said, way, way == CARRIED ? &wrapped : &body, out);
    memcpy(hash, said.hash, DIGEST_SIZE);
    batch_names[4] = NULL;
}

/* ---- the mutator -------------------------------------------------------------------- */

struct batch_span {
    size_t at, end;
};

/* A line of data[from..] by chance; empty when there is none. */
static struct batch_span batch_pick(const uint8_t *data, size_t size, size_t from,
                                    uint32_t *state)
{
    struct batch_span line[64];
    size_t n = 0;
    for (size_t at = from; at < size && n < 64; n++) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        line[n] = (struct batch_span){at, end ? (size_t)(end - data) : size};
        at = line[n].end + 1;
    }
    return n ? line[fuzz_random(state) % n] : (struct batch_span){size, size};
}

static size_t batch_template(uint8_t *data, size_t size, size_t most, size_t at,
                             uint32_t *state)
{
    char line[700];
    unsigned kind = fuzz_random(state) % BATCH_KINDS;
    unsigned way = fuzz_random(state) % 3 ? PLAIN : fuzz_random(state) & 7;
    int n = snprintf(line, sizeof line, "%c%c%c%c%s\n",
                     0x40 + (int)(way << 2) + (int)(fuzz_random(state) % BATCH_WRITERS),
                     0x40 + (int)kind, 0x40 + (int)(fuzz_random(state) & 15),
                     "@@@Ayz"[fuzz_random(state) % 6], batch_kinds[kind].body);
    return fuzz_insert(data, size, most, at, line, (size_t)n);
}

/* Mutates text whose lines begin at `from`. */
static UNUSED size_t batch_mutate(uint8_t *data, size_t size, size_t most, size_t from,
                                  uint32_t *state)
{
    struct batch_span l = batch_pick(data, size, from, state);
    struct batch_span other = batch_pick(data, size, from, state);
    uint8_t copy[2048];
    size_t n = other.end - other.at < sizeof copy - 1 ? other.end - other.at : 0;
    switch (fuzz_random(state) % 10) {
    case 0:
    case 1: /* one more */
        return batch_template(data, size, most, l.at, state);
    case 2: /* one letter of the four */
        if (l.end - l.at > 4)
            data[l.at + fuzz_random(state) % 4] =
                (uint8_t)(0x40 + (fuzz_random(state) & 63));
        return size;
    case 3: /* one gone */
        memmove(data + l.at, data + l.end, size - l.end);
        return size - (l.end - l.at);
    case 4: /* one again, before another */
        memcpy(copy, data + other.at, n);
        copy[n] = '\n';
        return n ? fuzz_insert(data, size, most, l.at, copy, n + 1) : size;
    case 5: /* bytes of one body */
        if (l.end - l.at < 5 || most < size + 64 || l.end - l.at > sizeof copy - 64)
            return LLVMFuzzerMutate(data, size, most);
        memcpy(copy, data + l.at + 4, l.end - l.at - 4);
        n = LLVMFuzzerMutate(copy, l.end - l.at - 4, l.end - l.at + 60);
        memmove(data + l.at + 4 + n, data + l.end, size - l.end);
        memcpy(data + l.at + 4, copy, n);
        return size - (l.end - l.at - 4) + n;
    case 6:
        return LLVMFuzzerMutate(data, size, most);
    default:
        return l.end - l.at < 5
                   ? LLVMFuzzerMutate(data, size, most)
                   : fuzz_twist_in(data, size, most, l.at + 4, l.end, state);
    }
}

#endif
