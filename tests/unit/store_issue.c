/* What the registry does with observations taken in: it opens an issue, follows it while
 * no person has touched it, and lets people change only what the state table allows. */
#include "core/base/clock.h"
#include "core/store/area.h"
#include "core/store/issue.h"
#include "core/store/published.h"
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"

struct scene {
    struct store s;
    struct arena a;
    struct catalogue catalogue;
    struct author w;
};

static bool hook(struct store *s, struct arena *a, const struct record *r, void *data,
                 struct err *err)
{
    return !text_starts(r->kind, "observation.") ||
           issue_follow(s, a, data, r->subject, err);
}

static struct scene *scene_open(const char *name)
{
    static struct scene t;
    struct err err = ERR_INIT;
    t = (struct scene){.w = author_make()};
    store_make(&t.s, name, STORE_REGISTRY);
    must(published_start(&t.s, &err));
    must(published_catalogue(&t.s, &t.a, &t.catalogue, &err));
    t.s.applied = hook;
    t.s.hook_data = &t.catalogue;
    admit(&t.s, &t.a, t.w.hex, "device");
    return &t;
}

static void scene_close(struct scene *t)
{
    assert_rebuild_equals(&t->s);
    store_close(&t->s);
    arena_release(&t->a);
}

static struct record send(struct scene *t, const char *kind, const char *body)
{
    struct record r = author_says(&t->w, &t->a, kind, POINT, body);
    take_from(&t->s, &t->w, &r);
    return r;
}

static struct issue issue_of(struct scene *t)
{
    struct err err = ERR_INIT;
    struct issue i;
    char id[UID_SIZE];
    uid_derive("issue", POINT, id);
    must(issue_find(&t->s, &t->a, id, &i, &err));
    return i;
}

static bool set_state(struct scene *t, const char *head, const char *to,
                      struct err *err)
{
    struct issue i = issue_of(t);
    assert_true(db_begin(&t->s.db, err));
    bool ok = issue_state_set(&t->s, &t->a, i.id, head ? head : i.head, to, "because",
                              "coordinator", err);
    if (ok)
        ok = db_commit(&t->s.db, err);
    else
        db_rollback(&t->s.db);
    return ok;
}

static bool give_to(struct scene *t, const char *party, struct err *err)
{
    struct issue i = issue_of(t);
    assert_true(db_begin(&t->s.db, err));
    bool ok = issue_assign(&t->s, &t->a, i.id, i.head, party, "coordinator", err);
    if (ok)
        ok = db_commit(&t->s.db, err);
    else
        db_rollback(&t->s.db);
    return ok;
}

/* What the point's withdrawal said, taken back. */
static void bring_back(struct scene *t, const struct record *away)
{
    char hex[DIGEST_HEX];
    text_hex(away->hash, DIGEST_SIZE, hex);
    send(t, "observation.withdraw",
         arena_printf(&t->a, "{\"on\":false,\"over\":[\"%s\"]}", hex));
}

static const char *next_of(struct scene *t)
{
    struct buf out = BUF_INIT;
    struct json_out o = JSON_OUT(&out);
    struct issue i = issue_of(t);
    issue_json(&o, NULL, &i);
    const char *next = arena_strdup(&t->a, strstr(out.data, "\"next\":"));
    buf_release(&out);
    return next;
}

static const char *party_of(struct scene *t, const char *category)
{
    const struct catalogue_item *item = catalogue_item(&t->catalogue, category);
    return item ? item->party : "KOO";
}

