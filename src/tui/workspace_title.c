#include <string.h>
#include <time.h>

#include <pilab/base/escape.h>
#include <pilab/base/utf8.h>

#include "workspace_internal.h"

/* The title line: where one is, what runs, who one is, what waits, the time. */

#define JOB_PATIENCE 150 /* ms until a job is shown */
#define ZONE_COLUMNS 100 /* from so many columns on, the clock shows its zone */
#define CRUMB_VIEWS  2   /* more views than these are place, ellipsis and the top one */

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

    add_crumb(workspace, out, workspace_shown_project(workspace));
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

/* What comes and goes within a moment is not shown: it could not be read. */
static bool has_lasted(const struct job_status *job, int64_t now)
{
    return job->since + JOB_PATIENCE <= now;
}

int64_t workspace_job_deadline(const struct workspace *workspace, int64_t now)
{
    const struct job_host *jobs = &workspace->options.jobs;
    size_t count = jobs->count == NULL ? 0 : jobs->count(jobs->context);
    int64_t deadline = -1;
    struct job_status job;

    for (size_t i = 0; i < count; i++)
        if (jobs->get(jobs->context, i, &job) && !has_lasted(&job, now) &&
            (deadline < 0 || job.since + JOB_PATIENCE < deadline))
            deadline = job.since + JOB_PATIENCE;
    return deadline;
}

/* "⟳ mb-auth 43%, 8 s left", and how many more there are. */
static void make_job(const struct workspace *workspace, struct strbuf *out)
{
    const struct job_host *jobs = &workspace->options.jobs;
    size_t count = jobs->count == NULL ? 0 : jobs->count(jobs->context);
    int64_t now = workspace_now(workspace);
    struct job_status shown, job;
    size_t lasting = 0;

    for (size_t i = 0; i < count; i++)
        if (jobs->get(jobs->context, i, &job) && has_lasted(&job, now) && lasting++ == 0)
            shown = job;
    if (lasting == 0)
        return;
    strbuf_printf(out, "%s %s", glyph_text(workspace_glyphs(workspace), GLYPH_RUNNING),
                  shown.title);
    if (shown.transferring) {
        strbuf_add_char(out, ' ');
        transfer_brief(out, &shown.transfer);
    } else if (shown.total > 0)
        strbuf_printf(out, " %llu%%", (unsigned long long)(shown.done * 100 / shown.total));
    if (lasting > 1)
        strbuf_printf(out, " +%zu", lasting - 1);
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

/* Leaves out parts until the crumb has room, or half of the line. Of a job its sign stays: that
 * something is at work is always seen. */
static void drop_parts(struct title *title, int columns)
{
    int wanted = width_of(&title->crumb) + 2;

    if (wanted > columns / 2)
        wanted = columns / 2;
    for (size_t i = 0; i < sizeof title_drops / sizeof title_drops[0]; i++) {
        struct strbuf *part = &title->parts[title_drops[i]];

        if (parts_width(title) + wanted <= columns)
            return;
        strbuf_truncate(part, title_drops[i] == PART_JOB ? strcspn(part->data, " ") : 0);
    }
}

/* The crumb is cut at its beginning: where one is matters more than where one came from. */
static void draw_crumb(const struct surface *surface, int column, int columns, enum role role,
                       const struct strbuf *crumb)
{
    size_t length = crumb->length;

    if (columns < 2)
        return;
    if (width_of(crumb) > columns) {
        length = text_fit_end(crumb->data, length, (size_t)columns - 1, NULL);
        column += surface_glyph(surface, 0, column, role, GLYPH_ELLIPSIS);
    }
    surface_text(surface, 0, column, columns, style_of(role), crumb->data + crumb->length - length,
                 length);
}

static enum role part_role(const struct view *view, enum title_part part)
{
    if (view != NULL && view->production)
        return ROLE_PRODUCTION;
    if (part == PART_JOB)
        return ROLE_JOB;
    return part == PART_WAITING ? ROLE_STRONG : ROLE_DIM;
}

void workspace_draw_title(const struct workspace *workspace, const struct surface *surface)
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

void workspace_set_window_title(struct workspace *workspace)
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
