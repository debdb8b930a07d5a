#include "filter_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

/* Parsing by descent:
 *
 *     any   = all { ("or" | "|") all }
 *     all   = one { ["and"] one }
 *     one   = ("not" | "-") one | "(" any ")" | name operator value { "," value } | word
 */

#define TERM_MAXIMUM  500 /* words and comparisons */
#define DEPTH_MAXIMUM 50  /* of parentheses and negations */
#define NAME_SHORTEST 3   /* that is taken for a mistyped field: "A=b" is text */

struct parser {
    struct filter *filter;
    const char *text;
    const char *at;
    int64_t now;
    size_t depth; /* of all that nests */
    size_t open;  /* parentheses */
    size_t terms;
    struct error *error;
};

static const struct filter_node *parse_any(struct parser *parser);

/* Puts the column where `at` is before what was said. */
static void *fail_at(const struct parser *parser, const char *at)
{
    size_t column = 1;

    for (const char *byte = parser->text; byte < at; byte++)
        column += ((unsigned char)*byte & 0xc0) != 0x80;
    error_prefix(parser->error, "column %zu", column);
    return NULL;
}

static struct filter_node *node_new(struct parser *parser, enum filter_node_kind kind,
                                    const struct filter_node *left, const struct filter_node *right)
{
    struct filter_node *node = arena_alloc(parser->filter->arena, sizeof *node);

    node->kind = kind;
    node->left = left;
    node->right = right;
    return node;
}

static void skip_blanks(struct parser *parser)
{
    parser->at += strspn(parser->at, " \t");
}

/* What ends a word or a value: a blank, the sign between alternatives, and the closing parenthesis
 * of a group, unless one was opened within the word. */
static bool ends_word(const struct parser *parser, char c, size_t opened)
{
    return c == '\0' || c == ' ' || c == '\t' || c == '|' ||
           (c == ')' && parser->open > 0 && opened == 0);
}

static bool takes_keyword(struct parser *parser, const char *word)
{
    size_t length = strlen(word);

    if (strncasecmp(parser->at, word, length) != 0 || strchr(" \t()|", parser->at[length]) == NULL)
        return false;
    parser->at += length;
    return true;
}

/* Appends what stands in quotes, from the quote on; in `pattern` nothing of it is a sign. */
static bool take_quoted(struct parser *parser, struct strbuf *text, struct strbuf *pattern)
{
    const char *start = parser->at++;

    for (; *parser->at != '"'; parser->at++) {
        if (*parser->at == '\\' && (parser->at[1] == '"' || parser->at[1] == '\\'))
            parser->at++;
        if (*parser->at == '\0') {
            error_set(parser->error, ERROR_INVALID, "the quote is not closed");
            fail_at(parser, start);
            return false;
        }
        strbuf_add_char(text, *parser->at);
        if (strchr("\\*?[]{},", *parser->at) != NULL)
            strbuf_add_char(pattern, '\\');
        strbuf_add_char(pattern, *parser->at);
    }
    parser->at++;
    return true;
}

/* A value up to its comma or its end. */
static bool take_value(struct parser *parser, struct strbuf *text, struct strbuf *pattern)
{
    size_t nested = 0;
    size_t opened = 0;

    while (!ends_word(parser, *parser->at, opened) && (*parser->at != ',' || nested > 0)) {
        char c = *parser->at;

        if (c == '"') {
            if (!take_quoted(parser, text, pattern))
                return false;
            continue;
        }
        nested += c == '{' || c == '[';
        nested -= nested > 0 && (c == '}' || c == ']');
        opened += c == '(';
        opened -= opened > 0 && c == ')';
        strbuf_add_char(text, c);
        strbuf_add_char(pattern, c);
        parser->at++;
    }
    return true;
}

static bool add_value(struct parser *parser, const struct filter_term *term, struct vector *values,
                      struct strbuf *text, struct strbuf *pattern)
{
    const char *start = parser->at;
    struct filter_value *value;

    strbuf_clear(text);
    strbuf_clear(pattern);
    if (!take_value(parser, text, pattern))
        return false;
    if (text->length == 0 && start == parser->at) {
        error_set(parser->error, ERROR_INVALID, "%s wants a value", term->field->name);
        error_hint(parser->error, "Tab offers some; \"\" is the empty one");
        fail_at(parser, start);
        return false;
    }
    value = vector_add(values);
    if (filter_read_value(parser->filter, term, arena_text(parser->filter->arena, text->data),
                          pattern->data, value, parser->error))
        return true;
    fail_at(parser, start);
    return false;
}

