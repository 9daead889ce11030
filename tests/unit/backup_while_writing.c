/* A backup of a register where somebody writes all the time comes to its end; nobody waits
 * long for it, also while an erasure is pending. */
#include "core/base/clock.h"
#include "core/store/backup.h"
#include "core/store/local/erasing.h"
#include "tests/unit/store_make.h"

#include <pthread.h>

enum { MOST_MS = 20000 };

struct writer {
    struct store s;
    int64_t n;
    bool ended, gave_up; /* the backup; the writer, before it */
};

static void *write_on(void *data)
{
    struct writer *w = data;
    struct err err = ERR_INIT;
    char text[24];
    int64_t until = clock_mono_ms() + MOST_MS;
    while (!__atomic_load_n(&w->ended, __ATOMIC_ACQUIRE) && !w->gave_up) {
        snprintf(text, sizeof text, "%lld", (long long)++w->n);
        w->gave_up = !store_set(&w->s, "busy", text, &err) || clock_mono_ms() > until;
    }
    return NULL;
}

/* A register of some 60 MB. */
static void fill(struct store *s)
{
    struct err err = ERR_INIT;
    must(db_script(
        &s->db,
        "CREATE TABLE bulk (one INTEGER PRIMARY KEY, data BLOB); WITH RECURSIVE"
        " c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 600) INSERT"
        " INTO bulk SELECT x, zeroblob(100000) FROM c;"
        " PRAGMA wal_checkpoint(TRUNCATE)",
        &err));
}

static void a_backup_ends_while_somebody_writes(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct store s;
    struct writer w = {.n = 0};
    struct db copy = {0};
    pthread_t thread;
    store_make(&s, "busy", STORE_REGISTRY);
    fill(&s);
    must(store_open(&w.s, made_path("busy"), STORE_REGISTRY, false, &err));
    must(db_script(&w.s.db, "PRAGMA synchronous=OFF", &err));
    assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
    bool done = backup_copy_database(&s, made_path("copy.db"), &copy, &err);
    __atomic_store_n(&w.ended, true, __ATOMIC_RELEASE);
    pthread_join(thread, NULL);
    must(done);
    assert_false(w.gave_up);
    int64_t n = 0;
    must(db_number(&copy, &n, 0, &err, "SELECT count(*) FROM bulk", ""));
    assert_int_equal(n, 600);
    db_close(&copy);
    store_close(&w.s);
    store_close(&s);
}

static void an_erasure_that_waits_for_it_keeps_no_writer_waiting(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct store s, reader;
    int64_t pending = 0;
    store_make(&s, "pending", STORE_REGISTRY);
    must(store_open(&reader, made_path("pending"), STORE_REGISTRY, false, &err));
    must(db_script(&reader.db, "BEGIN; SELECT count(*) FROM sqlite_master", &err));
    must(db_begin(&s.db, &err));
    must(erasing_add(&s, "", &err));
    must(db_commit(&s.db, &err));
    int64_t from = clock_mono_ms();
    must(erasing_try(&s, &pending, &err));
    assert_true(clock_mono_ms() - from < DB_BUSY_MS / 2);
    assert_int_equal(pending, 1);
    must(db_script(&reader.db, "ROLLBACK", &err));
    must(erasing_try(&s, &pending, &err));
    assert_int_equal(pending, 0);
    store_close(&reader);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_backup_ends_while_somebody_writes),
        cmocka_unit_test(an_erasure_that_waits_for_it_keeps_no_writer_waiting),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
