#include "database.h"

#include <string.h>

#include <pilab/base/json.h>

/* --- Writing ---------------------------------------------------------------------------------- */

static json_t *from_change(const struct drift_operation_change *change)
{
    json_t *json = json_object();

    json_put_text(json, "action", change->action);
    json_put_text(json, "column", change->name);
    json_put_text(json, "type", change->type);
    json_put_text(json, "new_name", change->new_name);
    json_put_text(json, "default", change->default_value);
    json_put_text(json, "references", change->target);
    json_put_text(json, "constraint", change->constraint);
    json_put_bool(json, "not_null", change->not_null);
    return json;
}

/* As the seed has them: one entry for each operation, with its file. */
static json_t *from_operation(const struct drift_database *database,
                              const struct drift_operation *operation)
{
    json_t *json = json_object(), *changes = json_array();
    const struct drift_migration *migration = &database->migrations[operation->migration];

    for (size_t i = 0; i < operation->change_count; i++)
        json_append(changes, from_change(&operation->changes[i]));
    json_put_text(json, "file", migration->file);
    json_put_text(json, "operation", operation->operation);
    json_put_text(json, "object", operation->object != NULL ? operation->object : "");
    json_put_text(json, "kind", operation->kind);
    json_put_text(json, "table", operation->table);
    json_put_text(json, "new_name", operation->new_name);
    json_put(json, "columns",
             drift_json_texts((const char *const *)operation->columns, operation->column_count));
    json_put(json, "changes", changes);
    json_put_integer(json, "line", operation->line);
    json_put_text(json, "effects", operation->words);
    json_put_text(json, "why", operation->why);
    json_put_text(json, "refused", operation->refused);
    json_put_text(json, "sql", operation->sql);
    json_put_bool(json, "cut", operation->cut);
    json_put_integer(json, "migration", (int64_t)operation->migration);
    return json;
}

static json_t *from_migration(const struct drift_migration *migration)
{
    json_t *json = json_object();

    json_put_text(json, "migration_id", migration->id);
    json_put_text(json, "file", migration->file);
    json_put_text(json, "down_file", migration->down_file);
    json_put_text(json, "layout", migration->layout);
    json_put_text(json, "kind", migration->kind);
    json_put_text(json, "version", migration->version);
    json_put_text(json, "title", migration->title);
    json_put_text(json, "difference", migration->difference);
    json_put_text(json, "detail", migration->detail);
    json_put_text(json, "previous_file", migration->previous_file);
    json_put_bool(json, "cosmetic", migration->cosmetic);
    json_put_bool(json, "rollback_available", migration->rollback_available);
    json_put_text(json, "way_back", migration->way_back);
    json_put_text(json, "rollback_why", migration->rollback_why);
    json_put_bool(json, "no_transaction", migration->no_transaction);
    json_put_integer(json, "placeholders", (int64_t)migration->placeholders);
    json_put_integer(json, "first_operation", (int64_t)migration->first_operation);
    json_put_integer(json, "operation_count", (int64_t)migration->operation_count);
    return json;
}

static json_t *from_dialect(const struct drift_database *database)
{
    json_t *json = json_object(), *evidence = json_array();

    for (size_t i = 0; i < database->evidence_count; i++) {
        const struct drift_evidence *row = &database->evidence[i];
        json_t *one = json_object();

        json_put_text(one, "dialect", row->dialect);
        json_put_text(one, "file", row->file);
        json_put_integer(one, "line", row->line);
        json_put_text(one, "what", row->what);
        json_append(evidence, one);
    }
    json_put_bool(json, "configured", database->configured);
    json_put_text(json, "why", database->dialect_why);
    json_put(json, "evidence", evidence);
    return json;
}

void database_write(json_t *json, const struct drift_report *report, const struct drift_part *part)
{
    const struct drift_database *database = part->content;
    json_t *operations = json_array(), *migrations = json_array();

    (void)report;
    for (size_t i = 0; i < database->operation_count; i++)
        json_append(operations, from_operation(database, &database->operations[i]));
    for (size_t i = 0; i < database->migration_count; i++)
        json_append(migrations, from_migration(&database->migrations[i]));
    json_put_text(json, "db_type", database->db_type);
    json_put(json, "dialect", from_dialect(database));
    json_put_text(json, "reader", database->reader);
    json_put_text(json, "layout", database->layout);
    json_put_text(json, "folder", database->folder);
    json_put_integer(json, "previous_migrations", (int64_t)database->previous_count);
    json_put_integer(json, "current_migrations", (int64_t)database->current_count);
    json_put_integer(json, "unread", (int64_t)database->unread);
    json_put(json, "migrations", operations);
    json_put(json, "files", migrations);
    json_put(json, "not_compared",
             drift_json_texts((const char *const *)database->not_compared,
                              database->not_compared_count));
    json_put_bool(json, "rollback_available", database->rollback_available);
    json_put(json, "schema",
             database->schema != NULL ? database_schema_to_json(database->schema) : NULL);
}

/* --- Reading ---------------------------------------------------------------------------------- */

static struct drift_operation_change read_change(struct json_reader *reader, const json_t *json)
{
    return (struct drift_operation_change){
        .action = drift_read_some_text(reader, json, "action"),
        .name = drift_read_text(reader, json, "column"),
        .type = drift_read_text(reader, json, "type"),
        .new_name = drift_read_text(reader, json, "new_name"),
        .default_value = drift_read_text(reader, json, "default"),
        .target = drift_read_text(reader, json, "references"),
        .constraint = drift_read_text(reader, json, "constraint"),
        .not_null = drift_read_bool(reader, json, "not_null"),
    };
}

static const char *read_object(struct json_reader *reader, const json_t *json)
{
    const char *object = drift_read_some_text(reader, json, "object");

    return *object != '\0' ? object : NULL;
}

