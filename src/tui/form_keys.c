#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/key.h>

#include "form_internal.h"

/* What keys do in a form. */

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

unsigned form_act(struct pane *pane, int action)
{
    struct form *form = (struct form *)pane;

    if (form_focused(form) == NULL && action != FORM_DONE && action != FORM_ENTER)
        return REFRESH_IGNORED;
    switch ((enum form_action)action) {
    case FORM_NEXT:
    case FORM_PREVIOUS:
        form_move_to(form, form_next_field(form, form->focus, action == FORM_NEXT, true));
        break;
    case FORM_ENTER:
        if (form_is_at_end(form))
            form_submit(form);
        else
            form_move_to(form, form_next_field(form, form->focus, true, false));
        break;
    case FORM_DONE:
        form_submit(form);
        break;
    case FORM_FIRST:
    case FORM_LAST:
        form_move_to(form, form_end_field(form, action == FORM_LAST));
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

    /* Who only passes by changes nothing. */
    if (key == KEYCODE_TAB && field->kind == FORM_PATH && field->touched &&
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

unsigned form_key_to_field(struct pane *pane, int32_t key)
{
    struct form *form = (struct form *)pane;
    struct field *field = form_focused(form);

    if (field == NULL)
        return REFRESH_IGNORED;
    if (field->editor != NULL)
        return key_to_editor(form, field, key);
    return field->kind == FORM_CHOICE ? key_to_choice(form, field, key)
                                      : key_to_choices(form, field, key);
}

unsigned form_key(struct form *form, int32_t key)
{
    unsigned refresh = form_key_to_field(&form->pane, key);
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
    struct field *field = form_focused(form);

    if (field == NULL || field->editor == NULL)
        return;
    /* The end of a copied line is not a part of the value. */
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == '\r'))
        length--;
    line_editor_insert(field->editor, text, length);
    value_changed(form, field);
}
