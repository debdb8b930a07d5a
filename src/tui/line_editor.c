#include <stdlib.h>
#include <string.h>

#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>
#include <pilab/tui/key.h>
#include <pilab/tui/line_editor.h>

#define LINE_MAXIMUM   (64 * 1024) /* bytes; more is not taken */
#define SECRET_MAXIMUM 4096        /* the same of a secret */
#define ROOM           256         /* bytes at first; more is had by doubling */

struct line_history {
    struct vector lines; /* of char * */
    size_t maximum;
};

struct line_editor {
    struct strbuf text;
    size_t cursor; /* bytes, between two characters */
    bool secret;
    bool selected; /* all of the text is: what is typed takes its place */
    struct line_history *history;
    size_t recalled; /* history lines back from the newest; 0: the line being typed */
    char *typed;     /* what was typed before the history was looked at */
};

struct line_history *line_history_new(size_t maximum)
{
    struct line_history *history = memory_new(sizeof *history);

    vector_init(&history->lines, sizeof(char *));
    history->maximum = maximum;
    return history;
}

void line_history_free(struct line_history **out)
{
    struct line_history *history = *out;

    if (history == NULL)
        return;
    for (size_t i = 0; i < history->lines.count; i++)
        memory_wipe(*(char **)vector_at(&history->lines, i));
    vector_release(&history->lines);
    free(history);
    *out = NULL;
}

void line_history_add(struct line_history *history, const char *line)
{
    size_t count = history->lines.count;
    char *copy;

    if (line[0] == '\0' || (count > 0 && strcmp(line_history_at(history, count - 1), line) == 0))
        return;
    if (count >= history->maximum) {
        memory_wipe(*(char **)vector_at(&history->lines, 0));
        vector_remove(&history->lines, 0);
    }
    copy = memory_copy_text(line);
    vector_push(&history->lines, &copy);
}

size_t line_history_count(const struct line_history *history)
{
    return history->lines.count;
}

const char *line_history_at(const struct line_history *history, size_t index)
{
    return *(char **)vector_at(&history->lines, index);
}

static void wipe(struct strbuf *text)
{
    if (text->capacity > 0)
        explicit_bzero(text->data, text->capacity);
    strbuf_release(text);
}

/* Growing in place would leave copies behind. */
static void make_room(struct strbuf *text, size_t length)
{
    struct strbuf larger = STRBUF_INIT;

    if (length < text->capacity)
        return;
    strbuf_reserve(&larger, 2 * length + ROOM);
    strbuf_add_bytes(&larger, text->data, text->length);
    wipe(text);
    *text = larger;
}

struct line_editor *line_editor_new(const char *initial, struct line_history *history)
{
    struct line_editor *editor = memory_new(sizeof *editor);

    editor->text = (struct strbuf)STRBUF_INIT;
    editor->history = history;
    if (initial != NULL)
        line_editor_insert(editor, initial, strlen(initial));
    return editor;
}

void line_editor_free(struct line_editor **editor)
{
    if (*editor == NULL)
        return;
    wipe(&(*editor)->text);
    memory_wipe((*editor)->typed);
    free(*editor);
    *editor = NULL;
}

void line_editor_set_secret(struct line_editor *editor, bool secret)
{
    editor->secret = secret;
}

void line_editor_select(struct line_editor *editor)
{
    editor->selected = editor->text.length > 0;
}

const char *line_editor_text(const struct line_editor *editor)
{
    return editor->text.data;
}

size_t line_editor_cursor(const struct line_editor *editor)
{
    return editor->cursor;
}

void line_editor_replace(struct line_editor *editor, size_t from, size_t to, const char *text)
{
    char *rest = memory_copy_text(editor->text.data + to);
    size_t used;

    editor->selected = false;
    make_room(&editor->text, from + strlen(text) + strlen(rest));
    strbuf_truncate(&editor->text, from);
    strbuf_add(&editor->text, text);
    editor->cursor = editor->text.length;
    strbuf_add(&editor->text, rest);
    used = editor->text.length + 1;
    explicit_bzero(editor->text.data + used, editor->text.capacity - used);
    memory_wipe(rest);
}

