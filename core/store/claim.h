/* claim: who says what about one field, and what is shown.
 *
 * The founding record claims a value for each field it carries; an edit claims
 * {field: {"value", "over"}}, where over names the hashes whose value the editor saw.
 * A field's candidates are the claims that no other claim's chain of over reaches.
 * More than one is a conflict; shown is the one highest in (tick, origin bytes); all
 * stay readable. An erased edit still stands over what it was made over, with nothing as
 * its value: the value before does not come back. An edit over all candidates settles
 * it. (records.md 2)
 */
#ifndef LYGTE_STORE_CLAIM_H
#define LYGTE_STORE_CLAIM_H

#include "core/store/fold.h"

struct claim {
    const struct fold_entry *entry;
    const cJSON *value; /* may be JSON null: the field was emptied */
};

struct claims {
    struct claim *candidate; /* ascending (tick, origin); the last one is shown */
    size_t count;            /* 0: nobody said anything                         */
};

struct claim_source {
    const char *founding;    /* kind whose body members are values               */
    const char *edit;        /* kind whose body members are {"value", "over"}    */
    const char *whole;       /* kind whose whole body is the value of whole_field,
                                with a member "over"; NULL when there is none    */
    const char *whole_field;
};

/* The candidates of field among the entries. Values point into the entries' bodies. */
struct claims claim_read(struct arena *a, const struct claim_source *source,
                         const struct fold_entry *entry, size_t n, const char *field);
/* What is shown; NULL when nothing was said or the field was emptied. */
const cJSON *claim_shown(const struct claims *c);
/* Appends "field":[{hash, value, at, by, organisation, shown}] when it is a conflict. */
void claim_conflict(struct json_out *o, const char *field, const struct claims *c);

#endif
