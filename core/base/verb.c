/* verb: see the header. */
#include "core/base/verb.h"

#include "core/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef LYGTE_VERSION
#error "LYGTE_VERSION comes from the Makefile"
#endif

struct verb_given {
    const char *name;
    const char *value;
};

static const struct verb_option common[] = {
    {"help", false, NULL},
    {"version", false, NULL},
    {"json", false, NULL},
    {"data", true, "DIR"},
};

struct words {
    const char **word;
    size_t count;
};

/* ---- looking up ------------------------------------------------------------------ */

static const struct verb_option *option_in(const struct verb_option *rows, size_t n,
                                           const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(rows[i].name) == len && memcmp(rows[i].name, name, len) == 0)
            return &rows[i];
    return NULL;
}

/* Before the verb is known, an option of any verb is fine; which one it may be is
 * checked afterwards. */
static const struct verb_option *option_of(const struct verb_program *p, const char *name,
                                           size_t len)
{
    const struct verb_option *found =
        option_in(common, sizeof common / sizeof common[0], name, len);
    for (size_t i = 0; !found && p->verbs[i]; i++)
        found = option_in(p->verbs[i]->options, p->verbs[i]->option_count, name, len);
    return found;
}

/* The verb whose words begin the list; two-word verbs before one-word ones. */
static const struct verb *verb_of(const struct verb_program *p, const struct words *w,
                                  size_t *ret_used)
{
    for (size_t used = 2; used >= 1; used--) {
        char name[80];
        if (w->count < used)
            continue;
        if (used == 2)
            snprintf(name, sizeof name, "%s %s", w->word[0], w->word[1]);
        else
            snprintf(name, sizeof name, "%s", w->word[0]);
        for (size_t i = 0; p->verbs[i]; i++)
            if (strcmp(p->verbs[i]->name, name) == 0) {
                *ret_used = used;
                return p->verbs[i];
            }
    }
    return NULL;
}

const char *verb_value_at(const struct verb_call *call, const char *name, size_t n)
{
    for (size_t i = 0; i < call->given_count; i++)
        if (strcmp(call->given[i].name, name) == 0 && n-- == 0)
            return call->given[i].value;
    return NULL;
}

const char *verb_value(const struct verb_call *call, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < call->given_count; i++)
        if (strcmp(call->given[i].name, name) == 0)
            value = call->given[i].value;
    return value;
}

bool verb_flag(const struct verb_call *call, const char *name)
{
    return verb_value(call, name) != NULL;
}

/* ---- reading the line ------------------------------------------------------------ */

/* -o FILE is --output FILE; it has no other short brothers. */
static bool take_output(const struct verb_program *p, struct verb_call *call, int argc,
                        char **argv, int *at, struct err *err)
{
    if (*at + 1 >= argc)
        return err_set(err, ERR_USAGE, "verb.value_missing", "output", p->name, NULL);
    call->given[call->given_count++] = (struct verb_given){"output", argv[++*at]};
    return true;
}

static bool take_option(const struct verb_program *p, struct verb_call *call, int argc,
                        char **argv, int *at, struct err *err)
{
    if (text_equal(argv[*at], "-o"))
        return take_output(p, call, argc, argv, at, err);
    const char *name = argv[*at] + 2;
    size_t len = strcspn(name, "=");
    const struct verb_option *option = option_of(p, name, len);
    if (!option)
        return err_set(err, ERR_USAGE, "verb.unknown_option", argv[*at], p->name, NULL);
    const char *value = "";
    if (name[len] == '=')
        value = name + len + 1;
    else if (option->takes_value && *at + 1 < argc)
        value = argv[++*at];
    else if (option->takes_value)
        return err_set(err, ERR_USAGE, "verb.value_missing", option->name, p->name, NULL);
    if (!option->takes_value && name[len] == '=')
        return err_set(err, ERR_USAGE, "verb.no_value", option->name, p->name, NULL);
    call->given[call->given_count++] = (struct verb_given){option->name, value};
    return true;
}

static bool read_line(const struct verb_program *p, struct verb_call *call, int argc,
                      char **argv, struct words *words, struct err *err)
{
    bool ended = false;
    call->given = arena_array(call->arena, (size_t)argc + 1, sizeof *call->given);
    words->word = arena_array(call->arena, (size_t)argc + 1, sizeof *words->word);
    for (int i = 1; i < argc; i++)
        if (!text_is_utf8(argv[i], strlen(argv[i])))
            return err_set(err, ERR_USAGE, "verb.not_utf8", p->name, NULL);
    for (int i = 1; i < argc; i++) {
        if (!ended && strcmp(argv[i], "--") == 0)
            ended = true;
        else if (ended || (!text_starts(argv[i], "--") && !text_equal(argv[i], "-o")))
            words->word[words->count++] = argv[i];
        else if (!take_option(p, call, argc, argv, &i, err))
            return false;
    }
    return true;
}

static bool check_call(const struct verb_program *p, const struct verb *verb,
                       const struct verb_call *call, struct err *err)
{
    for (size_t i = 0; i < call->given_count; i++) {
        const char *name = call->given[i].name;
        if (!option_in(common, sizeof common / sizeof common[0], name, strlen(name)) &&
            !option_in(verb->options, verb->option_count, name, strlen(name)))
            return err_set(err, ERR_USAGE, "verb.option_not_here", name, verb->name,
                           p->name, NULL);
    }
    if ((int)call->argument_count < verb->least)
        return err_set(err, ERR_USAGE, "verb.argument_missing", verb->name,
                       verb->arguments ? verb->arguments : "", p->name, NULL);
    if (verb->most >= 0 && (int)call->argument_count > verb->most)
        return err_set(err, ERR_USAGE, "verb.too_many_arguments", verb->name,
                       call->argument[verb->most], p->name, NULL);
    return true;
}

