/* The file of erasures beside the backups: what it says is carried out in whatever is
 * restored, also behind a line that was torn, also by an origin that the backup does not
 * know; and a record that a disk has spoilt keeps none of the others out of it. */
#include "core/store/backup.h"

#include "core/base/file.h"
#include "core/store/admission.h"
#include "core/store/erase.h"
#include "tests/unit/store_make.h"

#include <fcntl.h>
#include <sys/stat.h>

#define POINT "018c2f10-0000-7000-8000-00000000000a"
#define ERASURE(n) "018c2f10-0000-7000-8000-0000000000e" #n

struct scene {
    struct store s;
    struct arena a;
    struct author w; /* admitted before the backup */
    struct record note[2];
    char dir[200], file[200], into[200];
};

static void scene_open(struct scene *t, const char *name)
{
    struct err err = ERR_INIT;
    struct backup_counts c;
    *t = (struct scene){.w = author_make()};
    snprintf(t->dir, sizeof t->dir, "%s-backups/one", made_path(name));
    snprintf(t->into, sizeof t->into, "%s-restored", made_path(name));
    backup_erasures_path(t->dir, t->file, sizeof t->file);
    store_make(&t->s, name, STORE_REGISTRY);
    admit(&t->s, &t->a, t->w.hex, "device");
    for (int i = 0; i < 2; i++) {
        const char *body = note_body(&t->a, "BEL01", i ? "secret-two" : "secret-one");
        t->note[i] = author_says(&t->w, &t->a, "observation.note", POINT, body);
        assert_int_equal(take_from(&t->s, &t->w, &t->note[i]), HOLD_NEW);
    }
    must(backup_write(&t->s, t->dir, false, &c, &err));
}

static void scene_close(struct scene *t)
{
    store_close(&t->s);
    arena_release(&t->a);
}

static void erase(struct scene *t, int i, const char *id)
{
    char hex[DIGEST_HEX];
    text_hex(t->note[i].hash, DIGEST_SIZE, hex);
    say(&t->s, &t->a, "erase", id,
        arena_printf(&t->a,
                     "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":"
                     "[{\"hash\":\"%s\"}],\"photos\":[]}",
                     hex));
}

static void write_file(struct scene *t)
{
    struct err err = ERR_INIT;
    must(backup_erasures_write(&t->s, t->file, &err));
}

/* How many lines are there, and the last byte. */
static int64_t lines_of(const struct scene *t)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char *text = NULL;
    int64_t n = 0;
    size_t len = 0;
    must(file_read(&a, t->file, 1 << 20, &text, &len, &err));
    for (size_t i = 0; i < len; i++)
        n += text[i] == '\n';
    arena_release(&a);
    return n;
}

static void tear(const struct scene *t, int bytes, bool zeros)
{
    struct stat st;
    assert_int_equal(stat(t->file, &st), 0);
    assert_int_equal(truncate(t->file, st.st_size - bytes), 0);
    if (zeros)
        assert_int_equal(truncate(t->file, st.st_size), 0);
}

/* The old backup, with the file carried out in it; the caller closes it. */
static void restore(struct scene *t, struct store *r)
{
    struct err err = ERR_INIT;
    struct backup_counts c;
    must(backup_restore(t->dir, t->into, r, &c, &err));
    must(backup_erasures_take(r, t->file, &err));
}

static void restored_end(struct store *r)
{
    struct err err = ERR_INIT;
    must(backup_restore_end(r, true, &err));
}

static void behind_a_torn_line_the_next_erasure_counts(void **state)
{
    (void)state;
    for (int zeros = 0; zeros < 2; zeros++) {
        struct scene t;
        struct store r;
        scene_open(&t, zeros ? "zeros" : "torn");
        erase(&t, 0, ERASURE(1));
        write_file(&t);
        tear(&t, 120, zeros);
        erase(&t, 1, ERASURE(2));
        write_file(&t);
        int64_t lines = lines_of(&t);
        write_file(&t);
        assert_int_equal(lines_of(&t), lines);
        restore(&t, &r);
        assert_int_equal(number_of(&r, "SELECT count(*) FROM erasure"), 2);
        assert_int_equal(
            number_of(&r, "SELECT count(*) FROM record WHERE body LIKE '%secret%'"), 0);
        restored_end(&r);
        scene_close(&t);
    }
}

static const char *cover_body(struct arena *a)
{
    char old[DIGEST_HEX], new[DIGEST_HEX];
    digest_hex_of("old", 3, old);
    digest_hex_of("new", 3, new);
    return arena_printf(a,
                        "{\"old\":\"%s\",\"new\":\"%s\",\"type\":\"image/jpeg\","
                        "\"bytes\":100,\"width\":4,\"height\":3}",
                        old, new);
}

