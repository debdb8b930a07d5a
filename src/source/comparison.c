#include <pilab/source/comparison.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/source/files.h>
#include <pilab/source/reader.h>

#define MOST_WORKERS 4

struct comparison {
    struct arena *arena;
    struct well_known *names;
    struct drift_input input;
    struct module_reader *readers;
    size_t reader_count;
};

/* Modules are read by a few workers; each result has its place, so that the order of finishing
 * leaves no trace. */
struct module_queue {
    struct module_reader *readers;
    size_t count;
    atomic_size_t next;
    atomic_bool cancelled;
};

static void *read_modules(void *context)
{
    struct module_queue *queue = context;

    for (;;) {
        size_t index = atomic_fetch_add(&queue->next, 1);
        struct error error = { 0 };

        if (index >= queue->count || atomic_load(&queue->cancelled))
            return NULL;
        if (!progress_check(queue->readers[index].progress, &error) ||
            !git_module_read(&queue->readers[index], &error))
            atomic_store(&queue->cancelled, true);
    }
}

static unsigned thread_count(unsigned asked)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    if (asked == 0)
        asked = processors > 0 ? (unsigned)processors : 1;
    return asked < MOST_WORKERS ? asked : MOST_WORKERS;
}

/* Several modules share the threads; a module alone has all of them within. */
static unsigned share_threads(struct comparison *comparison, unsigned asked)
{
    unsigned threads = thread_count(asked);
    unsigned workers =
        comparison->reader_count < threads ? (unsigned)comparison->reader_count : threads;

    for (size_t i = 0; i < comparison->reader_count; i++)
        comparison->readers[i].threads = threads / workers;
    return workers;
}

static bool run_queue(struct module_queue *queue, unsigned workers, struct error *error)
{
    pthread_t threads[MOST_WORKERS];
    unsigned started = 0;

    /* This thread is the first worker: with one module nothing is started at all. */
    while (started + 1 < workers &&
           pthread_create(&threads[started], NULL, read_modules, queue) == 0)
        started++;
    read_modules(queue);
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (atomic_load(&queue->cancelled))
        return error_set(error, ERROR_CANCELLED, "stopped while reading");
    return true;
}

/* Whether anything at all could be read. A report about nothing but failures would help nobody. */
static bool check_read(const struct comparison *comparison, struct error *error)
{
    const struct module_reader *failed = NULL;

    for (size_t i = 0; i < comparison->reader_count; i++) {
        const struct module_reader *reader = &comparison->readers[i];

        if (reader->failure.code == ERROR_NONE || reader->input.code != NULL)
            return true;
        for (size_t j = 0; j < reader->sources.count; j++) {
            if (((struct drift_source *)vector_at(&reader->sources, j))->state == SOURCE_READ)
                return true;
        }
        if (failed == NULL)
            failed = reader;
    }
    if (failed == NULL)
        return true;
    if (error != NULL)
        *error = failed->failure;
    if (comparison->reader_count > 1)
        error_prefix(error, "none of %zu modules could be read; %s", comparison->reader_count,
                     failed->input.name);
    return false;
}

static const char *const unread_reason[DRIFT_TYPE_COUNT] = {
    [DRIFT_DATABASE] = "migrations are not read",
    [DRIFT_INFRASTRUCTURE] = "plans and states are not read",
};

/* Every type says what became of it, also those that nobody asked for. */
static void complete_sources(struct module_reader *reader)
{
    bool seen[DRIFT_TYPE_COUNT] = { false };

    for (size_t i = 0; i < reader->sources.count; i++)
        seen[((struct drift_source *)vector_at(&reader->sources, i))->type] = true;
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        if (seen[type])
            continue;
        if (reader->request->not_examined[type])
            module_reader_source(reader, (enum drift_type)type, SOURCE_NOT_EXAMINED,
                                 "not part of the project");
        else
            module_reader_source(reader, (enum drift_type)type, SOURCE_NOT_EXAMINED,
                                 unread_reason[type] != NULL ? unread_reason[type]
                                                             : "not asked for");
    }
}

/* They were read already: a source like any other, of the project as a whole. */
static void add_variables(struct comparison *comparison, struct vector *sources)
{
    struct drift_input *input = &comparison->input;
    struct drift_source *source;

    if (input->variable_count == 0)
        return;
    source = vector_add(sources);
    source->type = DRIFT_CONFIG;
    source->service = input->project;
    source->state = SOURCE_READ;
    source->at = clock_now(&input->clock);
    source->detail = arena_printf(comparison->arena, "%zu variable%s of the store",
                                  input->variable_count, input->variable_count == 1 ? "" : "s");
}

static void gather(struct comparison *comparison)
{
    struct module_input *modules =
        arena_array(comparison->arena, comparison->reader_count, sizeof *modules);
    struct vector sources, problems;

    vector_init(&sources, sizeof(struct drift_source));
    vector_init(&problems, sizeof(struct drift_problem));
    for (size_t i = 0; i < comparison->reader_count; i++) {
        struct module_reader *reader = &comparison->readers[i];

        complete_sources(reader);
        if (module_reader_wants(reader, DRIFT_CONFIG)) {
            reader->input.configs = reader->configs.items;
            reader->input.config_count = reader->configs.count;
        }
        modules[i] = reader->input;
        for (size_t j = 0; j < reader->sources.count; j++)
            vector_push(&sources, vector_at(&reader->sources, j));
        for (size_t j = 0; j < reader->problems.count; j++)
            vector_push(&problems, vector_at(&reader->problems, j));
    }
    add_variables(comparison, &sources);
    comparison->input.modules = modules;
    comparison->input.module_count = comparison->reader_count;
    comparison->input.sources = vector_to_arena(&sources, comparison->arena);
    comparison->input.source_count = sources.count;
    comparison->input.problems = vector_to_arena(&problems, comparison->arena);
    comparison->input.problem_count = problems.count;
    vector_release(&sources);
    vector_release(&problems);
}

