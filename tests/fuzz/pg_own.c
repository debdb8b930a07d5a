/*
 * Any bytes as the query of a view and as an expression: what is taken of its own words is SQL that
 * the grammar reads, without comments, and taken once more it stays as it is.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/schema/pg_statements.h>
#include <pilab/schema/sql_scan.h>

#include "../../src/schema/pg_own.h"
#include "../../src/schema/pg_tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
    struct pg_parser *parser;
    struct schema *schema;
    struct arena *arena;
    const char *own; /* of the statement; NULL: none, or there are several */
    size_t count;    /* of statements */
};

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static bool read_own(void *data, const struct pg_statement *statement, struct error *error)
{
    struct reading *reading = data;
    const struct pg_node *first =
        pg_as(pg_at(pg_member(statement->node, "targetList"), 0), "ResTarget");
    struct pg_world world = { .schema = reading->schema,
                              .arena = reading->arena,
                              .search = { "public" },
                              .search_count = 1,
                              .text = statement->text,
                              .length = statement->length,
                              .parser = reading->parser };

    (void)error;
    reading->own = NULL;
    if (++reading->count > 1 || statement->kind == NULL || statement->placeholders)
        return true;
    if (strcmp(statement->kind, "ViewStmt") == 0)
        reading->own = pg_own_query(&world, "v", pg_member(statement->node, "query"),
                                    pg_member(statement->node, "aliases"));
    else if (strcmp(statement->kind, "SelectStmt") == 0 && pg_member(first, "val") != NULL)
        reading->own = pg_own_expression(&world, pg_member(first, "val"));
    return true;
}

static const char *own_of(struct reading *reading, const char *before, const char *text)
{
    const char *sql = arena_printf(reading->arena, "%s%s", before, text);

    reading->own = NULL;
    reading->count = 0;
    pg_statements_visit(reading->parser, "fuzz", sql, strlen(sql), read_own, reading, NULL);
    return reading->own;
}

static void check_words(const char *own)
{
    struct sql_scan scan;
    struct sql_token token;

    sql_scan_start(&scan, DIALECT_POSTGRESQL, own, strlen(own));
    while (sql_scan_next(&scan, &token))
        must(token.kind != SQL_COMMENT);
}

static void check(struct reading *reading, const char *before, const char *again, const char *text)
{
    const char *own = own_of(reading, before, text), *twice;

    if (own == NULL)
        return;
    must(!utf8_valid(text, strlen(text)) || utf8_valid(own, strlen(own)));
    check_words(own);
    must(pg_check(reading->parser, arena_printf(reading->arena, "%s%s", again, own), NULL));
    twice = own_of(reading, again, own);
    must(twice != NULL && strcmp(own, twice) == 0);
}

static struct schema *world_of_names(void)
{
    struct schema *schema = schema_new(SCHEMA_POSTGRESQL, "fuzz");
    struct schema_object *table;

    schema_add(schema, SCHEMA_NAMESPACE, "", "public", NULL, NULL);
    table = schema_add(schema, SCHEMA_TABLE, "public", "a", NULL, NULL);
    schema_add_part(schema, table, SCHEMA_COLUMN, "b", NULL);
    schema_add(schema, SCHEMA_SEQUENCE, "public", "s", NULL, NULL);
    schema_add(schema, SCHEMA_FUNCTION, "public", "f", "", NULL);
    schema_add(schema, SCHEMA_ENUM, "public", "e", NULL, NULL);
    return schema;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading reading = { .parser = pg_parser_open(NULL), .arena = arena_new() };
    const char *text = arena_bytes(reading.arena, (const char *)data, size);

    if (reading.parser != NULL) {
        reading.schema = world_of_names();
        check(&reading, "CREATE VIEW v AS ", "CREATE VIEW v AS ", text);
        check(&reading, "CREATE VIEW v ", "CREATE VIEW v AS ", text);
        check(&reading, "SELECT ", "SELECT ", text);
        schema_free(&reading.schema);
    }
    pg_parser_close(&reading.parser);
    arena_free(&reading.arena);
    return 0;
}
