#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/dependency.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/json.h>
#include <pilab/packages/formats.h>

#include "../../support/drift_fixture.h"
#include "../../support/json_schema.h"

#define MOST_PAIRS 4

/* Files of both sides, read and compared. */
struct work {
    struct drift_fixture drift;
    struct package_list *lists[2 * MOST_PAIRS];
    size_t list_count;
    struct dependency_pair pairs[MOST_PAIRS];
    struct dependency_input input;
};

static int start(void **state)
{
    static struct work work;

    work = (struct work){ 0 };
    drift_fixture_start(&work.drift);
    drift_fixture_module(&work.drift, "mb-web");
    *state = &work;
    return 0;
}

static int end(void **state)
{
    struct work *work = *state;

    drift_fixture_end(&work->drift);
    for (size_t i = 0; i < work->list_count; i++)
        package_list_free(&work->lists[i]);
    return 0;
}

static const struct package_list *read_list(struct work *work, const char *name, const char *text)
{
    struct error error = { 0 };
    struct package_list *list;

    if (!text)
        return NULL;
    list = package_list_read(package_format_of(name), name, text, strlen(text), NULL, &error);
    if (!list)
        fail_msg("%s", error.message);
    work->lists[work->list_count++] = list;
    return list;
}

static struct dependency_pair *add_pair(struct work *work, const char *name, const char *previous,
                                        const char *current)
{
    struct dependency_pair *pair = &work->pairs[work->input.pair_count++];

    *pair = (struct dependency_pair){ .prefix = "",
                                      .previous_file = previous ? name : NULL,
                                      .current_file = current ? name : NULL,
                                      .title = package_format_of(name)->title,
                                      .previous = read_list(work, name, previous),
                                      .current = read_list(work, name, current) };
    return pair;
}

static const struct drift_report *detect(struct work *work)
{
    struct module_input *module = vector_at(&work->drift.modules, 0);

    work->input.pairs = work->pairs;
    module->dependency = &work->input;
    return drift_fixture_detect(&work->drift);
}

static const struct drift_item *item(struct work *work, const char *path)
{
    const struct drift_item *found = drift_fixture_item(&work->drift, path);

    if (!found)
        fail_msg("no item %s", path);
    return found;
}

/* Lines of a pyproject.toml, whose requirements are direct; runtime unless of a group. */
#define RUNTIME(list)     "[project]\ndependencies = [" list "]\n"
#define DEVELOPMENT(list) "[dependency-groups]\ndev = [" list "]\n"

struct judged {
    const char *path, *category;
    enum severity severity;
    const char *rule;
};

static void assert_judged(struct work *work, const struct judged *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct drift_item *found = item(work, rows[i].path);

        assert_string_equal(found->category, rows[i].category);
        if (found->severity != rows[i].severity || !drift_fixture_fired(found, rows[i].rule))
            fail_msg("%s is %s by %s", rows[i].path, severity_name(found->severity),
                     found->rule_count > 0 ? found->rules[0].rule : "nothing");
    }
}

