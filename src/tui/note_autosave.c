#include "note_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>

/* What is typed goes to the recovery table: half a second after the first key that it has not, so
 * that no more than a second is ever lost, and never so that a key has to wait for the disk. */

#define PAUSE   500 /* ms */
#define RETRY   2000
#define WORKERS 2 /* more jobs than this wait for each other */

/* A copy of the text for the job, in one piece; and, without the text, how it went. */
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

static struct note_typing *typing_of_session(const struct studio *studio, const char *session)
{
    for (size_t i = 0; i < studio->typings.count; i++) {
        struct note_typing *typing = *(struct note_typing **)vector_at(&studio->typings, i);

        if (strcmp(typing->session, session) == 0)
            return typing;
    }
    return NULL;
}

/* A failure is said once, and tried again until it works. */
static void take_result(struct note_typing *typing, const struct saving *saving)
{
    struct workspace *workspace = typing->studio->workspace;

    if (saving->ok) {
        if (typing->failing)
            workspace_say(workspace, MESSAGE_SUCCESS, "What you type is in the store again.");
        typing->failing = false;
        typing->saved_once = true;
        typing->saved_revision = saving->revision;
        typing->saved_at = saving->saved_at;
        return;
    }
    if (!typing->failing) {
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
    (void)error;
    save(call, input);
    *output = memory_copy_bytes(input, sizeof(struct saving));
    return true;
}

/* Thrown away or kept while the job was at it: the row goes, too. */
static void discard(struct studio *studio, const struct saving *saving)
{
    struct arena *arena = arena_new();
    struct call call = note_call(studio, arena);
    struct store_draft draft = { .note = saving->note, .session = saving->session };
    struct error error = { 0 };

    if (!note_draft_discard(&call, &draft, &error))
        workspace_say_error(studio->workspace, &error);
    arena_free(&arena);
}

static void wake(struct note_typing *typing, int64_t pause)
{
    if (typing->view != NULL)
        view_wake(typing->view, clock_monotonic() + pause);
}

static void save_done(struct studio *studio, bool ok, void *output)
{
    struct saving *saving = output;
    struct note_typing *typing;

    if (!ok || saving == NULL)
        return;
    typing = typing_of_session(studio, saving->session);
    if (typing == NULL) {
        discard(studio, saving);
    } else {
        typing->saving = false;
        take_result(typing, saving);
        if (typing->saved_revision != editor_revision(typing->desk.editor))
            wake(typing, saving->ok ? PAUSE : RETRY);
        if (typing->view != NULL)
            view_refresh(typing->view, REFRESH_DRAW);
    }
    free(saving);
}

/* Where all workers are busy with long work, the text does not stand in line behind it. */
void note_autosave_now(struct note_typing *typing)
{
    struct studio *studio = typing->studio;
    struct studio_work work = { .title = "save what is typed",
                                .quiet = true,
                                .run = run_save,
                                .free_output = free,
                                .done = save_done };

    if (typing->saving || typing->saved_revision == editor_revision(typing->desk.editor))
        return;
    if (studio->running.count >= WORKERS) {
        note_autosave_wait(typing);
        return;
    }
    typing->saving = true;
    work.input = saving_new(typing);
    studio_start(studio, &work);
}

void note_autosave_soon(struct note_typing *typing)
{
    if (typing->saving || typing->view == NULL || view_is_waking(typing->view))
        return;
    wake(typing, PAUSE);
}

/* --- At once ---------------------------------------------------------------------------------- */

bool note_autosave_wait(struct note_typing *typing)
{
    struct arena *arena;
    struct call call;
    struct saving *saving;
    bool ok;

    if (typing->saved_revision == editor_revision(typing->desk.editor))
        return true;
    arena = arena_new();
    call = note_call(typing->studio, arena);
    saving = saving_new(typing);
    save(&call, saving);
    take_result(typing, saving);
    ok = saving->ok;
    free(saving);
    arena_free(&arena);
    return ok;
}
