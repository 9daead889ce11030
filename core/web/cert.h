/* cert: the keys of a hub. A walk's own certificate authority and the server certificate
 * it signs, made once in a folder by GnuTLS; and what any certificate says of itself.
 *
 *   DIR/ca.key  DIR/ca.pem        the authority: P-256, ten years, made once
 *   DIR/server.key                P-256, made once: tablets pin its SHA-256
 *   DIR/server.pem                397 days; made anew when the names differ or 60 days
 *                                 are left (people's phones refuse more than 825)
 *
 * Keys are files of mode 0600. The authority may speak only for names of a local network
 * (RFC 5280 4.2.1.10: private addresses, .local and the like, and the names the machine
 * had), so that a stolen Pi is no danger to the phones that trust it. Times begin a day
 * before the program was built: a Pi without a clock must be able to make its own.
 */
#ifndef LYGTE_WEB_CERT_H
#define LYGTE_WEB_CERT_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CERT_NAMES_MOST = 32,
    CERT_NAME = 72, /* with '\0'; longer names are left out */
    CERT_PIN = 56   /* "sha256//", 44 characters of base64, '\0' */
};

/* DNS names and IP numbers (no brackets), sorted. */
struct cert_names {
    char name[CERT_NAMES_MOST][CERT_NAME];
    size_t count;
};

/* localhost, this machine's name, that with .local, and the numbers of all interfaces
 * that are up (no link-local IPv6: no browser can write one). more may be NULL. */
void cert_names_now(struct cert_names *ret, const char *more);
bool cert_names_has(const struct cert_names *names, const char *name);
bool cert_names_same(const struct cert_names *a, const struct cert_names *b);
/* The first that other machines can reach: an IPv4 number, else NAME.local. */
const char *cert_names_first(const struct cert_names *names);

struct cert {
    const char *key, *pem;   /* of the server, PEM, in the arena */
    const char *ca;          /* the authority's certificate, DER */
    size_t ca_len;
    char pin[CERT_PIN];      /* of the server's public key       */
};

/* Makes what is missing in the folder and reads it. *ret_made: server.pem is a new one.
 * Names the authority may not speak for are left out of the certificate. ERR_DAMAGED
 * "cert.unreadable" when a file is no key or certificate. */
bool cert_open(struct arena *a, const char *dir, const struct cert_names *names,
               struct cert *ret, bool *ret_made, struct err *err);

/* "sha256//BASE64" of the first certificate's SubjectPublicKeyInfo, as libcurl's
 * CURLOPT_PINNEDPUBLICKEY and RFC 7469 have it. ERR_INPUT "cert.unreadable". */
bool cert_pin_of(const char *pem, const char *what, char ret[CERT_PIN], struct err *err);
/* Would a server start with the two texts, of the files so named? ERR_INPUT "cert.no_pair" when
 * the key is another certificate's, "cert.no_server" when GnuTLS cannot read one of them. */
bool cert_fits(const char *pem, const char *key, const char *pem_name,
               const char *key_name, struct err *err);
/* When the first certificate of a PEM file ends, ms UTC. */
bool cert_ends(const char *path, int64_t *ret_ms, struct err *err);

#endif
