/* seal_photo: photos of a point that only the police may read (core/store/seal). Each is a
 * sealed box of its own, named by the SHA-256 of the box and kept as a blob of type
 * BLOB_SEALED: sent, counted, proven and erased like every photo, never decoded, without
 * small copies or facts.
 *
 * The clear photo never exists as a file here: whoever has it in memory hands over room,
 * in which the box takes its place, and only the box is written.
 */
#ifndef LYGTE_STORE_SEAL_PHOTO_H
#define LYGTE_STORE_SEAL_PHOTO_H

#include "core/store/blob.h"
#include "core/store/seal.h"

enum {
    SEAL_PHOTO_MOST = BLOB_MOST - BOX_OVERHEAD, /* bytes of one photo   */
    SEAL_PHOTOS_MOST = 20                       /* photos of one point  */
};

struct sealed_photo {
    char sha256[DIGEST_HEX]; /* of the box                            */
    int64_t bytes;           /* of the box                            */
    bool here;               /* its blob is; filled by seal_photos    */
};

/* n bytes of a JPEG or PNG stand at room + BOX_OVERHEAD: they are sealed where they stand,
 * written, fsynced and settled, not yet in the database. Nothing of the photo is left in
 * room, also when it fails: ERR_CONFLICT "seal.no_key", ERR_INPUT "seal.not_photo",
 * ERR_FULL "disk.low". */
bool seal_photo_close(struct store *s, uint8_t *room, size_t n, struct sealed_photo *ret,
                      struct err *err);
/* The same for a file, which is read into memory and left as it is. name is what a
 * refusal calls it. ERR_TOO_LARGE "photo.too_large". */
bool seal_photo_file(struct store *s, const char *path, struct sealed_photo *ret,
                     struct err *err);
/* Names the box and writes photo.seal, in the caller's transaction; the point is sealed
 * here already (seal_note). ERR_NOT_FOUND "observation.unknown", ERR_INPUT
 * "add.too_many_photos". */
bool seal_photo_add(struct store *s, struct arena *a, const char *point,
                    const struct sealed_photo *p, struct err *err);

/* Those of a point, in the order they were added. */
bool seal_photos(struct store *s, struct arena *a, const char *point,
                 struct sealed_photo **ret, size_t *ret_n, struct err *err);
/* The point whose sealed photo it is; "" when it is nobody's. */
bool seal_photo_owner(struct store *s, struct arena *a, const char *sha256,
                      const char **ret, struct err *err);
/* Do records (also held unapplied, also waiting: core/store/local/stranger) call these bytes
 * a box, and no applied one a photo? Then they may come in though nobody knows what
 * they are. */
bool seal_photo_named(struct store *s, const char *sha256, bool *ret, struct err *err);
/* What is in a box, from its file; NULL when the key is another or it is not here. */
char *seal_photo_open(struct store *s, struct arena *a, const char *sha256,
                      const uint8_t key[BOX_PUBLIC], const uint8_t secret[BOX_SECRET],
                      size_t *ret_len, struct err *err);

#endif
