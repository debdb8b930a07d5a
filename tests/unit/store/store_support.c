#include "store_support.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/project.h>
#include <pilab/store/tenant.h>
#include <pilab/store/user.h>

#include "../../support/scratch.h"

int folder_setup(void **state)
{
    struct fixture *fixture = memory_new(sizeof *fixture);

    fixture->folder = scratch_new();
    fixture->path = scratch_path(fixture->folder, "pilab.db");
    fixture->arena = arena_new();
    fixture->clock = clock_frozen(TEST_NOW);
    fixture->random = random_seeded(7);
    *state = fixture;
    return 0;
}

int store_setup(void **state)
{
    int failed = folder_setup(state);

    if (failed == 0)
        store_fixture_open(*state);
    return failed;
}

static void add_module(struct fixture *fixture, const char *name, const char *type, char *id)
{
    struct store_module module = {
        .project_id = fixture->project_id, .name = name, .type = type, .tags = "v{version}"
    };
    struct error error;

    must(store_module_add(fixture->connection, &module, &error), &error);
    memcpy(id, module.id, UUID_SIZE);
}

static void add_environment(struct fixture *fixture, const char *name, int64_t position, char *id)
{
    struct store_environment environment = { .project_id = fixture->project_id,
                                             .name = name,
                                             .stage = name,
                                             .position = position,
                                             .is_production = strcmp(name, "PROD") == 0 };
    struct error error;

    must(store_environment_add(fixture->connection, &environment, &error), &error);
    memcpy(id, environment.id, UUID_SIZE);
}

int project_setup(void **state)
{
    struct store_tenant tenant = { .slug = "example", .name = "Example" };
    struct store_user user = { .login = "alice", .role = "USER", .is_active = true };
    struct store_project project = { .code = "MB", .name = "Mobile Banking" };
    struct fixture *fixture;
    struct error error;

    if (store_setup(state) != 0)
        return -1;
    fixture = *state;
    begin(fixture->connection);
    must(store_tenant_add(fixture->connection, &tenant, &error), &error);
    memcpy(fixture->tenant_id, tenant.id, UUID_SIZE);
    user.tenant_id = project.tenant_id = fixture->tenant_id;
    must(store_user_add(fixture->connection, &user, &error), &error);
    memcpy(fixture->user_id, user.id, UUID_SIZE);
    must(store_project_add(fixture->connection, &project, &error), &error);
    memcpy(fixture->project_id, project.id, UUID_SIZE);
    add_module(fixture, "mb-auth-service", "BACKEND", fixture->auth_id);
    add_module(fixture, "mb-payment-service", "BACKEND", fixture->payment_id);
    add_environment(fixture, "SIT", 1, fixture->sit_id);
    add_environment(fixture, "UAT", 2, fixture->uat_id);
    add_environment(fixture, "PROD", 3, fixture->prod_id);
    commit(fixture->connection);
    return 0;
}

int fixture_teardown(void **state)
{
    struct fixture *fixture = *state;

    fixture_close(fixture);
    scratch_remove(&fixture->folder);
    arena_free(&fixture->arena);
    free(fixture->path);
    free(fixture);
    return 0;
}

char *store_fixture_path(struct fixture *fixture, const char *name)
{
    return arena_printf(fixture->arena, "%s/%s", fixture->folder, name);
}

void store_fixture_open(struct fixture *fixture)
{
    struct store_options options = {
        .path = fixture->path, .create = true, .allow_frozen_clock = true, .patience = 500
    };
    struct error error;

    must(store_open(&options, &fixture->clock, &fixture->store, &error), &error);
    fixture->connection = store_connect(fixture->store, &fixture->clock, &fixture->random, &error);
    must(fixture->connection != NULL, &error);
}

void fixture_close(struct fixture *fixture)
{
    connection_close(&fixture->connection);
    store_close(&fixture->store);
}

void begin(struct connection *connection)
{
    struct error error;

    must(store_begin(connection, NULL, &error), &error);
}

void commit(struct connection *connection)
{
    struct error error;

    must(store_commit(connection, &error), &error);
}

void must(bool ok, const struct error *error)
{
    if (!ok)
        fail_msg("%s (%s)", error->message, error_code_name(error->code));
}

void must_fail(bool ok, const struct error *error, enum error_code code)
{
    if (ok)
        fail_msg("it worked, where %s was expected", error_code_name(code));
    if (error->code != code)
        fail_msg("%s (%s), where %s was expected", error->message, error_code_name(error->code),
                 error_code_name(code));
}

void assert_contains(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" does not contain \"%s\"", text, part);
}

bool raw_sql(const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    bool ok = sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) ==
                  SQLITE_OK &&
              sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK;

    sqlite3_close(database);
    return ok;
}

static int keep_first(void *context, int columns, char **values, char **names)
{
    char **kept = context;

    (void)names;
    if (columns > 0 && *kept == NULL)
        *kept = memory_copy_text(values[0]);
    return 0;
}

const char *raw_text(struct fixture *fixture, const char *path, const char *sql)
{
    sqlite3 *database = NULL;
    char *kept = NULL;
    const char *text;

    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, keep_first, &kept, NULL), SQLITE_OK);
    sqlite3_close(database);
    text = arena_text(fixture->arena, kept);
    free(kept);
    return text;
}

mode_t mode_of(const char *path)
{
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    return status.st_mode & 07777;
}

bool store_open_at(const char *path, bool create, const struct clock *clock, struct store **store,
                   struct error *error)
{
    struct store_options options = { .path = path, .create = create, .patience = 300 };

    return store_open(&options, clock, store, error);
}

void store_fixture_add_tenant(struct fixture *f, const char *slug)
{
    struct store_tenant tenant = { .slug = slug, .name = slug };
    struct error error;

    begin(f->connection);
    must(store_tenant_add(f->connection, &tenant, &error), &error);
    commit(f->connection);
}
