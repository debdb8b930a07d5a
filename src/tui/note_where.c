#include "note_where.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* Whether the line says this ticket, and not a longer one. */
static bool line_says(const char *line, const char *ticket)
{
    size_t length = strlen(ticket);

    for (const char *at = strstr(line, ticket); at != NULL; at = strstr(at + 1, ticket)) {
        bool starts = at == line || !isalnum((unsigned char)at[-1]);

        if (starts && !isalnum((unsigned char)at[length]))
            return true;
    }
    return false;
}

/* Each ticket once, in the order of the note. */
static void add_ticket(struct vector *texts, struct map *seen, const char *lines,
                       const char *ticket)
{
    if (map_has(seen, ticket) || !line_says(lines, ticket))
        return;
    map_put(seen, ticket, seen);
    vector_push(texts, &ticket);
}

static char *lines_shown(struct text_view *text)
{
    struct strbuf lines = STRBUF_INIT;
    size_t first = text_view_top(text), count = (size_t)text_view_pane(text)->area.rows;

    for (size_t i = first; i < first + count && i < text_view_lines(text); i++) {
        size_t length;
        const char *line = text_view_line(text, i, &length);

        strbuf_add_bytes(&lines, line, length);
        strbuf_add_char(&lines, '\n');
    }
    return strbuf_steal(&lines);
}

void note_where(struct studio *studio, const struct note *note, struct text_view *text)
{
    struct map *seen = map_new();
    char *lines = lines_shown(text);
    struct vector texts;

    vector_init(&texts, sizeof(const char *));
    for (size_t i = 0; i < note->change_count; i++) {
        for (size_t k = 0; k < note->changes[i].ticket_count; k++)
            add_ticket(&texts, seen, lines, note->changes[i].tickets[k].id);
    }
    for (size_t i = 0; i < note->item_count; i++) {
        for (size_t k = 0; k < note->items[i].ticket_count; k++)
            add_ticket(&texts, seen, lines, note->items[i].tickets[k]);
    }
    studio->actions->where(studio, texts.items, texts.count);
    vector_release(&texts);
    map_free(&seen);
    free(lines);
}
