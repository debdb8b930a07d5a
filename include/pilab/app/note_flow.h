/*
 * A note on its way from draft to published: how it stands, what may be done with it now and by
 * whom, and doing it. Screens and commands stand on these functions; none of them draws or prints.
 *
 * States: DRAFT → GENERATED → REVIEWED → APPROVED → PUBLISHING → PUBLISHED → WITHDRAWN (design:
 * release.md, "Release note"). What it takes is judged by release/approval.h.
 *
 * Every act takes the revision that the person saw (0: whichever is the newest), reads states and
 * rules anew inside of one transaction, and is refused with ERROR_CONFLICT or ERROR_DENIED naming
 * every condition that is not met; refusals are audited. Where two try at once, one of them is
 * refused and told who was first.
 */
#ifndef PILAB_APP_NOTE_FLOW_H
#define PILAB_APP_NOTE_FLOW_H

#include <pilab/app/call.h>
#include <pilab/release/approval.h>
#include <pilab/release/turn.h>
#include <pilab/store/approval.h>
#include <pilab/store/draft.h>
#include <pilab/store/note.h>
#include <pilab/store/receipt.h>

enum note_act {
    NOTE_ACT_EDIT,
    NOTE_ACT_REVIEW,
    NOTE_ACT_APPROVE,
    NOTE_ACT_REJECT,
    NOTE_ACT_PUBLISH,
    NOTE_ACT_WITHDRAW,
    NOTE_ACT_CORRECT,
    NOTE_ACT_COUNT
};

const char *note_act_name(enum note_act act); /* "approve": as in commands */

struct note_permit {
    bool allowed;
    bool own;         /* of an approval: they wrote it or asked for it, and four eyes are off */
    const char *why;  /* NULL when it is allowed */
    const char *hint; /* what to do first; NULL: nothing helps */
};

struct note_flow {
    struct store_note note;
    struct store_revision text; /* the newest revision; content and Markdown only when asked for */
    struct store_revisions revisions; /* newest first, without their texts */
    bool edited_by_hand;              /* the Markdown is not what was generated */
    struct store_approvals decisions; /* all, in the order they were made */
    struct approval_question question;
    struct approval_standing standing;
    struct store_receipts receipts;
    struct store_note *corrects;   /* what it supersedes, or NULL */
    struct store_note *correction; /* the newest note that supersedes this one, or NULL */
    struct note_permit permits[NOTE_ACT_COUNT]; /* for the call's actor */
    /* What an edit would make lapse: "the approvals of carla and dan, the review of bob"; NULL:
     * nothing. */
    const char *edit_lapses;
    /* The release whose list is another one now than the note speaks of; NULL: it speaks of the
     * list as it is, or of no release. Such a note goes out no more: it has to be made anew. */
    const char *outdated;
};

/* Everything a screen shows of a note, in one state of the store. `name` is a number or an id. All
 * texts live in `arena`, which may be the call's. */
bool note_flow_read(struct call *call, const char *name, bool with_text, struct arena *arena,
                    struct note_flow *flow, struct error *error);

/* The same by the row's id, inside of whatever transaction is open; without permits. */
bool note_flow_load(struct call *call, const char *id, bool with_text, struct arena *arena,
                    struct note_flow *flow, struct error *error);

/* Every note of the call's project that is neither published nor withdrawn, in one state of the
 * store and without its texts, receipts and relatives: those that are furthest first, and of these
 * the newest. With permits. */
bool note_flow_read_open(struct call *call, struct arena *arena, struct note_flow **flows,
                         size_t *count, struct error *error);
/* The same inside of whatever transaction is open; without permits. */
bool note_flow_load_open(struct call *call, struct arena *arena, struct note_flow **flows,
                         size_t *count, struct error *error);
/* Whose turn it is, for the call's actor. Needs permits. */
struct turn note_flow_turn(const struct call *call, const struct note_flow *flow);

/* Whether a revision's Markdown is not what was generated: of the first note, where this one is a
 * correction. */
bool note_edited_by_hand(struct call *call, const struct store_note *note,
                         const char *markdown_digest, bool *edited, struct error *error);

/* A note in a list of all: how far it is, and what it waits for that the actor can do. */
struct note_overview {
    struct store_note note;
    const char *waits_for; /* "your approval"; NULL: nothing that is theirs to do */
    size_t needed, got;    /* approvals; 0 and 0 where it is published or nobody has to approve */
};

struct note_overviews {
    struct note_overview *items;
    size_t count;
    size_t waiting; /* how many have waits_for */
};

/* Those that wait for the actor first, then those on their way, then (unless `open_only`) published
 * and withdrawn ones; among each those that are furthest first, and of these the newest. */
bool note_overview_read(struct call *call, bool open_only, struct arena *arena,
                        struct note_overviews *list, struct error *error);

/* --- Deciding --------------------------------------------------------------------------------- */

