/* track_file: a recording somebody else made, GPX 1.0/1.1 (by libexpat) or NMEA 0183, as
 * fixes of a track. Files are hostile: a document type definition is refused (so no
 * entity can grow), at most TRACK_FILE_FIXES fixes, and what is no fix is counted and
 * left out: points without a time, without a place on earth, sentences whose checksum is
 * wrong. NMEA takes its date from RMC and its places from RMC and GGA; a sentence that
 * says it has no fix makes the next one lost. */
#ifndef LYGTE_STORE_TRACK_FILE_H
#define LYGTE_STORE_TRACK_FILE_H

#include "core/store/track.h"

enum { TRACK_FILE_FIXES = 200000, TRACK_FILE_MOST = 64 << 20 };

struct track_file {
    struct track_fix *fix;
    size_t count;
    int64_t left_out; /* points that were there but say no time or place */
};

/* ERR_UNREADABLE "track.not_xml" (err.part "line N"), "track.no_fixes", "track.dtd",
 * ERR_TOO_LARGE "track.too_many". */
bool track_file_gpx(struct arena *a, const char *bytes, size_t n, struct track_file *ret,
                    struct err *err);
bool track_file_nmea(struct arena *a, const char *bytes, size_t n, struct track_file *ret,
                     struct err *err);
/* By what the file begins with. */
bool track_file_read(struct arena *a, const char *bytes, size_t n, struct track_file *ret,
                     struct err *err);

#endif
