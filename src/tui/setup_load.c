#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/command.h>
#include <pilab/app/project.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

/* All of it is read on workers, whose answers are dropped when the screen is gone or has asked for
 * something newer. */
struct load_input {
    struct workspace *workspace;
    uint64_t view, generation;
    char text[];
};

static struct load_input *input_new(const struct setup_screen *screen, uint64_t generation,
                                    const char *text)
{
    struct load_input *input = memory_new(sizeof *input + strlen(text) + 1);

    input->workspace = screen->studio->workspace;
    input->view = view_id(screen->view);
    input->generation = generation;
    memcpy(input->text, text, strlen(text) + 1);
    return input;
}

static void post(const struct load_input *input, enum setup_event kind, void *data,
                 void (*release)(void *data))
{
    struct event event = { .view = input->view,
                           .generation = input->generation,
                           .kind = (int)kind,
                           .data = data,
                           .release = release };

    workspace_post(input->workspace, &event);
}

/* --- The project ------------------------------------------------------------------------------ */

void setup_data_free(struct setup_data *data)
{
    if (data == NULL)
        return;
    json_decref(data->members);
    json_decref(data->groups);
    json_decref(data->variables);
    json_decref(data->secrets);
    arena_free(&data->arena);
    free(data);
}

/* What the event carries; the screen takes the data out of it. */
struct loaded {
    struct setup_data *data; /* NULL: it could not be read */
};

static void free_loaded(void *context)
{
    struct loaded *loaded = context;

    setup_data_free(loaded->data);
    free(loaded);
}

static void list_repositories(struct setup_data *data)
{
    const struct project_settings *settings = &data->settings;

    data->repositories =
        arena_array(data->arena, settings->module_count + settings->repository_count,
                    sizeof *data->repositories);
    for (size_t i = 0; i < settings->module_count + settings->repository_count; i++) {
        const char *address = i < settings->module_count
                                  ? settings->modules[i].repository
                                  : settings->repositories[i - settings->module_count].url;
        bool there = address == NULL;

        for (size_t j = 0; j < data->repository_count && !there; j++)
            there = strcmp(data->repositories[j], address) == 0;
        if (!there)
            data->repositories[data->repository_count++] = address;
    }
}

static void read_standings(struct call *call, struct setup_data *data)
{
    data->standings = arena_array(data->arena, data->repository_count, sizeof *data->standings);
    for (size_t i = 0; i < data->repository_count; i++)
        repository_stands(call, data->repositories[i], data->arena, &data->standings[i]);
}

/* A variable is named by itself and, when it is one module's own, by the module. */
static void label_variables(json_t *variables)
{
    json_t *row;
    size_t i;

    json_array_foreach(variables, i, row)
    {
        const char *name = json_member_text(row, "name"), *module = json_member_text(row, "module");
        char *label =
            module == NULL ? memory_copy_text(name) : memory_printf("%s of %s", name, module);

        json_put_text(row, "label", label);
        free(label);
    }
}

static bool read_lists(struct call *call, struct setup_data *data, struct error *error)
{
    data->members =
        setup_query(call, (const char *const[]){ "member", "list", "--limit", "500", NULL }, error);
    if (data->members == NULL)
        return false;
    data->groups = setup_query(call, (const char *const[]){ "group", "list", NULL }, error);
    if (data->groups == NULL)
        return false;
    data->variables = setup_query(call, (const char *const[]){ "variable", "list", NULL }, error);
    if (data->variables == NULL)
        return false;
    label_variables(data->variables);
    data->secrets = setup_query(call, (const char *const[]){ "secrets", "status", NULL }, error);
    return data->secrets != NULL;
}

static bool run_load(struct job *job, struct call *call, void *context, void **output,
                     struct error *error)
{
    struct setup_data *data = memory_new(sizeof *data);
    struct loaded *loaded = memory_new(sizeof *loaded);
    struct arena *own = call->arena;
    bool ok;

