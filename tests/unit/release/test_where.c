#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/release/where.h>

#include "../../support/commit_fixture.h"
#include "../../support/json_schema.h"

/* Where a change is, told from values alone. Commits are made from their messages; versions are
 * those commits that `versions` names, and hold what the list says. */

#define MOST 16

struct world {
    struct commit_fixture history;
    bool asked[MOST];
    size_t patches[MOST];
    uint64_t held[MOST], above[MOST];
    struct where_deployment deployments[2][MOST], coming;
    struct where_cell_input cells[2];
    struct where_module_input module;
    struct where_answer *answer;
};

static const char *const from_sit[] = { "SIT" };
static const struct where_environment environments[] = {
    {"SIT",  NULL,     0},
    { "UAT", from_sit, 1}
};
enum { SIT, UAT };

static int setup(void **state)
{
    static struct world world;

    memset(&world, 0, sizeof world);
    commit_fixture_start(&world.history, 1);
    for (size_t i = 0; i < MOST; i++)
        world.patches[i] = WHERE_NONE;
    *state = &world;
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;

    where_answer_free(&world->answer);
    commit_fixture_end(&world->history);
    return 0;
}

/* Numbers of commits count from 1; places in the list begin with the newest. */
static size_t place(struct world *world, unsigned number)
{
    return commit_fixture_place(&world->history, number);
}

/* The versions that hold it, as bits. */
static void held_by(struct world *world, unsigned number, uint64_t versions)
{
    world->held[place(world, number)] = versions;
}

static void ask_for(struct world *world, unsigned number)
{
    world->asked[place(world, number)] = true;
}

static void deploy(struct world *world, int environment, size_t version, bool rollback)
{
    struct where_cell_input *cell = &world->cells[environment];

    world->deployments[environment][cell->count] =
        (struct where_deployment){ .number = (int64_t)cell->count + 1,
                                   .version = "2.0.0",
                                   .release = "R1",
                                   .actor = "bob",
                                   .at = 1000 * ((int64_t)cell->count + 1),
                                   .rollback = rollback,
                                   .reached = version };
    cell->count++;
    cell->deployments = world->deployments[environment];
}

static const struct where_module *answer(struct world *world)
{
    struct where_input input = { .question = "MB-234",
                                 .subject = "MB-234",
                                 .kind = WHERE_TICKET,
                                 .environments = environments,
                                 .environment_count = 2,
                                 .modules = &world->module,
                                 .module_count = 1 };

    world->module.name = "auth";
    world->module.commits = commit_fixture_list(&world->history, &world->module.count);
    world->module.asked = world->asked;
    world->module.patches = world->patches;
    world->module.version_count = 8;
    world->module.held = world->held;
    world->module.above = world->above;
    world->module.cells = world->cells;
    world->answer = where_answer(&input);
    assert_int_equal(world->answer->module_count, 1);
    return &world->answer->modules[0];
}

static void assert_state(const struct where_cell *cell, enum where_state state)
{
    assert_string_equal(where_state_name(cell->state), where_state_name(state));
}

static void list(struct world *world)
{
    size_t count;

    commit_fixture_list(&world->history, &count);
}

static void what_runs_there_holds_it_or_not(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");

    list(world);
    ask_for(world, change);
    held_by(world, change, 1u << 1);
    deploy(world, SIT, 0, false);
    deploy(world, SIT, 1, false);
    deploy(world, UAT, 0, false);
    module = answer(world);
    assert_state(&module->cells[SIT], WHERE_IN);
    assert_int_equal(module->cells[SIT].since->number, 2);
    assert_string_equal(module->cells[SIT].since->actor, "bob");
    assert_string_equal(module->cells[SIT].since->release, "R1");
    assert_false(module->cells[SIT].next);
    assert_state(&module->cells[UAT], WHERE_NOT_IN);
    assert_true(module->cells[UAT].next);
    assert_null(module->cells[UAT].taken);
    assert_true(where_all_in(world->answer, SIT));
    assert_false(where_all_in(world->answer, UAT));
}

