/* Who says what about a field and what is shown: chains of over, edits made at once,
 * settling, order of arrival, withdrawing and bringing back. */
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"

/* Two devices and a registry that has admitted both. */
struct scene {
    struct store s;
    struct arena a;
    struct author one, two;
    struct record note;
};

static struct scene *scene_open(const char *name)
{
    static struct scene t;
    t = (struct scene){.one = author_make(), .two = author_make()};
    store_make(&t.s, name, STORE_REGISTRY);
    admit(&t.s, &t.a, t.one.hex, "device");
    admit(&t.s, &t.a, t.two.hex, "device");
    t.one.tick = t.two.tick = 100;
    t.note = author_says(&t.one, &t.a, "observation.note", POINT,
                         note_body(&t.a, "BEL01", "as noted"));
    return &t;
}

static void scene_close(struct scene *t)
{
    assert_rebuild_equals(&t->s);
    store_close(&t->s);
    arena_release(&t->a);
}

static struct record edit(struct scene *t, struct author *w, const char *value,
                          const struct record *const *over)
{
    return author_says(w, &t->a, "observation.edit", POINT,
                       edit_body(&t->a, "note", value, over));
}

static void assert_note(struct scene *t, const char *text, int conflicts)
{
    struct observation o = observation_of(&t->s, &t->a, POINT);
    if (text)
        assert_string_equal(o.note, text);
    else
        assert_null(o.note);
    int n = 0;
    for (const char *c = o.conflicts; c && (c = strstr(c, "\"hash\"")); c++)
        n++;
    assert_int_equal(n, conflicts);
}

static void an_edit_over_the_note_replaces_it(void **state)
{
    (void)state;
    struct scene *t = scene_open("chain");
    struct record a = edit(t, &t->one, "\"first\"", OVER(&t->note));
    struct record b = edit(t, &t->one, "\"second\"", OVER(&a));
    struct record c = edit(t, &t->two, "\"third\"", OVER(&b)); /* a lower tick than b */
    assert_true(c.tick < b.tick);
    take_from(&t->s, &t->one, &t->note);
    assert_note(t, "as noted", 0);
    take_from(&t->s, &t->one, &a);
    assert_note(t, "first", 0);
    take_from(&t->s, &t->one, &b);
    assert_note(t, "second", 0);
    take_from(&t->s, &t->two, &c);
    assert_note(t, "third", 0);
    assert_string_equal(observation_of(&t->s, &t->a, POINT).category, "BEL01");
    scene_close(t);
}

static void two_edits_at_once_are_a_conflict_and_the_higher_is_shown(void **state)
{
    (void)state;
    struct scene *t = scene_open("conflict");
    struct record a = edit(t, &t->one, "\"one\"", OVER(&t->note));
    struct record b = edit(t, &t->two, "\"two\"", OVER(&t->note));
    take_from(&t->s, &t->one, &t->note);
    take_from(&t->s, &t->one, &a);
    take_from(&t->s, &t->two, &b);
    assert_true(a.tick > b.tick);
    assert_note(t, "one", 2);
    cJSON *tree;
    struct err err = ERR_INIT;
    struct observation o = observation_of(&t->s, &t->a, POINT);
    must(json_parse(o.conflicts, strlen(o.conflicts), &tree, &err));
    const cJSON *list = json_array(tree, "note");
    const cJSON *lower = cJSON_GetArrayItem(list, 0),
                *shown = cJSON_GetArrayItem(list, 1);
    assert_string_equal(json_text(lower, "value"), "two");
    assert_false(json_true(lower, "shown"));
    assert_string_equal(json_text(shown, "value"), "one");
    assert_true(json_true(shown, "shown"));
    assert_string_equal(json_text(shown, "by"), "walker");
    assert_string_equal(json_text(shown, "organisation"), "SSP");
    json_free(tree);
    scene_close(t);
}

static void at_the_same_tick_the_higher_origin_is_shown(void **state)
{
    (void)state;
    struct scene *t = scene_open("same-tick");
    t->two.tick = t->one.tick;
    struct record a = edit(t, &t->one, "\"one\"", OVER(&t->note));
    struct record b = edit(t, &t->two, "\"two\"", OVER(&t->note));
    assert_true(a.tick == b.tick);
    take_from(&t->s, &t->one, &t->note);
    take_from(&t->s, &t->two, &b);
    take_from(&t->s, &t->one, &a);
    bool one = memcmp(t->one.origin, t->two.origin, RECORD_ORIGIN) > 0;
    assert_note(t, one ? "one" : "two", 2);
    scene_close(t);
}

static void an_edit_over_both_settles_it(void **state)
{
    (void)state;
    struct scene *t = scene_open("settle");
    struct record a = edit(t, &t->one, "\"one\"", OVER(&t->note));
    struct record b = edit(t, &t->two, "\"two\"", OVER(&t->note));
    struct record half = edit(t, &t->one, "\"half\"", OVER(&a));
    struct record both = edit(t, &t->two, "\"both\"", OVER(&b, &half));
    take_from(&t->s, &t->one, &t->note);
    take_from(&t->s, &t->one, &a);
    take_from(&t->s, &t->two, &b);
    take_from(&t->s, &t->one, &half);
    assert_note(t, "half", 2); /* over one of them settles nothing */
    take_from(&t->s, &t->two, &both);
    assert_note(t, "both", 0);
    scene_close(t);
}

