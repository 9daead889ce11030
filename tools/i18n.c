/* i18n: makes one C table of the texts in assets/i18n, and keeps the texts honest.
 *
 *   i18n -o OUT.c FILES.json...               the table for core/base/i18n.h
 *   i18n --check-sources FILES.json FILES.c...  every key the sources name has a text
 *
 * A file's language is its folder (da or en). Both have the same keys and the same
 * places ({1}), no key twice. page-*.json are checked file by file and stay out of the
 * table: they belong to the web pages. Says every fault, one a line, and exits 1.
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 4 << 20, DEPTH_MOST = 256, NAME_SIZE = 64 };

struct entry {
    const char *scope; /* "" for the C table, else the page file's own name */
    const char *key, *text, *file;
    bool danish;
};

struct texts {
    struct buf rows;   /* of struct entry, while reading */
    struct entry *row; /* the same, sorted               */
    size_t count;
    int faults;
    struct arena arena;
};

static void fault(struct texts *t, const char *where, const char *key, const char *what)
{
    fprintf(stderr, "i18n: %s: %s: %s\n", where, key, what);
    t->faults++;
}

/* ---- reading the files --------------------------------------------------------- */

static bool key_is_good(const char *key)
{
    return *key && key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789_.")] == '\0';
}

static void texts_read(struct texts *t, const char *path)
{
    struct err err = ERR_INIT;
    struct entry entry = {.file = path, .scope = ""};
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char *json;
    size_t len;
    cJSON *tree;
    entry.danish = strstr(path, "/da/") != NULL;
    if (!entry.danish && !strstr(path, "/en/")) {
        fault(t, path, name, "stands in neither a /da/ nor an /en/ folder");
        return;
    }
    if (text_starts(name, "page-"))
        entry.scope = name;
    if (!file_read(&t->arena, path, FILE_MOST, &json, &len, &err) ||
        !json_parse(json, len, &tree, &err)) {
        fault(t, path, err.key, *err.part ? err.part : err.arg[1]);
        return;
    }
    for (const cJSON *c = cJSON_IsObject(tree) ? tree->child : NULL; c; c = c->next) {
        entry.key = arena_strdup(&t->arena, c->string);
        if (!cJSON_IsString(c) || !*c->valuestring) {
            fault(t, path, entry.key, "is not a text, or is empty");
            continue;
        }
        if (!*entry.scope && !key_is_good(entry.key))
            fault(t, path, entry.key, "a key is small letters, digits, _ and . only");
        entry.text = arena_strdup(&t->arena, c->valuestring);
        buf_add(&t->rows, &entry, sizeof entry);
    }
    if (!cJSON_IsObject(tree))
        fault(t, path, name, "is not one flat object");
    json_free(tree);
}

/* ---- checking the texts -------------------------------------------------------- */

static int compare_entries(const void *pa, const void *pb)
{
    const struct entry *a = pa, *b = pb;
    int order = strcmp(a->scope, b->scope);
    if (order == 0)
        order = strcmp(a->key, b->key);
    return order ? order : (int)b->danish - (int)a->danish;
}

