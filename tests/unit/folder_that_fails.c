/* A card that fails half way is not one that was read to its end: what was found in the
 * folder is taken, and the folder is told of. */
#include "walker/import_files.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int fails_with, calls;

/* Stands before the system's: one name, and then the end or an error. */
struct dirent *readdir(DIR *folder)
{
    static struct dirent only = {.d_name = "a.jpg"};
    (void)folder;
    if (calls++ == 0)
        return &only;
    errno = fails_with;
    return NULL;
}

struct told {
    int photos, refused;
    char key[64];
};

static void photo(void *data, const char *path)
{
    struct told *told = data;
    told->photos += strstr(path, "/a.jpg") != NULL;
}

static void refused(void *data, const char *path, const struct err *err)
{
    struct told *told = data;
    (void)path;
    told->refused++;
    snprintf(told->key, sizeof told->key, "%s", err->key);
}

static struct told read_folder(const char *path, int error)
{
    struct arena a = ARENA_INIT;
    struct told told = {0};
    struct import_files to = {&a, &told, photo, NULL, refused};
    fails_with = error;
    calls = 0;
    import_files(&to, path);
    arena_release(&a);
    return told;
}

static void a_folder_that_fails_half_way_is_told_of(void **state)
{
    (void)state;
    char path[] = "/tmp/lygte-folder-XXXXXX", file[64];
    assert_non_null(mkdtemp(path));
    snprintf(file, sizeof file, "%s/a.jpg", path);
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fclose(f);
    struct told whole = read_folder(path, 0), half = read_folder(path, EIO);
    unlink(file);
    rmdir(path);
    assert_true(whole.photos == 1 && whole.refused == 0);
    assert_true(half.photos == 1 && half.refused == 1);
    assert_string_equal(half.key, "file.unreadable");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_that_fails_half_way_is_told_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
