/* A hub's certificate: made once, made anew when the names change under the same key and
 * pin, believed for the names of a local network by whoever trusts the walk's authority,
 * and worth nothing for any other. Judged by GnuTLS as a client would. */
#include "tests/unit/store_make.h"

#include "core/base/file.h"
#include "core/web/cert.h"

#include <gnutls/x509.h>
#include <sys/stat.h>

static const struct cert_names home = {
    .name = {"127.0.0.1", "localhost", "pi", "pi.local", "192.168.4.1"}, .count = 5};
/* The same machine on another network; one address is not a private one. */
static const struct cert_names away = {
    .name = {"10.0.0.7", "127.0.0.1", "203.0.113.9", "elsewhere.example", "localhost", "pi",
             "pi.local"},
    .count = 7};

static bool opened(struct arena *a, const struct cert_names *names, struct cert *ret)
{
    struct err err = ERR_INIT;
    bool made = false, ok = cert_open(a, made_path("tls"), names, ret, &made, &err);
    must_at(ok, &err, __FILE__, __LINE__);
    return made;
}

/* What a phone would say that trusts the authority and went to `name`. */
static bool believed(const struct cert *c, const char *name)
{
    gnutls_x509_trust_list_t trust;
    gnutls_x509_crt_t ca, leaf;
    gnutls_datum_t der = {(unsigned char *)(uintptr_t)c->ca, (unsigned)c->ca_len};
    gnutls_datum_t pem = {(unsigned char *)(uintptr_t)c->pem, (unsigned)strlen(c->pem)};
    gnutls_typed_vdata_st asked[] = {
        {GNUTLS_DT_DNS_HOSTNAME, (void *)(uintptr_t)name, 0},
        {GNUTLS_DT_KEY_PURPOSE_OID, (void *)(uintptr_t)GNUTLS_KP_TLS_WWW_SERVER, 0}};
    unsigned verdict = 1;
    gnutls_x509_crt_init(&ca);
    gnutls_x509_crt_init(&leaf);
    assert_int_equal(gnutls_x509_crt_import(ca, &der, GNUTLS_X509_FMT_DER), 0);
    assert_int_equal(gnutls_x509_crt_import(leaf, &pem, GNUTLS_X509_FMT_PEM), 0);
    gnutls_x509_trust_list_init(&trust, 0);
    assert_int_equal(gnutls_x509_trust_list_add_cas(trust, &ca, 1, 0), 1);
    assert_int_equal(gnutls_x509_trust_list_verify_crt2(trust, &leaf, 1, asked, 2, 0,
                                                        &verdict, NULL), 0);
    gnutls_x509_crt_deinit(leaf);
    gnutls_x509_trust_list_deinit(trust, 1);
    return verdict == 0;
}

static void it_is_made_once(void **state)
{
    struct arena a = ARENA_INIT;
    struct cert first, again;
    (void)state;
    assert_true(opened(&a, &home, &first));
    assert_false(opened(&a, &home, &again));
    assert_string_equal(first.pem, again.pem);
    arena_release(&a);
}

static void keys_are_for_this_user_alone(void **state)
{
    struct stat st;
    char path[256];
    static const char *const names[] = {"ca.key", "server.key"};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%s/%s", made_path("tls"), names[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

static void its_own_names_are_believed(void **state)
{
    struct arena a = ARENA_INIT;
    struct cert c;
    (void)state;
    opened(&a, &home, &c);
    for (size_t i = 0; i < home.count; i++)
        assert_true(believed(&c, home.name[i]));
    assert_false(believed(&c, "other.local"));
    arena_release(&a);
}

static void other_names_are_a_new_one_under_the_same_pin(void **state)
{
    struct arena a = ARENA_INIT;
    struct cert before, c;
    (void)state;
    opened(&a, &home, &before);
    assert_true(opened(&a, &away, &c));
    assert_string_equal(before.pin, c.pin);
    assert_memory_equal(before.ca, c.ca, c.ca_len);
    assert_true(believed(&c, "10.0.0.7"));
    assert_false(opened(&a, &away, &c));
    arena_release(&a);
}

static void it_never_speaks_for_the_world_outside(void **state)
{
    struct arena a = ARENA_INIT;
    struct cert c;
    (void)state;
    opened(&a, &away, &c);
    assert_false(believed(&c, "203.0.113.9"));
    assert_false(believed(&c, "elsewhere.example"));
    assert_true(believed(&c, "pi.local"));
    arena_release(&a);
}

static void what_is_no_certificate_is_said_to_be_none(void **state)
{
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct cert c;
    bool made;
    char path[256];
    (void)state;
    snprintf(path, sizeof path, "%s/ca.pem", made_path("tls"));
    must_at(file_write_whole(path, "no", 2, 0600, &err), &err, __FILE__, __LINE__);
    assert_false(cert_open(&a, made_path("tls"), &home, &c, &made, &err));
    assert_string_equal(err.key, "cert.unreadable");
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_made_once),
        cmocka_unit_test(keys_are_for_this_user_alone),
        cmocka_unit_test(its_own_names_are_believed),
        cmocka_unit_test(other_names_are_a_new_one_under_the_same_pin),
        cmocka_unit_test(it_never_speaks_for_the_world_outside),
        cmocka_unit_test(what_is_no_certificate_is_said_to_be_none),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
