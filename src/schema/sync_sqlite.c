/* The way from one schema of SQLite to another, in the order in which it works. */
#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>

#include "sync_script.h"
#include "sync_sqlite_table.h"

static const char *quoted(const struct sync_script *script, const char *name)
{
    return sync_quoted(script->arena, '"', name);
}

static const char *literal(const struct sync_script *script, const char *text)
{
    return sync_quoted(script->arena, '\'', text);
}

static const char *definition(const struct schema_object *object)
{
    const char *text = schema_get(object, SCHEMA_DEFINITION);

    return text != NULL ? text : "";
}

/* ---- what goes first ---- */

static void drop_views(struct sync_script *script)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_VIEW);

        if (change == NULL)
            continue;
        if (change->kind == SCHEMA_REMOVED && !script->back)
            sync_script_destroy(script, "the view", "DROP VIEW IF EXISTS %s",
                                quoted(script, change->previous->name));
        else
            sync_script_add(script, "DROP VIEW IF EXISTS %s",
                            quoted(script, schema_change_object(change)->name));
    }
}

static void drop_parts(struct sync_script *script, enum schema_kind kind)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, kind);

        if (change != NULL && change->kind != SCHEMA_ADDED)
            sync_script_add(script, "DROP %s IF EXISTS %s",
                            kind == SCHEMA_INDEX ? "INDEX" : "TRIGGER",
                            quoted(script, change->previous->name));
    }
}

/* ---- tables ---- */

/* A name that nobody has: of the table that takes the rows over. */
static const char *new_name(const struct sync_script *script, const char *table)
{
    const struct schema_diff *diff = script->diff;
    const char *name = arena_printf(script->arena, "pilab_new_%s", table);

    for (unsigned i = 2; schema_find_relation(diff->previous, "", name) != NULL ||
                         schema_find_relation(diff->current, "", name) != NULL;
         i++)
        name = arena_printf(script->arena, "pilab_new%u_%s", i, table);
    return name;
}

/* A table keeps the highest number that it gave. */
static void keep_sequence(struct sync_script *script, const struct sqlite_target *target,
                          const char *fresh)
{
    if (!sync_sqlite_counts(target->previous) || !sync_sqlite_counts(target->current))
        return;
    sync_script_add(script, "DELETE FROM sqlite_sequence WHERE name = %s", literal(script, fresh));
    sync_script_add(script,
                    "INSERT INTO sqlite_sequence (name, seq) SELECT %s, seq FROM sqlite_sequence "
                    "WHERE name = %s",
                    literal(script, fresh), literal(script, target->previous->name));
}

static void rebuild(struct sync_script *script, const struct sqlite_target *target)
{
    const char *name = quoted(script, target->previous->name);
    const char *fresh = new_name(script, target->previous->name);
    const char *columns = sync_sqlite_copied_columns(script, target);

    sync_script_add(script, "DROP TABLE IF EXISTS %s", quoted(script, fresh));
    sync_sqlite_create_table(script, target, fresh);
    if (*columns != '\0')
        sync_script_add(script, "INSERT INTO %s (%s) SELECT %s FROM %s", quoted(script, fresh),
                        columns, columns, name);
    keep_sequence(script, target, fresh);
    sync_script_add(script, "DROP TABLE %s", name);
    sync_script_add(script, "ALTER TABLE %s RENAME TO %s", quoted(script, fresh), name);
}

/* Before anything is touched: the table has the columns that it had when it was compared. */
static void guard(struct sync_script *script, const struct sqlite_target *target)
{
    sync_script_add(script,
                    "INSERT INTO temp.pilab_guard SELECT coalesce((SELECT group_concat(name, ',') "
                    "FROM (SELECT name FROM pragma_table_xinfo(%s) ORDER BY name)) = %s, 0)",
                    literal(script, target->previous->name),
                    literal(script, sync_sqlite_column_names(script, target)));
}

static void change_tables(struct sync_script *script, const struct vector *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        const struct sqlite_target *target = vector_at(targets, i);

        if (target->rebuild)
            rebuild(script, target);
        else
            sync_sqlite_add_columns(script, target);
    }
}

/* There is no statement for it: the table is made anew with it, or it stays what it is. */
static void say_retyped(struct sync_script *script, const struct schema_change *change)
{
    const char *path = schema_object_path(script->arena, change->current);

    script->destroying++;
    strbuf_add(&script->body, "-- destroys: " SYNC_LOSES_BY_TYPE ": ");
    sync_add_comment_text(&script->body, path);
    strbuf_add(&script->body, script->destructive ? "\n" : " stays as it is\n");
}

