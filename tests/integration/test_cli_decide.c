#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* What people decided about differences, and how long those are there, by the real program. */

struct decided {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
};

#define DO(...)                                                                                    \
    do {                                                                                           \
        const struct run *run_ = run_pilab(__VA_ARGS__, NULL);                                     \
        if (run_->status != 0)                                                                     \
            fail_msg("status %d: %s", run_->status, run_->err.data);                               \
    } while (0)

static void write_version(struct decided *test, const char *version, const char *values)
{
    fixture_commit(test->fixture, "values.yaml", values, version);
    builder_tag(fixture_builder(test->fixture), version);
}

static void make_project(struct decided *test)
{
    const char *folder = sandbox_files(test->sandbox);
    char *text = memory_printf("pilab: 1\n"
                               "project: {name: Shop, code: SHOP, offer_after: 100}\n"
                               "environments:\n"
                               "  - {name: SIT, stage: SIT}\n"
                               "  - {name: UAT, stage: UAT, from: [SIT]}\n"
                               "modules:\n"
                               "  - name: shop\n"
                               "    repository: %s\n"
                               "    tags: \"{version}\"\n"
                               "    config: [values.yaml]\n",
                               fixture_path(test->fixture));
    char *file = scratch_file(folder, "pilab.yaml", text);
    char *store = scratch_path(folder, "store.db");
    char *variable = memory_printf("PILAB_STORE=%s", store);

    sandbox_set(test->sandbox, variable);
    sandbox_set(test->sandbox, "PILAB_CLOCK=2025-01-01T12:00:00Z");
    DO(test->sandbox, "project", "import", file);
    DO(test->sandbox, "manifest", "set", "shop", "UAT", "1.0");
    DO(test->sandbox, "manifest", "set", "shop", "SIT", "1.1");
    free(text);
    free(file);
    free(store);
    free(variable);
}

static int setup(void **state)
{
    static struct decided test;

    fixture_library_start(NULL);
    test.fixture = fixture_new();
    test.sandbox = sandbox_new();
    write_version(&test, "1.0", "timeout: 30\nlimit: 1\n");
    write_version(&test, "1.1", "timeout: 15\nlimit: 2\n");
    write_version(&test, "1.2", "timeout: 10\nlimit: 2\nextra: 1\n");
    write_version(&test, "1.3", "timeout: 30\nlimit: 1\nmail: smtp://mail.sit.example.org\n");
    fixture_open(test.fixture);
    make_project(&test);
    *state = &test;
    return 0;
}

static int teardown(void **state)
{
    struct decided *test = *state;

    sandbox_free(&test->sandbox);
    fixture_free(&test->fixture);
    return fixture_library_stop(NULL);
}

static const struct run *drift(struct decided *test)
{
    const struct run *run = run_pilab(test->sandbox, "drift", "--from", "SIT", "--to", "UAT",
                                      "--save", "--wide", "--width", "120", NULL);

    assert_int_equal(run->status, 0);
    return run;
}

static void what_is_ignored_comes_back_when_it_becomes_another(void **state)
{
    struct decided *test = *state;
    const struct run *run;

    assert_says(&drift(test)->out, "Configuration  2");
    run = run_pilab(test->sandbox, "difference", "ignore", "timeout", "--report", "1", "--reason",
                    "OPS-1 mends it", "--until", "2025-01-31", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "timeout (decision 1): ignored by");
    assert_says(&run->out, "until 2025-01-31: OPS-1 mends it");
    run = drift(test);
    assert_says(&run->out, "1 ignored");
    assert_says(&run->out, "Configuration  1");
    assert_says(&run->out, "Ignored  1");
    DO(test->sandbox, "manifest", "set", "shop", "SIT", "1.2");
    run = drift(test);
    assert_says(&run->out, "1 decision lapsed");
    assert_says(&run->out, "Decisions that lapsed  1");
    assert_says(&run->out, "as 30 → 15: OPS-1 mends it");
    assert_says(&run->out, "since report 2 of 2025-01-01: 1 new, 2 changed");
    assert_says(&run->out, " (new) ");
    run = run_pilab(test->sandbox, "difference", "list", NULL);
    assert_says(&run->out, "changed");
}

