#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/module_paths.h>
#include <pilab/app/repository_check.h>

#include "../../support/fixture_repository.h"

/* The part of a repository that is a module's. */

static void assert_clean(const char *paths, const char *clean)
{
    char *cleaned = module_paths_clean(paths);

    assert_string_equal(cleaned, clean);
    free(cleaned);
}

static void paths_are_cleaned_one_by_one(void **state)
{
    (void)state;
    assert_clean(NULL, "");
    assert_clean(".", "");
    assert_clean("./services//auth/", "services/auth");
    assert_clean("./a/\n\n/b", "a\nb");
    assert_clean("a\n", "a");
    assert_clean("a\n.\nb", ""); /* all of it, with a in it */
}

static void a_file_lies_in_one_of_them(void **state)
{
    (void)state;
    assert_true(module_paths_hold("", "any"));
    assert_true(module_paths_hold("a\nb/c", "a/x"));
    assert_true(module_paths_hold("a\nb/c", "b/c/d"));
    assert_true(module_paths_hold("a\nb/c", "b/c")); /* a file is one, too */
    assert_false(module_paths_hold("a\nb/c", "ab"));
    assert_false(module_paths_hold("a\nb/c", "b/cd"));
    assert_false(module_paths_hold("a\nb/c", "b"));
}

static void assert_from(const char *home, const char *path, const char *expected)
{
    char *whole = module_paths_from(home, path);

    assert_string_equal(whole, expected);
    free(whole);
}

static void the_module_is_at_home_in_the_first(void **state)
{
    char *home = module_paths_home("./services/auth/\nlib");

    (void)state;
    assert_string_equal(home, "services/auth");
    assert_from(home, "values.yaml", "services/auth/values.yaml");
    assert_from(home, "../shared.yaml", "services/shared.yaml");
    assert_from(home, "/root.yaml", "root.yaml");
    assert_from("", "./a/../../b", "b");
    free(home);
}

static void a_form_has_them_in_one_line(void **state)
{
    struct arena *arena = arena_new();
    struct strbuf words = STRBUF_INIT;

    (void)state;
    assert_string_equal(module_paths_of_words(arena, "a, b/c, d e"), "a\nb/c\nd e");
    assert_string_equal(module_paths_of_words(arena, "a,b"), "a,b");
    assert_null(module_paths_of_words(arena, NULL));
    module_paths_words(&words, "a\nb/c\nd e");
    assert_string_equal(words.data, "a, b/c, d e");
    strbuf_clear(&words);
    module_paths_words(&words, NULL);
    assert_string_equal(words.data, "");
    strbuf_release(&words);
    arena_free(&arena);
}

static void check(struct app_work *work, const struct module_settings *module,
                  struct module_checked *checked)
{
    if (!module_check(&work->call, module, NULL, 0, work->call.arena, checked, &work->error))
        fail_msg("%s", work->error.message);
}

static void each_of_several_paths_must_be_there(void **state)
{
    struct app_work *work = *state;
    struct fixture_repository *fixture = fixture_new();
    static const char *const layers[] = { "values.yaml", "../lib/values-{env}.yaml", "gone.yaml" };
    struct module_settings module = { .name = "auth",
                                      .path = "./services/auth\nlib/\nMakefile",
                                      .config = (const char **)(uintptr_t)layers,
                                      .config_count = 3,
                                      .migrations_path = "db" };
    struct module_checked checked;

    builder_write(fixture_builder(fixture), "services/auth/values.yaml", "a: 1\n");
    builder_write(fixture_builder(fixture), "services/auth/db/V1.sql", "select 1;\n");
    builder_write(fixture_builder(fixture), "services/lib/values-uat.yaml", "a: 2\n");
    builder_write(fixture_builder(fixture), "lib/x.c", "\n");
    fixture_commit(fixture, "Makefile", "all:\n", "Begin");
    fixture_open(fixture);
    module.repository = fixture_path(fixture);
    check(work, &module, &checked);
    assert_null(checked.path_lost);
    assert_int_equal(checked.layer_files[0], 1);
    assert_int_equal(checked.layer_files[1], 1);
    assert_int_equal(checked.layer_files[2], 0);
    assert_int_equal(checked.migrations, 1);
    module.path = "services/auth\nlibs\nMakefile";
    check(work, &module, &checked);
    assert_string_equal(checked.path_lost, "libs");
    module.path = NULL;
    check(work, &module, &checked);
    assert_null(checked.path_lost);
    fixture_free(&fixture);
}

static void nothing_is_in_a_repository_without_a_commit(void **state)
{
    struct app_work *work = *state;
    struct fixture_repository *fixture = fixture_new();
    struct module_settings module = { .name = "auth", .path = "lib" };
    struct module_checked checked;

    fixture_open(fixture);
    module.repository = fixture_path(fixture);
    check(work, &module, &checked);
    assert_string_equal(checked.path_lost, "lib");
    fixture_free(&fixture);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, app_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_cleaned_one_by_one),
        cmocka_unit_test(a_file_lies_in_one_of_them),
        cmocka_unit_test(the_module_is_at_home_in_the_first),
        cmocka_unit_test(a_form_has_them_in_one_line),
        CASE(each_of_several_paths_must_be_there),
        CASE(nothing_is_in_a_repository_without_a_commit),
    };

    return cmocka_run_group_tests_name("app/module_paths", tests, fixture_library_start,
                                       fixture_library_stop);
}
