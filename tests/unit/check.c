/* The doctor's questions: what is whole passes, and every kind of damage is found and
 * named; what has merely not arrived yet is told, but is no damage. */
#include "tests/unit/desk_ground.h"

#include "core/base/file.h"
#include "core/store/blob.h"
#include "core/store/check.h"
#include "core/store/hold.h"

struct seen {
    int damage, notes;
    char kind[20], key[40], name[300], words[600];
};

static bool take(const struct check_finding *f, void *data, struct err *err)
{
    struct seen *s = data;
    struct arena a = ARENA_INIT;
    (void)err;
    ++*(f->damage ? &s->damage : &s->notes);
    snprintf(s->kind, sizeof s->kind, "%s", f->kind);
    snprintf(s->key, sizeof s->key, "%s", f->err.key);
    snprintf(s->name, sizeof s->name, "%s", f->name);
    snprintf(s->words, sizeof s->words, "%s", i18n_error(&a, I18N_EN, &f->err));
    arena_release(&a);
    return true;
}

static struct seen look_at_records(struct desk *d)
{
    struct seen s = {0};
    int64_t n = 0;
    DESK_OK(d, check_records(&d->s, take, &s, &n, &d->err));
    assert_true(n > 0);
    return s;
}

static struct seen look_at_photos(struct desk *d)
{
    struct seen s = {0};
    int64_t n = -1;
    DESK_OK(d, check_photos(&d->s, take, &s, &n, &d->err));
    return s;
}

static void assert_one(const struct seen *s, bool damage, const char *key,
                       const char *name)
{
    assert_int_equal(s->damage, damage ? 1 : 0);
    assert_int_equal(s->notes, damage ? 0 : 1);
    assert_string_equal(s->key, key);
    if (!strstr(s->name, name) && !strstr(s->words, name))
        fail_msg("%s names %s, not %s", s->key, s->name, name);
    assert_true(i18n_has(key));
}

