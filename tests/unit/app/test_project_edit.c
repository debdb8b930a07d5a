#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/app/project_edit.h>
#include <pilab/base/json.h>

static const char project[] = "pilab: 1\n"
                              "project: {name: Bank, code: BK, tickets: [BK]}\n"
                              "groups:\n"
                              "  security: [carla, dan]\n"
                              "environments:\n"
                              "  - {name: DEV, stage: DEV}\n"
                              "  - {name: UAT, stage: UAT, from: [DEV], observe: ["
                              "{type: file, path: /srv/all, modules: {auth: /a, web: /w}}, "
                              "{type: file, path: /srv/auth, module: auth}]}\n"
                              "modules:\n"
                              "  - {name: auth, type: BACKEND, repository: /r/auth, "
                              "schema: {live: {DEV: service=dev, UAT: service=uat}}}\n"
                              "  - {name: web, type: FRONTEND, repository: /r/auth}\n"
                              "expected_differences:\n"
                              "  - {path: replicas, module: auth}\n"
                              "  - {path: debug, environment: DEV}\n";

struct world {
    struct arena *arena;
    struct project_settings settings;
    json_t *before, *after;
    struct error error;
};

static int set_up(void **state)
{
    static struct world world;

    memset(&world, 0, sizeof world);
    world.arena = arena_new();
    if (!project_file_read("pilab.yaml", project, strlen(project), world.arena, &world.settings,
                           &world.error))
        fail_msg("%s", world.error.message);
    *state = &world;
    return 0;
}

static int tear_down(void **state)
{
    struct world *world = *state;

    json_decref(world->before);
    json_decref(world->after);
    arena_free(&world->arena);
    return 0;
}

static bool apply(struct world *world, enum edit_part part, enum edit_act act, const char *name)
{
    struct project_edit edit = { part, act, name, world->before, world->after };

    return project_edit_apply(&edit, world->arena, &world->settings, &world->error);
}

static void only_what_was_changed_is_written(void **state)
{
    struct world *world = *state;

    world->before = module_fields(&world->settings.modules[0]);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, "tags", "v{version}");
    /* Somebody else gave it a description meanwhile. */
    world->settings.modules[0].description = "signs people in";
    assert_true(apply(world, PART_MODULE, ACT_CHANGE, "auth"));
    assert_string_equal(world->settings.modules[0].tags, "v{version}");
    assert_string_equal(world->settings.modules[0].description, "signs people in");
}

static void the_same_field_changed_by_two_is_told(void **state)
{
    struct world *world = *state;

    world->before = module_fields(&world->settings.modules[0]);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, "description", "mine");
    world->settings.modules[0].description = "theirs";
    assert_false(apply(world, PART_MODULE, ACT_CHANGE, "auth"));
    assert_int_equal(world->error.code, ERROR_EXISTS);
    assert_non_null(strstr(world->error.message, "theirs"));
}

static void what_goes_is_promoted_from_no_more(void **state)
{
    struct world *world = *state;

    assert_true(apply(world, PART_ENVIRONMENT, ACT_REMOVE, "DEV"));
    assert_int_equal(world->settings.environment_count, 1);
    assert_int_equal(world->settings.environments[0].from_count, 0);
    assert_false(apply(world, PART_ENVIRONMENT, ACT_REMOVE, "DEV"));
    assert_int_equal(world->error.code, ERROR_NOT_FOUND);
}

static void databases_go_and_are_renamed_with_their_environments(void **state)
{
    struct world *world = *state;
    const struct schema_settings *schema = &world->settings.modules[0].schema;

    assert_true(apply(world, PART_ENVIRONMENT, ACT_REMOVE, "DEV"));
    assert_int_equal(schema->live_count, 1);
    assert_string_equal(schema->live[0].environment, "UAT");
    world->before = environment_fields(&world->settings.environments[0]);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, "name", "ACC");
    assert_true(apply(world, PART_ENVIRONMENT, ACT_CHANGE, "UAT"));
    assert_string_equal(schema->live[0].environment, "ACC");
    assert_string_equal(schema->live[0].address, "service=uat");
}

