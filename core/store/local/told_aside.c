/* told_aside: see the header. */
#include "core/store/local/told_aside.h"

#include "core/base/text.h"

static const char sql_told_drop[] =
    "DELETE FROM receipt_aside WHERE registry = ?1 AND epoch = ?2 AND origin = ?3";
static const char sql_told_add[] =
    "INSERT INTO receipt_aside (registry, epoch, origin, seq, reason)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (registry, epoch, origin, seq) DO "
    "NOTHING";

bool told_aside_take(struct store *s, const struct peer *p,
                     const uint8_t origin[RECORD_ORIGIN], const cJSON *told,
                     struct err *err)
{
    const size_t n = RECORD_ORIGIN;
    char hex[RECORD_ORIGIN_HEX];
    text_hex(origin, RECORD_ORIGIN, hex);
    if (!told)
        return true;
    bool ok =
        db_run(&s->db, err, sql_told_drop, "ssb", p->registry, p->epoch, origin, n);
    for (const cJSON *one = told->child; ok && one; one = one->next) {
        int64_t seq = json_int(one, "seq", 0);
        const char *reason = json_text(one, "reason");
        if (seq > 0 && text_equal(json_text(one, "origin"), hex))
            ok = db_run(&s->db, err, sql_told_add, "ssbis", p->registry, p->epoch,
                        origin, n, seq, reason ? reason : "form");
    }
    return ok;
}
