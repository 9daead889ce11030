/* fuzz_receive: a batch from devices that were admitted and mean harm, into a registry
 * that holds a walk already. Lines (fuzz_batch) are rightly signed around bodies of every
 * kind, so the fold of every noun sees them.
 *
 * The bits of the first byte: 1, the batch is taken once forwards and once backwards and
 * must fold to the same, else the registry opens issues as it takes; 2, the batch comes
 * by the handler of POST /api/v1/records, and what its answer calls held is held. Whatever
 * comes: no line ends the batch; what is said to be new is held and what is refused is
 * not. One batch in 512, told by its bytes so that a finding replays, is looked at
 * closely: its signatures are Ed25519, every list can be read as JSON, and tables folded
 * anew are the same tables. Each batch is rolled back; now and then one is kept for a
 * whole fold_rebuild. */
#include "tests/fuzz/fuzz_batch.h"
#include "tests/fuzz/fuzz_read.h"

#include "core/base/uid.h"
#include "core/store/fold.h"
#include "core/store/local/stranger.h"
#include "core/store/migrate.h"
#include "core/store/published.h"
#include "registry/follow.h"
#include "sync/server/host.h"
#include "sync/take.h"

enum { LINES_MOST = 4, CLOSELY_EVERY = 1024, WHOLE_EVERY = 65536 };

static struct store store;
static struct catalogue catalogue;
static struct arena keep, round_arena;
static struct fuzz_author authors[BATCH_WRITERS];
static struct sync_host host;

static void open_store(bool nested)
{
    struct err err = ERR_INIT;
    fuzz_ok(store_open(&store, fuzz_path("r"), STORE_REGISTRY, true, &err), &err);
    store.hook_data = &catalogue;
    if (nested)
        fuzz_nest(&store);
}

/* ---- what is held before ------------------------------------------------------------ */

/* Taken in from the start; names 1 and 2 are the hashes of the second and third. */
static const char *const held_before[] = {
    "@@@@{\"title\":\"Vest\",\"mode\":\"foot\",\"letter\":\"A\"}",
    "@EA@{\"walk\":\"" WALK "\",\"category\":\"BEL01\",\"severity\":2,\"note\":\"m\"}",
    "@FA@{\"note\":{\"value\":\"n\",\"over\":[\"\x04\"]}}",
    "@HA@{\"sha256\":\"\x03\",\"type\":\"image/png\",\"bytes\":16}",
    "ALC@{\"code\":\"VEJ\",\"da\":\"Vej\",\"en\":\"Road\",\"kind\":\"department\"}",
};

static void hold_before(void)
{
    struct err err = ERR_INIT;
    uint8_t hash[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    fuzz_ok(db_begin(&store.db, &err), &err);
    for (size_t i = 0; i < sizeof held_before / sizeof held_before[0]; i++) {
        struct buf line = BUF_INIT;
        struct take t;
        batch_line(authors, (const uint8_t *)held_before[i], strlen(held_before[i]),
                   &line, hash);
        fuzz_ok(take_line(&store, &keep, "fuzz", line.data, line.len, &t, &err), &err);
        fuzz_must(t.verdict == TAKE_NEW);
        text_hex(hash, DIGEST_SIZE, hex);
        if (i == 1 || i == 2)
            batch_names[i] = arena_strdup(&keep, hex);
        buf_release(&line);
    }
    fuzz_ok(db_commit(&store.db, &err), &err);
}

static void name_all(void)
{
    static char photo[DIGEST_HEX], issue[UID_SIZE];
    digest_hex_of("bytes of a photo", 16, photo);
    uid_derive("issue", POINT, issue);
    batch_names[3] = photo;
    batch_names[5] = batch_subjects[6] = authors[0].hex;
    batch_names[6] = batch_subjects[7] = authors[2].hex;
    batch_names[7] = store.registry;
    batch_names[8] = batch_subjects[5] = issue;
}

size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize,
                               unsigned int Seed)
{
    uint32_t state = Seed;
    if (Size < 2)
        return LLVMFuzzerMutate(Data, Size, MaxSize);
    if (fuzz_random(&state) % 32 == 0)
        Data[0] ^= (uint8_t)(1 + fuzz_random(&state) % 3);
    return batch_mutate(Data, Size, MaxSize, 1, &state);
}

