#include <pilab/drift/report.h>

#include <stdint.h>
#include <string.h>

#include <pilab/base/map.h>

void drift_report_free(struct drift_report **report)
{
    struct arena *arena;

    if (!*report)
        return;
    arena = (*report)->arena; /* the report itself lives in it */
    arena_free(&arena);
    *report = NULL;
}

bool drift_source_partly(const struct drift_source *source)
{
    return source->state == SOURCE_FAILED && source->read > 0;
}

bool drift_item_is_outside(const struct drift_item *item)
{
    return (item->type == DRIFT_INFRASTRUCTURE || item->type == DRIFT_DATABASE) &&
           item->category != NULL && strcmp(item->category, CATEGORY_OUTSIDE) == 0;
}

bool drift_item_is_version(const struct drift_item *item)
{
    return item->type == DRIFT_CODE && item->category != NULL &&
           strcmp(item->category, CATEGORY_VERSION) == 0;
}

bool drift_item_is_kept(const struct drift_item *item)
{
    return item->type == DRIFT_CONFIG && item->category != NULL &&
           (strcmp(item->category, "variable") == 0 ||
            strcmp(item->category, "variable-equal") == 0);
}

bool drift_sides_as_is(const struct drift_side *previous, const struct drift_side *current)
{
    return previous->layers != NULL && current->layers != NULL &&
           strcmp(previous->layers, current->layers) != 0;
}

const struct drift_code *drift_report_code(const struct drift_report *report, const char *module)
{
    for (size_t i = 0; i < report->code_count; i++) {
        if (strcmp(report->codes[i].module, module) == 0)
            return &report->codes[i];
    }
    return NULL;
}

/* Whether `name` is another one than `known`, which is the first that was seen. */
static bool is_other(const char **known, const char *name)
{
    if (name == NULL)
        return false;
    if (*known == NULL)
        *known = name;
    return strcmp(*known, name) != 0;
}

bool drift_report_of_several(const struct drift_report *report)
{
    const char *known = NULL;

    if (report->module != NULL)
        return false;
    for (size_t i = 0; i < report->code_count; i++) {
        if (is_other(&known, report->codes[i].module))
            return true;
    }
    for (size_t i = 0; i < report->config_count; i++) {
        if (is_other(&known, report->configs[i].module))
            return true;
    }
    for (size_t i = 0; i < report->part_count; i++) {
        if (is_other(&known, report->parts[i].module))
            return true;
    }
    for (size_t i = 0; i < report->source_count; i++) {
        if (is_other(&known, report->sources[i].service))
            return true;
    }
    return false;
}

const struct drift_commit *drift_report_commit(const struct drift_report *report, const char *id)
{
    for (size_t i = 0; i < report->code_count; i++) {
        const struct drift_code *code = &report->codes[i];

        for (size_t j = 0; j < code->commit_count; j++) {
            if (strcmp(code->commits[j].id, id) == 0)
                return &code->commits[j];
        }
        for (size_t j = 0; j < code->behind_count; j++) {
            if (strcmp(code->behind[j].id, id) == 0)
                return &code->behind[j];
        }
    }
    return NULL;
}

/* Of a commit that several modules have, the first one is kept, as drift_report_commit finds it. */
static void put_commits(struct map *commits, const struct drift_commit *of_module, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        void *commit = (void *)(uintptr_t)&of_module[i];
        void *before = map_put(commits, of_module[i].id, commit);

        if (before != NULL)
            map_put(commits, of_module[i].id, before);
    }
}

struct map *drift_report_commits(const struct drift_report *report)
{
    struct map *commits = map_new();

    for (size_t i = 0; i < report->code_count; i++) {
        put_commits(commits, report->codes[i].commits, report->codes[i].commit_count);
        put_commits(commits, report->codes[i].behind, report->codes[i].behind_count);
    }
    return commits;
}

const struct drift_part *drift_report_part(const struct drift_report *report, enum drift_type type,
                                           const char *module)
{
    for (size_t i = 0; i < report->part_count; i++) {
        if (report->parts[i].type == type && strcmp(report->parts[i].module, module) == 0)
            return &report->parts[i];
    }
    return NULL;
}
