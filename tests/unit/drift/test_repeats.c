#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/repeats.h>
#include <pilab/drift/text.h>

#define MOST 8

/* A report by hand, of one module. */
struct repeated {
    struct arena *arena;
    struct drift_item items[MOST];
    struct drift_commit commit;
    struct drift_code code;
    struct drift_report report;
};

static int begin(void **state)
{
    static struct repeated test;

    test = (struct repeated){ .arena = arena_new() };
    test.commit = (struct drift_commit){ .id = "5771992a00000000000000000000000000000000",
                                         .subject = "Close a security hole" };
    test.code = (struct drift_code){ .module = "shop", .commits = &test.commit, .commit_count = 1 };
    test.report = (struct drift_report){ .arena = test.arena,
                                         .items = test.items,
                                         .codes = &test.code,
                                         .code_count = 1,
                                         .previous = { .label = "v1" },
                                         .current = { .label = "v2" } };
    *state = &test;
    return 0;
}

static int end(void **state)
{
    struct repeated *test = *state;

    arena_free(&test->arena);
    return 0;
}

/* The tag of one image in one manifest. */
static struct drift_item *add_tag(struct repeated *test, const char *file, const char *path)
{
    struct drift_item *item = &test->items[test->report.item_count++];

    *item = (struct drift_item){
        .type = DRIFT_CONFIG,
        .module = "shop",
        .service = "shop",
        .category = "image",
        .path = path,
        .key = "tag",
        .change_type = CHANGE_TYPE_MODIFIED,
        .previous = {.present = true,  .text = "v1"},
        .current = { .present = true, .text = "v2"},
        .severity = SEVERITY_LOW,
        .current_at = { .file = file,    .line = 3   }
    };
    return item;
}

static struct drift_item *add_file(struct repeated *test, const char *path)
{
    struct drift_item *item = &test->items[test->report.item_count++];

    *item = (struct drift_item){ .type = DRIFT_CODE,
                                 .module = "shop",
                                 .service = "shop",
                                 .category = "file",
                                 .path = path,
                                 .change_type = CHANGE_TYPE_MODIFIED,
                                 .severity = SEVERITY_CRITICAL,
                                 .attention = ATTENTION_REVIEW,
                                 .attention_reason = "its commits speak of security",
                                 .commit = test->commit.id };
    return item;
}

/* As plain text of 80 columns. */
static const char *render(struct repeated *test, bool wide)
{
    struct drift_text_options options = { .width = 80, .utf8 = true, .wide = wide };
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;
    const char *text;

    report_summarize(&test->report);
    drift_report_render_text(&rich, &test->report, &options);
    rich_to_plain(&plain, rich.data, rich.length);
    text = strbuf_to_arena(&plain, test->arena);
    strbuf_release(&rich);
    strbuf_release(&plain);
    return text;
}

static void the_same_change_in_many_places_is_counted_with_the_first(void **state)
{
    struct repeated *test = *state;
    struct drift_repeat *repeats;

    add_tag(test, "a.yaml", "web.tag");
    add_tag(test, "a.yaml", "worker.tag");
    add_tag(test, "a.yaml", "other.tag")->current.text = "v3";
    add_tag(test, "b.yaml", "web.tag");
    repeats = drift_repeats(&test->report, test->arena);
    for (size_t i = 0; i < 4; i++) {
        bool alone = i == 2;

        assert_int_equal(repeats[i].first, alone ? 2 : 0);
        assert_int_equal(repeats[i].places, alone ? 1 : 3);
        assert_int_equal(repeats[i].files, alone ? 1 : 2);
    }
}

static void two_places_are_listed_one_by_one(void **state)
{
    struct repeated *test = *state;
    struct drift_repeat *repeats;

    add_tag(test, "a.yaml", "web.tag");
    add_tag(test, "b.yaml", "web.tag");
    repeats = drift_repeats(&test->report, test->arena);
    assert_int_equal(repeats[1].first, 1);
    assert_int_equal(repeats[0].places, 1);
    assert_int_equal(repeats[1].places, 1);
}

