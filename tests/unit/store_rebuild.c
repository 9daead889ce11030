/* The folded tables made anew are the same; when they are not, the table is named and
 * put right; a kill in the middle, or records that come meanwhile, cost nothing. */
#include "core/base/file.h"
#include "core/store/area.h"
#include "core/store/local/pulled.h"
#include "core/store/migrate.h"
#include "core/store/party.h"
#include "core/store/published.h"
#include "tests/unit/store_make.h"

#include <sys/wait.h>

/* A registry with something in every folded table but issue, which stands by hand. */
/* One row in each table of a walk's life. */
static void fill_life(struct store *s, struct arena *a)
{
#define OBSERVATION "018c2f10-0000-7000-8000-00000000000a"
#define HASH "a1b2000000000000000000000000000000000000000000000000000000000000"
#define CASE "018c2f10-0000-7000-8000-0000000000ff"
    static const char *const said[][2] = {
        {"rating.tally", "{\"walk\":\"" WALK_ID "\",\"round\":\"before\",\"answers\":2}"},
        {"verdict.give", "{\"walk\":\"" WALK_ID "\",\"observation\":\"" OBSERVATION
                         "\",\"verdict\":\"fixed\"}"},
        {"track.append", "{\"walk\":\"" WALK_ID "\",\"line\":\"" CASE
                         "\",\"source\":\"gnss\",\"at\":1,\"lat\":570480000,"
                         "\"lon\":99187000,\"acc\":3000,\"fixes\":[],\"breaks\":[]}"},
        {"lamp.look", "{\"walk\":\"" WALK_ID "\",\"answer\":\"lit\",\"at\":1}"},
        {"acute.shown", "{\"walk\":\"" WALK_ID "\",\"called\":\"112\"}"},
        {"erase", "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":[{\"hash\":"
                  "\"" HASH "\",\"body\":{\"note\":{\"over\":[]}}}],"
                  "\"photos\":[\"" HASH "\"]}"},
        {"issue.merge", "{\"kept\":\"" CASE "\",\"joined\":\"" CASE "\"}"},
    };
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        char id[UID_SIZE];
        uid_new(id);
        say(s, a, said[i][0], id, said[i][1]);
    }
    struct author device = author_make(); /* a registry seals nothing */
    admit(s, a, device.hex, "device");
    struct record shut = author_says(
        &device, a, "observation.seal", "018c2f10-0000-7000-8000-0000000000ee",
        arena_printf(a, "{\"walk\":\"" WALK_ID "\",\"at\":1,\"box\":\"%0100d\"}", 7));
    take_from(s, &device, &shut);
    shut = author_says(&device, a, "photo.seal", "018c2f10-0000-7000-8000-0000000000ee",
                       arena_printf(a,
                                    "{\"walk\":\"" WALK_ID "\",\"sha256\":\"%064d\","
                                    "\"bytes\":90}",
                                    7));
    take_from(s, &device, &shut);
}

static void fill(struct store *s, struct arena *a)
{
    static const char area[] =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
        "\"properties\":{\"name\":\"Midtbyen\"},\"geometry\":{\"type\":\"Polygon\","
        "\"coordinates\":[[[9.9,57.0],[9.95,57.0],[9.95,57.1],[9.9,57.0]]]}}]}";
    struct err err = ERR_INIT;
    size_t n_new, n_same;
    must(published_start(s, &err));
    must(area_import(s, a, area, sizeof area - 1, &n_new, &n_same, &err));
    say(s, a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\",\"mode\":\"foot\"}");
    for (int i = 0; i < 20; i++) {
        char id[UID_SIZE];
        uid_new(id);
        say(s, a, "observation.note", id, note_body(a, "BEL01", "dark"));
        say(s, a, "photo.attach", id,
            arena_printf(a,
                         "{\"sha256\":\"%064d\",\"type\":"
                         "\"image/jpeg\",\"bytes\":10}",
                         i));
    }
    say(s, a, "issue.open", "018c2f10-0000-7000-8000-0000000000ff",
        "{\"observation\":\"018c2f10-0000-7000-8000-00000000000a\",\"number\":\"AAL-26-"
        "0001\","
        "\"category\":\"BEL01\",\"party\":\"VEJ\",\"catalogue\":1}");
    char origin[RECORD_ORIGIN_HEX];
    text_hex(s->origin, RECORD_ORIGIN, origin);
    say(s, a, "clock.fix", arena_printf(a, "%s:boot", origin),
        "{\"boot\":\"boot\",\"utc_minus_mono_ms\":7,\"source\":\"ntp\"}");
    say(s, a, "origin.gone", origin, "{\"from\":2,\"to\":2}");
    fill_life(s, a);
}

static const char *rebuild(struct store *s, bool swap)
{
    struct err err = ERR_INIT;
    const char *differs = "not said";
    must(fold_rebuild(s, swap, &differs, &err));
    return differs;
}

static void a_rebuild_equals(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    char before[DIGEST_HEX], after[DIGEST_HEX];
    store_make(&s, "equals", STORE_REGISTRY);
    fill(&s, &a);
    for (size_t i = 0; migrate_fold_names[i]; i++)
        if (number_of(&s, arena_printf(&a, "SELECT count(*) FROM %s",
                                       migrate_fold_names[i])) == 0)
            fail_msg("the table %s has no row here", migrate_fold_names[i]);
    digest_of_fold(&s, before);
    assert_null(rebuild(&s, false));
    assert_null(rebuild(&s, true));
    digest_of_fold(&s, after);
    assert_string_equal(after, before);
    assert_false(file_exists(made_path("equals/tmp/refold.db")));
    store_close(&s);
    arena_release(&a);
}

static void a_tampered_row_is_found_by_name_and_put_right(void **state)
{
    (void)state;
    static const struct {
        const char *table, *tampering;
    } rows[] = {
        {"walk", "UPDATE walk SET title = 'other'"},
        {"observation", "UPDATE observation SET severity = 4 WHERE rowid = 7"},
        {"observation", "DELETE FROM observation WHERE rowid = 3"},
        {"photo", "UPDATE photo SET bytes = bytes + 1 WHERE rowid = 1"},
        {"issue", "UPDATE issue SET state = 'done'"},
        {"party", "INSERT INTO party (code, founded) VALUES ('ZZZ', 1)"},
        {"area", "UPDATE area SET shape = '[]'"},
        {"catalogue", "UPDATE catalogue SET body = '{}'"},
        {"admission", "DELETE FROM admission"},
    };
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char before[DIGEST_HEX], now[DIGEST_HEX];
    store_make(&s, "tampered", STORE_REGISTRY);
    fill(&s, &a);
    digest_of_fold(&s, before);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        must(db_script(&s.db, rows[i].tampering, &err));
        digest_of_fold(&s, now);
        assert_string_not_equal(now, before);
        assert_string_equal(rebuild(&s, false), rows[i].table);
        assert_string_equal(rebuild(&s, true), rows[i].table);
        digest_of_fold(&s, now);
        assert_string_equal(now, before);
        assert_null(rebuild(&s, false));
    }
    store_close(&s);
    arena_release(&a);
}

