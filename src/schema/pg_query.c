#include "pg_query.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/vector.h>

#include "pg_known.h"
#include "pg_query_parts.h"
#include "pg_tree.h"

#define OF_JOIN   4
#define DEPTH_MAX 200 /* queries within each other */

struct pg_writer pg_writer_of(struct pg_world *world, const struct pg_scope *scope)
{
    return (struct pg_writer){
        .world = world, .scope = scope, .write = pg_write_node, .select = pg_write_query
    };
}

/* "*" and "o.*" */
static bool add_star(struct query *query, const struct pg_node *value)
{
    const struct pg_node *fields = pg_member(pg_as(value, "ColumnRef"), "fields");
    size_t count = pg_count(fields);
    if (!count || !pg_as(pg_at(fields, count - 1), "A_Star"))
        return false;
    query_add_columns(query, count > 1 ? pg_string(pg_at(fields, count - 2)) : NULL);
    return true;
}

static void add_target(struct query *query, const struct pg_node *target)
{
    const struct pg_node *value = pg_member(target, "val");
    if (add_star(query, value))
        return;
    struct pg_written written = pg_write(query->writer, value);
    if (written.literal || written.null)
        written = pg_coerce(query->writer->world, written, pg_type_plain("text"));
    const char *name = pg_text(target, "name");
    if (!name)
        name = pg_figure_name(value);
    if (!name)
        name = "?column?";
    if (query->columns.count < query->name_count)
        name = query->names[query->columns.count].name;
    bool first = query->columns.count == 0, breaks = *written.text == '\n';
    strbuf_add(&query->out, first ? " " : ", ");
    if (breaks)
        while (query->out.data[query->out.length - 1] == ' ')
            strbuf_truncate(&query->out, query->out.length - 1);
    else if (!first)
        pg_break(query->writer, &query->out, "", -PG_INDENT, PG_INDENT, PG_OF_VARIABLE);
    strbuf_add(&query->out, written.text);
    const char *own = written.column ? written.column : "?column?";
    if (strcmp(own, name) != 0) {
        strbuf_add(&query->out, " AS ");
        pg_add_name(&query->out, name);
    }
    struct pg_column column = { name, written.type };
    vector_push(&query->columns, &column);
    vector_push(&query->targets, &value);
}

/* Its alias, or the one that the server gave it; `own` is what it is called without. */
static void add_alias(struct query *query, const struct pg_node *members, const char *own)
{
    const struct pg_node *alias = pg_member(members, "alias"),
                         *columns = pg_member(alias, "colnames");
    const struct pg_source *source = vector_at(&query->sources, query->item++);
    const char *name = source->shown ? source->shown : source->name;
    if (*name && strcmp(name, own) != 0) {
        strbuf_add_char(&query->out, ' ');
        pg_add_name(&query->out, name);
    }
    for (size_t i = 0; i < pg_count(columns); i++) {
        strbuf_add(&query->out, i ? ", " : "(");
        pg_add_name(&query->out, pg_string(pg_at(columns, i)));
    }
    if (pg_count(columns))
        strbuf_add_char(&query->out, ')');
}

static void add_item(struct query *query, const struct pg_node *item);

static const char *join_word(const struct pg_node *join, bool conditional)
{
    const char *type = pg_word(join, "jointype");
    if (strcmp(type, "JOIN_LEFT") == 0)
        return " LEFT JOIN ";
    if (strcmp(type, "JOIN_RIGHT") == 0)
        return " RIGHT JOIN ";
    if (strcmp(type, "JOIN_FULL") == 0)
        return " FULL JOIN ";
    return conditional ? " JOIN " : " CROSS JOIN ";
}

static void add_join(struct query *query, const struct pg_node *join)
{
    const struct pg_node *quals = pg_member(join, "quals"), *using = pg_member(join, "usingClause");
    struct pg_writer *writer = query->writer;
    bool outer = pg_is(join, "jointype", "JOIN_FULL") || pg_is(join, "jointype", "JOIN_RIGHT");
    if (outer && using)
        writer->unsure = "USING"; /* what it merges is not the left one's */
    strbuf_add_char(&query->out, '(');
    add_item(query, pg_member(join, "larg"));
    pg_break(writer, &query->out, join_word(join, quals || using), -PG_INDENT, PG_INDENT, OF_JOIN);
    add_item(query, pg_member(join, "rarg"));
    for (size_t i = 0; i < pg_count(using); i++)
        strbuf_printf(&query->out, "%s%s", i ? ", " : " USING (",
                      pg_quoted(writer->world->arena, pg_string(pg_at(using, i))));
    if (pg_count(using))
        strbuf_add_char(&query->out, ')');
    if (quals)
        strbuf_printf(&query->out, " ON (%s)", pg_write_condition(writer, quals));
    strbuf_add_char(&query->out, ')');
}

