/* import_files: see the header. */
#include "walker/import_files.h"

#include "core/base/buf.h"
#include "core/base/field.h"
#include "core/base/text.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* One folder, whatever it is called. */
struct entered {
    dev_t dev;
    ino_t ino;
};

struct search {
    const struct import_files *to;
    struct buf entered;
};

/* What calls itself a photo or a film; each that is none we read gets its sentence. */
static bool is_photo_name(const char *name)
{
    static const char ends[] =
        "jpg jpeg jpe jfif png heic heif avif webp gif tif tiff dng"
        " cr2 cr3 nef arw raf orf rw2 pef mp4 m4v mov 3gp avi";
    const char *slash = strrchr(name, '/'), *dot = strrchr(slash ? slash : name, '.');
    char end[8] = "";
    if (!dot || strlen(dot + 1) >= sizeof end)
        return false;
    for (size_t i = 0; dot[1 + i]; i++)
        end[i] = (char)tolower((unsigned char)dot[1 + i]);
    return field_word_in(end, ends);
}

static bool is_track_name(const char *name)
{
    return text_ends(name, ".gpx") || text_ends(name, ".GPX") ||
           text_ends(name, ".nmea") || text_ends(name, ".NMEA");
}

/* True for what cannot be read, too: whoever takes it says why. */
static bool begins_as_photo(const char *path)
{
    char first[8];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return true;
    ssize_t n = read(fd, first, sizeof first);
    close(fd);
    return n < 0 || (n >= 3 && memcmp(first, "\xff\xd8\xff", 3) == 0) ||
           (n == 8 && memcmp(first, "\x89PNG\r\n\x1a\n", 8) == 0);
}

static void refuse(const struct search *x, const char *path, const struct err *err)
{
    if (x->to->refused)
        x->to->refused(x->to->data, path, err);
}

/* For what errno says. */
static void refuse_unread(const struct search *x, const char *path)
{
    struct err err = ERR_INIT;
    if (errno == ENAMETOOLONG)
        err_set(&err, ERR_INPUT, "file.name_too_long", path, NULL);
    else
        err_errno(&err, "file.unreadable", path);
    refuse(x, path, &err);
}

static bool enter(struct search *x, const struct stat *st)
{
    const struct entered *been = (const void *)x->entered.data;
    struct entered now = {st->st_dev, st->st_ino};
    for (size_t i = 0; i < x->entered.len / sizeof *been; i++)
        if (been[i].dev == now.dev && been[i].ino == now.ino)
            return false;
    buf_add(&x->entered, &now, sizeof now);
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A card that fails half way ends like one that is read to its end, but for errno. */
static void list_folder(const struct search *x, const char *path, struct buf *list)
{
    DIR *folder = opendir(path);
    if (!folder) {
        refuse_unread(x, path);
        return;
    }
    errno = 0;
    for (struct dirent *e; (e = readdir(folder)); errno = 0)
        if (e->d_name[0] != '.') {
            const char *name = arena_printf(x->to->arena, "%s/%s", path, e->d_name);
            buf_add(list, &name, sizeof name);
        }
    if (errno != 0)
        refuse_unread(x, path);
    closedir(folder);
}

static void look(struct search *x, const char *path, bool named);

/* As deep as a path can be long. */
static void go_through(struct search *x, const char *path)
{
    struct buf list = BUF_INIT;
    list_folder(x, path, &list);
    const char **names = (const char **)(void *)list.data;
    size_t n = list.len / sizeof *names;
    if (n > 1)
        qsort(names, n, sizeof *names, by_name);
    for (size_t i = 0; i < n; i++)
        look(x, names[i], false);
    buf_release(&list);
}

static void look(struct search *x, const char *path, bool named)
{
    const struct import_files *to = x->to;
    struct stat st;
    struct err err = ERR_INIT;
    if (stat(path, &st) != 0) {
        refuse_unread(x, path);
    } else if (S_ISDIR(st.st_mode)) {
        if (enter(x, &st))
            go_through(x, path);
    } else if (!S_ISREG(st.st_mode)) {
        err_set(&err, ERR_INPUT, "file.not_a_file", path, NULL);
        refuse(x, path, &err);
    } else if (is_track_name(path)) {
        if (to->track)
            to->track(to->data, path);
    } else if (to->photo && (named || is_photo_name(path) || begins_as_photo(path))) {
        to->photo(to->data, path);
    }
}

void import_files(const struct import_files *to, const char *path)
{
    struct search x = {.to = to, .entered = BUF_INIT};
    look(&x, path, true);
    buf_release(&x.entered);
}
