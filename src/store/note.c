#include <pilab/store/note.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "rows.h"

static const char *const statuses[NOTE_STATUS_COUNT + 1] = {
    [NOTE_DRAFT] = "DRAFT",           [NOTE_GENERATED] = "GENERATED",
    [NOTE_REVIEWED] = "REVIEWED",     [NOTE_APPROVED] = "APPROVED",
    [NOTE_PUBLISHING] = "PUBLISHING", [NOTE_PUBLISHED] = "PUBLISHED",
    [NOTE_WITHDRAWN] = "WITHDRAWN",
};

#define NOTE_COLUMNS                                                                               \
    "id, project_id, number, report_id, supersedes, version, previous_version, title, status,"     \
    " rev, created_by, created_at, updated_at, generated_at, published_at, environment, release,"  \
    " list_digest"

#define NOTE_SELECT "SELECT " NOTE_COLUMNS " FROM notes"

static const char note_insert[] = "INSERT INTO notes (" NOTE_COLUMNS ")"
                                  " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char note_next_number[] = "SELECT COALESCE(MAX(number), 0) + 1"
                                       " FROM notes"
                                       " WHERE project_id = ?";

static const char note_count_up[] = "UPDATE notes"
                                    " SET rev = rev + 1,"
                                    "     status = 'DRAFT',"
                                    "     updated_at = ?"
                                    " WHERE id = ?"
                                    "   AND rev = ?"
                                    "   AND status IN ('DRAFT', 'GENERATED', 'REVIEWED',"
                                    "                  'APPROVED')";

static const char note_move[] = "UPDATE notes"
                                " SET status = ?1,"
                                "     published_at = CASE WHEN ?1 = 'PUBLISHED' THEN ?2"
                                "                         ELSE published_at END,"
                                "     updated_at = ?2"
                                " WHERE id = ?3"
                                "   AND rev = ?4"
                                "   AND status = ?5";

static const char note_by_id[] = NOTE_SELECT " WHERE id = ?";

static const char note_by_number[] = NOTE_SELECT " WHERE project_id = ?"
                                                 "   AND number = ?";

static const char note_correcting[] = NOTE_SELECT " WHERE supersedes = ?"
                                                  " ORDER BY number DESC"
                                                  " LIMIT 1";

static const char notes_by_number[] = NOTE_SELECT " WHERE project_id = ?1"
                                                  "   AND number < ?2"
                                                  "   AND (?3 IS NULL OR status = ?3)"
                                                  " ORDER BY number DESC"
                                                  " LIMIT ?4";

/* In the words of the index over them. */
static const char notes_open[] = NOTE_SELECT " WHERE project_id = ?"
                                             "   AND status NOT IN ('PUBLISHED', 'WITHDRAWN')"
                                             " ORDER BY CASE status WHEN 'PUBLISHING' THEN 0"
                                             "                      WHEN 'APPROVED' THEN 1"
                                             "                      WHEN 'REVIEWED' THEN 2"
                                             "                      WHEN 'DRAFT' THEN 3"
                                             "                      ELSE 4 END,"
                                             "          number DESC";

static const char revision_insert[] = "INSERT INTO note_revisions"
                                      " (note_id, rev, author, reason, at, digest,"
                                      "  markdown_digest, content, markdown)"
                                      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char revision_get[] = "SELECT rev, author, reason, at, digest, markdown_digest,"
                                   "       content, markdown"
                                   " FROM note_revisions"
                                   " WHERE note_id = ?1"
                                   "   AND (rev = ?2 OR ?2 = 0)"
                                   " ORDER BY rev DESC"
                                   " LIMIT 1";

static const char revisions_by_rev[] = "SELECT rev, author, reason, at, digest, markdown_digest,"
                                       "       NULL, NULL"
                                       " FROM note_revisions"
                                       " WHERE note_id = ?"
                                       "   AND rev < ?"
                                       " ORDER BY rev DESC"
                                       " LIMIT ?";

const char *note_status_name(enum note_status status)
{
    return statuses[status];
}

bool note_status_parse(const char *name, enum note_status *status, struct error *error)
{
    int index;

    if (!word_parse("note status", name, statuses, &index, error))
        return false;
    *status = (enum note_status)index;
    return true;
}

