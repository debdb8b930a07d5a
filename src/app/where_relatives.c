#include "where_relatives.h"

#include <pilab/git/changes.h>
#include <pilab/git/history.h>

void relatives_start(struct relatives *relatives, struct call *call, struct where_index *index,
                     const char *directory, struct arena *arena)
{
    *relatives = (struct relatives){ .call = call,
                                     .index = index,
                                     .graph = where_index_graph(index),
                                     .directory = directory,
                                     .arena = arena,
                                     .known = map_new() };
    vector_init(&relatives->list, sizeof(struct relative));
}

void relatives_end(struct relatives *relatives)
{
    vector_release(&relatives->list);
    map_free(&relatives->known);
}

struct relative *relatives_at(const struct relatives *relatives, size_t index)
{
    return vector_at(&relatives->list, index);
}

bool relatives_read(struct relatives *relatives, const struct object_id *id, struct commit *commit,
                    struct error *error)
{
    if (!history_read_commit(relatives->index->repository, id, relatives->arena, commit, error))
        return false;
    mailmap_name_people(relatives->index->people, relatives->arena, commit);
    return true;
}

bool relatives_add(struct relatives *relatives, const struct object_id *id, struct relative **added,
                   struct error *error)
{
    struct relative relative = { .number = commit_graph_find(relatives->graph, id),
                                 .patch = SIZE_MAX };

    *added = NULL;
    if (relative.number == GRAPH_NONE ||
        map_has_bytes(relatives->known, id->bytes, sizeof id->bytes))
        return true;
    if (!relatives_read(relatives, id, &relative.commit, error))
        return false;
    map_put_bytes(relatives->known, id->bytes, sizeof id->bytes, relatives);
    vector_push(&relatives->list, &relative);
    *added = relatives_at(relatives, relatives->list.count - 1);
    return true;
}

static bool touches(struct relatives *relatives, const struct object_id *id, bool *result,
                    struct error *error)
{
    struct file_change_list files;
    struct arena *arena;
    bool ok;

    *result = true;
    if (*relatives->directory == '\0')
        return true;
    arena = arena_new();
    ok = changes_of_commit(relatives->index->repository, id, relatives->directory, 0, arena, &files,
                           error);
    *result = ok && files.count > 0;
    arena_free(&arena);
    return ok;
}

bool relatives_ask(struct relatives *relatives, const struct object_id *id, struct error *error)
{
    struct relative *added;
    bool wanted;

    if (commit_graph_find(relatives->graph, id) == GRAPH_NONE)
        return true;
    if (!touches(relatives, id, &wanted, error))
        return false;
    if (!wanted)
        return true;
    if (!relatives_add(relatives, id, &added, error))
        return false;
    if (added != NULL)
        added->asked = true;
    return true;
}

static int compare_relatives(const void *a, const void *b)
{
    const struct relative *first = a, *second = b;

    return first->number != second->number ? (first->number > second->number ? -1 : 1) : 0;
}

void relatives_sort(struct relatives *relatives)
{
    vector_sort(&relatives->list, compare_relatives);
}
