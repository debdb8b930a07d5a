#include "difference_find.h"

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include <pilab/app/stored.h>

#define ID_DIGITS    16
#define LEAST_DIGITS 4
#define MOST_NAMED   6

static bool is_id(const char *name)
{
    size_t length = strlen(name);

    return length >= LEAST_DIGITS && length <= ID_DIGITS &&
           strspn(name, "0123456789abcdef") == length;
}

/* "module:path" */
static bool is_place(const struct drift_item *item, const char *name)
{
    size_t length = strlen(item->module);

    return strncmp(name, item->module, length) == 0 && name[length] == ':' &&
           strcmp(name + length + 1, item->path) == 0;
}

/* The ways to name one, the strictest first: what is an id is not looked for as a key. */
static bool answers(const struct drift_item *item, const char *name, int way)
{
    switch (way) {
    case 0:
        return is_id(name) && strncmp(item->id, name, strlen(name)) == 0;
    case 1:
        return is_place(item, name) || strcmp(item->path, name) == 0;
    default:
        return strcmp(item->key, name) == 0;
    }
}

static bool refuse_several(const struct drift_report *report, const char *name, int way,
                           struct error *error)
{
    struct strbuf list = STRBUF_INIT;
    size_t count = 0;

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        if (!answers(item, name, way))
            continue;
        if (count++ < MOST_NAMED)
            strbuf_printf(&list, "%s%s (%s %s)", count > 1 ? ", " : "", item->id, item->module,
                          item->path);
    }
    error_set(error, ERROR_AMBIGUOUS, "'%s' is the name of %zu differences", name, count);
    error_hint(error, "say which by its id: %s%s", list.data, count > MOST_NAMED ? ", …" : "");
    strbuf_release(&list);
    return false;
}

const struct drift_item *difference_in(const struct drift_report *report, const char *name,
                                       struct error *error)
{
    for (int way = 0; way < 3; way++) {
        const struct drift_item *found = NULL;

        for (size_t i = 0; i < report->item_count; i++) {
            if (!answers(&report->items[i], name, way))
                continue;
            if (found != NULL) {
                refuse_several(report, name, way, error);
                return NULL;
            }
            found = &report->items[i];
        }
        if (found != NULL)
            return found;
    }
    error_set(error, ERROR_NOT_FOUND, "report %" PRId64 " has no difference '%s'", report->number,
              name);
    error_hint(error, "`pilab report show %" PRId64 " --wide` lists them with their ids",
               report->number);
    return NULL;
}

/* --- Without a report ------------------------------------------------------------------------- */

static bool refuse_pairs(const struct store_sightings *seen, const char *name, struct error *error)
{
    struct strbuf list = STRBUF_INIT;

    for (size_t i = 0; i < seen->count && i < MOST_NAMED; i++)
        strbuf_printf(&list, "%s%s %s in report %" PRId64 " (%s)", i > 0 ? ", " : "",
                      seen->items[i].item.fingerprint, seen->items[i].item.path,
                      seen->items[i].number, seen->items[i].pair);
    error_set(error, ERROR_AMBIGUOUS, "'%s' is meant by %zu differences", name, seen->count);
    error_hint(error, "say which with --report: %s%s", list.data,
               seen->count > MOST_NAMED ? ", …" : "");
    strbuf_release(&list);
    return false;
}

static bool search(struct call *call, const char *name, struct store_sighting *found,
                   struct error *error)
{
    struct store_sightings seen;

    if (!is_id(name)) {
        error_set(error, ERROR_USAGE, "'%s' is no id of a difference", name);
        return error_hint(error,
                          "--report NUMBER lets it be named by its path or key; `pilab report show "
                          "NUMBER --wide` lists the ids");
    }
    if (!store_item_search(call->connection, call->project->id, name, call->arena, &seen, error))
        return false;
    if (seen.count > 1)
        return refuse_pairs(&seen, name, error);
    if (seen.count == 1) {
        *found = seen.items[0];
        return true;
    }
    error_set(error, ERROR_NOT_FOUND, "no kept report of %s has a difference '%s'",
              call->project->code, name);
    return error_hint(error, "`pilab drift … --save` keeps a report");
}

/* A decision about what is gone would be about nothing that anybody can look at. */
static bool check_newest(struct call *call, const struct store_sighting *sighting,
                         struct error *error)
{
    struct store_reports newest;

    if (!store_report_earlier(call->connection, call->project->id, sighting->pair, NULL, INT64_MAX,
                              1, call->arena, &newest, error))
        return false;
    if (newest.count == 0 || newest.items[0].number <= sighting->number)
        return true;
    error_set(error, ERROR_NOT_FOUND,
              "%s is not in report %" PRId64 ", the newest of %s: report %" PRId64 " had it last",
              sighting->item.path, newest.items[0].number, sighting->pair, sighting->number);
    return error_hint(error, "--report %" PRId64 " takes it from there all the same",
                      sighting->number);
}

bool difference_find(struct call *call, const char *number, const char *name,
                     struct found_difference *found, struct error *error)
{
    struct store_sighting sighting;

    *found = (struct found_difference){ 0 };
    if (number == NULL) {
        if (!search(call, name, &sighting, error) || !check_newest(call, &sighting, error))
            return false;
        number = arena_text(call->arena, sighting.report_id);
        name = sighting.item.fingerprint;
    }
    if (!stored_report_find(call, number, &found->row, error) ||
        !stored_report_read(call, &found->row, &found->report, error))
        return false;
    found->item = difference_in(found->report, name, error);
    if (found->item != NULL)
        return true;
    drift_report_free(&found->report);
    return false;
}
