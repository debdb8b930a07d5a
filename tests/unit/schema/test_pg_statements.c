#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/pg_statements.h>

static bool note(void *data, const struct pg_statement *statement, struct error *error)
{
    (void)error;
    struct strbuf *out = data;
    if (statement->kind)
        strbuf_printf(out, "%u %s%s\n", statement->line, statement->kind,
                      statement->placeholders ? " ~" : "");
    else
        strbuf_printf(out, "%u ! %u %s\n", statement->line, statement->problem_line,
                      statement->problem);
    return true;
}

static void expect(const char *text, const char *expected)
{
    struct error error = { 0 };
    struct pg_parser *parser = pg_parser_open(&error);
    assert_non_null(parser);
    struct strbuf seen = STRBUF_INIT;
    assert_true(pg_statements_visit(parser, "a.sql", text, strlen(text), note, &seen, &error));
    assert_string_equal(seen.data, expected);
    strbuf_release(&seen);
    pg_parser_close(&parser);
    assert_null(parser);
}

static void statements_have_the_line_of_their_first_word(void **state)
{
    (void)state;
    expect("-- a; b\n\nCREATE TABLE a (b int);\n/* x; /* y; */ */ SELECT ';', \";\", $$;$$,\n"
           "$t$ $$ ; $t$, E'\\';' ;;\nDROP TABLE a",
           "3 CreateStmt\n4 SelectStmt\n6 DropStmt\n");
    expect("", "");
    expect("-- nothing\n;;", "");
    expect("\xef\xbb\xbfSELECT 1;", "1 SelectStmt\n");
}

static void an_error_costs_one_statement_and_names_its_line(void **state)
{
    (void)state;
    expect("SELECT 1;\nSELECT 'ééé',\n 'ü' CREATE;\nSELECT 2;",
           "1 SelectStmt\n2 ! 3 syntax error at or near \"CREATE\"\n4 SelectStmt\n");
    expect("SELECT 1;\n\nSELECT 'never ends;\nSELECT 2;",
           "1 SelectStmt\n3 ! 3 unterminated quoted string at or near \"'never ends;\nSELECT "
           "2;\"\n");
}

static void data_and_commands_of_psql_are_lifted_out(void **state)
{
    (void)state;
    expect("\\restrict abc\nCOPY public.t (a, b) FROM stdin;\n1\tit's; \\N\n2\t$$\n\\.\n\n"
           "\\connect other\nSELECT 1 \\gexec\nSELECT 2;\n\\unrestrict abc\n",
           "2 CopyStmt\n8 SelectStmt\n9 SelectStmt\n");
    expect("COPY t FROM '/tmp/x';\nSELECT 1;", "1 CopyStmt\n2 SelectStmt\n");
}

static void placeholders_become_names(void **state)
{
    (void)state;
    expect("CREATE TABLE ${schema}.t (a int);\nCREATE TABLE {{ .Prefix }}_t (a int);\n"
           "GRANT SELECT ON t TO :role;\nSELECT a::int, b[1:2] FROM t;\nSET x = :'v';\n"
           "CREATE TABLE t_${env} (a int);",
           "1 CreateStmt ~\n2 CreateStmt ~\n3 GrantStmt ~\n4 SelectStmt\n5 VariableSetStmt ~\n"
           "6 CreateStmt ~\n");
}

static void a_body_in_sql_is_one_statement(void **state)
{
    (void)state;
    expect("CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN true THEN 1 "
           "END; SELECT 2; END;\nBEGIN;\nCREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT "
           "2);\nCOMMIT;",
           "1 CreateFunctionStmt\n2 TransactionStmt\n3 RuleStmt\n4 TransactionStmt\n");
}

static bool line_of_three(void *data, const struct pg_statement *statement, struct error *error)
{
    (void)error;
    *(unsigned *)data =
        pg_statement_line(statement, (long)(strchr(statement->text, '3') - statement->text));
    return true;
}

