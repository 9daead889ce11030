/* care: what of the devices somebody must look after (records.md 1 and 8): records that
 * never came, that have no effect here or cannot be read, or whose words are lost; and
 * databases that were salvaged. The same that doctor tells, one line an origin, for the
 * desk and for `registry device list`. Asks; what a device said of its salvage stands
 * in the settings "salvaged.DEVICE". */
#ifndef LYGTE_STORE_LOCAL_CARE_H
#define LYGTE_STORE_LOCAL_CARE_H

#include "core/base/json.h"
#include "core/store/local/device.h"
#include "core/store/record.h"
#include "core/store/store.h"

enum { CARE_HOLES = 16 };

struct care {
    uint8_t origin[RECORD_ORIGIN];
    const char *name;   /* as admitted, "" when nobody has                        */
    const char *device; /* its id, NULL: not paired here                          */
    int64_t hole[CARE_HOLES][2]; /* first and last seq of what never came         */
    size_t holes;                /* the first CARE_HOLES of them                  */
    int64_t missing;             /* records in all holes                          */
    int64_t newer;               /* held, but only a newer program can apply them */
    int64_t refused;             /* held without effect: shut out, or no right    */
    int64_t aside_large, aside_form; /* held, but this program cannot read them:
                                        too long, or no head as it knows it       */
    int64_t lost;                /* wiped there before a restore here             */
};

/* Only origins with something to tell, in order of their bytes. */
bool care_list(struct store *s, struct arena *a, struct care **ret, size_t *ret_n,
               struct err *err);
void care_json(struct json_out *o, const char *name, const struct care *c);
/* Who waits to be admitted (stranger_list), as an array of that name:
 * {"origin","records","photos","since","brought_by": device's name or null}. */
bool care_strangers_json(struct store *s, struct arena *a, struct json_out *o,
                         const char *name, struct err *err);

struct care_salvage { /* what a device tells when it pairs after a salvage */
    int64_t at_ms, kept, lost;
};
/* On the device: *ret_any is false when its database never was salvaged. */
bool care_salvage_own(struct store *s, struct care_salvage *ret, bool *ret_any,
                      struct err *err);
/* At the registry. In the caller's transaction or alone. */
bool care_salvage_told(struct store *s, const char *device, const struct care_salvage *v,
                       struct err *err);
bool care_salvage_of(struct store *s, const char *device, struct care_salvage *ret,
                     bool *ret_any, struct err *err);
/* A device as an object of the API, with "salvaged": {"at","kept","lost"} or null. */
void care_device_json(struct json_out *o, const char *name, const struct device *d,
                      const struct care_salvage *v);

#endif
