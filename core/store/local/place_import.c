/* place_import: CSV and GeoJSON become rows of place. Hostile files are normal: every
 * cell is bounded, and a row that cannot be used is told and skipped. */
#include "core/store/local/place.h"

#include "core/base/charset.h"
#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/lamp.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column { KIND, NUMBER, TEXT, STREET, LAT, LON, EAST, NORTH, OFF_FROM, OFF_TO, COLUMNS };

/* Names a column may go by, in lower case, separated by spaces. */
static const char *const column_names[COLUMNS] = {
    [KIND] = "kind type",
    [NUMBER] = "number nummer lampe lampenr lampenummer mast mastenr mastenummer",
    [TEXT] = "text adresse address navn name adressebetegnelse",
    [STREET] = "street vej vejnavn",
    [LAT] = "lat latitude bredde breddegrad",
    [LON] = "lon lng longitude laengde længde længdegrad",
    [EAST] = "x e east easting ost øst utm_x etrs89koordinat_øst",
    [NORTH] = "y n north northing nord utm_y etrs89koordinat_nord",
    [OFF_FROM] = "off_from slukket_fra",
    [OFF_TO] = "off_to slukket_til",
};

enum { CELL_MOST = 200, ROWS_MOST = 500000, LINE_CELLS = 64 };

struct taking {
    struct store *s;
    int64_t file;
    const char *kind;
    struct arena arena; /* of one row */
    place_refused refused;
    void *data;
    int64_t kept, skipped, row;
};

struct cells {
    const char *value[COLUMNS]; /* NULL or "" when not there */
};

/* ---- one row --------------------------------------------------------------------- */

/* "57,048" is Danish for 57.048. */
static bool degrees(const char *text, int64_t *ret)
{
    char plain[64];
    snprintf(plain, sizeof plain, "%s", text);
    char *comma = strchr(plain, ',');
    if (comma)
        *comma = '.';
    return text_e7(plain, strlen(plain), ret);
}

static bool plane(const char *text, double *ret)
{
    int64_t whole = 0, part = 0;
    char plain[64];
    snprintf(plain, sizeof plain, "%s", text);
    char *point = strpbrk(plain, ".,");
    if (point) {
        *point = '\0';
        char seven[9] = "0.";
        size_t n = strspn(point + 1, "0123456789");
        if (point[1 + n])
            return false;
        snprintf(seven + 2, sizeof seven - 2, "%.6s", point + 1);
        if (n && !text_e7(seven, strlen(seven), &part))
            return false;
    }
    if (!text_int(plain, &whole) || llabs(whole) > 10000000)
        return false;
    *ret = (double)whole + (double)part / 1e7;
    return true;
}

static bool given(const char *text)
{
    return text && *text;
}

static bool place_of(const struct cells *c, struct geo_point *ret, struct err *err)
{
    struct geo_point p = GEO_NOWHERE;
    double east, north;
    if (given(c->value[LAT]) && given(c->value[LON])) {
        if (!degrees(c->value[LAT], &p.lat_e7) || !degrees(c->value[LON], &p.lon_e7) ||
            !geo_is_place(p.lat_e7, p.lon_e7))
            return err_set(err, ERR_INPUT, "places.bad_position", c->value[LAT],
                           c->value[LON], NULL);
    } else if (given(c->value[EAST]) && given(c->value[NORTH])) {
        if (!plane(c->value[EAST], &east) || !plane(c->value[NORTH], &north) ||
            !geo_of_utm(32, east, north, &p))
            return err_set(err, ERR_INPUT, "places.bad_position", c->value[EAST],
                           c->value[NORTH], NULL);
    } else {
        return err_set(err, ERR_INPUT, "places.no_position", NULL);
    }
    *ret = p;
    return true;
}

static bool hours_of(const struct cells *c, int *from, int *to, struct err *err)
{
    char both[16];
    *from = *to = -1;
    if (!given(c->value[OFF_FROM]) && !given(c->value[OFF_TO]))
        return true;
    snprintf(both, sizeof both, "%.6s-%.6s", c->value[OFF_FROM] ? c->value[OFF_FROM] : "",
             c->value[OFF_TO] ? c->value[OFF_TO] : "");
    return lamp_hours(both, from, to) ||
           err_set(err, ERR_INPUT, "places.bad_hours", both, NULL);
}

static const char *words_of(struct arena *a, const struct cells *c)
{
    const char *number = c->value[NUMBER], *street = c->value[STREET];
    if (given(c->value[TEXT]))
        return c->value[TEXT];
    if (given(street) && given(number))
        return arena_printf(a, "%s %s", street, number);
    return given(street) ? street : number;
}

static const char *with_position(struct arena *a, const char *from, struct geo_point p)
{
    return arena_printf(a, "%s|%lld|%lld", from, (long long)p.lat_e7,
                        (long long)p.lon_e7);
}

