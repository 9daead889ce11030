/* invitation: see the header. */
#include "sync/client/invitation.h"

#include "core/base/base64.h"
#include "core/base/digest.h"
#include "core/base/text.h"

#include <string.h>

/* The value of name= in a query, up to & or the end; NULL when it is not there. */
static const char *value_of(struct arena *a, const char *query, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = query; at; at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL)
        if (strncmp(at, name, n) == 0 && at[n] == '=')
            return arena_strndup(a, at + n + 1, strcspn(at + n + 1, "&"));
    return NULL;
}

/* base64url without padding (RFC 4648 5) as base64. */
static const char *plain_base64(struct arena *a, const char *url_safe)
{
    char *text = arena_printf(a, "%s%s", url_safe,
                              strlen(url_safe) % 4 == 3   ? "="
                              : strlen(url_safe) % 4 == 2 ? "=="
                                                          : "");
    for (char *c = text; *c; c++)
        *c = (char)(*c == '-' ? '+' : *c == '_' ? '/' : *c);
    return text;
}

static bool check_pin(struct arena *a, const char *pin, struct err *err)
{
    uint8_t *bytes;
    size_t n = 0;
    if (text_starts(pin, "sha256//") &&
        base64_read(a, pin + 8, strlen(pin + 8), &bytes, &n) && n == DIGEST_SIZE)
        return true;
    return err_set(err, ERR_INPUT, "pair.bad_pin", pin, NULL);
}

static void read_qr(struct arena *a, const char *text, struct invitation *in)
{
    const char *host = text + strlen("lygte://");
    const char *query = strchr(host, '?');
    in->url = arena_printf(a, "https://%.*s", (int)strcspn(host, "/?"), host);
    if (!query)
        return;
    const char *pin = value_of(a, query + 1, "pin");
    in->code = value_of(a, query + 1, "code");
    if (pin)
        in->pin = arena_printf(a, "sha256//%s", plain_base64(a, pin));
}

bool invitation_read(struct arena *a, const char *where, const char *code, const char *pin,
                     struct invitation *ret, struct err *err)
{
    struct invitation in = {where, code, pin ? pin : ""};
    if (text_starts(where, "lygte://"))
        read_qr(a, where, &in);
    if (!in.code || !*in.code)
        return err_set(err, ERR_INPUT, "pair.no_code", NULL);
    if (*in.pin && !check_pin(a, in.pin, err))
        return false;
    *ret = in;
    return true;
}
