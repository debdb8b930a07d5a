#include <pilab/tui/studio_parts.h>

#include <stdlib.h>

#include <pilab/base/memory.h>

struct shared_report *shared_report_new(struct drift_report *report)
{
    struct shared_report *shared = memory_new(sizeof *shared);

    *shared = (struct shared_report){ report, 1 };
    return shared;
}

struct shared_report *shared_report_hold(struct shared_report *shared)
{
    shared->holders++;
    return shared;
}

void shared_report_drop(struct shared_report **shared)
{
    struct shared_report *dropped = *shared;

    *shared = NULL;
    if (dropped == NULL || --dropped->holders > 0)
        return;
    drift_report_free(&dropped->report);
    free(dropped);
}
