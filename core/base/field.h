/* field: input is declared, not parsed by hand. One table per form says each member's
 * name, kind and limits; the web API, the verbs and the sync receiver check with the
 * same table, so a limit exists once. */
#ifndef LYGTE_BASE_FIELD_H
#define LYGTE_BASE_FIELD_H

#include "core/base/err.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

enum field_kind {
    FIELD_TEXT,   /* least..most characters                                       */
    FIELD_INT,    /* least..most, number or decimal string                        */
    FIELD_BOOL,
    FIELD_UID,    /* a canonical UUID                                             */
    FIELD_SHA256, /* 64 lower-case hex digits                                     */
    FIELD_TIME,   /* RFC 3339 text                                                */
    FIELD_WORD,   /* one of words, separated by spaces                            */
    FIELD_OBJECT, /* any object; its inside has a table of its own                */
    FIELD_ARRAY   /* least..most elements                                         */
};

enum { FIELD_OPTIONAL = 0, FIELD_REQUIRED = 1, FIELD_NULLABLE = 2 };

struct field {
    const char *name;
    enum field_kind kind;
    int64_t least, most;
    unsigned flags;
    const char *words;
};

/* Checks object against rows[0..n). Unknown members are fine (a later version's).
 * ERR_INPUT "field.*" with err.part = the member's name. */
bool field_check(const cJSON *object, const struct field *rows, size_t n, struct err *err);
/* As field_check, but a member no row names is refused ("field.unknown"). For forms
 * typed by people and programs of today, never for records. */
bool field_check_exact(const cJSON *object, const struct field *rows, size_t n,
                       struct err *err);
/* Is word one of the space-separated words? */
bool field_word_in(const char *word, const char *words);

#define FIELD_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#endif
