/* pages: see the header. Every number in the file may be anybody's: each is checked
 * against the bytes that are there. */
#include "core/store/pages.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEAF = 0x0D, HEADER = 100, PAGE_DEFAULT = 4096, WAL_HEAD = 32, FRAME_HEAD = 24 };

struct scan {
    int fd, wal; /* wal: -1 when there is none, or it says nothing */
    size_t page; /* bytes of one */
    uint32_t pages;
    off_t *newer; /* of each page its place in the wal, 0: it stands in the file */
    uint8_t *bytes, *more; /* a page and one of its overflow chain */
    struct buf row;
    pages_visit visit;
    void *data;
};

static bool read_page(const struct scan *s, uint32_t number, uint8_t *into)
{
    if (number < 1 || number > s->pages)
        return false;
    off_t newer = s->newer[number - 1];
    return pread(newer ? s->wal : s->fd, into, s->page,
                 newer ? newer : (off_t)(number - 1) * (off_t)s->page) ==
           (ssize_t)s->page;
}

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* 1 to 9 bytes; 0 when they do not fit. */
static size_t varint(const uint8_t *p, size_t left, uint64_t *ret)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 9 && i < left; i++) {
        if (i == 8) {
            *ret = v << 8 | p[8];
            return 9;
        }
        v = v << 7 | (p[i] & 0x7F);
        if (!(p[i] & 0x80)) {
            *ret = v;
            return i + 1;
        }
    }
    return 0;
}

/* ---- one row --------------------------------------------------------------------- */

static size_t size_of(uint64_t serial)
{
    static const size_t sizes[] = {0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0};
    return serial < 12 ? sizes[serial] : (size_t)((serial - 12) / 2);
}