static const char *data_folder(const struct verb_program *p, const struct verb_call *call)
{
    const char *given = verb_value(call, "data");
    if (given && *given)
        return given;
    const char *named = getenv("LYGTE_DATA");
    if (named && *named)
        return named;
    if (!p->default_data)
        return NULL;
    const char *share = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
    if (share && *share)
        return arena_printf(call->arena, "%s/%s", share, p->default_data);
    return arena_printf(call->arena, "%s/.local/share/%s", home && *home ? home : ".",
                        p->default_data);
}

/* ---- telling --------------------------------------------------------------------- */

void verb_complain(const struct verb_call *call, const struct err *err)
{
    fflush(stdout);
    fprintf(stderr, "%s: %s\n", call->program, i18n_error(call->arena, call->lang, err));
}

void verb_list_begin(struct verb_list *l, const char *name)
{
    *l = (struct verb_list){.line = BUF_INIT, .json = {.buf = &l->line}, .name = name};
    if (name)
        json_open(&l->json, NULL, '{');
    json_open(&l->json, name, '[');
}

void verb_list_end(struct verb_list *l, const struct verb_call *call, bool ok)
{
    json_close(&l->json, ']');
    if (l->name)
        json_close(&l->json, '}');
    if (ok && call->json)
        puts(l->line.data);
    buf_release(&l->line);
}

void verb_print(struct buf *line)
{
    fwrite(line->data, 1, line->len, stdout);
    putchar('\n');
    buf_release(line);
}

void verb_answer_begin(struct verb_answer *x)
{
    *x = (struct verb_answer){.line = BUF_INIT, .json = {.buf = &x->line}};
    json_open(&x->json, NULL, '{');
}

void verb_answer_end(struct verb_answer *x)
{
    json_close(&x->json, '}');
    verb_print(&x->line);
}

void verb_made(const struct verb_call *call, const char *name, const char *value)
{
    struct verb_answer x;
    if (!call->json) {
        puts(value);
        return;
    }
    verb_answer_begin(&x);
    json_str(&x.json, name, value);
    verb_answer_end(&x);
}

const char *verb_number(const struct verb_call *call, int64_t n)
{
    return arena_printf(call->arena, "%lld", (long long)n);
}

void verb_say(const struct verb_call *call, const char *key, ...)
{
    const char *arg[ERR_ARGS + 1] = {0};
    va_list ap;
    va_start(ap, key);
    for (size_t i = 0; i < ERR_ARGS; i++) {
        arg[i] = va_arg(ap, const char *);
        if (!arg[i])
            break;
    }
    va_end(ap);
    puts(i18n_format(call->arena, call->lang, key, arg[0], arg[1], arg[2], arg[3], NULL));
}

static void print_options(const struct verb *verb, struct arena *a)
{
    for (size_t i = 0; i < verb->option_count; i++) {
        const struct verb_option *o = &verb->options[i];
        const char *dashed =
            text_equal(o->name, "output") ? "-o" : arena_printf(a, "--%s", o->name);
        printf(o->takes_value ? " [%s %s]" : " [%s]", dashed,
               o->value ? o->value : "X");
    }
}

static void print_verb(const struct verb_program *p, const struct verb *verb,
                       const struct verb_call *call)
{
    printf("  %s %s%s%s", p->name, verb->name, verb->arguments ? " " : "",
           verb->arguments ? verb->arguments : "");
    print_options(verb, call->arena);
    printf("\n      %s\n", i18n_text(call->lang, verb->help));
}

static void print_help(const struct verb_program *p, const struct verb *verb,
                       const struct verb_call *call)
{
    printf("%s %s - %s\n\n", p->name, LYGTE_VERSION, i18n_text(call->lang, p->about));
    for (size_t i = 0; p->verbs[i]; i++)
        if (!verb || verb == p->verbs[i])
            print_verb(p, p->verbs[i], call);
    printf("\n%s\n", i18n_text(call->lang, "verb.common_options"));
}

static bool run(const struct verb_program *p, struct verb_call *call,
                const struct words *words, struct err *err)
{
    size_t used = 0;
    const struct verb *verb = verb_of(p, words, &used);
    if (verb_flag(call, "version")) {
        printf("%s %s\n", p->name, LYGTE_VERSION);
        return true;
    }
    if (verb_flag(call, "help")) {
        print_help(p, verb, call);
        return true;
    }
    if (words->count == 0)
        return err_set(err, ERR_USAGE, "verb.none", p->name, NULL);
    if (!verb)
        return err_set(err, ERR_USAGE, "verb.unknown", words->word[0], p->name, NULL);
    call->argument = words->word + used;
    call->argument_count = words->count - used;
    return check_call(p, verb, call, err) && verb->run(call, err);
}

int verb_main(const struct verb_program *program, int argc, char **argv)
{
    struct arena arena = ARENA_INIT;
    struct err err = ERR_INIT;
    struct words words = {0};
    struct verb_call call = {
        .arena = &arena, .lang = i18n_from_environment(), .program = program->name};
    bool ok = read_line(program, &call, argc, argv, &words, &err);
    if (ok) {
        call.data = data_folder(program, &call);
        call.json = verb_flag(&call, "json");
        ok = run(program, &call, &words, &err);
    }
    if (!ok)
        verb_complain(&call, &err);
    bool written = fflush(stdout) == 0 && !ferror(stdout);
    int status = !ok ? err_exit_status(&err) : call.partly || !written ? 1 : 0;
    arena_release(&arena);
    return status;
}