/* The length of a place ("{1}", "{count}") at s, 0 when there is none. */
static size_t place_at(const char *s)
{
    if (*s != '{')
        return 0;
    size_t n = strspn(s + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && s[n + 1] == '}' ? n + 2 : 0;
}

static void check_places(struct texts *t, const struct entry *a, const struct entry *b)
{
    for (const char *s = a->text; *s; s++) {
        size_t n = place_at(s);
        char place[NAME_SIZE] = "";
        if (n > 0 && n < sizeof place)
            memcpy(place, s, n);
        if (n > 0 && !strstr(b->text, place))
            fault(t, b->file, b->key, "lacks a place that the other language has");
        bool numbered = n == 3 && s[1] >= '1' && s[1] <= '4';
        if (!*a->scope && *s == '{' && !numbered)
            fault(t, a->file, a->key, "only {1} to {4} may stand in braces");
    }
}

static void texts_check(struct texts *t)
{
    t->count = t->rows.len / sizeof *t->row;
    t->row = arena_memdup(&t->arena, t->rows.data, t->rows.len);
    qsort(t->row, t->count, sizeof *t->row, compare_entries);
    for (size_t i = 0; i < t->count; i++) {
        const struct entry *a = &t->row[i], *b = a + 1;
        bool same = i + 1 < t->count && strcmp(a->key, b->key) == 0 &&
                    strcmp(a->scope, b->scope) == 0;
        if (same && a->danish == b->danish) {
            fault(t, b->file, b->key, "stands twice in one language");
        } else if (same) {
            check_places(t, a, b);
            check_places(t, b, a);
            i++;
        } else
            fault(t, a->file, a->key, a->danish ? "has no English" : "has no Danish");
    }
}

/* ---- writing the table --------------------------------------------------------- */

static void write_literal(struct buf *out, const char *text)
{
    buf_char(out, '"');
    for (const char *s = text; *s; s++) {
        if (*s == '"' || *s == '\\' || *s == '?')
            buf_char(out, '\\');
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            buf_printf(out, "\\%03o", (unsigned)*s);
        else
            buf_char(out, *s);
    }
    buf_char(out, '"');
}

static bool write_table(const struct texts *t, const char *path)
{
    struct buf out = BUF_INIT;
    size_t count = 0;
    buf_str(&out, "/* Made by tools/i18n from assets/i18n; do not edit. */\n"
                  "#include \"core/base/i18n.h\"\n\n"
                  "const struct i18n_row i18n_rows[] = {\n");
    for (size_t i = 0; i + 1 < t->count && !*t->row[i].scope; i += 2, count++) {
        buf_str(&out, "    {");
        write_literal(&out, t->row[i].key);
        buf_str(&out, ",\n     ");
        write_literal(&out, t->row[i].text);
        buf_str(&out, ",\n     ");
        write_literal(&out, t->row[i + 1].text);
        buf_str(&out, "},\n");
    }
    buf_printf(&out, "};\nconst size_t i18n_row_count = %zu;\n", count);
    struct err err = {.key = "no texts"};
    bool ok = count > 0 && file_write_whole(path, out.data, out.len, 0644, &err);
    if (!ok)
        fprintf(stderr, "i18n: %s: %s: %s\n", path, err.key, err.arg[1]);
    buf_release(&out);
    return ok;
}

/* ---- checking the sources ------------------------------------------------------ */

struct call { /* the scan is inside of, at which of its arguments */
    char name[NAME_SIZE];
    int arg;
    bool told; /* a refuse-like call has shown its key already */
};

struct scan {
    struct texts *t;
    const char *path;
    int line;
    size_t depth;
    struct call call[DEPTH_MOST];
    char last[NAME_SIZE]; /* the identifier just before here, "" when none */
};

static const struct {
    const char *name;
    int arg;       /* which argument is the key  */
    bool is_error; /* its text needs three parts */
} key_calls[] = {{"err_set", 2, true},
                 {"err_errno", 1, true},
                 {"i18n_text", 1, false},
                 {"i18n_format", 2, false}};

static void check_key(struct scan *s, const char *key, bool is_error)
{
    const char *text = NULL;
    char where[512];
    snprintf(where, sizeof where, "%s:%d", s->path, s->line);
    for (size_t i = 0; i < s->t->count && !text; i++)
        if (!*s->t->row[i].scope && strcmp(s->t->row[i].key, key) == 0)
            text = s->t->row[i].text;
    int parts = 1;
    for (const char *p = text; p && (p = strstr(p, ": ")); p += 2)
        parts++;
    if (!text)
        fault(s->t, where, key, "no text by this key in assets/i18n");
    else if (is_error && parts != 3)
        fault(s->t, where, key, "an error text has three parts: what: why: what to do");
}

/* A string literal stands in the innermost call: is it a key, and known? */
static void take_string(struct scan *s, const char *text)
{
    struct call *call = &s->call[s->depth];
    for (size_t i = 0; i < sizeof key_calls / sizeof *key_calls; i++)
        if (strcmp(call->name, key_calls[i].name) == 0 && call->arg == key_calls[i].arg)
            check_key(s, text, key_calls[i].is_error);
    bool looks = key_is_good(text) && strchr(text + 1, '.');
    bool refuses = strstr(call->name, "refuse") || text_starts(call->name, "fail");
    if (looks && refuses && !call->told) {
        call->told = true;
        check_key(s, text, true);
    }
}

/* Past a literal that begins at p with its quote; a string is handed on. */
static const char *scan_literal(struct scan *s, const char *p)
{
    char text[256];
    size_t n = 0;
    char quote = *p++;
    for (; *p && *p != quote && *p != '\n'; p++) {
        if (*p == '\\' && p[1])
            p++;
        if (n + 1 < sizeof text)
            text[n++] = *p;
    }
    text[n] = '\0';
    if (quote == '"')
        take_string(s, text);
    return *p == quote ? p + 1 : p;
}

static const char *scan_comment(struct scan *s, const char *p)
{
    const char *end = p[1] == '*' ? strstr(p + 2, "*/") : strchr(p, '\n');
    if (!end)
        return p + strlen(p);
    for (; p < end; p++)
        s->line += *p == '\n';
    return *end == '\n' ? end : end + 2;
}

static const char *scan_name(struct scan *s, const char *p)
{
    size_t n = 0;
    for (; isalnum((unsigned char)*p) || *p == '_'; p++)
        if (n + 1 < sizeof s->last)
            s->last[n++] = *p;
    s->last[n] = '\0';
    return p;
}

/* Brackets with no name before them, as in (a ? "x.y" : "z.y"), count as their call. */
static void scan_mark(struct scan *s, char mark)
{
    if (strchr("([{", mark) && s->depth + 1 < DEPTH_MOST) {
        struct call inner = s->call[s->depth];
        if (mark != '(')
            inner = (struct call){0};
        if (mark == '(' && *s->last) {
            inner = (struct call){0};
            memcpy(inner.name, s->last, sizeof inner.name);
        }
        s->call[++s->depth] = inner;
    } else if (strchr(")]}", mark) && s->depth > 0) {
        s->depth--;
    } else if (mark == ',') {
        s->call[s->depth].arg++;
    }
    s->last[0] = '\0';
}

static void check_source(struct texts *t, const char *path)
{
    struct err err = ERR_INIT;
    struct scan s = {.t = t, .path = path, .line = 1};
    char *text = NULL;
    size_t len;
    if (!file_read(&t->arena, path, FILE_MOST, &text, &len, &err))
        fault(t, path, err.key, err.arg[1]);
    for (const char *p = text; p && *p;) {
        if (*p == '\n')
            s.line++;
        if (isspace((unsigned char)*p))
            p++;
        else if (*p == '/' && (p[1] == '*' || p[1] == '/'))
            p = scan_comment(&s, p);
        else if (*p == '"' || *p == '\'')
            p = scan_literal(&s, p);
        else if (isalnum((unsigned char)*p) || *p == '_')
            p = scan_name(&s, p);
        else
            scan_mark(&s, *p++);
    }
}

int main(int argc, char **argv)
{
    struct texts t = {0};
    bool sources = argc > 2 && strcmp(argv[1], "--check-sources") == 0;
    bool table = argc > 3 && strcmp(argv[1], "-o") == 0;
    if (!sources && !table) {
        fputs("usage: i18n -o OUT.c FILES.json...\n"
              "       i18n --check-sources FILES.json... FILES.c...\n",
              stderr);
        return 2;
    }
    for (int i = table ? 3 : 2; i < argc; i++)
        if (text_ends(argv[i], ".json"))
            texts_read(&t, argv[i]);
        else if (table)
            fault(&t, argv[i], "-o", "takes .json files only");
    bool read = t.faults == 0 && t.rows.len > 0;
    if (read)
        texts_check(&t);
    for (int i = 2; read && sources && i < argc; i++)
        if (!text_ends(argv[i], ".json"))
            check_source(&t, argv[i]);
    bool ok = read && t.faults == 0 && (!table || write_table(&t, argv[2]));
    arena_release(&t.arena);
    buf_release(&t.rows);
    return ok ? 0 : 1;
}
