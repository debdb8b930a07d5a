/* SQL that a server runs where it would be read as text: `pilab schema … --scratch`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/run_program.h"
#include "../support/scratch.h"
#include "../support/scratch_servers.h"

/* What no reader of text makes out. */
static const char dynamic_postgresql[] =
    "CREATE TABLE users (id bigint PRIMARY KEY);\n"
    "ALTER TABLE users OWNER TO nobody_here;\n"
    "GRANT SELECT ON users TO nobody_here;\n"
    "COPY users (id) FROM stdin;\n1\n2\n\\.\n"
    "DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN made text'; END $$;\n";
static const char dynamic_mysql[] =
    "/*M!999999\\- enable the sandbox mode */ \n"
    "CREATE TABLE `users` (`id` int NOT NULL, `tags` longtext CHARACTER SET utf8mb4 COLLATE\n"
    " utf8mb4_bin CHECK (json_valid(`tags`)), PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"
    "DELIMITER ;;\n"
    "/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER first BEFORE INSERT\n"
    "ON users FOR EACH ROW BEGIN SET new.id = 1; END */;;\n"
    "/*!50003 CREATE*/ /*!50020 DEFINER=`root`@`localhost`*/ /*!50003 PROCEDURE second()\n"
    "BEGIN SELECT 1; SELECT 2; END */;;\n"
    "DELIMITER ;\n"
    "/*!50001 CREATE ALGORITHM=UNDEFINED */\n"
    "/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n"
    "/*!50001 VIEW `ids` AS select `users`.`id` AS `id` from `users` */;\n"
    "SET @s = 'ALTER TABLE users ADD COLUMN made text';\nPREPARE p FROM @s;\nEXECUTE p;\n";

static struct scratch_servers installed;

static int start(void **state)
{
    scratch_servers_start(&installed);
    return fixture_library_start(state);
}

static int stop(void **state)
{
    scratch_servers_stop(&installed);
    return fixture_library_stop(state);
}

static void write_file(const struct sandbox *sandbox, const char *name, const char *text)
{
    free(scratch_file(sandbox_files(sandbox), name, text));
}

static void what_code_does_is_known_when_it_ran(void **state)
{
    const struct database_server *const servers[] = { installed.postgresql, installed.mariadb };
    static const char *const texts[] = { dynamic_postgresql, dynamic_mysql };

    for (size_t i = 0; i < 2; i++) {
        char *address;
        const struct run *run;

        scratch_servers_need(servers[i]);
        address = scratch_servers_maker(&installed, servers[i]);
        write_file(*state, "dump.sql", texts[i]);
        run = run_pilab(*state, "schema", "snapshot", "dump.sql", "--scratch", address, NULL);
        if (run->status != 0)
            fail_msg("status %d: %s", run->status, run->err.data);
        assert_says(&run->out, "\"name\": \"made\"");
        run = run_pilab(*state, "schema", "snapshot", "dump.sql", NULL);
        assert_null(strstr(run->out.data, "\"name\": \"made\""));
        free(address);
    }
    scratch_servers_assert_empty(&installed);
}

/* The same dump is the same schema, whoever reads it. */
static void a_dump_that_ran_is_what_its_text_says(void **state)
{
    char *address, *plain;
    const struct run *run;

    scratch_servers_need(installed.mariadb);
    address = scratch_servers_maker(&installed, installed.mariadb);
    plain =
        memory_copy_bytes(dynamic_mysql, (size_t)(strstr(dynamic_mysql, "SET @s") - dynamic_mysql));
    write_file(*state, "dump.sql", plain);
    run = run_pilab(*state, "schema", "snapshot", "dump.sql", "--scratch", address, "-o",
                    "ran.json", NULL);
    assert_int_equal(run->status, 0);
    run = run_pilab(*state, "schema", "diff", "ran.json", "dump.sql", "--exit-code", NULL);
    if (run->status != 0)
        fail_msg("status %d: %s%s", run->status, run->out.data, run->err.data);
    free(plain);
    free(address);
}

static void a_statement_that_fails_is_named_with_its_line(void **state)
{
    const struct run *run;
    char *address;

    scratch_servers_need(installed.postgresql);
    address = scratch_servers_maker(&installed, installed.postgresql);
    write_file(*state, "bad.sql",
               "CREATE TABLE a (id int);\n\nALTER TABLE missing ADD COLUMN b int;\n");
    run = run_pilab(*state, "schema", "snapshot", "bad.sql", "--scratch", address, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "bad.sql:3: relation \"missing\" does not exist");
    scratch_servers_assert_empty(&installed);
    free(address);
}

