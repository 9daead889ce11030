/* log: one line to stderr, with a journald priority prefix. Only programs, servers and
 * the makers of small pictures log; all else reports by err. No personal content, no
 * tokens, ever. */
#ifndef LYGTE_BASE_LOG_H
#define LYGTE_BASE_LOG_H

enum log_level { LOG_WARN = 4, LOG_NOTE = 5, LOG_FINE = 7 };

void log_set_program(const char *name);
/* LYGTE_LOG=debug shows LOG_FINE. */
void log_line(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
