/* gps: see the header. One thread; what others see of it stands behind one mutex. */
#include "walker/gps.h"

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/log.h"
#include "core/base/text.h"
#include "core/base/uid.h"
#include "core/store/clock_fix.h"
#include "core/store/track.h"
#include "core/store/walk.h"

#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    LINE_MOST = 65536,
    SILENT_MS = RECEIVER_SILENT_MS,
    KEEP_MS = 2000,
    KEEP_MOST = 16,
    PAUSE_MOST_MS = 30000,
    AGREE_MS = 1500,
    AGREE_FIXES = 5,
    AGREE_OVER_MS = 3000
};

struct gps {
    struct pool *pool;
    pthread_t thread;
    bool runs;
    pthread_mutex_t lock; /* of fix and heard_ms */
    struct gps_fix fix;
    int64_t heard_ms; /* mono of the last position, 0: none yet */
    int64_t told_ms;  /* mono of the last report of any mode    */
    int end;          /* eventfd: written when it is over       */

    /* the thread's own */
    char line_id[UID_SIZE], walk[37];
    struct track_fix kept[KEEP_MOST];
    const char *trust[KEEP_MOST]; /* in the time of each */
    size_t kept_count;
    int64_t kept_since_ms;
    struct receivers receivers;
    bool lost;
    int64_t offset_ms, agreed_since_ms; /* GNSS time minus mono */
    unsigned agreed;
    int64_t fixed_offset_ms; /* what clock.fix last said; DB_NULL: nothing yet */
};

const char *gps_word(enum gps_state state)
{
    static const char *const words[] = {"off", "none", "2d", "3d"};
    return words[state];
}

/* ---- a report -------------------------------------------------------------------- */

static bool number(const cJSON *tree, const char *name, double most, double *ret)
{
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(tree, name);
    if (!cJSON_IsNumber(v) || !(fabs(v->valuedouble) <= most))
        return false;
    *ret = v->valuedouble;
    return true;
}

static int64_t accuracy_of(const cJSON *tpv)
{
    double eph, epx, epy;
    if (number(tpv, "eph", 1e6, &eph) && eph > 0)
        return llround(eph * 1000);
    if (number(tpv, "epx", 1e6, &epx) && number(tpv, "epy", 1e6, &epy))
        return llround(sqrt(epx * epx + epy * epy) * 1000);
    return -1;
}

static void read_place(const cJSON *tpv, struct gps_fix *f)
{
    double lat, lon;
    if (f->state < GPS_2D)
        return;
    f->state = GPS_NONE;
    if (!number(tpv, "lat", 90, &lat) || !number(tpv, "lon", 180, &lon))
        return;
    struct geo_point p = {llround(lat * 1e7), llround(lon * 1e7), accuracy_of(tpv)};
    if (!geo_is_place(p.lat_e7, p.lon_e7))
        return;
    f->at = p;
    f->state = json_int(tpv, "mode", 0) >= 3 ? GPS_3D : GPS_2D;
}

static void read_tpv(const cJSON *tpv, struct gps_fix *f)
{
    int64_t mode = json_int(tpv, "mode", 0);
    const char *time = json_text(tpv, "time");
    f->state = mode >= 3 ? GPS_3D : mode == 2 ? GPS_2D : GPS_NONE;
    read_place(tpv, f);
    if (time && f->state >= GPS_2D &&
        !(clock_parse(time, &f->gnss_ms) &&
          clock_gnss_fits(f->gnss_ms, clock_utc_ms())))
        f->gnss_ms = DB_NULL;
}

static bool read_gst(const cJSON *gst, struct gps_fix *f)
{
    double lat, lon;
    if (!number(gst, "lat", 1e5, &lat) || !number(gst, "lon", 1e5, &lon))
        return false;
    f->at.accuracy_mm = llround(1730 * sqrt(lat * lat + lon * lon));
    return f->at.accuracy_mm > 0;
}

