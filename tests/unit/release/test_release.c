/* A release held against its environments, and its next step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/clock.h>
#include <pilab/release/release.h>

#define NOW  INT64_C(1737556200000)
#define HOUR INT64_C(3600000)

static const struct release_module frozen = {
    .name = "auth", .version = "2.0.7", .commit = "aaaa", .image = "sha256:1"
};

static void what_the_source_has_is_told_by_commit_image_and_version(void **state)
{
    static const struct {
        struct release_cell source;
        enum release_source expected;
    } cases[] = {
        {{ .version = "2.0.7", .commit = "aaaa", .image = "sha256:1" },  RELEASE_SOURCE_SAME },
 /* another name for the same commit */
        { { .version = "v2.0.7", .commit = "aaaa" },                     RELEASE_SOURCE_SAME },
        { { .version = "2.0.7" },                                        RELEASE_SOURCE_SAME },
        { { .version = "2.0.8" },                                        RELEASE_SOURCE_MOVED},
 /* the tag was moved; the image was built anew under the tag */
        { { .version = "2.0.7", .commit = "bbbb" },                      RELEASE_SOURCE_MOVED},
        { { .version = "2.0.7", .commit = "aaaa", .image = "sha256:2" }, RELEASE_SOURCE_MOVED},
        { { .version = NULL },                                           RELEASE_SOURCE_GONE },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(release_compare_source(&frozen, &cases[i].source), cases[i].expected);
}

static void an_abbreviated_commit_is_the_same_from_seven_digits_on(void **state)
{
    const char *whole = "0123456789abcdef0123456789abcdef01234567";

    (void)state;
    assert_true(release_same("1", whole, NULL, "2", "0123456", NULL));
    assert_false(release_same("1", whole, NULL, "1", "012345", NULL));
    assert_false(release_same("1", whole, NULL, "1", "0123457", NULL));
}

static void a_decision_to_stay_holds_for_the_version_it_was_made_about(void **state)
{
    struct release_module module = frozen;
    struct release_cell source = { .version = "2.0.8", .commit = "bbbb" };

    (void)state;
    module.kept_version = "2.0.8";
    module.kept_commit = "bbbb";
    assert_int_equal(release_compare_source(&module, &source), RELEASE_SOURCE_KEPT);
    source.version = "2.0.9";
    source.commit = "cccc";
    assert_int_equal(release_compare_source(&module, &source), RELEASE_SOURCE_MOVED);
    source.version = "2.0.7";
    source.commit = "aaaa";
    assert_int_equal(release_compare_source(&module, &source), RELEASE_SOURCE_SAME);
}

