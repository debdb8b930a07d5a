#include <pilab/app/compare_lines.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/app/compare_plan.h>
#include <pilab/base/clock.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#include "report_history.h"

/* With no more files than these to read, nobody notices the time: the first answer has them. */
#define FEW_FILES 500

/* Lines that came are handed over together, so that a screen is not drawn for each: the first ones
 * at once, the others so many milliseconds later. */
#define BATCH_MILLISECONDS 250
#define BATCH_FIRST        64

void line_batch_free(struct line_batch *batch)
{
    free(batch);
}

/* The lines of one report on their way to whoever waits. */
struct delivery {
    const struct compare_listener *listener;
    const struct drift_report *report;
    const struct drift_input *input;
    struct arena *arena;
    size_t *codes;                  /* by module: its index in the report's codes; SIZE_MAX: none */
    size_t **items;                 /* by module: the item of each file */
    struct line_place *places;      /* of each item: the other way round */
    struct line_place *code_places; /* of the commits of each code: the module alone */
    size_t item_count, code_count;
    struct line_batch *batch;
    size_t room;
    int64_t sent_at; /* monotonic; 0: nothing yet */
};

/* --- From the input to the report ------------------------------------------------------------- */

static size_t find_code(const struct drift_report *report, const char *module)
{
    const struct drift_code *code = drift_report_code(report, module);

    return code != NULL ? (size_t)(code - report->codes) : SIZE_MAX;
}

static void add_key(struct strbuf *key, const char *module, const char *path)
{
    strbuf_clear(key);
    strbuf_add(key, module);
    strbuf_add_char(key, '\0');
    strbuf_add(key, path);
}

static struct map *index_files(const struct drift_report *report)
{
    struct map *index = map_new();
    struct strbuf key = STRBUF_INIT;

    for (size_t i = 0; i < report->item_count; i++) {
        if (!drift_item_has_lines(&report->items[i]))
            continue;
        add_key(&key, report->items[i].module, report->items[i].path);
        map_put_bytes(index, key.data, key.length, &report->items[i]);
    }
    strbuf_release(&key);
    return index;
}

static size_t *find_items(const struct delivery *delivery, struct map *index,
                          const struct module_input *module)
{
    const struct file_change_list *files = &module->code->files;
    size_t *items = arena_array(delivery->arena, files->count, sizeof *items);
    struct strbuf key = STRBUF_INIT;

    for (size_t i = 0; i < files->count; i++) {
        const struct drift_item *item;

        add_key(&key, module->name, files->changes[i].path);
        item = map_get_bytes(index, key.data, key.length);
        items[i] = item != NULL ? (size_t)(item - delivery->report->items) : SIZE_MAX;
    }
    strbuf_release(&key);
    return items;
}

/* Where the files of the items are, and the commits of the codes. */
static void find_places(struct delivery *delivery)
{
    const struct drift_input *input = delivery->input;
    static const struct line_place nowhere = { .module = SIZE_MAX };

    delivery->item_count = delivery->report->item_count;
    delivery->code_count = delivery->report->code_count;
    delivery->places = arena_array(delivery->arena, delivery->item_count, sizeof *delivery->places);
    delivery->code_places =
        arena_array(delivery->arena, delivery->code_count, sizeof *delivery->code_places);
    for (size_t i = 0; i < delivery->item_count; i++)
        delivery->places[i] = nowhere;
    for (size_t i = 0; i < delivery->code_count; i++)
        delivery->code_places[i] = nowhere;
    for (size_t i = 0; i < input->module_count; i++) {
        const struct code_input *code = input->modules[i].code;

        if (delivery->codes[i] < delivery->code_count)
            delivery->code_places[delivery->codes[i]].module = i;
        for (size_t k = 0; code != NULL && k < code->files.count; k++) {
            if (delivery->items[i][k] < delivery->item_count)
                delivery->places[delivery->items[i][k]] = (struct line_place){ i, true, k };
        }
    }
}

static void delivery_start(struct delivery *delivery, const struct compare_listener *listener,
                           const struct drift_report *report, const struct drift_input *input)
{
    struct map *index = index_files(report);

    *delivery = (struct delivery){ .listener = listener, .report = report, .input = input };
    delivery->arena = arena_new();
    delivery->codes = arena_array(delivery->arena, input->module_count, sizeof(size_t));
    delivery->items = arena_array(delivery->arena, input->module_count, sizeof(size_t *));
    for (size_t i = 0; i < input->module_count; i++) {
        const struct module_input *module = &input->modules[i];

        delivery->codes[i] = find_code(report, module->name);
        if (module->code != NULL)
            delivery->items[i] = find_items(delivery, index, module);
    }
    map_free(&index);
    find_places(delivery);
}

static void delivery_end(struct delivery *delivery)
{
    line_batch_free(delivery->batch);
    arena_free(&delivery->arena);
}

