/* What was changed together, on the pages of a difference and of a change. */
#include <pilab/drift/together.h>

#include <string.h>

#include <pilab/drift/text.h>

#include "detail_parts.h"

/* So many lines name things, and so many files of code: a ticket may have touched hundreds. */
enum { SHOWN_THINGS = 16, SHOWN_FILES = 6 };

static const char *const words[DRIFT_TYPE_COUNT] = {
    [DRIFT_CODE] = "code",   [DRIFT_CONFIG] = "config",        [DRIFT_DATABASE] = "database",
    [DRIFT_IMAGE] = "image", [DRIFT_INFRASTRUCTURE] = "infra", [DRIFT_DEPENDENCY] = "dependency",
};

static void add_one(struct strbuf *out, const struct together_item *one, bool reason, size_t width,
                    bool utf8)
{
    const struct drift_item *item = one->item;
    struct strbuf text = STRBUF_INIT;

    rich_word(&text, drift_item_role(item), drift_item_sign(item, utf8));
    strbuf_add_char(&text, ' ');
    rich_text(&text, RICH_NAME, item->path, utf8);
    if (item->type != DRIFT_CODE) {
        strbuf_add(&text, "  ");
        drift_text_values(&text, item, utf8);
    }
    if (reason) {
        strbuf_add(&text, "  ");
        rich_text(&text, RICH_DIM, one->ticket != NULL ? one->ticket : "the same commit", utf8);
    }
    detail_beside(out, RICH_DIM, words[item->type], text.data, width, utf8);
    strbuf_release(&text);
}

static void add_left_out(struct strbuf *out, size_t count, const char *what, size_t width,
                         bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    if (count == 0)
        return;
    strbuf_printf(&text, "%s %zu more%s", utf8 ? "…" : "...", count, what);
    detail_beside(out, RICH_DIM, "", text.data, width, utf8);
    strbuf_release(&text);
}

/* `reason`: why each is there is said. */
static void add_list(struct strbuf *out, const char *title, const struct together_item *items,
                     size_t count, bool reason, size_t width, bool utf8)
{
    size_t things = 0, files = 0;

    if (count == 0)
        return;
    detail_heading(out, title);
    for (size_t i = 0; i < count; i++) {
        bool file = items[i].item->type == DRIFT_CODE;
        size_t *number = file ? &files : &things;

        /* Files stand last. */
        if (file && files == 0 && things > SHOWN_THINGS)
            add_left_out(out, things - SHOWN_THINGS, "", width, utf8);
        if (++*number <= (file ? (size_t)SHOWN_FILES : (size_t)SHOWN_THINGS))
            add_one(out, &items[i], reason, width, utf8);
    }
    if (files == 0 && things > SHOWN_THINGS)
        add_left_out(out, things - SHOWN_THINGS, "", width, utf8);
    if (files > SHOWN_FILES)
        add_left_out(out, files - SHOWN_FILES, " files", width, utf8);
}

static bool stands_in(const struct drift_item *item, const struct drift_item *file)
{
    const char *path =
        item->current_at.file != NULL ? item->current_at.file : item->previous_at.file;

    return path != NULL && item->type != DRIFT_CODE && strcmp(item->module, file->module) == 0 &&
           strcmp(path, file->path) == 0;
}

void drift_detail_told(struct strbuf *out, const struct drift_report *report,
                       const struct drift_item *item, size_t width, bool utf8)
{
    size_t counts[DRIFT_TYPE_COUNT] = { 0 };
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; item->type == DRIFT_CODE && i < report->item_count; i++)
        counts[report->items[i].type] += stands_in(&report->items[i], item);
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        if (counts[type] > 0)
            strbuf_printf(&text, "%s%zu %s %s", text.length > 0 ? ", " : "", counts[type],
                          words[type], counts[type] == 1 ? "difference" : "differences");
    }
    detail_fact(out, "told as", RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

void drift_detail_together(struct strbuf *out, const struct drift_report *report,
                           const struct drift_item *item, size_t width, bool utf8)
{
    struct drift_together *together = drift_together_new(report);
    size_t count;
    const struct together_item *items =
        drift_together_with(together, item, together->arena, &count);

    add_list(out, "Changed together with", items, count, true, width, utf8);
    drift_together_free(&together);
}

void drift_detail_changed(struct strbuf *out, const struct drift_report *report,
                          const struct drift_change *change, size_t width, bool utf8)
{
    struct drift_together *together = drift_together_new(report);
    size_t count;
    const struct together_item *items =
        drift_together_of_change(together, change, together->arena, &count);

    add_list(out, "What it changed", items, count, false, width, utf8);
    drift_together_free(&together);
}
