/* runs: see the header. */
#include "sync/runs.h"

#include "core/base/text.h"
#include "core/store/hold.h"
#include "core/store/local/set_aside.h"
#include "sync/wire.h"

static void run_json(struct json_out *o, const struct hold_run *run)
{
    char hex[DIGEST_HEX];
    json_open(o, NULL, '[');
    json_num(o, NULL, run->first);
    json_num(o, NULL, run->last);
    text_hex(run->first_hash, DIGEST_SIZE, hex);
    json_str(o, NULL, hex);
    text_hex(run->last_hash, DIGEST_SIZE, hex);
    json_str(o, NULL, hex);
    json_close(o, ']');
}

bool runs_json(struct json_out *o, struct store *s, const uint8_t origin[RECORD_ORIGIN],
               struct err *err)
{
    bool ok = runs_json_from(o, s, origin, 0, err);
    json_open(o, "aside", '[');
    ok = ok && set_aside_json(o, s, origin, err);
    json_close(o, ']');
    return ok;
}

bool runs_json_from(struct json_out *o, struct store *s,
                    const uint8_t origin[RECORD_ORIGIN], int64_t from, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct hold_run *runs;
    char hex[RECORD_ORIGIN_HEX];
    size_t n = 0;
    bool ok = hold_runs_from(s, &a, origin, from, WIRE_RUNS_MOST, &runs, &n, err);
    text_hex(origin, RECORD_ORIGIN, hex);
    json_str(o, "origin", hex);
    json_open(o, "runs", '[');
    for (size_t i = 0; ok && i < n; i++)
        run_json(o, &runs[i]);
    json_close(o, ']');
    arena_release(&a);
    return ok;
}
