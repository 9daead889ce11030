/* Holding and applying are two things: what is kept, what takes effect, and what waits
 * for which reason until it is let in. */
#include "tests/unit/store_make.h"

#include "core/store/party.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"
#define ISSUE "018c2f10-0000-7000-8000-0000000000ff"

/* A registry in a folder of its own and an author it has admitted as a device. */
struct scene {
    struct store s;
    struct arena a;
    struct author w;
};

static void scene_open(struct scene *t, const char *name)
{
    *t = (struct scene){.w = author_make()};
    store_make(&t->s, name, STORE_REGISTRY);
    admit(&t->s, &t->a, t->w.hex, "device");
}

static void scene_close(struct scene *t)
{
    assert_rebuild_equals(&t->s);
    store_close(&t->s);
    arena_release(&t->a);
}

static struct record note(struct scene *t, const char *text)
{
    return author_says(&t->w, &t->a, "observation.note", POINT,
                       note_body(&t->a, "BEL01", text));
}

static void the_same_record_twice_is_held_once(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "twice");
    struct record r = note(&t, "dark");
    assert_int_equal(take_from(&t.s, &t.w, &r), HOLD_NEW);
    assert_int_equal(take_from(&t.s, &t.w, &r), HOLD_ALREADY);
    assert_string_equal(reason_of(&t.s, &r), "");
    assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "dark");
    struct record back;
    struct err err = ERR_INIT;
    must(hold_read(&t.s, &t.a, r.hash, &back, &err));
    assert_string_equal(back.head, r.head);
    assert_string_equal(back.body, r.body);
    memset(r.hash, 0, sizeof r.hash);
    assert_false(hold_read(&t.s, &t.a, r.hash, &back, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    scene_close(&t);
}

static void a_fork_overwrites_nothing(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "fork");
    struct author twin =
        t.w; /* a copied card: the same key goes on from the same place */
    struct record first = note(&t, "the first");
    struct record second = author_says(&twin, &t.a, "observation.note", POINT,
                                       note_body(&t.a, "BEL01", "the second"));
    assert_int_equal(take_from(&t.s, &t.w, &first), HOLD_NEW);
    assert_int_equal(take_from(&t.s, &twin, &second), HOLD_FORKED);
    assert_string_equal(reason_of(&t.s, &second), "absent");
    assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "the first");
    scene_close(&t);
}

static void a_missing_predecessor_is_a_hole_that_closes(void **state)
{
    (void)state;
    struct scene t;
    struct err err = ERR_INIT;
    struct record r[6];
    struct hold_run *runs;
    size_t n;
    scene_open(&t, "hole");
    for (int i = 0; i < 6; i++)
        r[i] = i == 4 ? note(&t, "fifth")
                      : author_says(&t.w, &t.a, "walk.begin", WALK_ID, "{}");
    static const int order[] = {4, 0, 2, 5, 1}; /* 3 is missing */
    for (size_t i = 0; i < 5; i++)
        take_from(&t.s, &t.w, &r[order[i]]);
    assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "fifth");
    must(hold_runs(&t.s, &t.a, t.w.origin, 64, &runs, &n, &err));
    assert_int_equal(n, 2);
    assert_true(runs[0].first == 1 && runs[0].last == 3);
    assert_true(runs[1].first == 5 && runs[1].last == 6);
    assert_memory_equal(runs[0].last_hash, r[2].hash, DIGEST_SIZE);
    assert_memory_equal(runs[1].first_hash, r[4].hash, DIGEST_SIZE);
    must(hold_runs(&t.s, &t.a, t.w.origin, 1, &runs, &n, &err));
    assert_int_equal(n, 1);
    take_from(&t.s, &t.w, &r[3]);
    must(hold_runs(&t.s, &t.a, t.w.origin, 64, &runs, &n, &err));
    assert_true(n == 1 && runs[0].first == 1 && runs[0].last == 6);
    scene_close(&t);
}

static bool send_back(const struct record *r, int64_t arrival, void *data,
                      struct err *err)
{
    (void)arrival;
    (void)err;
    record_line(r, data);
    return true;
}

