/* field: see the header. */
#include "core/base/field.h"

#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/uid.h"

#include <stdio.h>
#include <string.h>

bool field_word_in(const char *word, const char *words)
{
    size_t n = strlen(word);
    if (n == 0 || strchr(word, ' '))
        return false;
    for (const char *s = words; (s = strstr(s, word)); s += n) {
        bool starts = s == words || s[-1] == ' ';
        bool ends = s[n] == '\0' || s[n] == ' ';
        if (starts && ends)
            return true;
    }
    return false;
}

static bool refuse(struct err *err, const struct field *row, const char *key)
{
    char least[24], most[24];
    snprintf(least, sizeof least, "%lld", (long long)row->least);
    snprintf(most, sizeof most, "%lld", (long long)row->most);
    err_set(err, ERR_INPUT, key, row->name, least, most, row->words ? row->words : "",
            NULL);
    return err_part(err, row->name);
}

static bool check_text(const cJSON *item, const struct field *row, struct err *err)
{
    const char *s = item->valuestring;
    int64_t ms;
    switch (row->kind) {
    case FIELD_UID:
        return uid_is(s) || refuse(err, row, "field.not_id");
    case FIELD_SHA256:
        return digest_is_hex(s) || refuse(err, row, "field.not_sha256");
    case FIELD_TIME:
        return clock_parse(s, &ms) || refuse(err, row, "field.not_time");
    case FIELD_WORD:
        return field_word_in(s, row->words) || refuse(err, row, "field.not_word");
    default:
        break;
    }
    int64_t length = (int64_t)text_length(s);
    if (length < row->least)
        return refuse(err, row, "field.too_short");
    return length <= row->most || refuse(err, row, "field.too_long");
}

static bool check_item(const cJSON *item, const struct field *row, struct err *err)
{
    int64_t value;
    switch (row->kind) {
    case FIELD_INT:
        if (!json_as_int(item, &value))
            return refuse(err, row, "field.not_number");
        if (value < row->least || value > row->most)
            return refuse(err, row, "field.out_of_range");
        return true;
    case FIELD_BOOL:
        return cJSON_IsBool(item) || refuse(err, row, "field.not_bool");
    case FIELD_OBJECT:
        return cJSON_IsObject(item) || refuse(err, row, "field.not_object");
    case FIELD_ARRAY:
        if (!cJSON_IsArray(item))
            return refuse(err, row, "field.not_array");
        value = cJSON_GetArraySize(item);
        if (value < row->least || value > row->most)
            return refuse(err, row, "field.wrong_count");
        return true;
    default:
        if (!cJSON_IsString(item))
            return refuse(err, row, "field.not_text");
        return check_text(item, row, err);
    }
}

bool field_check(const cJSON *object, const struct field *rows, size_t n, struct err *err)
{
    if (!cJSON_IsObject(object))
        return err_set(err, ERR_INPUT, "field.whole_not_object", NULL);
    for (size_t i = 0; i < n; i++) {
        const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, rows[i].name);
        if (!item) {
            if (rows[i].flags & FIELD_REQUIRED)
                return refuse(err, &rows[i], "field.missing");
            continue;
        }
        if (cJSON_IsNull(item) && (rows[i].flags & FIELD_NULLABLE))
            continue;
        if (!check_item(item, &rows[i], err))
            return false;
    }
    return true;
}

bool field_check_exact(const cJSON *object, const struct field *rows, size_t n,
                       struct err *err)
{
    if (!field_check(object, rows, n, err))
        return false;
    for (const cJSON *c = object->child; c; c = c->next) {
        size_t i = 0;
        while (i < n && strcmp(rows[i].name, c->string) != 0)
            i++;
        if (i == n) {
            err_set(err, ERR_INPUT, "field.unknown", c->string, NULL);
            return err_part(err, c->string);
        }
    }
    return true;
}
