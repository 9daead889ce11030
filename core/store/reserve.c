/* reserve: see the header. */
#include "core/store/reserve.h"

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void folder_of(const char *path, char out[1200])
{
    const char *slash = strrchr(path, '/');
    snprintf(out, 1200, "%.*s", slash ? (int)(slash - path) : 1, slash ? path : ".");
}

/* Real blocks, not a hole; a half one is none. */
static void make(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (posix_fallocate(fd, 0, RESERVE_BYTES) != 0)
        unlink(path);
    close(fd);
}

void reserve_mind(const char *path, int64_t *looked_ms)
{
    char dir[1200];
    folder_of(path, dir);
    int64_t free_bytes = file_space(dir), now = clock_mono_ms();
    if (free_bytes < RESERVE_NEED) {
        unlink(path); /* not there: gone already */
    } else if (free_bytes > RESERVE_ROOM &&
               (*looked_ms == 0 || now - *looked_ms > RESERVE_LOOK_MS)) {
        *looked_ms = now;
        if (!file_exists(path))
            make(path);
    }
}

int64_t reserve_least(void)
{
    const char *said = getenv("LYGTE_LEAST_MB");
    int64_t least = RESERVE_PHOTOS_MB;
    if (said && !text_int(said, &least))
        least = RESERVE_PHOTOS_MB;
    return least * 1000000;
}

bool reserve_photo(const char *dir, int64_t bytes, struct err *err)
{
    char megabytes[24];
    int64_t least = reserve_least();
    if (least <= 0 || file_space(dir) - bytes >= least)
        return true;
    snprintf(megabytes, sizeof megabytes, "%lld", (long long)(least / 1000000));
    return err_set(err, ERR_FULL, "disk.low", megabytes, NULL);
}
