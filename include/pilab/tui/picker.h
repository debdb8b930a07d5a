/*
 * Choosing one of many by typing some of its letters (fuzzy.h).
 */
#ifndef PILAB_TUI_PICKER_H
#define PILAB_TUI_PICKER_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>

struct workspace;
struct picker;

struct picker *picker_new(const char *title);
void picker_free(struct picker **picker);
/* `text` is matched and shown, `detail` (may be NULL) stands dimmed behind it, `value` is what the
 * answer gets. All are copied; the order of adding breaks ties. */
void picker_add(struct picker *picker, const char *text, const char *detail, const char *value);
size_t picker_count(const struct picker *picker);
/* What is typed is an answer too: it stands below what resembles it, unless that is its name. */
void picker_allow_free_text(struct picker *picker, bool allow);
/* The same, with what becomes of it in place of "as typed". Copied. */
void picker_take_free_text(struct picker *picker, const char *detail);

/* What is typed is checked before it is the answer: what is wrong is said in the box, and the line
 * stays to be put right. `context` is that of picker_open. */
void picker_check_free_text(struct picker *picker,
                            bool (*check)(void *context, const char *text, struct error *error));

/* Takes over the picker. `value` is NULL when the person declined; borrowed during the call. */
void picker_open(struct workspace *workspace, struct picker *picker,
                 void (*chosen)(void *context, const char *value), void *context);

#endif
