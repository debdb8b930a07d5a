/* Tenants, users, projects, access, repositories, modules, environments. */
#include "store_support.h"

#include <string.h>

#include <pilab/store/access.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/project.h>
#include <pilab/store/repository.h>
#include <pilab/store/tenant.h>
#include <pilab/store/user.h>

static void a_tenant_is_found_by_its_slug_in_any_case(void **state)
{
    struct fixture *f = *state;
    struct store_tenant tenant;
    struct error error;

    must(store_tenant_find(f->connection, "EXAMPLE", f->arena, &tenant, &error), &error);
    assert_string_equal(tenant.id, f->tenant_id);
    assert_string_equal(tenant.name, "Example");
    assert_string_equal(tenant.settings, "{}");
    assert_int_equal(tenant.rev, 1);
    assert_int_equal(tenant.created_at, TEST_NOW);
    must_fail(store_tenant_find(f->connection, "nobody", f->arena, &tenant, &error), &error,
              ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no tenant nobody");
}

static void a_second_tenant_of_the_same_slug_is_refused(void **state)
{
    struct fixture *f = *state;
    struct store_tenant again = { .slug = "Example", .name = "Another" };
    struct error error;

    begin(f->connection);
    must_fail(store_tenant_add(f->connection, &again, &error), &error, ERROR_EXISTS);
    assert_string_equal(error.message, "there is a tenant Example already");
    store_rollback(f->connection);
}

static void an_update_that_somebody_overtook_is_a_conflict(void **state)
{
    struct fixture *f = *state;
    struct store_tenant mine, theirs;
    struct error error;

    must(store_tenant_get(f->connection, f->tenant_id, f->arena, &mine, &error), &error);
    theirs = mine;
    theirs.name = "Example Group";
    mine.name = "Example AG";
    begin(f->connection);
    must(store_tenant_update(f->connection, &theirs, &error), &error);
    assert_int_equal(theirs.rev, 2);
    must_fail(store_tenant_update(f->connection, &mine, &error), &error, ERROR_CONFLICT);
    assert_string_equal(error.message, "the tenant example has been changed meanwhile");
    commit(f->connection);
    must(store_tenant_get(f->connection, f->tenant_id, f->arena, &mine, &error), &error);
    assert_string_equal(mine.name, "Example Group");
}

static void tenants_come_page_by_page(void **state)
{
    struct fixture *f = *state;
    struct store_tenant second = { .slug = "acme", .name = "Second", .settings = "{\"a\":1}" };
    struct store_page page = { .limit = 1 };
    struct store_tenants list;
    struct error error;

    begin(f->connection);
    must(store_tenant_add(f->connection, &second, &error), &error);
    commit(f->connection);
    must(store_tenant_list(f->connection, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].slug, "acme");
    assert_string_equal(list.items[0].settings, "{\"a\":1}");
    page.after = list.next;
    must(store_tenant_list(f->connection, &page, f->arena, &list, &error), &error);
    assert_string_equal(list.items[0].slug, "example");
    assert_null(list.next);
}

static void a_user_can_be_changed(void **state)
{
    struct fixture *f = *state;
    struct store_user user, found;
    struct error error;

    must(store_user_get(f->connection, f->user_id, f->arena, &user, &error), &error);
    user.email = "alice@example.org";
    user.role = "SUPER_ADMIN";
    user.is_active = false;
    user.last_login_at = TEST_NOW;
    begin(f->connection);
    must(store_user_update(f->connection, &user, &error), &error);
    user.role = "GOD";
    must_fail(store_user_update(f->connection, &user, &error), &error, ERROR_INVALID);
    commit(f->connection);
    must(store_user_get(f->connection, f->user_id, f->arena, &found, &error), &error);
    assert_string_equal(found.email, "alice@example.org");
    assert_string_equal(found.role, "SUPER_ADMIN");
    assert_false(found.is_active);
    assert_int_equal(found.last_login_at, TEST_NOW);
    assert_int_equal(found.rev, 2);
}

static void a_user_is_found_by_login_or_address(void **state)
{
    struct fixture *f = *state;
    struct store_user bob = { .tenant_id = f->tenant_id,
                              .login = "bob",
                              .email = "bob@example.org",
                              .first_name = "Bob",
                              .role = "ADMIN",
                              .is_active = true };
    struct store_user found;
    struct error error;

    begin(f->connection);
    must(store_user_add(f->connection, &bob, &error), &error);
    commit(f->connection);
    must(store_user_find(f->connection, f->tenant_id, "BOB@example.org", f->arena, &found, &error),
         &error);
    assert_string_equal(found.login, "bob");
    assert_string_equal(found.role, "ADMIN");
    assert_string_equal(found.last_name, "");
    assert_true(found.is_active);
    assert_int_equal(found.last_login_at, 0);
    must(store_user_find(f->connection, f->tenant_id, "alice", f->arena, &found, &error), &error);
    assert_string_equal(found.id, f->user_id);
    assert_null(found.email);
}

static void a_role_that_does_not_exist_lists_those_that_do(void **state)
{
    struct fixture *f = *state;
    struct store_user user = { .tenant_id = f->tenant_id, .login = "eve", .role = "ROOT" };
    struct error error;

    begin(f->connection);
    must_fail(store_user_add(f->connection, &user, &error), &error, ERROR_INVALID);
    assert_string_equal(error.message, "the role \"ROOT\" is not one of SUPER_ADMIN, ADMIN, USER");
    store_rollback(f->connection);
}

static void users_come_page_by_page(void **state)
{
    static const char *const logins[] = { "dora", "bob", "carol" };
    struct fixture *f = *state;
    struct store_page page = { .limit = 2 };
    struct store_users list;
    struct error error;

    begin(f->connection);
    for (size_t i = 0; i < 3; i++) {
        struct store_user user = { .tenant_id = f->tenant_id, .login = logins[i], .role = "USER" };

        must(store_user_add(f->connection, &user, &error), &error);
    }
    commit(f->connection);
    must(store_user_list(f->connection, f->tenant_id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].login, "alice");
    assert_string_equal(list.items[1].login, "bob");
    page.after = list.next;
    must(store_user_list(f->connection, f->tenant_id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].login, "carol");
    assert_string_equal(list.items[1].login, "dora");
    assert_null(list.next);
}

static void a_cursor_of_another_list_is_refused(void **state)
{
    static const char *const wrong[] = { "tenant.0.0.", "user.0.0.6", "user.x.0.",
                                         "user",        "user..0.",   "user.0.0.zz" };
    struct fixture *f = *state;
    struct store_users list;
    struct error error;

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct store_page page = { .after = wrong[i], .limit = 2 };

        must_fail(store_user_list(f->connection, f->tenant_id, &page, f->arena, &list, &error),
                  &error, ERROR_USAGE);
        assert_contains(error.message, "is not a cursor of this list");
    }
}

