#include <pilab/tui/audit_rows.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#define MOST_KEPT     256 /* entries in memory; a screen shows fewer */
#define MOST_MEASURED 64  /* of the newest: they are read on the thread of the screen */
#define NUMBER_SIZE   24

/* The number of the search job that is awaited is enough to know whether it still runs: one that
 * was stopped leaves nothing found. */
struct audit_rows {
    struct studio *studio;
    struct view *view;
    struct vector all;     /* int64_t, newest first */
    struct vector found;   /* those that the filter lets through */
    struct vector waiting; /* newer than all */
    char *filter;          /* NULL: none */
    bool known, reading;   /* the numbers are; a job is at them */
    bool again;            /* what it reads may be older than what made one look */
    bool failed;           /* the last reading */
    int64_t everywhere;    /* entries of the whole store when `all` was read … */
    int64_t now;           /* … and when the numbers were read last */
    uint64_t looking;      /* the job that looks for what the filter lets through; 0: none */
    struct arena *arena;   /* of the entries in `kept` */
    struct map *kept;      /* number to struct audit_log_entry */
    struct map *codes;     /* of projects */
    char seq[NUMBER_SIZE], when[TIMESTAMP_SIZE]; /* of the row given last */
};

/* Events of the view: those that were found (struct audit_search); newer ones were let in. */
enum { AUDIT_FOUND = 0x1000, AUDIT_ADMITTED = 0x1002 };

static const struct vector *shown(const struct audit_rows *rows)
{
    return rows->filter != NULL ? &rows->found : &rows->all;
}

static const struct audit_log_entry *read_entry(struct audit_rows *rows, int64_t seq)
{
    struct audit_log_entry *entry = map_get_bytes(rows->kept, &seq, sizeof seq);
    struct error error = { 0 };

    if (entry != NULL)
        return entry;
    if (map_count(rows->kept) >= MOST_KEPT) {
        map_free(&rows->kept);
        rows->kept = map_new();
        arena_free(&rows->arena);
        rows->arena = arena_new();
    }
    entry = arena_array(rows->arena, 1, sizeof *entry);
    if (!audit_log_read(&rows->studio->call, seq, rows->codes, rows->arena, entry, &error))
        return NULL;
    map_put_bytes(rows->kept, &seq, sizeof seq, entry);
    return entry;
}

/* --- As a source of rows ---------------------------------------------------------------------- */

static uint64_t count(void *context, bool *exact)
{
    const struct audit_rows *rows = context;

    *exact = !audit_rows_busy(rows);
    return shown(rows)->count;
}

static bool set_row(struct audit_rows *rows, const struct vector *numbers, uint64_t index,
                    struct row *row)
{
    const struct audit_log_entry *entry;

    if (index >= numbers->count)
        return false;
    entry = read_entry(rows, *(int64_t *)vector_at(numbers, (size_t)index));
    if (entry == NULL)
        return false;
    snprintf(rows->seq, sizeof rows->seq, "%" PRId64, entry->entry.seq);
    timestamp_relative(entry->entry.at, clock_now(&rows->studio->call.clock), rows->when);
    row->identity = rows->seq;
    row_set(row, AUDIT_SEQ, ROLE_DIM, rows->seq);
    row_set(row, AUDIT_AT, ROLE_DIM, rows->when);
    row_set(row, AUDIT_ACTOR, ROLE_NORMAL, entry->entry.actor);
    row_set(row, AUDIT_ACTION,
            strcmp(entry->entry.action, "access.refused") == 0 ? ROLE_WARNING : ROLE_NORMAL,
            entry->entry.action);
    row_set(row, AUDIT_OBJECT, ROLE_NORMAL, entry->object != NULL ? entry->object : "");
    row_set(row, AUDIT_WHAT, ROLE_DIM, entry->what);
    return true;
}

static bool row_at(void *context, uint64_t index, struct row *row)
{
    struct audit_rows *rows = context;

    return set_row(rows, shown(rows), index, row);
}

/* The numbers descend. */
static bool locate(void *context, const char *identity, uint64_t near, uint64_t *index)
{
    const struct audit_rows *rows = context;
    const struct vector *numbers = shown(rows);
    int64_t wanted = strtoll(identity, NULL, 10);
    size_t low = 0, high = numbers->count;

    (void)near;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (*(int64_t *)vector_at(numbers, middle) > wanted)
            low = middle + 1;
        else
            high = middle;
    }
    *index = low;
    return low < numbers->count && *(int64_t *)vector_at(numbers, low) == wanted;
}

static uint64_t waiting(void *context)
{
    return ((const struct audit_rows *)context)->waiting.count;
}

static void search_again(struct audit_rows *rows);

/* Others may have longer names. */
static void tell_admitted(struct audit_rows *rows)
{
    struct event event = { .kind = AUDIT_ADMITTED, .view = view_id(rows->view) };

    workspace_post(rows->studio->workspace, &event);
}

