/*
 * A resource in full: what happens to it and why, and its attributes side by side.
 */
#include "infrastructure_kind.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/drift/infrastructure.h>
#include <pilab/drift/text.h>

#include "detail_parts.h"

/* Rows beyond this are numbers, not reading. */
enum { SHOWN_ATTRIBUTES = 200 };
/* Columns between two columns. */
enum { GAP = 2 };
/* What is longer than so many lines of its column reads better on its own. */
enum { MOST_LINES = 5, LEAST_COLUMN = 14 };

static const struct {
    const char *action, *words;
    enum rich_role role;
} actions[] = {
  // clang-format off
    {"create",         "created",                                          RICH_ADDED   },
    {"update",         "changed in place",                                 RICH_MODIFIED},
    {"replace",        "destroyed, then created anew",                     RICH_CRITICAL},
    {"delete",         "destroyed",                                        RICH_DELETED },
    {"forget",         "no longer managed; what is there stays",           RICH_WARNING },
    {"replace-forget", "left as it is, unmanaged, and created once more",  RICH_WARNING },
    {"read",           "read again",                                       RICH_PLAIN   },
    {"no-op",          "nothing; it stays as it is",                       RICH_PLAIN   },
  // clang-format on
};

static const char *action_words(const struct drift_resource *resource, enum rich_role *role)
{
    *role = RICH_WARNING;
    if (strcmp(resource->actions, "create+delete") == 0) {
        *role = RICH_CRITICAL;
        return "created anew, then the old one is destroyed";
    }
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(actions[i].action, resource->action) == 0) {
            *role = actions[i].role;
            return actions[i].words;
        }
    }
    return resource->actions;
}

static void add_facts(struct strbuf *out, const struct drift_resource *resource, size_t width,
                      bool utf8)
{
    enum rich_role role;
    const char *words = action_words(resource, &role);

    detail_fact(out, "resource", RICH_NAME, resource->address, width, utf8);
    detail_fact(out, resource->outside ? "outside" : "action", role, words, width, utf8);
    if (resource->inferred)
        detail_fact(out, "", RICH_DIM, "told by another id at the same address", width, utf8);
    if (resource->reason)
        detail_fact(out, "because", RICH_PLAIN, terraform_reason_words(resource->reason), width,
                    utf8);
    detail_fact(out, "forced by", RICH_CRITICAL, resource->replace_paths, width, utf8);
    detail_fact(out, "moved from", RICH_PLAIN, resource->previous_address, width, utf8);
    detail_fact(out, "imported", RICH_PLAIN, resource->import_id, width, utf8);
    detail_fact(out, "left over", RICH_PLAIN, resource->deposed, width, utf8);
    if (resource->tainted)
        detail_fact(out, "tainted", RICH_WARNING, "marked as damaged", width, utf8);
    detail_fact(out, "provider", RICH_PLAIN, resource->provider, width, utf8);
    detail_fact(out, "from", RICH_DIM, resource->file, width, utf8);
}

/* ---- attributes side by side ---- */

struct columns {
    size_t path, before, after;
};

static const char *shown(const struct drift_value *value, bool utf8)
{
    return value->present ? value->text : utf8 ? "–" : "-";
}

static size_t widest(size_t most, const char *text)
{
    size_t width = text_width(text, strlen(text));

    return width > most ? width : most;
}

/* As wide as what stands in them, as far as there is room: paths get two fifths at most. */
static struct columns measure(const struct drift_resource *resource, size_t width, bool utf8)
{
    struct columns columns = { 9, 7, 9 }; /* the headings */
    size_t room = width > 4 + 2 * GAP ? width - 2 * GAP - 2 : 4;

    for (size_t i = 0; i < resource->attribute_count; i++) {
        const struct drift_attribute *attribute = &resource->attributes[i];

        columns.path = widest(columns.path, attribute->path);
        columns.before = widest(columns.before, shown(&attribute->previous, utf8));
        columns.after = widest(columns.after, shown(&attribute->planned, utf8));
    }
    if (columns.path + columns.before + columns.after <= room)
        return columns;
    if (columns.path > room * 2 / 5)
        columns.path = room * 2 / 5;
    room -= columns.path;
    if (columns.before > room / 2 && columns.after > room / 2)
        columns.before = columns.after = room / 2;
    else if (columns.before > room / 2)
        columns.before = room - columns.after;
    else if (columns.before + columns.after > room)
        columns.after = room - columns.before;
    return columns;
}

static void add_gap(struct strbuf *out)
{
    strbuf_add_repeat(out, " ", GAP);
}

static enum rich_role path_role(const struct drift_attribute *attribute)
{
    return attribute->forces_replace ? RICH_CRITICAL : RICH_NAME;
}

/* A text as it goes on line after line in its column. */
struct cell {
    const char *text; /* what is left of it */
    enum rich_role role;
    size_t width;
};

static void add_line_of(struct strbuf *out, struct cell *cell, bool utf8)
{
    size_t used, length = text_fit(cell->text, strlen(cell->text), cell->width, &used);
    char *part = memory_copy_bytes(cell->text, length);

    rich_cell(out, cell->role, part, cell->width, RICH_LEFT, utf8);
    cell->text += length;
    free(part);
}

