/* catalogue_json: see the header. */
#include "core/store/catalogue_json.h"

static void write_item(struct json_out *o, const struct catalogue_item *i, bool group)
{
    json_open(o, NULL, '{');
    json_str(o, "code", i->code);
    if (!group)
        json_str(o, "group", i->group);
    json_str(o, "da", i->da);
    json_str(o, "en", i->en);
    if (group) {
        json_str(o, "tile_da", i->tile_da);
        json_str(o, "tile_en", i->tile_en);
    }
    json_str(o, "party", i->party);
    if (!group)
        json_str(o, "acute", i->acute);
    json_close(o, '}');
}

void catalogue_json(struct json_out *o, const struct catalogue *c)
{
    json_open(o, NULL, '{');
    json_num(o, "version", c->version);
    json_open(o, "groups", '[');
    for (size_t i = 0; i < c->group_count; i++)
        write_item(o, &c->groups[i], true);
    json_close(o, ']');
    json_open(o, "items", '[');
    for (size_t i = 0; i < c->item_count; i++)
        write_item(o, &c->items[i], false);
    json_close(o, ']');
    json_open(o, "parties", '[');
    for (size_t i = 0; i < c->party_count; i++) {
        json_open(o, NULL, '{');
        json_str(o, "code", c->parties[i].code);
        json_str(o, "da", c->parties[i].da);
        json_str(o, "en", c->parties[i].en);
        json_str(o, "kind", c->parties[i].kind);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
}
