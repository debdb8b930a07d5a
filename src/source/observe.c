#include "observe_parts.h"

#include <string.h>

/* --- The time of an observer ------------------------------------------------------------------ */

struct deadline {
    const struct progress *outer;
    int64_t until; /* monotonic */
    bool over;
};

static void report(void *context, const char *what, uint64_t done, uint64_t total)
{
    progress_report(((struct deadline *)context)->outer, what, done, total);
}

static bool has_time(void *context)
{
    struct deadline *deadline = context;
    const struct progress *outer = deadline->outer;

    deadline->over = deadline->over || clock_monotonic() >= deadline->until;
    return !deadline->over && (outer == NULL || outer->wait == NULL || outer->wait(outer->context));
}

/* --- What it tells of --------------------------------------------------------------------------
 */

bool observer_tells_of(const struct observer_settings *observer, const char *module)
{
    if (observer->module != NULL)
        return strcmp(observer->module, module) == 0;
    for (size_t i = 0; i < observer->module_count; i++) {
        if (strcmp(observer->modules[i].module, module) == 0)
            return true;
    }
    /* A GitOps repository's are other names for some of all. */
    return observer->module_count == 0 || observer->type == OBSERVER_GITOPS;
}

/* --- One observer ----------------------------------------------------------------------------- */

static bool (*const kinds[OBSERVER_TYPE_COUNT])(struct observing *observing,
                                                struct error *error) = {
    [OBSERVER_GITOPS] = observe_gitops, [OBSERVER_KUBERNETES] = observe_kubernetes,
    [OBSERVER_HTTP] = observe_http,     [OBSERVER_SSH] = observe_ssh,
    [OBSERVER_FILE] = observe_file,
};

/* What a mirror has kept says nothing about now. */
static bool ask_kind(struct observing *observing, struct error *error)
{
    enum observer_type type = observing->observer->type;

    if (!observing->request->offline || type == OBSERVER_FILE)
        return kinds[type](observing, error);
    error_set(error, ERROR_NETWORK, "it was not asked: this is offline");
    return error_hint(error, "without --offline it is");
}

static void say_late(struct error *failure, int milliseconds)
{
    error_set(failure, ERROR_NETWORK, "it did not answer within %d seconds", milliseconds / 1000);
    error_hint(failure, "timeout gives it more time");
}

bool observe(const struct observe_request *request, struct arena *arena,
             struct observer_answer *answer, const struct progress *progress, struct error *error)
{
    const struct observer_settings *observer = request->observer;
    unsigned long long seconds = observer->timeout > 0 ? observer->timeout : OBSERVE_TIMEOUT;
    struct deadline deadline = { progress, clock_monotonic() + (int64_t)seconds * 1000, false };
    struct progress limited = { .report = report,
                                .context = &deadline,
                                .cancel = progress != NULL ? progress->cancel : NULL,
                                .wait = has_time };
    struct observing observing = { .request = request,
                                   .observer = observer,
                                   .arena = arena,
                                   .progress = &limited,
                                   .milliseconds = (int)seconds * 1000 };
    struct strbuf label = STRBUF_INIT;

    vector_init(&observing.items, sizeof(struct observation));
    observer_settings_label(&label, observer);
    *answer =
        (struct observer_answer){ .observer = observer, .label = strbuf_to_arena(&label, arena) };
    strbuf_release(&label);
    if (ask_kind(&observing, &answer->failure)) {
        answer->items = vector_to_arena(&observing.items, arena);
        answer->count = observing.items.count;
        answer->revision = observing.revision;
        answer->failure = (struct error){ 0 };
    } else if (deadline.over && answer->failure.code != ERROR_CANCELLED) {
        say_late(&answer->failure, observing.milliseconds);
    }
    vector_release(&observing.items);
    answer->at = clock_now(&request->clock);
    if (answer->failure.code != ERROR_CANCELLED)
        return true;
    if (error != NULL)
        *error = answer->failure;
    return false;
}
