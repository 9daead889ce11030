/* shared: see the header. */
#include "registry/shared.h"

#include "core/picture/picture.h"
#include "core/store/blob.h"

#include <stdio.h>
#include <unistd.h>

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
    char original[1200];
    if (!blob_find(s, p->sha256, &b, err))
        return false;
    blob_path(s, b.sha256, b.type, original, sizeof original);
    snprintf(path, 1200, "%.1000s/tmp/shared.%ld.%ld.jpg", s->dir, (long)getpid(),
             (long)gettid());
    return picture_share(original, b.sha256, &tags, path, &facts, err);
}
