#include "form_internal.h"

#include <string.h>

#include <pilab/base/utf8.h>

#include "overlay.h"

#define WIDE         46 /* with fewer columns a label stands above its field */
#define LABEL_WIDEST 24
#define VALUE_LEAST  16
#define VALUE_MOST   44
#define GAP          2

/* How a form stands in so many columns. */
struct frame {
    int columns;
    int label; /* columns of labels beside their fields; 0: above */
    int value; /* columns of what is typed */
    bool ascii;
};

static int label_width(const struct field *field)
{
    return (int)text_width(field->label, strlen(field->label)) + (field->required ? 2 : 0);
}

static struct frame frame_of(const struct form *form, int columns, bool ascii)
{
    struct frame frame = { .columns = columns, .ascii = ascii };

    if (columns >= WIDE)
        frame.label = form->label_least > GAP ? form->label_least - GAP : 0;
    for (size_t i = 0; columns >= WIDE && i < form->fields.count; i++) {
        const struct field *field = form_field_at(form, i);

        if (field_takes_focus(field) && label_width(field) > frame.label)
            frame.label = label_width(field);
    }
    if (frame.label > LABEL_WIDEST)
        frame.label = LABEL_WIDEST;
    frame.label += frame.label > 0 ? GAP : 0;
    frame.value = (columns - frame.label) * 3 / 5;
    if (frame.label == 0)
        frame.value = columns;
    frame.value = frame.value < VALUE_LEAST ? columns - frame.label : frame.value;
    frame.value = frame.value > VALUE_MOST ? VALUE_MOST : frame.value;
    return frame;
}

int form_label_columns(const struct form *form, int columns)
{
    return frame_of(form, columns, false).label;
}

/* The verdict in words; NULL: nothing is said. */
static const char *verdict_words(const struct field *field)
{
    switch (field->verdict) {
    case FORM_CHECKING:
        return field->said != NULL ? field->said : "checking";
    case FORM_GOOD:
        return field->said != NULL ? field->said : "ok";
    case FORM_WRONG:
    default:
        return field->said;
    }
}

/* A mark that tells the verdicts apart without their colours. */
static const char *verdict_mark(const struct field *field)
{
    static const char *const marks[] = {
        [FORM_UNCHECKED] = "? ", [FORM_CHECKING] = "~ ", [FORM_GOOD] = "+ ", [FORM_WRONG] = "! "
    };

    return marks[field->verdict];
}

static enum role verdict_role(const struct field *field)
{
    static const enum role roles[] = { [FORM_UNCHECKED] = ROLE_DIM,
                                       [FORM_CHECKING] = ROLE_JOB,
                                       [FORM_GOOD] = ROLE_SUCCESS,
                                       [FORM_WRONG] = ROLE_ERROR };

    return roles[field->verdict];
}

static int room_beside(const struct frame *frame)
{
    return frame->columns - frame->label - frame->value - GAP;
}

/* Whether what is said fits behind the field; else it stands below. */
static bool says_beside(const struct frame *frame, const struct field *field)
{
    const char *words = verdict_words(field);

    return words != NULL && (int)text_width(words, strlen(words)) + 2 <= room_beside(frame);
}

static int said_rows(const struct frame *frame, const struct field *field)
{
    const char *words = verdict_words(field);

    if (words == NULL || says_beside(frame, field))
        return 0;
    return paragraph_rows(words, frame->columns - frame->label - 2, frame->ascii);
}

static int value_rows(const struct field *field)
{
    return field->kind == FORM_CHOICES && field->option_count > 0 ? (int)field->option_count : 1;
}

static int field_rows(const struct frame *frame, const struct field *field, bool first)
{
    if (field->kind == FORM_SECTION)
        return first ? 1 : 2;
    if (field->kind == FORM_NOTE)
        return paragraph_rows(field->label, frame->columns, frame->ascii);
    return (frame->label == 0 ? 1 : 0) + value_rows(field) + said_rows(frame, field);
}