static void taking_in_an_observation_opens_one_issue(void **state)
{
    (void)state;
    struct scene *t = scene_open("opens");
    struct err err = ERR_INIT;
    int year, unused;
    char number[24];
    clock_local(clock_utc_ms(), &year, &unused, &unused, &unused, &unused);
    snprintf(number, sizeof number, "AAL-%02d-0001", year % 100);
    struct record r = send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    struct issue i = issue_of(t), found;
    assert_string_equal(i.number, number);
    assert_string_equal(i.observation, POINT);
    assert_string_equal(i.party, party_of(t, "BEL01"));
    assert_string_equal(i.state, "open");
    assert_true(i.severity == 2 && i.catalogue == t->catalogue.version && !i.touched);
    take_from(&t->s, &t->w, &r);
    send(t, "observation.witness", "{}");
    assert_int_equal(
        number_of(&t->s, "SELECT count(*) FROM record WHERE kind LIKE 'issue.%'"), 1);
    must(issue_find(&t->s, &t->a, number, &found, &err));
    assert_string_equal(found.id, i.id);
    assert_false(issue_find(&t->s, &t->a, "AAL-26-9999", &found, &err));
    scene_close(t);
}

static void an_untouched_issue_follows_its_observation(void **state)
{
    (void)state;
    struct scene *t = scene_open("follows");
    struct record r = send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    struct record c = send(t, "observation.edit",
                           edit_body(&t->a, "category", "\"BEP01\"", OVER(&r)));
    struct issue i = issue_of(t);
    assert_string_equal(i.category, "BEP01");
    assert_string_equal(i.party, party_of(t, "BEP01"));
    assert_string_not_equal(party_of(t, "BEP01"), party_of(t, "BEL01"));
    struct record away = send(t, "observation.withdraw", "{\"on\":true}");
    assert_string_equal(issue_of(t).state, "cancelled");
    bring_back(t, &away);
    assert_string_equal(issue_of(t).state, "open");
    send(t, "observation.edit", edit_body(&t->a, "category", "\"QQQ99\"", OVER(&c)));
    i = issue_of(t);
    assert_string_equal(i.party, "KOO"); /* a category of a later catalogue */
    assert_false(i.touched);
    assert_string_equal(i.number + 7, "0001");
    scene_close(t);
}

static void a_touched_issue_stays_as_people_left_it(void **state)
{
    (void)state;
    struct scene *t = scene_open("touched");
    struct err err = ERR_INIT;
    struct record r = send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    must(set_state(t, NULL, "triaged", &err));
    struct issue i = issue_of(t);
    assert_true(i.touched);
    send(t, "observation.edit", edit_body(&t->a, "category", "\"BEP01\"", OVER(&r)));
    send(t, "observation.withdraw", "{\"on\":true}");
    struct issue after = issue_of(t);
    assert_string_equal(after.state, "triaged");
    assert_string_equal(after.category, "BEL01");
    assert_string_equal(after.head, i.head);
    scene_close(t);
}

static void a_withdrawn_observation_opens_none_until_it_is_back(void **state)
{
    (void)state;
    struct scene *t = scene_open("withdrawn-first");
    struct record away = send(t, "observation.withdraw", "{\"on\":true}");
    send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    assert_int_equal(number_of(&t->s, "SELECT count(*) FROM issue"), 0);
    bring_back(t, &away);
    assert_string_equal(issue_of(t).state, "open");
    scene_close(t);
}

static void values_no_form_allows_do_not_stop_the_intake(void **state)
{
    (void)state;
    struct scene *t = scene_open("hostile");
    t->w.tick = 50; /* above the note's, which comes after */
    send(t, "observation.edit", edit_body(&t->a, "urgency", "\"Z\"", OVER_NONE));
    send(t, "observation.edit", edit_body(&t->a, "category", "\"X\"", OVER_NONE));
    t->w.tick = 5;
    struct record r = send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    assert_string_equal(reason_of(&t->s, &r), "");
    assert_string_equal(issue_of(t).party, party_of(t, "ANDET"));
    assert_null(issue_of(t).urgency);
    t->w.tick = 60;
    send(t, "observation.edit", edit_body(&t->a, "category", "\"\"", OVER(&r)));
    assert_string_equal(issue_of(t).category, "ANDET");
    scene_close(t);
}

