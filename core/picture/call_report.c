/* call_report: see the header. */
#include "core/picture/call_report.h"

#include "core/base/text.h"
#include "core/picture/report.h"

#include <string.h>

/* Numbers the report may hold. must: a report of facts without it is none. */
static const struct number_key {
    const char *key;
    int64_t least, most;
    size_t at;
    enum { NUMBER_INT, NUMBER_INT64, NUMBER_BOOL } kind;
    bool must;
} number_keys[] = {
#define FACT(field) offsetof(struct said, facts.field)
    {"width", 1, 65535, FACT(width), NUMBER_INT, true},
    {"height", 1, 65535, FACT(height), NUMBER_INT, true},
    {"orientation", 1, 8, FACT(orientation), NUMBER_INT, true},
    {"zero_position", 0, 1, FACT(zero_position), NUMBER_BOOL, true},
    {"bad_gps_date", 0, 1, FACT(bad_gps_date), NUMBER_BOOL, true},
    {"lat_e7", -900000000, 900000000, FACT(at.lat_e7), NUMBER_INT64, false},
    {"lon_e7", -1800000000, 1800000000, FACT(at.lon_e7), NUMBER_INT64, false},
    {"accuracy_mm", 0, 1000000000, FACT(at.accuracy_mm), NUMBER_INT64, false},
    {"altitude_mm", -12000000, 20000000, FACT(altitude_mm), NUMBER_INT64, false},
    {"direction_c", 0, 35999, FACT(direction_c), NUMBER_INT, false},
    {"taken_ms", -5364748800000, 64092297600000, FACT(taken_ms), NUMBER_INT64, false},
    {"holds", 0, 1, offsetof(struct said, holds), NUMBER_INT64, false},
#undef FACT
};

enum { NUMBER_KEYS = sizeof number_keys / sizeof number_keys[0] };
_Static_assert((int)NUMBER_KEYS <= (int)REPORT_NUMBERS, "room for all keys");

/* Texts the report may hold, and the words they may be (NULL: any of plain_text). */
static const struct text_key {
    const char *key;
    size_t at, size;
    const char *words[5];
} text_keys[] = {
    {"format", offsetof(struct said, facts.format), 8, {"jpeg", "png"}},
    {"taken_from",
     offsetof(struct said, facts.taken_from),
     16,
     {"gps", "offset", "gps_hour", "local"}},
    {"refused", offsetof(struct said, refused), 24, {NULL}},
    {"detail", offsetof(struct said, detail), REPORT_DETAIL_MOST + 1, {NULL}},
};

/* Letters, digits, '_' and spaces: what a word or a detail may be made of. */
static bool plain_text(const char *s)
{
    return s[strspn(
               s,
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ")] ==
           '\0';
}

static bool take_number(struct said *s, size_t i, const char *value)
{
    const struct number_key *k = &number_keys[i];
    int64_t n;
    if (s->seen[i] || !text_int(value, &n) || n < k->least || n > k->most)
        return false;
    s->seen[i] = true;
    char *to = (char *)s + k->at;
    if (k->kind == NUMBER_INT)
        memcpy(to, &(int){(int)n}, sizeof(int));
    else if (k->kind == NUMBER_BOOL)
        memcpy(to, &(bool){n != 0}, sizeof(bool));
    else
        memcpy(to, &n, sizeof n);
    return true;
}

static bool take_text(struct said *s, const struct text_key *k, const char *value)
{
    char *to = (char *)s + k->at;
    if (*to || !*value || strlen(value) >= k->size || !plain_text(value))
        return false;
    bool known = !k->words[0];
    for (size_t i = 0; k->words[i]; i++)
        known = known || strcmp(value, k->words[i]) == 0;
    if (known)
        memcpy(to, value, strlen(value) + 1);
    return known;
}

/* One "key=value" line. */
static bool take_line(struct said *s, char *line)
{
    char *value = strchr(line, '=');
    if (!value)
        return false;
    *value++ = '\0';
    if (strcmp(line, "jail") == 0 && s->jail < 0) {
        s->jail = strcmp(value, "on") == 0;
        return s->jail || strcmp(value, "off") == 0;
    }
    for (size_t i = 0; i < NUMBER_KEYS; i++)
        if (strcmp(line, number_keys[i].key) == 0)
            return take_number(s, i, value);
    for (size_t i = 0; i < sizeof text_keys / sizeof text_keys[0]; i++)
        if (strcmp(line, text_keys[i].key) == 0)
            return take_text(s, &text_keys[i], value);
    return false;
}

bool report_read(char *text, size_t len, struct said *s)
{
    *s = (struct said){.facts = {.orientation = 1,
                                 .at = GEO_NOWHERE,
                                 .altitude_mm = INT64_MIN,
                                 .direction_c = -1,
                                 .taken_ms = INT64_MIN},
                       .jail = -1,
                       .holds = -1};
    if (strlen(text) != len)
        return false;
    char *line = text;
    for (int n = 0; *line; n++) {
        char *end = strchr(line, '\n');
        if (!end || s->ended)
            return false;
        *end = '\0';
        if (n == 0 && strcmp(line, PICTURE_REPORT_FIRST) != 0)
            return false;
        s->ended = strcmp(line, PICTURE_REPORT_LAST) == 0;
        if (n > 0 && !s->ended && !take_line(s, line))
            return false;
        line = end + 1;
    }
    return s->ended;
}

bool report_facts_hold(const struct said *s)
{
    for (size_t i = 0; i < NUMBER_KEYS; i++)
        if (number_keys[i].must && !s->seen[i])
            return false;
    const struct picture_facts *f = &s->facts;
    if ((f->at.lat_e7 == GEO_NONE) != (f->at.lon_e7 == GEO_NONE))
        return false;
    if (geo_known(f->at) ? !geo_is_place(f->at.lat_e7, f->at.lon_e7) || f->zero_position
                         : f->at.accuracy_mm >= 0)
        return false;
    if ((f->taken_ms == INT64_MIN) != (f->taken_from[0] == '\0'))
        return false;
    return f->format[0] && s->jail >= 0;
}
