#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "editor_internal.h"

#define INDENT      4   /* columns that Tab goes on by */
#define SIGN_REACH  128 /* bytes of a line that may be indentation and the sign of a list item */
#define NUMBER_LAST 999999

static size_t line_here(const struct editor *editor)
{
    return edit_text_line_of(editor->text, editor->cursor);
}

/* ---- beginning and ending ---- */

/* The blanks that a line begins with, as far as `limit`. */
static void copy_indent(struct editor *editor, size_t line, size_t limit, struct strbuf *out)
{
    size_t start = edit_text_line_start(editor->text, line);
    size_t end = editor_line_text(editor, line);

    edit_text_copy(editor->text, start, end < limit ? end : limit, out);
}

static bool open_line(struct editor *editor, bool below)
{
    size_t line = line_here(editor);
    size_t at =
        below ? edit_text_line_end(editor->text, line) : edit_text_line_start(editor->text, line);
    const char *ending = editor_line_ending(editor);
    struct strbuf text = STRBUF_INIT;
    bool done;

    if (below)
        strbuf_add(&text, ending);
    copy_indent(editor, line, SIZE_MAX, &text);
    if (!below)
        strbuf_add(&text, ending);
    done = editor_put(editor, at, at, text.data, text.length);
    if (done && !below)
        editor->cursor -= strlen(ending);
    strbuf_release(&text);
    return done;
}

/* Brings the cursor to where an action begins to type. */
static bool prepare(struct editor *editor, int action)
{
    size_t line = line_here(editor);
    size_t end = edit_text_line_end(editor->text, line);
    size_t next = character_next(editor->text, editor->cursor);

    switch (action) {
    case EDITOR_INSERT_TEXT:
        editor->cursor = editor_line_text(editor, line);
        return true;
    case EDITOR_APPEND:
        editor->cursor = editor->cursor < end ? next : end;
        return true;
    case EDITOR_APPEND_LINE:
        editor->cursor = end;
        return true;
    case EDITOR_OPEN_BELOW:
    case EDITOR_OPEN_ABOVE:
        return open_line(editor, action == EDITOR_OPEN_BELOW);
    case EDITOR_SUBSTITUTE:
    case EDITOR_CHANGE_END:
        if (action == EDITOR_CHANGE_END || next > end)
            next = end;
        editor_take(editor, editor->cursor, next, false);
        return editor_put(editor, editor->cursor, next, "", 0);
    default:
        return true;
    }
}

void editor_begin_typing(struct editor *editor, int action, int motion, int32_t character)
{
    if (editor->read_only) {
        editor_say(editor, "this text is read only");
        return;
    }
    edit_text_begin(editor->text, editor->cursor);
    if (!prepare(editor, action))
        return;
    editor->mode = MODE_INSERT;
    editor->goal = -1;
    editor->typed_from = editor->cursor;
    editor->doing = (struct editor_repeat){ action, motion, character, NULL, 0 };
}

/* A change without a motion was one of a selection, which is not done again elsewhere. */
static bool is_repeatable(const struct editor_repeat *doing)
{
    return doing->action > EDITOR_LAST_OPERATOR || doing->motion != EDITOR_NOTHING;
}

void editor_end_typing(struct editor *editor)
{
    size_t start = edit_text_line_start(editor->text, line_here(editor));
    struct strbuf typed = STRBUF_INIT;

    if (editor->typed_from < editor->cursor)
        edit_text_copy(editor->text, editor->typed_from, editor->cursor, &typed);
    if (is_repeatable(&editor->doing) &&
        (typed.length > 0 || editor->doing.action != EDITOR_INSERT)) {
        editor_remember(editor, editor->doing.action, editor->doing.motion,
                        editor->doing.character);
        editor->last.typed_length = typed.length;
        editor->last.typed = strbuf_steal(&typed);
    }
    strbuf_release(&typed);
    if (editor->cursor > start)
        editor->cursor = character_previous(editor->text, editor->cursor);
    editor->goal = -1;
    editor_enter_mode(editor, MODE_NORMAL);
}

/* ---- typing ----
 *
 * From the key that begins it to Esc it is one step to take back, as in vi; moving the cursor or
 * pasting in between begins another. */

