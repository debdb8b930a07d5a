#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/list.h>

#include "workspace_internal.h"

/* `:jobs`: what is at work, straight from the host. */
struct jobs {
    const struct job_host *host;
    struct list *list;
    /* The texts of the row that was asked for last. */
    struct job_status job;
    char identity[24];
    char progress[48];
    struct strbuf doing;
    int columns; /* of the view */
};

enum jobs_action { JOBS_CANCEL };

static const struct key_row jobs_rows[] = {
    {"x", JOBS_CANCEL, "cancel", "Cancel the selected job", KEYS_HINT},
};

static const struct key_table jobs_keys = { "jobs", jobs_rows,
                                            sizeof jobs_rows / sizeof jobs_rows[0] };

static const struct list_column jobs_columns[] = {
    {"Job",   12, 28, 0, FIT_END  },
    { "Done", 6,  14, 0, FIT_RIGHT},
    { "At",   10, 0,  1, FIT_END  },
};

/* What the columns before the last one take, with the mark of the row and what lies between. */
#define COLUMNS_BEFORE (28 + 14 + 6)

/* Of a transfer what there is room for. */
static const char *doing(struct jobs *jobs)
{
    const struct job_status *job = &jobs->job;

    if (job->cancelling || !job->transferring)
        return job->cancelling ? "cancelling" : job->doing;
    strbuf_clear(&jobs->doing);
    transfer_words(&jobs->doing, job->doing, &job->transfer,
                   jobs->columns > COLUMNS_BEFORE ? (size_t)(jobs->columns - COLUMNS_BEFORE) : 0);
    return jobs->doing.data;
}

static uint64_t count(void *context, bool *exact)
{
    const struct jobs *jobs = context;

    *exact = true;
    return jobs->host->count == NULL ? 0 : jobs->host->count(jobs->host->context);
}

static bool row_at(void *context, uint64_t index, struct row *row)
{
    struct jobs *jobs = context;
    const struct job_status *job = &jobs->job;

    if (jobs->host->get == NULL || !jobs->host->get(jobs->host->context, (size_t)index, &jobs->job))
        return false;
    snprintf(jobs->identity, sizeof jobs->identity, "%" PRIu64, job->id);
    if (job->total > 0)
        snprintf(jobs->progress, sizeof jobs->progress, "%" PRIu64 "%%",
                 job->done * 100 / job->total);
    else if (job->done > 0)
        snprintf(jobs->progress, sizeof jobs->progress, "%" PRIu64, job->done);
    else
        jobs->progress[0] = '\0';
    row->identity = jobs->identity;
    row_set(row, 0, ROLE_NORMAL, job->title);
    row_set(row, 1, ROLE_NORMAL, jobs->progress);
    row_set(row, 2, ROLE_DIM, doing(jobs));
    return true;
}

static const struct row_source_ops jobs_source = { .count = count, .row = row_at };

static void title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Jobs");
}

static void layout(struct view *view, struct rectangle area)
{
    struct jobs *jobs = view_state(view);

    jobs->columns = area.columns;
    pane_place(list_pane(jobs->list), area);
}

static unsigned act(struct view *view, int action)
{
    struct jobs *jobs = view_state(view);
    struct row row;

    if (action == JOBS_CANCEL && list_selected(jobs->list, &row))
        jobs->host->cancel(jobs->host->context, jobs->job.id);
    return REFRESH_DRAW;
}

static void draw(struct view *view, const struct surface *surface)
{
    struct jobs *jobs = view_state(view);

    /* Jobs come and go between two drawings. */
    (void)surface;
    list_reload(jobs->list);
}

static void close_jobs(struct view *view)
{
    struct jobs *jobs = view_state(view);

    list_free(&jobs->list);
    strbuf_release(&jobs->doing);
    free(jobs);
}

static const struct view_ops jobs_ops = {
    .name = "jobs",
    .keys = &jobs_keys,
    .title = title,
    .layout = layout,
    .draw = draw,
    .act = act,
    .close = close_jobs,
};

struct view *jobs_view_new(struct workspace *workspace)
{
    struct jobs *jobs = memory_new(sizeof *jobs);
    struct row_source source = { &jobs_source, jobs };
    struct view *view;

    jobs->doing = (struct strbuf)STRBUF_INIT;
    jobs->host = &workspace->options.jobs;
    jobs->list = list_new(jobs_columns, 3, source);
    list_set_empty(jobs->list, "No job is running.");
    view = view_new(workspace, &jobs_ops, jobs);
    view_add_pane(view, list_pane(jobs->list));
    return view;
}