static void admit(void *context)
{
    struct audit_rows *rows = context;

    for (size_t i = 0; i < rows->all.count; i++)
        vector_push(&rows->waiting, vector_at(&rows->all, i));
    vector_release(&rows->all);
    rows->all = rows->waiting;
    rows->everywhere = rows->now;
    vector_init(&rows->waiting, sizeof(int64_t));
    if (rows->filter != NULL)
        search_again(rows);
    tell_admitted(rows);
}

/* --- Filtering -------------------------------------------------------------------------------- */

struct audit_search {
    uint64_t view, generation; /* who asked */
    struct filter *filter;     /* of what is asked for */
    struct vector numbers;     /* of what was found */
};

static void free_search(void *data)
{
    struct audit_search *search = data;

    filter_free(&search->filter);
    vector_release(&search->numbers);
    free(search);
}

static struct audit_search *search_new(uint64_t view, uint64_t generation)
{
    struct audit_search *search = memory_new(sizeof *search);

    search->view = view;
    search->generation = generation;
    vector_init(&search->numbers, sizeof(int64_t));
    return search;
}

static bool matches(void *context, const struct audit_log_entry *entry)
{
    return audit_log_passes(entry, context);
}

/* The input is freed with the job, so that what was found goes out in a search of its own. */
static bool run_search(struct job *job, struct call *call, void *input, void **output,
                       struct error *error)
{
    struct audit_search *asked = input;
    struct audit_search *found = search_new(asked->view, asked->generation);

    (void)job;
    if (!audit_log_numbers(call, 0, matches, asked->filter, &found->numbers, error)) {
        free_search(found);
        return false;
    }
    *output = found;
    return true;
}

static void search_done(struct studio *studio, bool ok, void *output)
{
    struct audit_search *search = output;
    struct event event = { .kind = AUDIT_FOUND, .data = search, .release = free_search };

    if (!ok)
        return;
    event.view = search->view;
    event.generation = search->generation;
    workspace_post(studio->workspace, &event);
}

static struct filter *parse(const struct audit_rows *rows, const char *text, struct error *error)
{
    return filter_new(text, &audit_log_fields, clock_now(&rows->studio->call.clock), error);
}

/* Takes the filter over. */
static void start_search(struct audit_rows *rows, struct filter *filter)
{
    struct studio_work work = { .title = "look through the audit",
                                .reading = true,
                                .run = run_search,
                                .free_input = free_search,
                                .free_output = free_search,
                                .done = search_done };
    struct audit_search *search = search_new(view_id(rows->view), view_ask(rows->view));

    search->filter = filter;
    work.input = search;
    vector_clear(&rows->found);
    rows->looking = studio_start(rows->studio, &work);
}

/* For what came meanwhile; the text has been a filter before. */
static void search_again(struct audit_rows *rows)
{
    struct filter *filter = parse(rows, rows->filter, NULL);

    if (filter != NULL)
        start_search(rows, filter);
}

static bool filter(void *context, const char *text, struct error *error)
{
    struct audit_rows *rows = context;
    struct filter *filter = parse(rows, text, error);

    if (filter == NULL)
        return false;
    /* Accepting what was typed asks again: what was found for it stands there already. */
    if (rows->filter != NULL && strcmp(rows->filter, text) == 0) {
        filter_free(&filter);
        return true;
    }
    free(rows->filter);
    rows->filter = NULL;
    rows->looking = 0;
    if (filter_is_empty(filter)) {
        filter_free(&filter);
        view_ask(rows->view);
        return true;
    }
    rows->filter = memory_copy_text(text);
    start_search(rows, filter);
    return true;
}

static void offer_values(const void *context, size_t field,
                         void (*offer)(void *to, const char *value), void *to)
{
    const struct audit_rows *rows = context;

    audit_log_field_values(&rows->studio->call, field, offer, to);
}

static void complete_filter(void *context, const char *text,
                            void (*offer)(void *to, const char *term), void *to)
{
    filter_complete(text, &audit_log_fields, offer_values, context, offer, to);
}

/* --- The numbers ------------------------------------------------------------------------------ */

/* An event of the view: they were read, or could not be (struct audit_numbers). */
enum { AUDIT_NUMBERED = 0x1010 };

struct audit_numbers {
    uint64_t view;
    int64_t above;         /* the newest that is known; 0: none is */
    struct vector numbers; /* int64_t, newest first */
    int64_t everywhere;    /* entries of the whole store */
    bool ok;
};

static void free_numbers(void *data)
{
    struct audit_numbers *numbers = data;

    vector_release(&numbers->numbers);
    free(numbers);
}

static struct audit_numbers *numbers_new(const struct audit_numbers *like)
{
    struct audit_numbers *numbers = memory_new(sizeof *numbers);

    *numbers = *like;
    vector_init(&numbers->numbers, sizeof(int64_t));
    return numbers;
}

static bool run_numbers(struct job *job, struct call *call, void *input, void **output,
                        struct error *error)
{
    struct audit_numbers *asked = input;

    (void)job;
    (void)output;
    return audit_log_numbers(call, asked->above, NULL, NULL, &asked->numbers, error) &&
           audit_log_count(call, &asked->everywhere, error);
}

