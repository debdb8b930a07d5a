#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/submodule.h>
#include <pilab/drift/text.h>

#include "../../support/code_fixture.h"

static int start(void **state)
{
    static struct code_fixture fixture;

    code_fixture_start(&fixture);
    *state = &fixture;
    return 0;
}

static int end(void **state)
{
    code_fixture_end(*state);
    return 0;
}

static void assert_words(const struct drift_submodule *submodule, const char *expected)
{
    struct strbuf words = STRBUF_INIT;

    submodule_words(submodule, &words);
    assert_string_equal(words.length > 0 ? words.data : "", expected);
    strbuf_release(&words);
}

static void words_say_how_far_it_moved(void **state)
{
    (void)state;
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_FORWARD, .ahead = 1 },
                 "1 commit forward");
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_BACK, .behind = 2 },
                 "2 commits back");
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_ASIDE, .ahead = 2, .behind = 1 },
                 "2 commits forward, 1 back");
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_ADDED, .current_url = "u" },
                 "a submodule");
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_REMOVED }, "no submodule any more");
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_UNKNOWN, .why = "not here" },
                 "how far is not known");
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_STAYS,
                                            .previous_url = "a",
                                            .current_url = "b" },
                 "another url");
    assert_words(&(struct drift_submodule){ .move = SUBMODULE_FORWARD,
                                            .ahead = 3,
                                            .previous_url = "a",
                                            .current_url = "b" },
                 "3 commits forward, another url");
}

static void going_back_and_another_place_are_for_a_person(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_null(
        submodule_concern(&(struct drift_submodule){ .move = SUBMODULE_FORWARD, .ahead = 1 },
                          arena));
    assert_null(submodule_concern(&(struct drift_submodule){ .move = SUBMODULE_UNKNOWN }, arena));
    assert_string_equal(submodule_concern(&(struct drift_submodule){ .move = SUBMODULE_BACK,
                                                                     .behind = 1 },
                                          arena),
                        "1 commit of it would be taken back");
    assert_string_equal(submodule_concern(&(struct drift_submodule){ .move = SUBMODULE_STAYS,
                                                                     .previous_url = "a",
                                                                     .current_url = "b" },
                                          arena),
                        "it comes from another place: b instead of a");
    arena_free(&arena);
}

static void every_move_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < SUBMODULE_MOVE_COUNT; i++) {
        enum submodule_move move = SUBMODULE_MOVE_COUNT;

        assert_true(submodule_move_parse(submodule_move_name((enum submodule_move)i), &move));
        assert_int_equal(move, i);
    }
    assert_false(submodule_move_parse("sideways", &(enum submodule_move){ SUBMODULE_BACK }));
}

/* libs/sub went back by one; libs/other stays, and comes from elsewhere. */
static const struct drift_item *detect(struct code_fixture *fixture)
{
    static struct submodule_commit commit = { "1234567812345678123456781234567812345678",
                                              "SUB-1 \033[31mred", "Ada" };
    static struct drift_submodule submodules[2];

    submodules[0] = (struct drift_submodule){
        .path = "libs/sub",
        .move = SUBMODULE_BACK,
        .behind = 61,
        .commits = &commit,
        .commit_count = 1,
        .previous_url = "../sub",
        .current_url = "../sub",
    };
    submodules[1] = (struct drift_submodule){ .path = "libs/other",
                                              .move = SUBMODULE_STAYS,
                                              .previous_url = "https://a/other",
                                              .current_url = "https://b/other" };
    code_fixture_file(fixture, FILE_MODIFIED, "libs/sub", NULL, 1, 1);
    fixture->codes[0].submodules = submodules;
    fixture->codes[0].submodule_count = 2;
    code_fixture_detect(fixture);
    assert_int_equal(fixture->report->item_count, 2);
    return fixture->report->items;
}

static const struct drift_item *item_at(const struct drift_item *items, const char *path)
{
    return strcmp(items[0].path, path) == 0 ? &items[0] : &items[1];
}

static void a_submodule_is_an_item_of_its_own_kind(void **state)
{
    struct code_fixture *fixture = *state;
    const struct drift_item *items = detect(fixture), *item = item_at(items, "libs/sub");

    assert_string_equal(item->category, "submodule");
    assert_string_equal(item->key, "sub");
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_string_equal(item->attention_reason, "61 commits of it would be taken back");
    assert_int_equal(item->submodule->move, SUBMODULE_BACK);
    item = item_at(items, "libs/other");
    assert_string_equal(item->previous.text, "https://a/other");
    assert_string_equal(item->current.text, "https://b/other");
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_int_equal(item->change_type, CHANGE_TYPE_MODIFIED);
}

/* What a repository brings cannot write on the screen. */
static void its_commits_are_listed_escaped(void **state)
{
    struct code_fixture *fixture = *state;
    const struct drift_item *item = item_at(detect(fixture), "libs/sub");
    struct strbuf rich = STRBUF_INIT, text = STRBUF_INIT;

    drift_detail_item(&rich, fixture->report, item, NULL, 80, true);
    rich_to_plain(&text, rich.data, rich.length);
    assert_non_null(strstr(text.data, "61 commits back"));
    assert_non_null(strstr(text.data, "Commits back 61"));
    assert_non_null(strstr(text.data, "123456781234 SUB-1 "));
    assert_non_null(strstr(text.data, "60 more"));
    assert_null(strchr(text.data, '\033'));
    strbuf_release(&rich);
    strbuf_release(&text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(words_say_how_far_it_moved),       CASE(going_back_and_another_place_are_for_a_person),
        CASE(every_move_has_a_name_of_its_own), CASE(a_submodule_is_an_item_of_its_own_kind),
        CASE(its_commits_are_listed_escaped),
    };

    return cmocka_run_group_tests_name("submodules", tests, NULL, NULL);
}
