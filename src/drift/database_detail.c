#include <string.h>

#include "database.h"
#include "detail_parts.h"

/* How many operations of a migration are listed before "… 12 more". */
enum { SHOWN_OPERATIONS = 20 };

const struct drift_migration *database_migration_of(const struct drift_part *part,
                                                    const struct drift_item *item)
{
    const struct drift_database *database = part->content;
    const char *file =
        item->current_at.file != NULL ? item->current_at.file : item->previous_at.file;
    const struct drift_migration *found = NULL;

    if (database_schema_change_of(part, item) != NULL)
        return NULL;
    for (size_t i = 0; file != NULL && i < database->migration_count; i++) {
        const struct drift_migration *migration = &database->migrations[i];
        const char *thing = strrchr(item->path, '#');

        if (strcmp(migration->file, file) != 0)
            continue;
        /* One file of Liquibase has several: the changeset's name says which. */
        if (thing != NULL && strcmp(thing + 1, migration->title) == 0)
            return migration;
        if (found == NULL)
            found = migration;
    }
    return found;
}

const struct drift_operation *database_operation_of(const struct drift_part *part,
                                                    const struct drift_item *item)
{
    const struct drift_database *database = part->content;
    const struct drift_operation *found = NULL;

    for (size_t i = 0; i < database->operation_count; i++) {
        const struct drift_operation *operation = &database->operations[i];

        if (item->current_at.file == NULL ||
            strcmp(database->migrations[operation->migration].file, item->current_at.file) != 0 ||
            strcmp(operation->operation, item->category) != 0 ||
            strcmp(operation->object != NULL ? operation->object : operation->operation,
                   item->key) != 0 ||
            operation->line > item->current_at.line)
            continue;
        found = operation;
    }
    return found;
}

/* --- Facts ------------------------------------------------------------------------------------ */

static void add_migration(struct strbuf *out, const struct drift_database *database,
                          const struct drift_migration *migration, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "%s (%s, %s)", migration->file, migration->layout, migration->kind);
    detail_fact(out, "migration", RICH_NAME, text.data, width, utf8);
    strbuf_clear(&text);
    if (migration->detail != NULL)
        detail_fact(out, migration->difference, RICH_WARNING, migration->detail, width, utf8);
    strbuf_printf(&text, "%s: %s", database->db_type, database->dialect_why);
    detail_fact(out, "dialect", RICH_PLAIN, text.data, width, utf8);
    strbuf_clear(&text);
    strbuf_printf(&text, "%s: %s", migration->rollback_available ? "yes" : "no",
                  migration->rollback_why != NULL ? migration->rollback_why : "");
    detail_fact(out, "rollback", migration->rollback_available ? RICH_GOOD : RICH_WARNING,
                text.data, width, utf8);
    strbuf_clear(&text);
    if (migration->no_transaction)
        detail_fact(out, "runs", RICH_WARNING,
                    "outside of a transaction: when it fails, what it did until then stays", width,
                    utf8);
    if (migration->placeholders > 0) {
        strbuf_printf(&text, "%zu %s the tool fills in", migration->placeholders,
                      migration->placeholders == 1 ? "place that" : "places that");
        detail_fact(out, "open", RICH_PLAIN, text.data, width, utf8);
    }
    strbuf_release(&text);
}

/* What else the migration does. */
static void add_others(struct strbuf *out, const struct drift_database *database,
                       const struct drift_migration *migration,
                       const struct drift_operation *present, size_t width, bool utf8)
{
    size_t end = migration->first_operation + migration->operation_count, shown = 0;
    struct strbuf line = STRBUF_INIT;

    if (migration->operation_count < 2 || end > database->operation_count)
        return;
    detail_heading(out, "All that the migration does");
    for (size_t i = migration->first_operation; i < end && shown < SHOWN_OPERATIONS; i++) {
        const struct drift_operation *operation = &database->operations[i];

        strbuf_printf(&line, "%u  %s%s%s", operation->line, operation->operation,
                      operation->object != NULL ? " " : "",
                      operation->object != NULL ? operation->object : "");
        strbuf_add(out, operation == present ? "> " : "  ");
        rich_middle(out, operation->why != NULL ? RICH_WARNING : RICH_PLAIN, line.data,
                    width > 2 ? width - 2 : 1, utf8);
        strbuf_add_char(out, '\n');
        strbuf_clear(&line);
        shown++;
    }
    if (migration->operation_count > shown) {
        strbuf_printf(&line, "… %zu more", migration->operation_count - shown);
        rich_wrap(out, line.data, 2, width);
    }
    strbuf_release(&line);
}

void database_detail(struct strbuf *out, const struct drift_report *report,
                     const struct drift_part *part, const struct drift_item *item, size_t width,
                     bool utf8)
{
    const struct drift_database *database = part->content;
    const struct drift_migration *migration = database_migration_of(part, item);
    const struct drift_operation *operation = database_operation_of(part, item);
    const struct drift_schema_change *change = database_schema_change_of(part, item);

    if (change != NULL) {
        database_schema_detail(out, report, database->schema, change, width, utf8);
        return;
    }
    if (operation != NULL)
        migration = &database->migrations[operation->migration];
    if (migration == NULL)
        return;
    add_migration(out, database, migration, width, utf8);
    if (operation == NULL)
        return;
    detail_fact(out, "effect", RICH_WARNING, operation->why, width, utf8);
    detail_fact(out, "unread", RICH_WARNING, operation->refused, width, utf8);
    database_sql_detail(out, "Statement", database->db_type, operation->sql, width, utf8);
    if (operation->cut)
        rich_wrap(out, "… the rest is in the file", 2, width);
    add_others(out, database, migration, operation, width, utf8);
}
