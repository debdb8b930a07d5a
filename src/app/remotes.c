#include "remotes.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>
#include <pilab/base/program.h>
#include <pilab/git/mirror.h>
#include <pilab/git/remote.h>

#include "remotes_ask.h"
#include "remotes_tokens.h"

/* What holds for one project at one time, or for a trial. */
struct reaching {
    struct call_remotes *remotes;
    char project_id[UUID_SIZE]; /* empty: none */
    int64_t rev;
    bool trial;
    const char *transport; /* the project's; NULL: whichever there is */
    const struct repository_settings *repositories;
    size_t repository_count;
    struct remote_transport ssh;
    struct https_login https;
    struct remotes_tokens *tokens;
    struct reaching *older;
};

struct call_remotes {
    struct remotes_asker asker;
    struct arena *arena;
    struct ssh_remote openssh, builtin;
    struct remote_ssh_program program; /* what the options point to */
    bool has_program;
    struct reaching *newest;
};

/* --- Which way over ssh ----------------------------------------------------------------------- */

/* What somebody has said: for this run, for the repository, for the project; NULL: nobody has. */
static const char *wanted_for(const struct reaching *reaching, const char *url)
{
    const char *run = getenv("PILAB_SSH");
    const struct repository_settings *own =
        repository_settings_find(reaching->repositories, reaching->repository_count, url);

    if (run != NULL && *run != '\0')
        return run;
    return own != NULL && own->transport != NULL ? own->transport : reaching->transport;
}

static struct ssh_remote *way_for(struct reaching *reaching, const char *url, bool *missing,
                                  struct error *error)
{
    struct call_remotes *remotes = reaching->remotes;
    const char *wanted = wanted_for(reaching, url);

    *missing = wanted == NULL && !remotes->has_program;
    if (wanted == NULL)
        return *missing ? &remotes->builtin : &remotes->openssh;
    if (strcmp(wanted, ssh_openssh.name) == 0)
        return &remotes->openssh;
    if (strcmp(wanted, ssh_builtin.name) == 0)
        return &remotes->builtin;
    error_set(error, ERROR_INVALID, "there is no transport '%s' (PILAB_SSH)", wanted);
    error_hint(error, "it is one of: " REPOSITORY_TRANSPORTS);
    return NULL;
}

/* Who would have got further with the program learns that it is not there. */
static void say_missing(struct error *error)
{
    char *hint;

    if (error == NULL || error->code == ERROR_CANCELLED || error->code == ERROR_UNVERIFIED)
        return;
    hint = memory_printf("%s%sthere is no ssh program here, so the one that is built in (libssh2) "
                         "was used",
                         error->hint, error->hint[0] != '\0' ? "; " : "");
    error_hint(error, "%s", hint);
    free(hint);
}

static bool open_ssh(void *context, const char *url, const struct progress *progress, void **stream,
                     struct error *error)
{
    bool missing;
    const struct ssh_remote *way = way_for(context, url, &missing, error);

    if (way == NULL)
        return false;
    if (way->transport.open(way->transport.context, url, progress, stream, error))
        return true;
    if (missing)
        say_missing(error);
    return false;
}

static bool meet(void *context, const char *address, const struct progress *progress,
                 struct error *error)
{
    struct reaching *reaching = context;
    bool missing;
    const struct ssh_remote *way = way_for(reaching, address, &missing, error);

    return way != NULL && remotes_meet(&reaching->remotes->asker, way, address, progress, error);
}

const char *call_remotes_way(const struct repository_access *access, const char *address,
                             bool *missing)
{
    enum remote_kind kind;
    const struct ssh_remote *way;

    *missing = false;
    if (!remote_check(address, &kind, NULL) || kind != REMOTE_SSH)
        return NULL;
    way = way_for(access->context, address, missing, NULL);
    return way != NULL ? way->ssh->name : NULL;
}

/* --- What a project says ---------------------------------------------------------------------- */

/* What was written by us can be read; if it cannot, others say so. */
static void read_settings(struct reaching *reaching, const struct store_project *project)
{
    struct project_settings settings = { 0 };

    if (!project_settings_read_json(project->settings, strlen(project->settings),
                                    reaching->remotes->arena, &settings, NULL))
        return;
    reaching->transport = settings.transport;
    reaching->repositories = settings.repositories;
    reaching->repository_count = settings.repository_count;
}

