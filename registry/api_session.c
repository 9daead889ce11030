/* api_session: the page, logging in and out. */
#include "registry/app.h"

#include "core/base/clock.h"
#include "core/base/field.h"
#include "core/web/page.h"

int api_index(struct http_request *q, struct http_reply *r, struct err *err)
{
    return page_index(q, r, "registry/index.html", err) ? 200 : 0;
}

int api_healthz(struct http_request *q, struct http_reply *r, struct err *err)
{
    (void)q;
    (void)err;
    buf_str(&r->body, "{\"ok\":true}");
    return 200;
}

/* ---- logging in ------------------------------------------------------------------ */

enum { FAILED_MOST = 20, FAILED_WINDOW_MS = 60000 };

/* Twenty wrong logins a minute for the whole registry. */
static bool throttled(struct registry_app *app)
{
    pthread_mutex_lock(&app->lock);
    int64_t oldest = app->failed_ms[app->failed_at];
    pthread_mutex_unlock(&app->lock);
    return oldest != 0 && clock_mono_ms() - oldest < FAILED_WINDOW_MS;
}

static void count_failed(struct registry_app *app)
{
    pthread_mutex_lock(&app->lock);
    app->failed_ms[app->failed_at] = clock_mono_ms();
    app->failed_at = (app->failed_at + 1) % FAILED_MOST;
    pthread_mutex_unlock(&app->lock);
}

static void write_account(struct http_reply *r, const struct account *a)
{
    struct json_out o = JSON_OUT(&r->body);
    json_open(&o, NULL, '{');
    json_str(&o, "name", a->name);
    json_str(&o, "role", a->role);
    json_str(&o, "party", a->party);
    json_close(&o, '}');
}

int api_login(struct http_request *q, struct http_reply *r, struct err *err)
{
    static const struct field fields[] = {
        {"name", FIELD_TEXT, 1, ACCOUNT_NAME_MOST, FIELD_REQUIRED, NULL},
        {"password", FIELD_TEXT, 1, ACCOUNT_PASSWORD_MOST, FIELD_REQUIRED, NULL},
    };
    struct registry_app *app = q->app;
    struct account account;
    char cookie[ACCOUNT_COOKIE];
    if (throttled(app)) {
        http_reply_header(r, "Retry-After", "60");
        err_set(err, ERR_BUSY, "account.too_many", NULL);
        return 0;
    }
    if (!field_check_exact(q->json, fields, FIELD_COUNT(fields), err))
        return 0;
    if (!account_login(q->worker, q->arena, json_text(q->json, "name"),
                       json_text(q->json, "password"), cookie, &account, err)) {
        if (err->code == ERR_UNAUTHENTICATED)
            count_failed(app);
        return 0;
    }
    http_reply_header(r, "Set-Cookie",
                      arena_printf(q->arena,
                                   "lygte_registry=%s; Path=/; Max-Age=%d; HttpOnly;"
                                   " SameSite=Strict%s",
                                   cookie, ACCOUNT_SESSION_S,
                                   app->secure ? "; Secure" : ""));
    write_account(r, &account);
    return 200;
}

int api_session(struct http_request *q, struct http_reply *r, struct err *err)
{
    const struct actor *who = q->actor;
    (void)err;
    write_account(r, &who->account);
    return 200;
}

int api_logout(struct http_request *q, struct http_reply *r, struct err *err)
{
    if (!account_logout(q->worker, http_cookie(q, "lygte_registry"), err))
        return 0;
    http_reply_header(r, "Set-Cookie",
                      "lygte_registry=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    return 204;
}
