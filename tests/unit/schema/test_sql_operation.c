/*
 * What a statement does, and what may go wrong with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "../../support/migrations.h"

static void a_new_table_has_columns_and_nothing_can_go_wrong(void **state)
{
    (void)state;
    assert_told(
        statement_told("postgresql",
                       "CREATE TABLE IF NOT EXISTS \"Shop\".Orders (id bigserial PRIMARY KEY, "
                       "key text, total numeric(12, 2) NOT NULL DEFAULT 0, at timestamp with "
                       "time zone DEFAULT now(), c int REFERENCES customers (id) ON DELETE SET "
                       "NULL, CONSTRAINT x CHECK (total > 0), FOREIGN KEY (c) REFERENCES b)"),
        "CREATE TABLE Shop.orders (id bigserial, key text, total numeric(12, 2) not null = 0, "
        "at timestamp with time zone = now(), c int) ref customers ref b\n");
}

static void mysql_has_keys_in_tables(void **state)
{
    (void)state;
    assert_told(
        statement_told("mysql",
                       "CREATE TABLE `a` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT, `e` "
                       "enum('x','y') CHARACTER SET utf8 DEFAULT 'x' COMMENT 'a, b', PRIMARY KEY "
                       "(`id`), KEY `i` (`e`), UNIQUE KEY u (e)) ENGINE=InnoDB"),
        "CREATE TABLE a (id int(11) unsigned not null, e enum('x','y') = 'x')\n");
}

static void dropping_loses_data(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "DROP TABLE IF EXISTS a, b.c CASCADE"),
                "DROP TABLE a !loses-data !breaks\nDROP TABLE b.c !loses-data !breaks\n");
    assert_told(statement_told("postgresql",
                               "ALTER TABLE a DROP COLUMN IF EXISTS b, DROP c CASCADE"),
                "ALTER TABLE a !loses-data !breaks\n  DROP COLUMN b !loses-data !breaks\n"
                "  DROP COLUMN c !loses-data !breaks\n");
    assert_told(statement_told("postgresql", "TRUNCATE a, ONLY b"),
                "TRUNCATE TABLE a !loses-data !changes-data\n"
                "TRUNCATE TABLE b !loses-data !changes-data\n");
    assert_told(statement_told("mysql", "DELETE FROM a"), "DELETE a !loses-data !changes-data\n");
    assert_told(statement_told("mysql", "DELETE FROM a WHERE b = 1"), "DELETE a !changes-data\n");
    assert_told(statement_told("mysql", "DELETE FROM a WHERE true"),
                "DELETE a !loses-data !changes-data\n");
    assert_told(statement_told("postgresql", "DELETE FROM a WHERE (1 = 1)"),
                "DELETE a !loses-data !changes-data\n");
    assert_told(statement_told("postgresql", "DELETE FROM a WHERE TRUE RETURNING id"),
                "DELETE a !loses-data !changes-data\n");
    assert_told(statement_told("sqlite", "DELETE FROM a WHERE 1"),
                "DELETE a !loses-data !changes-data\n");
    assert_told(statement_told("mysql", "DELETE FROM a WHERE 1 = 2"), "DELETE a !changes-data\n");
    assert_told(statement_told("mysql", "DELETE FROM a WHERE true AND b"),
                "DELETE a !changes-data\n");
    assert_told(statement_told("postgresql", "DROP INDEX CONCURRENTLY i"), "DROP INDEX i !alone\n");
}

static void a_column_that_must_have_a_value_needs_a_default(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER TABLE a ADD b int NOT NULL"),
                "ALTER TABLE a !may-fail !not-null\n  ADD COLUMN b: b int not null !may-fail "
                "!not-null\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a ADD COLUMN b int NOT NULL DEFAULT 1"),
                "ALTER TABLE a\n  ADD COLUMN b: b int not null = 1\n");
    assert_told(statement_told("postgresql",
                               "ALTER TABLE a ADD b uuid NOT NULL DEFAULT gen_random_uuid()"),
                "ALTER TABLE a !locks !rewrites\n"
                "  ADD COLUMN b: b uuid not null = gen_random_uuid() !locks !rewrites\n");
    assert_told(statement_told("mysql", "ALTER TABLE a ADD COLUMN b int NOT NULL AFTER c"),
                "ALTER TABLE a !not-null\n  ADD COLUMN b: b int not null !not-null\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a ALTER b SET NOT NULL"),
                "ALTER TABLE a !locks !breaks !may-fail\n  SET NOT NULL b !locks !breaks "
                "!may-fail\n");
}

static void indexes_lock_unless_they_are_built_aside(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "CREATE UNIQUE INDEX i ON a (lower(b))"),
                "CREATE INDEX i on a !locks !may-fail\n");
    assert_told(statement_told("postgresql", "CREATE INDEX CONCURRENTLY ON a USING gin (b)"),
                "CREATE INDEX on a !alone\n");
    assert_told(statement_told("mysql", "CREATE INDEX i ON a (b)"), "CREATE INDEX i on a\n");
    assert_told(statement_told("sqlite", "CREATE INDEX i ON a (b)"), "CREATE INDEX i on a\n");
}

static void constraints_look_at_all_rows_unless_told_not_to(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql",
                               "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (id)"),
                "ALTER TABLE a !locks !may-fail\n  ADD CONSTRAINT FOREIGN KEY f to c !locks "
                "!may-fail\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) "
                                             "REFERENCES c NOT VALID"),
                "ALTER TABLE a\n  ADD CONSTRAINT FOREIGN KEY f to c\n");
    assert_told(statement_told("mariadb", "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) "
                                          "REFERENCES c (id) ON UPDATE CASCADE ON DELETE CASCADE"),
                "ALTER TABLE a !locks !may-fail !cascades\n"
                "  ADD CONSTRAINT FOREIGN KEY f to c !locks !may-fail !cascades\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) "
                                             "REFERENCES c ON DELETE CASCADE NOT VALID"),
                "ALTER TABLE a !cascades\n  ADD CONSTRAINT FOREIGN KEY f to c !cascades\n");
    assert_told(statement_told("postgresql",
                               "ALTER TABLE a ADD b int REFERENCES c (id) ON DELETE CASCADE"),
                "ALTER TABLE a !cascades\n  ADD COLUMN b: b int !cascades\n");
    assert_told(statement_told("postgresql",
                               "ALTER TABLE a ADD b int REFERENCES c ON DELETE SET NULL"),
                "ALTER TABLE a\n  ADD COLUMN b: b int\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a ADD CHECK (b > 0)"),
                "ALTER TABLE a !locks !may-fail\n  ADD CONSTRAINT CHECK !locks !may-fail\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX i"),
                "ALTER TABLE a\n  ADD CONSTRAINT UNIQUE u\n");
}

static void types_change_in_the_words_of_each_dialect(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql",
                               "ALTER TABLE a ALTER COLUMN b TYPE bigint USING b::bigint"),
                "ALTER TABLE a !locks !rewrites !breaks !may-fail !type\n"
                "  ALTER TYPE b: b bigint !locks !rewrites !breaks !may-fail !type\n");
    assert_told(statement_told("mysql",
                               "ALTER TABLE a CHANGE b c varchar(20) NOT NULL, ALGORITHM=INSTANT"),
                "ALTER TABLE a !breaks !may-fail !type\n"
                "  CHANGE COLUMN b -> c: c varchar(20) not null !breaks !may-fail !type\n");
    assert_told(
        statement_told("mysql", "ALTER TABLE a MODIFY b text FIRST, ADD INDEX i (b), DROP KEY j"),
        "ALTER TABLE a !locks !may-fail !type\n  MODIFY COLUMN b: b text !locks !may-fail !type\n"
        "  ADD INDEX i\n  DROP INDEX j\n");
}

static void names_that_change_break_programs(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER TABLE a RENAME TO b"),
                "ALTER TABLE a -> b !breaks\n  RENAME TO -> b !breaks\n");
    assert_told(statement_told("sqlite", "ALTER TABLE a RENAME COLUMN b TO c"),
                "ALTER TABLE a !breaks\n  RENAME COLUMN b -> c !breaks\n");
    assert_told(statement_told("mysql", "RENAME TABLE a TO b, c TO d"),
                "RENAME TABLE a -> b !breaks\nRENAME TABLE c -> d !breaks\n");
    assert_told(statement_told("postgresql", "ALTER TYPE e ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'"),
                "ALTER TYPE e\n  ADD VALUE 'x'\n");
}

static void each_change_has_its_line(void **state)
{
    struct migration_scene *scene =
        migrations_of("postgresql", "1_a.sql",
                      "\nALTER TABLE a DISABLE ROW LEVEL SECURITY;\n"
                      "ALTER TABLE a\n  DROP b,\n  FORCE ROW LEVEL SECURITY,\n  SET LOGGED;\n",
                      NULL);
    const struct sql_operation *operations = scene->set.list[0].operations;

    (void)state;
    assert_int_equal(operations[0].changes[0].line, 2);
    assert_int_equal(operations[1].changes[0].line, 4);
    assert_int_equal(operations[1].changes[1].line, 5);
    assert_int_equal(operations[1].changes[2].line, 6);
    migrations_free(&scene);
}

static void what_is_new_cannot_be_hurt(void **state)
{
    struct migration_scene *scene =
        migrations_of("postgresql", "1_a.sql",
                      "CREATE TABLE public.a (b int); CREATE INDEX i ON a (b);", "2_b.sql",
                      "ALTER TABLE A ALTER b SET NOT NULL; ALTER TABLE a RENAME TO c; DROP TABLE "
                      "c; DROP TABLE d;",
                      NULL);

    (void)state;
    assert_told(operations_told(scene), "1_a.sql:1 CREATE TABLE public.a (b int)\n"
                                        "1_a.sql:1 CREATE INDEX i on a\n"
                                        "2_b.sql:1 ALTER TABLE a\n  SET NOT NULL b\n"
                                        "2_b.sql:1 ALTER TABLE a -> c\n  RENAME TO -> c\n"
                                        "2_b.sql:1 DROP TABLE c\n"
                                        "2_b.sql:1 DROP TABLE d !loses-data !breaks\n");
    migrations_free(&scene);
}

static void what_is_new_is_not_a_table_of_its_name(void **state)
{
    struct migration_scene *scene = migrations_of(
        "postgresql", "1_a.sql",
        "CREATE FUNCTION orders() RETURNS int LANGUAGE sql AS 'SELECT 1';"
        "CREATE TYPE parts AS ENUM ('a'); CREATE TABLE shops (a int);",
        "2_b.sql",
        "DROP TABLE orders; DROP TABLE parts; DROP SCHEMA shops CASCADE; DROP FUNCTION shops();"
        "ALTER FUNCTION orders() RENAME TO bills; DROP TABLE bills; DROP FUNCTION bills();"
        "DROP TYPE parts; DROP TABLE shops;",
        NULL);

    (void)state;
    assert_told(operations_told(scene), "1_a.sql:1 CREATE FUNCTION orders\n"
                                        "1_a.sql:1 CREATE TYPE parts\n"
                                        "1_a.sql:1 CREATE TABLE shops (a int)\n"
                                        "2_b.sql:1 DROP TABLE orders !loses-data !breaks\n"
                                        "2_b.sql:1 DROP TABLE parts !loses-data !breaks\n"
                                        "2_b.sql:1 DROP SCHEMA shops !loses-data !breaks\n"
                                        "2_b.sql:1 DROP FUNCTION shops !breaks\n"
                                        "2_b.sql:1 ALTER FUNCTION orders -> bills\n"
                                        "  RENAME TO -> bills\n"
                                        "2_b.sql:1 DROP TABLE bills !loses-data !breaks\n"
                                        "2_b.sql:1 DROP FUNCTION bills\n"
                                        "2_b.sql:1 DROP TYPE parts\n"
                                        "2_b.sql:1 DROP TABLE shops\n");
    migrations_free(&scene);
}

static void data_and_rights_are_told(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "WITH x AS (SELECT 1) UPDATE a SET b = 1 FROM x"),
                "UPDATE a !changes-data !locks\n");
    assert_told(statement_told("postgresql", "INSERT INTO a.b SELECT 1"),
                "INSERT a.b !changes-data\n");
    assert_told(statement_told("postgresql", "GRANT SELECT ON TABLE a TO b"), "GRANT a !rights\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a DISABLE ROW LEVEL SECURITY"),
                "ALTER TABLE a !opens !rights\n  DISABLE ROW LEVEL SECURITY !opens !rights\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a no force row level security"),
                "ALTER TABLE a !opens !rights\n  NO FORCE ROW LEVEL SECURITY !opens !rights\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a ENABLE ROW LEVEL SECURITY"),
                "ALTER TABLE a !rights\n  ENABLE ROW LEVEL SECURITY !rights\n");
    assert_told(statement_told("postgresql", "DO $$ BEGIN END $$"), "DO !opaque\n");
    assert_told(statement_told("postgresql", "COMMENT ON COLUMN a.b IS 'c'"),
                "COMMENT ON COLUMN a.b\n");
    assert_told(statement_told("sqlite", "PRAGMA foreign_keys = off"), "PRAGMA\n");
}

/* What an option is set to may be a secret, and its words stand without the name beside it. */
static void the_words_of_an_option_hold_no_value(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER USER u WITH ENCRYPTED PASSWORD 'x'"),
                "ALTER USER u !rights\n  WITH ENCRYPTED PASSWORD !rights\n");
    assert_told(statement_told("postgresql", "ALTER SUBSCRIPTION s CONNECTION 'host=h'"),
                "ALTER SUBSCRIPTION s\n  CONNECTION\n");
    assert_told(statement_told("mysql", "ALTER USER u IDENTIFIED BY 'x' ACCOUNT LOCK"),
                "ALTER USER u !rights\n  IDENTIFIED BY !rights\n");
    assert_told(statement_told("mysql", "ALTER USER u ADD 2 FACTOR IDENTIFIED BY 'x'"),
                "ALTER USER u !rights\n  ADD 2 FACTOR IDENTIFIED !rights\n");
    assert_told(statement_told("mysql", "ALTER TABLE t CONNECTION='mysql://u:x@h/d'"),
                "ALTER TABLE t\n  CONNECTION\n");
    assert_told(statement_told("oracle", "ALTER USER u IDENTIFIED BY x"),
                "ALTER USER u !rights\n  IDENTIFIED BY !rights\n");
    assert_told(statement_told("postgresql", "ALTER SERVER s OPTIONS (SET host 'h', ADD password "
                                             "'x', DROP user)"),
                "ALTER SERVER s\n  OPTIONS (SET host, ADD password, DROP user)\n");
    assert_told(statement_told("mysql", "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE z"),
                "ALTER TABLE t !changes-data\n  EXCHANGE PARTITION p WITH TABLE z !changes-data\n");
    assert_told(statement_told("mysql", "ALTER TABLE t CONVERT TO CHARACTER SET latin1"),
                "ALTER TABLE t !locks !rewrites\n"
                "  CONVERT TO CHARACTER SET latin1 !locks !rewrites\n");
}

