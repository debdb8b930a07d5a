#include "verify_config.h"

#include <string.h>

#include <pilab/app/compare.h>

/* What of a module differs and is neither meant to nor ignored. */
static void count_items(const struct drift_report *report, struct arena *arena,
                        struct verify_configuration *configuration)
{
    configuration->keys = arena_array(arena, VERIFY_KEYS, sizeof *configuration->keys);
    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (item->type != DRIFT_CONFIG || item->expected || item->suppressed ||
            strcmp(item->module, configuration->module) != 0)
            continue;
        configuration->differences++;
        if (configuration->key_count < VERIFY_KEYS)
            configuration->keys[configuration->key_count++] =
                arena_text(arena, item->key != NULL ? item->key : item->path);
    }
}

/* Why the configuration of a module could not be compared; NULL: it was. */
static const char *find_problem(const struct drift_report *report, const char *module,
                                struct arena *arena)
{
    bool read = false;

    for (size_t i = 0; i < report->problem_count; i++) {
        const struct drift_problem *problem = &report->problems[i];

        if (problem->service != NULL && strcmp(problem->service, module) == 0 && !problem->warning)
            return arena_printf(arena, "its configuration could not be compared: %s: %s",
                                problem->what, problem->why);
    }
    for (size_t i = 0; i < report->source_count; i++) {
        const struct drift_source *source = &report->sources[i];

        read = read || (source->type == DRIFT_CONFIG && source->state == SOURCE_READ &&
                        source->service != NULL && strcmp(source->service, module) == 0);
    }
    return read ? NULL : "its configuration could not be compared";
}

static void settle(struct call *call, const struct manifest_state *seen,
                   const struct drift_report *report, const struct error *failure,
                   struct verification *verification)
{
    for (size_t i = 0; i < seen->count; i++) {
        struct verify_configuration configuration = { .module = seen->entries[i].module };

        if (report != NULL)
            configuration.why = find_problem(report, configuration.module, call->arena);
        else
            configuration.why =
                arena_printf(call->arena, "its configuration could not be compared: %s",
                             failure->message);
        if (configuration.why == NULL)
            count_items(report, call->arena, &configuration);
        verify_configured(verification, &configuration, call->arena);
    }
}

bool verify_compare_configuration(struct call *call, const struct manifest_state *expected,
                                  const struct observer_answer *answers,
                                  struct verification *verification, struct error *error)
{
    struct compare_ask ask = { .previous = verification->subject };
    struct drift_report *report = NULL;
    struct manifest_state seen;
    struct error failure = { 0 };

    verify_configured_state(expected, answers, verification->answer_count, call->arena, &seen);
    if (seen.count == 0)
        return true;
    seen.environment = verification->environment;
    ask.current = arena_printf(call->arena, "observed:%s", verification->environment);
    ask.types[DRIFT_CONFIG] = true;
    ask.observed = &seen;
    if (!compare_run(call, &ask, &report, &failure)) {
        if (failure.code == ERROR_CANCELLED) {
            if (error != NULL)
                *error = failure;
            return false;
        }
    }
    settle(call, &seen, report, &failure, verification);
    drift_report_free(&report);
    return true;
}
