#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/tui/key.h>

#include "workspace_internal.h"

struct prompt {
    struct overlay overlay;
    char *label;
    struct line_editor *editor;
    struct line_history *history;
    struct prompt_handler handler;
    bool turned;
    bool accepted;
    struct error error; /* what is wrong with the line; ERROR_NONE: nothing */

    struct completions completions;
    size_t completed;  /* the candidate in the line; SIZE_MAX: none yet */
    size_t word_start; /* what the candidates replace */
};

static void forget_completions(struct prompt *prompt)
{
    completions_release(&prompt->completions);
    completions_init(&prompt->completions);
    prompt->completed = SIZE_MAX;
}

static const char *candidate(const struct prompt *prompt, size_t index)
{
    return *(char **)vector_at(&prompt->completions.words, index);
}

/* The bytes that all candidates begin with. */
static size_t common_length(const struct prompt *prompt)
{
    const char *first = candidate(prompt, 0);
    size_t length = strlen(first);

    for (size_t i = 1; i < prompt->completions.words.count; i++) {
        const char *other = candidate(prompt, i);
        size_t same = 0;

        while (same < length && first[same] == other[same])
            same++;
        length = same;
    }
    /* Never half a character. */
    while (length > 0 && ((unsigned char)first[length] & 0xc0) == 0x80)
        length--;
    return length;
}

static void put_word(struct prompt *prompt, const char *word)
{
    line_editor_replace(prompt->editor, prompt->word_start, line_editor_cursor(prompt->editor),
                        word);
}

/* The beginning of a term: its value follows without a blank. */
static bool goes_on(const char *word)
{
    size_t length = strlen(word);

    return length > 0 && strchr(":=<>", word[length - 1]) != NULL;
}

static void start_completing(struct prompt *prompt)
{
    size_t end = line_editor_cursor(prompt->editor);
    char *before = memory_copy_bytes(line_editor_text(prompt->editor), end);
    size_t count;

    prompt->word_start = end;
    while (prompt->word_start > 0 && before[prompt->word_start - 1] != ' ')
        prompt->word_start--;
    prompt->handler.complete(prompt->handler.context, before, &prompt->completions);
    count = prompt->completions.words.count;
    if (count == 1) {
        put_word(prompt, candidate(prompt, 0));
        if (!goes_on(candidate(prompt, 0)))
            line_editor_insert(prompt->editor, " ", 1);
        forget_completions(prompt);
    } else if (count > 1 && common_length(prompt) > end - prompt->word_start) {
        char *common = memory_copy_bytes(candidate(prompt, 0), common_length(prompt));

        put_word(prompt, common);
        free(common);
    }
    memory_wipe(before);
}

/* The first Tab completes what is certain and shows the rest; the next ones try one by one. */
static void complete(struct prompt *prompt, bool forwards)
{
    size_t count = prompt->completions.words.count;

    if (prompt->handler.complete == NULL)
        return;
    if (count == 0) {
        start_completing(prompt);
        return;
    }
    if (prompt->completed == SIZE_MAX)
        prompt->completed = forwards ? 0 : count - 1;
    else
        prompt->completed = (prompt->completed + (forwards ? 1 : count - 1)) % count;
    put_word(prompt, candidate(prompt, prompt->completed));
}

static void tell_changed(struct prompt *prompt)
{
    error_clear(&prompt->error);
    if (prompt->handler.changed != NULL)
        prompt->handler.changed(prompt->handler.context, line_editor_text(prompt->editor),
                                &prompt->error);
}

static void edit(struct prompt *prompt, int32_t key)
{
    char *before = memory_copy_text(line_editor_text(prompt->editor));

    line_editor_key(prompt->editor, key);
    if (strcmp(before, line_editor_text(prompt->editor)) != 0)
        tell_changed(prompt);
    memory_wipe(before);
}

static enum overlay_state prompt_key(struct overlay *overlay, int32_t key)
{
    struct prompt *prompt = (struct prompt *)overlay;
    bool empty = line_editor_text(prompt->editor)[0] == '\0';

    if (key == KEYCODE_TAB || key == KEYCODE_BACK_TAB) {
        complete(prompt, key == KEYCODE_TAB);
        tell_changed(prompt);
        return OVERLAY_STAYS;
    }
    forget_completions(prompt);
    if (key == KEYCODE_ENTER) {
        prompt->accepted = prompt->error.code == ERROR_NONE;
        return prompt->accepted ? OVERLAY_DONE : OVERLAY_STAYS;
    }
    /* Backspace on nothing leaves, as in vi. */
    if (key == KEYCODE_ESCAPE || (key == KEYCODE_BACKSPACE && empty))
        return OVERLAY_DONE;
    if (key == '?' && empty && prompt->handler.turns)
        prompt->turned = !prompt->turned;
    else
        edit(prompt, key);
    return OVERLAY_STAYS;
}

