/* record: one immutable, hash-chained, signed thing that happened (records.md 1).
 *
 * A record is head and body, JSON texts kept as exact bytes, and sig:
 *   head  {"v","origin","seq","prev","tick","at","clock","boot","mono","by","kind",
 *          "subject","body"}, body = SHA-256 of the body text
 *   hash = SHA-256(head bytes), sig = Ed25519 over hash
 * Identity is (origin, seq). origin is the first 16 bytes of SHA-256 of the public key.
 * Head and body together are at most RECORD_MOST bytes. Every body carries 16 random
 * bytes of salt, so that an erased body cannot be guessed.
 *
 * This room makes, reads and writes down single records; core/store/hold decides what
 * is held and applied, core/store/fold makes tables of them.
 */
#ifndef LYGTE_STORE_RECORD_H
#define LYGTE_STORE_RECORD_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/digest.h"
#include "core/base/err.h"
#include "core/base/sign.h"

#include <stdint.h>

enum {
    RECORD_VERSION = 1,
    RECORD_MOST = 65536,
    RECORD_ORIGIN = 16,
    RECORD_ORIGIN_HEX = 33
};

struct record {
    const char *head;
    size_t head_len;
    const char *body; /* NULL when erased */
    size_t body_len;
    uint8_t sig[SIGN_SIZE];
    uint8_t hash[DIGEST_SIZE];
    /* The public key (SIGN_PUBLIC bytes) by which sig was found right before anybody asked
     * whose key it is, or NULL. hold_check alone says whether it is the origin's. */
    const uint8_t *proven_by;

    /* what the head says */
    uint8_t origin[RECORD_ORIGIN];
    uint8_t prev[DIGEST_SIZE]; /* zeros when seq is 1 */
    int64_t seq, tick;
    int64_t at_ms, mono_ms;
    const char *clock, *boot;
    const char *by_role, *by_org;
    const char *kind, *subject;
};

/* What a new record says; the rest of the head comes from the store. */
struct record_wish {
    const char *kind, *subject;
    const char *body;    /* a JSON object without salt, "{}" for none               */
    const char *by_role; /* a role and an organisation, never a name                */
    const char *by_org;
    int64_t at_ms;       /* INT64_MIN: now. Import gives the photo's time elsewhere;
                            at is always when the record was made                   */
};

/* Where the next record of an origin continues. */
struct record_place {
    uint8_t origin[RECORD_ORIGIN];
    int64_t seq, tick;          /* of the new record                                */
    uint8_t prev[DIGEST_SIZE];  /* hash of seq - 1                                  */
};

void record_origin_of(const uint8_t key[SIGN_PUBLIC], uint8_t out[RECORD_ORIGIN]);

/* Writes head and body into the arena, hashes and signs. ERR_TOO_LARGE
 * "record.too_large" over RECORD_MOST. */
bool record_write(struct arena *a, const struct record_wish *wish,
                  const struct record_place *place, const uint8_t secret[SIGN_SECRET],
                  struct record *ret, struct err *err);

/* Reads a head (and checks body against it, when there is one). Every member must be
 * there and of its kind; unknown ones are fine. The signature is checked by the caller,
 * who knows the key. ERR_INPUT "record.*". */
bool record_read(struct arena *a, const char *head, size_t head_len, const char *body,
                 size_t body_len, const uint8_t sig[SIGN_SIZE], struct record *ret,
                 struct err *err);

/* What record_read says of bytes that are not what was signed: of a stored record a disk
 * has spoilt it. Whoever reads many goes on with the others, and doctor tells. */
bool record_is_spoilt(const struct err *e);

/* The line of the wire and of files: ["head","body","sig in hex"] without newline;
 * an erased body is null. */
void record_line(const struct record *r, struct buf *out);
bool record_of_line(struct arena *a, const char *line, size_t len, struct record *ret,
                    struct err *err);

#endif
