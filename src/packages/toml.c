/*
 * TOML 1.0 (https://toml.io/en/v1.0.0), as far as lock files and manifests need it: everything is
 * read, but numbers and dates are kept as they are written, and what a stricter reader would refuse
 * (a date that is none) is taken.
 */
#include "reader.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/decode.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#define TOML_DEPTH_MAX 64
#define TOML_NODE_MAX  2000000

/* A node while its table may still grow. */
struct toml_node {
    struct node node;
    size_t number;          /* among all */
    struct vector children; /* struct toml_node *, of tables and arrays */
    struct map *by_key;
    bool closed; /* written in one piece ({…}, […]): a header cannot add to it */
    bool array_of_tables;
    bool defined; /* by a header of its own: a second one is an error */
};

struct toml_parser {
    struct arena *arena;
    const char *name, *cursor, *end, *line_start;
    unsigned line;
    struct vector nodes; /* struct toml_node *: all */
    struct toml_node *root;
    unsigned depth;
    struct strbuf scratch;
    struct error *error;
};

static bool fail(struct toml_parser *parser, const char *what)
{
    return error_set(parser->error, ERROR_INVALID, "%s:%u: %s", parser->name, parser->line, what);
}

static struct toml_node *new_node(struct toml_parser *parser, enum node_kind kind)
{
    struct toml_node *node;

    if (parser->nodes.count == TOML_NODE_MAX) {
        error_set(parser->error, ERROR_LIMIT, "%s:%u: it has too many values", parser->name,
                  parser->line);
        return NULL;
    }
    node = memory_new(sizeof *node);
    node->node.kind = kind;
    node->node.line = parser->line;
    node->node.column = (unsigned)(parser->cursor - parser->line_start) + 1;
    node->node.file = parser->name;
    node->number = parser->nodes.count;
    vector_init(&node->children, sizeof(struct toml_node *));
    vector_push(&parser->nodes, &node);
    return node;
}

static void add_child(struct toml_parser *parser, struct toml_node *parent, const char *key,
                      struct toml_node *child)
{
    if (key != NULL) {
        if (parent->by_key == NULL)
            parent->by_key = map_new();
        child->node.key = arena_text(parser->arena, key);
        map_put(parent->by_key, key, child);
    }
    vector_push(&parent->children, &child);
}

/* --- Blanks ---------------------------------------------------------------------------------- */

static bool at_end(const struct toml_parser *parser)
{
    return parser->cursor == parser->end;
}

static bool accept(struct toml_parser *parser, char c)
{
    if (at_end(parser) || *parser->cursor != c)
        return false;
    parser->cursor++;
    return true;
}

static void next_line(struct toml_parser *parser)
{
    parser->cursor++;
    parser->line++;
    parser->line_start = parser->cursor;
}

static void skip_blanks(struct toml_parser *parser)
{
    while (!at_end(parser) && (*parser->cursor == ' ' || *parser->cursor == '\t'))
        parser->cursor++;
}

/* And a comment; not the newline. */
static void skip_rest(struct toml_parser *parser)
{
    skip_blanks(parser);
    if (at_end(parser) || *parser->cursor != '#')
        return;
    while (!at_end(parser) && *parser->cursor != '\n')
        parser->cursor++;
}

static void skip_lines(struct toml_parser *parser)
{
    for (;;) {
        skip_rest(parser);
        if (!at_end(parser) && *parser->cursor == '\r')
            parser->cursor++;
        if (at_end(parser) || *parser->cursor != '\n')
            return;
        next_line(parser);
    }
}

static bool end_line(struct toml_parser *parser)
{
    skip_rest(parser);
    accept(parser, '\r');
    if (at_end(parser))
        return true;
    if (*parser->cursor != '\n')
        return fail(parser, "something stands behind the end of a value");
    next_line(parser);
    return true;
}

/* --- Strings --------------------------------------------------------------------------------- */

static bool read_codepoint(struct toml_parser *parser, int digits)
{
    unsigned value = 0;

    for (int i = 0; i < digits; i++) {
        char c = at_end(parser) ? '\0' : *parser->cursor;

        if (!isxdigit((unsigned char)c))
            return fail(parser, "an escape lacks hexadecimal digits");
        value =
            value * 16 +
            (unsigned)(isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10);
        parser->cursor++;
    }
    strbuf_add_codepoint(&parser->scratch, value);
    return true;
}

