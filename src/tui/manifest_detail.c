#include "manifest_parts.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/utf8.h>

#define SUMMARY_ROWS    2 /* the columns' feet, the legend */
#define STRIP_ROWS      3
#define SEEN_ROWS       2
#define DETAIL_ROWS     4   /* more of the strip, with + */
#define WIDE            150 /* columns for the whole legend */
#define ROWS_FOR_STRIP  12
#define ROWS_FOR_DETAIL 15

static bool shows_details(const struct manifest_screen *screen, int rows)
{
    return screen->details && rows >= ROWS_FOR_DETAIL;
}

/* Where nobody looks at anything, what was seen is no question. */
static bool shows_seen(const struct manifest_screen *screen)
{
    const struct manifest *manifest = screen->manifest;

    for (size_t i = 0; manifest != NULL && i < manifest->column_count; i++) {
        const struct manifest_column *column = &manifest->columns[i];

        if (column->observed || column->seen_same + column->seen_other + column->not_asked > 0)
            return true;
    }
    return false;
}

int manifest_foot_rows(const struct manifest_screen *screen, int rows)
{
    if (rows < ROWS_FOR_STRIP)
        return 0;
    rows = shows_details(screen, rows) ? DETAIL_ROWS + (shows_seen(screen) ? SEEN_ROWS : 0) : 0;
    return SUMMARY_ROWS + 1 + STRIP_ROWS + rows;
}

/* --- Below the columns ------------------------------------------------------------------------ */

static void add_column_foot(const struct manifest_column *column, const char *between,
                            struct strbuf *out)
{
    if (column->before == MANIFEST_NONE)
        return;
    strbuf_printf(out, " %s %s %zu", between, column->name, column->differs);
    if (column->ahead > 0)
        strbuf_printf(out, ", %zu ahead", column->ahead);
    if (column->unknown > 0)
        strbuf_printf(out, ", %zu ?", column->unknown);
}

static void add_column_feet(const struct manifest *manifest, const char *between,
                            struct strbuf *out)
{
    for (size_t i = 0; i < manifest->column_count; i++)
        add_column_foot(&manifest->columns[i], between, out);
}

static bool has_drift(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->column_count; i++) {
        if (manifest->columns[i].seen_other > 0)
            return true;
    }
    return false;
}

static void draw_summary(const struct manifest_screen *screen, const struct surface *surface)
{
    const struct manifest *manifest = screen->manifest;
    const char *between = screen->studio->utf8 ? "·" : "-";
    struct strbuf line = STRBUF_INIT;
    size_t shown;

    strbuf_printf(&line, "%zu module%s", manifest->row_count, manifest->row_count == 1 ? "" : "s");
    if (screen->shown.count < manifest->row_count)
        strbuf_printf(&line, ", %zu shown", screen->shown.count);
    shown = line.length;
    strbuf_printf(&line, " %s differ from the stage before", between);
    add_column_feet(manifest, between, &line);
    /* The last column is production: its figure is the one that must not be cut. */
    if ((int)text_width(line.data, line.length) > surface_columns(surface) - 2) {
        strbuf_truncate(&line, shown);
        strbuf_printf(&line, " %s differ", between);
        add_column_feet(manifest, between, &line);
    }
    surface_print(surface, 0, 1, ROLE_NORMAL, line.data);
    if (has_drift(manifest)) {
        surface_print(surface, 1, 1, ROLE_DIM,
                      "DRIFT = seen to run otherwise, 12c = 12 commits behind, 2m = 2 migrations");
        strbuf_release(&line);
        return;
    }
    surface_print(surface, 1, 1, ROLE_DIM,
                  surface_columns(surface) < WIDE
                      ? "12c = 12 commits behind the stage before, 2m = 2 migrations, ? = not known"
                      : "12c = 12 commits behind the stage before, 2m = 2 migrations, 0c = another "
                        "name for the same, other = each has what the other lacks, ? = not known");
    strbuf_release(&line);
}

/* --- About the cell --------------------------------------------------------------------------- */

static const struct store_deployment *latest(const struct manifest_cell *cell)
{
    return cell->later != NULL ? cell->later : cell->running;
}

static void clock_time(int64_t at, struct strbuf *out)
{
    char text[TIMESTAMP_SIZE];

    timestamp_format(at, text);
    strbuf_printf(out, "%.10s %.5s", text, text + 11);
}

static enum role status_role(enum deployment_status status)
{
    return status == DEPLOYMENT_FAILED    ? ROLE_ERROR
           : status == DEPLOYMENT_UNKNOWN ? ROLE_UNKNOWN
                                          : ROLE_NORMAL;
}

