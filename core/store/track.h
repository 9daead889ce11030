/* track: where a walk went. Kind: track.append, one record for each piece of about a
 * minute. Owns the folded table track and the walker's local table track_draft.
 *
 * Fixes gather in track_draft (durable at every call, so a kill -9 loses only what the
 * caller had not handed over yet) and become one record per 60 s or TRACK_PIECE fixes,
 * delta integers, at most 4 KiB. A piece has a subject of its own, so that folding the
 * hundredth costs what the first did.
 *
 * A *line* is one receiver's recording: pieces with the same line belong together, in the
 * order they were made, never in the order of their clocks. Lost stretches split a line,
 * and standing still adds no distance: core/base/stride has the rule. Lines that overlap
 * in time are one walk recorded twice (a phone and the Pi); the longest of them counts.
 * Lines after one another add up.
 */
#ifndef LYGTE_STORE_TRACK_H
#define LYGTE_STORE_TRACK_H

#include "core/base/geo.h"
#include "core/base/json.h"
#include "core/base/uid.h"
#include "core/store/store.h"

enum { TRACK_PIECE = 256, TRACK_BODY = 4096, TRACK_MINUTE_MS = 60000 };

struct track_fix {
    int64_t at_ms;
    struct geo_point at;
    bool lost; /* there was no fix before this one; on reading: a stretch begins here */
};

struct track_line {
    const char *line, *source;
    struct track_fix *fix;
    size_t count;
    int64_t first_ms, last_ms;
    double metres;
    int64_t within_ms; /* sum of its stretches */
    bool split;        /* lost at least once   */
};

struct track {
    struct track_line *line;
    size_t count;
    double metres;     /* of the walk, overlapping lines counted once */
    int64_t within_ms;
    bool lost;         /* a line that counts is split                 */
};

struct track_source {
    const char *walk, *line;
    const char *source; /* gnss browser file */
    const char *clock;  /* trust of the fixes' times */
    const char *by_role;
};

/* Adds fixes to the running minute, in the caller's transaction, and writes the pieces
 * that are full. Fixes that are no place on earth are left out; of fixes less than 0.9 s
 * after the one before only the first is kept. */
bool track_keep(struct store *s, struct arena *a, const struct track_source *t,
                const struct track_fix *fix, size_t n, struct err *err);
/* Makes records of what waits in the draft: of every walk when walk is NULL, and only of
 * lines whose first waiting fix came before before_ms (INT64_MAX: all). In the caller's
 * transaction; a walk's end, fixes that come after it, a program's start and a wipe call
 * it. */
bool track_flush(struct store *s, struct arena *a, const char *walk, int64_t before_ms,
                 const char *by_role, struct err *err);
/* How many fixes of the walk are no record yet. */
bool track_waiting(struct store *s, const char *walk, int64_t *ret, struct err *err);
/* What waits of the walk is gone, and was never a record. In the caller's transaction. */
bool track_drop(struct store *s, const char *walk, struct err *err);
/* Writes whole fixes at once as one line, for imports. */
bool track_write(struct store *s, struct arena *a, const struct track_source *t,
                 const struct track_fix *fix, size_t n, struct err *err);
/* Has the walk a line of this name? */
bool track_has_line(struct store *s, const char *walk, const char *line, bool *ret,
                    struct err *err);

/* All lines of a walk, those with most fixes first; also what is still in the draft. */
bool track_read(struct store *s, struct arena *a, const char *walk, struct track *ret,
                struct err *err);
/* Where the walk was at that time: between the two fixes of one stretch around it, or at
 * a fix no more than 20 s away. Nowhere (GEO_NONE) when it was not known. Accuracy is the
 * poorer of the two fixes', plus half the way between them. */
struct geo_point track_place(const struct track *t, int64_t at_ms);
/* The way one was going last, over the last 20 m or more: degrees, -1 when not known. */
double track_heading(const struct track *t);

/* A GeoJSON feature (RFC 7946): MultiLineString with the properties of the API. */
void track_geojson(struct buf *out, const struct track *t);
/* GPX 1.1, a trkseg for each stretch. title is escaped here. */
void track_gpx(struct buf *out, const struct track *t, const char *title);

#endif
