/* blob: a photo's way to safety. Bytes go to DIR/tmp under a name of their own while
 * they are hashed, are fsynced, renamed to photos/ab/SHA256.jpg, the folder is fsynced,
 * and only then are they named in the database. Owns the local table blob.
 *
 * Small copies ("derived") lie in derived/ab/SHA256.320.jpg and .1600.jpg; they are in
 * no record and no receipt and can be made again. A photo is kept without them: which are
 * still wanted is written here, so that the queue outlives the program (sync/small). One
 * whose pixels do not decode stays kept byte for byte, with the reason why it cannot be
 * shown.
 */
#ifndef LYGTE_STORE_BLOB_H
#define LYGTE_STORE_BLOB_H

#include "core/base/digest.h"
#include "core/store/store.h"

#include <pthread.h>

enum { BLOB_MOST = 64 * 1024 * 1024 }; /* bytes of one photo */

/* A sealed photo (core/store/seal_photo): a file like the others, photos/ab/SHA256.box, that
 * nobody here can look into. It has no small copies. */
#define BLOB_SEALED "sealed"

enum blob_small { BLOB_SMALL_WANTED, BLOB_SMALL_MADE, BLOB_SMALL_NEVER };

struct blob {
    char sha256[DIGEST_HEX];
    char type[12];  /* image/jpeg, image/png or BLOB_SEALED */
    char state[12]; /* stored or verified      */
    int64_t bytes, made_ms;
    bool cleared;
    enum blob_small small;
    char unshown[16]; /* of blob_unshown_words; "" but for BLOB_SMALL_NEVER */
};

/* Why a kept photo cannot be shown; its sentence is the text "photo.unshown.WORD" (page) or
 * that of blob_unshown. */
extern const char *const blob_unshown_words[]; /* damaged heavy slow stopped other NULL */
/* The sentence for one that cannot be shown, about `name`; false when it can be. */
bool blob_unshown(const char *word, const char *name, struct err *ret);

/* A file being written. Zeroed is closed. */
struct blob_writer {
    int fd;
    bool open, placed, folder_made; /* placed: path, unless "", is its name for good */
    char path[1200];
    int64_t bytes, begun; /* written, and of these given to the disk */
    struct digest *digest;
};

/* Files in DIR/tmp are named KIND.PID.rest by who writes them. This removes what programs
 * that were killed left there: nothing else names it, and an erasure must find it gone. */
void blob_sweep(const struct store *s);

/* On a device ERR_FULL "disk.low" when little room is left (core/store/reserve). */
bool blob_begin(struct blob_writer *w, const struct store *s, struct err *err);
/* ERR_TOO_LARGE "photo.too_large" past BLOB_MOST. */
bool blob_add(struct blob_writer *w, const void *bytes, size_t n, struct err *err);
/* The bytes are all there and sha256 is their hash; the file is still open and not
 * fsynced, so that it can be looked into while the disk works. blob_seal must follow. */
void blob_hash(struct blob_writer *w, char sha256[DIGEST_HEX]);
/* fsyncs and closes; the file stays at w->path and sha256 is its hash. */
bool blob_seal(struct blob_writer *w, char sha256[DIGEST_HEX], struct err *err);
/* Removes what was written, also from its place; a closed writer is fine. */
void blob_abandon(struct blob_writer *w);

/* Copies and hashes an outside file, which is untouched, after blob_begin. */
bool blob_copy_in(struct blob_writer *w, const char *path, char sha256[DIGEST_HEX],
                  struct err *err);

/* Moves the open file to its place. Where the name is free that is done before its bytes are
 * durable, so that the disk is waited for once; otherwise the file takes the place of the
 * one that stands there, the same bytes, whole or not. only_free: not then; *ret_placed says.
 * Then both are made durable: the disk begins at blob_sync_begin, and blob_sync_end waits.
 * Nobody may speak of the photo before, nor is it in the database; then blob_keep, or
 * blob_abandon takes it back where the name was free. */
bool blob_place(struct blob_writer *w, const struct store *s, const char *sha256,
                const char *type, bool only_free, bool *ret_placed, struct err *err);
struct blob_sync {
    int fd, failed; /* errno of fsync */
    bool beside;    /* in a thread    */
    pthread_t thread;
};
void blob_sync_begin(struct blob_sync *x, const struct blob_writer *w);
bool blob_sync_end(struct blob_sync *x, const struct blob_writer *w,
                   const struct store *s, const char *sha256, struct err *err);
