/* Variables that new code reads and the target lacks. Inside of the drift room. */
#ifndef PILAB_DRIFT_CONFIG_NEEDED_H
#define PILAB_DRIFT_CONFIG_NEEDED_H

#include <pilab/drift/builder.h>

#include "references.h"

/* Adds an item for each: without a value on either side, and with where it is read. */
void config_add_needed(struct report_builder *builder, const struct module_input *module,
                       const struct references *references);

#endif
