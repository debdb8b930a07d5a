#include <stdio.h>
#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/tab_strip.h>

static const struct key_row tab_rows[] = {
    {"gt",  TAB_NEXT,     "tab",          "Go to the next tab",   KEYS_HINT},
    { "gT", TAB_PREVIOUS, "previous tab", "Go to the tab before", 0        },
};

const struct key_table tab_strip_keys = { "tabs", tab_rows, sizeof tab_rows / sizeof tab_rows[0] };

#define TAB_TEXT 80

/* " Code 12 " or "[Code 12]": as wide whether it is the current one or not. */
static int tab_text(const struct tab_strip *strip, size_t index, char text[TAB_TEXT])
{
    const struct tab *tab = &strip->tabs[index];
    bool current = index == strip->current;
    char count[24] = "";

    if (tab->count != TAB_COUNT_NONE)
        snprintf(count, sizeof count, " %llu", (unsigned long long)tab->count);
    snprintf(text, TAB_TEXT, "%c%.40s%s%c", current ? '[' : ' ', tab->label, count,
             current ? ']' : ' ');
    return (int)text_width(text, strlen(text));
}

static int tab_width(const struct tab_strip *strip, size_t index)
{
    char text[TAB_TEXT];

    return strip->tabs[index].hidden ? 0 : tab_text(strip, index, text);
}

/* The tabs that are shown: as many as fit around the current one, those before it first. */
static void choose_shown(const struct tab_strip *strip, int columns, size_t *first, size_t *last)
{
    int used = 0;

    *first = *last = strip->current;
    used = tab_width(strip, strip->current);
    for (bool grew = true; grew;) {
        grew = false;
        if (*first > 0 && used + tab_width(strip, *first - 1) <= columns) {
            used += tab_width(strip, --*first);
            grew = true;
        }
        if (*last + 1 < strip->count && used + tab_width(strip, *last + 1) <= columns) {
            used += tab_width(strip, ++*last);
            grew = true;
        }
    }
}

/* With room for it and for the current one. */
static bool stays(const struct tab_strip *strip, int columns)
{
    size_t last = strip->count - 1;

    return strip->tabs[last].stays && strip->current != last &&
           tab_width(strip, strip->current) + tab_width(strip, last) <= columns - 2;
}

static int draw_tab(const struct tab_strip *strip, size_t index, const struct surface *surface,
                    int row, int column)
{
    char text[TAB_TEXT];

    if (strip->tabs[index].hidden)
        return 0;
    tab_text(strip, index, text);
    surface_print(surface, row, column, index == strip->current ? ROLE_TAB_CURRENT : ROLE_TAB,
                  text);
    return tab_width(strip, index);
}

int tab_strip_draw(const struct tab_strip *strip, const struct surface *surface, int row)
{
    int total = 0;
    int column = 0;
    int kept = 0;
    size_t first = 0;
    size_t last = strip->count - 1;

    if (strip->count == 0)
        return 0;
    for (size_t i = 0; i < strip->count; i++)
        total += tab_width(strip, i);
    if (total > surface_columns(surface)) {
        kept = stays(strip, surface_columns(surface)) ? tab_width(strip, strip->count - 1) : 0;
        choose_shown(strip, surface_columns(surface) - 2 - kept, &first, &last);
        if (first > 0)
            column += surface_glyph(surface, row, 0, ROLE_DIM, GLYPH_ELLIPSIS);
    }
    for (size_t i = first; i <= last; i++)
        column += draw_tab(strip, i, surface, row, column);
    if (last + 1 < strip->count) {
        column += surface_glyph(surface, row, column, ROLE_DIM, GLYPH_ELLIPSIS);
        if (stays(strip, surface_columns(surface)))
            column += draw_tab(strip, strip->count - 1, surface, row, column);
    }
    return column;
}

bool tab_strip_act(struct tab_strip *strip, int action)
{
    size_t before = strip->current;

    for (size_t i = 0; i < strip->count; i++) {
        strip->current += action == TAB_NEXT ? 1 : strip->count - 1;
        strip->current %= strip->count;
        if (!strip->tabs[strip->current].hidden)
            break;
    }
    return strip->current != before;
}