static int64_t number_of(const uint8_t *p, uint64_t serial)
{
    uint64_t v = 0;
    size_t n = size_of(serial);
    if (serial >= 8)
        return serial == 9;
    if (n > 0 && p[0] & 0x80)
        v = UINT64_MAX;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

static void read_value(const uint8_t *p, uint64_t serial, struct pages_value *ret)
{
    *ret = (struct pages_value){.type = PAGES_NULL};
    if (serial >= 12) {
        ret->type = serial & 1 ? PAGES_TEXT : PAGES_BLOB;
        ret->bytes = (const char *)p;
        ret->len = size_of(serial);
    } else if (serial > 0 && serial != 7) {
        ret->type = PAGES_INT;
        ret->number = number_of(p, serial);
    }
}

/* The record format: a header of serial types, then the values. */
static bool read_row(const uint8_t *p, size_t len, struct pages_row *row)
{
    uint64_t head, serial;
    size_t at = varint(p, len, &head);
    if (at == 0 || head < at || head > len)
        return false;
    size_t body = (size_t)head;
    row->columns = 0;
    while (at < head) {
        size_t n = varint(p + at, (size_t)head - at, &serial);
        if (n == 0 || serial == 10 || serial == 11 || size_of(serial) > len - body)
            return false;
        if (row->columns < PAGES_COLUMNS)
            read_value(p + body, serial, &row->value[row->columns++]);
        body += size_of(serial);
        at += n;
    }
    return body == len;
}

/* ---- cells ----------------------------------------------------------------------- */

/* How much of a payload stands in the leaf itself. */
static size_t local_part(size_t page, uint64_t payload)
{
    size_t most = page - 35, least = (page - 12) * 32 / 255 - 23;
    if (payload <= most)
        return (size_t)payload;
    size_t k = least + (size_t)((payload - least) % (page - 4));
    return k <= most ? k : least;
}

static bool follow(struct scan *s, uint32_t next, size_t left)
{
    while (left > 0) {
        if (!read_page(s, next, s->more))
            return false;
        size_t n = left < s->page - 4 ? left : s->page - 4;
        buf_add(&s->row, s->more + 4, n);
        left -= n;
        next = be32(s->more);
    }
    return true;
}

static bool read_cell(struct scan *s, size_t at, struct pages_row *row)
{
    uint64_t payload, rowid;
    const uint8_t *p = s->bytes;
    size_t n = varint(p + at, s->page - at, &payload);
    if (n == 0 || payload > PAGES_ROW_MOST)
        return false;
    at += n;
    n = varint(p + at, s->page - at, &rowid);
    at += n;
    size_t local = local_part(s->page, payload);
    if (n == 0 || local > s->page - at)
        return false;
    row->rowid = (int64_t)rowid;
    buf_clear(&s->row);
    buf_add(&s->row, p + at, local);
    if (local < payload && (s->page - at - local < 4 ||
                            !follow(s, be32(p + at + local), (size_t)payload - local)))
        return false;
    return read_row((const uint8_t *)s->row.data, s->row.len, row);
}

static bool scan_page(struct scan *s, uint32_t number, struct err *err)
{
    struct pages_row row;
    size_t at = number == 1 ? HEADER : 0;
    if (!read_page(s, number, s->bytes) || s->bytes[at] != LEAF)
        return true;
    size_t cells = (size_t)s->bytes[at + 3] << 8 | s->bytes[at + 4];
    for (size_t i = 0; i < cells && at + 10 + 2 * i <= s->page; i++) {
        const uint8_t *p = s->bytes + at + 8 + 2 * i;
        size_t cell = (size_t)p[0] << 8 | p[1];
        if (cell < s->page && read_cell(s, cell, &row) && !s->visit(&row, s->data, err))
            return false;
    }
    return true;
}

static bool is_size(size_t n)
{
    return n >= 512 && n <= 65536 && (n & (n - 1)) == 0;
}

/* ---- the write-ahead log --------------------------------------------------------- */

static bool wal_head(int wal, uint8_t head[WAL_HEAD])
{
    return wal >= 0 && pread(wal, head, WAL_HEAD, 0) == WAL_HEAD &&
           (be32(head) & ~1u) == 0x377F0682 && is_size(be32(head + 8));
}

/* Frames of the log's present round (its salts); visits the pages of each transaction
 * when its last frame, the commit, is met. */
struct frames {
    struct scan *s;
    struct buf open; /* page number and place of those not committed yet */
    uint32_t most;   /* the highest page committed                       */
};

struct frame {
    uint32_t page;
    off_t at;
};

static void commit(struct frames *f)
{
    const struct frame *frame = (const struct frame *)(const void *)f->open.data;
    for (size_t i = 0; i < f->open.len / sizeof *frame; i++) {
        if (f->s->newer)
            f->s->newer[frame[i].page - 1] = frame[i].at;
        else if (frame[i].page > f->most)
            f->most = frame[i].page;
    }
    buf_clear(&f->open);
}

static void read_frames(struct frames *f, const uint8_t wal[WAL_HEAD])
{
    uint8_t head[FRAME_HEAD];
    off_t step = FRAME_HEAD + (off_t)f->s->page;
    for (off_t at = WAL_HEAD; pread(f->s->wal, head, sizeof head, at) == sizeof head;
         at += step) {
        struct frame one = {be32(head), at + FRAME_HEAD};
        if (memcmp(head + 8, wal + 16, 8) != 0 || one.page == 0 || one.page > PAGES_MOST)
            break;
        buf_add(&f->open, &one, sizeof one);
        if (be32(head + 4) != 0)
            commit(f);
    }
    buf_clear(&f->open);
}

/* Twice: how many pages there are, then where. */
static void lay_over(struct scan *s, const uint8_t wal[WAL_HEAD])
{
    struct frames f = {.s = s};
    if (s->wal >= 0)
        read_frames(&f, wal);
    if (f.most > s->pages)
        s->pages = f.most;
    s->newer = calloc(s->pages + 1, sizeof *s->newer);
    if (!s->newer)
        err_die("pages", "out of memory");
    if (s->wal >= 0)
        read_frames(&f, wal);
    buf_release(&f.open);
}

/* ---- the file -------------------------------------------------------------------- */

/* What the header says, when it says anything that can be; else the log's. */
static size_t page_size(int fd, const uint8_t *wal)
{
    uint8_t head[18];
    size_t n = 0;
    if (pread(fd, head, sizeof head, 0) == sizeof head &&
        memcmp(head, "SQLite format 3", 16) == 0)
        n = (size_t)head[16] << 8 | head[17];
    n = n == 1 ? 65536 : n;
    return is_size(n) ? n : wal ? be32(wal + 8) : PAGE_DEFAULT;
}

static int open_wal(const char *path)
{
    char name[1400];
    snprintf(name, sizeof name, "%.1390s-wal", path);
    return open(name, O_RDONLY | O_CLOEXEC);
}

bool pages_scan(const char *path, pages_visit visit, void *data, struct err *err)
{
    struct stat st;
    struct scan s = {.visit = visit, .data = data, .wal = -1};
    uint8_t wal[WAL_HEAD];
    s.fd = open(path, O_RDONLY | O_CLOEXEC);
    if (s.fd < 0 || fstat(s.fd, &st) != 0) {
        if (s.fd >= 0)
            close(s.fd);
        return err_errno(err, "file.unreadable", path);
    }
    int log = open_wal(path);
    bool logged = wal_head(log, wal);
    s.page = page_size(s.fd, logged ? wal : NULL);
    s.pages = (uint32_t)((uint64_t)st.st_size / s.page);
    s.wal = logged && be32(wal + 8) == s.page ? log : -1;
    lay_over(&s, wal);
    s.bytes = malloc(s.page);
    s.more = malloc(s.page);
    if (!s.bytes || !s.more)
        err_die("pages", "out of memory");
    bool ok = true;
    for (uint32_t n = 1; ok && n <= s.pages; n++)
        ok = scan_page(&s, n, err);
    free(s.bytes);
    free(s.more);
    free(s.newer);
    buf_release(&s.row);
    close(s.fd);
    if (log >= 0)
        close(log);
    return ok;
}
