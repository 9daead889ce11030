/* points: fills a walker's folder for the other benches.
 *
 *     points FOLDER COUNT [bare|many]
 *
 * One walk of COUNT points as a group would note them, each fifth with a photo that is
 * named but has no bytes: lists look only at its name; bare: without photos; many: three
 * of five have one. Prints the
 * id of the walk.
 */
#include "core/base/arena.h"
#include "core/base/digest.h"
#include "core/base/err.h"
#include "core/base/sign.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/blob.h"
#include "core/store/observation.h"
#include "core/store/walk.h"

#include <stdio.h>
#include <string.h>

static void must(bool ok, const struct err *err)
{
    if (!ok)
        err_die(err->key ? err->key : "points", err->arg[0]);
}

static void add_photo(struct store *s, struct arena *a, const char *point, int64_t i)
{
    struct err err = ERR_INIT;
    char name[32], sha256[DIGEST_HEX];
    int n = snprintf(name, sizeof name, "photo %lld", (long long)i);
    digest_hex_of(name, (size_t)n, sha256);
    must(blob_name(s, sha256, 3200000, "image/jpeg", i % 2 == 0, &err), &err);
    bool there; /* its small pictures count as made: there are no files */
    must(blob_set_small(s, sha256, BLOB_SMALL_MADE, NULL, &there, &err), &err);
    struct photo p = {.observation = point,
                      .sha256 = sha256,
                      .type = "image/jpeg",
                      .bytes = 3200000,
                      .width = 4000,
                      .height = 3000,
                      .at = {570325000 + i * 37, 99912000 + i * 53, -1},
                      .place_from = "exif",
                      .time_from = "gps",
                      .direction_c = 4500,
                      .altitude_mm = 12000,
                      .taken_ms = 1795200000000 + i * 60000};
    must(photo_attach(s, a, &p, "participant", &err), &err);
}

static void add_point(struct store *s, struct arena *a, const char *walk, int64_t i,
                      int64_t photos)
{
    struct err err = ERR_INIT;
    char id[UID_SIZE];
    struct observation_wish w = {
        .walk = walk,
        .category = "BEL01",
        .note =
            "The lamp by the path behind the bicycle shed is out; the way to the bus"
            " stop is dark from the corner to the bridge.",
        .affected = "children elderly",
        .severity = i % 5,
        .agree = 3,
        .agree_of = 5,
        .stood = {570325000 + i * 37, 99912000 + i * 53, 4800},
        .thing = {570325400 + i * 37, 99912900 + i * 53, -1},
        .stood_source = "gnss",
        .thing_source = "map",
        .at_ms = 1795200000000 + i * 60000,
        .by_role = "participant",
        .by_org = "Boligforeningen"};
    must(observation_note(s, a, &w, id, &err), &err);
    if (i % 5 < photos)
        add_photo(s, a, id, i);
    arena_reset(a);
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct store s;
    char walk[UID_SIZE];
    int64_t count = 0;
    struct walk_wish wish = {.title = "Bench", .mode = "foot", .starts_ms = DB_NULL};
    bool bare = argc == 4 && strcmp(argv[3], "bare") == 0;
    bool many = argc == 4 && strcmp(argv[3], "many") == 0;
    if ((argc != 3 && !bare && !many) || !text_int(argv[2], &count) || count < 1) {
        fprintf(stderr, "usage: points FOLDER COUNT [bare|many]\n");
        return 2;
    }
    sign_start();
    must(store_open(&s, argv[1], STORE_WALKER, true, &err), &err);
    must(db_begin(&s.db, &err), &err);
    must(walk_plan(&s, &a, &wish, "participant", "", walk, &err), &err);
    must(walk_step(&s, &a, walk, "begin", "participant", &err), &err);
    for (int64_t i = 0; i < count; i++)
        add_point(&s, &a, walk, i, bare ? 0 : many ? 3 : 1);
    must(db_commit(&s.db, &err), &err);
    store_close(&s);
    arena_release(&a);
    printf("%s\n", walk);
    return 0;
}
