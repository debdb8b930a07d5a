#include <pilab/tui/studio_parts.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>

/* Home has these cells: what it does, what it is about, and one that stays empty here. */
enum offer_cell { OFFER_TEXT, OFFER_DETAIL };

static void add(struct memory_rows *rows, const char *identity, const char *text,
                const char *detail)
{
    struct row row = { .identity = identity };

    row_set(&row, OFFER_TEXT, ROLE_NORMAL, text);
    row_set(&row, OFFER_DETAIL, ROLE_DIM, detail);
    memory_rows_add(rows, &row);
}

static void add_folder(const struct surroundings *around, struct memory_rows *rows)
{
    struct strbuf text = STRBUF_INIT;

    if (around->folder != NULL) {
        add(rows, "init:here", "Build a project from this repository", "pilab init");
    } else if (around->repositories_below > 0) {
        strbuf_printf(&text, "Build a project from the %s%zu repositor%s found here",
                      around->more_below ? "first " : "", around->repositories_below,
                      around->repositories_below == 1 ? "y" : "ies");
        add(rows, "init:below", text.data, "pilab init");
    }
    strbuf_release(&text);
}

void home_offers_add(const struct studio *studio, struct memory_rows *rows)
{
    const struct surroundings *around = studio->around;

    if (around->project != NULL || studio->store_error.code != ERROR_NONE ||
        studio->call.settings->demo)
        return;
    memory_rows_add_group(rows, "A project of your own", "shown before it is written");
    add_folder(around, rows);
    add(rows, "init:table", "Build a project from a table (CSV)", "pilab init --from");
    add(rows, "init:gitops", "Build a project from a GitOps repository", "pilab init --gitops");
    add(rows, "init:wizard", "Set a project up by hand, step by step", "7 Setup");
}

static void table_given(void *context, const char *text)
{
    if (text != NULL && *text != '\0')
        init_start(context, INIT_FROM_TABLE, text, NULL);
}

static void ask_table(struct studio *studio)
{
    dialog_ask(studio->workspace,
               &(struct question){ .title = "A project from a table",
                                   .text = "One row a module, one column an environment; or the "
                                           "columns module, environment, version.",
                                   .label = "File" },
               table_given, studio);
}

/* The second question remembers the answer to the first. */
struct gitops_question {
    struct studio *studio;
    char *repository;
};

static void pattern_given(void *context, const char *text)
{
    struct gitops_question *question = context;

    if (text != NULL && *text != '\0')
        init_start(question->studio, INIT_FROM_GITOPS, question->repository, text);
    free(question->repository);
    free(question);
}

static bool names_both(void *context, const char *text, struct error *error)
{
    (void)context;
    if (strstr(text, "{env}") != NULL && strstr(text, "{module}") != NULL)
        return true;
    return error_set(error, ERROR_INVALID, "{env} and {module} must stand in it");
}

static void repository_given(void *context, const char *text)
{
    struct gitops_question *question;

    if (text == NULL || *text == '\0')
        return;
    question = memory_new(sizeof *question);
    question->studio = context;
    question->repository = memory_copy_text(text);
    dialog_ask(question->studio->workspace,
               &(struct question){ .title = "A project from a GitOps repository",
                                   .text = "How the files are called in which the versions stand.",
                                   .label = "Pattern",
                                   .initial = "envs/{env}/{module}/values.yaml",
                                   .check = names_both },
               pattern_given, question);
}

static void ask_gitops(struct studio *studio)
{
    dialog_ask(studio->workspace,
               &(struct question){ .title = "A project from a GitOps repository",
                                   .text = "A folder, or an address that git knows.",
                                   .label = "Repository" },
               repository_given, studio);
}

bool home_offers_open(struct studio *studio, const char *identity)
{
    if (strcmp(identity, "init:here") == 0)
        init_start(studio, INIT_FROM_FOLDER, studio->around->folder, NULL);
    else if (strcmp(identity, "init:below") == 0)
        init_start(studio, INIT_FROM_FOLDER, ".", NULL);
    else if (strcmp(identity, "init:table") == 0)
        ask_table(studio);
    else if (strcmp(identity, "init:gitops") == 0)
        ask_gitops(studio);
    else if (strcmp(identity, "init:wizard") == 0)
        setup_open_wizard(studio);
    else
        return false;
    return true;
}
