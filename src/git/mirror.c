#include <config.h> /* nftw */

#include <pilab/git/mirror.h>

#include "internal.h"
#include "socket.h"
#include "transport.h"
#include "trust.h"

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
    const char *url;
    enum remote_kind kind;
    char *address; /* what libgit2 gets: a folder, or the URL */
    char *path;    /* the mirror */
    int lock;
    const struct mirror_options *options;
    const struct progress *progress;
    struct transport_call call; /* ssh */
    struct socket_watch watch;  /* https */
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
        if (!progress_check(update->progress, error))
            goto out;
        progress_report(update->progress, "waiting for another update of this mirror", 0, 0);
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

/* --- Talking -------------------------------------------------------------------------------- */

static int on_transfer(const git_indexer_progress *stats, void *payload)
{
    const struct update *update = payload;
    if (progress_cancelled(update->progress))
        return GIT_EUSER;
    bool receiving = stats->received_objects < stats->total_objects;
    if (receiving)
        progress_report(update->progress, "receiving objects", stats->received_objects,
                        stats->total_objects);
    else if (stats->total_deltas > 0)
        progress_report(update->progress, "resolving deltas", stats->indexed_deltas,
                        stats->total_deltas);
    return 0;
}

static int on_sideband(const char *text, int length, void *payload)
{
    const struct update *update = payload;
    (void)text; /* the server's own words: nobody needs them, and they are hostile text */
    (void)length;
    return progress_cancelled(update->progress) ? GIT_EUSER : 0;
}

/* Over ssh, a positive answer makes libgit2 1.5 accept an invalid key; so it is 0, or "as you
 * think", which keeps libgit2's words on what is wrong with a certificate. */
static int on_certificate(git_cert *certificate, int valid, const char *host, void *payload)
{
    (void)certificate;
    (void)host;
    (void)payload;
    return valid ? 0 : GIT_PASSTHROUGH;
}

/* libgit2 hands one payload to every callback; the transport needs its own. */
static int on_transport(git_transport **out, git_remote *owner, void *payload)
{
    struct update *update = payload;
    return transport_make(out, owner, &update->call);
}

static void set_callbacks(struct update *update, git_remote_callbacks *callbacks)
{
    callbacks->transfer_progress = on_transfer;
    callbacks->sideband_progress = on_sideband;
    callbacks->certificate_check = on_certificate;
    callbacks->payload = update;
    if (update->kind == REMOTE_SSH)
        callbacks->transport = on_transport;
}

struct talk_failure {
    const char *words; /* of libgit2 or the TLS library below it */
    const char *hint;
};

/* The first row that fits decides. */
static const struct talk_failure talk_failures[] = {
    {"authentication",                    "the server asks who you are: clone it yourself and give the path"},
    { "unexpected http status code: 404", "check the address; a private repository looks absent"            },
    { "unexpected http status code: 403", "the server knows the address and does not let you in"            },
    { "unexpected http status code: 5",   "the server has a problem of its own; try again later"            },
    { "redirect",                         "the server sends us elsewhere: use the address it moved to"      },
    { "content-type",                     "what answers there is no git server: check the address, and whether a login "
                      "page is in front"                                               },
    { "expired",                          "the server needs a new certificate; check your clock"            },
    { "does not match",                   "use the name of the host that the certificate is for"            },
    { "certificate",
     "if your company signs its own, name its file: git config --global http.sslCAInfo FILE"                },
    { "resolve",                          "check the name of the host, and whether the network is there"    },
    { "nobody answers",                   "check the host and the port, and whether the network is there"   },
    { "broke:",                           "try again; something on the way may limit time or size"          },
    { "has sent nothing",                 "the server or the way to it hangs; try again later"              },
};

static bool hint_for(const char *words, struct error *error)
{
    for (size_t i = 0; i < sizeof(talk_failures) / sizeof(*talk_failures); i++)
        if (words && strstr(words, talk_failures[i].words))
            return !error_hint(error, "%s", talk_failures[i].hint);
    return false;
}

/* What one of the layers below has said itself; its own hint is the better one. */
static bool take_failure(const struct error *failure, struct error *error)
{
    if (error)
        *error = *failure;
    if (!failure->hint[0])
        hint_for(failure->message, error);
    return false;
}

static bool talk_failed(const struct update *update, int result, struct error *error)
{
    const git_error *last = git_error_last();
    if (result == GIT_EUSER || progress_cancelled(update->progress))
        return error_set(error, ERROR_CANCELLED, "fetching %s was cancelled", update->url);
    if (update->call.error.code != ERROR_NONE) {
        take_failure(&update->call.error, error);
        return error_prefix(error, "%s", update->url);
    }
    if (update->watch.error.code != ERROR_NONE) {
        take_failure(&update->watch.error, error);
        return error_prefix(error, "%s cannot be fetched", update->url);
    }
    git_failed(error, result, "%s cannot be fetched", update->url);
    if (error && update->kind > REMOTE_FILE && error->code == ERROR_IO)
        error->code = ERROR_NETWORK;
    if (hint_for(last ? last->message : NULL, error) || !update->watch.ended)
        return false;
    error_set(error, ERROR_NETWORK, "%s cannot be fetched: the server ended the connection early",
              update->url);
    return error_hint(error, "try again; something on the way may limit time or size");
}

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

