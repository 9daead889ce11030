/* routes_hub: what the doors of a hub have beside the page's own rows, looked into first.
 * The TLS door has sync/PROTOCOL.md for the walk's tablets; the plain one nothing but
 * what a walk pass is good for, and shuts what a sniffer must never see. */
#include "walker/api.h"

#include "core/store/blob.h"
#include "core/web/page.h"
#include "sync/wire.h"

#define JSON "application/json"
#define NDJSON "application/x-ndjson"
#define BYTES "application/octet-stream"
#define TUS "application/offset+octet-stream"

enum { SMALL = 65536 };

const struct http_route hub_routes[] = {
    {"GET", "/hub/ca.crt", api_hub_ca, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/join", api_join, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/api/v1/about", api_hub_about, ACCESS_OPEN, 0, NULL, NULL},
    {"POST", "/api/v1/pair", api_hub_pair, ACCESS_OPEN, SMALL, JSON, NULL},

    {"POST", "/api/v1/records", sync_records, ACCESS_DEVICE, WIRE_BATCH_MOST, NDJSON, NULL},
    {"GET", "/api/v1/records", sync_group_feed, ACCESS_SHUT_OUT, 0, NULL, NULL},
    {"POST", "/api/v1/rights", sync_rights, ACCESS_SHUT_OUT, SMALL, NDJSON, NULL},
    {"POST", "/api/v1/receipts", sync_receipts, ACCESS_DEVICE, SMALL, JSON, NULL},
    {"POST", "/api/v1/previews", sync_previews, ACCESS_DEVICE, WIRE_BATCH_MOST, BYTES, NULL},
    {"POST", "/api/v1/photos/missing", sync_missing, ACCESS_DEVICE, SMALL, JSON, NULL},
    {"GET", "/api/v1/photos/*/320", api_hub_photo, ACCESS_KEY | ACCESS_PASS | ACCESS_DEVICE,
     0, NULL, NULL},
    {"OPTIONS", "/api/v1/uploads", upload_options, ACCESS_OPEN, 0, NULL, NULL},
    {"POST", "/api/v1/uploads", upload_create, ACCESS_DEVICE, BLOB_MOST, NULL,
     &upload_create_sink},
    {"GET", "/api/v1/uploads/*", upload_head, ACCESS_DEVICE, 0, NULL, NULL},
    {"PATCH", "/api/v1/uploads/*", upload_patch, ACCESS_DEVICE, BLOB_MOST, TUS,
     &upload_patch_sink},
    {"DELETE", "/api/v1/uploads/*", upload_delete, ACCESS_DEVICE, 0, NULL, NULL},
};
const size_t hub_route_count = sizeof hub_routes / sizeof hub_routes[0];

const struct http_route plain_routes[] = {
    {"GET", "/hub/ca.crt", api_hub_ca, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/join", api_join, ACCESS_OPEN, 0, NULL, NULL},
    {"GET", "/api/v1/about", api_hub_about, ACCESS_OPEN, 0, NULL, NULL},
};
const size_t plain_route_count = sizeof plain_routes / sizeof plain_routes[0];
