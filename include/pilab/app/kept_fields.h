/*
 * What kept reports and notes can be filtered by (base/filter.h), in the lists on the screen and in
 * those that commands print.
 */
#ifndef PILAB_APP_KEPT_FIELDS_H
#define PILAB_APP_KEPT_FIELDS_H

#include <pilab/app/call.h>
#include <pilab/base/filter.h>
#include <pilab/store/note.h>
#include <pilab/store/report.h>

struct kept_modules;

/* Something kept, as the filter sees it: either a report or a note; both are borrowed. */
struct kept_thing {
    const struct store_report *report;
    const struct store_note *note;
    struct kept_modules *modules;
};

/* Things are const struct kept_thing *, of a report and of a note. */
extern const struct filter_fields kept_report_fields, kept_note_fields;

/* The modules are read from the call's store when a filter first asks for them, into `arena`: call
 * and arena live as long as the thing. */
struct kept_thing kept_report_thing(const struct call *call, const struct store_report *report,
                                    struct arena *arena);
struct kept_thing kept_note_thing(const struct call *call, const struct store_note *note,
                                  struct arena *arena);

/* Whether it passes: by its fields, and all of its texts. */
bool kept_passes(const struct kept_thing *thing, const struct filter *filter);

/* Offers what a text or name field of the thing holds. */
void kept_field_values(const struct kept_thing *thing, size_t field,
                       void (*offer)(void *to, const char *value), void *to);

#endif