static void observers_and_expected_differences_go_with_their_modules(void **state)
{
    struct world *world = *state;
    const struct environment_settings *uat = &world->settings.environments[1];

    assert_true(apply(world, PART_MODULE, ACT_REMOVE, "auth"));
    assert_int_equal(uat->observer_count, 1);
    assert_int_equal(uat->observers[0].module_count, 1);
    assert_string_equal(uat->observers[0].modules[0].module, "web");
    assert_int_equal(world->settings.expected_count, 1);
    assert_string_equal(world->settings.expected[0].path, "debug");
    assert_true(apply(world, PART_MODULE, ACT_REMOVE, "web"));
    assert_int_equal(uat->observer_count, 0);
}

static void what_names_something_is_renamed_with_it(void **state)
{
    struct world *world = *state;
    const struct environment_settings *uat = &world->settings.environments[1];

    world->before = module_fields(&world->settings.modules[0]);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, "name", "login");
    assert_true(apply(world, PART_MODULE, ACT_CHANGE, "auth"));
    assert_string_equal(uat->observers[0].modules[0].module, "login");
    assert_string_equal(uat->observers[1].module, "login");
    assert_string_equal(world->settings.expected[0].module, "login");
    json_decref(world->before);
    json_decref(world->after);
    world->before = environment_fields(&world->settings.environments[0]);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, "name", "LAB");
    assert_true(apply(world, PART_ENVIRONMENT, ACT_CHANGE, "DEV"));
    assert_string_equal(uat->from[0], "LAB");
    assert_string_equal(world->settings.expected[1].environment, "LAB");
}

static void the_order_has_ends(void **state)
{
    struct world *world = *state;

    assert_true(apply(world, PART_ENVIRONMENT, ACT_EARLIER, "UAT"));
    assert_string_equal(world->settings.environments[0].name, "UAT");
    assert_true(apply(world, PART_ENVIRONMENT, ACT_EARLIER, "UAT"));
    assert_string_equal(world->settings.environments[0].name, "UAT");
    assert_true(apply(world, PART_ENVIRONMENT, ACT_LATER, "UAT"));
    assert_string_equal(world->settings.environments[1].name, "UAT");
    assert_true(apply(world, PART_MODULE, ACT_LATER, "web"));
    assert_string_equal(world->settings.modules[1].name, "web");
}

static void what_is_made_is_checked_as_a_file_is(void **state)
{
    struct world *world = *state;

    world->after = json_pack("{s:s,s:s,s:s}", "name", "PROD", "stage", "PROD", "from", "UAT");
    assert_true(apply(world, PART_ENVIRONMENT, ACT_ADD, NULL));
    assert_int_equal(world->settings.environment_count, 3);
    assert_string_equal(world->settings.environments[2].from[0], "UAT");
    assert_false(apply(world, PART_ENVIRONMENT, ACT_ADD, NULL));
    assert_int_equal(world->error.code, ERROR_EXISTS);
    json_put_text(world->after, "name", "DR");
    json_put_text(world->after, "from", "NOWHERE");
    assert_false(apply(world, PART_ENVIRONMENT, ACT_ADD, NULL));
    assert_non_null(strstr(world->error.message, "NOWHERE"));
}

static void a_repository_moves_with_all_its_modules(void **state)
{
    struct world *world = *state;

    world->after = json_pack("{s:s}", "address", "/r/moved");
    assert_true(apply(world, PART_REPOSITORY, ACT_CHANGE, "/r/auth"));
    assert_string_equal(world->settings.modules[0].repository, "/r/moved");
    assert_string_equal(world->settings.modules[1].repository, "/r/moved");
}

