#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/notes/word_diff.h>
#include <pilab/tui/dialog.h>

/* From what is typed to a revision. */

#define MERGE_MARK_LINE "<<<<<<< "

/* What the job is given, in one piece, and what comes of it. `busy` and the base of what is typed
 * follow from it however the job ended. */
struct keeping {
    char note[UUID_SIZE];
    char session[UUID_SIZE];
    int64_t base;
    uint64_t revision; /* of the editor */
    char message[512];
    bool ok;
    int64_t rev;
    char *kept; /* the text of that revision */
    char lapsed[256];
    struct error error;
};

static const char *text_of(const struct keeping *keeping)
{
    return (const char *)(keeping + 1);
}

static bool run_keep(struct job *job, struct call *call, void *input, void **output,
                     struct error *error)
{
    struct keeping *keeping = input;
    struct note_edit edit = { .base = keeping->base,
                              .markdown = text_of(keeping),
                              .message = keeping->message[0] != '\0' ? keeping->message : NULL };
    struct note_edited edited;

    (void)job;
    (void)output;
    (void)error;
    keeping->ok = note_edit(call, keeping->note, &edit, &edited, &keeping->error);
    if (keeping->ok) {
        keeping->rev = edited.rev;
        keeping->kept = memory_copy_text(edited.markdown);
        snprintf(keeping->lapsed, sizeof keeping->lapsed, "%s",
                 edited.lapsed != NULL ? edited.lapsed : "");
    }
    return true;
}

static void free_keeping(void *input)
{
    struct keeping *keeping = input;

    free(keeping->kept);
    free(keeping);
}

static void tell_views(struct studio *studio, const char *note)
{
    struct event event = { .kind = NOTE_KEPT, .data = memory_copy_text(note), .release = free };

    workspace_post(studio->workspace, &event);
}

/* What was typed while it was being kept stays, based on the new revision: its text is what a merge
 * begins from when somebody else makes the next one. */
static void settle(struct note_typing *typing, const struct keeping *keeping)
{
    struct studio *studio = typing->studio;

    note_typing_rebase(typing, keeping->rev, keeping->kept);
    typing->refusal.code = ERROR_NONE; /* whoever may keep a text may save what is typed again */
    if (editor_revision(typing->desk.editor) != keeping->revision) {
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "What you typed since is based on revision %" PRId64 " now.", keeping->rev);
        note_autosave_now(typing);
        return;
    }
    editor_mark_saved(typing->desk.editor);
    typing->saved_base = typing->base_rev; /* the row says what is kept */
    typing->marked = false;
    if (typing->view == NULL)
        note_typing_drop(&typing);
    else if (typing->leave && typing->view == workspace_view(studio->workspace))
        workspace_back(studio->workspace);
}

static void keep_ended(struct studio *studio, const struct error *failure, void *input)
{
    const struct keeping *keeping = input;
    struct note_typing *typing = note_typing_by_session(studio, keeping->session);

    if (typing != NULL)
        typing->keeping = false;
    /* Never begun, which is said already. */
    if (failure != NULL)
        return;
    if (keeping->ok) {
        workspace_say(studio->workspace, MESSAGE_SUCCESS, "Kept as revision %" PRId64 "%s%s.",
                      keeping->rev, keeping->lapsed[0] != '\0' ? "; lapsed: " : "",
                      keeping->lapsed);
        if (typing != NULL)
            settle(typing, keeping);
        tell_views(studio, keeping->note);
        studio->actions->look_around(studio);
    } else if (keeping->error.code == ERROR_CONFLICT && typing != NULL) {
        /* Somebody was quicker than the question. */
        note_typing_keep(typing, typing->leave);
    } else {
        workspace_say_error(studio->workspace, &keeping->error);
    }
}

static void message_given(void *context, const char *message)
{
    struct note_typing *typing = note_typing_asked(context);
    struct strbuf text = STRBUF_INIT;
    struct keeping *keeping;
    struct studio_work work = {
        .title = "keep the text", .run = run_keep, .free_input = free_keeping, .ended = keep_ended
    };

    if (message == NULL || typing == NULL)
        return;
    editor_get_text(typing->desk.editor, &text);
    keeping = memory_new(sizeof *keeping + text.length + 1);
    memcpy(keeping + 1, text.data, text.length + 1);
    strbuf_release(&text);
    memcpy(keeping->note, typing->note, sizeof keeping->note);
    memcpy(keeping->session, typing->session, sizeof keeping->session);
    keeping->base = typing->base_rev;
    keeping->revision = editor_revision(typing->desk.editor);
    snprintf(keeping->message, sizeof keeping->message, "%s", message);
    typing->keeping = true;
    work.input = keeping;
    studio_start(typing->studio, &work);
}

