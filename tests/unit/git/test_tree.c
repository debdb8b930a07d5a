#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/changes.h>
#include <pilab/git/history.h>
#include <pilab/git/repository.h>

#include "../../support/fixture_case.h"

static struct error error;

/* --- Files ---------------------------------------------------------------------------------- */

static void a_file_is_read_from_a_commit(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    struct object_id first = fixture_commit(fixture, "deploy/values.yaml", "a: 1\n", "One");
    fixture_commit(fixture, "deploy/values.yaml", "a: 2\n", "Two");
    struct repository *repository = fixture_open(fixture);
    strbuf_add(&text, "# ");
    assert_true(
        repository_read_file(repository, &first, "./deploy//values.yaml", 100, &text, &error));
    assert_string_equal(text.data, "# a: 1\n");
    assert_false(repository_read_file(repository, &first, "deploy/values.yaml", 4, &text, &error));
    fixture_assert_error(&error, ERROR_LIMIT, "deploy/values.yaml", "");
    assert_string_equal(text.data, "# a: 1\n");
    strbuf_release(&text);
}

static void what_is_no_file_is_said(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    builder_link(build, "link", "deploy/values.yaml");
    struct object_id elsewhere = {
        {1, 2, 3}
    };
    builder_submodule(build, "module", &elsewhere);
    struct object_id first = fixture_commit(fixture, "deploy/values.yaml", "a: 1\n", "One");
    struct repository *repository = fixture_open(fixture);
    static const char *const cases[][2] = {
        {"deploy",                    "is a directory"    },
        { "link",                     "is a symbolic link"},
        { "module",                   "is a submodule"    },
        { "nothing",                  "is not there"      },
        { "link/below",               "is not there"      },
        { "deploy/values.yaml/below", "is not there"      },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_false(repository_read_file(repository, &first, cases[i][0], 100, &text, &error));
        fixture_assert_error(&error, ERROR_NOT_FOUND, cases[i][1], "");
    }
    assert_int_equal(text.length, 0);
    strbuf_release(&text);
}

static void a_missing_or_damaged_blob_is_named(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    fixture_commit(fixture, "b", "whole\n", "One");
    struct object_id head = fixture_commit(fixture, "a", "gone\n", "Two");
    struct repository *repository = fixture_open(fixture);
    struct tree_file_list *files =
        repository_list_files(repository, &head, NULL, NULL, NULL, &error);
    fixture_lose_object(fixture, &files->files[0].blob);
    fixture_damage_object(fixture, &files->files[1].blob);
    char lost[OBJECT_ID_HEX_SIZE], damaged[OBJECT_ID_HEX_SIZE];
    object_id_hex(&files->files[0].blob, lost);
    object_id_hex(&files->files[1].blob, damaged);
    tree_file_list_free(&files);
    repository = fixture_open(fixture);
    assert_false(repository_read_file(repository, &head, "a", 100, &text, &error));
    fixture_assert_error(&error, ERROR_CORRUPT, lost, "git fsck");
    assert_false(repository_read_file(repository, &head, "b", 100, &text, &error));
    fixture_assert_error(&error, ERROR_CORRUPT, damaged, "");
    strbuf_release(&text);
}

static bool is_sql(const char *path, void *context)
{
    size_t length = strlen(path);
    (*(int *)context)++;
    return length > 4 && strcmp(path + length - 4, ".sql") == 0;
}

static void files_are_listed_in_git_s_order(void **state)
{
    (void)state;
    struct object_id elsewhere = {
        {1, 2, 3}
    };
    int asked = 0;
    builder_write(build, "db/001_a.sql", "1\n");
    builder_write(build, "db/002_b.sql", "2\n");
    builder_write(build, "db.txt", "3\n");
    builder_write(build, "db-x/\n\033[2J\"", "4\n");
    builder_submodule(build, "vendor", &elsewhere);
    builder_link(build, "link", "db.txt");
    struct object_id head = builder_commit(build, "One");
    struct repository *repository = fixture_open(fixture);
    struct tree_file_list *list = repository_list_files(repository, &head, "", NULL, NULL, &error);
    static const char *const expected[] = { "db-x/\n\033[2J\"", "db.txt", "db/001_a.sql",
                                            "db/002_b.sql", "link" };
    assert_int_equal(list->count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(list->files[i].path, expected[i]);
    assert_int_equal(list->files[4].mode, 0120000);
    tree_file_list_free(&list);

    list = repository_list_files(repository, &head, "./db/", is_sql, &asked, &error);
    assert_int_equal(list->count, 2);
    assert_int_equal(asked, 2);
    assert_string_equal(list->files[0].path, "db/001_a.sql");
    tree_file_list_free(&list);

    list = repository_list_files(repository, &head, "absent", NULL, NULL, &error);
    assert_int_equal(list->count, 0);
    tree_file_list_free(&list);
}

/* --- Hostile repositories ------------------------------------------------------------------- */

/* A configuration and hooks that would leave a file behind if anything of them ran. */
static void plant_traps(char **trap)
{
    struct strbuf config = STRBUF_INIT, hook = STRBUF_INIT;
    *trap = memory_printf("%s/PWNED", fixture_path(fixture));
    strbuf_printf(&config,
                  "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"
                  "\tfsmonitor = \"touch %1$s; false\"\n\thooksPath = hooks\n"
                  "\tpager = touch %1$s\n\teditor = touch %1$s\n\tsshCommand = touch %1$s\n"
                  "[diff]\n\texternal = touch %1$s\n"
                  "[diff \"trap\"]\n\ttextconv = touch %1$s; cat\n\tcommand = touch %1$s\n"
                  "[filter \"trap\"]\n\tclean = touch %1$s\n\tsmudge = touch %1$s\n"
                  "\tprocess = touch %1$s\n\trequired = true\n",
                  *trap);
    fixture_write_git_file(fixture, "config", config.data);
    strbuf_printf(&hook, "#!/bin/sh\ntouch %s\n", *trap);
    char *hooks = path_join(fixture_git_path(fixture), "hooks");
    assert_true(file_make_directories(hooks, 0700, NULL));
    free(hooks);
    static const char *const names[] = { "hooks/post-checkout", "hooks/reference-transaction",
                                         "hooks/post-index-change" };
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        fixture_write_git_file(fixture, names[i], hook.data);
        char *path = path_join(fixture_git_path(fixture), names[i]);
        assert_int_equal(chmod(path, 0755), 0);
        free(path);
    }
    strbuf_release(&config);
    strbuf_release(&hook);
}

