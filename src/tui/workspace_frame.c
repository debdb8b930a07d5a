#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/escape.h>
#include <pilab/base/utf8.h>

#include "workspace_internal.h"

#define TAB_LINE_ROWS       10  /* from so many rows on, the places have a line */
#define ZONE_COLUMNS        100 /* from so many columns on, the clock shows its zone */
#define CRUMB_VIEWS         2   /* more views than these are place, ellipsis and the top one */
#define HELP_HINT           9   /* columns that "? help" takes at the left */
#define TOASTS              3
#define TOAST_ROWS          3  /* of one message; `:messages` has all of it */
#define TOAST_NAME          9  /* columns of "warning" and blanks around it */
#define NAMED_TOAST_COLUMNS 50 /* from so many columns on, a message says of what kind it is */

/* ---- the title line ---- */

enum title_part { PART_JOB, PART_ACTOR, PART_WAITING, PART_PRODUCTION, PART_CLOCK, PART_COUNT };

struct title {
    struct strbuf crumb;
    struct strbuf parts[PART_COUNT]; /* at the right end, in this order */
};

/* Without room, they go in this order. */
static const enum title_part title_drops[] = { PART_ACTOR, PART_WAITING, PART_CLOCK, PART_JOB };

/* Escaped, so that its width is known before it is drawn. */
static void add_crumb(const struct workspace *workspace, struct strbuf *out, const char *text)
{
    enum glyph_set glyphs = workspace_glyphs(workspace);

    if (text == NULL || text[0] == '\0')
        return;
    if (out->length > 0)
        strbuf_printf(out, " %s ", glyph_text(glyphs, GLYPH_CRUMB));
    glyphs_escape(glyphs, out, text, strlen(text), ESCAPE_BLANKS);
}

static void add_title(const struct view *view, struct strbuf *out)
{
    if (view->ops->title != NULL)
        view->ops->title(view, out);
}

static bool has_title(const struct view *view)
{
    struct strbuf title = STRBUF_INIT;
    bool has;

    add_title(view, &title);
    has = title.length > 0;
    strbuf_release(&title);
    return has;
}

void workspace_crumb(const struct workspace *workspace, struct strbuf *out)
{
    const struct place *place = workspace_current_place(workspace);
    size_t titled = 0;

    add_crumb(workspace, out, workspace->project);
    if (place == NULL)
        return;
    add_crumb(workspace, out, place->label);
    for (size_t i = 0; i < place->views.count; i++)
        titled += has_title(*(struct view **)vector_at(&place->views, i));
    for (size_t i = 0; i < place->views.count; i++) {
        bool last = i + 1 == place->views.count;
        struct strbuf title = STRBUF_INIT;

        if (titled <= CRUMB_VIEWS || last)
            add_title(*(struct view **)vector_at(&place->views, i), &title);
        else if (i == 0)
            strbuf_add(&title, glyph_text(GLYPHS_UTF8, GLYPH_ELLIPSIS));
        add_crumb(workspace, out, title.data);
        strbuf_release(&title);
    }
}

/* "⟳ mb-auth 43%", and how many more there are. */
static void make_job(const struct workspace *workspace, struct strbuf *out)
{
    const struct job_host *jobs = &workspace->options.jobs;
    size_t count = jobs->count == NULL ? 0 : jobs->count(jobs->context);
    struct job_status job;

    if (count == 0 || !jobs->get(jobs->context, 0, &job))
        return;
    strbuf_printf(out, "%s %s", glyph_text(workspace_glyphs(workspace), GLYPH_RUNNING), job.title);
    if (job.total > 0)
        strbuf_printf(out, " %llu%%", (unsigned long long)(job.done * 100 / job.total));
    if (count > 1)
        strbuf_printf(out, " +%zu", count - 1);
}

static void make_clock(const struct workspace *workspace, struct strbuf *out)
{
    time_t seconds = (time_t)(clock_now(&workspace->options.clock) / 1000);
    bool zone = canvas_columns(workspace->canvas) >= ZONE_COLUMNS;
    struct tm local;
    char text[32];

    if (localtime_r(&seconds, &local) == NULL ||
        strftime(text, sizeof text, zone ? "%H:%M %Z" : "%H:%M", &local) == 0)
        return;
    strbuf_add(out, text);
}

