/* carrying: see the header. */
#include "walker/carrying.h"

bool carrying_read(struct store *s, struct arena *a, struct carrying *ret,
                   struct err *err)
{
    struct carrying c = {.has_hub = false};
    if (!carried_count(s, &c.carries, err) || !hub_read(s, a, &c.hub, &c.has_hub, err) ||
        (c.has_hub && !hub_count(s, &c.hub, &c.at_hub, err)))
        return false;
    *ret = c;
    return true;
}

void carrying_json(struct json_out *o, const struct carrying *c)
{
    if (c->has_hub) {
        json_open(o, "carried", '{');
        json_str(o, "hub", c->hub.name);
        json_num(o, "records", c->at_hub.records);
        json_num(o, "photos", c->at_hub.photos);
        json_close(o, '}');
    }
    if (c->carries.tablets) {
        json_open(o, "carries", '{');
        json_num(o, "tablets", c->carries.tablets);
        json_num(o, "unadmitted", c->carries.unadmitted);
        json_num(o, "records", c->carries.records);
        json_num(o, "records_confirmed", c->carries.records_confirmed);
        json_num(o, "photos", c->carries.photos);
        json_num(o, "photos_confirmed", c->carries.photos_confirmed);
        json_close(o, '}');
    }
}
