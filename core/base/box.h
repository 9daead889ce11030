/* box: what only one key opens (libsodium's sealed boxes: X25519, XSalsa20-Poly1305), and
 * the file that keeps the secret half, locked by a passphrase (Argon2id with libsodium's
 * MODERATE limits: 256 MB and a second, secretbox).
 *
 * Whoever seals keeps nothing that opens the box again. Call sign_start once before.
 */
#ifndef LYGTE_BASE_BOX_H
#define LYGTE_BASE_BOX_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    BOX_PUBLIC = 32,
    BOX_SECRET = 32,
    BOX_OVERHEAD = 48,     /* a box is so much longer than what is in it  */
    BOX_FINGERPRINT = 24,  /* "1a2b 3c4d 5e6f 7a8b" and its end           */
    BOX_PASSPHRASE_LEAST = 12
};

/* For people to compare: the first eight bytes of the key's SHA-256, in groups. */
void box_fingerprint(const uint8_t key[BOX_PUBLIC], char out[BOX_FINGERPRINT]);
/* The sealed box of n bytes, in the arena; n + BOX_OVERHEAD bytes. */
uint8_t *box_seal(struct arena *a, const void *bytes, size_t n,
                  const uint8_t key[BOX_PUBLIC]);
/* The same in place: n bytes stand at room + BOX_OVERHEAD, the box fills all of room, and
 * nothing of what was in it is left there. */
void box_seal_in(uint8_t *room, size_t n, const uint8_t key[BOX_PUBLIC]);
/* Overwrites what was in the clear, also where the compiler sees no use in it. */
void box_forget(void *bytes, size_t n);
/* NULL when it is not a whole box to this key. The plain text ends with a '\0'. */
char *box_open(struct arena *a, const uint8_t *box, size_t n,
               const uint8_t key[BOX_PUBLIC], const uint8_t secret[BOX_SECRET],
               size_t *ret_len);

/* A new pair of keys; the secret one goes, locked, into a new file of mode 0600.
 * ERR_CONFLICT "box.file_exists"; ERR_INPUT "box.short_passphrase". */
bool box_make_file(const char *path, const char *passphrase, uint8_t ret_key[BOX_PUBLIC],
                   struct err *err);
/* ERR_INPUT "box.not_key_file", ERR_DENIED "box.wrong_passphrase". */
bool box_read_file(const char *path, const char *passphrase, uint8_t ret_key[BOX_PUBLIC],
                   uint8_t ret_secret[BOX_SECRET], struct err *err);

#endif
