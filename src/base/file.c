#include <pilab/base/file.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/digest.h>
#include <pilab/base/memory.h>

static const char *kind_of(mode_t mode)
{
    static const struct {
        mode_t type;
        const char *name;
    } kinds[] = {
        {S_IFDIR,   "a directory"    },
        { S_IFIFO,  "a named pipe"   },
        { S_IFSOCK, "a socket"       },
        { S_IFCHR,  "a device"       },
        { S_IFBLK,  "a device"       },
        { S_IFLNK,  "a symbolic link"},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].type == (mode & S_IFMT))
            return kinds[i].name;
    }
    return "something else";
}

static bool too_large(const char *path, size_t limit, struct error *error)
{
    return error_set(error, ERROR_LIMIT, "%s: larger than %zu bytes, the most that is read", path,
                     limit);
}

/* What open(2) says about things that are not regular files. */
static bool refuse_open(const char *path, int number, bool follow, struct error *error)
{
    if (number == ELOOP && !follow)
        return error_set(error, ERROR_INVALID, "%s: a symbolic link, not a regular file", path);
    if (number == ENXIO)
        return error_set(error, ERROR_INVALID, "%s: a socket or device, not a regular file", path);
    return error_errno(error, number, "%s: cannot be opened", path);
}

static bool read_all(int descriptor, const char *path, size_t limit, size_t expected,
                     struct strbuf *out, struct error *error)
{
    size_t total = 0;

    /* One byte more than expected, to see the end without growing; /proc says 0 for everything. */
    strbuf_reserve(out, expected ? expected + 1 : 4096);
    for (;;) {
        size_t room = out->capacity - out->length - 1;
        size_t wanted = room < limit - total + 1 ? room : limit - total + 1;
        ssize_t got = read(descriptor, out->data + out->length, wanted);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_errno(error, errno, "%s: cannot be read", path);
        if (got == 0)
            return true;
        total += (size_t)got;
        if (total > limit)
            return too_large(path, limit, error);
        out->length += (size_t)got;
        out->data[out->length] = '\0';
        strbuf_reserve(out, 1);
    }
}

/* Reads what was opened, and closes it. */
static bool read_opened(int descriptor, const char *path, size_t limit, struct strbuf *out,
                        struct error *error)
{
    size_t before = out->length;
    struct stat status;
    bool done = false;

    if (limit > SSIZE_MAX - 1)
        limit = SSIZE_MAX - 1;
    if (fstat(descriptor, &status) != 0)
        error_errno(error, errno, "%s: cannot be examined", path);
    else if (!S_ISREG(status.st_mode))
        error_set(error, ERROR_INVALID, "%s: %s, not a regular file", path,
                  kind_of(status.st_mode));
    else if ((uintmax_t)status.st_size > limit)
        too_large(path, limit, error);
    else
        done = read_all(descriptor, path, limit, (size_t)status.st_size, out, error);
    if (!done && out->capacity) {
        out->length = before;
        out->data[before] = '\0';
    }
    close(descriptor);
    return done;
}

bool file_read(const char *path, size_t limit, bool follow, struct strbuf *out, struct error *error)
{
    int descriptor =
        open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));

    if (descriptor < 0)
        return refuse_open(path, errno, follow, error);
    return read_opened(descriptor, path, limit, out, error);
}

/* One name, and not the way to another directory. */
static bool check_name(const char *name, const char *path, struct error *error)
{
    if (*name != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
        strcmp(name, "..") != 0)
        return true;
    return error_set(error, ERROR_INVALID, "\"%s\" does not name a file", path);
}

bool file_read_in(int directory, const char *name, const char *path, size_t limit,
                  struct strbuf *out, struct error *error)
{
    int descriptor;

    if (!check_name(name, path, error))
        return false;
    descriptor = openat(directory, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW);
    if (descriptor < 0)
        return refuse_open(path, errno, false, error);
    return read_opened(descriptor, path, limit, out, error);
}

static bool write_all(int descriptor, const char *data, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, data, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        data += written;
        length -= (size_t)written;
    }
    return true;
}

/* Everything that a reader may find under the final name is on the disk before the name changes.
 * Some file systems cannot fsync a directory (EINVAL); that is no failure. */
static bool replace(int directory, const char *temporary, const char *name, int descriptor,
                    const void *data, size_t length, mode_t mode)
{
    if (!write_all(descriptor, data, length) || fchmod(descriptor, mode) != 0 ||
        fsync(descriptor) != 0)
        return false;
    if (renameat(directory, temporary, directory, name) != 0)
        return false;
    return fsync(directory) == 0 || errno == EINVAL;
}

