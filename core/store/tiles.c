/* tiles: see the header. */
#include "core/store/tiles.h"

#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TILE_WORK = 2000, ADD_WORK = 100000, WORK_STEP = 1000, NAME_MOST = 120 };

/* ---- a foreign file -------------------------------------------------------------- */

/* Thousands of steps of SQLite's machine: enough for a tile, or for looking a whole map
 * through, and the end of a view that never ends. */
static int work(void *left)
{
    return --*(int *)left < 0;
}

static bool open_map(struct db *db, const char *path, int *left, int most,
                     struct err *err)
{
    if (!db_open_frozen(db, path, err))
        return false;
    sqlite3_limit(db->handle, SQLITE_LIMIT_LENGTH, TILES_MOST);
    sqlite3_limit(db->handle, SQLITE_LIMIT_EXPR_DEPTH, 50);
    sqlite3_limit(db->handle, SQLITE_LIMIT_COMPOUND_SELECT, 10);
    *left = most;
    sqlite3_progress_handler(db->handle, WORK_STEP, work, left);
    return true;
}

/* NULL when it is no picture a browser shows from a tile. */
static const char *type_of(const uint8_t *p, size_t n)
{
    if (n >= 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
        return "image/png";
    if (n >= 3 && p[0] == 0xFF && p[1] == 0xD8 && p[2] == 0xFF)
        return "image/jpeg";
    if (n >= 12 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0)
        return "image/webp";
    return NULL;
}

static bool refuse(struct err *err, const char *key, const char *file)
{
    *err = (struct err)ERR_INIT;
    return err_set(err, ERR_UNREADABLE, key, file, NULL);
}

/* ---- looking into it ------------------------------------------------------------- */

struct look {
    struct db db;
    struct arena *arena;
    const char *file; /* for sentences */
    struct tiles_map map;
    bool bare, vector;
};

static const char sql_map_value[] =
    "SELECT CAST(value AS TEXT) FROM metadata WHERE name = ?1 LIMIT 1";
static const char sql_map_zooms[] =
    "SELECT (SELECT min(zoom_level) FROM tiles), (SELECT max(zoom_level) FROM tiles)";
static const char sql_map_columns[] =
    "SELECT min(tile_column), max(tile_column), min(tile_row), max(tile_row)"
    " FROM tiles WHERE zoom_level = ?1";
static const char sql_map_sample[] =
    "SELECT tile_data FROM tiles WHERE zoom_level = ?1 LIMIT 64";
static const char sql_map_tile[] =
    "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2"
    " AND tile_row = ?3 LIMIT 1";

/* A value of the metadata; NULL when there is none that is text of a decent length. */
static const char *value_of(struct look *l, const char *name)
{
    struct db_rows rows;
    struct err ignored = ERR_INIT;
    const char *text = NULL;
    if (!db_query(&l->db, &rows, &ignored, sql_map_value, "s", name)) {
        l->bare = true;
        return NULL;
    }
    if (db_next(&rows, &ignored))
        text = db_text(&rows, l->arena, 0);
    l->bare |= !db_done(&rows);
    if (text && (!text_is_utf8(text, strlen(text)) || text_length(text) > 2000))
        return NULL;
    return text;
}

static double longitude(int64_t column, int64_t zoom)
{
    return (double)column / (double)(INT64_C(1) << zoom) * 360 - 180;
}

/* Of the edge of a row counted from the south (spherical Mercator). */
static double latitude(int64_t row, int64_t zoom)
{
    double y = M_PI * (2 * (double)row / (double)(INT64_C(1) << zoom) - 1);
    return atan(sinh(y)) * (180 / M_PI);
}

static bool bounds_of_tiles(struct look *l, struct err *err)
{
    struct db_rows rows;
    int64_t zoom = l->map.max_zoom, most = INT64_C(1) << zoom;
    if (!db_query(&l->db, &rows, err, sql_map_columns, "i", zoom))
        return false;
    if (db_next(&rows, err)) {
        int64_t west = db_int(&rows, 0), east = db_int(&rows, 1) + 1;
        int64_t south = db_int(&rows, 2), north = db_int(&rows, 3) + 1;
        if (west >= 0 && south >= 0 && east <= most && north <= most) {
            l->map.west = llround(longitude(west, zoom) * 1e7);
            l->map.east = llround(longitude(east, zoom) * 1e7);
            l->map.south = llround(latitude(south, zoom) * 1e7);
            l->map.north = llround(latitude(north, zoom) * 1e7);
        }
    }
    return db_done(&rows);
}

/* "w,s,e,n" of the metadata, when they are a part of the world. */
static bool bounds_of_text(struct look *l, const char *text)
{
    int64_t v[4];
    for (int i = 0; text && i < 4; i++) {
        size_t n = strcspn(text, ",");
        while (*text == ' ') {
            text++;
            n--;
        }
        if (!text_e7(text, n, &v[i]) || (i < 3 && text[n] != ','))
            return false;
        text += n + (i < 3);
    }
    if (!text || v[0] >= v[2] || v[1] >= v[3] || v[0] < -1800000000 ||
        v[2] > 1800000000 || v[1] < -900000000 || v[3] > 900000000)
        return false;
    l->map.west = v[0];
    l->map.south = v[1];
    l->map.east = v[2];
    l->map.north = v[3];
    return true;
}

static bool look_at_zooms(struct look *l, struct err *err)
{
    struct db_rows rows;
    bool any = false;
    if (!db_query(&l->db, &rows, err, sql_map_zooms, ""))
        return refuse(err, "map.no_tiles_table", l->file);
    if (db_next(&rows, err) && !db_is_null(&rows, 0)) {
        any = true;
        l->map.min_zoom = db_int(&rows, 0);
        l->map.max_zoom = db_int(&rows, 1);
    }
    if (!db_done(&rows))
        return refuse(err, "map.damaged", l->file);
    if (!any)
        return refuse(err, "map.empty", l->file);
    return (l->map.min_zoom >= 0 && l->map.max_zoom <= TILES_ZOOM_MOST) ||
           refuse(err, "map.bad_zoom", l->file);
}

/* The first tile that holds anything says what they are. */
static bool look_at_tiles(struct look *l, struct err *err)
{
    struct db_rows rows;
    bool something = false;
    if (!db_query(&l->db, &rows, err, sql_map_sample, "i", l->map.max_zoom))
        return refuse(err, "map.no_tiles_table", l->file);
    while (!l->map.type && db_next(&rows, err)) {
        size_t n;
        const uint8_t *p = db_blob(&rows, l->arena, 0, &n);
        if (n == 0)
            continue;
        something = true;
        l->map.type = type_of(p, n);
        l->vector |= n >= 2 && ((p[0] == 0x1F && p[1] == 0x8B) || p[0] == 0x1A);
    }
    if (!db_done(&rows))
        return refuse(err, "map.damaged", l->file);
    if (l->map.type)
        return true;
    const char *format = value_of(l, "format");
    if (l->vector || text_equal(format, "pbf") || text_equal(format, "mvt"))
        return refuse(err, "map.vector", l->file);
    return refuse(err, something ? "map.not_picture" : "map.null_tiles", l->file);
}

static const char *short_text(struct look *l, const char *text, const char *fallback)
{
    if (!text || !*text)
        return fallback;
    return text_length(text) <= NAME_MOST ? text : arena_strndup(l->arena, text, 0);
}

/* "/media/My map.mbtiles" gives "My map". */
static const char *name_of_file(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t n = strlen(base);
    if (text_ends(base, ".mbtiles"))
        n -= strlen(".mbtiles");
    return n && n <= NAME_MOST && text_is_utf8(base, n) ? arena_strndup(a, base, n) : "?";
}

/* Of maps up to a quarter of a gigabyte every page is looked at; a larger one that is
 * damaged tells so tile by tile. */
static bool is_whole(struct look *l, struct err *err)
{
    struct db_rows rows;
    if (l->map.bytes > INT64_C(256) << 20)
        return true;
    if (!db_query(&l->db, &rows, err, "PRAGMA quick_check(1)", ""))
        return refuse(err, "map.damaged", l->file);
    bool ok = db_next(&rows, err) && strcmp(db_peek(&rows, 0), "ok") == 0;
    return (db_done(&rows) && ok) || refuse(err, "map.damaged", l->file);
}

static bool look_into(struct look *l, const char *path, struct err *err)
{
    if (!is_whole(l, err))
        return false;
    if (!look_at_zooms(l, err) || !look_at_tiles(l, err))
        return false;
    const char *own = name_of_file(l->arena, path), *name = value_of(l, "name");
    l->map.name = short_text(l, name, own);
    if (!*l->map.name)
        l->map.name = own;
    l->map.attribution = short_text(l, value_of(l, "attribution"), "");
    if (!bounds_of_text(l, value_of(l, "bounds")) && !bounds_of_tiles(l, err))
        return refuse(err, "map.damaged", l->file);
    return true;
}

/* ---- taking it in ---------------------------------------------------------------- */

static void path_of(const struct store *s, const char *id, char *out, size_t size)
{
    char name[64];
    snprintf(name, sizeof name, "maps/%s.mbtiles", id);
    store_path(s, name, out, size);
}

/* Copies and hashes; what stands at to afterwards is fsynced. */
static bool copy_file(const char *from, const char *to, const struct told *told,
                      char hash[DIGEST_HEX], int64_t *ret_bytes, struct err *err)
{
    static const size_t step = 1 << 18;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return err_errno(err, "file.unreadable", from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    char *bytes = malloc(step);
    bool ok = out >= 0 && bytes;
    const int64_t of = file_size(from);
    ssize_t n = 0;
    *ret_bytes = 0;
    struct digest *d = digest_start();
    if (!ok)
        err_errno(err, "file.unwritable", to);
    while (ok && (n = read(in, bytes, step)) > 0) {
        digest_add(d, bytes, (size_t)n);
        ok = file_write_all(out, bytes, (size_t)n, err);
        *ret_bytes += n;
        told_tell(told, *ret_bytes, of);
    }
    uint8_t sum[DIGEST_SIZE];
    digest_finish(d, sum);
    text_hex(sum, sizeof sum, hash);
    if (ok && n < 0)
        ok = err_errno(err, "file.unreadable", from);
    if (ok && fsync(out) != 0)
        ok = err_errno(err, "file.unwritable", to);
    free(bytes);
    close(in);
    if (out >= 0)
        close(out);
    return ok;
}

static const char sql_map_set[] =
    "INSERT INTO map_file (id, name, type, bytes, min_zoom, max_zoom, west, south, east,"
    " north, attribution, added_ms)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name";

static bool write_row(struct store *s, const struct tiles_map *m, struct err *err)
{
    return db_run(&s->db, err, sql_map_set, "sssiiiiiiisi", m->id, m->name, m->type,
                  m->bytes, m->min_zoom, m->max_zoom, m->west, m->south, m->east, m->north,
                  m->attribution, m->added_ms);
}

static bool room_for(const struct store *s, const char *path, struct err *err)
{
    const int64_t keep = INT64_C(300) << 20;
    int64_t bytes = file_size(path);
    if (bytes < 0)
        return err_errno(err, "file.unreadable", path);
    if (bytes < 512)
        return refuse(err, "map.not_sqlite", path);
    return file_space(s->dir) - bytes > keep ||
           err_set(err, ERR_FULL, "disk.full", path, NULL);
}

static bool is_sqlite(const char *path, struct err *err)
{
    char head[16] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "file.unreadable", path);
    bool ok = read(fd, head, sizeof head) == (ssize_t)sizeof head &&
              memcmp(head, "SQLite format 3", 16) == 0;
    close(fd);
    return ok || refuse(err, "map.not_sqlite", path);
}

bool tiles_add(struct store *s, struct arena *a, const char *path,
               const struct told *told, struct tiles_map *ret, bool *ret_bare,
               struct err *err)
{
    struct look l = {.arena = a, .file = path, .map.added_ms = clock_utc_ms()};
    char folder[1200], part[1300], place[1300], hash[DIGEST_HEX];
    int left;
    store_path(s, "tmp", folder, sizeof folder);
    snprintf(part, sizeof part, "%s/map.%ld.part", folder, (long)getpid()); /* swept */
    store_path(s, "maps", folder, sizeof folder);
    if (!room_for(s, path, err) || !is_sqlite(path, err) ||
        !file_make_folders(folder, err))
        return false;
    bool ok = copy_file(path, part, told, hash, &l.map.bytes, err);
    if (ok && !open_map(&l.db, part, &left, ADD_WORK, err))
        ok = refuse(err, "map.damaged", path);
    if (ok)
        ok = look_into(&l, path, err);
    db_close(&l.db);
    l.map.id = arena_strndup(a, hash, TILES_ID - 1);
    path_of(s, l.map.id, place, sizeof place);
    ok = ok && file_settle(part, place, err) && write_row(s, &l.map, err);
    if (!ok)
        unlink(part);
    if (ok) {
        *ret = l.map;
        *ret_bare = l.bare;
    }
    return ok;
}

/* ---- what is here ---------------------------------------------------------------- */

static const char sql_maps[] =
    "SELECT id, name, type, bytes, min_zoom, max_zoom, west, south, east, north,"
    " attribution, added_ms FROM map_file";
static const char sql_map_of[] = "SELECT id FROM map_file WHERE id = ?1";
static const char sql_map_drop[] = "DELETE FROM map_file WHERE id = ?1";

static int by_name(const void *a, const void *b)
{
    const struct tiles_map *x = a, *y = b;
    int names = text_compare_danish(x->name, y->name);
    return names ? names : strcmp(x->id, y->id);
}

bool tiles_list(struct store *s, struct arena *a, struct tiles_map **ret, size_t *ret_n,
                struct err *err)
{
    struct db_rows rows;
    struct buf list = BUF_INIT;
    if (!db_query(&s->db, &rows, err, sql_maps, ""))
        return false;
    while (db_next(&rows, err)) {
        struct tiles_map m = {.id = db_text(&rows, a, 0),
                              .name = db_text(&rows, a, 1),
                              .type = db_text(&rows, a, 2),
                              .bytes = db_int(&rows, 3),
                              .min_zoom = db_int(&rows, 4),
                              .max_zoom = db_int(&rows, 5),
                              .west = db_int(&rows, 6),
                              .south = db_int(&rows, 7),
                              .east = db_int(&rows, 8),
                              .north = db_int(&rows, 9),
                              .attribution = db_text(&rows, a, 10),
                              .added_ms = db_int(&rows, 11)};
        buf_add(&list, &m, sizeof m);
    }
    bool ok = db_done(&rows);
    *ret_n = list.len / sizeof(struct tiles_map);
    *ret = arena_memdup(a, list.data, list.len);
    if (*ret_n > 1)
        qsort(*ret, *ret_n, sizeof **ret, by_name);
    buf_release(&list);
    return ok;
}

/* By the whole id, six or more characters of either end of it, or the name. */
static bool is_called(const struct tiles_map *m, const char *id)
{
    return (strlen(id) >= 6 && (text_ends(m->id, id) || text_starts(m->id, id))) ||
           strcmp(m->name, id) == 0;
}

bool tiles_drop(struct store *s, struct arena *a, const char *id, struct err *err)
{
    struct tiles_map *maps;
    size_t n, found = 0, at = 0;
    char path[1300];
    if (!tiles_list(s, a, &maps, &n, err))
        return false;
    for (size_t i = 0; i < n; i++)
        if (is_called(&maps[i], id)) {
            at = i;
            found++;
        }
    if (found == 0)
        return err_set(err, ERR_NOT_FOUND, "map.unknown", id, NULL);
    if (found > 1)
        return err_set(err, ERR_INPUT, "map.ambiguous", id, NULL);
    path_of(s, maps[at].id, path, sizeof path);
    return db_run(&s->db, err, sql_map_drop, "s", maps[at].id) &&
           file_remove(path, err);
}

/* ---- one tile -------------------------------------------------------------------- */

static bool is_here(struct store *s, const char *id, struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_map_of, "s", id))
        return false;
    bool there = db_next(&rows, err);
    return db_done(&rows) &&
           (there || err_set(err, ERR_NOT_FOUND, "map.unknown", id, NULL));
}

