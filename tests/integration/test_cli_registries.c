/*
 * Registries of a project: the images of the sample project, which lie in a folder, compared
 * without a network; and a tag that stands for something else than when it was looked at first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <pilab/base/memory.h>

#include "../support/registry_server.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

struct world {
    struct sandbox *sandbox;
    char *folder;
};

static int enter_world(void **state)
{
    struct world *world = memory_new(sizeof *world);
    char *store;

    world->sandbox = sandbox_new();
    world->folder = scratch_path(sandbox_files(world->sandbox), "demo");
    store = memory_printf("PILAB_STORE=%s/pilab.db", world->folder);
    assert_int_equal(run_pilab(world->sandbox, "demo", world->folder, "--build-only", NULL)->status,
                     0);
    sandbox_set(world->sandbox, store);
    free(store);
    *state = world;
    return 0;
}

static int leave_world(void **state)
{
    struct world *world = *state;

    sandbox_free(&world->sandbox);
    free(world->folder);
    free(world);
    return 0;
}

static const struct run *compare(struct world *world, const char *option)
{
    const struct run *run = run_pilab(world->sandbox, "drift", "--from", "SIT", "--to", "UAT",
                                      "--type", "image", option, NULL);

    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    return run;
}

static void a_folder_is_looked_at_offline(void **state)
{
    struct world *world = *state;
    const struct run *run = compare(world, "--json");

    assert_says(&run->out, "\"layers_changed\": 5");
    assert_says(&run->out, "\"current_answer\": \"found\"");
    run = compare(world, "--offline");
    assert_says_not(&run->out, "not asked");
}

static void an_export_has_the_registries_and_comes_back(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "project", "export", NULL);
    char *file;

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "registries:\n  - {name: registry.example.org, folder: ");
    file = scratch_file(sandbox_files(world->sandbox), "again.yaml", run->out.data);
    run = run_pilab(world->sandbox, "project", "import", file, "--yes", NULL);
    assert_int_equal(run->status, 0);
    run = run_pilab(world->sandbox, "project", "export", NULL);
    assert_says(&run->out, "registries:\n  - {name: registry.example.org, folder: ");
    free(file);
}

/* v2.0.6 and v2.0.7 change places: the report of the sample project has seen both. */
static void a_tag_that_was_moved_blocks_until_somebody_decides(void **state)
{
    struct world *world = *state;
    const struct run *run = compare(world, "--json");

    assert_says_not(&run->out, "when it was looked at first");
    registry_shell(world->folder, "sed -i 's/v2[.]0[.]7/held/; s/v2[.]0[.]6/v2.0.7/; "
                                  "s/held/v2.0.6/' images/mb/auth/index.json");
    run = compare(world, "--save");
    assert_says(&run->out, "1 blocker");
    assert_says(&run->out, "v2.0.7 was sha256:");
    /* Having been told once does not make it right. */
    run = compare(world, "--save");
    assert_says(&run->out, "v2.0.7 was sha256:");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_folder_is_looked_at_offline),
        cmocka_unit_test(an_export_has_the_registries_and_comes_back),
        cmocka_unit_test(a_tag_that_was_moved_blocks_until_somebody_decides),
    };

    return cmocka_run_group_tests(tests, enter_world, leave_world);
}
