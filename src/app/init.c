#include <pilab/app/init.h>
#include <pilab/app/use_cases.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/git/repository.h>

#include "init_parts.h"

#define PAGE_WIDTH 76  /* where nobody says how wide: within 80 columns with margins */
#define WIDEST     110 /* a line is not read well beyond */

/* Where nothing names an environment: what nearly everybody has. */
static const char *const usual_environments[] = { "DEV", "SIT", "UAT", "PROD" };

/* --- Preparing -------------------------------------------------------------------------------- */

static void assume_environments(struct init_work *work)
{
    const struct project_settings *there = work->there.settings;

    if (work->findings.environments.count > 0 || (there != NULL && there->environment_count > 0))
        return;
    for (size_t i = 0; i < sizeof usual_environments / sizeof *usual_environments; i++)
        init_findings_environment(&work->findings, usual_environments[i]);
    init_findings_remark(&work->findings, "environments", 0,
                         "nothing names them; DEV, SIT, UAT and PROD are assumed");
}

/* What the project is called after when nobody says: the table, else the folder. */
static const char *fallback_name(const struct init_work *work)
{
    const struct init_ask *ask = work->ask;
    const char *name;

    if (ask->table_count > 0)
        return ask->tables[0];
    name = ask->folder_count > 0 ? ask->folders[0] : ".";
    if (strcmp(name, ".") == 0 || strcmp(name, "./") == 0)
        name = work->call->settings->working_directory;
    return project_name_of(name, work->arena);
}

static bool check_names(const struct init_ask *ask, struct error *error)
{
    if (ask->code != NULL && !init_plan_code_is_sound(ask->code)) {
        error_set(error, ERROR_USAGE, "'%s' cannot be a project's code", ask->code);
        return error_hint(error, "capitals, digits and '-', beginning with a letter, at most 16: "
                                 "MB");
    }
    if (ask->name != NULL && !init_word_is_sound(ask->name))
        return error_set(error, ERROR_USAGE, "'%s' cannot be a project's name", ask->name);
    return true;
}

static bool check_found(const struct init_work *work, struct error *error)
{
    const struct init_ask *ask = work->ask;

    /* Who names a project where there is nothing begins it by hand, and adds repositories. */
    if (work->findings.modules.count > 0 || (ask->nothing_named && ask->name != NULL))
        return true;
    error_set(error, ERROR_NOT_FOUND, "nothing was found to build a project from");
    if (ask->nothing_named)
        return error_hint(error,
                          "there is no git repository here; --from FILE.csv takes a table, --scan "
                          "DIR looks elsewhere, and `pilab init --name NAME` begins without any: "
                          "`pilab repo add ADDRESS` adds them");
    if (work->findings.remarks.count > 0)
        return error_hint(error, "%s",
                          ((struct init_remark *)vector_at(&work->findings.remarks, 0))->text);
    return error_hint(error, "--from FILE.csv takes a table, --scan DIR looks for repositories");
}

bool init_prepare(struct call *call, const struct init_ask *ask, struct init_prepared **prepared,
                  struct error *error)
{
    struct init_prepared *out = memory_new(sizeof *out);
    struct init_work work = { .call = call, .ask = ask };
    struct init_wish wish = { .name = ask->name,
                              .code = ask->code,
                              .tickets = ask->tickets,
                              .ticket_count = ask->ticket_count,
                              .tickets_given = ask->tickets_given };
    bool ok;

    out->arena = work.arena = arena_new();
    init_findings_start(&work.findings, work.arena);
    vector_init(&work.scanned, sizeof(struct init_scanned));
    ok = check_names(ask, error) && repository_library_start(error);
    if (ok) {
        ok = init_gather(&work, error) && init_find_project(&work, error) &&
             init_look_at_repositories(&work, error) && check_found(&work, error);
        repository_library_stop();
    }
    if (ok) {
        assume_environments(&work);
        wish.fallback = fallback_name(&work);
        out->plan = init_plan_make(&work.findings, &work.there, &wish, work.arena);
    }
    init_findings_release(&work.findings);
    vector_release(&work.scanned);
    if (ok)
        *prepared = out;
    else
        init_prepared_free(&out);
    return ok;
}

void init_prepared_free(struct init_prepared **prepared)
{
    if (*prepared == NULL)
        return;
    arena_free(&(*prepared)->arena);
    free(*prepared);
    *prepared = NULL;
}

