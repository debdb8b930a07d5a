#include <pilab/release/where.h>

#include <pilab/base/json.h>

static json_t *event_json(const struct where_event *event)
{
    json_t *object;

    if (event == NULL)
        return json_null();
    object = json_object();
    json_put_integer(object, "deployment", event->number);
    json_put_text(object, "version", event->version);
    json_put_text(object, "release", event->release);
    json_put_text(object, "deployed_by", event->actor);
    json_put_time(object, "deployed_at", event->at);
    json_put_bool(object, "rollback", event->rollback);
    return object;
}

static json_t *cell_json(const char *environment, const struct where_cell *cell)
{
    json_t *object = json_object();

    json_put_text(object, "environment", environment);
    json_put_text(object, "state", where_state_name(cell->state));
    json_put_text(object, "why", cell->why);
    json_put_integer(object, "changes_there", (int64_t)cell->there);
    json_put_integer(object, "changes", (int64_t)cell->total);
    json_put_text(object, "as", cell->as);
    json_put_text(object, "basis", cell->basis);
    json_put(object, "running", event_json(cell->running));
    json_put(object, "since", event_json(cell->since));
    json_put(object, "taken", event_json(cell->taken));
    json_put(object, "coming", event_json(cell->coming));
    json_put_bool(object, "next", cell->next);
    json_put_bool(object, "exact", cell->exact);
    return object;
}

static json_t *commit_json(const struct where_commit *commit)
{
    json_t *object = json_object();

    json_put_text(object, "id", commit->id);
    json_put_text(object, "subject", commit->subject);
    json_put_text(object, "author", commit->author);
    json_put_time(object, "committed_at", commit->at);
    json_put_text(object, "role", where_role_name(commit->role));
    json_put_text(object, "of", commit->of);
    json_put_text(object, "first_tag", commit->tag);
    json_put_text(object, "first_branch", commit->branch);
    return object;
}

static json_t *module_json(const struct where_answer *answer, const struct where_module *module)
{
    json_t *object = json_object(), *cells = json_array(), *commits = json_array();

    json_put_text(object, "module", module->name);
    json_put_text(object, "refused", module->refused);
    json_put_integer(object, "changes", (int64_t)module->changes);
    for (size_t i = 0; i < answer->environment_count; i++)
        json_append(cells, cell_json(answer->environments[i], &module->cells[i]));
    json_put(object, "cells", cells);
    for (size_t i = 0; i < module->commit_count; i++)
        json_append(commits, commit_json(&module->commits[i]));
    json_put(object, "commits", commits);
    return object;
}

json_t *where_to_json(const struct where_answer *answer)
{
    json_t *object = json_object(), *environments = json_array(), *modules = json_array();

    json_put_text(object, "schema", "pilab.where/1");
    json_put_text(object, "question", answer->question);
    json_put_text(object, "kind", where_kind_name(answer->kind));
    json_put_bool(object, "kind_forced", answer->forced);
    json_put_text(object, "subject", answer->subject);
    json_put_integer(object, "modules_looked_into", (int64_t)answer->looked);
    json_put_integer(object, "modules_found", (int64_t)answer->found);
    for (size_t i = 0; i < answer->environment_count; i++)
        json_append(environments, json_text(answer->environments[i]));
    json_put(object, "environments", environments);
    for (size_t i = 0; i < answer->module_count; i++)
        json_append(modules, module_json(answer, &answer->modules[i]));
    json_put(object, "modules", modules);
    return object;
}
