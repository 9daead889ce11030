/* call_report: what lygte-picture said, read as a stranger's word: every key and every
 * value stands in a table with its least and most. The caller's side of report.h;
 * private to core/picture. */
#ifndef LYGTE_PICTURE_CALL_REPORT_H
#define LYGTE_PICTURE_CALL_REPORT_H

#include "core/picture/picture.h"

#include <stddef.h>

enum { REPORT_DETAIL_MOST = 40, REPORT_NUMBERS = 16 };

/* What the report says, before it is facts. */
struct said {
    struct picture_facts facts;
    int64_t jail, holds; /* 1, 0, or -1 when not said */
    bool seen[REPORT_NUMBERS], ended;
    char refused[24], detail[REPORT_DETAIL_MOST + 1]; /* "" when not said */
};

/* The whole text; false when it is anything but a report. Changes the text. */
bool report_read(char *text, size_t len, struct said *s);
/* Are the facts whole, and do they not contradict each other? */
bool report_facts_hold(const struct said *s);

#endif
