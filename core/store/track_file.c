/* track_file: see the header. */
#include "core/store/track_file.h"

#include "core/base/clock.h"
#include "core/base/text.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

static bool give(struct arena *a, struct buf *fixes, int64_t left_out,
                 struct track_file *ret, struct err *err)
{
    size_t n = fixes->len / sizeof(struct track_fix);
    if (n > 0)
        *ret = (struct track_file){arena_memdup(a, fixes->data, fixes->len), n, left_out};
    buf_release(fixes);
    return n > 0 || err_set(err, ERR_UNREADABLE, "track.no_fixes", NULL);
}

/* ---- GPX ------------------------------------------------------------------------- */

enum { TIME_MOST = 64 };

struct gpx {
    XML_Parser parser;
    struct buf fixes;
    struct geo_point at; /* of the trkpt that is open */
    char time[TIME_MOST];
    size_t time_len;
    bool in_point, in_time, lost, dtd, full;
    int64_t left_out;
};

/* "gpx:trkpt" and "trkpt" are the same here. */
static const char *bare(const char *name)
{
    const char *colon = strrchr(name, ':');
    return colon ? colon + 1 : name;
}

static void read_point(struct gpx *g, const char **attribute)
{
    struct geo_point p = GEO_NOWHERE;
    for (size_t i = 0; attribute[i]; i += 2) {
        int64_t *to = strcmp(attribute[i], "lat") == 0   ? &p.lat_e7
                      : strcmp(attribute[i], "lon") == 0 ? &p.lon_e7
                                                         : NULL;
        if (to && !text_e7(attribute[i + 1], strlen(attribute[i + 1]), to))
            *to = GEO_NONE;
    }
    g->at = p;
    g->time_len = 0;
    g->in_point = true;
}

static void XMLCALL begins(void *data, const char *name, const char **attribute)
{
    struct gpx *g = data;
    name = bare(name);
    if (strcmp(name, "trkpt") == 0)
        read_point(g, attribute);
    else if (strcmp(name, "trkseg") == 0)
        g->lost = true;
    g->in_time = g->in_point && strcmp(name, "time") == 0;
}

static void XMLCALL says(void *data, const char *text, int len)
{
    struct gpx *g = data;
    if (!g->in_time || g->time_len + (size_t)len >= TIME_MOST)
        return;
    memcpy(g->time + g->time_len, text, (size_t)len);
    g->time_len += (size_t)len;
}

static void end_point(struct gpx *g)
{
    struct track_fix f = {.at = g->at, .lost = g->lost};
    const char *from = g->time;
    g->time[g->time_len] = '\0';
    while (g->time_len && strchr(" \t\r\n", g->time[g->time_len - 1]))
        g->time[--g->time_len] = '\0';
    from += strspn(from, " \t\r\n");
    if (!geo_known(g->at) || !geo_is_place(g->at.lat_e7, g->at.lon_e7) ||
        !clock_parse(from, &f.at_ms)) {
        g->left_out++;
        return;
    }
    if (g->fixes.len / sizeof f >= TRACK_FILE_FIXES) {
        g->full = true;
        XML_StopParser(g->parser, XML_FALSE);
        return;
    }
    buf_add(&g->fixes, &f, sizeof f);
    g->lost = false;
}

static void XMLCALL ends(void *data, const char *name)
{
    struct gpx *g = data;
    g->in_time = false;
    if (strcmp(bare(name), "trkpt") != 0)
        return;
    if (g->in_point)
        end_point(g);
    g->in_point = false;
}

static void XMLCALL dtd(void *data, const char *name, const char *system,
                        const char *public, int internal)
{
    struct gpx *g = data;
    (void)name;
    (void)system;
    (void)public;
    (void)internal;
    g->dtd = true;
    XML_StopParser(g->parser, XML_FALSE);
}

static bool parse(struct gpx *g, const char *bytes, size_t n, struct err *err)
{
    char line[32];
    if (XML_Parse(g->parser, bytes, (int)n, 1) == XML_STATUS_OK)
        return true;
    if (g->full)
        return err_set(err, ERR_TOO_LARGE, "track.too_many", NULL);
    if (g->dtd)
        return err_set(err, ERR_UNREADABLE, "track.dtd", NULL);
    snprintf(line, sizeof line, "%lu", (unsigned long)XML_GetCurrentLineNumber(g->parser));
    return err_set(err, ERR_UNREADABLE, "track.not_xml", line, NULL);
}