static void who_could_reach_more_runs_nothing(void **state)
{
    struct database_server *const servers[] = { installed.postgresql, installed.mariadb };
    static const char *const admins[] = { "postgres", "mysql" };

    write_file(*state, "a.sql", "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    for (size_t i = 0; i < 2; i++) {
        char *address;
        const struct run *run;

        scratch_servers_need(servers[i]);
        address = database_server_dsn(servers[i], admins[i]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                        i == 0 ? "postgresql" : "mariadb", NULL);
        assert_int_equal(run->status, 77);
        assert_says(&run->err, "SQL of files is not run by a user who has");
        free(address);
    }
    scratch_servers_assert_empty(&installed);
}

/* What would lead out of the database that was made, or change who runs it. */
static void users_and_other_databases_are_left_alone(void **state)
{
    static const char *const texts[] = {
        "ALTER ROLE CURRENT_USER PASSWORD 'stolen';\nCREATE DATABASE other;\n\\connect other\n"
        "CREATE ROLE more;\nCREATE TABLE a (x int);\n",
        "SET PASSWORD = PASSWORD('stolen');\nCREATE DATABASE pilab_verify_other;\n"
        "USE pilab_verify_other;\nCREATE TABLE a (x int) ENGINE=InnoDB;\n"
    };
    const struct database_server *const servers[] = { installed.postgresql, installed.mariadb };

    for (size_t i = 0; i < 2; i++) {
        char *address;

        scratch_servers_need(servers[i]);
        address = scratch_servers_maker(&installed, servers[i]);
        write_file(*state, "a.sql", texts[i]);
        for (int twice = 0; twice < 2; twice++) {
            const struct run *run =
                run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, NULL);

            if (run->status != 0)
                fail_msg("status %d: %s", run->status, run->err.data);
            assert_says(&run->out, "\"name\": \"a\"");
        }
        free(address);
    }
    scratch_servers_assert_empty(&installed);
    database_server_sql(installed.postgresql, "postgres",
                        "DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM pg_database WHERE"
                        " datname = 'other'); END $$;\n");
}

static void who_owns_a_database_or_has_a_role_runs_nothing(void **state)
{
    const struct run *run;
    char *address;

    scratch_servers_need(installed.postgresql);
    scratch_servers_need(installed.mariadb);
    write_file(*state, "a.sql", "CREATE TABLE a (id int);\n");
    database_server_sql(installed.postgresql, "postgres", "CREATE ROLE holder LOGIN CREATEDB;\n");
    database_server_sql(installed.postgresql, "postgres", "CREATE DATABASE held OWNER holder;\n");
    address = memory_printf("postgresql://holder@/held?host=%s",
                            database_server_folder(installed.postgresql));
    run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                    "postgresql", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "has the database held");
    free(address);
    database_server_sql(installed.mariadb, "mysql",
                        "CREATE ROLE more; CREATE USER holder@localhost; GRANT more TO"
                        " holder@localhost; GRANT ALL ON `pilab\\_verify\\_%`.* TO"
                        " holder@localhost;\n");
    address = memory_printf("mariadb://holder@localhost/information_schema?socket=%s/socket",
                            database_server_folder(installed.mariadb));
    run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                    "mariadb", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "has the role more");
    free(address);
    scratch_servers_assert_empty(&installed);
}

/* Of the user's own for databases that are not there yet, or everybody's. */
static void who_has_any_other_grant_runs_nothing(void **state)
{
    static const char *const grants[][3] = {
        {"GRANT ALL ON `shop\\_%`.* TO maker@localhost",
         "REVOKE ALL ON `shop\\_%`.* FROM maker@localhost",                                     "ON `shop\\_%`.*"     },
        { "GRANT FILE ON *.* TO PUBLIC",                      "REVOKE FILE ON *.* FROM PUBLIC", "FILE"                },
        { "GRANT SELECT, DROP ON mysql.help_topic TO PUBLIC",
         "REVOKE SELECT, DROP ON mysql.help_topic FROM PUBLIC",                                 "`mysql`.`help_topic`"},
        { "GRANT PROXY ON root@localhost TO maker@localhost",
         "REVOKE PROXY ON root@localhost FROM maker@localhost",                                 "PROXY ON"            },
    };
    char *address;

    scratch_servers_need(installed.mariadb);
    address = scratch_servers_maker(&installed, installed.mariadb);
    write_file(*state, "a.sql", "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
        const struct run *run;

        database_server_sql(installed.mariadb, "mysql", grants[i][0]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, NULL);
        assert_int_equal(run->status, 77);
        assert_says(&run->err, "SQL of files is not run by a user who has");
        assert_says_not(&run->err, "DROP DATABASE");
        if (strstr(grants[i][0], "mysql.help") == NULL)
            assert_says(&run->err, grants[i][2]);
        database_server_sql(installed.mariadb, "mysql", grants[i][1]);
    }
    scratch_servers_assert_empty(&installed);
    free(address);
}

