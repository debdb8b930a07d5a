#include "manifest_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>

/* What is being asked for, from one question to the next; freed with the last answer, or handed to
 * the job as its input. */
struct asked {
    struct studio *studio;
    bool production;
    char module[MANIFEST_TEXT_SIZE];      /* "": of a baseline */
    char environment[MANIFEST_TEXT_SIZE]; /* "": the whole manifest */
    char name[MANIFEST_TEXT_SIZE];        /* of the baseline, or the version */
    char reason[MANIFEST_TEXT_SIZE];
};

static struct asked *ask_about(struct manifest_screen *screen, size_t row, size_t column)
{
    struct asked *asked = memory_new(sizeof *asked);

    asked->studio = screen->studio;
    asked->production = screen->manifest->columns[column].production;
    snprintf(asked->environment, sizeof asked->environment, "%s",
             screen->manifest->columns[column].name);
    if (row != MANIFEST_NONE)
        snprintf(asked->module, sizeof asked->module, "%s", screen->manifest->rows[row].name);
    return asked;
}

/* A text that is cut would be another one. */
static bool check_text(void *context, const char *text, struct error *error)
{
    (void)context;
    if (text[strspn(text, " \t")] == '\0')
        return error_set(error, ERROR_INVALID, "something must stand here");
    return strlen(text) < MANIFEST_TEXT_SIZE ||
           error_set(error, ERROR_LIMIT, "that is too long: %d bytes at most",
                     MANIFEST_TEXT_SIZE - 1);
}

/* Takes a typed text over; frees everything when the person declined. */
static bool take_text(struct asked *asked, const char *text, char out[MANIFEST_TEXT_SIZE])
{
    if (text == NULL) {
        free(asked);
        return false;
    }
    snprintf(out, MANIFEST_TEXT_SIZE, "%s", text);
    return true;
}

static void free_text(void *output)
{
    free(output);
}

/* The jobs leave the sentence that says what came of it. */
static void say_done(struct studio *studio, bool ok, void *output)
{
    if (ok)
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "%s", (const char *)output);
    free(output);
}

static void start(struct asked *asked, const char *title,
                  bool (*run)(struct job *job, struct call *call, void *input, void **output,
                              struct error *error))
{
    struct studio_work work = {
        .title = title, .run = run, .input = asked, .free_output = free_text, .done = say_done
    };

    studio_start(asked->studio, &work);
}

/* --- Baselines -------------------------------------------------------------------------------- */

static bool run_designate(struct job *job, struct call *call, void *input, void **output,
                          struct error *error)
{
    const struct asked *asked = input;
    struct store_baseline baseline;

    (void)job;
    if (!call_check(call, PERMISSION_DESIGNATE_BASELINE, error) ||
        !manifest_designate(call, asked->name,
                            asked->environment[0] != '\0' ? asked->environment : NULL, 0,
                            asked->reason, &baseline, error))
        return false;
    *output = memory_printf("%s is a baseline now, number %lld.", asked->name,
                            (long long)baseline.number);
    return true;
}

static void baseline_confirmed(void *context, bool yes)
{
    struct asked *asked = context;

    if (yes)
        start(asked, "designate a baseline", run_designate);
    else
        free(asked);
}

static void reason_given(void *context, const char *text)
{
    struct asked *asked = context;
    const char *what;
    char *title, *said;

    if (!take_text(asked, text, asked->reason))
        return;
    what = asked->environment[0] != '\0' ? asked->environment : "all environments";
    title = memory_printf("Designate a baseline of %s", what);
    said = memory_printf("What runs there now is kept as %s, for good.\n%s", asked->name,
                         asked->reason);
    dialog_confirm(asked->studio->workspace,
                   &(struct confirmation){
                       .title = title, .text = said, .action = "designate", .name = asked->name },
                   baseline_confirmed, asked);
    free(title);
    free(said);
}

static void baseline_named(void *context, const char *text)
{
    struct asked *asked = context;

    if (!take_text(asked, text, asked->name))
        return;
    dialog_ask(asked->studio->workspace,
               &(struct question){ .title = "Why is this the state to measure by?",
                                   .label = "reason",
                                   .check = check_text },
               reason_given, asked);
}

static void extent_chosen(void *context, uint64_t whole)
{
    struct asked *asked = context;

    if (whole)
        asked->environment[0] = '\0';
    dialog_ask(asked->studio->workspace,
               &(struct question){
                   .title = "Designate a baseline", .label = "name", .check = check_text },
               baseline_named, asked);
}

