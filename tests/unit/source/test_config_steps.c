#include "source_support.h"

#include <string.h>

#include <pilab/drift/report.h>

/* Which commit, and which ticket, a difference of configuration is tied to. */

#define FILE_NAME "deploy/values.yaml"

static struct drift_report *report_of(struct work *work)
{
    return drift_detect(work_read(work));
}

static const struct drift_item *item_of(const struct drift_report *report, const char *path)
{
    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (item->type == DRIFT_CONFIG && strcmp(item->path, path) == 0)
            return item;
    }
    fail_msg("%s is no difference", path);
    return NULL;
}

/* `tickets` are separated by blanks. */
static void assert_tied(const struct drift_report *report, const char *path, const char *subject,
                        const char *tickets)
{
    const struct drift_item *item = item_of(report, path);
    struct strbuf listed = STRBUF_INIT;

    assert_non_null(item->commit);
    assert_string_equal(drift_report_commit(report, item->commit)->subject, subject);
    for (size_t i = 0; i < item->ticket_count; i++)
        strbuf_printf(&listed, "%s%s", i > 0 ? " " : "", item->tickets[i]);
    assert_string_equal(listed.data != NULL ? listed.data : "", tickets);
    strbuf_release(&listed);
}

static void change(struct work *work, const char *old, const char *new, const char *message,
                   const char *tag)
{
    builder_replace(work->build, FILE_NAME, old, new);
    work_commit(work, message, tag);
}

static void each_key_is_tied_to_the_commits_that_changed_it(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, FILE_NAME, "a: 1\nb: 1\nc: {d: 1, e: 1}\ngone: 1\n");
    work_commit(work, "Begin", "v1");
    change(work, "a: 1", "a: 2", "MB-1: raise a", NULL);
    change(work, "b: 1", "b: 2", "MB-2: raise b", NULL);
    change(work, "a: 2", "a: 3", "MB-3: raise a again", NULL);
    change(work, "d: 1", "d: 2", "MB-4: raise d", NULL);
    change(work, "gone: 1\n", "new: 1\n", "MB-5: another key", "v2");
    report = report_of(work);

    assert_tied(report, "a", "MB-3: raise a again", "MB-3 MB-1");
    assert_tied(report, "b", "MB-2: raise b", "MB-2");
    assert_tied(report, "c.d", "MB-4: raise d", "MB-4");
    assert_tied(report, "gone", "MB-5: another key", "MB-5");
    assert_tied(report, "new", "MB-5: another key", "MB-5");
    drift_report_free(&report);
}

static void the_only_commit_of_a_file_changed_all_of_it(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, FILE_NAME, "a: 1\nb: 1\n");
    work_commit(work, "Begin", "v1");
    builder_write(work->build, FILE_NAME, "a: 2\nb: 2\n");
    work_commit(work, "MB-7: both", "v2");
    report = report_of(work);

    assert_tied(report, "a", "MB-7: both", "MB-7");
    assert_tied(report, "b", "MB-7: both", "MB-7");
    drift_report_free(&report);
}

static void what_only_previous_changed_is_tied_to_its_commit(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, FILE_NAME, "a: 1\nb: 1\nc: 1\n");
    work_commit(work, "Begin", NULL);
    builder_branch(work->build, "hotfix");
    change(work, "b: 1", "b: 9", "MB-9: a hotfix", "v1");
    builder_switch(work->build, "main");
    change(work, "a: 1", "a: 2", "MB-1: on main", NULL);
    change(work, "c: 1", "c: 2", "MB-2: on main, too", "v2");
    report = report_of(work);

    assert_tied(report, "a", "MB-1: on main", "MB-1");
    assert_tied(report, "b", "MB-9: a hotfix", "MB-9");
    drift_report_free(&report);
}

static void changes_on_branches_beside_each_other_are_tied(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, FILE_NAME, "a: 1\nx: 0\ny: 0\nz: 0\nb: 1\n");
    work_commit(work, "Begin", "v1");
    builder_branch(work->build, "side");
    change(work, "b: 1", "b: 2", "MB-2: b", NULL);
    builder_switch(work->build, "main");
    change(work, "a: 1", "a: 2", "MB-1: a", NULL);
    builder_merge(work->build, "side", "Merge branch 'side'");
    builder_write(work->build, FILE_NAME, "a: 2\nx: 0\ny: 0\nz: 0\nb: 2\n");
    work_commit(work, "MB-3: settle", "v2");
    report = report_of(work);

    assert_tied(report, "a", "MB-1: a", "MB-1");
    assert_string_equal(item_of(report, "b")->tickets[item_of(report, "b")->ticket_count - 1],
                        "MB-2");
    drift_report_free(&report);
}

/* A version in between that is no YAML: lines tell all the same. */
static void a_version_that_cannot_be_read_is_followed_by_lines(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, FILE_NAME, "a: 1\nb: 1\ngone: 1\n");
    work_commit(work, "Begin", "v1");
    change(work, "a: 1", "a: 2", "MB-1: raise a", NULL);
    change(work, "b: 1", "b: [", "MB-2: break it", NULL);
    change(work, "b: [", "b: 2", "MB-3: mend it", NULL);
    change(work, "gone: 1\n", "", "MB-4: drop a key", "v2");
    report = report_of(work);

    assert_tied(report, "a", "MB-1: raise a", "MB-1");
    assert_tied(report, "b", "MB-3: mend it", "MB-3");
    assert_tied(report, "gone", "MB-4: drop a key", "MB-4");
    drift_report_free(&report);
}

