/* The folded tables are a pure function of the set of held records: three devices and a
 * registry write a few hundred random records while now and then meeting; their union,
 * with an author's unknown kinds, holes, steps and poisoned ticks, goes into fresh
 * registries in many orders, with repetitions and with the admissions before, between or
 * after. All must fold to the same, to their own rebuild, and to a small fold written
 * here in another way. SEED=N repeats a run; the seed is always said on stderr.
 */
#include "core/base/file.h"
#include "core/store/party.h"
#include "tests/unit/store_make.h"

#include <time.h>

enum { DEVICES = 3, STORES = 4, STEPS = 260, ORDERS = 26, MOST = 2000, POINTS = 14 };

static uint64_t seed, dice;

static size_t roll(size_t n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (size_t)(dice % n);
}

struct held {
    struct record record;
    uint8_t key[SIGN_PUBLIC];
};
struct pile {
    struct held one[MOST];
    size_t n;
};

static struct store stores[STORES]; /* the last one is the registry */
static struct author odd;
static struct arena keep;
static struct pile all;
static char points[POINTS][UID_SIZE], walks[2][UID_SIZE];

/* ---- the records ----------------------------------------------------------------------- */

static void pile_add(struct pile *p, const struct record *r, const uint8_t *key)
{
    for (size_t i = 0; i < p->n; i++)
        if (memcmp(p->one[i].record.hash, r->hash, DIGEST_SIZE) == 0)
            return;
    assert_true(p->n < MOST);
    p->one[p->n].record = *r;
    memcpy(p->one[p->n++].key, key, SIGN_PUBLIC);
}

static void pile_all_of(struct pile *p, struct store *s)
{
    struct err err = ERR_INIT;
    struct db_rows rows;
    must(db_query(&s->db, &rows, &err, "SELECT r.hash, o.key FROM record r JOIN origin o ON"
                                       " o.origin = r.origin ORDER BY r.arrival", ""));
    while (db_next(&rows, &err)) {
        struct record r;
        const uint8_t *hash = db_blob(&rows, &keep, 0, NULL);
        must(hold_read(s, &keep, hash, &r, &err));
        pile_add(p, &r, db_blob(&rows, &keep, 1, NULL));
    }
    must(db_done(&rows));
}

static void take_pile(struct store *s, const struct pile *p)
{
    for (size_t i = 0; i < p->n; i++)
        take(s, p->one[i].key, &p->one[i].record);
}

static void meet(size_t from, size_t to)
{
    static struct pile p;
    p.n = 0;
    pile_all_of(&p, &stores[from]);
    take_pile(&stores[to], &p);
}

static cJSON *fields_of(const char *text)
{
    struct err err = ERR_INIT;
    cJSON *tree;
    must(json_parse(text, strlen(text), &tree, &err));
    return tree;
}

static void edit(struct store *s, const char *id)
{
    static const char *const forms[] = {
        "{\"note\":\"text %zu\"}", "{\"severity\":%zu}", "{\"category\":\"BEL0%zu\"}",
        "{\"agree\":%zu,\"note\":null}", "{\"thing\":{\"lat\":57048000%zu,\"lon\":99187000}}"};
    struct err err = ERR_INIT;
    cJSON *seen = roll(5) == 0 ? fields_of("{\"note\":[],\"severity\":[\"ab\"]}") : NULL;
    cJSON *fields = NULL;
    const char *form = forms[roll(5)], *place = strstr(form, "%zu");
    fields = fields_of(arena_printf(&keep, "%.*s%zu%s", (int)(place - form), form, roll(5),
                                    place + 3));
    must(observation_edit(s, &keep, id, fields, seen, "walker", "SSP", &err));
    json_free(fields);
    json_free(seen);
}

static void note(struct store *s, const char *id)
{
    struct err err = ERR_INIT;
    struct observation_wish w = {.id = id, .walk = walks[roll(2)], .category = "BEL01",
        .note = "noted", .severity = (int64_t)roll(5), .agree = DB_NULL, .agree_of = DB_NULL,
        .stood = {570480000, 99187000 + (int64_t)roll(1000), 3000}, .thing = GEO_NOWHERE,
        .at_ms = INT64_C(1795113000000), .by_role = "walker", .by_org = "SSP"};
    if (!observation_note(s, &keep, &w, NULL, &err)) /* twice here, once elsewhere: fine */
        assert_string_equal(err.key, "observation.exists");
}

