#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/notes/json.h>
#include <pilab/notes/markdown.h>
#include <pilab/notes/markdown_text.h>
#include <pilab/notes/text.h>
#include <pilab/tui/markdown_roles.h>
#include <pilab/tui/rich_view.h>

#define WIDEST 110 /* running text is not read well beyond */

void note_tabs_name(struct note_screen *screen)
{
    static const char *const names[NOTE_TAB_COUNT] = { "Read",      "Markdown",  "Table", "Balance",
                                                       "Approvals", "Revisions", "JSON" };

    for (int i = 0; i < NOTE_TAB_COUNT; i++) {
        snprintf(screen->labels[i], NOTE_LABEL_SIZE, "%s", names[i]);
        screen->tabs[i] = (struct tab){ .label = screen->labels[i], .count = TAB_COUNT_NONE };
    }
    screen->tabs[NOTE_TAB_APPROVALS].hidden = screen->number == 0;
    screen->tabs[NOTE_TAB_REVISIONS].hidden = screen->number == 0;
    if (screen->number == 0)
        return;
    if (screen->flow.standing.needed > 0)
        snprintf(screen->labels[NOTE_TAB_APPROVALS], NOTE_LABEL_SIZE, "Approvals %zu/%zu",
                 screen->flow.standing.got, screen->flow.standing.needed);
    screen->tabs[NOTE_TAB_REVISIONS].count = screen->flow.revisions.count;
}

struct pane *note_tabs_pane(const struct note_screen *screen)
{
    if (screen->strip.current == NOTE_TAB_TABLE)
        return list_pane(screen->table);
    if (screen->strip.current == NOTE_TAB_REVISIONS)
        return list_pane(screen->revisions);
    return text_view_pane(screen->text);
}

/* As it was generated, or as people wrote it: the stored text is what is reviewed. */
static void show_read(struct note_screen *screen, struct strbuf *text)
{
    struct note_text_options options = { .width = screen->width > 1 ? (size_t)screen->width - 1 : 1,
                                         .utf8 = screen->studio->utf8,
                                         .wide = true };

    if (options.width > WIDEST)
        options.width = WIDEST;
    if (screen->number > 0 && screen->by_hand)
        note_markdown_text(text, screen->shown.markdown, options.width, options.utf8);
    else
        note_render_text(text, screen->note, &options);
    text_view_set_rich(screen->text, text->data, text->length);
}

static void show_markdown(struct note_screen *screen, struct strbuf *text)
{
    struct error error = { 0 };

    if (screen->number > 0)
        strbuf_add(text, screen->shown.markdown);
    else if (!note_render_markdown(text, screen->note, NULL, &error))
        workspace_say_error(screen->studio->workspace, &error);
    text_view_set_text(screen->text, text->data, text->length);
}

static void show_json(struct note_screen *screen, struct strbuf *text)
{
    json_t *json = note_to_json(screen->note);

    json_write_pretty(text, json);
    json_decref(json);
    text_view_set_text(screen->text, text->data, text->length);
}

void note_tabs_show(struct note_screen *screen)
{
    struct strbuf text = STRBUF_INIT;
    enum note_tab tab = (enum note_tab)screen->strip.current;

    text_view_set_wrap(screen->text, tab == NOTE_TAB_MARKDOWN || tab == NOTE_TAB_APPROVALS);
    text_view_set_line_roles(screen->text, tab == NOTE_TAB_MARKDOWN ? markdown_line_role : NULL,
                             NULL);
    switch (tab) {
    case NOTE_TAB_READ:
        show_read(screen, &text);
        break;
    case NOTE_TAB_MARKDOWN:
        show_markdown(screen, &text);
        break;
    case NOTE_TAB_BALANCE:
        note_balance_text(&text, screen->note, screen->studio->utf8);
        text_view_set_rich(screen->text, text.data, text.length);
        break;
    case NOTE_TAB_APPROVALS:
        note_standing_text(&text, &screen->flow, screen->studio);
        text_view_set_rich(screen->text, text.data, text.length);
        break;
    case NOTE_TAB_REVISIONS:
        if (!screen->counted)
            note_revisions_fill(screen);
        screen->counted = true;
        break;
    case NOTE_TAB_JSON:
        show_json(screen, &text);
        break;
    default:
        break;
    }
    strbuf_release(&text);
}
