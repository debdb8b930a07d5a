#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/list.h>
#include <pilab/tui/text_view.h>

#include "fixture.h"

struct rows_view {
    struct list *list;
    struct text_view *detail;
    char *detail_of; /* the identity the detail shows */
    uint64_t count;
    uint64_t added; /* rows put before the others since the start */
    uint64_t waiting;
    /* The texts of the row that was asked for last. */
    char identity[32];
    char path[64];
    char value[64];
    char number[24];
};

static const struct {
    const char *text;
    enum role role;
} severities[] = {
    {"CRITICAL", ROLE_SEVERITY_CRITICAL},
    { "HIGH",    ROLE_SEVERITY_HIGH    },
    { "MEDIUM",  ROLE_SEVERITY_MEDIUM  },
    { "LOW",     ROLE_SEVERITY_LOW     },
    { "INFO",    ROLE_SEVERITY_INFO    },
};

static const char *const services[] = { "auth", "ledger", "notify", "payment", "web" };
static const char *const keys[] = { "SESSION_TIMEOUT", "RETRY_LIMIT", "replicas", "CACHE_SIZE" };

static uint64_t row_count(void *context, bool *exact)
{
    const struct rows_view *view = context;

    *exact = true;
    return view->count + view->added;
}

static bool row_at(void *context, uint64_t index, struct row *row)
{
    struct rows_view *view = context;
    bool fresh = index < view->added;
    uint64_t number = fresh ? view->added - index : index - view->added + 1;
    size_t severity = number % 7 < 5 ? number % 7 : 4;

    snprintf(view->identity, sizeof view->identity, "%s%" PRIu64, fresh ? "new-" : "", number);
    snprintf(view->path, sizeof view->path, "%s.%s", services[number % 5], keys[number % 4]);
    snprintf(view->value, sizeof view->value, "%" PRIu64 " to %" PRIu64, number % 60,
             number % 60 + 15);
    snprintf(view->number, sizeof view->number, "%" PRIu64, number);
    row->identity = view->identity;
    row_set(row, 0, severities[severity].role, severities[severity].text);
    row_set(row, 1, ROLE_NORMAL, view->path);
    row_set(row, 2, ROLE_NORMAL, view->value);
    row_set(row, 3, ROLE_DIM, fresh ? "new" : "seen before");
    row_set(row, 4, ROLE_TICKET, number % 3 == 0 ? "MB-234" : "");
    row_set(row, 5, ROLE_DIM, view->number);
    return true;
}

static bool locate(void *context, const char *identity, uint64_t near, uint64_t *index)
{
    const struct rows_view *view = context;
    bool fresh = strncmp(identity, "new-", 4) == 0;
    uint64_t number = strtoull(fresh ? identity + 4 : identity, NULL, 10);

    (void)near;
    *index = fresh ? view->added - number : view->added + number - 1;
    return true;
}

static uint64_t waiting(void *context)
{
    return ((struct rows_view *)context)->waiting;
}

static void admit(void *context)
{
    struct rows_view *view = context;

    view->added += view->waiting;
    view->waiting = 0;
}

static const struct row_source_ops source_ops = {
    .count = row_count, .row = row_at, .locate = locate, .waiting = waiting, .admit = admit
};

static const struct list_column columns[] = {
    {"Severity", 8,  8,  0, FIT_END  },
    { "What",    12, 28, 0, FIT_END  },
    { "Change",  8,  0,  1, FIT_END  },
    { "Since",   4,  12, 3, FIT_END  },
    { "Ticket",  6,  10, 2, FIT_END  },
    { "No.",     7,  8,  4, FIT_RIGHT},
};

enum rows_action { ROWS_OPEN, ROWS_MORE, ROWS_PROMOTE, ROWS_DELETE, ROWS_APPROVE, ROWS_PRODUCTION };

