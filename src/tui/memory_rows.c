#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/escape.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>
#include <pilab/tui/rows.h>

#define WIDTH_LIMIT 4096 /* no screen is wider */

struct entry {
    enum row_kind kind;
    enum role role;
    const char *identity;
    const char *unseen;
    struct row_cell *cells;
    size_t group; /* the number of headings up to here */
};

/* An entry as the list sees it. */
struct shown_row {
    size_t entry;
    size_t ordinal; /* how many items there are up to here */
};

struct memory_rows {
    size_t columns;
    struct arena *arena;
    struct vector entries; /* of struct entry, in the order they were added */
    struct vector shown;   /* of struct shown_row */
    size_t admitted;       /* entries that may be shown; the rest waits */
    size_t items;          /* of the shown ones */
    size_t groups;
    bool holding;
    bool stale;            /* `shown` lacks entries that were added since it was sorted */
    struct filter *filter; /* NULL: all pass */
    struct row_fields fields;
    void (*live)(void *context, struct row *row); /* NULL: nothing changes by itself */
    void *live_context;
    struct strbuf words; /* of the row that is looked at */
    bool sorted;
    size_t sort_column;
    bool descending;
};

void row_set(struct row *row, size_t column, enum role role, const char *text)
{
    row->cells[column] = (struct row_cell){ text, text == NULL ? 0 : strlen(text), role };
}

struct memory_rows *memory_rows_new(size_t columns)
{
    struct memory_rows *rows = memory_new(sizeof *rows);

    /* A group's heading needs two cells. */
    rows->columns = columns < 2 ? 2 : columns > ROW_CELLS ? ROW_CELLS : columns;
    rows->arena = arena_new();
    vector_init(&rows->entries, sizeof(struct entry));
    vector_init(&rows->shown, sizeof(struct shown_row));
    rows->words = (struct strbuf)STRBUF_INIT;
    rows->fields.clock = clock_system();
    return rows;
}

void memory_rows_free(struct memory_rows **out)
{
    struct memory_rows *rows = *out;

    if (rows == NULL)
        return;
    arena_free(&rows->arena);
    vector_release(&rows->entries);
    vector_release(&rows->shown);
    filter_free(&rows->filter);
    strbuf_release(&rows->words);
    free(rows);
    *out = NULL;
}

static const struct entry *entry_at(const struct memory_rows *rows, size_t index)
{
    return vector_at(&rows->entries, index);
}

int memory_rows_width(const struct memory_rows *rows, size_t column)
{
    struct strbuf shown = STRBUF_INIT;
    size_t widest = 0;

    for (size_t i = 0; i < rows->entries.count && column < rows->columns; i++) {
        const struct entry *entry = entry_at(rows, i);
        const struct row_cell *cell = &entry->cells[column];
        size_t width;

        if (entry->kind != ROW_ITEM || cell->text == NULL)
            continue;
        strbuf_clear(&shown);
        escape_terminal(&shown, cell->text, cell->length < WIDTH_LIMIT ? cell->length : WIDTH_LIMIT,
                        ESCAPE_BLANKS);
        width = text_width(shown.data, shown.length);
        widest = width > widest ? width : widest;
    }
    strbuf_release(&shown);
    return widest < WIDTH_LIMIT ? (int)widest : WIDTH_LIMIT;
}

/* What a row is found by, a cell a line, so that nothing is found across two of them. */
static void gather_words(struct memory_rows *rows, const struct entry *entry)
{
    strbuf_clear(&rows->words);
    for (size_t i = 0; i < rows->columns; i++) {
        if (entry->cells[i].text != NULL)
            strbuf_add_bytes(&rows->words, entry->cells[i].text, entry->cells[i].length);
        strbuf_add_char(&rows->words, '\n');
    }
    if (entry->unseen != NULL)
        strbuf_add(&rows->words, entry->unseen);
}

static bool passes(struct memory_rows *rows, const struct entry *entry)
{
    if (rows->filter == NULL)
        return true;
    strbuf_clear(&rows->words);
    if (filter_has_words(rows->filter))
        gather_words(rows, entry);
    if (rows->fields.passes != NULL)
        return rows->fields.passes(rows->fields.context, rows->filter, entry->identity,
                                   rows->words.data, rows->words.length);
    return filter_test(rows->filter, NULL, rows->words.data, rows->words.length);
}

/* "v1.9" before "v1.10", "a" before "B": runs of digits count as numbers, letters in either case.
 */
