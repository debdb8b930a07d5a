#include "pg_type.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pg_tree.h"

const char pg_unknown[] = "unknown";

struct name_row {
    const char *internal, *written;
};

static const struct name_row written_names[] = {
    {"bool",         "boolean"                    },
    { "int2",        "smallint"                   },
    { "int4",        "integer"                    },
    { "int8",        "bigint"                     },
    { "float4",      "real"                       },
    { "float8",      "double precision"           },
    { "decimal",     "numeric"                    },
    { "varchar",     "character varying"          },
    { "bpchar",      "character"                  },
    { "varbit",      "bit varying"                },
    { "timestamp",   "timestamp without time zone"},
    { "timestamptz", "timestamp with time zone"   },
    { "time",        "time without time zone"     },
    { "timetz",      "time with time zone"        },
};

/* Those whose internal name is the one that is written, in order. */
static const char *const builtin[] = {
    "\"char\"",
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bigint",
    "bit",
    "bit varying",
    "boolean",
    "box",
    "bytea",
    "char",
    "character",
    "character varying",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "double precision",
    "event_trigger",
    "fdw_handler",
    "inet",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "integer",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pg_lsn",
    "point",
    "polygon",
    "real",
    "record",
    "refcursor",
    "regclass",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "smallint",
    "text",
    "tid",
    "trigger",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "void",
    "xid",
    "xid8",
    "xml",
};

static int compare_word(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

static bool is_builtin(const char *name)
{
    return bsearch(name, builtin, sizeof(builtin) / sizeof(builtin[0]), sizeof(builtin[0]),
                   compare_word) != NULL;
}

static const char *written_name(const char *internal)
{
    for (size_t i = 0; i < sizeof(written_names) / sizeof(written_names[0]); i++)
        if (strcmp(written_names[i].internal, internal) == 0)
            return written_names[i].written;
    return is_builtin(internal) ? internal : NULL;
}

struct pg_type pg_type_plain(const char *name)
{
    return (struct pg_type){ name, name };
}

/* A type of the schema: domains, enums, composites, rows of tables. */
static const struct schema_object *own_type(const struct pg_world *world, struct pg_name name)
{
    static const enum schema_kind kinds[] = { SCHEMA_ENUM, SCHEMA_DOMAIN, SCHEMA_COMPOSITE };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct schema_object *found = pg_lookup(world, kinds[i], name, NULL);
        if (found)
            return found;
    }
    return pg_lookup_relation(world, name);
}

static const char *base_name(const struct pg_world *world, const struct pg_node *type_name)
{
    struct pg_name name = pg_list_name(pg_member(type_name, "names"));
    bool catalog = name.namespace && strcmp(name.namespace, "pg_catalog") == 0;
    if (!name.namespace || catalog) {
        if (strcmp(name.name, "char") == 0)
            return "\"char\"";
        const char *written = written_name(name.name);
        if (written || catalog)
            return written ? written : arena_text(world->arena, name.name);
    }
    const struct schema_object *own = own_type(world, name);
    if (own)
        return pg_object_name(world->arena, own);
    /* Of an extension, most likely: those go to the first namespace of the path. */
    return pg_qualified(world->arena, name.namespace ? name.namespace : pg_home(world), name.name);
}

struct range_row {
    long mask;
    const char *fields;
};

/* Bits as in the server's utils/timestamp.h and utils/datetime.h. */
static const struct range_row ranges[] = {
    {1 << 2,                                " year"            },
    { 1 << 1,                               " month"           },
    { 1 << 3,                               " day"             },
    { 1 << 10,                              " hour"            },
    { 1 << 11,                              " minute"          },
    { 1 << 12,                              " second"          },
    { 1 << 2 | 1 << 1,                      " year to month"   },
    { 1 << 3 | 1 << 10,                     " day to hour"     },
    { 1 << 3 | 1 << 10 | 1 << 11,           " day to minute"   },
    { 1 << 3 | 1 << 10 | 1 << 11 | 1 << 12, " day to second"   },
    { 1 << 10 | 1 << 11,                    " hour to minute"  },
    { 1 << 10 | 1 << 11 | 1 << 12,          " hour to second"  },
    { 1 << 11 | 1 << 12,                    " minute to second"},
};

