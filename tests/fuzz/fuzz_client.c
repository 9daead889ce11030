/* fuzz_client: a registry that means harm, or is none. A device with a walk, three records
 * and a photo brings them home, and every answer is made of the input: parts parted by
 * 0x1E, the first byte what became of the call (see statuses), then the body. 0x01 stands
 * for the registry's id, 0x02 for its epoch, 0x03 for the photo's hash, 0x04 and 0x05 for
 * the hashes of the first and last record, 0x06 for our origin, so that what looks right
 * can be made. Whatever is answered: the run ends, the log is as it was, nothing is
 * confirmed that was not told in a well-formed receipt of our registry, and the photo's
 * bytes are there unless it was erased. */
#include "tests/fuzz/fuzz_store.h"

#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/observation.h"
#include "core/store/own.h"
#include "core/store/walk.h"
#include "sync/client/session.h"

#include <sqlite3.h>
#include <time.h>

enum { PARTS_MOST = 64, STANDS_FOR = 7 };

struct remote {
    int calls;
};

static struct store store;
static struct peer peer;
static struct arena keep;
static sqlite3 *pristine;
static const char *stands_for[STANDS_FOR];
static char photo[DIGEST_HEX];
static int64_t records;

static struct {
    const uint8_t *data;
    size_t size, at;
    int parts;
} input;

/* The waits between questions are none here: the answers run out instead. */
int nanosleep(const struct timespec *requested_time, struct timespec *remaining)
{
    (void)requested_time;
    (void)remaining;
    return 0;
}

/* ---- the registry ------------------------------------------------------------------- */

static const struct {
    char letter;
    long status;
} statuses[] = {{'2', 200}, {'1', 201}, {'0', 204}, {'4', 404}, {'c', 409}, {'b', 400},
                {'u', 401}, {'d', 403}, {'k', 460}, {'r', 429}, {'s', 503}, {'f', 507}};

static long status_of(uint8_t letter)
{
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++)
        if ((uint8_t)statuses[i].letter == letter)
            return statuses[i].status;
    return 0;
}

static void write_body(struct remote_answer *answer, const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] < STANDS_FOR && stands_for[p[i]])
            buf_str(&answer->body, stands_for[p[i]]);
        else
            buf_char(&answer->body, (char)p[i]);
}

/* The next part of the input; false is a call that nothing came of. */
static bool next_answer(struct remote_answer *answer, struct err *err)
{
    const uint8_t *p = input.data + input.at;
    size_t left = input.size - input.at;
    const uint8_t *end = left ? memchr(p, 0x1E, left) : NULL;
    size_t n = end ? (size_t)(end - p) : left;
    buf_clear(&answer->body);
    *answer = (struct remote_answer){.body = answer->body,
                                     .upload_offset = -1,
                                     .retry_after_s = -1};
    input.at += n + (end != NULL);
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
    return next_answer(answer, err);
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
        bool came = next_answer(&answer, &failure);
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

const char *remote_url(const struct remote *r)
{
    (void)r;
    return "http://127.0.0.1:1";
}

/* ---- the device --------------------------------------------------------------------- */

static void add_photo(const char *point)
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
    static char walk[37], point[37];
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
    add_photo(point);
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

static void copy_tables(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    fuzz_must(b && sqlite3_backup_step(b, -1) == SQLITE_DONE);
    fuzz_must(sqlite3_backup_finish(b) == SQLITE_OK);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err err = ERR_INIT;
    struct fuzz_author registry;
    char origin[RECORD_ORIGIN_HEX];
    (void)argc;
    (void)argv;
    fuzz_folder_make();
    fuzz_author_make(&registry, 7);
    fuzz_ok(store_open(&store, fuzz_path("w"), STORE_WALKER, true, &err), &err);
    fuzz_ok(db_script(&store.db, "PRAGMA synchronous=OFF", &err), &err);
    walk_a_little();
    char *id = arena_alloc(&keep, DIGEST_HEX);
    digest_hex_of(registry.key, SIGN_PUBLIC, id);
    peer = (struct peer){.url = "http://127.0.0.1:1",
                         .registry = id,
                         .epoch = "0123456789abcdef0123456789abcdef",
                         .name = "Fuzz",
                         .device = "d",
                         .pulled = "",
                         .token = id};
    fuzz_ok(peer_write(&store, &peer, &err), &err);
    fuzz_ok(db_number(&store.db, &records, 0, &err, "SELECT seq FROM self", ""), &err);
    text_hex(store.origin, RECORD_ORIGIN, origin);
    stands_for[1] = peer.registry;
    stands_for[2] = peer.epoch;
    stands_for[3] = photo;
    stands_for[4] = hash_at(1);
    stands_for[5] = hash_at(records);
    stands_for[6] = arena_strdup(&keep, origin);
    fuzz_must(sqlite3_open(":memory:", &pristine) == SQLITE_OK);
    copy_tables(pristine, store.db.handle);
    return 0;
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

static void nothing_was_lost(void)
{
    char path[1200];
    struct err err = ERR_INIT;
    fuzz_must(!db_in_transaction(&store.db));
    fuzz_must(number("SELECT seq FROM self") >= records);
    fuzz_must(number("SELECT count(*) FROM record WHERE origin = (SELECT origin FROM"
                     " self) AND body IS NOT NULL") >= records);
    fuzz_must(number("SELECT count(*) FROM receipt_run WHERE last > (SELECT seq FROM"
                     " self) OR first < 1") == 0);
    if (!input_has("\x01"))
        fuzz_must(number("SELECT count(*) FROM receipt_run") == 0 &&
                  number("SELECT count(*) FROM receipt_photo") == 0);
    blob_path(&store, photo, "image/jpeg", path, sizeof path);
    fuzz_must(file_exists(path) || input_has("erased"));
    if (!file_exists(path))
        fuzz_ok(file_write_whole(path, "gone", 4, 0600, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena round;
    struct err err = ERR_INIT;
    struct verb_call call = {.arena = &round, .lang = I18N_EN};
    struct session x = {.store = &store, .arena = &round};
    bool paired = false;
    input.data = data;
    input.size = size;
    input.at = 0;
    input.parts = 0;
    fuzz_ok(peer_read(&store, &round, &x.peer, &paired, &err), &err);
    fuzz_must(paired);
    if (!session_run(&call, &x, &err))
        fuzz_must(err.code != ERR_NONE && err.key);
    nothing_was_lost();
    copy_tables(store.db.handle, pristine);
    arena_reset(&round);
    return 0;
}
