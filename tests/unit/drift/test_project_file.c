#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/drift/project_file.h>

#include "project_example.h"

#define START "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"

/* Reading fails with exactly this message; `hint` NULL: any. */
static void refused_bytes(const char *text, size_t length, const char *message, const char *hint)
{
    struct arena *arena = arena_new();
    struct project_settings settings = { .name = "untouched" };
    struct error error;

    if (project_file_read("pilab.yaml", text, length, arena, &settings, &error))
        fail_msg("it was read, where \"%s\" was expected:\n%s", message, text);
    assert_int_equal(error.code, ERROR_INVALID);
    assert_string_equal(error.message, message);
    if (hint != NULL)
        assert_string_equal(error.hint, hint);
    assert_string_equal(settings.name, "untouched");
    arena_free(&arena);
}

static void refused(const char *text, const char *message)
{
    refused_bytes(text, strlen(text), message, NULL);
}

static void the_example_of_the_contracts_is_read(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct module_settings *module;

    (void)state;
    must_read(project_example, arena, &settings);
    assert_string_equal(settings.name, "Mobile Banking");
    assert_string_equal(settings.code, "MB");
    assert_null(settings.description);
    assert_int_equal(settings.ticket_count, 2);
    assert_string_equal(settings.tickets[1], "OPS");
    assert_string_equal(settings.four_eyes, "auto");
    assert_int_equal(settings.environment_count, 4);
    assert_string_equal(settings.environments[3].name, "PROD");
    assert_string_equal(settings.environments[3].stage, "PROD");
    assert_int_equal(settings.environments[0].from_count, 0);
    assert_string_equal(settings.environments[3].from[0], "UAT");
    assert_int_equal(settings.module_count, 1);
    module = &settings.modules[0];
    assert_string_equal(module->name, "mb-auth-service");
    assert_string_equal(module->type, "BACKEND");
    assert_string_equal(module->repository, "ssh://git@git.example/mb/auth.git");
    assert_string_equal(module->path, ".");
    assert_string_equal(module->tags, "v{version}");
    assert_int_equal(module->config_count, 2);
    assert_string_equal(module->config[1], "deploy/values-{env}.yaml");
    assert_string_equal(module->migrations_path, "db/migrations");
    assert_string_equal(module->migrations_dialect, "postgresql");
    assert_string_equal(module->dependencies, "auto");
    assert_string_equal(module->image, "registry.example/mb/auth");
    assert_string_equal(module->infrastructure.plan, "infra/tfplan.json");
    assert_int_equal(module->infrastructure.state_count, 1);
    assert_string_equal(module->infrastructure.state[0], "infra/main.tfstate");
    assert_int_equal(module->infrastructure.tfvars_count, 2);
    assert_string_equal(module->infrastructure.tfvars[1], "infra/{env}.tfvars");
    assert_string_equal(module->schema.path, "db/structure.sql");
    assert_string_equal(module->schema.dialect, "postgresql");
    assert_int_equal(module->schema.live_count, 2);
    assert_string_equal(schema_settings_live(&module->schema, "uat"), "service=uat");
    assert_null(schema_settings_live(&module->schema, "DEV"));
    assert_int_equal(settings.expected_count, 1);
    assert_false(settings.expected[0].any_type);
    assert_int_equal(settings.expected[0].type, DRIFT_CONFIG);
    assert_string_equal(settings.expected[0].path, "**.replicas");
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++)
        assert_int_equal(settings.not_examined[type], type == DRIFT_INFRASTRUCTURE);
    assert_int_equal(settings.rule_count, 0);
    arena_free(&arena);
}

