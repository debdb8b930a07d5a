#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/demo/builder.h>
#include <pilab/git/history.h>

#include "../../support/fixture_case.h"

static struct error error;

static void the_same_steps_give_the_same_ids(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    struct object_id id = builder_commit(build, "One");
    char hex[OBJECT_ID_HEX_SIZE];
    assert_string_equal(object_id_hex(&id, hex), "5896957a817f49756e8dfec61c1211e23428cb06");
}

static void every_commit_has_its_own_time(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    builder_commit(build, "One");
    builder_write(build, "a", "2\n");
    struct object_id head = builder_commit(build, "Two");
    struct history *history = history_read(fixture_open(fixture), NULL, &head, NULL, NULL, &error);
    assert_int_equal(history->commits[1].author_time, INT64_C(1735689600000));
    assert_int_equal(history->commits[0].author_time, INT64_C(1735689660000));
    history_free(&history);
}

static void a_file_is_edited_in_place(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    builder_write(build, "a", "one\ntwo\none\n");
    builder_replace(build, "a", "one\n", "1\n");
    builder_append(build, "a", "three\n");
    assert_true(builder_has(build, "a"));
    assert_false(builder_has(build, "b"));
    builder_read(build, "a", &text);
    assert_string_equal(text.data, "1\ntwo\none\nthree\n");
    strbuf_release(&text);
}

static void a_pick_keeps_its_trailers_together(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    builder_commit(build, "One");
    builder_branch(build, "release");
    builder_switch(build, "main");
    builder_write(build, "b", "1\n");
    struct object_id plain = builder_commit(build, "Plain\n\nBody.\n");
    builder_write(build, "c", "1\n");
    struct object_id signed_off = builder_commit(build, "Signed\n\nFixes: MB-1\n");
    builder_switch(build, "release");
    builder_pick(build, &plain, true);
    builder_pick(build, &signed_off, true);
    struct strbuf text = STRBUF_INIT, expected = STRBUF_INIT;
    char plain_hex[OBJECT_ID_HEX_SIZE], signed_hex[OBJECT_ID_HEX_SIZE];
    strbuf_printf(&expected,
                  "Signed\n\nFixes: MB-1\n(cherry picked from commit %s)\n\n"
                  "Plain\n\nBody.\n\n(cherry picked from commit %s)\n\n",
                  object_id_hex(&signed_off, signed_hex), object_id_hex(&plain, plain_hex));
    fixture_open(fixture);
    fixture_git(fixture, &text,
                (const char *const[]){ "log", "-2", "--format=%B", "release", NULL });
    assert_string_equal(text.data, expected.data);
    strbuf_release(&text);
    strbuf_release(&expected);
}

static void a_failed_step_sticks(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    builder_commit(build, "One");
    assert_null(builder_failure(build));
    builder_replace(build, "a", "not there", "x");
    struct object_id id = builder_commit(build, "Two");
    assert_true(object_id_is_zero(&id));
    builder_remove(build, "b");
    assert_string_equal(builder_failure(build)->message, "the text to replace is not in a");
}

static void a_conflict_is_a_failure(void **state)
{
    (void)state;
    builder_write(build, "a", "1\n");
    builder_commit(build, "One");
    builder_branch(build, "side");
    builder_write(build, "a", "side\n");
    builder_commit(build, "Side");
    builder_switch(build, "main");
    builder_write(build, "a", "main\n");
    builder_commit(build, "Main");
    builder_merge(build, "side", "Merge side");
    assert_string_equal(builder_failure(build)->message, "there is a conflict in Merge side");
}

static void what_is_built_passes_git_s_own_check(void **state)
{
    (void)state;
    struct strbuf text = STRBUF_INIT;
    struct object_id elsewhere = { { 7 } };
    builder_write(build, "a/b/c", "1\n");
    builder_link(build, "link", "a/b/c");
    builder_submodule(build, "vendor", &elsewhere);
    builder_commit(build, "One");
    builder_annotated_tag(build, "v1", "The first\n");
    builder_branch(build, "side");
    builder_write(build, "d", "1\n");
    struct object_id side = builder_commit(build, "Side");
    builder_switch(build, "main");
    builder_write(build, "e", "1\n");
    builder_commit(build, "Main");
    builder_merge(build, "side", "Merge side");
    builder_revert(build, &side);
    builder_delete_branch(build, "side");
    fixture_open(fixture);
    fixture_git(fixture, &text, (const char *const[]){ "fsck", "--strict", "--full", NULL });
    assert_string_equal(text.data, "");
    fixture_git(fixture, &text,
                (const char *const[]){ "log", "--format=%s", "--topo-order", "main", NULL });
    assert_string_equal(text.data, "Revert \"Side\"\nMerge side\nSide\nMain\nOne\n");
    strbuf_release(&text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_case_begin, fixture_case_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_steps_give_the_same_ids),
        CASE(every_commit_has_its_own_time),
        CASE(a_file_is_edited_in_place),
        CASE(a_pick_keeps_its_trailers_together),
        CASE(a_failed_step_sticks),
        CASE(a_conflict_is_a_failure),
        CASE(what_is_built_passes_git_s_own_check),
    };
    return cmocka_run_group_tests_name("demo/builder", tests, fixture_library_start,
                                       fixture_library_stop);
}
