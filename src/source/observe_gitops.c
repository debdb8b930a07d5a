#include "observe_parts.h"

#include <string.h>
#include <strings.h>

#include <pilab/git/repository.h>
#include <pilab/source/gitops.h>

/* The project's name for what the repository calls `name`. */
static const char *own_name(const struct observing *observing, const char *name)
{
    const struct observer_settings *observer = observing->observer;

    for (size_t i = 0; i < observer->module_count; i++) {
        if (strcmp(observer->modules[i].place, name) == 0)
            return observer->modules[i].module;
    }
    return name;
}

static bool is_here(const struct observing *observing, const char *environment)
{
    const char *wanted = observing->observer->environment != NULL ? observing->observer->environment
                                                                  : observing->request->environment;

    return environment != NULL && strcasecmp(environment, wanted) == 0;
}

static void take_cells(struct observing *observing, const struct gitops_reading *reading)
{
    for (size_t i = 0; i < reading->count; i++) {
        const struct gitops_cell *cell = &reading->cells[i];
        struct observation *item;

        if (!is_here(observing, cell->environment))
            continue;
        item =
            observing_add(observing, own_name(observing, cell->module), cell->version, cell->path);
        item->author = cell->author;
        item->since = cell->at;
    }
}

/* A file of this environment that says no version: of its module nothing is known. */
static void take_problems(struct observing *observing, const struct gitops_reading *reading)
{
    const char *path = gitops_path(observing->observer->pattern, observing->arena);

    for (size_t i = 0; i < reading->problem_count; i++) {
        const struct gitops_problem *problem = &reading->problems[i];
        const char *environment = NULL, *module = NULL;

        if (gitops_match(path, problem->path, observing->arena, &environment, &module) &&
            is_here(observing, environment) && module != NULL)
            observing_add(observing, own_name(observing, module), NULL, problem->path)->unread =
                problem->why;
    }
}

bool observe_gitops(struct observing *observing, struct error *error)
{
    const struct gitops_request request = { .address = observing->observer->repository,
                                            .pattern = observing->observer->pattern,
                                            .access = *observing->request->access };
    struct gitops_reading reading;
    bool ok;

    if (!repository_library_start(error))
        return false;
    ok = gitops_read(&request, observing->arena, &reading, observing->progress, error);
    repository_library_stop();
    if (!ok)
        return false;
    observing->revision = reading.commit;
    take_cells(observing, &reading);
    take_problems(observing, &reading);
    return observing->observer->configuration_count == 0 ||
           observe_gitops_configuration(observing, error);
}
