/* What the files of the Notes screens share. Nobody else but the studio's frame includes this. */
#ifndef PILAB_TUI_NOTE_PARTS_H
#define PILAB_TUI_NOTE_PARTS_H

#include <pilab/app/note_flow.h>
#include <pilab/tui/editor_replace.h>
#include <pilab/tui/list.h>
#include <pilab/tui/studio_parts.h>
#include <pilab/tui/tab_strip.h>
#include <pilab/tui/text_view.h>

/* Events to every view. NOTE_KEPT has the note's id as its data. */
enum note_event { NOTE_KEPT = 200, NOTE_ACTED };

/* The studio's call with another arena, for what is read and thrown away: texts of a note may be
 * large, and the call's own arena lives as long as the program. */
struct call note_call(const struct studio *studio, struct arena *arena);
/* "2025-01-22 14:30" or, of the same day, "14:30"; in UTC as everywhere. */
const char *note_time(const struct studio *studio, int64_t at, char out[TIMESTAMP_SIZE]);

/* --- Reading: note_view.c, note_tabs.c, note_standing.c --------------------------------------- */

enum note_tab {
    NOTE_TAB_READ,
    NOTE_TAB_MARKDOWN,
    NOTE_TAB_TABLE,
    NOTE_TAB_BALANCE,
    NOTE_TAB_APPROVALS,
    NOTE_TAB_REVISIONS,
    NOTE_TAB_JSON,
    NOTE_TAB_COUNT
};

#define NOTE_LABEL_SIZE 64

struct note_screen {
    struct studio *studio;
    struct view *view;
    struct note *note;            /* what the revision that is shown holds */
    int64_t number;               /* in the project; 0: not stored */
    struct shared_report *report; /* that it was made of; NULL: not known, it is stored */

    /* Of a stored one. */
    char id[UUID_SIZE];
    struct arena *arena; /* of all below, made anew with every reading */
    struct note_flow flow;
    struct store_revision shown; /* the revision that is read, with its texts */
    bool by_hand;                /* its Markdown is not what was generated */

    struct tab tabs[NOTE_TAB_COUNT];
    char labels[NOTE_TAB_COUNT][NOTE_LABEL_SIZE];
    struct tab_strip strip;
    struct text_view *text;
    struct memory_rows *table_rows, *revision_rows;
    struct list *table, *revisions;
    bool counted; /* the revisions' words are */
    bool stale;   /* the store was changed while something lay over it */
    struct rectangle foot;
    int width; /* the text was laid out for */
};

/* Right of the tabs, and below what is read: note_foot.c. */
int note_state_width(const struct note_screen *screen);
void note_draw_state(const struct note_screen *screen, const struct surface *surface);
void note_draw_foot(const struct note_screen *screen, const struct surface *surface);

/* Labels of the tabs, from what is known of the note. */
void note_tabs_name(struct note_screen *screen);
/* Fills what the current tab shows; a text goes to its top. */
void note_tabs_show(struct note_screen *screen);
/* The pane of the current tab. */
struct pane *note_tabs_pane(const struct note_screen *screen);
/* The rows of the table; and the one under the cursor once more, whole, where it has the room. */
void note_table_fill(struct note_screen *screen);
void note_table_draw_selected(const struct note_screen *screen, const struct surface *surface,
                              int row);
/* The tickets of the row under the cursor, for `gw`. */
void note_table_where(const struct note_screen *screen);
void note_revisions_fill(struct note_screen *screen);
/* What was changed in the revision under the cursor, or between two marked ones. */
void note_revisions_open(struct note_screen *screen);
void note_revisions_compare(struct note_screen *screen);
void note_balance_text(struct strbuf *out, const struct note *note, bool utf8);
/* One line of it, as wide as there is room. */
void note_balance_line(struct strbuf *out, const struct note *note, size_t width);
void note_standing_text(struct strbuf *out, const struct note_flow *flow,
                        const struct studio *studio);

/* Two texts of a note beside each other, in a page. Takes nothing over. */
void note_open_difference(struct studio *studio, const char *title, const char *head,
                          const char *before, const char *after);

/* Opens a stored note; `rev` 0: its newest revision. */
bool note_view_open(struct studio *studio, const char *name, int64_t rev, struct error *error);

/* --- Acts: note_acts.c, note_publish_ask.c ---------------------------------------------------- */

/* Whether the act is possible, by the permits of the note. */
bool note_act_allows(const struct note_flow *flow, enum note_act act, struct strbuf *why);
/* Asks, and then does it; what it takes is copied. Not for NOTE_ACT_EDIT. */
void note_act_ask(struct studio *studio, const struct note_flow *flow, enum note_act act);
void note_publish_ask(struct studio *studio, const struct note_flow *flow);
void note_export_ask(struct studio *studio, const struct note_flow *flow);
/* Confirmed first. */
void note_publish_confirm(struct studio *studio, const struct note_flow *flow, const char *folder,
                          unsigned formats);
/* What goes to production is confirmed by typing its name. */
bool note_is_for_production(const struct note_flow *flow);
/* What shows or does the same in a shell. */
void note_copy_commands(struct studio *studio, const struct note_flow *flow,
                        struct copy_menu *menu);

/* --- Typing: note_typing.c, note_typing_find.c, note_autosave.c, note_drop.c, note_edit.c ----- */

