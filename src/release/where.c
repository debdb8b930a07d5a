#include <pilab/release/where.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "where_units.h"

static const char *const kind_names[WHERE_KIND_COUNT] = {
    [WHERE_TICKET] = "ticket", [WHERE_COMMIT] = "commit",       [WHERE_ADVISORY] = "advisory",
    [WHERE_KEY] = "key",       [WHERE_MIGRATION] = "migration", [WHERE_VERSION] = "version",
};

static const char *const state_names[WHERE_STATE_COUNT] = {
    [WHERE_UNKNOWN] = "unknown", [WHERE_NOT_IN] = "not_in",     [WHERE_REVERTED] = "reverted",
    [WHERE_PARTLY] = "partly",   [WHERE_PROBABLY] = "probably", [WHERE_AS_ANOTHER] = "as_another",
    [WHERE_IN] = "in",
};

static const char *const role_names[WHERE_ROLE_COUNT] = {
    [WHERE_CHANGE] = "change", [WHERE_TWIN] = "twin",     [WHERE_ALIKE] = "alike",
    [WHERE_MERGE] = "merge",   [WHERE_REVERT] = "revert",
};

const char *where_kind_name(enum where_kind kind)
{
    return kind_names[kind];
}

bool where_kind_parse(const char *name, enum where_kind *kind, struct error *error)
{
    for (int i = 0; i < WHERE_KIND_COUNT; i++) {
        if (strcasecmp(name, kind_names[i]) == 0) {
            *kind = (enum where_kind)i;
            return true;
        }
    }
    return error_set(error, ERROR_USAGE,
                     "'%s' is no kind: ticket, commit, advisory, key, migration or version", name);
}

const char *where_state_name(enum where_state state)
{
    return state_names[state];
}

const char *where_role_name(enum where_role role)
{
    return role_names[role];
}

/* --- Cells ------------------------------------------------------------------------------------ */

/* One cell while its history is gone through. */
struct cell_work {
    struct arena *arena;
    struct where_units *units;
    const struct where_cell_input *input;
    struct where_cell *cell;
};

static const struct where_event *event_new(struct arena *arena,
                                           const struct where_deployment *deployment)
{
    struct where_event *event = arena_alloc(arena, sizeof *event);

    *event = (struct where_event){ .number = deployment->number,
                                   .version = arena_text(arena, deployment->version),
                                   .release = arena_text(arena, deployment->release),
                                   .actor = arena_text(arena, deployment->actor),
                                   .at = deployment->at,
                                   .rollback = deployment->rollback };
    return event;
}

static const struct where_holding *held_by(const struct cell_work *work,
                                           const struct where_deployment *deployment)
{
    return deployment->reached == WHERE_NONE ? NULL
                                             : where_units_held(work->units, deployment->reached);
}

static bool is_present(const struct where_holding *holding)
{
    return holding != NULL && holding->state >= WHERE_PROBABLY;
}

/* Whether an earlier deployment left the cell as a later one did, as far as a person asks. */
static bool same_answer(const struct where_holding *a, const struct where_holding *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    if (is_present(a) || is_present(b))
        return is_present(a) && is_present(b);
    return (a->state == WHERE_PARTLY) == (b->state == WHERE_PARTLY) && a->there == b->there;
}

/* The first deployment of the run that lasts until now. */
static size_t run_start(const struct cell_work *work)
{
    const struct where_cell_input *input = work->input;
    size_t start = input->count - 1;
    const struct where_holding *now = held_by(work, &input->deployments[start]);

    while (start > 0 && same_answer(held_by(work, &input->deployments[start - 1]), now))
        start--;
    return start;
}

/* It is not there now: the deployment that took it, if it ever was. */
static const struct where_event *taken_by(const struct cell_work *work)
{
    const struct where_cell_input *input = work->input;

    for (size_t i = input->count; i-- > 1;) {
        if (is_present(held_by(work, &input->deployments[i - 1])))
            return event_new(work->arena, &input->deployments[i]);
    }
    return NULL;
}

static void answer_unknown(struct where_cell *cell, const char *why)
{
    cell->state = WHERE_UNKNOWN;
    cell->why = why;
}

static void answer_cell(struct cell_work *work)
{
    const struct where_cell_input *input = work->input;
    const struct where_holding *holding = NULL;
    struct where_cell *cell = work->cell;

    cell->total = work->units->count;
    if (input->count > 0) {
        holding = held_by(work, &input->deployments[input->count - 1]);
        cell->running = event_new(work->arena, &input->deployments[input->count - 1]);
    }
    if (input->coming != NULL && !is_present(holding) && is_present(held_by(work, input->coming)))
        cell->coming = event_new(work->arena, input->coming);
    if (input->count == 0) {
        answer_unknown(cell, "nobody has recorded what runs there");
        return;
    }
    if (holding == NULL) {
        answer_unknown(cell, "the repository has no such version");
        return;
    }
    cell->state = holding->state;
    cell->there = holding->there;
    if (holding->state >= WHERE_PARTLY)
        cell->since = event_new(work->arena, &input->deployments[run_start(work)]);
    if (!is_present(holding))
        cell->taken = taken_by(work);
    if (holding->as != WHERE_NONE) {
        char hex[OBJECT_ID_HEX_SIZE];

        cell->as = arena_text(work->arena,
                              object_id_hex(&work->units->module->commits[holding->as].id, hex));
        cell->basis = where_units_basis(work->units, holding->as);
    }
}

static size_t environment_index(const struct where_input *input, const char *name)
{
    for (size_t i = 0; i < input->environment_count; i++) {
        if (strcasecmp(input->environments[i].name, name) == 0)
            return i;
    }
    return WHERE_NONE;
}

