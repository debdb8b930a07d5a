#include "note_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/notes/word_diff.h>

/* The revisions of a note, and what was changed from one to another. */

#define MOST_COUNTED 32                /* revisions whose words are compared for the list */
#define MOST_BYTES   ((size_t)4 << 20) /* of all their texts */
#define CONTEXT      3                 /* lines around what was changed */

enum revision_cell {
    CELL_REV,
    CELL_WHO,
    CELL_WHEN,
    CELL_WORDS,
    CELL_DECIDED,
    CELL_WHY,
    CELL_TOTAL
};

static const struct list_column revision_columns[CELL_TOTAL] = {
    {"Rev",      3,  5,  0, FIT_RIGHT},
    { "By",      6,  20, 0, FIT_END  },
    { "When",    5,  16, 1, FIT_END  },
    { "Words",   6,  14, 2, FIT_END  },
    { "Decided", 8,  30, 3, FIT_END  },
    { "Why",     10, 0,  0, FIT_END  },
};

static void add_decided(const struct note_flow *flow, int64_t rev, struct strbuf *out)
{
    for (size_t i = 0; i < flow->decisions.count; i++) {
        const struct store_approval *made = &flow->decisions.items[i];

        if (made->rev == rev)
            strbuf_printf(out, "%s%s by %s", out->length > 0 ? ", " : "",
                          decision_name(made->decision), made->person);
    }
}

static bool read_text(struct note_screen *screen, struct arena *arena, int64_t rev,
                      struct store_revision *revision, struct error *error)
{
    struct call call = note_call(screen->studio, arena);

    return stored_note_text(&call, &screen->flow.note, rev, revision, error);
}

/* "+12 −3" of each revision against the one before it; "?" where nobody counted. */
static void count_words(struct note_screen *screen, char (*words)[32])
{
    const struct store_revisions *list = &screen->flow.revisions;
    struct arena *arena = arena_new();
    struct store_revision newer = { 0 }, older;
    size_t bytes = 0;

    for (size_t i = 0; i < list->count && i <= MOST_COUNTED && bytes <= MOST_BYTES; i++) {
        struct word_diff diff;

        if (!read_text(screen, arena, list->items[i].rev, &older, NULL))
            break;
        bytes += strlen(older.markdown);
        if (i > 0) {
            word_diff_make(&diff, older.markdown, strlen(older.markdown), newer.markdown,
                           strlen(newer.markdown));
            snprintf(words[i - 1], sizeof *words, "+%zu -%zu", diff.added, diff.removed);
            word_diff_release(&diff);
        }
        newer = older;
    }
    arena_free(&arena);
}

void note_revisions_fill(struct note_screen *screen)
{
    const struct store_revisions *list = &screen->flow.revisions;
    char(*words)[32] = memory_new((list->count + 1) * sizeof *words);
    struct list_column columns[CELL_TOTAL];

    count_words(screen, words);
    memory_rows_clear(screen->revision_rows);
    for (size_t i = 0; i < list->count; i++) {
        const struct store_revision *revision = &list->items[i];
        struct strbuf decided = STRBUF_INIT;
        char number[24], at[TIMESTAMP_SIZE];
        struct row row = { .identity = number };

        snprintf(number, sizeof number, "%" PRId64, revision->rev);
        add_decided(&screen->flow, revision->rev, &decided);
        row_set(&row, CELL_REV, revision->rev == screen->shown.rev ? ROLE_ACCENT : ROLE_NORMAL,
                number);
        row_set(&row, CELL_WHO, ROLE_NORMAL, revision->author);
        row_set(&row, CELL_WHEN, ROLE_DIM, note_time(screen->studio, revision->at, at));
        row_set(&row, CELL_WORDS, ROLE_DIM,
                words[i][0] != '\0'    ? words[i]
                : i + 1 == list->count ? "first"
                                       : "?");
        row_set(&row, CELL_DECIDED, ROLE_NORMAL, decided.data);
        row_set(&row, CELL_WHY, ROLE_NORMAL, revision->reason);
        memory_rows_add(screen->revision_rows, &row);
        strbuf_release(&decided);
    }
    free(words);
    memcpy(columns, revision_columns, sizeof columns);
    list_columns_fit(columns, CELL_TOTAL, screen->revision_rows);
    list_set_columns(screen->revisions, columns, CELL_TOTAL);
    list_reload(screen->revisions);
}

/* --- Differences ------------------------------------------------------------------------------ */

void note_open_difference(struct studio *studio, const char *title, const char *head,
                          const char *before, const char *after)
{
    struct strbuf text = STRBUF_INIT;
    struct word_diff diff;

    word_diff_make(&diff, before, strlen(before), after, strlen(after));
    rich_text(&text, RICH_HEADING, head, studio->utf8);
    strbuf_printf(&text, "\nwords added %zu, removed %zu\n", diff.added, diff.removed);
    if (diff.coarse)
        strbuf_add(&text, "some lines are too long to compare their words\n");
    strbuf_add_char(&text, '\n');
    word_diff_render(&diff, before, after, CONTEXT, studio->utf8, &text);
    if (diff.added + diff.removed == 0)
        strbuf_add(&text, "Both say the same.\n");
    word_diff_release(&diff);
    workspace_open(studio->workspace, page_view_new(studio, title, &text));
    strbuf_release(&text);
}

static void compare(struct note_screen *screen, int64_t before, int64_t after)
{
    struct arena *arena = arena_new();
    struct store_revision old, new;
    struct error error = { 0 };

    if (read_text(screen, arena, before, &old, &error) &&
        read_text(screen, arena, after, &new, &error)) {
        const char *title = arena_printf(arena, "rev %" PRId64 "..%" PRId64, before, after);
        const char *head =
            arena_printf(arena,
                         "Revision %" PRId64 " by %s, against revision %" PRId64 " by %s%s%s",
                         after, new.author, before, old.author, new.reason != NULL ? ": " : "",
                         new.reason != NULL ? new.reason : "");

        note_open_difference(screen->studio, title, head, old.markdown, new.markdown);
    } else {
        workspace_say_error(screen->studio->workspace, &error);
    }
    arena_free(&arena);
}

static int64_t selected_rev(const struct note_screen *screen)
{
    struct row row = { 0 };

    return list_selected(screen->revisions, &row) && row.identity != NULL
               ? strtoll(row.identity, NULL, 10)
               : 0;
}

void note_revisions_open(struct note_screen *screen)
{
    int64_t rev = selected_rev(screen);

    if (rev > 1)
        compare(screen, rev - 1, rev);
    else if (rev == 1)
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "It is the first: there is nothing before it.");
}

void note_revisions_compare(struct note_screen *screen)
{
    int64_t revs[2] = { 0, selected_rev(screen) };
    struct vector marked;

    vector_init(&marked, sizeof(const char *));
    list_marked(screen->revisions, &marked);
    for (size_t i = 0; i < marked.count && i < 2; i++)
        revs[i] = strtoll(*(const char **)vector_at(&marked, i), NULL, 10);
    if (marked.count == 0 || marked.count > 2 || revs[0] == revs[1])
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "Mark a revision with Space, go to another (or mark it, too), then c.");
    else
        compare(screen, revs[0] < revs[1] ? revs[0] : revs[1],
                revs[0] < revs[1] ? revs[1] : revs[0]);
    vector_release(&marked);
}
