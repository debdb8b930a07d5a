#include <pilab/tui/wizard.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/tui/key.h>

#include "form_internal.h"
#include "overlay.h"

struct step {
    char *title;
    struct form *form; /* NULL: the summary */
    bool seen;
};

struct wizard {
    struct pane pane;
    struct wizard_owner owner;
    struct vector steps; /* of struct step, the summary last */
    size_t current;
    int top; /* of the summary */
};

enum wizard_action { WIZARD_NEXT = WIZARD_ACTIONS, WIZARD_BACK };

static const struct key_row wizard_rows[] = {
    {"PgDn",  WIZARD_NEXT, "next step", "Go to the next step, whatever this one lacks", KEYS_HINT},
    { "PgUp", WIZARD_BACK, "step back", "Go to the step before",                        KEYS_HINT},
};

static const struct key_table wizard_keys = { "wizard", wizard_rows,
                                              sizeof wizard_rows / sizeof *wizard_rows };

static struct step *step_at(const struct wizard *wizard, size_t index)
{
    return vector_at(&wizard->steps, index);
}

static struct step *here(const struct wizard *wizard)
{
    return step_at(wizard, wizard->current);
}

/* --- Steps ----------------------------------------------------------------------------------- */

struct form *wizard_form(const struct wizard *wizard, size_t step)
{
    return step < wizard->steps.count ? step_at(wizard, step)->form : NULL;
}

size_t wizard_step(const struct wizard *wizard)
{
    return wizard->current;
}

void wizard_go_to(struct wizard *wizard, size_t step)
{
    if (step >= wizard->steps.count)
        return;
    wizard->current = step;
    wizard->top = 0;
    here(wizard)->seen = true;
    if (wizard->owner.entered != NULL)
        wizard->owner.entered(wizard->owner.context, wizard, step);
}

/* The first step that is in the way; the count when none is. */
static size_t obstacle(const struct wizard *wizard)
{
    size_t step = 0;

    while (step < wizard->steps.count && (step_at(wizard, step)->form == NULL ||
                                          form_obstacle(step_at(wizard, step)->form, NULL) == NULL))
        step++;
    return step;
}

static void finish(struct wizard *wizard)
{
    size_t step = obstacle(wizard);

    if (step == wizard->steps.count) {
        wizard->owner.done(wizard->owner.context, wizard);
        return;
    }
    wizard_go_to(wizard, step);
    /* Goes to the field that is wrong and says so. */
    (void)form_submit(here(wizard)->form);
}

/* A form is done: on to the next step. */
static void form_done(void *context, struct form *form)
{
    struct wizard *wizard = context;

    (void)form;
    wizard_go_to(wizard, wizard->current + 1);
}

bool wizard_is_changed(const struct wizard *wizard)
{
    for (size_t i = 0; i < wizard->steps.count; i++)
        if (wizard_form(wizard, i) != NULL && form_is_changed(wizard_form(wizard, i)))
            return true;
    return false;
}

/* --- Keys ------------------------------------------------------------------------------------ */

static unsigned act(struct pane *pane, int action)
{
    struct wizard *wizard = (struct wizard *)pane;
    struct form *form = here(wizard)->form;

    if (action == WIZARD_NEXT)
        wizard_go_to(wizard, wizard->current + 1);
    else if (action == WIZARD_BACK && wizard->current > 0)
        wizard_go_to(wizard, wizard->current - 1);
    else if (action < WIZARD_ACTIONS && form != NULL)
        return form_pane(form)->ops->act(form_pane(form), action);
    else if (action < WIZARD_ACTIONS)
        return REFRESH_IGNORED;
    return REFRESH_DRAW;
}

static unsigned summary_key(struct wizard *wizard, int32_t key)
{
    if (key == KEYCODE_ENTER || key == key_control('S'))
        finish(wizard);
    else if (key == KEYCODE_DOWN || key == 'j')
        wizard->top++;
    else if (key == KEYCODE_UP || key == 'k')
        wizard->top -= wizard->top > 0;
    else
        return REFRESH_IGNORED;
    return REFRESH_DRAW;
}

static unsigned key_to_step(struct pane *pane, int32_t key)
{
    struct wizard *wizard = (struct wizard *)pane;
    struct form *form = here(wizard)->form;

    return form == NULL ? summary_key(wizard, key)
                        : form_pane(form)->ops->key(form_pane(form), key);
}

static unsigned paste(struct pane *pane, const char *text, size_t length)
{
    struct form *form = here((struct wizard *)pane)->form;

    if (form != NULL)
        form_paste(form, text, length);
    return REFRESH_DRAW;
}

