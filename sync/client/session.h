/* session: one run of bringing home, and the parts that make it up. */
#ifndef LYGTE_SYNC_CLIENT_SESSION_H
#define LYGTE_SYNC_CLIENT_SESSION_H

#include "core/base/verb.h"
#include "core/store/local/peer.h"
#include "core/store/store.h"
#include "sync/client/course.h"
#include "sync/client/remote.h"

enum { SMALL_MOST = 400000 }; /* bytes of a small picture, sent or taken in */

/* What the registry has of a photo that is not there yet: bytes [first, end) each, and
 * which small ones. */
struct session_begun {
    const char *sha256;
    bool thumb, preview;
    bool busy;       /* a connection that broke still holds a range of it there */
    bool unadmitted; /* it is there, but waits for its device to be admitted */
    struct session_range {
        int64_t first, end;
    } *held;
    size_t held_count;
    struct session_begun *next;
};

struct session {
    struct store *store;
    struct remote *remote;
    struct peer peer;
    bool courier; /* the peer is a hub (PROTOCOL 10) */
    struct arena *arena;
    struct course course;
    struct remote_answer answer; /* shared by all calls */
    int64_t retry_after_s;       /* what the registry asked for when a run failed, -1 */
    struct session_begun *begun;
    size_t lacking;              /* photos it has not, or not whole, when last asked */
    bool busy;                   /* some of those wait for a connection that broke   */
    int64_t photo_bytes;         /* of originals, taken by the registry in this run */
    int64_t bytes_sent, bytes_received; /* of the run, headers included */
    bool metered;                /* originals wait for Wi-Fi                           */
    bool prove;                  /* ask again about photos that were proven before */
    bool anyway;                 /* no, not this time: somebody has said so            */
    struct session_broken {      /* records of ours that the disk has spoilt        */
        uint8_t origin[RECORD_ORIGIN];
        int64_t seq;
        struct session_broken *next;
    } *broken;
    struct err damaged;          /* a photo of ours that is not what its name says  */
    struct session_roomless {    /* photos the peer has no room for, in this run    */
        const char *sha256;
        struct session_roomless *next;
    } * roomless;
    size_t roomless_count;
    struct err no_room;          /* what it says of them                            */
    const char *photo_refused;   /* sha256 of one the registry refused, NULL none */
    /* of ours, in the registry's waiting room because it has not admitted their origin */
    int64_t unadmitted_records, unadmitted_photos;
    bool disk_full;              /* ours: something could not be written down       */
    struct session_fork {
        bool found;   /* the registry holds other records of our present origin */
        bool refused; /* and has refused some of ours for that                  */
        int64_t last; /* the last seq that is the same, INT64_MAX: not told     */
    } fork;
    bool apart;        /* it does not speak our protocol (PROTOCOL 2): */
    int64_t protocol;  /* then this is the nearest it does             */
    bool news; /* the answer of the pull that is being read brought something new */
    bool going; /* something that was to be dropped is not home: told once more */
    bool along; /* small pictures go in one go with the originals */
    int64_t left_out;    /* records of the pull that are not to be believed; of the */
    char left_first[60]; /* first of them "origin:seq"                           */
    int64_t passed_over; /* lines of the pull that this version does not know */
    int64_t
        batch_first; /* of the records of one origin that are being sent, 0: none are */
    int64_t uncarried; /* tablets a hub carries for, whose records did not all go in */
    int64_t forked;    /* of those: the registry holds others in the place of theirs */
    bool other_chain;  /* so it is with the one that is being sent                   */
};

/* One run with one peer: greets, sends, asks, pulls. Says nothing. */
bool session_run(struct verb_call *call, struct session *x, struct err *err);
/* Greets and pulls; nothing of ours is sent. */
bool session_fetch(struct verb_call *call, struct session *x, struct err *err);
/* watch.c: runs again and again until it is ended, with a growing wait after failures;
 * at once when the network comes or something new is there. False, with a sentence,
 * only when trying again cannot help: the token was revoked, the registry is another. */
bool session_watch(struct verb_call *call, struct store *s, struct err *err);

/* round.c: one run with the hub, when the tablet knows one, and then with the registry:
 * the first so that the group sees what there is, the second because it confirms. True
 * when the registry has confirmed all that may go, by whichever way its receipts came.
 * ERR_NETWORK "sync.carried" when the hub has it all and the registry does not answer.
 * *ret_may_pass: it was the hub alone that refused, and the registry may answer later. */
bool round_run(struct verb_call *call, struct store *s, int64_t *ret_retry_after_s,
               bool *ret_may_pass, struct err *err);
/* round.c: only what there is for us, from the hub and the registry: catalogue, parties,
 * areas, plans, last time's points. Says nothing. True when either gave it. */
