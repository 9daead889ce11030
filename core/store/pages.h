/* pages: rows found in the bytes of an SQLite file, page by page, without its trees: the
 * leaf cells of any table, with their overflow chains (https://sqlite.org/fileformat2.html
 * 1.6). For what a damaged database still holds; nothing found here is to be believed
 * before its hash says so. */
#ifndef LYGTE_STORE_PAGES_H
#define LYGTE_STORE_PAGES_H

#include "core/base/buf.h"
#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>

enum { PAGES_COLUMNS = 16, PAGES_ROW_MOST = 262144, PAGES_MOST = 1 << 24 };

struct pages_value {
    enum { PAGES_NULL, PAGES_INT, PAGES_TEXT, PAGES_BLOB } type;
    int64_t number;
    const char *bytes;
    size_t len;
};

struct pages_row {
    int64_t rowid;
    size_t columns; /* those beyond PAGES_COLUMNS are not told */
    struct pages_value value[PAGES_COLUMNS];
};

/* Values live during the call. False ends it. */
typedef bool (*pages_visit)(const struct pages_row *row, void *data, struct err *err);

/* Every cell that reads as a row, in the order of the file. What does not is passed over.
 * Of a page that PATH-wal holds the last committed version counts: where the file's head
 * is gone SQLite never looks there, and the newest rows lie nowhere else. False when the
 * file cannot be read, or visit said so. */
bool pages_scan(const char *path, pages_visit visit, void *data, struct err *err);

#endif
