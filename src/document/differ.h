/*
 * The state of one comparison, shared by the files that walk trees, match lists and pair documents.
 */
#ifndef PILAB_DOCUMENT_DIFFER_H
#define PILAB_DOCUMENT_DIFFER_H

#include <pilab/base/vector.h>
#include <pilab/document/diff.h>

struct differ {
    struct arena *arena;
    const struct tree_diff_options *options;
    struct vector steps;   /* struct path_step: where the walk is */
    struct vector changes; /* struct tree_change */
    size_t document_index;
    const struct node *previous_root, *current_root;
    const char *document, *previous_object, *current_object;
};

void differ_emit(struct differ *differ, enum change_kind kind, const struct node *previous,
                 const struct node *current, bool list_item);
void differ_enter(struct differ *differ, struct path_step step);
void differ_leave(struct differ *differ);

/* Appends steps as tree_change_path does. */
void path_write(struct strbuf *out, const struct path_step *steps, size_t count);

#endif
