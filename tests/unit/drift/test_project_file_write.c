#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include <pilab/drift/project_file.h>

#include "project_example.h"

#define START "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"

/* Reads, writes and compares; reads and writes that once more. */
static void assert_writes(const char *text, const char *expected)
{
    struct arena *arena = arena_new();
    struct project_settings settings;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;

    must_read(text, arena, &settings);
    project_file_write(&first, &settings);
    if (expected != NULL)
        assert_string_equal(first.data, expected);
    must_read(first.data, arena, &settings);
    project_file_write(&second, &settings);
    assert_string_equal(second.data, first.data);
    strbuf_release(&first);
    strbuf_release(&second);
    arena_free(&arena);
}

static void writing_keeps_everything_in_one_form(void **state)
{
    (void)state;
    assert_writes(project_example,
                  "pilab: 1\n"
                  "project: {name: Mobile Banking, code: MB, tickets: [MB, OPS], four_eyes: auto}\n"
                  "environments:\n"
                  "  - {name: DEV, stage: DEV}\n"
                  "  - {name: SIT, stage: SIT, from: [DEV]}\n"
                  "  - {name: UAT, stage: UAT, from: [SIT]}\n"
                  "  - {name: PROD, stage: PROD, from: [UAT]}\n"
                  "modules:\n"
                  "  - name: mb-auth-service\n"
                  "    type: BACKEND\n"
                  "    repository: ssh://git@git.example/mb/auth.git\n"
                  "    path: \".\"\n"
                  "    tags: \"v{version}\"\n"
                  "    config: [deploy/values.yaml, \"deploy/values-{env}.yaml\"]\n"
                  "    migrations: {path: db/migrations, dialect: postgresql}\n"
                  "    dependencies: auto\n"
                  "    image: registry.example/mb/auth\n"
                  "    infrastructure: {plan: infra/tfplan.json, state: [infra/main.tfstate], "
                  "tfvars: [infra/common.tfvars, \"infra/{env}.tfvars\"]}\n"
                  "    schema: {path: db/structure.sql, dialect: postgresql, live: {SIT: "
                  "postgresql://app@db.example/sit, UAT: \"service=uat\"}}\n"
                  "expected_differences:\n"
                  "  - {type: config, path: \"**.replicas\"}\n"
                  "not_examined: [infrastructure]\n");
}

static void writing_keeps_every_column_of_a_rule(void **state)
{
    (void)state;
    assert_writes(START "environments:\n"
                        "  - {name: A, stage: DEV, description: \"the first\"}\n"
                        "modules:\n"
                        "  - {name: m, description: about it, migrations: {path: db}}\n"
                        "expected_differences:\n"
                        "  - {path: a, module: m, environment: A, reason: sizes differ}\n"
                        "rules:\n"
                        "  - {id: r, type: code, category: c, path: p, except: e, key: k,\n"
                        "     previous: a, current: b, words: w, changes: [deleted, added],\n"
                        "     lines_over: 7, environment: A, severity: INFO, attention: none,\n"
                        "     breaking: false, security: true, sentence: s}\n"
                        "  - {id: config.session, off: false}\n",
                  START "environments:\n"
                        "  - {name: A, stage: DEV, description: the first}\n"
                        "modules:\n"
                        "  - name: m\n"
                        "    description: about it\n"
                        "    migrations: {path: db}\n"
                        "expected_differences:\n"
                        "  - {path: a, module: m, environment: A, reason: sizes differ}\n"
                        "rules:\n"
                        "  - id: r\n"
                        "    type: code\n"
                        "    category: c\n"
                        "    path: p\n"
                        "    except: e\n"
                        "    key: k\n"
                        "    previous: a\n"
                        "    current: b\n"
                        "    words: w\n"
                        "    changes: [added, deleted]\n"
                        "    lines_over: 7\n"
                        "    environment: A\n"
                        "    severity: INFO\n"
                        "    attention: none\n"
                        "    breaking: false\n"
                        "    security: true\n"
                        "    sentence: s\n"
                        "  - id: config.session\n"
                        "    off: false\n");
}

