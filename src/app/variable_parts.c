#include "variable_parts.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/mask.h>

#define NOT_SET "(not set)"

static bool hint_names(struct error *error, const char *what, struct strbuf *names)
{
    error_hint(error, names->length > 0 ? "the project has %s" : "the project has no %s",
               names->length > 0 ? names->data : what);
    strbuf_release(names);
    return false;
}

static void add_name(struct strbuf *names, const char *name)
{
    strbuf_printf(names, "%s%s", names->length > 0 ? ", " : "", name);
}

bool variable_environment(struct call *call, const char *name,
                          struct store_environment *environment, struct error *error)
{
    struct strbuf names = STRBUF_INIT;
    struct store_environments list;

    if (store_environment_find(call->connection, call->project->id, name, call->arena, environment,
                               error))
        return true;
    if (error == NULL || error->code != ERROR_NOT_FOUND ||
        !store_environment_list(call->connection, call->project->id, NULL, call->arena, &list,
                                NULL))
        return false;
    for (size_t i = 0; i < list.count; i++)
        add_name(&names, list.items[i].name);
    return hint_names(error, "environments", &names);
}

bool variable_module(struct call *call, const char *name, struct store_module *module,
                     struct error *error)
{
    struct strbuf names = STRBUF_INIT;
    struct store_modules list;

    if (store_module_find(call->connection, call->project->id, name, call->arena, module, error))
        return true;
    if (error == NULL || error->code != ERROR_NOT_FOUND ||
        !store_module_list(call->connection, call->project->id, NULL, call->arena, &list, NULL))
        return false;
    for (size_t i = 0; i < list.count; i++)
        add_name(&names, list.items[i].name);
    return hint_names(error, "modules", &names);
}

bool variable_place_read(struct call *call, const struct arguments *arguments, const char *name,
                         struct variable_place *place, struct error *error)
{
    const char *environment = arguments_option(arguments, "environment");
    const char *module = arguments_option(arguments, "module");

    *place = (struct variable_place){ .name = name };
    if (environment == NULL) {
        error_set(error, ERROR_USAGE, "in which environment?");
        return error_hint(error, "give --environment NAME");
    }
    if (!variable_environment(call, environment, &place->environment, error) ||
        (module != NULL && !variable_module(call, module, &place->module, error)))
        return false;
    place->module_id = module != NULL ? place->module.id : NULL;
    return true;
}

const char *variable_place_text(struct call *call, const struct variable_place *place)
{
    if (place->module_id == NULL)
        return arena_printf(call->arena, "%s in %s", place->name, place->environment.name);
    return arena_printf(call->arena, "%s of %s in %s", place->name, place->module.name,
                        place->environment.name);
}

const char *variable_shown(const struct store_variable *variable)
{
    if (!variable->is_secret)
        return variable->value;
    return variable->sealed != NULL ? MASK_TEXT : NOT_SET;
}

json_t *variable_json(const struct store_variable *variable)
{
    json_t *object = json_object();

    json_put_text(object, "name", variable->name);
    json_put_text(object, "environment", variable->environment);
    json_put_text(object, "module", variable->module);
    json_put_bool(object, "secret", variable->is_secret);
    json_put_bool(object, "set", !variable->is_secret || variable->sealed != NULL);
    json_put_text(object, "value", variable->is_secret ? NULL : variable->value);
    json_put_text(object, "shown", variable_shown(variable));
    json_put_text(object, "description", variable->description);
    json_put_text(object, "author", variable->author);
    json_put_integer(object, "rev", variable->rev);
    json_put_time(object, "updated_at", variable->updated_at);
    return object;
}

bool variable_same(const struct call *call, const struct store_variable *a,
                   const struct store_variable *b)
{
    char print[STORE_FINGERPRINT_SIZE];

    if (a->is_secret && b->is_secret)
        return strcmp(a->fingerprint, b->fingerprint) == 0;
    if (!a->is_secret && !b->is_secret)
        return strcmp(a->value, b->value) == 0;
    if (!a->is_secret)
        return variable_same(call, b, a);
    store_fingerprint(call->store, b->value, strlen(b->value), print);
    return strcmp(a->fingerprint, print) == 0;
}
