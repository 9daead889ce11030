/* A photo that only the police may read: sealed where it stands in memory, kept as a box that
 * nobody looks into, opened by the key alone. */
#include "core/base/file.h"
#include "core/store/check.h"
#include "core/store/local/stranger.h"
#include "core/store/seal_photo.h"
#include "tests/unit/store_make.h"

static const char passphrase[] = "fire ord ingen venter";
static const char marked[] = "manden ved tunnelen";
static const char point[] = "018c2f10-0000-7000-8000-0000000000cc";

static struct store s;
static struct arena a;
static uint8_t key[BOX_PUBLIC], secret[BOX_SECRET];

static int make_store(void **state)
{
    struct err err = ERR_INIT;
    struct observation_wish w = {.id = point,
                                 .walk = WALK_ID,
                                 .category = "OPH08",
                                 .note = "her",
                                 .severity = DB_NULL,
                                 .stood = GEO_NOWHERE,
                                 .thing = GEO_NOWHERE,
                                 .at_ms = DB_NULL,
                                 .by_role = "",
                                 .by_org = ""};
    char hex[2 * BOX_PUBLIC + 1];
    if (make_folder(state) != 0)
        return -1;
    store_make(&s, "walker", STORE_WALKER);
    say(&s, &a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\"}");
    must(box_make_file(made_path("police.key"), passphrase, key, &err));
    must(box_read_file(made_path("police.key"), passphrase, key, secret, &err));
    text_hex(key, BOX_PUBLIC, hex);
    must(store_set(&s, "police_key", hex, &err));
    must(db_begin(&s.db, &err));
    must(seal_note(&s, &a, &w, NULL, &err));
    must(db_commit(&s.db, &err));
    return 0;
}

static int drop_store(void **state)
{
    store_close(&s);
    arena_release(&a);
    return drop_folder(state);
}

/* Room for a box with a photo of n bytes in it, that says what must not be found. */
static uint8_t *room_with(size_t n, const char *says)
{
    uint8_t *room = calloc(1, n + BOX_OVERHEAD);
    assert_non_null(room);
    for (size_t i = 0; i < n; i++)
        room[BOX_OVERHEAD + i] = (uint8_t)(i * 7);
    memcpy(room + BOX_OVERHEAD, "\xff\xd8\xff\xe0", 4);
    memcpy(room + BOX_OVERHEAD + 40, says, strlen(says));
    return room;
}

static bool holds(const uint8_t *bytes, size_t n, const char *what)
{
    return memmem(bytes, n, what, strlen(what)) != NULL;
}

static bool add(const char *id, const struct sealed_photo *p, struct err *err)
{
    if (!db_begin(&s.db, err))
        return false;
    bool done = seal_photo_add(&s, &a, id, p, err);
    return db_end(&s.db, done, err);
}

static void the_box_takes_the_photos_place_and_opens_to_the_same_bytes(void **state)
{
    (void)state;
    const size_t sizes[] = {64, 65, 127, 4096, 1000003};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t n = sizes[i], len = 0;
        uint8_t *room = room_with(n, marked), *before = room_with(n, marked);
        assert_true(holds(room, n + BOX_OVERHEAD, marked));
        box_seal_in(room, n, key);
        assert_false(holds(room, n + BOX_OVERHEAD, marked));
        char *inside = box_open(&a, room, n + BOX_OVERHEAD, key, secret, &len);
        assert_non_null(inside);
        assert_int_equal(len, n);
        assert_memory_equal(inside, before + BOX_OVERHEAD, n);
        free(room);
        free(before);
    }
}

static void it_is_kept_under_its_boxs_hash_and_no_file_holds_it(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct sealed_photo p;
    struct blob b;
    char path[1300], hex[DIGEST_HEX], command[200], *box;
    size_t n = 3000, len = 0;
    uint8_t *room = room_with(n, marked);
    must(seal_photo_close(&s, room, n, &p, &err));
    free(room);
    must(add(point, &p, &err));
    must(blob_find(&s, p.sha256, &b, &err));
    assert_true(blob_is_sealed(&b) && b.cleared);
    blob_path(&s, b.sha256, b.type, path, sizeof path);
    assert_true(text_ends(path, ".box"));
    must(file_read(&a, path, BLOB_MOST, &box, &len, &err));
    digest_hex_of(box, len, hex);
    assert_string_equal(hex, p.sha256);
    assert_int_equal(len, n + BOX_OVERHEAD);
    snprintf(command, sizeof command, "grep -rqa '%s' '%s/walker'", marked, made_folder);
    assert_int_not_equal(system(command), 0);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM photo"), 0);
    assert_rebuild_equals(&s);
}

static void the_key_opens_it_and_another_does_not(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct sealed_photo *list;
    uint8_t other[BOX_PUBLIC], others[BOX_SECRET];
    size_t n = 0, len = 0;
    must(seal_photos(&s, &a, point, &list, &n, &err));
    assert_int_equal(n, 1);
    char *photo = seal_photo_open(&s, &a, list[0].sha256, key, secret, &len, &err);
    assert_non_null(photo);
    assert_true(holds((uint8_t *)photo, len, marked));
    must(box_make_file(made_path("other.key"), passphrase, other, &err));
    must(box_read_file(made_path("other.key"), passphrase, other, others, &err));
    assert_null(seal_photo_open(&s, &a, list[0].sha256, other, others, &len, &err));
    assert_string_equal(err.key, "seal.other_key");
}