/* One question after another, so that each fits a screen of 80 columns. */
void manifest_ask_baseline(struct manifest_screen *screen)
{
    struct asked *asked;
    size_t row, column;

    if (!manifest_here(screen, &row, &column))
        return;
    asked = ask_about(screen, MANIFEST_NONE, column);
    /* A heading means its environment; within the matrix nobody says whether one is meant. */
    extent_chosen(asked, row != MANIFEST_NONE);
}

/* --- Versions --------------------------------------------------------------------------------- */

static bool run_record(struct job *job, struct call *call, void *input, void **output,
                       struct error *error)
{
    const struct asked *asked = input;
    struct manifest_entry entry = { .module = asked->module,
                                    .environment = asked->environment,
                                    .version = asked->name,
                                    .status = DEPLOYMENT_DEPLOYED };
    struct store_deployment deployment;
    bool changed, unknown;

    (void)job;
    if (!call_check(call, PERMISSION_DEPLOY, error) ||
        !manifest_find_commit(call, &entry, &unknown, error) ||
        !manifest_record(call, &entry, &changed, &deployment, error))
        return false;
    *output = memory_printf("%s in %s: %s %s%s", asked->module, asked->environment, asked->name,
                            changed ? "recorded" : "was recorded already",
                            unknown ? "; its repository has no such version" : "");
    return true;
}

static void version_confirmed(void *context, bool yes)
{
    struct asked *asked = context;

    if (yes)
        start(asked, "record a deployment", run_record);
    else
        free(asked);
}

static void version_given(void *context, const char *text)
{
    struct asked *asked = context;
    char *title, *said;

    if (!take_text(asked, text, asked->name))
        return;
    title = memory_printf("Record %s in %s", asked->module, asked->environment);
    said = memory_printf("%s %s runs in %s from now on, as you say.", asked->module, asked->name,
                         asked->environment);
    dialog_confirm(asked->studio->workspace,
                   &(struct confirmation){ .title = title,
                                           .text = said,
                                           .action = "record",
                                           .name = asked->environment,
                                           .typed = asked->production,
                                           .dangerous = asked->production },
                   version_confirmed, asked);
    free(title);
    free(said);
}

void manifest_ask_version(struct manifest_screen *screen)
{
    struct asked *asked;
    size_t row, column;
    char *title;

    if (!manifest_here(screen, &row, &column) || row == MANIFEST_NONE) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "Go to the module in the environment it was deployed to.");
        return;
    }
    asked = ask_about(screen, row, column);
    title = memory_printf("Record what was deployed: %s in %s", asked->module, asked->environment);
    dialog_ask(screen->studio->workspace,
               &(struct question){ .title = title, .label = "version", .check = check_text },
               version_given, asked);
    free(title);
}

/* --- Releases --------------------------------------------------------------------------------- */

/* NULL: it is a heading's. */
static const char *module_of_mark(const struct manifest_screen *screen, size_t index)
{
    const char *identity = table_mark_at(screen->table, index).row;

    for (size_t i = 0; i < screen->manifest->row_count; i++)
        if (strcmp(screen->manifest->rows[i].name, identity) == 0)
            return screen->manifest->rows[i].name;
    return NULL;
}

/* What the environment under the cursor would get from the stage before, frozen: of the modules in
 * whose rows something is marked, or all. */
void manifest_cut_release(struct manifest_screen *screen)
{
    const struct manifest *manifest = screen->manifest;
    const char **modules;
    size_t row, column, before, count = 0;

    if (!manifest_here(screen, &row, &column))
        return;
    before = manifest->columns[column].before;
    if (before == MANIFEST_NONE) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "Nothing is promoted into %s: go to the environment that the release is for.",
                      manifest->columns[column].name);
        return;
    }
    modules = memory_new((table_mark_count(screen->table) + 1) * sizeof *modules);
    for (size_t i = 0; i < table_mark_count(screen->table); i++) {
        const char *module = module_of_mark(screen, i);
        size_t seen = 0;

        while (module != NULL && seen < count && strcmp(modules[seen], module) != 0)
            seen++;
        if (module != NULL && seen == count)
            modules[count++] = module;
    }
    screen->studio->actions->cut_release(screen->studio, manifest->columns[before].name,
                                         manifest->columns[column].name, modules, count);
    free(modules);
}
