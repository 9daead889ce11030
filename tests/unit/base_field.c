/* One table per form: what fits, what does not, and which member is at fault. */
#include "core/base/field.h"
#include "core/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct field form[] = {
    {"text", FIELD_TEXT, 2, 4, FIELD_NULLABLE, NULL},
    {"int", FIELD_INT, -5, 5, 0, NULL},
    {"bool", FIELD_BOOL, 0, 0, 0, NULL},
    {"uid", FIELD_UID, 0, 0, 0, NULL},
    {"sha", FIELD_SHA256, 0, 0, 0, NULL},
    {"time", FIELD_TIME, 0, 0, 0, NULL},
    {"word", FIELD_WORD, 0, 0, 0, "one two three"},
    {"object", FIELD_OBJECT, 0, 0, 0, NULL},
    {"array", FIELD_ARRAY, 1, 2, 0, NULL},
    {"big", FIELD_INT, INT64_MIN, INT64_MAX, 0, NULL},
};

#define SHA "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static const struct {
    const char *json, *key, *part; /* key NULL: fits */
} cases[] = {
    {"{}", NULL, ""},
    {"{\"later\":1}", NULL, ""},
    {"[]", "field.whole_not_object", ""},
    {"null", "field.whole_not_object", ""},
    {"{\"text\":null}", NULL, ""},
    {"{\"text\":\"\xC3\xA6\xC3\xB8\xC3\xA5\xC3\xA6\"}", NULL, ""},
    {"{\"text\":\"\xC3\xA6\"}", "field.too_short", "text"},
    {"{\"text\":\"abcde\"}", "field.too_long", "text"},
    {"{\"text\":12}", "field.not_text", "text"},
    {"{\"int\":5}", NULL, ""},
    {"{\"int\":\"-5\"}", NULL, ""},
    {"{\"int\":6}", "field.out_of_range", "int"},
    {"{\"int\":1.5}", "field.not_number", "int"},
    {"{\"int\":\"\"}", "field.not_number", "int"},
    {"{\"int\":true}", "field.not_number", "int"},
    {"{\"int\":null}", "field.not_number", "int"},
    {"{\"big\":\"9223372036854775807\"}", NULL, ""},
    {"{\"bool\":false}", NULL, ""},
    {"{\"bool\":0}", "field.not_bool", "bool"},
    {"{\"uid\":\"018c2f10-0000-7000-8000-0123456789ab\"}", NULL, ""},
    {"{\"uid\":\"018C2F10-0000-7000-8000-0123456789AB\"}", "field.not_id", "uid"},
    {"{\"sha\":\"" SHA "\"}", NULL, ""},
    {"{\"sha\":\"" SHA "0\"}", "field.not_sha256", "sha"},
    {"{\"time\":\"2026-11-19T18:30:00+01:00\"}", NULL, ""},
    {"{\"time\":\"2026-02-30T18:30:00Z\"}", "field.not_time", "time"},
    {"{\"word\":\"two\"}", NULL, ""},
    {"{\"word\":\"tw\"}", "field.not_word", "word"},
    {"{\"word\":\"\"}", "field.not_word", "word"},
    {"{\"word\":\"one two\"}", "field.not_word", "word"},
    {"{\"word\":\" one\"}", "field.not_word", "word"},
    {"{\"object\":{}}", NULL, ""},
    {"{\"object\":[]}", "field.not_object", "object"},
    {"{\"array\":[1]}", NULL, ""},
    {"{\"array\":[]}", "field.wrong_count", "array"},
    {"{\"array\":[1,2,3]}", "field.wrong_count", "array"},
    {"{\"array\":{}}", "field.not_array", "array"},
};

static void each_case_fits_or_names_the_member(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = ERR_INIT;
        cJSON *tree;
        assert_true(json_parse(cases[i].json, strlen(cases[i].json), &tree, &err));
        bool fits = field_check(tree, form, FIELD_COUNT(form), &err);
        json_free(tree);
        if (fits != (cases[i].key == NULL))
            fail_msg("%s: %s", cases[i].json, err.key ? err.key : "fits");
        if (fits)
            continue;
        assert_string_equal(err.key, cases[i].key);
        assert_string_equal(err.part, cases[i].part);
        assert_int_equal(err.code, ERR_INPUT);
    }
}

static bool check(const char *json, bool exact, unsigned flags, struct err *err)
{
    const struct field rows[] = {{"a", FIELD_INT, 0, 9, flags, NULL}};
    cJSON *tree;
    *err = (struct err)ERR_INIT;
    assert_true(json_parse(json, strlen(json), &tree, err));
    bool fits =
        exact ? field_check_exact(tree, rows, 1, err) : field_check(tree, rows, 1, err);
    json_free(tree);
    return fits;
}

static void required_and_nullable_are_two_things(void **state)
{
    (void)state;
    struct err err;
    assert_true(check("{}", false, FIELD_OPTIONAL, &err));
    assert_false(check("{}", false, FIELD_REQUIRED, &err));
    assert_string_equal(err.key, "field.missing");
    assert_false(check("{\"a\":null}", false, FIELD_REQUIRED, &err));
    assert_true(check("{\"a\":null}", false, FIELD_REQUIRED | FIELD_NULLABLE, &err));
    assert_false(check("{}", false, FIELD_REQUIRED | FIELD_NULLABLE, &err));
    assert_false(check("{\"A\":1}", false, FIELD_REQUIRED, &err)); /* case counts */
}

static void a_form_of_today_refuses_what_no_row_names(void **state)
{
    (void)state;
    struct err err;
    assert_true(check("{\"a\":1,\"b\":2}", false, 0, &err));
    assert_false(check("{\"a\":1,\"b\":2}", true, 0, &err));
    assert_string_equal(err.key, "field.unknown");
    assert_string_equal(err.part, "b");
    assert_true(check("{\"a\":1}", true, 0, &err));
}

static void a_word_is_one_word_of_the_list(void **state)
{
    (void)state;
    static const char words[] = "open triaged sent reopened no_action";
    assert_true(field_word_in("open", words) && field_word_in("no_action", words));
    assert_true(field_word_in("sent", words) && field_word_in("reopened", words));
    static const char *const not_in[] = {"",  "ope", "pen",          "opened", "action",
                                         " ", "no",  "triaged sent", "sent ",  "OPEN"};
    for (size_t i = 0; i < sizeof not_in / sizeof *not_in; i++)
        if (field_word_in(not_in[i], words))
            fail_msg("\"%s\" was found", not_in[i]);
    assert_false(field_word_in("a", ""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_fits_or_names_the_member),
        cmocka_unit_test(required_and_nullable_are_two_things),
        cmocka_unit_test(a_form_of_today_refuses_what_no_row_names),
        cmocka_unit_test(a_word_is_one_word_of_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
