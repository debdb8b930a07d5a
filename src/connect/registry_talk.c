#include "registry_talk.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/images/reference.h>
#include <pilab/net/http_url.h>

/* --- Addresses -------------------------------------------------------------------------------- */

static bool is_here(const char *name)
{
    char *whole = memory_printf("http://%s/", name);
    struct http_url url;
    bool here = http_url_parse(whole, &url, NULL) && url.loopback;

    http_url_release(&url);
    free(whole);
    return here;
}

/* Docker Hub is asked elsewhere than it is called. The caller frees. */
static char *address(const struct registry *registry, const char *name, const char *path)
{
    const struct registry_place *place = registry_place_of(registry, name);
    const char *scheme = "https";

    if (strstr(path, "://") != NULL)
        return memory_copy_text(path);
    if (place != NULL && place->url != NULL) {
        size_t length = strlen(place->url);

        while (length > 0 && place->url[length - 1] == '/')
            length--;
        return memory_printf("%.*s%s", (int)length, place->url, path);
    }
    if (strcmp(name, IMAGE_REGISTRY_HUB) == 0)
        name = "registry-1.docker.io";
    if ((place != NULL && place->plain) || is_here(name))
        scheme = "http";
    return memory_printf("%s://%s%s", scheme, name, path);
}

bool registry_is_at(const struct registry *registry, const char *name, const char *url)
{
    char *own = address(registry, name, "/");
    struct http_url here = { 0 }, there = { 0 };
    bool same = http_url_parse(own, &here, NULL) && http_url_parse(url, &there, NULL) &&
                http_url_same_origin(&here, &there);

    http_url_release(&here);
    http_url_release(&there);
    free(own);
    return same;
}

/* --- Passes ----------------------------------------------------------------------------------- */

static char *pass_key(const struct registry_question *question)
{
    return memory_printf("%s %s", question->name, question->scope);
}

static void drop_pass(struct registry_pass *pass)
{
    memory_wipe(pass->authorization);
    *pass = (struct registry_pass){ 0 };
}

/* NULL: there is none that holds. */
static const struct registry_pass *pass_for(struct registry *registry,
                                            const struct registry_question *question)
{
    char *key = pass_key(question);
    struct registry_pass *pass = map_get(registry->passes, key);

    free(key);
    return pass != NULL && pass->authorization != NULL && clock_monotonic() < pass->until ? pass
                                                                                          : NULL;
}

static struct registry_pass *place_for_pass(struct registry *registry,
                                            const struct registry_question *question)
{
    char *key = pass_key(question);
    struct registry_pass *pass = map_get(registry->passes, key);

    if (pass == NULL) {
        pass = memory_new(sizeof *pass);
        map_put(registry->passes, key, pass);
    }
    drop_pass(pass);
    free(key);
    return pass;
}

void registry_forget_passes(struct registry *registry)
{
    for (size_t i = 0; i < map_count(registry->passes); i++) {
        struct registry_pass *pass = map_value_at(registry->passes, i);

        drop_pass(pass);
        free(pass);
    }
}

/* --- Asking ----------------------------------------------------------------------------------- */

static bool send_question(struct registry *registry, const struct registry_question *question,
                          const struct registry_pass *pass, struct http_response **response,
                          const struct progress *progress, struct error *error)
{
    struct http_header accept = { "Accept", question->accept };
    char *url = address(registry, question->name, question->path);
    struct http_request request = {
        .method = question->method,
        .url = url,
        .headers = question->accept != NULL ? &accept : NULL,
        .header_count = question->accept != NULL,
        .authorization = pass != NULL ? pass->authorization : NULL,
        .plain = registry_is_plain(registry, question->name),
        .limits.body = question->limit,
    };
    bool ok = http_send(registry->http, &request, response, progress, error);

    free(url);
    return ok;
}

/* Who we are is looked up only when somebody asks. */
static bool get_in(struct registry *registry, const struct registry_question *question,
                   const struct http_response *challenge, bool *known,
                   const struct progress *progress, struct error *error)
{
    const struct registry_options *options = &registry->options;
    struct registry_login login = { 0 };
    struct error why = { 0 };
    bool ok = options->login == NULL ||
              options->login(options->context, question->name, &login, progress, &why);

    /* What is missing is ours (a helper, a secret), and says nothing of what the registry has. */
    if (why.code == ERROR_NOT_FOUND)
        why.code = ERROR_DENIED;
    if (!ok && error != NULL)
        *error = why;
    *known = registry_login_is_known(&login);
    ok = ok && registry_get_pass(registry, question, challenge, &login,
                                 place_for_pass(registry, question), progress, error);
    registry_login_release(&login);
    return ok;
}

/* Whoever a registry sends us on to could name a token server of their own, and be told the login
 * that is the registry's (CVE-2020-15157 was that). */
static bool asked_elsewhere(const struct registry_question *question,
                            const struct http_response *response, struct error *error)
{
    struct http_url url;

    if (http_url_parse(response->url, &url, error))
        error_set(error, ERROR_UNTRUSTED,
                  "%s sends on to %s for %s, which asks who you are: it is not told",
                  question->name, url.origin, question->what);
    http_url_release(&url);
    return error_hint(error, "ask there by its own name, or say where %s is asked with url",
                      question->name);
}

bool registry_ask(struct registry *registry, const struct registry_question *question,
                  struct http_response **response, const struct progress *progress,
                  struct error *error)
{
    const struct registry_place *place = registry_place_of(registry, question->name);
    const struct registry_pass *pass = pass_for(registry, question);
    bool known = pass != NULL, ok;

    if (place != NULL && place->folder != NULL)
        return progress_check(progress, error) &&
               registry_layout_ask(place, question, response, error);
    if (!send_question(registry, question, pass, response, progress, error))
        return false;
    /* With a pass, too: it may have been taken back, or ended before its time. */
    if ((*response)->status == 401 && registry_is_at(registry, question->name, (*response)->url)) {
        ok = get_in(registry, question, *response, &known, progress, error);
        http_response_free(response);
        if (!ok || !send_question(registry, question, pass_for(registry, question), response,
                                  progress, error))
            return false;
    }
    if ((*response)->status == 200)
        return true;
    ok = (*response)->status == 401 && !registry_is_at(registry, question->name, (*response)->url)
             ? asked_elsewhere(question, *response, error)
             : registry_refused(question, *response, known, error);
    http_response_free(response);
    return ok;
}
