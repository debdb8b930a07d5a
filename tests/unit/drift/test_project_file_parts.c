#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/drift/project_file.h>

#include "project_example.h"

static const struct group_settings *find(const struct project_settings *settings, const char *name)
{
    return group_settings_find(settings->groups, settings->group_count, name);
}

static void registries_say_where_they_are_asked_and_who_we_are(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings, again;
    const struct registry_settings *found;
    struct strbuf text = STRBUF_INIT;

    (void)state;
    must_read(PROJECT_START
              "registries:\n"
              "  - {name: registry.example, url: \"https://mirror.example\", login: docker}\n"
              "  - {name: \"old.example:5000\", plain: true, login: none}\n"
              "  - {name: images.example, folder: ../images}\n"
              "  - {name: docker.io, login: \"https://hub.example\"}\n",
              arena, &settings);
    assert_int_equal(settings.registry_count, 4);
    assert_true((settings.given & PROJECT_PART_REGISTRIES) != 0);
    found = registry_settings_find(settings.registries, 4, "registry.example");
    assert_string_equal(found->url, "https://mirror.example");
    assert_string_equal(found->login, "docker");
    assert_false(found->plain);
    assert_true(registry_settings_find(settings.registries, 4, "old.example:5000")->plain);
    assert_null(registry_settings_find(settings.registries, 4, "nobody.example"));
    project_file_write(&text, &settings);
    assert_true(project_file_read("pilab.yaml", text.data, text.length, arena, &again, NULL));
    assert_int_equal(again.registry_count, 4);
    assert_string_equal(again.registries[2].folder, "../images");
    assert_string_equal(again.registries[3].login, "https://hub.example");
    strbuf_truncate(&text, 0);
    project_settings_write_json(&text, &settings);
    assert_true(project_settings_read_json(text.data, text.length, arena, &again, NULL));
    assert_int_equal(again.registry_count, 4);
    assert_true(again.registries[1].plain);
    strbuf_release(&text);
    arena_free(&arena);
}

static void a_registry_that_cannot_be_meant_is_refused(void **state)
{
    (void)state;
    must_refuse(PROJECT_START "registries: [{url: \"https://a.example\"}]\n",
                "pilab.yaml:3: a registry needs the key 'name'");
    must_refuse(PROJECT_START "registries: [{name: \"https://a.example\"}]\n",
                "pilab.yaml:3: 'https://a.example' is not the name of a registry");
    must_refuse(PROJECT_START "registries: [{name: a.example/mb}]\n",
                "pilab.yaml:3: 'a.example/mb' is not the name of a registry");
    must_refuse(PROJECT_START "registries: [{name: a.example, url: \"ftp://b.example\"}]\n",
                "pilab.yaml:3: url cannot be 'ftp://b.example'");
    must_refuse(PROJECT_START "registries: [{name: a.example, url: \"https://me:x@b.example\"}]\n",
                "pilab.yaml:3: url says who we are: that does not belong into an address");
    must_refuse(PROJECT_START "registries: [{name: a.example, url: \"http://b.example\"}]\n",
                "pilab.yaml:3: a.example is asked at http://b.example, where everybody on the way "
                "reads along");
    must_refuse(PROJECT_START "registries: [{name: a.example, login: s3cret}]\n",
                "pilab.yaml:3: login names nobody who could be asked for a token");
    must_refuse(PROJECT_START "registries: [{name: a.example, folder: x, plain: true}]\n",
                "pilab.yaml:3: a.example is a folder, and nobody is asked");
    must_refuse(PROJECT_START "registries:\n  - {name: a.example}\n  - {name: a.example}\n",
                "pilab.yaml:5: the registry a.example is there twice");
}

static void repositories_say_how_they_are_reached(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct repository_settings *found;

    (void)state;
    must_read(PROJECT_START "repositories:\n"
                            "  - {url: git@git.example:a.git, transport: libssh2}\n"
                            "  - {url: /srv/b.git, gitops: \"{env}.yaml:{module}.tag\"}\n",
              arena, &settings);
    assert_int_equal(settings.repository_count, 2);
    found = repository_settings_find(settings.repositories, 2, "/srv/b.git");
    assert_non_null(found);
    assert_null(found->transport);
    assert_string_equal(found->gitops, "{env}.yaml:{module}.tag");
    assert_null(repository_settings_find(settings.repositories, 2, "/srv/c.git"));
    assert_true((settings.given & PROJECT_PART_REPOSITORIES) != 0);
    must_refuse(PROJECT_START "repositories: [{url: a, transport: telnet}]\n",
                "pilab.yaml:3: transport cannot be 'telnet'");
    must_refuse(PROJECT_START "repositories: [{transport: openssh}]\n",
                "pilab.yaml:3: a repository needs the key 'url'");
    must_refuse(PROJECT_START "repositories: [{url: a, token: x}]\n",
                "pilab.yaml:3: a repository has no key 'token'");
    must_refuse(PROJECT_START "repositories:\n  - {url: a}\n  - {url: a}\n",
                "pilab.yaml:5: the repository a is there twice");
    must_refuse(PROJECT_START "repositories: [{url: a, gitops: values.yaml}]\n",
                "pilab.yaml:3: gitops cannot be 'values.yaml': it does not say where {env} "
                "and {module} stand");
    arena_free(&arena);
}

