#include <config.h> /* nftw */

#include "mirror_folder.h"
#include "mirror_lock.h"

#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/mirror.h>

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

/* --- Leftovers ------------------------------------------------------------------------------ */

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

bool mirror_remove_tree(const char *path)
{
    return nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS) == 0;
}

static int remove_lock(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)where;
    if (kind == FTW_F && ends(path, ".lock"))
        unlink(path);
    return 0;
}

/* Removes what in `directory` begins with `prefix`; how many. */
static size_t sweep(const char *directory, const char *prefix)
{
    DIR *open_directory = opendir(directory);
    struct dirent *entry;
    size_t count = 0;
    while (open_directory && (entry = readdir(open_directory))) {
        if (!begins(entry->d_name, prefix))
            continue;
        char *path = path_join(directory, entry->d_name);
        mirror_remove_tree(path);
        free(path);
        count++;
    }
    if (open_directory)
        closedir(open_directory);
    return count;
}

/* A fetch that is interrupted at its very end has written the index and not yet named its pack. */
static void remove_lone_indexes(const char *packs)
{
    DIR *directory = opendir(packs);
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        if (!ends(entry->d_name, ".idx"))
            continue;
        char *index = path_join(packs, entry->d_name);
        char *pack = memory_printf("%.*s.pack", (int)(strlen(index) - 4), index);
        if (!file_exists(pack))
            unlink(index);
        free(pack);
        free(index);
    }
    if (directory)
        closedir(directory);
}

static void sweep_locks(const char *path)
{
    static const char *const names[] = { "HEAD.lock", "config.lock", "packed-refs.lock" };
    char *references = path_join(path, "refs");
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        char *lock = path_join(path, names[i]);
        unlink(lock);
        free(lock);
    }
    nftw(references, remove_lock, 16, FTW_PHYS);
    free(references);
}

static void sweep_clones(const char *path)
{
    char *parent = memory_copy_bytes(path, (size_t)(path_base_name(path) - path));
    char *fresh = memory_printf("%s.new-", path_base_name(path));
    char *replaced = memory_printf("%s.old-", path_base_name(path));
    sweep(parent, fresh);
    sweep(parent, replaced);
    free(replaced);
    free(fresh);
    free(parent);
}

void mirror_clean(const char *path)
{
    char *packs = path_join(path, "objects/pack");
    sweep_clones(path);
    if (sweep(packs, "pack_git2_") > 0)
        remove_lone_indexes(packs);
    sweep_locks(path);
    free(packs);
}

/* Those of others are left: the lock is not waited for. */
static void clean_unless_busy(const char *path)
{
    int lock;
    if (!mirror_try_lock(path, &lock, NULL))
        return;
    if (mirror_is_ours(path, NULL))
        mirror_clean(path);
    close(lock);
}

void mirror_sweep(const char *cache_directory)
{
    char *mirrors = path_join(cache_directory, "mirrors");
    DIR *directory = opendir(mirrors);
    struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        if (!ends(entry->d_name, ".git.lock"))
            continue;
        char *path = path_join(mirrors, entry->d_name);
        path[strlen(path) - strlen(".lock")] = '\0';
        clean_unless_busy(path);
        free(path);
    }
    if (directory)
        closedir(directory);
    free(mirrors);
}

/* --- Whose it is, and whether it is whole ---------------------------------------------------- */

bool mirror_is_ours(const char *path, struct error *error)
{
    struct stat status;
    if (lstat(path, &status) != 0)
        return errno == ENOENT || error_errno(error, errno, "mirror %s", path);
    if (S_ISDIR(status.st_mode))
        return true;
    error_set(error, ERROR_UNTRUSTED, "mirror %s is %s, which is not written through", path,
              S_ISLNK(status.st_mode) ? "a symbolic link" : "no folder");
    return error_hint(error, "remove it: the mirror is made there anew");
}

/* The pack ends with its checksum, and so does, before its own, the index: what was cut off, or put
 * in its place, has another one. */
static bool has_its_pack(const char *index, const char *pack)
{
    unsigned char of_pack[GIT_OID_RAWSZ], of_index[GIT_OID_RAWSZ];
    FILE *packed = fopen(pack, "re"), *indexed = fopen(index, "re");
    bool same = packed && indexed && fseek(packed, -GIT_OID_RAWSZ, SEEK_END) == 0 &&
                fread(of_pack, 1, sizeof(of_pack), packed) == sizeof(of_pack) &&
                fseek(indexed, -2 * GIT_OID_RAWSZ, SEEK_END) == 0 &&
                fread(of_index, 1, sizeof(of_index), indexed) == sizeof(of_index) &&
                memcmp(of_pack, of_index, sizeof(of_pack)) == 0;
    if (packed)
        fclose(packed);
    if (indexed)
        fclose(indexed);
    return same;
}

static bool packs_are_whole(const char *path, struct strbuf *why)
{
    char *packs = path_join(path, "objects/pack");
    DIR *directory = opendir(packs);
    struct dirent *entry;
    bool whole = true;
    while (whole && directory && (entry = readdir(directory))) {
        if (!ends(entry->d_name, ".idx"))
            continue;
        char *index = path_join(packs, entry->d_name);
        char *pack = memory_printf("%.*s.pack", (int)(strlen(index) - 4), index);
        whole = has_its_pack(index, pack);
        if (!whole)
            strbuf_printf(why, "%s is missing or not what it was", path_base_name(pack));
        free(pack);
        free(index);
    }
    if (directory)
        closedir(directory);
    free(packs);
    return whole;
}

static bool references_lead_somewhere(git_repository *git, struct strbuf *why)
{
    git_reference_iterator *iterator = NULL;
    git_reference *reference = NULL;
    git_odb *objects = NULL;
    bool whole =
        git_repository_odb(&objects, git) == 0 && git_reference_iterator_new(&iterator, git) == 0;
    while (whole && git_reference_next(&reference, iterator) == 0) {
        const git_oid *target = git_reference_target(reference);
        whole = !target || git_odb_exists(objects, target);
        if (!whole)
            strbuf_printf(why, "%s leads to nothing", git_reference_name(reference));
        git_reference_free(reference);
    }
    if (!whole && why->length == 0)
        strbuf_add(why, "its references cannot be read");
    git_reference_iterator_free(iterator);
    git_odb_free(objects);
    return whole;
}

bool mirror_is_whole(git_repository *git, const char *path, struct strbuf *why)
{
    return packs_are_whole(path, why) && references_lead_somewhere(git, why);
}

/* Between the two renames there is none; who is interrupted there finds none, and clones. */
bool mirror_put_in_place(const char *fresh, const char *path, struct error *error)
{
    char *replaced = memory_printf("%s.old-%ld", path, (long)getpid());
    bool ok = !file_exists(path) || rename(path, replaced) == 0;
    ok = ok && rename(fresh, path) == 0;
    if (!ok)
        error_errno(error, errno, "mirror %s cannot be put in place", path);
    if (!ok && !file_exists(path))
        rename(replaced, path);
    mirror_remove_tree(replaced);
    free(replaced);
    return ok;
}