void line_editor_set(struct line_editor *editor, const char *text)
{
    line_editor_replace(editor, 0, editor->text.length, "");
    line_editor_insert(editor, text, strlen(text));
}

/* What a line may hold of what was pasted: controls are blanks, invalid bytes are left out. */
void line_editor_insert(struct line_editor *editor, const char *text, size_t length)
{
    const char *end = text + length;
    struct strbuf clean = STRBUF_INIT;
    size_t maximum = editor->secret ? SECRET_MAXIMUM : LINE_MAXIMUM;

    /* U+FFFD, which is not taken here, would be the longest of what one byte can become. */
    strbuf_reserve(&clean, (length < maximum ? length : maximum) + 8);
    while (text < end && editor->text.length + clean.length < maximum) {
        int32_t letter = utf8_decode(&text, end);

        if (letter < 0)
            continue;
        strbuf_add_codepoint(&clean, key_is_text(letter) ? (unsigned)letter : ' ');
    }
    if (editor->selected && clean.length > 0)
        line_editor_replace(editor, 0, editor->text.length, clean.data);
    else
        line_editor_replace(editor, editor->cursor, editor->cursor, clean.data);
    wipe(&clean);
}

/* The next character's end, a base with its combining marks; or the beginning of the one before. */
static size_t next_character(const struct line_editor *editor, size_t at)
{
    const char *end = editor->text.data + editor->text.length;
    const char *cursor = editor->text.data + at;
    const char *next;

    if (cursor >= end)
        return at;
    (void)utf8_decode(&cursor, end);
    for (next = cursor; next < end; cursor = next) {
        int32_t mark = utf8_decode(&next, end);

        if (mark < 0 || codepoint_width((uint32_t)mark) != 0)
            break;
    }
    return (size_t)(cursor - editor->text.data);
}

static size_t previous_character(const struct line_editor *editor, size_t at)
{
    size_t start = 0;

    for (size_t next = 0; next < at; next = next_character(editor, next))
        start = next;
    return start;
}

static size_t previous_word(const struct line_editor *editor, size_t at)
{
    while (at > 0 && editor->text.data[at - 1] == ' ')
        at--;
    while (at > 0 && editor->text.data[at - 1] != ' ')
        at--;
    return at;
}

static void cut(struct line_editor *editor, size_t from, size_t to)
{
    line_editor_replace(editor, from, to, "");
}

static void recall(struct line_editor *editor, bool older)
{
    size_t count = editor->history == NULL ? 0 : line_history_count(editor->history);

    if (older ? editor->recalled >= count : editor->recalled == 0)
        return;
    if (editor->recalled == 0) {
        memory_wipe(editor->typed);
        editor->typed = memory_copy_text(editor->text.data);
    }
    editor->recalled += older ? 1 : (size_t)-1;
    line_editor_set(editor, editor->recalled == 0
                                ? editor->typed
                                : line_history_at(editor->history, count - editor->recalled));
}

enum edit {
    EDIT_LEFT,
    EDIT_RIGHT,
    EDIT_START,
    EDIT_END,
    EDIT_BACKSPACE,
    EDIT_DELETE,
    EDIT_CUT_WORD,
    EDIT_CUT_BEFORE,
    EDIT_CUT_AFTER,
    EDIT_OLDER,
    EDIT_NEWER
};

