/*
 * Statements that reach further than their first word says: what the parts of a query change and
 * call, what leaves the database, and what is done to the server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/migrations.h"

struct row {
    const char *dialect, *sql, *told;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_told(statement_told(rows[i].dialect, rows[i].sql), rows[i].told);
}

#define CHECK(rows) check(rows, sizeof(rows) / sizeof *(rows))

/* clang-format off */
static void what_the_parts_of_a_query_change_is_told(void **state)
{
    static const struct row rows[] = {
        { "postgresql", "WITH d AS (DELETE FROM u RETURNING *) SELECT count(*) FROM d",
          "DELETE u !loses-data !changes-data\nSELECT\n" },
        { "postgresql", "WITH d (a, b) AS MATERIALIZED (DELETE FROM u RETURNING *) INSERT INTO z SELECT * FROM d",
          "DELETE u !loses-data !changes-data\nINSERT z !changes-data\n" },
        { "postgresql", "WITH x AS (SELECT 1), y AS (UPDATE u SET a = 1 WHERE b RETURNING a) TABLE y",
          "UPDATE u !changes-data\nTABLE\n" },
        { "postgresql", "WITH x AS (SELECT purge()) SELECT * FROM x",
          "SELECT purge !opaque\nSELECT\n" },
        { "postgresql", "WITH x AS (SELECT 1) (SELECT purge())", "SELECT purge !opaque\n" },
        { "postgresql", "WITH x (a) AS (SELECT 1), y AS (SELECT 2) (SELECT 3)", "SELECT\n" },
        { "postgresql", "COPY (DELETE FROM u RETURNING *) TO STDOUT",
          "COPY !changes-data\nDELETE u !loses-data !changes-data\n" },
        { "postgresql", "EXPLAIN (ANALYZE, BUFFERS) DELETE FROM u",
          "EXPLAIN\nDELETE u !loses-data !changes-data\n" },
        { "postgresql", "EXPLAIN (ANALYZE FALSE) DELETE FROM u", "EXPLAIN\n" },
        { "postgresql", "EXPLAIN ANALYZE VERBOSE DELETE FROM u",
          "EXPLAIN\nDELETE u !loses-data !changes-data\n" },
        { "postgresql", "EXPLAIN DELETE FROM u", "EXPLAIN\n" },
        { "mariadb", "ANALYZE DELETE FROM u", "DELETE u !loses-data !changes-data\n" },
        { "mysql", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM u",
          "CREATE EVENT e\nDELETE u !loses-data !changes-data\n" },
        { "mysql", "ALTER EVENT e ON SCHEDULE EVERY 1 DAY DO TRUNCATE u",
          "ALTER EVENT e\n  ON SCHEDULE EVERY 1\nTRUNCATE TABLE u !loses-data !changes-data\n" },
    };

    (void)state;
    CHECK(rows);
}

/* Each part is looked at once: with one look back to the beginning for each, the last of a hundred
 * thousand would not be seen. */
static void a_name_of_many_parts_is_read_once(void **state)
{
    struct strbuf sql = STRBUF_INIT;

    (void)state;
    strbuf_add(&sql, "SELECT a");
    for (int i = 0; i < 200000; i++)
        strbuf_add(&sql, ".a");
    strbuf_add(&sql, ", s.purge() FROM t");
    assert_told(statement_told("postgresql", sql.data), "SELECT s.purge !opaque\n");
    strbuf_release(&sql);
}

