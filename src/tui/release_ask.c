#include "release_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>

#define MOST_NAMES 5 /* in a box */

/* --- Command lines ---------------------------------------------------------------------------- */

static void add_shell_word(struct strbuf *line, const char *word)
{
    strbuf_add_char(line, ' ');
    escape_shell(line, word, strlen(word));
}

void release_command(struct strbuf *out, const struct call *call,
                     const struct store_release *release, const char *module)
{
    char *spec = memory_printf("release:%s", release->name);

    strbuf_add(out, "pilab drift");
    add_shell_word(out, spec);
    if (module != NULL) {
        strbuf_add(out, " --module");
        add_shell_word(out, module);
    }
    show_place(call, true, out);
    free(spec);
}

void release_check_command(struct strbuf *out, const struct call *call,
                           const struct store_release *release)
{
    strbuf_add(out, "pilab release show");
    add_shell_word(out, release->name);
    strbuf_add(out, " --frozen");
    show_place(call, true, out);
    strbuf_add(out, " | sha256sum");
}

/* --- A question and the command that its answer becomes --------------------------------------- */

struct pending {
    struct studio *studio;
    char *line; /* the command, which a typed answer is added to */
    char *name; /* of the release */
    char *text; /* what the confirmation says; NULL: it is not confirmed again */
    const char *title, *verb;
    const char *option; /* that a typed answer belongs to */
    bool production;
};

static struct pending *pending_new(struct studio *studio, const struct release_detail *detail,
                                   const char *title, const char *verb, const char *first,
                                   const char *second)
{
    struct pending *pending = memory_new(sizeof *pending);
    struct strbuf line = STRBUF_INIT;

    studio_line_word(&line, first);
    studio_line_word(&line, second);
    studio_line_word(&line, detail->row.name);
    pending->studio = studio;
    pending->line = strbuf_steal(&line);
    pending->name = memory_copy_text(detail->row.name);
    pending->title = title;
    pending->verb = verb;
    pending->production = detail->production;
    return pending;
}

static void pending_free(struct pending *pending)
{
    free(pending->line);
    free(pending->name);
    free(pending->text);
    free(pending);
}

static void pending_add(struct pending *pending, const char *option, const char *value)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_add(&line, pending->line);
    strbuf_add_char(&line, ' ');
    strbuf_add(&line, option);
    if (value != NULL)
        studio_line_word(&line, value);
    free(pending->line);
    pending->line = strbuf_steal(&line);
}

static void confirmed(void *context, bool yes)
{
    struct pending *pending = context;

    if (yes)
        pending->studio->actions->run(pending->studio, pending->line);
    pending_free(pending);
}

static void confirm(struct pending *pending)
{
    struct confirmation confirmation = { .title = pending->title,
                                         .text = pending->text,
                                         .action = pending->verb,
                                         .name = pending->name,
                                         .typed = pending->production };

    dialog_confirm(pending->studio->workspace, &confirmation, confirmed, pending);
}

void release_make_notes(struct studio *studio, const struct release_detail *detail)
{
    struct strbuf line = STRBUF_INIT;
    char *spec = memory_printf("release:%s", detail->row.name);

    studio_line_word(&line, "notes");
    studio_line_word(&line, spec);
    strbuf_add(&line, " --save");
    studio->actions->run(studio, line.data);
    strbuf_release(&line);
    free(spec);
}

/* --- Keep or take ----------------------------------------------------------------------------- */

/* The box must fit on the smallest screen. */
static void add_more(struct strbuf *text, size_t count)
{
    if (count > MOST_NAMES)
        strbuf_printf(text, "and %zu more\n", count - MOST_NAMES);
}

static bool is_meant(const struct release_line *line, const struct vector *modules)
{
    for (size_t i = 0; i < modules->count; i++)
        if (strcmp(*(const char **)vector_at(modules, i), line->entry->module) == 0)
            return true;
    return modules->count == 0 &&
           (line->source == RELEASE_SOURCE_MOVED || line->source == RELEASE_SOURCE_GONE);
}

/* "mb-web 2.0.7 → 2.0.8", one a line, and what a change of the list would lapse. */
static char *describe_update(const struct release_detail *detail, const struct vector *modules,
                             bool utf8)
{
    struct strbuf text = STRBUF_INIT;
    size_t meant = 0;

    for (size_t i = 0; i < detail->line_count; i++) {
        const struct release_line *line = &detail->lines[i];

        if (!is_meant(line, modules) || meant++ >= MOST_NAMES)
            continue;
        strbuf_printf(&text, "%s %s", line->entry->module, line->entry->version);
        if (line->source_has.version != NULL && line->source != RELEASE_SOURCE_SAME)
            strbuf_printf(&text, " %s %s", utf8 ? "→" : "->", line->source_has.version);
        strbuf_add(&text, line->source == RELEASE_SOURCE_GONE ? ": not there any more\n" : "\n");
    }
    add_more(&text, meant);
    return strbuf_steal(&text);
}