static void a_rule_sets_only_what_it_says(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct rule *rule;

    (void)state;
    must_read(START "rules:\n"
                    "  - id: own.flag\n"
                    "    type: config\n"
                    "    category: env\n"
                    "    path: env.**\n"
                    "    except: env.test.**\n"
                    "    key: FLAG_*\n"
                    "    previous: \"true\"\n"
                    "    current: \"false\"\n"
                    "    words: switch\n"
                    "    changes: [added, deleted]\n"
                    "    lines_over: 500\n"
                    "    environment: PROD\n"
                    "    severity: high\n"
                    "    attention: blocker\n"
                    "    breaking: true\n"
                    "    security: false\n"
                    "    sentence: a switch that operations must know\n"
                    "  - {id: config.session, off: true}\n",
              arena, &settings);
    assert_int_equal(settings.rule_count, 2);
    rule = &settings.rules[0];
    assert_string_equal(rule->id, "own.flag");
    assert_int_equal(rule->type, DRIFT_CONFIG);
    assert_string_equal(rule->category, "env");
    assert_string_equal(rule->except, "env.test.**");
    assert_string_equal(rule->key, "FLAG_*");
    assert_string_equal(rule->previous, "true");
    assert_string_equal(rule->words, "switch");
    assert_int_equal(rule->change_types, 1u << CHANGE_TYPE_ADDED | 1u << CHANGE_TYPE_DELETED);
    assert_int_equal(rule->lines_over, 500);
    assert_int_equal(rule->severity, SEVERITY_HIGH);
    assert_int_equal(rule->attention, ATTENTION_BLOCKER);
    assert_true(rule->breaking);
    assert_false(rule->security);
    assert_int_equal(rule->columns, COLUMN_TYPE | COLUMN_SEVERITY | COLUMN_ATTENTION |
                                        COLUMN_BREAKING | COLUMN_SECURITY);
    assert_true(settings.rules[1].off);
    assert_int_equal(settings.rules[1].columns, COLUMN_OFF);
    arena_free(&arena);
}

static void a_text_alone_stands_for_a_list_of_one(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;

    (void)state;
    must_read("pilab: 1\nproject: {name: 1.0, code: 42, tickets: MB}\n"
              "environments: [{name: on, stage: DEV}, {name: B, stage: SIT, from: ON}]\n"
              "modules: [{name: a, config: values.yaml}]\nnot_examined: IMAGE\n"
              "rules:\n",
              arena, &settings);
    assert_string_equal(settings.name, "1.0");
    assert_string_equal(settings.code, "42");
    assert_int_equal(settings.ticket_count, 1);
    assert_string_equal(settings.environments[0].name, "on");
    assert_string_equal(settings.environments[1].from[0], "ON");
    assert_string_equal(settings.modules[0].config[0], "values.yaml");
    assert_true(settings.not_examined[DRIFT_IMAGE]);
    arena_free(&arena);
}

static void an_unknown_key_names_its_line(void **state)
{
    (void)state;
    refused_bytes(START "module: []\n", sizeof START "module: []\n" - 1,
                  "pilab.yaml:3: there is no key 'module'",
                  "there are: pilab project groups environments modules repositories "
                  "registries variables expected_differences not_examined rules");
    refused("pilab: 1\nproject:\n  name: A\n  code: A\n  ticket: [A]\n",
            "pilab.yaml:5: project has no key 'ticket'");
    refused(START "environments:\n  - name: A\n    stage: DEV\n    form: [B]\n",
            "pilab.yaml:6: an environment has no key 'form'");
    refused(START "modules:\n  - name: a\n    repo: x\n",
            "pilab.yaml:5: a module has no key 'repo'");
    refused(START "modules:\n  - name: a\n    migrations:\n      path: db\n      kind: x\n",
            "pilab.yaml:7: migrations has no key 'kind'");
    refused(START "modules:\n  - name: a\n    infrastructure: {states: [a]}\n",
            "pilab.yaml:5: infrastructure has no key 'states'");
    refused(START "modules:\n  - name: a\n    schema: {file: a.sql}\n",
            "pilab.yaml:5: schema has no key 'file'");
    refused(START "expected_differences:\n  - path: a\n    why: x\n",
            "pilab.yaml:5: an expected difference has no key 'why'");
    refused(START "rules:\n  - id: a\n    type: config\n    level: HIGH\n",
            "pilab.yaml:6: a rule has no key 'level'");
}

