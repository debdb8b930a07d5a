/*
 * Where one statement ends and the next begins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_statements.h>

static void assert_cut(enum sql_dialect dialect, const char *text, const char *expected)
{
    struct arena *arena = arena_new();
    struct strbuf told = STRBUF_INIT;
    struct sql_statements statements;
    const struct sql_text whole = { .text = text, .length = strlen(text), .line = 1 };

    assert_true(sql_statements_read(dialect, &whole, arena, &statements, NULL));
    for (size_t i = 0; i < statements.count; i++) {
        const struct sql_statement *statement = &statements.list[i];

        strbuf_printf(&told, "%u:", statement->line);
        for (size_t k = 0; k < statement->count; k++)
            strbuf_printf(&told, " %.*s", (int)statement->tokens[k].length,
                          statement->tokens[k].start);
        strbuf_add(&told, "\n");
    }
    assert_string_equal(told.data, expected);
    strbuf_release(&told);
    arena_free(&arena);
}

static void semicolons_end_statements_but_not_in_strings_and_comments(void **state)
{
    (void)state;
    assert_cut(DIALECT_UNKNOWN, "SELECT ';' -- ;\n, 1; /* ; */ SELECT \"a;b\";;\n\nSELECT 2",
               "1: SELECT ';' , 1\n2: SELECT \"a;b\"\n4: SELECT 2\n");
    assert_cut(DIALECT_UNKNOWN, "", "");
    assert_cut(DIALECT_UNKNOWN, "-- nothing\n;", "");
}

static void a_body_in_dollar_quotes_is_one_token(void **state)
{
    (void)state;
    assert_cut(
        DIALECT_POSTGRESQL,
        "CREATE FUNCTION f() RETURNS void AS $b$ BEGIN; $$ ; END; $b$ LANGUAGE plpgsql; SELECT 1",
        "1: CREATE FUNCTION f ( ) RETURNS void AS $b$ BEGIN; $$ ; END; $b$ LANGUAGE plpgsql\n"
        "1: SELECT 1\n");
}

static void begin_atomic_reaches_to_its_end(void **state)
{
    (void)state;
    assert_cut(DIALECT_POSTGRESQL,
               "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT "
               "2; END; SELECT 3;",
               "1: CREATE FUNCTION f ( ) RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END ; "
               "SELECT 2 ; END\n1: SELECT 3\n");
    assert_cut(DIALECT_POSTGRESQL, "BEGIN; SELECT 1; END;", "1: BEGIN\n1: SELECT 1\n1: END\n");
}

static void routines_of_mysql_reach_to_their_end(void **state)
{
    (void)state;
    assert_cut(
        DIALECT_MYSQL,
        "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.x = 1 THEN SET NEW.y = "
        "IF(1, 2, 3); END IF; WHILE 1 DO SET z = 1; END WHILE; END; SELECT 1;",
        "1: CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW . x = 1 THEN SET NEW "
        ". y = IF ( 1 , 2 , 3 ) ; END IF ; WHILE 1 DO SET z = 1 ; END WHILE ; END\n"
        "1: SELECT 1\n");
}

static void the_delimiter_of_mysqls_client_counts(void **state)
{
    (void)state;
    assert_cut(DIALECT_MYSQL,
               "DELIMITER $$\nCREATE PROCEDURE p() SELECT 1; SELECT 2$$\nDELIMITER ;\nSELECT 3;",
               "2: CREATE PROCEDURE p ( ) SELECT 1 ; SELECT 2\n4: SELECT 3\n");
    assert_cut(DIALECT_MARIADB, "DELIMITER $$\nBEGIN a$b; END$$\nDELIMITER ;\nSELECT 3;",
               "2: BEGIN a$b ; END\n4: SELECT 3\n");
}

static void comments_that_mysql_runs_are_read(void **state)
{
    (void)state;
    assert_cut(DIALECT_MYSQL,
               "/*!40101 SET NAMES utf8 */; CREATE TABLE a (b int) /*!50100 ENGINE=x */;",
               "1: SET NAMES utf8\n1: CREATE TABLE a ( b int ) ENGINE = x\n");
    assert_cut(DIALECT_POSTGRESQL, "/*!40101 SET NAMES utf8 */; SELECT 5--3\n;", "1: SELECT 5\n");
    assert_cut(DIALECT_MYSQL, "SELECT 5--3; # ;\nSELECT '\\';'",
               "1: SELECT 5 - - 3\n2: SELECT '\\';'\n");
}