/* --- The command ------------------------------------------------------------------------------ */

static const char **option_values(struct call *call, const struct arguments *arguments,
                                  const char *name, size_t *count)
{
    const char **values;

    *count = 0;
    while (arguments_option_at(arguments, name, *count) != NULL)
        (*count)++;
    values = arena_array(call->arena, *count, sizeof *values);
    for (size_t i = 0; i < *count; i++)
        values[i] = arguments_option_at(arguments, name, i);
    return values;
}

/* "MB,PAY 96": keys in capitals. */
static bool read_tickets(struct call *call, const struct arguments *arguments, struct init_ask *ask,
                         struct error *error)
{
    const char *text = arguments_option(arguments, "tickets");
    const char **keys;

    if (text == NULL)
        return true;
    ask->tickets_given = true;
    keys = arena_array(call->arena, strlen(text), sizeof *keys);
    while (*(text += strspn(text, ", ")) != '\0') {
        size_t length = strcspn(text, ", ");
        char *key = arena_bytes(call->arena, text, length);

        for (char *c = key; *c != '\0'; c++)
            *c = (char)toupper((unsigned char)*c);
        if (!isalpha((unsigned char)key[0]) ||
            strspn(key, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != length)
            return error_set(error, ERROR_USAGE, "'%s' is no key of a tracker", key);
        keys[ask->ticket_count++] = key;
        text += length;
    }
    ask->tickets = keys;
    return true;
}

/* The pattern that `repo add --gitops` was given for it; NULL: the project does not know one. The
 * call stays without a project: which one it is about is found out later. */
static const char *kept_pattern(struct call *call, const struct init_ask *ask,
                                const char *repository)
{
    struct project_settings settings = { 0 };
    const struct repository_settings *kept;
    struct error ignored;
    struct call reader;

    if (!call_open_store(call, false, &ignored))
        return NULL;
    reader = *call;
    if ((reader.project == NULL && !call_choose_project(&reader, ask->code, &ignored)) ||
        !call_check(&reader, PERMISSION_READ, &ignored) ||
        !project_settings_read_json(reader.project->settings, strlen(reader.project->settings),
                                    call->arena, &settings, &ignored))
        return NULL;
    kept = repository_settings_find(settings.repositories, settings.repository_count, repository);
    return kept != NULL ? kept->gitops : NULL;
}

/* Without any pattern all are those that the project knows. */
static bool take_kept_patterns(struct call *call, const struct init_ask *ask,
                               const char *const *repositories, struct init_gitops *gitops,
                               struct error *error)
{
    for (size_t i = 0; i < ask->gitops_count; i++) {
        gitops[i] =
            (struct init_gitops){ repositories[i], kept_pattern(call, ask, repositories[i]) };
        if (gitops[i].pattern != NULL)
            continue;
        error_set(error, ERROR_USAGE, "--gitops takes a repository and a pattern");
        return error_hint(error,
                          "--gitops %s 'envs/{env}/{module}/values.yaml'; `pilab repo add "
                          "--gitops` keeps a pattern",
                          repositories[i]);
    }
    return true;
}

/* --gitops takes two words; the second is what stands behind it. */
static bool read_gitops(struct call *call, const struct arguments *arguments, struct init_ask *ask,
                        struct error *error)
{
    const char **repositories = option_values(call, arguments, "gitops", &ask->gitops_count);
    struct init_gitops *gitops = arena_array(call->arena, ask->gitops_count, sizeof *gitops);

    ask->gitops = gitops;
    if (ask->gitops_count > 0 && arguments_count(arguments) == 0)
        return take_kept_patterns(call, ask, repositories, gitops, error);
    if (arguments_count(arguments) != ask->gitops_count) {
        error_set(error, ERROR_USAGE,
                  ask->gitops_count > arguments_count(arguments)
                      ? "--gitops takes a repository and a pattern"
                      : "there are more words than --gitops takes");
        return error_hint(error, "--gitops ssh://git@git.example/mb/gitops.git "
                                 "'envs/{env}/{module}/values.yaml'");
    }
    for (size_t i = 0; i < ask->gitops_count; i++)
        gitops[i] = (struct init_gitops){ repositories[i], arguments_at(arguments, i) };
    return true;
}

static bool read_ask(struct call *call, const struct arguments *arguments, struct init_ask *ask,
                     struct error *error)
{
    static const char *const here[] = { "." };

