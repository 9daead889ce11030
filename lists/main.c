/* lygte-lists: lists on demand, in a process of its own, so that what is heavy leaves
 * when it is done. Started by registry and walker, or by hand, on either's data folder.
 *
 *   lygte-lists issues|points --data DIR --format F [--party P] [--walk ID] [--area A]
 *               [--state S] [-o FILE]
 *   lygte-lists qr --format svg|utf8 [-o FILE]     the text to draw comes by stdin
 *
 * Changes nothing in the folder. A file appears under its name only when whole; without
 * -o, and with -o -, the list goes to stdout. */
#include "core/base/log.h"
#include "core/base/sign.h"
#include "lists/hand.h"
#include "lists/qr.h"

#include <stdio.h>
#include <string.h>

#define OPTION_COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const struct verb_option issue_options[] = {
    {"format", true, "F"}, {"party", true, "P"}, {"walk", true, "ID"},
    {"area", true, "A"},   {"state", true, "S"}, {"output", true, "FILE"},
};
static const struct verb_option point_options[] = {
    {"format", true, "F"}, {"walk", true, "ID"}, {"output", true, "FILE"}};

/* The folder is a registry's or a walker's; both hold issues and points. */
static bool open_either(struct store *s, const struct verb_call *call, struct err *err)
{
    if (!call->data)
        return err_set(err, ERR_USAGE, "lists.no_data", NULL);
    if (store_open(s, call->data, STORE_REGISTRY, false, err))
        return true;
    if (!err->key || strcmp(err->key, "store.other_program") != 0)
        return false;
    *err = (struct err)ERR_INIT;
    return store_open(s, call->data, STORE_WALKER, false, err);
}

static bool run_list(struct verb_call *call, bool issues, struct err *err)
{
    struct store s = {0};
    struct buf list = BUF_INIT;
    const struct list_form *form;
    const struct issue_filter filter = {
        .party = verb_value(call, "party"),
        .walk = verb_value(call, "walk"),
        .area = verb_value(call, "area"),
        .state = verb_value(call, "state"),
    };
    size_t rows = 0;
    if (!hand_form(call, NULL, NULL, &form, err) || !open_either(&s, call, err))
        return false;
    bool ok = issues
                  ? list_issues(&s, &filter, form, call->lang, &list, &rows, err)
                  : list_points(&s, filter.walk, form, call->lang, &list, &rows, err);
    store_close(&s);
    ok = ok && hand_out(call, &list, rows, err);
    buf_release(&list);
    return ok;
}

static bool run_issues(struct verb_call *call, struct err *err)
{
    return run_list(call, true, err);
}

static bool run_points(struct verb_call *call, struct err *err)
{
    return run_list(call, false, err);
}

static const struct verb issues_verb = {
    .name = "issues",
    .help = "lists.help_issues",
    .options = issue_options,
    .option_count = OPTION_COUNT(issue_options),
    .run = run_issues,
};
static const struct verb points_verb = {
    .name = "points",
    .help = "lists.help_points",
    .options = point_options,
    .option_count = OPTION_COUNT(point_options),
    .run = run_points,
};

/* ---- QR codes -------------------------------------------------------------------- */

/* By stdin and not on the command line, where others on the machine could read it. */
static bool run_qr(struct verb_call *call, struct err *err)
{
    char text[QR_TEXT_MOST + 2];
    struct buf out = BUF_INIT;
    const char *form = verb_value(call, "format");
    size_t n = fread(text, 1, sizeof text - 1, stdin);
    text[n] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    bool ok = qr_draw(&out, text, form ? form : "utf8", err) &&
              hand_out(call, &out, 0, err);
    buf_release(&out);
    return ok;
}

static const struct verb_option qr_options[] = {{"format", true, "svg|utf8"},
                                                {"output", true, "FILE"}};
static const struct verb qr_verb = {
    .name = "qr",
    .help = "lists.help_qr",
    .options = qr_options,
    .option_count = OPTION_COUNT(qr_options),
    .run = run_qr,
};

int main(int argc, char **argv)
{
    static const struct verb *const verbs[] = {&issues_verb, &points_verb, &qr_verb, NULL};
    static const struct verb_program program = {"lygte-lists", "lists.about", NULL,
                                                verbs};
    log_set_program(program.name);
    sign_start();
    return verb_main(&program, argc, argv);
}
