#include "rows.h"
#include "text_page.h"
#include "words.h"

#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/drift/mask.h>
#include <pilab/drift/text.h>

enum { SHOWN_ITEMS = 40, VALUE_COLUMNS_MAX = 60 };

struct columns {
    size_t service, key;
};

static size_t widest(size_t a, const char *text, size_t most)
{
    size_t width = text ? text_width(text, strlen(text)) : 0;

    width = width > most ? most : width;
    return a > width ? a : width;
}

static struct columns item_columns(const struct page *page, const struct note_row *rows,
                                   size_t count)
{
    struct columns columns = { 0, 0 };
    bool services = page->note->summary.service_count > 1;

    for (size_t i = 0; i < count; i++) {
        if (services)
            columns.service = widest(columns.service, note_words_service(page->note, rows[i].item),
                                     page->width / 4);
        columns.key = widest(columns.key, rows[i].name, page->width * 2 / 5);
    }
    return columns;
}

static void add_value(struct strbuf *out, const struct page *page, const char *value)
{
    struct strbuf safe = STRBUF_INIT, ascii = STRBUF_INIT;

    if (!page->utf8)
        mask_to_ascii(&ascii, value);
    page_escaped(&safe, page, value[0] == '\0' ? "\"\"" : page->utf8 ? value : ascii.data);
    if (!page->wide && text_width(safe.data, safe.length) > VALUE_COLUMNS_MAX) {
        strbuf_truncate(&safe, text_fit(safe.data, safe.length, VALUE_COLUMNS_MAX - 1, NULL));
        strbuf_add(&safe, page->utf8 ? "…" : "~");
    }
    strbuf_add_bytes(out, safe.data, safe.length);
    strbuf_release(&safe);
    strbuf_release(&ascii);
}

/* "30 → 15", "true" of what is new, "was true" of what is gone. */
static void add_values(struct strbuf *out, const struct page *page, const struct note_item *item)
{
    if (item->previous && item->current) {
        add_value(out, page, item->previous);
        strbuf_printf(out, " %s ", page_arrow(page));
        add_value(out, page, item->current);
        if (note_words_masked_alike(item))
            strbuf_add(out, " (different)");
    } else if (item->current) {
        add_value(out, page, item->current);
    } else if (item->previous) {
        strbuf_add(out, "was ");
        add_value(out, page, item->previous);
    }
}

/* Why it is to be looked at, and that it touches security. */
static void add_reason(struct page *page, const struct note_item *item, size_t indent)
{
    const char *words = item->security                      ? "security: "
                        : item->attention == ATTENTION_NONE ? "because: "
                                                            : "look: ";

    if (!item->reason)
        words = "security";
    page_remark(page,
                item->attention == ATTENTION_BLOCKER ? RICH_CRITICAL
                : item->security                     ? RICH_HIGH
                                                     : RICH_DIM,
                words, item->reason, indent);
}

static void add_row(struct page *page, const struct note_row *row, struct columns columns)
{
    const struct note_item *item = row->item;
    const char *service = note_words_service(page->note, item);
    size_t indent = PAGE_INDENT + 2 + (columns.service > 0 ? columns.service + 2 : 0);
    struct strbuf line = STRBUF_INIT, values = STRBUF_INIT;

    strbuf_add_repeat(&line, " ", PAGE_INDENT);
    rich_word(&line, change_type_role(item->change_type),
              change_type_sign(item->change_type, page->utf8));
    strbuf_add_char(&line, ' ');
    if (columns.service > 0) {
        rich_cell(&line, RICH_PLAIN, service != NULL ? service : "", columns.service, RICH_LEFT,
                  page->utf8);
        strbuf_add(&line, "  ");
    }
    rich_cell(&line, RICH_NAME, row->name, columns.key, RICH_ENDS, page->utf8);
    strbuf_add(&line, "  ");
    add_values(&values, page, item);
    if (page->wide)
        page_wrapped(page, RICH_PLAIN, values.data, indent + columns.key + 2, &line, NULL);
    else {
        strbuf_add_bytes(&line, values.data, values.length);
        page_line(page, &line, NULL);
    }
    if (item->security || (item->reason && (item->attention != ATTENTION_NONE || page->wide)))
        add_reason(page, item, indent);
    strbuf_release(&line);
    strbuf_release(&values);
}

static const char *const section_titles[NOTE_SECTION_COUNT] = {
    [NOTE_CODE] = "Code",         [NOTE_CONFIGURATION] = "Configuration",
    [NOTE_DATABASE] = "Database", [NOTE_INFRASTRUCTURE] = "Infrastructure",
    [NOTE_IMAGES] = "Images",     [NOTE_DEPENDENCIES] = "Dependencies",
};

/* Rows with what stands in the column of keys: "image in 79 places". */
static struct note_row *named_rows(const struct page *page, enum note_section section,
                                   struct arena *arena, size_t *count)
{
    struct note_row *rows = note_rows(page->note, section, !page->wide, arena, count);

    for (size_t i = 0; i < *count; i++) {
        if (rows[i].places > 1)
            rows[i].name = arena_printf(arena, "%s in %zu places", rows[i].name, rows[i].places);
        else if (rows[i].name == NULL)
            rows[i].name = "";
    }
    return rows;
}

void page_section(struct page *page, enum note_section section)
{
    const struct note_section_status *status = &page->note->sections[section];
    struct arena *arena = arena_new();
    size_t first, rows_count, shown, left = note_section_items(page->note, section, &first);
    const struct note_row *rows = named_rows(page, section, arena, &rows_count);
    struct columns columns = item_columns(page, rows, rows_count);

    if (left > 0)
        page_heading(page, section_titles[section], left);
    shown = page->wide || rows_count <= SHOWN_ITEMS + 1 ? rows_count : SHOWN_ITEMS;
    for (size_t i = 0; i < shown; i++) {
        add_row(page, &rows[i], columns);
        left -= rows[i].places;
    }
    page_more(page, left, "differences");
    if (rows_count > 0 && status->detail)
        page_remark(page, RICH_WARNING, "", status->detail, PAGE_INDENT);
    arena_free(&arena);
}

void page_silent_sections(struct page *page)
{
    static const struct {
        enum note_section_state state;
        enum rich_role role;
        const char *words;
    } groups[] = {
        {NOTE_NONE,          RICH_GOOD,    "No differences"   },
        { NOTE_NOT_EXAMINED, RICH_DIM,     "Not examined"     },
        { NOTE_UNREAD,       RICH_WARNING, "Could not be read"},
    };
    size_t i;
    int section;

    strbuf_add_char(page->out, '\n');
    for (i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        struct strbuf line = STRBUF_INIT, names = STRBUF_INIT;

        for (section = 0; section < NOTE_SECTION_COUNT; section++) {
            if (page->note->sections[section].state == groups[i].state)
                strbuf_printf(&names, "%s%s", names.length > 0 ? ", " : "",
                              note_section_name((enum note_section)section));
        }
        if (names.length > 0) {
            rich_cell(&line, groups[i].role, groups[i].words, 19, RICH_LEFT, page->utf8);
            page_wrapped(page, RICH_PLAIN, names.data, 19, &line, NULL);
        }
        strbuf_release(&line);
        strbuf_release(&names);
    }
}
