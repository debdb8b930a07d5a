#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>
#include <pilab/tui/fuzzy.h>
#include <pilab/tui/key.h>
#include <pilab/tui/line_editor.h>
#include <pilab/tui/picker.h>

#include "overlay.h"

#define PICKER_ROWS    15
#define PICKER_COLUMNS 64

struct picker_item {
    const char *text;
    const char *detail;
    const char *value;
};

struct picker_match {
    int score;
    const struct picker_item *item;
};

struct picker {
    struct overlay overlay;
    struct arena *arena;
    char *title;
    struct vector items;      /* of struct picker_item */
    struct vector matches;    /* of struct picker_match, the best first */
    struct picker_item typed; /* what the line says, where that is an answer too */
    struct line_editor *editor;
    size_t selected;
    size_t top;
    bool free_text;
    const char *free_detail; /* what becomes of it; NULL: "as typed" */
    bool accepted;
    bool (*check)(void *context, const char *text, struct error *error); /* of free text, or NULL */
    struct error error; /* why the last one was not taken; ERROR_NONE: nothing is wrong */
    void (*chosen)(void *context, const char *value);
    void *context;
};

void picker_add(struct picker *picker, const char *text, const char *detail, const char *value)
{
    struct picker_item *item = vector_add(&picker->items);

    item->text = arena_text(picker->arena, text);
    item->detail = arena_text(picker->arena, detail);
    item->value = arena_text(picker->arena, value);
}

size_t picker_count(const struct picker *picker)
{
    return picker->items.count;
}

void picker_allow_free_text(struct picker *picker, bool allow)
{
    picker->free_text = allow;
}

void picker_take_free_text(struct picker *picker, const char *detail)
{
    picker->free_text = true;
    picker->free_detail = arena_text(picker->arena, detail);
}

void picker_check_free_text(struct picker *picker,
                            bool (*check)(void *context, const char *text, struct error *error))
{
    picker->check = check;
}

void picker_free(struct picker **picker)
{
    if (*picker == NULL)
        return;
    arena_free(&(*picker)->arena);
    vector_release(&(*picker)->items);
    vector_release(&(*picker)->matches);
    line_editor_free(&(*picker)->editor);
    free((*picker)->title);
    free(*picker);
    *picker = NULL;
}

static int compare_matches(const void *left, const void *right)
{
    const struct picker_match *a = left;
    const struct picker_match *b = right;

    return (a->score < b->score) - (a->score > b->score);
}

static bool is_named(const struct picker_item *item, const char *query)
{
    return strcmp(item->text, query) == 0 ||
           (item->value != NULL && strcmp(item->value, query) == 0);
}

/* The best first, and first of all what is named in full. Where any text will do, what was typed
 * stands below what resembles it, so that it can be meant. */
static void match(struct picker *picker)
{
    const char *query = line_editor_text(picker->editor);
    bool named = false;

    vector_clear(&picker->matches);
    picker->selected = picker->top = 0;
    for (size_t i = 0; i < picker->items.count; i++) {
        const struct picker_item *item = vector_at(&picker->items, i);
        bool same = is_named(item, query);
        struct picker_match found = { same ? INT_MAX : fuzzy_score(query, item->text), item };

        named |= same;
        if (found.score >= 0)
            vector_push(&picker->matches, &found);
    }
    vector_sort(&picker->matches, compare_matches);
    if (picker->free_text && query[0] != '\0' && !named) {
        struct picker_match found = { 0, &picker->typed };

        picker->typed = (struct picker_item){
            query, picker->free_detail != NULL ? picker->free_detail : "as typed", query
        };
        vector_push(&picker->matches, &found);
    }
}

static const struct picker_item *selected_item(const struct picker *picker)
{
    if (picker->matches.count == 0)
        return NULL;
    return ((const struct picker_match *)vector_at(&picker->matches, picker->selected))->item;
}

static enum overlay_state accept(struct picker *picker)
{
    const struct picker_item *item = selected_item(picker);

    picker->accepted =
        item != NULL && (item != &picker->typed || picker->check == NULL ||
                         picker->check(picker->context, item->value, &picker->error));
    return picker->accepted ? OVERLAY_DONE : OVERLAY_STAYS;
}

static void move(struct picker *picker, bool downwards)
{
    size_t count = picker->matches.count;

    if (count > 0)
        picker->selected = (picker->selected + (downwards ? 1 : count - 1)) % count;
}

static enum overlay_state picker_key(struct overlay *overlay, int32_t key)
{
    struct picker *picker = (struct picker *)overlay;

    if (key == KEYCODE_ESCAPE)
        return OVERLAY_DONE;
    error_clear(&picker->error);
    if (key == KEYCODE_ENTER)
        return accept(picker);
    if (key == KEYCODE_DOWN || key == KEYCODE_UP)
        move(picker, key == KEYCODE_DOWN);
    else if (key == key_control('N') || key == key_control('P') || key == KEYCODE_TAB)
        move(picker, key != key_control('P'));
    else if (line_editor_key(picker->editor, key))
        match(picker);
    return OVERLAY_STAYS;
}