static bool check_target(int directory, const char *name, const char *path, struct error *error)
{
    struct stat status;

    if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT ? true : error_errno(error, errno, "%s: cannot be examined", path);
    if (S_ISREG(status.st_mode))
        return true;
    error_set(error, ERROR_INVALID, "%s: %s, not replaced", path, kind_of(status.st_mode));
    return error_hint(error, "Name a regular file, or one that does not exist yet.");
}

/* The directory of `path`, opened, so that the temporary file and the target are in the same one
 * even when somebody moves it meanwhile. */
static int open_directory(const char *path)
{
    const char *name = path_base_name(path);
    char *directory =
        name == path ? memory_copy_text(".") : memory_copy_bytes(path, (size_t)(name - path));
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int number = errno;

    free(directory);
    errno = number;
    return descriptor;
}

static const char *temporary_name(char out[32])
{
    struct random random = random_system();
    unsigned char bytes[8];
    char hex[2 * sizeof bytes + 1];

    random_bytes(&random, bytes, sizeof bytes);
    snprintf(out, 32, ".pilab-%s.tmp", hex_encode(bytes, sizeof bytes, hex));
    return out;
}

bool file_write_in(int directory, const char *name, const char *path, const void *data,
                   size_t length, mode_t mode, struct error *error)
{
    char temporary[32];
    int descriptor;
    bool done;

    if (!check_name(name, path, error) || !check_target(directory, name, path, error))
        return false;
    temporary_name(temporary);
    descriptor =
        openat(directory, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return error_errno(error, errno, "%s: cannot be created", path);
    done = replace(directory, temporary, name, descriptor, data, length, mode);
    if (!done) {
        error_errno(error, errno, "%s: cannot be written", path);
        unlinkat(directory, temporary, 0);
    }
    close(descriptor);
    return done;
}

bool file_write_atomic(const char *path, const void *data, size_t length, mode_t mode,
                       struct error *error)
{
    const char *name = path_base_name(path);
    int directory;
    bool done;

    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return error_set(error, ERROR_INVALID, "\"%s\" does not name a file to write", path);
    directory = open_directory(path);
    if (directory < 0)
        return error_errno(error, errno, "%s: its directory cannot be opened", path);
    done = file_write_in(directory, name, path, data, length, mode, error);
    close(directory);
    return done;
}

static bool make_directory(const char *path, mode_t mode, struct error *error)
{
    if (mkdir(path, mode) == 0 || file_is_directory(path))
        return true;
    if (errno == EEXIST)
        return error_set(error, ERROR_EXISTS,
                         "%s: cannot be made a directory: a file has that name", path);
    return error_errno(error, errno, "%s: the directory cannot be made", path);
}

bool file_make_directories(const char *path, mode_t mode, struct error *error)
{
    char *copy = memory_copy_text(path);
    bool done = true;

    for (char *slash = copy; done && *slash; slash++) {
        if (*slash != '/' || slash == copy || slash[-1] == '/')
            continue;
        *slash = '\0';
        done = file_is_directory(copy) || make_directory(copy, mode, error);
        *slash = '/';
    }
    done = done && make_directory(copy, mode, error);
    free(copy);
    return done;
}

bool file_exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

bool file_is_directory(const char *path)
{
    struct stat status;
    int number = errno;
    bool is = stat(path, &status) == 0 && S_ISDIR(status.st_mode);

    errno = number;
    return is;
}

char *path_join(const char *directory, const char *name)
{
    size_t length = strlen(directory);

    if (*name == '/' || length == 0)
        return memory_copy_text(name);
    if (*name == '\0')
        return memory_copy_text(directory);
    return memory_printf("%s%s%s", directory, directory[length - 1] == '/' ? "" : "/", name);
}

char *path_from_home(const char *typed)
{
    const char *home = getenv("HOME");

    if (strncmp(typed, "~/", 2) != 0 || home == NULL)
        return memory_copy_text(typed);
    return path_join(home, typed + 2);
}

const char *path_base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static char *xdg_home(const char *variable, const char *fallback, struct error *error)
{
    const char *value = getenv(variable);
    const char *home = getenv("HOME");

    if (value && *value == '/')
        return memory_printf("%s/pilab", value);
    if (home && *home == '/')
        return memory_printf("%s/%s/pilab", home, fallback);
    error_set(error, ERROR_IO, "No home directory: neither $%s nor $HOME is an absolute path",
              variable);
    error_hint(error, "Set HOME, or %s to the directory that shall be used.", variable);
    return NULL;
}

char *path_data_home(struct error *error)
{
    return xdg_home("XDG_DATA_HOME", ".local/share", error);
}

char *path_cache_home(struct error *error)
{
    return xdg_home("XDG_CACHE_HOME", ".cache", error);
}

char *path_config_home(struct error *error)
{
    return xdg_home("XDG_CONFIG_HOME", ".config", error);
}

char *path_state_home(struct error *error)
{
    return xdg_home("XDG_STATE_HOME", ".local/state", error);
}
