/* What the files that read a module's configuration from its repository share. Private to this
 * folder. */
#ifndef PILAB_SRC_SOURCE_GIT_CONFIG_PARTS_H
#define PILAB_SRC_SOURCE_GIT_CONFIG_PARTS_H

#include <pilab/git/repository.h>
#include <pilab/source/reader.h>

#include "pattern_marks.h"

/* One side of a module in its repository. */
struct git_side {
    struct repository *repository;
    const struct object_id *commit;
    const char *environment; /* for "{env}"; NULL: neither side has one */
    struct document_place place;
};

enum { PREVIOUS, CURRENT };

struct git_sides {
    struct module_reader *reader;
    struct git_side sides[2];
};

/* git_config_layers.c: the file at `path`, whatever kind it has; mode 0: there is none. */
bool git_config_find(const struct git_side *side, const char *path, struct tree_file *file,
                     struct error *error);
/* The layers at `paths` folded, as they are spelt in the repository. */
struct config_side git_config_fold(struct git_sides *sides, int number, const char *const *paths,
                                   size_t count);
/* Says which layers are on neither side: most likely slips of the pen, and what they hold is not
 * known. That an environment has no layer of its own is usual, unless nothing is there at all. */
void git_config_check_layers(struct git_sides *sides, const char *const *paths, size_t count);
/* Problems: what was configured is nowhere, which only is a warning where that may well be; a path
 * leads out of the repository. */
void git_config_nothing(struct module_reader *reader, const char *path, bool warning);
void git_config_outside(struct module_reader *reader, const char *path);
/* Says which of the changed files look like configuration and are named by no pattern of the
 * project, once the patterns were claimed: a warning. */
void git_config_left_out(struct module_reader *reader, const struct file_change_list *changed);

/* git_config_observed.c: whether a side of the module was seen in force, and what then is compared;
 * `layers` are those of the module's `config`. False only when cancelled. */
bool git_config_observed(const struct comparison_module *module);
bool git_config_compare_observed(struct git_sides *sides, const char *const *layers,
                                 size_t layer_count, struct error *error);

#endif
