/* course: see the header. */
#include "sync/client/course.h"

#include "core/base/clock.h"
#include "core/store/local/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SAY_MS = 200, RATE_LEAST_MS = 1000, LEFT_MOST_S = 99 * 3600, MB = 1000000 };

void course_begin(struct course *c, struct store *s, enum i18n_lang lang, bool quiet)
{
    *c = (struct course){.store = s, .lang = lang, .step = "sync.connecting"};
    c->line = !quiet && isatty(STDOUT_FILENO);
}

/* ---- the line --------------------------------------------------------------------- */

static const char *left_words(struct arena *a, enum i18n_lang lang, int64_t s)
{
    const char *key = s < 90 ? "sync.line_seconds" : "sync.line_minutes";
    return i18n_format(a, lang, key,
                       arena_printf(a, "%lld", (long long)(s < 90 ? s : (s + 30) / 60)),
                       NULL);
}

static const char *words(struct arena *a, const struct course *c)
{
    const char *step = i18n_text(c->lang, c->step);
    int64_t left = course_left_s(c);
    char *count = arena_printf(a, "%lld/%lld", (long long)c->done, (long long)c->of);
    if (c->of == 0)
        return step;
    if (c->bytes_of == 0 || strcmp(c->step, "sync.photos") != 0)
        return i18n_format(a, c->lang, "sync.line", step, count, NULL);
    char *sent = arena_printf(a, "%.1f", (double)c->bytes_sent / MB);
    char *all = arena_printf(a, "%.1f", (double)c->bytes_of / MB);
    const char *bytes = i18n_format(a, c->lang, "sync.line_bytes", sent, all, NULL);
    return i18n_format(a, c->lang, "sync.line_left", step, count, bytes,
                       left < 0 ? i18n_text(c->lang, "sync.line_unknown")
                                : left_words(a, c->lang, left),
                       NULL);
}

/* A line longer than the terminal is wide would not be written over: it is cut there by
 * switching its wrapping off (DECAWM, DEC VT100). */
static void say(struct course *c)
{
    struct arena a = ARENA_INIT;
    int64_t now = clock_mono_ms();
    if (!c->line || (c->written && now - c->said_ms < SAY_MS))
        return;
    printf("\r\033[?7l%s\033[K\033[?7h", words(&a, c));
    fflush(stdout);
    c->said_ms = now;
    c->written = true;
    arena_release(&a);
}

void course_end(struct course *c)
{
    if (!c->written)
        return;
    printf("\r\033[K");
    fflush(stdout);
    c->written = false;
}

/* ---- what is said ----------------------------------------------------------------- */

/* What is only said need not be written on a full disk; inside a transaction whoever
 * began it decides. */
static bool said(const struct course *c, bool ok, struct err *err)
{
    if (ok || err->code != ERR_FULL || db_in_transaction(&c->store->db))
        return ok;
    *err = (struct err)ERR_INIT;
    return true;
}

bool course_step(struct course *c, const char *step, int64_t done, int64_t of,
                 struct err *err)
{
    c->step = step;
    c->done = done;
    c->of = of;
    say(c);
    return said(c, progress_step(c->store, step, done, of, err), err);
}

bool course_bytes(struct course *c, int64_t sent, int64_t of, struct err *err)
{
    c->bytes_sent = sent;
    c->bytes_of = of;
    c->sample[c->samples++ % COURSE_SAMPLES] =
        (struct course_sample){clock_mono_ms(), sent};
    say(c);
    return said(c, progress_bytes(c->store, sent, of, course_left_s(c), err), err);
}

int64_t course_left_s(const struct course *c)
{
    if (c->samples == 0)
        return -1;
    const struct course_sample *last = &c->sample[(c->samples - 1) % COURSE_SAMPLES];
    size_t oldest = c->samples > COURSE_SAMPLES ? c->samples : 0;
    const struct course_sample *first = &c->sample[oldest % COURSE_SAMPLES];
    int64_t ms = last->ms - first->ms, sent = last->sent - first->sent;
    if (ms < RATE_LEAST_MS || sent <= 0)
        return -1;
    int64_t left = (c->bytes_of - c->bytes_sent) * ms / sent / 1000;
    return left > LEFT_MOST_S ? -1 : left;
}
