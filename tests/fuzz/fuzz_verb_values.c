/* fuzz_verb_values: single values as people, pages and phones write them, and every form
 * a record's body can have. A value that is taken is inside its limits, and written by
 * us it reads back the same. The first byte chooses, see the table at the end. */
#include "core/base/clock.h"
#include "core/base/digest.h"
#include "core/base/geo.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/sun.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/fold.h"
#include "core/store/observation.h"
#include "core/store/walk.h"
#include "tests/fuzz/fuzz.h"

static const char *const kinds[] = {
    "walk.plan",         "walk.edit",        "walk.begin",           "walk.close",
    "observation.note",  "observation.edit", "observation.withdraw", "photo.attach",
    "issue.open",        "issue.assign",     "issue.state",          "party.set",
    "area.set",          "origin.hello",     "origin.admit",         "origin.gone",
    "catalogue.publish",
};

static void place(const char *text)
{
    struct err err = ERR_INIT;
    struct geo_point p;
    if (!geo_parse(text, &p, &err)) {
        fuzz_must(err.code == ERR_INPUT);
        return;
    }
    fuzz_must(geo_known(p) && geo_is_place(p.lat_e7, p.lon_e7) && p.accuracy_mm >= -1);
    fuzz_must(geo_metres(p.lat_e7, p.lon_e7, 570480000, 99187000) < 20038000);
    fuzz_must(sun_light(INT64_C(1795113000000), p.lat_e7, p.lon_e7) != NULL);
}

static void moment(const char *text)
{
    char again[32];
    int64_t ms = 0, same = 0;
    int y, mo, d, h, mi;
    if (!clock_parse(text, &ms))
        return;
    clock_format(ms, again);
    clock_local(ms, &y, &mo, &d, &h, &mi);
    fuzz_must(mo >= 1 && mo <= 12 && d >= 1 && d <= 31 && h >= 0 && h < 24);
    fuzz_must(clock_date_exists(y, mo, d) || y < 1 || y > 9999);
    if (ms >= clock_days(0, 1, 1) * 86400000 && ms < clock_days(10000, 1, 1) * 86400000)
        fuzz_must(clock_parse(again, &same) && same == ms);
}

static void number(const char *text)
{
    char again[32];
    int64_t e7 = 0, same = 0;
    if (text_e7(text, strlen(text), &e7)) {
        text_from_e7(e7, again);
        fuzz_must(strlen(again) > 16 || /* a fifth whole digit by rounding up */
                  llabs(e7) >= INT64_C(100000000000) ||
                  (text_e7(again, strlen(again), &same) && same == e7));
    }
    if (text_int(text, &e7)) {
        snprintf(again, sizeof again, "%lld", (long long)e7);
        fuzz_must(text_int(again, &same) && same == e7);
    }
}

static void words(const char *text)
{
    char hex[2 * 16 + 1];
    uint8_t bytes[16];
    i18n_from_header(text);
    uid_is(text);
    digest_is_hex(text);
    fuzz_must(text_compare_danish(text, text) == 0);
    fuzz_must((text_compare_danish(text, "Østre Anlæg") < 0) ==
              (text_compare_danish("Østre Anlæg", text) > 0));
    if (text_unhex(text, bytes, sizeof bytes)) {
        text_hex(bytes, sizeof bytes, hex);
        fuzz_must(strcmp(hex, text) == 0);
    }
    if (text_is_utf8(text, strlen(text)))
        fuzz_must(text_length(text) <= strlen(text));
}

static void forms(const char *text)
{
    struct err err = ERR_INIT;
    cJSON *tree;
    if (!json_parse(text, strlen(text), &tree, &err))
        return;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct fold_kind *kind = fold_kind_of(kinds[i]);
        fuzz_must(kind != NULL);
        bool loose = field_check(tree, kind->fields, kind->field_count, &err);
        bool exact = field_check_exact(tree, kind->fields, kind->field_count, &err);
        fuzz_must(loose || !exact);
    }
    field_check(tree, walk_fields, walk_field_count, &err);
    field_check_exact(tree, observation_fields, observation_field_count, &err);
    json_free(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const asks[])(const char *) = {forms, place, moment, number, words};
    if (size < 1)
        return 0;
    char *text = fuzz_string(data + 1, size - 1);
    asks[data[0] % 5](text);
    free(text);
    return 0;
}
