#include <pilab/source/schema_files.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/vector.h>
#include <pilab/drift/mask.h>
#include <pilab/schema/migration.h>
#include <pilab/schema/mysql.h>
#include <pilab/schema/postgresql.h>
#include <pilab/schema/snapshot.h>
#include <pilab/schema/sql_scan.h>
#include <pilab/schema/sqlite.h>
#include <pilab/source/migration_document.h>

/* More files than that are no migrations. */
#define MOST_FILES 20000

struct reading {
    const struct place *place;
    const char *path;
    const struct schema_files_options *options;
    const struct progress *progress;
    struct arena *arena;
    struct error *error;
    bool folder; /* and not one file */
    struct schema_files_found *found;
    struct migration_file *files;
    size_t count;
    struct migration_set set;
    bool assumed; /* the dialect is the other side's */
};

/* --- Files ------------------------------------------------------------------------------------ */

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), end = strlen(ending);

    return length >= end && strcmp(path + length - end, ending) == 0;
}

static bool is_wanted(const char *path, void *context)
{
    (void)context;
    return ends_with(path, ".sql") || ends_with(path, ".json") || ends_with(path, ".yaml") ||
           ends_with(path, ".yml");
}

static bool read_text(struct reading *reading, const char *path, struct migration_file *file)
{
    struct strbuf text = STRBUF_INIT;
    bool ok = place_read(reading->place, path, &text, reading->error);

    if (ok)
        migration_file_take(file, path, &text, reading->arena);
    strbuf_release(&text);
    return ok;
}

static bool nothing_there(const struct reading *reading)
{
    error_set(reading->error, ERROR_NOT_FOUND, "%s: there is no snapshot and no SQL",
              reading->options->name);
    return error_hint(reading->error, "Name a file that `pilab schema snapshot` wrote, a file of "
                                      "SQL, or the folder "
                                      "of the migrations.");
}

static bool read_folder(struct reading *reading)
{
    struct place_list list;

    if (!place_list(reading->place, reading->path, is_wanted, NULL, reading->arena, &list,
                    reading->progress, reading->error))
        return false;
    if (list.count == 0)
        return nothing_there(reading);
    if (list.count > MOST_FILES)
        return error_set(reading->error, ERROR_LIMIT, "%s: %zu files are too many to be migrations",
                         reading->options->name, list.count);
    reading->files = arena_array(reading->arena, list.count, sizeof *reading->files);
    for (size_t i = 0; i < list.count; i++) {
        if (!progress_check(reading->progress, reading->error) ||
            !read_text(reading, list.files[i].path, &reading->files[i]))
            return false;
        migration_document_read(&reading->files[i], reading->arena);
    }
    reading->count = list.count;
    reading->folder = true;
    return true;
}

/* --- SQL -------------------------------------------------------------------------------------- */

/* What reads the dialect; one of them. */
struct sql_reader {
    struct pg_reader *postgresql;
    struct sqlite_reader *sqlite;
    struct mysql_reader *mysql; /* and MariaDB */
    struct vector scripts;      /* struct scratch_script: where a runner reads it */
};

/* For PostgreSQL behind as many empty lines as stand before it in its file, so that lines are the
 * file's. */
static bool add_text(struct reading *reading, struct sql_reader *reader, const char *file,
                     unsigned line, const char *text, size_t length)
{
    struct strbuf padded = STRBUF_INIT;
    bool ok;

    if (reading->options->runner != NULL) {
        struct scratch_script *script = vector_add(&reader->scripts);

        *script = (struct scratch_script){ file, line, text, length };
        return true;
    }
    if (reader->sqlite != NULL)
        return sqlite_reader_add(reader->sqlite, file, line, text, length, reading->error);
    if (reader->mysql != NULL)
        return mysql_reader_add(reader->mysql, file, line, text, length, reading->error);
    strbuf_add_repeat(&padded, "\n", line > 1 ? line - 1 : 0);
    strbuf_add_bytes(&padded, text, length);
    ok = pg_reader_add(reader->postgresql, file, padded.data, padded.length, reading->error);
    strbuf_release(&padded);
    return ok;
}