/* ---- the batch ----------------------------------------------------------------- */

struct batch {
    uint8_t *line[LINES_MOST]; /* exact copies: one byte past them is poison */
    size_t len[LINES_MOST];
    uint8_t hash[LINES_MOST][DIGEST_SIZE];
    bool ours[LINES_MOST]; /* made here: hash is known */
    size_t n;
};

static void keep_line(struct batch *b, const struct buf *line)
{
    uint8_t *copy = malloc(line->len ? line->len : 1);
    fuzz_must(copy != NULL);
    if (line->len)
        memcpy(copy, line->data, line->len);
    b->len[b->n] = line->len;
    b->line[b->n++] = copy;
}

static void make_batch(struct batch *b, const uint8_t *data, size_t size)
{
    static struct buf line;
    struct fuzz_author who[BATCH_WRITERS];
    memcpy(who, authors, sizeof who);
    b->n = 0;
    while (size && b->n < LINES_MOST) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        buf_clear(&line);
        b->ours[b->n] = len > 4 && (data[0] & 3) < BATCH_WRITERS;
        if (b->ours[b->n])
            batch_line(who, data, len, &line, b->hash[b->n]);
        else if (len > 1)
            fuzz_expand(&line, data + 1, len - 1, batch_names, BATCH_NAMES);
        if (len > 1)
            keep_line(b, &line);
        size -= end ? len + 1 : len;
        data += end ? len + 1 : len;
    }
}

static bool is_held(const uint8_t *hash)
{
    struct err err = ERR_INIT;
    int64_t n = 0;
    fuzz_ok(db_number(&store.db, &n, 0, &err,
                      "SELECT (SELECT count(*) FROM record WHERE hash = ?1)"
                      " + (SELECT count(*) FROM aside WHERE hash = ?1)",
                      "b", hash, (size_t)DIGEST_SIZE),
            &err);
    return n > 0;
}

static int64_t strangers(void)
{
    struct err err = ERR_INIT;
    int64_t n = 0;
    fuzz_ok(db_number(&store.db, &n, 0, &err, "SELECT count(*) FROM stranger", ""),
            &err);
    return n;
}

/* As after a batch that brought an admission; how many that waited did not fit. */
static int64_t let_in(void)
{
    struct err err = ERR_INIT;
    int64_t before = strangers(), n = 0;
    store.db.begun_file = NULL; /* it begins for itself */
    fuzz_ok(stranger_let_in(&store, &n, &err), &err);
    store.db.begun_file = __FILE__;
    return before - strangers() - n;
}

/* How many lines were refused. */
static size_t take_batch(const struct batch *b, bool backwards)
{
    struct err err = ERR_INIT;
    size_t refused = 0;
    bool waits = false;
    for (size_t i = 0; i < b->n; i++) {
        struct take t;
        size_t at = backwards ? b->n - 1 - i : i;
        fuzz_ok(take_line(&store, &round_arena, "fuzz", (const char *)b->line[at],
                          b->len[at], &t, &err),
                &err);
        refused += t.verdict == TAKE_REFUSED;
        if (b->ours[at])
            fuzz_must(is_held(b->hash[at]) ==
                      (t.verdict == TAKE_NEW || t.verdict == TAKE_ALREADY));
        waits |= t.verdict == TAKE_WAITS;
    }
    if (waits)
        refused += (size_t)let_in();
    return refused;
}

/* A target whose good bodies are none would find nothing: all but these take effect. */
static bool is_unfit(const char *kind)
{
    return strcmp(kind, "lamp.later") == 0 || strcmp(kind, "origin.carry") == 0;
}

static void templates_apply(void)
{
    struct err err = ERR_INIT;
    for (size_t i = 0; i < BATCH_KINDS; i++) {
        const char *kind = batch_kinds[i].kind;
        struct batch b;
        int64_t unapplied = 0;
        char text[700];
        bool device = strcmp(kind, "observation.seal") == 0;
        int n = snprintf(text, sizeof text, "%c%c%c@%s", device ? '@' : 'A',
                         0x40 + (int)i, 'B', batch_kinds[i].body);
        make_batch(&b, (const uint8_t *)text, (size_t)n);
        fuzz_must(b.n == 1);
        fuzz_run_begin(&store, true);
        fuzz_must(take_batch(&b, false) == 0);
        fuzz_ok(db_number(&store.db, &unapplied, 0, &err,
                          "SELECT count(*) FROM record WHERE reason IS NOT NULL", ""),
                &err);
        fuzz_must(is_unfit(kind) == (unapplied > 0));
        fuzz_run_end(&store);
        free(b.line[0]);
    }
}

