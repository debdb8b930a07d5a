#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "workspace_internal.h"

#define HISTORY_MAXIMUM 200
#define UNDO_MAXIMUM    200

struct workspace *workspace_new(const struct workspace_options *options)
{
    struct workspace *workspace = memory_new(sizeof *workspace);
    struct terminal *terminal = options->terminal;

    workspace->options = *options;
    workspace->canvas =
        canvas_new(terminal_rows(terminal), terminal_columns(terminal), terminal_glyphs(terminal));
    workspace->queue = event_queue_new();
    workspace->messages = message_log_new();
    workspace->find_history = line_history_new(HISTORY_MAXIMUM);
    workspace->command_history = line_history_new(HISTORY_MAXIMUM);
    workspace->filter_history = line_history_new(HISTORY_MAXIMUM);
    workspace->undo = undo_list_new(UNDO_MAXIMUM);
    vector_init(&workspace->places, sizeof(struct place));
    vector_init(&workspace->overlays, sizeof(struct overlay *));
    vector_init(&workspace->closed, sizeof(struct view *));
    workspace->place = NO_PLACE;
    workspace->menu_at = workspace->progress_at = workspace->job_at = -1;
    workspace->minute_at = workspace->messages_at = -1;
    workspace->refresh = REFRESH_LAYOUT;
    terminal_set_theme(terminal, options->theme);
    if (terminal_notice(terminal) != NULL)
        workspace_say(workspace, MESSAGE_WARNING, "%s", terminal_notice(terminal));
    return workspace;
}

void workspace_free(struct workspace **out)
{
    struct workspace *workspace = *out;

    if (workspace == NULL)
        return;
    for (size_t i = 0; i < workspace->overlays.count; i++) {
        struct overlay *overlay = *(struct overlay **)vector_at(&workspace->overlays, i);

        overlay->ops->free(overlay);
    }
    workspace_bury(workspace);
    for (size_t i = 0; i < workspace->places.count; i++) {
        struct place *place = vector_at(&workspace->places, i);

        for (size_t j = place->views.count; j-- > 0;)
            view_free(vector_at(&place->views, j));
        vector_release(&place->views);
        free(place->label);
    }
    vector_release(&workspace->places);
    vector_release(&workspace->overlays);
    vector_release(&workspace->closed);
    event_queue_free(&workspace->queue);
    message_log_free(&workspace->messages);
    line_history_free(&workspace->find_history);
    line_history_free(&workspace->command_history);
    line_history_free(&workspace->filter_history);
    undo_list_free(&workspace->undo);
    canvas_free(&workspace->canvas);
    theme_free(&workspace->theme);
    free(workspace->pattern);
    free(workspace->filter_before);
    free(workspace->project);
    free(workspace->actor);
    free(workspace->waiting);
    free(workspace);
    *out = NULL;
}

struct pane *workspace_pane(const struct workspace *workspace)
{
    const struct view *view = workspace_view(workspace);

    return view == NULL ? NULL : view_focus(view);
}

void workspace_add_place(struct workspace *workspace, int digit, const char *label,
                         struct view *(*open)(void *context, struct workspace *workspace,
                                              struct error *error),
                         void *context)
{
    struct place *place = vector_add(&workspace->places);

    place->digit = digit;
    place->label = memory_copy_text(label);
    place->open = open;
    place->context = context;
    vector_init(&place->views, sizeof(struct view *));
}

/* Another view has the screen now. */
static void view_changed(struct workspace *workspace)
{
    struct view *view = workspace_view(workspace);

    message_log_leave(workspace->messages, workspace_now(workspace));
    workspace->zoomed = false;
    workspace->typed.count = 0;
    workspace->menu_at = -1;
    workspace_refresh(workspace, REFRESH_LAYOUT);
    if (view != NULL && view->ops->shown != NULL)
        workspace_refresh(workspace, view->ops->shown(view));
}

static bool enter_place(struct workspace *workspace, size_t index)
{
    struct place *place = vector_at(&workspace->places, index);

    if (place->views.count == 0 && place->open != NULL) {
        struct error error = { 0 };
        struct view *view = place->open(place->context, workspace, &error);

        if (view == NULL) {
            workspace_say_error(workspace, &error);
            return false;
        }
        /* Opening may have added places, which moves them. */
        place = vector_at(&workspace->places, index);
        vector_push(&place->views, &view);
    }
    workspace->place = index;
    view_changed(workspace);
    return true;
}

static size_t find_place(const struct workspace *workspace, int digit)
{
    for (size_t i = 0; i < workspace->places.count; i++)
        if (((const struct place *)vector_at(&workspace->places, i))->digit == digit)
            return i;
    return NO_PLACE;
}

/* Whoever goes somewhere by name comes from there: nothing in it leads elsewhere any more. */
static void forget_ways(const struct place *place)
{
    for (size_t i = 0; i < place->views.count; i++)
        (*(struct view **)vector_at(&place->views, i))->from = NO_PLACE;
}

bool workspace_go(struct workspace *workspace, int digit)
{
    size_t index = find_place(workspace, digit);

    if (index == NO_PLACE || !enter_place(workspace, index))
        return false;
    forget_ways(vector_at(&workspace->places, index));
    return true;
}

bool workspace_has_place(const struct workspace *workspace, int digit)
{
    return find_place(workspace, digit) != NO_PLACE;
}