static void attach(struct store *s, const char *id)
{
    struct err err = ERR_INIT;
    struct photo p = {.observation = id, .type = "image/jpeg", .bytes = 1 + (int64_t)roll(9),
        .sha256 = arena_printf(&keep, "%064zu", roll(6)), .width = 4, .height = 3,
        .at = GEO_NOWHERE, .direction_c = DB_NULL, .altitude_mm = DB_NULL,
        .taken_ms = DB_NULL};
    must(photo_attach(s, &keep, &p, "walker", &err));
}

static void one_step(struct store *s)
{
    struct err err = ERR_INIT;
    const char *id = points[roll(POINTS)], *walk = walks[roll(2)];
    static const char *const deeds[] = {"begin", "end", "close"};
    must(db_begin(&s->db, &err));
    switch (roll(8)) {
    case 0:
        note(s, id);
        break;
    case 1:
        must(observation_withdraw(s, &keep, id, roll(2), NULL, "walker", &err));
        break;
    case 2:
        must(observation_witness(s, &keep, id, "walker", &err));
        break;
    case 3:
        attach(s, id);
        break;
    case 4:
        must(walk_step(s, &keep, walk, deeds[roll(3)], "walker", &err));
        break;
    default:
        edit(s, id);
    }
    must(db_commit(&s->db, &err));
}

static void registry_step(struct store *s)
{
    struct err err = ERR_INIT;
    char issue[UID_SIZE];
    const char *id = points[roll(POINTS)];
    struct party p = {"VEJ", arena_printf(&keep, "Veje %zu", roll(9)), "Roads", "department",
                      NULL, NULL};
    uid_derive("issue", id, issue);
    say(s, &keep, "issue.state", issue, roll(2) ? "{\"state\":\"triaged\",\"person\":true}"
                                                : "{\"state\":\"sent\"}");
    say(s, &keep, "issue.assign", issue, "{\"party\":\"VEJ\"}");
    say(s, &keep, "issue.open", issue, arena_printf(&keep, "{\"observation\":\"%s\",\"number\":"
        "\"N%zu\",\"category\":\"BEL01\",\"party\":\"KOO\",\"catalogue\":1}", id, roll(999)));
    must(db_begin(&s->db, &err));
    must(party_set(s, &keep, &p, "coordinator", &err));
    must(db_commit(&s->db, &err));
}

/* What no program of today writes: the author's records straight into the union. */
static void odd_records(void)
{
    const char *id = "018c2f10-0000-7000-8000-00000000000d";
    int64_t far = 0;
    for (size_t i = 0; i < all.n; i++)
        if (all.one[i].record.tick > far)
            far = all.one[i].record.tick;
    odd.tick = (int64_t)roll(200);
    struct record r[9];
    r[0] = author_says(&odd, &keep, "lamp.look", points[0], "{\"later\":[1.5]}");
    r[1] = author_says(&odd, &keep, "observation.edit", id,
                       edit_body(&keep, "note", "\"before its note\"", OVER_NONE));
    r[2] = author_says(&odd, &keep, "observation.witness", points[1], "{}"); /* the hole */
    r[3] = author_says(&odd, &keep, "observation.note", id, note_body(&keep, "TRA01", "later"));
    r[4] = author_says(&odd, &keep, "observation.note", id, "{\"walk\":7}");
    r[5] = author_says(&odd, &keep, "issue.state", id, "{\"state\":\"done\"}");
    r[6] = author_says(&odd, &keep, "origin.hello", odd.hex, "{\"role\":\"registry\"}");
    odd.tick = far + HOLD_TICK_STEP - 50;
    r[7] = author_says(&odd, &keep, "observation.edit", points[2],
                       edit_body(&keep, "note", "\"a step\"", OVER_NONE));
    odd.tick = INT64_C(1) << 40;
    r[8] = author_says(&odd, &keep, "observation.edit", points[2],
                       edit_body(&keep, "note", "\"poisoned\"", OVER_NONE));
    for (size_t i = 0; i < 9; i++)
        if (i != 2)
            pile_add(&all, &r[i], odd.key);
}

