#include "pg_routine.h"

#include <limits.h>
#include <string.h>

#include <pilab/schema/sql_scan.h>

#include "pg_attributes.h"
#include "pg_define.h"
#include "pg_own.h"
#include "pg_rename.h"

static const char *take(struct pg_state *state, struct strbuf *out)
{
    const char *text = strbuf_to_arena(out, state->world.arena);
    strbuf_release(out);
    return text;
}

static const char *mode_word(const char *mode)
{
    if (strcmp(mode, "FUNC_PARAM_OUT") == 0)
        return "OUT ";
    if (strcmp(mode, "FUNC_PARAM_INOUT") == 0)
        return "INOUT ";
    if (strcmp(mode, "FUNC_PARAM_VARIADIC") == 0)
        return "VARIADIC ";
    return "";
}

static void add_type(struct pg_state *state, struct strbuf *out, const struct pg_node *type)
{
    strbuf_add(out, pg_flag(type, "setof") ? "SETOF " : "");
    strbuf_add(out, pg_type_of(&state->world, type).name);
    if (pg_flag(type, "pct_type"))
        strbuf_add(out, "%TYPE");
}

/* "a integer DEFAULT 5, OUT b text"; or those of TABLE (…). A procedure says IN. */
static const char *parameters_of(struct pg_state *state, const struct pg_node *list, bool table,
                                 bool procedure, long direct)
{
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *one = pg_as(pg_at(list, i), "FunctionParameter");
        const char *mode = pg_word(one, "mode"), *name = pg_text(one, "name");
        if ((strcmp(mode, "FUNC_PARAM_TABLE") == 0) != table)
            continue;
        const char *word = table ? "" : mode_word(mode);
        const char *between = direct && i == (size_t)direct ? " ORDER BY " : ", ";
        strbuf_printf(&out, "%s%s", out.length ? between : "", procedure && !*word ? "IN " : word);
        if (name) {
            pg_add_name(&out, name);
            strbuf_add_char(&out, ' ');
        }
        add_type(state, &out, pg_member(one, "argType"));
        if (pg_member(one, "defexpr")) {
            struct pg_writer writer = pg_writer_in(state, NULL);
            strbuf_printf(&out, " DEFAULT %s",
                          pg_write_as(&writer, pg_member(one, "defexpr"),
                                      pg_type_of(&state->world, pg_member(one, "argType"))));
        }
    }
    return take(state, &out);
}

static const char *parameters_text(struct pg_state *state, const struct pg_node *list, bool table,
                                   bool procedure)
{
    return parameters_of(state, list, table, procedure, 0);
}

const char *pg_parameters(struct pg_state *state, const struct pg_node *list, long direct)
{
    return parameters_of(state, list, false, false, direct);
}

/* What it returns: as said, or what its OUT parameters make. */
static const char *returns_text(struct pg_state *state, const struct pg_node *node)
{
    const struct pg_node *list = pg_member(node, "parameters"),
                         *type = pg_member(node, "returnType");
    const char *table = parameters_text(state, list, true, false);
    struct strbuf out = STRBUF_INIT;
    const struct pg_node *only = NULL;
    size_t count = 0;
    if (*table) {
        strbuf_printf(&out, "TABLE(%s)", table);
        return take(state, &out);
    }
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *one = pg_as(pg_at(list, i), "FunctionParameter");
        const char *mode = pg_word(one, "mode");
        if (strcmp(mode, "FUNC_PARAM_OUT") == 0 || strcmp(mode, "FUNC_PARAM_INOUT") == 0) {
            only = pg_member(one, "argType");
            count++;
        }
    }
    if (type)
        add_type(state, &out, type);
    else if (count == 1)
        add_type(state, &out, only);
    else
        strbuf_add(&out, count ? "record" : "void");
    return take(state, &out);
}

static void add_body(struct strbuf *out, const char *body, bool procedure)
{
    struct strbuf tag = STRBUF_INIT;
    strbuf_add(&tag, procedure ? "$procedure" : "$function");
    while (strstr(body, tag.data))
        strbuf_add_char(&tag, 'x');
    strbuf_printf(out, "AS %s$%s%s$\n", tag.data, body, tag.data);
    strbuf_release(&tag);
}

