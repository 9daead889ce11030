/* fuzz_client: a registry that means harm, or is none. A device with a walk, three records
 * and a photo brings them home, and every answer is made of the input: parts parted by
 * 0x1E, the first byte what became of the call (see statuses), then the body. Before the
 * first part H makes the peer a hub, C makes this device carry for another. A part g is
 * answered as a registry would that means well, so what comes after it meets a device that
 * has gone so far; a is the same with the part's members besides.
 *
 * In a body 0x01 stands for the registry's id, 0x02 for its epoch, 0x03 for the photo's
 * hash, 0x04 and 0x05 for the hashes of the first and last record, 0x06 for our origin,
 * 0x07 for the registry's and 0x08 for another device's (fuzz_expand). A line that begins
 * with 0x11 is a record in the registry's or that device's hand (fuzz_batch), so that what
 * is pulled is held and folded; 0x12 makes a receipt of the line, signed by the registry.
 *
 * Whatever is answered: the run ends, no record of ours is lost, nothing is confirmed that
 * was not told in a well-formed receipt of our registry, and photo and bodies are there
 * unless a signed record or our registry's word ended them. Each run is rolled back; one
 * in 65536 is kept, opened anew, and folded anew to the same tables. */
#include "tests/fuzz/fuzz_remote.h"

#include "core/base/file.h"
#include "core/base/uid.h"
#include "core/store/blob.h"
#include "core/store/fold.h"
#include "core/store/local/carried.h"
#include "core/store/observation.h"
#include "core/store/own.h"
#include "core/store/walk.h"
#include "sync/client/session.h"

enum { WHOLE_EVERY = 65536 };

static struct peer peer;
static struct arena keep;
static struct store as_it_was; /* its origin and keys only */
static char *key_file;
static char photo[DIGEST_HEX], walk[37], point[37];
static int64_t records;

/* ---- the device --------------------------------------------------------------------- */

static void add_photo(void)
{
    static const char bytes[] = "bytes of a photo that nobody decodes here";
    struct err err = ERR_INIT;
    struct blob_writer w = {0};
    struct photo p = {.observation = point,
                      .type = "image/jpeg",
                      .bytes = sizeof bytes,
                      .width = 8,
                      .height = 8,
                      .at = GEO_NOWHERE,
                      .direction_c = DB_NULL,
                      .altitude_mm = DB_NULL,
                      .taken_ms = DB_NULL};
    fuzz_ok(blob_begin(&w, &store, &err) && blob_add(&w, bytes, sizeof bytes, &err) &&
                blob_seal(&w, photo, &err) &&
                blob_settle(&store, w.path, photo, p.type, &err),
            &err);
    p.sha256 = photo;
    fuzz_ok(db_begin(&store.db, &err), &err);
    fuzz_ok(blob_name(&store, photo, p.bytes, p.type, true, &err) &&
                photo_attach(&store, &keep, &p, "participant", &err) &&
                db_commit(&store.db, &err),
            &err);
}

static void walk_a_little(void)
{
    struct err err = ERR_INIT;
    struct walk_wish plan = {.title = "Fuzz", .mode = "foot", .starts_ms = DB_NULL};
    struct observation_wish note = {.walk = walk,
                                    .category = "BEL01",
                                    .note = "dark",
                                    .severity = DB_NULL,
                                    .agree = DB_NULL,
                                    .agree_of = DB_NULL,
                                    .stood = GEO_NOWHERE,
                                    .thing = GEO_NOWHERE,
                                    .at_ms = DB_NULL,
                                    .by_role = "participant"};
    fuzz_ok(db_begin(&store.db, &err), &err);
    fuzz_ok(walk_plan(&store, &keep, &plan, "participant", "", walk, &err) &&
                observation_note(&store, &keep, &note, point, &err) &&
                db_commit(&store.db, &err),
            &err);
    add_photo();
}

