/* api_merge: two cases become one, and are parted again. */
#include "core/base/field.h"
#include "core/store/issue_merge.h"
#include "registry/app.h"

/* {"joined": id, tail or number}; the case in the address is the one that is shown. */
int api_issue_merge(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"joined", FIELD_TEXT, 6, 36, FIELD_REQUIRED, NULL}};
    const struct actor *who = q->actor;
    struct store *s = q->worker;
    struct issue kept, joined;
    struct json_out o = JSON_OUT(&r->body);
    char merge[37];
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !db_begin(&s->db, err) ||
        !issue_join(s, q->arena, q->part[0], json_text(q->json, "joined"),
                    who->account.role, &kept, &joined, merge, err) ||
        !db_commit(&s->db, err))
        return 0;
    json_open(&o, NULL, '{');
    json_str(&o, "merge", merge);
    json_str(&o, "kept", kept.id);
    json_str(&o, "joined", joined.id);
    json_close(&o, '}');
    return 201;
}

int api_issue_part(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct actor *who = q->actor;
    struct store *s = q->worker;
    (void)r;
    return db_begin(&s->db, err) &&
                   issue_unmerge(s, q->arena, q->part[0], who->account.role, err) &&
                   db_commit(&s->db, err)
               ? 204
               : 0;
}