static void a_project_is_found_by_id_code_or_name(void **state)
{
    struct fixture *f = *state;
    const char *const names[] = { f->project_id, "mb", "Mobile Banking" };
    struct store_project found;
    struct error error;

    for (size_t i = 0; i < 3; i++) {
        must(store_project_find(f->connection, f->tenant_id, names[i], f->arena, &found, &error),
             &error);
        assert_string_equal(found.code, "MB");
        assert_string_equal(found.status, "ACTIVE");
    }
    must_fail(store_project_find(f->connection, f->tenant_id, "Nothing", f->arena, &found, &error),
              &error, ERROR_NOT_FOUND);
}

static void a_name_of_two_projects_is_ambiguous(void **state)
{
    struct fixture *f = *state;
    struct store_project twin = { .tenant_id = f->tenant_id,
                                  .code = "MB2",
                                  .name = "Mobile Banking" };
    struct store_project found;
    struct error error;

    begin(f->connection);
    must(store_project_add(f->connection, &twin, &error), &error);
    commit(f->connection);
    must_fail(store_project_find(f->connection, f->tenant_id, "Mobile Banking", f->arena, &found,
                                 &error),
              &error, ERROR_AMBIGUOUS);
    assert_string_equal(error.message, "more than one project is called Mobile Banking: MB, MB2");
}