static int compare_naturally(const struct row_cell *a, const struct row_cell *b)
{
    size_t i = 0;
    size_t j = 0;

    while (i < a->length && j < b->length) {
        unsigned char x = (unsigned char)a->text[i];
        unsigned char y = (unsigned char)b->text[j];

        if (isdigit(x) && isdigit(y)) {
            size_t start_a;
            size_t start_b;
            int order;

            while (i < a->length && a->text[i] == '0')
                i++;
            while (j < b->length && b->text[j] == '0')
                j++;
            for (start_a = i; i < a->length && isdigit((unsigned char)a->text[i]);)
                i++;
            for (start_b = j; j < b->length && isdigit((unsigned char)b->text[j]);)
                j++;
            if (i - start_a != j - start_b)
                return i - start_a < j - start_b ? -1 : 1;
            order = memcmp(a->text + start_a, b->text + start_b, i - start_a);
            if (order != 0)
                return order;
        } else if (tolower(x) != tolower(y)) {
            return tolower(x) < tolower(y) ? -1 : 1;
        } else {
            i++;
            j++;
        }
    }
    return (i < a->length) - (j < b->length);
}

struct sort_key {
    size_t entry;
    size_t group;
    const struct row_cell *cell; /* NULL: a heading, before what it heads */
    bool descending;
};

static int compare_keys(const void *left, const void *right)
{
    const struct sort_key *a = left;
    const struct sort_key *b = right;
    int order;

    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->cell == NULL || b->cell == NULL)
        return (a->cell != NULL) - (b->cell != NULL);
    order = compare_naturally(a->cell, b->cell);
    return a->descending ? -order : order;
}

/* Numbers the items anew, from the first on. */
static void number_shown(struct memory_rows *rows)
{
    struct shown_row *shown = rows->shown.items;

    rows->items = 0;
    for (size_t i = 0; i < rows->shown.count; i++) {
        rows->items += entry_at(rows, shown[i].entry)->kind == ROW_ITEM;
        shown[i].ordinal = rows->items;
    }
}

static void sort_shown(struct memory_rows *rows)
{
    size_t count = rows->shown.count;
    struct sort_key *keys = memory_array(count, sizeof *keys);
    struct shown_row *shown = rows->shown.items;

    for (size_t i = 0; i < count; i++) {
        const struct entry *entry = entry_at(rows, shown[i].entry);

        keys[i] = (struct sort_key){
            .entry = shown[i].entry,
            .group = entry->group,
            .cell = entry->kind == ROW_GROUP ? NULL : &entry->cells[rows->sort_column],
            .descending = rows->descending,
        };
    }
    sort_stable(keys, count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < count; i++)
        shown[i].entry = keys[i].entry;
    free(keys);
    number_shown(rows);
}

/* Shows an entry at the end, and before it the heading that nothing stood under so far. */
static void show(struct memory_rows *rows, size_t index)
{
    const struct entry *entry = entry_at(rows, index);
    struct shown_row row = { index, rows->items };

    if (entry->kind == ROW_ITEM && passes(rows, entry)) {
        row.ordinal = ++rows->items;
        vector_push(&rows->shown, &row);
        return;
    }
    if (entry->kind == ROW_ITEM)
        return;
    /* The heading before had no items: this one takes its place. */
    if (rows->shown.count > 0) {
        struct shown_row *last = vector_at(&rows->shown, rows->shown.count - 1);

        if (entry_at(rows, last->entry)->kind == ROW_GROUP) {
            last->entry = index;
            return;
        }
    }
    vector_push(&rows->shown, &row);
}

static void show_all(struct memory_rows *rows)
{
    rows->stale = false;
    vector_clear(&rows->shown);
    rows->items = 0;
    for (size_t i = 0; i < rows->admitted; i++)
        show(rows, i);
    if (rows->filter != NULL && rows->shown.count > 0) {
        const struct shown_row *last = vector_at(&rows->shown, rows->shown.count - 1);

        if (entry_at(rows, last->entry)->kind == ROW_GROUP)
            vector_remove(&rows->shown, rows->shown.count - 1);
    }
    if (rows->sorted)
        sort_shown(rows);
}

static void append(struct memory_rows *rows, struct entry entry)
{
    vector_push(&rows->entries, &entry);
    if (rows->holding)
        return;
    rows->admitted = rows->entries.count;
    /* Sorted once for all that is added before somebody looks. */
    if (rows->sorted)
        rows->stale = true;
    else
        show(rows, rows->entries.count - 1);
}

void memory_rows_add(struct memory_rows *rows, const struct row *row)
{
    struct entry entry = { .kind = row->kind, .role = row->role, .group = rows->groups };

    entry.identity = arena_text(rows->arena, row->identity);
    entry.unseen = arena_text(rows->arena, row->unseen);
    entry.cells = arena_array(rows->arena, rows->columns, sizeof *entry.cells);
    for (size_t i = 0; i < rows->columns; i++) {
        entry.cells[i] = row->cells[i];
        entry.cells[i].text =
            row->cells[i].text == NULL
                ? NULL
                : arena_bytes(rows->arena, row->cells[i].text, row->cells[i].length);
    }
    append(rows, entry);
}

void memory_rows_find_also(struct memory_rows *rows, const char *unseen)
{
    struct entry *last;

    if (rows->entries.count == 0)
        return;
    last = vector_at(&rows->entries, rows->entries.count - 1);
    last->unseen = arena_text(rows->arena, unseen);
    /* It was added without these words: whether it passes is seen once more. */
    rows->stale |= rows->filter != NULL && !rows->holding;
}