static void since_is_the_first_deployment_of_the_run_until_now(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");

    list(world);
    ask_for(world, change);
    held_by(world, change, 1u << 1 | 1u << 2);
    deploy(world, SIT, 1, false);
    deploy(world, SIT, 0, true);
    deploy(world, SIT, 1, false);
    deploy(world, SIT, 2, false);
    module = answer(world);
    assert_int_equal(module->cells[SIT].since->number, 3);
    assert_null(module->cells[SIT].taken);
}

static void a_rollback_takes_it_away(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");

    list(world);
    ask_for(world, change);
    held_by(world, change, 1u << 1);
    deploy(world, SIT, 1, false);
    deploy(world, SIT, 0, true);
    deploy(world, SIT, 0, false);
    module = answer(world);
    assert_state(&module->cells[SIT], WHERE_NOT_IN);
    assert_null(module->cells[SIT].since);
    assert_int_equal(module->cells[SIT].taken->number, 2);
    assert_true(module->cells[SIT].taken->rollback);
}

static void some_of_several_changes_is_partly(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned first = commit_fixture_add(&world->history, "MB-234 Shorten sessions");
    unsigned second = commit_fixture_add(&world->history, "MB-234 Say so in the manual");

    list(world);
    ask_for(world, first);
    ask_for(world, second);
    held_by(world, first, 1);
    deploy(world, SIT, 0, false);
    module = answer(world);
    assert_state(&module->cells[SIT], WHERE_PARTLY);
    assert_int_equal(module->cells[SIT].there, 1);
    assert_int_equal(module->cells[SIT].total, 2);
    assert_int_equal(module->cells[SIT].since->number, 1);
}

static char *revert_message(struct world *world, const char *subject, unsigned number)
{
    char id[FIXTURE_ID_SIZE];

    return arena_printf(world->history.arena, "Revert \"%s\"\n\nThis reverts commit %s.", subject,
                        fixture_id(number, id));
}

static void a_revert_takes_it_away_and_its_revert_brings_it_back(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");
    unsigned revert = commit_fixture_add(&world->history,
                                         revert_message(world, "MB-234 Shorten sessions", change));
    unsigned again =
        commit_fixture_add(&world->history,
                           revert_message(world, "Revert \"MB-234 Shorten sessions\"", revert));

    list(world);
    ask_for(world, change);
    ask_for(world, revert);
    ask_for(world, again);
    held_by(world, change, 1u << 0 | 1u << 1 | 1u << 2);
    held_by(world, revert, 1u << 1 | 1u << 2);
    held_by(world, again, 1u << 2);
    deploy(world, SIT, 0, false);
    deploy(world, SIT, 1, false);
    deploy(world, SIT, 2, false);
    deploy(world, UAT, 0, false);
    deploy(world, UAT, 1, false);
    module = answer(world);
    assert_int_equal(module->changes, 1);
    assert_state(&module->cells[SIT], WHERE_IN);
    assert_int_equal(module->cells[SIT].since->number, 3);
    assert_state(&module->cells[UAT], WHERE_REVERTED);
    assert_int_equal(module->cells[UAT].taken->number, 2);
    assert_int_equal(module->commits[0].role, WHERE_REVERT);
    assert_int_equal(module->commits[2].role, WHERE_CHANGE);
}

static void a_revert_of_something_else_is_a_change_of_its_own(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned revert =
        commit_fixture_add(&world->history,
                           "Revert \"MB-1 Ask twice\" [MB-234]\n\nThis reverts commit "
                           "89abcdef89abcdef89abcdef89abcdef89abcdef.");

    list(world);
    ask_for(world, revert);
    held_by(world, revert, 1);
    deploy(world, SIT, 0, false);
    module = answer(world);
    assert_int_equal(module->changes, 1);
    assert_state(&module->cells[SIT], WHERE_IN);
}

static void a_backport_is_there_as_another_commit(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");
    unsigned twin = commit_fixture_on(&world->history, "Sessions end earlier", 0);
    char id[FIXTURE_ID_SIZE];

    list(world);
    ask_for(world, change);
    world->patches[place(world, change)] = world->patches[place(world, twin)] = 7;
    held_by(world, change, 1u << 0);
    held_by(world, twin, 1u << 1);
    deploy(world, SIT, 0, false);
    deploy(world, UAT, 1, false);
    module = answer(world);
    assert_int_equal(module->changes, 1);
    assert_state(&module->cells[SIT], WHERE_IN);
    assert_state(&module->cells[UAT], WHERE_AS_ANOTHER);
    assert_string_equal(module->cells[UAT].as, fixture_id(twin, id));
    assert_string_equal(module->cells[UAT].basis, "same patch");
    assert_true(where_all_in(world->answer, UAT));
}

