/* sign: see the header. */
#include "core/base/sign.h"

#include "core/base/err.h"

#include <sodium.h>

void sign_start(void)
{
    if (sodium_init() < 0)
        err_die("sign", "libsodium does not start");
}

void sign_random(void *out, size_t n)
{
    randombytes_buf(out, n);
}

void sign_keypair(uint8_t public_key[SIGN_PUBLIC], uint8_t secret[SIGN_SECRET])
{
    crypto_sign_ed25519_keypair(public_key, secret);
}

void sign_keypair_of_seed(const uint8_t seed[SIGN_SEED], uint8_t public_key[SIGN_PUBLIC],
                          uint8_t secret[SIGN_SECRET])
{
    crypto_sign_ed25519_seed_keypair(public_key, secret, seed);
}

void sign_make(const void *bytes, size_t n, const uint8_t secret[SIGN_SECRET],
               uint8_t out[SIGN_SIZE])
{
    crypto_sign_ed25519_detached(out, NULL, bytes, n, secret);
}

bool sign_check(const void *bytes, size_t n, const uint8_t public_key[SIGN_PUBLIC],
                const uint8_t sig[SIGN_SIZE])
{
    return crypto_sign_ed25519_verify_detached(sig, bytes, n, public_key) == 0;
}
