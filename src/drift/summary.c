#include <pilab/drift/builder.h>

#include <string.h>

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A document that names one service only stands for its module, and its name is the module's. */
const char *drift_item_affects(const struct drift_report *report, const struct drift_item *item)
{
    size_t place = (size_t)(item - report->items);

    if (!item->module || item->module[0] == '\0')
        return item->service;
    for (size_t i = 0; i < report->config_count; i++) {
        const struct drift_config *config = &report->configs[i];

        if (place >= config->first_item && place - config->first_item < config->item_count)
            return strcmp(config->service, item->service) == 0 ? item->module : item->service;
    }
    return item->type == DRIFT_CODE ? item->module : item->service;
}

static void count_item(struct drift_report *report, const struct drift_item *item,
                       struct map *services)
{
    struct drift_summary *summary = &report->summary;
    const char *service = drift_item_affects(report, item);

    summary->expected += item->expected;
    summary->suppressed += item->suppressed && !item->expected;
    summary->expected_blockers += item->expected && item->blocks;
    summary->suppressed_blockers += item->suppressed && !item->expected && item->blocks;
    if (item->expected || item->suppressed)
        return;
    summary->total_changes++;
    summary->by_change_type[item->change_type]++;
    summary->by_drift_type[item->type]++;
    summary->by_severity[item->severity]++;
    summary->by_attention[item->attention]++;
    summary->breaking_changes += item->breaking;
    summary->security_changes += item->security;
    summary->lapsed += item->decision != NULL && item->decision->state != DECISION_HOLDS;
    summary->offered += item->offered;
    if (item->severity > summary->severity)
        summary->severity = item->severity;
    map_put(services, service, (void *)service);
}

static void list_services(struct drift_report *report, const struct map *services)
{
    size_t count = map_count(services);
    const char **names = arena_array(report->arena, count, sizeof *names);

    for (size_t i = 0; i < count; i++)
        names[i] = map_value_at(services, i);
    sort_stable(names, count, sizeof *names, by_text);
    report->summary.services_affected = names;
    report->summary.service_count = count;
}

void report_summarize(struct drift_report *report)
{
    struct map *services = map_new();
    struct drift_summary *summary = &report->summary;

    *summary = (struct drift_summary){ .severity = SEVERITY_INFO };
    for (size_t i = 0; i < report->item_count; i++)
        count_item(report, &report->items[i], services);
    for (size_t i = 0; i < report->change_count; i++) {
        summary->breaking_changes += report->changes[i].breaking;
        summary->security_changes += report->changes[i].security;
    }
    list_services(report, services);
    map_free(&services);
}
