#include <pilab/tui/rich_view.h>

#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>

static const enum role theme_roles[RICH_ROLE_COUNT] = {
    [RICH_PLAIN] = ROLE_NORMAL,
    [RICH_TITLE] = ROLE_STRONG,
    [RICH_HEADING] = ROLE_HEADING,
    [RICH_DIM] = ROLE_DIM,
    [RICH_NAME] = ROLE_TICKET,
    [RICH_ADDED] = ROLE_ADDED,
    [RICH_DELETED] = ROLE_REMOVED,
    [RICH_MODIFIED] = ROLE_MODIFIED,
    [RICH_CRITICAL] = ROLE_SEVERITY_CRITICAL,
    [RICH_HIGH] = ROLE_SEVERITY_HIGH,
    [RICH_MEDIUM] = ROLE_SEVERITY_MEDIUM,
    [RICH_LOW] = ROLE_SEVERITY_LOW,
    [RICH_INFO] = ROLE_SEVERITY_INFO,
    [RICH_WARNING] = ROLE_WARNING,
    [RICH_GOOD] = ROLE_SUCCESS,
};

enum role rich_theme_role(enum rich_role role)
{
    return theme_roles[role];
}

/* One run of a rich text in one role. */
struct rich_run {
    const char *text;
    size_t length;
    enum role role;
};

/* The next run; false at the end. `*role` carries the open role from run to run. */
static bool next_run(const char **cursor, const char *end, enum role *role, struct rich_run *run)
{
    while (*cursor < end && (**cursor == RICH_OPEN || **cursor == RICH_CLOSE)) {
        if (**cursor == RICH_CLOSE) {
            *role = ROLE_NORMAL;
            (*cursor)++;
        } else {
            unsigned char letter = *cursor + 1 < end ? (unsigned char)(*cursor)[1] : 'A';

            *role = letter >= 'A' && letter < 'A' + RICH_ROLE_COUNT ? theme_roles[letter - 'A']
                                                                    : ROLE_NORMAL;
            *cursor += *cursor + 1 < end ? 2 : 1;
        }
    }
    if (*cursor >= end)
        return false;
    run->text = *cursor;
    run->role = *role;
    while (*cursor < end && **cursor != RICH_OPEN && **cursor != RICH_CLOSE)
        (*cursor)++;
    run->length = (size_t)(*cursor - run->text);
    return true;
}

int surface_rich(const struct surface *surface, int row, int column, const char *rich)
{
    const char *end = rich + strlen(rich);
    int width = (int)rich_width(rich, strlen(rich));
    enum role role = ROLE_NORMAL;
    struct strbuf shown = STRBUF_INIT;
    struct rich_run run;
    int used = 0;

    while (next_run(&rich, end, &role, &run)) {
        strbuf_clear(&shown);
        glyphs_escape(canvas_glyphs(surface->canvas), &shown, run.text, run.length, 0);
        used += surface_escaped(surface, row, column + used, 0, style_of(run.role), shown.data,
                                shown.length);
    }
    strbuf_release(&shown);
    if (width > surface_columns(surface) - column && surface_columns(surface) > column)
        surface_glyph(surface, row, surface_columns(surface) - 1, ROLE_DIM, GLYPH_ELLIPSIS);
    return used;
}

void text_view_set_rich(struct text_view *view, const char *rich, size_t length)
{
    const char *end = rich + length;
    enum role role = ROLE_NORMAL;
    struct strbuf plain = STRBUF_INIT;
    struct vector spans;
    struct rich_run run;

    vector_init(&spans, sizeof(struct text_span));
    while (next_run(&rich, end, &role, &run)) {
        if (run.role != ROLE_NORMAL) {
            struct text_span *span = vector_add(&spans);

            *span = (struct text_span){ plain.length, run.length, run.role };
        }
        strbuf_add_bytes(&plain, run.text, run.length);
    }
    text_view_set_spans(view, plain.data, plain.length, spans.items, spans.count);
    vector_release(&spans);
    strbuf_release(&plain);
}
