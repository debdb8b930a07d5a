#include "rules_here.h"

#include <string.h>

#include <pilab/app/compare_plan.h>
#include <pilab/app/project.h>
#include <pilab/git/repository.h>

static const struct rule *own_rule(const struct rules_here *here, const char *id)
{
    for (size_t i = 0; i < here->count; i++) {
        if (strcmp(here->own[i].id, id) == 0)
            return &here->own[i];
    }
    return NULL;
}

/* Where the pilab.yaml of a bare repository is read; "" in an empty one. */
static const char *head_of(struct repository *repository, struct arena *arena)
{
    char hex[OBJECT_ID_HEX_SIZE];
    struct object_id id;

    return repository_resolve(repository, "HEAD", &id, NULL)
               ? arena_text(arena, object_id_hex(&id, hex))
               : "";
}

/* What the pilab.yaml of the repository says; `*there`: we are in one. */
static bool read_repository(struct call *call, struct rules_here *here, bool *there,
                            struct error *error)
{
    struct comparison_module whole = { .name = "" };
    struct compare_plan plan = {
        .request = {.modules = &whole, .module_count = 1}
    };
    struct repository *repository;
    bool ok;

    *there = false;
    if (!repository_library_start(error))
        return false;
    *there = repository_open_above(&repository, call->settings->working_directory, error);
    ok = *there;
    if (ok) {
        plan.request.current.resolved = head_of(repository, call->arena);
        ok = compare_plan_file(call, repository, &plan, error);
        here->own = plan.request.rules;
        here->count = plan.request.rule_count;
        repository_free(&repository);
    } else if (error->code == ERROR_NOT_FOUND) {
        error_clear(error);
        ok = true;
    }
    repository_library_stop();
    return ok;
}

static bool read_project(struct call *call, struct rules_here *here, struct error *error)
{
    struct project_settings settings = { 0 };

    if (!call_open_store(call, false, error)) {
        /* Without a store the built-in ones hold. */
        if (error->code != ERROR_NOT_FOUND || call->settings->project != NULL)
            return false;
        error_clear(error);
        return true;
    }
    if ((call->project == NULL && !call_choose_project(call, NULL, error)) ||
        !call_check(call, PERMISSION_READ, error) || !project_load(call, &settings, error))
        return false;
    here->own = settings.rules;
    here->count = settings.rule_count;
    return true;
}

static bool read_own(struct call *call, const char *file, struct rules_here *here,
                     struct error *error)
{
    struct project_settings settings = { 0 };
    bool there;

    if (file != NULL) {
        if (!project_read_rules(call, file, &settings, error))
            return false;
        here->own = settings.rules;
        here->count = settings.rule_count;
        return true;
    }
    if (call->settings->project != NULL)
        return read_project(call, here, error);
    if (!read_repository(call, here, &there, error))
        return false;
    return there || read_project(call, here, error);
}

bool rules_here_read(struct call *call, const char *file, struct rules_here *here,
                     struct error *error)
{
    *here = (struct rules_here){ .own = NULL };
    if (!read_own(call, file, here, error))
        return false;
    here->set = rule_set_new(here->own, here->count);
    return true;
}

void rules_here_release(struct rules_here *here)
{
    if (here->set != NULL)
        rule_set_free(&here->set);
}

const struct rule *rules_here_find(const struct rules_here *here, const char *id)
{
    const struct rule *rule = rule_set_find(here->set, id);

    if (rule == NULL)
        rule = rules_builtin_find(id);
    return rule != NULL ? rule : own_rule(here, id);
}

const char *rules_here_origin(const struct rules_here *here, const char *id)
{
    if (rule_set_find(here->set, id) == NULL)
        return "switched off";
    if (rules_builtin_find(id) == NULL)
        return "project";
    return own_rule(here, id) != NULL ? "changed" : "built-in";
}
