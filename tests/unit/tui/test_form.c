#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/tui/form.h>
#include <pilab/tui/key.h>

#include "../../support/scratch.h"
#include "drawing.h"

struct seat {
    struct form *form;
    int done;
    char changed[16];
};

static bool code_is_free(const void *context, const struct form *form, const char *value,
                         struct error *error)
{
    (void)context;
    (void)form;
    if (strcmp(value, "MB") != 0)
        return true;
    return error_set(error, ERROR_EXISTS, "taken");
}

static void changed(void *context, struct form *form, const char *id)
{
    struct seat *seat = context;

    (void)form;
    strncpy(seat->changed, id, sizeof seat->changed - 1);
}

static void done(void *context, struct form *form)
{
    (void)form;
    ((struct seat *)context)->done++;
}

static const char *const environments[] = { "DEV", "SIT", "UAT", NULL };

static const struct form_field fields[] = {
    {.kind = FORM_SECTION,   .label = "Project"    },
    { .id = "name",          .kind = FORM_TEXT,      .label = "Name", .required = true, .help = "As people say" },
    { .id = "code",      .kind = FORM_TEXT,     .label = "Code", .check = code_is_free },
    { .id = "days",          .kind = FORM_NUMBER,          .label = "Days", .minimum = 1, .maximum = 30 },
    { .id = "from", .kind = FORM_CHOICE,                      .label = "From", .options = environments },
    { .id = "to",.kind = FORM_CHOICES,.label = "To", .options = environments },
    { .id = "key",         .kind = FORM_MASKED,                              .label = "Key" },
    { .kind = FORM_NOTE,   .label = "Nothing is written yet."},
};

#define FIELDS (sizeof fields / sizeof *fields)

static int set_up(void **state)
{
    struct seat *seat = memory_new(sizeof *seat);
    struct form_owner owner = { seat, changed, done };

    seat->form = form_new(fields, FIELDS, &owner);
    *state = seat;
    return 0;
}

static int tear_down(void **state)
{
    struct seat *seat = *state;

    form_free(&seat->form);
    free(seat);
    return 0;
}

static void type(struct form *form, const char *keys)
{
    for (; *keys != '\0'; keys++)
        form_key(form, *keys);
}

static void characters_go_into_the_field_and_tab_moves(void **state)
{
    struct seat *seat = *state;

    assert_string_equal(form_focus(seat->form), "name");
    type(seat->form, "q!:u1");
    assert_string_equal(form_text(seat->form, "name"), "q!:u1");
    assert_string_equal(seat->changed, "name");
    form_key(seat->form, KEYCODE_TAB);
    assert_string_equal(form_focus(seat->form), "code");
    form_key(seat->form, KEYCODE_UP);
    assert_string_equal(form_focus(seat->form), "name");
    form_key(seat->form, KEYCODE_BACK_TAB);
    assert_string_equal(form_focus(seat->form), "key");
    assert_int_equal(form_key(seat->form, KEYCODE_ESCAPE), REFRESH_IGNORED);
    assert_int_equal(form_key(seat->form, key_control('P')), REFRESH_IGNORED);
}

static void checks_follow_what_is_typed(void **state)
{
    struct seat *seat = *state;

    assert_true(form_go_to(seat->form, "code"));
    type(seat->form, "MB");
    assert_int_equal(form_verdict(seat->form, "code"), FORM_WRONG);
    type(seat->form, "X");
    assert_int_equal(form_verdict(seat->form, "code"), FORM_GOOD);
    assert_true(form_go_to(seat->form, "days"));
    type(seat->form, "31");
    assert_int_equal(form_verdict(seat->form, "days"), FORM_WRONG);
    form_key(seat->form, KEYCODE_BACKSPACE);
    assert_int_equal(form_verdict(seat->form, "days"), FORM_UNCHECKED);
    type(seat->form, "x");
    assert_int_equal(form_verdict(seat->form, "days"), FORM_WRONG);
}