static const char sql_place_with[] = "SELECT file, lat, lon FROM place WHERE id = ?1";

/* Does another lamp than the one at p have the id? Within a file that is any other place;
 * a lamp of another file that stands here is the same one, and goes over to this file. */
static bool is_taken(struct taking *t, const char *id, struct geo_point p, bool *ret,
                     struct err *err)
{
    struct db_rows rows;
    *ret = false;
    if (!db_query(&t->s->db, &rows, err, sql_place_with, "s", id))
        return false;
    if (db_next(&rows, err)) {
        int64_t lat = db_int(&rows, 1), lon = db_int(&rows, 2);
        *ret = db_int(&rows, 0) == t->file
                   ? lat != p.lat_e7 || lon != p.lon_e7
                   : geo_metres(lat, lon, p.lat_e7, p.lon_e7) >= LAMP_APART_M;
    }
    return db_done(&rows);
}

/* The same lamp in tomorrow's file has the same id, though it was measured anew; so the
 * position is part of it only where number and street do not tell two lamps apart. */
static bool id_of(struct taking *t, const char *kind, const char *number,
                  const char *street, const char *text, struct geo_point p,
                  char out[UID_SIZE], struct err *err)
{
    struct arena *a = &t->arena;
    bool taken;
    if (!number || strcmp(kind, "lamp") != 0) {
        uid_derive("place", with_position(a, arena_printf(a, "%s|%s", kind, text), p),
                   out);
        return true;
    }
    const char *from = street ? arena_printf(a, "%s|%s|%s", kind, number, street)
                              : arena_printf(a, "%s|%s", kind, number);
    uid_derive("place", from, out);
    if (!is_taken(t, out, p, &taken, err))
        return false;
    if (taken)
        uid_derive("place", with_position(a, from, p), out);
    return true;
}

static const char sql_place_add[] =
    "INSERT INTO place (id, file, kind, number, text, street, key, lat, lon, cell,"
    " off_from, off_to) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    " ON CONFLICT (id) DO UPDATE SET file = excluded.file, kind = excluded.kind,"
    " number = excluded.number, text = excluded.text, street = excluded.street,"
    " key = excluded.key, lat = excluded.lat, lon = excluded.lon, cell = excluded.cell,"
    " off_from = excluded.off_from, off_to = excluded.off_to";

static bool fits(const struct cells *c, struct err *err)
{
    for (size_t i = 0; i < COLUMNS; i++)
        if (c->value[i] && (strlen(c->value[i]) > CELL_MOST ||
                            !text_is_utf8(c->value[i], strlen(c->value[i]))))
            return err_set(err, ERR_INPUT, "places.bad_cell", NULL);
    return true;
}

static bool add_row(struct taking *t, const struct cells *c, struct err *err)
{
    struct arena *a = &t->arena;
    struct geo_point p = GEO_NOWHERE;
    char id[UID_SIZE];
    int from, to;
    const char *kind = given(c->value[KIND]) ? c->value[KIND] : t->kind;
    if (!fits(c, err) || !place_of(c, &p, err) || !hours_of(c, &from, &to, err))
        return false;
    if (!field_word_in(kind, "lamp address place"))
        return err_set(err, ERR_INPUT, "places.bad_kind", kind, NULL);
    const char *text = words_of(a, c);
    if (!given(text))
        return err_set(err, ERR_INPUT, "places.no_words", NULL);
    const char *number = given(c->value[NUMBER]) ? c->value[NUMBER] : NULL;
    const char *street = given(c->value[STREET]) ? c->value[STREET] : NULL;
    const char *key =
        text_lowered(a, arena_printf(a, "%s %s %s", text, number ? number : "",
                                     street ? street : ""));
    return id_of(t, kind, number, street, text, p, id, err) &&
           db_run(&t->s->db, err, sql_place_add, "sisssssiiixx", id, t->file, kind,
                  number, text, street, key, p.lat_e7, p.lon_e7,
                  geo_cell(p.lat_e7, p.lon_e7), from < 0 ? DB_NULL : (int64_t)from,
                  to < 0 ? DB_NULL : (int64_t)to);
}

/* False only when the database fails: a row nobody can use is told and skipped. */
static bool take_row(struct taking *t, const struct cells *c, struct err *err)
{
    struct err why = ERR_INIT;
    bool ok = add_row(t, c, &why);
    if (ok) {
        t->kept++;
    } else if (why.code == ERR_INPUT) {
        t->skipped++;
        t->refused(t->row, &why, t->data);
        ok = true;
    } else {
        *err = why;
    }
    arena_reset(&t->arena);
    return ok;
}

