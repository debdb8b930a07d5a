#include <pilab/tui/dialog.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/tui/key.h>
#include <pilab/tui/line_editor.h>

#include "overlay.h"

#define DIALOG_COLUMNS 56
#define FIELD_COLUMNS  10 /* of the line being typed, at least */

/* Both dialogs: a text, perhaps a line to type, and the keys that answer. */
struct dialog {
    struct overlay overlay;
    char *title;
    char *text;
    char *label; /* before the line being typed */
    char *yes;   /* the last line: what the keys do that answer */
    bool dangerous;
    struct line_editor *editor; /* NULL: answered by a key */
    char *expected;             /* what must be typed; NULL: anything that passes the check */
    char *refusal;              /* why the last answer was not taken; NULL: none */
    bool accepted;
    bool (*check)(void *context, const char *text, struct error *error);
    void (*answer_bool)(void *context, bool yes);
    void (*answer_text)(void *context, const char *text);
    void *context;
};

static void refuse(struct dialog *dialog, const char *why)
{
    free(dialog->refusal);
    dialog->refusal = why == NULL ? NULL : memory_copy_text(why);
}

static enum overlay_state accept_typed(struct dialog *dialog)
{
    const char *text = line_editor_text(dialog->editor);
    struct error error = { 0 };

    if (dialog->expected != NULL && strcmp(text, dialog->expected) != 0) {
        refuse(dialog, "That is not the name.");
        return OVERLAY_STAYS;
    }
    if (dialog->check != NULL && !dialog->check(dialog->context, text, &error)) {
        refuse(dialog, error.message);
        return OVERLAY_STAYS;
    }
    dialog->accepted = true;
    return OVERLAY_DONE;
}

static enum overlay_state dialog_key(struct overlay *overlay, int32_t key)
{
    struct dialog *dialog = (struct dialog *)overlay;

    if (key == KEYCODE_ESCAPE)
        return OVERLAY_DONE;
    if (dialog->editor != NULL) {
        if (key == KEYCODE_ENTER)
            return accept_typed(dialog);
        refuse(dialog, NULL);
        line_editor_key(dialog->editor, key);
        return OVERLAY_STAYS;
    }
    /* Enter is no answer: the key that was held to open the dialog must not say yes. */
    dialog->accepted = key == 'y' || key == 'Y';
    return dialog->accepted || key == 'n' || key == 'N' || key == 'q' ? OVERLAY_DONE
                                                                      : OVERLAY_STAYS;
}

static void dialog_paste(struct overlay *overlay, const char *text, size_t length)
{
    struct dialog *dialog = (struct dialog *)overlay;

    if (dialog->editor != NULL)
        line_editor_insert(dialog->editor, text, length);
}

/* The label gives way before the field becomes too narrow to type in. */
static void draw_editor(const struct dialog *dialog, const struct surface *line)
{
    int columns = surface_columns(line);
    int used = surface_text(line, 0, 0, columns - FIELD_COLUMNS, style_of(ROLE_STRONG),
                            dialog->label, strlen(dialog->label));

    used += used > 0;
    line_editor_draw(dialog->editor, line, 0, used, columns - used);
}

/* "Enter delete   Esc leave it": on a small screen the way out is said in fewer words, and what the
 * answer does is cut before it. */
static void draw_keys(const struct dialog *dialog, const struct surface *inside)
{
    bool typed = dialog->editor != NULL;
    const char *yes_key = typed ? "Enter" : "y";
    const char *no_key = typed ? "Esc" : "n";
    const char *no = "leave it";
    int yes_width = (int)(strlen(yes_key) + 1 + text_width(dialog->yes, strlen(dialog->yes)));
    int gap = 3;
    int no_width = (int)(strlen(no_key) + 1 + strlen(no));
    int columns = surface_columns(inside);
    int column;

    if (yes_width + gap + no_width > columns) {
        no = "no";
        gap = 2;
        no_width = (int)(strlen(no_key) + 1 + strlen(no));
    }
    if (yes_width > columns - gap - no_width)
        yes_width = columns - gap - no_width;
    surface_clear_row(inside, 0, ROLE_DIALOG);
    column = surface_print(inside, 0, 0, ROLE_HINT_KEY, yes_key) + 1;
    surface_text(inside, 0, column, yes_width - column, style_of(ROLE_HINT), dialog->yes,
                 strlen(dialog->yes));
    column = yes_width + gap;
    column += surface_print(inside, 0, column, ROLE_HINT_KEY, no_key) + 1;
    surface_print(inside, 0, column, ROLE_HINT, no);
}

static int columns_inside(const struct surface *screen)
{
    int room = surface_columns(screen) - 4;

    return room < DIALOG_COLUMNS ? room : DIALOG_COLUMNS;
}

