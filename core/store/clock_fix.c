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
    char hex[RECORD_ORIGIN_HEX];
    const struct fold_entry *best = NULL;
    if (strlen(call->subject) < RECORD_ORIGIN_HEX ||
        call->subject[RECORD_ORIGIN_HEX - 1] != ':')
        return true;
    const char *boot = call->subject + RECORD_ORIGIN_HEX;
    memcpy(hex, call->subject, RECORD_ORIGIN_HEX - 1);
    hex[RECORD_ORIGIN_HEX - 1] = '\0';
    if (!text_unhex(hex, origin, RECORD_ORIGIN))
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

static const char sql_fix_needed[] =
    "SELECT count(*) FROM observation WHERE origin = ?1 AND boot = ?2"
    " AND clock IN ('unknown', 'set')";
static const char sql_fix_stands[] =
    "SELECT source FROM clock_fix WHERE origin = ?1 AND boot = ?2";

/* Is a better source, or as good a one, heard already? */
static bool stands(struct store *s, const char *boot, const char *source, bool *ret,
                   struct err *err)
{
    struct db_rows rows;
    if (!db_query(&s->db, &rows, err, sql_fix_stands, "bs", s->origin,
                  (size_t)RECORD_ORIGIN, boot))
        return false;
    *ret = db_next(&rows, err) && rank(db_peek(&rows, 0)) >= rank(source);
    return db_done(&rows);
}

bool clock_fix_tell(struct store *s, const char *source, int64_t utc_ms, bool *ret_told,
                    struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *boot = clock_boot_id();
    char subject[160];
    int64_t needed = 0, offset = utc_ms - clock_mono_ms();
    bool there = true;
    if (ret_told)
        *ret_told = false;
    if (!*boot)
        return true;
    if (!db_number(&s->db, &needed, 0, err, sql_fix_needed, "bs", s->origin,
                   (size_t)RECORD_ORIGIN, boot) ||
        (needed && !stands(s, boot, source, &there, err)))
        return false;
    if (there)
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
