#include "deployments.h"
#include "people.h"

#include <string.h>

#define MINUTE_MS INT64_C(60000)

/* A version goes to an environment on one day for all modules that have it. */
struct train {
    const char *version, *environment;
    int day, hour;
    const char *who, *reason;
};

/* clang-format off */
static const struct train trains[] = {
    { "v2.0.0", "SIT",  -66, 10, "deploy-bot", NULL },
    { "v2.0.0", "UAT",  -65, 10, "olga",       "first test by the business" },
    { "v2.0.0", "PROD", -64, 20, "olga",       "start of 2.0" },
    { "v2.0.1", "SIT",  -57, 10, "deploy-bot", NULL },
    { "v2.0.1", "UAT",  -56, 10, "olga",       NULL },
    { "v2.0.1", "PROD", -55, 20, "olga",       NULL },
    { "v2.0.2", "SIT",  -49, 10, "deploy-bot", NULL },
    { "v2.0.2", "UAT",  -48, 11, "olga",       NULL },
    { "v2.0.2", "PROD", -47, 20, "olga",       NULL },
    { "v2.0.3", "SIT",  -40, 10, "deploy-bot", NULL },
    { "v2.0.3", "UAT",  -39, 10, "olga",       NULL },
    { "v2.0.3", "PROD", -38, 20, "olga",       NULL },
    { "v2.0.4", "SIT",  -36, 10, "deploy-bot", NULL },
    { "v2.0.4", "UAT",  -35, 10, "olga",       NULL },
    { "v2.0.4", "PROD", -34, 20, "olga",       NULL },
    { "v2.0.5", "SIT",  -26, 10, "deploy-bot", NULL },
    { "v2.0.5", "UAT",  -24, 10, "olga",       "last release before the pause" },
    { "v2.0.5", "PROD", -22, 20, "olga",       NULL },
    { "v2.0.6", "SIT",  -10, 10, "deploy-bot", NULL },
    { "v2.0.6", "UAT",  -8,  10, "olga",       NULL },
    { "v2.0.7", "SIT",  -1,  19, "deploy-bot", NULL },
};
/* clang-format on */

/* What did not go with the train: one module on its own, a failure before it worked, a version that
 * was taken back. On the last day (0) the hours count back from the end. */
struct incident {
    const char *module, *version, *environment;
    const char *status;
    int day, hour;
    const char *who, *reason, *outcome;
};

/* clang-format off */
static const struct incident incidents[] = {
    { "mb-auth-service",    "v2.0.6", "PROD", "DEPLOYED",    -6,  20, "olga",
      "MB-231 does not wait", NULL },
    { "mb-notify-service",  "v2.0.6", "UAT",  "FAILED",      -8,   9, "olga",
      NULL, "the image could not be pulled" },
    { "mb-payment-service", "v2.0.3", "PROD", "ROLLED_BACK", -34, 22, "olga",
      "fees were rounded twice", "back within ten minutes" },
    { "mb-notify-service",  "v2.0.6", "PROD", "FAILED",       0,  5, "olga",
      NULL, "exit 1: the health check did not answer within 60 s" },
    { "mb-web",             "v2.0.6", "PROD", "DEPLOYING",    0,  0, "deploy-bot", NULL, NULL },
};
/* clang-format on */

/* What SIT got after the release was cut: a candidate of the next version. */
static const char late_module[] = "mb-web", late_version[] = "v2.0.8-rc.1";
#define LATE (90 * MINUTE_MS) /* before the end */

/* v2.0.6 was in SIT then, and not in UAT yet. */
int64_t deployments_compared_at(int64_t end)
{
    return story_day(end, -9) + 12 * 60 * MINUTE_MS;
}

int64_t deployments_cut_at(int64_t end)
{
    return story_day(end, -1) + 20 * 60 * MINUTE_MS;
}

static void add(struct vector *out, const char *module, const struct story_tag *tag,
                const char *environment, int64_t at, const char *who, const char *reason)
{
    struct demo_deployment *deployment = vector_add(out);
    deployment->module = module;
    deployment->environment = environment;
    deployment->version = tag->name;
    deployment->commit = tag->commit;
    deployment->status = "DEPLOYED";
    deployment->actor = person_find(who)->email;
    deployment->reason = reason;
    deployment->started_at = at;
    deployment->finished_at = at + 4 * MINUTE_MS;
}

/* Different minutes for different modules, so that a list reads like life. */
static int64_t moment(int64_t end, int day, int hour, const char *module)
{
    return story_day(end, day) + hour * 60 * MINUTE_MS + (int64_t)(strlen(module) % 7) * MINUTE_MS;
}

static void add_trains(const char *module, const struct story_tag *tag, int64_t end,
                       struct vector *out)
{
    for (size_t i = 0; i < sizeof(trains) / sizeof(*trains); i++) {
        const struct train *train = &trains[i];
        int64_t at = moment(end, train->day, train->hour, module);
        if (strcmp(train->version, tag->name) == 0 && at > tag->at && at < end)
            add(out, module, tag, train->environment, at, train->who, train->reason);
    }
}

static void add_incidents(const char *module, const struct story_tag *tag, int64_t end,
                          struct vector *out)
{
    for (size_t i = 0; i < sizeof(incidents) / sizeof(*incidents); i++) {
        const struct incident *incident = &incidents[i];
        if (strcmp(incident->module, module) != 0 || strcmp(incident->version, tag->name) != 0)
            continue;
        int64_t at = incident->day < 0 ? moment(end, incident->day, incident->hour, module)
                                       : end - (incident->hour * 60 + 5) * MINUTE_MS;
        add(out, module, tag, incident->environment, at, incident->who, incident->reason);
        struct demo_deployment *deployment = vector_at(out, out->count - 1);
        deployment->status = incident->status;
        if (strcmp(incident->status, "DEPLOYING") == 0)
            deployment->finished_at = 0;
        deployment->outcome = incident->outcome;
    }
}

void deployments_of_module(const char *module, const struct story_outcome *story, int64_t end,
                           struct vector *out)
{
    for (size_t i = 0; i < story->tag_count; i++) {
        const struct story_tag *tag = &story->tags[i];
        add(out, module, tag, "DEV", tag->at + 20 * MINUTE_MS, "deploy-bot", NULL);
        add_trains(module, tag, end, out);
        add_incidents(module, tag, end, out);
        if (strcmp(module, late_module) == 0 && strcmp(tag->name, late_version) == 0)
            add(out, module, tag, "SIT", end - LATE, "deploy-bot", NULL);
    }
}

static int compare_times(const void *left, const void *right)
{
    const struct demo_deployment *a = left, *b = right;
    return (a->started_at > b->started_at) - (a->started_at < b->started_at);
}

static bool same_cell(const struct demo_deployment *a, const struct demo_deployment *b)
{
    return strcmp(a->module, b->module) == 0 && strcmp(a->environment, b->environment) == 0;
}

struct demo_deployment *deployments_finish(struct vector *deployments, struct arena *arena)
{
    vector_sort(deployments, compare_times);
    struct demo_deployment *all = vector_to_arena(deployments, arena);
    for (size_t i = 0; i < deployments->count; i++) {
        if (strcmp(all[i].status, "ROLLED_BACK") != 0)
            continue;
        for (size_t k = i; k > 0 && !all[i].rolls_back; k--)
            if (same_cell(&all[k - 1], &all[i]) && strcmp(all[k - 1].status, "DEPLOYED") == 0)
                all[i].rolls_back = &all[k - 1];
    }
    return all;
}
