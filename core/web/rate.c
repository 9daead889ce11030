/* rate: see the header. */
#include "core/web/rate.h"

#include "core/base/err.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum { SETS = 1024, WAYS = 4 };

struct bucket {
    uint64_t name; /* 0: nobody's */
    int64_t at_ms;
    int64_t milli; /* thousandths of a request left */
};

struct rate {
    pthread_mutex_t lock;
    uint64_t seed;
    struct bucket bucket[SETS][WAYS];
};

struct rate *rate_make(void)
{
    struct rate *r = calloc(1, sizeof *r);
    if (!r)
        err_die("rate", "out of memory");
    pthread_mutex_init(&r->lock, NULL);
    if (getrandom(&r->seed, sizeof r->seed, 0) != sizeof r->seed)
        err_die("rate", "no random bytes");
    return r;
}

void rate_free(struct rate *r)
{
    if (!r)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* FNV-1a, begun at a random number, so that nobody can aim at another one's bucket. */
static uint64_t name_of(const struct rate *r, unsigned rule, const char *who)
{
    uint64_t h = UINT64_C(14695981039346656037) ^ r->seed;
    h = (h ^ rule) * UINT64_C(1099511628211);
    for (; *who; who++)
        h = (h ^ (unsigned char)*who) * UINT64_C(1099511628211);
    h ^= h >> 29;
    return h ? h : 1;
}

/* This one's bucket; a new one takes the place of the longest silent. */
static struct bucket *find(struct rate *r, uint64_t name, int64_t full, int64_t now_ms)
{
    struct bucket *set = r->bucket[name % SETS], *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].name == name)
            return &set[i];
        if (set[i].name == 0 || set[i].at_ms < oldest->at_ms)
            oldest = &set[i];
        if (set[i].name == 0)
            break;
    }
    *oldest = (struct bucket){name, now_ms, full};
    return oldest;
}

bool rate_allows(struct rate *r, unsigned rule, const char *who, unsigned per_minute,
                 int64_t now_ms, int64_t *ret_wait_s)
{
    const int64_t full = (int64_t)per_minute * 1000;
    pthread_mutex_lock(&r->lock);
    struct bucket *b = find(r, name_of(r, rule, who), full, now_ms);
    int64_t passed = now_ms - b->at_ms;
    if (passed > 60000)
        passed = 60000;
    b->milli += passed * (int64_t)per_minute / 60;
    b->milli = b->milli > full ? full : b->milli;
    b->at_ms = now_ms;
    bool ok = b->milli >= 1000;
    if (ok)
        b->milli -= 1000;
    else
        *ret_wait_s = (1000 - b->milli) * 60 / ((int64_t)per_minute * 1000) + 1;
    pthread_mutex_unlock(&r->lock);
    return ok;
}

static const char *address_text(struct arena *a, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "?";
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text,
                  sizeof text);
    } else if (address->sa_family == AF_INET6) {
        struct in6_addr net = ((const struct sockaddr_in6 *)address)->sin6_addr;
        if (!IN6_IS_ADDR_V4MAPPED(&net))
            memset(net.s6_addr + 8, 0, 8);
        inet_ntop(AF_INET6, &net, text, sizeof text);
    }
    return arena_strdup(a, text);
}

/* A proxy appends who came to it: the last name in the list is its own word, those before
 * it anybody's. */
const char *rate_address(const struct http_request *q, bool behind_proxy)
{
    const char *said = behind_proxy ? http_header(q, "X-Forwarded-For") : NULL;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(q->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (said && *said) {
        const char *last = strrchr(said, ',');
        last = last ? last + 1 : said;
        return arena_strdup(q->arena, last + strspn(last, " "));
    }
    return info && info->client_addr ? address_text(q->arena, info->client_addr) : "?";
}