static void add_relation(struct query *query, const struct pg_node *range)
{
    struct pg_name name = pg_range_name(range);
    struct arena *arena = query->writer->world->arena;
    const struct schema_object *relation = pg_lookup_relation(query->writer->world, name);
    if (!pg_flag(range, "inh"))
        strbuf_add(&query->out, "ONLY ");
    strbuf_add(&query->out, relation ? pg_object_name(arena, relation)
                                     : pg_qualified(arena, name.namespace, name.name));
    /* One that was given is always written. */
    add_alias(query, range, query_alias(range) ? "" : relation ? relation->name : name.name);
}

static void add_function(struct query *query, const struct pg_node *members)
{
    const struct pg_node *functions = pg_member(members, "functions");
    const struct pg_node *call = pg_at(pg_at(functions, 0), 0);
    if (pg_count(functions) != 1 || pg_flag(members, "is_rowsfrom") || !call)
        query->writer->unsure = "RangeFunction";
    else
        strbuf_add(&query->out, pg_write(query->writer, call).text);
    if (pg_flag(members, "ordinality"))
        strbuf_add(&query->out, " WITH ORDINALITY");
    if (!pg_member(pg_member(members, "alias"), "colnames"))
        query->writer->unsure = "RangeFunction"; /* the server adds names of columns */
    add_alias(query, members, "");
}

static void add_item(struct query *query, const struct pg_node *item)
{
    const char *kind;
    const struct pg_node *members = pg_open(item, &kind);
    struct pg_writer *writer = query->writer;
    if (pg_flag(members, "lateral"))
        strbuf_add(&query->out, "LATERAL ");
    if (strcmp(kind, "JoinExpr") == 0) {
        add_join(query, members);
    } else if (strcmp(kind, "RangeVar") == 0) {
        add_relation(query, members);
    } else if (strcmp(kind, "RangeSubselect") == 0) {
        const struct pg_selected *selected = vector_at(&query->selects, query->select++);
        strbuf_printf(&query->out, "(%s)", selected->text);
        add_alias(query, members, "");
    } else if (strcmp(kind, "RangeFunction") == 0) {
        add_function(query, members);
    } else {
        writer->unsure = arena_text(writer->world->arena, kind);
    }
}

static void add_from(struct query *query, const struct pg_node *from)
{
    for (size_t i = 0; i < pg_count(from); i++) {
        if (!i) {
            pg_break(query->writer, &query->out, " FROM ", -PG_INDENT, PG_INDENT, 2);
        } else {
            strbuf_add(&query->out, ", ");
            pg_break(query->writer, &query->out, "", -PG_INDENT, PG_INDENT, PG_OF_VARIABLE);
        }
        add_item(query, pg_at(from, i));
    }
}

/* What GROUP BY and ORDER BY mean by a number or by the name of a column of the result. */
static const char *sort_text(struct query *query, const struct pg_node *node, bool names)
{
    const struct pg_node *constant = pg_as(node, "A_Const");
    const struct pg_node *fields = pg_member(pg_as(node, "ColumnRef"), "fields");
    size_t at = query->targets.count;
    if (pg_member(constant, "ival"))
        at = (size_t)pg_integer(pg_member(constant, "ival"), "ival") - 1;
    for (size_t i = 0; names && pg_count(fields) == 1 && i < query->columns.count; i++) {
        const struct pg_column *column = vector_at(&query->columns, i);
        const char *name = pg_string(pg_at(fields, 0));
        if (name && strcmp(column->name, name) == 0)
            at = i;
    }
    if (at < query->targets.count) {
        const struct pg_node *target = *(const struct pg_node **)vector_at(&query->targets, at);
        if (target)
            node = target;
    }
    const char *text = pg_write(query->writer, node).text;
    if (pg_as(node, "FuncCall"))
        return arena_printf(query->writer->world->arena, "(%s)", text);
    while (*text == '\n' || *text == ' ')
        text++;
    return text;
}

static void add_sorting(struct query *query, const struct pg_node *select)
{
    const struct pg_node *list = pg_member(select, "sortClause");
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *by = pg_as(pg_at(list, i), "SortBy");
        if (!i)
            pg_break(query->writer, &query->out, " ORDER BY ", -PG_INDENT, PG_INDENT, 1);
        else
            strbuf_add(&query->out, ", ");
        strbuf_add(&query->out, sort_text(query, pg_member(by, "node"), true));
        strbuf_add(&query->out,
                   pg_order_words(pg_word(by, "sortby_dir"), pg_word(by, "sortby_nulls")));
    }
    const struct pg_node *offset = pg_member(select, "limitOffset"),
                         *limit = pg_member(select, "limitCount");
    struct pg_type bigint = pg_type_plain("bigint");
    if (offset) {
        pg_break(query->writer, &query->out, " OFFSET ", -PG_INDENT, PG_INDENT, 0);
        strbuf_add(&query->out, pg_write_as(query->writer, offset, bigint));
    }
    if (limit) {
        pg_break(query->writer, &query->out, " LIMIT ", -PG_INDENT, PG_INDENT, 0);
        strbuf_add(&query->out, pg_write_as(query->writer, limit, bigint));
    }
}

