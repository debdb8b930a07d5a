#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/list.h>
#include <pilab/tui/patch_view.h>
#include <pilab/tui/tab_strip.h>
#include <pilab/tui/text_view.h>

#include "fixture.h"

#define LONG_LINE (10 * 1000 * 1000)

/* ---- tabs ---- */

enum { TAB_READ, TAB_PATCH, TAB_LONG, TABS };

static const struct tab tabs[TABS] = {
    [TAB_READ] = {"Read",           TAB_COUNT_NONE, false, false},
    [TAB_PATCH] = { "Patch",         2,              false, false},
    [TAB_LONG] = { "One long line", TAB_COUNT_NONE, false, false},
};

struct texts_view {
    struct tab_strip strip;
    struct text_view *read;
    struct patch_view *patch;
    struct text_view *long_line;
};

static const char notes[] =
    "Release Notes - R2025.03\n"
    "\n"
    "New Features\n"
    "  MB-234  Biometric authentication, so that nobody has to remember a password that is longer "
    "than the line it is written on\n"
    "  MB-256  Push notifications\n"
    "\n"
    "Configuration\n"
    "  auth     SESSION_TIMEOUT     30 to 15\n"
    "  payment  UPI_ENABLED\tfalse to true\n";

static const char patch_text[] =
    "diff --git a/deploy/values.yaml b/deploy/values.yaml\n"
    "index 9f8e7d6..1a2b3c4 100644\n"
    "--- a/deploy/values.yaml\n"
    "+++ b/deploy/values.yaml\n"
    "@@ -1,4 +1,4 @@\n"
    " auth:\n"
    "-  SESSION_TIMEOUT: 30\n"
    "+  SESSION_TIMEOUT: 15\n"
    "   RETRY_LIMIT: 3\n"
    "diff --git a/README b/README\n"
    "--- a/README\n"
    "+++ b/README\n"
    "@@ -1 +1 @@\n"
    "-old\n"
    "+new and then so long that it cannot stand on one line of a narrow terminal, however narrow "
    "or wide it is\n"
    "\\ No newline at end of file\n";

static struct pane *current_pane(const struct texts_view *view)
{
    if (view->strip.current == TAB_PATCH)
        return patch_view_pane(view->patch);
    return text_view_pane(view->strip.current == TAB_LONG ? view->long_line : view->read);
}

static void texts_layout(struct view *base, struct rectangle area)
{
    struct texts_view *view = view_state(base);

    pane_hide(text_view_pane(view->read));
    pane_hide(patch_view_pane(view->patch));
    pane_hide(text_view_pane(view->long_line));
    rectangle_cut_top(&area, area.rows > 6 ? 2 : 1);
    rectangle_cut_left(&area, 1);
    pane_place(current_pane(view), area);
    view_set_focus(base, current_pane(view));
}

static void texts_draw(struct view *base, const struct surface *surface)
{
    const struct texts_view *view = view_state(base);

    tab_strip_draw(&view->strip, surface, 0);
    if (surface_rows(surface) > 6)
        surface_horizontal_line(surface, 1, ROLE_LINE);
}

static unsigned change_tab(void *context, int action)
{
    struct texts_view *view = context;

    return tab_strip_act(&view->strip, action) ? REFRESH_LAYOUT : REFRESH_NONE;
}

static void texts_title(const struct view *base, struct strbuf *out)
{
    (void)base;
    strbuf_add(out, "R2025.03");
}

static void texts_close(struct view *base)
{
    struct texts_view *view = view_state(base);

    text_view_free(&view->read);
    patch_view_free(&view->patch);
    text_view_free(&view->long_line);
    free(view);
}

static const struct view_ops texts_ops = {
    .name = "texts",
    .title = texts_title,
    .layout = texts_layout,
    .draw = texts_draw,
    .close = texts_close,
};

static struct text_view *make_long_line(void)
{
    struct text_view *view = text_view_new();
    char *line = memory_array(LONG_LINE, 1);

    memset(line, 'x', LONG_LINE);
    for (size_t i = 0; i < LONG_LINE; i += 10)
        line[i] = ' ';
    memcpy(line + LONG_LINE - 7, " needle", 7);
    text_view_set_text(view, line, LONG_LINE);
    free(line);
    return view;
}

