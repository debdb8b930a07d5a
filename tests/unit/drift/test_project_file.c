#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/project_file.h>
#include <pilab/drift/rules.h>

#include "project_example.h"

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
    must_read(PROJECT_START "rules:\n"
                            "  - id: own.flag\n"
                            "    type: config\n"
                            "    category: env\n"
                            "    path: env.**\n"
                            "    except: env.test.**\n"
                            "    key: FLAG_*\n"
                            "    previous: \"true\"\n"
                            "    current: \"false\"\n"
                            "    changes: [added, deleted]\n"
                            "    lines_over: 500\n"
                            "    environment: PROD\n"
                            "    severity: high\n"
                            "    attention: blocker\n"
                            "    breaking: true\n"
                            "    security: false\n"
                            "    sentence: a switch that operations must know\n"
                            "  - {id: config.session, off: true}\n"
                            "  - {id: own.switch, type: code, words: switch}\n",
              arena, &settings);
    assert_int_equal(settings.rule_count, 3);
    rule = &settings.rules[0];
    assert_string_equal(rule->id, "own.flag");
    assert_int_equal(rule->type, DRIFT_CONFIG);
    assert_string_equal(rule->category, "env");
    assert_string_equal(rule->except, "env.test.**");
    assert_string_equal(rule->key, "FLAG_*");
    assert_string_equal(rule->previous, "true");
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
    assert_string_equal(settings.rules[2].words, "switch");
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
    must_refuse_bytes(PROJECT_START "module: []\n", sizeof PROJECT_START "module: []\n" - 1,
                      "pilab.yaml:3: there is no key 'module'",
                      "there are: pilab project groups environments modules repositories "
                      "registries variables expected_differences not_examined rules");
    must_refuse("pilab: 1\nproject:\n  name: A\n  code: A\n  ticket: [A]\n",
                "pilab.yaml:5: project has no key 'ticket'");
    must_refuse(PROJECT_START "environments:\n  - name: A\n    stage: DEV\n    form: [B]\n",
                "pilab.yaml:6: an environment has no key 'form'");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    repo: x\n",
                "pilab.yaml:5: a module has no key 'repo'");
    must_refuse(PROJECT_START
                "modules:\n  - name: a\n    migrations:\n      path: db\n      kind: x\n",
                "pilab.yaml:7: migrations has no key 'kind'");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    infrastructure: {states: [a]}\n",
                "pilab.yaml:5: infrastructure has no key 'states'");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    schema: {file: a.sql}\n",
                "pilab.yaml:5: schema has no key 'file'");
    must_refuse(PROJECT_START "expected_differences:\n  - path: a\n    why: x\n",
                "pilab.yaml:5: an expected difference has no key 'why'");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: config\n    level: HIGH\n",
                "pilab.yaml:6: a rule has no key 'level'");
}

static void a_wrong_type_names_its_line(void **state)
{
    (void)state;
    must_refuse("pilab: 1\nproject: MB\n", "pilab.yaml:2: project must be of type map, not string");
    must_refuse("pilab: 1\nproject:\n  name: [a]\n  code: A\n",
                "pilab.yaml:3: name must be a text, not of type list");
    must_refuse("pilab: 1\nproject:\n  name: A\n  code:\n",
                "pilab.yaml:4: code must be a text, not of type null");
    must_refuse("pilab: 1\nproject: {name: A, code: A,\n  tickets: [A, {b: 1}]}\n",
                "pilab.yaml:3: tickets must be a text, not of type map");
    must_refuse(PROJECT_START "environments: {DEV: DEV}\n",
                "pilab.yaml:3: environments must be of type list, not map");
    must_refuse(PROJECT_START "environments: [DEV]\n",
                "pilab.yaml:3: an environment must be of type map, not string");
    must_refuse(PROJECT_START "modules: a\n",
                "pilab.yaml:3: modules must be of type list, not string");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    migrations: db\n",
                "pilab.yaml:5: migrations must be of type map, not string");
    must_refuse(PROJECT_START "expected_differences: {}\n",
                "pilab.yaml:3: expected_differences must be of type list, not map");
    must_refuse(PROJECT_START "not_examined: {image: true}\n",
                "pilab.yaml:3: not_examined must be a text, not of type map");
    must_refuse(PROJECT_START "rules: {}\n", "pilab.yaml:3: rules must be of type list, not map");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: code\n    off: yes\n",
                "pilab.yaml:6: off must be of type bool, not string");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: code\n    lines_over: many\n",
                "pilab.yaml:6: lines_over must be of type integer, not string");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: code\n    lines_over: -1\n",
                "pilab.yaml:6: lines_over cannot be negative");
    must_refuse(PROJECT_START
                "rules:\n  - id: a\n    type: code\n    lines_over: 99999999999999999999\n",
                "pilab.yaml:6: lines_over is too large");
}