/* However it ended: else nobody would look again. */
static void numbers_ended(struct studio *studio, const struct error *failure, void *input)
{
    struct audit_numbers *asked = input, *read = numbers_new(asked);
    struct event event = {
        .view = asked->view, .kind = AUDIT_NUMBERED, .data = read, .release = free_numbers
    };

    read->ok = failure == NULL;
    for (size_t i = 0; read->ok && i < asked->numbers.count; i++)
        vector_push(&read->numbers, vector_at(&asked->numbers, i));
    workspace_post(studio->workspace, &event);
}

void audit_rows_look(struct audit_rows *rows)
{
    struct studio_work work = { .title = "read the audit",
                                .reading = true,
                                .quiet = true,
                                .run = run_numbers,
                                .free_input = free_numbers,
                                .ended = numbers_ended };
    struct audit_numbers asked = { .view = view_id(rows->view) };

    rows->again = rows->reading;
    if (rows->reading)
        return;
    rows->reading = true;
    if (rows->waiting.count > 0)
        asked.above = *(int64_t *)vector_at(&rows->waiting, 0);
    else if (rows->all.count > 0)
        asked.above = *(int64_t *)vector_at(&rows->all, 0);
    work.input = numbers_new(&asked);
    studio_start(rows->studio, &work);
}

/* Puts them in front of those that wait; the first ones need not. */
static void take_numbers(struct audit_rows *rows, struct audit_numbers *numbers)
{
    struct vector *to = rows->known ? &rows->waiting : &rows->all;

    rows->reading = false;
    rows->failed = !numbers->ok;
    if (rows->failed)
        return;
    rows->now = numbers->everywhere;
    if (!rows->known)
        rows->everywhere = rows->now;
    rows->known = true;
    for (size_t i = 0; i < to->count; i++)
        vector_push(&numbers->numbers, vector_at(to, i));
    vector_release(to);
    *to = numbers->numbers;
    /* The event frees its own. */
    vector_init(&numbers->numbers, sizeof(int64_t));
}

bool audit_rows_take(struct audit_rows *rows, const struct event *event)
{
    const struct audit_search *search = event->data;

    if (event->kind == AUDIT_ADMITTED)
        return true;
    if (event->kind == AUDIT_NUMBERED) {
        take_numbers(rows, event->data);
        if (rows->again)
            audit_rows_look(rows);
        return true;
    }
    if (event->kind != AUDIT_FOUND)
        return false;
    rows->looking = 0;
    vector_clear(&rows->found);
    for (size_t i = 0; i < search->numbers.count; i++)
        vector_push(&rows->found, vector_at(&search->numbers, i));
    return true;
}

/* --- Life ------------------------------------------------------------------------------------- */

static const struct row_source_ops source_ops = {
    .count = count,
    .row = row_at,
    .locate = locate,
    .filter = filter,
    .filter_complete = complete_filter,
    .waiting = waiting,
    .admit = admit,
};

struct row_source audit_rows_source(struct audit_rows *rows)
{
    return (struct row_source){ &source_ops, rows };
}

struct audit_rows *audit_rows_new(struct studio *studio)
{
    struct audit_rows *rows = memory_new(sizeof *rows);

    rows->studio = studio;
    vector_init(&rows->all, sizeof(int64_t));
    vector_init(&rows->found, sizeof(int64_t));
    vector_init(&rows->waiting, sizeof(int64_t));
    rows->arena = arena_new();
    rows->kept = map_new();
    rows->codes = map_new();
    return rows;
}

void audit_rows_free(struct audit_rows **rows)
{
    struct audit_rows *freed = *rows;

    *rows = NULL;
    if (freed == NULL)
        return;
    vector_release(&freed->all);
    vector_release(&freed->found);
    vector_release(&freed->waiting);
    map_free(&freed->kept);
    map_free(&freed->codes);
    arena_free(&freed->arena);
    free(freed->filter);
    free(freed);
}

void audit_rows_set_view(struct audit_rows *rows, struct view *view)
{
    rows->view = view;
}

bool audit_rows_known(const struct audit_rows *rows)
{
    return rows->known;
}

bool audit_rows_failed(const struct audit_rows *rows)
{
    return rows->failed;
}

bool audit_rows_busy(const struct audit_rows *rows)
{
    return rows->looking != 0 && studio_is_running(rows->studio, rows->looking);
}

size_t audit_rows_total(const struct audit_rows *rows)
{
    return rows->all.count;
}

int64_t audit_rows_everywhere(const struct audit_rows *rows)
{
    return rows->everywhere;
}

void audit_rows_measure(struct audit_rows *rows, int widths[AUDIT_CELLS])
{
    struct row row = { 0 };

    for (uint64_t i = 0; i < MOST_MEASURED && set_row(rows, &rows->all, i, &row); i++) {
        for (size_t k = 0; k < AUDIT_CELLS; k++) {
            int width = (int)text_width(row.cells[k].text, row.cells[k].length);

            if (width > widths[k])
                widths[k] = width;
        }
    }
}

const struct audit_log_entry *audit_rows_entry(struct audit_rows *rows, const char *identity)
{
    return identity != NULL ? read_entry(rows, strtoll(identity, NULL, 10)) : NULL;
}