static void read_note(struct statement *statement, struct arena *arena, void *item)
{
    struct store_note *note = item;
    int status;

    id_take(statement, note->id);
    note->project_id = statement_take_text(statement, arena);
    note->number = statement_take_integer(statement);
    note->report_id = statement_take_text(statement, arena);
    note->supersedes = statement_take_text(statement, arena);
    note->version = statement_take_text(statement, arena);
    note->previous_version = statement_take_text(statement, arena);
    note->title = statement_take_text(statement, arena);
    status = word_index(statuses, statement_view_text(statement, NULL));
    note->status = status < 0 ? NOTE_DRAFT : (enum note_status)status;
    note->rev = statement_take_integer(statement);
    note->created_by = statement_take_text(statement, arena);
    note->created_at = statement_take_integer(statement);
    note->updated_at = statement_take_integer(statement);
    note->generated_at = statement_take_integer(statement);
    note->published_at = statement_take_integer(statement);
    note->environment = statement_take_text(statement, arena);
    note->release = statement_take_text(statement, arena);
    note->list_digest = statement_take_text(statement, arena);
}

static void read_revision(struct statement *statement, struct arena *arena, void *item)
{
    struct store_revision *revision = item;

    revision->rev = statement_take_integer(statement);
    revision->author = statement_take_text(statement, arena);
    revision->reason = statement_take_text(statement, arena);
    revision->at = statement_take_integer(statement);
    digest_take(statement, revision->digest);
    digest_take(statement, revision->markdown_digest);
    revision->content = statement_take_text(statement, arena);
    revision->markdown = statement_take_text(statement, arena);
}

/* --- Writing ---------------------------------------------------------------------------------- */

static bool add_revision(struct connection *connection, const char *note_id, int64_t rev,
                         struct store_revision *revision, struct error *error)
{
    struct statement *statement = statement_open(connection, revision_insert, error);

    revision->rev = rev;
    revision->at = connection_now(connection);
    sha256_hex(revision->content, strlen(revision->content), revision->digest);
    sha256_hex(revision->markdown, strlen(revision->markdown), revision->markdown_digest);
    statement_put_text(statement, note_id);
    statement_put_integer(statement, revision->rev);
    statement_put_text(statement, revision->author);
    statement_put_text(statement, revision->reason);
    statement_put_integer(statement, revision->at);
    statement_put_text(statement, revision->digest);
    statement_put_text(statement, revision->markdown_digest);
    statement_put_text(statement, revision->content);
    statement_put_text(statement, revision->markdown);
    return row_add(&statement, "revision of note", note_id, error);
}

static bool insert_note(struct connection *connection, const struct store_note *note,
                        struct error *error)
{
    struct statement *statement = statement_open(connection, note_insert, error);

    statement_put_text(statement, note->id);
    statement_put_text(statement, note->project_id);
    statement_put_integer(statement, note->number);
    statement_put_text(statement, note->report_id);
    statement_put_text(statement, note->supersedes);
    statement_put_text(statement, text_or(note->version, ""));
    statement_put_text(statement, text_or(note->previous_version, ""));
    statement_put_text(statement, text_or(note->title, ""));
    statement_put_text(statement, note_status_name(note->status));
    statement_put_integer(statement, note->rev);
    statement_put_text(statement, note->created_by);
    statement_put_integer(statement, note->created_at);
    statement_put_integer(statement, note->updated_at);
    statement_put_integer(statement, note->generated_at);
    statement_put_integer(statement, note->published_at);
    statement_put_text(statement, note->environment);
    statement_put_text(statement, note->release);
    statement_put_text(statement, note->list_digest);
    return row_add(&statement, "note", note->id, error);
}

bool store_note_add(struct connection *connection, struct store_note *note,
                    struct store_revision *first, struct error *error)
{
    int64_t now = connection_now(connection);
    struct statement *statement;

    if (note->status != NOTE_DRAFT && note->status != NOTE_GENERATED)
        return error_set(error, ERROR_INVALID, "a new note is DRAFT or GENERATED, not %s",
                         note_status_name(note->status));
    statement = statement_open(connection, note_next_number, error);
    statement_put_text(statement, note->project_id);
    if (!row_integer(&statement, &note->number, error) || !id_settle(connection, note->id, error))
        return false;
    note->rev = 1;
    note->created_at = note->updated_at = now;
    note->generated_at = note->status == NOTE_GENERATED ? now : 0;
    note->published_at = 0;
    return insert_note(connection, note, error) &&
           add_revision(connection, note->id, note->rev, first, error);
}

/* Why a revision could not be put on top of `rev`: for people, with the other one's name. */
static bool refuse_revision(struct connection *connection, const char *id, int64_t rev,
                            struct error *error)
{
    struct arena *arena = arena_new();
    struct store_note note;
    struct store_revision newest;

