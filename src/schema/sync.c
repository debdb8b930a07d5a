#include <pilab/schema/sync.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pg_world.h"
#include "sync_parts.h"
#include "sync_script.h"

static const char rollback_title[] = "Schema rollback: takes the sync script back";

static void write_part(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    bool gone = map_has(writer->dropped_views, sync_owner(writer, object));
    if (object->kind == SCHEMA_COLUMN && object->owner->kind == SCHEMA_TABLE)
        sync_column_change(writer, change);
    else if (object->kind == SCHEMA_COLUMN && object->owner->kind == SCHEMA_COMPOSITE)
        sync_field_change(writer, change);
    else if (object->kind == SCHEMA_COLUMN)
        sync_view_column_change(writer, change);
    else if (gone)
        sync_leave(writer); /* comes with the view */
    else if (object->kind == SCHEMA_CONSTRAINT)
        sync_constraint_change(writer, change);
    else if (object->kind == SCHEMA_INDEX)
        sync_index_change(writer, change);
    else if (object->kind == SCHEMA_TRIGGER)
        sync_trigger_change(writer, change);
    else
        sync_policy_change(writer, change);
    if (!gone)
        sync_comment_change(writer, change);
}

static void write_alone(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    bool view = object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW;
    if (view)
        sync_view_change(writer, change);
    else if (object->kind == SCHEMA_TABLE)
        sync_table_change(writer, change);
    else if (object->kind == SCHEMA_FUNCTION)
        sync_function_change(writer, change);
    else
        sync_type_change(writer, change);
    if (!view || (change->kind == SCHEMA_CHANGED &&
                  !map_has(writer->dropped_views, sync_name(writer, object))))
        sync_comment_change(writer, change);
}

static void write_change(struct sync_writer *writer, const struct schema_change *change)
{
    size_t before = sync_told(writer);
    writer->about = schema_change_object(change);
    if (change->within)
        return; /* its owner says it */
    if (schema_change_object(change)->owner)
        write_part(writer, change);
    else
        write_alone(writer, change);
    sync_note_rest(writer, change, before);
}

/* Names of indexes are the namespace's: what goes with its table must not be in the way of a new
 * one, also when the table is not dropped. */
static void free_names(struct sync_writer *writer)
{
    const struct schema_diff *diff = writer->diff;
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *object = change->previous;
        if (change->kind != SCHEMA_REMOVED || !change->within || object->kind != SCHEMA_INDEX ||
            !schema_find(diff->current, SCHEMA_INDEX, object->schema, object->name, NULL))
            continue;
        writer->about = object;
        sync_add(writer, SYNC_DROP_CONSTRAINTS, "DROP INDEX IF EXISTS %s;",
                 pg_qualified(writer->arena, object->schema, object->name));
    }
}

static void collect(struct sync_writer *writer)
{
    const struct schema_change *const *order = sync_order(writer);
    size_t count = writer->diff->count;
    sync_find_fresh(writer, order);
    sync_views(writer);
    sync_find_late(writer);
    sync_in_the_way(writer);
    for (size_t i = 0; i < count; i++)
        write_change(writer, order[i]);
    free_names(writer);
    sync_free_keys(writer);
    sync_finish_fresh(writer);
    sync_write_kept(writer);
}

/* What the script left as it was needs no way back. */
static bool is_left_out(const struct sync_writer *writer, const struct sync_statement *statement)
{
    return writer->left && statement->about &&
           map_has(writer->left, sync_group((struct sync_writer *)writer, statement->about));
}

static size_t count_destroying(const struct sync_writer *writer)
{
    size_t count = 0;
    for (size_t i = 0; i < writer->statements.count; i++) {
        const struct sync_statement *statement = vector_at(&writer->statements, i);
        count += statement->loses != NULL && !is_left_out(writer, statement);
    }
    return count;
}

static void add_header(struct strbuf *out, const struct sync_writer *writer, int64_t at,
                       bool destructive)
{
    sync_add_header(out, writer->diff, &writer->notes, at,
                    writer->back ? rollback_title : "Schema sync");
    sync_add_destroying(out, count_destroying(writer), destructive, writer->back);
    strbuf_add(out, "\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n"
                    "SET lock_timeout = '5s';\nSET statement_timeout = 0;\n"
                    "SET client_min_messages = warning;\nSET check_function_bodies = off;\n"
                    "SET search_path = '';\n");
}

