/* remote: see the header. The only file that includes curl.h. */
#include "sync/client/remote.h"

#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/web/cert.h"
#include "sync/client/address.h"

#include <curl/curl.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { STALL_S = 30, TICK_MS = 250, CONNECT_S = 15, ANSWER_MOST = 8 * 1024 * 1024 };

/* Bytes of an answer that is taken line by line. */
#define STREAM_MOST (INT64_C(256) << 20)

/* One call's moving parts for the callbacks. */
struct passage {
    const struct remote_call *call;
    size_t read;
    struct remote_answer *answer;
    int64_t came; /* bytes of the answer's body */
};

/* A call may run in each; connections are shared by all and kept between calls. */
struct lane {
    CURL *curl; /* NULL until the lane is first used */
    struct passage passage;
    struct remote_call call;
    struct remote_answer answer;
    struct curl_slist *headers;
    void *task;
    bool busy;
};

struct remote {
    CURLM *multi;
    struct lane lane[REMOTE_LANES_MOST];
    char url[300], token[200], pin[80];
    char key[CERT_PIN]; /* of a verified server */
    int connect_s;
    enum i18n_lang lang;
    int64_t sent, received, rate;
    char own_address[48];
    bool cut;
};

/* ---- one registry or hub ----------------------------------------------------------- */

bool remote_open(struct remote **ret, const char *url, const char *token,
                 const char *pin, enum i18n_lang lang, struct err *err)
{
    if (!address_fits(url, err))
        return false;
    struct remote *r = calloc(1, sizeof *r);
    if (!r || curl_global_init(CURL_GLOBAL_DEFAULT) != 0)
        err_die("remote", "out of memory");
    r->multi = curl_multi_init();
    if (!r->multi)
        err_die("remote", "no libcurl");
    snprintf(r->url, sizeof r->url, "%s", url);
    while (r->url[0] && r->url[strlen(r->url) - 1] == '/')
        r->url[strlen(r->url) - 1] = '\0';
    snprintf(r->token, sizeof r->token, "%s", token ? token : "");
    snprintf(r->pin, sizeof r->pin, "%s", pin ? pin : "");
    r->connect_s = CONNECT_S;
    r->lang = lang;
    *ret = r;
    return true;
}

const char *remote_key(const struct remote *r)
{
    return r->key;
}

void remote_patience(struct remote *r, int seconds)
{
    r->connect_s = seconds;
}

void remote_close(struct remote *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < REMOTE_LANES_MOST; i++) {
        curl_easy_cleanup(r->lane[i].curl);
        buf_release(&r->lane[i].answer.body);
    }
    curl_multi_cleanup(r->multi);
    memset(r->token, 0, sizeof r->token);
    free(r);
    curl_global_cleanup();
}

const char *remote_own_address(const struct remote *r)
{
    return r->own_address;
}

const char *remote_url(const struct remote *r)
{
    return r->url;
}

void remote_traffic(const struct remote *r, int64_t *sent, int64_t *received)
{
    *sent = r->sent;
    *received = r->received;
}

int64_t remote_rate(const struct remote *r)
{
    return r->rate;
}

/* ---- callbacks ------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t one, size_t n, void *passage)
{
    struct passage *p = passage;
    struct remote_answer *answer = p->answer;
    (void)one;
    p->came += (int64_t)n;
    if (answer->body.len + n > ANSWER_MOST || p->came > STREAM_MOST)
        return 0;
    buf_add(&answer->body, bytes, n);
    if (p->call->lines && answer->status == 200 &&
        !p->call->lines(p->call->lines_data, &answer->body))
        return 0;
    return n;
}

/* The value of header line when it is called name; trimmed, in out. */
static bool header_is(const char *line, size_t n, const char *name, char *out, size_t size)
{
    size_t len = strlen(name);
    if (n <= len || strncasecmp(line, name, len) != 0 || line[len] != ':')
        return false;
    const char *from = line + len + 1, *to = line + n;
    while (from < to && (*from == ' ' || *from == '\t'))
        from++;
    while (to > from && (to[-1] == '\r' || to[-1] == '\n' || to[-1] == ' '))
        to--;
    snprintf(out, size, "%.*s", (int)(to - from), from);
    return true;
}

