#include <string.h>

#include "form_internal.h"

/* The field that keys go to, and when all of them are done. */

struct field *form_focused(const struct form *form)
{
    return form->focus < form->fields.count ? form_field_at(form, form->focus) : NULL;
}

/* The field that is left has been seen: what it lacks may be said now. */
void form_move_to(struct form *form, size_t index)
{
    struct field *field = form_focused(form);

    strbuf_clear(&form->offers);
    if (field != NULL && !field->visited) {
        field->visited = true;
        if (field_value(field)[0] == '\0')
            field_judge(form, field);
    }
    form->focus = index;
}

size_t form_next_field(const struct form *form, size_t from, bool forwards, bool round)
{
    size_t count = form->fields.count;

    for (size_t i = 1; i <= count; i++) {
        size_t index = (from + (forwards ? i : count - i)) % count;

        if (!round && (forwards ? index <= from : index >= from))
            return from;
        if (field_takes_focus(form_field_at(form, index)))
            return index;
    }
    return from;
}

size_t form_end_field(const struct form *form, bool last)
{
    size_t count = form->fields.count;

    for (size_t i = 0; i < count; i++) {
        size_t index = last ? count - 1 - i : i;

        if (field_takes_focus(form_field_at(form, index)))
            return index;
    }
    return count;
}

const char *form_focus(const struct form *form)
{
    return form_focused(form) == NULL ? NULL : form_focused(form)->id;
}

bool form_go_to(struct form *form, const char *id)
{
    const struct field *field = form_find(form, id);

    if (field == NULL || !field_takes_focus(field))
        return false;
    form_move_to(form, (size_t)(field - form_field_at(form, 0)));
    return true;
}

bool form_is_at_end(const struct form *form)
{
    return form->focus == form_end_field(form, true);
}

/* --- Done ------------------------------------------------------------------------------------ */

const char *form_obstacle(const struct form *form, const char **id)
{
    for (size_t i = 0; i < form->fields.count; i++) {
        const struct field *field = form_field_at(form, i);

        if (field->verdict != FORM_WRONG && field->verdict != FORM_CHECKING)
            continue;
        if (id != NULL)
            *id = field->id;
        if (field->verdict == FORM_CHECKING)
            return "is still being checked";
        return field->said != NULL ? field->said : "is needed";
    }
    return NULL;
}

/* Every field as if it had been looked at. */
static void visit_all(struct form *form)
{
    for (size_t i = 0; i < form->fields.count; i++) {
        struct field *field = form_field_at(form, i);

        if (!field_takes_focus(field) || field->visited)
            continue;
        field->visited = true;
        if (field_value(field)[0] == '\0')
            field_judge(form, field);
    }
}

bool form_submit(struct form *form)
{
    const char *id = NULL;

    visit_all(form);
    if (form_obstacle(form, &id) != NULL) {
        form_go_to(form, id);
        return false;
    }
    if (form->boxed != NULL)
        form->boxed(form->box, form);
    else if (form->owner.done != NULL)
        form->owner.done(form->owner.context, form);
    return true;
}
