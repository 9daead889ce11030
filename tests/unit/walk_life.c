/* The walk's life: what is said of it, who came, votes, pause and reopening, and the
 * manifest behind "n of n". */
#include "core/store/closing.h"
#include "core/store/issue_merge.h"
#include "core/store/verdict.h"
#include "core/store/walk_form.h"
#include "tests/unit/store_make.h"

#define POINT_A "018c2f10-0000-7000-8000-00000000000a"
#define POINT_B "018c2f10-0000-7000-8000-00000000000b"
#define TEN "0123456789"
#define BOX TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static struct store s;
static struct arena a;

static int make_store(void **state)
{
    if (make_folder(state) != 0)
        return -1;
    store_make(&s, "walker", STORE_WALKER);
    say(&s, &a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\",\"mode\":\"foot\"}");
    return 0;
}

static int drop_store(void **state)
{
    store_close(&s);
    arena_release(&a);
    return drop_folder(state);
}

static cJSON *tree(const char *text)
{
    struct err err = ERR_INIT;
    cJSON *t;
    must(json_parse(text, strlen(text), &t, &err));
    return t;
}

static struct walk walk(void)
{
    struct err err = ERR_INIT;
    struct walk w;
    must(walk_find(&s, &a, WALK_ID, &w, &err));
    return w;
}

typedef bool (*saying)(struct store *, struct arena *, const char *, const cJSON *,
                       const char *, struct err *);

static bool tell(saying how, const char *text, struct err *err)
{
    cJSON *t = tree(text);
    bool ok = db_begin(&s.db, err) && how(&s, &a, WALK_ID, t, "leader", err);
    if (ok)
        ok = db_commit(&s.db, err);
    else
        db_rollback(&s.db);
    json_free(t);
    return ok;
}

static bool step(const char *deed, struct err *err)
{
    bool ok = db_begin(&s.db, err) && walk_step(&s, &a, WALK_ID, deed, "leader", err);
    return db_end(&s.db, ok, err);
}

static int64_t records(void)
{
    return number_of(&s, "SELECT count(*) FROM record");
}

static void what_is_said_of_a_walk_stands_in_it(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    must(tell(walk_edit,
              "{\"title\":\"Vestbyen nord\",\"mode\":\"bicycle\",\"weather\":\"rain "
              "wind\",\"light\":\"dark\",\"briefed\":true,\"data_text\":true,\"route\":"
              "[[570480000,99187000],[570490000,99197000]],\"groups\":[{\"letter\":\"A\","
              "\"leader_role\":\"council\",\"note_role\":\"resident\"}]}",
              &err));
    struct walk w = walk();
    assert_string_equal(w.title, "Vestbyen nord");
    assert_string_equal(w.mode, "bicycle");
    assert_string_equal(w.weather, "rain wind");
    assert_string_equal(w.light, "dark");
    assert_true(w.briefed && w.data_text);
    assert_non_null(strstr(w.groups, "council"));
    assert_non_null(strstr(w.route, "570490000"));
    assert_null(w.conflicts);
}

static void what_does_not_fit_is_refused_with_the_part_named(void **state)
{
    (void)state;
    static const struct {
        const char *form, *key;
    } cases[] = {
        {"{\"title\":\"\"}", "field.too_short"},
        {"{\"mode\":\"horse\"}", "field.not_word"},
        {"{\"weather\":\"sunny\"}", "walk.bad_weather"},
        {"{\"route\":[[570480000]]}", "walk.bad_route"},
        {"{\"route\":[[990480000,10]]}", "walk.bad_route"},
        {"{\"groups\":[{\"letter\":\"A\",\"leader_role\":\"Jens Hansen\"}]}",
         "walk.bad_groups"},
        {"{\"leader\":\"Jens Hansen\"}", "field.unknown"},
    };
    int64_t before = records();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct err err = ERR_INIT;
        assert_false(tell(walk_edit, cases[i].form, &err));
        assert_string_equal(err.key, cases[i].key);
    }
    assert_int_equal(records(), before);
}

