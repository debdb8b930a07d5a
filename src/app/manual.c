#include <pilab/app/manual.h>
#include <pilab/app/use_cases.h>

#include <ctype.h>
#include <string.h>

#include <pilab/base/rich.h>

#define VERB_COLUMN   20
#define OPTION_COLUMN 24
#define HELP_WIDTH    80 /* where no face draws it: in JSON */

static void add_upper(struct strbuf *out, const char *text)
{
    for (; *text != '\0'; text++)
        strbuf_add_char(out, (char)toupper((unsigned char)*text));
}

static void add_usage(struct strbuf *out, const struct command *command)
{
    strbuf_printf(out, "pilab %s", command->verb);
    if (command->option_count > 0)
        strbuf_add(out, " [options]");
    for (size_t i = 0; i < command->argument_count; i++) {
        const struct argument_spec *argument = &command->arguments[i];

        strbuf_add(out, argument->optional ? " [" : " ");
        add_upper(out, argument->name);
        strbuf_add(out, argument->many ? "…" : "");
        strbuf_add(out, argument->optional ? "]" : "");
    }
}

/* A name of fixed width and an explanation that wraps beside it. */
static void add_definition(struct strbuf *out, const char *name, size_t column, const char *text,
                           size_t width)
{
    struct strbuf wrapped = STRBUF_INIT;
    size_t name_width = rich_width(name, strlen(name));

    strbuf_add(out, "  ");
    rich_word(out, RICH_NAME, name);
    rich_wrap(&wrapped, text, column + 2, width);
    if (name_width + 2 > column) {
        strbuf_add_char(out, '\n');
        strbuf_add(out, wrapped.data);
    } else {
        strbuf_add(out, wrapped.data + name_width + 2);
    }
    strbuf_release(&wrapped);
}

static void option_name(struct strbuf *out, const struct option_spec *option)
{
    if (option->letter != '\0')
        strbuf_printf(out, "-%c, ", option->letter);
    strbuf_printf(out, "--%s", option->name);
    if (option->value != NULL)
        strbuf_printf(out, " %s", option->value);
}

static void add_heading(struct strbuf *out, const char *title)
{
    if (title == NULL)
        return;
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, title);
    strbuf_add_char(out, '\n');
}

static void add_options(struct strbuf *out, const char *title, const struct option_spec *options,
                        size_t count, size_t width)
{
    if (count == 0)
        return;
    add_heading(out, title);
    for (size_t i = 0; i < count; i++) {
        struct strbuf name = STRBUF_INIT, help = STRBUF_INIT;

        option_name(&name, &options[i]);
        strbuf_add(&help, options[i].help);
        if (options[i].choices != NULL)
            strbuf_printf(&help, " (%s)", options[i].choices);
        add_definition(out, name.data, OPTION_COLUMN, help.data, width);
        strbuf_release(&name);
        strbuf_release(&help);
    }
}

/* Paragraphs are separated by empty lines. */
static void add_paragraphs(struct strbuf *out, const char *text, size_t indent, size_t width)
{
    while (text != NULL && *text != '\0') {
        const char *end = strstr(text, "\n\n");
        struct strbuf paragraph = STRBUF_INIT;

        strbuf_add_bytes(&paragraph, text, end != NULL ? (size_t)(end - text) : strlen(text));
        strbuf_add_char(out, '\n');
        rich_wrap(out, paragraph.data, indent, width);
        strbuf_release(&paragraph);
        text = end != NULL ? end + 2 : NULL;
    }
}

static void add_examples(struct strbuf *out, const char *examples)
{
    if (examples == NULL)
        return;
    add_heading(out, "Examples");
    while (*examples != '\0') {
        size_t length = strcspn(examples, "\n");

        strbuf_printf(out, "  %.*s\n", (int)length, examples);
        examples += length + (examples[length] == '\n');
    }
}

