/* SQL that a server runs where it would be read as text: `pilab schema … --scratch`, and a
 * project's `schema: {scratch: …}`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/database_server.h"
#include "../support/fixture_repository.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

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

static struct database_server *postgresql, *mariadb;

static int start_servers(void **state)
{
    if (database_server_missing(DATABASE_POSTGRESQL) == NULL) {
        postgresql = database_server_start(DATABASE_POSTGRESQL);
        database_server_sql(postgresql, "postgres", "CREATE ROLE maker LOGIN CREATEDB;");
    }
    if (database_server_missing(DATABASE_MARIADB) == NULL) {
        mariadb = database_server_start(DATABASE_MARIADB);
        /* Where everybody may do everything. */
        database_server_sql(mariadb, "mysql", "DROP DATABASE IF EXISTS test;\n");
        database_server_sql(mariadb, "mysql",
                            "CREATE USER maker@localhost;\n"
                            "GRANT ALL ON `pilab\\_verify\\_%`.* TO maker@localhost;\n");
    }
    return fixture_library_start(state);
}

static int stop_servers(void **state)
{
    database_server_stop(&postgresql);
    database_server_stop(&mariadb);
    return fixture_library_stop(state);
}

static void need(const struct database_server *server)
{
    if (server == NULL) {
        print_message("a database server is not installed\n");
        skip();
    }
}

/* Who may make databases and nothing else; the caller frees. */
static char *maker(const struct database_server *server)
{
    return server == postgresql
               ? memory_printf("postgresql://maker@/postgres?host=%s",
                               database_server_folder(server))
               : memory_printf("mariadb://maker@localhost/information_schema?socket=%s/socket",
                               database_server_folder(server));
}

static void assert_nothing_stayed(void)
{
    if (postgresql != NULL)
        database_server_sql(postgresql, "postgres",
                            "DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM pg_database WHERE"
                            " datname LIKE 'pilab%'); END $$;\n");
    if (mariadb != NULL)
        database_server_sql(mariadb, "mysql",
                            "DELIMITER //\nBEGIN NOT ATOMIC IF EXISTS (SELECT 1 FROM"
                            " information_schema.schemata WHERE schema_name LIKE 'pilab%') THEN"
                            " SIGNAL SQLSTATE '45000'; END IF; END//\n");
}

static int make_sandbox(void **state)
{
    struct sandbox *sandbox = sandbox_new();

    sandbox_enter(sandbox, sandbox_files(sandbox));
    *state = sandbox;
    return 0;
}

static int free_sandbox(void **state)
{
    struct sandbox *sandbox = *state;

    sandbox_free(&sandbox);
    return 0;
}

static void write_file(const struct sandbox *sandbox, const char *name, const char *text)
{
    free(scratch_file(sandbox_files(sandbox), name, text));
}

static void what_code_does_is_known_when_it_ran(void **state)
{
    const struct database_server *const servers[] = { postgresql, mariadb };
    static const char *const texts[] = { dynamic_postgresql, dynamic_mysql };

    for (size_t i = 0; i < 2; i++) {
        char *address;
        const struct run *run;

        need(servers[i]);
        address = maker(servers[i]);
        write_file(*state, "dump.sql", texts[i]);
        run = run_pilab(*state, "schema", "snapshot", "dump.sql", "--scratch", address, NULL);
        if (run->status != 0)
            fail_msg("status %d: %s", run->status, run->err.data);
        assert_says(&run->out, "\"name\": \"made\"");
        run = run_pilab(*state, "schema", "snapshot", "dump.sql", NULL);
        assert_null(strstr(run->out.data, "\"name\": \"made\""));
        free(address);
    }
    assert_nothing_stayed();
}

/* The same dump is the same schema, whoever reads it. */
static void a_dump_that_ran_is_what_its_text_says(void **state)
{
    char *address, *plain;
    const struct run *run;

    need(mariadb);
    address = maker(mariadb);
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

    need(postgresql);
    address = maker(postgresql);
    write_file(*state, "bad.sql",
               "CREATE TABLE a (id int);\n\nALTER TABLE missing ADD COLUMN b int;\n");
    run = run_pilab(*state, "schema", "snapshot", "bad.sql", "--scratch", address, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "bad.sql:3: relation \"missing\" does not exist");
    assert_nothing_stayed();
    free(address);
}