struct view *texts_view_open(void *context, struct workspace *workspace, struct error *error)
{
    static const struct text_span spans[] = {
        {0,   24, ROLE_HEADING},
        { 26, 12, ROLE_HEADING}
    };
    struct texts_view *view = memory_new(sizeof *view);
    struct view *base;

    (void)context;
    (void)error;
    view->strip = (struct tab_strip){ tabs, TABS, TAB_READ };
    view->read = text_view_new();
    text_view_set_spans(view->read, notes, sizeof notes - 1, spans, 2);
    view->patch = patch_view_new();
    patch_view_set_patch(view->patch, patch_text, sizeof patch_text - 1);
    view->long_line = make_long_line();
    base = view_new(workspace, &texts_ops, view);
    view_add_pane(base, text_view_pane(view->read));
    view_add_pane(base, patch_view_pane(view->patch));
    view_add_pane(base, text_view_pane(view->long_line));
    view_add_keys(base, &tab_strip_keys, change_tab, view);
    return base;
}

/* ---- text that tries to take the terminal over ---- */

struct hostile_view {
    struct memory_rows *rows;
    struct list *list;
};

static const char *const hostile_texts[] = {
    "\033]0;owned\007title",
    "\033[2Jclear\033[Hhome",
    "\033]52;c;b3duZWQ=\007clipboard",
    "\033]8;;http://example.org\033\\link\033]8;;\033\\",
    "ok\rFAKE",
    "back\b\b\b\bspaced",
    "two\nlines",
    "c1 \x9b\x32J and \xc2\x9b\x32J",
    "bidi \xe2\x80\xae"
    "desrever\xe2\x80\xac end",
    "invisible a\xe2\x80\x8b"
    "b",
    "invalid \xff\xfe\xc0\xaf end",
    "cut \xe2\x82",
    "marks a\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87 end",
    "wide \xe5\xa4\x89\xe6\x9b\xb4 and \xf0\x9f\x98\x80 end",
    "delete \x7f and bell \x07 and shift \x0e out",
};

static const struct list_column hostile_columns[] = {
    {"Subject", 10, 0, 0, FIT_END  },
    { "Number", 6,  6, 1, FIT_RIGHT},
};

static void hostile_layout(struct view *base, struct rectangle area)
{
    struct hostile_view *view = view_state(base);

    pane_place(list_pane(view->list), area);
}

static void hostile_title(const struct view *base, struct strbuf *out)
{
    (void)base;
    strbuf_add(out, "feature/\033]0;owned\007\xe2\x80\xae");
}

static void hostile_close(struct view *base)
{
    struct hostile_view *view = view_state(base);

    list_free(&view->list);
    memory_rows_free(&view->rows);
    free(view);
}

static const struct view_ops hostile_ops = {
    .name = "hostile",
    .title = hostile_title,
    .layout = hostile_layout,
    .close = hostile_close,
};

static void add_hostile(struct memory_rows *rows, const char *text, const char *number)
{
    struct row row = { .identity = number };

    row_set(&row, 0, ROLE_NORMAL, text);
    row_set(&row, 1, ROLE_DIM, number);
    memory_rows_add(rows, &row);
}

struct view *hostile_view_open(void *context, struct workspace *workspace, struct error *error)
{
    struct hostile_view *view = memory_new(sizeof *view);
    char *subject = memory_array(LONG_LINE + 1, 1);
    struct view *base;

    (void)context;
    (void)error;
    view->rows = memory_rows_new(2);
    for (size_t i = 0; i < sizeof hostile_texts / sizeof hostile_texts[0]; i++) {
        char *number = memory_printf("%zu", i + 1);

        add_hostile(view->rows, hostile_texts[i], number);
        free(number);
    }
    memset(subject, 'y', LONG_LINE);
    add_hostile(view->rows, subject, "huge");
    free(subject);
    view->list = list_new(hostile_columns, 2, memory_rows_source(view->rows));
    base = view_new(workspace, &hostile_ops, view);
    view_add_pane(base, list_pane(view->list));
    return base;
}
