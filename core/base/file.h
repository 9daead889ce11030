/* file: bytes on their way to safety. A file appears under its name only when whole:
 * written beside it, fsynced, renamed, the folder fsynced. */
#ifndef LYGTE_BASE_FILE_H
#define LYGTE_BASE_FILE_H

#include "core/base/arena.h"
#include "core/base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* All of the file; most bytes at the most (ERR_TOO_LARGE). The copy ends with '\0'. */
bool file_read(struct arena *a, const char *path, size_t most, char **ret, size_t *ret_len,
               struct err *err);
/* path + ".new.TID", fsync, rename, folder fsync. */
bool file_write_whole(const char *path, const void *bytes, size_t n, mode_t mode,
                      struct err *err);
/* mkdir -p with mode 0700. */
bool file_make_folders(const char *path, struct err *err);
bool file_sync_folder(const char *path, struct err *err);
bool file_write_all(int fd, const void *bytes, size_t n, struct err *err);
/* pwrite until all is written. */
bool file_write_at(int fd, const void *bytes, size_t n, int64_t at, struct err *err);
/* Renames from to to and fsyncs to's folder. ERR_INPUT "file.special" where to is a pipe or a
 * device: /dev/null must not become a file. */
bool file_settle(const char *from, const char *to, struct err *err);
bool file_exists(const char *path);
/* A pipe, a device, a socket: there, and neither file nor folder. */
bool file_is_special(const char *path);
/* -1 when absent. */
int64_t file_size(const char *path);
/* Bytes free to this user where path lies; INT64_MAX when unknown. */
int64_t file_space(const char *path);
/* Removes a file; absent is fine. */
bool file_remove(const char *path, struct err *err);
/* Removes what programs that are no more left half written in the folder: "NAME.new.PID", and
 * what SQLite kept beside it. name NULL: of whatever name. What cannot be removed stays. */
void file_sweep(const char *folder, const char *name);
/* The same beside path. */
void file_sweep_beside(const char *path);

#endif
