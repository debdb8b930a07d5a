#include "note_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/markdown_roles.h>

#include "note_studio.h"

/* Texts that are typed: the studio holds them, so that a view may come and go over one. */

static struct note_typing *typing_at(const struct studio *studio, size_t index)
{
    return *(struct note_typing **)vector_at(&studio->typings, index);
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
    typing->saved_base = typing->base_rev;
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

static void forget_row(const struct note_typing *typing)
{
    if (typing->saved_once || typing->saving)
        note_draft_drop(typing->studio, typing->note, typing->session);
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
    forget_row(*typing);
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

void note_typings_init(struct studio *studio)
{
    vector_init(&studio->typings, sizeof(struct note_typing *));
    note_drops_init(studio);
}

void note_typings_again(struct studio *studio)
{
    note_autosave_again(studio);
    note_drops_again(studio);
}

void note_typings_free(struct studio *studio)
{
    for (size_t i = 0; i < studio->typings.count; i++)
        typing_free(typing_at(studio, i));
    vector_release(&studio->typings);
    vector_release(&studio->drops);
}

/* --- The end ---------------------------------------------------------------------------------- */

/* Where the store cannot take the text, a file of the person's does; false with the reason. */
static bool save_to_file(const struct note_typing *typing, char **path, struct error *error)
{
    char *home = path_state_home(error), *folder, *name;
    struct strbuf text = STRBUF_INIT;
    bool ok;

    if (home == NULL)
        return false;
    folder = path_join(home, "not-kept");
    name = memory_printf("note-%lld-rev-%lld-%s.md", (long long)typing->number,
                         (long long)typing->base_rev, typing->session);
    *path = path_join(folder, name);
    editor_get_text(typing->desk.editor, &text);
    ok = file_make_directories(folder, 0700, error) &&
         file_write_atomic(*path, text.data, text.length, 0600, error);
    strbuf_release(&text);
    free(name);
    free(folder);
    free(home);
    return ok;
}

static void rescue(const struct note_typing *typing, const struct error *why, struct strbuf *said)
{
    struct error error = { 0 };
    char *path = NULL;

    strbuf_printf(said, "what you typed into note %lld is not in the store: %s\n",
                  (long long)typing->number, why->message);
    if (save_to_file(typing, &path, &error))
        strbuf_printf(said, "it is in %s; to keep it: pilab note edit %lld --file %s\n", path,
                      (long long)typing->number, path);
    else
        strbuf_printf(said, "and cannot be written to a file either: %s\n", error.message);
    free(path);
}

void note_typings_finish(struct studio *studio, const struct progress *progress,
                         struct strbuf *said)
{
    struct error error = { 0 };

    for (size_t i = 0; i < studio->typings.count; i++) {
        struct note_typing *typing = typing_at(studio, i);

        if (!note_typing_is_changed(typing))
            forget_row(typing);
        else if (!note_autosave_finish(typing, progress, &error))
            rescue(typing, &error, said);
    }
    if (!note_drops_finish(studio, progress, &error))
        strbuf_printf(said, "what was thrown away or kept will be offered once more: %s\n",
                      error.message);
}

/* --- Throwing away ---------------------------------------------------------------------------- */

static void drop_confirmed(void *context, bool yes)
{
    struct note_typing *typing = note_typing_asked(context);
    struct event event = { .kind = NOTE_ACTED };
    struct studio *studio;

    if (!yes || typing == NULL)
        return;
    studio = typing->studio;
    /* Something came to lie over it while the question stood. */
    if (typing->view != NULL && typing->view != workspace_view(studio->workspace)) {
        note_typing_ask_drop(typing);
        return;
    }
    /* A view closes when nothing of it runs any more, and needs its text until then. */
    typing->thrown = typing->view != NULL;
    if (typing->thrown)
        workspace_back(studio->workspace);
    else
        note_typing_drop(&typing);
    workspace_say(studio->workspace, MESSAGE_SUCCESS, "What you typed is thrown away.");
    workspace_post(studio->workspace, &event);
}

void note_typing_ask_drop(struct note_typing *typing)
{
    struct workspace *workspace = typing->studio->workspace;
    char *title, *text;

    if (typing->view != NULL && typing->view != workspace_view(workspace)) {
        workspace_say(workspace, MESSAGE_WARNING,
                      "It is open in the editor below this: Esc leads there, !d throws it away.");
        return;
    }
    title = memory_printf("Throw away what you typed into note %lld", (long long)typing->number);
    text = memory_printf("The text that is based on revision %lld goes, for good. Revisions "
                         "stay as they are.",
                         (long long)typing->base_rev);
    dialog_confirm(typing->studio->workspace,
                   &(struct confirmation){ .title = title,
                                           .text = text,
                                           .action = "throw away",
                                           .name = "what you typed",
                                           .dangerous = true },
                   drop_confirmed, note_typing_question(typing));
    free(text);
    free(title);
}
