/* A photo's way to safety: hashed while written, fsynced, under its name only when whole;
 * found out when it is not what it was. A full disk is a small tmpfs. */
#include "core/base/file.h"
#include "core/store/blob.h"
#include "tests/unit/store_make.h"

#include <sys/mount.h>
#include <sys/stat.h>

static const char jpeg[] = "image/jpeg";

/* Writes a photo of these bytes to its place and its row. */
static void keep_photo(struct store *s, const void *bytes, size_t n,
                       char sha256[DIGEST_HEX])
{
    struct err err = ERR_INIT;
    struct blob_writer w;
    must(blob_begin(&w, s, &err));
    must(blob_add(&w, bytes, n / 2, &err));
    must(blob_add(&w, (const char *)bytes + n / 2, n - n / 2, &err));
    must(blob_seal(&w, sha256, &err));
    must(blob_settle(s, w.path, sha256, jpeg, &err));
    must(db_begin(&s->db, &err));
    must(blob_name(s, sha256, (int64_t)n, jpeg, false, &err));
    must(db_commit(&s->db, &err));
}

static void assert_empty(const char *folder)
{
    char command[300];
    snprintf(command, sizeof command, "test -z \"$(ls -A '%s')\"", folder);
    assert_int_equal(system(command), 0);
}

static void a_photo_is_kept_under_its_hash(void **state)
{
    (void)state;
    struct store s;
    struct blob b;
    struct stat st;
    struct err err = ERR_INIT;
    char sha256[DIGEST_HEX], wanted[DIGEST_HEX], path[1300];
    store_make(&s, "kept", STORE_WALKER);
    keep_photo(&s, "a photo", 7, sha256);
    digest_hex_of("a photo", 7, wanted);
    assert_string_equal(sha256, wanted);
    blob_path(&s, sha256, jpeg, path, sizeof path);
    assert_true(text_ends(path, ".jpg") && file_size(path) == 7);
    assert_true(stat(path, &st) == 0 && (st.st_mode & 0777) == 0600);
    must(blob_find(&s, sha256, &b, &err));
    assert_true(b.bytes == 7 && !b.cleared);
    assert_string_equal(b.state, "stored");
    must(blob_verify(&s, &b, &err));
    assert_empty(made_path("kept/tmp"));
    store_close(&s);
}

static void the_same_photo_twice_is_one(void **state)
{
    (void)state;
    struct store s;
    struct blob b;
    struct err err = ERR_INIT;
    char sha256[DIGEST_HEX];
    store_make(&s, "twice", STORE_WALKER);
    keep_photo(&s, "a photo", 7, sha256);
    must(blob_clear(&s, sha256, &err));
    must(blob_set_state(&s, sha256, "verified", &err));
    keep_photo(&s, "a photo", 7, sha256);
    assert_int_equal(number_of(&s, "SELECT count(*) FROM blob"), 1);
    must(blob_find(&s, sha256, &b, &err));
    assert_true(b.cleared); /* once declared clear, saying it again does not undo it */
    assert_string_equal(b.state, "verified");
    assert_empty(made_path("twice/tmp"));
    store_close(&s);
}