enum gps_report gps_read(const char *line, size_t len, struct gps_fix *ret)
{
    struct err ignored = ERR_INIT;
    struct gps_fix f = {GPS_NONE, GEO_NOWHERE, 0, DB_NULL, ""};
    enum gps_report report = GPS_OTHER;
    cJSON *tree;
    if (!json_parse(line, len, &tree, &ignored))
        return report;
    const char *class = json_text(tree, "class"), *device = json_text(tree, "device");
    snprintf(f.device, sizeof f.device, "%s", device ? device : "");
    if (text_equal(class, "TPV")) {
        read_tpv(tree, &f);
        report = GPS_TPV;
    } else if (text_equal(class, "GST") && read_gst(tree, &f)) {
        report = GPS_GST;
    }
    json_free(tree);
    if (report != GPS_OTHER)
        *ret = f;
    return report;
}

/* ---- the track ------------------------------------------------------------------- */

static void complain(const struct err *err)
{
    struct arena a = ARENA_INIT;
    log_line(LOG_WARN, "gps: %s", i18n_error(&a, I18N_EN, err));
    arena_release(&a);
}

struct keeping {
    struct gps *g;
    struct arena arena;
};

/* The walk may have changed, or ended, since the last fixes: another line then. An end that
 * came from elsewhere has left fixes of it in the draft. */
static bool keep_in(struct store *s, struct keeping *k, struct err *err)
{
    struct gps *g = k->g;
    char walk[37];
    const char *role;
    if (!walk_under_way(s, walk, err) ||
        !store_setting(s, &k->arena, "role", "participant", &role, err))
        return false;
    if (strcmp(walk, g->walk) != 0) {
        if (*g->walk && !track_flush(s, &k->arena, g->walk, INT64_MAX, role, err))
            return false;
        snprintf(g->walk, sizeof g->walk, "%s", walk);
        uid_new(g->line_id);
    }
    if (!*walk)
        return true;
    bool ok = true;
    for (size_t i = 0, n; ok && i < g->kept_count; i += n) {
        struct track_source t = {walk, g->line_id, "gnss", g->trust[i], role};
        for (n = 1; i + n < g->kept_count && strcmp(g->trust[i + n], t.clock) == 0; n++)
            ;
        ok = track_keep(s, &k->arena, &t, g->kept + i, n, err);
    }
    return ok;
}

static void keep_now(struct gps *g)
{
    struct err err = ERR_INIT;
    struct keeping k = {g, ARENA_INIT};
    if (g->kept_count == 0)
        return;
    struct store *s = pool_take(g->pool, &err);
    bool ok = s && db_begin(&s->db, &err);
    if (ok && keep_in(s, &k, &err))
        ok = db_commit(&s->db, &err);
    else
        ok = false;
    if (s && !ok)
        db_rollback(&s->db);
    if (s)
        pool_give(g->pool, s);
    if (!ok && g->kept_count < KEEP_MOST) { /* once more with the next fixes */
        log_line(LOG_FINE, "gps: fixes wait");
    } else {
        if (!ok)
            complain(&err);
        g->kept_count = 0;
    }
    arena_release(&k.arena);
}

static void keep_fix(struct gps *g, const struct gps_fix *f, int64_t now)
{
    struct clock_reading clock = clock_now();
    bool told = f->gnss_ms != DB_NULL;
    int64_t at = told ? f->gnss_ms : clock.utc_ms;
    if (g->kept_count == KEEP_MOST)
        keep_now(g);
    if (g->kept_count == 0)
        g->kept_since_ms = now;
    if (g->kept_count < KEEP_MOST) {
        g->trust[g->kept_count] = told ? "gnss" : clock.trust;
        g->kept[g->kept_count++] = (struct track_fix){at, f->at, g->lost};
    }
    g->lost = false;
    if (g->kept_count == KEEP_MOST || now - g->kept_since_ms >= KEEP_MS)
        keep_now(g);
}

/* ---- time ------------------------------------------------------------------------ */

/* Records made before the satellites told the time are dated anew; clock_fix_tell writes
 * nothing when there are none. */
