/* fold: tables as a pure function of the set of applied records (records.md 2).
 *
 * How purity is kept: whenever a record is applied, all applied records of its subject
 * are read, put into the one order (tick, origin bytes, seq), and the subject's rows
 * are made anew from them. No fold function sees a clock, a configuration, another
 * subject or the row that stood there before. (Two exceptions: of an erased record
 * the body that its erasure left of it is read, and a record whose clock did not know the
 * time is dated by the clock.fix of its boot; either folds the subjects concerned anew when
 * it comes later. A record that a disk has spoilt says nothing.) So any order of arrival and
 * any repetition give the same tables; fold_rebuild proves it.
 *
 * Each noun lives in one file and exports its table of kinds; fold.c lists the nouns.
 */
#ifndef LYGTE_STORE_FOLD_H
#define LYGTE_STORE_FOLD_H

#include "core/base/field.h"
#include "core/base/json.h"
#include "core/store/store.h"

/* Who may write a kind (records.md 3). FOLD_ITSELF: anybody, about itself; the fold
 * function judges. */
enum { FOLD_DEVICE = 1, FOLD_REGISTRY = 2, FOLD_BOTH = 3, FOLD_ITSELF = 4 };

struct fold_kind {
    const char *name;
    const struct field *fields; /* form of the body */
    size_t field_count;
    unsigned writers;
};

/* One applied record of the subject, with its body read. */
struct fold_entry {
    struct record record; /* at_ms and clock as they are known now (clock_fix) */
    cJSON *body;
    char hash[DIGEST_HEX];
    bool erased;      /* body is what its erasure left of it                           */
    int64_t shift_ms; /* what its device's clock lacked then, for times in the body;
                         0 when nobody has told                                        */
};

/* When it was, where a record may tell of some time ago: its body's "at" (ms), by the clock
 * that told it ("clock"); the record's own time where it says nothing. */
int64_t fold_at(const struct fold_entry *e);

/* What a fold function may use: nothing else decides what a row says. */
struct fold_call {
    struct db *db;
    struct arena *arena;
    const char *registry; /* id of the registry trusted: the one anchor of rights */
    const char *subject;
    const struct fold_entry *entry; /* in (tick, origin, seq) order */
    size_t count;                   /* 0: the subject's rows go    */
    bool first;                     /* nothing was said of the subject before: no rows */
};

struct fold_noun {
    const struct fold_kind *kinds;
    size_t kind_count;
    bool (*fold)(const struct fold_call *call, struct err *err);
};

/* NULL for a kind this version does not know. */
const struct fold_kind *fold_kind_of(const char *kind);
/* Reads r's body and checks its form. *ret is NULL when the body is erased, which fits;
 * else the caller frees it. ERR_INPUT "json.*" or "field.*" when it does not fit. */
bool fold_body_read(const struct fold_kind *kind, const struct record *r, cJSON **ret,
                    struct err *err);

/* Folds r's subject anew, in the caller's transaction; when that is a clock.fix that says
 * something new, also all that it dates. */
bool fold_subject(struct store *s, struct arena *a, const struct record *r,
                  struct err *err);
/* The same for a record that was held just now. fresh->body, when it is not NULL, is its
 * body as fold_body_read gave it, and saves reading it again: the call may take it over
 * and leaves NULL then. */
bool fold_fresh(struct store *s, struct arena *a, struct fold_entry *fresh,
                struct err *err);

/* The applied records of one subject that belong to the noun of `kind`, for edits that
 * must name what they overwrite. The bodies are freed by fold_entries_free. */
bool fold_entries(struct db *db, struct arena *a, const char *subject, const char *kind,
                  struct fold_entry **ret, size_t *ret_n, struct err *err);
void fold_entries_free(struct fold_entry *entries, size_t n);

/* Folds the next `most` subjects after `after` (text order) in db, whatever they are;
 * last gets the last one, *ret_n how many. The one step of a rebuild. */
bool fold_each(struct db *db, const char *registry, const char *after, int64_t most,
               char last[128], int64_t *ret_n, struct err *err);

/* Folds the subjects of the records that arrived after `arrival`; first those that the
 * folding of others asks: erasures, what is said about origins, clocks. */
bool fold_newer(struct db *db, const char *registry, int64_t arrival, struct err *err);

/* Folds every subject that has a record whose kind begins with prefix ("origin."). */
bool fold_kinds(struct db *db, const char *registry, const char *prefix, struct err *err);

/* Folds everything anew into a shadow database beside the real one, in steps of 5,000
 * subjects, and compares: *ret_differs names the first table that differs, NULL when
 * all are equal. With swap, the shadow's tables then take the place of the old ones in
 * one transaction (also when fold_version changed). Readers and savers go on meanwhile. */
bool fold_rebuild(struct store *s, bool swap, const char **ret_differs, struct err *err);

/* In the transaction that takes records or bodies out of the log without a record arriving
 * (let go of, wiped, carried): a rebuild under way, or killed, begins anew. */
bool fold_outdate(struct store *s, struct err *err);

/* Removes what a killed rebuild left behind; *ret_gone is false when one is running. */
bool fold_shadow_drop(struct store *s, bool *ret_gone, struct err *err);

/* SHA-256 over all folded tables, rows in key order, for comparing two sides. */
bool fold_digest(struct store *s, char out[DIGEST_HEX], struct err *err);

/* The nouns, one file each. */
extern const struct fold_noun walk_noun, observation_noun, issue_noun, party_noun,
    area_noun, catalogue_noun, admission_noun, rating_noun, verdict_noun, acute_noun,
    issue_merge_noun, track_noun, lamp_noun, erase_noun,
    carry_noun, clock_fix_noun, seal_noun;

#endif
