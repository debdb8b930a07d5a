#include <pilab/release/manifest.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <pilab/git/repository.h>

/* More than this is far, however far; the mark has no room for more digits. */
#define COUNT_SHOWN 999

const char *manifest_standing_name(enum manifest_standing standing)
{
    static const char *const names[] = {
        [MANIFEST_FIRST] = "first", [MANIFEST_SAME] = "same",       [MANIFEST_BEHIND] = "behind",
        [MANIFEST_AHEAD] = "ahead", [MANIFEST_DIFFERS] = "differs", [MANIFEST_UNKNOWN] = "unknown",
    };

    return names[standing];
}

/* --- Building --------------------------------------------------------------------------------- */

static const struct store_environment *
find_environment(const struct store_environments *environments, const char *name)
{
    for (size_t i = 0; i < environments->count; i++) {
        if (strcasecmp(environments->items[i].name, name) == 0)
            return &environments->items[i];
    }
    return NULL;
}

static const char *module_type(const struct store_modules *modules, const char *name)
{
    for (size_t i = 0; i < modules->count; i++) {
        if (strcmp(modules->items[i].name, name) == 0)
            return modules->items[i].type;
    }
    return NULL;
}

static size_t stage_before(const struct manifest *manifest,
                           const struct store_environment *environment)
{
    for (size_t i = 0; environment != NULL && i < environment->from_count; i++) {
        size_t column = manifest_find_column(manifest, environment->from[i]);

        if (column != MANIFEST_NONE)
            return column;
    }
    return MANIFEST_NONE;
}

static void add_columns(struct manifest *manifest, const struct store_matrix *matrix,
                        const struct store_environments *environments)
{
    for (size_t i = 0; i < manifest->column_count; i++) {
        const struct store_cell *cell = &matrix->cells[i];
        const struct store_environment *known = find_environment(environments, cell->environment);

        manifest->columns[i] =
            (struct manifest_column){ .id = cell->environment_id,
                                      .name = cell->environment,
                                      .production = known != NULL && known->is_production,
                                      .before = MANIFEST_NONE };
    }
    for (size_t i = 0; i < manifest->column_count; i++)
        manifest->columns[i].before =
            stage_before(manifest, find_environment(environments, manifest->columns[i].name));
}

/* An image is told apart by its digest alone: a reference may name another registry for each
 * environment. */
static bool same_image(const struct store_deployment *a, const struct store_deployment *b)
{
    const char *left = a->image != NULL ? strstr(a->image, "sha256:") : NULL;
    const char *right = b->image != NULL ? strstr(b->image, "sha256:") : NULL;

    return left == NULL || right == NULL || strcmp(left, right) == 0;
}

static bool same_code(const struct store_deployment *a, const struct store_deployment *b)
{
    if (a->commit != NULL && b->commit != NULL)
        return strcmp(a->commit, b->commit) == 0;
    return strcmp(a->version, b->version) == 0;
}

static const struct manifest_cell *cell_before(const struct manifest *manifest, size_t row,
                                               size_t column)
{
    size_t before = manifest->columns[column].before;

    return before == MANIFEST_NONE ? NULL : manifest_cell_at(manifest, row, before);
}

static enum manifest_standing judge(const struct manifest *manifest, size_t row, size_t column)
{
    const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);
    const struct manifest_cell *before = cell_before(manifest, row, column);
    const struct manifest_distance *distance = &cell->distance;

    if (before == NULL)
        return MANIFEST_FIRST;
    if (cell->running == NULL || before->running == NULL)
        return MANIFEST_UNKNOWN;
    if (same_code(cell->running, before->running))
        return same_image(cell->running, before->running) &&
                       strcmp(cell->running->version, before->running->version) == 0
                   ? MANIFEST_SAME
                   : MANIFEST_DIFFERS;
    if (!distance->known || (distance->behind > 0) == (distance->ahead > 0))
        return MANIFEST_DIFFERS;
    return distance->behind > 0 ? MANIFEST_BEHIND : MANIFEST_AHEAD;
}

static void count_column(struct manifest *manifest, size_t column)
{
    struct manifest_column *counted = &manifest->columns[column];

    counted->differs = counted->ahead = counted->unknown = 0;
    for (size_t row = 0; row < manifest->row_count; row++) {
        enum manifest_standing standing = manifest_cell_at(manifest, row, column)->standing;

        counted->differs += standing == MANIFEST_BEHIND || standing == MANIFEST_DIFFERS;
        counted->ahead += standing == MANIFEST_AHEAD;
        counted->unknown += standing == MANIFEST_UNKNOWN;
    }
}

static void judge_all(struct manifest *manifest)
{
    for (size_t column = 0; column < manifest->column_count; column++) {
        for (size_t row = 0; row < manifest->row_count; row++)
            manifest_cell_at(manifest, row, column)->standing = judge(manifest, row, column);
        count_column(manifest, column);
    }
}

