/* device: pairing codes, and the tablets that may send. Owns the registry's local tables
 * pair_code and device (records.md 5.2), and a hub's of the same names.
 *
 * A code is 10 Crockford base32 characters (no I L O U), shown as XXXXX-XXXXX, kept as
 * SHA-256, good for 15 minutes and for one key. The token a device gets is worked out
 * from the code, the key and the registry's root key, so that an answer lost on the way
 * can be asked for again; only its SHA-256 is kept. Wrong tries are counted and slowed
 * down by whoever serves the request, not here.
 */
#ifndef LYGTE_STORE_LOCAL_DEVICE_H
#define LYGTE_STORE_LOCAL_DEVICE_H

#include "core/base/json.h"
#include "core/base/uid.h"
#include "core/store/store.h"

enum {
    DEVICE_CODE = 12,          /* "XXXXX-XXXXX" and '\0'                              */
    DEVICE_CODE_S = 15 * 60,   /* seconds a code is good                              */
    DEVICE_NAME_MOST = 80,     /* characters                                          */
    DEVICE_TOKEN = DIGEST_HEX, /* 64 hex digits and '\0'                              */
    DEVICE_SEEN_STEP_S = 60    /* how exactly "last seen" is kept                     */
};

struct device {
    char id[UID_SIZE]; /* derived from the origin: pairing again keeps it             */
    uint8_t origin[RECORD_ORIGIN];
    char name[4 * DEVICE_NAME_MOST + 1];
    int64_t paired_ms;
    int64_t seen_ms, revoked_ms; /* DB_NULL: never                                    */
};

struct device_answer {
    struct device device;
    char token[DEVICE_TOKEN];
    char registry[DIGEST_HEX]; /* id of the registry: hash of its root key            */
    char epoch[33];
};

/* A fresh code. Codes whose time is over are forgotten with a day's grace, so that the
 * sentence can still say so. */
bool device_code_new(struct store *s, char code[DEVICE_CODE], int64_t *ret_expires_ms,
                     struct err *err);

/* Pairs the device that owns key, in one transaction of its own: the key is remembered,
 * origin.admit {"role": "device", "scope": "", "name": NAME} written, the token's hash
 * kept. Case, dashes, spaces, and I L O for 1 1 0 in the code do not matter. The same
 * code and key again give the same answer and write nothing. Pairing again with a new
 * code gives a new token and ends the old one; the same code brings a device that was shut
 * out since not back ("pair.used"). ERR_DENIED "pair.unknown", "pair.expired",
 * "pair.used"; ERR_INPUT "pair.bad_name" when name is empty or over 80 characters. */
bool device_pair(struct store *s, struct arena *a, const char *code, const char *name,
                 const uint8_t key[SIGN_PUBLIC], struct device_answer *ret,
                 struct err *err);

/* Admits an origin whose records wait here, or are held without effect because it was shut
 * out, and that cannot pair, because it comes by stick only; in the caller's
 * transaction. origin in 32 hex digits. ERR_NOT_FOUND "device.no_stranger" when nothing
 * of it waits, ERR_INPUT "pair.bad_name". */
bool device_admit(struct store *s, struct arena *a, const char *origin, const char *name,
                  struct err *err);

/* The device writes by the origin of key from now on, admitted as the one before; its
 * token stays. In a transaction of its own; who asks was checked (PROTOCOL 3). */
bool device_renew(struct store *s, struct arena *a, const char *device,
                  const uint8_t key[SIGN_PUBLIC], struct err *err);

/* Whose token it is. ERR_UNAUTHENTICATED "device.unknown_token" (token may be NULL or
 * anything), ERR_DENIED "device.revoked". */
bool device_of_token(struct store *s, const char *token, struct device *ret,
                     struct err *err);
/* The same, also for a device that is shut out: *ret_revoked tells. */
bool device_of_any_token(struct store *s, const char *token, struct device *ret,
                         bool *ret_revoked, struct err *err);
/* The device writes, or wrote before, by this origin: revoking it shuts them all out. In
 * the caller's transaction. */
bool device_writes_by(struct store *s, const char *device,
                      const uint8_t origin[RECORD_ORIGIN], struct err *err);
/* Writes down that the device was heard from just now, at most once a minute. */
bool device_touch(struct store *s, struct device *d, struct err *err);

/* Newest pairing first. Of one that was shut out and is let in again by stick revoked_ms is
 * DB_NULL, though its token stays refused: what is listed as in can be shut out. */
bool device_list(struct store *s, struct arena *a, struct device **ret, size_t *ret_n,
                 struct err *err);
/* Whole id or unique tail of 6 or more, in a transaction of its own. From now on its token
 * is refused, and origin.revoke says so of each origin it writes by, or wrote by before
 * unless that is another's by now (its folder is a copy of that one's); what it has sent
 * stays. Harmless when done again. ERR_NOT_FOUND "device.unknown", ERR_INPUT
 * "device.ambiguous". ret may be NULL. */
bool device_revoke(struct store *s, const char *id, struct device *ret,
                   struct err *err);

/* As an object of the API: {"id","name","paired","seen","revoked":bool}. */
void device_json(struct json_out *o, const char *name, const struct device *d);
/* The same members, into an object that is open. */
void device_members(struct json_out *o, const struct device *d);

#endif
