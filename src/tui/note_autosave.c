#include "note_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

/* What is typed goes to the recovery table: half a second after the first key that it has not, so
 * that no more than a second is ever lost. Always on a worker: another process may hold the store
 * for as long as it likes, and a key waits for nobody. */

#define PAUSE 500 /* ms */
#define RETRY 2000

/* A copy of the text for the job, in one piece, and how it went. */
struct saving {
    char note[UUID_SIZE];
    char session[UUID_SIZE];
    int64_t base_rev;
    int64_t cursor;
    uint64_t revision;
    int64_t saved_at;
    bool ok;
    struct error error;
};

static char *text_of(struct saving *saving)
{
    return (char *)(saving + 1);
}

/* A NUL, which no note can have, would be the end of the text for the store. */
static void copy_text(char *to, const struct strbuf *text)
{
    for (size_t i = 0; i < text->length; i++)
        to[i] = text->data[i] != '\0' ? text->data[i] : '?';
    to[text->length] = '\0';
}

static struct saving *saving_new(const struct note_typing *typing)
{
    struct strbuf text = STRBUF_INIT;
    struct saving *saving;

    editor_get_text(typing->desk.editor, &text);
    saving = memory_new(sizeof *saving + text.length + 1);
    copy_text(text_of(saving), &text);
    strbuf_release(&text);
    memcpy(saving->note, typing->note, sizeof saving->note);
    memcpy(saving->session, typing->session, sizeof saving->session);
    saving->base_rev = typing->base_rev;
    saving->cursor = (int64_t)editor_cursor(typing->desk.editor);
    saving->revision = editor_revision(typing->desk.editor);
    return saving;
}

static void save(struct call *call, struct saving *saving)
{
    struct store_draft draft = { .note = saving->note,
                                 .session = saving->session,
                                 .base_rev = saving->base_rev,
                                 .text = text_of(saving),
                                 .cursor = saving->cursor };

    saving->ok = note_draft_save(call, &draft, &saving->error);
    saving->saved_at = draft.saved_at;
}

static bool is_saved(const struct note_typing *typing)
{
    return typing->saved_revision == editor_revision(typing->desk.editor) &&
           typing->saved_base == typing->base_rev;
}

static bool is_refused(const struct note_typing *typing)
{
    return typing->refusal.code != ERROR_NONE;
}

/* Whoever may not write any more is told once. Each further try would be one more refusal in the
 * audit, and none would help: the text stays in memory, and goes into a file at the end. */
static void take_refusal(struct note_typing *typing, const struct error *refusal)
{
    struct error error = *refusal;

    typing->failing = true;
    typing->refusal = *refusal;
    error_hint(&error, "What you type stays in this window, and goes into a file when you leave.");
    workspace_say_error(typing->studio->workspace, &error);
}

/* Any other failure is said once, and tried again until it works. */
static void take_result(struct note_typing *typing, const struct saving *saving)
{
    struct workspace *workspace = typing->studio->workspace;

    if (saving->ok) {
        if (typing->failing)
            workspace_say(workspace, MESSAGE_SUCCESS, "What you type is in the store again.");
        typing->failing = false;
        typing->saved_once = true;
        typing->saved_revision = saving->revision;
        typing->saved_base = saving->base_rev;
        typing->saved_at = saving->saved_at;
        return;
    }
    /* Without an error of its own the job was never begun, and whoever ended it has said so. */
    if (!typing->failing && saving->error.code != ERROR_NONE) {
        struct error error = saving->error;

        error_hint(&error, "What you type is in this window only; it is tried again.");
        workspace_say_error(workspace, &error);
    }
    typing->failing = true;
}

/* --- In the background ------------------------------------------------------------------------ */

static bool run_save(struct job *job, struct call *call, void *input, void **output,
                     struct error *error)
{
    (void)job;
    (void)output;
    (void)error;
    save(call, input);
    return true;
}

/* A text that nobody looks at has no view to wake: whoever is looked at wakes for it, unless that
 * is earlier for something of its own. */
static void wake_view(struct note_typing *typing)
{
    struct view *view = workspace_view(typing->studio->workspace);

    if (typing->view != NULL)
        view_wake(typing->view, typing->save_at);
    else if (view != NULL)
        view_wake_by(view, typing->save_at);
}

static void wake(struct note_typing *typing, int64_t pause)
{
    typing->save_at = clock_monotonic() + pause;
    wake_view(typing);
}

static void save_ended(struct studio *studio, const struct error *failure, void *input)
{
    const struct saving *saving = input;
    struct note_typing *typing = note_typing_by_session(studio, saving->session);

    if (typing == NULL) {
        /* Thrown away or kept while the job was at it: the row goes, too. */
        note_draft_drop(studio, saving->note, saving->session);
        return;
    }
    typing->saving = false;
    if (failure == NULL && !saving->ok)
        failure = &saving->error;
    if (failure != NULL && failure->code == ERROR_DENIED)
        take_refusal(typing, failure);
    else
        take_result(typing, saving);
    if (!is_saved(typing) && !is_refused(typing))
        wake(typing, saving->ok ? PAUSE : RETRY);
    if (typing->view != NULL)
        view_refresh(typing->view, REFRESH_DRAW);
}

void note_autosave_now(struct note_typing *typing)
{
    struct studio_work work = { .title = "save what is typed",
                                .quiet = true,
                                .urgent = true,
                                .run = run_save,
                                .ended = save_ended };

    typing->save_at = 0;
    /* One at a time, so that no older text can overtake a newer one. */
    if (typing->saving || is_saved(typing) || is_refused(typing))
        return;
    typing->saving = true;
    work.input = saving_new(typing);
    studio_start(typing->studio, &work);
}

void note_autosave_soon(struct note_typing *typing)
{
    if (typing->saving || typing->view == NULL || typing->save_at != 0 || is_refused(typing))
        return;
    wake(typing, PAUSE);
}

void note_autosave_again(struct studio *studio)
{
    int64_t now = clock_monotonic();

    for (size_t i = 0; i < studio->typings.count; i++) {
        struct note_typing *typing = *(struct note_typing **)vector_at(&studio->typings, i);

        if (typing->save_at != 0 && typing->save_at <= now)
            note_autosave_now(typing);
        else if (typing->save_at != 0 && typing->view == NULL)
            wake_view(typing);
    }
}

/* --- At the end ------------------------------------------------------------------------------- */

bool note_autosave_finish(struct note_typing *typing, const struct progress *progress,
                          struct error *error)
{
    struct arena *arena;
    struct call call;
    struct saving *saving;
    bool ok;

    if (is_saved(typing))
        return true;
    if (is_refused(typing)) {
        *error = typing->refusal;
        return false;
    }
    arena = arena_new();
    call = note_call(typing->studio, arena);
    call.progress = *progress;
    saving = saving_new(typing);
    save(&call, saving);
    ok = saving->ok;
    if (!ok)
        *error = saving->error;
    free(saving);
    arena_free(&arena);
    return ok;
}
