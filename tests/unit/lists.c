/* A list says the same in every form: CSV as Danish Excel and as RFC 4180 want it,
 * GeoJSON as RFC 7946 wants it, JSON as the API shows it; no cell is a formula; what is
 * asked for and is not there is an error, not an empty list. */
#include "tests/unit/desk_ground.h"

#include "core/store/area.h"
#include "core/store/party.h"
#include "lists/column.h"

static const int64_t SEEN_MS = INT64_C(1795368120000); /* 2026-11-22T17:22:00Z */

/* ---- ground ---------------------------------------------------------------------- */

static const char SHA[] =
    "00000000000000000000000000000000000000000000000000000000000000aa";

static void attach(struct desk *d, const char *observation)
{
    const struct photo p = {.observation = observation,
                            .sha256 = SHA,
                            .type = "image/jpeg",
                            .bytes = 1000,
                            .width = 40,
                            .height = 30,
                            .at = GEO_NOWHERE,
                            .direction_c = 9050,
                            .altitude_mm = DB_NULL,
                            .taken_ms = DB_NULL};
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, photo_attach(&d->s, &d->a, &p, "participant", &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
}

/* Three points: with two places and a photo, with one place, with none. */
static int three_points(void **state)
{
    char id[37];
    if (desk_open(state) != 0)
        return -1;
    struct desk *d = *state;
    desk_walk(d);
    struct observation_wish first =
        desk_wish(d, "BEL01", "Lygten; ved \"tunnelen\"\r\ner slukket, æøå");
    first.severity = 3;
    first.urgency = "B";
    first.affected = "older evening trams";
    first.at_ms = SEEN_MS;
    first.stood = (struct geo_point){570481000, 99187000, 4500};
    first.thing = (struct geo_point){570482345, 99188001, -1};
    desk_note(d, &first, id);
    attach(d, id);
    struct observation_wish second = desk_wish(d, "REN01", "=1+1");
    second.severity = 1;
    second.stood = (struct geo_point){-12345678, -98765432, -1};
    desk_note(d, &second, NULL);
    struct observation_wish third = desk_wish(d, "BEL", "");
    third.severity = 0;
    desk_note(d, &third, NULL);
    return 0;
}

static char *issues(struct desk *d, const char *form, enum i18n_lang lang,
                    const struct issue_filter *filter)
{
    struct buf out = BUF_INIT;
    size_t rows;
    static const struct issue_filter all;
    bool ok = list_issues(&d->s, filter ? filter : &all, list_form(form), lang, &out,
                          &rows, &d->err);
    char *text = ok ? buf_dup(&out, &d->a) : NULL;
    buf_release(&out);
    return text;
}

static size_t rows_of(struct desk *d, const struct issue_filter *filter)
{
    struct buf out = BUF_INIT;
    size_t rows = 999;
    DESK_OK(d, list_issues(&d->s, filter, list_form("json"), I18N_DA, &out, &rows,
                           &d->err));
    buf_release(&out);
    return rows;
}

/* One table as RFC 4180 says it is read, by a reader of our own. */
enum { CELLS = 40 };
struct table {
    char *cell[8][CELLS];
    size_t columns[8], rows;
};

static char *read_cell(struct arena *a, const char **at, char separator)
{
    struct buf b = BUF_INIT;
    const char *s = *at;
    buf_str(&b, "");
    if (*s == '"')
        for (s++; *s && !(s[0] == '"' && s[1] != '"'); s++) {
            buf_char(&b, *s);
            s += *s == '"';
        }
    s += *s == '"';
    while (*s && *s != separator && *s != '\r')
        buf_char(&b, *s++);
    *at = s;
    char *cell = buf_dup(&b, a);
    buf_release(&b);
    return cell;
}

static struct table table_of(struct arena *a, const char *text, char separator)
{
    struct table t = {.rows = 0};
    while (*text && t.rows < 8) {
        size_t n = 0;
        for (;;) {
            assert_true(n < CELLS);
            t.cell[t.rows][n++] = read_cell(a, &text, separator);
            if (*text != separator)
                break;
            text++;
        }
        assert_memory_equal(text, "\r\n", 2);
        text += 2;
        t.columns[t.rows++] = n;
    }
    return t;
}

static const char *cell(const struct table *t, size_t row, const char *header)
{
    for (size_t i = 0; i < t->columns[0]; i++)
        if (strcmp(t->cell[0][i], header) == 0)
            return t->cell[row][i];
    fail_msg("no column %s", header);
    return NULL;
}

/* ---- claims ---------------------------------------------------------------------- */

static void excel_gets_what_danish_excel_reads(void **state)
{
    struct desk *d = *state;
    char *text = issues(d, "csv", I18N_DA, NULL);
    assert_non_null(text);
    assert_memory_equal(text, "\xEF\xBB\xBFNummer;Tilstand;", 19);
    struct table t = table_of(&d->a, text + 3, ';');
    assert_int_equal(t.rows, 4);
    for (size_t i = 0; i < t.rows; i++)
        assert_int_equal(t.columns[i], t.columns[0]);
    assert_string_equal(cell(&t, 1, "Breddegrad"), "57,0482345");
    assert_string_equal(cell(&t, 1, "Længdegrad"), "9,9188001");
    assert_string_equal(cell(&t, 1, "Set fra, breddegrad"), "57,0481");
    assert_string_equal(cell(&t, 1, "Nøjagtighed (m)"), "4,5");
    assert_string_equal(cell(&t, 1, "Retning (grader)"), "90,5");
    assert_string_equal(cell(&t, 1, "Set den"), "2026-11-22 18:22");
    assert_string_equal(cell(&t, 1, "Alvor"), "Får folk til at undgå stedet");
    assert_string_equal(cell(&t, 1, "Tilstand"), "Modtaget");
    assert_string_equal(cell(&t, 1, "Lys"), "mørke");
    assert_string_equal(cell(&t, 1, "Berørte"), "ældre, folk ude om aftenen, trams");
    assert_string_equal(cell(&t, 1, "Rolle"), "deltager");
    assert_string_equal(cell(&t, 1, "Kategori"),
                        catalogue_item(&d->catalogue, "BEL01")->da);
    assert_string_equal(cell(&t, 1, "Beskrivelse"),
                        "Lygten; ved \"tunnelen\"\r\ner slukket, æøå");
    assert_string_equal(cell(&t, 1, "Fotos (SHA-256)"), SHA);
    assert_true(
        text_starts(issues(d, "csv", I18N_EN, NULL), "\xEF\xBB\xBFNumber;State"));
}

static void machines_get_rfc_4180(void **state)
{
    struct desk *d = *state;
    char *text = issues(d, "csv-rfc4180", I18N_DA, NULL);
    assert_non_null(text);
    assert_true(text_starts(text, "number,state,party,"));
    assert_true(text_ends(text, "\r\n"));
    struct table t = table_of(&d->a, text, ',');
    assert_int_equal(t.rows, 4);
    assert_string_equal(cell(&t, 1, "lat"), "57.0482345");
    assert_string_equal(cell(&t, 1, "lon"), "9.9188001");
    assert_string_equal(cell(&t, 1, "at"), "2026-11-22T17:22:00Z");
    assert_string_equal(cell(&t, 1, "state"), "open");
    assert_string_equal(cell(&t, 1, "light"), "dark");
    assert_string_equal(cell(&t, 1, "affected"), "older evening trams");
    assert_string_equal(cell(&t, 1, "role"), "participant");
    assert_string_equal(cell(&t, 1, "category"), "BEL01");
    assert_string_equal(cell(&t, 1, "category_en"),
                        catalogue_item(&d->catalogue, "BEL01")->en);
    assert_string_equal(cell(&t, 1, "urgency"), "B");
    assert_string_equal(cell(&t, 1, "note"),
                        "Lygten; ved \"tunnelen\"\r\ner slukket, æøå");
    assert_string_equal(cell(&t, 3, "lat"), "");
    assert_string_equal(cell(&t, 3, "severity"), "0");
}

static void no_text_is_a_formula_and_no_number_is_touched(void **state)
{
    static const char *const notes[] = {"=1+1", "+45 1", "-2", "@A1", "\tx", "\rx"};
    struct desk *d = *state;
    struct table t = table_of(&d->a, issues(d, "csv", I18N_EN, NULL) + 3, ';');
    assert_string_equal(cell(&t, 2, "Description"), "'=1+1");
    assert_string_equal(cell(&t, 2, "Latitude"), "-1,2345678");
    assert_string_equal(cell(&t, 2, "Longitude"), "-9,8765432");
    struct observation seen = {.id = "x", .category = "BEL", .severity = DB_NULL};
    const struct list_row row = {NULL, &seen, NULL, 0};
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        struct buf out = BUF_INIT;
        struct list_writer w = {
            .out = &out, .catalogue = &d->catalogue, .form = list_form("csv-rfc4180")};
        seen.note = notes[i];
        seen.stood = seen.thing = (struct geo_point)GEO_NOWHERE;
        w.form->begin(&w);
        w.form->row(&w, &row);
        t = table_of(&d->a, out.data, ',');
        assert_int_equal(*cell(&t, 1, "note"), '\'');
        assert_string_equal(cell(&t, 1, "note") + 1, notes[i]);
        buf_release(&out);
    }
}

