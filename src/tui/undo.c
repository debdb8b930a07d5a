#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/tui/undo.h>

struct kept {
    struct undo_entry entry; /* with a title of our own */
    bool undone;
};

struct undo_list {
    struct vector entries; /* of struct kept */
    size_t maximum;
};

static struct kept *kept_at(const struct undo_list *list, size_t index)
{
    return vector_at(&list->entries, index);
}

static void drop(struct undo_list *list, size_t index)
{
    struct kept kept = *kept_at(list, index);

    vector_remove(&list->entries, index);
    free((char *)kept.entry.title);
    if (kept.entry.release != NULL)
        kept.entry.release(kept.entry.context);
}

struct undo_list *undo_list_new(size_t maximum)
{
    struct undo_list *list = memory_new(sizeof *list);

    vector_init(&list->entries, sizeof(struct kept));
    list->maximum = maximum;
    return list;
}

void undo_list_free(struct undo_list **list)
{
    if (*list == NULL)
        return;
    while ((*list)->entries.count > 0)
        drop(*list, (*list)->entries.count - 1);
    vector_release(&(*list)->entries);
    free(*list);
    *list = NULL;
}

void undo_list_add(struct undo_list *list, const struct undo_entry *entry)
{
    struct kept *kept;

    if (list == NULL) {
        if (entry->release != NULL)
            entry->release(entry->context);
        return;
    }
    for (size_t i = list->entries.count; i-- > 0;)
        if (kept_at(list, i)->undone && kept_at(list, i)->entry.owner == entry->owner)
            drop(list, i);
    if (list->entries.count == list->maximum)
        drop(list, 0);
    kept = vector_add(&list->entries);
    kept->entry = *entry;
    kept->entry.title = memory_copy_text(entry->title);
}

void undo_list_forget(struct undo_list *list, const void *owner)
{
    for (size_t i = list == NULL ? 0 : list->entries.count; i-- > 0;)
        if (kept_at(list, i)->entry.owner == owner)
            drop(list, i);
}

/* The newest that is done, or the oldest that is undone: what was undone last. */
static struct kept *next_step(const struct undo_list *list, bool again,
                              bool (*reachable)(const void *context, const void *owner),
                              const void *context)
{
    size_t count = list->entries.count;

    for (size_t i = 0; i < count; i++) {
        struct kept *kept = kept_at(list, again ? i : count - 1 - i);

        if (kept->undone == again && (reachable == NULL || reachable(context, kept->entry.owner)))
            return kept;
    }
    return NULL;
}

enum undo_result undo_list_step(struct undo_list *list, bool again,
                                bool (*reachable)(const void *context, const void *owner),
                                const void *context, struct strbuf *title, struct error *error)
{
    struct kept *kept = next_step(list, again, reachable, context);
    bool done;

    if (kept == NULL)
        return UNDO_NOTHING;
    strbuf_add(title, kept->entry.title);
    done = again ? kept->entry.redo(kept->entry.context, error)
                 : kept->entry.undo(kept->entry.context, error);
    if (!done)
        return UNDO_FAILED;
    kept->undone = !again;
    return UNDO_DONE;
}

size_t undo_list_count(const struct undo_list *list)
{
    return list->entries.count;
}

const char *undo_list_title(const struct undo_list *list, size_t index)
{
    return kept_at(list, index)->entry.title;
}

bool undo_list_is_undone(const struct undo_list *list, size_t index)
{
    return kept_at(list, index)->undone;
}