static void what_is_not_understood_is_kept_and_forwarded(void **state)
{
    (void)state;
    struct scene t;
    struct store device;
    struct err err = ERR_INIT;
    struct buf line = BUF_INIT, sent = BUF_INIT;
    scene_open(&t, "unknown");
    struct record r =
        author_says(&t.w, &t.a, "lamp.later", POINT, "{\"later\":[1.5,null]}");
    assert_int_equal(take_from(&t.s, &t.w, &r), HOLD_NEW);
    assert_string_equal(reason_of(&t.s, &r), "kind");
    struct record back;
    must(hold_read(&t.s, &t.a, r.hash, &back, &err));
    record_line(&r, &line);
    record_line(&back, &sent);
    assert_string_equal(sent.data, line.data);
    /* A device cannot make one itself, but what it holds it sends in order of seq. */
    store_make(&device, "unknown-device", STORE_WALKER);
    buf_clear(&sent);
    bool done = false;
    say(&device, &t.a, "walk.plan", WALK_ID, "{\"title\":\"x\"}");
    must(feed_origin(&device, device.origin, 1, send_back, &sent, &done, NULL, &err));
    assert_non_null(strstr(sent.data, "origin.hello"));
    assert_non_null(strstr(sent.data, "walk.plan"));
    store_close(&device);
    buf_release(&line);
    buf_release(&sent);
    scene_close(&t);
}

static void a_body_not_of_its_form_waits_unapplied(void **state)
{
    (void)state;
    static const char *const bodies[] = {
        "{}",
        "{\"walk\":\"x\",\"category\":\"BEL01\"}",
        "{\"walk\":\"" WALK_ID "\",\"category\":7}",
        "{\"walk\":\"" WALK_ID "\",\"category\":\"BEL01\",\"severity\":9}",
        "{\"walk\":\"" WALK_ID "\",\"category\":\"BEL01\",\"urgency\":\"A B\"}",
        "{\"walk\":\"" WALK_ID "\",\"walk\":\"" WALK_ID "\",\"category\":\"BEL01\"}",
        "{\"walk\":\"" WALK_ID "\",\"category\":\"BEL01\",\"note\":\"a\\u0000b\"}",
        "{\"walk\":\"" WALK_ID "\",\"category\":\"BEL01\",\"at\":1e999}",
        "{not json"};
    struct scene t;
    scene_open(&t, "form");
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct record r = author_says(&t.w, &t.a, "observation.note", POINT, bodies[i]);
        assert_int_equal(take_from(&t.s, &t.w, &r), HOLD_NEW);
        if (strcmp(reason_of(&t.s, &r), "body") != 0)
            fail_msg("%s: %s", bodies[i], reason_of(&t.s, &r));
    }
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM observation"), 0);
    struct record good = note(&t, "good");
    take_from(&t.s, &t.w, &good);
    assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "good");
    scene_close(&t);
}

static void a_key_must_be_the_origins_and_the_signature_the_keys(void **state)
{
    (void)state;
    struct scene t;
    struct err err = ERR_INIT;
    scene_open(&t, "keys");
    struct author other = author_make();
    struct record r = note(&t, "x");
    assert_false(hold_check(&t.s, &r, &err));
    assert_string_equal(err.key, "record.unknown_key");
    assert_false(hold_key(&t.s, t.w.origin, other.key, &err));
    assert_string_equal(err.key, "record.key_differs");
    must(hold_key(&t.s, t.w.origin, t.w.key, &err));
    must(hold_key(&t.s, t.w.origin, t.w.key, &err));
    must(hold_check(&t.s, &r, &err));
    r.sig[10] ^= 1;
    assert_false(hold_check(&t.s, &r, &err));
    assert_int_equal(err.code, ERR_CHECKSUM);
    scene_close(&t);
}

#define OPEN_BODY                                                                      \
    "{\"observation\":\"" POINT                                                        \
    "\",\"number\":\"AAL-26-0001\",\"category\":\"BEL01\","                            \
    "\"party\":\"VEJ\",\"catalogue\":1}"

static void rights_wait_for_an_admission(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "rights");
    struct author stranger = author_make();
    struct record r = author_says(&stranger, &t.a, "observation.note", POINT,
                                  note_body(&t.a, "BEL01", "from a stranger"));
    take_from(&t.s, &stranger, &r);
    assert_string_equal(reason_of(&t.s, &r), "rights");
    struct record open = author_says(&t.w, &t.a, "issue.open", ISSUE, OPEN_BODY);
    take_from(&t.s, &t.w, &open); /* a device's: only a registry may */
    assert_string_equal(reason_of(&t.s, &open), "rights");
    struct record self =
        author_says(&t.w, &t.a, "origin.admit", t.w.hex, "{\"role\":\"registry\"}");
    take_from(&t.s, &t.w, &self); /* nobody lifts himself */
    assert_string_equal(reason_of(&t.s, &self), "rights");
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM issue"), 0);
    admit(&t.s, &t.a, stranger.hex, "device");
    assert_string_equal(reason_of(&t.s, &r), "");
    assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "from a stranger");
    assert_string_equal(reason_of(&t.s, &open), "rights");
    admit(&t.s, &t.a, t.w.hex, "registry");
    assert_string_equal(reason_of(&t.s, &open), "");
    assert_string_equal(reason_of(&t.s, &self), "");
    assert_int_equal(number_of(&t.s, "SELECT count(*) FROM issue WHERE founded = 1"),
                     1);
    scene_close(&t);
}

