/*
 * Drafts: what somebody is typing into a note and has not saved, so that a dropped session loses at
 * most what was typed since the last call of store_draft_save. A draft is nobody's business but its
 * writer's, and no part of the note: it is not audited, and gone once it is saved or thrown away.
 *
 * Each session (an editor on a screen) has a row of its own, so that two windows of one person do
 * not overwrite each other. Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_DRAFT_H
#define PILAB_STORE_DRAFT_H

#include <pilab/store/connection.h>
#include <pilab/store/page.h>

#define DRAFT_OF_NEW "new" /* in the place of a note's id: a note that is not kept yet */

struct store_draft {
    const char *project_id;
    const char *note; /* the note's id, or DRAFT_OF_NEW */
    const char *login;
    const char *session; /* made by the writer: an id (connection_new_id) */
    int64_t base_rev;    /* the revision that the text began from; 0: none */
    const char *text;    /* UTF-8 */
    int64_t cursor;      /* byte offset */
    /* Made by the store: */
    int64_t saved_at;
    /* On reading: whose process it is of, whether that is still running, and whether it is this
     * one.
     */
    const char *host;
    int64_t pid;
    bool alive, own;
};

struct store_drafts {
    struct store_draft *items;
    size_t count;
};

/* Keeps the draft of this session as it is now, whatever it was before. One statement; needs a
 * transaction. */
bool store_draft_save(struct connection *connection, struct store_draft *draft,
                      struct error *error);
/* That there is none is fine. Needs a transaction. */
bool store_draft_discard(struct connection *connection, const struct store_draft *draft,
                         struct error *error);
/* The drafts of a person, the last one first. `note` NULL: of all notes. */
bool store_draft_list(struct connection *connection, const char *project_id, const char *login,
                      const char *note, struct arena *arena, struct store_drafts *list,
                      struct error *error);

#endif
