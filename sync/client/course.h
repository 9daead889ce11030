/* course: how a run stands, said as it goes: in the database, where the page looks
 * (core/store/local/progress), and to a person at a terminal in one line that is written
 * over and over. Not to a pipe, and not with --json. */
#ifndef LYGTE_SYNC_CLIENT_COURSE_H
#define LYGTE_SYNC_CLIENT_COURSE_H

#include "core/base/i18n.h"
#include "core/store/store.h"

enum { COURSE_SAMPLES = 24 }; /* of bytes sent, a quarter of a second apart: six seconds */

struct course {
    struct store *store;
    bool line;          /* somebody looks at a terminal */
    bool written;       /* something stands in the line */
    enum i18n_lang lang;
    int64_t said_ms;
    const char *step;
    int64_t done, of;
    int64_t bytes_sent, bytes_of;
    struct course_sample {
        int64_t ms, sent;
    } sample[COURSE_SAMPLES];
    size_t samples; /* ever taken */
};

/* quiet: nobody is to be told in words. */
void course_begin(struct course *c, struct store *s, enum i18n_lang lang, bool quiet);
/* In or out of a transaction. step is a text key; of 0: not counted. */
bool course_step(struct course *c, const char *step, int64_t done, int64_t of,
                 struct err *err);
/* Bytes of originals sent so far in this run, of so many. */
bool course_bytes(struct course *c, int64_t sent, int64_t of, struct err *err);
/* Seconds until all bytes are gone at the rate of the last seconds; -1 not known. */
int64_t course_left_s(const struct course *c);
/* Takes the line away, so that something else can be said. */
void course_end(struct course *c);

#endif