static size_t add_phases(struct strbuf *out, const struct sync_writer *writer,
                         enum sync_phase first, enum sync_phase last, bool destructive)
{
    size_t written = 0;
    for (int phase = (int)first; phase <= (int)last; phase++) {
        for (size_t i = 0; i < writer->statements.count; i++) {
            const struct sync_statement *statement = vector_at(&writer->statements, i);
            if ((int)statement->phase != phase || is_left_out(writer, statement))
                continue;
            if (statement->loses)
                strbuf_printf(out, "-- destroys: %s\n", statement->loses);
            if (statement->waits)
                strbuf_printf(out, "-- waits: %s\n", statement->waits);
            if ((statement->loses && !destructive) || statement->waits) {
                sync_add_commented(out, statement->text);
                continue;
            }
            strbuf_printf(out, "%s\n", statement->text);
            written++;
        }
    }
    return written;
}

static size_t add_script(struct strbuf *out, const struct sync_writer *writer, int64_t at,
                         bool destructive)
{
    struct strbuf body = STRBUF_INIT;
    add_header(out, writer, at, destructive);
    strbuf_add_char(out, '\n');
    size_t written = add_phases(out, writer, SYNC_BEFORE, SYNC_BEFORE, destructive);
    written += add_phases(&body, writer, SYNC_KEEP, SYNC_COMMENTS, destructive);
    if (body.length)
        strbuf_printf(out, "\nBEGIN;\n%sCOMMIT;\n", body.data);
    strbuf_clear(&body);
    written += add_phases(&body, writer, SYNC_NOT_NULL, SYNC_VALIDATE, destructive);
    if (body.length)
        strbuf_printf(out, "\n%s", body.data);
    strbuf_release(&body);
    return written;
}

static void index_changes(struct sync_writer *writer)
{
    for (size_t i = 0; i < writer->diff->count; i++) {
        const struct schema_change *change = &writer->diff->changes[i];
        if (change->previous)
            map_put_bytes(writer->changes, &change->previous, sizeof(change->previous),
                          (void *)(size_t)change);
        if (change->current)
            map_put_bytes(writer->changes, &change->current, sizeof(change->current),
                          (void *)(size_t)change);
    }
}

static void writer_init(struct sync_writer *writer, struct arena *arena,
                        const struct schema_diff *diff, const struct map *left,
                        const struct map *still)
{
    *writer = (struct sync_writer){
        .arena = arena, .diff = diff, .back = left != NULL, .left = left, .still = still
    };
    vector_init(&writer->statements, sizeof(struct sync_statement));
    vector_init(&writer->notes, sizeof(const char *));
    writer->dropped_views = map_new();
    writer->fresh = map_new();
    writer->regenerated = map_new();
    writer->bodies = map_new();
    writer->taken = map_new();
    writer->rebuilt = map_new();
    writer->late = map_new();
    writer->functions = map_new();
    writer->held = map_new();
    writer->under = map_new();
    writer->waiting = map_new();
    writer->changes = map_new();
    index_changes(writer);
    collect(writer);
}

static void writer_release(struct sync_writer *writer)
{
    vector_release(&writer->statements);
    vector_release(&writer->notes);
    map_free(&writer->dropped_views);
    map_free(&writer->fresh);
    map_free(&writer->regenerated);
    map_free(&writer->bodies);
    map_free(&writer->taken);
    map_free(&writer->rebuilt);
    map_free(&writer->late);
    map_free(&writer->functions);
    map_free(&writer->held);
    map_free(&writer->under);
    map_free(&writer->waiting);
    map_free(&writer->changes);
    for (size_t i = 0; i < SYNC_KEPT_KINDS; i++)
        map_free(&writer->kept[i]);
    map_free(&writer->tables[0]);
    map_free(&writer->tables[1]);
}

/* Whether an index goes for a column that stays as it is. */
static bool is_cleared_for_nothing(const struct sync_writer *writer)
{
    for (size_t i = 0; i < map_count(writer->under); i++)
        if (map_has(writer->waiting, map_key_at(writer->under, i)))
            return true;
    return false;
}

/* What waits is known when all is written: where that was written for something which waits, it is
 * written once more. `left`: what waited in the script of which this one is the way back; NULL: it
 * is none. */
static void writer_make(struct sync_writer *writer, struct arena *arena,
                        const struct schema_diff *diff, const struct map *left, bool destructive)
{
    writer_init(writer, arena, diff, left, NULL);
    if (destructive)
        return;
    sync_hold_back(writer);
    if (!is_cleared_for_nothing(writer))
        return;
    struct map *waiting = writer->waiting;
    writer->waiting = NULL;
    writer_release(writer);
    writer_init(writer, arena, diff, left, waiting);
    sync_hold_back(writer);
    writer->still = NULL;
    map_free(&waiting);
}

