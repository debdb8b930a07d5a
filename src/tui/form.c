#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/tui/key.h>

#include "form_internal.h"

enum form_action { FORM_NEXT, FORM_PREVIOUS, FORM_ENTER, FORM_DONE, FORM_FIRST, FORM_LAST };

static const struct key_row form_rows_of_keys[] = {
    {"Tab Down",  FORM_NEXT,     "next",     "Go to the next field; completes a file name first",
     KEYS_HINT                                                                                             },
    { "S-Tab Up", FORM_PREVIOUS, "previous", "Go to the field before",                            0        },
    { "Enter",    FORM_ENTER,    "on",       "Go on; on the last field: done",                    0        },
    { "^S",       FORM_DONE,     "done",     "Take it as it stands",                              KEYS_HINT},
    { "PgUp",     FORM_FIRST,    "first",    "Go to the first field",                             0        },
    { "PgDn",     FORM_LAST,     "last",     "Go to the last field",                              0        },
};

const struct key_table form_keys = { "form", form_rows_of_keys,
                                     sizeof form_rows_of_keys / sizeof *form_rows_of_keys };

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

/* --- Focus ----------------------------------------------------------------------------------- */

static struct field *focused(const struct form *form)
{
    return form->focus < form->fields.count ? form_field_at(form, form->focus) : NULL;
}

/* The field that is left has been seen: what it lacks may be said now. */
static void move_to(struct form *form, size_t index)
{
    struct field *field = focused(form);

    strbuf_clear(&form->offers);
    if (field != NULL && !field->visited) {
        field->visited = true;
        if (field_value(field)[0] == '\0')
            field_judge(form, field);
    }
    form->focus = index;
}

static size_t next_field(const struct form *form, size_t from, bool forwards, bool round)
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

static size_t end_field(const struct form *form, bool last)
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
    return focused(form) == NULL ? NULL : focused(form)->id;
}

bool form_go_to(struct form *form, const char *id)
{
    const struct field *field = form_find(form, id);

    if (field == NULL || !field_takes_focus(field))
        return false;
    move_to(form, (size_t)(field - form_field_at(form, 0)));
    return true;
}