static void set_facets(struct pg_state *state, struct schema_object *function,
                       const struct pg_attributes *attributes)
{
    schema_set(state->schema, function, SCHEMA_VOLATILITY,
               strcmp(attributes->volatility, "volatile") != 0 ? attributes->volatility : NULL);
    schema_set_flag(state->schema, function, SCHEMA_SECURITY_DEFINER, attributes->definer);
}

/* The first place within the tree that is known; LONG_MAX: none. */
static long first_location(const struct pg_node *node)
{
    long first = LONG_MAX;
    for (size_t i = 0; i < pg_inner_count(node); i++) {
        const struct pg_node *inner = &node->nodes[i];
        bool location = inner->kind == PG_NUMBER && strcmp(inner->name, "location") == 0;
        long found = location ? pg_integer(node, "location") : first_location(inner);
        if (found >= 0 && found < first)
            first = found;
    }
    return first;
}

/* Whether RETURN or BEGIN ATOMIC stands there. */
static bool starts_body(const struct sql_scan *scan, const struct sql_token *token, bool list)
{
    struct sql_scan ahead = *scan;
    struct sql_token next;
    if (!list)
        return sql_token_is(token, "RETURN");
    if (!sql_token_is(token, "BEGIN"))
        return false;
    while (sql_scan_next(&ahead, &next))
        if (next.kind != SQL_BLANK && next.kind != SQL_COMMENT)
            return sql_token_is(&next, "ATOMIC");
    return false;
}

/* A body that is no text is the end of its statement: from the last RETURN or BEGIN ATOMIC before
 * what its tree has first, so that neither names nor texts that say "begin" are taken for it. */
static const char *body_in_sql(struct pg_state *state, const struct pg_node *body)
{
    const char *text = state->statement->text, *start = NULL;
    size_t length = state->statement->length;
    bool list = pg_as(body, "List") != NULL;
    long first = first_location(body);
    struct sql_scan scan;
    struct sql_token token;
    long depth = 0;
    sql_scan_start(&scan, DIALECT_POSTGRESQL, text, length);
    while (sql_scan_next(&scan, &token) && token.start - text < first) {
        depth += sql_token_is_sign(&token, "(") - sql_token_is_sign(&token, ")");
        if (!depth && starts_body(&scan, &token, list))
            start = token.start;
    }
    if (!start)
        return NULL;
    length -= (size_t)(start - text);
    while (length && strchr(" \t\r\n;", start[length - 1]))
        length--;
    return pg_own_body(&state->world, body, (size_t)(start - text), length);
}

/* `body` is a text, or `sql` one that stands in the statement. */
static void define_function(struct pg_state *state, struct schema_object *function,
                            const struct pg_node *node, const char *sql)
{
    bool procedure = pg_flag(node, "is_procedure");
    struct arena *arena = state->world.arena;
    const struct pg_node *options = pg_member(node, "options"), *as = pg_option(options, "as");
    const struct pg_node *language = pg_option(options, "language");
    const char *body = pg_string(pg_at(pg_member(as, "arg"), 0));
    const char *library = pg_string(pg_at(pg_member(as, "arg"), 1));
    const char *word = language ? pg_option_text(&state->world, language) : "sql";
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "CREATE OR REPLACE %s %s(%s)\n", procedure ? "PROCEDURE" : "FUNCTION",
                  pg_object_name(arena, function), schema_get(function, SCHEMA_ARGUMENTS));
    if (!procedure)
        strbuf_printf(&out, " RETURNS %s\n", schema_get(function, SCHEMA_RETURNS));
    strbuf_printf(&out, " LANGUAGE %s\n", pg_quoted(arena, word));
    struct pg_attributes attributes;
    pg_attributes_init(&attributes);
    pg_attributes_apply(state, &attributes, options);
    pg_attributes_write(&out, &attributes);
    set_facets(state, function, &attributes);
    pg_attributes_release(&attributes);
    if (body && library)
        strbuf_printf(&out, "AS %s, %s\n", pg_literal(arena, body), pg_literal(arena, library));
    else if (body)
        add_body(&out, body, procedure);
    else
        strbuf_printf(&out, "%s\n", sql);
    if (!body)
        schema_add_gap(state->schema, "the exact text of bodies in SQL",
                       "BEGIN ATOMIC and RETURN are not written as the server does");
    schema_set(state->schema, function, SCHEMA_DEFINITION, out.data);
    schema_set(state->schema, function, SCHEMA_LANGUAGE, word);
    schema_set(state->schema, function, SCHEMA_BODY, body ? body : sql);
    strbuf_release(&out);
}

