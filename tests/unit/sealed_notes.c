/* A point that only the police may read: closed on the device before it is kept, so that
 * nothing of it stands in any file; opened by the key file and its passphrase alone. */
#include "core/base/clock.h"
#include "core/store/seal.h"
#include "tests/unit/store_make.h"

static const char secret_words[] = "manden i den blaa bil ved tunnelen";
static const char passphrase[] = "fire ord ingen venter";

static struct store s;
static struct arena a;

static int make_store(void **state)
{
    if (make_folder(state) != 0)
        return -1;
    store_make(&s, "walker", STORE_WALKER);
    say(&s, &a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\"}");
    return 0;
}

static int drop_store(void **state)
{
    store_close(&s);
    arena_release(&a);
    return drop_folder(state);
}

static bool seal(const char *note, char id[37], struct err *err)
{
    struct observation_wish w = {.walk = WALK_ID,
                                 .category = "OPH08",
                                 .note = note,
                                 .severity = 3,
                                 .agree = DB_NULL,
                                 .agree_of = DB_NULL,
                                 .stood = {570480000, 99187000, 3000},
                                 .thing = GEO_NOWHERE,
                                 .at_ms = INT64_C(1795113000000),
                                 .by_role = "council",
                                 .by_org = "SSP"};
    if (!db_begin(&s.db, err))
        return false;
    bool done = seal_note(&s, &a, &w, id, err);
    return db_end(&s.db, done, err);
}

static void without_a_key_nothing_is_kept(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char id[37];
    assert_false(seal(secret_words, id, &err));
    assert_string_equal(err.key, "seal.no_key");
    assert_int_equal(number_of(&s, "SELECT count(*) FROM sealed"), 0);
}

static void the_key_file_is_locked_by_its_passphrase(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    uint8_t key[BOX_PUBLIC], again[BOX_PUBLIC], secret[BOX_SECRET];
    char hex[2 * BOX_PUBLIC + 1];
    const char *file = made_path("police.key");
    assert_false(box_make_file(file, "short", key, &err));
    assert_string_equal(err.key, "box.short_passphrase");
    err = (struct err)ERR_INIT;
    must(box_make_file(file, passphrase, key, &err));
    assert_false(box_make_file(file, passphrase, again, &err));
    assert_string_equal(err.key, "box.file_exists");
    err = (struct err)ERR_INIT;
    assert_false(box_read_file(file, "fire andre ord her", again, secret, &err));
    assert_string_equal(err.key, "box.wrong_passphrase");
    err = (struct err)ERR_INIT;
    must(box_read_file(file, passphrase, again, secret, &err));
    assert_memory_equal(again, key, BOX_PUBLIC);
    assert_false(box_read_file(made_path("walker/lygte.db"), passphrase, again, secret,
                               &err));
    text_hex(key, BOX_PUBLIC, hex);
    err = (struct err)ERR_INIT;
    must(store_set(&s, "police_key", hex, &err));
}

static void no_file_holds_a_word_of_it(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char id[37], command[256];
    must(seal(secret_words, id, &err));
    snprintf(command, sizeof command, "grep -raqE 'blaa bil|570480000' '%s/walker'",
             made_folder);
    assert_int_not_equal(system(command), 0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM observation"), 0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM record WHERE kind ="
                                   " 'observation.seal' AND head LIKE '%SSP%'"),
                     0);
}

struct opened {
    uint8_t key[BOX_PUBLIC], secret[BOX_SECRET];
    size_t seen, open;
};

static bool look(const struct sealed *x, void *data, struct err *err)
{
    struct opened *o = data;
    (void)err;
    char *inside = seal_open(&a, x, o->key, o->secret);
    o->seen++;
    o->open += inside && strstr(inside, secret_words) && strstr(inside, "570480000");
    return true;
}

static void the_key_opens_it_and_another_does_not(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct opened right = {.seen = 0}, wrong = {.seen = 0};
    must(box_read_file(made_path("police.key"), passphrase, right.key, right.secret, &err));
    must(seal_each(&s, WALK_ID, look, &right, &err));
    assert_int_equal(right.seen, 1);
    assert_int_equal(right.open, 1);
    must(box_make_file(made_path("other.key"), passphrase, wrong.key, &err));
    must(box_read_file(made_path("other.key"), passphrase, wrong.key, wrong.secret, &err));
    must(seal_each(&s, "", look, &wrong, &err));
    assert_int_equal(wrong.seen, 1);
    assert_int_equal(wrong.open, 0);
}

static bool look_at_time(const struct sealed *x, void *data, struct err *err)
{
    struct opened *o = data;
    (void)err;
    char *inside = seal_open(&a, x, o->key, o->secret);
    int64_t late = clock_now().utc_ms - x->at_ms;
    o->open += inside && strstr(inside, "med satellitter") && late >= 0 && late < 60000;
    return true;
}

/* No clock.fix reaches into it later: the time inside is the one that is believed. */
static void its_time_is_the_one_satellites_tell(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct opened o = {.seen = 0};
    char id[37];
    struct observation_wish w = {.walk = WALK_ID,
                                 .category = "OPH08",
                                 .note = "med satellitter",
                                 .severity = DB_NULL,
                                 .agree = DB_NULL,
                                 .agree_of = DB_NULL,
                                 .stood = GEO_NOWHERE,
                                 .thing = GEO_NOWHERE,
                                 .at_ms = DB_NULL,
                                 .by_role = "walker",
                                 .by_org = ""};
    must(box_read_file(made_path("police.key"), passphrase, o.key, o.secret, &err));
    clock_tell(clock_utc_ms() - clock_mono_ms() + INT64_C(3) * 86400000);
    must(db_begin(&s.db, &err));
    must(db_end(&s.db, seal_note(&s, &a, &w, id, &err), &err));
    must(seal_each(&s, WALK_ID, look_at_time, &o, &err));
    clock_tell(INT64_MIN);
    assert_int_equal(o.open, 1);
}

static void a_retry_is_once_and_it_folds_to_the_same(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    int64_t n = 0;
    struct observation_wish w = {.id = "018c2f10-0000-7000-8000-0000000000bb",
                                 .walk = WALK_ID,
                                 .category = "OPH08",
                                 .note = "igen",
                                 .severity = DB_NULL,
                                 .stood = GEO_NOWHERE,
                                 .thing = GEO_NOWHERE,
                                 .at_ms = DB_NULL,
                                 .by_role = "",
                                 .by_org = ""};
    must(seal_note(&s, &a, &w, NULL, &err));
    assert_false(seal_note(&s, &a, &w, NULL, &err));
    assert_string_equal(err.key, "observation.exists");
    err = (struct err)ERR_INIT;
    must(seal_count(&s, WALK_ID, &n, &err));
    assert_int_equal(n, 2);
    assert_rebuild_equals(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_key_nothing_is_kept),
        cmocka_unit_test(the_key_file_is_locked_by_its_passphrase),
        cmocka_unit_test(no_file_holds_a_word_of_it),
        cmocka_unit_test(the_key_opens_it_and_another_does_not),
        cmocka_unit_test(a_retry_is_once_and_it_folds_to_the_same),
        cmocka_unit_test(its_time_is_the_one_satellites_tell),
    };
    return cmocka_run_group_tests(tests, make_store, drop_store);
}
