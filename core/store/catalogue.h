/* catalogue: what can be seen on a walk and whose it is, from schema/catalogue.json.
 *
 * A catalogue is a versioned data file: items ("BEL01", lamp out) in groups ("BEL",
 * lighting), each with Danish and English names, a default party, an acute rule, an
 * effort and a goal of the strategy. Codes are never used again, only withdrawn.
 *
 * Promises: what is read is whole; every party, effort, goal and group an item names is
 * there, and no code stands twice. Does not touch the database or know a rule of
 * routing, nor invent wording: words of a goal that were not found are "".
 */
#ifndef LYGTE_STORE_CATALOGUE_H
#define LYGTE_STORE_CATALOGUE_H

#include "core/base/arena.h"
#include "core/base/err.h"
#include "core/base/i18n.h"

#include <stdbool.h>
#include <stddef.h>

/* No text in here is NULL; "" says that there is none. */
struct catalogue_party {
    const char *code, *da, *en;
    const char *kind; /* department police rescue region housing owner operator utility
                         transport road rail business council coordinator             */
};

struct catalogue_effort {
    const char *code, *da, *en;
    bool place; /* about physical places; only such efforts stand on an item          */
};

struct catalogue_wording {
    int number;            /* the goal's                                             */
    const char *from, *to; /* YYYY-MM-DD, both inclusive; to "" while in force       */
    const char *da, *en;   /* the official Danish words; the English is ours         */
    bool complete;         /* false: a fragment, never to be printed as the goal     */
};

/* An item or a group: the two kinds of category an observation may have. */
struct catalogue_item {
    const char *code, *group; /* equal for a group; ANDET is both                     */
    const char *da, *en;
    const char *tile_da, *tile_en; /* short words for a tile; an item has its names   */
    const char *party;    /* code of the default party                                */
    const char *fallback; /* code of the next one, "" without                         */
    const char *acute;    /* "" V 112 114 V/112 112/V 112/114: first what to ring first;
                             V is the duty phone; always "" for a group               */
    const char *effort; /* "I01".."I15"; a group's when all its items agree, else "" */
    const char *kle;    /* "" until the municipality fills it in                    */
    int goal;           /* 1..5; a group's when all its items agree, else 0         */
};

struct catalogue {
    int version;
    const char *valid_from; /* YYYY-MM-DD                                             */
    const struct catalogue_item *items;  /* sorted by code                           */
    const struct catalogue_item *groups; /* in the order of the tiles                */
    const struct catalogue_party *parties;    /* in the file's order              */
    const struct catalogue_effort *efforts;   /* in the file's order              */
    const struct catalogue_wording *wordings; /* by goal, oldest first            */
    size_t item_count, group_count, party_count, effort_count, wording_count;
};

/* Reads a catalogue from JSON text into the arena (under 64 KiB for version 1; the JSON
 * tree is gone on return). Members a later version adds are passed over. Fails with
 * json.* and field.* as the readers in base do, and with "catalogue.unknown" or
 * "catalogue.twice"; err.part names the row ("items BEL05 party"). */
bool catalogue_read(struct arena *a, const char *json, size_t len,
                    struct catalogue *ret, struct err *err);

/* An item ("BEL01") or a group ("BEL") by its code, exactly as written; NULL when there
 * is none. ANDET gives the item. */
const struct catalogue_item *catalogue_item(const struct catalogue *c,
                                            const char *code);
/* As catalogue_item, but ERR_INPUT "category.unknown" when there is none. */
bool catalogue_find(const struct catalogue *c, const char *code,
                    const struct catalogue_item **ret, struct err *err);

/* By code; NULL when there is none. */
const struct catalogue_item *catalogue_group(const struct catalogue *c,
                                             const char *code);
const struct catalogue_party *catalogue_party(const struct catalogue *c,
                                              const char *code);
const struct catalogue_effort *catalogue_effort(const struct catalogue *c,
                                                const char *code);

const char *catalogue_name(const struct catalogue_item *item, enum i18n_lang lang);

#endif
