#include "manifest_parts.h"

#include <string.h>

#include <pilab/base/clock.h>

static size_t row_of(const struct manifest_screen *screen, size_t shown)
{
    return *(size_t *)vector_at(&screen->shown, shown);
}

bool manifest_here(const struct manifest_screen *screen, size_t *row, size_t *column)
{
    if (screen->manifest == NULL || !table_cursor(screen->table, row, column))
        return false;
    *row = *row == TABLE_HEADING ? MANIFEST_NONE : row_of(screen, *row);
    *column -= 1;
    return *column < screen->manifest->column_count;
}

void manifest_column_spec(const struct manifest_screen *screen, size_t column, struct strbuf *out)
{
    const char *name = screen->manifest->columns[column].name;
    char at[TIMESTAMP_SIZE];

    if (screen->frozen[0] != '\0' && screen->manifest->column_count == 1)
        strbuf_add(out, screen->frozen);
    else if (screen->frozen[0] != '\0')
        strbuf_printf(out, "%s@%s", screen->frozen, name);
    else if (screen->at != 0)
        strbuf_printf(out, "env:%s@%s", name, timestamp_format(screen->at, at));
    else
        strbuf_printf(out, "env:%s", name);
}

/* --- Cells ------------------------------------------------------------------------------------ */

static enum role mark_role(enum manifest_mark mark)
{
    static const enum role roles[] = {
        [MANIFEST_MARK_DRIFT] = ROLE_ERROR,   [MANIFEST_MARK_UNASKED] = ROLE_WARNING,
        [MANIFEST_MARK_NONE] = ROLE_NORMAL,   [MANIFEST_MARK_BEHIND] = ROLE_DIM,
        [MANIFEST_MARK_AHEAD] = ROLE_WARNING, [MANIFEST_MARK_DIFFERS] = ROLE_REVIEW,
        [MANIFEST_MARK_FAILED] = ROLE_ERROR,  [MANIFEST_MARK_ACTIVE] = ROLE_JOB,
        [MANIFEST_MARK_LOST] = ROLE_UNKNOWN,
    };

    return roles[mark];
}

static void put_mark(struct manifest_screen *screen, size_t row, size_t column,
                     struct table_cell *cell)
{
    enum manifest_mark mark = manifest_mark(screen->manifest, row, column, screen->mark);

    if (mark == MANIFEST_MARK_NONE)
        return;
    /* What nobody has counted yet is not said to differ one way or the other. */
    if (mark == MANIFEST_MARK_DIFFERS && screen->counting &&
        !manifest_cell_at(screen->manifest, row, column)->distance.known)
        memcpy(screen->mark, "..", sizeof "..");
    cell->mark = screen->mark;
    cell->mark_role = mark_role(mark);
}

/* Green is only what was seen to run, and lately. */
static enum role seen_role(const struct manifest_screen *screen, size_t row, size_t column)
{
    const struct manifest *manifest = screen->manifest;

    return manifest_cell_at(manifest, row, column)->seen.sight == MANIFEST_SEEN_SAME &&
                   !manifest_is_stale(manifest, row, column, clock_now(&screen->studio->call.clock))
               ? ROLE_SUCCESS
               : ROLE_NORMAL;
}

static size_t rows(void *context)
{
    return ((struct manifest_screen *)context)->shown.count;
}

static size_t columns(void *context)
{
    const struct manifest_screen *screen = context;

    return screen->manifest == NULL || screen->manifest->row_count == 0
               ? 0
               : screen->manifest->column_count + 1;
}

static void cell(void *context, size_t row, size_t column, struct table_cell *out)
{
    struct manifest_screen *screen = context;
    const struct manifest *manifest = screen->manifest;

    if (row == TABLE_HEADING) {
        out->text = column == 0 ? "Module" : manifest->columns[column - 1].name;
        return;
    }
    row = row_of(screen, row);
    if (column == 0) {
        out->text = manifest->rows[row].name;
        return;
    }
    out->text = manifest_version(manifest, row, column - 1);
    if (manifest_cell_at(manifest, row, column - 1)->running == NULL)
        out->role = ROLE_UNKNOWN;
    else
        out->role = seen_role(screen, row, column - 1);
    put_mark(screen, row, column - 1, out);
}