const char *workspace_place_label(const struct workspace *workspace, size_t index, int *digit)
{
    const struct place *place;

    if (index >= workspace->places.count)
        return NULL;
    place = vector_at(&workspace->places, index);
    *digit = place->digit;
    return place->label;
}

void workspace_open(struct workspace *workspace, struct view *view)
{
    if (workspace->place == NO_PLACE) {
        workspace_add_place(workspace, 0, "", NULL, NULL);
        workspace->place = workspace->places.count - 1;
    }
    vector_push(&workspace_current_place(workspace)->views, &view);
    view_changed(workspace);
}

/* Where the view that goes was opened from: NO_PLACE when it was the place itself. */
static bool close_top(struct workspace *workspace, size_t *from)
{
    struct place *place = workspace_current_place(workspace);
    struct view *view = workspace_view(workspace);

    if (view == NULL || place->views.count < 2)
        return false;
    *from = view->from;
    vector_remove(&place->views, place->views.count - 1);
    vector_push(&workspace->closed, &view);
    return true;
}

bool workspace_back(struct workspace *workspace)
{
    size_t from;

    if (!close_top(workspace, &from))
        return false;
    if (from == NO_PLACE || !enter_place(workspace, from))
        view_changed(workspace);
    return true;
}

void workspace_back_to_first(struct workspace *workspace)
{
    bool closed = workspace->overlays.count == 0;
    size_t from;

    while (closed && close_top(workspace, &from))
        view_changed(workspace);
}

static bool holds_unsaved(const struct place *place)
{
    struct strbuf what = STRBUF_INIT;
    bool holds = false;

    for (size_t i = 0; i < place->views.count && !holds; i++) {
        const struct view *view = *(struct view **)vector_at(&place->views, i);

        holds = view->ops->unsaved != NULL && view->ops->unsaved(view, &what);
    }
    strbuf_release(&what);
    return holds;
}

void workspace_open_in(struct workspace *workspace, int digit, struct view *view)
{
    size_t from = workspace->place;

    if (from != find_place(workspace, digit) && workspace_go(workspace, digit)) {
        if (!holds_unsaved(workspace_current_place(workspace)))
            workspace_back_to_first(workspace);
        view->from = from;
    }
    workspace_open(workspace, view);
}

void workspace_bury(struct workspace *workspace)
{
    while (workspace->closed.count > 0) {
        struct view *view = *(struct view **)vector_at(&workspace->closed, 0);

        vector_remove(&workspace->closed, 0);
        view_free(&view);
    }
}

void workspace_quit(struct workspace *workspace)
{
    workspace->quitting = true;
}

static void say(struct workspace *workspace, enum message_kind kind, const char *text,
                const char *hint)
{
    message_log_add(workspace->messages, kind, clock_now(&workspace->options.clock),
                    workspace_now(workspace), text, hint);
    workspace_refresh(workspace, REFRESH_DRAW);
}

void workspace_say(struct workspace *workspace, enum message_kind kind, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    say(workspace, kind, text.data, NULL);
    strbuf_release(&text);
}

void workspace_say_error(struct workspace *workspace, const struct error *error)
{
    say(workspace, error->code == ERROR_CANCELLED ? MESSAGE_INFO : MESSAGE_ERROR, error->message,
        error->hint);
}

struct message_log *workspace_messages(const struct workspace *workspace)
{
    return workspace->messages;
}

static void set_text(struct workspace *workspace, char **field, const char *text)
{
    free(*field);
    *field = text == NULL || text[0] == '\0' ? NULL : memory_copy_text(text);
    workspace_refresh(workspace, REFRESH_DRAW);
}

void workspace_set_project(struct workspace *workspace, const char *project)
{
    set_text(workspace, &workspace->project, project);
}

void workspace_set_actor(struct workspace *workspace, const char *actor)
{
    set_text(workspace, &workspace->actor, actor);
}

void workspace_set_waiting(struct workspace *workspace, const char *waiting)
{
    set_text(workspace, &workspace->waiting, waiting);
}

void workspace_set_theme(struct workspace *workspace, const struct theme *theme)
{
    terminal_set_theme(workspace->options.terminal, theme);
    workspace_refresh(workspace, REFRESH_DRAW);
}

void workspace_take_size(struct workspace *workspace)
{
    const struct terminal *terminal = workspace->options.terminal;

    canvas_resize(workspace->canvas, terminal_rows(terminal), terminal_columns(terminal));
    workspace_refresh(workspace, REFRESH_LAYOUT);
}

bool workspace_run_program(struct workspace *workspace, const char *const argv[], int *status,
                           struct error *error)
{
    bool run = terminal_run_program(workspace->options.terminal, argv, status, error);

    workspace_take_size(workspace);
    return run;
}

void workspace_bell(struct workspace *workspace)
{
    terminal_bell(workspace->options.terminal);
}

void workspace_lay_over(struct workspace *workspace, struct overlay *overlay)
{
    vector_push(&workspace->overlays, &overlay);
    workspace_refresh(workspace, REFRESH_DRAW);
}

void workspace_post(struct workspace *workspace, const struct event *event)
{
    event_queue_post(workspace->queue, event);
}

struct terminal *workspace_terminal(const struct workspace *workspace)
{
    return workspace->options.terminal;
}

enum glyph_set workspace_glyphs(const struct workspace *workspace)
{
    return canvas_glyphs(workspace->canvas);
}

const struct clock *workspace_clock(const struct workspace *workspace)
{
    return &workspace->options.clock;
}
