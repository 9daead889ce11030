/* cert: see the header. */
#include "core/web/cert.h"

#include "core/base/base64.h"
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/sign.h"
#include "core/base/text.h"

#include <arpa/inet.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifndef LYGTE_BUILD_TIME
#define LYGTE_BUILD_TIME 1767225600 /* 2026-01-01, when the build does not say */
#endif

enum { DAY_S = 86400, CA_DAYS = 3650, LEAF_DAYS = 397, LEFT_DAYS = 60, PEM_MOST = 65536 };

/* What an authority of ours may speak for. */
static const char *const local_domains[] = {"localhost", "local", "lan", "home.arpa",
                                            "internal"};
static const struct {
    uint8_t bytes[32]; /* address and mask */
    unsigned len;
} local_ranges[] = {
    {{127, 0, 0, 0, 255, 0, 0, 0}, 8},
    {{10, 0, 0, 0, 255, 0, 0, 0}, 8},
    {{172, 16, 0, 0, 255, 240, 0, 0}, 8},
    {{192, 168, 0, 0, 255, 255, 0, 0}, 8},
    {{169, 254, 0, 0, 255, 255, 0, 0}, 8},
    {{[15] = 1, [16] = 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
      255, 255, 255}, 32},
    {{[0] = 0xfc, [16] = 0xfe}, 32},
};

/* What a certificate is made of. */
struct made {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
};

static void made_free(struct made *m)
{
    if (m->key)
        gnutls_x509_privkey_deinit(m->key);
    if (m->crt)
        gnutls_x509_crt_deinit(m->crt);
    *m = (struct made){NULL, NULL};
}

static bool check(int code, const char *what, struct err *err)
{
    return code >= 0 ||
           err_set(err, ERR_INTERNAL, "cert.failed", what, gnutls_strerror(code), NULL);
}

/* Never before the program was built: a clock that says so is wrong. */
static time_t now_s(void)
{
    time_t now = (time_t)(clock_utc_ms() / 1000), built = (time_t)LYGTE_BUILD_TIME;
    return now > built ? now : built;
}

/* ---- files ----------------------------------------------------------------------- */

static void path_of(const char *dir, const char *name, char out[1200])
{
    snprintf(out, 1200, "%s/%s", dir, name);
}

static bool read_text(struct arena *a, const char *dir, const char *name, char **ret,
                      struct err *err)
{
    char path[1200];
    path_of(dir, name, path);
    return file_read(a, path, PEM_MOST, ret, NULL, err);
}

/* Takes the datum. */
static bool write_datum(const char *dir, const char *name, gnutls_datum_t *text,
                        struct err *err)
{
    char path[1200];
    path_of(dir, name, path);
    bool ok = file_write_whole(path, text->data, text->size, 0600, err);
    memset(text->data, 0, text->size);
    gnutls_free(text->data);
    return ok;
}

static gnutls_datum_t datum_of(const char *text)
{
    return (gnutls_datum_t){(unsigned char *)(uintptr_t)text, (unsigned)strlen(text)};
}

static bool read_certificate(const char *pem, const char *what, gnutls_x509_crt_t *ret,
                             struct err *err)
{
    gnutls_datum_t text = datum_of(pem);
    gnutls_x509_crt_t crt;
    if (!check(gnutls_x509_crt_init(&crt), "memory", err))
        return false;
    if (gnutls_x509_crt_import(crt, &text, GNUTLS_X509_FMT_PEM) < 0) {
        gnutls_x509_crt_deinit(crt);
        return err_set(err, ERR_DAMAGED, "cert.unreadable", what, NULL);
    }
    *ret = crt;
    return true;
}

