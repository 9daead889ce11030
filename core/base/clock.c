/* clock: see the header. Calendar arithmetic after Howard Hinnant's days_from_civil,
 * written from the description; no libc time zones. */
#include "core/base/clock.h"

#include <stdio.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#ifndef LYGTE_BUILD_TIME
#define LYGTE_BUILD_TIME 1767225600 /* 2026-01-01, when the build does not say */
#endif

static int64_t read_ms(clockid_t id)
{
    struct timespec t = {0};
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_utc_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return read_ms(CLOCK_BOOTTIME);
}

static const int64_t build_ms = (int64_t)LYGTE_BUILD_TIME * 1000;

bool clock_gnss_fits(int64_t gnss_ms, int64_t now_ms)
{
    const int64_t day = 86400000, era = 1024 * 7 * day;
    if (gnss_ms >= build_ms + era)
        return false;
    int64_t behind = now_ms - gnss_ms;
    if (now_ms < build_ms || behind < era / 2)
        return true;
    int64_t off = (behind + era / 2) % era - era / 2; /* of a whole number of eras */
    return off < -30 * day || off > 30 * day;
}

/* Asking the kernel costs as much as half a record; its word stands for a blink. */
enum { TRUST_KEPT_MS = 100 };

static bool kernel_is_synchronised(int64_t mono_ms)
{
    static _Thread_local int64_t asked_ms = INT64_MIN;
    static _Thread_local bool synchronised;
    if (asked_ms == INT64_MIN || mono_ms < asked_ms || mono_ms - asked_ms > TRUST_KEPT_MS) {
        struct timex t = {0};
        int state = adjtimex(&t);
        synchronised = state >= 0 && state != TIME_ERROR && !(t.status & STA_UNSYNC);
        asked_ms = mono_ms;
    }
    return synchronised;
}

static const char *trust_of(int64_t utc_ms, int64_t mono_ms)
{
    if (utc_ms < build_ms)
        return "unknown";
    return kernel_is_synchronised(mono_ms) ? "ntp" : "set";
}

static _Atomic int64_t told_offset_ms = INT64_MIN;

void clock_tell(int64_t utc_minus_mono_ms)
{
    told_offset_ms = utc_minus_mono_ms;
}

struct clock_reading clock_now(void)
{
    int64_t utc = clock_utc_ms(), mono = clock_mono_ms(), told = told_offset_ms;
    if (told != INT64_MIN && !kernel_is_synchronised(mono))
        return (struct clock_reading){mono + told, "gnss", mono};
    return (struct clock_reading){utc, trust_of(utc, mono), mono};
}

const char *clock_boot_id(void)
{
    static _Thread_local char id[40];
    if (id[0])
        return id;
    FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
    if (!f)
        return "";
    if (fgets(id, sizeof id, f))
        id[strcspn(id, "\n")] = '\0';
    fclose(f);
    return id;
}

