/* What the strict reader lets through, refuses and where it points; what the writer
 * writes. The refused list is what cJSON alone would take. */
#include "core/base/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* The key of the refusal, or "taken". */
static const char *verdict_n(const char *text, size_t n, struct err *err)
{
    cJSON *tree = NULL;
    char *exact = malloc(n ? n : 1); /* no byte behind it: ASan sees reading past it */
    assert_non_null(exact);
    memcpy(exact, text, n);
    *err = (struct err)ERR_INIT;
    bool taken = json_parse(exact, n, &tree, err);
    json_free(tree);
    free(exact);
    return taken ? "taken" : err->key;
}

static const char *verdict(const char *text)
{
    struct err err;
    const char *said = verdict_n(text, strlen(text), &err);
    if (strcmp(said, "taken") != 0) {
        assert_int_equal(err.code, ERR_INPUT);
        assert_true(strncmp(err.part, "byte ", 5) == 0);
    }
    return said;
}

struct pair {
    const char *text, *said;
};

static void each(const struct pair *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *said = verdict(rows[i].text);
        if (strcmp(said, rows[i].said) != 0)
            fail_msg("%s: %s, not %s", rows[i].text, said, rows[i].said);
    }
}

static void what_is_json_is_taken(void **state)
{
    (void)state;
    static const char *const good[] = {"{}",
                                       "[]",
                                       " [ ] ",
                                       "null",
                                       "true",
                                       "false",
                                       "0",
                                       "-0",
                                       "1.5e3",
                                       "\"\"",
                                       "{\"a\":{\"b\":[1,2,{\"c\":null}]}}",
                                       "\"S\xC3\xB8nderg\xC3\xA5rds All\xC3\xA9\"",
                                       "\"\\u00e6\\u0001\\\\u0000\"",
                                       "\"\\ud83d\\ude00\"",
                                       "[\"\\/\\b\\f\\n\\r\\t\\\"\"]",
                                       "{\"a\":1,\"A\":2}",
                                       "\t\r\n 1 \n",
                                       "1E+2",
                                       "-0.5e-7",
                                       "\"\xF0\x9F\x98\x80\""};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (strcmp(verdict(good[i]), "taken") != 0)
            fail_msg("%s: %s", good[i], verdict(good[i]));
}

static void what_cjson_lets_through_is_refused(void **state)
{
    (void)state;
    static const struct pair rows[] = {
        {"{\"a\":1,\"a\":2}", "json.duplicate_name"},
        {"[{\"x\":{\"b\":1,\"c\":2,\"b\":1}}]", "json.duplicate_name"},
        {"{\"a\":1,\"\\u0061\":2}", "json.duplicate_name"},
        {"[01]", "json.bad_number"},
        {"[1.]", "json.bad_number"},
        {"[.5]", "json.bad_value"},
        {"[+1]", "json.bad_value"},
        {"[-]", "json.bad_number"},
        {"[1e]", "json.bad_number"},
        {"[0x10]", "json.bad_value"},
        {"[\f1]", "json.bad_value"},
        {"\v1", "json.bad_value"},
        {"\xEF\xBB\xBF{}", "json.bad_value"},
        {"\"a\nb\"", "json.control_character"},
        {"\"a\x01"
         "b\"",
         "json.control_character"},
        {"\"x\\u0000y\"", "json.null_character"},
        {"{\"x\\u0000y\":1}", "json.null_character"},
        {"\"x\\uzzzzy\"", "json.bad_value"},
        {"\"x\\u00g1y\"", "json.bad_value"},
        {"\"\\ud83d\\uzzzz\"", "json.bad_value"},
        {"\"\\ud83d\"", "json.bad_value"},
        {"\"\\ude00\"", "json.bad_value"},
        {"\"\\ud83d\\u0041\"", "json.bad_value"},
        {"\"\\x41\"", "json.bad_value"},
        {"{} {}", "json.trailing"},
        {"1,", "json.trailing"},
        {"nullx", "json.trailing"},
        {"'a'", "json.bad_value"},
        {"{a:1}", "json.bad_value"},
        {"[1,]", "json.bad_value"},
        {"{\"a\":1,}", "json.bad_value"},
        {"[1 2]", "json.bad_value"},
        {"{\"a\" 1}", "json.bad_value"},
        {"[NaN]", "json.bad_value"},
        {"[Infinity]", "json.bad_value"},
        {"", "json.cut_short"},
        {"   ", "json.cut_short"},
        {"[", "json.cut_short"},
        {"{\"a\":", "json.cut_short"},
        {"\"abc", "json.cut_short"},
        {"\"abc\\", "json.cut_short"},
        {"\"\\u00", "json.cut_short"},
    };
    each(rows, sizeof rows / sizeof *rows);
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"\"\xFF\"",
                                      "\"\x80\"",
                                      "\"\xC3\"",
                                      "\"\xC0\xAF\"",
                                      "\"\xE0\x80\xAF\"",
                                      "\"\xED\xA0\x80\"",
                                      "\"\xF5\x80\x80\x80\"",
                                      "\"\xF4\x90\x80\x80\"",
                                      "{\"\xE6\":1}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(verdict(bad[i]), "json.not_utf8");
    struct err err;
    assert_string_equal(verdict_n("\"a\0b\"", 5, &err), "json.control_character");
    assert_string_equal(verdict_n("1\0", 2, &err), "json.trailing");
}

