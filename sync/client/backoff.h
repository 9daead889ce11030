/* backoff: how long to wait before trying again. Doubles from 2 s to 5 minutes, each
 * wait a random half to whole of that, so that a room full of tablets does not come back
 * at the same moment; what the registry asked for (Retry-After) is kept. */
#ifndef LYGTE_SYNC_CLIENT_BACKOFF_H
#define LYGTE_SYNC_CLIENT_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_FIRST_MS = 2000, BACKOFF_MOST_MS = 300000 };

/* tries: failures in a row, from 1. random: any number. retry_after_s: -1 when not told;
 * at most an hour of it is believed. */
int64_t backoff_ms(unsigned tries, uint32_t random, int64_t retry_after_s);

#endif
