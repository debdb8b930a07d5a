#include "rows.h"

#include <ctype.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

/* --- Rows ------------------------------------------------------------------------------------- */

bool row_read(struct statement **statement, row_reader *read, struct arena *arena, void *item,
              bool *found, struct error *error)
{
    bool ok = statement_step(*statement, found, error);

    if (ok && *found)
        read(*statement, arena, item);
    statement_close(statement);
    return ok;
}

bool row_demand(struct statement **statement, row_reader *read, struct arena *arena, void *item,
                const char *kind, const char *name, struct error *error)
{
    bool found;

    if (!row_read(statement, read, arena, item, &found, error))
        return false;
    return found || error_set(error, ERROR_NOT_FOUND, "there is no %s %s", kind, name);
}

static void read_past(struct statement *statement, struct arena *arena, void *item)
{
    struct row_past *past = item;

    (void)arena;
    id_take(statement, past->id);
    past->rev = statement_take_integer(statement);
    past->created_at = statement_take_integer(statement);
}

bool row_removed(struct statement **statement, const char *project_id, const char *name,
                 struct row_past *past, bool *found, struct error *error)
{
    *found = false;
    statement_put_text(*statement, project_id);
    statement_put_text(*statement, name);
    return row_read(statement, read_past, NULL, past, found, error);
}

bool row_add(struct statement **statement, const char *kind, const char *name, struct error *error)
{
    struct error failure;
    bool ok;

    if (*statement == NULL)
        return false;
    ok = statement_run(*statement, NULL, &failure);
    statement_close(statement);
    if (!ok && failure.code == ERROR_EXISTS)
        return error_set(error, ERROR_EXISTS, "there is a %s %s already", kind, name);
    if (!ok && error != NULL)
        *error = failure;
    return ok;
}

bool row_change(struct statement **statement, const char *kind, const char *name,
                struct error *error)
{
    struct error failure;
    size_t changed = 0;
    bool ok;

    if (*statement == NULL)
        return false;
    ok = statement_run(*statement, &changed, &failure);
    statement_close(statement);
    if (!ok && failure.code == ERROR_EXISTS)
        return error_set(error, ERROR_EXISTS, "there is another %s %s already", kind, name);
    if (!ok && error != NULL)
        *error = failure;
    if (!ok || changed == 1)
        return ok;
    error_set(error, ERROR_CONFLICT, "the %s %s has been changed meanwhile", kind, name);
    return error_hint(error, "Look at it again, then repeat what you wanted to do.");
}

bool row_integer(struct statement **statement, int64_t *value, struct error *error)
{
    bool row = false;
    bool ok = statement_step(*statement, &row, error);

    *value = ok && row ? statement_take_integer(*statement) : 0;
    statement_close(statement);
    return ok;
}

int64_t rows_limit(const struct store_page *page)
{
    if (page == NULL || page->limit == 0 || page->limit >= INT64_MAX)
        return INT64_MAX;
    return (int64_t)page->limit + 1;
}

bool rows_read(struct statement **statement, const struct store_page *page, size_t item_size,
               row_reader *read, struct arena *arena, struct rows *rows, struct error *error)
{
    size_t limit = (size_t)rows_limit(page) - 1;
    struct vector items;
    bool row = false;
    bool ok;

    *rows = (struct rows){ 0 };
    vector_init(&items, item_size);
    while ((ok = statement_step(*statement, &row, error)) && row) {
        rows->more = items.count == limit;
        if (rows->more)
            break;
        read(*statement, arena, vector_add(&items));
    }
    statement_close(statement);
    if (ok) {
        rows->count = items.count;
        rows->items = vector_to_arena(&items, arena);
    }
    vector_release(&items);
    return ok;
}

/* --- Cursors: "<list>.<major>.<minor>.<text in hexadecimal>" ---------------------------------- */

static bool take_number(const char **at, int64_t *value)
{
    char *end;

    if (**at != '-' && !isdigit((unsigned char)**at))
        return false;
    *value = strtoimax(*at, &end, 10);
    if (*end != '.')
        return false;
    *at = end + 1;
    return true;
}

