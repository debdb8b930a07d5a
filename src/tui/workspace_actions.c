#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/picker.h>

#include "workspace_internal.h"

static void open_help(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_open(workspace, help_view_new(workspace));
}

/* A search that is over: says what the screen does not show by itself. */
void workspace_found(struct workspace *workspace, enum find_result result)
{
    if (result == FIND_NOTHING)
        workspace_say(workspace, MESSAGE_INFO, "not found: %s", workspace->pattern);
    else if (result == FIND_WRAPPED)
        workspace_say(workspace, MESSAGE_INFO, "found past the %s",
                      workspace->backwards ? "beginning" : "end");
    workspace_refresh(workspace, REFRESH_DRAW);
}

static void find(struct workspace *workspace, bool backwards)
{
    struct pane *pane = workspace_pane(workspace);

    if (pane == NULL || pane->ops->find == NULL) {
        workspace_say(workspace, MESSAGE_INFO, "nothing to find here");
        return;
    }
    if (workspace->pattern == NULL) {
        workspace_say(workspace, MESSAGE_INFO, "nothing was looked for yet: press /");
        return;
    }
    workspace_found(workspace, pane->ops->find(pane, workspace->pattern, backwards));
}

static void find_typed(void *context, const char *text)
{
    struct workspace *workspace = context;

    if (text == NULL)
        return;
    workspace->backwards = text[0] == '?';
    text += text[0] == '?';
    if (text[0] != '\0') {
        free(workspace->pattern);
        workspace->pattern = memory_copy_text(text);
    }
    find(workspace, workspace->backwards);
}

static void open_find(struct workspace *workspace, int32_t key)
{
    struct prompt_handler handler = { .done = find_typed, .context = workspace, .turns = true };

    (void)key;
    prompt_open(workspace, "/", "", workspace->find_history, &handler);
}

static void find_next(struct workspace *workspace, int32_t key)
{
    (void)key;
    find(workspace, workspace->backwards);
}

static void find_previous(struct workspace *workspace, int32_t key)
{
    (void)key;
    find(workspace, !workspace->backwards);
}

static void open_filter(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_filter(workspace);
}

static void sort_chosen(void *context, uint64_t value)
{
    struct workspace *workspace = context;
    struct pane *pane = workspace_pane(workspace);
    struct error error = { 0 };

    if (pane != NULL && pane->ops->sort != NULL && !pane->ops->sort(pane, value, &error))
        workspace_say_error(workspace, &error);
    workspace_refresh(workspace, REFRESH_DRAW);
}

static void open_sort(struct workspace *workspace, int32_t key)
{
    const struct pane *pane = workspace_pane(workspace);
    struct menu *menu;
    const char *name;

    (void)key;
    if (!pane_can_sort(pane)) {
        workspace_say(workspace, MESSAGE_INFO, "nothing to sort here");
        return;
    }
    menu = menu_new("Sort by");
    for (size_t i = 0; (name = pane->ops->sort_name(pane, i)) != NULL && i < 9; i++)
        menu_add(menu, &(struct menu_item){ .key = '1' + (int32_t)i, .label = name, .value = i });
    dialog_menu(workspace, menu, sort_chosen, workspace);
}

static void zoom(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace->zoomed = !workspace->zoomed;
    workspace_refresh(workspace, REFRESH_LAYOUT);
}

/* What `y` offers on the selected thing; the caller frees. */
static struct copy_menu *collect_copies(const struct workspace *workspace)
{
    const struct view *view = workspace_view(workspace);
    const struct pane *pane = workspace_pane(workspace);
    struct copy_menu *copies = copy_menu_new();
    struct strbuf raw = STRBUF_INIT, text = STRBUF_INIT;

    if (view != NULL && view->ops->copy != NULL)
        view->ops->copy(view, copies);
    if (copy_menu_count(copies) == 0 && pane != NULL && pane->ops->text != NULL &&
        pane->ops->text(pane, &raw)) {
        copy_add_text(&text, raw.data, raw.length);
        copy_menu_add(copies, 't', "text", text.data);
    }
    strbuf_release(&raw);
    strbuf_release(&text);
    return copies;
}

static void copy_chosen(void *context, uint64_t value)
{
    struct workspace *workspace = context;
    struct copy_menu *copies = collect_copies(workspace);

    if (value < copy_menu_count(copies)) {
        const char *text = copy_menu_at(copies, value)->text;

        workspace_copy(workspace, text, strlen(text));
    }
    copy_menu_free(&copies);
}

