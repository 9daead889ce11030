/* clock_fix: see the header. */
#include "core/store/clock_fix.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/store/fold.h"
#include "core/store/hold.h"

#include <stdio.h>
#include <string.h>

static const struct field fix_fields[] = {
    {"boot", FIELD_TEXT, 1, 64, FIELD_REQUIRED, NULL},
    {"utc_minus_mono_ms", FIELD_INT, -(INT64_C(1) << 52), INT64_C(1) << 52, FIELD_REQUIRED,
     NULL},
    {"source", FIELD_WORD, 0, 0, FIELD_REQUIRED, "gnss ntp set"},
};

static int rank(const char *source)
{
    return strcmp(source, "gnss") == 0 ? 3 : strcmp(source, "ntp") == 0 ? 2 : 1;
}

static void subject_of(const uint8_t *origin, const char *boot, char *out, size_t size)
{
    char hex[RECORD_ORIGIN_HEX];
    text_hex(origin, RECORD_ORIGIN, hex);
    snprintf(out, size, "%s:%s", hex, boot);
}

const char *clock_fix_about(const char *subject, uint8_t ret_origin[RECORD_ORIGIN])
{
    char hex[RECORD_ORIGIN_HEX];
    if (strlen(subject) <= RECORD_ORIGIN_HEX || subject[RECORD_ORIGIN_HEX - 1] != ':')
        return NULL;
    memcpy(hex, subject, RECORD_ORIGIN_HEX - 1);
    hex[RECORD_ORIGIN_HEX - 1] = '\0';
    return text_unhex(hex, ret_origin, RECORD_ORIGIN) ? subject + RECORD_ORIGIN_HEX : NULL;
}

static const char sql_fix_drop[] = "DELETE FROM clock_fix WHERE origin = ?1 AND boot = ?2";
static const char sql_fix_set[] =
    "INSERT INTO clock_fix (origin, boot, source, offset_ms) VALUES (?1, ?2, ?3, ?4)";

/* Only the origin itself speaks of its own boots. */
static bool counts(const struct fold_entry *e, const uint8_t *origin, const char *boot)
{
    return memcmp(e->record.origin, origin, RECORD_ORIGIN) == 0 &&
           text_equal(json_text(e->body, "boot"), boot);
}

static bool fix_fold(const struct fold_call *call, struct err *err)
{
    uint8_t origin[RECORD_ORIGIN];
    const struct fold_entry *best = NULL;
    const char *boot = clock_fix_about(call->subject, origin);
    if (!boot)
        return true;
    for (size_t i = 0; i < call->count; i++)
        if (counts(&call->entry[i], origin, boot) &&
            (!best || rank(json_text(call->entry[i].body, "source")) >=
                          rank(json_text(best->body, "source"))))
            best = &call->entry[i];
    if (!db_run(call->db, err, sql_fix_drop, "bs", origin, (size_t)RECORD_ORIGIN, boot))
        return false;
    return !best || db_run(call->db, err, sql_fix_set, "bssi", origin,
                           (size_t)RECORD_ORIGIN, boot, json_text(best->body, "source"),
                           json_int(best->body, "utc_minus_mono_ms", 0));
}

static const struct fold_kind fix_kinds[] = {
    {"clock.fix", fix_fields, FIELD_COUNT(fix_fields), FOLD_ITSELF},
};
const struct fold_noun clock_fix_noun = {fix_kinds, FIELD_COUNT(fix_kinds), fix_fold};

/* ---- telling --------------------------------------------------------------------- */

bool clock_fix_wanted(const char *clock)
{
    return clock && (strcmp(clock, "unknown") == 0 || strcmp(clock, "set") == 0);
}

static const char sql_fix_stands[] =
    "SELECT source, offset_ms FROM clock_fix WHERE origin = ?1 AND boot = ?2";

bool clock_fix_of(struct db *db, const uint8_t origin[RECORD_ORIGIN], const char *boot,
                  struct clock_fix *ret, struct err *err)
{
    static const char *const sources[] = {NULL, "set", "ntp", "gnss"};
    struct db_rows rows;
    *ret = (struct clock_fix){NULL, 0};
    if (!db_query(db, &rows, err, sql_fix_stands, "bs", origin, (size_t)RECORD_ORIGIN,
                  boot))
        return false;
    if (db_next(&rows, err))
        *ret = (struct clock_fix){sources[rank(db_peek(&rows, 0))], db_int(&rows, 1)};
    return db_done(&rows);
}

static const char sql_fix_own[] =
    "SELECT head, kind, seq FROM record WHERE origin = ?1 AND seq < ?2"
    " ORDER BY seq DESC LIMIT 200";

/* Heads of our own making, so their words stand as we write them. What an origin says of
 * itself is shown to nobody by its date. *ret_end: there is nothing of this boot below. */
static bool look_back(struct store *s, int64_t *seq, bool *ret_needed, bool *ret_end,
                      struct err *err)
{
    struct db_rows rows;
    const char *boot = clock_boot_id();
    int n = 0;
    if (!db_query(&s->db, &rows, err, sql_fix_own, "bi", s->origin, (size_t)RECORD_ORIGIN,
                  *seq))
        return false;
    for (; !*ret_needed && !*ret_end && db_next(&rows, err); n++) {
        const char *head = db_peek(&rows, 0), *kind = db_peek(&rows, 1);
        *seq = db_int(&rows, 2);
        *ret_end = !strstr(head, boot);
        *ret_needed = !*ret_end && !text_starts(kind, "origin.") &&
                      !text_starts(kind, "clock.") &&
                      (strstr(head, "\"clock\":\"unknown\"") ||
                       strstr(head, "\"clock\":\"set\""));
    }
    *ret_end |= n == 0;
    return db_done(&rows);
}

static const char sql_fix_seq[] = "SELECT seq FROM self WHERE one = 1";

/* Is there anything of this boot that our clock did not know the time of? */
static bool is_needed(struct store *s, bool *ret, struct err *err)
{
    bool needed = false, end = false;
    int64_t seq = 0;
    if (!db_number(&s->db, &seq, 0, err, sql_fix_seq, ""))
        return false;
    for (seq++; !needed && !end;)
        if (!look_back(s, &seq, &needed, &end, err))
            return false;
    *ret = needed;
    return true;
}

bool clock_fix_tell(struct store *s, const char *source, int64_t utc_ms, bool *ret_told,
                    struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *boot = clock_boot_id();
    char subject[160];
    int64_t offset = utc_ms - clock_mono_ms();
    struct clock_fix fix;
    bool needed = false;
    if (ret_told)
        *ret_told = false;
    if (!*boot)
        return true;
    if (!clock_fix_of(&s->db, s->origin, boot, &fix, err))
        return false;
    if (fix.source && rank(fix.source) >= rank(source))
        return true;
    if (!is_needed(s, &needed, err))
        return false;
    if (!needed)
        return true;
    subject_of(s->origin, boot, subject, sizeof subject);
    const char *body = arena_printf(
        &a, "{\"boot\":\"%s\",\"utc_minus_mono_ms\":%lld,\"source\":\"%s\"}", boot,
        (long long)offset, source);
    struct record_wish wish = {"clock.fix", subject, body, "", "", INT64_MIN};
    bool ok = hold_make(s, &a, &wish, NULL, err);
    arena_release(&a);
    if (ok && ret_told)
        *ret_told = true;
    return ok;
}
