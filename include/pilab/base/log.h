/*
 * The program's own log: a file, 0600, one line an event, for the day something went wrong.
 *
 * Nothing secret reaches it: values that were registered with log_hide are replaced, also where
 * they stand percent-encoded, URLs lose their user part, and every message is escaped as for a
 * terminal. A log that cannot be written never stops the program. A NULL log is silent. Threads may
 * share one.
 */
#ifndef PILAB_BASE_LOG_H
#define PILAB_BASE_LOG_H

#include <stdbool.h>

#include <pilab/base/clock.h>
#include <pilab/base/error.h>

struct log;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_FAILURE };

/* Appends to `path`, created 0600; whenever it has reached 4 MiB it is moved to "<path>.1" before
 * the next line. NULL with an error when it cannot be opened or is not a regular file. */
struct log *log_open(const char *path, enum log_level level, struct clock clock,
                     struct error *error);
void log_close(struct log **log);
/* From now on `secret` is replaced by "****"; it is copied, and the copy is wiped at the end. */
void log_hide(struct log *log, const char *secret);
void log_write(struct log *log, enum log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
