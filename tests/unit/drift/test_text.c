#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/text.h>

#include "text_support.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define COMMITTED_AT INT64_C(1737367200000) /* 2025-01-20T10:00:00Z */

static void nothing_to_tell_is_told(void **state)
{
    struct drift_report report = { .run = RUN_COMPLETED,
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" } };
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(report_text(arena, &report, 80, true, false),
                        "v1 → v2\nNo difference\nnothing needs a person\nread: nothing\n");
    assert_string_equal(report_text(arena, &report, 0, false, false),
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
    assert_string_equal(report_text(arena, &report, 80, true, false),
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

static void what_was_read_in_part_is_said_with_the_number_of_the_rest(void **state)
{
    struct drift_source sources[] = {
        {.type = DRIFT_CODE,      .service = "auth",      .state = SOURCE_READ  },
        {                                    .type = DRIFT_CONFIG,      .service = "auth", .state = SOURCE_FAILED,              .read = 7, .unread = 1 },
        {                         .type = DRIFT_DATABASE,
         .service = "auth",
         .state = SOURCE_FAILED,
         .read = 5,
         .unread = 2 },
        {                                                                                                    .type = DRIFT_DATABASE,                      .service = "web",                      .state = SOURCE_READ      },
        {.type = DRIFT_IMAGE,    .service = "auth",      .state = SOURCE_FAILED, .unread = 1 },
    };
    struct drift_report report = { .run = RUN_PARTIAL,
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" },
                                   .sources = sources,
                                   .source_count = 5 };
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(report_text(arena, &report, 120, true, false),
                        "v1 → v2\n"
                        "No difference in what could be read\n"
                        "1 source could not be read · 2 sources read only in part\n"
                        "read: code 1/1 config partly (1 unread) database 1/2 partly (2 unread) "
                        "images 0/1\n");
    arena_free(&arena);
}

/* A statement of a schema, say: the source was read, and that is not all. */
static void what_was_left_out_of_a_source_is_said_with_it(void **state)
{
    struct drift_source sources[] = {
        {.type = DRIFT_CODE,      .service = "auth", .state = SOURCE_READ},
        { .type = DRIFT_DATABASE, .service = "auth", .state = SOURCE_READ},
        { .type = DRIFT_DATABASE, .service = "web",  .state = SOURCE_READ},
    };
    struct drift_problem problems[] = {
        {.type = DRIFT_DATABASE, .service = "auth", .what = "a.sql:3", .why = "what it does"},
        { .type = DRIFT_CODE,
         .service = "auth",
         .what = "the tag",
         .why = "it moved",
         .warning = true },
    };
    struct drift_report report = { .run = RUN_PARTIAL,
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" },
                                   .sources = sources,
                                   .source_count = 3,
                                   .problems = problems,
                                   .problem_count = 2 };
    struct arena *arena = arena_new();

    (void)state;
    assert_non_null(strstr(report_text(arena, &report, 120, true, false),
                           "read: code 1/1 database 2/2 partly (1 unread)\n"));
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
    assert_null(strstr(report_text(arena, &report, 80, true, false), "replicas"));
    assert_non_null(strstr(report_text(arena, &report, 80, true, true),
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
    shortened = report_text(arena, &report, 80, true, false);
    whole = report_text(arena, &report, 80, true, true);
    assert_null(strstr(shortened, "path99"));
    assert_non_null(strstr(shortened, "path89"));
    assert_non_null(strstr(shortened, "… 10 more configuration differences: --wide shows all"));
    assert_non_null(strstr(shortened, "… 30 more files: --wide shows all"));
    assert_non_null(strstr(whole, "path49"));
    assert_non_null(strstr(whole, "path99"));
    assert_null(strstr(whole, "--wide"));
    arena_free(&arena);
}

static struct drift_item image_tag(const char *module)
{
    return (struct drift_item){
        .type = DRIFT_CONFIG,
        .module = module,
        .service = module,
        .category = "value",
        .path = "image.tag",
        .key = "image.tag",
        .severity = SEVERITY_HIGH,
        .attention = ATTENTION_REVIEW,
        .change_type = CHANGE_TYPE_MODIFIED,
        .previous = {.present = true,  .text = "v1"},
        .current = { .present = true, .text = "v2"}
    };
}

static void a_module_is_named_where_code_was_not_examined_too(void **state)
{
    struct arena *arena = arena_new();
    struct drift_item items[] = { image_tag("auth"), image_tag("web") };
    struct drift_source sources[] = {
        {.type = DRIFT_CONFIG,  .service = "auth", .state = SOURCE_READ},
        { .type = DRIFT_CONFIG, .service = "web",  .state = SOURCE_READ}
    };
    struct drift_report report = { .arena = arena,
                                   .items = items,
                                   .item_count = 2,
                                   .sources = sources,
                                   .source_count = 2,
                                   .previous = { .label = "v1" },
                                   .current = { .label = "v2" } };
    const char *text;

    (void)state;
    report_summarize(&report);
    assert_true(drift_report_of_several(&report));
    text = report_text(arena, &report, 80, true, false);
    assert_non_null(strstr(text, "~ auth  image.tag"));
    assert_non_null(strstr(text, "\n auth\n"));
    assert_non_null(strstr(text, "\n web\n"));
    assert_non_null(strstr(report_text(arena, &report, 80, true, true), "\n web\n"));
    /* One of several is named, too; the only one is not, nor the only one that was asked for. */
    report.item_count = 1;
    assert_non_null(strstr(report_text(arena, &report, 80, true, false), "\n auth\n"));
    report.module = "auth";
    assert_false(drift_report_of_several(&report));
    report.module = NULL;
    report.source_count = 1;
    assert_null(strstr(report_text(arena, &report, 80, true, false), "\n auth\n"));
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
        assert_string_equal(plain_text(arena, &out), rows[i].text);
    }
    drift_text_value(&out, RICH_PLAIN, &secret, true);
    assert_string_equal(plain_text(arena, &out), "•••• (1a2b3c4d)");
    arena_free(&arena);
}

/* "new" alone would read as a part of the name. */
static void what_the_last_report_had_not_is_marked_apart_from_its_name(void **state)
{
    struct drift_item items[] = {
        {.id = "1",
         .type = DRIFT_CONFIG,
         .category = "value",
         .module = "auth",
         .service = "auth",
         .path = "registry.local/auth",
         .key = "auth",
         .change_type = CHANGE_TYPE_ADDED,
         .novelty = NOVELTY_NEW,
         .current = { true, false, NODE_STRING, "1.0" }},
        { .id = "2",
         .type = DRIFT_CONFIG,
         .category = "value",
         .module = "auth",
         .service = "auth",
         .path = "port",
         .key = "port",
         .change_type = CHANGE_TYPE_ADDED,
         .novelty = NOVELTY_SAME,
         .current = { true, false, NODE_STRING, "80" } },
    };
    struct drift_report report = { .previous = { .label = "a" },
                                   .current = { .label = "b" },
                                   .items = items,
                                   .item_count = COUNT(items) };
    struct arena *arena = arena_new();
    const char *text;

    (void)state;
    report.summary.total_changes = 2;
    report.summary.by_drift_type[DRIFT_CONFIG] = 2;
    report.since.number = 1;
    report.since.appeared = 1;
    text = report_text(arena, &report, 80, false, false);
    assert_non_null(strstr(text, "+ (new) registry.local/auth  1.0"));
    assert_non_null(strstr(text, "+ port  80"));
    report.since.appeared = 2;
    assert_null(strstr(report_text(arena, &report, 80, false, false), "(new)"));
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
    assert_string_equal(plain_text(arena, &out), "UAT has now → UAT would get, from SIT");
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
    assert_true(drift_detail_command(&out, NULL, &report, &item));
    assert_string_equal(out.data, "git diff 0123456789ab fedcba987654 -- 'it'\\''s; here'");
    strbuf_clear(&out);
    item.type = DRIFT_CONFIG;
    item.previous_at.file = "deploy/values.yaml";
    assert_true(drift_detail_command(&out, NULL, &report, &item));
    assert_string_equal(out.data, "git diff 0123456789ab fedcba987654 -- deploy/values.yaml");
    strbuf_clear(&out);
    assert_true(drift_detail_command(&out, "/srv/it's here", &report, &item));
    assert_string_equal(out.data, "git -C '/srv/it'\\''s here' diff 0123456789ab fedcba987654 -- "
                                  "deploy/values.yaml");
    item.module = "other";
    assert_false(drift_detail_command(&out, NULL, &report, &item));
    strbuf_release(&out);
}

/* Pasted as it stands it is one command, wherever it stands. */
static void a_command_in_detail_can_be_copied(void **state)
{
    struct drift_commit commit = { .id = "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
                                   .subject = "Faster",
                                   .author_name = "Ada",
                                   .author_email = "ada@example.org",
                                   .committer_email = "ada@example.org" };
    struct drift_code code = { .module = "auth",
                               .previous_commit = "0123456789abcdef0123456789abcdef01234567",
                               .current_commit = "fedcba9876543210fedcba9876543210fedcba98" };
    struct drift_item item = { .type = DRIFT_CONFIG,
                               .category = "value",
                               .module = "auth",
                               .service = "auth",
                               .path = "port",
                               .change_type = CHANGE_TYPE_ADDED,
                               .current_at = { .file = "deploy/the values of all.yaml" } };
    struct drift_report report = {
        .codes = &code, .code_count = 1, .items = &item, .item_count = 1
    };
    struct drift_place place = { &commit, &code, false };
    struct arena *arena = arena_new();
    struct strbuf out = STRBUF_INIT;

    (void)state;
    drift_detail_item(&out, &report, &item, "/srv/mirrors/auth", 120, true);
    assert_non_null(strstr(plain_text(arena, &out),
                           "The same with git\n"
                           "  git -C /srv/mirrors/auth diff 0123456789ab fedcba987654 -- "
                           "'deploy/the values of all.yaml'\n"));
    drift_detail_item(&out, &report, &item, "/srv/mirrors/auth", 60, true);
    assert_non_null(strstr(plain_text(arena, &out),
                           "The same with git\n"
                           "  git -C /srv/mirrors/auth diff 0123456789ab fedcba987654 \\\n"
                           "    -- 'deploy/the values of all.yaml'\n"));
    drift_detail_item(&out, &report, &item, "/srv/mirrors/auth", 20, true);
    assert_non_null(strstr(plain_text(arena, &out), "  git -C \\\n"
                                                    " /srv/mirrors/auth \\\n"
                                                    "    diff \\\n"
                                                    "    0123456789ab \\\n"
                                                    "    fedcba987654 \\\n"
                                                    "    -- \\\n"
                                                    "'deploy/the values of all.yaml'\n"));
    drift_detail_commit(&out, &place, "/srv/mirrors/auth", 80, true);
    assert_non_null(
        strstr(plain_text(arena, &out), "\n  git -C /srv/mirrors/auth show a1b2c3d4e5f6\n"));
    arena_free(&arena);
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
    assert_string_equal(plain_text(arena, &out), "MB-1  Faster\n\n"
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
    text = plain_text(arena, &out);
    assert_non_null(strstr(text, " number 0."));
    assert_non_null(strstr(text, " number 99."));
    assert_null(strstr(text, " number 100."));
    assert_string_equal(strstr(text, "  … "), "  … 3900 more\n");
    change.commit_count = 101; /* a line that says so would take the room of the last */
    drift_detail_change(&out, &report, &change, 80, true);
    text = plain_text(arena, &out);
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
    drift_detail_commit(&out, &place, NULL, 80, true);
    assert_string_equal(plain_text(arena, &out),
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
    drift_detail_commit(&out, &place, NULL, 80, true);
    assert_non_null(strstr(plain_text(arena, &out),
                           "went        nowhere: what would replace it does not have it\n"));
    arena_free(&arena);
}

static void assert_balance(const struct drift_report *report, size_t width, const char *wanted)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    drift_text_balance(&rich, report, width, true);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_string_equal(plain.data, wanted);
    strbuf_release(&plain);
    strbuf_release(&rich);
}

static void the_balance_says_what_is_unexplained_in_little_room_too(void **state)
{
    struct drift_report report = { .previous = { .label = "2.0.0" } };

    (void)state;
    report.balance.commits = 7960;
    report.balance.by_disposition[DISPOSITION_IN_NOTES] = 6448;
    report.balance.by_disposition[DISPOSITION_ALREADY_SHIPPED] = 110;
    report.balance.by_disposition[DISPOSITION_INTERNAL] = 1338;
    report.balance.by_disposition[DISPOSITION_REVERTED] = 64;
    assert_balance(&report, 120,
                   "7960 commits = 6448 in notes + 110 already in 2.0.0 + 1338 internal + 64 "
                   "reverted \xc2\xb7 0 unexplained");
    assert_balance(&report, 85,
                   "7960 commits = 6448 in notes + 110 shipped + 1338 internal + 64 other \xc2\xb7 "
                   "0 "
                   "unexplained");
    assert_balance(&report, 79,
                   "7960 = 6448 in notes + 110 shipped + 1338 internal + 64 other \xc2\xb7 0 "
                   "unexplained");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_to_tell_is_told),
        cmocka_unit_test(what_was_not_read_stands_in_the_verdict),
        cmocka_unit_test(what_was_read_in_part_is_said_with_the_number_of_the_rest),
        cmocka_unit_test(what_was_left_out_of_a_source_is_said_with_it),
        cmocka_unit_test(what_is_meant_to_differ_is_listed_when_all_is_wanted),
        cmocka_unit_test(long_lists_are_shortened_unless_all_is_wanted),
        cmocka_unit_test(a_module_is_named_where_code_was_not_examined_too),
        cmocka_unit_test(values_are_told_by_what_became_of_them),
        cmocka_unit_test(what_the_last_report_had_not_is_marked_apart_from_its_name),
        cmocka_unit_test(a_promotion_says_who_would_get_what),
        cmocka_unit_test(the_command_shows_the_same_in_git),
        cmocka_unit_test(a_command_in_detail_can_be_copied),
        cmocka_unit_test(a_description_keeps_its_lines),
        cmocka_unit_test(a_change_of_very_many_commits_lists_the_first_of_them),
        cmocka_unit_test(a_commit_says_whose_it_is_and_where_it_went),
        cmocka_unit_test(the_balance_says_what_is_unexplained_in_little_room_too),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