static void a_blocker_is_not_ignored_without_being_asked_about(void **state)
{
    struct decided *test = *state;
    const struct run *run;

    DO(test->sandbox, "manifest", "set", "shop", "SIT", "1.3");
    assert_says(&drift(test)->out, "1 blocker");
    run = run_pilab(test->sandbox, "difference", "ignore", "mail", "-r", "1", "-m", "known",
                    "--forever", NULL);
    assert_int_not_equal(run->status, 0);
    assert_says(&run->err, "mail is a blocker: the target would break");
    assert_says(&run->err, "--yes");
    DO(test->sandbox, "difference", "ignore", "mail", "-r", "1", "-m", "known", "--forever",
       "--yes");
    assert_says(&drift(test)->out, "1 ignored (a blocker)");
}

static void who_reviews_or_approves_notes_is_told_what_blocks(void **state)
{
    struct decided *test = *state;
    const struct run *run;

    DO(test->sandbox, "manifest", "set", "shop", "SIT", "1.3");
    DO(test->sandbox, "notes", "--from", "SIT", "--to", "UAT", "--save");
    run = run_pilab(test->sandbox, "note", "review", "1", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "Its report has 1 blocker (mail).");
}

static void an_ended_decision_is_said_to_have_ended(void **state)
{
    struct decided *test = *state;
    const struct run *run;

    drift(test);
    DO(test->sandbox, "difference", "ignore", "timeout", "limit", "-r", "1", "-m", "known", "-u",
       "10 days");
    assert_says(&drift(test)->out, "2 ignored");
    sandbox_set(test->sandbox, "PILAB_CLOCK=2025-01-12T00:00:00Z");
    run = drift(test);
    assert_says(&run->out, "2 decisions lapsed");
    assert_says(&run->out, "until 2025-01-11: known");
    run = run_pilab(test->sandbox, "difference", "list", "--json", NULL);
    assert_says(&run->out, "\"state\": \"ended\"");
    run = run_pilab(test->sandbox, "report", "diff", "3", NULL);
    assert_says(&run->out, "2 counted again");
}

static void what_is_unchanged_for_long_is_offered_and_accepted(void **state)
{
    struct decided *test = *state;
    const struct run *run;

    drift(test);
    sandbox_set(test->sandbox, "PILAB_CLOCK=2025-06-01T12:00:00Z");
    run = drift(test);
    assert_says(&run->out, "2 unchanged for long");
    assert_says(&run->out, "Unchanged for long: meant to differ?  2");
    assert_says(&run->out, "unchanged for 4 months");
    run = run_pilab(test->sandbox, "difference", "offers", NULL);
    assert_says(&run->out, "timeout");
    assert_says(&run->out, "151");
    DO(test->sandbox, "difference", "accept", "timeout", "-r", "2", "-m", "slow machines");
    run = drift(test);
    assert_says(&run->out, "1 expected");
    assert_says(&run->out, "on 2025-06-01: slow machines");
    run = run_pilab(test->sandbox, "report", "history", "timeout", "-r", "3", NULL);
    assert_says(&run->out, "meant to differ");
    assert_says(&run->out, "first seen");
    run = run_pilab(test->sandbox, "audit", "list", NULL);
    assert_says(&run->out, "difference.accept");
    DO(test->sandbox, "audit", "verify");
}

/* A decision is nothing that a project sets: its file is the same before and after. */
static void decisions_are_not_in_the_project_file(void **state)
{
    struct decided *test = *state;
    char *before;

    drift(test);
    before = memory_copy_text(run_pilab(test->sandbox, "project", "export", NULL)->out.data);
    assert_non_null(strstr(before, "offer_after: 100"));
    DO(test->sandbox, "difference", "accept", "timeout", "-r", "1", "-m", "slow machines");
    assert_string_equal(run_pilab(test->sandbox, "project", "export", NULL)->out.data, before);
    free(before);
}

static void what_is_wrong_is_said_with_what_to_try(void **state)
{
    struct decided *test = *state;
    const struct run *run;

    drift(test);
    run = run_pilab(test->sandbox, "difference", "ignore", "timeout", "-r", "1", "-m", "x", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "--until 30d, --until 2026-12-31, or --forever");
    run = run_pilab(test->sandbox, "difference", "accept", "nothing", "-r", "1", "-m", "x", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "`pilab report show 1 --wide` lists them with their ids");
    run = run_pilab(test->sandbox, "report", "diff", "1", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "is the first of");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_ignored_comes_back_when_it_becomes_another),
        CASE(a_blocker_is_not_ignored_without_being_asked_about),
        CASE(who_reviews_or_approves_notes_is_told_what_blocks),
        CASE(an_ended_decision_is_said_to_have_ended),
        CASE(what_is_unchanged_for_long_is_offered_and_accepted),
        CASE(decisions_are_not_in_the_project_file),
        CASE(what_is_wrong_is_said_with_what_to_try),
    };

    return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
