/* fuzz_read: every list a store can give, read as JSON. */
#ifndef LYGTE_TESTS_FUZZ_READ_H
#define LYGTE_TESTS_FUZZ_READ_H

#include "core/store/area.h"
#include "core/store/issue.h"
#include "core/store/observation.h"
#include "core/store/party.h"
#include "core/store/published.h"
#include "core/store/walk.h"
#include "tests/fuzz/fuzz_fast.h"

static bool see_point(const struct observation *o, const struct photo *photos, size_t n,
                      void *out, struct err *err)
{
    (void)err;
    observation_json(out, NULL, o, photos, n);
    return true;
}

static bool see_issue(const struct issue *i, const struct observation *o,
                      const struct photo *photos, size_t n, void *out, struct err *err)
{
    (void)err;
    issue_json(out, NULL, i);
    observation_json(out, NULL, o, photos, n);
    return true;
}

static void read_areas(struct store *s, struct arena *a, struct buf *out)
{
    struct err err = ERR_INIT;
    struct area *areas = NULL;
    size_t n = 0;
    fuzz_ok(area_list(s, a, &areas, &n, &err), &err);
    for (size_t i = 0; i < n; i++) {
        struct area_shape *shape = NULL;
        struct geo_point here = {570481000, 99187000, -1};
        fuzz_ok(area_shape_of(s, a, areas[i].id, &shape, &err), &err);
        area_holds(shape, here);
    }
    area_geojson(out, areas, n);
}

static void read_lists(struct store *s, struct arena *a, struct json_out *o)
{
    struct err err = ERR_INIT;
    struct walk *walks = NULL;
    struct party *parties = NULL;
    struct issue_filter all = {.closed_too = true};
    size_t n = 0;
    fuzz_ok(walk_list(s, a, &walks, &n, &err), &err);
    for (size_t i = 0; i < n; i++)
        walk_json(o, NULL, &walks[i]);
    fuzz_ok(observation_each(s, "", true, see_point, o, &err), &err);
    fuzz_ok(issue_each(s, &all, see_issue, o, &err), &err);
    fuzz_ok(party_list(s, a, &parties, &n, &err), &err);
    for (size_t i = 0; i < n; i++)
        json_str(o, NULL, parties[i].code);
}

static void must_be_json(const struct buf *b)
{
    struct err err = ERR_INIT;
    cJSON *tree = NULL;
    fuzz_ok(json_parse(b->data, b->len, &tree, &err), &err);
    json_free(tree);
}

/* A registry may publish nonsense, which is refused then. The packed one is left out:
 * reading it takes longer than all the rest. */
static void read_published(struct store *s, struct arena *a)
{
    struct err err = ERR_INIT;
    struct catalogue c;
    int64_t n = 0;
    fuzz_ok(db_number(&s->db, &n, 0, &err, "SELECT count(*) FROM catalogue", ""), &err);
    if (n)
        published_catalogue(s, a, &c, &err);
}

static void read_all(struct store *s, struct arena *a)
{
    struct buf lists = BUF_INIT, areas = BUF_INIT;
    struct json_out o = JSON_OUT(&lists);
    json_open(&o, NULL, '[');
    read_lists(s, a, &o);
    json_close(&o, ']');
    must_be_json(&lists);
    read_areas(s, a, &areas);
    must_be_json(&areas);
    read_published(s, a);
    buf_release(&lists);
    buf_release(&areas);
}

#endif
