#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/edit_text.h>

#include "edit_history.h"

#define SAVED_NOWHERE SIZE_MAX

void edit_history_init(struct edit_history *history)
{
    memset(history, 0, sizeof *history);
    vector_init(&history->steps, sizeof(struct edit_step));
}

static void release_step(struct edit_history *history, struct edit_step *step)
{
    for (size_t i = 0; i < step->changes.count; i++) {
        struct edit_change *change = vector_at(&step->changes, i);

        history->bytes -= change->removed + change->inserted;
        free(change->bytes);
    }
    vector_release(&step->changes);
}

static void forget_undone(struct edit_history *history)
{
    while (history->steps.count > history->done) {
        release_step(history, vector_at(&history->steps, history->steps.count - 1));
        history->steps.count--;
    }
    if (history->saved != SAVED_NOWHERE && history->saved > history->done)
        history->saved = SAVED_NOWHERE;
}

void edit_history_release(struct edit_history *history)
{
    history->done = 0;
    forget_undone(history);
    vector_release(&history->steps);
}

void edit_history_begin(struct edit_history *history, size_t cursor)
{
    if (history->open)
        return;
    history->open = true;
    history->begun = false;
    history->cursor = cursor;
}

static struct edit_step *last_done(const struct edit_history *history)
{
    return vector_at(&history->steps, history->done - 1);
}

void edit_history_end(struct edit_history *history, size_t cursor)
{
    if (history->open && history->begun)
        last_done(history)->after = cursor;
    history->open = false;
    history->begun = false;
}

/* The step that a change belongs to. */
static struct edit_step *current_step(struct edit_history *history, size_t at)
{
    struct edit_step *step;

    forget_undone(history);
    if (history->open && history->begun)
        return last_done(history);
    step = vector_add(&history->steps);
    vector_init(&step->changes, sizeof(struct edit_change));
    step->before = history->open ? history->cursor : at;
    history->begun = history->open;
    history->done++;
    return step;
}

/* Typing goes on behind what was typed: the same change grows. */
static bool grow_last(struct edit_step *step, size_t at, const char *inserted, size_t length)
{
    struct edit_change *last;
    size_t used;

    if (step->changes.count == 0)
        return false;
    last = vector_at(&step->changes, step->changes.count - 1);
    if (last->at + last->inserted != at)
        return false;
    used = last->removed + last->inserted;
    if (used + length > last->capacity) {
        last->capacity = (used + length) * 2;
        last->bytes = memory_resize(last->bytes, last->capacity, 1);
    }
    memcpy(last->bytes + used, inserted, length);
    last->inserted += length;
    return true;
}

static void forget_oldest(struct edit_history *history)
{
    while (history->bytes > EDIT_HISTORY_MAXIMUM && history->done > 1) {
        release_step(history, vector_at(&history->steps, 0));
        vector_remove(&history->steps, 0);
        history->done--;
        if (history->saved != SAVED_NOWHERE)
            history->saved = history->saved == 0 ? SAVED_NOWHERE : history->saved - 1;
    }
}

void edit_history_record(struct edit_history *history, size_t at, const char *removed,
                         size_t removed_length, const char *inserted, size_t inserted_length)
{
    struct edit_step *step = current_step(history, at);
    struct edit_change *change;

    history->bytes += removed_length + inserted_length;
    step->after = at + inserted_length;
    if (removed_length == 0 && grow_last(step, at, inserted, inserted_length))
        return;
    change = vector_add(&step->changes);
    change->at = at;
    change->removed = removed_length;
    change->inserted = inserted_length;
    change->capacity = removed_length + inserted_length;
    change->bytes = memory_array(change->capacity + 1, 1);
    memcpy(change->bytes, removed, removed_length);
    memcpy(change->bytes + removed_length, inserted, inserted_length);
    forget_oldest(history);
}

const struct edit_step *edit_history_back(struct edit_history *history)
{
    if (history->done == 0)
        return NULL;
    return vector_at(&history->steps, --history->done);
}

const struct edit_step *edit_history_forth(struct edit_history *history)
{
    if (history->done == history->steps.count)
        return NULL;
    return vector_at(&history->steps, history->done++);
}