static void who_came_is_numbers_by_role_a_record_for_each_group(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    int64_t before = records();
    const char *both = "[{\"group\":\"A\",\"role\":\"resident\",\"n\":6},"
                       "{\"group\":\"B\",\"role\":\"police\",\"organisation\":\"NJ\","
                       "\"n\":1}]";
    must(tell(walk_attend, both, &err));
    assert_int_equal(records(), before + 2);
    must(tell(walk_attend, both, &err)); /* nothing new */
    assert_int_equal(records(), before + 2);
    must(tell(walk_attend, "[{\"group\":\"A\",\"role\":\"resident\",\"n\":7}]", &err));
    assert_int_equal(records(), before + 4); /* A changed, B emptied */
    assert_string_equal(walk().attendance,
                        "[{\"group\":\"A\",\"role\":\"resident\",\"n\":7}]");
    assert_false(tell(walk_attend, "[{\"role\":\"Jens\",\"n\":1}]", &err));
    assert_string_equal(err.key, "walk.bad_attendance");
    assert_null(walk().conflicts);
}

static void a_group_counted_late_in_a_long_evening_can_be_emptied(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    for (int n = 1; n <= 130; n++)
        must(tell(
            walk_attend,
            arena_printf(&a, "[{\"group\":\"A\",\"role\":\"resident\",\"n\":%d}]", n),
            &err));
    must(tell(walk_attend,
              "[{\"group\":\"A\",\"role\":\"resident\",\"n\":130},"
              "{\"group\":\"C\",\"role\":\"police\",\"n\":1}]",
              &err));
    must(
        tell(walk_attend, "[{\"group\":\"A\",\"role\":\"resident\",\"n\":130}]", &err));
    assert_string_equal(walk().attendance,
                        "[{\"group\":\"A\",\"role\":\"resident\",\"n\":130}]");
}

static void votes_name_points_three_and_a_best_place(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    must(tell(walk_vote,
              "{\"stars\":{\"" POINT_A "\":3},\"top\":[\"" POINT_A "\"],\"best\":\"" POINT_B
              "\"}",
              &err));
    assert_non_null(strstr(walk().votes, "\"best\":\"" POINT_B "\""));
    assert_false(tell(walk_vote, "{\"stars\":{\"somebody\":3}}", &err));
    assert_string_equal(err.key, "walk.bad_votes");
}

static void a_pause_ends_with_resuming_and_only_of_a_walk_under_way(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_false(step("pause", &err));
    assert_string_equal(err.key, "walk.not_begun");
    must(step("begin", &err));
    must(step("pause", &err));
    assert_true(walk().paused);
    assert_string_equal(walk().state, "begun");
    int64_t before = records();
    must(step("pause", &err));
    assert_int_equal(records(), before);
    must(step("resume", &err));
    assert_false(walk().paused);
    must(step("pause", &err));
    must(step("end", &err));
    assert_string_equal(walk().state, "ended");
    assert_false(walk().paused);
}

static void note(const char *id)
{
    say(&s, &a, "observation.note", id, note_body(&a, "BEL01", "slukket"));
}

static struct closing closing(void)
{
    struct err err = ERR_INIT;
    struct closing c;
    struct walk w = walk();
    must(closing_of(&s, &a, &w, &c, &err));
    return c;
}

static void closing_says_n_of_n_and_what_came_later(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    assert_false(closing().closed);
    note(POINT_A);
    must(step("close", &err));
    struct closing c = closing();
    assert_true(c.closed && c.complete);
    assert_int_equal(c.points, 1);
    assert_int_equal(c.points_here, 1);
    assert_int_equal(c.later_count, 0);
    note(POINT_B);
    c = closing();
    assert_int_equal(c.later_count, 1);
    assert_int_equal(c.points, 1);
    assert_int_equal(c.after_count, 1);
    assert_string_equal(c.after[0], POINT_B);
}

static void a_holder_of_less_than_the_manifest_says_so(void **state)
{
    (void)state;
    struct store other;
    struct err err = ERR_INIT;
    struct db_rows rows;
    struct closing c;
    struct walk w;
    char hex[RECORD_ORIGIN_HEX];
    text_hex(s.origin, RECORD_ORIGIN, hex);
    store_make(&other, "registry", STORE_REGISTRY);
    admit(&other, &a, hex, "device");
    must(db_query(&s.db, &rows, &err, "SELECT hash, kind FROM record ORDER BY seq", ""));
    while (db_next(&rows, &err)) {
        struct record r;
        if (strcmp(db_peek(&rows, 1), "walk.vote") == 0)
            continue; /* a hole */
        must(hold_read(&s, &a, db_blob(&rows, &a, 0, NULL), &r, &err));
        take(&other, s.key, &r);
    }
    must(db_done(&rows));
    must(walk_find(&other, &a, WALK_ID, &w, &err));
    must(closing_of(&other, &a, &w, &c, &err));
    assert_true(c.closed);
    assert_false(c.complete);
    store_close(&other);
}

