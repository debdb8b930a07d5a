#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>

#include "schema_diff_form.h"

#define INDENT 4

struct drawing {
    struct strbuf *out;
    size_t width;
    bool wide;
    const char *owner; /* that the last lines were about; borrowed */
};

/* The sign and the role that every report has for it. */
struct sign {
    const char *change, *sign;
    enum rich_role role;
};

static const struct sign signs[] = {
    {"added",    "+", RICH_ADDED   },
    { "removed", "-", RICH_DELETED },
    { "changed", "~", RICH_MODIFIED},
};

static const struct sign *sign_of(const char *change)
{
    const struct sign *sign = signs;

    while (strcmp(sign->change, change) != 0)
        sign++;
    return sign;
}

/* Words of ours and from outside, in lines that end at the width, behind `indent` blanks. */
static void add_lines(struct drawing *drawing, enum rich_role role, const char *text, size_t indent)
{
    struct strbuf rich = STRBUF_INIT;

    rich_text(&rich, role, text, true);
    rich_wrap(drawing->out, rich.data, indent, drawing->width);
    if (drawing->out->length > 0 && drawing->out->data[drawing->out->length - 1] != '\n')
        strbuf_add_char(drawing->out, '\n');
    strbuf_release(&rich);
}

static void add_plural(struct strbuf *out, json_int_t count, const char *word)
{
    strbuf_printf(out, "%lld %s%s", (long long)count, word, count == 1 ? "" : "s");
}

/* --- Changes ---------------------------------------------------------------------------------- */

/* "not_null": "not null". */
static void add_word(struct strbuf *out, const char *word)
{
    for (; *word != '\0'; word++)
        strbuf_add_char(out, *word == '_' ? ' ' : *word);
}

/* On one line where it fits, else what was above what will be: definitions are compared by eye. */
static void add_property(struct drawing *drawing, const json_t *property, size_t indent)
{
    const char *previous = json_member_text(property, "previous");
    const char *current = json_member_text(property, "current");
    struct strbuf line = STRBUF_INIT;
    /* What is masked looks alike. */
    bool alike = previous != NULL && current != NULL && strcmp(previous, current) == 0;

    if (json_is_true(json_object_get(property, "facet")) && !drawing->wide)
        return;
    add_word(&line, json_member_text(property, "property"));
    if (previous == NULL || current == NULL ||
        indent + line.length + strlen(previous) + strlen(current) + 6 <= drawing->width) {
        strbuf_printf(&line, ": %s → %s%s", previous != NULL ? previous : "none",
                      current != NULL ? current : "none", alike ? " (different)" : "");
        add_lines(drawing, RICH_PLAIN, line.data, indent);
    } else {
        strbuf_add(&line, alike ? ": (different)" : ":");
        add_lines(drawing, RICH_PLAIN, line.data, indent);
        add_lines(drawing, RICH_DELETED, previous, indent + INDENT);
        add_lines(drawing, RICH_ADDED, current, indent + INDENT);
    }
    strbuf_release(&line);
}

static void add_hazard(struct drawing *drawing, const json_t *hazard, bool destructive,
                       size_t indent)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "! %s", json_member_text(hazard, "reason"));
    add_lines(drawing, destructive ? RICH_CRITICAL : RICH_WARNING, line.data, indent);
    strbuf_release(&line);
}

/* What of a part says most: a column's type, an index's definition. */
static const char *gist(const json_t *change)
{
    const char *kind = json_member_text(change, "kind");

    if (strcmp(kind, "column") == 0 || strcmp(kind, "sequence") == 0 || strcmp(kind, "domain") == 0)
        return json_member_text(change, "type");
    if (strcmp(kind, "constraint") == 0 || strcmp(kind, "index") == 0)
        return json_member_text(change, "definition");
    return NULL;
}

/* A part whose table did not change itself still needs its name above it. */
static void add_owner(struct drawing *drawing, const char *owner, const char *owner_kind)
{
    struct strbuf line = STRBUF_INIT;

    if (drawing->owner != NULL && strcmp(drawing->owner, owner) == 0)
        return;
    drawing->owner = owner;
    strbuf_add(&line, "  ");
    add_word(&line, owner_kind);
    strbuf_printf(&line, " %s", owner);
    add_lines(drawing, RICH_NAME, line.data + 2, 2);
    strbuf_release(&line);
}