static void a_number_a_double_cannot_keep_is_refused(void **state)
{
    (void)state;
    static const struct pair rows[] = {
        {"9007199254740991", "taken"},
        {"-9007199254740991", "taken"},
        {"9007199254740992", "taken"},
        {"9007199254740993", "json.number_too_large"},
        {"-9007199254740993", "json.number_too_large"},
        {"18014398509481985", "json.number_too_large"},
        {"99999999999999999999", "json.number_too_large"},
        {"9223372036854775807", "json.number_too_large"},
        {"1e999", "json.number_too_large"},
        {"-1e999", "json.number_too_large"},
        {"[{\"a\":1e309}]", "json.number_too_large"},
        {"1e308", "taken"},
        {"1e-999", "taken"},
    };
    each(rows, sizeof rows / sizeof *rows);
    char digits[5000];
    memset(digits, '1', sizeof digits);
    struct err err;
    assert_string_equal(verdict_n(digits, sizeof digits, &err),
                        "json.number_too_large");
}

static void nesting_stops_at_the_depth(void **state)
{
    (void)state;
    struct err err;
    char text[20000];
    for (size_t depth = 1; depth <= 10000; depth = depth < 40 ? depth + 1 : depth * 3) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        const char *said = verdict_n(text, 2 * depth, &err);
        assert_string_equal(said, depth <= JSON_DEPTH ? "taken" : "json.too_deep");
    }
    memset(text, '[', sizeof text);
    assert_string_equal(verdict_n(text, 10000, &err), "json.too_deep");
    for (size_t i = 0; i + 5 <= sizeof text; i += 5)
        memcpy(text + i, "{\"a\":", 5);
    assert_string_equal(verdict_n(text, sizeof text, &err), "json.too_deep");
}

static void a_refusal_names_the_byte(void **state)
{
    (void)state;
    struct err err;
    verdict_n("[1,2,x]", 7, &err);
    assert_string_equal(err.part, "byte 6");
    verdict_n("{\"a\":\"\x01\"}", 9, &err);
    assert_string_equal(err.part, "byte 7");
}

static void numbers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    static const char text[] =
        "{\"n\":1795099920000,\"s\":\"-9223372036854775808\",\"half\":1.5,"
        "\"word\":\"12x\",\"e\":1e3,\"most\":9007199254740991,\"b\":true}";
    struct err err = ERR_INIT;
    cJSON *tree;
    assert_true(json_parse(text, sizeof text - 1, &tree, &err));
    assert_true(json_int(tree, "n", 0) == INT64_C(1795099920000));
    assert_true(json_int(tree, "s", 0) == INT64_MIN);
    assert_true(json_int(tree, "most", 0) == INT64_C(9007199254740991));
    assert_true(json_int(tree, "e", 0) == 1000);
    assert_true(json_int(tree, "half", -7) == -7);
    assert_true(json_int(tree, "word", -7) == -7);
    assert_true(json_int(tree, "absent", -7) == -7);
    assert_false(json_has_int(tree, "b"));
    assert_true(json_true(tree, "b"));
    assert_false(json_true(tree, "n"));
    assert_null(json_text(tree, "n"));
    assert_null(json_object(tree, "s"));
    assert_null(json_array(NULL, "s"));
    json_free(tree);
}

