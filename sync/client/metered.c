/* metered: see the header. */
#include "sync/client/metered.h"

#include "core/base/arena.h"
#include "core/base/text.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { ASK_MS = 2000 };

/* ---- which interface --------------------------------------------------------------- */

static bool is_address(const struct sockaddr *sa, const char *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (!sa)
        return false;
    if (sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)sa)->sin_addr, text, sizeof text);
    else if (sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)sa)->sin6_addr, text,
                  sizeof text);
    return *text && strcmp(text, address) == 0;
}

/* "" when no interface has it. */
static void device_of(const char *address, char out[IF_NAMESIZE])
{
    struct ifaddrs *list = NULL;
    out[0] = '\0';
    if (!*address || getifaddrs(&list) != 0)
        return;
    for (const struct ifaddrs *i = list; i && !*out; i = i->ifa_next)
        if (is_address(i->ifa_addr, address))
            snprintf(out, IF_NAMESIZE, "%s", i->ifa_name);
    freeifaddrs(list);
}

/* Of /proc/net/route: the default route with the lowest metric; out stays when none. */
static void default_device(char out[IF_NAMESIZE])
{
    char line[256], name[IF_NAMESIZE];
    unsigned to, gateway, flags, metric, lowest = ~0u;
    int ignored[2];
    FILE *f = fopen("/proc/net/route", "re");
    if (!f)
        return;
    while (fgets(line, sizeof line, f))
        if (sscanf(line, "%15s %x %x %x %d %d %u", name, &to, &gateway, &flags,
                   &ignored[0], &ignored[1], &metric) == 7 &&
            to == 0 && metric < lowest) {
            lowest = metric;
            snprintf(out, IF_NAMESIZE, "%s", name);
        }
    fclose(f);
}

static bool has_file(const char *device, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "/sys/class/net/%s/%s", device, name);
    return access(path, F_OK) == 0;
}

/* ---- what it is -------------------------------------------------------------------- */

/* What nmcli says of the device, "" when it is not here or does not answer in time. */
static void ask_manager(const char *device, char *out, size_t size)
{
    const char *argv[] = {"nmcli", "-t", "-g", "GENERAL.METERED", "device",
                          "show",  device, NULL};
    posix_spawn_file_actions_t actions;
    int pipe_fd[2];
    pid_t pid;
    out[0] = '\0';
    if (pipe2(pipe_fd, O_CLOEXEC) != 0)
        return;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipe_fd[1], 1);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    int code = posix_spawnp(&pid, "nmcli", &actions, NULL,
                            (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipe_fd[1]);
    if (code == 0) {
        struct pollfd p = {.fd = pipe_fd[0], .events = POLLIN};
        ssize_t n = poll(&p, 1, ASK_MS) == 1 ? read(pipe_fd[0], out, size - 1) : 0;
        out[n > 0 ? n : 0] = '\0';
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    close(pipe_fd[0]);
    out[strcspn(out, "\n")] = '\0';
}

static bool driver_is_tether(const char *device)
{
    char path[128], to[512];
    snprintf(path, sizeof path, "/sys/class/net/%s/device/driver", device);
    ssize_t n = readlink(path, to, sizeof to - 1);
    if (n <= 0)
        return false;
    to[n] = '\0';
    const char *name = strrchr(to, '/');
    name = name ? name + 1 : to;
    return strcmp(name, "rndis_host") == 0 || strcmp(name, "ipheth") == 0;
}

static bool is_broadband(const char *device)
{
    char path[128], text[512];
    snprintf(path, sizeof path, "/sys/class/net/%s/uevent", device);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t n = read(fd, text, sizeof text - 1);
    close(fd);
    text[n > 0 ? n : 0] = '\0';
    return strstr(text, "DEVTYPE=wwan") != NULL;
}

static bool costs(const char *device)
{
    static const char *const names[] = {"wwan", "wwp", "rmnet", "ppp", "usb"};
    char said[64];
    ask_manager(device, said, sizeof said);
    if (text_starts(said, "yes"))
        return true;
    if (strcmp(said, "no") == 0)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (text_starts(device, names[i]))
            return true;
    return is_broadband(device) || driver_is_tether(device);
}

bool metered_now(struct store *s, const char *address, bool *ret, struct err *err)
{
    struct arena a = ARENA_INIT;
    const char *setting = "auto";
    char device[IF_NAMESIZE] = "";
    if (!store_setting(s, &a, "metered", "auto", &setting, err)) {
        arena_release(&a);
        return false;
    }
    *ret = strcmp(setting, "on") == 0;
    bool look = strcmp(setting, "auto") == 0;
    arena_release(&a);
    if (!look)
        return true;
    device_of(address, device);
    if (has_file(device, "tun_flags") || text_starts(device, "wg"))
        default_device(device);
    *ret = *device && strcmp(device, "lo") != 0 && costs(device);
    return true;
}
