#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/git/submodules.h>

#include "../../support/patience.h"
#include "../../support/fixture_repository.h"
#include "../../support/scratch.h"

static struct arena *arena;

static int begin(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct submodule_list parse(const char *text)
{
    return submodules_parse(text, strlen(text), arena);
}

static void a_submodule_has_a_name_a_path_and_a_url(void **state)
{
    struct submodule_list list = parse("[submodule \"libs/common\"]\n"
                                       "\tpath = libs/common\n"
                                       "\turl = https://git.example.org/common.git\n"
                                       "\tbranch = main\n"
                                       "[core]\n\tpath = elsewhere\n"
                                       "[submodule \"other\"] path=o\n");
    (void)state;
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].name, "libs/common");
    assert_string_equal(list.items[0].path, "libs/common");
    assert_string_equal(list.items[0].url, "https://git.example.org/common.git");
    assert_string_equal(list.items[1].path, "o");
    assert_null(list.items[1].url);
    assert_ptr_equal(submodules_at(&list, "o"), &list.items[1]);
    assert_null(submodules_at(&list, "elsewhere"));
}

/* Values as `git config -f` reads them out of the same text. */
static void values_are_written_as_git_writes_them(void **state)
{
    static const char text[] = "[submodule \"a \\\"b\\\" \\\\c\"]\n"
                               "  PATH =  with blanks   ; a note\n"
                               "  url = \" kept \"and\\tmore # a note\n"
                               "[Submodule \"two\"]\n"
                               "  path = goes \\\n on\n"
                               "  path = last\n"
                               "  url = \"a;b#c\"\n";
    static const char *const keys[] = { "submodule.a \"b\" \\c.path", "submodule.a \"b\" \\c.url",
                                        "submodule.two.path", "submodule.two.url" };
    struct fixture_repository *fixture = fixture_new();
    struct submodule_list list = parse(text);
    const char *mine[4];
    (void)state;
    assert_int_equal(list.count, 2);
    mine[0] = list.items[0].path;
    mine[1] = list.items[0].url;
    mine[2] = list.items[1].path;
    mine[3] = list.items[1].url;
    fixture_commit(fixture, "a", "1\n", "One");
    fixture_open(fixture);
    fixture_write_work_file(fixture, ".gitmodules", text);
    for (size_t i = 0; i < 4; i++) {
        const char *const arguments[] = { "config", "-z", "-f", ".gitmodules", keys[i], NULL };
        struct strbuf git = STRBUF_INIT;
        fixture_git(fixture, &git, arguments);
        assert_string_equal(mine[i], git.data);
        strbuf_release(&git);
    }
    fixture_free(&fixture);
}

static void what_is_broken_is_passed_over(void **state)
{
    struct submodule_list list = parse("[submodule \"a\n=\n[submodule]\n[submodule \"b\"]\n= x\n"
                                       "path\nurl = u\\");
    (void)state;
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].name, "b");
    assert_null(list.items[0].path);
    assert_string_equal(list.items[0].url, "u\\");
}

static void relative_urls_start_at_the_origin(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct repository *repository;
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    fixture_open(fixture);
    fixture_write_git_file(fixture, "config",
                           "[core]\n\tbare = false\n"
                           "[remote \"origin\"]\n\turl = git@host:group/main.git\n");
    repository = fixture_open(fixture);
    assert_string_equal(submodule_url(repository, "../sub.git", arena), "git@host:group/sub.git");
    assert_string_equal(submodule_url(repository, "../../x/sub", arena), "git@host:x/sub");
    assert_string_equal(submodule_url(repository, "https://h/x", arena), "https://h/x");
    assert_true(submodule_same_url("https://h/x.git/", "https://h/x"));
    assert_false(submodule_same_url("https://h/x", "https://h/y"));
    fixture_free(&fixture);
}

static void names_that_lead_elsewhere_are_nowhere(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    struct repository *repository;
    struct submodule good = { "lib/a", "lib/a", NULL }, up = { "../..", "../..", NULL };
    struct submodule root = { "/", "/", NULL }, link = { "link", NULL, NULL };
    char *modules, *folder, *to;
    (void)state;
    fixture_commit(fixture, "a", "1\n", "One");
    repository = fixture_open(fixture);
    modules = scratch_path(fixture_git_path(fixture), "modules");
    folder = scratch_path(modules, "lib");
    assert_int_equal(mkdir(modules, 0700), 0);
    assert_int_equal(mkdir(folder, 0700), 0);
    free(folder);
    folder = scratch_path(modules, "lib/a");
    assert_int_equal(mkdir(folder, 0700), 0);
    to = scratch_path(modules, "link");
    assert_int_equal(symlink("/", to), 0);
    assert_non_null(submodule_directory(repository, &good, arena));
    assert_null(submodule_directory(repository, &up, arena));
    assert_null(submodule_directory(repository, &root, arena));
    assert_null(submodule_directory(repository, &link, arena));
    free(to);
    free(folder);
    free(modules);
    fixture_free(&fixture);
}

/* A file of 16 MB has hundreds of thousands; each is looked up. */
static void many_of_them_are_found_quickly(void **state)
{
    struct strbuf text = STRBUF_INIT;
    int64_t before = clock_monotonic();
    struct submodule_list list;
    (void)state;
    for (int i = 0; i < 200000; i++)
        strbuf_printf(&text, "[submodule \"%d\"]\npath = lib/%d\nurl = u%d\n", i, i % 190000, i);
    list = submodules_parse(text.data, text.length, arena);
    assert_int_equal(list.count, 200000);
    for (int i = 0; i < 200000; i++) {
        char path[32];
        const struct submodule *found;
        snprintf(path, sizeof(path), "lib/%d", i);
        found = submodules_at(&list, path);
        assert_true((found != NULL) == (i < 190000));
        assert_true(found == NULL || found == &list.items[i]); /* of two the first */
    }
    assert_true(clock_monotonic() - before < patience(20000));
    strbuf_release(&text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_submodule_has_a_name_a_path_and_a_url), CASE(values_are_written_as_git_writes_them),
        CASE(what_is_broken_is_passed_over),           CASE(relative_urls_start_at_the_origin),
        CASE(names_that_lead_elsewhere_are_nowhere),   CASE(many_of_them_are_found_quickly),
    };
    return cmocka_run_group_tests_name("gitmodules", tests, fixture_library_start,
                                       fixture_library_stop);
}