static void a_wrong_type_names_its_line(void **state)
{
    (void)state;
    refused("pilab: 1\nproject: MB\n", "pilab.yaml:2: project must be of type map, not string");
    refused("pilab: 1\nproject:\n  name: [a]\n  code: A\n",
            "pilab.yaml:3: name must be a text, not of type list");
    refused("pilab: 1\nproject:\n  name: A\n  code:\n",
            "pilab.yaml:4: code must be a text, not of type null");
    refused("pilab: 1\nproject: {name: A, code: A,\n  tickets: [A, {b: 1}]}\n",
            "pilab.yaml:3: tickets must be a text, not of type map");
    refused(START "environments: {DEV: DEV}\n",
            "pilab.yaml:3: environments must be of type list, not map");
    refused(START "environments: [DEV]\n",
            "pilab.yaml:3: an environment must be of type map, not string");
    refused(START "modules: a\n", "pilab.yaml:3: modules must be of type list, not string");
    refused(START "modules:\n  - name: a\n    migrations: db\n",
            "pilab.yaml:5: migrations must be of type map, not string");
    refused(START "expected_differences: {}\n",
            "pilab.yaml:3: expected_differences must be of type list, not map");
    refused(START "not_examined: {image: true}\n",
            "pilab.yaml:3: not_examined must be a text, not of type map");
    refused(START "rules: {}\n", "pilab.yaml:3: rules must be of type list, not map");
    refused(START "rules:\n  - id: a\n    type: code\n    off: yes\n",
            "pilab.yaml:6: off must be of type bool, not string");
    refused(START "rules:\n  - id: a\n    type: code\n    lines_over: many\n",
            "pilab.yaml:6: lines_over must be of type integer, not string");
    refused(START "rules:\n  - id: a\n    type: code\n    lines_over: -1\n",
            "pilab.yaml:6: lines_over cannot be negative");
    refused(START "rules:\n  - id: a\n    type: code\n    lines_over: 99999999999999999999\n",
            "pilab.yaml:6: lines_over is too large");
}

static void a_word_that_is_no_choice_names_its_line(void **state)
{
    static const char severity[] =
        START "rules:\n  - id: a\n    type: code\n    severity: URGENT\n";
    static const char stage[] = START "environments:\n  - {name: QA,\n     stage: QA}\n";
    static const char changes[] = START "rules:\n  - id: a\n    type: code\n    changes: [moved]\n";
    static const char unexamined[] = START "not_examined: [db]\n";

    (void)state;
    refused_bytes(stage, sizeof stage - 1, "pilab.yaml:5: stage cannot be 'QA'",
                  "it is one of: DEV SIT UAT PERF SEC PRE_PROD PROD DR");
    refused_bytes(severity, sizeof severity - 1, "pilab.yaml:6: severity cannot be 'URGENT'",
                  "it is one of: CRITICAL HIGH MEDIUM LOW INFO");
    refused_bytes(changes, sizeof changes - 1, "pilab.yaml:6: changes cannot be 'moved'",
                  "they are: added modified deleted");
    refused_bytes(unexamined, sizeof unexamined - 1, "pilab.yaml:3: not_examined cannot be 'db'",
                  "they are: code config database infrastructure image dependency");
    refused(START "rules:\n  - id: a\n    type: cfg\n", "pilab.yaml:5: type cannot be 'cfg'");
    refused(START "rules:\n  - id: a\n    type: code\n    attention: high\n",
            "pilab.yaml:6: attention cannot be 'high'");
    refused(START "modules:\n  - name: a\n    type: SERVICE\n",
            "pilab.yaml:5: type cannot be 'SERVICE'");
    refused(START "modules:\n  - name: a\n    dependencies: npm\n",
            "pilab.yaml:5: dependencies cannot be 'npm'");
    refused(START "modules:\n  - name: a\n    migrations: {path: db, dialect: oracle}\n",
            "pilab.yaml:5: dialect cannot be 'oracle'");
    refused("pilab: 1\nproject: {name: A, code: A, four_eyes: maybe}\n",
            "pilab.yaml:2: four_eyes cannot be 'maybe'");
}

static void what_is_needed_and_missing_names_the_line(void **state)
{
    (void)state;
    refused("project: {name: A, code: A}\n", "pilab.yaml:1: the key 'pilab' is missing");
    refused("pilab: 1\n", "pilab.yaml:1: the key 'project' is missing");
    refused("pilab: 1\n\nproject:\n", "pilab.yaml:3: the key 'project' is empty");
    refused("pilab:\nproject: {name: A, code: A}\n", "pilab.yaml:1: the key 'pilab' is empty");
    refused("pilab: 1\nproject: {name: A}\n", "pilab.yaml:2: project needs the key 'code'");
    refused("pilab: 1\nproject: {name: '', code: A}\n", "pilab.yaml:2: name is empty");
    refused(START "environments:\n  - name: A\n", "pilab.yaml:4: an environment needs the key "
                                                  "'stage'");
    refused(START "modules:\n  - type: BACKEND\n", "pilab.yaml:4: a module needs the key 'name'");
    refused(START "modules:\n  - name: a\n    migrations: {dialect: sqlite}\n",
            "pilab.yaml:5: migrations needs the key 'path'");
    refused(START "expected_differences:\n  - {type: config}\n",
            "pilab.yaml:4: an expected difference needs the key 'path'");
    refused(START "rules:\n  - {type: code}\n", "pilab.yaml:4: a rule needs the key 'id'");
}

