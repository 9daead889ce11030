/* fold_make: the records fold_any_order shuffles: three devices and a registry write a few
 * hundred random ones while now and then meeting, and an author adds what no program of
 * today writes. SEED decides everything but keys, ids and times. Only for
 * tests/unit/fold_any_order.c.
 */
#ifndef LYGTE_TESTS_FOLD_MAKE_H
#define LYGTE_TESTS_FOLD_MAKE_H

#define CARRIED_ID "018c2f10-0000-7000-8000-0000000000ca"
#define ERASED_ID "018c2f10-0000-7000-8000-0000000000e0"
#define TIMELESS_ID "018c2f10-0000-7000-8000-0000000000ee"
#define LOST_ID "018c2f10-0000-7000-8000-0000000000ff"

#include "core/store/closing.h"
#include "core/store/lamp.h"
#include "core/store/party.h"
#include "core/store/track.h"
#include "tests/unit/store_make.h"

#include <time.h>

enum { DEVICES = 3, STORES = 4, STEPS = 260, MOST = 2000, POINTS = 14 };

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
static struct author odd, after; /* after: what odd went on as, carrying */
static struct author timeless;   /* its clock knows nothing */
static struct author lost;       /* shut out after its first record */
static struct arena keep;
static struct pile all;
static char points[POINTS][UID_SIZE], walks[2][UID_SIZE];

#include "tests/unit/fold_life.h"

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
    must(db_query(&s->db, &rows, &err,
                  "SELECT r.hash, o.key FROM record r JOIN origin o ON"
                  " o.origin = r.origin ORDER BY r.arrival",
                  ""));
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

/* What a camera without a place was placed by, once it was known how wrong its clock was. */
static void place(struct store *s, const char *id)
{
    struct err err = ERR_INIT;
    struct geo_point at = {570480000 + (int64_t)roll(9), 99187000, -1};
    must(observation_track_place(s, &keep, id, at, 1790000000000 + (int64_t)roll(9),
                                 roll(2) ? "dusk" : NULL, "walker", "SSP", &err));
}

static void edit(struct store *s, const char *id)
{
    static const char *const forms[] = {
        "{\"note\":\"text %zu\"}", "{\"severity\":%zu}", "{\"category\":\"BEL0%zu\"}",
        "{\"agree\":%zu,\"note\":null}",
        "{\"thing\":{\"lat\":57048000%zu,\"lon\":99187000}}"};
    struct err err = ERR_INIT;
    cJSON *seen =
        roll(5) == 0 ? fields_of("{\"note\":[],\"severity\":[\"ab\"]}") : NULL;
    cJSON *fields = NULL;
    const char *form = forms[roll(5)], *place = strstr(form, "%zu");
    fields = fields_of(arena_printf(&keep, "%.*s%zu%s", (int)(place - form), form,
                                    roll(5), place + 3));
    must(observation_edit(s, &keep, id, fields, seen, "walker", "SSP", &err));
    json_free(fields);
    json_free(seen);
}

static void note(struct store *s, const char *id)
{
    struct err err = ERR_INIT;
    struct observation_wish w = {
        .id = id,
        .walk = walks[roll(2)],
        .category = "BEL01",
        .note = "noted",
        .severity = (int64_t)roll(5),
        .agree = DB_NULL,
        .agree_of = DB_NULL,
        .stood = {570480000, 99187000 + (int64_t)roll(1000), 3000},
        .thing = GEO_NOWHERE,
        .at_ms = INT64_C(1795113000000),
        .by_role = "walker",
        .by_org = "SSP"};
    if (!observation_note(s, &keep, &w, NULL,
                          &err)) /* twice here, once elsewhere: fine */
        assert_string_equal(err.key, "observation.exists");
}

static void attach(struct store *s, const char *id)
{
    struct err err = ERR_INIT;
    struct photo p = {.observation = id,
                      .type = "image/jpeg",
                      .bytes = 1 + (int64_t)roll(9),
                      .sha256 = arena_printf(&keep, "%064zu", roll(6)),
                      .width = 4,
                      .height = 3,
                      .at = GEO_NOWHERE,
                      .direction_c = DB_NULL,
                      .altitude_mm = DB_NULL,
                      .taken_ms = DB_NULL};
    if (roll(3))
        must(photo_attach(s, &keep, &p, "walker", &err));
    else
        must(photo_cover(s, &keep, arena_printf(&keep, "%064zu", roll(6)), &p, "walker",
                         &err));
}