/* A shadow as a kill would leave it: begun over this log, stopped after `subject`. */
static void leave_shadow(struct store *s, const char *after, const char *mark)
{
    struct db shadow;
    struct err err = ERR_INIT;
    char path[1200];
    store_path(s, "tmp/refold.db", path, sizeof path);
    must(db_open(&shadow, path, true, &err));
    must(migrate_fold_tables(&shadow, &err));
    must(db_script(&shadow,
                   "CREATE TABLE progress (one INTEGER PRIMARY KEY, after TEXT NOT"
                   " NULL, fold INTEGER NOT NULL, arrival INTEGER NOT NULL,"
                   " outdated INTEGER NOT NULL)",
                   &err));
    must(db_run(&shadow, &err, "INSERT INTO progress VALUES (1, ?1, ?2, ?3, 0)", "sii",
                after, (int64_t)FOLD_VERSION,
                number_of(s, "SELECT arrival FROM self")));
    must(db_run(&shadow, &err, "INSERT INTO observation (id) VALUES (?1)", "s", mark));
    db_close(&shadow);
}

static void a_shadow_left_by_a_kill_is_taken_up(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    store_make(&s, "killed", STORE_REGISTRY);
    fill(&s, &a);
    /* It is taken up, not begun anew: the mark it was left with is still seen. */
    leave_shadow(&s, "", "mark");
    assert_string_equal(rebuild(&s, false), "observation");
    /* One that is past everything folds nothing more: all tables lack their rows. */
    leave_shadow(&s, "~", "mark");
    assert_string_equal(rebuild(&s, false), "walk");
    /* One over an older log is begun anew. */
    leave_shadow(&s, "~", "mark");
    say(&s, &a, "walk.begin", WALK_ID, "{}");
    assert_null(rebuild(&s, false));
    store_close(&s);
    arena_release(&a);
}

static void a_shadow_that_is_no_database_is_begun_anew(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char garbage[8192];
    memset(garbage, 'x', sizeof garbage);
    store_make(&s, "garbage", STORE_REGISTRY);
    fill(&s, &a);
    must(file_write_whole(made_path("garbage/tmp/refold.db"), garbage, sizeof garbage,
                          0600, &err));
    assert_null(rebuild(&s, true));
    store_close(&s);
    arena_release(&a);
}

