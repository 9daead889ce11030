/* i18n: every text a user sees, Danish and English, from one catalogue.
 *
 * The catalogue is assets/i18n/da/ and assets/i18n/en/, one JSON file a room, flat
 * {"key": "text"}; tools/i18n checks that both have the same keys and places and makes
 * a sorted C table of them. (Files named page-*.json belong to the web pages and are
 * served to them instead.) {1}..{4} stand for arguments.
 */
#ifndef LYGTE_BASE_I18N_H
#define LYGTE_BASE_I18N_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stddef.h>

enum i18n_lang { I18N_DA, I18N_EN };

/* The text, or the key itself when the catalogue lacks it. Never NULL. */
const char *i18n_text(enum i18n_lang lang, const char *key);
bool i18n_has(const char *key);
/* The text with its places filled; args ended by NULL. */
char *i18n_format(struct arena *a, enum i18n_lang lang, const char *key, ...)
    __attribute__((sentinel));
/* "what: why: what to do", with the part at fault in front when there is one. */
char *i18n_error(struct arena *a, enum i18n_lang lang, const struct err *err);

/* LYGTE_LANG, else LC_ALL, LC_MESSAGES, LANG: Danish when it begins with "da",
 * English otherwise. */
enum i18n_lang i18n_from_environment(void);
/* Accept-Language: English when "en" is preferred to "da"; Danish first otherwise. */
enum i18n_lang i18n_from_header(const char *accept_language);

/* Made by tools/i18n, sorted by key. */
struct i18n_row {
    const char *key, *da, *en;
};
extern const struct i18n_row i18n_rows[];
extern const size_t i18n_row_count;

#endif