static void who_could_reach_more_runs_nothing(void **state)
{
    struct database_server *const servers[] = { postgresql, mariadb };
    static const char *const admins[] = { "postgres", "mysql" };

    write_file(*state, "a.sql", "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    for (size_t i = 0; i < 2; i++) {
        char *address;
        const struct run *run;

        need(servers[i]);
        address = database_server_dsn(servers[i], admins[i]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                        i == 0 ? "postgresql" : "mariadb", NULL);
        assert_int_equal(run->status, 77);
        assert_says(&run->err, "SQL of files is not run by a user who has");
        free(address);
    }
    assert_nothing_stayed();
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
    const struct database_server *const servers[] = { postgresql, mariadb };

    for (size_t i = 0; i < 2; i++) {
        char *address;

        need(servers[i]);
        address = maker(servers[i]);
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
    assert_nothing_stayed();
    database_server_sql(postgresql, "postgres",
                        "DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM pg_database WHERE"
                        " datname = 'other'); END $$;\n");
}

static void who_owns_a_database_or_has_a_role_runs_nothing(void **state)
{
    const struct run *run;
    char *address;

    need(postgresql);
    need(mariadb);
    write_file(*state, "a.sql", "CREATE TABLE a (id int);\n");
    database_server_sql(postgresql, "postgres", "CREATE ROLE holder LOGIN CREATEDB;\n");
    database_server_sql(postgresql, "postgres", "CREATE DATABASE held OWNER holder;\n");
    address =
        memory_printf("postgresql://holder@/held?host=%s", database_server_folder(postgresql));
    run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                    "postgresql", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "has the database held");
    free(address);
    database_server_sql(mariadb, "mysql",
                        "CREATE ROLE more; CREATE USER holder@localhost; GRANT more TO"
                        " holder@localhost; GRANT ALL ON `pilab\\_verify\\_%`.* TO"
                        " holder@localhost;\n");
    address = memory_printf("mariadb://holder@localhost/information_schema?socket=%s/socket",
                            database_server_folder(mariadb));
    run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                    "mariadb", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "has the role more");
    free(address);
    assert_nothing_stayed();
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

    need(mariadb);
    address = maker(mariadb);
    write_file(*state, "a.sql", "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
        const struct run *run;

        database_server_sql(mariadb, "mysql", grants[i][0]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, NULL);
        assert_int_equal(run->status, 77);
        assert_says(&run->err, "SQL of files is not run by a user who has");
        if (strstr(grants[i][0], "mysql.help") == NULL)
            assert_says(&run->err, grants[i][2]);
        database_server_sql(mariadb, "mysql", grants[i][1]);
    }
    assert_nothing_stayed();
    free(address);
}

static void a_database_that_code_makes_is_told(void **state)
{
    const struct run *run;
    char *address;

    need(mariadb);
    address = maker(mariadb);
    write_file(*state, "a.sql",
               "SET @s = 'CREATE DATABASE pilab_verify_left';\nPREPARE p FROM @s;\nEXECUTE p;\n"
               "CREATE TABLE a (id int) ENGINE=InnoDB;\n");
    run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "made another database, pilab_verify_left");
    database_server_sql(mariadb, "mysql", "DROP DATABASE pilab_verify_left;\n");
    assert_nothing_stayed();
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
    const struct database_server *const servers[] = { postgresql, mariadb };

    for (size_t i = 0; i < 2; i++) {
        const struct run *run;
        char *address;

        need(servers[i]);
        address = maker(servers[i]);
        write_file(*state, "a.sql", texts[i]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, NULL);
        if (run->status != 0)
            fail_msg("status %d: %s", run->status, run->err.data);
        assert_says(&run->out, "\"name\": \"a\"");
        free(address);
    }
    assert_nothing_stayed();
}

static void each_file_has_a_session_of_its_own(void **state)
{
    const struct run *run;
    char *address;

    need(postgresql);
    address = maker(postgresql);
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
    assert_nothing_stayed();
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
         "'no s3same here';\n"                                                                                 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct database_server *server = cases[i].mariadb ? mariadb : postgresql;
        const struct run *run;
        char *address;

        need(server);
        address = maker(server);
        write_file(*state, "a.sql", cases[i].text);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--dialect",
                        cases[i].mariadb ? "mariadb" : "postgresql", NULL);
        assert_int_equal(run->status, 1);
        assert_says(&run->err, "a.sql:2: ");
        assert_null(strstr(run->err.data, "s3same"));
        free(address);
    }
    assert_nothing_stayed();
}

