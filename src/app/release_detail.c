#include <pilab/app/release.h>

#include <string.h>

static struct release_cell cell_value(const struct store_cell *cell)
{
    struct release_cell value = { 0 };

    if (cell == NULL)
        return value;
    if (cell->running != NULL) {
        value.version = cell->running->version;
        value.commit = cell->running->commit;
        value.image = cell->running->image;
    }
    if (cell->later != NULL) {
        value.later = deployment_status_name(cell->later->status);
        value.later_version = cell->later->version;
    }
    return value;
}

static bool read_lines(struct call *call, const struct store_matrix *matrix, struct arena *arena,
                       struct release_detail *detail, struct error *error)
{
    const struct store_release *row = &detail->row;
    struct store_release_entries entries;

    if (!store_release_entries(call->connection, row->id, 0, arena, &entries, error))
        return false;
    detail->line_count = entries.count;
    detail->lines = arena_array(arena, entries.count, sizeof *detail->lines);
    for (size_t i = 0; i < entries.count; i++) {
        const struct store_release_entry *entry = &entries.items[i];
        struct release_line *line = &detail->lines[i];
        struct release_module module = { .name = entry->module,
                                         .version = entry->version,
                                         .commit = entry->commit,
                                         .image = entry->image,
                                         .config_revision = entry->config_revision,
                                         .kept_version = entry->kept_version,
                                         .kept_commit = entry->kept_commit };

        line->entry = entry;
        line->source_has = cell_value(store_matrix_cell(matrix, entry->module_id, row->source_id));
        line->target_has = cell_value(store_matrix_cell(matrix, entry->module_id, row->target_id));
        line->source = release_compare_source(&module, &line->source_has);
        line->target = release_compare_target(&module, &line->target_has);
        detail->by_source[line->source]++;
        detail->by_target[line->target]++;
    }
    return true;
}

static bool is_frozen(const struct release_detail *detail, const char *module_id)
{
    for (size_t i = 0; i < detail->line_count; i++)
        if (strcmp(detail->lines[i].entry->module_id, module_id) == 0)
            return true;
    return false;
}

static void find_others(const struct store_matrix *matrix, struct arena *arena,
                        struct release_detail *detail)
{
    detail->others = arena_array(arena, matrix->module_count, sizeof *detail->others);
    for (size_t i = 0; i < matrix->module_count * matrix->environment_count; i++) {
        const struct store_cell *cell = &matrix->cells[i];

        if (strcmp(cell->environment_id, detail->row.source_id) == 0 && cell->running != NULL &&
            !is_frozen(detail, cell->module_id))
            detail->others[detail->other_count++] = cell->module;
    }
}

/* Revisions that only decided to stay left the digest as it was: what was said about the list still
 * holds. */
bool release_has_current_notes(const struct release_detail *detail, const struct store_note *note)
{
    return note->list_digest != NULL && strcmp(note->list_digest, detail->row.digest) == 0;
}

bool release_has_current_report(const struct release_detail *detail,
                                const struct store_report *report)
{
    return report->list_digest == NULL || strcmp(report->list_digest, detail->row.digest) == 0;
}

static enum release_notes notes_of(enum note_status status)
{
    static const enum release_notes notes[NOTE_STATUS_COUNT] = {
        [NOTE_DRAFT] = RELEASE_NOTES_DRAFT,           [NOTE_GENERATED] = RELEASE_NOTES_DRAFT,
        [NOTE_REVIEWED] = RELEASE_NOTES_REVIEWED,     [NOTE_APPROVED] = RELEASE_NOTES_APPROVED,
        [NOTE_PUBLISHING] = RELEASE_NOTES_PUBLISHING, [NOTE_PUBLISHED] = RELEASE_NOTES_PUBLISHED,
        [NOTE_WITHDRAWN] = RELEASE_NOTES_NONE,
    };

    return notes[status];
}

static void note_facts(const struct release_detail *detail, struct release_facts *facts)
{
    for (size_t i = 0; i < detail->notes.count; i++) {
        const struct store_note *note = &detail->notes.items[i];

        if (note->status == NOTE_WITHDRAWN)
            continue;
        facts->note = note->number;
        facts->notes = notes_of(note->status);
        facts->notes_outdated = !release_has_current_notes(detail, note);
        return;
    }
}

/* A run that came to nothing tells nothing about the release. */
static void report_facts(const struct release_detail *detail, struct release_facts *facts)
{
    for (size_t i = 0; i < detail->reports.count; i++) {
        const struct store_report *report = &detail->reports.items[i];

        if (strcmp(report->run, "COMPLETED") != 0 && strcmp(report->run, "PARTIAL") != 0)
            continue;
        facts->report = report->number;
        facts->blockers = report->counts.blockers;
        facts->report_outdated = !release_has_current_report(detail, report);
        return;
    }
}

