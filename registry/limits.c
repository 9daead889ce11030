/* limits: how often each address of the registry may be asked, by one device or, without
 * a token, from one network address; how large a body may be stands in the route's row.
 *
 * They are far above what people and tablets need (a tablet with a thousand small photos
 * asks some thousand times a minute) and far below what tries codes or fills a disk. */
#include "registry/app.h"

const struct http_rate registry_rates[] = {
    {NULL, NULL, 60000}, /* everything from one address */
    {"POST", "/api/v1/pair", 30},
    {"POST", "/api/v1/session", 60},
    {"GET", "/api/v1/about", 1200},
    {"POST", "/api/v1/records", 1200},
    {"GET", "/api/v1/records", 1200},
    {"POST", "/api/v1/previews", 1200},
    {"POST", "/api/v1/photos/missing", 3000},
    {"POST", "/api/v1/uploads", 12000},
    {"PATCH", "/api/v1/uploads/*", 12000},
    {"GET", "/api/v1/uploads/*", 12000}, /* and HEAD */
    {"DELETE", "/api/v1/uploads/*", 12000},
    {"GET", "/api/v1/photos/*/*", 6000},
    {"POST", "/api/v1/devices/code", 60},
    {"GET", "/lists/*", 300},
};
const size_t registry_rate_count = sizeof registry_rates / sizeof registry_rates[0];