static void a_rule_that_could_find_nothing_names_its_line(void **state)
{
    static const char word[] = PROJECT_START "rules:\n  - id: a\n    type: dependency\n"
                                             "    words: upgrade-major upgrade-mayor\n";

    (void)state;
    must_refuse_bytes(PROJECT_START "rules:\n  - id: a\n    type: config\n    path: \"[a\"\n",
                      strlen(PROJECT_START
                             "rules:\n  - id: a\n    type: config\n    path: \"[a\"\n"),
                      "pilab.yaml:6: path has a [ without its ]: '[a'", "`\\[` is the sign itself");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: code\n    except: 'src/{a,b'\n",
                "pilab.yaml:6: except has a { without its }: 'src/{a,b'");
    must_refuse(PROJECT_START "expected_differences:\n  - reason: x\n    path: 'a.[b'\n",
                "pilab.yaml:5: path has a [ without its ]: 'a.[b'");
    must_refuse(word, "pilab.yaml:6: words: no difference of type dependency is said to be "
                      "'upgrade-mayor'");
    must_refuse(PROJECT_START "rules:\n  - id: dependency.major\n    words: upgrade-mayor\n",
                "pilab.yaml:5: words: no difference of type dependency is said to be "
                "'upgrade-mayor'");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: database\n    words: 'loose*'\n",
                "pilab.yaml:6: words: no difference of type database is said to be 'loose*'");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: config\n    words: password\n",
                "pilab.yaml:6: words: nothing is said of differences of type config");
    must_refuse(PROJECT_START "rules:\n  - id: image.moved\n    words: moved\n",
                "pilab.yaml:5: words: nothing is said of differences of type image");
}

static void globs_and_words_that_find_something_are_taken(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;

    (void)state;
    must_read(PROJECT_START "rules:\n"
                            "  - {id: a, type: config, path: '**.[!a]{b,c}[]x]', key: '\\[*'}\n"
                            "  - {id: b, type: dependency, words: 'upgrade-* mirror'}\n"
                            "  - {id: c, type: code, words: 'anything'}\n",
              arena, &settings);
    assert_int_equal(settings.rule_count, 3);
    arena_free(&arena);
}

static void what_the_built_in_rules_look_for_is_known(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    struct strbuf text = STRBUF_INIT;
    const struct rule *rule;
    size_t count = 0;

    (void)state;
    strbuf_add(&text, PROJECT_START "rules:\n");
    for (size_t i = 0; (rule = rules_builtin_at(i)) != NULL; i++) {
        if (rule->words == NULL)
            continue;
        strbuf_printf(&text, "  - {id: %s, words: '%s'}\n", rule->id, rule->words);
        count++;
    }
    must_read(text.data, arena, &settings);
    assert_true(count > 40);
    assert_int_equal(settings.rule_count, count);
    strbuf_release(&text);
    arena_free(&arena);
}

