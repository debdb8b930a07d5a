#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/notes/merge_text.h>
#include <pilab/notes/word_diff.h>
#include <pilab/tui/rich_view.h>

/* Somebody made another revision while this person was typing: what they did, and what becomes of
 * the lines that both changed. The text of neither is touched here: what comes of it goes into the
 * editor, where `u` takes it back. */

#define HEAD_ROWS   3
#define CONTEXT     3 /* lines around what was changed */
#define FIRST_LINE  60
#define NOT_CHOSEN  MERGE_MARK
#define LIST_CELLS  4
#define MOST_LISTED 8 /* rows of the list */

enum merge_action {
    MERGE_MINE_KEY,
    MERGE_THEIRS_KEY,
    MERGE_BOTH_KEY,
    MERGE_HAND_KEY,
    MERGE_GO,
    MERGE_KEEP
};

/* clang-format off */
static const struct key_row merge_key_rows[] = {
    { "m", MERGE_MINE_KEY, "mine", "Take your lines of the conflict", KEYS_HINT },
    { "t", MERGE_THEIRS_KEY, "theirs", "Take their lines of the conflict", KEYS_HINT },
    { "b", MERGE_BOTH_KEY, "both", "Take yours, and then theirs", KEYS_HINT },
    { "e", MERGE_HAND_KEY, "by hand", "Put both into the editor between marks", KEYS_HINT },
    { "Enter", MERGE_GO, "into the editor", "Go on in the editor with both texts in one", KEYS_HINT },
    { "!w", MERGE_KEEP, "keep", "Keep both in one as a new revision", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table merge_keys = { "Two people edited", merge_key_rows,
                                             sizeof merge_key_rows / sizeof *merge_key_rows };

static const struct list_column merge_columns[LIST_CELLS] = {
    {"No",      2,  3,  0, FIT_RIGHT},
    { "Take",   7,  9,  0, FIT_END  },
    { "Yours",  10, 0,  0, FIT_END  },
    { "Theirs", 10, 34, 1, FIT_END  },
};

struct merge_screen {
    char session[UUID_SIZE]; /* of what is typed: it may be kept or thrown away from elsewhere */
    int64_t base_rev;
    uint64_t typed; /* revision of the editor that `mine` is */
    struct studio *studio;
    void (*keep)(struct note_typing *typing, bool leave);
    char *base, *mine, *theirs;
    char *author;
    int64_t rev; /* theirs */
    struct merge merge;
    struct vector choices; /* enum merge_choice, one for each conflict */
    struct vector chosen;  /* bool */
    struct memory_rows *rows;
    struct list *list;
    struct text_view *text;
    int64_t shown; /* the row that the text is about; -1: none yet */
};

static const struct merge_region *conflict_at(const struct merge_screen *screen, size_t index)
{
    size_t seen = 0;

    for (size_t i = 0; i < screen->merge.regions.count; i++) {
        const struct merge_region *region = vector_at(&screen->merge.regions, i);

        if (region->kind == MERGE_CONFLICT && seen++ == index)
            return region;
    }
    return NULL;
}

static size_t open_conflicts(const struct merge_screen *screen)
{
    size_t open = 0;

    for (size_t i = 0; i < screen->merge.conflicts; i++)
        open += !*(bool *)vector_at(&screen->chosen, i);
    return open;
}

/* --- Rows ------------------------------------------------------------------------------------- */

static void first_line(struct merge_text text, char out[FIRST_LINE])
{
    const char *end = text.length > 0 ? memchr(text.bytes, '\n', text.length) : NULL;
    size_t length = end != NULL ? (size_t)(end - text.bytes) : text.length;

    if (text.length == 0) {
        snprintf(out, FIRST_LINE, "(taken away)");
        return;
    }
    snprintf(out, FIRST_LINE, "%.*s", (int)(length < FIRST_LINE ? length : FIRST_LINE - 1),
             text.bytes);
}

static void fill(struct merge_screen *screen)
{
    static const char *const words[] = { [MERGE_TAKE_MINE] = "mine",
                                         [MERGE_TAKE_THEIRS] = "theirs",
                                         [MERGE_TAKE_BOTH] = "both",
                                         [MERGE_MARK] = "by hand" };
    struct list_column columns[LIST_CELLS];
    struct row row = { .identity = "0" };

    memory_rows_clear(screen->rows);
    row_set(&row, 2, ROLE_NORMAL, "everything they did");
    memory_rows_add(screen->rows, &row);
    for (size_t i = 0; i < screen->merge.conflicts; i++) {
        const struct merge_region *region = conflict_at(screen, i);
        bool chosen = *(bool *)vector_at(&screen->chosen, i);
        char number[24], mine[FIRST_LINE], theirs[FIRST_LINE];
        struct row line = { .identity = number };

        snprintf(number, sizeof number, "%zu", i + 1);
        first_line(region->mine, mine);
        first_line(region->theirs, theirs);
        row_set(&line, 0, ROLE_DIM, number);
        row_set(&line, 1, chosen ? ROLE_NORMAL : ROLE_WARNING,
                chosen ? words[*(enum merge_choice *)vector_at(&screen->choices, i)] : "?");
        row_set(&line, 2, ROLE_NORMAL, mine);
        row_set(&line, 3, ROLE_NORMAL, theirs);
        memory_rows_add(screen->rows, &line);
    }
    memcpy(columns, merge_columns, sizeof columns);
    list_columns_fit(columns, LIST_CELLS, screen->rows);
    list_set_columns(screen->list, columns, LIST_CELLS);
    list_reload(screen->list);
}

static void add_side(struct strbuf *out, const char *title, enum rich_role role,
                     struct merge_text text, bool utf8)
{
    rich_word(out, RICH_HEADING, title);
    strbuf_add_char(out, '\n');
    for (size_t at = 0; at < text.length;) {
        const char *end = memchr(text.bytes + at, '\n', text.length - at);
        size_t length = end != NULL ? (size_t)(end - text.bytes) - at : text.length - at;
        char *line = memory_copy_bytes(text.bytes + at, length + 1);

        line[length] = '\0';
        strbuf_add(out, "  ");
        rich_text(out, role, line, utf8);
        strbuf_add_char(out, '\n');
        free(line);
        at += length + 1;
    }
    if (text.length == 0)
        strbuf_add(out, "  (nothing: the lines are taken away)\n");
    strbuf_add_char(out, '\n');
}

static void show_difference(struct merge_screen *screen, struct strbuf *out)
{
    struct word_diff diff;

    word_diff_make(&diff, screen->base, strlen(screen->base), screen->theirs,
                   strlen(screen->theirs));
    word_diff_render(&diff, screen->base, screen->theirs, CONTEXT, screen->studio->utf8, out);
    word_diff_release(&diff);
}

static size_t row_under_cursor(const struct merge_screen *screen)
{
    return (size_t)list_cursor(screen->list);
}

static void show_row(struct merge_screen *screen)
{
    size_t index = row_under_cursor(screen);
    const struct merge_region *region = index > 0 ? conflict_at(screen, index - 1) : NULL;
    bool utf8 = screen->studio->utf8;
    struct strbuf text = STRBUF_INIT;
    char *title;

    if (screen->shown == (int64_t)index)
        return;
    screen->shown = (int64_t)index;
    if (region == NULL) {
        show_difference(screen, &text);
    } else {
        add_side(&text, "Yours", RICH_ADDED, region->mine, utf8);
        title = memory_printf("Theirs, revision %" PRId64, screen->rev);
        add_side(&text, title, RICH_MODIFIED, region->theirs, utf8);
        free(title);
        title = memory_printf("Before, revision %" PRId64, screen->base_rev);
        add_side(&text, title, RICH_DIM, region->base, utf8);
        free(title);
    }
    text_view_set_rich(screen->text, text.data, text.length);
    strbuf_release(&text);
}

/* --- The view --------------------------------------------------------------------------------- */

static void merge_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "merge");
}