/* One device for each kind, which wrote nothing else of the walk. */
static void closing_names_all_who_wrote_of_it(void **state)
{
    static const struct {
        const char *kind, *body;
    } said[] = {
        {"observation.seal", "{\"walk\":\"" WALK_ID "\",\"at\":1,\"box\":\"" BOX "\"}"},
        {"track.append", "{\"walk\":\"" WALK_ID "\",\"line\":\"" POINT_B
                         "\",\"source\":\"gnss\",\"at\":1,\"lat\":570480000,"
                         "\"lon\":99187000,\"acc\":3000,\"fixes\":[],\"breaks\":[]}"},
        {"lamp.look", "{\"walk\":\"" WALK_ID "\",\"answer\":\"lit\",\"at\":1}"},
        {"verdict.give", "{\"walk\":\"" WALK_ID "\",\"observation\":\"" POINT_A
                         "\",\"verdict\":\"fixed\"}"},
        {"rating.tally",
         "{\"walk\":\"" WALK_ID "\",\"round\":\"before\",\"answers\":2}"},
        {"acute.shown", "{\"walk\":\"" WALK_ID "\",\"called\":\"112\"}"},
    };
    enum { KINDS = sizeof said / sizeof said[0] };
    struct store desk;
    struct author by[KINDS];
    struct err err = ERR_INIT;
    const char *manifest;
    (void)state;
    store_make(&desk, "desk", STORE_REGISTRY);
    say(&desk, &a, "walk.plan", WALK_ID, "{\"title\":\"Vestbyen\",\"mode\":\"foot\"}");
    for (int i = 0; i < KINDS; i++) {
        char id[UID_SIZE];
        by[i] = author_make();
        admit(&desk, &a, by[i].hex, "device");
        uid_new(id);
        struct record r = author_says(&by[i], &a, said[i].kind, id, said[i].body);
        assert_int_equal(take_from(&desk, &by[i], &r), HOLD_NEW);
        assert_string_equal(reason_of(&desk, &r), "");
    }
    must(closing_manifest(&desk, &a, WALK_ID, &manifest, &err));
    for (int i = 0; i < KINDS; i++)
        if (!strstr(manifest, by[i].hex))
            fail_msg("who said %s is not in %s", said[i].kind, manifest);
    store_close(&desk);
}

static void reopening_is_for_the_same_evening(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    must(step("reopen", &err));
    assert_string_equal(walk().state, "begun");
    int64_t before = records();
    must(step("begin", &err));
    assert_int_equal(records(), before); /* it is under way */
    must(step("close", &err));
    must(step("begin", &err));
    assert_string_equal(walk().state, "begun");
    must(step("close", &err));
    char late[128];
    snprintf(late, sizeof late, "UPDATE walk SET closed_ms = closed_ms - 46800000");
    number_of(&s, late);
    assert_false(step("reopen", &err));
    assert_string_equal(err.key, "walk.reopen_late");
    assert_false(step("begin", &err)); /* no way round it */
    assert_string_equal(err.key, "walk.reopen_late");
}

static void a_verdict_can_be_changed_and_a_retry_writes_nothing(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    bool fresh = false;
    struct verdict *list, v = {.id = "0190aaaa-0000-4000-8000-000000000009",
                               .walk = WALK_ID,
                               .observation = POINT_A,
                               .verdict = "same",
                               .by_role = "leader",
                               .by_org = ""};
    size_t n = 0;
    must(verdict_give(&s, &a, &v, &fresh, &err));
    assert_true(fresh);
    int64_t before = records();
    must(verdict_give(&s, &a, &v, &fresh, &err));
    assert_false(fresh);
    assert_int_equal(records(), before);
    v.verdict = "fixed";
    must(verdict_give(&s, &a, &v, &fresh, &err));
    must(verdict_list(&s, &a, POINT_A, NULL, &list, &n, &err));
    assert_int_equal(n, 1);
    assert_string_equal(list[0].verdict, "fixed");
    v.verdict = "mended";
    assert_false(verdict_give(&s, &a, &v, &fresh, &err));
    number_of(&s, "UPDATE walk SET closed_ms = NULL");
}

static bool plan(struct store *to, const char *form, char id[UID_SIZE], bool *fresh,
                 struct err *err)
{
    cJSON *t = tree(form);
    bool ok = walk_form_plan(to, &a, t, "leader", "", id, fresh, err);
    json_free(t);
    return ok;
}

