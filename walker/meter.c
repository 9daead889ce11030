/* meter: see the header. */
#include "walker/meter.h"

#include "core/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FIRST_MS = 1000, STEP_MS = 250, MB = 1000000 };

static void tell(void *data, int64_t done, int64_t of)
{
    struct meter *m = data;
    char have[32], all[32];
    int64_t now = clock_mono_ms();
    if (!m->on || now < m->next_ms)
        return;
    m->next_ms = now + STEP_MS;
    m->said = true;
    snprintf(have, sizeof have, "%lld", (long long)(done / MB));
    snprintf(all, sizeof all, "%lld", (long long)((of + MB - 1) / MB));
    fprintf(stderr, "\r\x1b[K%s",
            i18n_format(m->arena, m->lang, "meter.megabytes", have, all, NULL));
    fflush(stderr);
}

/* LYGTE_METER_MS: sooner than after a second (tests). */
void meter_begin(struct meter *m, const struct verb_call *call)
{
    const char *sooner = getenv("LYGTE_METER_MS");
    *m = (struct meter){.told = {tell, m},
                        .lang = call->lang,
                        .arena = call->arena,
                        .next_ms = clock_mono_ms() +
                                   (sooner ? strtoll(sooner, NULL, 10) : FIRST_MS),
                        .on = !call->json && isatty(STDERR_FILENO)};
}

void meter_end(struct meter *m)
{
    if (m->said)
        fputs("\r\x1b[K", stderr);
}
