/* Devices: a code pairs one device for a quarter of an hour, an answer lost on the way
 * can be had again, and whoever was shut out stays out. */
#include "tests/unit/desk_ground.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/store/hold.h"
#include "core/store/local/device.h"

static int with_a_walk(void **state)
{
    if (desk_open(state) != 0)
        return -1;
    desk_walk(*state);
    return 0;
}

struct tablet {
    uint8_t key[SIGN_PUBLIC], secret[SIGN_SECRET], origin[RECORD_ORIGIN];
};

static struct tablet tablet_new(void)
{
    struct tablet t = {0};
    sign_keypair(t.key, t.secret);
    record_origin_of(t.key, t.origin);
    return t;
}

static void new_code(struct desk *d, char code[DEVICE_CODE])
{
    int64_t expires, now = clock_utc_ms();
    DESK_OK(d, device_code_new(&d->s, code, &expires, &d->err));
    assert_in_range(expires, now + 15 * 60000, now + 15 * 60000 + 60000);
}

static bool pair(struct desk *d, const char *code, const struct tablet *t,
                 struct device_answer *ret)
{
    return device_pair(&d->s, &d->a, code, "Tablet 3", t->key, ret, &d->err);
}

static const char sql_records[] = "SELECT count(*) FROM record";
static const char sql_admitted[] = "SELECT count(*) FROM admission WHERE origin = ?1"
                                   " AND role = 'device' AND name = 'Tablet 3'";

static int64_t records(struct desk *d)
{
    int64_t n = 0;
    DESK_OK(d, db_number(&d->s.db, &n, 0, &d->err, sql_records, ""));
    return n;
}

static void a_code_is_easy_to_read_aloud(void **state)
{
    struct desk *d = *state;
    char before[DEVICE_CODE] = "", code[DEVICE_CODE];
    for (int i = 0; i < 50; i++) {
        new_code(d, code);
        assert_int_equal(strlen(code), 11);
        assert_int_equal(code[5], '-');
        assert_int_equal(strspn(code, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 11);
        assert_string_not_equal(before, code);
        memcpy(before, code, sizeof code);
    }
}

static void pairing_admits_the_device(void **state)
{
    struct desk *d = *state;
    struct tablet t = tablet_new();
    struct device_answer answer;
    struct device who;
    char code[DEVICE_CODE];
    int64_t admitted = 0, before = records(d);
    new_code(d, code);
    DESK_OK(d, pair(d, code, &t, &answer));
    assert_int_equal(records(d), before + 1);
    assert_true(digest_is_hex(answer.token));
    assert_string_equal(answer.registry, d->s.registry);
    assert_string_equal(answer.epoch, d->s.epoch);
    assert_true(uid_is(answer.device.id));
    DESK_OK(d, db_number(&d->s.db, &admitted, 0, &d->err, sql_admitted, "b", t.origin,
                         (size_t)RECORD_ORIGIN));
    assert_int_equal(admitted, 1);
    DESK_OK(d, device_of_token(&d->s, answer.token, &who, &d->err));
    assert_string_equal(who.id, answer.device.id);
    assert_string_equal(who.name, "Tablet 3");
    assert_memory_equal(who.origin, t.origin, RECORD_ORIGIN);
}

static void the_same_code_and_key_give_the_same_answer(void **state)
{
    struct desk *d = *state;
    struct tablet t = tablet_new();
    struct device_answer first, second;
    char code[DEVICE_CODE];
    new_code(d, code);
    DESK_OK(d, pair(d, code, &t, &first));
    int64_t n = records(d);
    for (char *c = code; *c; c++) /* typed in a hurry */
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + 32);
        else if (*c == '0')
            *c = 'o';
        else if (*c == '1')
            *c = 'L';
        else if (*c == '-')
            *c = ' ';
    DESK_OK(d, pair(d, code, &t, &second));
    assert_string_equal(first.token, second.token);
    assert_string_equal(first.device.id, second.device.id);
    assert_int_equal(first.device.paired_ms, second.device.paired_ms);
    assert_int_equal(records(d), n);
}

