#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/json.h>
#include <pilab/drift/json.h>

#include "../../support/drift_fixture.h"
#include "../../support/json_schema.h"

/* A report by hand that has something in every field. */
static struct drift_report *full_report(struct arena *arena)
{
    static struct drift_rule_hit rules[] = {
        {.rule = "code.security",
         .sentence = "its commits speak of security",
         .severity = SEVERITY_CRITICAL                                                        },
        { .rule = "code.change",  .sentence = "what runs is changed", .severity = SEVERITY_LOW},
    };
    static const char *tickets[] = { "MB-1", "#12" };
    static struct ticket commit_tickets[] = {
        {TICKET_KEY,       "MB-1"         },
        { TICKET_NUMBER,   "#12"          },
        { TICKET_ADVISORY, "CVE-2024-3094"}
    };
    static const struct trailer trailers[] = {
        {"Fixes", "#12"}
    };
    static const char *files[] = { "a.c", "b.c" };
    static const char *people[] = { "ada@example.org" };
    static const char *services[] = { "pay", "shop" };
    static const struct drift_decision decision = { .number = 3,
                                                    .kind = DECISION_IGNORE,
                                                    .state = DECISION_CHANGED,
                                                    .reason = "known",
                                                    .by = "alice",
                                                    .at = 1737556200000,
                                                    .until = 1767225600000,
                                                    .current = "•••• (00000000)" };
    struct drift_report *report = arena_alloc(arena, sizeof *report);
    struct drift_item *items = arena_array(arena, 2, sizeof *items);
    struct drift_commit *commits = arena_array(arena, 2, sizeof *commits);
    struct drift_code *code = arena_alloc(arena, sizeof *code);
    struct drift_config *config = arena_alloc(arena, sizeof *config);
    struct drift_change *change = arena_alloc(arena, sizeof *change);
    struct drift_source *source = arena_alloc(arena, sizeof *source);
    struct drift_problem *problem = arena_alloc(arena, sizeof *problem);
    struct drift_submodule *submodule = arena_alloc(arena, sizeof *submodule);

