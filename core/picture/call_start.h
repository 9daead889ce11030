/* call_start: one run of lygte-picture: its descriptors, its start, its end. Believes
 * and judges nothing; call.c does. Private to core/picture. */
#ifndef LYGTE_PICTURE_CALL_START_H
#define LYGTE_PICTURE_CALL_START_H

#include "core/base/err.h"
#include "core/picture/report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { CALL_PATH = 4096, CALL_OUTPUTS = 2 };

/* A file the program writes, beside its final name. */
struct output {
    const char *word; /* what the program is told: "preview" */
    const char *path; /* NULL when not wished                */
    char beside[CALL_PATH];
    int fd;
    int64_t most; /* bytes */
    bool settled;
};

struct call {
    const char *deed; /* the program's first word */
    int input, report, pipe_end, null, order;
    int gate; /* while it is open the program waits with a photo that grows */
    struct output output[CALL_OUTPUTS];
    int64_t wall_ms;  /* longest run                    */
    int64_t until_ms; /* of clock_mono_ms, once started */
    pid_t pid;
    int status; /* as waitpid gives it; -1 when it could not say */
    bool late;  /* killed at wall_ms                             */
    char text[PICTURE_REPORT_MOST + 1];
    size_t len;
};

/* A call that has nothing open yet. */
void call_init(struct call *c, const char *deed);
/* The photo to be read; name is what a sentence calls it. */
bool call_open_input(struct call *c, const char *path, const char *name,
                     struct err *err);
/* No photo: /dev/null in its place. */
bool call_open_nothing(struct call *c, struct err *err);
/* The file output i is to become; it must be given its word and most before. */
bool call_open_output(struct call *c, size_t i, const char *path, struct err *err);
/* Bytes for PICTURE_FD_ORDER. */
bool call_put_order(struct call *c, const void *bytes, size_t n, struct err *err);
/* Makes the program wait, once started, until call_go: for a photo that is still written. */
bool call_open_gate(struct call *c, struct err *err);
/* Starts the program; its time begins. */
bool call_start(struct call *c, struct err *err);
/* The photo is whole; its time begins anew. No gate is fine. */
void call_go(struct call *c);
/* Hears one that was started to its end, which it comes to whatever it does. */
void call_hear(struct call *c);
/* Gives an output its name, with its bytes on the disk; the folder is not fsynced: small
 * copies can be made again, and a new photo is moved on to its place. */
bool call_settle(struct output *o, struct err *err);
/* Closes all; what did not get its name is removed. */
void call_release(struct call *c);

#endif