static int fetch_all(struct update *update, git_repository *git, git_remote *remote)
{
    char branches[] = "+refs/heads/*:refs/heads/*", tags[] = "+refs/tags/*:refs/tags/*";
    char *specs[] = { branches, tags };
    const git_strarray refspecs = { .strings = specs, .count = 2 };
    git_remote_connect_options connect;
    git_fetch_options fetch;
    git_remote_connect_options_init(&connect, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
    git_fetch_options_init(&fetch, GIT_FETCH_OPTIONS_VERSION);
    set_callbacks(update, &connect.callbacks);
    connect.follow_redirects = GIT_REMOTE_REDIRECT_NONE; /* none to another host */
    connect.proxy_opts.type = GIT_PROXY_AUTO;
    fetch.callbacks = connect.callbacks;
    fetch.follow_redirects = connect.follow_redirects;
    fetch.proxy_opts = connect.proxy_opts;
    fetch.prune = GIT_FETCH_PRUNE;
    fetch.update_fetchhead = 0;
    fetch.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE; /* the second refspec brings them all */
    int result = git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &connect);
    char *branch = result == 0 ? default_branch(remote) : NULL;
    if (result == 0)
        result = git_remote_fetch(remote, &refspecs, &fetch, NULL);
    if (result == 0)
        set_head(git, branch);
    git_remote_disconnect(remote);
    free(branch);
    return result;
}

/* The remote is made without a name and without the user's url.*.insteadOf: what was checked is
 * what is spoken to. */
static bool fetch_into(struct update *update, git_repository *git, struct error *error)
{
    git_remote *remote = NULL;
    git_remote_create_options options;
    git_remote_create_options_init(&options, GIT_REMOTE_CREATE_OPTIONS_VERSION);
    options.repository = git;
    options.flags = GIT_REMOTE_CREATE_SKIP_INSTEADOF | GIT_REMOTE_CREATE_SKIP_DEFAULT_FETCHSPEC;
    update->call =
        (struct transport_call){ .transport = update->options->ssh, .progress = update->progress };
    int limit = update->options->silence_limit;
    update->watch =
        (struct socket_watch){ .progress = update->progress,
                               .silence_limit = limit > 0 ? limit : MIRROR_SILENCE_LIMIT };
    socket_set_watch(&update->watch);
    int result = git_remote_create_with_opts(&remote, update->address, &options);
    if (result == 0)
        result = fetch_all(update, git, remote);
    git_remote_free(remote);
    socket_set_watch(NULL);
    return result < 0 ? talk_failed(update, result, error) : true;
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

static bool check_source(struct update *update, struct error *error)
{
    struct repository *source = NULL;
    if (update->kind == REMOTE_SSH && !update->options->ssh) {
        error_set(error, ERROR_UNSUPPORTED, "%s needs ssh, which is not set up here", update->url);
        return error_hint(error, "clone it yourself with `git clone --mirror` and give the path");
    }
    if (update->kind > REMOTE_FILE)
        return true;
    bool ok = repository_open(&source, update->address, error);
    repository_free(&source);
    return ok;
}

static bool offline_mirror(const struct update *update, struct error *error)
{
    if (file_is_directory(update->path))
        return true;
    error_set(error, ERROR_NOT_FOUND, "there is no mirror of %s yet", update->url);
    return error_hint(error, "fetch it once while you are online");
}

static bool update_online(struct update *update, struct error *error)
{
    char *parent = path_join(update->options->cache_directory, "mirrors");
    bool ok = check_source(update, error) && (update->kind != REMOTE_HTTPS || trust_check(error)) &&
              file_make_directories(parent, 0700, error) && take_lock(update, error);
    if (ok && update->kind == REMOTE_HTTPS)
        trust_tell();
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
    struct update update = { .url = url, .lock = -1, .options = options, .progress = progress };
    struct error refusal;
    *path = NULL;
    /* Offline, a folder that is away may still have its mirror. */
    if (!remote_check(url, &update.kind, &refusal) &&
        !(options->offline && refusal.code == ERROR_NOT_FOUND)) {
        if (error)
            *error = refusal;
        return false;
    }
    update.path = mirror_path(url, options);
    update.address =
        update.kind <= REMOTE_FILE ? remote_local_path(url, update.kind) : memory_copy_text(url);
    bool ok = options->offline ? offline_mirror(&update, error) : update_online(&update, error);
    if (ok) {
        *path = update.path;
        update.path = NULL;
    }
    free(update.path);
    free(update.address);
    return ok;
}
