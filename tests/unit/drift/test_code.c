#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "../../support/code_fixture.h"

static const struct drift_item *item_of(const struct drift_report *report, const char *path)
{
    for (size_t i = 0; i < report->item_count; i++) {
        if (strcmp(report->items[i].path, path) == 0)
            return &report->items[i];
    }
    fail_msg("no item has the path %s", path);
    return NULL;
}

static void each_path_of_the_net_difference_is_an_item(void **state)
{
    struct code_fixture fixture;
    const struct drift_report *report;
    const struct drift_item *item;

    (void)state;
    code_fixture_start(&fixture);
    code_fixture_file(&fixture, FILE_ADDED, "src/auth/biometric.ts", NULL, 450, 0);
    code_fixture_file(&fixture, FILE_DELETED, "src/auth/legacy.ts", NULL, 0, 23);
    code_fixture_file(&fixture, FILE_MODIFIED, "login.ts", NULL, 3, 2);
    code_fixture_file(&fixture, FILE_RENAMED, "src/new.ts", "src/old.ts", 1, 1);
    code_fixture_file(&fixture, FILE_COPIED, "src/copy.ts", "login.ts", 0, 0);
    code_fixture_file(&fixture, FILE_TYPE_CHANGED, "link", NULL, 1, 1);
    fixture.codes[0].counts = true;
    report = code_fixture_detect(&fixture);
    assert_int_equal(report->item_count, 6);
    item = item_of(report, "src/auth/biometric.ts");
    assert_int_equal(item->type, DRIFT_CODE);
    assert_string_equal(item->category, "file");
    assert_string_equal(item->service, "mb-auth");
    assert_string_equal(item->key, "biometric.ts");
    assert_int_equal(item->change_type, CHANGE_TYPE_ADDED);
    assert_false(item->previous.present);
    assert_true(item->current.present);
    assert_int_equal(item->insertions, 450);
    assert_null(item->previous_at.file);
    assert_string_equal(item->current_at.file, "src/auth/biometric.ts");
    item = item_of(report, "src/auth/legacy.ts");
    assert_int_equal(item->change_type, CHANGE_TYPE_DELETED);
    assert_false(item->current.present);
    assert_string_equal(item->previous_at.file, "src/auth/legacy.ts");
    item = item_of(report, "src/new.ts");
    assert_int_equal(item->change_type, CHANGE_TYPE_MODIFIED);
    assert_int_equal(item->detail, DETAIL_RENAMED);
    assert_string_equal(item->old_path, "src/old.ts");
    assert_string_equal(item->previous_at.file, "src/old.ts");
    item = item_of(report, "src/copy.ts");
    assert_int_equal(item->change_type, CHANGE_TYPE_MODIFIED);
    assert_int_equal(item->detail, DETAIL_COPIED);
    assert_int_equal(item_of(report, "link")->detail, DETAIL_TYPE_CHANGED);
    assert_string_equal(item_of(report, "login.ts")->key, "login.ts");
    code_fixture_end(&fixture);
}

static void the_object_of_the_module_lists_files_and_lines(void **state)
{
    struct code_fixture fixture;
    const struct drift_code *code;

    (void)state;
    code_fixture_start(&fixture);
    fixture.modules[0].previous_version = "2.0.6";
    fixture.modules[0].current_version = "2.0.7";
    fixture.modules[0].previous_commit = "1111111111111111111111111111111111111111";
    fixture.modules[0].current_commit = "2222222222222222222222222222222222222222";
    fixture.codes[0].counts = true;
    code_fixture_file(&fixture, FILE_ADDED, "a", NULL, 4, 0);
    code_fixture_file(&fixture, FILE_RENAMED, "b", "c", 1, 2);
    code_fixture_file(&fixture, FILE_DELETED, "d", NULL, 0, 3);
    code = &code_fixture_detect(&fixture)->codes[0];
    assert_int_equal(fixture.report->code_count, 1);
    assert_string_equal(code->module, "mb-auth");
    assert_string_equal(code->service, "mb-auth");
    assert_string_equal(code->previous_version, "2.0.6");
    assert_string_equal(code->current_commit, "2222222222222222222222222222222222222222");
    assert_int_equal(code->files_added_count, 1);
    assert_string_equal(code->files_added[0], "a");
    assert_int_equal(code->files_modified_count, 1);
    assert_string_equal(code->files_modified[0], "b");
    assert_int_equal(code->files_deleted_count, 1);
    assert_string_equal(code->files_deleted[0], "d");
    assert_int_equal(code->insertions, 5);
    assert_int_equal(code->deletions, 5);
    assert_true(code->counted);
    assert_false(code->module_added || code->module_removed);
    code_fixture_end(&fixture);
}

