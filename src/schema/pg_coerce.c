#include "pg_coerce.h"

#include <stdlib.h>
#include <string.h>

struct pg_written pg_written_text(const char *text, struct pg_type type)
{
    return (struct pg_written){ .text = text, .bare = text, .type = type };
}

/* Without a length these two are other types than their words say in SQL. */
const char *pg_cast_name(struct pg_type type, bool full)
{
    static const char *const rows[][2] = {
        {"character",    "bpchar"   },
        { "character[]", "bpchar[]" },
        { "bit",         "\"bit\""  },
        { "bit[]",       "\"bit\"[]"}
    };
    if (full && strcmp(type.full, type.name) != 0)
        return type.full;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(type.name, rows[i][0]) == 0)
            return rows[i][1];
    return type.name;
}

/* 'orders' as a regclass is written with its schema. */
static const char *relation_value(const struct pg_world *world, const char *value)
{
    const char *dot = strchr(value, '.');
    struct pg_name name = { NULL, value };
    if (dot) {
        name.namespace = arena_bytes(world->arena, value, (size_t)(dot - value));
        name.name = dot + 1;
    }
    const struct schema_object *found = pg_lookup_relation(world, name);
    return found ? pg_object_name(world->arena, found) : value;
}

const char *pg_constant(const struct pg_world *world, struct pg_type type, const char *value)
{
    bool digit = *value >= '0' && *value <= '9';
    size_t plain = strspn(value, "0123456789");
    value = pg_type_value(world->arena, type, value);
    if (pg_type_is(type, "boolean"))
        return value;
    if (pg_type_is(type, "integer") && digit && !value[plain])
        return value;
    if (pg_type_is(type, "numeric") && strcmp(type.name, type.full) == 0 && digit &&
        strpbrk(value, "eE."))
        return value;
    if (pg_type_is(type, "regclass"))
        value = relation_value(world, value);
    return arena_printf(world->arena, "%s::%s", pg_literal(world->arena, value),
                        pg_cast_name(type, true));
}

struct pg_written pg_coerce(const struct pg_world *world, struct pg_written written,
                            struct pg_type target)
{
    if (!target.name || target.name == pg_unknown)
        return written;
    struct pg_type plain = pg_type_plain(target.name);
    if (written.literal) {
        struct pg_written result =
            pg_written_text(pg_constant(world, plain, written.literal), plain);
        result.constant = true;
        return result;
    }
    if (written.null) {
        written.text = written.bare =
            arena_printf(world->arena, "NULL::%s", pg_cast_name(plain, false));
        written.type = plain;
        written.null = false;
        return written;
    }
    if (!written.type.name || pg_type_same(written.type, target))
        return written;
    written.text = arena_printf(world->arena, "(%s)::%s", written.bare, pg_cast_name(plain, false));
    written.type = plain;
    written.column = NULL;
    return written;
}

struct pg_written pg_cast(const struct pg_world *world, struct pg_written written,
                          struct pg_type target)
{
    struct pg_written result = pg_written_text(NULL, target);
    result.constant = written.constant;
    if (!target.name)
        return written;
    bool modified = strcmp(target.name, target.full) != 0;
    if (pg_type_same(written.type, target) &&
        (!modified || (written.type.full && strcmp(written.type.full, target.full) == 0)))
        return written;
    if (written.literal)
        result.text = pg_constant(world, target, written.literal);
    else if (written.null)
        result.text = arena_printf(world->arena, "NULL::%s", pg_cast_name(target, true));
    else
        result.text =
            arena_printf(world->arena, "(%s)::%s", written.bare, pg_cast_name(target, true));
    result.bare = result.text;
    return result;
}

static struct pg_type wider(struct pg_type a, struct pg_type b)
{
    int left = pg_type_number(a), right = pg_type_number(b);
    if (left && right)
        return left >= right ? a : b;
    if (pg_type_is_text(a) && pg_type_is(b, "text"))
        return b;
    if (pg_type_is(a, "date") && b.name && strncmp(b.name, "timestamp", 9) == 0)
        return b;
    if (pg_type_is(a, "timestamp without time zone") && pg_type_is(b, "timestamp with time zone"))
        return b;
    return a;
}

