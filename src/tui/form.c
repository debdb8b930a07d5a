#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/memory.h>

#include "form_internal.h"

/* --- The pane -------------------------------------------------------------------------------- */

static unsigned paste(struct pane *pane, const char *text, size_t length)
{
    form_paste((struct form *)pane, text, length);
    return REFRESH_DRAW;
}

static void draw(struct pane *pane, const struct surface *surface, bool has_focus)
{
    form_draw((struct form *)pane, surface, has_focus);
}

static void position(const struct pane *pane, struct strbuf *out)
{
    const struct form *form = (const struct form *)pane;
    size_t count = 0, here = 0;

    for (size_t i = 0; i < form->fields.count; i++) {
        count += field_takes_focus(form_field_at(form, i));
        if (i == form->focus)
            here = count;
    }
    strbuf_printf(out, "%zu/%zu", here, count);
}

/* A line a field, for `y`: never a secret. */
static bool text(const struct pane *pane, struct strbuf *out)
{
    const struct form *form = (const struct form *)pane;

    for (size_t i = 0; i < form->fields.count; i++) {
        const struct field *field = form_field_at(form, i);

        if (!field_takes_focus(field) || field->kind == FORM_MASKED)
            continue;
        strbuf_printf(out, "%s%s: ", out->length > 0 ? "\n" : "", field->label);
        escape_terminal(out, field_value(field), strlen(field_value(field)), 0);
    }
    return out->length > 0;
}

static const struct pane_ops form_ops = {
    .keys = &form_keys,
    .keys_first = true,
    .takes_text = true,
    .draw = draw,
    .act = form_act,
    .key = form_key_to_field,
    .paste = paste,
    .position = position,
    .text = text,
};

struct pane *form_pane(struct form *form)
{
    return &form->pane;
}

/* --- Life ------------------------------------------------------------------------------------ */

static void add_field(struct form *form, const struct form_field *from)
{
    struct field *field = vector_add(&form->fields);

    field->kind = from->kind;
    field->id = from->id == NULL ? NULL : memory_copy_text(from->id);
    field->label = memory_copy_text(from->label);
    field->help = memory_copy_text(from->help);
    field->required = from->required;
    field->minimum = from->minimum;
    field->maximum = from->maximum;
    field->check = from->check;
    field->lines = (struct strbuf)STRBUF_INIT;
    while (from->options != NULL && from->options[field->option_count] != NULL)
        field->option_count++;
    field->options = memory_array(field->option_count + 1, sizeof *field->options);
    field->chosen = memory_array(field->option_count + 1, sizeof *field->chosen);
    for (size_t i = 0; i < field->option_count; i++)
        field->options[i] = memory_copy_text(from->options[i]);
    if (field->kind == FORM_CHOICE)
        field->option = NO_OPTION;
    else if (field->kind != FORM_CHOICES && field_takes_focus(field))
        field->editor = line_editor_new(NULL, NULL);
    if (field->kind == FORM_MASKED)
        line_editor_set_secret(field->editor, true);
    if (field_takes_focus(field) && from->value != NULL)
        field_set_value(field, from->value);
}

struct form *form_new(const struct form_field *fields, size_t count, const struct form_owner *owner)
{
    struct form *form = memory_new(sizeof *form);

    form->pane.ops = &form_ops;
    form->offers = (struct strbuf)STRBUF_INIT;
    if (owner != NULL)
        form->owner = *owner;
    vector_init(&form->fields, sizeof(struct field));
    for (size_t i = 0; i < count; i++)
        add_field(form, &fields[i]);
    /* When all are there: a check may look at another field. */
    for (size_t i = 0; i < count; i++)
        if (field_takes_focus(form_field_at(form, i)))
            field_judge(form, form_field_at(form, i));
    form->focus = form_end_field(form, false);
    form_set_clean(form);
    return form;
}

/* The field goes on as the new one: text with its cursor, and what was said about it. */
static void take_over(struct field *now, struct field *before)
{
    struct line_editor *editor = now->editor;
    char *said = now->said;

    now->visited = before->visited;
    now->touched = before->touched;
    /* What nobody chose is a suggestion, which may be another one by now. */
    if (editor == NULL && before->touched)
        field_set_value(now, field_value(before));
    if (editor == NULL)
        return;
    now->editor = before->editor;
    before->editor = editor;
    now->verdict = before->verdict;
    now->said = before->said;
    before->said = said;
}

void form_rebuild(struct form *form, const struct form_field *fields, size_t count)
{
    struct form old = { .fields = form->fields };
    char *focus = form_focus(form) == NULL ? NULL : memory_copy_text(form_focus(form));

    vector_init(&form->fields, sizeof(struct field));
    form->focus = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        struct field *before = fields[i].id == NULL ? NULL : form_find(&old, fields[i].id);

        add_field(form, &fields[i]);
        if (before != NULL && before->kind == fields[i].kind &&
            field_takes_focus(form_field_at(form, i)))
            take_over(form_field_at(form, i), before);
    }
    for (size_t i = 0; i < old.fields.count; i++)
        field_release(form_field_at(&old, i));
    vector_release(&old.fields);
    /* What somebody found out about a text that is still the same stays. */
    for (size_t i = 0; i < count; i++) {
        struct field *field = form_field_at(form, i);

        if (field_takes_focus(field) && field->verdict != FORM_CHECKING && field->said == NULL)
            field_judge(form, field);
    }
    form->focus = form_end_field(form, false);
    if (focus != NULL)
        (void)form_go_to(form, focus);
    free(focus);
}

void form_free(struct form **out)
{
    struct form *form = *out;

    if (form == NULL)
        return;
    for (size_t i = 0; i < form->fields.count; i++)
        field_release(form_field_at(form, i));
    vector_release(&form->fields);
    strbuf_release(&form->offers);
    json_decref(form->clean);
    free(form);
    *out = NULL;
}
