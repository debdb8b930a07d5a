#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "../support/run_program.h"
#include "../support/scratch.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"

/* The release day by subcommands only, as release-day.sh goes through it and the guide tells it. */

static int set_up(void **state)
{
    *state = sandbox_new();
    return 0;
}

static int tear_down(void **state)
{
    struct sandbox *sandbox = *state;

    sandbox_free(&sandbox);
    return 0;
}

/* The program is found as `pilab`, before any that is installed. */
static void put_on_the_path(struct sandbox *sandbox)
{
    char *bin = scratch_path(sandbox_files(sandbox), "bin"), *link = scratch_path(bin, "pilab");
    char *program = build_path("pilab");
    char *path = memory_printf("PATH=%s:%s", bin, getenv("PATH"));

    assert_int_equal(mkdir(bin, 0700), 0);
    assert_int_equal(symlink(program, link), 0);
    sandbox_set(sandbox, path);
    free(path);
    free(program);
    free(link);
    free(bin);
}

static void need(struct sandbox *sandbox, const char *tool)
{
    char *line = memory_printf("command -v %s", tool);
    bool there = run_words(sandbox, (const char *const[]){ "sh", "-c", line, NULL })->status == 0;

    free(line);
    if (there)
        return;
    print_message("there is no %s\n", tool);
    skip();
}

static char *source(const char *name)
{
    return memory_printf("%s/%s", getenv("PILAB_SOURCE"), name);
}

static void from_an_empty_home_to_a_verified_audit(void **state)
{
    char *script = source("tests/integration/release-day.sh");
    struct sandbox *sandbox = *state;
    const struct run *run;

    need(sandbox, "git");
    need(sandbox, "jq");
    need(sandbox, "sha256sum");
    put_on_the_path(sandbox);
    run = run_words(sandbox, (const char *const[]){ "sh", script, "day", NULL });
    if (run->status != 0)
        fail_msg("status %d: %s%s", run->status, run->out.data, run->err.data);
    assert_says(&run->out, "the release day is proved");
    assert_says_not(&run->out, "locked");
    assert_string_equal(run->err.data, "");
    free(script);
}

/* "note edit" of "note edit 1 --file", "drift" of "drift release:NAME". */
static size_t command_length(const char *words)
{
    size_t first = strspn(words, LETTERS);
    size_t second = words[first] == ' ' ? strspn(words + first + 1, LETTERS) : 0;
    char end = second > 0 ? words[first + 1 + second] : '\0';

    return end == ' ' || end == '\n' ? first + 1 + second : first;
}

/* What the guide's page says to type is what the script does: each command that it names is in the
 * script, too. */
static void the_page_of_the_guide_tells_the_same(void **state)
{
    char *script = source("tests/integration/release-day.sh");
    char *page = source("doc/guide/release-day.md");
    char *done = scratch_read(script), *told = scratch_read(page);
    size_t commands = 0;

    (void)state;
    for (const char *at = told; (at = strstr(at, "\npilab ")) != NULL; at++) {
        const char *words = at + strlen("\npilab ");
        char *name = memory_copy_bytes(words, command_length(words));

        if (strstr(done, name) == NULL)
            fail_msg("release-day.md says `pilab %s`, which release-day.sh does not do", name);
        free(name);
        commands++;
    }
    assert_true(commands >= 20);
    free(told);
    free(done);
    free(page);
    free(script);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(from_an_empty_home_to_a_verified_audit, set_up, tear_down),
        cmocka_unit_test(the_page_of_the_guide_tells_the_same),
    };

    return cmocka_run_group_tests_name("a release day", tests, NULL, NULL);
}
