#include "note_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/markdown_roles.h>

#include "note_studio.h"

/* Texts that are typed: the studio holds them, so that a view may come and go over one. */

static struct note_typing *typing_at(const struct studio *studio, size_t index)
{
    return *(struct note_typing **)vector_at(&studio->typings, index);
}

struct note_typing *note_typing_of(const struct studio *studio, const char *note)
{
    for (size_t i = 0; i < studio->typings.count; i++) {
        if (strcmp(typing_at(studio, i)->note, note) == 0)
            return typing_at(studio, i);
    }
    return NULL;
}

struct note_typing *note_typing_in(const struct studio *studio, const struct view *view)
{
    for (size_t i = 0; view != NULL && i < studio->typings.count; i++) {
        if (typing_at(studio, i)->view == view)
            return typing_at(studio, i);
    }
    return NULL;
}

static void on_changed(void *context)
{
    note_autosave_soon(context);
}

struct note_typing *note_typing_new(struct studio *studio, const struct store_note *note,
                                    const struct store_revision *base)
{
    struct note_typing *typing = memory_new(sizeof *typing);
    const struct editor_events events = { .context = typing,
                                          .changed = on_changed,
                                          .say = editor_desk_say,
                                          .taken = editor_desk_taken,
                                          .replace = editor_desk_replace };

    typing->studio = studio;
    snprintf(typing->note, sizeof typing->note, "%s", note->id);
    typing->number = note->number;
    typing->version = memory_copy_text(note->version);
    uuid_new(&studio->call.clock, &studio->call.random, typing->session);
    typing->base_rev = base->rev;
    typing->base = memory_copy_text(base->markdown);
    typing->desk.workspace = studio->workspace;
    typing->desk.editor = editor_new(&events);
    editor_set_limit(typing->desk.editor, NOTE_TEXT_MAX);
    editor_set_line_roles(typing->desk.editor, markdown_line_role, NULL);
    editor_set_text(typing->desk.editor, base->markdown, strlen(base->markdown));
    typing->saved_revision = editor_revision(typing->desk.editor);
    vector_push(&studio->typings, &typing);
    return typing;
}

bool note_typing_is_changed(const struct note_typing *typing)
{
    return editor_is_modified(typing->desk.editor);
}

void note_typing_rebase(struct note_typing *typing, int64_t rev, const char *text)
{
    char *copy = memory_copy_text(text);

    free(typing->base);
    typing->base = copy;
    typing->base_rev = rev;
}

static void typing_free(struct note_typing *typing)
{
    editor_free(&typing->desk.editor);
    editor_desk_release(&typing->desk);
    free(typing->base);
    free(typing->version);
    free(typing);
}

static void discard_row(struct note_typing *typing)
{
    struct arena *arena = arena_new();
    struct call call = note_call(typing->studio, arena);
    struct store_draft draft = { .note = typing->note, .session = typing->session };
    struct error error = { 0 };

    if (!note_draft_discard(&call, &draft, &error))
        workspace_say_error(typing->studio->workspace, &error);
    arena_free(&arena);
}

void note_typing_drop(struct note_typing **typing)
{
    struct studio *studio = (*typing)->studio;

    for (size_t i = 0; i < studio->typings.count; i++) {
        if (typing_at(studio, i) != *typing)
            continue;
        vector_remove(&studio->typings, i);
        break;
    }
    if ((*typing)->saved_once || (*typing)->saving)
        discard_row(*typing);
    typing_free(*typing);
    *typing = NULL;
}

bool note_typings_any(const struct studio *studio)
{
    for (size_t i = 0; i < studio->typings.count; i++) {
        if (note_typing_is_changed(typing_at(studio, i)))
            return true;
    }
    return false;
}

void note_typings_save(struct studio *studio)
{
    for (size_t i = 0; i < studio->typings.count; i++)
        note_autosave_wait(typing_at(studio, i));
}

void note_typings_free(struct studio *studio)
{
    for (size_t i = 0; i < studio->typings.count; i++)
        typing_free(typing_at(studio, i));
    vector_release(&studio->typings);
}

/* --- Throwing away ---------------------------------------------------------------------------- */

static void drop_confirmed(void *context, bool yes)
{
    struct note_typing *typing = context;
    struct studio *studio = typing->studio;
    struct event event = { .kind = NOTE_ACTED };

    if (!yes)
        return;
    if (typing->view != NULL && typing->view == workspace_view(studio->workspace))
        workspace_back(studio->workspace);
    note_typing_drop(&typing);
    workspace_say(studio->workspace, MESSAGE_SUCCESS, "What you typed is thrown away.");
    workspace_post(studio->workspace, &event);
}

void note_typing_ask_drop(struct note_typing *typing)
{
    char *title =
        memory_printf("Throw away what you typed into note %lld", (long long)typing->number);
    char *text = memory_printf("The text that is based on revision %lld goes, for good. Revisions "
                               "stay as they are.",
                               (long long)typing->base_rev);

    dialog_confirm(typing->studio->workspace,
                   &(struct confirmation){ .title = title,
                                           .text = text,
                                           .action = "throw away",
                                           .name = "what you typed",
                                           .dangerous = true },
                   drop_confirmed, typing);
    free(text);
    free(title);
}
