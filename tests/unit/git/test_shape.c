#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/git/history.h>
#include <pilab/git/shape.h>

#include "../../support/fixture_repository.h"

static struct fixture_repository *fixture;
static struct builder *build;
static struct arena *arena;
static struct error error;
static struct object_id first, second, third;

static int begin(void **state)
{
    (void)state;
    fixture = fixture_new();
    build = fixture_builder(fixture);
    arena = arena_new();
    first = fixture_commit(fixture, "a", "1\n", "One");
    second = fixture_commit(fixture, "a", "2\n", "Two");
    third = fixture_commit(fixture, "a", "3\n", "Three");
    builder_tag(build, "v3");
    fixture_open(fixture);
    return 0;
}

static int end(void **state)
{
    (void)state;
    unsetenv("GIT_NO_REPLACE_OBJECTS");
    arena_free(&arena);
    fixture_free(&fixture);
    return 0;
}

static void run_git(const char *const arguments[])
{
    struct strbuf out = STRBUF_INIT;
    fixture_git(fixture, &out, arguments);
    strbuf_release(&out);
}

static struct repository_shape shape(void)
{
    return repository_shape(fixture_open(fixture), arena);
}

static void an_ordinary_repository_has_nothing_special(void **state)
{
    struct repository_shape plain = shape();
    (void)state;
    assert_false(plain.shallow || plain.partial);
    assert_null(plain.filter);
    assert_null(plain.lost_alternate);
    assert_int_equal(plain.replaced + plain.grafts, 0);
}

/* "Three" stands for "Two" no more: its parent is "One" now, and its words are others. */
static void replace_third(void)
{
    char hex[OBJECT_ID_HEX_SIZE];
    char *tree = memory_printf("%s^{tree}", object_id_hex(&third, hex)), *parent, *old;
    struct strbuf out = STRBUF_INIT;
    const char *new;
    parent = memory_copy_text(object_id_hex(&first, hex));
    const char *const commit[] = { "-c",          "user.name=A", "-c",   "user.email=a@example.org",
                                   "commit-tree", "-p",          parent, "-m",
                                   "Other words", tree,          NULL };
    fixture_git(fixture, &out, commit);
    strbuf_truncate(&out, OBJECT_ID_HEX_SIZE - 1);
    new = out.data;
    old = memory_copy_text(object_id_hex(&third, hex));
    const char *const replace[] = { "replace", old, new, NULL };
    run_git(replace);
    strbuf_release(&out);
    free(tree);
    free(parent);
    free(old);
}

static void assert_log_as_git(const char *from, const char *to)
{
    struct strbuf mine = STRBUF_INIT, git = STRBUF_INIT;
    char *range = memory_printf("%s..%s", from, to);
    const char *const arguments[] = { "log", "--format=%H %s", range, NULL };
    struct repository *repository = fixture_open(fixture);
    struct object_id a = fixture_resolve(fixture, from), b = fixture_resolve(fixture, to);
    struct history *history = history_read(repository, &a, &b, NULL, NULL, &error);
    char hex[OBJECT_ID_HEX_SIZE];
    assert_non_null(history);
    for (size_t i = 0; i < history->count; i++)
        strbuf_printf(&mine, "%s %s\n", object_id_hex(&history->commits[i].id, hex),
                      history->commits[i].message->subject);
    fixture_git(fixture, &git, arguments);
    assert_string_equal(mine.data, git.data);
    history_free(&history);
    strbuf_release(&mine);
    strbuf_release(&git);
    free(range);
}

static void replacements_are_followed_as_git_follows_them(void **state)
{
    char hex[OBJECT_ID_HEX_SIZE];
    (void)state;
    replace_third();
    assert_int_equal(shape().replaced, 1);
    assert_log_as_git(object_id_hex(&first, hex), "v3");
    const char *const pack[] = { "pack-refs", "--all", NULL };
    run_git(pack);
    assert_int_equal(shape().replaced, 1);
    assert_log_as_git(object_id_hex(&first, hex), "v3");
}