static const char *hash_at(int64_t seq)
{
    struct err err = ERR_INIT;
    uint8_t hash[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    struct db_rows rows;
    fuzz_ok(db_query(&store.db, &rows, &err, "SELECT hash FROM record WHERE seq = ?1",
                     "i", seq),
            &err);
    fuzz_must(db_next(&rows, &err));
    memcpy(hash, sqlite3_column_blob(rows.statement, 0), DIGEST_SIZE);
    fuzz_ok(db_done(&rows), &err);
    text_hex(hash, DIGEST_SIZE, hex);
    return arena_strdup(&keep, hex);
}

/* The registry's word for its own origin, and its admission of the other device. */
static void trust(void)
{
    struct err err = ERR_INIT;
    uint8_t sig[SIGN_SIZE];
    char root[2 * SIGN_PUBLIC + 1], root_sig[2 * SIGN_SIZE + 1];
    text_hex(authors[0].key, SIGN_PUBLIC, root);
    sign_make(authors[0].origin, RECORD_ORIGIN, authors[0].secret, sig);
    text_hex(sig, SIGN_SIZE, root_sig);
    const struct {
        struct fuzz_author *who;
        const char *kind, *subject, *body;
    } said[] = {
        {&authors[0], "origin.hello", authors[0].hex,
         arena_printf(&keep,
                      "{\"role\":\"registry\",\"root\":\"%s\",\"root_sig\":\"%s\"}",
                      root, root_sig)},
        {&authors[0], "origin.admit", authors[1].hex, "{\"role\":\"device\"}"},
        {&authors[1], "observation.note", OTHER_POINT,
         "{\"walk\":\"" WALK "\",\"category\":\"BEL01\"}"}};
    fuzz_ok(db_begin(&store.db, &err), &err);
    for (size_t i = 0; i < BATCH_WRITERS; i++)
        fuzz_ok(hold_key(&store, authors[i].origin, authors[i].key, &err), &err);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct buf line = BUF_INIT;
        struct record r;
        enum hold_verdict verdict;
        uint8_t hash[DIGEST_SIZE];
        fuzz_author_line(said[i].who, said[i].kind, said[i].subject, said[i].body,
                         strlen(said[i].body), &line, hash);
        fuzz_ok(record_of_line(&keep, line.data, line.len, &r, &err) &&
                    hold_take(&store, &keep, &r, &verdict, &err),
                &err);
        buf_release(&line);
    }
    fuzz_ok(db_commit(&store.db, &err), &err);
}

static void name_all(const char *id)
{
    static char issue[UID_SIZE];
    char origin[RECORD_ORIGIN_HEX];
    text_hex(store.origin, RECORD_ORIGIN, origin);
    uid_derive("issue", point, issue);
    stands_for[1] = batch_names[7] = id;
    stands_for[2] = peer.epoch;
    stands_for[3] = batch_names[3] = photo;
    stands_for[4] = hash_at(1);
    stands_for[5] = hash_at(records);
    stands_for[6] = batch_names[5] = batch_subjects[6] = arena_strdup(&keep, origin);
    stands_for[7] = authors[0].hex;
    stands_for[8] = batch_names[6] = batch_subjects[7] = authors[1].hex;
    batch_names[1] = hash_at(records - 1);
    batch_names[2] = stands_for[5];
    batch_names[8] = batch_subjects[5] = issue;
    batch_subjects[0] = walk;
    batch_subjects[1] = point;
}

static void open_nested(void)
{
    struct err err = ERR_INIT;
    fuzz_ok(store_open(&store, fuzz_path("w"), STORE_WALKER, true, &err), &err);
    fuzz_must(memcmp(store.origin, as_it_was.origin, RECORD_ORIGIN) == 0);
    fuzz_nest(&store);
}

static size_t start_with(uint8_t *data, size_t size, size_t most, const char *start)
{
    return fuzz_insert(data, size, most, 0, start, strlen(start));
}