static const char sql_age[] = "UPDATE pair_code SET expires_ms = ?1";

static void a_code_is_for_one_device_and_a_quarter_of_an_hour(void **state)
{
    struct desk *d = *state;
    struct tablet t = tablet_new(), other = tablet_new();
    struct device_answer answer = {.token = "untouched"};
    char code[DEVICE_CODE];
    DESK_FAILS(d, ERR_DENIED, "pair.unknown", pair(d, "00000-00000", &t, &answer));
    DESK_FAILS(d, ERR_DENIED, "pair.unknown", pair(d, "", &t, &answer));
    DESK_FAILS(d, ERR_DENIED, "pair.unknown", pair(d, "UUUUU-UUUUU", &t, &answer));
    DESK_FAILS(d, ERR_DENIED, "pair.unknown", pair(d, "00000-000000", &t, &answer));
    new_code(d, code);
    DESK_FAILS(d, ERR_INPUT, "pair.bad_name",
               device_pair(&d->s, &d->a, code, "", t.key, &answer, &d->err));
    int64_t n = records(d);
    DESK_OK(d, db_run(&d->s.db, &d->err, sql_age, "i", clock_utc_ms() - 1));
    DESK_FAILS(d, ERR_DENIED, "pair.expired", pair(d, code, &t, &answer));
    assert_string_equal(answer.token, "untouched");
    assert_int_equal(records(d), n);
    new_code(d, code);
    DESK_OK(d, pair(d, code, &t, &answer));
    DESK_FAILS(d, ERR_DENIED, "pair.used", pair(d, code, &other, &answer));
    assert_int_equal(records(d), n + 1);
}

