/* bare: what bringing photos home costs at the least. Bytes go over plain TCP and nothing
 * else; the far end does what `stored` asks for: SHA-256 while it writes, fdatasync, rename,
 * fsync of the folder, and a line in a list that is fdatasynced too, as the row's commit.
 *
 *     bare serve FOLDER PORT           prints "ready"; ends by SIGTERM
 *     bare send PORT LANES FILE...     LANES files at a time, by sendfile
 *
 * The floor under `walker sync` in the sync bench: no records, no questions, no TLS.
 */
#include "core/base/digest.h"
#include "core/base/file.h"
#include "core/base/text.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 131072, LANES_MOST = 16 };

static void must(bool ok, const char *what)
{
    if (!ok) {
        perror(what);
        exit(1);
    }
}

static int64_t number(const char *text)
{
    int64_t n = 0;
    return text_int(text, &n) ? n : 0;
}

static struct sockaddr_in at_port(const char *port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)number(port)),
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
}

/* ---- the far end ----------------------------------------------------------------- */

static const char *folder;
static int list = -1;

static bool take_all(int from, void *out, size_t n)
{
    return recv(from, out, n, MSG_WAITALL) == (ssize_t)n;
}

/* The bytes of one photo, hashed while they are hot, under a name of their own. */
static void take_bytes(int from, uint64_t bytes, const char *path, char hex[DIGEST_HEX])
{
    static _Thread_local unsigned char step[STEP];
    uint8_t hash[DIGEST_SIZE];
    struct err err = ERR_INIT;
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0, path);
    struct digest *d = digest_start();
    for (uint64_t at = 0; at < bytes;) {
        ssize_t n = recv(from, step, STEP, 0);
        must(n > 0, "recv");
        must(file_write_at(fd, step, (size_t)n, (int64_t)at, &err), "pwrite");
        digest_add(d, step, (size_t)n);
        at += (uint64_t)n;
    }
    digest_finish(d, hash);
    text_hex(hash, sizeof hash, hex);
    must(fdatasync(fd) == 0, "fdatasync");
    close(fd);
}

static void *take_photos(void *data)
{
    int from = (int)(intptr_t)data;
    char part[600], name[700], within[600], hex[DIGEST_HEX];
    struct err err = ERR_INIT;
    uint64_t bytes;
    snprintf(part, sizeof part, "%s/%d.part", folder, from);
    while (take_all(from, &bytes, sizeof bytes)) {
        take_bytes(from, bytes, part, hex);
        snprintf(within, sizeof within, "%s/%.2s", folder, hex);
        mkdir(within, 0700);
        snprintf(name, sizeof name, "%s/%s", within, hex);
        must(file_settle(part, name, &err), name);
        dprintf(list, "%s\n", hex);
        must(fdatasync(list) == 0, "list");
        must(send(from, "", 1, MSG_NOSIGNAL) == 1, "answer");
    }
    close(from);
    return NULL;
}

_Noreturn static void serve(const char *port)
{
    struct sockaddr_in at = at_port(port);
    char path[600];
    const int on = 1;
    int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(path, sizeof path, "%s/list", folder);
    list = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    must(list >= 0, path);
    setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    must(bind(door, (struct sockaddr *)&at, sizeof at) == 0 && listen(door, 64) == 0,
         "listen");
    puts("ready");
    fflush(stdout);
    for (;;) {
        pthread_t thread;
        int from = accept(door, NULL, NULL);
        must(from >= 0, "accept");
        must(pthread_create(&thread, NULL, take_photos, (void *)(intptr_t)from) == 0,
             "thread");
        pthread_detach(thread);
    }
}

/* ---- the near end ---------------------------------------------------------------- */

static struct {
    pthread_mutex_t lock;
    char **file;
    const char *port;
} queue = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const char *next_file(void)
{
    pthread_mutex_lock(&queue.lock);
    const char *file = *queue.file;
    queue.file += file != NULL;
    pthread_mutex_unlock(&queue.lock);
    return file;
}

static void *send_files(void *unused)
{
    struct sockaddr_in at = at_port(queue.port);
    int to = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    (void)unused;
    must(connect(to, (struct sockaddr *)&at, sizeof at) == 0, "connect");
    for (const char *file; (file = next_file());) {
        int fd = open(file, O_RDONLY | O_CLOEXEC);
        struct stat st;
        char stored;
        must(fd >= 0 && fstat(fd, &st) == 0, file);
        uint64_t bytes = (uint64_t)st.st_size;
        must(send(to, &bytes, sizeof bytes, MSG_MORE) == sizeof bytes, "send");
        for (off_t sent = 0; sent < st.st_size;)
            must(sendfile(to, fd, &sent, (size_t)(st.st_size - sent)) > 0, "sendfile");
        must(take_all(to, &stored, 1), "answer");
        close(fd);
    }
    close(to);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t lane[LANES_MOST];
    if (argc == 4 && strcmp(argv[1], "serve") == 0) {
        folder = argv[2];
        serve(argv[3]);
    }
    int64_t lanes = argc > 4 && strcmp(argv[1], "send") == 0 ? number(argv[3]) : 0;
    if (lanes < 1 || lanes > LANES_MOST) {
        fputs("bare serve FOLDER PORT | bare send PORT LANES FILE...\n", stderr);
        return 2;
    }
    queue.port = argv[2];
    queue.file = argv + 4;
    for (int i = 0; i < lanes; i++)
        must(pthread_create(&lane[i], NULL, send_files, NULL) == 0, "thread");
    for (int i = 0; i < lanes; i++)
        pthread_join(lane[i], NULL);
    return 0;
}
