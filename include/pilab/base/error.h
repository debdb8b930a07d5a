/*
 * Errors as values.
 *
 * A function that can fail returns bool (true is success) or a pointer (NULL is failure) and fills
 * the caller's `struct error`. The message says what failed, on what and why; the hint says what to
 * try next. Both are UTF-8 and may hold text from outside as it came: whoever shows them escapes
 * them for the place they are shown in (base/escape.h).
 *
 * An error owns nothing and needs no release. Every function that takes one accepts NULL, for
 * callers that only want to know whether it worked.
 */
#ifndef PILAB_BASE_ERROR_H
#define PILAB_BASE_ERROR_H

#include <stdarg.h>
#include <stdbool.h>

enum error_code {
    ERROR_NONE = 0,
    ERROR_INVALID,     /* the input is wrong: syntax, type, range */
    ERROR_NOT_FOUND,   /* there is no such thing */
    ERROR_EXISTS,      /* there is such a thing already */
    ERROR_AMBIGUOUS,   /* it can be read in more than one way; the message lists them */
    ERROR_CONFLICT,    /* somebody else changed it meanwhile */
    ERROR_DENIED,      /* the actor's role does not allow it */
    ERROR_USAGE,       /* the command line is wrong */
    ERROR_CANCELLED,   /* the person, or a signal, stopped it */
    ERROR_LIMIT,       /* larger, deeper or longer than we accept */
    ERROR_BUSY,        /* locked by somebody else; trying again may work */
    ERROR_IO,          /* the operating system refused: file, disk, permission */
    ERROR_NETWORK,     /* a peer could not be reached or broke off */
    ERROR_CORRUPT,     /* stored data is damaged or has been tampered with */
    ERROR_UNTRUSTED,   /* it belongs to somebody we do not trust */
    ERROR_UNVERIFIED,  /* nobody has said yet that it is who it says it is */
    ERROR_UNSUPPORTED, /* well formed, but nothing we can do */
    ERROR_INTERNAL     /* a defect of ours */
};

struct error {
    enum error_code code;
    char message[1024];
    char hint[512];
};

/* Sets code and message and clears the hint. Over-long text is cut at a character boundary.
 * Returns false always, so that a caller can write `return error_set(…)`. */
bool error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Adds what to try. Returns false always. */
bool error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts "context: " before the message: `error_prefix(error, "%s", path)`. Returns false always. */
bool error_prefix(struct error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sets ERROR_IO (ERROR_NOT_FOUND for ENOENT) with "<format>: <strerror(number)>" and a hint for the
 * numbers where there is one (ENOSPC, EACCES, EROFS, …). Returns false always. */
bool error_errno(struct error *error, int number, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

void error_clear(struct error *error);

/* The stable lower-case name of a code, as in JSON: "not_found". */
const char *error_code_name(enum error_code code);

/* The process exit code for an error: 0, 1, 64 (usage), 77 (denied), 130 (cancelled). */
int error_exit_code(enum error_code code);

#endif