static void date_records(struct gps *g, int64_t utc_ms)
{
    struct err err = ERR_INIT;
    struct store *s = pool_take(g->pool, &err);
    bool ok = s && db_begin(&s->db, &err);
    if (ok && clock_fix_tell(s, "gnss", utc_ms, NULL, &err))
        ok = db_commit(&s->db, &err);
    else
        ok = false;
    if (s && !ok)
        db_rollback(&s->db);
    if (s)
        pool_give(g->pool, s);
    if (!ok)
        complain(&err);
}

static void hear_time(struct gps *g, int64_t gnss_ms, int64_t now)
{
    int64_t offset = gnss_ms - now;
    if (g->agreed == 0 || llabs(offset - g->offset_ms) > AGREE_MS) {
        g->offset_ms = offset;
        g->agreed_since_ms = now;
        g->agreed = 1;
        return;
    }
    g->agreed++;
    if (g->agreed < AGREE_FIXES || now - g->agreed_since_ms < AGREE_OVER_MS)
        return;
    if (g->fixed_offset_ms != DB_NULL && llabs(g->fixed_offset_ms - g->offset_ms) < AGREE_MS)
        return;
    g->fixed_offset_ms = g->offset_ms;
    clock_tell(g->offset_ms);
    date_records(g, g->offset_ms + now);
}

/* ---- reports come in ------------------------------------------------------------- */

static void hear(struct gps *g, const char *line, size_t len)
{
    struct gps_fix f;
    int64_t now = clock_mono_ms();
    enum gps_report report = gps_read(line, len, &f);
    if (report == GPS_GST)
        receivers_own(&g->receivers, f.device, f.at.accuracy_mm, now);
    if (report != GPS_TPV ||
        !receivers_follow(&g->receivers, f.device, f.state >= GPS_2D, &f.at.accuracy_mm,
                          now))
        return;
    if (f.state >= GPS_2D) {
        if (now - g->told_ms > SILENT_MS)
            g->lost = true;
        keep_fix(g, &f, now);
        if (f.gnss_ms != DB_NULL)
            hear_time(g, f.gnss_ms, now);
    } else {
        g->lost = true;
    }
    pthread_mutex_lock(&g->lock);
    if (f.state >= GPS_2D) {
        g->fix = f;
        g->heard_ms = now;
    } else {
        g->fix.state = GPS_NONE;
    }
    g->told_ms = now;
    pthread_mutex_unlock(&g->lock);
}

struct gps_fix gps_now(struct gps *g)
{
    struct gps_fix f = {GPS_OFF, GEO_NOWHERE, -1, DB_NULL, ""};
    if (!g)
        return f;
    int64_t now = clock_mono_ms();
    pthread_mutex_lock(&g->lock);
    f = g->fix;
    f.age_ms = g->heard_ms ? now - g->heard_ms : -1;
    if (f.state >= GPS_2D && now - g->told_ms > SILENT_MS)
        f.state = GPS_NONE;
    pthread_mutex_unlock(&g->lock);
    return f;
}

static void set_state(struct gps *g, enum gps_state state)
{
    pthread_mutex_lock(&g->lock);
    g->fix.state = state;
    pthread_mutex_unlock(&g->lock);
}

/* ---- the socket ------------------------------------------------------------------ */

/* Waits for fd (-1: none) at most ms; false when it is over. */
static bool wait_for(const struct gps *g, int fd, short events, int ms, bool *ret_ready)
{
    struct pollfd p[2] = {{.fd = g->end, .events = POLLIN}, {.fd = fd, .events = events}};
    *ret_ready = false;
    if (poll(p, 2, ms) > 0)
        *ret_ready = p[1].revents != 0;
    return p[0].revents == 0;
}

/* An address with colons of its own stands in brackets: "[::1]:2947". */
static const char *address(char host[256])
{
    const char *named = getenv("LYGTE_GPSD");
    snprintf(host, 256, "%s", named && *named ? named : "127.0.0.1:2947");
    char *colon = strrchr(host, ':');
    if (!colon)
        return NULL;
    *colon = '\0';
    if (*host == '[' && colon[-1] == ']') {
        colon[-1] = '\0';
        memmove(host, host + 1, strlen(host));
    }
    return colon + 1;
}

