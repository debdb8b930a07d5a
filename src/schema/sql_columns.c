#include "sql_columns.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "diff_parts.h"

struct sql_columns {
    struct map *map; /* key_of → struct sql_column */
};

struct sql_columns *sql_columns_new(void)
{
    struct sql_columns *columns = memory_new(sizeof *columns);

    columns->map = map_new();
    return columns;
}

void sql_columns_free(struct sql_columns **columns)
{
    if (*columns == NULL)
        return;
    map_free(&(*columns)->map);
    free(*columns);
    *columns = NULL;
}

/* "relation users", as a prefix of its columns' keys. */
static const char *prefix_of(struct arena *arena, const char *table)
{
    return arena_printf(arena, "%s\n", sql_object_key(arena, SQL_TABLE, table));
}

static const char *key_of(struct arena *arena, const char *prefix, const char *column)
{
    char *key = arena_printf(arena, "%s%s", prefix, column);

    for (char *at = key + strlen(prefix); *at != '\0'; at++) {
        if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    return key;
}

static void put(struct sql_columns *columns, struct arena *arena, const char *prefix,
                const char *name, const struct sql_column *column)
{
    struct sql_column *kept = arena_alloc(arena, sizeof *kept);

    if (name == NULL)
        return;
    *kept = *column;
    map_put(columns->map, key_of(arena, prefix, name), kept);
}

const struct sql_column *sql_columns_find(const struct sql_columns *columns, struct arena *arena,
                                          const char *table, const char *column)
{
    const struct sql_column *found = NULL;

    if (columns != NULL && table != NULL && column != NULL)
        found = map_get(columns->map, key_of(arena, prefix_of(arena, table), column));
    return found != NULL && found->type != NULL && found->type[0] != '\0' ? found : NULL;
}

/* A table gets another name, and stays known by the old one: nobody asks for it. */
static void rename_table(struct sql_columns *columns, struct arena *arena, const char *from,
                         const char *to)
{
    const char *before = prefix_of(arena, from), *after = prefix_of(arena, to);
    size_t count = map_count(columns->map), length = strlen(before);

    for (size_t i = 0; i < count; i++) {
        const char *key = map_key_at(columns->map, i);

        if (strncmp(key, before, length) == 0)
            put(columns, arena, after, arena_text(arena, key + length),
                map_value_at(columns->map, i));
    }
}

static void follow_change(struct sql_columns *columns, struct arena *arena, const char *table,
                          const struct sql_change *change)
{
    const char *prefix = prefix_of(arena, table);
    const struct sql_column *known = sql_columns_find(columns, arena, table, change->name);
    struct sql_column column = known != NULL ? *known : (struct sql_column){ 0 };

    switch (change->action) {
    case SQL_ADD_COLUMN:
        put(columns, arena, prefix, change->name, &change->column);
        break;
    case SQL_REDEFINE_COLUMN:
        put(columns, arena, prefix, change->new_name != NULL ? change->new_name : change->name,
            &change->column);
        break;
    case SQL_CHANGE_TYPE:
        column.type = change->column.type;
        put(columns, arena, prefix, change->name, &column);
        break;
    case SQL_RENAME_COLUMN:
        put(columns, arena, prefix, change->new_name, &column);
        break;
    case SQL_DROP_COLUMN:
        put(columns, arena, prefix, change->name, &(struct sql_column){ 0 });
        break;
    default:
        break;
    }
}

void sql_columns_follow(struct sql_columns *columns, struct arena *arena,
                        const struct sql_operation *operation)
{
    if (operation->object == NULL || operation->object_kind != SQL_TABLE)
        return;
    for (size_t i = 0; operation->kind == SQL_CREATE && i < operation->column_count; i++)
        put(columns, arena, prefix_of(arena, operation->object), operation->columns[i].name,
            &operation->columns[i]);
    for (size_t i = 0; i < operation->change_count; i++)
        follow_change(columns, arena, operation->object, &operation->changes[i]);
    if (operation->new_name != NULL)
        rename_table(columns, arena, operation->object, operation->new_name);
}

/* --- Types ------------------------------------------------------------------------------------ */

/* How a type is written, and how the comparison of schemas calls it; longer names first. */
struct type_name {
    const char *written, *called;
};

static const struct type_name postgresql[] = {
    {"character varying", "character varying"},
    { "double precision", "double precision" },
    { "smallserial",      "smallint"         },
    { "bigserial",        "bigint"           },
    { "serial2",          "smallint"         },
    { "serial4",          "integer"          },
    { "serial8",          "bigint"           },
    { "serial",           "integer"          },
    { "int2",             "smallint"         },
    { "int4",             "integer"          },
    { "int8",             "bigint"           },
    { "int",              "integer"          },
    { "decimal",          "numeric"          },
    { "dec",              "numeric"          },
    { "float4",           "real"             },
    { "float8",           "double precision" },
    { "float",            "double precision" },
    { "varchar",          "character varying"},
    { "bpchar",           "character"        },
    { "char",             "character"        },
    { "bool",             "boolean"          },
    { "timestamptz",      "timestamp"        },
    { "timetz",           "time"             },
};

static const struct type_name mysql[] = {
    {"double precision",   "double"         },
    { "character varying", "varchar"        },
    { "integer",           "int"            },
    { "int4",              "int"            },
    { "int8",              "bigint"         },
    { "numeric",           "decimal"        },
    { "fixed",             "decimal"        },
    { "dec",               "decimal"        },
    { "real",              "double"         },
    { "boolean",           "tinyint(1)"     },
    { "bool",              "tinyint(1)"     },
    { "nvarchar",          "varchar"        },
    { "character",         "char"           },
    { "nchar",             "char"           },
    { "serial",            "bigint unsigned"},
};

/* In small letters, one blank between words, none around parentheses and commas. */
static void fold(struct strbuf *out, const char *type)
{
    for (; *type != '\0'; type++) {
        char last = out->length > 0 ? out->data[out->length - 1] : '(';
        char c = *type >= 'A' && *type <= 'Z' ? (char)(*type - 'A' + 'a') : *type;

        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            if (!strchr(" (,", last))
                strbuf_add_char(out, ' ');
            continue;
        }
        if (strchr("(),", c) && last == ' ')
            strbuf_truncate(out, out->length - 1);
        strbuf_add_char(out, c);
    }
    if (out->length > 0 && out->data[out->length - 1] == ' ')
        strbuf_truncate(out, out->length - 1);
}

