#include <pilab/git/mirror.h>

#include "internal.h"
#include "mirror_folder.h"
#include "mirror_lock.h"
#include "mirror_news.h"
#include "talk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/digest.h>
#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

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

struct fetching {
    struct update *update;
    git_repository *git;
};

/* As git_remote_fetch does it, but what has gone goes first: a branch "a" that has become "a/b"
 * would stand in its way. */
static int fetch_all(git_remote *remote, const git_remote_connect_options *connect, void *context)
{
    const struct fetching *fetching = context;
    char branches[] = "+refs/heads/*:refs/heads/*", tags[] = "+refs/tags/*:refs/tags/*";
    char *specs[] = { branches, tags };
    const git_strarray refspecs = { .strings = specs, .count = 2 };
    git_fetch_options fetch;
    git_fetch_options_init(&fetch, GIT_FETCH_OPTIONS_VERSION);
    fetch.callbacks = connect->callbacks;
    fetch.follow_redirects = connect->follow_redirects;
    fetch.proxy_opts = connect->proxy_opts;
    fetch.update_fetchhead = 0;
    fetch.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE; /* the second refspec brings them all */
    char *branch = default_branch(remote);
    int result = git_remote_download(remote, &refspecs, &fetch);
    if (result == 0) {
        git_remote_disconnect(remote); /* the server need not wait for our files */
        result = git_remote_prune(remote, &connect->callbacks);
    }
    if (result == 0)
        result = git_remote_update_tips(remote, &connect->callbacks, 0,
                                        GIT_REMOTE_DOWNLOAD_TAGS_NONE, NULL);
    if (result == 0)
        set_head(fetching->git, branch);
    free(branch);
    return result;
}

/* What the system says of a disk without room, of whatever kind. */
static bool is_out_of_room(const char *message)
{
    static const int numbers[] = { ENOSPC, EDQUOT, EFBIG };
    char words[128];
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        if (strerror_r(numbers[i], words, sizeof(words)) == 0 && strstr(message, words))
            return true;
    return false;
}

static bool explain(const struct update *update, struct error *error)
{
    const char *cache = update->talk.options->cache_directory;
    if (!error || error->code != ERROR_IO)
        return false;
    if (is_out_of_room(error->message))
        return error_hint(error,
                          "there is no room for it below %s/mirrors: remove mirrors that nobody "
                          "needs (`pilab repo list` shows their sizes), make room on that disk, or "
                          "let XDG_CACHE_HOME name another one",
                          cache);
    if (!error->hint[0])
        return error_hint(error,
                          "mirrors are kept in %s/mirrors: check whether that can be written",
                          cache);
    return false;
}

static bool fetch_into(struct update *update, git_repository *git, struct error *error)
{
    struct fetching fetching = { update, git };
    struct mirror_watch watch;
    mirror_watch_start(&watch, git, update->talk.options);
    update->talk.on_reference = mirror_watch_reference;
    update->talk.reference_context = &watch;
    bool ok = talk_run(&update->talk, git, fetch_all, &fetching, error);
    update->talk.on_reference = NULL;
    if (ok)
        mirror_watch_end(&watch);
    return ok || explain(update, error);
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
    bool ok = result < 0 ? git_failed(error, result, "mirror %s cannot be made", fresh) ||
                               explain(update, error)
                         : fetch_into(update, git, error);
    git_repository_free(git);
    ok = ok && mirror_put_in_place(fresh, update->path, error);
    if (!ok)
        mirror_remove_tree(fresh);
    free(fresh);
    return ok;
}

/* A mirror is a cache: what is damaged is made anew, and said. `damaged` NULL: it cannot even be
 * opened. */
static bool make_anew(struct update *update, git_repository *damaged, const char *why,
                      struct error *error)
{
    struct mirror_tags tags;
    mirror_tags_read(&tags, damaged); /* damage must not hide a tag that has moved */
    bool ok = clone_mirror(update, error);
    if (ok) {
        mirror_tell(update->talk.options, MIRROR_REMADE, why, NULL, NULL);
        mirror_tags_compare(&tags, update->path, update->talk.options);
    }
    mirror_tags_release(&tags);
    return ok;
}

/* That of what lies here something is not as it should be, told by a fetch that trips over it. */
static bool is_damage(const struct update *update, const struct error *error)
{
    return !update->talk.by_remote &&
           (error->code == ERROR_CORRUPT || error->code == ERROR_INVALID);
}

static bool fetch_mirror(struct update *update, struct error *error)
{
    git_repository *git = NULL;
    struct strbuf why = STRBUF_INIT;
    struct error refused = { 0 };
    bool ok = false;
    if (!file_exists(update->path))
        return clone_mirror(update, error);
    int opened = git_repository_open_ext(&git, update->path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
    if (opened == GIT_EOWNER) {
        git_failed(error, opened, "mirror %s", update->path);
        return error_hint(error, "it belongs to somebody else: remove it, it is made anew");
    }
    if (opened < 0)
        strbuf_add(&why, "it is no repository any more");
    else if (mirror_is_whole(git, update->path, &why))
        ok = fetch_into(update, git, &refused);
    if (!ok && why.length == 0 && is_damage(update, &refused))
        strbuf_add(&why, refused.message);
    if (!ok && why.length > 0)
        ok = make_anew(update, git, why.data, error);
    else if (!ok && error)
        *error = refused;
    git_repository_free(git);
    strbuf_release(&why);
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
    bool ok = talk_check(&update->talk, error);
    if (ok && !(file_make_directories(parent, 0700, error) &&
                mirror_lock(update->path, &update->lock, update->talk.options->lock_limit,
                            update->talk.progress, error)))
        ok = explain(update, error);
    ok = ok && mirror_is_ours(update->path, error);
    if (ok) {
        mirror_clean(update->path);
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