static void read_everything(struct repository *repository)
{
    struct arena *arena = arena_new();
    struct strbuf text = STRBUF_INIT;
    struct object_id head = fixture_resolve(fixture, "HEAD");
    struct object_id first = fixture_resolve(fixture, "HEAD~1");
    struct history_options options = { .files = true, .counts = true };
    struct history *history = history_read(repository, NULL, &head, &options, NULL, &error);
    assert_int_equal(history->count, 2);
    history_free(&history);
    struct file_change_list list;
    assert_true(changes_between(repository, &first, &head, NULL, CHANGES_RENAMES | CHANGES_COUNTS,
                                0, arena, &list, NULL, &error));
    assert_int_equal(list.count, 1);
    assert_true(changes_patch(repository, &list.changes[0], 3, &text, &error));
    strbuf_clear(&text);
    assert_true(repository_read_file(repository, &head, "a.trap", 100, &text, &error));
    assert_string_equal(text.data, "two\n");
    struct reference_list *references = repository_references(repository, &error);
    reference_list_free(&references);
    struct tree_file_list *files =
        repository_list_files(repository, &head, NULL, NULL, NULL, &error);
    assert_int_equal(files->count, 2);
    tree_file_list_free(&files);
    strbuf_release(&text);
    arena_free(&arena);
}

static void nothing_runs_and_nothing_is_written(void **state)
{
    (void)state;
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
    char *trap;
    builder_write(build, ".gitattributes", "* filter=trap diff=trap\n");
    fixture_commit(fixture, "a.trap", "one\n", "One");
    fixture_commit(fixture, "a.trap", "two\n", "Two");
    fixture_open(fixture);
    fixture_write_work_file(fixture, "a.trap", "changed\n");
    fixture_write_work_file(fixture, ".gitattributes", "* filter=trap diff=trap\n");
    plant_traps(&trap);
    fixture_listing(fixture_path(fixture), &before);
    read_everything(fixture_open(fixture));
    fixture_listing(fixture_path(fixture), &after);
    assert_string_equal(before.data, after.data);
    assert_false(file_exists(trap));
    free(trap);
    strbuf_release(&before);
    strbuf_release(&after);
}

static void a_tree_bomb_is_refused(void **state)
{
    (void)state;
    /* Ten levels of a tree that holds the level below ten times: 10^10 files. */
    builder_write(build, "f", "x\n");
    struct object_id tree = builder_tree(build);
    struct object_id head = builder_commit(build, "One");
    for (int level = 0; level < 10; level++)
        tree = fixture_tree_of(fixture, &tree, 10);
    char text[300], tree_hex[OBJECT_ID_HEX_SIZE], head_hex[OBJECT_ID_HEX_SIZE];
    int length = snprintf(text, sizeof(text),
                          "tree %s\nparent %s\nauthor A <a@example.org> 1735689600 +0000\n"
                          "committer A <a@example.org> 1735689600 +0000\n\nBomb\n",
                          object_id_hex(&tree, tree_hex), object_id_hex(&head, head_hex));
    struct object_id bomb = fixture_raw_commit(fixture, text, (size_t)length);
    struct repository *repository = fixture_open(fixture);
    assert_null(repository_list_files(repository, &bomb, NULL, NULL, NULL, &error));
    fixture_assert_error(&error, ERROR_LIMIT, "5000000", "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_file_is_read_from_a_commit),        CASE(what_is_no_file_is_said),
        CASE(a_missing_or_damaged_blob_is_named),  CASE(files_are_listed_in_git_s_order),
        CASE(nothing_runs_and_nothing_is_written), CASE(a_tree_bomb_is_refused),
    };
    return cmocka_run_group_tests_name("git/tree", tests, fixture_library_start,
                                       fixture_library_stop);
}