struct manifest *manifest_build(const struct store_matrix *matrix,
                                const struct store_environments *environments,
                                const struct store_modules *modules, struct arena *arena)
{
    struct manifest *manifest = arena_alloc(arena, sizeof *manifest);
    size_t cells = matrix->module_count * matrix->environment_count;

    manifest->column_count = matrix->module_count > 0 ? matrix->environment_count : 0;
    manifest->row_count = manifest->column_count > 0 ? matrix->module_count : 0;
    manifest->columns = arena_array(arena, manifest->column_count, sizeof *manifest->columns);
    manifest->rows = arena_array(arena, manifest->row_count, sizeof *manifest->rows);
    manifest->cells = arena_array(arena, cells, sizeof *manifest->cells);
    add_columns(manifest, matrix, environments);
    for (size_t i = 0; i < manifest->row_count; i++) {
        const struct store_cell *first = &matrix->cells[i * manifest->column_count];

        manifest->rows[i] = (struct manifest_row){ first->module_id, first->module,
                                                   module_type(modules, first->module) };
    }
    for (size_t i = 0; i < cells; i++) {
        manifest->cells[i].running = matrix->cells[i].running;
        manifest->cells[i].later = matrix->cells[i].later;
    }
    judge_all(manifest);
    return manifest;
}

/* --- Looking ---------------------------------------------------------------------------------- */

struct manifest_cell *manifest_cell_at(const struct manifest *manifest, size_t row, size_t column)
{
    return &manifest->cells[row * manifest->column_count + column];
}

size_t manifest_find_row(const struct manifest *manifest, const char *module)
{
    for (size_t i = 0; i < manifest->row_count; i++) {
        if (strcmp(manifest->rows[i].name, module) == 0)
            return i;
    }
    return MANIFEST_NONE;
}

size_t manifest_find_column(const struct manifest *manifest, const char *environment)
{
    for (size_t i = 0; i < manifest->column_count; i++) {
        if (manifest->columns[i].name != NULL &&
            strcasecmp(manifest->columns[i].name, environment) == 0)
            return i;
    }
    return MANIFEST_NONE;
}

void manifest_set_distance(struct manifest *manifest, size_t row, size_t column,
                           const struct manifest_distance *distance)
{
    struct manifest_cell *cell = manifest_cell_at(manifest, row, column);

    cell->distance = *distance;
    cell->standing = judge(manifest, row, column);
    count_column(manifest, column);
}

bool manifest_wants_distance(const struct manifest *manifest, size_t row, size_t column)
{
    const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);
    const struct manifest_cell *before = cell_before(manifest, row, column);

    return before != NULL && cell->running != NULL && before->running != NULL &&
           !same_code(cell->running, before->running);
}

bool manifest_row_differs(const struct manifest *manifest, size_t row)
{
    for (size_t column = 0; column < manifest->column_count; column++) {
        const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);

        if (cell->later != NULL ||
            (cell->standing != MANIFEST_FIRST && cell->standing != MANIFEST_SAME))
            return true;
    }
    return false;
}

bool manifest_row_behind_production(const struct manifest *manifest, size_t row)
{
    for (size_t column = 0; column < manifest->column_count; column++) {
        const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);
        const struct manifest_cell *before = cell_before(manifest, row, column);

        if (!manifest->columns[column].production || before == NULL)
            continue;
        if (cell->standing == MANIFEST_BEHIND || cell->standing == MANIFEST_DIFFERS ||
            (cell->running == NULL && before->running != NULL))
            return true;
    }
    return false;
}

const char *manifest_version(const struct manifest *manifest, size_t row, size_t column)
{
    const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);

    return cell->running != NULL ? cell->running->version : "?";
}

int manifest_order(const struct manifest *manifest, size_t a, size_t b, size_t column)
{
    const struct store_deployment *left = manifest_cell_at(manifest, a, column)->running;
    const struct store_deployment *right = manifest_cell_at(manifest, b, column)->running;

    if (left == NULL || right == NULL)
        return (left == NULL) - (right == NULL);
    return version_compare(left->version, right->version);
}

/* --- Saying ----------------------------------------------------------------------------------- */

static enum manifest_mark later_mark(enum deployment_status status, const char **text)
{
    switch (status) {
    case DEPLOYMENT_FAILED:
        *text = "FAIL";
        return MANIFEST_MARK_FAILED;
    case DEPLOYMENT_UNKNOWN:
        *text = "lost";
        return MANIFEST_MARK_LOST;
    case DEPLOYMENT_ROLLING_BACK:
        *text = "back";
        return MANIFEST_MARK_ACTIVE;
    case DEPLOYMENT_PENDING:
        *text = "soon";
        return MANIFEST_MARK_ACTIVE;
    default:
        *text = "going";
        return MANIFEST_MARK_ACTIVE;
    }
}

