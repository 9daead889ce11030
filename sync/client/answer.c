/* answer: what a registry's answer means, whatever carried it. See remote.h. */
#include "sync/client/remote.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

void remote_answer_release(struct remote_answer *answer)
{
    buf_release(&answer->body);
}

/* A cut text ends with a whole character. */
static void end_at_character(char *text)
{
    size_t n = strlen(text);
    while (n && !text_is_utf8(text, n))
        text[--n] = '\0';
}

/* The registry's own words, already in our language; a code by its status. */
bool remote_check(const struct remote_answer *answer, struct err *err)
{
    struct err ignored = ERR_INIT;
    cJSON *tree = NULL;
    char status[16], words[ERR_ARG_SIZE] = "";
    if (answer->status >= 200 && answer->status < 300)
        return true;
    snprintf(status, sizeof status, "%ld", answer->status);
    if (answer->body.len && json_parse(answer->body.data, answer->body.len, &tree, &ignored))
        snprintf(words, sizeof words, "%s: %s",
                 json_text(tree, "title") ? json_text(tree, "title") : "",
                 json_text(tree, "detail") ? json_text(tree, "detail") : "");
    json_free(tree);
    end_at_character(words);
    enum err_code code = answer->status == 401   ? ERR_UNAUTHENTICATED
                         : answer->status == 403 ? ERR_DENIED
                         : answer->status == 413 ? ERR_TOO_LARGE
                         : answer->status == 429 ? ERR_BUSY
                         : answer->status == 460 ? ERR_CHECKSUM
                         : answer->status == 507 ? ERR_FULL
                                                 : ERR_NETWORK;
    if (answer->status == 401)
        return err_set(err, code, "sync.revoked", NULL);
    if (*words)
        return err_set(err, code, "sync.refused", words, status, NULL);
    return err_set(err, code, "sync.bad_answer", status, NULL);
}

bool remote_json(struct remote *r, const struct remote_call *call,
                 struct remote_answer *answer, cJSON **ret, struct err *err)
{
    if (!remote_ask(r, call, answer, err) || !remote_check(answer, err))
        return false;
    struct err detail = ERR_INIT;
    if (!json_parse(answer->body.data ? answer->body.data : "", answer->body.len, ret,
                    &detail))
        return err_set(err, ERR_NETWORK, "sync.bad_answer", "JSON", NULL);
    return true;
}
