/* Drift reports and their items. */
#include "store_support.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/store/report.h>

static struct store_report add_report(struct fixture *f)
{
    struct store_report report = { .project_id = f->project_id,
                                   .title = "UAT would get, from SIT",
                                   .previous_spec = "env:UAT",
                                   .previous_label = "UAT",
                                   .current_spec = "env:SIT",
                                   .current_label = "SIT",
                                   .created_by = "alice" };
    struct error error;

    begin(f->connection);
    must(store_report_add(f->connection, &report, &error), &error);
    commit(f->connection);
    return report;
}

static const struct store_item sample[] = {
    {.fingerprint = "00000000000000a1",
     .type = "code",
     .category = "file",
     .service = "mb-auth",
     .path = "src/Login.java",
     .change_type = "modified",
     .severity = "LOW",
     .attention = "none"      },
    { .fingerprint = "00000000000000a2",
     .type = "config",
     .category = "env",
     .service = "mb-auth",
     .path = "env.SESSION_TIMEOUT",
     .change_type = "modified",
     .previous = "30",
     .current = "15",
     .severity = "CRITICAL",
     .attention = "blocker",
     .security = true,
     .tickets = "[\"MB-234\"]",
     .rules = "[{\"rule\":\"config.secret\"}]" },
    {      .fingerprint = "00000000000000a3",
     .type = "config",
     .category = "env",
     .service = "mb-payment",
     .path = "env.UPI_ENABLED",
     .change_type = "added",
     .current = "true",
     .severity = "MEDIUM",
     .attention = "review" },
    {      .fingerprint = "00000000000000a4",
     .type = "config",
     .category = "env",
     .service = "mb-payment",
     .path = "replicas",
     .change_type = "modified",
     .previous = "1",
     .current = "3",
     .severity = "INFO",
     .attention = "none",
     .expected = true },
    {   .fingerprint = "00000000000000a5",
     .type = "image",
     .category = "image",
     .service = "mb-payment",
     .path = "registry.example.org/mb/payment",
     .change_type = "deleted",
     .severity = "CRITICAL",
     .attention = "blocker",
     .breaking = true },
};
#define SAMPLE_COUNT (sizeof sample / sizeof sample[0])

static void finish(struct fixture *f, struct store_report *report)
{
    struct store_item items[SAMPLE_COUNT];
    struct error error;

    memcpy(items, sample, sizeof items);
    report->run = "COMPLETED";
    report->severity = "CRITICAL";
    report->counts = (struct store_report_counts){
        .total = 4,
        .added = 1,
        .modified = 2,
        .deleted = 1,
        .by_severity = {0, 1, 1, 0, 2},
        .blockers = 2,
        .breaking = 1,
        .security = 1,
        .expected = 1,
    };
    begin(f->connection);
    must(store_report_finish(f->connection, report, "{\"schema\":\"pilab.drift/1\"}", items,
                             SAMPLE_COUNT, &error),
         &error);
    commit(f->connection);
}

