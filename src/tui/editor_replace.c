#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/editor_replace.h>

enum { REPLACE_ALL, REPLACE_THIS, REPLACE_SKIP, REPLACE_ONE_BY_ONE };

static void say_replaced(const struct editor_desk *desk, size_t count)
{
    if (count == 1)
        workspace_say(desk->workspace, MESSAGE_SUCCESS, "replaced once; u takes it back");
    else
        workspace_say(desk->workspace, MESSAGE_SUCCESS, "replaced %zu times; u takes it back",
                      count);
}

/* ---- one by one ---- */

static void ask_next(struct editor_desk *desk, size_t from);

static void one_chosen(void *context, uint64_t value)
{
    struct editor_desk *desk = context;
    size_t at = editor_cursor(desk->editor);

    if (value == REPLACE_ALL) {
        say_replaced(desk, desk->replaced +
                               editor_replace_rest(desk->editor, desk->find, desk->with, at));
        return;
    }
    if (value == REPLACE_THIS) {
        at = editor_replace_match(desk->editor, desk->find, desk->with);
        desk->replaced++;
    } else {
        at++;
    }
    ask_next(desk, at);
}

/* Behind the last one it ends, and does not begin again with what was put there. */
static void ask_next(struct editor_desk *desk, size_t from)
{
    struct menu *menu;

    if (!editor_next_match(desk->editor, desk->find, from)) {
        say_replaced(desk, desk->replaced);
        return;
    }
    menu = menu_new("Replace this one?");
    menu_add(menu, &(struct menu_item){
                       .key = 'y', .label = "yes", .detail = desk->with, .value = REPLACE_THIS });
    menu_add(menu, &(struct menu_item){ .key = 'n', .label = "no", .value = REPLACE_SKIP });
    menu_add(menu, &(struct menu_item){ .key = 'a',
                                        .label = "all",
                                        .detail = "this one and all that follow",
                                        .value = REPLACE_ALL });
    dialog_menu(desk->workspace, menu, one_chosen, desk);
}

/* ---- what and how ---- */

static void way_chosen(void *context, uint64_t value)
{
    struct editor_desk *desk = context;

    if (value == REPLACE_ALL)
        say_replaced(desk, editor_replace_all(desk->editor, desk->find, desk->with));
    else
        ask_next(desk, 0);
}

static void with_typed(void *context, const char *text)
{
    struct editor_desk *desk = context;
    size_t count = editor_count(desk->editor, desk->find);
    struct menu *menu;
    char *title;

    if (text == NULL)
        return;
    free(desk->with);
    desk->with = memory_copy_text(text);
    desk->replaced = 0;
    title = count == 1 ? memory_printf("Replace %s once", desk->find)
                       : memory_printf("Replace %s %zu times", desk->find, count);
    menu = menu_new(title);
    menu_add(menu, &(struct menu_item){ .key = 'a',
                                        .label = "all",
                                        .detail = "at once; u takes it back",
                                        .value = REPLACE_ALL });
    menu_add(menu, &(struct menu_item){ .key = 'e',
                                        .label = "each",
                                        .detail = "ask before each, from the top",
                                        .value = REPLACE_ONE_BY_ONE });
    dialog_menu(desk->workspace, menu, way_chosen, desk);
    free(title);
}

static bool is_there(void *context, const char *text, struct error *error)
{
    const struct editor_desk *desk = context;

    if (text[0] == '\0')
        return error_set(error, ERROR_INVALID, "what shall be found?");
    if (editor_count(desk->editor, text) == 0)
        return error_set(error, ERROR_NOT_FOUND, "it occurs nowhere");
    return true;
}

static void find_typed(void *context, const char *text)
{
    struct editor_desk *desk = context;
    size_t count;
    char *said;

    if (text == NULL)
        return;
    free(desk->find);
    desk->find = memory_copy_text(text);
    count = editor_count(desk->editor, text);
    said = count == 1 ? memory_copy_text("It occurs once.")
                      : memory_printf("It occurs %zu times.", count);
    dialog_ask(desk->workspace,
               &(struct question){
                   .title = "Replace", .text = said, .label = "with", .initial = desk->with },
               with_typed, desk);
    free(said);
}

void editor_replace_ask(struct editor_desk *desk)
{
    dialog_ask(desk->workspace,
               &(struct question){ .title = "Find and replace",
                                   .text = "Small letters find capitals too.",
                                   .label = "find",
                                   .initial = desk->find,
                                   .check = is_there },
               find_typed, desk);
}

void editor_desk_release(struct editor_desk *desk)
{
    free(desk->find);
    free(desk->with);
    desk->find = NULL;
    desk->with = NULL;
}

void editor_desk_say(void *context, const char *text)
{
    const struct editor_desk *desk = context;

    workspace_say(desk->workspace, MESSAGE_INFO, "%s", text);
}

void editor_desk_taken(void *context, const char *text, size_t length)
{
    const struct editor_desk *desk = context;
    struct strbuf clean = STRBUF_INIT;
    struct error error = { 0 };
    const char *where;

    copy_add_text(&clean, text, length);
    where = clipboard_copy(workspace_terminal(desk->workspace), clean.data, clean.length, &error);
    /* No error to dismiss at every `y`: the editor has the text. */
    if (where == NULL)
        workspace_say(desk->workspace, MESSAGE_INFO, "copied for p; no clipboard: %s",
                      error.message);
    else
        workspace_say(desk->workspace, MESSAGE_SUCCESS, "%zu bytes copied to %s", clean.length,
                      where);
    strbuf_release(&clean);
}

void editor_desk_replace(void *context)
{
    editor_replace_ask(context);
}