/* A baseline stands for what came before it: where that is there as well, for nothing. */
static bool is_covered(const struct migration_set *set, const struct migration *migration)
{
    if (migration->kind != MIGRATION_BASELINE)
        return false;
    for (size_t i = 0; i < set->count; i++) {
        if (set->list[i].kind == MIGRATION_VERSIONED &&
            migration_version_compare(set->list[i].version, migration->version) <= 0)
            return true;
    }
    return false;
}

static bool add_migrations(struct reading *reading, struct sql_reader *reader)
{
    for (size_t i = 0; i < reading->set.count; i++) {
        const struct migration *migration = &reading->set.list[i];

        if (is_covered(&reading->set, migration))
            continue;
        for (size_t k = 0; k < migration->up_count; k++) {
            const struct migration_part *part = &migration->up[k];

            if (!progress_check(reading->progress, reading->error) ||
                !add_text(reading, reader, migration->file, part->line, part->text, part->length))
                return false;
        }
    }
    return true;
}

/* What is no text would be nothing, beside which everything is gone. */
static bool check_read(const struct reading *reading, const struct migration_file *file)
{
    if (file->unread == NULL)
        return true;
    error_set(reading->error, ERROR_INVALID, "%s: %s", file->path, file->unread);
    return error_hint(reading->error, "Save it as UTF-8.");
}

/* No migrations: a schema that a tool keeps, or SQL in the order of its names. */
static bool add_files(struct reading *reading, struct sql_reader *reader)
{
    const struct migration_file *files =
        reading->set.schema_count > 0 ? reading->set.schemas : reading->files;
    size_t count = reading->set.schema_count > 0 ? 1 : reading->count;

    for (size_t i = 0; i < count; i++) {
        if (!ends_with(files[i].path, ".sql"))
            continue;
        if (!check_read(reading, &files[i]) ||
            !add_text(reading, reader, files[i].path, 1, files[i].text, files[i].length))
            return false;
    }
    return true;
}

static void add_problems(struct reading *reading, struct schema *schema)
{
    for (size_t i = 0; i < reading->set.problem_count; i++) {
        const struct migration_problem *problem = &reading->set.problems[i];
        const struct schema_place place = { .file = problem->file, .line = problem->line };

        schema_add_problem(schema, &place, problem->message, problem->hint);
    }
}

static bool open_reader(struct reading *reading, struct sql_reader *reader)
{
    enum sql_dialect dialect = reading->set.dialect.dialect;
    const char *name = reading->options->name;

    if (reading->options->runner != NULL)
        return true;
    if (dialect == DIALECT_SQLITE)
        reader->sqlite = sqlite_reader_new(name, 0, reading->error);
    else if (sql_dialect_is_mysql(dialect))
        reader->mysql = mysql_reader_new(name, dialect);
    else
        reader->postgresql = pg_reader_new(name, reading->error);
    return reader->sqlite != NULL || reader->mysql != NULL || reader->postgresql != NULL;
}

static struct schema *run_scripts(struct reading *reading, const struct vector *scripts)
{
    const struct schema_runner *runner = reading->options->runner;
    struct schema *schema = runner->run(runner->context, scripts->items, scripts->count,
                                        reading->progress, reading->error);

    if (schema != NULL) {
        schema->name = arena_text(schema->arena, reading->options->name);
    } else if (reading->error != NULL) { /* a server repeats some of what it was given */
        enum error_code code = reading->error->code;
        const char *hint = arena_text(reading->arena, reading->error->hint);
        const char *said = mask_message(reading->arena, runner->dialect, reading->error->message);

        error_set(reading->error, code, "%s", said);
        error_hint(reading->error, "%s", hint);
    }
    return schema;
}

/* NULL with an error. */
static struct schema *finish(struct reading *reading, struct sql_reader *reader)
{
    if (reading->options->runner != NULL)
        return run_scripts(reading, &reader->scripts);
    if (reader->sqlite != NULL)
        return sqlite_reader_finish(&reader->sqlite, reading->error);
    return reader->mysql != NULL ? mysql_reader_finish(&reader->mysql)
                                 : pg_reader_finish(&reader->postgresql);
}

static struct schema *apply(struct reading *reading)
{
    struct sql_reader reader = { .postgresql = NULL };
    struct schema *schema = NULL;

