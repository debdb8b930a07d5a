#include <pilab/notes/markdown_text.h>

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include <pilab/base/rich.h>
#include <pilab/base/vector.h>

#define MOST_COLUMNS 24
#define LEAST_CELL   6
#define MOST_INDENT  24

#define SECTION  2  /* columns that what stands below a heading is moved in by */
#define KEY_MOST 24 /* bytes; a longer one is no ticket */
#define NARROW   40 /* columns; with fewer nothing is moved in */

struct rendering {
    struct strbuf *out;
    size_t width;
    bool utf8;
    size_t section; /* columns that lines are moved in by */
};

struct text {
    const char *at;
    size_t length;
};

static struct text trimmed(struct text text)
{
    while (text.length > 0 && (text.at[0] == ' ' || text.at[0] == '\t')) {
        text.at++;
        text.length--;
    }
    while (text.length > 0 && isspace((unsigned char)text.at[text.length - 1]))
        text.length--;
    return text;
}

static bool begins(struct text text, const char *with)
{
    size_t length = strlen(with);

    return text.length >= length && memcmp(text.at, with, length) == 0;
}

/* --- Within a line ---------------------------------------------------------------------------- */

struct run {
    struct strbuf plain;
    enum rich_role role;
    struct strbuf *out;
    bool utf8;
};

static void flush(struct run *run)
{
    if (run->plain.length > 0)
        rich_text(run->out, run->role, run->plain.data, run->utf8);
    strbuf_clear(&run->plain);
}

static const struct entity {
    const char *name, *text;
} entities[] = {
    {"&amp;",   "&" },
    { "&lt;",   "<" },
    { "&gt;",   ">" },
    { "&quot;", "\""},
    { "&#39;",  "'" },
    { "&#124;", "|" },
    { "<br>",   " " },
};

/* Bytes of an entity that stands here; 0: none does. */
static size_t take_entity(struct text text, struct run *run)
{
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++) {
        if (begins(text, entities[i].name)) {
            strbuf_add(&run->plain, entities[i].text);
            return strlen(entities[i].name);
        }
    }
    return 0;
}

/* Where a mark comes again, within the text; SIZE_MAX: it does not. */
static size_t closes(struct text text, size_t from, const char *mark)
{
    size_t length = strlen(mark);

    for (size_t i = from; i + length <= text.length; i++) {
        if (text.at[i] == '\\')
            i++;
        else if (memcmp(text.at + i, mark, length) == 0)
            return i;
    }
    return SIZE_MAX;
}

static void add_inline(struct run *run, struct text text);

/* What stands between two marks, in a role of its own; bytes used, 0: the mark is text. */
static size_t take_marked(struct text text, const char *mark, enum rich_role role, bool literal,
                          struct run *run)
{
    size_t length = strlen(mark), end;
    enum rich_role before = run->role;
    struct text inside;

    if (!begins(text, mark))
        return 0;
    end = closes(text, length, mark);
    if (end == SIZE_MAX || end == length)
        return 0;
    inside = (struct text){ text.at + length, end - length };
    flush(run);
    run->role = role;
    if (literal)
        strbuf_add_bytes(&run->plain, inside.at, inside.length);
    else
        add_inline(run, inside);
    flush(run);
    run->role = before;
    return end + length;
}

/* [text](address): the text, and the address where it says something else. */
static size_t take_link(struct text text, struct run *run)
{
    size_t middle, end;
    struct text shown, address;

    if (!begins(text, "["))
        return 0;
    middle = closes(text, 1, "](");
    end = middle != SIZE_MAX ? closes(text, middle + 2, ")") : SIZE_MAX;
    if (end == SIZE_MAX)
        return 0;
    shown = (struct text){ text.at + 1, middle - 1 };
    address = (struct text){ text.at + middle + 2, end - middle - 2 };
    add_inline(run, shown);
    if (address.length != shown.length || memcmp(address.at, shown.at, shown.length) != 0) {
        strbuf_add(&run->plain, " (");
        strbuf_add_bytes(&run->plain, address.at, address.length);
        strbuf_add_char(&run->plain, ')');
    }
    return end + 1;
}

