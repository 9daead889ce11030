/* fuzz_map: an MBTiles file made by somebody with a hex editor. It is refused with a
 * sentence or taken in; then any tile may be asked for, and what comes is a picture. Each
 * run is rolled back, and the file it brought goes. */
#include "core/store/tiles.h"
#include "tests/fuzz/fuzz_fast.h"

#include <stdio.h>

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

static void file_goes(const struct tiles_map *m)
{
    char name[64];
    snprintf(name, sizeof name, "w/maps/%s.mbtiles", m->id);
    fuzz_must(unlink(fuzz_path(name)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct err err = ERR_INIT;
    struct tiles_map m;
    bool bare;
    fuzz_run_begin(&store, false);
    fuzz_put_file(fuzz_path("m.mbtiles"), data, size);
    if (tiles_add(&store, &a, fuzz_path("m.mbtiles"), NULL, &m, &bare, &err)) {
        fuzz_must(m.min_zoom >= 0 && m.max_zoom <= TILES_ZOOM_MOST && *m.name);
        for (int64_t i = 0; i < 4; i++) {
            const void *tile;
            const char *type = NULL;
            size_t n = 0;
            struct err why = ERR_INIT;
            if (tiles_read(&store, &a, m.id, m.max_zoom, i, i, &tile, &n, &type, &why))
                fuzz_must(n == 0 || type);
        }
        file_goes(&m);
    } else {
        fuzz_must(err.key && (err.code == ERR_UNREADABLE || err.code == ERR_INPUT ||
                              err.code == ERR_FULL));
    }
    fuzz_must(!db_in_transaction(&store.db));
    fuzz_run_end(&store);
    arena_reset(&a);
    return 0;
}