/* Lines are the parts' here: records, receipts and JSON. */
size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize,
                               unsigned int Seed)
{
    static const char *const starts[] = {"H", "C", "g\x1E", "g\x1Eg\x1E",
                                         "g\x1Eg\x1Eg\x1Eg\x1E"};
    uint32_t state = Seed;
    struct batch_span part[PARTS_MOST];
    size_t n = 0;
    for (size_t at = 0; at < Size && n < PARTS_MOST; n++) {
        const uint8_t *end = memchr(Data + at, 0x1E, Size - at);
        part[n] = (struct batch_span){at, end ? (size_t)(end - Data) : Size};
        at = part[n].end + 1;
    }
    if (n == 0)
        return LLVMFuzzerMutate(Data, Size, MaxSize);
    const struct batch_span *p = &part[fuzz_random(&state) % n];
    switch (fuzz_random(&state) % 16) {
    case 0:
        return start_with(Data, Size, MaxSize, starts[fuzz_random(&state) % 5]);
    case 1: { /* a part again, before another */
        uint8_t copy[1024];
        const struct batch_span *q = &part[fuzz_random(&state) % n];
        size_t len = q->end - q->at;
        if (len == 0 || len >= sizeof copy)
            return LLVMFuzzerMutate(Data, Size, MaxSize);
        memcpy(copy, Data + q->at, len);
        copy[len] = 0x1E;
        return fuzz_insert(Data, Size, MaxSize, p->at, copy, len + 1);
    }
    case 2: /* a part gone */
        memmove(Data + p->at, Data + p->end, Size - p->end);
        return Size - (p->end - p->at);
    case 3:
        if (p->at < p->end)
            Data[p->at] =
                fuzz_random(&state) % 2
                    ? (uint8_t) "ga"[fuzz_random(&state) % 2]
                    : (uint8_t)statuses[fuzz_random(&state) % STATUSES].letter;
        return Size;
    case 4:
    case 5:
    case 6: { /* a record into it */
        size_t at = p->end, size;
        if (!(size = fuzz_insert(Data, Size, MaxSize, at, "\n\x11", 2)) || size == Size)
            return LLVMFuzzerMutate(Data, Size, MaxSize);
        return batch_template(Data, size, MaxSize, at + 2, &state);
    }
    case 7:
    case 8:
        return LLVMFuzzerMutate(Data, Size, MaxSize);
    default:
        return fuzz_twist_in(Data, Size, MaxSize, p->at, p->end, &state);
    }
}

/* ---- after a run -------------------------------------------------------------------- */

static int64_t number(const char *sql)
{
    struct err err = ERR_INIT;
    int64_t n = 0;
    fuzz_ok(db_number(&store.db, &n, 0, &err, sql, ""), &err);
    return n;
}

static bool input_has(const char *text)
{
    return memmem(input.data, input.size, text, strlen(text)) != NULL;
}

/* Something that was signed, or our registry's own word, has ended records or photos. */
static bool was_ended(void)
{
    return number(
               "SELECT (SELECT count(*) FROM erased_record) + (SELECT count(*) FROM"
               " erased_blob) + (SELECT count(*) FROM admission WHERE last_seq IS NOT"
               " NULL) + (SELECT count(*) FROM receipt_photo WHERE state = 'erased')") >
           0;
}

static void nothing_was_lost(void)
{
    char path[1200];
    bool ended = was_ended();
    fuzz_must(!db_in_transaction(&store.db));
    /* what an origin said of itself goes when it is given up (core/store/carry) */
    fuzz_must(
        number("SELECT count(*) FROM record WHERE origin IN (SELECT origin FROM self"
               " UNION SELECT origin FROM own_origin)") >= records - 1);
    fuzz_must(
        ended ||
        number("SELECT count(*) FROM record WHERE body IS NULL AND origin IN (SELECT"
               " origin FROM self UNION SELECT origin FROM own_origin)") == 0);
    fuzz_must(
        number("SELECT count(*) FROM receipt_run r, self s WHERE r.origin = s.origin"
               " AND (last > s.seq OR first < 1)") == 0);
    if (!input_has("\x01") && !input.honest)
        fuzz_must(number("SELECT count(*) FROM receipt_run") == 0 &&
                  number("SELECT count(*) FROM receipt_photo") == 0);
    blob_path(&store, photo, "image/jpeg", path, sizeof path);
    fuzz_must(file_exists(path) || ended);
}

/* Files are not rolled back. */
static void put_back(void)
{
    struct err err = ERR_INIT;
    char path[1200];
    blob_path(&store, photo, "image/jpeg", path, sizeof path);
    if (!file_exists(path))
        fuzz_ok(file_write_whole(path, "gone", 4, 0600, &err), &err);
    if (memcmp(store.origin, as_it_was.origin, RECORD_ORIGIN) == 0)
        return;
    fuzz_ok(
        file_write_whole(fuzz_path("w/origin.key"), key_file, SIGN_SEED, 0600, &err),
        &err);
    unlink(fuzz_path("w/origin.key.new"));
    memcpy(store.origin, as_it_was.origin, RECORD_ORIGIN);
    memcpy(store.key, as_it_was.key, SIGN_PUBLIC);
    memcpy(store.secret, as_it_was.secret, SIGN_SECRET);
}

