#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "../support/release_world.h"
#include "../support/scratch.h"

/* The main job on the command line, in a plain clone: what differs, and the notes for it. */

static void drift_tells_the_verdict_first(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.1..v1.1.0", NULL);

    assert_int_equal(run->status, 0);
    assert_string_equal(run->err.data, "");
    assert_golden_text(&run->out, "cli/drift.txt");
}

static void drift_compares_the_last_two_versions_by_itself(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", NULL);

    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/drift-last.txt");
}

static void two_words_say_the_same_as_a_range(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.1", "v1.1.0", NULL);

    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/drift.txt");
}

static void nothing_is_shortened_with_wide(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "--wide", "--counts", "--width",
                                      "120", "v1.0.0..v1.1.0", NULL);

    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/drift-wide.txt");
}

static void a_narrow_width_only_changes_the_layout(void **state)
{
    struct world *world = *state;
    const struct run *run =
        run_pilab(world->sandbox, "drift", "--width", "44", "v1.0.1..v1.1.0", NULL);

    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/drift-narrow.txt");
}

static void another_locale_than_utf8_gets_ascii(void **state)
{
    struct world *world = *state;
    const struct run *run;

    sandbox_set(world->sandbox, "LANG=C");
    run = run_pilab(world->sandbox, "drift", "v1.0.1..v1.1.0", NULL);
    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/drift-ascii.txt");
    for (size_t i = 0; i < run->out.length; i++)
        assert_in_range((unsigned char)run->out.data[i], 0, 0x7f);
}

static void drift_as_json(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.1..v1.1.0", "--json", NULL);

    assert_int_equal(run->status, 0);
    assert_string_equal(run->err.data, "");
    assert_golden_text(&run->out, "cli/drift.json");
}

static void notes_through_a_pipe_are_markdown(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "notes", "v1.0.1..v1.1.0", NULL);

    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/notes.md");
}

static void notes_as_text(void **state)
{
    struct world *world = *state;
    const struct run *run =
        run_pilab(world->sandbox, "notes", "v1.0.1..v1.1.0", "--format", "text", NULL);

    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/notes.txt");
}

static void notes_as_json(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "notes", "v1.0.1..v1.1.0", "--release",
                                      "R2025.03", "--format", "json", NULL);

    assert_int_equal(run->status, 0);
    assert_golden_text(&run->out, "cli/notes.json");
}

static void a_template_of_ones_own_makes_the_notes(void **state)
{
    struct world *world = *state;
    char *template = scratch_file(sandbox_files(world->sandbox), "own.tmpl",
                                  "{{version}} for {{total_changes}} changes\n");
    const struct run *run =
        run_pilab(world->sandbox, "notes", "v1.0.1..v1.1.0", "--template", template, NULL);

    free(template);
    assert_string_equal(run->err.data, "");
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "v1.1.0 for ");
}

static void the_same_command_gives_the_same_bytes(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--json", NULL);
    char *first = strdup(run->out.data);

    for (int i = 0; i < 5; i++) {
        run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--json", NULL);
        assert_string_equal(run->out.data, first);
    }
    free(first);
}

static void secrets_are_only_said_to_differ(void **state)
{
    struct world *world = *state;
    static const char *const formats[] = { "text", "json" };

    for (size_t i = 0; i < 2; i++) {
        const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--wide",
                                          "--format", formats[i], NULL);

        assert_says(&run->out, "DB_PASSWORD");
        assert_says_not(&run->out, "unreal-one");
        assert_says_not(&run->out, "not-a-real");
    }
}

static void exit_code_tells_that_something_differs(void **state)
{
    struct world *world = *state;

    assert_int_equal(run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--exit-code", NULL)
                         ->status,
                     2);
    assert_int_equal(run_pilab(world->sandbox, "drift", "v1.1.0..v1.1.0", "--exit-code", NULL)
                         ->status,
                     0);
}

static void fail_on_asks_for_a_severity(void **state)
{
    struct world *world = *state;
    const struct run *run;

    assert_int_equal(run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--fail-on", "low", NULL)
                         ->status,
                     2);
    assert_int_equal(run_pilab(world->sandbox, "drift", "v1.0.0..v1.0.1", "--fail-on", "critical",
                               NULL)
                         ->status,
                     0);
    run = run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", "--fail-on", "hihg", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "high");
}

static void nothing_is_written_by_comparing(void **state)
{
    struct world *world = *state;
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;

    fixture_listing(fixture_path(world->fixture), &before);
    assert_int_equal(run_pilab(world->sandbox, "drift", "v1.0.0..v1.1.0", NULL)->status, 0);
    assert_int_equal(run_pilab(world->sandbox, "notes", "v1.0.0..v1.1.0", NULL)->status, 0);
    assert_int_equal(run_pilab(world->sandbox, "help", NULL)->status, 0);
    assert_int_equal(run_pilab(world->sandbox, "report", "list", NULL)->status, 1);
    fixture_listing(fixture_path(world->fixture), &after);
    assert_string_equal(after.data, before.data);
    assert_int_equal(scratch_count(sandbox_home(world->sandbox)), 0);
    strbuf_release(&before);
    strbuf_release(&after);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, release_world_setup, release_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(drift_tells_the_verdict_first),
        CASE(drift_compares_the_last_two_versions_by_itself),
        CASE(two_words_say_the_same_as_a_range),
        CASE(nothing_is_shortened_with_wide),
        CASE(a_narrow_width_only_changes_the_layout),
        CASE(another_locale_than_utf8_gets_ascii),
        CASE(drift_as_json),
        CASE(notes_through_a_pipe_are_markdown),
        CASE(notes_as_text),
        CASE(notes_as_json),
        CASE(a_template_of_ones_own_makes_the_notes),
        CASE(the_same_command_gives_the_same_bytes),
        CASE(secrets_are_only_said_to_differ),
        CASE(exit_code_tells_that_something_differs),
        CASE(fail_on_asks_for_a_severity),
        CASE(nothing_is_written_by_comparing),
    };

    return cmocka_run_group_tests_name("compare on the command line", tests, NULL, NULL);
}