static size_t on_header(char *line, size_t one, size_t n, void *passage)
{
    struct remote_answer *answer = ((struct passage *)passage)->answer;
    char value[300];
    (void)one;
    if (n > 12 && strncmp(line, "HTTP/", 5) == 0)
        answer->status = strtol(line + strcspn(line, " "), NULL, 10);
    else if (header_is(line, n, "Upload-Offset", value, sizeof value))
        text_int(value, &answer->upload_offset);
    else if (header_is(line, n, "Retry-After", value, sizeof value))
        text_int(value, &answer->retry_after_s);
    else if (header_is(line, n, "Lygte-State", value, sizeof value))
        answer->stored = strcmp(value, "stored") == 0 || strcmp(value, "carried") == 0;
    else if (header_is(line, n, "Lygte-Cursor", value, sizeof value))
        snprintf(answer->cursor, sizeof answer->cursor, "%.79s", value);
    else if (header_is(line, n, "Location", value, sizeof value)) {
        const char *path = strstr(value, "://");
        path = path ? strchr(path + 3, '/') : value;
        snprintf(answer->location, sizeof answer->location, "%s", path ? path : "");
    }
    return n;
}

static size_t on_read(char *out, size_t one, size_t room, void *passage)
{
    struct passage *p = passage;
    size_t left = p->call->body_len - p->read;
    size_t n = left < one * room ? left : one * room;
    if (p->call->body_fd < 0) {
        memcpy(out, (const char *)p->call->body + p->read, n);
    } else {
        ssize_t got = pread(p->call->body_fd, out, n, p->call->body_at + (off_t)p->read);
        if (got < 0)
            return CURL_READFUNC_ABORT;
        n = (size_t)got;
    }
    p->read += n;
    return n;
}

static int on_seek(void *passage, curl_off_t offset, int whence)
{
    if (whence != SEEK_SET || offset < 0)
        return CURL_SEEKFUNC_CANTSEEK;
    ((struct passage *)passage)->read = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* ---- a call ---------------------------------------------------------------------- */

static struct curl_slist *headers_of(const struct remote *r, const struct remote_call *c)
{
    char line[400];
    struct curl_slist *list = curl_slist_append(NULL, "Expect:");
    list = curl_slist_append(list, "Accept:");
    list = curl_slist_append(list, r->lang == I18N_DA ? "Accept-Language: da"
                                                      : "Accept-Language: en");
    if (*r->token) {
        snprintf(line, sizeof line, "Authorization: Bearer %s", r->token);
        list = curl_slist_append(list, line);
    }
    if (c->type) {
        snprintf(line, sizeof line, "Content-Type: %s", c->type);
        list = curl_slist_append(list, line);
    }
    for (size_t i = 0; i < 6 && c->header[i]; i++)
        list = curl_slist_append(list, c->header[i]);
    return list;
}

/* A pinned key takes the place of the chain and its dates, so that a hub with an authority
 * of its own, and a Pi without a clock, can be known for certain all the same. */
static void set_trust(CURL *c, const struct remote *r)
{
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)r->connect_s);
    if (!*r->pin) {
        curl_easy_setopt(c, CURLOPT_CERTINFO, *r->key ? 0L : 1L);
        return;
    }
    curl_easy_setopt(c, CURLOPT_PINNEDPUBLICKEY, r->pin);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
}

static void set_up(CURL *c, struct passage *p, const char *url,
                   struct curl_slist *headers)
{
    const char *ca = getenv("LYGTE_CA");
    bool body = p->call->body || p->call->body_fd >= 0;
    curl_easy_reset(c);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, p->call->method);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    /* HTTP/2 would put all lanes on one connection: on a link with loss that is slow. */
    curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)STALL_S);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "walker-sync");
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, p);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, p);
    /* The folder holds what the file holds: read once more for each connection it costs
     * 5 MB and 80 ms. */
    curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
    if (ca && *ca)
        curl_easy_setopt(c, CURLOPT_CAINFO, ca);
    if (strcmp(p->call->method, "GET") == 0) /* what unpacks to too much is broken off */
        curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "gzip");
    if (strcmp(p->call->method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    if (!body)
        return;
    curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)p->call->body_len);
    /* Two of the loopback's packets: 128 KiB would leave a third of 106 bytes each time. */
    curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, 2 * 65483L);
    curl_easy_setopt(c, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(c, CURLOPT_READDATA, p);
    curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, on_seek);
    curl_easy_setopt(c, CURLOPT_SEEKDATA, p);
}

