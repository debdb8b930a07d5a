#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>

#include "note_studio.h"

/* What a session left that ended before its text was kept: offered when the program starts, and
 * after that in the list of notes. */

/* How long between two looks at whether another session has ended, in milliseconds: short at first,
 * for most that are about to end do it at once. */
#define LOOK_PAUSE      1000
#define LOOK_PAUSE_MOST 5000

enum offer_choice { OFFER_TAKE, OFFER_LOOK, OFFER_DROP, OFFER_CHOICES };

/* --- Choosing --------------------------------------------------------------------------------- */

/* The one that a question is about: by its session, since the list is read anew meanwhile. */
static const struct note_offer *asked(const struct studio *studio)
{
    const struct note_offer *offer;

    for (size_t i = 0; (offer = note_offer_at(studio->offers, i)) != NULL; i++) {
        if (strcmp(offer->draft.session, studio->offer_asked) == 0)
            return offer;
    }
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
        note_autosave_now(typing); /* it is this program's now */
        workspace_say(studio->workspace, MESSAGE_SUCCESS,
                      "Your text is here again, not kept yet: !w keeps it.");
    } else {
        workspace_say_error(studio->workspace, &error);
    }
    note_offers_free(&ours);
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

    if (!yes || offer == NULL)
        return;
    note_offers_drop(studio, offer);
    workspace_say(studio->workspace, MESSAGE_SUCCESS, "The text is thrown away.");
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
    const struct note_offer *offer = note_offer_at(studio->offers, index);
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

static void say_elsewhere(struct studio *studio, const struct note_offer *offer)
{
    workspace_say(studio->workspace, MESSAGE_INFO,
                  "You are typing into note %" PRId64 " in another session (process %" PRId64
                  " on %s): it is offered here once that has ended.",
                  offer->note.number, offer->draft.pid, offer->draft.host);
}

void note_recovery_ask(struct studio *studio, const char *session)
{
    const struct note_offer *offer;

    note_offers_read_now(studio);
    for (size_t i = 0; (offer = note_offer_at(studio->offers, i)) != NULL; i++) {
        if (strcmp(offer->draft.session, session) == 0) {
            ask(studio, i);
            return;
        }
    }
    for (size_t i = 0; (offer = note_elsewhere_at(studio->offers, i)) != NULL; i++) {
        if (strcmp(offer->draft.session, session) == 0) {
            say_elsewhere(studio, offer);
            return;
        }
    }
    workspace_say(studio->workspace, MESSAGE_INFO, "That text is not there any more.");
}

/* --- Sessions that were about to end ---------------------------------------------------------- */

static void look_later(struct studio *studio)
{
    struct view *view = workspace_view(studio->workspace);

    studio->elsewhere_at = clock_monotonic() + studio->elsewhere_pause;
    if (view != NULL)
        view_wake_by(view, studio->elsewhere_at);
}

static void look_less_often(struct studio *studio)
{
    studio->elsewhere_pause += LOOK_PAUSE / 4;
    if (studio->elsewhere_pause > LOOK_PAUSE_MOST)
        studio->elsewhere_pause = LOOK_PAUSE_MOST;
    look_later(studio);
}

/* Said and no question: the person is at something else by now, whose keys would answer it. */
void note_recovery_again(struct studio *studio)
{
    const struct note_offer *offer;
    struct event event = { .kind = NOTE_ACTED };
    char was[UUID_SIZE] = "";

    if (studio->elsewhere_pause == 0 || clock_monotonic() < studio->elsewhere_at)
        return;
    offer = note_elsewhere_at(studio->offers, 0);
    if (offer != NULL)
        snprintf(was, sizeof was, "%s", offer->draft.session);
    note_offers_read_now(studio);
    for (size_t i = 0; (offer = note_offer_at(studio->offers, i)) != NULL; i++) {
        if (strcmp(offer->draft.session, was) != 0)
            continue;
        studio->elsewhere_pause = 0;
        workspace_say(studio->workspace, MESSAGE_WARNING,
                      "That session has ended, and your text of note %" PRId64
                      " was not kept: it stands in Notes (4).",
                      offer->note.number);
        workspace_post(studio->workspace, &event);
        return;
    }
    if (note_elsewhere_at(studio->offers, 0) != NULL)
        look_less_often(studio);
    else
        studio->elsewhere_pause = 0;
}

void note_recovery_offer(struct studio *studio)
{
    const struct note_offer *elsewhere;
    size_t count = 1;

    note_offers_read_now(studio);
    elsewhere = note_elsewhere_at(studio->offers, 0);
    if (elsewhere != NULL) {
        say_elsewhere(studio, elsewhere);
        studio->elsewhere_pause = LOOK_PAUSE;
        look_later(studio);
    }
    if (note_offer_at(studio->offers, 0) == NULL)
        return;
    while (note_offer_at(studio->offers, count) != NULL)
        count++;
    if (count > 1)
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "%zu texts of yours were not kept; all of them stand in Notes (4).", count);
    ask(studio, 0);
}
