/* What of a text is not written anew stays as it stands: nothing of a query vanishes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/postgresql.h>
#include <pilab/schema/sync.h>

#define TABLES                                                                                     \
    "CREATE TABLE a (id int, x int); CREATE TABLE b (id int, y int);"                              \
    "CREATE TYPE mood AS ENUM ('ok'); CREATE SEQUENCE sq;"                                         \
    "CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'select 1';"

static struct schema *read_sql(const char *sql)
{
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql("test.sql", sql, strlen(sql), &error);
    assert_non_null(schema);
    for (size_t i = 0; i < schema->problem_count; i++)
        fail_msg("%s", schema->problems[i].message);
    return schema;
}

/* Of the query behind CREATE VIEW v …: what the schema holds, and the columns. */
static void expect_view(const char *query, const char *definition, const char *columns)
{
    char *sql = memory_printf("%s CREATE VIEW v %s", TABLES, query), *names = memory_copy_text("");
    struct schema *schema = read_sql(sql);
    const struct schema_object *view = schema_find_relation(schema, "public", "v");
    assert_non_null(view);
    assert_string_equal(schema_get(view, SCHEMA_DEFINITION), definition);
    for (const struct schema_object *part = view->parts; part; part = part->next) {
        char *more = memory_printf("%s%s%s", names, *names ? " " : "", part->name);
        free(names);
        names = more;
    }
    assert_string_equal(names, columns);
    schema_free(&schema);
    free(names);
    free(sql);
}

static void queries_that_are_not_written_anew_stay_as_they_are(void **state)
{
    (void)state;
    expect_view("AS SELECT x, y FROM a NATURAL JOIN b",
                "select x, y from public.a natural join public.b;", "x y");
    expect_view("AS SELECT * FROM a NATURAL JOIN b",
                "select * from public.a natural join public.b;", "id x y");
    expect_view("AS VALUES (1, 'It''s'), (2, 'B') -- all\n;", "values (1, 'It''s'), (2, 'B');",
                "column1 column2");
    expect_view("(i, n) AS VALUES (1, 'a')", "select * from (values (1, 'a')) as v (i, n);", "i n");
    expect_view("AS SELECT id FROM a ORDER BY x FETCH FIRST 1 ROWS WITH TIES",
                "select id from public.a order by x fetch first 1 rows with ties;", "id");
    expect_view("AS SELECT id FROM a FOR UPDATE OF a", "select id from public.a for update of a;",
                "id");
    expect_view("AS SELECT sum(x) OVER w FROM a WINDOW w AS (PARTITION BY id)",
                "select sum(x) over w from public.a window w as (partition by id);", "sum");
    expect_view("AS SELECT x, count(*) FROM a GROUP BY GROUPING SETS ((x), ())",
                "select x, count(*) from public.a group by grouping sets ((x), ());", "x count");
    expect_view("AS SELECT r.p FROM ROWS FROM (generate_series(1, 2)) AS r(p)",
                "select r.p from rows from (generate_series(1, 2)) as r(p);", "p");
    expect_view("AS SELECT id FROM a TABLESAMPLE system(10)",
                "select id from public.a tablesample system(10);", "id");
    expect_view("AS SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM a",
                "select percentile_cont(0.5) within group (order by x) from public.a;",
                "percentile_cont");
    expect_view("AS SELECT j.id FROM a JOIN b USING (id) AS j",
                "select j.id from public.a join public.b using (id) as j;", "id");
    expect_view("AS SELECT id FROM a FULL JOIN b USING (id)",
                "select id from public.a full join public.b using (id);", "id");
    expect_view("AS SELECT count(a.*) FROM a", "select count(a.*) from public.a;", "count");
    expect_view("AS SELECT x OPERATOR(public.+) 1 AS k FROM a",
                "select x operator(public.+) 1 as k from public.a;", "k");
    expect_view("AS SELECT x FROM a ORDER BY x USING <",
                "select x from public.a order by x using <;", "x");
    expect_view("AS SELECT x FROM a NATURAL JOIN b WITH LOCAL CHECK OPTION",
                "select x from public.a natural join public.b;", "x");
}

static void names_of_with_are_no_tables(void **state)
{
    (void)state;
    expect_view("AS WITH a AS (SELECT * FROM a), c AS (SELECT * FROM a NATURAL JOIN b)"
                " SELECT x FROM c",
                "with a as (select * from public.a), c as (select * from a natural join public.b)"
                " select x from c;",
                "x");
    expect_view("AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t)"
                " SEARCH DEPTH FIRST BY n SET o SELECT n AS m FROM t",
                "with recursive t(n) as (select 1 union all select n + 1 from t)"
                " search depth first by n set o select n as m from t;",
                "m");
}

static void names_get_their_schema(void **state)
{
    (void)state;
    expect_view("AS SELECT 'ok'::mood AS m, nextval('sq') AS s, f(x => 3) AS k"
                " FROM \"a\" TABLESAMPLE system(1)",
                "select 'ok'::public.mood as m, nextval('public.sq') as s, public.f(x => 3) as k"
                " from public.\"a\" tablesample system(1);",
                "m s k");
    expect_view("AS SELECT (c).x, ((c).d).y FROM (SELECT NULL::record AS c) q",
                " SELECT (q.c).x AS x,\n    ((q.c).d).y AS y\n   FROM ( SELECT NULL::record AS c)"
                " q;",
                "x y");
}

