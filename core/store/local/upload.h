/* upload: tus uploads under way on a registry. Each is one range of one photo of one
 * device; what is held of a photo is the union of its ranges' held bytes, all fsynced in
 * one part file. Owns the local table upload. */
#ifndef LYGTE_STORE_LOCAL_UPLOAD_H
#define LYGTE_STORE_LOCAL_UPLOAD_H

#include "core/base/digest.h"
#include "core/base/uid.h"
#include "core/store/store.h"

struct upload {
    char id[UID_SIZE];
    char sha256[DIGEST_HEX];
    int64_t total;        /* bytes of the photo             */
    int64_t start, bytes; /* of the range                   */
    int64_t held;         /* of the range, from its start   */
    int64_t made_ms;      /* when it last grew              */
    bool stored;          /* the row is in the database     */
};

struct upload_run {
    int64_t first, end; /* bytes [first, end) */
};

enum { UPLOAD_RUNS_MOST = 256 };
#define UPLOAD_KEPT_MS (INT64_C(14) * 86400000) /* one that does not grow so long goes */

/* The upload of this device, photo and start with the same size; a fresh one that is
 * not in the database yet otherwise. One of another size at that start is dropped. */
bool upload_plan(struct store *s, const char *device, const char *sha256, int64_t total,
                 int64_t start, int64_t bytes, struct upload *ret, struct err *err);
/* ERR_NOT_FOUND "upload.unknown", also when it is another device's. */
bool upload_find(struct store *s, const char *device, const char *id, struct upload *ret,
                 struct err *err);
/* Writes how much is held, and tells in the same transaction whether the photo is whole
 * now: of several ranges that end at once, one alone is told so. */
bool upload_hold(struct store *s, const char *device, const struct upload *u,
                 bool *ret_whole, struct err *err);
/* What is held of a photo, joined and in order, at most UPLOAD_RUNS_MOST. */
bool upload_runs(struct store *s, const char *device, const char *sha256,
                 struct upload_run runs[UPLOAD_RUNS_MOST], size_t *ret_n, struct err *err);
/* Removes every range of the photo; the file is the caller's. */
bool upload_end(struct store *s, const char *device, const char *sha256, struct err *err);
/* Removes every range of the photo, whoever sends it; the files are the caller's. */
bool upload_forget(struct store *s, const char *sha256, struct err *err);
/* Photos of which no range has grown since before_ms: device and sha256 in turn, in the
 * arena, *ret_n pairs, at most 100. */
bool upload_stale(struct store *s, struct arena *a, int64_t before_ms, const char ***ret,
                  size_t *ret_n, struct err *err);
/* Removes one range. */
bool upload_drop(struct store *s, const char *id, struct err *err);
void upload_path(const struct store *s, const char *device, const char *sha256, char *out,
                 size_t size);

#endif