static void triggers_and_rules_that_go_are_told(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "DROP TRIGGER t ON u"),
                "DROP TRIGGER t on u !unchecked\n");
    assert_told(statement_told("postgresql", "DROP TRIGGER audit_u ON u"),
                "DROP TRIGGER audit_u on u !unchecked !unguarded\n");
    assert_told(statement_told("postgresql", "DROP TRIGGER IF EXISTS t ON u; CREATE TRIGGER t "
                                             "AFTER INSERT ON u EXECUTE FUNCTION f()"),
                "DROP TRIGGER t on u\nCREATE TRIGGER t on u\n");
    assert_told(statement_told("postgresql", "DROP TRIGGER t ON u; DROP TABLE u"),
                "DROP TRIGGER t on u\nDROP TABLE u !loses-data !breaks\n");
    assert_told(statement_told("mysql", "DROP TRIGGER t"), "DROP TRIGGER t !unchecked\n");
    assert_told(statement_told("postgresql", "ALTER EVENT TRIGGER e DISABLE"),
                "ALTER EVENT TRIGGER e !unchecked\n  DISABLE !unchecked\n");
    assert_told(statement_told("postgresql", "ALTER EVENT TRIGGER e ENABLE"),
                "ALTER EVENT TRIGGER e\n  ENABLE\n");
    assert_told(statement_told("postgresql", "ALTER TABLE u DISABLE RULE r"),
                "ALTER TABLE u !unchecked\n  DISABLE RULE r !unchecked\n");
}

