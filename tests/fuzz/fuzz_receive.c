/* fuzz_receive: a batch from devices that were admitted and mean harm. Lines are rightly
 * signed around fuzzed bodies of every kind, so the fold of every noun sees them.
 *
 * The first byte: even, the registry opens issues as it takes; odd, the batch is taken
 * once forwards and once backwards and must fold to the same. After it one line a record:
 * writer (@ a device, A a registry, B nobody yet, C the bytes as they are), kind, subject,
 * step of the tick, and the body. Whatever comes: no line ends the batch; what is said to
 * be new is held and what is refused is not. One batch in 64, told by its bytes so that a
 * finding replays, is looked at closely: every list can be read as JSON, and tables folded
 * anew are the same tables. Each batch is rolled back; now and then one is kept for a
 * whole fold_rebuild. */
#include "tests/fuzz/fuzz_store.h"

#include "core/base/uid.h"
#include "core/store/area.h"
#include "core/store/fold.h"
#include "core/store/issue.h"
#include "core/store/migrate.h"
#include "core/store/observation.h"
#include "core/store/party.h"
#include "core/store/published.h"
#include "core/store/walk.h"
#include "registry/follow.h"
#include "sync/take.h"

enum { AUTHORS = 3, LINES_MOST = 40, CLOSELY_EVERY = 64, WHOLE_EVERY = 32768 };

static const char *const kinds[] = {
    "walk.plan",    "walk.edit",        "walk.begin",          "walk.end",
    "walk.close",   "observation.note", "observation.edit",    "observation.withdraw",
    "photo.attach", "issue.open",       "issue.assign",        "issue.state",
    "party.set",    "area.set",         "catalogue.publish",   "origin.hello",
    "origin.admit", "origin.gone",      "observation.witness", "lamp.later",
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

static struct store store;
static struct catalogue catalogue;
static struct arena keep, round_arena;
static struct fuzz_author authors[AUTHORS];
static const char *subjects[8] = {
    "018c2f10-0000-7000-8000-000000000001",
    "018c2f10-0000-7000-8000-000000000002",
    "018c2f10-0000-7000-8000-000000000003",
    "party:VEJ",
    "catalogue:7",
};
static char issue_id[UID_SIZE]; /* of the second subject: what the registry opens */

static void open_store(void)
{
    struct err err = ERR_INIT;
    fuzz_ok(store_open(&store, fuzz_path("r"), STORE_REGISTRY, true, &err), &err);
    store.hook_data = &catalogue;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const roles[AUTHORS] = {"device", "registry", NULL};
    struct err err = ERR_INIT;
    (void)argc;
    (void)argv;
    fuzz_folder_make();
    open_store();
    fuzz_ok(published_catalogue(&store, &keep, &catalogue, &err), &err);
    for (uint8_t i = 0; i < AUTHORS; i++) {
        fuzz_author_make(&authors[i], (uint8_t)(i + 1));
        fuzz_author_admit(&store, &authors[i], roles[i]);
    }
    uid_derive("issue", subjects[1], issue_id);
    subjects[5] = issue_id;
    subjects[6] = authors[0].hex;
    subjects[7] = authors[2].hex;
    store_close(&store);
    fuzz_shell("cp -r r template");
    open_store();
    return 0;
}

/* ---- the batch ----------------------------------------------------------------- */

struct batch {
    struct buf line[LINES_MOST];
    uint8_t hash[LINES_MOST][DIGEST_SIZE];
    bool ours[LINES_MOST]; /* made here: hash is known */
    size_t n;
};

static void add_line(struct batch *b, struct fuzz_author *who, const uint8_t *text,
                     size_t len)
{
    struct fuzz_author *w = &who[text[0] & 3];
    size_t at = b->n++;
    if (text[3] >= 'y')
        w->tick += text[3] == 'z' ? INT64_C(1) << 40 : HOLD_TICK_STEP - 20;
    else
        w->tick += text[3] & 15;
    b->ours[at] = true;
    fuzz_author_line(w, kinds[(text[1] & 63) % KINDS], subjects[text[2] & 7],
                     (const char *)text + 4, len - 4, &b->line[at], b->hash[at]);
}

static void make_batch(struct batch *b, const uint8_t *data, size_t size)
{
    struct fuzz_author who[AUTHORS];
    memcpy(who, authors, sizeof who);
    while (size && b->n < LINES_MOST) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t len = end ? (size_t)(end - data) : size;
        if (len > 4 && (data[0] & 3) < AUTHORS)
            add_line(b, who, data, len);
        else if (len > 1)
            buf_add(&b->line[b->n++], data + 1, len - 1);
        size -= end ? len + 1 : len;
        data += end ? len + 1 : len;
    }
}

static bool is_held(const uint8_t *hash)
{
    struct err err = ERR_INIT;
    int64_t n = 0;
    fuzz_ok(db_number(&store.db, &n, 0, &err,
                      "SELECT count(*) FROM record WHERE hash = ?1", "b", hash,
                      (size_t)DIGEST_SIZE),
            &err);
    return n > 0;
}