static size_t count_waiting(const struct sync_writer *writer)
{
    size_t count = 0;
    for (size_t i = 0; i < writer->statements.count; i++) {
        const struct sync_statement *statement = vector_at(&writer->statements, i);
        count += statement->waits != NULL && !is_left_out(writer, statement);
    }
    return count;
}

static void write_rollback(struct schema_sync *sync, const struct schema_diff *diff,
                           const struct map *left, const struct schema_sync_options *options)
{
    struct schema_diff *back = schema_compare(diff->current, diff->previous, NULL);
    struct sync_writer writer;
    struct strbuf out = STRBUF_INIT;
    writer_make(&writer, sync->arena, back, left, options->destructive);
    sync->rollback_statement_count = add_script(&out, &writer, options->at, options->destructive);
    sync->rollback_destructive_count = count_destroying(&writer);
    sync->rollback_waiting_count = count_waiting(&writer);
    sync->rollback = strbuf_to_arena(&out, sync->arena);
    sync->rollback_notes = vector_to_arena(&writer.notes, sync->arena);
    sync->rollback_note_count = writer.notes.count;
    strbuf_release(&out);
    writer_release(&writer);
    schema_diff_free(&back);
}

static void write_postgresql(struct schema_sync *sync, const struct schema_diff *diff,
                             const struct schema_sync_options *options)
{
    struct sync_writer writer;
    struct strbuf out = STRBUF_INIT;
    writer_make(&writer, sync->arena, diff, NULL, options->destructive);
    sync->statement_count = add_script(&out, &writer, options->at, options->destructive);
    sync->script = strbuf_to_arena(&out, sync->arena);
    sync->destructive_count = count_destroying(&writer);
    sync->waiting_count = count_waiting(&writer);
    sync->notes = vector_to_arena(&writer.notes, sync->arena);
    sync->note_count = writer.notes.count;
    strbuf_release(&out);
    write_rollback(sync, diff, writer.held, options);
    writer_release(&writer);
}

/* Dialects whose statements are written in the order in which they run. */
static const char *write_in_order(struct sync_script *script, int64_t at)
{
    struct strbuf out = STRBUF_INIT;
    if (script->diff->current->dialect == SCHEMA_SQLITE)
        sync_sqlite_write(script);
    else
        sync_mysql_write(script);
    sync_add_header(&out, script->diff, &script->notes, at,
                    script->back ? rollback_title : "Schema sync");
    sync_add_destroying(&out, script->destroying, script->destructive, script->back);
    strbuf_add_bytes(&out, script->body.data, script->body.length);
    const char *text = strbuf_to_arena(&out, script->arena);
    strbuf_release(&out);
    return text;
}

static void write_other(struct schema_sync *sync, const struct schema_diff *diff,
                        const struct schema_sync_options *options)
{
    struct schema_diff *back = schema_compare(diff->current, diff->previous, NULL);
    struct sync_script script;
    sync_script_start(&script, sync->arena, diff);
    script.destructive = options->destructive;
    sync->script = write_in_order(&script, options->at);
    sync->statement_count = script.statements;
    sync->destructive_count = script.destroying;
    sync->waiting_count = script.waiting;
    sync->notes = vector_to_arena(&script.notes, sync->arena);
    sync->note_count = script.notes.count;
    sync_script_end(&script);
    sync_script_start(&script, sync->arena, back);
    script.destructive = options->destructive;
    script.kept = !options->destructive;
    script.taken_back = script.kept ? diff : NULL;
    script.back = true;
    sync->rollback = write_in_order(&script, options->at);
    sync->rollback_statement_count = script.statements;
    sync->rollback_destructive_count = script.destroying;
    sync->rollback_waiting_count = script.waiting;
    sync->rollback_notes = vector_to_arena(&script.notes, sync->arena);
    sync->rollback_note_count = script.notes.count;
    sync_script_end(&script);
    schema_diff_free(&back);
}

struct schema_sync *schema_sync(const struct schema_diff *diff,
                                const struct schema_sync_options *options)
{
    static const struct schema_sync_options defaults = { 0 };
    struct arena *arena = arena_new();
    struct schema_sync *sync = arena_alloc(arena, sizeof(*sync));
    sync->arena = arena;
    if (diff->current->dialect == SCHEMA_POSTGRESQL)
        write_postgresql(sync, diff, options ? options : &defaults);
    else
        write_other(sync, diff, options ? options : &defaults);
    return sync;
}

void schema_sync_free(struct schema_sync **sync)
{
    if (!*sync)
        return;
    struct arena *arena = (*sync)->arena;
    *sync = NULL;
    arena_free(&arena);
}
