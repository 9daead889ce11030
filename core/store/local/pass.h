/* pass: walk passes. A QR code that lets a phone's browser write about one walk for one
 * evening, and the phones that came in by it. Browsers are never origins: the hub writes
 * their records (records.md 3). Owns the walker's local tables walk_pass and pass_phone.
 *
 * What the code carries, and each phone's cookie, are kept as SHA-256 only. A pass is good
 * until noon of the day after (at least eight hours), by the machine's own running clock
 * as long as that runs on: a Pi that learns the time in the middle of the walk locks
 * nobody out.
 */
#ifndef LYGTE_STORE_LOCAL_PASS_H
#define LYGTE_STORE_LOCAL_PASS_H

#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/uid.h"
#include "core/store/store.h"

enum {
    PASS_SECRET = DIGEST_HEX, /* 64 hex digits and '\0', as cookies are       */
    PASS_PHONES_MOST = 200    /* of one pass                                  */
};

struct pass {
    char id[UID_SIZE];
    char walk[UID_SIZE];
    int64_t made_ms, until_ms, revoked_ms; /* DB_NULL: not revoked            */
    int64_t phones, waiting; /* that came in; entries left in their outboxes  */
    bool good;               /* neither over nor revoked                      */
};

/* walk is a whole id. */
bool pass_new(struct store *s, const char *walk, char secret[PASS_SECRET],
              struct pass *ret, struct err *err);
/* The pass whose code carried secret. ERR_DENIED "pass.unknown", "pass.over". */
bool pass_shown(struct store *s, const char *secret, struct pass *ret, struct err *err);
/* A phone shows what the code carried, and gets a cookie of its own, good only by the
 * plain door or only by the other. ERR_DENIED "pass.unknown", "pass.over"; ERR_BUSY
 * "pass.too_many". */
bool pass_trade(struct store *s, const char *secret, bool plain,
                char cookie[PASS_SECRET], struct pass *ret, struct err *err);
/* Whose cookie it is; cookie may be NULL or anything. *ret_good is false when it is
 * none, or its pass is over. Writes down when the phone was heard, at most once a
 * minute. */
bool pass_of_cookie(struct store *s, const char *cookie, bool plain, struct pass *ret,
                    bool *ret_good, struct err *err);
/* What the phone says is left in its outbox. */
bool pass_heard(struct store *s, const char *cookie, int64_t waiting, struct err *err);

/* walk NULL: all. Newest first. */
bool pass_list(struct store *s, struct arena *a, const char *walk, struct pass **ret,
               size_t *ret_n, struct err *err);
/* Of the phones that came in by it, how many were last heard before that. */
bool pass_silent(struct store *s, const char *id, int64_t before_ms, int64_t *ret,
                 struct err *err);
/* Whole id or unique tail of 6 or more: its phones are out from now on. ERR_NOT_FOUND
 * "pass.no_such". */
bool pass_revoke(struct store *s, const char *id, struct pass *ret, struct err *err);
/* {"id","walk","made","until","revoked":bool,"good":bool,"phones","waiting"} */
void pass_json(struct json_out *o, const char *name, const struct pass *p);

#endif
