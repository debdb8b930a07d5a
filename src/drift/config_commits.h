/* Which commits changed which keys of a module's configuration. Inside of the drift room. */
#ifndef PILAB_DRIFT_CONFIG_COMMITS_H
#define PILAB_DRIFT_CONFIG_COMMITS_H

#include <pilab/document/diff.h>
#include <pilab/drift/builder.h>

struct config_commits;

/* The module's code must have been collected. Borrows all. */
struct config_commits *config_commits_new(struct report_builder *builder,
                                          const struct module_input *module);
void config_commits_free(struct config_commits **commits);

/* Gives the item the newest commit of those that changed what it is about, or something within or
 * around it, and the tickets of all of them: the commits of current, else those that only previous
 * has. The item has its provenance. */
void config_commits_tie(struct config_commits *commits, struct drift_item *item,
                        const struct tree_change *change);
/* The same of what is said of one line of a file that is no configuration. */
void config_commits_tie_line(struct config_commits *commits, struct drift_item *item);
/* The same of a configuration that came or went as a whole. */
void config_commits_tie_whole(struct config_commits *commits, struct drift_item *item);

#endif
