/* Last time's points near a planned walk: those within reach of the route, in its order,
 * of the last walk or with an open case; and the question a device's pull asks for them. */
#include "tests/unit/store_make.h"

#include "core/base/clock.h"
#include "core/store/last.h"
#include "sync/interest.h"

static char walk_old[37], walk_last[37], walk_now[37];

static void plan_in(struct store *s, struct arena *a, const char *area,
                    const char *title, int64_t starts, const char *route, char id[37])
{
    struct err err = ERR_INIT;
    struct walk_wish w = {.title = title,
                          .area = area,
                          .letter = "V",
                          .starts_ms = starts,
                          .route = route};
    must(db_begin(&s->db, &err));
    must(walk_plan(s, a, &w, "coordinator", "SSP", id, &err));
    must(db_commit(&s->db, &err));
}

static void plan(struct store *s, struct arena *a, const char *title, int64_t starts,
                 const char *route, char id[37])
{
    plan_in(s, a, "Vestbyen", title, starts, route, id);
}

static void note(struct store *s, struct arena *a, const char *walk,
                 const char *category, int64_t lat, int64_t lon)
{
    struct err err = ERR_INIT;
    char id[37];
    struct observation_wish w = {.walk = walk,
                                 .category = category,
                                 .note = category,
                                 .severity = 2,
                                 .agree = DB_NULL,
                                 .agree_of = DB_NULL,
                                 .stood = {lat, lon, 4500},
                                 .thing = GEO_NOWHERE,
                                 .stood_source = "gnss",
                                 .at_ms = INT64_C(1795104000000),
                                 .by_role = "walker",
                                 .by_org = "SSP"};
    must(db_begin(&s->db, &err));
    must(observation_note(s, a, &w, id, &err));
    must(db_commit(&s->db, &err));
}

/* A route due north from 57.048, 9.9187; a tenth of a milli degree is 11 m. */
static void ground(struct store *s, struct arena *a)
{
    const int64_t day = INT64_C(86400000), now = INT64_C(1795104000000);
    static const char route[] = "[[570480000,99187000],[570490000,99187000],"
                                "[570500000,99187000]]";
    store_make(s, "device", STORE_WALKER);
    plan(s, a, "Two years ago", now - 700 * day, NULL, walk_old);
    plan(s, a, "Last year", now - 350 * day, NULL, walk_last);
    plan(s, a, "Tonight", now, route, walk_now);
    note(s, a, walk_last, "BEL02", 570495000, 99187000); /* far along       */
    note(s, a, walk_last, "BEL01", 570482000, 99190000); /* near the start  */
    note(s, a, walk_last, "REN01", 570482000, 99287000); /* 600 m beside    */
    note(s, a, walk_last, "OPH08", 570483000, 99187000); /* the police's    */
    note(s, a, walk_old, "STI01", 570485000, 99187000);  /* no open case    */
    note(s, a, walk_now, "BEP01", 570486000, 99187000);  /* tonight's       */
}

static bool gather(const struct last_point *p, void *data, struct err *err)
{
    (void)err;
    buf_printf(data, "%s ", p->o.category);
    return true;
}

static void test_last_in_order(void **state)
{
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct buf seen = BUF_INIT;
    (void)state;
    ground(&s, &a);
    must(last_near(&s, walk_now, gather, &seen, &err));
    assert_string_equal(seen.data, "BEL01 BEL02 ");
    buf_release(&seen);
    arena_release(&a);
    store_close(&s);
}

/* A Pi without a clock goes on from where it was put away, after the last walk; what the
 * plan says of tonight is the better word. */
static void test_last_by_a_clock_that_stood_still(void **state)
{
    static const char route[] = "[[570480000,99187000],[570490000,99187000]]";
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct buf seen = BUF_INIT;
    const int64_t hour = 3600000, now = clock_utc_ms();
    (void)state;
    store_make(&s, "stood", STORE_WALKER);
    plan(&s, &a, "Last autumn", now - 2 * hour, NULL, walk_last);
    plan(&s, &a, "Tonight", now + 200 * 24 * hour, route, walk_now);
    note(&s, &a, walk_last, "BEL01", 570482000, 99190000);
    must(db_begin(&s.db, &err));
    must(walk_step(&s, &a, walk_now, "begin", "coordinator", &err));
    must(db_commit(&s.db, &err));
    must(last_near(&s, walk_now, gather, &seen, &err));
    assert_string_equal(seen.data ? seen.data : "", "BEL01 ");
    buf_release(&seen);
    arena_release(&a);
    store_close(&s);
}

