#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

/* From statfs(2) and linux/magic.h. */
static const unsigned long remote_types[] = {
    0x6969,     /* NFS */
    0x517b,     /* SMB */
    0xff534d42, /* CIFS */
    0xfe534d42, /* SMB2 */
    0x01021997, /* 9P: folders shared with a virtual machine */
    0x65735546, /* FUSE: sshfs and its like */
    0x5346414f, /* AFS */
    0x6b414653, /* kAFS */
    0x73757245, /* Coda */
    0x00c36400, /* Ceph */
    0x0bd00bd0, /* Lustre */
    0x47504653, /* GPFS */
    0x01161970, /* GFS2 */
    0x7461636f, /* OCFS2 */
    0x786f4256, /* VirtualBox shared folders */
};

bool place_type_is_remote(unsigned long type)
{
    for (size_t i = 0; i < sizeof remote_types / sizeof remote_types[0]; i++) {
        if (remote_types[i] == (type & 0xffffffffUL))
            return true;
    }
    return false;
}

/* "Run: <command> <path>", ready to be copied. Returns false. */
static bool hint_command(struct error *error, const char *command, const char *path)
{
    struct strbuf word = STRBUF_INIT;

    escape_shell(&word, path, strlen(path));
    error_hint(error, "Run: %s %s", command, word.data);
    strbuf_release(&word);
    return false;
}

/* Somebody who may write to the folder can put another file in the place of ours; a sticky folder
 * (/tmp) keeps them from that. */
static bool check_folder(const char *folder, struct error *error)
{
    struct stat status;

    if (stat(folder, &status) != 0)
        return error_errno(error, errno, "cannot examine the folder %s", folder);
    if ((status.st_mode & S_ISVTX) != 0)
        return true;
    if (status.st_uid != geteuid() && status.st_uid != 0) {
        error_set(error, ERROR_UNTRUSTED, "the folder %s belongs to another user (UID %u)", folder,
                  (unsigned)status.st_uid);
        return error_hint(error, "Use a folder of your own: --store PATH.");
    }
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        error_set(error, ERROR_UNTRUSTED, "the folder %s can be written by others (mode %04o)",
                  folder, (unsigned)(status.st_mode & 07777));
        return hint_command(error, "chmod go-w", folder);
    }
    return true;
}

bool place_check_file(const char *path, mode_t forbidden, struct error *error)
{
    struct stat status;

    if (lstat(path, &status) != 0)
        return error_errno(error, errno, "cannot examine %s", path);
    if (!S_ISREG(status.st_mode)) {
        error_set(error, ERROR_INVALID, "%s is not a regular file", path);
        return error_hint(error, S_ISLNK(status.st_mode)
                                     ? "It is a symbolic link: give the path that it leads to."
                                     : "Give the path of a file.");
    }
    if (status.st_uid != geteuid()) {
        error_set(error, ERROR_UNTRUSTED, "%s belongs to another user (UID %u)", path,
                  (unsigned)status.st_uid);
        return error_hint(error, "Use a file of your own: --store PATH.");
    }
    if ((status.st_mode & forbidden) != 0) {
        error_set(error, ERROR_UNTRUSTED, "%s is open to others (mode %04o)", path,
                  (unsigned)(status.st_mode & 07777));
        return hint_command(error, "chmod 600", path);
    }
    return true;
}

/* SQLite would make the file by the umask; the -wal and -shm files then take over its mode. */
static bool make_file(struct place *place, struct error *error)
{
    int file = open(place->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (file < 0 && errno == EEXIST)
        return place_check_file(place->path, S_IWGRP | S_IWOTH, error);
    if (file < 0)
        return error_errno(error, errno, "cannot make %s", place->path);
    close(file);
    place->made = true;
    return true;
}

static bool refuse_missing(const char *path, struct error *error)
{
    error_set(error, ERROR_NOT_FOUND, "there is no store at %s", path);
    return error_hint(error, "Start one with `pilab project import` (pilab.yaml) or `pilab demo`, "
                             "or name another: --store PATH.");
}

/* Splits into the folder, without symbolic links, and the name. */
static bool resolve(const char *path, bool create, char **folder, struct place *place,
                    struct error *error)
{
    const char *name = path_base_name(path);
    char *given =
        name == path ? memory_copy_text(".") : memory_copy_bytes(path, (size_t)(name - path));
    bool ok = true;

    if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        ok = error_set(error, ERROR_INVALID, "\"%s\" does not name a file", path);
    else if (create)
        ok = file_make_directories(given, 0700, error);
    if (ok && (*folder = realpath(given, NULL)) == NULL)
        ok = errno == ENOENT ? refuse_missing(path, error)
                             : error_errno(error, errno, "cannot find the folder %s", given);
    if (ok)
        place->path = path_join(*folder, name);
    free(given);
    return ok;
}

static void look_at_file_system(const char *folder, struct place *place)
{
    struct statfs type;
    struct statvfs flags;

    place->remote = statfs(folder, &type) == 0 && place_type_is_remote((unsigned long)type.f_type);
    place->frozen = statvfs(folder, &flags) == 0 && (flags.f_flag & ST_RDONLY) != 0;
}

bool place_prepare(const char *path, bool create, struct place *place, struct error *error)
{
    char *folder = NULL;
    struct stat status;
    bool ok;

    *place = (struct place){ 0 };
    ok = resolve(path, create, &folder, place, error) && check_folder(folder, error);
    if (ok && lstat(place->path, &status) == 0)
        ok = place_check_file(place->path, S_IWGRP | S_IWOTH, error);
    else if (ok && errno != ENOENT)
        ok = error_errno(error, errno, "cannot examine %s", place->path);
    else if (ok)
        ok = create ? make_file(place, error) : refuse_missing(place->path, error);
    if (ok)
        look_at_file_system(folder, place);
    free(folder);
    return ok;
}

void place_release(struct place *place)
{
    free(place->path);
    *place = (struct place){ 0 };
}
