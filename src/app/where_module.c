#include "where_module.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/module_paths.h>
#include <pilab/app/compare_plan.h>
#include <pilab/base/memory.h>

#include "where_files.h"
#include "where_messages.h"
#include "where_patches.h"
#include "where_relatives.h"
#include "where_tips.h"

/* A module while it is read. */
struct reading {
    struct where_session *session;
    const struct module_settings *module;
    struct where_index *index;
    const struct commit_graph *graph;
    struct arena *arena;
    struct map *resolved;   /* a version → struct object_id; of those recorded without a commit */
    struct vector versions; /* size_t: distinct commits that were ever deployed, in the graph */
    struct map *version_of; /* their ids → size_t: which one */
};

void where_module_deployed(const struct store_deployment *const *deployments, size_t count,
                           struct vector *commits)
{
    struct object_id id;

    for (size_t i = 0; i < count; i++) {
        if (deployments[i]->commit != NULL && object_id_parse(deployments[i]->commit, &id))
            vector_push(commits, &id);
    }
}

/* --- Versions --------------------------------------------------------------------------------- */

/* What a version recorded without a commit is called in the repository; the zero id: nothing. */
static const struct object_id *resolve(struct reading *reading, const char *version)
{
    struct object_id *id = map_get(reading->resolved, version);

    if (id != NULL)
        return id;
    id = arena_alloc(reading->arena, sizeof *id);
    if (!repository_resolve(reading->index->repository,
                            compare_version_revision(reading->session->call,
                                                     reading->index->repository, reading->module,
                                                     version),
                            id, NULL))
        *id = (struct object_id){ { 0 } };
    map_put(reading->resolved, version, id);
    return id;
}

static size_t version_reached(struct reading *reading, const struct store_deployment *deployment)
{
    struct object_id id;
    size_t number, *known;

    if (deployment->commit == NULL || !object_id_parse(deployment->commit, &id))
        id = *resolve(reading,
                      deployment->commit != NULL ? deployment->commit : deployment->version);
    number = commit_graph_find(reading->graph, &id);
    if (number == GRAPH_NONE)
        return WHERE_NONE;
    known = map_get_bytes(reading->version_of, id.bytes, sizeof id.bytes);
    if (known == NULL) {
        known = arena_alloc(reading->arena, sizeof *known);
        *known = reading->versions.count;
        map_put_bytes(reading->version_of, id.bytes, sizeof id.bytes, known);
        vector_push(&reading->versions, &number);
    }
    return *known;
}

/* --- Cells ------------------------------------------------------------------------------------ */

static bool is_settled(const struct store_deployment *deployment)
{
    return deployment->status == DEPLOYMENT_DEPLOYED ||
           deployment->status == DEPLOYMENT_ROLLED_BACK;
}

static bool is_under_way(const struct store_deployment *deployment)
{
    return deployment->status == DEPLOYMENT_PENDING || deployment->status == DEPLOYMENT_DEPLOYING ||
           deployment->status == DEPLOYMENT_ROLLING_BACK;
}

static struct where_deployment deployment_of(struct reading *reading,
                                             const struct store_deployment *row)
{
    return (struct where_deployment){ .number = row->number,
                                      .version = row->version,
                                      .release = row->release,
                                      .actor = row->actor,
                                      .at = row->started_at,
                                      .rollback = row->rolls_back != NULL ||
                                                  row->status == DEPLOYMENT_ROLLED_BACK,
                                      .reached = version_reached(reading, row) };
}

/* `rows` come latest first. */
static void fill_cell(struct reading *reading, const char *environment,
                      const struct store_deployment *const *rows, size_t count,
                      struct where_cell_input *cell)
{
    struct where_deployment *deployments = arena_array(reading->arena, count, sizeof *deployments);
    struct where_deployment *coming;

    for (size_t i = count; i-- > 0;) {
        if (strcmp(rows[i]->environment, environment) != 0)
            continue;
        if (is_settled(rows[i])) {
            deployments[cell->count++] = deployment_of(reading, rows[i]);
        } else if (is_under_way(rows[i])) {
            coming = arena_alloc(reading->arena, sizeof *coming);
            *coming = deployment_of(reading, rows[i]);
            cell->coming = coming;
        }
    }
    cell->deployments = deployments;
}

static void fill_cells(struct reading *reading, const struct store_deployment *const *rows,
                       size_t count, struct where_module_input *input)
{
    const struct project_settings *settings = reading->session->settings;
    struct where_cell_input *cells =
        arena_array(reading->arena, settings->environment_count, sizeof *cells);

    for (size_t i = 0; i < settings->environment_count; i++)
        fill_cell(reading, settings->environments[i].name, rows, count, &cells[i]);
    input->cells = cells;
}

