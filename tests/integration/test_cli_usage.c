#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "../support/json_schema.h"
#include "../support/release_world.h"
#include "../support/scratch.h"

/* What the command line says to a person who errs, and to a program that reads its errors. */

static void without_a_terminal_it_points_to_the_commands(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, NULL);

    assert_int_equal(run->status, 64);
    assert_string_equal(run->out.data, "");
    assert_says(&run->err, "there is no terminal");
    assert_says(&run->err, "pilab help");
}

static void a_wrong_word_brings_the_nearest_one(void **state)
{
    static const struct {
        const char *words[3];
        const char *said;
    } wrong[] = {
        {{ "drfit" },                      "`pilab drift`"  },
        { { "report", "lst" },             "report list"    },
        { { "drift", "--exit-cod" },       "--exit-code"    },
        { { "drift", "--type", "confg" },  "config"         },
        { { "drift", "--format", "yaml" }, "text"           },
        { { "drift", "--from", "SIT" },    "--to is missing"},
        { { "drift", "--width", "abc" },   "width"          },
        { { "drift", "a", "b" },           NULL             },
    };
    struct world *world = *state;

    for (size_t i = 0; wrong[i].said != NULL; i++) {
        const struct run *run =
            run_pilab(world->sandbox, wrong[i].words[0], wrong[i].words[1],
                      wrong[i].words[1] != NULL ? wrong[i].words[2] : NULL, NULL);

        assert_int_equal(run->status, 64);
        assert_string_equal(run->out.data, "");
        assert_says(&run->err, wrong[i].said);
    }
}

/* clang-format off */
static const struct {
    int status;
    const char *line;
} wrong_lines[] = {
    { 64, "audit list --since yesterdayy" },
    { 64, "audit list --limit 0" },
    { 64, "completion fish" },
    { 64, "difference ignore 0123456789abcdef --reason x --until 2020-01-01" },
    { 64, "difference ignore 0123456789abcdef --reason x --until yesterday" },
    { 64, "difference ignore 0123456789abcdef --reason x" },
    { 64, "difference offers --days x" },
    { 64, "drift env:UAT@x env:SIT" },
    { 64, "drift --from SIT --to UAT --fail-on big" },
    { 64, "image diff a.example/a:1 a.example/a:2 --platform x" },
    { 64, "manifest set mb-web UAT 1 --at x" },
    { 64, "manifest show --at x" },
    { 64, "member add bob --email nowhere" },
    { 64, "member add bob --role KING" },
    { 64, "member role bob KING" },
    { 64, "note show 1 --rev x" },
    { 64, "release cut Z --from SIT --to UAT --planned x" },
    { 64, "repo add https://a.example/x.git --gitops x --no-test" },
    { 64, "report list --after x" },
    { 64, "report list --filter (" },
    { 64, "report show x" },
    { 64, "schema diff a.sql b.sql --timeout x" },
    {  1, "drift pilab-demo nofile.yaml" },
    {  1, "drift nofile.yaml pilab-demo" },
    {  1, "drift pilab-demo ./nofile.yaml" },
    {  1, "drift ./nofile.yaml ./other.yaml" },
    { 64, "drift pilab-demo v1.0" },
    {  1, "init --from nofile.csv --yes --name A --code B" },
    {  1, "manifest import nofile.csv" },
    {  1, "note edit 1 --file nofile" },
    {  1, "notes --from SIT --to UAT --template nofile" },
    {  1, "project import nofile.yaml" },
    {  1, "rules list --file nofile.yaml" },
    {  1, "rules test --file nofile.yaml --from SIT --to UAT" },
    {  1, "schema diff nofile.sql other.sql" },
    {  1, "variable set A --environment UAT --value-file nofile" },
    {  1, "manifest show --baseline NOPE" },
    {  1, "report show 99" },
};
/* clang-format on */

