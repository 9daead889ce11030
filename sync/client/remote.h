/* remote: one registry or hub, spoken to through libcurl. Plain HTTP only to loopback;
 * HTTPS verified by default (LYGTE_CA names a CA file in place of the system's), or by the
 * key alone when it is pinned: then neither chain nor dates nor name count, and any other
 * key is refused. No redirects. A call without a byte moving for 30 s is broken off. */
#ifndef LYGTE_SYNC_CLIENT_REMOTE_H
#define LYGTE_SYNC_CLIENT_REMOTE_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/i18n.h"
#include "core/base/json.h"

#include <stdint.h>

struct remote;

struct remote_call {
    const char *method, *path; /* path begins with / */
    const char *type;          /* Content-Type of the body */
    const void *body;
    size_t body_len;
    int body_fd;               /* a file instead: from body_at, body_len bytes; -1 none */
    int64_t body_at;
    const char *header[6];     /* further "Name: value" lines, ended by NULL */
    /* Not NULL: called as the body of a 200 comes, to take whole lines off the front of what
     * is there; false breaks the call off. So an answer may be larger than memory. */
    bool (*lines)(void *data, struct buf *body);
    void *lines_data;
};

struct remote_answer {
    long status;
    struct buf body;
    int64_t upload_offset;  /* -1 when not told */
    char location[300];     /* path part, "" when not told */
    char cursor[120];       /* Lygte-Cursor */
    int64_t retry_after_s;  /* -1 when not told */
    bool stored;            /* Lygte-State: stored */
};

/* ERR_INPUT "sync.bad_url", "sync.plain_http". token may be NULL (pairing); pin is
 * "sha256//BASE64" of the server's public key (SPKI), NULL or "" for none. */
bool remote_open(struct remote **ret, const char *url, const char *token,
                 const char *pin, enum i18n_lang lang, struct err *err);
/* The key of a server whose certificate was verified in the ordinary way, as a pin; ""
 * before the first answer, over plain HTTP, and when a pin was given. */
const char *remote_key(const struct remote *r);
/* Seconds to wait for a connection; 15 when not said. */
void remote_patience(struct remote *r, int seconds);
void remote_close(struct remote *r); /* NULL is fine */

/* True when an answer came, whatever its status. ERR_NETWORK "sync.unreachable",
 * "sync.tls", "sync.pin", "sync.stalled" when none did. The answer's body is cleared first. */
bool remote_ask(struct remote *r, const struct remote_call *call,
                struct remote_answer *answer, struct err *err);
/* Many calls side by side, on at most `lanes` connections that are kept. next fills the
 * next call (false: there is none left); done is told each outcome: failure is NULL when
 * an answer came. When done returns false no more calls are begun, the running ones are
 * ended, and its err is returned. */
enum { REMOTE_LANES_MOST = 8 };
struct remote_many {
    bool (*next)(void *data, struct remote_call *call, void **task);
    bool (*done)(void *data, void *task, const struct remote_answer *answer,
                 const struct err *failure, struct err *err);
    /* May be NULL: four times a second, how many bytes of each running call's body have
     * gone out, and then tick, whose failure ends the calls as done's does. */
    void (*moved)(void *data, void *task, int64_t bytes);
    bool (*tick)(void *data, struct err *err);
    void *data;
};
bool remote_ask_many(struct remote *r, const struct remote_many *many, size_t lanes,
                     struct err *err);

/* Did a connection that stood break without an answer? Where a server refuses, and closes,
 * while a body is still coming, its refusal may be lost like that. */
bool remote_was_cut(const struct remote *r);

void remote_answer_release(struct remote_answer *answer);

/* Turns a problem+json answer into an err (false); a 2xx is true. */
bool remote_check(const struct remote_answer *answer, struct err *err);
/* remote_ask, remote_check, and the body parsed. */
bool remote_json(struct remote *r, const struct remote_call *call,
                 struct remote_answer *answer, cJSON **ret, struct err *err);

/* Bytes that went out and came in, headers included. */
void remote_traffic(const struct remote *r, int64_t *sent, int64_t *received);
/* Bytes a second that TCP saw going there, the most at any call's end: one that sends
 * little sees less than the link would carry. 0 when not known. */
int64_t remote_rate(const struct remote *r);
/* Our own address in the last call's connection, "" when not known. */
const char *remote_own_address(const struct remote *r);
const char *remote_url(const struct remote *r);

#endif
