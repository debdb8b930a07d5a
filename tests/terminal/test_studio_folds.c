#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "../support/fixture_repository.h"
#include "studio_world.h"

/* The same change in many places is one line, which opens. */

static void commit_manifests(struct fixture_repository *fixture, const char *version)
{
    for (int i = 0; i < 4; i++) {
        char path[32], text[64];

        snprintf(path, sizeof path, "config/web%d.yaml", i);
        snprintf(text, sizeof text, "image:\n  tag: %s\nreplicas: %d\n", version, i);
        fixture_commit(fixture, path, text, "Set the image of one manifest");
    }
}

static struct fixture_repository *many_manifests(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *build = fixture_builder(fixture);

    commit_manifests(fixture, "v1.0.0");
    builder_tag(build, "v1.0.0");
    commit_manifests(fixture, "v1.1.0");
    builder_tag(build, "v1.1.0");
    return fixture;
}

static void what_repeats_is_one_line_that_opens_and_closes(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_manifests();
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "▸ tag in 4 places");
    assert_golden(vt, "studio-folds-closed");
    studio_type(vt, "\r", "▾ tag in 4 places");
    assert_golden(vt, "studio-folds-open");
    studio_type(vt, "j\r", "▸ Difference");
    assert_shown(vt, "config/web0.yaml");
    studio_type(vt, "\033", "▾ tag in 4 places");
    studio_type(vt, "k\r", "▸ tag in 4 places");
    assert_not_shown(vt, "config/web1.yaml:2");
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void the_patch_of_a_folded_line_is_that_of_its_first_file(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = many_manifests();
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "▸ tag in 4 places");
    studio_type(vt, "p", "+  tag: v1.1.0");
    assert_shown(vt, "config/web0.yaml");
    studio_leave(&vt);
    fixture_free(&fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_repeats_is_one_line_that_opens_and_closes),
        CASE(the_patch_of_a_folded_line_is_that_of_its_first_file),
    };

    return cmocka_run_group_tests_name("studio folds", tests, NULL, NULL);
}