static void type_character(struct editor *editor, int32_t key)
{
    char encoded[4];

    editor_put(editor, editor->cursor, editor->cursor, encoded,
               utf8_encode((uint32_t)key, encoded));
}

/* The sign of a list item or quotation at `*at` of a line's bytes, with the blank behind it, as the
 * next item has it; `*at` gets behind it. */
static bool list_sign(const char *bytes, size_t length, size_t *at, struct strbuf *out)
{
    size_t from = *at;
    size_t digits = from;
    unsigned long number;

    while (digits < length && isdigit((unsigned char)bytes[digits]))
        digits++;
    if (from + 1 < length && strchr("-*+>", bytes[from]) != NULL && bytes[from] != '\0' &&
        bytes[from + 1] == ' ') {
        strbuf_printf(out, "%c ", bytes[from]);
        *at = from + 2;
    } else if (digits > from && digits - from < 7 && digits + 1 < length &&
               (bytes[digits] == '.' || bytes[digits] == ')') && bytes[digits + 1] == ' ') {
        number = strtoul(bytes + from, NULL, 10);
        strbuf_printf(out, "%lu%c ", number < NUMBER_LAST ? number + 1 : number, bytes[digits]);
        *at = digits + 2;
    } else {
        return false;
    }
    /* GitHub's task list: the next one is not done yet. */
    if (*at + 3 < length && bytes[*at] == '[' && bytes[*at + 2] == ']' && bytes[*at + 3] == ' ') {
        strbuf_add(out, "[ ] ");
        *at += 4;
    }
    return true;
}

/* What a line begins with when Enter is pressed in this one; `*from` gets what goes of this line,
 * up to the cursor. */
static void next_line_start(struct editor *editor, struct strbuf *out, size_t *from)
{
    size_t line = line_here(editor);
    size_t start = edit_text_line_start(editor->text, line);
    size_t end = edit_text_line_end(editor->text, line);
    size_t length = editor->cursor - start;
    size_t at;
    const char *bytes;
    bool item;

    copy_indent(editor, line, editor->cursor, out);
    at = out->length;
    *from = editor->cursor;
    /* A line of nothing but blanks keeps none. */
    if (at == length && editor->cursor == end)
        *from = start;
    bytes = edit_text_bytes(editor->text, start, length < SIGN_REACH ? length : SIGN_REACH);
    item = at < SIGN_REACH && list_sign(bytes, length < SIGN_REACH ? length : SIGN_REACH, &at, out);
    /* An item without a text ends the list. */
    if (item && at >= length && editor->cursor == end) {
        strbuf_clear(out);
        *from = start;
    }
}

static void type_newline(struct editor *editor)
{
    size_t start = edit_text_line_start(editor->text, line_here(editor));
    struct strbuf next = STRBUF_INIT;
    struct strbuf text = STRBUF_INIT;
    size_t from;
    bool ends_list;

    next_line_start(editor, &next, &from);
    ends_list = from == start && next.length == 0 && editor->cursor > start;
    if (!ends_list)
        strbuf_add(&text, editor_line_ending(editor));
    strbuf_add_bytes(&text, next.data, next.length);
    editor_put(editor, from, editor->cursor, text.data, text.length);
    strbuf_release(&next);
    strbuf_release(&text);
}

static size_t column_of(struct editor *editor, size_t start)
{
    size_t columns = 0;

    for (size_t at = start; at < editor->cursor && columns < SIGN_REACH;
         at = character_next(editor->text, at))
        columns++;
    return columns;
}

static void tabulate(struct editor *editor)
{
    static const char blanks[INDENT + 1] = "    ";
    size_t start = edit_text_line_start(editor->text, line_here(editor));

    editor_put(editor, editor->cursor, editor->cursor, blanks,
               INDENT - column_of(editor, start) % INDENT);
}

static void unindent(struct editor *editor)
{
    size_t start = edit_text_line_start(editor->text, line_here(editor));
    size_t text = editor_line_text(editor, line_here(editor));
    size_t end = text - start > INDENT ? start + INDENT : text;
    size_t cursor = editor->cursor;

    if (start < text && edit_text_byte(editor->text, start) == '\t')
        end = start + 1;
    if (end == start || !editor_put(editor, start, end, "", 0))
        return;
    editor->cursor = cursor > end ? cursor - (end - start) : start;
}