    *submodule =
        (struct drift_submodule){ .path = "new.c",
                                  .move = SUBMODULE_ASIDE,
                                  .ahead = 3,
                                  .behind = 2,
                                  .ahead_listed = 1,
                                  .previous_url = "../a",
                                  .current_url = "../b",
                                  .commits = arena_array(arena, 1, sizeof(struct submodule_commit)),
                                  .commit_count = 1 };
    submodule->commits[0] =
        (struct submodule_commit){ "3333333333333333333333333333333333333333", "One", "Ada" };
    items[0] = (struct drift_item){
        .id = "0123456789abcdef",
        .type = DRIFT_CODE,
        .category = "file",
        .module = "shop",
        .service = "shop",
        .path = "new.c",
        .key = "new.c",
        .change_type = CHANGE_TYPE_MODIFIED,
        .detail = DETAIL_RENAMED,
        .old_path = "old.c",
        .likeness = 87,
        .submodule = submodule,
        .severity = SEVERITY_CRITICAL,
        .rules = rules,
        .rule_count = 2,
        .attention = ATTENTION_REVIEW,
        .attention_reason = "its commits speak of security",
        .breaking = true,
        .security = true,
        .tickets = tickets,
        .ticket_count = 2,
        .previous_at = {"old.c",      0 },
        .current_at = { "new.c",           0 },
        .insertions = 3,
        .deletions = 4,
        .binary = true,
        .old_blob = { { 1, 2, 3 }},
        .new_blob = { { 4, 5, 6 }},
        .old_mode = 0100644,
        .new_mode = 0100755,
        .commit = "1111111111111111111111111111111111111111",
        .first_seen = 1737556200123
    };
    items[1] = (struct drift_item){
        .id = "fedcba9876543210",
        .type = DRIFT_CONFIG,
        .category = "env",
        .module = "shop",
        .service = "auth",
        .path = "env.auth.PASSWORD",
        .key = "PASSWORD",
        .change_type = CHANGE_TYPE_ADDED,
        .previous = {.present = false},
        .current = {            true,            true, NODE_STRING, "•••• (1a2b3c4d)" },
        .expected = true,
        .expected_by = "env.**",
        .expected_reason = "each has its own",
        .suppressed = true,
        .suppressed_by = "known",
        .decision = &decision,
        .drifting_since = 1737556200000,
        .unchanged_since = 1737556201000,
        .novelty = NOVELTY_CHANGED,
        .offered = true,
        .current_at = { "values.yaml",               7 }
    };
    commits[0] = (struct drift_commit){ .id = "1111111111111111111111111111111111111111",
                                        .author_name = "Ada",
                                        .author_email = "ada@example.org",
                                        .committer_name = "Ada",
                                        .committer_email = "ada@example.org",
                                        .author_time = 1737556200000,
                                        .committer_time = 0,
                                        .subject = "MB-1 Fix it",
                                        .body = "Because.",
                                        .trailers = trailers,
                                        .trailer_count = 1,
                                        .tickets = commit_tickets,
                                        .ticket_count = 3,
                                        .files_changed = 2,
                                        .counted = true,
                                        .insertions = 3,
                                        .deletions = 4,
                                        .disposition = DISPOSITION_IN_NOTES,
                                        .category = CATEGORY_BUG_FIXES,
                                        .category_basis = "prefix fix",
                                        .breaking = true,
                                        .security = true,
                                        .breaking_note = "the old key is gone",
                                        .change = 0 };
    commits[1] = (struct drift_commit){ .id = "2222222222222222222222222222222222222222",
                                        .author_email = "bob@example.org",
                                        .subject = "Merge",
                                        .merge = true,
                                        .revert = true,
                                        .disposition = DISPOSITION_ALREADY_SHIPPED,
                                        .basis = "same patch",
                                        .twin = "3333333333333333333333333333333333333333",
                                        .maybe_shipped = "4444444444444444444444444444444444444444",
                                        .category = CATEGORY_INTERNAL,
                                        .change = SIZE_MAX };
    *code = (struct drift_code){ .module = "shop",
                                 .service = "shop",
                                 .previous_version = "v1",
                                 .current_version = "v2",
                                 .previous_commit = "5555555555555555555555555555555555555555",
                                 .current_commit = "1111111111111111111111111111111111111111",
                                 .commits = commits,
                                 .commit_count = 2,
                                 .behind = commits + 1,
                                 .behind_count = 1,
                                 .files_added = files,
                                 .files_added_count = 2,
                                 .files_modified = files,
                                 .files_modified_count = 1,
                                 .insertions = 3,
                                 .deletions = 4,
                                 .counted = true,
                                 .module_added = true };
    *config = (struct drift_config){ .module = "shop",
                                     .service = "auth",
                                     .previous_name = "values.yaml",
                                     .current_name = "values.yaml + values-uat.yaml",
                                     .typing = "YAML 1.1 (Helm)",
                                     .first_item = 1,
                                     .item_count = 1 };
    *change = (struct drift_change){ .category = CATEGORY_BUG_FIXES,
                                     .ticket = "MB-1",
                                     .tickets = commit_tickets,
                                     .ticket_count = 1,
                                     .title = "Fix it",
                                     .description = "",
                                     .commits = arena_alloc(arena, sizeof(char *)),
                                     .commit_count = 1,
                                     .services = services,
                                     .service_count = 2,
                                     .authors = people,
                                     .author_count = 1,
                                     .type = CHANGE_TYPE_MODIFIED,
                                     .breaking = true,
                                     .security = true,
                                     .breaking_note = "the old key is gone",
                                     .migration_guide = "use the new",
                                     .maybe_shipped = "444",
                                     .reverts_released = true,
                                     .evidence = "prefix fix" };
    change->commits[0] = commits[0].id;
    *source = (struct drift_source){ .type = DRIFT_CODE,
                                     .service = "shop",
                                     .state = SOURCE_FAILED,
                                     .at = 1737556200000,
                                     .detail = "2 commits",
                                     .read = 7,
                                     .unread = 2 };
    *problem = (struct drift_problem){ .type = DRIFT_CONFIG,
                                       .service = "shop",
                                       .what = "values.yaml",
                                       .why = "line 1: bad",
                                       .hint = "mend it",
                                       .warning = true };
    *report = (struct drift_report){
        .arena = arena,
        .id = "01948e6b-3b28-7abc-8def-0123456789ab",
        .number = 42,
        .project = "Shop",
        .project_code = "SH",
        .created_at = 1737556200000,
        .run = RUN_PARTIAL,
        .since = {.number = 41,
                  .at = 1737556100000,
                  .appeared = 1,
                  .changed = 2,
                  .gone = 3,
                  .unknown = 4 },
        .previous = { .spec = "env:UAT", .label = "UAT", .environment = "UAT", .resolved = "v1" },
        .current = { .spec = "v2",     .label = "v2", .chosen = "the newest version" },
        .balance = { .commits = 2           },
        .sources = source,
        .source_count = 1,
        .codes = code,
        .code_count = 1,
        .configs = config,
        .config_count = 1,
        .changes = change,
        .change_count = 1,
        .items = items,
        .item_count = 2,
        .problems = problem,
        .problem_count = 1
    };
    report->balance.by_disposition[DISPOSITION_IN_NOTES] = 1;
    report->balance.by_disposition[DISPOSITION_ALREADY_SHIPPED] = 1;
    report->summary = (struct drift_summary){ .total_changes = 1,
                                              .services_affected = services,
                                              .service_count = 1,
                                              .breaking_changes = 2,
                                              .security_changes = 2,
                                              .expected = 1,
                                              .lapsed = 5,
                                              .offered = 6,
                                              .severity = SEVERITY_CRITICAL };
    report->summary.by_severity[SEVERITY_CRITICAL] = 1;
    return report;
}

