#include "scratch_servers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pilab/base/memory.h>

void scratch_servers_start(struct scratch_servers *servers)
{
    if (database_server_missing(DATABASE_POSTGRESQL) == NULL) {
        servers->postgresql = database_server_start(DATABASE_POSTGRESQL);
        database_server_sql(servers->postgresql, "postgres", "CREATE ROLE maker LOGIN CREATEDB;");
    }
    if (database_server_missing(DATABASE_MARIADB) == NULL) {
        servers->mariadb = database_server_start(DATABASE_MARIADB);
        /* Where everybody may do everything. */
        database_server_sql(servers->mariadb, "mysql", "DROP DATABASE IF EXISTS test;\n");
        database_server_sql(servers->mariadb, "mysql",
                            "CREATE USER maker@localhost;\n"
                            "GRANT ALL ON `pilab\\_verify\\_%`.* TO maker@localhost;\n");
    }
}

void scratch_servers_stop(struct scratch_servers *servers)
{
    database_server_stop(&servers->postgresql);
    database_server_stop(&servers->mariadb);
}

void scratch_servers_need(const struct database_server *server)
{
    if (server == NULL) {
        print_message("a database server is not installed\n");
        skip();
    }
}

char *scratch_servers_maker(const struct scratch_servers *servers,
                            const struct database_server *server)
{
    return server == servers->postgresql
               ? memory_printf("postgresql://maker@/postgres?host=%s",
                               database_server_folder(server))
               : memory_printf("mariadb://maker@localhost/information_schema?socket=%s/socket",
                               database_server_folder(server));
}

void scratch_servers_assert_empty(const struct scratch_servers *servers)
{
    if (servers->postgresql != NULL)
        database_server_sql(servers->postgresql, "postgres",
                            "DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM pg_database WHERE"
                            " datname LIKE 'pilab%'); END $$;\n");
    if (servers->mariadb != NULL)
        database_server_sql(servers->mariadb, "mysql",
                            "DELIMITER //\nBEGIN NOT ATOMIC IF EXISTS (SELECT 1 FROM"
                            " information_schema.schemata WHERE schema_name LIKE 'pilab%') THEN"
                            " SIGNAL SQLSTATE '45000'; END IF; END//\n");
}

int scratch_sandbox_start(void **state)
{
    struct sandbox *sandbox = sandbox_new();

    sandbox_enter(sandbox, sandbox_files(sandbox));
    *state = sandbox;
    return 0;
}

int scratch_sandbox_end(void **state)
{
    struct sandbox *sandbox = *state;

    sandbox_free(&sandbox);
    return 0;
}