static void what_the_target_has_is_told_with_what_is_under_way(void **state)
{
    static const struct {
        struct release_cell target;
        enum release_target expected;
    } cases[] = {
        {{ .version = NULL },                                                        RELEASE_TARGET_NONE },
        { { .version = "2.0.6" },                                                    RELEASE_TARGET_OTHER},
        { { .version = "2.0.7" },                                                    RELEASE_TARGET_SAME },
        { { .version = "2.0.6", .later = "FAILED", .later_version = "2.0.7" },
         RELEASE_TARGET_FAILED                                                                           },
        { { .version = "2.0.6", .later = "UNKNOWN", .later_version = "2.0.7" },
         RELEASE_TARGET_FAILED                                                                           },
        { { .version = "2.0.6", .later = "DEPLOYING", .later_version = "2.0.7" },
         RELEASE_TARGET_RUNNING                                                                          },
        { { .version = "2.0.7", .later = "ROLLING_BACK", .later_version = "2.0.6" },
         RELEASE_TARGET_RUNNING                                                                          },
 /* somebody else's failure is none of ours */
        { { .version = "2.0.7", .later = "FAILED", .later_version = "2.0.5" },
         RELEASE_TARGET_SAME                                                                             },
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(release_compare_target(&frozen, &cases[i].target), cases[i].expected);
}

static void assert_step(const struct release_facts *facts, const char *name, const char *sentence)
{
    struct strbuf out = STRBUF_INIT;
    enum release_step step = release_next_step(facts, true, &out);

    assert_string_equal(out.data, sentence);
    assert_string_equal(release_step_name(step), name);
    strbuf_release(&out);
}

static struct release_facts start(void)
{
    return (struct release_facts){ .source = "SIT", .target = "UAT", .modules = 21, .now = NOW };
}

static void a_release_goes_from_report_to_close_in_steps(void **state)
{
    struct release_facts facts = start();

    (void)state;
    assert_step(&facts, "drift", "needs a drift report");
    facts.report = 42;
    assert_step(&facts, "notes", "needs release notes");
    facts.blockers = 2;
    assert_step(&facts, "notes", "needs release notes; 2 blockers in report 42");
    facts.note = 7;
    facts.notes = RELEASE_NOTES_DRAFT;
    assert_step(&facts, "review", "note 7 needs a review");
    facts.notes = RELEASE_NOTES_REVIEWED;
    assert_step(&facts, "approve", "note 7 needs approval");
    facts.waits_for = "1 of security (carla, dan)";
    assert_step(&facts, "approve", "note 7 needs approval of 1 of security (carla, dan)");
    facts.notes = RELEASE_NOTES_APPROVED;
    assert_step(&facts, "publish", "note 7 is approved: ready to publish");
    facts.notes = RELEASE_NOTES_PUBLISHING;
    assert_step(&facts, "publish", "note 7 is being published");
    facts.notes = RELEASE_NOTES_PUBLISHED;
    assert_step(&facts, "deploy", "note 7 is published, waits for deployment: 0 of 21 deployed");
    facts.started = true;
    facts.deployed = 3;
    facts.running = 2;
    assert_step(&facts, "deploy", "3 of 21 deployed, 2 under way");
    facts.running = 0;
    facts.failed = 1;
    facts.failed_module = "mb-web";
    assert_step(&facts, "deploy", "3 of 21 deployed, mb-web failed");
    facts.failed = 0;
    facts.deployed = 21;
    assert_step(&facts, "close", "all 21 deployed: close it");
    facts.closed = true;
    assert_step(&facts, "none", "closed");
}

static void that_the_source_moved_comes_first_until_it_is_published(void **state)
{
    struct release_facts facts = start();

    (void)state;
    facts.moved = 1;
    facts.moved_module = "mb-auth";
    facts.moved_from = "2.0.7";
    facts.moved_to = "2.0.8";
    assert_step(&facts, "decide", "SIT moved: mb-auth 2.0.7 → 2.0.8: keep or take");
    facts.gone = 1;
    assert_step(&facts, "decide", "SIT moved for 2 modules: keep or take");
    facts.moved = 0;
    assert_step(&facts, "decide", "1 module is not in SIT any more: keep or take");
    facts.moved = 1;
    facts.note = 7;
    facts.notes = RELEASE_NOTES_PUBLISHED;
    assert_step(&facts, "deploy", "note 7 is published, waits for deployment: 0 of 21 deployed");
}

static void what_is_older_than_the_list_does_not_count(void **state)
{
    struct release_facts facts = start();

    (void)state;
    facts.report = 42;
    facts.report_outdated = true;
    assert_step(&facts, "drift", "report 42 is older than the list: needs a new drift report");
    facts.note = 7;
    facts.notes = RELEASE_NOTES_APPROVED;
    facts.notes_outdated = true;
    assert_step(&facts, "drift", "report 42 is older than the list: needs a new drift report");
    facts.report_outdated = false;
    assert_step(&facts, "notes", "note 7 is older than the list: needs a new one");
    /* notes that were made for the list stand without a report about it */
    facts.report = 0;
    facts.notes_outdated = false;
    assert_step(&facts, "publish", "note 7 is approved: ready to publish");
}

static void the_plan_is_told_until_it_is_deployed(void **state)
{
    struct release_facts facts = start();

    (void)state;
    facts.planned_at = NOW + 3 * HOUR;
    assert_step(&facts, "drift", "needs a drift report; planned in 3 hours");
    facts.planned_at = NOW - 3 * HOUR;
    assert_step(&facts, "drift", "needs a drift report; planned 3 hours ago");
    facts.started = true;
    assert_step(&facts, "deploy", "0 of 21 deployed");
    facts.cancelled = true;
    assert_step(&facts, "none", "cancelled");
}

static void a_name_can_be_typed_and_means_nothing_else(void **state)
{
    static const char *const good[] = { "R2025.03", "2025.03", "R1 hotfix", "März", "r+1@x" };
    static const char *const bad[] = { "",     "42",   "#42",  "-force", " R1",
                                       "R1 ",  "a..b", "a\"b", "a'b",    "a/b",
                                       "a\\b", "a,b",  "a\nb", "\xff",   "a\x7f" };
    struct error error;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!release_name_check(good[i], &error))
            fail_msg("%s: %s", good[i], error.message);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (release_name_check(bad[i], &error))
            fail_msg("\"%s\" is taken for a name", bad[i]);
        assert_int_equal(error.code, ERROR_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_source_has_is_told_by_commit_image_and_version),
        cmocka_unit_test(an_abbreviated_commit_is_the_same_from_seven_digits_on),
        cmocka_unit_test(a_decision_to_stay_holds_for_the_version_it_was_made_about),
        cmocka_unit_test(what_the_target_has_is_told_with_what_is_under_way),
        cmocka_unit_test(a_release_goes_from_report_to_close_in_steps),
        cmocka_unit_test(that_the_source_moved_comes_first_until_it_is_published),
        cmocka_unit_test(what_is_older_than_the_list_does_not_count),
        cmocka_unit_test(the_plan_is_told_until_it_is_deployed),
        cmocka_unit_test(a_name_can_be_typed_and_means_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
