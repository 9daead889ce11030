/* fuzz_stick: a stick that was made by somebody with a hex editor. The first byte: even,
 * the rest is the file; odd, the rest says its rows, one a line, and the file is a good
 * SQLite file that claims our schema over values of any type, NULL too:
 *   L a signed line with this body    M the text as it is    N NULL    O the text as a blob
 *   P a photo: what its name, type and bytes are by the next three letters (see pick)
 * What can be taken is taken, the rest is refused; the store stays whole. Each run is
 * rolled back; one in 65536, told by its bytes, is kept, opened anew, and folded anew to
 * the same tables. */
#include "tests/fuzz/fuzz_fast.h"

#include "core/store/fold.h"
#include "sync/stick.h"

enum { WHOLE_EVERY = 65536 };

#define POINT "018c2f10-0000-7000-8000-000000000002"
#define WALK "018c2f10-0000-7000-8000-000000000001"

static struct store store;
static struct fuzz_author device;
static char photo_hash[DIGEST_HEX];
static const char photo_bytes[] = "bytes of a photo";

static void open_store(bool nested)
{
    struct err err = ERR_INIT;
    fuzz_ok(store_open(&store, fuzz_path("r"), STORE_REGISTRY, true, &err), &err);
    if (nested)
        fuzz_nest(&store);
}

/* ---- a stick by rows ----------------------------------------------------------- */

/* As sync/stick_file.c has it; LLVMFuzzerInitialize sees that it is. */
static const char lax[] =
    "PRAGMA page_size=512; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
    "PRAGMA application_id=1283024723; PRAGMA user_version=1;"
    "CREATE TABLE line (n INTEGER PRIMARY KEY, text);"
    "CREATE TABLE photo (n INTEGER PRIMARY KEY, sha256, type, bytes, data);"
    "CREATE TABLE receipt (n INTEGER PRIMARY KEY, text, origin, sig);"
    "CREATE TABLE feed (n INTEGER PRIMARY KEY, text);";
static const char strict[] =
    "PRAGMA writable_schema=ON;"
    "UPDATE sqlite_master SET sql='CREATE TABLE line (n INTEGER PRIMARY KEY, text TEXT"
    " NOT NULL) STRICT' WHERE name='line';"
    "UPDATE sqlite_master SET sql='CREATE TABLE photo (n INTEGER PRIMARY KEY, sha256 "
    "TEXT"
    " NOT NULL, type TEXT NOT NULL, bytes INTEGER NOT NULL, data BLOB NOT NULL) STRICT'"
    " WHERE name='photo';"
    "UPDATE sqlite_master SET sql='CREATE TABLE receipt (n INTEGER PRIMARY KEY, text "
    "TEXT"
    " NOT NULL, origin BLOB NOT NULL, sig BLOB NOT NULL) STRICT' WHERE name='receipt';"
    "UPDATE sqlite_master SET sql='CREATE TABLE feed (n INTEGER PRIMARY KEY, text TEXT "
    "NOT"
    " NULL) STRICT' WHERE name='feed';";

