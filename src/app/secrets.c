/* The key of the store's secrets: made, looked at, tried, changed. */
#include <pilab/app/use_cases.h>

#include <string.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#include "token.h"
#include "vault.h"

/* "file" or "passphrase" as the option spells it; `usual` when it is not given. */
static const char *kind_option(const struct arguments *arguments, const char *usual)
{
    const char *kind = arguments_option(arguments, "kind");

    if (kind == NULL)
        return usual;
    return strcmp(kind, "passphrase") == 0 ? VAULT_PASSPHRASE : VAULT_FILE;
}

static const char *kind_name(const struct store_vault *vault)
{
    return strcmp(vault->kind, VAULT_FILE) == 0 ? "file" : "passphrase";
}

static bool uses_file(const struct store_vault *vault)
{
    return strcmp(vault->kind, VAULT_FILE) == 0;
}

static bool audit_key(struct call *call, const char *action, const struct store_vault *vault,
                      size_t secrets, struct error *error)
{
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "kind", kind_name(vault));
    json_put_text(body, "key", vault->key_check);
    json_put_integer(body, "secrets", (int64_t)secrets);
    ok = call_audit(call, action, "secrets", body, error);
    json_decref(body);
    return ok;
}

/* The key belongs to the whole store, whichever project somebody happens to be in. */
static bool may_manage(struct call *call, struct error *error)
{
    call->project = NULL;
    call->actor.rights.project = PROJECT_NOBODY;
    return call_check(call, PERMISSION_MANAGE_SECRETS, error);
}

/* A key file that no transaction came to name must not stay. */
static void drop_key_file(struct call *call, const struct store_vault *vault)
{
    if (uses_file(vault))
        unlink(vault_key_path(call, vault));
}

static void describe(struct call *call, const struct store_vault *vault, struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.secrets/1");
    json_put_text(result->object, "kind", vault->rev > 0 ? kind_name(vault) : NULL);
    json_put_text(result->object, "key", vault->key_check);
    json_put_text(result->object, "key_file",
                  vault->rev > 0 && uses_file(vault) ? vault_key_path(call, vault) : NULL);
}

static void say_key(struct call *call, const struct store_vault *vault, struct strbuf *out)
{
    if (uses_file(vault)) {
        strbuf_add(out, "The key lies in ");
        rich_text(out, RICH_NAME, vault_key_path(call, vault), true);
        strbuf_add(out, ".\nKeep a copy of it, apart from the copies of the store: without it the "
                        "secrets\nare lost, and with both everybody can open them.\n");
    } else {
        strbuf_add(out, "The key is derived from the passphrase each time; nobody can open the "
                        "secrets without it.\n");
    }
}

/* --- init ------------------------------------------------------------------------------------- */

static bool confirm_start_over(struct call *call, const struct arguments *arguments, size_t secrets,
                               struct error *error)
{
    static const char *const choices[] = { "yes", "no", NULL };
    struct call_question question = { .choices = choices, .option = "--yes" };
    size_t choice = 1;

    if (arguments_flag(arguments, "yes") || secrets == 0)
        return true;
    question.text = arena_printf(call->arena,
                                 "A new key throws the values of %zu secret%s away: they must be "
                                 "set again. Start over?",
                                 secrets, secrets == 1 ? "" : "s");
    if (!call_ask(call, &question, &choice, NULL, error))
        return false;
    return choice == 0 || error_set(error, ERROR_CANCELLED, "the key stays as it is");
}

/* Their names stay, so that everybody sees what has to be set again. */
static bool empty_secrets(struct call *call, const struct store_variables *sealed,
                          struct error *error)
{
    for (size_t i = 0; i < sealed->count; i++) {
        struct store_variable variable = sealed->items[i];

        variable.sealed = NULL;
        variable.fingerprint = "";
        variable.author = call->actor.login;
        if (!store_variable_put(call->connection, &variable, error))
            return false;
    }
    return true;
}

