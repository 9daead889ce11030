/* app: what walker's verbs and its server share. */
#ifndef LYGTE_WALKER_APP_H
#define LYGTE_WALKER_APP_H

#include "core/base/uid.h"
#include "core/base/verb.h"
#include "core/store/catalogue.h"
#include "core/store/local/pass.h"
#include "core/store/observation.h"
#include "core/store/pool.h"
#include "core/store/store.h"
#include "core/store/walk.h"
#include "core/web/events.h"
#include "core/web/http.h"
#include "sync/server/host.h"
#include "walker/gps.h"

struct hub;
struct maker;

struct walker_app {
    struct sync_host host; /* first: sync/server finds its own here; started on hubs */
    char data[1024];
    bool open;        /* --open: no key asked */
    char listen[80];
    struct events *events; /* NULL when nobody can follow */
    struct gps *gps;  /* NULL when there is none */
    struct maker *maker; /* of small pictures */
    struct hub *hub;  /* NULL without --hub */
};

/* By which of our servers a request came (struct http_request, door). */
enum {
    DOOR_PAGE,  /* loopback, this device's own screen          */
    DOOR_HUB,   /* TLS: tablets, and phones with the authority */
    DOOR_PLAIN  /* --hub-http: phones without it, passes only  */
};

/* Opens the data folder of a call. create: make it when it is not there. */
bool walker_store(struct store *s, const struct verb_call *call, bool create,
                  struct err *err);
/* Role and organisation that records are written by: `walker set role ...`. */
bool walker_by(struct store *s, struct arena *a, const char **role, const char **org,
               struct err *err);
/* The walk named; id NULL: the one that is meant (walk_current), whose title is then said on
 * stderr. ended: one that has ended will do. ERR_NOT_FOUND "walk.none" when there is none. */
bool walker_walk(const struct verb_call *call, struct store *s, const char *id,
                 bool ended, struct walk *ret, struct err *err);
/* The whole id of the walk's point that is named by its id or tail. ERR_INPUT
 * "walk.not_its_point" when it is another walk's. */
bool walker_point(struct store *s, struct arena *a, const struct walk *w,
                  const char *tail, const char **ret, struct err *err);
/* Says on stderr which walk was taken, because none was named. */
void walker_chosen(const struct verb_call *call, const char *title);
/* Runs `work` in one transaction; rolled back when it fails. */
bool walker_transact(struct store *s, bool (*work)(struct store *, void *, struct err *),
                     void *data, struct err *err);

/* What was typed and nobody has typed at for age_ms becomes a record (draft.h), so that what
 * comes next has it; one that cannot stays, and the log says why. */
void walker_settle_drafts(struct store *s, int64_t age_ms);

/* What is left of a track in the draft becomes records, in a transaction of its own: of this
 * walk, of all when walk is NULL. */
bool walker_flush_track(struct store *s, const char *walk, struct err *err);
/* The same before a wipe, which takes what can be no record because the device is locked. */
bool walker_settle_track(struct store *s, const char *walk, struct err *err);

/* Why a photo kept here cannot be shown, as a sentence; NULL when it can, or is not here. */
const char *walker_unshown(struct store *s, struct arena *a, enum i18n_lang lang,
                           const char *sha256);

/* Says on stderr when a note looks as if it said something about a person. */
void walker_warn(const struct verb_call *call, const char *note);

/* keys.c: the page's keys, local table web_key. A key works once and becomes a cookie
 * that lasts a year. */
bool keys_make(struct store *s, const char *kind, char out[65], struct err *err);
/* Takes a once-key and gives a cookie's value for it; ERR_DENIED "key.unknown". */
bool keys_trade(struct store *s, const char *key, char cookie[65], struct err *err);
bool keys_good(struct store *s, const char *cookie, bool *ret, struct err *err);

/* child.c: the programs beside us. */
/* Replaces this process by walker-sync with these arguments; returns only on failure. */
bool child_become_sync(char *const argv[], struct err *err);
/* Starts walker-sync sync and leaves it; it is reaped when it ends. option: "--anyway",
 * "--fetch" or NULL. */
