/*
 * What setting up a project, or bringing it up to date, would write: made of what was found and of
 * what is there already, shown before anything is written.
 *
 * Pure: values in, values out. Nothing is ever taken away: what is in the project and was not found
 * again stays, and is named.
 */
#ifndef PILAB_RELEASE_INIT_PLAN_H
#define PILAB_RELEASE_INIT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include <pilab/base/strbuf.h>
#include <pilab/release/init_findings.h>

enum init_standing {
    INIT_SAME, /* it is there already, as it was found */
    INIT_NEW,
    INIT_CHANGED,
    INIT_GONE, /* it is there, and was not found again; it stays */
    INIT_STANDING_COUNT
};

const char *init_standing_name(enum init_standing standing); /* "new" */

struct init_environment {
    struct environment_settings settings;
    enum init_standing standing;
    bool guessed; /* the stage was read out of the name */
    bool unsure;  /* the name says nothing: the stage is that of its neighbour */
};

struct init_module {
    struct module_settings settings;
    enum init_standing standing;
    bool looked;         /* its repository was read */
    const char *refused; /* why it could not be, or NULL */
    const char *refused_hint;
    size_t versions; /* cells of it that name a version */
    size_t resolved; /* of these, those whose commit is known */
};

struct init_cell {
    size_t module, environment;                    /* indices into the plan's */
    const char *version, *commit, *actor, *source; /* commit and actor may be NULL */
    int64_t at;                                    /* 0: not known, now */
    const char *before;                            /* what is recorded there now, or NULL */
    enum init_standing standing;
};

struct init_ticket {
    const char *key;
    size_t count; /* 0: it was asked for, and not seen */
    bool suspicious;
    bool ticked;
};

/* What several modules or rows of a table have in common that cannot be read or used. */
struct init_complaint {
    const char *text, *hint; /* what to try, or NULL */
    const char **places;     /* "mb-auth", "versions.csv:12": in the order in which they came */
    size_t count;
};

struct init_plan {
    const char *name, *code;
    bool exists; /* a project that is there is brought up to date */
    struct init_environment *environments;
    size_t environment_count;
    struct init_module *modules;
    size_t module_count;
    struct init_cell *cells; /* those that something is known of */
    size_t cell_count;
    struct init_ticket *tickets;
    size_t ticket_count;
    struct init_complaint *refusals; /* repositories that cannot be read */
    size_t refusal_count;
    const char **remarks; /* each with its place */
    size_t remark_count;
    struct init_complaint *complaints; /* the same, each once */
    size_t complaint_count;
    bool no_production;                  /* no environment was recognised as production */
    const struct project_settings *base; /* of the project that is there, or NULL */
};

/* What a cell of the project that is there shows now. */
struct init_running {
    const char *module, *environment, *version, *commit;
    int64_t at;
};

struct init_there {
    const struct project_settings *settings; /* NULL: there is no such project */
    const struct init_running *running;
    size_t running_count;
    const char *const
        *codes; /* of the projects that there are: one that is made up is none of them */
    size_t code_count;
};

struct init_wish {
    const char *name, *code;    /* NULL: made from `fallback` */
    const char *fallback;       /* "mobile-banking": a folder, a file's name */
    const char *const *tickets; /* decides alone when it is given */
    size_t ticket_count;
    bool tickets_given;
};

/* The plan and its texts live in `arena`, which the findings and the project outlive. */
struct init_plan *init_plan_make(const struct init_findings *findings,
                                 const struct init_there *there, const struct init_wish *wish,
                                 struct arena *arena);

/* Whether there is nothing to write. */
bool init_plan_is_empty(const struct init_plan *plan);
/* How many there are of this standing. */
size_t init_plan_cells(const struct init_plan *plan, enum init_standing standing);
size_t init_plan_modules(const struct init_plan *plan, enum init_standing standing);
size_t init_plan_environments(const struct init_plan *plan, enum init_standing standing);

/* The project as it will be, when nobody else changes it meanwhile. */
void init_plan_settings(const struct init_plan *plan, struct arena *arena,
                        struct project_settings *settings);
/* What the plan changes, done to the project as it stands by now: whatever somebody else wrote
 * since the plan was made stays. ERROR_CONFLICT when both gave it another name. What is put in
 * lives in `arena` and in the plan. */
bool init_plan_apply(const struct init_plan *plan, struct arena *arena,
                     struct project_settings *settings, struct error *error);

/* "mobile-banking.csv" → "Mobile banking"; "Mobile banking" → "MB", at most 8 capitals. */
const char *init_plan_name_from(const char *text, struct arena *arena);
const char *init_plan_code_from(const char *name, struct arena *arena);
/* Whether a code can be one: capitals, digits and '-', beginning with a letter, 16 at most. */
bool init_plan_code_is_sound(const char *code);

/* "pilab.init/1" (doc/schema/init-1.json). New reference. */
json_t *init_plan_json(const struct init_plan *plan);
/* "versions.csv:2, 3, 5 and 12 more": the first `most` places, as they came from outside. */
void init_complaint_places(struct strbuf *out, const struct init_complaint *complaint, size_t most);
/* For people, rich text (base/rich.h): what was not found comes first. */
void init_plan_text(struct strbuf *out, const struct init_plan *plan, size_t width, bool utf8);
/* "Mobile Banking (MB), new: 60 modules, 8 environments, 471 of 480 cells". */
void init_plan_title(struct strbuf *out, const struct init_plan *plan);

#endif