static void what_the_project_asks_for_is_judged_by_its_step(void **state)
{
    static const struct judged rows[] = {
        {"major",     "direct",      SEVERITY_HIGH,   "dependency.major"      },
        { "back",     "direct",      SEVERITY_HIGH,   "dependency.downgrade"  },
        { "young",    "direct",      SEVERITY_MEDIUM, "dependency.below-one"  },
        { "minor",    "direct",      SEVERITY_MEDIUM, "dependency.minor"      },
        { "dated",    "direct",      SEVERITY_MEDIUM, "dependency.minor"      },
        { "patch",    "direct",      SEVERITY_LOW,    "dependency.change"     },
        { "new",      "direct",      SEVERITY_MEDIUM, "dependency.new"        },
        { "gone",     "direct",      SEVERITY_LOW,    "dependency.change"     },
        { "checker",  "development", SEVERITY_LOW,    "dependency.development"},
        { "promoted", "direct",      SEVERITY_MEDIUM, "dependency.shipped"    },
    };
    struct work *work = *state;

    add_pair(work, "pyproject.toml",
             RUNTIME("'major==1.9', 'back==2.0.1', 'young==0.3', 'minor==1.1', "
                     "'dated==2024.8.30', 'patch==1.1.1', 'gone==1'")
                 DEVELOPMENT("'checker==1', 'promoted==1'"),
             RUNTIME("'major==2.0', 'back==2.0.0', 'young==0.4', 'minor==1.2', "
                     "'dated==2025.1.31', 'patch==1.1.2', 'new==1', 'promoted==1'")
                 DEVELOPMENT("'checker==9'"));
    assert_int_equal(detect(work)->item_count, sizeof rows / sizeof *rows);
    assert_judged(work, rows, sizeof rows / sizeof *rows);
    assert_int_equal(item(work, "major")->attention, ATTENTION_REVIEW);
    assert_int_equal(item(work, "minor")->attention, ATTENTION_NONE);
    assert_string_equal(item(work, "major")->previous.text, "1.9");
    assert_string_equal(item(work, "major")->current.text, "2.0");
    assert_int_equal(item(work, "new")->change_type, CHANGE_TYPE_ADDED);
    assert_int_equal(item(work, "gone")->change_type, CHANGE_TYPE_DELETED);
    assert_string_equal(item(work, "promoted")->previous.text, "1 (dev)");
    assert_string_equal(item(work, "promoted")->current.text, "1 (runtime)");
    assert_int_equal(item(work, "new")->current_at.line, 2);
}

#define LOCK(entries)       "{\"packages\": {\"\": {\"dependencies\": {\"own\": \"1\"}},\n" entries "}}"
#define ENTRY(name, fields) "\"node_modules/" name "\": {" fields "}"

static void what_another_package_brings_asks_for_nobody(void **state)
{
    static const struct judged rows[] = {
        {"own",      "direct",     SEVERITY_HIGH,   "dependency.license-strict"  },
        { "big",     "transitive", SEVERITY_LOW,    "dependency.transitive-major"},
        { "small",   "transitive", SEVERITY_INFO,   "dependency.transitive"      },
        { "other",   "transitive", SEVERITY_HIGH,   "dependency.content"         },
        { "choice",  "transitive", SEVERITY_MEDIUM, "dependency.license"         },
        { "address", "transitive", SEVERITY_MEDIUM, "dependency.address"         },
    };
    struct work *work = *state;

    add_pair(work, "package-lock.json",
             LOCK(ENTRY("own", "\"version\": \"1.0.0\", \"license\": \"MIT\"") ",\n" ENTRY(
                 "big",
                 "\"ver"
                 "sion"
                 "\": "
                 "\"1."
                 "0."
                 "0\"") ",\n" ENTRY("small",
                                    "\"version\": \"1.0.0\"") ",\n" ENTRY("other",
                                                                          "\"version\": \"1.0.0\", "
                                                                          "\"integrity\": "
                                                                          "\"sha512-A\"") ","
                                                                                          "\n" ENTRY(
                                                                                              "choi"
                                                                                              "ce",
                                                                                              "\"ve"
                                                                                              "rsio"
                                                                                              "n\":"
                                                                                              " "
                                                                                              "\"1."
                                                                                              "0."
                                                                                              "0\","
                                                                                              " "
                                                                                              "\"li"
                                                                                              "cens"
                                                                                              "e\":"
                                                                                              " "
                                                                                              "\"MI"
                                                                                              "T\"") ","
                                                                                                     "\n" ENTRY(
                                                                                                         "addre"
                                                                                                         "ss",
                                                                                                         "\"ver"
                                                                                                         "sion"
                                                                                                         "\": "
                                                                                                         "\"1."
                                                                                                         "0."
                                                                                                         "0"
                                                                                                         "\"")),
             LOCK(
                 ENTRY("own", "\"version\": \"1.0.1\", \"license\": \"AGPL-3.0-only\"") ",\n" ENTRY("big", "\"version\": \"2.0.0\"") ",\n" ENTRY(
                     "small",
                     "\"version\": \"1.1.0\"") ",\n" ENTRY("other",
                                                           "\"version"
                                                           "\": "
                                                           "\"1.0.0\","
                                                           " \"integri"
                                                           "ty\": "
                                                           "\"sha512-"
                                                           "B\"") ","
                                                                  "\n" ENTRY(
                                                                      "choice",
                                                                      "\"version\""
                                                                      ": "
                                                                      "\"1.0.0\", "
                                                                      "\"license\""
                                                                      ": \"MIT OR "
                                                                      "GPL-2.0-"
                                                                      "only\"") ","
                                                                                "\n" ENTRY(
                                                                                    "address",
                                                                                    "\"version\": "
                                                                                    "\"git+https://"
                                                                                    "bot:hunter2@"
                                                                                    "example.org/"
                                                                                    "x.git\"")));
    assert_int_equal(detect(work)->item_count, sizeof rows / sizeof *rows);
    assert_judged(work, rows, sizeof rows / sizeof *rows);
    assert_true(item(work, "other")->security);
    assert_string_equal(item(work, "own")->current.text, "1.0.1 (AGPL-3.0-only)");
    assert_true(item(work, "address")->current.masked);
    assert_null(strstr(item(work, "address")->current.text, "hunter2"));
}

