/* mend: the end of an upload, and what a kill, a full disk or an overtaken request may
 * have left of one that did not come to its end:
 *
 *   - every byte held, and nobody who made a photo of them
 *   - rows that count bytes in a part file that is gone
 *   - rows and a part file of a photo that came home another way
 *   - a part file that no row speaks of
 *
 * A device is never told of bytes that are not there, and a photo whose bytes are all
 * there is never asked for again.
 */
#ifndef LYGTE_SYNC_SERVER_MEND_H
#define LYGTE_SYNC_SERVER_MEND_H

#include "core/base/digest.h"
#include "core/store/store.h"

/* Looks at the uploads of this photo by this device and sets right what is wrong with
 * them. *ret_here: the photo itself is here (stored, or verified). What another request
 * is working on is left alone. */
bool mend_upload(struct store *s, const char *device, const char *sha256,
                 bool *ret_here, struct err *err);

/* All bytes of the photo stand fsynced in its part file, open as fd, which has a lock on
 * the whole of it (nobody else writes it): cut to its total, name against hash, kind,
 * then to its place and named, durably. seen is what went by while the bytes came, NULL
 * to read the file; box: its sender calls it a sealed photo. ERR_CHECKSUM
 * "photo.hash_differs" and ERR_UNREADABLE "upload.not_photo" when it is not what it is
 * called: the upload is thrown away then. */
struct mend_seen {
    char hex[DIGEST_HEX];
    uint8_t head[8]; /* the first bytes */
};
bool mend_complete(struct store *s, const char *device, const char *sha256,
                   int64_t total, int fd, const struct mend_seen *seen, bool box,
                   struct err *err);

/* Throws away the upload of this photo, all ranges and their bytes. */
bool mend_discard(struct store *s, const char *device, const char *sha256,
                  struct err *err);

/* At the start of a program: every part file is looked at, and those of photos that are
 * here, or that no row speaks of, go. */
bool mend_sweep(struct store *s, struct err *err);

/* Throws away uploads that have not grown for UPLOAD_KEPT_MS (tus expiration). */
bool mend_expire(struct store *s, int64_t now_ms, struct err *err);

#endif