/* --- Drawing --------------------------------------------------------------------------------- */

static const char *step_mark(const struct step *step)
{
    if (step->form == NULL || !step->seen)
        return "";
    return form_obstacle(step->form, NULL) == NULL ? " +" : " !";
}

static int strip_width(const struct wizard *wizard)
{
    int width = 0;

    for (size_t i = 0; i < wizard->steps.count; i++)
        width += (int)text_width(step_at(wizard, i)->title, strlen(step_at(wizard, i)->title)) + 8;
    return width;
}

/* "1 Project +  [2 Environments !]  3 Summary"; where that is too wide, the step one is in. */
static void draw_strip(const struct wizard *wizard, const struct surface *line)
{
    int column = 0;

    if (strip_width(wizard) > surface_columns(line)) {
        surface_printf(line, 0, 0, ROLE_TAB_CURRENT, "Step %zu of %zu: %s%s", wizard->current + 1,
                       wizard->steps.count, here(wizard)->title, step_mark(here(wizard)));
        return;
    }
    for (size_t i = 0; i < wizard->steps.count; i++) {
        const struct step *step = step_at(wizard, i);
        bool current = i == wizard->current;

        column += surface_printf(line, 0, column, current ? ROLE_TAB_CURRENT : ROLE_TAB,
                                 current ? "[%zu %s%s]" : " %zu %s%s ", i + 1, step->title,
                                 step_mark(step)) +
                  1;
    }
}

/* What is in the way, then what would be done. */
static void add_obstacles(const struct wizard *wizard, struct strbuf *out)
{
    for (size_t i = 0; i < wizard->steps.count; i++) {
        const struct form *form = wizard_form(wizard, i);
        const char *id = NULL, *why = form == NULL ? NULL : form_obstacle(form, &id);

        if (why != NULL)
            strbuf_printf(out, "! %zu %s: %s %s\n", i + 1, step_at(wizard, i)->title,
                          form_find(form, id)->label, why);
    }
}

/* One column for the labels of all steps: what is looked at does not jump from step to step. */
static int align_labels(const struct wizard *wizard, int columns)
{
    int widest = 0;

    for (size_t i = 0; i < wizard->steps.count; i++) {
        struct form *form = wizard_form(wizard, i);
        int label;

        if (form == NULL)
            continue;
        form->label_least = 0;
        label = form_label_columns(form, columns);
        widest = label > widest ? label : widest;
    }
    for (size_t i = 0; i < wizard->steps.count; i++)
        if (wizard_form(wizard, i) != NULL)
            wizard_form(wizard, i)->label_least = widest;
    return widest;
}

/* A line of the summary, "label TAB value" or a text as wide as there is room. Without a surface it
 * only says how many rows it takes. */
static int summary_line(char *line, int label, int columns, bool ascii,
                        const struct surface *surface, int row)
{
    char *value = strchr(line, '\t');
    int rows = 0, column;

    if (value == NULL) {
        if (surface != NULL)
            paragraph_draw(surface, row, 0, columns, ROLE_NORMAL, line);
        return *line != '\0' ? paragraph_rows(line, columns, ascii) : 1;
    }
    *value++ = '\0';
    column = label > 0 ? label : 2;
    rows = label > 0 ? 0 : 1;
    if (surface != NULL) {
        surface_print(surface, row, 0, ROLE_NORMAL, line);
        paragraph_draw(surface, row + rows, column, columns - column, ROLE_NORMAL, value);
    }
    rows += paragraph_rows(value, columns - column, ascii);
    value[-1] = '\t';
    return rows;
}

static int summary_lines(const struct strbuf *text, int label, int columns, bool ascii,
                         const struct surface *surface, int row)
{
    char *copy = memory_copy_text(text->data), *rest = copy, *line;
    int rows = 0;

    while ((line = strsep(&rest, "\n")) != NULL && (*line != '\0' || rest != NULL))
        rows += summary_line(line, label, columns, ascii, surface, row + rows);
    free(copy);
    return rows;
}