/* -1 when nobody answers there. */
static int open_socket(const struct gps *g)
{
    static const char watch[] = "?WATCH={\"enable\":true,\"json\":true};\n";
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    char host[256];
    const char *port = address(host);
    bool ready = false;
    if (!port || getaddrinfo(host, port, &hints, &found) != 0)
        return -1;
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int failure = 0;
    socklen_t size = sizeof failure;
    bool ok = fd >= 0 && (connect(fd, found->ai_addr, found->ai_addrlen) == 0 ||
                          errno == EINPROGRESS);
    freeaddrinfo(found);
    ok = ok && wait_for(g, fd, POLLOUT, 3000, &ready) && ready &&
         getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) == 0 && failure == 0 &&
         send(fd, watch, sizeof watch - 1, MSG_NOSIGNAL) == (ssize_t)(sizeof watch - 1);
    if (!ok && fd >= 0)
        close(fd);
    return ok ? fd : -1;
}

/* Whole lines are heard; the rest moves to the front. A line too long is skipped. */
static void hear_lines(struct gps *g, struct buf *in)
{
    char *start = in->data, *end;
    size_t left = in->len;
    while ((end = memchr(start, '\n', left))) {
        size_t len = (size_t)(end - start);
        if (len && start[len - 1] == '\r')
            hear(g, start, len - 1);
        else
            hear(g, start, len);
        left -= len + 1;
        start = end + 1;
    }
    if (left > LINE_MOST)
        left = 0;
    memmove(in->data, start, left);
    in->len = left;
}

/* Until gpsd goes away (true) or all is over (false). */
static bool listen_to(struct gps *g, int fd)
{
    struct buf in = BUF_INIT;
    bool ready, on;
    for (;;) {
        char bytes[4096];
        on = wait_for(g, fd, POLLIN, 1000, &ready);
        if (!on)
            break;
        if (!ready) {
            if (clock_mono_ms() - g->kept_since_ms >= KEEP_MS)
                keep_now(g);
            continue;
        }
        ssize_t n = read(fd, bytes, sizeof bytes);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            break;
        if (n > 0) {
            buf_add(&in, bytes, (size_t)n);
            hear_lines(g, &in);
        }
    }
    buf_release(&in);
    return on;
}

static void *run(void *data)
{
    struct gps *g = data;
    int pause_ms = 1000;
    for (bool on = true; on;) {
        bool ready;
        int fd = open_socket(g);
        if (fd >= 0) {
            pause_ms = 1000;
            set_state(g, GPS_NONE);
            on = listen_to(g, fd);
            close(fd);
            g->lost = true;
            keep_now(g);
        }
        set_state(g, GPS_OFF);
        on = on && wait_for(g, -1, 0, pause_ms, &ready);
        pause_ms = pause_ms * 2 > PAUSE_MOST_MS ? PAUSE_MOST_MS : pause_ms * 2;
    }
    return NULL;
}

struct gps *gps_make(struct pool *pool)
{
    if (text_equal(getenv("LYGTE_GPSD"), "off"))
        return NULL;
    struct gps *g = calloc(1, sizeof *g);
    if (!g)
        err_die("gps", "out of memory");
    *g = (struct gps){.pool = pool,
                      .fix = {GPS_OFF, GEO_NOWHERE, -1, DB_NULL, ""},
                      .fixed_offset_ms = DB_NULL,
                      .end = eventfd(0, EFD_CLOEXEC)};
    pthread_mutex_init(&g->lock, NULL);
    return g;
}

bool gps_run(struct gps *g, struct err *err)
{
    pthread_attr_t small;
    if (!g)
        return true;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 512 * 1024);
    int code = pthread_create(&g->thread, &small, run, g);
    pthread_attr_destroy(&small);
    errno = code;
    g->runs = code == 0;
    return g->runs || err_errno(err, "gps.thread", "pthread_create");
}

void gps_stop(struct gps *g)
{
    if (!g)
        return;
    if (g->runs && eventfd_write(g->end, 1) == 0)
        pthread_join(g->thread, NULL);
    keep_now(g);
    close(g->end);
    pthread_mutex_destroy(&g->lock);
    free(g);
}