static void who_may_do_nearly_all_is_told(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER ROLE app SUPERUSER"),
                "ALTER ROLE app !powers !rights\n  SUPERUSER !powers !rights\n");
    assert_told(statement_told("postgresql", "CREATE ROLE app LOGIN CREATEROLE"),
                "CREATE ROLE app !powers !rights\n");
    assert_told(statement_told("postgresql", "ALTER ROLE app NOSUPERUSER"),
                "ALTER ROLE app !rights\n  NOSUPERUSER !rights\n");
    assert_told(statement_told("postgresql", "ALTER ROLE app SET search_path TO a"),
                "ALTER ROLE app\n  SET search_path TO a\n");
    assert_told(statement_told("postgresql", "GRANT ALL PRIVILEGES ON DATABASE prod TO PUBLIC"),
                "GRANT prod !powers !wide !rights\n");
    assert_told(statement_told("postgresql", "GRANT SELECT ON a TO app, PUBLIC"),
                "GRANT a !wide !rights\n");
    assert_told(statement_told("postgresql", "GRANT SELECT ON a TO app WITH GRANT OPTION"),
                "GRANT a !wide !rights\n");
    assert_told(statement_told("postgresql", "GRANT ALL ON a TO app"), "GRANT a !rights\n");
    assert_told(statement_told("postgresql", "GRANT ALL ON ALL TABLES IN SCHEMA s TO app"),
                "GRANT s !rights\n");
    assert_told(statement_told("postgresql", "GRANT pg_execute_server_program TO app"),
                "GRANT app !powers !rights\n");
    assert_told(statement_told("postgresql", "REVOKE ALL ON DATABASE prod FROM PUBLIC"),
                "REVOKE prod !rights\n");
    assert_told(statement_told("mysql", "GRANT ALL ON *.* TO 'a'@'%' WITH GRANT OPTION"),
                "GRANT *.* !powers !wide !rights\n");
    assert_told(statement_told("mysql", "GRANT SELECT ON `shop`.* TO 'a'@localhost"),
                "GRANT shop.* !rights\n");
}