/* What a careless writer would change. */
/* clang-format off */
static const char *const traps[] = {
    "yes", "No", "on", "OFF", "y", "n", "true", "False", "null", "~", "1.0", "1", "0x1F", "0o17",
    "-1", "+1", "1e3", ".inf", ".nan", "1:30", "2025-01-22", "a: b", "a:", ":a", "a:b", "a #x",
    "#x", "a#x", "-", "- a", "-a", "--- a", "? a", "!tag", "&anchor", "*alias", "%directive", "@at",
    "`tick", "'single'", "\"double\"", "back\\slash", "[list]", "{map}", "a,b", "a]b", "a}b", "|",
    ">", " leading", "trailing ", "two  blanks", "line\nbreak", "\n", "tab\there", "\r", "\x01",
    "\x7f", "\xc2\x85", "\xc2\xa0", "\xe2\x80\xa8", "\xef\xbb\xbf" "bom", "\xe2\x80\xae" "rtl",
    "Z\xc3\xbcrich", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x98\x80", "\xf3\xa0\x80\x81" "tag",
    "\xf0\x9f\x87\xa9\xf0\x9f\x87\xaa", "=", "<<", "...", "a\\u0041", "/path/to", "~/x", "$(x)",
    "\xef\xbf\xbd", "very long text that would be folded by a writer who minds the width of a page "
    "and breaks lines where it sees fit, which plain scalars do not survive  with two blanks",
};
/* clang-format on */

static void no_text_changes_on_its_way(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        const char *trap = traps[i], *texts[] = { trap, "x", trap };
        struct environment_settings environment = { .name = trap,
                                                    .stage = "DEV",
                                                    .description = trap };
        struct module_settings module = {
            .name = trap, .config = texts, .config_count = 3, .image = trap
        };
        struct project_settings settings = { .name = trap,
                                             .code = trap,
                                             .description = trap,
                                             .tickets = texts,
                                             .ticket_count = 3,
                                             .environments = &environment,
                                             .environment_count = 1,
                                             .modules = &module,
                                             .module_count = 1 };
        struct project_settings again;
        struct strbuf out = STRBUF_INIT;
        struct arena *arena = arena_new();

        project_file_write(&out, &settings);
        must_read(out.data, arena, &again);
        assert_string_equal(again.name, trap);
        assert_string_equal(again.code, trap);
        assert_string_equal(again.description, trap);
        assert_int_equal(again.ticket_count, 3);
        assert_string_equal(again.tickets[0], trap);
        assert_string_equal(again.tickets[2], trap);
        assert_string_equal(again.environments[0].name, trap);
        assert_string_equal(again.environments[0].description, trap);
        assert_string_equal(again.modules[0].name, trap);
        assert_string_equal(again.modules[0].config[2], trap);
        assert_string_equal(again.modules[0].image, trap);
        arena_free(&arena);
        strbuf_release(&out);
    }
}

static void invalid_bytes_become_a_character_that_says_so(void **state)
{
    struct project_settings settings = { .name = "a\xff\xfe", .code = "A" };
    struct strbuf out = STRBUF_INIT;

    (void)state;
    project_file_write(&out, &settings);
    assert_string_equal(out.data,
                        "pilab: 1\nproject: {name: \"a\xef\xbf\xbd\xef\xbf\xbd\", code: A}\n");
    strbuf_release(&out);
}

static void an_empty_text_stays_empty(void **state)
{
    (void)state;
    assert_writes("pilab: 1\nproject: {name: A, code: A, description: ''}\n",
                  "pilab: 1\nproject: {name: A, code: A, description: \"\"}\n");
}

static void groups_are_written_by_name(void **state)
{
    (void)state;
    assert_writes(START "groups: {security: [carla, dan], on: \"1\", Board: [erin]}\n",
                  START "groups:\n"
                        "  Board: [erin]\n"
                        "  \"on\": [\"1\"]\n"
                        "  security: [carla, dan]\n");
}

static void variables_are_written_without_secrets(void **state)
{
    (void)state;
    assert_writes(START
                  "environments: [{name: UAT, stage: UAT}]\n"
                  "modules: [{name: auth}]\n"
                  "variables:\n"
                  "  - {name: B, environment: UAT, value: \"two\\nlines: [x]\"}\n"
                  "  - {name: A, environment: UAT, module: auth, description: d, secret: true}"
                  "\n",
                  START
                  "environments:\n"
                  "  - {name: UAT, stage: UAT}\n"
                  "modules:\n"
                  "  - name: auth\n"
                  "variables:\n"
                  "  - {name: B, environment: UAT, value: \"two\\nlines: [x]\"}\n"
                  "  - {name: A, environment: UAT, module: auth, secret: true, description: d}"
                  "\n");
}