/* The three of them beside each other, each going on below itself where it is longer. */
static void add_row(struct strbuf *out, const struct columns *columns,
                    const struct drift_attribute *attribute, bool utf8)
{
    const char *mark = attribute->forces_replace ? "! " : "  ";
    bool told = attribute->planned.present && !attribute->unknown;
    struct cell cells[] = {
        {attribute->path, path_role(attribute),                                  columns->path },
        { shown(&attribute->previous,          utf8), attribute->previous.present ? RICH_DELETED : RICH_DIM,
         columns->before },
        {                                                                       shown(&attribute->planned,          utf8),                          told ? RICH_ADDED : RICH_DIM, columns->after },
    };

    do {
        rich_word(out, path_role(attribute), mark);
        mark = "  ";
        for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
            if (i > 0)
                add_gap(out);
            add_line_of(out, &cells[i], utf8);
        }
        strbuf_add_char(out, '\n');
    } while (*cells[0].text != '\0' || *cells[1].text != '\0' || *cells[2].text != '\0');
}

/* What has lines of its own, or would be a long thin column, is not for a table. */
static bool cell_fits(const char *text, size_t width)
{
    size_t needed = widest(0, text);

    return strpbrk(text, "\n\t") == NULL &&
           (needed <= width || (width >= LEAST_COLUMN && needed <= width * MOST_LINES));
}

static bool fits(const struct columns *columns, const struct drift_attribute *attribute, bool utf8)
{
    return cell_fits(attribute->path, columns->path) &&
           cell_fits(shown(&attribute->previous, utf8), columns->before) &&
           cell_fits(shown(&attribute->planned, utf8), columns->after);
}

static void add_wrapped(struct strbuf *out, enum rich_role role, const char *text, size_t indent,
                        size_t width, bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    rich_text(&line, role, text, utf8);
    rich_wrap(out, line.data, indent, width);
    strbuf_release(&line);
}

/* What does not fit beside each other stands below each other, whole. */
static void add_stack(struct strbuf *out, const struct drift_attribute *attribute, size_t width,
                      bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    rich_word(&line, path_role(attribute), attribute->forces_replace ? "! " : "  ");
    rich_text(&line, path_role(attribute), attribute->path, utf8);
    rich_wrap(out, line.data, 0, width);
    strbuf_release(&line);
    if (attribute->previous.present)
        add_wrapped(out, RICH_DELETED, attribute->previous.text, 6, width, utf8);
    if (attribute->planned.present)
        add_wrapped(out, attribute->unknown ? RICH_DIM : RICH_ADDED, attribute->planned.text, 6,
                    width, utf8);
}

static void add_heads(struct strbuf *out, const struct drift_report *report, bool outside,
                      const struct columns *columns, bool utf8)
{
    const char *before = outside ? "known" : drift_text_before(report);
    const char *after = outside ? "really" : drift_text_after(report);

    add_gap(out);
    rich_cell(out, RICH_DIM, "attribute", columns->path, RICH_LEFT, utf8);
    add_gap(out);
    rich_cell(out, RICH_DIM, before, columns->before, RICH_LEFT, utf8);
    add_gap(out);
    rich_cell(out, RICH_DIM, after, columns->after, RICH_LEFT, utf8);
    strbuf_add_char(out, '\n');
}

static void add_note(struct strbuf *out, size_t count, const char *words, bool utf8)
{
    rich_open(out, RICH_DIM);
    strbuf_printf(out, "  %s %zu %s", utf8 ? "…" : "...", count, words);
    rich_close(out);
    strbuf_add_char(out, '\n');
}

static void add_attributes(struct strbuf *out, const struct drift_report *report,
                           const struct drift_resource *resource, size_t width, bool utf8)
{
    struct columns columns = measure(resource, width, utf8);
    size_t count = resource->attribute_count;

    if (count > SHOWN_ATTRIBUTES)
        count = SHOWN_ATTRIBUTES;
    if (count == 0)
        return;
    detail_heading(out, "Attributes");
    add_heads(out, report, resource->outside, &columns, utf8);
    for (size_t i = 0; i < count; i++) {
        if (fits(&columns, &resource->attributes[i], utf8))
            add_row(out, &columns, &resource->attributes[i], utf8);
        else
            add_stack(out, &resource->attributes[i], width, utf8);
    }
    if (count < resource->attribute_count)
        add_note(out, resource->attribute_count - count, "more", utf8);
    if (resource->alike > 0)
        add_note(out, resource->alike,
                 resource->alike == 1 ? "that only writes nothing in another way"
                                      : "that only write nothing in another way",
                 utf8);
}

void drift_infrastructure_detail(struct strbuf *out, const struct drift_report *report,
                                 const struct drift_part *part, const struct drift_item *item,
                                 size_t width, bool utf8)
{
    const struct drift_resource *resource = drift_infrastructure_resource(report, item);

    (void)part;
    if (!resource)
        return;
    strbuf_add_char(out, '\n');
    add_facts(out, resource, width, utf8);
    add_attributes(out, report, resource, width, utf8);
}
