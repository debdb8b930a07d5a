#include <pilab/schema/pg_statements.h>

#include <pg_query.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/library.h>
#include <pilab/base/memory.h>

#include "pg_lift.h"

struct pg_calls {
    __typeof__(pg_query_parse) *parse;
    __typeof__(pg_query_free_parse_result) *free_parse;
    __typeof__(pg_query_parse_protobuf) *parse_protobuf;
    __typeof__(pg_query_free_protobuf_parse_result) *free_protobuf;
    __typeof__(pg_query_deparse_protobuf) *deparse;
    __typeof__(pg_query_free_deparse_result) *free_deparse;
};

static const struct library_function functions[] = {
    LIBRARY_FUNCTION(struct pg_calls, parse, pg_query_parse),
    LIBRARY_FUNCTION(struct pg_calls, free_parse, pg_query_free_parse_result),
    LIBRARY_FUNCTION(struct pg_calls, parse_protobuf, pg_query_parse_protobuf),
    LIBRARY_FUNCTION(struct pg_calls, free_protobuf, pg_query_free_protobuf_parse_result),
    LIBRARY_FUNCTION(struct pg_calls, deparse, pg_query_deparse_protobuf),
    LIBRARY_FUNCTION(struct pg_calls, free_deparse, pg_query_free_deparse_result),
};

static const struct library_plan plan = {
    .file = "libpg_query.so.1504.0",
    .package = "libpg-query1504.0",
    .purpose = "SQL of PostgreSQL",
    .functions = functions,
    .count = sizeof(functions) / sizeof(functions[0]),
    .stays = true, /* it cleans up behind each thread that used it when that thread ends */
};

struct pg_parser {
    struct library *library;
    struct pg_calls calls;
};

struct pg_parser *pg_parser_open(struct error *error)
{
    struct pg_parser *parser = memory_new(sizeof(*parser));
    if (!library_open(&plan, &parser->library, &parser->calls, error)) {
        free(parser);
        return NULL;
    }
    return parser;
}

void pg_parser_close(struct pg_parser **parser)
{
    if (!*parser)
        return;
    library_close(&(*parser)->library);
    free(*parser);
    *parser = NULL;
}

/* Positions of errors count characters from 1, those of trees bytes from 0. */
static size_t bytes_before(const char *text, int character)
{
    size_t at = 0;
    for (int i = 1; i < character && text[at]; i++)
        do
            at++;
        while (((unsigned char)text[at] & 0xc0) == 0x80);
    return at;
}

static unsigned lines_before(const char *text, size_t at)
{
    unsigned lines = 0;
    for (const char *end = text; (end = memchr(end, '\n', at - (size_t)(end - text))); end++)
        lines++;
    return lines;
}

/* `at` gets the byte of the error. */
static json_t *parse(struct pg_parser *parser, const char *text, size_t *at, struct error *error)
{
    PgQueryParseResult result = parser->calls.parse(text);
    json_t *tree = NULL;
    *at = 0;
    if (result.error) {
        *at = bytes_before(text, result.error->cursorpos);
        error_set(error, ERROR_INVALID, "%s", result.error->message);
    } else {
        json_error_t reason;
        tree = json_loads(result.parse_tree, JSON_ALLOW_NUL, &reason);
        if (!tree)
            error_set(error, ERROR_LIMIT, "it is nested too deeply to be read (%s)", reason.text);
    }
    parser->calls.free_parse(result);
    return tree;
}

json_t *pg_parse(struct pg_parser *parser, const char *text, struct error *error)
{
    size_t at;
    return parse(parser, text, &at, error);
}

char *pg_deparse(struct pg_parser *parser, const char *text, struct error *error)
{
    char *written = NULL;
    PgQueryProtobufParseResult tree = parser->calls.parse_protobuf(text);
    if (tree.error) {
        error_set(error, ERROR_INVALID, "%s", tree.error->message);
    } else {
        PgQueryDeparseResult result = parser->calls.deparse(tree.parse_tree);
        if (result.error)
            error_set(error, ERROR_INVALID, "%s", result.error->message);
        else
            written = memory_copy_text(result.query);
        parser->calls.free_deparse(result);
    }
    parser->calls.free_protobuf(tree);
    return written;
}

unsigned pg_statement_line(const struct pg_statement *statement, long location)
{
    if (location <= 0)
        return statement->line;
    size_t at = (size_t)location;
    return statement->line +
           lines_before(statement->text, at < statement->length ? at : statement->length);
}

/* The first statement of a tree: its kind and what that holds. */
static bool take_node(const json_t *tree, struct pg_statement *statement)
{
    json_t *first = json_array_get(json_object_get(tree, "stmts"), 0);
    void *entry = json_object_iter(json_object_get(first, "stmt"));
    if (!entry)
        return false;
    statement->kind = json_object_iter_key(entry);
    statement->node = json_object_iter_value(entry);
    return true;
}

static bool visit_piece(struct pg_parser *parser, struct pg_statement *statement, size_t chain,
                        pg_visit *visit, void *data, struct error *error)
{
    struct error problem = { 0 };
    json_t *tree = NULL;
    size_t at = 0;
    if (statement->length > PG_STATEMENT_MAX || chain > PG_CHAIN_MAX)
        error_set(&problem, ERROR_LIMIT, "the statement is too long to be read");
    else
        tree = parse(parser, statement->text, &at, &problem);
    if (tree && !take_node(tree, statement)) {
        json_decref(tree);
        return true; /* nothing but what was lifted out */
    }
    if (!tree) {
        statement->problem = problem.message;
        statement->problem_line = pg_statement_line(statement, (long)at);
    }
    bool goes_on = visit(data, statement, error);
    json_decref(tree);
    return goes_on;
}

static bool readable(const char *name, const char *text, size_t length, struct error *error)
{
    if (length > PG_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, "%s: more than %zu MiB of SQL", name,
                         PG_TEXT_MAX >> 20);
    if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0)) {
        error_set(error, ERROR_INVALID, "%s: it is UTF-16", name);
        return error_hint(error, "save it as UTF-8");
    }
    if (memchr(text, '\0', length))
        return error_set(error, ERROR_INVALID, "%s: it is no text: it holds NUL bytes", name);
    return true;
}

bool pg_statements_visit(struct pg_parser *parser, const char *name, const char *text,
                         size_t length, pg_visit *visit, void *data, struct error *error)
{
    if (!length)
        return true;
    if (!readable(name, text, length, error))
        return false;
    struct pg_lift lift = { .text = memory_copy_bytes(text, length), .length = length };
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        lift.at = 3;
    struct pg_piece piece;
    bool done = true;
    size_t counted = 0;
    unsigned line = 1;
    while (done && pg_lift_next(&lift, &piece)) {
        line += lines_before(lift.text + counted, piece.start - counted);
        counted = piece.start;
        char kept = lift.text[piece.end];
        lift.text[piece.end] = '\0';
        struct pg_statement statement = {
            .file = name,
            .text = lift.text + piece.start,
            .length = piece.end - piece.start,
            .offset = piece.start,
            .line = line,
            .placeholders = piece.placeholders,
        };
        done = visit_piece(parser, &statement, piece.chain, visit, data, error);
        lift.text[piece.end] = kept;
    }
    free(lift.text);
    return done;
}
