#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>
#include <pilab/notes/text.h>

#include "../../support/code_fixture.h"
#include "../../support/json_schema.h"

/* The report of a promotion: two modules, every category that the form was asked for with. */
static void start(struct code_fixture *fixture)
{
    code_fixture_start(fixture);
    fixture->input.project = "Mobile Banking";
    fixture->input.project_code = "MB";
    fixture->input.previous =
        (struct drift_side){ .spec = "env:UAT", .label = "UAT", .environment = "UAT" };
    fixture->input.current =
        (struct drift_side){ .spec = "env:SIT", .label = "SIT", .environment = "SIT" };
    code_fixture_module(fixture, "mb-notify");
    commit_fixture_add(&fixture->ahead[0],
                       "[MB-234] Add biometric authentication\n\nNew login for phones.");
    commit_fixture_add(&fixture->ahead[0], "MB-250: Fix transaction history pagination");
    commit_fixture_add(&fixture->ahead[0],
                       "MB-255 Deprecate the legacy login\n\nUse /v2/login instead.");
    commit_fixture_add(&fixture->ahead[0], "chore: tidy up");
    commit_fixture_add(&fixture->ahead[1], "feat!: drop v1 (#7)\n\nBREAKING CHANGE: use v2");
}

static struct drift_item item_of(enum drift_type type, const char *key, const char *previous,
                                 const char *current)
{
    return (struct drift_item){
        .id = "0123456789abcdef",
        .type = type,
        .category = type == DRIFT_DATABASE ? "CREATE TABLE" : "env",
        .module = "mb-auth",
        .service = "mb-auth",
        .path = type == DRIFT_IMAGE ? "registry.example.org/bank/mb-auth" : key,
        .key = type == DRIFT_IMAGE ? NULL : key,
        .change_type = !previous  ? CHANGE_TYPE_ADDED
                       : !current ? CHANGE_TYPE_DELETED
                                  : CHANGE_TYPE_MODIFIED,
        .previous = {.present = previous != NULL, .kind = NODE_STRING, .text = previous },
        .current = { .present = current != NULL,                          .kind = NODE_STRING,                   .text = current },
        .current_at = { "db/001_upi.sql",            1           },
    };
}

static struct drift_rule_hit hits[] = {
    {.rule = "config.any",      .sentence = "a value",                               .severity = SEVERITY_LOW },
    { .rule = "config.session",
     .sentence = "how long a session or a token lives is a decision about security",
     .severity = SEVERITY_MEDIUM                                                                              },
    { .rule = "own.session",    .sentence = "ask Olga",                              .severity = SEVERITY_HIGH},
};

/* Puts differences that are not code into a finished report. */
static void add_items(struct code_fixture *fixture)
{
    struct drift_report *report = fixture->report;
    struct drift_item *items = arena_array(report->arena, report->item_count + 9, sizeof *items);
    size_t count = report->item_count;

    if (count > 0)
        memcpy(items, report->items, count * sizeof *items);
    items[count] = item_of(DRIFT_CONFIG, "SESSION_TIMEOUT", "30", "15");
    items[count].rules = hits;
    items[count].rule_count = 3;
    items[count].attention = ATTENTION_REVIEW;
    items[count].attention_reason = "ask Olga"; /* a project's own rule: it stays inside */
    count++;
    items[count++] = item_of(DRIFT_CONFIG, "NEW|FLAG", NULL, "");
    items[count++] = item_of(DRIFT_CONFIG, "OLD", "gone", NULL);
    items[count] = item_of(DRIFT_CONFIG, "REPLICAS", "1", "3");
    items[count++].expected = true;
    items[count] = item_of(DRIFT_CONFIG, "IGNORED", "1", "3");
    items[count++].suppressed = true;
    items[count++] = item_of(DRIFT_DATABASE, "upi_transactions", NULL, "id, amount");
    items[count++] = item_of(DRIFT_INFRASTRUCTURE, "pool.machine", "small", "large");
    items[count++] = item_of(DRIFT_IMAGE, "", "v2.0.6", "v2.0.7@sha256:0123");
    items[count++] = item_of(DRIFT_DEPENDENCY, "lodash", "4.17.20", "4.17.21");
    report->items = items;
    report->item_count = count;
}

static struct drift_source source(enum drift_type type, enum source_state state,
                                  const char *service)
{
    return (struct drift_source){ .type = type, .service = service, .state = state };
}