/* A photo of the bytes in text, kept and named by a point. */
static void keep_photo(struct desk *d, const char *text, char sha256[DIGEST_HEX],
                       bool arrived)
{
    struct blob_writer w;
    struct observation_wish wish = desk_wish(d, "BEL01", "note");
    char id[37];
    DESK_OK(d, blob_begin(&w, &d->s, &d->err) &&
                   blob_add(&w, text, strlen(text), &d->err) &&
                   blob_seal(&w, sha256, &d->err));
    if (arrived)
        DESK_OK(d, blob_settle(&d->s, w.path, sha256, "image/jpeg", &d->err));
    else
        blob_abandon(&w);
    desk_note(d, &wish, id);
    struct photo p = {.observation = id,
                      .sha256 = sha256,
                      .type = "image/jpeg",
                      .bytes = (int64_t)strlen(text),
                      .width = 1,
                      .height = 1,
                      .at = GEO_NOWHERE,
                      .direction_c = DB_NULL,
                      .altitude_mm = DB_NULL,
                      .taken_ms = DB_NULL};
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    if (arrived)
        DESK_OK(d, blob_name(&d->s, sha256, p.bytes, p.type, true, &d->err));
    DESK_OK(d, photo_attach(&d->s, &d->a, &p, "participant", &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
}

static int with_a_photo(void **state)
{
    char sha256[DIGEST_HEX];
    if (desk_open(state) != 0)
        return -1;
    desk_walk(*state);
    keep_photo(*state, "the first photo", sha256, true);
    return 0;
}

static void overwrite(struct desk *d, const char *sha256, const char *text)
{
    char path[1200];
    blob_path(&d->s, sha256, "image/jpeg", path, sizeof path);
    DESK_OK(d, file_write_whole(path, text, strlen(text), 0600, &d->err));
}

/* ---- claims ---------------------------------------------------------------------- */

static void a_whole_store_has_nothing_to_tell(void **state)
{
    struct desk *d = *state;
    struct seen all = look_at_records(d), photos = look_at_photos(d);
    DESK_OK(d, check_database(&d->s, take, &all, &d->err));
    DESK_OK(d, check_fold(&d->s, take, &all, &d->err));
    if (all.damage + all.notes + photos.damage + photos.notes)
        fail_msg("%s %s", all.words, photos.words);
}

static void a_photo_is_verified_by_reading_it(void **state)
{
    struct desk *d = *state;
    struct blob b;
    char sha256[DIGEST_HEX];
    keep_photo(d, "a photo to damage", sha256, true);
    DESK_OK(d, blob_find(&d->s, sha256, &b, &d->err));
    assert_string_equal(b.state, "stored");
    struct seen s = look_at_photos(d);
    assert_int_equal(s.damage + s.notes, 0);
    DESK_OK(d, blob_find(&d->s, sha256, &b, &d->err));
    assert_string_equal(b.state, "verified");
    overwrite(d, sha256, "a photo to damagE");
    s = look_at_photos(d);
    assert_one(&s, true, "photo.damaged", sha256);
    DESK_OK(d, blob_find(&d->s, sha256, &b, &d->err));
    assert_string_equal(b.state,
                        "stored"); /* nobody is told any more that it is safe */
    overwrite(d, sha256, "a photo to dama");
    s = look_at_photos(d);
    assert_one(&s, true, "photo.damaged", sha256);
}

static void a_lost_photo_is_missing_one_to_come_is_not(void **state)
{
    struct desk *d = *state;
    char here[DIGEST_HEX], coming[DIGEST_HEX], path[1200];
    keep_photo(d, "on its way", coming, false);
    struct seen s = look_at_photos(d);
    assert_one(&s, false, "check.photo_not_here", coming);
    keep_photo(d, "soon gone", here, true);
    blob_path(&d->s, here, "image/jpeg", path, sizeof path);
    assert_int_equal(unlink(path), 0);
    s = look_at_photos(d);
    assert_int_equal(s.damage, 1);
    assert_int_equal(s.notes, 1);
}

/* The claim is about bytes that rot under SQLite's feet; SQL is a way to make them. */
static void damage(struct desk *d, const char *sql)
{
    DESK_OK(d, db_script(&d->s.db, sql, &d->err));
    assert_true(sqlite3_changes(d->s.db.handle) > 0);
}

static void every_changed_byte_of_a_record_is_found(void **state)
{
    static const char *const changes[] = {
        "head = replace(head, '\"tick\":3', '\"tick\":9')",
        "head = substr(head, 2)",
        "body = replace(body, '\"', ' ')",
        "body = body || ' '",
        "sig = zeroblob(64)",
        "kind = 'walk.begin'",
        "subject = 'somebody'",
        "tick = 1000",
        "hash = zeroblob(32)",
    };
    struct desk *d = *state;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        DESK_OK(d, db_script(&d->s.db, "SAVEPOINT before", &d->err));
        damage(d,
               arena_printf(&d->a, "UPDATE record SET %s WHERE seq = 3", changes[i]));
        struct seen s = look_at_records(d);
        if (s.damage != 1 || strcmp(s.key, "check.record") != 0)
            fail_msg("%s: %d found, %s", changes[i], s.damage, s.words);
        assert_true(text_ends(s.name, ":3"));
        DESK_OK(d, db_script(&d->s.db, "ROLLBACK TO before; RELEASE before", &d->err));
    }
    struct seen s = look_at_records(d);
    assert_int_equal(s.damage, 0);
}

static void own_records_that_are_gone_are_damage(void **state)
{
    struct desk *d = *state;
    damage(d, "DELETE FROM record WHERE seq IN (4, 5)");
    struct seen s = look_at_records(d);
    assert_one(&s, true, "check.own_gap", ":4-5");
    damage(d, "DELETE FROM record WHERE seq = (SELECT max(seq) FROM record)");
    s = look_at_records(d);
    assert_int_equal(s.damage, 2);
    damage(d, "DELETE FROM origin");
    s = look_at_records(d);
    assert_string_equal(s.key, "check.own_gap");
    assert_true(s.damage > 5); /* each record lacks its key now */
}

/* Records 1, 3 of a stranger: one gap, and none of them has an effect yet. */
static void what_has_not_come_is_told_but_is_no_damage(void **state)
{
    struct desk *d = *state;
    uint8_t key[SIGN_PUBLIC], secret[SIGN_SECRET];
    struct record_place place = {.seq = 1, .tick = 1};
    struct record_wish wish = {"walk.begin", d->walk, "{}", "", "", INT64_MIN};
    struct record r;
    enum hold_verdict verdict;
    sign_keypair(key, secret);
    record_origin_of(key, place.origin);
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, hold_key(&d->s, place.origin, key, &d->err));
    for (; place.seq <= 3; place.seq += 2, place.tick += 2) {
        DESK_OK(d, record_write(&d->a, &wish, &place, secret, &r, &d->err));
        DESK_OK(d, hold_take(&d->s, &d->a, &r, &verdict, &d->err));
    }
    DESK_OK(d, db_commit(&d->s.db, &d->err));
    struct seen s = look_at_records(d);
    assert_int_equal(s.damage, 0);
    assert_int_equal(s.notes, 3); /* unapplied, gap, unapplied */
    assert_string_equal(s.key, "check.unapplied");
    assert_non_null(strstr(s.words, "(rights)"));
}

static void a_changed_table_is_found_and_made_anew(void **state)
{
    struct desk *d = *state;
    struct seen s = {0};
    damage(d, "UPDATE observation SET note = 'another'");
    DESK_OK(d, check_fold(&d->s, take, &s, &d->err));
    assert_one(&s, true, "check.fold_differs", "observation");
    s = (struct seen){0};
    DESK_OK(d, check_fold(&d->s, take, &s, &d->err));
    assert_int_equal(s.damage, 0);
}

static bool stop(const struct check_finding *f, void *data, struct err *err)
{
    (void)data;
    return err_set(err, ERR_INTERNAL, f->err.key, f->name, NULL);
}

static void a_visitor_can_end_it(void **state)
{
    struct desk *d = *state;
    int64_t n = -7;
    damage(d, "DELETE FROM record WHERE seq IN (4, 6)");
    assert_false(check_records(&d->s, stop, NULL, &n, &d->err));
    assert_string_equal(d->err.key, "check.own_gap");
    assert_int_equal(n, -7);
    d->err = (struct err)ERR_INIT;
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, with_a_photo, desk_close)
    const struct CMUnitTest tests[] = {
        CLAIM(a_whole_store_has_nothing_to_tell),
        CLAIM(a_photo_is_verified_by_reading_it),
        CLAIM(a_lost_photo_is_missing_one_to_come_is_not),
        CLAIM(every_changed_byte_of_a_record_is_found),
        CLAIM(own_records_that_are_gone_are_damage),
        CLAIM(what_has_not_come_is_told_but_is_no_damage),
        CLAIM(a_changed_table_is_found_and_made_anew),
        CLAIM(a_visitor_can_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
