/* tls: GnuTLS when the first door with TLS is made, and not when the program starts.
 *
 * GnuTLS and the eight libraries it brings are half of what loading `walker` takes, and only
 * a hub has doors with TLS. So bin/walker, and it alone, is linked with this room in place
 * of libgnutls: each function that libmicrohttpd and core/web/cert call is here under its
 * own name and type, and looks the real one up at its first call. A name that is missing
 * here is told by the linker.
 *
 * The library is Debian's libgnutls30, which initialises itself when it is loaded. Where it
 * is missing, the program ends with a sentence, as the loader would have ended it.
 */
#include "core/base/err.h"

#include <dlfcn.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define LIBRARY "libgnutls.so.30"

typedef _Atomic(void *) slot;

/* dlopen(3) of what is loaded already only counts. */
static void *look(slot *at, const char *name)
{
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        err_die("tls",
                "a door with TLS needs " LIBRARY ": apt-get install libgnutls30");
    void *real = dlsym(library, name);
    if (!real)
        err_die(name, "is not in " LIBRARY ": apt-get install libgnutls30");
    atomic_store(at, real);
    return real;
}

#define REAL(name)                                                                     \
    static slot at;                                                                    \
    __typeof__(name) *real;                                                            \
    void *found = atomic_load(&at);                                                    \
    if (!found)                                                                        \
        found = look(&at, #name);                                                      \
    memcpy(&real, &found, sizeof real)

#define LATE(result, name, parameters, arguments)                                      \
    result name parameters                                                             \
    {                                                                                  \
        REAL(name);                                                                    \
        return real arguments;                                                         \
    }

#define LATE_VOID(name, parameters, arguments)                                         \
    void name parameters                                                               \
    {                                                                                  \
        REAL(name);                                                                    \
        real arguments;                                                                \
    }

/* libmicrohttpd calls these before and after main. */
int gnutls_global_init(void)
{
    return 0;
}

void gnutls_global_deinit(void)
{
}

/* The library's own are the same two. */
gnutls_alloc_function gnutls_malloc = malloc;
gnutls_free_function gnutls_free = free;

/* Letters in place of the headers' names: they only say which goes where.
 * NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */

/* ---- the doors: what libmicrohttpd asks ---------------------------------------------- */

LATE(int, gnutls_alpn_set_protocols,
     (gnutls_session_t a, const gnutls_datum_t *b, unsigned int c, unsigned int d),
     (a, b, c, d))
LATE(int, gnutls_bye, (gnutls_session_t a, gnutls_close_request_t b), (a, b))
LATE(int, gnutls_certificate_allocate_credentials,
     (gnutls_certificate_credentials_t * a), (a))
LATE_VOID(gnutls_certificate_free_credentials, (gnutls_certificate_credentials_t a),
          (a))
LATE_VOID(gnutls_certificate_server_set_request,
          (gnutls_session_t a, gnutls_certificate_request_t b), (a, b))
LATE_VOID(gnutls_certificate_set_dh_params,
          (gnutls_certificate_credentials_t a, gnutls_dh_params_t b), (a, b))
LATE_VOID(gnutls_certificate_set_retrieve_function2,
          (gnutls_certificate_credentials_t a,
           gnutls_certificate_retrieve_function2 *b),
          (a, b))
LATE_VOID(gnutls_certificate_set_retrieve_function3,
          (gnutls_certificate_credentials_t a,
           gnutls_certificate_retrieve_function3 *b),
          (a, b))
LATE(int, gnutls_certificate_set_x509_key_mem,
     (gnutls_certificate_credentials_t a, const gnutls_datum_t *b,
      const gnutls_datum_t *c, gnutls_x509_crt_fmt_t d),
     (a, b, c, d))
LATE(int, gnutls_certificate_set_x509_key_mem2,
     (gnutls_certificate_credentials_t a, const gnutls_datum_t *b,
      const gnutls_datum_t *c, gnutls_x509_crt_fmt_t d, const char *e, unsigned int f),
     (a, b, c, d, e, f))
LATE(int, gnutls_certificate_set_x509_trust_mem,
     (gnutls_certificate_credentials_t a, const gnutls_datum_t *b,
      gnutls_x509_crt_fmt_t c),
     (a, b, c))
LATE(gnutls_cipher_algorithm_t, gnutls_cipher_get, (gnutls_session_t a), (a))
LATE(int, gnutls_credentials_set,
     (gnutls_session_t a, gnutls_credentials_type_t b, void *c), (a, b, c))
LATE_VOID(gnutls_deinit, (gnutls_session_t a), (a))
LATE_VOID(gnutls_dh_params_deinit, (gnutls_dh_params_t a), (a))
LATE(int, gnutls_dh_params_import_pkcs3,
     (gnutls_dh_params_t a, const gnutls_datum_t *b, gnutls_x509_crt_fmt_t c),
     (a, b, c))
LATE(int, gnutls_dh_params_init, (gnutls_dh_params_t * a), (a))
LATE(int, gnutls_handshake, (gnutls_session_t a), (a))
LATE(int, gnutls_init, (gnutls_session_t * a, unsigned int b), (a, b))
LATE_VOID(gnutls_priority_deinit, (gnutls_priority_t a), (a))
LATE(int, gnutls_priority_init, (gnutls_priority_t * a, const char *b, const char **c),
     (a, b, c))
LATE(int, gnutls_priority_set, (gnutls_session_t a, gnutls_priority_t b), (a, b))
LATE(gnutls_protocol_t, gnutls_protocol_get_version, (gnutls_session_t a), (a))
LATE(int, gnutls_psk_allocate_server_credentials, (gnutls_psk_server_credentials_t * a),
     (a))
LATE_VOID(gnutls_psk_free_server_credentials, (gnutls_psk_server_credentials_t a), (a))
LATE_VOID(gnutls_psk_set_server_credentials_function,
          (gnutls_psk_server_credentials_t a,
           gnutls_psk_server_credentials_function *b),
          (a, b))
LATE(size_t, gnutls_record_check_pending, (gnutls_session_t a), (a))
LATE(int, gnutls_record_get_direction, (gnutls_session_t a), (a))
LATE(ssize_t, gnutls_record_recv, (gnutls_session_t a, void *b, size_t c), (a, b, c))
LATE(ssize_t, gnutls_record_send, (gnutls_session_t a, const void *b, size_t c),
     (a, b, c))
LATE(void *, gnutls_session_get_ptr, (gnutls_session_t a), (a))
LATE_VOID(gnutls_session_set_ptr, (gnutls_session_t a, void *b), (a, b))
LATE(const char *, gnutls_strerror, (int a), (a))
LATE_VOID(gnutls_transport_set_int2, (gnutls_session_t a, int b, int c), (a, b, c))

/* ---- certificates: what core/web/cert asks ------------------------------------------- */

LATE_VOID(gnutls_pubkey_deinit, (gnutls_pubkey_t a), (a))
LATE(int, gnutls_pubkey_export2,
     (gnutls_pubkey_t a, gnutls_x509_crt_fmt_t b, gnutls_datum_t *c), (a, b, c))
LATE(int, gnutls_pubkey_import_x509,
     (gnutls_pubkey_t a, gnutls_x509_crt_t b, unsigned int c), (a, b, c))
LATE(int, gnutls_pubkey_init, (gnutls_pubkey_t * a), (a))
LATE(unsigned int, gnutls_x509_crt_check_issuer,
     (gnutls_x509_crt_t a, gnutls_x509_crt_t b), (a, b))
LATE_VOID(gnutls_x509_crt_deinit, (gnutls_x509_crt_t a), (a))
LATE(int, gnutls_x509_crt_export2,
     (gnutls_x509_crt_t a, gnutls_x509_crt_fmt_t b, gnutls_datum_t *c), (a, b, c))
LATE(time_t, gnutls_x509_crt_get_activation_time, (gnutls_x509_crt_t a), (a))
LATE(time_t, gnutls_x509_crt_get_expiration_time, (gnutls_x509_crt_t a), (a))
LATE(int, gnutls_x509_crt_get_key_id,
     (gnutls_x509_crt_t a, unsigned int b, unsigned char *c, size_t *d), (a, b, c, d))
LATE(int, gnutls_x509_crt_get_name_constraints,
     (gnutls_x509_crt_t a, gnutls_x509_name_constraints_t b, unsigned int c,
      unsigned int *d),
     (a, b, c, d))
LATE(int, gnutls_x509_crt_get_subject_alt_name,
     (gnutls_x509_crt_t a, unsigned int b, void *c, size_t *d, unsigned int *e),
     (a, b, c, d, e))
LATE(int, gnutls_x509_crt_import,
     (gnutls_x509_crt_t a, const gnutls_datum_t *b, gnutls_x509_crt_fmt_t c), (a, b, c))
LATE(int, gnutls_x509_crt_init, (gnutls_x509_crt_t * a), (a))
LATE(int, gnutls_x509_crt_set_activation_time, (gnutls_x509_crt_t a, time_t b), (a, b))
LATE(int, gnutls_x509_crt_set_authority_key_id,
     (gnutls_x509_crt_t a, const void *b, size_t c), (a, b, c))
LATE(int, gnutls_x509_crt_set_basic_constraints,
     (gnutls_x509_crt_t a, unsigned int b, int c), (a, b, c))
LATE(int, gnutls_x509_crt_set_dn_by_oid,
     (gnutls_x509_crt_t a, const char *b, unsigned int c, const void *d,
      unsigned int e),
     (a, b, c, d, e))
LATE(int, gnutls_x509_crt_set_expiration_time, (gnutls_x509_crt_t a, time_t b), (a, b))
LATE(int, gnutls_x509_crt_set_key, (gnutls_x509_crt_t a, gnutls_x509_privkey_t b),
     (a, b))
LATE(int, gnutls_x509_crt_set_key_purpose_oid,
     (gnutls_x509_crt_t a, const void *b, unsigned int c), (a, b, c))
LATE(int, gnutls_x509_crt_set_key_usage, (gnutls_x509_crt_t a, unsigned int b), (a, b))
LATE(int, gnutls_x509_crt_set_name_constraints,
     (gnutls_x509_crt_t a, gnutls_x509_name_constraints_t b, unsigned int c), (a, b, c))
LATE(int, gnutls_x509_crt_set_serial, (gnutls_x509_crt_t a, const void *b, size_t c),
     (a, b, c))
LATE(int, gnutls_x509_crt_set_subject_alt_name,
     (gnutls_x509_crt_t a, gnutls_x509_subject_alt_name_t b, const void *c,
      unsigned int d, unsigned int e),
     (a, b, c, d, e))
LATE(int, gnutls_x509_crt_set_subject_key_id,
     (gnutls_x509_crt_t a, const void *b, size_t c), (a, b, c))
LATE(int, gnutls_x509_crt_set_version, (gnutls_x509_crt_t a, unsigned int b), (a, b))
LATE(int, gnutls_x509_crt_sign2,
     (gnutls_x509_crt_t a, gnutls_x509_crt_t b, gnutls_x509_privkey_t c,
      gnutls_digest_algorithm_t d, unsigned int e),
     (a, b, c, d, e))
LATE(int, gnutls_x509_name_constraints_add_permitted,
     (gnutls_x509_name_constraints_t a, gnutls_x509_subject_alt_name_t b,
      const gnutls_datum_t *c),
     (a, b, c))
LATE(unsigned int, gnutls_x509_name_constraints_check,
     (gnutls_x509_name_constraints_t a, gnutls_x509_subject_alt_name_t b,
      const gnutls_datum_t *c),
     (a, b, c))
LATE_VOID(gnutls_x509_name_constraints_deinit, (gnutls_x509_name_constraints_t a), (a))
LATE(int, gnutls_x509_name_constraints_init, (gnutls_x509_name_constraints_t * a), (a))
LATE_VOID(gnutls_x509_privkey_deinit, (gnutls_x509_privkey_t a), (a))
LATE(int, gnutls_x509_privkey_export2,
     (gnutls_x509_privkey_t a, gnutls_x509_crt_fmt_t b, gnutls_datum_t *c), (a, b, c))
LATE(int, gnutls_x509_privkey_generate,
     (gnutls_x509_privkey_t a, gnutls_pk_algorithm_t b, unsigned int c, unsigned int d),
     (a, b, c, d))
LATE(int, gnutls_x509_privkey_import,
     (gnutls_x509_privkey_t a, const gnutls_datum_t *b, gnutls_x509_crt_fmt_t c),
     (a, b, c))
LATE(int, gnutls_x509_privkey_init, (gnutls_x509_privkey_t * a), (a))

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */
