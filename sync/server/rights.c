/* rights: at a hub, a tablet that was let in again brings the register's word of it, which the
 * hub has not heard (PROTOCOL 10). Only admissions that a registry known here has signed are
 * taken from whoever is shut out; it is the signature that lets in, not who brings it. */
#include "sync/server/host.h"

#include "core/store/admission.h"
#include "core/store/local/stranger.h"
#include "sync/take.h"

#include <string.h>

static bool is_admission(struct store *s, const struct take_read *read, bool *ret,
                         struct err *err)
{
    const struct wire_line *w = &read->line;
    *ret = false;
    if (!read->ok || w->is_key || w->unknown || w->drop || w->covered ||
        strcmp(w->record.kind, "origin.admit") != 0)
        return true;
    return admission_is_registry(s, w->record.origin, ret, err);
}

static bool take_word(struct http_request *q, const char *line, size_t len,
                      struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct take_read read;
    struct take t;
    bool admits;
    take_read(q->arena, line, len, &read);
    if (!is_admission(q->worker, &read, &admits, err))
        return false;
    return !admits ||
           take_as_read(q->worker, q->arena, actor->device, line, len, &read, &t, err);
}

static bool take_words(struct http_request *q, struct err *err)
{
    struct store *s = q->worker;
    const char *at = q->body.data, *end = at + q->body.len;
    bool ok = db_begin(&s->db, err);
    while (ok && at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = stop ? (size_t)(stop - at) : (size_t)(end - at);
        ok = len == 0 || take_word(q, at, len, err);
        at += len + (stop != NULL);
    }
    return db_end(&s->db, ok, err);
}

int sync_rights(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct sync_actor *actor = q->actor;
    struct json_out o = JSON_OUT(&r->body);
    bool revoked;
    if (!take_words(q, err) || !stranger_let_in(q->worker, NULL, err) ||
        !admission_is_revoked(q->worker, actor->origin, &revoked, err))
        return 0;
    json_open(&o, NULL, '{');
    json_bool(&o, "admitted", !revoked);
    json_close(&o, '}');
    return 200;
}
