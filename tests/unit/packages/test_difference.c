#include "package_support.h"

#include <string.h>

struct two_lists {
    struct package_list *previous, *current;
    struct package_difference *difference;
};

static struct two_lists compare(const char *name, const char *previous, const char *current)
{
    struct two_lists two = { read_packages(name, previous, NULL),
                             read_packages(name, current, NULL), NULL };

    two.difference = package_difference_of(two.previous, two.current);
    return two;
}

static void end(struct two_lists *two)
{
    package_difference_free(&two->difference);
    package_list_free(&two->previous);
    package_list_free(&two->current);
}

/* A lock file of npm with these entries. */
#define LOCK(root, entries) "{\"packages\": {\"\": {\"dependencies\": {" root "}}, " entries "}}"
#define ENTRY(path, fields) "\"node_modules/" path "\": {" fields "}"

static void versions_of_a_name_are_a_set(void **state)
{
    struct two_lists two =
        compare(
            "package-lock.json",
            LOCK(
                "\"a\": \"1\"", ENTRY("a", "\"version\": \"6.0.0\"") ", " ENTRY("b", "\"version\": "
                                                                                     "\"1.0.0\"") ", " ENTRY(
                                    "x/node_modules/b",
                                    "\"version\": \"2.0.0\"") ", " ENTRY("gone", "\"version\": "
                                                                                 "\"1.0.0\"") ","
                                                                                              " " ENTRY("same",
                                                                                                        "\"version\": \"1.0.0\"")),
            LOCK("\"a\": \"1\"",
                 ENTRY("a", "\"version\": \"6.0.1\"") ", " ENTRY("x/node_modules/a", "\"version\": "
                                                                                     "\"5.1.1\"") ", " ENTRY(
                     "b",
                     "\"version\": \"2.0.0\"") ", " ENTRY("new",
                                                          "\"version\": \"1.0.0\"") ", " ENTRY("sam"
                                                                                               "e",
                                                                                               "\"v"
                                                                                               "ers"
                                                                                               "ion"
                                                                                               "\":"
                                                                                               " \""
                                                                                               "1."
                                                                                               "0."
                                                                                               "0"
                                                                                               "\"")));
    const struct package_change *changes = two.difference->changes;

    (void)state;
    assert_int_equal(two.difference->count, 4);
    assert_string_equal(changes[0].name, "a");
    assert_int_equal(changes[0].event, PACKAGE_CHANGED);
    assert_true(changes[0].several);
    assert_int_equal(changes[0].current.version_count, 2);
    assert_string_equal(changes[0].current.versions[0], "5.1.1");
    assert_string_equal(changes[0].current.versions[1], "6.0.1");
    /* the project's own version took a small step, whatever another package brings */
    assert_int_equal(changes[0].step.step, VERSION_PATCH);
    assert_false(changes[0].step.downgrade);
    assert_string_equal(changes[1].name, "b");
    /* one of two versions went: none took a step */
    assert_int_equal(changes[1].step.step, VERSION_SAME);
    assert_string_equal(changes[2].name, "gone");
    assert_int_equal(changes[2].event, PACKAGE_REMOVED);
    assert_string_equal(changes[3].name, "new");
    assert_int_equal(changes[3].event, PACKAGE_ADDED);
    end(&two);
}

static void the_same_version_may_be_something_else(void **state)
{
    struct two_lists two =
        compare(
            "package-lock.json",
            LOCK("\"a\": \"1\"",
                 ENTRY("a", "\"version\": \"1.0.0\", \"integrity\": \"sha512-A\", \"license\": "
                            "\"MIT\"") ", " ENTRY("b", "\"version\": \"1.0.0\", \"integrity\": "
                                                       "\"sha1-A\"") ", " ENTRY(
                     "c",
                     "\"version\": \"1.0.0\", \"dev\": true") ", " ENTRY("d",
                                                                         "\"version\": \"1.0.0\", "
                                                                         "\"license\": \"MIT\"")),
            LOCK("\"a\": \"1\"",
                 ENTRY("a", "\"version\": \"1.0.0\", \"integrity\": \"sha512-B\", \"license\": "
                            "\"MIT\"") ", " ENTRY("b", "\"version\": \"1.0.0\", \"integrity\": "
                                                       "\"sha512-A\"") ", " ENTRY(
                     "c", "\"version\": \"1.0.0\"") ", " ENTRY("d",
                                                               "\"version\": \"1.0.0\", "
                                                               "\"license\": \"GPL-3.0-only\"")));
    const struct package_change *changes = two.difference->changes;

    (void)state;
    /* another kind of checksum is no other content */
    assert_int_equal(two.difference->count, 3);
    assert_string_equal(changes[0].name, "a");
    assert_int_equal(changes[0].event, PACKAGE_MOVED);
    assert_true(changes[0].content_changed);
    assert_false(changes[0].license_changed);
    assert_string_equal(changes[1].name, "c");
    assert_true(changes[1].scope_changed);
    assert_int_equal(changes[1].previous.scope, PACKAGE_DEV);
    assert_int_equal(changes[1].current.scope, PACKAGE_RUNTIME);
    assert_string_equal(changes[2].name, "d");
    assert_true(changes[2].license_changed);
    assert_string_equal(changes[2].current.license, "GPL-3.0-only");
    end(&two);
}

static void ranges_are_compared_by_where_they_begin(void **state)
{
    struct two_lists two =
        compare("package.json",
                "{\"dependencies\": {\"a\": \"^1.2.0\", \"b\": \"^1.0.0\", \"c\": \"*\"}}",
                "{\"dependencies\": {\"a\": \"^2.0.0\", \"b\": \"~1.0.0\", \"c\": \"1\"}}");
    const struct package_change *changes = two.difference->changes;

    (void)state;
    assert_int_equal(two.difference->count, 3);
    assert_int_equal(changes[0].step.step, VERSION_MAJOR);
    assert_int_equal(changes[1].step.step, VERSION_OTHER);
    assert_int_equal(changes[2].step.step, VERSION_OTHER);
    end(&two);
}

static void one_side_may_be_absent(void **state)
{
    struct package_list *list = read_packages("go.mod", "require a v1.0.0\n", NULL);
    struct package_difference *difference = package_difference_of(NULL, list);

    (void)state;
    assert_int_equal(difference->count, 1);
    assert_int_equal(difference->changes[0].event, PACKAGE_ADDED);
    package_difference_free(&difference);
    difference = package_difference_of(list, list);
    assert_int_equal(difference->count, 0);
    package_difference_free(&difference);
    package_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(versions_of_a_name_are_a_set),
        cmocka_unit_test(the_same_version_may_be_something_else),
        cmocka_unit_test(ranges_are_compared_by_where_they_begin),
        cmocka_unit_test(one_side_may_be_absent),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
