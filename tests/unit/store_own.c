/* own: an origin is bound to its machine and folder; a copy never writes on with it. */
#include "tests/unit/store_make.h"

#include "core/base/file.h"
#include "core/store/own.h"

static void copy_folder(const char *from, const char *to)
{
    char command[512];
    snprintf(command, sizeof command, "cp -a '%s' '%s'", made_path(from), made_path(to));
    assert_int_equal(system(command), 0);
}

static void open_again(struct store *s, const char *name)
{
    struct err err = ERR_INIT;
    must(store_open(s, made_path(name), STORE_WALKER, false, &err));
}

static void a_folder_opened_again_keeps_its_origin(void **state)
{
    (void)state;
    struct store s;
    uint8_t before[RECORD_ORIGIN];
    store_make(&s, "same", STORE_WALKER);
    memcpy(before, s.origin, RECORD_ORIGIN);
    store_close(&s);
    open_again(&s, "same");
    assert_memory_equal(s.origin, before, RECORD_ORIGIN);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM own_origin"), 0);
    store_close(&s);
}

static void a_copied_folder_takes_a_new_origin(void **state)
{
    (void)state;
    struct store s, copy;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct own *owns;
    size_t n;
    store_make(&s, "first", STORE_WALKER);
    say(&s, &a, "walk.plan", WALK_ID, "{\"title\":\"x\"}");
    store_close(&s);
    copy_folder("first", "second");
    open_again(&s, "first");
    open_again(&copy, "second");
    assert_memory_not_equal(s.origin, copy.origin, RECORD_ORIGIN);
    must(own_list(&copy, &a, &owns, &n, &err));
    assert_int_equal(n, 2);
    assert_memory_equal(owns[0].origin, s.origin, RECORD_ORIGIN);
    assert_int_equal(owns[0].last, 2); /* hello and plan go on as the old origin's */
    assert_int_equal(owns[1].last, 1); /* the new one has said hello                */
    assert_int_equal(number_of(&copy, "SELECT count(*) FROM walk WHERE founded = 1"), 1);
    assert_rebuild_equals(&copy);
    say(&copy, &a, "walk.begin", WALK_ID, "{}");
    say(&s, &a, "walk.end", WALK_ID, "{}");
    store_close(&copy);
    open_again(&copy, "second"); /* and stays what it is */
    must(own_list(&copy, &a, &owns, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(owns[1].last, 2);
    store_close(&copy);
    store_close(&s);
    arena_release(&a);
}

static void a_backup_without_its_key_takes_a_new_origin(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    store_make(&s, "keyless", STORE_WALKER);
    store_close(&s);
    must(file_remove(made_path("keyless/origin.key"), &err));
    open_again(&s, "keyless");
    assert_int_equal(number_of(&s, "SELECT count(*) FROM own_origin"), 1);
    store_close(&s);
    must(file_write_whole(made_path("keyless/origin.key"),
                          "01234567890123456789012345678901", 32, 0600, &err));
    open_again(&s, "keyless"); /* somebody else's key is no key */
    assert_int_equal(number_of(&s, "SELECT count(*) FROM own_origin"), 2);
    store_close(&s);
}

static void a_power_cut_between_database_and_key_is_healed(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    uint8_t origin[RECORD_ORIGIN];
    store_make(&s, "cut", STORE_WALKER);
    memcpy(origin, s.origin, RECORD_ORIGIN);
    store_close(&s);
    assert_int_equal(rename(made_path("cut/origin.key"), made_path("cut/origin.key.new")),
                     0);
    must(file_write_whole(made_path("cut/origin.key"), "an older key of thirty-two bytes",
                          32, 0600, &err));
    open_again(&s, "cut");
    assert_memory_equal(s.origin, origin, RECORD_ORIGIN);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM own_origin"), 0);
    store_close(&s);
}

static void a_copied_folder_is_paired_with_nobody(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    store_make(&s, "paired", STORE_WALKER);
    must(db_script(&s.db,
                   "INSERT INTO peer (one, url, registry, epoch, name, device, paired_ms,"
                   " pulled) VALUES (1, 'http://127.0.0.1:1', 'r', 'e', 'n', 'd', 1, '')",
                   &err));
    store_close(&s);
    must(file_write_whole(made_path("paired/token"), "secret", 6, 0600, &err));
    copy_folder("paired", "twin");
    open_again(&s, "twin");
    assert_int_equal(number_of(&s, "SELECT count(*) FROM peer"), 0);
    assert_false(file_exists(made_path("twin/token")));
    store_close(&s);
    open_again(&s, "paired");
    assert_int_equal(number_of(&s, "SELECT count(*) FROM peer"), 1);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_opened_again_keeps_its_origin),
        cmocka_unit_test(a_copied_folder_takes_a_new_origin),
        cmocka_unit_test(a_backup_without_its_key_takes_a_new_origin),
        cmocka_unit_test(a_power_cut_between_database_and_key_is_healed),
        cmocka_unit_test(a_copied_folder_is_paired_with_nobody),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
