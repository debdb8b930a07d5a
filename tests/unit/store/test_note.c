/* Release notes and their revisions. */
#include "store_support.h"

#include <string.h>

#include <pilab/store/note.h>

static struct store_note add_note(struct fixture *f, enum note_status status)
{
    struct store_note note = { .project_id = f->project_id,
                               .version = "v2.0.7",
                               .previous_version = "v2.0.6",
                               .title = "Release Notes - v2.0.7",
                               .status = status,
                               .created_by = "alice" };
    struct store_revision first = { .content = "{\"changes\":{}}",
                                    .markdown = "# Release Notes\n",
                                    .author = "alice" };
    struct error error;

    begin(f->connection);
    must(store_note_add(f->connection, &note, &first, &error), &error);
    commit(f->connection);
    return note;
}

static bool revise(struct fixture *f, const struct store_note *note, int64_t rev,
                   const char *author, const char *markdown, struct error *error)
{
    struct store_revision revision = { .content = "{\"changes\":{\"features\":[]}}",
                                       .markdown = markdown,
                                       .author = author,
                                       .reason = "wording" };
    bool ok;

    begin(f->connection);
    ok = store_note_revise(f->connection, note->id, rev, &revision, error) &&
         store_commit(f->connection, error);
    store_rollback(f->connection);
    if (ok)
        assert_int_equal(revision.rev, rev + 1);
    return ok;
}

static bool move(struct fixture *f, const struct store_note *note, int64_t rev,
                 enum note_status from, enum note_status to, struct error *error)
{
    bool ok;

    begin(f->connection);
    ok = store_note_move(f->connection, note->id, rev, from, to, error) &&
         store_commit(f->connection, error);
    store_rollback(f->connection);
    return ok;
}

static void a_generated_note_starts_at_revision_one(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NOTE_GENERATED);
    struct store_note found;
    struct store_revision revision;
    struct error error;

    assert_int_equal(note.number, 1);
    must(store_note_find(f->connection, f->project_id, 1, f->arena, &found, &error), &error);
    assert_string_equal(found.id, note.id);
    assert_string_equal(found.version, "v2.0.7");
    assert_string_equal(found.previous_version, "v2.0.6");
    assert_int_equal(found.status, NOTE_GENERATED);
    assert_int_equal(found.generated_at, TEST_NOW);
    assert_int_equal(found.published_at, 0);
    assert_int_equal(found.rev, 1);
    assert_null(found.report_id);
    must(store_note_revision(f->connection, note.id, 0, f->arena, &revision, &error), &error);
    assert_int_equal(revision.rev, 1);
    assert_string_equal(revision.author, "alice");
    assert_string_equal(revision.content, "{\"changes\":{}}");
    assert_string_equal(revision.markdown, "# Release Notes\n");
    /* printf '{"changes":{}}' | sha256sum */
    assert_string_equal(revision.digest,
                        "f1049fe9b5db63b2e8df68a9ff87930108ca38eea40ed456aa179eadd79e7bdd");
}

static void a_new_note_is_a_draft_or_generated(void **state)
{
    struct fixture *f = *state;
    struct store_note note = { .project_id = f->project_id, .status = NOTE_APPROVED };
    struct store_revision first = { .content = "{}", .markdown = "", .author = "eve" };
    struct error error;

    begin(f->connection);
    must_fail(store_note_add(f->connection, &note, &first, &error), &error, ERROR_INVALID);
    assert_string_equal(error.message, "a new note is DRAFT or GENERATED, not APPROVED");
    store_rollback(f->connection);
}

static void an_edit_returns_a_reviewed_note_to_draft(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NOTE_GENERATED);
    struct store_note found;
    struct error error;

    must(move(f, &note, 1, NOTE_GENERATED, NOTE_REVIEWED, &error), &error);
    must(revise(f, &note, 1, "bob", "# Better\n", &error), &error);
    must(store_note_get(f->connection, note.id, f->arena, &found, &error), &error);
    assert_int_equal(found.status, NOTE_DRAFT);
    assert_int_equal(found.rev, 2);
}

static void a_second_editor_is_told_who_was_first(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NOTE_DRAFT);
    struct store_revision revision;
    struct error error;

    must(revise(f, &note, 1, "bob", "# Bob's\n", &error), &error);
    must_fail(revise(f, &note, 1, "carol", "# Carol's\n", &error), &error, ERROR_CONFLICT);
    assert_string_equal(error.message,
                        "note 1 has been edited meanwhile: bob made revision 2, yours "
                        "is based on revision 1");
    must(store_note_revision(f->connection, note.id, 0, f->arena, &revision, &error), &error);
    assert_string_equal(revision.markdown, "# Bob's\n");
}

