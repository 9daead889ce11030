/* json: the list as the API shows it: {"issues": [...]}, each issue with its whole
 * observation in place of the observation's id, or {"observations": [...]} for a
 * walker's own points. */
#include "lists/column.h"

#include <string.h>

static void json_begin(struct list_writer *w)
{
    json_open(&w->json, NULL, '{');
    json_open(&w->json, w->issues ? "issues" : "observations", '[');
}

/* The issue as issue_json writes it, with the member "observation" made whole. */
static void add_issue(struct list_writer *w, const struct list_row *row)
{
    struct buf issue = BUF_INIT;
    struct json_out o = JSON_OUT(&issue);
    struct err err = ERR_INIT;
    cJSON *tree;
    issue_json(&o, NULL, row->issue);
    if (!json_parse(issue.data, issue.len, &tree, &err))
        err_die("lists: issue_json wrote no JSON", err.key);
    json_open(&w->json, NULL, '{');
    for (const cJSON *member = tree->child; member; member = member->next)
        if (strcmp(member->string, "observation") == 0)
            observation_json(&w->json, member->string, row->observation, row->photos,
                             row->photo_count);
        else
            json_tree(&w->json, member->string, member);
    json_close(&w->json, '}');
    json_free(tree);
    buf_release(&issue);
}

static void json_row(struct list_writer *w, const struct list_row *row)
{
    if (row->issue)
        add_issue(w, row);
    else
        observation_json(&w->json, NULL, row->observation, row->photos,
                         row->photo_count);
}

static void json_end(struct list_writer *w)
{
    json_close(&w->json, ']');
    json_close(&w->json, '}');
    buf_char(w->out, '\n');
}

const struct list_form list_form_json = {"json",     "application/json", "json",
                                         json_begin, json_row,           json_end};
