/* tally: answers to "how safe do you feel here" counted by role, and what of it may be
 * shown (records.md 2, ratings). 1 is "grundlæggende tryg", 7 "grundlæggende utryg"; low
 * is good. There is no average anywhere: the spread is the finding.
 *
 * The small-number rule, one for the record and the screen:
 *   - roles under 3 answers are joined as "other";
 *   - while "other" has under 3, the smallest remaining role joins it;
 *   - under 3 answers in all only their number is told.
 * A single police officer's answer is not anonymous, so no table ever shows fewer than
 * three answers in one row. Pure: no store, no clock.
 */
#ifndef LYGTE_STORE_TALLY_H
#define LYGTE_STORE_TALLY_H

#include "core/base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TALLY_ROLES = 16, TALLY_ROLE_SIZE = 20, TALLY_FEWEST = 3, TALLY_WORST = 7 };

struct tally_row {
    char role[TALLY_ROLE_SIZE];
    int64_t count[TALLY_WORST]; /* [0] is how many answered 1 */
};

struct tally {
    struct tally_row row[TALLY_ROLES]; /* in order of role, "other" last */
    size_t rows;
    int64_t answers; /* of everybody, also when there are no rows */
};

/* Counts one answer; unsafe_1_7 is 1 to 7. Roles beyond TALLY_ROLES count as "other". */
void tally_add(struct tally *t, const char *role, int unsafe_1_7, int64_t times);
int64_t tally_of_row(const struct tally_row *row);
/* What may be shown of a table: the rule above. */
struct tally tally_published(const struct tally *all);
/* [{"role", "counts": [c1..c7]}] */
void tally_rows_json(struct json_out *o, const char *name, const struct tally *t);
/* Reads rows as tally_rows_json wrote them, onto what *t holds already. False when the
 * array has another form; *t is then as it was. */
bool tally_rows_read(struct tally *t, const cJSON *rows);

#endif
