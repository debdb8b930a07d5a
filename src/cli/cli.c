#include <pilab/cli/cli.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/app/command.h>
#include <pilab/app/manual.h>
#include <pilab/base/memory.h>
#include <pilab/cli/prompt.h>
#include <pilab/cli/render.h>

/* `schema check`: what differs would destroy something. */
#define EXIT_DIFFERENCES 2
#define EXIT_DESTRUCTIVE 3

/* One run from its words to its exit status. */
struct cli_run {
    const struct command *command; /* NULL: the full screen */
    const char *noun;              /* when only that was given: "audit" */
    struct arguments *arguments;
    struct settings settings;
    struct output output, errors;
    bool json;
};

/* "--help" and "--version" alone are as old as the hills. */
static const char *const *known_words(const char *const *words, size_t *count)
{
    static const struct {
        const char *word;
        const char *verb;
    } words_known[] = {
        {"--help",     "help"   },
        { "-h",        "help"   },
        { "--version", "version"},
        { "-V",        "version"},
    };

    for (size_t i = 0; *count > 0 && i < sizeof words_known / sizeof *words_known; i++) {
        if (strcmp(words[0], words_known[i].word) == 0) {
            *count = 1;
            return &words_known[i].verb;
        }
    }
    return words;
}

/* --json asked for anywhere counts, so that even a wrong command line is answered in JSON. */
static bool json_wanted(const char *const *words, size_t count)
{
    for (size_t i = 0; i < count && strcmp(words[i], "--") != 0; i++) {
        if (strcmp(words[i], "--json") == 0)
            return true;
    }
    return false;
}

/* A verb and what belongs to it; the first `leading` words are options that stood before the verb.
 */
static bool read_command(struct cli_run *run, const char *const *words, size_t count,
                         size_t leading, struct error *error)
{
    size_t used = 0, common_count;
    const struct option_spec *common = command_common_options(&common_count);
    const char **rest = memory_array(count + 1, sizeof *rest);
    bool ok;

    run->command = command_find(words + leading, count - leading, &used, error);
    run->noun = used == 1 ? words[leading] : NULL;
    memcpy(rest, words, leading * sizeof *rest);
    memcpy(rest + leading, words + leading + used, (count - leading - used) * sizeof *rest);
    ok = run->command != NULL &&
         arguments_parse(run->command->arguments, run->command->argument_count,
                         run->command->options, run->command->option_count, common, common_count,
                         rest, count - used, &run->arguments, error);
    free(rest);
    return ok;
}

static bool read_words(struct cli_run *run, const char *const *words, size_t count,
                       struct error *error)
{
    size_t leading, common_count, screen_count;
    const struct option_spec *common = command_common_options(&common_count);
    const struct option_spec *screen = command_screen_options(&screen_count);

    words = known_words(words, &count);
    leading = arguments_leading(common, common_count, words, count);
    /* No verb, at most options: that is the full screen. */
    if (count == 0 || words[leading][0] == '-')
        return arguments_parse(NULL, 0, screen, screen_count, common, common_count, words, count,
                               &run->arguments, error);
    return read_command(run, words, count, leading, error);
}

static bool read_output(struct cli_run *run, struct error *error)
{
    const char *colour = arguments_option(run->arguments, "color");
    int64_t width;

    if (!arguments_number(run->arguments, "width", 0, 40, 1000, &width, error))
        return false;
    run->output = output_for(STDOUT_FILENO, colour, (size_t)width,
                             !arguments_flag(run->arguments, "no-pager"));
    run->errors = output_for(STDERR_FILENO, colour, 0, false);
    return true;
}

/* Whether the exit status is to tell what was found. */
static bool is_gate(const struct cli_run *run)
{
    return arguments_flag(run->arguments, "exit-code") ||
           arguments_option(run->arguments, "fail-on") != NULL;
}

static int exit_status(const struct cli_run *run, const struct result *result)
{
    bool differs = arguments_flag(run->arguments, "exit-code") && result->differences;

    if (result->broken)
        return EXIT_FAILURE;
    if (result->fail && result->destructive)
        return EXIT_DESTRUCTIVE;
    if (differs || result->fail)
        return EXIT_DIFFERENCES;
    return is_gate(run) && result->incomplete ? EXIT_FAILURE : EXIT_SUCCESS;
}

static bool at_a_terminal(const struct cli_run *run)
{
    return run->output.terminal && isatty(STDIN_FILENO) == 1;
}

static bool run_command(struct cli_run *run, const atomic_bool *cancel, bool *screen,
                        struct settings *settings, int *status, struct error *error)
{
    struct prompt prompt;
    struct result result;
    struct call call;
    bool ok;

    result_start(&result);
    call_start(&call, &run->settings);
    call.progress.cancel = cancel;
    call.columns = run->output.width;
    prompt_attach(&prompt, &run->errors, &call);
    ok = command_run(run->command, &call, run->arguments, &result, error);
    prompt_end(&prompt);
    *screen = ok && result.open_screen && at_a_terminal(run) && !run->json;
    if (ok && !*screen && !run->json)
        render_said(&run->errors, &result);
    if (*screen)
        settings_copy(settings, &result.screen);
    else
        ok = ok && render_result(&run->output, &result, run->json, error);
    if (ok)
        *status = exit_status(run, &result);
    if (ok && *status == EXIT_FAILURE && result.incomplete && !run->json)
        render_incomplete(&run->errors);
    /* What libraries do at the end of a program must not meet a thread that still uses them. */
    if (ok && result.left_behind && !*screen)
        _exit(*status);
    result_release(&result);
    call_end(&call);
    return ok;
}

/* The screen needs somebody who looks at it. */
static bool ask_for_screen(struct cli_run *run, bool *screen, struct settings *settings,
                           struct error *error)
{
    if (!at_a_terminal(run)) {
        error_set(error, ERROR_USAGE, "there is no terminal for the full screen");
        return error_hint(error, "give a command: `pilab help` lists them, `pilab drift` compares "
                                 "the last two versions of the repository here");
    }
    settings_copy(settings, &run->settings);
    *screen = true;
    return true;
}

static bool show_help(const struct cli_run *run, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool ok;

    if (run->noun != NULL && manual_noun(&text, run->noun, run->output.width))
        strbuf_add(&text, "Alone it does the first of them.\n");
    else if (run->command != NULL)
        manual_command(&text, run->command, run->output.width);
    else
        manual_overview(&text, run->output.width);
    ok = output_rich(&run->output, &text, error);
    strbuf_release(&text);
    return ok;
}

int cli_run(int argc, char **argv, const atomic_bool *cancel, bool *screen,
            struct settings *settings)
{
    const char *const *words = (const char *const *)(argv + 1);
    size_t count = argc > 0 ? (size_t)argc - 1 : 0;
    struct cli_run run = { .json = json_wanted(words, count),
                           .errors = output_for(STDERR_FILENO, NULL, 0, false) };
    struct error error = { 0 };
    int status = EXIT_SUCCESS;
    bool ok = read_words(&run, words, count, &error) && read_output(&run, &error);

    *screen = false;
    if (ok && arguments_flag(run.arguments, "help"))
        ok = show_help(&run, &error);
    else if (ok)
        ok = settings_read(&run.settings, run.arguments, &error) &&
             (run.command != NULL ? run_command(&run, cancel, screen, settings, &status, &error)
                                  : ask_for_screen(&run, screen, settings, &error));
    if (!ok) {
        render_error(&run.errors, &error, run.json);
        status = error_exit_code(error.code);
    }
    arguments_free(&run.arguments);
    settings_release(&run.settings);
    return status;
}
