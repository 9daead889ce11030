/* fuzz_area: GeoJSON from anybody's map program into a store. What is taken is listed,
 * answers where it lies, and comes out as GeoJSON that goes in again and changes nothing;
 * what is refused leaves nothing behind. */
#include "core/store/area.h"
#include "tests/fuzz/fuzz_store.h"

static struct store store;
static size_t areas_before;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_folder_make();
    return 0;
}

/* Twenty areas are enough to carry along. */
static void fresh_store(void)
{
    struct err err = ERR_INIT;
    if (store.db.handle && areas_before < 20)
        return;
    store_close(&store);
    fuzz_folder_empty();
    areas_before = 0;
    fuzz_ok(store_open(&store, fuzz_path("r"), STORE_REGISTRY, true, &err), &err);
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
    struct err err = ERR_INIT;
    struct area *areas = NULL;
    size_t n_new = 0, n_same = 0, n = 0;
    fresh_store();
    bool ok = area_import(&store, &a, (const char *)data, size, &n_new, &n_same, &err);
    fuzz_must(ok || (err.code == ERR_INPUT && err.key) || err.code == ERR_TOO_LARGE);
    fuzz_must(!db_in_transaction(&store.db));
    if (ok && n_new) {
        fuzz_ok(area_list(&store, &a, &areas, &n, &err), &err);
        fuzz_must(n >= areas_before && n <= areas_before + n_new);
        look(&a, areas, n);
        areas_before = n;
    }
    arena_reset(&a);
    return 0;
}
