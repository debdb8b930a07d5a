#include <pilab/base/error.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int exit_code;
} codes[] = {
    [ERROR_NONE] = {"none",         0  },
    [ERROR_INVALID] = { "invalid",     1  },
    [ERROR_NOT_FOUND] = { "not_found",   1  },
    [ERROR_EXISTS] = { "exists",      1  },
    [ERROR_AMBIGUOUS] = { "ambiguous",   1  },
    [ERROR_CONFLICT] = { "conflict",    1  },
    [ERROR_DENIED] = { "denied",      77 },
    [ERROR_USAGE] = { "usage",       64 },
    [ERROR_CANCELLED] = { "cancelled",   130},
    [ERROR_LIMIT] = { "limit",       1  },
    [ERROR_BUSY] = { "busy",        1  },
    [ERROR_IO] = { "io",          1  },
    [ERROR_NETWORK] = { "network",     1  },
    [ERROR_CORRUPT] = { "corrupt",     1  },
    [ERROR_UNTRUSTED] = { "untrusted",   1  },
    [ERROR_UNVERIFIED] = { "unverified",  1  },
    [ERROR_UNSUPPORTED] = { "unsupported", 1  },
    [ERROR_INTERNAL] = { "internal",    1  },
};

#define CODE_COUNT (sizeof codes / sizeof codes[0])

static const struct {
    int number;
    const char *hint;
} number_hints[] = {
    {ENOSPC,        "The disk is full: free some space and try again."                     },
    { EDQUOT,       "Your disk quota is used up: remove files or ask for more."            },
    { EACCES,       "Check the permissions of the file and of the directories above it."   },
    { EPERM,        "Check who owns it: only the owner or root may do this."               },
    { EROFS,        "The file system is mounted read-only: choose another place."          },
    { EMFILE,       "Too many files are open: raise the limit (ulimit -n)."                },
    { ENFILE,       "The system has too many files open: try again later."                 },
    { EFBIG,
     "The file is larger than the limit that is set (ulimit -f) or the file system takes." },
    { ENAMETOOLONG, "Choose a shorter name."                                               },
    { ENOTDIR,      "A part of the path is a file, not a directory."                       },
    { ELOOP,        "Symbolic links in the path lead in a circle, or the last part is one."},
};

/* Over-long text must not end within a character: drops the bytes of a cut one. `length` is what
 * the buffer holds. */
static void drop_cut_character(char *text, size_t length)
{
    size_t start = length;

    while (start > 0 && length - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t expected = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    if (length - start + 1 < expected)
        text[start - 1] = '\0';
}

static void copy_text(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length < size) {
        memcpy(out, text, length + 1);
        return;
    }
    memcpy(out, text, size - 1);
    out[size - 1] = '\0';
    drop_cut_character(out, size - 1);
}

/* Formats beside the error first, because arguments may point into the error's own message. */
__attribute__((format(printf, 3, 0))) static void format_text(char *out, size_t size,
                                                              const char *format, va_list arguments)
{
    char text[sizeof(((struct error *)NULL)->message) + 1];

    if (vsnprintf(text, sizeof text, format, arguments) < 0)
        copy_text(out, size, format);
    else
        copy_text(out, size, text);
}

bool error_set(struct error *error, enum error_code code, const char *format, ...)
{
    va_list arguments;

    if (!error)
        return false;
    va_start(arguments, format);
    format_text(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    error->code = code;
    error->hint[0] = '\0';
    return false;
}

bool error_hint(struct error *error, const char *format, ...)
{
    va_list arguments;

    if (!error)
        return false;
    va_start(arguments, format);
    format_text(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    return false;
}

bool error_prefix(struct error *error, const char *format, ...)
{
    va_list arguments;
    char context[sizeof error->message];
    char joined[2 * sizeof error->message + 2];

    if (!error)
        return false;
    va_start(arguments, format);
    format_text(context, sizeof context, format, arguments);
    va_end(arguments);
    snprintf(joined, sizeof joined, "%s: %s", context, error->message);
    copy_text(error->message, sizeof error->message, joined);
    return false;
}

bool error_errno(struct error *error, int number, const char *format, ...)
{
    va_list arguments;
    char context[sizeof error->message];
    char reason[128];

    if (!error)
        return false;
    va_start(arguments, format);
    format_text(context, sizeof context, format, arguments);
    va_end(arguments);
    if (strerror_r(number, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "error %d", number);
    error_set(error, number == ENOENT ? ERROR_NOT_FOUND : ERROR_IO, "%s: %s", context, reason);
    for (size_t i = 0; i < sizeof number_hints / sizeof number_hints[0]; i++) {
        if (number_hints[i].number == number)
            error_hint(error, "%s", number_hints[i].hint);
    }
    return false;
}

void error_clear(struct error *error)
{
    if (!error)
        return;
    error->code = ERROR_NONE;
    error->message[0] = '\0';
    error->hint[0] = '\0';
}

const char *error_code_name(enum error_code code)
{
    return (size_t)code < CODE_COUNT ? codes[code].name : "internal";
}

int error_exit_code(enum error_code code)
{
    return (size_t)code < CODE_COUNT ? codes[code].exit_code : 1;
}
