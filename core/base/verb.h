/* verb: the command line, the same in every program.
 *
 * A program is a table of verbs; a verb is one row at the end of its file: name, help
 * key, options, how many arguments, run. Options may stand before or after the verb,
 * as --name value or --name=value; "--" ends them. Every verb also knows --help,
 * --version, --json and --data DIR (or LYGTE_DATA). The option "output" is also -o.
 *
 * Exit status: 0 done, 1 failed or partly, 2 wrong usage. Errors go to stderr as
 * "PROGRAM: what: why: what to do"; what a verb made is alone on the last line of
 * stdout.
 */
#ifndef LYGTE_BASE_VERB_H
#define LYGTE_BASE_VERB_H

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/i18n.h"
#include "core/base/json.h"

#include <stddef.h>
#include <stdint.h>

struct verb_option {
    const char *name;  /* without the dashes                    */
    bool takes_value;
    const char *value; /* what help calls the value: "LAT,LON"  */
};

struct verb_call {
    struct arena *arena;
    enum i18n_lang lang;
    const char *program;
    const char *data; /* --data, LYGTE_DATA, or the program's default folder */
    bool json;
    const char *const *argument; /* the verb's own arguments, after sub-words */
    size_t argument_count;
    struct verb_given *given; /* private to verb_value and verb_flag */
    size_t given_count;
    bool partly; /* run sets it: exit 1 without a sentence */
};

struct verb {
    const char *name;      /* "add", or two words: "walk new"                       */
    const char *help;      /* text key, one line                                    */
    const char *arguments; /* shown in help: "ID", "PATH..."                        */
    const struct verb_option *options;
    size_t option_count;
    int least, most; /* arguments; most -1: any number */
    bool (*run)(struct verb_call *call, struct err *err);
};

struct verb_program {
    const char *name;
    const char *about;        /* text key                                             */
    const char *default_data; /* under $XDG_DATA_HOME or ~/.local/share; NULL: none   */
    const struct verb *const *verbs; /* ended by NULL                                 */
};

/* Runs the program; returns the exit status. Errors are printed here. */
int verb_main(const struct verb_program *program, int argc, char **argv);

/* The last value given, NULL when the option was not given. */
const char *verb_value(const struct verb_call *call, const char *name);
/* The nth value given (from 0), NULL past the last. */
const char *verb_value_at(const struct verb_call *call, const char *name, size_t n);
bool verb_flag(const struct verb_call *call, const char *name);
/* Prints an error as verb_main would: for verbs that go on after one. */
void verb_complain(const struct verb_call *call, const struct err *err);
/* What a list verb prints: with --json one object with an array of that name (NULL: the
 * bare array), whose elements the verb writes to `json`; else the verb prints lines of its
 * own. verb_list_end prints the JSON when it is wanted and all went well. */
struct verb_list {
    struct buf line;
    struct json_out json;
    const char *name;
};
void verb_list_begin(struct verb_list *l, const char *name);
void verb_list_end(struct verb_list *l, const struct verb_call *call, bool ok);
/* An answer of one object: begin opens it, the verb writes its members to `json`, end
 * prints it. For --json only. */
struct verb_answer {
    struct buf line;
    struct json_out json;
};
void verb_answer_begin(struct verb_answer *x);
void verb_answer_end(struct verb_answer *x);
/* One line of JSON, as put together in line, to stdout; line is released. */
void verb_print(struct buf *line);
/* What a verb made: the value alone, with --json {name: value}. */
void verb_made(const struct verb_call *call, const char *name, const char *value);
/* In digits, for verb_say; lives in the call's arena. */
const char *verb_number(const struct verb_call *call, int64_t n);
/* A text of the catalogue to stdout with a newline; args ended by NULL. */
void verb_say(const struct verb_call *call, const char *key, ...)
    __attribute__((sentinel));

#endif
