#include "pg_write.h"

#include <stdlib.h>
#include <string.h>

#include "pg_known.h"
#include "pg_own.h"
#include "pg_tree.h"
#include "pg_write_parts.h"

#define DEPTH_MAX 700

struct node_row {
    const char *kind;
    pg_write_one *write;
};

static struct pg_written unknown_text(struct pg_writer *writer, const char *text)
{
    (void)writer;
    return pg_written_text(text, (struct pg_type){ NULL, NULL });
}

static struct pg_written write_integer(struct pg_writer *writer, long number)
{
    struct pg_type integer = pg_type_plain("integer");
    const char *text = number < 0 ? arena_printf(writer->world->arena, "'%ld'::integer", number)
                                  : arena_printf(writer->world->arena, "%ld", number);
    struct pg_written written = pg_written_text(text, integer);
    written.constant = true;
    return written;
}

/* Too large for an integer: bigint when it has only digits and fits, else numeric. */
static struct pg_written write_float(struct pg_writer *writer, const char *text)
{
    const char *digits = text + (*text == '-');
    bool whole = strspn(digits, "0123456789") == strlen(digits);
    bool fits =
        strlen(digits) < 19 || (strlen(digits) == 19 && strcmp(digits, "9223372036854775807") <= 0);
    struct pg_type type = pg_type_plain(whole && fits ? "bigint" : "numeric");
    struct pg_written written = pg_written_text(pg_constant(writer->world, type, text), type);
    written.constant = true;
    return written;
}

static struct pg_written write_constant(struct pg_writer *writer, const struct pg_node *node)
{
    const struct pg_node *text = pg_member(node, "sval"), *number = pg_member(node, "fval");
    const struct pg_node *truth = pg_member(node, "boolval"), *bits = pg_member(node, "bsval");
    struct pg_written written;
    if (pg_flag(node, "isnull")) {
        written = unknown_text(writer, "NULL");
        written.null = true;
    } else if (text) {
        const char *value = pg_word(text, "sval");
        const char *quoted = pg_literal(writer->world->arena, value);
        written = pg_written_text(quoted, pg_type_plain(pg_unknown));
        written.literal = value;
    } else if (number) {
        written = write_float(writer, pg_word(number, "fval"));
    } else if (truth) {
        written =
            pg_written_text(pg_flag(truth, "boolval") ? "true" : "false", pg_type_plain("boolean"));
    } else if (bits) {
        const char *value = pg_word(bits, "bsval");
        written = pg_written_text(arena_printf(writer->world->arena, "'%s'::\"bit\"",
                                               *value ? value + 1 : ""),
                                  pg_type_plain("bit"));
    } else {
        long value = pg_integer(pg_member(node, "ival"), "ival");
        written = write_integer(writer,
                                value ? value
                                      : pg_integer_at(writer->world, pg_integer(node, "location")));
    }
    written.constant = true;
    return written;
}

/* Also what "row.column" means where `row` is a source. */
static const struct pg_column *find_column(const struct pg_scope *scope, const char *source,
                                           const char *name, const struct pg_source **where,
                                           const struct pg_scope **in)
{
    for (; scope; scope = scope->outer) {
        for (size_t i = 0; i < scope->count; i++) {
            const struct pg_source *one = &scope->sources[i];
            if (source && strcmp(one->name, source) != 0)
                continue;
            for (size_t j = 0; j < one->count; j++) {
                if (strcmp(one->columns[j].name, name) != 0)
                    continue;
                *where = one;
                *in = scope;
                return &one->columns[j];
            }
        }
    }
    return NULL;
}

static struct pg_written write_column(struct pg_writer *writer, const struct pg_node *node)
{
    const struct pg_node *fields = pg_member(node, "fields");
    struct pg_name name = pg_list_name(fields);
    struct arena *arena = writer->world->arena;
    if (pg_as(pg_at(fields, pg_count(fields) - 1), "A_Star"))
        writer->unsure = "*"; /* count(a.*) is not count(*) */
    if (writer->scope && writer->scope->value.name && pg_count(fields) == 1 &&
        strcmp(name.name, "value") == 0)
        return pg_written_text("VALUE", writer->scope->value);
    const struct pg_source *source = NULL;
    const struct pg_scope *scope = NULL;
    const struct pg_column *column =
        find_column(writer->scope, name.namespace, name.name, &source, &scope);
    const char *text;
    if (column && (scope->prefix || scope != writer->scope))
        text = pg_qualified(arena, source->shown ? source->shown : source->name, column->name);
    else if (column)
        text = arena_text(arena, pg_quoted(arena, column->name));
    else
        text = pg_qualified(arena, name.namespace, name.name);
    struct pg_written written =
        column ? pg_written_text(text, column->type) : unknown_text(writer, text);
    written.column = arena_text(arena, name.name);
    return written;
}

