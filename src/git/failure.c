/* libgit2's errors as ours. */
#include <config.h> /* memrchr is a system extension */

#include "internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct failure_kind {
    int result; /* 0: any */
    int family; /* libgit2's error class; 0: any */
    enum error_code code;
};

/* The first row that fits decides. */
static const struct failure_kind failure_kinds[] = {
    {GIT_EUSER,         0,                    ERROR_CANCELLED},
    { GIT_EOWNER,       0,                    ERROR_UNTRUSTED},
    { GIT_EAMBIGUOUS,   0,                    ERROR_AMBIGUOUS},
    { GIT_ELOCKED,      0,                    ERROR_BUSY     },
    { GIT_EAUTH,        0,                    ERROR_NETWORK  },
    { GIT_ECERTIFICATE, 0,                    ERROR_UNTRUSTED},
    { 0,                GIT_ERROR_NET,        ERROR_NETWORK  },
    { 0,                GIT_ERROR_SSL,        ERROR_NETWORK  },
    { 0,                GIT_ERROR_HTTP,       ERROR_NETWORK  },
    { 0,                GIT_ERROR_SSH,        ERROR_NETWORK  },
    { 0,                GIT_ERROR_ZLIB,       ERROR_CORRUPT  },
    { GIT_EMISMATCH,    0,                    ERROR_CORRUPT  },
    { GIT_EINVALIDSPEC, 0,                    ERROR_INVALID  },
    { GIT_ENOTFOUND,    GIT_ERROR_OS,         ERROR_NOT_FOUND},
    { GIT_ENOTFOUND,    GIT_ERROR_REPOSITORY, ERROR_NOT_FOUND},
    { GIT_ENOTFOUND,    GIT_ERROR_REFERENCE,  ERROR_NOT_FOUND},
    { GIT_ENOTFOUND,    0,                    ERROR_CORRUPT  },
    { 0,                GIT_ERROR_ODB,        ERROR_CORRUPT  },
    { 0,                GIT_ERROR_OBJECT,     ERROR_CORRUPT  },
};

static enum error_code failure_code(int result, int family)
{
    for (size_t i = 0; i < sizeof(failure_kinds) / sizeof(*failure_kinds); i++) {
        const struct failure_kind *kind = &failure_kinds[i];
        if ((kind->result == 0 || kind->result == result) &&
            (kind->family == 0 || kind->family == family))
            return kind->code;
    }
    return ERROR_IO;
}

/* Behind "://": how much of it is somebody's name and password. libgit2 repeats addresses as they
 * are, that of a proxy too; one that is malformed may have a "/" in the password. */
static size_t credentials_length(const char *rest)
{
    size_t length = strcspn(rest, " '\"\n"), authority = strcspn(rest, "/?# '\"\n");
    const char *at = memrchr(rest, '@', authority), *colon = memchr(rest, ':', authority);
    bool port = colon && strspn(colon + 1, "0123456789") >= authority - (size_t)(colon + 1 - rest);
    if (!at && colon && !port)
        at = memrchr(rest, '@', length);
    return at ? (size_t)(at + 1 - rest) : 0;
}

/* TLS libraries give several reasons, one a line. */
static void add_words(struct strbuf *out, const char *text)
{
    static const char mark[] = "://";
    for (; *text; text++) {
        if (strncmp(text, mark, sizeof(mark) - 1) == 0) {
            strbuf_add(out, mark);
            text += sizeof(mark) - 2;
            text += credentials_length(text + 1);
        } else if (*text != '\n') {
            strbuf_add_char(out, *text);
        } else if (text[1]) {
            strbuf_add(out, "; ");
        }
    }
}

bool git_failed(struct error *error, int result, const char *format, ...)
{
    const git_error *last = git_error_last();
    char context[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context, sizeof(context), format, arguments);
    va_end(arguments);
    if (!last || !last->message)
        return error_set(error, failure_code(result, 0), "%s (libgit2 result %d)", context, result);
    struct strbuf words = STRBUF_INIT;
    add_words(&words, last->message);
    error_set(error, failure_code(result, last->klass), "%s: %s", context, words.data);
    strbuf_release(&words);
    return false;
}
