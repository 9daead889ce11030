/* fuzz_map: an MBTiles file made by somebody with a hex editor. It is refused with a
 * sentence or taken in; then any tile may be asked for, and what comes is a picture. */
#include "core/base/file.h"
#include "core/store/tiles.h"
#include "tests/fuzz/fuzz_store.h"

static struct store store;
static unsigned taken;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_folder_make();
    return 0;
}

static void fresh_store(void)
{
    struct err err = ERR_INIT;
    if (store.db.handle && taken < 50)
        return;
    store_close(&store);
    fuzz_folder_empty();
    taken = 0;
    fuzz_ok(store_open(&store, fuzz_path("w"), STORE_WALKER, true, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct err err = ERR_INIT;
    struct tiles_map m;
    bool bare;
    fresh_store();
    fuzz_ok(file_write_whole(fuzz_path("m.mbtiles"), data, size, 0600, &err), &err);
    if (tiles_add(&store, &a, fuzz_path("m.mbtiles"), &m, &bare, &err)) {
        taken++;
        fuzz_must(m.min_zoom >= 0 && m.max_zoom <= TILES_ZOOM_MOST && *m.name);
        for (int64_t i = 0; i < 4; i++) {
            const void *tile;
            const char *type = NULL;
            size_t n = 0;
            struct err why = ERR_INIT;
            if (tiles_read(&store, &a, m.id, m.max_zoom, i, i, &tile, &n, &type, &why))
                fuzz_must(n == 0 || type);
        }
    } else {
        fuzz_must(err.key && (err.code == ERR_UNREADABLE || err.code == ERR_INPUT ||
                              err.code == ERR_FULL));
    }
    fuzz_must(!db_in_transaction(&store.db));
    arena_reset(&a);
    return 0;
}