/* libcurl tells the chain it verified; the first is the server's own. */
static void note_key(struct remote *r, CURL *curl)
{
    static const char name[] = "Cert:";
    struct curl_certinfo *info = NULL;
    struct err ignored = ERR_INIT;
    if (*r->key || *r->pin ||
        curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) != CURLE_OK || !info ||
        info->num_of_certs < 1)
        return;
    for (struct curl_slist *l = info->certinfo[0]; l; l = l->next)
        if (strncmp(l->data, name, sizeof name - 1) == 0)
            cert_pin_of(l->data + sizeof name - 1, r->url, r->key, &ignored);
}

static void count_traffic(struct remote *r, CURL *curl)
{
    long head_out = 0, head_in = 0;
    curl_off_t out = 0, in = 0;
    curl_easy_getinfo(curl, CURLINFO_REQUEST_SIZE, &head_out);
    curl_easy_getinfo(curl, CURLINFO_HEADER_SIZE, &head_in);
    curl_easy_getinfo(curl, CURLINFO_SIZE_UPLOAD_T, &out);
    curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &in);
    r->sent += head_out + out;
    r->received += head_in + in;
}

/* What TCP saw of the way there; the call's connection is still open. */
static void note_rate(struct remote *r, CURL *curl)
{
    curl_socket_t fd = CURL_SOCKET_BAD;
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    const char *own = NULL;
    if (curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &own) == CURLE_OK && own && *own)
        snprintf(r->own_address, sizeof r->own_address, "%s", own);
    curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &fd);
    if (fd != CURL_SOCKET_BAD &&
        getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
        size >= offsetof(struct tcp_info, tcpi_delivery_rate) + sizeof(uint64_t))
        if ((int64_t)info.tcpi_delivery_rate > r->rate)
            r->rate = (int64_t)info.tcpi_delivery_rate;
}

bool remote_was_cut(const struct remote *r)
{
    return r->cut;
}

static bool no_answer(struct remote *r, CURLcode code, struct err *err)
{
    const char *why = curl_easy_strerror(code);
    r->cut |= code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR ||
              code == CURLE_GOT_NOTHING || code == CURLE_PARTIAL_FILE;
    switch (code) {
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return err_set(err, ERR_DENIED, "sync.pin", r->url, NULL);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
        return err_set(err, ERR_NETWORK, "sync.tls", r->url, why, NULL);
    case CURLE_OPERATION_TIMEDOUT:
        return err_set(err, ERR_NETWORK, "sync.stalled", r->url, NULL);
    default:
        return err_set(err, ERR_NETWORK, "sync.unreachable", r->url, why, NULL);
    }
}

static void clear_answer(struct remote_answer *answer)
{
    buf_clear(&answer->body);
    answer->status = 0;
    answer->upload_offset = answer->retry_after_s = -1;
    answer->location[0] = answer->cursor[0] = '\0';
    answer->stored = false;
}

/* What became of a call; a refusal may come, and the connection close, before our body
 * is all out. */
static bool outcome(struct remote *r, CURL *curl, CURLcode code,
                    struct remote_answer *answer, struct err *err)
{
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    count_traffic(r, curl);
    note_rate(r, curl);
    if (code == CURLE_OK)
        note_key(r, curl);
    if (code == CURLE_OK || answer->status >= 400)
        return true;
    return no_answer(r, code, err);
}

/* ---- lanes ----------------------------------------------------------------------- */