/* Where it would go next: into what does not have it, from where it is. */
static void find_next(const struct where_input *input, struct where_cell *cells)
{
    for (size_t i = 0; i < input->environment_count; i++) {
        const struct where_environment *environment = &input->environments[i];

        for (size_t k = 0; cells[i].state < WHERE_PROBABLY && k < environment->from_count; k++) {
            size_t from = environment_index(input, environment->from[k]);

            if (from != WHERE_NONE && cells[from].state >= WHERE_PROBABLY)
                cells[i].next = true;
        }
    }
}

/* --- Modules ---------------------------------------------------------------------------------- */

static void add_commit(struct arena *arena, const struct where_units *units, size_t commit,
                       struct where_module *module)
{
    const struct where_module_input *input = units->module;
    const struct commit *value = &input->commits[commit];
    struct where_commit *out = &module->commits[module->commit_count++];
    size_t unit = units->unit_of[commit];
    char hex[OBJECT_ID_HEX_SIZE];

    object_id_hex(&value->id, out->id);
    out->subject = arena_text(arena, value->message->subject);
    out->author = arena_text(arena, value->author_name);
    out->at = value->committer_time;
    out->role = where_units_role(units, commit);
    if (out->role == WHERE_TWIN || out->role == WHERE_ALIKE)
        out->of = arena_text(arena, object_id_hex(&input->commits[units->originals[unit]].id, hex));
    if (input->tags != NULL)
        out->tag = arena_text(arena, input->tags[commit]);
    if (input->branches != NULL)
        out->branch = arena_text(arena, input->branches[commit]);
}

/* What a reverted merge brought is not what was asked for. */
static void add_commits(struct arena *arena, const struct where_units *units,
                        struct where_module *module)
{
    const struct where_module_input *input = units->module;

    module->commits = arena_array(arena, input->count, sizeof *module->commits);
    for (size_t i = 0; i < input->count; i++) {
        if (input->asked[i] || units->unit_of[i] != WHERE_NONE || units->reverts[i])
            add_commit(arena, units, i, module);
    }
}

static void mark_exact(const struct where_module_input *input, struct where_cell *cells,
                       size_t environment_count)
{
    for (size_t i = 0; i < environment_count; i++) {
        const struct where_cell_input *cell = &input->cells[i];
        size_t version = cell->count > 0 ? cell->deployments[cell->count - 1].reached : WHERE_NONE;

        cells[i].exact = version != WHERE_NONE && cells[i].state == WHERE_IN &&
                         input->version_tips != NULL &&
                         object_id_equal(&input->version_tips[version], &input->commits[0].id);
    }
}

static void answer_refused(struct where_module *module, size_t environment_count)
{
    for (size_t i = 0; i < environment_count; i++)
        answer_unknown(&module->cells[i], module->refused);
}

static void answer_module(struct where_answer *answer, const struct where_input *input,
                          const struct where_module_input *from, struct where_module *module)
{
    struct where_units units;

    module->name = arena_text(answer->arena, from->name);
    module->refused = arena_text(answer->arena, from->refused);
    module->cells = arena_array(answer->arena, input->environment_count, sizeof *module->cells);
    if (module->refused != NULL) {
        answer_refused(module, input->environment_count);
        return;
    }
    where_units_start(&units, answer->arena, from, input);
    module->changes = units.count;
    add_commits(answer->arena, &units, module);
    for (size_t i = 0; i < input->environment_count; i++)
        answer_cell(&(struct cell_work){ .arena = answer->arena,
                                         .units = &units,
                                         .input = &from->cells[i],
                                         .cell = &module->cells[i] });
    if (input->kind == WHERE_VERSION)
        mark_exact(from, module->cells, input->environment_count);
    find_next(input, module->cells);
    where_units_end(&units);
}

static bool any_asked(const struct where_module_input *module)
{
    for (size_t i = 0; i < module->count; i++) {
        if (module->asked[i])
            return true;
    }
    return false;
}

struct where_answer *where_answer(const struct where_input *input)
{
    struct arena *arena = arena_new();
    struct where_answer *answer = arena_alloc(arena, sizeof *answer);

    *answer = (struct where_answer){ .arena = arena,
                                     .question = arena_text(arena, input->question),
                                     .subject = arena_text(arena, input->subject),
                                     .kind = input->kind,
                                     .forced = input->forced,
                                     .environment_count = input->environment_count };
    answer->environments =
        arena_array(arena, input->environment_count, sizeof *answer->environments);
    for (size_t i = 0; i < input->environment_count; i++)
        answer->environments[i] = arena_text(arena, input->environments[i].name);
    answer->modules = arena_array(arena, input->module_count, sizeof *answer->modules);
    for (size_t i = 0; i < input->module_count; i++) {
        const struct where_module_input *module = &input->modules[i];

        answer->looked += module->refused == NULL;
        if (module->refused == NULL && !any_asked(module))
            continue;
        answer->found += module->refused == NULL;
        answer_module(answer, input, module, &answer->modules[answer->module_count++]);
    }
    return answer;
}

void where_answer_free(struct where_answer **answer)
{
    struct arena *arena = *answer != NULL ? (*answer)->arena : NULL;

    *answer = NULL;
    arena_free(&arena);
}

bool where_all_in(const struct where_answer *answer, size_t environment)
{
    for (size_t i = 0; i < answer->module_count; i++) {
        if (answer->modules[i].cells[environment].state < WHERE_AS_ANOTHER)
            return false;
    }
    return answer->found > 0;
}

size_t where_environment_find(const struct where_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->environment_count; i++) {
        if (strcasecmp(answer->environments[i], name) == 0)
            return i;
    }
    return WHERE_NONE;
}
