/* password: see the header. */
#include "core/base/password.h"

#include "core/base/err.h"

#include <sodium.h>
#include <string.h>

_Static_assert((int)PASSWORD_HASH == (int)crypto_pwhash_STRBYTES,
               "libsodium's string has another size");

void password_hash(const char *password, char out[PASSWORD_HASH])
{
    if (crypto_pwhash_str(out, password, strlen(password),
                          crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
        err_die("password", "out of memory");
}

bool password_fits(const char *hash, const char *password)
{
    /* Of random bytes that were thrown away, with the same limits as above. */
    static const char nobody[] =
        "$argon2id$v=19$m=65536,t=2,p=1$SKLApd1dSzakK3fAehM49A$"
        "Lft82CCDKuCZuehQCCHl4/H7IPErtQ9C1NarqbQqqWc";
    bool fits =
        crypto_pwhash_str_verify(hash ? hash : nobody, password, strlen(password)) == 0;
    return fits && hash;
}
