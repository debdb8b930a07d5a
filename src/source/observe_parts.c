#include "observe_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/account/secret.h>
#include <pilab/base/file.h>
#include <pilab/source/observed_version.h>

#define TOKEN_LIMIT 16384 /* bytes */

const struct observed_module *observing_module(const struct observing *observing, const char *name)
{
    const struct observe_request *request = observing->request;

    for (size_t i = 0; i < request->module_count; i++) {
        if (strcmp(request->modules[i].name, name) == 0)
            return &request->modules[i];
    }
    return NULL;
}

struct observation *observing_add(struct observing *observing, const char *module, const char *said,
                                  const char *place)
{
    const struct observed_module *known = observing_module(observing, module);
    struct observation *item = vector_add(&observing->items);

    item->module = arena_text(observing->arena, module);
    item->place = arena_text(observing->arena, place);
    item->foreign = known == NULL;
    item->said = arena_text(observing->arena, said);
    if (said == NULL)
        return item;
    if (known != NULL && known->tags != NULL)
        item->version = observed_tag_version(known->tags, said, observing->arena);
    if (item->version == NULL)
        item->version = observed_tag_version(NULL, said, observing->arena);
    return item;
}

char *observing_path(const struct observing *observing, const char *path)
{
    char *home = path_from_home(path), *whole;

    whole = path_join(observing->request->folder != NULL ? observing->request->folder : ".", home);
    free(home);
    return whole;
}

static bool is_token(const struct strbuf *token)
{
    for (size_t i = 0; i < token->length; i++) {
        if (token->data[i] <= ' ' || token->data[i] > '~')
            return false;
    }
    return token->length > 0;
}

bool observing_token(const struct observing *observing, struct strbuf *token, struct error *error)
{
    const struct observer_settings *observer = observing->observer;
    char *path;
    bool ok;

    if (observer->login)
        strbuf_add(token, observing->request->token != NULL ? observing->request->token : "");
    if (observer->token_file == NULL)
        return !observer->login || is_token(token) ||
               error_set(error, ERROR_INVALID, "the token that is kept is none: not one word");
    path = observing_path(observing, observer->token_file);
    ok = secret_file_read(path, TOKEN_LIMIT, true, token, error);
    while (ok && token->length > 0 && strchr("\r\n", token->data[token->length - 1]) != NULL)
        strbuf_truncate(token, token->length - 1);
    if (ok && !is_token(token))
        ok = error_set(error, ERROR_INVALID, "%s holds no token: it is not one word", path);
    free(path);
    return ok;
}