bool round_fetch(struct verb_call *call, struct store *s, struct err *err);
/* Was this answer given by the peer we talk to, in the epoch we know? */
bool session_is_peer(const struct session *x, const cJSON *answer);
/* False, with a sentence, when the peer was heard to speak another protocol than ours. */
bool session_protocol_fits(const struct session *x, struct err *err);
/* Notes the protocol range that an answer tells, if it tells one. */
void session_note_protocol(struct session *x, const cJSON *answer);
/* receipts.c: a tablet asks its hub for the registry's receipts, a hub the registry for
 * those of what it carries. */
bool session_ask_receipts(struct session *x, struct err *err);

/* A full disk of ours does not stop the sending: what could not be written down (a
 * receipt, a cursor) is asked for again next time, and the run says so at its end. True
 * when ok, or when that was the fault; err is cleared then. */
bool session_unwritten(struct session *x, bool ok, struct err *err);

/* GET about: is it the registry we paired with, in an epoch we know? A new epoch is
 * taken over: what the old one confirmed no longer counts. */
bool session_greet(struct session *x, struct err *err);
/* offer.c: to a registry of a new epoch, what it may have lost: everything this device
 * holds that others wrote, erasures first. Once an epoch. */
bool session_offer_back(struct session *x, struct err *err);
/* outbox.c: one batch of lines; its answer's receipts are taken. *ret is the answer, to
 * be freed; NULL when it failed. */
bool session_send_lines(struct session *x, const struct buf *lines, cJSON **ret,
                        struct err *err);
/* outbox.c: own records from the first unconfirmed on, in batches. */
bool session_send_records(struct session *x, struct err *err);
/* strangers.c: at a hub, who waits to be admitted is told to the registry; counted in
 * uncarried. */
bool session_send_strangers(struct session *x, struct err *err);
/* small.c: thumbnails, and previews when they pay, of photos that the registry was never
 * asked about. Over a fast link they are only made: they go along with the originals. */
bool session_send_fresh(struct session *x, struct err *err);
/* small.c: further thumbnails, and previews when the originals will take a while. */
bool session_send_previews(struct session *x, struct err *err);
/* small.c: what goes along with the originals, for remote_ask_many and for as long as a
 * lives; *ret_refused tells afterwards what was wrong, if anything. */
bool session_small_along(struct session *x, struct arena *a, struct remote_many *ret,
                         const struct err **ret_refused, struct err *err);
/* small.c: the link carries more than 4 MB/s, by what TCP saw so far. */
bool session_is_fast(const struct session *x);
/* missing.c: NULL when the registry told nothing of it. */
const struct session_begun *session_begun_of(const struct session *x, const char *sha256);
/* transfer.c: originals by tus, in ranges over several connections. */
bool session_send_photos(struct session *x, struct err *err);
/* missing.c: asks for the states of all photos that may go; *ret_left how many are not
 * settled. */
bool session_ask_missing(struct session *x, bool wait, size_t *ret_left,
                         struct err *err);
/* Asks the registry about the photos it has called verified and that are still here: its disk
 * may have lost one since, and a wipe would take the last copy. Once a day, and with --prove.
 * What it has not any more waits again. */
bool session_prove_again(struct session *x, struct err *err);
/* pull.c: catalogue, parties, areas, plans. */
bool session_pull(struct session *x, struct err *err);

/* forked.c: this folder was put back in place: takes a new origin, carries what the old
 * one's fork has shut out, and tells the registry the new key under the old word. */
bool session_go_on(struct session *x, struct err *err);
/* forked.c: tells the registry of a new key that it has not heard of yet; mostly none. */
bool session_renew(struct session *x, struct err *err);
/* locked.c: after a refusal, heard or perhaps lost: has the registry shut us out? Only its
 * signed origin.revoke, which names our own origin, says so, whoever brings it; from the
 * registry itself what is verified is wiped then, and err says what has become of this device.
 * A hub that has not heard yet that we are in again is told as that ("hub.not_heard"); else err
 * stays as it is. Always false. */
bool session_shut_out(struct session *x, struct err *err);
/* locked.c: after a hub's refusal: by the records here we are in, and the hub may only not have
 * heard it. True when it is content now that it was told the register's word; then the run may
 * begin again. */
bool session_let_in(struct session *x, const struct err *refusal);
/* locked.c: after a run that nothing refused, because there was nothing to send: did the
 * pull bring that word? Then the same; true when it did not. */
bool session_still_admitted(struct session *x, struct err *err);
/* pull.c: who may write what; all that a device may read that was shut out. */
bool session_pull_rights(struct session *x, struct err *err);

#endif