/* --- What is asked for ------------------------------------------------------------------------ */

static void find_commit(struct reading *reading, struct vector *ids)
{
    size_t numbers[16];
    size_t found = commit_graph_find_prefix(reading->graph, reading->session->question.subject,
                                            numbers, sizeof numbers / sizeof *numbers);

    for (size_t i = 0; i < found && i < sizeof numbers / sizeof *numbers; i++)
        vector_push(ids, commit_graph_id(reading->graph, numbers[i]));
}

bool where_module_has_version(struct where_session *session, const struct module_settings *module,
                              struct where_index *index)
{
    const char *version = session->question.subject;
    const char *revision =
        compare_version_revision(session->call, index->repository, module, version);

    if (strcmp(revision, version) != 0)
        return true;
    for (size_t i = 0; i < index->references->count; i++) {
        if (index->references->references[i].kind == REFERENCE_TAG &&
            strcmp(index->references->references[i].name, version) == 0)
            return true;
    }
    return false;
}

static void find_version(struct reading *reading, struct vector *ids)
{
    const struct object_id *id;

    /* Nothing but a tag is a version: "main" names another commit every day. */
    if (!where_module_has_version(reading->session, reading->module, reading->index))
        return;
    id = resolve(reading, reading->session->question.subject);
    if (!object_id_is_zero(id))
        vector_push(ids, id);
}

static bool find_asked(struct reading *reading, struct vector *ids, struct error *error)
{
    const struct where_session *session = reading->session;
    const struct where_question *question = &session->question;
    struct where_files files = { reading->module, session->settings->environments,
                                 session->settings->environment_count, session->names };
    char *word;

    switch (question->kind) {
    case WHERE_TICKET:
    case WHERE_ADVISORY:
        word = memory_printf("t:%s", question->subject);
        where_index_find(reading->index, word, ids);
        free(word);
        return true;
    case WHERE_KEY:
        return where_files_find_key(session->call, reading->index, &files, question->subject, ids,
                                    error);
    case WHERE_MIGRATION:
        return where_files_find_migration(session->call, reading->index, &files, question->subject,
                                          ids, error);
    default:
        reading->graph = where_index_graph(reading->index);
        if (question->kind == WHERE_COMMIT)
            find_commit(reading, ids);
        else
            find_version(reading, ids);
        return true;
    }
}

/* Configuration and migrations may stand outside of the module's own folder. */
static const char *directory_of(const struct reading *reading)
{
    enum where_kind kind = reading->session->question.kind;
    const char *directory;
    char *clean;

    if (kind == WHERE_KEY || kind == WHERE_MIGRATION || kind == WHERE_VERSION)
        return "";
    clean = module_paths_clean(reading->module->path);
    directory = arena_text(reading->arena, clean);
    free(clean);
    return directory;
}

/* --- The commits as values -------------------------------------------------------------------- */

static void fill_stamps(const struct reading *reading, const struct relatives *relatives,
                        struct where_module_input *input)
{
    size_t versions = reading->versions.count, count = input->count;
    size_t held_words = commit_graph_words(versions), above_words = commit_graph_words(count);
    uint64_t *held = arena_array(reading->arena, count * held_words + 1, sizeof *held);
    uint64_t *above = arena_array(reading->arena, count * above_words + 1, sizeof *above);
    size_t *tips = memory_array(count + 1, sizeof *tips);
    uint64_t *by_version, *by_commit;

    for (size_t i = 0; i < count; i++)
        tips[i] = ((const struct relative *)vector_at(&relatives->list, i))->number;
    by_version = commit_graph_stamp(reading->graph, reading->versions.items, versions);
    by_commit = commit_graph_stamp(reading->graph, tips, count);
    for (size_t i = 0; i < count; i++) {
        memcpy(&held[i * held_words], &by_version[tips[i] * held_words], held_words * sizeof *held);
        memcpy(&above[i * above_words], &by_commit[tips[i] * above_words],
               above_words * sizeof *above);
    }
    free(by_version);
    free(by_commit);
    free(tips);
    input->held = held;
    input->above = above;
}

static void fill_version_tips(const struct reading *reading, struct where_module_input *input)
{
    struct object_id *ids = arena_array(reading->arena, reading->versions.count + 1, sizeof *ids);

    for (size_t i = 0; i < reading->versions.count; i++)
        ids[i] = *commit_graph_id(reading->graph, *(size_t *)vector_at(&reading->versions, i));
    input->version_count = reading->versions.count;
    input->version_tips = ids;
}

