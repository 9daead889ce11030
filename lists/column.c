/* column: the table of columns, and how each value is found. See the header. */
#include "lists/column.h"

#include "core/base/i18n.h"
#include "core/base/text.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- facts ----------------------------------------------------------------------- */

const char *list_state(const struct list_row *row)
{
    if (row->issue)
        return row->issue->state;
    return row->observation->withdrawn ? "withdrawn" : "noted";
}

const char *list_party(const struct list_row *row)
{
    return row->issue ? row->issue->party : row->observation->party;
}

const char *list_category(const struct list_row *row)
{
    return row->issue ? row->issue->category : row->observation->category;
}

const char *list_urgency(const struct list_row *row)
{
    return row->issue ? row->issue->urgency : row->observation->urgency;
}

int64_t list_severity(const struct list_row *row)
{
    return row->issue ? row->issue->severity : row->observation->severity;
}

const char *list_withdrawal(const struct list_row *row)
{
    return row->observation->withdrawn ? "withdrawn" : NULL;
}

int64_t list_direction_e7(const struct list_row *row)
{
    for (size_t i = 0; i < row->photo_count; i++)
        if (row->photos[i].direction_c != DB_NULL)
            return row->photos[i].direction_c * 100000;
    return DB_NULL;
}

/* ---- words ----------------------------------------------------------------------- */

bool list_is_text(enum list_kind kind)
{
    return kind == LIST_TEXT || kind == LIST_WORD || kind == LIST_WORDS;
}

void list_words(struct buf *out, enum i18n_lang lang, const char *column,
                const char *codes)
{
    const char *between = "";
    buf_str(out, "");
    for (codes += strspn(codes, " "); *codes; codes += strspn(codes, " ")) {
        char key[200];
        size_t n = strcspn(codes, " ");
        snprintf(key, sizeof key, "lists.%s.%.*s", column, (int)n, codes);
        buf_str(out, between);
        if (i18n_has(key))
            buf_str(out, i18n_text(lang, key));
        else
            buf_add(out, codes, n);
        between = ", ";
        codes += n;
    }
}

/* ---- reading --------------------------------------------------------------------- */

#define READ(name)                                                                     \
    static struct list_cell name(                                                      \
        const struct list_writer *w, const struct list_row *row,                       \
        const struct list_column *column, struct buf *scratch)
#define UNUSED_CALL (void)w, (void)row, (void)column, (void)scratch

static struct list_cell a_text(const struct list_column *column, const char *text)
{
    return (struct list_cell){column->kind, text, DB_NULL};
}

static struct list_cell a_number(const struct list_column *column, int64_t number)
{
    return (struct list_cell){column->kind, NULL, number};
}

static struct list_cell plain(const struct list_column *column, const void *of)
{
    const void *member = (const char *)of + column->at;
    if (list_is_text(column->kind))
        return a_text(column, *(const char *const *)member);
    return a_number(column, *(const int64_t *)member);
}

READ(of_observation)
{
    UNUSED_CALL;
    return plain(column, row->observation);
}

READ(of_issue)
{
    UNUSED_CALL;
    if (!row->issue)
        return a_number(column, DB_NULL);
    return plain(column, row->issue);
}

READ(the_number)
{
    UNUSED_CALL;
    if (row->issue)
        return a_text(column, row->issue->number);
    return (struct list_cell){LIST_INT, NULL, row->observation->number};
}

READ(the_id)
{
    UNUSED_CALL;
    return a_text(column, row->issue ? row->issue->id : row->observation->id);
}

READ(the_state)
{
    UNUSED_CALL;
    return a_text(column, list_state(row));
}

/* A case somebody has taken up goes on when its point is withdrawn; whoever works by a list
 * has to read that there. */
READ(the_withdrawal)
{
    UNUSED_CALL;
    return a_text(column, list_withdrawal(row));
}

READ(the_party)
{
    UNUSED_CALL;
    return a_text(column, list_party(row));
}

READ(the_party_name)
{
    UNUSED_CALL;
    const char *code = list_party(row);
    const struct catalogue_party *party =
        code ? catalogue_party(w->catalogue, code) : NULL;
    if (!party)
        return a_text(column, NULL);
    return a_text(column, w->lang == I18N_DA ? party->da : party->en);
}

READ(the_category)
{
    UNUSED_CALL;
    return a_text(column, list_category(row));
}

READ(the_category_name)
{
    UNUSED_CALL;
    const struct catalogue_item *item =
        catalogue_item(w->catalogue, list_category(row));
    if (!item)
        return a_text(column, NULL);
    bool danish = strcmp(column->name, "category_da") == 0 ||
                  (column->use == LIST_PEOPLE && w->lang == I18N_DA);
    return a_text(column, danish ? item->da : item->en);
}

READ(the_group)
{
    UNUSED_CALL;
    char group[8];
    observation_group(list_category(row), group);
    buf_str(scratch, group);
    return a_text(column, scratch->data);
}

READ(the_urgency)
{
    UNUSED_CALL;
    return a_text(column, list_urgency(row));
}

