#include "verify_parts.h"

#include <stdlib.h>

#include <pilab/app/verify.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

/* The job tells of each answer by an event of its own, which is dropped when the screen is gone or
 * has asked again meanwhile. */
struct verify_input {
    struct workspace *workspace;
    uint64_t view, generation;
    char *subject, *environment; /* environment NULL: as the subject says */
    bool record;
};

static void free_input(void *data)
{
    struct verify_input *input = data;

    free(input->subject);
    free(input->environment);
    free(input);
}

static void free_document(void *data)
{
    json_decref(data);
}

static void post(const struct verify_input *input, enum verify_event kind, json_t *document)
{
    struct event event = { .view = input->view,
                           .generation = input->generation,
                           .kind = (int)kind,
                           .data = document,
                           .release = document != NULL ? free_document : NULL };

    workspace_post(input->workspace, &event);
}

static void so_far(void *context, const struct verification *verification)
{
    post(context, VERIFY_ANSWERED, verify_to_json(verification));
}

static void free_text(void *output)
{
    free(output);
}

static bool run_verify(struct job *job, struct call *call, void *context, void **output,
                       struct error *error)
{
    struct verify_input *input = context;
    struct verify_ask ask = { .subject = input->subject,
                              .environment = input->environment,
                              .record = input->record,
                              .so_far = so_far,
                              .context = input };
    struct verify_outcome outcome;
    struct arena *arena = arena_new();
    bool ok =
        call_check(call, PERMISSION_READ, error) && verify_run(call, &ask, arena, &outcome, error);

    (void)job;
    if (ok)
        post(input, VERIFY_ANSWERED, verify_outcome_json(&outcome));
    if (ok && input->record)
        *output = outcome.recorded > 0
                      ? memory_printf("%zu of what differs recorded as seen, %zu not: the "
                                      "manifest is up to date with what is certain.",
                                      outcome.recorded, outcome.record_count - outcome.recorded)
                      : memory_copy_text("Nothing was recorded: nothing that differs is certain.");
    arena_free(&arena);
    return ok;
}

static void say_done(struct studio *studio, bool ok, void *output)
{
    if (ok && output != NULL)
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "%s", (const char *)output);
    free(output);
}

/* Also of one that was stopped: the screen says so instead of waiting. What failed says why. */
static void ended(struct studio *studio, const struct error *failure, void *context)
{
    json_t *document = json_object();

    (void)studio;
    json_put_text(document, "failed", failure != NULL ? failure->message : NULL);
    json_put_text(document, "hint",
                  failure != NULL && failure->hint[0] != '\0' ? failure->hint : NULL);
    post(context, VERIFY_ENDED, document);
}

void verify_start(struct verify_screen *screen, bool record)
{
    struct verify_input *input = memory_new(sizeof *input);
    char *title = memory_printf("verify %s", screen->subject);
    struct studio_work work = { .title = title,
                                .run = run_verify,
                                .input = input,
                                .free_input = free_input,
                                .free_output = free_text,
                                .done = say_done,
                                .ended = ended,
                                .reading = !record };

    if (screen->job != 0)
        studio_drop(screen->studio, screen->job);
    input->workspace = screen->studio->workspace;
    input->view = view_id(screen->view);
    input->generation = view_ask(screen->view);
    input->subject = memory_copy_text(screen->subject);
    input->environment = screen->environment != NULL ? memory_copy_text(screen->environment) : NULL;
    input->record = record;
    screen->failed = false;
    screen->job = studio_start(screen->studio, &work);
    free(title);
}

static void take_document(struct verify_screen *screen, const json_t *document)
{
    json_decref(screen->document);
    screen->document = json_deep_copy(document);
    verify_fill_rows(screen);
    list_reload(screen->list);
    if (screen->sought == NULL || !list_select(screen->list, screen->sought))
        return;
    free(screen->sought);
    screen->sought = NULL;
}

/* What stands where the modules would: why there are none. */
static void say_nothing_there(struct verify_screen *screen, const json_t *end)
{
    const char *failure = json_member_text(end, "failed"), *hint = json_member_text(end, "hint");
    struct strbuf text = STRBUF_INIT;

    screen->failed = failure != NULL;
    if (failure != NULL)
        message_log_tell(workspace_messages(screen->studio->workspace), failure);
    if (failure == NULL)
        strbuf_add(&text, "Nothing is expected here, and nobody saw anything.");
    else
        strbuf_printf(&text, "Nobody was asked:\n%s\n\n%s%sr asks again", failure,
                      hint != NULL ? hint : "", hint != NULL ? "\n\n" : "");
    list_set_empty(screen->list, text.data);
    strbuf_release(&text);
}

bool verify_take_event(struct verify_screen *screen, const struct event *event)
{
    if (event->kind == VERIFY_ANSWERED) {
        take_document(screen, event->data);
        return true;
    }
    if (event->kind != VERIFY_ENDED)
        return false;
    screen->job = 0;
    say_nothing_there(screen, event->data);
    list_reload(screen->list);
    return true;
}