    (void)job;
    (void)output;
    data->arena = arena_new();
    /* What is read lives as long as it is shown. */
    call->arena = data->arena;
    ok = call_choose_project(call, call->project->id, error) &&
         call_check(call, PERMISSION_READ, error) && project_load(call, &data->settings, error);
    call->arena = own;
    memcpy(data->project_id, call->project->id, sizeof data->project_id);
    data->rev = call->project->rev;
    data->rights = call->actor.rights;
    ok = ok && read_lists(call, data, error);
    list_repositories(data);
    read_standings(call, data);
    if (!ok) {
        setup_data_free(data);
        free(loaded);
        return false;
    }
    loaded->data = data;
    post(context, SETUP_LOADED, loaded, free_loaded);
    return true;
}

/* It could not be read, or nobody began to. */
static void load_ended(struct studio *studio, const struct error *failure, void *input)
{
    (void)studio;
    if (failure != NULL)
        post(input, SETUP_LOADED, memory_new(sizeof(struct loaded)), free_loaded);
}

void setup_load(struct setup_screen *screen)
{
    struct studio_work work = {
        .title = "read the project",
        .run = run_load,
        .ended = load_ended,
        .reading = true,
        .quiet = true,
    };

    if (screen->studio->call.project == NULL)
        return;
    work.input = input_new(screen, view_ask(screen->view), "");
    studio_start(screen->studio, &work);
}

/* Other screens go by the call's row: it follows, that they do not go by what was. The call keeps
 * every row that it was ever given, since jobs may hold one: it is given another only when there is
 * another, however often this screen is read anew. */
static void follow_project(struct setup_screen *screen)
{
    struct call *call = &screen->studio->call;
    struct error error = { 0 };

    /* Another project may have been opened meanwhile. */
    if (call->project == NULL || strcmp(call->project->id, screen->data->project_id) != 0)
        return;
    call->actor.rights = screen->data->rights;
    if (call->project->rev != screen->data->rev &&
        !call_choose_project(call, call->project->id, &error))
        workspace_say_error(screen->studio->workspace, &error);
}

static void take_data(struct setup_screen *screen, struct loaded *loaded)
{
    if (loaded->data == NULL) {
        list_set_empty(screen->list, "The project could not be read; :messages says why.");
        return;
    }
    setup_data_free(screen->data);
    screen->data = loaded->data;
    loaded->data = NULL;
    follow_project(screen);
    setup_show_rows(screen);
}

/* --- A repository ----------------------------------------------------------------------------- */

struct tested {
    char *address;
    struct setup_test test;
};

static void free_tested(void *data)
{
    struct tested *tested = data;

    arena_free(&tested->test.arena);
    free(tested->address);
    free(tested);
}

/* That a repository cannot be read is the answer and no failure of the job. */
static bool run_test(struct job *job, struct call *call, void *context, void **output,
                     struct error *error)
{
    const struct load_input *input = context;
    struct tested *tested = memory_new(sizeof *tested);
    bool cancelled;

    (void)job;
    (void)output;
    tested->address = memory_copy_text(input->text);
    tested->test.arena = arena_new();
    tested->test.good = repository_check(call, input->text, tested->test.arena,
                                         &tested->test.checked, &tested->test.error);
    cancelled = tested->test.error.code == ERROR_CANCELLED;
    if (cancelled) {
        *error = tested->test.error;
        free_tested(tested);
        return false;
    }
    post(input, SETUP_TESTED, tested, free_tested);
    return true;
}

/* Stopped, or never begun: it is not known, and can be asked for again. */
static void test_ended(struct studio *studio, const struct error *failure, void *context)
{
    const struct load_input *input = context;
    struct tested *tested;

    (void)studio;
    if (failure == NULL)
        return;
    tested = memory_new(sizeof *tested);
    tested->address = memory_copy_text(input->text);
    error_set(&tested->test.error, ERROR_CANCELLED, "the test was stopped");
    post(input, SETUP_TESTED, tested, free_tested);
}

void setup_test_repository(struct setup_screen *screen, const char *address)
{
    struct setup_test *test = map_get(screen->tests, address);
    struct studio_work work = {
        .title = "test the repository", .run = run_test, .ended = test_ended, .reading = true
    };

    if (test != NULL && test->running)
        return;
    if (test == NULL) {
        test = memory_new(sizeof *test);
        map_put(screen->tests, address, test);
    }
    test->running = true;
    /* The generation is that of what is read; a test is always welcome. */
    work.input = input_new(screen, 0, address);
    studio_start(screen->studio, &work);
    setup_show_rows(screen);
}

