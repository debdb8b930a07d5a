#include <pilab/schema/sync.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>

#include "pg_world.h"
#include "sync_parts.h"

static void write_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);
    bool of_view = object->owner && object->owner->kind == SCHEMA_VIEW;
    if (change->within || (object->kind == SCHEMA_COLUMN && object->owner->kind != SCHEMA_TABLE)) {
        if (change->kind == SCHEMA_CHANGED)
            sync_comment_change(writer, change);
        return;
    }
    switch (object->kind) {
    case SCHEMA_TABLE:
        sync_table_change(writer, change);
        break;
    case SCHEMA_COLUMN:
        sync_column_change(writer, change);
        break;
    case SCHEMA_CONSTRAINT:
        sync_constraint_change(writer, change);
        break;
    case SCHEMA_INDEX:
        sync_index_change(writer, change);
        break;
    case SCHEMA_TRIGGER:
        if (!of_view || !map_has(writer->dropped_views, sync_owner(writer, object)))
            sync_trigger_change(writer, change);
        break;
    case SCHEMA_POLICY:
        sync_policy_change(writer, change);
        break;
    case SCHEMA_FUNCTION:
        sync_function_change(writer, change);
        break;
    case SCHEMA_VIEW:
    case SCHEMA_MATERIALIZED_VIEW:
        break; /* sync_views */
    default:
        sync_type_change(writer, change);
        break;
    }
    bool view = object->kind == SCHEMA_VIEW || object->kind == SCHEMA_MATERIALIZED_VIEW;
    if (!view || (change->kind == SCHEMA_CHANGED &&
                  !map_has(writer->dropped_views, sync_name(writer, object))))
        sync_comment_change(writer, change);
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
        sync_add(writer, SYNC_DROP_CONSTRAINTS, "DROP INDEX IF EXISTS %s;",
                 pg_qualified(writer->arena, object->schema, object->name));
    }
}

static void collect(struct sync_writer *writer)
{
    const struct schema_diff *diff = writer->diff;
    /* Types that are made again are known before the views that are in their way. */
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_object *object = schema_change_object(&diff->changes[i]);
        if (object->kind <= SCHEMA_SEQUENCE)
            write_change(writer, &diff->changes[i]);
    }
    sync_views(writer);
    sync_in_the_way(writer);
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_object *object = schema_change_object(&diff->changes[i]);
        if (object->kind > SCHEMA_SEQUENCE)
            write_change(writer, &diff->changes[i]);
    }
    free_names(writer);
    sync_retype(writer);
}

static void add_commented(struct strbuf *out, const char *text)
{
    strbuf_add(out, "-- ");
    for (const char *c = text; *c; c++) {
        strbuf_add_char(out, *c);
        if (*c == '\n')
            strbuf_add(out, "-- ");
    }
    strbuf_add_char(out, '\n');
}

/* Text from outside must not end the line of a comment. */
static void add_header_text(struct strbuf *out, const char *text)
{
    for (const char *c = text ? text : "?"; *c; c++)
        strbuf_add_char(out, (unsigned char)*c < ' ' ? ' ' : *c);
}

static void add_header(struct strbuf *out, const struct sync_writer *writer, int64_t at,
                       const char *title)
{
    const struct schema *previous = writer->diff->previous, *current = writer->diff->current;
    char from[SHA256_HEX_SIZE], to[SHA256_HEX_SIZE], when[TIMESTAMP_SIZE];
    strbuf_printf(out, "-- %s\n-- from ", title);
    add_header_text(out, previous->name);
    strbuf_printf(out, " (sha256 %s)\n-- to   ", schema_digest(previous, from));
    add_header_text(out, current->name);
    strbuf_printf(out, " (sha256 %s)\n", schema_digest(current, to));
    if (at)
        strbuf_printf(out, "-- written %s by pilab\n", timestamp_format(at, when));
    for (size_t i = 0; i < writer->diff->gap_count; i++) {
        strbuf_add(out, "-- not compared: ");
        add_header_text(out, writer->diff->gaps[i].what);
        strbuf_add_char(out, '\n');
    }
    for (size_t i = 0; i < writer->notes.count; i++) {
        strbuf_add(out, "-- by hand: ");
        add_header_text(out, *(const char **)vector_at(&writer->notes, i));
        strbuf_add_char(out, '\n');
    }
    strbuf_add(out, "\nSET lock_timeout = '5s';\nSET statement_timeout = 0;\n"
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
            if ((int)statement->phase != phase)
                continue;
            if (statement->loses)
                strbuf_printf(out, "-- destroys: %s\n", statement->loses);
            if (statement->loses && !destructive) {
                add_commented(out, statement->text);
                continue;
            }
            strbuf_printf(out, "%s\n", statement->text);
            written++;
        }
    }
    return written;
}