static int make_records(void **state)
{
    static const char *const names[STORES] = {"d0", "d1", "d2", "registry"};
    struct err err = ERR_INIT;
    if (make_folder(state) != 0)
        return -1;
    const char *given = getenv("SEED");
    seed = given ? strtoull(given, NULL, 10) : (uint64_t)time(NULL) * 1000003u;
    dice = seed ? seed : 1;
    fprintf(stderr, "# SEED=%llu\n", (unsigned long long)seed);
    for (size_t i = 0; i < POINTS; i++)
        uid_new(points[i]);
    for (size_t i = 0; i < STORES; i++)
        store_make(&stores[i], names[i], i == DEVICES ? STORE_REGISTRY : STORE_WALKER);
    odd = author_make();
    for (size_t i = 0; i < DEVICES; i++) {
        char hex[RECORD_ORIGIN_HEX];
        text_hex(stores[i].origin, RECORD_ORIGIN, hex);
        must(store_trust(&stores[i], stores[DEVICES].registry, &err));
        admit(&stores[DEVICES], &keep, hex, "device");
    }
    for (size_t i = 0; i < 2; i++) {
        uid_new(walks[i]);
        say(&stores[i], &keep, "walk.plan", walks[i], "{\"title\":\"Vestbyen\"}");
    }
    for (size_t i = 0; i < DEVICES; i++)
        meet(DEVICES, i);
    for (size_t i = 0; i < STEPS; i++)
        if (roll(25) == 0)
            meet(roll(STORES), roll(STORES));
        else if (roll(30) == 0)
            registry_step(&stores[DEVICES]);
        else
            one_step(&stores[roll(DEVICES)]);
    for (size_t i = 0; i < STORES; i++)
        pile_all_of(&all, &stores[i]);
    odd_records();
    return 0;
}

/* ---- the fresh registries ------------------------------------------------------------------ */

/* All fresh stores are the same registry, so that their own admission row is one too. */
static void fresh_open(struct store *s, const char *name)
{
    static const char *const keys[] = {"origin.key", "root.key"};
    struct err err = ERR_INIT;
    for (size_t i = 0; i < 2; i++) {
        char *bytes;
        size_t n;
        const char *to = arena_printf(&keep, "%s/%s", name, keys[i]);
        must(file_read(&keep, made_path(arena_printf(&keep, "template/%s", keys[i])), 99,
                       &bytes, &n, &err));
        must(file_make_folders(made_path(name), &err));
        must(file_write_whole(made_path(to), bytes, n, 0600, &err));
    }
    store_make(s, name, STORE_REGISTRY);
}

static void admit_one(struct store *s, size_t which)
{
    char hex[RECORD_ORIGIN_HEX];
    text_hex(which < STORES ? stores[which].origin : odd.origin, RECORD_ORIGIN, hex);
    admit(s, &keep, hex, which == DEVICES ? "registry" : "device");
}

/* Round 0: in order, admitted before. Then admitted before, after, or in between. */
static void fill_in_some_order(struct store *s, size_t round)
{
    static size_t order[2 * MOST];
    size_t n = 0, when[STORES + 1];
    for (size_t i = 0; i < all.n; i++)
        for (size_t times = round > 0 && roll(4) == 0 ? 2 : 1; times > 0; times--)
            order[n++] = i;
    for (size_t i = n; round > 0 && i > 1; i--) {
        size_t j = roll(i), other = order[i - 1];
        order[i - 1] = order[j];
        order[j] = other;
    }
    for (size_t i = 0; i <= STORES; i++)
        when[i] = round % 3 == 0 ? 0 : round % 3 == 1 ? n : roll(n + 1);
    for (size_t at = 0; at <= n; at++) {
        for (size_t i = 0; i <= STORES; i++)
            if (when[i] == at)
                admit_one(s, i);
        if (at < n)
            take(s, all.one[order[at]].key, &all.one[order[at]].record);
    }
}

static void any_order_and_any_repetition_fold_to_the_same(void **state)
{
    (void)state;
    char first[DIGEST_HEX], now[DIGEST_HEX];
    struct store s;
    store_make(&s, "template", STORE_REGISTRY);
    store_close(&s);
    assert_in_range(all.n, 200, MOST);
    for (size_t round = 0; round < ORDERS; round++) {
        fresh_open(&s, arena_printf(&keep, "fresh-%zu", round));
        fill_in_some_order(&s, round);
        digest_of_fold(&s, now);
        if (round == 0)
            memcpy(first, now, sizeof first);
        if (strcmp(now, first) != 0)
            fail_msg("round %zu folds to other tables (SEED=%llu, %s)", round,
                     (unsigned long long)seed, made_folder);
        assert_rebuild_equals(&s);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM record WHERE reason = 'kind'"), 1);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM record WHERE reason = 'body'"), 1);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM record WHERE reason = 'tick'"), 1);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM record WHERE reason = 'rights'"), 1);
        store_close(&s);
    }
}