static void what_differs_in_anything_that_is_said_stands_alone(void **state)
{
    struct repeated *test = *state;
    struct drift_repeat *repeats;

    for (size_t i = 0; i < MOST; i++)
        add_tag(test, "a.yaml", "web.tag");
    test->items[0].module = "pay";
    test->items[1].service = "pay";
    test->items[2].key = "image";
    test->items[3].previous.text = "v0";
    test->items[4].severity = SEVERITY_HIGH;
    test->items[5].attention = ATTENTION_BLOCKER;
    test->items[6].expected = true;
    test->items[7].suppressed = true;
    repeats = drift_repeats(&test->report, test->arena);
    for (size_t i = 0; i < MOST; i++)
        assert_int_equal(repeats[i].places, 1);
}

static void secrets_of_which_nothing_is_shown_stand_alone(void **state)
{
    struct repeated *test = *state;
    struct drift_repeat *repeats;

    for (size_t i = 0; i < 6; i++) {
        struct drift_item *item = add_tag(test, "a.yaml", "web.password");

        item->previous.masked = item->current.masked = true;
        item->previous.text = i < 3 ? MASK_TEXT : MASK_TEXT " (1a2b3c4d)";
        item->current.text = i < 3 ? MASK_TEXT : MASK_TEXT " (5e6f7a8b)";
    }
    repeats = drift_repeats(&test->report, test->arena);
    assert_int_equal(repeats[0].places, 1);
    assert_int_equal(repeats[2].places, 1);
    assert_int_equal(repeats[3].places, 3);
}

static void the_text_folds_them_into_one_line(void **state)
{
    struct repeated *test = *state;
    const char *text;

    add_tag(test, "a.yaml", "web.tag");
    add_tag(test, "a.yaml", "worker.tag");
    add_tag(test, "b.yaml", "web.tag");
    add_tag(test, "b.yaml", "other.tag")->current.text = "v3";
    add_tag(test, "c.yaml", "other.tag")->current.text = "v3";
    text = render(test, false);
    assert_non_null(
        strstr(text,
               "\nConfiguration  5\n"
               " LOW      ~ tag in 3 places  v1 → v2                                     2 files\n"
               " b.yaml\n"
               " LOW      ~ other.tag  v1 → v3                                            line 3\n"
               " c.yaml\n"
               " LOW      ~ other.tag  v1 → v3                                            line "
               "3\n"));
    text = render(test, true);
    assert_non_null(strstr(text, " a.yaml\n LOW      ~ web.tag  v1 → v2"));
    assert_non_null(strstr(text, "worker.tag"));
    assert_null(strstr(text, "places"));
}

static void who_wants_everything_gets_it_whole(void **state)
{
    struct repeated *test = *state;
    struct drift_item *item = add_tag(test, "deploy/values.yaml", "spec.containers.web.image.tag");
    const char *text;

    item->current.text = "registry.example.org/a-long-name-of-a-team/web:v2.0.7-rc.1";
    text = render(test, false);
    assert_non_null(strstr(text, "spec.containers.web.image.tag  v1 → registry.example.org/a-lo"));
    assert_null(strstr(text, "v2.0.7-rc.1"));
    text = render(test, true);
    assert_non_null(strstr(text, " LOW      ~ spec.containers.web.image.tag  "));
    assert_non_null(strstr(text, "  deploy/values.yaml:3\n"));
    assert_non_null(strstr(text, "v1 → "));
    assert_non_null(strstr(text, "registry.example.org/a-long-name-of-a-team/web:v2.0.7-rc.1\n"));
}

static void files_that_one_commit_makes_worth_a_look_are_one_line(void **state)
{
    struct repeated *test = *state;
    const char *text;

    add_file(test, "src/a.c");
    add_file(test, "src/b.c");
    add_file(test, "src/c.c");
    text = render(test, false);
    assert_non_null(strstr(text, "\nNeeds a person  3\n"
                                 " CRITICAL ~ src/a.c and 2 more files\n"
                                 "            its commits speak of security\n"
                                 "            5771992a Close a security hole\n"
                                 "\n"));
    assert_non_null(strstr(text, "\nFiles  3\n   ~ src/a.c\n   ~ src/b.c\n   ~ src/c.c\n"));
    text = render(test, true);
    assert_non_null(strstr(text, " CRITICAL ~ src/b.c\n"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_same_change_in_many_places_is_counted_with_the_first),
        CASE(two_places_are_listed_one_by_one),
        CASE(what_differs_in_anything_that_is_said_stands_alone),
        CASE(secrets_of_which_nothing_is_shown_stand_alone),
        CASE(the_text_folds_them_into_one_line),
        CASE(who_wants_everything_gets_it_whole),
        CASE(files_that_one_commit_makes_worth_a_look_are_one_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
