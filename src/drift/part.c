#include <pilab/drift/part.h>

#include <string.h>

#include <pilab/drift/report.h>

const struct drift_part *drift_report_part(const struct drift_report *report, enum drift_type type,
                                           const char *module)
{
    for (size_t i = 0; i < report->part_count; i++) {
        if (report->parts[i].type == type && strcmp(report->parts[i].module, module) == 0)
            return &report->parts[i];
    }
    return NULL;
}
