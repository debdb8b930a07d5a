#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/key.h>
#include <pilab/tui/keymap.h>
#include <pilab/tui/workspace.h>

#include "overlay.h"

#define LABEL_COLUMN  5
#define GAP           2  /* between a label and what stands behind it */
#define FRAME_COLUMNS 4  /* of the box around it */
#define NARROWEST     20 /* columns; a reason with less room stays in one line and is cut */

struct menu {
    struct overlay overlay;
    struct workspace *workspace;
    char *title;
    struct vector items; /* of struct menu_item; texts are owned */
    size_t selected;
    size_t top;
    bool accepted;
    void (*chosen)(void *context, uint64_t value);
    void *context;
};

static struct menu_item *item_at(const struct menu *menu, size_t index)
{
    return vector_at(&menu->items, index);
}

static char *copy_or_null(const char *text)
{
    return text == NULL ? NULL : memory_copy_text(text);
}

void menu_add(struct menu *menu, const struct menu_item *item)
{
    struct menu_item *added = vector_add(&menu->items);

    *added = *item;
    added->label = memory_copy_text(item->label);
    added->detail = copy_or_null(item->detail);
    added->refusal = copy_or_null(item->refusal);
}

size_t menu_count(const struct menu *menu)
{
    return menu->items.count;
}

void menu_free(struct menu **menu)
{
    if (*menu == NULL)
        return;
    for (size_t i = 0; i < (*menu)->items.count; i++) {
        free((char *)item_at(*menu, i)->label);
        free((char *)item_at(*menu, i)->detail);
        free((char *)item_at(*menu, i)->refusal);
    }
    vector_release(&(*menu)->items);
    free((*menu)->title);
    free(*menu);
    *menu = NULL;
}

static enum overlay_state choose(struct menu *menu, size_t index)
{
    const struct menu_item *item = item_at(menu, index);

    menu->selected = index;
    if (item->refusal != NULL) {
        workspace_say(menu->workspace, MESSAGE_WARNING, "%s: %s", item->label, item->refusal);
        return OVERLAY_STAYS;
    }
    menu->accepted = true;
    return OVERLAY_DONE;
}

static enum overlay_state menu_key(struct overlay *overlay, int32_t key)
{
    struct menu *menu = (struct menu *)overlay;
    size_t count = menu->items.count;

    for (size_t i = 0; i < count; i++)
        if (item_at(menu, i)->key == key)
            return choose(menu, i);
    if (key == KEYCODE_DOWN || key == 'j')
        menu->selected = (menu->selected + 1) % count;
    else if (key == KEYCODE_UP || key == 'k')
        menu->selected = (menu->selected + count - 1) % count;
    else if (key == KEYCODE_ENTER)
        return choose(menu, menu->selected);
    else
        return key == KEYCODE_ESCAPE || key == 'q' ? OVERLAY_DONE : OVERLAY_STAYS;
    return OVERLAY_STAYS;
}

static int width_of(const char *text)
{
    return text == NULL ? 0 : (int)text_width(text, strlen(text));
}

/* What stands behind a label: why not, or more about it. */
static const char *behind(const struct menu_item *item)
{
    return item->refusal != NULL ? item->refusal : item->detail;
}

static int widest_label(const struct menu *menu)
{
    int widest = 0;

    for (size_t i = 0; i < menu->items.count; i++)
        if (width_of(item_at(menu, i)->label) > widest)
            widest = width_of(item_at(menu, i)->label);
    return widest;
}

static int wanted_columns(const struct menu *menu, int detail_column)
{
    int columns = detail_column - GAP;

    for (size_t i = 0; i < menu->items.count; i++)
        if (detail_column + width_of(behind(item_at(menu, i))) > columns &&
            behind(item_at(menu, i)) != NULL)
            columns = detail_column + width_of(behind(item_at(menu, i)));
    return columns + 1;
}

/* Why something cannot be done is shown to its end, in further rows; what it is about, in one. */
static int item_rows(const struct menu_item *item, int columns, bool ascii)
{
    if (item->refusal == NULL || columns < NARROWEST)
        return 1;
    return paragraph_rows(item->refusal, columns, ascii);
}

/* From one item to another, the last included. */
static int rows_between(const struct menu *menu, size_t first, size_t last, int columns, bool ascii)
{
    int rows = 0;

    for (size_t i = first; i <= last && i < menu->items.count; i++)
        rows += item_rows(item_at(menu, i), columns, ascii);
    return rows;
}

