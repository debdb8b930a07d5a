/* One report with something of everything, as it is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>

#include <string.h>

#include <pilab/drift/builder.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/text.h>

#include "../../support/run_program.h"
#include "text_support.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define COMMITTED_AT INT64_C(1737367200000) /* 2025-01-20T10:00:00Z */

static const char commit_ids[][41] = {
    "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
    "b2c3d4e5f60718293a4b5c6d7e8f900112233445",
    "c3d4e5f60718293a4b5c6d7e8f90011223344556",
    "d4e5f60718293a4b5c6d7e8f9001122334455667",
};

static struct drift_commit representative_commits[] = {
    {.id = commit_ids[0],
     .author_name = "Ada Example",
     .author_time = COMMITTED_AT,
     .subject = "MB-234 Add UPI payments",
     .disposition = DISPOSITION_IN_NOTES               },
    {                   .id = commit_ids[1],
     .author_name = "Bo Example",
     .author_time = COMMITTED_AT,
     .subject = "MB-240 Fix session timeout",
     .disposition = DISPOSITION_ALREADY_SHIPPED,
     .basis = "same patch as 9988776, which v2.0.6 has" },
    {                  .id = commit_ids[2],
     .author_name = "Bo Example",
     .author_time = COMMITTED_AT,
     .subject = "Update the build image",
     .disposition = DISPOSITION_INTERNAL            },
    { .id = commit_ids[3],
     .author_name = "Ada Example",
     .author_time = COMMITTED_AT,
     .subject = "Try another cache",
     .disposition = DISPOSITION_REVERTED,
     .basis = "reverted by c3d4e5f" },
};

static struct drift_commit representative_behind[] = {
    {.id = "9988776655443322110099887766554433221100",
     .author_name = "Bo Example",
     .author_time = COMMITTED_AT,
     .subject = "MB-240 Fix session timeout (2.0.6)",
     .category = CATEGORY_BUG_FIXES,
     .disposition = DISPOSITION_ALREADY_SHIPPED},
};

static void count_balance(struct drift_report *report)
{
    for (size_t i = 0; i < report->code_count; i++) {
        for (size_t j = 0; j < report->codes[i].commit_count; j++) {
            report->balance.commits++;
            report->balance.by_disposition[report->codes[i].commits[j].disposition]++;
        }
    }
}