void manual_command(struct strbuf *out, const struct command *command, size_t width)
{
    size_t common_count;
    const struct option_spec *common = command_common_options(&common_count);
    struct strbuf usage = STRBUF_INIT;

    add_usage(&usage, command);
    rich_word(out, RICH_TITLE, usage.data);
    strbuf_printf(out, "\n\n%s.\n", command->summary);
    strbuf_release(&usage);
    add_paragraphs(out, command->details, 0, width);
    if (command->argument_count > 0)
        strbuf_add_char(out, '\n');
    for (size_t i = 0; i < command->argument_count; i++) {
        struct strbuf name = STRBUF_INIT;

        add_upper(&name, command->arguments[i].name);
        add_definition(out, name.data, OPTION_COLUMN, command->arguments[i].help, width);
        strbuf_release(&name);
    }
    add_options(out, "Options", command->options, command->option_count, width);
    add_options(out, "Options of every command", common, common_count, width);
    add_examples(out, command->examples);
}

void manual_overview(struct strbuf *out, size_t width)
{
    size_t count = command_count();

    struct strbuf head = STRBUF_INIT;

    rich_word(&head, RICH_TITLE, "pilab");
    strbuf_add(&head, " tells what runs where, what would change, and whether it may go out.");
    rich_wrap(out, head.data, 0, width);
    strbuf_release(&head);
    strbuf_add_char(out, '\n');
    rich_wrap(out,
              "Without a command it opens the full screen. In a clone of any repository, "
              "`pilab drift` compares the last two versions and `pilab notes` writes their "
              "release notes; nothing is stored.",
              0, width);
    for (size_t i = 0; i < count; i++) {
        add_heading(out, command_heading(i));
        add_definition(out, command_at(i)->verb, VERB_COLUMN, command_at(i)->summary, width);
    }
    strbuf_add_char(out, '\n');
    rich_wrap(out, "`pilab help COMMAND` says more; every command takes --json.", 0, width);
}

static bool is_verb_of(const struct command *command, const char *noun)
{
    size_t length = strlen(noun);

    return strncmp(command->verb, noun, length) == 0 && command->verb[length] == ' ';
}

bool manual_noun(struct strbuf *out, const char *noun, size_t width)
{
    size_t count = command_count(), verbs = 0;

    for (size_t i = 0; i < count; i++) {
        if (!is_verb_of(command_at(i), noun))
            continue;
        add_definition(out, command_at(i)->verb, VERB_COLUMN, command_at(i)->summary, width);
        verbs++;
    }
    if (verbs > 0)
        strbuf_printf(out, "\n`pilab help %s VERB` says more about one of them.\n", noun);
    return verbs > 0;
}

static void draw_overview(struct strbuf *out, const void *subject, size_t width)
{
    (void)subject;
    manual_overview(out, width);
}

static void draw_noun(struct strbuf *out, const void *subject, size_t width)
{
    manual_noun(out, subject, width);
}

static void draw_command(struct strbuf *out, const void *subject, size_t width)
{
    manual_command(out, subject, width);
}

bool app_help(struct call *call, const struct arguments *arguments, struct result *result,
              struct error *error)
{
    const char *words[2] = { arguments_at(arguments, 0), arguments_at(arguments, 1) };
    struct strbuf noun = STRBUF_INIT;
    size_t used;

    (void)call;
    if (arguments_flag(arguments, "man")) {
        result->kind = RESULT_RAW;
        manual_page(&result->text);
        return true;
    }
    if (words[0] == NULL) {
        result->draw = draw_overview;
    } else if (words[1] == NULL && manual_noun(&noun, words[0], HELP_WIDTH)) {
        result->draw = draw_noun;
        result->subject = words[0];
    } else {
        result->draw = draw_command;
        result->subject = command_find(words, words[1] != NULL ? 2 : 1, &used, error);
        if (result->subject == NULL)
            return false;
    }
    strbuf_release(&noun);
    result->kind = RESULT_OBJECT;
    result->draw(&result->text, result->subject, HELP_WIDTH);
    return true;
}

bool app_completion(struct call *call, const struct arguments *arguments, struct result *result,
                    struct error *error)
{
    const char *shell = arguments_at(arguments, 0);

    (void)call;
    if (shell != NULL && strcmp(shell, "bash") != 0) {
        error_set(error, ERROR_USAGE, "there is no completion for %s", shell);
        return error_hint(error, "there is one for bash");
    }
    result->kind = RESULT_RAW;
    manual_completion_bash(&result->text);
    return true;
}