static void roles_are_called_by_their_names(void **state)
{
    (void)state;
    assert_told(statement_told("mysql", "DROP USER 'app'@'%', b@localhost"),
                "DROP USER app@% !rights\nDROP USER b@localhost !rights\n");
    assert_told(statement_told("mysql", "CREATE USER 'app'@'%' IDENTIFIED BY 'x'"),
                "CREATE USER app@% !rights\n");
    assert_told(statement_told("mysql", "SET PASSWORD FOR 'x'@'%' = PASSWORD('y')"),
                "SET PASSWORD x@% !rights\n");
    assert_told(statement_told("postgresql", "CREATE USER MAPPING IF NOT EXISTS FOR app SERVER s"),
                "CREATE USER MAPPING app on s !rights\n");
    assert_told(statement_told("postgresql", "DROP USER MAPPING FOR app SERVER s"),
                "DROP USER MAPPING app on s !rights\n");
    assert_told(statement_told("postgresql",
                               "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a"),
                "ALTER DEFAULT PRIVILEGES GRANT a !rights\n");
}

static void each_of_several_accounts_is_told(void **state)
{
    (void)state;
    assert_told(statement_told("mysql", "ALTER USER 'a'@'%' IDENTIFIED BY 'x1', b@localhost "
                                        "IDENTIFIED VIA ed25519 USING 'x2', c PASSWORD EXPIRE"),
                "ALTER USER a@% !rights\n  IDENTIFIED BY !rights\n"
                "ALTER USER b@localhost !rights\n  IDENTIFIED VIA ed25519 USING !rights\n"
                "ALTER USER c !rights\n  PASSWORD EXPIRE !rights\n");
    assert_told(statement_told("mariadb", "CREATE OR REPLACE USER a IDENTIFIED BY 'x1', 'b'@'h' "
                                          "IDENTIFIED BY 'x2' REQUIRE SSL"),
                "CREATE USER a !rights\nCREATE USER b@h !rights\n");
    assert_told(statement_told("mysql", "CREATE ROLE a, b"),
                "CREATE ROLE a !rights\nCREATE ROLE b !rights\n");
    assert_told(statement_told("mysql", "RENAME USER 'a'@'h' TO 'b'@'h', c TO d"),
                "RENAME USER a@h -> b@h !breaks\nRENAME USER c -> d !breaks\n");
    assert_told(statement_told("mysql", "ALTER USER a DEFAULT ROLE b, c"),
                "ALTER USER a !rights\n  DEFAULT ROLE b !rights\n");
    assert_told(statement_told("oracle", "ALTER USER a IDENTIFIED BY x, b IDENTIFIED BY y"),
                "ALTER USER a !rights\n  IDENTIFIED BY !rights\n  b IDENTIFIED BY !rights\n");
}

