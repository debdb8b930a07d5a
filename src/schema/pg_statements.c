#include <pilab/schema/pg_statements.h>

#include <pg_query.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/decode.h>
#include <pilab/base/library.h>
#include <pilab/base/memory.h>

#include "pg_lift.h"
#include "pg_tree.h"

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

bool pg_check(struct pg_parser *parser, const char *text, struct error *error)
{
    PgQueryParseResult result = parser->calls.parse(text);
    bool fine = !result.error;
    if (!fine)
        error_set(error, ERROR_INVALID, "%s", result.error->message);
    parser->calls.free_parse(result);
    return fine;
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
static bool take_node(const struct pg_node *tree, struct pg_statement *statement)
{
    const struct pg_node *first = pg_at(pg_member(tree, "stmts"), 0);
    statement->node = pg_open(pg_member(first, "stmt"), &statement->kind);
    return statement->node;
}

/* The tree stands in what the library returned, and lives no longer. */
static bool visit_parsed(PgQueryParseResult *result, struct pg_statement *statement,
                         pg_visit *visit, void *data, struct error *error)
{
    struct arena *arena = arena_new();
    const char *wrong = NULL;
    const struct pg_node *tree = NULL;
    if (result->error) {
        size_t at = bytes_before(statement->text, result->error->cursorpos);
        statement->problem = result->error->message;
        statement->problem_line = pg_statement_line(statement, (long)at);
    } else if (!(tree = pg_tree_read(result->parse_tree, arena, &wrong))) {
        statement->problem = wrong;
        statement->problem_line = statement->line;
    }
    /* Otherwise there is nothing but what was lifted out. */
    bool goes_on = (tree && !take_node(tree, statement)) || visit(data, statement, error);
    arena_free(&arena);
    return goes_on;
}

static bool visit_piece(struct pg_parser *parser, struct pg_statement *statement, size_t chain,
                        pg_visit *visit, void *data, struct error *error)
{
    if (statement->length > PG_STATEMENT_MAX || chain > PG_CHAIN_MAX) {
        statement->problem = "the statement is too long to be read";
        statement->problem_line = statement->line;
        return visit(data, statement, error);
    }
    PgQueryParseResult result = parser->calls.parse(statement->text);
    bool goes_on = visit_parsed(&result, statement, visit, data, error);
    parser->calls.free_parse(result);
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
    size_t mark = length;
    text_skip_mark(&text, &length);
    mark -= length;
    struct pg_lift lift = { .text = memory_copy_bytes(text, length), .length = length };
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
            .offset = mark + piece.start,
            .line = line,
            .placeholders = piece.placeholders,
        };
        done = visit_piece(parser, &statement, piece.chain, visit, data, error);
        lift.text[piece.end] = kept;
    }
    free(lift.text);
    return done;
}
