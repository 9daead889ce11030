/* The wrapper over SQLite: bound types, statements kept and nested, transactions that
 * know where they began, and a constraint as an answer. */
#include "tests/unit/store_make.h"

#include <sys/wait.h>

static void open_table(struct db *db, const char *name)
{
    struct err err = ERR_INIT;
    must(db_open(db, made_path(name), true, &err));
    must(db_script(db,
                   "CREATE TABLE t (k INTEGER PRIMARY KEY, s TEXT UNIQUE, b BLOB,"
                   " n INTEGER) STRICT;",
                   &err));
}

static const char sql_add[] = "INSERT INTO t (k, s, b, n) VALUES (?1, ?2, ?3, ?4)";
static const char sql_all[] = "SELECT k, s, b, n FROM t ORDER BY k";

static void every_type_comes_back_as_it_went(void **state)
{
    (void)state;
    struct db db;
    struct db_rows rows;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    size_t len = 77;
    open_table(&db, "types.db");
    must(db_run(&db, &err, sql_add, "isbx", INT64_MIN, "S\xC3\xB8", "a\0b", (size_t)3,
                DB_NULL));
    must(db_run(&db, &err, sql_add, "isbx", INT64_C(5), NULL, NULL, (size_t)0,
                INT64_C(-1)));
    must(db_query(&db, &rows, &err, sql_all, ""));
    assert_true(db_next(&rows, &err));
    assert_true(db_int(&rows, 0) == INT64_MIN); /* i: INT64_MIN is a number */
    assert_string_equal(db_text(&rows, &a, 1), "S\xC3\xB8");
    assert_memory_equal(db_blob(&rows, &a, 2, &len), "a\0b", 3);
    assert_int_equal(len, 3);
    assert_true(db_is_null(&rows, 3) && db_int(&rows, 3) == 0); /* x: it is NULL */
    assert_true(db_int_or(&rows, 3, -9) == -9);
    assert_true(db_next(&rows, &err));
    assert_null(db_text(&rows, &a, 1));
    assert_string_equal(db_peek(&rows, 1), "");
    assert_null(db_blob(&rows, &a, 2, &len));
    assert_true(len == 0 && db_int_or(&rows, 3, -9) == -1);
    assert_false(db_next(&rows, &err));
    assert_true(db_done(&rows));
    arena_release(&a);
    db_close(&db);
    db_close(&db);
}

static void a_constraint_is_an_answer(void **state)
{
    (void)state;
    struct db db;
    struct err err = ERR_INIT;
    int64_t n = 0;
    open_table(&db, "constraint.db");
    must(db_run(&db, &err, sql_add, "isbx", INT64_C(1), "x", NULL, (size_t)0, DB_NULL));
    must(db_begin(&db, &err));
    assert_false(
        db_run(&db, &err, sql_add, "isbx", INT64_C(1), "y", NULL, (size_t)0, DB_NULL));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_string_equal(err.key, "db.constraint");
    assert_false(
        db_run(&db, &err, sql_add, "isbx", INT64_C(2), "x", NULL, (size_t)0, DB_NULL));
    assert_int_equal(err.code, ERR_CONFLICT);
    must(db_run(&db, &err, sql_add, "isbx", INT64_C(2), "y", NULL, (size_t)0, DB_NULL));
    assert_int_equal(db_changes(&db), 1);
    must(db_commit(&db, &err));
    must(db_number(&db, &n, -1, &err, "SELECT count(*) FROM t", ""));
    assert_int_equal(n, 2);
    must(db_number(&db, &n, -1, &err, "SELECT k FROM t WHERE k > 9", ""));
    assert_int_equal(n, -1);
    assert_false(db_run(&db, &err, "INSERT INTO t (k, n) VALUES (9, 'word')", ""));
    assert_int_equal(err.code, ERR_CONFLICT); /* STRICT tables refuse a wrong type */
    assert_false(db_run(&db, &err, "SELECT nothing FROM nowhere", ""));
    assert_string_equal(err.key, "db.failed");
    db_close(&db);
}

static const char sql_above[] = "SELECT k FROM t WHERE k > ?1 ORDER BY k";

/* Counts the chains k1 < k2 < k3 by the same kept statement inside itself. */
static int64_t chains(struct db *db, int64_t above, int depth)
{
    struct err err = ERR_INIT;
    struct db_rows rows;
    int64_t n = 0;
    must(db_query(db, &rows, &err, sql_above, "i", above));
    while (db_next(&rows, &err))
        n += depth == 1 ? 1 : chains(db, db_int(&rows, 0), depth - 1);
    must(db_done(&rows));
    return n;
}

