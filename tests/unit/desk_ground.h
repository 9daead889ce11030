/* desk_ground: a registry's store in a folder of its own, that opens issues as the real
 * one does, for the tests of lists, accounts, devices, areas and checks. Everything is
 * gone afterwards. Only for tests/unit. */
#ifndef LYGTE_TESTS_DESK_GROUND_H
#define LYGTE_TESTS_DESK_GROUND_H

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/store/issue.h"
#include "core/store/published.h"
#include "core/store/walk.h"

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define UNUSED __attribute__((unused))

struct desk {
    struct store s;
    struct arena a;
    struct catalogue catalogue;
    struct err err;
    char dir[200];
    char walk[37];
};

/* Fails the test with the sentence when ok is false. */
#define DESK_OK(d, ok)                                                                 \
    do {                                                                               \
        if (!(ok))                                                                     \
            fail_msg("%s", i18n_error(&(d)->a, I18N_EN, &(d)->err));                   \
    } while (0)

/* ok must be false with this key; the error is forgotten afterwards. */
#define DESK_FAILS(d, expected_code, expected_key, ok)                                 \
    do {                                                                               \
        assert_false(ok);                                                              \
        assert_non_null((d)->err.key);                                                 \
        assert_string_equal((d)->err.key, expected_key);                               \
        assert_int_equal((d)->err.code, expected_code);                                \
        assert_true(i18n_has(expected_key));                                           \
        (d)->err = (struct err)ERR_INIT;                                               \
    } while (0)

static bool desk_follow(struct store *s, struct arena *a, const struct record *r,
                        void *data, struct err *err)
{
    const struct desk *d = data;
    if (!text_starts(r->kind, "observation."))
        return true;
    return issue_follow(s, a, &d->catalogue, r->subject, err);
}

static int desk_drop(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static UNUSED void desk_folder(char *out, size_t size)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(out, size, "%s/lygte-desk.XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(out))
        abort();
}

static UNUSED void desk_remove(const char *folder)
{
    nftw(folder, desk_drop, 16, FTW_DEPTH | FTW_PHYS);
}

static UNUSED int desk_open(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    if (!d)
        return -1;
    sign_start();
    desk_folder(d->dir, sizeof d->dir);
    bool ok = store_open(&d->s, d->dir, STORE_REGISTRY, true, &d->err) &&
              published_start(&d->s, &d->err) &&
              published_catalogue(&d->s, &d->a, &d->catalogue, &d->err);
    if (!ok)
        fprintf(stderr, "%s\n", i18n_error(&d->a, I18N_EN, &d->err));
    d->s.applied = desk_follow;
    d->s.hook_data = d;
    *state = d;
    return ok ? 0 : -1;
}

static UNUSED int desk_close(void **state)
{
    struct desk *d = *state;
    store_close(&d->s);
    arena_release(&d->a);
    desk_remove(d->dir);
    free(d);
    return 0;
}

/* A walk, remembered in d->walk. */
static UNUSED void desk_walk(struct desk *d)
{
    const struct walk_wish wish = {.title = "Test", .starts_ms = DB_NULL};
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, walk_plan(&d->s, &d->a, &wish, "coordinator", "", d->walk, &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
}

/* What most points need; change what the test is about. */
static UNUSED struct observation_wish desk_wish(const struct desk *d,
                                                const char *category, const char *note)
{
    return (struct observation_wish){.walk = d->walk,
                                     .category = category,
                                     .note = note,
                                     .severity = DB_NULL,
                                     .agree = DB_NULL,
                                     .agree_of = DB_NULL,
                                     .stood = GEO_NOWHERE,
                                     .thing = GEO_NOWHERE,
                                     .at_ms = DB_NULL,
                                     .by_role = "participant",
                                     .by_org = "Test"};
}

static UNUSED void desk_note(struct desk *d, const struct observation_wish *wish,
                             char id[37])
{
    char made[37];
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, observation_note(&d->s, &d->a, wish, made, &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
    if (id)
        memcpy(id, made, sizeof made);
}

#endif
