/* import_track: a recording of the walk as a file: GPX or NMEA. */
#ifndef LYGTE_WALKER_IMPORT_TRACK_H
#define LYGTE_WALKER_IMPORT_TRACK_H

#include "core/store/track.h"

/* Reads the file and writes it as one line of the walk's track, in one transaction. The
 * same bytes again are the same line: *ret_already. *ret_left_out: as track_file. */
bool import_track(struct store *s, struct arena *a, const char *path, const char *walk,
                  const char *by_role, char ret_line[UID_SIZE], bool *ret_already,
                  int64_t *ret_left_out, struct err *err);
/* "90", "-90", "+01:00:00" or "-00:02:30": what a camera's clock lacks, in seconds, at most
 * a day either way. */
bool import_offset(const char *text, int64_t *ret_s);

#endif