void pg_create_function(struct pg_state *state, const struct pg_node *node)
{
    struct pg_name name = pg_list_name(pg_member(node, "funcname"));
    const char *namespace = pg_target(state, name);
    const struct pg_node *parameters = pg_member(node, "parameters");
    const char *types = pg_identity(state, parameters);
    struct schema_place place = pg_place(state, -1);
    bool procedure = pg_flag(node, "is_procedure");
    const struct pg_node *own = pg_member(node, "sql_body");
    const char *sql = own ? body_in_sql(state, own) : NULL;
    if (!sql && !pg_option(pg_member(node, "options"), "as")) {
        pg_complain(state, "%s(%s) has no body: a server refuses it", name.name, types);
        return;
    }
    struct schema_object *function =
        schema_find(state->schema, SCHEMA_FUNCTION, namespace, name.name, types);
    if (function && !pg_flag(node, "replace")) {
        pg_complain(state, "there is a function %s(%s) already", name.name, types);
        return;
    }
    if (function) {
        /* Who drops and creates again has the comment no more; who replaces keeps it. */
        function->place.line = place.line;
    } else {
        function = schema_add(state->schema, SCHEMA_FUNCTION, namespace, name.name, types, &place);
    }
    schema_set(state->schema, function, SCHEMA_SORT, procedure ? "procedure" : NULL);
    schema_set(state->schema, function, SCHEMA_ARGUMENTS,
               parameters_text(state, parameters, false, procedure));
    schema_set(state->schema, function, SCHEMA_RETURNS,
               procedure ? NULL : returns_text(state, node));
    define_function(state, function, node, sql);
}

/* Where its definition has its attributes: behind the line with the language. */
static const char *attributes_of(const struct schema_object *function)
{
    const char *definition = schema_get(function, SCHEMA_DEFINITION);
    const char *line = definition ? strstr(definition, "\n LANGUAGE ") : NULL;
    line = line ? strchr(line + 1, '\n') : NULL;
    return line ? line + 1 : NULL;
}

void pg_alter_function(struct pg_state *state, const struct pg_node *node)
{
    struct schema_object *function = pg_routine_of(state, pg_member(node, "func"));
    const char *lines = function ? attributes_of(function) : NULL;
    struct pg_attributes attributes;
    struct strbuf out = STRBUF_INIT;
    if (!function || !lines) {
        pg_complain(state,
                    function ? "ALTER of an aggregate is not read" : "there is no such function");
        return;
    }
    pg_attributes_init(&attributes);
    const char *body = pg_attributes_read(state, &attributes, lines);
    pg_attributes_apply(state, &attributes, pg_member(node, "actions"));
    strbuf_add_bytes(&out, schema_get(function, SCHEMA_DEFINITION),
                     (size_t)(lines - schema_get(function, SCHEMA_DEFINITION)));
    pg_attributes_write(&out, &attributes);
    strbuf_add(&out, body);
    schema_set(state->schema, function, SCHEMA_DEFINITION, out.data);
    set_facets(state, function, &attributes);
    strbuf_release(&out);
    pg_attributes_release(&attributes);
}

/* Bits of TRIGGER_TYPE_… in the server's trigger.h. */
enum {
    TRIGGER_ROW = 1,
    BEFORE = 2,
    INSERT = 4,
    DELETE = 8,
    UPDATE = 16,
    TRUNCATE = 32,
    INSTEAD = 64
};

