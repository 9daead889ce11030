/* uid: UUID version 7 (RFC 9562 section 5.7) as 36 lower-case characters. Only names:
 * nothing in Lygte sorts or dates by them. */
#ifndef LYGTE_BASE_UID_H
#define LYGTE_BASE_UID_H

#include <stdbool.h>
#include <stdint.h>

enum { UID_SIZE = 37 };

void uid_new(char out[UID_SIZE]);
/* Any UUID in canonical lower-case form. */
bool uid_is(const char *text);
/* The same id from the same bytes, for things that must be made once ("the issue of
 * this observation"): SHA-256 of name and from, marked as version 8. */
void uid_derive(const char *name, const char *from, char out[UID_SIZE]);

#endif
