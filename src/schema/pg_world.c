#include "pg_world.h"

#include <stdlib.h>
#include <string.h>

#include "pg_tree.h"

/* Words that the server quotes when they are names: all that its grammar has and that are not
 * unreserved (PostgreSQL 15, appendix C), in order. */
static const char *const keywords[] = {
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "between",
    "bigint",
    "binary",
    "bit",
    "boolean",
    "both",
    "case",
    "cast",
    "char",
    "character",
    "check",
    "coalesce",
    "collate",
    "collation",
    "column",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "dec",
    "decimal",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "exists",
    "extract",
    "false",
    "fetch",
    "float",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "greatest",
    "group",
    "grouping",
    "having",
    "ilike",
    "in",
    "initially",
    "inner",
    "inout",
    "int",
    "integer",
    "intersect",
    "interval",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "least",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "national",
    "natural",
    "nchar",
    "none",
    "normalize",
    "not",
    "notnull",
    "null",
    "nullif",
    "numeric",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "out",
    "outer",
    "overlaps",
    "overlay",
    "placing",
    "position",
    "precision",
    "primary",
    "real",
    "references",
    "returning",
    "right",
    "row",
    "select",
    "session_user",
    "setof",
    "similar",
    "smallint",
    "some",
    "substring",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "time",
    "timestamp",
    "to",
    "trailing",
    "treat",
    "trim",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "values",
    "varchar",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
    "xmlattributes",
    "xmlconcat",
    "xmlelement",
    "xmlexists",
    "xmlforest",
    "xmlnamespaces",
    "xmlparse",
    "xmlpi",
    "xmlroot",
    "xmlserialize",
    "xmltable",
};

const char *pg_home(const struct pg_world *world)
{
    for (size_t i = 0; i < world->search_count; i++)
        if (schema_find(world->schema, SCHEMA_NAMESPACE, "", world->search[i], NULL))
            return world->search[i];
    return "public";
}

struct pg_name pg_range_name(const struct pg_node *range)
{
    return (struct pg_name){ pg_text(range, "schemaname"), pg_word(range, "relname") };
}

struct pg_name pg_list_name(const struct pg_node *list)
{
    size_t count = pg_count(list);
    struct pg_name name = { NULL, "" };
    if (count && pg_string(pg_at(list, count - 1)))
        name.name = pg_string(pg_at(list, count - 1));
    if (count > 1)
        name.namespace = pg_string(pg_at(list, count - 2));
    return name;
}

typedef struct schema_object *finder(const struct schema *schema, enum schema_kind kind,
                                     const char *namespace, struct pg_name name,
                                     const char *arguments);

static struct schema_object *along(const struct pg_world *world, finder *find,
                                   enum schema_kind kind, struct pg_name name,
                                   const char *arguments)
{
    if (name.namespace)
        return find(world->schema, kind, name.namespace, name, arguments);
    for (size_t i = 0; i < world->search_count; i++) {
        struct schema_object *found = find(world->schema, kind, world->search[i], name, arguments);
        if (found)
            return found;
    }
    return NULL;
}

static struct schema_object *find_kind(const struct schema *schema, enum schema_kind kind,
                                       const char *namespace, struct pg_name name,
                                       const char *arguments)
{
    return schema_find(schema, kind, namespace, name.name, arguments);
}

static struct schema_object *find_relation(const struct schema *schema, enum schema_kind kind,
                                           const char *namespace, struct pg_name name,
                                           const char *arguments)
{
    (void)kind, (void)arguments;
    return schema_find_relation(schema, namespace, name.name);
}

static struct schema_object *find_function(const struct schema *schema, enum schema_kind kind,
                                           const char *namespace, struct pg_name name,
                                           const char *arguments)
{
    (void)arguments;
    for (struct schema_object *object = schema->counts[kind] ? schema->first : NULL; object;
         object = object->next)
        if (object->kind == kind && strcmp(object->name, name.name) == 0 &&
            strcmp(object->schema, namespace) == 0)
            return object;
    return NULL;
}

struct schema_object *pg_lookup(const struct pg_world *world, enum schema_kind kind,
                                struct pg_name name, const char *arguments)
{
    return along(world, find_kind, kind, name, arguments);
}

struct schema_object *pg_lookup_relation(const struct pg_world *world, struct pg_name name)
{
    return along(world, find_relation, SCHEMA_TABLE, name, NULL);
}

struct schema_object *pg_lookup_index(const struct pg_world *world, struct pg_name name)
{
    return along(world, find_kind, SCHEMA_INDEX, name, NULL);
}

struct schema_object *pg_lookup_function(const struct pg_world *world, struct pg_name name)
{
    return along(world, find_function, SCHEMA_FUNCTION, name, NULL);
}

long pg_integer_at(const struct pg_world *world, long location)
{
    for (size_t at = location > 0 ? (size_t)location : 0; at < world->length; at++) {
        char c = world->text[at];
        if (c >= '0' && c <= '9')
            return 0; /* the tree says it */
        if (c == '-')
            return strtol(world->text + at + strspn(world->text + at, "- \t\r\n"), NULL, 10) * -1;
        if (c == ',' || c == ')')
            return 0;
    }
    return 0;
}

static int compare_word(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

static bool is_plain(const char *name)
{
    if (!((*name >= 'a' && *name <= 'z') || *name == '_'))
        return false;
    for (const char *c = name; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '_'))
            return false;
    return !bsearch(name, keywords, sizeof(keywords) / sizeof(keywords[0]), sizeof(keywords[0]),
                    compare_word);
}

void pg_add_name(struct strbuf *out, const char *name)
{
    if (is_plain(name)) {
        strbuf_add(out, name);
        return;
    }
    strbuf_add_char(out, '"');
    for (const char *c = name; *c; c++) {
        if (*c == '"')
            strbuf_add_char(out, '"');
        strbuf_add_char(out, *c);
    }
    strbuf_add_char(out, '"');
}

const char *pg_quoted(struct arena *arena, const char *name)
{
    if (is_plain(name))
        return name;
    struct strbuf out = STRBUF_INIT;
    pg_add_name(&out, name);
    const char *text = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return text;
}

const char *pg_collation_name(struct arena *arena, const struct pg_node *list)
{
    struct pg_name name = pg_list_name(list);
    if (!name.namespace || strcmp(name.namespace, "pg_catalog") == 0)
        return pg_quoted(arena, name.name);
    return pg_qualified(arena, name.namespace, name.name);
}

const char *pg_qualified(struct arena *arena, const char *namespace, const char *name)
{
    if (!namespace || !*namespace)
        return arena_text(arena, pg_quoted(arena, name));
    return arena_printf(arena, "%s.%s", pg_quoted(arena, namespace), pg_quoted(arena, name));
}

const char *pg_object_name(struct arena *arena, const struct schema_object *object)
{
    return pg_qualified(arena, object->schema, object->name);
}

void pg_add_literal(struct strbuf *out, const char *text)
{
    if (strchr(text, '\\'))
        strbuf_add_char(out, 'E');
    strbuf_add_char(out, '\'');
    for (const char *c = text; *c; c++) {
        if (*c == '\'' || *c == '\\')
            strbuf_add_char(out, *c);
        strbuf_add_char(out, *c);
    }
    strbuf_add_char(out, '\'');
}

const char *pg_literal(struct arena *arena, const char *text)
{
    struct strbuf out = STRBUF_INIT;
    pg_add_literal(&out, text);
    const char *copy = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return copy;
}
