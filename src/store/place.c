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
#include <pilab/store/sharing.h>

#include "trust.h"

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

static bool hint_owner(struct error *error, const char *path)
{
    struct strbuf word = STRBUF_INIT;

    escape_shell(&word, path, strlen(path));
    error_hint(error, "Let its owner run: chmod 640 %s", word.data);
    strbuf_release(&word);
    return false;
}

/* What is read before the file is: `there` tells whether there is one. */
struct sight {
    struct stat folder, file;
    bool there;
};

static bool open_folder(const char *folder, mode_t mode, struct error *error)
{
    struct strbuf word = STRBUF_INIT;

    error_set(error, ERROR_UNTRUSTED, "the folder %s can be written by others (mode %04o)", folder,
              (unsigned)(mode & 07777));
    escape_shell(&word, folder, strlen(folder));
    error_hint(error,
               "Run: chmod go-w %s (several people on one machine share a store by `pilab store "
               "share GROUP`)",
               word.data);
    strbuf_release(&word);
    return false;
}

static bool foreign(const char *what, const char *path, uid_t owner, const char *use,
                    struct error *error)
{
    error_set(error, ERROR_UNTRUSTED, "%s%s belongs to another user (UID %u)", what, path,
              (unsigned)owner);
    return error_hint(error,
                      "Use a %s of your own: --store PATH. Who runs this store can share it with a "
                      "group of this machine: pilab store share GROUP",
                      use);
}

static bool no_member(const char *path, gid_t group, struct error *error)
{
    char name[STORE_GROUP_SIZE];

    store_group_name(group, name);
    error_set(error, ERROR_UNTRUSTED, "%s is shared with the group %s, and you are not in it", path,
              name);
    return error_hint(error,
                      "Ask who looks after this machine to put you into %s, and log in again. Or "
                      "use a file of your own: --store PATH.",
                      name);
}

static bool open_file_mode(const char *path, mode_t mode, struct error *error)
{
    error_set(error, ERROR_UNTRUSTED, "%s is open to others (mode %04o)", path,
              (unsigned)(mode & 07777));
    return hint_command(error, "chmod 600", path);
}

static bool check_regular(const char *path, const struct stat *status, struct error *error)
{
    if (S_ISREG(status->st_mode))
        return true;
    error_set(error, ERROR_INVALID, "%s is not a regular file", path);
    return error_hint(error, S_ISLNK(status->st_mode)
                                 ? "It is a symbolic link: give the path that it leads to."
                                 : "Give the path of a file.");
}

/* A private file, as a cache and a key of one's own are. */
static bool check_own(const char *path, mode_t forbidden, struct error *error)
{
    struct stat status;

    if (lstat(path, &status) != 0)
        return error_errno(error, errno, "cannot examine %s", path);
    if (!check_regular(path, &status, error))
        return false;
    if (status.st_uid != geteuid())
        return foreign("", path, status.st_uid, "file", error);
    return (status.st_mode & forbidden) == 0 || open_file_mode(path, status.st_mode, error);
}

bool place_check_key(const struct place *place, const char *path, struct error *error)
{
    struct stat status;

    if (!place->group_keys)
        return check_own(path, 077, error);
    if (lstat(path, &status) != 0)
        return error_errno(error, errno, "cannot examine %s", path);
    if (!check_regular(path, &status, error))
        return false;
    /* One's own that the group cannot read does no harm; `pilab store share` opens it to them. */
    if (trust_key_is_shared(place->group, status.st_gid, status.st_mode) ||
        (status.st_uid == geteuid() && (status.st_mode & 077) == 0))
        return true;
    error_set(error, ERROR_UNTRUSTED,
              "%s must be readable by the group of the store and by nobody else (mode %04o, GID "
              "%u)",
              path, (unsigned)(status.st_mode & 07777), (unsigned)status.st_gid);
    return hint_owner(error, path);
}