/* Whatever the command: a wrong value is a usage error, what is not there is an error. */
static void what_is_wrong_has_one_status_over_all_commands(void **state)
{
    struct world *world = *state;
    char *folder = scratch_path(sandbox_files(world->sandbox), "demo");
    char *store = memory_printf("PILAB_STORE=%s/pilab.db", folder);

    assert_int_equal(run_pilab(world->sandbox, "demo", folder, "--build-only", NULL)->status, 0);
    sandbox_set(world->sandbox, store);
    sandbox_enter(world->sandbox, folder);
    for (size_t i = 0; i < sizeof wrong_lines / sizeof *wrong_lines; i++) {
        char *line = memory_copy_text(wrong_lines[i].line), *words[16], *rest = line;
        const struct run *run;
        size_t count = 0;

        memset(words, 0, sizeof words);
        while (count < 16 && (words[count] = strsep(&rest, " ")) != NULL)
            count++;
        run = run_pilab(world->sandbox, words[0], words[1], words[2], words[3], words[4], words[5],
                        words[6], words[7], words[8], words[9], words[10], NULL);
        if (run->status != wrong_lines[i].status)
            fail_msg("pilab %s: %d and not %d: %s", wrong_lines[i].line, run->status,
                     wrong_lines[i].status, run->err.data);
        assert_string_equal(run->out.data, "");
        free(line);
    }
    free(store);
    free(folder);
}

static void an_unknown_revision_brings_similar_ones(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.7..v1.1.0", NULL);

    assert_int_equal(run->status, 1);
    assert_string_equal(run->out.data, "");
    assert_says(&run->err, "v1.0.7");
    assert_says(&run->err, "v1.0.1");
}

static void outside_of_a_repository_it_says_what_to_do(void **state)
{
    struct world *world = *state;
    const struct run *run;

    sandbox_enter(world->sandbox, sandbox_files(world->sandbox));
    run = run_pilab(world->sandbox, "drift", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "repository");
    assert_says(&run->err, "\n  "); /* a hint follows */
}

static void assert_error_json(const struct run *run, const char *code)
{
    json_error_t where;
    json_t *json = json_loads(run->err.data, 0, &where);

    assert_string_equal(run->out.data, "");
    if (json == NULL)
        fail_msg("no JSON (%s): %s", where.text, run->err.data);
    assert_string_equal(json_string_value(json_object_get(json, "schema")), "pilab.error/1");
    assert_string_equal(json_string_value(json_object_get(json, "code")), code);
    assert_true(json_string_length(json_object_get(json, "message")) > 0);
    assert_non_null(json_object_get(json, "hint"));
    json_decref(json);
}

static void with_json_errors_are_json_on_standard_error(void **state)
{
    struct world *world = *state;
    const struct run *run = run_pilab(world->sandbox, "drift", "v1.0.7..v1.1.0", "--json", NULL);

    assert_int_equal(run->status, 1);
    assert_error_json(run, "not_found");
    run = run_pilab(world->sandbox, "drfit", "--json", NULL);
    assert_int_equal(run->status, 64);
    assert_error_json(run, "usage");
}

static void help_and_version_are_as_old_as_the_hills(void **state)
{
    struct world *world = *state;

    assert_int_equal(run_pilab(world->sandbox, "--version", NULL)->status, 0);
    assert_int_equal(run_pilab(world->sandbox, "--help", NULL)->status, 0);
    assert_golden_text(&run_pilab(world->sandbox, "help", NULL)->out, "cli/help.txt");
    assert_golden_text(&run_pilab(world->sandbox, "drift", "--help", NULL)->out,
                       "cli/help-drift.txt");
    assert_golden_text(&run_pilab(world->sandbox, "help", "drift", NULL)->out,
                       "cli/help-drift.txt");
}

static void json_follows_the_schemas(void **state)
{
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;

    assert_text_follows_schema(run_pilab(sandbox, "drift", "--json", NULL)->out.data,
                               "drift-1.json");
    assert_text_follows_schema(run_pilab(sandbox, "drift", "v1.0.0..v1.1.0", "--counts", "--json",
                                         NULL)
                                   ->out.data,
                               "drift-1.json");
    assert_text_follows_schema(run_pilab(sandbox, "notes", "v1.0.0..v1.1.0", "--json", NULL)
                                   ->out.data,
                               "notes-1.json");
    assert_text_follows_schema(run_pilab(sandbox, "drift", "nothing", "--json", NULL)->err.data,
                               "error-1.json");
    assert_text_follows_schema(run_pilab(sandbox, "drfit", "--json", NULL)->err.data,
                               "error-1.json");
}

