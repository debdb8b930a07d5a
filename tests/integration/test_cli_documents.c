#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/app/command.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/json_schema.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* Everything that a command prints with --json is a document whose schema is published. */

#define MOST_WORDS 16

/* Over the sample world, in this order. '_' is a blank within a word. */
static const char *const lines[] = {
    "version",
    "help",
    "help note show",
    "completion bash",
    "doctor",
    "env list",
    "project list",
    "project export --output pilab.yaml",
    "project import pilab.yaml",
    "repo list",
    "repo test",
    "repo fetch",
    "repo refs mb-web",
    "repo add https://git.example/mb/extra.git --no-test",
    "repo remove extra --modules --yes",
    "group set qa root",
    "group list",
    "group remove qa",
    "member add bob",
    "member list",
    "member role bob VIEWER",
    "member remove bob",
    "rules list",
    "rules show config.access",
    "rules test --from SIT --to UAT",
    "drift --from SIT --to UAT --save",
    "report list",
    "report show 1",
    "report export 1 --output report.json",
    "report diff 2",
    "report history mb-web:image.tag --report 2",
    "difference ignore mb-web:image.tag --report 2 --reason known --until 30d",
    "difference accept mb-ledger-db:image.tag --report 2 --reason meant",
    "difference list",
    "difference offers --days 0",
    "difference withdraw 2 --reason no",
    "notes --from SIT --to UAT",
    "note generate --from SIT --to UAT",
    "note list",
    "note show 1",
    "note revisions 1",
    "note export 1 --output note.md",
    "note edit 1 --file other.md --message all_anew",
    "note diff 1",
    "note review 1",
    "note reject 1 --reason not_yet",
    "note edit 1 --file note.md --message as_it_was",
    "note review 1",
    "note approve 1",
    "note publish 1 --to published",
    "note correct 1",
    "note withdraw 1 --reason a_wrong_ticket",
    "manifest show",
    "manifest show --details",
    "manifest show --at release:R2025.03",
    "manifest set mb-web SIT v2.0.7",
    "manifest history mb-web",
    "manifest compare UAT release:R2025.03",
    "manifest baseline gold --reason because",
    "manifest baselines",
    "manifest export --format json --output manifest.json",
    "manifest import manifest.json",
    "where MB-234",
    "schema snapshot before.sql --dialect postgresql",
    "schema snapshot after.sql --dialect postgresql --output after.json",
    "schema diff before.sql after.json --dialect postgresql",
    "schema check after.json after.json",
    "schema sync before.sql after.json --dialect postgresql",
    "release cut R5 --to PROD --exclude mb-notify-service --dry-run",
    "release cut R5 --to PROD --exclude mb-notify-service",
    "release list",
    "release show R5",
    "release update R5 mb-web --drop",
    "release cancel R5 --reason too_late",
    "release close R2025.03 --force --reason because",
    "variable set LIMIT 5 --environment SIT",
    "variable list",
    "variable list --environment SIT",
    "variable show LIMIT --environment SIT",
    "variable history LIMIT --environment SIT",
    "variable compare SIT UAT",
    "variable unset LIMIT --environment SIT",
    "secrets status",
    "secrets init",
    "observe refresh PROD",
    "observe list",
    "secrets check",
    "secrets rekey",
    "repo login https://git.example/mb/extra.git --token-file token.txt --no-test",
    "repo logout https://git.example/mb/extra.git",
    "init --from modules.csv --repos repositories/{module} --yes",
    "audit list",
    "audit verify",
    "audit export bundle",
    "store status",
};

struct work {
    struct sandbox *sandbox;
    char *demo;
};

static int set_up(void **state)
{
    struct work *work = memory_new(sizeof *work);
    char *store, *token;

    fixture_library_start(NULL);
    work->sandbox = sandbox_new();
    work->demo = scratch_path(sandbox_files(work->sandbox), "demo");
    store = memory_printf("PILAB_STORE=%s/pilab.db", work->demo);
    assert_int_equal(run_pilab(work->sandbox, "demo", work->demo, "--build-only", NULL)->status, 0);
    sandbox_set(work->sandbox, store);
    sandbox_enter(work->sandbox, sandbox_files(work->sandbox));
    free(scratch_file(sandbox_files(work->sandbox), "other.md", "# Other notes\n\nAll is new.\n"));
    free(scratch_file(sandbox_files(work->sandbox), "modules.csv", "module,DEV\nshop,1.0\n"));
    free(scratch_file(sandbox_files(work->sandbox), "before.sql",
                      "CREATE TABLE public.t (id integer PRIMARY KEY, gone text);\n"));
    free(scratch_file(sandbox_files(work->sandbox), "after.sql",
                      "CREATE TABLE public.t (id bigint PRIMARY KEY, note text);\n"));
    token = scratch_file(sandbox_files(work->sandbox), "token.txt", "of-no-use\n");
    assert_int_equal(chmod(token, 0600), 0);
    free(token);
    free(store);
    *state = work;
    return 0;
}

static int tear_down(void **state)
{
    struct work *work = *state;

    sandbox_free(&work->sandbox);
    free(work->demo);
    free(work);
    return fixture_library_stop(NULL);
}

