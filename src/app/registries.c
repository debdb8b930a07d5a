#include "registries.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/account/secret.h>
#include <pilab/base/memory.h>
#include <pilab/connect/docker_login.h>

#include "remotes.h"

struct registries {
    struct registry *client;
    struct image_asker asker;
    struct call_token tokens;
    char *docker; /* the file; NULL: there is no home */
    pthread_mutex_t turn;
};

/* What the project keeps is more deliberate than what somebody once logged in with. */
static bool find_token(struct registries *registries, const char *name,
                       struct registry_login *login, struct error *error)
{
    char *host = memory_printf("https://%s", name);
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
    free(host);
    return ok;
}

static bool log_in(void *context, const char *name, struct registry_login *login,
                   const struct progress *progress, struct error *error)
{
    struct registries *registries = context;

    return find_token(registries, name, login, error) &&
           (registry_login_is_known(login) ||
            docker_login_find(registries->docker, name, login, progress, error));
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

bool registries_open(const struct call *call, struct registries **out, struct error *error)
{
    struct registries *registries;
    struct registry_options options = { .clock = call->clock, .login = log_in };

    *out = NULL;
    if (call->settings->offline) {
        error_set(error, ERROR_DENIED, "registries are not asked with --offline");
        return error_hint(error, "leave it out");
    }
    registries = memory_new(sizeof *registries);
    options.context = registries;
    registries->tokens = call_remotes_token(call);
    registries->docker = docker_login_path();
    registries->asker = (struct image_asker){ ask, registries };
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
