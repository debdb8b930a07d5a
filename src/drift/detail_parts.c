#include "detail_parts.h"

void detail_heading(struct strbuf *out, const char *title)
{
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, title);
    strbuf_add_char(out, '\n');
}

void detail_beside(struct strbuf *out, enum rich_role label_role, const char *label,
                   const char *text, size_t width, bool utf8)
{
    struct strbuf wrapped = STRBUF_INIT;

    rich_wrap(&wrapped, text, DETAIL_LABEL_COLUMN, width);
    rich_cell(out, label_role, label, DETAIL_LABEL_COLUMN, RICH_LEFT, utf8);
    strbuf_add(out,
               wrapped.length > DETAIL_LABEL_COLUMN ? wrapped.data + DETAIL_LABEL_COLUMN : "\n");
    strbuf_release(&wrapped);
}

void detail_fact(struct strbuf *out, const char *label, enum rich_role role, const char *text,
                 size_t width, bool utf8)
{
    struct strbuf value = STRBUF_INIT;

    if (text == NULL || *text == '\0')
        return;
    rich_text(&value, role, text, utf8);
    detail_beside(out, RICH_DIM, label, value.data, width, utf8);
    strbuf_release(&value);
}