static void a_rule_of_ones_own_needs_a_type(void **state)
{
    static const char slip[] = START "rules:\n  - {id: config.sercet, off: true}\n";

    (void)state;
    refused_bytes(slip, sizeof slip - 1,
                  "pilab.yaml:4: the rule config.sercet needs the key 'type'",
                  "or it is meant to change a built-in rule: none has this id");
}

static void what_is_there_twice_names_the_second_line(void **state)
{
    (void)state;
    refused(START "modules:\n  - {name: a}\n  - {name: b}\n  - {name: a}\n",
            "pilab.yaml:6: the module a is there twice");
    refused(START "environments:\n  - {name: UAT, stage: UAT}\n  - {name: uat, stage: SIT}\n",
            "pilab.yaml:5: the environment uat is there twice");
    refused(START "rules:\n  - {id: a, type: code}\n  - {id: a, type: config}\n",
            "pilab.yaml:5: the rule a is there twice");
    refused(START "modules: []\nmodules: []\n",
            "pilab.yaml:4:1: the key \"modules\" was given on line 3 already");
}

static void sources_must_be_other_environments(void **state)
{
    static const char unknown[] =
        START "environments:\n  - {name: A, stage: DEV}\n  - {name: B, stage: SIT, from: [X]}\n";

    (void)state;
    refused_bytes(unknown, sizeof unknown - 1,
                  "pilab.yaml:5: B is promoted from X, which is not there",
                  "`from` names other environments of this file");
    refused(START "environments:\n  - {name: UAT, stage: UAT, from: [uat]}\n",
            "pilab.yaml:4: UAT cannot be promoted from itself");
}

static void folders_stay_within_the_repository(void **state)
{
    static const char outside[] = START "modules:\n  - name: a\n    path: ../b\n";

    (void)state;
    refused_bytes(outside, sizeof outside - 1, "pilab.yaml:5: path cannot be '../b'",
                  "it is a folder within the repository: services/auth");
    refused(START "modules:\n  - name: a\n    path: /srv\n", "pilab.yaml:5: path cannot be '/srv'");
    refused(START "modules:\n  - name: a\n    migrations: {path: db/../../x}\n",
            "pilab.yaml:5: path cannot be 'db/../../x'");
}

static void another_format_is_told_before_its_unknown_parts(void **state)
{
    static const char newer[] = "pilab: 2\nservices: []\n";

    (void)state;
    refused_bytes(newer, sizeof newer - 1, "pilab.yaml:1: this is format 2, and we know format 1",
                  "it begins with `pilab: 1`; a newer pilab may know more");
    refused("pilab: one\n", "pilab.yaml:1: this is format one, and we know format 1");
    refused("pilab: [1]\n", "pilab.yaml:1: the format must be a number, not of type list");
}

static void other_documents_are_refused(void **state)
{
    static const char nul[] = START "modules: [{name: \"a\\0b\"}]\n";

    (void)state;
    refused("", "pilab.yaml:1: it must begin with `pilab: 1`");
    refused("- a\n", "pilab.yaml:1: it must begin with `pilab: 1`");
    refused(START "---\n" START, "pilab.yaml:4: one file describes one project");
    refused(nul, "pilab.yaml:3: name holds a NUL byte");
}

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
    must_read(START "registries:\n"
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
    refused(START "registries: [{url: \"https://a.example\"}]\n",
            "pilab.yaml:3: a registry needs the key 'name'");
    refused(START "registries: [{name: \"https://a.example\"}]\n",
            "pilab.yaml:3: 'https://a.example' is not the name of a registry");
    refused(START "registries: [{name: a.example/mb}]\n",
            "pilab.yaml:3: 'a.example/mb' is not the name of a registry");
    refused(START "registries: [{name: a.example, url: \"ftp://b.example\"}]\n",
            "pilab.yaml:3: url cannot be 'ftp://b.example'");
    refused(START "registries: [{name: a.example, url: \"https://me:x@b.example\"}]\n",
            "pilab.yaml:3: url cannot be 'https://me:x@b.example'");
    refused(START "registries: [{name: a.example, url: \"http://b.example\"}]\n",
            "pilab.yaml:3: a.example is asked at http://b.example, where everybody on the way "
            "reads along");
    refused(START "registries: [{name: a.example, login: s3cret}]\n",
            "pilab.yaml:3: login cannot be 's3cret'");
    refused(START "registries: [{name: a.example, folder: x, plain: true}]\n",
            "pilab.yaml:3: a.example is a folder, and nobody is asked");
    refused(START "registries:\n  - {name: a.example}\n  - {name: a.example}\n",
            "pilab.yaml:5: the registry a.example is there twice");
}