static void a_word_that_is_no_choice_names_its_line(void **state)
{
    static const char severity[] =
        PROJECT_START "rules:\n  - id: a\n    type: code\n    severity: URGENT\n";
    static const char stage[] = PROJECT_START "environments:\n  - {name: QA,\n     stage: QA}\n";
    static const char changes[] =
        PROJECT_START "rules:\n  - id: a\n    type: code\n    changes: [moved]\n";
    static const char unexamined[] = PROJECT_START "not_examined: [db]\n";

    (void)state;
    must_refuse_bytes(stage, sizeof stage - 1, "pilab.yaml:5: stage cannot be 'QA'",
                      "it is one of: DEV SIT UAT PERF SEC PRE_PROD PROD DR");
    must_refuse_bytes(severity, sizeof severity - 1, "pilab.yaml:6: severity cannot be 'URGENT'",
                      "it is one of: CRITICAL HIGH MEDIUM LOW INFO");
    must_refuse_bytes(changes, sizeof changes - 1, "pilab.yaml:6: changes cannot be 'moved'",
                      "they are: added modified deleted");
    must_refuse_bytes(unexamined, sizeof unexamined - 1,
                      "pilab.yaml:3: not_examined cannot be 'db'",
                      "they are: code config database infrastructure image dependency");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: cfg\n",
                "pilab.yaml:5: type cannot be 'cfg'");
    must_refuse(PROJECT_START "rules:\n  - id: a\n    type: code\n    attention: high\n",
                "pilab.yaml:6: attention cannot be 'high'");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    type: SERVICE\n",
                "pilab.yaml:5: type cannot be 'SERVICE'");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    dependencies: npm\n",
                "pilab.yaml:5: dependencies cannot be 'npm'");
    must_refuse(PROJECT_START
                "modules:\n  - name: a\n    migrations: {path: db, dialect: oracle}\n",
                "pilab.yaml:5: dialect cannot be 'oracle'");
    must_refuse("pilab: 1\nproject: {name: A, code: A, four_eyes: maybe}\n",
                "pilab.yaml:2: four_eyes cannot be 'maybe'");
}

static void what_is_needed_and_missing_names_the_line(void **state)
{
    (void)state;
    must_refuse("project: {name: A, code: A}\n", "pilab.yaml:1: the key 'pilab' is missing");
    must_refuse("pilab: 1\n", "pilab.yaml:1: the key 'project' is missing");
    must_refuse("pilab: 1\n\nproject:\n", "pilab.yaml:3: the key 'project' is empty");
    must_refuse("pilab:\nproject: {name: A, code: A}\n", "pilab.yaml:1: the key 'pilab' is empty");
    must_refuse("pilab: 1\nproject: {name: A}\n", "pilab.yaml:2: project needs the key 'code'");
    must_refuse("pilab: 1\nproject: {name: '', code: A}\n", "pilab.yaml:2: name is empty");
    must_refuse(PROJECT_START "environments:\n  - name: A\n",
                "pilab.yaml:4: an environment needs the key "
                "'stage'");
    must_refuse(PROJECT_START "modules:\n  - type: BACKEND\n",
                "pilab.yaml:4: a module needs the key 'name'");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    migrations: {dialect: sqlite}\n",
                "pilab.yaml:5: migrations needs the key 'path'");
    must_refuse(PROJECT_START "expected_differences:\n  - {type: config}\n",
                "pilab.yaml:4: an expected difference needs the key 'path'");
    must_refuse(PROJECT_START "rules:\n  - {type: code}\n",
                "pilab.yaml:4: a rule needs the key 'id'");
}

static void a_rule_of_ones_own_needs_a_type(void **state)
{
    static const char slip[] = PROJECT_START "rules:\n  - {id: config.sercet, off: true}\n";

    (void)state;
    must_refuse_bytes(slip, sizeof slip - 1,
                      "pilab.yaml:4: the rule config.sercet needs the key 'type'",
                      "or it is meant to change a built-in rule: none has this id");
}

static void what_is_there_twice_names_the_second_line(void **state)
{
    (void)state;
    must_refuse(PROJECT_START "modules:\n  - {name: a}\n  - {name: b}\n  - {name: a}\n",
                "pilab.yaml:6: the module a is there twice");
    must_refuse(PROJECT_START
                "environments:\n  - {name: UAT, stage: UAT}\n  - {name: uat, stage: SIT}\n",
                "pilab.yaml:5: the environment uat is there twice");
    must_refuse(PROJECT_START "rules:\n  - {id: a, type: code}\n  - {id: a, type: config}\n",
                "pilab.yaml:5: the rule a is there twice");
    must_refuse(PROJECT_START "modules: []\nmodules: []\n",
                "pilab.yaml:4:1: the key \"modules\" was given on line 3 already");
}

