/* fuzz_area: GeoJSON from anybody's map program into a store that holds an area. What is
 * taken is listed, answers where it lies, and comes out as GeoJSON that goes in again and
 * changes nothing; what is refused leaves nothing behind. Each run is rolled back. */
#include "core/store/area.h"
#include "tests/fuzz/fuzz_fast.h"
#include "tests/fuzz/fuzz_mutate.h"

static struct store store;

static const char held_before[] = "{\"type\":\"FeatureCollection\",\"features\":[{"
                                  "\"type\":\"Feature\",\"properties\":"
                                  "{\"name\":\"Vest\"},\"geometry\":{\"type\":"
                                  "\"Polygon\",\"coordinates\":[[[9.9,57.0],"
                                  "[10.0,57.0],[10.0,57.1],[9.9,57.0]]]}}]}";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    size_t n_new = 0, n_same = 0;
    (void)argc;
    (void)argv;
    fuzz_fast_start();
    fuzz_ok(store_open(&store, fuzz_path("r"), STORE_REGISTRY, true, &err), &err);
    fuzz_ok(area_import(&store, &a, held_before, sizeof held_before - 1, &n_new,
                        &n_same, &err),
            &err);
    fuzz_must(n_new == 1);
    arena_release(&a);
    fuzz_nest(&store);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *Data, size_t Size, size_t MaxSize,
                               unsigned int Seed)
{
    uint32_t state = Seed;
    if (Size < 2 || fuzz_random(&state) % 2)
        return LLVMFuzzerMutate(Data, Size, MaxSize);
    return fuzz_twist_in(Data, Size, MaxSize, 0, Size, &state);
}

static void look(struct arena *a, const struct area *areas, size_t n)
{
    struct err err = ERR_INIT;
    struct geo_point here = {570450000, 99050000, -1};
    struct buf out = BUF_INIT;
    size_t n_new = 0, n_same = 0;
    for (size_t i = 0; i < n; i++) {
        struct area_shape *shape = NULL;
        fuzz_ok(area_shape_of(&store, a, areas[i].id, &shape, &err), &err);
        area_holds(shape, here);
    }
    area_geojson(&out, areas, n);
    fuzz_ok(area_import(&store, a, out.data, out.len, &n_new, &n_same, &err), &err);
    fuzz_must(n_new == 0 && n_same == n);
    buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    static const char *const nobody[1];
    struct err err = ERR_INIT;
    struct area *areas = NULL;
    struct buf text = BUF_INIT;
    size_t n_new = 0, n_same = 0, n = 0;
    fuzz_expand(&text, data, size, nobody, 1);
    char *exact = fuzz_string((const uint8_t *)text.data, text.len);
    fuzz_run_begin(&store, false);
    bool ok = area_import(&store, &a, exact, text.len, &n_new, &n_same, &err);
    fuzz_must(ok || (err.code == ERR_INPUT && err.key) || err.code == ERR_TOO_LARGE);
    fuzz_must(!db_in_transaction(&store.db));
    fuzz_ok(area_list(&store, &a, &areas, &n, &err), &err);
    fuzz_must(n >= 1 && n <= 1 + (ok ? n_new : 0));
    if (ok && n_new)
        look(&a, areas, n);
    fuzz_run_end(&store);
    free(exact);
    buf_release(&text);
    arena_reset(&a);
    return 0;
}
