/* cert_names: by what names and numbers this machine may be called, just now. */
#include "core/web/cert.h"

#include "core/base/text.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

static void add(struct cert_names *names, const char *name)
{
    if (*name && strlen(name) < CERT_NAME && names->count < CERT_NAMES_MOST &&
        !cert_names_has(names, name))
        snprintf(names->name[names->count++], CERT_NAME, "%s", name);
}

/* Letters, digits, dots and hyphens (RFC 1123), in lower case. */
static bool host_name(char out[CERT_NAME])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    char host[CERT_NAME - 6] = "";
    gethostname(host, sizeof host - 1);
    for (char *c = host; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    snprintf(out, CERT_NAME, "%s", host);
    return *host && strspn(host, letters) == strlen(host);
}

static void add_number(struct cert_names *names, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    const struct sockaddr_in *v4 = (const void *)address;
    const struct sockaddr_in6 *v6 = (const void *)address;
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    else if (address->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr))
        inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    add(names, text);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

void cert_names_now(struct cert_names *ret, const char *more)
{
    struct ifaddrs *all = NULL;
    char host[CERT_NAME], local[CERT_NAME + 8];
    *ret = (struct cert_names){.count = 0};
    add(ret, "localhost");
    add(ret, "127.0.0.1");
    add(ret, "::1");
    if (host_name(host)) {
        add(ret, host);
        snprintf(local, sizeof local, "%.*s.local", (int)strcspn(host, "."), host);
        add(ret, local);
    }
    if (more)
        add(ret, more);
    if (getifaddrs(&all) == 0) {
        for (const struct ifaddrs *i = all; i; i = i->ifa_next)
            if (i->ifa_addr && (i->ifa_flags & IFF_UP))
                add_number(ret, i->ifa_addr);
        freeifaddrs(all);
    }
    qsort(ret->name, ret->count, CERT_NAME, by_text);
}

bool cert_names_has(const struct cert_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcasecmp(names->name[i], name) == 0)
            return true;
    return false;
}

bool cert_names_same(const struct cert_names *a, const struct cert_names *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (strcmp(a->name[i], b->name[i]) != 0)
            return false;
    return true;
}

const char *cert_names_first(const struct cert_names *names)
{
    uint8_t ip[16];
    const char *local = "localhost";
    for (size_t i = 0; i < names->count; i++) {
        const char *name = names->name[i];
        size_t n = strlen(name);
        if (inet_pton(AF_INET, name, ip) == 1 && ip[0] != 127)
            return name;
        if (n > 6 && strcmp(name + n - 6, ".local") == 0)
            local = name;
    }
    return local;
}