/* Whoever parts cells by another mark than ours finds cells inside a note. */
static void nor_where_another_program_would_part_it(void **state)
{
    static const char *const notes[][2] = {{"Lampe A;=1+1", "Lampe A;'=1+1"},
                                           {"a,@x", "a,'@x"},
                                           {"to\n+45 1", "to\n'+45 1"},
                                           {"5-6 =7; 8", "5-6 =7; 8"}};
    struct desk *d = *state;
    struct observation seen = {.id = "x", .category = "BEL", .severity = DB_NULL};
    const struct list_row row = {NULL, &seen, NULL, 0};
    seen.stood = seen.thing = (struct geo_point)GEO_NOWHERE;
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        struct buf out = BUF_INIT;
        struct list_writer w = {
            .out = &out, .catalogue = &d->catalogue, .form = list_form("csv-rfc4180")};
        seen.note = notes[i][0];
        w.form->begin(&w);
        w.form->row(&w, &row);
        struct table t = table_of(&d->a, out.data, ',');
        assert_string_equal(cell(&t, 1, "note"), notes[i][1]);
        buf_release(&out);
    }
}

static const cJSON *feature(const cJSON *tree, int at)
{
    const cJSON *f = cJSON_GetArrayItem(json_array(tree, "features"), at);
    assert_string_equal(json_text(f, "type"), "Feature");
    assert_string_equal(json_text(f, "id"),
                        json_text(json_object(f, "properties"), "id"));
    return f;
}