/* A text of a note that somebody changed and has not kept. It is the studio's, outlives its view,
 * and is in the recovery table a moment after each key. */
struct note_typing {
    struct editor_desk desk; /* first: the editor's events have it as their context */
    struct studio *studio;
    struct view *view; /* it is typed in; NULL: none is open */
    char note[UUID_SIZE];
    int64_t number;
    char *version;
    char session[UUID_SIZE];
    int64_t base_rev; /* what it began from */
    char *base;
    int64_t newest; /* revision that is known of; 0: none was looked for */
    bool marked;    /* a merge put its marks in */
    bool leave;     /* once kept, the view closes */
    bool thrown;    /* away: it goes with its view */
    bool keeping;
    bool saving;             /* a job is at it */
    int64_t save_at;         /* monotonic, when the next is due; 0: none is */
    bool saved_once;         /* there is a row in the recovery table */
    uint64_t saved_revision; /* of the editor, that the row has */
    int64_t saved_base;      /* base_rev that the row has */
    int64_t saved_at;        /* 0: not yet */
    bool failing;            /* it could not be saved; tried again */
    struct error refusal;    /* why it may not be saved, which is not tried again; else no code */
};

struct note_typing *note_typing_of(const struct studio *studio, const char *note);
struct note_typing *note_typing_in(const struct studio *studio, const struct view *view);
/* By its session; NULL: it was kept or thrown away meanwhile. What outlives a key (a job, a
 * question, a view over it) holds the session and not the text. */
struct note_typing *note_typing_by_session(const struct studio *studio, const char *session);
/* What a dialog about it holds, and has back: note_typing_asked frees it and returns the text, or
 * NULL when that is gone. */
struct note_typing_question;
struct note_typing_question *note_typing_question(const struct note_typing *typing);
struct note_typing *note_typing_asked(struct note_typing_question *question);
/* Begins with the text of a revision. */
struct note_typing *note_typing_new(struct studio *studio, const struct store_note *note,
                                    const struct store_revision *base);
/* Whether something would be lost without it. */
bool note_typing_is_changed(const struct note_typing *typing);
/* Forgets it, with its row; no view shows it any more. */
void note_typing_drop(struct note_typing **typing);
/* Based on another revision from now on, whose text this is. */
void note_typing_rebase(struct note_typing *typing, int64_t rev, const char *text);

/* In the background, within half a second or at once; what fails is said, and tried again. The text
 * may change meanwhile, and its view may close. */
void note_autosave_soon(struct note_typing *typing);
void note_autosave_now(struct note_typing *typing);
/* Those that are due. */
void note_autosave_again(struct studio *studio);
/* Before this returns, which may take as long as another process holds the store. Only at the end:
 * no job may be at it. */
bool note_autosave_finish(struct note_typing *typing, const struct progress *progress,
                          struct error *error);

void note_drops_init(struct studio *studio);
/* A row of the recovery table goes, in the background, and again until it is gone. */
void note_draft_drop(struct studio *studio, const char *note, const char *session);
/* Whether it is to go, or did just now: such a row is nothing to be offered. */
bool note_draft_is_dropped(const struct studio *studio, const char *session);
void note_drops_again(struct studio *studio);
/* All that are left, as note_autosave_finish does. */
bool note_drops_finish(struct studio *studio, const struct progress *progress, struct error *error);

/* Opens the editor on it. */
void note_edit_open(struct note_typing *typing);
/* Asks what was changed, and keeps it as a new revision; with a merge when others were first. */
void note_typing_keep(struct note_typing *typing, bool leave);
/* The text in $EDITOR and back. */
void note_edit_elsewhere(struct note_typing *typing);
/* Throws it away, after asking. */
void note_typing_ask_drop(struct note_typing *typing);

/* --- What ended sessions left: note_offers.c, note_recovery.c ----------------------------------
 */

struct note_offer {
    struct store_draft draft;
    struct store_note note;
    const char *newest; /* text of its newest revision */
};

/* On any thread. NULL with an error. */
struct note_offers *note_offers_read(struct call *call, struct error *error);
void note_offers_free(struct note_offers **offers);
/* NULL behind the last one. What is typed right now in other sessions of the person's is listed
 * beside what ended ones left. */
const struct note_offer *note_offer_at(const struct note_offers *offers, size_t index);
const struct note_offer *note_elsewhere_at(const struct note_offers *offers, size_t index);
/* Takes them over (NULL: there are none) in place of the studio's; pointers into those end. */
void note_offers_take(struct studio *studio, struct note_offers *offers);
/* The same with what the store holds now; a failure is said. Quick: nothing is written. */
void note_offers_read_now(struct studio *studio);
/* Throws one away. It is none of the studio's offers any more. */
void note_offers_drop(struct studio *studio, const struct note_offer *offer);
/* Says so when the person is typing into the note in another session, too. */
void note_offers_warn(struct studio *studio, const char *note);
/* Take it up, look at it, or throw it away? */
void note_recovery_ask(struct studio *studio, const char *session);

/* --- Two people: note_merge_view.c ------------------------------------------------------------ */

/* Somebody made another revision first. `keep` is for the person who wants both in one kept at
 * once.
 */
void note_merge_open(struct note_typing *typing, const struct note_flow *flow,
                     void (*keep)(struct note_typing *typing, bool leave));

#endif
