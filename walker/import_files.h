/* import_files: the files a path of `walker import` stands for. A file that is named is
 * always tried. A folder is gone through with all folders below it, in the order of names,
 * and what calls itself a photo, a film or a recording is taken, or is a JPEG or PNG by its
 * first bytes whatever it is called; other files are nobody's photos and pass in silence.
 *
 * Left out without a word: names that begin with a dot. There other programs keep what is
 * no photo of the walk: the trash, thumbnails, what a Mac writes beside each file. One that
 * is named itself is taken.
 *
 * Links are followed. A folder is entered once for each path that is named, by whatever
 * name it is met, so links that lead back end. */
#ifndef LYGTE_WALKER_IMPORT_FILES_H
#define LYGTE_WALKER_IMPORT_FILES_H

#include "core/base/arena.h"
#include "core/base/err.h"

/* Who is told of what is found; NULL: not wanted in this round. Paths live in the arena. */
struct import_files {
    struct arena *arena;
    void *data;
    void (*photo)(void *data, const char *path);
    void (*track)(void *data, const char *path);
    /* What cannot be read or is no file, and a folder that ended in an error: what was
     * found in it before that is told of all the same. "file.unreadable",
     * "file.name_too_long", "file.not_a_file". */
    void (*refused)(void *data, const char *path, const struct err *err);
};

void import_files(const struct import_files *to, const char *path);

#endif
