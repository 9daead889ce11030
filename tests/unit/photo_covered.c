/* The photos of a point, folded: a covering photo stands where the covered one stood,
 * whoever's record comes first; of two coverings both stand; what was covered is to be
 * nowhere, and a photo that covers itself changes nothing. What an erasure ended stays so
 * when a point bears the erasure's own name. */
#include "store_make.h"

#include "core/store/blob.h"
#include "core/store/erase.h"

#include <stdio.h>

#define POINT "018c2f10-0000-7000-8000-00000000000c"

static const char *sha(char c)
{
    static char text[6][DIGEST_HEX];
    char *out = text[c - 'a'];
    memset(out, c, 64);
    return out;
}

static struct photo photo_of(char c)
{
    return (struct photo){.observation = POINT,
                          .sha256 = sha(c),
                          .type = "image/jpeg",
                          .bytes = 100,
                          .width = 4,
                          .height = 3,
                          .at = {570000000, 99000000, 5000},
                          .place_from = "exif",
                          .direction_c = 4500,
                          .altitude_mm = DB_NULL,
                          .taken_ms = INT64_C(1795113000000),
                          .time_from = "offset"};
}

static void attach(struct store *s, struct arena *a, char c)
{
    struct err err = ERR_INIT;
    struct photo p = photo_of(c);
    must(db_begin(&s->db, &err));
    must(photo_attach(s, a, &p, "participant", &err));
    must(db_commit(&s->db, &err));
}

static void cover(struct store *s, struct arena *a, char old, char new)
{
    struct err err = ERR_INIT;
    struct photo p = photo_of(new);
    must(db_begin(&s->db, &err));
    must(photo_cover(s, a, sha(old), &p, "participant", &err));
    must(db_commit(&s->db, &err));
}

/* The first letters of the point's photos, in their order. */
static void assert_shown(struct store *s, struct arena *a, const char *letters)
{
    struct err err = ERR_INIT;
    struct photo *photos;
    size_t n;
    char seen[16] = "";
    must(photo_list(s, a, POINT, &photos, &n, &err));
    for (size_t i = 0; i < n; i++)
        seen[i] = photos[i].sha256[0];
    assert_string_equal(seen, letters);
}

static void assert_gone(struct store *s, char c, bool wanted)
{
    struct err err = ERR_INIT;
    bool gone, covered;
    must(erase_of_blob(&s->db, sha(c), &gone, &err));
    must(erase_is_cover(&s->db, sha(c), &covered, &err));
    assert_int_equal(gone, wanted);
    assert_int_equal(covered, wanted);
}

static void a_covering_photo_takes_the_place(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    store_make(&s, "place", STORE_WALKER);
    attach(&s, &a, 'a');
    attach(&s, &a, 'b');
    cover(&s, &a, 'a', 'c');
    assert_shown(&s, &a, "cb");
    assert_gone(&s, 'a', true);
    assert_gone(&s, 'b', false);
    cover(&s, &a, 'c', 'd');
    assert_shown(&s, &a, "db");
    attach(&s, &a, 'a'); /* once more, by somebody who had not heard */
    assert_shown(&s, &a, "db");
    arena_release(&a);
    store_close(&s);
}

static void it_need_not_have_been_attached(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    struct photo *shown;
    struct err err = ERR_INIT;
    size_t n;
    store_make(&s, "early", STORE_WALKER);
    cover(&s, &a, 'a', 'b');
    assert_shown(&s, &a, "b");
    attach(&s, &a, 'a');
    assert_shown(&s, &a, "b");
    must(photo_shown(&s, &a, sha('b'), &shown, &n, &err));
    assert_int_equal(n, 1);
    assert_int_equal(shown->at.lat_e7, 570000000);
    assert_int_equal(shown->direction_c, 4500);
    arena_release(&a);
    store_close(&s);
}

static void of_two_coverings_both_stand(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    store_make(&s, "two", STORE_WALKER);
    attach(&s, &a, 'a');
    cover(&s, &a, 'a', 'b');
    cover(&s, &a, 'a', 'c');
    cover(&s, &a, 'd', 'd');
    assert_shown(&s, &a, "bcd");
    assert_gone(&s, 'a', true);
    assert_gone(&s, 'd', false);
    arena_release(&a);
    store_close(&s);
}

static void its_bytes_are_named_no_more(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    bool here = true;
    store_make(&s, "bytes", STORE_WALKER);
    must(db_begin(&s.db, &err));
    must(blob_name(&s, sha('a'), 100, "image/jpeg", false, &err));
    must(db_commit(&s.db, &err));
    attach(&s, &a, 'a');
    cover(&s, &a, 'a', 'b');
    must(blob_has(&s, sha('a'), &here, &err));
    assert_false(here);
    assert_false(blob_name(&s, sha('a'), 100, "image/jpeg", true, &err));
    assert_string_equal(err.key, "photo.erased");
    arena_release(&a);
    store_close(&s);
}

/* A registry chooses the subjects of its erasures; a point's words must not undo one. */
static void a_point_of_an_erasures_name_ends_its_own_photos_only(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    bool gone, covered;
    store_make(&s, "one-name", STORE_REGISTRY);
    attach(&s, &a, 'a');
    say(&s, &a, "erase", POINT,
        arena_printf(&a, "{\"reason\":\"request\",\"role\":\"x\",\"photos\":[\"%s\"]}",
                     sha('a')));
    cover(&s, &a, 'b', 'c'); /* folds the point again */
    must(erase_of_blob(&s.db, sha('a'), &gone, &err));
    must(erase_is_cover(&s.db, sha('a'), &covered, &err));
    assert_true(gone);
    assert_false(covered);
    assert_gone(&s, 'b', true);
    say(&s, &a, "erase", POINT, "{\"reason\":\"request\",\"role\":\"x\"}");
    assert_gone(&s, 'b', true); /* the erasure folded again leaves the covering */
    assert_rebuild_equals(&s);
    arena_release(&a);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_covering_photo_takes_the_place),
        cmocka_unit_test(it_need_not_have_been_attached),
        cmocka_unit_test(of_two_coverings_both_stand),
        cmocka_unit_test(its_bytes_are_named_no_more),
        cmocka_unit_test(a_point_of_an_erasures_name_ends_its_own_photos_only),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
