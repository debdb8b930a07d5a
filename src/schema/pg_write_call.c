#include <stdlib.h>
#include <string.h>

#include "pg_tree.h"
#include "pg_write_parts.h"

static const char *take(struct pg_writer *writer, struct strbuf *out)
{
    const char *text = strbuf_to_arena(out, writer->world->arena);
    strbuf_release(out);
    return text;
}

const char *pg_order_words(const char *direction, const char *nulls)
{
    bool down = strcmp(direction, "SORTBY_DESC") == 0;
    bool first = strcmp(nulls, "SORTBY_NULLS_FIRST") == 0 || strcmp(nulls, "SORTBY_S_FIRST") == 0;
    bool last = strcmp(nulls, "SORTBY_NULLS_LAST") == 0 || strcmp(nulls, "SORTBY_S_LAST") == 0;
    if (down)
        return last ? " DESC NULLS LAST" : " DESC";
    return first ? " NULLS FIRST" : "";
}

static void add_order(struct pg_writer *writer, struct strbuf *out, const struct pg_node *list)
{
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *by = pg_as(pg_at(list, i), "SortBy");
        strbuf_printf(out, "%s%s%s", i ? ", " : "", pg_write(writer, pg_member(by, "node")).text,
                      pg_order_words(pg_word(by, "sortby_dir"), pg_word(by, "sortby_nulls")));
    }
}

/* OVER (PARTITION BY … ORDER BY …); frames beside the ordinary one are not written. */
static void add_window(struct pg_writer *writer, struct strbuf *out, const struct pg_node *window)
{
    const struct pg_node *partition = pg_member(window, "partitionClause");
    const struct pg_node *order = pg_member(window, "orderClause");
    if (pg_text(window, "name")) {
        strbuf_add(out, " OVER ");
        pg_add_name(out, pg_text(window, "name"));
        return;
    }
    if (pg_integer(window, "frameOptions") != 1058)
        writer->unsure = "WindowDef";
    strbuf_add(out, " OVER (");
    for (size_t i = 0; i < pg_count(partition); i++)
        strbuf_printf(out, "%s%s", i ? ", " : "PARTITION BY ",
                      pg_write(writer, pg_at(partition, i)).text);
    if (pg_count(order)) {
        strbuf_add(out, pg_count(partition) ? " ORDER BY " : "ORDER BY ");
        add_order(writer, out, order);
    }
    strbuf_add_char(out, ')');
}

/* Functions of the schema: "integer, text" says what they take. */
static struct pg_type own_function(struct pg_writer *writer, const struct schema_object *function,
                                   struct pg_written *arguments, size_t count)
{
    const char *types = function->arguments ? function->arguments : "";
    for (size_t i = 0; i < count && *types; i++) {
        const char *end = strstr(types, ", ");
        size_t length = end ? (size_t)(end - types) : strlen(types);
        struct pg_type type =
            pg_type_parse(writer->world->arena, arena_bytes(writer->world->arena, types, length));
        if (strncmp(type.name, "any", 3) != 0)
            arguments[i] = pg_coerce(writer->world, arguments[i], type);
        types += end ? length + 2 : length;
    }
    const char *returns = schema_get(function, SCHEMA_RETURNS);
    if (returns && strncmp(returns, "SETOF ", 6) == 0)
        returns += 6;
    return pg_type_parse(writer->world->arena, returns);
}

/* Functions that SQL has words for: EXTRACT(year FROM x), (x AT TIME ZONE y). */
static const char *write_syntax(struct pg_writer *writer, const char *name,
                                const struct pg_written *arguments, size_t count)
{
    struct arena *arena = writer->world->arena;
    if (strcmp(name, "extract") == 0 && count == 2 && arguments[0].literal)
        return arena_printf(arena, "EXTRACT(%s FROM %s)", arguments[0].literal, arguments[1].bare);
    if (strcmp(name, "timezone") == 0 && count == 2)
        return arena_printf(arena, "(%s AT TIME ZONE %s)", arguments[1].text, arguments[0].text);
    const char *side = strcmp(name, "btrim") == 0   ? "BOTH"
                       : strcmp(name, "ltrim") == 0 ? "LEADING"
                       : strcmp(name, "rtrim") == 0 ? "TRAILING"
                                                    : NULL;
    if (side && count == 1)
        return arena_printf(arena, "TRIM(%s FROM %s)", side, arguments[0].bare);
    if (side && count == 2)
        return arena_printf(arena, "TRIM(%s %s FROM %s)", side, arguments[1].bare,
                            arguments[0].bare);
    if (strcmp(name, "position") == 0 && count == 2)
        return arena_printf(arena, "POSITION((%s) IN (%s))", arguments[1].bare, arguments[0].bare);
    if (strcmp(name, "substring") == 0 && count == 2)
        return arena_printf(arena, "SUBSTRING(%s FROM %s)", arguments[0].text, arguments[1].text);
    if (strcmp(name, "substring") == 0 && count == 3)
        return arena_printf(arena, "SUBSTRING(%s FROM %s FOR %s)", arguments[0].text,
                            arguments[1].text, arguments[2].text);
    return NULL;
}

