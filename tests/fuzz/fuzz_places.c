/* fuzz_places: a list of lamps and addresses, CSV or GeoJSON. What is taken can be found
 * again and lies on the earth; what is refused leaves nothing behind. Each run is rolled
 * back. */
#include "core/store/local/place.h"
#include "tests/fuzz/fuzz_fast.h"

static struct store store;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    struct err err = ERR_INIT;
    (void)argc;
    (void)argv;
    fuzz_fast_start();
    fuzz_ok(store_open(&store, fuzz_path("w"), STORE_WALKER, true, &err), &err);
    fuzz_nest(&store);
    return 0;
}

static void told(int64_t row, const struct err *why, void *data)
{
    (void)data;
    fuzz_must(row > 0 && why->key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct err err = ERR_INIT;
    const struct geo_point nowhere = GEO_NOWHERE;
    struct place_row *rows;
    struct buf text = BUF_INIT;
    size_t n = 0;
    int64_t kept = 0, refused = 0;
    buf_add(&text, data, size);
    buf_char(&text, '\0');
    fuzz_run_begin(&store, false);
    bool ok = place_import(&store, "f", text.data, size, "lamp", told, NULL, &kept,
                           &refused, &err);
    fuzz_must(ok ? kept > 0 : err.key != NULL);
    fuzz_must(!db_in_transaction(&store.db));
    if (ok) {
        fuzz_ok(place_search(&store, &a, "%_!", nowhere, &rows, &n, &err), &err);
        fuzz_ok(place_search(&store, &a, "", nowhere, &rows, &n, &err), &err);
        fuzz_must(n > 0);
        for (size_t i = 0; i < n; i++)
            fuzz_must(geo_is_place(rows[i].at.lat_e7, rows[i].at.lon_e7));
        fuzz_ok(place_drop(&store, "f", &err), &err);
    }
    fuzz_ok(place_search(&store, &a, "", nowhere, &rows, &n, &err), &err);
    fuzz_must(n == 0);
    fuzz_run_end(&store);
    buf_release(&text);
    arena_reset(&a);
    return 0;
}
