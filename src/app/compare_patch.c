#include <pilab/app/compare.h>
#include <pilab/app/compare_plan.h>

#include <string.h>

#include <pilab/app/project.h>

#include "patch_shown.h"
#include "remotes.h"

bool compare_is_of_project(const struct call *call, const struct drift_report *report)
{
    if (call->project == NULL)
        return false;
    /* What was kept is the project's, whatever its code was then. */
    return report->number > 0 ||
           (report->project_code != NULL && strcmp(report->project_code, call->project->code) == 0);
}

/* As it was compared: a patch is looked at, and waits neither for a server nor for another program
 * that fetches. */
static bool open_as_it_is(struct call *call, const char *address, struct repository **repository,
                          struct error *error)
{
    const struct repository_access access = call_remotes(call);

    return repository_access_open(&access, address, REPOSITORY_ANY, repository, &call->progress,
                                  error);
}

/* A module of the project, or else the repository we are in. */
static bool open_module(struct call *call, bool of_project, const char *name,
                        struct repository **repository, struct error *error)
{
    struct project_settings settings;

    if (of_project && !project_load(call, &settings, error))
        return false;
    for (size_t i = 0; of_project && i < settings.module_count; i++) {
        if (strcmp(settings.modules[i].name, name) == 0 && settings.modules[i].repository != NULL)
            return open_as_it_is(call, settings.modules[i].repository, repository, error);
    }
    return repository_open_above(repository, call->settings->working_directory, error);
}

static enum file_status status_of(const struct drift_item *item)
{
    switch (item->change_type) {
    case CHANGE_TYPE_ADDED:
        return FILE_ADDED;
    case CHANGE_TYPE_DELETED:
        return FILE_DELETED;
    default:
        if (item->detail == DETAIL_RENAMED)
            return FILE_RENAMED;
        if (item->detail == DETAIL_COPIED)
            return FILE_COPIED;
        return item->detail == DETAIL_TYPE_CHANGED ? FILE_TYPE_CHANGED : FILE_MODIFIED;
    }
}

bool compare_patch(struct call *call, bool of_project, const struct drift_item *item,
                   struct strbuf *out, struct error *error)
{
    struct file_change change = { .status = status_of(item),
                                  .path = item->path,
                                  .old_path = item->old_path,
                                  .likeness = item->likeness,
                                  .old_blob = item->old_blob,
                                  .new_blob = item->new_blob,
                                  .old_mode = item->old_mode,
                                  .new_mode = item->new_mode };
    struct repository *repository = NULL;
    bool ok;

    if (!repository_library_start(error))
        return false;
    ok = open_module(call, of_project, item->module, &repository, error) &&
         patch_shown(repository, &change, out, error);
    repository_free(&repository);
    repository_library_stop();
    return ok;
}
