#include <pilab/base/log.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

enum { SIZE_LARGEST = 4 * 1024 * 1024 };

struct log {
    char *path;
    char *moved_path;
    int descriptor;
    enum log_level level;
    struct clock clock;
    struct vector secrets; /* of char *, the longest first */
    pthread_mutex_t lock;
};

static const char *const level_names[] = {
    [LOG_DEBUG] = "debug",
    [LOG_INFO] = "info",
    [LOG_WARNING] = "warning",
    [LOG_FAILURE] = "failure",
};

/* An older file that others may read is closed to them: from now on it holds what is ours. */
static int open_file(const char *path, struct error *error)
{
    int descriptor =
        open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
    struct stat status;

    if (descriptor < 0) {
        error_errno(error, errno, "%s: the log cannot be opened", path);
        return -1;
    }
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
        error_set(error, ERROR_INVALID, "%s: not a regular file, no log is written", path);
        close(descriptor);
        return -1;
    }
    if ((status.st_mode & 07777) != 0600 && fchmod(descriptor, 0600) != 0) {
        error_errno(error, errno, "%s: others may read it, and that cannot be changed", path);
        close(descriptor);
        return -1;
    }
    return descriptor;
}

static bool is_full(int descriptor)
{
    struct stat status;

    return fstat(descriptor, &status) == 0 && status.st_size >= SIZE_LARGEST;
}

/* Opens the file, and when it is full moves it away and opens a fresh one. */
static int open_fresh(const struct log *log, struct error *error)
{
    int descriptor = open_file(log->path, error);

    if (descriptor < 0 || !is_full(descriptor))
        return descriptor;
    if (rename(log->path, log->moved_path) != 0) {
        error_errno(error, errno, "%s: the full log cannot be moved away", log->path);
        close(descriptor);
        return -1;
    }
    close(descriptor);
    return open_file(log->path, error);
}

struct log *log_open(const char *path, enum log_level level, struct clock clock,
                     struct error *error)
{
    struct log *log = memory_new(sizeof *log);

    log->path = memory_copy_text(path);
    log->moved_path = memory_printf("%s.1", path);
    log->level = level;
    log->clock = clock;
    vector_init(&log->secrets, sizeof(char *));
    pthread_mutex_init(&log->lock, NULL);
    log->descriptor = open_fresh(log, error);
    if (log->descriptor < 0)
        log_close(&log);
    return log;
}

void log_close(struct log **log)
{
    if (!log || !*log)
        return;
    for (size_t i = 0; i < (*log)->secrets.count; i++) {
        char *secret = *(char **)vector_at(&(*log)->secrets, i);
        sodium_memzero(secret, strlen(secret));
        free(secret);
    }
    vector_release(&(*log)->secrets);
    if ((*log)->descriptor >= 0)
        close((*log)->descriptor);
    pthread_mutex_destroy(&(*log)->lock);
    free((*log)->path);
    free((*log)->moved_path);
    free(*log);
    *log = NULL;
}

/* Longest first: a secret that holds another one must go as a whole. */
static int compare_lengths(const void *a, const void *b)
{
    size_t left = strlen(*(char *const *)a), right = strlen(*(char *const *)b);

    return (left < right) - (left > right);
}

static void add_secret(struct log *log, const char *secret)
{
    char *copy = memory_copy_text(secret);

    vector_push(&log->secrets, &copy);
    vector_sort(&log->secrets, compare_lengths);
}

/* As it stands in a URL (RFC 3986, 2.1). */
static char *percent_encoded(const char *secret)
{
    struct strbuf out = STRBUF_INIT;

    strbuf_reserve(&out, 3 * strlen(secret));
    for (; *secret; secret++) {
        char c = *secret;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
            strchr("-._~", c))
            strbuf_add_char(&out, c);
        else
            strbuf_printf(&out, "%%%02X", (unsigned)(unsigned char)c);
    }
    return strbuf_steal(&out);
}

void log_hide(struct log *log, const char *secret)
{
    char *encoded;

    if (!log || !secret || !*secret)
        return;
    encoded = percent_encoded(secret);
    pthread_mutex_lock(&log->lock);
    add_secret(log, secret);
    if (strcmp(encoded, secret) != 0)
        add_secret(log, encoded);
    pthread_mutex_unlock(&log->lock);
    sodium_memzero(encoded, strlen(encoded));
    free(encoded);
}

/* Appends `text` with every secret replaced. */
static void add_without_secrets(struct strbuf *out, const struct log *log, const char *text)
{
    while (*text) {
        size_t hidden = 0;
        for (size_t i = 0; i < log->secrets.count && !hidden; i++) {
            const char *secret = *(char *const *)vector_at(&log->secrets, i);
            size_t length = strlen(secret);
            if (strncmp(text, secret, length) == 0)
                hidden = length;
        }
        if (hidden)
            strbuf_add(out, "****");
        else
            strbuf_add_char(out, *text);
        text += hidden ? hidden : 1;
    }
}

/* The end of the user part of the authority that starts at `authority`, or `authority` itself when
 * there is none (RFC 3986, 3.2). */
static const char *after_user(const char *authority)
{
    const char *end = authority + strcspn(authority, "/?# \t\r\n\"'<>");
    const char *after = authority;

    for (const char *at = authority; at < end; at++) {
        if (*at == '@')
            after = at + 1;
    }
    return after;
}

static void add_without_users(struct strbuf *out, const char *text)
{
    const char *separator;

    while ((separator = strstr(text, "://"))) {
        const char *authority = separator + 3;
        strbuf_add_bytes(out, text, (size_t)(authority - text));
        text = after_user(authority);
    }
    strbuf_add(out, text);
}

static void release_secretly(struct strbuf *buffer)
{
    if (buffer->capacity)
        sodium_memzero(buffer->data, buffer->capacity);
    strbuf_release(buffer);
}

/* One write(2), so that the lines of several processes do not mix. */
static void write_line(struct log *log, const struct strbuf *line)
{
    if (log->descriptor >= 0 && is_full(log->descriptor)) {
        close(log->descriptor);
        log->descriptor = open_fresh(log, NULL);
    }
    if (log->descriptor >= 0) {
        ssize_t written = write(log->descriptor, line->data, line->length);
        (void)written; /* there is nobody to tell, and nothing depends on it */
    }
}

void log_write(struct log *log, enum log_level level, const char *format, ...)
{
    struct strbuf raw = STRBUF_INIT, clean = STRBUF_INIT, line = STRBUF_INIT;
    char at[TIMESTAMP_SIZE];
    va_list arguments;

    if (!log || level < log->level)
        return;
    va_start(arguments, format);
    strbuf_vprintf(&raw, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&log->lock);
    add_without_secrets(&clean, log, raw.data);
    release_secretly(&raw);
    add_without_users(&raw, clean.data);
    strbuf_printf(&line, "%s %s ", timestamp_format(clock_now(&log->clock), at),
                  level_names[level]);
    escape_terminal(&line, raw.data, raw.length, 0);
    strbuf_add_char(&line, '\n');
    write_line(log, &line);
    pthread_mutex_unlock(&log->lock);
    release_secretly(&raw);
    release_secretly(&clean);
    strbuf_release(&line);
}
