/* import_track: see the header. */
#include "walker/import_track.h"

#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/store/track_file.h"

#include <stdlib.h>
#include <string.h>

bool import_track(struct store *s, struct arena *a, const char *path, const char *walk,
                  const char *by_role, char ret_line[UID_SIZE], bool *ret_already,
                  int64_t *ret_left_out, struct err *err)
{
    struct track_file f;
    char *bytes, hash[DIGEST_HEX], line[UID_SIZE];
    size_t n;
    bool has = false;
    if (!file_read(a, path, TRACK_FILE_MOST, &bytes, &n, err) ||
        !track_file_read(a, bytes, n, &f, err))
        return false;
    digest_hex_of(bytes, n, hash);
    uid_derive("track", arena_printf(a, "%s|%s", walk, hash), line);
    struct track_source t = {walk, line, "file", "gnss", by_role};
    if (!db_begin(&s->db, err))
        return false;
    bool ok = track_has_line(s, walk, line, &has, err) &&
              (has || track_write(s, a, &t, f.fix, f.count, err)) && db_commit(&s->db, err);
    if (!ok)
        db_rollback(&s->db);
    if (ok) {
        memcpy(ret_line, line, sizeof line);
        *ret_already = has;
        *ret_left_out = f.left_out;
    }
    return ok;
}

bool import_offset(const char *text, int64_t *ret_s)
{
    int64_t s;
    int sign = *text == '-' ? -1 : 1;
    if (*text == '+' || *text == '-')
        text++;
    if (strlen(text) == 8 && text[2] == ':' && text[5] == ':') {
        char digits[7] = {text[0], text[1], text[3], text[4], text[6], text[7], '\0'};
        int64_t n;
        if (!text_int(digits, &n) || n < 0 || n / 100 % 100 > 59 || n % 100 > 59)
            return false;
        s = n / 10000 * 3600 + n / 100 % 100 * 60 + n % 100;
    } else if (!text_int(text, &s) || s < 0) {
        return false;
    }
    if (s > 86400)
        return false;
    *ret_s = sign * s;
    return true;
}