static const char *row_identity(void *context, size_t row)
{
    const struct manifest_screen *screen = context;

    return screen->manifest->rows[row_of(screen, row)].name;
}

static const char *column_identity(void *context, size_t column)
{
    const struct manifest_screen *screen = context;

    return column == 0 ? "Module" : screen->manifest->columns[column - 1].name;
}

/* --- Which rows ------------------------------------------------------------------------------- */

static bool row_matches(const struct manifest_screen *screen, size_t row)
{
    const struct manifest *manifest = screen->manifest;

    if ((screen->only == ONLY_DIFFERING && !manifest_row_differs(manifest, row)) ||
        (screen->only == ONLY_BEHIND_PRODUCTION && !manifest_row_behind_production(manifest, row)))
        return false;
    return screen->filter == NULL ||
           manifest_row_passes(screen->fields, manifest, row, screen->filter);
}

static int order(const struct manifest_screen *screen, size_t a, size_t b)
{
    return screen->sorted == 1
               ? strcmp(screen->manifest->rows[a].name, screen->manifest->rows[b].name)
               : manifest_order(screen->manifest, a, b, screen->sorted - 2);
}

/* Insertion into the order so far: stable, and there are some dozens of rows. */
static void insert_row(struct manifest_screen *screen, size_t row)
{
    size_t at = screen->shown.count;

    vector_push(&screen->shown, &row);
    while (screen->sorted > 0 && at > 0) {
        size_t *before = vector_at(&screen->shown, at - 1), *here = vector_at(&screen->shown, at);
        int compared = order(screen, *before, row);

        if (screen->descending ? compared >= 0 : compared <= 0)
            break;
        *here = *before;
        *before = row;
        at--;
    }
}

void manifest_choose_rows(struct manifest_screen *screen)
{
    vector_clear(&screen->shown);
    if (screen->manifest == NULL)
        return;
    if (screen->sorted > screen->manifest->column_count + 1)
        screen->sorted = 0;
    for (size_t row = 0; row < screen->manifest->row_count; row++) {
        if (row_matches(screen, row))
            insert_row(screen, row);
    }
}

/* The fields are made anew each time: environments come and go. What holds already stays with its
 * own. */
static bool filter(void *context, const char *text, struct error *error)
{
    struct manifest_screen *screen = context;
    struct arena *arena = arena_new();
    const struct manifest_fields *fields = manifest_fields_new(screen->manifest, arena);
    struct filter *filter =
        filter_new(text, &fields->filter, clock_now(&screen->studio->call.clock), error);

    if (filter == NULL) {
        arena_free(&arena);
        return false;
    }
    if (filter_is_empty(filter))
        filter_free(&filter);
    filter_free(&screen->filter);
    arena_free(&screen->filter_arena);
    screen->filter = filter;
    screen->fields = fields;
    screen->filter_arena = arena;
    manifest_choose_rows(screen);
    return true;
}

struct offering {
    const struct manifest_screen *screen;
    const struct manifest_fields *fields;
};

static void offer_values(const void *context, size_t field,
                         void (*offer)(void *to, const char *value), void *to)
{
    const struct offering *offering = context;

    if (offering->screen->manifest != NULL)
        manifest_field_values(offering->fields, offering->screen->manifest, field, offer, to);
}

static void complete_filter(void *context, const char *text,
                            void (*offer)(void *to, const char *term), void *to)
{
    struct arena *arena = arena_new();
    struct offering offering = { context, NULL };

    offering.fields = manifest_fields_new(offering.screen->manifest, arena);
    filter_complete(text, &offering.fields->filter, offer_values, &offering, offer, to);
    arena_free(&arena);
}

static bool sort(void *context, size_t column, bool descending, struct error *error)
{
    struct manifest_screen *screen = context;

    (void)error;
    screen->sorted = column + 1;
    screen->descending = descending;
    manifest_choose_rows(screen);
    return true;
}

const struct table_source_ops manifest_source_ops = {
    .rows = rows,
    .columns = columns,
    .cell = cell,
    .mark_width = MANIFEST_MARK_WIDTH,
    .row_identity = row_identity,
    .column_identity = column_identity,
    .filter = filter,
    .filter_complete = complete_filter,
    .sort = sort,
};