static void assert_same_text(const char *a, const char *b)
{
    assert_int_equal(a == NULL, b == NULL);
    if (a && b)
        assert_string_equal(a, b);
}

static void everything_that_is_written_is_read_back(void **state)
{
    struct arena *arena = arena_new();
    const struct drift_report *report = full_report(arena);
    json_t *json = drift_report_to_json(report), *again;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct error error = { 0 };
    struct drift_report *read = drift_report_from_json(json, &error);

    (void)state;
    if (!read)
        fail_msg("%s", error.message);
    assert_follows_schema(json, "drift-1.json");
    again = drift_report_to_json(read);
    json_write_pretty(&first, json);
    json_write_pretty(&second, again);
    assert_string_equal(first.data, second.data);
    assert_int_equal(read->number, 42);
    assert_same_text(read->current.environment, NULL);
    assert_same_text(read->current.chosen, "the newest version");
    assert_null(read->previous.chosen);
    assert_int_equal(read->items[0].first_seen, 1737556200123);
    assert_memory_equal(&read->items[0].new_blob, &report->items[0].new_blob, OBJECT_ID_SIZE);
    assert_int_equal(read->items[0].new_mode, 0100755);
    assert_same_text(read->items[0].old_path, "old.c");
    assert_int_equal(read->items[0].likeness, 87);
    assert_int_equal(read->items[0].submodule->move, SUBMODULE_ASIDE);
    assert_int_equal(read->items[0].submodule->behind, 2);
    assert_same_text(read->items[0].submodule->commits[0].subject, "One");
    assert_null(read->items[1].submodule);
    assert_true(read->items[1].current.masked);
    assert_false(read->items[1].previous.present);
    assert_int_equal(read->items[1].current_at.line, 7);
    assert_null(read->items[0].decision);
    assert_int_equal(read->items[0].novelty, NOVELTY_UNKNOWN);
    assert_int_equal(read->items[1].decision->state, DECISION_CHANGED);
    assert_same_text(read->items[1].decision->by, "alice");
    assert_int_equal(read->items[1].decision->until, 1767225600000);
    assert_null(read->items[1].decision->previous);
    assert_int_equal(read->items[1].unchanged_since, 1737556201000);
    assert_int_equal(read->items[1].novelty, NOVELTY_CHANGED);
    assert_true(read->items[1].offered);
    assert_int_equal(read->since.number, 41);
    assert_int_equal(read->since.unknown, 4);
    assert_int_equal(read->sources[0].read, 7);
    assert_int_equal(read->sources[0].unread, 2);
    assert_true(drift_source_partly(&read->sources[0]));
    assert_int_equal(read->summary.lapsed, 5);
    assert_int_equal(read->summary.offered, 6);
    assert_int_equal(read->codes[0].commits[1].change, SIZE_MAX);
    assert_int_equal(read->codes[0].commits[1].counted, false);
    assert_int_equal(read->codes[0].commits[0].tickets[2].kind, TICKET_ADVISORY);
    assert_same_text(read->codes[0].commits[0].trailers[0].key, "Fixes");
    assert_same_text(read->changes[0].migration_guide, "use the new");
    assert_int_equal(read->summary.by_severity[SEVERITY_CRITICAL], 1);
    assert_int_equal(read->balance.by_disposition[DISPOSITION_ALREADY_SHIPPED], 1);
    strbuf_release(&first);
    strbuf_release(&second);
    json_decref(json);
    json_decref(again);
    drift_report_free(&read);
    arena_free(&arena);
}