/* "mb-notify-service in SIT   2.0.7  FAILED 5 minutes ago  bob  R2025.03" */
static void draw_title(const struct manifest_screen *screen, const struct surface *surface, int y,
                       size_t row, size_t column)
{
    const struct manifest *manifest = screen->manifest;
    const struct store_deployment *event = latest(manifest_cell_at(manifest, row, column));
    char when[TIMESTAMP_SIZE];
    int x = 1;

    x += surface_printf(surface, y, x, ROLE_STRONG, "%s in %s", manifest->rows[row].name,
                        manifest->columns[column].name);
    if (event == NULL) {
        surface_print(surface, y, x + 3, ROLE_UNKNOWN, "not known what runs there");
        return;
    }
    timestamp_relative(event->started_at, clock_now(&screen->studio->call.clock), when);
    x += 3 + surface_print(surface, y, x + 3, ROLE_NORMAL, event->version);
    x += 2 + surface_print(surface, y, x + 2, status_role(event->status),
                           deployment_status_name(event->status));
    x += 1 + surface_print(surface, y, x + 1, ROLE_NORMAL, when);
    if (event->actor != NULL)
        x += 2 + surface_print(surface, y, x + 2, ROLE_DIM, event->actor);
    if (event->release != NULL)
        surface_print(surface, y, x + 2, ROLE_DIM, event->release);
}

static void draw_standing(const struct manifest_screen *screen, const struct surface *surface,
                          int y, size_t row, size_t column)
{
    const struct manifest_cell *cell = manifest_cell_at(screen->manifest, row, column);
    struct strbuf line = STRBUF_INIT;

    if (cell->later != NULL && cell->later->outcome != NULL)
        strbuf_add(&line, cell->later->outcome);
    else if (cell->later != NULL && cell->running != NULL)
        strbuf_printf(&line, "%s still runs", cell->running->version);
    if (cell->later == NULL)
        manifest_standing_words(screen->manifest, row, column, &line);
    if (line.length == 0 && cell->running != NULL && cell->running->reason != NULL)
        strbuf_add(&line, cell->running->reason);
    surface_print(surface, y, 1, cell->later != NULL ? ROLE_STRONG : ROLE_NORMAL, line.data);
    strbuf_release(&line);
}

/* When somebody last looked, and what they saw: "observed 5 minutes ago: as recorded". */
static enum role add_observed(const struct manifest_screen *screen, size_t row, size_t column,
                              struct strbuf *line)
{
    const struct manifest *manifest = screen->manifest;
    const struct manifest_seen *seen = &manifest_cell_at(manifest, row, column)->seen;
    int64_t now = clock_now(&screen->studio->call.clock);
    char when[TIMESTAMP_SIZE];
    bool stale;

    if (seen->latest == NULL) {
        strbuf_add(line, "observed never");
        return ROLE_DIM;
    }
    stale = manifest_is_stale(manifest, row, column, now);
    strbuf_printf(line, "observed %s%s: ", timestamp_relative(seen->latest->last_at, now, when),
                  stale ? " (stale)" : "");
    manifest_seen_words(manifest, row, column, line);
    if (seen->sight == MANIFEST_SEEN_SAME)
        return stale ? ROLE_DIM : ROLE_SUCCESS;
    return seen->sight == MANIFEST_SEEN_OTHER ? ROLE_ERROR : ROLE_WARNING;
}

static void draw_origin(const struct manifest_screen *screen, const struct surface *surface, int y,
                        size_t row, size_t column)
{
    static const char enter[] = "Enter for its history";
    const struct manifest_cell *cell = manifest_cell_at(screen->manifest, row, column);
    const struct store_deployment *event = latest(cell);
    struct strbuf line = STRBUF_INIT;
    enum role role;
    int used = 0;

    /* What is wrong there needs the room. */
    if (event != NULL && cell->seen.sight != MANIFEST_SEEN_OTHER &&
        cell->seen.sight != MANIFEST_NOT_ASKED) {
        strbuf_add(&line, "recorded ");
        clock_time(event->created_at != 0 ? event->created_at : event->started_at, &line);
        strbuf_printf(&line, " %s ", screen->studio->utf8 ? "·" : "-");
        used = surface_print(surface, y, 1, ROLE_DIM, line.data);
        strbuf_clear(&line);
    }
    if (event != NULL || cell->seen.latest != NULL) {
        role = add_observed(screen, row, column, &line);
        used += surface_print(surface, y, 1 + used, role, line.data);
    }
    if (used + 4 + (int)sizeof enter < surface_columns(surface))
        surface_text_right(surface, y, used + 2, surface_columns(surface) - used - 3,
                           style_of(ROLE_DIM), enter, sizeof enter - 1);
    strbuf_release(&line);
}

static void draw_fact(const struct surface *surface, int y, const char *name, const char *value)
{
    surface_print(surface, y, 1, ROLE_DIM, name);
    surface_print(surface, y, 10, value != NULL ? ROLE_NORMAL : ROLE_UNKNOWN,
                  value != NULL ? value : "not known");
}

static void add_sight(const struct store_observation *seen, struct strbuf *line)
{
    const char *version = seen->version != NULL ? seen->version : seen->commit;

    strbuf_printf(line, "%s  %s ",
                  seen->absent      ? "nothing"
                  : version != NULL ? version
                                    : "?",
                  seen->first_at < seen->last_at ? "from" : "at");
    clock_time(seen->first_at, line);
    if (seen->first_at == seen->last_at)
        return;
    strbuf_add(line, " to ");
    clock_time(seen->last_at, line);
}