/* A point of a tablet the registry has not met. */
static void hold_point(struct desk *d, const struct tablet *t)
{
    struct record r;
    enum hold_verdict verdict;
    char id[UID_SIZE];
    uid_new(id);
    struct record_wish wish = {
        "observation.note",
        id,
        arena_printf(&d->a, "{\"walk\":\"%s\",\"category\":\"BEL01\"}", d->walk),
        "",
        "",
        INT64_MIN};
    struct record_place place = {.seq = 1, .tick = 1};
    memcpy(place.origin, t->origin, RECORD_ORIGIN);
    DESK_OK(d, record_write(&d->a, &wish, &place, t->secret, &r, &d->err));
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, hold_key(&d->s, t->origin, t->key, &d->err));
    DESK_OK(d, hold_take(&d->s, &d->a, &r, &verdict, &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
    assert_int_equal(verdict, HOLD_NEW);
}

static const char sql_points[] = "SELECT count(*) FROM observation WHERE founded = 1";
static const char sql_issues[] = "SELECT count(*) FROM issue WHERE founded = 1";

static void what_waited_for_the_pairing_takes_effect(void **state)
{
    struct desk *d = *state;
    struct tablet t = tablet_new();
    struct device_answer answer;
    char code[DEVICE_CODE];
    int64_t points = 9, issues = 9;
    hold_point(d, &t);
    DESK_OK(d, db_number(&d->s.db, &points, 9, &d->err, sql_points, ""));
    assert_int_equal(points, 0);
    new_code(d, code);
    DESK_OK(d, pair(d, code, &t, &answer));
    DESK_OK(d, db_number(&d->s.db, &points, 9, &d->err, sql_points, ""));
    DESK_OK(d, db_number(&d->s.db, &issues, 9, &d->err, sql_issues, ""));
    assert_int_equal(points, 1);
    assert_int_equal(issues, 1);
}

static void who_is_shut_out_stays_out_until_paired_anew(void **state)
{
    struct desk *d = *state;
    struct tablet t = tablet_new();
    struct device_answer first, second;
    struct device who, *list;
    char code[DEVICE_CODE], again[DEVICE_CODE];
    size_t n;
    new_code(d, code);
    DESK_OK(d, pair(d, code, &t, &first));
    DESK_OK(d, device_revoke(&d->s, first.device.id + 28, &who, &d->err));
    DESK_OK(d, device_revoke(&d->s, first.device.id, NULL, &d->err));
    assert_string_equal(who.id, first.device.id);
    DESK_FAILS(d, ERR_DENIED, "device.revoked",
               device_of_token(&d->s, first.token, &who, &d->err));
    DESK_FAILS(d, ERR_DENIED, "pair.used", pair(d, code, &t, &second));
    new_code(d, again);
    DESK_OK(d, pair(d, again, &t, &second));
    assert_string_equal(first.device.id, second.device.id);
    assert_string_not_equal(first.token, second.token);
    DESK_OK(d, device_of_token(&d->s, second.token, &who, &d->err));
    DESK_FAILS(d, ERR_UNAUTHENTICATED, "device.unknown_token",
               device_of_token(&d->s, first.token, &who, &d->err));
    DESK_OK(d, device_list(&d->s, &d->a, &list, &n, &d->err));
    assert_int_equal(n, 1);
    DESK_FAILS(d, ERR_NOT_FOUND, "device.unknown",
               device_revoke(&d->s, "ffffffffff", NULL, &d->err));
    DESK_FAILS(d, ERR_NOT_FOUND, "device.unknown",
               device_revoke(&d->s, "%", NULL, &d->err));
}

static void being_heard_from_is_kept_to_the_minute(void **state)
{
    struct desk *d = *state;
    struct tablet t = tablet_new();
    struct device_answer answer;
    struct device who;
    char code[DEVICE_CODE];
    new_code(d, code);
    DESK_OK(d, pair(d, code, &t, &answer));
    assert_int_equal(answer.device.seen_ms, DB_NULL);
    DESK_OK(d, device_of_token(&d->s, answer.token, &who, &d->err));
    DESK_OK(d, device_touch(&d->s, &who, &d->err));
    int64_t seen = who.seen_ms;
    assert_true(seen != DB_NULL);
    DESK_OK(d, device_of_token(&d->s, answer.token, &who, &d->err));
    assert_int_equal(who.seen_ms, seen);
    int64_t changes = sqlite3_total_changes64(d->s.db.handle);
    DESK_OK(d, device_touch(&d->s, &who, &d->err));
    assert_int_equal(sqlite3_total_changes64(d->s.db.handle), changes);
    who.seen_ms -= 61000;
    DESK_OK(d, device_touch(&d->s, &who, &d->err));
    assert_int_equal(sqlite3_total_changes64(d->s.db.handle), changes + 1);
}

static void neither_code_nor_token_is_kept(void **state)
{
    static const char *const files[] = {"lygte.db", "lygte.db-wal"};
    struct desk *d = *state;
    struct tablet t = tablet_new();
    struct device_answer answer;
    char code[DEVICE_CODE], plain[DEVICE_CODE], path[1200], *bytes;
    size_t len, seen = 0;
    new_code(d, code);
    DESK_OK(d, pair(d, code, &t, &answer));
    snprintf(plain, sizeof plain, "%.5s%.5s", code, code + 6);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        store_path(&d->s, files[i], path, sizeof path);
        DESK_OK(d, file_read(&d->a, path, 64 << 20, &bytes, &len, &d->err));
        seen += memmem(bytes, len, "Tablet 3", 8) != NULL;
        assert_null(memmem(bytes, len, answer.token, strlen(answer.token)));
        assert_null(memmem(bytes, len, code, strlen(code)));
        assert_null(memmem(bytes, len, plain, strlen(plain)));
    }
    assert_true(seen > 0);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, with_a_walk, desk_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_code_is_easy_to_read_aloud),
        CLAIM(pairing_admits_the_device),
        CLAIM(the_same_code_and_key_give_the_same_answer),
        CLAIM(a_code_is_for_one_device_and_a_quarter_of_an_hour),
        CLAIM(what_waited_for_the_pairing_takes_effect),
        CLAIM(who_is_shut_out_stays_out_until_paired_anew),
        CLAIM(being_heard_from_is_kept_to_the_minute),
        CLAIM(neither_code_nor_token_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