static void make_title(const struct workspace *workspace, struct title *title)
{
    const struct view *view = workspace_view(workspace);

    title->crumb = (struct strbuf)STRBUF_INIT;
    for (size_t i = 0; i < PART_COUNT; i++)
        title->parts[i] = (struct strbuf)STRBUF_INIT;
    workspace_crumb(workspace, &title->crumb);
    make_job(workspace, &title->parts[PART_JOB]);
    strbuf_add(&title->parts[PART_ACTOR], workspace->actor == NULL ? "" : workspace->actor);
    strbuf_add(&title->parts[PART_WAITING], workspace->waiting == NULL ? "" : workspace->waiting);
    strbuf_add(&title->parts[PART_PRODUCTION],
               view != NULL && view->production ? "PRODUCTION" : "");
    make_clock(workspace, &title->parts[PART_CLOCK]);
}

static void release_title(struct title *title)
{
    strbuf_release(&title->crumb);
    for (size_t i = 0; i < PART_COUNT; i++)
        strbuf_release(&title->parts[i]);
}

static int width_of(const struct strbuf *text)
{
    return (int)text_width(text->data, text->length);
}

static int parts_width(const struct title *title)
{
    int width = 0;

    for (size_t i = 0; i < PART_COUNT; i++)
        if (title->parts[i].length > 0)
            width += width_of(&title->parts[i]) + 2;
    return width;
}

/* Leaves out parts until the crumb has room, or half of the line. */
static void drop_parts(struct title *title, int columns)
{
    int wanted = width_of(&title->crumb) + 2;

    if (wanted > columns / 2)
        wanted = columns / 2;
    for (size_t i = 0; i < sizeof title_drops / sizeof title_drops[0]; i++) {
        if (parts_width(title) + wanted <= columns)
            return;
        strbuf_clear(&title->parts[title_drops[i]]);
    }
}

/* The crumb is cut at its beginning: where one is matters more than where one came from. */
static void draw_crumb(const struct surface *surface, int column, int columns, enum role role,
                       const struct strbuf *crumb)
{
    const char *text = crumb->data;
    const char *end = text + crumb->length;

    if (columns < 2)
        return;
    if ((int)text_width(text, crumb->length) > columns) {
        while (text < end && (int)text_width(text, (size_t)(end - text)) > columns - 1)
            (void)utf8_decode(&text, end);
        column += surface_glyph(surface, 0, column, role, GLYPH_ELLIPSIS);
    }
    surface_text(surface, 0, column, columns, style_of(role), text, (size_t)(end - text));
}

static enum role part_role(const struct view *view, enum title_part part)
{
    if (view != NULL && view->production)
        return ROLE_PRODUCTION;
    if (part == PART_JOB)
        return ROLE_JOB;
    return part == PART_WAITING ? ROLE_STRONG : ROLE_DIM;
}

static void draw_title(const struct workspace *workspace, const struct surface *surface)
{
    const struct view *view = workspace_view(workspace);
    bool production = view != NULL && view->production;
    const char *product = workspace->options.product;
    int columns = surface_columns(surface);
    int left = 1;
    int right = columns - 1;
    struct title title;

    make_title(workspace, &title);
    drop_parts(&title, columns - 2);
    surface_clear_row(surface, 0, production ? ROLE_PRODUCTION : ROLE_TITLE);
    for (size_t i = PART_COUNT; i-- > 0;) {
        if (title.parts[i].length == 0)
            continue;
        right -= width_of(&title.parts[i]);
        surface_print(surface, 0, right, part_role(view, (enum title_part)i), title.parts[i].data);
        right -= 2;
    }
    if ((int)strlen(product) + 2 + width_of(&title.crumb) <= right - left)
        left +=
            surface_print(surface, 0, left, production ? ROLE_PRODUCTION : ROLE_ACCENT, product) +
            2;
    draw_crumb(surface, left, right - left, production ? ROLE_PRODUCTION : ROLE_TITLE,
               &title.crumb);
    release_title(&title);
}

/* ---- the line of places ---- */

static int places_width(const struct workspace *workspace, bool labels)
{
    int width = 0;

    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);
        bool named = labels || i == workspace->place;

        width += 3 + (named ? (int)text_width(place->label, strlen(place->label)) + 1 : 0);
    }
    return width;
}