static void geojson_is_where_the_thing_is(void **state)
{
    struct desk *d = *state;
    cJSON *tree;
    char *text = issues(d, "geojson", I18N_DA, NULL);
    assert_non_null(text);
    DESK_OK(d, json_parse(text, strlen(text), &tree, &d->err));
    assert_string_equal(json_text(tree, "type"), "FeatureCollection");
    assert_int_equal(cJSON_GetArraySize(json_array(tree, "features")), 3);
    assert_non_null(
        strstr(text, "{\"type\":\"Point\",\"coordinates\":[9.9188001,57.0482345]}"));
    assert_non_null(
        strstr(text, "{\"type\":\"Point\",\"coordinates\":[-9.8765432,-1.2345678]}"));
    const cJSON *geometry =
        cJSON_GetObjectItemCaseSensitive(feature(tree, 2), "geometry");
    assert_true(cJSON_IsNull(geometry));
    const cJSON *p = json_object(feature(tree, 0), "properties");
    assert_string_equal(json_text(p, "note"),
                        "Lygten; ved \"tunnelen\"\r\ner slukket, æøå");
    assert_string_equal(json_text(p, "category"), "BEL01");
    assert_string_equal(json_text(p, "group"), "BEL");
    assert_string_equal(json_text(p, "party"), "LYS");
    assert_string_equal(json_text(p, "state"), "open");
    assert_string_equal(json_text(p, "at"), "2026-11-22T17:22:00Z");
    assert_string_equal(json_text(p, "walk"), d->walk);
    assert_true(text_starts(json_text(p, "number"), "AAL-"));
    assert_int_equal(json_int(p, "severity", -1), 3);
    assert_string_equal(json_text(p, "affected"), "older evening trams");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(p, "measure")));
    assert_non_null(json_text(p, "opened"));
    assert_non_null(json_text(p, "changed"));
    assert_false(json_true(p, "withdrawn"));
    assert_non_null(strstr(text, "\"accuracy_m\":4.5,\"stood\":{\"lat\":57.0481,"
                                 "\"lon\":9.9187},\"photos\":[\"00000"));
    assert_non_null(strstr(text, "\"direction\":90.5"));
    assert_null(json_text(json_object(feature(tree, 2), "properties"), "direction"));
    json_free(tree);
}

