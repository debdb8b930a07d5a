/*
 * What the studio's screens share. Inside of the tui room.
 */
#ifndef PILAB_TUI_STUDIO_PARTS_H
#define PILAB_TUI_STUDIO_PARTS_H

#include <stdatomic.h>

#include <pilab/app/compare.h>
#include <pilab/app/compare_lines.h>
#include <pilab/app/kept_run.h>
#include <pilab/app/job.h>
#include <pilab/app/release.h>
#include <pilab/app/store_watch.h>
#include <pilab/app/surroundings.h>
#include <pilab/drift/report.h>
#include <pilab/notes/note.h>
#include <pilab/release/where.h>
#include <pilab/tui/rows.h>
#include <pilab/tui/workspace.h>

struct line_wishes;
struct drift_counting;
struct studio;
struct studio_job;
struct note_offers;

/* The places, each by the digit that goes there; not all of them are there yet. */
enum studio_place_digit {
    PLACE_HOME = 1,
    PLACE_MANIFEST,
    PLACE_DRIFT,
    PLACE_NOTES,
    PLACE_CHANGES,
    PLACE_SNAPSHOTS,
    PLACE_SETUP,
    PLACE_AUDIT
};

/* A report that several screens are about: kept by one of them, it is kept for all. */
struct shared_report {
    struct drift_report *report;
    unsigned holders;
};

/* Takes over the report, for one holder. */
struct shared_report *shared_report_new(struct drift_report *report);
/* For one more holder. */
struct shared_report *shared_report_hold(struct shared_report *shared);
/* Frees it with the last holder; NULL is nothing. */
void shared_report_drop(struct shared_report **shared);

/* What a screen asks the studio for. Results come in screens of their own. */
struct studio_actions {
    /* Compares two states; NULL specs: the last two versions. */
    void (*compare)(struct studio *studio, const char *previous, const char *current);
    /* The same for one module of the project; NULL: for all. */
    void (*compare_module)(struct studio *studio, const char *previous, const char *current,
                           const char *module);
    /* Asks for both sides first. */
    void (*pick_states)(struct studio *studio);
    /* Opens a release by its name. */
    void (*open_release)(struct studio *studio, const char *name);
    /* Asks for a name and cuts a release of these modules (`count` 0: all); without environments it
     * asks for them first. */
    void (*cut_release)(struct studio *studio, const char *from, const char *to,
                        const char *const *modules, size_t count);
    /* Runs a command as the `:` line does. */
    void (*run)(struct studio *studio, const char *line);
    /* Makes notes of a report. */
    void (*make_notes)(struct studio *studio, struct shared_report *report);
    /* Opens a stored report or note by its number. */
    void (*open_report)(struct studio *studio, int64_t number);
    void (*open_note)(struct studio *studio, int64_t number);
    /* Answers where a ticket, a commit or whatever `pilab where` knows is; which, when there are
     * several; says so when there is none. Copied. */
    void (*where)(struct studio *studio, const char *const *texts, size_t count);
    /* Looks around anew, in the background; the views are told when it is done (STUDIO_LOOKED). */
    void (*look_around)(struct studio *studio);
    /* Builds the demo, or finds it, and goes on in it. */
    void (*open_demo)(struct studio *studio);
    /* Does what the words say on the command line ("note", "approve", "3"; NULL-terminated), in the
     * background; shows what comes of it. */
    void (*run_words)(struct studio *studio, const char *const *words);
    /* Goes on in a project of the same store, by its code. */
    void (*open_project)(struct studio *studio, const char *code);
    /* What goes on behind every screen, at each turn of the loop: counts what waits when the store
     * was changed, and goes on with texts that are kept and taken up. */
    void (*follow)(struct studio *studio, bool store_changed);
};