static bool is_covered(struct store *s)
{
    struct err err = ERR_INIT;
    char old[DIGEST_HEX];
    bool covered = false;
    digest_hex_of("old", 3, old);
    must(erase_is_cover(&s->db, old, &covered, &err));
    return covered;
}

static void a_covering_by_one_admitted_since_counts(void **state)
{
    (void)state;
    struct scene t;
    struct store r;
    struct author later = author_make();
    scene_open(&t, "later");
    admit(&t.s, &t.a, later.hex, "device");
    struct record cover =
        author_says(&later, &t.a, "photo.cover", POINT, cover_body(&t.a));
    assert_int_equal(take_from(&t.s, &later, &cover), HOLD_NEW);
    assert_true(is_covered(&t.s));
    write_file(&t);
    restore(&t, &r);
    assert_string_equal(reason_of(&r, &cover), "");
    assert_true(is_covered(&r));
    restored_end(&r);
    scene_close(&t);
}

/* A tablet was copied, its covering shut out with a fork: its new origin carries it. */
static void a_covering_that_another_carries_counts(void **state)
{
    (void)state;
    struct scene t;
    struct store r;
    struct author old = author_make(), new = author_make();
    char sig[2 * SIGN_SIZE + 1];
    struct err err = ERR_INIT;
    scene_open(&t, "carried");
    admit(&t.s, &t.a, old.hex, "device");
    admit(&t.s, &t.a, new.hex, "device");
    struct record cover =
        author_says(&old, &t.a, "photo.cover", POINT, cover_body(&t.a));
    text_hex(cover.sig, SIGN_SIZE, sig);
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    json_open(&o, NULL, '{');
    json_strn(&o, "head", cover.head, cover.head_len);
    json_strn(&o, "body", cover.body, cover.body_len);
    json_str(&o, "sig", sig);
    json_close(&o, '}');
    struct record carrier = author_says(&new, &t.a, "origin.carry", POINT, body.data);
    buf_release(&body);
    must(db_begin(&t.s.db, &err));
    must(hold_key(&t.s, old.origin, old.key, &err));
    must(db_commit(&t.s.db, &err));
    assert_int_equal(take_from(&t.s, &new, &carrier), HOLD_NEW);
    assert_true(is_covered(&t.s));
    write_file(&t);
    restore(&t, &r);
    assert_true(is_covered(&r));
    restored_end(&r);
    scene_close(&t);
}

static void who_was_shut_out_since_comes_back_shut_out(void **state)
{
    (void)state;
    struct scene t;
    struct store r;
    struct err err = ERR_INIT;
    struct author later = author_make();
    bool revoked = false;
    scene_open(&t, "shut_out");
    admit(&t.s, &t.a, later.hex, "device");
    struct record cover =
        author_says(&later, &t.a, "photo.cover", POINT, cover_body(&t.a));
    assert_int_equal(take_from(&t.s, &later, &cover), HOLD_NEW);
    write_file(&t);
    must(db_begin(&t.s.db, &err));
    must(admission_revoke(&t.s, &t.a, later.origin, &err));
    must(db_commit(&t.s.db, &err));
    write_file(&t);
    restore(&t, &r);
    must(admission_is_revoked(&r, later.origin, &revoked, &err));
    assert_true(revoked && is_covered(&r));
    restored_end(&r);
    scene_close(&t);
}

static void a_spoilt_record_keeps_no_other_out_of_the_file(void **state)
{
    (void)state;
    struct scene t;
    struct store r;
    scene_open(&t, "spoilt");
    erase(&t, 0, ERASURE(1));
    erase(&t, 1, ERASURE(2));
    number_of(&t.s,
              "UPDATE record SET body = replace(body, 'coordinator', 'cOordinator')"
              " WHERE subject = '" ERASURE(1) "'");
    write_file(&t);
    restore(&t, &r);
    assert_int_equal(number_of(&r, "SELECT count(*) FROM erasure"), 1);
    assert_int_equal(
        number_of(&r, "SELECT count(*) FROM record WHERE body LIKE '%secret-two%'"), 0);
    restored_end(&r);
    scene_close(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(behind_a_torn_line_the_next_erasure_counts),
        cmocka_unit_test(a_covering_by_one_admitted_since_counts),
        cmocka_unit_test(a_covering_that_another_carries_counts),
        cmocka_unit_test(who_was_shut_out_since_comes_back_shut_out),
        cmocka_unit_test(a_spoilt_record_keeps_no_other_out_of_the_file),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