static void approvals_are_read_as_they_are_written(void **state)
{
    struct world *world = *state;
    struct approval_settings *rules;
    struct strbuf text = STRBUF_INIT;
    size_t count;

    assert_true(approvals_read("2 security, 1 admin,1,  3 group:ADMIN", world->arena, &rules,
                               &count, &world->error));
    assert_int_equal(count, 4);
    assert_string_equal(rules[0].group, "security");
    assert_string_equal(rules[1].role, "ADMIN");
    assert_null(rules[2].group);
    assert_string_equal(rules[3].group, "ADMIN");
    approvals_write(&text, rules, count);
    assert_string_equal(text.data, "2 security, 1 ADMIN, 1, 3 group:ADMIN");
    strbuf_release(&text);
    assert_true(approvals_read("", world->arena, &rules, &count, &world->error));
    assert_int_equal(count, 0);
    assert_false(approvals_read("security", world->arena, &rules, &count, &world->error));
    assert_false(approvals_read("21 security", world->arena, &rules, &count, &world->error));
}

/* Shows the first environment, and says what is typed into one field. */
static bool type_into(struct world *world, const char *id, const char *text)
{
    json_decref(world->before);
    json_decref(world->after);
    world->before = environment_fields(&world->settings.environments[0]);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, id, text);
    return apply(world, PART_ENVIRONMENT, ACT_CHANGE, "DEV");
}

static void observers_are_a_line_each_and_what_is_emptied_goes(void **state)
{
    struct world *world = *state;
    const struct environment_settings *dev = &world->settings.environments[0];

    assert_true(type_into(world, "observer0", "type: file, path: /srv/VERSION, module: web"));
    assert_int_equal(dev->observer_count, 1);
    assert_true(dev->own_observers);
    assert_true(
        type_into(world, "observer1", "{type: ssh, host: app1, command: [cat, /v], module: auth}"));
    assert_int_equal(dev->observer_count, 2);
    assert_string_equal(dev->observers[1].command[1], "/v");
    assert_true(type_into(world, "observer0", ""));
    assert_int_equal(dev->observer_count, 1);
    assert_string_equal(json_string_value(json_object_get(world->before, "observer0")),
                        "type: file, module: web, path: /srv/VERSION");
    assert_int_equal(dev->observers[0].type, OBSERVER_SSH);
    assert_true(type_into(world, "observe_every", "10"));
    assert_int_equal(dev->observe_every, 10);
    assert_true(type_into(world, "observe_every", ""));
    assert_int_equal(dev->observe_every, 0);
}

static void an_observer_that_cannot_be_is_refused_with_what_is_wrong(void **state)
{
    struct world *world = *state;

    assert_false(type_into(world, "observer0", "type: file, path: /a"));
    assert_string_equal(world->error.message,
                        "observer 1: an observer of type file needs module or modules, and one of "
                        "them only");
    assert_false(type_into(world, "observer0", "what?"));
    assert_int_equal(world->error.code, ERROR_INVALID);
    assert_false(type_into(world, "observe_stale", "soon"));
    assert_string_equal(world->error.message, "'soon' is no number of minutes");
    assert_int_equal(world->settings.environments[0].observer_count, 0);
}

static bool type_into_module(struct world *world, const char *id, const char *text)
{
    json_decref(world->before);
    json_decref(world->after);
    world->before = module_fields(&world->settings.modules[0]);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, id, text);
    return apply(world, PART_MODULE, ACT_CHANGE, "auth");
}

static void a_module_says_where_its_schema_and_its_infrastructure_lie(void **state)
{
    struct world *world = *state;
    const struct module_settings *auth = &world->settings.modules[0];

    assert_true(type_into_module(world, "schema", "db/{env}.sql"));
    assert_true(type_into_module(world, "schema_dialect", "mysql"));
    assert_true(type_into_module(world, "plan", "plans/{env}.json"));
    assert_true(type_into_module(world, "tfvars", "base.tfvars, {env}.tfvars"));
    assert_true(type_into_module(world, "state", "terraform.tfstate"));
    assert_string_equal(auth->schema.path, "db/{env}.sql");
    assert_string_equal(auth->schema.dialect, "mysql");
    assert_string_equal(auth->infrastructure.plan, "plans/{env}.json");
    assert_int_equal(auth->infrastructure.tfvars_count, 2);
    assert_string_equal(auth->infrastructure.tfvars[1], "{env}.tfvars");
    assert_string_equal(auth->infrastructure.state[0], "terraform.tfstate");
    assert_string_equal(json_string_value(json_object_get(world->before, "tfvars")),
                        "base.tfvars {env}.tfvars");
}