struct pg_type pg_common_type(const struct pg_world *world, const struct pg_written *written,
                              size_t count)
{
    struct pg_type common = { NULL, NULL };
    bool unsure = false;
    for (size_t i = 0; i < count; i++) {
        if (written[i].literal || written[i].null)
            continue;
        if (!written[i].type.name)
            unsure = true;
        else if (!common.name)
            common = written[i].type;
        else if (!pg_type_same(common, written[i].type))
            common = wider(pg_type_base(world, common), pg_type_base(world, written[i].type));
    }
    if (!common.name && !unsure)
        return pg_type_plain("text");
    return common.name ? pg_type_plain(common.name) : common;
}

/* The type under which an operand is looked for: of domains their base, of varchar text. */
static struct pg_type operand_type(const struct pg_world *world, struct pg_type type)
{
    type = pg_type_base(world, type);
    if (pg_type_is(type, "character varying"))
        return pg_type_plain("text");
    if (pg_type_is(type, "character varying[]"))
        return pg_type_plain("text[]");
    return type.name ? pg_type_plain(type.name) : type;
}

/* A literal beside a typed operand has its type. */
static void match_literals(const struct pg_world *world, struct pg_written *left,
                           struct pg_written *right)
{
    bool left_open = left->literal || left->null, right_open = right->literal || right->null;
    if (left_open && right_open) {
        *left = pg_coerce(world, *left, pg_type_plain("text"));
        *right = pg_coerce(world, *right, pg_type_plain("text"));
    } else if (left_open) {
        *left = pg_coerce(world, *left, operand_type(world, right->type));
    } else if (right_open) {
        *right = pg_coerce(world, *right, operand_type(world, left->type));
    }
}

/* Operators between numbers of two kinds: there are those for all integers, and for both floats. */
static void match_numbers(const struct pg_world *world, struct pg_written *left,
                          struct pg_written *right)
{
    int a = pg_type_number(left->type), b = pg_type_number(right->type);
    if (!a || !b || (a <= 3 && b <= 3) || (a >= 5 && b >= 5) || a == b)
        return;
    struct pg_type target = pg_type_plain(a >= 5 || b >= 5 ? "double precision" : "numeric");
    if (a <= 4)
        *left = pg_coerce(world, *left, target);
    if (b <= 4)
        *right = pg_coerce(world, *right, target);
}

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

static const char *const comparisons[] = { "=", "<>", "<", ">", "<=", ">=", NULL };
static const char *const arithmetic[] = { "+", "-", "*", "/", "%", "^", NULL };
static const char *const patterns[] = { "~~", "~~*", "!~~", "!~~*", "~",
                                        "~*", "!~",  "!~*", "^@",   NULL };
static const char *const containment[] = { "@>", "<@", "&&", "-|-", "&<",
                                           "&>", "@@", "<<", ">>",  NULL };

static bool is_time(struct pg_type type)
{
    return type.name && (strncmp(type.name, "timestamp", 9) == 0 || pg_type_is(type, "date"));
}

static struct pg_type sum_type(const char *name, struct pg_type left, struct pg_type right)
{
    int a = pg_type_number(left), b = pg_type_number(right);
    if (a && b)
        return pg_type_plain(a >= b ? left.name : right.name);
    if (is_time(left) && is_time(right))
        return pg_type_plain(pg_type_is(left, "date") && pg_type_is(right, "date") ? "integer"
                                                                                   : "interval");
    if (pg_type_is(left, "date") && pg_type_is(right, "interval"))
        return pg_type_plain("timestamp without time zone");
    if (is_time(left))
        return left;
    if (is_time(right) && strcmp(name, "+") == 0)
        return right;
    if (pg_type_is(left, "interval") || pg_type_is(right, "interval"))
        return pg_type_plain("interval");
    return pg_type_same(left, right) ? left : (struct pg_type){ NULL, NULL };
}

