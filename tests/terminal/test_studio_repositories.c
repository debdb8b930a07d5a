#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "../support/scratch.h"
#include "demo_world.h"

/* Setup's repositories over the sample world: added, changed and removed as the command does it. */

#define DONE "\x13" /* ^S */

static struct vt *open_repositories(const struct demo_world *world)
{
    struct vt *vt = demo_world_open(world, 48, 160);

    studio_type(vt, "7", "Ticket keys");
    studio_type(vt, "gtgt", "not tested: !t");
    return vt;
}

static char *make_repository(const struct demo_world *world, const char *name)
{
    char *path = scratch_path(sandbox_files(world->sandbox), name);
    const char *const words[] = { "git", "init", "-q", path, NULL };

    assert_int_equal(run_words(world->sandbox, words)->status, 0);
    return path;
}

static const struct strbuf *exported(const struct demo_world *world)
{
    return &run_pilab(world->sandbox, "project", "export", NULL)->out;
}

static void one_is_added_with_its_module_and_removed(void **state)
{
    struct demo_world *world = *state;
    char *path = make_repository(world, "mb-extra"), *row = memory_printf("▶%s", path);
    char *listed = memory_printf(" %s  ", path);
    struct vt *vt = open_repositories(world);

    studio_type(vt, "!n", "A new repository");
    assert_shown(vt, "as the project");
    studio_type(vt, path, "mb-extra");
    studio_type(vt, DONE, "added, with the module mb-extra");
    assert_says(exported(world), "  - name: mb-extra\n");
    /* G goes to the last row that is there by then. */
    studio_type(vt, "\x1b", listed);
    studio_type(vt, "G", row);
    studio_type(vt, "!d", "Remove the repository");
    assert_shown(vt, "In it lie: mb-extra.");
    assert_shown(vt, "They stay, without anything to compare.");
    studio_type(vt, "y", "removed from the project");
    assert_says(exported(world), "  - name: mb-extra\n");
    assert_says_not(exported(world), path);
    studio_leave(&vt);
    free(listed);
    free(row);
    free(path);
}

static void what_cannot_be_reached_is_said_and_not_added(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt = open_repositories(world);

    studio_type(vt, "!n", "A new repository");
    studio_type(vt, "git://git.example/a.git", "git.example");
    studio_type(vt, DONE, "we do not speak that protocol");
    assert_says_not(exported(world), "git.example");
    studio_leave(&vt);
}

static void its_way_is_chosen_beside_its_address(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt;

    assert_int_equal(run_pilab(world->sandbox, "repo", "add", "git@git.example:mb/gitops.git",
                               "--gitops", "{env}/{module}.yaml", "--no-test", NULL)
                         ->status,
                     0);
    vt = open_repositories(world);
    studio_type(vt, "G", "▶git@git.example:mb/gitops.git");
    studio_type(vt, "!e", "Where the repository is");
    studio_type(vt, "\t", "libssh2 the built-in one");
    studio_type(vt, "  ", "libssh2");
    studio_type(vt, DONE, "Written");
    assert_says(exported(world), "transport: libssh2, gitops: \"{env}/{module}.yaml\"}");
    studio_leave(&vt);
}

/* What holds for all of them stands with the project, and is taken back there. */
static void the_way_of_all_is_chosen_with_the_project(void **state)
{
    struct demo_world *world = *state;
    struct vt *vt = demo_world_open(world, 48, 160);

    studio_type(vt, "7", "Over ssh");
    studio_type(vt, "", "auto: the ssh program");
    studio_type(vt, "!e", "Four eyes");
    studio_type(vt, "\t\t\t\t", "built-in libssh2 where there is none");
    studio_type(vt, "  ", "libssh2");
    studio_type(vt, DONE, "Written");
    assert_says(exported(world), ", transport: libssh2}");
    studio_type(vt, "!e", "Four eyes");
    studio_type(vt, "\t\t\t\t", "built-in libssh2 where there is none");
    studio_type(vt, " ", "auto");
    /* That the first was written may be said still. */
    studio_type(vt, DONE, "auto: the ssh program");
    assert_says_not(exported(world), "transport: libssh2");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, demo_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(one_is_added_with_its_module_and_removed),
        CASE(what_cannot_be_reached_is_said_and_not_added),
        CASE(its_way_is_chosen_beside_its_address),
        CASE(the_way_of_all_is_chosen_with_the_project),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