static void draw_summary(struct wizard *wizard, const struct surface *surface, int label)
{
    struct rectangle area = { 0, 0, surface_rows(surface), surface_columns(surface) };
    struct rectangle foot = rectangle_cut_bottom(&area, area.rows >= 3 ? 1 : 0);
    struct surface body = surface_part(surface, area), line = surface_part(surface, foot);
    bool ascii = canvas_glyphs(surface->canvas) == GLYPHS_ASCII, ready;
    struct strbuf text = STRBUF_INIT;
    int rows;

    add_obstacles(wizard, &text);
    ready = text.length == 0;
    wizard->owner.summary(wizard->owner.context, wizard, &text);
    rows = summary_lines(&text, label, area.columns, ascii, NULL, 0);
    if (wizard->top > rows - area.rows)
        wizard->top = rows > area.rows ? rows - area.rows : 0;
    summary_lines(&text, label, area.columns, ascii, &body, -wizard->top);
    surface_print(&line, 0, 0, ready ? ROLE_SUCCESS : ROLE_WARNING,
                  ready ? "Enter does it; PgUp goes back" : "Enter goes to what is wrong");
    surface_cursor(surface, 0, 0, false);
    strbuf_release(&text);
}

static void draw(struct pane *pane, const struct surface *surface, bool focused)
{
    struct wizard *wizard = (struct wizard *)pane;
    struct rectangle area = { 0, 0, surface_rows(surface), surface_columns(surface) };
    struct surface strip = surface_part(surface, rectangle_cut_top(&area, area.rows > 2 ? 1 : 0));
    struct surface body;
    int label = align_labels(wizard, area.columns);

    draw_strip(wizard, &strip);
    rectangle_cut_top(&area, area.rows > 10 ? 1 : 0);
    body = surface_part(surface, area);
    if (here(wizard)->form == NULL)
        draw_summary(wizard, &body, label);
    else
        form_draw(here(wizard)->form, &body, focused);
}

static void position(const struct pane *pane, struct strbuf *out)
{
    const struct wizard *wizard = (const struct wizard *)pane;

    strbuf_printf(out, "step %zu/%zu", wizard->current + 1, wizard->steps.count);
}

static const struct pane_ops wizard_ops = {
    .keys = &wizard_keys,
    .base_keys = &form_keys,
    .keys_first = true,
    .draw = draw,
    .act = act,
    .key = key_to_step,
    .paste = paste,
    .position = position,
};

/* --- Life ------------------------------------------------------------------------------------ */

static void add_step(struct wizard *wizard, const char *title, struct form *form)
{
    struct step *step = vector_add(&wizard->steps);

    step->title = memory_copy_text(title);
    step->form = form;
    if (form == NULL)
        return;
    form->boxed = form_done;
    form->box = wizard;
}

struct wizard *wizard_new(const struct wizard_step *steps, size_t count, const char *last,
                          const struct wizard_owner *owner)
{
    struct wizard *wizard = memory_new(sizeof *wizard);

    wizard->pane.ops = &wizard_ops;
    wizard->owner = *owner;
    vector_init(&wizard->steps, sizeof(struct step));
    for (size_t i = 0; i < count; i++)
        add_step(wizard, steps[i].title, steps[i].form);
    add_step(wizard, last, NULL);
    here(wizard)->seen = true;
    return wizard;
}

void wizard_free(struct wizard **out)
{
    struct wizard *wizard = *out;

    if (wizard == NULL)
        return;
    for (size_t i = 0; i < wizard->steps.count; i++) {
        form_free(&step_at(wizard, i)->form);
        free(step_at(wizard, i)->title);
    }
    vector_release(&wizard->steps);
    free(wizard);
    *out = NULL;
}

struct pane *wizard_pane(struct wizard *wizard)
{
    return &wizard->pane;
}

json_t *wizard_export(const struct wizard *wizard)
{
    json_t *draft = json_object(), *forms = json_object();

    json_put_integer(draft, "step", (int64_t)wizard->current);
    for (size_t i = 0; i < wizard->steps.count; i++)
        if (wizard_form(wizard, i) != NULL)
            json_put(forms, step_at(wizard, i)->title, form_export(wizard_form(wizard, i)));
    json_put(draft, "forms", forms);
    return draft;
}

void wizard_import(struct wizard *wizard, const json_t *draft)
{
    const json_t *forms = json_object_get(draft, "forms");
    json_int_t step = json_integer_value(json_object_get(draft, "step"));

    for (size_t i = 0; i < wizard->steps.count; i++) {
        const json_t *form = json_object_get(forms, step_at(wizard, i)->title);

        if (form == NULL || wizard_form(wizard, i) == NULL)
            continue;
        form_import(wizard_form(wizard, i), form);
        step_at(wizard, i)->seen |= (json_int_t)i <= step;
    }
    if (step > 0 && step < (json_int_t)wizard->steps.count)
        wizard_go_to(wizard, (size_t)step);
}
