/* Variables that new code reads and the target lacks. Inside of the drift room. */
#ifndef PILAB_DRIFT_CONFIG_NEEDED_H
#define PILAB_DRIFT_CONFIG_NEEDED_H

#include <pilab/drift/builder.h>

#include "config_commits.h"
#include "references.h"

/* Adds an item for each: without a value on either side, with where it is read, and with the commit
 * that brought the reading. */
void config_add_needed(struct report_builder *builder, const struct module_input *module,
                       const struct references *references, struct config_commits *commits);

/* Adds an item for each variable that the project keeps and that differs, or must and does not. */
void config_collect_variables(struct report_builder *builder);
/* Whether the target, or the source, keeps a variable of this name for the module. */
bool config_variable_kept(const struct drift_input *input, const char *module, const char *name,
                          bool by_source);

#endif
