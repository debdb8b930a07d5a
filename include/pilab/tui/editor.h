/*
 * A text to write: an editor as a pane, modal like vi, with hints so that nobody is lost.
 *
 * It begins in normal mode, where keys move and change; `i` types, Esc ends typing. Arrows, Home,
 * End, PgUp, PgDn, Delete and Backspace do the same in every mode, and so does a paste, which is
 * text and never keys. Counts are not used: digits are places. Rows of the screen are what j and k
 * move by; lines are wrapped, and only what is seen is laid out.
 *
 * Nothing here loses text: closing the pane is the owner's, who asks editor_is_modified. The text
 * is bytes as they came (edit_text.h); the cursor never stands inside a character
 * (edit_character.h).
 *
 * It hears its keys before the view it stands in (pane.h: keys_first), since `d` and `e` are its
 * own; keys it has no use for reach view and workspace, and so does Esc where there is nothing to
 * end. Find is the workspace's.
 */
#ifndef PILAB_TUI_EDITOR_H
#define PILAB_TUI_EDITOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/tui/pane.h>

struct editor;

/* What it tells and asks its owner; each may be NULL. Called at the end of the key's handler. */
struct editor_events {
    void *context;
    /* The text was changed by a person: autosave, title. Not by editor_set_text and
     * editor_take_over, whose caller knows. */
    void (*changed)(void *context);
    /* Why a key did nothing, or what it did, in a few words. */
    void (*say)(void *context, const char *text);
    /* `y` took this, for the clipboard; borrowed. What is deleted stays in the editor. */
    void (*taken)(void *context, const char *text, size_t length);
    /* `gr`: find and replace is wanted (editor_replace.h asks for the words). */
    void (*replace)(void *context);
};

/* Copies the events. */
struct editor *editor_new(const struct editor_events *events);
void editor_free(struct editor **editor);
struct pane *editor_pane(struct editor *editor);

/* Another text, copied: saved, without history, cursor at its top, normal mode. */
void editor_set_text(struct editor *editor, const char *bytes, size_t length);
/* Puts a whole text in place of what is there, as one step that `u` takes back; the cursor stays
 * where it can. False when both are the same, or it is read only or too long. */
bool editor_take_over(struct editor *editor, const char *bytes, size_t length);
/* Appends the text. */
void editor_get_text(const struct editor *editor, struct strbuf *out);
size_t editor_length(const struct editor *editor);

/* Offsets in bytes; one inside a character or past the end moves to where a cursor can be. */
size_t editor_cursor(const struct editor *editor);
void editor_set_cursor(struct editor *editor, size_t offset);
/* Lines and characters count from 0. */
void editor_go_to(struct editor *editor, size_t line, size_t character);

/* Whether there is something that editor_mark_saved has not seen; undo can take that back. */
bool editor_is_modified(const struct editor *editor);
void editor_mark_saved(struct editor *editor);
/* Grows with every change: who keeps one knows whether the text was changed since. */
uint64_t editor_revision(const struct editor *editor);

/* Nothing changes the text, the screen says so, and moving, finding and copying go on. */
void editor_set_read_only(struct editor *editor, bool read_only);
bool editor_is_read_only(const struct editor *editor);
/* More bytes than this are not taken; 64 MiB unless told. */
void editor_set_limit(struct editor *editor, size_t bytes);
/* Looks by line, as text_view_set_line_roles; sees at most TEXT_PIECE bytes of it. */
void editor_set_line_roles(struct editor *editor,
                           enum role (*role_of)(void *context, const char *line, size_t length),
                           void *context);

/* What `i` and Esc do, for a view that opens the editor to type at once. */
void editor_start_typing(struct editor *editor);
void editor_stop_typing(struct editor *editor);
bool editor_is_typing(const struct editor *editor);

/* The mode in a word or two, for the status of a view ("INSERT", "READ ONLY"). */
enum role editor_status(const struct editor *editor, struct strbuf *out);

/* Find and replace, by the one rule of case (search.h), in the selection when there is one. None
 * of these touches a read-only text. */
size_t editor_count(struct editor *editor, const char *pattern);
/* One step; returns how many were replaced. The second begins at an offset. */
size_t editor_replace_all(struct editor *editor, const char *pattern, const char *with);
size_t editor_replace_rest(struct editor *editor, const char *pattern, const char *with,
                           size_t from);
/* Shows the next one from an offset on, the cursor on it; false when there is none. */
bool editor_next_match(struct editor *editor, const char *pattern, size_t from);
/* Replaces the match that the cursor is on and returns where to look for the next one. */
size_t editor_replace_match(struct editor *editor, const char *pattern, const char *with);

#endif
