/* csv: a table of issues or points as separated values, in two profiles.
 *
 *   csv           Danish Excel: UTF-8 with BOM, semicolon, decimal
 *                 comma, times in Denmark's own, headers and words in the reader's language
 *   csv-rfc4180   machines (RFC 4180): comma, decimal point, RFC 3339 times in UTC, the
 *                 columns' English names, words as they stand in the data
 *
 * Both end lines with CRLF, double quotes inside quotes, and have one header row. A text
 * cell that a spreadsheet would take for a formula gets an apostrophe in front, also after
 * a mark inside it that another program parts cells by, because nobody knows what opens the
 * file; numbers are never touched. */
#include "lists/column.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

struct profile {
    char separator, decimal;
    bool people; /* for reading by people: BOM, labels, words, local time */
};

static const struct profile excel = {';', ',', true}, rfc4180 = {',', '.', false};

static const struct profile *profile_of(const struct list_writer *w)
{
    return w->form == &list_form_csv ? &excel : &rfc4180;
}

static bool is_shown(const struct list_column *column, const struct profile *p)
{
    return column->use == LIST_ALL || (column->use == LIST_PEOPLE) == p->people;
}

static bool needs_quotes(const char *text, size_t n, char separator)
{
    if (n == 0)
        return false;
    return text[0] == ' ' || text[n - 1] == ' ' || memchr(text, separator, n) ||
           strpbrk(text, "\"\r\n\t") != NULL;
}

/* Would a spreadsheet begin a formula here (OWASP, CSV injection)? Also where a cell begins
 * only for a program that parts cells by another mark than ours. */
static bool is_formula(const char *text, const char *at)
{
    if (at == text)
        return *at && strchr("=+-@\t\r", *at) != NULL;
    return strchr("=+-@", *at) != NULL && strchr(";,\t\r\n\"", at[-1]) != NULL;
}

static void add_text(struct buf *out, const char *text, char separator)
{
    bool quotes = needs_quotes(text, strlen(text), separator);
    if (quotes)
        buf_char(out, '"');
    for (const char *s = text; *s; s++) {
        if (is_formula(text, s))
            buf_char(out, '\'');
        if (*s == '"')
            buf_char(out, '"');
        buf_char(out, *s);
    }
    if (quotes)
        buf_char(out, '"');
}

static void add_decimal(struct buf *out, int64_t value_e7, char decimal)
{
    char text[32];
    text_from_e7(value_e7, text);
    char *point = strchr(text, '.');
    if (point)
        *point = decimal;
    buf_str(out, text);
}

static void add_time(struct buf *out, int64_t ms, bool local)
{
    char text[32];
    (local ? clock_minute : clock_format)(ms, text);
    buf_str(out, text);
}

/* People read "Sendt til ansvarlig", machines "sent". */
static void add_word(struct list_writer *w, const struct list_column *column,
                     const char *word, const struct profile *p)
{
    char key[80];
    snprintf(key, sizeof key, "lists.%s.%s", column->name, word);
    bool known = p->people && i18n_has(key);
    add_text(w->out, known ? i18n_text(w->lang, key) : word, p->separator);
}

/* "ældre, børn", for machines "older children" */
static void add_words(struct list_writer *w, const struct list_column *column,
                      const char *codes, const struct profile *p)
{
    struct buf words = BUF_INIT;
    if (p->people)
        list_words(&words, w->lang, column->name, codes);
    add_text(w->out, p->people ? words.data : codes, p->separator);
    buf_release(&words);
}

static void add_cell(struct list_writer *w, const struct list_column *column,
                     struct list_cell cell, const struct profile *p)
{
    bool is_text = list_is_text(cell.kind);
    if (is_text ? !cell.text : cell.number == DB_NULL)
        return;
    switch (cell.kind) {
    case LIST_TEXT:
        add_text(w->out, cell.text, p->separator);
        break;
    case LIST_WORD:
        add_word(w, column, cell.text, p);
        break;
    case LIST_WORDS:
        add_words(w, column, cell.text, p);
        break;
    case LIST_INT:
        buf_printf(w->out, "%lld", (long long)cell.number);
        break;
    case LIST_E7:
        add_decimal(w->out, cell.number, p->decimal);
        break;
    case LIST_TIME:
        add_time(w->out, cell.number, p->people);
        break;
    }
}

static void csv_begin(struct list_writer *w)
{
    const struct profile *p = profile_of(w);
    bool first = true;
    if (p->people)
        buf_str(w->out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < list_column_count; i++) {
        char key[80];
        if (!is_shown(&list_columns[i], p))
            continue;
        if (!first)
            buf_char(w->out, p->separator);
        first = false;
        snprintf(key, sizeof key, "lists.column.%s", list_columns[i].name);
        add_text(w->out, p->people ? i18n_text(w->lang, key) : list_columns[i].name,
                 p->separator);
    }
    buf_str(w->out, "\r\n");
}

static void csv_row(struct list_writer *w, const struct list_row *row)
{
    const struct profile *p = profile_of(w);
    struct buf scratch = BUF_INIT;
    bool first = true;
    for (size_t i = 0; i < list_column_count; i++) {
        const struct list_column *column = &list_columns[i];
        if (!is_shown(column, p))
            continue;
        if (!first)
            buf_char(w->out, p->separator);
        first = false;
        add_cell(w, column, list_cell_of(w, row, column, &scratch), p);
    }
    buf_str(w->out, "\r\n");
    buf_release(&scratch);
}

static void csv_end(struct list_writer *w)
{
    (void)w; /* the last line ended with its CRLF */
}

const struct list_form list_form_csv = {
    "csv",  "text/csv; charset=utf-8; header=present", "csv", csv_begin, csv_row,
    csv_end};
const struct list_form list_form_csv_rfc4180 = {
    "csv-rfc4180", "text/csv; charset=utf-8; header=present", "csv", csv_begin, csv_row,
    csv_end};
