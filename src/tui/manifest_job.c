#include "manifest_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

/* Reading is quick and counting may take long: each is a job of its own, and while one counts no
 * second one does. Both answer by events, which are dropped when the screen is gone or has asked
 * for something newer. */

struct manifest_input {
    struct workspace *workspace;
    uint64_t view, generation;
    int64_t at;
    char frozen[FROZEN_SIZE];
};

struct loaded {
    struct arena *arena;
    struct manifest *manifest;
};

/* How far a cell is from the stage before, when both still are what they were. */
struct counted {
    char *module, *environment;
    char *here, *before; /* what runs: running_key */
    struct manifest_distance distance;
};

static void free_loaded(void *data)
{
    struct loaded *loaded = data;

    arena_free(&loaded->arena);
    free(loaded);
}

static void free_counted(void *data)
{
    struct counted *counted = data;

    free(counted->module);
    free(counted->environment);
    free(counted->here);
    free(counted->before);
    free(counted);
}

static void post(const struct manifest_input *input, enum manifest_event kind, void *data,
                 void (*release)(void *data))
{
    /* That counting has ended is always welcome: else nobody would count again. */
    struct event event = { .view = input->view,
                           .generation = kind == MANIFEST_COUNTED ? 0 : input->generation,
                           .kind = (int)kind,
                           .data = data,
                           .release = release };

    workspace_post(input->workspace, &event);
}

static bool check_project(struct call *call, struct error *error)
{
    if (call->project != NULL)
        return call_check(call, PERMISSION_READ, error);
    return error_set(error, ERROR_NOT_FOUND, "there is no project");
}

static bool read_moment(struct call *call, const struct manifest_input *input, struct arena *arena,
                        struct manifest **manifest, struct error *error)
{
    struct manifest_moment moment = { .at = input->at };

    return check_project(call, error) &&
           (input->frozen[0] == '\0' ||
            manifest_moment_parse(input->frozen, clock_now(&call->clock), &moment, error)) &&
           manifest_read(call, &moment, arena, manifest, error);
}

static bool run_load(struct job *job, struct call *call, void *context, void **output,
                     struct error *error)
{
    const struct manifest_input *input = context;
    struct loaded *loaded = memory_new(sizeof *loaded);

    (void)job;
    (void)output;
    loaded->arena = arena_new();
    if (!read_moment(call, input, loaded->arena, &loaded->manifest, error)) {
        free_loaded(loaded);
        return false;
    }
    post(input, MANIFEST_LOADED, loaded, free_loaded);
    return true;
}

static void load_ended(struct studio *studio, const struct error *failure, void *input)
{
    (void)studio;
    if (failure != NULL)
        post(input, MANIFEST_FAILED, NULL, NULL);
}

/* Names what runs in a cell: its deployment, or in a baseline, which keeps none, version and
 * commit. The caller frees. */
static char *running_key(const struct manifest *manifest, size_t row, size_t column)
{
    const struct store_deployment *running = manifest_cell_at(manifest, row, column)->running;

    if (running == NULL)
        return memory_copy_text("");
    if (running->id[0] != '\0')
        return memory_copy_text(running->id);
    return memory_printf("%s\n%s", running->version,
                         running->commit != NULL ? running->commit : "");
}

/* What a counting job tells of. */
struct counting_job {
    const struct manifest_input *input;
    const struct manifest *manifest;
};

static void tell(void *context, size_t row, size_t column, const struct manifest_distance *distance)
{
    const struct counting_job *job = context;
    const struct manifest *manifest = job->manifest;
    const struct manifest_column *here = &manifest->columns[column];
    struct counted *counted = memory_new(sizeof *counted);

    counted->module = memory_copy_text(manifest->rows[row].name);
    counted->environment = memory_copy_text(here->name);
    counted->here = running_key(manifest, row, column);
    counted->before = running_key(manifest, row, here->before);
    counted->distance = *distance;
    post(job->input, MANIFEST_DISTANCE, counted, free_counted);
}

static bool run_count(struct job *job, struct call *call, void *context, void **output,
                      struct error *error)
{
    struct counting_job counting = { .input = context };
    struct arena *arena = arena_new();
    struct manifest *manifest = NULL;
    bool ok = read_moment(call, counting.input, arena, &manifest, error);

    (void)job;
    (void)output;
    counting.manifest = manifest;
    ok = ok && manifest_count(call, manifest, tell, &counting, error);
    arena_free(&arena);
    return ok;
}

/* Also of one that was stopped, or never begun: else nobody would count again. */
static void count_ended(struct studio *studio, const struct error *failure, void *input)
{
    (void)studio;
    (void)failure;
    post(input, MANIFEST_COUNTED, NULL, NULL);
}