/* ---- by the handler ------------------------------------------------------------------ */

static void place_holds(const uint8_t *origin, const cJSON *seq, const cJSON *hash)
{
    struct err err = ERR_INIT;
    uint8_t bytes[DIGEST_SIZE];
    int64_t n = 0;
    fuzz_must(cJSON_IsString(hash) &&
              text_unhex(hash->valuestring, bytes, DIGEST_SIZE));
    fuzz_ok(
        db_number(&store.db, &n, 0, &err,
                  "SELECT count(*) FROM (SELECT origin, seq, hash FROM record"
                  " UNION ALL SELECT origin, seq, hash FROM aside) WHERE origin = ?1"
                  " AND seq = ?2 AND hash = ?3",
                  "bib", origin, (size_t)RECORD_ORIGIN,
                  (int64_t)cJSON_GetNumberValue(seq), bytes, (size_t)DIGEST_SIZE),
        &err);
    fuzz_must(n == 1);
}

/* Every record a receipt speaks of is here. */
static void receipt_holds(const cJSON *told)
{
    struct err err = ERR_INIT;
    uint8_t origin[RECORD_ORIGIN];
    const cJSON *upto = json_array(told, "upto"), *runs = json_array(told, "runs");
    fuzz_must(runs && text_unhex(json_text(told, "origin"), origin, RECORD_ORIGIN));
    for (const cJSON *r = runs->child; r; r = r->next) {
        int64_t first, last, n = 0;
        fuzz_must(json_as_int(cJSON_GetArrayItem(r, 0), &first) &&
                  json_as_int(cJSON_GetArrayItem(r, 1), &last));
        fuzz_ok(
            db_number(&store.db, &n, 0, &err,
                      "SELECT count(*) FROM (SELECT origin, seq FROM record UNION ALL"
                      " SELECT origin, seq FROM aside) WHERE origin = ?1"
                      " AND seq BETWEEN ?2 AND ?3",
                      "bii", origin, (size_t)RECORD_ORIGIN, first, last),
            &err);
        fuzz_must(n == last - first + 1);
        place_holds(origin, cJSON_GetArrayItem(r, 0), cJSON_GetArrayItem(r, 2));
        place_holds(origin, cJSON_GetArrayItem(r, 1), cJSON_GetArrayItem(r, 3));
    }
    if (upto)
        place_holds(origin, cJSON_GetArrayItem(upto, 0), cJSON_GetArrayItem(upto, 1));
}

static void post_batch(const struct batch *b)
{
    struct err err = ERR_INIT;
    struct sync_actor actor = {.device = "fuzz"};
    struct http_request q = {.arena = &round_arena,
                             .lang = I18N_EN,
                             .app = &host,
                             .worker = &store,
                             .actor = &actor};
    struct http_reply r = {.fd = -1};
    cJSON *answer = NULL;
    memcpy(actor.origin, authors[0].origin, RECORD_ORIGIN);
    for (size_t i = 0; i < b->n; i++) {
        buf_add(&q.body, b->line[i], b->len[i]);
        buf_char(&q.body, '\n');
    }
    fuzz_ok(sync_records(&q, &r, &err) == 200, &err);
    fuzz_ok(json_parse(r.body.data, r.body.len, &answer, &err), &err);
    const cJSON *origins = json_array(answer, "origins");
    fuzz_must(origins && json_array(answer, "refused") &&
              json_array(answer, "unapplied"));
    for (const cJSON *o = origins->child; o; o = o->next)
        receipt_holds(o);
    json_free(answer);
    buf_release(&q.body);
    buf_release(&r.body);
}

/* ---- folding again ------------------------------------------------------------- */

