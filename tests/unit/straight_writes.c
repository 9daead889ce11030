/* Whole photos past the page cache: every byte where it belongs, whatever pieces they came
 * in and wherever they end, with a room and without one; and the file is an ordinary one
 * again afterwards. */
#include "core/base/file.h"
#include "sync/server/straight.h"
#include "tests/unit/store_make.h"

#include <fcntl.h>
#include <unistd.h>

enum { MOST = 3 * STRAIGHT_ROOM + 777 };

static struct straight_rooms rooms;
static uint8_t bytes[MOST], back[MOST + 1];

static int open_photo(const char *name)
{
    int fd = open(made_path(name), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    return fd;
}

/* n bytes in pieces of `piece`, the first one shorter than the head is long. */
static void add_pieces(struct straight *w, size_t n, size_t piece)
{
    struct err err = ERR_INIT;
    size_t first = n < 3 ? n : 3;
    must(straight_add(w, bytes, first, &err));
    for (size_t at = first; at < n; at += piece)
        must(straight_add(w, bytes + at, n - at < piece ? n - at : piece, &err));
}

static void assert_holds(int fd, size_t n)
{
    assert_true(pread(fd, back, sizeof back, 0) == (ssize_t)n);
    assert_memory_equal(back, bytes, n);
    assert_true((fcntl(fd, F_GETFL) & O_DIRECT) == 0);
}

static void every_byte_is_where_it_belongs(void **state)
{
    (void)state;
    static const size_t lengths[] = {1,
                                     8,
                                     4095,
                                     4096,
                                     4097,
                                     9000,
                                     STRAIGHT_ROOM - 1,
                                     STRAIGHT_ROOM,
                                     STRAIGHT_ROOM + 1,
                                     MOST};
    static const size_t pieces[] = {511, 100000, MOST};
    struct err err = ERR_INIT;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++)
        for (size_t j = 0; j < sizeof pieces / sizeof *pieces; j++) {
            struct straight w;
            int fd = open_photo("photo");
            straight_begin(&w, &rooms, fd);
            add_pieces(&w, lengths[i], pieces[j]);
            assert_memory_equal(w.head, bytes, lengths[i] < 8 ? lengths[i] : 8);
            must(straight_end(&w, &err));
            assert_holds(fd, lengths[i]);
            straight_drop(&w);
            close(fd);
        }
    assert_int_equal(rooms.made, 1);
}

static void whoever_gets_no_room_writes_as_usual(void **state)
{
    (void)state;
    struct straight w[STRAIGHT_ROOMS + 1];
    struct err err = ERR_INIT;
    char name[20];
    for (int i = 0; i <= STRAIGHT_ROOMS; i++) {
        snprintf(name, sizeof name, "photo%d", i);
        straight_begin(&w[i], &rooms, open_photo(name));
        assert_true((w[i].room != NULL) == (w[0].room && i < STRAIGHT_ROOMS));
        add_pieces(&w[i], 9000, 1000);
    }
    for (int i = 0; i <= STRAIGHT_ROOMS; i++) {
        must(straight_end(&w[i], &err));
        assert_memory_equal(w[i].head, bytes, 8);
        assert_holds(w[i].fd, 9000);
        close(w[i].fd);
    }
    assert_int_equal(rooms.free_count, rooms.made);
}

/* A part file on a disk that is full, or gone: told, and the room is not lost with it. */
static void a_failure_is_told_and_gives_the_room_back(void **state)
{
    (void)state;
    struct straight w;
    struct err err = ERR_INIT;
    int fd = open("/dev/full", O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    size_t before = rooms.free_count;
    straight_begin(&w, &rooms, fd);
    assert_false(straight_add(&w, bytes, MOST, &err) && straight_end(&w, &err));
    assert_int_equal(err.code, ERR_FULL);
    straight_drop(&w);
    assert_int_equal(rooms.free_count, before);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_where_it_belongs),
        cmocka_unit_test(whoever_gets_no_room_writes_as_usual),
        cmocka_unit_test(a_failure_is_told_and_gives_the_room_back),
    };
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 2654435761u >> 13);
    straight_rooms_start(&rooms);
    int failed = cmocka_run_group_tests(tests, make_folder, drop_folder);
    straight_rooms_stop(&rooms);
    return failed;
}
