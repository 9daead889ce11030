/* Walks that were wiped are remembered by id and title, newest first and not for ever; one
 * is asked for by a tail of its id; wiping again, or an erasure, takes back what was said. */
#include "core/store/local/wiped.h"
#include "sync/interest.h"
#include "tests/unit/store_make.h"

static void add(struct store *s, struct arena *a, int n, const char *title)
{
    struct err err = ERR_INIT;
    must(wiped_add(s, a, arena_printf(a, "018c2f10-0000-7000-8000-%012d", n), title, &err));
}

static size_t count(struct store *s, struct arena *a, struct wiped **ret)
{
    struct err err = ERR_INIT;
    size_t n = 0;
    must(wiped_list(s, a, ret, &n, &err));
    return n;
}

static void the_newest_are_remembered_and_asked_for_by_a_tail(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct store s;
    struct wiped *list, one;
    struct interest wanted;
    store_make(&s, "many", STORE_WALKER);
    for (int n = 0; n < WIPED_MOST + 6; n++)
        add(&s, &a, n, "Vestbyen");
    assert_int_equal(count(&s, &a, &list), WIPED_MOST);
    assert_string_equal(list[0].id, "018c2f10-0000-7000-8000-000000000069");
    must(interest_of(&s, &a, &wanted, &err));
    assert_int_equal(wanted.walks, 0);
    must(wiped_ask(&s, &a, "000042", &one, &err));
    assert_string_equal(one.title, "Vestbyen");
    must(interest_of(&s, &a, &wanted, &err));
    assert_int_equal(wanted.walks, 1);
    assert_string_equal(wanted.walk[0], one.id);
    assert_false(wiped_ask(&s, &a, "00042", &one, &err)); /* too short a tail */
    assert_string_equal(err.key, "wipe.unknown");
    add(&s, &a, 42, "Vestbyen igen");
    assert_int_equal(count(&s, &a, &list), WIPED_MOST);
    assert_string_equal(list[0].title, "Vestbyen igen");
    assert_false(list[0].asked);
    store_close(&s);
    arena_release(&a);
}

static void an_erased_walk_keeps_no_title(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct store registry, device;
    struct wiped *list;
    char hex[DIGEST_HEX];
    store_make(&registry, "registry", STORE_REGISTRY);
    store_make(&device, "device", STORE_WALKER);
    must(store_trust(&device, registry.registry, &err));
    struct record hello;
    uint8_t hash[DIGEST_SIZE];
    bool there = false;
    must(feed_hash(&registry, registry.origin, 1, hash, &there, &err));
    must(hold_read(&registry, &a, hash, &hello, &err));
    take(&device, registry.key, &hello);
    struct record plan =
        say(&registry, &a, "walk.plan", WALK_ID, "{\"title\":\"Hos en navngiven\"}");
    take(&device, registry.key, &plan);
    must(wiped_add(&device, &a, WALK_ID, "Hos en navngiven", &err));
    text_hex(plan.hash, DIGEST_SIZE, hex);
    struct record erase =
        say(&registry, &a, "erase", "018c2f10-0000-7000-8000-0000000000e1",
            arena_printf(&a, "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":"
                             "[{\"hash\":\"%s\"}]}", hex));
    take(&device, registry.key, &erase);
    assert_string_equal(reason_of(&device, &erase), "");
    assert_int_equal(count(&device, &a, &list), 1);
    assert_string_equal(list[0].title, "");
    store_close(&device);
    store_close(&registry);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_newest_are_remembered_and_asked_for_by_a_tail),
        cmocka_unit_test(an_erased_walk_keeps_no_title),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
