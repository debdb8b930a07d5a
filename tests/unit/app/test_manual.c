#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/manual.h>
#include <pilab/app/use_cases.h>
#include <pilab/base/rich.h>

#include "../../support/run_program.h"
#include "../../support/scratch.h"

/* A text in a file, and programs that read it. */
struct work {
    char *folder;
    struct sandbox *sandbox;
};

static int work_setup(void **state)
{
    static struct work work;

    work.folder = scratch_new();
    work.sandbox = sandbox_new();
    *state = &work;
    return 0;
}

static int work_teardown(void **state)
{
    struct work *work = *state;

    sandbox_free(&work->sandbox);
    scratch_remove(&work->folder);
    return 0;
}

static const struct run *shell(struct work *work, const char *shell, const char *script)
{
    return run_words(work->sandbox, (const char *const[]){ shell, "-c", script, NULL });
}

/* Runs `program arguments FILE`, where it is installed: it must say nothing and end well. */
static void must_please(struct work *work, const char *program, const char *arguments,
                        const char *file)
{
    struct strbuf line = STRBUF_INIT;
    const struct run *run;

    strbuf_printf(&line, "command -v %s >/dev/null || exit 77; exec %s %s %s", program, program,
                  arguments, file);
    run = shell(work, "sh", line.data);
    strbuf_release(&line);
    if (run->status == 77) {
        print_message("%s is not installed\n", program);
        return;
    }
    if (run->status != 0 || run->out.length + run->err.length > 0)
        fail_msg("%s: status %d\n%s%s", program, run->status, run->out.data, run->err.data);
}

static void the_manual_page_is_sound(void **state)
{
    struct work *work = *state;
    struct strbuf page = STRBUF_INIT;
    char *file;

    manual_page(&page);
    file = scratch_file(work->folder, "pilab.1", page.data);
    must_please(work, "mandoc", "-Tlint -W error", file);
    must_please(work, "groff", "-man -Tutf8 -ww -z", file);
    assert_non_null(strstr(page.data, "\n.SH EXIT STATUS\n"));
    assert_int_equal(strncmp(page.data, ".TH PILAB 1 \"20", 15), 0); /* a date, whenever built */
    assert_non_null(strstr(page.data, "pilab manifest set"));
    strbuf_release(&page);
    free(file);
}

static void every_command_explains_itself_within_the_width(void **state)
{
    static const size_t widths[] = { 60, 80, 120 };
    size_t count = command_count();

    (void)state;
    for (size_t i = 0; i < count * 3; i++) {
        const struct command *command = command_at(i / 3);
        struct strbuf text = STRBUF_INIT;

        manual_command(&text, command, widths[i % 3]);
        assert_non_null(strstr(text.data, command->summary));
        for (size_t j = 0; j < command->option_count; j++)
            assert_non_null(strstr(text.data, command->options[j].name));
        strbuf_release(&text);
    }
}

static void the_overview_names_every_command(void **state)
{
    size_t count = command_count();
    struct strbuf text = STRBUF_INIT;

    (void)state;
    manual_overview(&text, 200);
    for (size_t i = 0; i < count; i++)
        assert_non_null(strstr(text.data, command_at(i)->summary));
    strbuf_release(&text);
}

/* The first command stands under a heading as well, and no heading comes twice. */
static void commands_stand_under_headings(void **state)
{
    size_t count = command_count(), headings = 0;
    struct strbuf text = STRBUF_INIT;

    (void)state;
    manual_overview(&text, 200);
    assert_non_null(command_heading(0));
    assert_null(command_heading(count));
    for (size_t i = 0; i < count; i++) {
        const char *heading = command_heading(i), *found;

        if (heading == NULL)
            continue;
        headings++;
        found = strstr(text.data, heading);
        assert_non_null(found);
        assert_null(strstr(found + 1, heading));
        assert_true(found < strstr(text.data, command_at(i)->summary));
    }
    assert_true(headings > 1 && headings < count / 2);
    strbuf_release(&text);
}

/* --- Completion --------------------------------------------------------------------------------
 */

static char *completion_file(struct work *work)
{
    struct strbuf script = STRBUF_INIT;
    char *file;

    manual_completion_bash(&script);
    file = scratch_file(work->folder, "pilab.bash", script.data);
    strbuf_release(&script);
    return file;
}

