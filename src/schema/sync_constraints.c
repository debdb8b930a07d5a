#include <string.h>

#include "sync_parts.h"

static void drop_constraint(struct sync_writer *writer, const struct schema_object *constraint)
{
    bool domain = constraint->owner->kind == SCHEMA_DOMAIN;
    sync_add(writer, SYNC_DROP_CONSTRAINTS, "ALTER %s %s DROP CONSTRAINT IF EXISTS %s;",
             domain ? "DOMAIN" : "TABLE", sync_owner(writer, constraint),
             sync_word(writer, constraint->name));
}

/* ALTER TABLE … ADD CONSTRAINT, unless it is there. */
static void add_named(struct sync_writer *writer, enum sync_phase phase,
                      const struct schema_object *constraint, const char *definition)
{
    struct arena *arena = writer->arena;
    bool domain = constraint->owner->kind == SCHEMA_DOMAIN;
    const char *owner = sync_owner(writer, constraint);
    const char *condition =
        arena_printf(arena,
                     "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE %s = %s::pg_catalog.%s "
                     "AND conname = %s)",
                     domain ? "contypid" : "conrelid",
                     sync_literal(writer, sync_key(writer, constraint->owner)),
                     domain ? "regtype" : "regclass", sync_literal(writer, constraint->name));
    sync_unless(writer, phase, condition,
                arena_printf(arena, "ALTER %s %s ADD CONSTRAINT %s %s", domain ? "DOMAIN" : "TABLE",
                             owner, sync_word(writer, constraint->name), definition));
}

/* The index is built while others write, and becomes the key afterwards. */
static void add_key_later(struct sync_writer *writer, const struct schema_object *key)
{
    const char *table = sync_owner(writer, key), *name = sync_word(writer, key->name);
    const char *include = schema_get(key, SCHEMA_INCLUDE);
    const char *deferrable = schema_get(key, SCHEMA_DEFERRABLE);
    sync_add(writer, SYNC_INDEXES,
             "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS %s ON %s (%s)%s%s%s%s;", name, table,
             sync_text(key, SCHEMA_COLUMNS), include ? " INCLUDE (" : "", include ? include : "",
             include ? ")" : "",
             schema_flag(key, SCHEMA_NULLS_NOT_DISTINCT) ? " NULLS NOT DISTINCT" : "");
    add_named(writer, SYNC_INDEXES, key,
              arena_printf(writer->arena, "%s USING INDEX %s%s%s",
                           sync_is(key, SCHEMA_SORT, "primary key") ? "PRIMARY KEY" : "UNIQUE",
                           name, deferrable ? " DEFERRABLE" : "",
                           sync_is(key, SCHEMA_DEFERRABLE, "initially deferred")
                               ? " INITIALLY DEFERRED"
                               : ""));
}

/* Foreign keys and checks are added without looking at the rows, which is done afterwards. */
static void add_and_validate(struct sync_writer *writer, const struct schema_object *constraint,
                             enum sync_phase phase, const char *keyword)
{
    const char *table = sync_owner(writer, constraint), *name = sync_word(writer, constraint->name);
    bool wanted = schema_flag(constraint, SCHEMA_NOT_VALID);
    add_named(writer, phase, constraint,
              arena_printf(writer->arena, "%s%s", sync_text(constraint, SCHEMA_DEFINITION),
                           wanted ? "" : " NOT VALID"));
    if (!wanted)
        sync_add(writer, SYNC_VALIDATE, "ALTER %s %s VALIDATE CONSTRAINT %s;", keyword, table,
                 name);
}

static void add_constraint(struct sync_writer *writer, const struct schema_object *constraint,
                           bool within)
{
    const struct schema_object *owner = constraint->owner;
    bool domain = owner->kind == SCHEMA_DOMAIN,
         foreign = sync_is(constraint, SCHEMA_SORT, "foreign key");
    bool check = sync_is(constraint, SCHEMA_SORT, "check");
    bool key = !foreign && !check && !sync_is(constraint, SCHEMA_SORT, "exclusion");
    bool partitioned = sync_is(owner, SCHEMA_SORT, "partitioned");
    if (domain && within)
        return; /* CREATE DOMAIN says it */
    if (!within && !partitioned && (foreign || check)) {
        add_and_validate(writer, constraint, foreign ? SYNC_FOREIGN_KEYS : SYNC_CONSTRAINTS,
                         domain ? "DOMAIN" : "TABLE");
        return;
    }
    if (!within && !partitioned && key) {
        add_key_later(writer, constraint);
        return;
    }
    add_named(writer, foreign ? SYNC_FOREIGN_KEYS : SYNC_CONSTRAINTS, constraint,
              sync_text(constraint, SCHEMA_DEFINITION));
}