static void a_cherry_pick_names_where_it_comes_from(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");
    char id[FIXTURE_ID_SIZE];
    unsigned pick =
        commit_fixture_on(&world->history,
                          arena_printf(world->history.arena,
                                       "MB-234 Shorten sessions\n\n(cherry picked from commit %s)",
                                       fixture_id(change, id)),
                          0);

    list(world);
    ask_for(world, change);
    ask_for(world, pick);
    held_by(world, change, 1u << 0);
    held_by(world, pick, 1u << 1);
    deploy(world, UAT, 1, false);
    module = answer(world);
    assert_int_equal(module->changes, 1);
    assert_state(&module->cells[UAT], WHERE_AS_ANOTHER);
    assert_string_equal(module->cells[UAT].basis, "cherry-picked");
}

static void what_only_says_the_same_must_be_looked_at(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");
    unsigned other = commit_fixture_on(&world->history, "MB-234 Shorten sessions", 0);

    list(world);
    ask_for(world, change);
    ask_for(world, other);
    held_by(world, change, 1u << 0);
    held_by(world, other, 1u << 1);
    deploy(world, SIT, 0, false);
    deploy(world, UAT, 1, false);
    module = answer(world);
    assert_int_equal(module->changes, 1);
    assert_state(&module->cells[UAT], WHERE_PROBABLY);
    assert_false(where_all_in(world->answer, UAT));
}

static void two_of_one_line_are_two_changes_however_alike(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned first = commit_fixture_add(&world->history, "MB-234 Shorten sessions");
    unsigned second = commit_fixture_add(&world->history, "MB-234 Shorten sessions");

    list(world);
    ask_for(world, first);
    ask_for(world, second);
    world->above[place(world, first)] = 1u << place(world, second);
    held_by(world, first, 1);
    deploy(world, SIT, 0, false);
    module = answer(world);
    assert_int_equal(module->changes, 2);
    assert_state(&module->cells[SIT], WHERE_PARTLY);
}

/* What is listed below is what the first line of the text counts. */
static void assert_begins(const struct world *world, const char *counts)
{
    const struct where_text_options options = { 100, true, false, 100000 };
    struct strbuf rich = STRBUF_INIT, text = STRBUF_INIT;

    where_render_text(&rich, world->answer, &options);
    rich_to_plain(&text, rich.data, rich.length);
    if (strstr(text.data, counts) == NULL)
        fail_msg("%s", text.data);
    strbuf_release(&rich);
    strbuf_release(&text);
}

static void a_merge_speaks_only_where_nothing_else_does(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned base = commit_fixture_add(&world->history, "Begin");
    unsigned change = commit_fixture_on(&world->history, "MB-234 Shorten sessions", base);
    unsigned merge = commit_fixture_merge(&world->history, "Merge branch 'MB-234'", base, change);

    list(world);
    ask_for(world, change);
    ask_for(world, merge);
    held_by(world, change, 1);
    deploy(world, SIT, 0, false);
    module = answer(world);
    assert_int_equal(module->changes, 1);
    assert_state(&module->cells[SIT], WHERE_IN);
    assert_begins(world, ": 1 change and 1 merge in 1 of 1 module\n");
    where_answer_free(&world->answer);

    world->asked[place(world, change)] = false;
    module = answer(world);
    assert_int_equal(module->changes, 1);
    assert_state(&module->cells[SIT], WHERE_NOT_IN);
    assert_begins(world, ": 1 change in 1 of 1 module\n");
}