/* clang-format off */
static const struct key_row rows_rows[] = {
    { "Enter", ROWS_OPEN, "open", "Say which row this is", KEYS_HINT },
    { "+", ROWS_MORE, "more rows", "Put twelve new rows before the others", 0 },
    { "P", ROWS_PRODUCTION, "production", "Take this for production, or not", 0 },
    { "!p", ROWS_PROMOTE, "promote", "Promote the selected row", KEYS_LASTING },
    { "!d", ROWS_DELETE, "delete", "Delete the selected row", KEYS_LASTING | KEYS_DANGEROUS },
    { "!a", ROWS_APPROVE, "approve", "Approve the selected row", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table rows_keys = { "rows", rows_rows,
                                            sizeof rows_rows / sizeof rows_rows[0] };

/* The detail stands below the list, not beside it: beside it, each scrolled row would cost the rows
 * of both. */
static void layout(struct view *base, struct rectangle area)
{
    struct rows_view *view = view_state(base);
    struct rectangle bottom = { 0 };

    if (area.rows >= 12) {
        bottom = rectangle_cut_bottom(&area, area.rows >= 40 ? 8 : 5);
        rectangle_cut_top(&bottom, 1);
        rectangle_cut_left(&bottom, 1);
    }
    pane_place(text_view_pane(view->detail), bottom);
    pane_place(list_pane(view->list), area);
}

static void show_detail(struct rows_view *view)
{
    struct strbuf text = STRBUF_INIT;
    struct row row;

    if (!list_selected(view->list, &row) || strcmp(row.identity, view->detail_of) == 0)
        return;
    free(view->detail_of);
    view->detail_of = memory_copy_text(row.identity);
    strbuf_printf(&text,
                  "%s   has now %s\nbecause the rule for such keys says so, and the value is "
                  "another one than before\nfrom commit 9f8e7d6 \"[MB-234] shorten sessions\"",
                  row.cells[1].text, row.cells[2].text);
    text_view_set_text(view->detail, text.data, text.length);
    strbuf_release(&text);
}

static void draw(struct view *base, const struct surface *surface)
{
    struct rows_view *view = view_state(base);
    const struct pane *detail = text_view_pane(view->detail);

    show_detail(view);
    if (detail->shown)
        surface_horizontal_line(surface, detail->area.row - 1, ROLE_LINE);
}

static void title(const struct view *base, struct strbuf *out)
{
    const struct rows_view *view = view_state(base);

    strbuf_printf(out, "%" PRIu64 " rows", view->count + view->added);
}

static void promoted(void *context, bool yes)
{
    workspace_say(context, yes ? MESSAGE_SUCCESS : MESSAGE_INFO,
                  yes ? "promoted to UAT" : "not promoted");
}

static void deleted(void *context, bool yes)
{
    workspace_say(context, yes ? MESSAGE_SUCCESS : MESSAGE_INFO, yes ? "deleted" : "not deleted");
}

static void confirm(struct view *base, bool dangerous)
{
    struct workspace *workspace = view_workspace(base);
    struct confirmation question = {
        .title = dangerous ? "Delete from PROD" : "Promote to UAT",
        .text = dangerous ? "The row goes away, and nothing brings it back."
                          : "UAT would get this row, from SIT.",
        .action = dangerous ? "delete" : "promote to",
        .name = dangerous ? "PROD" : "UAT",
        .typed = dangerous,
        .dangerous = dangerous,
    };

    dialog_confirm(workspace, &question, dangerous ? deleted : promoted, workspace);
}

static unsigned act(struct view *base, int action)
{
    struct rows_view *view = view_state(base);
    struct row row;

    switch ((enum rows_action)action) {
    case ROWS_OPEN:
        if (list_selected(view->list, &row))
            workspace_say(view_workspace(base), MESSAGE_INFO, "row %s, %zu marked", row.identity,
                          list_marked_count(view->list));
        break;
    case ROWS_MORE:
        view->waiting += 12;
        break;
    case ROWS_PRODUCTION:
        view_set_production(base, !view_is_production(base));
        break;
    case ROWS_PROMOTE:
    case ROWS_DELETE:
        confirm(base, action == ROWS_DELETE);
        break;
    case ROWS_APPROVE:
        break;
    }
    return REFRESH_DRAW;
}

static bool allows(const struct view *base, int action, struct strbuf *why)
{
    (void)base;
    if (action != ROWS_APPROVE)
        return true;
    strbuf_add(why, "you edited it yourself");
    return false;
}

static unsigned event(struct view *base, const struct event *event)
{
    workspace_say(view_workspace(base), MESSAGE_INFO, "answer %d", event->kind);
    return REFRESH_DRAW;
}

static enum role status(const struct view *base, struct strbuf *out)
{
    const struct rows_view *view = view_state(base);
    struct row row;

    if (!list_selected(view->list, &row))
        return ROLE_NORMAL;
    strbuf_add(out, row.cells[0].text);
    return row.cells[0].role;
}

static void copy(const struct view *base, struct copy_menu *menu)
{
    const struct rows_view *view = view_state(base);
    struct strbuf command = STRBUF_INIT;
    struct row row;

    if (!list_selected(view->list, &row))
        return;
    strbuf_printf(&command, "git show 9f8e7d6:%s", row.cells[1].text);
    copy_menu_add(menu, 't', "text", row.cells[1].text);
    copy_menu_add(menu, 'i', "id", row.identity);
    copy_menu_add(menu, 'c', "command", command.data);
    strbuf_release(&command);
}

static void close_view(struct view *base)
{
    struct rows_view *view = view_state(base);

    list_free(&view->list);
    text_view_free(&view->detail);
    free(view->detail_of);
    free(view);
}

static const struct view_ops rows_ops = {
    .name = "rows",
    .keys = &rows_keys,
    .title = title,
    .layout = layout,
    .draw = draw,
    .act = act,
    .allows = allows,
    .event = event,
    .status = status,
    .copy = copy,
    .close = close_view,
};

struct view *rows_view_open(void *context, struct workspace *workspace, struct error *error)
{
    const struct fixture_options *options = context;
    struct rows_view *view = memory_new(sizeof *view);
    struct row_source source = { &source_ops, view };
    struct view *base;

    (void)error;
    view->count = options->rows;
    view->detail_of = memory_copy_text("");
    view->list = list_new(columns, sizeof columns / sizeof columns[0], source);
    list_set_empty(view->list, "There are no rows.\nPress + for some.");
    view->detail = text_view_new();
    base = view_new(workspace, &rows_ops, view);
    view_add_pane(base, list_pane(view->list));
    view_add_pane(base, text_view_pane(view->detail));
    return base;
}