/* The nearest come first, whatever the alphabet says. */
static void direct_packages_are_told_first(void **state)
{
    struct work *work = *state;
    const struct drift_report *report;

    add_pair(work, "package-lock.json",
             LOCK(ENTRY("own", "\"version\": \"1.0.0\"") ", " ENTRY("a", "\"version\": \"1.0.0\"")),
             LOCK(
                 ENTRY("own", "\"version\": \"1.0.1\"") ", " ENTRY("a", "\"version\": \"1.0.1\"")));
    report = detect(work);
    assert_string_equal(report->items[0].path, "own");
    assert_string_equal(report->items[1].path, "a");
}

static void a_file_that_comes_or_goes_is_one_difference(void **state)
{
    struct work *work = *state;
    const struct drift_item *found;

    add_pair(work, "package-lock.json", NULL,
             LOCK(
                 ENTRY("own", "\"version\": \"1.0.0\"") ", " ENTRY("a", "\"version\": \"1.0.0\"")));
    assert_int_equal(detect(work)->item_count, 1);
    found = item(work, "package-lock.json");
    assert_string_equal(found->category, "file");
    assert_int_equal(found->change_type, CHANGE_TYPE_ADDED);
    assert_string_equal(found->current.text, "2 packages, 1 direct");
    assert_true(drift_fixture_fired(found, "dependency.file"));
}

static void what_is_inherited_is_told_once(void **state)
{
    static const char before[] = "[project]\ndependencies = ['a==1', 'b==1']\n";
    static const char after[] = "[project]\ndependencies = ['a==2', 'b==1']\n";
    struct work *work = *state;

    add_pair(work, "pyproject.toml", before, after);
    add_pair(work, "part/pyproject.toml", before, "[project]\ndependencies = ['a==2', 'b==2']\n")
        ->inherits = true;
    work->pairs[1].prefix = "part/";
    assert_int_equal(detect(work)->item_count, 2);
    item(work, "a");
    item(work, "part/b");
}

static void nothing_that_runs_is_different_is_no_item(void **state)
{
    struct work *work = *state;

    /* what was brought along is asked for now */
    add_pair(work, "package-lock.json",
             "{\"packages\": {\"\": {}, \"node_modules/own\": {\"version\": \"1.0.0\"}}}",
             LOCK(ENTRY("own", "\"version\": \"1.0.0\"")));
    assert_int_equal(detect(work)->item_count, 0);
    assert_int_equal(work->drift.report->part_count, 1);
    assert_non_null(drift_report_part(work->drift.report, DRIFT_DEPENDENCY, "mb-web"));
}

static void a_report_reads_back_as_it_was_written(void **state)
{
    struct work *work = *state;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct error error = { 0 };
    json_t *json, *again;
    struct drift_report *copy;

    add_pair(work, "package-lock.json",
             LOCK(ENTRY("own", "\"version\": \"0.1.0\", \"license\": \"MIT\"") ", " ENTRY(
                 "a", "\"version\": \"1.0.0\"")),
             LOCK(ENTRY("own", "\"version\": \"0.2.0\", \"license\": \"ISC\"") ", " ENTRY(
                 "x/node_modules/own", "\"version\": \"0.0.1\"")));
    add_pair(work, "go.mod", "require a v1.0.0\n", NULL);
    json = drift_report_to_json(detect(work));
    assert_follows_schema(json, "drift-1.json");
    copy = drift_report_from_json(json, &error);
    if (!copy)
        fail_msg("%s", error.message);
    again = drift_report_to_json(copy);
    json_write_pretty(&first, json);
    json_write_pretty(&second, again);
    assert_string_equal(second.data, first.data);
    strbuf_release(&first);
    strbuf_release(&second);
    json_decref(json);
    json_decref(again);
    drift_report_free(&copy);
}

