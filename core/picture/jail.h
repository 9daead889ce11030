/* jail: what lygte-picture takes away from itself before the first byte of input.
 *
 * First the limits (memory, CPU seconds, size of files, descriptors, no core), then no
 * new privileges and a seccomp allow-list: read, write, seek, memory that cannot be
 * executed, exit. Everything else answers EPERM. It does not choose the descriptors:
 * the caller has done that.
 */
#ifndef LYGTE_PICTURE_JAIL_H
#define LYGTE_PICTURE_JAIL_H

#include <stdbool.h>

enum {
    LIMIT_MEMORY_MIB = 448, /* a progressive JPEG of 50 megapixels fits */
    LIMIT_CPU_S = 2,
    LIMIT_FILE_BYTES = 1 << 20
};

/* False when a limit cannot be set. Without RLIMIT_AS under AddressSanitizer. */
bool limits_set(void);
/* False when the kernel takes no filter. */
bool jail_close(void);
/* Tries what must not work: an allocation over the limit (not under AddressSanitizer),
 * opening a file, making a socket, executable memory. True when all were refused. */
bool jail_holds(void);

#endif
