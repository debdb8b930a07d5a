#include <pilab/tui/audit_rows.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/list.h>

#include "audit_entry.h"

#define HEAD_ROWS     2 /* the proof, a line */
#define FOOT_ROWS     (1 + AUDIT_ENTRY_LINES)
#define ROWS_FOR_FOOT 14
#define ROWS_FOR_HEAD 6

/* Who did what, and whether it can be believed. */
struct audit_screen {
    struct studio *studio;
    struct view *view;
    struct audit_rows *rows;
    struct list *list;
    struct audit_verdict verdict;
    int64_t checked_at;      /* 0: not yet */
    int widths[AUDIT_CELLS]; /* of what has stood in the columns */
    bool head;
    struct rectangle foot;
};

enum audit_action { AUDIT_OPEN, AUDIT_OPEN_OBJECT, AUDIT_PROOF, AUDIT_EXPORT };

/* clang-format off */
static const struct key_row audit_key_rows[] = {
    { "Enter l Right", AUDIT_OPEN, "open", "Show everything about the entry", KEYS_HINT },
    { "o", AUDIT_OPEN_OBJECT, "object", "Open the report or the notes it was done to", KEYS_HINT },
    { "p", AUDIT_PROOF, "proof", "Check the whole chain of entries", KEYS_HINT },
    { "!x", AUDIT_EXPORT, "export", "Write a bundle that anybody can check", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table audit_keys = { "Audit", audit_key_rows,
                                             sizeof audit_key_rows / sizeof *audit_key_rows };

/* At most: columns with less in them are narrower. */
/* clang-format off */
static const struct list_column audit_columns[AUDIT_CELLS] = {
    { "Seq",  3,  9,  3, FIT_RIGHT },
    { "When", 10, 14, 2, FIT_END },
    { "Who",  5,  24, 0, FIT_END },
    { "Did",  9,  20, 0, FIT_END },
    { "To",   12, 60, 0, FIT_MIDDLE },
    { "What", 12, 0,  1, FIT_END },
};
/* clang-format on */

/* The time says something else every minute: its column stays as it is, and none becomes narrower
 * for a filter, so that nothing moves. */
static void fit_columns(struct audit_screen *screen)
{
    struct list_column columns[AUDIT_CELLS];

    memcpy(columns, audit_columns, sizeof columns);
    audit_rows_measure(screen->rows, screen->widths);
    for (size_t i = 0; i < AUDIT_CELLS; i++) {
        if (i != AUDIT_AT && i != AUDIT_WHAT)
            list_column_fit(&columns[i], screen->widths[i]);
    }
    list_set_columns(screen->list, columns, AUDIT_CELLS);
}

/* --- The proof -------------------------------------------------------------------------------- */

enum { AUDIT_PROVED = 0x1001 };

struct proof {
    uint64_t view;
    int64_t at;
    struct audit_verdict verdict;
};

static bool run_proof(struct job *job, struct call *call, void *input, void **output,
                      struct error *error)
{
    struct proof *proof = memory_new(sizeof *proof);

    (void)job;
    *proof = *(const struct proof *)input;
    proof->at = clock_now(&call->clock);
    if (!audit_verify(call->connection, NULL, &call->progress, &proof->verdict, error)) {
        free(proof);
        return false;
    }
    *output = proof;
    return true;
}

static void proof_done(struct studio *studio, bool ok, void *output)
{
    struct event event = { .kind = AUDIT_PROVED, .data = output, .release = free };

    if (!ok)
        return;
    event.view = ((struct proof *)output)->view;
    workspace_post(studio->workspace, &event);
}

static void start_proof(struct audit_screen *screen)
{
    struct proof *input = memory_new(sizeof *input);
    struct studio_work work = { .title = "check the audit",
                                .reading = true,
                                .run = run_proof,
                                .input = input,
                                .free_output = free,
                                .done = proof_done };

    input->view = view_id(screen->view);
    studio_start(screen->studio, &work);
}

static void take_proof(struct audit_screen *screen, const struct proof *proof)
{
    screen->verdict = proof->verdict;
    screen->checked_at = proof->at;
    if (proof->verdict.intact)
        workspace_say(screen->studio->workspace, MESSAGE_SUCCESS,
                      "The audit is intact: %" PRId64 " entries", proof->verdict.count);
    else
        workspace_say(screen->studio->workspace, MESSAGE_ERROR, "The audit does not hold: %s",
                      proof->verdict.reason);
}

/* "11 entries of MB (13 in the store)": the chain, and the numbers in it, go over all of them. */
static int draw_count(const struct audit_screen *screen, const struct surface *surface)
{
    size_t total = audit_rows_total(screen->rows);
    const struct store_project *project = screen->studio->call.project;
    int64_t everywhere = audit_rows_everywhere(screen->rows);
    int column = 1;

    column += surface_printf(surface, 0, column, ROLE_NORMAL, "%zu %s%s%s", total,
                             total == 1 ? "entry" : "entries", project != NULL ? " of " : "",
                             project != NULL ? project->code : "");
    if (everywhere > (int64_t)total)
        column +=
            surface_printf(surface, 0, column, ROLE_DIM, " (%" PRId64 " in the store)", everywhere);
    return column;
}

/* What the chain ends with, where there is room: it can be compared with a checkpoint. */
static void draw_head(const struct audit_screen *screen, const struct surface *surface, int column)
{
    char text[80];

    snprintf(text, sizeof text, "head %" PRId64 " %.12s", screen->verdict.count,
             screen->verdict.hash);
    if (column + (int)strlen(text) < surface_columns(surface))
        surface_print(surface, 0, column, ROLE_SUCCESS, text);
}

static void draw_proof(const struct audit_screen *screen, const struct surface *surface)
{
    char when[TIMESTAMP_SIZE];
    int column = draw_count(screen, surface);

    if (audit_rows_busy(screen->rows)) {
        surface_print(surface, 0, column + 3, ROLE_DIM, "looking through them …");
    } else if (screen->checked_at == 0) {
        surface_print(surface, 0, column + 3, ROLE_DIM, "the chain was not checked yet: p");
    } else if (!screen->verdict.intact) {
        surface_printf(surface, 0, column + 3, ROLE_ERROR, "BROKEN: %s", screen->verdict.reason);
    } else {
        timestamp_relative(screen->checked_at, clock_now(&screen->studio->call.clock), when);
        column += 3;
        column +=
            surface_printf(surface, 0, column, ROLE_SUCCESS, "chain intact, checked %s", when);
        draw_head(screen, surface, column + 3);
    }
}

/* --- Opening ---------------------------------------------------------------------------------- */

static const struct audit_log_entry *selected(const struct audit_screen *screen)
{
    struct row row;

    return list_selected(screen->list, &row) ? audit_rows_entry(screen->rows, row.identity) : NULL;
}

static void open_entry(struct audit_screen *screen)
{
    const struct audit_log_entry *entry = selected(screen);
    struct strbuf text = STRBUF_INIT;
    char title[40];

    if (entry == NULL)
        return;
    audit_entry_page(&text, entry, &screen->studio->call, studio_page_width(screen->studio),
                     screen->studio->utf8);
    snprintf(title, sizeof title, "Entry %" PRId64, entry->entry.seq);
    workspace_open(screen->studio->workspace, page_view_new(screen->studio, title, &text));
    strbuf_release(&text);
}

/* "report:3": what the entry is about is opened where it is. */
static void open_object(struct audit_screen *screen)
{
    const struct audit_log_entry *entry = selected(screen);
    const char *object = entry != NULL && entry->object != NULL ? entry->object : "";
    const struct studio_actions *actions = screen->studio->actions;

    if (strncmp(object, "report:", 7) == 0 && object[7] >= '0' && object[7] <= '9')
        actions->open_report(screen->studio, strtoll(object + 7, NULL, 10));
    else if (strncmp(object, "note:", 5) == 0 && object[5] >= '0' && object[5] <= '9')
        actions->open_note(screen->studio, strtoll(object + 5, NULL, 10));
    else
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "This entry is about no report and no notes; Enter shows all of it.");
}

static void export_to(void *context, const char *folder)
{
    struct audit_screen *screen = context;

    if (folder != NULL && *folder != '\0')
        screen->studio->actions->run_words(screen->studio, (const char *const[]){ "audit", "export",
                                                                                  folder, NULL });
}

static void ask_folder(struct audit_screen *screen)
{
    char at[TIMESTAMP_SIZE], folder[48];

    timestamp_format(clock_now(&screen->studio->call.clock), at);
    snprintf(folder, sizeof folder, "pilab-audit-%.10s", at);
    dialog_ask(screen->studio->workspace,
               &(struct question){ .title = "Export the audit",
                                   .text = "A new folder with every entry, its checkpoint and a "
                                           "script that checks them with sha256sum and jq. What "
                                           "was done in full goes along by command only: "
                                           "audit export --bodies.",
                                   .label = "Folder",
                                   .initial = folder },
               export_to, screen);
}

/* --- As a view -------------------------------------------------------------------------------- */

/* The place says it already. */
static void audit_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    (void)out;
}