static struct pg_written write_cast(struct pg_writer *writer, const struct pg_node *node)
{
    struct pg_type type = pg_type_of(writer->world, pg_member(node, "typeName"));
    const struct pg_node *argument = pg_member(node, "arg"),
                         *array = pg_as(argument, "A_ArrayExpr");
    if (array && pg_type_is_array(type))
        return pg_write_array(writer, array, type);
    return pg_cast(writer->world, pg_write(writer, argument), type);
}

/* PostgreSQL's SQLValueFunction.op, without SVFOP_. */
static struct pg_written write_value_function(struct pg_writer *writer, const struct pg_node *node)
{
    const char *word = pg_word(node, "op");
    word += strncmp(word, "SVFOP_", 6) == 0 ? 6 : 0;
    long precision = pg_member(node, "typmod") ? pg_integer(node, "typmod") : -1;
    size_t length = strlen(word);
    bool takes = length > 2 && strcmp(word + length - 2, "_N") == 0;
    const char *name = arena_bytes(writer->world->arena, word, length - (takes ? 2 : 0));
    const char *type = "name";
    if (strcmp(name, "CURRENT_DATE") == 0)
        type = "date";
    else if (strcmp(name, "CURRENT_TIMESTAMP") == 0)
        type = "timestamp with time zone";
    else if (strcmp(name, "LOCALTIMESTAMP") == 0)
        type = "timestamp without time zone";
    else if (strcmp(name, "CURRENT_TIME") == 0)
        type = "time with time zone";
    else if (strcmp(name, "LOCALTIME") == 0)
        type = "time without time zone";
    if (takes)
        name = arena_printf(writer->world->arena, "%s(%ld)", name, precision);
    return pg_written_text(name, pg_type_plain(type));
}

static struct pg_written write_null_test(struct pg_writer *writer, const struct pg_node *node)
{
    const char *argument = pg_write(writer, pg_member(node, "arg")).text;
    bool is = pg_is(node, "nulltesttype", "IS_NULL");
    return pg_written_text(arena_printf(writer->world->arena, "(%s IS %sNULL)", argument,
                                        is ? "" : "NOT "),
                           pg_type_plain("boolean"));
}

static struct pg_written write_boolean_test(struct pg_writer *writer, const struct pg_node *node)
{
    const char *argument = pg_write(writer, pg_member(node, "arg")).bare;
    const char *word = pg_word(node, "booltesttype");
    char text[32] = "";
    for (size_t i = 0; word[i] && i + 1 < sizeof(text); i++)
        text[i] = word[i] == '_' ? ' ' : word[i];
    return pg_written_text(arena_printf(writer->world->arena, "(%s %s)", argument, text),
                           pg_type_plain("boolean"));
}

static struct pg_written write_boolean(struct pg_writer *writer, const struct pg_node *node)
{
    struct strbuf out = STRBUF_INIT;
    const struct pg_node *arguments = pg_member(node, "args");
    const char *sign = pg_is(node, "boolop", "AND_EXPR") ? " AND " : " OR ";
    strbuf_add(&out, pg_is(node, "boolop", "NOT_EXPR") ? "(NOT " : "(");
    for (size_t i = 0; i < pg_count(arguments); i++) {
        if (i)
            strbuf_add(&out, sign);
        strbuf_add(&out, pg_write(writer, pg_at(arguments, i)).bare);
    }
    strbuf_add_char(&out, ')');
    struct pg_written written =
        pg_written_text(strbuf_to_arena(&out, writer->world->arena), pg_type_plain("boolean"));
    strbuf_release(&out);
    return written;
}