static void add_change(struct drawing *drawing, const json_t *change)
{
    const struct sign *sign = sign_of(json_member_text(change, "change"));
    const char *what = gist(change), *owner = json_member_text(change, "owner");
    bool destructive = json_is_true(json_object_get(change, "destructive"));
    bool changed = strcmp(sign->change, "changed") == 0;
    size_t indent = owner != NULL ? INDENT : 0, index;
    struct strbuf line = STRBUF_INIT;
    json_t *item;

    if (json_is_true(json_object_get(change, "within")) && !drawing->wide)
        return;
    if (owner != NULL)
        add_owner(drawing, owner, json_member_text(change, "owner_kind"));
    else
        drawing->owner = json_member_text(change, "path");
    strbuf_printf(&line, "%s ", sign->sign);
    add_word(&line, json_member_text(change, "kind"));
    strbuf_printf(&line, " %s", json_member_text(change, owner != NULL ? "name" : "path"));
    if (what != NULL && !changed)
        strbuf_printf(&line, ": %s", what);
    add_lines(drawing, sign->role, line.data, indent);
    json_array_foreach(json_object_get(change, "properties"), index, item)
    {
        if (changed)
            add_property(drawing, item, indent + INDENT);
    }
    json_array_foreach(json_object_get(change, "hazards"), index, item)
    {
        add_hazard(drawing, item, destructive, indent + INDENT);
    }
    strbuf_release(&line);
}

/* --- Around them ------------------------------------------------------------------------------ */

static void add_side(struct drawing *drawing, const char *title, const json_t *side)
{
    const char *server = json_member_text(side, "server");
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "%s (%s%s%s%s, ", json_member_text(side, "name"),
                  server != NULL && strstr(server, "MariaDB") != NULL
                      ? "mariadb"
                      : json_member_text(side, "dialect"),
                  json_is_true(json_object_get(side, "dialect_assumed")) ? " like the other" : "",
                  server != NULL ? " " : "", server != NULL ? server : "");
    add_plural(&line, json_integer_value(json_object_get(side, "tables")), "table");
    strbuf_add(&line, ", ");
    add_plural(&line, json_integer_value(json_object_get(side, "columns")), "column");
    strbuf_add_char(&line, ')');
    rich_cell(drawing->out, RICH_DIM, title, 12, RICH_LEFT, true);
    rich_text(drawing->out, RICH_PLAIN, line.data, true);
    strbuf_add_char(drawing->out, '\n');
    strbuf_release(&line);
}

static void add_renames(struct drawing *drawing, const json_t *renames)
{
    size_t index;
    json_t *item;

    if (json_array_size(renames) == 0)
        return;
    strbuf_add_char(drawing->out, '\n');
    rich_word(drawing->out, RICH_HEADING, "Perhaps the same under another name");
    strbuf_add_char(drawing->out, '\n');
    json_array_foreach(renames, index, item)
    {
        struct strbuf line = STRBUF_INIT;

        strbuf_printf(&line, "%s → %s: %lld of 100, %s", json_member_text(item, "previous"),
                      json_member_text(item, "current"),
                      (long long)json_integer_value(json_object_get(item, "score")),
                      json_member_text(item, "why"));
        add_lines(drawing, RICH_PLAIN, line.data, 2);
        strbuf_release(&line);
    }
}

static void add_problems(struct drawing *drawing, const json_t *problems)
{
    size_t index;
    json_t *item;

    if (json_array_size(problems) == 0)
        return;
    strbuf_add_char(drawing->out, '\n');
    rich_word(drawing->out, RICH_HEADING, "Could not be read");
    strbuf_add_char(drawing->out, '\n');
    json_array_foreach(problems, index, item)
    {
        const char *file = json_member_text(item, "file");
        json_int_t at = json_integer_value(json_object_get(item, "line"));
        struct strbuf line = STRBUF_INIT;

        if (file != NULL && at > 0)
            strbuf_printf(&line, "%s:%lld: ", file, (long long)at);
        else if (file != NULL)
            strbuf_printf(&line, "%s: ", file);
        strbuf_add(&line, json_member_text(item, "message"));
        add_lines(drawing, RICH_WARNING, line.data, 2);
        strbuf_release(&line);
    }
}