static void what_follows_a_list_of_roles_or_values_is_no_account(void **state)
{
    static const struct {
        const char *sql, *told;
    } rows[] = {
        {"CREATE USER a PASSWORD 'x' IN ROLE b, c",  "CREATE USER a !rights\n"                  },
        { "CREATE USER a IN GROUP b, c",             "CREATE USER a !rights\n"                  },
        { "CREATE ROLE a ROLE b, c ADMIN d, e",      "CREATE ROLE a !rights\n"                  },
        { "CREATE ROLE a USER b, c",                 "CREATE ROLE a !rights\n"                  },
        { "ALTER USER a SET foo.bar = x, y",         "ALTER USER a\n  SET foo.bar\n"            },
        { "ALTER USER app SET search_path = app, b", "ALTER USER app\n  SET search_path = app\n"},
        { "ALTER ROLE a IN DATABASE d SET b = c, e",
         "ALTER ROLE a !rights\n  IN DATABASE d SET !rights\n"                                  },
    };
    static const char *const dialects[] = { NULL, "postgresql" };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (size_t k = 0; k < 2; k++)
            assert_told(statement_told(dialects[k], rows[i].sql), rows[i].told);
    }
    assert_told(statement_told(NULL, "CREATE USER a, b"),
                "CREATE USER a !rights\nCREATE USER b !rights\n");
    assert_told(statement_told(NULL, "CREATE USER a IDENTIFIED BY 'x', admin IDENTIFIED BY 'y'"),
                "CREATE USER a !rights\nCREATE USER admin !rights\n");
}