/* What was seen last and by whom, and what ran before. */
static void draw_seen(const struct manifest_screen *screen, const struct surface *surface, int y,
                      size_t row, size_t column)
{
    const struct manifest_seen *seen = &manifest_cell_at(screen->manifest, row, column)->seen;
    struct strbuf line = STRBUF_INIT;

    if (seen->seen != NULL) {
        add_sight(seen->seen, &line);
        if (seen->seen->source != NULL)
            strbuf_printf(&line, "  by %s", seen->seen->source);
        if (seen->seen->place != NULL)
            strbuf_printf(&line, ", %s", seen->seen->place);
    }
    draw_fact(surface, y, "seen", seen->seen != NULL ? line.data : NULL);
    strbuf_clear(&line);
    if (seen->before != NULL)
        add_sight(seen->before, &line);
    draw_fact(surface, y + 1, "before", seen->before != NULL ? line.data : NULL);
    strbuf_release(&line);
}

static void draw_details(const struct manifest_screen *screen, const struct surface *surface, int y,
                         size_t row, size_t column)
{
    const struct store_deployment *running =
        manifest_cell_at(screen->manifest, row, column)->running;
    struct strbuf line = STRBUF_INIT;

    if (running != NULL) {
        strbuf_printf(&line, "%s  since ", running->version);
        clock_time(running->started_at, &line);
        strbuf_printf(&line, "  by %s%s%s", running->actor != NULL ? running->actor : "?",
                      running->release != NULL ? "  release " : "",
                      running->release != NULL ? running->release : "");
    }
    draw_fact(surface, y, "runs", running != NULL ? line.data : NULL);
    draw_fact(surface, y + 1, "commit", running != NULL ? running->commit : NULL);
    draw_fact(surface, y + 2, "image", running != NULL ? running->image : NULL);
    draw_fact(surface, y + 3, "config", running != NULL ? running->config_revision : NULL);
    strbuf_release(&line);
    if (shows_seen(screen))
        draw_seen(screen, surface, y + DETAIL_ROWS, row, column);
}

/* --- About a column --------------------------------------------------------------------------- */

/* How much of it was seen to run, and when somebody last looked at all of it. */
static void draw_column_seen(const struct manifest_screen *screen, const struct surface *surface,
                             int y, const struct manifest_column *column)
{
    size_t looked = column->seen_same + column->seen_other + column->not_asked;

    if (!column->observed && looked == 0)
        surface_print(surface, y, 1, ROLE_DIM, "d shows what it would get");
    else if (looked == 0)
        surface_print(surface, y, 1, ROLE_DIM, "nobody has looked yet: r asks what really runs");
    else
        surface_printf(surface, y, 1,
                       column->seen_other > 0  ? ROLE_ERROR
                       : column->not_asked > 0 ? ROLE_WARNING
                                               : ROLE_NORMAL,
                       "observed: %zu as recorded, %zu otherwise, %zu could not be asked, %zu not "
                       "looked at",
                       column->seen_same, column->seen_other, column->not_asked,
                       screen->manifest->row_count - looked);
}

static void draw_column(const struct manifest_screen *screen, const struct surface *surface, int y,
                        size_t index)
{
    const struct manifest *manifest = screen->manifest;
    const struct manifest_column *column = &manifest->columns[index];

    surface_printf(surface, y, 1, ROLE_STRONG, "%s%s", column->name,
                   column->production ? "   production" : "");
    if (column->before == MANIFEST_NONE) {
        surface_print(surface, y + 1, 1, ROLE_NORMAL, "nothing is promoted into it");
        draw_column_seen(screen, surface, y + 2, column);
        return;
    }
    surface_printf(surface, y + 1, 1, ROLE_NORMAL,
                   "filled from %s: %zu differ, %zu ahead, %zu not known",
                   manifest->columns[column->before].name, column->differs, column->ahead,
                   column->unknown);
    draw_column_seen(screen, surface, y + 2, column);
}

void manifest_draw_foot(const struct manifest_screen *screen, const struct surface *surface)
{
    int y = SUMMARY_ROWS + 1;
    size_t row, column;

    if (screen->manifest == NULL || screen->manifest->row_count == 0)
        return;
    draw_summary(screen, surface);
    surface_horizontal_line(surface, SUMMARY_ROWS, ROLE_LINE);
    if (!manifest_here(screen, &row, &column))
        return;
    if (row == MANIFEST_NONE) {
        draw_column(screen, surface, y, column);
        return;
    }
    draw_title(screen, surface, y, row, column);
    draw_standing(screen, surface, y + 1, row, column);
    draw_origin(screen, surface, y + 2, row, column);
    if (surface_rows(surface) > y + STRIP_ROWS)
        draw_details(screen, surface, y + STRIP_ROWS, row, column);
}