static bool take_text(const char *at, struct arena *arena, const char **text)
{
    size_t length = strlen(at);
    char *bytes = arena_alloc(arena, length / 2 + 1);

    *text = bytes;
    return length % 2 == 0 && hex_decode(at, (unsigned char *)bytes, length / 2);
}

bool cursor_read(const struct store_page *page, const struct cursor *start, struct arena *arena,
                 struct cursor *cursor, struct error *error)
{
    const char *at = page == NULL ? NULL : page->after;
    size_t list = strlen(start->list);

    *cursor = *start;
    if (at == NULL || *at == '\0')
        return true;
    if (strncmp(at, start->list, list) == 0 && at[list] == '.') {
        at += list + 1;
        if (take_number(&at, &cursor->major) && take_number(&at, &cursor->minor) &&
            take_text(at, arena, &cursor->text))
            return true;
    }
    error_set(error, ERROR_USAGE, "\"%s\" is not a cursor of this list", page->after);
    return error_hint(error, "Take the `next` of the page before, or start from the beginning.");
}

const char *cursor_write(const struct cursor *cursor, struct arena *arena)
{
    const char *text = text_or(cursor->text, "");
    size_t length = strlen(text);
    char *digits = memory_array(length + 1, 2);
    const char *written;

    hex_encode((const unsigned char *)text, length, digits);
    written = arena_printf(arena, "%s.%" PRId64 ".%" PRId64 ".%s", cursor->list, cursor->major,
                           cursor->minor, digits);
    free(digits);
    return written;
}

/* --- Values ----------------------------------------------------------------------------------- */

bool id_settle(struct connection *connection, char id[UUID_SIZE], struct error *error)
{
    if (id[0] == '\0')
        connection_new_id(connection, id);
    return uuid_valid(id) || error_set(error, ERROR_INVALID, "\"%s\" is not a UUID", id);
}

/* `size` counts the NUL. */
static void take_fixed(struct statement *statement, char *out, size_t size)
{
    size_t length;
    const char *text = statement_view_text(statement, &length);

    out[0] = '\0';
    if (text != NULL && length == size - 1)
        memcpy(out, text, size);
}

void id_take(struct statement *statement, char id[UUID_SIZE])
{
    take_fixed(statement, id, UUID_SIZE);
}

void digest_take(struct statement *statement, char digest[SHA256_HEX_SIZE])
{
    take_fixed(statement, digest, SHA256_HEX_SIZE);
}

const char *text_or(const char *text, const char *otherwise)
{
    return text != NULL ? text : otherwise;
}

bool json_check(const char *what, const char *text, struct error *error)
{
    json_error_t problem;
    json_t *value;

    if (text == NULL)
        return true;
    value = json_loads(text, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
    json_decref(value);
    return value != NULL ||
           error_set(error, ERROR_INVALID, "%s is not JSON: %s", what, problem.text);
}

static bool same_word(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char left = *a == '-' ? '_' : (char)toupper((unsigned char)*a);
        char right = *b == '-' ? '_' : (char)toupper((unsigned char)*b);

        if (left != right)
            return false;
    }
    return *a == *b;
}

int word_index(const char *const *words, const char *word)
{
    for (int i = 0; word != NULL && words[i] != NULL; i++) {
        if (same_word(words[i], word))
            return i;
    }
    return -1;
}

static bool refuse_word(const char *what, const char *word, const char *const *words,
                        struct error *error)
{
    struct strbuf list = STRBUF_INIT;

    for (; *words != NULL; words++)
        strbuf_printf(&list, "%s%s", list.length > 0 ? ", " : "", *words);
    error_set(error, ERROR_INVALID, "the %s \"%s\" is not one of %s", what, text_or(word, ""),
              list.data);
    strbuf_release(&list);
    return false;
}

bool word_check(const char *what, const char *word, const char *const *words, struct error *error)
{
    int index = word_index(words, word);

    if (index >= 0 && strcmp(words[index], word) == 0)
        return true;
    return refuse_word(what, word, words, error);
}

bool word_parse(const char *what, const char *word, const char *const *words, int *index,
                struct error *error)
{
    *index = word_index(words, word);
    return *index >= 0 || refuse_word(what, word, words, error);
}
