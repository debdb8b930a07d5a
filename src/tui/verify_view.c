#include "verify_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/tui/clipboard.h>
#include <pilab/tui/dialog.h>

#define ROWS_FOR_FOOT 14

enum verify_action { VERIFY_OPEN, VERIFY_AGAIN, VERIFY_OBSERVERS, VERIFY_COMPARE, VERIFY_RECORD };

/* clang-format off */
static const struct key_row verify_rows[] = {
    { "Enter l Right", VERIFY_OPEN, "open", "Show all that is known of the module", KEYS_HINT },
    { "r", VERIFY_AGAIN, "ask again", "Ask everybody again", KEYS_HINT },
    { "o", VERIFY_OBSERVERS, "observers", "Show who was asked, and why one did not answer", KEYS_HINT },
    { "c", VERIFY_COMPARE, "compare", "Compare what should run with what was seen", KEYS_HINT },
    { "!v", VERIFY_RECORD, "record", "Record what was seen as what runs", KEYS_LASTING },
};
/* clang-format on */

static const struct key_table verify_keys = { "Verify", verify_rows,
                                              sizeof verify_rows / sizeof *verify_rows };

static void verify_title(const struct view *view, struct strbuf *out)
{
    const struct verify_screen *screen = view_state(view);

    strbuf_printf(out, "Verify %s", screen->subject);
}

static void verify_layout(struct view *view, struct rectangle area)
{
    struct verify_screen *screen = view_state(view);

    rectangle_cut_top(&area, VERIFY_HEAD_ROWS);
    screen->foot =
        rectangle_cut_bottom(&area, area.rows >= ROWS_FOR_FOOT ? VERIFY_FOOT_ROWS - 1 : 0);
    pane_place(list_pane(screen->list), area);
}

static void verify_draw(struct view *view, const struct surface *surface)
{
    const struct verify_screen *screen = view_state(view);
    struct surface foot;

    verify_draw_head(screen, surface);
    if (screen->foot.rows == 0)
        return;
    foot = surface_part(surface, screen->foot);
    verify_draw_foot(screen, &foot);
}

static bool is_of_environment(const struct verify_screen *screen)
{
    return strncmp(screen->subject, "env:", 4) == 0 && strchr(screen->subject, '@') == NULL;
}

static bool verify_allows(const struct view *view, int action, struct strbuf *why)
{
    const struct verify_screen *screen = view_state(view);

    if (action == VERIFY_COMPARE && screen->document == NULL) {
        strbuf_add(why, "nothing was answered yet");
        return false;
    }
    if (action != VERIFY_RECORD)
        return true;
    if (!is_of_environment(screen))
        strbuf_add(why, "only what an environment runs now can be recorded");
    else if (screen->job != 0)
        strbuf_add(why, "answers are still to come");
    else if (screen->document == NULL)
        strbuf_add(why, "nothing was answered yet");
    else
        return true;
    return false;
}

/* --- Acting ----------------------------------------------------------------------------------- */

static void open_module(struct verify_screen *screen)
{
    const json_t *module = verify_selected(screen);
    struct strbuf page = STRBUF_INIT;

    if (module == NULL)
        return;
    verify_module_page(screen, module, &page);
    workspace_open(screen->studio->workspace,
                   page_view_new(screen->studio, json_member_text(module, "module"), &page));
    strbuf_release(&page);
}

static void open_observers(struct verify_screen *screen)
{
    struct strbuf page = STRBUF_INIT;

    verify_observers_page(screen, &page);
    workspace_open(screen->studio->workspace, page_view_new(screen->studio, "Observers", &page));
    strbuf_release(&page);
}

static void compare(struct verify_screen *screen)
{
    const char *environment = json_member_text(screen->document, "environment");
    char *observed = memory_printf("observed:%s", environment != NULL ? environment : "");

    screen->studio->actions->compare(screen->studio, screen->subject, observed);
    free(observed);
}

static void record_confirmed(void *context, bool yes)
{
    if (yes)
        verify_start(context, true);
}

