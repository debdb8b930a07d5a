#include <pilab/drift/history.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/drift/builder.h>
#include <pilab/drift/deciding.h>

#define DAY INT64_C(86400000)

static bool counts(const struct drift_item *item)
{
    return !item->expected && !item->suppressed;
}

/* --- What the last report said ---------------------------------------------------------------- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *shown(const struct drift_value *value)
{
    return value->present ? value->text : NULL;
}

/* An earlier version kept no state: values tell as well, but of files there are none. */
static bool is_same(const struct earlier_item *earlier, const struct drift_item *item)
{
    char state[ITEM_STATE_SIZE];

    if (earlier->state != NULL)
        return strcmp(earlier->state, drift_item_state(item, state)) == 0;
    return item->type != DRIFT_CODE &&
           same_text(earlier->change_type, change_type_name(item->change_type)) &&
           same_text(earlier->previous, shown(&item->previous)) &&
           same_text(earlier->current, shown(&item->current));
}

static void note_item(struct drift_report *report, struct drift_item *item,
                      const struct earlier_item *earlier, int64_t now, int64_t then)
{
    item->drifting_since = item->unchanged_since = now;
    item->novelty = report->since.number > 0 ? NOVELTY_NEW : NOVELTY_UNKNOWN;
    if (earlier == NULL)
        return;
    item->drifting_since = earlier->drifting_since != 0 ? earlier->drifting_since : then;
    item->novelty = NOVELTY_CHANGED;
    if (!is_same(earlier, item))
        return;
    item->novelty = NOVELTY_SAME;
    item->unchanged_since = earlier->unchanged_since != 0 ? earlier->unchanged_since : then;
}

static void offer(struct drift_item *item, int64_t now, int64_t offer_after)
{
    item->offered = offer_after > 0 && counts(item) && item->type != DRIFT_CODE &&
                    item->attention != ATTENTION_BLOCKER && item->novelty == NOVELTY_SAME &&
                    item->decision == NULL && now - item->unchanged_since >= offer_after;
}

bool drift_history_looked(const struct drift_report *report, enum drift_type type,
                          const char *module, bool *outside)
{
    bool known = false;

    if (outside != NULL)
        *outside = false;
    for (size_t i = 0; i < report->source_count; i++) {
        const struct drift_source *source = &report->sources[i];

        if (source->service == NULL || strcmp(source->service, module) != 0)
            continue;
        known = true;
        if (source->type != type)
            continue;
        /* A part of the types leaves the others to the reports of the whole. */
        if (outside != NULL)
            *outside = report->scope != NULL && source->state == SOURCE_NOT_EXAMINED;
        return source->state == SOURCE_READ;
    }
    if (report->scope == NULL && !known)
        return true; /* the module is not compared any more */
    if (outside != NULL)
        *outside = report->scope != NULL;
    return false;
}

static void count_gone(struct drift_report *report, const struct drift_earlier *earlier,
                       const struct map *there)
{
    for (size_t i = 0; i < earlier->count; i++) {
        const struct earlier_item *item = &earlier->items[i];
        enum drift_type type;
        bool outside;

        if (!item->counts || map_has(there, item->id) || !drift_type_parse(item->type, &type))
            continue;
        if (drift_history_looked(report, type, item->module, &outside))
            report->since.gone++;
        else if (!outside)
            report->since.unknown++;
    }
}

void drift_history_apply(struct drift_report *report, const struct drift_earlier *earlier,
                         int64_t now, int64_t offer_after)
{
    struct map *before = map_new(), *there = map_new();

    report->since = (struct drift_since){ .number = earlier->number, .at = earlier->at };
    for (size_t i = 0; i < earlier->count; i++)
        map_put(before, earlier->items[i].id, (void *)(uintptr_t)&earlier->items[i]);
    for (size_t i = 0; i < report->item_count; i++) {
        struct drift_item *item = &report->items[i];

        note_item(report, item, map_get(before, item->id), now, earlier->at);
        offer(item, now, offer_after);
        report->since.appeared += counts(item) && item->novelty == NOVELTY_NEW;
        report->since.changed += counts(item) && item->novelty == NOVELTY_CHANGED;
        map_put(there, item->id, item);
    }
    count_gone(report, earlier, there);
    report_summarize(report);
    map_free(&before);
    map_free(&there);
}