static bool add_values(struct parser *parser, const struct filter_term *term, struct vector *values)
{
    struct strbuf text = STRBUF_INIT, pattern = STRBUF_INIT;
    bool ok = add_value(parser, term, values, &text, &pattern);

    while (ok && *parser->at == ',') {
        parser->at++;
        ok = add_value(parser, term, values, &text, &pattern);
    }
    strbuf_release(&text);
    strbuf_release(&pattern);
    return ok;
}

static bool check_operator(const struct filter_term *term, size_t values, struct error *error)
{
    bool compares = term->operator>= FILTER_AT_LEAST;
    enum filter_kind kind = term->field->kind;

    if (compares && kind != FILTER_ORDER && kind != FILTER_NUMBER && kind != FILTER_TIME)
        return error_set(error, ERROR_INVALID,
                         "%s has no order: it takes : and =", term->field->name);
    if (compares && values > 1)
        return error_set(error, ERROR_INVALID, "several values stand behind : and = only");
    return true;
}

static const struct filter_node *parse_comparison(struct parser *parser, size_t field,
                                                  struct filter_term *term)
{
    const char *start = parser->at;
    struct filter_node *node = NULL;
    struct vector values;

    vector_init(&values, sizeof(struct filter_value));
    if (!add_values(parser, term, &values))
        goto out;
    if (!check_operator(term, values.count, parser->error)) {
        fail_at(parser, start);
        goto out;
    }
    node = node_new(parser, FILTER_COMPARE, NULL, NULL);
    node->field = field;
    node->operator= term->operator;
    node->values = vector_to_arena(&values, parser->filter->arena);
    node->value_count = values.count;
out:
    vector_release(&values);
    return node;
}

static const struct filter_node *parse_word(struct parser *parser)
{
    struct strbuf text = STRBUF_INIT, pattern = STRBUF_INIT;
    struct filter_node *node = NULL;
    size_t opened = 0;

    if (*parser->at == '"') {
        if (!take_quoted(parser, &text, &pattern))
            goto out;
    } else {
        for (; !ends_word(parser, *parser->at, opened); parser->at++) {
            opened += *parser->at == '(';
            opened -= opened > 0 && *parser->at == ')';
            strbuf_add_char(&text, *parser->at);
        }
    }
    node = node_new(parser, FILTER_WORD, NULL, NULL);
    node->values = arena_alloc(parser->filter->arena, sizeof *node->values);
    node->value_count = 1;
    node->values->text = arena_text(parser->filter->arena, text.data);
    node->values->search = search_for(node->values->text);
    parser->filter->words = true;
out:
    strbuf_release(&text);
    strbuf_release(&pattern);
    return node;
}

static size_t first_time(const struct filter_fields *fields)
{
    size_t index = 0;

    while (index < fields->count && fields->fields[index].kind != FILTER_TIME)
        index++;
    return index;
}

/* Which field a name means, and for "since" and "until" how it compares. */
static size_t resolve_field(const struct filter_fields *fields, const char *name, size_t length,
                            enum filter_operator *operator)
{
    size_t field = filter_find_field(fields, name, length);
    bool since = length == 5 && strncasecmp(name, "since", length) == 0;
    bool until = length == 5 && strncasecmp(name, "until", length) == 0;

    if (field < fields->count || (!since && !until))
        return field;
    *operator= since ? FILTER_AT_LEAST : FILTER_AT_MOST;
    return first_time(fields);
}

static const char *field_name(const void *of, size_t index)
{
    const struct filter_fields *fields = of;

    return index < fields->count ? fields->fields[index].name : NULL;
}

/* A name that no field has: text, where that makes sense ("https://…", "A=b"), else a mistake. */
static const struct filter_node *parse_unknown(struct parser *parser, size_t length,
                                               enum filter_operator operator)
{
    char *name = memory_copy_bytes(parser->at, length);
    const char *nearest = filter_nearest(name, field_name, parser->filter->fields);
    bool address = strncmp(parser->at + length, "://", 3) == 0;

    if (address || (operator!= FILTER_HOLDS &&(nearest == NULL || length < NAME_SHORTEST))) {
        free(name);
        return parse_word(parser);
    }
    error_set(parser->error, ERROR_INVALID, "there is no field \"%s\"", name);
    if (nearest != NULL)
        error_hint(parser->error, "the nearest is %s; in quotes it is text", nearest);
    else
        error_hint(parser->error, "Tab shows the fields; in quotes it is text");
    free(name);
    return fail_at(parser, parser->at);
}

