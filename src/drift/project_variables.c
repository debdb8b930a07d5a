#include "project_variables.h"

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>

#include "ascii.h"

/* clang-format off */
#define AT(member) offsetof(struct variable_settings, member)
static const struct field variable_fields[] = {
    { .key = "name", .kind = FIELD_TEXT, .at = AT(name), .required = true },
    { .key = "environment", .kind = FIELD_TEXT, .at = AT(environment), .required = true },
    { .key = "module", .kind = FIELD_TEXT, .at = AT(module) },
    { .key = "value", .kind = FIELD_TEXT, .at = AT(value) },
    { .key = "secret", .kind = FIELD_FLAG, .at = AT(secret) },
    { .key = "description", .kind = FIELD_TEXT, .at = AT(description) },
};
#undef AT
/* clang-format on */

/* A file goes into a repository, and what is in a repository is no secret. */
static bool check_value(struct project_reader *reader, const struct node *node,
                        const struct variable_settings *variable)
{
    if (variable->secret && variable->value != NULL) {
        project_refuse(reader, node, "the secret %s must not have its value here", variable->name);
        return error_hint(reader->error,
                          "leave the value out, take it for known, and set another "
                          "one: pilab variable set %s --secret",
                          variable->name);
    }
    if (variable->secret || variable->value != NULL)
        return true;
    project_refuse(reader, node, "the variable %s has no value", variable->name);
    return error_hint(reader->error, "give value: \"\" for an empty one, or secret: true");
}

static bool check_once(struct project_reader *reader, const struct node *node, struct map *places,
                       struct variable_settings *variable)
{
    struct strbuf place = STRBUF_INIT;
    bool first;

    for (const char *c = variable->environment; *c != '\0'; c++)
        strbuf_add_char(&place, ascii_lower(*c));
    strbuf_printf(&place, "\n%s\n%s", variable->module != NULL ? variable->module : "",
                  variable->name);
    first = map_put(places, place.data, variable) == NULL;
    strbuf_release(&place);
    return first || project_refuse(reader, node, "the variable %s of %s is there twice",
                                   variable->name, variable->environment);
}

static bool read_variable(struct project_reader *reader, const struct node *node,
                          struct map *places, struct variable_settings *variable)
{
    if (!project_map_read(reader, node, variable_fields,
                          sizeof variable_fields / sizeof *variable_fields, variable, "a variable",
                          NULL))
        return false;
    if (!variable_name_valid(variable->name)) {
        project_refuse(reader, node, "a variable cannot be called '%s'", variable->name);
        return error_hint(reader->error,
                          "a letter or '_' first, then letters, digits, '_', '.' and '-'");
    }
    return check_value(reader, node, variable) && check_once(reader, node, places, variable);
}

bool project_variables_read(struct project_reader *reader, const struct node *list,
                            struct variable_settings **variables, size_t *count)
{
    struct map *places;
    bool ok = true;

    if (!project_list_check(reader, list, "variables"))
        return false;
    places = map_new();
    *count = list->count;
    *variables = arena_array(reader->arena, list->count, sizeof **variables);
    for (size_t i = 0; i < list->count && ok; i++)
        ok = read_variable(reader, list->children[i], places, &(*variables)[i]);
    map_free(&places);
    return ok;
}