static void add_gaps(struct drawing *drawing, const json_t *gaps)
{
    size_t index;
    json_t *item;

    if (json_array_size(gaps) == 0)
        return;
    strbuf_add_char(drawing->out, '\n');
    rich_word(drawing->out, RICH_HEADING, "Not compared");
    strbuf_add_char(drawing->out, '\n');
    json_array_foreach(gaps, index, item)
    {
        struct strbuf line = STRBUF_INIT;

        strbuf_printf(&line, "%s: %s%s", json_member_text(item, "what"),
                      json_is_true(json_object_get(item, "refused")) ? "refused: " : "",
                      json_member_text(item, "why"));
        add_lines(drawing, RICH_DIM, line.data, 2);
        strbuf_release(&line);
    }
}

static bool any_refused(const json_t *gaps)
{
    size_t index;
    json_t *item;

    json_array_foreach(gaps, index, item)
    {
        if (json_is_true(json_object_get(item, "refused")))
            return true;
    }
    return false;
}

/* Parts that came or went with their owner are listed only where all is. */
static json_int_t count_listed(const struct drawing *drawing, const json_t *summary,
                               const char *change)
{
    json_int_t count = json_integer_value(json_object_get(summary, change));
    const json_t *within = json_object_get(summary, "within");

    return drawing->wide ? count : count - json_integer_value(json_object_get(within, change));
}

/* "; 5 parts came or went with them". */
static void add_parts(struct drawing *drawing, const json_t *summary)
{
    const json_t *within = json_object_get(summary, "within");
    json_int_t count = json_integer_value(json_object_get(within, "added")) +
                       json_integer_value(json_object_get(within, "removed"));

    if (drawing->wide || count == 0)
        return;
    strbuf_add(drawing->out, "; ");
    add_plural(drawing->out, count, "part");
    strbuf_add(drawing->out, " came or went with them");
}

static void add_summary(struct drawing *drawing, const json_t *summary, bool refused)
{
    json_int_t destructive = json_integer_value(json_object_get(summary, "destructive"));

    strbuf_add_char(drawing->out, '\n');
    if (json_integer_value(json_object_get(summary, "total")) == 0) {
        if (refused)
            rich_word(drawing->out, RICH_WARNING, "No differences in what could be read.");
        else
            rich_word(drawing->out, RICH_GOOD, "No differences.");
        strbuf_add_char(drawing->out, '\n');
        return;
    }
    strbuf_printf(drawing->out, "%lld added, %lld removed, %lld changed",
                  (long long)count_listed(drawing, summary, "added"),
                  (long long)count_listed(drawing, summary, "removed"),
                  (long long)count_listed(drawing, summary, "changed"));
    if (destructive > 0) {
        struct strbuf words = STRBUF_INIT;

        strbuf_printf(&words, "%lld of them destroy%s something", (long long)destructive,
                      destructive == 1 ? "s" : "");
        strbuf_add(drawing->out, "; ");
        rich_word(drawing->out, RICH_CRITICAL, words.data);
        strbuf_release(&words);
    }
    add_parts(drawing, summary);
    strbuf_add(drawing->out, ".\n");
}

static void draw(struct strbuf *out, const json_t *document, size_t width, bool wide)
{
    struct drawing drawing = { .out = out, .width = width, .wide = wide };
    const json_t *changes = json_object_get(document, "changes");
    size_t index;
    json_t *change;

    add_side(&drawing, "There is", json_object_get(document, "previous"));
    add_side(&drawing, "Would be", json_object_get(document, "current"));
    if (json_array_size(changes) > 0)
        strbuf_add_char(out, '\n');
    json_array_foreach(changes, index, change)
    {
        add_change(&drawing, change);
    }
    add_renames(&drawing, json_object_get(document, "renames"));
    add_problems(&drawing, json_object_get(document, "problems"));
    add_gaps(&drawing, json_object_get(document, "not_compared"));
    add_summary(&drawing, json_object_get(document, "summary"),
                any_refused(json_object_get(document, "not_compared")));
}

void schema_diff_draw(struct strbuf *out, const void *object, size_t width)
{
    draw(out, object, width, false);
}

void schema_diff_draw_wide(struct strbuf *out, const void *object, size_t width)
{
    draw(out, object, width, true);
}
