/* analyse: put in front of the files clang-tidy reads (make lint), never of those that
 * are compiled. The analyzer looks at one file at a time and cannot know the house rule
 * that err_set() and err_errno() always return false; here it can see it, and believes
 * no more that `if (!f(&x, err)) return false;` goes on without an x. (It does not look
 * into functions that take "...", hence the array.) */
#include "core/base/err.h"

static inline bool err_seen(struct err *err, enum err_code code, const char *const *text)
{
    err->code = code;
    err->key = text[0];
    return false;
}

#define err_set(err, code, ...) err_seen(err, code, (const char *const[]){__VA_ARGS__})
#define err_errno(err, key, what) err_seen(err, ERR_FULL, (const char *const[]){key, what})
