#include "note_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

/* Rows of the recovery table that are not wanted any more. They go on a worker, for the store may
 * be held; until one is gone it is remembered, since a row that stays would be offered again. */

#define RETRY 2000 /* ms */

struct note_drop {
    char note[UUID_SIZE];
    char session[UUID_SIZE];
    bool running;
    bool again;       /* it was asked for behind the job that is at it */
    int64_t again_at; /* monotonic; 0: it was not tried yet */
};

void note_drops_init(struct studio *studio)
{
    vector_init(&studio->drops, sizeof(struct note_drop));
}

static struct note_drop *drop_at(const struct studio *studio, size_t index)
{
    return vector_at(&studio->drops, index);
}

static size_t find_drop(const struct studio *studio, const char *session)
{
    size_t i = 0;

    while (i < studio->drops.count && strcmp(drop_at(studio, i)->session, session) != 0)
        i++;
    return i;
}

static bool drop_row(struct call *call, const struct note_drop *drop, struct error *error)
{
    struct store_draft draft = { .note = drop->note, .session = drop->session };

    return note_draft_discard(call, &draft, error);
}

static bool run_drop(struct job *job, struct call *call, void *input, void **output,
                     struct error *error)
{
    (void)job;
    (void)output;
    return drop_row(call, input, error);
}

static void drop_ended(struct studio *studio, const struct error *failure, void *input);

static void start(struct studio *studio, struct note_drop *drop)
{
    struct studio_work work = { .title = "forget what was typed",
                                .quiet = true,
                                .urgent = true,
                                .run = run_drop,
                                .ended = drop_ended };

    drop->running = true;
    work.input = memory_copy_bytes(drop, sizeof *drop);
    studio_start(studio, &work);
}

/* Whoever may not write any more is told once; at the end it is tried once again. */
static void drop_ended(struct studio *studio, const struct error *failure, void *input)
{
    size_t index = find_drop(studio, ((const struct note_drop *)input)->session);
    struct note_drop *drop;

    if (index == studio->drops.count)
        return;
    drop = drop_at(studio, index);
    drop->running = false;
    if (drop->again) {
        drop->again = false;
        start(studio, drop);
    } else if (failure == NULL) {
        vector_remove(&studio->drops, index);
    } else {
        drop->again_at = failure->code == ERROR_DENIED ? INT64_MAX : clock_monotonic() + RETRY;
    }
}

void note_draft_drop(struct studio *studio, const char *note, const char *session)
{
    struct note_drop drop = { 0 };
    size_t index = find_drop(studio, session);

    /* One that is being dropped may have been saved once more behind that. */
    if (index < studio->drops.count) {
        if (drop_at(studio, index)->running)
            drop_at(studio, index)->again = true;
        else
            start(studio, drop_at(studio, index));
        return;
    }
    snprintf(drop.note, sizeof drop.note, "%s", note);
    snprintf(drop.session, sizeof drop.session, "%s", session);
    vector_push(&studio->drops, &drop);
    start(studio, drop_at(studio, studio->drops.count - 1));
}

bool note_draft_is_dropped(const struct studio *studio, const char *session)
{
    return find_drop(studio, session) < studio->drops.count;
}

void note_drops_again(struct studio *studio)
{
    int64_t now = clock_monotonic();

    for (size_t i = 0; i < studio->drops.count; i++) {
        struct note_drop *drop = drop_at(studio, i);

        if (!drop->running && drop->again_at <= now)
            start(studio, drop);
    }
}

bool note_drops_finish(struct studio *studio, const struct progress *progress, struct error *error)
{
    bool ok = true;

    while (studio->drops.count > 0 && ok) {
        struct arena *arena = arena_new();
        struct call call = note_call(studio, arena);

        call.progress = *progress;
        ok = drop_row(&call, drop_at(studio, 0), error);
        if (ok)
            vector_remove(&studio->drops, 0);
        arena_free(&arena);
    }
    return ok;
}