static void repositories_say_how_they_are_reached(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct repository_settings *found;

    (void)state;
    must_read(START "repositories:\n"
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
    refused(START "repositories: [{url: a, transport: telnet}]\n",
            "pilab.yaml:3: transport cannot be 'telnet'");
    refused(START "repositories: [{transport: openssh}]\n",
            "pilab.yaml:3: a repository needs the key 'url'");
    refused(START "repositories: [{url: a, token: x}]\n",
            "pilab.yaml:3: a repository has no key 'token'");
    refused(START "repositories:\n  - {url: a}\n  - {url: a}\n",
            "pilab.yaml:5: the repository a is there twice");
    refused(START "repositories: [{url: a, gitops: values.yaml}]\n",
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
    must_read(START "groups:\n  security: [carla, dan]\n  Release-Board: erin\n", arena, &settings);
    assert_int_equal(settings.group_count, 2);
    assert_string_equal(settings.groups[0].name, "Release-Board");
    group = find(&settings, "SECURITY");
    assert_non_null(group);
    assert_string_equal(group->name, "security");
    assert_int_equal(group->login_count, 2);
    assert_string_equal(group->logins[1], "dan");
    assert_string_equal(find(&settings, "release-board")->logins[0], "erin");
    assert_null(find(&settings, "board"));
    must_read(START "groups: {}\n", arena, &settings);
    assert_int_equal(settings.group_count, 0);
    arena_free(&arena);
}

static void a_wrong_group_names_its_line(void **state)
{
    static const char nobody[] = START "groups:\n  a: []\n";

    (void)state;
    refused_bytes(nobody, sizeof nobody - 1, "pilab.yaml:4: the group a has nobody in it",
                  "name the logins, or leave the group out");
    refused(START "groups: [a]\n", "pilab.yaml:3: groups must be of type map, not list");
    refused(START "groups:\n  a: {b: c}\n", "pilab.yaml:4: a must be a text, not of type map");
    refused(START "groups:\n  a: [x]\n  A: [y]\n", "pilab.yaml:5: the group A is there twice");
    refused(START "groups:\n  a: [x, y, x]\n", "pilab.yaml:4: the group a names x twice");
    refused(START "groups:\n  1st: [x]\n", "pilab.yaml:4: a group cannot be called '1st'");
    refused(START "groups:\n  a: [x y]\n", "pilab.yaml:4: 'x y' cannot be a login");
    refused(START "groups:\n  a: ['']\n", "pilab.yaml:4: '' cannot be a login");
    refused(START "groups:\n  a: [\"x\\u202E\"]\n",
            "pilab.yaml:4: 'x\xe2\x80\xae' cannot be a login");
}

#define PLACES                                                                                     \
    START "environments: [{name: UAT, stage: UAT}]\nmodules: [{name: auth}]\nvariables:\n"

static void variables_stand_by_environment_and_module(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;

    (void)state;
    must_read(START, arena, &settings);
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
    must_read(START "variables: []\n", arena, &settings);
    assert_true(settings.variables_given);
    arena_free(&arena);
}

static void a_wrong_variable_names_its_line(void **state)
{
    static const char known[] = PLACES "  - {name: A, environment: UAT, secret: true, value: x}\n";

    (void)state;
    refused_bytes(known, sizeof known - 1,
                  "pilab.yaml:6: the secret A must not have its value here",
                  "leave the value out, take it for known, and set another one: pilab variable set "
                  "A --secret");
    refused(PLACES "  - {name: A, environment: UAT}\n",
            "pilab.yaml:6: the variable A has no value");
    refused(PLACES "  - {name: A, environment: SIT, value: x}\n",
            "pilab.yaml:6: A is of SIT, which is not there");
    refused(PLACES "  - {name: A, environment: UAT, module: pay, value: x}\n",
            "pilab.yaml:6: A is of pay, which is not there");
    refused(PLACES "  - {name: 1A, environment: UAT, value: x}\n",
            "pilab.yaml:6: a variable cannot be called '1A'");
    refused(PLACES "  - {name: A, environment: UAT, value: x}\n"
                   "  - {name: A, environment: uat, value: y}\n",
            "pilab.yaml:7: the variable A of uat is there twice");
    refused(PLACES "  - {name: A, environment: UAT, value: x, sensitive: true}\n",
            "pilab.yaml:6: a variable has no key 'sensitive'");
    refused(PLACES "  - {name: A, environment: UAT, value: [x]}\n",
            "pilab.yaml:6: value must be a text, not of type list");
}

static void an_environment_says_who_has_to_approve(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    const struct environment_settings *there;

    (void)state;
    must_read(START "groups: {security: [carla]}\n"
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

#define UAT START "environments:\n  - name: UAT\n    stage: UAT\n    approvals:\n"

static void a_wrong_approval_names_its_line(void **state)
{
    (void)state;
    refused(UAT "      - {group: board}\n", "pilab.yaml:7: there is no group 'board'");
    refused(UAT "      - {role: VIEWER}\n", "pilab.yaml:7: role cannot be 'VIEWER'");
    refused(UAT "      - {count: 0}\n", "pilab.yaml:7: count must be between 1 and 20");
    refused(UAT "      - {count: 21}\n", "pilab.yaml:7: count must be between 1 and 20");
    refused(UAT "      - {people: 2}\n", "pilab.yaml:7: an approval has no key 'people'");
    refused(UAT "      - {role: ADMIN, group: a}\n",
            "pilab.yaml:7: an approval names a group or a role, not both");
    refused(UAT "      a: 1\n", "pilab.yaml:6: approvals must be of type list, not map");
}

static void a_huge_file_is_read_in_no_time(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct arena *arena = arena_new();
    struct project_settings settings;

    (void)state;
    strbuf_add(&text, START "modules:\n");
    for (int i = 0; i < 60000; i++)
        strbuf_printf(&text, "  - {name: m%d}\n", i);
    must_read(text.data, arena, &settings);
    assert_int_equal(settings.module_count, 60000);
    arena_free(&arena);
    strbuf_release(&text);
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
    static const char places[] = START "environments:\n  - {name: UAT, stage: UAT}\nmodules:\n"
                                       "  - name: a\n    schema: ";
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_printf(&text, "%s{live: {UAT: service=uat, uat: service=b}}\n", places);
    refused(text.data, "pilab.yaml:7: live names uat twice");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s{live: {UAT: \"postgresql://app:topsecret@db/uat\"}}\n", places);
    refused_without(text.data, "pilab.yaml:7: the database of UAT: ", "topsecret");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s{live: {UAT: topsecret}}\n", places);
    refused(text.data, "pilab.yaml:7: the database of UAT: that is no connection string");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s{dialect: sqlite}\n", places);
    refused(text.data,
            "pilab.yaml:7: schema says neither where it lies nor which database is live");
    strbuf_clear(&text);
    strbuf_printf(&text, "%s[a.sql]\n", places);
    refused(text.data, "pilab.yaml:7: schema is one text, not a list");
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_schema_says_where_it_lies_and_which_databases_are_live),
        cmocka_unit_test(the_example_of_the_contracts_is_read),
        cmocka_unit_test(a_rule_sets_only_what_it_says),
        cmocka_unit_test(a_text_alone_stands_for_a_list_of_one),
        cmocka_unit_test(an_unknown_key_names_its_line),
        cmocka_unit_test(a_wrong_type_names_its_line),
        cmocka_unit_test(a_word_that_is_no_choice_names_its_line),
        cmocka_unit_test(what_is_needed_and_missing_names_the_line),
        cmocka_unit_test(a_rule_of_ones_own_needs_a_type),
        cmocka_unit_test(what_is_there_twice_names_the_second_line),
        cmocka_unit_test(sources_must_be_other_environments),
        cmocka_unit_test(folders_stay_within_the_repository),
        cmocka_unit_test(another_format_is_told_before_its_unknown_parts),
        cmocka_unit_test(other_documents_are_refused),
        cmocka_unit_test(registries_say_where_they_are_asked_and_who_we_are),
        cmocka_unit_test(a_registry_that_cannot_be_meant_is_refused),
        cmocka_unit_test(repositories_say_how_they_are_reached),
        cmocka_unit_test(groups_name_people),
        cmocka_unit_test(a_wrong_group_names_its_line),
        cmocka_unit_test(variables_stand_by_environment_and_module),
        cmocka_unit_test(a_wrong_variable_names_its_line),
        cmocka_unit_test(an_environment_says_who_has_to_approve),
        cmocka_unit_test(a_wrong_approval_names_its_line),
        cmocka_unit_test(a_huge_file_is_read_in_no_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