static void draw_places(const struct workspace *workspace, const struct surface *surface)
{
    bool labels = places_width(workspace, true) <= surface_columns(surface);
    int column = 1;

    for (size_t i = 0; i < workspace->places.count; i++) {
        const struct place *place = vector_at(&workspace->places, i);
        bool current = i == workspace->place;
        enum role role = current ? ROLE_TAB_CURRENT : ROLE_TAB;

        if (labels || current)
            column += surface_printf(surface, 0, column, role, "%d %s", place->digit, place->label);
        else
            column += surface_printf(surface, 0, column, role, "%d", place->digit);
        column += 2;
    }
}

/* ---- the hint line ---- */

struct hint {
    const struct key_row *row;
    int width;
};

#define HINTS_MAXIMUM 24

/* Whether an earlier table has taken the key that a row is shown with. */
static bool is_taken(const struct key_chain *chain, size_t table, const struct key_row *row)
{
    struct keymap earlier = chain->keymap;
    const char *keys = row->keys;
    struct key_sequence shown;
    struct key_match match;

    earlier.count = table;
    return key_alternative(&keys, &shown) &&
           keymap_match(&earlier, &shown, &match) == KEY_RESULT_MATCH;
}

/* The rows for the hint line: each key once, as the first table says it. */
static size_t collect_hints(const struct workspace *workspace, struct hint hints[HINTS_MAXIMUM])
{
    struct key_chain chain;
    size_t count = 0;

    workspace_key_chain(workspace, &chain);
    for (size_t t = 0; t < chain.keymap.count; t++) {
        const struct key_table *table = chain.keymap.tables[t];

        for (size_t i = 0; i < table->count && count < HINTS_MAXIMUM; i++) {
            const struct key_row *row = &table->rows[i];
            size_t length = strcspn(row->keys, " ");

            if (!workspace_key_hinted(workspace, &chain, t, row) || is_taken(&chain, t, row))
                continue;
            hints[count].row = row;
            hints[count++].width = (int)(text_width(row->keys, length) + 1 +
                                         text_width(row->label, strlen(row->label)) + 2);
        }
    }
    return count;
}

/* As many as fit; the last one (help) always. */
static void draw_hints(const struct workspace *workspace, const struct surface *surface,
                       int columns)
{
    struct hint hints[HINTS_MAXIMUM];
    size_t count = collect_hints(workspace, hints);
    int column = 1;
    int last = count == 0 ? 0 : hints[count - 1].width;

    for (size_t i = 0; i < count; i++) {
        const struct key_row *row = hints[i].row;

        if (i + 1 < count && column + hints[i].width + last > columns)
            continue;
        if (column + hints[i].width - 2 > columns)
            return;
        column += surface_text(surface, 0, column, columns, style_of(ROLE_HINT_KEY), row->keys,
                               strcspn(row->keys, " ")) +
                  1;
        column += surface_print(surface, 0, column, ROLE_HINT, row->label) + 2;
    }
}

/* Draws a text so that it ends at `right`, unless that leaves too little for the help key, and
 * returns where it begins. */
static int draw_ending(const struct surface *surface, int right, enum role role,
                       const struct strbuf *text)
{
    int width = width_of(text);

    if (text->length == 0 || right - width < HELP_HINT)
        return right;
    surface_print(surface, 0, right - width, role, text->data);
    return right - width - 2;
}

/* While something lies over the panes, their keys are not heard: the line shows those that are. */
static void draw_overlay_hints(const struct workspace *workspace, const struct surface *surface)
{
    const struct overlay *overlay =
        *(struct overlay **)vector_at(&workspace->overlays, workspace->overlays.count - 1);
    int column = 1;

    for (const struct overlay_hint *hint = overlay->ops->hints; hint != NULL && hint->key != NULL;
         hint++) {
        int width = (int)(strlen(hint->key) + 1 + strlen(hint->label));

        if (column + width > surface_columns(surface))
            return;
        column += surface_print(surface, 0, column, ROLE_HINT_KEY, hint->key) + 1;
        column += surface_print(surface, 0, column, ROLE_HINT, hint->label) + 2;
    }
}

static void draw_hint_line(const struct workspace *workspace, const struct surface *surface)
{
    const struct view *view = workspace_view(workspace);
    const struct pane *pane = workspace_pane(workspace);
    int right = surface_columns(surface) - 1;
    struct strbuf text = STRBUF_INIT;

    if (view != NULL && view->ops->status != NULL) {
        enum role role = view->ops->status(view, &text);

        right = draw_ending(surface, right, role, &text);
    }
    strbuf_clear(&text);
    if (pane != NULL && pane->ops->busy != NULL && pane->ops->busy(pane))
        strbuf_printf(&text, "finding %s", workspace->pattern);
    else if (pane != NULL && pane->ops->position != NULL)
        pane->ops->position(pane, &text);
    right = draw_ending(surface, right, ROLE_DIM, &text);
    strbuf_clear(&text);
    if (workspace->deceptive > 0)
        strbuf_printf(&text, "%zu hidden characters shown", workspace->deceptive);
    right = draw_ending(surface, right, ROLE_WARNING, &text);
    strbuf_release(&text);
    draw_hints(workspace, surface, right);
}

