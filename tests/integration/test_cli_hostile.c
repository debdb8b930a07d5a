#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../support/hostile_fixture.h"
#include "../support/patience.h"
#include "../support/run_program.h"

/* Text from outside on the command line: shown, never sent, never run. */

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
};

static struct world world;

static int set_up(void **state)
{
    fixture_library_start(state);
    world.fixture = hostile_fixture_new();
    return 0;
}

static int tear_down(void **state)
{
    fixture_free(&world.fixture);
    return fixture_library_stop(state);
}

static int enter(void **state)
{
    (void)state;
    world.sandbox = sandbox_new();
    sandbox_enter(world.sandbox, fixture_path(world.fixture));
    return 0;
}

static int leave(void **state)
{
    (void)state;
    hostile_fixture_assert_quiet(world.fixture);
    sandbox_free(&world.sandbox);
    return 0;
}

static void assert_no_control(const char *verb, const char *format)
{
    const struct run *run =
        run_pilab(world.sandbox, verb, "v1..v2", "--wide", "--format", format, NULL);

    assert_int_equal(run->status, 0);
    assert_true(run->out.length > 0);
    assert_harmless(&run->out);
    assert_harmless(&run->err);
    assert_says_not(&run->out, "\xe2\x80\xae");
}

static void controls_are_shown_in_every_text(void **state)
{
    (void)state;
    assert_no_control("drift", "text");
    assert_no_control("notes", "text");
    assert_no_control("notes", "markdown");
}

static void json_holds_controls_escaped(void **state)
{
    const struct run *run;

    (void)state;
    run = run_pilab(world.sandbox, "drift", "v1..v2", "--json", NULL);
    assert_int_equal(run->status, 0);
    assert_harmless(&run->out);
    assert_says(&run->out, "\\u001b]0;PWNED");
    run = run_pilab(world.sandbox, "notes", "v1..v2", "--json", NULL);
    assert_int_equal(run->status, 0);
    assert_harmless(&run->out);
}

static void a_control_is_named_where_it_stood(void **state)
{
    const struct run *run =
        run_pilab(world.sandbox, "drift", "v1..v2", "--wide", "--width", "200", NULL);

    (void)state;
    assert_says(&run->out, "Title ^[]0;PWNED^G of the window");
    assert_says(&run->out, "ok^MFAKE");
    assert_says(&run->out, "<U+202E>");
    assert_says(&run->out, "docs/two lines.md");
}

static void html_in_a_subject_is_text_in_markdown(void **state)
{
    const struct run *run = run_pilab(world.sandbox, "notes", "v1..v2", NULL);

    (void)state;
    assert_says_not(&run->out, "<script>");
}

static void a_subject_of_ten_megabytes_takes_no_time(void **state)
{
    const struct run *run = run_pilab(world.sandbox, "drift", "v2..v3", NULL);

    (void)state;
    assert_int_equal(run->status, 0);
    assert_harmless(&run->out);
    assert_in_range(run->milliseconds, 0, patience(2000));
    print_message("drift with a subject of 10 MB: %d ms\n", (int)run->milliseconds);
    run = run_pilab(world.sandbox, "notes", "v2..v3", NULL);
    assert_int_equal(run->status, 0);
    assert_in_range(run->milliseconds, 0, patience(2000));
    print_message("notes with a subject of 10 MB: %d ms\n", (int)run->milliseconds);
}

static void a_tag_called_like_an_option_is_compared_or_refused(void **state)
{
    const struct run *run = run_pilab(world.sandbox, "drift", "v1..--output=x", NULL);

    (void)state;
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "v1 → --output=x");
    run = run_pilab(world.sandbox, "drift", "--", "v1", "-evil", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "v1 → -evil");
    run = run_pilab(world.sandbox, "drift", "--output=x", "v1", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "--output");
}

static void an_unknown_name_with_controls_is_said_harmlessly(void **state)
{
    const struct run *run = run_pilab(world.sandbox, "drift", "v1..no\033]0;PWNED\007pe", NULL);

    (void)state;
    assert_int_equal(run->status, 1);
    assert_harmless(&run->err);
    run = run_pilab(world.sandbox, "dri\033[2Jft", NULL);
    assert_int_equal(run->status, 64);
    assert_harmless(&run->err);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(controls_are_shown_in_every_text),
        CASE(json_holds_controls_escaped),
        CASE(a_control_is_named_where_it_stood),
        CASE(html_in_a_subject_is_text_in_markdown),
        CASE(a_subject_of_ten_megabytes_takes_no_time),
        CASE(a_tag_called_like_an_option_is_compared_or_refused),
        CASE(an_unknown_name_with_controls_is_said_harmlessly),
    };

    return cmocka_run_group_tests_name("hostile text on the command line", tests, set_up,
                                       tear_down);
}