struct studio {
    const struct studio_actions *actions;
    struct call call; /* of the screen's own thread: for what is quick */
    struct workspace *workspace;
    struct job_pool *jobs;
    struct vector running;           /* struct studio_job *: those whose end somebody waits for */
    struct drift_counting *counting; /* the lines that are being counted; borrowed, NULL: none */
    struct view *release_view;       /* the last release that was opened, while it is; borrowed */
    struct surroundings *around;     /* NULL while we look around for the first time */
    struct error store_error;        /* why the store could not be opened, if so */
    struct store_watch *watch;       /* NULL: there is no store */
    atomic_bool store_changed;       /* by somebody; not looked at yet */
    struct vector typings;           /* struct note_typing *: what is typed and not kept */
    struct vector drops;             /* struct note_drop: rows of theirs that are to go */
    struct note_offers *offers;      /* what ended sessions left; NULL: not read */
    int64_t elsewhere_pause;         /* ms between looks at whether other sessions ended; 0: none */
    int64_t elsewhere_at;            /* monotonic, of the next one */
    char offer_asked[UUID_SIZE];     /* the session of the one that a question is about */
    bool counting_waits, count_waits_again;
    bool utf8;
    struct home_mark since;      /* how far they had looked before this session, once `looked` */
    struct home_mark remembered; /* how far they have looked in it, as far as it was kept */
    bool looked;
    bool looking_again, look_again; /* because the store was changed, and once more after that */
    bool moving;                    /* leaves for another store and folder: the person stays */
    struct settings next;           /* theirs, once it moves; released by studio_run */
};

/* --- Jobs ------------------------------------------------------------------------------------ */

/* What to do, and what to do then. `input` is freed with free(). */
struct studio_work {
    const char *title;
    bool (*run)(struct job *job, struct call *call, void *input, void **output,
                struct error *error);
    void *input;
    void (*free_input)(void *input); /* NULL: free */
    void (*free_output)(void *output);
    /* On the screen's thread, with what the job handed over by job_batch; takes it over. What
     * nobody takes is freed by `free_batch`. */
    void (*batch)(struct studio *studio, uint64_t job, void *batch);
    void (*free_batch)(void *batch);
    /* On the screen's thread, once; takes over `output`. Errors are shown already. */
    void (*done)(struct studio *studio, bool ok, void *output);
    /* The same, before `done`, with what the job was given: it ran (`failure` is NULL), it failed,
     * it was stopped, or it was never begun. Here belongs what must not stay behind: "busy", a held
     * plan, a screen that waits. Not called when the studio ends first. With it, the input is freed
     * after it, on the screen's thread. */
    void (*ended)(struct studio *studio, const struct error *failure, void *input);
    bool reading; /* it only looks: nothing is lost when it is stopped */
    bool quiet;   /* nobody waits for it: not listed, and not what ^C is about */
    bool urgent;  /* quick, and not to stand in line behind long work */
};

/* Returns the job's number. */
uint64_t studio_start(struct studio *studio, const struct studio_work *work);
/* What a job goes on with: from here on it only looks, under another title. */
void studio_goes_on(struct studio *studio, uint64_t number, const char *title);
/* Nobody waits for it any more: it is stopped, and nothing is said of that. */
void studio_drop(struct studio *studio, uint64_t number);
/* Whether a job's end is still to come. */
bool studio_is_running(const struct studio *studio, uint64_t number);
/* What the workspace shows and cancels. */
struct job_host studio_job_host(struct studio *studio);
/* Looks around anew because the store was changed, which nobody waits for: one look at a time. */
void studio_look_again(struct studio *studio);
/* Home is what is seen: what stands on it is known from now on. */
void studio_home_seen(struct studio *studio);
/* Handles what jobs have said since the last time (studio_events.c). */
void studio_take_events(struct studio *studio);

/* For the little that is written on the screen's own thread: whoever holds the store is waited for
 * a second, and no key for longer. The call is the studio's with that in it; then the error says
 * who was in the way. */
struct studio_patience {
    atomic_bool over;
};
struct call studio_call_briefly(const struct studio *studio, struct studio_patience *patience);
void studio_explain(const struct studio_patience *patience, struct error *error);

/* Events for everybody. */
enum studio_event {
    STUDIO_JOBS,
    STUDIO_LOOKED,
    STUDIO_STORE_CHANGED = 50, /* somebody, this program or another, committed something */
    STUDIO_SEEK_MODULE,        /* the manifest shows the row of this module: data is its name */
    STUDIO_SEEK_ENVIRONMENT    /* and the column of this environment */
};

