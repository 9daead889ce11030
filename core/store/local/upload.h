/* upload: tus uploads under way on a registry. An upload belongs to (device, sha256);
 * its bytes up to held are fsynced in uploads/ID.part. Owns the local table upload. */
#ifndef LYGTE_STORE_LOCAL_UPLOAD_H
#define LYGTE_STORE_LOCAL_UPLOAD_H

#include "core/base/digest.h"
#include "core/base/uid.h"
#include "core/store/store.h"

struct upload {
    char id[UID_SIZE];
    char sha256[DIGEST_HEX];
    int64_t bytes, held;
};

/* The upload of this device and photo, made when there is none. One of another size is
 * begun anew. */
bool upload_make(struct store *s, const char *device, const char *sha256, int64_t bytes,
                 struct upload *ret, struct err *err);
/* ERR_NOT_FOUND "upload.unknown", also when it is another device's. */
bool upload_find(struct store *s, const char *device, const char *id, struct upload *ret,
                 struct err *err);
/* held -1 in *ret when there is none. */
bool upload_of_photo(struct store *s, const char *device, const char *sha256,
                     int64_t *ret_held, struct err *err);
bool upload_set_held(struct store *s, const char *id, int64_t held, struct err *err);
/* Removes the row; the file is the caller's. */
bool upload_end(struct store *s, const char *id, struct err *err);
void upload_path(const struct store *s, const char *id, char *out, size_t size);

#endif