static void the_completion_script_is_sound(void **state)
{
    struct work *work = *state;
    char *file = completion_file(work);

    must_please(work, "bash", "-n", file);
    must_please(work, "shellcheck", "-s bash", file);
    free(file);
}

/* What bash offers behind these words (in shell's form), one a line. */
static void assert_offers(struct work *work, const char *words, const char *expected)
{
    char *file = completion_file(work);
    struct strbuf script = STRBUF_INIT;
    const struct run *run;

    strbuf_printf(&script,
                  "command -v bash >/dev/null || exit 77\n"
                  ". '%s'\nCOMP_WORDS=(%s)\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
                  "_pilab pilab \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"\n"
                  "for reply in \"${COMPREPLY[@]}\"; do printf '%%s\\n' \"$reply\"; done\n",
                  file, words);
    run = shell(work, "bash", script.data);
    strbuf_release(&script);
    free(file);
    if (run->status == 127)
        skip();
    assert_string_equal(run->err.data, "");
    assert_string_equal(run->out.data, expected);
}

static void verbs_and_options_are_completed(void **state)
{
    struct work *work = *state;

    assert_offers(work, "pilab dr", "drift\n");
    assert_offers(work, "pilab re", "report\nrelease\nrepo\n");
    assert_offers(work, "pilab report ''", "list\nshow\nexport\ndiff\nhistory\n");
    assert_offers(work, "pilab report sh", "show\n");
    assert_offers(work, "pilab drift --fo", "--format=\n");
    assert_offers(work, "pilab report show --w", "--wide\n--width=\n");
    assert_offers(work, "pilab report --js", "--json\n");
    assert_offers(work, "pilab drift --format ''", "text\njson\n");
    assert_offers(work, "pilab drift --format = j", "json\n");
    assert_offers(work, "pilab drift --format =", "text\njson\n");
    assert_offers(work, "pilab version --color a", "auto\nalways\n");
    assert_offers(work, "pilab nothing x", "");
}

static void versions_are_completed_and_never_run(void **state)
{
    struct work *work = *state;
    const struct run *run;

    run = shell(work, "sh",
                "git init -q . && git -c user.name=A -c user.email=a@example.org commit -q "
                "--allow-empty -m x && git tag v1.0 && git tag v1.1 && git tag rel/2 && "
                "git tag '$(touch${IFS}PWNED)' && git tag '`touch${IFS}PWNED`' && git tag 'a;b'");
    if (run->status != 0)
        skip();
    assert_offers(work, "pilab drift v", "v1.0\nv1.1\n");
    assert_offers(work, "pilab drift v1.0..v", "v1.0..v1.0\nv1.0..v1.1\n");
    assert_offers(work, "pilab notes rel", "rel/2\n");
    assert_offers(work, "pilab drift '$'", "\\$\\(touch\\$\\{IFS\\}PWNED\\)\n");
    assert_offers(work, "pilab drift a", "a\\;b\n");
    assert_int_equal(shell(work, "sh", "test ! -e PWNED")->status, 0);
}

static void only_bash_is_completed(void **state)
{
    struct arguments *arguments = NULL;
    const struct command *command;
    struct result result;
    struct error error;
    size_t used;

    (void)state;
    command = command_find((const char *const[]){ "completion" }, 1, &used, &error);
    assert_true(arguments_parse(command->arguments, command->argument_count, NULL, 0, NULL, 0,
                                (const char *const[]){ "zsh" }, 1, &arguments, &error));
    result_start(&result);
    assert_false(app_completion(NULL, arguments, &result, &error));
    assert_string_equal(error.message, "there is no completion for zsh");
    result_release(&result);
    arguments_free(&arguments);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, work_setup, work_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_manual_page_is_sound),
        CASE(every_command_explains_itself_within_the_width),
        CASE(the_overview_names_every_command),
        CASE(commands_stand_under_headings),
        CASE(the_completion_script_is_sound),
        CASE(verbs_and_options_are_completed),
        CASE(versions_are_completed_and_never_run),
        CASE(only_bash_is_completed),
    };

    setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
