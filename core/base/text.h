/* text: UTF-8, and numbers that do not care what country the machine thinks it is in.
 *
 * LC_NUMERIC is never set in Lygte, and nothing here uses printf or strtod for
 * decimals: "55.67" must never be read as 55 on a Danish machine. Lengths for people
 * count characters (code points), not bytes. */
#ifndef LYGTE_BASE_TEXT_H
#define LYGTE_BASE_TEXT_H

#include "core/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) without NUL. */
bool text_is_utf8(const char *s, size_t n);
/* The same text, with U+FFFD in the place of each byte that belongs to no UTF-8: names of files
 * and what strangers send are told in JSON, which is UTF-8 (RFC 8259, 8.1). NULL stays NULL;
 * what is well-formed comes back itself. */
const char *text_mended(struct arena *a, const char *s);
/* Bytes of the byte order mark that some programs put before UTF-8: 3, or 0 without one. */
size_t text_mark(const char *s, size_t n);
/* Code points in well-formed UTF-8. */
size_t text_length(const char *s);

/* The whole string as a decimal integer; no spaces, no plus sign. */
bool text_int(const char *s, int64_t *ret);
/* The first n bytes as a decimal number with up to seven places kept (rounded half
 * away from zero), scaled by 1e7. "57.0481" gives 570481000. At most 4 whole digits. */
bool text_e7(const char *s, size_t n, int64_t *ret);
/* 570481000 gives "57.0481"; no trailing zeros, at least "0". */
void text_from_e7(int64_t value, char out[32]);

bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
/* NULL equals only NULL. */
bool text_equal(const char *a, const char *b);

/* Lower-case hexadecimal. out holds 2n+1. */
void text_hex(const void *bytes, size_t n, char *out);
/* Exactly 2n lower-case hex digits. */
bool text_unhex(const char *hex, void *out, size_t n);

/* In place: A-Z and the capitals of Latin-1 (U+00C0 to U+00DE) become small letters. */
void text_lower(char *s);
char *text_lowered(struct arena *a, const char *s); /* a copy */

/* Danish alphabetical order: case folded, ae oe aa last, "aa" as aa-ring. Returns as
 * strcmp does. (No da_DK locale on a plain Debian, no ICU in SQLite.) */
int text_compare_danish(const char *a, const char *b);

#endif
