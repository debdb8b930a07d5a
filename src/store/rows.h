/*
 * What the aggregates share: reading rows into arenas, pages and their cursors, words and checks.
 * Private to this room.
 */
#ifndef PILAB_SRC_STORE_ROWS_H
#define PILAB_SRC_STORE_ROWS_H

#include <pilab/base/digest.h>
#include <pilab/store/connection.h>
#include <pilab/store/page.h>

/* --- Rows ------------------------------------------------------------------------------------- */

/* Reads the columns of the current row into *item, whose text goes to the arena. */
typedef void row_reader(struct statement *statement, struct arena *arena, void *item);

/* Reads the one row of a statement and closes it. *found is false when there is none. */
bool row_read(struct statement **statement, row_reader *read, struct arena *arena, void *item,
              bool *found, struct error *error);
/* The same; no row is ERROR_NOT_FOUND: "there is no <kind> <name>". */
bool row_demand(struct statement **statement, row_reader *read, struct arena *arena, void *item,
                const char *kind, const char *name, struct error *error);
/* What a row that was removed hands on when its name comes back: it is the same one again. */
struct row_past {
    char id[UUID_SIZE];
    int64_t rev, created_at;
};
/* The removed row of a project with this name, of a statement that selects id, rev and created_at
 * and takes project and name; closes it. *found is false when there is none. */
bool row_removed(struct statement **statement, const char *project_id, const char *name,
                 struct row_past *past, bool *found, struct error *error);
/* Runs an insertion and closes it. What is there already is ERROR_EXISTS: "there is a <kind> <name>
 * already". */
bool row_add(struct statement **statement, const char *kind, const char *name, struct error *error);
/* Runs a change of exactly one row and closes it; no row is ERROR_CONFLICT: "the <kind> <name> has
 * been changed meanwhile". */
bool row_change(struct statement **statement, const char *kind, const char *name,
                struct error *error);
/* Reads the first column of the one row, an integer, and closes. 0 when there is no row. */
bool row_integer(struct statement **statement, int64_t *value, struct error *error);

/* Rows of a list, and whether more follow. */
struct rows {
    void *items; /* in the arena; NULL when there are none */
    size_t count;
    bool more;
};

/* How many rows a list's statement has to be asked for (its LIMIT). */
int64_t rows_limit(const struct store_page *page);
/* Reads the rows of a list and closes the statement. */
bool rows_read(struct statement **statement, const struct store_page *page, size_t item_size,
               row_reader *read, struct arena *arena, struct rows *rows, struct error *error);

/* --- Cursors ---------------------------------------------------------------------------------- */

/* The key of a row within the order of a list. */
struct cursor {
    const char *list; /* which list and order it belongs to: a few letters */
    int64_t major, minor;
    const char *text;
};

/* The key that a page starts behind: the page's cursor, or *start when it has none. */
bool cursor_read(const struct store_page *page, const struct cursor *start, struct arena *arena,
                 struct cursor *cursor, struct error *error);
const char *cursor_write(const struct cursor *cursor, struct arena *arena);

/* --- Values ----------------------------------------------------------------------------------- */

/* Makes an id unless one is there, which must then be a UUID. */
bool id_settle(struct connection *connection, char id[UUID_SIZE], struct error *error);
/* Copy a column into an id or digest; "" when it is NULL or has another length. */
void id_take(struct statement *statement, char id[UUID_SIZE]);
void digest_take(struct statement *statement, char digest[SHA256_HEX_SIZE]);
/* `text`, or `otherwise` when it is NULL. */
const char *text_or(const char *text, const char *otherwise);

/* ERROR_INVALID unless `text` is JSON (any value) or NULL; `what` is what the message calls it. */
bool json_check(const char *what, const char *text, struct error *error);

/* The place of a word in a NULL-terminated table, in any case and with '-' for '_'; -1: unknown. */
int word_index(const char *const *words, const char *word);
/* ERROR_INVALID, listing the words, unless it is one of them exactly. */
bool word_check(const char *what, const char *word, const char *const *words, struct error *error);
/* Finds a word in any case; ERROR_INVALID listing the words. */
bool word_parse(const char *what, const char *word, const char *const *words, int *index,
                struct error *error);

#endif
