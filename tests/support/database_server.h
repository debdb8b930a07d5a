/*
 * Real database servers of the test's own: PostgreSQL and MariaDB, each in a folder of its own, on
 * a Unix socket there and nowhere else, as an ordinary user even where root runs the test (they
 * refuse to be root), and ended by their process number.
 *
 * Everything that cannot be done ends the test.
 */
#ifndef TESTS_SUPPORT_DATABASE_SERVER_H
#define TESTS_SUPPORT_DATABASE_SERVER_H

#include <stdbool.h>

enum database_server_kind { DATABASE_POSTGRESQL, DATABASE_MARIADB };

struct database_server;

/* The package that has to be installed for it, or NULL. */
const char *database_server_missing(enum database_server_kind kind);

/* With the user "postgres" (PostgreSQL) or "root" (MariaDB), who may do everything without a
 * password, and "secured" (PostgreSQL), who needs one: "right". */
struct database_server *database_server_start(enum database_server_kind kind);
void database_server_stop(struct database_server **server);
/* Ends a MariaDB server and starts it with further words ("--ssl-cert=…"); NULL ends them. */
void database_server_restart(struct database_server *server, const char *const words[]);
/* At once, without a word to whoever is connected. */
void database_server_kill(struct database_server *server);

/* The folder with the socket; MariaDB's is "socket" in it. */
const char *database_server_folder(const struct database_server *server);
/* Connection string for a database, as the user who may do everything; the caller frees. */
char *database_server_dsn(const struct database_server *server, const char *database);
/* Makes an empty database. */
void database_server_create(const struct database_server *server, const char *database);
/* Runs SQL through the server's own client; the first error fails the test. */
void database_server_sql(const struct database_server *server, const char *database,
                         const char *sql);
/* A condition in MariaDB's SQL holds: there, no division by zero in a SELECT fails. */
void database_server_expect(const struct database_server *server, const char *database,
                            const char *condition);
/* Whether it worked. */
bool database_server_try(const struct database_server *server, const char *database,
                         const char *sql);
/* The same with the SQL of a file. */
void database_server_file(const struct database_server *server, const char *database,
                          const char *path);

#endif
