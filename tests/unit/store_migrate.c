/* A database is made once, by whoever comes first; one of a newer or another program is
 * refused and left as it was, byte for byte. */
#include "core/base/file.h"
#include "core/store/migrate.h"
#include "tests/unit/store_make.h"

#include <sys/stat.h>
#include <sys/wait.h>

static void a_fresh_folder_becomes_a_store(void **state)
{
    (void)state;
    static const enum store_role roles[] = {STORE_WALKER, STORE_REGISTRY};
    static const char *const names[] = {"fresh-walker", "fresh-registry"};
    for (size_t i = 0; i < 2; i++) {
        struct store s;
        store_make(&s, names[i], roles[i]);
        assert_int_equal(number_of(&s, "PRAGMA user_version"), STORE_VERSION);
        assert_int_equal(number_of(&s, "SELECT fold_version FROM self"), FOLD_VERSION);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM record"),
                         1); /* its hello */
        assert_int_equal(number_of(&s, "SELECT seq + tick + arrival FROM self"), 3);
        assert_int_equal(*s.epoch != '\0', roles[i] == STORE_REGISTRY);
        for (size_t t = 0; migrate_fold_names[t]; t++) {
            char sql[100];
            snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", migrate_fold_names[t]);
            assert_true(number_of(&s, sql) >= 0);
        }
        assert_rebuild_equals(&s);
        store_close(&s);
        store_close(&s);
    }
}

static void opening_again_changes_nothing(void **state)
{
    (void)state;
    struct store s;
    uint8_t origin[RECORD_ORIGIN];
    char registry[DIGEST_HEX], epoch[33];
    store_make(&s, "again", STORE_REGISTRY);
    memcpy(origin, s.origin, sizeof origin);
    memcpy(registry, s.registry, sizeof registry);
    memcpy(epoch, s.epoch, sizeof epoch);
    store_close(&s);
    for (int i = 0; i < 2; i++) {
        store_make(&s, "again", STORE_REGISTRY);
        assert_memory_equal(s.origin, origin, sizeof origin);
        assert_string_equal(s.registry, registry);
        assert_string_equal(s.epoch, epoch);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM record"), 1);
        store_close(&s);
    }
}

/* tests/unit/data has what the program of version 1 wrote, as SQL text. */
static void lay_down_version_1(const char *name)
{
    struct arena a = ARENA_INIT;
    struct db db = {0};
    struct err err = ERR_INIT;
    char *sql;
    size_t len;
    must(file_read(&a, "tests/unit/data/walker_version_1.sql", 1 << 20, &sql, &len, &err));
    assert_int_equal(mkdir(made_path(name), 0700), 0);
    must(db_open(&db, made_path(arena_printf(&a, "%s/lygte.db", name)), true, &err));
    must(db_script(&db, sql, &err));
    db_close(&db);
    arena_release(&a);
}

static void a_database_of_version_1_is_carried_over_with_all_it_held(void **state)
{
    (void)state;
    struct store s;
    lay_down_version_1("version-1");
    store_make(&s, "version-1", STORE_WALKER);
    assert_int_equal(number_of(&s, "PRAGMA user_version"), STORE_VERSION);
    assert_int_equal(number_of(&s, "SELECT fold_version FROM self"), FOLD_VERSION);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM walk WHERE founded = 1"), 1);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM observation WHERE founded = 1"),
                     2);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM observation"
                                   " WHERE note = 'Bænken ved søen er god'"),
                     1);
    assert_rebuild_equals(&s);
    store_close(&s);
}

/* A column that an older version had, and one it had not yet. */
static void folded_tables_of_another_form_are_made_anew_from_the_log(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct store s;
    store_make(&s, "other-form", STORE_WALKER);
    say(&s, &a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\"}");
    must(db_script(&s.db,
                   "ALTER TABLE walk ADD COLUMN older TEXT; DROP TABLE verdict;"
                   "ALTER TABLE observation DROP COLUMN thing_ref;"
                   "UPDATE self SET fold_version = 2;", &err));
    store_close(&s);
    store_make(&s, "other-form", STORE_WALKER);
    assert_int_equal(number_of(&s, "SELECT fold_version FROM self"), FOLD_VERSION);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM walk WHERE title = 'Vestbyen'"), 1);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM pragma_table_info('walk')"
                                   " WHERE name = 'older'"), 0);
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

/* Opens the folder in n processes at once; how many could not. */
static int open_at_once(const char *name, enum store_role role, int n)
{
    int gate[2], failed = 0;
    char byte;
    assert_int_equal(pipe(gate), 0);
    fflush(NULL);
    for (int i = 0; i < n; i++)
        if (fork() == 0) {
            struct store s;
            struct err err = ERR_INIT;
            close(gate[1]);
            if (read(gate[0], &byte, 1) != 0) /* until the parent lets go */
                _exit(2);
            bool ok = store_open(&s, made_path(name), role, true, &err);
            if (!ok)
                fprintf(stderr, "# %s %s %s\n", err.key, err.arg[0], err.arg[1]);
            store_close(&s);
            _exit(ok ? 0 : 1);
        }
    close(gate[0]);
    close(gate[1]);
    for (int i = 0; i < n; i++) {
        int status = 0;
        wait(&status);
        failed += status != 0;
    }
    return failed;
}

