/* What the files of the project wizard share; nobody else includes this. */
#ifndef PILAB_TUI_SETUP_WIZARD_PARTS_H
#define PILAB_TUI_SETUP_WIZARD_PARTS_H

#include <pilab/tui/wizard.h>

#include "setup_parts.h"

enum wizard_steps {
    STEP_PROJECT,
    STEP_ENVIRONMENTS,
    STEP_REPOSITORIES,
    STEP_MODULES,
    STEP_SUMMARY
};

#define WIZARD_SLOTS        60 /* repositories, each with its module */
#define WIZARD_ENVIRONMENTS 24

/* What the repository of a slot said; all NULL: it was not asked yet. */
struct wizard_slot {
    bool pending;  /* it is to be looked into */
    bool answered; /* for `address` */
    bool good;
    char *address;
    char *said; /* why it cannot be read */
};

struct project_wizard {
    struct studio *studio;
    struct view *view;
    struct wizard *wizard;
    struct setup_checker checker;
    struct wizard_slot slots[WIZARD_SLOTS];
    char suggested[24]; /* the code that was made of the name */
    json_t *projects;   /* those that there are, for their codes */
    int64_t kept_at;    /* monotonic milliseconds: when the draft was written last */
    bool written;       /* the project is being made: its draft is not kept again */
};

/* setup_wizard_forms.c: forms whose later fields follow from earlier ones. `values` gives what the
 * number of fields follows from: a draft's forms, or what is typed now. */
struct form *wizard_project_form(struct project_wizard *wizard);
struct form *wizard_environment_form(struct project_wizard *wizard, const char *names);
struct form *wizard_repository_form(struct project_wizard *wizard, size_t slots);
struct form *wizard_module_form(struct project_wizard *wizard, const json_t *repositories);
/* The same forms with other fields; what was typed stays. */
void wizard_environments_again(struct project_wizard *wizard);
void wizard_repositories_again(struct project_wizard *wizard);
void wizard_modules_again(struct project_wizard *wizard);
/* How many lines the form of repositories needs for these values: one more than are filled. */
size_t wizard_slots_of(const json_t *repositories);
const char *wizard_address(const struct project_wizard *wizard, size_t slot);

/* setup_wizard_write.c */
void wizard_summary(void *context, const struct wizard *wizard, struct strbuf *out);
/* Makes the project of it, in the background, and goes on in it. */
void wizard_write(void *context, struct wizard *wizard);

/* setup_draft.c: a wizard that was left, in the person's own state folder, 0600. */
bool setup_draft_write(const json_t *draft, struct error *error);
/* New reference, or NULL: there is none, or it cannot be read. */
json_t *setup_draft_read(void);
void setup_draft_remove(void);

#endif