static void set_events(struct pg_state *state, struct schema_object *trigger,
                       const struct pg_node *node)
{
    long events = pg_integer(node, "events");
    size_t count, of;
    const char *items[4];
    const char **columns = pg_names(state, pg_member(node, "columns"), &of);
    count = 0;
    if (events & INSERT)
        items[count++] = "INSERT";
    if (events & DELETE)
        items[count++] = "DELETE";
    if (events & UPDATE)
        items[count++] = of ? arena_printf(state->world.arena, "UPDATE OF %s",
                                           pg_joined(state->world.arena, columns, of))
                            : "UPDATE";
    if (events & TRUNCATE)
        items[count++] = "TRUNCATE";
    schema_set_list(state->schema, trigger, SCHEMA_EVENTS, items, count);
}

static void set_when(struct pg_state *state, struct schema_object *trigger,
                     const struct pg_node *when)
{
    struct pg_source sources[2] = { pg_source_of(&state->world, trigger->owner, "old"),
                                    pg_source_of(&state->world, trigger->owner, "new") };
    struct pg_scope scope = { .sources = sources, .count = 2, .prefix = true };
    struct pg_writer writer = pg_writer_in(state, &scope);
    schema_set(state->schema, trigger, SCHEMA_WHERE, pg_write_condition(&writer, when));
    pg_wrote(state, &writer, "conditions of triggers");
}

static void set_executes(struct pg_state *state, struct schema_object *trigger,
                         const struct pg_node *node)
{
    struct pg_name name = pg_list_name(pg_member(node, "funcname"));
    const struct pg_node *list = pg_member(node, "args");
    const struct schema_object *function = pg_lookup_function(&state->world, name);
    struct arena *arena = state->world.arena;
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "%s(",
                  function ? pg_object_name(arena, function)
                           : pg_qualified(arena, name.namespace, name.name));
    for (size_t i = 0; i < pg_count(list); i++) {
        strbuf_add(&out, i ? ", " : "");
        pg_add_literal(&out, pg_string(pg_at(list, i)));
    }
    strbuf_add_char(&out, ')');
    schema_set(state->schema, trigger, SCHEMA_EXECUTES, take(state, &out));
    if (function) {
        const char *needs = schema_object_path(arena, function);
        schema_set_list(state->schema, trigger, SCHEMA_DEPENDS, &needs, 1);
    }
}

static void set_transitions(struct pg_state *state, struct schema_object *trigger,
                            const struct pg_node *list)
{
    size_t count = pg_count(list);
    const char **items = arena_array(state->world.arena, count + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++) {
        const struct pg_node *one = pg_as(pg_at(list, i), "TriggerTransition");
        items[i] = arena_printf(state->world.arena, "%s TABLE AS %s",
                                pg_flag(one, "isNew") ? "NEW" : "OLD",
                                pg_quoted(state->world.arena, pg_word(one, "name")));
    }
    schema_set_list(state->schema, trigger, SCHEMA_INCLUDE, items, count);
}

void pg_create_trigger(struct pg_state *state, const struct pg_node *node)
{
    struct schema_object *table = pg_need_relation(state, pg_member(node, "relation"), false);
    const char *name = pg_word(node, "trigname");
    struct schema_place place = pg_place(state, -1);
    long timing = pg_integer(node, "timing");
    if (!table)
        return;
    struct schema_object *trigger = schema_find_part(state->schema, table, SCHEMA_TRIGGER, name);
    if (trigger && pg_flag(node, "replace"))
        schema_remove(state->schema, trigger);
    else if (trigger) {
        pg_complain(state, "%s has a trigger %s already",
                    schema_object_path(state->world.arena, table), name);
        return;
    }
    trigger = schema_add_part(state->schema, table, SCHEMA_TRIGGER, name, &place);
    schema_set(state->schema, trigger, SCHEMA_TIMING,
               timing & INSTEAD  ? "INSTEAD OF"
               : timing & BEFORE ? "BEFORE"
                                 : "AFTER");
    schema_set(state->schema, trigger, SCHEMA_METHOD, pg_flag(node, "row") ? "ROW" : "STATEMENT");
    set_events(state, trigger, node);
    set_transitions(state, trigger, pg_member(node, "transitionRels"));
    set_executes(state, trigger, node);
    if (pg_member(node, "whenClause"))
        set_when(state, trigger, pg_member(node, "whenClause"));
    if (pg_flag(node, "isconstraint"))
        schema_set(state->schema, trigger, SCHEMA_DEFERRABLE,
                   pg_flag(node, "initdeferred") ? "initially deferred"
                   : pg_flag(node, "deferrable") ? "deferrable"
                                                 : "not deferrable");
    pg_define(state->schema, state->world.arena, trigger);
}