static void fill_commits(const struct reading *reading, const struct relatives *relatives,
                         struct where_module_input *input)
{
    size_t count = relatives->list.count;
    struct commit *commits = arena_array(reading->arena, count + 1, sizeof *commits);
    bool *asked = arena_array(reading->arena, count + 1, sizeof *asked);
    size_t *patches = arena_array(reading->arena, count + 1, sizeof *patches);
    const char **tags = arena_array(reading->arena, count + 1, sizeof *tags);
    const char **branches = arena_array(reading->arena, count + 1, sizeof *branches);
    struct where_tips tag_tips, branch_tips;

    where_tips_of_tags(reading->graph, reading->index->references, reading->module, &tag_tips);
    where_tips_of_branches(reading->graph, reading->index->references, &branch_tips);
    for (size_t i = 0; i < count; i++) {
        const struct relative *relative = vector_at(&relatives->list, i);

        commits[i] = relative->commit;
        asked[i] = relative->asked;
        patches[i] = relative->patch;
        tags[i] = arena_text(reading->arena, where_tips_first(&tag_tips, relative->number));
        branches[i] = arena_text(reading->arena, where_tips_first(&branch_tips, relative->number));
    }
    where_tips_end(&tag_tips);
    where_tips_end(&branch_tips);
    *input = (struct where_module_input){ .name = input->name,
                                          .cells = input->cells,
                                          .commits = commits,
                                          .count = count,
                                          .asked = asked,
                                          .patches = patches,
                                          .tags = tags,
                                          .branches = branches };
    fill_version_tips(reading, input);
    fill_stamps(reading, relatives, input);
}

/* A commit that was rewritten stays in the index of a repository that had it: what no branch, no
 * tag and no deployment leads to any more is not asked for. */
static void drop_forgotten(const struct reading *reading, struct vector *ids)
{
    size_t branch_count = reading->index->references->count, kept = 0;
    size_t count = branch_count + reading->versions.count;
    size_t *tips = memory_array(count + 1, sizeof *tips);
    struct object_id *items = ids->items;
    uint32_t *first;

    for (size_t i = 0; i < count; i++)
        tips[i] = i < branch_count
                      ? commit_graph_find(reading->graph,
                                          &reading->index->references->references[i].commit)
                      : *(size_t *)vector_at(&reading->versions, i - branch_count);
    first = commit_graph_first(reading->graph, tips, count);
    for (size_t i = 0; i < ids->count; i++) {
        size_t number = commit_graph_find(reading->graph, &items[i]);

        if (number != GRAPH_NONE && first[number] != UINT32_MAX)
            items[kept++] = items[i];
    }
    ids->count = kept;
    free(first);
    free(tips);
}

static bool read_commits(struct reading *reading, const struct vector *ids,
                         struct where_module_input *input, struct error *error)
{
    struct relatives relatives;
    bool ok = true;

    relatives_start(&relatives, reading->session->call, reading->index, directory_of(reading),
                    reading->arena);
    for (size_t i = 0; ok && i < ids->count; i++)
        ok = relatives_ask(&relatives, vector_at(ids, i), error);
    if (ok && relatives.list.count > 0) {
        if (reading->session->question.kind != WHERE_VERSION)
            ok = where_patches_find(&relatives, reading->versions.items, reading->versions.count,
                                    error) &&
                 where_messages_find(&relatives, error);
        relatives_sort(&relatives);
        if (ok)
            fill_commits(reading, &relatives, input);
    }
    relatives_end(&relatives);
    return ok;
}

bool where_module_read(struct where_session *session, const struct module_settings *module,
                       struct where_index *index, const struct store_deployment *const *deployments,
                       size_t count, struct where_module_input *input, struct error *error)
{
    struct reading reading = { .session = session,
                               .module = module,
                               .index = index,
                               .arena = session->arena,
                               .resolved = map_new(),
                               .version_of = map_new() };
    struct vector ids;
    bool ok;

    vector_init(&reading.versions, sizeof(size_t));
    vector_init(&ids, sizeof(struct object_id));
    ok = find_asked(&reading, &ids, error);
    /* Most modules have nothing of it: they are not looked into any further. */
    if (ok && ids.count > 0) {
        reading.graph = where_index_graph(index);
        fill_cells(&reading, deployments, count, input);
        drop_forgotten(&reading, &ids);
        ok = read_commits(&reading, &ids, input, error);
    }
    vector_release(&ids);
    vector_release(&reading.versions);
    map_free(&reading.resolved);
    map_free(&reading.version_of);
    return ok;
}