static struct drift_operation read_operation(struct json_reader *reader, const json_t *json)
{
    const json_t *changes = drift_read_array(reader, json, "changes");
    struct drift_operation operation = {
        .migration = (size_t)drift_read_number(reader, json, "migration"),
        .operation = drift_read_some_text(reader, json, "operation"),
        .kind = drift_read_some_text(reader, json, "kind"),
        .object = read_object(reader, json),
        .table = drift_read_text(reader, json, "table"),
        .new_name = drift_read_text(reader, json, "new_name"),
        .change_count = json_array_size(changes),
        .words = drift_read_some_text(reader, json, "effects"),
        .why = drift_read_text(reader, json, "why"),
        .refused = drift_read_text(reader, json, "refused"),
        .sql = drift_read_some_text(reader, json, "sql"),
        .cut = drift_read_bool(reader, json, "cut"),
        .line = (unsigned)drift_read_number(reader, json, "line"),
    };

    operation.columns = drift_read_texts(reader, json, "columns", &operation.column_count);
    operation.changes =
        arena_array(reader->arena, operation.change_count, sizeof *operation.changes);
    for (size_t i = 0; i < operation.change_count; i++)
        operation.changes[i] = read_change(reader, json_array_get(changes, i));
    return operation;
}

static struct drift_migration read_migration(struct json_reader *reader, const json_t *json)
{
    return (struct drift_migration){
        .id = drift_read_some_text(reader, json, "migration_id"),
        .file = drift_read_some_text(reader, json, "file"),
        .down_file = drift_read_text(reader, json, "down_file"),
        .layout = drift_read_some_text(reader, json, "layout"),
        .kind = drift_read_some_text(reader, json, "kind"),
        .version = drift_read_some_text(reader, json, "version"),
        .title = drift_read_some_text(reader, json, "title"),
        .difference = drift_read_some_text(reader, json, "difference"),
        .detail = drift_read_text(reader, json, "detail"),
        .previous_file = drift_read_text(reader, json, "previous_file"),
        .cosmetic = drift_read_bool(reader, json, "cosmetic"),
        .rollback_available = drift_read_bool(reader, json, "rollback_available"),
        .way_back = drift_read_some_text(reader, json, "way_back"),
        .rollback_why = drift_read_text(reader, json, "rollback_why"),
        .no_transaction = drift_read_bool(reader, json, "no_transaction"),
        .placeholders = (size_t)drift_read_number(reader, json, "placeholders"),
        .first_operation = (size_t)drift_read_number(reader, json, "first_operation"),
        .operation_count = (size_t)drift_read_number(reader, json, "operation_count"),
    };
}

static void read_dialect(struct json_reader *reader, const json_t *json,
                         struct drift_database *database)
{
    const json_t *dialect = drift_read_object(reader, json, "dialect");
    const json_t *evidence = drift_read_array(reader, dialect, "evidence");

    database->configured = drift_read_bool(reader, dialect, "configured");
    database->dialect_why = drift_read_some_text(reader, dialect, "why");
    database->evidence_count = json_array_size(evidence);
    database->evidence =
        arena_array(reader->arena, database->evidence_count, sizeof *database->evidence);
    for (size_t i = 0; i < database->evidence_count; i++) {
        const json_t *one = json_array_get(evidence, i);

        database->evidence[i] = (struct drift_evidence){
            .dialect = drift_read_some_text(reader, one, "dialect"),
            .file = drift_read_some_text(reader, one, "file"),
            .what = drift_read_some_text(reader, one, "what"),
            .line = (unsigned)drift_read_number(reader, one, "line"),
        };
    }
}

/* Indexes from outside must lead somewhere. */
static void check_indexes(struct json_reader *reader, struct drift_database *database)
{
    for (size_t i = 0; i < database->operation_count; i++) {
        if (database->operations[i].migration >= database->migration_count) {
            drift_read_bad_name(reader, "migration", "out of range");
            database->operation_count = 0;
            return;
        }
    }
}

const void *database_read(struct json_reader *reader, const json_t *json)
{
    struct drift_database *database = arena_alloc(reader->arena, sizeof *database);
    const json_t *operations = drift_read_array(reader, json, "migrations");
    const json_t *migrations = drift_read_array(reader, json, "files");
    struct drift_operation *list =
        arena_array(reader->arena, json_array_size(operations), sizeof *list);
    struct drift_migration *files =
        arena_array(reader->arena, json_array_size(migrations), sizeof *files);

    *database = (struct drift_database){
        .db_type = drift_read_some_text(reader, json, "db_type"),
        .reader = drift_read_some_text(reader, json, "reader"),
        .layout = drift_read_some_text(reader, json, "layout"),
        .folder = drift_read_text(reader, json, "folder"),
        .previous_count = (size_t)drift_read_number(reader, json, "previous_migrations"),
        .current_count = (size_t)drift_read_number(reader, json, "current_migrations"),
        .unread = (size_t)drift_read_number(reader, json, "unread"),
        .rollback_available = drift_read_bool(reader, json, "rollback_available"),
        .migrations = files,
        .migration_count = json_array_size(migrations),
        .operations = list,
        .operation_count = json_array_size(operations),
    };
    read_dialect(reader, json, database);
    database->not_compared =
        drift_read_texts(reader, json, "not_compared", &database->not_compared_count);
    for (size_t i = 0; i < database->operation_count; i++)
        list[i] = read_operation(reader, json_array_get(operations, i));
    for (size_t i = 0; i < database->migration_count; i++)
        files[i] = read_migration(reader, json_array_get(migrations, i));
    check_indexes(reader, database);
    database->schema = database_schema_from_json(reader, drift_read_object(reader, json, "schema"));
    return database;
}
