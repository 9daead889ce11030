/* One record that a disk has spoilt holds up nobody who goes through many: erasing, letting
 * in, shutting out, going on under a new origin. What is erased goes of a spoilt record too. */
#include "core/store/admission.h"
#include "core/store/carry.h"
#include "core/store/erase.h"
#include "core/store/erasure.h"
#include "core/store/local/device.h"
#include "core/store/local/hub.h"
#include "core/store/spoilt.h"
#include "tests/unit/store_make.h"

#define POINT "018c2f10-0000-7000-8000-00000000000a"
#define OTHER "018c2f10-0000-7000-8000-00000000000b"
#define ERASURE "018c2f10-0000-7000-8000-0000000000e1"

struct scene {
    struct store s;
    struct arena a;
    struct author w;
    struct record note, other;
};

static void scene_open(struct scene *t, const char *name, bool admitted)
{
    *t = (struct scene){.w = author_make()};
    store_make(&t->s, name, STORE_REGISTRY);
    if (admitted)
        admit(&t->s, &t->a, t->w.hex, "device");
    t->note = author_says(&t->w, &t->a, "observation.note", POINT,
                          note_body(&t->a, "BEL01", "secret-spoilt"));
    t->other = author_says(&t->w, &t->a, "observation.note", OTHER,
                           note_body(&t->a, "BEL01", "secret-whole"));
    assert_int_equal(take_from(&t->s, &t->w, &t->note), HOLD_NEW);
    assert_int_equal(take_from(&t->s, &t->w, &t->other), HOLD_NEW);
}

static void scene_close(struct scene *t)
{
    store_close(&t->s);
    arena_release(&t->a);
}

static int64_t secrets(struct scene *t)
{
    return number_of(&t->s, "SELECT count(*) FROM record WHERE body LIKE '%secret%'");
}

static void spoil_body(struct scene *t)
{
    number_of(&t->s, "UPDATE record SET body = replace(body, 'spoilt', 'sp0ilt')");
}

/* One digit of a time: it still reads, but is not what was signed. */
static void spoil_head(struct scene *t)
{
    number_of(&t->s, "UPDATE record SET head = replace(head, '\"mono\":', '\"mono\":1')"
                     " WHERE subject = '" POINT "'");
}

static void erase_both(struct scene *t)
{
    char one[DIGEST_HEX], two[DIGEST_HEX];
    text_hex(t->note.hash, DIGEST_SIZE, one);
    text_hex(t->other.hash, DIGEST_SIZE, two);
    say(&t->s, &t->a, "erase", ERASURE,
        arena_printf(&t->a,
                     "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":"
                     "[{\"hash\":\"%s\"},{\"hash\":\"%s\"}],\"photos\":[]}",
                     one, two));
}

static void what_is_erased_goes_though_it_is_spoilt(void **state)
{
    static void (*const spoil[])(struct scene * t) = {spoil_body, spoil_head};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct scene t;
        scene_open(&t, i ? "head" : "body", true);
        assert_string_equal(observation_of(&t.s, &t.a, POINT).note, "secret-spoilt");
        spoil[i](&t);
        erase_both(&t);
        assert_int_equal(secrets(&t), 0);
        assert_int_equal(
            number_of(&t.s,
                      "SELECT count(*) FROM observation WHERE note LIKE 'secret%'"),
            0);
        if (i == 0)
            assert_rebuild_equals(&t.s);
        scene_close(&t);
    }
}