static void a_trigger_of_sqlite_keeps_its_body(void **state)
{
    (void)state;
    assert_cut(
        DIALECT_SQLITE,
        "CREATE TRIGGER t AFTER UPDATE ON [a b] BEGIN UPDATE c SET d = CASE WHEN 1 THEN 2 END; "
        "END; PRAGMA foreign_keys=on;",
        "1: CREATE TRIGGER t AFTER UPDATE ON [a b] BEGIN UPDATE c SET d = CASE WHEN 1 THEN 2 "
        "END ; END\n1: PRAGMA foreign_keys = on\n");
}

static void data_of_copy_and_commands_of_psql_are_left_out(void **state)
{
    (void)state;
    assert_cut(DIALECT_POSTGRESQL,
               "\\restrict abc\nCOPY a (b) FROM stdin;\n1;2'\n\\.\n\\connect x\nSELECT 1;\n",
               "2: COPY a ( b ) FROM stdin\n6: SELECT 1\n");
    assert_cut(DIALECT_POSTGRESQL, "COPY a FROM stdin;\nno end", "1: COPY a FROM stdin\n");
}

/* What brings in something else is no statement, and is told as none. */
static void commands_of_sqlite3_are_left_out(void **state)
{
    (void)state;
    assert_cut(DIALECT_SQLITE,
               ".headers on\r\n.mode column\nCREATE TABLE a (b\n.5);\n.print it's\nSELECT 1;\n"
               ".quit",
               "3: CREATE TABLE a ( b .5 )\n6: SELECT 1\n");
    assert_cut(DIALECT_SQLITE, " .headers on;\n", "1: . headers on\n");
    assert_cut(DIALECT_SQLITE, ".read a;\n.rea b;\n.import c d;\n.schema\n",
               "1: . read a\n2: . rea b\n3: . import c d\n");
    assert_cut(DIALECT_POSTGRESQL, ".headers on;\n", "1: . headers on\n");
    assert_cut(DIALECT_SQLITE, ".", "1: .\n");
}

static void batches_of_sql_server_end_at_go(void **state)
{
    (void)state;
    assert_cut(DIALECT_SQLSERVER, "CREATE TABLE [a] (b int)\nGO\nSELECT 1 go_on\nGO\n",
               "1: CREATE TABLE [a] ( b int )\n3: SELECT 1 go_on\n");
    assert_cut(DIALECT_POSTGRESQL, "SELECT 1\nGO\n", "1: SELECT 1 GO\n");
}

static void placeholders_become_names_of_the_same_length(void **state)
{
    struct arena *arena = arena_new();
    size_t count;
    const char text[] = "GRANT x ON ${my.schema}.t TO {{ .User }}; {{if .A}}SELECT 1::int{{end}}";
    const char *filled = sql_fill_placeholders(text, sizeof text - 1, true, arena, &count);

    (void)state;
    assert_string_equal(filled,
                        "GRANT x ON __my_schema_.t TO ____User___;          SELECT 1::int       ");
    assert_int_equal(count, 4);
    assert_int_equal(strlen(filled), sizeof text - 1);
    filled = sql_fill_placeholders("SELECT :a, b::c, '12:30', :'d'", 30, true, arena, &count);
    assert_string_equal(filled, "SELECT _a, b::c, '12:30',  'd'");
    assert_int_equal(count, 2);
    filled = sql_fill_placeholders("SELECT 1", 8, true, arena, &count);
    assert_int_equal(count, 0);
    arena_free(&arena);
}

static void what_is_not_closed_ends_with_the_text(void **state)
{
    (void)state;
    assert_cut(DIALECT_UNKNOWN, "SELECT 'a; b", "1: SELECT 'a; b\n");
    assert_cut(DIALECT_UNKNOWN, "SELECT 1; /* a; b", "1: SELECT 1\n");
    assert_cut(DIALECT_POSTGRESQL, "SELECT $a$ b; c", "1: SELECT $a$ b; c\n");
    assert_cut(DIALECT_MYSQL, "CREATE PROCEDURE p() BEGIN SELECT 1; ",
               "1: CREATE PROCEDURE p ( ) BEGIN SELECT 1 ;\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(semicolons_end_statements_but_not_in_strings_and_comments),
        cmocka_unit_test(a_body_in_dollar_quotes_is_one_token),
        cmocka_unit_test(begin_atomic_reaches_to_its_end),
        cmocka_unit_test(routines_of_mysql_reach_to_their_end),
        cmocka_unit_test(the_delimiter_of_mysqls_client_counts),
        cmocka_unit_test(comments_that_mysql_runs_are_read),
        cmocka_unit_test(a_trigger_of_sqlite_keeps_its_body),
        cmocka_unit_test(data_of_copy_and_commands_of_psql_are_left_out),
        cmocka_unit_test(commands_of_sqlite3_are_left_out),
        cmocka_unit_test(batches_of_sql_server_end_at_go),
        cmocka_unit_test(placeholders_become_names_of_the_same_length),
        cmocka_unit_test(what_is_not_closed_ends_with_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