/* "pilab.note-diff/1" is described in note-diff-1.json. */
static char *schema_file(const char *document)
{
    const char *name = document + strlen("pilab."), *slash = strchr(name, '/');

    assert_int_equal(strncmp(document, "pilab.", 6), 0);
    assert_non_null(slash);
    return memory_printf("%.*s-%s.json", (int)(slash - name), name, slash + 1);
}

static void assert_document(const char *line, const char *text)
{
    struct error error;
    json_t *document = json_read(line, text, strlen(text), &error), *schema;
    struct strbuf why = STRBUF_INIT;
    const char *name;
    char *file;

    if (document == NULL)
        fail_msg("%s: %s\n%s", line, error.message, text);
    name = json_member_text(document, "schema");
    if (name == NULL)
        fail_msg("%s prints a document without a schema", line);
    file = schema_file(name);
    schema = schema_read(file);
    if (!follows_schema(document, schema, name, &why))
        fail_msg("%s: %s", line, why.data);
    strbuf_release(&why);
    json_decref(schema);
    json_decref(document);
    free(file);
}

/* A line as its words; all of them point into `copy`. */
static size_t split(char *copy, const char **words)
{
    size_t count = 0;

    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
        assert_true(count + 4 < MOST_WORDS);
        words[count++] = word;
        for (; *word != '\0'; word++)
            *word = *word == '_' ? ' ' : *word;
    }
    return count;
}

static const struct run *run_line(struct sandbox *sandbox, const char *line)
{
    char *program = build_path("pilab"), *copy = memory_copy_text(line);
    const char *words[MOST_WORDS] = { program };
    size_t count = 1 + split(copy, words + 1);
    const struct run *run;

    words[count] = "--json";
    words[count + 1] = NULL;
    run = run_words(sandbox, words);
    if (run->status != 0)
        fail_msg("%s: status %d: %s", line, run->status, run->err.data);
    free(program);
    free(copy);
    return run;
}

static void what_commands_print_follows_its_schema(void **state)
{
    struct work *work = *state;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_document(lines[i], run_line(work->sandbox, lines[i])->out.data);
    assert_document("demo",
                    run_pilab(work->sandbox, "demo", work->demo, "--build-only", "--json", NULL)
                        ->out.data);
}

static void what_commands_write_follows_its_schema(void **state)
{
    struct work *work = *state;
    static const char *const files[][2] = {
        {"manifest export --format json --output out.json", "out.json"   },
        { "report export 1 --output report.json",           "report.json"},
        { "note export 1 --format json --output note.json", "note.json"  },
    };

    run_line(work->sandbox, "drift --from SIT --to UAT --save");
    run_line(work->sandbox, "note generate --from SIT --to UAT");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = scratch_path(sandbox_files(work->sandbox), files[i][1]), *text;

        run_line(work->sandbox, files[i][0]);
        text = scratch_read(path);
        assert_document(files[i][0], text);
        free(text);
        free(path);
    }
}

/* A document that says what it is needs none around it. */
static void what_is_json_already_is_printed_as_it_is(void **state)
{
    struct work *work = *state;
    static const char *const exports[][2] = {
        {"manifest export --format json --at 2025-01-22", "pilab.manifest/1"},
        { "report export 1",                              "pilab.drift/1"   },
        { "note export 1 --format json",                  "pilab.notes/1"   },
        { "manifest export --at 2025-01-22",              "pilab.text/1"    },
    };

    run_line(work->sandbox, "drift --from SIT --to UAT --save");
    run_line(work->sandbox, "note generate --from SIT --to UAT");
    for (size_t i = 0; i < sizeof exports / sizeof *exports; i++) {
        const char *printed = run_line(work->sandbox, exports[i][0])->out.data;
        json_t *document = json_loads(printed, 0, NULL);

        assert_document(exports[i][0], printed);
        assert_string_equal(json_member_text(document, "schema"), exports[i][1]);
        json_decref(document);
    }
}

static void what_fails_follows_its_schema(void **state)
{
    struct work *work = *state;

    assert_document("report show 99",
                    run_pilab(work->sandbox, "report", "show", "99", "--json", NULL)->err.data);
    assert_document("nonsense", run_pilab(work->sandbox, "nonsense", "--json", NULL)->err.data);
}

static bool is_run(const char *verb)
{
    size_t length = strlen(verb);

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (strncmp(lines[i], verb, length) == 0 &&
            (lines[i][length] == ' ' || lines[i][length] == '\0'))
            return true;
    }
    /* Sharing prints the document of `store status`, and depends on the groups of the machine. */
    if (strcmp(verb, "demo") == 0 || strcmp(verb, "store share") == 0 ||
        strcmp(verb, "store unshare") == 0)
        return true;
    /* They need a registry, databases, observers: test_cli_image, test_cli_schema and
     * test_verify_ssh hold them against their schemas. */
    return strncmp(verb, "image ", 6) == 0 || strncmp(verb, "schema ", 7) == 0 ||
           strcmp(verb, "verify") == 0;
}

/* A new command is not forgotten here. */
static void no_command_is_left_out(void **state)
{
    (void)state;
    for (size_t i = 0; i < command_count(); i++) {
        if (!is_run(command_at(i)->verb))
            fail_msg("nothing holds what `pilab %s --json` prints against its schema",
                     command_at(i)->verb);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_commands_print_follows_its_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_commands_write_follows_its_schema, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_json_already_is_printed_as_it_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_fails_follows_its_schema, set_up, tear_down),
        cmocka_unit_test(no_command_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