static void people_change_only_what_the_table_allows(void **state)
{
    (void)state;
    static const struct {
        const char *to;
        bool allowed;
    } rows[] = {{"sent", false},     {"done", false},     {"triaged sent", false},
                {"nonsense", false}, {"", false},         {"open", false},
                {"triaged", true},   {"triaged", false},  {"sent", true},
                {"returned", true},  {"triaged", true},   {"sent", true},
                {"accepted", true},  {"planned", true},   {"done", true},
                {"started", false},  {"reopened", true},  {"accepted", true},
                {"no_action", true}, {"cancelled", false}};
    struct scene *t = scene_open("table");
    struct err err = ERR_INIT;
    send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *before = issue_of(t).state;
        if (set_state(t, NULL, rows[i].to, &err) != rows[i].allowed)
            fail_msg("row %zu: from %s to %s", i, before, rows[i].to);
        assert_string_equal(issue_of(t).state, rows[i].allowed ? rows[i].to : before);
        if (!rows[i].allowed)
            assert_string_equal(err.key, "issue.not_allowed");
    }
    assert_true(issue_state_is_closed("no_action") && !issue_state_is_closed("sent"));
    assert_true(issue_state_exists("reopened") && !issue_state_exists("open sent"));
    scene_close(t);
}

static void only_a_strength_is_done_with_by_being_noted(void **state)
{
    (void)state;
    struct scene *t = scene_open("noted");
    struct err err = ERR_INIT;
    struct record r = send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    assert_null(strstr(next_of(t), "acknowledged"));
    assert_false(set_state(t, NULL, "acknowledged", &err));
    assert_string_equal(err.key, "issue.not_allowed");
    send(t, "observation.edit", edit_body(&t->a, "category", "\"POS01\"", OVER(&r)));
    assert_non_null(strstr(next_of(t), "acknowledged"));
    must(set_state(t, NULL, "acknowledged", &err));
    assert_string_equal(next_of(t), "\"next\":[\"triaged\"]}");
    must(set_state(t, NULL, "triaged", &err));
    scene_close(t);
}

static void what_went_with_its_point_comes_back_with_it(void **state)
{
    (void)state;
    struct scene *t = scene_open("back");
    struct err err = ERR_INIT;
    send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    struct record away = send(t, "observation.withdraw", "{\"on\":true}");
    assert_false(give_to(t, "POL", &err));
    assert_string_equal(err.key, "issue.not_given");
    /* An older program let people give it away all the same. */
    say(&t->s, &t->a, "issue.assign", issue_of(t).id,
        "{\"party\":\"POL\",\"person\":true}");
    bring_back(t, &away);
    assert_string_equal(issue_of(t).state, "open");
    assert_string_equal(issue_of(t).party, "POL");
    must(set_state(t, NULL, "cancelled", &err));
    send(t, "observation.witness", "{}");
    assert_string_equal(issue_of(t).state, "cancelled"); /* somebody decided that */
    scene_close(t);
}

static void a_state_that_asks_for_a_reason_has_one(void **state)
{
    (void)state;
    static const char *const none[] = {NULL, "", " \n"};
    struct scene *t = scene_open("why");
    struct err err = ERR_INIT;
    send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    struct issue i = issue_of(t);
    for (size_t n = 0; n < sizeof none / sizeof *none; n++) {
        must(db_begin(&t->s.db, &err));
        assert_false(issue_state_set(&t->s, &t->a, i.id, i.head, "no_action", none[n],
                                     "coordinator", &err));
        assert_string_equal(err.key, "issue.why_missing");
        db_rollback(&t->s.db);
    }
    must(set_state(t, NULL, "no_action", &err));
    assert_string_equal(issue_of(t).why, "because");
    scene_close(t);
}