static void databases_are_given_changed_and_taken_away(void **state)
{
    struct world *world = *state;
    const struct schema_settings *schema = &world->settings.modules[0].schema;

    assert_true(type_into_module(world, MODULE_LIVE_FIELD "UAT", "postgresql://db/uat"));
    assert_string_equal(schema_settings_live(schema, "UAT"), "postgresql://db/uat");
    assert_int_equal(schema->live_count, 2);
    assert_true(type_into_module(world, MODULE_LIVE_FIELD "DEV", ""));
    assert_int_equal(schema->live_count, 1);
    assert_null(schema_settings_live(schema, "DEV"));
    assert_false(type_into_module(world, MODULE_LIVE_FIELD "DEV", "postgresql://a:s3cret@db/dev"));
    assert_null(strstr(world->error.message, "s3cret"));
}

static void a_dialect_of_no_schema_is_told(void **state)
{
    struct world *world = *state;

    assert_true(type_into_module(world, "schema_dialect", "postgresql"));
    assert_true(type_into_module(world, MODULE_LIVE_FIELD "DEV", ""));
    assert_false(type_into_module(world, MODULE_LIVE_FIELD "UAT", ""));
    assert_string_equal(world->error.message, "a dialect of the schema, and no schema");
}

static bool type_into_project(struct world *world, const char *id, const char *text)
{
    json_decref(world->before);
    json_decref(world->after);
    world->before = project_fields(&world->settings);
    world->after = json_deep_copy(world->before);
    json_put_text(world->after, id, text);
    return apply(world, PART_PROJECT, ACT_CHANGE, NULL);
}

static void registries_are_a_line_each_and_what_is_emptied_goes(void **state)
{
    struct world *world = *state;
    const struct project_settings *settings = &world->settings;

    assert_true(type_into_project(world, "registry0", "name: a.example, login: docker"));
    assert_true(type_into_project(world, "registry1", "{name: b.example, folder: ../images}"));
    assert_int_equal(settings->registry_count, 2);
    assert_string_equal(settings->registries[1].folder, "../images");
    assert_true(type_into_project(world, "registry0", ""));
    assert_string_equal(json_string_value(json_object_get(world->before, "registry0")),
                        "name: a.example, login: docker");
    assert_int_equal(settings->registry_count, 1);
    assert_string_equal(settings->registries[0].name, "b.example");
    assert_false(type_into_project(world, "registry1", "name: b.example, plain: true"));
    assert_non_null(strstr(world->error.message, "the registry b.example is there twice"));
    assert_false(
        type_into_project(world, "registry0", "name: c.example, url: \"ftp://d.example\""));
    assert_string_equal(world->error.message, "registry 1: url cannot be 'ftp://d.example'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_what_was_changed_is_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_field_changed_by_two_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_goes_is_promoted_from_no_more, set_up, tear_down),
        cmocka_unit_test_setup_teardown(observers_and_expected_differences_go_with_their_modules,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_names_something_is_renamed_with_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(databases_go_and_are_renamed_with_their_environments,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_order_has_ends, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_made_is_checked_as_a_file_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_repository_moves_with_all_its_modules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(approvals_are_read_as_they_are_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(observers_are_a_line_each_and_what_is_emptied_goes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_module_says_where_its_schema_and_its_infrastructure_lie,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(databases_are_given_changed_and_taken_away, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_dialect_of_no_schema_is_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(registries_are_a_line_each_and_what_is_emptied_goes, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(an_observer_that_cannot_be_is_refused_with_what_is_wrong,
                                        set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