READ(the_severity)
{
    UNUSED_CALL;
    return a_number(column, list_severity(row));
}

READ(the_severity_words)
{
    UNUSED_CALL;
    int64_t severity = list_severity(row);
    if (severity == DB_NULL)
        return a_text(column, NULL);
    buf_printf(scratch, "%lld", (long long)severity);
    return a_text(column, scratch->data);
}

READ(the_place)
{
    UNUSED_CALL;
    struct geo_point p = text_starts(column->name, "stood_")
                             ? row->observation->stood
                             : observation_place(row->observation);
    if (!geo_known(p))
        return a_number(column, DB_NULL);
    return a_number(column, text_ends(column->name, "lat") ? p.lat_e7 : p.lon_e7);
}

READ(the_accuracy)
{
    UNUSED_CALL;
    struct geo_point p = row->observation->stood;
    bool known = geo_known(p) && p.accuracy_mm >= 0;
    return a_number(column, known ? p.accuracy_mm * 10000 : DB_NULL);
}

READ(the_direction)
{
    UNUSED_CALL;
    return a_number(column, list_direction_e7(row));
}

READ(the_photo_count)
{
    UNUSED_CALL;
    int64_t n = 0;
    for (size_t i = 0; i < row->photo_count; i++)
        n += !row->photos[i].gone;
    return a_number(column, n);
}

READ(the_photos)
{
    UNUSED_CALL;
    for (size_t i = 0; i < row->photo_count; i++)
        if (!row->photos[i].gone)
            buf_printf(scratch, "%s%s", scratch->len ? " " : "", row->photos[i].sha256);
    return a_text(column, scratch->len ? scratch->data : NULL);
}

#define SEEN(member) of_observation, offsetof(struct observation, member)
#define CASE(member) of_issue, offsetof(struct issue, member)

const struct list_column list_columns[] = {
    {"number", LIST_TEXT, LIST_ALL, the_number, 0},
    {"state", LIST_WORD, LIST_ALL, the_state, 0},
    {"party", LIST_TEXT, LIST_ALL, the_party, 0},
    {"party_name", LIST_TEXT, LIST_ALL, the_party_name, 0},
    {"category", LIST_TEXT, LIST_ALL, the_category, 0},
    {"category_name", LIST_TEXT, LIST_PEOPLE, the_category_name, 0},
    {"category_da", LIST_TEXT, LIST_MACHINES, the_category_name, 0},
    {"category_en", LIST_TEXT, LIST_MACHINES, the_category_name, 0},
    {"group", LIST_TEXT, LIST_ALL, the_group, 0},
    {"severity", LIST_INT, LIST_ALL, the_severity, 0},
    {"severity_words", LIST_WORD, LIST_PEOPLE, the_severity_words, 0},
    {"urgency", LIST_TEXT, LIST_ALL, the_urgency, 0},
    {"note", LIST_TEXT, LIST_ALL, SEEN(note)},
    {"measure", LIST_TEXT, LIST_ALL, SEEN(measure)},
    {"lat", LIST_E7, LIST_ALL, the_place, 0},
    {"lon", LIST_E7, LIST_ALL, the_place, 0},
    {"stood_lat", LIST_E7, LIST_ALL, the_place, 0},
    {"stood_lon", LIST_E7, LIST_ALL, the_place, 0},
    {"accuracy_m", LIST_E7, LIST_ALL, the_accuracy, 0},
    {"direction", LIST_E7, LIST_ALL, the_direction, 0},
    {"light", LIST_WORD, LIST_ALL, SEEN(light)},
    {"at", LIST_TIME, LIST_ALL, SEEN(at_ms)},
    {"agree", LIST_INT, LIST_ALL, SEEN(agree)},
    {"agree_of", LIST_INT, LIST_ALL, SEEN(agree_of)},
    {"affected", LIST_WORDS, LIST_ALL, SEEN(affected)},
    {"witnesses", LIST_INT, LIST_ALL, SEEN(witnesses)},
    {"role", LIST_WORD, LIST_ALL, SEEN(by_role)},
    {"organisation", LIST_TEXT, LIST_ALL, SEEN(by_org)},
    {"opened", LIST_TIME, LIST_ALL, CASE(opened_ms)},
    {"changed", LIST_TIME, LIST_ALL, CASE(changed_ms)},
    {"photo_count", LIST_INT, LIST_ALL, the_photo_count, 0},
    {"photos", LIST_TEXT, LIST_ALL, the_photos, 0},
    {"walk", LIST_TEXT, LIST_ALL, SEEN(walk)},
    {"id", LIST_TEXT, LIST_ALL, the_id, 0},
    {"observation", LIST_TEXT, LIST_ALL, SEEN(id)},
    {"withdrawn", LIST_WORD, LIST_ALL, the_withdrawal, 0},
};
const size_t list_column_count = sizeof list_columns / sizeof list_columns[0];

struct list_cell list_cell_of(const struct list_writer *w, const struct list_row *row,
                              const struct list_column *column, struct buf *scratch)
{
    buf_clear(scratch);
    return column->read(w, row, column, scratch);
}