static void count_text(char text[MANIFEST_MARK_SIZE], uint64_t count, char unit)
{
    if (count > COUNT_SHOWN)
        snprintf(text, MANIFEST_MARK_SIZE, "%d+%c", COUNT_SHOWN, unit);
    else
        snprintf(text, MANIFEST_MARK_SIZE, "%" PRIu64 "%c", count, unit);
}

/* A database moves by migrations, everything else by commits. */
static void behind_text(const struct manifest *manifest, size_t row,
                        const struct manifest_distance *distance, char text[MANIFEST_MARK_SIZE])
{
    const char *type = manifest->rows[row].type;

    if (type != NULL && strcmp(type, "DATABASE") == 0 && distance->migrations_behind > 0)
        count_text(text, distance->migrations_behind, 'm');
    else
        count_text(text, distance->behind, 'c');
}

enum manifest_mark manifest_mark(const struct manifest *manifest, size_t row, size_t column,
                                 char text[MANIFEST_MARK_SIZE])
{
    const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);
    enum manifest_mark mark;
    const char *word;

    text[0] = '\0';
    if (cell->later != NULL) {
        mark = later_mark(cell->later->status, &word);
        snprintf(text, MANIFEST_MARK_SIZE, "%s", word);
        return mark;
    }
    /* How it stands to the stage before is told of what is recorded, and that is not what runs. */
    if (cell->seen.sight == MANIFEST_SEEN_OTHER) {
        snprintf(text, MANIFEST_MARK_SIZE, "DRIFT");
        return MANIFEST_MARK_DRIFT;
    }
    switch (cell->standing) {
    case MANIFEST_BEHIND:
        behind_text(manifest, row, &cell->distance, text);
        return MANIFEST_MARK_BEHIND;
    case MANIFEST_AHEAD:
        snprintf(text, MANIFEST_MARK_SIZE, "ahead");
        return MANIFEST_MARK_AHEAD;
    case MANIFEST_DIFFERS:
        snprintf(text, MANIFEST_MARK_SIZE, "%s",
                 cell->distance.known && cell->distance.behind + cell->distance.ahead == 0
                     ? "0c"
                     : "other");
        return MANIFEST_MARK_DIFFERS;
    default:
        if (cell->seen.sight != MANIFEST_NOT_ASKED)
            return MANIFEST_MARK_NONE;
        snprintf(text, MANIFEST_MARK_SIZE, "ask?");
        return MANIFEST_MARK_UNASKED;
    }
}

static void add_count(struct strbuf *out, uint64_t count, const char *what)
{
    strbuf_printf(out, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

static void add_distance(struct strbuf *out, uint64_t commits, uint64_t migrations)
{
    add_count(out, commits, "commit");
    if (migrations > 0) {
        strbuf_add(out, " and ");
        add_count(out, migrations, "migration");
    }
}

static void add_differs(struct strbuf *out, const struct manifest_cell *cell,
                        const struct manifest_cell *before, const char *name)
{
    const struct manifest_distance *distance = &cell->distance;

    strbuf_printf(out, "differs from %s (%s)", name, before->running->version);
    if (!distance->known)
        return;
    if (distance->behind + distance->ahead == 0) {
        strbuf_add(out, ", by no commit of the module");
        return;
    }
    strbuf_add(out, ": lacks ");
    add_distance(out, distance->behind, distance->migrations_behind);
    strbuf_add(out, ", has ");
    add_distance(out, distance->ahead, distance->migrations_ahead);
    strbuf_add(out, " more");
}

void manifest_standing_words(const struct manifest *manifest, size_t row, size_t column,
                             struct strbuf *out)
{
    const struct manifest_cell *cell = manifest_cell_at(manifest, row, column);
    const struct manifest_cell *before = cell_before(manifest, row, column);
    const char *name;

    if (before == NULL)
        return;
    name = manifest->columns[manifest->columns[column].before].name;
    switch (cell->standing) {
    case MANIFEST_SAME:
        strbuf_printf(out, "as in %s", name);
        break;
    case MANIFEST_BEHIND:
        add_distance(out, cell->distance.behind, cell->distance.migrations_behind);
        strbuf_printf(out, " behind %s (%s)", name, before->running->version);
        break;
    case MANIFEST_AHEAD:
        strbuf_printf(out, "ahead of %s (%s) by ", name, before->running->version);
        add_distance(out, cell->distance.ahead, cell->distance.migrations_ahead);
        break;
    case MANIFEST_DIFFERS:
        add_differs(out, cell, before, name);
        break;
    default:
        strbuf_printf(out, "%s: not known what runs there",
                      cell->running == NULL ? manifest->columns[column].name : name);
        break;
    }
}