static void groups_name_people(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct group_settings *group;

    (void)state;
    must_read(PROJECT_START "groups:\n  security: [carla, dan]\n  Release-Board: erin\n", arena,
              &settings);
    assert_int_equal(settings.group_count, 2);
    assert_string_equal(settings.groups[0].name, "Release-Board");
    group = find(&settings, "SECURITY");
    assert_non_null(group);
    assert_string_equal(group->name, "security");
    assert_int_equal(group->login_count, 2);
    assert_string_equal(group->logins[1], "dan");
    assert_string_equal(find(&settings, "release-board")->logins[0], "erin");
    assert_null(find(&settings, "board"));
    must_read(PROJECT_START "groups: {}\n", arena, &settings);
    assert_int_equal(settings.group_count, 0);
    arena_free(&arena);
}

static void a_wrong_group_names_its_line(void **state)
{
    static const char nobody[] = PROJECT_START "groups:\n  a: []\n";

    (void)state;
    must_refuse_bytes(nobody, sizeof nobody - 1, "pilab.yaml:4: the group a has nobody in it",
                      "name the logins, or leave the group out");
    must_refuse(PROJECT_START "groups: [a]\n",
                "pilab.yaml:3: groups must be of type map, not list");
    must_refuse(PROJECT_START "groups:\n  a: {b: c}\n",
                "pilab.yaml:4: a must be a text, not of type map");
    must_refuse(PROJECT_START "groups:\n  a: [x]\n  A: [y]\n",
                "pilab.yaml:5: the group A is there twice");
    must_refuse(PROJECT_START "groups:\n  a: [x, y, x]\n",
                "pilab.yaml:4: the group a names x twice");
    must_refuse(PROJECT_START "groups:\n  1st: [x]\n",
                "pilab.yaml:4: a group cannot be called '1st'");
    must_refuse(PROJECT_START "groups:\n  a: [x y]\n", "pilab.yaml:4: 'x y' cannot be a login");
    must_refuse(PROJECT_START "groups:\n  a: ['']\n", "pilab.yaml:4: '' cannot be a login");
    must_refuse(PROJECT_START "groups:\n  a: [\"x\\u202E\"]\n",
                "pilab.yaml:4: 'x\xe2\x80\xae' cannot be a login");
}

#define PLACES                                                                                     \
    PROJECT_START "environments: [{name: UAT, stage: UAT}]\nmodules: [{name: auth}]\nvariables:\n"

static void variables_stand_by_environment_and_module(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;

    (void)state;
    must_read(PROJECT_START, arena, &settings);
    assert_false(settings.variables_given);
    must_read(PLACES "  - {name: RETRIES, environment: uat, value: 010, description: how often}\n"
                     "  - {name: DB_PASSWORD, environment: UAT, module: auth, secret: true}\n"
                     "  - {name: EMPTY, environment: UAT, value: ''}\n",
              arena, &settings);
    assert_true(settings.variables_given);
    assert_int_equal(settings.variable_count, 3);
    assert_string_equal(settings.variables[0].name, "RETRIES");
    assert_string_equal(settings.variables[0].value, "010");
    assert_string_equal(settings.variables[0].description, "how often");
    assert_null(settings.variables[0].module);
    assert_false(settings.variables[0].secret);
    assert_true(settings.variables[1].secret);
    assert_null(settings.variables[1].value);
    assert_string_equal(settings.variables[1].module, "auth");
    assert_string_equal(settings.variables[2].value, "");
    must_read(PROJECT_START "variables: []\n", arena, &settings);
    assert_true(settings.variables_given);
    arena_free(&arena);
}

static void a_wrong_variable_names_its_line(void **state)
{
    static const char known[] = PLACES "  - {name: A, environment: UAT, secret: true, value: x}\n";

    (void)state;
    must_refuse_bytes(known, sizeof known - 1,
                      "pilab.yaml:6: the secret A must not have its value here",
                      "leave the value out, take it for known, and set another one: pilab variable "
                      "set "
                      "A --secret");
    must_refuse(PLACES "  - {name: A, environment: UAT}\n",
                "pilab.yaml:6: the variable A has no value");
    must_refuse(PLACES "  - {name: A, environment: SIT, value: x}\n",
                "pilab.yaml:6: A is of SIT, which is not there");
    must_refuse(PLACES "  - {name: A, environment: UAT, module: pay, value: x}\n",
                "pilab.yaml:6: A is of pay, which is not there");
    must_refuse(PLACES "  - {name: 1A, environment: UAT, value: x}\n",
                "pilab.yaml:6: a variable cannot be called '1A'");
    must_refuse(PLACES "  - {name: A, environment: UAT, value: x}\n"
                       "  - {name: A, environment: uat, value: y}\n",
                "pilab.yaml:7: the variable A of uat is there twice");
    must_refuse(PLACES "  - {name: A, environment: UAT, value: x, sensitive: true}\n",
                "pilab.yaml:6: a variable has no key 'sensitive'");
    must_refuse(PLACES "  - {name: A, environment: UAT, value: [x]}\n",
                "pilab.yaml:6: value must be a text, not of type list");
}