static void what_was_let_in_late_arrives_late(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "late");
    struct author stranger = author_make();
    struct record r = author_says(&stranger, &t.a, "observation.note", POINT,
                                  note_body(&t.a, "BEL01", "late"));
    take_from(&t.s, &stranger, &r);
    int64_t held =
        number_of(&t.s, "SELECT arrival FROM record WHERE reason = 'rights'");
    admit(&t.s, &t.a, stranger.hex, "device");
    assert_true(number_of(&t.s, "SELECT arrival FROM record WHERE kind ="
                                " 'observation.note'") > held + 1);
    assert_int_equal(number_of(&t.s, "SELECT max(arrival) FROM record"),
                     number_of(&t.s, "SELECT arrival FROM self"));
    scene_close(&t);
}

static void a_step_of_ticks_waits_until_it_is_filled(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "ticks");
    int64_t base = number_of(&t.s, "SELECT tick FROM self");
    struct record far[3];
    static const int64_t steps[] = {1, 2, 3};
    for (int i = 2; i >= 0;
         i--) { /* three steps of 2^32 - 5 and a bit, highest first */
        struct author one = author_make();
        admit(&t.s, &t.a, one.hex, "device");
        one.tick = base + steps[i] * (HOLD_TICK_STEP - 5) - 1;
        far[i] = author_says(&one, &t.a, "walk.begin", WALK_ID, "{}");
        if (i > 0) {
            take_from(&t.s, &one, &far[i]);
            assert_string_equal(reason_of(&t.s, &far[i]), "tick");
        } else {
            assert_true(number_of(&t.s, "SELECT tick FROM self") < base + 10);
            take_from(&t.s, &one, &far[i]);
        }
    }
    for (int i = 0; i < 3; i++)
        assert_string_equal(reason_of(&t.s, &far[i]), "");
    assert_true(number_of(&t.s, "SELECT tick FROM self") == far[2].tick);
    struct record own = say(&t.s, &t.a, "walk.end", WALK_ID, "{}");
    assert_true(own.tick == far[2].tick + 1);
    t.w.tick = own.tick + HOLD_TICK_STEP + 1;
    struct record poisoned = author_says(&t.w, &t.a, "walk.begin", WALK_ID, "{}");
    take_from(&t.s, &t.w, &poisoned);
    assert_string_equal(reason_of(&t.s, &poisoned), "tick");
    scene_close(&t);
}

static int count_one(void *n)
{
    ++*(int64_t *)n;
    return 0;
}

/* The steps of SQLite's machine that one more record of somebody else's takes. */
static int64_t steps_of_one_more(struct scene *t)
{
    struct record r = note(t, "one more");
    int64_t n = 0;
    sqlite3_progress_handler(t->s.db.handle, 1, count_one, &n);
    assert_int_equal(take_from(&t->s, &t->w, &r), HOLD_NEW);
    sqlite3_progress_handler(t->s.db.handle, 0, NULL, NULL);
    assert_string_equal(reason_of(&t->s, &r), "");
    return n;
}

/* And those that admitting somebody takes. */
static int64_t steps_of_an_admission(struct scene *t)
{
    int64_t n = 0;
    struct author one = author_make();
    sqlite3_progress_handler(t->s.db.handle, 1, count_one, &n);
    admit(&t->s, &t->a, one.hex, "device");
    sqlite3_progress_handler(t->s.db.handle, 0, NULL, NULL);
    return n;
}

enum { MANY = 500 };

static void many_wait(struct scene *t, int64_t tick, const char *kind,
                      const char *reason)
{
    struct author far = author_make();
    struct record r;
    admit(&t->s, &t->a, far.hex, "device");
    far.tick = tick;
    for (int i = 0; i < MANY; i++) {
        r = author_says(&far, &t->a, kind, WALK_ID, "{}");
        take_from(&t->s, &far, &r);
    }
    assert_string_equal(reason_of(&t->s, &r), reason);
}

static void what_waits_costs_others_nothing(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "many-wait");
    steps_of_one_more(&t); /* its statements are prepared */
    int64_t alone = steps_of_one_more(&t);
    many_wait(&t, INT64_C(1) << 45, "walk.begin", "tick");
    int64_t beside = steps_of_one_more(&t);
    assert_in_range(beside, alone / 2, alone * 3 / 2);
    scene_close(&t);
}