static void a_verdict_of_somebody_else_goes_with_the_value(void **state)
{
    struct seat *seat = *state;

    type(seat->form, "name");
    form_set_check(seat->form, "name", FORM_CHECKING, NULL);
    assert_string_equal(form_obstacle(seat->form, NULL), "is still being checked");
    assert_false(form_submit(seat->form));
    form_set_check(seat->form, "name", FORM_GOOD, "connected");
    assert_null(form_obstacle(seat->form, NULL));
    form_set_check(seat->form, "name", FORM_WRONG, "no such host");
    assert_string_equal(form_obstacle(seat->form, NULL), "no such host");
    type(seat->form, "s");
    assert_int_equal(form_verdict(seat->form, "name"), FORM_UNCHECKED);
}

static void what_is_needed_holds_it_up_at_its_field(void **state)
{
    struct seat *seat = *state;

    form_key(seat->form, KEYCODE_PAGE_DOWN);
    assert_true(form_is_at_end(seat->form));
    form_key(seat->form, KEYCODE_ENTER);
    assert_int_equal(seat->done, 0);
    assert_string_equal(form_focus(seat->form), "name");
    assert_string_equal(form_obstacle(seat->form, NULL), "is needed");
    type(seat->form, "Mobile");
    form_key(seat->form, key_control('S'));
    assert_int_equal(seat->done, 1);
}

static void choices_are_made_with_arrows_blanks_and_letters(void **state)
{
    struct seat *seat = *state;

    assert_true(form_go_to(seat->form, "from"));
    assert_string_equal(form_text(seat->form, "from"), "");
    type(seat->form, "u");
    assert_string_equal(form_text(seat->form, "from"), "UAT");
    form_key(seat->form, KEYCODE_RIGHT);
    assert_string_equal(form_text(seat->form, "from"), "DEV");
    form_key(seat->form, KEYCODE_LEFT);
    assert_string_equal(form_text(seat->form, "from"), "UAT");
    form_key(seat->form, KEYCODE_BACKSPACE);
    assert_string_equal(form_text(seat->form, "from"), "");
    form_key(seat->form, KEYCODE_DOWN);
    assert_string_equal(form_focus(seat->form), "to");
    type(seat->form, " ");
    form_key(seat->form, KEYCODE_DOWN);
    form_key(seat->form, KEYCODE_DOWN);
    type(seat->form, " ");
    assert_string_equal(form_text(seat->form, "to"), "DEV\nUAT");
    assert_true(form_has_chosen(seat->form, "to", "UAT"));
    assert_false(form_has_chosen(seat->form, "to", "SIT"));
    form_key(seat->form, KEYCODE_DOWN);
    assert_string_equal(form_focus(seat->form), "key");
}

static void a_draft_holds_all_but_secrets(void **state)
{
    struct seat *seat = *state;
    json_t *draft;
    char *text;

    assert_false(form_is_changed(seat->form));
    type(seat->form, "Mobile");
    form_set_text(seat->form, "to", "SIT\nUAT");
    assert_true(form_go_to(seat->form, "key"));
    type(seat->form, "hunter2");
    assert_string_equal(form_text(seat->form, "key"), "hunter2");
    assert_true(form_is_changed(seat->form));
    draft = form_export(seat->form);
    text = json_dumps(draft, JSON_COMPACT);
    assert_string_equal(text, "{\"name\":\"Mobile\",\"code\":\"\",\"days\":\"\",\"from\":\"\","
                              "\"to\":[\"SIT\",\"UAT\"]}");
    free(text);
    form_set_text(seat->form, "name", "");
    form_set_text(seat->form, "to", "");
    json_object_set_new(draft, "key", json_string("planted"));
    json_object_set_new(draft, "unknown", json_string("x"));
    json_object_set_new(draft, "days", json_integer(3));
    form_import(seat->form, draft);
    assert_string_equal(form_text(seat->form, "name"), "Mobile");
    assert_string_equal(form_text(seat->form, "to"), "SIT\nUAT");
    assert_string_equal(form_text(seat->form, "key"), "hunter2");
    assert_string_equal(form_text(seat->form, "days"), "");
    json_decref(draft);
}

