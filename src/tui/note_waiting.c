#include "note_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include <pilab/base/memory.h>

#include "note_studio.h"

/* How many notes wait for the person: in the title line, as of the last change of the store. */

static bool run_count(struct job *job, struct call *call, void *input, void **output,
                      struct error *error)
{
    struct arena *arena = arena_new();
    struct note_overviews list;
    bool ok = note_overview_read(call, true, arena, &list, error);

    (void)job;
    (void)input;
    if (ok)
        *output = memory_copy_bytes(&list.waiting, sizeof list.waiting);
    arena_free(&arena);
    return ok;
}

void note_waiting_show(struct studio *studio, size_t waiting)
{
    char text[48] = "";

    if (waiting > 0)
        snprintf(text, sizeof text, "%zu wait%s for you", waiting, waiting == 1 ? "s" : "");
    workspace_set_waiting(studio->workspace, text);
}

static void count_done(struct studio *studio, bool ok, void *output)
{
    studio->counting_waits = false;
    if (ok)
        note_waiting_show(studio, *(size_t *)output);
    free(output);
    if (studio->count_waits_again)
        note_waiting_refresh(studio);
}

void note_waiting_refresh(struct studio *studio)
{
    struct studio_work work = { .title = "count what waits",
                                .reading = true,
                                .quiet = true,
                                .run = run_count,
                                .free_output = free,
                                .done = count_done };

    if (studio->call.project == NULL)
        return;
    studio->count_waits_again = studio->counting_waits;
    if (studio->counting_waits)
        return;
    studio->counting_waits = true;
    studio_start(studio, &work);
}
