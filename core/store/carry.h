/* carry: records that a fork has shut out, brought home inside others (records.md 1).
 *
 * After a database was put back in place, the places its next records claim are taken by
 * those it has forgotten. Its program takes a new origin (core/store/own), and wraps what
 * cannot go home as the old origin's: origin.carry {head, body, sig}, whose subject is
 * the inner record's. The fold unpacks it: the inner record counts with its own tick,
 * origin and hash, once, even when it is held plainly too; its rights are its own
 * origin's. body is left out when the inner one is erased.
 */
#ifndef LYGTE_STORE_CARRY_H
#define LYGTE_STORE_CARRY_H

#include "core/store/record.h"
#include "core/store/store.h"

bool carry_is(const struct record *r);

/* The record inside, its signature not yet checked. ERR_INPUT "record.*" or "json.*" when
 * there is none; also of a kind that may not be carried (who may write what, erasures),
 * of another subject, or made after what carries it. */
bool carry_open(struct arena *a, const struct record *r, struct record *ret,
                struct err *err);

/* Of a carrier r whose erasure left that text (core/store/erase): the inner record, without
 * body and signature. False when the text names none. */
bool carry_head(struct arena *a, const struct record *r, const char *left,
                struct record *ret);
/* The one by carry_open, or by carry_head when its body is erased. *ret_opened is false when
 * there is none. */
bool carry_inner(struct store *s, struct arena *a, const struct record *r,
                 struct record *ret, bool *ret_opened, struct err *err);

/* What r says: itself, or the record it carries. *ret_said is false when it carries one that
 * cannot be read: then nobody can tell whom it is for. */
bool carry_said(struct store *s, struct arena *a, const struct record *r,
                struct record *ret, bool *ret_said, struct err *err);

/* Takes our own present origin out of use from after its seq `last` on, as the registry
 * holds something else there: a new origin, and everything shut out carried by it. In one
 * transaction of its own. *ret_n counts what is carried. ERR_TOO_LARGE
 * "carry.too_large" when something is too large to be carried: nothing is done then. */
bool carry_on(struct store *s, int64_t last, int64_t *ret_n, struct err *err);

#endif