static void draw_behind(const struct menu_item *item, const struct surface *inside, int row,
                        int rows, int column)
{
    struct rectangle area = { row, column, rows, surface_columns(inside) - column };
    struct surface part = surface_part(inside, area);

    if (rows > 1)
        paragraph_draw(&part, 0, 0, surface_columns(&part) - 1, ROLE_DIM, item->refusal);
    else if (behind(item) != NULL)
        surface_print(&part, 0, 0, ROLE_DIM, behind(item));
}

static void draw_item(const struct menu *menu, const struct surface *inside, int row, int rows,
                      size_t index, int detail_column)
{
    const struct menu_item *item = item_at(menu, index);
    bool refused = item->refusal != NULL;
    bool dangerous = (item->flags & KEYS_DANGEROUS) != 0;
    char name[KEY_NAME_SIZE];

    surface_print(inside, row, 1, refused ? ROLE_DIM : ROLE_HINT_KEY, key_format(item->key, name));
    surface_print(inside, row, LABEL_COLUMN,
                  refused     ? ROLE_DIM
                  : dangerous ? ROLE_WARNING
                              : ROLE_NORMAL,
                  item->label);
    draw_behind(item, inside, row, rows, detail_column);
    if (index != menu->selected)
        return;
    for (int i = 0; i < rows; i++)
        surface_overlay(inside, row + i, 0, surface_columns(inside), ROLE_SELECTED);
    surface_glyph(inside, row, 0, ROLE_ACCENT, GLYPH_CURSOR);
    surface_overlay(inside, row, 0, 1, ROLE_SELECTED);
    surface_cursor(inside, row, 0, false);
}

static void menu_draw(struct overlay *overlay, const struct surface *screen)
{
    struct menu *menu = (struct menu *)overlay;
    bool ascii = canvas_glyphs(screen->canvas) == GLYPHS_ASCII;
    int detail_column = LABEL_COLUMN + widest_label(menu) + GAP;
    int wanted = wanted_columns(menu, detail_column);
    int room = surface_columns(screen) - FRAME_COLUMNS;
    int columns = (wanted < room ? wanted : room) - detail_column - 1;
    struct surface inside =
        overlay_box(screen, rows_between(menu, 0, menu->items.count, columns, ascii), wanted,
                    menu->title);
    int height = surface_rows(&inside) < 1 ? 1 : surface_rows(&inside);
    size_t next;

    if (menu->selected < menu->top)
        menu->top = menu->selected;
    while (menu->top < menu->selected &&
           rows_between(menu, menu->top, menu->selected, columns, ascii) > height)
        menu->top++;
    next = menu->top;
    for (int row = 0; row < height && next < menu->items.count; next++) {
        int rows = item_rows(item_at(menu, next), columns, ascii);

        /* One that does not fit whole waits for its turn. */
        if (row > 0 && row + rows > height)
            break;
        draw_item(menu, &inside, row, rows, next, detail_column);
        row += rows;
    }
    if (menu->top > 0)
        surface_glyph(&inside, 0, surface_columns(&inside) - 1, ROLE_DIM, GLYPH_ELLIPSIS);
    if (next < menu->items.count)
        surface_glyph(&inside, height - 1, surface_columns(&inside) - 1, ROLE_DIM, GLYPH_ELLIPSIS);
}

static void menu_finish(struct overlay *overlay)
{
    struct menu *menu = (struct menu *)overlay;

    if (menu->accepted)
        menu->chosen(menu->context, item_at(menu, menu->selected)->value);
}

static void menu_release(struct overlay *overlay)
{
    struct menu *menu = (struct menu *)overlay;

    menu_free(&menu);
}

static const struct overlay_hint menu_hints[] = {
    {"Enter", "choose"},
    { "j k",  "move"  },
    { "Esc",  "cancel"},
    { NULL,   NULL    },
};

static const struct overlay_ops menu_ops = {
    .hints = menu_hints,
    .draw = menu_draw,
    .key = menu_key,
    .finish = menu_finish,
    .free = menu_release,
};

struct menu *menu_new(const char *title)
{
    struct menu *menu = memory_new(sizeof *menu);

    menu->overlay.ops = &menu_ops;
    menu->title = memory_copy_text(title);
    vector_init(&menu->items, sizeof(struct menu_item));
    return menu;
}

void dialog_menu(struct workspace *workspace, struct menu *menu,
                 void (*chosen)(void *context, uint64_t value), void *context)
{
    menu->workspace = workspace;
    menu->chosen = chosen;
    menu->context = context;
    workspace_lay_over(workspace, &menu->overlay);
}
