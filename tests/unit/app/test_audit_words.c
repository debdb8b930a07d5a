#include "app_support.h"

#include <string.h>

#include <pilab/app/audit_words.h>

static const char project[] = "pilab: 1\n"
                              "project: {name: Mobile Banking, code: MB}\n"
                              "environments:\n"
                              "  - {name: UAT, stage: UAT}\n"
                              "modules:\n"
                              "  - {name: auth, type: BACKEND}\n";

static void assert_words(struct arena *arena, struct audit_entry entry, const char *object,
                         const char *what)
{
    struct audit_words words = audit_words(&entry, arena);

    if (object == NULL)
        assert_null(words.object);
    else
        assert_string_equal(words.object, object);
    assert_string_equal(words.what, what);
}

static void an_entry_is_told_in_the_words_of_its_action(void **state)
{
    struct app_work *work = *state;
    struct arena *arena = work->call.arena;

    assert_words(arena,
                 (struct audit_entry){ .action = "drift.run",
                                       .object = "report:0194",
                                       .body = "{\"current\":\"env:SIT\",\"digest\":\"ab\","
                                               "\"number\":3,\"previous\":\"env:UAT\","
                                               "\"total_changes\":63}" },
                 "report:3", "env:UAT to env:SIT, 63 different");
    assert_words(arena,
                 (struct audit_entry){ .action = "manifest.set",
                                       .object = "deployment:0194",
                                       .body = "{\"environment\":\"UAT\",\"module\":\"auth\","
                                               "\"status\":\"DEPLOYED\",\"version\":\"2.0.7\"}" },
                 "auth in UAT", "2.0.7 DEPLOYED");
    assert_words(arena,
                 (struct audit_entry){ .action = "access.refused",
                                       .object = "deploy",
                                       .body = "{\"reason\":\"not you\",\"refused\":\"deploy\"}" },
                 "deploy", "not you");
    assert_words(arena, (struct audit_entry){ .action = "store.create", .object = "0194" },
                 "the store", "");
}

static void what_is_not_known_is_told_as_it_is(void **state)
{
    struct app_work *work = *state;
    struct arena *arena = work->call.arena;

    assert_words(arena,
                 (struct audit_entry){ .action = "moon.land",
                                       .object = "moon:1",
                                       .body = "{\"crew\":3,\"parts\":[1],\"place\":\"sea\"}" },
                 "moon:1", "crew 3, place sea");
    assert_words(arena,
                 (struct audit_entry){ .action = "note.generate",
                                       .object = "note:0194",
                                       .body = "{\"title\":\"of an older program\"}" },
                 "note:0194", "title of an older program");
    /* An export may have left the bodies out. */
    assert_words(arena, (struct audit_entry){ .action = "drift.run", .object = "report:0194" },
                 "report:0194", "");
    assert_words(arena, (struct audit_entry){ .action = "moon.land" }, NULL, "");
}

static const char *listed(struct app_work *work, const char *member)
{
    return json_string_value(json_object_get(json_array_get(work->result.items, 0), member));
}

static void import(struct app_work *work)
{
    app_must(work, arena_printf(work->call.arena, "project import %s",
                                app_file(work, "pilab.yaml", project)));
}

static void the_list_shows_names_and_keeps_the_ids(void **state)
{
    struct app_work *work = *state;

    import(work);
    app_must(work, "manifest set auth UAT 2.0.7");
    app_must(work, "audit list --action manifest"); /* all of the kind */
    assert_string_equal(listed(work, "object_name"), "auth in UAT");
    assert_string_equal(listed(work, "project_code"), "MB");
    assert_string_equal(listed(work, "what"), "2.0.7 DEPLOYED, by olga");
    assert_int_equal(strncmp(listed(work, "object"), "deployment:", 11), 0);
    assert_int_equal(strlen(listed(work, "project")), UUID_SIZE - 1);
}

static void an_object_is_asked_for_by_its_name(void **state)
{
    struct app_work *work = *state;

    import(work);
    app_must(work, "audit list --object project:mb");
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_string_equal(listed(work, "object_name"), "project:MB");
    app_must(work,
             arena_printf(work->call.arena, "audit list --object %s", listed(work, "object")));
    assert_int_equal(json_array_size(work->result.items), 1);
    app_must_fail(work, "audit list --object project:NONE", ERROR_NOT_FOUND,
                  "there is no project NONE");
    app_must_fail(work, "audit list --object report:7", ERROR_NOT_FOUND, "there is no report 7");
    app_must_fail(work, "audit list --object note:x", ERROR_USAGE,
                  "'x' is neither the number nor the id of a note");
}

static void a_beginning_of_a_kind_is_no_kind(void **state)
{
    static const char *const names[] = { "p:MB", ":MB", "rep:7", "projects:MB", "no:1" };
    struct app_work *work = *state;

    import(work);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        app_must(work, arena_printf(work->call.arena, "audit list --object %s", names[i]));
        assert_int_equal(json_array_size(work->result.items), 0);
    }
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, app_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_entry_is_told_in_the_words_of_its_action),
        CASE(what_is_not_known_is_told_as_it_is),
        CASE(the_list_shows_names_and_keeps_the_ids),
        CASE(an_object_is_asked_for_by_its_name),
        CASE(a_beginning_of_a_kind_is_no_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