static json_t *member(const json_t *object, const char *first, const char *second)
{
    json_t *value = json_object_get(object, first);

    return second ? json_object_get(value, second) : value;
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static void an_edited_migration_is_said_to_be_edited_after_its_release(void **state)
{
    struct code_fixture fixture;
    struct drift_report *report;
    struct note *note;
    json_t *json;

    (void)state;
    start(&fixture);
    code_fixture_detect(&fixture);
    report = fixture.report;
    report->items = arena_array(report->arena, 1, sizeof *report->items);
    report->items[0] = item_of(DRIFT_DATABASE, "2", NULL, "edited: a column more");
    report->items[0].category = "MIGRATION";
    report->item_count = 1;
    note = note_generate(report, &(struct note_options){ .version = "R2025.03" });
    json = note_to_json(note);
    assert_string_equal(text_at(json_array_get(member(json, "database_changes", NULL), 0),
                                "change"),
                        "edited after its release: a column more");
    json_decref(json);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void notes_have_every_field_that_was_asked_for(void **state)
{
    struct code_fixture fixture;
    struct note *note;
    json_t *json, *change;
    char id[FIXTURE_ID_SIZE];

    (void)state;
    start(&fixture);
    code_fixture_detect(&fixture);
    add_items(&fixture);
    note = note_generate(fixture.report, &(struct note_options){ .version = "R2025.03" });
    json = note_to_json(note);
    assert_string_equal(text_at(json, "schema"), "pilab.notes/1");
    assert_string_equal(text_at(member(json, "release", NULL), "version"), "R2025.03");
    assert_string_equal(text_at(member(json, "release", NULL), "previous_version"), "UAT");
    assert_string_equal(text_at(member(json, "release", NULL), "project"), "Mobile Banking");
    assert_string_equal(text_at(member(json, "release", NULL), "project_code"), "MB");
    assert_string_equal(text_at(member(json, "release", NULL), "generated_at"),
                        "2025-01-22T14:30:00Z");
    assert_string_equal(text_at(member(json, "release", NULL), "generated_by"), "PiLabStudio");
    assert_string_equal(text_at(member(json, "release", "promotion"), "from_env"), "SIT");
    assert_string_equal(text_at(member(json, "release", "promotion"), "to_env"), "UAT");
    assert_int_equal(json_integer_value(member(json, "summary", "total_changes")), 11);
    assert_int_equal(json_integer_value(
                         json_object_get(member(json, "summary", "by_type"), "added")),
                     4);
    assert_true(json_is_true(member(json, "summary", "breaking_changes")));
    assert_true(json_is_false(member(json, "summary", "security_changes")));
    change = json_array_get(member(json, "changes", "features"), 1);
    assert_string_equal(text_at(change, "ticket_id"), "MB-234");
    assert_string_equal(text_at(change, "title"), "Add biometric authentication");
    assert_string_equal(text_at(change, "description"), "New login for phones.");
    assert_string_equal(text_at(change, "type"), "added");
    assert_string_equal(text_at(change, "author"), "dev@example.org");
    assert_string_equal(json_string_value(json_array_get(json_object_get(change, "commits"), 0)),
                        fixture_id(1, id));
    assert_string_equal(json_string_value(json_array_get(json_object_get(change, "services"), 0)),
                        "mb-auth");
    change = json_array_get(member(json, "changes", "deprecated"), 0);
    assert_string_equal(text_at(change, "migration_guide"), "Use /v2/login instead.");
    assert_int_equal(json_array_size(member(json, "changes", "internal")), 1);
    assert_int_equal(json_array_size(member(json, "approvals", NULL)), 0);
    assert_null(member(json, "validation", NULL));
    assert_int_equal(json_integer_value(member(json, "balance", "commits")), 5);
    assert_int_equal(json_integer_value(member(json, "balance", "unexplained")), 0);
    json_decref(json);
    note_free(&note);
    assert_null(note);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void sections_list_what_changed_beside_the_code(void **state)
{
    struct code_fixture fixture;
    struct note *note;
    json_t *json, *item;

    (void)state;
    start(&fixture);
    code_fixture_detect(&fixture);
    add_items(&fixture);
    note = note_generate(fixture.report, NULL);
    json = note_to_json(note);
    assert_int_equal(json_array_size(member(json, "configuration_changes", NULL)), 3);
    item = json_array_get(member(json, "configuration_changes", NULL), 0);
    assert_string_equal(text_at(item, "service"), "mb-auth");
    assert_string_equal(text_at(item, "key"), "SESSION_TIMEOUT");
    assert_string_equal(text_at(item, "previous"), "30");
    assert_string_equal(text_at(item, "current"), "15");
    assert_string_equal(text_at(item, "reason"),
                        "how long a session or a token lives is a decision about security");
    item = json_array_get(member(json, "configuration_changes", NULL), 1);
    assert_true(json_is_null(json_object_get(item, "previous")));
    assert_string_equal(text_at(item, "current"), "");
    item = json_array_get(member(json, "database_changes", NULL), 0);
    assert_string_equal(text_at(item, "type"), "CREATE TABLE");
    assert_string_equal(text_at(item, "object"), "upi_transactions");
    assert_string_equal(text_at(item, "migration_file"), "db/001_upi.sql");
    item = json_array_get(member(json, "infrastructure_changes", NULL), 0);
    assert_string_equal(text_at(item, "resource"), "pool.machine");
    assert_string_equal(text_at(item, "change"), "pool.machine changed from small to large");
    item = json_array_get(member(json, "docker_images", NULL), 0);
    assert_string_equal(text_at(item, "image"), "mb-auth");
    assert_string_equal(text_at(item, "tag"), "v2.0.7");
    assert_string_equal(text_at(item, "digest"), "sha256:0123");
    assert_string_equal(text_at(item, "registry"), "registry.example.org/bank");
    item = json_array_get(member(json, "dependency_changes", NULL), 0);
    assert_string_equal(text_at(item, "name"), "lodash");
    json_decref(json);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void what_breaks_is_why_a_change_is_breaking(void **state)
{
    static struct drift_rule_hit breaking[] = {
        {.rule = "infrastructure.exposed",
         .sentence = "everybody can reach or read it",
         .severity = SEVERITY_CRITICAL},
        { .rule = "infrastructure.data-replaced",
         .sentence = "what holds data is destroyed and created anew, empty",
         .severity = SEVERITY_CRITICAL},
    };
    struct code_fixture fixture;
    struct drift_item *item;
    struct note *note;

    (void)state;
    start(&fixture);
    code_fixture_detect(&fixture);
    item = arena_array(fixture.report->arena, 1, sizeof *item);
    *item = item_of(DRIFT_INFRASTRUCTURE, "aws_db_instance.main", "a", "b");
    item->rules = breaking;
    item->rule_count = 2;
    item->breaking = true;
    item->attention = ATTENTION_REVIEW;
    item->attention_reason = breaking[0].sentence;
    fixture.report->items = item;
    fixture.report->item_count = 1;
    note = note_generate(fixture.report, NULL);
    assert_int_equal(note->item_count, 1);
    assert_string_equal(note->items[0].reason, breaking[1].sentence);
    note_free(&note);

    /* what was found besides the rules and stops the target says more */
    item->attention = ATTENTION_BLOCKER;
    item->attention_reason = "its rows are lost, and nothing keeps them";
    note = note_generate(fixture.report, NULL);
    assert_string_equal(note->items[0].reason, item->attention_reason);
    note_free(&note);
    code_fixture_end(&fixture);
}

static const char *section_state(const struct note *note, enum note_section section)
{
    return note_section_state_name(note->sections[section].state);
}

static void a_section_says_truthfully_what_was_looked_at(void **state)
{
    const struct drift_source sources[] = {
        source(DRIFT_CONFIG, SOURCE_READ, "mb-auth"),
        source(DRIFT_CONFIG, SOURCE_FAILED, "mb-notify"),
        source(DRIFT_DATABASE, SOURCE_READ, "mb-auth"),
        source(DRIFT_INFRASTRUCTURE, SOURCE_NOT_EXAMINED, "mb-auth"),
        source(DRIFT_IMAGE, SOURCE_FAILED, "mb-auth"),
        source(DRIFT_IMAGE, SOURCE_FAILED, "mb-notify"),
        source(DRIFT_DEPENDENCY, SOURCE_NOT_CONFIGURED, "mb-auth"),
    };
    struct code_fixture fixture;
    struct note *note;

    (void)state;
    start(&fixture);
    fixture.input.sources = sources;
    fixture.input.source_count = sizeof sources / sizeof sources[0];
    code_fixture_detect(&fixture);
    note = note_generate(fixture.report, NULL);
    assert_string_equal(section_state(note, NOTE_CODE), "changed");
    assert_string_equal(section_state(note, NOTE_CONFIGURATION), "could_not_be_read");
    assert_string_equal(note->sections[NOTE_CONFIGURATION].detail,
                        "could not be read for mb-notify");
    assert_string_equal(section_state(note, NOTE_DATABASE), "none");
    assert_null(note->sections[NOTE_DATABASE].detail);
    assert_string_equal(section_state(note, NOTE_INFRASTRUCTURE), "not_examined");
    assert_string_equal(note->sections[NOTE_INFRASTRUCTURE].detail, "left out");
    assert_string_equal(section_state(note, NOTE_IMAGES), "could_not_be_read");
    assert_string_equal(note->sections[NOTE_IMAGES].detail,
                        "could not be read for mb-auth, mb-notify");
    assert_string_equal(note->sections[NOTE_DEPENDENCIES].detail, "not configured");
    note_free(&note);
    add_items(&fixture);
    note = note_generate(fixture.report, NULL);
    assert_string_equal(section_state(note, NOTE_CONFIGURATION), "changed");
    assert_string_equal(note->sections[NOTE_CONFIGURATION].detail,
                        "could not be read for mb-notify");
    note_free(&note);
    code_fixture_end(&fixture);
}

static void without_a_project_the_repository_gives_the_name(void **state)
{
    struct code_fixture fixture;
    struct note *note;

    (void)state;
    code_fixture_start(&fixture);
    code_fixture_detect(&fixture);
    note = note_generate(fixture.report, NULL);
    assert_string_equal(note->release.project, "mb-auth");
    assert_null(note->release.project_code);
    assert_string_equal(note->release.version, "v2.0.7");
    assert_string_equal(note->release.previous_version, "v2.0.6");
    assert_null(note->release.from_env);
    assert_int_equal(note->summary.total_changes, 0);
    assert_int_equal(note->summary.service_count, 0);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void notes_are_read_back_as_they_were_written(void **state)
{
    const struct note_fact facts[] = {
        {"tests_passed",   "true"},
        { "code_coverage", "87%" }
    };
    const struct note_options options = { .validation = facts, .validation_count = 2 };
    const struct drift_problem problem = { DRIFT_CONFIG,  "mb-auth", "values.yaml",
                                           "line 3: bad", "mend it", false };
    struct code_fixture fixture;
    struct note *note, *again;
    char digest[SHA256_HEX_SIZE], other[SHA256_HEX_SIZE];
    json_t *json, *json_again;
    struct error error = { 0 };

    (void)state;
    start(&fixture);
    fixture.input.problems = &problem;
    fixture.input.problem_count = 1;
    code_fixture_detect(&fixture);
    add_items(&fixture);
    note = note_generate(fixture.report, &options);
    json = note_to_json(note);
    assert_true(json_is_true(member(json, "validation", "tests_passed")));
    assert_string_equal(text_at(member(json, "validation", NULL), "code_coverage"), "87%");
    assert_follows_schema(json, "notes-1.json");
    again = note_from_json(json, &error);
    assert_non_null(again);
    json_again = note_to_json(again);
    assert_true(json_equal(json, json_again));
    assert_string_equal(note_digest(note, digest), note_digest(again, other));
    json_decref(json);
    json_decref(json_again);
    note_free(&again);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void approvals_are_not_what_is_approved(void **state)
{
    struct note_approval approval = { "Review", "lead@example.org", 1737556200000 };
    struct code_fixture fixture;
    struct note *note, *again;
    char before[SHA256_HEX_SIZE], after[SHA256_HEX_SIZE];
    json_t *json;

    (void)state;
    start(&fixture);
    code_fixture_detect(&fixture);
    note = note_generate(fixture.report, NULL);
    note_digest(note, before);
    note->approvals = &approval;
    note->approval_count = 1;
    assert_string_equal(note_digest(note, after), before);
    json = note_to_json(note);
    again = note_from_json(json, NULL);
    assert_int_equal(again->approval_count, 1);
    assert_string_equal(again->approvals[0].approver, "lead@example.org");
    assert_int_equal(again->approvals[0].at, 1737556200000);
    note->changes[0].title = "Another title";
    assert_string_not_equal(note_digest(note, after), before);
    json_decref(json);
    note_free(&again);
    note_free(&note);
    code_fixture_end(&fixture);
}

static void expect_damaged(const char *text, enum error_code code, const char *message)
{
    struct error error = { 0 };
    json_t *json = json_loads(text, 0, NULL);

    assert_non_null(json);
    assert_null(note_from_json(json, &error));
    assert_int_equal(error.code, code);
    assert_string_equal(error.message, message);
    json_decref(json);
}

#define NOTES "{\"schema\":\"pilab.notes/1\","

static void damage_is_told_with_its_place(void **state)
{
    (void)state;
    expect_damaged("{\"schema\":\"pilab.notes/9\"}", ERROR_UNSUPPORTED,
                   "these are no release notes that this program can read: the schema is "
                   "'pilab.notes/9', not 'pilab.notes/1'");
    expect_damaged("[]", ERROR_UNSUPPORTED,
                   "these are no release notes that this program can read: the schema is '', not "
                   "'pilab.notes/1'");
    expect_damaged(NOTES "\"release\":{\"version\":1}}", ERROR_INVALID,
                   "the release notes are damaged: release.version is not a text");
    expect_damaged(NOTES "\"release\":{\"generated_at\":\"never\"}}", ERROR_INVALID,
                   "the release notes are damaged: release.generated_at is not a time");
    expect_damaged(NOTES "\"changes\":{\"features\":[{},{\"breaking\":\"yes\"}]}}", ERROR_INVALID,
                   "the release notes are damaged: changes.features[1].breaking is not true or "
                   "false");
    expect_damaged(NOTES "\"changes\":{\"features\":{}}}", ERROR_INVALID,
                   "the release notes are damaged: changes.features is not a list");
    expect_damaged(NOTES "\"changes\":{\"features\":[{\"commits\":[1]}]}}", ERROR_INVALID,
                   "the release notes are damaged: changes.features[0].commits is not a list of "
                   "texts");
    expect_damaged(NOTES "\"balance\":{\"commits\":-1}}", ERROR_INVALID,
                   "the release notes are damaged: balance.commits is not a count");
    expect_damaged(NOTES "\"sections\":{\"images\":{\"state\":\"lost\"}}}", ERROR_INVALID,
                   "the release notes are damaged: sections.images.state is not a known name");
    expect_damaged(NOTES "\"problems\":[7]}", ERROR_INVALID,
                   "the release notes are damaged: problems[0]. is not an object");
    expect_damaged(NOTES "\"validation\":{\"x\":7}}", ERROR_INVALID,
                   "the release notes are damaged: validation is not an object of texts and "
                   "booleans");
    expect_damaged(NOTES "\"validation\":7}", ERROR_INVALID,
                   "the release notes are damaged: validation is not an object");
}

static void what_is_missing_is_empty(void **state)
{
    json_t *json = json_loads(NOTES "\"more\":1}", 0, NULL);
    struct note *note = note_from_json(json, NULL);
    struct strbuf out = STRBUF_INIT;

    (void)state;
    assert_non_null(note);
    assert_int_equal(note->change_count, 0);
    assert_string_equal(note->release.version, "");
    assert_string_equal(section_state(note, NOTE_IMAGES), "not_examined");
    assert_true(note_render_markdown(&out, note, NULL, NULL));
    note_render_text(&out, note, &(struct note_text_options){ .width = 80 });
    strbuf_release(&out);
    json_decref(json);
    note_free(&note);
}

static void authors_are_called_by_their_names(void **state)
{
    struct note_person people[] = {
        {"1+ada@users.noreply.example.org", "Ada"}
    };
    struct note note = { .people = people, .person_count = 1 };

    (void)state;
    assert_string_equal(note_author(&note, "1+ada@users.noreply.example.org"), "Ada");
    assert_string_equal(note_author(&note, "ben@example.org"), "ben@example.org");
    assert_null(note_author(&note, "2+ben@users.noreply.example.org"));
    assert_null(note_author(&note, "3+updates[bot]@example.org"));
}

static void names_come_back_from_json(void **state)
{
    struct code_fixture fixture;
    struct note *note, *again;
    json_t *json;

    (void)state;
    code_fixture_start(&fixture);
    commit_fixture_add(&fixture.ahead[0], "Add login");
    code_fixture_detect(&fixture);
    note = note_generate(fixture.report, NULL);
    json = note_to_json(note);
    again = note_from_json(json, NULL);
    assert_string_equal(note_author(again, "dev@example.org"), "Dev");
    json_object_del(json, "people");
    note_free(&again);
    again = note_from_json(json, NULL);
    assert_string_equal(note_author(again, "dev@example.org"), "dev@example.org");
    json_decref(json);
    note_free(&again);
    note_free(&note);
    code_fixture_end(&fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(authors_are_called_by_their_names),
        cmocka_unit_test(names_come_back_from_json),
        cmocka_unit_test(an_edited_migration_is_said_to_be_edited_after_its_release),
        cmocka_unit_test(notes_have_every_field_that_was_asked_for),
        cmocka_unit_test(sections_list_what_changed_beside_the_code),
        cmocka_unit_test(what_breaks_is_why_a_change_is_breaking),
        cmocka_unit_test(a_section_says_truthfully_what_was_looked_at),
        cmocka_unit_test(without_a_project_the_repository_gives_the_name),
        cmocka_unit_test(notes_are_read_back_as_they_were_written),
        cmocka_unit_test(approvals_are_not_what_is_approved),
        cmocka_unit_test(damage_is_told_with_its_place),
        cmocka_unit_test(what_is_missing_is_empty),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
