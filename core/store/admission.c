/* admission: who may write what (records.md 3). Kinds origin.hello, .admit, .revoke and
 * .gone, whose subject is the hex of the origin they are about. Owns the folded table
 * admission.
 *
 * A registry's origin is certified by its root key: origin.hello carries the root key
 * and its signature over the origin. It counts when the root's hash is the registry
 * this program trusts, which is the one thing beside the records that rights hang on.
 * Every other origin is admitted by origin.admit, which only a registry may write. */
#include "core/store/admission.h"

#include "core/base/text.h"
#include "core/store/carry.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <string.h>

static const struct field hello_fields[] = {
    {"role", FIELD_WORD, 0, 0, FIELD_REQUIRED, "device registry"},
    {"root", FIELD_SHA256, 0, 0, FIELD_NULLABLE, NULL}, /* 32 bytes in hex */
    {"root_sig", FIELD_TEXT, 128, 128, FIELD_NULLABLE, NULL},
};
static const struct field gone_fields[] = {
    {"from", FIELD_INT, 1, INT64_C(1) << 52, FIELD_REQUIRED, NULL},
    {"to", FIELD_INT, 1, INT64_C(1) << 52, FIELD_REQUIRED, NULL},
};
static const struct field revoke_fields[] = {
    {"last_seq", FIELD_INT, 0, INT64_C(1) << 52, FIELD_REQUIRED, NULL},
    {"hash", FIELD_SHA256, 0, 0, FIELD_NULLABLE, NULL},
};
static const struct field admit_fields[] = {
    {"role", FIELD_WORD, 0, 0, FIELD_REQUIRED, "device registry"},
    {"scope", FIELD_TEXT, 0, 80, FIELD_NULLABLE, NULL},
    {"name", FIELD_TEXT, 0, 80, FIELD_NULLABLE, NULL},
};

/* Is this hello the word of the registry we trust, about its own origin? */
static bool certified(const struct fold_call *call, const struct fold_entry *e)
{
    uint8_t root[SIGN_PUBLIC], sig[SIGN_SIZE];
    char id[DIGEST_HEX], origin[RECORD_ORIGIN_HEX];
    const char *root_hex = json_text(e->body, "root");
    const char *sig_hex = json_text(e->body, "root_sig");
    text_hex(e->record.origin, RECORD_ORIGIN, origin);
    if (!root_hex || !sig_hex || strcmp(origin, call->subject) != 0)
        return false;
    if (!text_unhex(root_hex, root, SIGN_PUBLIC) || !text_unhex(sig_hex, sig, SIGN_SIZE))
        return false;
    digest_hex_of(root, SIGN_PUBLIC, id);
    return strcmp(id, call->registry) == 0 &&
           sign_check(e->record.origin, RECORD_ORIGIN, root, sig);
}

bool admission_certified(const struct store *s, const struct record *r)
{
    struct err ignored = ERR_INIT;
    struct fold_entry e = {.record = *r};
    struct fold_call call = {.registry = s->registry, .subject = r->subject};
    if (strcmp(r->kind, "origin.hello") != 0 || !r->body ||
        !json_parse(r->body, r->body_len, &e.body, &ignored))
        return false;
    bool ok = certified(&call, &e);
    json_free(e.body);
    return ok;
}

static const char sql_admission_set[] =
    "INSERT INTO admission (origin, role, scope, name, last_seq)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (origin) DO UPDATE SET"
    " role = excluded.role, scope = excluded.scope, name = excluded.name,"
    " last_seq = excluded.last_seq";
static const char sql_admission_drop[] = "DELETE FROM admission WHERE origin = ?1";

static const char sql_gone_drop[] = "DELETE FROM gone WHERE origin = ?1";
static const char sql_gone_add[] =
    "INSERT INTO gone (origin, first, last) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (origin, first) DO UPDATE SET last ="
    " CASE WHEN gone.last > excluded.last THEN gone.last ELSE excluded.last END";