static void rights_to_what_will_be_made_are_as_grave_as_others(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT "
                                             "ON TABLES TO app, PUBLIC"),
                "ALTER DEFAULT PRIVILEGES GRANT app !wide !rights\n");
    assert_told(statement_told("postgresql", "ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT ALL "
                                             "PRIVILEGES ON TABLES TO public"),
                "ALTER DEFAULT PRIVILEGES GRANT public !powers !wide !rights\n");
    assert_told(statement_told("postgresql", "ALTER DEFAULT PRIVILEGES GRANT INSERT ON TABLES TO "
                                             "app WITH GRANT OPTION"),
                "ALTER DEFAULT PRIVILEGES GRANT app !wide !rights\n");
    assert_told(statement_told("postgresql",
                               "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC"),
                "ALTER DEFAULT PRIVILEGES GRANT public !rights\n");
    assert_told(statement_told("postgresql",
                               "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM PUBLIC"),
                "ALTER DEFAULT PRIVILEGES REVOKE public !rights\n");
}

static void triggers_that_stay_off_are_told(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER TABLE a DISABLE TRIGGER ALL"),
                "ALTER TABLE a !unchecked !unguarded\n"
                "  DISABLE TRIGGER ALL !unchecked !unguarded\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a DISABLE TRIGGER a_audit"),
                "ALTER TABLE a !unchecked !unguarded\n"
                "  DISABLE TRIGGER a_audit !unchecked !unguarded\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a DISABLE TRIGGER allocate"),
                "ALTER TABLE a !unchecked\n  DISABLE TRIGGER allocate !unchecked\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a DISABLE TRIGGER ALL; UPDATE a SET b = "
                                             "1 WHERE c; ALTER TABLE a ENABLE TRIGGER ALL"),
                "ALTER TABLE a !unchecked\n  DISABLE TRIGGER ALL !unchecked\n"
                "UPDATE a !changes-data\nALTER TABLE a\n  ENABLE TRIGGER ALL\n");
    assert_told(statement_told("postgresql", "ALTER TABLE a DISABLE TRIGGER USER; "
                                             "ALTER TABLE b ENABLE TRIGGER ALL"),
                "ALTER TABLE a !unchecked !unguarded\n"
                "  DISABLE TRIGGER USER !unchecked !unguarded\n"
                "ALTER TABLE b\n  ENABLE TRIGGER ALL\n");
    assert_told(statement_told("oracle", "ALTER TABLE a DISABLE ALL TRIGGERS"),
                "ALTER TABLE a !unchecked !unguarded\n"
                "  DISABLE ALL TRIGGERS !unchecked !unguarded\n");
    assert_told(statement_told("mysql", "ALTER TABLE a DISABLE KEYS"),
                "ALTER TABLE a\n  DISABLE KEYS\n");
}