/* A backslash at the end of a line takes all blanks after it away. */
static bool skip_folded(struct toml_parser *parser)
{
    const char *seen = parser->cursor;

    while (seen < parser->end && (*seen == ' ' || *seen == '\t' || *seen == '\r'))
        seen++;
    if (seen == parser->end || *seen != '\n')
        return false;
    parser->cursor = seen;
    while (!at_end(parser) && isspace((unsigned char)*parser->cursor)) {
        if (*parser->cursor == '\n')
            next_line(parser);
        else
            parser->cursor++;
    }
    return true;
}

static bool read_escape(struct toml_parser *parser, bool lines)
{
    static const char letters[] = "btnfre\"\\", meanings[] = "\b\t\n\f\r\x1b\"\\";
    char c = at_end(parser) ? '\0' : *parser->cursor;
    const char *at;

    if (lines && skip_folded(parser))
        return true;
    if (c == 'u' || c == 'U') {
        parser->cursor++;
        return read_codepoint(parser, c == 'u' ? 4 : 8);
    }
    at = c != '\0' ? strchr(letters, c) : NULL;
    if (at == NULL)
        return fail(parser, "an escape that TOML does not know");
    strbuf_add_char(&parser->scratch, meanings[at - letters]);
    parser->cursor++;
    return true;
}

static bool at_three(const struct toml_parser *parser, char quote)
{
    return parser->end - parser->cursor >= 3 && parser->cursor[0] == quote &&
           parser->cursor[1] == quote && parser->cursor[2] == quote;
}

/* At the opening quote; into scratch. */
static bool read_string(struct toml_parser *parser)
{
    char quote = *parser->cursor;
    bool lines = at_three(parser, quote);

    strbuf_clear(&parser->scratch);
    parser->cursor += lines ? 3 : 1;
    if (lines) {
        accept(parser, '\r');
        if (!at_end(parser) && *parser->cursor == '\n')
            next_line(parser);
    }
    for (;;) {
        char c;

        if (at_end(parser))
            return fail(parser, "a string has no end");
        c = *parser->cursor;
        if (lines ? at_three(parser, quote) &&
                        (parser->end - parser->cursor == 3 || parser->cursor[3] != quote)
                  : c == quote) {
            parser->cursor += lines ? 3 : 1;
            return true;
        }
        if (c == '\n') {
            if (!lines)
                return fail(parser, "a string has no end on its line");
            strbuf_add_char(&parser->scratch, c);
            next_line(parser);
        } else if (c == '\\' && quote == '"') {
            parser->cursor++;
            if (!read_escape(parser, lines))
                return false;
        } else {
            strbuf_add_char(&parser->scratch, c);
            parser->cursor++;
        }
    }
}

/* --- Keys ------------------------------------------------------------------------------------ */

