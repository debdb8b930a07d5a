/* Releases, their frozen lists, and what speaks of them. */
#include "store_support.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/store/release.h>

#define COMMIT_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define COMMIT_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

struct frozen {
    struct store_release_entry items[2];
};

static struct frozen list_of(struct fixture *f)
{
    return (struct frozen){
        {
         { .module_id = f->auth_id,
              .module = "mb-auth-service",
              .version = "2.0.7",
              .commit = COMMIT_A,
              .image = "sha256:11",
              .config_revision = COMMIT_A,
              .migrations = "[\"db/migrations/V43__upi.sql\"]" },
         { .module_id = f->payment_id, .module = "mb-payment-service", .version = "2.1.0" },
         }
    };
}

static bool cut(struct fixture *f, const char *name, struct store_release *release,
                struct error *error)
{
    struct frozen list = list_of(f);
    bool ok;

    *release = (struct store_release){ .project_id = f->project_id,
                                       .name = name,
                                       .source_id = f->sit_id,
                                       .target_id = f->uat_id,
                                       .planned_at = TEST_NOW + 3600000,
                                       .created_by = "olga" };
    begin(f->connection);
    ok = store_release_add(f->connection, release, list.items, 2, error) &&
         store_commit(f->connection, error);
    store_rollback(f->connection);
    return ok;
}

static struct store_release must_cut(struct fixture *f, const char *name)
{
    struct store_release release;
    struct error error;

    must(cut(f, name, &release, &error), &error);
    return release;
}

static bool revise(struct fixture *f, const char *id, int64_t rev,
                   const struct store_release_entry *entries, size_t count, const char *author,
                   struct store_release_revision *revision, struct error *error)
{
    bool ok;

    *revision = (struct store_release_revision){ .author = author, .reason = "took SIT" };
    begin(f->connection);
    ok = store_release_revise(f->connection, id, rev, revision, entries, count, error) &&
         store_commit(f->connection, error);
    store_rollback(f->connection);
    return ok;
}

static bool end(struct fixture *f, const struct store_release *release, int64_t rev,
                enum release_status status, const char *outcome, struct error *error)
{
    bool ok;

    begin(f->connection);
    ok = store_release_end(f->connection, release->id, rev, status, "olga", outcome, error) &&
         store_commit(f->connection, error);
    store_rollback(f->connection);
    return ok;
}

