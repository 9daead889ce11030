/* routes: everything the registry serves. A row is method, path, handler, who may ask,
 * the largest body and the content types taken. All but healthz, about, pair and the
 * login page need a session or a device's token. */
#include "registry/app.h"

#include "core/store/blob.h"
#include "core/web/page.h"
#include "sync/wire.h"

#include <string.h>

#define JSON "application/json"
#define NDJSON "application/x-ndjson"
#define BYTES "application/octet-stream"
#define TUS "application/offset+octet-stream"

enum { SMALL = 65536 };

const struct http_route registry_routes[] = {
    {"GET", "/", api_index, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/walks/*", api_index, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/issues", api_index, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/issues/*", api_index, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/devices", api_index, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/sealed", api_index, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/a/*/*", page_asset, HTTP_FREE, 0, NULL, NULL},
    {"GET", "/a/*/*/*", page_asset, HTTP_FREE, 0, NULL, NULL},
    {"GET", "/a/*/i18n/*/*", page_asset, HTTP_FREE, 0, NULL, NULL},
    {"GET", "/healthz", api_healthz, ACCESS_OPEN, 0, NULL, NULL},

    /* devices: sync/PROTOCOL.md */
    {"GET", "/api/v1/about", sync_about, ACCESS_OPEN, 0, NULL, NULL},
    {"POST", "/api/v1/pair", sync_pair, ACCESS_OPEN, SMALL, JSON, NULL},
    {"POST", "/api/v1/pair/renew", sync_renew, ACCESS_DEVICE, SMALL, JSON, NULL},
    {"POST", "/api/v1/records", sync_records, ACCESS_DEVICE, WIRE_BATCH_MOST, NDJSON, NULL},
    {"POST", "/api/v1/receipts", sync_receipts, ACCESS_DEVICE, SMALL, JSON, NULL},
    {"GET", "/api/v1/records", sync_feed, ACCESS_SHUT_OUT, 0, NULL, NULL},
    {"POST", "/api/v1/previews", sync_previews, ACCESS_DEVICE, WIRE_BATCH_MOST, BYTES, NULL},
    {"POST", "/api/v1/photos/missing", sync_missing, ACCESS_DEVICE, SMALL, JSON, NULL},
    {"OPTIONS", "/api/v1/uploads", upload_options, ACCESS_OPEN, 0, NULL, NULL},
    {"POST", "/api/v1/uploads", upload_create, ACCESS_DEVICE, BLOB_MOST, NULL,
     &upload_create_sink},
    {"GET", "/api/v1/uploads/*", upload_head, ACCESS_DEVICE, 0, NULL, NULL},
    {"PATCH", "/api/v1/uploads/*", upload_patch, ACCESS_DEVICE, BLOB_MOST, TUS,
     &upload_patch_sink},
    {"DELETE", "/api/v1/uploads/*", upload_delete, ACCESS_DEVICE, 0, NULL, NULL},

    /* people */
    {"POST", "/api/v1/session", api_login, ACCESS_OPEN, SMALL, JSON, NULL},
    {"GET", "/api/v1/session", api_session, ACCESS_PERSON, 0, NULL, NULL},
    {"DELETE", "/api/v1/session", api_logout, ACCESS_PERSON, SMALL, NULL, NULL},
    {"GET", "/api/v1/events", api_events, ACCESS_PERSON, 0, NULL, NULL},
    {"GET", "/api/v1/walks", api_walks, ACCESS_PERSON, 0, NULL, NULL},
    {"POST", "/api/v1/walks", api_walk_new, ACCESS_COORDINATOR, SMALL, JSON, NULL},
    {"GET", "/api/v1/walks/*", api_walk, ACCESS_PERSON, 0, NULL, NULL},
    {"PATCH", "/api/v1/walks/*", api_walk_patch, ACCESS_COORDINATOR, SMALL, JSON, NULL},
    {"GET", "/api/v1/walks/*/observations", api_points, ACCESS_PERSON, 0, NULL, NULL},
    {"PATCH", "/api/v1/observations/*", api_point_settle, ACCESS_COORDINATOR, SMALL, JSON,
     NULL},
    {"GET", "/api/v1/issues", api_issues, ACCESS_PERSON, 0, NULL, NULL},
    {"GET", "/api/v1/issues/*", api_issue, ACCESS_PERSON, 0, NULL, NULL},
    {"PATCH", "/api/v1/issues/*", api_issue_patch, ACCESS_COORDINATOR, SMALL, JSON, NULL},
    {"POST", "/api/v1/issues/*/merge", api_issue_merge, ACCESS_COORDINATOR, SMALL, JSON,
     NULL},
    {"DELETE", "/api/v1/merges/*", api_issue_part, ACCESS_COORDINATOR, SMALL, NULL, NULL},
    {"GET", "/api/v1/parties", api_parties, ACCESS_PERSON, 0, NULL, NULL},
    {"GET", "/api/v1/catalogue", api_catalogue, ACCESS_PERSON, 0, NULL, NULL},
    {"GET", "/api/v1/areas", api_areas, ACCESS_PERSON, 0, NULL, NULL},
    {"GET", "/api/v1/devices", api_devices, ACCESS_COORDINATOR, 0, NULL, NULL},
    {"POST", "/api/v1/devices/code", api_device_code, ACCESS_COORDINATOR, SMALL, JSON, NULL},
    {"POST", "/api/v1/strangers/*/admit", api_stranger_admit, ACCESS_COORDINATOR, SMALL, JSON,
     NULL},
    {"DELETE", "/api/v1/devices/*", api_device_drop, ACCESS_COORDINATOR, SMALL, NULL, NULL},
    {"GET", "/api/v1/photos/*/*", api_photo, ACCESS_EITHER, 0, NULL, NULL},
    {"GET", "/api/v1/sealed", api_sealed, ACCESS_POLICE, 0, NULL, NULL},
    {"GET", "/api/v1/sealed/photos/*", api_sealed_photo, ACCESS_POLICE, 0, NULL, NULL},
    {"GET", "/lists/*", api_list, ACCESS_PERSON, 0, NULL, NULL},
};
const size_t registry_route_count = sizeof registry_routes / sizeof registry_routes[0];

static bool admit_device(struct http_request *q, struct actor *who, unsigned access,
                         struct err *err)
{
    const char *token = http_bearer(q);
    bool revoked = false;
    bool known = access == ACCESS_SHUT_OUT
                     ? device_of_any_token(q->worker, token, &who->row, &revoked, err)
                     : device_of_token(q->worker, token, &who->row, err);
    who->device.revoked = revoked;
    if (!known || !device_touch(q->worker, &who->row, err))
        return false;
    who->device.device = who->row.id;
    memcpy(who->device.origin, who->row.origin, RECORD_ORIGIN);
    return true;
}

static bool admit_person(struct http_request *q, struct actor *who, unsigned access,
                         struct err *err)
{
    const char *cookie = http_cookie(q, "lygte_registry");
    if (!account_of_cookie(q->worker, q->arena, cookie, &who->account, err))
        return false;
    const char *role = who->account.role;
    if (access & ACCESS_POLICE)
        return strcmp(role, "police") == 0 ||
               err_set(err, ERR_DENIED, "account.not_police", NULL);
    if ((access & ACCESS_PERSON) || strcmp(role, "coordinator") == 0 ||
        strcmp(role, "admin") == 0)
        return true;
    return err_set(err, ERR_DENIED, "account.not_allowed", NULL);
}

bool registry_admit(struct http_request *q, unsigned access, struct err *err)
{
    struct actor *who = arena_alloc(q->arena, sizeof *who);
    q->actor = who;
    if (access == ACCESS_OPEN)
        return true;
    if ((access & ACCESS_DEVICE) && (http_bearer(q) || !(access & ACCESS_PERSON)))
        return admit_device(q, who, access, err);
    return admit_person(q, who, access, err);
}