int64_t clock_days(int year, int month, int day)
{
    int64_t y = year - (month <= 2);
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static void civil(int64_t days, int *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t doe = days - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    *day = (int)(doy - (153 * mp + 2) / 5 + 1);
    *month = (int)(mp < 10 ? mp + 3 : mp - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

bool clock_date_exists(int year, int month, int day)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    int y, m, d;
    civil(clock_days(year, month, day), &y, &m, &d);
    return y == year && m == month && d == day;
}

static void split(int64_t ms, int64_t *days, int64_t *rest)
{
    *days = ms / 86400000;
    *rest = ms % 86400000;
    if (*rest < 0) {
        *rest += 86400000;
        (*days)--;
    }
}

/* value in `width` digits, for years of four digits and less. Returns the place after. */
static char *put_digits(char *to, int value, int width)
{
    for (int i = width - 1; i >= 0; i--, value /= 10)
        to[i] = (char)('0' + value % 10);
    return to + width;
}

static char *put_part(char *to, int value, int width, char after)
{
    to = put_digits(to, value, width);
    *to = after;
    return to + 1;
}

static char *put_year(char *to, int year)
{
    if (year < 0 || year > 9999)
        return to + snprintf(to, 12, "%04d-", year);
    return put_part(to, year, 4, '-');
}

/* By hand, since lists are full of times: printf took a tenth of a list's time. */
void clock_format(int64_t utc_ms, char out[32])
{
    int64_t days, rest;
    split(utc_ms, &days, &rest);
    int y, m, d;
    civil(days, &y, &m, &d);
    char *to = put_year(out, y);
    to = put_part(to, m, 2, '-');
    to = put_part(to, d, 2, 'T');
    to = put_part(to, (int)(rest / 3600000), 2, ':');
    to = put_part(to, (int)(rest / 60000 % 60), 2, ':');
    to = put_digits(to, (int)(rest / 1000 % 60), 2);
    if (rest % 1000) {
        *to++ = '.';
        to = put_digits(to, (int)(rest % 1000), 3);
    }
    memcpy(to, "Z", 2);
}

/* Reads exactly n digits at *s. */
static bool digits(const char **s, int n, int *ret)
{
    int value = 0;
    for (int i = 0; i < n; i++, (*s)++) {
        if (**s < '0' || **s > '9')
            return false;
        value = value * 10 + (**s - '0');
    }
    *ret = value;
    return true;
}

static bool literal(const char **s, char c)
{
    if (**s != c)
        return false;
    (*s)++;
    return true;
}

static bool zone_minutes(const char **s, int *ret)
{
    if (**s == 'Z' || **s == 'z') {
        (*s)++;
        *ret = 0;
        return true;
    }
    int sign = **s == '-' ? -1 : 1, hours, minutes;
    if (**s != '+' && **s != '-')
        return false;
    (*s)++;
    if (!digits(s, 2, &hours) || !literal(s, ':') || !digits(s, 2, &minutes))
        return false;
    *ret = sign * (hours * 60 + minutes);
    return hours <= 23 && minutes <= 59;
}

bool clock_parse(const char *text, int64_t *ret_ms)
{
    const char *s = text;
    int y, mo, d, h, mi, sec, ms = 0, zone;
    if (!digits(&s, 4, &y) || !literal(&s, '-') || !digits(&s, 2, &mo) ||
        !literal(&s, '-') || !digits(&s, 2, &d))
        return false;
    if (*s != 'T' && *s != 't' && *s != ' ')
        return false;
    s++;
    if (!digits(&s, 2, &h) || !literal(&s, ':') || !digits(&s, 2, &mi) ||
        !literal(&s, ':') || !digits(&s, 2, &sec))
        return false;
    if (*s == '.') {
        int scale = 100;
        s++;
        if (*s < '0' || *s > '9')
            return false;
        for (; *s >= '0' && *s <= '9'; s++, scale /= 10)
            ms += (*s - '0') * scale;
    }
    if (!zone_minutes(&s, &zone) || *s)
        return false;
    if (!clock_date_exists(y, mo, d) || h > 23 || mi > 59 || sec > 60)
        return false;
    if (sec == 60) {
        sec = 59;
        ms = 999;
    }
    *ret_ms = ((clock_days(y, mo, d) * 24 + h) * 60 + mi - zone) * 60000 + sec * 1000 + ms;
    return true;
}

/* 01:00 UTC on the last Sunday of the month, in ms. */
static int64_t last_sunday(int year, int month)
{
    int64_t days = clock_days(year, month, 31);
    return (days - (days + 4) % 7) * 86400000 + 3600000;
}

void clock_local(int64_t utc_ms, int *year, int *month, int *day, int *hour, int *minute)
{
    int64_t days, rest;
    split(utc_ms, &days, &rest);
    civil(days, year, month, day);
    bool summer = utc_ms >= last_sunday(*year, 3) && utc_ms < last_sunday(*year, 10);
    split(utc_ms + (summer ? 7200000 : 3600000), &days, &rest);
    civil(days, year, month, day);
    *hour = (int)(rest / 3600000);
    *minute = (int)(rest / 60000 % 60);
}

void clock_minute(int64_t utc_ms, char out[32])
{
    int year, month, day, hour, minute;
    if (utc_ms == CLOCK_NONE) {
        memcpy(out, "-", 2);
        return;
    }
    clock_local(utc_ms, &year, &month, &day, &hour, &minute);
    char *to = put_year(out, year);
    to = put_part(to, month, 2, '-');
    to = put_part(to, day, 2, ' ');
    to = put_part(to, hour, 2, ':');
    *put_digits(to, minute, 2) = '\0';
}
