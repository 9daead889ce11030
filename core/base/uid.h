/* uid: UUID version 7 (RFC 9562 section 5.7) as 36 lower-case characters. Only names:
 * nothing in Lygte sorts or dates by them. */
#ifndef LYGTE_BASE_UID_H
#define LYGTE_BASE_UID_H

#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UID_SIZE = 37 };

void uid_new(char out[UID_SIZE]);
/* Any UUID in canonical lower-case form. */
bool uid_is(const char *text);
/* Where an id is taken, a unique tail of 6 or more characters will do: could this be one? */
bool uid_is_tail(const char *text);
/* Of n found by it: true for one; else err is ERR_NOT_FOUND unknown or ERR_INPUT ambiguous,
 * text keys that take the id. */
bool uid_found_one(size_t n, const char *id, const char *unknown, const char *ambiguous,
                   struct err *err);
/* The same id from the same bytes, for things that must be made once ("the issue of
 * this observation"): SHA-256 of name and from, marked as version 8. */
void uid_derive(const char *name, const char *from, char out[UID_SIZE]);

#endif