static void what_a_query_calls_is_not_known_unless_it_is_everybodys(void **state)
{
    static const struct row rows[] = {
        { "postgresql", "SELECT purge_all()", "SELECT purge_all !opaque\n" },
        { "postgresql", "(SELECT purge_all())", "SELECT purge_all !opaque\n" },
        { "postgresql", "SELECT * FROM app.purge(1)", "SELECT app.purge !opaque\n" },
        { "postgresql", "SELECT app.count(1)", "SELECT app.count !opaque\n" },
        { "postgresql", "SELECT DISTINCT ON (a) purge()", "SELECT purge !opaque\n" },
        { "postgresql", "VALUES (\"Purge\"())", "VALUES Purge !opaque\n" },
        { "postgresql", "SELECT pg_catalog.pg_read_file('x')", "SELECT pg_catalog.pg_read_file !opaque\n" },
        { "postgresql", "SELECT set_config('role', 'postgres', false)", "SET ROLE !acts-as\n" },
        { "postgresql", "SELECT set_config('Session_Authorization', 'a', true)", "SET SESSION AUTHORIZATION !acts-as\n" },
        { "postgresql", "SELECT set_config('session_replication_role', 'replica', true)", "SET session_replication_role !unchecked\n" },
        { "postgresql", "SELECT set_config(name, 'a', true) FROM s", "SELECT set_config !opaque\n" },
        { "postgresql", "SELECT dblink_exec('db', 'DROP TABLE a')", "SELECT dblink_exec !opaque\n" },
        { "postgresql", "SELECT pg_drop_replication_slot('x')", "SELECT pg_drop_replication_slot !no-restore\n" },
        { "postgresql", "PREPARE p AS DELETE FROM orders", "DELETE orders !loses-data !changes-data\n" },
        { "postgresql", "PREPARE p (int, text) AS UPDATE a SET b = $2 WHERE c = $1", "UPDATE a !changes-data\n" },
        { "postgresql", "PREPARE TRANSACTION 'x'", "PREPARE !opaque\n" },
        { "postgresql", "SELECT lo_unlink(1)", "SELECT lo_unlink !loses-data !changes-data\n" },
        { "postgresql", "SELECT pg_terminate_backend(1)", "SELECT pg_terminate_backend !halts\n" },
        { "postgresql", "SELECT lo_export(1, '/tmp/x')", "SELECT lo_export !leaves\n" },
        { "postgresql", "SELECT AddGeometryColumn('t', 'g', 4326, 'POINT', 2)",
          "ALTER TABLE addgeometrycolumn\n" },
        { "sqlite", "SELECT load_extension('x')", "SELECT load_extension !runs-code\n" },
        { "mysql", "SELECT sys_exec('id')", "SELECT sys_exec !runs-code\n" },
        /* what dumps and everyday migrations have */
        { "postgresql", "SELECT pg_catalog.set_config('search_path', '', false)", "SELECT\n" },
        { "postgresql", "SELECT pg_catalog.setval('public.u_id_seq', 5, true)",
          "SELECT pg_catalog.setval !numbers\n" },
        { "postgresql", "SELECT now(), count(*), coalesce(max(a), 0)::numeric(10, 2), "
                        "CAST(b AS varchar(3)), current_setting('x') FROM u AS v (a, b) "
                        "JOIN w USING (id) WHERE a IN (1) AND EXISTS (SELECT 1)", "SELECT\n" },
        { "postgresql", "WITH RECURSIVE t (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t) "
                        "SELECT sum(n) OVER (PARTITION BY n) FROM t", "SELECT\n" },
        { "postgresql", "SELECT uuid_generate_v4(), extensions.gen_random_uuid()", "SELECT\n" },
        { "mysql", "SELECT IF(COUNT(*) > 0, 'a', 'b') INTO @sql FROM information_schema.columns",
          "SELECT\n" },
    };

    (void)state;
    CHECK(rows);
}

static void what_a_query_writes_is_told(void **state)
{
    static const struct row rows[] = {
        { "postgresql", "SELECT * INTO copy2 FROM u", "SELECT INTO copy2 !changes-data\n" },
        { "mysql", "SELECT * FROM u INTO OUTFILE '/tmp/u.csv'", "SELECT INTO OUTFILE !leaves\n" },
        { "mysql", "SELECT a INTO DUMPFILE '/tmp/u' FROM u", "SELECT INTO DUMPFILE !leaves\n" },
        { "postgresql", "COPY u TO '/tmp/x.csv'", "COPY TO FILE u !changes-data !leaves\n" },
        { "postgresql", "COPY u TO PROGRAM 'curl'", "COPY TO PROGRAM u !changes-data !leaves !runs-code\n" },
        { "postgresql", "COPY u (a, b) FROM PROGRAM 'curl'", "COPY FROM PROGRAM u !changes-data !runs-code\n" },
        { "postgresql", "COPY u TO STDOUT", "COPY u !changes-data\n" },
        { "postgresql", "COPY u (a, b) FROM '/srv/a.csv'", "COPY u !changes-data\n" },
    };

    (void)state;
    CHECK(rows);
}

