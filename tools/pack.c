/* pack: puts files into a program.
 *
 *   pack -o OUT.S -t OUT.c -p PREFIX NAME=PATH... @FILE...
 *
 * @FILE stands for the lines of FILE, a NAME=PATH each.
 * OUT.S takes each file in by .incbin under a hidden symbol PREFIX_N, in .rodata; OUT.c
 * is the sorted table that core/base/asset.h declares. Text is gzipped first (level 9,
 * no time, so two builds are alike byte for byte) into OUT-N.gz beside OUT.S, unless
 * that makes it larger. Paths are written as given: assemble from the same folder, and
 * let OUT.S depend on the files. Assembles with gcc, clang and the cross compilers.
 */
#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

enum { FILE_MOST = 256 << 20, BUILD_DIGITS = 12, PATH_SIZE = 1024 };

static const struct kind {
    const char *suffix, *type;
    bool is_text;
} kinds[] = {
    {".css", "text/css; charset=utf-8", true},
    {".html", "text/html; charset=utf-8", true},
    {".js", "text/javascript", true},
    {".json", "application/json", true},
    {".md", "text/markdown; charset=utf-8", true},
    {".sql", "application/sql", true},
    {".svg", "image/svg+xml", true},
    {".txt", "text/plain; charset=utf-8", true},
    {".webmanifest", "application/manifest+json", true},
    {".ico", "image/x-icon", false},
    {".jpg", "image/jpeg", false},
    {".pdf", "application/pdf", false},
    {".png", "image/png", false},
    {".woff2", "font/woff2", false},
    {"", "application/octet-stream", false},
};

struct item {
    const char *name, *path;
    const struct kind *kind;
    size_t len, plain_len;
    bool gzipped;
};

struct pack {
    const char *asm_path, *table_path, *prefix;
    struct item *item;
    size_t count, room;
    struct arena names; /* what the @FILEs say */
    struct buf asm_text, table_text;
    struct digest *digest;
};

static bool complain(const char *what, const char *why)
{
    fprintf(stderr, "pack: %s: %s\n", what, why);
    return false;
}

/* ---- the command line ---------------------------------------------------------- */

/* Fit to stand in a string of C and of the assembler as it is. */
static bool is_quotable(const char *text)
{
    for (const char *s = text; *s; s++)
        if ((unsigned char)*s < 0x20 || strchr("\"\\?", *s))
            return false;
    return *text != '\0';
}

static bool is_symbol(const char *text)
{
    return *text && !(*text >= '0' && *text <= '9') &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
                             "0123456789")] == '\0';
}

static const struct kind *kind_of(const char *name)
{
    const struct kind *kind = kinds;
    while (!text_ends(name, kind->suffix))
        kind++;
    return kind;
}

static bool take_file(struct pack *p, char *arg)
{
    char *equals = strchr(arg, '=');
    if (!equals)
        return complain(arg, "is not NAME=PATH");
    *equals = '\0';
    if (!is_quotable(arg) || !is_quotable(equals + 1))
        return complain(arg,
                        "a name or path may have no quotes, \\, ? or control marks");
    if (p->count == p->room) {
        p->room = 2 * p->room + 64;
        p->item = realloc(p->item, p->room * sizeof *p->item);
        if (!p->item)
            err_die("pack", "out of memory");
    }
    p->item[p->count++] =
        (struct item){.name = arg, .path = equals + 1, .kind = kind_of(arg)};
    return true;
}

static bool take_lines(struct pack *p, const char *path)
{
    struct err err = ERR_INIT;
    char *text, *end;
    size_t len;
    if (!file_read(&p->names, path, FILE_MOST, &text, &len, &err))
        return complain(path, err.key);
    for (; *text; text = end) {
        end = text + strcspn(text, "\n");
        if (*end)
            *end++ = '\0';
        if (!take_file(p, text))
            return false;
    }
    return true;
}

static int compare_items(const void *a, const void *b)
{
    return strcmp(((const struct item *)a)->name, ((const struct item *)b)->name);
}

static bool take_arguments(struct pack *p, int argc, char **argv)
{
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
        const char **to = strcmp(argv[i], "-o") == 0   ? &p->asm_path
                          : strcmp(argv[i], "-t") == 0 ? &p->table_path
                          : strcmp(argv[i], "-p") == 0 ? &p->prefix
                                                       : NULL;
        if (!to)
            return complain(argv[i], "is not an option of pack");
        *to = argv[i + 1];
    }
    if (!p->asm_path || !is_quotable(p->asm_path) || !p->table_path || !p->prefix ||
        i == argc)
        return complain("usage",
                        "pack -o OUT.S -t OUT.c -p PREFIX NAME=PATH... @FILE...");
    if (!is_symbol(p->prefix))
        return complain(p->prefix, "a prefix is letters, digits and _");
    for (; i < argc; i++)
        if (!(*argv[i] == '@' ? take_lines(p, argv[i] + 1) : take_file(p, argv[i])))
            return false;
    qsort(p->item, p->count, sizeof *p->item, compare_items);
    for (size_t n = 1; n < p->count; n++)
        if (compare_items(&p->item[n - 1], &p->item[n]) == 0)
            return complain(p->item[n].name, "is named twice");
    return true;
}

/* ---- packing ------------------------------------------------------------------- */

