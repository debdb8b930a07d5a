#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../support/fixture_repository.h"
#include "studio_world.h"

/* Two schemas on the drift screen: their objects, and one of them in full. The migrations are
 * programs, so the dump that their tool keeps is compared. */

#define DUMP "db/structure.sql"

static struct fixture_repository *two_dumps(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *build = fixture_builder(fixture);

    fixture_commit(fixture, DUMP,
                   "CREATE TABLE public.users (id bigserial PRIMARY KEY,\n"
                   "    email character varying(100), legacy_code text);\n"
                   "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$\n"
                   "BEGIN\n  RETURN NEW;\nEND;\n$$;\n",
                   "Users");
    builder_tag(build, "v1.0.0");
    fixture_commit(fixture, DUMP,
                   "CREATE TABLE public.users (id bigserial PRIMARY KEY,\n"
                   "    email text NOT NULL, phone text);\n"
                   "CREATE TABLE public.payments (id bigserial PRIMARY KEY,\n"
                   "    user_id bigint NOT NULL REFERENCES public.users (id), amount "
                   "numeric(12,2));\n"
                   "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$\n"
                   "BEGIN\n  NEW.at := now();\n  RETURN NEW;\nEND;\n$$;\n",
                   "MB-3 Payments");
    builder_tag(build, "v1.1.0");
    return fixture;
}

static void an_object_is_a_line_and_opens_with_both_sides(void **state)
{
    struct studio_world *world = *state;
    struct fixture_repository *fixture = two_dumps();
    struct vt *vt;

    harness_enter(world->harness, fixture_path(fixture));
    vt = studio_open(world, 24, 80);
    studio_type(vt, "\r", "Database 6");
    studio_type(vt, "gT", "[Database 6]");
    assert_golden(vt, "studio-schema-tab");
    studio_type(vt, "\r", "▸ Difference");
    assert_shown(vt, "character varying(100)");
    assert_shown(vt, "What differs");
    assert_golden(vt, "studio-schema-object");
    studio_leave(&vt);
    fixture_free(&fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, studio_world_start, studio_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_object_is_a_line_and_opens_with_both_sides),
    };

    return cmocka_run_group_tests_name("studio schema", tests, NULL, NULL);
}