/* What was placed stays. */
void blob_keep(struct blob_writer *w);
/* Moves a fsynced file to its place for good. A file that stands there already and is
 * whole stays, and from is removed; a damaged one is replaced. Not yet in the database. */
bool blob_settle(const struct store *s, const char *from, const char *sha256,
                 const char *type, struct err *err);
/* Names it in the database, in the caller's transaction. Said again, cleared only
 * goes from false to true. ERR_GONE "photo.erased" when it is to be nowhere any more: its
 * files are removed then. */
bool blob_name(struct store *s, const char *sha256, int64_t bytes, const char *type,
               bool cleared, struct err *err);

/* ERR_NOT_FOUND "photo.unknown". */
bool blob_find(struct store *s, const char *sha256, struct blob *ret, struct err *err);
bool blob_has(struct store *s, const char *sha256, bool *ret, struct err *err);
bool blob_clear(struct store *s, const char *sha256, struct err *err);
/* All that are held back of a walk's points; *ret_n how many. */
bool blob_clear_walk(struct store *s, const char *walk, int64_t *ret_n, struct err *err);
/* The one photo whose hash begins with these 6 to 64 hex digits; ERR_NOT_FOUND
 * "photo.unknown", ERR_INPUT "photo.ambiguous". */
bool blob_match(struct store *s, const char *begin, char ret[DIGEST_HEX],
                struct err *err);
bool blob_set_state(struct store *s, const char *sha256, const char *state,
                    struct err *err);
/* A registry's new epoch vouches only for what it has read itself: all are to be read again. */
bool blob_doubt(struct store *s, struct err *err);
typedef bool (*blob_visit)(const struct blob *b, void *data, struct err *err);
/* state NULL: all, in order of hash. */
bool blob_each(struct store *s, const char *state, blob_visit visit, void *data,
               struct err *err);

/* What came of its small pictures; word only for BLOB_SMALL_NEVER, else NULL. *ret_there
 * false: there is no such photo any more. */
bool blob_set_small(struct store *s, const char *sha256, enum blob_small small,
                    const char *word, bool *ret_there, struct err *err);
/* Those in that state, newest first; the order in which people look at them. */
bool blob_each_small(struct store *s, enum blob_small small, blob_visit visit, void *data,
                     struct err *err);
/* At a start: what took too long or stopped the helper is wanted once more; it may have been
 * the machine. */
bool blob_want_again(struct store *s, struct err *err);
bool blob_count_unshown(struct store *s, int64_t *ret, struct err *err);

/* Reads the file again from the disk (dropping it from the page cache first) and
 * compares its hash. ERR_DAMAGED "photo.damaged" or "photo.missing", part = the path. */
bool blob_verify(const struct store *s, const struct blob *b, struct err *err);

/* Opens it for reading. ERR_DAMAGED "photo.missing" or "photo.damaged" (not of its size) with
 * its SHA-256; ERR_NOT_FOUND when nobody keeps it any more: it was covered, erased or wiped
 * since it was looked up. */
bool blob_open(struct store *s, const char *sha256, int *ret_fd, struct err *err);

/* The row goes; no row is fine. In the caller's transaction. */
bool blob_drop(struct store *s, const char *sha256, struct err *err);
/* Every file of the photo goes: original, small ones, what was put aside, parts of
 * uploads. */
bool blob_destroy(const struct store *s, const char *sha256, struct err *err);

/* For bytes that do not read back: the file goes beside, to SHA256.jpg.damaged, and the
 * row goes, so that it can be sent again. */
bool blob_forget(struct store *s, const struct blob *b, struct err *err);

bool blob_is_sealed(const struct blob *b);
/* "image/jpeg" or "image/png" by the first eight bytes; NULL for anything else. */
const char *blob_type_of(const uint8_t head[8]);
void blob_path(const struct store *s, const char *sha256, const char *type, char *out,
               size_t size);
/* side is 320 or 1600. */
void blob_derived_path(const struct store *s, const char *sha256, int side, char *out,
                       size_t size);
/* Makes all of photos/00 to photos/ff that are not there, durably: a folder made for a photo
 * while it comes would be one more wait for the disk. */
bool blob_make_folders(const struct store *s, struct err *err);
/* Makes photos/ab or derived/ab when it is not there. */
bool blob_make_folder(const struct store *s, const char *kind, const char *sha256,
                      struct err *err);

#endif
