#include <pilab/schema/sqlite.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/schema/sql_operation.h>

#include "live_sqlite.h"

/* Of all texts together. */
#define MOST_MILLISECONDS 5000u
#define MOST_PAGES        "16384" /* of 4 KiB */
/* How many steps of SQLite's machine lie between two looks at the clock. */
enum { STEPS = 20000 };

/* Where an object was made, or what could not be run. */
struct sqlite_note {
    const char *file, *name, *message;
    enum schema_kind kind;
    unsigned line;
};

struct sqlite_reader {
    sqlite3 *database;
    struct arena *arena;
    const char *name;
    struct vector places;   /* struct sqlite_note */
    struct vector problems; /* struct sqlite_note */
    unsigned milliseconds;
    int64_t end; /* monotonic milliseconds */
    bool late;
};

/* --- Limits ----------------------------------------------------------------------------------- */

static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static int look_at_clock(void *context)
{
    struct sqlite_reader *reader = context;

    reader->late = now() > reader->end;
    return reader->late;
}

/* Functions that reach out of the database, as far as a build may have them. */
static bool is_harmless(const char *function)
{
    static const char *const others[] = { "load_extension", "readfile",       "writefile",
                                          "edit",           "fts3_tokenizer", "fts5" };

    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (function != NULL && strcasecmp(function, others[i]) == 0)
            return false;
    }
    return true;
}

/* What a statement may do, whatever its text is; all that is not named here is refused. */
static int authorize(void *context, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    (void)context;
    (void)first;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_CREATE_TRIGGER:
    case SQLITE_CREATE_VIEW:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TEMP_INDEX:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_TEMP_TRIGGER:
    case SQLITE_DROP_TEMP_VIEW:
    case SQLITE_DROP_TRIGGER:
    case SQLITE_DROP_VIEW:
    case SQLITE_ALTER_TABLE:
    case SQLITE_REINDEX:
    case SQLITE_INSERT: /* the catalog is a table, too */
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
    case SQLITE_READ:
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return is_harmless(second) ? SQLITE_OK : SQLITE_DENY;
    default:
        return SQLITE_DENY;
    }
}