static const struct filter_node *parse_term(struct parser *parser)
{
    const struct filter_fields *fields = parser->filter->fields;
    size_t length = fields == NULL ? 0 : filter_name_at(parser->at);
    struct filter_term term = { .now = parser->now };
    size_t sign, field;

    if (++parser->terms > TERM_MAXIMUM) {
        error_set(parser->error, ERROR_LIMIT, "a filter has %d terms at most", TERM_MAXIMUM);
        return fail_at(parser, parser->at);
    }
    if (length == 0)
        return parse_word(parser);
    sign = filter_operator_at(parser->at + length, &term.operator);
    field = resolve_field(fields, parser->at, length, &term.operator);
    if (field == fields->count)
        return parse_unknown(parser, length, term.operator);
    term.field = &fields->fields[field];
    parser->at += length + sign;
    return parse_comparison(parser, field, &term);
}

static const struct filter_node *parse_group(struct parser *parser)
{
    const char *start = parser->at++;
    const struct filter_node *node;

    parser->open++;
    node = parse_any(parser);
    parser->open--;
    if (node == NULL)
        return NULL;
    skip_blanks(parser);
    if (*parser->at != ')') {
        error_set(parser->error, ERROR_INVALID, "the parenthesis is not closed");
        return fail_at(parser, start);
    }
    parser->at++;
    return node;
}

static const struct filter_node *parse_one(struct parser *parser)
{
    const struct filter_node *node;
    const char *start;
    bool negated;

    skip_blanks(parser);
    start = parser->at;
    negated = takes_keyword(parser, "not");
    /* A sign alone is text: "a - b". */
    if (!negated && *parser->at == '-' && !ends_word(parser, parser->at[1], 0)) {
        parser->at++;
        negated = true;
    }
    if (parser->depth == DEPTH_MAXIMUM) {
        error_set(parser->error, ERROR_LIMIT, "this is nested more than %d deep", DEPTH_MAXIMUM);
        return fail_at(parser, start);
    }
    skip_blanks(parser);
    if (ends_word(parser, *parser->at, 0)) {
        error_set(parser->error, ERROR_INVALID, "a term is missing");
        return fail_at(parser, parser->at);
    }
    parser->depth++;
    if (negated)
        node = parse_one(parser);
    else
        node = *parser->at == '(' ? parse_group(parser) : parse_term(parser);
    parser->depth--;
    return node != NULL && negated ? node_new(parser, FILTER_NOT, node, NULL) : node;
}

static bool at_alternative(struct parser *parser)
{
    skip_blanks(parser);
    if (*parser->at != '|')
        return takes_keyword(parser, "or");
    parser->at++;
    return true;
}

static const struct filter_node *parse_all(struct parser *parser, bool *alternative)
{
    const struct filter_node *node = parse_one(parser);

    while (node != NULL) {
        const struct filter_node *next;

        *alternative = at_alternative(parser);
        if (*alternative || *parser->at == '\0' || (*parser->at == ')' && parser->open > 0))
            return node;
        takes_keyword(parser, "and");
        next = parse_one(parser);
        node = next == NULL ? NULL : node_new(parser, FILTER_ALL, node, next);
    }
    return NULL;
}

static const struct filter_node *parse_any(struct parser *parser)
{
    bool more;
    const struct filter_node *node = parse_all(parser, &more);

    while (node != NULL && more) {
        const struct filter_node *next = parse_all(parser, &more);

        node = next == NULL ? NULL : node_new(parser, FILTER_ANY, node, next);
    }
    return node;
}

struct filter *filter_new(const char *text, const struct filter_fields *fields, int64_t now,
                          struct error *error)
{
    struct filter *filter = memory_new(sizeof *filter);
    struct error ignored;
    struct parser parser = { .filter = filter,
                             .text = text,
                             .at = text,
                             .now = now,
                             .error = error != NULL ? error : &ignored };

    filter->arena = arena_new();
    filter->fields = fields != NULL && fields->count > 0 ? fields : NULL;
    vector_init(&filter->globs, sizeof(struct glob *));
    skip_blanks(&parser);
    if (*parser.at == '\0')
        return filter;
    filter->root = parse_any(&parser);
    if (filter->root == NULL)
        filter_free(&filter);
    return filter;
}

void filter_free(struct filter **out)
{
    struct filter *filter = *out;

    if (filter == NULL)
        return;
    for (size_t i = 0; i < filter->globs.count; i++)
        glob_free(vector_at(&filter->globs, i));
    vector_release(&filter->globs);
    arena_free(&filter->arena);
    free(filter);
    *out = NULL;
}

bool filter_is_empty(const struct filter *filter)
{
    return filter->root == NULL;
}

bool filter_has_words(const struct filter *filter)
{
    return filter->words;
}