/* It was added without looking at rows, and is valid there: looking is all that is left. */
static bool is_only_valid(const struct schema_change *change)
{
    const struct schema_property_change *valid = schema_change_of(change, SCHEMA_NOT_VALID);
    if (!valid || valid->current)
        return false;
    for (size_t i = 0; i < change->property_count; i++)
        if (change->properties[i].property != SCHEMA_NOT_VALID &&
            change->properties[i].property != SCHEMA_DEFINITION)
            return false;
    return true;
}

static bool is_made_again(struct sync_writer *writer, const struct schema_object *constraint)
{
    const struct schema_object *owner = constraint->owner;
    return owner->kind == SCHEMA_DOMAIN && map_has(writer->fresh, sync_key(writer, owner));
}

void sync_constraint_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *constraint = schema_change_object(change);
    const struct schema_diff *diff = writer->diff;
    if (sync_only_comment(change) || is_made_again(writer, constraint))
        return;
    if (change->previous && sync_is_inherited(writer, diff->previous, change->previous) &&
        (!change->current || sync_is_inherited(writer, diff->current, change->current)))
        return;
    if (change->kind == SCHEMA_CHANGED && is_only_valid(change)) {
        sync_add(writer, SYNC_VALIDATE, "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                 sync_owner(writer, constraint), sync_word(writer, constraint->name));
        return;
    }
    if (change->previous)
        drop_constraint(writer, change->previous);
    if (change->current && !sync_is_inherited(writer, diff->current, change->current))
        add_constraint(writer, change->current, change->within);
}

/* "CREATE INDEX a ON ONLY t …" as it is run: not ONLY, IF NOT EXISTS, CONCURRENTLY. */
void sync_add_index(struct sync_writer *writer, const struct schema_object *index, bool fresh)
{
    bool partitioned = sync_is(index->owner, SCHEMA_SORT, "partitioned");
    const char *definition = sync_text(index, SCHEMA_DEFINITION);
    const char *on = strstr(definition, " ON ");
    if (!on)
        return;
    on += 4;
    if (strncmp(on, "ONLY ", 5) == 0)
        on += 5;
    bool waits = !fresh && !partitioned && index->owner->kind == SCHEMA_TABLE;
    bool view = index->owner->kind == SCHEMA_MATERIALIZED_VIEW;
    sync_add(writer,
             waits  ? SYNC_INDEXES
             : view ? SYNC_VIEWS
                    : SYNC_CONSTRAINTS,
             "CREATE %sINDEX %sIF NOT EXISTS %s ON %s;",
             schema_flag(index, SCHEMA_UNIQUE) ? "UNIQUE " : "", waits ? "CONCURRENTLY " : "",
             sync_word(writer, index->name), on);
}

static const char *index_name(struct sync_writer *writer, const struct schema_object *index)
{
    const char *name = sync_word(writer, index->name);
    return *index->schema
               ? arena_printf(writer->arena, "%s.%s", sync_word(writer, index->schema), name)
               : name;
}

void sync_index_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_diff *diff = writer->diff;
    const struct schema_object *index = schema_change_object(change);
    if (sync_only_comment(change) || map_has(writer->dropped_views, sync_owner(writer, index)))
        return; /* goes and comes with the view */
    if (change->previous && !sync_is_inherited(writer, diff->previous, change->previous))
        sync_add(writer, SYNC_DROP_CONSTRAINTS, "DROP INDEX IF EXISTS %s;",
                 index_name(writer, change->previous));
    if (change->current && !sync_is_inherited(writer, diff->current, change->current))
        sync_add_index(writer, change->current, change->within);
}
