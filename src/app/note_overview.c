#include <pilab/app/note_flow.h>

#include <string.h>

#include <pilab/base/vector.h>

/* What a note waits for that this person can do; NULL: nothing. */
static const char *waits_for(const struct note_flow *flow, const char *login)
{
    const struct store_note *note = &flow->note;

    if (note->status == NOTE_REVIEWED && flow->permits[NOTE_ACT_APPROVE].allowed)
        return "your approval";
    if (note->status == NOTE_APPROVED && flow->permits[NOTE_ACT_PUBLISH].allowed)
        return "being published";
    if (note->status == NOTE_PUBLISHING && flow->permits[NOTE_ACT_PUBLISH].allowed)
        return "being published to the end";
    if (note->status == NOTE_DRAFT && flow->standing.rejection != NULL &&
        strcmp(note->created_by, login) == 0)
        return "your edit: it was rejected";
    return NULL;
}

static bool add_overview(struct call *call, const struct store_note *note, struct arena *arena,
                         struct vector *waiting, struct vector *others, struct error *error)
{
    struct note_overview overview = { .note = *note };
    struct note_flow flow;

    if (!note_flow_read(call, note->id, false, arena, &flow, error))
        return false;
    overview.note = flow.note;
    overview.waits_for = waits_for(&flow, call->actor.login);
    overview.needed = flow.standing.needed;
    overview.got = flow.standing.got;
    vector_push(overview.waits_for != NULL ? waiting : others, &overview);
    return true;
}

/* Each note on its way is read as a whole: there are never many of them. */
static bool read_open(struct call *call, struct arena *arena, struct vector *waiting,
                      struct vector *others, struct error *error)
{
    static const enum note_status states[] = { NOTE_PUBLISHING, NOTE_APPROVED, NOTE_REVIEWED,
                                               NOTE_DRAFT, NOTE_GENERATED };

    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        struct store_notes list;

        if (!store_note_list(call->connection, call->project->id, &states[i], NULL, arena, &list,
                             error))
            return false;
        for (size_t k = 0; k < list.count; k++) {
            if (!add_overview(call, &list.items[k], arena, waiting, others, error))
                return false;
        }
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