static void an_edit_may_come_before_its_note(void **state)
{
    (void)state;
    struct scene *t = scene_open("before");
    struct err err = ERR_INIT;
    struct observation o;
    struct record a = edit(t, &t->two, "\"edited\"", OVER(&t->note));
    take_from(&t->s, &t->two, &a);
    assert_false(observation_find(&t->s, &t->a, POINT, &o, &err)); /* not founded yet */
    assert_int_equal(number_of(&t->s, "SELECT count(*) FROM observation"), 1);
    take_from(&t->s, &t->one, &t->note);
    assert_note(t, "edited", 0);
    scene_close(t);
}

static void a_missing_link_is_a_conflict_until_it_comes(void **state)
{
    (void)state;
    struct scene *t = scene_open("link");
    struct record a = edit(t, &t->two, "\"middle\"", OVER(&t->note));
    struct record b = edit(t, &t->one, "\"last\"", OVER(&a));
    take_from(&t->s, &t->one, &t->note);
    take_from(&t->s, &t->one, &b);
    assert_note(t, "last", 2);
    take_from(&t->s, &t->two, &a);
    assert_note(t, "last", 0);
    scene_close(t);
}

static void an_emptied_field_is_empty(void **state)
{
    (void)state;
    struct scene *t = scene_open("empty");
    struct record a = edit(t, &t->one, "null", OVER(&t->note));
    take_from(&t->s, &t->one, &t->note);
    take_from(&t->s, &t->one, &a);
    assert_note(t, NULL, 0);
    struct record b = edit(t, &t->one, "{\"not\":\"text\"}", OVER(&a));
    take_from(&t->s, &t->one, &b);
    assert_note(t, NULL, 0);
    struct record c = edit(t, &t->one, "\"again\"", OVER(&b));
    take_from(&t->s, &t->one, &c);
    assert_note(t, "again", 0);
    scene_close(t);
}

static void values_out_of_form_are_shown_as_none(void **state)
{
    (void)state;
    static const struct {
        const char *field, *value;
    } rows[] = {{"category", "\"X\""},         {"category", "\"\""},
                {"category", "\"123456789\""}, {"urgency", "\"Z\""},
                {"urgency", "\"AB\""},         {"severity", "9"},
                {"severity", "\"high\""},      {"agree", "-1"},
                {"thing", "{\"lat\":1}"},      {"thing", "{\"lat\":0,\"lon\":0}"}};
    struct scene *t = scene_open("form");
    take_from(&t->s, &t->one, &t->note);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct record r =
            author_says(&t->one, &t->a, "observation.edit", POINT,
                        edit_body(&t->a, rows[i].field, rows[i].value, OVER(&t->note)));
        take_from(&t->s, &t->one, &r);
        assert_string_equal(reason_of(&t->s, &r), "");
    }
    struct observation o = observation_of(&t->s, &t->a, POINT);
    assert_string_equal(o.category, "ANDET");
    assert_null(o.urgency);
    assert_true(o.severity == DB_NULL && o.agree == DB_NULL && !geo_known(o.thing));
    assert_string_equal(o.note, "as noted");
    scene_close(t);
}

static struct record withdraw(struct scene *t, struct author *w, bool on,
                              const struct record *over)
{
    char hex[DIGEST_HEX] = "";
    if (over)
        text_hex(over->hash, DIGEST_SIZE, hex);
    const char *body =
        arena_printf(&t->a, "{\"on\":%s,\"into\":null,\"over\":[%s%s%s]}",
                     on ? "true" : "false", over ? "\"" : "", hex, over ? "\"" : "");
    return author_says(w, &t->a, "observation.withdraw", POINT, body);
}

static void what_is_withdrawn_can_be_brought_back(void **state)
{
    (void)state;
    struct scene *t = scene_open("withdraw");
    struct record away = withdraw(t, &t->one, true, NULL);
    struct record back = withdraw(t, &t->two, false, &away); /* with a lower tick */
    take_from(&t->s, &t->one, &t->note);
    assert_false(observation_of(&t->s, &t->a, POINT).withdrawn);
    take_from(&t->s, &t->one, &away);
    assert_true(observation_of(&t->s, &t->a, POINT).withdrawn);
    take_from(&t->s, &t->two, &back);
    struct observation o = observation_of(&t->s, &t->a, POINT);
    assert_false(o.withdrawn);
    assert_null(o.conflicts);
    assert_string_equal(o.note, "as noted");
    scene_close(t);
}

static void sets_grow_by_each_record_once(void **state)
{
    (void)state;
    struct scene *t = scene_open("sets");
    take_from(&t->s, &t->one, &t->note);
    for (int i = 0; i < 3; i++) {
        struct record r = author_says(i % 2 ? &t->one : &t->two, &t->a,
                                      "observation.witness", POINT, "{}");
        take_from(&t->s, i % 2 ? &t->one : &t->two, &r);
        take_from(&t->s, i % 2 ? &t->one : &t->two, &r);
    }
    assert_int_equal(observation_of(&t->s, &t->a, POINT).witnesses, 3);
    scene_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edit_over_the_note_replaces_it),
        cmocka_unit_test(two_edits_at_once_are_a_conflict_and_the_higher_is_shown),
        cmocka_unit_test(at_the_same_tick_the_higher_origin_is_shown),
        cmocka_unit_test(an_edit_over_both_settles_it),
        cmocka_unit_test(an_edit_may_come_before_its_note),
        cmocka_unit_test(a_missing_link_is_a_conflict_until_it_comes),
        cmocka_unit_test(an_emptied_field_is_empty),
        cmocka_unit_test(values_out_of_form_are_shown_as_none),
        cmocka_unit_test(what_is_withdrawn_can_be_brought_back),
        cmocka_unit_test(sets_grow_by_each_record_once),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