/* What was dropped as a comment is named, and can be done by hand. */
static void say_columns(struct sync_script *script)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_COLUMN);

        if (change == NULL || schema_change_object(change)->owner->kind != SCHEMA_TABLE)
            continue;
        if (change->kind == SCHEMA_CHANGED && (change->risks & SCHEMA_RISK_DATA))
            say_retyped(script, change);
        if (change->kind != SCHEMA_REMOVED)
            continue;
        if (script->destructive) {
            strbuf_add(&script->body, "-- destroys: the values of ");
            sync_add_comment_text(&script->body,
                                  schema_object_path(script->arena, change->previous));
            strbuf_add_char(&script->body, '\n');
            script->destroying++;
        } else {
            sync_script_destroy(script, "the column's values", "ALTER TABLE %s DROP COLUMN %s",
                                quoted(script, change->previous->owner->name),
                                quoted(script, change->previous->name));
        }
    }
}

static void create_tables(struct sync_script *script)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_TABLE);

        if (change != NULL && change->kind == SCHEMA_ADDED)
            sync_sqlite_create_table(script, &(struct sqlite_target){ .current = change->current },
                                     change->current->name);
    }
}

static void drop_tables(struct sync_script *script)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_TABLE);

        if (change != NULL && change->kind == SCHEMA_REMOVED)
            sync_script_destroy(script, "the table and all its rows", "DROP TABLE IF EXISTS %s",
                                quoted(script, change->previous->name));
    }
}

/* ---- what comes last ---- */

static bool is_rebuilt(const struct vector *targets, const struct schema_object *table)
{
    for (size_t i = 0; i < targets->count; i++) {
        const struct sqlite_target *target = vector_at(targets, i);

        if (target->rebuild && target->current == table)
            return true;
    }
    return false;
}

static bool is_made_again(const struct sync_script *script, const struct schema_object *part)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = &script->diff->changes[i];

        if (change->current == part)
            return true;
        /* The triggers of a view go with it. */
        if (change->current == part->owner && change->current->kind == SCHEMA_VIEW)
            return true;
    }
    return false;
}

/* Those that are new or another, and those that went with their table. */
static void create_parts(struct sync_script *script, const struct vector *targets,
                         enum schema_kind kind)
{
    const struct schema_object *owner = script->diff->current->first;

    for (; owner != NULL; owner = owner->next) {
        bool again = is_rebuilt(targets, owner);

        for (const struct schema_object *part = owner->parts; part != NULL; part = part->next) {
            if (part->kind != kind || (!again && !is_made_again(script, part)))
                continue;
            sync_script_add(script, "DROP %s IF EXISTS %s",
                            kind == SCHEMA_INDEX ? "INDEX" : "TRIGGER", quoted(script, part->name));
            sync_script_add(script, "%s", definition(part));
        }
    }
}

static void create_views(struct sync_script *script)
{
    for (size_t i = 0; i < script->diff->count; i++) {
        const struct schema_change *change = sync_script_change(script, i, SCHEMA_VIEW);

        if (change != NULL && change->kind != SCHEMA_REMOVED)
            sync_script_add(script, "%s", definition(change->current));
    }
}

static void say_how(struct sync_script *script, bool rebuilds)
{
    strbuf_add(&script->body,
               "-- One transaction; the first error has to end it: sqlite3 -bail FILE < THIS.\n"
               "-- It is for a database as it was compared: run again, it stops before it changes "
               "anything.\n");
    if (rebuilds)
        strbuf_add(&script->body,
                   "-- A table that ALTER TABLE cannot change is made anew and takes the rows "
                   "over: "
                   "ON CONFLICT,\n-- DEFERRABLE and comments of its old text are not kept; there "
                   "has to be room for it twice.\n");
}

void sync_sqlite_write(struct sync_script *script)
{
    struct vector targets;
    bool rebuilds = false;

    vector_init(&targets, sizeof(struct sqlite_target));
    sync_sqlite_find_targets(script, &targets);
    for (size_t i = 0; i < targets.count; i++)
        rebuilds = rebuilds || ((struct sqlite_target *)vector_at(&targets, i))->rebuild;
    say_how(script, rebuilds);
    strbuf_add(&script->body, "\nPRAGMA foreign_keys = OFF;\nPRAGMA legacy_alter_table = ON;\n"
                              "BEGIN IMMEDIATE;\n"
                              "CREATE TEMP TABLE pilab_guard (holds INTEGER CHECK (holds));\n");
    for (size_t i = 0; i < targets.count; i++)
        guard(script, vector_at(&targets, i));
    drop_views(script);
    drop_parts(script, SCHEMA_TRIGGER);
    drop_parts(script, SCHEMA_INDEX);
    create_tables(script);
    say_columns(script);
    change_tables(script, &targets);
    drop_tables(script);
    create_parts(script, &targets, SCHEMA_INDEX);
    create_views(script);
    create_parts(script, &targets, SCHEMA_TRIGGER);
    strbuf_add(&script->body,
               "INSERT INTO temp.pilab_guard SELECT count(*) = 0 FROM pragma_foreign_key_check;\n"
               "DROP TABLE temp.pilab_guard;\nCOMMIT;\nPRAGMA legacy_alter_table = OFF;\n"
               "-- PRAGMA foreign_keys = ON; where the connection had it on\n");
    vector_release(&targets);
}