static void ask_record(struct verify_screen *screen)
{
    const char *environment = json_member_text(screen->document, "environment");
    json_int_t differ =
        json_integer_value(json_object_get(json_object_get(screen->document, "counts"), "differs"));
    char *title, *text;

    if (differ == 0) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "Nothing differs: there is nothing to record.");
        return;
    }
    title = memory_printf("Record what was seen in %s", environment);
    text =
        memory_printf("%" JSON_INTEGER_FORMAT " module%s differ%s. Everybody is asked once more, "
                      "and what all see alike is recorded as what runs there.",
                      differ, differ == 1 ? "" : "s", differ == 1 ? "s" : "");
    dialog_confirm(screen->studio->workspace,
                   &(struct confirmation){ .title = title,
                                           .text = text,
                                           .action = "record",
                                           .name = environment,
                                           .typed = screen->production,
                                           .dangerous = screen->production },
                   record_confirmed, screen);
    free(title);
    free(text);
}

static unsigned verify_act(struct view *view, int action)
{
    struct verify_screen *screen = view_state(view);

    switch ((enum verify_action)action) {
    case VERIFY_OPEN:
        open_module(screen);
        break;
    case VERIFY_AGAIN:
        verify_start(screen, false);
        break;
    case VERIFY_OBSERVERS:
        open_observers(screen);
        break;
    case VERIFY_COMPARE:
        compare(screen);
        break;
    case VERIFY_RECORD:
        ask_record(screen);
        break;
    }
    return REFRESH_DRAW;
}

static enum role verify_status(const struct view *view, struct strbuf *out)
{
    const struct verify_screen *screen = view_state(view);

    strbuf_add(out, screen->job != 0 ? "asking" : screen->failed ? "not asked" : "all asked");
    return screen->job != 0 ? ROLE_ACCENT : screen->failed ? ROLE_WARNING : ROLE_DIM;
}

static void verify_copy(const struct view *view, struct copy_menu *menu)
{
    const struct verify_screen *screen = view_state(view);
    const json_t *module = verify_selected(screen);
    struct strbuf command = STRBUF_INIT;

    if (module != NULL)
        copy_menu_add(menu, 'm', "module", json_member_text(module, "module"));
    strbuf_add(&command, "pilab verify ");
    escape_shell(&command, screen->subject, strlen(screen->subject));
    show_place(&screen->studio->call, true, &command);
    copy_menu_add(menu, 'c', "command", command.data);
    strbuf_release(&command);
}

static unsigned verify_event(struct view *view, const struct event *event)
{
    struct verify_screen *screen = view_state(view);

    if (!verify_take_event(screen, event))
        studio_take_events(screen->studio);
    return REFRESH_DRAW;
}

static void verify_close(struct view *view)
{
    struct verify_screen *screen = view_state(view);

    if (screen->job != 0)
        studio_drop(screen->studio, screen->job);
    list_free(&screen->list);
    memory_rows_free(&screen->rows);
    json_decref(screen->document);
    free(screen->subject);
    free(screen->environment);
    free(screen->sought);
    free(screen);
}

static const struct view_ops verify_ops = {
    .name = "Verify",
    .keys = &verify_keys,
    .title = verify_title,
    .layout = verify_layout,
    .draw = verify_draw,
    .act = verify_act,
    .allows = verify_allows,
    .event = verify_event,
    .status = verify_status,
    .copy = verify_copy,
    .close = verify_close,
};

struct view *verify_view_new(struct studio *studio, const char *subject, const char *module,
                             bool production)
{
    struct verify_screen *screen = memory_new(sizeof *screen);

    screen->studio = studio;
    screen->subject = memory_copy_text(subject);
    screen->sought = module != NULL ? memory_copy_text(module) : NULL;
    screen->production = production;
    screen->rows = memory_rows_new(VERIFY_CELLS);
    screen->list = list_new(verify_columns, VERIFY_CELLS, memory_rows_source(screen->rows));
    list_set_empty(screen->list, "Asking …");
    screen->view = view_new(studio->workspace, &verify_ops, screen);
    view_add_pane(screen->view, list_pane(screen->list));
    view_set_production(screen->view, production);
    verify_start(screen, false);
    return screen->view;
}
