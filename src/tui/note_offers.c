#include "note_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/memory.h>

#include "note_studio.h"

/* What is in the recovery table of the person's: what ended sessions left, and what others are at.
 */

struct note_offers {
    struct arena *arena;
    struct note_offer *items, *elsewhere;
    size_t count, elsewhere_count;
    struct store_drafts kept; /* they say what is kept already */
};

/* False: the note cannot be read now, and the row stays as it is. */
static bool read_offer(struct call *call, const struct store_draft *draft, struct note_offer *offer)
{
    struct store_revision newest;

    offer->draft = *draft;
    if (!stored_note_find(call, draft->note, &offer->note, NULL) ||
        !stored_note_text(call, &offer->note, 0, &newest, NULL))
        return false;
    offer->newest = newest.markdown;
    return true;
}

/* A text that says what is kept already need not be offered. */
static void sort_drafts(struct call *call, const struct store_drafts *drafts,
                        struct note_offers *offers)
{
    offers->items = arena_array(offers->arena, drafts->count, sizeof *offers->items);
    offers->kept.items = arena_array(offers->arena, drafts->count, sizeof *offers->kept.items);
    for (size_t i = 0; i < drafts->count; i++) {
        struct note_offer *offer = &offers->items[offers->count];

        if (!read_offer(call, &drafts->items[i], offer))
            continue;
        if (strcmp(offer->newest, offer->draft.text) != 0)
            offers->count++;
        else
            offers->kept.items[offers->kept.count++] = offer->draft;
    }
}

static void sort_elsewhere(struct call *call, const struct store_drafts *drafts,
                           struct note_offers *offers)
{
    offers->elsewhere = arena_array(offers->arena, drafts->count, sizeof *offers->elsewhere);
    for (size_t i = 0; i < drafts->count; i++) {
        struct note_offer *offer = &offers->elsewhere[offers->elsewhere_count];

        offers->elsewhere_count += read_offer(call, &drafts->items[i], offer) &&
                                   strcmp(offer->newest, offer->draft.text) != 0;
    }
}

struct note_offers *note_offers_read(struct call *call, struct error *error)
{
    struct note_offers *offers = memory_new(sizeof *offers);
    struct store_drafts drafts, elsewhere;
    struct call ours = *call;

    /* As long as the offers: texts of a note may be large. */
    offers->arena = ours.arena = arena_new();
    if (note_draft_offers(&ours, NULL, offers->arena, &drafts, error) &&
        note_draft_elsewhere(&ours, NULL, offers->arena, &elsewhere, error)) {
        sort_drafts(&ours, &drafts, offers);
        sort_elsewhere(&ours, &elsewhere, offers);
    } else {
        note_offers_free(&offers);
    }
    return offers;
}

void note_offers_free(struct note_offers **offers)
{
    if (*offers == NULL)
        return;
    arena_free(&(*offers)->arena);
    free(*offers);
    *offers = NULL;
}

const struct note_offer *note_offer_at(const struct note_offers *offers, size_t index)
{
    return offers != NULL && index < offers->count ? &offers->items[index] : NULL;
}

const struct note_offer *note_elsewhere_at(const struct note_offers *offers, size_t index)
{
    return offers != NULL && index < offers->elsewhere_count ? &offers->elsewhere[index] : NULL;
}

void note_recovery_free(struct studio *studio)
{
    note_offers_free(&studio->offers);
}

/* Those that were thrown away since they were read are none, and neither are those that were taken
 * up here: until they are saved again their rows say that their session ended. */
static void leave_out_settled(const struct studio *studio, struct note_offers *offers)
{
    size_t kept = 0;

    for (size_t i = 0; i < offers->count; i++) {
        const char *session = offers->items[i].draft.session;

        if (!note_draft_is_dropped(studio, session) &&
            note_typing_by_session(studio, session) == NULL)
            offers->items[kept++] = offers->items[i];
    }
    offers->count = kept;
}

void note_offers_take(struct studio *studio, struct note_offers *offers)
{
    note_recovery_free(studio);
    studio->offers = offers;
    if (offers == NULL)
        return;
    for (size_t i = 0; i < offers->kept.count; i++)
        note_draft_drop(studio, offers->kept.items[i].note, offers->kept.items[i].session);
    leave_out_settled(studio, offers);
}

void note_offers_drop(struct studio *studio, const struct note_offer *offer)
{
    note_draft_drop(studio, offer->draft.note, offer->draft.session);
    leave_out_settled(studio, studio->offers);
}

void note_offers_read_now(struct studio *studio)
{
    struct error error = { 0 };
    struct note_offers *offers = NULL;

    if (studio->call.project != NULL) {
        offers = note_offers_read(&studio->call, &error);
        if (offers == NULL)
            workspace_say_error(studio->workspace, &error);
    }
    note_offers_take(studio, offers);
}

void note_offers_warn(struct studio *studio, const char *note)
{
    const struct note_offer *offer;

    note_offers_read_now(studio);
    for (size_t i = 0; (offer = note_elsewhere_at(studio->offers, i)) != NULL; i++) {
        if (strcmp(offer->note.id, note) == 0)
            workspace_say(studio->workspace, MESSAGE_WARNING,
                          "You are typing into these notes in another session, too (process "
                          "%" PRId64 " on %s): what is kept second is merged.",
                          offer->draft.pid, offer->draft.host);
    }
}
