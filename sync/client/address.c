/* address: see the header. */
#include "sync/client/address.h"

#include "core/base/text.h"

#include <string.h>

static bool is_loopback(const char *host)
{
    size_t n = strcspn(host, ":/");
    if (host[0] == '[')
        return text_starts(host, "[::1]");
    return (n == 9 && strncmp(host, "localhost", 9) == 0) ||
           (text_starts(host, "127.") && strspn(host, "0123456789.") == n);
}

bool address_fits(const char *url, struct err *err)
{
    bool plain = text_starts(url, "http://");
    const char *host = plain ? url + 7 : text_starts(url, "https://") ? url + 8 : NULL;
    if (!host || !*host || strlen(url) >= 280 || strpbrk(url, " \"<>@"))
        return err_set(err, ERR_INPUT, "sync.bad_url", url, NULL);
    if (plain && !is_loopback(host))
        return err_set(err, ERR_INPUT, "sync.plain_http", url, NULL);
    return true;
}
