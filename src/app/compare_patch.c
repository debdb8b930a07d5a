#include <pilab/app/compare.h>
#include <pilab/app/compare_plan.h>

#include <string.h>

#include <pilab/app/project.h>
#include <pilab/drift/mask.h>

#define CONTEXT_LINES 3

/* The path of a module's repository by the project's settings; NULL when it has no such module. */
static bool module_repository(struct call *call, const char *name, const char **path,
                              struct error *error)
{
    struct project_settings settings;

    *path = NULL;
    if (call->project == NULL)
        return true;
    if (!project_load(call, &settings, error))
        return false;
    for (size_t i = 0; i < settings.module_count; i++) {
        if (strcmp(settings.modules[i].name, name) != 0 || settings.modules[i].repository == NULL)
            continue;
        *path = compare_local_repository(call, settings.modules[i].repository, error);
        return *path != NULL;
    }
    return true;
}

/* A module of the project, or else the repository we are in. */
static bool open_module(struct call *call, const char *name, struct repository **repository,
                        struct error *error)
{
    const char *path;

    if (!module_repository(call, name, &path, error))
        return false;
    return path != NULL
               ? repository_open(repository, path, error)
               : repository_open_above(repository, call->settings->working_directory, error);
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

bool compare_patch(struct call *call, const struct drift_item *item, struct strbuf *out,
                   struct error *error)
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
    struct strbuf patch = STRBUF_INIT;
    bool ok;

    if (!repository_library_start(error))
        return false;
    ok = open_module(call, item->module, &repository, error) &&
         changes_patch(repository, &change, CONTEXT_LINES, &patch, error);
    repository_free(&repository);
    repository_library_stop();
    if (ok)
        mask_text(out, item->path, true, patch.data, patch.length);
    strbuf_release(&patch);
    return ok;
}
