/* mapped: the whole input in memory, for those who walk it from mark to mark. */
#include "core/picture/photo.h"

#include <sys/mman.h>
#include <sys/stat.h>

enum { FILE_MOST = 96 << 20 };

const uint8_t *photo_map(int fd, size_t *ret_n)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        refuse(REFUSAL_DAMAGED, NULL);
    if (st.st_size > FILE_MOST)
        refuse(REFUSAL_MEMORY, NULL);
    *ret_n = (size_t)st.st_size;
    void *bytes = mmap(NULL, *ret_n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (bytes == MAP_FAILED)
        refuse(REFUSAL_MEMORY, NULL);
    return bytes;
}
