/* A record that waits without its body, because its origin is not admitted yet, gets it from
 * whoever brings it; the room it takes is counted once, for whoever brought it last. */
#include "core/store/local/stranger.h"
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"

static void put(struct store *s, const char *courier, const struct record *r)
{
    struct err err = ERR_INIT;
    bool fresh;
    must(db_begin(&s->db, &err));
    must(stranger_put(s, courier, r, &fresh, &err));
    must(db_commit(&s->db, &err));
}

static void a_body_comes_after_its_head(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct buf line = BUF_INIT;
    struct author w = author_make();
    int64_t n = 0;
    store_make(&s, "waits", STORE_REGISTRY);
    must(hold_key(&s, w.origin, w.key, &err));
    struct record whole = author_says(&w, &a, "observation.note", POINT,
                                      note_body(&a, "BEL01", ",null,\\\"dark"));
    struct record head = whole;
    head.body = NULL;
    head.body_len = 0;
    record_line(&whole, &line);
    put(&s, "tablet", &head);
    put(&s, "stick", &whole);
    for (int i = 0; i < 2; i++) { /* neither takes anything away again */
        put(&s, "tablet", &head);
        put(&s, "tablet", &whole);
    }
    assert_int_equal(number_of(&s, "SELECT count(*) FROM stranger"), 1);
    assert_int_equal(number_of(&s, "SELECT sum(bytes) FROM stranger_room"), line.len);
    assert_int_equal(
        number_of(&s, "SELECT bytes FROM stranger_room WHERE courier = 'stick'"),
        line.len);
    admit(&s, &a, w.hex, "device");
    must(stranger_let_in(&s, &n, &err));
    assert_int_equal(n, 1);
    assert_string_equal(observation_of(&s, &a, POINT).note, ",null,\"dark");
    assert_int_equal(number_of(&s, "SELECT sum(bytes) FROM stranger_room"), 0);
    buf_release(&line);
    store_close(&s);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_body_comes_after_its_head),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
