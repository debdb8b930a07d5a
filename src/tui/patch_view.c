#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/patch_view.h>

#include "text_view_internal.h"

enum patch_action {
    PATCH_NEXT_HUNK = 100, /* past the text's own */
    PATCH_PREVIOUS_HUNK,
    PATCH_NEXT_FILE,
    PATCH_PREVIOUS_FILE
};

static const struct key_row patch_rows[] = {
    {"]c",  PATCH_NEXT_HUNK,     "next hunk",     "Go to the next hunk",          0        },
    { "[c", PATCH_PREVIOUS_HUNK, "previous hunk", "Go to the hunk before",        0        },
    { "]f", PATCH_NEXT_FILE,     "next file",     "Go to the next file",          0        },
    { "[f", PATCH_PREVIOUS_FILE, "previous file", "Go to the file before",        0        },
    { "w",  TEXT_WRAP,           "wrap",          "Wrap long lines, or cut them", KEYS_HINT},
};

static const struct key_table patch_keys = { "patch", patch_rows,
                                             sizeof patch_rows / sizeof patch_rows[0] };

struct patch_view {
    struct text_view text;
};

/* Lines by how they begin, the longer beginnings first: "+++ " is no added line. */
static const struct {
    const char *prefix;
    enum role role;
} line_kinds[] = {
    {"diff --",            ROLE_PATCH_FILE},
    { "+++ ",              ROLE_PATCH_FILE},
    { "--- ",              ROLE_PATCH_FILE},
    { "index ",            ROLE_DIM       },
    { "new file ",         ROLE_DIM       },
    { "deleted file ",     ROLE_DIM       },
    { "similarity index ", ROLE_DIM       },
    { "rename ",           ROLE_DIM       },
    { "copy ",             ROLE_DIM       },
    { "old mode ",         ROLE_DIM       },
    { "new mode ",         ROLE_DIM       },
    { "Binary files ",     ROLE_DIM       },
    { "@@",                ROLE_PATCH_HUNK},
    { "+",                 ROLE_ADDED     },
    { "-",                 ROLE_REMOVED   },
    { "\\",                ROLE_DIM       },
};

static bool begins_with(const char *line, size_t length, const char *prefix)
{
    size_t size = strlen(prefix);

    return length >= size && memcmp(line, prefix, size) == 0;
}

static enum role role_of(void *context, const char *line, size_t length)
{
    (void)context;
    for (size_t i = 0; i < sizeof line_kinds / sizeof line_kinds[0]; i++)
        if (begins_with(line, length, line_kinds[i].prefix))
            return line_kinds[i].role;
    return ROLE_NORMAL;
}

/* Goes to the next line, or the one before, that begins so; stays when there is none. */
static void go_to(struct text_view *text, const char *prefix, bool backwards)
{
    size_t lines = text_view_lines(text);
    size_t line = text_view_top(text);

    while (backwards ? line-- > 0 : ++line < lines) {
        size_t length;
        const char *bytes = text_view_line(text, line, &length);

        if (begins_with(bytes, length, prefix)) {
            text_view_go_to(text, line);
            return;
        }
    }
}

static unsigned act(struct pane *pane, int action)
{
    struct text_view *text = (struct text_view *)pane;

    switch (action) {
    case PATCH_NEXT_HUNK:
    case PATCH_PREVIOUS_HUNK:
        go_to(text, "@@", action == PATCH_PREVIOUS_HUNK);
        return REFRESH_DRAW;
    case PATCH_NEXT_FILE:
    case PATCH_PREVIOUS_FILE:
        go_to(text, "diff --", action == PATCH_PREVIOUS_FILE);
        return REFRESH_DRAW;
    default:
        return text_pane_act(pane, action);
    }
}

static const struct pane_ops patch_ops = {
    .keys = &patch_keys,
    .base_keys = &text_keys,
    .resize = text_pane_resize,
    .draw = text_pane_draw,
    .act = act,
    .find = text_pane_find,
    .position = text_pane_position,
    .text = text_pane_text,
};

struct patch_view *patch_view_new(void)
{
    struct patch_view *view = memory_new(sizeof *view);

    text_view_init(&view->text, &patch_ops);
    text_view_set_line_roles(&view->text, role_of, NULL);
    text_view_set_wrap(&view->text, false);
    return view;
}

void patch_view_free(struct patch_view **view)
{
    if (*view == NULL)
        return;
    text_view_release(&(*view)->text);
    free(*view);
    *view = NULL;
}

struct pane *patch_view_pane(struct patch_view *view)
{
    return &view->text.pane;
}

void patch_view_set_patch(struct patch_view *view, const char *patch, size_t length)
{
    text_view_set_text(&view->text, patch, length);
}

#define LINES_ABOVE 3

/* "@@ -12,7 +12,9 @@": the first line of the new file, and how many; false for another line. */
static bool parse_hunk(const char *line, size_t length, unsigned *first, unsigned *count)
{
    const char *end = line + length;
    const char *plus = begins_with(line, length, "@@") ? memchr(line, '+', length) : NULL;
    unsigned numbers[2] = { 0, 1 };
    size_t given = 0;

    if (plus == NULL)
        return false;
    for (const char *at = plus + 1; at < end && given < 2; given++) {
        unsigned number = 0;

        for (; at < end && *at >= '0' && *at <= '9'; at++)
            number = number * 10 + (unsigned)(*at - '0');
        numbers[given] = number;
        if (at == end || *at++ != ',')
            break;
    }
    *first = numbers[0];
    *count = numbers[1];
    return true;
}

void patch_view_go_to(struct patch_view *view, unsigned wanted)
{
    size_t lines = text_view_lines(&view->text);
    unsigned next = 0, left = 0; /* of the new file, in the hunk that is read */

    for (size_t i = 0; i < lines; i++) {
        size_t length;
        const char *line = text_view_line(&view->text, i, &length);

        if (parse_hunk(line, length, &next, &left))
            continue;
        /* "\\ No newline at end of file" is about the line before it. */
        if (left == 0 || begins_with(line, length, "-") || begins_with(line, length, "\\"))
            continue;
        if (next == wanted) {
            text_view_go_to(&view->text, i > LINES_ABOVE ? i - LINES_ABOVE : 0);
            return;
        }
        next++;
        left--;
    }
}