static void what_is_written_is_read_back_the_same(void **state)
{
    (void)state;
    struct buf b = BUF_INIT, again = BUF_INIT;
    struct json_out o = JSON_OUT(&b), p = JSON_OUT(&again);
    struct err err = ERR_INIT;
    cJSON *tree;
    json_open(&o, NULL, '{');
    json_str(&o, "t", "\"\\/\b\f\n\r\t\x1f\x7f S\xC3\xB8");
    json_str(&o, "none", NULL);
    json_num(&o, "n", INT64_C(-9007199254740991));
    json_num(&o, "m", INT64_C(9007199254740991));
    json_e7(&o, "lat", 570481000);
    json_e7(&o, "west", -1);
    json_bool(&o, "yes", true);
    json_open(&o, "list", '[');
    json_open(&o, NULL, '{');
    json_close(&o, '}');
    json_num(&o, NULL, 7);
    json_close(&o, ']');
    json_close(&o, '}');
    assert_string_equal(
        b.data, "{\"t\":\"\\\"\\\\/\\u0008\\u000c\\n\\r\\t\\u001f\x7f S\xC3\xB8\","
                "\"none\":null,\"n\":-9007199254740991,\"m\":9007199254740991,"
                "\"lat\":57.0481,\"west\":-0.0000001,\"yes\":true,"
                "\"list\":[{},7]}");
    assert_true(json_parse(b.data, b.len, &tree, &err));
    json_tree(&p, NULL, tree);
    assert_true(strstr(again.data, "\"n\":-9007199254740991,\"m\":9007199254740991,"));
    assert_true(strstr(again.data, "\"lat\":57.0481"));
    assert_true(strstr(again.data, "\"list\":[{},7]}"));
    assert_string_equal(json_text(tree, "t"), "\"\\/\b\f\n\r\t\x1f\x7f S\xC3\xB8");
    json_free(tree);
    buf_release(&b);
    buf_release(&again);
}

/* Found by fuzz_json: written as digits alone, which is refused, or cut to 15 digits. */
/* The writer looks at eight bytes at a time, and at what is left one by one. */
static void every_byte_is_quoted_wherever_it_stands(void **state)
{
    (void)state;
    struct buf b = BUF_INIT;
    for (size_t n = 1; n <= 19; n++)
        for (size_t at = 0; at < n; at++)
            for (int c = 1; c < 0x80; c++) {
                char text[20] = {0};
                memset(text, at % 2 ? 'x' : '!', n);
                text[at] = (char)c;
                buf_clear(&b);
                json_quote(&b, text, n);
                cJSON *again = cJSON_Parse(b.data);
                assert_non_null(again);
                assert_string_equal(again->valuestring, text);
                bool is_special = c < 0x20 || c == '"' || c == '\\';
                assert_int_equal(b.len == n + 2, !is_special);
                cJSON_Delete(again);
            }
    buf_release(&b);
}

static void a_number_that_is_no_integer_is_written_to_its_last_digit(void **state)
{
    (void)state;
    static const char *const texts[] = {"290071992547740993.23", "29007199254740993.2",
                                        "933720365208540.147",   "1e16",
                                        "1e308",                 "-0.1",
                                        "5e-324",                "0.30000000000000004"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct err err = ERR_INIT;
        struct buf b = BUF_INIT;
        struct json_out o = JSON_OUT(&b);
        cJSON *tree = NULL, *again = NULL;
        assert_true(json_parse(texts[i], strlen(texts[i]), &tree, &err));
        json_tree(&o, NULL, tree);
        if (!json_parse(b.data, b.len, &again, &err))
            fail_msg("%s was written as %s: %s", texts[i], b.data, err.key);
        assert_true(tree->valuedouble == again->valuedouble);
        json_free(tree);
        json_free(again);
        buf_release(&b);
    }
}

static void every_cut_of_a_text_is_refused_or_whole(void **state)
{
    (void)state;
    static const char text[] =
        "{\"a\":[1.5e-3,true,null,\"\\u00e6\\n\"],\"b\":{\"c\":-12}}";
    struct err err;
    for (size_t n = 0; n < sizeof text - 1; n++)
        assert_string_not_equal(verdict_n(text, n, &err), "taken");
    assert_string_equal(verdict_n(text, sizeof text - 1, &err), "taken");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_json_is_taken),
        cmocka_unit_test(what_cjson_lets_through_is_refused),
        cmocka_unit_test(text_that_is_not_utf8_is_refused),
        cmocka_unit_test(a_number_a_double_cannot_keep_is_refused),
        cmocka_unit_test(nesting_stops_at_the_depth),
        cmocka_unit_test(a_refusal_names_the_byte),
        cmocka_unit_test(numbers_are_read_whole_or_not_at_all),
        cmocka_unit_test(what_is_written_is_read_back_the_same),
        cmocka_unit_test(every_byte_is_quoted_wherever_it_stands),
        cmocka_unit_test(a_number_that_is_no_integer_is_written_to_its_last_digit),
        cmocka_unit_test(every_cut_of_a_text_is_refused_or_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
