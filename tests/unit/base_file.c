/* A file appears under its name only when whole, also on a full disk (a small tmpfs;
 * without the right to mount one those claims are skipped aloud). */
#include "core/base/file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static const char *path_of(const char *name)
{
    static char paths[4][160];
    static unsigned next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/lygte-file-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int drop_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct stat st;
    char *bytes;
    size_t n = 0;
    assert_true(file_write_whole(path_of("key"), "a\0b", 3, 0600, &err));
    assert_true(file_read(&a, path_of("key"), 3, &bytes, &n, &err));
    assert_int_equal(n, 3);
    assert_memory_equal(bytes, "a\0b", 4); /* and a NUL behind it */
    assert_true(stat(path_of("key"), &st) == 0 && (st.st_mode & 07777) == 0600);
    assert_true(file_write_whole(path_of("key"), "", 0, 0600, &err));
    assert_true(file_size(path_of("key")) == 0);
    assert_true(file_read(&a, path_of("key"), 3, &bytes, NULL, &err));
    assert_string_equal(bytes, "");
    arena_release(&a);
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    char *bytes = NULL;
    size_t n = 77;
    assert_false(file_read(&a, path_of("absent"), 9, &bytes, &n, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(file_read(&a, folder, 1 << 20, &bytes, &n, &err));
    assert_string_equal(err.key, "file.not_a_file");
    assert_true(file_write_whole(path_of("four"), "1234", 4, 0600, &err));
    assert_false(file_read(&a, path_of("four"), 3, &bytes, &n, &err));
    assert_int_equal(err.code, ERR_TOO_LARGE);
    assert_true(bytes == NULL && n == 77);
    assert_true(file_size(path_of("absent")) == -1);
    assert_false(file_exists(path_of("absent")));
    arena_release(&a);
}

static void folders_are_made_on_the_way(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct stat st;
    assert_true(file_make_folders(path_of("a/b/c"), &err));
    assert_true(file_make_folders(path_of("a/b/c"), &err));
    assert_true(file_make_folders(path_of("a/b/c/"), &err));
    assert_true(stat(path_of("a/b"), &st) == 0 && (st.st_mode & 07777) == 0700);
    assert_true(file_write_whole(path_of("a/file"), "x", 1, 0600, &err));
    assert_false(file_make_folders(path_of("a/file"), &err));
    assert_false(file_make_folders(path_of("a/file/deeper"), &err));
    assert_string_equal(err.key, "file.unwritable");
    char long_name[5000];
    memset(long_name, 'x', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    assert_false(file_make_folders(long_name, &err));
    assert_string_equal(err.key, "file.name_too_long");
}

static void a_failed_writing_leaves_the_old_file_and_nothing_else(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char command[200];
    assert_true(file_make_folders(path_of("d/taken/inside"), &err));
    assert_false(file_write_whole(path_of("d/taken"), "x", 1, 0600, &err));
    assert_false(file_write_whole(path_of("absent/x"), "x", 1, 0600, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    snprintf(command, sizeof command, "test \"$(ls -A '%s/d')\" = taken", folder);
    assert_int_equal(system(command), 0);
}

static void a_file_settles_and_goes(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_true(file_write_whole(path_of("from"), "new", 3, 0600, &err));
    assert_true(file_write_whole(path_of("to"), "older", 5, 0600, &err));
    assert_true(file_settle(path_of("from"), path_of("to"), &err));
    assert_true(file_size(path_of("to")) == 3);
    assert_false(file_exists(path_of("from")));
    assert_false(file_settle(path_of("from"), path_of("to"), &err));
    assert_true(file_remove(path_of("to"), &err) && !file_exists(path_of("to")));
    assert_true(file_remove(path_of("to"), &err));
    assert_false(file_remove(folder, &err));
    assert_true(file_space(folder) > 0 && file_space(folder) < INT64_MAX);
    assert_true(file_space(path_of("absent")) == INT64_MAX);
    assert_false(file_sync_folder(path_of("absent"), &err));
}

static void ranges_are_written_where_they_belong(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char *bytes;
    int fd = open(path_of("part"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_true(file_write_at(fd, "cd", 2, 2, &err) &&
                file_write_at(fd, "ab", 2, 0, &err));
    assert_true(file_write_all(fd, "", 0, &err));
    close(fd);
    assert_true(file_read(&a, path_of("part"), 9, &bytes, NULL, &err));
    assert_string_equal(bytes, "abcd");
    assert_false(file_write_all(-1, "x", 1, &err));
    assert_false(file_write_at(-1, "x", 1, 0, &err));
    arena_release(&a);
}

static void a_full_disk_is_told_and_the_old_file_stays(void **state)
{
    (void)state;
    static char much[512 * 1024];
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char small[160], *bytes;
    snprintf(small, sizeof small, "%s", path_of("small"));
    assert_true(file_make_folders(small, &err));
    if (mount("tmpfs", small, "tmpfs", 0, "size=256k") != 0) {
        print_message("skipped: no right to mount a small disk here\n");
        skip();
    }
    bool kept = file_write_whole(path_of("small/f"), "old", 3, 0600, &err);
    bool full = !file_write_whole(path_of("small/f"), much, sizeof much, 0600, &err);
    bool old = file_read(&a, path_of("small/f"), 9, &bytes, NULL, &(struct err){0});
    bool room = file_space(small) > 200000; /* nothing half written is left */
    old = old && strcmp(bytes, "old") == 0;
    umount(small);
    arena_release(&a);
    assert_true(kept && full && old && room);
    assert_int_equal(err.code, ERR_FULL);
    assert_string_equal(err.key, "disk.full");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_cannot_be_read_says_why),
        cmocka_unit_test(folders_are_made_on_the_way),
        cmocka_unit_test(a_failed_writing_leaves_the_old_file_and_nothing_else),
        cmocka_unit_test(a_file_settles_and_goes),
        cmocka_unit_test(ranges_are_written_where_they_belong),
        cmocka_unit_test(a_full_disk_is_told_and_the_old_file_stays),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
