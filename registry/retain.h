/* retain: photos go when nobody needs them any more, by class, and a record says so.
 *
 *   class    setting                 a photo goes
 *   ended    retention_days_ended    so many days after every case that shows it is closed;
 *                                    of a point that was withdrawn before it came, and so has
 *                                    no case, after the photo came (of one that was joined to
 *                                    another point, after that one's case is closed)
 *   unnamed  retention_days_unnamed  so many days after it came, when no point names it,
 *                                    and no record that waits: of a device not admitted, held
 *                                    without effect, or set aside
 *   sealed   retention_days_sealed   so many days after the police-only point was made: no
 *                                    case here can say when they are done with it
 *
 * No setting, no going: how long is for the municipality to decide. What goes is said by
 * an erase record with reason "retention" for each point, so it goes on every copy; the
 * photo's facts stay, its bytes and small pictures do not. Whether its time is over is asked
 * again in the transaction that says so.
 */
#ifndef LYGTE_REGISTRY_RETAIN_H
#define LYGTE_REGISTRY_RETAIN_H

#include "core/store/pool.h"

enum { RETAIN_CLASSES = 3, RETAIN_DAYS_MOST = 36500 };

struct retain_class {
    const char *name, *setting;
};
extern const struct retain_class retain_classes[RETAIN_CLASSES];

struct retain_counts {
    int64_t photos[RETAIN_CLASSES], records;
};

/* dry: counts only. now_ms is the registry's clock. */
bool retain_run(struct store *s, int64_t now_ms, bool dry, struct retain_counts *ret,
                struct err *err);

/* A thread that does it once a day while the server runs. */
struct retain;
bool retain_start(struct retain **ret, struct pool *pool, struct err *err);
void retain_end(struct retain *r); /* NULL is fine */

#endif