/* The menu of `y`, headed by what it is about; the caller frees. */
static struct menu *copy_menu_titled(const struct workspace *workspace)
{
    const struct pane *pane = workspace_pane(workspace);
    size_t marked = pane == NULL || pane->ops->marked == NULL ? 0 : pane->ops->marked(pane);
    char *title = marked == 0
                      ? memory_copy_text("Copy")
                      : memory_printf("Copy %zu marked row%s", marked, marked == 1 ? "" : "s");
    struct menu *menu = menu_new(title);

    free(title);
    return menu;
}

#define COPY_PREVIEW 200 /* bytes; the menu cuts it further by columns */

static void open_copy(struct workspace *workspace, int32_t key)
{
    struct copy_menu *copies = collect_copies(workspace);
    struct menu *menu = copy_menu_titled(workspace);

    (void)key;
    for (size_t i = 0; i < copy_menu_count(copies); i++) {
        const struct copy_entry *entry = copy_menu_at(copies, i);
        char *preview = memory_printf("%.*s", COPY_PREVIEW, entry->text);

        menu_add(menu,
                 &(struct menu_item){
                     .key = entry->key, .label = entry->label, .detail = preview, .value = i });
        free(preview);
    }
    if (menu_count(menu) > 0) {
        dialog_menu(workspace, menu, copy_chosen, workspace);
    } else {
        menu_free(&menu);
        workspace_say(workspace, MESSAGE_INFO, "nothing to copy here");
    }
    copy_menu_free(&copies);
}

void workspace_copy(struct workspace *workspace, const char *text, size_t length)
{
    struct error error = { 0 };
    const char *where = clipboard_copy(workspace->options.terminal, text, length, &error);

    if (where == NULL)
        workspace_say_error(workspace, &error);
    else
        workspace_say(workspace, MESSAGE_SUCCESS, "%zu bytes copied to %s", length, where);
}

static void undo(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_step(workspace, false);
}

static void redo(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_step(workspace, true);
}

static void command_typed(void *context, const char *text)
{
    if (text != NULL)
        workspace_run_command(context, text);
}

static void complete_command(void *context, const char *text, struct completions *completions)
{
    workspace_complete(context, text, completions);
}

static bool holds_secret(void *context, const char *text)
{
    const struct command_host *host = &((struct workspace *)context)->options.commands;

    return host->secret != NULL && host->secret(host->context, text);
}

void workspace_command_line(struct workspace *workspace, const char *initial)
{
    struct prompt_handler handler = { .complete = complete_command,
                                      .done = command_typed,
                                      .secret = holds_secret,
                                      .context = workspace };

    prompt_open(workspace, ":", initial, workspace->command_history, &handler);
}

static void open_command(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_command_line(workspace, "");
}

static void jump_chosen(void *context, const char *value)
{
    struct workspace *workspace = context;
    const struct jump_host *jump = &workspace->options.jump;

    if (value != NULL)
        jump->go(jump->context, workspace, value);
}

static void open_jump(struct workspace *workspace, int32_t key)
{
    const struct jump_host *jump = &workspace->options.jump;
    struct picker *picker;

    (void)key;
    if (jump->offer == NULL) {
        workspace_say(workspace, MESSAGE_INFO, "nothing to jump to here");
        return;
    }
    picker = picker_new("Jump to");
    jump->offer(jump->context, picker);
    picker_open(workspace, picker, jump_chosen, workspace);
}

/* Moves the focus to the next pane that is shown. */
static void move_focus(struct workspace *workspace, bool forwards)
{
    struct view *view = workspace_view(workspace);
    size_t count = view == NULL ? 0 : view->panes.count;

    for (size_t i = 0; i < count; i++) {
        const struct pane *pane;

        view->focus = (view->focus + (forwards ? 1 : count - 1)) % count;
        pane = *(struct pane **)vector_at(&view->panes, view->focus);
        if (pane->shown)
            break;
    }
    workspace_refresh(workspace, REFRESH_DRAW);
}

static void next_pane(struct workspace *workspace, int32_t key)
{
    (void)key;
    move_focus(workspace, true);
}

static void previous_pane(struct workspace *workspace, int32_t key)
{
    (void)key;
    move_focus(workspace, false);
}

/* Views with tabs hear these keys themselves. */
static void no_tabs(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_say(workspace, MESSAGE_INFO, "no tabs here; digits switch places");
}

