/* slow: connections that hold a place and bring nothing. libmicrohttpd ends one that is
 * silent; one that dribbles a byte now and then is ended here: a head must come within
 * head_ms, a body at no less than so many bytes a second after its first grace. What is
 * being answered may take as long as it takes. */
#ifndef LYGTE_WEB_SLOW_H
#define LYGTE_WEB_SLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slow;
struct slow_line; /* one connection */

struct slow_limits {
    int64_t head_ms;  /* for a whole head                                      */
    int64_t grace_ms; /* of a body, before its rate counts                     */
    int64_t least;    /* bytes a second                                        */
};

struct slow *slow_make(const struct slow_limits *limits);
/* Starts the thread that looks. Lines may be there already: whoever has just started a
 * server gets the first answer before that. */
void slow_run(struct slow *s);
void slow_stop(struct slow *s); /* every line must be gone; NULL is fine */

struct slow_line *slow_add(struct slow *s, int fd);
void slow_remove(struct slow *s, struct slow_line *line);
/* The head is in and a body is coming; more of it came; it is all here and is being
 * answered; the answer is out and the next head may come. */
void slow_body(struct slow *s, struct slow_line *line);
void slow_bytes(struct slow *s, struct slow_line *line, size_t n);
void slow_answering(struct slow *s, struct slow_line *line);
void slow_next(struct slow *s, struct slow_line *line);

#endif
