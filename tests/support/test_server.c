#include "test_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "live_schema.h"

struct database_server *test_server;

static enum database_server_kind wanted;

static int start(enum database_server_kind kind)
{
    wanted = kind;
    if (database_server_missing(kind) == NULL)
        test_server = database_server_start(kind);
    return 0;
}

int test_server_start_postgresql(void **state)
{
    (void)state;
    return start(DATABASE_POSTGRESQL);
}

int test_server_start_mariadb(void **state)
{
    (void)state;
    return start(DATABASE_MARIADB);
}

int test_server_stop(void **state)
{
    (void)state;
    database_server_stop(&test_server);
    return 0;
}

void test_server_need(void)
{
    if (test_server != NULL)
        return;
    print_message("the package %s is not installed\n", database_server_missing(wanted));
    skip();
}

struct schema *test_server_read(const char *database)
{
    char *dsn = database_server_dsn(test_server, database);
    struct schema *schema = live_schema_good(dsn);

    free(dsn);
    return schema;
}

size_t test_server_differences(const char *one, const char *other)
{
    struct schema *left = test_server_read(one), *right = test_server_read(other);
    struct schema_diff *diff = schema_compare(left, right, NULL);
    size_t count = diff->count;

    for (size_t i = 0; i < count; i++)
        print_message("%s differs from %s: %s\n", one, other,
                      schema_object_path(diff->arena, schema_change_object(&diff->changes[i])));
    schema_diff_free(&diff);
    schema_free(&left);
    schema_free(&right);
    return count;
}
