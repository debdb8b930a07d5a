#include "studio_internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/command.h>
#include <pilab/base/memory.h>

#include "note_studio.h"

/* The words are in the line's memory, with a NUL behind each of them. */
static void forget_line(char *text, size_t length)
{
    explicit_bzero(text, length);
}

/* What the job needs: the line, cut into words there. */
struct command_input {
    size_t length;
    char text[];
};

static void free_input(void *data)
{
    struct command_input *input = data;

    forget_line(input->text, input->length);
    free(input);
}

static void free_result(void *output)
{
    struct result *result = output;

    result_release(result);
    free(result);
}

static bool parse_line(struct studio_line *line, const struct command **command,
                       struct arguments **arguments, struct error *error)
{
    size_t used, common_count;
    const struct option_spec *common = command_common_options(&common_count);

    if (!studio_line_cut(line, error))
        return false;
    *command = command_find(line->words, line->count, &used, error);
    return *command != NULL &&
           arguments_parse((*command)->arguments, (*command)->argument_count, (*command)->options,
                           (*command)->option_count, common, common_count, line->words + used,
                           line->count - used, arguments, error);
}

/* What settles it goes where its first answer went. */
static void end_comparison(struct studio_comparison *comparison, struct result *result)
{
    struct drift_report *settled = NULL;

    if (result->kind == RESULT_TOLD) {
        settled = result->report;
        result->report = NULL;
        result->kind = RESULT_NOTHING;
    }
    studio_comparison_end(comparison, settled);
}

static bool run_line(struct job *job, struct call *call, void *input, void **output,
                     struct error *error)
{
    struct command_input *asked = input;
    struct studio_line line = { .text = asked->text };
    struct result *result = memory_new(sizeof *result);
    struct arguments *arguments = NULL;
    struct studio_comparison comparison;
    const struct command *command;
    bool ok;

    result_start(result);
    studio_comparison_start(&comparison, job);
    call->lines = &comparison.listener;
    ok = parse_line(&line, &command, &arguments, error) &&
         command_run(command, call, arguments, result, error);
    end_comparison(&comparison, result);
    arguments_free(&arguments);
    if (ok)
        *output = result;
    else
        free_result(result);
    return ok;
}

/* Whether something runs that would be lost. */
static bool is_at_work(struct studio *studio)
{
    struct job_host jobs = studio_job_host(studio);
    struct job_status job;

    for (size_t i = 0; i < jobs.count(jobs.context); i++)
        if (jobs.get(jobs.context, i, &job) && !job.reading)
            return true;
    return false;
}

/* Another store and another folder: what hangs on these ends, and begins anew. */
static void move_on(struct studio *studio, const struct settings *settings)
{
    if (note_typings_any(studio)) {
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "Keep or throw away what you typed into notes first; then open it again.");
        return;
    }
    if (is_at_work(studio)) {
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "Ready; it opens when it is asked for after the other jobs have ended.");
        return;
    }
    settings_release(&studio->next);
    settings_copy(&studio->next, settings);
    studio->moving = true;
    workspace_quit(studio->workspace);
}

void studio_open_project(struct studio *studio, const char *code)
{
    struct settings settings = { 0 };

    settings_copy(&settings, studio->call.settings);
    free(settings.project);
    settings.project = memory_copy_text(code);
    move_on(studio, &settings);
    settings_release(&settings);
}

static void line_done(struct studio *studio, bool ok, void *output)
{
    struct result *result = output;

    if (!ok)
        return;
    if (result->open_screen) {
        move_on(studio, &result->screen);
        free_result(output);
        return;
    }
    studio_show_result(studio, output);
    free_result(output);
    studio_look_around(studio);
}

/* A value in such a line may be one, which is refused only later. */
static bool takes_secret(const struct command *command)
{
    return strcmp(command->verb, "variable set") == 0;
}

/* What cannot be read is not known to be harmless when it begins like one that takes a secret. */
static bool host_secret(void *context, const char *text)
{
    struct studio_line line = { .text = memory_copy_text(text) };
    const struct command *command = NULL;
    struct arguments *arguments = NULL;
    const char *value = NULL;
    bool secret;

    (void)context;
    if (parse_line(&line, &command, &arguments, NULL))
        value = arguments_at(arguments, 1);
    secret = command != NULL ? takes_secret(command) &&
                                   (arguments == NULL || (value != NULL && strcmp(value, "-") != 0))
                             : strncmp(text + strspn(text, " "), "variable", 8) == 0;
    arguments_free(&arguments);
    forget_line(line.text, strlen(text));
    free(line.text);
    return secret;
}

static bool studio_command(struct studio *studio, const char *text, struct error *error)
{
    struct studio_line line = { .text = memory_copy_text(text) };
    struct arguments *arguments = NULL;
    const struct command *command = NULL;
    struct command_input *input;
    struct studio_work work = { .title = text,
                                .run = run_line,
                                .free_input = free_input,
                                .free_output = free_result,
                                .batch = studio_comparison_take,
                                .free_batch = studio_comparison_free,
                                .done = line_done };
    bool ok = parse_line(&line, &command, &arguments, error);

    arguments_free(&arguments);
    forget_line(line.text, strlen(text));
    free(line.text);
    if (!ok)
        return false;
    /* What is shown of the job has no secret. */
    if (takes_secret(command))
        work.title = command->verb;
    input = memory_new(sizeof *input + strlen(text) + 1);
    input->length = strlen(text);
    memcpy(input->text, text, input->length + 1);
    work.input = input;
    studio_start(studio, &work);
    return true;
}

void studio_run_line(struct studio *studio, const char *line)
{
    struct error error = { 0 };

    if (!studio_command(studio, line, &error))
        workspace_say_error(studio->workspace, &error);
}

void studio_run_words(struct studio *studio, const char *const *words)
{
    struct strbuf line = STRBUF_INIT;

    for (; *words != NULL; words++)
        studio_line_word(&line, *words);
    studio_run_line(studio, line.data);
    strbuf_release(&line);
}

void studio_open_demo(struct studio *studio)
{
    studio_run_line(studio, "demo");
}

static bool host_run(void *context, struct workspace *workspace, const char *line,
                     struct error *error)
{
    (void)workspace;
    return studio_command(context, line, error);
}

static bool host_own(void *context, const char *line)
{
    return note_edit_line(context, line);
}

const struct command_host studio_command_host = {
    .run = host_run, .own = host_own, .complete = studio_complete, .secret = host_secret
};
