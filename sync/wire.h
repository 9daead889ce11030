/* wire: the shapes of sync/PROTOCOL.md that both ends share, and their limits. */
#ifndef LYGTE_SYNC_WIRE_H
#define LYGTE_SYNC_WIRE_H

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/store/record.h"

enum {
    WIRE_PROTOCOL = 1,
    WIRE_LINES = 2,            /* one more with each new kind of line  */
    WIRE_BATCH_MOST = 1048576, /* bytes of a batch, unpacked           */
    WIRE_RUNS_MOST = 64,       /* runs an origin in an answer          */
    WIRE_RETIRED_MOST = 16,    /* retired origins named at pairing     */
    WIRE_ORIGINS_MOST = 64,    /* origins asked receipts of            */
    WIRE_MISSING_MOST = 500,   /* photos in one question               */
    WIRE_PULL_MOST = 200,      /* records in one answer of the pull    */
    /* Bytes of one subject in the pull. Nothing people write comes near; what is beyond is not
     * handed on, so that one writer cannot keep the pull from all others. */
    WIRE_SUBJECT_MOST = 4 * 1024 * 1024
};

/* gzip (RFC 1952). */
void wire_gzip(struct buf *out, const void *bytes, size_t n);
/* Refuses past `most` unpacked bytes (ERR_TOO_LARGE "wire.too_large"), and what is not
 * one whole gzip member (ERR_INPUT "wire.not_gzip"). */
bool wire_gunzip(struct buf *out, const void *bytes, size_t n, size_t most,
                 struct err *err);

/* The key line of an origin, with newline. */
void wire_key_line(struct buf *out, const uint8_t origin[RECORD_ORIGIN],
                   const uint8_t key[SIGN_PUBLIC]);

/* {"covered":"SHA256"}, with newline: of a covering, what anybody may know. */
void wire_covered_line(struct buf *out, const char *sha256);
/* {"lost":"ORIGIN:SEQ"}, with newline: a record that the sender has lost to its disk. */
void wire_lost_line(struct buf *out, const uint8_t origin[RECORD_ORIGIN], int64_t seq);
/* {"drop":"SUBJECT"}, with newline. */
void wire_drop_line(struct buf *out, const char *subject);

struct wire_line {
    bool is_key;
    bool unknown; /* JSON, but no kind of line that this version knows */
    uint8_t origin[RECORD_ORIGIN], key[SIGN_PUBLIC]; /* when is_key  */
    int64_t lost;        /* seq, of origin, that the sender has lost (PROTOCOL 8), 0 */
    const char *covered; /* a photo another one covers (PROTOCOL 8), NULL */
    const char *drop; /* a subject to be let go (PROTOCOL 8), NULL when it is none */
    struct record record;                            /* when neither */
};
/* One line without its newline. What is no array and has no name that is known here is
 * unknown, so that a later version may say more. */
bool wire_read_line(struct arena *a, const char *line, size_t len, struct wire_line *ret,
                    struct err *err);

/* tus Upload-Metadata: "name base64,name base64". NULL when the name is not there or
 * its value is no base64 of UTF-8 text. */
const char *wire_metadata(struct arena *a, const char *header, const char *name);

#endif
