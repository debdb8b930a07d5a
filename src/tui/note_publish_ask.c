#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/form.h>

/* Where to, and in which forms; and what shows the same in a shell. */

struct asking {
    struct studio *studio;
    struct arena *arena;
    struct note_flow flow; /* read anew for the question: the view may go meanwhile */
};

static const char *const format_options[NOTE_FORMAT_COUNT + 1] = { "markdown", "html", "json",
                                                                   "csv", NULL };

static struct asking *asking_new(struct studio *studio, const struct note_flow *flow)
{
    struct asking *asking = memory_new(sizeof *asking);
    struct error error = { 0 };
    struct call call;

    asking->studio = studio;
    asking->arena = arena_new();
    call = note_call(studio, asking->arena);
    if (note_flow_read(&call, flow->note.id, false, asking->arena, &asking->flow, &error))
        return asking;
    workspace_say_error(studio->workspace, &error);
    arena_free(&asking->arena);
    free(asking);
    return NULL;
}

static void asking_free(struct asking *asking)
{
    arena_free(&asking->arena);
    free(asking);
}

/* Where it went before, or where what it corrects went. */
static const char *earlier_folder(const struct asking *asking)
{
    const struct store_receipts *receipts = &asking->flow.receipts;
    const char *target = receipts->count > 0 ? receipts->items[0].target : NULL;
    const char *slash = target != NULL ? strrchr(target, '/') : NULL;

    return slash != NULL && slash > target
               ? arena_bytes(asking->arena, target, (size_t)(slash - target))
               : "";
}

static bool check_folder(const void *context, const struct form *form, const char *value,
                         struct error *error)
{
    (void)context;
    (void)form;
    return strlen(value) < 4000 || error_set(error, ERROR_LIMIT, "that path is too long");
}

static unsigned chosen_formats(const struct form *form)
{
    unsigned formats = 0;

    for (int i = 0; i < NOTE_FORMAT_COUNT; i++) {
        if (form_has_chosen(form, "formats", format_options[i]))
            formats |= 1u << i;
    }
    return formats;
}

static void publish_answered(void *context, struct form *form, bool done)
{
    struct asking *asking = context;

    if (done) {
        char *folder = path_from_home(form_text(form, "folder"));

        note_publish_confirm(asking->studio, &asking->flow, folder, chosen_formats(form));
        free(folder);
    }
    asking_free(asking);
}

void note_publish_ask(struct studio *studio, const struct note_flow *flow)
{
    struct asking *asking = asking_new(studio, flow);
    char *title;

    if (asking == NULL)
        return;
    const struct form_field fields[] = {
        {.id = "folder",
         .kind = FORM_PATH,
         .label = "folder",
         .help = "It is made when the one above it is there; nothing is written outside of it",
         .value = earlier_folder(asking),
         .required = true,
         .check = check_folder},
        { .id = "formats",
         .kind = FORM_CHOICES,
         .label = "formats",
         .help = "A file each; Space chooses",
         .value = "markdown\nhtml\njson\ncsv",
         .options = format_options,
         .required = true     },
    };
    const struct form_owner owner = { .context = asking };

    title = memory_printf("Publish note %" PRId64 " %s", asking->flow.note.number,
                          asking->flow.note.version);
    dialog_form(studio->workspace, title, form_new(fields, 2, &owner), publish_answered, asking);
    free(title);
}

/* --- Export ----------------------------------------------------------------------------------- */

static void export_answered(void *context, struct form *form, bool done)
{
    struct asking *asking = context;
    char number[24];

    if (done) {
        char *file = path_from_home(form_text(form, "file"));
        const char *words[] = { "note",     "export", number, "--format", form_text(form, "format"),
                                "--output", file,     NULL };

        snprintf(number, sizeof number, "%" PRId64, asking->flow.note.number);
        asking->studio->actions->run_words(asking->studio, words);
        free(file);
    }
    asking_free(asking);
}

void note_export_ask(struct studio *studio, const struct note_flow *flow)
{
    struct asking *asking = asking_new(studio, flow);
    const char *name;
    char *title;

    if (asking == NULL)
        return;
    name = arena_printf(asking->arena, "%s.md", note_file_name(&asking->flow.note, asking->arena));
    const struct form_field fields[] = {
        {.id = "format",
         .kind = FORM_CHOICE,
         .label = "format",
         .value = format_options[0],
         .options = format_options,
         .required = true },
        { .id = "file",             .kind = FORM_PATH,    .label = "file", .value = name, .required = true},
    };
    const struct form_owner owner = { .context = asking };

    title = memory_printf("Write note %" PRId64 " %s to a file", asking->flow.note.number,
                          asking->flow.note.version);
    dialog_form(studio->workspace, title, form_new(fields, 2, &owner), export_answered, asking);
    free(title);
}

/* --- The same in a shell ---------------------------------------------------------------------- */

/* The first file that is there as it was approved, checked by what everybody has. */
static void copy_check(const struct note_flow *flow, struct copy_menu *menu)
{
    for (size_t i = 0; i < flow->receipts.count; i++) {
        const struct store_receipt *receipt = &flow->receipts.items[i];
        struct strbuf command = STRBUF_INIT, line = STRBUF_INIT;

        if (receipt->state != RECEIPT_SENT)
            continue;
        strbuf_printf(&line, "%s  %s", receipt->digest, receipt->target);
        strbuf_add(&command, "echo ");
        escape_shell(&command, line.data, line.length);
        strbuf_add(&command, " | sha256sum --check");
        copy_menu_add(menu, 'h', "check", command.data);
        strbuf_release(&command);
        strbuf_release(&line);
        return;
    }
}

/* A command of this program, as it can be pasted. */
static void add_command(struct copy_menu *menu, int32_t key, const char *label,
                        const struct call *call, const char *words)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_add(&line, words);
    show_place(call, true, &line);
    copy_menu_add(menu, key, label, line.data);
    strbuf_release(&line);
}

void note_copy_commands(struct studio *studio, const struct note_flow *flow, struct copy_menu *menu)
{
    const struct call *call = &studio->call;
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "pilab note show %" PRId64, flow->note.number);
    add_command(menu, 'c', "command", call, line.data);
    strbuf_add(&line, " --approvals");
    add_command(menu, 'a', "approvals", call, line.data);
    strbuf_clear(&line);
    strbuf_printf(&line, "pilab note diff %" PRId64, flow->note.number);
    if (flow->note.rev > 1)
        add_command(menu, 'd', "difference", call, line.data);
    strbuf_clear(&line);
    if (show_note(call, flow->note.number, &line))
        copy_menu_add(menu, 's', "sql", line.data);
    copy_menu_add(menu, 'i', "id", flow->note.id);
    copy_check(flow, menu);
    strbuf_release(&line);
}
