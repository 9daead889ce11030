/* problem: see the header. */
#include "core/web/problem.h"

#include "core/base/text.h"

#include <string.h>

static const int statuses[ERR__MAX] = {
    [ERR_NONE] = 500,         [ERR_USAGE] = 400,        [ERR_INPUT] = 400,
    [ERR_UNAUTHENTICATED] = 401, [ERR_DENIED] = 403,    [ERR_NOT_FOUND] = 404,
    [ERR_METHOD] = 405,       [ERR_CONFLICT] = 409,     [ERR_GONE] = 410,
    [ERR_PRECONDITION] = 412, [ERR_TOO_LARGE] = 413,    [ERR_TYPE] = 415,
    [ERR_CHECKSUM] = 460,     [ERR_UNREADABLE] = 422,   [ERR_BUSY] = 429,
    [ERR_INTERNAL] = 500,     [ERR_DAMAGED] = 500,      [ERR_NETWORK] = 502,
    [ERR_FULL] = 507,         [ERR_VERSION] = 409,
};

int problem_status(enum err_code code)
{
    return (unsigned)code < ERR__MAX ? statuses[code] : 500;
}

int problem_reply(const struct http_request *q, struct http_reply *r,
                  const struct err *err)
{
    const char *key = err->key ? err->key : "internal";
    const char *sentence = text_mended(q->arena, i18n_error(q->arena, q->lang, err));
    char *words = arena_strdup(q->arena, sentence), *rest = strstr(words, ": ");
    struct json_out o = JSON_OUT(&r->body);
    buf_clear(&r->body);
    if (rest) {
        *rest = '\0';
        rest += 2;
    }
    json_open(&o, NULL, '{');
    json_str(&o, "type", arena_printf(q->arena, "/problems/%s", key));
    json_str(&o, "title", words);
    json_str(&o, "detail", rest ? rest : "");
    json_num(&o, "status", problem_status(err->code));
    json_str(&o, "key", key);
    json_str(&o, "part", text_mended(q->arena, err->part));
    json_close(&o, '}');
    r->type = "application/problem+json";
    return problem_status(err->code);
}
