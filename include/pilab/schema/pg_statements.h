/*
 * SQL text of PostgreSQL as statements, each parsed by the server's own grammar (libpg_query, the
 * grammar of PostgreSQL 15; the library is opened when it is first needed).
 *
 * Text is taken as people keep it: dumps with the data of COPY, commands of psql (\restrict,
 * \connect, \gexec), its variables (:name, :'name'), placeholders of migration tools (${name},
 * {{name}}). Those are lifted out first, byte for byte, so that positions stay those of the file.
 * Statements are told apart here (quotes, dollar quotes, nested comments, BEGIN ATOMIC … END), and
 * parsed one by one: an error costs one statement and never the file.
 *
 * Trees are what libpg_query writes (src/schema/pg_tree.h): a node is an object with one member,
 * its kind. Members that are zero, empty or false are left out.
 */
#ifndef PILAB_SCHEMA_PG_STATEMENTS_H
#define PILAB_SCHEMA_PG_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>

#define PG_TEXT_MAX      ((size_t)64 << 20) /* bytes of a file */
#define PG_STATEMENT_MAX ((size_t)8 << 20)  /* bytes of a statement that is parsed */
/* Words and signs of a statement without a comma between them: a chain of operators is as deep a
 * tree as it is long, and the library walks trees on its stack. */
#define PG_CHAIN_MAX 6000

struct pg_parser;
struct pg_node;

/* ERROR_UNSUPPORTED without the library. */
struct pg_parser *pg_parser_open(struct error *error);
void pg_parser_close(struct pg_parser **parser); /* *parser may be NULL */

struct pg_statement {
    const char *file;
    const char *text; /* from its first word on, without the ';'; NUL-terminated */
    size_t length;
    size_t offset;              /* of the text in the file, bytes */
    unsigned line;              /* of the first word, from 1 */
    const char *kind;           /* "CreateStmt"; NULL when it could not be parsed */
    const struct pg_node *node; /* what the kind holds; NULL when it could not be parsed */
    const char *problem;
    unsigned problem_line;
    bool placeholders; /* some were lifted out of it: names in it are not what will run */
};

/* A statement lives for the call. False ends the walk, which then is false as well, with whatever
 * the visitor set. */
typedef bool pg_visit(void *data, const struct pg_statement *statement, struct error *error);

/* Every statement of the text in order. `name` is what messages call it. A statement that cannot be
 * parsed is visited with its problem. False with ERROR_LIMIT when the text is too large, with
 * ERROR_INVALID when it is UTF-16 or holds NUL bytes, or as the visitor says. */
bool pg_statements_visit(struct pg_parser *parser, const char *name, const char *text,
                         size_t length, pg_visit *visit, void *data, struct error *error);

/* The line within the file of a `location` of the statement's tree (bytes from its text on);
 * below 0: the statement's. */
unsigned pg_statement_line(const struct pg_statement *statement, long location);

/* Whether the grammar reads the text: ERROR_INVALID and the server's words when it does not. */
bool pg_check(struct pg_parser *parser, const char *text, struct error *error);
/* The statement as the library writes it: keywords in capitals, one blank. NULL with ERROR_INVALID.
 * The caller frees it. */
char *pg_deparse(struct pg_parser *parser, const char *text, struct error *error);

#endif