static void a_change_on_an_old_head_is_refused(void **state)
{
    (void)state;
    struct scene *t = scene_open("head");
    struct err err = ERR_INIT;
    send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    struct issue before = issue_of(t);
    must(set_state(t, before.head, "triaged", &err));
    assert_false(set_state(t, before.head, "sent", &err));
    assert_int_equal(err.code, ERR_PRECONDITION);
    must(db_begin(&t->s.db, &err));
    assert_false(
        issue_assign(&t->s, &t->a, before.id, before.head, "POL", "coordinator", &err));
    assert_false(
        issue_assign(&t->s, &t->a, before.id, NULL, "POL", "coordinator", &err));
    must(issue_assign(&t->s, &t->a, before.id, issue_of(t).head, "POL", "coordinator",
                      &err));
    must(db_commit(&t->s.db, &err));
    assert_string_equal(issue_of(t).party, "POL");
    assert_string_equal(issue_of(t).state, "triaged");
    scene_close(t);
}

static bool count(const struct issue *i, const struct observation *o,
                  const struct photo *photos, size_t n, void *data, struct err *err)
{
    (void)photos;
    (void)n;
    (void)err;
    assert_string_equal(i->observation, o->id);
    ++*(int *)data;
    return true;
}

static int how_many(struct scene *t, struct issue_filter filter)
{
    struct err err = ERR_INIT;
    int n = 0;
    must(issue_each(&t->s, &filter, count, &n, &err));
    return n;
}

static void issues_are_listed_by_what_is_asked(void **state)
{
    (void)state;
    struct scene *t = scene_open("listed");
    struct err err = ERR_INIT;
    int n = 0;
    send(t, "observation.note", note_body(&t->a, "BEL01", "dark"));
    /* An issue of a registry before us, whose observation never came. */
    say(&t->s, &t->a, "observation.witness", WALK_ID, "{}");
    say(&t->s, &t->a, "issue.open", "018c2f10-0000-7000-8000-0000000000ff",
        "{\"observation\":\"" WALK_ID
        "\",\"number\":\"AAL-26-0000\",\"category\":\"BEL01\","
        "\"party\":\"VEJ\",\"catalogue\":1}");
    assert_int_equal(how_many(t, (struct issue_filter){0}), 1);
    assert_int_equal(how_many(t, (struct issue_filter){.walk = WALK_ID}), 1);
    assert_int_equal(how_many(t, (struct issue_filter){.walk = POINT}), 0);
    assert_int_equal(how_many(t, (struct issue_filter){.state = "open"}), 1);
    assert_int_equal(how_many(t, (struct issue_filter){.party = "NONE"}), 0);
    must(set_state(t, NULL, "cancelled", &err));
    assert_int_equal(how_many(t, (struct issue_filter){0}), 0);
    assert_int_equal(how_many(t, (struct issue_filter){.closed_too = true}), 1);
    assert_int_equal(how_many(t, (struct issue_filter){.state = "cancelled"}), 1);
    struct issue_filter nowhere = {.area = "Atlantis"};
    assert_false(issue_each(&t->s, &nowhere, count, &n, &err));
    assert_string_equal(err.key, "area.unknown");
    scene_close(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(taking_in_an_observation_opens_one_issue),
        cmocka_unit_test(an_untouched_issue_follows_its_observation),
        cmocka_unit_test(a_touched_issue_stays_as_people_left_it),
        cmocka_unit_test(a_withdrawn_observation_opens_none_until_it_is_back),
        cmocka_unit_test(values_no_form_allows_do_not_stop_the_intake),
        cmocka_unit_test(people_change_only_what_the_table_allows),
        cmocka_unit_test(only_a_strength_is_done_with_by_being_noted),
        cmocka_unit_test(what_went_with_its_point_comes_back_with_it),
        cmocka_unit_test(a_state_that_asks_for_a_reason_has_one),
        cmocka_unit_test(a_change_on_an_old_head_is_refused),
        cmocka_unit_test(issues_are_listed_by_what_is_asked),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