static bool is_mine(enum sql_dialect dialect)
{
    return sql_dialect_is_mysql(dialect);
}

static const struct type_name *find_name(enum sql_dialect dialect, const char *type)
{
    const struct type_name *names = is_mine(dialect) ? mysql : postgresql;
    size_t count =
        is_mine(dialect) ? sizeof mysql / sizeof *mysql : sizeof postgresql / sizeof *postgresql;

    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(names[i].written);

        if (strncmp(type, names[i].written, length) == 0 &&
            (type[length] == '\0' || strchr("( [", type[length])))
            return &names[i];
    }
    return NULL;
}

static void remove_text(struct strbuf *text, const char *part)
{
    const char *at = strstr(text->data, part);
    struct strbuf rest = STRBUF_INIT;

    if (at == NULL)
        return;
    strbuf_add(&rest, at + strlen(part));
    strbuf_truncate(text, (size_t)(at - text->data));
    strbuf_add(text, rest.data);
    strbuf_release(&rest);
}

/* "int(11)" is an int: how wide it is shown changes nothing. */
static void remove_width(struct strbuf *type)
{
    const char *open = strchr(type->data, '('), *close = strchr(type->data, ')');
    const char *word = strstr(type->data, "int");
    struct strbuf rest = STRBUF_INIT;

    if (open == NULL || close == NULL || word == NULL || word + strlen("int") != open)
        return;
    strbuf_add(&rest, close + 1);
    strbuf_truncate(type, (size_t)(open - type->data));
    strbuf_add(type, rest.data);
    strbuf_release(&rest);
}

/* As the comparison of schemas calls it. */
static const char *called(enum sql_dialect dialect, struct arena *arena, const char *type)
{
    struct strbuf text = STRBUF_INIT, result = STRBUF_INIT;
    const struct type_name *name;
    const char *told;
    bool zone;

    fold(&text, type);
    remove_text(&text, "pg_catalog.");
    remove_text(&text, " without time zone");
    zone = strncmp(text.data, "timestamptz", 11) == 0 || strncmp(text.data, "timetz", 6) == 0;
    name = find_name(dialect, text.data);
    if (name != NULL)
        strbuf_printf(&result, "%s%s", name->called, text.data + strlen(name->written));
    else
        strbuf_add(&result, text.data);
    if (is_mine(dialect))
        remove_width(&result);
    if (zone)
        strbuf_add(&result, " with time zone");
    told = strbuf_to_arena(&result, arena);
    strbuf_release(&text);
    strbuf_release(&result);
    return told;
}

unsigned sql_type_effects(enum sql_dialect dialect, struct arena *arena, const char *from,
                          const char *to)
{
    const char *before = called(dialect, arena, from), *after = called(dialect, arena, to);
    unsigned effects, result = 0;

    if (strcmp(before, after) == 0)
        return SQL_TYPE_SAME;
    effects = diff_type_effects(is_mine(dialect) ? SCHEMA_MYSQL : SCHEMA_POSTGRESQL, before, after);
    if ((effects & DIFF_TYPE_REWRITES) != 0)
        result |= SQL_TYPE_REWRITES;
    if ((effects & DIFF_TYPE_NARROWS) != 0)
        result |= SQL_TYPE_NARROWS;
    /* Nobody knows how strict the session of a migration is. */
    if ((effects & (is_mine(dialect) ? DIFF_TYPE_NARROWS : DIFF_TYPE_CUTS)) != 0)
        result |= SQL_TYPE_CUTS;
    if ((effects & DIFF_TYPE_ZONE) != 0)
        result |= SQL_TYPE_ZONE;
    return result;
}

bool sql_type_cuts(enum sql_dialect dialect, struct arena *arena, const char *type)
{
    static const char *const cutting[] = { "date", "time",     "smallint",   "integer",
                                           "real", "numeric(", "timestamp(", "time(" };
    const char *name = called(dialect, arena, type);

    for (size_t i = 0; i < sizeof cutting / sizeof *cutting; i++) {
        size_t length = strlen(cutting[i]);

        if (strncmp(name, cutting[i], length) == 0 &&
            (cutting[i][length - 1] == '(' || name[length] == '\0'))
            return true;
    }
    return false;
}

bool sql_cast_cuts(enum sql_dialect dialect, struct arena *arena, const char *type)
{
    const char *name = called(dialect, arena, type);

    return strncmp(name, "character", strlen("character")) == 0 ||
           strncmp(name, "bit", strlen("bit")) == 0;
}
