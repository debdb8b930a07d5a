#include "manifest_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/observe.h>
#include <pilab/base/memory.h>

/* Who could not be asked is not asked again before that, whatever the project says. */
#define LEAST_WAIT INT64_C(60000)

/* What the job is given; `names` none: wherever somebody looks. */
struct observe_input {
    struct workspace *workspace;
    uint64_t view;
    bool by_itself;
    char **names;
    size_t count;
};

static void free_input(void *data)
{
    struct observe_input *input = data;

    for (size_t i = 0; i < input->count; i++)
        free(input->names[i]);
    free(input->names);
    free(input);
}

static bool run_observe(struct job *job, struct call *call, void *context, void **output,
                        struct error *error)
{
    const struct observe_input *input = context;
    struct observe_round *round = memory_new(sizeof *round);

    (void)job;
    if (call_check(call, PERMISSION_READ, error) &&
        observe_refresh(call, (const char *const *)input->names, input->count, input->by_itself,
                        round, error)) {
        *output = round;
        return true;
    }
    free(round);
    return false;
}

static void say_done(struct studio *studio, bool ok, void *output)
{
    const struct observe_round *round = output;

    if (ok) {
        struct strbuf unasked = STRBUF_INIT;

        if (round->unasked > 0)
            strbuf_printf(&unasked, ", %zu could not be asked", round->unasked);
        workspace_say(studio->workspace,
                      round->differ + round->unasked > 0 ? MESSAGE_WARNING : MESSAGE_SUCCESS,
                      "Asked in %zu environment%s: %zu differ%s%s.", round->environments,
                      round->environments == 1 ? "" : "s", round->differ,
                      round->differ == 1 ? "s" : "", unasked.length > 0 ? unasked.data : "");
        strbuf_release(&unasked);
    }
    free(output);
}

static void forget(struct studio *studio, bool ok, void *output)
{
    (void)studio;
    (void)ok;
    free(output);
}

/* Also of one that was stopped, or could not begin. */
static void ended(struct studio *studio, const struct error *failure, void *context)
{
    const struct observe_input *input = context;
    struct event event = { .view = input->view, .kind = MANIFEST_ASKED };

    (void)studio;
    (void)failure;
    workspace_post(input->workspace, &event);
}

static void start(struct manifest_screen *screen, struct observe_input *input)
{
    const struct studio_work work = { .title = "ask what really runs",
                                      .run = run_observe,
                                      .input = input,
                                      .free_input = free_input,
                                      .free_output = free,
                                      .done = input->by_itself ? forget : say_done,
                                      .ended = ended,
                                      .reading = true,
                                      .quiet = input->by_itself };

    input->workspace = screen->studio->workspace;
    input->view = view_id(screen->view);
    screen->observe_tried = clock_monotonic();
    screen->observing = studio_start(screen->studio, &work);
}

static bool is_now(const struct manifest_screen *screen)
{
    return screen->manifest != NULL && screen->at == 0 && screen->frozen[0] == '\0';
}

static bool is_anybody_looking(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->column_count; i++) {
        if (manifest->columns[i].observed)
            return true;
    }
    return false;
}

void manifest_observe(struct manifest_screen *screen)
{
    struct workspace *workspace = screen->studio->workspace;

    if (!is_now(screen))
        workspace_say(workspace, MESSAGE_INFO,
                      "Only what runs now can be asked for: t and then \"now\" goes back.");
    else if (screen->observing != 0)
        workspace_say(workspace, MESSAGE_INFO, "They are being asked already.");
    else if (!is_anybody_looking(screen->manifest))
        workspace_say(workspace, MESSAGE_INFO,
                      "Nobody looks at what really runs: Setup, an environment, its observers.");
    else
        start(screen, memory_new(sizeof(struct observe_input)));
}

/* --- By itself -------------------------------------------------------------------------------- */

static int64_t last_look(const struct manifest *manifest, size_t column)
{
    int64_t last = 0;

    for (size_t row = 0; row < manifest->row_count; row++) {
        const struct store_observation *latest =
            manifest_cell_at(manifest, row, column)->seen.latest;

        if (latest != NULL && latest->last_at > last)
            last = latest->last_at;
    }
    return last;
}

/* Milliseconds until a column is due; below zero: it never is by itself. */
static int64_t time_left(const struct manifest_screen *screen, size_t column)
{
    const struct manifest_column *there = &screen->manifest->columns[column];
    int64_t left;

    if (!there->observed || there->observe_every <= 0)
        return -1;
    left = last_look(screen->manifest, column) + there->observe_every -
           clock_now(&screen->studio->call.clock);
    return left > 0 ? left : 0;
}

static void add_name(struct observe_input *input, const char *name)
{
    char **names = memory_array(input->count + 1, sizeof *names);

    for (size_t i = 0; i < input->count; i++)
        names[i] = input->names[i];
    free(input->names);
    names[input->count++] = memory_copy_text(name);
    input->names = names;
}

void manifest_observe_due(struct manifest_screen *screen)
{
    int64_t now = clock_monotonic(), next = -1;
    bool early = screen->observe_tried != 0 && now - screen->observe_tried < LEAST_WAIT;
    struct observe_input *input;

    if (!is_now(screen) || screen->observing != 0)
        return;
    input = memory_new(sizeof *input);
    for (size_t i = 0; i < screen->manifest->column_count; i++) {
        int64_t left = time_left(screen, i);

        if (left == 0 && !early)
            add_name(input, screen->manifest->columns[i].name);
        else if (left == 0)
            left = screen->observe_tried + LEAST_WAIT - now;
        if (left > 0 && (next < 0 || left < next))
            next = left;
    }
    if (next > 0)
        view_wake(screen->view, now + next);
    input->by_itself = true;
    if (input->count > 0)
        start(screen, input);
    else
        free_input(input);
}

void manifest_observe_stop(struct manifest_screen *screen)
{
    if (screen->observing != 0)
        studio_drop(screen->studio, screen->observing);
}

bool manifest_observe_event(struct manifest_screen *screen, const struct event *event)
{
    if (event->kind == MANIFEST_ASKED)
        screen->observing = 0;
    else if (event->kind != VIEW_WOKEN)
        return false;
    manifest_observe_due(screen);
    return true;
}