static void entries_without_names_are_told_apart_by_what_they_are(void **state)
{
    struct work *work = *state;
    struct drift_report *report;
    size_t tied = 0;

    builder_write(work->build, FILE_NAME, "list:\n  - one\n  - two\n");
    work_commit(work, "Begin", "v1");
    change(work, "  - two\n", "  - two\n  - three\n", "MB-1: three", NULL);
    change(work, "  - three\n", "  - three\n  - four\n", "MB-2: four", "v2");
    report = report_of(work);

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (item->type != DRIFT_CONFIG)
            continue;
        assert_int_equal(item->ticket_count, 1);
        assert_string_equal(item->tickets[0],
                            strcmp(item->current.text, "three") == 0 ? "MB-1" : "MB-2");
        tied++;
    }
    assert_int_equal(tied, 2);
    drift_report_free(&report);
}

#define OBJECTS "k8s/shop.yaml"

/* A file of ConfigMaps: names and what `mode` is in each, ending with NULL; a name that begins with
 * '#' is a document of another kind. */
static void write_objects(struct work *work, const char *const *objects)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; objects[i] != NULL; i += 2) {
        if (objects[i][0] == '#')
            strbuf_printf(&text, "---\nplain: %s\n", objects[i + 1]);
        else
            strbuf_printf(&text,
                          "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"
                          "data: {mode: %s, url: %s}\n",
                          objects[i], objects[i + 1], objects[i]);
    }
    builder_write(work->build, OBJECTS, text.data);
    strbuf_release(&text);
}

static void commit_objects(struct work *work, const char *const *objects, const char *message,
                           const char *tag)
{
    write_objects(work, objects);
    work_commit(work, message, tag);
}

#define OBJECTS_OF(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void a_document_that_comes_or_goes_changes_no_other(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    commit_objects(work, OBJECTS_OF("a", "x", "b", "x", "c", "x"), "Begin", "v1");
    commit_objects(work, OBJECTS_OF("a", "y", "b", "x", "c", "x"), "MB-2: change a", NULL);
    commit_objects(work, OBJECTS_OF("a", "y", "b", "x", "c", "x", "e", "x"), "MB-3: add e", NULL);
    commit_objects(work, OBJECTS_OF("a", "y", "c", "x", "e", "x"), "MB-4: drop b", "v2");
    report = report_of(work);

    assert_tied(report, "ConfigMap/a.data.mode", "MB-2: change a", "MB-2");
    assert_tied(report, "ConfigMap/e", "MB-3: add e", "MB-3");
    assert_tied(report, "ConfigMap/b", "MB-4: drop b", "MB-4");
    drift_report_free(&report);
}

static void a_document_that_moves_is_followed(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    commit_objects(work, OBJECTS_OF("a", "x", "b", "x", "#", "1"), "Begin", "v1");
    commit_objects(work, OBJECTS_OF("a", "x", "b", "y", "#", "1"), "MB-1: change b", NULL);
    commit_objects(work, OBJECTS_OF("#", "1", "b", "y", "a", "x"), "MB-2: turn them", NULL);
    commit_objects(work, OBJECTS_OF("#", "2", "b", "y", "a", "x"), "MB-3: the plain one", NULL);
    commit_objects(work, OBJECTS_OF("#", "2", "b", "y", "a", "z"), "MB-4: change a", "v2");
    report = report_of(work);

    assert_int_equal(report->configs[0].item_count, 3);
    assert_tied(report, "ConfigMap/a.data.mode", "MB-4: change a", "MB-4");
    assert_tied(report, "ConfigMap/b.data.mode", "MB-1: change b", "MB-1");
    assert_tied(report, "\"document 3\".plain", "MB-3: the plain one", "MB-3");
    drift_report_free(&report);
}

/* With an entry that has no name, the list of a version is a bag; with two of one name, they have
 * ordinals. */
static void entries_keep_their_commits_when_others_lose_their_names(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    builder_write(work->build, FILE_NAME,
                  "l:\n  - {name: p, v: 1}\n  - {name: q, v: 1}\n"
                  "d:\n  - {name: r, v: 1}\n  - {name: s, v: 1}\n");
    work_commit(work, "Begin", "v1");
    change(work, "{name: p, v: 1}", "{name: p, v: 2}", "MB-1: p", NULL);
    change(work, "{name: q, v: 1}", "{name: q, v: 2}", "MB-2: q", NULL);
    change(work, "{name: r, v: 1}", "{name: r, v: 2}", "MB-3: r", NULL);
    change(work, "d:\n", "  - {v: 7}\nd:\n", "MB-4: one without a name", NULL);
    change(work, "{name: s, v: 1}", "{name: s, v: 1}\n  - {name: s, v: 3}", "MB-5: s twice", NULL);
    change(work, "  - {v: 7}\n", "", "MB-6: without it again", "v2");
    report = report_of(work);

    assert_tied(report, "l.p.v", "MB-1: p", "MB-1");
    assert_tied(report, "l.q.v", "MB-2: q", "MB-2");
    assert_tied(report, "d.r.v", "MB-3: r", "MB-3");
    assert_tied(report, "d.s#2", "MB-5: s twice", "MB-5");
    drift_report_free(&report);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(each_key_is_tied_to_the_commits_that_changed_it),
        CASE(the_only_commit_of_a_file_changed_all_of_it),
        CASE(what_only_previous_changed_is_tied_to_its_commit),
        CASE(changes_on_branches_beside_each_other_are_tied),
        CASE(a_version_that_cannot_be_read_is_followed_by_lines),
        CASE(entries_without_names_are_told_apart_by_what_they_are),
        CASE(a_document_that_comes_or_goes_changes_no_other),
        CASE(a_document_that_moves_is_followed),
        CASE(entries_keep_their_commits_when_others_lose_their_names),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