static void audit_layout(struct view *view, struct rectangle area)
{
    struct audit_screen *screen = view_state(view);

    screen->head = area.rows >= ROWS_FOR_HEAD;
    screen->foot = (struct rectangle){ 0 };
    if (screen->head)
        rectangle_cut_top(&area, HEAD_ROWS);
    if (area.rows >= ROWS_FOR_FOOT)
        screen->foot = rectangle_cut_bottom(&area, FOOT_ROWS);
    pane_place(list_pane(screen->list), area);
}

static void audit_draw(struct view *view, const struct surface *surface)
{
    struct audit_screen *screen = view_state(view);
    const struct audit_log_entry *entry = selected(screen);

    if (screen->head) {
        if (audit_rows_known(screen->rows))
            draw_proof(screen, surface);
        surface_horizontal_line(surface, 1, ROLE_LINE);
    }
    if (screen->foot.rows > 0) {
        struct surface foot = surface_part(surface, screen->foot);

        surface_horizontal_line(&foot, 0, ROLE_LINE);
        if (entry != NULL)
            audit_entry_draw(&foot, 1, entry, screen->studio->utf8);
    }
}

static unsigned audit_act(struct view *view, int action)
{
    struct audit_screen *screen = view_state(view);

    switch ((enum audit_action)action) {
    case AUDIT_OPEN:
        open_entry(screen);
        break;
    case AUDIT_OPEN_OBJECT:
        open_object(screen);
        break;
    case AUDIT_PROOF:
        start_proof(screen);
        break;
    case AUDIT_EXPORT:
        ask_folder(screen);
        break;
    }
    return REFRESH_DRAW;
}