static long modifier(const struct pg_node *modifiers, size_t index)
{
    const struct pg_node *constant = pg_as(pg_at(modifiers, index), "A_Const");
    return pg_integer(pg_member(constant, "ival"), "ival");
}

static const char *interval_text(struct arena *arena, const struct pg_node *modifiers)
{
    const char *fields = "";
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (ranges[i].mask == modifier(modifiers, 0))
            fields = ranges[i].fields;
    if (pg_count(modifiers) < 2)
        return arena_printf(arena, "interval%s", fields);
    return arena_printf(arena, "interval%s(%ld)", fields, modifier(modifiers, 1));
}

static void add_modifier(struct strbuf *out, const struct pg_node *node)
{
    const struct pg_node *constant = pg_as(node, "A_Const");
    const struct pg_node *column = pg_as(node, "ColumnRef"); /* geometry(Point,4326) */
    if (pg_member(constant, "sval"))
        strbuf_add(out, pg_word(pg_member(constant, "sval"), "sval"));
    else if (constant)
        strbuf_printf(out, "%ld", pg_integer(pg_member(constant, "ival"), "ival"));
    else if (pg_string(pg_at(pg_member(column, "fields"), 0)))
        strbuf_add(out, pg_string(pg_at(pg_member(column, "fields"), 0)));
}

static const char *with_modifiers(struct arena *arena, const char *name,
                                  const struct pg_node *modifiers)
{
    size_t count = pg_count(modifiers);
    if (!count)
        return name;
    if (strcmp(name, "interval") == 0)
        return interval_text(arena, modifiers);
    struct strbuf out = STRBUF_INIT;
    const char *zone = strstr(name, " with");
    bool timed = zone && strncmp(name, "time", 4) == 0;
    strbuf_add_bytes(&out, name, timed ? (size_t)(zone - name) : strlen(name));
    strbuf_add_char(&out, '(');
    for (size_t i = 0; i < count; i++) {
        if (i)
            strbuf_add_char(&out, ',');
        add_modifier(&out, pg_at(modifiers, i));
    }
    if (count == 1 && strcmp(name, "numeric") == 0)
        strbuf_add(&out, ",0");
    strbuf_add_char(&out, ')');
    if (timed)
        strbuf_add(&out, zone);
    const char *text = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return text;
}

struct pg_type pg_type_of(const struct pg_world *world, const struct pg_node *type_name)
{
    struct pg_type type;
    type.name = base_name(world, type_name);
    type.full = with_modifiers(world->arena, type.name, pg_member(type_name, "typmods"));
    if (pg_count(pg_member(type_name, "arrayBounds")))
        type = pg_type_array(world->arena, type);
    return type;
}

struct pg_type pg_type_parse(struct arena *arena, const char *text)
{
    if (!text)
        return (struct pg_type){ NULL, NULL };
    struct pg_type type = { text, text };
    const char *open = strchr(text, '('), *close = open ? strchr(open, ')') : NULL;
    if (close)
        type.name = arena_printf(arena, "%.*s%s", (int)(open - text), text, close + 1);
    if (strncmp(text, "interval ", 9) == 0)
        type.name = strstr(text, "[]") ? "interval[]" : "interval";
    return type;
}

struct pg_type pg_type_base(const struct pg_world *world, struct pg_type type)
{
    for (int depth = 0; type.name && depth < 32; depth++) {
        const char *dot = strchr(type.name, '.');
        if (!dot || pg_type_is_array(type))
            return type;
        const char *namespace = arena_bytes(world->arena, type.name, (size_t)(dot - type.name));
        const struct schema_object *domain =
            schema_find(world->schema, SCHEMA_DOMAIN, namespace, dot + 1, NULL);
        if (!domain)
            return type;
        type = pg_type_parse(world->arena, schema_get(domain, SCHEMA_TYPE));
    }
    return type;
}

