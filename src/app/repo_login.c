/* What a server over https is told so that it lets us read: kept in the secret store, and taken out
 * of it. */
#include <pilab/app/use_cases.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/git/remote.h>
#include <pilab/git/repository.h>
#include <pilab/source/https_login.h>

#include "remotes.h"
#include "repo_parts.h"
#include "secret_input.h"
#include "token.h"
#include "vault.h"

#define TOKEN_LIMIT 8192
/* Where the token says who one is, servers of git want some name and take any; GitHub's own
 * programs say this one. */
#define USUAL_USER "x-access-token"

struct login {
    const char *address, *host, *user;
    struct store_token old; /* rev 0: there is none */
    struct strbuf token;
    struct store_vault vault;
    struct secret_key *key;
    bool tested;
};

/* --- Which host ------------------------------------------------------------------------------- */

/* An address, or a module whose repository it is. */
static bool find_host(struct call *call, const char *word, struct login *login, struct error *error)
{
    struct vector repos;
    enum remote_kind kind;
    char *host = NULL;
    bool ok;

    vector_init(&repos, sizeof(struct repo));
    ok = repos_of_project(call, &repos, error);
    login->address = ok ? arena_text(call->arena, repos_address(&repos, word)) : NULL;
    repos_release(&repos);
    ok = ok && remote_check(login->address, &kind, error);
    if (ok && (host = https_login_host(login->address)) == NULL) {
        ok = error_set(error, ERROR_INVALID, "%s is not reached by https, and takes no token",
                       login->address);
        error_hint(error, kind == REMOTE_SSH
                              ? "ssh goes by keys: ssh-add -l lists those of the agent"
                              : "tokens are for https:// alone");
    }
    login->host = arena_text(call->arena, host);
    free(host);
    return ok;
}

static bool find_old(struct call *call, struct login *login, struct error *error)
{
    bool found;

    if (!store_token_find(call->connection, call->project->id, login->host, call->arena,
                          &login->old, &found, error))
        return false;
    if (!found)
        login->old = (struct store_token){ 0 };
    return true;
}

/* --- The token -------------------------------------------------------------------------------- */

