#include <pilab/app/call.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/store/access.h>
#include <pilab/store/audit.h>
#include <pilab/store/tenant.h>
#include <pilab/store/user.h>

#define ONE_HOUR 3600000

static const char local_tenant[] = "local";
static const char refused_action[] = "access.refused";

static bool find_actor(struct call *call, struct error *error);

void call_start(struct call *call, const struct settings *settings)
{
    *call = (struct call){ .settings = settings,
                           .arena = arena_new(),
                           .actor = { .login = settings->login },
                           .log = settings->log,
                           .clock = settings->clock,
                           .random = random_system() };
    call->remotes = arena_alloc(call->arena, sizeof *call->remotes);
}

void call_end(struct call *call)
{
    if (call->store != NULL)
        store_return(call->store, &call->connection);
    if (!call->store_borrowed)
        store_close(&call->store);
    if (call->remotes->remotes != NULL)
        call->remotes->free(&call->remotes->remotes);
    arena_free(&call->arena);
}

/* What the actor may do is looked up anew for each piece of work: a screen stays open for days, and
 * roles change meanwhile. */
static bool know_rights(struct call *call, struct error *error)
{
    struct permission_actor rights;

    if (call->actor.id[0] == '\0')
        return true;
    if (!find_actor(call, error))
        return false;
    if (call->project == NULL)
        return true;
    if (!call_rights_in(call, call->project->id, &rights, error))
        return false;
    call->actor.rights = rights;
    return true;
}

/* The same for a call that has lived for long: it is given nothing to keep. */
static bool know_rights_now(struct call *call, struct error *error)
{
    struct arena *own = call->arena;
    const char *login = call->actor.login;
    bool ok;

    call->arena = arena_new();
    ok = know_rights(call, error);
    arena_free(&call->arena);
    call->arena = own;
    call->actor.login = login;
    return ok;
}

bool call_for_worker(const struct call *call, struct call *worker, struct error *error)
{
    call_start(worker, call->settings);
    worker->actor = call->actor;
    worker->tenant_id = call->tenant_id;
    worker->project = call->project;
    worker->log = call->log;
    worker->columns = call->columns;
    worker->clock = call->clock;
    worker->store = call->store;
    /* One that the worker opens itself, because there was none yet, is its own. */
    worker->store_borrowed = call->store != NULL;
    if (call->store == NULL)
        return true;
    worker->connection = store_connect(call->store, &worker->clock, &worker->random, error);
    if (worker->connection != NULL && know_rights(worker, error))
        return true;
    call_end(worker);
    return false;
}

static bool first_tenant(struct call *call, bool *found, struct error *error)
{
    struct store_tenants tenants;

    if (!store_tenant_list(call->connection, NULL, call->arena, &tenants, error))
        return false;
    *found = tenants.count > 0;
    if (*found)
        call->tenant_id = tenants.items[0].id;
    return true;
}

static bool add_first_user(struct call *call, struct error *error)
{
    struct store_tenant tenant = { .slug = local_tenant, .name = "Local" };
    struct store_user user = { .login = call->settings->login,
                               .role = instance_role_name(INSTANCE_ADMIN),
                               .is_active = true };

    if (!store_tenant_add(call->connection, &tenant, error))
        return false;
    user.tenant_id = tenant.id;
    call->tenant_id = arena_text(call->arena, tenant.id);
    return store_user_add(call->connection, &user, error) &&
           call_audit(call, "store.create", store_id(call->store), NULL, error) &&
           store_commit(call->connection, error);
}

/* A store that was just made has nobody in it: whoever made it runs it. Of several who make it at
 * once that is the first. */
static bool found_first_user(struct call *call, struct error *error)
{
    bool found = false;
    bool ok = store_begin(call->connection, &call->progress, error) &&
              first_tenant(call, &found, error) && (found || add_first_user(call, error));

    store_rollback(call->connection);
    return ok;
}

static bool find_tenant(struct call *call, struct error *error)
{
    bool found;

    if (!first_tenant(call, &found, error))
        return false;
    return found || (!store_read_only(call->store) && found_first_user(call, error));
}

