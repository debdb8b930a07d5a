#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>

#include "note_studio.h"

/* What a session left that ended before its text was kept: offered when the program starts, and
 * after that in the list of notes. */

enum offer_choice { OFFER_TAKE, OFFER_LOOK, OFFER_DROP, OFFER_CHOICES };

struct note_offers {
    struct arena *arena;
    struct note_offer *items;
    size_t count;
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
static void read_offers(struct studio *studio, struct note_offers *offers)
{
    struct call call = note_call(studio, offers->arena);
    struct store_drafts drafts;
    struct error error = { 0 };

    if (!note_draft_offers(&call, NULL, offers->arena, &drafts, &error)) {
        workspace_say_error(studio->workspace, &error);
        return;
    }
    offers->items = arena_array(offers->arena, drafts.count, sizeof *offers->items);
    for (size_t i = 0; i < drafts.count; i++) {
        struct note_offer *offer = &offers->items[offers->count];
        struct store_draft draft = drafts.items[i];

        if (!read_offer(&call, &draft, offer))
            continue;
        if (strcmp(offer->newest, draft.text) != 0)
            offers->count++;
        else if (!note_draft_discard(&call, &draft, &error))
            workspace_say_error(studio->workspace, &error);
    }
}

static void offers_free(struct note_offers **offers)
{
    if (*offers == NULL)
        return;
    arena_free(&(*offers)->arena);
    free(*offers);
    *offers = NULL;
}

void note_recovery_free(struct studio *studio)
{
    offers_free(&studio->offers);
}

const struct note_offer *note_recovery_read(struct studio *studio, size_t *count)
{
    *count = 0;
    note_recovery_free(studio);
    if (studio->call.project == NULL)
        return NULL;
    studio->offers = memory_new(sizeof *studio->offers);
    studio->offers->arena = arena_new();
    read_offers(studio, studio->offers);
    *count = studio->offers->count;
    return studio->offers->items;
}

/* --- Choosing --------------------------------------------------------------------------------- */

/* The one that a question is about: by its session, since the list is read anew meanwhile. */
static const struct note_offer *asked(const struct studio *studio)
{
    const struct note_offers *offers = studio->offers;

    for (size_t i = 0; offers != NULL && i < offers->count; i++)
        if (strcmp(offers->items[i].draft.session, studio->offer_asked) == 0)
            return &offers->items[i];
    return NULL;
}

/* The text it began from below, so that `u` leads back there; its session goes on. Opening the
 * notes reads the offers anew: what this one lives in is ours until then. */
static void take_up(struct studio *studio, const struct note_offer *offer)
{
    struct note_offers *ours = studio->offers;
    struct arena *arena = arena_new();
    struct call call = note_call(studio, arena);
    struct store_revision base;
    struct error error = { 0 };
    struct note_typing *typing = note_typing_of(studio, offer->note.id);

    studio->offers = NULL;
    if (typing != NULL) {
        workspace_say(studio->workspace, MESSAGE_WARNING,
                      "You are typing into note %" PRId64 ": keep that or throw it away first.",
                      offer->note.number);
    } else if (stored_note_text(&call, &offer->note, offer->draft.base_rev, &base, &error) &&
               note_view_open(studio, offer->note.id, 0, &error)) {
        typing = note_typing_new(studio, &offer->note, &base);
        memcpy(typing->session, offer->draft.session,
               strnlen(offer->draft.session, sizeof typing->session - 1) + 1);
        typing->saved_once = true;
        editor_take_over(typing->desk.editor, offer->draft.text, strlen(offer->draft.text));
        editor_set_cursor(typing->desk.editor,
                          offer->draft.cursor > 0 ? (size_t)offer->draft.cursor : 0);
        note_edit_open(typing);
        note_autosave_wait(typing); /* it is this program's now */
        workspace_say(studio->workspace, MESSAGE_SUCCESS,
                      "Your text is here again, not kept yet: !w keeps it.");
    } else {
        workspace_say_error(studio->workspace, &error);
    }
    offers_free(&ours);
    arena_free(&arena);
}

static void look(struct studio *studio, const struct note_offer *offer)
{
    char at[TIMESTAMP_SIZE];
    char *head = memory_printf("Your text of note %" PRId64 ", %s, against revision %" PRId64,
                               offer->note.number, note_time(studio, offer->draft.saved_at, at),
                               offer->note.rev);

    note_open_difference(studio, "not kept", head, offer->newest, offer->draft.text);
    free(head);
}

static void drop_answered(void *context, bool yes)
{
    struct studio *studio = context;
    const struct note_offer *offer = asked(studio);
    struct event event = { .kind = NOTE_ACTED };
    struct error error = { 0 };
    struct store_draft draft;
    struct arena *arena;
    struct call call;

    if (!yes || offer == NULL)
        return;
    arena = arena_new();
    call = note_call(studio, arena);
    draft = offer->draft;
    if (note_draft_discard(&call, &draft, &error))
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "The text is thrown away.");
    else
        workspace_say_error(studio->workspace, &error);
    arena_free(&arena);
    workspace_post(studio->workspace, &event);
}

static void chosen(void *context, uint64_t value)
{
    struct studio *studio = context;
    const struct note_offer *offer = asked(studio);

    if (offer == NULL)
        workspace_say(studio->workspace, MESSAGE_INFO, "That text is not there any more.");
    else if (value == OFFER_TAKE)
        take_up(studio, offer);
    else if (value == OFFER_LOOK)
        look(studio, offer);
    else
        dialog_confirm(studio->workspace,
                       &(struct confirmation){ .title = "Throw away what you typed",
                                               .text = "It is nowhere else.",
                                               .action = "throw away",
                                               .name = "the text",
                                               .dangerous = true },
                       drop_answered, studio);
}

static void ask(struct studio *studio, size_t index)
{
    const struct note_offer *offer = &studio->offers->items[index];
    char at[TIMESTAMP_SIZE];
    char *title = memory_printf("Your text of note %" PRId64 ", rev %" PRId64 ", %s, was not kept",
                                offer->note.number, offer->draft.base_rev,
                                note_time(studio, offer->draft.saved_at, at));
    struct menu *menu = menu_new(title);

    snprintf(studio->offer_asked, sizeof studio->offer_asked, "%s", offer->draft.session);
    menu_add(menu, &(struct menu_item){ .key = 't',
                                        .label = "take it up",
                                        .detail = "go on where you were",
                                        .value = OFFER_TAKE });
    menu_add(menu, &(struct menu_item){ .key = 'l',
                                        .label = "look",
                                        .detail = "what is different from the newest revision",
                                        .value = OFFER_LOOK });
    menu_add(menu, &(struct menu_item){ .key = 'd',
                                        .label = "throw away",
                                        .detail = "for good; asks first",
                                        .value = OFFER_DROP });
    dialog_menu(studio->workspace, menu, chosen, studio);
    free(title);
}

void note_recovery_ask(struct studio *studio, const char *session)
{
    size_t count;
    const struct note_offer *offers = note_recovery_read(studio, &count);

    for (size_t i = 0; i < count; i++) {
        if (strcmp(offers[i].draft.session, session) == 0) {
            ask(studio, i);
            return;
        }
    }
    workspace_say(studio->workspace, MESSAGE_INFO, "That text is not there any more.");
}

void note_recovery_offer(struct studio *studio)
{
    size_t count;

    note_recovery_read(studio, &count);
    if (count == 0)
        return;
    if (count > 1)
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "%zu texts of yours were not kept; all of them stand in Notes (4).", count);
    ask(studio, 0);
}