static void checks_that_are_switched_off_are_told(void **state)
{
    (void)state;
    assert_told(statement_told("mysql", "SET FOREIGN_KEY_CHECKS=0"),
                "SET FOREIGN_KEY_CHECKS !unchecked\n");
    assert_told(statement_told("mysql", "SET NAMES utf8, SESSION unique_checks = OFF"),
                "SET UNIQUE_CHECKS !unchecked\n");
    assert_told(statement_told("mysql", "SET FOREIGN_KEY_CHECKS=1"), "SET\n");
    assert_told(statement_told("postgresql", "SET session_replication_role = 'replica'"),
                "SET session_replication_role !unchecked\n");
    assert_told(statement_told("mysql",
                               "SET sql_mode = REPLACE(@@sql_mode, 'STRICT_TRANS_TABLES', '')"),
                "SET SQL_MODE !lenient\n");
    assert_told(statement_told("mysql",
                               "SET sql_mode = REPLACE(@@sql_mode, 'ONLY_FULL_GROUP_BY', '')"),
                "SET\n");
    assert_told(statement_told("mysql", "SET sql_mode = ''"), "SET SQL_MODE !lenient\n");
    assert_told(statement_told("mysql", "SET @@session.sql_mode := 'ANSI_QUOTES'"),
                "SET SQL_MODE !lenient\n");
    assert_told(statement_told("mysql", "SET SQL_SAFE_UPDATES = 0"),
                "SET SQL_SAFE_UPDATES !lenient\n");
    assert_told(statement_told("mysql", "SET SQL_SAFE_UPDATES = 1"), "SET\n");
    assert_told(statement_told("mysql", "SET sql_mode = 'TRADITIONAL'"), "SET\n");
    assert_told(statement_told("mysql", "SET SQL_MODE = \"NO_AUTO_VALUE_ON_ZERO\""), "SET\n");
    assert_told(statement_told("mysql", "SET sql_mode = (SELECT @@sql_mode)"), "SET\n");
}

static void what_is_set_for_the_whole_server_is_told(void **state)
{
    (void)state;
    assert_told(statement_told("mysql", "SET GLOBAL max_connections = 5"),
                "SET GLOBAL max_connections !server-wide\n");
    assert_told(statement_told("mysql", "SET @@GLOBAL.local_infile = 1"),
                "SET GLOBAL local_infile !server-wide !weakens\n");
    assert_told(statement_told("mysql", "SET NAMES utf8mb4, PERSIST max_connections = 5"),
                "SET PERSIST max_connections !server-wide\n");
    assert_told(statement_told("mysql", "SET GLOBAL sql_mode = ''"),
                "SET GLOBAL sql_mode !lenient !server-wide\n");
    assert_told(statement_told("mysql", "SET SESSION group_concat_max_len = 5"), "SET\n");
}

/* What every dump begins and ends with. */
static void the_frame_of_a_dump_is_told_only_where_it_is_not_closed(void **state)
{
    (void)state;
    assert_told(
        statement_told("mysql",
                       "SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, FOREIGN_KEY_CHECKS=0;\n"
                       "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ALLOW_INVALID_DATES' */;\n"
                       "SET @@GLOBAL.GTID_PURGED='+1-2';\n"
                       "/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"
                       "SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS"),
        "SET FOREIGN_KEY_CHECKS\nSET SQL_MODE\nSET\nSET\nSET\n");
    assert_told(statement_told("mysql", "SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, "
                                        "FOREIGN_KEY_CHECKS=0; SET SQL_MODE=@OLD_SQL_MODE"),
                "SET FOREIGN_KEY_CHECKS !unchecked\nSET\n");
}

static void what_the_grammar_refuses_is_read_and_marked(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER TABLE a MODIFY b int"),
                "ALTER TABLE a !locks !may-fail !type !unread\n"
                "  MODIFY COLUMN b: b int !locks !may-fail !type\n");
    assert_told(statement_told("postgresql", "CREATE TABEL a (b int)"), "CREATE !unread\n");
}