static void add_inline(struct run *run, struct text text)
{
    while (text.length > 0) {
        size_t used = 0;

        if (text.at[0] == '\\' && text.length > 1 && ispunct((unsigned char)text.at[1])) {
            strbuf_add_char(&run->plain, text.at[1]);
            used = 2;
        }
        used = used > 0 ? used : take_entity(text, run);
        used = used > 0 ? used : take_marked(text, "`", RICH_NAME, true, run);
        used = used > 0 ? used : take_marked(text, "**", RICH_TITLE, false, run);
        used = used > 0 ? used : take_marked(text, "__", RICH_TITLE, false, run);
        used = used > 0 ? used : take_link(text, run);
        if (used == 0) {
            strbuf_add_char(&run->plain, text.at[0]);
            used = 1;
        }
        text.at += used;
        text.length -= used;
    }
}

static void render_inline(struct strbuf *out, enum rich_role role, struct text text, bool utf8)
{
    struct run run = { .plain = STRBUF_INIT, .role = role, .out = out, .utf8 = utf8 };

    add_inline(&run, text);
    flush(&run);
    strbuf_release(&run.plain);
}

/* --- Lines ------------------------------------------------------------------------------------ */

/* A line behind something that stands before its first row. */
static void add_wrapped(const struct rendering *to, const char *before, size_t indent,
                        enum rich_role role, struct text text)
{
    struct strbuf line = STRBUF_INIT, wrapped = STRBUF_INIT;

    render_inline(&line, role, text, to->utf8);
    rich_wrap(&wrapped, line.data, indent, to->width);
    strbuf_add(to->out, before);
    if (wrapped.length >= indent)
        strbuf_add_bytes(to->out, wrapped.data + indent, wrapped.length - indent);
    if (wrapped.length == 0 || wrapped.data[wrapped.length - 1] != '\n')
        strbuf_add_char(to->out, '\n');
    strbuf_release(&wrapped);
    strbuf_release(&line);
}

static size_t heading_level(struct text line)
{
    size_t level = 0;

    while (level < line.length && line.at[level] == '#')
        level++;
    return level > 0 && level <= 6 && level < line.length && line.at[level] == ' ' ? level : 0;
}

static bool is_rule(struct text line)
{
    if (line.length < 3 || (line.at[0] != '-' && line.at[0] != '*' && line.at[0] != '_'))
        return false;
    for (size_t i = 1; i < line.length; i++) {
        if (line.at[i] != line.at[0])
            return false;
    }
    return true;
}

/* Bytes of what makes the line an item of a list ("- ", "12. "); 0: nothing does. */
static size_t item_mark(struct text line)
{
    size_t digits = 0;

    if (line.length > 1 && strchr("-*+", line.at[0]) != NULL && line.at[1] == ' ')
        return 2;
    while (digits < line.length && isdigit((unsigned char)line.at[digits]))
        digits++;
    return digits > 0 && digits < 6 && digits + 1 < line.length && line.at[digits] == '.' &&
                   line.at[digits + 1] == ' '
               ? digits + 2
               : 0;
}

static void add_item(const struct rendering *to, size_t indent, struct text line, size_t mark)
{
    struct strbuf before = STRBUF_INIT;

    strbuf_add_repeat(&before, " ", indent);
    if (isdigit((unsigned char)line.at[0]))
        strbuf_add_bytes(&before, line.at, mark);
    else
        strbuf_add(&before, to->utf8 ? "• " : "- ");
    add_wrapped(to, before.data, indent + mark, RICH_PLAIN,
                (struct text){ line.at + mark, line.length - mark });
    strbuf_release(&before);
}

/* "[MB-234] Sign in": the bytes of the ticket; 0: there is none. A link is none either. */
static size_t key_length(struct text title)
{
    size_t length = 1;

    if (title.length < 3 || title.at[0] != '[')
        return 0;
    while (length < title.length &&
           (isalnum((unsigned char)title.at[length]) || strchr("-_#/", title.at[length]) != NULL))
        length++;
    return length > 1 && length <= KEY_MOST && length + 1 < title.length &&
                   title.at[length] == ']' && title.at[length + 1] == ' '
               ? length - 1
               : 0;
}

/* A change, as generated notes show one: its ticket, then what it is; all that is said of it stands
 * below that. */
