#include "text_page.h"

#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/text.h>

const struct drift_provenance *drift_page_place(const struct drift_item *item)
{
    return item->current_at.file != NULL ? &item->current_at : &item->previous_at;
}

/* A mark on every line would say nothing. */
static bool all_new(const struct drift_report *report)
{
    return report->since.appeared >= report->summary.total_changes;
}

/* `named`: the line says the module, where there are several. What was not in the last report has
 * its mark in parentheses: no name of a thing begins with such a word. */
void drift_page_begin_item(struct strbuf *left, const struct text_page *page,
                           const struct drift_item *item, bool named)
{
    strbuf_add_char(left, ' ');
    rich_cell(left, severity_role(item->severity), severity_name(item->severity), 8, RICH_LEFT,
              true);
    strbuf_add_char(left, ' ');
    rich_word(left, drift_item_role(item), drift_item_sign(item, page->utf8));
    strbuf_add_char(left, ' ');
    if (item->novelty == NOVELTY_NEW && !all_new(page->report)) {
        rich_word(left, RICH_WARNING, "(new)");
        strbuf_add_char(left, ' ');
    }
    if (named && drift_report_of_several(page->report)) {
        rich_text(left, RICH_TITLE, item->module, page->utf8);
        strbuf_add(left, "  ");
    }
}

/* "deploy/values.yaml:41"; under the document's own heading only "line 41". */
static void add_place(struct strbuf *out, const struct drift_item *item, bool line_only, bool utf8)
{
    const struct drift_provenance *at = drift_page_place(item);

    if (at->file == NULL)
        return;
    if (!line_only)
        rich_text(out, RICH_DIM, at->file, utf8);
    if (at->line > 0) {
        rich_open(out, RICH_DIM);
        strbuf_printf(out, line_only ? "line %u" : ":%u", at->line);
        rich_close(out);
    }
}

void drift_page_values(const struct text_page *page, struct strbuf *out,
                       const struct drift_item *item)
{
    if (page->whole)
        drift_text_whole_values(out, item, page->utf8);
    else
        drift_text_values(out, item, page->utf8);
}

/* The key and its values beside each other: where there is no room for both, the values keep two
 * fifths of it, and the key loses its middle. */
static void add_key_and_values(struct strbuf *left, const struct text_page *page,
                               const struct drift_item *item)
{
    struct strbuf values = STRBUF_INIT;
    size_t used = rich_width(left->data, left->length) + 2, room, width;

    drift_page_values(page, &values, item);
    width = rich_width(values.data, values.length);
    room = page->width > used ? page->width - used : 0;
    if (width > room * 2 / 5)
        width = room * 2 / 5;
    if (page->whole)
        rich_text(left, RICH_NAME, item->path, page->utf8);
    else
        rich_middle(left, RICH_NAME, item->path, room - width, page->utf8);
    strbuf_add(left, "  ");
    strbuf_add_bytes(left, values.data, values.length);
    strbuf_release(&values);
}

void drift_page_remark(struct text_page *page, struct strbuf *remark)
{
    drift_page_wrap(page, remark, REMARK_INDENT);
}

static bool fits(const struct text_page *page, const struct strbuf *left,
                 const struct strbuf *right)
{
    return rich_width(left->data, left->length) + 2 + rich_width(right->data, right->length) <=
           page->width;
}

/* Who wants everything gets it whole, in as many lines as it takes. */
static void add_whole_value(struct text_page *page, const struct drift_item *item,
                            struct strbuf *left, struct strbuf *right)
{
    struct strbuf values = STRBUF_INIT;

    rich_text(left, RICH_NAME, item->path, page->utf8);
    if (rich_width(left->data, left->length) <= page->width)
        drift_page_line(page, left, fits(page, left, right) ? right : NULL);
    else
        drift_page_wrap(page, left, 1);
    drift_text_whole_values(&values, item, page->utf8);
    drift_page_remark(page, &values);
    if (right->length > 0)
        drift_page_remark(page, right);
    strbuf_release(&values);
}

static void add_value_line(struct text_page *page, const struct drift_item *item,
                           struct strbuf *left, bool under_file)
{
    struct strbuf right = STRBUF_INIT, whole = STRBUF_INIT;

    add_place(&right, item, under_file, page->utf8);
    drift_text_whole_values(&whole, item, page->utf8);
    if (page->wide && !page->whole &&
        rich_width(left->data, left->length) + text_width(item->path, strlen(item->path)) + 2 +
                rich_width(whole.data, whole.length) >
            page->width) {
        add_whole_value(page, item, left, &right);
    } else {
        add_key_and_values(left, page, item);
        /* What it becomes matters more than where that is written. */
        drift_page_line(page, left, page->whole || fits(page, left, &right) ? &right : NULL);
    }
    strbuf_release(&right);
    strbuf_release(&whole);
}

static void add_file_item_line(struct text_page *page, const struct drift_item *item,
                               struct strbuf *left)
{
    size_t used = rich_width(left->data, left->length);

    if (page->wide || page->whole)
        rich_text(left, RICH_NAME, item->path, page->utf8);
    else
        rich_middle(left, RICH_NAME, item->path, page->width > used ? page->width - used : 0,
                    page->utf8);
    drift_page_file_words(page, left, item);
    if (page->wide && !page->whole && rich_width(left->data, left->length) > page->width)
        drift_page_wrap(page, left, 1);
    else
        drift_page_line(page, left, NULL);
}

/* Who decides about one names it by its id. */
static void add_age(struct text_page *page, const struct drift_item *item)
{
    struct strbuf line = STRBUF_INIT, age = STRBUF_INIT;

    if (!page->wide || item->drifting_since == 0)
        return;
    drift_text_age(&age, page->report, item);
    strbuf_printf(&line, "id %s  ", item->id);
    strbuf_add(&line, age.data);
    strbuf_clear(&age);
    rich_text(&age, RICH_DIM, line.data, page->utf8);
    drift_page_remark(page, &age);
    strbuf_release(&line);
    strbuf_release(&age);
}

/* Of a kept report: what those who read it today should know. */
static void add_mark(struct text_page *page, const struct drift_item *item)
{
    struct strbuf line = STRBUF_INIT, words = STRBUF_INIT;

    if (!drift_item_is_marked(item))
        return;
    decision_words(&words, item->decision, page->utf8);
    rich_word(&line, RICH_GOOD, "since: ");
    strbuf_add_bytes(&line, words.data, words.length);
    drift_page_remark(page, &line);
    strbuf_release(&words);
    strbuf_release(&line);
}

void drift_page_item(struct text_page *page, const struct drift_item *item, bool named,
                     bool under_file)
{
    struct strbuf left = STRBUF_INIT;

    drift_page_begin_item(&left, page, item, named);
    if (item->type == DRIFT_CODE)
        add_file_item_line(page, item, &left);
    else
        add_value_line(page, item, &left, under_file);
    add_age(page, item);
    add_mark(page, item);
    strbuf_release(&left);
}