static void steps_back_go_by_the_replaced_parents(void **state)
{
    struct object_id id;
    struct repository *repository;
    (void)state;
    replace_third();
    repository = fixture_open(fixture);
    assert_true(repository_resolve(repository, "v3~1", &id, &error));
    assert_true(object_id_equal(&id, &first));
    assert_true(repository_resolve(repository, "v3^", &id, &error));
    assert_true(object_id_equal(&id, &first));
    assert_true(repository_resolve(repository, "v3^0", &id, &error));
    assert_true(object_id_equal(&id, &third));
    assert_false(repository_resolve(repository, "v3~2", &id, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void replacements_may_be_left_out(void **state)
{
    struct object_id id;
    (void)state;
    replace_third();
    assert_int_equal(setenv("GIT_NO_REPLACE_OBJECTS", "1", 1), 0);
    assert_int_equal(shape().replaced, 0);
    assert_true(repository_resolve(fixture_open(fixture), "v3~1", &id, &error));
    assert_true(object_id_equal(&id, &second));
    unsetenv("GIT_NO_REPLACE_OBJECTS");
    const char *const forbid[] = { "config", "core.useReplaceRefs", "false", NULL };
    run_git(forbid);
    assert_int_equal(shape().replaced, 0);
}

static void grafts_are_counted(void **state)
{
    char hex[OBJECT_ID_HEX_SIZE], other[OBJECT_ID_HEX_SIZE];
    char *text = memory_printf("# a note\n%s %s\nrubbish\n%s\n", object_id_hex(&third, hex),
                               object_id_hex(&first, other), other);
    (void)state;
    fixture_write_git_file(fixture, "info/grafts", text);
    assert_int_equal(shape().grafts, 2);
    free(text);
}

static void a_partial_clone_says_what_it_left(void **state)
{
    struct repository_shape partial;
    struct strbuf text = STRBUF_INIT;
    (void)state;
    fixture_write_git_file(fixture, "config",
                           "[core]\n\trepositoryformatversion = 1\n\tbare = false\n"
                           "[remote \"up.stream\"]\n\turl = https://h/x\n\tpromisor = true\n"
                           "\tpartialCloneFilter = blob:limit=1k\n");
    partial = shape();
    assert_true(partial.partial);
    assert_string_equal(partial.filter, "blob:limit=1k");
    fixture_lose_object(fixture, &second);
    assert_false(repository_read_file(fixture_open(fixture), &second, "a", 100, &text, &error));
    fixture_assert_error(&error, ERROR_CORRUPT, "is missing", "blob:limit=1k");
    fixture_assert_error(&error, ERROR_CORRUPT, "", "never fetched");
    strbuf_release(&text);
}

static void a_lost_alternate_is_named(void **state)
{
    struct strbuf text = STRBUF_INIT;
    (void)state;
    fixture_write_git_file(fixture, "objects/info/alternates", "# borrowed\n../../../nowhere\n");
    assert_non_null(strstr(shape().lost_alternate, "objects/../../../nowhere"));
    fixture_lose_object(fixture, &second);
    assert_false(repository_read_file(fixture_open(fixture), &second, "a", 100, &text, &error));
    fixture_assert_error(&error, ERROR_CORRUPT, "is missing", "nowhere, which is gone");
    strbuf_release(&text);
}

static void refuse(const char *extension, const char *message, const char *hint)
{
    struct repository *repository = NULL;
    char *config = memory_printf("[core]\n\trepositoryformatversion = 1\n\tbare = false\n"
                                 "[extensions]\n\t%s\n",
                                 extension);
    fixture_write_git_file(fixture, "config", config);
    assert_false(repository_open(&repository, fixture_path(fixture), &error));
    fixture_assert_error(&error, ERROR_UNSUPPORTED, message, hint);
    free(config);
}

static void what_cannot_be_read_is_refused_in_words(void **state)
{
    struct repository *repository = NULL;
    (void)state;
    refuse("objectFormat = sha256", "names its objects by SHA-256", "git fast-export");
    refuse("refStorage = reftable", "keeps its references in a reftable", "git refs migrate");
    refuse("nobodyKnows = yes", "the extension nobodyknows", "");
    fixture_write_git_file(fixture, "config", "[core]\n\trepositoryformatversion = 9\n");
    assert_false(repository_open(&repository, fixture_path(fixture), &error));
    fixture_assert_error(&error, ERROR_UNSUPPORTED, "version 9", "later git");
}

static void harmless_extensions_are_no_obstacle(void **state)
{
    (void)state;
    fixture_write_git_file(fixture, "config",
                           "[core]\n\trepositoryformatversion = 1\n\tbare = false\n"
                           "[extensions]\n\tpreciousObjects = true\n\tworktreeConfig = true\n"
                           "\trelativeWorktrees = true\n\tpartialClone = origin\n");
    fixture_open(fixture);
    fixture_resolve(fixture, "v3");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_ordinary_repository_has_nothing_special),
        CASE(replacements_are_followed_as_git_follows_them),
        CASE(steps_back_go_by_the_replaced_parents),
        CASE(replacements_may_be_left_out),
        CASE(grafts_are_counted),
        CASE(a_partial_clone_says_what_it_left),
        CASE(a_lost_alternate_is_named),
        CASE(what_cannot_be_read_is_refused_in_words),
        CASE(harmless_extensions_are_no_obstacle),
    };
    return cmocka_run_group_tests_name("the shape of a repository", tests, fixture_library_start,
                                       fixture_library_stop);
}
