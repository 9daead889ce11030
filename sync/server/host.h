/* host: the receiving end of sync/PROTOCOL.md, for any program that takes walks in.
 *
 * The program's app data begins with a struct sync_host, and what admit sets as
 * q->actor for a device begins with a struct sync_actor. The handlers below stand as
 * rows in the program's own routes.c; their comments list their answers.
 */
#ifndef LYGTE_SYNC_SERVER_HOST_H
#define LYGTE_SYNC_SERVER_HOST_H

#include "core/store/pool.h"
#include "core/web/http.h"
#include "sync/server/straight.h"

#include <pthread.h>

struct sync_host {
    struct pool *pool;
    char name[80]; /* what this registry or hub calls itself */

    /* Set at the start: who answers. A hub is a courier: it is known by the hash of its
     * key, its epoch is its origin, and it says "carried" where a registry would say
     * "stored" or "verified" (PROTOCOL 10). */
    bool courier;
    char id[DIGEST_HEX], epoch[RECORD_ORIGIN_HEX];

    /* wrong pairing codes of the last minute, for the throttle */
    pthread_mutex_t lock;
    int64_t wrong_ms[10];
    size_t wrong_at;

    struct straight_rooms rooms; /* of photos on their way in */

    /* the worker that reads photos again and, at a registry, makes small pictures; those of
     * a hub are made by the walker it is (walker/maker) */
    pthread_cond_t wake;
    pthread_t worker;
    bool work, stop, started;
    _Atomic int64_t busy_ms; /* when bytes of a photo last came, CLOCK_BOOTTIME */
    int64_t changes; /* photos and small pictures that came or were proven */
};

struct sync_actor {
    const char *device; /* id */
    uint8_t origin[RECORD_ORIGIN];
    bool revoked; /* may only read who may write what (sync_feed) */
};

/* The members "registry" (or "hub", with "carried": true) and "epoch" of an answer. */
void sync_who(struct json_out *o, const struct sync_host *h);

/* Makes the locks and starts the worker; the pool must be open. */
bool sync_host_start(struct sync_host *h, struct err *err);
/* Ends the worker; an unstarted host is fine. */
void sync_host_stop(struct sync_host *h);
void sync_host_wake(struct sync_host *h);
/* Bytes of a photo are coming: the worker leaves the disk to them for a moment. */
void sync_host_busy(struct sync_host *h);
/* None came for a quarter of a second; so it is with a host that was not started. */
bool sync_host_quiet(const struct sync_host *h);

/* A photo or a small picture came, or photos were proven; for pages that follow. */
void sync_host_changed(struct sync_host *h);
int64_t sync_host_changes(struct sync_host *h);

/* 200. Open to everybody. */
int sync_about(struct http_request *q, struct http_reply *r, struct err *err);
/* 200; 400 the form; 403 used, expired or unknown; 429 too many wrong codes. */
int sync_pair(struct http_request *q, struct http_reply *r, struct err *err);
/* 200; 400 the form; 403 the signature is not the old origin's. */
int sync_renew(struct http_request *q, struct http_reply *r, struct err *err);
/* 200 with receipts; 400 not gzip; 413; 507 full. */
int sync_records(struct http_request *q, struct http_reply *r, struct err *err);
/* 200 NDJSON and Lygte-Cursor; 400 a set that is none. */
int sync_feed(struct http_request *q, struct http_reply *r, struct err *err);
/* May this device have the point, and with it its photos and its issue? Not when it is
 * withheld for the police, unless the device wrote it. */
bool sync_point_visible(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                        const char *observation, bool *ret, struct err *err);
/* Is the subject (a point, its photos, its issue) withheld for the police from this
 * device? Not when the device founded it. */
bool sync_withheld(struct store *s, const uint8_t origin[RECORD_ORIGIN],
                   const char *subject, bool *ret, struct err *err);
/* Kinds that never go to a device that did not write them. */
bool sync_is_private(const char *kind);
/* The same on a hub: what the walk's tablets may see of each other; one that was shut out
 * only who may write what. */
int sync_group_feed(struct http_request *q, struct http_reply *r, struct err *err);
/* On a hub, 200 {"admitted"}: is the device in, now that it has told what the registry says?
 * Of NDJSON only admissions are taken, whatever else it says is passed over. */
int sync_rights(struct http_request *q, struct http_reply *r, struct err *err);
/* 200: signed receipts for couriers; 400 the form. */
int sync_receipts(struct http_request *q, struct http_reply *r, struct err *err);
/* 200 {"taken"}; 400 the framing. */
int sync_previews(struct http_request *q, struct http_reply *r, struct err *err);
/* 200; 400 the form. */
int sync_missing(struct http_request *q, struct http_reply *r, struct err *err);

/* tus 1.0.0: POST 201; HEAD 200; PATCH 204; DELETE 204; OPTIONS 204. 404 unknown; 409
 * wrong offset; 412 no Tus-Resumable; 413; 422 no photo; 460 checksum; 507 full. */
int upload_create(struct http_request *q, struct http_reply *r, struct err *err);
int upload_head(struct http_request *q, struct http_reply *r, struct err *err);
int upload_patch(struct http_request *q, struct http_reply *r, struct err *err);
int upload_delete(struct http_request *q, struct http_reply *r, struct err *err);
int upload_options(struct http_request *q, struct http_reply *r, struct err *err);
/* Is a range of this photo being written by a connection of this device's just now? */
bool upload_is_busy(const struct store *s, const char *device, const char *sha256);
extern const struct http_sink upload_create_sink, upload_patch_sink;

#endif