static void what_waits_for_a_right_is_judged_when_it_may_have_come(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "many-wait-for-rights");
    steps_of_an_admission(&t);
    int64_t alone = steps_of_an_admission(&t);
    many_wait(&t, t.w.tick, "issue.open", "rights");
    int64_t beside = steps_of_an_admission(&t);
    assert_in_range(beside, alone, alone + INT64_C(40) * MANY);
    scene_close(&t);
}

static void a_step_is_filled_also_by_what_an_admission_lets_in(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "ticks-rights");
    int64_t base = number_of(&t.s, "SELECT tick FROM self");
    struct author stranger = author_make();
    stranger.tick = base + HOLD_TICK_STEP / 2;
    struct record middle = author_says(&stranger, &t.a, "walk.begin", WALK_ID, "{}");
    t.w.tick = base + HOLD_TICK_STEP + 1000;
    struct record high = author_says(&t.w, &t.a, "walk.end", WALK_ID, "{}");
    take_from(&t.s, &t.w, &high);
    take_from(&t.s, &stranger, &middle);
    assert_string_equal(reason_of(&t.s, &high), "tick");
    assert_string_equal(reason_of(&t.s, &middle), "rights");
    admit(&t.s, &t.a, stranger.hex, "device");
    assert_string_equal(reason_of(&t.s, &middle), "");
    assert_string_equal(reason_of(&t.s, &high), "");
    scene_close(&t);
}

/* All that the registry has written, in order, as a stick would bring it. */
static void take_all(struct store *to, struct store *registry, struct arena *a)
{
    struct err err = ERR_INIT;
    struct record r;
    enum hold_verdict verdict;
    int64_t n = number_of(registry, "SELECT seq FROM self");
    must(hold_key(to, registry->origin, registry->key, &err));
    for (int64_t seq = 1; seq <= n; seq++) {
        uint8_t hash[DIGEST_SIZE];
        char sql[100];
        sqlite3_stmt *found;
        snprintf(sql, sizeof sql, "SELECT hash FROM record WHERE seq = %d", (int)seq);
        sqlite3_prepare_v2(registry->db.handle, sql, -1, &found, NULL);
        assert_int_equal(sqlite3_step(found), SQLITE_ROW);
        memcpy(hash, sqlite3_column_blob(found, 0), sizeof hash);
        sqlite3_finalize(found);
        must(hold_read(registry, a, hash, &r, &err));
        must(hold_take(to, a, &r, &verdict, &err));
    }
}

/* A server has had the folder open since before `walker pair` ran beside it. */
static void whom_the_folder_trusts_is_known_to_a_store_that_was_open_before(void **state)
{
    (void)state;
    struct store registry, paired, server;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    store_make(&registry, "trusted", STORE_REGISTRY);
    store_make(&paired, "trusting", STORE_WALKER);
    store_make(&server, "trusting", STORE_WALKER);
    must(party_set(&registry, &a,
                   &(struct party){"LYS", "Gadelys", "Lighting", "department", "", ""},
                   "coordinator", &err));
    must(store_trust(&paired, registry.registry, &err));
    take_all(&server, &registry, &a);
    assert_int_equal(number_of(&server, "SELECT count(*) FROM record"
                                        " WHERE reason IS NOT NULL"), 0);
    assert_int_equal(number_of(&server, "SELECT count(*) FROM party"), 1);
    assert_rebuild_equals(&paired);
    store_close(&server);
    store_close(&paired);
    store_close(&registry);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_record_twice_is_held_once),
        cmocka_unit_test(a_fork_overwrites_nothing),
        cmocka_unit_test(a_missing_predecessor_is_a_hole_that_closes),
        cmocka_unit_test(what_is_not_understood_is_kept_and_forwarded),
        cmocka_unit_test(a_body_not_of_its_form_waits_unapplied),
        cmocka_unit_test(a_key_must_be_the_origins_and_the_signature_the_keys),
        cmocka_unit_test(rights_wait_for_an_admission),
        cmocka_unit_test(what_was_let_in_late_arrives_late),
        cmocka_unit_test(a_step_of_ticks_waits_until_it_is_filled),
        cmocka_unit_test(what_waits_costs_others_nothing),
        cmocka_unit_test(what_waits_for_a_right_is_judged_when_it_may_have_come),
        cmocka_unit_test(a_step_is_filled_also_by_what_an_admission_lets_in),
        cmocka_unit_test(
            whom_the_folder_trusts_is_known_to_a_store_that_was_open_before),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
