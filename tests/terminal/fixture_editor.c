#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/tui/editor_replace.h>
#include <pilab/tui/external_editor.h>
#include <pilab/tui/markdown_roles.h>
#include <pilab/tui/workspace.h>

/* A small program around an editor, for the tests and the measurements to drive. */

#define FROZEN_AT 1737556260000 /* 2025-01-22T14:31:00Z */
#define LIMIT     ((size_t)16 << 20)

struct writing {
    struct editor *editor;
    struct editor_desk desk;
    int changes;
};

struct fixture_options {
    const char *text;
    size_t size;
    bool read_only;
};

/* A key of the view's own that the editor has too, and one that it has not. */
enum { WRITING_STRIKE, WRITING_SEND };

static const struct key_row writing_rows[] = {
    {"x",  WRITING_STRIKE, "strike", "What the view would do with x",    0},
    { "m", WRITING_SEND,   "send",   "What the view does with a letter", 0},
};
static const struct key_table writing_keys = { "writing", writing_rows, 2 };

static void writing_layout(struct view *view, struct rectangle area)
{
    const struct writing *writing = view_state(view);

    rectangle_cut_left(&area, area.columns > 40 ? 1 : 0);
    pane_place(editor_pane(writing->editor), area);
}

static unsigned writing_act(struct view *view, int action)
{
    workspace_say(view_workspace(view), MESSAGE_INFO, "the view heard %c",
                  action == WRITING_SEND ? 'm' : 'x');
    return REFRESH_DRAW;
}

static void writing_title(const struct view *view, struct strbuf *out)
{
    const struct writing *writing = view_state(view);

    strbuf_printf(out, "note %s", editor_is_modified(writing->editor) ? "changed" : "saved");
}

static enum role writing_status(const struct view *view, struct strbuf *out)
{
    return editor_status(((const struct writing *)view_state(view))->editor, out);
}

static bool writing_unsaved(const struct view *view, struct strbuf *what)
{
    const struct writing *writing = view_state(view);

    strbuf_add(what, "what was typed");
    return editor_is_modified(writing->editor);
}

static void writing_close(struct view *view)
{
    struct writing *writing = view_state(view);

    editor_free(&writing->editor);
    editor_desk_release(&writing->desk);
    free(writing);
}

static const struct view_ops writing_ops = {
    .name = "writing",
    .keys = &writing_keys,
    .title = writing_title,
    .layout = writing_layout,
    .act = writing_act,
    .status = writing_status,
    .unsaved = writing_unsaved,
    .close = writing_close,
};

static void fill(struct editor *editor, const struct fixture_options *options)
{
    struct strbuf text = STRBUF_INIT;

    if (options->size == 0) {
        editor_set_text(editor, options->text, strlen(options->text));
        return;
    }
    for (size_t line = 1; text.length < options->size; line++)
        strbuf_printf(&text,
                      "- MB-%zu  what was changed in the service, in as many words as it takes to "
                      "need more than one row of the screen\n",
                      line);
    editor_set_text(editor, text.data, text.length);
    editor_go_to(editor, options->size / 220, 4);
    strbuf_release(&text);
}

static struct view *writing_open(void *context, struct workspace *workspace, struct error *error)
{
    const struct fixture_options *options = context;
    struct writing *writing = memory_new(sizeof *writing);
    const struct editor_events events = { .context = &writing->desk,
                                          .say = editor_desk_say,
                                          .taken = editor_desk_taken,
                                          .replace = editor_desk_replace };
    struct view *view;

    (void)error;
    writing->editor = editor_new(&events);
    writing->desk.workspace = workspace;
    writing->desk.editor = writing->editor;
    fill(writing->editor, options);
    editor_set_line_roles(writing->editor, markdown_line_role, NULL);
    editor_set_read_only(writing->editor, options->read_only);
    view = view_new(workspace, &writing_ops, writing);
    view_add_pane(view, editor_pane(writing->editor));
    return view;
}

/* ---- commands ---- */

static struct writing *current(struct workspace *workspace)
{
    return view_state(workspace_view(workspace));
}

static bool edit_elsewhere(struct workspace *workspace, struct error *error)
{
    struct editor *editor = current(workspace)->editor;
    struct strbuf text = STRBUF_INIT, taken = STRBUF_INIT;
    enum external_result result;

    editor_get_text(editor, &text);
    result = external_edit_in(workspace, "note", text.data, text.length, LIMIT, &taken, error);
    if (result == EXTERNAL_CHANGED)
        editor_take_over(editor, taken.data, taken.length);
    else if (result == EXTERNAL_UNCHANGED)
        workspace_say(workspace, MESSAGE_INFO, "nothing was changed");
    strbuf_release(&text);
    strbuf_release(&taken);
    return result != EXTERNAL_FAILED;
}

static bool run_command(void *context, struct workspace *workspace, const char *line,
                        struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool done;

    (void)context;
    if (strcmp(line, "elsewhere") == 0)
        return edit_elsewhere(workspace, error);
    if (strcmp(line, "check") == 0) {
        done = workspace_check_keys(workspace, error);
        if (done)
            workspace_say(workspace, MESSAGE_SUCCESS, "the keys are sound");
        return done;
    }
    if (strncmp(line, "write ", 6) != 0)
        return error_set(error, ERROR_USAGE, "there is no command \"%s\"", line);
    editor_get_text(current(workspace)->editor, &text);
    done = file_write_atomic(line + 6, text.data, text.length, 0600, error);
    if (done)
        editor_mark_saved(current(workspace)->editor);
    strbuf_release(&text);
    return done;
}

/* fixture_editor [--text TEXT | --size BYTES] [--read-only]: exits with 10 + how the loop ended. */
int main(int argc, char **argv)
{
    struct fixture_options options = { "", 0, false };
    struct terminal_options terminal_options = { 0 };
    struct workspace_options workspace_options = {
        .product = "PiLabStudio",
        .clock = clock_frozen(FROZEN_AT),
        .commands = {NULL, run_command, NULL, NULL, NULL}
    };
    struct error error = { 0 };
    struct workspace *workspace;
    struct theme *theme;
    enum loop_end end;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--text") == 0 && i + 1 < argc)
            options.text = argv[++i];
        else if (strcmp(argv[i], "--size") == 0 && i + 1 < argc)
            options.size = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--read-only") == 0)
            options.read_only = true;
    }
    setlocale(LC_ALL, "");
    theme = theme_load(NULL, &error);
    if (theme == NULL || !terminal_start(&workspace_options.terminal, &terminal_options, &error)) {
        fprintf(stderr, "%s\n", error.message);
        theme_free(&theme);
        return 1;
    }
    workspace_options.theme = theme;
    workspace = workspace_new(&workspace_options);
    workspace_add_place(workspace, 4, "Notes", writing_open, &options);
    workspace_set_actor(workspace, "alice");
    workspace_go(workspace, 4);
    end = workspace_run(workspace);
    workspace_free(&workspace);
    terminal_end(&workspace_options.terminal);
    theme_free(&theme);
    return 10 + (int)end;
}