/* --- Handing over ------------------------------------------------------------------------------
 */

static void send(struct delivery *delivery)
{
    struct line_batch *batch = delivery->batch;

    delivery->batch = NULL;
    delivery->sent_at = clock_monotonic();
    if (batch != NULL)
        delivery->listener->counted(delivery->listener->context, batch);
}

static struct drift_line_count *add_count(struct delivery *delivery)
{
    struct line_batch *batch = delivery->batch;

    if (batch == NULL || batch->count == delivery->room) {
        delivery->room = batch == NULL ? BATCH_FIRST : delivery->room * 2;
        batch = memory_resize(batch, 1, sizeof *batch + delivery->room * sizeof *batch->counts);
        batch->count = delivery->batch == NULL ? 0 : batch->count;
        delivery->batch = batch;
    }
    return &batch->counts[batch->count++];
}

/* On a thread of the counting. */
static void take(void *context, const struct line_count *count)
{
    struct delivery *delivery = context;
    size_t index = count->file ? delivery->items[count->module][count->index] : count->index;

    *add_count(delivery) = (struct drift_line_count){ .file = count->file,
                                                      .code = delivery->codes[count->module],
                                                      .index = index,
                                                      .known = count->known,
                                                      .binary = count->binary,
                                                      .insertions = count->insertions,
                                                      .deletions = count->deletions };
    if (delivery->sent_at == 0 ? delivery->batch->count >= BATCH_FIRST
                               : clock_monotonic() - delivery->sent_at >= BATCH_MILLISECONDS)
        send(delivery);
}

/* On any thread of the counting. What the report has and the input has not is nobody's wish. */
static bool take_wish(void *context, struct line_place *place)
{
    const struct delivery *delivery = context;
    struct line_wish wish;

    while (line_wishes_take(delivery->listener->wishes, &wish)) {
        *place = (struct line_place){ .module = SIZE_MAX };
        if (wish.file && wish.index < delivery->item_count)
            *place = delivery->places[wish.index];
        else if (!wish.file && wish.code < delivery->code_count)
            *place =
                (struct line_place){ delivery->code_places[wish.code].module, false, wish.index };
        if (place->module != SIZE_MAX)
            return true;
    }
    return false;
}

/* --- Both halves ------------------------------------------------------------------------------ */

static bool count_and_tell(struct call *call, struct comparison *comparison,
                           const struct compare_listener *listener, struct drift_report **settled,
                           struct error *error)
{
    const struct drift_input *input = comparison_input(comparison);
    struct drift_report *report = drift_detect(input);
    struct delivery delivery;
    struct line_listener lines = { take, listener->wishes != NULL ? take_wish : NULL, &delivery };
    bool ok;

    if (!report_history_look(call, report, error)) {
        drift_report_free(&report);
        return false;
    }
    delivery_start(&delivery, listener, report, input);
    listener->answered(listener->context, report, true);
    delivery.report = NULL; /* the listener's, from here on */
    ok = comparison_count(comparison, &lines, &call->progress, error);
    if (ok) {
        send(&delivery);
        *settled = drift_detect(input);
        ok = report_history_look(call, *settled, error);
        if (!ok)
            drift_report_free(settled);
    }
    delivery_end(&delivery);
    return ok;
}

/* What takes long is kept, also where nothing has made the cache yet. */
static void keep_counts(struct call *call, struct compare_plan *plan)
{
    if (plan->counts == NULL)
        plan->counts = kept_counts_open(call->settings, true);
    kept_counts_use(plan->counts, &plan->request);
}

static bool answer(struct call *call, struct compare_plan *plan, struct comparison *comparison,
                   const struct compare_listener *listener, struct drift_report **settled,
                   struct error *error)
{
    size_t files = comparison_lines_to_read(comparison);
    struct drift_report *report;

    if (files > FEW_FILES) {
        keep_counts(call, plan);
        return count_and_tell(call, comparison, listener, settled, error);
    }
    if (files > 0 && !comparison_count(comparison, NULL, &call->progress, error))
        return false;
    report = drift_detect(comparison_input(comparison));
    if (!report_history_look(call, report, error)) {
        drift_report_free(&report);
        return false;
    }
    listener->answered(listener->context, report, false);
    return true;
}

bool compare_run_lines(struct call *call, const struct compare_ask *ask,
                       const struct compare_listener *listener, struct drift_report **settled,
                       struct error *error)
{
    struct compare_ask names = *ask;
    struct comparison *comparison = NULL;
    struct compare_plan plan;
    bool ok;

    *settled = NULL;
    names.counts = names.file_counts = false;
    if (!repository_library_start(error))
        return false;
    ok = compare_plan_read(call, &names, &plan, &comparison, error);
    ok = ok && answer(call, &plan, comparison, listener, settled, error);
    comparison_free(&comparison);
    kept_counts_close(&plan.counts);
    repository_library_stop();
    return ok;
}
