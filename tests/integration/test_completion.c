#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <pilab/base/memory.h>

#include "../support/release_fixture.h"
#include "../support/repository_world.h"
#include "../support/scratch.h"

/* The completion script as bash runs it: sourced, and asked about a command line. */

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
    char *program;
};

static int set_up(void **state)
{
    static struct world world;

    fixture_library_start(NULL);
    world.fixture = release_fixture_new();
    world.sandbox = repository_world_enter(world.fixture);
    world.program = build_path("pilab");
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    free(world->program);
    return repository_world_end(&world->fixture, &world->sandbox);
}

/* What is offered for the last of the words, with blanks between; an empty last word is ''. */
static const struct run *offered(void **state, const char *words)
{
    struct world *world = *state;
    char *script = memory_printf("pilab() { '%s' \"$@\"; }\n"
                                 "source <(pilab completion bash)\n"
                                 "COMP_WORDS=(pilab %s)\n"
                                 "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                                 "_pilab pilab \"${COMP_WORDS[COMP_CWORD]}\" "
                                 "\"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
                                 "echo \"<${COMPREPLY[*]}>\"\n",
                                 world->program, words);
    const char *const bash[] = { "bash", "--norc", "-c", script, NULL };
    const struct run *run = run_words(world->sandbox, bash);

    free(script);
    assert_int_equal(run->status, 0);
    assert_string_equal(run->err.data, "");
    return run;
}

static void help_completes_commands(void **state)
{
    assert_says(&offered(state, "help dr")->out, "<drift>");
    assert_says(&offered(state, "help report ''")->out, "<list show export diff history>");
    assert_says(&offered(state, "completion ''")->out, "<bash>");
}

static void options_complete_their_own_values(void **state)
{
    assert_says(&offered(state, "drift --format ''")->out, "<text json>");
    assert_says(&offered(state, "drift -f j")->out, "<json>");
    assert_says(&offered(state, "drift --format = t")->out, "<text>");
    assert_says(&offered(state, "report show --wid")->out, "<--wide --width=>");
}

static void options_may_stand_before_the_command(void **state)
{
    assert_says(&offered(state, "--project SEC dri")->out, "<drift>");
    assert_says(&offered(state, "--project = SEC dri")->out, "<drift>");
    assert_says(&offered(state, "-p SEC --offline report ''")->out, "<list show export diff history>");
    assert_says(&offered(state, "--json --width 80 report show --wid")->out, "<--wide --width=>");
    assert_says(&offered(state, "--offline help report ''")->out, "<list show export diff history>");
    assert_says(&offered(state, "--offline drift --format ''")->out, "<text json>");
    assert_says(&offered(state, "--color a")->out, "<auto always>");
    assert_says(&offered(state, "--color = n")->out, "<never>");
    assert_says(&offered(state, "--off")->out, "<--offline>");
    assert_says(&offered(state, "--json --off")->out, "<--offline>");
}

static void a_name_is_never_completed_with_a_revision(void **state)
{
    assert_says(&offered(state, "drift --from ''")->out, "<>");
    assert_says(&offered(state, "drift -m ''")->out, "<>");
    assert_says(&offered(state, "report show ''")->out, "<>");
}

static void states_complete_revisions_on_both_sides(void **state)
{
    assert_says(&offered(state, "drift v1.1")->out, "v1.1.0");
    assert_says(&offered(state, "drift v1.0.1..v1.1")->out, "v1.0.1..v1.1.0");
}

static void a_branch_is_a_name_and_no_command(void **state)
{
    struct world *world = *state;
    const char *const branch[] = { "git", "branch", "x$(touch${IFS}done)", NULL };
    const char *const look[] = { "ls", NULL };

    assert_int_equal(run_words(world->sandbox, branch)->status, 0);
    assert_says(&offered(state, "drift x")->out, "<x\\$\\(touch\\$\\{IFS\\}done\\)>");
    assert_says_not(&run_words(world->sandbox, look)->out, "done");
}

static void modules_of_the_project_at_hand_are_completed(void **state)
{
    struct world *world = *state;
    const char *files = sandbox_files(world->sandbox);
    char *file = release_fixture_project(world->fixture, files);
    char *store = memory_printf("%s/other.db", files);
    char *words = memory_printf("drift --store = %s -m s", store);
    const struct run *run;

    run = run_pilab(world->sandbox, "project", "import", file, "--store", store, NULL);
    assert_int_equal(run->status, 0);
    assert_says(&offered(state, words)->out, "<shop-api>");
    assert_says(&offered(state, "drift -m s")->out, "<>"); /* of another store */
    run = run_pilab(world->sandbox, "project", "import", file, NULL);
    assert_int_equal(run->status, 0);
    assert_says(&offered(state, "drift -m ''")->out, "<shop-api>");
    assert_says(&offered(state, "notes --module = s")->out, "<shop-api>");
    assert_says(&offered(state, "notes --project SHOP --module s")->out, "<shop-api>");
    assert_says(&offered(state, "notes --project NONE --module s")->out, "<>");
    assert_says(&offered(state, "manifest set s")->out, "<shop-api>");
    assert_says(&offered(state, "drift --from ''")->out, "<DEV UAT PROD>");
    assert_says(&offered(state, "drift --project ''")->out, "<SHOP>");
    assert_says(&offered(state, "--project ''")->out, "<SHOP>");
    assert_says(&offered(state, "-p SHOP drift -m s")->out, "<shop-api>");
    assert_int_equal(run_pilab(world->sandbox, "manifest", "set", "shop-api", "DEV", "1.0", NULL)
                         ->status,
                     0);
    assert_int_equal(run_pilab(world->sandbox, "release", "cut", "R1", "--to", "UAT", NULL)->status,
                     0);
    assert_int_equal(run_pilab(world->sandbox, "manifest", "baseline", "gold", "--reason", "why",
                               NULL)
                         ->status,
                     0);
    assert_int_equal(run_pilab(world->sandbox, "group", "set", "qa", "ada", NULL)->status, 0);
    assert_says(&offered(state, "release show ''")->out, "<R1>");
    assert_says(&offered(state, "manifest set --release R")->out, "<R1>");
    assert_says(&offered(state, "manifest show --baseline ''")->out, "<gold>");
    assert_says(&offered(state, "manifest baseline -e ''")->out, "<DEV UAT PROD>");
    assert_says(&offered(state, "manifest compare U")->out, "<UAT>");
    assert_says(&offered(state, "group remove ''")->out, "<qa>");
    free(words);
    free(store);
    free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_completes_commands),
        cmocka_unit_test(options_complete_their_own_values),
        cmocka_unit_test(options_may_stand_before_the_command),
        cmocka_unit_test(a_name_is_never_completed_with_a_revision),
        cmocka_unit_test(states_complete_revisions_on_both_sides),
        cmocka_unit_test(a_branch_is_a_name_and_no_command),
        cmocka_unit_test(modules_of_the_project_at_hand_are_completed),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
