#include "pg_write_parts.h"

#include <stdlib.h>
#include <string.h>

#include "pg_tree.h"

#define INDENT_LIMIT 40 /* columns, PRETTYINDENT_LIMIT of ruleutils.c */

static const char *take(struct pg_writer *writer, struct strbuf *out)
{
    const char *text = strbuf_to_arena(out, writer->world->arena);
    strbuf_release(out);
    return text;
}

void pg_break(struct pg_writer *writer, struct strbuf *out, const char *word, int before, int after,
              int plus)
{
    writer->indent += before;
    while (out->length && out->data[out->length - 1] == ' ')
        strbuf_truncate(out, out->length - 1);
    strbuf_add_char(out, '\n');
    int columns = writer->indent > 0 ? writer->indent : 0;
    if (columns > INDENT_LIMIT)
        columns = INDENT_LIMIT + (columns - INDENT_LIMIT) % 8;
    strbuf_add_repeat(out, " ", (size_t)(columns + plus));
    strbuf_add(out, word);
    writer->indent += after;
    if (writer->indent < 0)
        writer->indent = 0;
}

static struct pg_written *write_all(struct pg_writer *writer, const struct pg_node *list,
                                    size_t *count)
{
    *count = pg_count(list);
    struct pg_written *all = arena_array(writer->world->arena, *count + 1, sizeof(*all));
    for (size_t i = 0; i < *count; i++)
        all[i] = pg_write(writer, pg_at(list, i));
    return all;
}

static void add_all(struct strbuf *out, const struct pg_written *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i ? ", " : "", all[i].text);
}

static void coerce_all(struct pg_writer *writer, struct pg_written *all, size_t count,
                       struct pg_type type)
{
    for (size_t i = 0; i < count; i++)
        all[i] = pg_coerce(writer->world, all[i], type);
}

struct pg_written pg_write_array(struct pg_writer *writer, const struct pg_node *node,
                                 struct pg_type type)
{
    size_t count;
    struct arena *arena = writer->world->arena;
    struct pg_written *items = write_all(writer, pg_member(node, "elements"), &count);
    bool given = type.name != NULL, constant = true;
    struct pg_type element =
        given ? pg_type_element(arena, type) : pg_common_type(writer->world, items, count);
    for (size_t i = 0; i < count; i++) {
        constant = constant && items[i].constant;
        items[i] = given ? pg_cast(writer->world, items[i], element)
                         : pg_coerce(writer->world, items[i], element);
    }
    if (!given)
        type = pg_type_array(arena, element);
    struct strbuf out = STRBUF_INIT;
    strbuf_add(&out, "ARRAY[");
    add_all(&out, items, count);
    strbuf_add_char(&out, ']');
    if (!count && type.name)
        strbuf_printf(&out, "::%s", pg_cast_name(type, true));
    struct pg_written written = pg_written_text(take(writer, &out), type);
    written.constant = constant;
    return written;
}

struct pg_written pg_write_row(struct pg_writer *writer, const struct pg_node *node)
{
    size_t count;
    struct pg_written *items = write_all(writer, pg_member(node, "args"), &count);
    struct strbuf out = STRBUF_INIT;
    strbuf_add(&out, "ROW(");
    add_all(&out, items, count);
    strbuf_add_char(&out, ')');
    return pg_written_text(take(writer, &out), pg_type_plain("record"));
}

static struct pg_written write_common(struct pg_writer *writer, const struct pg_node *list,
                                      const char *name)
{
    size_t count;
    struct pg_written *items = write_all(writer, list, &count);
    struct pg_type type = pg_common_type(writer->world, items, count);
    coerce_all(writer, items, count, type);
    struct strbuf out = STRBUF_INIT;
    strbuf_printf(&out, "%s(", name);
    add_all(&out, items, count);
    strbuf_add_char(&out, ')');
    return pg_written_text(take(writer, &out), type);
}

struct pg_written pg_write_coalesce(struct pg_writer *writer, const struct pg_node *node)
{
    return write_common(writer, pg_member(node, "args"), "COALESCE");
}

struct pg_written pg_write_extreme(struct pg_writer *writer, const struct pg_node *node)
{
    return write_common(writer, pg_member(node, "args"),
                        pg_is(node, "op", "IS_LEAST") ? "LEAST" : "GREATEST");
}