/* ---- the other fold --------------------------------------------------------------------- */

static bool names_in_over(const struct record *r, const char *field, const char *hash)
{
    cJSON *body = fields_of(r->body);
    bool found = false;
    const cJSON *over = json_array(json_object(body, field), "over"), *h;
    cJSON_ArrayForEach(h, over)
        found = found || strcmp(h->valuestring, hash) == 0;
    json_free(body);
    return found && strcmp(r->kind, "observation.edit") == 0;
}

static bool is_later(const struct record *a, const struct record *b)
{
    int origins = memcmp(a->origin, b->origin, RECORD_ORIGIN);
    if (a->tick != b->tick)
        return a->tick > b->tick;
    return origins ? origins > 0 : a->seq > b->seq;
}

/* What r claims of the field, printed as JSON; NULL when nothing. */
static const char *claimed(const struct record *r, const char *field)
{
    struct buf b = BUF_INIT;
    struct json_out o = JSON_OUT(&b);
    cJSON *body = fields_of(r->body);
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(body, field);
    if (strcmp(r->kind, "observation.edit") == 0)
        v = cJSON_GetObjectItemCaseSensitive(v, "value");
    if (v)
        json_tree(&o, NULL, v);
    const char *text = v ? buf_dup(&b, &keep) : NULL;
    buf_release(&b);
    json_free(body);
    return text;
}

static bool counts(const struct record *r, const char *id)
{
    return strcmp(r->subject, id) == 0 && r->tick < (INT64_C(1) << 39) &&
           (strcmp(r->kind, "observation.edit") == 0 ||
            strcmp(r->kind, "observation.note") == 0);
}

/* The latest claim no other claim names; how many there are. */
static const char *by_hand(const char *id, const char *field, size_t *ret_n)
{
    const struct record *latest = NULL;
    *ret_n = 0;
    for (size_t i = 0; i < all.n; i++) {
        const struct record *r = &all.one[i].record;
        char hash[DIGEST_HEX];
        bool named = false;
        text_hex(r->hash, DIGEST_SIZE, hash);
        if (!counts(r, id) || !claimed(r, field))
            continue;
        for (size_t j = 0; j < all.n && !named; j++)
            named = counts(&all.one[j].record, id) && claimed(&all.one[j].record, field) &&
                    names_in_over(&all.one[j].record, field, hash);
        *ret_n += !named;
        if (!named && (!latest || is_later(r, latest)))
            latest = r;
    }
    return latest ? claimed(latest, field) : "null";
}

static void a_fold_written_another_way_says_the_same(void **state)
{
    (void)state;
    static const char *const fields[] = {"note", "severity", "category", "agree"};
    struct store s;
    size_t conflicts = 0;
    store_make(&s, "fresh-1", STORE_REGISTRY);
    for (size_t p = 0; p < POINTS; p++)
        for (size_t f = 0; f < 4; f++) {
            struct err err = ERR_INIT;
            struct db_rows rows;
            size_t n;
            const char *wanted = by_hand(points[p], fields[f], &n), *got = "null";
            const char *sql = arena_printf(&keep, "SELECT json_quote(%s), json_extract("
                "conflicts, '$.%s') IS NOT NULL FROM observation WHERE id = ?1", fields[f],
                fields[f]);
            must(db_query(&s.db, &rows, &err, sql, "s", points[p]));
            bool there = db_next(&rows, &err);
            if (there)
                got = db_text(&rows, &keep, 0);
            if (strcmp(wanted, got) != 0 || (there && (n > 1) != db_int(&rows, 1)))
                fail_msg("%s of %s: %s, by hand %s of %zu (SEED=%llu)", fields[f], points[p],
                         got, wanted, n, (unsigned long long)seed);
            must(db_done(&rows));
            conflicts += n > 1;
        }
    assert_true(conflicts > 0);
    store_close(&s);
}

static int drop_all(void **state)
{
    for (size_t i = 0; i < STORES; i++)
        store_close(&stores[i]);
    arena_release(&keep);
    return drop_folder(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_and_any_repetition_fold_to_the_same),
        cmocka_unit_test(a_fold_written_another_way_says_the_same),
    };
    return cmocka_run_group_tests(tests, make_records, drop_all);
}
