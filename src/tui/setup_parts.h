/* What the screens of Setup share; nobody else includes this. */
#ifndef PILAB_TUI_SETUP_PARTS_H
#define PILAB_TUI_SETUP_PARTS_H

#include <jansson.h>

#include <pilab/app/project_edit.h>
#include <pilab/app/repository_check.h>
#include <pilab/base/map.h>
#include <pilab/drift/project_file.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/form.h>
#include <pilab/tui/list.h>
#include <pilab/tui/studio_parts.h>
#include <pilab/tui/tab_strip.h>
#include <pilab/tui/table.h>

/* An option in place of no text. */
#define SETUP_NONE  "(none)"
#define SETUP_CELLS 5      /* of the tab with most columns */
#define WORD_ENDS   " \t," /* between words that are typed into one field */

enum setup_tab {
    SETUP_PROJECT,
    SETUP_MODULES,
    SETUP_REPOSITORIES,
    SETUP_ENVIRONMENTS,
    SETUP_VARIABLES,
    SETUP_PEOPLE,
    SETUP_TICKETS,
    SETUP_DOCTOR,
    SETUP_TAB_COUNT
};

enum setup_action {
    SETUP_OPEN,
    SETUP_NEW,
    SETUP_EDIT,
    SETUP_REMOVE,
    SETUP_UNSET,
    SETUP_IMPORT,
    SETUP_EXPORT,
    SETUP_TEST,
    SETUP_WIZARD,
    SETUP_EARLIER,
    SETUP_LATER,
    SETUP_KEY
};

enum setup_event {
    SETUP_LOADED = 100,
    SETUP_TESTED,
    SETUP_TICKETS_SEEN,
    SETUP_EXAMINED,
    SETUP_CHECKED,
    SETUP_MADE, /* the wizard's project is in the store */
    SETUP_TYPED /* in the wizard */
};

/* How a test of a repository went; kept while the screen is. */
struct setup_test {
    bool running, good;
    struct repository_checked checked; /* texts in `arena` */
    struct arena *arena;
    struct error error;
};

/* setup_check.c: what a module's settings find in its repository, looked up while one types. One
 * look at a time; what changed meanwhile is looked up after it. */
struct setup_checker {
    struct studio *studio;
    uint64_t view; /* that gets SETUP_CHECKED */
    bool running, again;
};

struct setup_checked {
    size_t slot; /* which of several modules of a form */
    json_t *fields;
    bool good;
    struct module_checked checked;
    struct repository_checked repository;
    struct arena *arena;
    struct error error;
};

/* `fields` as module_fields gives them, `environments` an array of names; both are borrowed. */
void setup_check_start(struct setup_checker *checker, size_t slot, const json_t *fields,
                       const json_t *environments);
/* Says beside the fields how it went; `suffix` is behind their ids. */
void setup_check_show(struct form *form, const char *suffix, const struct setup_checked *checked);

/* The project as it was read last. */
struct setup_data {
    struct arena *arena;
    char project_id[UUID_SIZE];
    int64_t rev;                    /* of the project's row */
    struct permission_actor rights; /* of whoever looks at it, as they are now */
    struct project_settings settings;
    const char **repositories;             /* each once, in the order of the modules */
    struct repository_standing *standings; /* of each */
    size_t repository_count;
    json_t *members, *groups; /* items of the commands that list them */
    json_t *variables;        /* of the matrix */
    json_t *secrets;          /* how they are sealed */
};

struct setup_screen {
    struct studio *studio;
    struct view *view;
    struct tab tabs[SETUP_TAB_COUNT];
    struct tab_strip strip;
    struct memory_rows *rows;
    struct list *list;
    struct table *table;     /* of the variables */
    struct setup_data *data; /* NULL: not read yet, or there is no project */
    struct map *tests;       /* address → struct setup_test, owned */
    struct arena *seen_arena;
    struct ticket_seen *seen; /* NULL: nobody has counted */
    size_t seen_count, unread;
    bool counting, examining;
    struct form *form; /* of a module that is being edited; NULL: none is. Borrowed */
    struct setup_checker checker;
    json_t *findings; /* the doctor's; NULL: not examined */
    struct rectangle foot;
};

/* setup_lookup.c, below all the others. */
/* The identity of the selected row, or NULL. */
const char *setup_selected(const struct setup_screen *screen);
/* NULL when there is none of that name, or it is NULL. */
const struct environment_settings *setup_environment(const struct setup_screen *screen,
                                                     const char *name);