bool form_is_at_end(const struct form *form)
{
    return form->focus == end_field(form, true);
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

/* --- Keys ------------------------------------------------------------------------------------ */

static unsigned form_act(struct pane *pane, int action)
{
    struct form *form = (struct form *)pane;

    if (focused(form) == NULL && action != FORM_DONE && action != FORM_ENTER)
        return REFRESH_IGNORED;
    switch ((enum form_action)action) {
    case FORM_NEXT:
    case FORM_PREVIOUS:
        move_to(form, next_field(form, form->focus, action == FORM_NEXT, true));
        break;
    case FORM_ENTER:
        if (form_is_at_end(form))
            form_submit(form);
        else
            move_to(form, next_field(form, form->focus, true, false));
        break;
    case FORM_DONE:
        form_submit(form);
        break;
    case FORM_FIRST:
    case FORM_LAST:
        move_to(form, end_field(form, action == FORM_LAST));
        break;
    }
    return REFRESH_DRAW;
}

static void value_changed(struct form *form, struct field *field)
{
    strbuf_clear(&form->offers);
    field->touched = true;
    field_judge(form, field);
    if (form->owner.changed != NULL)
        form->owner.changed(form->owner.context, form, field->id);
}

static unsigned key_to_editor(struct form *form, struct field *field, int32_t key)
{
    /* Up and down move between fields here, and ^P and ^N are no history. */
    bool mine = key_is_text(key) || (key != KEYCODE_UP && key != KEYCODE_DOWN &&
                                     key != key_control('P') && key != key_control('N'));
    char *before;
    bool changed;

    if (key == KEYCODE_TAB && field->kind == FORM_PATH &&
        form_complete_path(field->editor, &form->offers)) {
        if (form->offers.length == 0)
            value_changed(form, field);
        return REFRESH_DRAW;
    }
    if (!mine)
        return REFRESH_IGNORED;
    before = memory_copy_text(line_editor_text(field->editor));
    if (!line_editor_key(field->editor, key)) {
        explicit_bzero(before, strlen(before));
        free(before);
        return REFRESH_IGNORED;
    }
    changed = strcmp(before, line_editor_text(field->editor)) != 0;
    explicit_bzero(before, strlen(before));
    free(before);
    if (changed)
        value_changed(form, field);
    return REFRESH_DRAW;
}

static void choose(struct form *form, struct field *field, size_t option)
{
    if (field->option_count == 0 || field->option == option)
        return;
    field->option = option;
    value_changed(form, field);
}

/* The next option that begins with a letter, round the end. */
static size_t option_of(const struct field *field, int32_t letter)
{
    size_t from = field->option == NO_OPTION ? field->option_count - 1 : field->option;

    for (size_t i = 1; i <= field->option_count && letter < 0x80; i++) {
        size_t index = (from + i) % field->option_count;

        if (tolower((unsigned char)field->options[index][0]) == tolower((int)letter))
            return index;
    }
    return field->option;
}

static unsigned key_to_choice(struct form *form, struct field *field, int32_t key)
{
    size_t count = field->option_count;
    bool none = field->option == NO_OPTION;

    if (count > 0 && (key == KEYCODE_RIGHT || key == ' '))
        choose(form, field, none ? 0 : (field->option + 1) % count);
    else if (count > 0 && key == KEYCODE_LEFT)
        choose(form, field, none ? count - 1 : (field->option + count - 1) % count);
    else if (!field->required && (key == KEYCODE_BACKSPACE || key == KEYCODE_DELETE))
        choose(form, field, NO_OPTION);
    else if (key_is_text(key) && count > 0)
        choose(form, field, option_of(field, key));
    else if (!key_is_text(key))
        return REFRESH_IGNORED;
    return REFRESH_DRAW;
}

static unsigned key_to_choices(struct form *form, struct field *field, int32_t key)
{
    if (field->option_count == 0)
        return key_is_text(key) ? REFRESH_DRAW : REFRESH_IGNORED;
    if (key == KEYCODE_DOWN && field->option + 1 < field->option_count) {
        field->option++;
    } else if (key == KEYCODE_UP && field->option > 0) {
        field->option--;
    } else if (key == ' ') {
        struct strbuf lines = STRBUF_INIT;

        field->chosen[field->option] = !field->chosen[field->option];
        for (size_t i = 0; i < field->option_count; i++)
            if (field->chosen[i])
                strbuf_printf(&lines, "%s\n", field->options[i]);
        field_set_value(field, lines.data);
        strbuf_release(&lines);
        value_changed(form, field);
    } else if (key_is_text(key)) {
        field->option = option_of(field, key);
    } else {
        return REFRESH_IGNORED;
    }
    return REFRESH_DRAW;
}

static unsigned key_to_field(struct pane *pane, int32_t key)
{
    struct form *form = (struct form *)pane;
    struct field *field = focused(form);

    if (field == NULL)
        return REFRESH_IGNORED;
    if (field->editor != NULL)
        return key_to_editor(form, field, key);
    return field->kind == FORM_CHOICE ? key_to_choice(form, field, key)
                                      : key_to_choices(form, field, key);
}

unsigned form_key(struct form *form, int32_t key)
{
    unsigned refresh = key_to_field(&form->pane, key);
    struct key_sequence typed = { { key }, 1 };
    struct keymap keymap = { { &form_keys }, 1 };
    struct key_match match;

    if ((refresh & REFRESH_IGNORED) == 0 ||
        keymap_match(&keymap, &typed, &match) != KEY_RESULT_MATCH)
        return refresh;
    return form_act(&form->pane, match.row->action);
}

void form_paste(struct form *form, const char *text, size_t length)
{
    struct field *field = focused(form);

    if (field == NULL || field->editor == NULL)
        return;
    /* The end of a copied line is not a part of the value. */
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    line_editor_insert(field->editor, text, length);
    value_changed(form, field);
}

static unsigned paste(struct pane *pane, const char *text, size_t length)
{
    form_paste((struct form *)pane, text, length);
    return REFRESH_DRAW;
}

/* --- The pane -------------------------------------------------------------------------------- */

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
    .key = key_to_field,
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
    form->focus = end_field(form, false);
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
    form->focus = end_field(form, false);
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

/* --- Values ---------------------------------------------------------------------------------- */

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