static void lane_start(struct remote *r, struct lane *l, struct remote_answer *answer)
{
    struct buf url = BUF_INIT; /* a pull names walks, areas and boxes: some kilobytes */
    if (!l->curl)
        l->curl = curl_easy_init();
    if (!l->curl)
        err_die("remote", "no libcurl");
    l->headers = headers_of(r, &l->call);
    l->passage = (struct passage){.call = &l->call, .answer = answer};
    clear_answer(answer);
    buf_printf(&url, "%s%s", r->url, l->call.path);
    set_up(l->curl, &l->passage, url.data, l->headers);
    buf_release(&url);
    set_trust(l->curl, r);
    curl_easy_setopt(l->curl, CURLOPT_PRIVATE, l);
    if (curl_multi_add_handle(r->multi, l->curl) != CURLM_OK)
        err_die("remote", "libcurl takes no call");
    l->busy = true;
}

static void lane_stop(struct remote *r, struct lane *l)
{
    if (l->busy)
        curl_multi_remove_handle(r->multi, l->curl);
    curl_slist_free_all(l->headers);
    l->headers = NULL;
    l->busy = false;
}

/* Moves bytes; the next lane whose call has ended, NULL when none has yet. */
static struct lane *next_ended(struct remote *r, CURLcode *ret_code)
{
    int running = 0, left;
    curl_multi_perform(r->multi, &running);
    for (CURLMsg *m; (m = curl_multi_info_read(r->multi, &left));) {
        struct lane *l = NULL;
        if (m->msg != CURLMSG_DONE)
            continue;
        *ret_code = m->data.result;
        curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &l);
        return l;
    }
    if (running > 0)
        curl_multi_poll(r->multi, NULL, 0, TICK_MS, NULL);
    return NULL;
}

bool remote_ask(struct remote *r, const struct remote_call *call,
                struct remote_answer *answer, struct err *err)
{
    struct lane *l = &r->lane[0], *ended;
    CURLcode code = CURLE_OK;
    l->call = *call;
    lane_start(r, l, answer);
    do
        ended = next_ended(r, &code);
    while (ended != l);
    bool ok = outcome(r, l->curl, code, answer, err);
    lane_stop(r, l);
    return ok;
}

static bool tell_moved(struct remote *r, const struct remote_many *many, size_t n,
                       int64_t *last_ms, struct err *err)
{
    int64_t now = clock_mono_ms();
    if (!many->tick || now - *last_ms < TICK_MS)
        return true;
    *last_ms = now;
    for (size_t i = 0; many->moved && i < n; i++)
        if (r->lane[i].busy)
            many->moved(many->data, r->lane[i].task, (int64_t)r->lane[i].passage.read);
    return many->tick(many->data, err);
}

static bool run_lanes(struct remote *r, const struct remote_many *many, size_t n,
                      struct err *err)
{
    bool more = true;
    int64_t told_ms = clock_mono_ms();
    for (;;) {
        size_t busy = 0;
        for (size_t i = 0; i < n; i++) {
            struct lane *l = &r->lane[i];
            if (!l->busy && more) {
                l->call = (struct remote_call){.body_fd = -1};
                more = many->next(many->data, &l->call, &l->task);
                if (more)
                    lane_start(r, l, &l->answer);
            }
            busy += l->busy;
        }
        if (busy == 0)
            return true;
        CURLcode code = CURLE_OK;
        struct lane *l = next_ended(r, &code);
        if (!tell_moved(r, many, n, &told_ms, err))
            return false;
        if (!l)
            continue;
        struct err failure = ERR_INIT;
        bool came = outcome(r, l->curl, code, &l->answer, &failure);
        lane_stop(r, l);
        if (!many->done(many->data, l->task, &l->answer, came ? NULL : &failure, err))
            return false;
    }
}

bool remote_ask_many(struct remote *r, const struct remote_many *many, size_t lanes,
                     struct err *err)
{
    size_t n = lanes < REMOTE_LANES_MOST ? lanes : REMOTE_LANES_MOST;
    bool ok = run_lanes(r, many, n, err);
    for (size_t i = 0; i < n; i++) {
        struct lane *l = &r->lane[i];
        struct err cut = ERR_INIT, ignored = ERR_INIT;
        bool busy = l->busy;
        lane_stop(r, l);
        if (busy) { /* whoever gave the task takes back what it holds */
            err_set(&cut, ERR_NETWORK, "sync.stalled", r->url, NULL);
            many->done(many->data, l->task, &l->answer, &cut, &ignored);
        }
    }
    return ok;
}