static void a_deleted_project_is_listed_only_when_asked_for(void **state)
{
    struct fixture *f = *state;
    struct store_project project;
    struct store_projects list;
    struct error error;

    must(store_project_get(f->connection, f->project_id, f->arena, &project, &error), &error);
    project.status = "DELETED";
    project.settings = "{\"tickets\":[\"MB\"]}";
    begin(f->connection);
    must(store_project_update(f->connection, &project, &error), &error);
    commit(f->connection);
    must(store_project_list(f->connection, f->tenant_id, NULL, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 0);
    must(store_project_list(f->connection, f->tenant_id, "DELETED", NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].settings, "{\"tickets\":[\"MB\"]}");
    must_fail(store_project_list(f->connection, f->tenant_id, "GONE", NULL, f->arena, &list,
                                 &error),
              &error, ERROR_INVALID);
}

static void settings_that_are_no_json_are_refused(void **state)
{
    struct fixture *f = *state;
    struct store_project project = {
        .tenant_id = f->tenant_id, .code = "X", .name = "X", .settings = "{tickets"
    };
    struct error error;

    begin(f->connection);
    must_fail(store_project_add(f->connection, &project, &error), &error, ERROR_INVALID);
    store_rollback(f->connection);
}

static void a_role_in_a_project_can_be_given_changed_and_taken(void **state)
{
    struct fixture *f = *state;
    struct store_accesses members;
    struct error error;
    const char *role;

    must(store_access_role(f->connection, f->project_id, f->user_id, f->arena, &role, &error),
         &error);
    assert_null(role);
    begin(f->connection);
    must(store_access_set(f->connection, f->project_id, f->user_id, "VIEWER", &error), &error);
    must(store_access_set(f->connection, f->project_id, f->user_id, "OWNER", &error), &error);
    must_fail(store_access_set(f->connection, f->project_id, f->user_id, "KING", &error), &error,
              ERROR_INVALID);
    must_fail(store_access_set(f->connection, f->project_id, f->project_id, "OWNER", &error),
              &error, ERROR_NOT_FOUND);
    must(store_access_list(f->connection, f->project_id, NULL, f->arena, &members, &error), &error);
    assert_int_equal(members.count, 1);
    assert_string_equal(members.items[0].login, "alice");
    assert_string_equal(members.items[0].role, "OWNER");
    must(store_access_remove(f->connection, f->project_id, f->user_id, &error), &error);
    must_fail(store_access_remove(f->connection, f->project_id, f->user_id, &error), &error,
              ERROR_NOT_FOUND);
    commit(f->connection);
}

static void members_come_page_by_page(void **state)
{
    struct fixture *f = *state;
    struct store_user bob = { .tenant_id = f->tenant_id, .login = "bob", .role = "USER" };
    struct store_page page = { .limit = 1 };
    struct store_accesses members;
    struct error error;

    begin(f->connection);
    must(store_user_add(f->connection, &bob, &error), &error);
    must(store_access_set(f->connection, f->project_id, bob.id, "VIEWER", &error), &error);
    must(store_access_set(f->connection, f->project_id, f->user_id, "OWNER", &error), &error);
    commit(f->connection);
    must(store_access_list(f->connection, f->project_id, &page, f->arena, &members, &error),
         &error);
    assert_string_equal(members.items[0].login, "alice");
    page.after = members.next;
    must(store_access_list(f->connection, f->project_id, &page, f->arena, &members, &error),
         &error);
    assert_string_equal(members.items[0].login, "bob");
    assert_null(members.next);
}

static void two_modules_share_a_repository(void **state)
{
    struct fixture *f = *state;
    struct store_repository repository = { .project_id = f->project_id,
                                           .url = "https://git.example.org/mb/all.git" };
    struct store_module module;
    struct store_repositories list;
    struct error error;

    begin(f->connection);
    must(store_repository_add(f->connection, &repository, &error), &error);
    must(store_module_get(f->connection, f->auth_id, f->arena, &module, &error), &error);
    module.repository_id = repository.id;
    module.path = "services/auth";
    module.config = "[\"deploy/values.yaml\"]";
    module.migrations = "{\"dialect\":\"postgresql\",\"path\":\"db/migrations\"}";
    module.dependencies = "\"auto\"";
    must(store_module_update(f->connection, &module, &error), &error);
    must(store_repository_fetched(f->connection, repository.id, TEST_NOW + 5, &error), &error);
    commit(f->connection);

    must(store_module_find(f->connection, f->project_id, "mb-auth-service", f->arena, &module,
                           &error),
         &error);
    assert_string_equal(module.repository, "https://git.example.org/mb/all.git");
    assert_string_equal(module.path, "services/auth");
    assert_string_equal(module.tags, "v{version}");
    assert_string_equal(module.config, "[\"deploy/values.yaml\"]");
    assert_string_equal(module.dependencies, "\"auto\"");
    assert_null(module.image);
    must(store_repository_list(f->connection, f->project_id, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].provider, "GIT");
    assert_int_equal(list.items[0].last_fetched_at, TEST_NOW + 5);
    assert_int_equal(list.items[0].rev, 1);
}

static void a_repository_is_found_and_changed_by_its_url(void **state)
{
    struct fixture *f = *state;
    struct store_repository repository = { .project_id = f->project_id,
                                           .url = "/srv/git/auth.git" };
    struct store_repository found;
    struct error error;

    begin(f->connection);
    must(store_repository_add(f->connection, &repository, &error), &error);
    must(store_repository_find(f->connection, f->project_id, "/srv/git/auth.git", f->arena, &found,
                               &error),
         &error);
    found.provider = "GITLAB";
    found.is_private = true;
    must(store_repository_update(f->connection, &found, &error), &error);
    must(store_repository_get(f->connection, repository.id, f->arena, &found, &error), &error);
    assert_string_equal(found.provider, "GITLAB");
    assert_true(found.is_private);
    found.provider = "CVS";
    must_fail(store_repository_update(f->connection, &found, &error), &error, ERROR_INVALID);
    store_rollback(f->connection);
}

static void modules_come_in_the_order_of_their_positions(void **state)
{
    struct fixture *f = *state;
    struct store_module first = {
        .project_id = f->project_id, .name = "mb-web", .type = "FRONTEND", .position = -1
    };
    struct store_page page = { .limit = 2 };
    struct store_modules list;
    struct error error;

    begin(f->connection);
    must(store_module_add(f->connection, &first, &error), &error);
    commit(f->connection);
    must(store_module_list(f->connection, f->project_id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].name, "mb-web");
    assert_string_equal(list.items[1].name, "mb-auth-service");
    page.after = list.next;
    must(store_module_list(f->connection, f->project_id, &page, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].name, "mb-payment-service");
    assert_null(list.next);
}

static void a_module_that_comes_back_is_the_same_module(void **state)
{
    struct fixture *f = *state;
    struct store_module again = { .project_id = f->project_id,
                                  .name = "mb-auth-service",
                                  .type = "LIBRARY" };
    struct store_module found;
    struct error error;

    begin(f->connection);
    must(store_module_remove(f->connection, f->auth_id, &error), &error);
    must_fail(store_module_remove(f->connection, f->auth_id, &error), &error, ERROR_CONFLICT);
    must_fail(store_module_find(f->connection, f->project_id, "mb-auth-service", f->arena, &found,
                                &error),
              &error, ERROR_NOT_FOUND);
    must(store_module_add(f->connection, &again, &error), &error);
    commit(f->connection);
    assert_string_equal(again.id, f->auth_id);
    must(store_module_get(f->connection, f->auth_id, f->arena, &found, &error), &error);
    assert_int_equal(found.removed_at, 0);
    assert_string_equal(found.type, "LIBRARY");
    assert_int_equal(found.rev, 3);
}

static void environments_know_what_is_promoted_into_them(void **state)
{
    static const char *const sit[] = { "SIT" };
    static const char *const both[] = { "uat", "SIT" };
    struct fixture *f = *state;
    struct store_environments list;
    struct error error;

    begin(f->connection);
    must(store_environment_set_sources(f->connection, f->uat_id, sit, 1, &error), &error);
    must(store_environment_set_sources(f->connection, f->prod_id, sit, 1, &error), &error);
    must(store_environment_set_sources(f->connection, f->prod_id, both, 2, &error), &error);
    commit(f->connection);
    must(store_environment_list(f->connection, f->project_id, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].name, "SIT");
    assert_int_equal(list.items[0].from_count, 0);
    assert_string_equal(list.items[1].from[0], "SIT");
    assert_string_equal(list.items[2].name, "PROD");
    assert_true(list.items[2].is_production);
    assert_int_equal(list.items[2].from_count, 2);
    assert_string_equal(list.items[2].from[0], "UAT");
    assert_string_equal(list.items[2].from[1], "SIT");
}

static void a_promotion_path_may_not_lead_back(void **state)
{
    static const char *const sit[] = { "SIT" }, *const uat[] = { "UAT" },
                             *const prod[] = { "PROD" };
    struct fixture *f = *state;
    struct error error;

    begin(f->connection);
    must(store_environment_set_sources(f->connection, f->uat_id, sit, 1, &error), &error);
    must(store_environment_set_sources(f->connection, f->prod_id, uat, 1, &error), &error);
    must_fail(store_environment_set_sources(f->connection, f->sit_id, prod, 1, &error), &error,
              ERROR_INVALID);
    assert_string_equal(error.message, "the promotion path of SIT leads back to it");
    must_fail(store_environment_set_sources(f->connection, f->sit_id, sit, 1, &error), &error,
              ERROR_INVALID);
    store_rollback(f->connection);
}

static void an_unknown_environment_names_those_that_there_are(void **state)
{
    struct fixture *f = *state;
    struct store_environment found;
    struct error error;

    must_fail(store_environment_find(f->connection, f->project_id, "QA", f->arena, &found, &error),
              &error, ERROR_NOT_FOUND);
    assert_string_equal(error.message, "there is no environment QA");
    assert_string_equal(error.hint, "There are SIT, UAT, PROD.");
    must_fail(store_environment_find(f->connection, f->project_id, "prdo", f->arena, &found,
                                     &error),
              &error, ERROR_NOT_FOUND);
    assert_string_equal(error.hint, "Did you mean PROD? There are SIT, UAT, PROD.");
}

static void an_environment_that_comes_back_is_the_same_one(void **state)
{
    struct fixture *f = *state;
    struct store_environment again = { .project_id = f->project_id, .name = "uat", .stage = "UAT" };
    struct store_environments list;
    struct error error;

    begin(f->connection);
    must(store_environment_remove(f->connection, f->uat_id, &error), &error);
    must(store_environment_list(f->connection, f->project_id, NULL, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 2);
    must(store_environment_add(f->connection, &again, &error), &error);
    assert_string_equal(again.id, f->uat_id);
    commit(f->connection);
}

static void a_stage_that_does_not_exist_lists_those_that_do(void **state)
{
    struct fixture *f = *state;
    struct store_environment environment = { .project_id = f->project_id,
                                             .name = "X",
                                             .stage = "PRD" };
    struct error error;

    begin(f->connection);
    must_fail(store_environment_add(f->connection, &environment, &error), &error, ERROR_INVALID);
    assert_string_equal(error.message, "the stage \"PRD\" is not one of DEV, SIT, UAT, PERF, SEC, "
                                       "PRE_PROD, PROD, DR");
    store_rollback(f->connection);
}

static void text_comes_back_as_it_went_in(void **state)
{
    static const char hostile[] = "\x1b]0;x\x07 \xff\xfe '; DROP TABLE projects; -- \xe2\x80\xae";
    struct fixture *f = *state;
    struct store_project project = { .tenant_id = f->tenant_id, .code = "H", .name = hostile };
    struct store_project found;
    struct error error;

    begin(f->connection);
    must(store_project_add(f->connection, &project, &error), &error);
    commit(f->connection);
    must(store_project_find(f->connection, f->tenant_id, hostile, f->arena, &found, &error),
         &error);
    assert_string_equal(found.name, hostile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_tenant_is_found_by_its_slug_in_any_case, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_second_tenant_of_the_same_slug_is_refused, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_update_that_somebody_overtook_is_a_conflict,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(tenants_come_page_by_page, project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_user_can_be_changed, project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_user_is_found_by_login_or_address, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_role_that_does_not_exist_lists_those_that_do,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(users_come_page_by_page, project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cursor_of_another_list_is_refused, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_project_is_found_by_id_code_or_name, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_name_of_two_projects_is_ambiguous, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_deleted_project_is_listed_only_when_asked_for,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(settings_that_are_no_json_are_refused, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_role_in_a_project_can_be_given_changed_and_taken,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(members_come_page_by_page, project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(two_modules_share_a_repository, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_repository_is_found_and_changed_by_its_url, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(modules_come_in_the_order_of_their_positions, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_module_that_comes_back_is_the_same_module, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(environments_know_what_is_promoted_into_them, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_promotion_path_may_not_lead_back, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_unknown_environment_names_those_that_there_are,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(an_environment_that_comes_back_is_the_same_one,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_stage_that_does_not_exist_lists_those_that_do,
                                        project_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(text_comes_back_as_it_went_in, project_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