static bool is_bare(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

/* One part of a key, into scratch. */
static bool read_key_part(struct toml_parser *parser)
{
    skip_blanks(parser);
    if (!at_end(parser) && (*parser->cursor == '"' || *parser->cursor == '\''))
        return read_string(parser);
    strbuf_clear(&parser->scratch);
    while (!at_end(parser) && is_bare(*parser->cursor))
        strbuf_add_char(&parser->scratch, *parser->cursor++);
    return parser->scratch.length > 0 || fail(parser, "expected a key");
}

static struct toml_node *child_of(const struct toml_node *table, const char *key)
{
    return map_get(table->by_key, key);
}

/* The table under the key in scratch, a new one if there is none; of an array of tables its last
 * one. */
static struct toml_node *step_into(struct toml_parser *parser, struct toml_node *table)
{
    struct toml_node *child = child_of(table, parser->scratch.data);

    if (child == NULL) {
        child = new_node(parser, NODE_MAP);
        if (child != NULL)
            add_child(parser, table, parser->scratch.data, child);
        return child;
    }
    if (child->array_of_tables)
        child = *(struct toml_node **)vector_at(&child->children, child->children.count - 1);
    if (child->node.kind != NODE_MAP || child->closed) {
        fail(parser, "a key within something that is no table, or is closed");
        return NULL;
    }
    return child;
}

static bool read_value(struct toml_parser *parser, struct toml_node **out);

/* key = value, also a.b.c = value. */
static bool read_entry(struct toml_parser *parser, struct toml_node *table)
{
    unsigned depth = 0, line = parser->line;
    struct toml_node *value;
    char *key;
    bool ok;

    for (;;) {
        if (!read_key_part(parser))
            return false;
        skip_blanks(parser);
        if (!accept(parser, '.'))
            break;
        if (++depth > TOML_DEPTH_MAX)
            return fail(parser, "tables stand too deep within each other");
        table = step_into(parser, table);
        if (table == NULL)
            return false;
    }
    if (!accept(parser, '='))
        return fail(parser, "expected '=' after the key");
    if (child_of(table, parser->scratch.data) != NULL)
        return error_set(parser->error, ERROR_INVALID, "%s:%u: the key \"%s\" stands there twice",
                         parser->name, line, parser->scratch.data);
    key = memory_copy_text(parser->scratch.data);
    skip_blanks(parser);
    ok = read_value(parser, &value);
    if (ok) {
        value->node.line = line;
        add_child(parser, table, key, value);
    }
    free(key);
    return ok;
}

/* --- Values ---------------------------------------------------------------------------------- */

static bool set_text(struct toml_parser *parser, struct toml_node *node, const char *text,
                     size_t length)
{
    node->node.text = arena_bytes(parser->arena, text, length);
    node->node.length = length;
    node->node.value = node->node.text;
    return true;
}

static bool read_array(struct toml_parser *parser, struct toml_node *array)
{
    parser->cursor++;
    for (;;) {
        struct toml_node *item;

        skip_lines(parser);
        if (accept(parser, ']'))
            return true;
        if (!read_value(parser, &item))
            return false;
        add_child(parser, array, NULL, item);
        skip_lines(parser);
        if (accept(parser, ']'))
            return true;
        if (!accept(parser, ','))
            return fail(parser, "expected ',' or ']' in an array");
    }
}

static bool read_inline_table(struct toml_parser *parser, struct toml_node *table)
{
    parser->cursor++;
    for (;;) {
        /* Lines and a comma at the end are TOML 1.1, which newer tools write. */
        skip_lines(parser);
        if (accept(parser, '}'))
            return true;
        if (!read_entry(parser, table))
            return false;
        skip_lines(parser);
        if (accept(parser, '}'))
            return true;
        if (!accept(parser, ','))
            return fail(parser, "expected ',' or '}' in a table");
    }
}

static bool read_collection(struct toml_parser *parser, struct toml_node *node)
{
    bool ok;

    if (++parser->depth > TOML_DEPTH_MAX)
        return fail(parser, "values stand too deep within each other");
    ok = node->node.kind == NODE_LIST ? read_array(parser, node) : read_inline_table(parser, node);
    parser->depth--;
    node->closed = true;
    return ok;
}

static bool ends_word(char c)
{
    return c == '\0' || strchr(" \t\r\n,]}#", c) != NULL;
}

/* true, 12, 1.5e3, 1979-05-27 07:32:00Z: the only blank is that within a date. */
static bool read_word(struct toml_parser *parser, struct toml_node *node)
{
    const char *start = parser->cursor;
    size_t length = 0, left = (size_t)(parser->end - start);

    while (length < left && !ends_word(start[length]))
        length++;
    if (length == 10 && start[4] == '-' && left > 12 && start[10] == ' ' &&
        isdigit((unsigned char)start[11])) {
        length++;
        while (length < left && !ends_word(start[length]))
            length++;
    }
    if (length == 0 || strchr("+-0123456789tfin", *start) == NULL)
        return fail(parser, "expected a value");
    if ((length == 4 && memcmp(start, "true", 4) == 0) ||
        (length == 5 && memcmp(start, "false", 5) == 0))
        node->node.kind = NODE_BOOL;
    else
        node->node.kind = strspn(start, "+-0123456789_") >= length ? NODE_INTEGER : NODE_FLOAT;
    parser->cursor += length;
    return set_text(parser, node, start, length);
}

static bool read_value(struct toml_parser *parser, struct toml_node **out)
{
    char c = at_end(parser) ? '\0' : *parser->cursor;
    struct toml_node *node = new_node(parser, c == '['   ? NODE_LIST
                                              : c == '{' ? NODE_MAP
                                                         : NODE_STRING);

    *out = node;
    if (node == NULL)
        return false;
    if (c == '[' || c == '{')
        return read_collection(parser, node);
    if (c == '"' || c == '\'')
        return read_string(parser) &&
               set_text(parser, node, parser->scratch.data, parser->scratch.length);
    return read_word(parser, node);
}

/* --- Headers --------------------------------------------------------------------------------- */

static struct toml_node *begin_array_table(struct toml_parser *parser, struct toml_node *table)
{
    struct toml_node *array = child_of(table, parser->scratch.data), *one;

    if (array == NULL) {
        array = new_node(parser, NODE_LIST);
        if (array == NULL)
            return NULL;
        array->array_of_tables = true;
        add_child(parser, table, parser->scratch.data, array);
    } else if (!array->array_of_tables) {
        fail(parser, "a list of tables where there is something else already");
        return NULL;
    }
    one = new_node(parser, NODE_MAP);
    if (one != NULL)
        add_child(parser, array, NULL, one);
    return one;
}

static struct toml_node *begin_table(struct toml_parser *parser, struct toml_node *table)
{
    struct toml_node *child = step_into(parser, table);

    if (child != NULL && child->defined) {
        fail(parser, "a table stands there twice");
        return NULL;
    }
    if (child != NULL) {
        child->defined = true;
        child->node.line = parser->line;
    }
    return child;
}

/* [a.b] or [[a.b]]: the table that the next lines fill. */
static struct toml_node *read_header(struct toml_parser *parser)
{
    struct toml_node *table = parser->root;
    bool array;

    parser->cursor++;
    array = accept(parser, '[');
    for (unsigned depth = 0;; depth++) {
        if (depth > TOML_DEPTH_MAX) {
            fail(parser, "tables stand too deep within each other");
            return NULL;
        }
        if (!read_key_part(parser))
            return NULL;
        skip_blanks(parser);
        if (!accept(parser, '.'))
            break;
        table = step_into(parser, table);
        if (table == NULL)
            return NULL;
    }
    if (!accept(parser, ']') || (array && !accept(parser, ']'))) {
        fail(parser, "the header of a table has no end");
        return NULL;
    }
    table = array ? begin_array_table(parser, table) : begin_table(parser, table);
    return table != NULL && end_line(parser) ? table : NULL;
}

static bool read_all(struct toml_parser *parser)
{
    struct toml_node *table;

    parser->root = new_node(parser, NODE_MAP);
    table = parser->root;
    for (;;) {
        skip_lines(parser);
        if (at_end(parser))
            return true;
        if (*parser->cursor == '[') {
            table = read_header(parser);
            if (table == NULL)
                return false;
        } else if (!read_entry(parser, table) || !end_line(parser)) {
            return false;
        }
    }
}

static struct toml_node *at(const struct vector *nodes, size_t index)
{
    return *(struct toml_node **)vector_at(nodes, index);
}

/* Moves everything into the arena, in which each node stands at its number. */
static const struct node *seal(struct toml_parser *parser)
{
    struct node *copies = arena_array(parser->arena, parser->nodes.count, sizeof *copies);

    for (size_t i = 0; i < parser->nodes.count; i++) {
        const struct toml_node *node = at(&parser->nodes, i);
        size_t count = node->children.count;

        copies[i] = node->node;
        copies[i].count = count;
        copies[i].children = arena_array(parser->arena, count, sizeof *copies[i].children);
        for (size_t k = 0; k < count; k++)
            copies[i].children[k] = &copies[at(&node->children, k)->number];
    }
    return copies;
}

static void parser_release(struct toml_parser *parser)
{
    for (size_t i = 0; i < parser->nodes.count; i++) {
        struct toml_node *node = at(&parser->nodes, i);

        vector_release(&node->children);
        map_free(&node->by_key);
        free(node);
    }
    vector_release(&parser->nodes);
    strbuf_release(&parser->scratch);
}

const struct node *toml_read(struct arena *arena, const char *name, const char *text, size_t length,
                             struct error *error)
{
    struct toml_parser parser = { .arena = arena,
                                  .name = arena_text(arena, name),
                                  .end = text + length,
                                  .line = 1,
                                  .scratch = STRBUF_INIT,
                                  .error = error };
    const struct node *root = NULL;

    if (!utf8_valid(text, length)) {
        error_set(error, ERROR_INVALID, "%s: it is not UTF-8", name);
        return NULL;
    }
    text_skip_mark(&text, &length);
    parser.cursor = text;
    parser.line_start = text;
    vector_init(&parser.nodes, sizeof(struct toml_node *));
    if (read_all(&parser))
        root = seal(&parser);
    parser_release(&parser);
    return root;
}