static void audit_copy(const struct view *view, struct copy_menu *menu)
{
    const struct audit_screen *screen = view_state(view);
    const struct audit_log_entry *entry = selected(screen);

    if (entry != NULL)
        audit_entry_copy(menu, entry, &screen->studio->call);
}

static void show_rows(struct audit_screen *screen)
{
    if (audit_rows_known(screen->rows))
        list_set_empty(screen->list, "Nothing was done here yet.");
    else if (audit_rows_failed(screen->rows))
        list_set_empty(screen->list, "The audit could not be read; :messages says why.");
    fit_columns(screen);
    list_reload(screen->list);
}

static unsigned audit_event(struct view *view, const struct event *event)
{
    struct audit_screen *screen = view_state(view);

    if (event->kind == AUDIT_PROVED)
        take_proof(screen, event->data);
    else if (audit_rows_take(screen->rows, event))
        show_rows(screen);
    else
        studio_take_events(screen->studio);
    /* Also what other processes do; what nobody sees is read when it is seen. */
    if (event->kind == STUDIO_STORE_CHANGED && workspace_view(screen->studio->workspace) == view)
        audit_rows_look(screen->rows);
    return REFRESH_DRAW;
}

static unsigned audit_shown(struct view *view)
{
    struct audit_screen *screen = view_state(view);

    audit_rows_look(screen->rows);
    return REFRESH_NONE;
}

static void audit_close(struct view *view)
{
    struct audit_screen *screen = view_state(view);

    list_free(&screen->list);
    audit_rows_free(&screen->rows);
    free(screen);
}

static const struct view_ops audit_ops = {
    .name = "Audit",
    .keys = &audit_keys,
    .title = audit_title,
    .layout = audit_layout,
    .draw = audit_draw,
    .act = audit_act,
    .event = audit_event,
    .shown = audit_shown,
    .copy = audit_copy,
    .close = audit_close,
};

struct view *audit_view_new(struct studio *studio)
{
    struct audit_screen *screen = memory_new(sizeof *screen);

    screen->studio = studio;
    screen->rows = audit_rows_new(studio);
    screen->list = list_new(audit_columns, AUDIT_CELLS, audit_rows_source(screen->rows));
    list_set_empty(screen->list, "Reading …");
    screen->view = view_new(studio->workspace, &audit_ops, screen);
    audit_rows_set_view(screen->rows, screen->view);
    view_add_pane(screen->view, list_pane(screen->list));
    return screen->view;
}
