#include "registries.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/account/secret.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/connect/docker_login.h>
#include <pilab/drift/project_file.h>
#include <pilab/git/repository.h>

#include "registries_parts.h"

#define FILE_LIMIT (4u << 20)

static const struct registry_settings *said_of(const struct registries *registries,
                                               const char *name)
{
    return registry_settings_find(registries->said.settings, registries->said.count, name);
}

static bool find_token(struct registries *registries, const char *host,
                       struct registry_login *login, struct error *error)
{
    struct strbuf user = STRBUF_INIT, token = STRBUF_INIT;
    bool found = false, ok;

    strbuf_reserve(&token, SECRET_VALUE_LIMIT); /* does not move as it grows */
    ok = registries->tokens.find(registries->tokens.context, host, &user, &token, &found, error);
    if (ok && found) {
        login->user = memory_copy_text(user.data);
        login->password = memory_copy_text(token.data);
    }
    strbuf_release(&user);
    secret_wipe(&token);
    return ok;
}

/* What the project keeps is more deliberate than what somebody once logged in with. */
static bool find_usual(struct registries *registries, const char *name,
                       struct registry_login *login, const struct progress *progress,
                       struct error *error)
{
    char *host = memory_printf("https://%s", name);
    bool ok = find_token(registries, host, login, error);

    free(host);
    return ok && (registry_login_is_known(login) ||
                  docker_login_find(registries->docker, name, login, progress, error));
}

static bool log_in(void *context, const char *name, struct registry_login *login,
                   const struct progress *progress, struct error *error)
{
    struct registries *registries = context;
    const struct registry_settings *said = said_of(registries, name);
    const char *who = said != NULL ? said->login : NULL;

    if (said != NULL && !registries->said.ours && (said->url != NULL || said->plain))
        return true;
    if (who == NULL || !(registries->said.ours || strcmp(who, REGISTRY_LOGIN_NOBODY) == 0))
        return find_usual(registries, name, login, progress, error);
    if (strcmp(who, REGISTRY_LOGIN_NOBODY) == 0)
        return true;
    if (strcmp(who, REGISTRY_LOGIN_DOCKER) == 0)
        return docker_login_find(registries->docker, name, login, progress, error);
    return find_token(registries, who, login, error);
}

static bool asks(void *context, const char *name)
{
    struct registries *registries = context;
    const struct registry_settings *said = said_of(registries, name);

    return registries->reach == REGISTRIES_ALL || (said != NULL && said->folder != NULL);
}

static bool ask(void *context, const struct image_reference *reference, struct arena *arena,
                struct image *image, const char **tag_digest, const struct progress *progress,
                struct error *error)
{
    struct registries *registries = context;
    struct image_reference by_tag = *reference;
    bool ok;

    *tag_digest = NULL;
    pthread_mutex_lock(&registries->turn);
    ok = registry_image(registries->client, reference, NULL, arena, image, progress, error);
    by_tag.digest = NULL;
    /* That a tag is gone, or cannot be asked for, does not matter to who has the digest. */
    if (ok && reference->tag != NULL && reference->digest != NULL &&
        !registry_digest(registries->client, &by_tag, arena, tag_digest, progress, NULL))
        *tag_digest = NULL;
    pthread_mutex_unlock(&registries->turn);
    return ok;
}

/* --- What is said of them --------------------------------------------------------------------- */

/* Where the repository one is in begins; where one is, when it is none. In the call's arena. */
static const char *folder_above(struct call *call)
{
    const char *folder = call->settings->working_directory, *found = NULL;
    struct repository *repository = NULL;

    if (!repository_library_start(NULL))
        return folder;
    if (repository_open_above(&repository, folder, NULL))
        found = arena_text(call->arena, repository_work_tree(repository));
    repository_free(&repository);
    repository_library_stop();
    return found != NULL ? found : folder;
}

/* It came with the repository, so a link is not followed: it may lead to anything. */
static bool read_file_above(struct call *call, struct registries_said *said, struct error *error)
{
    const char *folder = folder_above(call);
    const char *path = arena_printf(call->arena, "%s/%s", folder, PROJECT_FILE_NAME);
    struct project_settings settings = { 0 };
    struct strbuf text = STRBUF_INIT;
    struct error missing = { 0 };
    bool ok = true;

    if (file_read(path, FILE_LIMIT, false, &text, &missing)) {
        ok = project_file_read(path, text.data, text.length, call->arena, &settings, error);
    } else if (missing.code != ERROR_NOT_FOUND) {
        *error = missing;
        ok = false;
    }
    strbuf_release(&text);
    registries_settle(call->arena, folder, settings.registries, settings.registry_count);
    *said = (struct registries_said){ settings.registries, settings.registry_count, false };
    return ok;
}

void registries_settle(struct arena *arena, const char *folder,
                       struct registry_settings *registries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *own = registries[i].folder;

        if (own != NULL && own[0] != '/')
            registries[i].folder = arena_printf(arena, "%s/%s", folder, own);
    }
}

bool registries_said_here(struct call *call, struct registries_said *said, struct error *error)
{
    struct project_settings settings = { 0 };

    *said = (struct registries_said){ 0 };
    if (call->project == NULL)
        return read_file_above(call, said, error);
    if (!project_settings_read_json(call->project->settings, strlen(call->project->settings),
                                    call->arena, &settings, error))
        return false;
    *said = (struct registries_said){ settings.registries, settings.registry_count, true };
    return true;
}

bool registries_any_here(const struct registries_said *said)
{
    for (size_t i = 0; i < said->count; i++) {
        if (said->settings[i].folder != NULL)
            return true;
    }
    return false;
}

static struct registry_place *places_of(const struct registries_said *said)
{
    struct registry_place *places = memory_array(said->count, sizeof *places);

    for (size_t i = 0; i < said->count; i++) {
        const struct registry_settings *one = &said->settings[i];

        places[i] = (struct registry_place){ one->name, one->url, one->plain, one->folder };
    }
    return places;
}

/* --- Opening ---------------------------------------------------------------------------------- */

bool registries_open(const struct call *call, const struct registries_said *said,
                     enum registries_reach reach, struct registries **out, struct error *error)
{
    struct registries *registries;
    struct registry_options options = { .clock = call->clock, .login = log_in };

    *out = NULL;
    if (call->settings->offline && reach == REGISTRIES_ALL) {
        error_set(error, ERROR_DENIED, "registries are not asked with --offline");
        return error_hint(error, "leave it out");
    }
    registries = memory_new(sizeof *registries);
    registries->said = *said;
    registries->reach = reach;
    registries->places = places_of(said);
    options.context = registries;
    options.places = registries->places;
    options.place_count = said->count;
    registries->tokens = call_remotes_token(call);
    registries->docker = docker_login_path();
    registries->asker = (struct image_asker){
        .asks = asks, .ask = ask, .recorded = registries_recorded, .context = registries
    };
    registries->seen = map_new();
    pthread_mutex_init(&registries->turn, NULL);
    registries->client = registry_new(&options, error);
    if (registries->client == NULL)
        registries_close(&registries);
    *out = registries;
    return registries != NULL;
}

void registries_close(struct registries **out)
{
    struct registries *registries = *out;

    if (registries == NULL)
        return;
    *out = NULL;
    registry_free(&registries->client);
    pthread_mutex_destroy(&registries->turn);
    free(registries->docker);
    free(registries->places);
    map_free(&registries->seen);
    free(registries);
}

struct registry *registries_client(struct registries *registries)
{
    return registries->client;
}

const struct image_asker *registries_asker(struct registries *registries)
{
    return &registries->asker;
}