static void sources_must_be_other_environments(void **state)
{
    static const char unknown[] = PROJECT_START
        "environments:\n  - {name: A, stage: DEV}\n  - {name: B, stage: SIT, from: [X]}\n";

    (void)state;
    must_refuse_bytes(unknown, sizeof unknown - 1,
                      "pilab.yaml:5: B is promoted from X, which is not there",
                      "`from` names other environments of this file");
    must_refuse(PROJECT_START "environments:\n  - {name: UAT, stage: UAT, from: [uat]}\n",
                "pilab.yaml:4: UAT cannot be promoted from itself");
}

static void folders_stay_within_the_repository(void **state)
{
    static const char outside[] = PROJECT_START "modules:\n  - name: a\n    path: ../b\n";

    (void)state;
    must_refuse_bytes(outside, sizeof outside - 1, "pilab.yaml:5: path cannot be '../b'",
                      "it is a folder within the repository: services/auth");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    path: /srv\n",
                "pilab.yaml:5: path cannot be '/srv'");
    must_refuse(PROJECT_START "modules:\n  - name: a\n    migrations: {path: db/../../x}\n",
                "pilab.yaml:5: path cannot be 'db/../../x'");
}

static void another_format_is_told_before_its_unknown_parts(void **state)
{
    static const char newer[] = "pilab: 2\nservices: []\n";

    (void)state;
    must_refuse_bytes(newer, sizeof newer - 1,
                      "pilab.yaml:1: this is format 2, and we know format 1",
                      "it begins with `pilab: 1`; a newer pilab may know more");
    must_refuse("pilab: one\n", "pilab.yaml:1: this is format one, and we know format 1");
    must_refuse("pilab: [1]\n", "pilab.yaml:1: the format must be a number, not of type list");
}

static void other_documents_are_refused(void **state)
{
    static const char nul[] = PROJECT_START "modules: [{name: \"a\\0b\"}]\n";

    (void)state;
    must_refuse("", "pilab.yaml:1: it must begin with `pilab: 1`");
    must_refuse("- a\n", "pilab.yaml:1: it must begin with `pilab: 1`");
    must_refuse(PROJECT_START "---\n" PROJECT_START,
                "pilab.yaml:4: one file describes one project");
    must_refuse(nul, "pilab.yaml:3: name holds a NUL byte");
}

static void a_huge_file_is_read_in_no_time(void **state)
{
    struct strbuf text = STRBUF_INIT;
    struct arena *arena = arena_new();
    struct project_settings settings;

    (void)state;
    strbuf_add(&text, PROJECT_START "modules:\n");
    for (int i = 0; i < 60000; i++)
        strbuf_printf(&text, "  - {name: m%d}\n", i);
    must_read(text.data, arena, &settings);
    assert_int_equal(settings.module_count, 60000);
    arena_free(&arena);
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_contracts_is_read),
        cmocka_unit_test(a_rule_sets_only_what_it_says),
        cmocka_unit_test(a_text_alone_stands_for_a_list_of_one),
        cmocka_unit_test(an_unknown_key_names_its_line),
        cmocka_unit_test(a_wrong_type_names_its_line),
        cmocka_unit_test(a_rule_that_could_find_nothing_names_its_line),
        cmocka_unit_test(globs_and_words_that_find_something_are_taken),
        cmocka_unit_test(what_the_built_in_rules_look_for_is_known),
        cmocka_unit_test(a_word_that_is_no_choice_names_its_line),
        cmocka_unit_test(what_is_needed_and_missing_names_the_line),
        cmocka_unit_test(a_rule_of_ones_own_needs_a_type),
        cmocka_unit_test(what_is_there_twice_names_the_second_line),
        cmocka_unit_test(sources_must_be_other_environments),
        cmocka_unit_test(folders_stay_within_the_repository),
        cmocka_unit_test(another_format_is_told_before_its_unknown_parts),
        cmocka_unit_test(other_documents_are_refused),
        cmocka_unit_test(a_huge_file_is_read_in_no_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
