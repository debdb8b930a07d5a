#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "workspace_internal.h"

/* The `:` line's own commands; everything else is the host's. */
struct command {
    const char *name;
    bool (*run)(struct workspace *workspace, const char *argument, struct error *error);
};

static bool run_help(struct workspace *workspace, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    workspace_open(workspace, help_view_new(workspace));
    return true;
}

static bool run_messages(struct workspace *workspace, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    workspace_open(workspace, messages_view_new(workspace));
    return true;
}

static bool run_jobs(struct workspace *workspace, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    workspace_open(workspace, jobs_view_new(workspace));
    return true;
}

static bool run_undo(struct workspace *workspace, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    workspace_open(workspace, undo_view_new(workspace));
    return true;
}

static bool run_quit(struct workspace *workspace, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    workspace_ask_quit(workspace);
    return true;
}

/* As in vi: somebody who types the mark wants no question. */
static bool run_quit_at_once(struct workspace *workspace, const char *argument, struct error *error)
{
    (void)argument;
    (void)error;
    workspace_quit(workspace);
    return true;
}

static bool run_theme(struct workspace *workspace, const char *argument, struct error *error)
{
    struct theme *theme = theme_load(argument, error);

    if (theme == NULL)
        return false;
    workspace_set_theme(workspace, theme);
    theme_free(&workspace->theme);
    workspace->theme = theme;
    return true;
}

static bool save_screen(struct workspace *workspace, const char *argument, bool replace,
                        struct error *error)
{
    if (argument[0] == '\0') {
        error_set(error, ERROR_USAGE, ":screen needs the name of a file");
        return error_hint(error,
                          ":screen FILE writes what is seen, :screen! FILE over an old file");
    }
    if (!workspace_save_screen(workspace, argument, replace, error))
        return false;
    workspace_say(workspace, MESSAGE_SUCCESS, "screen written to %s", argument);
    return true;
}

static bool run_screen(struct workspace *workspace, const char *argument, struct error *error)
{
    return save_screen(workspace, argument, false, error);
}

static bool run_screen_over(struct workspace *workspace, const char *argument, struct error *error)
{
    return save_screen(workspace, argument, true, error);
}

static const struct command commands[] = {
    {"help",      run_help        },
    { "jobs",     run_jobs        },
    { "messages", run_messages    },
    { "q",        run_quit        },
    { "q!",       run_quit_at_once},
    { "qa",       run_quit        },
    { "qa!",      run_quit_at_once},
    { "quit",     run_quit        },
    { "quit!",    run_quit_at_once},
    { "screen",   run_screen      },
    { "screen!",  run_screen_over },
    { "theme",    run_theme       },
    { "undo",     run_undo        },
};

#define COMMANDS (sizeof commands / sizeof commands[0])

/* A line without blanks around it, cut into the command and what follows. */
static void run_line(struct workspace *workspace, const char *line)
{
    const struct command_host *host = &workspace->options.commands;
    size_t length = strcspn(line, " ");
    const char *argument = line + length + strspn(line + length, " ");
    struct error error = { 0 };

    if (host->own != NULL && host->own(host->context, line))
        return;
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strlen(commands[i].name) != length || memcmp(commands[i].name, line, length) != 0)
            continue;
        if (!commands[i].run(workspace, argument, &error))
            workspace_say_error(workspace, &error);
        return;
    }
    if (host->run == NULL) {
        error_set(&error, ERROR_USAGE, "there is no command \"%.*s\"", (int)length, line);
        error_hint(&error, "Tab after : lists them");
        workspace_say_error(workspace, &error);
    } else if (!host->run(host->context, workspace, line, &error)) {
        workspace_say_error(workspace, &error);
    }
}

void workspace_run_command(struct workspace *workspace, const char *line)
{
    size_t length;
    char *trimmed;

    /* Fingers type the colon again where the line has it already. */
    line += strspn(line, " :");
    length = strlen(line);
    while (length > 0 && line[length - 1] == ' ')
        length--;
    trimmed = memory_copy_bytes(line, length);
    if (length > 0)
        run_line(workspace, trimmed);
    memory_wipe(trimmed);
}

static int compare_words(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Leaves out what does not begin with the word being typed. */
static void keep_beginning(struct completions *completions, const char *word)
{
    for (size_t i = completions->words.count; i-- > 0;) {
        char *candidate = *(char **)vector_at(&completions->words, i);

        if (strncmp(candidate, word, strlen(word)) != 0) {
            free(candidate);
            vector_remove(&completions->words, i);
        }
    }
}

void workspace_complete(struct workspace *workspace, const char *line,
                        struct completions *completions)
{
    const struct command_host *host = &workspace->options.commands;
    const char *blank = strrchr(line, ' ');
    const char *name;

    if (blank == NULL) {
        for (size_t i = 0; i < COMMANDS; i++)
            completions_add(completions, commands[i].name);
    } else if (strncmp(line, "theme ", 6) == 0) {
        for (size_t i = 0; (name = theme_builtin_name(i)) != NULL; i++)
            completions_add(completions, name);
    }
    if (host->complete != NULL)
        host->complete(host->context, line, completions);
    keep_beginning(completions, blank == NULL ? line : blank + 1);
    vector_sort(&completions->words, compare_words);
}

bool workspace_save_screen(struct workspace *workspace, const char *path, bool replace,
                           struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct strbuf place = STRBUF_INIT;
    char *target = path_from_home(path);
    char at[TIMESTAMP_SIZE];
    bool saved = false;

    if (!replace && file_exists(target)) {
        error_set(error, ERROR_EXISTS, "%s exists already", target);
        error_hint(error, "another name, or :screen! %s", path);
        goto out;
    }
    workspace->refresh |= REFRESH_DRAW;
    workspace_draw_without_overlays(workspace);
    canvas_text(workspace->canvas, &text);
    workspace_crumb(workspace, &place);
    strbuf_printf(&text, "\n%s screen of %s, %dx%d, %s\n", workspace->options.product, place.data,
                  canvas_columns(workspace->canvas), canvas_rows(workspace->canvas),
                  timestamp_format(clock_now(&workspace->options.clock), at));
    saved = file_write_atomic(target, text.data, text.length, 0600, error);

out:
    strbuf_release(&place);
    strbuf_release(&text);
    free(target);
    return saved;
}