static void add_change(struct rendering *to, struct text title, size_t key)
{
    struct text text = { title.at + key + 2, title.length - key - 2 };
    struct strbuf name = STRBUF_INIT, before = STRBUF_INIT;

    strbuf_add_bytes(&name, title.at + 1, key);
    strbuf_add_repeat(&before, " ", to->section);
    rich_text(&before, RICH_NAME, name.data, to->utf8);
    strbuf_add(&before, "  ");
    to->section += key + 2;
    add_wrapped(to, before.data, to->section, RICH_PLAIN, trimmed(text));
    strbuf_release(&name);
    strbuf_release(&before);
}

static void add_heading(struct rendering *to, struct text title, size_t level)
{
    struct strbuf before = STRBUF_INIT;
    size_t key = level > 2 ? key_length(title) : 0;

    to->section = level > 2 && to->width >= NARROW ? SECTION : 0;
    if (key > 0 && to->width >= NARROW) {
        add_change(to, title, key);
        return;
    }
    strbuf_add_repeat(&before, " ", to->section);
    add_wrapped(to, before.data, to->section, level == 1 ? RICH_TITLE : RICH_HEADING, title);
    to->section += level > 1 && to->width >= NARROW ? SECTION : 0;
    strbuf_release(&before);
}

static void add_line(struct rendering *to, struct text whole)
{
    struct text line = trimmed(whole);
    size_t indent = (size_t)(line.at - whole.at), level = heading_level(line), mark;
    struct strbuf before = STRBUF_INIT;

    indent = (indent < MOST_INDENT ? indent : MOST_INDENT) + to->section;
    if (line.length == 0) {
        strbuf_add_char(to->out, '\n');
    } else if (level > 0) {
        add_heading(to, trimmed((struct text){ line.at + level, line.length - level }), level);
    } else if (is_rule(line)) {
        strbuf_add_repeat(to->out, to->utf8 ? "─" : "-", to->width < 40 ? to->width : 40);
        strbuf_add_char(to->out, '\n');
    } else if (begins(line, ">")) {
        strbuf_add_repeat(&before, " ", to->section);
        strbuf_add(&before, to->utf8 ? "│ " : "| ");
        add_wrapped(to, before.data, to->section + 2, RICH_DIM,
                    trimmed((struct text){ line.at + 1, line.length - 1 }));
    } else if ((mark = item_mark(line)) > 0) {
        add_item(to, indent, line, mark);
    } else {
        strbuf_add_repeat(&before, " ", indent);
        add_wrapped(to, before.data, indent, RICH_PLAIN, line);
    }
    strbuf_release(&before);
}

/* Whether a heading is the next that is said, or nothing. */
static bool heading_follows(const char *markdown)
{
    struct text line;

    markdown += strspn(markdown, " \t\r\n");
    line = (struct text){ markdown, strcspn(markdown, "\n") };
    return line.length == 0 || heading_level(line) > 0;
}

/* --- Tables ----------------------------------------------------------------------------------- */

static size_t cut_cells(struct text line, struct text cells[MOST_COLUMNS])
{
    size_t count = 0, from = begins(line, "|") ? 1 : 0;

    for (size_t i = from; i <= line.length && count < MOST_COLUMNS; i++) {
        if (i < line.length && line.at[i] == '\\') {
            i++;
        } else if (i == line.length || line.at[i] == '|') {
            if (i < line.length || i > from)
                cells[count++] = trimmed((struct text){ line.at + from, i - from });
            from = i + 1;
        }
    }
    return count;
}

/* The row of dashes under the titles. */
static bool is_delimiter(struct text line)
{
    bool dash = false;

    for (size_t i = 0; i < line.length; i++) {
        if (strchr("|-: ", line.at[i]) == NULL)
            return false;
        dash = dash || line.at[i] == '-';
    }
    return dash;
}

static void measure(const struct vector *lines, bool utf8, size_t widths[MOST_COLUMNS],
                    size_t *columns)
{
    *columns = 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct text cells[MOST_COLUMNS], line = *(struct text *)vector_at(lines, i);
        size_t count = is_delimiter(line) ? 0 : cut_cells(line, cells);

        for (size_t k = 0; k < count; k++) {
            struct strbuf cell = STRBUF_INIT;
            size_t width;

            render_inline(&cell, RICH_PLAIN, cells[k], utf8);
            width = rich_width(cell.data, cell.length);
            widths[k] = k < *columns && widths[k] > width ? widths[k] : width;
            *columns = k + 1 > *columns ? k + 1 : *columns;
            strbuf_release(&cell);
        }
    }
}