bool track_file_gpx(struct arena *a, const char *bytes, size_t n, struct track_file *ret,
                    struct err *err)
{
    struct gpx g = {.at = GEO_NOWHERE, .lost = true};
    if (n > TRACK_FILE_MOST)
        return err_set(err, ERR_TOO_LARGE, "track.too_many", NULL);
    g.parser = XML_ParserCreate(NULL);
    if (!g.parser)
        err_die("track_file", "out of memory");
    XML_SetUserData(g.parser, &g);
    XML_SetElementHandler(g.parser, begins, ends);
    XML_SetCharacterDataHandler(g.parser, says);
    XML_SetStartDoctypeDeclHandler(g.parser, dtd);
    bool ok = parse(&g, bytes, n, err);
    XML_ParserFree(g.parser);
    if (ok)
        return give(a, &g.fixes, g.left_out, ret, err);
    buf_release(&g.fixes);
    return false;
}

/* ---- NMEA 0183 ------------------------------------------------------------------- */

enum { FIELDS = 20, SENTENCE_MOST = 200 };

struct sentence {
    char text[SENTENCE_MOST];
    const char *field[FIELDS];
    size_t count;
};

static int hex_of(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Between $ and *, checksum right (or none at all), cut at the commas. */
static bool read_sentence(const char *line, size_t n, struct sentence *s)
{
    unsigned char sum = 0;
    size_t len = 0;
    if (n < 7 || n >= SENTENCE_MOST || line[0] != '$')
        return false;
    for (size_t i = 1; i < n && line[i] != '*'; i++) {
        sum ^= (unsigned char)line[i];
        s->text[len++] = line[i];
    }
    if (len + 4 <= n && hex_of(line[len + 2]) * 16 + hex_of(line[len + 3]) != sum)
        return false;
    s->text[len] = '\0';
    s->count = 0;
    for (char *at = s->text; at && s->count < FIELDS;) {
        s->field[s->count++] = at;
        at = strchr(at, ',');
        if (at)
            *at++ = '\0';
    }
    return s->count >= 7;
}

/* "5702.879953","N" as degrees. */
static bool angle(const char *value, const char *half, size_t whole, int64_t *ret)
{
    int64_t degrees = 0, minutes;
    if (strlen(value) < whole + 2)
        return false;
    for (size_t i = 0; i < whole; i++) {
        if (value[i] < '0' || value[i] > '9')
            return false;
        degrees = degrees * 10 + value[i] - '0';
    }
    if (!text_e7(value + whole, strlen(value + whole), &minutes) || minutes < 0 ||
        minutes >= 600000000)
        return false;
    int64_t e7 = degrees * 10000000 + (minutes + 30) / 60;
    *ret = *half == 'S' || *half == 'W' ? -e7 : e7;
    return true;
}

/* Two digits; -1 when they are none. */
static int pair(const char *s)
{
    if (s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9')
        return -1;
    return (s[0] - '0') * 10 + s[1] - '0';
}

struct nmea {
    struct buf fixes;
    int64_t day; /* days since 1970 by the last RMC; INT64_MIN: none yet */
    int64_t left_out, last_ms;
    bool lost;
};

static bool time_of(const char *text, int64_t day, int64_t *ret_ms)
{
    if (strlen(text) < 6 || day == INT64_MIN)
        return false;
    int h = pair(text), m = pair(text + 2), s = pair(text + 4);
    if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60)
        return false;
    *ret_ms = day * 86400000 + ((h * 60 + m) * 60 + s) * INT64_C(1000);
    return true;
}

/* "ddmmyy"; 80 and above is the last century. */
static int64_t day_of(const char *text)
{
    if (strlen(text) != 6)
        return INT64_MIN;
    int d = pair(text), m = pair(text + 2), y = pair(text + 4);
    y += y >= 80 ? 1900 : 2000;
    return clock_date_exists(y, m, d) ? clock_days(y, m, d) : INT64_MIN;
}

/* A decent receiver is within 5 m times HDOP; -1 where it does not say. */
static int64_t accuracy_of(const struct sentence *s, size_t hdop)
{
    int64_t e7;
    if (hdop >= s->count || !text_e7(s->field[hdop], strlen(s->field[hdop]), &e7) ||
        e7 <= 0 || e7 > 500000000)
        return -1;
    return e7 / 2000;
}

/* RMC and GGA of the same second are one fix; GGA knows how exact it is. */
static bool same_second(struct nmea *f, int64_t at_ms, int64_t accuracy_mm)
{
    if (at_ms != f->last_ms || f->fixes.len == 0)
        return false;
    struct track_fix *last =
        (struct track_fix *)(void *)(f->fixes.data + f->fixes.len - sizeof *last);
    if (accuracy_mm >= 0)
        last->at.accuracy_mm = accuracy_mm;
    return true;
}

/* where: index of the latitude. False when the file is full. */
static bool add_fix(struct nmea *f, const struct sentence *s, size_t where, size_t hdop)
{
    struct track_fix fix = {.at = GEO_NOWHERE, .lost = f->lost};
    if (!time_of(s->field[1], f->day, &fix.at_ms) ||
        !angle(s->field[where], s->field[where + 1], 2, &fix.at.lat_e7) ||
        !angle(s->field[where + 2], s->field[where + 3], 3, &fix.at.lon_e7) ||
        !geo_is_place(fix.at.lat_e7, fix.at.lon_e7)) {
        f->left_out++;
        return true;
    }
    fix.at.accuracy_mm = hdop ? accuracy_of(s, hdop) : -1;
    if (same_second(f, fix.at_ms, fix.at.accuracy_mm))
        return true;
    f->last_ms = fix.at_ms;
    f->lost = false;
    buf_add(&f->fixes, &fix, sizeof fix);
    return f->fixes.len / sizeof fix <= TRACK_FILE_FIXES;
}

static bool hear(struct nmea *f, const struct sentence *s)
{
    const char *kind = strlen(s->field[0]) == 5 ? s->field[0] + 2 : "";
    if (strcmp(kind, "RMC") == 0 && s->count >= 10) {
        int64_t day = day_of(s->field[9]);
        if (day != INT64_MIN)
            f->day = day;
        if (*s->field[2] == 'A')
            return add_fix(f, s, 3, 0);
        f->lost = true;
    } else if (strcmp(kind, "GGA") == 0) {
        if (*s->field[6] > '0' && *s->field[6] <= '9')
            return add_fix(f, s, 2, 8);
        f->lost = true;
    }
    return true;
}

bool track_file_nmea(struct arena *a, const char *bytes, size_t n, struct track_file *ret,
                     struct err *err)
{
    struct nmea f = {.day = INT64_MIN, .lost = true};
    for (size_t i = 0; i < n;) {
        struct sentence s;
        const char *end = memchr(bytes + i, '\n', n - i);
        size_t len = end ? (size_t)(end - bytes) - i : n - i, line = len;
        while (line && strchr("\r ", bytes[i + line - 1]) && bytes[i + line - 1])
            line--;
        if (line && bytes[i] == '$' && memchr(bytes + i, '\0', line) == NULL) {
            if (!read_sentence(bytes + i, line, &s))
                f.left_out++;
            else if (!hear(&f, &s)) {
                buf_release(&f.fixes);
                return err_set(err, ERR_TOO_LARGE, "track.too_many", NULL);
            }
        }
        i += len + 1;
    }
    return give(a, &f.fixes, f.left_out, ret, err);
}

bool track_file_read(struct arena *a, const char *bytes, size_t n, struct track_file *ret,
                     struct err *err)
{
    size_t at = text_mark(bytes, n);
    while (at < n && strchr(" \t\r\n", bytes[at]) && bytes[at])
        at++;
    if (at < n && bytes[at] == '<')
        return track_file_gpx(a, bytes, n, ret, err);
    return track_file_nmea(a, bytes, n, ret, err);
}
