/* intake: a photo comes in, by a verb or from the page: kept byte for byte, looked at by
 * lygte-picture, settled under its hash; then attached to a point. Looked at is not decoded:
 * that it is a whole photo within the limits, and what it says of itself. Its small pictures
 * come later (sync/small), and what does not decode then stays kept. */
#ifndef LYGTE_WALKER_INTAKE_H
#define LYGTE_WALKER_INTAKE_H

#include "core/picture/picture.h"
#include "core/store/blob.h"
#include "core/store/observation.h"

struct intake {
    struct blob_writer writer;
    char sha256[DIGEST_HEX];
    int64_t bytes;
    struct picture_looking *looking; /* NULL when it did not begin early */
    struct picture_facts facts;
    bool held; /* we had these very bytes already */
    const char *place_from; /* NULL: of its EXIF */
};

/* Copies the file in, looks at it and makes it durable in its place, all at once; the file
 * itself is untouched. A refusal names the file by name and leaves nothing behind. */
bool intake_file(struct intake *in, struct store *s, const char *path, const char *name,
                 struct err *err);
/* The same for bytes already written and hashed in in->writer: they become durable in their
 * place while lygte-picture looks at them, and go again when it refuses them. Not yet in the
 * database. */
bool intake_keep(struct intake *in, struct store *s, const char *name, struct err *err);
/* Names the photo and attaches it, in the caller's transaction; from here on its file stays
 * where it is, whatever becomes of that. Attaching a photo to a
 * point that has it already writes nothing. */
bool intake_attach(struct intake *in, struct store *s, struct arena *a,
                   const char *observation, bool cleared, const char *role,
                   struct err *err);
/* Removes the file again, unless it was to stay; safe always. */
void intake_drop(struct intake *in);
/* "image/jpeg" or "image/png". */
const char *intake_type(const struct intake *in);

#endif
