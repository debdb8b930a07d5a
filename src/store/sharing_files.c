/* The store's files, and opening and closing them to a group. */
#include <config.h> /* AT_SYMLINK_NOFOLLOW of fchmodat is a system extension */

#include <pilab/store/sharing.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "trust.h"

#define KEY_LIMIT 4096

/* --- What lies there -------------------------------------------------------------------------- */

/* By what follows the database's name. */
static enum store_file_kind kind_of(const char *name, const char *database)
{
    static const struct {
        const char *suffix;
        bool whole; /* nothing follows */
        enum store_file_kind kind;
    } kinds[] = {
        {"",           true,  STORE_FILE_DATABASE},
        { "-wal",      true,  STORE_FILE_JOURNAL },
        { "-shm",      true,  STORE_FILE_JOURNAL },
        { "-journal",  true,  STORE_FILE_JOURNAL },
        { ".key",      true,  STORE_FILE_KEY     },
        { ".key.",     false, STORE_FILE_DRAFT   },
        { ".secrets-", false, STORE_FILE_KEY     },
        { ".before-",  false, STORE_FILE_BACKUP  },
    };
    size_t length = strlen(database), size = strlen(name);

    if (strncmp(name, database, length) != 0)
        return STORE_FILE_OTHER;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t part = strlen(kinds[i].suffix);

        if (strncmp(name + length, kinds[i].suffix, part) != 0 ||
            (kinds[i].whole && size != length + part))
            continue;
        if (kinds[i].kind == STORE_FILE_BACKUP && size > 5 && strcmp(name + size - 5, ".part") == 0)
            return STORE_FILE_DRAFT;
        return kinds[i].kind;
    }
    return STORE_FILE_OTHER;
}

static int by_name(const void *a, const void *b)
{
    const struct store_file *left = a, *right = b;

    return strcmp(left->name, right->name);
}

/* A journal may go while we look. */
static void add_file(DIR *directory, const char *name, const char *database, struct arena *arena,
                     struct vector *found)
{
    struct store_file file = { .kind = kind_of(name, database) };
    struct stat status;

