#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/tui/text_view.h>

#include "workspace_internal.h"

/* `:messages`: everything that was said, the newest at the end. */

static void title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "Messages");
}

static void layout(struct view *view, struct rectangle area)
{
    struct text_view *text = view_state(view);

    rectangle_cut_left(&area, 1);
    pane_place(text_view_pane(text), area);
}

static void close_messages(struct view *view)
{
    struct text_view *text = view_state(view);

    text_view_free(&text);
}

static const struct view_ops messages_ops = {
    .name = "messages",
    .title = title,
    .layout = layout,
    .close = close_messages,
};

static void add_span(struct vector *spans, size_t from, size_t to, enum role role)
{
    struct text_span span = { from, to - from, role };

    vector_push(spans, &span);
}

static void add_message(const struct message *message, struct strbuf *out, struct vector *spans)
{
    time_t seconds = (time_t)(message->at / 1000);
    size_t start = out->length;
    struct tm local;
    char at[32] = "";

    if (localtime_r(&seconds, &local) != NULL)
        (void)strftime(at, sizeof at, "%H:%M:%S  ", &local);
    strbuf_add(out, at);
    add_span(spans, start, out->length, ROLE_DIM);
    start = out->length;
    strbuf_printf(out, "%-9s", message_kind_name(message->kind));
    add_span(spans, start, out->length, message_role(message->kind));
    strbuf_printf(out, "%s\n", message->text);
    if (message->hint == NULL)
        return;
    start = out->length;
    strbuf_printf(out, "%*s%s\n", 19, "", message->hint);
    add_span(spans, start, out->length, ROLE_DIM);
}

struct view *messages_view_new(struct workspace *workspace)
{
    const struct message_log *log = workspace_messages(workspace);
    struct text_view *text = text_view_new();
    struct view *view = view_new(workspace, &messages_ops, text);
    struct strbuf all = STRBUF_INIT;
    struct vector spans;

    vector_init(&spans, sizeof(struct text_span));
    for (size_t i = 0; i < message_log_count(log); i++)
        add_message(message_log_at(log, i), &all, &spans);
    text_view_set_spans(text, all.data, all.length, spans.items, spans.count);
    text_view_set_empty(text, "Nothing was said yet.");
    text_view_go_to(text, text_view_lines(text));
    view_add_pane(view, text_view_pane(text));
    vector_release(&spans);
    strbuf_release(&all);
    return view;
}