static json_t *member(const json_t *json, const char *first, const char *second)
{
    json_t *found = json_object_get(json_object_get(json, first), second);

    if (!found)
        fail_msg("%s.%s is missing", first, second);
    return found;
}

static void the_members_are_those_of_the_contract(void **state)
{
    struct arena *arena = arena_new();
    json_t *json = drift_report_to_json(full_report(arena)), *code, *commit;

    (void)state;
    assert_string_equal(json_member_text(json, "schema"), "pilab.drift/1");
    assert_string_equal(json_member_text(json, "created_at"), "2025-01-22T14:30:00Z");
    assert_string_equal(json_member_text(json, "run"), "PARTIAL");
    assert_int_equal(json_integer_value(member(json, "summary", "total_changes")), 1);
    assert_int_equal(json_integer_value(member(json, "balance", "commits")), 2);
    assert_int_equal(json_integer_value(member(json, "balance", "merges")), 0);
    code = json_array_get(json_object_get(json, "drifts"), 0);
    assert_string_equal(json_member_text(code, "type"), "code");
    assert_string_equal(json_member_text(code, "source_version"), "v1");
    assert_string_equal(json_member_text(code, "target_version"), "v2");
    commit = json_array_get(json_object_get(code, "commits"), 0);
    assert_string_equal(json_member_text(commit, "author"), "ada@example.org");
    assert_string_equal(json_member_text(commit, "date"), "2025-01-22T14:30:00Z");
    assert_string_equal(json_member_text(commit, "committed_at"), "1970-01-01T00:00:00Z");
    assert_string_equal(json_member_text(commit, "message"), "MB-1 Fix it");
    assert_string_equal(json_member_text(commit, "ticket_id"), "MB-1");
    assert_int_equal(json_integer_value(json_object_get(commit, "files_changed")), 2);
    commit = json_array_get(json_object_get(code, "commits"), 1);
    assert_true(json_is_null(json_object_get(commit, "insertions")));
    assert_int_equal(json_array_size(member(code, "files", "added")), 2);
    json_decref(json);
    arena_free(&arena);
}

static void a_report_that_is_not_stored_has_no_number(void **state)
{
    struct drift_fixture fixture;
    json_t *json;

    (void)state;
    drift_fixture_start(&fixture);
    drift_fixture_yaml(&fixture, "a: 1", "a: 2");
    json = drift_report_to_json(fixture.report);
    assert_true(json_is_null(json_object_get(json, "number")));
    assert_true(json_is_null(json_object_get(json, "project")));
    json_decref(json);
    drift_fixture_end(&fixture);
}