static void an_item_knows_who_touched_it_last_and_for_which_tickets(void **state)
{
    struct code_fixture fixture;
    const struct drift_item *item;
    char id[FIXTURE_ID_SIZE];

    (void)state;
    code_fixture_start(&fixture);
    commit_fixture_add(&fixture.ahead[0], "MB-1 one");
    commit_fixture_file(&fixture.ahead[0], "old", NULL);
    commit_fixture_add(&fixture.ahead[0], "MB-2 two (#7)");
    commit_fixture_file(&fixture.ahead[0], "new", "old");
    commit_fixture_add(&fixture.ahead[0], "MB-1 three");
    commit_fixture_file(&fixture.ahead[0], "new", NULL);
    commit_fixture_merge(&fixture.ahead[0], "Merge branch 'MB-9'", 3, 9999);
    commit_fixture_file(&fixture.ahead[0], "new", NULL);
    commit_fixture_add(&fixture.behind[0], "MB-5 hotfix");
    commit_fixture_file(&fixture.behind[0], "theirs", NULL);
    code_fixture_file(&fixture, FILE_RENAMED, "new", "old", 1, 1);
    code_fixture_file(&fixture, FILE_MODIFIED, "theirs", NULL, 1, 1);
    code_fixture_file(&fixture, FILE_MODIFIED, "nobody", NULL, 1, 1);
    code_fixture_detect(&fixture);
    item = item_of(fixture.report, "new");
    assert_string_equal(item->commit, fixture_id(3, id));
    assert_int_equal(item->ticket_count, 3);
    assert_string_equal(item->tickets[0], "MB-1");
    assert_string_equal(item->tickets[1], "MB-2");
    assert_string_equal(item->tickets[2], "#7");
    item = item_of(fixture.report, "theirs");
    assert_string_equal(item->commit, fixture_id(501, id));
    assert_string_equal(item->tickets[0], "MB-5");
    item = item_of(fixture.report, "nobody");
    assert_null(item->commit);
    assert_int_equal(item->ticket_count, 0);
    code_fixture_end(&fixture);
}

/* Not the newest, when another is why the file is to be looked at. */
static void an_item_names_the_commit_that_a_rule_speaks_of(void **state)
{
    static const char *const paths[] = { "login", "api", "plain" };
    static const unsigned commits[] = { 1, 2, 3 };
    struct code_fixture fixture;
    char id[FIXTURE_ID_SIZE];
    size_t i;

    (void)state;
    code_fixture_start(&fixture);
    commit_fixture_add(&fixture.ahead[0], "Close a security hole");
    commit_fixture_file(&fixture.ahead[0], "login", NULL);
    commit_fixture_add(&fixture.ahead[0], "feat!: drop version 1");
    commit_fixture_file(&fixture.ahead[0], "api", NULL);
    commit_fixture_add(&fixture.ahead[0], "Move the form");
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        commit_fixture_file(&fixture.ahead[0], paths[i], NULL);
        code_fixture_file(&fixture, FILE_MODIFIED, paths[i], NULL, 1, 1);
    }
    code_fixture_detect(&fixture);
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++)
        assert_string_equal(item_of(fixture.report, paths[i])->commit, fixture_id(commits[i], id));
    code_fixture_end(&fixture);
}