static void add_grouping(struct query *query, const struct pg_node *select)
{
    const struct pg_node *group = pg_member(select, "groupClause"), *having;
    for (size_t i = 0; i < pg_count(group); i++) {
        if (!i)
            pg_break(query->writer, &query->out, " GROUP BY ", -PG_INDENT, PG_INDENT, 1);
        else
            strbuf_add(&query->out, ", ");
        strbuf_add(&query->out, sort_text(query, pg_at(group, i), false));
    }
    having = pg_member(select, "havingClause");
    if (having) {
        pg_break(query->writer, &query->out, " HAVING ", -PG_INDENT, PG_INDENT, 0);
        strbuf_add(&query->out, pg_write_condition(query->writer, having));
    }
}

static void add_distinct(struct query *query, const struct pg_node *distinct)
{
    if (!pg_count(distinct))
        return;
    strbuf_add(&query->out, " DISTINCT");
    const char *kind;
    for (size_t i = 0; i < pg_count(distinct); i++) {
        pg_open(pg_at(distinct, i), &kind);
        if (!*kind)
            return;
        strbuf_printf(&query->out, "%s%s", i ? ", " : " ON (",
                      sort_text(query, pg_at(distinct, i), true));
    }
    strbuf_add_char(&query->out, ')');
}

static void add_simple(struct query *query, const struct pg_node *select)
{
    const struct pg_node *from = pg_member(select, "fromClause");
    const struct pg_node *targets = pg_member(select, "targetList");
    query->scope.prefix = true;
    query->writer->indent += PG_INDENT;
    for (size_t i = 0; i < pg_count(from); i++)
        query_read_item(query, pg_at(from, i));
    strbuf_add(&query->out, " SELECT");
    add_distinct(query, pg_member(select, "distinctClause"));
    for (size_t i = 0; i < pg_count(targets); i++)
        add_target(query, pg_as(pg_at(targets, i), "ResTarget"));
    add_from(query, from);
    if (pg_member(select, "whereClause")) {
        pg_break(query->writer, &query->out, " WHERE ", -PG_INDENT, PG_INDENT, 1);
        strbuf_add(&query->out,
                   pg_write_condition(query->writer, pg_member(select, "whereClause")));
    }
    add_grouping(query, select);
}

/* VALUES: what is written of it is its own text; its columns have these names. */
static void name_values(struct query *query, const struct pg_node *lists)
{
    size_t count = pg_count(pg_at(lists, 0));
    query->writer->unsure = "VALUES";
    for (size_t i = 0; i < count; i++) {
        struct pg_column column = {
            arena_printf(query->writer->world->arena, "column%zu", i + 1), {NULL, NULL}
        };
        vector_push(&query->columns, &column);
        vector_push(&query->targets, &(const struct pg_node *){ NULL });
    }
}

static void take_columns(struct query *query, const struct pg_selected *selected)
{
    if (query->columns.count)
        return;
    for (size_t i = 0; i < selected->count; i++) {
        vector_push(&query->columns, &selected->columns[i]);
        vector_push(&query->targets, &(const struct pg_node *){ NULL });
    }
}

static void add_branch(struct query *query, const struct pg_node *select, bool nests,
                       const char *sign)
{
    struct pg_writer *writer = query->writer;
    bool set = !pg_is(select, "op", "SETOP_NONE") && !pg_is(select, "op", sign);
    bool parens = nests && (set || pg_member(select, "sortClause") ||
                            pg_member(select, "limitCount") || pg_member(select, "withClause"));
    int indent = writer->indent;
    if (parens) {
        strbuf_add_char(&query->out, '(');
        pg_break(writer, &query->out, "", PG_INDENT, 0, 0);
    }
    writer->names = query->columns.count ? query->columns.items : query->names;
    writer->name_count = query->columns.count ? query->columns.count : query->name_count;
    struct pg_selected selected = pg_write_query(writer, select);
    strbuf_add(&query->out, selected.text);
    take_columns(query, &selected);
    writer->indent = indent;
    if (parens)
        pg_break(writer, &query->out, ") ", 0, 0, 0);
}