static void an_approval_of_an_old_revision_is_a_conflict(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NOTE_DRAFT);
    struct error error;

    must(move(f, &note, 1, NOTE_DRAFT, NOTE_REVIEWED, &error), &error);
    must(revise(f, &note, 1, "bob", "# Bob's\n", &error), &error);
    must_fail(move(f, &note, 1, NOTE_REVIEWED, NOTE_APPROVED, &error), &error, ERROR_CONFLICT);
    must_fail(move(f, &note, 2, NOTE_REVIEWED, NOTE_APPROVED, &error), &error, ERROR_CONFLICT);
    must(move(f, &note, 2, NOTE_DRAFT, NOTE_REVIEWED, &error), &error);
}

static void a_published_note_cannot_be_edited(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NOTE_DRAFT);
    struct store_note found;
    struct error error;

    must(move(f, &note, 1, NOTE_DRAFT, NOTE_PUBLISHED, &error), &error);
    must(store_note_get(f->connection, note.id, f->arena, &found, &error), &error);
    assert_int_equal(found.published_at, TEST_NOW);
    must_fail(revise(f, &note, 1, "bob", "# Late\n", &error), &error, ERROR_CONFLICT);
    assert_string_equal(error.message, "note 1 is PUBLISHED and cannot be edited");
    must_fail(revise(f, &(struct store_note){ .id = "nothing" }, 1, "bob", "", &error), &error,
              ERROR_NOT_FOUND);
}

static void revisions_can_be_neither_changed_nor_deleted(void **state)
{
    struct fixture *f = *state;

    add_note(f, NOTE_DRAFT);
    assert_false(raw_sql(f->path, "UPDATE note_revisions SET markdown = 'x'"));
    assert_false(raw_sql(f->path, "DELETE FROM note_revisions"));
}

static void a_revision_that_was_changed_all_the_same_is_corrupt(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NOTE_DRAFT);
    struct store_revision revision;
    struct error error;

    assert_true(raw_sql(f->path, "DROP TRIGGER note_revisions_keep_values;"
                                 "UPDATE note_revisions SET markdown = 'x'"));
    must_fail(store_note_revision(f->connection, note.id, 1, f->arena, &revision, &error), &error,
              ERROR_CORRUPT);
}

static void revisions_come_newest_first_without_their_text(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NOTE_DRAFT);
    struct store_page page = { .limit = 2 };
    struct store_revisions list;
    struct store_revision revision;
    struct error error;

    must(revise(f, &note, 1, "bob", "# 2\n", &error), &error);
    must(revise(f, &note, 2, "carol", "# 3\n", &error), &error);
    must(store_note_revisions(f->connection, note.id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].rev, 3);
    assert_string_equal(list.items[0].author, "carol");
    assert_string_equal(list.items[0].reason, "wording");
    assert_null(list.items[0].markdown);
    assert_int_equal(strlen(list.items[0].digest), 64);
    page.after = list.next;
    must(store_note_revisions(f->connection, note.id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].rev, 1);
    assert_null(list.next);
    must(store_note_revision(f->connection, note.id, 2, f->arena, &revision, &error), &error);
    assert_string_equal(revision.markdown, "# 2\n");
    must_fail(store_note_revision(f->connection, note.id, 9, f->arena, &revision, &error), &error,
              ERROR_NOT_FOUND);
}

static void notes_come_newest_first_and_filtered(void **state)
{
    enum note_status generated = NOTE_GENERATED;
    struct fixture *f = *state;
    struct store_page page = { .limit = 2 };
    struct store_notes list;
    struct error error;

    add_note(f, NOTE_GENERATED);
    add_note(f, NOTE_DRAFT);
    add_note(f, NOTE_DRAFT);
    must(store_note_list(f->connection, f->project_id, NULL, &page, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].number, 3);
    page.after = list.next;
    must(store_note_list(f->connection, f->project_id, NULL, &page, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_null(list.next);
    must(store_note_list(f->connection, f->project_id, &generated, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].number, 1);
}

static void names_of_note_states_are_read(void **state)
{
    enum note_status status;
    struct error error;

    (void)state;
    for (int i = 0; i < NOTE_STATUS_COUNT; i++) {
        must(note_status_parse(note_status_name((enum note_status)i), &status, &error), &error);
        assert_int_equal(status, i);
    }
    must_fail(note_status_parse("final", &status, &error), &error, ERROR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_generated_note_starts_at_revision_one, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_new_note_is_a_draft_or_generated, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_edit_returns_a_reviewed_note_to_draft, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_second_editor_is_told_who_was_first, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_approval_of_an_old_revision_is_a_conflict, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_published_note_cannot_be_edited, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(revisions_can_be_neither_changed_nor_deleted, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_revision_that_was_changed_all_the_same_is_corrupt,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(revisions_come_newest_first_without_their_text,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(notes_come_newest_first_and_filtered, project_setup,
                                        fixture_teardown),
        cmocka_unit_test(names_of_note_states_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
