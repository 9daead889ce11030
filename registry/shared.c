/* shared: see the header. The name of the file ends in a hash of the facts in it: a
 * description that was changed makes another copy. */
#include "registry/shared.h"

#include "core/base/file.h"
#include "core/picture/picture.h"
#include "core/store/blob.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void name_of(const struct picture_tags *t, char out[17])
{
    char hex[DIGEST_HEX];
    struct buf text = BUF_INIT;
    buf_printf(&text, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d %s",
               t->at.lat_e7, t->at.lon_e7, t->at.accuracy_mm, t->taken_ms,
               t->direction_c, t->description ? t->description : "");
    digest_hex_of(text.data, text.len, hex);
    snprintf(out, 17, "%.16s", hex);
    buf_release(&text);
}

static struct picture_tags tags_of(const struct observation *o, const struct photo *p,
                                   const char *description)
{
    return (struct picture_tags){
        .at = geo_known(p->at) ? p->at : observation_place(o),
        .taken_ms = p->taken_ms,
        .direction_c = p->direction_c == DB_NULL ? -1 : (int)p->direction_c,
        .description = description};
}

bool shared_copy(struct store *s, const struct observation *o, const struct photo *p,
                 const char *description, char path[1200], struct err *err)
{
    struct picture_tags tags = tags_of(o, p, description);
    struct picture_facts facts;
    struct blob b;
    char original[1200], name[17];
    if (!blob_find(s, p->sha256, &b, err))
        return false;
    name_of(&tags, name);
    snprintf(path, 1200, "%.1000s/derived/%.2s/%s.shared.%s.jpg", s->dir, b.sha256,
             b.sha256, name);
    if (file_exists(path))
        return true;
    blob_path(s, b.sha256, b.type, original, sizeof original);
    return blob_make_folder(s, "derived", b.sha256, err) &&
           picture_share(original, b.sha256, &tags, path, &facts, err);
}