/* --- Screens --------------------------------------------------------------------------------- */

struct view *home_view_new(struct studio *studio);
/* The first run: what Home offers to build a project from. Adds its lines, and does what one of
 * them says; false: the line is another's. */
void home_offers_add(const struct studio *studio, struct memory_rows *rows);
bool home_offers_open(struct studio *studio, const char *identity);
/* What a project can be built from; the plan opens in a screen of its own. `pattern` only for
 * INIT_FROM_GITOPS. */
enum init_source { INIT_FROM_FOLDER, INIT_FROM_TABLE, INIT_FROM_GITOPS };
void init_start(struct studio *studio, enum init_source source, const char *text,
                const char *pattern);
struct view *manifest_view_new(struct studio *studio);
struct view *drift_start_view_new(struct studio *studio);
struct view *notes_start_view_new(struct studio *studio);
struct view *audit_view_new(struct studio *studio);
struct view *setup_view_new(struct studio *studio);
/* The wizard that sets a new project up; offers the draft of one that was left. */
void setup_open_wizard(struct studio *studio);
/* Takes over the report. `job` counts its lines (0: none does), and those first that are among the
 * wishes, which are held when they are not NULL. */
struct view *drift_view_new(struct studio *studio, struct drift_report *report, uint64_t job,
                            struct line_wishes *wishes);
/* What such a job says: some that came, or the report with all of them. Takes it over. */
void drift_counting_take(struct studio *studio, uint64_t job, struct line_batch *batch);
void drift_counting_settle(struct studio *studio, uint64_t job, struct drift_report *settled);
/* Somebody wants something else: no more lines are counted. */
void drift_counting_stop(struct studio *studio);
/* Notes that are not kept; takes them over. They can be, with the report that they were made of,
 * which is held; NULL: it is not known. */
struct view *note_view_new(struct studio *studio, struct note *note, struct shared_report *report);
/* Kept ones, by number or id; `rev` 0: the newest revision. NULL with an error. */
struct view *note_view_stored(struct studio *studio, const char *name, int64_t rev,
                              struct error *error);
/* NULL with an error when it cannot be read. */
struct view *release_view_new(struct studio *studio, const struct store_release *release,
                              struct error *error);
/* Shows it as it is now when it is what is looked at already; else false. */
bool release_view_again(struct studio *studio, const struct store_release *release);
/* The items of a list of releases. */
struct view *releases_view_new(struct studio *studio, const json_t *items);
/* Takes over the answer. */
struct view *where_view_new(struct studio *studio, struct where_answer *answer);
/* Asks what really runs at once, and shows it beside what should: `subject` is "env:UAT",
 * "release:R2025.03". `module` is where the cursor begins; NULL: at the top. */
struct view *verify_view_new(struct studio *studio, const char *subject, const char *module,
                             bool production);
/* What was decided about differences of the project, in a screen of its own; says so where there is
 * no project. */
void decisions_open(struct studio *studio);
/* A text to read; `title` is its crumb. */
struct view *page_view_new(struct studio *studio, const char *title, const struct strbuf *rich);
/* Appends a text as rich text for a width. */
typedef void page_lay_out(void *context, struct strbuf *rich, size_t width);
/* The same, which is laid out anew whenever the screen gets wider or narrower; takes over the
 * context, which is freed by free(). */
struct view *page_view_laid_out(struct studio *studio, const char *title, page_lay_out *text,
                                void *context);
void page_view_anew(struct view *view); /* what such a text is made of has changed */
/* The same with a table: its lines are cut and moved sideways, never wrapped. */
struct view *table_page_new(struct studio *studio, const char *title, const struct strbuf *rich);
/* The same with a patch; begins at a line of the new file, 0: at the top. */
struct view *patch_page_new(struct studio *studio, const char *title, const char *patch,
                            size_t length, unsigned line);

/* Appends a word to a line for `run`, whatever is in it: quotes hold it together, and one kind of
 * them the other. */
void studio_line_word(struct strbuf *line, const char *word);

/* The columns that a text may use now: running text not more than is read well, a table all. */
size_t studio_page_width(const struct studio *studio);
size_t studio_table_width(const struct studio *studio);

#endif