static struct reaching *reach(struct call_remotes *remotes, const struct call *call,
                              const struct remotes_trial *trial)
{
    struct reaching *reaching = arena_alloc(remotes->arena, sizeof *reaching);
    const struct remote_transport *any = &remotes->openssh.transport;

    *reaching =
        (struct reaching){ .remotes = remotes, .trial = trial != NULL, .older = remotes->newest };
    if (call->project != NULL) {
        memcpy(reaching->project_id, call->project->id, sizeof reaching->project_id);
        reaching->rev = call->project->rev;
        read_settings(reaching, call->project);
    }
    if (trial != NULL && trial->transport != NULL) {
        reaching->transport = trial->transport;
        reaching->repository_count = 0;
    }
    /* Both kinds of streams are of the same make: only how they begin differs. */
    reaching->ssh = (struct remote_transport){ .open = open_ssh,
                                               .read = any->read,
                                               .write = any->write,
                                               .close = any->close,
                                               .context = reaching };
    reaching->tokens =
        remotes_tokens_new(call, &remotes->asker, remotes->arena,
                           trial != NULL ? trial->user : NULL, trial != NULL ? trial->token : NULL);
    reaching->https = (struct https_login){ .clock = call->clock,
                                            .token = remotes_token_find,
                                            .context = reaching->tokens };
    https_login_init(&reaching->https);
    remotes->newest = reaching;
    return reaching;
}

static bool is_same(const struct reaching *reaching, const struct call *call)
{
    if (reaching->trial || call->project == NULL)
        return !reaching->trial && reaching->project_id[0] == '\0';
    return strcmp(reaching->project_id, call->project->id) == 0 &&
           reaching->rev == call->project->rev;
}

/* --- All of it -------------------------------------------------------------------------------- */

static enum ssh_variant variant_of(const char *name)
{
    return name != NULL && strcasecmp(name, "simple") == 0 ? SSH_VARIANT_SIMPLE : SSH_VARIANT_AUTO;
}

static struct call_remotes *make(const struct call *call)
{
    static atomic_flag swept = ATOMIC_FLAG_INIT; /* once in a process will do */
    struct call_remotes *remotes = memory_new(sizeof *remotes);
    struct ssh_options options = { 0 };
    struct error ignored;

    if (!call->settings->offline && !atomic_flag_test_and_set(&swept))
        mirror_sweep(call->settings->cache_directory);
    remotes->arena = arena_new();
    remotes_asker_init(&remotes->asker, call);
    if (repository_library_start(&ignored)) {
        remotes->program = remote_ssh_program();
        repository_library_stop();
    }
    remotes->has_program = remotes->program.command != NULL || program_is_in_path("ssh");
    options.program = remotes->program.command;
    options.variant = variant_of(remotes->program.variant);
    options.asker = call->ask != NULL ? &remotes->asker.ssh : NULL;
    ssh_remote_init(&remotes->openssh, &ssh_openssh, &options);
    ssh_remote_init(&remotes->builtin, &ssh_builtin, &options);
    return remotes;
}

static void free_remotes(struct call_remotes **out)
{
    struct call_remotes *remotes = *out;

    *out = NULL;
    for (struct reaching *reaching = remotes->newest; reaching != NULL; reaching = reaching->older)
        remotes_tokens_free(reaching->tokens);
    remote_ssh_program_release(&remotes->program);
    remotes_asker_release(&remotes->asker);
    arena_free(&remotes->arena);
    free(remotes);
}

static struct repository_access access_by(const struct call *call, struct reaching *reaching)
{
    return (struct repository_access){
        .cache_directory = call->settings->cache_directory,
        .offline = call->settings->offline, /* a copy may have settings of its own */
        .ssh = &reaching->ssh,
        .credentials = &reaching->https.credentials,
        .meet = call->ask != NULL ? meet : NULL,
        .context = reaching,
        .clock = call->clock,
    };
}

static struct call_remotes *remotes_of(const struct call *call)
{
    if (call->remotes->remotes == NULL)
        *call->remotes = (struct call_remotes_place){ make(call), free_remotes };
    return call->remotes->remotes;
}

static struct reaching *reaching_now(const struct call *call)
{
    struct call_remotes *remotes = remotes_of(call);

    if (remotes->newest == NULL || !is_same(remotes->newest, call))
        reach(remotes, call, NULL);
    return remotes->newest;
}

struct repository_access call_remotes(const struct call *call)
{
    return access_by(call, reaching_now(call));
}

struct call_token call_remotes_token(const struct call *call)
{
    const struct reaching *reaching = reaching_now(call);

    return (struct call_token){ reaching->https.token, reaching->https.context };
}

const struct ssh_options *call_remotes_ssh(const struct call *call,
                                           const struct ssh_transport **transport)
{
    const struct repository_access access = call_remotes(call);
    const struct ssh_remote *way;
    bool missing;

    /* No repository is called like that: it is what holds for all. A word of PILAB_SSH that is none
     * is said by whoever reaches for a repository. */
    way = way_for(access.context, "", &missing, NULL);
    if (way == NULL)
        way = &call->remotes->remotes->openssh;
    *transport = way->ssh;
    return &way->options;
}

struct repository_access call_remotes_trying(const struct call *call,
                                             const struct remotes_trial *trial)
{
    return access_by(call, reach(remotes_of(call), call, trial));
}
