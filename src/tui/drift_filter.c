#include "drift_parts.h"

/* Whether the things that a row of a report stands for pass a filter. */

/* A row that stands for many passes with any of them. */
static bool repeat_passes(const struct drift_filtering *filtering, const struct filter *filter,
                          size_t first, const char *words, size_t length)
{
    struct drift_thing thing = { .report = filtering->report };

    for (size_t i = first; i != SIZE_MAX; i = drift_folds_next(filtering->folds, i)) {
        thing.item = &filtering->report->items[i];
        if (filter_test(filter, &thing, words, length))
            return true;
    }
    return false;
}

static bool row_passes(const void *context, const struct filter *filter, const char *identity,
                       const char *words, size_t length)
{
    const struct drift_filtering *filtering = context;
    const struct drift_report *report = filtering->report;
    struct drift_thing thing = { .report = report };
    struct drift_place place;
    enum drift_row_kind kind;
    size_t index;

    if (!drift_row_parse(identity, &kind, &index))
        return false;
    switch (kind) {
    case DRIFT_ROW_REPEAT:
        return repeat_passes(filtering, filter, index, words, length);
    case DRIFT_ROW_ITEM:
        thing.item = &report->items[index];
        break;
    case DRIFT_ROW_CHANGE:
        thing.change = &report->changes[index];
        break;
    case DRIFT_ROW_PROBLEM:
        thing.problem = &report->problems[index];
        break;
    case DRIFT_ROW_COMMIT:
        place = drift_commit_at(report, index);
        thing.commit = place.commit;
        thing.code = place.code;
        break;
    case DRIFT_ROW_SOURCE:
        thing.source = &report->sources[index];
        break;
    }
    return filter_test(filter, &thing, words, length);
}

static void offer_values(const void *context, size_t field,
                         void (*offer)(void *to, const char *value), void *to)
{
    drift_field_values(((const struct drift_filtering *)context)->report, field, offer, to);
}

struct row_fields drift_row_fields(const struct drift_filtering *filtering, struct clock clock)
{
    return (struct row_fields){ .fields = &drift_fields,
                                .passes = row_passes,
                                .values = offer_values,
                                .context = filtering,
                                .clock = clock };
}