static bool find_actor(struct call *call, struct error *error)
{
    struct store_user user;

    if (!store_user_find(call->connection, call->tenant_id, call->settings->login, call->arena,
                         &user, error)) {
        if (error->code != ERROR_NOT_FOUND)
            return false;
        error_set(error, ERROR_DENIED, "the store %s does not know the user %s",
                  store_path(call->store), call->settings->login);
        return error_hint(error,
                          "ask an OWNER to add you (pilab member add %s), or use a store of "
                          "your own: --store FILE",
                          call->settings->login);
    }
    if (!user.is_active) {
        error_set(error, ERROR_DENIED, "the user %s is not active any more", user.login);
        return error_hint(error, "ask whoever runs the store %s", store_path(call->store));
    }
    memcpy(call->actor.id, user.id, sizeof call->actor.id);
    call->actor.login = user.login;
    call->actor.rights.same_tenant = true;
    return instance_role_parse(user.role, &call->actor.rights.instance, error);
}

bool call_open_store(struct call *call, bool create, struct error *error)
{
    struct store_options options = { .path = call->settings->store_path,
                                     .create = create,
                                     .allow_frozen_clock =
                                         call->settings->demo || clock_is_frozen(&call->clock) };

    if (call->store != NULL)
        return true;
    if (!store_open(&options, &call->clock, &call->store, error)) {
        if (error->code == ERROR_NOT_FOUND && !create)
            error_hint(error,
                       "`pilab init` makes one for your project, `pilab project import` from a "
                       "pilab.yaml; `pilab demo` shows one with a project in it");
        return false;
    }
    call->connection = store_connect(call->store, &call->clock, &call->random, error);
    if (call->connection != NULL && find_tenant(call, error) && find_actor(call, error))
        return true;
    connection_close(&call->connection);
    store_close(&call->store);
    return false;
}

bool call_rights_in(struct call *call, const char *project_id, struct permission_actor *rights,
                    struct error *error)
{
    const char *role;

    *rights = call->actor.rights;
    rights->project = PROJECT_NOBODY;
    return store_access_role(call->connection, project_id, call->actor.id, call->arena, &role,
                             error) &&
           (role == NULL || project_role_parse(role, &rights->project, error));
}

static bool adopt_project(struct call *call, const struct store_project *project,
                          struct error *error)
{
    struct permission_actor rights;

    if (!call_rights_in(call, project->id, &rights, error))
        return false;
    call->project = arena_alloc(call->arena, sizeof *call->project);
    *call->project = *project;
    call->actor.rights = rights;
    return true;
}

/* Leaves out what the actor may not even read. */
static bool keep_readable(struct call *call, struct store_projects *list, struct error *error)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct permission_actor rights;

        if (!call_rights_in(call, list->items[i].id, &rights, error))
            return false;
        if (permission_check(&rights, PERMISSION_READ, NULL, NULL))
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    return true;
}

static bool only_project(struct call *call, struct store_project *project, struct error *error)
{
    struct store_projects list;
    struct strbuf names = STRBUF_INIT;

    if (!store_project_list(call->connection, call->tenant_id, NULL, NULL, call->arena, &list,
                            error) ||
        !keep_readable(call, &list, error))
        return false;
    if (list.count == 1) {
        *project = list.items[0];
        return true;
    }
    if (list.count == 0) {
        error_set(error, ERROR_NOT_FOUND, "the store %s has no project that you may read",
                  store_path(call->store));
        return error_hint(error,
                          "`pilab init` sets one up, `pilab project import pilab.yaml` takes one");
    }
    for (size_t i = 0; i < list.count; i++)
        strbuf_printf(&names, "%s%s", i > 0 ? ", " : "", list.items[i].code);
    error_set(error, ERROR_AMBIGUOUS, "there are %zu projects: %s", list.count, names.data);
    strbuf_release(&names);
    return error_hint(error, "choose one with --project or PILAB_PROJECT");
}

bool call_choose_project(struct call *call, const char *name, struct error *error)
{
    struct store_project project;

    if (name == NULL)
        name = call->settings->project;
    if (name != NULL) {
        if (!store_project_find(call->connection, call->tenant_id, name, call->arena, &project,
                                error)) {
            if (error->code == ERROR_NOT_FOUND)
                error_hint(error, "`pilab project list` shows the projects");
            return false;
        }
    } else if (!only_project(call, &project, error)) {
        return false;
    }
    return adopt_project(call, &project, error);
}

/* Screens read again by themselves whenever the store changes, and an entry is a change: a refusal
 * to read is put down once an hour, until the actor is seen to do something else. What a person
 * does is put down each time. */