const struct module_settings *setup_module(const struct setup_screen *screen, const char *name);
/* Runs a command that lists something; new reference to its items, or to its object. */
json_t *setup_query(struct call *call, const char *const *words, struct error *error);

/* setup_load.c: what is read in the background comes as an event. */
void setup_load(struct setup_screen *screen);
void setup_data_free(struct setup_data *data);
void setup_test_repository(struct setup_screen *screen, const char *address);
void setup_count_tickets(struct setup_screen *screen);
void setup_examine(struct setup_screen *screen);
/* True when the event was one of these. */
bool setup_take_event(struct setup_screen *screen, const struct event *event);

/* setup_rows.c: what a tab shows. */
void setup_show_rows(struct setup_screen *screen);
/* Some lines about the selected row. */
void setup_describe(const struct setup_screen *screen, struct strbuf *out);

/* setup_edit.c: an edit as a job. Takes over nothing. */
void setup_start_edit(struct setup_screen *screen, const struct project_edit *edit);
/* What a form began with is kept until it is answered. */
void setup_edit_form(struct setup_screen *screen, const char *title, struct form *form,
                     enum edit_part part, enum edit_act act, const char *name);
/* Fields with a number, each a line that says a whole thing: those in `now`, and an empty one
 * behind them for another. Texts live in `arena` until the form is made. */
struct setup_lines {
    const char *field;         /* before the number */
    const char *label, *fresh; /* "Observer", "New observer" */
    bool (*check)(const void *context, const struct form *form, const char *value,
                  struct error *error);
    const char *help;
};
void setup_add_lines(const struct setup_lines *lines, const json_t *now, struct arena *arena,
                     struct vector *fields);
/* Asks by name, then removes. */
void setup_ask_remove(struct setup_screen *screen, enum edit_part part, const char *name,
                      const char *text, bool production);
/* Whether the actor may change the project; appends why not. */
bool setup_may(const struct setup_screen *screen, enum permission_action action,
               struct strbuf *why);
/* Checks of a form: one word; tags with {version} in it. */
bool setup_is_word(const void *context, const struct form *form, const char *value,
                   struct error *error);
bool setup_is_tags(const void *context, const struct form *form, const char *value,
                   struct error *error);

/* setup_project.c, setup_modules.c, setup_environments.c, setup_variables.c, setup_people.c */
void setup_edit_project(struct setup_screen *screen);
void setup_edit_tickets(struct setup_screen *screen);
void setup_edit_module(struct setup_screen *screen, const char *name); /* NULL: a new one */
/* Their repository is looked into again. */
void setup_module_changed(struct setup_screen *screen);
void setup_remove_module(struct setup_screen *screen, const char *name);
void setup_edit_repository(struct setup_screen *screen, const char *address);
void setup_new_repository(struct setup_screen *screen);
void setup_remove_repository(struct setup_screen *screen, const char *address);
void setup_edit_environment(struct setup_screen *screen, const char *name); /* NULL: a new one */
void setup_remove_environment(struct setup_screen *screen, const char *name);
void setup_move(struct setup_screen *screen, bool earlier);
/* "1 of security (carla, dan), 1 of ADMIN or OWNER (alice)" */
void setup_describe_approvals(const struct setup_screen *screen,
                              const struct environment_settings *environment, struct strbuf *out);

extern const struct table_source_ops setup_variable_source;
void setup_variable_new(struct setup_screen *screen);
void setup_variable_edit(struct setup_screen *screen);
void setup_variable_unset(struct setup_screen *screen);
void setup_variable_history(struct setup_screen *screen);
void setup_variable_describe(const struct setup_screen *screen, struct strbuf *out);
bool setup_variable_here(const struct setup_screen *screen, const json_t **row, const json_t **cell,
                         const char **environment);
void setup_secret_key(struct setup_screen *screen);

void setup_people_new(struct setup_screen *screen);
void setup_people_edit(struct setup_screen *screen, const char *identity);
void setup_people_remove(struct setup_screen *screen, const char *identity);
/* Why nothing can be done about this row, as far as it is known before. */
bool setup_people_allows(const struct setup_screen *screen, const char *identity, bool removing,
                         struct strbuf *why);

/* setup_files.c */
void setup_ask_import(struct setup_screen *screen);
void setup_ask_export(struct setup_screen *screen);

#endif
