/* invite: see the header. */
#include "walker/invite.h"

#include "core/base/text.h"
#include "core/store/local/device.h"

#include <string.h>

bool invite_doors(struct store *s, struct arena *a, const char **url, const char **plain,
                  struct err *err)
{
    if (!store_setting(s, a, "hub.url", "", url, err) ||
        !store_setting(s, a, "hub.plain", "", plain, err))
        return false;
    return **url || err_set(err, ERR_CONFLICT, "hub.not_running", NULL);
}

/* base64 as base64url without padding (RFC 4648 5): no character that a query minds. */
static const char *url_safe(struct arena *a, const char *base64)
{
    char *text = arena_strndup(a, base64, strcspn(base64, "="));
    for (char *c = text; *c; c++)
        *c = (char)(*c == '+' ? '-' : *c == '/' ? '_' : *c);
    return text;
}

bool invite_tablet(struct store *s, struct arena *a, struct invite *ret, struct err *err)
{
    struct invite in = {0};
    char code[DEVICE_CODE];
    const char *plain;
    if (!invite_doors(s, a, &in.url, &plain, err) ||
        !store_setting(s, a, "hub.pin", "", &in.pin, err))
        return false;
    if (!*s->registry)
        return err_set(err, ERR_CONFLICT, "hub.carries_nowhere", NULL);
    if (!device_code_new(s, code, &in.expires_ms, err))
        return false;
    in.code = arena_strdup(a, code);
    in.text = arena_printf(a, "lygte://%s/?code=%s&pin=%s", in.url + strlen("https://"),
                           code, url_safe(a, in.pin + strlen("sha256//")));
    *ret = in;
    return true;
}
