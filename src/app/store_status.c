/* Where the store is, whose, and who shares it. */
#include <pilab/app/use_cases.h>

#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/store/health.h>
#include <pilab/store/sharing.h>
#include <pilab/store/user.h>

struct status {
    struct store_files files;
    struct store_file database;
    bool shared; /* as the store says */
    gid_t group;
    json_t *people;   /* of the store: login, in_group */
    json_t *problems; /* sentences */
    size_t outside;   /* people who are not in the group */
};

static bool look(struct call *call, struct status *status, struct error *error)
{
    const char *path = store_path(call->store);

    if (!store_sharing_get(call->connection, &status->shared, &status->group, error) ||
        !store_files_list(path, call->arena, &status->files, error))
        return false;
    for (size_t i = 0; i < status->files.count; i++) {
        if (status->files.items[i].kind == STORE_FILE_DATABASE)
            status->database = status->files.items[i];
    }
    return status->database.name != NULL ||
           error_set(error, ERROR_NOT_FOUND, "there is no store at %s any more", path);
}

/* An account may be known to the store and not be let at its file. */
static bool look_at_people(struct call *call, struct status *status, struct error *error)
{
    struct store_users users;

    if (!store_user_list(call->connection, call->tenant_id, NULL, call->arena, &users, error))
        return false;
    for (size_t i = 0; i < users.count; i++) {
        const struct store_user *user = &users.items[i];
        bool inside;
        json_t *person;

        if (!user->is_active)
            continue;
        inside =
            status->shared &&
            (store_group_has(status->group, user->login) ||
             (strcmp(user->login, call->actor.login) == 0 && store_group_joined(status->group)));
        person = json_object();
        json_put_text(person, "login", user->login);
        json_put_bool(person, "in_group", inside);
        json_append(status->people, person);
        status->outside += status->shared && !inside;
    }
    return true;
}

static void look_at_modes(struct call *call, struct status *status)
{
    const struct store_files *files = &status->files;
    const char *barrier;

    if (!status->shared)
        return;
    barrier = store_files_barrier(files, status->group, call->arena);
    if (!store_folder_fits(files, status->group))
        json_append(status->problems,
                    json_text(arena_printf(call->arena, "the folder has mode %04o",
                                           (unsigned)files->mode)));
    for (size_t i = 0; i < files->count; i++) {
        if (!store_file_fits(&files->items[i], status->group))
            json_append(status->problems, json_text(arena_printf(call->arena, "%s has mode %04o",
                                                                 files->items[i].name,
                                                                 (unsigned)files->items[i].mode)));
    }
    if (barrier != NULL)
        json_append(status->problems,
                    json_text(
                        arena_printf(call->arena, "people of the group cannot pass %s", barrier)));
}

static json_t *access_json(struct call *call, uid_t owner, gid_t group, mode_t mode)
{
    json_t *object = json_object();
    char name[STORE_GROUP_SIZE], login[STORE_LOGIN_SIZE];

    json_put_text(object, "owner", store_owner_name(owner, login));
    json_put_text(object, "group", store_group_name(group, name));
    json_put_text(object, "mode", arena_printf(call->arena, "%04o", (unsigned)mode));
    return object;
}

static void tell(struct call *call, const struct status *status, json_t *object)
{
    char name[STORE_GROUP_SIZE];

    json_put_text(object, "schema", "pilab.store/1");
    json_put_text(object, "path", store_path(call->store));
    json_put_text(object, "id", store_id(call->store));
    json_put_bool(object, "demo", store_is_demo(call->store));
    json_put_bool(object, "read_only", store_read_only(call->store));
    json_put_integer(object, "migration", store_schema(call->store));
    json_put_integer(object, "size", status->database.size);
    json_put_text(object, "journal", store_write_ahead(call->store) ? "wal" : "delete");
    json_put(object, "file",
             access_json(call, status->database.owner, status->database.group,
                         status->database.mode));
    json_put(object, "folder",
             access_json(call, status->files.owner, status->files.group, status->files.mode));
    json_put_text(object, "shared_with",
                  status->shared ? store_group_name(status->group, name) : NULL);
    json_put(object, "people", json_incref(status->people));
    json_put(object, "problems", json_incref(status->problems));
}

/* --- In words --------------------------------------------------------------------------------- */

static void label(struct strbuf *out, const char *word)
{
    rich_cell(out, RICH_DIM, word, 9, RICH_LEFT, true);
}

static void say_access(struct strbuf *out, const char *word, uid_t owner, gid_t group, mode_t mode)
{
    char name[STORE_GROUP_SIZE], login[STORE_LOGIN_SIZE];

    label(out, word);
    rich_text(out, RICH_PLAIN, store_owner_name(owner, login), true);
    strbuf_add(out, ", group ");
    rich_text(out, RICH_PLAIN, store_group_name(group, name), true);
    strbuf_printf(out, ", mode %04o\n", (unsigned)mode);
}

static void say_people(const struct status *status, struct strbuf *out)
{
    size_t index;
    json_t *person;

    label(out, "people");
    json_array_foreach(status->people, index, person)
    {
        strbuf_add(out, index > 0 ? ", " : "");
        rich_text(out, RICH_PLAIN, json_string_value(json_object_get(person, "login")), true);
        if (status->shared && !json_is_true(json_object_get(person, "in_group")))
            rich_word(out, RICH_WARNING, " (not in the group)");
    }
    strbuf_add(out, "\n");
}

static void say(struct call *call, const struct status *status, struct strbuf *out)
{
    char name[STORE_GROUP_SIZE];
    size_t index;
    json_t *problem;

    label(out, "store");
    rich_text(out, RICH_NAME, store_path(call->store), true);
    strbuf_add(out, store_is_demo(call->store) ? " (a demo)\n" : "\n");
    say_access(out, "file", status->database.owner, status->database.group, status->database.mode);
    say_access(out, "folder", status->files.owner, status->files.group, status->files.mode);
    label(out, "shared");
    if (status->shared) {
        strbuf_add(out, "with the group ");
        rich_text(out, RICH_NAME, store_group_name(status->group, name), true);
        strbuf_add(out, "\n");
    } else {
        strbuf_add(out, "no; `pilab store share GROUP` shares it\n");
    }
    say_people(status, out);
    label(out, "size");
    strbuf_printf(out, "%lld KiB, schema %d, %s\n",
                  (long long)((status->database.size + 1023) / 1024), store_schema(call->store),
                  store_write_ahead(call->store) ? "write-ahead log" : "rollback journal");
    json_array_foreach(status->problems, index, problem)
    {
        rich_text(out, RICH_WARNING, json_string_value(problem), true);
        strbuf_add(out, "\n");
    }
    if (json_array_size(status->problems) > 0)
        strbuf_add(out, "`pilab doctor` says what to do.\n");
}

bool app_store_status(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    struct status status = { .people = json_array(), .problems = json_array() };
    bool ok = look(call, &status, error) && look_at_people(call, &status, error);

    (void)arguments;
    if (ok) {
        look_at_modes(call, &status);
        result->kind = RESULT_OBJECT;
        result->object = json_object();
        tell(call, &status, result->object);
        say(call, &status, &result->text);
    }
    json_decref(status.people);
    json_decref(status.problems);
    return ok;
}
