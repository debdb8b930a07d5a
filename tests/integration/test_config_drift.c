/*
 * Drift of real charts' values at two versions: every change of the trees is an item, no item is
 * anything else, and few of them are called grave. The files are outside data: PILAB_TEST_DATA
 * names their folder; without it the cases skip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/document/diff.h>
#include <pilab/drift/json.h>

#include "../support/drift_fixture.h"

static const struct pair {
    const char *previous, *current;
    size_t grave; /* HIGH and CRITICAL: looked at one by one, and right */
} pairs[] = {
    {"alertmanager/values-1.23.0.yaml", "alertmanager/values-1.40.3.yaml", 0},
    { "podinfo/values-9525259.yaml",    "podinfo/values-HEAD.yaml",        0},
    { "podinfo/values-HEAD.yaml",       "podinfo/values-prod-HEAD.yaml",   1}, /* another registry */
    { "prometheus/values-15.0.0.yaml",  "prometheus/values-29.24.0.yaml",
     2                                                                      }, /* and verifies less */
    { "prometheus/values-28.11.0.yaml", "prometheus/values-29.24.0.yaml",  0},
    { "seed-example/sit-values.yaml",   "seed-example/dev-values.yaml",    0},
    { "synthetic-edge/old.yaml",        "synthetic-edge/new.yaml",         1}, /* SECRET_TOKEN */
};

static void read_values(const char *name, struct strbuf *out)
{
    const char *data = getenv("PILAB_TEST_DATA");
    char *path = memory_printf("%s/config/%s", data ? data : "../shared/data", name);
    struct error error = { 0 };
    bool there = file_exists(path);

    strbuf_clear(out);
    if (there && !file_read(path, 1 << 20, true, out, &error))
        fail_msg("%s", error.message);
    free(path);
    if (!there)
        skip();
}

static size_t count_items(const struct drift_report *report, enum change_type type,
                          enum change_detail detail)
{
    size_t count = 0;

    for (size_t i = 0; i < report->item_count; i++)
        count += report->items[i].change_type == type && report->items[i].detail == detail;
    return count;
}

static size_t count_changes(const struct tree_diff *diff, enum change_kind kind)
{
    size_t count = 0;

    for (size_t i = 0; i < diff->count; i++)
        count += diff->changes[i].kind == kind;
    return count;
}

static void assert_counts(const struct drift_report *report, const struct tree_diff *diff)
{
    static const struct {
        enum change_kind kind;
        enum change_type type;
        enum change_detail detail;
    } kinds[] = {
        {CHANGE_ADDED,     CHANGE_TYPE_ADDED,    DETAIL_NONE        },
        { CHANGE_REMOVED,  CHANGE_TYPE_DELETED,  DETAIL_NONE        },
        { CHANGE_MODIFIED, CHANGE_TYPE_MODIFIED, DETAIL_NONE        },
        { CHANGE_TYPE,     CHANGE_TYPE_MODIFIED, DETAIL_TYPE_CHANGED},
        { CHANGE_ORDER,    CHANGE_TYPE_MODIFIED, DETAIL_REORDERED   },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        assert_int_equal(count_items(report, kinds[i].type, kinds[i].detail),
                         count_changes(diff, kinds[i].kind));
    assert_int_equal(report->item_count, diff->count);
    assert_int_equal(report->summary.total_changes, diff->count);
}

static const struct drift_report *detect(struct drift_fixture *fixture, const struct pair *pair)
{
    struct strbuf previous = STRBUF_INIT, current = STRBUF_INIT;
    const struct drift_report *report;

    read_values(pair->previous, &previous);
    read_values(pair->current, &current);
    drift_fixture_start(fixture);
    report = drift_fixture_yaml(fixture, previous.data, current.data);
    strbuf_release(&previous);
    strbuf_release(&current);
    return report;
}

static void every_change_of_the_trees_is_an_item(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct drift_fixture fixture;
        const struct drift_report *report = detect(&fixture, &pairs[i]);
        struct tree_diff *diff =
            tree_diff_documents(*(struct document **)vector_at(&fixture.documents, 0),
                                *(struct document **)vector_at(&fixture.documents, 1), NULL);

        assert_counts(report, diff);
        tree_diff_free(&diff);
        drift_fixture_end(&fixture);
    }
}

static void few_of_them_are_called_grave(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct drift_fixture fixture;
        const size_t *severities = detect(&fixture, &pairs[i])->summary.by_severity;

        assert_int_equal(severities[SEVERITY_HIGH] + severities[SEVERITY_CRITICAL], pairs[i].grave);
        drift_fixture_end(&fixture);
    }
}

static void what_is_stored_is_what_was_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        struct drift_fixture fixture;
        json_t *json = drift_report_to_json(detect(&fixture, &pairs[i])), *again;
        struct error error = { 0 };
        struct drift_report *read = drift_report_from_json(json, &error);

        if (!read)
            fail_msg("%s: %s", pairs[i].current, error.message);
        again = drift_report_to_json(read);
        assert_true(json_equal(json, again));
        json_decref(json);
        json_decref(again);
        drift_report_free(&read);
        drift_fixture_end(&fixture);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_change_of_the_trees_is_an_item),
        cmocka_unit_test(few_of_them_are_called_grave),
        cmocka_unit_test(what_is_stored_is_what_was_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
