/* What the files of the studio share, above its screens: these ask for it through struct
 * studio_actions. Nobody else includes this. */
#ifndef PILAB_TUI_STUDIO_INTERNAL_H
#define PILAB_TUI_STUDIO_INTERNAL_H

#include <pilab/app/result.h>
#include <pilab/tui/studio_parts.h>

/* studio_work.c: the actions of studio_parts.h. */
void studio_compare(struct studio *studio, const char *previous, const char *current);
void studio_compare_module(struct studio *studio, const char *previous, const char *current,
                           const char *module);
void studio_make_notes(struct studio *studio, struct shared_report *report);
void studio_open_report(struct studio *studio, int64_t number);
void studio_open_note(struct studio *studio, int64_t number);
void studio_look_around(struct studio *studio);
void studio_compare_module(struct studio *studio, const char *previous, const char *current,
                           const char *module);
void studio_open_release(struct studio *studio, const char *name);
/* Shows any result in the screen that fits it; takes over what is in it. */
void studio_show_result(struct studio *studio, struct result *result);

/* release_cut.c */
void studio_cut_release(struct studio *studio, const char *from, const char *to,
                        const char *const *modules, size_t count);

/* studio_where.c */
void studio_where(struct studio *studio, const char *const *texts, size_t count);

/* studio_pick.c */
void studio_pick_states(struct studio *studio);

/* studio_command.c: the `:` line, with the same words as on the command line. */
extern const struct command_host studio_command_host;
void studio_run_line(struct studio *studio, const char *line);
void studio_open_demo(struct studio *studio);
void studio_run_words(struct studio *studio, const char *const *words);
void studio_open_project(struct studio *studio, const char *code);

#endif