/* Looks of three devices at the same few lamps; a minute of track. */
static void wander(struct store *s, const char *walk)
{
    static const char *const answers[] = {"lit", "dead", "flickering"};
    struct err err = ERR_INIT;
    char look[UID_SIZE], line[UID_SIZE];
    bool is_new;
    uid_derive("look", points[roll(4)], look);
    uid_derive("line", walk, line);
    struct lamp_wish w = {look,   walk,  "0417", answers[roll(3)], {570480000, 99187000, -1},
                          "walker", "SSP", 0};
    must(lamp_look_keep(s, &keep, &w, &is_new, &err));
    if (roll(3) == 0)
        must(lamp_look_withdraw(s, &keep, look, roll(2), "walker", &err));
    struct track_source t = {walk, line, "gnss", "gnss", "walker"};
    struct track_fix fix[3];
    for (size_t i = 0; i < 3; i++)
        fix[i] = (struct track_fix){INT64_C(1795113000000) + (int64_t)(i * 1000),
                                    {570480000 + (int64_t)roll(500), 99187000, 3000},
                                    i == roll(3)};
    must(track_write(s, &keep, &t, fix, 3, &err));
}

/* Also of a walk whose plan has not come here yet, and once more of one that has ended: both
 * come from elsewhere, walk_step writes neither. */
static void step(struct store *s, const char *walk, const char *deed)
{
    struct err err = ERR_INIT;
    const char *manifest = "{}";
    struct record_wish said = {
        arena_printf(&keep, "walk.%s", deed), walk, "{}", "walker", "", INT64_MIN};
    if (strcmp(deed, "close") == 0)
        must(closing_manifest(s, &keep, walk, &manifest, &err));
    said.body = manifest;
    must(hold_make(s, &keep, &said, NULL, &err));
}

