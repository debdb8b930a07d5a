/* Whose turn it is with a note. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pilab/release/turn.h>

static void assert_turn(const struct turn_facts *facts, enum turn_step step, bool theirs,
                        const char *state, const char *waits)
{
    struct turn turn = turn_of(facts);

    assert_int_equal(turn.step, step);
    assert_int_equal(turn.theirs, theirs);
    if (state == NULL)
        assert_null(turn.state);
    else
        assert_string_equal(turn.state, state);
    if (waits == NULL)
        assert_null(turn.waits);
    else
        assert_string_equal(turn.waits, waits);
}

static void each_status_has_a_step_for_whoever_may_take_it(void **state)
{
    struct turn_facts facts = { .status = NOTE_DRAFT, .may_review = true };

    (void)state;
    assert_turn(&facts, TURN_REVIEW, true, "a draft: review it", "your review");
    facts.status = NOTE_GENERATED;
    assert_turn(&facts, TURN_REVIEW, true, "generated: review it", "your review");
    facts.status = NOTE_REVIEWED;
    assert_turn(&facts, TURN_APPROVE, false, "reviewed: approve it", NULL);
    facts.may_approve = true;
    assert_turn(&facts, TURN_APPROVE, true, "reviewed: approve it", "your approval");
    facts.status = NOTE_APPROVED;
    facts.met = true;
    assert_turn(&facts, TURN_PUBLISH, false, "approved: publish it", NULL);
    facts.may_publish = true;
    assert_turn(&facts, TURN_PUBLISH, true, "approved: publish it", "being published");
    facts.status = NOTE_PUBLISHING;
    assert_turn(&facts, TURN_FINISH, true, "publishing was not finished",
                "being published to the end");
}

static void what_has_ended_is_nobodys_turn(void **state)
{
    struct turn_facts facts = {
        .met = true, .asked = true, .may_review = true, .may_approve = true, .may_publish = true
    };

    (void)state;
    facts.status = NOTE_PUBLISHED;
    assert_turn(&facts, TURN_NONE, false, NULL, NULL);
    facts.status = NOTE_WITHDRAWN;
    assert_turn(&facts, TURN_NONE, false, NULL, NULL);
}

static void a_rejected_text_waits_for_whoever_asked_for_it(void **state)
{
    struct turn_facts facts = { .status = NOTE_DRAFT, .rejected = true, .may_review = true };

    (void)state;
    assert_turn(&facts, TURN_EDIT, false, "rejected: edit it", NULL);
    facts.asked = true;
    assert_turn(&facts, TURN_EDIT, true, "rejected: edit it", "your edit: it was rejected");
}

static void a_lost_approval_has_to_be_given_again(void **state)
{
    struct turn_facts facts = { .status = NOTE_APPROVED, .may_approve = true, .may_publish = true };

    (void)state;
    assert_turn(&facts, TURN_APPROVE, true, "an approval was lost: approve it", "your approval");
    facts.status = NOTE_PUBLISHING;
    assert_turn(&facts, TURN_NONE, false, NULL, NULL);
}

static void what_is_older_than_its_list_goes_no_further(void **state)
{
    struct turn_facts facts = { .outdated = true,
                                .met = true,
                                .asked = true,
                                .may_review = true,
                                .may_approve = true,
                                .may_publish = true };

    (void)state;
    for (int status = 0; status < NOTE_STATUS_COUNT; status++) {
        facts.status = (enum note_status)status;
        assert_turn(&facts, TURN_NONE, false, NULL, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_status_has_a_step_for_whoever_may_take_it),
        cmocka_unit_test(what_has_ended_is_nobodys_turn),
        cmocka_unit_test(a_rejected_text_waits_for_whoever_asked_for_it),
        cmocka_unit_test(a_lost_approval_has_to_be_given_again),
        cmocka_unit_test(what_is_older_than_its_list_goes_no_further),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
