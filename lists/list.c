/* list: reading the rows and handing them to a form. See the header. */
#include "lists/list.h"

#include "core/store/party.h"
#include "core/store/published.h"
#include "core/store/walk.h"
#include "lists/column.h"

#include <string.h>

/* ---- forms ----------------------------------------------------------------------- */

static const struct list_form *const forms[] = {&list_form_csv, &list_form_csv_rfc4180,
                                                &list_form_geojson, &list_form_json};

const struct list_form *list_form(const char *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (strcmp(forms[i]->name, name) == 0)
            return forms[i];
    return NULL;
}

const char *list_form_names(void)
{
    return "csv csv-rfc4180 geojson json";
}

/* ---- the writer ------------------------------------------------------------------ */

/* The catalogue in force, with the names of the parties as they are now: the register
 * may have added some, or changed their names. */
static bool read_catalogue(struct store *s, struct arena *a, struct catalogue *ret,
                           struct err *err)
{
    struct party *parties;
    size_t n;
    if (!published_catalogue(s, a, ret, err) || !party_list(s, a, &parties, &n, err))
        return false;
    struct catalogue_party *all = arena_array(a, n + ret->party_count + 1, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct catalogue_party){parties[i].code, parties[i].da, parties[i].en,
                                          parties[i].kind};
    memcpy(all + n, ret->parties, ret->party_count * sizeof *all);
    ret->parties = all; /* looked through from the front */
    ret->party_count += n;
    return true;
}

static bool open_writer(struct list_writer *w, struct store *s, struct arena *a,
                        const struct list_form *form, enum i18n_lang lang,
                        struct buf *out, struct err *err)
{
    struct catalogue *catalogue = arena_alloc(a, sizeof *catalogue);
    if (!read_catalogue(s, a, catalogue, err))
        return false;
    *w = (struct list_writer){.out = out,
                              .lang = lang,
                              .catalogue = catalogue,
                              .form = form,
                              .json = JSON_OUT(out)};
    return true;
}

static void tell(struct list_writer *w, const struct list_row *row)
{
    w->form->row(w, row);
    w->rows++;
}

static bool tell_issue(const struct issue *i, const struct observation *o,
                       const struct photo *photos, size_t photo_count, void *data,
                       struct err *err)
{
    (void)err;
    tell(data, &(struct list_row){i, o, photos, photo_count});
    return true;
}

static bool tell_point(const struct observation *o, const struct photo *photos,
                       size_t photo_count, void *data, struct err *err)
{
    (void)err;
    tell(data, &(struct list_row){NULL, o, photos, photo_count});
    return true;
}

/* ---- filters --------------------------------------------------------------------- */

static bool check_party(struct store *s, const char *party, struct err *err)
{
    bool there = true;
    if (!party || !*party)
        return true;
    if (!party_exists(s, party, &there, err))
        return false;
    return there || err_set(err, ERR_NOT_FOUND, "party.unknown", party, NULL);
}

/* The whole id of the walk in *walk, which may be NULL or "". */
static bool whole_walk(struct store *s, struct arena *a, const char **walk,
                       struct err *err)
{
    struct walk found;
    if (!*walk || !**walk)
        return true;
    if (!walk_find(s, a, *walk, &found, err))
        return false;
    *walk = found.id;
    return true;
}

/* A list for one party goes to that party: what only the police may read is in none but
 * theirs, and in that of the coordinators, who decide. */
static bool may_have_police(const struct catalogue *catalogue, const char *party)
{
    const struct catalogue_party *p =
        party && *party ? catalogue_party(catalogue, party) : NULL;
    return !p || strcmp(p->kind, "police") == 0 || strcmp(p->kind, "coordinator") == 0;
}

bool list_filter_fits(struct store *s, struct arena *a, struct issue_filter *f,
                      struct err *err)
{
    if (f->state && *f->state && !issue_state_exists(f->state))
        return err_set(err, ERR_INPUT, "lists.unknown_state", f->state, NULL);
    return check_party(s, f->party, err) && whole_walk(s, a, &f->walk, err);
}

bool list_issues(struct store *s, const struct issue_filter *filter,
                 const struct list_form *form, enum i18n_lang lang, struct buf *out,
                 size_t *ret_rows, struct err *err)
{
    struct arena a = ARENA_INIT;
    struct list_writer w;
    struct issue_filter f = *filter;
    bool ok = list_filter_fits(s, &a, &f, err) &&
              open_writer(&w, s, &a, form, lang, out, err);
    if (ok) {
        w.issues = true;
        f.no_police = f.no_police || !may_have_police(w.catalogue, f.party);
        form->begin(&w);
        ok = issue_each(s, &f, tell_issue, &w, err);
    }
    if (ok) {
        form->end(&w);
        if (ret_rows)
            *ret_rows = w.rows;
    }
    arena_release(&a);
    return ok;
}

bool list_points(struct store *s, const char *walk, const struct list_form *form,
                 enum i18n_lang lang, struct buf *out, size_t *ret_rows,
                 struct err *err)
{
    struct arena a = ARENA_INIT;
    struct list_writer w;
    bool ok =
        whole_walk(s, &a, &walk, err) && open_writer(&w, s, &a, form, lang, out, err);
    if (ok) {
        form->begin(&w);
        ok = observation_each(s, walk ? walk : "", false, tell_point, &w, err);
    }
    if (ok) {
        form->end(&w);
        if (ret_rows)
            *ret_rows = w.rows;
    }
    arena_release(&a);
    return ok;
}
