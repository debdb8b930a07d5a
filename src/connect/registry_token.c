#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/net/http_fields.h>
#include <pilab/net/http_url.h>

#include "registry_talk.h"

/* Seconds that a token holds when nobody says (distribution's token specification), at most, and
 * how much earlier it is taken for expired. */
#define TOKEN_USUAL   60
#define TOKEN_LONGEST 3600
#define TOKEN_MARGIN  5

#define TOKEN_LIMIT ((size_t)256 << 10) /* bytes of an answer */

/* --- Queries ---------------------------------------------------------------------------------- */

static void add_parameter(struct strbuf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    if (out->length > 0)
        strbuf_add_char(out, '&');
    strbuf_printf(out, "%s=", name);
    http_url_escape(out, value);
}

/* --- Tokens ----------------------------------------------------------------------------------- */

struct token_talk {
    struct registry *registry;
    const struct registry_question *question;
    const struct registry_login *login;
    const char *answered; /* the address that named the realm */
    const char *realm, *service, *scope;
};

/* Who is known by an identity posts it (OAuth 2); all others ask, as themselves or as nobody. */
static bool send_token_request(const struct token_talk *talk, struct http_response **response,
                               const struct progress *progress, struct error *error)
{
    static const struct http_header form = { "Content-Type", "application/x-www-form-urlencoded" };
    const struct registry_login *login = talk->login;
    struct http_request request = { .limits.body = TOKEN_LIMIT,
                                    .plain =
                                        registry_is_plain(talk->registry, talk->question->name) };
    struct strbuf query = STRBUF_INIT;
    char *basic = NULL, *url;
    bool ok;

    strbuf_reserve(&query, TOKEN_LIMIT); /* an identity does not move as it grows */
    add_parameter(&query, "service", talk->service);
    add_parameter(&query, "scope", talk->scope);
    if (login->identity != NULL) {
        add_parameter(&query, "grant_type", "refresh_token");
        add_parameter(&query, "client_id", "pilab");
        add_parameter(&query, "refresh_token", login->identity);
        url = memory_copy_text(talk->realm);
        request.method = "POST";
        request.repeatable = true;
        request.headers = &form;
        request.header_count = 1;
        request.body = query.data;
        request.body_length = query.length;
    } else {
        url = memory_printf("%s%s%s", talk->realm, strchr(talk->realm, '?') != NULL ? "&" : "?",
                            query.data);
        if (registry_login_is_known(login))
            basic = http_basic_authorization(login->user, login->password);
        request.authorization = basic;
    }
    request.url = url;
    ok = http_send(talk->registry->http, &request, response, progress, error);
    memory_wipe(basic);
    free(url);
    sodium_memzero(query.data, query.length);
    strbuf_release(&query);
    return ok;
}

/* As with redirections: a server elsewhere has nobody to send us to within this machine. */
static bool may_be_asked(const struct token_talk *talk, struct error *error)
{
    struct http_url registry = { 0 }, realm = { 0 };
    bool ok = http_url_parse(talk->answered, &registry, error) &&
              http_url_parse(talk->realm, &realm, error);

    if (ok && realm.loopback && !registry.loopback)
        ok = error_set(error, ERROR_UNTRUSTED, "%s is within this machine, and is not asked",
                       realm.shown);
    http_url_release(&registry);
    http_url_release(&realm);
    return ok;
}

static int64_t lifetime(const json_t *answer)
{
    json_int_t seconds = json_integer_value(json_object_get(answer, "expires_in"));

    if (seconds <= 0)
        seconds = TOKEN_USUAL;
    if (seconds > TOKEN_LONGEST)
        seconds = TOKEN_LONGEST;
    return seconds > 2 * TOKEN_MARGIN ? (seconds - TOKEN_MARGIN) * 1000 : seconds * 500;
}

static bool take_token(const struct token_talk *talk, const struct http_response *response,
                       struct registry_pass *pass, struct error *error)
{
    json_t *answer = json_read("token", response->body, response->length, NULL);
    const char *token = json_member_text(answer, "token");

    if (token == NULL || *token == '\0')
        token = json_member_text(answer, "access_token");
    if (token != NULL && *token != '\0') {
        pass->authorization = memory_printf("Bearer %s", token);
        pass->until = clock_monotonic() + lifetime(answer);
    }
    json_decref(answer);
    if (pass->authorization != NULL)
        return true;
    return error_set(error, ERROR_NETWORK, "the token server of %s gives no token",
                     talk->question->name);
}

static bool get_token(const struct token_talk *talk, struct registry_pass *pass,
                      const struct progress *progress, struct error *error)
{
    struct http_response *response;
    bool ok;

    if (!may_be_asked(talk, error) || !send_token_request(talk, &response, progress, error))
        return error_prefix(error, "the token server of %s", talk->question->name);
    if (response->status == 200)
        ok = take_token(talk, response, pass, error);
    else if (response->status == 404)
        ok = error_set(error, ERROR_NETWORK, "the token server of %s is not where it says (404)",
                       talk->question->name);
    else
        ok =
            registry_refused(talk->question, response, registry_login_is_known(talk->login), error);
    http_response_free(&response);
    return ok;
}

/* --- Challenges ------------------------------------------------------------------------------- */

static bool basic_pass(const struct registry_question *question, const struct registry_login *login,
                       const struct http_response *response, struct registry_pass *pass,
                       struct error *error)
{
    if (login->user == NULL || login->password == NULL)
        return registry_refused(question, response, false, error);
    pass->authorization = http_basic_authorization(login->user, login->password);
    pass->until = INT64_MAX;
    return true;
}

/* The first of a kind among all that the answer offers. */
static const struct http_challenge *
find_challenge(struct arena *arena, const struct http_response *response, const char *scheme)
{
    const char *field;

    for (size_t i = 0; (field = http_response_field_at(response, "WWW-Authenticate", i)) != NULL;
         i++) {
        size_t count;
        struct http_challenge *challenges = http_challenges_read(arena, field, &count);

        for (size_t j = 0; j < count; j++)
            if (strcmp(challenges[j].scheme, scheme) == 0)
                return &challenges[j];
    }
    return NULL;
}

bool registry_get_pass(struct registry *registry, const struct registry_question *question,
                       const struct http_response *challenge, const struct registry_login *login,
                       struct registry_pass *pass, const struct progress *progress,
                       struct error *error)
{
    struct arena *arena = arena_new();
    const struct http_challenge *bearer = find_challenge(arena, challenge, "bearer");
    struct token_talk talk = {
        .registry = registry, .question = question, .login = login, .answered = challenge->url
    };
    bool ok;

    if (bearer != NULL) {
        talk.realm = http_challenge_parameter(bearer, "realm");
        talk.service = http_challenge_parameter(bearer, "service");
        talk.scope = http_challenge_parameter(bearer, "scope");
        if (talk.scope == NULL)
            talk.scope = question->scope;
    }
    if (talk.realm != NULL)
        ok = get_token(&talk, pass, progress, error);
    else if (find_challenge(arena, challenge, "basic") != NULL)
        ok = basic_pass(question, login, challenge, pass, error);
    else
        ok = error_set(error, ERROR_UNSUPPORTED,
                       "%s asks who you are in a way that is not known here", question->name);
    arena_free(&arena);
    return ok;
}