static void a_report_is_numbered_in_its_project(void **state)
{
    struct fixture *f = *state;
    struct store_report first = add_report(f), second = add_report(f);
    struct store_report found;
    struct error error;

    assert_int_equal(first.number, 1);
    assert_int_equal(second.number, 2);
    must(store_report_find(f->connection, f->project_id, 2, f->arena, &found, &error), &error);
    assert_string_equal(found.id, second.id);
    assert_string_equal(found.run, "PENDING");
    assert_int_equal(found.status, REPORT_DETECTED);
    assert_string_equal(found.previous_spec, "env:UAT");
    assert_string_equal(found.current_label, "SIT");
    assert_null(found.severity);
    assert_string_equal(found.digest, "");
    must_fail(store_report_find(f->connection, f->project_id, 3, f->arena, &found, &error), &error,
              ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no report 3");
}

static void a_finished_report_has_counts_body_and_digest(void **state)
{
    static const char body[] = "{\"schema\":\"pilab.drift/1\"}";
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct store_report found;
    char digest[SHA256_HEX_SIZE];
    struct error error;
    const char *text;
    size_t length;

    begin(f->connection);
    must(store_report_start(f->connection, report.id, &error), &error);
    must_fail(store_report_start(f->connection, report.id, &error), &error, ERROR_CONFLICT);
    commit(f->connection);
    must_fail(store_report_body(f->connection, report.id, f->arena, &text, &length, &error), &error,
              ERROR_NOT_FOUND);
    finish(f, &report);
    must(store_report_get(f->connection, report.id, f->arena, &found, &error), &error);
    assert_string_equal(found.run, "COMPLETED");
    assert_string_equal(found.severity, "CRITICAL");
    assert_int_equal(found.counts.total, 4);
    assert_int_equal(found.counts.deleted, 1);
    assert_int_equal(found.counts.by_severity[4], 2);
    assert_int_equal(found.counts.by_severity[1], 1);
    assert_int_equal(found.counts.blockers, 2);
    assert_int_equal(found.counts.expected, 1);
    assert_int_equal(found.finished_at, TEST_NOW);
    assert_string_equal(found.digest, sha256_hex(body, strlen(body), digest));
    assert_string_equal(report.digest, digest);
    must(store_report_body(f->connection, report.id, f->arena, &text, &length, &error), &error);
    assert_string_equal(text, body);
    assert_int_equal(length, strlen(body));
}

static void a_finished_report_is_finished_once(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct store_item more = sample[0];
    struct error error;

    finish(f, &report);
    begin(f->connection);
    must_fail(store_report_finish(f->connection, &report, "{}", &more, 1, &error), &error,
              ERROR_CONFLICT);
    store_rollback(f->connection);
}

static void findings_cannot_be_changed_afterwards(void **state)
{
    static const char *const attacks[] = {
        "UPDATE drift_reports SET total = 0",
        "UPDATE drift_report_bodies SET body = '{}'",
        "DELETE FROM drift_report_bodies",
        "INSERT OR REPLACE INTO drift_report_bodies SELECT id, '{}' FROM drift_reports",
        "UPDATE drift_reports SET digest = 'x'",
        "UPDATE drift_items SET severity = 0",
        "DELETE FROM drift_items",
        "INSERT INTO drift_items SELECT report_id, 99, project_id, reported_at, fingerprint, type,"
        " category, module, service, path, change_type, detail, previous, current, severity,"
        " attention, breaking, security, expected, suppressed, first_seen, tickets, rules, state,"
        " drifting_since, unchanged_since"
        " FROM drift_items LIMIT 1",
    };
    struct fixture *f = *state;
    struct store_report report = add_report(f);

    finish(f, &report);
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
        assert_false(raw_sql(f->path, attacks[i]));
}

static void a_body_that_was_changed_all_the_same_is_corrupt(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct error error;
    const char *text;

    finish(f, &report);
    assert_true(raw_sql(f->path, "DROP TRIGGER drift_report_bodies_never_change;"
                                 "UPDATE drift_report_bodies SET body = '{}'"));
    must_fail(store_report_body(f->connection, report.id, f->arena, &text, NULL, &error), &error,
              ERROR_CORRUPT);
}

static void only_a_failed_report_may_lack_a_body(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct error error;

    begin(f->connection);
    report.run = "PARTIAL";
    must_fail(store_report_finish(f->connection, &report, NULL, NULL, 0, &error), &error,
              ERROR_INTERNAL);
    report.run = "ANALYZING";
    must_fail(store_report_finish(f->connection, &report, "{}", NULL, 0, &error), &error,
              ERROR_INVALID);
    report.run = "FAILED";
    must(store_report_finish(f->connection, &report, NULL, NULL, 0, &error), &error);
    commit(f->connection);
}

static void failed_reports_are_found_among_others(void **state)
{
    struct fixture *f = *state;
    struct store_report reports[4];
    struct store_reports list;
    struct error error;

    for (size_t i = 0; i < 4; i++) {
        reports[i] = add_report(f);
        if (i == 2) {
            finish(f, &reports[i]);
            continue;
        }
        begin(f->connection);
        reports[i].run = "FAILED";
        must(store_report_finish(f->connection, &reports[i], NULL, NULL, 0, &error), &error);
        commit(f->connection);
    }
    must(store_report_failed(f->connection, f->project_id, 10, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[0].number, 4);
    assert_int_equal(list.items[1].number, 2);
    assert_int_equal(list.items[2].number, 1);
    must(store_report_failed(f->connection, f->project_id, 2, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 2);
    must(store_report_failed(f->connection, "another", 10, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 0);
}

static void a_status_moves_only_from_where_it_was_seen(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct store_report found;
    struct error error;

    finish(f, &report);
    begin(f->connection);
    must(store_report_move(f->connection, report.id, 1, REPORT_DETECTED, REPORT_IGNORED,
                           "replaced next week", TEST_NOW + 1000, &error),
         &error);
    must_fail(store_report_move(f->connection, report.id, 1, REPORT_DETECTED, REPORT_REVIEWED, NULL,
                                0, &error),
              &error, ERROR_CONFLICT);
    commit(f->connection);
    must(store_report_get(f->connection, report.id, f->arena, &found, &error), &error);
    assert_int_equal(found.status, REPORT_IGNORED);
    assert_string_equal(found.reason, "replaced next week");
    assert_int_equal(found.ignored_until, TEST_NOW + 1000);
    assert_int_equal(found.rev, 2);
    assert_int_equal(found.resolved_at, 0);
    begin(f->connection);
    must(store_report_move(f->connection, report.id, 2, REPORT_IGNORED, REPORT_RESOLVED, NULL, 0,
                           &error),
         &error);
    commit(f->connection);
    must(store_report_get(f->connection, report.id, f->arena, &found, &error), &error);
    assert_int_equal(found.resolved_at, TEST_NOW);
}

static void reports_come_newest_first_and_filtered(void **state)
{
    enum report_status ignored = REPORT_IGNORED;
    struct fixture *f = *state;
    struct store_page page = { .limit = 2 };
    struct store_reports list;
    struct store_report reports[3];
    struct error error;

    for (int i = 0; i < 3; i++)
        reports[i] = add_report(f);
    finish(f, &reports[1]);
    must(store_report_list(f->connection, f->project_id, NULL, NULL, &page, f->arena, &list,
                           &error),
         &error);
    assert_int_equal(list.count, 2);
    assert_int_equal(list.items[0].number, 3);
    page.after = list.next;
    must(store_report_list(f->connection, f->project_id, NULL, NULL, &page, f->arena, &list,
                           &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].number, 1);
    assert_null(list.next);
    must(store_report_list(f->connection, f->project_id, "COMPLETED", NULL, NULL, f->arena, &list,
                           &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].number, 2);
    must(store_report_list(f->connection, f->project_id, NULL, &ignored, NULL, f->arena, &list,
                           &error),
         &error);
    assert_int_equal(list.count, 0);
    must_fail(store_report_list(f->connection, f->project_id, "DONE", NULL, NULL, f->arena, &list,
                                &error),
              &error, ERROR_INVALID);
}

static void assert_items(struct fixture *f, const char *report_id,
                         const struct store_item_filter *filter, const char *expected)
{
    struct store_page page = { .limit = 2 };
    struct store_items list;
    struct error error;
    char found[64] = "";
    size_t count, length = 0;

    do {
        must(store_item_list(f->connection, report_id, filter, &page, f->arena, &list, &error),
             &error);
        for (size_t i = 0; i < list.count; i++)
            length += (size_t)snprintf(found + length, sizeof found - length, " %s",
                                       list.items[i].fingerprint + 14);
        page.after = list.next;
    } while (list.next != NULL);
    assert_string_equal(found, expected);
    must(store_item_count(f->connection, report_id, filter, &count, &error), &error);
    assert_int_equal(count, length / 3);
}

static void items_come_in_the_order_that_is_asked_for(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct store_item_filter filter = { .with_expected = true };

    finish(f, &report);
    assert_items(f, report.id, NULL, " a1 a2 a3 a4 a5");
    assert_items(f, report.id, &filter, " a1 a2 a3 a4 a5");
    filter.order = STORE_ITEMS_BY_SEVERITY;
    assert_items(f, report.id, &filter, " a2 a5 a3 a1 a4");
    filter.order = STORE_ITEMS_BY_TYPE;
    assert_items(f, report.id, &filter, " a1 a2 a3 a4 a5");
}

static void items_are_filtered_by_what_they_are(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    static const struct {
        struct store_item_filter filter;
        const char *expected;
    } cases[] = {
        {{ .type = "config" },                                                " a2 a3"   },
        { { .type = "config", .with_expected = true },                        " a2 a3 a4"},
        { { .service = "mb-payment" },                                        " a3 a5"   },
        { { .attention = "blocker" },                                         " a2 a5"   },
        { { .minimum_severity = "MEDIUM" },                                   " a2 a3 a5"},
        { { .minimum_severity = "MEDIUM", .order = STORE_ITEMS_BY_SEVERITY }, " a2 a5 a3"},
        { { .text = "login" },                                                " a1"      },
        { { .text = "ENV." },                                                 " a2 a3"   },
        { { .text = "%" },                                                    ""         },
        { { .breaking = true },                                               " a5"      },
        { { .security = true },                                               " a2"      },
    };

    finish(f, &report);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_items(f, report.id, &cases[i].filter, cases[i].expected);
}

static void an_unknown_word_in_a_filter_is_refused(void **state)
{
    struct fixture *f = *state;
    static const struct store_item_filter wrong[] = {
        { .type = "kode" },
        { .attention = "urgent" },
        { .minimum_severity = "BAD" },
    };
    struct store_items list;
    struct error error;
    size_t count;

    for (size_t i = 0; i < 3; i++) {
        must_fail(store_item_list(f->connection, f->project_id, &wrong[i], NULL, f->arena, &list,
                                  &error),
                  &error, ERROR_INVALID);
        must_fail(store_item_count(f->connection, f->project_id, &wrong[i], &count, &error), &error,
                  ERROR_INVALID);
    }
}

static void an_item_keeps_all_its_columns(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct store_item item;
    struct error error;

    finish(f, &report);
    must(store_item_get(f->connection, report.id, "00000000000000a2", f->arena, &item, &error),
         &error);
    assert_int_equal(item.position, 1);
    assert_string_equal(item.type, "config");
    assert_string_equal(item.path, "env.SESSION_TIMEOUT");
    assert_string_equal(item.previous, "30");
    assert_string_equal(item.current, "15");
    assert_string_equal(item.severity, "CRITICAL");
    assert_string_equal(item.attention, "blocker");
    assert_string_equal(item.tickets, "[\"MB-234\"]");
    assert_string_equal(item.rules, "[{\"rule\":\"config.secret\"}]");
    assert_string_equal(item.module, "");
    assert_null(item.detail);
    assert_true(item.security);
    assert_false(item.breaking);
    assert_int_equal(item.first_seen, TEST_NOW);
    must_fail(store_item_get(f->connection, report.id, "ffff", f->arena, &item, &error), &error,
              ERROR_NOT_FOUND);
}

static void a_difference_knows_which_report_had_it_first(void **state)
{
    struct fixture *f = *state;
    struct store_report first = add_report(f), second;
    struct error error;
    int64_t at, number;

    finish(f, &first);
    f->clock = clock_frozen(TEST_NOW + 86400000);
    second = add_report(f);
    finish(f, &second);
    must(store_item_first_seen(f->connection, f->project_id, "00000000000000a3", &at, &number,
                               &error),
         &error);
    assert_int_equal(at, TEST_NOW);
    assert_int_equal(number, 1);
    must(store_item_first_seen(f->connection, f->project_id, "unknown", &at, NULL, &error), &error);
    assert_int_equal(at, 0);
}

static void an_item_with_a_wrong_word_stops_the_report(void **state)
{
    struct fixture *f = *state;
    struct store_report report = add_report(f);
    struct store_item item = sample[0];
    struct error error;

    item.severity = "SEVERE";
    report.run = "COMPLETED";
    begin(f->connection);
    must_fail(store_report_finish(f->connection, &report, "{}", &item, 1, &error), &error,
              ERROR_INVALID);
    assert_string_equal(error.message, "the severity \"SEVERE\" is not one of INFO, LOW, MEDIUM, "
                                       "HIGH, CRITICAL");
    store_rollback(f->connection);
}

static void names_of_report_states_are_read(void **state)
{
    enum report_status status;
    struct error error;

    (void)state;
    must(report_status_parse("reviewed", &status, &error), &error);
    assert_int_equal(status, REPORT_REVIEWED);
    assert_string_equal(report_status_name(REPORT_RESOLVED), "RESOLVED");
    must_fail(report_status_parse("open", &status, &error), &error, ERROR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_report_is_numbered_in_its_project, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_finished_report_has_counts_body_and_digest, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_finished_report_is_finished_once, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(findings_cannot_be_changed_afterwards, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_body_that_was_changed_all_the_same_is_corrupt,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(only_a_failed_report_may_lack_a_body, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(failed_reports_are_found_among_others, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_status_moves_only_from_where_it_was_seen, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(reports_come_newest_first_and_filtered, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(items_come_in_the_order_that_is_asked_for, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(items_are_filtered_by_what_they_are, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_unknown_word_in_a_filter_is_refused, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_item_keeps_all_its_columns, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_difference_knows_which_report_had_it_first, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_item_with_a_wrong_word_stops_the_report, project_setup,
                                        fixture_teardown),
        cmocka_unit_test(names_of_report_states_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