static void limit(sqlite3 *database)
{
    static const struct {
        int what, most;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH,           8 << 20},
        { SQLITE_LIMIT_SQL_LENGTH,      1 << 20},
        { SQLITE_LIMIT_EXPR_DEPTH,      200    },
        { SQLITE_LIMIT_COMPOUND_SELECT, 100    },
        { SQLITE_LIMIT_VDBE_OP,         250000 },
        { SQLITE_LIMIT_ATTACHED,        0      },
        { SQLITE_LIMIT_TRIGGER_DEPTH,   10     },
        { SQLITE_LIMIT_WORKER_THREADS,  0      },
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(database, limits[i].what, limits[i].most);
    sqlite3_db_config(database, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_exec(database, "PRAGMA max_page_count=" MOST_PAGES, NULL, NULL, NULL);
}

/* --- The reader ------------------------------------------------------------------------------- */

struct sqlite_reader *sqlite_reader_new(const char *name, unsigned milliseconds,
                                        struct error *error)
{
    struct sqlite_reader *reader = memory_new(sizeof *reader);

    reader->arena = arena_new();
    reader->name = arena_text(reader->arena, name);
    vector_init(&reader->places, sizeof(struct sqlite_note));
    vector_init(&reader->problems, sizeof(struct sqlite_note));
    if (sqlite3_open_v2(":memory:", &reader->database,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
                            SQLITE_OPEN_MEMORY,
                        NULL) != SQLITE_OK) {
        error_set(error, ERROR_IO, "cannot open a database in memory: %s",
                  reader->database != NULL ? sqlite3_errmsg(reader->database) : "no memory");
        sqlite_reader_free(&reader);
        return NULL;
    }
    limit(reader->database);
    reader->milliseconds = milliseconds > 0 ? milliseconds : MOST_MILLISECONDS;
    reader->end = now() + reader->milliseconds;
    sqlite3_progress_handler(reader->database, STEPS, look_at_clock, reader);
    sqlite3_set_authorizer(reader->database, authorize, NULL);
    return reader;
}

void sqlite_reader_free(struct sqlite_reader **reader)
{
    if (*reader == NULL)
        return;
    sqlite3_close_v2((*reader)->database);
    vector_release(&(*reader)->places);
    vector_release(&(*reader)->problems);
    arena_free(&(*reader)->arena);
    free(*reader);
    *reader = NULL;
}

static void note_problem(struct sqlite_reader *reader, const char *file, unsigned line,
                         const char *message)
{
    struct sqlite_note *note = vector_add(&reader->problems);

    *note = (struct sqlite_note){ .file = file,
                                  .line = line,
                                  .message = arena_text(reader->arena, message) };
}

/* SQLite gives an object that it denies no better words than "not authorized". */
static const char *refusal_of(struct sqlite_reader *reader, int code)
{
    if (code == SQLITE_AUTH)
        return "it would reach out of the database, or make a virtual table: it is not run";
    return sqlite3_errmsg(reader->database);
}

/* False: it took too long. */
static bool run(struct sqlite_reader *reader, const char *file,
                const struct sql_statement *statement)
{
    sqlite3_stmt *prepared = NULL;
    int code = statement->length > 1 << 20
                   ? SQLITE_TOOBIG
                   : sqlite3_prepare_v2(reader->database, statement->text, (int)statement->length,
                                        &prepared, NULL);

    while (code == SQLITE_OK || code == SQLITE_ROW)
        code = sqlite3_step(prepared);
    if (code != SQLITE_DONE && !reader->late)
        note_problem(reader, file, statement->line,
                     code == SQLITE_TOOBIG ? "it is too long" : refusal_of(reader, code));
    sqlite3_finalize(prepared);
    return !reader->late;
}

static bool kind_of(enum sql_object_kind object, enum schema_kind *kind)
{
    switch (object) {
    case SQL_TABLE:
        *kind = SCHEMA_TABLE;
        return true;
    case SQL_VIEW:
        *kind = SCHEMA_VIEW;
        return true;
    case SQL_INDEX:
        *kind = SCHEMA_INDEX;
        return true;
    default:
        return false;
    }
}

static void note_place(struct sqlite_reader *reader, const char *file,
                       const struct sql_operation *operation)
{
    struct sqlite_note note = { .file = file, .line = operation->line };

    note.name = operation->new_name != NULL ? operation->new_name : operation->object;
    if ((operation->kind == SQL_CREATE || operation->new_name != NULL) && note.name != NULL &&
        kind_of(operation->object_kind, &note.kind))
        vector_push(&reader->places, &note);
}

/* Whether it makes, changes or drops something. */
static bool is_definition(const struct sql_operation *operation)
{
    return operation->kind == SQL_CREATE || operation->kind == SQL_ALTER ||
           operation->kind == SQL_DROP;
}

bool sqlite_reader_add(struct sqlite_reader *reader, const char *file, unsigned line,
                       const char *text, size_t length, struct error *error)
{
    const char *kept = arena_text(reader->arena, file);
    struct sql_statements statements;
    struct vector operations;
    bool ok =
        sql_statements_read(DIALECT_SQLITE,
                            &(struct sql_text){ .text = text, .length = length, .line = line },
                            reader->arena, &statements, error);

    vector_init(&operations, sizeof(struct sql_operation));
    for (size_t i = 0; ok && i < statements.count; i++) {
        const struct sql_operation *operation;

        vector_clear(&operations);
        sql_read_operations(DIALECT_SQLITE, &statements.list[i], reader->arena, &operations);
        operation = vector_at(&operations, 0);
        if (!is_definition(operation))
            continue;
        ok = run(reader, kept, &statements.list[i]);
        note_place(reader, kept, operation);
    }
    vector_release(&operations);
    if (!ok && reader->late) {
        error_set(error, ERROR_LIMIT, "%s: running it took longer than %u milliseconds", file,
                  reader->milliseconds);
        error_hint(error, "compare a snapshot of the database instead");
    }
    return ok;
}

/* --- The schema ------------------------------------------------------------------------------- */

/* Why a view cannot be read; NULL: it can. In the arena. */
static const char *why_broken(struct sqlite_reader *reader, const char *view)
{
    char *sql = sqlite3_mprintf("SELECT * FROM main.\"%w\"", view);
    sqlite3_stmt *prepared = NULL;
    const char *why = NULL;

    if (sql == NULL)
        memory_exhausted();
    if (sqlite3_prepare_v2(reader->database, sql, -1, &prepared, NULL) != SQLITE_OK)
        why = arena_text(reader->arena, sqlite3_errmsg(reader->database));
    sqlite3_finalize(prepared);
    sqlite3_free(sql);
    return why;
}

static unsigned line_of(const struct sqlite_reader *reader, const char *view, const char **file)
{
    for (size_t i = reader->places.count; i-- > 0;) {
        const struct sqlite_note *note = vector_at(&reader->places, i);

        if (note->kind == SCHEMA_VIEW && strcmp(note->name, view) == 0) {
            *file = note->file;
            return note->line;
        }
    }
    return 0;
}

/* The first view that cannot be read, in the arena; NULL: none. */
static const char *find_broken_view(struct sqlite_reader *reader, const char **why)
{
    sqlite3_stmt *views = NULL;
    const char *broken = NULL;

    if (sqlite3_prepare_v2(reader->database,
                           "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name", -1,
                           &views, NULL) != SQLITE_OK)
        return NULL;
    while (broken == NULL && sqlite3_step(views) == SQLITE_ROW) {
        const char *name = arena_text(reader->arena, (const char *)sqlite3_column_text(views, 0));

        *why = why_broken(reader, name);
        broken = *why != NULL ? name : NULL;
    }
    sqlite3_finalize(views);
    return broken;
}

/* SQLite takes a view of a table that is not there, and cannot say its columns then: the catalog as
 * a whole could not be read. One that goes may take others with it. */
static void take_out_broken_views(struct sqlite_reader *reader)
{
    const char *name, *why;

    while ((name = find_broken_view(reader, &why)) != NULL) {
        const char *file = reader->name;
        unsigned line = line_of(reader, name, &file);
        char *sql = sqlite3_mprintf("DROP VIEW main.\"%w\"", name);

        if (sql == NULL)
            memory_exhausted();
        note_problem(reader, file, line,
                     arena_printf(reader->arena, "the view %s cannot be read: %s", name, why));
        if (sqlite3_exec(reader->database, sql, NULL, NULL, NULL) != SQLITE_OK) {
            sqlite3_free(sql);
            return;
        }
        sqlite3_free(sql);
    }
}

/* The catalog knows no files: objects get theirs back by their names. */
static void set_places(struct sqlite_reader *reader, struct schema *schema)
{
    for (size_t i = 0; i < reader->places.count; i++) {
        const struct sqlite_note *note = vector_at(&reader->places, i);
        struct schema_object *object = schema_find(schema, note->kind, "", note->name, NULL);

        if (object != NULL)
            object->place = (struct schema_place){ .file = arena_text(schema->arena, note->file),
                                                   .line = note->line };
    }
    for (struct schema_object *object = schema->first; object != NULL; object = object->next) {
        for (struct schema_object *part = object->parts; part != NULL; part = part->next) {
            if (part->kind != SCHEMA_INDEX)
                part->place = object->place;
        }
    }
}

struct schema *sqlite_reader_finish(struct sqlite_reader **reader, struct error *error)
{
    struct schema *schema;

    sqlite3_set_authorizer((*reader)->database, NULL, NULL);
    sqlite3_progress_handler((*reader)->database, 0, NULL, NULL);
    take_out_broken_views(*reader);
    schema = sqlite_catalog_read((*reader)->database, (*reader)->name, error);
    if (schema != NULL) {
        set_places(*reader, schema);
        for (size_t i = 0; i < (*reader)->problems.count; i++) {
            const struct sqlite_note *note = vector_at(&(*reader)->problems, i);
            const struct schema_place place = { .file = note->file, .line = note->line };

            schema_add_problem(schema, &place, note->message, NULL);
        }
    }
    sqlite_reader_free(reader);
    return schema;
}

struct schema *schema_read_sqlite(const char *name, const char *text, size_t length,
                                  struct error *error)
{
    struct sqlite_reader *reader = sqlite_reader_new(name, 0, error);

    if (reader == NULL)
        return NULL;
    if (!sqlite_reader_add(reader, name, 1, text, length, error)) {
        sqlite_reader_free(&reader);
        return NULL;
    }
    return sqlite_reader_finish(&reader, error);
}