static enum column column_of(struct arena *a, const char *name)
{
    const char *low = text_lowered(a, name);
    for (size_t i = 0; *low && i < COLUMNS; i++)
        if (field_word_in(low, column_names[i]))
            return (enum column)i;
    return COLUMNS;
}

/* ---- CSV ------------------------------------------------------------------------- */

struct csv {
    char *at, *end;
    char separator;
};

/* The cells of the next line, cut out in place; false at the end. RFC 4180 quotes. */
static bool csv_line(struct csv *c, char *cell[LINE_CELLS], size_t *ret_n)
{
    size_t n = 0;
    if (c->at >= c->end)
        return false;
    for (bool more = true; more;) {
        char *from = c->at, *to = c->at;
        bool quoted = from < c->end && *from == '"';
        if (quoted)
            c->at++;
        while (c->at < c->end) {
            if (quoted && *c->at == '"' && c->at + 1 < c->end && c->at[1] == '"')
                c->at++;
            else if (quoted && *c->at == '"') {
                quoted = false;
                c->at++;
                continue;
            } else if (!quoted && (*c->at == c->separator || *c->at == '\n'))
                break;
            *to++ = *c->at++;
        }
        more = c->at < c->end && *c->at == c->separator;
        if (c->at < c->end)
            c->at++;
        while (to > from && (to[-1] == '\r' || to[-1] == ' '))
            to--;
        *to = '\0';
        if (n < LINE_CELLS)
            cell[n++] = from;
    }
    *ret_n = n;
    return true;
}

/* The sign that stands most often in the first line. */
static char separator_of(const char *text, size_t len)
{
    static const char signs[] = ";,\t";
    size_t line = 0, best = 0;
    char chosen = ';';
    while (line < len && text[line] != '\n')
        line++;
    for (size_t i = 0; signs[i]; i++) {
        size_t n = 0;
        for (size_t k = 0; k < line; k++)
            n += text[k] == signs[i];
        if (n > best) {
            best = n;
            chosen = signs[i];
        }
    }
    return chosen;
}

static bool header_of(struct taking *t, char *const *cell, size_t n, enum column *ret,
                      struct err *err)
{
    bool has[COLUMNS + 1] = {false};
    for (size_t i = 0; i < n; i++) {
        ret[i] = text_is_utf8(cell[i], strlen(cell[i])) ? column_of(&t->arena, cell[i])
                                                        : COLUMNS;
        has[ret[i]] = true;
    }
    arena_reset(&t->arena);
    if ((has[LAT] && has[LON]) || (has[EAST] && has[NORTH]))
        return true;
    return err_set(err, ERR_INPUT, "places.no_columns", NULL);
}

static bool take_csv(struct taking *t, char *text, size_t len, struct err *err)
{
    struct csv c = {text, text + len, 0};
    char *cell[LINE_CELLS];
    enum column column[LINE_CELLS];
    size_t n, names = 0;
    c.separator = separator_of(c.at, (size_t)(c.end - c.at));
    if (!csv_line(&c, cell, &names) || !header_of(t, cell, names, column, err))
        return err->key ? false : err_set(err, ERR_INPUT, "places.no_columns", NULL);
    for (t->row = 2; csv_line(&c, cell, &n); t->row++) {
        struct cells row = {{NULL}};
        if (n == 1 && !*cell[0])
            continue;
        for (size_t i = 0; i < n && i < names; i++)
            if (column[i] < COLUMNS)
                row.value[column[i]] = cell[i];
        if (t->row > ROWS_MOST)
            return err_set(err, ERR_TOO_LARGE, "places.too_many", NULL);
        if (!take_row(t, &row, err))
            return false;
    }
    return true;
}

/* ---- GeoJSON --------------------------------------------------------------------- */

#define WHOLE_MOST                                                                     \
    9007199254740992.0 /* up to 2^53 a double is the number that was written */

static const char *as_text(struct arena *a, const cJSON *v)
{
    if (cJSON_IsString(v))
        return v->valuestring;
    if (!cJSON_IsNumber(v) || !(fabs(v->valuedouble) <= WHOLE_MOST))
        return NULL;
    if (v->valuedouble == floor(v->valuedouble))
        return arena_printf(a, "%lld", (long long)v->valuedouble);
    if (fabs(v->valuedouble) >= 1e9)
        return NULL;
    char text[32];
    text_from_e7(llround(v->valuedouble * 1e7), text);
    return arena_strdup(a, text);
}

static void feature_row(struct arena *a, const cJSON *feature, struct cells *row)
{
    const cJSON *geometry = json_object(feature, "geometry");
    const cJSON *at = json_array(geometry, "coordinates");
    const cJSON *properties = json_object(feature, "properties");
    for (const cJSON *p = properties ? properties->child : NULL; p; p = p->next) {
        enum column c = p->string ? column_of(a, p->string) : COLUMNS;
        if (c < COLUMNS && c != LAT && c != LON && c != EAST && c != NORTH)
            row->value[c] = as_text(a, p);
    }
    if (text_equal(json_text(geometry, "type"), "Point") && at) {
        row->value[LON] = as_text(a, cJSON_GetArrayItem(at, 0));
        row->value[LAT] = as_text(a, cJSON_GetArrayItem(at, 1));
    }
}

