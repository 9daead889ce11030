/* err: what went wrong, as a code for the machine and a sentence for the human.
 *
 * Every function in Lygte that can fail returns bool and takes `struct err *err`
 * last. On failure it fills err and leaves its other outputs untouched; on success
 * it leaves err alone. core never logs: only mains and the HTTP layer do.
 *
 * The sentence is not stored here. err keeps the *key* of a text in assets/i18n and
 * up to four arguments; i18n_error() makes the words in the reader's language, at the
 * edge. Every such text has three parts joined by ": " (what, why, what to do).
 */
#ifndef LYGTE_BASE_ERR_H
#define LYGTE_BASE_ERR_H

#include <stdbool.h>

/* What the caller can do about it. core/web/problem maps each to one HTTP status,
 * err_exit_status() to an exit status. Keep both in step with this list. */
enum err_code {
    ERR_NONE = 0,
    ERR_USAGE,           /* the command line is wrong            exit 2           */
    ERR_INPUT,           /* a value is wrong                     400              */
    ERR_UNAUTHENTICATED, /* nobody is logged in                  401              */
    ERR_DENIED,          /* known, but not allowed               403              */
    ERR_NOT_FOUND,       /*                                      404              */
    ERR_METHOD,          /* the path exists, the verb does not   405              */
    ERR_CONFLICT,        /* somebody else was there first        409              */
    ERR_GONE,            /* erased or covered, on purpose        410              */
    ERR_PRECONDITION,    /* If-Match or an offset did not hold   412              */
    ERR_TOO_LARGE,       /* over a limit of a table              413              */
    ERR_TYPE,            /* not a kind of content we take        415              */
    ERR_CHECKSUM,        /* bytes do not match their name        460 (tus)        */
    ERR_UNREADABLE,      /* well sent, but not what it claims    422              */
    ERR_BUSY,            /* too many, try again                  429              */
    ERR_INTERNAL,        /* a fault of ours                      500              */
    ERR_DAMAGED,         /* what is stored is not what it was    500              */
    ERR_NETWORK,         /* the other end cannot be reached      502              */
    ERR_FULL,            /* no room left on the disk             507              */
    ERR_VERSION,         /* made by a newer program              409              */
    ERR__MAX
};

enum { ERR_ARGS = 4, ERR_ARG_SIZE = 200 };

struct err {
    enum err_code code;
    const char *key;                    /* static text key, "photo.truncated"      */
    char arg[ERR_ARGS][ERR_ARG_SIZE];   /* {1}..{4} of the text, cut at the size   */
    char part[96];                      /* which part of the input, "" when whole  */
};

#define ERR_INIT {0}

/* Fills err and returns false, so that `return err_set(...)` reads well. key must be
 * a string literal that stands in assets/i18n. Arguments are strings, ended by NULL:
 *     return err_set(err, ERR_INPUT, "category.unknown", code, NULL);
 * UTF-8 is never cut inside a character. */
bool err_set(struct err *err, enum err_code code, const char *key, ...)
    __attribute__((sentinel));

/* As err_set, with strerror(errno) as the last argument; ENOSPC and EDQUOT become
 * ERR_FULL with key "disk.full". what names the file or the deed. */
bool err_errno(struct err *err, const char *key, const char *what);

/* Names the part of the input at fault ("body.note", "line 3"). Returns false. */
bool err_part(struct err *err, const char *part);

/* 0 none, 2 ERR_USAGE, 1 all others. */
int err_exit_status(const struct err *err);

/* Out of memory and impossible states end the program; there is no way on. */
_Noreturn void err_die(const char *where, const char *what);

#endif
