/* The catalogue the programs carry is the one the project agreed on, and a bad one is
 * refused with the row at fault, whatever was read before it left untouched.
 * Reads schema/catalogue.json out of the pack, as the programs do. */
#include "core/store/catalogue.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/base/asset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct ground {
    struct arena arena;
    char *json;
    size_t len;
    struct catalogue c;
};

static int ground_open(void **state)
{
    struct ground *g = calloc(1, sizeof *g);
    struct err err = ERR_INIT;
    const struct asset *asset = asset_find("schema/catalogue.json");
    if (!g || !asset || !asset_plain(&g->arena, asset, &g->json, &g->len, &err) ||
        !catalogue_read(&g->arena, g->json, g->len, &g->c, &err))
        return -1;
    *state = g;
    return 0;
}

static int ground_close(void **state)
{
    struct ground *g = *state;
    arena_release(&g->arena);
    free(g);
    return 0;
}

static bool is_group(const struct catalogue_item *item)
{
    return item->group == item->code;
}

static void has_all_rows_in_order(void **state)
{
    const struct catalogue *c = &((struct ground *)*state)->c;
    size_t alone = 0;
    assert_int_equal(c->version, 1);
    assert_string_equal(c->valid_from, "2026-11-21");
    assert_int_equal(c->item_count, 94);
    assert_int_equal(c->group_count, 15);
    assert_int_equal(c->party_count, 19);
    assert_int_equal(c->effort_count, 15);
    for (size_t i = 0; i < c->item_count; i++) {
        const struct catalogue_item *item = &c->items[i];
        alone += strcmp(item->code, item->group) == 0;
        assert_true(i == 0 || strcmp(c->items[i - 1].code, item->code) < 0);
        assert_true(catalogue_effort(c, item->effort)->place);
        assert_string_equal(item->kle, "");
        assert_false(is_group(item));
        assert_ptr_equal(catalogue_item(c, item->code), item);
    }
    assert_int_equal(alone, 1); /* ANDET */
    assert_string_equal(c->groups[0].code, "BEL");
    assert_string_equal(c->groups[14].code, "ANDET");
}

static void an_item_has_all_its_facts(void **state)
{
    const struct catalogue *c = &((struct ground *)*state)->c;
    const struct catalogue_item *item = catalogue_item(c, "BEL07");
    assert_non_null(item);
    assert_string_equal(item->group, "BEL");
    assert_string_equal(item->party, "LYS");
    assert_string_equal(item->fallback, "BL");
    assert_string_equal(item->acute, "V/112");
    assert_string_equal(item->effort, "I01");
    assert_int_equal(item->goal, 1);
    assert_string_equal(catalogue_party(c, item->party)->kind, "operator");
    item = catalogue_item(c, "OPH08");
    assert_string_equal(item->party, "POL");
    assert_string_equal(item->fallback, "");
    assert_string_equal(item->acute, "112/114");
    assert_int_equal(catalogue_item(c, "VAN07")->goal, 5);
    assert_string_equal(catalogue_item(c, "POS06")->party, "SAM");
}

static void a_group_is_a_category_too(void **state)
{
    const struct catalogue *c = &((struct ground *)*state)->c;
    const struct catalogue_item *bel = catalogue_item(c, "BEL");
    assert_non_null(bel);
    assert_true(is_group(bel));
    assert_string_equal(bel->party, "KOO"); /* its items differ: LYS and BL */
    assert_string_equal(bel->effort, "I01");
    assert_int_equal(bel->goal, 1);
    assert_string_equal(bel->tile_da, "Belysning");
    const struct catalogue_item *pos = catalogue_item(c, "POS");
    assert_string_equal(pos->party, "SAM");                    /* its items agree */
    assert_int_equal(pos->goal, 0);                            /* 1 and 5 */
    assert_string_equal(catalogue_item(c, "REN")->effort, ""); /* I01 and I07 */
    assert_false(is_group(catalogue_item(c, "ANDET")));
    assert_true(is_group(catalogue_group(c, "ANDET")));
}