static void merge_layout(struct view *view, struct rectangle area)
{
    struct merge_screen *screen = view_state(view);
    int rows = (int)(screen->merge.conflicts < MOST_LISTED ? screen->merge.conflicts : MOST_LISTED);

    rectangle_cut_top(&area, HEAD_ROWS);
    pane_place(list_pane(screen->list), rectangle_cut_top(&area, rows + 3));
    rectangle_cut_top(&area, 1);
    rectangle_cut_left(&area, text_margin(area.columns));
    pane_place(text_view_pane(screen->text), area);
}

static void merge_draw(struct view *view, const struct surface *surface)
{
    struct merge_screen *screen = view_state(view);
    size_t open = open_conflicts(screen);

    show_row(screen);
    surface_printf(surface, 0, 1, ROLE_STRONG,
                   "%s made revision %" PRId64 " meanwhile; yours began from revision %" PRId64 ".",
                   screen->author, screen->rev, screen->base_rev);
    if (screen->merge.conflicts == 0)
        surface_printf(surface, 1, 1, ROLE_SUCCESS, "Both fit together. !w keeps both in one.");
    else
        surface_printf(surface, 1, 1, open > 0 ? ROLE_WARNING : ROLE_SUCCESS,
                       "%zu place%s that both changed, %zu to choose: m mine, t theirs, b both, "
                       "e by hand",
                       screen->merge.conflicts, screen->merge.conflicts == 1 ? "" : "s", open);
    surface_horizontal_line(surface, 2, ROLE_LINE);
    surface_horizontal_line(surface,
                            list_pane(screen->list)->area.row + list_pane(screen->list)->area.rows,
                            ROLE_LINE);
}