static void set_roles(struct pg_state *state, struct schema_object *policy,
                      const struct pg_node *list)
{
    size_t count = 0;
    const char **items = arena_array(state->world.arena, pg_count(list) + 1, sizeof(*items));
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *role = pg_as(pg_at(list, i), "RoleSpec");
        if (pg_is(role, "roletype", "ROLESPEC_PUBLIC")) {
            schema_set_list(state->schema, policy, SCHEMA_ROLES, NULL, 0);
            return;
        }
        items[count++] = pg_text(role, "rolename")
                             ? pg_quoted(state->world.arena, pg_word(role, "rolename"))
                             : "CURRENT_USER";
    }
    schema_set_list(state->schema, policy, SCHEMA_ROLES, items, count);
}

static void set_conditions(struct pg_state *state, struct schema_object *policy,
                           const struct pg_node *node)
{
    struct pg_source source = pg_source_of(&state->world, policy->owner, NULL);
    struct pg_scope scope = { .sources = &source, .count = 1 };
    struct pg_writer writer = pg_writer_in(state, &scope);
    if (pg_member(node, "qual"))
        schema_set(state->schema, policy, SCHEMA_EXPRESSION,
                   pg_write_condition(&writer, pg_member(node, "qual")));
    if (pg_member(node, "with_check"))
        schema_set(state->schema, policy, SCHEMA_CHECK,
                   pg_write_condition(&writer, pg_member(node, "with_check")));
    pg_wrote(state, &writer, "policies");
    pg_define(state->schema, state->world.arena, policy);
}

void pg_create_policy(struct pg_state *state, const struct pg_node *node)
{
    struct schema_object *table = pg_need_relation(state, pg_member(node, "table"), false);
    const char *command = pg_word(node, "cmd_name");
    struct schema_place place = pg_place(state, -1);
    if (!table)
        return;
    struct schema_object *policy =
        schema_add_part(state->schema, table, SCHEMA_POLICY, pg_word(node, "policy_name"), &place);
    if (!policy) {
        pg_complain(state, "%s has a policy %s already",
                    schema_object_path(state->world.arena, table), pg_word(node, "policy_name"));
        return;
    }
    if (strcmp(command, "all") != 0) {
        char *upper = arena_text(state->world.arena, command);
        for (char *c = upper; *c; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        schema_set(state->schema, policy, SCHEMA_COMMAND, upper);
    }
    schema_set_flag(state->schema, policy, SCHEMA_RESTRICTIVE, !pg_flag(node, "permissive"));
    set_roles(state, policy, pg_member(node, "roles"));
    set_conditions(state, policy, node);
}

void pg_alter_policy(struct pg_state *state, const struct pg_node *node)
{
    struct schema_object *table = pg_need_relation(state, pg_member(node, "table"), false);
    struct schema_object *policy =
        table ? schema_find_part(state->schema, table, SCHEMA_POLICY, pg_word(node, "policy_name"))
              : NULL;
    if (!policy) {
        pg_complain(state, "there is no policy %s", pg_word(node, "policy_name"));
        return;
    }
    if (pg_count(pg_member(node, "roles")))
        set_roles(state, policy, pg_member(node, "roles"));
    set_conditions(state, policy, node);
}