static void json_is_what_the_api_shows(void **state)
{
    struct desk *d = *state;
    cJSON *tree;
    char *text = issues(d, "json", I18N_DA, NULL);
    assert_non_null(text);
    DESK_OK(d, json_parse(text, strlen(text), &tree, &d->err));
    const cJSON *list = json_array(tree, "issues");
    assert_int_equal(cJSON_GetArraySize(list), 3);
    const cJSON *seen = json_object(cJSON_GetArrayItem(list, 0), "observation");
    assert_non_null(seen);
    assert_string_equal(json_text(seen, "category"), "BEL01");
    assert_int_equal(cJSON_GetArraySize(json_array(seen, "photos")), 1);
    assert_string_equal(json_text(cJSON_GetArrayItem(list, 0), "state"), "open");
    json_free(tree);
}

static void a_walkers_points_have_the_same_forms(void **state)
{
    struct desk *d = *state;
    struct buf out = BUF_INIT;
    size_t rows = 0;
    cJSON *tree;
    DESK_OK(d, list_points(&d->s, d->walk + 28, list_form("json"), I18N_DA, &out, &rows,
                           &d->err));
    assert_int_equal(rows, 3);
    DESK_OK(d, json_parse(out.data, out.len, &tree, &d->err));
    assert_int_equal(cJSON_GetArraySize(json_array(tree, "observations")), 3);
    json_free(tree);
    buf_clear(&out);
    DESK_OK(d, list_points(&d->s, "", list_form("csv-rfc4180"), I18N_DA, &out, &rows,
                           &d->err));
    struct table t = table_of(&d->a, out.data, ',');
    assert_string_equal(cell(&t, 1, "number"), "1");
    assert_string_equal(cell(&t, 3, "number"), "3");
    assert_string_equal(cell(&t, 1, "state"), "noted");
    assert_string_equal(cell(&t, 1, "opened"), "");
    DESK_FAILS(d, ERR_NOT_FOUND, "walk.unknown",
               list_points(&d->s, "012345678", list_form("csv"), I18N_DA, &out, NULL,
                           &d->err));
    buf_release(&out);
}