static void a_damaged_file_is_found(void **state)
{
    (void)state;
    struct store s;
    struct blob b;
    struct err err = ERR_INIT;
    char sha256[DIGEST_HEX], path[1300];
    store_make(&s, "damaged", STORE_WALKER);
    keep_photo(&s, "a photo", 7, sha256);
    must(blob_find(&s, sha256, &b, &err));
    blob_path(&s, sha256, jpeg, path, sizeof path);
    assert_int_equal(truncate(path, 6), 0);
    assert_false(blob_verify(&s, &b, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    assert_string_equal(err.key, "photo.damaged");
    keep_photo(&s, "a photo", 7, sha256); /* giving it again heals it */
    must(blob_verify(&s, &b, &err));
    must(file_write_whole(path, "a phota", 7, 0600, &err));
    assert_false(blob_verify(&s, &b, &err));
    assert_string_equal(err.key, "photo.damaged");
    must(file_remove(path, &err));
    assert_false(blob_verify(&s, &b, &err));
    assert_string_equal(err.key, "photo.missing");
    store_close(&s);
}

static void assert_not_open(struct store *s, const char *sha256, enum err_code code,
                            const char *key)
{
    struct err err = ERR_INIT;
    int fd = -1;
    assert_false(blob_open(s, sha256, &fd, &err));
    assert_int_equal(err.code, code);
    assert_string_equal(err.key, key);
    assert_int_equal(fd, -1);
}

/* What was covered or wiped since it was looked up is no damage. */
static void one_that_is_not_there_as_kept_is_not_opened(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    char sha256[DIGEST_HEX], path[1300];
    int fd = -1;
    store_make(&s, "opened", STORE_WALKER);
    keep_photo(&s, "a photo", 7, sha256);
    must(blob_open(&s, sha256, &fd, &err));
    close(fd);
    blob_path(&s, sha256, jpeg, path, sizeof path);
    assert_int_equal(truncate(path, 6), 0);
    assert_not_open(&s, sha256, ERR_DAMAGED, "photo.damaged");
    must(file_remove(path, &err));
    assert_not_open(&s, sha256, ERR_DAMAGED, "photo.missing");
    must(blob_drop(&s, sha256, &err));
    assert_not_open(&s, sha256, ERR_NOT_FOUND, "photo.unknown");
    store_close(&s);
}

static void an_outside_file_is_copied_and_left_alone(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct blob_writer w;
    struct arena a = ARENA_INIT;
    char sha256[DIGEST_HEX], wanted[DIGEST_HEX], *bytes;
    static char photo[600000];
    size_t n;
    store_make(&s, "copied", STORE_WALKER);
    sign_random(photo, sizeof photo);
    must(file_write_whole(made_path("outside.jpg"), photo, sizeof photo, 0644, &err));
    must(blob_begin(&w, &s, &err) &&
         blob_copy_in(&w, made_path("outside.jpg"), sha256, &err));
    must(blob_seal(&w, sha256, &err));
    digest_hex_of(photo, sizeof photo, wanted);
    assert_string_equal(sha256, wanted);
    must(blob_settle(&s, w.path, sha256, jpeg, &err));
    must(file_read(&a, made_path("outside.jpg"), sizeof photo, &bytes, &n, &err));
    assert_memory_equal(bytes, photo, sizeof photo);
    must(blob_begin(&w, &s, &err));
    assert_false(blob_copy_in(&w, made_path("absent.jpg"), sha256, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(blob_copy_in(&w, made_folder, sha256, &err));
    blob_abandon(&w);
    assert_empty(made_path("copied/tmp"));
    arena_release(&a);
    store_close(&s);
}

static void what_is_given_up_leaves_nothing(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct blob_writer w;
    char sha256[DIGEST_HEX];
    store_make(&s, "given-up", STORE_WALKER);
    must(blob_begin(&w, &s, &err));
    must(blob_add(&w, "half", 4, &err));
    blob_abandon(&w);
    blob_abandon(&w);
    must(blob_begin(&w, &s, &err));
    must(blob_add(&w, "whole", 5, &err));
    must(blob_seal(&w, sha256, &err));
    blob_abandon(&w);
    assert_empty(made_path("given-up/tmp"));
    store_close(&s);
}

static void a_photo_has_a_largest_size(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct blob_writer w;
    static char mega[1 << 20];
    store_make(&s, "large", STORE_WALKER);
    must(blob_begin(&w, &s, &err));
    for (int i = 0; i < BLOB_MOST / (1 << 20); i++)
        must(blob_add(&w, mega, sizeof mega, &err));
    assert_false(blob_add(&w, "x", 1, &err));
    assert_int_equal(err.code, ERR_TOO_LARGE);
    blob_abandon(&w);
    assert_empty(made_path("large/tmp"));
    store_close(&s);
}

static bool count(const struct blob *b, void *data, struct err *err)
{
    (void)b;
    if (++*(int *)data < 3)
        return true;
    return err_set(err, ERR_BUSY, "photo.enough", NULL);
}

static void photos_are_visited_by_state_until_one_says_no(void **state)
{
    (void)state;
    struct store s;
    struct blob b;
    struct err err = ERR_INIT;
    char sha256[DIGEST_HEX];
    int n = 0;
    bool has = true;
    store_make(&s, "visited", STORE_WALKER);
    for (int i = 0; i < 4; i++)
        keep_photo(&s, &"abcd"[i], 1, sha256);
    must(blob_set_state(&s, sha256, "verified", &err));
    must(blob_each(&s, "verified", count, &n, &err));
    assert_int_equal(n, 1);
    n = 0;
    assert_false(blob_each(&s, NULL, count, &n, &err));
    assert_string_equal(err.key, "photo.enough");
    assert_int_equal(n, 3);
    sha256[0] = sha256[0] == 'a' ? 'b' : 'a';
    must(blob_has(&s, sha256, &has, &err));
    assert_false(has);
    assert_false(blob_find(&s, sha256, &b, &err) || blob_clear(&s, sha256, &err));
    assert_string_equal(err.key, "photo.unknown");
    store_close(&s);
}

/* The whole store on 2 MB; what is asked of it there comes back in the arguments. */
static bool fill_the_disk(struct store *s, struct err *full)
{
    struct err err = ERR_INIT;
    struct blob_writer w;
    static char block[65536];
    bool ok = blob_begin(&w, s, &err);
    for (int i = 0; ok && i < 64; i++)
        ok = blob_add(&w, block, sizeof block, full);
    blob_abandon(&w);
    return ok;
}

static void a_full_disk_is_told_and_costs_nothing_kept(void **state)
{
    (void)state;
    struct store s;
    struct blob b;
    struct err err = ERR_INIT, full = ERR_INIT;
    char small[200], sha256[DIGEST_HEX];
    snprintf(small, sizeof small, "%s", made_path("small"));
    must(file_make_folders(small, &err));
    if (mount("tmpfs", small, "tmpfs", 0, "size=2m") != 0) {
        print_message("skipped: no right to mount a small disk here\n");
        skip();
    }
    bool opened = store_open(&s, small, STORE_WALKER, true, &err);
    if (opened)
        keep_photo(&s, "a photo", 7, sha256);
    bool filled = opened && fill_the_disk(&s, &full);
    bool found = opened && blob_find(&s, sha256, &b, &err) && blob_verify(&s, &b, &err);
    char command[300];
    snprintf(command, sizeof command, "test -z \"$(ls -A '%s/tmp')\"", small);
    bool empty = system(command) == 0;
    store_close(&s);
    umount(small);
    assert_true(opened && !filled && found && empty);
    assert_int_equal(full.code, ERR_FULL);
    assert_string_equal(full.key, "disk.full");
}

/* Writes a photo to its place, not yet durable, nor in the database. */
static bool place(struct store *s, struct blob_writer *w, bool only_free,
                  char sha256[DIGEST_HEX])
{
    struct err err = ERR_INIT;
    bool placed = false;
    must(blob_begin(w, s, &err));
    must(blob_add(w, "a photo", 7, &err));
    blob_hash(w, sha256);
    must(blob_place(w, s, sha256, jpeg, only_free, &placed, &err));
    return placed;
}

static void what_is_placed_is_durable_or_taken_back(void **state)
{
    (void)state;
    struct store s;
    struct blob_writer w, again;
    struct blob_sync sync;
    struct err err = ERR_INIT;
    char sha256[DIGEST_HEX], path[1300];
    store_make(&s, "placed", STORE_WALKER);
    assert_true(place(&s, &w, true, sha256));
    blob_path(&s, sha256, jpeg, path, sizeof path);
    assert_true(file_exists(path));
    blob_abandon(&w); /* refused: it goes from its place */
    assert_false(file_exists(path));
    assert_true(place(&s, &w, true, sha256));
    blob_sync_begin(&sync, &w);
    must(blob_sync_end(&sync, &w, &s, sha256, &err));
    blob_keep(&w);
    blob_abandon(&w); /* what stays is not taken back by anybody */
    assert_true(file_exists(path));
    assert_false(place(&s, &again, true, sha256)); /* the name is taken */
    blob_abandon(&again);
    assert_true(file_exists(path));
    assert_empty(made_path("placed/tmp"));
    store_close(&s);
}

/* Another process has put its own file, the same bytes, over ours: that one stays. */
static void what_another_has_placed_is_not_taken_back(void **state)
{
    (void)state;
    struct store s;
    struct blob_writer ours, theirs;
    struct err err = ERR_INIT;
    char sha256[DIGEST_HEX], path[1300];
    store_make(&s, "theirs", STORE_WALKER);
    assert_true(place(&s, &ours, true, sha256));
    assert_true(place(&s, &theirs, false, sha256));
    blob_abandon(&ours);
    blob_path(&s, sha256, jpeg, path, sizeof path);
    assert_int_equal(file_size(path), 7);
    blob_abandon(&theirs); /* what stood there may have been spoken of */
    assert_int_equal(file_size(path), 7);
    must(blob_make_folders(&s, &err));
    store_close(&s);
}

static bool count_owed(const struct blob *b, void *data, struct err *err)
{
    (void)err;
    (*(int *)data)++;
    return b->small != BLOB_SMALL_MADE;
}

static void small_pictures_are_owed_until_they_are_made_or_cannot_be(void **state)
{
    (void)state;
    struct store s;
    struct blob b;
    struct err err = ERR_INIT, why = ERR_INIT;
    char one[DIGEST_HEX], two[DIGEST_HEX];
    int64_t unshown = 0;
    bool there = false;
    int wanted = 0, owed = 0;
    store_make(&s, "owed", STORE_WALKER);
    keep_photo(&s, "a photo", 7, one);
    keep_photo(&s, "another", 7, two);
    must(blob_each_small(&s, BLOB_SMALL_WANTED, count_owed, &wanted, &err));
    assert_int_equal(wanted, 2);
    must(blob_set_small(&s, one, BLOB_SMALL_MADE, NULL, &there, &err));
    must(blob_set_small(&s, two, BLOB_SMALL_NEVER, "slow", &there, &err));
    assert_true(there);
    must(blob_set_small(&s, "nobody", BLOB_SMALL_MADE, NULL, &there, &err));
    assert_false(there);
    must(blob_count_unshown(&s, &unshown, &err));
    assert_int_equal(unshown, 1);
    must(blob_find(&s, two, &b, &err));
    assert_string_equal(b.unshown, "slow");
    assert_true(blob_unshown(b.unshown, "it", &why));
    assert_string_equal(why.key, "unshown.slow");
    must(blob_want_again(&s, &err)); /* it may have been the machine */
    must(blob_each_small(&s, BLOB_SMALL_WANTED, count_owed, &owed, &err));
    assert_int_equal(owed, 1);
    must(blob_find(&s, one, &b, &err));
    assert_false(blob_unshown(b.unshown, "it", &why));
    store_close(&s);
}

int main(void)
{
    setenv("LYGTE_LEAST_MB", "0", 1); /* its small disk takes photos all the same */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_photo_is_kept_under_its_hash),
        cmocka_unit_test(the_same_photo_twice_is_one),
        cmocka_unit_test(a_damaged_file_is_found),
        cmocka_unit_test(one_that_is_not_there_as_kept_is_not_opened),
        cmocka_unit_test(an_outside_file_is_copied_and_left_alone),
        cmocka_unit_test(what_is_given_up_leaves_nothing),
        cmocka_unit_test(a_photo_has_a_largest_size),
        cmocka_unit_test(photos_are_visited_by_state_until_one_says_no),
        cmocka_unit_test(what_is_placed_is_durable_or_taken_back),
        cmocka_unit_test(what_another_has_placed_is_not_taken_back),
        cmocka_unit_test(small_pictures_are_owed_until_they_are_made_or_cannot_be),
        cmocka_unit_test(a_full_disk_is_told_and_costs_nothing_kept),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