static void a_place_within_a_statement_has_its_line(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct pg_parser *parser = pg_parser_open(&error);
    unsigned line = 0;
    const char *text = "\nSELECT 1,\n 2,\n 3;";
    assert_true(pg_statements_visit(parser, "a", text, strlen(text), line_of_three, &line, &error));
    assert_int_equal(line, 4);
    pg_parser_close(&parser);
}

static bool stop(void *data, const struct pg_statement *statement, struct error *error)
{
    (void)statement;
    ++*(int *)data;
    return error_set(error, ERROR_CANCELLED, "stopped");
}

static void a_walk_ends_when_the_visitor_says_so(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct pg_parser *parser = pg_parser_open(&error);
    int visits = 0;
    assert_false(pg_statements_visit(parser, "a", "SELECT 1; SELECT 2", 18, stop, &visits, &error));
    assert_int_equal(visits, 1);
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_false(pg_statements_visit(parser, "a.sql", "SE\0LECT", 7, stop, &visits, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_false(pg_statements_visit(parser, "a.sql", "\xff\xfeS", 3, stop, &visits, &error));
    assert_non_null(strstr(error.message, "UTF-16"));
    pg_parser_close(&parser);
}

static void chains_without_end_are_refused(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    strbuf_add(&text, "SELECT 1");
    strbuf_add_repeat(&text, "+1", 100000);
    strbuf_add(&text, ";\nSELECT 1");
    strbuf_add_repeat(&text, "+1", 2500);
    strbuf_add(&text, ";\nSELECT 1");
    strbuf_add_repeat(&text, ",1", 20000);
    struct error error = { 0 };
    struct pg_parser *parser = pg_parser_open(&error);
    struct strbuf seen = STRBUF_INIT;
    assert_true(pg_statements_visit(parser, "a", text.data, text.length, note, &seen, &error));
    assert_non_null(strstr(seen.data, "1 ! 1 the statement is too long to be read\n"));
    assert_non_null(strstr(seen.data, "2 ! 2 it is nested too deeply"));
    assert_non_null(strstr(seen.data, "3 SelectStmt\n"));
    strbuf_release(&seen);
    strbuf_release(&text);
    pg_parser_close(&parser);
}

static void a_statement_is_written_in_the_normal_form_of_the_library(void **state)
{
    (void)state;
    struct error error = { 0 };
    struct pg_parser *parser = pg_parser_open(&error);
    char *text = pg_deparse(parser, "select  a , b from  t where a=1 -- x", &error);
    assert_string_equal(text, "SELECT a, b FROM t WHERE a = 1");
    free(text);
    assert_null(pg_deparse(parser, "selec", &error));
    assert_int_equal(error.code, ERROR_INVALID);
    pg_parser_close(&parser);
}

static void *parse_one(void *data)
{
    struct error error = { 0 };
    struct pg_parser *parser = pg_parser_open(&error);
    *(bool *)data = pg_check(parser, "SELECT 1", &error);
    pg_parser_close(&parser);
    return NULL;
}

static void a_thread_may_end_after_its_parser_was_closed(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        pthread_t threads[2];
        bool parsed[2] = { false, false };
        for (int j = 0; j < 2; j++)
            assert_int_equal(pthread_create(&threads[j], NULL, parse_one, &parsed[j]), 0);
        for (int j = 0; j < 2; j++) {
            assert_int_equal(pthread_join(threads[j], NULL), 0);
            assert_true(parsed[j]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_have_the_line_of_their_first_word),
        cmocka_unit_test(an_error_costs_one_statement_and_names_its_line),
        cmocka_unit_test(data_and_commands_of_psql_are_lifted_out),
        cmocka_unit_test(placeholders_become_names),
        cmocka_unit_test(a_body_in_sql_is_one_statement),
        cmocka_unit_test(a_place_within_a_statement_has_its_line),
        cmocka_unit_test(a_walk_ends_when_the_visitor_says_so),
        cmocka_unit_test(chains_without_end_are_refused),
        cmocka_unit_test(a_thread_may_end_after_its_parser_was_closed),
        cmocka_unit_test(a_statement_is_written_in_the_normal_form_of_the_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
