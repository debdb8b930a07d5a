#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "../support/fixture_repository.h"
#include "../support/json_schema.h"
#include "../support/run_program.h"

/* A release branch with a hotfix that nobody carried over, and the way back from it. */

struct lost_world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
};

/* v1.0.0; from there v1.0.1 (a fix that main has too, a merge, and two that only are here) and
 * v1.1.0 (main). */
static void build(struct builder *builder)
{
    struct object_id fix;

    builder_write(builder, "src/cart.c", "int total;\n");
    builder_commit(builder, "feat: sell things");
    builder_tag(builder, "v1.0.0");
    builder_branch(builder, "release/1.0");
    builder_switch(builder, "main");
    builder_write(builder, "src/cart.c", "int total; /* rounded once */\n");
    fix = builder_commit(builder, "fix(cart): round the total once [SHOP-12]");
    builder_write(builder, "src/login.c", "int login;\n");
    builder_commit(builder, "feat: sign in [SHOP-20]");
    builder_tag(builder, "v1.1.0");
    builder_switch(builder, "release/1.0");
    builder_pick(builder, &fix, false);
    builder_write(builder, "src/only.c", "int only;\n");
    builder_commit(builder, "[SHOP-30] hotfix: a bug in the basket");
    builder_branch(builder, "hotfix");
    builder_write(builder, "src/session.c", "int checked;\n");
    builder_commit(builder, "[SHOP-31] Close a security hole");
    builder_switch(builder, "release/1.0");
    builder_merge(builder, "hotfix", "Merge branch 'hotfix'");
    builder_tag(builder, "v1.0.1");
    builder_switch(builder, "main");
}

static int setup(void **state)
{
    static struct lost_world world;

    fixture_library_start(NULL);
    world.fixture = fixture_new();
    build(fixture_builder(world.fixture));
    fixture_open(world.fixture);
    world.sandbox = sandbox_new();
    sandbox_enter(world.sandbox, fixture_path(world.fixture));
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct lost_world *world = *state;

    sandbox_free(&world->sandbox);
    fixture_free(&world->fixture);
    return fixture_library_stop(NULL);
}

static void golden(struct lost_world *world, const char *verb, const char *range, const char *name)
{
    const struct run *run = run_pilab(world->sandbox, verb, range, NULL);

    assert_int_equal(run->status, 0);
    assert_string_equal(run->err.data, "");
    assert_golden_text(&run->out, name);
}

static void a_hotfix_that_would_be_lost_is_named(void **state)
{
    golden(*state, "drift", "v1.0.1..v1.1.0", "cli/lost-drift.txt");
}

static void the_notes_say_what_is_taken_away(void **state)
{
    golden(*state, "notes", "v1.0.1..v1.1.0", "cli/lost-notes.md");
}

static void going_back_is_said_first(void **state)
{
    golden(*state, "drift", "v1.0.1..v1.0.0", "cli/back-drift.txt");
}

static void the_notes_of_going_back_do_not_reassure(void **state)
{
    golden(*state, "notes", "v1.0.1..v1.0.0", "cli/back-notes.md");
}

static void the_notes_as_text_say_it_too(void **state)
{
    struct lost_world *world = *state;
    const struct run *run =
        run_pilab(world->sandbox, "notes", "v1.0.1..v1.1.0", "--format", "text", NULL);

    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\nTaken away  2\n  2 commits of v1.0.1 are not in v1.1.0\n");
    run = run_pilab(world->sandbox, "notes", "v1.0.1..v1.0.0", "--format", "text", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "\nGoes back: takes away 3 commits   security\n");
}

static void the_notes_as_json_list_it(void **state)
{
    struct lost_world *world = *state;
    const struct run *run =
        run_pilab(world->sandbox, "notes", "v1.0.1..v1.1.0", "--format", "json", NULL);
    json_t *json, *taken;

    assert_int_equal(run->status, 0);
    assert_text_follows_schema(run->out.data, "notes-1.json");
    json = json_loads(run->out.data, 0, NULL);
    taken = json_object_get(json, "taken_away");
    assert_int_equal(json_array_size(taken), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(taken, 0), "subject")),
                        "[SHOP-31] Close a security hole");
    assert_true(json_is_true(json_object_get(json_array_get(taken, 0), "security")));
    assert_string_equal(json_string_value(json_object_get(json_array_get(taken, 1), "subject")),
                        "[SHOP-30] hotfix: a bug in the basket");
    json_decref(json);
}

static void forward_nothing_is_taken_away(void **state)
{
    struct lost_world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--wide", NULL);

    assert_int_equal(run->status, 0);
    assert_null(strstr(run->out.data, "ost"));
    assert_null(strstr(run->out.data, "goes back"));
    run = run_pilab(world->sandbox, "notes", "v1.0.0..v1.1.0", NULL);
    assert_int_equal(run->status, 0);
    assert_null(strstr(run->out.data, "Taken Away"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_hotfix_that_would_be_lost_is_named),
        CASE(the_notes_say_what_is_taken_away),
        CASE(going_back_is_said_first),
        CASE(the_notes_of_going_back_do_not_reassure),
        CASE(the_notes_as_text_say_it_too),
        CASE(the_notes_as_json_list_it),
        CASE(forward_nothing_is_taken_away),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
