#include <config.h> /* nftw */

#include <pilab/git/mirror.h>

#include "internal.h"
#include "talk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/digest.h>
#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

/* How often a lock that another process holds is tried. */
#define LOCK_WAIT_MS 100

/* What one update works with. */
struct update {
    struct talk talk;
    char *path; /* the mirror */
    int lock;
};

/* --- Where it is ---------------------------------------------------------------------------- */

static const char *last_part(const char *url, size_t *length)
{
    size_t end = strlen(url);
    while (end > 0 && url[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && url[start - 1] != '/' && url[start - 1] != ':')
        start--;
    *length = end - start;
    if (*length > 4 && memcmp(url + end - 4, ".git", 4) == 0)
        *length -= 4;
    return url + start;
}

/* A folder by its real path; one that is away by the path as it is written. */
static char *identity_of(const char *url)
{
    enum remote_kind kind = REMOTE_HTTPS;
    remote_check(url, &kind, NULL);
    char *local = kind <= REMOTE_FILE ? remote_local_path(url, kind) : NULL;
    char *absolute = local ? realpath(local, NULL) : NULL;
    if (absolute) {
        free(local);
        return absolute;
    }
    return local ? local : memory_copy_text(url);
}

/* "pay-service-1a2b3c4d5e6f.git": a name for people and the hash that tells two apart. */
char *mirror_path(const char *url, const struct mirror_options *options)
{
    struct strbuf name = STRBUF_INIT;
    char hash[SHA256_HEX_SIZE];
    char *identity = identity_of(url);
    size_t length;
    const char *last = last_part(identity, &length);
    slug_file_name(&name, last, length);
    sha256_hex(identity, strlen(identity), hash);
    char *path =
        memory_printf("%s/mirrors/%s-%.12s.git", options->cache_directory, name.data, hash);
    strbuf_release(&name);
    free(identity);
    return path;
}

/* --- Lock and leftovers --------------------------------------------------------------------- */

static bool take_lock(struct update *update, struct error *error)
{
    char *path = memory_printf("%s.lock", update->path);
    bool ok = false;
    update->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (update->lock < 0) {
        error_errno(error, errno, "lock %s cannot be made", path);
        goto out;
    }
    while (flock(update->lock, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) {
            error_errno(error, errno, "lock %s cannot be taken", path);
            goto out;
        }
        if (!progress_check(update->talk.progress, error))
            goto out;
        progress_report(update->talk.progress, "waiting for another update of this mirror", 0, 0);
        poll(NULL, 0, LOCK_WAIT_MS);
    }
    ok = true;
out:
    free(path);
    return ok;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Removes what in `directory` begins with `prefix`: the lock is ours, so nobody writes there. */
static void sweep(const char *directory, const char *prefix)
{
    DIR *open_directory = opendir(directory);
    struct dirent *entry;
    while (open_directory && (entry = readdir(open_directory))) {
        if (!begins(entry->d_name, prefix))
            continue;
        char *path = path_join(directory, entry->d_name);
        remove_tree(path);
        free(path);
    }
    if (open_directory)
        closedir(open_directory);
}

/* An interrupted clone leaves "<mirror>.new-<pid>", an interrupted fetch half a pack. */
static void sweep_leftovers(const struct update *update)
{
    char *parent =
        memory_copy_bytes(update->path, (size_t)(path_base_name(update->path) - update->path));
    char *prefix = memory_printf("%s.new-", path_base_name(update->path));
    char *packs = path_join(update->path, "objects/pack");
    sweep(parent, prefix);
    sweep(packs, "pack_git2_");
    free(parent);
    free(prefix);
    free(packs);
}

/* --- Making and updating ------------------------------------------------------------------- */

/* What HEAD shall be; NULL when the remote does not say. */
static char *default_branch(git_remote *remote)
{
    git_buf name = { .ptr = NULL };
    char *branch =
        git_remote_default_branch(&name, remote) == 0 ? memory_copy_text(name.ptr) : NULL;
    git_buf_dispose(&name);
    return branch;
}

/* HEAD follows the remote's default branch, which may have been renamed: when that branch is there,
 * so that a fetch that failed leaves a HEAD that leads somewhere. */
static void set_head(git_repository *git, const char *branch)
{
    git_reference *head = NULL;
    if (branch && git_reference_symbolic_create(&head, git, "HEAD", branch, 1, NULL) == 0)
        git_reference_free(head);
}

static int fetch_all(git_remote *remote, const git_remote_connect_options *connect, void *context)
{
    char branches[] = "+refs/heads/*:refs/heads/*", tags[] = "+refs/tags/*:refs/tags/*";
    char *specs[] = { branches, tags };
    const git_strarray refspecs = { .strings = specs, .count = 2 };
    git_fetch_options fetch;
    git_fetch_options_init(&fetch, GIT_FETCH_OPTIONS_VERSION);
    fetch.callbacks = connect->callbacks;
    fetch.follow_redirects = connect->follow_redirects;
    fetch.proxy_opts = connect->proxy_opts;
    fetch.prune = GIT_FETCH_PRUNE;
    fetch.update_fetchhead = 0;
    fetch.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE; /* the second refspec brings them all */
    char *branch = default_branch(remote);
    int result = git_remote_fetch(remote, &refspecs, &fetch, NULL);
    if (result == 0)
        set_head(context, branch);
    free(branch);
    return result;
}

static bool fetch_into(struct update *update, git_repository *git, struct error *error)
{
    return talk_run(&update->talk, git, fetch_all, git, error);
}

static bool clone_mirror(struct update *update, struct error *error)
{
    git_repository *git = NULL;
    char *fresh = memory_printf("%s.new-%ld", update->path, (long)getpid());
    git_repository_init_options options;
    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH;
    options.mode = 0700;
    int result = git_repository_init_ext(&git, fresh, &options);
    bool ok = result < 0 ? git_failed(error, result, "mirror %s cannot be made", fresh)
                         : fetch_into(update, git, error);
    git_repository_free(git);
    if (ok && rename(fresh, update->path) != 0)
        ok = error_errno(error, errno, "mirror %s cannot be put in place", update->path);
    if (!ok)
        remove_tree(fresh);
    free(fresh);
    return ok;
}

/* A mirror that cannot be opened is a cache that went bad: it is made anew. */
static bool fetch_mirror(struct update *update, struct error *error)
{
    git_repository *git = NULL;
    if (!file_is_directory(update->path))
        return clone_mirror(update, error);
    if (git_repository_open_ext(&git, update->path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0) {
        remove_tree(update->path);
        return clone_mirror(update, error);
    }
    bool ok = fetch_into(update, git, error);
    git_repository_free(git);
    return ok;
}

static bool offline_mirror(const struct update *update, struct error *error)
{
    if (file_is_directory(update->path))
        return true;
    error_set(error, ERROR_NOT_FOUND, "there is no mirror of %s yet", update->talk.url);
    return error_hint(error, "fetch it once while you are online");
}

static bool update_online(struct update *update, struct error *error)
{
    char *parent = path_join(update->talk.options->cache_directory, "mirrors");
    bool ok = talk_check(&update->talk, error) && file_make_directories(parent, 0700, error) &&
              take_lock(update, error);
    if (ok) {
        sweep_leftovers(update);
        ok = fetch_mirror(update, error);
    }
    if (update->lock >= 0)
        close(update->lock);
    free(parent);
    return ok;
}

bool mirror_update(const char *url, const struct mirror_options *options, char **path,
                   const struct progress *progress, struct error *error)
{
    struct update update = { .lock = -1 };
    struct error refusal;
    *path = NULL;
    /* Offline, a folder that is away may still have its mirror. */
    if (!talk_init(&update.talk, url, options, progress, &refusal) &&
        !(options->offline && refusal.code == ERROR_NOT_FOUND)) {
        talk_release(&update.talk);
        if (error)
            *error = refusal;
        return false;
    }
    update.path = mirror_path(url, options);
    bool ok = options->offline ? offline_mirror(&update, error) : update_online(&update, error);
    if (ok) {
        *path = update.path;
        update.path = NULL;
    }
    free(update.path);
    talk_release(&update.talk);
    return ok;
}