/* The results have one type; what is tested stands before the WHENs or in each. */
struct pg_written pg_write_case(struct pg_writer *writer, const struct pg_node *node)
{
    const struct pg_node *arms = pg_member(node, "args");
    size_t count = pg_count(arms);
    struct strbuf out = STRBUF_INIT;
    pg_break(writer, &out, "CASE", 0, 4, 0);
    struct pg_written tested = { 0 };
    if (pg_member(node, "arg")) {
        tested = pg_write(writer, pg_member(node, "arg"));
        strbuf_printf(&out, " %s", tested.text);
    }
    struct pg_written *results =
        arena_array(writer->world->arena, count + 1, sizeof(struct pg_written));
    for (size_t i = 0; i < count; i++)
        results[i] = pg_write(writer, pg_member(pg_as(pg_at(arms, i), "CaseWhen"), "result"));
    if (pg_member(node, "defresult"))
        results[count] = pg_write(writer, pg_member(node, "defresult"));
    else
        results[count] = (struct pg_written){ .text = "NULL", .bare = "NULL", .null = true };
    struct pg_type type = pg_common_type(writer->world, results, count + 1);
    coerce_all(writer, results, count + 1, type);
    for (size_t i = 0; i < count; i++) {
        struct pg_written when =
            pg_write(writer, pg_member(pg_as(pg_at(arms, i), "CaseWhen"), "expr"));
        if (tested.text)
            pg_operator(writer->world, "=", &(struct pg_written){ .type = tested.type }, &when);
        pg_break(writer, &out, "WHEN ", 0, 0, 0);
        strbuf_printf(&out, "%s THEN %s", tested.text ? when.text : when.bare, results[i].text);
    }
    pg_break(writer, &out, "ELSE ", 0, 0, 0);
    strbuf_add(&out, results[count].text);
    pg_break(writer, &out, "END", -4, 0, 0);
    return pg_written_text(take(writer, &out), type);
}

static struct pg_written binary(struct pg_writer *writer, const char *sign, struct pg_written left,
                                struct pg_written right)
{
    struct pg_type type = pg_operator(writer->world, sign, &left, &right);
    struct pg_written written = pg_written_text(arena_printf(writer->world->arena, "(%s %s %s)",
                                                             left.text, sign, right.text),
                                                type);
    written.constant = left.constant && right.constant;
    return written;
}

/* x IN (1, 2) is x = ANY (ARRAY[1, 2]) when none of them is a column. */
static struct pg_written write_in(struct pg_writer *writer, const char *sign,
                                  struct pg_written left, const struct pg_node *list)
{
    size_t count;
    bool is = strcmp(sign, "=") == 0, constant = true;
    struct pg_written *items = write_all(writer, list, &count);
    struct pg_written *all = arena_array(writer->world->arena, count + 1, sizeof(*all));
    all[0] = left;
    for (size_t i = 0; i < count; i++) {
        all[i + 1] = items[i];
        constant = constant && items[i].constant;
    }
    if (constant && count > 1) {
        struct pg_type type = pg_common_type(writer->world, all, count + 1);
        struct strbuf out = STRBUF_INIT;
        coerce_all(writer, items, count, pg_type_base(writer->world, type));
        strbuf_add(&out, "ARRAY[");
        add_all(&out, items, count);
        strbuf_add_char(&out, ']');
        struct pg_type array = pg_type_array(writer->world->arena, type);
        struct pg_written right = pg_written_text(take(writer, &out), array);
        struct pg_written element = pg_written_text("", type);
        pg_operator(writer->world, "=", &left, &element);
        right = pg_coerce(writer->world, right, pg_type_array(writer->world->arena, element.type));
        return pg_written_text(arena_printf(writer->world->arena, "(%s %s %s (%s))", left.text,
                                            sign, is ? "ANY" : "ALL", right.text),
                               pg_type_plain("boolean"));
    }
    struct strbuf out = STRBUF_INIT;
    for (size_t i = 0; i < count; i++)
        strbuf_printf(&out, "%s%s", i ? (is ? " OR " : " AND ") : "",
                      binary(writer, sign, left, items[i]).text);
    const char *text = take(writer, &out);
    return pg_written_text(count > 1 ? arena_printf(writer->world->arena, "(%s)", text) : text,
                           pg_type_plain("boolean"));
}