/* How many lines were refused. */
static size_t take_batch(const struct batch *b, bool backwards)
{
    struct err err = ERR_INIT;
    size_t refused = 0;
    for (size_t i = 0; i < b->n; i++) {
        struct take t;
        size_t at = backwards ? b->n - 1 - i : i;
        const char *line = b->line[at].data ? b->line[at].data : "";
        fuzz_ok(take_line(&store, &round_arena, "fuzz", line, b->line[at].len, &t, &err),
                &err);
        refused += t.verdict == TAKE_REFUSED;
        if (b->ours[at])
            fuzz_must(is_held(b->hash[at]) ==
                      (t.verdict == TAKE_NEW || t.verdict == TAKE_ALREADY));
    }
    return refused;
}

/* ---- reading all of it --------------------------------------------------------- */

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

static void read_areas(struct buf *out)
{
    struct err err = ERR_INIT;
    struct area *areas = NULL;
    size_t n = 0;
    fuzz_ok(area_list(&store, &round_arena, &areas, &n, &err), &err);
    for (size_t i = 0; i < n; i++) {
        struct area_shape *shape = NULL;
        struct geo_point here = {570481000, 99187000, -1};
        fuzz_ok(area_shape_of(&store, &round_arena, areas[i].id, &shape, &err), &err);
        area_holds(shape, here);
    }
    area_geojson(out, areas, n);
}

static void read_lists(struct json_out *o)
{
    struct err err = ERR_INIT;
    struct walk *walks = NULL;
    struct party *parties = NULL;
    struct issue_filter all = {.closed_too = true};
    size_t n = 0;
    fuzz_ok(walk_list(&store, &round_arena, &walks, &n, &err), &err);
    for (size_t i = 0; i < n; i++)
        walk_json(o, NULL, &walks[i]);
    fuzz_ok(observation_each(&store, "", true, see_point, o, &err), &err);
    fuzz_ok(issue_each(&store, &all, see_issue, o, &err), &err);
    fuzz_ok(party_list(&store, &round_arena, &parties, &n, &err), &err);
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
static void read_published(void)
{
    struct err err = ERR_INIT;
    struct catalogue c;
    int64_t n = 0;
    fuzz_ok(db_number(&store.db, &n, 0, &err, "SELECT count(*) FROM catalogue", ""),
            &err);
    if (n)
        published_catalogue(&store, &round_arena, &c, &err);
}

static void read_all(void)
{
    struct buf lists = BUF_INIT, areas = BUF_INIT;
    struct json_out o = JSON_OUT(&lists);
    json_open(&o, NULL, '[');
    read_lists(&o);
    json_close(&o, ']');
    must_be_json(&lists);
    read_areas(&areas);
    must_be_json(&areas);
    read_published();
    buf_release(&lists);
    buf_release(&areas);
}

/* ---- folding again ------------------------------------------------------------- */

static void fold_again_equals(const char *before)
{
    struct err err = ERR_INIT;
    char after[DIGEST_HEX], sql[80];
    for (size_t i = 0; migrate_fold_names[i]; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM %s", migrate_fold_names[i]);
        fuzz_ok(db_script(&store.db, sql, &err), &err);
    }
    fuzz_ok(fold_kinds(&store.db, store.registry, "", &err), &err);
    fuzz_ok(fold_digest(&store, after, &err), &err);
    fuzz_must(strcmp(before, after) == 0);
}

static void rebuild_whole(void)
{
    struct err err = ERR_INIT;
    const char *differs = NULL;
    fuzz_ok(db_commit(&store.db, &err), &err);
    fuzz_ok(fold_rebuild(&store, false, &differs, &err), &err);
    if (differs)
        fprintf(stderr, "differs: %s\n", differs);
    fuzz_must(!differs);
    store_close(&store);
    fuzz_shell("rm -rf r && cp -r template r");
    open_store();
}

enum look { GLANCE, CLOSELY, WHOLE };

/* FNV-1a: the same bytes are always looked at in the same way. */
static enum look look_of(const uint8_t *data, size_t size)
{
    uint32_t sum = 2166136261u;
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ data[i]) * 16777619u;
    if (sum % WHOLE_EVERY == 0)
        return WHOLE;
    return sum % CLOSELY_EVERY == 0 ? CLOSELY : GLANCE;
}

/* Takes, looks, and forgets; digest is of what was folded. */
static size_t one_round(const struct batch *b, bool hooked, bool backwards,
                        enum look look, char digest[DIGEST_HEX])
{
    struct err err = ERR_INIT;
    store.applied = hooked ? follow : NULL;
    fuzz_ok(db_begin(&store.db, &err), &err);
    size_t refused = take_batch(b, backwards);
    if (look != GLANCE) {
        fuzz_ok(fold_digest(&store, digest, &err), &err);
        read_all();
    }
    if (look == CLOSELY)
        fold_again_equals(digest);
    if (look == WHOLE)
        rebuild_whole();
    else
        db_rollback(&store.db);
    arena_reset(&round_arena);
    return refused;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct batch b;
    char digest[DIGEST_HEX], other[DIGEST_HEX];
    if (size < 1)
        return 0;
    b.n = 0;
    memset(b.ours, 0, sizeof b.ours);
    make_batch(&b, data + 1, size - 1);
    enum look look = look_of(data, size);
    if (look != GLANCE && data[0] & 1) {
        size_t refused = one_round(&b, false, false, CLOSELY, digest);
        refused += one_round(&b, false, true, look, other);
        fuzz_must(refused || strcmp(digest, other) == 0);
    } else {
        one_round(&b, !(data[0] & 1), false, look, digest);
    }
    for (size_t i = 0; i < b.n; i++)
        buf_release(&b.line[i]);
    return 0;
}
