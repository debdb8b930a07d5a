#include <pilab/connect/docker_login.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sodium.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/net/child.h>

#include "docker_config.h"

#define CONFIG_LIMIT ((size_t)1 << 20)
#define ANSWER_LIMIT 65536
#define ASK_LIMIT_MS 30000
#define SLICE_MS     50

void registry_login_release(struct registry_login *login)
{
    memory_wipe(login->user);
    memory_wipe(login->password);
    memory_wipe(login->identity);
    *login = (struct registry_login){ 0 };
}

bool registry_login_is_known(const struct registry_login *login)
{
    return login->identity != NULL || (login->user != NULL && login->password != NULL);
}

char *docker_login_path(void)
{
    const char *folder = getenv("DOCKER_CONFIG"), *home = getenv("HOME");

    if (folder != NULL && *folder != '\0')
        return path_join(folder, "config.json");
    return home != NULL && *home != '\0' ? memory_printf("%s/.docker/config.json", home) : NULL;
}

/* --- Helpers ---------------------------------------------------------------------------------- */

/* False at its end. */
static bool drain(int descriptor, struct strbuf *out, bool *too_much)
{
    char bytes[4096];
    ssize_t got;

    while ((got = read(descriptor, bytes, sizeof bytes)) > 0) {
        *too_much = *too_much || out->length + (size_t)got > ANSWER_LIMIT;
        if (!*too_much)
            strbuf_add_bytes(out, bytes, (size_t)got);
        sodium_memzero(bytes, sizeof bytes);
        if (*too_much)
            return false;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

static bool listen_to(struct child *child, const char *program, struct strbuf *answer,
                      const struct progress *progress, struct error *error)
{
    int64_t until = clock_monotonic() + ASK_LIMIT_MS;
    struct strbuf said = STRBUF_INIT;
    bool too_much = false, ended = false, ok = true, reads = true;

    while (ok && !ended) {
        struct pollfd polled = { .fd = reads ? child->output : -1, .events = POLLIN };

        ended = child_wait(child, reads ? 0 : SLICE_MS);
        if (!ended && reads)
            poll(&polled, 1, SLICE_MS);
        reads = reads && drain(child->output, answer, &too_much);
        drain(child->errors, &said, &too_much);
        if (too_much)
            ok = error_set(error, ERROR_LIMIT, "%s says more than is believable", program);
        else if (!ended && !progress_wait(progress, error))
            ok = false;
        else if (!ended && clock_monotonic() >= until)
            ok = error_set(error, ERROR_NETWORK, "%s has not answered for %d s", program,
                           ASK_LIMIT_MS / 1000);
    }
    strbuf_release(&said);
    return ok;
}

/* {"ServerURL", "Username", "Secret"}; the user <token> says that the secret is an identity. */
static bool read_answer(const char *program, const struct child *child, const struct strbuf *answer,
                        struct registry_login *login, struct error *error)
{
    json_t *object;
    const char *user, *secret;

    /* As a shell's, and as the child's own where its parent cannot be told (posix_spawn(3)). */
    if (child->status == 127)
        return error_set(error, ERROR_NOT_FOUND, "%s: there is no such program", program);
    if (child->status != 0) {
        if (strstr(answer->data, "credentials not found") != NULL)
            return true;
        return error_set(error, ERROR_IO, "%s ended with status %d", program, child->status);
    }
    object = json_read(program, answer->data, answer->length, NULL);
    user = json_member_text(object, "Username");
    secret = json_member_text(object, "Secret");
    if (user != NULL && secret != NULL && strcmp(user, "<token>") == 0) {
        login->identity = memory_copy_text(secret);
    } else if (user != NULL && secret != NULL) {
        login->user = memory_copy_text(user);
        login->password = memory_copy_text(secret);
    } else {
        error_set(error, ERROR_INVALID, "%s does not answer as a credential helper of Docker's",
                  program);
    }
    json_decref(object);
    return user != NULL && secret != NULL;
}

static bool ask_helper(const struct docker_helper *helper, struct registry_login *login,
                       const struct progress *progress, struct error *error)
{
    char *program = memory_printf("docker-credential-%s", helper->name);
    const char *const words[] = { program, "get", NULL };
    struct strbuf answer = STRBUF_INIT;
    struct child child = CHILD_NONE;
    bool ok;

    strbuf_reserve(&answer, ANSWER_LIMIT); /* a secret does not move as it grows */
    ok = child_start(&child, words, NULL, error);
    if (ok) {
        /* A helper that has gone already has nothing to hear; its status tells. */
        (void)!send(child.input, helper->server, strlen(helper->server), MSG_NOSIGNAL);
        close(child.input);
        child.input = -1;
        ok = listen_to(&child, program, &answer, progress, error) &&
             read_answer(program, &child, &answer, login, error);
        child_leave(&child);
    }
    if (!ok && error != NULL && error->code == ERROR_NOT_FOUND)
        error_hint(error, "install it, or mend ~/.docker/config.json");
    sodium_memzero(answer.data, answer.length);
    strbuf_release(&answer);
    free(program);
    return ok;
}

bool docker_login_find(const char *path, const char *registry, struct registry_login *login,
                       const struct progress *progress, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct error why = { 0 };
    struct docker_helper helper;
    json_t *config;
    bool ok;

    *login = (struct registry_login){ 0 };
    if (path == NULL)
        return true;
    if (!file_read(path, CONFIG_LIMIT, true, &text, &why)) {
        if (why.code != ERROR_NOT_FOUND && error != NULL)
            *error = why;
        return why.code == ERROR_NOT_FOUND;
    }
    config = json_read(path, text.data, text.length, error);
    sodium_memzero(text.data, text.length);
    strbuf_release(&text);
    if (config == NULL)
        return false;
    ok = docker_config_helper(path, config, registry, &helper, error) &&
         (helper.name == NULL || ask_helper(&helper, login, progress, error));
    if (ok && !registry_login_is_known(login))
        ok = docker_config_login(path, config, registry, login, error);
    json_decref(config);
    if (!ok)
        registry_login_release(login);
    return ok;
}
