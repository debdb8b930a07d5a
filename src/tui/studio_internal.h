/* What the files of the studio share, above its screens: these ask for it through struct
 * studio_actions. Nobody else includes this. */
#ifndef PILAB_TUI_STUDIO_INTERNAL_H
#define PILAB_TUI_STUDIO_INTERNAL_H

#include <pilab/app/compare_lines.h>
#include <pilab/app/result.h>
#include <pilab/tui/studio_parts.h>

/* studio_jobs.c: a job whose end the screen waits for. */
struct studio_job {
    uint64_t number;
    char title[64];
    int64_t since; /* monotonic */
    bool reading;
    bool quiet;
    bool dropped; /* studio_drop */
    void (*batch)(struct studio *studio, uint64_t job, void *batch);
    void (*free_batch)(void *batch);
    void *input; /* for `ended`, and freed here then; else NULL: the job has it */
    void (*free_input)(void *input);
    void (*free_output)(void *output);
    void (*done)(struct studio *studio, bool ok, void *output);
    void (*ended)(struct studio *studio, const struct error *failure, void *input);
};
/* It is not waited for any more; the caller ends with studio_job_free. NULL: it was not. */
struct studio_job *studio_take_job(struct studio *studio, uint64_t number);
void studio_job_free(struct studio_job *job);
/* Borrowed; NULL as above. */
struct studio_job *studio_find_job(const struct studio *studio, uint64_t number);
/* studio_jobs.c: forgets those whose end nobody takes any more; their pool is gone. */
void studio_jobs_free(struct studio *studio);

/* studio_compare.c: the actions of studio_parts.h. */
void studio_compare(struct studio *studio, const char *previous, const char *current);
void studio_compare_module(struct studio *studio, const char *previous, const char *current,
                           const char *module);
/* A job that compares tells of it in parts: `listener` is for compare_run_lines, and for a call's
 * `lines`. At the end comes the report that settles it (taken over), or NULL: there is none. */
struct studio_comparison {
    struct job *job;
    struct compare_listener listener;
};
void studio_comparison_start(struct studio_comparison *comparison, struct job *job);
void studio_comparison_end(struct studio_comparison *comparison, struct drift_report *settled);
/* `batch` and `free_batch` of such a job. */
void studio_comparison_take(struct studio *studio, uint64_t job, void *batch);
void studio_comparison_free(void *batch);
/* Takes over the report; no lines of it follow. */
void studio_show_report(struct studio *studio, struct drift_report *report);

/* studio_work.c: the actions of studio_parts.h. */
void studio_make_notes(struct studio *studio, struct shared_report *report);
void studio_open_report(struct studio *studio, int64_t number);
void studio_open_note(struct studio *studio, int64_t number);
void studio_look_around(struct studio *studio);
void studio_open_release(struct studio *studio, const char *name);
/* Shows any result in the screen that fits it; takes over what is in it. */
void studio_show_result(struct studio *studio, struct result *result);

/* release_cut.c */
void studio_cut_release(struct studio *studio, const char *from, const char *to,
                        const char *const *modules, size_t count);

/* studio_where.c */
void studio_where(struct studio *studio, const char *const *texts, size_t count);

/* studio_jumps.c: ^P and g/. */
struct picker;
struct jump_host studio_jump_host(struct studio *studio);
/* Offers a thing to jump to; `id` comes back to the provider of that kind. */
void studio_offer_jump(struct picker *picker, const char *kind, const char *id, const char *text,
                       const char *detail);
/* A kind of things to jump to: a row in the table of studio_jumps.c. */
struct studio_jump_provider {
    const char *kind; /* "report"; also what is shown behind a thing that has no detail */
    /* Offers what there is now, from what is known already: it must not wait. */
    void (*offer)(struct studio *studio, const char *kind, struct picker *picker);
    void (*go)(struct studio *studio, const char *id);
};

/* studio_pick.c */
void studio_pick_states(struct studio *studio);

/* studio_line.c: a line of the `:` line, cut into words within `text`. Quotes hold blanks together;
 * there is no shell. studio_line_word of studio_parts.h writes one. */
#define STUDIO_LINE_WORDS 64
struct studio_line {
    char *text; /* changed by the cut; the caller's */
    const char *words[STUDIO_LINE_WORDS];
    size_t count;
};
bool studio_line_cut(struct studio_line *line, struct error *error);

/* studio_command.c: the `:` line, with the same words as on the command line. */
extern const struct command_host studio_command_host;
/* studio_complete.c: what Tab offers there; `context` is the studio. */
void studio_complete(void *context, const char *line, struct completions *completions);
void studio_run_line(struct studio *studio, const char *line);
void studio_open_demo(struct studio *studio);
void studio_run_words(struct studio *studio, const char *const *words);
void studio_open_project(struct studio *studio, const char *code);

#endif