    if (fstatat(dirfd(directory), name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    file.name = arena_text(arena, name);
    file.regular = S_ISREG(status.st_mode);
    file.owner = status.st_uid;
    file.group = status.st_gid;
    file.mode = status.st_mode & 07777;
    file.size = (int64_t)status.st_size;
    vector_push(found, &file);
}

static bool read_folder(DIR *directory, const char *database, struct arena *arena,
                        struct store_files *files, struct error *error)
{
    struct vector found;
    struct stat status;
    struct dirent *entry;
    int number;

    if (fstat(dirfd(directory), &status) != 0)
        return error_errno(error, errno, "cannot examine the folder %s", files->folder);
    files->owner = status.st_uid;
    files->group = status.st_gid;
    files->mode = status.st_mode & 07777;
    vector_init(&found, sizeof(struct store_file));
    while ((errno = 0, entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            add_file(directory, entry->d_name, database, arena, &found);
    }
    number = errno;
    files->count = found.count;
    files->items = arena_array(arena, found.count + 1, sizeof *files->items);
    for (size_t i = 0; i < found.count; i++) {
        files->items[i] = *(struct store_file *)vector_at(&found, i);
        files->other_count += files->items[i].kind == STORE_FILE_OTHER;
    }
    vector_release(&found);
    qsort(files->items, files->count, sizeof *files->items, by_name);
    return number == 0 || error_errno(error, number, "cannot read the folder %s", files->folder);
}

bool store_files_list(const char *path, struct arena *arena, struct store_files *files,
                      struct error *error)
{
    const char *name = path_base_name(path);
    char *given =
        name == path ? memory_copy_text(".") : memory_copy_bytes(path, (size_t)(name - path));
    char *folder = realpath(given, NULL);
    DIR *directory = folder != NULL ? opendir(folder) : NULL;
    bool ok;

    *files = (struct store_files){ 0 };
    if (directory == NULL) {
        ok = error_errno(error, errno, "cannot read the folder %s", given);
    } else {
        files->folder = arena_text(arena, folder);
        ok = read_folder(directory, name, arena, files, error);
        closedir(directory);
    }
    free(folder);
    free(given);
    return ok;
}

/* --- Whether they are as they must be --------------------------------------------------------- */

bool store_folder_fits(const struct store_files *files, gid_t group)
{
    return files->group == group && trust_folder_is_shared(files->mode);
}

bool store_file_fits(const struct store_file *file, gid_t group)
{
    if (file->kind == STORE_FILE_OTHER || file->kind == STORE_FILE_DRAFT)
        return true;
    if (!file->regular)
        return false;
    return file->kind == STORE_FILE_KEY ? trust_key_is_shared(group, file->group, file->mode)
                                        : file->group == group && file->mode == TRUST_SHARED_FILE;
}

/* Lists of access beside the modes (ACLs) are not looked at. */
const char *store_files_barrier(const struct store_files *files, gid_t group, struct arena *arena)
{
    char *above = arena_text(arena, files->folder);
    char *slash;

    while ((slash = strrchr(above, '/')) != NULL && above[1] != '\0') {
        struct stat status;

        slash[slash == above ? 1 : 0] = '\0';
        if (stat(above, &status) != 0 ||
            ((status.st_mode & S_IXOTH) == 0 &&
             (status.st_gid != group || (status.st_mode & S_IXGRP) == 0)))
            return above;
    }
    return NULL;
}

/* --- Opening and closing ---------------------------------------------------------------------- */

static mode_t shared_mode(const struct store_file *file)
{
    return file->kind == STORE_FILE_KEY ? TRUST_SHARED_KEY : TRUST_SHARED_FILE;
}

/* Without following a link that somebody of the group may have put there meanwhile, and without
 * opening a database, which would drop SQLite's locks. Group first: that takes bits away. A journal
 * may have gone. */
static bool set_access(const char *path, gid_t group, mode_t mode, struct error *error)
{
    if ((fchownat(AT_FDCWD, path, (uid_t)-1, group, AT_SYMLINK_NOFOLLOW) == 0 &&
         fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0) ||
        errno == ENOENT)
        return true;
    error_errno(error, errno, "cannot set group and mode (%04o) of %s", (unsigned)mode, path);
    return error_hint(error, "Some file systems keep neither: put the store on a local disk.");
}

static bool refuse_foreign(const char *path, const struct store_file *file, gid_t group,
                           struct error *error)
{
    struct strbuf word = STRBUF_INIT;
    char name[STORE_GROUP_SIZE];

    escape_shell(&word, path, strlen(path));
    error_set(error, ERROR_UNTRUSTED, "%s belongs to another user (UID %u) and has mode %04o", path,
              (unsigned)file->owner, (unsigned)file->mode);
    error_hint(error, "Let them run: chgrp %s %s && chmod %o %s", store_group_name(group, name),
               word.data, (unsigned)shared_mode(file), word.data);
    strbuf_release(&word);
    return false;
}

static bool share_file(const char *folder, const struct store_file *file, gid_t group,
                       struct error *error)
{
    char *path = path_join(folder, file->name);
    bool ok = true;

    if (!file->regular)
        ok = error_set(error, ERROR_UNTRUSTED, "%s is not a regular file", path);
    else if (!store_file_fits(file, group))
        ok = geteuid() != 0 && file->owner != geteuid()
                 ? refuse_foreign(path, file, group, error)
                 : set_access(path, group, shared_mode(file), error);
    free(path);
    return ok;
}

static bool is_ours(const struct store_file *file)
{
    return file->kind != STORE_FILE_OTHER && file->kind != STORE_FILE_DRAFT;
}

/* The database goes before its journals, which take over its mode when they are made; the folder
 * goes last, for it lets the others in. */
bool store_files_share(const struct store_files *files, gid_t group, struct error *error)
{
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < files->count; i++) {
            const struct store_file *file = &files->items[i];

            if (is_ours(file) && (file->kind == STORE_FILE_DATABASE) == (round == 0) &&
                !share_file(files->folder, file, group, error))
                return false;
        }
    }
    return store_folder_fits(files, group) ||
           set_access(files->folder, group, TRUST_SHARED_FOLDER, error);
}

/* A key of one's own must be one's own file: it is written anew. */
static bool take_over(const char *path, struct error *error)
{
    struct strbuf content = STRBUF_INIT;
    bool ok = file_read(path, KEY_LIMIT, false, &content, error) &&
              file_write_atomic(path, content.data, content.length, 0600, error) &&
              set_access(path, getegid(), 0600, error);

    explicit_bzero(content.data, content.length);
    strbuf_release(&content);
    return ok;
}

static bool close_file(const char *folder, const struct store_file *file, uid_t owner,
                       struct error *error)
{
    char *path = path_join(folder, file->name);
    bool root = geteuid() == 0, ok = true;

    /* Journals and backups of others lie in a folder that only its owner enters. */
    if (file->kind == STORE_FILE_KEY && file->owner != owner && !root)
        ok = take_over(path, error);
    else if (root && fchownat(AT_FDCWD, path, owner, (gid_t)-1, AT_SYMLINK_NOFOLLOW) != 0 &&
             errno != ENOENT)
        ok = error_errno(error, errno, "cannot give %s back to its owner", path);
    else if (file->regular && (root || file->owner == owner))
        ok = set_access(path, getegid(), 0600, error);
    free(path);
    return ok;
}

/* The folder goes first: with it everybody else is out. */
bool store_files_close(const struct store_files *files, struct error *error)
{
    bool ok = set_access(files->folder, getegid(), 0700, error);
    uid_t owner = geteuid();

    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].kind == STORE_FILE_DATABASE)
            owner = files->items[i].owner;
    }
    for (size_t i = 0; ok && i < files->count; i++) {
        if (is_ours(&files->items[i]))
            ok = close_file(files->folder, &files->items[i], owner, error);
    }
    return ok;
}
