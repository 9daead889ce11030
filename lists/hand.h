/* hand: what every verb that gives out a list does with it: --format, -o, --json.
 * Shared by lygte-lists and by the verbs of registry and walker. */
#ifndef LYGTE_LISTS_HAND_H
#define LYGTE_LISTS_HAND_H

#include "core/base/verb.h"
#include "lists/list.h"

/* The form of --format; without one, json when --json was said, else fallback (NULL:
 * one must be said). own: a form only this verb has (NULL: none); it is given back as
 * NULL. ERR_USAGE "lists.unknown_form", "lists.no_form". */
bool hand_form(const struct verb_call *call, const char *fallback, const char *own,
               const struct list_form **ret, struct err *err);

/* Hands the list out: to stdout without -o or with -o -, into the pipe or device of -o, else
 * to the file of -o, which appears under its name only when whole; then says so (with
 * --json as {"file","rows"}), the file's name alone on the last line. */
bool hand_out(const struct verb_call *call, const struct buf *list, size_t rows,
              struct err *err);

#endif
