/*
 * What can be taken back in this session: `u` undoes, `^R` does it again, `:undo` lists it.
 *
 * Only what has an inverse is in it: marks, filters, the order of a list, and whatever an owner
 * registers with both directions. What lasts without a way back (an approval, a publication) never
 * is; its confirmation says so instead.
 *
 * An entry may belong to an owner, a pane for example: it can be undone while that is in sight, and
 * goes when the owner goes. The order counts among the entries of one owner; what is about
 * different things is independent.
 */
#ifndef PILAB_TUI_UNDO_H
#define PILAB_TUI_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

struct undo_entry {
    const char *title; /* what was done, as it is said: "marked 3 rows"; copied */
    const void *owner; /* only compared, never followed; NULL: the session */
    void *context;     /* taken over */
    /* Both leave everything as it is when they fail. They do not add entries. */
    bool (*undo)(void *context, struct error *error);
    bool (*redo)(void *context, struct error *error);
    void (*release)(void *context); /* frees it; it may outlive its owner: touches nothing else */
};

struct undo_list;

/* Keeps the newest `maximum` entries. */
struct undo_list *undo_list_new(size_t maximum);
void undo_list_free(struct undo_list **list);

/* What its owner had undone before cannot be done again after this. `list` may be NULL: then the
 * entry is released, and nothing can be undone. */
void undo_list_add(struct undo_list *list, const struct undo_entry *entry);
/* The owner goes, or what its entries are about. `list` may be NULL. */
void undo_list_forget(struct undo_list *list, const void *owner);

enum undo_result { UNDO_DONE, UNDO_NOTHING, UNDO_FAILED };

/* Undoes the newest entry that `reachable` says yes to (NULL: any), or does the one undone last
 * again; appends its title. UNDO_FAILED has an error, and the entry stays as it was. */
enum undo_result undo_list_step(struct undo_list *list, bool again,
                                bool (*reachable)(const void *context, const void *owner),
                                const void *context, struct strbuf *title, struct error *error);

/* The oldest first. */
size_t undo_list_count(const struct undo_list *list);
const char *undo_list_title(const struct undo_list *list, size_t index);
bool undo_list_is_undone(const struct undo_list *list, size_t index);

#endif