static struct pg_type operate(const struct pg_world *world, const char *name,
                              struct pg_written *left, struct pg_written *right)
{
    match_literals(world, left, right);
    *left = pg_coerce(world, *left, operand_type(world, left->type));
    *right = pg_coerce(world, *right, operand_type(world, right->type));
    if (pg_type_is(left->type, "character") && pg_type_is(right->type, "text"))
        *left = pg_coerce(world, *left, right->type);
    else if (pg_type_is(left->type, "text") && pg_type_is(right->type, "character"))
        *right = pg_coerce(world, *right, left->type);
    match_numbers(world, left, right);
    if (pg_type_is(left->type, "interval") && pg_type_number(right->type) &&
        (*name == '*' || *name == '/'))
        *right = pg_coerce(world, *right, pg_type_plain("double precision"));
    if (is_one_of(name, arithmetic))
        return sum_type(name, left->type, right->type);
    return pg_type_plain("boolean");
}

/* -> ->> #> #>> ? ?| ?& of JSON, with what stands at their right. */
static struct pg_type reach(const struct pg_world *world, const char *name, struct pg_written *left,
                            struct pg_written *right)
{
    size_t length = strlen(name);
    bool path = *name == '#' || name[length - 1] == '|' || name[length - 1] == '&';
    if (*name == '?' && right->type.name && !right->literal)
        *right = pg_coerce(world, *right, pg_type_base(world, right->type));
    *right = pg_coerce(world, *right,
                       right->literal ? pg_type_plain(path ? "text[]" : "text") : right->type);
    if (*name == '?')
        return pg_type_plain("boolean");
    return strcmp(name + length - 2, ">>") == 0 ? pg_type_plain("text") : left->type;
}

static struct pg_type join(const struct pg_world *world, struct pg_written *left,
                           struct pg_written *right)
{
    struct pg_type a = operand_type(world, left->type), b = operand_type(world, right->type);
    bool typed = pg_type_is_array(a) || pg_type_is_array(b) || pg_type_is(a, "jsonb") ||
                 pg_type_is(b, "jsonb") || pg_type_is(a, "tsvector") || pg_type_is(b, "tsvector") ||
                 pg_type_is(a, "bytea") || pg_type_is(b, "bytea");
    if (typed) {
        match_literals(world, left, right);
        return pg_type_is_array(b) ? b : a;
    }
    struct pg_type text = pg_type_plain("text");
    if (!left->type.name && !right->type.name)
        return left->type;
    if (pg_type_is_text(left->type) || left->null)
        *left = pg_coerce(world, *left, text);
    if (pg_type_is_text(right->type) || right->null)
        *right = pg_coerce(world, *right, text);
    return text;
}

struct pg_type pg_operator(const struct pg_world *world, const char *name, struct pg_written *left,
                           struct pg_written *right)
{
    static const char *const reaching[] = { "->", "->>", "#>", "#>>", "?", "?|", "?&", NULL };
    if (!left) {
        *right = pg_coerce(world, *right, operand_type(world, right->type));
        return right->type;
    }
    if (strcmp(name, "||") == 0)
        return join(world, left, right);
    if (is_one_of(name, reaching))
        return reach(world, name, left, right);
    if (is_one_of(name, patterns)) {
        struct pg_type text = pg_type_plain("text");
        bool fixed = pg_type_is(pg_type_base(world, left->type), "character");
        if (!fixed && left->type.name)
            *left = pg_coerce(world, *left, text);
        if (right->type.name)
            *right = pg_coerce(world, *right, text);
        return pg_type_plain("boolean");
    }
    if (is_one_of(name, comparisons) || is_one_of(name, arithmetic) || is_one_of(name, containment))
        return operate(world, name, left, right);
    match_literals(world, left, right);
    return (struct pg_type){ NULL, NULL };
}
