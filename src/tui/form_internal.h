/* What the files of the form share; nobody else includes this. */
#ifndef PILAB_TUI_FORM_INTERNAL_H
#define PILAB_TUI_FORM_INTERNAL_H

#include <pilab/base/vector.h>
#include <pilab/tui/form.h>
#include <pilab/tui/line_editor.h>

#define NO_OPTION SIZE_MAX

struct field {
    enum form_kind kind;
    char *id, *label, *help;
    char **options;
    size_t option_count;
    bool required;
    int64_t minimum, maximum;
    bool (*check)(const void *context, const struct form *form, const char *value,
                  struct error *error);

    struct line_editor *editor; /* of what is typed; else NULL */
    size_t option;              /* the one chosen (NO_OPTION: none); of choices, the cursor */
    bool *chosen;               /* of choices */
    struct strbuf lines;        /* the value of choices */

    enum form_verdict verdict;
    char *said;   /* beside it; NULL: nothing */
    bool touched; /* somebody chose or typed what it holds: it is not what it began with */
    bool visited; /* that it is empty is not held against a field that nobody was in yet */
};

struct form {
    struct pane pane;
    struct form_owner owner;
    /* Called in place of the owner's `done` by what the form stands in, a box or a wizard. */
    void (*boxed)(void *box, struct form *form);
    void *box;
    struct vector fields; /* of struct field */
    size_t focus;         /* index; the count when none takes it */
    json_t *clean;        /* what it was when nothing was changed */
    struct strbuf offers; /* what a file name may go on with; shown in place of the help */
    int top;              /* the first row that is seen */
    int label_least;      /* columns that labels take at least: forms in a row stand alike */
};

/* The files stand on each other in this order; none calls one below it in this list. */

/* form_value.c */
struct field *form_field_at(const struct form *form, size_t index);
struct field *form_find(const struct form *form, const char *id); /* NULL: none */
bool field_takes_focus(const struct field *field);
const char *field_value(const struct field *field);
void field_set_value(struct field *field, const char *text);
void field_release(struct field *field);
void field_judge(const struct form *form, struct field *field);
void field_say(struct field *field, enum form_verdict verdict, const char *said);

/* form_draft.c: what form.h says of drafts. */

/* form_focus.c */
struct field *form_focused(const struct form *form); /* NULL: none is */
/* The field that is left has been seen. */
void form_move_to(struct form *form, size_t index);
/* The field that takes the focus next; from the end `round` to the other one, or it stays. */
size_t form_next_field(const struct form *form, size_t from, bool forwards, bool round);
/* The first or the last that takes it; the count when none does. */
size_t form_end_field(const struct form *form, bool last);

/* form_path.c: completes the name before the cursor. False when there is nothing to add or offer;
 * appends to `offers` what it may be when that is not clear. */
bool form_complete_path(struct line_editor *editor, struct strbuf *offers);

/* form_keys.c */
extern const struct key_table form_keys; /* its actions are below WIZARD_ACTIONS */
#define WIZARD_ACTIONS 100
unsigned form_act(struct pane *pane, int action);
unsigned form_key_to_field(struct pane *pane, int32_t key);

/* form_draw.c */
void form_draw(struct form *form, const struct surface *surface, bool focused);
/* How many rows the form takes in so many columns. */
int form_rows(const struct form *form, int columns, bool ascii);
/* The columns that its labels take with the gap behind them; 0: they stand above the fields. */
int form_label_columns(const struct form *form, int columns);

#endif
