/* fuzz_json: the strict reader and the writer. What is read, written and read again is
 * the same tree and the same bytes; reading by name and as a number harms nothing. */
#include "core/base/json.h"

#include "tests/fuzz/fuzz.h"

static void look(const cJSON *item)
{
    int64_t n = 0;
    if (json_as_int(item, &n) && cJSON_IsNumber(item))
        fuzz_must((double)n == item->valuedouble);
    for (const cJSON *c = item->child; c; c = c->next) {
        if (c->string && cJSON_IsString(c))
            fuzz_must(json_text(item, c->string) == c->valuestring);
        look(c);
    }
}

static void write_out(struct buf *out, const cJSON *tree)
{
    struct json_out o = JSON_OUT(out);
    json_tree(&o, NULL, tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = ERR_INIT;
    struct buf once = BUF_INIT, twice = BUF_INIT;
    cJSON *tree = NULL, *again = NULL;
    if (!json_parse((const char *)data, size, &tree, &err)) {
        fuzz_must(err.code == ERR_INPUT && err.key && err.part[0]);
        return 0;
    }
    look(tree);
    write_out(&once, tree);
    fuzz_must(json_parse(once.data, once.len, &again, &err));
    fuzz_must(cJSON_Compare(tree, again, 1));
    write_out(&twice, again);
    fuzz_must(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    json_free(tree);
    json_free(again);
    buf_release(&once);
    buf_release(&twice);
    return 0;
}
