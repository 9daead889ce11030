/* wiped: see the header. */
#include "core/store/local/wiped.h"

#include "core/base/text.h"

#include <stdio.h>
#include <string.h>

/* ---- reading and writing --------------------------------------------------------- */

static struct wiped read_one(struct arena *a, const cJSON *item)
{
    struct wiped w = {.asked = json_true(item, "asked")};
    const char *id = json_text(item, "id"), *title = json_text(item, "title");
    snprintf(w.id, sizeof w.id, "%s", id ? id : "");
    w.title = arena_strdup(a, title ? title : "");
    return w;
}

bool wiped_list(struct store *s, struct arena *a, struct wiped **ret, size_t *ret_n,
                struct err *err)
{
    const char *text;
    cJSON *tree = NULL;
    struct wiped *list = arena_array(a, WIPED_MOST, sizeof *list);
    size_t n = 0;
    if (!store_setting(s, a, "wiped", "[]", &text, err) ||
        !json_parse(text, strlen(text), &tree, err))
        return false;
    for (const cJSON *item = tree->child; item && n < WIPED_MOST; item = item->next)
        list[n++] = read_one(a, item);
    json_free(tree);
    *ret = list;
    *ret_n = n;
    return true;
}

void wiped_json(struct json_out *o, const char *name, const struct wiped *w)
{
    json_open(o, name, '{');
    json_str(o, "id", w->id);
    json_str(o, "title", w->title);
    json_bool(o, "asked", w->asked);
    json_close(o, '}');
}

static bool write_list(struct store *s, const struct wiped *list, size_t n, struct err *err)
{
    struct buf text = BUF_INIT;
    struct json_out o = JSON_OUT(&text);
    json_open(&o, NULL, '[');
    for (size_t i = 0; i < n && i < WIPED_MOST; i++)
        wiped_json(&o, NULL, &list[i]);
    json_close(&o, ']');
    bool ok = store_set(s, "wiped", text.data, err);
    buf_release(&text);
    return ok;
}

static struct wiped *find(struct wiped *list, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].id, id) == 0)
            return &list[i];
    return NULL;
}

/* ---- what is asked of it --------------------------------------------------------- */

bool wiped_add(struct store *s, struct arena *a, const char *id, const char *title,
               struct err *err)
{
    struct wiped *list, *more;
    size_t n, kept = 1;
    if (!wiped_list(s, a, &list, &n, err))
        return false;
    more = arena_array(a, n + 1, sizeof *more);
    more[0] = (struct wiped){.title = title ? title : ""};
    snprintf(more[0].id, sizeof more[0].id, "%s", id);
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].id, id) != 0)
            more[kept++] = list[i];
    return write_list(s, more, kept, err);
}

bool wiped_ask(struct store *s, struct arena *a, const char *id, struct wiped *ret,
               struct err *err)
{
    struct wiped *list, *found = NULL;
    size_t n, hits = 0;
    if (!wiped_list(s, a, &list, &n, err))
        return false;
    for (size_t i = 0; i < n && strlen(id) >= 6; i++)
        if (text_ends(list[i].id, id))
            found = &list[i], hits++;
    if (hits != 1)
        return err_set(err, hits ? ERR_INPUT : ERR_NOT_FOUND,
                       hits ? "wipe.ambiguous" : "wipe.unknown", id, NULL);
    found->asked = true;
    *ret = *found;
    return write_list(s, list, n, err);
}

bool wiped_is(struct store *s, const char *id, bool *ret_wiped, bool *ret_asked,
              struct err *err)
{
    struct arena a = ARENA_INIT;
    struct wiped *list;
    size_t n;
    bool ok = wiped_list(s, &a, &list, &n, err);
    const struct wiped *w = ok ? find(list, n, id) : NULL;
    if (ok && ret_wiped)
        *ret_wiped = w != NULL;
    if (ok)
        *ret_asked = w && w->asked;
    arena_release(&a);
    return ok;
}

bool wiped_untitle(struct store *s, struct arena *a, const char *id, struct err *err)
{
    struct wiped *list;
    size_t n;
    if (!wiped_list(s, a, &list, &n, err))
        return false;
    struct wiped *w = find(list, n, id);
    if (!w || !*w->title)
        return true;
    w->title = "";
    return write_list(s, list, n, err);
}