static void add_lapses(struct strbuf *text, const struct release_detail *detail)
{
    for (size_t i = 0; i < detail->notes.count; i++) {
        const struct store_note *note = &detail->notes.items[i];

        if (note->status == NOTE_WITHDRAWN || !release_has_current_notes(detail, note))
            continue;
        strbuf_printf(text,
                      "Note %" PRId64 " (%s, by %s) is about the list as it is: ", note->number,
                      note_status_name(note->status), note->created_by);
        strbuf_add(text, note->status == NOTE_PUBLISHED
                             ? "it stays published, and a new one is needed.\n"
                             : "its reviews and approvals lapse, and a new one is needed.\n");
    }
}

enum update_choice { UPDATE_KEEP, UPDATE_TAKE, UPDATE_DROP };

/* What the menu asks about. */
struct update_question {
    struct pending *pending;
    char *modules; /* words of the command */
    char *lapses;
};

static void update_chosen(void *context, uint64_t value)
{
    static const char *const options[] = { "--keep", "--take", "--drop" };
    static const char *const verbs[] = { "keep", "take", "drop" };
    struct update_question *question = context;
    struct pending *pending = question->pending;
    struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_add(&line, pending->line);
    strbuf_add(&line, question->modules);
    free(pending->line);
    pending->line = strbuf_steal(&line);
    pending_add(pending, options[value], NULL);
    pending->verb = verbs[value];
    strbuf_add(&text, pending->text);
    if (value != UPDATE_KEEP)
        strbuf_add(&text, question->lapses);
    free(pending->text);
    pending->text = strbuf_steal(&text);
    /* The list changes, and nothing in production yet: the name need not be typed. */
    pending->production = false;
    free(question->modules);
    free(question->lapses);
    free(question);
    confirm(pending);
}

static void add_choice(struct menu *menu, int32_t key, const char *label, const char *detail,
                       enum update_choice choice, const char *refusal)
{
    menu_add(menu, &(struct menu_item){ .key = key,
                                        .label = label,
                                        .detail = detail,
                                        .refusal = refusal,
                                        .value = choice });
}

void release_ask_update(struct studio *studio, const struct release_detail *detail,
                        const struct vector *modules)
{
    struct update_question *question = memory_new(sizeof *question);
    struct strbuf words = STRBUF_INIT, lapses = STRBUF_INIT;
    struct menu *menu = menu_new("Source moved");

    question->pending =
        pending_new(studio, detail, "Change the list of the release", "keep", "release", "update");
    question->pending->text = describe_update(detail, modules, studio->utf8);
    for (size_t i = 0; i < modules->count; i++) {
        strbuf_add_char(&words, ' ');
        studio_line_word(&words, *(const char **)vector_at(modules, i));
    }
    add_lapses(&lapses, detail);
    question->modules = strbuf_steal(&words);
    question->lapses = strbuf_steal(&lapses);
    add_choice(menu, 'k', "keep", "stay with what was frozen", UPDATE_KEEP, NULL);
    add_choice(menu, 't', "take", "freeze what the environment has now", UPDATE_TAKE, NULL);
    add_choice(menu, 'd', "drop", "take the marked modules out of the release", UPDATE_DROP,
               modules->count == 0 ? "mark the modules first (Space)" : NULL);
    dialog_menu(studio->workspace, menu, update_chosen, question);
}

/* --- The end ---------------------------------------------------------------------------------- */

static void end_answered(void *context, const char *text)
{
    struct pending *pending = context;

    if (text == NULL) {
        pending_free(pending);
        return;
    }
    if (*text != '\0')
        pending_add(pending, pending->option, text);
    confirm(pending);
}

static bool has_reason(void *context, const char *text, struct error *error)
{
    (void)context;
    return *text != '\0' || error_set(error, ERROR_INVALID, "say why");
}

static void ask_end(struct pending *pending, const char *label, bool reason)
{
    struct question question = { .title = pending->title,
                                 .text = pending->text,
                                 .label = label,
                                 .check = reason ? has_reason : NULL };

    dialog_ask(pending->studio->workspace, &question, end_answered, pending);
}

static char *describe_end(const struct release_detail *detail)
{
    struct strbuf text = STRBUF_INIT;
    size_t missing = 0;

    strbuf_printf(&text, "%s: %zu of %zu deployed.\n", detail->row.target,
                  detail->by_target[RELEASE_TARGET_SAME], detail->line_count);
    for (size_t i = 0; i < detail->line_count; i++) {
        if (detail->lines[i].target == RELEASE_TARGET_SAME)
            continue;
        if (missing++ < MOST_NAMES)
            strbuf_printf(&text, "missing: %s\n", detail->lines[i].entry->module);
    }
    add_more(&text, missing);
    strbuf_add(&text, "What is closed or given up never changes.");
    return strbuf_steal(&text);
}

void release_ask_close(struct studio *studio, const struct release_detail *detail)
{
    bool whole = detail->by_target[RELEASE_TARGET_SAME] == detail->line_count;
    struct pending *pending =
        pending_new(studio, detail, "Close the release", "close", "release", "close");

    pending->text = describe_end(detail);
    if (!whole)
        pending_add(pending, "--force", NULL);
    pending->option = whole ? "--outcome" : "--reason";
    ask_end(pending, whole ? "What is there to say" : "Why with modules missing", !whole);
}

void release_ask_cancel(struct studio *studio, const struct release_detail *detail)
{
    struct pending *pending =
        pending_new(studio, detail, "Give up the release", "give up", "release", "cancel");

    pending->text = describe_end(detail);
    pending->option = "--reason";
    ask_end(pending, "Why", true);
}
