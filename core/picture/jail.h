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
    LIMIT_MEMORY_MIB = 272, /* 256 for any photo, and the program itself */
    LIMIT_CPU_S = 2,
    LIMIT_FILE_BYTES = 1 << 20,
    LIMIT_WHOLE_CPU_S = 20, /* a new photo of 100 megapixels, on a Pi */
    LIMIT_WHOLE_BYTES = 65 << 20
};

/* False when a limit cannot be set. Without RLIMIT_AS under AddressSanitizer. whole: for
 * a new photo, of a photo that was read within the narrow limits before. */
bool limits_set(bool whole);
/* False when the kernel takes no filter. */
bool jail_close(void);
/* Tries what must not work: an allocation over the limit (not under AddressSanitizer),
 * opening a file, making a socket, executable memory. True when all were refused. */
bool jail_holds(void);

#endif
