/* api_points: what people at the registry do to a point itself: settle what two have said
 * of the same field. Everything else they do to its issue. */
#include "registry/app.h"
#include "registry/photo_state.h"
#include "registry/visible.h"

#include "core/base/field.h"
#include "core/store/observation.h"

static bool find_visible(struct http_request *q, struct observation *ret,
                         struct issue *issue, bool *has_issue, struct err *err)
{
    const struct actor *who = q->actor;
    if (!observation_find(q->worker, q->arena, q->part[0], ret, err) ||
        !issue_of_observation(q->worker, q->arena, ret->id, issue, has_issue, err))
        return false;
    return visible(&who->account, ret, *has_issue ? issue : NULL) ||
           err_set(err, ERR_NOT_FOUND, "observation.unknown", q->part[0], NULL);
}

int api_point_settle(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"settle", FIELD_OBJECT, 0, 0, FIELD_REQUIRED, NULL}};
    const struct actor *who = q->actor;
    struct json_out o = JSON_OUT(&r->body);
    struct store *s = q->worker;
    struct observation p;
    struct issue issue;
    struct photo *photos;
    bool has_issue;
    size_t n;
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err) ||
        !find_visible(q, &p, &issue, &has_issue, err) || !db_begin(&s->db, err) ||
        !observation_settle(s, q->arena, p.id, json_object(q->json, "settle"),
                            who->account.role, "", err) ||
        !db_commit(&s->db, err) || !find_visible(q, &p, &issue, &has_issue, err) ||
        !photo_list(s, q->arena, p.id, &photos, &n, err) ||
        !photo_state_point(s, &o, NULL, &p, photos, n, has_issue ? &issue : NULL, err))
        return 0;
    return 200;
}
