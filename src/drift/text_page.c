#include "text_page.h"

#include <stdio.h>
#include <string.h>

#include <pilab/drift/text.h>

void drift_page_line(struct text_page *page, struct strbuf *left, struct strbuf *right)
{
    size_t width = page->width, needed = rich_width(left->data, left->length);

    if (right != NULL && right->length > 0)
        needed += 2 + rich_width(right->data, right->length);
    if (page->whole && needed > width)
        width = needed;
    rich_line(page->out, left->data, right != NULL ? right->data : NULL, width, page->utf8);
    strbuf_clear(left);
    if (right != NULL)
        strbuf_clear(right);
}

void drift_page_wrap(struct text_page *page, struct strbuf *text, size_t indent)
{
    rich_wrap(page->out, text->data, indent, page->width);
    strbuf_clear(text);
}

void drift_page_heading(struct text_page *page, const char *title, size_t count)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_add_char(page->out, '\n');
    rich_text(&line, RICH_HEADING, title, page->utf8);
    if (count > 0) {
        rich_open(&line, RICH_DIM);
        strbuf_printf(&line, "  %zu", count);
        rich_close(&line);
    }
    drift_page_wrap(page, &line, 0);
    strbuf_release(&line);
}

void drift_page_more(struct text_page *page, size_t hidden, const char *things)
{
    struct strbuf line = STRBUF_INIT;

    if (hidden == 0)
        return;
    rich_open(&line, RICH_DIM);
    strbuf_printf(&line, "%s %zu more %s: --wide shows all", page->utf8 ? "…" : "...", hidden,
                  things);
    rich_close(&line);
    rich_wrap(page->out, line.data, 3, page->width);
    strbuf_release(&line);
}

void drift_page_file_words(const struct text_page *page, struct strbuf *line,
                           const struct drift_item *item)
{
    char likeness[16];

    if (drift_item_is_version(item)) {
        strbuf_add(line, "  ");
        drift_text_values(line, item, page->utf8);
    }
    if (item->submodule != NULL) {
        struct strbuf words = STRBUF_INIT;

        submodule_words(item->submodule, &words);
        strbuf_add(line, "  ");
        rich_text(line, RICH_DIM, words.data, page->utf8);
        strbuf_release(&words);
    }
    if (item->old_path == NULL)
        return;
    strbuf_add(line, page->utf8 ? " ← " : " <- ");
    rich_text(line, RICH_DIM, item->old_path, page->utf8);
    if (item->likeness == 0 || item->likeness >= 100)
        return;
    snprintf(likeness, sizeof likeness, " (%u%%)", item->likeness);
    rich_word(line, RICH_DIM, likeness);
}

size_t drift_page_shown(const struct text_page *page, size_t count, size_t most)
{
    return page->wide || count <= most + 1 ? count : most;
}

void drift_page_module(struct text_page *page, const struct drift_item *item, const char **module)
{
    struct strbuf line = STRBUF_INIT;

    if (!drift_report_of_several(page->report) ||
        (*module != NULL && strcmp(*module, item->module) == 0))
        return;
    strbuf_add_char(&line, ' ');
    rich_text(&line, RICH_TITLE, item->module, page->utf8);
    drift_page_line(page, &line, NULL);
    strbuf_release(&line);
    *module = item->module;
}