/* The widest give way until all have room, or none can. */
static void squeeze(size_t widths[MOST_COLUMNS], size_t columns, size_t width)
{
    size_t total = 0;

    for (size_t i = 0; i < columns; i++)
        total += widths[i] + 2;
    while (total > width + 2) {
        size_t widest = 0;

        for (size_t i = 1; i < columns; i++)
            widest = widths[i] > widths[widest] ? i : widest;
        if (widths[widest] <= LEAST_CELL)
            return;
        widths[widest]--;
        total--;
    }
}

/* A cell that has no room is wrapped: what it says is all there. */
static void add_row(const struct rendering *to, struct text line, enum rich_role role,
                    const size_t widths[MOST_COLUMNS], size_t columns)
{
    struct text cells[MOST_COLUMNS];
    size_t count = cut_cells(line, cells);
    struct strbuf wrapped[MOST_COLUMNS];
    const char *at[MOST_COLUMNS];
    bool more = true;

    for (size_t i = 0; i < columns; i++) {
        struct strbuf cell = STRBUF_INIT;

        wrapped[i] = (struct strbuf)STRBUF_INIT;
        if (i < count)
            render_inline(&cell, role, cells[i], to->utf8);
        rich_wrap(&wrapped[i], cell.data, 0, widths[i] > 0 ? widths[i] : 1);
        at[i] = wrapped[i].data;
        strbuf_release(&cell);
    }
    while (more) {
        more = false;
        for (size_t i = 0; i < columns; i++) {
            size_t length = strcspn(at[i], "\n"), used = rich_width(at[i], length);

            strbuf_add_bytes(to->out, at[i], length);
            if (i + 1 < columns)
                strbuf_add_repeat(to->out, " ", used < widths[i] ? widths[i] - used + 2 : 2);
            at[i] += length + (at[i][length] == '\n');
            more = more || *at[i] != '\0';
        }
        strbuf_add_char(to->out, '\n');
    }
    for (size_t i = 0; i < columns; i++)
        strbuf_release(&wrapped[i]);
}

static void add_table(const struct rendering *to, struct vector *lines)
{
    size_t widths[MOST_COLUMNS] = { 0 }, columns;
    bool titles = lines->count > 1 && is_delimiter(*(struct text *)vector_at(lines, 1));

    measure(lines, to->utf8, widths, &columns);
    squeeze(widths, columns, to->width);
    for (size_t i = 0; i < lines->count; i++) {
        struct text line = *(struct text *)vector_at(lines, i);

        if (i == 1 && titles)
            continue;
        add_row(to, line, i == 0 && titles ? RICH_DIM : RICH_PLAIN, widths, columns);
    }
    vector_clear(lines);
}

/* --- The text --------------------------------------------------------------------------------- */

static void add_code(const struct rendering *to, struct text line)
{
    struct strbuf plain = STRBUF_INIT;

    strbuf_add(to->out, "    ");
    strbuf_add_bytes(&plain, line.at, line.length);
    if (plain.length > 0)
        rich_text(to->out, RICH_NAME, plain.data, to->utf8);
    strbuf_add_char(to->out, '\n');
    strbuf_release(&plain);
}

void note_markdown_text(struct strbuf *out, const char *markdown, size_t width, bool utf8)
{
    struct rendering to = { out, width, utf8, 0 };
    struct vector table; /* struct text: the lines of one that has begun */
    bool code = false, dropped = false;

    vector_init(&table, sizeof(struct text));
    while (*markdown != '\0') {
        struct text line = { markdown, strcspn(markdown, "\n") };
        bool fence = begins(trimmed(line), "```");

        markdown += line.length + (markdown[line.length] == '\n');
        if (!code && begins(trimmed(line), "|")) {
            line = trimmed(line);
            vector_push(&table, &line);
            continue;
        }
        if (table.count > 0)
            add_table(&to, &table);
        /* Between sections the headings are enough: generated notes have no line there either. */
        dropped = !code && ((dropped && trimmed(line).length == 0) ||
                            (is_rule(trimmed(line)) && heading_follows(markdown)));
        if (fence)
            code = !code;
        else if (code)
            add_code(&to, line);
        else if (!dropped)
            add_line(&to, line);
    }
    if (table.count > 0)
        add_table(&to, &table);
    vector_release(&table);
}