static void a_database_that_code_makes_is_told(void **state)
{
    const struct run *run;
    char *address;

    scratch_servers_need(installed.mariadb);
    address = scratch_servers_maker(&installed, installed.mariadb);
    write_file(*state, "a.sql",
               "SET @s = 'CREATE DATABASE pilab_verify_left';\nPREPARE p FROM @s;\nEXECUTE p;\n"
               "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "made another database, pilab_verify_left");
    database_server_sql(installed.mariadb, "mysql", "DROP DATABASE pilab_verify_left;\n");
    scratch_servers_assert_empty(&installed);
    free(address);
}

/* What dumps say of the server that they are from. */
static void what_dumps_say_of_their_server_is_left_out(void **state)
{
    static const char *const texts[] = {
        "COMMENT ON DATABASE prod IS 'ours';\nCOMMENT ON EXTENSION plpgsql IS 'x';\n"
        "CREATE TABLE a (id int);\n",
        "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;\nSET @@SESSION.SQL_LOG_BIN= 0;\n"
        "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ '3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5';\n"
        "CREATE TABLE a (id int) ENGINE=InnoDB;\n"
        "SET @@SESSION.SQL_LOG_BIN = @MYSQLDUMP_TEMP_LOG_BIN;\n"
    };
    const struct database_server *const servers[] = { installed.postgresql, installed.mariadb };

    for (size_t i = 0; i < 2; i++) {
        const struct run *run;
        char *address;

        scratch_servers_need(servers[i]);
        address = scratch_servers_maker(&installed, servers[i]);
        write_file(*state, "a.sql", texts[i]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, NULL);
        if (run->status != 0)
            fail_msg("status %d: %s", run->status, run->err.data);
        assert_says(&run->out, "\"name\": \"a\"");
        free(address);
    }
    scratch_servers_assert_empty(&installed);
}

static void each_file_has_a_session_of_its_own(void **state)
{
    const struct run *run;
    char *address;

    scratch_servers_need(installed.postgresql);
    address = scratch_servers_maker(&installed, installed.postgresql);
    write_file(*state, "V1__a.sql",
               "SELECT pg_catalog.set_config('search_path', '', false);\n"
               "CREATE TABLE public.a (x int);\n");
    write_file(*state, "V2__b.sql", "CREATE TABLE b (x int);\n");
    run = run_pilab(*state, "schema", "snapshot", ".", "--scratch", address, NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    write_file(*state, "V2__b.sql", "BEGIN;\nCREATE TABLE b (x int);\n");
    run = run_pilab(*state, "schema", "snapshot", ".", "--scratch", address, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "V2__b.sql leaves a transaction open");
    scratch_servers_assert_empty(&installed);
    free(address);
}

static void what_fails_repeats_no_rows(void **state)
{
    static const struct {
        bool mariadb;
        const char *text;
    } cases[] = {
        {false,
         "CREATE TABLE a (n text, x text NOT NULL);\nINSERT INTO a VALUES ('s3same', NULL);\n"  },
        { false, "CREATE TABLE a (n text);\nINSERT INTO a VALUES (('s3same9')::bigint::text);\n"},
        { false, "CREATE TABLE a (n text);\nSELECT '73337333733373337333s3same'::bigint;\n"     },
        { false, "CREATE TABLE a (n text);\nDO $$ BEGIN RAISE 'it is s3same'; END $$;\n"        },
        { false, "CREATE TABLE a (n text);\nINSERT INTO a VALUEZ ('s3same');\n"                 },
        { true,  "CREATE TABLE a (n int) ENGINE=InnoDB;\nINSERT INTO a VALUES ('s3same');\n"    },
        { true,  "CREATE TABLE a (n int) ENGINE=InnoDB;\nINSERT INTO a VALUEZ (1, 's3same');\n" },
        { true,  "CREATE TABLE a (n int) ENGINE=InnoDB;\nSIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = "
                "'no s3same here';\n"                                            },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct database_server *server =
            cases[i].mariadb ? installed.mariadb : installed.postgresql;
        const struct run *run;
        char *address;

        scratch_servers_need(server);
        address = scratch_servers_maker(&installed, server);
        write_file(*state, "a.sql", cases[i].text);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                        cases[i].mariadb ? "mariadb" : "postgresql", NULL);
        assert_int_equal(run->status, 1);
        assert_says(&run->err, "a.sql:2: ");
        assert_null(strstr(run->err.data, "s3same"));
        free(address);
    }
    scratch_servers_assert_empty(&installed);
}

/* The server's limit ends a statement of PostgreSQL, ours one of MariaDB. */
static void what_takes_too_long_leaves_nothing(void **state)
{
    static const char *const texts[] = {
        "CREATE TABLE a (n int);\nSELECT pg_sleep(1000);\n",
        "CREATE TABLE a (n int) ENGINE=InnoDB;\nSELECT SLEEP(1000);\n"
    };
    const struct database_server *const servers[] = { installed.postgresql, installed.mariadb };

    for (size_t i = 0; i < 2; i++) {
        const struct run *run;
        char *address;

        scratch_servers_need(servers[i]);
        address = scratch_servers_maker(&installed, servers[i]);
        write_file(*state, "a.sql", texts[i]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--timeout",
                        "1", "--dialect", i == 0 ? "postgresql" : "mariadb", NULL);
        assert_int_not_equal(run->status, 0);
        assert_says(&run->err, "a.sql:2: ");
        assert_null(strstr(run->err.data, "by hand"));
        free(address);
    }
    scratch_servers_assert_empty(&installed);
}

static void what_is_meant_to_stand_in_strings_stays(void **state)
{
    const struct run *run;
    char *address;

    scratch_servers_need(installed.mariadb);
    address = scratch_servers_maker(&installed, installed.mariadb);
    write_file(*state, "a.sql",
               "CREATE TABLE ${table} (x varchar(20) DEFAULT '${HOME}' /*!999999 , gone int "
               "*/);\n");
    run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                    "mariadb", NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_says(&run->out, "\"default\": \"'${HOME}'\"");
    assert_null(strstr(run->out.data, "gone"));
    free(address);
}

static void what_is_for_another_database_does_not_run(void **state)
{
    const struct run *run;
    char *address;

    scratch_servers_need(installed.postgresql);
    address = scratch_servers_maker(&installed, installed.postgresql);
    write_file(*state, "m.sql", "CREATE TABLE `a` (`id` int) ENGINE=InnoDB;\n");
    run = run_pilab(*state, "schema", "snapshot", "m.sql", "--scratch", address, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "its SQL is for MySQL");
    run = run_pilab(*state, "schema", "snapshot", "m.sql", "--scratch", "sqlite:a.db", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "SQL for SQLite is run in memory");
    run = run_pilab(*state, "schema", "snapshot", "m.sql", "--scratch", "a.db", NULL);
    assert_int_equal(run->status, 64);
    free(address);
}

/* --- In a project ----------------------------------------------------------------------------- */

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, scratch_sandbox_start, scratch_sandbox_end)
    static const struct CMUnitTest cases[] = {
        CASE(what_code_does_is_known_when_it_ran),
        CASE(a_dump_that_ran_is_what_its_text_says),
        CASE(a_statement_that_fails_is_named_with_its_line),
        CASE(who_could_reach_more_runs_nothing),
        CASE(users_and_other_databases_are_left_alone),
        CASE(who_owns_a_database_or_has_a_role_runs_nothing),
        CASE(who_has_any_other_grant_runs_nothing),
        CASE(a_database_that_code_makes_is_told),
        CASE(what_dumps_say_of_their_server_is_left_out),
        CASE(each_file_has_a_session_of_its_own),
        CASE(what_fails_repeats_no_rows),
        CASE(what_takes_too_long_leaves_nothing),
        CASE(what_is_meant_to_stand_in_strings_stays),
        CASE(what_is_for_another_database_does_not_run),
    };

    return cmocka_run_group_tests_name("SQL that is run", cases, start, stop);
}