/* Only an origin itself may let its bodies go. */
static bool fold_gone(const struct fold_call *call, const uint8_t *origin,
                      struct err *err)
{
    if (!db_run(call->db, err, sql_gone_drop, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    for (size_t i = 0; i < call->count; i++) {
        const struct fold_entry *e = &call->entry[i];
        if (strcmp(e->record.kind, "origin.gone") == 0 &&
            memcmp(e->record.origin, origin, RECORD_ORIGIN) == 0 &&
            !db_run(call->db, err, sql_gone_add, "bii", origin, (size_t)RECORD_ORIGIN,
                    json_int(e->body, "from", 1), json_int(e->body, "to", 1)))
            return false;
    }
    return true;
}

static bool admission_fold(const struct fold_call *call, struct err *err)
{
    uint8_t origin[RECORD_ORIGIN];
    const struct fold_entry *admitted = NULL;
    bool registry = false; /* a registry's rights hang on its root: none can revoke them */
    int64_t last_seq = DB_NULL;
    if (!text_unhex(call->subject, origin, RECORD_ORIGIN))
        return true; /* a subject that is no origin names nobody */
    if (!fold_gone(call, origin, err))
        return false;
    for (size_t i = 0; i < call->count; i++) {
        const struct fold_entry *e = &call->entry[i];
        if (strcmp(e->record.kind, "origin.admit") == 0) {
            admitted = e;
            last_seq = DB_NULL;
        } else if (strcmp(e->record.kind, "origin.revoke") == 0) {
            int64_t last = json_int(e->body, "last_seq", 0);
            last_seq = last_seq == DB_NULL || last < last_seq ? last : last_seq;
        }
        if (e == admitted ? text_equal(json_text(e->body, "role"), "registry")
                          : certified(call, e))
            registry = true;
    }
    if (!registry && !admitted)
        return db_run(call->db, err, sql_admission_drop, "b", origin,
                      (size_t)RECORD_ORIGIN);
    const cJSON *body = admitted ? admitted->body : NULL;
    return db_run(call->db, err, sql_admission_set, "bsssx", origin, (size_t)RECORD_ORIGIN,
                  registry ? "registry" : json_text(body, "role"),
                  json_text(body, "scope"), json_text(body, "name"),
                  registry ? DB_NULL : last_seq);
}

static const struct fold_kind admission_kinds[] = {
    {"origin.hello", hello_fields, FIELD_COUNT(hello_fields), FOLD_ITSELF},
    {"origin.admit", admit_fields, FIELD_COUNT(admit_fields), FOLD_REGISTRY},
    {"origin.revoke", revoke_fields, FIELD_COUNT(revoke_fields), FOLD_REGISTRY},
    {"origin.gone", gone_fields, FIELD_COUNT(gone_fields), FOLD_ITSELF},
};
const struct fold_noun admission_noun = {admission_kinds, FIELD_COUNT(admission_kinds),
                                         admission_fold};

/* ---- shutting out ---------------------------------------------------------------- */

static const char sql_last_held[] =
    "SELECT seq, hash FROM record WHERE origin = ?1 ORDER BY seq DESC LIMIT 1";

/* Also of what others carry for it: that was here before, and stays. */
static bool last_carried(struct store *s, struct arena *a, const uint8_t *origin,
                         int64_t *last, struct err *err)
{
    static const char sql_carriers[] =
        "SELECT hash FROM record WHERE carried_origin = ?1 AND body IS NOT NULL";
    struct db_rows rows;
    bool ok = true;
    if (!db_query(&s->db, &rows, err, sql_carriers, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    while (ok && db_next(&rows, err)) {
        struct record r, inner;
        struct err unread = ERR_INIT;
        bool whole;
        ok = hold_read_whole(s, a, sqlite3_column_blob(rows.statement, 0), &r, &whole,
                             err);
        if (ok && whole && carry_open(a, &r, &inner, &unread) && inner.seq > *last)
            *last = inner.seq;
    }
    return db_done(&rows) && ok;
}

bool admission_revoke(struct store *s, struct arena *a,
                      const uint8_t origin[RECORD_ORIGIN], struct err *err)
{
    struct db_rows rows;
    char subject[RECORD_ORIGIN_HEX], hash[DIGEST_HEX] = "";
    int64_t last = 0;
    if (!db_query(&s->db, &rows, err, sql_last_held, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    if (db_next(&rows, err)) {
        last = db_int(&rows, 0);
        text_hex(sqlite3_column_blob(rows.statement, 1), DIGEST_SIZE, hash);
    }
    if (!db_done(&rows) || !last_carried(s, a, origin, &last, err))
        return false;
    text_hex(origin, RECORD_ORIGIN, subject);
    const char *body =
        *hash ? arena_printf(a, "{\"last_seq\":%lld,\"hash\":\"%s\"}", (long long)last, hash)
              : arena_printf(a, "{\"last_seq\":%lld}", (long long)last);
    struct record_wish wish = {"origin.revoke", subject, body, "registry", "", INT64_MIN};
    return hold_make(s, a, &wish, NULL, err);
}

/* ---- asking ---------------------------------------------------------------------- */

static const char sql_admission_count[] =
    "SELECT count(*) FROM admission WHERE origin = ?1 AND (?2 = '' OR role = ?2)";

static bool ask(struct store *s, const uint8_t origin[RECORD_ORIGIN], const char *role,
                bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_admission_count, "bs", origin,
                   (size_t)RECORD_ORIGIN, role))
        return false;
    *ret = n > 0;
    return true;
}

bool admission_of(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
                  struct err *err)
{
    *ret = memcmp(origin, s->origin, RECORD_ORIGIN) == 0;
    return *ret || ask(s, origin, "", ret, err);
}

static const char sql_gone_has[] =
    "SELECT count(*) FROM gone WHERE origin = ?1 AND first <= ?2 AND last >= ?2";

bool admission_body_gone(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                         int64_t seq, bool *ret, struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_gone_has, "bi", origin, (size_t)RECORD_ORIGIN,
                   seq))
        return false;
    *ret = n > 0;
    return true;
}

bool admission_is_registry(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                           bool *ret, struct err *err)
{
    return ask(s, origin, "registry", ret, err);
}

static const char sql_revoked[] =
    "SELECT count(*) FROM admission WHERE origin = ?1 AND role = 'device'"
    " AND last_seq IS NOT NULL";

bool admission_is_revoked(struct store *s, const uint8_t origin[RECORD_ORIGIN], bool *ret,
                          struct err *err)
{
    int64_t n = 0;
    if (!db_number(&s->db, &n, 0, err, sql_revoked, "b", origin, (size_t)RECORD_ORIGIN))
        return false;
    *ret = n > 0;
    return true;
}
