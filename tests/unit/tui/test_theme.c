#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/tui/theme.h>

#include "../../support/scratch.h"

static struct theme *parse(const char *text)
{
    struct error error = { 0 };
    struct theme *theme = theme_parse("test.theme", text, strlen(text), &error);

    if (theme == NULL)
        fail_msg("%s", error.message);
    return theme;
}

static void assert_refused(const char *text, const char *message)
{
    struct error error = { 0 };

    assert_null(theme_parse("test.theme", text, strlen(text), &error));
    assert_string_equal(error.message, message);
    assert_int_equal(error.code, ERROR_INVALID);
}

static void assert_look(struct look look, int32_t foreground, int32_t background,
                        unsigned attributes)
{
    assert_int_equal(look.foreground, foreground);
    assert_int_equal(look.background, background);
    assert_int_equal(look.attributes, attributes);
}

static void a_colour_is_taken_as_near_as_the_terminal_has_it(void **state)
{
    struct theme *theme = parse("theme 1\n"
                                "severity.critical = #ff5f5f default bold\n");
    enum role role = ROLE_SEVERITY_CRITICAL;

    (void)state;
    assert_look(theme_look(theme, role, ROLE_NORMAL, DEPTH_DIRECT), 0xff5f5f, -1, LOOK_BOLD);
    assert_look(theme_look(theme, role, ROLE_NORMAL, DEPTH_256), 203, -1, LOOK_BOLD);
    assert_look(theme_look(theme, role, ROLE_NORMAL, DEPTH_16), 9, -1, LOOK_BOLD);
    assert_look(theme_look(theme, role, ROLE_NORMAL, DEPTH_8), 1, -1, LOOK_BOLD);
    assert_look(theme_look(theme, role, ROLE_NORMAL, DEPTH_MONO), -1, -1, LOOK_BOLD);
    theme_free(&theme);
    assert_null(theme);
}

static void a_suffix_says_it_for_one_kind_of_terminal(void **state)
{
    struct theme *theme = parse("theme 1\n"
                                "unknown      = 176 default\n"
                                "unknown.16   = bright-magenta black underline\n"
                                "unknown.mono = default default reverse,bold\n");

    (void)state;
    assert_look(theme_look(theme, ROLE_UNKNOWN, ROLE_NORMAL, DEPTH_256), 176, -1, 0);
    assert_look(theme_look(theme, ROLE_UNKNOWN, ROLE_NORMAL, DEPTH_DIRECT), 0xd787d7, -1, 0);
    assert_look(theme_look(theme, ROLE_UNKNOWN, ROLE_NORMAL, DEPTH_16), 13, 0, LOOK_UNDERLINE);
    /* Eight colours take what was said for sixteen. */
    assert_look(theme_look(theme, ROLE_UNKNOWN, ROLE_NORMAL, DEPTH_8), 5, 0, LOOK_UNDERLINE);
    assert_look(theme_look(theme, ROLE_UNKNOWN, ROLE_NORMAL, DEPTH_MONO), -1, -1,
                LOOK_REVERSE | LOOK_BOLD);
    theme_free(&theme);
}

static void what_is_left_out_looks_as_in_dark(void **state)
{
    struct theme *theme = parse("theme 1\n# nothing\n\n");
    struct theme *dark = theme_load("dark", NULL);

    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct look ours = theme_look(theme, (enum role)role, ROLE_NORMAL, DEPTH_16);
        struct look theirs = theme_look(dark, (enum role)role, ROLE_NORMAL, DEPTH_16);

        assert_memory_equal(&ours, &theirs, sizeof ours);
    }
    theme_free(&dark);
    theme_free(&theme);
}

static void an_overlay_lies_on_top(void **state)
{
    struct theme *theme = parse("theme 1\n"
                                "severity.high = 209 default bold\n"
                                "dim = 245 default\n"
                                "list.selected = default 238\n"
                                "list.marked = 222 default underline\n"
                                "match = 16 221\n"
                                "list.selected.mono = default default reverse\n");

    (void)state;
    assert_look(theme_look(theme, ROLE_SEVERITY_HIGH, ROLE_SELECTED, DEPTH_256), 209, 238,
                LOOK_BOLD);
    assert_look(theme_look(theme, ROLE_SEVERITY_HIGH, ROLE_MARKED, DEPTH_256), 209, -1,
                LOOK_BOLD | LOOK_UNDERLINE);
    assert_look(theme_look(theme, ROLE_NORMAL, ROLE_MARKED, DEPTH_256), 222, -1, LOOK_UNDERLINE);
    assert_look(theme_look(theme, ROLE_DIM, ROLE_MATCH, DEPTH_256), 16, 221, 0);
    /* Reversed, the row is one even bar. */
    assert_look(theme_look(theme, ROLE_SEVERITY_HIGH, ROLE_SELECTED, DEPTH_MONO), -1, -1,
                LOOK_REVERSE);
    theme_free(&theme);
}

