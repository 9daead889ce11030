/* password: Argon2id (RFC 9106) by libsodium, with its INTERACTIVE limits: 64 MiB of
 * memory and two passes, about a tenth of a second. Call sign_start once before. */
#ifndef LYGTE_BASE_PASSWORD_H
#define LYGTE_BASE_PASSWORD_H

#include <stdbool.h>

enum { PASSWORD_HASH = 128 }; /* bytes of a hash string with its '\0' */

/* A hash string with salt and limits in it ("$argon2id$..."), for keeping. */
void password_hash(const char *password, char out[PASSWORD_HASH]);
/* hash NULL: nobody by that name; takes as long as a real one and is false. */
bool password_fits(const char *hash, const char *password);

#endif
