#include "studio_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#define SPEC_SIZE 512

/* --- A comparison that is told in parts ------------------------------------------------------- */

/* What it says before it ends: one of the three. */
struct compare_news {
    struct drift_report *report; /* the first answer */
    struct line_wishes *wishes; /* lines of it follow, and these first; NULL: it is the whole one */
    struct line_batch *lines;
    struct drift_report *settled;
};

void studio_comparison_free(void *batch)
{
    struct compare_news *news = batch;

    drift_report_free(&news->report);
    drift_report_free(&news->settled);
    line_wishes_drop(&news->wishes);
    line_batch_free(news->lines);
    free(news);
}

static void tell_news(const struct studio_comparison *comparison, const struct compare_news *news)
{
    job_batch(comparison->job, memory_copy_bytes(news, sizeof *news));
}

static void tell_answer(void *context, struct drift_report *report, bool counting)
{
    const struct studio_comparison *comparison = context;
    struct line_wishes *wishes = comparison->listener.wishes;

    tell_news(comparison,
              &(struct compare_news){ .report = report,
                                      .wishes = counting ? line_wishes_hold(wishes) : NULL });
}

static void tell_lines(void *context, struct line_batch *lines)
{
    tell_news(context, &(struct compare_news){ .lines = lines });
}

void studio_comparison_start(struct studio_comparison *comparison, struct job *job)
{
    comparison->job = job;
    comparison->listener = (struct compare_listener){ .answered = tell_answer,
                                                      .counted = tell_lines,
                                                      .context = comparison,
                                                      .wishes = line_wishes_new() };
}

void studio_comparison_end(struct studio_comparison *comparison, struct drift_report *settled)
{
    if (settled != NULL)
        tell_news(comparison, &(struct compare_news){ .settled = settled });
    line_wishes_drop(&comparison->listener.wishes);
}

static void show(struct studio *studio, struct drift_report *report, uint64_t job,
                 struct line_wishes *wishes)
{
    drift_counting_stop(studio);
    workspace_open_in(studio->workspace, PLACE_DRIFT, drift_view_new(studio, report, job, wishes));
}

void studio_show_report(struct studio *studio, struct drift_report *report)
{
    show(studio, report, 0, NULL);
}

void studio_comparison_take(struct studio *studio, uint64_t job, void *batch)
{
    struct compare_news *news = batch;
    bool counting = news->wishes != NULL;

    if (news->report != NULL) {
        studio_goes_on(studio, job, counting ? "count lines" : "compare");
        show(studio, news->report, counting ? job : 0, news->wishes);
    }
    if (news->lines != NULL)
        drift_counting_take(studio, job, news->lines);
    if (news->settled != NULL)
        drift_counting_settle(studio, job, news->settled);
    *news = (struct compare_news){ .wishes = news->wishes };
    studio_comparison_free(news);
}

/* --- Comparing two states --------------------------------------------------------------------- */

struct compare_input {
    char previous[SPEC_SIZE], current[SPEC_SIZE]; /* both empty: the last two versions */
    char module[SPEC_SIZE];                       /* empty: all */
};

static bool run_compare(struct job *job, struct call *call, void *input, void **output,
                        struct error *error)
{
    const struct compare_input *asked = input;
    struct studio_comparison comparison;
    struct compare_ask ask;
    struct drift_report *settled = NULL;
    bool ok;

    (void)output;
    compare_ask_all(&ask);
    if (asked->previous[0] != '\0') {
        ask.previous = asked->previous;
        ask.current = asked->current;
    }
    ask.module = asked->module[0] != '\0' ? asked->module : NULL;
    studio_comparison_start(&comparison, job);
    ok = compare_run_lines(call, &ask, &comparison.listener, &settled, error);
    studio_comparison_end(&comparison, settled);
    return ok;
}

void studio_compare(struct studio *studio, const char *previous, const char *current)
{
    studio_compare_module(studio, previous, current, NULL);
}

void studio_compare_module(struct studio *studio, const char *previous, const char *current,
                           const char *module)
{
    struct compare_input *input = memory_new(sizeof *input);
    struct studio_work work = { .title = "compare",
                                .run = run_compare,
                                .input = input,
                                .batch = studio_comparison_take,
                                .free_batch = studio_comparison_free };

    drift_counting_stop(studio);
    if (previous != NULL) {
        snprintf(input->previous, sizeof input->previous, "%s", previous);
        snprintf(input->current, sizeof input->current, "%s", current);
    }
    if (module != NULL)
        snprintf(input->module, sizeof input->module, "%s", module);
    studio_start(studio, &work);
}