static void prompt_paste(struct overlay *overlay, const char *text, size_t length)
{
    struct prompt *prompt = (struct prompt *)overlay;

    forget_completions(prompt);
    line_editor_insert(prompt->editor, text, length);
    tell_changed(prompt);
}

/* The candidates on the line above, from the one that is in the line. */
static void draw_completions(const struct prompt *prompt, const struct surface *screen, int row)
{
    size_t first = prompt->completed == SIZE_MAX ? 0 : prompt->completed;
    int column = 1;

    surface_clear_row(screen, row, ROLE_NORMAL);
    for (size_t i = first; i < prompt->completions.words.count; i++) {
        enum role role = i == prompt->completed ? ROLE_ACCENT : ROLE_DIM;

        column += surface_print(screen, row, column, role, candidate(prompt, i)) + 2;
    }
}

/* What is wrong, on the line above, and what to try: behind it, or below where it has no room. */
static void draw_error(const struct prompt *prompt, const struct surface *screen, int row)
{
    const char *message = prompt->error.message, *hint = prompt->error.hint;
    int column = (int)text_width(message, strlen(message)) + 3;

    if (hint[0] != '\0' && row > 1 &&
        column + (int)text_width(hint, strlen(hint)) >= surface_columns(screen)) {
        surface_clear_row(screen, row, ROLE_NORMAL);
        surface_print(screen, row--, 1, ROLE_DIM, hint);
        hint = "";
    }
    surface_clear_row(screen, row, ROLE_NORMAL);
    surface_print(screen, row, 1, ROLE_WARNING, message);
    surface_print(screen, row, column, ROLE_DIM, hint);
}

static void prompt_draw(struct overlay *overlay, const struct surface *screen)
{
    const struct prompt *prompt = (const struct prompt *)overlay;
    int row = surface_rows(screen) - 1;
    int used;

    surface_clear_row(screen, row, ROLE_NORMAL);
    used = surface_print(screen, row, 0, ROLE_STRONG, prompt->turned ? "?" : prompt->label);
    line_editor_draw(prompt->editor, screen, row, used, surface_columns(screen) - used);
    if (prompt->completions.words.count > 0 && row > 0)
        draw_completions(prompt, screen, row - 1);
    else if (prompt->error.code != ERROR_NONE && row > 0)
        draw_error(prompt, screen, row - 1);
}

static bool holds_secret(const struct prompt *prompt, const char *text)
{
    return prompt->handler.secret != NULL && prompt->handler.secret(prompt->handler.context, text);
}

static void prompt_finish(struct overlay *overlay)
{
    struct prompt *prompt = (struct prompt *)overlay;
    const char *text = line_editor_text(prompt->editor);
    char *turned;

    if (!prompt->accepted) {
        prompt->handler.done(prompt->handler.context, NULL);
        return;
    }
    if (prompt->history != NULL && !holds_secret(prompt, text))
        line_history_add(prompt->history, text);
    turned = memory_printf("%s%s", prompt->turned ? "?" : "", text);
    prompt->handler.done(prompt->handler.context, turned);
    memory_wipe(turned);
}

static void prompt_free(struct overlay *overlay)
{
    struct prompt *prompt = (struct prompt *)overlay;

    completions_release(&prompt->completions);
    line_editor_free(&prompt->editor);
    free(prompt->label);
    free(prompt);
}

static const struct overlay_ops prompt_ops = {
    .draw = prompt_draw,
    .key = prompt_key,
    .paste = prompt_paste,
    .finish = prompt_finish,
    .free = prompt_free,
};

void prompt_open(struct workspace *workspace, const char *label, const char *initial,
                 struct line_history *history, const struct prompt_handler *handler)
{
    struct prompt *prompt = memory_new(sizeof *prompt);

    prompt->overlay.ops = &prompt_ops;
    prompt->label = memory_copy_text(label);
    prompt->editor = line_editor_new(initial, history);
    prompt->history = history;
    prompt->handler = *handler;
    completions_init(&prompt->completions);
    prompt->completed = SIZE_MAX;
    workspace_lay_over(workspace, &prompt->overlay);
}
