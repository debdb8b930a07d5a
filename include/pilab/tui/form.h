/*
 * A form: fields with labels, checked while one types. It is a pane for views (form_pane), and a
 * box over the screen (dialog_form).
 *
 * Characters go into the field with the focus and never command; Tab, Shift-Tab, the arrows and
 * Enter move; Enter on the last field and ^S are "done". Esc goes back: the owner keeps what was
 * typed with form_export and puts it back with form_import. What a masked field holds is never
 * drawn, never in a copy nor in a draft, and wiped from memory with the form.
 *
 * A check that is quick is a function; one that is not (a connection) is the owner's: told that a
 * value changed, it says form_set_check "checking" and later how it went. Every verdict is a word,
 * not only a colour.
 */
#ifndef PILAB_TUI_FORM_H
#define PILAB_TUI_FORM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/tui/pane.h>

struct form;
struct workspace;

enum form_kind {
    FORM_TEXT,
    FORM_NUMBER,  /* a whole number */
    FORM_CHOICE,  /* one of `options` */
    FORM_CHOICES, /* any of them; the value is a line each */
    FORM_PATH,    /* a file name; Tab completes what was typed, "~/" is the home directory */
    FORM_MASKED,  /* a secret */
    FORM_NOTE,    /* text to read: `label` */
    FORM_SECTION  /* a heading: `label` */
};

/* Copied. What is not said is NULL or 0. */
struct form_field {
    const char *id; /* among those of the form, once; notes and sections need none */
    enum form_kind kind;
    const char *label;
    const char *help;           /* a sentence, shown while the field has the focus */
    const char *value;          /* to begin with; of choices a line each */
    const char *const *options; /* NULL at the end */
    bool required;
    int64_t minimum, maximum; /* of a number; both 0: any */
    /* False with why the value is wrong. Not asked about an empty one. May be NULL. */
    bool (*check)(const void *context, const struct form *form, const char *value,
                  struct error *error);
};

enum form_verdict {
    FORM_UNCHECKED, /* with something said about it: it is in doubt, and keeps nobody */
    FORM_CHECKING,  /* somebody finds out */
    FORM_GOOD,
    FORM_WRONG
};

struct form_owner {
    void *context; /* also of the checks; borrowed */
    /* The value of a field is another one; may be NULL. */
    void (*changed)(void *context, struct form *form, const char *id);
    /* The person is done and nothing is wrong; may be NULL. */
    void (*done)(void *context, struct form *form);
};

struct form *form_new(const struct form_field *fields, size_t count,
                      const struct form_owner *owner);
void form_free(struct form **form);
struct pane *form_pane(struct form *form);

/* Other fields: those that were there before, by id and kind, keep what was typed or chosen and
 * where the cursor stands. Not from within `changed` or `done`. */
void form_rebuild(struct form *form, const struct form_field *fields, size_t count);

/* --- Values ---------------------------------------------------------------------------------- */

/* Borrowed until it changes; "" for an id that there is not. */
const char *form_text(const struct form *form, const char *id);
bool form_number(const struct form *form, const char *id, int64_t *number);
bool form_has_chosen(const struct form *form, const char *id, const char *option);
/* As if it had been typed, but `changed` is not told, and it is only proposed: what a person types
 * next takes its place (line_editor_select). */
void form_set_text(struct form *form, const char *id, const char *text);
/* The text of a note. */
void form_set_label(struct form *form, const char *id, const char *label);
/* Differs from what it began with, or from when form_set_clean was called. */
bool form_is_changed(const struct form *form);
void form_set_clean(struct form *form);

/* What somebody else found out about the value that the field has now; it goes when that changes.
 * `said` is a few words ("connected", "no such host"); copied, may be NULL. */
void form_set_check(struct form *form, const char *id, enum form_verdict verdict, const char *said);
enum form_verdict form_verdict(const struct form *form, const char *id);
/* Why form_submit would not be done now, or NULL: the first thing that is wrong, missing, or still
 * being checked. `*id` (may be NULL) gets the field. */
const char *form_obstacle(const struct form *form, const char **id);

/* Calls `done`, or goes to the first field that is in the way and says so beside it. */
bool form_submit(struct form *form);

/* An object of ids to texts; an array of texts for choices. Masked fields are left out. New
 * reference. */
json_t *form_export(const struct form *form);
/* Takes what it knows and leaves the rest as it is: a draft may be older than the form. */
void form_import(struct form *form, const json_t *draft);

/* --- Keys ------------------------------------------------------------------------------------ */

/* REFRESH_IGNORED: not one of the form's. */
unsigned form_key(struct form *form, int32_t key);
void form_paste(struct form *form, const char *text, size_t length);
/* The field with the focus; NULL: there is none that takes it. */
const char *form_focus(const struct form *form);
bool form_go_to(struct form *form, const char *id);
bool form_is_at_end(const struct form *form); /* the last field has the focus */

/* --- As a box -------------------------------------------------------------------------------- */

/* Takes over the form, whose owner's `done` is not called: `answer` is, once, with whether it was
 * done. The form is borrowed during the call. */
void dialog_form(struct workspace *workspace, const char *title, struct form *form,
                 void (*answer)(void *context, struct form *form, bool done), void *context);

#endif