static const char *property(const struct schema *schema, enum schema_kind kind, const char *name,
                            enum schema_property property)
{
    const struct schema_object *table = schema_find_relation(schema, "public", "t");
    const struct schema_object *part = schema_find_part(schema, table, kind, name);
    assert_non_null(part);
    return schema_get(part, property);
}

static void expressions_stay_as_they_are(void **state)
{
    (void)state;
    struct schema *schema = read_sql(
        TABLES "CREATE TABLE t (n int CONSTRAINT one CHECK (((n) BETWEEN SYMMETRIC 1 AND 3)),"
               " g int GENERATED ALWAYS AS (f(x => n)) STORED,"
               " d text DEFAULT XMLSERIALIZE(CONTENT '<a/>' AS text) NOT NULL,"
               " CONSTRAINT two CHECK (n > 1 OR (f(x => n) > 0) IS TRUE));"
               "CREATE INDEX ix ON t (f(x => n), (n OPERATOR(pg_catalog.+) 1)) WHERE f(x => n) > 1;"
               "CREATE POLICY po ON t USING (EXISTS (SELECT 1 FROM a NATURAL JOIN b));"
               "CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS '';"
               "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (f(x => NEW.n) > 1)"
               " EXECUTE FUNCTION tf();");
    assert_string_equal(property(schema, SCHEMA_CONSTRAINT, "one", SCHEMA_EXPRESSION),
                        "((n) between symmetric 1 and 3)");
    assert_string_equal(property(schema, SCHEMA_CONSTRAINT, "two", SCHEMA_EXPRESSION),
                        "(n > 1 or (public.f(x => n) > 0) is true)");
    assert_string_equal(property(schema, SCHEMA_COLUMN, "g", SCHEMA_GENERATED), "public.f(x => n)");
    assert_string_equal(property(schema, SCHEMA_COLUMN, "d", SCHEMA_DEFAULT),
                        "(xmlserialize(content '<a/>' as text))");
    assert_string_equal(property(schema, SCHEMA_INDEX, "ix", SCHEMA_DEFINITION),
                        "CREATE INDEX ix ON public.t USING btree (public.f(x => n), ((n"
                        " operator(pg_catalog.+) 1))) WHERE (public.f(x => n) > 1)");
    assert_string_equal(property(schema, SCHEMA_POLICY, "po", SCHEMA_EXPRESSION),
                        "(exists (select 1 from public.a natural join public.b))");
    assert_string_equal(property(schema, SCHEMA_TRIGGER, "tr", SCHEMA_WHERE),
                        "(public.f(x => new.n) > 1)");
    schema_free(&schema);
}

static void bodies_in_sql_name_schemas(void **state)
{
    (void)state;
    struct schema *schema = read_sql(TABLES "CREATE FUNCTION g() RETURNS bigint LANGUAGE sql\n"
                                            "BEGIN ATOMIC\n SELECT Count(*) FROM a; END;");
    const struct schema_object *function = schema_find(schema, SCHEMA_FUNCTION, "public", "g", "");
    assert_non_null(function);
    assert_string_equal(schema_get(function, SCHEMA_BODY),
                        "BEGIN ATOMIC\n SELECT Count(*) FROM public.a; END");
    schema_free(&schema);
}

static void a_change_in_what_is_not_written_is_seen_and_kept(void **state)
{
    (void)state;
    struct schema *one = read_sql(TABLES "CREATE VIEW v AS SELECT id FROM a ORDER BY x LIMIT 3");
    struct schema *other = read_sql(
        TABLES "CREATE VIEW v AS SELECT id FROM a ORDER BY x FETCH FIRST 3 ROWS WITH TIES");
    struct schema_diff *diff = schema_compare(one, other, NULL);
    struct schema_sync *sync = schema_sync(diff, NULL);
    assert_int_equal(diff->count, 1);
    assert_non_null(strstr(sync->script, "CREATE OR REPLACE VIEW public.v AS\nselect id from "
                                         "public.a order by x fetch first 3 rows with ties;"));
    schema_sync_free(&sync);
    schema_diff_free(&diff);
    schema_free(&one);
    schema_free(&other);
}

static void a_column_that_such_a_view_names_is_a_problem_when_renamed(void **state)
{
    (void)state;
    const char *sql = TABLES "CREATE VIEW v AS SELECT x FROM a NATURAL JOIN b;"
                             "ALTER TABLE a RENAME x TO z";
    struct error error = { 0 };
    struct schema *schema = schema_read_postgresql("test.sql", sql, strlen(sql), &error);
    assert_non_null(schema);
    assert_int_equal(schema->problem_count, 1);
    assert_string_equal(schema->problems[0].message,
                        "the query of the view v is kept as it was written, and names a column x: "
                        "it is not renamed there");
    schema_free(&schema);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_that_are_not_written_anew_stay_as_they_are),
        cmocka_unit_test(names_of_with_are_no_tables),
        cmocka_unit_test(names_get_their_schema),
        cmocka_unit_test(expressions_stay_as_they_are),
        cmocka_unit_test(bodies_in_sql_name_schemas),
        cmocka_unit_test(a_change_in_what_is_not_written_is_seen_and_kept),
        cmocka_unit_test(a_column_that_such_a_view_names_is_a_problem_when_renamed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
