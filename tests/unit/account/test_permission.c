#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/account/permission.h>

/* The roles table of the design, written down a second time: rows as people read them. Columns:
 * VIEWER, CONTRIBUTOR, ADMIN, OWNER, tenant ADMIN, SUPER_ADMIN. x: may, -: may not, r: when a rule
 * names them, e: where the environment allows, o: not their own role. */
static const struct {
    enum permission_action action;
    const char *who;
} expected[] = {
    {PERMISSION_READ,                   "xxxxx-"},
    { PERMISSION_RUN_DRIFT,             "-xxx--"},
    { PERMISSION_DRAFT_NOTE,            "-xxx--"},
    { PERMISSION_CREATE_CHANGE_REQUEST, "-xxx--"},
    { PERMISSION_CUT_RELEASE,           "-xxx--"},
    { PERMISSION_END_RELEASE,           "--xx--"},
    { PERMISSION_TAKE_SNAPSHOT,         "-xxx--"},
    { PERMISSION_REVIEW_REPORT,         "-xxx--"},
    { PERMISSION_REVIEW_NOTE,           "-xxx--"},
    { PERMISSION_APPROVE_REPORT,        "-rxx--"},
    { PERMISSION_APPROVE_NOTE,          "-rxx--"},
    { PERMISSION_APPROVE_CHANGE,        "-rxx--"},
    { PERMISSION_PUBLISH_NOTE,          "-exx--"},
    { PERMISSION_DEPLOY,                "-exx--"},
    { PERMISSION_ROLL_BACK,             "-exx--"},
    { PERMISSION_DESIGNATE_BASELINE,    "--xx--"},
    { PERMISSION_IGNORE_DRIFT,          "--xx--"},
    { PERMISSION_CONFIGURE_PROJECT,     "--xxx-"},
    { PERMISSION_SET_FREEZE_WINDOW,     "--xxx-"},
    { PERMISSION_SET_MEMBER,            "--oxx-"},
    { PERMISSION_CREATE_PROJECT,        "----x-"},
    { PERMISSION_MANAGE_USERS,          "----xx"},
    { PERMISSION_MANAGE_SECRETS,        "----xx"},
    { PERMISSION_SHARE_STORE,           "----xx"},
    { PERMISSION_MANAGE_TENANTS,        "-----x"},
};

static const struct permission_actor actors[PERMISSION_COLUMN_COUNT] = {
    {.project = PROJECT_VIEWER      },
    { .project = PROJECT_CONTRIBUTOR},
    { .project = PROJECT_ADMIN      },
    { .project = PROJECT_OWNER      },
    { .instance = INSTANCE_ADMIN,     .same_tenant = true },
    { .instance = INSTANCE_SUPER_ADMIN                             },
};

static bool expect(char mark, const struct permission_circumstances *facts)
{
    return mark == 'x' || (mark == 'r' && facts->named_by_rule) ||
           (mark == 'e' && facts->environment_allows) || (mark == 'o' && !facts->concerns_own_role);
}

static void every_cell_of_the_table_is_as_designed(void **state)
{
    (void)state;
    assert_int_equal(sizeof expected / sizeof expected[0], PERMISSION_ACTION_COUNT);
    for (size_t i = 0; i < PERMISSION_ACTION_COUNT; i++) {
        for (size_t column = 0; column < PERMISSION_COLUMN_COUNT; column++) {
            for (unsigned bits = 0; bits < 8; bits++) {
                struct permission_circumstances facts = { bits & 1, bits & 2, bits & 4 };
                bool may = permission_check(&actors[column], expected[i].action, &facts, NULL);

                assert_int_equal(may, expect(expected[i].who[column], &facts));
            }
        }
    }
}

static void every_action_has_its_row(void **state)
{
    (void)state;
    for (int i = 0; i < PERMISSION_ACTION_COUNT; i++) {
        const struct permission_row *row = permission_row((enum permission_action)i);

        assert_int_equal(row->action, i);
        assert_non_null(strchr(row->name, '.'));
        assert_true(strlen(row->phrase) > 0);
        for (int j = 0; j < i; j++)
            assert_string_not_equal(row->name, permission_row((enum permission_action)j)->name);
    }
}

