#include "app_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>

static const char project[] = "pilab: 1\n"
                              "project: {name: Mobile Banking, code: MB}\n"
                              "environments: [{name: SIT, stage: SIT}]\n";

/* Olga founded the store, so that she is the tenant's ADMIN as well; Adam is ADMIN of the project
 * and nothing beyond it, Otto an OWNER. */
static int member_setup(void **state)
{
    struct app_work *work;
    struct strbuf line = STRBUF_INIT;

    if (app_setup(state) != 0)
        return -1;
    work = *state;
    app_file(work, "pilab.yaml", project);
    strbuf_printf(&line, "project import %s/pilab.yaml", work->folder);
    app_must(work, line.data);
    strbuf_release(&line);
    app_must(work, "member add adam --role ADMIN");
    app_must(work, "member add otto --role owner --name Otto --email otto@example.org");
    return 0;
}

static const char *text_of(struct app_work *work, size_t row, const char *member)
{
    const char *text = json_member_text(json_array_get(work->result.items, row), member);

    return text != NULL ? text : "(null)";
}

static void who_is_added_can_work_at_once(void **state)
{
    struct app_work *work = *state;
    char *entry;

    app_must(work, "member add carla");
    assert_string_equal(json_member_text(work->result.object, "role"), "CONTRIBUTOR");
    entry = app_newest_entry(work, "member.add");
    assert_non_null(strstr(entry, "\"login\":\"carla\""));
    free(entry);
    app_must(work, "member add carla");
    assert_true(json_is_false(json_object_get(work->result.object, "changed")));
    app_must_fail(work, "member add carla --role VIEWER", ERROR_EXISTS,
                  "carla is a member of Mobile Banking already, as CONTRIBUTOR");
    app_login(work, "carla");
    app_must(work, "member list");
    assert_int_equal(json_array_size(work->result.items), 4);
    assert_string_equal(text_of(work, 0, "login"), "adam");
    assert_string_equal(text_of(work, 3, "email"), "otto@example.org");
    assert_string_equal(text_of(work, 3, "name"), "Otto");
}

static void slips_are_told(void **state)
{
    struct app_work *work = *state;

    app_must_fail(work, "member add carla --role KING", ERROR_USAGE,
                  "the role \"KING\" is not one of VIEWER, CONTRIBUTOR, ADMIN, OWNER");
    app_must_fail(work, "member add carla --email nowhere", ERROR_USAGE,
                  "'nowhere' is not an e-mail address");
    app_must_fail(work, "member add car,la", ERROR_USAGE, "'car,la' cannot be a login");
    app_must_fail(work, "member role nobody VIEWER", ERROR_NOT_FOUND,
                  "nobody is no member of Mobile Banking");
    app_must_fail(work, "member remove nobody", ERROR_NOT_FOUND,
                  "nobody is no member of Mobile Banking");
}

static void an_admin_does_not_change_their_own_role(void **state)
{
    struct app_work *work = *state;
    char *entry;

    app_login(work, "adam");
    app_must(work, "member add vera --role VIEWER");
    assert_false(app_try(work, "member role adam VIEWER"));
    assert_int_equal(work->error.code, ERROR_DENIED);
    entry = app_newest_entry(work, "access.refused");
    assert_int_equal(strncmp(entry, "adam", 4), 0);
    free(entry);
    assert_false(app_try(work, "member remove adam"));
    assert_int_equal(work->error.code, ERROR_DENIED);
}

static void an_admin_makes_and_unmakes_no_owner(void **state)
{
    static const char *const lines[] = { "member add vera --role OWNER", "member role otto VIEWER",
                                         "member remove otto" };
    struct app_work *work = *state;
    char *entry;

    app_login(work, "adam");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        assert_false(app_try(work, lines[i]));
        assert_int_equal(work->error.code, ERROR_DENIED);
        assert_non_null(strstr(work->error.message, "an OWNER"));
    }
    entry = app_newest_entry(work, "access.refused");
    assert_non_null(strstr(entry, "member.set"));
    free(entry);
    app_login(work, "otto");
    app_must(work, "member role adam OWNER");
    app_must(work, "member role otto ADMIN");
}

static void the_last_owner_stays(void **state)
{
    struct app_work *work = *state;

    app_must(work, "member role otto ADMIN");
    app_must_fail(work, "member remove olga", ERROR_CONFLICT,
                  "olga is the only OWNER of Mobile Banking");
    app_must_fail(work, "member role olga ADMIN", ERROR_CONFLICT,
                  "olga is the only OWNER of Mobile Banking");
    app_must(work, "member role otto OWNER");
    app_must(work, "member remove olga");
    app_login(work, "otto");
    app_must(work, "member list");
    assert_int_equal(json_array_size(work->result.items), 2);
}

static void who_is_removed_does_not_see_the_project(void **state)
{
    struct app_work *work = *state;

    app_must(work, "member add vera --role VIEWER");
    app_must(work, "member remove vera");
    app_login(work, "vera");
    assert_false(app_try(work, "env list --project MB"));
    assert_int_equal(work->error.code, ERROR_DENIED);
    app_login(work, "olga");
    app_must(work, "member add vera --role VIEWER");
}

static void groups_name_people_who_are_asked_together(void **state)
{
    struct app_work *work = *state;
    char *entry;

    app_must(work, "group set security adam zoe adam");
    assert_string_equal(json_member_text(work->result.object, "people"), "adam, zoe");
    assert_string_equal(json_member_text(work->result.object, "unknown"), "zoe");
    app_must(work, "group set board otto");
    app_must(work, "group set SECURITY zoe adam");
    assert_true(json_is_false(json_object_get(work->result.object, "changed")));
    assert_string_equal(json_member_text(work->result.object, "name"), "security");
    app_must(work, "group list");
    assert_int_equal(json_array_size(work->result.items), 2);
    assert_string_equal(text_of(work, 0, "name"), "board");
    app_must(work, "member list");
    assert_string_equal(text_of(work, 0, "groups"), "security");
    app_must(work, "project export");
    assert_non_null(
        strstr(work->result.text.data, "groups:\n  board: [otto]\n  security: [adam, zoe]\n"));
    app_must(work, "group set security adam");
    entry = app_newest_entry(work, "group.set");
    assert_non_null(strstr(entry, "\"previous\":\"adam, zoe\""));
    free(entry);
    app_must(work, "group remove Board");
    app_must_fail(work, "group remove board", ERROR_NOT_FOUND, "there is no group board");
    app_must_fail(work, "group set 1st adam", ERROR_INVALID, "a group cannot be called '1st'");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, member_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(who_is_added_can_work_at_once),
        CASE(slips_are_told),
        CASE(an_admin_does_not_change_their_own_role),
        CASE(an_admin_makes_and_unmakes_no_owner),
        CASE(the_last_owner_stays),
        CASE(who_is_removed_does_not_see_the_project),
        CASE(groups_name_people_who_are_asked_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