static void fold_again_equals(const char *before)
{
    struct err err = ERR_INIT;
    char after[DIGEST_HEX], sql[80], last[128];
    int64_t n = 0;
    for (size_t i = 0; migrate_fold_names[i]; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM %s", migrate_fold_names[i]);
        fuzz_ok(db_script(&store.db, sql, &err), &err);
    }
    /* what the folding of others asks for comes first, as in a rebuild */
    fuzz_ok(fold_kinds(&store.db, store.registry, "erase", &err), &err);
    fuzz_ok(fold_kinds(&store.db, store.registry, "origin.", &err), &err);
    fuzz_ok(fold_kinds(&store.db, store.registry, "clock.", &err), &err);
    fuzz_ok(fold_each(&store.db, store.registry, "", 1000, last, &n, &err), &err);
    fuzz_must(n < 1000);
    fuzz_ok(fold_digest(&store, after, &err), &err);
    fuzz_must(strcmp(before, after) == 0);
}

/* What the batch left is kept, and folded by a program that opens it anew. */
static void rebuild_whole(void)
{
    struct err err = ERR_INIT;
    const char *differs = NULL;
    fuzz_run_keep(&store);
    store_close(&store);
    open_store(false);
    fuzz_ok(fold_rebuild(&store, false, &differs, &err), &err);
    if (differs)
        fprintf(stderr, "differs: %s\n", differs);
    fuzz_must(!differs);
    store_close(&store);
    fuzz_shell("rm -rf r && cp -r template r");
    open_store(true);
}

enum look { GLANCE, CLOSELY, WHOLE };

/* FNV-1a: the same bytes are always looked at in the same way. */
static enum look look_of(const uint8_t *data, size_t size)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ data[i]) * 16777619u;
    if (sum % WHOLE_EVERY == 0)
        return WHOLE;
    return sum % CLOSELY_EVERY == 0 ? CLOSELY : GLANCE;
}

/* Takes, looks, and forgets; digest is of what was folded. */
static size_t one_round(const struct batch *b, bool hooked, bool backwards, bool posted,
                        enum look look, char digest[DIGEST_HEX])
{
    struct err err = ERR_INIT;
    size_t refused = 0;
    store.applied = hooked ? follow : NULL;
    fuzz_run_begin(&store, !posted);
    if (posted)
        post_batch(b);
    else
        refused = take_batch(b, backwards);
    if (look != GLANCE) {
        fuzz_ok(fold_digest(&store, digest, &err), &err);
        read_all(&store, &round_arena);
    }
    if (look == CLOSELY)
        fold_again_equals(digest);
    if (look == WHOLE)
        rebuild_whole();
    else
        fuzz_run_end(&store);
    arena_reset(&round_arena);
    return refused;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const roles[BATCH_WRITERS] = {"device", "registry", NULL};
    struct err err = ERR_INIT;
    (void)argc;
    (void)argv;
    fuzz_fast_start();
    open_store(false);
    fuzz_ok(published_catalogue(&store, &keep, &catalogue, &err), &err);
    for (uint8_t i = 0; i < BATCH_WRITERS; i++) {
        fuzz_author_make(&authors[i], (uint8_t)(i + 1));
        fuzz_author_admit(&store, &authors[i], roles[i]);
    }
    snprintf(host.id, sizeof host.id, "%s", store.registry);
    snprintf(host.epoch, sizeof host.epoch, "%s", store.epoch);
    name_all();
    hold_before();
    store_close(&store);
    fuzz_shell("cp -r r template");
    open_store(true);
    templates_apply();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct batch b;
    char digest[DIGEST_HEX], other[DIGEST_HEX];
    if (size < 1)
        return 0;
    bool both = data[0] & 1, posted = data[0] & 2;
    enum look look = look_of(data, size);
    fuzz_true_signatures = look != GLANCE;
    make_batch(&b, data + 1, size - 1);
    if (look != GLANCE && both) {
        size_t refused = one_round(&b, false, false, false, CLOSELY, digest);
        refused += one_round(&b, false, true, false, look, other);
        fuzz_must(refused || strcmp(digest, other) == 0);
    } else {
        one_round(&b, !both, false, posted, look, digest);
    }
    fuzz_true_signatures = false;
    for (size_t i = 0; i < b.n; i++)
        free(b.line[i]);
    return 0;
}