static void representative(struct arena *arena, struct drift_report *report)
{
    static const char *commit_a[] = { commit_ids[0] }, *commit_c[] = { commit_ids[2] };
    static const char *services[] = { "mb-auth-service" }, *authors[] = { "ada@example.org" };
    static const char *tickets[] = { "MB-234" };
    static struct drift_rule_hit secret_rule[] = {
        {.rule = "config.secret",
         .sentence = "a key that opens a door",
         .severity = SEVERITY_CRITICAL}
    };
    static struct drift_code code[] = {
        {.module = "mb-auth-service",
         .previous_commit = commit_ids[1],
         .current_commit = commit_ids[0],
         .commits = representative_commits,
         .commit_count = 4,
         .behind = representative_behind,
         .behind_count = 1},
    };
    static struct drift_source sources[] = {
        {.type = DRIFT_CODE,      .service = "mb-auth-service", .state = SOURCE_READ          },
        { .type = DRIFT_CONFIG,   .service = "mb-auth-service", .state = SOURCE_READ          },
        { .type = DRIFT_DATABASE, .service = "mb-auth-service", .state = SOURCE_NOT_EXAMINED  },
        { .type = DRIFT_IMAGE,    .service = "mb-auth-service", .state = SOURCE_NOT_CONFIGURED},
    };
    static struct drift_problem problems[] = {
        {.type = DRIFT_CONFIG,
         .service = "mb-auth-service",
         .what = "values.yaml at v2.0.7",
         .why = "line 12: the key \"env\" is there twice",
         .warning = true},
    };
    struct drift_item *items = arena_array(arena, 6, sizeof *items);
    struct drift_change *changes = arena_array(arena, 2, sizeof *changes);

    items[0] = (struct drift_item){ .type = DRIFT_CODE,
                                    .category = "file",
                                    .path = "src/upi.c",
                                    .change_type = CHANGE_TYPE_ADDED,
                                    .insertions = 214,
                                    .severity = SEVERITY_LOW,
                                    .commit = commit_ids[0] };
    items[1] = (struct drift_item){ .type = DRIFT_CODE,
                                    .category = "file",
                                    .path = "src/store.c",
                                    .old_path = "src/memory.c",
                                    .detail = DETAIL_RENAMED,
                                    .change_type = CHANGE_TYPE_MODIFIED,
                                    .insertions = 3,
                                    .deletions = 2,
                                    .severity = SEVERITY_LOW };
    items[2] = (struct drift_item){ .type = DRIFT_CODE,
                                    .category = "file",
                                    .path = "logo.png",
                                    .change_type = CHANGE_TYPE_DELETED,
                                    .binary = true };
    items[3] = (struct drift_item){
        .type = DRIFT_CONFIG,
        .category = "env",
        .path = "env.service_auth.API_KEY",
        .change_type = CHANGE_TYPE_MODIFIED,
        .severity = SEVERITY_CRITICAL,
        .attention = ATTENTION_BLOCKER,
        .rules = secret_rule,
        .rule_count = 1,
        .attention_reason = "the value is that of SIT: it should differ in UAT",
        .previous = {true,            true,    NODE_STRING, "••••" },
        .current = { true, true,       NODE_STRING, "••••" },
        .previous_at = { "deploy/values.yaml",           9},
        .current_at = { "deploy/values.yaml",              11},
        .tickets = tickets,
        .ticket_count = 1,
    };
    items[4] = (struct drift_item){
        .type = DRIFT_CONFIG,
        .category = "env",
        .path = "env.service_auth.SESSION_TIMEOUT",
        .change_type = CHANGE_TYPE_MODIFIED,
        .severity = SEVERITY_MEDIUM,
        .previous = {true,   false,         NODE_INTEGER, "30" },
        .current = { true,  false,              NODE_INTEGER, "15" },
        .current_at = { "deploy/values.yaml",12},
    };
    items[5] = (struct drift_item){ .type = DRIFT_CONFIG,
                                    .path = "replicas",
                                    .expected = true,
                                    .category = "replicas",
                                    .change_type = CHANGE_TYPE_MODIFIED };
    for (size_t i = 0; i < 6; i++) {
        items[i].id = "0123456789abcdef";
        items[i].module = items[i].service = "mb-auth-service";
        items[i].key = items[i].path;
    }
    changes[0] = (struct drift_change){ .category = CATEGORY_FEATURES,
                                        .ticket = "MB-234",
                                        .title = "Add UPI payments",
                                        .description = "",
                                        .commits = commit_a,
                                        .commit_count = 1,
                                        .services = services,
                                        .service_count = 1,
                                        .authors = authors,
                                        .author_count = 1,
                                        .breaking = true,
                                        .breaking_note = "needs the UPI gateway",
                                        .evidence = "prefix feat" };
    changes[1] = (struct drift_change){ .category = CATEGORY_INTERNAL,
                                        .title = "Update the build image",
                                        .commits = commit_c,
                                        .commit_count = 1,
                                        .services = services,
                                        .service_count = 1 };
    *report = (struct drift_report){
        .arena = arena,
        .run = RUN_COMPLETED,
        .previous = { .label = "v2.0.6" },
        .current = { .label = "v2.0.7" },
        .codes = code,
        .code_count = 1,
        .items = items,
        .item_count = 6,
        .changes = changes,
        .change_count = 2,
        .sources = sources,
        .source_count = COUNT(sources),
        .problems = problems,
        .problem_count = 1,
    };
    count_balance(report);
    report_summarize(report);
}