static void picker_paste(struct overlay *overlay, const char *text, size_t length)
{
    struct picker *picker = (struct picker *)overlay;

    error_clear(&picker->error);
    line_editor_insert(picker->editor, text, length);
    match(picker);
}

static void draw_item(const struct picker *picker, const struct surface *inside, int row,
                      size_t index)
{
    const struct picker_match *found = vector_at(&picker->matches, index);
    int columns = surface_columns(inside);
    int used = surface_print(inside, row, 1, ROLE_NORMAL, found->item->text);
    int width = found->item->detail != NULL
                    ? (int)text_width(found->item->detail, strlen(found->item->detail))
                    : 0;

    /* At the right end, so that the names stand alone; where there is no room, after the name. */
    if (found->item->detail != NULL)
        surface_print(inside, row, used + 3 + width < columns ? columns - 1 - width : used + 3,
                      ROLE_DIM, found->item->detail);
    if (index != picker->selected)
        return;
    surface_overlay(inside, row, 0, surface_columns(inside), ROLE_SELECTED);
    surface_glyph(inside, row, 0, ROLE_ACCENT, GLYPH_CURSOR);
    surface_overlay(inside, row, 0, 1, ROLE_SELECTED);
}

/* At the lower end, where what resembles a wrong text seldom reaches; what to try goes first. */
static void draw_error(const struct picker *picker, const struct surface *inside)
{
    bool ascii = canvas_glyphs(inside->canvas) == GLYPHS_ASCII;
    struct rectangle area = { 1, 0, surface_rows(inside) - 1, surface_columns(inside) };
    const char *texts[] = { picker->error.hint, picker->error.message };

    for (size_t i = 0; i < 2 && area.rows > 0; i++) {
        int rows = paragraph_rows(texts[i], area.columns - 2, ascii);
        struct surface part =
            surface_part(inside, rectangle_cut_bottom(&area, rows < area.rows ? rows : area.rows));

        surface_clear(&part, ROLE_DIALOG);
        paragraph_draw(&part, 0, 1, area.columns - 2, i == 0 ? ROLE_DIM : ROLE_ERROR, texts[i]);
    }
}

static void picker_draw(struct overlay *overlay, const struct surface *screen)
{
    struct picker *picker = (struct picker *)overlay;
    size_t most = picker->items.count + (picker->free_text ? 1 : 0);
    size_t wanted = most < PICKER_ROWS ? most : PICKER_ROWS;
    struct surface inside = overlay_box(screen, (int)wanted + 1, PICKER_COLUMNS, picker->title);
    int room = surface_rows(&inside) - 1;
    size_t height = room < 1 ? 1 : (size_t)room;

    if (picker->selected < picker->top)
        picker->top = picker->selected;
    if (picker->selected >= picker->top + height)
        picker->top = picker->selected - height + 1;
    for (size_t i = 0; i < height && picker->top + i < picker->matches.count; i++)
        draw_item(picker, &inside, (int)i + 1, picker->top + i);
    if (picker->matches.count == 0)
        surface_print(&inside, 1, 1, ROLE_DIM, "Nothing matches");
    if (picker->error.code != ERROR_NONE)
        draw_error(picker, &inside);
    line_editor_draw(picker->editor, &inside, 0, 0, surface_columns(&inside));
}

static void picker_finish(struct overlay *overlay)
{
    const struct picker *picker = (const struct picker *)overlay;

    picker->chosen(picker->context, picker->accepted ? selected_item(picker)->value : NULL);
}

static void picker_release(struct overlay *overlay)
{
    struct picker *picker = (struct picker *)overlay;

    picker_free(&picker);
}

static const struct overlay_hint picker_hints[] = {
    {"Enter",    "choose"},
    { "Up Down", "move"  },
    { "Esc",     "cancel"},
    { NULL,      NULL    },
};

static const struct overlay_ops picker_ops = {
    .hints = picker_hints,
    .draw = picker_draw,
    .key = picker_key,
    .paste = picker_paste,
    .finish = picker_finish,
    .free = picker_release,
};

struct picker *picker_new(const char *title)
{
    struct picker *picker = memory_new(sizeof *picker);

    picker->overlay.ops = &picker_ops;
    picker->arena = arena_new();
    picker->title = memory_copy_text(title);
    picker->editor = line_editor_new(NULL, NULL);
    vector_init(&picker->items, sizeof(struct picker_item));
    vector_init(&picker->matches, sizeof(struct picker_match));
    return picker;
}

void picker_open(struct workspace *workspace, struct picker *picker,
                 void (*chosen)(void *context, const char *value), void *context)
{
    picker->chosen = chosen;
    picker->context = context;
    match(picker);
    workspace_lay_over(workspace, &picker->overlay);
}
