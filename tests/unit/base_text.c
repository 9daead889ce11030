/* UTF-8, decimals that do not care about the country, hex, and Danish order. Cases are
 * rows: input and what must come of it. */
#include "core/base/text.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void utf8_is_what_rfc_3629_says(void **state)
{
    (void)state;
    static const char *const good[] = {"",
                                       "a",
                                       "\x7f",
                                       "\xC2\x80",
                                       "\xDF\xBF",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xEE\x80\x80",
                                       "\xEF\xBF\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",
                                      "\xBF",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xED\xBF\xBF",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xFF",
                                      "\xFE",
                                      "\xC3",
                                      "a\xE6\x97",
                                      "\xF0\x9F\x98",
                                      "\xC3(",
                                      "\xE6\x97\xC3"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(text_is_utf8(good[i], strlen(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_is_utf8(bad[i], strlen(bad[i])));
    assert_false(text_is_utf8("a\0b", 3));
}

static void what_is_no_utf8_is_mended(void **state)
{
    struct arena a = ARENA_INIT;
    const char *good = "rødgrød 🏮";
    (void)state;
    assert_ptr_equal(text_mended(&a, good), good);
    assert_null(text_mended(&a, NULL));
    assert_string_equal(text_mended(&a, "k\xe6r \xc3\xb8 \xe2\x82"),
                        "k\xEF\xBF\xBDr \xc3\xb8 \xEF\xBF\xBD\xEF\xBF\xBD");
    arena_release(&a);
}

static void length_counts_characters_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(text_length(""), 0);
    assert_int_equal(text_length("S\xC3\xB8nderg\xC3\xA5rds All\xC3\xA9"), 16);
    assert_int_equal(text_length("\xF0\x9F\x98\x80"), 1);
}

static void whole_numbers_are_read_whole_or_refused(void **state)
{
    (void)state;
    int64_t n = 77;
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "1e3",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999",
                                      "\xC2\xB2",
                                      "--1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_int(bad[i], &n));
    assert_true(n == 77); /* untouched on refusal */
    assert_true(text_int("9223372036854775807", &n) && n == INT64_MAX);
    assert_true(text_int("-9223372036854775808", &n) && n == INT64_MIN);
    assert_true(text_int("0", &n) && n == 0);
    assert_true(text_int("-0", &n) && n == 0);
    assert_true(text_int("007", &n) && n == 7);
}

static const struct {
    const char *text;
    int64_t e7;
} decimals[] = {
    {"57.0481", 570481000},   {"-57.0481", -570481000},   {"0", 0},
    {"9.9217", 99217000},     {"180", 1800000000},        {"0.0000001", 1},
    {"-0.0000001", -1},       {"0.00000005", 1},          {"-0.00000005", -1},
    {"0.00000004999999", 0},  {"57.04810001", 570481000}, {"9999.9999999", 99999999999},
    {"0.99999995", 10000000}, {"+1.5", 15000000},         {".5", 5000000},
};

static void degrees_are_read_to_seven_places(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        int64_t got = -77;
        assert_true(text_e7(decimals[i].text, strlen(decimals[i].text), &got));
        if (got != decimals[i].e7)
            fail_msg("%s gives %lld", decimals[i].text, (long long)got);
    }
    static const char *const bad[] = {"",    "-",      ".",   "-.", "57,0481",
                                      "1e3", "57.0.1", " 1",  "1 ", "12345",
                                      "nan", "inf",    "0x1", "1-"};
    int64_t got = -77;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (text_e7(bad[i], strlen(bad[i]), &got))
            fail_msg("%s was read as %lld", bad[i], (long long)got);
    assert_true(got == -77);
    assert_true(text_e7("57.0481,9", 7, &got) && got == 570481000);
}

static void degrees_come_back_as_they_were(void **state)
{
    (void)state;
    static const struct {
        int64_t e7;
        const char *text;
    } rows[] = {{0, "0"},
                {570481000, "57.0481"},
                {-1, "-0.0000001"},
                {1800000000, "180"},
                {-1799999999, "-179.9999999"},
                {10000000, "1"},
                {INT64_MIN, "-922337203685.4775808"}};
    char out[32];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        text_from_e7(rows[i].e7, out);
        assert_string_equal(out, rows[i].text);
    }
    for (int64_t v = -1800000000; v <= 1800000000; v += 7654321) {
        int64_t back = 0;
        text_from_e7(v, out);
        assert_true(text_e7(out, strlen(out), &back) && back == v);
    }
}

