/* The folded tables are a pure function of the set of held records: three devices and a
 * registry write a few hundred random records while now and then meeting; their union,
 * with an author's unknown kinds, holes, steps and poisoned ticks, goes into fresh
 * registries in many orders, with repetitions and with the admissions before, between or
 * after. All must fold to the same, to their own rebuild, and to a small fold written
 * here in another way. SEED=N repeats a run; the seed is always said on stderr.
 */
#include "core/base/file.h"
#include "tests/unit/fold_make.h"

enum { ORDERS = 26 };

/* ---- the fresh registries -------------------------------------------------------- */

/* All fresh stores are the same registry, so that their own admission row is one too. */
static void fresh_open(struct store *s, const char *name)
{
    static const char *const keys[] = {"origin.key", "root.key"};
    struct err err = ERR_INIT;
    for (size_t i = 0; i < 2; i++) {
        char *bytes;
        size_t n;
        const char *to = arena_printf(&keep, "%s/%s", name, keys[i]);
        must(file_read(&keep, made_path(arena_printf(&keep, "template/%s", keys[i])),
                       99, &bytes, &n, &err));
        must(file_make_folders(made_path(name), &err));
        must(file_write_whole(made_path(to), bytes, n, 0600, &err));
    }
    store_make(s, name, STORE_REGISTRY);
}

static void admit_one(struct store *s, size_t which)
{
    char hex[RECORD_ORIGIN_HEX];
    const uint8_t *origin = which < STORES    ? stores[which].origin
                            : which == STORES ? odd.origin
                                              : after.origin;
    text_hex(origin, RECORD_ORIGIN, hex);
    admit(s, &keep, hex, which == DEVICES ? "registry" : "device");
}

/* Round 0: in order, admitted before. Then admitted before, after, or in between. */
static void fill_in_some_order(struct store *s, size_t round)
{
    static size_t order[2 * MOST];
    size_t n = 0, when[STORES + 2];
    for (size_t i = 0; i < all.n; i++)
        for (size_t times = round > 0 && roll(4) == 0 ? 2 : 1; times > 0; times--)
            order[n++] = i;
    for (size_t i = n; round > 0 && i > 1; i--) {
        size_t j = roll(i), other = order[i - 1];
        order[i - 1] = order[j];
        order[j] = other;
    }
    for (size_t i = 0; i < STORES + 2; i++)
        when[i] = round % 3 == 0 ? 0 : round % 3 == 1 ? n : roll(n + 1);
    for (size_t at = 0; at <= n; at++) {
        for (size_t i = 0; i < STORES + 2; i++)
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
        assert_int_equal(
            number_of(&s, "SELECT count(*) FROM record WHERE reason = 'kind'"), 1);
        assert_int_equal(
            number_of(&s, "SELECT count(*) FROM record WHERE reason = 'body'"), 1);
        assert_int_equal(
            number_of(&s, "SELECT count(*) FROM record WHERE reason = 'tick'"), 1);
        assert_int_equal(
            number_of(&s, "SELECT count(*) FROM record WHERE reason = 'rights'"), 1);
        assert_int_equal(
            number_of(&s, "SELECT count(*) FROM record WHERE reason = 'revoked'"), 2);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM observation WHERE id = '" LOST_ID
                                       "' AND note = 'before'"), 1);
        assert_int_equal(number_of(&s, "SELECT witnesses FROM observation WHERE id = '"
                                       CARRIED_ID "' AND note = 'carried'"), 1);
        assert_int_equal(number_of(&s, "SELECT count(*) FROM observation WHERE id = '" ERASED_ID
                                       "' AND category = 'BEP02' AND note IS NULL"), 1);
        store_close(&s);
    }
}

/* ---- the other fold --------------------------------------------------------------------- */

static bool is_later(const struct record *a, const struct record *b)
{
    int origins = memcmp(a->origin, b->origin, RECORD_ORIGIN);
    if (a->tick != b->tick)
        return a->tick > b->tick;
    return origins ? origins > 0 : a->seq > b->seq;
}

/* What r says, or what the last erasure of it has left; {} when nothing. */
static cJSON *body_left(const struct record *r, bool *ret_erased)
{
    const struct record *last = NULL;
    char hash[DIGEST_HEX];
    cJSON *body, *left = NULL;
    text_hex(r->hash, DIGEST_SIZE, hash);
    for (size_t i = 0; i < all.n; i++) {
        const struct record *e = &all.one[i].record;
        const char *named = arena_printf(&keep, "\"records\":[{\"hash\":\"%s\"", hash);
        if (strcmp(e->kind, "erase") == 0 && strstr(e->body, named) &&
            (!last || is_later(e, last)))
            last = e;
    }
    *ret_erased = last != NULL;
    if (!last)
        return fields_of(r->body);
    body = fields_of(last->body);
    left = cJSON_DetachItemFromObject(json_array(body, "records")->child, "body");
    json_free(body);
    if (left && !cJSON_IsArray(cJSON_GetObjectItem(left, "category")))
        return left;
    json_free(left);
    return cJSON_CreateObject();
}

static bool names_in_over(const struct record *r, const char *field, const char *hash)
{
    bool erased;
    cJSON *body = body_left(r, &erased);
    bool found = false;
    const cJSON *over = json_array(json_object(body, field), "over"), *h;
    cJSON_ArrayForEach(h, over) found = found || strcmp(h->valuestring, hash) == 0;
    json_free(body);
    return found && strcmp(r->kind, "observation.edit") == 0;
}

/* What r claims of the field, printed as JSON; NULL when nothing. */
static const char *claimed(const struct record *r, const char *field)
{
    struct buf b = BUF_INIT;
    struct json_out o = JSON_OUT(&b);
    static const cJSON nothing = {.type = cJSON_NULL};
    bool erased;
    cJSON *body = body_left(r, &erased);
    const cJSON *edit = cJSON_GetObjectItemCaseSensitive(body, field), *v = edit;
    if (strcmp(r->kind, "observation.edit") == 0)
        v = cJSON_GetObjectItemCaseSensitive(edit, "value");
    if (edit && !v && erased)
        v = &nothing;
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
            named = counts(&all.one[j].record, id) &&
                    claimed(&all.one[j].record, field) &&
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
            const char *sql = arena_printf(
                &keep,
                "SELECT json_quote(%s), json_extract("
                "conflicts, '$.%s') IS NOT NULL FROM observation WHERE id = ?1",
                fields[f], fields[f]);
            must(db_query(&s.db, &rows, &err, sql, "s", points[p]));
            bool there = db_next(&rows, &err);
            if (there)
                got = db_text(&rows, &keep, 0);
            if (strcmp(wanted, got) != 0 || (there && (n > 1) != db_int(&rows, 1)))
                fail_msg("%s of %s: %s, by hand %s of %zu (SEED=%llu)", fields[f],
                         points[p], got, wanted, n, (unsigned long long)seed);
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