static void a_reverted_merge_is_taken_back(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned base = commit_fixture_add(&world->history, "Begin");
    unsigned part = commit_fixture_on(&world->history, "Shorten sessions", base);
    unsigned merge =
        commit_fixture_merge(&world->history, "Merge branch 'feature/MB-234'", base, part);
    unsigned revert =
        commit_fixture_add(&world->history,
                           revert_message(world, "Merge branch 'feature/MB-234'", merge));

    list(world);
    ask_for(world, merge);
    held_by(world, part, 3);
    held_by(world, merge, 3);
    held_by(world, revert, 2);
    deploy(world, SIT, 0, false);
    deploy(world, UAT, 1, false);
    module = answer(world);
    assert_state(&module->cells[SIT], WHERE_IN);
    assert_state(&module->cells[UAT], WHERE_REVERTED);
}

static void what_nobody_knows_is_unknown_and_says_why(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");

    list(world);
    ask_for(world, change);
    deploy(world, UAT, WHERE_NONE, false);
    module = answer(world);
    assert_state(&module->cells[SIT], WHERE_UNKNOWN);
    assert_string_equal(module->cells[SIT].why, "nobody has recorded what runs there");
    assert_state(&module->cells[UAT], WHERE_UNKNOWN);
    assert_string_equal(module->cells[UAT].why, "the repository has no such version");
}

static void a_module_that_cannot_be_read_is_said(void **state)
{
    struct world *world = *state;
    const struct where_module *module;

    world->module.refused = "it belongs to somebody else";
    module = answer(world);
    assert_string_equal(module->refused, "it belongs to somebody else");
    assert_state(&module->cells[SIT], WHERE_UNKNOWN);
    assert_int_equal(world->answer->found, 0);
    assert_int_equal(world->answer->looked, 0);
    assert_false(where_all_in(world->answer, SIT));
}

static void what_is_under_way_is_told(void **state)
{
    struct world *world = *state;
    const struct where_module *module;
    unsigned change = commit_fixture_add(&world->history, "MB-234 Shorten sessions");

    list(world);
    ask_for(world, change);
    held_by(world, change, 1u << 1);
    deploy(world, SIT, 0, false);
    world->coming = (struct where_deployment){ .number = 9, .version = "2.0.1", .reached = 1 };
    world->cells[SIT].coming = &world->coming;
    module = answer(world);
    assert_int_equal(module->cells[SIT].coming->number, 9);
}

static void the_answer_follows_its_schema_and_fits_every_width(void **state)
{
    static const size_t widths[] = { 40, 80, 200 };
    struct world *world = *state;
    unsigned change = commit_fixture_add(&world->history, "MB-234 \x1b]0;title\x07 sessions");
    struct strbuf text = STRBUF_INIT;
    json_t *json;

    list(world);
    ask_for(world, change);
    held_by(world, change, 1u << 1);
    deploy(world, SIT, 1, false);
    deploy(world, UAT, 1, false);
    deploy(world, UAT, 0, true);
    answer(world);
    json = where_to_json(world->answer);
    assert_follows_schema(json, "where-1.json");
    json_decref(json);
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        struct where_text_options options = { widths[i], true, i == 1, 100000 };

        strbuf_clear(&text);
        where_render_text(&text, world->answer, &options);
        assert_null(memchr(text.data, 0x1b, text.length));
        assert_non_null(strstr(text.data, "rolled back to"));
        for (const char *line = text.data; *line != '\0';) {
            size_t length = strcspn(line, "\n");

            assert_true(rich_width(line, length) <= widths[i]);
            line += length + (line[length] == '\n');
        }
    }
    strbuf_release(&text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_runs_there_holds_it_or_not),
        CASE(since_is_the_first_deployment_of_the_run_until_now),
        CASE(a_rollback_takes_it_away),
        CASE(some_of_several_changes_is_partly),
        CASE(a_revert_takes_it_away_and_its_revert_brings_it_back),
        CASE(a_revert_of_something_else_is_a_change_of_its_own),
        CASE(a_backport_is_there_as_another_commit),
        CASE(a_cherry_pick_names_where_it_comes_from),
        CASE(what_only_says_the_same_must_be_looked_at),
        CASE(two_of_one_line_are_two_changes_however_alike),
        CASE(a_merge_speaks_only_where_nothing_else_does),
        CASE(a_reverted_merge_is_taken_back),
        CASE(what_nobody_knows_is_unknown_and_says_why),
        CASE(a_module_that_cannot_be_read_is_said),
        CASE(what_is_under_way_is_told),
        CASE(the_answer_follows_its_schema_and_fits_every_width),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
