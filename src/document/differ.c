#include "differ.h"

#include <pilab/base/arena.h>

void differ_emit(struct differ *differ, enum change_kind kind, const struct node *previous,
                 const struct node *current, bool list_item)
{
    struct tree_change *change = vector_add(&differ->changes);

    *change = (struct tree_change){ .kind = kind,
                                    .steps = vector_to_arena(&differ->steps, differ->arena),
                                    .step_count = differ->steps.count,
                                    .previous = previous,
                                    .current = current,
                                    .list_item = list_item,
                                    .document_index = differ->document_index,
                                    .previous_root = differ->previous_root,
                                    .current_root = differ->current_root,
                                    .document = differ->document,
                                    .previous_object = differ->previous_object,
                                    .current_object = differ->current_object };
}

void differ_enter(struct differ *differ, struct path_step step)
{
    vector_push(&differ->steps, &step);
}

void differ_leave(struct differ *differ)
{
    vector_remove(&differ->steps, differ->steps.count - 1);
}
