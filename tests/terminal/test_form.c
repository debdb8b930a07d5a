#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>

#include "harness.h"

#define FORM_FIXTURE "tests/terminal/fixture_form"

/* Forms and wizards in the hands of somebody. */

static struct vt *open_at(void **state, int rows, int columns)
{
    return harness_start(*state, rows, columns, FORM_FIXTURE, NULL);
}

static void keys_are_text_in_a_field_and_ctrl_s_is_done(void **state)
{
    struct vt *vt = open_at(state, 24, 80);

    assert_true(vt_type(vt, "o"));
    assert_shown(vt, "What people call it");
    /* `?` is text here. */
    assert_not_shown(vt, "? help");
    assert_true(vt_type(vt, "q!:u1 变更\tMB"));
    assert_shown(vt, "q!:u1 变更");
    assert_shown(vt, "! Mobile Banking has this");
    assert_true(vt_type(vt, "X"));
    assert_shown(vt, "+ ok");
    assert_true(vt_type(vt, "\thunter2"));
    assert_not_shown(vt, "hunter2");
    assert_true(vt_type(vt, "\x13"));
    assert_shown(vt, "done: q!:u1 变更, 7 bytes of token");
    vt_free(&vt);
}

static void pasted_text_is_one_value(void **state)
{
    struct vt *vt = open_at(state, 24, 80);

    assert_true(vt_type(vt, "o"));
    assert_true(vt_type(vt, "\033[200~Mobile\tBanking\n\033[201~"));
    assert_shown(vt, "Mobile Banking");
    assert_shown(vt, "1/3");
    vt_free(&vt);
}

static void an_empty_field_that_is_needed_is_gone_to(void **state)
{
    struct vt *vt = open_at(state, 24, 80);

    assert_true(vt_type(vt, "o\x13"));
    assert_shown(vt, "! is needed");
    assert_not_shown(vt, "done:");
    assert_shown(vt, "1/3");
    vt_free(&vt);
}

static void a_form_shrinks_and_grows_with_the_screen(void **state)
{
    struct vt *vt = open_at(state, 48, 160);

    assert_true(vt_type(vt, "oMobile\tMB\t"));
    vt_resize(vt, 5, 20);
    assert_true(vt_wait_idle(vt));
    assert_true(vt_type(vt, "\033[Z"));
    assert_shown(vt, "MB");
    vt_resize(vt, 24, 80);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, "Mobile");
    assert_shown(vt, "! Mobile Banking has this");
    vt_free(&vt);
}

static void a_box_answers_once(void **state)
{
    struct vt *vt = open_at(state, 24, 80);

    assert_true(vt_type(vt, "b"));
    assert_shown(vt, "Stages");
    assert_true(vt_type(vt, "s"));
    assert_shown(vt, "< SIT >");
    assert_true(vt_type(vt, "\x13"));
    assert_shown(vt, "box: SIT");
    assert_true(vt_type(vt, "b\033"));
    assert_shown(vt, "box: declined");
    vt_resize(vt, 5, 20);
    assert_true(vt_wait_idle(vt));
    assert_true(vt_type(vt, "b"));
    assert_shown(vt, "First stage");
    vt_free(&vt);
}

static void a_wizard_goes_on_when_nothing_is_wrong(void **state)
{
    struct vt *vt = open_at(state, 24, 80);

    assert_true(vt_type(vt, "w"));
    assert_shown(vt, "[1 Project !]");
    assert_true(vt_type(vt, "\x13"));
    assert_shown(vt, "! is needed");
    assert_true(vt_type(vt, "Mobile\rPAY\r\r"));
    assert_shown(vt, "1 Project +");
    assert_shown(vt, "[2 Stages !]");
    vt_key(vt, VTERM_KEY_PAGEDOWN);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, "! 2 Stages: First stage is needed");
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "[2 Stages !]");
    assert_true(vt_type(vt, "d\x13"));
    assert_shown(vt, "The project Mobile begins in DEV.");
    assert_true(vt_type(vt, "\r"));
    assert_shown(vt, "created Mobile");
    vt_free(&vt);
}

static void what_was_typed_is_there_again_but_for_secrets(void **state)
{
    struct vt *vt = open_at(state, 24, 80);

    assert_true(vt_type(vt, "wMobile\rPAY\rhunter2\r"));
    assert_shown(vt, "[2 Stages !]");
    assert_true(vt_type(vt, "\033"));
    assert_not_shown(vt, "Stages");
    assert_true(vt_type(vt, "w"));
    assert_shown(vt, "[2 Stages !]");
    vt_key(vt, VTERM_KEY_PAGEUP);
    assert_true(vt_wait_idle(vt));
    assert_shown(vt, "Mobile");
    assert_shown(vt, "PAY");
    assert_not_shown(vt, "•");
    vt_free(&vt);
}

/* What is shown of a secret is all that can be kept of it. */
static void a_screen_that_is_written_has_no_secret(void **state)
{
    struct vt *vt = open_at(state, 24, 80);
    char *path = path_join(harness_home(*state), "screen.txt");
    struct strbuf text = STRBUF_INIT;

    assert_true(vt_type(vt, "wMobile\rPAY\rhunter2"));
    assert_true(vt_type(vt, "\033[6~"));
    assert_true(vt_type(vt, "\033[6~"));
    assert_shown(vt, "Summary]");
    assert_true(vt_type(vt, ":screen ~/screen.txt\r"));
    assert_shown(vt, "screen written");
    assert_true(file_read(path, 100000, false, &text, NULL));
    assert_non_null(strstr(text.data, "Mobile"));
    assert_null(strstr(text.data, "hunter2"));
    assert_null(strstr(vt_log(vt)->data, "hunter2"));
    strbuf_release(&text);
    free(path);
    vt_free(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, harness_set_up, harness_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(keys_are_text_in_a_field_and_ctrl_s_is_done),
        CASE(pasted_text_is_one_value),
        CASE(an_empty_field_that_is_needed_is_gone_to),
        CASE(a_form_shrinks_and_grows_with_the_screen),
        CASE(a_box_answers_once),
        CASE(a_wizard_goes_on_when_nothing_is_wrong),
        CASE(what_was_typed_is_there_again_but_for_secrets),
        CASE(a_screen_that_is_written_has_no_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
