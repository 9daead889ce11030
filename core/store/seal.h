/* seal: a point that only the police may read, closed on the device before it is kept
 * (records.md 7). Kinds: observation.seal {walk, at, box} and, for each of its photos (see
 * seal_photo), photo.seal {walk, sha256, bytes}; the subject is the observation's id, and no
 * other record tells of it. Owns the folded tables sealed and sealed_photo.
 *
 * In the clear are the id, the walk, the time and that something is withheld. The box is a
 * libsodium sealed box to the police key that came with the pairing (setting
 * "police_key"), so neither this device nor the registry can open it again. Inside is the
 * JSON body that observation.note would have had.
 */
#ifndef LYGTE_STORE_SEAL_H
#define LYGTE_STORE_SEAL_H

#include "core/base/box.h"
#include "core/store/observation.h"

/* The key to seal to. ERR_CONFLICT "seal.no_key" when the pairing brought none. */
bool seal_key(struct store *s, uint8_t out[BOX_PUBLIC], struct err *err);

/* Writes observation.seal in the caller's transaction; nothing of the wish but its walk and
 * time is stored in the clear, and what was typed as a draft of it is let go. The same id
 * again is ERR_CONFLICT "observation.exists". */
bool seal_note(struct store *s, struct arena *a, const struct observation_wish *w,
               char ret_id[37], struct err *err);

struct sealed {
    const char *id, *walk, *box; /* box in hex */
    int64_t at_ms;
};
typedef bool (*seal_visit)(const struct sealed *x, void *data, struct err *err);
/* Those of a walk ("" for all), in order of time. */
bool seal_each(struct store *s, const char *walk, seal_visit visit, void *data,
               struct err *err);
/* Whole id or unique tail of 6 or more; ERR_NOT_FOUND "observation.unknown", ERR_INPUT
 * "observation.ambiguous". */
bool seal_find(struct store *s, struct arena *a, const char *id, struct sealed *ret,
               struct err *err);
bool seal_count(struct store *s, const char *walk, int64_t *ret, struct err *err);
/* The JSON inside; NULL when the key is another. */
char *seal_open(struct arena *a, const struct sealed *x, const uint8_t key[BOX_PUBLIC],
                const uint8_t secret[BOX_SECRET]);

#endif