static void somebody_without_any_role_may_nothing(void **state)
{
    struct permission_actor nobody = { 0 };

    (void)state;
    for (int i = 0; i < PERMISSION_ACTION_COUNT; i++)
        assert_false(permission_check(&nobody, (enum permission_action)i, NULL, NULL));
}

static void an_office_ends_at_its_tenant(void **state)
{
    struct permission_actor admin = { .instance = INSTANCE_ADMIN };
    struct error error;

    (void)state;
    assert_false(permission_check(&admin, PERMISSION_READ, NULL, &error));
    assert_non_null(strstr(error.message, ", ADMIN of another tenant"));
    admin.same_tenant = true;
    assert_true(permission_check(&admin, PERMISSION_READ, NULL, &error));
}

static void no_office_approves(void **state)
{
    struct permission_circumstances named = { .named_by_rule = true };

    (void)state;
    for (int role = 0; role < INSTANCE_ROLE_COUNT; role++) {
        struct permission_actor actor = { .instance = (enum instance_role)role,
                                          .same_tenant = true };

        assert_false(permission_check(&actor, PERMISSION_APPROVE_NOTE, &named, NULL));
        assert_false(permission_check(&actor, PERMISSION_APPROVE_CHANGE, &named, NULL));
    }
}

static void an_office_and_a_project_role_add_up(void **state)
{
    struct permission_actor actor = { .instance = INSTANCE_ADMIN,
                                      .same_tenant = true,
                                      .project = PROJECT_VIEWER };

    (void)state;
    assert_true(permission_check(&actor, PERMISSION_SET_MEMBER, NULL, NULL));
    assert_false(permission_check(&actor, PERMISSION_RUN_DRIFT, NULL, NULL));
}

static void a_refusal_names_action_role_and_who_may(void **state)
{
    struct permission_actor viewer = { .project = PROJECT_VIEWER };
    struct permission_actor admin = { .project = PROJECT_ADMIN };
    struct permission_circumstances own = { .concerns_own_role = true };
    struct error error;

    (void)state;
    assert_false(permission_check(&viewer, PERMISSION_APPROVE_NOTE, NULL, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_string_equal(error.message,
                        "you may not approve release notes: you are VIEWER of the project; it "
                        "takes "
                        "OWNER, ADMIN or CONTRIBUTOR (when an approval rule names them)");
    assert_string_not_equal(error.hint, "");
    assert_false(permission_check(&admin, PERMISSION_SET_MEMBER, &own, &error));
    assert_string_equal(error.message,
                        "you may not change members and their roles: you are ADMIN of the project; "
                        "it takes OWNER, ADMIN (not their own role) or ADMIN of the tenant");
    assert_false(
        permission_check(&(struct permission_actor){ 0 }, PERMISSION_MANAGE_TENANTS, NULL, &error));
    assert_string_equal(error.message,
                        "you may not manage tenants and keys: you are USER; it takes SUPER_ADMIN");
}

static void roles_are_read_in_any_case(void **state)
{
    enum instance_role instance;
    enum project_role project;
    struct error error;

    (void)state;
    assert_true(instance_role_parse("super_admin", &instance, &error));
    assert_int_equal(instance, INSTANCE_SUPER_ADMIN);
    assert_true(project_role_parse("Owner", &project, &error));
    assert_int_equal(project, PROJECT_OWNER);
    assert_false(project_role_parse("none", &project, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message,
                        "the role \"none\" is not one of VIEWER, CONTRIBUTOR, ADMIN, OWNER");
    assert_false(instance_role_parse("", &instance, &error));
    assert_string_equal(instance_role_name(INSTANCE_USER), "USER");
    assert_string_equal(project_role_name(PROJECT_NOBODY), "none");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_of_the_table_is_as_designed),
        cmocka_unit_test(every_action_has_its_row),
        cmocka_unit_test(somebody_without_any_role_may_nothing),
        cmocka_unit_test(an_office_ends_at_its_tenant),
        cmocka_unit_test(no_office_approves),
        cmocka_unit_test(an_office_and_a_project_role_add_up),
        cmocka_unit_test(a_refusal_names_action_role_and_who_may),
        cmocka_unit_test(roles_are_read_in_any_case),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