static bool take_geojson(struct taking *t, const char *text, size_t len, struct err *err)
{
    cJSON *tree;
    if (!json_parse(text, len, &tree, err))
        return false;
    const cJSON *features = json_array(tree, "features");
    bool ok = text_equal(json_text(tree, "type"), "FeatureCollection") && features;
    if (!ok)
        err_set(err, ERR_INPUT, "places.not_geojson", NULL);
    t->row = 1;
    for (const cJSON *f = ok ? features->child : NULL; ok && f; f = f->next, t->row++) {
        struct cells row = {{NULL}};
        feature_row(&t->arena, f, &row);
        ok = take_row(t, &row, err);
    }
    json_free(tree);
    return ok;
}

/* ---- a file ---------------------------------------------------------------------- */

static const char sql_file_add[] =
    "INSERT INTO place_file (name, added_ms) VALUES (?1, ?2)"
    " ON CONFLICT (name) DO UPDATE SET added_ms = excluded.added_ms";
static const char sql_file_id[] = "SELECT id FROM place_file WHERE name = ?1";
static const char sql_file_rows_drop[] = "DELETE FROM place WHERE file = ?1";
static const char sql_file_drop[] = "DELETE FROM place_file WHERE id = ?1";
static const char sql_files[] =
    "SELECT f.name, f.added_ms,"
    " (SELECT count(*) FROM place p WHERE p.file = f.id AND p.kind = 'lamp'),"
    " (SELECT count(*) FROM place p WHERE p.file = f.id AND p.kind = 'address'),"
    " (SELECT count(*) FROM place p WHERE p.file = f.id AND p.kind = 'place')"
    " FROM place_file f ORDER BY f.name";

static bool take_file(struct taking *t, const char *name, const char *text, size_t len,
                      struct err *err)
{
    struct buf utf8 = BUF_INIT;
    if (!db_run(&t->s->db, err, sql_file_add, "si", name, clock_utc_ms()) ||
        !db_number(&t->s->db, &t->file, 0, err, sql_file_id, "s", name) ||
        !db_run(&t->s->db, err, sql_file_rows_drop, "i", t->file))
        return false;
    charset_to_utf8(&utf8, text, len);
    buf_char(&utf8, '\0');
    size_t blank = strspn(utf8.data, " \t\r\n");
    bool ok = utf8.data[blank] == '{' ? take_geojson(t, utf8.data, utf8.len - 1, err)
                                      : take_csv(t, utf8.data, utf8.len - 1, err);
    buf_release(&utf8);
    return ok && (t->kept > 0 || err_set(err, ERR_INPUT, "places.none", NULL));
}

bool place_import(struct store *s, const char *name, const char *text, size_t len,
                  const char *kind, place_refused refused, void *data, int64_t *ret_kept,
                  int64_t *ret_refused, struct err *err)
{
    struct taking t = {.s = s, .kind = kind, .refused = refused, .data = data};
    if (!db_begin(&s->db, err))
        return false;
    bool ok = take_file(&t, name, text, len, err);
    arena_release(&t.arena);
    if (ok)
        ok = db_commit(&s->db, err);
    else
        db_rollback(&s->db);
    if (ok) {
        *ret_kept = t.kept;
        *ret_refused = t.skipped;
    }
    return ok;
}

bool place_files(struct store *s, struct arena *a, struct place_file **ret, size_t *ret_n,
                 struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_files, ""))
        return false;
    while (db_next(&rows, err)) {
        struct place_file f = {db_text(&rows, a, 0), db_int(&rows, 1), db_int(&rows, 2),
                               db_int(&rows, 3), db_int(&rows, 4)};
        buf_add(&list, &f, sizeof f);
    }
    bool ok = db_done(&rows);
    *ret_n = list.len / sizeof(struct place_file);
    *ret = arena_memdup(a, list.data, list.len);
    buf_release(&list);
    return ok;
}

bool place_drop(struct store *s, const char *name, struct err *err)
{
    int64_t file = 0;
    if (!db_number(&s->db, &file, 0, err, sql_file_id, "s", name))
        return false;
    if (file == 0)
        return err_set(err, ERR_NOT_FOUND, "places.unknown", name, NULL);
    if (!db_begin(&s->db, err))
        return false;
    bool done = db_run(&s->db, err, sql_file_rows_drop, "i", file) &&
                db_run(&s->db, err, sql_file_drop, "i", file);
    return db_end(&s->db, done, err);
}