static void an_environment_says_who_has_to_approve(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct environment_settings *there;

    (void)state;
    must_read(PROJECT_START "groups: {security: [carla]}\n"
                            "environments:\n"
                            "  - {name: DEV, stage: DEV}\n"
                            "  - {name: SIT, stage: SIT, approvals: []}\n"
                            "  - {name: UAT, stage: UAT, approvals: [{group: Security, count: 2},"
                            " {role: ADMIN}, {count: 3}]}\n",
              arena, &settings);
    there = settings.environments;
    assert_false(there[0].own_approvals);
    assert_true(there[1].own_approvals);
    assert_int_equal(there[1].approval_count, 0);
    assert_int_equal(there[2].approval_count, 3);
    assert_string_equal(there[2].approvals[0].group, "Security");
    assert_null(there[2].approvals[0].role);
    assert_int_equal(there[2].approvals[0].count, 2);
    assert_string_equal(there[2].approvals[1].role, "ADMIN");
    assert_int_equal(there[2].approvals[1].count, 1);
    assert_null(there[2].approvals[2].group);
    assert_int_equal(there[2].approvals[2].count, 3);
    arena_free(&arena);
}

#define UAT PROJECT_START "environments:\n  - name: UAT\n    stage: UAT\n    approvals:\n"

static void a_wrong_approval_names_its_line(void **state)
{
    (void)state;
    must_refuse(UAT "      - {group: board}\n", "pilab.yaml:7: there is no group 'board'");
    must_refuse(UAT "      - {role: VIEWER}\n", "pilab.yaml:7: role cannot be 'VIEWER'");
    must_refuse(UAT "      - {count: 0}\n", "pilab.yaml:7: count must be between 1 and 20");
    must_refuse(UAT "      - {count: 21}\n", "pilab.yaml:7: count must be between 1 and 20");
    must_refuse(UAT "      - {people: 2}\n", "pilab.yaml:7: an approval has no key 'people'");
    must_refuse(UAT "      - {role: ADMIN, group: a}\n",
                "pilab.yaml:7: an approval names a group or a role, not both");
    must_refuse(UAT "      a: 1\n", "pilab.yaml:6: approvals must be of type list, not map");
}

/* A message that begins so, and repeats nothing of what must not be repeated. */
static void refused_without(const char *text, const char *begin, const char *secret)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    struct error error = { 0 };

    assert_false(project_file_read("pilab.yaml", text, strlen(text), arena, &settings, &error));
    assert_int_equal(strncmp(error.message, begin, strlen(begin)), 0);
    assert_null(strstr(error.message, secret));
    assert_null(strstr(error.hint, secret));
    arena_free(&arena);
}

static void a_schema_says_where_it_lies_and_which_databases_are_live(void **state)
{
    static const char places[] =
        PROJECT_START "environments:\n  - {name: UAT, stage: UAT}\nmodules:\n"
                      "  - name: a\n    schema: ";
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_printf(&text, "%s{live: {UAT: service=uat, uat: service=b}}\n", places);
    must_refuse(text.data, "pilab.yaml:7: live names uat twice");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s{live: {UAT: \"postgresql://app:topsecret@db/uat\"}}\n", places);
    refused_without(text.data, "pilab.yaml:7: the database of UAT: ", "topsecret");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s{live: {UAT: topsecret}}\n", places);
    must_refuse(text.data, "pilab.yaml:7: the database of UAT: that is no connection string");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s{dialect: sqlite}\n", places);
    must_refuse(text.data,
                "pilab.yaml:7: schema says neither where it lies nor which database is live");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s[a.sql]\n", places);
    must_refuse(text.data, "pilab.yaml:7: schema is one text, not a list");
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registries_say_where_they_are_asked_and_who_we_are),
        cmocka_unit_test(a_registry_that_cannot_be_meant_is_refused),
        cmocka_unit_test(repositories_say_how_they_are_reached),
        cmocka_unit_test(groups_name_people),
        cmocka_unit_test(a_wrong_group_names_its_line),
        cmocka_unit_test(variables_stand_by_environment_and_module),
        cmocka_unit_test(a_wrong_variable_names_its_line),
        cmocka_unit_test(an_environment_says_who_has_to_approve),
        cmocka_unit_test(a_wrong_approval_names_its_line),
        cmocka_unit_test(a_schema_says_where_it_lies_and_which_databases_are_live),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