    vector_init(&reader.scripts, sizeof(struct scratch_script));
    if (open_reader(reading, &reader) &&
        (reading->set.count > 0 ? add_migrations(reading, &reader) : add_files(reading, &reader)))
        schema = finish(reading, &reader);
    if (schema != NULL) {
        schema->dialect_assumed = reading->assumed;
        add_problems(reading, schema);
    }
    pg_reader_free(&reader.postgresql);
    sqlite_reader_free(&reader.sqlite);
    mysql_reader_free(&reader.mysql);
    vector_release(&reader.scripts);
    return schema;
}

/* --- Whether it is any -------------------------------------------------------------------------
 */

static bool begins_statement(const struct sql_token *token)
{
    static const char *const words[] = {
        "ALTER",    "ANALYZE",  "ATTACH",   "BEGIN",   "CALL",      "COMMENT", "COMMIT",
        "COPY",     "CREATE",   "DECLARE",  "DELETE",  "DELIMITER", "DO",      "DROP",
        "EXEC",     "EXECUTE",  "GO",       "GRANT",   "IF",        "INSERT",  "LOCK",
        "MERGE",    "PRAGMA",   "PREPARE",  "REFRESH", "RENAME",    "REPLACE", "RESET",
        "REVOKE",   "ROLLBACK", "SECURITY", "SELECT",  "SET",       "START",   "TABLE",
        "TRUNCATE", "UNLOCK",   "UPDATE",   "USE",     "VACUUM",    "VALUES",  "WITH",
    };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (sql_token_is(token, words[i]))
            return true;
    }
    return false;
}

/* Whether any statement begins as those of SQL do. Commands of psql take their line. */
static bool holds_statement(const struct migration_file *file)
{
    bool start = true, command = false;
    struct sql_scan scan;
    struct sql_token token;

    if (file->unread != NULL)
        return false;
    sql_scan_start(&scan, DIALECT_UNKNOWN, file->text, file->length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_BLANK && command && memchr(token.start, '\n', token.length) != NULL) {
            command = false;
            start = true;
        }
        if (token.kind == SQL_BLANK || token.kind == SQL_COMMENT)
            continue;
        if (start && begins_statement(&token))
            return true;
        command = command || (start && sql_token_is_sign(&token, "\\"));
        start = sql_token_is_sign(&token, ";");
    }
    return false;
}

/* What is no SQL would read as a schema without anything in it, beside which everything is gone. A
 * migration may well hold nothing but a comment; a file that somebody named may not. */
static bool check_statements(const struct reading *reading)
{
    const char *why = NULL;

    if (reading->folder && reading->set.count > 0)
        return true;
    for (size_t i = 0; i < reading->count; i++) {
        if (holds_statement(&reading->files[i]))
            return true;
        if (!reading->folder)
            why = reading->files[i].unread;
    }
    error_set(reading->error, ERROR_INVALID, "%s holds no SQL and is no snapshot%s%s",
              reading->options->name, why != NULL ? ": " : "", why != NULL ? why : "");
    return error_hint(reading->error, "Name a file of SQL in UTF-8, or one that `pilab schema "
                                      "snapshot` wrote; an empty database of SQLite is "
                                      "sqlite:FILE.");
}

/* --- Which dialect ---------------------------------------------------------------------------- */

static struct schema *refuse_dialect(const struct reading *reading)
{
    enum sql_dialect dialect = reading->set.dialect.dialect;
    const char *says = reading->options->says != NULL ? reading->options->says : "--dialect";

    if (dialect == DIALECT_UNKNOWN) {
        reading->found->untold = true;
        error_set(reading->error, ERROR_INVALID,
                  "%s: which database its SQL is for cannot be told: %s", reading->options->name,
                  reading->set.dialect.why);
        error_hint(reading->error, "Say it with %s.", says);
    } else {
        error_set(reading->error, ERROR_UNSUPPORTED, "%s: SQL for %s is not read as a schema (%s)",
                  reading->options->name, sql_dialect_title(dialect), reading->set.dialect.why);
        error_hint(reading->error,
                   "Run it into a database of its own, and give that one's "
                   "connection string; or say what it is for with %s.",
                   says);
    }
    return NULL;
}

