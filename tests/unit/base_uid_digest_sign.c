/* Names, hashes and signatures against published vectors: FIPS 180-4 (SHA-256), RFC 8032
 * section 7.1 (Ed25519), RFC 9562 (version and variant of a UUID). */
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/sign.h"
#include "core/base/text.h"
#include "core/base/uid.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
    const char *text, *hex;
} hashes[] = {
    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};
static const char million_a[] =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

static void sha256_gives_the_published_hashes(void **state)
{
    (void)state;
    char hex[DIGEST_HEX];
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++) {
        digest_hex_of(hashes[i].text, strlen(hashes[i].text), hex);
        assert_string_equal(hex, hashes[i].hex);
        assert_true(digest_is_hex(hex));
    }
    assert_false(digest_is_hex(NULL));
    assert_false(digest_is_hex("E3B0"));
    hex[0] = 'A';
    assert_false(digest_is_hex(hex));
}

static void pieces_are_hashed_as_one(void **state)
{
    (void)state;
    struct digest *d = digest_start();
    uint8_t out[DIGEST_SIZE];
    char hex[DIGEST_HEX], block[1000];
    digest_add(d, "ab", 2);
    digest_add(d, "c", 1);
    digest_add(d, NULL, 0);
    digest_finish(d, out);
    text_hex(out, sizeof out, hex);
    assert_string_equal(hex, hashes[1].hex);
    d = digest_start();
    memset(block, 'a', sizeof block);
    for (int i = 0; i < 1000; i++)
        digest_add(d, block, sizeof block);
    digest_finish(d, out);
    text_hex(out, sizeof out, hex);
    assert_string_equal(hex, million_a);
    digest_abandon(digest_start());
    digest_abandon(NULL);
}

static void a_file_is_hashed_from_where_it_stands(void **state)
{
    (void)state;
    FILE *f = tmpfile();
    struct err err = ERR_INIT;
    uint8_t out[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    int64_t bytes = 0;
    assert_non_null(f);
    fputs("xxabc", f);
    fflush(f);
    assert_true(lseek(fileno(f), 2, SEEK_SET) == 2);
    assert_true(digest_of_fd(fileno(f), out, &bytes, &err));
    text_hex(out, sizeof out, hex);
    assert_string_equal(hex, hashes[1].hex);
    assert_true(bytes == 3);
    fclose(f);
    assert_false(digest_of_fd(-1, out, &bytes, &err));
    assert_string_equal(err.key, "file.unreadable");
}

static const struct {
    const char *seed, *key, *message, *sig;
} vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
     "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
};

static void ed25519_signs_as_rfc_8032_does(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        uint8_t seed[SIGN_SEED], key[SIGN_PUBLIC], secret[SIGN_SECRET], sig[SIGN_SIZE];
        uint8_t message[1];
        size_t n = strlen(vectors[i].message) / 2;
        char hex[2 * SIGN_SIZE + 1];
        assert_true(text_unhex(vectors[i].seed, seed, sizeof seed));
        assert_true(text_unhex(vectors[i].message, message, n));
        sign_keypair_of_seed(seed, key, secret);
        text_hex(key, sizeof key, hex);
        assert_string_equal(hex, vectors[i].key);
        sign_make(message, n, secret, sig);
        text_hex(sig, sizeof sig, hex);
        assert_string_equal(hex, vectors[i].sig);
        assert_true(sign_check(message, n, key, sig));
    }
}

