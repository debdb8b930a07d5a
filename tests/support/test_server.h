/*
 * The one database server of a program's tests, for making one takes seconds:
 * cmocka_run_group_tests(cases, test_server_start_postgresql, test_server_stop).
 */
#ifndef TESTS_SUPPORT_TEST_SERVER_H
#define TESTS_SUPPORT_TEST_SERVER_H

#include <pilab/schema/diff.h>
#include <pilab/schema/model.h>

#include "database_server.h"

extern struct database_server *test_server; /* NULL: it is not installed */

int test_server_start_postgresql(void **state);
int test_server_start_mariadb(void **state);
int test_server_stop(void **state);
/* Skips the test without the server, and says which package it is in. */
void test_server_need(void);

/* The schema of a database of it; what cannot be read fails the test. The caller frees. */
struct schema *test_server_read(const char *database);
/* How many differences there are between two; each is printed. */
size_t test_server_differences(const char *one, const char *other);

#endif