static void a_point_is_erased_though_a_record_of_it_is_spoilt(void **state)
{
    static const unsigned whats[] = {ERASURE_TEXT,
                                     ERASURE_TEXT | ERASURE_POSITION | ERASURE_PHOTOS};
    char sha[DIGEST_HEX];
    (void)state;
    digest_hex_of("a photo", 7, sha);
    for (size_t i = 0; i < 2; i++) {
        struct scene t;
        struct err err = ERR_INIT;
        struct erasure_counts c = {.records = 0};
        bool erased = false;
        scene_open(&t, i ? "all" : "text", true);
        struct record photo = author_says(
            &t.w, &t.a, "photo.attach", POINT,
            arena_printf(&t.a,
                         "{\"sha256\":\"%s\",\"type\":\"image/jpeg\",\"bytes\":100,"
                         "\"width\":4,\"height\":3}",
                         sha));
        assert_int_equal(take_from(&t.s, &t.w, &photo), HOLD_NEW);
        spoil_body(&t);
        /* a letter of the name itself */
        number_of(
            &t.s,
            "UPDATE record SET body = replace(body, '\"sha256\":\"', '\"sha256\":\"0')"
            " WHERE kind = 'photo.attach'");
        struct erasure_wish w = {.observation = POINT,
                                 .reason = "request",
                                 .role = "coordinator",
                                 .what = whats[i]};
        must(db_begin(&t.s.db, &err));
        must(erasure_write(&t.s, &t.a, &w, &c, &err));
        must(db_commit(&t.s.db, &err));
        assert_int_equal(
            number_of(&t.s,
                      "SELECT count(*) FROM record WHERE body LIKE '%secret-sp%'"),
            0);
        must(erase_of_blob(&t.s.db, sha, &erased, &err));
        assert_int_equal(erased, i == 1);
        scene_close(&t);
    }
}

static void who_is_admitted_brings_the_others_in(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "waits", false);
    assert_string_equal(reason_of(&t.s, &t.other), "rights");
    spoil_body(&t);
    admit(&t.s, &t.a, t.w.hex, "device");
    assert_string_equal(reason_of(&t.s, &t.other), "");
    assert_string_equal(reason_of(&t.s, &t.note), "rights");
    scene_close(&t);
}

static void who_is_shut_out_is_shut_out(void **state)
{
    (void)state;
    struct scene t;
    scene_open(&t, "revoked", true);
    spoil_body(&t);
    say(&t.s, &t.a, "origin.revoke", t.w.hex, "{\"last_seq\":0}");
    assert_string_equal(reason_of(&t.s, &t.other), "revoked");
    scene_close(&t);
}

static const char *carrier_body(struct arena *a, const struct record *r)
{
    char sig[2 * SIGN_SIZE + 1];
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    text_hex(r->sig, SIGN_SIZE, sig);
    json_open(&o, NULL, '{');
    json_strn(&o, "head", r->head, r->head_len);
    json_strn(&o, "body", r->body, r->body_len);
    json_str(&o, "sig", sig);
    json_close(&o, '}');
    char *text = buf_dup(&body, a);
    buf_release(&body);
    return text;
}

/* It has carried, or (of a tick before that of what is in it) is held without effect. */
static void erase_carrier(int64_t tick, bool carries)
{
    struct scene t;
    struct err err = ERR_INIT;
    struct erasure_counts c;
    struct author new = author_make();
    scene_open(&t, carries ? "carrier" : "unfit", true);
    new.tick = tick;
    admit(&t.s, &t.a, new.hex, "device");
    struct record inner = author_says(&t.w, &t.a, "observation.note", POINT,
                                      note_body(&t.a, "BEL02", "secret-inside"));
    struct record carrier =
        author_says(&new, &t.a, "origin.carry", POINT, carrier_body(&t.a, &inner));
    assert_int_equal(take_from(&t.s, &new, &carrier), HOLD_NEW);
    number_of(&t.s, "UPDATE record SET body = replace(body, 'inside', 'lnside')");
    must(db_begin(&t.s.db, &err));
    must(admission_revoke(&t.s, &t.a, t.w.origin, &err));
    struct erasure_wish w = {.observation = POINT,
                             .reason = "request",
                             .role = "coordinator",
                             .what = ERASURE_TEXT};
    must(erasure_write(&t.s, &t.a, &w, &c, &err));
    must(db_commit(&t.s.db, &err));
    assert_int_equal(number_of(&t.s,
                               "SELECT count(*) FROM record WHERE subject = '" POINT
                               "' AND body LIKE '%secret%'"),
                     0);
    bool erased = false;
    must(erase_of_record(&t.s.db, inner.hash, inner.kind, &erased, &err));
    assert_int_equal(erased, carries);
    scene_close(&t);
}