static void add_set(struct query *query, const struct pg_node *select)
{
    const char *sign = pg_word(select, "op");
    const char *word = strcmp(sign, "SETOP_UNION") == 0       ? "UNION "
                       : strcmp(sign, "SETOP_INTERSECT") == 0 ? "INTERSECT "
                                                              : "EXCEPT ";
    add_branch(query, pg_member(select, "larg"), true, sign);
    pg_break(query->writer, &query->out, word, 0, 0, 0);
    strbuf_add(&query->out, pg_flag(select, "all") ? "ALL " : "");
    pg_break(query->writer, &query->out, "", 0, 0, 0);
    add_branch(query, pg_member(select, "rarg"), true, "");
}

/* WITH: what each is called can be named from; its source's name begins with \1, so that it is no
 * source of columns. */
static void add_with(struct query *query, struct pg_scope *with, const struct pg_node *clause)
{
    const struct pg_node *list = pg_member(clause, "ctes");
    struct pg_source *sources =
        arena_array(query->writer->world->arena, pg_count(list) + 1, sizeof(*sources));
    struct pg_writer *writer = query->writer;
    with->sources = sources;
    writer->indent += PG_INDENT;
    for (size_t i = 0; i < pg_count(list); i++) {
        const struct pg_node *cte = pg_as(pg_at(list, i), "CommonTableExpr");
        const struct pg_node *inner = pg_as(pg_member(cte, "ctequery"), "SelectStmt");
        if (!inner || pg_member(cte, "aliascolnames") || pg_flag(clause, "recursive"))
            writer->unsure = "WithClause";
        strbuf_printf(&query->out, "%s%s AS ",
                      i                              ? ", "
                      : pg_flag(clause, "recursive") ? " WITH RECURSIVE "
                                                     : " WITH ",
                      pg_quoted(writer->world->arena, pg_word(cte, "ctename")));
        if (pg_is(cte, "ctematerialized", "CTEMaterializeAlways"))
            strbuf_add(&query->out, "MATERIALIZED ");
        if (pg_is(cte, "ctematerialized", "CTEMaterializeNever"))
            strbuf_add(&query->out, "NOT MATERIALIZED ");
        strbuf_add_char(&query->out, '(');
        pg_break(writer, &query->out, "", 0, 0, 0);
        struct pg_selected selected = { "", NULL, 0 };
        if (inner)
            selected = pg_write_query(writer, inner);
        strbuf_add(&query->out, selected.text);
        pg_break(writer, &query->out, "", 0, 0, 0);
        strbuf_add_char(&query->out, ')');
        sources[with->count++] = (struct pg_source){
            .name = arena_printf(writer->world->arena, "\1%s", pg_word(cte, "ctename")),
            .columns = selected.columns,
            .count = selected.count,
            .known = true,
        };
    }
    writer->indent -= PG_INDENT;
    pg_break(writer, &query->out, "", 0, 0, 0);
}

struct pg_selected pg_write_query(struct pg_writer *writer, const struct pg_node *select)
{
    const struct pg_scope *outer = writer->scope;
    int indent = writer->indent;
    struct pg_scope with = { .outer = outer };
    if (!writer->depth && !writer->unsure)
        writer->unsure = pg_unknown_of(writer->world->arena, "SelectStmt", select);
    struct query query = { .writer = writer, .out = STRBUF_INIT, .scope = { .outer = &with } };
    if (++writer->depth > DEPTH_MAX || ++writer->world->work > PG_WORK_MAX) {
        writer->unsure = "more levels than are looked at";
        writer->depth--;
        return (struct pg_selected){ "", NULL, 0 };
    }
    query.names = writer->names;
    query.name_count = writer->name_count;
    writer->names = NULL;
    writer->name_count = 0;
    vector_init(&query.sources, sizeof(struct pg_source));
    vector_init(&query.columns, sizeof(struct pg_column));
    vector_init(&query.targets, sizeof(const struct pg_node *));
    vector_init(&query.selects, sizeof(struct pg_selected));
    vector_init(&query.merged, sizeof(const char *));
    writer->scope = &with;
    if (pg_member(select, "withClause"))
        add_with(&query, &with, pg_member(select, "withClause"));
    writer->scope = &query.scope;
    if (pg_member(select, "valuesLists"))
        name_values(&query, pg_member(select, "valuesLists"));
    else if (pg_is(select, "op", "SETOP_NONE"))
        add_simple(&query, select);
    else
        add_set(&query, select);
    add_sorting(&query, select);
    struct pg_selected selected = { strbuf_to_arena(&query.out, writer->world->arena),
                                    vector_to_arena(&query.columns, writer->world->arena),
                                    query.columns.count };
    writer->scope = outer;
    writer->indent = indent;
    writer->depth--;
    strbuf_release(&query.out);
    vector_release(&query.sources);
    vector_release(&query.columns);
    vector_release(&query.targets);
    vector_release(&query.selects);
    vector_release(&query.merged);
    return selected;
}
