/* Decisions, receipts and drafts: what stands beside the revisions of a note. */
#include "store_support.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include <pilab/store/approval.h>
#include <pilab/store/draft.h>
#include <pilab/store/note.h>
#include <pilab/store/receipt.h>
#include <pilab/store/user.h>

static const char digest_a[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
static const char digest_b[] = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";

static struct store_note add_note(struct fixture *f, const char *environment)
{
    struct store_note note = { .project_id = f->project_id,
                               .version = "v2.0.7",
                               .status = NOTE_GENERATED,
                               .environment = environment,
                               .created_by = "alice" };
    struct store_revision first = { .content = "{}", .markdown = "# A\n", .author = "alice" };
    struct error error;

    begin(f->connection);
    must(store_note_add(f->connection, &note, &first, &error), &error);
    commit(f->connection);
    return note;
}

static struct store_approval decision_of(struct fixture *f, const struct store_note *note,
                                         enum decision decision)
{
    struct store_approval approval = { .project_id = f->project_id,
                                       .kind = APPROVAL_OF_NOTE,
                                       .object_id = note->id,
                                       .rev = 1,
                                       .decision = decision,
                                       .user_id = f->user_id,
                                       .person = "alice",
                                       .role = "ADMIN",
                                       .reason = decision == DECISION_REJECT ? "no" : NULL };

    memcpy(approval.digest, digest_a, sizeof digest_a);
    memcpy(approval.markdown_digest, digest_b, sizeof digest_b);
    return approval;
}

static bool decide(struct fixture *f, struct store_approval *approval, struct error *error)
{
    bool ok;

    begin(f->connection);
    ok = store_approval_add(f->connection, approval, error) && store_commit(f->connection, error);
    store_rollback(f->connection);
    return ok;
}

static void lapse(struct fixture *f, const struct store_note *note, int64_t rev, bool keep,
                  const char *why, size_t expected)
{
    struct error error;
    size_t count;

    begin(f->connection);
    must(store_approval_lapse(f->connection, APPROVAL_OF_NOTE, note->id, rev, keep, why, &count,
                              &error),
         &error);
    commit(f->connection);
    assert_int_equal(count, expected);
}

static void a_decision_keeps_both_digests(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, "UAT");
    struct store_approval approval = decision_of(f, &note, DECISION_APPROVE);
    struct store_approvals list;
    struct error error;

    must(decide(f, &approval, &error), &error);
    must(store_approval_list(f->connection, APPROVAL_OF_NOTE, note.id, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].digest, digest_a);
    assert_string_equal(list.items[0].markdown_digest, digest_b);
    assert_int_equal(list.items[0].decision, DECISION_APPROVE);
    assert_string_equal(list.items[0].person, "alice");
    assert_string_equal(list.items[0].role, "ADMIN");
    assert_int_equal(list.items[0].at, TEST_NOW);
    assert_int_equal(list.items[0].lapsed_at, 0);
    assert_null(list.items[0].lapsed_why);
    assert_null(list.items[0].reason);
}

static void a_person_votes_once_on_a_revision_and_may_review_it_beside(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NULL);
    struct store_approval review = decision_of(f, &note, DECISION_REVIEW);
    struct store_approval approval = decision_of(f, &note, DECISION_APPROVE);
    struct store_approval again = decision_of(f, &note, DECISION_APPROVE);
    struct store_approval rejection = decision_of(f, &note, DECISION_REJECT);
    struct error error;

    must(decide(f, &review, &error), &error);
    must(decide(f, &approval, &error), &error);
    must_fail(decide(f, &again, &error), &error, ERROR_CONFLICT);
    assert_string_equal(error.message, "alice has decided on revision 1 already");
    must_fail(decide(f, &rejection, &error), &error, ERROR_CONFLICT);
    lapse(f, &note, 1, false, "revision 2 by bob", 2);
    must(decide(f, &again, &error), &error);
}

static void a_rejection_outlives_what_it_makes_lapse(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NULL);
    struct store_approval review = decision_of(f, &note, DECISION_REVIEW);
    struct store_approval rejection = decision_of(f, &note, DECISION_REJECT);
    struct store_approvals list;
    struct error error;

    must(decide(f, &review, &error), &error);
    must(decide(f, &rejection, &error), &error);
    lapse(f, &note, 1, true, "rejected by alice", 1);
    must(store_approval_list(f->connection, APPROVAL_OF_NOTE, note.id, f->arena, &list, &error),
         &error);
    assert_int_equal(list.items[0].lapsed_at, TEST_NOW);
    assert_string_equal(list.items[0].lapsed_why, "rejected by alice");
    assert_int_equal(list.items[1].decision, DECISION_REJECT);
    assert_int_equal(list.items[1].lapsed_at, 0);
    lapse(f, &note, 0, false, "nothing is that old", 0);
}