static struct pg_written write_collation(struct pg_writer *writer, const struct pg_node *node)
{
    struct pg_written argument = pg_write(writer, pg_member(node, "arg"));
    const char *name = pg_collation_name(writer->world->arena, pg_member(node, "collname"));
    if (argument.literal)
        argument = pg_coerce(writer->world, argument, pg_type_plain("text"));
    const char *text = arena_printf(writer->world->arena, "(%s COLLATE %s)", argument.text, name);
    return pg_written_text(text, argument.type);
}

/* x[1], (x).field */
static struct pg_written write_indirection(struct pg_writer *writer, const struct pg_node *node)
{
    struct pg_written argument = pg_write(writer, pg_member(node, "arg"));
    const struct pg_node *steps = pg_member(node, "indirection");
    struct strbuf out = STRBUF_INIT;
    struct pg_type type = argument.type;
    bool plain = argument.column != NULL;
    strbuf_printf(&out, plain ? "%s" : "(%s)", argument.bare);
    for (size_t i = 0; i < pg_count(steps); i++) {
        const struct pg_node *index = pg_as(pg_at(steps, i), "A_Indices");
        const char *field = pg_string(pg_at(steps, i));
        if (index && pg_flag(index, "is_slice")) {
            strbuf_printf(&out, "[%s:%s]", pg_write_or(writer, pg_member(index, "lidx"), ""),
                          pg_write_or(writer, pg_member(index, "uidx"), ""));
        } else if (index) {
            strbuf_printf(&out, "[%s]", pg_write_or(writer, pg_member(index, "uidx"), ""));
            type = pg_type_is(type, "jsonb") ? type : pg_type_element(writer->world->arena, type);
        } else {
            if (plain && !i) {
                strbuf_clear(&out);
                strbuf_printf(&out, "(%s)", argument.bare);
            }
            strbuf_printf(&out, ".%s", field ? pg_quoted(writer->world->arena, field) : "*");
            type = (struct pg_type){ NULL, NULL };
        }
    }
    struct pg_written written = pg_written_text(strbuf_to_arena(&out, writer->world->arena), type);
    strbuf_release(&out);
    return written;
}

/* Testing, operand, keyword: EXISTS ( SELECT …), x IN ( SELECT …), ( SELECT …), ARRAY( SELECT …).
 */
static struct pg_written write_sublink(struct pg_writer *writer, const struct pg_node *node)
{
    struct pg_writer inner = *writer;
    const char *kind = pg_word(node, "subLinkType");
    const struct pg_node *select = pg_as(pg_member(node, "subselect"), "SelectStmt");
    struct pg_written test = { 0 };
    if (pg_member(node, "testexpr"))
        test = pg_write(writer, pg_member(node, "testexpr"));
    struct pg_selected selected = select && writer->select ? writer->select(&inner, select)
                                                           : (struct pg_selected){ "", NULL, 0 };
    if (inner.unsure || !writer->select)
        writer->unsure = inner.unsure ? inner.unsure : "SubLink";
    struct pg_type column = selected.count ? selected.columns[0].type : (struct pg_type){ 0 };
    struct arena *arena = writer->world->arena;
    const char *sign = pg_string(pg_at(pg_member(node, "operName"), 0));
    if (pg_count(pg_member(node, "operName")) > 1)
        writer->unsure = "OPERATOR()";
    if (strcmp(kind, "EXISTS_SUBLINK") == 0)
        return pg_written_text(arena_printf(arena, "(EXISTS (%s))", selected.text),
                               pg_type_plain("boolean"));
    if (strcmp(kind, "ARRAY_SUBLINK") == 0)
        return pg_written_text(arena_printf(arena, "ARRAY(%s)", selected.text),
                               pg_type_array(arena, column));
    if (strcmp(kind, "EXPR_SUBLINK") == 0)
        return pg_written_text(arena_printf(arena, "(%s)", selected.text), column);
    bool any = strcmp(kind, "ANY_SUBLINK") == 0;
    struct pg_written right = pg_written_text("", column);
    if (test.text)
        pg_operator(writer->world, sign ? sign : "=", &test, &right);
    const char *left = test.text ? test.text : "";
    if (any && (!sign || strcmp(sign, "=") == 0))
        return pg_written_text(arena_printf(arena, "(%s IN (%s))", left, selected.text),
                               pg_type_plain("boolean"));
    return pg_written_text(arena_printf(arena, "(%s %s %s (%s))", left, sign ? sign : "=",
                                        any ? "ANY" : "ALL", selected.text),
                           pg_type_plain("boolean"));
}