static struct pg_written write_between(struct pg_writer *writer, const struct pg_node *node,
                                       struct pg_written left, bool outside)
{
    const struct pg_node *bounds = pg_member(node, "rexpr");
    struct pg_written low = pg_write(writer, pg_at(bounds, 0));
    struct pg_written high = pg_write(writer, pg_at(bounds, 1));
    low = binary(writer, outside ? "<" : ">=", left, low);
    high = binary(writer, outside ? ">" : "<=", left, high);
    return pg_written_text(arena_printf(writer->world->arena, "(%s %s %s)", low.text,
                                        outside ? "OR" : "AND", high.text),
                           pg_type_plain("boolean"));
}

static struct pg_written write_any(struct pg_writer *writer, const char *sign,
                                   struct pg_written left, struct pg_written right, bool any)
{
    struct arena *arena = writer->world->arena;
    struct pg_type element = pg_type_element(arena, right.type);
    struct pg_written one = pg_written_text("", element);
    if (right.literal)
        right = pg_coerce(writer->world, right,
                          pg_type_array(arena, pg_type_base(writer->world, left.type)));
    pg_operator(writer->world, sign, &left, &one);
    if (one.type.name && element.name)
        right = pg_coerce(writer->world, right, pg_type_array(arena, one.type));
    return pg_written_text(arena_printf(arena, "(%s %s %s (%s))", left.text, sign,
                                        any ? "ANY" : "ALL", right.text),
                           pg_type_plain("boolean"));
}

static struct pg_written write_distinct(struct pg_writer *writer, const char *words,
                                        struct pg_written left, struct pg_written right)
{
    pg_operator(writer->world, "=", &left, &right);
    return pg_written_text(arena_printf(writer->world->arena, "(%s %s %s)", left.text, words,
                                        right.text),
                           pg_type_plain("boolean"));
}

struct pg_written pg_write_operation(struct pg_writer *writer, const struct pg_node *node)
{
    const char *kind = pg_word(node, "kind");
    const struct pg_node *right_node = pg_member(node, "rexpr");
    const char *sign = pg_list_name(pg_member(node, "name")).name;
    if (pg_count(pg_member(node, "name")) > 1)
        writer->unsure = "OPERATOR()"; /* one of a schema that is named */
    if (!pg_member(node, "lexpr")) {
        struct pg_written right = pg_write(writer, right_node);
        struct pg_type type = pg_operator(writer->world, sign, NULL, &right);
        return pg_written_text(arena_printf(writer->world->arena, "(%s %s)", sign, right.text),
                               type);
    }
    struct pg_written left = pg_write(writer, pg_member(node, "lexpr"));
    if (strcmp(kind, "AEXPR_IN") == 0)
        return write_in(writer, sign, left, right_node);
    if (strcmp(kind, "AEXPR_BETWEEN") == 0 || strcmp(kind, "AEXPR_NOT_BETWEEN") == 0)
        return write_between(writer, node, left, strcmp(kind, "AEXPR_NOT_BETWEEN") == 0);
    struct pg_written right = pg_write(writer, right_node);
    if (strcmp(kind, "AEXPR_OP_ANY") == 0 || strcmp(kind, "AEXPR_OP_ALL") == 0)
        return write_any(writer, sign, left, right, strcmp(kind, "AEXPR_OP_ANY") == 0);
    if (strcmp(kind, "AEXPR_DISTINCT") == 0)
        return write_distinct(writer, "IS DISTINCT FROM", left, right);
    if (strcmp(kind, "AEXPR_NOT_DISTINCT") == 0) {
        struct pg_written same = write_distinct(writer, "IS DISTINCT FROM", left, right);
        same.text = same.bare = arena_printf(writer->world->arena, "(NOT %s)", same.text);
        return same;
    }
    if (strcmp(kind, "AEXPR_NULLIF") == 0) {
        struct pg_type type = left.type;
        pg_operator(writer->world, "=", &left, &right);
        return pg_written_text(arena_printf(writer->world->arena, "NULLIF(%s, %s)", left.text,
                                            right.text),
                               type);
    }
    if (strcmp(kind, "AEXPR_OP") != 0 && strcmp(kind, "AEXPR_LIKE") != 0 &&
        strcmp(kind, "AEXPR_ILIKE") != 0 && strcmp(kind, "AEXPR_SIMILAR") != 0)
        writer->unsure = arena_text(writer->world->arena, kind);
    return binary(writer, sign, left, right);
}