static void script(sqlite3 *db, const char *sql)
{
    fuzz_must(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* One value of a photo: 0 the right one, then NULL, a number, a blob, a text. */
static void pick(sqlite3_stmt *s, int at, int which, const char *right)
{
    static const char stuff[] = "stuff";
    switch (which & 7) {
    case 1:
        sqlite3_bind_null(s, at);
        break;
    case 2:
        sqlite3_bind_int64(s, at, INT64_MIN);
        break;
    case 3:
        sqlite3_bind_blob(s, at, stuff, 5, SQLITE_STATIC);
        break;
    case 4:
        sqlite3_bind_zeroblob(s, at, 70000);
        break;
    case 5:
        sqlite3_bind_text(s, at, "image/jpeg", -1, SQLITE_STATIC);
        break;
    default:
        sqlite3_bind_text(s, at, right, -1, SQLITE_STATIC);
    }
}

static void add_photo(sqlite3 *db, const char *row, size_t len)
{
    sqlite3_stmt *s;
    fuzz_must(sqlite3_prepare_v2(db,
                                 "INSERT INTO photo (sha256, type, bytes, data)"
                                 " VALUES (?1, ?2, 16, ?3)",
                                 -1, &s, NULL) == SQLITE_OK);
    pick(s, 1, len > 1 ? row[1] : 0, photo_hash);
    pick(s, 2, len > 2 ? row[2] : 0, "image/png");
    pick(s, 3, len > 3 ? row[3] : 0, photo_bytes);
    fuzz_must(sqlite3_step(s) == SQLITE_DONE);
    sqlite3_finalize(s);
}

static void add_line(sqlite3 *db, struct fuzz_author *w, const char *row, size_t len)
{
    sqlite3_stmt *s;
    uint8_t hash[DIGEST_SIZE];
    struct buf line = BUF_INIT;
    int n = (int)len - 1;
    fuzz_must(sqlite3_prepare_v2(db, "INSERT INTO line (text) VALUES (?1)", -1, &s,
                                 NULL) == SQLITE_OK);
    if (row[0] == 'L') {
        fuzz_author_line(w, "observation.note", POINT, row + 1, len - 1, &line, hash);
        sqlite3_bind_text(s, 1, line.data, (int)line.len, SQLITE_STATIC);
    } else if (row[0] == 'M') {
        sqlite3_bind_text(s, 1, row + 1, n, SQLITE_STATIC);
    } else if (row[0] == 'O') {
        sqlite3_bind_blob(s, 1, row + 1, n, SQLITE_STATIC);
    }
    fuzz_must(sqlite3_step(s) == SQLITE_DONE);
    sqlite3_finalize(s);
    buf_release(&line);
}

/* Where rows are written: in memory, lax to this program and strict to who opens the
 * bytes, which are those of a file. */
static sqlite3 *desk;

static void desk_make(void)
{
    fuzz_must(sqlite3_open(":memory:", &desk) == SQLITE_OK);
    script(desk, lax);
    script(desk, strict);
}

static void make_stick(const char *path, const char *rows, size_t size)
{
    struct fuzz_author w = device;
    script(desk, "BEGIN; DELETE FROM line; DELETE FROM photo; DELETE FROM receipt;"
                 " DELETE FROM feed");
    while (size) {
        const char *end = memchr(rows, '\n', size);
        size_t len = end ? (size_t)(end - rows) : size;
        if (len && rows[0] == 'P')
            add_photo(desk, rows, len);
        else if (len)
            add_line(desk, &w, rows, len);
        size -= end ? len + 1 : len;
        rows += end ? len + 1 : len;
    }
    script(desk, "COMMIT");
    sqlite3_int64 n = 0;
    unsigned char *bytes = sqlite3_serialize(desk, "main", &n, 0);
    fuzz_must(bytes != NULL);
    fuzz_put_file(path, bytes, (size_t)n);
    sqlite3_free(bytes);
}

/* ---- the store ----------------------------------------------------------------- */

/* The device's point with a photo that has not come yet. */
static void found_point(void)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct record_wish note = {
        "observation.note", POINT, "{\"walk\":\"" WALK "\",\"category\":\"BEL01\"}",
        "walker",           "",    INT64_MIN};
    const char *body = arena_printf(
        &a, "{\"sha256\":\"%s\",\"type\":\"image/png\",\"bytes\":16}", photo_hash);
    struct record_wish attach = {"photo.attach", POINT, body, "walker", "", INT64_MIN};
    fuzz_ok(db_begin(&store.db, &err), &err);
    fuzz_ok(hold_make(&store, &a, &note, NULL, &err), &err);
    fuzz_ok(hold_make(&store, &a, &attach, NULL, &err), &err);
    fuzz_ok(db_commit(&store.db, &err), &err);
    arena_release(&a);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char good[] =
        "L{\"walk\":\"" WALK "\",\"category\":\"BEL01\"}\nP@@@\n";
    struct err err = ERR_INIT;
    struct stick_counts counts;
    bool receipts = false;
    (void)argc;
    (void)argv;
    fuzz_fast_start();
    desk_make();
    digest_hex_of(photo_bytes, sizeof photo_bytes - 1, photo_hash);
    open_store(false);
    fuzz_author_make(&device, 1);
    fuzz_author_admit(&store, &device, "device");
    found_point();
    store_close(&store);
    fuzz_shell("cp -r r template");
    open_store(true);
    make_stick(fuzz_path("stick"), good, sizeof good - 1);
    fuzz_run_begin(&store, false);
    fuzz_ok(stick_take(&store, fuzz_path("stick"), &counts, &receipts, &err), &err);
    fuzz_must(counts.records == 1 && counts.photos == 1 && receipts);
    fuzz_run_end(&store);
    return 0;
}

static void open_anew(void)
{
    struct err err = ERR_INIT;
    const char *differs = NULL;
    fuzz_run_keep(&store);
    store_close(&store);
    open_store(false);
    fuzz_ok(fold_rebuild(&store, false, &differs, &err), &err);
    fuzz_must(!differs);
    store_close(&store);
    fuzz_shell("rm -rf r && cp -r template r");
    open_store(true);
}

static bool is_whole(const uint8_t *data, size_t size)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ data[i]) * 16777619u;
    return sum % WHOLE_EVERY == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *path = fuzz_path("stick");
    struct err err = ERR_INIT;
    struct stick_counts counts;
    bool receipts = false;
    if (size < 1)
        return 0;
    if (data[0] & 1)
        make_stick(path, (const char *)data + 1, size - 1);
    else
        fuzz_put_file(path, data + 1, size - 1);
    fuzz_run_begin(&store, false);
    bool ok = stick_take(&store, path, &counts, &receipts, &err);
    fuzz_must(ok || err.code == ERR_INPUT || err.code == ERR_DAMAGED ||
              err.code == ERR_CONFLICT);
    fuzz_must(ok || !(data[0] & 1)); /* a whole file with wrong values ends nothing */
    fuzz_must(!db_in_transaction(&store.db));
    if (is_whole(data, size))
        open_anew();
    else
        fuzz_run_end(&store);
    unlink(fuzz_path("stick-journal"));
    unlink(fuzz_path("stick-wal"));
    return 0;
}
