/*
 * What the tests of the store share: a temporary folder, a store in it, and a small project.
 */
#ifndef PILAB_TESTS_STORE_SUPPORT_H
#define PILAB_TESTS_STORE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <sys/types.h>

#include <pilab/base/arena.h>
#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/store/store.h>

/* 2025-01-22T14:30:00Z, when every test store's clock stands still. */
#define TEST_NOW INT64_C(1737556200000)

struct fixture {
    char *folder; /* 0700, removed at the end with all that is in it */
    char *path;   /* of the store */
    struct clock clock;
    struct random random;
    struct arena *arena;
    struct store *store;
    struct connection *connection;
    /* Set by fixture_add_project: */
    char tenant_id[UUID_SIZE], user_id[UUID_SIZE], project_id[UUID_SIZE];
    char auth_id[UUID_SIZE], payment_id[UUID_SIZE]; /* modules */
    char sit_id[UUID_SIZE], uat_id[UUID_SIZE], prod_id[UUID_SIZE];
};

/* cmocka's setup and teardown: only the folder; or the folder and an open test store; or also with
 * a project "MB" of two modules in SIT, UAT and PROD. */
int folder_setup(void **state);
int store_setup(void **state);
int project_setup(void **state);
int fixture_teardown(void **state);

/* A path in the folder, in the arena. */
char *store_fixture_path(struct fixture *fixture, const char *name);
/* Opens the test store (again), with the fixture's clock. */
void store_fixture_open(struct fixture *fixture);
void fixture_close(struct fixture *fixture);
/* Opens the store at a path as the program would, with little patience. */
bool store_open_at(const char *path, bool create, const struct clock *clock, struct store **store,
                   struct error *error);
void store_fixture_add_tenant(struct fixture *fixture, const char *slug);

/* Every test transaction: begin, and commit. Fail the test when they do. */
void begin(struct connection *connection);
void commit(struct connection *connection);

/* Fails the test with the error's message unless `ok`. */
void must(bool ok, const struct error *error);
/* Fails the test unless it failed with this code. */
void must_fail(bool ok, const struct error *error, enum error_code code);
void assert_contains(const char *text, const char *part);

/* What somebody with the file and a shell can do: SQL without any of our guards. True when it
 * worked. */
bool raw_sql(const char *path, const char *sql);
/* The first column of the first row, in the arena. */
const char *raw_text(struct fixture *fixture, const char *path, const char *sql);
mode_t mode_of(const char *path);

#endif
