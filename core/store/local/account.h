/* account: who may log in at a registry, and who is logged in. Owns the registry's local
 * tables account and session.
 *
 * Passwords are kept as Argon2id strings, cookies as their SHA-256. Trying passwords is
 * slowed down by whoever serves the form; here an unknown name only takes as long as a
 * wrong password. Nothing here is a record: accounts never leave the registry.
 */
#ifndef LYGTE_STORE_LOCAL_ACCOUNT_H
#define LYGTE_STORE_LOCAL_ACCOUNT_H

#include "core/store/store.h"

enum {
    ACCOUNT_NAME_MOST = 40,      /* characters                                        */
    ACCOUNT_PASSWORD_LEAST = 8,  /* characters                                        */
    ACCOUNT_PASSWORD_MOST = 512, /* bytes                                             */
    ACCOUNT_COOKIE = 65,         /* 64 hex digits and '\0'                            */
    ACCOUNT_SESSION_S = 12 * 60 * 60
};

struct account {
    const char *name;
    const char *role;  /* admin coordinator department police viewer */
    const char *party; /* code, NULL without; a department has one   */
    int64_t made_ms;
};

/* "admin coordinator department police viewer", for sentences and field tables. */
extern const char account_roles[];

/* Adds an account. ERR_INPUT "account.bad_name" (1..40 characters, no spaces or control
 * characters), "account.bad_role", "account.short_password", "account.long_password",
 * "account.no_party" (a department), "party.unknown"; ERR_CONFLICT "account.exists". */
bool account_add(struct store *s, const struct account *wish, const char *password,
                 struct err *err);
/* In order of name. */
bool account_list(struct store *s, struct arena *a, struct account **ret, size_t *ret_n,
                  struct err *err);
/* Another password, as account_add wants it. Every session of the account ends with the old
 * one, *ret_ended says how many. ERR_NOT_FOUND "account.unknown". */
bool account_password(struct store *s, const char *name, const char *password,
                      int64_t *ret_ended, struct err *err);
/* The account goes, and its sessions with it; whoever gets the name later is somebody else.
 * No record names an account, so nothing that was done by it is lost. ERR_NOT_FOUND
 * "account.unknown"; ERR_CONFLICT "account.last" when nobody else is coordinator or admin,
 * unless last is true. */
bool account_remove(struct store *s, const char *name, bool last, int64_t *ret_ended,
                    struct err *err);

/* Right name and password: a new session of 12 hours, whose cookie is told only here.
 * ERR_UNAUTHENTICATED "account.wrong", the same and as slow for an unknown name, and when
 * the password was changed or the account removed meanwhile. Takes about 0.1 s and 64 MiB;
 * do not call it in a transaction. */
bool account_login(struct store *s, struct arena *a, const char *name,
                   const char *password, char cookie[ACCOUNT_COOKIE],
                   struct account *ret, struct err *err);
/* Whose session it is. ERR_UNAUTHENTICATED "account.no_session" when there is none, or
 * its time is over; cookie may be NULL or anything. */
bool account_of_cookie(struct store *s, struct arena *a, const char *cookie,
                       struct account *ret, struct err *err);
/* Ends the session; none is fine. */
bool account_logout(struct store *s, const char *cookie, struct err *err);
/* Ends every session: those of a backup may have been ended since. */
bool account_logout_all(struct store *s, struct err *err);

#endif
