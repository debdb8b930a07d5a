#include <pilab/drift/report.h>

void drift_report_free(struct drift_report **report)
{
    struct arena *arena;

    if (!*report)
        return;
    arena = (*report)->arena; /* the report itself lives in it */
    arena_free(&arena);
    *report = NULL;
}
