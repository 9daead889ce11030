/* intake: a photo comes in, by a verb or from the page: kept byte for byte, looked into
 * by lygte-picture, made small, settled under its hash; then attached to a point. */
#ifndef LYGTE_WALKER_INTAKE_H
#define LYGTE_WALKER_INTAKE_H

#include "core/picture/picture.h"
#include "core/store/blob.h"
#include "core/store/observation.h"

struct intake {
    struct blob_writer writer;
    char sha256[DIGEST_HEX];
    int64_t bytes;
    struct picture_facts facts;
    bool held; /* we had these very bytes already */
    bool settled;
    const char *place_from; /* NULL: of its EXIF */
};

/* Copies the file in and looks into it; the file itself is untouched. A refusal names
 * the file by name and leaves nothing behind. */
bool intake_file(struct intake *in, struct store *s, const char *path, const char *name,
                 struct err *err);
/* The same for bytes already written and hashed in in->writer: they go to the disk while
 * lygte-picture reads them. */
bool intake_look(struct intake *in, struct store *s, const char *name,
                   struct err *err);
/* To its place for good, not yet in the database. */
bool intake_settle(struct intake *in, struct store *s, struct err *err);
/* Names the photo and attaches it, in the caller's transaction. Attaching a photo to a
 * point that has it already writes nothing. */
bool intake_attach(struct intake *in, struct store *s, struct arena *a,
                   const char *observation, bool cleared, const char *role,
                   struct err *err);
/* Removes what was not settled; safe always. */
void intake_drop(struct intake *in);
/* "image/jpeg" or "image/png". */
const char *intake_type(const struct intake *in);

#endif