static bool fetch(struct db *db, struct arena *a, int64_t zoom, int64_t x, int64_t y,
                  const void **ret, size_t *ret_len, struct err *err)
{
    struct db_rows rows;
    if (!db_query(db, &rows, err, sql_map_tile, "iii", zoom, x,
                  (INT64_C(1) << zoom) - 1 - y))
        return false;
    if (db_next(&rows, err))
        *ret = db_blob(&rows, a, 0, ret_len);
    return db_done(&rows);
}

bool tiles_read(struct store *s, struct arena *a, const char *id, int64_t zoom, int64_t x,
                int64_t y, const void **ret, size_t *ret_len, const char **ret_type,
                struct err *err)
{
    struct db db = {0};
    char path[1300];
    int left;
    const void *tile = NULL;
    size_t n = 0;
    if (!is_here(s, id, err))
        return false;
    if (zoom < 0 || zoom > TILES_ZOOM_MOST || x < 0 || y < 0 || x >> zoom || y >> zoom) {
        *ret_len = 0;
        return true;
    }
    path_of(s, id, path, sizeof path);
    bool ok = open_map(&db, path, &left, TILE_WORK, err) &&
              fetch(&db, a, zoom, x, y, &tile, &n, err);
    db_close(&db);
    if (!ok)
        return refuse(err, "map.damaged", id);
    *ret_type = n ? type_of(tile, n) : NULL;
    *ret = tile;
    *ret_len = *ret_type ? n : 0;
    return true;
}

void tiles_json(struct json_out *o, const char *name, const struct tiles_map *m)
{
    json_open(o, name, '{');
    json_str(o, "id", m->id);
    json_str(o, "name", m->name);
    json_str(o, "format", m->type + strlen("image/"));
    json_num(o, "bytes", m->bytes);
    json_num(o, "min_zoom", m->min_zoom);
    json_num(o, "max_zoom", m->max_zoom);
    json_open(o, "bounds", '[');
    json_e7(o, NULL, m->west);
    json_e7(o, NULL, m->south);
    json_e7(o, NULL, m->east);
    json_e7(o, NULL, m->north);
    json_close(o, ']');
    json_str(o, "attribution", m->attribution);
    json_close(o, '}');
}