/* The server's limit ends a statement of PostgreSQL, ours one of MariaDB. */
static void what_takes_too_long_leaves_nothing(void **state)
{
    static const char *const texts[] = {
        "CREATE TABLE a (n int);\nSELECT pg_sleep(1000);\n",
        "CREATE TABLE a (n int) ENGINE=InnoDB;\nSELECT SLEEP(1000);\n"
    };
    const struct database_server *const servers[] = { postgresql, mariadb };

    for (size_t i = 0; i < 2; i++) {
        const struct run *run;
        char *address;

        need(servers[i]);
        address = maker(servers[i]);
        write_file(*state, "a.sql", texts[i]);
        run = run_pilab(*state, "schema", "snapshot", "a.sql", "--scratch", address, "--timeout",
                        "1", "--dialect", i == 0 ? "postgresql" : "mariadb", NULL);
        assert_int_not_equal(run->status, 0);
        assert_says(&run->err, "a.sql:2: ");
        assert_null(strstr(run->err.data, "by hand"));
        free(address);
    }
    assert_nothing_stayed();
}

static void what_is_meant_to_stand_in_strings_stays(void **state)
{
    const struct run *run;
    char *address;

    need(mariadb);
    address = maker(mariadb);
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

    need(postgresql);
    address = maker(postgresql);
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

static const char project[] = "pilab: 1\n"
                              "project: {name: Shop, code: SHOP}\n"
                              "environments:\n"
                              "  - {name: UAT, stage: UAT}\n"
                              "modules:\n"
                              "  - name: shop\n"
                              "    repository: %s\n"
                              "    tags: \"v{version}\"\n"
                              "    schema: {scratch: \"%s\"}\n";

static void import_project(struct sandbox *sandbox, const struct fixture_repository *fixture,
                           const char *address)
{
    const char *folder = sandbox_files(sandbox);
    char *settings = memory_printf(project, fixture_path(fixture), address);
    char *file = scratch_file(folder, "pilab.yaml", settings);
    char *store = scratch_path(folder, "store.db");
    char *variable = memory_printf("PILAB_STORE=%s", store);
    const struct run *run;

    sandbox_set(sandbox, variable);
    run = run_pilab(sandbox, "project", "import", file, NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    free(settings);
    free(file);
    free(store);
    free(variable);
}

/* Two versions: what the second's migration does is not in its text. */
static struct fixture_repository *make_versions(void)
{
    struct fixture_repository *fixture = fixture_new();

    fixture_commit(fixture, "db/migrations/V1__users.sql",
                   "CREATE TABLE users (id bigint PRIMARY KEY);\n", "Begin");
    builder_tag(fixture_builder(fixture), "v1.0.0");
    fixture_commit(fixture, "db/migrations/V2__more.sql",
                   "DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN made text'; END $$;\n",
                   "More");
    builder_tag(fixture_builder(fixture), "v1.1.0");
    fixture_open(fixture);
    return fixture;
}

static void what_migrations_made_is_told_beside_their_texts(void **state)
{
    struct fixture_repository *fixture;
    const struct run *run;
    char *address;

    need(postgresql);
    address = maker(postgresql);
    fixture = make_versions();
    import_project(*state, fixture, address);
    run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--module", "shop", "--type", "database",
                    NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_says(&run->out, "+ public.users.made  text");
    assert_says(&run->out, "what it does cannot be told from its text");
    assert_says(&run->out, "current db/migrations at v1.1.0, migrations, postgresql 1");
    run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--module", "shop", "--type", "database",
                    "--offline", NULL);
    assert_says(&run->out, "db/migrations at v1.1.0: not read: offline");
    run = run_pilab(*state, "project", "export", NULL);
    assert_says(&run->out, "scratch: ");
    assert_nothing_stayed();
    fixture_free(&fixture);
    free(address);
}

/* A port of this machine where somebody would hear a program call; the caller closes it. */
static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return listener;
}

