/*
 * Servers with a user who may make databases and nothing else, for SQL that is run.
 */
#ifndef TESTS_SUPPORT_SCRATCH_SERVERS_H
#define TESTS_SUPPORT_SCRATCH_SERVERS_H

#include "database_server.h"
#include "run_program.h"

/* NULL: not installed. */
struct scratch_servers {
    struct database_server *postgresql, *mariadb;
};

void scratch_servers_start(struct scratch_servers *servers);
void scratch_servers_stop(struct scratch_servers *servers);
/* Skips the test without it. */
void scratch_servers_need(const struct database_server *server);
/* The address of that user; the caller frees. */
char *scratch_servers_maker(const struct scratch_servers *servers,
                            const struct database_server *server);
/* Fails when any database was left behind. */
void scratch_servers_assert_empty(const struct scratch_servers *servers);

/* A sandbox in its own folder as a test's state. */
int scratch_sandbox_start(void **state);
int scratch_sandbox_end(void **state);

#endif