static void test_question_reads_back(void **state)
{
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct interest asked, read;
    (void)state;
    store_make(&s, "device", STORE_WALKER);
    must(interest_of(&s, &a, &asked, &err));
    assert_int_equal(asked.walks, 3);
    assert_int_equal(asked.areas, 1);
    assert_int_equal(asked.boxes, 2);
    assert_non_null(strstr(interest_query(&a, &asked), "areas=Vestbyen&boxes=57"));
    must(interest_read(&a, asked.walk[0], "Vestbyen,\xc3\x98st", "1,2,3,4;5,6,7,8", "1",
                       &read, &err));
    assert_true(read.own && read.walks == 1 && read.areas == 2 && read.boxes == 2);
    assert_true(interest_in_boxes(&asked, (struct geo_point){570485000, 99190000, -1}));
    assert_false(
        interest_in_boxes(&asked, (struct geo_point){570485000, 99287000, -1}));
    assert_false(interest_read(&a, "nobody", NULL, NULL, NULL, &read, &err));
    assert_string_equal(err.part, "walks");
    assert_false(interest_read(&a, NULL, NULL, "1,2,3", NULL, &read, &err));
    assert_false(interest_read(&a, NULL, NULL, "9,2,3,4", NULL, &read, &err));
    assert_string_equal(err.part, "boxes");
    arena_release(&a);
    store_close(&s);
}

/* A route of more legs than there is room for gets a coarser corridor without a hole. */
static void test_long_route(void **state)
{
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct interest i;
    struct buf route = BUF_INIT;
    char id[37];
    (void)state;
    store_make(&s, "long", STORE_WALKER);
    for (int n = 0; n < 500; n++)
        buf_printf(&route, "%s[%d,%d]", n ? "," : "[", 570480000 + n * 900,
                   99187000 + (n % 7) * 500);
    buf_char(&route, ']');
    plan(&s, &a, "Long", DB_NULL, route.data, id);
    must(interest_of(&s, &a, &i, &err));
    assert_true(i.boxes <= INTEREST_BOXES);
    for (int n = 0; n < 500; n++)
        assert_true(interest_in_boxes(
            &i, (struct geo_point){570480000 + n * 900, 99187000 + (n % 7) * 500, -1}));
    buf_release(&route);
    arena_release(&a);
    store_close(&s);
}

/* Walks of a whole season, each in an area of its own, do not push out tonight's: not the
 * one that is planned for tonight, nor the one that was begun though it is planned for
 * another day, nor the one made here without a time. */
static void test_tonight_before_a_season(void **state)
{
    const int64_t day = INT64_C(86400000), now = clock_utc_ms();
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    struct interest i;
    (void)state;
    store_make(&s, "season", STORE_WALKER);
    plan_in(&s, &a, "Tonight", "Tonight", now + day / 8, NULL, walk_now);
    plan_in(&s, &a, "Begun", "Begun", now + 400 * day, NULL, walk_last);
    plan_in(&s, &a, "At once", "At once", DB_NULL, NULL, walk_old);
    must(db_begin(&s.db, &err));
    must(walk_step(&s, &a, walk_last, "begin", "coordinator", &err));
    must(db_commit(&s.db, &err));
    for (int n = 1; n <= INTEREST_WALKS; n++) {
        const char *area = arena_printf(&a, "Area %02d", n);
        char id[37];
        plan_in(&s, &a, area, area, now + n * day, NULL, id);
    }
    must(interest_of(&s, &a, &i, &err));
    const char *query = interest_query(&a, &i);
    assert_int_equal(i.walks, INTEREST_WALKS);
    assert_int_equal(i.areas, INTEREST_AREAS);
    assert_non_null(strstr(query, walk_now));
    assert_non_null(strstr(query, walk_last));
    assert_non_null(strstr(query, walk_old));
    assert_non_null(strstr(query, "13,At%20once,Begun,Tonight&"));
    assert_null(strstr(query, "Area%2014"));
    arena_release(&a);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_last_in_order),
        cmocka_unit_test(test_last_by_a_clock_that_stood_still),
        cmocka_unit_test(test_question_reads_back),
        cmocka_unit_test(test_long_route),
        cmocka_unit_test(test_tonight_before_a_season),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
