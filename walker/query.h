/* query: numbers and places of an address ("?lat=57.04&lon=9.91"). */
#ifndef LYGTE_WALKER_QUERY_H
#define LYGTE_WALKER_QUERY_H

#include "core/base/geo.h"
#include "core/web/http.h"

/* lat, lon and accuracy_m, decimal. Absent is nowhere unless needed. ERR_INPUT "geo.*"
 * with err.part. */
bool query_place(const struct http_request *q, bool needed, struct geo_point *ret,
                 struct err *err);
/* A whole number from least to most, fallback when absent. ERR_INPUT "field.out_of_range". */
bool query_number(const struct http_request *q, const char *name, int64_t least,
                  int64_t most, int64_t fallback, int64_t *ret, struct err *err);

#endif