static bool merge_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct merge_screen *screen = view_state(view);
    size_t open = open_conflicts(screen);

    if (action == MERGE_GO)
        return true;
    if (action == MERGE_KEEP) {
        for (size_t i = 0; i < screen->merge.conflicts && open == 0; i++)
            open += *(enum merge_choice *)vector_at(&screen->choices, i) == MERGE_MARK;
        if (open > 0)
            strbuf_printf(why, "%zu to choose first; what is done by hand goes into the editor",
                          open);
        return open == 0;
    }
    if (row_under_cursor(screen) > 0)
        return true;
    strbuf_add(why, screen->merge.conflicts > 0 ? "go to a numbered line first"
                                                : "there is nothing to choose");
    return false;
}

static void choose(struct merge_screen *screen, enum merge_choice choice)
{
    size_t index = row_under_cursor(screen);

    *(enum merge_choice *)vector_at(&screen->choices, index - 1) = choice;
    *(bool *)vector_at(&screen->chosen, index - 1) = true;
    fill(screen);
    list_move_to(screen->list,
                 index < screen->merge.conflicts ? (uint64_t)index + 1 : (uint64_t)index);
}

/* What the merge is of, as it is still; NULL: somebody went on with it in another place. */
static struct note_typing *typing_as_it_was(const struct merge_screen *screen)
{
    struct note_typing *typing = note_typing_by_session(screen->studio, screen->session);

    return typing != NULL && typing->base_rev == screen->base_rev &&
                   editor_revision(typing->desk.editor) == screen->typed
               ? typing
               : NULL;
}

/* Into the editor, as one step; it is based on their revision then, whose changes it has. */
static void take(struct merge_screen *screen, bool keep)
{
    struct note_typing *typing = typing_as_it_was(screen);
    struct studio *studio = screen->studio;
    struct strbuf text = STRBUF_INIT;

    if (typing == NULL) {
        workspace_back(studio->workspace);
        workspace_say(studio->workspace, MESSAGE_WARNING,
                      "Your text is not the one that was merged here any more: nothing was taken.");
        return;
    }
    merge_write(&screen->merge, screen->choices.items, &text);
    typing->marked = screen->merge.conflicts > 0;
    note_typing_rebase(typing, screen->rev, screen->theirs);
    editor_take_over(typing->desk.editor, text.data, text.length);
    strbuf_release(&text);
    note_autosave_now(typing);
    workspace_back(studio->workspace);
    if (keep)
        screen->keep(typing, true);
    else
        workspace_say(studio->workspace, MESSAGE_SUCCESS,
                      "Both are in one text, not kept yet: !w keeps it.");
}