static void filters_choose(void **state)
{
    static const char square[] =
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\","
        "\"properties\":{\"name\":\"Midtbyen\"},\"geometry\":{\"type\":\"Polygon\","
        "\"coordinates\":[[[9.9,57],[10,57],[10,57.1],[9.9,57.1],[9.9,57]]]}}]}";
    struct desk *d = *state;
    size_t n_new, n_same;
    DESK_OK(
        d, area_import(&d->s, &d->a, square, strlen(square), &n_new, &n_same, &d->err));
    assert_int_equal(rows_of(d, &(struct issue_filter){.party = ""}), 3);
    assert_int_equal(rows_of(d, &(struct issue_filter){.party = "LYS"}), 1);
    assert_int_equal(rows_of(d, &(struct issue_filter){.area = "Midtbyen"}), 1);
    assert_int_equal(rows_of(d, &(struct issue_filter){.state = "open"}), 3);
    assert_int_equal(rows_of(d, &(struct issue_filter){.state = "done"}), 0);
    assert_int_equal(rows_of(d, &(struct issue_filter){.walk = d->walk}), 3);
    assert_int_equal(rows_of(d, &(struct issue_filter){.walk = d->walk + 24}), 3);
}

static void what_is_not_there_is_an_error(void **state)
{
    struct desk *d = *state;
    assert_null(issues(d, "csv", I18N_DA, &(struct issue_filter){.party = "NOBODY"}));
    DESK_FAILS(d, ERR_NOT_FOUND, "party.unknown", false);
    assert_null(issues(d, "csv", I18N_DA, &(struct issue_filter){.area = "Nowhere"}));
    DESK_FAILS(d, ERR_NOT_FOUND, "area.unknown", false);
    assert_null(issues(d, "csv", I18N_DA, &(struct issue_filter){.state = "lost"}));
    DESK_FAILS(d, ERR_INPUT, "lists.unknown_state", false);
    assert_null(
        issues(d, "csv", I18N_DA, &(struct issue_filter){.walk = "0123456789"}));
    DESK_FAILS(d, ERR_NOT_FOUND, "walk.unknown", false);
    assert_null(list_form("xlsx"));
    assert_null(list_form(""));
}

static bool close_one(const struct issue *i, const struct observation *o,
                      const struct photo *photos, size_t n, void *data, struct err *err)
{
    (void)o, (void)photos, (void)n, (void)err;
    char **out = data;
    snprintf(out[0], 40, "%s", i->id);
    snprintf(out[1], 70, "%s", i->head);
    return true;
}

