/* A stick whose file claims our schema over values that schema forbids: SQLite does not
 * look again at what is stored, so a NULL comes out of a NOT NULL column. Such photos and
 * lines are refused alone, and what is good beside them is taken. Found by fuzz_stick. */
#include "tests/unit/store_make.h"

#include "core/store/blob.h"
#include "sync/stick.h"

#define POINT_ID "018c2f10-0000-7000-8000-000000000002"

static const char bytes[] = "bytes of a photo";

/* The tables of sync/stick_file.c without their rules, and then its words for them. */
static const char lax[] =
    "PRAGMA application_id=1283024723; PRAGMA user_version=1;"
    "CREATE TABLE line (n INTEGER PRIMARY KEY, text);"
    "CREATE TABLE photo (n INTEGER PRIMARY KEY, sha256, type, bytes, data);"
    "CREATE TABLE receipt (n INTEGER PRIMARY KEY, text, origin, sig);"
    "CREATE TABLE feed (n INTEGER PRIMARY KEY, text);";
static const char claimed[] =
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

static void make_stick(const char *path, const char *rows)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, lax, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, claimed, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

/* The registry knows a point with this photo, which has not come yet. */
static void expect_photo(struct store *s, struct arena *a, char sha256[DIGEST_HEX])
{
    digest_hex_of(bytes, sizeof bytes - 1, sha256);
    say(s, a, "observation.note", POINT_ID, note_body(a, "BEL01", "n"));
    say(s, a, "photo.attach", POINT_ID,
        arena_printf(a, "{\"sha256\":\"%s\",\"type\":\"image/png\",\"bytes\":16}",
                     sha256));
}

static void nulls_are_refused_and_the_rest_is_taken(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct store s;
    struct stick_counts counts;
    char sha256[DIGEST_HEX];
    bool receipts = false, has = false;
    store_make(&s, "registry", STORE_REGISTRY);
    expect_photo(&s, &a, sha256);
    const char *row = "INSERT INTO photo (sha256, type, bytes, data) VALUES";
    make_stick(
        made_path("stick"),
        arena_printf(&a,
                     "INSERT INTO line (text) VALUES (NULL), (x'00'), (7);"
                     "%s (NULL, 'image/png', 16, 'x'); %s ('%s', NULL, 16, 'x');"
                     "%s ('%s', 'image/png', 16, NULL); %s ('%s', 'image/png', NULL,"
                     " CAST('%s' AS BLOB));",
                     row, row, sha256, row, sha256, row, sha256, bytes));
    must(stick_take(&s, made_path("stick"), &counts, &receipts, &err));
    assert_int_equal(counts.records, 0);
    assert_int_equal(counts.photos, 1);
    /* a line that is NULL is not read at all */
    assert_int_equal(counts.refused, 2 + 3);
    must(blob_has(&s, sha256, &has, &err));
    assert_true(has);
    store_close(&s);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nulls_are_refused_and_the_rest_is_taken),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