static void how_repositories_are_reached_is_written(void **state)
{
    (void)state;
    assert_writes("pilab: 1\nproject: {transport: libssh2, name: A, code: B}\n"
                  "repositories:\n"
                  "  - {transport: openssh, url: git@git.example:mb/core.git}\n"
                  "  - url: \"https://git.example/mb/gitops.git\"\n"
                  "    gitops: \"envs/{env}/{module}/values.yaml\"\n"
                  "  - url: /srv/git/mb.git\n",
                  "pilab: 1\nproject: {name: A, code: B, transport: libssh2}\n"
                  "repositories:\n"
                  "  - {url: git@git.example:mb/core.git, transport: openssh}\n"
                  "  - {url: https://git.example/mb/gitops.git, gitops: "
                  "\"envs/{env}/{module}/values.yaml\"}\n"
                  "  - {url: /srv/git/mb.git}\n");
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void approvals_are_written_with_their_counts(void **state)
{
    (void)state;
    assert_writes(START "groups: {qa: [erin]}\n"
                        "environments:\n"
                        "  - {name: SIT, stage: SIT, approvals: []}\n"
                        "  - {name: UAT, stage: UAT, approvals: [{role: ADMIN}, {group: qa}]}\n",
                  START "groups:\n"
                        "  qa: [erin]\n"
                        "environments:\n"
                        "  - {name: SIT, stage: SIT, approvals: []}\n"
                        "  - {name: UAT, stage: UAT, approvals: [{role: ADMIN, count: 1}, "
                        "{group: qa, count: 1}]}\n");
}

static void the_stores_json_keeps_the_same(void **state)
{
    struct arena *arena = arena_new();
    struct project_settings settings, again;
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    struct error error;

    (void)state;
    must_read("pilab: 1\nproject: {name: A, code: B, tickets: [\"yes\"], four_eyes: on, transport: "
              "libssh2}\n"
              "repositories: [{url: /srv/a.git, transport: openssh}]\n"
              "groups: {b: [x], A: [z, y]}\n"
              "environments: [{name: E, stage: DEV}]\nmodules: [{name: m}]\n"
              "expected_differences: [{path: \"a: b\", reason: \"\\u202E\"}]\n"
              "not_examined: [image, database]\n"
              "rules: [{id: config.session, severity: LOW}, {id: own, type: code, off: true}]\n",
              arena, &settings);
    project_settings_write_json(&first, &settings);
    assert_string_equal(
        first.data,
        "{\"expected_differences\":[{\"path\":\"a: b\",\"reason\":\"\xe2\x80\xae\"}],"
        "\"groups\":{\"A\":[\"z\",\"y\"],\"b\":[\"x\"]},"
        "\"not_examined\":[\"database\",\"image\"],"
        "\"project\":{\"code\":\"B\",\"four_eyes\":\"on\",\"name\":\"A\",\"tickets\":[\"yes\"],"
        "\"transport\":\"libssh2\"},"
        "\"repositories\":[{\"transport\":\"openssh\",\"url\":\"/srv/a.git\"}],"
        "\"rules\":[{\"id\":\"config.session\",\"severity\":\"LOW\"},"
        "{\"id\":\"own\",\"off\":true,\"type\":\"code\"}]}");
    if (!project_settings_read_json(first.data, first.length, arena, &again, &error))
        fail_msg("%s", error.message);
    project_settings_write_json(&second, &again);
    assert_string_equal(second.data, first.data);
    assert_int_equal(again.environment_count, 0);
    assert_int_equal(again.group_count, 2);
    assert_string_equal(again.groups[0].logins[1], "y");
    assert_string_equal(again.four_eyes, "on");
    assert_string_equal(again.transport, "libssh2");
    assert_string_equal(again.repositories[0].transport, "openssh");
    assert_int_equal(again.rules[0].columns, COLUMN_SEVERITY);
    strbuf_release(&first);
    strbuf_release(&second);
    arena_free(&arena);
}

static void a_store_without_settings_has_none(void **state)
{
    static const char newer[] = "{\"rules\":[{\"id\":\"of.another.version\",\"off\":true}]}";
    struct arena *arena = arena_new();
    struct project_settings settings;
    struct error error;

    (void)state;
    assert_true(project_settings_read_json("{}", 2, arena, &settings, &error));
    assert_null(settings.name);
    assert_int_equal(settings.rule_count, 0);
    assert_true(project_settings_read_json(newer, sizeof newer - 1, arena, &settings, &error));
    assert_int_equal(settings.rule_count, 1);
    assert_false(project_settings_read_json("{\"rules\":1}", 11, arena, &settings, &error));
    assert_string_equal(error.message,
                        "the project's settings:1: rules must be of type list, not integer");
    arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing_keeps_everything_in_one_form),
        cmocka_unit_test(writing_keeps_every_column_of_a_rule),
        cmocka_unit_test(no_text_changes_on_its_way),
        cmocka_unit_test(invalid_bytes_become_a_character_that_says_so),
        cmocka_unit_test(an_empty_text_stays_empty),
        cmocka_unit_test(groups_are_written_by_name),
        cmocka_unit_test(variables_are_written_without_secrets),
        cmocka_unit_test(approvals_are_written_with_their_counts),
        cmocka_unit_test(how_repositories_are_reached_is_written),
        cmocka_unit_test(the_stores_json_keeps_the_same),
        cmocka_unit_test(a_store_without_settings_has_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
