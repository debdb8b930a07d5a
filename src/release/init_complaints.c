#include "init_complaints.h"

#include <stdint.h>
#include <string.h>

#include <pilab/base/map.h>

/* One thing that somebody complains of. */
struct grievance {
    const char *place, *text, *hint;
    size_t complaint; /* which one it belongs to */
};

/* Numbers the complaints in the order in which they come first; returns how many there are. */
static size_t number_complaints(struct grievance *items, size_t count, struct arena *arena)
{
    struct map *known = map_new();
    size_t complaints = 0;

    for (size_t i = 0; i < count; i++) {
        const char *key = arena_printf(arena, "%s\n%s", items[i].text,
                                       items[i].hint != NULL ? items[i].hint : "");
        uintptr_t number = (uintptr_t)map_get(known, key);

        if (number == 0) {
            number = ++complaints;
            map_put(known, key, (void *)number);
        }
        items[i].complaint = number - 1;
    }
    map_free(&known);
    return complaints;
}

static struct init_complaint *gather(struct grievance *items, size_t count, size_t *complaints,
                                     struct arena *arena)
{
    struct init_complaint *list;

    *complaints = number_complaints(items, count, arena);
    list = arena_array(arena, *complaints, sizeof *list);
    for (size_t i = 0; i < count; i++)
        list[items[i].complaint].count++;
    for (size_t i = 0; i < *complaints; i++) {
        list[i].places = arena_array(arena, list[i].count, sizeof *list[i].places);
        list[i].count = 0;
    }
    for (size_t i = 0; i < count; i++) {
        struct init_complaint *complaint = &list[items[i].complaint];

        complaint->text = items[i].text;
        complaint->hint = items[i].hint;
        complaint->places[complaint->count++] = items[i].place;
    }
    return list;
}

static const char *unless_empty(const char *text)
{
    return text != NULL && *text != '\0' ? text : NULL;
}

static void gather_refusals(struct init_plan *plan, struct arena *arena)
{
    struct grievance *items = arena_array(arena, plan->module_count, sizeof *items);
    size_t count = 0;

    for (size_t i = 0; i < plan->module_count; i++) {
        const struct init_module *module = &plan->modules[i];

        if (module->refused != NULL)
            items[count++] = (struct grievance){ .place = module->settings.name,
                                                 .text = module->refused,
                                                 .hint = unless_empty(module->refused_hint) };
    }
    plan->refusals = gather(items, count, &plan->refusal_count, arena);
}

static void gather_remarks(struct init_plan *plan, const struct vector *remarks,
                           struct arena *arena)
{
    struct grievance *items = arena_array(arena, remarks->count, sizeof *items);

    plan->remarks = arena_array(arena, remarks->count, sizeof *plan->remarks);
    for (size_t i = 0; i < remarks->count; i++) {
        const struct init_remark *remark = vector_at(remarks, i);

        plan->remarks[plan->remark_count++] = remark->text;
        items[i] = (struct grievance){ .place = remark->place, .text = remark->complaint };
    }
    plan->complaints = gather(items, remarks->count, &plan->complaint_count, arena);
}

void init_complaints_gather(struct init_plan *plan, const struct init_findings *findings,
                            struct arena *arena)
{
    gather_refusals(plan, arena);
    gather_remarks(plan, &findings->remarks, arena);
}

/* The length of "versions.csv:" in "versions.csv:12"; 0: it names no line. */
static size_t file_length(const char *place)
{
    const char *colon = strrchr(place, ':');

    return colon != NULL && colon[1] != '\0' && strspn(colon + 1, "0123456789") == strlen(colon + 1)
               ? (size_t)(colon + 1 - place)
               : 0;
}

void init_complaint_places(struct strbuf *out, const struct init_complaint *complaint, size_t most)
{
    const char *before = "";
    size_t file = 0;

    for (size_t i = 0; i < complaint->count && i < most; i++) {
        const char *place = complaint->places[i];
        bool same = file > 0 && file_length(place) == file && strncmp(place, before, file) == 0;

        strbuf_printf(out, "%s%s", i > 0 ? ", " : "", same ? place + file : place);
        before = place;
        file = file_length(place);
    }
    if (complaint->count > most)
        strbuf_printf(out, " and %zu more", complaint->count - most);
}
