#include <pilab/tui/studio_parts.h>

#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/tui/patch_view.h>
#include <pilab/tui/rich_view.h>
#include <pilab/tui/terminal.h>

#define WIDEST 110 /* running text is not read well beyond */

/* One text, over the whole screen. */
struct page {
    char *title;
    struct text_view *text;
    struct patch_view *patch;
    struct pane *pane;
    unsigned line; /* of the patch's new file, to go to once there is room; 0: none */
    const struct studio *studio;
    page_lay_out *lay_out; /* NULL: the text is as it is */
    size_t width;          /* that it was laid out for */
    void *owned;           /* freed with it */
};

static void page_title(const struct view *view, struct strbuf *out)
{
    strbuf_add(out, ((struct page *)view_state(view))->title);
}

static void lay_out(struct page *page)
{
    struct strbuf rich = STRBUF_INIT;

    page->width = studio_page_width(page->studio);
    page->lay_out(page->owned, &rich, page->width);
    text_view_set_rich(page->text, rich.data, rich.length);
    strbuf_release(&rich);
}

/* Who has read down to the middle stands about there again. */
static void lay_out_anew(struct page *page)
{
    size_t top = text_view_top(page->text), lines = text_view_lines(page->text);

    lay_out(page);
    if (top > 0 && lines > 0)
        text_view_go_to(page->text, top * text_view_lines(page->text) / lines);
}

static void page_layout(struct view *view, struct rectangle area)
{
    struct page *page = view_state(view);

    if (page->lay_out != NULL && page->width != studio_page_width(page->studio))
        lay_out_anew(page);
    rectangle_cut_left(&area, text_margin(area.columns));
    pane_place(page->pane, area);
    if (page->line > 0)
        patch_view_go_to(page->patch, page->line);
    page->line = 0;
}

/* What jobs say is taken by the first view of the place: a page always lies over another one. */
static unsigned page_event(struct view *view, const struct event *event)
{
    (void)view;
    (void)event;
    return REFRESH_DRAW;
}

static void page_close(struct view *view)
{
    struct page *page = view_state(view);

    text_view_free(&page->text);
    patch_view_free(&page->patch);
    free(page->title);
    free(page->owned);
    free(page);
}

static const struct view_ops page_ops = {
    .name = "Text",
    .title = page_title,
    .layout = page_layout,
    .event = page_event,
    .close = page_close,
};

size_t studio_table_width(const struct studio *studio)
{
    int columns = terminal_columns(workspace_terminal(studio->workspace));

    columns -= text_margin(columns) + 1;
    return (size_t)(columns > 1 ? columns : 1);
}

size_t studio_page_width(const struct studio *studio)
{
    size_t columns = studio_table_width(studio);

    return columns > WIDEST ? WIDEST : columns;
}

static struct view *page_view(struct studio *studio, struct page *page, const char *title)
{
    struct view *view;

    page->title = memory_copy_text(title);
    view = view_new(studio->workspace, &page_ops, page);
    view_add_pane(view, page->pane);
    return view;
}

struct view *page_view_new(struct studio *studio, const char *title, const struct strbuf *rich)
{
    struct page *page = memory_new(sizeof *page);

    page->text = text_view_new();
    page->pane = text_view_pane(page->text);
    text_view_set_rich(page->text, rich->data, rich->length);
    return page_view(studio, page, title);
}

struct view *page_view_laid_out(struct studio *studio, const char *title, page_lay_out *text,
                                void *context)
{
    struct page *page = memory_new(sizeof *page);

    page->text = text_view_new();
    page->pane = text_view_pane(page->text);
    page->studio = studio;
    page->lay_out = text;
    page->owned = context;
    lay_out(page);
    return page_view(studio, page, title);
}

void page_view_anew(struct view *view)
{
    lay_out_anew(view_state(view));
}

struct view *table_page_new(struct studio *studio, const char *title, const struct strbuf *rich)
{
    struct view *view = page_view_new(studio, title, rich);

    text_view_set_wrap(((struct page *)view_state(view))->text, false);
    return view;
}

struct view *patch_page_new(struct studio *studio, const char *title, const char *patch,
                            size_t length, unsigned line)
{
    struct page *page = memory_new(sizeof *page);

    page->patch = patch_view_new();
    page->pane = patch_view_pane(page->patch);
    patch_view_set_patch(page->patch, patch, length);
    page->line = line;
    return page_view(studio, page, title);
}
