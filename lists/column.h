/* column: what stands in the columns of a table of issues or points, once for every form
 * that has columns. For the writers inside lists/ only; others call list.h.
 *
 * A column's name is the machine's header; its label for people is the text
 * "lists.column.NAME". Values are typed, so that a writer knows a number from a text.
 */
#ifndef LYGTE_LISTS_COLUMN_H
#define LYGTE_LISTS_COLUMN_H

#include "lists/list.h"

enum list_kind {
    LIST_TEXT,
    LIST_WORD,  /* text is a word of ours; people read "lists.NAME.WORD" instead     */
    LIST_WORDS, /* several of them, with a space between                             */
    LIST_INT,
    LIST_E7,  /* a decimal number times 1e7                                        */
    LIST_TIME /* milliseconds since 1970, UTC                                      */
};

enum list_use { LIST_ALL, LIST_PEOPLE, LIST_MACHINES }; /* who gets the column */

/* The value is text, not a number. */
bool list_is_text(enum list_kind kind);

struct list_cell {
    enum list_kind kind;
    const char *text; /* NULL: empty                                                */
    int64_t number;   /* DB_NULL: empty                                             */
};

struct list_column {
    const char *name;
    enum list_kind kind;
    enum list_use use;
    /* The value; what it makes up lies in scratch until the next call. */
    struct list_cell (*read)(const struct list_writer *w, const struct list_row *row,
                             const struct list_column *column, struct buf *scratch);
    size_t at; /* of the member that a plain read shows */
};

extern const struct list_column list_columns[];
extern const size_t list_column_count;

struct list_cell list_cell_of(const struct list_writer *w, const struct list_row *row,
                              const struct list_column *column, struct buf *scratch);

/* The same facts for forms without columns. NULL and DB_NULL where nothing was said. */
const char *list_state(const struct list_row *row); /* a point's is "noted"        */
const char *list_party(const struct list_row *row); /* a code                      */
/* The where there is one: it holds its own words, whatever the point says since. */
const char *list_category(const struct list_row *row);
const char *list_urgency(const struct list_row *row);
int64_t list_severity(const struct list_row *row);
const char *list_withdrawal(const struct list_row *row); /* "withdrawn" or NULL     */
int64_t
list_direction_e7(const struct list_row *row); /* of the first photo that has one */

extern const struct list_form list_form_csv, list_form_csv_rfc4180, list_form_geojson,
    list_form_json;

#endif