/* gzip into the arena; *ret_len is n when it does not get smaller. */
static char *squeeze(struct arena *a, const char *bytes, size_t n, size_t *ret_len)
{
    z_stream z = {0};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        err_die("pack", "zlib does not start");
    size_t room = deflateBound(&z, (uLong)n);
    char *out = arena_alloc(a, room);
    z.next_in = (const Bytef *)bytes;
    z.avail_in = (uInt)n;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        err_die("pack", "zlib does not finish");
    *ret_len = z.total_out < n ? z.total_out : n;
    deflateEnd(&z);
    return out;
}

/* OUT-N.gz, so that packs in one folder keep out of each other's way. */
static bool squeezed_path(const struct pack *p, size_t index, char out[PATH_SIZE])
{
    size_t stem = strlen(p->asm_path) - (text_ends(p->asm_path, ".S") ? 2 : 0);
    int n = snprintf(out, PATH_SIZE, "%.*s-%zu.gz", (int)stem, p->asm_path, index);
    return n > 0 && n < PATH_SIZE;
}

/* Names and bytes with their lengths, so that no two packs read alike. */
static void hash_item(struct pack *p, const struct item *item, const char *bytes)
{
    char head[64];
    int n =
        snprintf(head, sizeof head, "%zu %zu ", strlen(item->name), item->plain_len);
    digest_add(p->digest, head, (size_t)n);
    digest_add(p->digest, item->name, strlen(item->name));
    digest_add(p->digest, bytes, item->plain_len);
}

static void write_item(struct pack *p, const struct item *item, size_t index,
                       const char *path)
{
    const char *prefix = p->prefix;
    buf_printf(&p->asm_text,
               "\n    .globl %s_%zu\n    .hidden %s_%zu\n    .type %s_%zu, %%object\n"
               "    .balign 16\n%s_%zu:\n    .incbin \"%s\"\n    .byte 0\n"
               "    .size %s_%zu, %zu\n",
               prefix, index, prefix, index, prefix, index, prefix, index, path, prefix,
               index, item->len);
    buf_printf(&p->table_text, "    {\"%s\", %s_%zu, %zu, %zu, %s, \"%s\"},\n",
               item->name, prefix, index, item->len, item->plain_len,
               item->gzipped ? "true" : "false", item->kind->type);
}

static bool pack_item(struct pack *p, struct item *item, size_t index)
{
    struct arena arena = ARENA_INIT;
    struct err err = ERR_INIT;
    char path[PATH_SIZE], *bytes, *small = NULL;
    bool ok = file_read(&arena, item->path, FILE_MOST, &bytes, &item->plain_len, &err);
    if (!ok) {
        complain(item->path, err.key);
        goto out;
    }
    hash_item(p, item, bytes);
    item->len = item->plain_len;
    if (item->kind->is_text && item->plain_len > 0) {
        small = squeeze(&arena, bytes, item->plain_len, &item->len);
        item->gzipped = item->len < item->plain_len;
    }
    if (item->gzipped) {
        ok = squeezed_path(p, index, path) &&
             file_write_whole(path, small, item->len, 0644, &err);
        if (!ok)
            complain(p->asm_path, err.key ? err.key : "the path is too long");
    }
    if (ok)
        write_item(p, item, index, item->gzipped ? path : item->path);
out:
    arena_release(&arena);
    return ok;
}

static bool pack_all(struct pack *p)
{
    p->digest = digest_start();
    buf_str(&p->asm_text,
            "/* Made by tools/pack; do not edit. */\n    .section .rodata\n");
    buf_str(&p->table_text, "/* Made by tools/pack; do not edit. */\n"
                            "#include \"core/base/asset.h\"\n\n");
    for (size_t i = 0; i < p->count; i++)
        buf_printf(&p->table_text,
                   "extern const unsigned char %s_%zu[] "
                   "__attribute__((visibility(\"hidden\")));\n",
                   p->prefix, i);
    buf_str(&p->table_text, "\nconst struct asset asset_rows[] = {\n");
    for (size_t i = 0; i < p->count; i++)
        if (!pack_item(p, &p->item[i], i)) {
            digest_abandon(p->digest);
            return false;
        }
    uint8_t hash[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    digest_finish(p->digest, hash);
    text_hex(hash, sizeof hash, hex);
    buf_str(&p->asm_text, "\n    .section .note.GNU-stack, \"\", %progbits\n");
    buf_printf(&p->table_text,
               "};\nconst size_t asset_row_count = %zu;\nconst char asset_build[] = "
               "\"%.*s\";\n",
               p->count, BUILD_DIGITS, hex);
    return true;
}

static bool write_out(const char *path, const struct buf *text)
{
    struct err err = ERR_INIT;
    return file_write_whole(path, text->data, text->len, 0644, &err) ||
           complain(path, err.key);
}

int main(int argc, char **argv)
{
    struct pack p = {.names = ARENA_INIT};
    int status = 2;
    if (take_arguments(&p, argc, argv))
        status = pack_all(&p) && write_out(p.asm_path, &p.asm_text) &&
                         write_out(p.table_path, &p.table_text)
                     ? 0
                     : 1;
    buf_release(&p.asm_text);
    buf_release(&p.table_text);
    arena_release(&p.names);
    free(p.item);
    return status;
}
