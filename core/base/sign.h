/* sign: Ed25519 (RFC 8032) and random bytes, by libsodium.
 * Call sign_start once in main before anything else here. */
#ifndef LYGTE_BASE_SIGN_H
#define LYGTE_BASE_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SIGN_PUBLIC = 32, SIGN_SECRET = 64, SIGN_SIZE = 64, SIGN_SEED = 32 };

void sign_start(void);
void sign_random(void *out, size_t n);
void sign_keypair(uint8_t public_key[SIGN_PUBLIC], uint8_t secret[SIGN_SECRET]);
void sign_keypair_of_seed(const uint8_t seed[SIGN_SEED], uint8_t public_key[SIGN_PUBLIC],
                          uint8_t secret[SIGN_SECRET]);
void sign_make(const void *bytes, size_t n, const uint8_t secret[SIGN_SECRET],
               uint8_t out[SIGN_SIZE]);
bool sign_check(const void *bytes, size_t n, const uint8_t public_key[SIGN_PUBLIC],
                const uint8_t sig[SIGN_SIZE]);

#endif