static void assert_golden(const char *name, const char *actual)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, actual);
    assert_golden_text(&text, name);
    strbuf_release(&text);
}

static void a_report_is_printed_as_people_have_seen_it(void **state)
{
    struct arena *arena = arena_new();
    struct drift_report report;

    (void)state;
    representative(arena, &report);
    assert_golden("drift-80.txt", report_text(arena, &report, 80, true, false));
    assert_golden("drift-40-ascii.txt", report_text(arena, &report, 40, false, false));
    arena_free(&arena);
}

static void details_are_printed_as_people_have_seen_them(void **state)
{
    struct arena *arena = arena_new();
    struct drift_report report;
    struct strbuf out = STRBUF_INIT;

    (void)state;
    representative(arena, &report);
    drift_detail_item(&out, &report, &report.items[3], NULL, 80, true);
    strbuf_add(&out, "----\n");
    drift_detail_item(&out, &report, &report.items[0], NULL, 80, true);
    strbuf_add(&out, "----\n");
    drift_detail_change(&out, &report, &report.changes[0], 80, true);
    strbuf_add(&out, "----\n");
    drift_detail_balance(&out, &report, 80, true);
    assert_golden("drift-details-80.txt", plain_text(arena, &out));
    arena_free(&arena);
}

/* What build files are touched by would fill screens before it is said why they are judged so. */
static void a_page_names_the_first_of_many_tickets(void **state)
{
    struct arena *arena = arena_new();
    const char *tickets[25 + 1];
    struct drift_report report;
    struct strbuf out = STRBUF_INIT;

    (void)state;
    representative(arena, &report);
    for (size_t i = 0; i < 25 + 1; i++)
        tickets[i] = arena_printf(arena, "MB-%zu", 100 + i);
    report.items[3].tickets = tickets;
    report.items[3].ticket_count = 25;
    drift_detail_item(&out, &report, &report.items[3], NULL, 80, true);
    assert_non_null(strstr(out.data, "MB-124"));
    assert_null(strstr(out.data, "more"));
    strbuf_clear(&out);
    report.items[3].ticket_count = 26;
    drift_detail_item(&out, &report, &report.items[3], NULL, 80, true);
    assert_non_null(strstr(out.data, "MB-123"));
    assert_null(strstr(out.data, "MB-124"));
    assert_non_null(strstr(plain_text(arena, &out), "and 2 more"));
    strbuf_release(&out);
    arena_free(&arena);
}

static void every_commit_of_a_report_is_found_by_its_id(void **state)
{
    struct arena *arena = arena_new();
    struct drift_report report;
    struct map *commits;

    (void)state;
    representative(arena, &report);
    commits = drift_report_commits(&report);
    assert_ptr_equal(drift_report_commit(&report, commit_ids[2]), &representative_commits[2]);
    assert_ptr_equal(drift_report_commit(&report, representative_behind[0].id),
                     &representative_behind[0]);
    assert_null(drift_report_commit(&report, "0000"));
    for (size_t i = 0; i < report.codes[0].commit_count; i++)
        assert_ptr_equal(map_get(commits, commit_ids[i]), &representative_commits[i]);
    assert_ptr_equal(map_get(commits, representative_behind[0].id), &representative_behind[0]);
    assert_int_equal(map_count(commits), report.codes[0].commit_count + 1);
    map_free(&commits);
    assert_ptr_equal(drift_report_code(&report, "mb-auth-service"), &report.codes[0]);
    assert_null(drift_report_code(&report, "other"));
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_printed_as_people_have_seen_it),
        cmocka_unit_test(details_are_printed_as_people_have_seen_them),
        cmocka_unit_test(a_page_names_the_first_of_many_tickets),
        cmocka_unit_test(every_commit_of_a_report_is_found_by_its_id),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
