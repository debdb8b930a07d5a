/* Giving the store to a group of this machine, and taking it back. */
#include <pilab/app/use_cases.h>

#include <string.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/store/health.h>
#include <pilab/store/sharing.h>

#define NAMED_FILES 3

/* --- Whether it can be ------------------------------------------------------------------------ */

/* The file is everybody's of the store, whichever project somebody happens to be in. */
static bool may_share(struct call *call, struct error *error)
{
    call->project = NULL;
    call->actor.rights.project = PROJECT_NOBODY;
    return call_check_writable(call, error) && call_check(call, PERMISSION_SHARE_STORE, error);
}

/* Only the owner can change group and mode, and the system would say so halfway through. */
static bool check_owner(struct call *call, const struct store_files *files, struct error *error)
{
    struct error refusal = { 0 };
    uid_t owner = files->owner;
    char login[STORE_LOGIN_SIZE];

    for (size_t i = 0; i < files->count; i++) {
        if (files->items[i].kind == STORE_FILE_DATABASE && owner == geteuid())
            owner = files->items[i].owner;
    }
    if (geteuid() == 0 || owner == geteuid())
        return true;
    error_set(&refusal, ERROR_DENIED, "%s belongs to %s, who alone can say who shares it",
              store_path(call->store), store_owner_name(owner, login));
    error_hint(&refusal, "Ask %s to do it.", login);
    return call_refuse(call, permission_row(PERMISSION_SHARE_STORE)->name, &refusal, error);
}

static bool check_joined(struct call *call, gid_t group, struct error *error)
{
    char name[STORE_GROUP_SIZE];

    if (store_group_joined(group))
        return true;
    error_set(error, ERROR_DENIED, "you are not in the group %s", store_group_name(group, name));
    return error_hint(error, store_group_has(group, call->actor.login)
                                 ? "You were put into it after you logged in: log in again."
                                 : "Ask who looks after this machine to put you into it, and log "
                                   "in again.");
}

/* How to bring it where it can be shared, by hand: everything of it has its name in front. */
static bool hint_move(struct call *call, const char *group, struct error *error)
{
    struct strbuf from = STRBUF_INIT;
    const char *path = store_path(call->store);

    escape_shell(&from, path, strlen(path));
    error_hint(error,
               "Give it a folder of its own that the group can reach, while nobody works with it: "
               "mkdir -m 700 DIR && mv %s* DIR/ && pilab --store DIR/%s store share %s",
               from.data, strrchr(path, '/') + 1, group);
    strbuf_release(&from);
    return false;
}

/* Whoever can write a folder can remove what is in it. */
static bool check_alone(struct call *call, const struct store_files *files, const char *group,
                        struct error *error)
{
    struct strbuf names = STRBUF_INIT;
    size_t named = 0;

    if (files->other_count == 0)
        return true;
    for (size_t i = 0; i < files->count && named < NAMED_FILES; i++) {
        if (files->items[i].kind == STORE_FILE_OTHER)
            strbuf_printf(&names, "%s%s", named++ > 0 ? ", " : "", files->items[i].name);
    }
    error_set(error, ERROR_CONFLICT,
              "the folder %s also holds what is not the store's (%s%s), and the group could remove "
              "that",
              files->folder, names.data, files->other_count > named ? ", …" : "");
    strbuf_release(&names);
    return hint_move(call, group, error);
}

static bool check_reach(struct call *call, const struct store_files *files, gid_t gid,
                        const char *group, struct error *error)
{
    const char *barrier = store_files_barrier(files, gid, call->arena);

    if (barrier == NULL)
        return true;
    error_set(error, ERROR_CONFLICT, "people of the group %s cannot reach %s: they may not pass %s",
              group, files->folder, barrier);
    return hint_move(call, group, error);
}

/* --- Doing it --------------------------------------------------------------------------------- */

struct sharing {
    bool shared, fits; /* before: as the store says, and whether all modes are right */
    gid_t before;
    gid_t group;
    struct store_files files;
};

static bool look(struct call *call, struct sharing *sharing, struct error *error)
{
    if (!store_sharing_get(call->connection, &sharing->shared, &sharing->before, error) ||
        !store_files_list(store_path(call->store), call->arena, &sharing->files, error))
        return false;
    sharing->fits = sharing->shared && sharing->before == sharing->group &&
                    store_folder_fits(&sharing->files, sharing->group);
    for (size_t i = 0; i < sharing->files.count; i++)
        sharing->fits = sharing->fits && store_file_fits(&sharing->files.items[i], sharing->group);
    return true;
}