static const struct {
    int32_t key;
    enum edit edit;
} edit_keys[] = {
    {KEYCODE_LEFT,       EDIT_LEFT      },
    { 'B' & 0x1f,        EDIT_LEFT      },
    { KEYCODE_RIGHT,     EDIT_RIGHT     },
    { 'F' & 0x1f,        EDIT_RIGHT     },
    { KEYCODE_HOME,      EDIT_START     },
    { 'A' & 0x1f,        EDIT_START     },
    { KEYCODE_END,       EDIT_END       },
    { 'E' & 0x1f,        EDIT_END       },
    { KEYCODE_BACKSPACE, EDIT_BACKSPACE },
    { KEYCODE_DELETE,    EDIT_DELETE    },
    { 'D' & 0x1f,        EDIT_DELETE    },
    { 'W' & 0x1f,        EDIT_CUT_WORD  },
    { 'U' & 0x1f,        EDIT_CUT_BEFORE},
    { 'K' & 0x1f,        EDIT_CUT_AFTER },
    { KEYCODE_UP,        EDIT_OLDER     },
    { 'P' & 0x1f,        EDIT_OLDER     },
    { KEYCODE_DOWN,      EDIT_NEWER     },
    { 'N' & 0x1f,        EDIT_NEWER     },
};

static void edit_line(struct line_editor *editor, enum edit edit)
{
    size_t at = editor->cursor;

    editor->selected = false;
    switch (edit) {
    case EDIT_LEFT:
        editor->cursor = previous_character(editor, at);
        break;
    case EDIT_RIGHT:
        editor->cursor = next_character(editor, at);
        break;
    case EDIT_START:
        editor->cursor = 0;
        break;
    case EDIT_END:
        editor->cursor = editor->text.length;
        break;
    case EDIT_BACKSPACE:
        cut(editor, previous_character(editor, at), at);
        break;
    case EDIT_DELETE:
        cut(editor, at, next_character(editor, at));
        break;
    case EDIT_CUT_WORD:
        cut(editor, previous_word(editor, at), at);
        break;
    case EDIT_CUT_BEFORE:
        cut(editor, 0, at);
        break;
    case EDIT_CUT_AFTER:
        cut(editor, at, editor->text.length);
        break;
    case EDIT_OLDER:
    case EDIT_NEWER:
        recall(editor, edit == EDIT_OLDER);
        break;
    }
}

bool line_editor_key(struct line_editor *editor, int32_t key)
{
    char encoded[4] = { 0 };

    for (size_t i = 0; i < sizeof edit_keys / sizeof edit_keys[0]; i++) {
        if (edit_keys[i].key == key) {
            edit_line(editor, edit_keys[i].edit);
            return true;
        }
    }
    if (!key_is_text(key))
        return false;
    line_editor_insert(editor, encoded, utf8_encode((uint32_t)key, encoded));
    explicit_bzero(encoded, sizeof encoded);
    return true;
}

/* The text up to `length` bytes as it is shown. */
static void shown_text(const struct line_editor *editor, const struct surface *surface,
                       size_t length, struct strbuf *out)
{
    enum glyph_set glyphs = canvas_glyphs(surface->canvas);

    if (!editor->secret) {
        escape_terminal(out, editor->text.data, length, glyphs == GLYPHS_ASCII ? ESCAPE_ASCII : 0);
        return;
    }
    for (size_t at = 0; at < length; at = next_character(editor, at))
        strbuf_add(out, glyph_text(glyphs, GLYPH_MASK));
}

void line_editor_draw(const struct line_editor *editor, const struct surface *surface, int row,
                      int column, int columns)
{
    struct rectangle area = { row, column, 1, columns };
    struct surface field = surface_part(surface, area);
    struct strbuf shown = STRBUF_INIT;
    size_t cursor;
    size_t skip = 0;

    columns = surface_columns(&field);
    shown_text(editor, surface, editor->cursor, &shown);
    cursor = text_width(shown.data, shown.length);
    strbuf_clear(&shown);
    shown_text(editor, surface, editor->text.length, &shown);
    if (columns > 0 && cursor >= (size_t)columns)
        skip = cursor - (size_t)columns + 1;
    surface_clear(&field, ROLE_INPUT);
    surface_escaped(&field, 0, 0, skip, style_of(ROLE_INPUT), shown.data, shown.length);
    if (editor->selected)
        surface_overlay(&field, 0, 0, (int)(text_width(shown.data, shown.length) - skip),
                        ROLE_SELECTED);
    surface_cursor(&field, 0, (int)(cursor - skip), true);
    strbuf_release(&shown);
}