static size_t add_script(struct strbuf *out, const struct sync_writer *writer, int64_t at,
                         const char *title, bool destructive)
{
    struct strbuf body = STRBUF_INIT;
    add_header(out, writer, at, title);
    strbuf_add_char(out, '\n');
    size_t written = add_phases(out, writer, SYNC_BEFORE, SYNC_BEFORE, destructive);
    written += add_phases(&body, writer, SYNC_NAMESPACES, SYNC_COMMENTS, destructive);
    if (body.length)
        strbuf_printf(out, "\nBEGIN;\n%sCOMMIT;\n", body.data);
    strbuf_clear(&body);
    written += add_phases(&body, writer, SYNC_INDEXES, SYNC_VALIDATE, destructive);
    if (body.length)
        strbuf_printf(out, "\n%s", body.data);
    strbuf_release(&body);
    return written;
}

static void writer_init(struct sync_writer *writer, struct arena *arena,
                        const struct schema_diff *diff)
{
    *writer = (struct sync_writer){ .arena = arena, .diff = diff };
    vector_init(&writer->statements, sizeof(struct sync_statement));
    vector_init(&writer->notes, sizeof(const char *));
    writer->dropped_views = map_new();
    writer->fresh = map_new();
    writer->regenerated = map_new();
    collect(writer);
}

static void writer_release(struct sync_writer *writer)
{
    vector_release(&writer->statements);
    vector_release(&writer->notes);
    map_free(&writer->dropped_views);
    map_free(&writer->fresh);
    map_free(&writer->regenerated);
    map_free(&writer->tables[0]);
    map_free(&writer->tables[1]);
}

static void write_rollback(struct schema_sync *sync, const struct schema_diff *diff, int64_t at)
{
    struct schema_diff *back = schema_compare(diff->current, diff->previous, NULL);
    struct sync_writer writer;
    struct strbuf out = STRBUF_INIT;
    writer_init(&writer, sync->arena, back);
    add_script(&out, &writer, at, "Schema rollback: takes the sync script back", true);
    sync->rollback = strbuf_to_arena(&out, sync->arena);
    strbuf_release(&out);
    writer_release(&writer);
    schema_diff_free(&back);
}

struct schema_sync *schema_sync(const struct schema_diff *diff,
                                const struct schema_sync_options *options, struct error *error)
{
    static const struct schema_sync_options defaults = { 0 };
    if (!options)
        options = &defaults;
    if (diff->previous->dialect != SCHEMA_POSTGRESQL ||
        diff->current->dialect != SCHEMA_POSTGRESQL) {
        error_set(error, ERROR_UNSUPPORTED, "sync SQL is written for PostgreSQL only");
        error_hint(error, "the comparison says what to change");
        return NULL;
    }
    struct arena *arena = arena_new();
    struct schema_sync *sync = arena_alloc(arena, sizeof(*sync));
    struct sync_writer writer;
    struct strbuf out = STRBUF_INIT;
    sync->arena = arena;
    writer_init(&writer, arena, diff);
    sync->statement_count =
        add_script(&out, &writer, options->at, "Schema sync", options->destructive);
    sync->script = strbuf_to_arena(&out, arena);
    for (size_t i = 0; i < writer.statements.count; i++) {
        const struct sync_statement *statement = vector_at(&writer.statements, i);
        sync->destructive_count += statement->loses != NULL;
    }
    sync->notes = vector_to_arena(&writer.notes, arena);
    sync->note_count = writer.notes.count;
    strbuf_release(&out);
    writer_release(&writer);
    write_rollback(sync, diff, options->at);
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