static void mistakes_are_named_with_their_line(void **state)
{
    (void)state;
    assert_refused("", "test.theme: the theme is empty");
    assert_refused("colours\n", "test.theme:1: the first line must be \"theme 1\"");
    assert_refused("theme 1\n\nseverity.grave = red default\n",
                   "test.theme:3: there is no role \"severity.grave\"");
    assert_refused("theme 1\ndim = grey default\n", "test.theme:2: \"grey\" is no colour");
    assert_refused("theme 1\ndim = 256 default\n", "test.theme:2: \"256\" is no colour");
    assert_refused("theme 1\ndim = #12345g default\n", "test.theme:2: \"#12345g\" is no colour");
    assert_refused("theme 1\ndim = red default blinking\n",
                   "test.theme:2: \"blinking\" is no attribute");
    assert_refused("theme 1\ndim = red\n",
                   "test.theme:2: a line is \"role = foreground background attributes\"");
    assert_refused("theme 1\ndim = red default bold dim\n",
                   "test.theme:2: a line is \"role = foreground background attributes\"");
    assert_refused("theme 1\ndim = red default\ndim.16 = red default\ndim = blue default\n",
                   "test.theme:4: \"dim\" is set already, on line 2");
}

static void windows_line_ends_are_line_ends(void **state)
{
    struct theme *theme = parse("theme 1\r\ndim = red default\r\n");

    (void)state;
    assert_look(theme_look(theme, ROLE_DIM, ROLE_NORMAL, DEPTH_16), 1, -1, 0);
    theme_free(&theme);
}

static void the_built_in_themes_are_sound(void **state)
{
    size_t count = 0;

    (void)state;
    for (; theme_builtin_name(count) != NULL; count++) {
        struct error error = { 0 };
        struct theme *theme = theme_load(theme_builtin_name(count), &error);

        assert_non_null(theme);
        theme_free(&theme);
    }
    assert_int_equal(count, 3);
    assert_string_equal(theme_builtin_name(0), "dark");
}

/* What must be told apart without colour has another attribute, in every theme. */
static void meaning_survives_without_colour(void **state)
{
    static const enum role pairs[][2] = {
        {ROLE_SELECTED,           ROLE_NORMAL         },
        { ROLE_SEVERITY_CRITICAL, ROLE_SEVERITY_LOW   },
        { ROLE_BLOCKER,           ROLE_NORMAL         },
        { ROLE_ERROR,             ROLE_NORMAL         },
        { ROLE_MATCH,             ROLE_SELECTED       },
        { ROLE_PRODUCTION,        ROLE_TITLE          },
        { ROLE_TAB_CURRENT,       ROLE_TAB            },
        { ROLE_INPUT,             ROLE_NORMAL         },
        { ROLE_SEVERITY_HIGH,     ROLE_SEVERITY_MEDIUM},
    };

    (void)state;
    for (size_t i = 0; theme_builtin_name(i) != NULL; i++) {
        struct theme *theme = theme_load(theme_builtin_name(i), NULL);

        for (size_t j = 0; j < sizeof pairs / sizeof pairs[0]; j++) {
            struct look a = theme_look(theme, pairs[j][0], ROLE_NORMAL, DEPTH_MONO);
            struct look b = theme_look(theme, pairs[j][1], ROLE_NORMAL, DEPTH_MONO);

            assert_int_equal(a.foreground, LOOK_DEFAULT);
            assert_int_not_equal(a.attributes, b.attributes);
        }
        theme_free(&theme);
    }
}

static void roles_have_names_that_read_back(void **state)
{
    (void)state;
    for (int i = 0; i < ROLE_COUNT; i++) {
        const char *name = role_name((enum role)i);
        enum role role;

        assert_non_null(name);
        assert_true(role_parse(name, strlen(name), &role));
        assert_int_equal(role, i);
    }
}

static void a_theme_is_found_in_the_directory_that_is_named(void **state)
{
    char *directory = scratch_new();
    char *path = scratch_file(directory, "mine.theme", "theme 1\naccent = green default\n");
    struct error error = { 0 };
    struct theme *theme;

    (void)state;
    setenv("PILAB_THEMES_DIR", directory, 1);
    theme = theme_load("mine", &error);
    assert_non_null(theme);
    assert_look(theme_look(theme, ROLE_ACCENT, ROLE_NORMAL, DEPTH_16), 2, -1, 0);
    theme_free(&theme);
    theme = theme_load(path, &error);
    assert_non_null(theme);
    theme_free(&theme);
    unsetenv("PILAB_THEMES_DIR");
    assert_null(theme_load("mine", &error));
    assert_string_equal(error.message, "there is no theme \"mine\"");
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    free(path);
    scratch_remove(&directory);
}

static void the_nearest_colour_is_near(void **state)
{
    (void)state;
    assert_int_equal(color_nearest(0xff0000, DEPTH_256), 196);
    assert_int_equal(color_nearest(0x8a8a8a, DEPTH_256), 245);
    assert_int_equal(color_nearest(0xffffff, DEPTH_256), 231);
    assert_int_equal(color_nearest(0xff0000, DEPTH_16), 9);
    assert_int_equal(color_nearest(0x00aa00, DEPTH_8), 2);
    assert_int_equal(color_palette(75), 0x5fafff);
    assert_int_equal(color_palette(255), 0xeeeeee);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_colour_is_taken_as_near_as_the_terminal_has_it),
        cmocka_unit_test(a_suffix_says_it_for_one_kind_of_terminal),
        cmocka_unit_test(what_is_left_out_looks_as_in_dark),
        cmocka_unit_test(an_overlay_lies_on_top),
        cmocka_unit_test(mistakes_are_named_with_their_line),
        cmocka_unit_test(windows_line_ends_are_line_ends),
        cmocka_unit_test(the_built_in_themes_are_sound),
        cmocka_unit_test(meaning_survives_without_colour),
        cmocka_unit_test(roles_have_names_that_read_back),
        cmocka_unit_test(a_theme_is_found_in_the_directory_that_is_named),
        cmocka_unit_test(the_nearest_colour_is_near),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
