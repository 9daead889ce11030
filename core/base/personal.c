/* personal: see the header. */
#include "core/base/personal.h"

#include "core/base/clock.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A letter of any alphabet: every byte of a UTF-8 sequence counts as one. */
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* How many of s are digits, at most n. */
static size_t digits(const char *s, size_t n)
{
    size_t i = 0;
    while (i < n && is_digit(s[i]))
        i++;
    return i;
}

static int two(const char *s)
{
    return (s[0] - '0') * 10 + s[1] - '0';
}

/* ddmmyy, then "-", a space or nothing, then four digits, and no digit after. */
static size_t cpr_at(const char *s)
{
    if (digits(s, 7) < 6)
        return 0;
    size_t gap = s[6] == '-' || s[6] == ' ';
    if (digits(s + 6 + gap, 5) != 4)
        return 0;
    int day = two(s), month = two(s + 2), year = two(s + 4);
    bool plausible = clock_date_exists(1900 + year, month, day) ||
                     clock_date_exists(2000 + year, month, day);
    return plausible ? 10 + gap : 0;
}

/* Two letters, two digits, three digits; spaces between them or none, but two small
 * letters only without: "kl 19 300" is no plate. */
static size_t plate_at(const char *s)
{
    bool capital = s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z';
    bool small = s[0] >= 'a' && s[0] <= 'z' && s[1] >= 'a' && s[1] <= 'z';
    if (!capital && !small)
        return 0;
    size_t at = capital && s[2] == ' ' ? 3 : 2;
    if (digits(s + at, 2) != 2)
        return 0;
    at += capital && s[at + 2] == ' ' ? 3 : 2;
    if (digits(s + at, 4) != 3)
        return 0;
    at += 3;
    return is_letter(s[at]) ? 0 : at;
}

size_t personal_find(const char *text, struct personal found[PERSONAL_MOST])
{
    size_t n = 0;
    for (size_t i = 0; text && text[i] && n < PERSONAL_MOST; i++) {
        bool inside = i > 0 && (is_digit(text[i - 1]) || is_letter(text[i - 1]));
        size_t cpr = inside ? 0 : cpr_at(text + i), plate = inside ? 0 : plate_at(text + i);
        if (cpr || plate) {
            found[n++] = (struct personal){cpr ? "cpr" : "plate", i, cpr ? cpr : plate};
            i += (cpr ? cpr : plate) - 1;
        }
    }
    return n;
}

void personal_json(struct json_out *o, const char *field, const char *text)
{
    struct personal found[PERSONAL_MOST];
    size_t n = personal_find(text, found);
    if (n == 0)
        return;
    json_open(o, "warnings", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, NULL, '{');
        json_str(o, "kind", found[i].kind);
        json_str(o, "field", field);
        json_strn(o, "text", text + found[i].at, found[i].len);
        json_close(o, '}');
    }
    json_close(o, ']');
}