static void a_kept_statement_may_run_inside_itself(void **state)
{
    (void)state;
    struct db db;
    struct err err = ERR_INIT;
    open_table(&db, "nested.db");
    for (int64_t k = 1; k <= 6; k++)
        must(db_run(&db, &err, sql_add, "isbx", k, NULL, NULL, (size_t)0, DB_NULL));
    assert_int_equal(chains(&db, 0, 3), 20); /* 6 over 3 */
    assert_int_equal(chains(&db, 0, 1), 6);
    assert_int_equal(chains(&db, 0, 3), 20);
    db_close(&db);
}

static void more_statements_than_slots_work_all_the_same(void **state)
{
    (void)state;
    struct db db;
    struct err err = ERR_INIT;
    static char sql[3 * DB_STATEMENTS][40];
    open_table(&db, "slots.db");
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3 * DB_STATEMENTS; i++) {
            int64_t n = 0;
            snprintf(sql[i], sizeof sql[i], "SELECT %d + ?1", i);
            must(db_number(&db, &n, -1, &err, sql[i], "i", INT64_C(1000)));
            assert_int_equal(n, i + 1000);
        }
    db_close(&db);
}

static void a_rollback_leaves_nothing_and_a_close_is_one(void **state)
{
    (void)state;
    struct db db;
    struct err err = ERR_INIT;
    int64_t n = 0;
    open_table(&db, "rollback.db");
    db_rollback(&db);
    must(db_begin(&db, &err));
    assert_true(db_in_transaction(&db));
    must(
        db_run(&db, &err, sql_add, "isbx", INT64_C(1), NULL, NULL, (size_t)0, DB_NULL));
    db_rollback(&db);
    assert_false(db_in_transaction(&db));
    must(db_begin(&db, &err));
    must(
        db_run(&db, &err, sql_add, "isbx", INT64_C(2), NULL, NULL, (size_t)0, DB_NULL));
    db_close(&db);
    must(db_open(&db, made_path("rollback.db"), false, &err));
    must(db_number(&db, &n, -1, &err, "SELECT count(*) FROM t", ""));
    assert_int_equal(n, 0);
    db_close(&db);
}

/* What a child says on stderr before it dies of deed. */
static void words_of_death(void (*deed)(struct db *), char *out, size_t size)
{
    int pipes[2];
    struct db db;
    open_table(&db, "death.db");
    assert_int_equal(pipe(pipes), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        dup2(pipes[1], 2);
        deed(&db);
        _exit(0);
    }
    close(pipes[1]);
    size_t n = 0;
    for (ssize_t got;
         n + 1 < size && (got = read(pipes[0], out + n, size - 1 - n)) > 0;)
        n += (size_t)got;
    out[n] = '\0';
    close(pipes[0]);
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    db_close(&db);
    unlink(made_path("death.db"));
}

static void begin_twice(struct db *db)
{
    struct err err = ERR_INIT;
    db_begin_at(db, "first.c", 11, &err);
    db_begin_at(db, "second.c", 22, &err);
}

static void commit_alone(struct db *db)
{
    db_commit(db, &(struct err){0});
}

static void bind_too_few(struct db *db)
{
    db_run(db, &(struct err){0}, sql_add, "i", INT64_C(1));
}

static void a_wrong_use_ends_the_program_and_names_the_places(void **state)
{
    (void)state;
    char words[4000];
    words_of_death(begin_twice, words, sizeof words);
    assert_true(strstr(words, "first.c:11") && strstr(words, "second.c:22"));
    words_of_death(commit_alone, words, sizeof words);
    assert_non_null(strstr(words, "commit without begin"));
    words_of_death(bind_too_few, words, sizeof words);
    assert_non_null(strstr(words, sql_add));
}

static void what_is_no_database_says_so(void **state)
{
    (void)state;
    struct db db;
    struct err err = ERR_INIT;
    char garbage[4096];
    memset(garbage, 'x', sizeof garbage);
    FILE *f = fopen(made_path("garbage.db"), "w");
    assert_non_null(f);
    fwrite(garbage, 1, sizeof garbage, f);
    fclose(f);
    assert_false(db_open(&db, made_path("garbage.db"), false, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    assert_false(db_open(&db, made_path("absent.db"), false, &err));
    assert_string_equal(err.key, "db.unopenable");
    assert_true(access(made_path("absent.db"), F_OK) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_comes_back_as_it_went),
        cmocka_unit_test(a_constraint_is_an_answer),
        cmocka_unit_test(a_kept_statement_may_run_inside_itself),
        cmocka_unit_test(more_statements_than_slots_work_all_the_same),
        cmocka_unit_test(a_rollback_leaves_nothing_and_a_close_is_one),
        cmocka_unit_test(a_wrong_use_ends_the_program_and_names_the_places),
        cmocka_unit_test(what_is_no_database_says_so),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