static void line_facts(const struct release_detail *detail, struct release_facts *facts)
{
    for (size_t i = detail->line_count; i-- > 0;) {
        const struct release_line *line = &detail->lines[i];

        if (line->source == RELEASE_SOURCE_MOVED) {
            facts->moved_module = line->entry->module;
            facts->moved_from = line->entry->version;
            facts->moved_to = line->source_has.version;
        }
        if (line->target == RELEASE_TARGET_FAILED)
            facts->failed_module = line->entry->module;
    }
    for (size_t i = 0; i < detail->deployments.count; i++)
        facts->started = facts->started || strcmp(detail->deployments.items[i].environment_id,
                                                  detail->row.target_id) == 0;
}

static void find_step(struct call *call, struct arena *arena, struct release_detail *detail)
{
    struct strbuf sentence = STRBUF_INIT;

    detail->facts = (struct release_facts){
        .source = detail->row.source,
        .target = detail->row.target,
        .closed = detail->row.status == RELEASE_CLOSED,
        .cancelled = detail->row.status == RELEASE_CANCELLED,
        .modules = detail->line_count,
        .moved = detail->by_source[RELEASE_SOURCE_MOVED],
        .gone = detail->by_source[RELEASE_SOURCE_GONE],
        .deployed = detail->by_target[RELEASE_TARGET_SAME],
        .running = detail->by_target[RELEASE_TARGET_RUNNING],
        .failed = detail->by_target[RELEASE_TARGET_FAILED],
        .planned_at = detail->row.planned_at,
        .now = clock_now(&call->clock),
    };
    line_facts(detail, &detail->facts);
    report_facts(detail, &detail->facts);
    note_facts(detail, &detail->facts);
    detail->step = release_next_step(&detail->facts, true, &sentence);
    detail->sentence = strbuf_to_arena(&sentence, arena);
    strbuf_release(&sentence);
}

/* Names the release in another arena than it was found in. */
static bool copy_row(struct call *call, const struct store_release *release, struct arena *arena,
                     struct release_detail *detail, struct error *error)
{
    struct store_environment target;

    if (!store_release_get(call->connection, release->id, arena, &detail->row, error) ||
        !store_environment_get(call->connection, detail->row.target_id, arena, &target, error))
        return false;
    detail->production = target.is_production;
    return true;
}

bool release_detail_read(struct call *call, const struct store_release *release,
                         const struct store_matrix *matrix, struct arena *arena,
                         struct release_detail *detail, struct error *error)
{
    struct connection *connection = call->connection;
    const char *project = call->project->id;
    struct store_matrix now;

    *detail = (struct release_detail){ 0 };
    if (matrix == NULL) {
        if (!store_deployment_matrix(connection, project, 0, arena, &now, error))
            return false;
        matrix = &now;
    }
    if (!copy_row(call, release, arena, detail, error) ||
        !read_lines(call, matrix, arena, detail, error) ||
        !store_release_revisions(connection, detail->row.id, arena, &detail->revisions, error) ||
        !store_release_reports(connection, project, detail->row.name, arena, &detail->reports,
                               error) ||
        !store_release_notes(connection, project, detail->row.name, arena, &detail->notes, error) ||
        !store_release_deployments(connection, project, detail->row.name, arena,
                                   &detail->deployments, error))
        return false;
    find_others(matrix, arena, detail);
    find_step(call, arena, detail);
    return true;
}

bool release_list_newest(struct call *call, size_t most, struct arena *arena,
                         struct store_releases *list, struct error *error)
{
    struct store_page page = { .limit = most };

    return store_release_list(call->connection, call->project->id, false, &page, arena, list,
                              error);
}

bool release_list_open(struct call *call, struct arena *arena, struct release_detail **list,
                       size_t *count, struct error *error)
{
    struct store_releases open;
    struct store_matrix matrix;

    *count = 0;
    if (!store_release_list(call->connection, call->project->id, true, NULL, arena, &open, error))
        return false;
    *list = arena_array(arena, open.count, sizeof **list);
    if (open.count == 0)
        return true;
    if (!store_deployment_matrix(call->connection, call->project->id, 0, arena, &matrix, error))
        return false;
    for (; *count < open.count; (*count)++)
        if (!release_detail_read(call, &open.items[*count], &matrix, arena, &(*list)[*count],
                                 error))
            return false;
    return true;
}
