/* Exit statuses that a pipeline decides by, when not everything could be read. Blockers:
 * test_cli_blockers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "../support/fixture_repository.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
};

static int setup(void **state)
{
    static struct world world;

    fixture_library_start(NULL);
    world.fixture = fixture_new();
    world.sandbox = sandbox_new();
    builder_write(fixture_builder(world.fixture), "src/app.js", "start(process.env.PORT);\n");
    fixture_commit(world.fixture, "values.yaml", "env:\n  PORT: \"80\"\n", "Begin");
    builder_tag(fixture_builder(world.fixture), "v1.0.0");
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    fixture_free(&world->fixture);
    return fixture_library_stop(NULL);
}

/* The version that follows, with this file, and we stand in it. */
static void release(struct world *world, const char *path, const char *text)
{
    fixture_commit(world->fixture, path, text, "MB-7: the next version");
    builder_tag(fixture_builder(world->fixture), "v1.1.0");
    fixture_open(world->fixture);
    sandbox_enter(world->sandbox, fixture_path(world->fixture));
}

static void what_could_not_be_read_opens_no_gate(void **state)
{
    struct world *world = *state;
    const struct run *run;

    release(world, "values.yaml", "env: {PORT: \"80\"\n");
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--fail-on", "critical", NULL);
    assert_says(&run->out, "PARTIAL");
    assert_says(&run->err, "not everything could be read");
    assert_int_equal(run->status, 1);
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--fail-on", "low", NULL);
    assert_int_equal(run->status, 2);
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--type", "config", "--exit-code",
                    NULL);
    assert_int_equal(run->status, 1);
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--type", "config", NULL);
    assert_int_equal(run->status, 0);
    assert_says_not(&run->err, "not everything could be read");
}

static void a_statement_that_nobody_understands_opens_no_gate(void **state)
{
    struct world *world = *state;
    const struct run *run;

    release(world, "db/migrations/V1__a.sql",
            "CREATE TABLE a (id bigserial, b jsonb);\nDROP TABEL customers;\n");
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--fail-on", "critical", NULL);
    assert_says(&run->out, "PARTIAL");
    assert_says(&run->out, "database 1/1 partly (1 unread)");
    assert_says(&run->out, "db/migrations/V1__a.sql:2 at v1.1.0");
    assert_int_equal(run->status, 1);
}

#define SNAPSHOT(gaps)                                                                             \
    "{\"schema\":\"pilab.schema/1\",\"dialect\":\"postgresql\",\"server\":null,\"source\":\"x\","  \
    "\"taken_at\":\"2025-01-22T12:00:00Z\",\"not_read\":[\"policy\"],\"not_compared\":[" gaps      \
    "],\"problems\":[],\"objects\":[]}\n"

static void a_catalog_that_may_not_be_read_is_no_agreement(void **state)
{
    struct world *world = *state;
    const char *folder = sandbox_files(world->sandbox);
    const struct run *run;

    free(scratch_file(folder, "all.json", SNAPSHOT("")));
    free(scratch_file(folder, "some.json",
                      SNAPSHOT("{\"what\":\"policies\",\"why\":\"the user may not read the catalog "
                               "pg_policy\",\"refused\":true}")));
    sandbox_enter(world->sandbox, folder);
    run = run_pilab(world->sandbox, "schema", "check", "all.json", "all.json", NULL);
    assert_says(&run->out, "No differences.");
    assert_int_equal(run->status, 0);
    run = run_pilab(world->sandbox, "schema", "check", "all.json", "some.json", NULL);
    assert_says(&run->out, "No differences in what could be read.");
    assert_says(&run->out, "policies: refused: the user may not read");
    assert_int_equal(run->status, 1);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_could_not_be_read_opens_no_gate),
        CASE(a_statement_that_nobody_understands_opens_no_gate),
        CASE(a_catalog_that_may_not_be_read_is_no_agreement),
    };

    return cmocka_run_group_tests_name("exit statuses of gates", tests, NULL, NULL);
}
