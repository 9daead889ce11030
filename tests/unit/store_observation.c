/* Points as people make them: numbers, light, two positions, edits, withdrawing, photos;
 * and walks with their steps. All by the calls the programs use. */
#include "tests/unit/store_make.h"

static struct observation_wish wish_of(const char *walk)
{
    return (struct observation_wish){.walk = walk,
                                     .category = "BEL01",
                                     .note = "The lamp is out",
                                     .severity = 2,
                                     .agree = 3,
                                     .agree_of = 5,
                                     .stood = {570480000, 99187000, 4500},
                                     .thing = GEO_NOWHERE,
                                     .stood_source = "gnss",
                                     .at_ms = INT64_C(1795104000000),
                                     .by_role = "walker",
                                     .by_org = "SSP"};
}

static void note(struct store *s, struct arena *a, const struct observation_wish *w,
                 char id[37])
{
    struct err err = ERR_INIT;
    must(db_begin(&s->db, &err));
    must(observation_note(s, a, w, id, &err));
    must(db_commit(&s->db, &err));
}

static void plan(struct store *s, struct arena *a, const char *title, char id[37])
{
    struct err err = ERR_INIT;
    struct walk_wish w = {.title = title,
                          .area = "Vestbyen",
                          .letter = "V",
                          .starts_ms = INT64_C(1795104000000),
                          .route = "[[570480000,99187000],[570490000,99187000]]"};
    must(db_begin(&s->db, &err));
    must(walk_plan(s, a, &w, "coordinator", "SSP", id, &err));
    must(db_commit(&s->db, &err));
}

static void step(struct store *s, struct arena *a, const char *id, const char *deed)
{
    struct err err = ERR_INIT;
    must(db_begin(&s->db, &err));
    must(walk_step(s, a, id, deed, "coordinator", &err));
    must(db_commit(&s->db, &err));
}

static bool edit(struct store *s, struct arena *a, const char *id, const char *fields,
                 const char *seen, struct err *err)
{
    cJSON *f = NULL, *o = NULL;
    assert_true(json_parse(fields, strlen(fields), &f, err));
    assert_true(!seen || json_parse(seen, strlen(seen), &o, err));
    assert_true(db_begin(&s->db, err));
    bool ok = observation_edit(s, a, id, f, o, "walker", "SSP", err);
    if (ok)
        ok = db_commit(&s->db, err);
    else
        db_rollback(&s->db);
    json_free(f);
    json_free(o);
    return ok;
}

static void points_are_numbered_by_walk(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    char one[37], other[37], id[37];
    store_make(&s, "numbers", STORE_WALKER);
    plan(&s, &a, "one", one);
    plan(&s, &a, "other", other);
    for (int64_t i = 1; i <= 3; i++) {
        struct observation_wish w = wish_of(one);
        note(&s, &a, &w, id);
        assert_true(observation_of(&s, &a, id).number == i);
        w.walk = other;
        note(&s, &a, &w, id);
        assert_true(observation_of(&s, &a, id).number == i);
    }
    store_close(&s);
    arena_release(&a);
}

static void a_point_says_all_it_was_given(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char id[37], again[37];
    store_make(&s, "whole", STORE_WALKER);
    struct observation_wish w = wish_of(WALK_ID);
    note(&s, &a, &w, id);
    struct observation o = observation_of(&s, &a, id), tail;
    assert_string_equal(o.note, "The lamp is out");
    assert_string_equal(o.walk, WALK_ID);
    assert_true(o.severity == 2 && o.agree == 3 && o.agree_of == 5 && o.own);
    assert_true(o.stood.lat_e7 == 570480000 && o.stood.accuracy_mm == 4500);
    assert_string_equal(o.stood_source, "gnss");
    assert_false(geo_known(o.thing));
    assert_true(o.at_ms == INT64_C(1795104000000) && o.withdrawn == false);
    assert_null(o.urgency);
    assert_null(o.conflicts);
    must(observation_find(&s, &a, id + 24, &tail, &err));
    assert_string_equal(tail.id, id);
    assert_false(observation_find(&s, &a, "12345", &tail, &err));
    assert_false(observation_find(&s, &a, "%%%%%%%%", &tail, &err));
    assert_string_equal(err.key, "observation.unknown");
    w.id = id;
    must(db_begin(&s.db, &err));
    assert_false(observation_note(&s, &a, &w, again, &err));
    assert_string_equal(err.key, "observation.exists");
    db_rollback(&s.db);
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

static void the_light_is_that_of_the_place_and_time(void **state)
{
    (void)state;
    static const struct {
        int64_t at_ms;
        const char *light;
    } rows[] = {{INT64_C(1795089600000), "daylight"}, /* 2026-11-19 12:00 UTC */
                {INT64_C(1795101000000), "dusk"},     /* 15:10 */
                {INT64_C(1795113000000), "dark"}};    /* 18:30 */
    struct store s;
    struct arena a = ARENA_INIT;
    char id[37];
    store_make(&s, "light", STORE_WALKER);
    for (size_t i = 0; i < 3; i++) {
        struct observation_wish w = wish_of(WALK_ID);
        w.at_ms = rows[i].at_ms;
        note(&s, &a, &w, id);
        assert_string_equal(observation_of(&s, &a, id).light, rows[i].light);
        w.thing =
            (struct geo_point){570480000, 99187000 - 1500000000, -1}; /* by the thing */
        note(&s, &a, &w, id);
        assert_string_equal(observation_of(&s, &a, id).light,
                            i < 2 ? "dark" : "daylight");
        w.stood = w.thing = (struct geo_point)GEO_NOWHERE;
        note(&s, &a, &w, id);
        assert_null(observation_of(&s, &a, id).light);
    }
    store_close(&s);
    arena_release(&a);
}

static void what_is_not_of_the_form_is_not_noted(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    store_make(&s, "form", STORE_WALKER);
    struct observation_wish bad[5];
    for (size_t i = 0; i < 5; i++)
        bad[i] = wish_of(WALK_ID);
    bad[0].walk = "no id";
    bad[1].category = "B";
    bad[2].severity = 5;
    bad[3].urgency = "A B";
    char *text = arena_alloc(&a, OBSERVATION_NOTE_MOST + 2);
    memset(text, 'x', OBSERVATION_NOTE_MOST + 1);
    bad[4].note = text;
    static const char *const parts[] = {"walk", "category", "severity", "urgency",
                                        "note"};
    for (size_t i = 0; i < 5; i++) {
        must(db_begin(&s.db, &err));
        assert_false(observation_note(&s, &a, &bad[i], NULL, &err));
        db_rollback(&s.db);
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.part, parts[i]);
    }
    assert_int_equal(number_of(&s, "SELECT count(*) FROM record"), 1);
    store_close(&s);
    arena_release(&a);
}

