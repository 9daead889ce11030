/* observation: what was seen at a spot, problem or strength, with two positions that
 * never overwrite each other (where the walker stood, where the thing is).
 *
 * Kinds: observation.note .edit .withdraw .witness, photo.attach, photo.cover (their
 * subject is the observation). Owns the folded tables observation and photo. Positions
 * 1e-7 degrees, accuracy in millimetres, times in ms UTC; DB_NULL where nothing was
 * said.
 */
#ifndef LYGTE_STORE_OBSERVATION_H
#define LYGTE_STORE_OBSERVATION_H

#include "core/base/field.h"
#include "core/base/geo.h"
#include "core/base/json.h"
#include "core/store/store.h"

struct claim_source;
struct claims;
struct fold_entry;
/* Which records claim what about an observation (core/store/claim.h). */
extern const struct claim_source observation_claims;

enum { OBSERVATION_NOTE_MOST = 4000, OBSERVATION_MEASURE_MOST = 500 }; /* characters */

/* The category only police and coordinators see; never on devices that did not write it. */
#define OBSERVATION_POLICE_ONLY "OPH08"

/* Is it of the group of what works? That is no fault: a severity nobody told is 0 then. */
bool observation_is_strength(const char *category);

struct observation {
    const char *id, *walk;
    int64_t number;
    const char *category, *urgency, *note, *affected, *measure, *party;
    int64_t severity, agree, agree_of;
    struct geo_point stood, thing;
    const char *stood_source, *thing_source;
    bool stood_override;   /* too inexact for the gate, used all the same            */
    const char *thing_ref; /* number of the lamp or the address it was put by        */
    const char *light, *clock, *by_role, *by_org;
    int64_t at_ms, witnesses;
    bool withdrawn, own;
    const char *into;
    const char *conflicts; /* JSON object or NULL */
    int64_t tick, changed;
};

struct photo {
    const char *observation, *sha256, *type, *place_from, *time_from;
    int64_t bytes, width, height;
    struct geo_point at;
    int64_t direction_c, altitude_mm, taken_ms;
    bool gone; /* on purpose: erased, covered, its time over */
};

/* The body of observation.note, and so the form of a new point in the API and the
 * verbs. Positions are objects {"lat","lon","acc","source"} in e7 and mm. */
extern const struct field observation_fields[];
extern const size_t observation_field_count;
/* Where a position may come from, separated by spaces. */
extern const char observation_sources[];
/* Whom a point may touch, as the page offers it (assets/shared/words.js); "evening", which an
 * older page wrote for "night", is understood too. */
extern const char observation_affected[];
/* Fields an edit may touch. stood is edited only to say the same spot better: averaged
 * over the fixes of somebody standing still, or placed by the track. */
extern const char *const observation_editable[];

struct observation_wish {
    const char *id; /* NULL: a new one */
    const char *walk, *category, *note, *urgency, *affected, *measure, *party;
    int64_t severity, agree, agree_of; /* DB_NULL: not said */
    struct geo_point stood, thing;
    const char *stood_source, *thing_source; /* one of observation_sources */
    bool stood_override;
    const char *thing_ref;
    int64_t at_ms; /* when it was seen; DB_NULL: now */
    const char *clock; /* of at_ms when this device's clock told it; NULL: a person or
                          a picture did */
    const char *by_role, *by_org;
};

/* Writes observation.note in the caller's transaction: the next number of its walk and
 * the light at its place and time are worked out here and written into the record.
 * Noting an id again that this device noted is ERR_CONFLICT "observation.exists". */
bool observation_note(struct store *s, struct arena *a, const struct observation_wish *w,
                      char ret_id[37], struct err *err);
/* Writes one observation.edit. fields: an object {field: value}; each is written with
 * the hashes it overwrites, the whole candidates of that field now, or those the caller
 * names in seen {field: [hash]} (NULL: none named). A category that takes the place of one of
 * what works takes its severity 0 along, unless the edit says a severity. Unknown fields are
 * ERR_INPUT. */
bool observation_edit(struct store *s, struct arena *a, const char *id,
                      const cJSON *fields, const cJSON *seen, const char *by_role,
                      const char *by_org, struct err *err);
/* Writes one observation.edit of a point without a place that the track has one for: where
 * one stood then; when that was, if its camera's clock was put right (at_ms DB_NULL: it is
 * as it stands); and the light then and there, NULL when nobody can know. */
bool observation_track_place(struct store *s, struct arena *a, const char *id,
                             struct geo_point stood, int64_t at_ms, const char *light,
                             const char *by_role, const char *by_org, struct err *err);
/* The candidates of severity that go with such an edit of a category; count 0: none. */
struct claims observation_zeros_left(struct arena *a, const struct fold_entry *entry,
                                     size_t n, const cJSON *fields, const cJSON *seen);
/* The candidates of each of fields among the records that had arrived by `arrival`: what
 * an editor saw who had read them all, in the form of `seen` above. The caller frees
 * *ret. */
