#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/base/vector.h>
#include <pilab/tui/text_view.h>

#include "workspace_internal.h"

/* `:messages`: everything that was said, the newest at the end. What does not fit on a line goes on
 * below where it began, beside time and kind. */

#define HEAD_COLUMNS 19 /* "14:30:05  warning  " */
#define ROOM_WANTED  30 /* beside them; where there is less, a message goes on below them */
#define NARROW_BLANK 2

struct messages {
    struct workspace *workspace;
    struct text_view *text;
    size_t count; /* messages when it was opened: what comes later is no part of it */
    int columns;  /* the lines were made for */
};

static void add_span(struct vector *spans, size_t from, size_t to, enum role role)
{
    struct text_span span = { from, to - from, role };

    vector_push(spans, &span);
}

/* Each line of it in lines of at most `columns`, each after `indent` blanks; the escaped text has
 * nothing left that a terminal or a rich text would act on. */
static void add_lines(struct strbuf *out, const char *text, size_t indent, size_t columns,
                      bool utf8)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        char *line = memory_copy_bytes(text, length);
        struct strbuf rich = STRBUF_INIT, wrapped = STRBUF_INIT;

        rich_text(&rich, RICH_PLAIN, line, utf8);
        rich_wrap(&wrapped, rich.data, indent, columns);
        rich_to_plain(out, wrapped.data, wrapped.length);
        strbuf_release(&wrapped);
        strbuf_release(&rich);
        free(line);
        text += length + (text[length] == '\n');
    }
}

static void add_message(const struct messages *messages, const struct message *message,
                        struct strbuf *out, struct vector *spans)
{
    bool utf8 = workspace_glyphs(messages->workspace) != GLYPHS_ASCII;
    bool beside = messages->columns >= HEAD_COLUMNS + ROOM_WANTED;
    size_t indent = beside ? HEAD_COLUMNS : NARROW_BLANK, columns = (size_t)messages->columns;
    time_t seconds = (time_t)(message->at / 1000);
    size_t start = out->length;
    struct strbuf lines = STRBUF_INIT;
    struct tm local;
    char at[32] = "";

    if (localtime_r(&seconds, &local) != NULL)
        (void)strftime(at, sizeof at, "%H:%M:%S  ", &local);
    strbuf_add(out, at);
    add_span(spans, start, out->length, ROLE_DIM);
    start = out->length;
    strbuf_printf(out, "%-9s", message_kind_name(message->kind));
    add_span(spans, start, out->length, message_role(message->kind));
    if (!beside)
        strbuf_add_char(out, '\n');
    add_lines(&lines, message->text, indent, columns, utf8);
    /* Time and kind stand in the blanks of the first line. */
    strbuf_add(out, lines.length >= indent && beside ? lines.data + indent : lines.data);
    if (lines.length == 0)
        strbuf_add_char(out, '\n');
    strbuf_release(&lines);
    if (message->hint == NULL)
        return;
    start = out->length;
    add_lines(out, message->hint, indent, columns, utf8);
    add_span(spans, start, out->length, ROLE_DIM);
}

static void fill(struct messages *messages)
{
    const struct message_log *log = workspace_messages(messages->workspace);
    struct strbuf all = STRBUF_INIT;
    struct vector spans;

    vector_init(&spans, sizeof(struct text_span));
    for (size_t i = 0; i < messages->count && i < message_log_count(log); i++)
        add_message(messages, message_log_at(log, i), &all, &spans);
    text_view_set_spans(messages->text, all.data, all.length, spans.items, spans.count);
    text_view_go_to(messages->text, text_view_lines(messages->text));
    vector_release(&spans);
    strbuf_release(&all);
}

static void title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Messages");
}

static void layout(struct view *view, struct rectangle area)
{
    struct messages *messages = view_state(view);

    rectangle_cut_left(&area, 1);
    pane_place(text_view_pane(messages->text), area);
    if (messages->columns == area.columns)
        return;
    messages->columns = area.columns;
    fill(messages);
}

static void close_messages(struct view *view)
{
    struct messages *messages = view_state(view);

    text_view_free(&messages->text);
    free(messages);
}

static const struct view_ops messages_ops = {
    .name = "messages",
    .title = title,
    .layout = layout,
    .close = close_messages,
};

struct view *messages_view_new(struct workspace *workspace)
{
    struct messages *messages = memory_new(sizeof *messages);
    struct view *view = view_new(workspace, &messages_ops, messages);

    messages->workspace = workspace;
    messages->text = text_view_new();
    messages->count = message_log_count(workspace_messages(workspace));
    text_view_set_empty(messages->text, "Nothing was said yet.");
    view_add_pane(view, text_view_pane(messages->text));
    return view;
}
