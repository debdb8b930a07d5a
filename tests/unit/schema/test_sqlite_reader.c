/*
 * DDL of SQLite as a schema, and what its texts may not do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/schema/sqlite.h>

#include "../../support/scratch.h"

static struct schema *read_text(const char *text)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_sqlite("test.sql", text, strlen(text), &error);

    if (schema == NULL)
        fail_msg("%s", error.message);
    return schema;
}

static const char *column(const struct schema *schema, const char *table, const char *name,
                          enum schema_property property)
{
    const struct schema_object *object = schema_find(schema, SCHEMA_TABLE, "", table, NULL);

    assert_non_null(object);
    object = schema_find_part(schema, object, SCHEMA_COLUMN, name);
    return object != NULL ? schema_get(object, property) : "no column";
}

static void tables_are_what_sqlite_makes_of_them(void **state)
{
    struct schema *schema =
        read_text("CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x');\n"
                  "INSERT INTO a VALUES (1, 'y');\nALTER TABLE a ADD COLUMN c REAL;\n"
                  "ALTER TABLE a RENAME COLUMN b TO d;\n\nCREATE VIEW v AS SELECT d FROM a;\n"
                  "CREATE INDEX i ON a (d);\nPRAGMA user_version = 5;\n");
    const struct schema_object *view = schema_find(schema, SCHEMA_VIEW, "", "v", NULL);

    (void)state;
    assert_int_equal(schema->problem_count, 0);
    assert_string_equal(column(schema, "a", "d", SCHEMA_DEFAULT), "'x'");
    assert_string_equal(column(schema, "a", "d", SCHEMA_NOT_NULL), "true");
    assert_string_equal(column(schema, "a", "b", SCHEMA_TYPE), "no column");
    assert_non_null(view);
    assert_string_equal(view->place.file, "test.sql");
    assert_int_equal(view->place.line, 6);
    assert_non_null(schema_find(schema, SCHEMA_INDEX, "", "i", NULL));
    schema_free(&schema);
}

static void a_table_that_is_made_anew_keeps_its_name(void **state)
{
    struct schema *schema = read_text("CREATE TABLE a (id int);\nBEGIN;\nCREATE TABLE new_a (id "
                                      "int NOT NULL);\nINSERT INTO new_a SELECT * FROM a;\nDROP "
                                      "TABLE a;\nALTER TABLE new_a RENAME TO a;\nCOMMIT;\n");

    (void)state;
    assert_int_equal(schema->problem_count, 0);
    assert_string_equal(column(schema, "a", "id", SCHEMA_NOT_NULL), "true");
    assert_null(schema_find(schema, SCHEMA_TABLE, "", "new_a", NULL));
    schema_free(&schema);
}

static void what_is_refused_is_a_problem_and_the_rest_goes_on(void **state)
{
    struct schema *schema = read_text("CREATE TABLE a (id int);\nCREATE TABEL b (id int);\n"
                                      "ALTER TABLE nowhere ADD c int;\nCREATE TABLE c (id int);\n");

    (void)state;
    assert_int_equal(schema->problem_count, 2);
    assert_int_equal(schema->problems[0].place.line, 2);
    assert_string_equal(schema->problems[0].message, "near \"TABEL\": syntax error");
    assert_int_equal(schema->problems[1].place.line, 3);
    assert_string_equal(schema->problems[1].message, "no such table: nowhere");
    assert_non_null(schema_find(schema, SCHEMA_TABLE, "", "c", NULL));
    schema_free(&schema);
}

static void a_view_of_nothing_is_a_problem(void **state)
{
    struct schema *schema =
        read_text("CREATE TABLE a (id int);\nCREATE VIEW v AS SELECT * FROM gone;\n"
                  "CREATE VIEW w AS SELECT * FROM v;\n");

    (void)state;
    assert_int_equal(schema->problem_count, 2);
    assert_int_equal(schema->problems[0].place.line, 2);
    assert_string_equal(schema->problems[0].message,
                        "the view v cannot be read: no such table: main.gone");
    assert_non_null(schema_find(schema, SCHEMA_TABLE, "", "a", NULL));
    assert_null(schema_find(schema, SCHEMA_VIEW, "", "w", NULL));
    schema_free(&schema);
}

static void nothing_outside_is_touched(void **state)
{
    char *folder = scratch_new();
    char *file = path_join(folder, "made.db");
    char *text = memory_printf("ATTACH '%s' AS x;\nCREATE TABLE x.t (a int);\n"
                               "CREATE TABLE b AS SELECT load_extension('x.so');\n"
                               "CREATE VIRTUAL TABLE f USING fts5(a);\nVACUUM INTO '%s';\n",
                               file, file);
    struct schema *schema = read_text(text);

    (void)state;
    assert_false(file_exists(file));
    assert_int_equal(schema->problem_count, 3);
    assert_int_equal(schema->problems[2].place.line, 4);
    assert_string_equal(schema->problems[2].message,
                        "it would reach out of the database, or make a virtual table: it is not "
                        "run");
    schema_free(&schema);
    free(text);
    free(file);
    scratch_remove(&folder);
}

static void a_text_without_end_is_ended(void **state)
{
    static const char text[] =
        "CREATE TABLE a AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT "
        "x + 1 FROM r) SELECT count(*) FROM r;";
    struct error error = { 0 };
    struct sqlite_reader *reader = sqlite_reader_new("test", 50, &error);

    (void)state;
    assert_non_null(reader);
    assert_false(sqlite_reader_add(reader, "test.sql", 1, text, sizeof text - 1, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
    assert_string_equal(error.message, "test.sql: running it took longer than 50 milliseconds");
    sqlite_reader_free(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_what_sqlite_makes_of_them),
        cmocka_unit_test(a_table_that_is_made_anew_keeps_its_name),
        cmocka_unit_test(what_is_refused_is_a_problem_and_the_rest_goes_on),
        cmocka_unit_test(a_view_of_nothing_is_a_problem),
        cmocka_unit_test(nothing_outside_is_touched),
        cmocka_unit_test(a_text_without_end_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