/* From the bottom: the keys, why the answer was not taken, the line being typed; the text gets what
 * is left, so that a small screen cuts the text and never the answer. */
static void dialog_draw(struct overlay *overlay, const struct surface *screen)
{
    const struct dialog *dialog = (const struct dialog *)overlay;
    bool ascii = canvas_glyphs(screen->canvas) == GLYPHS_ASCII;
    int columns = columns_inside(screen);
    int text_rows = paragraph_rows(dialog->text, columns, ascii);
    int refusal_rows =
        dialog->refusal == NULL ? 0 : paragraph_rows(dialog->refusal, columns, ascii);
    int editor_rows = dialog->editor != NULL ? 1 : 0;
    int rows = text_rows + refusal_rows + editor_rows + 1;
    /* Blank lines between the parts, where there is room for them. */
    int gap = rows + 4 < surface_rows(screen) ? 1 : 0;
    struct surface inside =
        overlay_box(screen, rows + gap * (1 + (editor_rows > 0 && text_rows > 0)), columns,
                    dialog->title);
    struct rectangle area = { 0, 0, surface_rows(&inside), surface_columns(&inside) };
    struct surface keys = surface_part(&inside, rectangle_cut_bottom(&area, 1));
    struct surface part;

    draw_keys(dialog, &keys);
    surface_cursor(&keys, 0, 0, false);
    rectangle_cut_bottom(&area, gap);
    if (dialog->refusal != NULL) {
        part = surface_part(&inside, rectangle_cut_bottom(&area, refusal_rows));
        paragraph_draw(&part, 0, 0, columns, ROLE_ERROR, dialog->refusal);
    }
    if (dialog->editor != NULL) {
        part = surface_part(&inside, rectangle_cut_bottom(&area, 1));
        draw_editor(dialog, &part);
    }
    part = surface_part(&inside, area);
    paragraph_draw(&part, 0, 0, columns, dialog->dangerous ? ROLE_WARNING : ROLE_NORMAL,
                   dialog->text);
}

static void dialog_finish(struct overlay *overlay)
{
    const struct dialog *dialog = (const struct dialog *)overlay;

    if (dialog->answer_bool != NULL)
        dialog->answer_bool(dialog->context, dialog->accepted);
    else
        dialog->answer_text(dialog->context,
                            dialog->accepted ? line_editor_text(dialog->editor) : NULL);
}

static void dialog_free(struct overlay *overlay)
{
    struct dialog *dialog = (struct dialog *)overlay;

    line_editor_free(&dialog->editor);
    free(dialog->title);
    free(dialog->text);
    free(dialog->label);
    free(dialog->yes);
    free(dialog->expected);
    free(dialog->refusal);
    free(dialog);
}

static const struct overlay_ops dialog_ops = {
    .draw = dialog_draw,
    .key = dialog_key,
    .paste = dialog_paste,
    .finish = dialog_finish,
    .free = dialog_free,
};

static struct dialog *dialog_new(const char *title, const char *text, void *context)
{
    struct dialog *dialog = memory_new(sizeof *dialog);

    dialog->overlay.ops = &dialog_ops;
    dialog->title = memory_copy_text(title);
    dialog->text = memory_copy_text(text);
    dialog->context = context;
    return dialog;
}

void dialog_confirm(struct workspace *workspace, const struct confirmation *confirmation,
                    void (*answer)(void *context, bool yes), void *context)
{
    struct dialog *dialog = dialog_new(confirmation->title, confirmation->text, context);

    dialog->answer_bool = answer;
    dialog->dangerous = confirmation->dangerous;
    if (confirmation->typed) {
        dialog->expected = memory_copy_text(confirmation->name);
        dialog->editor = line_editor_new(NULL, NULL);
        dialog->label =
            memory_printf("Type %s to %s it:", confirmation->name, confirmation->action);
        dialog->yes = memory_copy_text(confirmation->action);
    } else {
        dialog->label = memory_copy_text("");
        dialog->yes = confirmation->name != NULL
                          ? memory_printf("%s %s", confirmation->action, confirmation->name)
                          : memory_copy_text(confirmation->action);
    }
    workspace_lay_over(workspace, &dialog->overlay);
}

void dialog_ask(struct workspace *workspace, const struct question *question,
                void (*answer)(void *context, const char *text), void *context)
{
    struct dialog *dialog = dialog_new(question->title, question->text, context);

    dialog->answer_text = answer;
    dialog->check = question->check;
    dialog->label = memory_copy_text(question->label);
    dialog->yes = memory_copy_text("accept");
    dialog->editor = line_editor_new(question->initial, NULL);
    line_editor_set_secret(dialog->editor, question->secret);
    line_editor_select(dialog->editor);
    workspace_lay_over(workspace, &dialog->overlay);
}
