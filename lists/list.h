/* list: the one model behind every form a list of issues takes (CSV, GeoJSON, JSON; the
 * same numbers in the same order in each). Read from a registry's store by
 * core/store/issue, or from a walker's by core/store/observation; the writers know
 * neither. Columns, labels and texts in both languages come from here. */
#ifndef LYGTE_LISTS_LIST_H
#define LYGTE_LISTS_LIST_H

#include "core/base/i18n.h"
#include "core/store/issue.h"

struct list_row {
    const struct issue *issue; /* NULL for a walker's own list */
    const struct observation *observation;
    const struct photo *photos;
    size_t photo_count;
};

/* A writer is told the rows one by one; nothing of a row outlives its call. */
struct list_writer;
struct list_form {
    const char *name; /* "csv", "csv-rfc4180", "geojson", "json"       */
    const char *type; /* media type                                    */
    const char *extension;
    void (*begin)(struct list_writer *w);
    void (*row)(struct list_writer *w, const struct list_row *row);
    void (*end)(struct list_writer *w);
};
struct list_writer {
    struct buf *out;
    enum i18n_lang lang;
    const struct catalogue *catalogue;
    const struct list_form *form;
    struct json_out json; /* for the JSON forms */
    bool issues;          /* the registry's list, not a walker's points */
    size_t rows;
};

/* NULL for an unknown name. */
const struct list_form *list_form(const char *name);
/* The names, separated by spaces, for sentences. */
const char *list_form_names(void);

/* What people read for codes with a space between: the texts "lists.COLUMN.CODE" with a
 * comma between, a code without one as it is. Appends to out. */
void list_words(struct buf *out, enum i18n_lang lang, const char *column,
                const char *codes);

/* Looks whether what a filter names is there, and writes out a walk's tail: a party, walk or
 * state that is not there is an error ("party.unknown", "walk.unknown",
 * "lists.unknown_state"), not an empty list. */
bool list_filter_fits(struct store *s, struct arena *a, struct issue_filter *f,
                      struct err *err);
/* The registry's list: filter as in issue.h, but as list_filter_fits takes it, and an area
 * that is not there is an error too ("area.unknown"). Appends to out; on failure out may
 * hold a part. ret_rows may be NULL. */
bool list_issues(struct store *s, const struct issue_filter *filter,
                 const struct list_form *form, enum i18n_lang lang, struct buf *out,
                 size_t *ret_rows, struct err *err);
/* A walker's points of one walk (id or unique tail; NULL or "" all), not withdrawn. */
bool list_points(struct store *s, const char *walk, const struct list_form *form,
                 enum i18n_lang lang, struct buf *out, size_t *ret_rows,
                 struct err *err);

#endif