static void an_older_fold_is_made_anew_at_opening(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char before[DIGEST_HEX], after[DIGEST_HEX];
    store_make(&s, "older", STORE_REGISTRY);
    fill(&s, &a);
    struct author w = author_make();
    admit(&s, &a, w.hex, "device");
    struct record r = author_says(&w, &a, "walk.begin", WALK_ID, "{}");
    digest_of_fold(&s, before);
    /* What an older program did not know and could not fold. */
    take_from(&s, &w, &r);
    must(db_script(&s.db,
                   "UPDATE record SET reason = 'kind' WHERE kind = 'walk.begin';"
                   "UPDATE walk SET state = 'old', begun_ms = 1;"
                   "UPDATE self SET fold_version = 0",
                   &err));
    store_close(&s);
    store_make(&s, "older", STORE_REGISTRY);
    assert_string_equal(reason_of(&s, &r), "");
    assert_int_equal(number_of(&s, "SELECT count(*) FROM walk WHERE state = 'begun'"),
                     1);
    assert_int_equal(number_of(&s, "SELECT fold_version FROM self"), FOLD_VERSION);
    digest_of_fold(&s, after);
    assert_string_not_equal(after, before);
    assert_null(rebuild(&s, false));
    store_close(&s);
    arena_release(&a);
}

static void records_may_arrive_while_a_rebuild_runs(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    store_make(&s, "meanwhile", STORE_REGISTRY);
    fill(&s, &a);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct store own;
        store_make(&own, "meanwhile", STORE_REGISTRY);
        for (int i = 0; i < 200; i++) {
            char id[UID_SIZE];
            uid_new(id);
            say(&own, &a, "observation.note", id, note_body(&a, "BEL02", "meanwhile"));
        }
        store_close(&own);
        _exit(0);
    }
    int status = 1, rounds = 0;
    for (; waitpid(child, &status, WNOHANG) == 0; rounds++)
        assert_null(rebuild(&s, rounds % 2));
    assert_int_equal(status, 0);
    assert_true(rounds > 0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM observation"), 220);
    assert_null(rebuild(&s, false));
    store_close(&s);
    arena_release(&a);
}

static void steps_go_on_past_subjects_that_wait(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char last[128] = "", after[128] = "";
    store_make(&s, "steps", STORE_REGISTRY);
    struct author stranger = author_make();
    for (int i = 0; i < 30; i++) {
        const char *id = arena_printf(&a, "018c2f10-0000-7000-8000-%012d", i);
        struct record r =
            author_says(&stranger, &a, "walk.plan", id, "{\"title\":\"x\"}");
        if (i % 3 == 0)
            take_from(&s, &stranger, &r); /* waits for rights */
        else
            say(&s, &a, "walk.plan", id, "{\"title\":\"x\"}");
    }
    int64_t total = 0, n = 4;
    while (n == 4) {
        must(db_begin(&s.db, &err));
        must(fold_each(&s.db, s.registry, after, 4, last, &n, &err));
        must(db_commit(&s.db, &err));
        assert_true(n == 0 || strcmp(last, after) > 0);
        memcpy(after, last, sizeof after);
        total += n;
    }
    assert_int_equal(total, 21); /* 20 walks and the hello */
    store_close(&s);
    arena_release(&a);
}

/* ---- what goes without arriving -------------------------------------------------- */

/* A device that trusts that registry, with points of it that it pulled. */
static void pulled_device(struct store *registry, struct store *device, struct arena *a,
                          const char *name, int points)
{
    struct err err = ERR_INIT;
    struct record hello;
    uint8_t hash[DIGEST_SIZE];
    bool there;
    store_make(registry, arena_printf(a, "%s-registry", name), STORE_REGISTRY);
    store_make(device, name, STORE_WALKER);
    must(store_trust(device, registry->registry, &err));
    must(feed_hash(registry, registry->origin, 1, hash, &there, &err));
    must(hold_read(registry, a, hash, &hello, &err));
    take(device, registry->key, &hello);
    for (int i = 0; i < points; i++) {
        const char *id = arena_printf(a, "018c2f10-0000-7000-8000-%012d", 100 + i);
        struct record r =
            say(registry, a, "observation.note", id, note_body(a, "BEL01", "dark"));
        take(device, registry->key, &r);
        must(db_begin(&device->db, &err));
        must(pulled_mark(device, id, &err));
        must(db_commit(&device->db, &err));
    }
}

#define DROPPED "018c2f10-0000-7000-8000-000000000100"

/* Another program, which holds the log, and drops one point once the rebuild waits for it. */
static pid_t drop_in_a_while(const char *name, struct arena *a)
{
    int ready[2];
    char byte;
    fflush(NULL);
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct err err = ERR_INIT;
        struct store own;
        bool gone;
        store_make(&own, name, STORE_WALKER);
        must(db_begin(&own.db, &err));
        if (write(ready[1], "x", 1) != 1)
            _exit(1);
        usleep(400000);
        must(pulled_drop(&own, a, DROPPED, &gone, &err));
        must(db_commit(&own.db, &err));
        store_close(&own);
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return child;
}

