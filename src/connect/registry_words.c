#include <string.h>

#include <pilab/base/json.h>
#include <pilab/net/http_fields.h>

#include "registry_talk.h"

/* {"errors":[{"code":"MANIFEST_UNKNOWN","message":…}]}; "" when it says none. */
static json_t *read_errors(const struct http_response *response)
{
    return http_type_is_json(http_response_field(response, "Content-Type"))
               ? json_read("answer", response->body, response->length, NULL)
               : NULL;
}

static const char *member_of_first(const json_t *answer, const char *member)
{
    const char *text =
        json_member_text(json_array_get(json_object_get(answer, "errors"), 0), member);

    return text != NULL ? text : "";
}

static bool not_found(const struct registry_question *question, const char *code,
                      struct error *error)
{
    if (strcmp(code, "NAME_UNKNOWN") == 0) {
        error_set(error, ERROR_NOT_FOUND, "%s has no repository for %s", question->name,
                  question->what);
        return error_hint(error, "look at the name; what nothing was pushed to is not there yet");
    }
    error_set(error, ERROR_NOT_FOUND, "%s has no %s", question->name, question->what);
    return error_hint(error, "it was never pushed, or was deleted: pilab image tags shows those "
                             "that are there");
}

/* Whether a Bearer challenge says why: insufficient_scope. */
static bool lacks_scope(const struct http_response *response)
{
    struct arena *arena = arena_new();
    const char *field;
    bool lacks = false;

    for (size_t i = 0; (field = http_response_field_at(response, "WWW-Authenticate", i)) != NULL;
         i++) {
        size_t count;
        struct http_challenge *challenges = http_challenges_read(arena, field, &count);

        for (size_t j = 0; j < count; j++) {
            const char *why = http_challenge_parameter(&challenges[j], "error");

            lacks = lacks || (why != NULL && strcmp(why, "insufficient_scope") == 0);
        }
    }
    arena_free(&arena);
    return lacks;
}

/* Registries answer the same for what is not there and for what we may not see. */
static bool denied(const struct registry_question *question, const struct http_response *response,
                   bool known, struct error *error)
{
    if (!known) {
        error_set(error, ERROR_DENIED, "%s asks who you are for %s, and nobody knows",
                  question->name, question->what);
        return error_hint(error,
                          "docker login %s, or keep a user and a token for it among the "
                          "secrets; what is not there may be answered so, too",
                          question->name);
    }
    if (response->status == 403 || lacks_scope(response)) {
        error_set(error, ERROR_DENIED, "%s does not let you read %s", question->name,
                  question->what);
        return error_hint(error, "ask for the right to pull it; what is not there may be answered "
                                 "so, too");
    }
    error_set(error, ERROR_DENIED, "%s does not take the login that is kept for it",
              question->name);
    return error_hint(error, "the password or token may have expired: log in again");
}

bool registry_refused(const struct registry_question *question,
                      const struct http_response *response, bool known, struct error *error)
{
    json_t *answer = read_errors(response);
    const char *code = member_of_first(answer, "code");
    const char *message = member_of_first(answer, "message");
    int status = response->status;

    if (status == 404) {
        not_found(question, code, error);
    } else if (status == 401 || status == 403) {
        denied(question, response, known, error);
    } else if (status == 429) {
        error_set(error, ERROR_BUSY, "%s: asked too often", question->name);
        error_hint(error, "wait a while; some registries let those who log in ask more often");
    } else if (*message != '\0') {
        error_set(error, status >= 500 ? ERROR_NETWORK : ERROR_INVALID,
                  "%s says of %s: %.200s (%d)", question->name, question->what, message, status);
    } else {
        error_set(error, ERROR_NETWORK, "%s answers for %s with status %d", question->name,
                  question->what, status);
        error_hint(error, "look whether it is a registry, and what stands between");
    }
    json_decref(answer);
    return false;
}