static void start(struct manifest_screen *screen, const char *title,
                  bool (*run)(struct job *job, struct call *call, void *input, void **output,
                              struct error *error),
                  void (*ended)(struct studio *studio, const struct error *failure, void *input),
                  uint64_t generation)
{
    struct manifest_input *input = memory_new(sizeof *input);
    struct studio_work work = {
        .title = title, .run = run, .ended = ended, .input = input, .reading = true
    };

    input->workspace = screen->studio->workspace;
    input->view = view_id(screen->view);
    input->generation = generation;
    input->at = screen->at;
    memcpy(input->frozen, screen->frozen, sizeof input->frozen);
    studio_start(screen->studio, &work);
}

void manifest_start_loading(struct manifest_screen *screen)
{
    start(screen, "read the manifest", run_load, load_ended, view_ask(screen->view));
}

/* --- What they say ---------------------------------------------------------------------------- */

/* Whether a cell and the stage before it run what somebody counted. */
static bool still_runs(const struct manifest *manifest, size_t row, size_t column, const char *here,
                       const char *before)
{
    size_t stage = manifest->columns[column].before;
    char *key_here, *key_before;
    bool same;

    if (stage == MANIFEST_NONE)
        return false;
    key_here = running_key(manifest, row, column);
    key_before = running_key(manifest, row, stage);
    same = strcmp(key_here, here) == 0 && strcmp(key_before, before) == 0;
    free(key_here);
    free(key_before);
    return same;
}

static void keep_distance(const struct manifest *old, size_t old_row, size_t old_column,
                          struct manifest *manifest)
{
    const struct manifest_distance *distance =
        &manifest_cell_at(old, old_row, old_column)->distance;
    size_t row = manifest_find_row(manifest, old->rows[old_row].name);
    size_t column = manifest_find_column(manifest, old->columns[old_column].name);
    char *here, *before;

    if (!distance->known || row == MANIFEST_NONE || column == MANIFEST_NONE)
        return;
    here = running_key(old, old_row, old_column);
    before = running_key(old, old_row, old->columns[old_column].before);
    if (still_runs(manifest, row, column, here, before))
        manifest_set_distance(manifest, row, column, distance);
    free(here);
    free(before);
}

/* What was counted for the manifest before this one holds as long as the same runs. */
static void keep_distances(const struct manifest *old, struct manifest *manifest)
{
    for (size_t row = 0; row < old->row_count; row++) {
        for (size_t column = 0; column < old->column_count; column++)
            keep_distance(old, row, column, manifest);
    }
}

static bool must_count(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->row_count * manifest->column_count; i++) {
        if (!manifest->cells[i].distance.known &&
            manifest_wants_distance(manifest, i / manifest->column_count,
                                    i % manifest->column_count))
            return true;
    }
    return false;
}

static void start_counting(struct manifest_screen *screen)
{
    screen->count_again = screen->counting;
    if (screen->counting || !must_count(screen->manifest))
        return;
    screen->counting = true;
    start(screen, "count commits", run_count, count_ended, view_generation(screen->view));
}

static void take_loaded(struct manifest_screen *screen, struct loaded *loaded)
{
    struct arena *old = screen->arena;

    /* A moment that was travelled to has other deployments, or the same: ids tell. */
    if (screen->manifest != NULL)
        keep_distances(screen->manifest, loaded->manifest);
    screen->arena = loaded->arena;
    screen->manifest = loaded->manifest;
    loaded->arena = NULL;
    start_counting(screen);
    manifest_observe_due(screen);
    manifest_choose_rows(screen);
    table_set_empty(screen->table, screen->manifest->row_count == 0
                                       ? "The project has no modules or no environments yet.\n\n"
                                         "`pilab init` fills them in, `pilab project import` "
                                         "takes them from a pilab.yaml."
                                       : "No module is like that: o chooses which are shown.");
    table_reload(screen->table);
    arena_free(&old);
}

static void take_counted(struct manifest_screen *screen, const struct counted *counted)
{
    struct manifest *manifest = screen->manifest;
    size_t row, column;

    if (manifest == NULL)
        return;
    row = manifest_find_row(manifest, counted->module);
    column = manifest_find_column(manifest, counted->environment);
    if (row == MANIFEST_NONE || column == MANIFEST_NONE ||
        !still_runs(manifest, row, column, counted->here, counted->before))
        return;
    manifest_set_distance(manifest, row, column, &counted->distance);
}

static void take_end(struct manifest_screen *screen)
{
    screen->counting = false;
    if (screen->manifest == NULL)
        return;
    if (screen->count_again)
        start_counting(screen);
    manifest_choose_rows(screen);
    table_reload(screen->table);
}

bool manifest_take_event(struct manifest_screen *screen, const struct event *event)
{
    switch (event->kind) {
    case MANIFEST_STORE_CHANGED:
        manifest_start_loading(screen);
        return true;
    case MANIFEST_LOADED:
        take_loaded(screen, event->data);
        return true;
    case MANIFEST_FAILED:
        table_set_empty(screen->table, "The manifest could not be read. :messages says why.");
        return true;
    case MANIFEST_DISTANCE:
        take_counted(screen, event->data);
        return true;
    case MANIFEST_COUNTED:
        take_end(screen);
        return true;
    default:
        return false;
    }
}