static void a_commit_is_copied_whole(void **state)
{
    struct code_fixture fixture;
    const struct drift_commit *commit;

    (void)state;
    code_fixture_start(&fixture);
    fixture.codes[0].counts = true;
    commit_fixture_add(&fixture.ahead[0], "feat: MB-1 add login\n\nBody.\n\nTicket: MB-2");
    commit_fixture_file(&fixture.ahead[0], "a", NULL);
    ((struct commit *)vector_at(&fixture.ahead[0].commits, 0))->files.insertions = 9;
    code_fixture_detect(&fixture);
    commit = code_fixture_commit(&fixture, 1);
    assert_string_equal(commit->subject, "feat: MB-1 add login");
    assert_string_equal(commit->body, "Body.");
    assert_int_equal(commit->trailer_count, 1);
    assert_string_equal(commit->trailers[0].key, "Ticket");
    assert_int_equal(commit->ticket_count, 2);
    assert_string_equal(commit->tickets[1].id, "MB-2");
    assert_string_equal(commit->author_email, "dev@example.org");
    assert_int_equal(commit->committer_time, 1700000000000);
    assert_int_equal(commit->files_changed, 1);
    assert_true(commit->counted);
    assert_int_equal(commit->insertions, 9);
    assert_int_equal(commit->category, CATEGORY_FEATURES);
    assert_string_equal(commit->category_basis, "type feat");
    assert_false(commit->merge || commit->revert || commit->breaking);
    code_fixture_end(&fixture);
}

static void a_module_on_one_side_is_one_item_and_nothing_below(void **state)
{
    struct code_fixture fixture;
    const struct drift_item *item;
    unsigned added, removed;

    (void)state;
    code_fixture_start(&fixture);
    added = code_fixture_module(&fixture, "mb-new");
    removed = code_fixture_module(&fixture, "mb-gone");
    fixture.modules[added].in_previous = false;
    fixture.modules[added].current_version = "1.0.0";
    fixture.modules[removed].in_current = false;
    fixture.modules[removed].previous_commit = "1111111111111111111111111111111111111111";
    commit_fixture_add(&fixture.ahead[added], "Add everything");
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->item_count, 2);
    item = item_of(fixture.report, "mb-new");
    assert_string_equal(item->category, "module");
    assert_int_equal(item->change_type, CHANGE_TYPE_ADDED);
    assert_string_equal(item->current.text, "1.0.0");
    assert_false(item->previous.present);
    item = item_of(fixture.report, "mb-gone");
    assert_int_equal(item->change_type, CHANGE_TYPE_DELETED);
    assert_string_equal(item->previous.text, "1111111111111111111111111111111111111111");
    assert_int_equal(fixture.report->code_count, 3);
    assert_true(fixture.report->codes[1].module_added);
    assert_true(fixture.report->codes[2].module_removed);
    assert_int_equal(fixture.report->change_count, 0);
    assert_int_equal(fixture.report->balance.commits, 0);
    code_fixture_end(&fixture);
}

static void a_module_whose_code_was_not_read_has_no_object(void **state)
{
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    fixture.modules[0].code = NULL;
    code_fixture_detect(&fixture);
    assert_int_equal(fixture.report->code_count, 0);
    assert_int_equal(fixture.report->item_count, 0);
    code_fixture_end(&fixture);
}

static void the_projects_keys_decide_what_a_ticket_is(void **state)
{
    static const char *const keys[] = { "MB" };
    struct code_fixture fixture;

    (void)state;
    code_fixture_start(&fixture);
    fixture.input.ticket_keys = keys;
    fixture.input.ticket_key_count = 1;
    commit_fixture_add(&fixture.ahead[0], "MB-1 and OPS-2");
    code_fixture_detect(&fixture);
    assert_int_equal(code_fixture_commit(&fixture, 1)->ticket_count, 1);
    code_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_path_of_the_net_difference_is_an_item),
        cmocka_unit_test(the_object_of_the_module_lists_files_and_lines),
        cmocka_unit_test(an_item_knows_who_touched_it_last_and_for_which_tickets),
        cmocka_unit_test(an_item_names_the_commit_that_a_rule_speaks_of),
        cmocka_unit_test(a_commit_is_copied_whole),
        cmocka_unit_test(a_module_on_one_side_is_one_item_and_nothing_below),
        cmocka_unit_test(a_module_whose_code_was_not_read_has_no_object),
        cmocka_unit_test(the_projects_keys_decide_what_a_ticket_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