bool child_start_sync(const char *data, const char *option, struct err *err);
/* Runs walker-sync, at most 40 s; when it fails false, with the sentence of that key around
 * its own. */
bool child_run_sync(struct arena *a, const char *const argv[], enum i18n_lang lang,
                    const char *key, struct err *err);

/* A QR code of the text, drawn by lygte-lists: "svg" or "utf8". */
bool child_qr(struct arena *a, const char *text, const char *form, const char **ret,
              struct err *err);

/* verb_stick.c: what is not confirmed goes into a stick file, and the verb says so. */
bool stick_to(struct verb_call *call, const char *file, struct err *err);

/* routes.c */
extern const struct http_route walker_routes[];
extern const size_t walker_route_count;
/* routes_hub.c: what the doors of a hub have beside them */
extern const struct http_route hub_routes[], plain_routes[];
extern const size_t hub_route_count, plain_route_count;
/* Columns of the route tables: who may come in. */
enum {
    ACCESS_OPEN = HTTP_OPEN,
    ACCESS_KEY = 1,      /* whoever has opened the printed address     */
    ACCESS_DEVICE = 2,   /* a tablet's token, by the hub's TLS door    */
    ACCESS_PASS = 4,     /* a phone with a walk pass, by a hub's doors */
    ACCESS_SHUT_OUT = 10 /* a tablet's token, even of one that the registry shut out */
};

/* Who asks; what admit sets as q->actor. */
struct walker_actor {
    struct sync_actor device; /* first; .device NULL when it is no tablet */
    char id[UID_SIZE];
    bool has_pass;
    struct pass pass;
};
/* admit.c */
bool walker_admit(struct http_request *q, unsigned access, struct err *err);
/* The pass of the phone that asks; NULL when it is no phone. */
const struct pass *walker_pass(const struct http_request *q);
const char *walker_pass_cookie(const struct http_request *q);
/* What the key's cookie is called by this door. */
const char *walker_key_name(const struct http_request *q);
/* ERR_NOT_FOUND "walk.unknown" when a phone's pass is for another walk. */
bool walker_pass_walk(const struct http_request *q, const char *walk, struct err *err);
/* What may not be told to whoever asks: a point only the police may see, to a phone. */
bool walker_pass_hides(const struct http_request *q, const struct observation *o);
/* ERR_NOT_FOUND "observation.unknown" when a phone speaks of a point that is not its
 * walk's (NULL is fine), of one it may not see either, or of one that is not among last
 * time's near its walk. */
bool walker_pass_point(struct http_request *q, const char *observation, struct err *err);
bool walker_pass_sees(struct http_request *q, const char *observation, struct err *err);
/* May it be told that its point is the same as that one? What it sees, and last time's. */
bool walker_pass_joins(struct http_request *q, const char *observation,
                       struct err *err);
bool walker_pass_last(struct http_request *q, const char *observation, struct err *err);
/* Role and organisation to write by for whoever asks. */
bool walker_by_of(struct http_request *q, const char **role, const char **org,
                  struct err *err);

/* Every verb, one a file. */
extern const struct verb backup_verb, restore_verb, serve_verb, url_verb, walk_new_verb,
    walk_list_verb, walk_show_verb, walk_begin_verb, walk_end_verb, walk_close_verb,
    add_verb, edit_verb, withdraw_verb, witness_verb, show_verb, import_verb, list_verb,
    pair_verb, sync_verb, status_verb, map_add_verb, map_list_verb, map_drop_verb,
    places_add_verb, places_list_verb, places_drop_verb, walk_track_verb, set_verb,
    doctor_verb, stick_verb, unstick_verb, wipe_verb, fetch_verb, cover_verb,
    clear_verb, hub_code_verb, hub_list_verb, hub_revoke_verb, walk_edit_verb,
    walk_pause_verb, walk_resume_verb, walk_reopen_verb, walk_attend_verb,
    walk_vote_verb, walk_last_verb, walk_rate_verb, walk_tally_verb, verdict_verb,
    acute_verb, pass_verb, pass_list_verb, pass_revoke_verb;

#endif
