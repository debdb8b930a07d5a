/* What a query names columns from. */
#include <stdlib.h>
#include <string.h>

#include "pg_query_parts.h"
#include "pg_tree.h"

const char *query_alias(const struct pg_node *members)
{
    return pg_text(pg_member(members, "alias"), "aliasname");
}

/* A relation: of the schema, or a WITH of this query or one around it. */
static struct pg_source relation_source(struct query *query, const struct pg_node *range)
{
    struct pg_name name = pg_range_name(range);
    const char *alias = query_alias(range);
    for (const struct pg_scope *scope = query->scope.outer; scope && !name.namespace;
         scope = scope->outer) {
        for (size_t i = 0; i < scope->count; i++) {
            if (!scope->sources[i].name || scope->sources[i].name[0] != '\1' ||
                strcmp(scope->sources[i].name + 1, name.name) != 0)
                continue;
            struct pg_source source = scope->sources[i];
            source.name = alias ? alias : source.name + 1;
            return source;
        }
    }
    const struct schema_object *relation = pg_lookup_relation(query->writer->world, name);
    if (relation)
        return pg_source_of(query->writer->world, relation, alias);
    return (struct pg_source){ .name = alias ? alias : name.name };
}

static struct pg_source select_source(struct query *query, const struct pg_node *members)
{
    struct pg_writer inner = *query->writer;
    inner.scope = pg_member(members, "lateral") ? &query->scope : query->scope.outer;
    struct pg_selected selected =
        inner.select(&inner, pg_as(pg_member(members, "subquery"), "SelectStmt"));
    query->writer->unsure = inner.unsure;
    vector_push(&query->selects, &selected);
    return (struct pg_source){ .name = query_alias(members) ? query_alias(members) : "",
                               .columns = selected.columns,
                               .count = selected.count,
                               .known = true };
}

static void read_join(struct query *query, const struct pg_node *join)
{
    const struct pg_node *using = pg_member(join, "usingClause");
    for (size_t i = 0; i < pg_count(using); i++)
        vector_push(&query->merged, &(const char *){ pg_string(pg_at(using, i)) });
    query->natural = query->natural || pg_flag(join, "isNatural");
    query_read_item(query, pg_member(join, "larg"));
    query_read_item(query, pg_member(join, "rarg"));
}

static bool is_shown(const struct pg_scope *scope, const char *name)
{
    for (; scope; scope = scope->outer) {
        for (size_t i = 0; i < scope->count; i++) {
            const struct pg_source *source = &scope->sources[i];
            if (strcmp(source->shown ? source->shown : source->name, name) == 0)
                return true;
        }
    }
    return false;
}

/* Where a query around it has the name already, the server adds a number. */
static const char *free_name(struct query *query, const char *name)
{
    const char *shown = name;
    for (unsigned i = 1; *name && is_shown(&query->scope, shown) && i < 1000; i++)
        shown = arena_printf(query->writer->world->arena, "%s_%u", name, i);
    return shown == name ? NULL : shown;
}

/* FROM orders o(a, b): the names that an alias gives. */
static void name_columns(struct query *query, struct pg_source *source, const struct pg_node *names)
{
    size_t count = source->count ? source->count : pg_count(names);
    if (!pg_count(names))
        return;
    struct pg_column *columns = arena_array(query->writer->world->arena, count, sizeof(*columns));
    if (source->count)
        memcpy(columns, source->columns, count * sizeof(*columns));
    else
        memset(columns, 0, count * sizeof(*columns));
    for (size_t i = 0; i < pg_count(names) && i < count; i++)
        columns[i].name = pg_string(pg_at(names, i));
    source->columns = columns;
    source->count = count;
}

/* What can be named, in order; written later, when all of it is known. */
void query_read_item(struct query *query, const struct pg_node *item)
{
    const char *kind;
    const struct pg_node *members = pg_open(item, &kind);
    struct pg_source source = { 0 };
    if (strcmp(kind, "JoinExpr") == 0) {
        read_join(query, members);
        return;
    }
    if (strcmp(kind, "RangeVar") == 0)
        source = relation_source(query, members);
    else if (strcmp(kind, "RangeSubselect") == 0)
        source = select_source(query, members);
    else
        source.name = query_alias(members) ? query_alias(members) : "";
    name_columns(query, &source, pg_member(pg_member(members, "alias"), "colnames"));
    source.shown = free_name(query, source.name);
    vector_push(&query->sources, &source);
    query->scope.sources = query->sources.items;
    query->scope.count = query->sources.count;
}

/* How many of the sources before this one have a column of that name. */
static size_t count_columns(const struct query *query, size_t before, const char *name)
{
    size_t count = 0;
    for (size_t i = 0; i < before && i < query->sources.count; i++) {
        const struct pg_source *source = vector_at(&query->sources, i);
        for (size_t j = 0; j < source->count; j++)
            count += strcmp(source->columns[j].name, name) == 0;
    }
    return count;
}

static bool is_merged(const struct query *query, const char *name)
{
    for (size_t i = 0; i < query->merged.count; i++)
        if (strcmp(*(const char *const *)vector_at(&query->merged, i), name) == 0)
            return true;
    return query->natural && count_columns(query, query->sources.count, name) > 1;
}

static void add_column_of(struct query *query, const struct pg_source *source,
                          const struct pg_column *column)
{
    bool first = query->columns.count == 0;
    vector_push(&query->columns, column);
    vector_push(&query->targets, &(const struct pg_node *){ NULL });
    if (!first)
        strbuf_add_char(&query->out, ',');
    if (first)
        strbuf_add_char(&query->out, ' ');
    else
        pg_break(query->writer, &query->out, "", -PG_INDENT, PG_INDENT, PG_OF_VARIABLE);
    if (query->scope.prefix) {
        pg_add_name(&query->out, source->shown ? source->shown : source->name);
        strbuf_add_char(&query->out, '.');
    }
    pg_add_name(&query->out, column->name);
}

/* Of all sources what joins merge comes first, and once. */
void query_add_columns(struct query *query, const char *only)
{
    for (int merged = only ? 0 : 1; merged >= 0; merged--) {
        for (size_t i = 0; i < query->sources.count; i++) {
            const struct pg_source *source = vector_at(&query->sources, i);
            if (only && strcmp(source->name, only) != 0)
                continue;
            if (!source->known)
                query->writer->unsure = "*";
            for (size_t j = 0; j < source->count; j++) {
                const char *name = source->columns[j].name;
                bool shared = !only && is_merged(query, name);
                if (shared == (merged == 1) && !(shared && count_columns(query, i, name)))
                    add_column_of(query, source, &source->columns[j]);
            }
        }
    }
}
