#include <pilab/account/secret.h>

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/escape.h>

void secret_wipe(struct strbuf *value)
{
    if (value->capacity > 0)
        sodium_memzero(value->data, value->capacity);
    strbuf_release(value);
}

bool secret_descriptor_read(int descriptor, const char *name, size_t limit, struct strbuf *out,
                            struct error *error)
{
    ssize_t got;

    /* All the room at once: a buffer that grows leaves copies of what it held behind. */
    strbuf_reserve(out, limit + 1);
    do {
        got = read(descriptor, out->data + out->length, limit + 1 - out->length);
        if (got > 0)
            out->length += (size_t)got;
    } while ((got > 0 && out->length <= limit) || (got < 0 && errno == EINTR));
    out->data[out->length] = '\0';
    if (got >= 0 && out->length <= limit)
        return true;
    if (got < 0)
        error_errno(error, errno, "cannot read %s", name);
    else
        error_set(error, ERROR_LIMIT, "%s holds more than %zu bytes", name, limit);
    secret_wipe(out);
    return false;
}

/* As ssh does with its keys: what others can read is no secret any more. */
static bool check_private(const char *path, const struct stat *status, struct error *error)
{
    struct strbuf word = STRBUF_INIT;

    if (!S_ISREG(status->st_mode) && !S_ISFIFO(status->st_mode)) {
        error_set(error, ERROR_INVALID, "%s is not a regular file", path);
        return error_hint(error, "Give the path of a file, or - for standard input.");
    }
    if (status->st_uid != geteuid()) {
        error_set(error, ERROR_UNTRUSTED, "%s belongs to another user (UID %u)", path,
                  (unsigned)status->st_uid);
        return error_hint(error, "Use a file of your own with mode 600.");
    }
    if ((status->st_mode & 077) == 0)
        return true;
    error_set(error, ERROR_UNTRUSTED, "%s holds a secret and is open to others (mode %04o)", path,
              (unsigned)(status->st_mode & 07777));
    escape_shell(&word, path, strlen(path));
    error_hint(error, "Run: chmod 600 %s", word.data);
    strbuf_release(&word);
    return false;
}

/* O_NONBLOCK so that a pipe that nobody writes to does not hold us up in open(2); after that a
 * writer may take its time. */
static bool become_patient(int descriptor)
{
    int flags = fcntl(descriptor, F_GETFL);

    return flags >= 0 && fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

static bool check_shared(const char *path, const struct stat *status, gid_t group,
                         struct error *error)
{
    struct strbuf word = STRBUF_INIT;

    if (!S_ISREG(status->st_mode))
        return error_set(error, ERROR_INVALID, "%s is not a regular file", path);
    if ((status->st_gid == group && (status->st_mode & S_IRGRP) != 0 &&
         (status->st_mode & 07117) == 0) ||
        (status->st_uid == geteuid() && (status->st_mode & 077) == 0))
        return true;
    error_set(error, ERROR_UNTRUSTED,
              "%s must be readable by the store's group and by nobody else (mode %04o, GID %u)",
              path, (unsigned)(status->st_mode & 07777), (unsigned)status->st_gid);
    escape_shell(&word, path, strlen(path));
    error_hint(error, "Let its owner run: chmod 640 %s", word.data);
    strbuf_release(&word);
    return false;
}

/* `group` NULL: a file of one's own. */
static bool read_file(const char *path, size_t limit, bool follow, const gid_t *group,
                      struct strbuf *out, struct error *error)
{
    int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW);
    int descriptor = open(path, flags);
    struct stat status;
    bool ok;

    if (descriptor < 0 && errno == ELOOP && !follow)
        return error_set(error, ERROR_UNTRUSTED, "%s is a symbolic link", path);
    if (descriptor < 0)
        return error_errno(error, errno, "cannot open %s", path);
    if (fstat(descriptor, &status) != 0 || !become_patient(descriptor))
        ok = error_errno(error, errno, "cannot examine %s", path);
    else
        ok = (group != NULL ? check_shared(path, &status, *group, error)
                            : check_private(path, &status, error)) &&
             secret_descriptor_read(descriptor, path, limit, out, error);
    close(descriptor);
    return ok;
}

bool secret_file_read(const char *path, size_t limit, bool follow, struct strbuf *out,
                      struct error *error)
{
    return read_file(path, limit, follow, NULL, out, error);
}

bool secret_file_read_shared(const char *path, size_t limit, gid_t group, struct strbuf *out,
                             struct error *error)
{
    return read_file(path, limit, false, &group, out, error);
}
