/* keep: one cold photo to kept on disk, against a copy of it with one fsync.
 *
 *     keep FOLDER PHOTO ROUNDS [SYNC_US]
 *
 * Ours is what import and the page do until they say "kept": copied, hashed, looked at,
 * durable in its place, named and attached, committed. The peer reads the same cold file,
 * writes it beside, fsyncs it and its folder. Before each, the photo is dropped from the page
 * cache. What comes later, or is hidden behind the disk, is told beside it: "look" is the
 * helper's look at the cold photo, "small" both small pictures of it, "commit" a transaction
 * of one point alone, the wait for the disk that a copy does not have.
 *
 * With SYNC_US each fsync and fdatasync, of both, takes so much longer, and another 100 ns
 * for each byte of a photo: 10 MB/s, as a memory card of class 10 writes at the least. The
 * job is called keep-card then. It is this machine's processor with a slow disk; that a card
 * already writes while a photo is still read is left out.
 */
#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/sign.h"
#include "core/base/text.h"
#include "core/store/walk.h"
#include "walker/intake.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *job = "keep";
static int64_t sync_us;

static void wait_like_a_card(int64_t bytes)
{
    int64_t ns = sync_us * 1000 + bytes * 100;
    const struct timespec longer = {ns / 1000000000, ns % 1000000000};
    if (sync_us > 0)
        nanosleep(&longer, NULL);
}

/* Ours and SQLite's come here in the place of libc's. */
int fdatasync(int fd) /* NOLINT(readability-inconsistent-declaration-parameter-name) */
{
    wait_like_a_card(0);
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    struct stat st;
    wait_like_a_card(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0);
    return (int)syscall(SYS_fsync, fd);
}

static void must(bool ok, const struct err *err)
{
    if (!ok)
        err_die(err->key ? err->key : "keep", err->arg[0]);
}

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* A photo that nobody has seen: the same with a number after its end. */
static void make_cold(const char *from, const char *to, int round)
{
    struct arena a = ARENA_INIT;
    struct err err = ERR_INIT;
    char *bytes, end[32];
    size_t n;
    must(file_read(&a, from, BLOB_MOST, &bytes, &n, &err), &err);
    struct buf b = BUF_INIT;
    buf_add(&b, bytes, n);
    buf_add(&b, end, (size_t)snprintf(end, sizeof end, "%d", round));
    must(file_write_whole(to, b.data, b.len, 0600, &err), &err);
    buf_release(&b);
    arena_release(&a);
    int fd = open(to, O_RDONLY | O_CLOEXEC);
    posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
}

static struct observation_wish wish_of(const char *walk)
{
    return (struct observation_wish){.walk = walk,
                                     .category = "ANDET",
                                     .severity = DB_NULL,
                                     .agree = DB_NULL,
                                     .agree_of = DB_NULL,
                                     .stood = GEO_NOWHERE,
                                     .thing = GEO_NOWHERE,
                                     .at_ms = DB_NULL,
                                     .by_role = "participant"};
}

static double ours(struct store *s, const char *walk, const char *cold)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct intake in;
    char id[37];
    struct observation_wish w = wish_of(walk);
    double from = now_ms();
    must(intake_file(&in, s, cold, cold, &err), &err);
    must(db_begin(&s->db, &err), &err);
    must(observation_note(s, &a, &w, id, &err), &err);
    must(intake_attach(&in, s, &a, id, true, "participant", &err), &err);
    must(db_commit(&s->db, &err), &err);
    double took = now_ms() - from;
    intake_drop(&in);
    arena_release(&a);
    return took;
}

static double peer(const char *folder, const char *cold)
{
    enum { STEP = 262144 };
    static char step[STEP];
    char to[1200];
    ssize_t n;
    snprintf(to, sizeof to, "%s/copy.jpg", folder);
    double from = now_ms();
    int in = open(cold, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    while ((n = read(in, step, STEP)) > 0)
        if (write(out, step, (size_t)n) != n)
            exit(1);
    int above = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fsync(out) != 0 || fsync(above) != 0)
        exit(1);
    double took = now_ms() - from;
    close(in);
    close(out);
    close(above);
    unlink(to);
    return took;
}

static double look(const char *cold)
{
    struct err err = ERR_INIT;
    struct picture_facts f;
    double from = now_ms();
    must(picture_look(cold, cold, &f, &err), &err);
    return now_ms() - from;
}

static double small(const char *folder, const char *cold)
{
    struct err err = ERR_INIT;
    struct picture_facts f;
    char preview[1200], thumb[1200];
    snprintf(preview, sizeof preview, "%s/p.jpg", folder);
    snprintf(thumb, sizeof thumb, "%s/t.jpg", folder);
    struct picture_wish wish = {preview, thumb};
    double from = now_ms();
    must(picture_read(cold, cold, &wish, &f, &err), &err);
    double took = now_ms() - from;
    unlink(preview);
    unlink(thumb);
    return took;
}

/* The same transaction without a photo. */
static double commit(struct store *s, const char *walk)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    char id[37];
    struct observation_wish w = wish_of(walk);
    double from = now_ms();
    must(db_begin(&s->db, &err), &err);
    must(observation_note(s, &a, &w, id, &err), &err);
    must(db_commit(&s->db, &err), &err);
    double took = now_ms() - from;
    arena_release(&a);
    return took;
}

int main(int argc, char **argv)
{
    struct err err = ERR_INIT;
    struct arena a = ARENA_INIT;
    struct store s;
    char walk[37], cold[1200];
    int64_t rounds = 0;
    struct walk_wish wish = {.title = "Bench", .mode = "foot", .starts_ms = DB_NULL};
    if (argc < 4 || argc > 5 || !text_int(argv[3], &rounds) ||
        (argc == 5 &&
         (!text_int(argv[4], &sync_us) || sync_us < 1 || sync_us > 900000))) {
        fprintf(stderr, "usage: keep FOLDER PHOTO ROUNDS [SYNC_US]\n");
        return 2;
    }
    if (argc == 5)
        job = "keep-card";
    sign_start();
    must(store_open(&s, argv[1], STORE_WALKER, true, &err), &err);
    must(blob_make_folders(&s, &err), &err); /* as a walker that serves has them */
    must(db_begin(&s.db, &err), &err);
    must(walk_plan(&s, &a, &wish, "participant", "", walk, &err), &err);
    must(db_commit(&s.db, &err), &err);
    snprintf(cold, sizeof cold, "%.1000s/cold.jpg", argv[1]);
    for (int i = 1; i <= (int)rounds; i++) {
        make_cold(argv[2], cold, 3 * i);
        printf("%s ms ours %d %.1f\n", job, i, ours(&s, walk, cold));
        make_cold(argv[2], cold, 3 * i + 1);
        printf("%s ms copy+fsync %d %.1f\n", job, i, peer(argv[1], cold));
        make_cold(argv[2], cold, 3 * i + 2);
        printf("%s ms look %d %.1f\n", job, i, look(cold));
        printf("%s ms small %d %.1f\n", job, i, small(argv[1], cold));
        printf("%s ms commit %d %.1f\n", job, i, commit(&s, walk));
    }
    store_close(&s);
    arena_release(&a);
    return 0;
}