static struct pg_written write_string(struct pg_writer *writer, const struct pg_node *node)
{
    (void)writer;
    return pg_written_text(pg_word(node, "sval"), pg_type_plain("text"));
}

static struct pg_written write_default_word(struct pg_writer *writer, const struct pg_node *node)
{
    (void)node;
    return unknown_text(writer, "DEFAULT");
}

static struct pg_written write_array(struct pg_writer *writer, const struct pg_node *node)
{
    return pg_write_array(writer, node, (struct pg_type){ NULL, NULL });
}

static const struct node_row rows[] = {
    {"A_ArrayExpr",       write_array         },
    { "A_Const",          write_constant      },
    { "A_Expr",           pg_write_operation  },
    { "A_Indirection",    write_indirection   },
    { "BoolExpr",         write_boolean       },
    { "BooleanTest",      write_boolean_test  },
    { "CaseExpr",         pg_write_case       },
    { "CoalesceExpr",     pg_write_coalesce   },
    { "CollateClause",    write_collation     },
    { "ColumnRef",        write_column        },
    { "FuncCall",         pg_write_call       },
    { "MinMaxExpr",       pg_write_extreme    },
    { "NullTest",         write_null_test     },
    { "RowExpr",          pg_write_row        },
    { "SetToDefault",     write_default_word  },
    { "SQLValueFunction", write_value_function},
    { "String",           write_string        },
    { "SubLink",          write_sublink       },
    { "TypeCast",         write_cast          },
};

static struct pg_written write_known(struct pg_writer *writer, const struct pg_node *node)
{
    const char *kind;
    const struct pg_node *members = pg_open(node, &kind);
    struct pg_written written = unknown_text(writer, "?");
    if (++writer->depth > DEPTH_MAX || ++writer->world->work > PG_WORK_MAX) {
        writer->unsure = "more levels than are looked at";
    } else {
        size_t i = 0, count = sizeof(rows) / sizeof(rows[0]);
        while (i < count && strcmp(rows[i].kind, kind) != 0)
            i++;
        if (i < count)
            written = rows[i].write(writer, members);
        else
            writer->unsure = arena_text(writer->world->arena, kind);
    }
    writer->depth--;
    return written;
}

/* An expression as it stands in the statement. */
static struct pg_written write_own(struct pg_writer *writer, const struct pg_node *node)
{
    const char *own = pg_own_expression(writer->world, node);
    struct pg_written written = unknown_text(writer, own ? own : "?");
    if (own)
        written.text = arena_printf(writer->world->arena, "(%s)", own);
    /* DEFAULT takes few expressions without parentheses. */
    if (!pg_as(node, "FuncCall"))
        written.bare = written.text;
    return written;
}

/* What has a part that is not written here is not written from its tree at all: a part of a text is
 * another text. */
struct pg_written pg_write_node(struct pg_writer *writer, const struct pg_node *node)
{
    if (writer->depth)
        return write_known(writer, node);
    const char *before = writer->unsure;
    struct pg_written written = { 0 };
    writer->unsure = pg_unknown_in(writer->world->arena, node);
    if (!writer->unsure)
        written = write_known(writer, node);
    if (writer->unsure)
        return write_own(writer, node);
    writer->unsure = before;
    return written;
}

struct pg_source pg_source_of(const struct pg_world *world, const struct schema_object *relation,
                              const char *alias)
{
    struct pg_source source = { .name = alias ? alias : relation->name, .known = true };
    for (const struct schema_object *part = relation->parts; part; part = part->next)
        source.count += part->kind == SCHEMA_COLUMN;
    struct pg_column *columns = arena_array(world->arena, source.count + 1, sizeof(*columns));
    size_t count = 0;
    for (const struct schema_object *part = relation->parts; part; part = part->next) {
        if (part->kind != SCHEMA_COLUMN)
            continue;
        columns[count].name = part->name;
        columns[count++].type = pg_type_parse(world->arena, schema_get(part, SCHEMA_TYPE));
    }
    source.columns = columns;
    return source;
}
