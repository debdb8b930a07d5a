#include "report_history.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/project.h>
#include <pilab/app/stored.h>
#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/drift/history.h>
#include <pilab/store/report.h>

#include "report_pair.h"

#define MOST_PARTIAL 16 /* reports without an answer, before one that was complete */
#define MOST_WALKED  1000

struct telling {
    struct call *call;
    const char *pair, *scope;
    struct store_reports reports; /* newest first, up to one that was complete */
    struct vector items;          /* struct earlier_item */
    struct map *seen;             /* their ids */
};

/* --- Reports of an earlier version ------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Whether a whole and complete report between the two had nothing of it. */
static bool was_away(const struct store_reports *all, int64_t older, int64_t newer)
{
    for (size_t i = 0; i < all->count; i++) {
        const struct store_report *report = &all->items[i];

        if (report->number > older && report->number < newer && report->scope == NULL &&
            strcmp(report->run, "COMPLETED") == 0)
            return true;
    }
    return false;
}

/* They kept no times with their items: each report that has one tells its own. */
static bool walk_back(struct telling *telling, struct store_item *item, struct error *error)
{
    struct call *call = telling->call;
    int64_t before = telling->reports.items[0].number + 1;
    struct store_sightings seen;
    struct store_reports all;
    bool same = true;

    if (!store_item_sightings(call->connection, call->project->id, telling->pair, item->fingerprint,
                              before, call->arena, &seen, error) ||
        !store_report_earlier(call->connection, call->project->id, telling->pair, NULL, before,
                              MOST_WALKED, call->arena, &all, error))
        return false;
    for (size_t i = 0; i < seen.count; i++) {
        const struct store_item *then = &seen.items[i].item;

        if (i > 0 && was_away(&all, seen.items[i].number, seen.items[i - 1].number))
            break;
        item->drifting_since = seen.items[i].at;
        same = same && same_text(then->previous, item->previous) &&
               same_text(then->current, item->current) &&
               same_text(then->change_type, item->change_type);
        if (same)
            item->unchanged_since = seen.items[i].at;
    }
    return true;
}

/* --- What there was --------------------------------------------------------------------------- */

static bool add_item(struct telling *telling, struct store_item *item, struct error *error)
{
    struct earlier_item *earlier;

    if (map_has(telling->seen, item->fingerprint))
        return true;
    if (item->drifting_since == 0 && strcmp(item->type, drift_type_name(DRIFT_CODE)) != 0 &&
        !walk_back(telling, item, error))
        return false;
    map_put(telling->seen, item->fingerprint, item);
    earlier = vector_add(&telling->items);
    *earlier = (struct earlier_item){ .id = item->fingerprint,
                                      .state = item->state,
                                      .type = item->type,
                                      .module = item->module,
                                      .change_type = item->change_type,
                                      .previous = item->previous,
                                      .current = item->current,
                                      .drifting_since = item->drifting_since,
                                      .unchanged_since = item->unchanged_since,
                                      .counts = !item->expected && !item->suppressed };
    return true;
}

/* Of an older report only what the later ones could not look for. */
static bool is_open(const struct drift_report *const *later, size_t count,
                    const struct store_item *item)
{
    enum drift_type type;

    for (size_t i = 0; i < count; i++) {
        if (!drift_type_parse(item->type, &type) ||
            drift_history_looked(later[i], type, item->module, NULL))
            return false;
    }
    return true;
}

static bool add_report(struct telling *telling, const struct store_report *row,
                       const struct drift_report *const *later, size_t count, struct error *error)
{
    struct store_items items;

    if (!store_item_list(telling->call->connection, row->id, NULL, NULL, telling->call->arena,
                         &items, error))
        return false;
    for (size_t i = 0; i < items.count; i++) {
        if (is_open(later, count, &items.items[i]) && !add_item(telling, &items.items[i], error))
            return false;
    }
    return true;
}

/* A report that could not read everything leaves its gaps to the ones before it. */
static bool gather(struct telling *telling, struct error *error)
{
    const struct drift_report *later[MOST_PARTIAL];
    size_t count = 0;
    bool ok = true;

    for (size_t i = 0; ok && i < telling->reports.count; i++) {
        const struct store_report *row = &telling->reports.items[i];
        struct drift_report *read = NULL;

        ok = add_report(telling, row, later, count, error);
        if (!ok || strcmp(row->run, "COMPLETED") == 0)
            break;
        ok = stored_report_read(telling->call, row, &read, error);
        if (ok)
            later[count++] = read;
    }
    for (size_t i = 0; i < count; i++) {
        struct drift_report *read = (struct drift_report *)(uintptr_t)later[i];

        drift_report_free(&read);
    }
    return ok;
}

static bool tell(struct telling *telling, struct drift_report *report, int64_t before, int64_t now,
                 int64_t offer_after, struct error *error)
{
    struct call *call = telling->call;
    struct drift_earlier earlier = { 0 };

    if (!store_report_earlier(call->connection, call->project->id, telling->pair, telling->scope,
                              before, MOST_PARTIAL, call->arena, &telling->reports, error) ||
        !gather(telling, error))
        return false;
    if (telling->reports.count > 0) {
        earlier.number = telling->reports.items[0].number;
        earlier.at = telling->reports.items[0].created_at;
    }
    earlier.items = telling->items.items;
    earlier.count = telling->items.count;
    drift_history_apply(report, &earlier, now, offer_after);
    return true;
}

bool report_history_tell(struct call *call, struct drift_report *report, int64_t before,
                         int64_t now, struct error *error)
{
    struct project_settings settings = { 0 };
    struct telling telling = {
        .call = call,
        .pair = report_pair(call->arena, &report->previous, &report->current),
        .scope = report->scope,
        .seen = map_new(),
    };
    bool ok;

    vector_init(&telling.items, sizeof(struct earlier_item));
    ok = project_load(call, &settings, error) &&
         tell(&telling, report, before, now, project_settings_offer_after(&settings), error);
    vector_release(&telling.items);
    map_free(&telling.seen);
    return ok;
}

bool report_history_look(struct call *call, struct drift_report *report, struct error *error)
{
    if (call->project == NULL || report->project == NULL)
        return true;
    return report_history_tell(call, report, INT64_MAX, report->created_at, error);
}
