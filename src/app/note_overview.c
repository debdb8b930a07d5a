#include <pilab/app/note_flow.h>

#include <pilab/base/vector.h>

static bool read_open(struct call *call, struct arena *arena, struct vector *waiting,
                      struct vector *others, struct error *error)
{
    struct note_flow *flows;
    size_t count;

    if (!note_flow_read_open(call, arena, &flows, &count, error))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct note_overview overview = { .note = flows[i].note,
                                          .waits_for = note_flow_turn(call, &flows[i]).waits,
                                          .needed = flows[i].standing.needed,
                                          .got = flows[i].standing.got };

        vector_push(overview.waits_for != NULL ? waiting : others, &overview);
    }
    return true;
}

static bool read_ended(struct call *call, struct arena *arena, struct vector *notes,
                       struct error *error)
{
    static const enum note_status states[] = { NOTE_PUBLISHED, NOTE_WITHDRAWN };

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct store_notes list;

        if (!store_note_list(call->connection, call->project->id, &states[i], NULL, arena, &list,
                             error))
            return false;
        for (size_t k = 0; k < list.count; k++) {
            struct note_overview *overview = vector_add(notes);

            *overview = (struct note_overview){ .note = list.items[k] };
        }
    }
    return true;
}

bool note_overview_read(struct call *call, bool open_only, struct arena *arena,
                        struct note_overviews *list, struct error *error)
{
    struct vector waiting, others;
    bool ok;

    vector_init(&waiting, sizeof(struct note_overview));
    vector_init(&others, sizeof(struct note_overview));
    ok = read_open(call, arena, &waiting, &others, error) &&
         (open_only || read_ended(call, arena, &others, error));
    list->waiting = waiting.count;
    for (size_t i = 0; i < others.count; i++)
        vector_push(&waiting, vector_at(&others, i));
    list->count = waiting.count;
    list->items = vector_to_arena(&waiting, arena);
    vector_release(&others);
    vector_release(&waiting);
    return ok;
}