/* Back over what Backspace takes: the blanks of an indentation go as Tab put them. */
static size_t rub_out_from(struct editor *editor)
{
    size_t start = edit_text_line_start(editor->text, line_here(editor));
    size_t from = editor->cursor;
    size_t wanted;

    if (editor_line_text(editor, line_here(editor)) < from || from - start < 2)
        return character_previous(editor->text, from);
    wanted = (from - start - 1) % INDENT + 1;
    while (wanted > 0 && edit_text_byte(editor->text, from - 1) == ' ') {
        from--;
        wanted--;
    }
    return from == editor->cursor ? character_previous(editor->text, from) : from;
}

static size_t word_start_before(struct editor *editor)
{
    size_t start = edit_text_line_start(editor->text, line_here(editor));
    size_t at = editor->cursor;

    if (at == start)
        return character_previous(editor->text, at);
    at = character_skip_back(editor->text, at, CHARACTER_BLANK, start);
    if (at == start)
        return start;
    return character_skip_back(editor->text, at,
                               character_class_at(editor->text,
                                                  character_previous(editor->text, at)),
                               start);
}

static void delete_back(struct editor *editor, size_t from)
{
    if (from < editor->cursor)
        editor_put(editor, from, editor->cursor, "", 0);
}

void editor_type(struct editor *editor, int action, int32_t key)
{
    size_t start = edit_text_line_start(editor->text, line_here(editor));
    size_t at = editor->cursor;

    switch (action) {
    case EDITOR_NOTHING:
        type_character(editor, key);
        break;
    case EDITOR_NEWLINE:
        type_newline(editor);
        break;
    case EDITOR_TABULATE:
        tabulate(editor);
        break;
    case EDITOR_UNINDENT:
        unindent(editor);
        break;
    case EDITOR_KEY_BACKSPACE:
        delete_back(editor, rub_out_from(editor));
        break;
    case EDITOR_DELETE_WORD:
        delete_back(editor, word_start_before(editor));
        break;
    case EDITOR_DELETE_LINE_START:
        delete_back(editor, at > start ? start : character_previous(editor->text, at));
        break;
    case EDITOR_KEY_DELETE:
        if (character_next(editor->text, at) > at)
            editor_put(editor, at, character_next(editor->text, at), "", 0);
        break;
    default:
        break;
    }
    if (editor->cursor < editor->typed_from)
        editor->typed_from = editor->cursor;
}

/* ---- pasting ---- */

/* Lines end as those of the text do; what a terminal would act on, and what is no character, is
 * left out. Returns how many were. */
static size_t make_harmless(const char *text, size_t length, const char *ending, struct strbuf *out)
{
    const char *end = text + length;
    size_t left_out = 0;

    while (text < end) {
        const char *from = text;
        int32_t letter = utf8_decode(&text, end);

        if (letter == '\r' || letter == '\n') {
            text += letter == '\r' && text < end && *text == '\n';
            strbuf_add(out, ending);
        } else if (letter == '\t' || (letter >= 0x20 && letter < 0x7f) || letter >= 0xa0) {
            strbuf_add_bytes(out, from, (size_t)(text - from));
        } else {
            left_out++;
        }
    }
    return left_out;
}

void editor_paste(struct editor *editor, const char *text, size_t length)
{
    struct strbuf clean = STRBUF_INIT;
    size_t left_out = make_harmless(text, length, editor_line_ending(editor), &clean);
    size_t from = editor->cursor, to = editor->cursor;
    char *said;

    if (editor_is_visual(editor)) {
        editor_selection(editor, &from, &to);
        editor_enter_mode(editor, MODE_NORMAL);
    }
    edit_text_end(editor->text, editor->cursor);
    if (clean.length > 0 && editor_put(editor, from, to, clean.data, clean.length) &&
        left_out > 0) {
        said = memory_printf("%zu control character%s of what was pasted %s left out", left_out,
                             left_out == 1 ? "" : "s", left_out == 1 ? "was" : "were");
        editor_say(editor, said);
        free(said);
    }
    edit_text_end(editor->text, editor->cursor);
    strbuf_release(&clean);
}