static void closed_issues_come_only_when_asked_for(void **state)
{
    struct desk *d = *state;
    char id[40], head[70], *last[] = {id, head};
    static const struct issue_filter all;
    DESK_OK(d, issue_each(&d->s, &all, close_one, last, &d->err));
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, issue_state_set(&d->s, &d->a, id, head, "cancelled", "twice",
                               "coordinator", &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
    assert_int_equal(rows_of(d, &all), 2);
    assert_int_equal(rows_of(d, &(struct issue_filter){.closed_too = true}), 3);
    assert_int_equal(rows_of(d, &(struct issue_filter){.state = "cancelled"}), 1);
}

/* Takes up the case of a point, then says other things of the point and takes it back. */
static void say_otherwise_once_taken_up(struct desk *d, const char *id)
{
    struct issue i;
    bool there;
    cJSON *fields;
    static const char said[] =
        "{\"severity\":4,\"urgency\":\"A\",\"measure\":\"Fest\"}";
    DESK_OK(d, issue_of_observation(&d->s, &d->a, id, &i, &there, &d->err));
    DESK_OK(d, json_parse(said, strlen(said), &fields, &d->err));
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, issue_state_set(&d->s, &d->a, i.id, i.head, "triaged", NULL,
                               "coordinator", &d->err));
    DESK_OK(d,
            observation_edit(&d->s, &d->a, id, fields, NULL, "council", "", &d->err));
    DESK_OK(d, observation_withdraw(&d->s, &d->a, id, true, NULL, NULL, "council",
                                    &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
    json_free(fields);
}

static void a_case_holds_its_own_words_in_every_form(void **state)
{
    struct desk *d = *state;
    struct observation_wish wish = desk_wish(d, "BEL01", "Lampen");
    char id[37];
    cJSON *tree;
    wish.severity = 2;
    wish.urgency = "C";
    desk_note(d, &wish, id);
    say_otherwise_once_taken_up(d, id);
    const struct issue_filter taken_up = {.state = "triaged"};
    struct table t = table_of(&d->a, issues(d, "csv-rfc4180", I18N_DA, &taken_up), ',');
    assert_string_equal(cell(&t, 1, "severity"), "2");
    assert_string_equal(cell(&t, 1, "urgency"), "C");
    assert_string_equal(cell(&t, 1, "withdrawn"), "withdrawn");
    t = table_of(&d->a, issues(d, "csv", I18N_DA, &taken_up) + 3, ';');
    assert_string_equal(cell(&t, 1, "Alvor"), "Skaber utryghed");
    char *text = issues(d, "geojson", I18N_DA, &taken_up);
    DESK_OK(d, json_parse(text, strlen(text), &tree, &d->err));
    const cJSON *p = json_object(feature(tree, 0), "properties");
    assert_int_equal(json_int(p, "severity", -1), 2);
    assert_string_equal(json_text(p, "urgency"), "C");
    assert_string_equal(json_text(p, "measure"), "Fest");
    assert_true(json_true(p, "withdrawn"));
    json_free(tree);
}

static void names_of_parties_are_the_registers(void **state)
{
    struct desk *d = *state;
    const struct party wish = {"LYS",      "Lysfolkene", "The light people",
                               "operator", NULL,         NULL};
    DESK_OK(d, db_begin(&d->s.db, &d->err));
    DESK_OK(d, party_set(&d->s, &d->a, &wish, "coordinator", &d->err));
    DESK_OK(d, db_commit(&d->s.db, &d->err));
    struct table t = table_of(&d->a, issues(d, "csv", I18N_DA, NULL) + 3, ';');
    assert_string_equal(cell(&t, 1, "Ansvarlig (kode)"), "LYS");
    assert_string_equal(cell(&t, 1, "Ansvarlig"), "Lysfolkene");
}

static void every_column_and_word_has_a_label(void **state)
{
    (void)state;
    static const char states[] =
        "open triaged sent accepted returned waiting planned started done confirmed "
        "no_action referred duplicate cancelled reopened acknowledged";
    char key[80];
    for (size_t i = 0; i < list_column_count; i++) {
        snprintf(key, sizeof key, "lists.column.%s", list_columns[i].name);
        if (!i18n_has(key))
            fail_msg("%s has no text", key);
    }
    for (const char *s = states; *s; s += strspn(s, " ")) {
        size_t n = strcspn(s, " ");
        snprintf(key, sizeof key, "lists.state.%.*s", (int)n, s);
        assert_true(issue_state_exists(key + 12));
        if (!i18n_has(key))
            fail_msg("%s has no text", key);
        s += n;
    }
    const char *names = list_form_names();
    assert_int_equal(strlen(names), strlen("csv csv-rfc4180 geojson json"));
    assert_non_null(list_form("csv"));
    assert_non_null(list_form("geojson"));
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, three_points, desk_close)
    const struct CMUnitTest tests[] = {
        CLAIM(excel_gets_what_danish_excel_reads),
        CLAIM(machines_get_rfc_4180),
        CLAIM(no_text_is_a_formula_and_no_number_is_touched),
        CLAIM(nor_where_another_program_would_part_it),
        CLAIM(geojson_is_where_the_thing_is),
        CLAIM(json_is_what_the_api_shows),
        CLAIM(a_walkers_points_have_the_same_forms),
        CLAIM(filters_choose),
        CLAIM(what_is_not_there_is_an_error),
        CLAIM(closed_issues_come_only_when_asked_for),
        CLAIM(a_case_holds_its_own_words_in_every_form),
        CLAIM(names_of_parties_are_the_registers),
        cmocka_unit_test(every_column_and_word_has_a_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