static bool audit_sharing(struct call *call, const char *action, gid_t group,
                          const struct sharing *sharing, struct error *error)
{
    char name[STORE_GROUP_SIZE];
    json_t *body = json_object();
    bool ok;

    json_put_text(body, "group", store_group_name(group, name));
    json_put_integer(body, "gid", (int64_t)group);
    if (sharing != NULL && sharing->shared && sharing->before != group)
        json_put_text(body, "previous", store_group_name(sharing->before, name));
    ok = call_audit(call, action, store_id(call->store), body, error);
    json_decref(body);
    return ok;
}

/* Some disks take modes and groups without keeping them. */
static bool check_taken(struct call *call, gid_t group, struct error *error)
{
    struct store_place_health place;

    if (!store_look_at_place(store_path(call->store), &place, error))
        return false;
    if (place.trust.code == ERROR_NONE && place.shared && place.group == group)
        return true;
    error_set(error, ERROR_UNSUPPORTED, "the disk of %s does not keep groups and modes",
              store_path(call->store));
    return error_hint(error, "Put the store on a local disk.");
}

/* As it was; that this fails, too, must not hide why. */
static void take_back(struct call *call, const struct sharing *sharing)
{
    struct store_files files;
    struct error error = { 0 };

    if (!store_files_list(store_path(call->store), call->arena, &files, &error) ||
        !(sharing->shared ? store_files_share(&files, sharing->before, &error)
                          : store_files_close(&files, &error)))
        log_write(call->log, LOG_FAILURE, "the store's modes could not be set back: %s",
                  error.message);
}

/* Modes change within the transaction: the files are let go only when the store says so, and the
 * other way round. */
static bool share(struct call *call, struct sharing *sharing, struct error *error)
{
    bool begun = call_begin(call, PERMISSION_SHARE_STORE, NULL, error), touched = false, ok;

    ok = begun && look(call, sharing, error) &&
         store_sharing_set(call->connection, sharing->group, error) &&
         audit_sharing(call, "store.share", sharing->group, sharing, error);
    if (ok) {
        touched = true;
        ok = store_files_share(&sharing->files, sharing->group, error) &&
             check_taken(call, sharing->group, error) && store_commit(call->connection, error);
    }
    if (!ok && touched)
        take_back(call, sharing);
    if (begun)
        store_rollback(call->connection);
    return ok;
}

static void describe(struct call *call, const char *group, bool changed, struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.store_sharing/1");
    json_put_text(result->object, "path", store_path(call->store));
    json_put_text(result->object, "shared_with", group);
    json_put_bool(result->object, "changed", changed);
    rich_text(&result->text, RICH_NAME, store_path(call->store), true);
}

bool app_store_share(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    struct sharing sharing = { 0 };
    char group[STORE_GROUP_SIZE];

    if (!may_share(call, error) ||
        !store_group_find(arguments_at(arguments, 0), &sharing.group, error) ||
        !look(call, &sharing, error) || !check_owner(call, &sharing.files, error) ||
        !check_joined(call, sharing.group, error))
        return false;
    store_group_name(sharing.group, group);
    if (!check_alone(call, &sharing.files, group, error) ||
        !check_reach(call, &sharing.files, sharing.group, group, error))
        return false;
    if (sharing.fits) {
        describe(call, group, false, result);
        strbuf_add(&result->text, " is shared with the group ");
        rich_text(&result->text, RICH_NAME, group, true);
        strbuf_add(&result->text, " already\n");
        return true;
    }
    if (!share(call, &sharing, error))
        return false;
    describe(call, group, true, result);
    strbuf_add(&result->text, " is now shared with the group ");
    rich_text(&result->text, RICH_NAME, group, true);
    strbuf_add(&result->text, ".\nEach of them sets PILAB_STORE to it, and acts under their own "
                              "login with the role that\n`pilab member add LOGIN` gives them.\n");
    return true;
}

static bool unshare(struct call *call, struct sharing *sharing, struct error *error)
{
    bool begun = call_begin(call, PERMISSION_SHARE_STORE, NULL, error), ok;

    ok = begun && look(call, sharing, error) &&
         (!sharing->shared || (store_sharing_end(call->connection, error) &&
                               audit_sharing(call, "store.unshare", sharing->before, NULL, error) &&
                               store_files_close(&sharing->files, error))) &&
         store_commit(call->connection, error);
    if (begun)
        store_rollback(call->connection);
    return ok;
}

bool app_store_unshare(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    struct sharing sharing = { 0 };

    (void)arguments;
    if (!may_share(call, error) || !look(call, &sharing, error) ||
        !check_owner(call, &sharing.files, error) || !unshare(call, &sharing, error))
        return false;
    describe(call, NULL, sharing.shared, result);
    strbuf_add(&result->text,
               sharing.shared
                   ? " is yours alone again. Who has it open keeps it until they end the "
                     "program.\n"
                   : " is not shared\n");
    return true;
}
