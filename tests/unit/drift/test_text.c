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

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define COMMITTED_AT INT64_C(1737367200000) /* 2025-01-20T10:00:00Z */

static const char *plain(struct arena *arena, struct strbuf *rich)
{
    struct strbuf out = STRBUF_INIT;
    const char *copy;

    rich_to_plain(&out, rich->data, rich->length);
    copy = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    strbuf_release(rich);
    return copy;
}

static const char *render(struct arena *arena, const struct drift_report *report, size_t width,
                          bool utf8, bool wide)
{
    struct drift_text_options options = { .width = width, .utf8 = utf8, .wide = wide };
    struct strbuf out = STRBUF_INIT;

    drift_report_render_text(&out, report, &options);
    return plain(arena, &out);
}

static void nothing_to_tell_is_told(void **state)
{
    struct drift_report report = { .run = RUN_COMPLETED,
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" } };
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(render(arena, &report, 80, true, false),
                        "v1 → v2\nNo difference\nnothing needs a person\nread: nothing\n");
    assert_string_equal(render(arena, &report, 0, false, false),
                        "v1 -> v2\nNo difference\nnothing needs a person\nread: nothing\n");
    arena_free(&arena);
}

static void what_was_not_read_stands_in_the_verdict(void **state)
{
    struct drift_source source = { .type = DRIFT_CONFIG,
                                   .service = "auth",
                                   .state = SOURCE_FAILED };
    struct drift_problem problem = { .type = DRIFT_CONFIG,
                                     .service = "auth",
                                     .what = "values.yaml at v2",
                                     .why = "line 3: not closed",
                                     .hint = "close it" };
    struct drift_report report = { .run = RUN_PARTIAL,
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" },
                                   .sources = &source,
                                   .source_count = 1,
                                   .problems = &problem,
                                   .problem_count = 1 };
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(render(arena, &report, 80, true, false),
                        "v1 → v2\n"
                        "No difference in what could be read\n"
                        "1 source could not be read\n"
                        "read: config 0/1\n"
                        "\n"
                        "Problems  1\n"
                        "   not read auth: values.yaml at v2: line 3: not closed\n"
                        "      close it\n");
    arena_free(&arena);
}

static void what_is_meant_to_differ_is_listed_when_all_is_wanted(void **state)
{
    struct drift_item items[2] = {
        {.type = DRIFT_CONFIG,
         .module = "auth",
         .service = "auth",
         .path = "web.replicas",
         .change_type = CHANGE_TYPE_MODIFIED,
         .previous = { .present = true, .text = "1" },
         .current = { .present = true, .text = "3" },
         .expected = true,
         .expected_by = "**.replicas"},
    };
    struct drift_report report = { .items = items,
                                   .item_count = COUNT(items),
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" } };
    struct arena *arena = arena_new();

    (void)state;
    items[1] = items[0];
    items[1].path = "web.host";
    items[1].expected_reason = "each has a name of its own";
    report.arena = arena;
    report_summarize(&report);
    assert_null(strstr(render(arena, &report, 80, true, false), "replicas"));
    assert_non_null(strstr(render(arena, &report, 80, true, true),
                           "\nMeant to differ  2\n"
                           " INFO     ~ web.replicas  1 → 3\n"
                           "            by the pattern **.replicas\n"
                           " INFO     ~ web.host  1 → 3\n"
                           "            each has a name of its own\n"));
    arena_free(&arena);
}

static void long_lists_are_shortened_unless_all_is_wanted(void **state)
{
    struct arena *arena = arena_new();
    struct drift_item items[100];
    struct drift_report report = { .arena = arena,
                                   .items = items,
                                   .item_count = COUNT(items),
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" } };
    const char *shortened, *whole;

    (void)state;
    for (size_t i = 0; i < COUNT(items); i++)
        items[i] = (struct drift_item){
            .type = i < 50 ? DRIFT_CODE : DRIFT_CONFIG,
            .module = "auth",
            .service = "auth",
            .category = "file",
            .path = arena_printf(arena, "path%02zu", i),
            .key = arena_printf(arena, "key%02zu", i),
            .change_type = CHANGE_TYPE_ADDED,
            .current = {.present = true, .text = "1"}
        };
    report_summarize(&report);
    shortened = render(arena, &report, 80, true, false);
    whole = render(arena, &report, 80, true, true);
    assert_null(strstr(shortened, "path99"));
    assert_non_null(strstr(shortened, "path89"));
    assert_non_null(strstr(shortened, "… 10 more configuration differences: --wide shows all"));
    assert_non_null(strstr(shortened, "… 30 more files: --wide shows all"));
    assert_non_null(strstr(whole, "path49"));
    assert_non_null(strstr(whole, "path99"));
    assert_null(strstr(whole, "--wide"));
    arena_free(&arena);
}

static void values_are_told_by_what_became_of_them(void **state)
{
    static const struct drift_value absent = { .present = false };
    static const struct drift_value one = { true, false, NODE_INTEGER, "1" };
    static const struct drift_value two = { true, false, NODE_STRING, "two" };
    static const struct drift_value empty = { true, false, NODE_STRING, "" };
    static const struct drift_value secret = { true, true, NODE_STRING, "•••• (1a2b3c4d)" };
    const struct {
        struct drift_item item;
        const char *text;
    } rows[] = {
        {{ .change_type = CHANGE_TYPE_ADDED, .previous = absent, .current = one },        "1"            },
        { { .change_type = CHANGE_TYPE_DELETED, .previous = two, .current = absent },     "was two"      },
        { { .change_type = CHANGE_TYPE_MODIFIED, .previous = one, .current = empty },
         "1 -> empty"                                                                                    },
        { { .change_type = CHANGE_TYPE_MODIFIED,
            .detail = DETAIL_TYPE_CHANGED,
            .previous = one,
            .current = two },
         "1 -> two (integer -> string)"                                                                  },
        { { .change_type = CHANGE_TYPE_MODIFIED, .previous = absent, .current = one },
         "absent -> 1"                                                                                   },
        { { .change_type = CHANGE_TYPE_MODIFIED, .previous = secret, .current = secret },
         "**** (1a2b3c4d) -> **** (1a2b3c4d) (different)"                                                },
        { { .change_type = CHANGE_TYPE_MODIFIED, .detail = DETAIL_REORDERED },            "another order"},
    };
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        drift_text_values(&out, &rows[i].item, false);
        assert_string_equal(plain(arena, &out), rows[i].text);
    }
    drift_text_value(&out, RICH_PLAIN, &secret, true);
    assert_string_equal(plain(arena, &out), "•••• (1a2b3c4d)");
    arena_free(&arena);
}

static void a_promotion_says_who_would_get_what(void **state)
{
    struct drift_report report = {
        .previous = {.label = "UAT",  .environment = "UAT"},
        .current = { .label = "SIT", .environment = "SIT"}
    };
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;

    (void)state;
    drift_text_direction(&out, &report, true);
    assert_string_equal(plain(arena, &out), "UAT has now → UAT would get, from SIT");
    arena_free(&arena);
}

static void the_command_shows_the_same_in_git(void **state)
{
    struct drift_code code = { .module = "auth",
                               .previous_commit = "0123456789abcdef0123456789abcdef01234567",
                               .current_commit = "fedcba9876543210fedcba9876543210fedcba98" };
    struct drift_report report = { .codes = &code, .code_count = 1 };
    struct drift_item item = { .type = DRIFT_CODE, .module = "auth", .path = "it's; here" };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    assert_true(drift_detail_command(&out, &report, &item));
    assert_string_equal(out.data, "git diff 0123456789ab fedcba987654 -- 'it'\\''s; here'");
    strbuf_clear(&out);
    item.type = DRIFT_CONFIG;
    item.previous_at.file = "deploy/values.yaml";
    assert_true(drift_detail_command(&out, &report, &item));
    assert_string_equal(out.data, "git diff 0123456789ab fedcba987654 -- deploy/values.yaml");
    item.module = "other";
    assert_false(drift_detail_command(&out, &report, &item));
    strbuf_release(&out);
}

static void a_description_keeps_its_lines(void **state)
{
    struct drift_change change = { .title = "Faster",
                                   .ticket = "MB-1",
                                   .description = "Two things:\n\n- one\n- two" };
    struct drift_report report = { .code_count = 0 };
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;

    (void)state;
    drift_detail_change(&out, &report, &change, 80, true);
    assert_string_equal(plain(arena, &out), "MB-1  Faster\n\n"
                                            "category    Security\n\n"
                                            "Two things:\n\n- one\n- two\n\nCommits\n");
    arena_free(&arena);
}

static void a_change_of_very_many_commits_lists_the_first_of_them(void **state)
{
    enum { COUNT_OF_COMMITS = 4000 };
    struct arena *arena = arena_new();
    struct drift_commit *commits = arena_array(arena, COUNT_OF_COMMITS, sizeof *commits);
    const char **ids = arena_array(arena, COUNT_OF_COMMITS, sizeof *ids);
    struct drift_code code = { .module = "auth",
                               .commits = commits,
                               .commit_count = COUNT_OF_COMMITS };
    struct drift_report report = { .codes = &code, .code_count = 1 };
    struct drift_change change = { .title = "Faster",
                                   .commits = ids,
                                   .commit_count = COUNT_OF_COMMITS };
    struct strbuf out = STRBUF_INIT;
    const char *text;

    (void)state;
    for (size_t i = 0; i < COUNT_OF_COMMITS; i++) {
        ids[i] = arena_printf(arena, "%040zu", i);
        commits[i] = (struct drift_commit){ .id = ids[i],
                                            .author_name = "Ada",
                                            .subject = arena_printf(arena, "number %zu.", i) };
    }
    drift_detail_change(&out, &report, &change, 80, true);
    text = plain(arena, &out);
    assert_non_null(strstr(text, " number 0."));
    assert_non_null(strstr(text, " number 99."));
    assert_null(strstr(text, " number 100."));
    assert_string_equal(strstr(text, "  … "), "  … 3900 more\n");
    change.commit_count = 101; /* a line that says so would take the room of the last */
    drift_detail_change(&out, &report, &change, 80, true);
    text = plain(arena, &out);
    assert_non_null(strstr(text, " number 100."));
    assert_null(strstr(text, " more"));
    arena_free(&arena);
}

static void a_commit_says_whose_it_is_and_where_it_went(void **state)
{
    struct ticket ticket = { .id = "MB-1" };
    struct drift_commit commit = { .id = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
                                   .author_name = "Ada Example",
                                   .author_email = "ada@example.org",
                                   .author_time = COMMITTED_AT,
                                   .committer_name = "Bo Example",
                                   .committer_email = "bo@example.org",
                                   .committer_time = COMMITTED_AT,
                                   .subject = "Faster",
                                   .body = "Two things:\n\n- one",
                                   .tickets = &ticket,
                                   .ticket_count = 1,
                                   .files_changed = 1,
                                   .counted = true,
                                   .insertions = 3,
                                   .disposition = DISPOSITION_REVERTED,
                                   .basis = "reverted by c3d4e5f" };
    struct drift_code code = { .module = "auth" };
    struct drift_place place = { &commit, &code, false };
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;

    (void)state;
    drift_detail_commit(&out, &place, 80, true);
    assert_string_equal(plain(arena, &out),
                        "Faster\n\n"
                        "commit      a1b2c3d4e5f60718293a4b5c6d7e8f9001122334\n"
                        "module      auth\n"
                        "author      Ada Example <ada@example.org> 2025-01-20T10:00:00Z\n"
                        "committer   Bo Example <bo@example.org> 2025-01-20T10:00:00Z\n"
                        "tickets     MB-1\n"
                        "changes     1 file +3 −0\n"
                        "went        taken back within the range\n"
                        "because     reverted by c3d4e5f\n\n"
                        "Two things:\n\n- one\n\n"
                        "The same with git\n"
                        "  git show a1b2c3d4e5f6\n");
    place.behind = true;
    drift_detail_commit(&out, &place, 80, true);
    assert_non_null(strstr(plain(arena, &out),
                           "went        nowhere: what would replace it does not have it\n"));
    arena_free(&arena);
}

/* --- One report as it is printed -------------------------------------------------------------- */

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
    assert_golden("drift-80.txt", render(arena, &report, 80, true, false));
    assert_golden("drift-40-ascii.txt", render(arena, &report, 40, false, false));
    arena_free(&arena);
}

static void details_are_printed_as_people_have_seen_them(void **state)
{
    struct arena *arena = arena_new();
    struct drift_report report;
    struct strbuf out = STRBUF_INIT;

    (void)state;
    representative(arena, &report);
    drift_detail_item(&out, &report, &report.items[3], 80, true);
    strbuf_add(&out, "----\n");
    drift_detail_item(&out, &report, &report.items[0], 80, true);
    strbuf_add(&out, "----\n");
    drift_detail_change(&out, &report, &report.changes[0], 80, true);
    strbuf_add(&out, "----\n");
    drift_detail_balance(&out, &report, 80, true);
    assert_golden("drift-details-80.txt", plain(arena, &out));
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
        cmocka_unit_test(nothing_to_tell_is_told),
        cmocka_unit_test(what_was_not_read_stands_in_the_verdict),
        cmocka_unit_test(what_is_meant_to_differ_is_listed_when_all_is_wanted),
        cmocka_unit_test(long_lists_are_shortened_unless_all_is_wanted),
        cmocka_unit_test(values_are_told_by_what_became_of_them),
        cmocka_unit_test(a_promotion_says_who_would_get_what),
        cmocka_unit_test(the_command_shows_the_same_in_git),
        cmocka_unit_test(a_description_keeps_its_lines),
        cmocka_unit_test(a_change_of_very_many_commits_lists_the_first_of_them),
        cmocka_unit_test(a_commit_says_whose_it_is_and_where_it_went),
        cmocka_unit_test(a_report_is_printed_as_people_have_seen_it),
        cmocka_unit_test(details_are_printed_as_people_have_seen_them),
        cmocka_unit_test(every_commit_of_a_report_is_found_by_its_id),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
