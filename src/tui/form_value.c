#include "form_internal.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

/* What a field holds, and whether it may. */

struct field *form_field_at(const struct form *form, size_t index)
{
    return vector_at(&form->fields, index);
}

struct field *form_find(const struct form *form, const char *id)
{
    for (size_t i = 0; i < form->fields.count; i++) {
        struct field *field = form_field_at(form, i);

        if (field->id != NULL && strcmp(field->id, id) == 0)
            return field;
    }
    return NULL;
}

bool field_takes_focus(const struct field *field)
{
    return field->kind != FORM_NOTE && field->kind != FORM_SECTION;
}

const char *field_value(const struct field *field)
{
    if (field->editor != NULL)
        return line_editor_text(field->editor);
    if (field->kind == FORM_CHOICE)
        return field->option == NO_OPTION ? "" : field->options[field->option];
    return field->lines.data;
}

static void collect_chosen(struct field *field)
{
    strbuf_clear(&field->lines);
    for (size_t i = 0; i < field->option_count; i++)
        if (field->chosen[i])
            strbuf_printf(&field->lines, "%s%s", field->lines.length > 0 ? "\n" : "",
                          field->options[i]);
}

/* Whether `text` is one of the lines. */
static bool has_line(const char *lines, const char *text)
{
    size_t length = strlen(text);

    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");

        if (size == length && memcmp(lines, text, length) == 0)
            return true;
        lines += size + (lines[size] == '\n');
    }
    return false;
}

void field_set_value(struct field *field, const char *text)
{
    if (field->editor != NULL) {
        line_editor_set(field->editor, text);
        return;
    }
    if (field->kind == FORM_CHOICE)
        field->option = NO_OPTION;
    for (size_t i = 0; i < field->option_count; i++) {
        if (field->kind == FORM_CHOICES)
            field->chosen[i] = has_line(text, field->options[i]);
        else if (strcmp(field->options[i], text) == 0)
            field->option = i;
    }
    if (field->kind == FORM_CHOICES)
        collect_chosen(field);
}

void field_release(struct field *field)
{
    for (size_t i = 0; i < field->option_count; i++)
        free(field->options[i]);
    free(field->options);
    free(field->chosen);
    free(field->id);
    free(field->label);
    free(field->help);
    free(field->said);
    strbuf_release(&field->lines);
    line_editor_free(&field->editor);
}

void field_say(struct field *field, enum form_verdict verdict, const char *said)
{
    field->verdict = verdict;
    free(field->said);
    field->said = said == NULL ? NULL : memory_copy_text(said);
}

static bool check_number(const struct field *field, const char *value, struct error *error)
{
    char *end;
    long long number;

    errno = 0;
    number = strtoll(value, &end, 10);
    if (*end != '\0' || errno != 0)
        return error_set(error, ERROR_INVALID, "a whole number");
    if ((field->minimum != 0 || field->maximum != 0) &&
        (number < field->minimum || number > field->maximum))
        return error_set(error, ERROR_INVALID, "from %" PRId64 " to %" PRId64, field->minimum,
                         field->maximum);
    return true;
}

void field_judge(const struct form *form, struct field *field)
{
    const char *value = field_value(field);
    struct error error = { 0 };
    bool good = true;

    if (value[0] == '\0') {
        if (field->required)
            field_say(field, FORM_WRONG, field->visited ? "is needed" : NULL);
        else
            field_say(field, FORM_UNCHECKED, NULL);
        return;
    }
    if (field->kind == FORM_NUMBER)
        good = check_number(field, value, &error);
    if (good && field->check != NULL)
        good = field->check(form->owner.context, form, value, &error);
    if (!good)
        field_say(field, FORM_WRONG, error.message);
    else
        field_say(field, field->check != NULL ? FORM_GOOD : FORM_UNCHECKED, NULL);
}

/* --- By their ids ----------------------------------------------------------------------------- */

const char *form_text(const struct form *form, const char *id)
{
    const struct field *field = form_find(form, id);

    return field == NULL || !field_takes_focus(field) ? "" : field_value(field);
}

bool form_number(const struct form *form, const char *id, int64_t *number)
{
    const char *value = form_text(form, id);
    char *end;

    errno = 0;
    *number = strtoll(value, &end, 10);
    return value[0] != '\0' && *end == '\0' && errno == 0;
}

bool form_has_chosen(const struct form *form, const char *id, const char *option)
{
    const struct field *field = form_find(form, id);

    for (size_t i = 0; field != NULL && i < field->option_count; i++)
        if (strcmp(field->options[i], option) == 0)
            return field->kind == FORM_CHOICES ? field->chosen[i] : field->option == i;
    return false;
}

void form_set_text(struct form *form, const char *id, const char *text_to_set)
{
    struct field *field = form_find(form, id);

    if (field == NULL || !field_takes_focus(field))
        return;
    field_set_value(field, text_to_set);
    if (field->editor != NULL && text_to_set[0] != '\0')
        line_editor_select(field->editor);
    field_judge(form, field);
}

void form_set_label(struct form *form, const char *id, const char *label)
{
    struct field *field = form_find(form, id);

    if (field == NULL)
        return;
    free(field->label);
    field->label = memory_copy_text(label);
}

void form_set_check(struct form *form, const char *id, enum form_verdict verdict, const char *said)
{
    struct field *field = form_find(form, id);

    if (field != NULL)
        field_say(field, verdict, said);
}

enum form_verdict form_verdict(const struct form *form, const char *id)
{
    const struct field *field = form_find(form, id);

    return field == NULL ? FORM_UNCHECKED : field->verdict;
}