static void what_is_done_to_the_server_is_told(void **state)
{
    static const struct row rows[] = {
        { "mysql", "RESET MASTER", "RESET MASTER !no-restore\n" },
        { "mysql", "PURGE BINARY LOGS BEFORE NOW()", "PURGE BINARY LOGS !no-restore\n" },
        { "mysql", "SET sql_log_bin = 0", "SET SQL_LOG_BIN !no-restore\n" },
        { "mysql", "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN; "
                   "SET @@SESSION.SQL_LOG_BIN= 0; SET @@SESSION.SQL_LOG_BIN = @MYSQLDUMP_TEMP_LOG_BIN",
          "SET\nSET SQL_LOG_BIN\nSET\n" },
        { "mysql", "SET sql_log_bin = 0; DELETE FROM u WHERE a; SET sql_log_bin = 1",
          "SET SQL_LOG_BIN !no-restore\nDELETE u !changes-data\nSET\n" },
        { "mysql", "SHUTDOWN", "SHUTDOWN !halts\n" },
        { "mysql", "KILL 5", "KILL !halts\n" },
        { "mysql", "STOP REPLICA", "STOP REPLICA !halts\n" },
        { "mysql", "CHANGE MASTER TO MASTER_HOST = 'h'", "CHANGE MASTER TO !halts\n" },
        { "mysql", "INSTALL PLUGIN x SONAME 'x.so'", "INSTALL PLUGIN !runs-code\n" },
        { "mysql", "CREATE FUNCTION f RETURNS INT SONAME 'x.so'", "CREATE FUNCTION f !runs-code\n" },
        { "mysql", "PREPARE s FROM 'DROP TABLE users'", "PREPARE !opaque\n" },
        { "mysql", "FLUSH PRIVILEGES", "FLUSH PRIVILEGES\n" },
        { "mysql", "LOAD XML INFILE 'x' INTO TABLE u", "LOAD DATA u !changes-data\n" },
        { "postgresql", "LOAD 'x.so'", "LOAD !runs-code\n" },
        { "postgresql", "DROP OWNED BY app CASCADE", "DROP OWNED BY app !loses-data !breaks !rights\n" },
        { "postgresql", "REASSIGN OWNED BY app TO bob", "REASSIGN OWNED BY app -> bob !rights\n" },
        { "postgresql", "ALTER SYSTEM SET work_mem = '4MB'", "ALTER SYSTEM SET work_mem !server-wide\n" },
        { "postgresql", "ALTER SYSTEM SET ssl = off", "ALTER SYSTEM SET ssl !server-wide !weakens\n" },
        { "postgresql", "ALTER SYSTEM SET ssl TO on", "ALTER SYSTEM SET ssl !server-wide\n" },
        { "postgresql", "ALTER SYSTEM SET archive_command = 'cp %p /x'",
          "ALTER SYSTEM SET archive_command !server-wide !runs-code\n" },
        { "postgresql", "ALTER SYSTEM RESET ALL", "ALTER SYSTEM RESET ALL !server-wide\n" },
        { "mysql", "SET GLOBAL validate_password.policy = LOW",
          "SET GLOBAL validate_password.policy !server-wide !weakens\n" },
        { "postgresql", "SET ROLE postgres", "SET ROLE postgres !acts-as\n" },
        { "postgresql", "SET LOCAL ROLE app", "SET ROLE app !acts-as\n" },
        { "postgresql", "SET SESSION AUTHORIZATION 'app'", "SET SESSION AUTHORIZATION app !acts-as\n" },
        { "postgresql", "SET SESSION AUTHORIZATION DEFAULT", "SET\n" },
        { "postgresql", "SET ROLE NONE", "SET\n" },
    };

    (void)state;
    CHECK(rows);
}

static void whose_rights_a_function_has_is_told(void **state)
{
    static const struct row rows[] = {
        { "postgresql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'select 1'",
          "CREATE FUNCTION f !as-owner !hijacked\n" },
        { "postgresql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER "
                        "SET search_path = pg_catalog AS 'select 1'", "CREATE FUNCTION f !as-owner\n" },
        { "postgresql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1'", "CREATE FUNCTION f\n" },
        { "postgresql", "ALTER FUNCTION f() SECURITY DEFINER",
          "ALTER FUNCTION f !as-owner\n  SECURITY DEFINER !as-owner\n" },
        { "mysql", "CREATE PROCEDURE p() SQL SECURITY DEFINER SELECT 1", "CREATE PROCEDURE p\n" },
        { "postgresql", "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'",
          "CREATE FUNCTION f !runs-code\n" },
        { "postgresql", "CREATE EXTENSION IF NOT EXISTS \"dblink\"", "CREATE EXTENSION dblink !runs-code\n" },
        { "postgresql", "CREATE EXTENSION IF NOT EXISTS pgcrypto", "CREATE EXTENSION pgcrypto\n" },
        { "postgresql", "CREATE LANGUAGE plperlu", "CREATE LANGUAGE plperlu !runs-code\n" },
    };

    (void)state;
    CHECK(rows);
}
/* clang-format on */

/* However deep they stand within each other, the reader comes to an end. */
static void parts_within_parts_are_read_to_a_depth(void **state)
{
    struct strbuf sql = STRBUF_INIT;
    char *told;

    (void)state;
    for (int i = 0; i < 5000; i++)
        strbuf_add(&sql, "WITH a AS (");
    strbuf_add(&sql, "DELETE FROM u");
    told = statement_told("mysql", sql.data);
    assert_non_null(strstr(told, "WITH !opaque\n"));
    free(told);
    strbuf_release(&sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_parts_of_a_query_change_is_told),
        cmocka_unit_test(a_name_of_many_parts_is_read_once),
        cmocka_unit_test(what_a_query_calls_is_not_known_unless_it_is_everybodys),
        cmocka_unit_test(what_a_query_writes_is_told),
        cmocka_unit_test(what_is_done_to_the_server_is_told),
        cmocka_unit_test(whose_rights_a_function_has_is_told),
        cmocka_unit_test(parts_within_parts_are_read_to_a_depth),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