static bool is_repeated(struct call *call, const char *action, const json_t *body)
{
    struct audit_filter newest = { .tenant = call->tenant_id, .actor = call->actor.login };
    const struct store_page one = { .limit = 1 };
    struct arena *arena;
    struct audit_entries entries;
    struct strbuf text = STRBUF_INIT;
    bool repeated;

    if (strcmp(action, permission_row(PERMISSION_READ)->name) != 0)
        return false;
    if (call->project != NULL)
        newest.project = call->project->id;
    arena = arena_new();
    json_write_canonical(&text, body);
    repeated = audit_list(call->connection, &newest, &one, arena, &entries, NULL) &&
               entries.count == 1 && entries.items[0].body != NULL &&
               clock_now(&call->clock) - entries.items[0].at < ONE_HOUR &&
               strcmp(entries.items[0].action, refused_action) == 0 &&
               strcmp(entries.items[0].body, text.data) == 0;
    strbuf_release(&text);
    arena_free(&arena);
    return repeated;
}

/* That it cannot be written must not turn a refusal into anything but a refusal. */
void call_audit_refusal(struct call *call, const char *action, const struct error *refusal)
{
    struct error error = { 0 };
    json_t *body;
    bool ok;

    if (store_read_only(call->store) || store_writing(call->connection))
        return;
    body = json_object();
    json_put_text(body, "refused", action);
    json_put_text(body, "reason", refusal->message);
    ok = store_begin(call->connection, NULL, &error) &&
         (is_repeated(call, action, body) ||
          (call_audit(call, refused_action, action, body, &error) &&
           store_commit(call->connection, &error)));
    if (!ok)
        log_write(call->log, LOG_WARNING, "a refusal could not be put into the audit: %s",
                  error.message);
    store_rollback(call->connection);
    json_decref(body);
}

bool call_refuse(struct call *call, const char *action, const struct error *refusal,
                 struct error *error)
{
    const struct error kept = *refusal; /* may be *error itself */

    store_rollback(call->connection);
    call_audit_refusal(call, action, &kept);
    if (error != NULL)
        *error = kept;
    return false;
}

bool call_check_in(struct call *call, enum permission_action action,
                   const struct permission_circumstances *circumstances, struct error *error)
{
    struct error refusal = { 0 };

    if (call->store == NULL ||
        permission_check(&call->actor.rights, action, circumstances, &refusal))
        return true;
    return call_refuse(call, permission_row(action)->name, &refusal, error);
}

bool call_check(struct call *call, enum permission_action action, struct error *error)
{
    return call_check_in(call, action, NULL, error);
}

bool call_check_now(struct call *call, enum permission_action action,
                    const struct permission_circumstances *circumstances, struct error *error)
{
    struct error failure = { 0 };

    if (know_rights_now(call, &failure))
        return call_check_in(call, action, circumstances, error);
    if (failure.code == ERROR_DENIED)
        return call_refuse(call, permission_row(action)->name, &failure, error);
    if (error != NULL)
        *error = failure;
    return false;
}

bool call_begin(struct call *call, enum permission_action action,
                const struct permission_circumstances *circumstances, struct error *error)
{
    if (!store_begin(call->connection, &call->progress, error))
        return false;
    if (call_check_now(call, action, circumstances, error))
        return true;
    store_rollback(call->connection);
    return false;
}

bool call_check_writable(struct call *call, struct error *error)
{
    if (!store_read_only(call->store))
        return true;
    error_set(error, ERROR_DENIED, "the store %s is open for reading only",
              store_path(call->store));
    return store_notice_count(call->store) > 0
               ? error_hint(error, "%s", store_notice(call->store, 0))
               : false;
}

bool call_ask(struct call *call, const struct call_question *question, size_t *choice,
              struct strbuf *text, struct error *error)
{
    size_t ignored;

    if (call->ask != NULL)
        return call->ask(call->ask_context, question, choice != NULL ? choice : &ignored, text,
                         error);
    error_set(error, ERROR_USAGE, "%s", question->text);
    return error_hint(error, "nobody can be asked here: give %s", question->option);
}

bool call_audit(struct call *call, const char *action, const char *object, const json_t *body,
                struct error *error)
{
    struct audit_entry entry = { .tenant = call->tenant_id,
                                 .project = call->project != NULL ? call->project->id : NULL,
                                 .actor = call->actor.login,
                                 .action = action,
                                 .object = object };

    return audit_append(call->connection, &entry, body, error);
}
