/*
 * Release notes as kept: a note and its revisions. What a note says is the notes room's.
 *
 * DRAFT → GENERATED → REVIEWED → APPROVED → PUBLISHING → PUBLISHED → WITHDRAWN. Every edit is a new
 * revision (rev + 1) and puts the note back to DRAFT; revisions never change. Which person may move
 * a note when is decided above; here a move is a compare-and-swap over status and revision.
 * A PUBLISHING, PUBLISHED or WITHDRAWN note takes no revision: a correction is a new note that
 * `supersedes` it.
 *
 * Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_NOTE_H
#define PILAB_STORE_NOTE_H

#include <pilab/base/digest.h>
#include <pilab/store/connection.h>
#include <pilab/store/page.h>

enum note_status {
    NOTE_DRAFT,
    NOTE_GENERATED,
    NOTE_REVIEWED,
    NOTE_APPROVED,
    NOTE_PUBLISHING,
    NOTE_PUBLISHED,
    NOTE_WITHDRAWN,
    NOTE_STATUS_COUNT
};

const char *note_status_name(enum note_status status); /* "GENERATED" */
/* In any case. ERROR_INVALID listing the names. */
bool note_status_parse(const char *name, enum note_status *status, struct error *error);

struct store_note {
    char id[UUID_SIZE];
    const char *project_id;
    int64_t number;          /* within the project */
    const char *report_id;   /* the drift report it was made from, or NULL */
    const char *supersedes;  /* id of the note that it corrects, or NULL */
    const char *environment; /* the one it is for, or NULL; never changes */
    const char *release;     /* the release it is about, or NULL; never changes */
    const char *list_digest; /* of the frozen list that it speaks of, or NULL; never changes */
    const char *version, *previous_version; /* NULL writes "" */
    const char *title;                      /* NULL writes "" */
    enum note_status status;
    int64_t rev; /* of the newest revision */
    const char *created_by;
    int64_t created_at, updated_at;
    int64_t generated_at; /* 0: written by hand */
    int64_t published_at; /* 0: not yet */
};

struct store_notes {
    struct store_note *items;
    size_t count;
    const char *next;
};

struct store_revision {
    const char *content;  /* canonical JSON (json_write_canonical); NULL in lists */
    const char *markdown; /* NULL in lists */
    const char *author;
    const char *reason; /* what was changed and why, or NULL */
    /* Made by the store: */
    int64_t rev;
    int64_t at;
    char digest[SHA256_HEX_SIZE];          /* SHA-256 of `content`: what an approval covers */
    char markdown_digest[SHA256_HEX_SIZE]; /* SHA-256 of `markdown` */
};

struct store_revisions {
    struct store_revision *items;
    size_t count;
    const char *next;
};

/* Adds a note with its first revision. The status is taken as given: DRAFT or GENERATED. */
bool store_note_add(struct connection *connection, struct store_note *note,
                    struct store_revision *first, struct error *error);
/* Adds a revision on top of `rev` and puts the note back to DRAFT. ERROR_CONFLICT, naming who made
 * the newest revision, when `rev` is not the newest any more. */
bool store_note_revise(struct connection *connection, const char *id, int64_t rev,
                       struct store_revision *revision, struct error *error);
/* from → to, when the note still has that status and revision; otherwise ERROR_CONFLICT. */
bool store_note_move(struct connection *connection, const char *id, int64_t rev,
                     enum note_status from, enum note_status to, struct error *error);

bool store_note_get(struct connection *connection, const char *id, struct arena *arena,
                    struct store_note *note, struct error *error);
bool store_note_find(struct connection *connection, const char *project_id, int64_t number,
                     struct arena *arena, struct store_note *note, struct error *error);
/* The newest note that corrects this one, in *found with its row, or none. */
bool store_note_correction(struct connection *connection, const char *id, struct arena *arena,
                           struct store_note *note, bool *found, struct error *error);
/* Newest first. `status` NULL: any. */
bool store_note_list(struct connection *connection, const char *project_id,
                     const enum note_status *status, const struct store_page *page,
                     struct arena *arena, struct store_notes *list, struct error *error);
/* Those that are neither published nor withdrawn: all of them, those that are furthest first, and
 * of these the newest. */
bool store_note_list_open(struct connection *connection, const char *project_id,
                          struct arena *arena, struct store_notes *list, struct error *error);
/* One revision with its text, after checking it against its digests (ERROR_CORRUPT). `rev` 0: the
 * newest. */
bool store_note_revision(struct connection *connection, const char *id, int64_t rev,
                         struct arena *arena, struct store_revision *revision, struct error *error);
/* Newest first, without content and Markdown. */
bool store_note_revisions(struct connection *connection, const char *id,
                          const struct store_page *page, struct arena *arena,
                          struct store_revisions *list, struct error *error);

#endif
