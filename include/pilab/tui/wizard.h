/*
 * A wizard: forms one after the other, and a summary at the end before anything is done.
 *
 * Enter on a form's last field and ^S go on when nothing is wrong; PgDn and PgUp go on and back in
 * any case, and the strip of steps marks what is done (+), wrong (!) and where one is. Esc goes
 * back: the owner keeps the draft (wizard_export) and puts it in again.
 */
#ifndef PILAB_TUI_WIZARD_H
#define PILAB_TUI_WIZARD_H

#include <pilab/tui/form.h>

struct wizard;

struct wizard_step {
    const char *title;
    struct form *form; /* taken over */
};

struct wizard_owner {
    void *context; /* borrowed */
    /* Appends what would be done, a line each, for the last step. What stands behind a tab in a
     * line begins where the fields of the steps before do. */
    void (*summary)(void *context, const struct wizard *wizard, struct strbuf *out);
    /* It was confirmed, and nothing is wrong in any step. */
    void (*done)(void *context, struct wizard *wizard);
    /* Another step is seen: what it offers may depend on those before; may be NULL. */
    void (*entered)(void *context, struct wizard *wizard, size_t step);
};

/* The summary is a step of its own behind those given; its title is `last`. */
struct wizard *wizard_new(const struct wizard_step *steps, size_t count, const char *last,
                          const struct wizard_owner *owner);
void wizard_free(struct wizard **wizard);
struct pane *wizard_pane(struct wizard *wizard);

struct form *wizard_form(const struct wizard *wizard, size_t step);
size_t wizard_step(const struct wizard *wizard); /* the count of forms: the summary */
void wizard_go_to(struct wizard *wizard, size_t step);
/* Some form holds what it did not begin with. */
bool wizard_is_changed(const struct wizard *wizard);

/* Where one was, and what the forms hold without their secrets. New reference. */
json_t *wizard_export(const struct wizard *wizard);
void wizard_import(struct wizard *wizard, const json_t *draft);

#endif