static void go_to_place(struct workspace *workspace, int32_t key)
{
    int digit = key - '0';

    if (workspace_has_place(workspace, digit))
        workspace_go(workspace, digit);
    else
        workspace_say(workspace, MESSAGE_INFO, "there is no place %d in this version", digit);
}

/* An error that is shown takes the key; what goes by itself goes along. */
static bool dismiss_error(struct workspace *workspace)
{
    int64_t now = workspace_now(workspace);
    const struct message *message;
    bool error = false;

    for (size_t i = 0; (message = message_log_shown(workspace->messages, i, now)) != NULL; i++)
        error |= message->kind == MESSAGE_ERROR;
    message_log_dismiss(workspace->messages, now);
    return error;
}

static void go_back(struct workspace *workspace, int32_t key)
{
    struct pane *pane = workspace_pane(workspace);

    (void)key;
    if (dismiss_error(workspace))
        return;
    if (workspace->zoomed) {
        zoom(workspace, key);
        return;
    }
    if (pane != NULL && pane->ops->back != NULL && (pane->ops->back(pane) & REFRESH_IGNORED) == 0)
        return;
    if (workspace_current_place(workspace) != NULL &&
        workspace_current_place(workspace)->views.count > 1)
        workspace_close_view(workspace);
}

static void close_view(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_close_view(workspace);
}

static void quit(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_ask_quit(workspace);
}

static void cancel_chosen(void *context, uint64_t id)
{
    struct workspace *workspace = context;
    const struct job_host *jobs = &workspace->options.jobs;

    jobs->cancel(jobs->context, id);
    workspace_say(workspace, MESSAGE_INFO, "cancelling");
}

void workspace_cancel_job(struct workspace *workspace)
{
    const struct job_host *jobs = &workspace->options.jobs;
    size_t count = jobs->count == NULL ? 0 : jobs->count(jobs->context);
    struct job_status job;
    struct menu *menu;

    if (count == 0) {
        workspace_say(workspace, MESSAGE_INFO, "no job is running; Q leaves");
        return;
    }
    if (count == 1 && jobs->get(jobs->context, 0, &job)) {
        cancel_chosen(workspace, job.id);
        return;
    }
    menu = menu_new("Cancel which job?");
    for (size_t i = 0; i < count && i < 26; i++)
        if (jobs->get(jobs->context, i, &job))
            menu_add(menu, &(struct menu_item){ .key = 'a' + (int32_t)i,
                                                .label = job.title,
                                                .detail = job.doing,
                                                .value = job.id });
    dialog_menu(workspace, menu, cancel_chosen, workspace);
}

static void cancel(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_cancel_job(workspace);
}

void workspace_suspend(struct workspace *workspace)
{
    terminal_suspend(workspace->options.terminal);
    workspace_take_size(workspace);
}

static void suspend(struct workspace *workspace, int32_t key)
{
    (void)key;
    workspace_suspend(workspace);
}

static void repaint(struct workspace *workspace, int32_t key)
{
    (void)key;
    terminal_repaint(workspace->options.terminal);
}

static void (*const actions[])(struct workspace *workspace, int32_t key) = {
    [WORKSPACE_HELP] = open_help,
    [WORKSPACE_FIND] = open_find,
    [WORKSPACE_FIND_NEXT] = find_next,
    [WORKSPACE_FIND_PREVIOUS] = find_previous,
    [WORKSPACE_FILTER] = open_filter,
    [WORKSPACE_SORT] = open_sort,
    [WORKSPACE_ZOOM] = zoom,
    [WORKSPACE_COPY] = open_copy,
    [WORKSPACE_UNDO] = undo,
    [WORKSPACE_REDO] = redo,
    [WORKSPACE_COMMAND] = open_command,
    [WORKSPACE_JUMP] = open_jump,
    [WORKSPACE_NEXT_PANE] = next_pane,
    [WORKSPACE_PREVIOUS_PANE] = previous_pane,
    [WORKSPACE_TAB] = no_tabs,
    [WORKSPACE_PLACE] = go_to_place,
    [WORKSPACE_BACK] = go_back,
    [WORKSPACE_CLOSE] = close_view,
    [WORKSPACE_QUIT] = quit,
    [WORKSPACE_CANCEL] = cancel,
    [WORKSPACE_SUSPEND] = suspend,
    [WORKSPACE_REPAINT] = repaint,
};

void workspace_act(struct workspace *workspace, int action, int32_t key)
{
    if (actions[action] != NULL)
        actions[action](workspace, key);
}
