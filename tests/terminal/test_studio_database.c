#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../support/fixture_repository.h"
#include "studio_world.h"

/* Migrations on the drift screen: their tab, and one step of them in full. */

#define OLD_FILE "db/migrations/20250101_001_users.sql"
#define NEW_FILE "db/migrations/20250120_001_upi.sql"

static struct fixture_repository *two_migrations(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *build = fixture_builder(fixture);

    fixture_commit(fixture, OLD_FILE, "CREATE TABLE users (id bigserial, email text);\n", "Users");
    builder_tag(build, "v1.0.0");
    fixture_commit(fixture, NEW_FILE,
                   "-- the bank asks for it\n"
                   "CREATE TABLE upi (id bigserial PRIMARY KEY, vpa varchar(64));\n"
                   "ALTER TABLE users\n"
                   "    DROP COLUMN email;\n",
                   "MB-2 Pay by UPI");
    builder_tag(build, "v1.1.0");
    return fixture;
}

static void a_step_is_a_line_and_opens_with_its_statement(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = two_migrations();
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "Database 2");
    assert_shown(vt, "1 blocker");
    studio_type(vt, "gT", "[Database 2]");
    assert_golden(vt, "studio-database-tab");
    studio_type(vt, "j\r", "▸ Difference");
    assert_shown(vt, "ALTER TABLE users");
    assert_shown(vt, "    DROP COLUMN email");
    assert_shown(vt, "no: nothing leads back");
    assert_golden(vt, "studio-database-step");
    studio_leave(&vt);
    fixture_free(&fixture);
}

/* One file that nobody can read, beside others that say what differs. */
static struct fixture_repository *one_unreadable(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *build = fixture_builder(fixture);

    fixture_commit(fixture, "deploy/values.yaml", "replicas: 1\n", "Begin");
    builder_tag(build, "v1.0.0");
    builder_write(build, "deploy/broken.yaml", "a: [1,\n");
    fixture_commit(fixture, "deploy/values.yaml", "replicas: 2\n", "MB-3 Two of them");
    builder_tag(build, "v1.1.0");
    return fixture;
}

static void what_was_read_in_part_is_called_so(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = one_unreadable();
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "config partly (1 unread)");
    assert_shown(vt, "2 sources read only in part");
    studio_type(vt, "#o", "PARTLY");
    studio_type(vt, "j", "Read in part: 1 could not be read, and the report lacks it.");
    assert_golden(vt, "studio-read-in-part");
    studio_leave(&vt);
    vt = studio_open(world, 48, 160);
    studio_type(vt, "\r", "config partly (1 unread)");
    studio_leave(&vt);
    fixture_free(&fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_step_is_a_line_and_opens_with_its_statement),
        CASE(what_was_read_in_part_is_called_so),
    };

    return cmocka_run_group_tests_name("studio database", tests, NULL, NULL);
}