static void a_rejection_needs_a_reason(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NULL);
    struct store_approval rejection = decision_of(f, &note, DECISION_REJECT);
    struct error error;

    rejection.reason = NULL;
    must_fail(decide(f, &rejection, &error), &error, ERROR_INVALID);
}

static void nobody_can_change_or_delete_a_decision(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NULL);
    struct store_approval approval = decision_of(f, &note, DECISION_APPROVE);
    struct error error;

    must(decide(f, &approval, &error), &error);
    assert_false(raw_sql(f->path, "DELETE FROM approvals"));
    assert_false(raw_sql(f->path, "UPDATE approvals SET person = 'eve'"));
    assert_false(raw_sql(f->path, "UPDATE approvals SET rev = 2, lapsed_at = 1, lapsed_why = 'x'"));
    assert_false(raw_sql(f->path, "UPDATE approvals SET decision = 'REVIEW'"));
    assert_true(raw_sql(f->path, "UPDATE approvals SET lapsed_at = 1, lapsed_why = 'x'"));
    assert_false(raw_sql(f->path, "UPDATE approvals SET lapsed_at = 0, lapsed_why = NULL"));
    assert_false(raw_sql(f->path, "UPDATE approvals SET lapsed_why = 'another'"));
}

static void what_a_note_is_for_never_changes(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, "PROD"), found;
    struct error error;

    must(store_note_get(f->connection, note.id, f->arena, &found, &error), &error);
    assert_string_equal(found.environment, "PROD");
    assert_null(found.release);
    assert_false(raw_sql(f->path, "UPDATE notes SET environment = 'DEV'"));
    assert_false(raw_sql(f->path, "UPDATE notes SET environment = NULL"));
    assert_false(raw_sql(f->path, "UPDATE notes SET created_by = 'eve'"));
    assert_false(raw_sql(f->path, "DELETE FROM notes"));
}

/* --- Races ------------------------------------------------------------------------------------ */

#define VOTERS 8
#define ROUNDS 10

struct voter {
    struct fixture *fixture;
    const struct store_note *note;
    bool won;
    enum error_code code;
};

/* One person in several windows. */
static void *vote(void *context)
{
    struct voter *voter = context;
    struct fixture *f = voter->fixture;
    struct clock clock = f->clock;
    struct random random = random_system();
    struct error error = { 0 };
    struct connection *connection = store_connect(f->store, &clock, &random, &error);
    struct store_approval approval = decision_of(f, voter->note, DECISION_APPROVE);

    voter->won = store_begin(connection, NULL, &error) &&
                 store_approval_add(connection, &approval, &error) &&
                 store_commit(connection, &error);
    store_rollback(connection);
    connection_close(&connection);
    voter->code = error.code;
    return NULL;
}

static void of_eight_votes_at_once_one_counts(void **state)
{
    struct fixture *f = *state;

    for (int round = 0; round < ROUNDS; round++) {
        struct store_note note = add_note(f, NULL);
        struct voter voters[VOTERS];
        pthread_t threads[VOTERS];
        struct store_approvals list;
        struct error error;
        int won = 0;

        for (int i = 0; i < VOTERS; i++) {
            voters[i] = (struct voter){ .fixture = f, .note = &note };
            assert_int_equal(pthread_create(&threads[i], NULL, vote, &voters[i]), 0);
        }
        for (int i = 0; i < VOTERS; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            won += voters[i].won;
            if (!voters[i].won)
                assert_int_equal(voters[i].code, ERROR_CONFLICT);
        }
        assert_int_equal(won, 1);
        must(store_approval_list(f->connection, APPROVAL_OF_NOTE, note.id, f->arena, &list, &error),
             &error);
        assert_int_equal(list.count, 1);
    }
}

/* --- Receipts --------------------------------------------------------------------------------- */

static struct store_receipt receipt_of(const struct store_note *note, const char *digest)
{
    struct store_receipt receipt = { .note_id = note->id,
                                     .rev = 1,
                                     .kind = RECEIPT_OF_FILE,
                                     .target = "/out/v2.0.7.md",
                                     .format = "markdown",
                                     .size = 4,
                                     .actor = "alice" };

    memcpy(receipt.digest, digest, sizeof receipt.digest);
    return receipt;
}

static bool open_receipt(struct fixture *f, struct store_receipt *receipt, struct error *error)
{
    bool ok;

    begin(f->connection);
    ok = store_receipt_open(f->connection, receipt, error) && store_commit(f->connection, error);
    store_rollback(f->connection);
    return ok;
}

static void set_receipt(struct fixture *f, struct store_receipt *receipt, enum receipt_state to,
                        const char *why)
{
    struct error error;

    receipt->state = to;
    receipt->error = why;
    begin(f->connection);
    must(store_receipt_set(f->connection, receipt, &error), &error);
    commit(f->connection);
}