/* --- Two reports ------------------------------------------------------------------------------ */

static const char *const change_names[REPORT_CHANGES] = {
    [REPORT_NEW] = "new",   [REPORT_AGAIN] = "again",         [REPORT_CHANGED] = "changed",
    [REPORT_GONE] = "gone", [REPORT_SET_ASIDE] = "set_aside", [REPORT_UNKNOWN] = "unknown",
};

const char *report_change_name(enum report_change change)
{
    return change_names[change];
}

static struct map *items_by_id(const struct drift_report *report)
{
    struct map *map = map_new();

    for (size_t i = 0; i < report->item_count; i++)
        map_put(map, report->items[i].id, (void *)(uintptr_t)&report->items[i]);
    return map;
}

static void add_pair(struct report_difference *difference, enum report_change change,
                     const struct drift_item *before, const struct drift_item *after)
{
    difference->pairs[change][difference->counts[change]++] = (struct report_pair){ before, after };
}

static void sort_after(struct report_difference *difference, const struct map *before)
{
    char one[ITEM_STATE_SIZE], other[ITEM_STATE_SIZE];

    for (size_t i = 0; i < difference->after->item_count; i++) {
        const struct drift_item *item = &difference->after->items[i];
        const struct drift_item *old = map_get(before, item->id);

        if (!counts(item))
            continue;
        if (old == NULL)
            add_pair(difference, REPORT_NEW, NULL, item);
        else if (!counts(old))
            add_pair(difference, REPORT_AGAIN, old, item);
        else if (strcmp(drift_item_state(old, one), drift_item_state(item, other)) != 0)
            add_pair(difference, REPORT_CHANGED, old, item);
        else
            difference->same++;
    }
}

static void sort_before(struct report_difference *difference, const struct map *after)
{
    for (size_t i = 0; i < difference->before->item_count; i++) {
        const struct drift_item *item = &difference->before->items[i];
        const struct drift_item *now = map_get(after, item->id);
        bool outside = false;

        if (!counts(item) || (now != NULL && counts(now)))
            continue;
        if (now != NULL)
            add_pair(difference, REPORT_SET_ASIDE, item, now);
        else if (drift_history_looked(difference->after, item->type, item->module, &outside))
            add_pair(difference, REPORT_GONE, item, NULL);
        else if (!outside)
            add_pair(difference, REPORT_UNKNOWN, item, NULL);
    }
}

struct report_difference *report_difference_new(const struct drift_report *before,
                                                const struct drift_report *after)
{
    struct arena *arena = arena_new();
    struct report_difference *difference = arena_alloc(arena, sizeof *difference);
    struct map *old = items_by_id(before), *new = items_by_id(after);

    *difference = (struct report_difference){ .before = before, .after = after, .arena = arena };
    for (int i = 0; i < REPORT_CHANGES; i++)
        difference->pairs[i] = arena_array(arena, before->item_count + after->item_count,
                                           sizeof *difference->pairs[i]);
    sort_after(difference, old);
    sort_before(difference, new);
    map_free(&old);
    map_free(&new);
    return difference;
}

void report_difference_free(struct report_difference **difference)
{
    struct arena *arena = *difference != NULL ? (*difference)->arena : NULL;

    *difference = NULL;
    arena_free(&arena);
}

/* --- Words ------------------------------------------------------------------------------------ */

static const char *say(char *out, int64_t count, const char *unit)
{
    snprintf(out, SPAN_WORDS_SIZE, "%" PRId64 " %s%s", count, unit, count == 1 ? "" : "s");
    return out;
}

const char *span_words(int64_t milliseconds, char out[SPAN_WORDS_SIZE])
{
    int64_t days = milliseconds / DAY;

    if (milliseconds < DAY / 24)
        return "less than an hour";
    if (days < 1)
        return say(out, milliseconds / (DAY / 24), "hour");
    if (days < 60)
        return say(out, days, "day");
    if (days < 730)
        return say(out, days * 12 / 365, "month");
    return say(out, days / 365, "year");
}