bool app_secrets_init(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct store_vault vault, old;
    struct store_variables sealed = { 0 };
    struct store_tokens tokens = { 0 };
    struct secret_key *key;
    bool found, ok;

    if (!may_manage(call, error) ||
        !store_vault_get(call->connection, call->arena, &old, &found, error))
        return false;
    if (found && !arguments_flag(arguments, "again")) {
        error_set(error, ERROR_EXISTS, "the store has a key for secrets already");
        return error_hint(error, "`pilab secrets rekey` changes it; with --again, init starts over "
                                 "without the old one.");
    }
    if (found && (!store_variable_sealed(call->connection, call->arena, &sealed, error) ||
                  !store_token_list(call->connection, NULL, call->arena, &tokens, error) ||
                  !confirm_start_over(call, arguments, sealed.count + tokens.count, error)))
        return false;
    vault = old;
    key = vault_renew(call, kind_option(arguments, VAULT_FILE),
                      arguments_option(arguments, "passphrase-file"), "--passphrase-file", &vault,
                      error);
    if (key == NULL)
        return false;
    secret_key_free(&key);
    ok = call_begin(call, PERMISSION_MANAGE_SECRETS, NULL, error) &&
         store_variable_sealed(call->connection, call->arena, &sealed, error) &&
         empty_secrets(call, &sealed, error) && tokens_forget(call, error) &&
         store_vault_put(call->connection, &vault, error) &&
         audit_key(call, found ? "secrets.reset" : "secrets.init", &vault,
                   sealed.count + tokens.count, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    if (!ok)
        drop_key_file(call, &vault);
    else if (found)
        drop_key_file(call, &old);
    if (!ok)
        return false;
    describe(call, &vault, result);
    say_key(call, &vault, &result->text);
    return true;
}

/* --- rekey ------------------------------------------------------------------------------------ */

static bool reseal(struct call *call, const struct secret_key *old, const struct secret_key *new,
                   struct store_variable *variable, struct error *error)
{
    struct secret_place place = vault_place(call, variable);
    struct strbuf value = STRBUF_INIT;
    bool ok = secret_open(old, &place, variable->sealed, variable->sealed_length, &value, error);

    if (ok)
        vault_seal(call, new, value.data, value.length, variable);
    else
        error_prefix(error, "%s%s%s", variable->environment, variable->module != NULL ? " " : "",
                     variable->module != NULL ? variable->module : "");
    secret_wipe(&value);
    return ok && store_variable_reseal(call->connection, variable, error);
}

static bool reseal_all(struct call *call, const struct store_vault *vault,
                       const struct secret_key *old, const struct secret_key *new, size_t *count,
                       struct error *error)
{
    struct store_variables sealed;

    if (!vault_still(call, vault, error) ||
        !store_variable_sealed(call->connection, call->arena, &sealed, error))
        return false;
    *count = sealed.count;
    for (size_t i = 0; i < sealed.count; i++) {
        if (!reseal(call, old, new, &sealed.items[i], error))
            return false;
    }
    return tokens_reseal(call, old, new, count, error);
}

static bool check_sources(const struct arguments *arguments, struct error *error)
{
    const char *old = arguments_option(arguments, "passphrase-file");
    const char *new = arguments_option(arguments, "new-passphrase-file");

    if (old == NULL || new == NULL || strcmp(old, "-") != 0 || strcmp(new, "-") != 0)
        return true;
    return error_set(error, ERROR_USAGE, "both passphrases cannot come from standard input");
}

bool app_secrets_rekey(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    struct store_vault old, vault;
    struct secret_key *old_key = NULL, *key = NULL;
    size_t count = 0;
    bool ok;

    if (!may_manage(call, error) || !check_sources(arguments, error))
        return false;
    old_key = vault_open(call, arguments_option(arguments, "passphrase-file"), &old, error);
    vault = old;
    if (old_key != NULL)
        key = vault_renew(call, kind_option(arguments, old.kind),
                          arguments_option(arguments, "new-passphrase-file"),
                          "--new-passphrase-file", &vault, error);
    if (key == NULL) {
        secret_key_free(&old_key);
        return false;
    }
    ok = call_begin(call, PERMISSION_MANAGE_SECRETS, NULL, error) &&
         reseal_all(call, &old, old_key, key, &count, error) &&
         store_vault_put(call->connection, &vault, error) &&
         audit_key(call, "secrets.rekey", &vault, count, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    secret_key_free(&old_key);
    secret_key_free(&key);
    drop_key_file(call, ok ? &old : &vault);
    if (!ok)
        return false;
    describe(call, &vault, result);
    json_put_integer(result->object, "secrets", (int64_t)count);
    strbuf_printf(&result->text, "%zu secret%s sealed with the new key. ", count,
                  count == 1 ? "" : "s");
    say_key(call, &vault, &result->text);
    return true;
}

/* --- status and check ------------------------------------------------------------------------- */

static bool count_secrets(struct call *call, int64_t *with_value, struct error *error)
{
    struct store_variables sealed;
    struct store_tokens tokens;

    if (!store_variable_sealed(call->connection, call->arena, &sealed, error) ||
        !store_token_list(call->connection, NULL, call->arena, &tokens, error))
        return false;
    *with_value = (int64_t)(sealed.count + tokens.count);
    return true;
}

bool app_secrets_status(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    struct store_vault vault;
    struct error why = { 0 };
    struct secret_key *key;
    int64_t secrets;
    bool found;

    (void)arguments;
    if (!store_vault_get(call->connection, call->arena, &vault, &found, error) ||
        !count_secrets(call, &secrets, error))
        return false;
    describe(call, &vault, result);
    json_put_integer(result->object, "secrets", secrets);
    if (!found) {
        json_put_text(result->object, "state", "none");
        strbuf_add(&result->text, "There is no key for secrets yet: `pilab secrets init` makes "
                                  "one.\n");
        return true;
    }
    if (!uses_file(&vault)) {
        json_put_text(result->object, "state", "passphrase");
        strbuf_printf(&result->text,
                      "%lld secret%s, sealed with a passphrase (Argon2id, %lld MiB, %lld rounds). "
                      "`pilab secrets check` tries it.\n",
                      (long long)secrets, secrets == 1 ? "" : "s", (long long)(vault.memory >> 20),
                      (long long)vault.operations);
        return true;
    }
    key = vault_unlock(call, &vault, NULL, &why);
    json_put_text(result->object, "state", key != NULL ? "ready" : "unusable");
    json_put_text(result->object, "problem", key != NULL ? NULL : why.message);
    strbuf_printf(&result->text, "%lld secret%s, sealed with the key in ", (long long)secrets,
                  secrets == 1 ? "" : "s");
    rich_text(&result->text, RICH_NAME, vault_key_path(call, &vault), true);
    strbuf_add(&result->text, "\n");
    if (key == NULL) {
        rich_text(&result->text, RICH_WARNING, why.message, true);
        strbuf_add(&result->text, "\n");
        rich_text(&result->text, RICH_PLAIN, why.hint, true);
        strbuf_add(&result->text, "\n");
    }
    secret_key_free(&key);
    return true;
}

static bool try_all(struct call *call, const struct secret_key *key,
                    const struct store_variables *sealed, json_t *damaged, struct strbuf *text)
{
    size_t bad = 0;

    for (size_t i = 0; i < sealed->count; i++) {
        const struct store_variable *variable = &sealed->items[i];
        struct secret_place place = vault_place(call, variable);
        struct strbuf value = STRBUF_INIT;
        struct error why;

        if (!secret_open(key, &place, variable->sealed, variable->sealed_length, &value, &why)) {
            json_append(damaged, json_text(variable->id));
            strbuf_printf(text, "%s: ", variable->environment);
            rich_text(text, RICH_WARNING, why.message, true);
            strbuf_add_char(text, '\n');
            bad++;
        }
        secret_wipe(&value);
    }
    return bad == 0;
}

static bool try_tokens(struct call *call, const struct secret_key *key,
                       const struct store_tokens *tokens, json_t *damaged, struct strbuf *text)
{
    size_t bad = 0;

    for (size_t i = 0; i < tokens->count; i++) {
        const struct store_token *token = &tokens->items[i];
        struct secret_place place = token_place(store_id(call->store), token);
        struct strbuf value = STRBUF_INIT;
        struct error why;

        if (!secret_open(key, &place, token->sealed, token->sealed_length, &value, &why)) {
            json_append(damaged, json_text(token->id));
            rich_text(text, RICH_WARNING, why.message, true);
            strbuf_add_char(text, '\n');
            bad++;
        }
        secret_wipe(&value);
    }
    return bad == 0;
}

bool app_secrets_check(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    struct store_vault vault;
    struct store_variables sealed;
    struct store_tokens tokens;
    size_t count;
    struct secret_key *key;
    json_t *damaged;
    bool good;

    if (!may_manage(call, error))
        return false;
    key = vault_open(call, arguments_option(arguments, "passphrase-file"), &vault, error);
    if (key == NULL || !store_variable_sealed(call->connection, call->arena, &sealed, error) ||
        !store_token_list(call->connection, NULL, call->arena, &tokens, error)) {
        secret_key_free(&key);
        return false;
    }
    describe(call, &vault, result);
    damaged = json_array();
    count = sealed.count + tokens.count;
    good = try_all(call, key, &sealed, damaged, &result->text);
    good = try_tokens(call, key, &tokens, damaged, &result->text) && good;
    secret_key_free(&key);
    json_put_integer(result->object, "secrets", (int64_t)count);
    json_put_text(result->object, "state", good ? "ready" : "damaged");
    json_put(result->object, "damaged", damaged);
    if (good && count == 1)
        strbuf_add(&result->text, "The key is the right one, and opens the secret.\n");
    else
        strbuf_printf(&result->text,
                      good ? "The key is the right one, and opens all %zu secrets.\n"
                           : "The key is the right one; of %zu secrets those above "
                             "cannot be opened. Set them again.\n",
                      count);
    return true;
}