static void a_place_has_one_receipt_for_a_revision(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NULL);
    struct store_receipt receipt = receipt_of(&note, digest_a), again = receipt_of(&note, digest_a);
    struct store_receipts list;
    struct error error;

    must(open_receipt(f, &receipt, &error), &error);
    assert_int_equal(receipt.state, RECEIPT_PENDING);
    set_receipt(f, &receipt, RECEIPT_UNKNOWN, NULL);
    set_receipt(f, &receipt, RECEIPT_FAILED, "the disk is full");
    must(store_receipt_list(f->connection, note.id, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].state, RECEIPT_FAILED);
    assert_string_equal(list.items[0].error, "the disk is full");
    must(open_receipt(f, &again, &error), &error);
    assert_string_equal(again.id, receipt.id);
    assert_int_equal(again.state, RECEIPT_FAILED);
}

static void bytes_that_were_sent_are_not_replaced_by_others(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NULL);
    struct store_receipt receipt = receipt_of(&note, digest_a), other = receipt_of(&note, digest_b);
    struct store_receipts list;
    struct error error;

    must(open_receipt(f, &receipt, &error), &error);
    must(open_receipt(f, &other, &error), &error); /* nothing was sent yet */
    set_receipt(f, &other, RECEIPT_SENT, NULL);
    must_fail(open_receipt(f, &receipt, &error), &error, ERROR_CONFLICT);
    must(store_receipt_by_bytes(f->connection, digest_b, "/out/v2.0.7.md", f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].note_id, note.id);
    must(store_receipt_by_bytes(f->connection, digest_a, "/out/v2.0.7.md", f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 0);
    assert_false(raw_sql(f->path, "DELETE FROM note_receipts"));
    assert_false(raw_sql(f->path, "UPDATE note_receipts SET target = '/elsewhere'"));
    assert_false(raw_sql(f->path, "UPDATE note_receipts SET digest = 'x'"));
}

/* --- Drafts ----------------------------------------------------------------------------------- */

static void save_draft(struct fixture *f, struct store_draft *draft)
{
    struct error error;

    begin(f->connection);
    must(store_draft_save(f->connection, draft, &error), &error);
    commit(f->connection);
}

static void each_session_keeps_its_newest_draft(void **state)
{
    struct fixture *f = *state;
    struct store_note note = add_note(f, NULL);
    struct store_draft first = { .project_id = f->project_id,
                                 .note = note.id,
                                 .login = "alice",
                                 .session = "one",
                                 .base_rev = 1,
                                 .text = "# Ab",
                                 .cursor = 4 };
    struct store_draft second = first, others = first;
    struct store_drafts list;
    struct error error;

    save_draft(f, &first);
    first.text = "# Abc";
    first.cursor = 5;
    save_draft(f, &first);
    second.session = "two";
    second.note = DRAFT_OF_NEW;
    save_draft(f, &second);
    others.login = "bob";
    save_draft(f, &others);

    must(store_draft_list(f->connection, f->project_id, "alice", note.id, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].text, "# Abc");
    assert_int_equal(list.items[0].cursor, 5);
    assert_int_equal(list.items[0].base_rev, 1);
    assert_int_equal(list.items[0].saved_at, TEST_NOW);
    assert_true(list.items[0].alive);
    assert_true(list.items[0].own);
    assert_int_equal(list.items[0].pid, getpid());
    assert_non_null(list.items[0].host);
    must(store_draft_list(f->connection, f->project_id, "alice", NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 2);

    begin(f->connection);
    must(store_draft_discard(f->connection, &first, &error), &error);
    must(store_draft_discard(f->connection, &first, &error), &error);
    commit(f->connection);
    must(store_draft_list(f->connection, f->project_id, "alice", note.id, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 0);
}

static void a_draft_whose_session_is_gone_says_so(void **state)
{
    struct fixture *f = *state;
    struct store_draft draft = { .project_id = f->project_id,
                                 .note = DRAFT_OF_NEW,
                                 .login = "alice",
                                 .session = "one",
                                 .text = "" };
    struct store_drafts list;
    struct error error;

    save_draft(f, &draft);
    assert_true(raw_sql(f->path, "UPDATE note_drafts SET started = started + 1"));
    must(store_draft_list(f->connection, f->project_id, "alice", NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_false(list.items[0].alive);
    assert_false(list.items[0].own);
    assert_string_equal(list.items[0].text, "");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, project_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_decision_keeps_both_digests),
        CASE(a_person_votes_once_on_a_revision_and_may_review_it_beside),
        CASE(a_rejection_outlives_what_it_makes_lapse),
        CASE(a_rejection_needs_a_reason),
        CASE(nobody_can_change_or_delete_a_decision),
        CASE(what_a_note_is_for_never_changes),
        CASE(of_eight_votes_at_once_one_counts),
        CASE(a_place_has_one_receipt_for_a_revision),
        CASE(bytes_that_were_sent_are_not_replaced_by_others),
        CASE(each_session_keeps_its_newest_draft),
        CASE(a_draft_whose_session_is_gone_says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