static const char **copy_texts(struct arena *arena, const char *const *texts, size_t count)
{
    const char **copies = arena_array(arena, count, sizeof *copies);

    for (size_t i = 0; i < count; i++)
        copies[i] = arena_text(arena, texts[i]);
    return copies;
}

/* With one module and one revision a side, that revision is what the side came to. */
static void resolve_sides(struct comparison *comparison)
{
    const struct module_input *module = comparison->input.modules;

    if (comparison->input.module_count != 1)
        return;
    if (comparison->input.previous.resolved == NULL)
        comparison->input.previous.resolved = module->previous_commit;
    if (comparison->input.current.resolved == NULL)
        comparison->input.current.resolved = module->current_commit;
}

static struct drift_side copy_side(struct arena *arena, const struct drift_side *side)
{
    return (struct drift_side){ .spec = arena_text(arena, side->spec),
                                .label = arena_text(arena, side->label),
                                .environment = arena_text(arena, side->environment),
                                .resolved = arena_text(arena, side->resolved),
                                .chosen = arena_text(arena, side->chosen),
                                .list_digest = arena_text(arena, side->list_digest),
                                .layers = arena_text(arena, side->layers) };
}

static struct comparison *comparison_new(const struct comparison_request *request,
                                         const struct comparison_module *modules, size_t count,
                                         const struct progress *progress)
{
    struct comparison *comparison = memory_new(sizeof *comparison);
    struct drift_input *input = &comparison->input;

    comparison->arena = arena_new();
    comparison->names = well_known_new();
    comparison->readers = memory_array(count, sizeof *comparison->readers);
    comparison->reader_count = count;
    for (size_t i = 0; i < count; i++)
        module_reader_start(&comparison->readers[i], request, &modules[i], comparison->names,
                            progress);
    input->project = arena_text(comparison->arena, request->project);
    input->project_code = arena_text(comparison->arena, request->project_code);
    input->module = arena_text(comparison->arena, request->module);
    input->scope = arena_text(comparison->arena, request->scope);
    input->previous = copy_side(comparison->arena, &request->previous);
    input->current = copy_side(comparison->arena, &request->current);
    input->expected = request->expected;
    input->expected_count = request->expected_count;
    input->decided = request->decided;
    input->decided_count = request->decided_count;
    input->variables = request->variables;
    input->variable_count = request->variable_count;
    input->rules = request->rules;
    input->rule_count = request->rule_count;
    input->ticket_keys =
        copy_texts(comparison->arena, request->ticket_keys, request->ticket_key_count);
    input->ticket_key_count = request->ticket_key_count;
    input->fingerprint = request->fingerprint;
    input->fingerprint_context = request->fingerprint_context;
    input->clock = request->clock;
    input->random = request->random;
    input->threads = request->threads;
    return comparison;
}

bool comparison_read(const struct comparison_request *request, struct comparison **out,
                     const struct progress *progress, struct error *error)
{
    struct comparison *comparison =
        comparison_new(request, request->modules, request->module_count, progress);
    struct module_queue queue = { .readers = comparison->readers,
                                  .count = comparison->reader_count };

    *out = NULL;
    if (!run_queue(&queue, share_threads(comparison, request->threads), error) ||
        !check_read(comparison, error)) {
        comparison_free(&comparison);
        return false;
    }
    gather(comparison);
    resolve_sides(comparison);
    *out = comparison;
    return true;
}

size_t comparison_lines_to_read(const struct comparison *comparison)
{
    size_t files = 0;

    for (size_t i = 0; i < comparison->reader_count; i++)
        files += git_module_lines_to_read(&comparison->readers[i]);
    return files;
}

bool comparison_count(struct comparison *comparison, const struct line_listener *listener,
                      const struct progress *progress, struct error *error)
{
    if (!git_modules_count(comparison->readers, comparison->reader_count, listener, progress,
                           error))
        return false;
    gather(comparison); /* again: some may have a problem more */
    return true;
}

bool comparison_read_files(const struct comparison_request *request, const char *previous_path,
                           const char *current_path, struct comparison **out,
                           const struct progress *progress, struct error *error)
{
    struct comparison_module module = { .name = request->module_count > 0 ? request->modules[0].name
                                                                          : "files",
                                        .previous = previous_path,
                                        .current = current_path };
    struct comparison *comparison = comparison_new(request, &module, 1, progress);

    *out = NULL;
    if (!files_module_read(&comparison->readers[0], error)) {
        comparison_free(&comparison);
        return false;
    }
    gather(comparison);
    *out = comparison;
    return true;
}

const struct drift_input *comparison_input(const struct comparison *comparison)
{
    return &comparison->input;
}

void comparison_free(struct comparison **comparison)
{
    if (*comparison == NULL)
        return;
    for (size_t i = 0; i < (*comparison)->reader_count; i++)
        module_reader_release(&(*comparison)->readers[i]);
    free((*comparison)->readers);
    well_known_free(&(*comparison)->names);
    arena_free(&(*comparison)->arena);
    free(*comparison);
    *comparison = NULL;
}