static void read_set(struct reading *reading, const char *dialect)
{
    const struct migration_options options = { .dialect = dialect };

    migration_set_read(reading->files, reading->count, &options, reading->arena, &reading->set);
    /* A file of another name is no migration: all of it is the schema. */
    if (reading->set.count == 0) {
        struct dialect_witness *witness = dialect_witness_new();

        for (size_t i = 0; i < reading->count; i++) {
            if (ends_with(reading->files[i].path, ".sql") && reading->files[i].unread == NULL)
                dialect_witness_sql(witness, reading->files[i].path, reading->files[i].text,
                                    reading->files[i].length);
        }
        reading->set.dialect = dialect_decide(witness, dialect, reading->arena);
        dialect_witness_free(&witness);
    }
    if (reading->set.dialect.dialect == DIALECT_MYSQL && reading->options->mariadb)
        reading->set.dialect.dialect = DIALECT_MARIADB;
    reading->found->kind = reading->set.count > 0 ? SCHEMA_FILES_MIGRATIONS : SCHEMA_FILES_SQL;
}

/* Where it runs tells the dialect; what is for another does not run there. */
static bool check_runner(struct reading *reading)
{
    const struct schema_runner *runner = reading->options->runner;
    enum sql_dialect wanted = schema_sql_dialect(runner->dialect), found;

    if (reading->set.dialect.dialect == DIALECT_UNKNOWN)
        read_set(reading, schema_dialect_word(runner->dialect));
    found = reading->set.dialect.dialect;
    if (found == wanted || (sql_dialect_is_mysql(found) && sql_dialect_is_mysql(wanted)))
        return true;
    return error_set(reading->error, ERROR_INVALID,
                     "%s: its SQL is for %s (%s), and %s, which is to run it, is for %s",
                     reading->options->name, sql_dialect_title(found), reading->set.dialect.why,
                     runner->name, sql_dialect_title(wanted));
}

static struct schema *read_sql(struct reading *reading)
{
    const char *other = reading->options->other;

    read_set(reading, reading->options->dialect);
    if (!check_statements(reading) || (reading->options->runner != NULL && !check_runner(reading)))
        return NULL;
    if (reading->set.dialect.dialect == DIALECT_UNKNOWN && other != NULL) {
        read_set(reading, other);
        reading->assumed = true;
    }
    if (reading->set.dialect.dialect == DIALECT_POSTGRESQL ||
        reading->set.dialect.dialect == DIALECT_SQLITE ||
        sql_dialect_is_mysql(reading->set.dialect.dialect))
        return apply(reading);
    return refuse_dialect(reading);
}

/* --- All of it -------------------------------------------------------------------------------- */

/* Whether the path is a file of the place; its text is read then. False with *failed set when it is
 * one and cannot be read. */
static bool read_single(struct reading *reading, bool *failed)
{
    struct error error = { 0 };
    struct strbuf text = STRBUF_INIT;
    const char *path = reading->path;
    bool ok;

    if (reading->place->single)
        path = path_base_name(reading->place->root);
    else if (*path == '\0')
        return false;
    ok = place_read(reading->place, path, &text, &error);
    *failed = !ok && error.code != ERROR_NOT_FOUND && error.code != ERROR_INVALID;
    if (*failed && reading->error != NULL)
        *reading->error = error;
    if (ok) {
        reading->files = arena_alloc(reading->arena, sizeof *reading->files);
        migration_file_take(reading->files, path, &text, reading->arena);
        reading->count = 1;
    }
    strbuf_release(&text);
    return ok;
}

struct schema *schema_files_read(const struct place *place, const char *path,
                                 const struct schema_files_options *options,
                                 const struct progress *progress, struct error *error)
{
    struct schema_files_found unasked, *found = options->found;
    struct reading reading = { .place = place,
                               .path = path,
                               .options = options,
                               .found = found != NULL ? found : &unasked,
                               .progress = progress,
                               .arena = arena_new(),
                               .error = error };
    struct schema *schema = NULL;
    bool failed = false;

    *reading.found = (struct schema_files_found){ .kind = SCHEMA_FILES_SNAPSHOT };
    if (read_single(&reading, &failed)) {
        const struct migration_file *file = reading.files;

        schema = snapshot_recognise(file->text, file->length)
                     ? snapshot_read(options->name, file->text, file->length,
                                     &reading.found->taken_at, error)
                     : read_sql(&reading);
    } else if (!failed && read_folder(&reading)) {
        schema = read_sql(&reading);
    }
    arena_free(&reading.arena);
    return schema;
}
