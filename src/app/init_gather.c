#include "init_parts.h"
#include "remotes.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/document/csv.h>
#include <pilab/git/remote.h>
#include <pilab/release/init_table.h>
#include <pilab/source/gitops.h>
#include <pilab/source/repository_scan.h>

#define TABLE_LIMIT (64u << 20)

const char *init_address(const struct init_work *work, const char *text)
{
    enum remote_kind kind = REMOTE_PATH;
    char *whole;
    const char *out;

    if (!remote_check(text, &kind, NULL) && kind != REMOTE_PATH)
        return text;
    if (kind != REMOTE_PATH || text[0] == '/')
        return text;
    whole = path_join(work->call->settings->working_directory, text);
    out = arena_text(work->arena, whole);
    free(whole);
    return out;
}

static bool read_table(struct init_work *work, const char *name, struct error *error)
{
    char *path = path_join(work->call->settings->working_directory, name);
    struct strbuf text = STRBUF_INIT;
    struct csv csv;
    bool ok = file_read(path, TABLE_LIMIT, true, &text, error) &&
              csv_read(name, text.data, text.length, work->arena, &csv, error);

    if (ok) {
        const struct init_sheet sheet = { arena_text(work->arena, path_base_name(name)), csv.rows,
                                          csv.count };

        ok = init_table_read(&sheet, &work->findings, error);
    }
    strbuf_release(&text);
    free(path);
    return ok;
}

static void take_gitops(struct init_work *work, const struct gitops_reading *reading,
                        const char *source)
{
    struct init_findings *findings = &work->findings;

    for (size_t i = 0; i < reading->count; i++) {
        const struct gitops_cell *cell = &reading->cells[i];
        struct init_observation seen = {
            .actor = cell->author, .source = source, .version = cell->version, .at = cell->at
        };

        if (!init_word_is_sound(cell->module) || !init_word_is_sound(cell->environment) ||
            !init_word_is_sound(cell->version)) {
            init_findings_remark(findings, cell->path, 0,
                                 "the names or the version in it cannot be kept");
            continue;
        }
        seen.module = init_findings_module(findings, cell->module)->settings.name;
        seen.environment = init_findings_environment(findings, cell->environment);
        init_findings_observe(findings, &seen);
    }
    for (size_t i = 0; i < reading->problem_count; i++)
        init_findings_remark(findings, reading->problems[i].path, 0, "%s",
                             reading->problems[i].why);
}

static bool read_gitops(struct init_work *work, const struct init_gitops *asked,
                        struct error *error)
{
    const struct gitops_request request = {
        .address = init_address(work, asked->repository),
        .pattern = asked->pattern,
        .access = call_remotes(work->call),
    };
    struct gitops_reading reading;

    progress_report(&work->call->progress, asked->repository, 0, 0);
    if (!gitops_read(&request, work->arena, &reading, &work->call->progress, error))
        return error != NULL && error->code != ERROR_CANCELLED && error->code != ERROR_USAGE
                   ? error_prefix(error, "--gitops %s", asked->repository)
                   : false;
    take_gitops(work, &reading,
                arena_printf(work->arena, "%s at %.12s", path_base_name(asked->repository),
                             reading.commit));
    init_findings_order_environments(&work->findings);
    return true;
}

static bool scan_folder(struct init_work *work, const char *name, struct error *error)
{
    char *path = path_join(work->call->settings->working_directory, name);
    struct repository_scan scan;
    bool ok = repository_scan(path, NULL, work->arena, &scan, &work->call->progress, error);

    for (size_t i = 0; ok && i < scan.count; i++) {
        struct init_scanned *found = vector_add(&work->scanned);

        found->path = scan.repositories[i].path;
        found->name = scan.repositories[i].name;
    }
    if (ok && !scan.complete)
        init_findings_remark(&work->findings, name, 0,
                             "holds more folders than were looked at: name one further down");
    if (ok && scan.closed > 0)
        init_findings_remark(&work->findings, name, 0, "%zu folder%s cannot be opened", scan.closed,
                             scan.closed == 1 ? "" : "s");
    if (ok && scan.count == 0)
        init_findings_remark(&work->findings, name, 0, "there is no git repository in it");
    free(path);
    return ok;
}

bool init_gather(struct init_work *work, struct error *error)
{
    const struct init_ask *ask = work->ask;

    for (size_t i = 0; i < ask->table_count; i++) {
        if (!read_table(work, ask->tables[i], error))
            return false;
    }
    for (size_t i = 0; i < ask->gitops_count; i++) {
        if (!read_gitops(work, &ask->gitops[i], error))
            return false;
    }
    work->named = work->findings.modules.count > 0;
    for (size_t i = 0; i < ask->folder_count; i++) {
        if (!scan_folder(work, ask->folders[i], error))
            return false;
    }
    return true;
}
