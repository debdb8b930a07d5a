#include "view_reading.h"

#include <stdlib.h>

#include <pilab/base/memory.h>

struct reading_input {
    const struct reading_kind *kind;
    struct workspace *workspace;
    uint64_t view, generation;
};

static void free_taken(void *data)
{
    struct reading_taken *taken = data;

    if (taken == NULL)
        return;
    if (taken->kind->release != NULL)
        taken->kind->release(taken->out);
    arena_free(&taken->arena);
    free(taken->out);
    free(taken);
}

static void post(const struct reading_input *input, enum reading_event kind,
                 struct reading_taken *taken)
{
    struct event event = { .view = input->view,
                           .generation = kind == READING_TAKE ? input->generation : 0,
                           .kind = (int)kind,
                           .data = taken,
                           .release = free_taken };

    workspace_post(input->workspace, &event);
}

static bool run(struct job *job, struct call *call, void *input, void **output, struct error *error)
{
    const struct reading_input *reading = input;
    struct reading_taken *taken = memory_new(sizeof *taken);
    struct call ours = *call;

    (void)job;
    (void)output;
    taken->kind = reading->kind;
    taken->out = memory_new(reading->kind->size);
    /* What is read lives as long as it is handed on. */
    taken->arena = ours.arena = arena_new();
    if (reading->kind->read(&ours, taken->arena, taken->out, error)) {
        post(reading, READING_TAKE, taken);
        return true;
    }
    free_taken(taken);
    return false;
}

/* However it ended: else nobody would read again. */
static void ended(struct studio *studio, const struct error *failure, void *input)
{
    (void)studio;
    post(input, failure == NULL ? READING_ENDED : READING_FAILED, NULL);
}

void view_reading_begin(struct view_reading *reading)
{
    struct studio_work work = {
        .title = reading->kind->title, .reading = true, .quiet = true, .run = run, .ended = ended
    };
    struct reading_input *input;

    reading->again = reading->running;
    if (reading->running)
        return;
    reading->running = true;
    input = memory_new(sizeof *input);
    *input = (struct reading_input){ reading->kind, reading->studio->workspace,
                                     view_id(reading->view), view_ask(reading->view) };
    work.input = input;
    studio_start(reading->studio, &work);
}

bool view_reading_event(struct view_reading *reading, const struct event *event)
{
    if (event->kind == READING_ENDED || event->kind == READING_FAILED) {
        reading->running = false;
        if (reading->again)
            view_reading_begin(reading);
    }
    return event->kind == READING_TAKE || event->kind == READING_ENDED ||
           event->kind == READING_FAILED;
}
