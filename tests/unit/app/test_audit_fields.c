#include "app_support.h"

#include <string.h>

#include <pilab/app/audit_log.h>
#include <pilab/app/release.h>
#include <pilab/base/json.h>

#include "../../support/guide_fields.h"

#define NOW INT64_C(1737556200000) /* 2025-01-22 14:30 UTC */
#define DAY INT64_C(86400000)

static const struct audit_log_entry entry = {
    .entry = {.seq = 42, .at = NOW - 2 * DAY, .actor = "olga", .action = "note.approve"},
    .project = "MB",
    .object = "note:7",
    .what = "2.0.7 rev 3, APPROVED",
};

static bool passes(const char *text)
{
    struct error error;
    struct filter *filter = filter_new(text, &audit_log_fields, NOW, &error);
    bool passed;

    if (filter == NULL)
        fail_msg("%s: %s", text, error.message);
    passed = audit_log_passes(&entry, filter);
    filter_free(&filter);
    return passed;
}

static void an_entry_is_found_by_what_it_says(void **state)
{
    (void)state;
    assert_true(passes("actor:olga action:note object:note:7 project:MB what:rev"));
    assert_true(passes("action=note.approve -action:note.reject"));
    assert_true(passes("seq>=42 seq<43 since:3d until:yesterday"));
    assert_false(passes("since:1d"));
    assert_false(passes("actor:bob"));
}

static void words_are_found_in_all_of_it(void **state)
{
    (void)state;
    assert_true(passes("approved \"note:7\" 2025-01-20 mb"));
    assert_false(passes("\"olga note.approve\""));
}

static void an_entry_without_an_object_has_none(void **state)
{
    struct filter *filter = filter_new("object:*", &audit_log_fields, NOW, NULL);
    struct audit_log_entry bare = {
        .entry = {.seq = 1, .actor = "a", .action = "b"},
          .what = ""
    };

    (void)state;
    assert_non_null(filter);
    assert_false(audit_log_passes(&bare, filter));
    filter_free(&filter);
}

static void add(void *to, const char *value)
{
    strbuf_printf(to, "%s ", value);
}

static void offer(struct app_work *work, const char *name, struct strbuf *out)
{
    for (size_t i = 0; i < audit_log_fields.count; i++) {
        if (strcmp(audit_log_fields.fields[i].name, name) == 0)
            audit_log_field_values(&work->call, i, add, out);
    }
}

static void who_acted_and_what_was_done_is_offered(void **state)
{
    struct app_work *work = *state;
    struct strbuf out = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_printf(&line, "project import %s",
                  app_file(work, "pilab.yaml",
                           "pilab: 1\n"
                           "project: {name: Mobile Banking, code: MB}\n"
                           "environments: [{name: SIT, stage: SIT}]\n"
                           "modules: [{name: auth, repository: /nonexistent}]\n"));
    app_must(work, line.data);
    strbuf_release(&line);
    app_must(work, "manifest set auth SIT 1.0");
    offer(work, "actor", &out);
    assert_string_equal(out.data, "olga ");
    strbuf_clear(&out);
    offer(work, "action", &out);
    assert_non_null(strstr(out.data, "manifest.set "));
    assert_non_null(strstr(out.data, "project.create "));
    strbuf_clear(&out);
    offer(work, "object", &out);
    assert_int_equal(out.length, 0);
    strbuf_release(&out);
}

static void the_guide_knows_the_fields(void **state)
{
    (void)state;
    assert_guide_knows("The fields of the audit", audit_log_fields.fields, audit_log_fields.count);
    assert_guide_knows("The fields of a release", release_list_fields.fields,
                       release_list_fields.count);
}

static bool release_passes(const json_t *item, const char *text)
{
    struct error error;
    struct filter *filter = filter_new(text, &release_list_fields, NOW, &error);
    bool passed;

    if (filter == NULL)
        fail_msg("%s: %s", text, error.message);
    passed = filter_test(filter, item, "", 0);
    filter_free(&filter);
    return passed;
}

static void a_release_is_found_by_what_it_is(void **state)
{
    json_t *item = json_object();

    (void)state;
    json_put_text(item, "name", "R2025.01");
    json_put_text(item, "from", "SIT");
    json_put_text(item, "to", "UAT");
    json_put_text(item, "status", "CLOSED");
    json_put_text(item, "sentence", "nothing is left to do");
    json_put_integer(item, "modules", 12);
    json_put_time(item, "planned_at", 0);
    json_put_time(item, "created_at", NOW - DAY);
    assert_true(release_passes(item, "name:R2025* from:sit to:UAT status:closed modules>10"));
    assert_true(release_passes(item, "next:left at:yesterday"));
    assert_false(release_passes(item, "status:open,cancelled"));
    assert_true(release_passes(item, "since:9d"));
    /* It is planned for no time. */
    assert_false(release_passes(item, "planned>=9d"));
    json_decref(item);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_found_by_what_it_says),
        cmocka_unit_test(words_are_found_in_all_of_it),
        cmocka_unit_test(an_entry_without_an_object_has_none),
        cmocka_unit_test_setup_teardown(who_acted_and_what_was_done_is_offered, app_setup,
                                        app_teardown),
        cmocka_unit_test(the_guide_knows_the_fields),
        cmocka_unit_test(a_release_is_found_by_what_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
