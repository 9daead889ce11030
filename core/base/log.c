/* log: see the header. One write per line, so lines of two processes never mix. */
#include "core/base/log.h"

#include "core/base/clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *program = "lygte";

void log_set_program(const char *name)
{
    program = name;
}

void log_line(enum log_level level, const char *format, ...)
{
    const char *wanted = getenv("LYGTE_LOG");
    if (level == LOG_FINE && !(wanted && strcmp(wanted, "debug") == 0))
        return;
    char when[32], line[1024];
    clock_format(clock_utc_ms(), when);
    int n = snprintf(line, sizeof line, "<%d>%s %s: ", (int)level, when, program);
    va_list ap;
    va_start(ap, format);
    int m = vsnprintf(line + n, sizeof line - (size_t)n - 1, format, ap);
    va_end(ap);
    size_t len = (size_t)n + (m > 0 ? (size_t)m : 0);
    if (len > sizeof line - 2)
        len = sizeof line - 2;
    line[len] = '\n';
    ssize_t ignored = write(STDERR_FILENO, line, len + 1);
    (void)ignored;
}
