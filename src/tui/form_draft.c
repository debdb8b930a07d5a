#include <string.h>

#include <pilab/base/json.h>

#include "form_internal.h"

/* A form as JSON, without its secrets. */

static json_t *export_choices(const struct field *field)
{
    json_t *array = json_array();

    for (size_t i = 0; i < field->option_count; i++)
        if (field->chosen[i])
            json_append(array, json_text(field->options[i]));
    return array;
}

json_t *form_export(const struct form *form)
{
    json_t *draft = json_object();

    for (size_t i = 0; i < form->fields.count; i++) {
        const struct field *field = form_field_at(form, i);

        if (!field_takes_focus(field) || field->kind == FORM_MASKED)
            continue;
        json_put(draft, field->id,
                 field->kind == FORM_CHOICES ? export_choices(field)
                                             : json_text(field_value(field)));
    }
    return draft;
}

static void import_choices(struct field *field, const json_t *value)
{
    struct strbuf lines = STRBUF_INIT;

    for (size_t i = 0; i < json_array_size(value); i++) {
        const char *option = json_string_value(json_array_get(value, i));

        if (option != NULL)
            strbuf_printf(&lines, "%s\n", option);
    }
    field_set_value(field, lines.data);
    strbuf_release(&lines);
}

void form_import(struct form *form, const json_t *draft)
{
    for (size_t i = 0; i < form->fields.count; i++) {
        struct field *field = form_field_at(form, i);
        const json_t *value = field->id == NULL ? NULL : json_object_get(draft, field->id);

        if (value == NULL || !field_takes_focus(field) || field->kind == FORM_MASKED)
            continue;
        if (field->kind == FORM_CHOICES && json_is_array(value))
            import_choices(field, value);
        else if (field->kind != FORM_CHOICES && json_is_string(value))
            field_set_value(field, json_string_value(value));
        else
            continue;
        field->touched = true;
        field_judge(form, field);
    }
}

/* A secret that was typed is a change, though it is in no draft. */
bool form_is_changed(const struct form *form)
{
    json_t *now = form_export(form);
    bool changed = !json_equal(now, form->clean);

    json_decref(now);
    for (size_t i = 0; i < form->fields.count; i++)
        changed |= form_field_at(form, i)->kind == FORM_MASKED &&
                   field_value(form_field_at(form, i))[0] != '\0';
    return changed;
}

void form_set_clean(struct form *form)
{
    json_decref(form->clean);
    form->clean = form_export(form);
}