static void a_form_sent_again_makes_no_second_walk(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char id[UID_SIZE];
    bool fresh = false;
    must(plan(&s, "{\"id\":\"" POINT_A "\",\"title\":\"Sent\"}", id, &fresh, &err));
    assert_true(fresh);
    assert_string_equal(id, POINT_A);
    int64_t before = records();
    must(plan(&s, "{\"id\":\"" POINT_A "\",\"title\":\"Sent again\"}", id, &fresh,
              &err));
    assert_false(fresh);
    assert_string_equal(id, POINT_A);
    assert_false(plan(&s, "{\"id\":\"P\",\"title\":\"No id\"}", id, &fresh, &err));
    assert_string_equal(err.key, "field.not_id");

    assert_int_equal(records(), before);
}

/* A new field of the form needs a value here, or this fails. */
static void a_plan_says_every_field_of_its_form(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    char id[UID_SIZE];
    bool fresh;
    struct db_rows rows;
    const char *form =
        "{\"title\":\"All of it\",\"area\":\"Vestbyen\",\"purpose\":\"Light\","
        "\"mode\":\"bicycle\",\"letter\":\"B\",\"starts_ms\":1795000000000,"
        "\"route\":[[570480000,99187000],[570490000,99197000]],"
        "\"weather\":\"rain wind\",\"light\":\"dusk\","
        "\"groups\":[{\"letter\":\"A\",\"leader_role\":\"council\"}],"
        "\"briefed\":true,\"data_text\":true}";
    must(plan(&s, form, id, &fresh, &err));
    must(db_query(&s.db, &rows, &err,
                  "SELECT body FROM record WHERE kind = 'walk.plan' AND"
                  " subject = ?1",
                  "s", id));
    assert_true(db_next(&rows, &err));
    cJSON *said = tree(db_peek(&rows, 0)), *wanted = tree(form);
    must(db_done(&rows));
    for (size_t i = 0; i < walk_field_count; i++) {
        const char *name = walk_fields[i].name;
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(wanted, name);
        if (!value ||
            !cJSON_Compare(cJSON_GetObjectItemCaseSensitive(said, name), value, true))
            fail_msg("%s is not in the plan as it was given", name);
    }
    json_free(said);
    json_free(wanted);
}

static void a_form_takes_no_walk_of_another(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    struct store desk;
    char id[UID_SIZE];
    bool fresh = false;
    store_make(&desk, "desk2", STORE_REGISTRY);
    struct author other = author_make();
    admit(&desk, &a, other.hex, "device");
    struct record r = author_says(&other, &a, "walk.plan", POINT_B,
                                  "{\"title\":\"Theirs\",\"mode\":\"foot\"}");
    assert_int_equal(take_from(&desk, &other, &r), HOLD_NEW);
    assert_false(
        plan(&desk, "{\"id\":\"" POINT_B "\",\"title\":\"Ours\"}", id, &fresh, &err));
    assert_string_equal(err.key, "walk.exists");
    store_close(&desk);
}

static void it_all_folds_to_the_same_again(void **state)
{
    (void)state;
    struct err err = ERR_INIT;
    must(step("reopen", &err)); /* folds the row anew, over what the tests above bent */
    assert_rebuild_equals(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_of_a_walk_stands_in_it),
        cmocka_unit_test(what_does_not_fit_is_refused_with_the_part_named),
        cmocka_unit_test(who_came_is_numbers_by_role_a_record_for_each_group),
        cmocka_unit_test(a_group_counted_late_in_a_long_evening_can_be_emptied),
        cmocka_unit_test(votes_name_points_three_and_a_best_place),
        cmocka_unit_test(a_pause_ends_with_resuming_and_only_of_a_walk_under_way),
        cmocka_unit_test(closing_says_n_of_n_and_what_came_later),
        cmocka_unit_test(a_holder_of_less_than_the_manifest_says_so),
        cmocka_unit_test(closing_names_all_who_wrote_of_it),
        cmocka_unit_test(reopening_is_for_the_same_evening),
        cmocka_unit_test(a_verdict_can_be_changed_and_a_retry_writes_nothing),
        cmocka_unit_test(a_form_sent_again_makes_no_second_walk),
        cmocka_unit_test(a_plan_says_every_field_of_its_form),
        cmocka_unit_test(a_form_takes_no_walk_of_another),
        cmocka_unit_test(it_all_folds_to_the_same_again),
    };
    return cmocka_run_group_tests(tests, make_store, drop_store);
}