static const char *function_name(struct pg_writer *writer, struct pg_name name,
                                 const struct schema_object *own)
{
    struct arena *arena = writer->world->arena;
    if (own)
        return pg_object_name(arena, own);
    if (name.namespace && strcmp(name.namespace, "pg_catalog") != 0)
        return pg_qualified(arena, name.namespace, name.name);
    return pg_qualified(arena, NULL, name.name);
}

static void add_arguments(struct pg_writer *writer, struct strbuf *out, const struct pg_node *node,
                          const struct pg_written *arguments, size_t count)
{
    const struct pg_node *order = pg_member(node, "agg_order");
    strbuf_add(out, pg_flag(node, "agg_distinct") ? "DISTINCT " : "");
    if (pg_flag(node, "agg_star"))
        strbuf_add_char(out, '*');
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s%s", i ? ", " : "",
                      pg_flag(node, "func_variadic") && i + 1 == count ? "VARIADIC " : "",
                      arguments[i].text);
    if (pg_count(order)) {
        strbuf_add(out, " ORDER BY ");
        add_order(writer, out, order);
    }
}

struct pg_written pg_write_call(struct pg_writer *writer, const struct pg_node *node)
{
    struct pg_name name = pg_list_name(pg_member(node, "funcname"));
    const struct pg_node *list = pg_member(node, "args");
    size_t count = pg_count(list);
    struct pg_written *arguments =
        arena_array(writer->world->arena, count + 1, sizeof(struct pg_written));
    for (size_t i = 0; i < count; i++)
        arguments[i] = pg_write(writer, pg_at(list, i));
    const struct schema_object *own = pg_lookup_function(writer->world, name);
    bool syntax = pg_is(node, "funcformat", "COERCE_SQL_SYNTAX");
    if (strcmp(name.name, "extract") == 0 && syntax) {
        const char *text = write_syntax(writer, name.name, arguments, count);
        return pg_written_text(text ? text : "?", pg_type_plain("numeric"));
    }
    struct pg_type type = own ? own_function(writer, own, arguments, count)
                              : pg_function(writer->world, name.name, arguments, count);
    const char *text = syntax ? write_syntax(writer, name.name, arguments, count) : NULL;
    if (text)
        return pg_written_text(text, type);
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "%s(", function_name(writer, name, own));
    add_arguments(writer, &out, node, arguments, count);
    strbuf_add_char(&out, ')');
    if (pg_member(node, "agg_filter"))
        strbuf_printf(&out, " FILTER (WHERE %s)",
                      pg_write_condition(writer, pg_member(node, "agg_filter")));
    if (pg_member(node, "over"))
        add_window(writer, &out, pg_member(node, "over"));
    if (pg_flag(node, "agg_within_group"))
        writer->unsure = "WITHIN GROUP";
    return pg_written_text(take(writer, &out), type);
}

const char *pg_figure_name(const struct pg_node *node)
{
    const char *kind;
    const struct pg_node *members = pg_open(node, &kind);
    if (strcmp(kind, "ColumnRef") == 0) {
        const struct pg_node *fields = pg_member(members, "fields");
        const char *last = pg_list_name(fields).name;
        return *last ? last : NULL;
    }
    if (strcmp(kind, "FuncCall") == 0)
        return pg_list_name(pg_member(members, "funcname")).name;
    if (strcmp(kind, "TypeCast") == 0) {
        const char *inner = pg_figure_name(pg_member(members, "arg"));
        const struct pg_node *type = pg_member(members, "typeName");
        return inner ? inner : pg_list_name(pg_member(type, "names")).name;
    }
    if (strcmp(kind, "CaseExpr") == 0) {
        const char *inner = pg_figure_name(pg_member(members, "defresult"));
        return inner ? inner : "case";
    }
    if (strcmp(kind, "CoalesceExpr") == 0)
        return "coalesce";
    if (strcmp(kind, "MinMaxExpr") == 0)
        return pg_is(members, "op", "IS_LEAST") ? "least" : "greatest";
    if (strcmp(kind, "A_ArrayExpr") == 0)
        return "array";
    if (strcmp(kind, "RowExpr") == 0)
        return "row";
    if (strcmp(kind, "A_Indirection") == 0) {
        const struct pg_node *steps = pg_member(members, "indirection");
        for (size_t i = pg_count(steps); i-- > 0;)
            if (pg_string(pg_at(steps, i)))
                return pg_string(pg_at(steps, i));
    }
    if (strcmp(kind, "CollateClause") == 0 || strcmp(kind, "A_Indirection") == 0)
        return pg_figure_name(pg_member(members, "arg"));
    if (strcmp(kind, "A_Expr") == 0 && pg_is(members, "kind", "AEXPR_NULLIF"))
        return "nullif";
    if (strcmp(kind, "SubLink") == 0) {
        const char *type = pg_word(members, "subLinkType");
        if (strcmp(type, "EXISTS_SUBLINK") == 0)
            return "exists";
        if (strcmp(type, "ARRAY_SUBLINK") == 0)
            return "array";
        const struct pg_node *select = pg_as(pg_member(members, "subselect"), "SelectStmt");
        const struct pg_node *target =
            pg_as(pg_at(pg_member(select, "targetList"), 0), "ResTarget");
        if (pg_text(target, "name"))
            return pg_text(target, "name");
        return target ? pg_figure_name(pg_member(target, "val")) : NULL;
    }
    return NULL;
}