static void placeholders_stay_in_the_names(void **state)
{
    (void)state;
    assert_told(statement_told("postgresql", "ALTER TABLE ${schema}.a ADD b int"),
                "ALTER TABLE ${schema}.a\n  ADD COLUMN b: b int\n");
}

static void what_is_no_statement_is_told_as_not_understood(void **state)
{
    static const char *const dialects[] = { NULL, "mysql", "mariadb", "sqlite", "sqlserver" };

    (void)state;
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        assert_told(statement_told(dialects[i], "ALTRE TABEL x"), "ALTRE !unread\n");
        assert_told(statement_told(dialects[i], "\xEF\xBB\xBF"
                                                "DROP TABLE x"),
                    "\xEF\xBB\xBF"
                    "DROP !unread\n");
        assert_told(statement_told(dialects[i], "DROP TABEL x"), "DROP !unread\n");
        assert_told(statement_told(dialects[i], "ALTER TABEL x ADD y int"), "ALTER !unread\n");
        assert_told(statement_told(dialects[i], ".read more.sql"), ". !unread\n");
        assert_told(statement_told(dialects[i], "${everything}"), "${everything} !unread\n");
        assert_told(statement_told(dialects[i], "(SELECT 1)"), "SELECT\n");
        assert_told(statement_told(dialects[i], "RELEASE SAVEPOINT a"), "RELEASE\n");
    }
    assert_told(statement_told("mysql", "PRAGMA x"), "PRAGMA !unread\n");
    assert_told(statement_told("sqlite", "RENAME TABLE a TO b"),
                "RENAME TABLE a -> b !breaks !unread\n");
    assert_told(statement_told("mysql", "FLUSH TABLES"), "FLUSH\n");
}

static void what_steers_others_is_a_block(void **state)
{
    (void)state;
    assert_told(statement_told("sqlserver", "IF EXISTS (SELECT 1) DROP TABLE x"), "IF !opaque\n");
    assert_told(statement_told("mariadb", "BEGIN NOT ATOMIC DROP TABLE x"), "BEGIN !opaque\n");
    assert_told(statement_told("oracle", "BEGIN EXECUTE IMMEDIATE 'DROP TABLE x'"),
                "BEGIN !opaque\n");
    assert_told(statement_told("sqlite", "BEGIN IMMEDIATE TRANSACTION"), "BEGIN\n");
    assert_told(statement_told("postgresql", "BEGIN"), "BEGIN\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_table_has_columns_and_nothing_can_go_wrong),
        cmocka_unit_test(mysql_has_keys_in_tables),
        cmocka_unit_test(dropping_loses_data),
        cmocka_unit_test(a_column_that_must_have_a_value_needs_a_default),
        cmocka_unit_test(indexes_lock_unless_they_are_built_aside),
        cmocka_unit_test(constraints_look_at_all_rows_unless_told_not_to),
        cmocka_unit_test(types_change_in_the_words_of_each_dialect),
        cmocka_unit_test(names_that_change_break_programs),
        cmocka_unit_test(each_change_has_its_line),
        cmocka_unit_test(what_is_new_cannot_be_hurt),
        cmocka_unit_test(what_is_new_is_not_a_table_of_its_name),
        cmocka_unit_test(data_and_rights_are_told),
        cmocka_unit_test(the_words_of_an_option_hold_no_value),
        cmocka_unit_test(triggers_and_rules_that_go_are_told),
        cmocka_unit_test(who_may_do_nearly_all_is_told),
        cmocka_unit_test(roles_are_called_by_their_names),
        cmocka_unit_test(what_follows_a_list_of_roles_or_values_is_no_account),
        cmocka_unit_test(checks_that_are_switched_off_are_told),
        cmocka_unit_test(each_of_several_accounts_is_told),
        cmocka_unit_test(rights_to_what_will_be_made_are_as_grave_as_others),
        cmocka_unit_test(triggers_that_stay_off_are_told),
        cmocka_unit_test(what_is_set_for_the_whole_server_is_told),
        cmocka_unit_test(the_frame_of_a_dump_is_told_only_where_it_is_not_closed),
        cmocka_unit_test(what_the_grammar_refuses_is_read_and_marked),
        cmocka_unit_test(what_is_no_statement_is_told_as_not_understood),
        cmocka_unit_test(what_steers_others_is_a_block),
        cmocka_unit_test(placeholders_stay_in_the_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
