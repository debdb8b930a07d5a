#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/tui/undo.h>

#include "list_internal.h"

/* Marks that change together, and are undone together. */

struct mark_change {
    struct list *list;        /* the owner: the entry goes with it */
    struct vector identities; /* of char *: the rows whose mark changed */
    bool marked;              /* what it became */
};

static bool set_mark(struct list *list, const char *identity, bool marked)
{
    bool before = map_get(list->marks, identity) != NULL;

    if (before == marked)
        return false;
    map_put(list->marks, identity, marked ? list : NULL);
    if (marked)
        list->marked++;
    else
        list->marked--;
    return true;
}

static void set_marks(const struct mark_change *change, bool marked)
{
    for (size_t i = 0; i < change->identities.count; i++)
        set_mark(change->list, *(char **)vector_at(&change->identities, i), marked);
    change->list->range_from = NO_ROW;
}

static bool undo_marks(void *context, struct error *error)
{
    const struct mark_change *change = context;

    (void)error;
    set_marks(change, !change->marked);
    return true;
}

static bool redo_marks(void *context, struct error *error)
{
    const struct mark_change *change = context;

    (void)error;
    set_marks(change, change->marked);
    return true;
}

static void release_marks(void *context)
{
    struct mark_change *change = context;

    for (size_t i = 0; i < change->identities.count; i++)
        free(*(char **)vector_at(&change->identities, i));
    vector_release(&change->identities);
    free(change);
}

struct mark_change *list_marks_begin(struct list *list, bool marked)
{
    struct mark_change *change = memory_new(sizeof *change);

    change->list = list;
    change->marked = marked;
    vector_init(&change->identities, sizeof(char *));
    return change;
}

void list_marks_change(struct mark_change *change, const char *identity)
{
    char *copy;

    if (!set_mark(change->list, identity, change->marked))
        return;
    copy = memory_copy_text(identity);
    vector_push(&change->identities, &copy);
}

void list_marks_end(struct mark_change *change)
{
    struct undo_entry entry = { .owner = change->list,
                                .context = change,
                                .undo = undo_marks,
                                .redo = redo_marks,
                                .release = release_marks };
    size_t count = change->identities.count;
    char *title;

    if (count == 0) {
        release_marks(change);
        return;
    }
    title = memory_printf("%s %zu row%s", change->marked ? "marked" : "unmarked", count,
                          count == 1 ? "" : "s");
    entry.title = title;
    undo_list_add(change->list->pane.undo, &entry);
    free(title);
}