static unsigned merge_act(struct view *view, int action)
{
    struct merge_screen *screen = view_state(view);

    switch ((enum merge_action)action) {
    case MERGE_MINE_KEY:
        choose(screen, MERGE_TAKE_MINE);
        break;
    case MERGE_THEIRS_KEY:
        choose(screen, MERGE_TAKE_THEIRS);
        break;
    case MERGE_BOTH_KEY:
        choose(screen, MERGE_TAKE_BOTH);
        break;
    case MERGE_HAND_KEY:
        choose(screen, MERGE_MARK);
        break;
    case MERGE_GO:
        take(screen, false);
        break;
    case MERGE_KEEP:
        take(screen, true);
        break;
    }
    return REFRESH_DRAW;
}

static unsigned merge_event(struct view *view, const struct event *event)
{
    struct merge_screen *screen = view_state(view);

    (void)event;
    studio_take_events(screen->studio);
    return REFRESH_DRAW;
}

static void merge_close(struct view *view)
{
    struct merge_screen *screen = view_state(view);

    list_free(&screen->list);
    memory_rows_free(&screen->rows);
    text_view_free(&screen->text);
    merge_release(&screen->merge);
    vector_release(&screen->choices);
    vector_release(&screen->chosen);
    free(screen->base);
    free(screen->mine);
    free(screen->theirs);
    free(screen->author);
    free(screen);
}

static const struct view_ops merge_ops = {
    .name = "Two people edited",
    .keys = &merge_keys,
    .title = merge_title,
    .layout = merge_layout,
    .draw = merge_draw,
    .act = merge_act,
    .allows = merge_allows,
    .event = merge_event,
    .close = merge_close,
};

static void make(struct merge_screen *screen)
{
    enum merge_choice unchosen = NOT_CHOSEN;
    bool no = false;

    merge_make(&screen->merge, (struct merge_text){ screen->base, strlen(screen->base) },
               (struct merge_text){ screen->mine, strlen(screen->mine) },
               (struct merge_text){ screen->theirs, strlen(screen->theirs) });
    vector_init(&screen->choices, sizeof unchosen);
    vector_init(&screen->chosen, sizeof no);
    for (size_t i = 0; i < screen->merge.conflicts; i++) {
        vector_push(&screen->choices, &unchosen);
        vector_push(&screen->chosen, &no);
    }
}

void note_merge_open(struct note_typing *typing, const struct note_flow *flow,
                     void (*keep)(struct note_typing *typing, bool leave))
{
    struct merge_screen *screen = memory_new(sizeof *screen);
    struct strbuf mine = STRBUF_INIT;
    struct view *view;

    editor_get_text(typing->desk.editor, &mine);
    memcpy(screen->session, typing->session, sizeof screen->session);
    screen->base_rev = typing->base_rev;
    screen->typed = editor_revision(typing->desk.editor);
    screen->studio = typing->studio;
    screen->keep = keep;
    screen->base = memory_copy_text(typing->base);
    screen->mine = memory_copy_text(mine.data);
    screen->theirs = memory_copy_text(flow->text.markdown);
    screen->author = memory_copy_text(flow->text.author);
    screen->rev = flow->note.rev;
    screen->shown = -1;
    strbuf_release(&mine);
    make(screen);
    screen->rows = memory_rows_new(LIST_CELLS);
    screen->list = list_new(merge_columns, LIST_CELLS, memory_rows_source(screen->rows));
    screen->text = text_view_new();
    fill(screen);
    list_move_to(screen->list, screen->merge.conflicts > 0 ? 1 : 0);
    view = view_new(typing->studio->workspace, &merge_ops, screen);
    view_add_pane(view, list_pane(screen->list));
    view_add_pane(view, text_view_pane(screen->text));
    workspace_open(typing->studio->workspace, view);
}
