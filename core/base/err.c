/* err: see the header. Holds no language and writes nothing but in err_die. */
#include "core/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Copies at most size-1 bytes and steps back out of a half UTF-8 character. */
static void copy_cut(char *to, size_t size, const char *from)
{
    size_t n = strlen(from);
    if (n >= size) {
        n = size - 1;
        while (n > 0 && ((unsigned char)from[n] & 0xC0) == 0x80)
            n--;
    }
    memcpy(to, from, n);
    to[n] = '\0';
}

bool err_set(struct err *err, enum err_code code, const char *key, ...)
{
    struct err fresh = {.code = code, .key = key};
    va_list ap;
    va_start(ap, key);
    for (size_t i = 0; i < ERR_ARGS; i++) {
        const char *arg = va_arg(ap, const char *);
        if (!arg)
            break;
        copy_cut(fresh.arg[i], sizeof fresh.arg[i], arg);
    }
    va_end(ap);
    *err = fresh;
    return false;
}

bool err_errno(struct err *err, const char *key, const char *what)
{
    int saved = errno;
    if (saved == ENOSPC || saved == EDQUOT)
        return err_set(err, ERR_FULL, "disk.full", what, NULL);
    char room[128];
    const char *words = strerror_r(saved, room, sizeof room); /* GNU: never NULL */
    enum err_code code = saved == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL;
    return err_set(err, code, key, what, words, NULL);
}

bool err_part(struct err *err, const char *part)
{
    copy_cut(err->part, sizeof err->part, part);
    return false;
}

int err_exit_status(const struct err *err)
{
    if (err->code == ERR_NONE)
        return 0;
    return err->code == ERR_USAGE ? 2 : 1;
}

void err_die(const char *where, const char *what)
{
    fprintf(stderr, "lygte: %s: %s\n", where, what);
    abort();
}