static void options_of_every_command_may_stand_before_it(void **state)
{
    struct world *world = *state;
    const struct run *run;
    char *behind;

    behind = strdup(run_pilab(world->sandbox, "drift", "--width", "60", "--json", NULL)->out.data);
    run = run_pilab(world->sandbox, "--width=60", "--json", "drift", NULL);
    assert_int_equal(run->status, 0);
    assert_string_equal(run->out.data, behind);
    free(behind);
    run = run_pilab(world->sandbox, "--store", "/nowhere/x.db", "manifest", "show", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there is no store at /nowhere/x.db");
    assert_says(&run_pilab(world->sandbox, "--json", "drfit", NULL)->err, "`pilab drift`");
    /* Those of the full screen have nothing to do before a command. */
    assert_int_equal(run_pilab(world->sandbox, "--theme", "dark", "drift", NULL)->status, 64);
}

static void assert_no_line_wider_than(const struct strbuf *text, size_t width)
{
    for (const char *line = text->data; *line != '\0';) {
        size_t length = strcspn(line, "\n");

        if (text_width(line, length) > width)
            fail_msg("wider than %zu: %.*s", width, (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void help_keeps_to_the_width(void **state)
{
    struct world *world = *state;
    const struct run *run;

    run = run_pilab(world->sandbox, "help", "drift", "--width", "50", NULL);
    assert_no_line_wider_than(&run->out, 50);
    assert_says(&run->out, "--fail-on SEVERITY");
    assert_no_line_wider_than(&run_pilab(world->sandbox, "help", "--width", "50", NULL)->out, 50);
    run = run_pilab(world->sandbox, "help", "audit", "--width", "60", NULL);
    assert_no_line_wider_than(&run->out, 60);
    assert_says(&run->out, "audit verify");
    run = run_pilab(world->sandbox, "help", "drift", "--width", "160", NULL);
    assert_says(&run->out, "two configuration files, and tells what the second would");
}

static void what_needs_a_project_says_so_where_there_is_none(void **state)
{
    static const struct {
        const char *words[5];
        const char *said;
    } asked[] = {
        {{ "drift", "-m", "shop-api" },                "--module shop-api needs a project"  },
        { { "drift", "--from", "SIT", "--to", "UAT" }, "--from SIT --to UAT needs a project"},
        { { "notes", "report:1", "v1.1.0" },           "'report:1' needs a project"         },
        { { "drift", "v1.1.0", "env:UAT" },            "'env:UAT' needs a project"          },
    };
    struct world *world = *state;

    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const char *const *words = asked[i].words;
        const struct run *run =
            run_pilab(world->sandbox, words[0], words[1], words[2], words[3], words[4], NULL);

        assert_int_equal(run->status, 1);
        assert_says(&run->err, asked[i].said);
        assert_says(&run->err, "`pilab init` sets up a project");
    }
    sandbox_enter(world->sandbox, sandbox_files(world->sandbox));
    assert_says(&run_pilab(world->sandbox, "drift", "-m", "x", NULL)->err, "needs a project");
}

static void a_locale_that_is_not_installed_still_says_utf8_or_not(void **state)
{
    struct world *world = *state;

    sandbox_set(world->sandbox, "LANG=xx_XX.UTF-8");
    assert_says(&run_pilab(world->sandbox, "drift", NULL)->out, "v1.0.0 → v1.1.0");
    sandbox_set(world->sandbox, "LC_CTYPE=xx_XX");
    assert_says(&run_pilab(world->sandbox, "drift", NULL)->out, "v1.0.0 -> v1.1.0");
}

static void closed_descriptors_are_no_matter(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    char *line = memory_printf("exec '%s' drift --json <&- 2>&-", program);
    const char *const words[] = { "sh", "-c", line, NULL };
    const struct run *run = run_words(world->sandbox, words);

    assert_int_equal(run->status, 0);
    assert_text_follows_schema(run->out.data, "drift-1.json");
    free(line);
    free(program);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, release_world_setup, release_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(without_a_terminal_it_points_to_the_commands),
        CASE(a_wrong_word_brings_the_nearest_one),
        CASE(what_is_wrong_has_one_status_over_all_commands),
        CASE(an_unknown_revision_brings_similar_ones),
        CASE(outside_of_a_repository_it_says_what_to_do),
        CASE(with_json_errors_are_json_on_standard_error),
        CASE(help_and_version_are_as_old_as_the_hills),
        CASE(options_of_every_command_may_stand_before_it),
        CASE(a_locale_that_is_not_installed_still_says_utf8_or_not),
        CASE(closed_descriptors_are_no_matter),
        CASE(help_keeps_to_the_width),
        CASE(what_needs_a_project_says_so_where_there_is_none),
        CASE(json_follows_the_schemas),
    };

    return cmocka_run_group_tests_name("usage of the command line", tests, NULL, NULL);
}