static bool check_message(void *context, const char *text, struct error *error)
{
    (void)context;
    return strlen(text) < sizeof((struct keeping *)NULL)->message ||
           error_set(error, ERROR_LIMIT, "that is too long: %zu bytes at most",
                     sizeof((struct keeping *)NULL)->message - 1);
}

/* --- What is in the way ----------------------------------------------------------------------- */

/* The line of the first mark that a merge left; 0: none. */
static size_t marked_line(const struct strbuf *text)
{
    size_t line = 1;

    for (const char *at = text->data; at != NULL && *at != '\0'; line++) {
        if (strncmp(at, MERGE_MARK_LINE, sizeof MERGE_MARK_LINE - 1) == 0)
            return line;
        at = strchr(at, '\n');
        at = at != NULL ? at + 1 : NULL;
    }
    return 0;
}

static bool check_text(struct note_typing *typing, const struct strbuf *text)
{
    struct workspace *workspace = typing->studio->workspace;
    size_t line = typing->marked ? marked_line(text) : 0;

    if (text->length > 0 && memchr(text->data, '\0', text->length) != NULL)
        workspace_say(workspace, MESSAGE_WARNING,
                      "The text holds a NUL byte, which no note can: delete it first.");
    else if (line > 0)
        workspace_say(workspace, MESSAGE_WARNING,
                      "Line %zu still has both texts between the marks of the merge: settle it "
                      "first.",
                      line);
    else
        return true;
    if (line > 0)
        editor_go_to(typing->desk.editor, line - 1, 0);
    return false;
}

static void ask_message(struct note_typing *typing, const struct note_flow *flow,
                        const struct strbuf *text)
{
    struct strbuf said = STRBUF_INIT;
    char *title = memory_printf("Keep revision %" PRId64 " of note %" PRId64 " %s",
                                flow->note.rev + 1, flow->note.number, flow->note.version);
    struct word_diff diff;

    word_diff_make(&diff, flow->text.markdown, strlen(flow->text.markdown), text->data,
                   text->length);
    strbuf_printf(&said, "Against revision %" PRId64 " by %s: words added %zu, removed %zu.",
                  flow->note.rev, flow->text.author, diff.added, diff.removed);
    word_diff_release(&diff);
    if (flow->edit_lapses != NULL)
        strbuf_printf(&said, "\nIt makes lapse: %s.", flow->edit_lapses);
    dialog_ask(typing->studio->workspace,
               &(struct question){ .title = title,
                                   .text = said.data,
                                   .label = "what was changed",
                                   .check = check_message },
               message_given, note_typing_question(typing));
    strbuf_release(&said);
    free(title);
}

void note_typing_keep(struct note_typing *typing, bool leave)
{
    struct studio *studio = typing->studio;
    struct strbuf text = STRBUF_INIT;
    struct arena *arena = arena_new();
    struct call call = note_call(studio, arena);
    struct error error = { 0 };
    struct note_flow flow;

    typing->leave = leave;
    editor_get_text(typing->desk.editor, &text);
    if (!note_typing_is_changed(typing))
        workspace_say(studio->workspace, MESSAGE_INFO, "Nothing was changed.");
    else if (typing->keeping)
        workspace_say(studio->workspace, MESSAGE_INFO, "It is being kept.");
    else if (!note_flow_read(&call, typing->note, true, arena, &flow, &error))
        workspace_say_error(studio->workspace, &error);
    else if (!flow.permits[NOTE_ACT_EDIT].allowed)
        workspace_say(studio->workspace, MESSAGE_WARNING, "%s", flow.permits[NOTE_ACT_EDIT].why);
    else if (flow.note.rev != typing->base_rev)
        note_merge_open(typing, &flow, note_typing_keep);
    else if (check_text(typing, &text))
        ask_message(typing, &flow, &text);
    arena_free(&arena);
    strbuf_release(&text);
}
