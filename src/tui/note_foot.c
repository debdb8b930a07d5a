#include "note_parts.h"

#include <inttypes.h>
#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/base/utf8.h>
#include <pilab/tui/rich_view.h>

/* What stands around the text of a stored note: its state, who is waited for, and the balance. */

#define RIGHT_WIDTH 28
#define BARRED      "; barred: " /* as approval_standing.sentence has it */

/* "rev 4 DRAFT"; "rev 3 of 4 DRAFT" where it is not the newest. */
void note_draw_state(const struct note_screen *screen, const struct surface *surface)
{
    struct strbuf text = STRBUF_INIT;
    int columns = surface_columns(surface);

    strbuf_printf(&text, "rev %" PRId64, screen->shown.rev);
    if (screen->shown.rev != screen->flow.note.rev)
        strbuf_printf(&text, "/%" PRId64, screen->flow.note.rev);
    strbuf_printf(&text, " %s", note_status_name(screen->flow.note.status));
    surface_text_right(surface, 0, columns - RIGHT_WIDTH - 1, RIGHT_WIDTH, style_of(ROLE_STRONG),
                       text.data, text.length);
    strbuf_release(&text);
}

int note_state_width(const struct note_screen *screen)
{
    const char *status = note_status_name(screen->flow.note.status);

    if (screen->number == 0)
        return 0;
    return (int)strlen(status) + (screen->shown.rev != screen->flow.note.rev ? 10 : 7);
}

static void draw_words(const struct note_screen *screen, const struct surface *surface, int row,
                       const char *words)
{
    struct strbuf line = STRBUF_INIT;

    rich_text(&line, RICH_PLAIN, words, screen->studio->utf8);
    surface_rich(surface, row, 1, line.data);
    strbuf_release(&line);
}

/* Who is waited for, and who is barred: on one line, or on two. True when it took both. */
static bool draw_standing(const struct note_screen *screen, const struct surface *surface)
{
    const char *sentence = screen->flow.standing.sentence;
    const char *barred = strstr(sentence, BARRED);
    struct strbuf first = STRBUF_INIT;
    int width;

    strbuf_add_bytes(&first, sentence,
                     barred != NULL ? (size_t)(barred - sentence) : strlen(sentence));
    draw_words(screen, surface, 1, first.data);
    width = (int)text_width(first.data, first.length) + 1;
    strbuf_release(&first);
    if (barred == NULL)
        return false;
    if (width + (int)text_width(barred, strlen(barred)) < surface_columns(surface)) {
        surface_print(surface, 1, width, ROLE_NORMAL, barred);
        return false;
    }
    draw_words(screen, surface, 2, barred + 2);
    return true;
}

void note_draw_foot(const struct note_screen *screen, const struct surface *surface)
{
    const struct note_typing *typing = note_typing_of(screen->studio, screen->id);
    struct strbuf line = STRBUF_INIT;
    bool whole;

    surface_horizontal_line(surface, 0, ROLE_LINE);
    whole = draw_standing(screen, surface);
    if (typing != NULL && note_typing_is_changed(typing)) {
        surface_clear_row(surface, 2, ROLE_NORMAL);
        surface_printf(surface, 2, 1, ROLE_WARNING,
                       "your text, from rev %" PRId64
                       ", is not kept: i goes on, !w keeps it, !d drops it",
                       typing->base_rev);
    } else if (screen->shown.rev != screen->flow.note.rev) {
        surface_clear_row(surface, 2, ROLE_NORMAL);
        surface_printf(surface, 2, 1, ROLE_WARNING,
                       "rev %" PRId64 " by %s is the newest: ]r goes there", screen->flow.note.rev,
                       screen->flow.text.author);
    } else if (screen->strip.current == NOTE_TAB_TABLE) {
        /* Who is barred has a tab; a title that is cut is read nowhere else. */
        surface_clear_row(surface, 2, ROLE_NORMAL);
        note_table_draw_selected(screen, surface, 2);
    } else if (!whole) {
        note_balance_line(&line, screen->note, (size_t)surface_columns(surface) - 2);
        surface_rich(surface, 2, 1, line.data);
    }
    strbuf_release(&line);
}
