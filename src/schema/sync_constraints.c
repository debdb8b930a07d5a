#include <string.h>

#include "sync_parts.h"

static const char *owner_word(const struct schema_object *constraint)
{
    return constraint->owner->kind == SCHEMA_DOMAIN ? "DOMAIN" : "TABLE";
}

void sync_drop_constraint(struct sync_writer *writer, const struct schema_object *constraint)
{
    bool foreign = sync_is(constraint, SCHEMA_SORT, "foreign key");
    bool stays = sync_other(writer->diff->current, constraint->owner) != NULL;
    sync_add(writer, foreign ? SYNC_DROP_REFERENCES : SYNC_DROP_CONSTRAINTS,
             "ALTER %s %s%s DROP CONSTRAINT IF EXISTS %s;", owner_word(constraint),
             stays ? "" : "IF EXISTS ", sync_owner(writer, constraint),
             sync_word(writer, constraint->name));
}

static void validate(struct sync_writer *writer, const struct schema_object *constraint)
{
    sync_add(writer, SYNC_VALIDATE, "ALTER %s %s VALIDATE CONSTRAINT %s;", owner_word(constraint),
             sync_owner(writer, constraint), sync_word(writer, constraint->name));
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

/* Behind the parenthesis that closes what is open at `text`; quotes are names. */
static const char *behind_list(const char *text)
{
    int depth = 0;
    bool quoted = false;
    for (; *text; text++) {
        if (*text == '"')
            quoted = !quoted;
        else if (!quoted && *text == '(')
            depth++;
        else if (!quoted && *text == ')' && --depth == 0)
            return text + 1;
    }
    return text;
}

/* What the definition of a key says of its index, "(a, b) INCLUDE (c) NULLS NOT DISTINCT": the
 * definition has the names as they have to be written. */
static const char *key_index(struct sync_writer *writer, const struct schema_object *key)
{
    const char *definition = sync_text(key, SCHEMA_DEFINITION), *list = strchr(definition, '(');
    if (!list)
        return NULL;
    const char *end = behind_list(list);
    if (strncmp(end, " INCLUDE (", 10) == 0)
        end = behind_list(end);
    bool same = strstr(definition, "NULLS NOT DISTINCT") && list > strstr(definition, "NULLS");
    const char *options = strncmp(end, " WITH (", 7) == 0 ? end : "";
    return arena_printf(writer->arena, "%.*s%s%.*s", (int)(end - list), list,
                        same ? " NULLS NOT DISTINCT" : "",
                        (int)(*options ? behind_list(options) - options : 0), options);
}

/* The index is built while others write, and becomes the key afterwards. */
static void add_key_later(struct sync_writer *writer, const struct schema_object *key)
{
    const char *table = sync_owner(writer, key), *name = sync_word(writer, key->name);
    const char *deferrable = schema_get(key, SCHEMA_DEFERRABLE), *index = key_index(writer, key);
    if (!index) {
        sync_note(writer, "the key %s of %s has to be made by hand: it is not known of what", name,
                  table);
        return;
    }
    sync_add(writer, SYNC_INDEXES, "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS %s ON %s %s;",
             name, table, index);
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
                             enum sync_phase phase)
{
    bool wanted = schema_flag(constraint, SCHEMA_NOT_VALID);
    add_named(writer, phase, constraint,
              arena_printf(writer->arena, "%s%s", sync_text(constraint, SCHEMA_DEFINITION),
                           wanted ? "" : " NOT VALID"));
    if (!wanted)
        validate(writer, constraint);
}

void sync_add_constraint(struct sync_writer *writer, const struct schema_object *constraint,
                         bool within)
{
    const struct schema_object *owner = constraint->owner;
    bool domain = owner->kind == SCHEMA_DOMAIN,
         foreign = sync_is(constraint, SCHEMA_SORT, "foreign key");
    bool check = sync_is(constraint, SCHEMA_SORT, "check");
    bool key = !foreign && !check && !sync_is(constraint, SCHEMA_SORT, "exclusion");
    bool partitioned = sync_is(owner, SCHEMA_SORT, "partitioned");
    enum sync_phase phase = foreign ? sync_foreign_key_phase(writer, constraint) : SYNC_CONSTRAINTS;
    if (domain && within)
        return; /* CREATE DOMAIN says it */
    if (!within && !partitioned && (foreign || check))
        add_and_validate(writer, constraint, phase);
    else if (!within && !partitioned && key)
        add_key_later(writer, constraint);
    else
        add_named(writer, phase, constraint, sync_text(constraint, SCHEMA_DEFINITION));
}

/* It was added without looking at rows, and is valid there: looking is all that is left. */
bool sync_only_validates(const struct schema_change *change)
{
    const struct schema_property_change *valid =
        change->kind == SCHEMA_CHANGED ? schema_change_of(change, SCHEMA_NOT_VALID) : NULL;
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
    bool before = change->previous && !sync_is_inherited(writer, diff->previous, change->previous);
    bool after = change->current && !sync_is_inherited(writer, diff->current, change->current);
    if (sync_only_comment(change))
        return;
    if (is_made_again(writer, constraint) || (!before && !after)) {
        sync_leave(writer);
        return;
    }
    if (sync_only_validates(change)) {
        validate(writer, constraint);
        return;
    }
    if (change->previous)
        sync_drop_constraint(writer, change->previous);
    if (after)
        sync_add_constraint(writer, change->current, change->within);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}

/* Behind the ON of "CREATE INDEX "a ON b" ON t …": not the one of a name in quotes. NULL: none. */
static const char *behind_index_name(const char *definition)
{
    bool quoted = false;
    for (; *definition; definition++) {
        if (*definition == '"')
            quoted = !quoted;
        else if (!quoted && strncmp(definition, " ON ", 4) == 0)
            return definition + 4;
    }
    return NULL;
}

/* "CREATE INDEX a ON ONLY t …" as it is run: not ONLY, IF NOT EXISTS, CONCURRENTLY. */
void sync_add_index(struct sync_writer *writer, const struct schema_object *index, bool fresh)
{
    bool partitioned = sync_is(index->owner, SCHEMA_SORT, "partitioned");
    const char *definition = sync_text(index, SCHEMA_DEFINITION);
    const char *on = behind_index_name(definition);
    if (!on) {
        sync_note(writer, "the index %s has to be made by hand: its definition is not known",
                  sync_word(writer, index->name));
        return;
    }
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

void sync_drop_index(struct sync_writer *writer, const struct schema_object *index)
{
    sync_add(writer, SYNC_DROP_CONSTRAINTS, "DROP INDEX IF EXISTS %s;", index_name(writer, index));
}

void sync_index_change(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_diff *diff = writer->diff;
    bool before = change->previous && !sync_is_inherited(writer, diff->previous, change->previous);
    bool after = change->current && !sync_is_inherited(writer, diff->current, change->current);
    if (sync_only_comment(change))
        return;
    if (!before && !after)
        sync_leave(writer);
    if (before)
        sync_drop_index(writer, change->previous);
    if (after)
        sync_add_index(writer, change->current, change->within);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}