static void processes_that_come_at_once_make_one_store(void **state)
{
    (void)state;
    for (int round = 0; round < 10; round++) {
        char name[32];
        struct store s;
        enum store_role role = round % 2 ? STORE_REGISTRY : STORE_WALKER;
        snprintf(name, sizeof name, "race-%d", round);
        assert_int_equal(open_at_once(name, role, 4), 0);
        store_make(&s, name, role);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM record"), 1);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM origin"), 1);
        store_close(&s);
    }
}

/* SHA-256 of lygte.db and, when wal, of lygte.db-wal. */
static void bytes_of(const char *name, bool wal, char hex[DIGEST_HEX])
{
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    char path[300], *bytes, *more = NULL;
    size_t n = 0, m = 0;
    snprintf(path, sizeof path, "%s/lygte.db", made_path(name));
    must(file_read(&a, path, 1 << 26, &bytes, &n, &err));
    snprintf(path, sizeof path, "%s/lygte.db-wal", made_path(name));
    if (wal)
        must(file_read(&a, path, 1 << 26, &more, &m, &err));
    char *all = arena_alloc(&a, n + m);
    memcpy(all, bytes, n);
    if (m)
        memcpy(all + n, more, m);
    digest_hex_of(all, n + m, hex);
    arena_release(&a);
}

static void a_newer_database_is_refused_untouched(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    char before[DIGEST_HEX], after[DIGEST_HEX];
    store_make(&s, "newer", STORE_WALKER);
    must(db_script(&s.db, "PRAGMA user_version=99", &err));
    store_close(&s);
    bytes_of("newer", false, before);
    assert_false(store_open(&s, made_path("newer"), STORE_WALKER, true, &err));
    assert_int_equal(err.code, ERR_VERSION);
    assert_string_equal(err.key, "store.newer");
    assert_non_null(strstr(err.arg[0], "newer/lygte.db"));
    assert_string_equal(err.arg[1], "99");
    bytes_of("newer", false, after);
    assert_string_equal(after, before);
}

static void a_newer_one_that_was_killed_keeps_its_wal(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct store s;
    char before[DIGEST_HEX], after[DIGEST_HEX];
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) { /* ends without closing: the change stands in the WAL only */
        store_make(&s, "killed", STORE_WALKER);
        db_script(&s.db, "PRAGMA user_version=99", &err);
        _exit(0);
    }
    int status = 0;
    assert_true(waitpid(child, &status, 0) == child && status == 0);
    bytes_of("killed", true, before);
    assert_false(store_open(&s, made_path("killed"), STORE_WALKER, true, &err));
    assert_string_equal(err.key, "store.newer");
    bytes_of("killed", true, after);
    assert_string_equal(after, before);
}

static void the_other_programs_database_is_refused(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    char before[DIGEST_HEX], after[DIGEST_HEX];
    store_make(&s, "other", STORE_REGISTRY);
    store_close(&s);
    bytes_of("other", false, before);
    assert_false(store_open(&s, made_path("other"), STORE_WALKER, true, &err));
    assert_string_equal(err.key, "store.other_program");
    bytes_of("other", false, after);
    assert_string_equal(after, before);
    struct db db;
    must(file_make_folders(made_path("strange"), &err));
    must(db_open(&db, made_path("strange/lygte.db"), true, &err));
    must(db_script(&db, "PRAGMA application_id=77; CREATE TABLE theirs (x)", &err));
    db_close(&db);
    assert_false(store_open(&s, made_path("strange"), STORE_WALKER, true, &err));
    assert_string_equal(err.key, "store.other_program");
}

static void no_store_is_made_unless_asked(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    assert_false(store_open(&s, made_path("none"), STORE_WALKER, false, &err));
    assert_string_equal(err.key, "store.none");
    assert_false(file_exists(made_path("none")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_folder_becomes_a_store),
        cmocka_unit_test(opening_again_changes_nothing),
        cmocka_unit_test(a_database_of_version_1_is_carried_over_with_all_it_held),
        cmocka_unit_test(folded_tables_of_another_form_are_made_anew_from_the_log),
        cmocka_unit_test(processes_that_come_at_once_make_one_store),
        cmocka_unit_test(a_newer_database_is_refused_untouched),
        cmocka_unit_test(a_newer_one_that_was_killed_keeps_its_wal),
        cmocka_unit_test(the_other_programs_database_is_refused),
        cmocka_unit_test(no_store_is_made_unless_asked),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
