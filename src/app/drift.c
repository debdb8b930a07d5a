#include <pilab/app/use_cases.h>

#include <pilab/app/compare_lines.h>
#include <pilab/app/kept_run.h>
#include <pilab/app/stored.h>

/* --fail-on SEVERITY: whether a counted difference is at least as grave. What blocks is, whatever
 * its severity. */
static bool grave_enough(const struct drift_report *report, const char *name)
{
    enum severity limit;

    if (name == NULL || !severity_parse(name, &limit))
        return false;
    if (report->summary.by_attention[ATTENTION_BLOCKER] > 0)
        return true;
    for (int i = (int)limit; i < SEVERITY_COUNT; i++) {
        if (report->summary.by_severity[i] > 0)
            return true;
    }
    return false;
}

/* For a face that shows lines when they come. Nothing is kept: that waits for all of them. */
static bool tell_in_parts(struct call *call, const struct compare_ask *ask, struct result *result,
                          struct error *error)
{
    result->kind = RESULT_TOLD;
    return compare_run_lines(call, ask, call->lines, &result->report, error);
}

bool app_drift(struct call *call, const struct arguments *arguments, struct result *result,
               struct error *error)
{
    struct compare_ask ask;
    bool save = arguments_flag(arguments, "save");

    if (!compare_ask_read(arguments, call->arena, &ask, error) ||
        !compare_ask_settle(call, &ask, error))
        return false;
    if (call->lines != NULL && !save)
        return tell_in_parts(call, &ask, result, error);
    ask.file_counts = true;
    if ((save &&
         !(app_open_for_saving(call, error) && call_check(call, PERMISSION_RUN_DRIFT, error))) ||
        !kept_run_compare(call, &ask, save, &result->report, error))
        return false;
    result->kind = RESULT_REPORT;
    result->format = arguments_option(arguments, "format");
    result->wide = arguments_flag(arguments, "wide");
    result->differences = result->report->summary.total_changes > 0;
    result->incomplete = result->report->run == RUN_PARTIAL;
    result->fail = grave_enough(result->report, arguments_option(arguments, "fail-on"));
    return true;
}