/* Whoever wrote it would get our password, and have SQL run. */
static void a_server_that_a_clone_names_is_not_asked(void **state)
{
    static const char *const forms[][2] = {
        {"postgresql",  ""              },
        { "mariadb",    ""              },
        { "postgresql", "?secret=UAT:DB"}
    };
    struct fixture_repository *fixture = make_versions();
    unsigned port;
    int listener = listen_anywhere(&port);

    sandbox_enter(*state, fixture_path(fixture));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char *address = memory_printf("%s://me@127.0.0.1:%u/x%s", forms[i][0], port, forms[i][1]);
        char *settings = memory_printf(project, ".", address);
        const struct run *run;

        free(scratch_file(fixture_path(fixture), "pilab.yaml", settings));
        run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--type", "database", NULL);
        if (run->status != 0)
            fail_msg("status %d: %s", run->status, run->err.data);
        assert_says(&run->out, "is not asked to run it");
        assert_says(&run->out, "what it does cannot be told from its text");
        assert_int_equal(accept(listener, NULL, NULL), -1);
        assert_int_equal(errno, EAGAIN);
        free(settings);
        free(address);
    }
    close(listener);
    fixture_free(&fixture);
}

static void nobody_is_asked_offline(void **state)
{
    const struct run *run;

    write_file(*state, "a.sql", "CREATE TABLE a (id int);\n");
    run = run_pilab(*state, "--offline", "schema", "snapshot", "a.sql", "--scratch",
                    "postgresql://me@127.0.0.1:1/x", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "is not asked: offline");
    run = run_pilab(*state, "--offline", "schema", "snapshot", "mariadb://me@127.0.0.1:1/x", NULL);
    assert_says(&run->err, "is not asked: offline");
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        found++;
    return found;
}

/* One statement that hides what it does is no reason to tell the others twice, nor a renaming as a
 * loss. */
static void what_the_texts_tell_is_not_told_again(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    const struct run *run;
    char *address;

    need(postgresql);
    address = maker(postgresql);
    fixture_commit(fixture, "db/migrations/V1__orders.sql",
                   "CREATE TABLE orders (id bigint PRIMARY KEY, total int, legacy text, note text);"
                   "\n",
                   "Begin");
    builder_tag(fixture_builder(fixture), "v1.0.0");
    fixture_commit(fixture, "db/migrations/V2__more.sql",
                   "ALTER TABLE orders RENAME COLUMN total TO amount;\n"
                   "ALTER TABLE orders DROP COLUMN legacy;\n"
                   "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n"
                   "CREATE TABLE plain (id int);\nCREATE TABLE more (id int);\n"
                   "CREATE INDEX orders_note ON orders (note);\n"
                   "DO $$ BEGIN EXECUTE 'ALTER TABLE more ADD COLUMN made text';\n"
                   "EXECUTE 'ALTER TABLE orders ALTER COLUMN id SET DEFAULT 7'; END $$;\n",
                   "More");
    builder_tag(fixture_builder(fixture), "v1.1.0");
    fixture_open(fixture);
    import_project(*state, fixture, address);
    run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--module", "shop", "--type", "database",
                    "--json", NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_int_equal(count(run->out.data, "\"path\": \"orders.total\""), 1);
    assert_int_equal(count(run->out.data, "public.orders.total"), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"orders.legacy\""), 1);
    assert_int_equal(count(run->out.data, "\"path\": \"public.orders.legacy\""), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"public.orders.note\""), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"public.orders.orders_note\""), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"public.plain\""), 0);
    assert_true(count(run->out.data, "\"path\": \"public.more\"") > 0);
    assert_true(count(run->out.data, "\"path\": \"public.orders.id\"") > 0);
    assert_nothing_stayed();
    fixture_free(&fixture);
    free(address);
}

static void an_address_with_a_password_is_refused(void **state)
{
    const struct run *run;

    write_file(*state, "pilab.yaml",
               "pilab: 1\nproject: {name: Shop, code: SHOP}\nenvironments:\n"
               "  - {name: UAT, stage: UAT}\nmodules:\n  - name: shop\n    repository: .\n"
               "    schema: {scratch: \"postgresql://maker:s3same@db/x\"}\n");
    run = run_pilab(*state, "project", "import", "pilab.yaml", NULL);
    assert_int_not_equal(run->status, 0);
    assert_says(&run->err, "scratch: ");
    assert_null(strstr(run->err.data, "s3same"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_sandbox, free_sandbox)
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
        CASE(what_migrations_made_is_told_beside_their_texts),
        CASE(what_the_texts_tell_is_not_told_again),
        CASE(an_address_with_a_password_is_refused),
        CASE(a_server_that_a_clone_names_is_not_asked),
        CASE(nobody_is_asked_offline),
    };

    return cmocka_run_group_tests_name("SQL that is run", cases, start_servers, stop_servers);
}