int form_rows(const struct form *form, int columns, bool ascii)
{
    struct frame frame = frame_of(form, columns, ascii);
    int rows = 0;

    for (size_t i = 0; i < form->fields.count; i++)
        rows += field_rows(&frame, form_field_at(form, i), i == 0);
    return rows;
}

/* One row of the field's column; empty when it is scrolled away. */
static struct surface value_row(const struct frame *frame, const struct surface *surface, int row)
{
    struct rectangle area = { row, frame->label, row < 0 ? 0 : 1, frame->value };

    return surface_part(surface, area);
}

/* --- Fields ---------------------------------------------------------------------------------- */

static void draw_typed(const struct frame *frame, const struct field *field,
                       const struct surface *surface, int row, bool here)
{
    struct surface box = value_row(frame, surface, row);
    const char *value = field_value(field);

    if (here) {
        line_editor_draw(field->editor, &box, 0, 0, frame->value);
        return;
    }
    surface_clear(&box, ROLE_INPUT);
    if (field->kind != FORM_MASKED) {
        surface_text(&box, 0, 0, frame->value, style_of(ROLE_INPUT), value, strlen(value));
        return;
    }
    /* As many signs for any secret: its length is nobody's business either. */
    for (int i = 0; value[0] != '\0' && i < 8 && i < frame->value; i++)
        surface_glyph(&box, 0, i, ROLE_INPUT, GLYPH_MASK);
}

static void draw_choice(const struct frame *frame, const struct field *field,
                        const struct surface *surface, int row, bool here)
{
    struct surface box = value_row(frame, surface, row);
    bool none = field->option == NO_OPTION;
    int used;

    used = surface_print(&box, 0, 0, here ? ROLE_ACCENT : ROLE_DIM, "< ");
    used += surface_text(&box, 0, used, frame->value - used - 2,
                         style_of(none ? ROLE_DIM : ROLE_NORMAL),
                         none ? "choose" : field->options[field->option],
                         strlen(none ? "choose" : field->options[field->option]));
    used += surface_print(&box, 0, used, here ? ROLE_ACCENT : ROLE_DIM, " >");
    if (here)
        surface_overlay(&box, 0, 0, used, ROLE_SELECTED);
    if (!none && frame->value - used > 9)
        surface_printf(&box, 0, used + 2, ROLE_DIM, "%zu of %zu", field->option + 1,
                       field->option_count);
    if (here)
        surface_cursor(&box, 0, 0, false);
}

static void draw_choices(const struct frame *frame, const struct field *field,
                         const struct surface *surface, int row, bool here)
{
    if (field->option_count == 0)
        surface_print(surface, row, frame->label, ROLE_DIM, "there is nothing to choose");
    for (size_t i = 0; i < field->option_count; i++) {
        struct surface line = value_row(frame, surface, row + (int)i);

        surface_print(&line, 0, 0, ROLE_NORMAL, field->chosen[i] ? "[x] " : "[ ] ");
        surface_print(&line, 0, 4, ROLE_NORMAL, field->options[i]);
        if (!here || i != field->option)
            continue;
        surface_overlay(&line, 0, 0, frame->value, ROLE_SELECTED);
        surface_cursor(&line, 0, 1, false);
    }
}

static void draw_label(const struct frame *frame, const struct field *field,
                       const struct surface *surface, int row, bool here)
{
    int columns = frame->label == 0 ? frame->columns : frame->label - GAP;
    int used = surface_text(surface, row, 0, columns - (field->required ? 2 : 0),
                            style_of(here ? ROLE_ACCENT : ROLE_NORMAL), field->label,
                            strlen(field->label));

    if (field->required)
        surface_print(surface, row, used + 1, ROLE_WARNING, "*");
}

static void draw_said(const struct frame *frame, const struct field *field,
                      const struct surface *surface, int row)
{
    const char *words = verdict_words(field);
    enum role role = verdict_role(field);
    int column = frame->label, below = row + value_rows(field);

    if (words == NULL)
        return;
    if (says_beside(frame, field)) {
        column += frame->value + GAP;
        column += surface_print(surface, row, column, role, verdict_mark(field));
        surface_print(surface, row, column, role, words);
        return;
    }
    surface_print(surface, below, column, role, verdict_mark(field));
    paragraph_draw(surface, below, column + 2, frame->columns - column - 2, role, words);
}

