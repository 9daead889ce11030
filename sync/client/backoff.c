/* backoff: see the header. */
#include "sync/client/backoff.h"

int64_t backoff_ms(unsigned tries, uint32_t random, int64_t retry_after_s)
{
    int64_t whole = BACKOFF_FIRST_MS;
    for (unsigned i = 1; i < tries && whole < BACKOFF_MOST_MS; i++)
        whole *= 2;
    if (whole > BACKOFF_MOST_MS)
        whole = BACKOFF_MOST_MS;
    int64_t wait = whole / 2 + (int64_t)(random % (uint32_t)(whole / 2 + 1));
    int64_t asked = retry_after_s > 3600 ? 3600000 : retry_after_s * 1000;
    return wait < asked ? asked : wait;
}