/* ---- messages ---- */

/* Where the text of a message stands: beside the name of its kind, or where it is narrow in the
 * kind's look and without the name. */
struct toast_shape {
    bool named;
    int column;
    int columns;
};

static struct toast_shape toast_shape(const struct surface *body)
{
    struct toast_shape shape = { surface_columns(body) >= NAMED_TOAST_COLUMNS, 1, 0 };

    shape.column += shape.named ? TOAST_NAME : 0;
    shape.columns = surface_columns(body) - shape.column - 1;
    return shape;
}

static int toast_rows(const struct workspace *workspace, const struct message *message, int columns)
{
    bool ascii = workspace_glyphs(workspace) == GLYPHS_ASCII;
    int rows = paragraph_rows(message->text, columns, ascii);

    if (message->hint != NULL)
        rows += paragraph_rows(message->hint, columns, ascii);
    return rows < TOAST_ROWS ? rows : TOAST_ROWS;
}

static void draw_toast(const struct surface *surface, const struct message *message,
                       const struct toast_shape *shape)
{
    enum role role = message_role(message->kind);
    int rows;

    surface_clear(surface, ROLE_NORMAL);
    if (shape->named)
        surface_print(surface, 0, 1, role, message_kind_name(message->kind));
    rows = paragraph_draw(surface, 0, shape->column, shape->columns,
                          shape->named ? ROLE_NORMAL : role, message->text);
    if (message->hint != NULL)
        rows +=
            paragraph_draw(surface, rows, shape->column, shape->columns, ROLE_DIM, message->hint);
    if (rows > surface_rows(surface))
        surface_glyph(surface, surface_rows(surface) - 1, surface_columns(surface) - 1, ROLE_DIM,
                      GLYPH_ELLIPSIS);
}

/* The line over the messages, with the way out where they do not go by themselves. */
static void draw_toast_line(const struct surface *body, int row, bool error)
{
    static const char way_out[] = " Esc dismisses ";
    int column = surface_columns(body) - (int)sizeof way_out;

    surface_horizontal_line(body, row, ROLE_LINE);
    if (error && column >= 0)
        surface_print(body, row, column, ROLE_HINT, way_out);
}

/* Above the hint line, the newest lowest, a line over them; the body keeps its first row. */
static void draw_toasts(const struct workspace *workspace, const struct surface *body)
{
    struct toast_shape shape = toast_shape(body);
    int64_t now = workspace_now(workspace);
    int bottom = surface_rows(body);
    bool error = false;
    const struct message *message;

    for (size_t i = 0;
         i < TOASTS && (message = message_log_shown(workspace->messages, i, now)) != NULL; i++) {
        int rows = toast_rows(workspace, message, shape.columns);
        struct rectangle area = { 1, 0, bottom - 1, surface_columns(body) };
        struct surface toast;

        if (bottom < 2 || (i > 0 && rows > bottom - 2))
            break;
        toast = surface_part(body, rectangle_cut_bottom(&area, rows));
        draw_toast(&toast, message, &shape);
        error |= message->kind == MESSAGE_ERROR;
        bottom -= surface_rows(&toast);
    }
    if (bottom < surface_rows(body) && bottom > 1)
        draw_toast_line(body, bottom - 1, error);
}

/* ---- the whole ---- */

struct frame {
    struct surface title;
    struct surface places; /* no rows where there is no room */
    struct surface body;
    struct surface hints;
};

static void make_frame(const struct workspace *workspace, struct frame *frame)
{
    struct surface screen = surface_whole(workspace->canvas);
    struct rectangle area = { 0, 0, surface_rows(&screen), surface_columns(&screen) };
    int places = area.rows >= TAB_LINE_ROWS && workspace->places.count > 1 ? 1 : 0;
    int lines = workspace->zoomed ? 0 : 1;

    frame->title = surface_part(&screen, rectangle_cut_top(&area, lines));
    frame->places = surface_part(&screen, rectangle_cut_top(&area, lines * places));
    frame->hints = surface_part(&screen, rectangle_cut_bottom(&area, lines));
    frame->body = surface_part(&screen, area);
}