static void a_spoilt_carrier_shuts_nobody_in_and_is_erased_with_its_point(void **state)
{
    (void)state;
    erase_carrier(10, true);
    erase_carrier(0, false);
}

/* ---- at the device --------------------------------------------------------------- */

static void a_device_put_back_goes_on_with_all_but_the_spoilt_one(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    int64_t n = 0;
    store_make(&s, "put_back", STORE_WALKER);
    for (int i = 0; i < 3; i++)
        say(&s, &a, "walk.begin", WALK_ID, i == 1 ? "{\"pause\":\"bit\"}" : "{}");
    int64_t last =
        number_of(&s, "SELECT min(seq) - 1 FROM record WHERE kind = 'walk.begin'");
    number_of(&s, "UPDATE record SET body = replace(body, 'bit', 'blt')");
    must(carry_on(&s, last, &n, &err));
    assert_int_equal(n, 2);
    assert_int_equal(
        number_of(&s, "SELECT count(*) FROM record WHERE body LIKE '%blt%'"), 1);
    arena_release(&a);
    store_close(&s);
}

static void a_hub_is_asked_though_a_head_is_spoilt(void **state)
{
    (void)state;
    struct store s;
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    int64_t next = 0;
    const struct peer registry = {.registry = "registry", .epoch = "epoch"};
    const struct peer hub = {.registry = "hub", .epoch = "hub", .behind = &registry};
    store_make(&s, "hub", STORE_WALKER);
    say(&s, &a, "walk.begin", WALK_ID, "{}");
    number_of(&s, "UPDATE record SET head = '{' || head");
    must(hub_next_from(&s, &hub, s.origin, 1, &next, &err));
    assert_int_equal(next, 1);
    arena_release(&a);
    store_close(&s);
}

/* ---- asked for again ------------------------------------------------------------- */

struct told {
    const struct author *w;
    int own, others;
};

static void count(const uint8_t origin[RECORD_ORIGIN], int64_t seq, void *data)
{
    struct told *t = data;
    (void)seq;
    ++*(memcmp(origin, t->w->origin, RECORD_ORIGIN) == 0 ? &t->own : &t->others);
}

static void a_device_is_asked_for_its_own_whoever_else_never_comes(void **state)
{
    (void)state;
    struct store s;
    struct err err = ERR_INIT;
    struct author w = author_make();
    struct told t = {&w, 0, 0};
    uint8_t before_all[RECORD_ORIGIN] = {0};
    store_make(&s, "asked", STORE_REGISTRY);
    must(db_begin(&s.db, &err));
    for (int i = 1; i <= 100; i++)
        must(spoilt_note(&s, before_all, i, &err));
    for (int i = 1; i <= 3; i++)
        must(spoilt_note(&s, w.origin, i, &err));
    must(db_commit(&s.db, &err));
    must(spoilt_each(&s, w.origin, "device", 64, count, &t, &err));
    assert_int_equal(t.own, 3);
    assert_int_equal(t.others, 61);
    must(device_writes_by(&s, "device", w.origin, &err)); /* by another one now */
    t = (struct told){&w, 0, 0};
    must(spoilt_each(&s, s.origin, "device", 64, count, &t, &err));
    assert_int_equal(t.own, 3);
    store_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_erased_goes_though_it_is_spoilt),
        cmocka_unit_test(a_point_is_erased_though_a_record_of_it_is_spoilt),
        cmocka_unit_test(who_is_admitted_brings_the_others_in),
        cmocka_unit_test(who_is_shut_out_is_shut_out),
        cmocka_unit_test(a_spoilt_carrier_shuts_nobody_in_and_is_erased_with_its_point),
        cmocka_unit_test(a_device_put_back_goes_on_with_all_but_the_spoilt_one),
        cmocka_unit_test(a_hub_is_asked_though_a_head_is_spoilt),
        cmocka_unit_test(a_device_is_asked_for_its_own_whoever_else_never_comes),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