static void what_is_no_photo_is_refused_and_forgotten(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct sealed_photo p;
    uint8_t *room = room_with(300, marked);
    room[BOX_OVERHEAD] = 'x';
    assert_false(seal_photo_close(&s, room, 300, &p, &err));
    assert_string_equal(err.key, "seal.not_photo");
    assert_false(holds(room, 300 + BOX_OVERHEAD, marked));
    free(room);
}

static void a_point_that_is_not_here_takes_no_photo(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct sealed_photo p;
    uint8_t *room = room_with(300, "andre ord");
    must(seal_photo_close(&s, room, 300, &p, &err));
    free(room);
    assert_false(add("018c2f10-0000-7000-8000-0000000000dd", &p, &err));
    assert_string_equal(err.key, "observation.unknown");
}

/* Twenty are a point's; the next is refused with the sentence that verbs have. */
static void a_point_has_twenty_photos_at_most(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    for (int i = 0; i < SEAL_PHOTOS_MOST; i++) {
        struct sealed_photo p;
        uint8_t *room = room_with(100, "mere");
        must(seal_photo_close(&s, room, 100, &p, &err));
        free(room);
        bool kept = add(point, &p, &err);
        assert_int_equal(kept, i < SEAL_PHOTOS_MOST - 1); /* one was there */
    }
    assert_string_equal(err.key, "add.too_many_photos");
}

static bool count(const struct check_finding *f, void *data, struct err *err)
{
    (void)err;
    *(int *)data += strcmp(f->err.key, "check.photo_not_here") == 0;
    return true;
}

static void the_doctor_tells_of_a_box_that_is_gone(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    int gone = 0;
    int64_t n = 0;
    must(check_photos(&s, count, &gone, &n, &err));
    assert_int_equal(gone, 0);
    assert_int_equal(n, SEAL_PHOTOS_MOST);
    assert_int_equal(number_of(&s, "DELETE FROM blob WHERE sha256 = (SELECT sha256 FROM"
                                   " sealed_photo LIMIT 1) RETURNING 1"),
                     1);
    must(check_photos(&s, count, &gone, &n, &err));
    assert_int_equal(gone, 1);
}

/* Nobody has admitted its device, and yet the bytes it calls a box may come and wait. */
static void a_record_that_waits_names_its_box_too(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct store registry = {0};
    struct author device = author_make();
    bool named = false, fresh = false;
    char sha256[DIGEST_HEX], other[DIGEST_HEX];
    store_make(&registry, "waits", STORE_REGISTRY);
    digest_hex_of("box", 3, sha256);
    digest_hex_of("photo", 5, other);
    struct record box = author_says(
        &device, &a, "photo.seal", point,
        arena_printf(&a, "{\"walk\":\"%s\",\"sha256\":\"%s\",\"bytes\":3048}", WALK_ID,
                     sha256));
    struct record photo = author_says(
        &device, &a, "photo.attach", point,
        arena_printf(&a, "{\"sha256\":\"%s\",\"type\":\"image/png\",\"bytes\":9}", other));
    must(db_begin(&registry.db, &err));
    must(stranger_put(&registry, "tablet", &box, &fresh, &err));
    must(stranger_put(&registry, "tablet", &photo, &fresh, &err));
    must(db_commit(&registry.db, &err));
    must(seal_photo_named(&registry, sha256, &named, &err));
    assert_true(named);
    must(seal_photo_named(&registry, other, &named, &err));
    assert_false(named);
    store_close(&registry);
}

/* Names without their text fold to rows too: a record may be late. */
static void a_photo_may_come_before_its_text(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct store registry = {0};
    struct author device = author_make();
    bool named = false;
    char sha256[DIGEST_HEX];
    store_make(&registry, "registry", STORE_REGISTRY);
    digest_hex_of("box", 3, sha256);
    must(seal_photo_named(&registry, sha256, &named, &err));
    assert_false(named);
    admit(&registry, &a, device.hex, "device");
    struct record r = author_says(
        &device, &a, "photo.seal", point,
        arena_printf(&a, "{\"walk\":\"%s\",\"sha256\":\"%s\",\"bytes\":3048}", WALK_ID,
                     sha256));
    take_from(&registry, &device, &r);
    must(seal_photo_named(&registry, sha256, &named, &err));
    assert_true(named);
    assert_int_equal(number_of(&registry, "SELECT count(*) FROM sealed"), 0);
    store_close(&registry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_box_takes_the_photos_place_and_opens_to_the_same_bytes),
        cmocka_unit_test(it_is_kept_under_its_boxs_hash_and_no_file_holds_it),
        cmocka_unit_test(the_key_opens_it_and_another_does_not),
        cmocka_unit_test(what_is_no_photo_is_refused_and_forgotten),
        cmocka_unit_test(a_point_that_is_not_here_takes_no_photo),
        cmocka_unit_test(a_point_has_twenty_photos_at_most),
        cmocka_unit_test(the_doctor_tells_of_a_box_that_is_gone),
        cmocka_unit_test(a_record_that_waits_names_its_box_too),
        cmocka_unit_test(a_photo_may_come_before_its_text),
    };
    return cmocka_run_group_tests(tests, make_store, drop_store);
}