static bool is_too_small(const struct workspace *workspace)
{
    return canvas_rows(workspace->canvas) < FRAME_ROWS ||
           canvas_columns(workspace->canvas) < FRAME_COLUMNS;
}

void workspace_lay_out(struct workspace *workspace)
{
    struct view *view = workspace_view(workspace);
    struct pane *pane = workspace_pane(workspace);
    struct rectangle area = { 0 };
    struct frame frame;

    if ((workspace->refresh & REFRESH_LAYOUT) == 0 || view == NULL || is_too_small(workspace))
        return;
    workspace->refresh = REFRESH_DRAW;
    make_frame(workspace, &frame);
    area.rows = surface_rows(&frame.body);
    area.columns = surface_columns(&frame.body);
    if (workspace->zoomed && pane != NULL) {
        for (size_t i = 0; i < view->panes.count; i++)
            pane_hide(*(struct pane **)vector_at(&view->panes, i));
        pane_place(pane, area);
    } else if (view->ops->layout != NULL) {
        view->ops->layout(view, area);
    }
}

static void draw_body(const struct workspace *workspace, const struct surface *body)
{
    struct view *view = workspace_view(workspace);
    const struct pane *focus = workspace_pane(workspace);

    if (view == NULL)
        return;
    if (view->ops->draw != NULL && !workspace->zoomed)
        view->ops->draw(view, body);
    for (size_t i = 0; i < view->panes.count; i++) {
        struct pane *pane = *(struct pane **)vector_at(&view->panes, i);
        struct surface part = surface_part(body, pane->area);

        if (pane->shown)
            pane->ops->draw(pane, &part, pane == focus);
    }
}

static void draw_too_small(const struct workspace *workspace)
{
    struct surface screen = surface_whole(workspace->canvas);
    int middle = (surface_rows(&screen) - 1) / 2;

    surface_print(&screen, middle, 0, ROLE_STRONG, "Too small");
    surface_printf(&screen, middle + 1, 0, ROLE_DIM, "needs %dx%d", FRAME_COLUMNS, FRAME_ROWS);
}

void workspace_draw_without_overlays(struct workspace *workspace)
{
    struct frame frame;

    canvas_clear(workspace->canvas);
    if (is_too_small(workspace)) {
        draw_too_small(workspace);
        return;
    }
    workspace_lay_out(workspace);
    make_frame(workspace, &frame);
    draw_body(workspace, &frame.body);
    workspace->deceptive = canvas_deceptive(workspace->canvas);
    if (!workspace->zoomed) {
        draw_title(workspace, &frame.title);
        if (surface_rows(&frame.places) > 0)
            draw_places(workspace, &frame.places);
        if (workspace->overlays.count > 0)
            draw_overlay_hints(workspace, &frame.hints);
        else
            draw_hint_line(workspace, &frame.hints);
    }
    draw_toasts(workspace, &frame.body);
}

static void set_window_title(struct workspace *workspace)
{
    struct strbuf title = STRBUF_INIT;

    strbuf_add(&title, workspace->options.product);
    if (workspace->waiting != NULL)
        strbuf_printf(&title, ": %s", workspace->waiting);
    else if (workspace->project != NULL)
        strbuf_printf(&title, ": %s", workspace->project);
    terminal_set_title(workspace->options.terminal, title.data);
    strbuf_release(&title);
}

void workspace_draw(struct workspace *workspace)
{
    struct surface screen = surface_whole(workspace->canvas);
    /* Taken before drawing: what leaves while it is drawn is due at once, not never. */
    int64_t now = workspace_now(workspace);

    if (workspace->refresh == REFRESH_NONE)
        return;
    workspace_draw_without_overlays(workspace);
    for (size_t i = 0; i < workspace->overlays.count && !is_too_small(workspace); i++) {
        struct overlay *overlay = *(struct overlay **)vector_at(&workspace->overlays, i);

        overlay->ops->draw(overlay, &screen);
    }
    workspace->refresh = REFRESH_NONE;
    workspace->messages_at = message_log_deadline(workspace->messages, now);
    message_log_see(workspace->messages, now);
    terminal_show(workspace->options.terminal, workspace->canvas);
    set_window_title(workspace);
}