/* The canonical JSON of a comparison that has something of everything a document can differ in. */
static void write_comparison(struct strbuf *out)
{
    struct drift_fixture fixture;
    json_t *json;

    drift_fixture_start(&fixture);
    drift_fixture_environments(&fixture, "UAT", "SIT");
    drift_fixture_yaml(&fixture,
                       "env: {a: [{name: PASSWORD, value: p1}, {name: X, value: 1}]}\n"
                       "list: [a, b, c]\nport: 80\ngone: {a: 1}\nimage: {tag: v1}\n",
                       "env: {a: [{name: X, value: 2}, {name: PASSWORD, value: p2}]}\n"
                       "list: [c, b, d]\nport: \"80\"\nnew: [1, 2]\nimage: {tag: v2}\n");
    json = drift_report_to_json(fixture.report);
    json_write_canonical(out, json);
    json_decref(json);
    drift_fixture_end(&fixture);
}

static void the_same_states_give_the_same_bytes(void **state)
{
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;

    (void)state;
    write_comparison(&first);
    write_comparison(&second);
    assert_true(first.length > 2000);
    assert_string_equal(first.data, second.data);
    strbuf_release(&first);
    strbuf_release(&second);
}

static void no_secret_is_in_the_bytes(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    write_comparison(&out);
    assert_null(strstr(out.data, "p1"));
    assert_null(strstr(out.data, "p2"));
    assert_non_null(strstr(out.data, "\"current_value\":\"••••\""));
    strbuf_release(&out);
}

static void a_stored_report_is_written_again_byte_by_byte(void **state)
{
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct drift_report *read;
    struct error error;
    json_t *json;

    (void)state;
    write_comparison(&first);
    json = json_read("stored", first.data, first.length, &error);
    read = drift_report_from_json(json, &error);
    assert_non_null(read);
    json_decref(json);
    json = drift_report_to_json(read);
    json_write_canonical(&second, json);
    assert_string_equal(first.data, second.data);
    json_decref(json);
    drift_report_free(&read);
    strbuf_release(&first);
    strbuf_release(&second);
}

static void assert_refused(const char *key, json_t *value, enum error_code code,
                           const char *message)
{
    struct arena *arena = arena_new();
    json_t *json = drift_report_to_json(full_report(arena));
    struct error error = { 0 };

    json_put(json, key, value);
    assert_null(drift_report_from_json(json, &error));
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
    json_decref(json);
    arena_free(&arena);
}

static void a_damaged_report_names_what_is_wrong(void **state)
{
    (void)state;
    assert_refused("schema", json_text("pilab.drift/2"), ERROR_UNSUPPORTED,
                   "the report is \"pilab.drift/2\", not pilab.drift/1");
    assert_refused("run", json_text("DONE"), ERROR_CORRUPT,
                   "the report is damaged: \"run\" is \"DONE\"");
    assert_refused("created_at", json_text("yesterday"), ERROR_CORRUPT,
                   "the report is damaged: \"created_at\" is not a time");
    assert_refused("items", json_text("many"), ERROR_CORRUPT,
                   "the report is damaged: \"items\" is not a list");
    assert_refused("number", json_integer(-1), ERROR_CORRUPT,
                   "the report is damaged: \"number\" is not a number");
    assert_refused("items", json_array(), ERROR_CORRUPT,
                   "the report is damaged: \"documents\" is \"out of range\"");
}

static void what_is_no_report_is_refused(void **state)
{
    json_t *json = json_array();
    struct error error = { 0 };

    (void)state;
    assert_null(drift_report_from_json(json, &error));
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_that_is_written_is_read_back),
        cmocka_unit_test(the_members_are_those_of_the_contract),
        cmocka_unit_test(a_report_that_is_not_stored_has_no_number),
        cmocka_unit_test(the_same_states_give_the_same_bytes),
        cmocka_unit_test(no_secret_is_in_the_bytes),
        cmocka_unit_test(a_stored_report_is_written_again_byte_by_byte),
        cmocka_unit_test(a_damaged_report_names_what_is_wrong),
        cmocka_unit_test(what_is_no_report_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