static void an_edit_covers_what_was_seen(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char id[37];
    store_make(&s, "edit", STORE_WALKER);
    struct observation_wish w = wish_of(WALK_ID);
    note(&s, &a, &w, id);
    must(edit(&s, &a, id, "{\"note\":\"Two lamps\",\"severity\":null}", NULL, &err));
    struct observation o = observation_of(&s, &a, id);
    assert_string_equal(o.note, "Two lamps");
    assert_true(o.severity == DB_NULL && o.conflicts == NULL && o.changed > o.tick);
    must(edit(&s, &a, id, "{\"note\":\"Blind\"}", "{\"note\":[]}",
              &err)); /* saw nothing */
    o = observation_of(&s, &a, id);
    assert_string_equal(o.note, "Blind");
    assert_non_null(o.conflicts);
    must(edit(&s, &a, id, "{\"note\":\"Settled\"}", NULL, &err));
    assert_null(observation_of(&s, &a, id).conflicts);
    must(edit(&s, &a, id, "{}", NULL, &err)); /* nothing said, nothing written */
    assert_int_equal(number_of(&s, "SELECT count(*) FROM record"), 5);
    static const char *const bad[] = {
        "{\"walk\":\"" WALK_ID "\"}", "{\"colour\":1}",   "{\"severity\":7}",
        "{\"category\":\"X\"}",       "{\"stood\":null}", "{\"urgency\":\"E\"}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(edit(&s, &a, id, bad[i], NULL, &err));
    assert_string_equal(observation_of(&s, &a, id).note, "Settled");
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

/* 0 says that it works. It came with the category, and goes with it; what somebody said
 * meanwhile of how bad it is stays. */
static void what_works_no_more_has_no_severity(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char id[37];
    store_make(&s, "works", STORE_WALKER);
    struct observation_wish w = wish_of(WALK_ID);
    w.category = "POS01";
    w.severity = DB_NULL;
    note(&s, &a, &w, id);
    must(edit(&s, &a, id, "{\"category\":\"POS02\"}", NULL, &err));
    assert_true(observation_of(&s, &a, id).severity == 0);
    must(edit(&s, &a, id, "{\"category\":\"BEL01\"}", "{\"category\":[]}", &err));
    assert_true(observation_of(&s, &a, id).severity ==
                0); /* it never saw that it works */
    must(edit(&s, &a, id, "{\"category\":\"BEL01\"}", NULL, &err));
    assert_true(observation_of(&s, &a, id).severity == DB_NULL);
    must(edit(&s, &a, id, "{\"category\":\"POS01\",\"severity\":0}", NULL, &err));
    must(edit(&s, &a, id, "{\"severity\":3}", NULL, &err));
    must(edit(&s, &a, id, "{\"category\":\"BEL01\"}", NULL, &err));
    assert_true(observation_of(&s, &a, id).severity == 3);
    must(edit(&s, &a, id, "{\"severity\":0}", NULL, &err));
    must(edit(&s, &a, id, "{\"category\":\"BEL02\"}", NULL, &err));
    assert_true(observation_of(&s, &a, id).severity == 0); /* a lamp that works */
    assert_null(observation_of(&s, &a, id).conflicts);
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

static bool count(const struct observation *o, const struct photo *photos, size_t n,
                  void *data, struct err *err)
{
    (void)err;
    int *counts = data;
    counts[0]++;
    counts[1] += (int)n;
    counts[2] += o->withdrawn;
    for (size_t i = 0; i < n; i++)
        assert_string_equal(photos[i].observation, o->id);
    return true;
}

static void withdrawn_points_are_passed_over(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char id[3][37];
    store_make(&s, "withdrawn", STORE_WALKER);
    for (int i = 0; i < 3; i++) {
        struct observation_wish w = wish_of(WALK_ID);
        note(&s, &a, &w, id[i]);
    }
    struct photo p = {.observation = id[0],
                      .type = "image/jpeg",
                      .bytes = 9,
                      .width = 4,
                      .height = 3,
                      .at = {570480000, 99187000, -1},
                      .place_from = "exif",
                      .sha256 = arena_printf(&a, "%064d", 1),
                      .direction_c = 9000,
                      .altitude_mm = DB_NULL,
                      .taken_ms = DB_NULL};
    must(db_begin(&s.db, &err));
    must(photo_attach(&s, &a, &p, "walker", &err));
    must(photo_attach(&s, &a, &p, "walker", &err)); /* twice is once */
    must(observation_withdraw(&s, &a, id[1], true, id[0], NULL, "walker", &err));
    must(observation_witness(&s, &a, id[0], "walker", &err));
    must(db_commit(&s.db, &err));
    int seen[3] = {0}, every[3] = {0};
    must(observation_each(&s, WALK_ID, false, count, seen, &err));
    must(observation_each(&s, "", true, count, every, &err));
    assert_true(seen[0] == 2 && seen[1] == 1 && seen[2] == 0);
    assert_true(every[0] == 3 && every[1] == 1 && every[2] == 1);
    assert_string_equal(observation_of(&s, &a, id[1]).into, id[0]);
    assert_int_equal(observation_of(&s, &a, id[0]).witnesses, 1);
    const char *owner;
    must(photo_owner(&s, &a, p.sha256, &owner, &err));
    assert_string_equal(owner, id[0]);
    must(db_begin(&s.db, &err));
    must(observation_withdraw(&s, &a, id[1], false, NULL, NULL, "walker", &err));
    must(db_commit(&s.db, &err));
    assert_false(observation_of(&s, &a, id[1]).withdrawn);
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

static void a_walk_goes_from_planned_to_closed(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct walk w;
    char id[37], point[37];
    store_make(&s, "walk", STORE_WALKER);
    must(walk_current(&s, &a, DB_NULL, true, &w, &err));
    assert_string_equal(w.id, "");
    plan(&s, &a, "Vestbyen en aften", id);
    must(walk_find(&s, &a, id + 20, &w, &err));
    assert_string_equal(w.state, "planned");
    assert_string_equal(w.mode, "foot");
    assert_string_equal(w.route, "[[570480000,99187000],[570490000,99187000]]");
    assert_true(w.own && w.begun_ms == DB_NULL &&
                w.starts_ms == INT64_C(1795104000000));
    step(&s, &a, id, "begin");
    struct observation_wish wish = wish_of(id);
    note(&s, &a, &wish, point);
    must(walk_current(&s, &a, DB_NULL, true, &w, &err));
    assert_string_equal(w.id, id);
    assert_true(w.points == 1 && w.photos == 0 && w.begun_ms > 0);
    step(&s, &a, id, "end");
    must(walk_current(&s, &a, DB_NULL, true, &w, &err));
    assert_string_equal(w.id, "");
    step(&s, &a, id, "begin"); /* opens it again, begun when it first was */
    int64_t begun = w.begun_ms;
    must(walk_find(&s, &a, id, &w, &err));
    assert_string_equal(w.state, "begun");
    assert_true(w.begun_ms != DB_NULL && w.begun_ms != begun);
    step(&s, &a, id, "close");
    must(walk_find(&s, &a, id, &w, &err));
    assert_string_equal(w.state, "closed");
    assert_int_equal(
        number_of(&s, "SELECT json_extract(manifest, '$.points') FROM walk"), 1);
    assert_false(walk_find(&s, &a, "ffffff", &w, &err));
    assert_string_equal(err.key, "walk.unknown");
    assert_rebuild_equals(&s);
    store_close(&s);
    arena_release(&a);
}

/* Found by fuzz_receive: a category of Danish letters was cut inside the second. */
static void a_group_is_of_whole_letters(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"BEL01", "BEL"}, {"ANDET", "ANDET"}, {"ÆØÅ01", "ÆØÅ"},
        {"A€€9", "A€€"}, {"€€€", "€€"}, {"X", "X"}};
    char group[8];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        observation_group(rows[i][0], group);
        assert_string_equal(group, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_numbered_by_walk),
        cmocka_unit_test(a_point_says_all_it_was_given),
        cmocka_unit_test(the_light_is_that_of_the_place_and_time),
        cmocka_unit_test(what_is_not_of_the_form_is_not_noted),
        cmocka_unit_test(an_edit_covers_what_was_seen),
        cmocka_unit_test(what_works_no_more_has_no_severity),
        cmocka_unit_test(withdrawn_points_are_passed_over),
        cmocka_unit_test(a_walk_goes_from_planned_to_closed),
        cmocka_unit_test(a_group_is_of_whole_letters),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
