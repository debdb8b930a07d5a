#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../support/fixture_repository.h"
#include "studio_world.h"

/* A plan that came with a version: its tab, and a resource in full. */

static const char plan[] =
    "{\"format_version\":\"1.2\",\"resource_changes\":[\n"
    "{\"address\":\"google_container_cluster.primary\",\"mode\":\"managed\",\"type\":"
    "\"google_container_cluster\",\"name\":\"primary\",\"provider_name\":"
    "\"registry.terraform.io/hashicorp/google\",\"change\":{\"actions\":[\"update\"],\"before\":"
    "{\"node_config\":[{\"machine_type\":\"e2-medium\"}],\"labels\":{\"v\":\"1\"}},\"after\":"
    "{\"node_config\":[{\"machine_type\":\"e2-standard-2\"}],\"labels\":{\"v\":\"2\"}}}},\n"
    "{\"address\":\"google_sql_database_instance.main\",\"mode\":\"managed\",\"type\":"
    "\"google_sql_database_instance\",\"name\":\"main\",\"provider_name\":"
    "\"registry.terraform.io/hashicorp/"
    "google\",\"action_reason\":\"replace_because_cannot_update\","
    "\"change\":{\"actions\":[\"delete\",\"create\"],\"before\":{\"id\":\"main-1\",\"region\":"
    "\"eu\","
    "\"root_password\":\"hush-1\"},\"after\":{\"region\":\"us\",\"root_password\":\"hush-2\"},"
    "\"after_unknown\":{\"id\":true},\"after_sensitive\":{\"root_password\":true},"
    "\"replace_paths\":[[\"region\"]]}},\n"
    "{\"address\":\"google_compute_firewall.ssh\",\"mode\":\"managed\",\"type\":"
    "\"google_compute_firewall\",\"name\":\"ssh\",\"provider_name\":"
    "\"registry.terraform.io/hashicorp/"
    "google\",\"change\":{\"actions\":[\"create\"],\"before\":null,"
    "\"after\":{\"allow\":[{\"protocol\":\"tcp\",\"ports\":[\"22\"]}],\"source_ranges\":"
    "[\"0.0.0.0/0\"]}}}]}\n";

static struct fixture_repository *repository_with_a_plan(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *build = fixture_builder(fixture);

    builder_write(build, "infra/main.tf", "# the infrastructure\n");
    builder_commit(build, "Begin");
    builder_tag(build, "v1.0.0");
    builder_write(build, "infra/tfplan.json", plan);
    builder_commit(build, "SHOP-7 Plan for larger nodes");
    builder_tag(build, "v1.1.0");
    return fixture;
}

static struct vt *open_tab(struct studio_world *world, struct fixture_repository *fixture, int rows,
                           int columns)
{
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, rows, columns);
    studio_type(vt, "\r", "[Verdict]");
    studio_type(vt, "gtgtgtgt", "[Infra");
    return vt;
}

static void a_plan_has_its_tab(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = repository_with_a_plan();
    struct vt *vt = open_tab(world, fixture, 24, 80);

    assert_golden(vt, "studio-infrastructure-80x24");
    studio_leave(&vt);
    fixture_free(&fixture);
}

static void a_resource_is_shown_with_its_attributes_side_by_side(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = repository_with_a_plan();
    struct vt *vt = open_tab(world, fixture, 24, 80);

    studio_type(vt, "/sql_database\r", "google_sql");
    studio_type(vt, "\r", "Attributes");
    assert_shown(vt, "forced by");
    assert_shown(vt, "region");
    assert_not_shown(vt, "hush");
    assert_golden(vt, "studio-infrastructure-detail-80x24");
    studio_leave(&vt);
    fixture_free(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_plan_has_its_tab, studio_world_start, studio_world_end),
        cmocka_unit_test_setup_teardown(a_resource_is_shown_with_its_attributes_side_by_side,
                                        studio_world_start, studio_world_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
