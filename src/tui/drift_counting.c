#include "drift_parts.h"

/* The lines of the report that was compared last, while they are counted. */

/* Who shows the report, and who lies over them. */
static void draw_anew(const struct studio *studio)
{
    struct view *top = workspace_view(studio->workspace);

    if (top != NULL)
        view_refresh(top, REFRESH_DRAW);
}

void drift_counting_begin(struct studio *studio, struct drift_counting *counting)
{
    drift_counting_stop(studio);
    drift_lines_start(counting->report);
    studio->counting = counting;
}

static void end(struct studio *studio)
{
    drift_lines_stop(studio->counting->report);
    studio->counting = NULL;
    draw_anew(studio);
}

void drift_counting_stop(struct studio *studio)
{
    if (studio->counting == NULL)
        return;
    studio_drop(studio, studio->counting->job);
    end(studio);
}

void drift_counting_leave(struct studio *studio, const struct drift_counting *counting)
{
    if (studio->counting != counting)
        return;
    studio_drop(studio, counting->job);
    drift_lines_stop(counting->report); /* notes of it may stay */
    studio->counting = NULL;
}

/* A report that was kept meanwhile, with notes of it, is what was kept. */
static struct drift_counting *counting_of(struct studio *studio, uint64_t job)
{
    struct drift_counting *counting = studio->counting;

    if (counting == NULL || counting->job != job)
        return NULL;
    if (counting->report->number == 0)
        return counting;
    drift_counting_stop(studio);
    return NULL;
}

void drift_counting_take(struct studio *studio, uint64_t job, struct line_batch *batch)
{
    struct drift_counting *counting = counting_of(studio, job);

    for (size_t i = 0; counting != NULL && i < batch->count; i++)
        drift_lines_put(counting->report, &batch->counts[i]);
    if (counting != NULL)
        draw_anew(studio);
    line_batch_free(batch);
}

void drift_counting_settle(struct studio *studio, uint64_t job, struct drift_report *settled)
{
    struct drift_counting *counting = counting_of(studio, job);

    if (counting != NULL && drift_lines_settle(counting->report, &settled)) {
        counting->settled(counting->context);
        end(studio);
    }
    drift_report_free(&settled);
}

void drift_counting_look(struct studio *studio)
{
    if (studio->counting != NULL && !studio_is_running(studio, studio->counting->job))
        end(studio);
}

/* --- Rows that change while they are shown ---------------------------------------------------- */

/* Only what is shown is filled. */
static void wish(const struct drift_live *live, bool file, size_t code, size_t index)
{
    if (live->wishes != NULL && live->report->lines.state == LINES_COMING)
        line_wishes_add(live->wishes, &(struct line_wish){ file, code, index });
}

static void fill_item(struct drift_live *live, size_t index, struct row *row)
{
    const struct drift_item *item = &live->report->items[index];
    bool blocker = item->attention == ATTENTION_BLOCKER;

    row_set(row, CELL_GRAVE, blocker ? ROLE_BLOCKER : drift_severity_role(item->severity),
            blocker ? "BLOCKER" : severity_name(item->severity));
    if (!drift_item_has_lines(item))
        return;
    if (!item->counted && !item->unread)
        wish(live, true, 0, index);
    strbuf_clear(&live->text);
    drift_item_right_text(&live->text, live->report, item, live->utf8);
    row_set(row, CELL_RIGHT, ROLE_DIM, live->text.data);
}

static void fill_commit(struct drift_live *live, size_t index, struct row *row)
{
    struct drift_place place = drift_commit_at(live->report, index);
    const struct drift_commit *commit = place.commit;

    if (!place.behind && !commit->merge && !commit->counted && !commit->unread)
        wish(live, false, (size_t)(place.code - live->report->codes),
             (size_t)(commit - place.code->commits));
    strbuf_clear(&live->text);
    if (!place.behind)
        drift_text_commit_lines(&live->text, commit, live->utf8);
    row_set(row, CELL_LINES, ROLE_DIM, live->text.data);
}

static void fill_live(void *context, struct row *row)
{
    struct drift_live *live = context;
    enum drift_row_kind kind;
    size_t index;

    if (!drift_row_parse(row->identity, &kind, &index))
        return;
    if (kind == DRIFT_ROW_ITEM)
        fill_item(live, index, row);
    else if (kind == DRIFT_ROW_COMMIT)
        fill_commit(live, index, row);
}

void drift_live_start(struct drift_live *live, const struct studio *studio,
                      const struct drift_report *report, struct memory_rows *rows)
{
    const struct drift_counting *counting = studio->counting;

    *live = (struct drift_live){ .report = report,
                                 .utf8 = studio->utf8,
                                 .commits = drift_report_commits(report),
                                 .text = STRBUF_INIT };
    if (counting != NULL && counting->report == report && counting->wishes != NULL)
        live->wishes = line_wishes_hold(counting->wishes);
    memory_rows_set_live(rows, fill_live, live);
}

void drift_live_end(struct drift_live *live)
{
    line_wishes_drop(&live->wishes);
    map_free(&live->commits);
    strbuf_release(&live->text);
}