static void a_copy_has_no_secret(void **state)
{
    struct seat *seat = *state;
    struct strbuf out = STRBUF_INIT;

    form_set_text(seat->form, "name", "Mobile\tBank");
    form_set_text(seat->form, "key", "hunter2");
    assert_true(form_pane(seat->form)->ops->text(form_pane(seat->form), &out));
    assert_null(strstr(out.data, "hunter2"));
    assert_null(strstr(out.data, "Key"));
    assert_non_null(strstr(out.data, "Name: Mobile Bank"));
    strbuf_release(&out);
}

static void it_is_drawn_with_words_beside_the_fields(void **state)
{
    struct seat *seat = *state;

    form_set_text(seat->form, "name", "変更 Bank");
    form_set_text(seat->form, "code", "MB");
    form_set_text(seat->form, "from", "SIT");
    form_set_text(seat->form, "to", "UAT");
    form_set_text(seat->form, "key", "hunter2");
    assert_pane(form_pane(seat->form), 14, 60,
                "Project\n"
                "Name *  変更 Bank\n"
                "Code    MB                               ! taken\n"
                "Days\n"
                "From    < SIT >  2 of 3\n"
                "To      [ ] DEV\n"
                "        [ ] SIT\n"
                "        [x] UAT\n"
                "Key     ••••••••\n"
                "Nothing is written yet.\n"
                "\n\n\n"
                "As people say\n");
}

static void narrow_and_low_it_puts_labels_above_and_scrolls(void **state)
{
    struct seat *seat = *state;

    form_set_text(seat->form, "code", "MB");
    assert_true(form_go_to(seat->form, "days"));
    assert_pane(form_pane(seat->form), 5, 20,
                "MB                 …\n"
                "! taken\n"
                "Days\n"
                "                   …\n");
}

static void a_file_name_that_is_typed_is_completed(void **state)
{
    static const struct form_field path[] = {
        {.id = "file",  .kind = FORM_PATH, .label = "File"},
        { .id = "next", .kind = FORM_TEXT, .label = "Next"},
    };
    struct form *form = form_new(path, 2, NULL);
    char *folder = scratch_new();
    char *typed = memory_printf("%s/pi", folder), *wanted = memory_printf("%s/pilab-", folder);
    char *names[] = { path_join(folder, "pilab-one.yaml"), path_join(folder, "pilab-two.yaml") };

    (void)state;
    for (int i = 0; i < 2; i++)
        assert_true(file_write_atomic(names[i], "", 0, 0600, NULL));
    form_set_text(form, "file", folder);
    form_key(form, KEYCODE_TAB);
    assert_string_equal(form_text(form, "file"), folder);
    assert_string_equal(form_focus(form), "next");
    assert_true(form_go_to(form, "file"));
    type(form, typed);
    form_key(form, KEYCODE_TAB);
    assert_string_equal(form_text(form, "file"), wanted);
    assert_string_equal(form_focus(form), "file");
    form_key(form, KEYCODE_TAB);
    assert_string_equal(form_focus(form), "file");
    type(form, "t");
    form_key(form, KEYCODE_TAB);
    assert_string_equal(form_text(form, "file"), names[1]);
    form_key(form, KEYCODE_TAB);
    assert_string_equal(form_focus(form), "next");
    form_free(&form);
    for (int i = 0; i < 2; i++)
        free(names[i]);
    free(typed);
    free(wanted);
    scratch_remove(&folder);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(characters_go_into_the_field_and_tab_moves),
        CASE(checks_follow_what_is_typed),
        CASE(a_verdict_of_somebody_else_goes_with_the_value),
        CASE(what_is_needed_holds_it_up_at_its_field),
        CASE(choices_are_made_with_arrows_blanks_and_letters),
        CASE(a_draft_holds_all_but_secrets),
        CASE(a_copy_has_no_secret),
        CASE(it_is_drawn_with_words_beside_the_fields),
        CASE(narrow_and_low_it_puts_labels_above_and_scrolls),
        CASE(a_file_name_that_is_typed_is_completed),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