/* The key of that name; made when it is not there. */
static bool key_of(const char *dir, const char *name, gnutls_x509_privkey_t *ret,
                   struct err *err)
{
    struct arena a = ARENA_INIT;
    char path[1200], *pem = NULL;
    gnutls_x509_privkey_t key;
    gnutls_datum_t text = {NULL, 0};
    path_of(dir, name, path);
    if (!check(gnutls_x509_privkey_init(&key), "memory", err))
        return false;
    bool ok, there = file_exists(path);
    if (there) {
        ok = file_read(&a, path, PEM_MOST, &pem, NULL, err);
        text = datum_of(ok ? pem : "");
        if (ok && gnutls_x509_privkey_import(key, &text, GNUTLS_X509_FMT_PEM) < 0)
            ok = err_set(err, ERR_DAMAGED, "cert.unreadable", path, NULL);
    } else {
        unsigned bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
        ok = check(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, bits, 0), "key",
                   err) &&
             check(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &text), "key",
                   err) &&
             write_datum(dir, name, &text, err);
    }
    arena_release(&a);
    if (ok)
        *ret = key;
    else
        gnutls_x509_privkey_deinit(key);
    return ok;
}

/* ---- certificates ---------------------------------------------------------------- */

/* IP numbers as bytes; 0 when it is a name. */
static unsigned ip_bytes(const char *name, uint8_t out[16])
{
    if (inet_pton(AF_INET, name, out) == 1)
        return 4;
    return inet_pton(AF_INET6, name, out) == 1 ? 16 : 0;
}

static bool begin(struct made *m, const char *common, int days, struct err *err)
{
    uint8_t serial[16];
    time_t built = (time_t)LYGTE_BUILD_TIME - DAY_S, now = now_s();
    sign_random(serial, sizeof serial);
    serial[0] = (uint8_t)((serial[0] & 0x7f) | 0x40);
    return check(gnutls_x509_crt_init(&m->crt), "memory", err) &&
           check(gnutls_x509_crt_set_version(m->crt, 3), "version", err) &&
           check(gnutls_x509_crt_set_serial(m->crt, serial, sizeof serial), "serial", err) &&
           check(gnutls_x509_crt_set_dn_by_oid(m->crt, GNUTLS_OID_X520_COMMON_NAME, 0,
                                               common, (unsigned)strlen(common)),
                 "name", err) &&
           check(gnutls_x509_crt_set_dn_by_oid(m->crt, GNUTLS_OID_X520_ORGANIZATION_NAME, 0,
                                               "Lygte", 5),
                 "name", err) &&
           check(gnutls_x509_crt_set_activation_time(
                     m->crt, now - DAY_S < built ? now - DAY_S : built),
                 "time", err) &&
           check(gnutls_x509_crt_set_expiration_time(m->crt, now + (time_t)days * DAY_S),
                 "time", err) &&
           check(gnutls_x509_crt_set_key(m->crt, m->key), "key", err);
}

static bool finish(struct made *m, const struct made *issuer, struct err *err)
{
    uint8_t id[64];
    size_t n = sizeof id;
    if (!check(gnutls_x509_crt_get_key_id(m->crt, 0, id, &n), "key id", err) ||
        !check(gnutls_x509_crt_set_subject_key_id(m->crt, id, n), "key id", err))
        return false;
    n = sizeof id;
    return check(gnutls_x509_crt_get_key_id(issuer->crt, 0, id, &n), "key id", err) &&
           check(gnutls_x509_crt_set_authority_key_id(m->crt, id, n), "key id", err) &&
           check(gnutls_x509_crt_sign2(m->crt, issuer->crt, issuer->key, GNUTLS_DIG_SHA256,
                                       0),
                 "signature", err);
}

static bool permit(gnutls_x509_name_constraints_t nc, gnutls_x509_subject_alt_name_t type,
                   const void *bytes, unsigned n, struct err *err)
{
    gnutls_datum_t name = {(unsigned char *)(uintptr_t)bytes, n};
    return check(gnutls_x509_name_constraints_add_permitted(nc, type, &name), "bounds",
                 err);
}

