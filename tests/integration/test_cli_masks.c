#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/marked_world.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* The real program over a service full of secrets: none of them comes out anywhere. */

struct world {
    struct sandbox *sandbox;
    char *shop;
};

static int set_up(void **state)
{
    struct world *world = memory_new(sizeof *world);

    world->sandbox = sandbox_new();
    world->shop = marked_world_make(sandbox_files(world->sandbox));
    sandbox_enter(world->sandbox, world->shop);
    *state = world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    free(world->shop);
    free(world);
    return 0;
}

/* What it says, and that it says what is there masked. */
static void check(const struct run *run, const char *what)
{
    if (run->status != 0)
        fail_msg("%s: status %d: %s", what, run->status, run->err.data);
    assert_unmarked(what, run->out.data, run->out.length);
    assert_unmarked(what, run->err.data, run->err.length);
    assert_true(run->out.length > 0);
}

static void assert_masked(const struct run *run, const char *what)
{
    check(run, what);
    if (strstr(run->out.data, "••••") == NULL)
        fail_msg("%s masks nothing: %s", what, run->out.data);
}

static void a_comparison_shows_none(void **state)
{
    const struct world *world = *state;

    assert_masked(run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--wide", "--registries",
                            NULL),
                  "drift");
    assert_masked(run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--json", "--registries",
                            NULL),
                  "drift --json");
    check(run_pilab(world->sandbox, "notes", "v1.0.0..v1.1.0", NULL), "notes");
    check(run_pilab(world->sandbox, "notes", "v1.0.0..v1.1.0", "--json", NULL), "notes --json");
}

static void a_plan_shows_none(void **state)
{
    const struct world *world = *state;

    assert_masked(run_pilab(world->sandbox, "drift", "./plan.json", "--wide", NULL), "plan");
    assert_masked(run_pilab(world->sandbox, "drift", "./plan.json", "--json", NULL), "plan --json");
}

static void images_show_none(void **state)
{
    const struct world *world = *state;
    static const char a[] = "images.example/mb/auth:va", b[] = "images.example/mb/auth:vb";

    check(run_pilab(world->sandbox, "image", "diff", a, b, NULL), "image diff");
    assert_masked(run_pilab(world->sandbox, "image", "diff", a, b, "--json", NULL),
                  "image diff --json");
    assert_masked(run_pilab(world->sandbox, "image", "inspect", a, NULL), "image inspect");
    assert_masked(run_pilab(world->sandbox, "image", "inspect", a, "--json", NULL),
                  "image inspect --json");
}

static void schemas_show_none_and_a_script_says_that_it_holds_some(void **state)
{
    const struct world *world = *state;
    char *path = scratch_path(sandbox_files(world->sandbox), "sync.sql"), *script;
    struct stat status;
    const struct run *run;

    assert_masked(run_pilab(world->sandbox, "schema", "diff", "./a.sql", "./b.sql", "--wide", NULL),
                  "schema diff");
    assert_masked(run_pilab(world->sandbox, "schema", "diff", "./a.sql", "./b.sql", "--json", NULL),
                  "schema diff --json");
    run = run_pilab(world->sandbox, "schema", "sync", "./a.sql", "./b.sql", NULL);
    assert_int_equal(run->status, 1);
    assert_int_equal(run->out.length, 0);
    assert_says(&run->err, "the script holds 7 secret values and is not printed");
    assert_says(&run->err, "--output FILE");
    assert_unmarked("schema sync", run->err.data, run->err.length);
    assert_masked(run_pilab(world->sandbox, "schema", "sync", "./a.sql", "./b.sql", "--json",
                            "--output", path, NULL),
                  "schema sync --json");
    script = scratch_read(path);
    assert_int_equal(strncmp(script, "-- It holds 7 secret values as they are", 39), 0);
    assert_non_null(strstr(script, "SET DEFAULT 'zq50b'"));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    free(script);
    free(path);
}

static void check_file(const char *folder, const char *name)
{
    char *path = scratch_path(folder, name);
    struct strbuf bytes = STRBUF_INIT;

    if (file_read(path, (size_t)64 << 20, false, &bytes, NULL))
        assert_unmarked(name, bytes.data, bytes.length);
    strbuf_release(&bytes);
    free(path);
}

static void the_store_and_what_is_exported_hold_none(void **state)
{
    const struct world *world = *state;
    char *store = scratch_path(sandbox_files(world->sandbox), "store.db");
    char *variable = memory_printf("PILAB_STORE=%s", store);

    sandbox_set(world->sandbox, variable);
    check(run_pilab(world->sandbox, "project", "import", "pilab.yaml", NULL), "project import");
    check(run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--registries", "--save", NULL),
          "drift --save");
    assert_masked(run_pilab(world->sandbox, "report", "show", "1", "--wide", NULL), "report show");
    assert_masked(run_pilab(world->sandbox, "report", "export", "1", NULL), "report export");
    check(run_pilab(world->sandbox, "notes", "v1.0.0..v1.1.0", "--save", NULL), "notes --save");
    check_file(sandbox_files(world->sandbox), "store.db");
    check_file(sandbox_files(world->sandbox), "store.db-wal");
    free(variable);
    free(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_comparison_shows_none),
        cmocka_unit_test(a_plan_shows_none),
        cmocka_unit_test(images_show_none),
        cmocka_unit_test(schemas_show_none_and_a_script_says_that_it_holds_some),
        cmocka_unit_test(the_store_and_what_is_exported_hold_none),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
