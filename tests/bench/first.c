/* first: how long until a server's first answer, and how much memory it then rests in.
 *
 *     first PORT PATH SECONDS PROGRAM ARGUMENT...
 *
 * Starts the program, tries to connect to 127.0.0.1:PORT every millisecond, sends one
 * GET and reads the whole answer; then waits SECONDS and reads RSS and PSS from
 * /proc/PID/smaps_rollup; then ends the program. Prints "MS BYTES RSS_KIB PSS_KIB", MS
 * from just before the start to the answer's last byte. Exit 1 when the answer is not
 * a 200. The same for every peer, so that what this costs itself falls out of ratios.
 */
#include "core/base/text.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 20000, ROOM = 1 << 24 };

extern char **environ;

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static pid_t start(char **argv)
{
    posix_spawn_file_actions_t files;
    pid_t pid = -1;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&pid, argv[0], &files, NULL, argv, environ) != 0)
        pid = -1;
    posix_spawn_file_actions_destroy(&files);
    return pid;
}

static int try_connect(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((in_port_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int connect_soon(int port)
{
    const struct timespec millisecond = {0, 1000000};
    for (int i = 0; i < TRIES; i++) {
        int fd = try_connect(port);
        if (fd >= 0)
            return fd;
        nanosleep(&millisecond, NULL);
    }
    return -1;
}

static char answer[ROOM];

/* Bytes of the whole answer, -1 when it is not a 200. */
static long get(int fd, int port, const char *path)
{
    char ask[600];
    long got = 0;
    int n =
        snprintf(ask, sizeof ask,
                 "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\n\r\n",
                 path, port);
    if (n < 0 || write(fd, ask, (size_t)n) != n)
        return -1;
    for (;;) {
        ssize_t r = read(fd, answer + got, sizeof answer - (size_t)got);
        if (r <= 0)
            break;
        got += r;
    }
    return got > 12 && memcmp(answer + 9, "200", 3) == 0 ? got : -1;
}

static long memory(pid_t pid, const char *name)
{
    char path[64], line[200];
    long kib = -1;
    snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return -1;
    while (kib < 0 && fgets(line, sizeof line, f))
        if (strncmp(line, name, strlen(name)) == 0)
            kib = strtol(line + strlen(name), NULL, 10);
    fclose(f);
    return kib;
}

int main(int argc, char **argv)
{
    int64_t port = 0, rest = 0;
    if (argc < 5 || !text_int(argv[1], &port) || !text_int(argv[3], &rest)) {
        fprintf(stderr, "usage: first PORT PATH SECONDS PROGRAM ARGUMENT...\n");
        return 2;
    }
    memset(answer, 1, sizeof answer); /* its pages are not the server's to wait for */
    double from = milliseconds();
    pid_t pid = start(argv + 4);
    if (pid < 0) {
        perror(argv[4]);
        return 1;
    }
    int fd = connect_soon((int)port);
    long bytes = fd >= 0 ? get(fd, (int)port, argv[2]) : -1;
    double spent = milliseconds() - from;
    if (fd >= 0)
        close(fd);
    if (bytes >= 0) {
        sleep((unsigned)rest);
        printf("%.2f %ld %ld %ld\n", spent, bytes, memory(pid, "Rss:"),
               memory(pid, "Pss:"));
    }
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    return bytes >= 0 ? 0 : 1;
}
