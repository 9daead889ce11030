/* banned: words no file of Lygte may say. Put in front of every C file by the Makefile
 * (-include), so nobody includes it; using one of these is a compile error.
 *
 *   strcpy strcat sprintf vsprintf gets   know no size: snprintf, buf_str, buf_printf
 *   strtok localtime gmtime ctime asctime share hidden memory between threads:
 *                                         clock_format, gmtime_r
 *   strtod atof                           follow LC_NUMERIC, and read "55.67" as 55 on
 *                                         a Danish machine: text_e7
 *   atoi                                  cannot say no: text_int
 *   pthread_cond_timedwait                waits by a clock that can be set: await_ms
 *
 * The headers that declare these come first, because a poisoned word may not even be
 * declared (and for clang with _FORTIFY_SOURCE two are macros). Files named stb*.c,
 * which compile foreign headers, are let off.
 */
#ifndef LYGTE_BASE_BANNED_H
#define LYGTE_BASE_BANNED_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf gets
#pragma GCC poison strtok localtime gmtime ctime asctime
#pragma GCC poison strtod atof atoi
#pragma GCC poison pthread_cond_timedwait

#endif