static void assert_detail(struct work *work, const char *path, const char *line)
{
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    drift_detail_item(&rich, work->drift.report, item(work, path), NULL, 78, true);
    rich_to_plain(&plain, rich.data, rich.length);
    if (!strstr(plain.data, line))
        fail_msg("no line \"%s\" in:\n%s", line, plain.data);
    strbuf_release(&rich);
    strbuf_release(&plain);
}

static void the_detail_view_shows_sets_and_steps(void **state)
{
    struct work *work = *state;

    add_pair(work, "package-lock.json",
             LOCK(ENTRY("own", "\"version\": \"0.1.0\", \"license\": \"MIT\"") ", " ENTRY(
                 "x/node_modules/own", "\"version\": \"0.0.1\"")),
             LOCK(ENTRY("own", "\"version\": \"0.2.0\", \"license\": \"ISC\"") ", " ENTRY(
                 "x/node_modules/own", "\"version\": \"0.0.1\"")));
    detect(work);
    assert_detail(work, "own", "step        minor upgrade, below 1.0: it may break what uses it\n");
    assert_detail(work, "own", "gone        0.1.0\n");
    assert_detail(work, "own", "new         0.2.0\n");
    assert_detail(work, "own", "stays       0.0.1\n");
    assert_detail(work, "own", "licence     MIT → ISC\n");
    assert_detail(work, "own", "who         the project asks for it\n");
    assert_detail(work, "own", "file        npm lock file, 2 packages\n");
}

/* --- The same version from elsewhere ---------------------------------------------------------- */

#define LOCKED(resolved, sum)                                                                      \
    "{\"packages\": {\"\": {\"dependencies\": {\"l\": \"1\"}}, \"node_modules/l\": {\"version\": " \
    "\"1.0.0\", \"resolved\": \"" resolved "\"" sum "}}}"
#define SUM(letters) ", \"integrity\": \"sha512-" letters "\""

static const struct drift_item *locked(struct work *work, const char *previous, const char *current)
{
    work->input.pair_count = 0;
    add_pair(work, "package-lock.json", previous, current);
    assert_int_equal(detect(work)->item_count, 1);
    return item(work, "l");
}

static void another_commit_or_content_or_place_of_one_version_is_told(void **state)
{
    struct work *work = *state;
    const struct drift_item *found;

    found = locked(work, LOCKED("git+https://h/x/l.git#0123456789abcdef", ""),
                   LOCKED("git+https://h/x/l.git#fedcba9876543210", ""));
    assert_string_equal(found->previous.text, "1.0.0 (commit 0123456789ab)");
    assert_string_equal(found->current.text, "1.0.0 (commit fedcba987654)");
    assert_true(drift_fixture_fired(found, "dependency.commit"));
    assert_int_equal(found->severity, SEVERITY_MEDIUM);

    found =
        locked(work, LOCKED("https://registry.npmjs.org/l/-/l-1.0.0.tgz", SUM("aaaaaaaaaaaaaaaa")),
               LOCKED("https://evil.example/l/-/l-1.0.0.tgz", SUM("bbbbbbbbbbbbbbbb")));
    assert_string_equal(found->previous.text, "1.0.0 (sha512-aaaaaaaaaaaa) (registry.npmjs.org)");
    assert_string_equal(found->current.text, "1.0.0 (sha512-bbbbbbbbbbbb) (evil.example)");
    assert_true(drift_fixture_fired(found, "dependency.content"));
    assert_true(drift_fixture_fired(found, "dependency.origin"));
    assert_int_equal(found->severity, SEVERITY_HIGH);
    assert_true(found->security);

    found = locked(work, LOCKED("https://registry.npmjs.org/l/-/l-1.0.0.tgz", SUM("a")),
                   LOCKED("https://mirror.example/l/-/l-1.0.0.tgz", SUM("a")));
    assert_true(drift_fixture_fired(found, "dependency.mirror"));
    assert_int_equal(found->severity, SEVERITY_LOW);
    assert_false(found->security);
}