static void a_signature_with_one_bit_changed_does_not_hold(void **state)
{
    (void)state;
    uint8_t key[SIGN_PUBLIC], other[SIGN_PUBLIC], secret[SIGN_SECRET], sig[SIGN_SIZE];
    uint8_t message[32];
    sign_keypair(other, secret);
    sign_keypair(key, secret);
    assert_memory_not_equal(key, other, sizeof key);
    sign_random(message, sizeof message);
    sign_make(message, sizeof message, secret, sig);
    assert_true(sign_check(message, sizeof message, key, sig));
    assert_false(sign_check(message, sizeof message, other, sig));
    assert_false(sign_check(message, sizeof message - 1, key, sig));
    for (size_t bit = 0; bit < 8 * sizeof sig; bit++) {
        sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_false(sign_check(message, sizeof message, key, sig));
        sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    message[31] ^= 0x80;
    assert_false(sign_check(message, sizeof message, key, sig));
}

static void an_id_is_version_7_and_says_its_millisecond(void **state)
{
    (void)state;
    char id[UID_SIZE], before[UID_SIZE] = "";
    for (int i = 0; i < 2000; i++) {
        int64_t least = clock_utc_ms();
        uid_new(id);
        int64_t most = clock_utc_ms();
        assert_true(uid_is(id));
        assert_true(id[14] == '7' && strchr("89ab", id[19]));
        char ms[13];
        snprintf(ms, sizeof ms, "%.8s%.4s", id, id + 9);
        int64_t said = (int64_t)strtoull(ms, NULL, 16);
        assert_true(said >= least && said <= most);
        assert_string_not_equal(id, before);
        memcpy(before, id, sizeof id);
    }
}

static void a_derived_id_is_the_same_from_the_same(void **state)
{
    (void)state;
    char a[UID_SIZE], b[UID_SIZE];
    uid_derive("issue", "018c2f10-0000-7000-8000-0123456789ab", a);
    uid_derive("issue", "018c2f10-0000-7000-8000-0123456789ab", b);
    assert_string_equal(a, b);
    assert_true(uid_is(a) && a[14] == '8' && strchr("89ab", a[19]));
    uid_derive("issue", "018c2f10-0000-7000-8000-0123456789ac", b);
    assert_string_not_equal(a, b);
    uid_derive("issue0", "18c2f10-0000-7000-8000-0123456789ab", b);
    assert_string_not_equal(a, b); /* the border between name and from counts */
}

static void an_id_is_canonical_or_none(void **state)
{
    (void)state;
    assert_true(uid_is("00000000-0000-0000-0000-000000000000"));
    static const char *const bad[] = {NULL,
                                      "",
                                      "018C2F10-0000-7000-8000-0123456789AB",
                                      "018c2f10-0000-7000-8000-0123456789abc",
                                      "018c2f1-00000-7000-8000-0123456789ab",
                                      "018c2f10x0000-7000-8000-0123456789ab",
                                      "{18c2f10-0000-7000-8000-0123456789ab",
                                      "018c2f10-0000-7000-8000-0123456789a",
                                      "018c2f10-0000-7000-8000-0123456789ag"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(uid_is(bad[i]));
}

static void six_characters_or_more_may_be_the_tail_of_an_id(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_true(uid_is_tail("6789ab") && uid_is_tail("-0123456789ab"));
    assert_true(uid_is_tail("018c2f10-0000-7000-8000-0123456789ab"));
    assert_false(uid_is_tail("") || uid_is_tail("789ab") || uid_is_tail("%%%%%%"));
    assert_false(uid_is_tail("0018c2f10-0000-7000-8000-0123456789ab"));
    assert_true(uid_found_one(1, "6789ab", "walk.unknown", "walk.ambiguous", &err));
    assert_false(uid_found_one(0, "6789ab", "walk.unknown", "walk.ambiguous", &err));
    assert_string_equal(err.key, "walk.unknown");
    assert_false(uid_found_one(2, "6789ab", "walk.unknown", "walk.ambiguous", &err));
    assert_string_equal(err.key, "walk.ambiguous");
}

static int start(void **state)
{
    (void)state;
    sign_start();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_gives_the_published_hashes),
        cmocka_unit_test(pieces_are_hashed_as_one),
        cmocka_unit_test(a_file_is_hashed_from_where_it_stands),
        cmocka_unit_test(ed25519_signs_as_rfc_8032_does),
        cmocka_unit_test(a_signature_with_one_bit_changed_does_not_hold),
        cmocka_unit_test(an_id_is_version_7_and_says_its_millisecond),
        cmocka_unit_test(a_derived_id_is_the_same_from_the_same),
        cmocka_unit_test(an_id_is_canonical_or_none),
        cmocka_unit_test(six_characters_or_more_may_be_the_tail_of_an_id),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