static void a_release_is_found_by_its_name_in_any_case_and_by_number(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03"), found;
    struct error error;

    assert_int_equal(release.number, 1);
    must(store_release_find(f->connection, f->project_id, "r2025.03", f->arena, &found, &error),
         &error);
    assert_string_equal(found.id, release.id);
    assert_string_equal(found.name, "R2025.03");
    assert_string_equal(found.source, "SIT");
    assert_string_equal(found.target, "UAT");
    assert_int_equal(found.status, RELEASE_OPEN);
    assert_int_equal(found.rev, 1);
    assert_int_equal(found.modules, 2);
    assert_string_equal(found.digest, release.digest);
    assert_int_equal(found.planned_at, TEST_NOW + 3600000);
    assert_string_equal(found.created_by, "olga");
    assert_int_equal(found.created_at, TEST_NOW);
    assert_null(found.ended_by);
    must(store_release_find_number(f->connection, f->project_id, 1, f->arena, &found, &error),
         &error);
    assert_string_equal(found.id, release.id);
    must_fail(store_release_find(f->connection, f->project_id, "R9", f->arena, &found, &error),
              &error, ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no release R9");
}

static void a_name_is_given_once(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03"), second;
    struct error error;

    must_fail(cut(f, "r2025.03", &second, &error), &error, ERROR_EXISTS);
    assert_string_equal(error.message, "there is a release r2025.03 already");
    must(end(f, &release, 1, RELEASE_CANCELLED, "{}", &error), &error);
    must_fail(cut(f, "R2025.03", &second, &error), &error, ERROR_EXISTS);
}

static void the_list_is_read_back_as_it_was_frozen(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03");
    struct store_release_entries list;
    struct error error;

    must(store_release_entries(f->connection, release.id, 0, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].module, "mb-auth-service");
    assert_string_equal(list.items[0].version, "2.0.7");
    assert_string_equal(list.items[0].commit, COMMIT_A);
    assert_string_equal(list.items[0].image, "sha256:11");
    assert_string_equal(list.items[0].migrations, "[\"db/migrations/V43__upi.sql\"]");
    assert_null(list.items[0].kept_version);
    assert_string_equal(list.items[1].module, "mb-payment-service");
    assert_null(list.items[1].commit);
    /* printf '%s' '{"modules":[…]}' | sha256sum, with the list of list_of */
    assert_string_equal(release.digest,
                        "b4242cec4ad80f1d54ad9e2e8b4906b62456592c1a0f09d4c515caf25f59a229");
}

static void a_new_version_is_a_new_revision_and_the_old_one_stays(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03"), found;
    struct frozen list = list_of(f);
    struct store_release_revision revision;
    struct store_release_revisions revisions;
    struct store_release_entries read;
    struct error error;

    list.items[0].version = "2.0.8";
    list.items[0].commit = COMMIT_B;
    must(revise(f, release.id, 1, list.items, 2, "carl", &revision, &error), &error);
    assert_int_equal(revision.rev, 2);
    assert_string_not_equal(revision.digest, release.digest);
    must(store_release_get(f->connection, release.id, f->arena, &found, &error), &error);
    assert_int_equal(found.rev, 2);
    assert_string_equal(found.digest, revision.digest);
    must(store_release_entries(f->connection, release.id, 1, f->arena, &read, &error), &error);
    assert_string_equal(read.items[0].version, "2.0.7");
    must(store_release_entries(f->connection, release.id, 0, f->arena, &read, &error), &error);
    assert_string_equal(read.items[0].version, "2.0.8");
    must(store_release_revisions(f->connection, release.id, f->arena, &revisions, &error), &error);
    assert_int_equal(revisions.count, 2);
    assert_string_equal(revisions.items[0].author, "carl");
    assert_string_equal(revisions.items[0].reason, "took SIT");
    assert_string_equal(revisions.items[1].reason, "cut");
    must_fail(store_release_entries(f->connection, release.id, 7, f->arena, &read, &error), &error,
              ERROR_NOT_FOUND);
}

static void a_decision_to_stay_does_not_change_the_digest(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03");
    struct frozen list = list_of(f);
    struct store_release_revision revision;
    struct store_release_entries read;
    struct error error;

    list.items[0].kept_version = "2.0.8";
    list.items[0].kept_commit = COMMIT_B;
    must(revise(f, release.id, 1, list.items, 2, "carl", &revision, &error), &error);
    assert_string_equal(revision.digest, release.digest);
    must(store_release_entries(f->connection, release.id, 2, f->arena, &read, &error), &error);
    assert_string_equal(read.items[0].kept_version, "2.0.8");
    assert_string_equal(read.items[0].kept_commit, COMMIT_B);
}

static void of_two_who_change_it_the_second_is_told_who_was_first(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03");
    struct frozen list = list_of(f);
    struct store_release_revision revision;
    struct error error;

    must(revise(f, release.id, 1, list.items, 1, "carl", &revision, &error), &error);
    must_fail(revise(f, release.id, 1, list.items, 2, "dora", &revision, &error), &error,
              ERROR_CONFLICT);
    assert_string_equal(error.message,
                        "the release R2025.03 has been changed meanwhile: carl made revision 2, "
                        "yours is based on revision 1");
    must_fail(end(f, &release, 1, RELEASE_CLOSED, "{}", &error), &error, ERROR_CONFLICT);
    must(end(f, &release, 2, RELEASE_CLOSED, "{}", &error), &error);
}

#define RACERS 8

/* One process: its own connection, one try on top of revision 1. 0: it was first; 1: it was told
 * that it was not; 2: anything else. */
static int race(const char *path, const char *id, const struct store_release_entry *entries)
{
    struct store_release_revision revision = { .author = "racer", .reason = "race" };
    struct store_options options = { .path = path };
    struct connection *connection;
    struct store *store;
    struct error error = { 0 };
    bool ok;

    if (!store_open(&options, NULL, &store, &error))
        return 2;
    connection = store_connect(store, NULL, NULL, &error);
    ok = connection != NULL && store_begin(connection, NULL, &error) &&
         store_release_revise(connection, id, 1, &revision, entries, 2, &error) &&
         store_commit(connection, &error);
    if (connection != NULL)
        store_rollback(connection);
    connection_close(&connection);
    store_close(&store);
    return ok ? 0 : error.code == ERROR_CONFLICT ? 1 : 2;
}

static void of_eight_processes_at_once_one_makes_the_next_revision(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03"), found;
    struct frozen list = list_of(f);
    char *path = store_fixture_path(f, "pilab.db");
    pid_t racers[RACERS];
    int first = 0, told = 0;
    struct error error;

    list.items[0].version = "2.0.8";
    fixture_close(f);
    for (int i = 0; i < RACERS; i++) {
        racers[i] = fork();
        assert_true(racers[i] >= 0);
        if (racers[i] == 0)
            _exit(race(path, release.id, list.items));
    }
    for (int i = 0; i < RACERS; i++) {
        int status;

        assert_int_equal(waitpid(racers[i], &status, 0), racers[i]);
        assert_true(WIFEXITED(status));
        first += WEXITSTATUS(status) == 0;
        told += WEXITSTATUS(status) == 1;
    }
    assert_int_equal(first, 1);
    assert_int_equal(told, RACERS - 1);
    store_fixture_open(f);
    must(store_release_get(f->connection, release.id, f->arena, &found, &error), &error);
    assert_int_equal(found.rev, 2);
}

static void an_ended_release_never_changes(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03"), found;
    struct frozen list = list_of(f);
    struct store_release_revision revision;
    struct error error;

    must_fail(end(f, &release, 1, RELEASE_CLOSED, "no JSON", &error), &error, ERROR_INVALID);
    must_fail(end(f, &release, 1, RELEASE_OPEN, "{}", &error), &error, ERROR_INVALID);
    must(end(f, &release, 1, RELEASE_CLOSED, "{\"deployed\":2}", &error), &error);
    must(store_release_get(f->connection, release.id, f->arena, &found, &error), &error);
    assert_int_equal(found.status, RELEASE_CLOSED);
    assert_string_equal(found.ended_by, "olga");
    assert_int_equal(found.ended_at, TEST_NOW);
    assert_string_equal(found.outcome, "{\"deployed\":2}");
    must_fail(revise(f, release.id, 1, list.items, 2, "carl", &revision, &error), &error,
              ERROR_CONFLICT);
    assert_string_equal(error.message, "the release R2025.03 is CLOSED and never changes");
    must_fail(end(f, &release, 1, RELEASE_CANCELLED, "{}", &error), &error, ERROR_CONFLICT);
}

/* What somebody with the file and a shell would try. */
static void triggers_keep_what_was_frozen(void **state)
{
    static const char *const tries[] = {
        "UPDATE release_entries SET version = '9'",
        "DELETE FROM release_entries",
        "INSERT INTO release_entries SELECT release_id, rev, 9, (SELECT id FROM modules WHERE id "
        "NOT"
        " IN (SELECT module_id FROM release_entries) LIMIT 1), 'x', '1', NULL, NULL, NULL, NULL,"
        " NULL, NULL FROM release_revisions",
        "UPDATE release_revisions SET digest = ''",
        "DELETE FROM release_revisions",
        "DELETE FROM releases",
        "UPDATE releases SET name = 'R9'",
        "UPDATE releases SET target_id = source_id",
        "UPDATE releases SET rev = rev - 1",
        "UPDATE releases SET status = 'CLOSED'",
    };
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03");
    struct error error;

    for (size_t i = 0; i < sizeof tries / sizeof *tries; i++)
        if (raw_sql(f->path, tries[i]))
            fail_msg("nothing refuses: %s", tries[i]);
    must(end(f, &release, 1, RELEASE_CLOSED, "{}", &error), &error);
    assert_false(raw_sql(f->path, "UPDATE releases SET status = 'OPEN', ended_at = 0,"
                                  " ended_by = NULL"));
    assert_false(raw_sql(f->path, "UPDATE releases SET outcome = '{\"deployed\":99}'"));
}

static void a_list_that_was_tampered_with_is_not_read(void **state)
{
    struct fixture *f = *state;
    struct store_release release = must_cut(f, "R2025.03");
    struct store_release_entries list;
    struct error error;

    assert_true(raw_sql(f->path, "DROP TRIGGER release_entries_keep_values"));
    assert_true(raw_sql(f->path, "UPDATE release_entries SET version = '9' WHERE position = 0"));
    must_fail(store_release_entries(f->connection, release.id, 0, f->arena, &list, &error), &error,
              ERROR_CORRUPT);
    assert_contains(error.message, "is not what was frozen: its digest differs");
}

static void a_release_needs_a_module_and_each_only_once(void **state)
{
    struct fixture *f = *state;
    struct store_release release = { .project_id = f->project_id,
                                     .name = "R1",
                                     .source_id = f->sit_id,
                                     .target_id = f->uat_id,
                                     .created_by = "olga" };
    struct frozen list = list_of(f);
    struct error error;

    begin(f->connection);
    must_fail(store_release_add(f->connection, &release, list.items, 0, &error), &error,
              ERROR_INVALID);
    store_rollback(f->connection);
    list.items[1] = list.items[0];
    begin(f->connection);
    release.id[0] = '\0';
    must_fail(store_release_add(f->connection, &release, list.items, 2, &error), &error,
              ERROR_EXISTS);
    store_rollback(f->connection);
}

static void open_releases_come_first_on_every_page(void **state)
{
    struct fixture *f = *state;
    struct store_release first = must_cut(f, "R1");
    struct store_page page = { .limit = 2 };
    struct store_releases list;
    struct error error;

    must_cut(f, "R2");
    must_cut(f, "R3");
    must(end(f, &first, 1, RELEASE_CANCELLED, "{}", &error), &error);
    must_cut(f, "R4");
    must(store_release_list(f->connection, f->project_id, false, &page, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].name, "R4");
    assert_string_equal(list.items[1].name, "R3");
    page.after = list.next;
    assert_non_null(page.after);
    must(store_release_list(f->connection, f->project_id, false, &page, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].name, "R2");
    assert_string_equal(list.items[1].name, "R1");
    assert_null(list.next);
    must(store_release_list(f->connection, f->project_id, true, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 3);
}

static void deployments_and_notes_know_it_by_its_name(void **state)
{
    struct fixture *f = *state;
    struct store_deployment deployment = { .project_id = f->project_id,
                                           .module_id = f->auth_id,
                                           .environment_id = f->uat_id,
                                           .version = "2.0.7",
                                           .release = "r2025.03",
                                           .status = DEPLOYMENT_DEPLOYED,
                                           .actor = "olga" };
    struct store_deployment back;
    struct store_note note = { .project_id = f->project_id,
                               .version = "R2025.03",
                               .created_by = "olga" };
    struct store_revision content = { .content = "{}", .markdown = "", .author = "olga" };
    struct store_report report = { .project_id = f->project_id,
                                   .previous_spec = "env:UAT",
                                   .previous_label = "UAT",
                                   .current_spec = "release:R2025.03",
                                   .current_label = "R2025.03",
                                   .created_by = "olga" };
    struct store_deployments deployments;
    struct store_reports reports;
    struct store_notes notes;
    struct error error;

    begin(f->connection);
    must(store_deployment_add(f->connection, &deployment, &error), &error);
    must(store_report_add(f->connection, &report, &error), &error);
    must(store_note_add(f->connection, &note, &content, &error), &error);
    back = (struct store_deployment){ .project_id = f->project_id,
                                      .module_id = f->auth_id,
                                      .environment_id = f->uat_id,
                                      .version = "2.0.6",
                                      .rolls_back = deployment.id,
                                      .status = DEPLOYMENT_ROLLED_BACK,
                                      .actor = "olga" };
    must(store_deployment_add(f->connection, &back, &error), &error);
    note = (struct store_note){
        .project_id = f->project_id, .version = "other", .report_id = report.id, .created_by = "x"
    };
    must(store_note_add(f->connection, &note, &content, &error), &error);
    commit(f->connection);
    must(store_release_deployments(f->connection, f->project_id, "R2025.03", f->arena, &deployments,
                                   &error),
         &error);
    assert_int_equal(deployments.count, 2);
    assert_int_equal(deployments.items[0].status, DEPLOYMENT_ROLLED_BACK);
    assert_string_equal(deployments.items[1].environment, "UAT");
    must(store_release_notes(f->connection, f->project_id, "r2025.03", f->arena, &notes, &error),
         &error);
    assert_int_equal(notes.count, 2);
    assert_int_equal(notes.items[0].number, 2);
    must(store_release_reports(f->connection, f->project_id, "R2025.03", f->arena, &reports,
                               &error),
         &error);
    assert_int_equal(reports.count, 1);
    must(store_release_notes(f->connection, f->project_id, "R9", f->arena, &notes, &error), &error);
    assert_int_equal(notes.count, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, project_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_release_is_found_by_its_name_in_any_case_and_by_number),
        CASE(a_name_is_given_once),
        CASE(the_list_is_read_back_as_it_was_frozen),
        CASE(a_new_version_is_a_new_revision_and_the_old_one_stays),
        CASE(a_decision_to_stay_does_not_change_the_digest),
        CASE(of_two_who_change_it_the_second_is_told_who_was_first),
        CASE(of_eight_processes_at_once_one_makes_the_next_revision),
        CASE(an_ended_release_never_changes),
        CASE(triggers_keep_what_was_frozen),
        CASE(a_list_that_was_tampered_with_is_not_read),
        CASE(a_release_needs_a_module_and_each_only_once),
        CASE(open_releases_come_first_on_every_page),
        CASE(deployments_and_notes_know_it_by_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