void memory_rows_add_group(struct memory_rows *rows, const char *title, const char *right)
{
    struct row row = { .kind = ROW_GROUP };

    rows->groups++;
    row_set(&row, 0, ROLE_NORMAL, title);
    row_set(&row, 1, ROLE_NORMAL, right);
    memory_rows_add(rows, &row);
}

void memory_rows_clear(struct memory_rows *rows)
{
    arena_free(&rows->arena);
    rows->arena = arena_new();
    vector_clear(&rows->entries);
    vector_clear(&rows->shown);
    rows->admitted = rows->items = rows->groups = 0;
    rows->holding = rows->stale = false;
}

void memory_rows_hold(struct memory_rows *rows)
{
    rows->holding = true;
}

/* Every list asks for the count before it asks for rows. */
static uint64_t count(void *context, bool *exact)
{
    struct memory_rows *rows = context;

    if (rows->stale)
        show_all(rows);
    *exact = true;
    return rows->shown.count;
}

static uint64_t items(void *context)
{
    return ((struct memory_rows *)context)->items;
}

static uint64_t ordinal(void *context, uint64_t index)
{
    const struct memory_rows *rows = context;
    const struct shown_row *shown = rows->shown.items;

    return index < rows->shown.count ? shown[index].ordinal : rows->items;
}

static bool row_at(void *context, uint64_t index, struct row *row)
{
    const struct memory_rows *rows = context;
    const struct entry *entry;

    if (index >= rows->shown.count)
        return false;
    entry = entry_at(rows, ((const struct shown_row *)vector_at(&rows->shown, index))->entry);
    row->kind = entry->kind;
    row->role = entry->role;
    row->identity = entry->identity;
    row->unseen = entry->unseen;
    memcpy(row->cells, entry->cells, rows->columns * sizeof *entry->cells);
    if (rows->live != NULL && row->kind == ROW_ITEM)
        rows->live(rows->live_context, row);
    return true;
}

void memory_rows_set_live(struct memory_rows *rows, void (*fill)(void *context, struct row *row),
                          void *context)
{
    rows->live = fill;
    rows->live_context = context;
}

static bool is_of(const struct memory_rows *rows, size_t index, const char *identity)
{
    const struct shown_row *shown = rows->shown.items;
    const char *there = entry_at(rows, shown[index].entry)->identity;

    return there != NULL && strcmp(there, identity) == 0;
}

static bool locate(void *context, const char *identity, uint64_t near, uint64_t *index)
{
    const struct memory_rows *rows = context;

    /* Most often it has not moved. */
    if (near < rows->shown.count && is_of(rows, (size_t)near, identity)) {
        *index = near;
        return true;
    }
    for (size_t i = 0; i < rows->shown.count; i++) {
        if (is_of(rows, i, identity)) {
            *index = i;
            return true;
        }
    }
    return false;
}

void memory_rows_set_fields(struct memory_rows *rows, const struct row_fields *fields)
{
    rows->fields = *fields;
}

static bool filter(void *context, const char *text, struct error *error)
{
    struct memory_rows *rows = context;
    struct filter *filter =
        filter_new(text, rows->fields.fields, clock_now(&rows->fields.clock), error);

    if (filter == NULL)
        return false;
    if (filter_is_empty(filter))
        filter_free(&filter);
    filter_free(&rows->filter);
    rows->filter = filter;
    show_all(rows);
    return true;
}

static void complete_filter(void *context, const char *text,
                            void (*offer)(void *to, const char *term), void *to)
{
    const struct memory_rows *rows = context;

    filter_complete(text, rows->fields.fields, rows->fields.values, rows->fields.context, offer,
                    to);
}

static bool sort(void *context, size_t column, bool descending, struct error *error)
{
    struct memory_rows *rows = context;

    if (column >= rows->columns && column != ROWS_AS_THEY_COME)
        return error_set(error, ERROR_INVALID, "there is no column %zu to sort by", column);
    rows->sorted = column != ROWS_AS_THEY_COME;
    rows->sort_column = rows->sorted ? column : 0;
    rows->descending = descending;
    show_all(rows);
    return true;
}

static uint64_t waiting(void *context)
{
    const struct memory_rows *rows = context;

    return rows->entries.count - rows->admitted;
}

static void admit(void *context)
{
    struct memory_rows *rows = context;

    rows->admitted = rows->entries.count;
    show_all(rows);
}

static const struct row_source_ops memory_rows_ops = {
    .count = count,
    .items = items,
    .ordinal = ordinal,
    .row = row_at,
    .locate = locate,
    .filter = filter,
    .filter_complete = complete_filter,
    .sort = sort,
    .waiting = waiting,
    .admit = admit,
};

struct row_source memory_rows_source(struct memory_rows *rows)
{
    return (struct row_source){ &memory_rows_ops, rows };
}
