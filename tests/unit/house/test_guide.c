/*
 * README and the user's guide say nothing that the program does not know: every command line that
 * they show can be read by the command table, and every page is reached from the first one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <glob.h>

#include <pilab/app/command.h>
#include <pilab/base/memory.h>

#include "../../support/scratch.h"

#define MOST_WORDS 40

static char *source_path(const char *name)
{
    return memory_printf("%s/%s", getenv("PILAB_SOURCE"), name);
}

/* The words of a command line up to where another program, a file or a remark begins. */
static size_t cut_words(char *line, const char *words[MOST_WORDS])
{
    size_t count = 0;
    char *at = line;

    while (*at != '\0' && count < MOST_WORDS) {
        char *to, quote = '\0';

        if (strncmp(at, "  ", 2) == 0)
            break;
        at += strspn(at, " ");
        if (*at == '\0' || strchr("#|><;&\\", *at) != NULL)
            break;
        words[count++] = to = at;
        for (; *at != '\0' && (quote != '\0' || *at != ' '); at++) {
            if (quote == '\0' && (*at == '"' || *at == '\''))
                quote = *at;
            else if (*at == quote)
                quote = '\0';
            else
                *to++ = *at;
        }
        if (*at != '\0') {
            /* A second blank begins a remark: the first is given back. */
            at += at[1] == ' ' ? 0 : 1;
            if (*at == ' ' && to == at) {
                *to = '\0';
                break;
            }
        }
        *to = '\0';
    }
    return count;
}

static bool understood(const char *const *words, size_t count, struct error *error)
{
    size_t used, common_count, screen_count;
    const struct option_spec *common = command_common_options(&common_count);
    const struct option_spec *screen = command_screen_options(&screen_count);
    const struct command *command;
    struct arguments *arguments = NULL;
    size_t leading;
    bool ok;

    if (count == 0 || words[0][0] == '-') {
        ok = arguments_parse(NULL, 0, screen, screen_count, common, common_count, words, count,
                             &arguments, error);
        arguments_free(&arguments);
        if (ok)
            return true;
    }
    leading = arguments_leading(common, common_count, words, count);
    words += leading;
    count -= leading;
    command = command_find(words, count, &used, error);
    /* The verb alone only names the command. */
    if (command != NULL && used == count)
        return true;
    ok = command != NULL &&
         arguments_parse(command->arguments, command->argument_count, command->options,
                         command->option_count, common, common_count, words + used, count - used,
                         &arguments, error);
    arguments_free(&arguments);
    return ok;
}

/* What stands behind "pilab" in a line of code. */
static void check_line(const char *file, size_t number, const char *text, size_t length,
                       size_t *checked)
{
    char *copy = memory_copy_bytes(text, length);
    const char *words[MOST_WORDS];
    struct error error = { 0 };
    size_t count = cut_words(copy, words);

    /* "pilab CMD" and "pilab …" speak of any command. */
    if (count > 0 && (strncmp(words[0], "…", strlen("…")) == 0 || strcmp(words[0], "...") == 0))
        count = 0;
    if (!understood(words, count, &error))
        fail_msg("%s:%zu: `pilab %.*s`: %s. %s", file, number, (int)length, text, error.message,
                 error.hint);
    (*checked)++;
    free(copy);
}

static bool begins_with(const char *line, const char *word)
{
    return strncmp(line, word, strlen(word)) == 0;
}

/* "pilab" as a word of its own, behind a prompt or assignments, at the start of a line of code. */
static const char *command_in(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '$'))
        line++;
    if (!begins_with(line, "pilab"))
        return NULL;
    line += strlen("pilab");
    return line == end || *line == ' ' ? line : NULL;
}

static void check_spans(const char *file, size_t number, const char *line, const char *end,
                        size_t *checked)
{
    for (const char *at = line; at < end;) {
        const char *open = memchr(at, '`', (size_t)(end - at));
        const char *close = open != NULL ? memchr(open + 1, '`', (size_t)(end - open) - 1) : NULL;
        const char *command;

        if (close == NULL)
            return;
        command = command_in(open + 1, close);
        if (command != NULL)
            check_line(file, number, command, (size_t)(close - command), checked);
        at = close + 1;
    }
}

static void check_file(const char *file, size_t *checked)
{
    char *text = scratch_read(file);
    bool code = false;
    size_t number = 1;

    for (const char *line = text; *line != '\0'; number++) {
        const char *end = line + strcspn(line, "\n");
        const char *command;

        if (begins_with(line, "```")) {
            code = !code;
        } else if (code || begins_with(line, "    ")) {
            command = command_in(line, end);
            if (command != NULL)
                check_line(file, number, command, (size_t)(end - command), checked);
        } else {
            check_spans(file, number, line, end, checked);
        }
        line = end + (*end == '\n');
    }
    if (code)
        fail_msg("%s: a block of code is not closed", file);
    free(text);
}

static glob_t pages(void)
{
    char *pattern = source_path("doc/guide/*.md");
    glob_t found;
    int status = glob(pattern, 0, NULL, &found);

    assert_true(status == 0 || status == GLOB_NOMATCH);
    free(pattern);
    return found;
}

static void every_command_that_is_shown_is_one(void **state)
{
    static const char *const files[] = { "README", "HACKING", "doc/guide.md" };
    glob_t found = pages();
    size_t checked = 0;

    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = source_path(files[i]);

        check_file(path, &checked);
        free(path);
    }
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_file(found.gl_pathv[i], &checked);
    globfree(&found);
    assert_true(checked > 20);
}

static void every_page_is_reached_from_the_first(void **state)
{
    char *path = source_path("doc/guide.md");
    char *first = scratch_read(path);
    glob_t found = pages();

    (void)state;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        const char *name = strrchr(found.gl_pathv[i], '/') + 1;
        char *link = memory_printf("(guide/%s)", name);

        if (strstr(first, link) == NULL)
            fail_msg("doc/guide.md has no link to %s", link);
        free(link);
    }
    globfree(&found);
    free(first);
    free(path);
}

/* "](people.md#roles)": the file that a link leads to, beside the page that has it. */
static void check_links(const char *page)
{
    char *text = scratch_read(page);
    size_t folder = (size_t)(strrchr(page, '/') - page);

    for (const char *at = strstr(text, "]("); at != NULL; at = strstr(at + 2, "](")) {
        size_t length = strcspn(at + 2, ")#\n");
        char *target = memory_printf("%.*s/%.*s", (int)folder, page, (int)length, at + 2);

        if (length > 0 && strncmp(at + 2, "http", 4) != 0 && access(target, F_OK) != 0)
            fail_msg("%s: the link to %.*s leads nowhere", page, (int)length, at + 2);
        free(target);
    }
    free(text);
}

static void every_link_leads_somewhere(void **state)
{
    char *first = source_path("doc/guide.md");
    glob_t found = pages();

    (void)state;
    check_links(first);
    for (size_t i = 0; i < found.gl_pathc; i++)
        check_links(found.gl_pathv[i]);
    globfree(&found);
    free(first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_that_is_shown_is_one),
        cmocka_unit_test(every_page_is_reached_from_the_first),
        cmocka_unit_test(every_link_leads_somewhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