static void a_danish_machine_reads_the_same(void **state)
{
    if (!setlocale(LC_ALL, "da_DK.UTF-8")) {
        print_message("skipped: the locale da_DK.UTF-8 is not installed here\n");
        skip();
    }
    degrees_are_read_to_seven_places(state);
    degrees_come_back_as_they_were(state);
    setlocale(LC_ALL, "C");
}

static void hex_is_lower_case_and_exact(void **state)
{
    (void)state;
    const unsigned char bytes[] = {0x00, 0x9a, 0xff};
    unsigned char back[3] = {7, 7, 7};
    char hex[7];
    text_hex(bytes, 3, hex);
    assert_string_equal(hex, "009aff");
    static const char *const bad[] = {"",       "009af",  "009afff",
                                      "009AFF", "009ag0", "0x9aff"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(text_unhex(bad[i], back, 3));
    assert_int_equal(back[0], 7);
    assert_true(text_unhex("009aff", back, 3));
    assert_memory_equal(back, bytes, 3);
}

static void texts_are_the_same_or_begin_and_end_alike(void **state)
{
    (void)state;
    assert_true(text_equal(NULL, NULL));
    assert_false(text_equal(NULL, ""));
    assert_true(text_starts("walk.plan", "walk.") && !text_starts("wa", "walk."));
    assert_true(text_ends("a.jpg", ".jpg") && !text_ends("jpg", ".jpg"));
}

static int danish(const void *a, const void *b)
{
    return text_compare_danish(*(const char *const *)a, *(const char *const *)b);
}

static void the_danish_alphabet_ends_in_ae_oe_aa(void **state)
{
    (void)state;
    static const char *const right[] = {"",
                                        "2",
                                        "9220 \xC3\x98st",
                                        "Abbey",
                                        "abe",
                                        "Centrum",
                                        "Nr. Sundby",
                                        "N\xC3\xB8rresundby",
                                        "Vejgaard",
                                        "Vestbyen",
                                        "Zoo",
                                        "\xC3\x86hrenfelt",
                                        "\xC3\x98stbyen",
                                        "Aalborg",
                                        "\xC3\x85rhus"};
    enum { N = sizeof right / sizeof *right };
    const char *mixed[N];
    for (size_t i = 0; i < N; i++)
        mixed[i] = right[(i * 7 + 3) % N];
    qsort(mixed, N, sizeof *mixed, danish);
    for (size_t i = 0; i < N; i++)
        assert_string_equal(mixed[i], right[i]);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++) {
            int one = text_compare_danish(right[i], right[j]);
            int other = text_compare_danish(right[j], right[i]);
            assert_true((one < 0) == (i < j) && (one > 0) == (other < 0));
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_what_rfc_3629_says),
        cmocka_unit_test(what_is_no_utf8_is_mended),
        cmocka_unit_test(length_counts_characters_not_bytes),
        cmocka_unit_test(whole_numbers_are_read_whole_or_refused),
        cmocka_unit_test(degrees_are_read_to_seven_places),
        cmocka_unit_test(degrees_come_back_as_they_were),
        cmocka_unit_test(a_danish_machine_reads_the_same),
        cmocka_unit_test(hex_is_lower_case_and_exact),
        cmocka_unit_test(texts_are_the_same_or_begin_and_end_alike),
        cmocka_unit_test(the_danish_alphabet_ends_in_ae_oe_aa),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