/* It goes into a line of the protocol, and a header. */
static bool is_one_line(const char *text)
{
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

static bool read_token(struct call *call, const struct arguments *arguments, struct login *login,
                       struct error *error)
{
    const struct secret_source source = { .file = arguments_option(arguments, "token-file"),
                                          .option = "--token-file",
                                          .question = arena_printf(call->arena, "The token for %s",
                                                                   login->host),
                                          .limit = TOKEN_LIMIT };

    if (!secret_input(call, &source, &login->token, error))
        return false;
    if (login->token.length == 0)
        return error_set(error, ERROR_INVALID, "the token for %s would be empty", login->host);
    return is_one_line(login->token.data) ||
           error_set(error, ERROR_INVALID, "the token for %s is not one line", login->host);
}

static bool read_user(const struct arguments *arguments, struct login *login, struct error *error)
{
    const char *user = arguments_option(arguments, "user");

    login->user = user != NULL ? user : login->old.rev > 0 ? login->old.login : USUAL_USER;
    if (*login->user != '\0' && strchr(login->user, ':') == NULL && is_one_line(login->user))
        return true;
    return error_set(error, ERROR_USAGE,
                     "'%s' cannot be a user there: it has a colon or a line "
                     "break in it, or is empty",
                     login->user);
}

static bool is_same(struct call *call, const struct login *login)
{
    struct secret_place place = token_place(store_id(call->store), &login->old);
    struct strbuf value = STRBUF_INIT;
    bool same = login->old.rev > 0 && strcmp(login->old.login, login->user) == 0 &&
                secret_open(login->key, &place, login->old.sealed, login->old.sealed_length, &value,
                            NULL) &&
                strcmp(value.data, login->token.data) == 0;

    secret_wipe(&value);
    return same;
}

/* The server itself says whether the token is one. */
static bool try_token(struct call *call, struct login *login, struct error *error)
{
    const struct remotes_trial trial = { .user = login->user, .token = login->token.data };
    const struct repository_access access = call_remotes_trying(call, &trial);
    struct remote_summary summary;

    progress_report(&call->progress, login->address, 0, 0);
    login->tested = repository_access_summarize(&access, login->address, call->arena, &summary,
                                                &call->progress, error);
    if (login->tested || error == NULL || error->code == ERROR_CANCELLED)
        return login->tested;
    return error_hint(error,
                      "nothing was kept; look at the token's rights and its end, and whether "
                      "--user is needed. --no-test keeps it without asking the server");
}

static bool write_token(struct call *call, const struct login *login, struct error *error)
{
    struct store_token token = login->old;
    json_t *body = json_object();
    bool ok;

    token.project_id = call->project->id;
    token.host = login->host;
    token.login = login->user;
    token.author = call->actor.login;
    token_seal(call, login->key, login->token.data, login->token.length, &token);
    json_put_text(body, "host", login->host);
    json_put_text(body, "user", login->user);
    json_put_bool(body, "tested", login->tested);
    ok = call_begin(call, PERMISSION_CONFIGURE_PROJECT, NULL, error) &&
         vault_still(call, &login->vault, error) &&
         store_token_put(call->connection, &token, error) &&
         call_audit(call, "repository.login", login->host, body, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    json_decref(body);
    return ok;
}

/* --- The commands ----------------------------------------------------------------------------- */

static void tell(const struct login *login, bool kept, bool changed, struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.token/1");
    json_put_text(result->object, "host", login->host);
    json_put_text(result->object, "user", kept ? login->user : login->old.login);
    json_put_bool(result->object, "kept", kept);
    json_put_bool(result->object, "changed", changed);
    json_put_bool(result->object, "tested", login->tested);
    rich_text(&result->text, RICH_NAME, login->host, true);
    strbuf_add(&result->text, !kept      ? ": its token is gone\n"
                              : !changed ? ": nothing to change\n"
                              : login->tested
                                  ? ": it takes the token, which is kept for everybody who may "
                                    "read the project\n"
                                  : ": the token is kept, and was not tried\n");
}

static bool log_in(struct call *call, const struct arguments *arguments, struct login *login,
                   bool *changed, struct error *error)
{
    if (!find_host(call, arguments_at(arguments, 0), login, error) ||
        !find_old(call, login, error) || !read_user(arguments, login, error))
        return false;
    login->key =
        vault_open(call, arguments_option(arguments, "passphrase-file"), &login->vault, error);
    if (login->key == NULL || !read_token(call, arguments, login, error))
        return false;
    if (!arguments_flag(arguments, "no-test") && !try_token(call, login, error))
        return false;
    *changed = !is_same(call, login);
    return !*changed || write_token(call, login, error);
}

bool app_repo_login(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    const char *token = arguments_option(arguments, "token-file");
    const char *passphrase = arguments_option(arguments, "passphrase-file");
    struct login login = { .token = STRBUF_INIT };
    bool ok, changed = false;

    if (token != NULL && passphrase != NULL && strcmp(token, "-") == 0 &&
        strcmp(passphrase, "-") == 0)
        return error_set(error, ERROR_USAGE,
                         "token and passphrase cannot both come from standard input");
    if (!call_check_writable(call, error) || !repository_library_start(error))
        return false;
    ok = log_in(call, arguments, &login, &changed, error);
    repository_library_stop();
    secret_wipe(&login.token);
    secret_key_free(&login.key);
    if (ok)
        tell(&login, true, changed, result);
    return ok;
}

static bool remove_token(struct call *call, const struct login *login, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "host", login->host);
    json_put_text(body, "user", login->old.login);
    ok = call_begin(call, PERMISSION_CONFIGURE_PROJECT, NULL, error) &&
         store_token_remove(call->connection, &login->old, error) &&
         call_audit(call, "repository.logout", login->host, body, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    json_decref(body);
    return ok;
}

bool app_repo_logout(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct login login = { .token = STRBUF_INIT };

    if (!call_check_writable(call, error) ||
        !find_host(call, arguments_at(arguments, 0), &login, error) ||
        !find_old(call, &login, error))
        return false;
    if (login.old.rev == 0) {
        error_set(error, ERROR_NOT_FOUND, "the project keeps no token for %s", login.host);
        return error_hint(error, "`pilab repo login` keeps one");
    }
    if (!remove_token(call, &login, error))
        return false;
    tell(&login, false, true, result);
    return true;
}