static void what_was_dropped_meanwhile_does_not_come_back(void **state)
{
    (void)state;
    struct store registry, device;
    struct arena a = ARENA_INIT;
    int status = 1;
    pulled_device(&registry, &device, &a, "drops", 2);
    leave_shadow(&device, "~", DROPPED); /* it has met all there is */
    pid_t child = drop_in_a_while("drops", &a);
    assert_null(rebuild(&device, true));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(number_of(&device, "SELECT count(*) FROM observation"), 1);
    assert_null(rebuild(&device, false));
    store_close(&device);
    store_close(&registry);
    arena_release(&a);
}

static void a_shadow_from_before_a_drop_is_begun_anew(void **state)
{
    (void)state;
    struct store registry, device;
    struct arena a = ARENA_INIT;
    pulled_device(&registry, &device, &a, "stale", 2);
    struct err err = ERR_INIT;
    bool gone;
    leave_shadow(&device, "~", DROPPED);
    must(db_begin(&device.db, &err));
    must(pulled_drop(&device, &a, DROPPED, &gone, &err));
    must(db_commit(&device.db, &err));
    assert_null(rebuild(&device, true));
    assert_int_equal(number_of(&device, "SELECT count(*) FROM observation"), 1);
    store_close(&device);
    store_close(&registry);
    arena_release(&a);
}

static void a_body_that_came_back_is_in_a_shadow_from_before(void **state)
{
    (void)state;
    struct store registry, device;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct record r;
    uint8_t hash[DIGEST_SIZE];
    bool there;
    pulled_device(&registry, &device, &a, "refilled", 1);
    must(feed_hash(&device, registry.origin,
                   number_of(&registry, "SELECT seq FROM self"), hash, &there, &err));
    must(hold_read(&device, &a, hash, &r, &err));
    must(db_script(&device.db,
                   "UPDATE record SET body = NULL WHERE kind = 'observation.note';"
                   "DELETE FROM observation;",
                   &err));
    leave_shadow(&device, "~", "mark");
    must(db_begin(&device.db, &err));
    must(pulled_refill(&device, &a, &r, &err));
    must(db_commit(&device.db, &err));
    assert_null(rebuild(&device, true));
    assert_int_equal(number_of(&device, "SELECT count(*) FROM observation"), 1);
    store_close(&device);
    store_close(&registry);
    arena_release(&a);
}

/* The erasure's id comes after the point's, and what it leaves of the point is all there is. */
static void an_erasure_is_folded_before_the_point_it_names(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char before[DIGEST_HEX], after[DIGEST_HEX], hex[DIGEST_HEX];
    store_make(&s, "erasure-first", STORE_REGISTRY);
    int64_t arrival = number_of(&s, "SELECT arrival FROM self");
    struct record r =
        say(&s, &a, "observation.note", OBSERVATION, note_body(&a, "BEL01", "dark"));
    text_hex(r.hash, DIGEST_SIZE, hex);
    say(&s, &a, "erase", "018c2f10-0000-7000-8000-0000000000e1",
        arena_printf(&a,
                     "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":"
                     "[{\"hash\":\"%s\",\"body\":{\"walk\":\"" WALK_ID
                     "\",\"category\":\"BEL01\"}}],\"photos\":[]}",
                     hex));
    assert_int_equal(number_of(&s, "SELECT count(*) FROM observation"), 1);
    digest_of_fold(&s, before);
    must(db_script(&s.db,
                   "DELETE FROM erasure; DELETE FROM erased_record;"
                   "DELETE FROM observation;",
                   &err));
    must(db_begin(&s.db, &err));
    must(fold_newer(&s.db, s.registry, arrival, &err));
    must(db_commit(&s.db, &err));
    digest_of_fold(&s, after);
    assert_string_equal(after, before);
    store_close(&s);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rebuild_equals),
        cmocka_unit_test(a_tampered_row_is_found_by_name_and_put_right),
        cmocka_unit_test(a_shadow_left_by_a_kill_is_taken_up),
        cmocka_unit_test(a_shadow_that_is_no_database_is_begun_anew),
        cmocka_unit_test(an_older_fold_is_made_anew_at_opening),
        cmocka_unit_test(records_may_arrive_while_a_rebuild_runs),
        cmocka_unit_test(what_was_dropped_meanwhile_does_not_come_back),
        cmocka_unit_test(a_shadow_from_before_a_drop_is_begun_anew),
        cmocka_unit_test(a_body_that_came_back_is_in_a_shadow_from_before),
        cmocka_unit_test(an_erasure_is_folded_before_the_point_it_names),
        cmocka_unit_test(steps_go_on_past_subjects_that_wait),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