/* What became of an act: for a message, without reading again. */
struct note_outcome {
    enum note_status before, after;
    int64_t rev;
    const char *sentence; /* how approvals stand now; lives in the call's arena */
};

/* `reason` may be NULL. Where nobody has to approve, a review makes the note APPROVED at once. */
bool note_review(struct call *call, const char *name, int64_t rev, const char *reason,
                 struct note_outcome *outcome, struct error *error);
/* The last approval that is needed makes the note APPROVED in the same transaction. */
bool note_approve(struct call *call, const char *name, int64_t rev, const char *reason,
                  struct note_outcome *outcome, struct error *error);
/* Needs a reason. The note is a DRAFT again, approvals of the revision lapse, and the revision
 * cannot be reviewed again: it has to be edited. */
bool note_reject(struct call *call, const char *name, int64_t rev, const char *reason,
                 struct note_outcome *outcome, struct error *error);
/* Needs a reason. What was published stays where it is: this says that it does not hold. */
bool note_withdraw(struct call *call, const char *name, const char *reason,
                   struct note_outcome *outcome, struct error *error);

/* --- Editing ---------------------------------------------------------------------------------- */

#define NOTE_TEXT_MAX ((size_t)16 << 20)

struct note_edit {
    int64_t base; /* the revision that the text began from; 0: the newest */
    const char *markdown;
    const char *message; /* what was changed and why, or NULL */
    bool merge;          /* with what somebody else did meanwhile (notes/merge_text.h) */
};

struct note_edited {
    int64_t rev;
    bool merged;          /* with what somebody else did meanwhile */
    const char *markdown; /* the text as it is kept; the call's arena has it */
    const char *lapsed;   /* what lapsed, as note_flow.edit_lapses; or NULL */
};

/* A new revision with this Markdown, and the note is a DRAFT again. Line ends become \n; other
 * control characters than those and tabs are refused, and so are those that turn the order of text
 * around (U+202A–202E, U+2066–2069), naming the place. The structured content stays
 * as it was generated: doc/decisions has what the digests cover. ERROR_CONFLICT, naming both
 * revisions and their authors, when the base is not the newest and cannot be merged. */
bool note_edit(struct call *call, const char *name, const struct note_edit *edit,
               struct note_edited *edited, struct error *error);

/* A new DRAFT with the text of a published or withdrawn note, which it will supersede. */
bool note_correct(struct call *call, const char *name, const char *reason, struct store_note *row,
                  struct error *error);

/* Autosave of what is being typed: one short transaction, no audit. Sets project_id and login. */
bool note_draft_save(struct call *call, struct store_draft *draft, struct error *error);
bool note_draft_discard(struct call *call, struct store_draft *draft, struct error *error);
/* What the actor's ended sessions left: to be offered again. `note` NULL: of all notes. */
bool note_draft_offers(struct call *call, const char *note, struct arena *arena,
                       struct store_drafts *offers, struct error *error);
/* What the actor is typing right now in other processes than this one. */
bool note_draft_elsewhere(struct call *call, const char *note, struct arena *arena,
                          struct store_drafts *elsewhere, struct error *error);

/* --- Publishing ------------------------------------------------------------------------------- */

enum note_format { NOTE_MARKDOWN, NOTE_HTML, NOTE_JSON, NOTE_CSV, NOTE_FORMAT_COUNT };

const char *note_format_name(enum note_format format);      /* "markdown" */
const char *note_format_extension(enum note_format format); /* "md" */
/* "markdown,csv" as a set of 1 << format. ERROR_USAGE naming the formats. */
bool note_formats_parse(const char *text, unsigned *formats, struct error *error);
#define NOTE_ALL_FORMATS ((1u << NOTE_FORMAT_COUNT) - 1)

/* The bytes of one revision in a format: Markdown and JSON exactly as they are stored, the others
 * made from them so that the same revision always gives the same bytes. */
bool note_export(const struct store_revision *revision, int64_t number, enum note_format format,
                 struct strbuf *out, struct error *error);
/* What its files are called, without the extension: of the version, or "note-3". In `arena`. */
const char *note_file_name(const struct store_note *note, struct arena *arena);

struct note_published {
    struct store_receipts receipts; /* of this order */
    enum note_status status;
    size_t failed;
};

/* Writes the approved revision into a folder, which is made when its parent is there: a file for
 * each format, each whole or not at all. Files that hold these very bytes are left alone; other
 * bytes under such a name are refused unless this note, or one that it supersedes, put them there.
 * The note is PUBLISHED when all files are there. Otherwise it stays PUBLISHING, `*published` has
 * the receipts, the error says what went wrong, and the same order again does the rest; a process
 * that was killed leaves no more than that either. A published note can be put into another folder.
 */
bool note_publish(struct call *call, const char *name, int64_t rev, const char *folder,
                  unsigned formats, struct note_published *published, struct error *error);

#endif
