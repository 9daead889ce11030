/* box: see the header. */
#include "core/base/box.h"

#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

_Static_assert((int)BOX_PUBLIC == (int)crypto_box_PUBLICKEYBYTES &&
                   (int)BOX_SECRET == (int)crypto_box_SECRETKEYBYTES &&
                   (int)BOX_OVERHEAD == (int)crypto_box_SEALBYTES,
               "libsodium's boxes have another size");

void box_fingerprint(const uint8_t key[BOX_PUBLIC], char out[BOX_FINGERPRINT])
{
    uint8_t hash[DIGEST_SIZE];
    digest_of(key, BOX_PUBLIC, hash);
    snprintf(out, BOX_FINGERPRINT, "%02x%02x %02x%02x %02x%02x %02x%02x", hash[0], hash[1],
             hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]);
}

uint8_t *box_seal(struct arena *a, const void *bytes, size_t n,
                  const uint8_t key[BOX_PUBLIC])
{
    uint8_t *box = arena_alloc(a, n + BOX_OVERHEAD);
    if (crypto_box_seal(box, bytes, n, key) != 0)
        err_die("box", "not sealed");
    return box;
}

/* libsodium seals where the message already stands when both are the same place. */
void box_seal_in(uint8_t *room, size_t n, const uint8_t key[BOX_PUBLIC])
{
    if (crypto_box_seal(room, room + BOX_OVERHEAD, n, key) != 0)
        err_die("box", "not sealed");
}

void box_forget(void *bytes, size_t n)
{
    sodium_memzero(bytes, n);
}

char *box_open(struct arena *a, const uint8_t *box, size_t n,
               const uint8_t key[BOX_PUBLIC], const uint8_t secret[BOX_SECRET],
               size_t *ret_len)
{
    if (n < BOX_OVERHEAD)
        return NULL;
    char *plain = arena_alloc(a, n - BOX_OVERHEAD + 1);
    if (crypto_box_seal_open((uint8_t *)plain, box, n, key, secret) != 0)
        return NULL;
    *ret_len = n - BOX_OVERHEAD;
    return plain;
}

/* ---- the key file ------------------------------------------------------------------ */

/* {"lygte":"police key 1","public":hex,"salt":hex,"nonce":hex,"locked":hex} */
static const char kind[] = "police key 1";

enum { LOCKED = BOX_SECRET + crypto_secretbox_MACBYTES, FILE_MOST = 4096 };

static bool stretch(const char *passphrase, const uint8_t salt[crypto_pwhash_SALTBYTES],
                    uint8_t key[crypto_secretbox_KEYBYTES], struct err *err)
{
    if (crypto_pwhash(key, crypto_secretbox_KEYBYTES, passphrase, strlen(passphrase), salt,
                      crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE,
                      crypto_pwhash_ALG_ARGON2ID13) == 0)
        return true;
    return err_set(err, ERR_INTERNAL, "box.no_memory", NULL);
}

static void write_hex(struct json_out *o, const char *name, const uint8_t *bytes, size_t n)
{
    char hex[2 * LOCKED + 1];
    text_hex(bytes, n, hex);
    json_str(o, name, hex);
}

bool box_make_file(const char *path, const char *passphrase, uint8_t ret_key[BOX_PUBLIC],
                   struct err *err)
{
    uint8_t key[BOX_PUBLIC], secret[BOX_SECRET], lock[crypto_secretbox_KEYBYTES];
    uint8_t salt[crypto_pwhash_SALTBYTES], nonce[crypto_secretbox_NONCEBYTES];
    uint8_t locked[LOCKED];
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    if (text_length(passphrase) < BOX_PASSPHRASE_LEAST)
        return err_set(err, ERR_INPUT, "box.short_passphrase", NULL);
    if (file_exists(path))
        return err_set(err, ERR_CONFLICT, "box.file_exists", path, NULL);
    randombytes_buf(salt, sizeof salt);
    randombytes_buf(nonce, sizeof nonce);
    if (!stretch(passphrase, salt, lock, err))
        return false;
    crypto_box_keypair(key, secret);
    crypto_secretbox_easy(locked, secret, sizeof secret, nonce, lock);
    json_open(&o, NULL, '{');
    json_str(&o, "lygte", kind);
    write_hex(&o, "public", key, sizeof key);
    write_hex(&o, "salt", salt, sizeof salt);
    write_hex(&o, "nonce", nonce, sizeof nonce);
    write_hex(&o, "locked", locked, sizeof locked);
    json_close(&o, '}');
    buf_char(&text, '\n');
    bool ok = file_write_whole(path, text.data, text.len, 0600, err);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(lock, sizeof lock);
    buf_release(&text);
    if (ok)
        memcpy(ret_key, key, sizeof key);
    return ok;
}

struct key_file {
    uint8_t key[BOX_PUBLIC], salt[crypto_pwhash_SALTBYTES];
    uint8_t nonce[crypto_secretbox_NONCEBYTES], locked[LOCKED];
};

static bool read_hex(const cJSON *tree, const char *name, uint8_t *out, size_t n)
{
    const char *hex = json_text(tree, name);
    return hex && text_unhex(hex, out, n);
}

static bool read_parts(const char *path, struct key_file *f, struct err *err)
{
    struct arena a = ARENA_INIT;
    cJSON *tree = NULL;
    char *text;
    size_t n;
    struct err why = ERR_INIT;
    bool ok = file_read(&a, path, FILE_MOST, &text, &n, err);
    if (ok) {
        ok = json_parse(text, n, &tree, &why) &&
             text_equal(json_text(tree, "lygte"), kind) &&
             read_hex(tree, "public", f->key, sizeof f->key) &&
             read_hex(tree, "salt", f->salt, sizeof f->salt) &&
             read_hex(tree, "nonce", f->nonce, sizeof f->nonce) &&
             read_hex(tree, "locked", f->locked, sizeof f->locked);
        if (!ok)
            err_set(err, ERR_INPUT, "box.not_key_file", path, NULL);
    }
    json_free(tree);
    arena_release(&a);
    return ok;
}

bool box_read_file(const char *path, const char *passphrase, uint8_t ret_key[BOX_PUBLIC],
                   uint8_t ret_secret[BOX_SECRET], struct err *err)
{
    struct key_file f;
    uint8_t lock[crypto_secretbox_KEYBYTES];
    if (!read_parts(path, &f, err) || !stretch(passphrase, f.salt, lock, err))
        return false;
    bool ok = crypto_secretbox_open_easy(ret_secret, f.locked, sizeof f.locked, f.nonce,
                                         lock) == 0;
    sodium_memzero(lock, sizeof lock);
    if (!ok)
        return err_set(err, ERR_DENIED, "box.wrong_passphrase", path, NULL);
    memcpy(ret_key, f.key, sizeof f.key);
    return true;
}