/* Whether a file is there at all cannot be seen in a folder that is closed to us. */
static bool look(const char *folder, const char *path, struct sight *sight, struct error *error)
{
    if (stat(folder, &sight->folder) != 0)
        return error_errno(error, errno, "cannot examine the folder %s", folder);
    sight->there = lstat(path, &sight->file) == 0;
    if (sight->there || errno == ENOENT)
        return true;
    if (errno == EACCES && trust_folder_is_shared(sight->folder.st_mode) &&
        !store_group_joined(sight->folder.st_gid))
        return no_member(path, sight->folder.st_gid, error);
    if (errno == EACCES && sight->folder.st_uid != geteuid() && sight->folder.st_uid != 0)
        return foreign("the folder ", folder, sight->folder.st_uid, "folder", error);
    return error_errno(error, errno, "cannot examine %s", path);
}

static bool refuse(enum trust_verdict verdict, const char *folder, const char *path,
                   const struct sight *sight, struct error *error)
{
    switch (verdict) {
    case TRUST_NO_MEMBER:
        return no_member(path, sight->folder.st_gid, error);
    case TRUST_FOREIGN_FOLDER:
        return foreign("the folder ", folder, sight->folder.st_uid, "folder", error);
    case TRUST_OPEN_FOLDER:
        return open_folder(folder, sight->folder.st_mode, error);
    case TRUST_FOREIGN_FILE:
        return foreign("", path, sight->file.st_uid, "file", error);
    case TRUST_OPEN_FILE:
        return open_file_mode(path, sight->file.st_mode, error);
    default:
        return true;
    }
}

/* The folder is judged even where there is no file yet: one would be made there. */
static bool judge(const char *folder, struct place *place, const struct sight *sight,
                  bool may_be_shared, struct error *error)
{
    struct trust_facts facts = { .user = geteuid(),
                                 .folder_owner = sight->folder.st_uid,
                                 .folder_group = sight->folder.st_gid,
                                 .folder_mode = sight->folder.st_mode & 07777 };
    enum trust_verdict verdict = trust_judge_folder(&facts);

    if (sight->there && !check_regular(place->path, &sight->file, error))
        return false;
    if (sight->there) {
        facts.file_owner = sight->file.st_uid;
        facts.file_group = sight->file.st_gid;
        facts.file_mode = sight->file.st_mode & 07777;
        facts.member = may_be_shared && store_group_joined(facts.folder_group);
        verdict = trust_judge(&facts);
        if (!may_be_shared && verdict == TRUST_NO_MEMBER)
            verdict = TRUST_OPEN_FOLDER;
    }
    place->shared = verdict == TRUST_SHARED;
    place->group = facts.folder_group;
    return refuse(verdict, folder, place->path, sight, error);
}

/* SQLite would make the file by the umask; the -wal and -shm files then take over its mode. */
static bool make_file(struct place *place, struct error *error)
{
    int file = open(place->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (file < 0 && errno == EEXIST)
        return check_own(place->path, S_IWGRP | S_IWOTH, error);
    if (file < 0)
        return error_errno(error, errno, "cannot make %s", place->path);
    close(file);
    place->made = true;
    return true;
}

static bool refuse_missing(const char *path, struct error *error)
{
    error_set(error, ERROR_NOT_FOUND, "there is no store at %s", path);
    return error_hint(error, "Start one with `pilab init`, `pilab project import` (pilab.yaml) or "
                             "`pilab demo`, or name another: --store PATH.");
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

static bool prepare(const char *path, bool create, bool may_be_shared, struct place *place,
                    struct error *error)
{
    char *folder = NULL;
    struct sight sight;
    bool ok;

    *place = (struct place){ 0 };
    ok = resolve(path, create, &folder, place, error) && look(folder, place->path, &sight, error) &&
         judge(folder, place, &sight, may_be_shared, error);
    if (ok && !sight.there)
        ok = create ? make_file(place, error) : refuse_missing(place->path, error);
    if (ok)
        look_at_file_system(folder, place);
    free(folder);
    return ok;
}

bool place_prepare(const char *path, bool create, struct place *place, struct error *error)
{
    return prepare(path, create, true, place, error);
}

bool place_prepare_own(const char *path, bool create, struct place *place, struct error *error)
{
    return prepare(path, create, false, place, error);
}

void place_release(struct place *place)
{
    free(place->path);
    *place = (struct place){ 0 };
}