static bool bound(struct made *ca, const struct cert_names *names, struct err *err)
{
    gnutls_x509_name_constraints_t nc;
    uint8_t ip[16];
    if (!check(gnutls_x509_name_constraints_init(&nc), "memory", err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof local_domains / sizeof local_domains[0]; i++)
        ok = permit(nc, GNUTLS_SAN_DNSNAME, local_domains[i],
                    (unsigned)strlen(local_domains[i]), err);
    for (size_t i = 0; ok && i < names->count; i++)
        ok = ip_bytes(names->name[i], ip) > 0 ||
             permit(nc, GNUTLS_SAN_DNSNAME, names->name[i],
                    (unsigned)strlen(names->name[i]), err);
    for (size_t i = 0; ok && i < sizeof local_ranges / sizeof local_ranges[0]; i++)
        ok = permit(nc, GNUTLS_SAN_IPADDRESS, local_ranges[i].bytes, local_ranges[i].len,
                    err);
    ok = ok && check(gnutls_x509_crt_set_name_constraints(ca->crt, nc, 1), "bounds", err);
    gnutls_x509_name_constraints_deinit(nc);
    return ok;
}

static bool export_pem(const char *dir, const char *name, gnutls_x509_crt_t crt,
                       struct err *err)
{
    gnutls_datum_t text = {NULL, 0};
    return check(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &text), "certificate",
                 err) &&
           write_datum(dir, name, &text, err);
}

/* Each authority has a name of its own, so that a phone can trust several. */
static bool make_ca(const char *dir, const struct cert_names *names, struct made *ca,
                    struct err *err)
{
    char host[40] = "", common[60], mark[7];
    uint8_t random[3];
    gethostname(host, sizeof host - 1);
    sign_random(random, sizeof random);
    text_hex(random, sizeof random, mark);
    snprintf(common, sizeof common, "Lygte %.36s %s",
             text_is_utf8(host, strlen(host)) ? host : "hub", mark);
    return begin(ca, common, CA_DAYS, err) &&
           check(gnutls_x509_crt_set_basic_constraints(ca->crt, 1, 0), "bounds", err) &&
           check(gnutls_x509_crt_set_key_usage(ca->crt, GNUTLS_KEY_KEY_CERT_SIGN |
                                                            GNUTLS_KEY_CRL_SIGN),
                 "usage", err) &&
           bound(ca, names, err) && finish(ca, ca, err) &&
           export_pem(dir, "ca.pem", ca->crt, err);
}

static bool open_ca(const char *dir, const struct cert_names *names, struct made *ca,
                    struct err *err)
{
    struct arena a = ARENA_INIT;
    char path[1200], *pem;
    path_of(dir, "ca.pem", path);
    bool ok = key_of(dir, "ca.key", &ca->key, err);
    if (ok && file_exists(path))
        ok = read_text(&a, dir, "ca.pem", &pem, err) &&
             read_certificate(pem, path, &ca->crt, err);
    else
        ok = ok && make_ca(dir, names, ca, err);
    arena_release(&a);
    return ok;
}

/* May the authority speak for it? */
static bool within(gnutls_x509_crt_t ca, gnutls_x509_subject_alt_name_t type,
                   const void *bytes, unsigned n)
{
    gnutls_x509_name_constraints_t nc;
    gnutls_datum_t name = {(unsigned char *)(uintptr_t)bytes, n};
    unsigned critical;
    if (gnutls_x509_name_constraints_init(&nc) < 0)
        return false;
    bool good = gnutls_x509_crt_get_name_constraints(ca, nc, 0, &critical) < 0 ||
                gnutls_x509_name_constraints_check(nc, type, &name) != 0;
    gnutls_x509_name_constraints_deinit(nc);
    return good;
}

