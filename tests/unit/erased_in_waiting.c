/* What an erasure meets in the waiting room alone, or among uploads of a hub, is erased like
 * anything else: pending until the log is empty, and of a photo no upload is left. */
#include "core/store/erase.h"
#include "core/store/local/erasing.h"
#include "core/store/local/stranger.h"
#include "core/store/local/upload.h"
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"
#define ERASURE "018c2f10-0000-7000-8000-0000000000e1"

static void erase(struct store *s, struct arena *a, const struct record *r)
{
    char hex[DIGEST_HEX];
    text_hex(r->hash, DIGEST_SIZE, hex);
    say(s, a, "erase", ERASURE,
        arena_printf(a,
                     "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":"
                     "[{\"hash\":\"%s\"}],\"photos\":[]}",
                     hex));
}

static void waits_and_is_erased(const char *name, const char *spoil)
{
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct author w = author_make();
    bool new = false;
    int64_t pending = 1;
    store_make(&s, name, STORE_REGISTRY);
    struct record r = author_says(&w, &a, "observation.note", POINT,
                                  note_body(&a, "BEL01", "secret"));
    must(db_begin(&s.db, &err));
    must(stranger_put(&s, "courier", &r, &new, &err));
    must(db_commit(&s.db, &err));
    assert_true(new);
    number_of(&s, spoil);
    erase(&s, &a, &r);
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM stranger WHERE line LIKE '%secret%'"), 0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM erasing"), 1);
    assert_int_equal(number_of(&s,
                               "SELECT bytes - (SELECT COALESCE(sum(length(line)), 0)"
                               " FROM stranger) FROM stranger_room"),
                     0);
    must(erasing_settle(&s, &pending, &err));
    assert_int_equal(pending, 0);
    arena_release(&a);
    store_close(&s);
}

static void a_record_that_waits_is_pending_until_the_log_is_empty(void **state)
{
    (void)state;
    waits_and_is_erased("waits", "SELECT 1");
}

static void one_that_waits_and_is_spoilt_holds_up_no_erasure(void **state)
{
    (void)state;
    waits_and_is_erased("spoilt",
                        "UPDATE stranger SET line = replace(line, 'BEL01', 'BEL0!')");
}

static void a_hub_forgets_what_came_of_an_erased_photo(void **state)
{
    (void)state;
    static const enum store_role roles[] = {STORE_WALKER, STORE_REGISTRY};
    for (int i = 0; i < 2; i++) {
        struct store s;
        struct err err = ERR_INIT;
        struct upload u;
        char sha[DIGEST_HEX];
        bool whole;
        digest_hex_of("a photo", 7, sha);
        store_make(&s, i ? "registry" : "hub", roles[i]);
        must(upload_plan(&s, "device", sha, 100, 0, 100, &u, &err));
        u.held = 10;
        must(upload_hold(&s, "device", &u, &whole, &err));
        must(db_begin(&s.db, &err));
        must(erase_photo(&s, sha, &err));
        must(db_commit(&s.db, &err));
        assert_int_equal(number_of(&s, "SELECT count(*) FROM upload"), 0);
        store_close(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_waits_is_pending_until_the_log_is_empty),
        cmocka_unit_test(one_that_waits_and_is_spoilt_holds_up_no_erasure),
        cmocka_unit_test(a_hub_forgets_what_came_of_an_erased_photo),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
