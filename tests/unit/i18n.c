/* Every text is there in Danish and English, with the same places; an error says what,
 * why and what to do. Links the table that tools/i18n made of assets/i18n. */
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void the_table_is_sorted_and_whole(void **state)
{
    (void)state;
    assert_true(i18n_row_count > 30);
    for (size_t i = 0; i < i18n_row_count; i++) {
        const struct i18n_row *row = &i18n_rows[i];
        assert_true(i == 0 || strcmp(i18n_rows[i - 1].key, row->key) < 0);
        assert_true(*row->da && *row->en);
        assert_true(text_is_utf8(row->da, strlen(row->da)));
        assert_true(text_is_utf8(row->en, strlen(row->en)));
        assert_true(i18n_has(row->key));
        assert_ptr_equal(i18n_text(I18N_DA, row->key), row->da);
        assert_ptr_equal(i18n_text(I18N_EN, row->key), row->en);
    }
}

static void both_languages_have_the_same_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < i18n_row_count; i++)
        for (char digit = '1'; digit <= '4'; digit++) {
            char place[] = {'{', digit, '}', '\0'};
            bool danish = strstr(i18n_rows[i].da, place) != NULL;
            bool english = strstr(i18n_rows[i].en, place) != NULL;
            if (danish != english)
                fail_msg("%s: %s only in one language", i18n_rows[i].key, place);
        }
}

static void an_unknown_key_is_its_own_text(void **state)
{
    (void)state;
    static const char *const keys[] = {"", "no.such_key", "~", "disk", "disk.full.x"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        assert_false(i18n_has(keys[i]));
        assert_ptr_equal(i18n_text(I18N_DA, keys[i]), keys[i]);
        assert_ptr_equal(i18n_text(I18N_EN, keys[i]), keys[i]);
    }
}

static void places_are_filled(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    assert_string_equal(
        i18n_format(&a, I18N_EN, "field.out_of_range", "severity", "0", "4", NULL),
        "severity is not right: the number must be from 0 to 4: choose one "
        "in between");
    assert_string_equal(
        i18n_format(&a, I18N_DA, "field.out_of_range", "severity", "0", "4", NULL),
        "severity er ikke rigtigt: tallet skal være fra 0 til 4: vælg et "
        "derimellem");
    /* What is put in is not read again for places. */
    char *text = i18n_format(&a, I18N_EN, "field.unknown", "{2}{1}", NULL);
    assert_true(text_starts(text, "{2}{1} is not known: "));
    /* A place nobody filled is empty, not a brace. */
    assert_null(strchr(i18n_format(&a, I18N_EN, "field.too_long", "note", NULL), '{'));
    arena_release(&a);
}

/* The parts of "what: why: what to do". */
static int parts(const char *text)
{
    int n = 1;
    for (; (text = strstr(text, ": ")); text += 2)
        n++;
    return n;
}

/* In these rooms every text is an error. (tools/i18n --check-sources asks each key
 * that stands in a call of err_set or err_errno, in all rooms.) */
static void errors_have_three_parts(void **state)
{
    (void)state;
    static const char *const rooms[] = {"asset.", "catalogue.", "category.",
                                        "disk.",  "field.",     "file.",
                                        "geo.",   "internal",   "json."};
    for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++) {
        size_t found = 0;
        for (size_t i = 0; i < i18n_row_count; i++) {
            const struct i18n_row *row = &i18n_rows[i];
            if (!text_starts(row->key, rooms[r]))
                continue;
            found++;
            if (parts(row->da) != 3 || parts(row->en) != 3)
                fail_msg("%s is not \"what: why: what to do\"", row->key);
        }
        if (found == 0)
            fail_msg("no text begins with %s", rooms[r]);
    }
}

static void an_error_speaks_the_readers_language(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    err_set(&err, ERR_INPUT, "category.unknown", "BÆL01", NULL);
    assert_string_equal(
        i18n_error(&a, I18N_DA, &err),
        "BÆL01 er ikke en kategori: koden står ikke i kataloget: brug en "
        "gruppe som BEL eller et punkt som BEL01");
    assert_true(
        text_starts(i18n_error(&a, I18N_EN, &err), "BÆL01 is not a category: "));
    err_part(&err, "line 3");
    assert_true(text_starts(i18n_error(&a, I18N_EN, &err), "line 3: BÆL01 is"));
    arena_release(&a);
}

/* A real error of the ground, from where it arises to the words. */
static void a_cut_json_names_the_byte_once(void **state)
{
    (void)state;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    cJSON *tree = NULL;
    assert_false(json_parse("{\"a\": 1", 7, &tree, &err));
    char *text = i18n_error(&a, I18N_EN, &err);
    assert_int_equal(parts(text), 3);
    char *first = strstr(text, "byte 8");
    assert_non_null(first);
    assert_null(strstr(first + 1, "byte"));
    struct err none = {.code = ERR_INTERNAL};
    assert_true(text_starts(i18n_error(&a, I18N_DA, &none), "Noget gik galt: "));
    arena_release(&a);
}

static void a_header_chooses_danish_first(void **state)
{
    (void)state;
    assert_int_equal(i18n_from_header(NULL), I18N_DA);
    assert_int_equal(i18n_from_header("da, en;q=0.8"), I18N_DA);
    assert_int_equal(i18n_from_header("en-GB,en;q=0.9,da;q=0.1"), I18N_EN);
    assert_int_equal(i18n_from_header("fr"), I18N_DA);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_is_sorted_and_whole),
        cmocka_unit_test(both_languages_have_the_same_places),
        cmocka_unit_test(an_unknown_key_is_its_own_text),
        cmocka_unit_test(places_are_filled),
        cmocka_unit_test(errors_have_three_parts),
        cmocka_unit_test(an_error_speaks_the_readers_language),
        cmocka_unit_test(a_cut_json_names_the_byte_once),
        cmocka_unit_test(a_header_chooses_danish_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
