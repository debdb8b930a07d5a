#include <pilab/drift/builder.h>

#include "config_needed.h"
#include "kinds.h"

struct drift_report *drift_detect(const struct drift_input *input)
{
    struct report_builder builder;

    report_builder_start(&builder, input);
    /* Type by type, so that the items stand in the report's order. */
    for (size_t i = 0; i < input->module_count; i++)
        drift_code_collect(&builder, &input->modules[i]);
    for (size_t i = 0; i < input->module_count; i++) {
        /* A module that is on one side only is one item, and nothing below it. */
        if (input->modules[i].in_previous && input->modules[i].in_current)
            drift_config_collect(&builder, &input->modules[i]);
    }
    config_collect_variables(&builder);
    drift_kinds_collect(&builder);
    drift_changes_group(&builder);
    return report_builder_finish(&builder);
}