bool observation_seen(struct store *s, struct arena *a, const char *id,
                      const cJSON *fields, int64_t arrival, cJSON **ret,
                      struct err *err);
/* Settles conflicts: choice is {field: {"choose": hash of the candidate that shall stand,
 * "seen": [hashes of those it was chosen among]}}, or the hash alone for "among all there
 * are"; writes its value over those. What came meanwhile stays a candidate. ERR_CONFLICT
 * "observation.settled" (part: the field) when that record claims nothing any more. */
bool observation_settle(struct store *s, struct arena *a, const char *id,
                        const cJSON *choice, const char *by_role, const char *by_org,
                        struct err *err);
/* on=false brings it back; into may be NULL; seen as for an edit, a list of hashes. */
bool observation_withdraw(struct store *s, struct arena *a, const char *id, bool on,
                          const char *into, const cJSON *seen, const char *by_role,
                          struct err *err);
bool observation_witness(struct store *s, struct arena *a, const char *id,
                         const char *by_role, struct err *err);
/* Writes photo.attach; the blob must be held already. */
bool photo_attach(struct store *s, struct arena *a, const struct photo *p,
                  const char *by_role, struct err *err);
/* Writes photo.cover: p takes the place of the photo `old` of p->observation, whose bytes
 * go everywhere (its own row and files when the transaction and what follows it are
 * done). p's file is named in the database already. */
bool photo_cover(struct store *s, struct arena *a, const char *old, const struct photo *p,
                 const char *by_role, struct err *err);
/* The photo as each point shows it, the first point first; none is fine. */
bool photo_shown(struct store *s, struct arena *a, const char *sha256, struct photo **ret,
                 size_t *ret_n, struct err *err);

/* The point that stands where o would be joined into `into`: that one, or the one it was
 * itself joined into. ERR_INPUT "observation.into_itself"; ERR_CONFLICT
 * "observation.into_gone" when none stands there, or o alone: two people who say of each
 * other's point that it is the same would otherwise take both away. `into` as for
 * observation_find. */
bool observation_join_target(struct store *s, struct arena *a,
                             const struct observation *o, const char *into,
                             struct observation *ret, struct err *err);
/* Whole id or unique tail of 6 or more; ERR_NOT_FOUND "observation.unknown". */
bool observation_find(struct store *s, struct arena *a, const char *id,
                      struct observation *ret, struct err *err);
typedef bool (*observation_visit)(const struct observation *o, const struct photo *photos,
                                  size_t photo_count, void *data, struct err *err);
/* Each founded observation of the walk ("" for all), in order of walk and founding.
 * What visit is handed lives only during its call. */
bool observation_each(struct store *s, const char *walk, bool withdrawn_too,
                      observation_visit visit, void *data, struct err *err);
bool photo_list(struct store *s, struct arena *a, const char *observation,
                struct photo **ret, size_t *ret_n, struct err *err);
/* The first observation that names the photo, one that stands before one joined with another
 * and that before one undone; "" when none does. */
bool photo_owner(struct store *s, struct arena *a, const char *sha256, const char **ret,
                 struct err *err);

/* As an object of the API; group is the category's first three letters (ANDET: all). */
void observation_json(struct json_out *o, const char *name, const struct observation *w,
                      const struct photo *photos, size_t photo_count);
/* Members a caller puts in at the end of each photo's and of the point's own object;
 * either may be NULL. */
struct observation_more {
    void (*of_photo)(struct json_out *o, const struct photo *p, void *data);
    void (*of_point)(struct json_out *o, const struct observation *w, void *data);
    void *data;
};
void observation_json_more(struct json_out *o, const char *name,
                           const struct observation *w, const struct photo *photos,
                           size_t photo_count, const struct observation_more *more);
/* The category's group: "BEL01" and "BEL" give "BEL", "ANDET" itself. */
void observation_group(const char *category, char out[8]);
/* Is it kept from all but police and coordinators? A category that anybody still holds to
 * be the police's counts as such until the conflict is settled. conflicts may be NULL. */
bool observation_police_only(const char *category, const char *conflicts);
/* A lamp that was seen in daylight says little: lighting, dark tunnels and dark lifebuoys
 * are unconfirmed then, until somebody has looked after dark. */
bool observation_unconfirmed(const struct observation *o);
/* A position as bodies hold it, {"lat","lon","acc","source"}, with "override" and "ref"
 * when there are any; nothing when it is none. */
void observation_position_json(struct json_out *o, const char *name, struct geo_point p,
                               const char *source, bool override, const char *ref);
/* The reverse: GEO_NOWHERE, and *ret_source as it was, for what is no place. */
struct geo_point observation_position(const cJSON *v, const char **ret_source);
/* Where the thing is, else where the walker stood, else nowhere. */
struct geo_point observation_place(const struct observation *o);

#endif