static void one_step(struct store *s)
{
    struct err err = ERR_INIT;
    const char *id = points[roll(POINTS)], *walk = walks[roll(2)];
    static const char *const deeds[] = {"begin", "end", "close"};
    must(db_begin(&s->db, &err));
    switch (roll(10)) {
    case 8:
    case 9:
        life_step(s, &keep, walk, id);
        break;
    case 0:
        note(s, id);
        break;
    case 1:
        must(observation_withdraw(s, &keep, id, roll(2), NULL, NULL, "walker", &err));
        break;
    case 2:
        must(observation_witness(s, &keep, id, "walker", &err));
        break;
    case 3:
        attach(s, id);
        break;
    case 5:
        wander(s, walk);
        break;
    case 4:
        step(s, walk, deeds[roll(3)]);
        break;
    case 6:
        place(s, id);
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
    struct party p = {"VEJ",   arena_printf(&keep, "Veje %zu", roll(9)),
                      "Roads", "department",
                      NULL,    NULL};
    uid_derive("issue", id, issue);
    say(s, &keep, "issue.state", issue,
        roll(2) ? "{\"state\":\"triaged\",\"person\":true}" : "{\"state\":\"sent\"}");
    say(s, &keep, "issue.assign", issue, "{\"party\":\"VEJ\"}");
    say(s, &keep, "issue.open", issue,
        arena_printf(
            &keep,
            "{\"observation\":\"%s\",\"number\":"
            "\"N%zu\",\"category\":\"BEL01\",\"party\":\"KOO\",\"catalogue\":1}",
            id, roll(999)));
    for (size_t i = 0; i < 3; i++)
        merge_step(s, &keep, (const char (*)[UID_SIZE])points, POINTS);
    must(db_begin(&s->db, &err));
    must(party_set(s, &keep, &p, "coordinator", &err));
    must(db_commit(&s->db, &err));
}

/* What an erasure of today leaves: an edit without its values, a note without its words,
 * of a photo nothing; now and then something that fits no form. */
static const char *left_of(const struct record *r)
{
    struct buf b = BUF_INIT;
    struct json_out o = JSON_OUT(&b);
    cJSON *body = fields_of(r->body);
    if (text_starts(r->kind, "photo.") || roll(12) == 0) {
        json_free(body);
        return roll(3) ? NULL : "{\"category\":[]}";
    }
    cJSON_DeleteItemFromObject(body, "salt");
    for (cJSON *m = body->child; m; m = m->next)
        if (strcmp(r->kind, "observation.edit") == 0)
            cJSON_DeleteItemFromObject(m, "value");
    if (strcmp(r->kind, "observation.note") == 0)
        cJSON_DeleteItemFromObject(body, "note");
    json_tree(&o, NULL, body);
    char *left = buf_dup(&b, &keep);
    buf_release(&b);
    json_free(body);
    return left;
}

/* The registry erases something that a device said, whether it holds it yet or not. */
static void erase_step(struct store *registry, struct store *device)
{
    static struct pile p;
    char hash[DIGEST_HEX], id[UID_SIZE];
    p.n = 0;
    pile_all_of(&p, device);
    const struct record *r = &p.one[roll(p.n)].record;
    bool fit = r->body && (text_starts(r->kind, "observation.") ||
                           text_starts(r->kind, "photo."));
    if (!fit)
        return;
    const char *left = left_of(r);
    text_hex(r->hash, DIGEST_SIZE, hash);
    uid_new(id);
    say(registry, &keep, "erase", id,
        arena_printf(&keep,
                     "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":"
                     "[{\"hash\":\"%s\"%s%s}],\"photos\":[\"%064zu\"]}",
                     hash, left ? ",\"body\":" : "", left ? left : "", roll(20)));
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
    r[0] = author_says(&odd, &keep, "lamp.later", points[0], "{\"later\":[1.5]}");
    r[1] = author_says(&odd, &keep, "observation.edit", id,
                       edit_body(&keep, "note", "\"before its note\"", OVER_NONE));
    r[2] =
        author_says(&odd, &keep, "observation.witness", points[1], "{}"); /* the hole */
    r[3] = author_says(&odd, &keep, "observation.note", id,
                       note_body(&keep, "TRA01", "later"));
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

static struct record wrapped(struct author *w, const struct record *inner)
{
    struct buf b = BUF_INIT;
    struct json_out o = JSON_OUT(&b);
    char sig[2 * SIGN_SIZE + 1];
    text_hex(inner->sig, SIGN_SIZE, sig);
    json_open(&o, NULL, '{');
    json_strn(&o, "head", inner->head, inner->head_len);
    json_strn(&o, "body", inner->body, inner->body_len);
    json_str(&o, "sig", sig);
    json_close(&o, '}');
    if (w->tick < inner->tick)
        w->tick = inner->tick;
    struct record r = author_says(w, &keep, "origin.carry", inner->subject,
                                  buf_dup(&b, &keep));
    buf_release(&b);
    return r;
}

/* A fork: odd's second history is carried by the origin it went on as; one record of it
 * stands plainly too, and one is carried twice. */
static void carried_records(void)
{
    struct author fork = odd;
    fork.seq = 1;
    fork.tick = 60;
    struct record shut[] = {
        author_says(&fork, &keep, "observation.note", CARRIED_ID,
                    note_body(&keep, "BEP01", "carried")),
        author_says(&fork, &keep, "observation.witness", CARRIED_ID, "{}"),
    };
    for (size_t i = 0; i < 4; i++) {
        struct record w = wrapped(&after, &shut[i / 2]);
        pile_add(&all, &w, after.key);
    }
    for (size_t i = 0; i < all.n; i++)
        if (strcmp(all.one[i].record.kind, "observation.note") == 0 &&
            memcmp(all.one[i].record.origin, odd.origin, RECORD_ORIGIN) == 0) {
            struct record w = wrapped(&after, &all.one[i].record);
            pile_add(&all, &w, after.key);
            break;
        }
}

/* Words that were carried are erased; of the carrier the inner head is left. */
static void carried_and_erased(struct store *registry)
{
    char inner[DIGEST_HEX], carrier[DIGEST_HEX], id[UID_SIZE];
    struct author fork = odd;
    struct buf body = BUF_INIT;
    struct json_out o = JSON_OUT(&body);
    fork.seq = 9;
    fork.tick = 70;
    struct record r = author_says(&fork, &keep, "observation.note", ERASED_ID,
                                  note_body(&keep, "BEP02", "carried, erased"));
    struct record w = wrapped(&after, &r);
    text_hex(r.hash, DIGEST_SIZE, inner);
    text_hex(w.hash, DIGEST_SIZE, carrier);
    buf_printf(&body,
               "{\"reason\":\"request\",\"role\":\"coordinator\",\"records\":[{\"hash\":\"%s\""
               ",\"body\":{\"walk\":\"" WALK_ID "\",\"category\":\"BEP02\"}},"
               "{\"hash\":\"%s\",\"body\":{\"head\":",
               inner, carrier);
    json_strn(&o, NULL, r.head, r.head_len);
    buf_str(&body, "}}]}");
    uid_new(id);
    say(registry, &keep, "erase", id, body.data);
    buf_release(&body);
    if (roll(2) == 0) { /* as whoever heard of it hands it on */
        w.body = NULL;
        w.body_len = 0;
    }
    pile_add(&all, &w, after.key);
}

/* Of the lost one only the first record counts, whenever the word comes. */
static void lost_records(struct store *registry)
{
    struct record r[] = {
        author_says(&lost, &keep, "observation.note", LOST_ID,
                    note_body(&keep, "BEL01", "before")),
        author_says(&lost, &keep, "observation.edit", LOST_ID,
                    edit_body(&keep, "note", "\"after\"", OVER_NONE)),
        author_says(&lost, &keep, "observation.witness", points[0], "{}"),
    };
    for (size_t i = 0; i < 3; i++)
        pile_add(&all, &r[i], lost.key);
    admit(registry, &keep, lost.hex, "device");
    say(registry, &keep, "origin.revoke", lost.hex, "{\"last_seq\":1}");
    say(registry, &keep, "origin.revoke", lost.hex, "{\"last_seq\":2}");
}

/* A device that does not know the time, and says later what it was: twice by one source,
 * better once, and worse; about a boot nobody else had. */
static void timeless_records(void)
{
    static const char *const sources[] = {"set", "gnss", "gnss", "ntp"};
    struct author *w = &timeless;
    const char *boot = "b\\u006fot";
    struct record r[] = {
        author_says_lost(w, &keep, "observation.note", TIMELESS_ID,
                         "{\"walk\":\"" WALK_ID "\",\"category\":\"BEL01\",\"at\":70,"
                         "\"clock\":\"unknown\"}", boot, 90, 1000),
        author_says_lost(w, &keep, "walk.begin", walks[0], "{}", boot, 95, 1005),
        author_says_lost(w, &keep, "observation.edit", points[0],
                         edit_body(&keep, "note", "\"?\"", OVER_NONE), boot, 99, 1009),
        author_says_lost(w, &keep, "lamp.look", events[0],
                         arena_printf(&keep, "{\"walk\":\"%s\",\"answer\":\"dead\",\"at\":5,"
                                             "\"clock\":\"set\"}", walks[0]),
                         "other", 99, 1009),
    };
    for (size_t i = 0; i < 4; i++)
        pile_add(&all, &r[i], w->key);
    for (size_t i = 0; i < 4; i++) {
        struct record fix = author_says(
            w, &keep, "clock.fix", arena_printf(&keep, "%s:boot", w->hex),
            arena_printf(&keep, "{\"boot\":\"boot\",\"utc_minus_mono_ms\":%zu,"
                                "\"source\":\"%s\"}", 1000000 + roll(1000), sources[i]));
        pile_add(&all, &fix, w->key);
    }
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
    life_ids();
    for (size_t i = 0; i < STORES; i++)
        store_make(&stores[i], names[i], i == DEVICES ? STORE_REGISTRY : STORE_WALKER);
    odd = author_make();
    after = author_make();
    lost = author_make();
    timeless = author_make();
    admit(&stores[DEVICES], &keep, timeless.hex, "device");
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
        else if (roll(20) == 0)
            erase_step(&stores[DEVICES], &stores[roll(DEVICES)]);
        else
            one_step(&stores[roll(DEVICES)]);
    lost_records(&stores[DEVICES]);
    carried_and_erased(&stores[DEVICES]);
    for (size_t i = 0; i < STORES; i++)
        pile_all_of(&all, &stores[i]);
    odd_records();
    carried_records();
    timeless_records();
    return 0;
}

#endif
