#include <pilab/app/project.h>

#define MOST_TRIES 8

/* The row may have been read long ago: what hangs on it must be what the store says now. */
static bool refresh_project(struct call *call, struct error *error)
{
    struct store_project *project = arena_alloc(call->arena, sizeof *project);

    if (!store_project_get(call->connection, call->project->id, call->arena, project, error))
        return false;
    call->project = project;
    return true;
}

static bool change_once(struct call *call,
                        bool (*change)(void *context, struct call *call,
                                       struct project_settings *settings, struct error *error),
                        void *context, const struct project_addition *with, struct error *error)
{
    struct project_settings settings = { 0 };
    struct project_addition addition = *with;
    bool created;

    if (!refresh_project(call, error) || !project_load(call, &settings, error) ||
        !change(context, call, &settings, error))
        return false;
    addition.rev = call->project->rev;
    return project_save_with(call, &settings, &addition, &created, error);
}

bool project_change_with(struct call *call,
                         bool (*change)(void *context, struct call *call,
                                        struct project_settings *settings, struct error *error),
                         void *context, const struct project_addition *addition,
                         struct error *error)
{
    struct store_project *project = call->project;

    if (project == NULL)
        return error_set(error, ERROR_NOT_FOUND, "there is no project");
    for (int tries = 0; tries < MOST_TRIES; tries++) {
        struct error failure = { 0 };

        call->project = project;
        if (change_once(call, change, context, addition, &failure))
            return true;
        /* Saving forgets the project when it fails. */
        call->project = project;
        if (failure.code != ERROR_CONFLICT || tries + 1 == MOST_TRIES) {
            if (error != NULL)
                *error = failure;
            return false;
        }
    }
    return false;
}

bool project_change(struct call *call,
                    bool (*change)(void *context, struct call *call,
                                   struct project_settings *settings, struct error *error),
                    void *context, struct error *error)
{
    const struct project_addition nothing = { 0 };

    return project_change_with(call, change, context, &nothing, error);
}