bool pg_type_is_array(struct pg_type type)
{
    size_t length = type.name ? strlen(type.name) : 0;
    return length > 2 && strcmp(type.name + length - 2, "[]") == 0;
}

struct pg_type pg_type_element(struct arena *arena, struct pg_type type)
{
    if (!pg_type_is_array(type))
        return (struct pg_type){ NULL, NULL };
    type.name = arena_bytes(arena, type.name, strlen(type.name) - 2);
    type.full = arena_bytes(arena, type.full, strlen(type.full) - 2);
    return type;
}

struct pg_type pg_type_array(struct arena *arena, struct pg_type type)
{
    if (!type.name || type.name == pg_unknown || pg_type_is_array(type))
        return type;
    type.name = arena_printf(arena, "%s[]", type.name);
    type.full = arena_printf(arena, "%s[]", type.full);
    return type;
}

bool pg_type_same(struct pg_type a, struct pg_type b)
{
    return a.name && b.name && strcmp(a.name, b.name) == 0;
}

bool pg_type_is(struct pg_type type, const char *name)
{
    return type.name && strcmp(type.name, name) == 0;
}

int pg_type_number(struct pg_type type)
{
    static const char *const numbers[] = { "smallint", "integer", "bigint",
                                           "numeric",  "real",    "double precision" };
    for (int i = 0; type.name && i < 6; i++)
        if (strcmp(type.name, numbers[i]) == 0)
            return i + 1;
    return 0;
}

bool pg_type_is_text(struct pg_type type)
{
    static const char *const texts[] = { "text", "character varying", "character", "name",
                                         pg_unknown };
    for (size_t i = 0; type.name && i < sizeof(texts) / sizeof(texts[0]); i++)
        if (strcmp(type.name, texts[i]) == 0)
            return true;
    return false;
}

static const char *boolean_value(const char *text)
{
    static const char *const yes[] = { "t", "true", "y", "yes", "on", "1" };
    for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
        if (strcasecmp(text, yes[i]) == 0)
            return "true";
    return "false";
}

/* "1 month" is written as "1 mon"; hours and less are a time. Other forms stay as they are. */
static const char *interval_value(struct arena *arena, const char *text)
{
    static const struct name_row units[] = {
        {"year",    "year"},
        { "month",  "mon" },
        { "mon",    "mon" },
        { "day",    "day" },
        { "hour",   NULL  },
        { "minute", NULL  },
        { "min",    NULL  },
        { "second", NULL  },
        { "sec",    NULL  },
        { "week",   "week"}
    };
    char *end;
    long number = strtol(text, &end, 10);
    if (end == text || number < 0 || number > 1000000)
        return text;
    while (*end == ' ')
        end++;
    size_t length = strlen(end);
    if (length && end[length - 1] == 's')
        length--;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strlen(units[i].internal) != length || strncasecmp(end, units[i].internal, length) != 0)
            continue;
        const char *unit = units[i].written;
        if (unit && strcmp(unit, "week") == 0)
            return arena_printf(arena, "%ld days", number * 7);
        if (unit)
            return arena_printf(arena, "%ld %s%s", number, unit, number == 1 ? "" : "s");
        long seconds = *end == 'h' ? number * 3600 : *end == 'm' ? number * 60 : number;
        return arena_printf(arena, "%02ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60,
                            seconds % 60);
    }
    return text;
}

const char *pg_type_value(struct arena *arena, struct pg_type type, const char *text)
{
    if (pg_type_is(type, "boolean"))
        return boolean_value(text);
    if (pg_type_is(type, "interval"))
        return interval_value(arena, text);
    bool day = strlen(text) == 10 && text[4] == '-' && text[7] == '-';
    if (day && pg_type_is(type, "timestamp without time zone"))
        return arena_printf(arena, "%s 00:00:00", text);
    if (day && pg_type_is(type, "timestamp with time zone"))
        return arena_printf(arena, "%s 00:00:00+00", text);
    return text;
}