static void draw_field(const struct frame *frame, const struct field *field,
                       const struct surface *surface, int row, bool first, bool here)
{
    if (field->kind == FORM_SECTION) {
        surface_print(surface, row + (first ? 0 : 1), 0, ROLE_GROUP, field->label);
        return;
    }
    if (field->kind == FORM_NOTE) {
        paragraph_draw(surface, row, 0, frame->columns, ROLE_DIM, field->label);
        return;
    }
    draw_label(frame, field, surface, row, here);
    row += frame->label == 0 ? 1 : 0;
    if (field->editor != NULL)
        draw_typed(frame, field, surface, row, here);
    else if (field->kind == FORM_CHOICE)
        draw_choice(frame, field, surface, row, here);
    else
        draw_choices(frame, field, surface, row, here);
    draw_said(frame, field, surface, row);
}

/* --- The whole ------------------------------------------------------------------------------- */

/* The rows of the field with the focus, of choices those of the option under the cursor. */
static void focus_rows(const struct form *form, const struct frame *frame, int height, int *first,
                       int *last)
{
    const struct field *field;

    *first = 0;
    for (size_t i = 0; i < form->focus && i < form->fields.count; i++)
        *first += field_rows(frame, form_field_at(form, i), i == 0);
    *last = *first;
    if (form->focus >= form->fields.count)
        return;
    field = form_field_at(form, form->focus);
    *last += field_rows(frame, field, form->focus == 0) - 1;
    if (field->kind == FORM_CHOICES && field->option > 0) {
        *first += (frame->label == 0 ? 1 : 0) + (int)field->option;
        *last = *first;
    }
    /* Where there is no room for both, what is typed is seen, and not its label. */
    if (*last - *first >= height && frame->label == 0 && *first < *last)
        (*first)++;
}

/* What is before the first field (a heading) is seen with it. */
static void scroll(struct form *form, const struct frame *frame, int height, int rows)
{
    int first, last;

    focus_rows(form, frame, height, &first, &last);
    if (last >= form->top + height)
        form->top = last - height + 1;
    if (first < form->top)
        form->top = first;
    if (form->top > rows - height)
        form->top = rows - height;
    if (form->top < 0)
        form->top = 0;
}

static void draw_help(const struct form *form, const struct surface *line)
{
    const struct field *field =
        form->focus < form->fields.count ? form_field_at(form, form->focus) : NULL;

    if (form->offers.length > 0)
        surface_print(line, 0, 0, ROLE_ACCENT, form->offers.data);
    else if (field != NULL)
        surface_print(line, 0, 0, ROLE_DIM, field->help);
}

void form_draw(struct form *form, const struct surface *surface, bool focused)
{
    bool ascii = canvas_glyphs(surface->canvas) == GLYPHS_ASCII;
    struct rectangle area = { 0, 0, surface_rows(surface), surface_columns(surface) };
    struct rectangle help = rectangle_cut_bottom(&area, area.rows >= 4 ? 1 : 0);
    struct surface line = surface_part(surface, help);
    struct surface body = surface_part(surface, area);
    struct frame frame = frame_of(form, area.columns, ascii);
    int row;

    scroll(form, &frame, area.rows, form_rows(form, area.columns, ascii));
    row = -form->top;
    for (size_t i = 0; i < form->fields.count; i++) {
        const struct field *field = form_field_at(form, i);
        int rows = field_rows(&frame, field, i == 0);

        if (row < area.rows && row + rows > 0)
            draw_field(&frame, field, &body, row, i == 0, focused && i == form->focus);
        row += rows;
    }
    if (form->top > 0)
        surface_glyph(&body, 0, area.columns - 1, ROLE_DIM, GLYPH_ELLIPSIS);
    if (row > area.rows)
        surface_glyph(&body, area.rows - 1, area.columns - 1, ROLE_DIM, GLYPH_ELLIPSIS);
    draw_help(form, &line);
}