/* Twelve digits of a commit or a checksum are shown: what differs behind them is another state. */
static void a_decision_is_bound_to_the_whole_commit_and_checksum(void **state)
{
    struct work *work = *state;
    char one[ITEM_STATE_SIZE], other[ITEM_STATE_SIZE];

    drift_item_state(locked(work, LOCKED("git+https://h/x/l.git#0123456789ab0000", ""),
                            LOCKED("git+https://h/x/l.git#fedcba9876540000", "")),
                     one);
    drift_item_state(locked(work, LOCKED("git+https://h/x/l.git#0123456789ab0000", ""),
                            LOCKED("git+https://h/x/l.git#fedcba9876541111", "")),
                     other);
    assert_string_not_equal(one, other);
    work->input.pair_count = 0;
    add_pair(work, "requirements.txt", NULL, "a==1\n");
    detect(work);
    drift_item_state(item(work, "requirements.txt"), one);
    work->input.pair_count = 0;
    add_pair(work, "requirements.txt", NULL, "b==1\n");
    detect(work);
    drift_item_state(item(work, "requirements.txt"), other);
    assert_string_not_equal(one, other);
}

/* An older kind of checksum may be the same, and what begins alike may end otherwise. */
static void the_checksum_that_differs_is_shown(void **state)
{
    struct work *work = *state;
    const struct drift_item *found =
        locked(work, LOCKED("https://r/l.tgz", ", \"integrity\": \"sha1-OLD sha512-AAAA\""),
               LOCKED("https://r/l.tgz", ", \"integrity\": \"sha1-OLD sha512-BBBB\""));

    assert_string_equal(found->previous.text, "1.0.0 (sha512-AAAA)");
    assert_string_equal(found->current.text, "1.0.0 (sha512-BBBB)");
    found = locked(work, LOCKED("https://r/l.tgz", SUM("abcdefghijklmnop1")),
                   LOCKED("https://r/l.tgz", SUM("abcdefghijklmnop2")));
    assert_string_equal(found->previous.text, "1.0.0 (sha512-abcdefghijklmnop1)");
    assert_string_equal(found->current.text, "1.0.0 (sha512-abcdefghijklmnop2)");
}

static void a_branch_is_not_cut(void **state)
{
    struct work *work = *state;
    const struct drift_item *found =
        locked(work, LOCKED("git+https://h/x/l.git#feature-of-the-first-quarter", ""),
               LOCKED("git+https://h/x/l.git#feature-of-the-first-question", ""));

    assert_string_equal(found->previous.text, "1.0.0 (commit feature-of-the-first-quarter)");
    assert_string_equal(found->current.text, "1.0.0 (commit feature-of-the-first-question)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_the_project_asks_for_is_judged_by_its_step, start,
                                        end),
        cmocka_unit_test_setup_teardown(what_another_package_brings_asks_for_nobody, start, end),
        cmocka_unit_test_setup_teardown(direct_packages_are_told_first, start, end),
        cmocka_unit_test_setup_teardown(a_file_that_comes_or_goes_is_one_difference, start, end),
        cmocka_unit_test_setup_teardown(what_is_inherited_is_told_once, start, end),
        cmocka_unit_test_setup_teardown(nothing_that_runs_is_different_is_no_item, start, end),
        cmocka_unit_test_setup_teardown(a_report_reads_back_as_it_was_written, start, end),
        cmocka_unit_test_setup_teardown(the_detail_view_shows_sets_and_steps, start, end),
        cmocka_unit_test_setup_teardown(the_checksum_that_differs_is_shown, start, end),
        cmocka_unit_test_setup_teardown(a_branch_is_not_cut, start, end),
        cmocka_unit_test_setup_teardown(a_decision_is_bound_to_the_whole_commit_and_checksum, start,
                                        end),
        cmocka_unit_test_setup_teardown(another_commit_or_content_or_place_of_one_version_is_told,
                                        start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