/* What the run left opens, is settled, and folds to what it was. */
static void open_anew(void)
{
    struct err err = ERR_INIT;
    const char *differs = NULL;
    fuzz_run_keep(&store);
    store_close(&store);
    fuzz_ok(store_open(&store, fuzz_path("w"), STORE_WALKER, false, &err), &err);
    fuzz_ok(fold_rebuild(&store, false, &differs, &err), &err);
    if (differs)
        fprintf(stderr, "differs: %s\n", differs);
    fuzz_must(!differs);
    store_close(&store);
    fuzz_shell("rm -rf w && cp -r template w");
    open_nested();
}

static bool is_whole(const uint8_t *data, size_t size)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ data[i]) * 16777619u;
    return sum % WHOLE_EVERY == 0;
}

static bool run_session(struct session *x)
{
    struct err err = ERR_INIT;
    struct verb_call call = {.arena = x->arena, .lang = I18N_EN};
    if (session_run(&call, x, &err))
        return true;
    fuzz_must(err.code != ERR_NONE && err.key);
    if (getenv("FUZZ_SAY"))
        fprintf(stderr, "%s\n", err.key);
    return false;
}

/* Did the run bring all of it home? */
static bool one_run(const uint8_t *data, size_t size)
{
    static struct arena round;
    struct err err = ERR_INIT;
    struct session x = {.store = &store, .arena = &round};
    struct peer behind = {0};
    bool paired = false, hub = size && data[0] == 'H', carries = size && data[0] == 'C';
    input.data = data;
    input.size = size;
    input.at = hub || carries;
    input.parts = input.uploads = input.honest = 0;
    memcpy(writing, authors, sizeof writing);
    fuzz_run_begin(&store, false);
    fuzz_ok(peer_read(&store, &round, &x.peer, &paired, &err), &err);
    fuzz_must(paired);
    if (hub) {
        behind = x.peer;
        x.peer.behind = &behind;
        x.courier = true;
    }
    if (carries)
        fuzz_ok(carried_add(&store, authors[1].origin, &err), &err);
    bool home = run_session(&x);
    nothing_was_lost();
    if (is_whole(data, size))
        open_anew();
    else
        fuzz_run_end(&store);
    put_back();
    arena_reset(&round);
    return home;
}

#define FOUR "g\x1Eg\x1Eg\x1Eg\x1E"

/* A target that never gets home would find nothing: these do. */
static const char *const all_home[] = {FOUR FOUR FOUR FOUR, "H" FOUR FOUR FOUR FOUR,
                                       "C" FOUR FOUR FOUR FOUR};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err err = ERR_INIT;
    size_t len;
    (void)argc;
    (void)argv;
    setenv("LYGTE_MACHINE", "fuzz", 1); /* a copied template is the same device */
    fuzz_fast_start();
    for (uint8_t i = 0; i < BATCH_WRITERS; i++)
        fuzz_author_make(&authors[i], (uint8_t)(7 + i));
    fuzz_ok(store_open(&store, fuzz_path("w"), STORE_WALKER, true, &err), &err);
    walk_a_little();
    char *id = arena_alloc(&keep, DIGEST_HEX);
    digest_hex_of(authors[0].key, SIGN_PUBLIC, id);
    peer = (struct peer){.url = "http://127.0.0.1:1",
                         .registry = id,
                         .epoch = "0123456789abcdef0123456789abcdef",
                         .name = "Fuzz",
                         .device = "d",
                         .pulled = "",
                         .token = id};
    fuzz_ok(peer_write(&store, &peer, &err), &err);
    fuzz_ok(store_set(&store, "sync.offered", peer.epoch, &err), &err);
    trust();
    fuzz_ok(db_number(&store.db, &records, 0, &err, "SELECT seq FROM self", ""), &err);
    name_all(id);
    as_it_was = store;
    fuzz_ok(file_read(&keep, fuzz_path("w/origin.key"), 100, &key_file, &len, &err),
            &err);
    fuzz_must(len == SIGN_SEED);
    store_close(&store);
    fuzz_shell("cp -r w template");
    open_nested();
    for (size_t i = 0; i < sizeof all_home / sizeof all_home[0]; i++)
        fuzz_must(one_run((const uint8_t *)all_home[i], strlen(all_home[i])));
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    one_run(data, size);
    return 0;
}