static bool add_name(struct made *leaf, gnutls_x509_crt_t ca, const char *name,
                     struct err *err)
{
    uint8_t ip[16];
    unsigned n = ip_bytes(name, ip);
    const void *bytes = n ? (const void *)ip : name;
    gnutls_x509_subject_alt_name_t type = n ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME;
    n = n ? n : (unsigned)strlen(name);
    return !within(ca, type, bytes, n) ||
           check(gnutls_x509_crt_set_subject_alt_name(leaf->crt, type, bytes, n,
                                                      GNUTLS_FSAN_APPEND),
                 "name", err);
}

static bool make_leaf(const char *dir, const struct made *ca,
                      const struct cert_names *names, struct made *leaf, struct err *err)
{
    bool ok = begin(leaf, cert_names_first(names), LEAF_DAYS, err) &&
              check(gnutls_x509_crt_set_basic_constraints(leaf->crt, 0, -1), "bounds",
                    err) &&
              check(gnutls_x509_crt_set_key_usage(leaf->crt, GNUTLS_KEY_DIGITAL_SIGNATURE),
                    "usage", err) &&
              check(gnutls_x509_crt_set_key_purpose_oid(leaf->crt,
                                                        GNUTLS_KP_TLS_WWW_SERVER, 0),
                    "usage", err);
    for (size_t i = 0; ok && i < names->count; i++)
        ok = add_name(leaf, ca->crt, names->name[i], err);
    return ok && finish(leaf, ca, err) && export_pem(dir, "server.pem", leaf->crt, err);
}

/* ---- is the one that stands still good? ------------------------------------------- */

static bool names_it(gnutls_x509_crt_t crt, const char *name)
{
    uint8_t ip[16], bytes[256];
    unsigned n = ip_bytes(name, ip);
    const void *wanted = n ? (const void *)ip : name;
    size_t len = n ? n : strlen(name);
    for (unsigned i = 0; i < 2 * CERT_NAMES_MOST; i++) {
        size_t size = sizeof bytes;
        int type = gnutls_x509_crt_get_subject_alt_name(crt, i, bytes, &size, NULL);
        if (type < 0)
            return false;
        if (type == (n ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME) && size == len &&
            memcmp(bytes, wanted, len) == 0)
            return true;
    }
    return false;
}

static bool still_good(gnutls_x509_crt_t crt, const struct made *ca,
                       const struct cert_names *names)
{
    time_t now = now_s();
    uint8_t ip[16];
    if (gnutls_x509_crt_check_issuer(crt, ca->crt) != 1 ||
        gnutls_x509_crt_get_expiration_time(crt) < now + (time_t)LEFT_DAYS * DAY_S ||
        gnutls_x509_crt_get_activation_time(crt) > now)
        return false;
    for (size_t i = 0; i < names->count; i++) {
        unsigned n = ip_bytes(names->name[i], ip);
        bool may = within(ca->crt, n ? GNUTLS_SAN_IPADDRESS : GNUTLS_SAN_DNSNAME,
                          n ? (const void *)ip : names->name[i],
                          n ? n : (unsigned)strlen(names->name[i]));
        if (may && !names_it(crt, names->name[i]))
            return false;
    }
    return true;
}

static bool open_leaf(struct arena *a, const char *dir, const struct made *ca,
                      const struct cert_names *names, struct made *leaf, bool *ret_made,
                      struct err *err)
{
    char path[1200], *pem;
    struct err unreadable = ERR_INIT;
    path_of(dir, "server.pem", path);
    *ret_made = false;
    if (!key_of(dir, "server.key", &leaf->key, err))
        return false;
    if (file_exists(path) && read_text(a, dir, "server.pem", &pem, &unreadable) &&
        read_certificate(pem, path, &leaf->crt, &unreadable)) {
        if (still_good(leaf->crt, ca, names))
            return true;
        gnutls_x509_crt_deinit(leaf->crt);
        leaf->crt = NULL;
    }
    *ret_made = true;
    return make_leaf(dir, ca, names, leaf, err);
}

