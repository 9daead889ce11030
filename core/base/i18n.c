/* i18n: binary search in the generated table. */
#include "core/base/i18n.h"

#include "core/base/buf.h"
#include "core/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static int compare_key(const void *key, const void *row)
{
    return strcmp(key, ((const struct i18n_row *)row)->key);
}

static const struct i18n_row *find(const char *key)
{
    return bsearch(key, i18n_rows, i18n_row_count, sizeof *i18n_rows, compare_key);
}

bool i18n_has(const char *key)
{
    return find(key) != NULL;
}

const char *i18n_text(enum i18n_lang lang, const char *key)
{
    const struct i18n_row *row = find(key);
    if (!row)
        return key;
    return lang == I18N_DA ? row->da : row->en;
}

static char *fill(struct arena *a, const char *text, const char *const arg[ERR_ARGS])
{
    struct buf b = BUF_INIT;
    for (const char *s = text; *s; s++) {
        bool place = s[0] == '{' && s[1] >= '1' && s[1] <= '0' + ERR_ARGS && s[2] == '}';
        if (!place) {
            buf_char(&b, *s);
            continue;
        }
        const char *value = arg[s[1] - '1'];
        buf_str(&b, value ? value : "");
        s += 2;
    }
    char *out = buf_dup(&b, a);
    buf_release(&b);
    return out;
}

char *i18n_format(struct arena *a, enum i18n_lang lang, const char *key, ...)
{
    const char *arg[ERR_ARGS] = {0};
    va_list ap;
    va_start(ap, key);
    for (size_t i = 0; i < ERR_ARGS; i++) {
        arg[i] = va_arg(ap, const char *);
        if (!arg[i])
            break;
    }
    va_end(ap);
    return fill(a, i18n_text(lang, key), arg);
}

char *i18n_error(struct arena *a, enum i18n_lang lang, const struct err *err)
{
    const char *arg[ERR_ARGS];
    for (size_t i = 0; i < ERR_ARGS; i++)
        arg[i] = err->arg[i];
    char *words = fill(a, i18n_text(lang, err->key ? err->key : "internal"), arg);
    if (!err->part[0] || strstr(words, err->part))
        return words;
    return arena_printf(a, "%s: %s", err->part, words);
}

enum i18n_lang i18n_from_environment(void)
{
    static const char *const names[] = {"LYGTE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (value && *value)
            return text_starts(value, "da") ? I18N_DA : I18N_EN;
    }
    return I18N_EN;
}

enum i18n_lang i18n_from_header(const char *accept_language)
{
    if (!accept_language)
        return I18N_DA;
    const char *en = strstr(accept_language, "en");
    const char *da = strstr(accept_language, "da");
    return en && (!da || en < da) ? I18N_EN : I18N_DA;
}
