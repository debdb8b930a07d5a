#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/vector.h>

#include "pg_apply.h"

struct schema_place pg_place(const struct pg_state *state, long location)
{
    return (struct schema_place){ state->statement->file,
                                  pg_statement_line(state->statement, location) };
}

void pg_complain(struct pg_state *state, const char *format, ...)
{
    char message[600];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    struct schema_place place = pg_place(state, -1);
    schema_add_problem(state->schema, &place, message,
                       state->statement->placeholders
                           ? "the statement has placeholders: their values are not known here"
                           : NULL);
}

struct pg_writer pg_writer_in(struct pg_state *state, const struct pg_scope *scope)
{
    return pg_writer_of(&state->world, scope);
}

void pg_wrote(struct pg_state *state, const struct pg_writer *writer, const char *what)
{
    if (writer->unsure)
        schema_add_gap(state->schema,
                       arena_printf(state->world.arena, "the exact text of %s", what),
                       arena_printf(state->world.arena, "%s is not written as the server does",
                                    writer->unsure));
}

struct schema_object *pg_need_relation(struct pg_state *state, const struct pg_node *range,
                                       bool optional)
{
    struct pg_name name = pg_range_name(range);
    struct schema_object *found = pg_lookup_relation(&state->world, name);
    if (!found && !optional)
        pg_complain(state, "there is no relation %s",
                    pg_qualified(state->world.arena, name.namespace, name.name));
    return found;
}

struct schema_object *pg_need_column(struct pg_state *state, struct schema_object *table,
                                     const char *name, bool optional)
{
    struct schema_object *found = schema_find_part(state->schema, table, SCHEMA_COLUMN, name);
    if (!found && !optional)
        pg_complain(state, "%s has no column %s", schema_object_path(state->world.arena, table),
                    name);
    return found;
}

const char *pg_target(struct pg_state *state, struct pg_name name)
{
    if (!name.namespace)
        return pg_home(&state->world);
    struct schema_place place = pg_place(state, -1);
    /* Parts of dumps and migrations of others: somebody made it before. */
    schema_add(state->schema, SCHEMA_NAMESPACE, "", name.namespace, NULL, &place);
    return name.namespace;
}

bool pg_relation_taken(const struct pg_state *state, const char *namespace, const char *name)
{
    return schema_find_relation(state->schema, namespace, name) ||
           schema_find(state->schema, SCHEMA_INDEX, namespace, name, NULL) ||
           pg_constraint_taken(state, namespace, name);
}

bool pg_constraint_taken(const struct pg_state *state, const char *namespace, const char *name)
{
    const char *key = pg_qualified(state->world.arena, namespace, name);
    const struct schema_object *found = map_get(state->constraints, key);
    return found && !found->removed && strcmp(found->name, name) == 0 &&
           strcmp(found->schema, namespace) == 0;
}

/* Shortens the longer of both until the whole is a name, as the server does. */
static const char *make_name(struct arena *arena, const char *first, const char *second,
                             const char *suffix)
{
    size_t a = strlen(first), b = second ? strlen(second) : 0;
    size_t extra = (second ? 1 : 0) + (*suffix ? strlen(suffix) + 1 : 0);
    size_t room = PG_NAME_MAX > extra ? PG_NAME_MAX - extra : 0;
    while (a + b > room) {
        if (a > b)
            a--;
        else if (b)
            b--;
        else
            break;
    }
    while (a && (first[a] & 0xc0) == 0x80)
        a--;
    while (b && (second[b] & 0xc0) == 0x80)
        b--;
    return arena_printf(arena, "%.*s%s%.*s%s%s", (int)a, first, second ? "_" : "", (int)b,
                        second ? second : "", *suffix ? "_" : "", suffix);
}

const char *pg_choose(struct pg_state *state, const char *namespace, const char *first,
                      const char *second, const char *suffix, pg_taken *taken)
{
    const char *name = make_name(state->world.arena, first, second, suffix);
    for (unsigned i = 1; taken(state, namespace, name) && i < 100000; i++)
        name = make_name(state->world.arena, first, second,
                         arena_printf(state->world.arena, "%s%u", suffix, i));
    return name;
}

const char **pg_names(struct pg_state *state, const struct pg_node *list, size_t *count)
{
    *count = pg_count(list);
    const char **names = arena_array(state->world.arena, *count + 1, sizeof(*names));
    for (size_t i = 0; i < *count; i++) {
        const char *name = pg_string(pg_at(list, i));
        names[i] = arena_text(state->world.arena, name ? name : "");
    }
    return names;
}

const char *pg_joined(struct arena *arena, const char *const *names, size_t count)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add(&out, ", ");
        pg_add_name(&out, names[i]);
    }
    const char *text = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return text;
}

const struct pg_node *pg_option(const struct pg_node *options, const char *name)
{
    const struct pg_node *found = NULL;
    for (size_t i = 0; i < pg_count(options); i++) {
        const struct pg_node *element = pg_as(pg_at(options, i), "DefElem");
        if (pg_is(element, "defname", name))
            found = element;
    }
    return found;
}

const char *pg_option_text(const struct pg_world *world, const struct pg_node *element)
{
    const char *kind;
    const struct pg_node *argument = pg_member(element, "arg");
    const struct pg_node *members = pg_open(argument, &kind);
    if (!argument)
        return "true";
    if (strcmp(kind, "String") == 0)
        return pg_word(members, "sval");
    if (strcmp(kind, "Integer") == 0)
        return arena_printf(world->arena, "%ld",
                            pg_integer(members, "ival")
                                ? pg_integer(members, "ival")
                                : pg_integer_at(world, pg_integer(element, "location")));
    if (strcmp(kind, "Float") == 0)
        return pg_word(members, "fval");
    if (strcmp(kind, "Boolean") == 0)
        return pg_flag(members, "boolval") ? "true" : "false";
    if (strcmp(kind, "TypeName") == 0)
        return pg_list_name(pg_member(members, "names")).name;
    return "";
}

static int compare_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void pg_set_options(struct pg_state *state, struct schema_object *object,
                    const struct pg_node *options)
{
    size_t count = pg_count(options);
    struct arena *arena = state->world.arena;
    const char **items = arena_array(arena, count + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        const struct pg_node *element = pg_as(pg_at(options, i), "DefElem");
        const char *namespace = pg_word(element, "defnamespace");
        items[i] =
            arena_printf(arena, "%s%s%s=%s", namespace, *namespace ? "." : "",
                         pg_word(element, "defname"), pg_option_text(&state->world, element));
    }
    sort_stable(items, count, sizeof(*items), compare_text);
    schema_set_list(state->schema, object, SCHEMA_OPTIONS, items, count);
}