    if (!store_note_get(connection, id, arena, &note, error) ||
        !store_note_revision(connection, id, 0, arena, &newest, error)) {
        arena_free(&arena);
        return false;
    }
    if (newest.rev != rev) {
        error_set(error, ERROR_CONFLICT,
                  "note %" PRId64 " has been edited meanwhile: %s made revision %" PRId64
                  ", yours is based on revision %" PRId64,
                  note.number, newest.author, newest.rev, rev);
        error_hint(error, "Look at what was changed and repeat your edit on top of it.");
    } else {
        error_set(error, ERROR_CONFLICT, "note %" PRId64 " is %s and cannot be edited", note.number,
                  note_status_name(note.status));
        error_hint(error, "Make a new note that corrects it.");
    }
    arena_free(&arena);
    return false;
}

bool store_note_revise(struct connection *connection, const char *id, int64_t rev,
                       struct store_revision *revision, struct error *error)
{
    struct statement *statement = statement_open(connection, note_count_up, error);
    size_t changed = 0;
    bool ok;

    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    ok = statement_run(statement, &changed, error);
    statement_close(&statement);
    if (!ok)
        return false;
    if (changed != 1)
        return refuse_revision(connection, id, rev, error);
    return add_revision(connection, id, rev + 1, revision, error);
}

bool store_note_move(struct connection *connection, const char *id, int64_t rev,
                     enum note_status from, enum note_status to, struct error *error)
{
    struct statement *statement = statement_open(connection, note_move, error);

    statement_put_text(statement, note_status_name(to));
    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    statement_put_text(statement, note_status_name(from));
    return row_change(&statement, "note", id, error);
}

/* --- Reading ---------------------------------------------------------------------------------- */

bool store_note_get(struct connection *connection, const char *id, struct arena *arena,
                    struct store_note *note, struct error *error)
{
    struct statement *statement = statement_open(connection, note_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_note, arena, note, "note", id, error);
}

bool store_note_find(struct connection *connection, const char *project_id, int64_t number,
                     struct arena *arena, struct store_note *note, struct error *error)
{
    struct statement *statement = statement_open(connection, note_by_number, error);
    char name[32];

    snprintf(name, sizeof name, "%" PRId64, number);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, number);
    return row_demand(&statement, read_note, arena, note, "note", name, error);
}

bool store_note_correction(struct connection *connection, const char *id, struct arena *arena,
                           struct store_note *note, bool *found, struct error *error)
{
    struct statement *statement = statement_open(connection, note_correcting, error);

    statement_put_text(statement, id);
    return row_read(&statement, read_note, arena, note, found, error);
}

bool store_note_list(struct connection *connection, const char *project_id,
                     const enum note_status *status, const struct store_page *page,
                     struct arena *arena, struct store_notes *list, struct error *error)
{
    struct cursor cursor = { .list = "note", .major = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, notes_by_number, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, cursor.major);
    statement_put_text(statement, status != NULL ? note_status_name(*status) : NULL);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_note, arena, &rows, error))
        return false;
    *list = (struct store_notes){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].number;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}

bool store_note_list_open(struct connection *connection, const char *project_id,
                          struct arena *arena, struct store_notes *list, struct error *error)
{
    struct statement *statement = statement_open(connection, notes_open, error);
    struct rows rows;

    statement_put_text(statement, project_id);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_note, arena, &rows, error))
        return false;
    *list = (struct store_notes){ .items = rows.items, .count = rows.count };
    return true;
}

static bool matches(const char *text, const char *digest)
{
    char actual[SHA256_HEX_SIZE];

    return text != NULL && strcmp(sha256_hex(text, strlen(text), actual), digest) == 0;
}

bool store_note_revision(struct connection *connection, const char *id, int64_t rev,
                         struct arena *arena, struct store_revision *revision, struct error *error)
{
    struct statement *statement = statement_open(connection, revision_get, error);
    struct store_revision read;
    bool found;

    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    if (!row_read(&statement, read_revision, arena, &read, &found, error))
        return false;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "note %s has no revision %" PRId64, id, rev);
    if (!matches(read.content, read.digest) || !matches(read.markdown, read.markdown_digest))
        return error_set(error, ERROR_CORRUPT,
                         "revision %" PRId64
                         " of note %s is not what was stored: its digest differs",
                         read.rev, id);
    *revision = read;
    return true;
}

bool store_note_revisions(struct connection *connection, const char *id,
                          const struct store_page *page, struct arena *arena,
                          struct store_revisions *list, struct error *error)
{
    struct cursor cursor = { .list = "revision", .major = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, revisions_by_rev, error);
    statement_put_text(statement, id);
    statement_put_integer(statement, cursor.major);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_revision, arena, &rows, error))
        return false;
    *list = (struct store_revisions){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].rev;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}