    *ask = (struct init_ask){ .name = arguments_option(arguments, "name"),
                              .code = arguments_option(arguments, "code"),
                              .look_only = arguments_flag(arguments, "dry-run") };
    ask->tables = option_values(call, arguments, "from", &ask->table_count);
    ask->patterns = option_values(call, arguments, "repos", &ask->pattern_count);
    ask->folders = option_values(call, arguments, "scan", &ask->folder_count);
    if (!read_tickets(call, arguments, ask, error) || !read_gitops(call, arguments, ask, error))
        return false;
    if (ask->table_count + ask->pattern_count + ask->folder_count + ask->gitops_count == 0) {
        ask->folders = here;
        ask->folder_count = 1;
        ask->nothing_named = true;
    }
    return true;
}

static size_t page_width(const struct call *call)
{
    size_t columns = call->columns > 0 ? call->columns : PAGE_WIDTH;

    return columns < WIDEST ? columns : WIDEST;
}

static const char *plan_text(struct call *call, const struct init_plan *plan)
{
    struct strbuf text = STRBUF_INIT;
    const char *copy;

    init_plan_text(&text, plan, page_width(call), true);
    copy = strbuf_to_arena(&text, call->arena);
    strbuf_release(&text);
    return copy;
}

/* False when it must not be written, or nobody can say. */
static bool agreed(struct call *call, const struct init_plan *plan, struct error *error)
{
    static const char *const choices[] = { "yes", "no", NULL };
    const struct call_question question = {
        .text = arena_printf(call->arena, "%s %s (%s)?",
                             plan->exists ? "Bring up to date:" : "Write the project", plan->name,
                             plan->code),
        .choices = choices,
        .option = "--yes",
        .details = plan_text(call, plan),
    };
    size_t choice = 1;

    if (!call_ask(call, &question, &choice, NULL, error))
        return false;
    return choice == 0 || error_set(error, ERROR_CANCELLED, "nothing was written");
}

static void tell(struct call *call, const struct arguments *arguments, const struct init_plan *plan,
                 bool shown, bool empty, size_t cells, struct result *result)
{
    bool dry = arguments_flag(arguments, "dry-run");

    result->kind = RESULT_OBJECT;
    result->object = init_plan_json(plan);
    json_put_bool(result->object, "written", !dry && !empty);
    json_put_integer(result->object, "cells_written", (int64_t)cells);
    json_put_text(result->object, "project_id",
                  !dry && call->project != NULL ? call->project->id : NULL);
    if (!shown) {
        init_plan_text(&result->text, plan, page_width(call), true);
        strbuf_add_char(&result->text, '\n');
    }
    rich_text(&result->text, RICH_NAME, plan->code, true);
    if (empty)
        strbuf_add(&result->text, " is up to date: nothing to write\n");
    else if (dry)
        strbuf_add(&result->text, ": nothing was written (--dry-run)\n");
    else
        strbuf_printf(&result->text, " %s, %zu cell%s recorded\n",
                      plan->exists ? "brought up to date" : "made", cells, cells == 1 ? "" : "s");
}

bool app_init(struct call *call, const struct arguments *arguments, struct result *result,
              struct error *error)
{
    bool yes = arguments_flag(arguments, "yes"), dry = arguments_flag(arguments, "dry-run");
    struct init_prepared *prepared = NULL;
    struct init_ask ask;
    size_t cells = 0;
    bool ok, empty, asked = false;

    if (!yes && !dry && call->ask == NULL) {
        error_set(error, ERROR_USAGE, "nobody can be asked here whether to write the project");
        return error_hint(error, "--yes writes it, --dry-run only shows what would be written");
    }
    if (!read_ask(call, arguments, &ask, error) || !init_prepare(call, &ask, &prepared, error))
        return false;
    empty = init_plan_is_empty(prepared->plan);
    ok = true;
    if (!dry && !empty) {
        asked = !yes;
        ok = (yes || agreed(call, prepared->plan, error)) &&
             init_write(call, prepared->plan, &cells, error);
    }
    if (ok)
        tell(call, arguments, prepared->plan, asked, empty, cells, result);
    init_prepared_free(&prepared);
    return ok;
}