static void an_unknown_code_is_nothing(void **state)
{
    const struct catalogue *c = &((struct ground *)*state)->c;
    static const char *const codes[] = {"",       "BEL99",      "bel01", "BEL0",
                                        "BEL011", "ZZZ",        "I01",   "BEL ",
                                        "LYS",    "B\xc3\x86L", "A",     "TIL06"};
    const struct catalogue_item *item = NULL;
    struct err err = ERR_INIT;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        assert_null(catalogue_item(c, codes[i]));
    assert_false(catalogue_find(c, "BEL99", &item, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.key, "category.unknown");
    assert_string_equal(err.arg[0], "BEL99");
    assert_null(item);
    assert_true(catalogue_find(c, "BEL01", &item, &err));
    assert_string_equal(item->code, "BEL01");
}

static void danish_letters_are_whole(void **state)
{
    const struct catalogue *c = &((struct ground *)*state)->c;
    const struct catalogue_item *item = catalogue_item(c, "BEP04");
    assert_string_equal(catalogue_name(item, I18N_DA), "Skjulested tæt på sti");
    assert_string_equal(catalogue_name(item, I18N_EN), "Hiding place close to path");
    assert_string_equal(catalogue_name(catalogue_item(c, "OPH01"), I18N_DA),
                        "Øde sted uden færdsel");
    assert_string_equal(catalogue_group(c, "HAR")->tile_da, "Hærværk");
    for (size_t i = 0; i < c->item_count; i++)
        assert_true(text_is_utf8(c->items[i].da, strlen(c->items[i].da)));
}

/* The nth wording of a goal, oldest first. */
static const struct catalogue_wording *wording(const struct catalogue *c, int number,
                                               size_t nth)
{
    for (size_t i = 0; i < c->wording_count; i++)
        if (c->wordings[i].number == number && nth-- == 0)
            return &c->wordings[i];
    return NULL;
}

static void a_goal_has_the_words_of_its_year(void **state)
{
    const struct catalogue *c = &((struct ground *)*state)->c;
    const struct catalogue_wording *then = wording(c, 1, 0), *now = wording(c, 1, 1);
    assert_non_null(then);
    assert_non_null(now);
    assert_string_equal(then->from, "2014-01-01");
    assert_string_equal(then->to, "2017-12-31");
    assert_string_equal(then->da, "opleve en større tryghed");
    assert_false(then->complete);
    assert_string_equal(now->from, "2022-01-01");
    assert_string_equal(now->to, "");
    assert_true(now->complete);
    assert_non_null(strstr(now->da, "fortsat opleve en høj tryghed"));
    assert_null(wording(c, 1, 2));
    assert_null(wording(c, 6, 0));
}

/* The catalogue with the first `from` after the text `after` turned into `to`. */
static char *spoil(struct ground *g, const char *after, const char *from,
                   const char *to)
{
    char *at = strstr(g->json, after);
    assert_non_null(at);
    at = strstr(at, from);
    assert_non_null(at);
    return arena_printf(&g->arena, "%.*s%s%s", (int)(at - g->json), g->json, to,
                        at + strlen(from));
}

static void a_bad_catalogue_is_refused(void **state)
{
    static const struct {
        const char *after, *from, *to, *key, *part;
    } rows[] = {
        {"\"BEL04\"", "\"LYS\"", "\"LUX\"", "catalogue.unknown", "items BEL04 party"},
        {"\"BEL04\"", "\"BL\"", "\"XX\"", "catalogue.unknown", "items BEL04 fallback"},
        {"\"BEL04\"", "\"I01\"", "\"I99\"", "catalogue.unknown", "items BEL04 effort"},
        {"\"BEL04\"", "\"goal\": 1", "\"goal\": 9", "catalogue.unknown",
         "items BEL04 goal"},
        {"\"BEL02\"", "\"V\"", "\"911\"", "catalogue.unknown", "items BEL02 acute"},
        {"\"BEL04\"", "\"BEL\"", "\"BAL\"", "catalogue.unknown", "items BEL04 group"},
        {"\"BEL04\"", "\"BEL04\"", "\"BEL05\"", "catalogue.twice", "BEL05"},
        {"\"BEL04\"", "\"da\"", "\"db\"", "field.missing", "items BEL04 da"},
        {"\"BEL04\"", "\"Weak or uneven light\"", "\"\"", "field.too_short",
         "items BEL04 en"},
        {"\"JV\"", "\"JV\"", "\"BL\"", "catalogue.twice", "parties BL code"},
        {"\"groups\"", "\"KOO\"", "\"KAA\"", "catalogue.unknown", "groups BEL party"},
        {"\"items\"", "[", "3, [", "json.bad_value", NULL},
        {"\"items\"", "[", "[\"BEL01\",", "field.whole_not_object", NULL},
        {"\"version\"", "1", "\"one\"", "field.not_number", "version"},
        {"\"items\"", "\"items\"", "\"atoms\"", "field.missing", "items"},
    };
    struct ground *g = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct catalogue c = {.version = 77};
        struct err err = ERR_INIT;
        char *json = spoil(g, rows[i].after, rows[i].from, rows[i].to);
        assert_false(catalogue_read(&g->arena, json, strlen(json), &c, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.key, rows[i].key);
        if (rows[i].part)
            assert_string_equal(err.part, rows[i].part);
        assert_int_equal(c.version, 77);
        assert_null(c.items);
    }
}

static void a_cut_catalogue_is_refused(void **state)
{
    struct ground *g = *state;
    for (size_t n = 0; n + 1 < g->len; n += 97) {
        struct catalogue c = {0};
        struct err err = ERR_INIT;
        char *cut = arena_memdup(&g->arena, g->json, n); /* ASan sees its end */
        assert_false(catalogue_read(&g->arena, cut, n, &c, &err));
        assert_true(text_starts(err.key, "json."));
    }
}

static void a_damaged_pack_says_so(void **state)
{
    struct ground *g = *state;
    struct asset asset = *asset_find("schema/catalogue.json");
    unsigned char *bytes = arena_memdup(&g->arena, asset.bytes, asset.len);
    struct err err = ERR_INIT;
    char *text = NULL;
    size_t len = 0;
    assert_true(asset.gzipped);
    assert_null(asset_find("schema/catalogue.jso"));
    bytes[asset.len / 2] ^= 0x20;
    asset.bytes = bytes;
    assert_false(asset_plain(&g->arena, &asset, &text, &len, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    assert_string_equal(err.key, "asset.damaged");
    bytes[asset.len / 2] ^= 0x20;
    assert_true(asset_plain(&g->arena, &asset, &text, &len, &err));
    assert_int_equal(len, asset.plain_len);
    asset.plain_len--; /* the table says less than there is */
    assert_false(asset_plain(&g->arena, &asset, &text, &len, &err));
}

static void what_a_later_version_adds_is_passed_over(void **state)
{
    struct ground *g = *state;
    struct catalogue c = {0};
    struct err err = ERR_INIT;
    char *json = spoil(g, "\"BEL04\"", "\"kle\"", "\"colour\": [1, {}], \"kle\"");
    assert_true(catalogue_read(&g->arena, json, strlen(json), &c, &err));
    assert_int_equal(c.item_count, 94);
}

static void stays_small(void **state)
{
    struct ground *g = *state;
    struct arena arena = ARENA_INIT;
    struct catalogue c;
    struct err err = ERR_INIT;
    assert_true(catalogue_read(&arena, g->json, g->len, &c, &err));
    assert_in_range(arena.total, 1, 64 << 10);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_all_rows_in_order),
        cmocka_unit_test(an_item_has_all_its_facts),
        cmocka_unit_test(a_group_is_a_category_too),
        cmocka_unit_test(an_unknown_code_is_nothing),
        cmocka_unit_test(danish_letters_are_whole),
        cmocka_unit_test(a_goal_has_the_words_of_its_year),
        cmocka_unit_test(a_bad_catalogue_is_refused),
        cmocka_unit_test(a_cut_catalogue_is_refused),
        cmocka_unit_test(a_damaged_pack_says_so),
        cmocka_unit_test(what_a_later_version_adds_is_passed_over),
        cmocka_unit_test(stays_small),
    };
    return cmocka_run_group_tests(tests, ground_open, ground_close);
}
