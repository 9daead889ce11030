/* json: the list as the API shows it: {"issues": [...]}, each issue with its whole
 * observation in place of the observation's id, or {"observations": [...]} for a
 * walker's own points. */
#include "lists/column.h"

static void json_begin(struct list_writer *w)
{
    json_open(&w->json, NULL, '{');
    json_open(&w->json, w->issues ? "issues" : "observations", '[');
}

/* The issue as issue_json writes it, with the member "observation" made whole. */
static void add_issue(struct list_writer *w, const struct list_row *row)
{
    struct buf issue = BUF_INIT, seen = BUF_INIT;
    struct json_out i = JSON_OUT(&issue), o = JSON_OUT(&seen);
    struct err err = ERR_INIT;
    cJSON *tree;
    issue_json(&i, NULL, row->issue);
    observation_json(&o, NULL, row->observation, row->photos, row->photo_count);
    if (!json_parse(issue.data, issue.len, &tree, &err))
        err_die("lists: issue_json wrote no JSON", err.key);
    cJSON *raw = cJSON_CreateRaw(seen.data);
    if (!raw || !cJSON_ReplaceItemInObjectCaseSensitive(tree, "observation", raw))
        err_die("lists", "an issue without an observation, or out of memory");
    json_tree(&w->json, NULL, tree);
    json_free(tree);
    buf_release(&issue);
    buf_release(&seen);
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