static bool pin(gnutls_x509_crt_t crt, char ret[CERT_PIN], struct err *err)
{
    struct arena a = ARENA_INIT;
    gnutls_pubkey_t key;
    gnutls_datum_t der = {NULL, 0};
    uint8_t hash[DIGEST_SIZE];
    if (!check(gnutls_pubkey_init(&key), "memory", err))
        return false;
    bool ok = check(gnutls_pubkey_import_x509(key, crt, 0), "key", err) &&
              check(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der), "key", err);
    if (ok) {
        digest_of(der.data, der.size, hash);
        snprintf(ret, CERT_PIN, "sha256//%s", base64_of(&a, hash, sizeof hash));
        gnutls_free(der.data);
    }
    gnutls_pubkey_deinit(key);
    arena_release(&a);
    return ok;
}

/* ---- opening --------------------------------------------------------------------- */

static bool read_all(struct arena *a, const char *dir, const struct made *ca,
                     const struct made *leaf, struct cert *ret, struct err *err)
{
    struct cert c = {0};
    char *key, *pem;
    gnutls_datum_t der = {NULL, 0};
    if (!read_text(a, dir, "server.key", &key, err) ||
        !read_text(a, dir, "server.pem", &pem, err) || !pin(leaf->crt, c.pin, err) ||
        !check(gnutls_x509_crt_export2(ca->crt, GNUTLS_X509_FMT_DER, &der), "certificate",
               err))
        return false;
    c.ca = arena_memdup(a, der.data, der.size);
    c.ca_len = der.size;
    gnutls_free(der.data);
    c.key = key;
    c.pem = pem;
    *ret = c;
    return true;
}

bool cert_open(struct arena *a, const char *dir, const struct cert_names *names,
               struct cert *ret, bool *ret_made, struct err *err)
{
    struct made ca = {NULL, NULL}, leaf = {NULL, NULL};
    bool ok = file_make_folders(dir, err) && open_ca(dir, names, &ca, err) &&
              open_leaf(a, dir, &ca, names, &leaf, ret_made, err) &&
              read_all(a, dir, &ca, &leaf, ret, err);
    made_free(&ca);
    made_free(&leaf);
    return ok;
}

bool cert_pin_of(const char *pem, const char *what, char ret[CERT_PIN], struct err *err)
{
    gnutls_x509_crt_t crt;
    if (!read_certificate(pem, what, &crt, err))
        return false;
    bool ok = pin(crt, ret, err);
    gnutls_x509_crt_deinit(crt);
    return ok;
}

/* Just what libmicrohttpd does with them, which says of a failure nothing at all. */
bool cert_fits(const char *pem, const char *key, const char *pem_name,
               const char *key_name, struct err *err)
{
    gnutls_certificate_credentials_t both;
    const gnutls_datum_t cert_text = datum_of(pem), key_text = datum_of(key);
    if (!check(gnutls_certificate_allocate_credentials(&both), "memory", err))
        return false;
    int code = gnutls_certificate_set_x509_key_mem(both, &cert_text, &key_text,
                                                   GNUTLS_X509_FMT_PEM);
    gnutls_certificate_free_credentials(both);
    if (code >= 0)
        return true;
    if (code == GNUTLS_E_CERTIFICATE_KEY_MISMATCH)
        return err_set(err, ERR_INPUT, "cert.no_pair", pem_name, key_name, NULL);
    return err_set(err, ERR_INPUT, "cert.no_server", pem_name, key_name,
                   gnutls_strerror(code), NULL);
}

bool cert_ends(const char *path, int64_t *ret_ms, struct err *err)
{
    struct arena a = ARENA_INIT;
    gnutls_x509_crt_t crt;
    char *pem;
    bool ok = file_read(&a, path, PEM_MOST, &pem, NULL, err) &&
              read_certificate(pem, path, &crt, err);
    arena_release(&a);
    if (!ok)
        return false;
    *ret_ms = (int64_t)gnutls_x509_crt_get_expiration_time(crt) * 1000;
    gnutls_x509_crt_deinit(crt);
    return true;
}
