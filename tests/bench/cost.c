/* cost: what one command costs, it and the children it waited for.
 *
 *     cost PROGRAM ARGUMENT...
 *
 * Prints "USER_MS SYSTEM_MS WALL_MS PEAK_KIB" on descriptor 9,
 * so that the command keeps all of its own. Ends as the command does.
 */
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double of_timeval(struct timeval t)
{
    return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static double milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
    struct rusage used;
    pid_t pid;
    int status;
    if (argc < 2) {
        fprintf(stderr, "usage: cost PROGRAM ARGUMENT... 9>FIGURES\n");
        return 2;
    }
    double from = milliseconds();
    if (posix_spawnp(&pid, argv[1], NULL, NULL, argv + 1, environ) != 0 ||
        wait4(pid, &status, 0, &used) != pid) {
        perror(argv[1]);
        return 1;
    }
    dprintf(9, "%.1f %.1f %.1f %ld\n", of_timeval(used.ru_utime),
            of_timeval(used.ru_stime), milliseconds() - from, used.ru_maxrss);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