static void take_test(struct setup_screen *screen, struct tested *tested)
{
    struct setup_test *test = map_get(screen->tests, tested->address);

    if (test == NULL)
        return;
    arena_free(&test->arena);
    *test = tested->test;
    /* The event frees its own. */
    tested->test.arena = NULL;
    setup_show_rows(screen);
}

/* --- Tickets ---------------------------------------------------------------------------------- */

struct counted {
    struct arena *arena;
    struct ticket_seen *seen;
    size_t count, unread;
};

static void free_counted(void *data)
{
    struct counted *counted = data;

    arena_free(&counted->arena);
    free(counted);
}

static bool run_count(struct job *job, struct call *call, void *context, void **output,
                      struct error *error)
{
    struct counted *counted = memory_new(sizeof *counted);
    struct project_settings settings = { 0 };
    bool ok;

    (void)job;
    (void)output;
    counted->arena = arena_new();
    ok = project_load(call, &settings, error) &&
         tickets_seen(call, &settings, counted->arena, &counted->seen, &counted->count,
                      &counted->unread, error);
    if (!ok) {
        free_counted(counted);
        return false;
    }
    post(context, SETUP_TICKETS_SEEN, counted, free_counted);
    return true;
}

/* Of a failure, that it can be asked for again. */
static void count_ended(struct studio *studio, const struct error *failure, void *input)
{
    (void)studio;
    if (failure != NULL)
        post(input, SETUP_TICKETS_SEEN, NULL, NULL);
}

void setup_count_tickets(struct setup_screen *screen)
{
    struct studio_work work = { .title = "count ticket keys in messages",
                                .run = run_count,
                                .ended = count_ended,
                                .reading = true };

    if (screen->counting || screen->studio->call.project == NULL)
        return;
    screen->counting = true;
    work.input = input_new(screen, 0, "");
    studio_start(screen->studio, &work);
}

static void take_tickets(struct setup_screen *screen, struct counted *counted)
{
    screen->counting = false;
    if (counted == NULL) {
        setup_show_rows(screen);
        return;
    }
    arena_free(&screen->seen_arena);
    screen->seen_arena = counted->arena;
    screen->seen = counted->seen;
    screen->seen_count = counted->count;
    screen->unread = counted->unread;
    counted->arena = NULL;
    setup_show_rows(screen);
}

/* --- The doctor ------------------------------------------------------------------------------- */

static void release_json(void *data)
{
    json_decref(data);
}

static bool run_examine(struct job *job, struct call *call, void *context, void **output,
                        struct error *error)
{
    json_t *found = setup_query(call, (const char *const[]){ "doctor", NULL }, error);

    (void)job;
    (void)output;
    if (found == NULL)
        return false;
    post(context, SETUP_EXAMINED, found, release_json);
    return true;
}

static void examine_ended(struct studio *studio, const struct error *failure, void *input)
{
    (void)studio;
    if (failure != NULL)
        post(input, SETUP_EXAMINED, NULL, NULL);
}

void setup_examine(struct setup_screen *screen)
{
    struct studio_work work = { .title = "look at what work depends on",
                                .run = run_examine,
                                .ended = examine_ended,
                                .reading = true };

    if (screen->examining)
        return;
    screen->examining = true;
    work.input = input_new(screen, 0, "");
    studio_start(screen->studio, &work);
}

bool setup_take_event(struct setup_screen *screen, const struct event *event)
{
    switch (event->kind) {
    case SETUP_LOADED:
        take_data(screen, event->data);
        return true;
    case SETUP_TESTED:
        take_test(screen, event->data);
        return true;
    case SETUP_TICKETS_SEEN:
        take_tickets(screen, event->data);
        return true;
    case SETUP_EXAMINED:
        screen->examining = false;
        json_decref(screen->findings);
        screen->findings = json_incref(event->data);
        setup_show_rows(screen);
        return true;
    default:
        return false;
    }
}
