/* fuzz_catalogue: a catalogue from a file or a record. What is read is whole: everything
 * an item names is there, and every code is found. */
#include "core/store/catalogue.h"
#include "core/store/catalogue_json.h"
#include "tests/fuzz/fuzz.h"

static void check_item(const struct catalogue *c, const struct catalogue_item *i)
{
    struct err err = ERR_INIT;
    const struct catalogue_item *found = NULL;
    fuzz_must(catalogue_find(c, i->code, &found, &err) && found);
    fuzz_must(strcmp(found->code, i->code) == 0);
    fuzz_must(i->da && i->en && i->tile_da && i->tile_en && i->acute && i->kle);
    fuzz_must(catalogue_party(c, i->party) != NULL);
    fuzz_must(!*i->fallback || catalogue_party(c, i->fallback) != NULL);
    fuzz_must(catalogue_group(c, i->group) != NULL);
    fuzz_must(!*i->effort || catalogue_effort(c, i->effort) != NULL);
    fuzz_must(*catalogue_name(i, I18N_DA) && *i->tile_en);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct arena a;
    struct err err = ERR_INIT;
    struct catalogue c;
    struct buf out = BUF_INIT;
    struct json_out o = JSON_OUT(&out);
    cJSON *tree = NULL;
    if (catalogue_read(&a, (const char *)data, size, &c, &err)) {
        fuzz_must(c.item_count && c.group_count && c.party_count && c.version > 0);
        for (size_t i = 0; i < c.item_count; i++)
            check_item(&c, &c.items[i]);
        for (size_t i = 0; i < c.group_count; i++)
            check_item(&c, &c.groups[i]);
        catalogue_json(&o, &c);
        fuzz_must(json_parse(out.data, out.len, &tree, &err));
        json_free(tree);
        buf_release(&out);
    } else {
        fuzz_must(err.code == ERR_INPUT && err.key);
    }
    arena_reset(&a);
    return 0;
}
