#include <string.h>

#include <pilab/base/digest.h>

#include "sync_parts.h"

static const char *owner_word(const struct schema_object *constraint)
{
    return constraint->owner->kind == SCHEMA_DOMAIN ? "DOMAIN" : "TABLE";
}

/* A key has an index of its name, and an index may be all that a key was: what one side has as one
 * may be the other's as the other. The one of the index's name and table; NULL: none. */
static const struct schema_object *namesake(const struct schema *schema,
                                            const struct schema_object *part)
{
    const struct schema_object *table = sync_other(schema, part->owner);
    for (const struct schema_object *other = table ? table->parts : NULL; other;
         other = other->next)
        if ((other->kind == SCHEMA_INDEX || other->kind == SCHEMA_CONSTRAINT) &&
            other->kind != part->kind && strcmp(other->name, part->name) == 0 &&
            (other->kind == SCHEMA_INDEX || sync_is_key(other)))
            return other;
    return NULL;
}

/* Of an index that goes, and comes again later. */
static void keep_marks(struct sync_writer *writer, const struct schema_object *part)
{
    const struct schema *schema = writer->diff->current;
    if ((part->kind == SCHEMA_INDEX || sync_is_key(part)) &&
        (sync_other(schema, part) || namesake(schema, part)))
        sync_keep(writer, SYNC_KEPT_MARKS, part);
}

/* A key that becomes another may have done so when the script is run again, and foreign keys may
 * hang on it. Types that are made again are under it each time. */
static void drop(struct sync_writer *writer, enum sync_phase phase,
                 const struct schema_object *part, const char *statement)
{
    const struct schema_object *wanted =
        sync_is_key(part) ? sync_other(writer->diff->current, part) : NULL;
    if (wanted && sync_is_key(wanted) && !map_count(writer->fresh) &&
        strcmp(sync_text(part, SCHEMA_DEFINITION), sync_text(wanted, SCHEMA_DEFINITION)) != 0)
        sync_unless(writer, phase, sync_is_as_wanted(writer, wanted), statement);
    else
        sync_add(writer, phase, "%s;", statement);
}

void sync_drop_constraint(struct sync_writer *writer, const struct schema_object *constraint)
{
    bool foreign = sync_is(constraint, SCHEMA_SORT, "foreign key");
    bool stays = sync_other(writer->diff->current, constraint->owner) != NULL;
    keep_marks(writer, constraint);
    const char *statement =
        arena_printf(writer->arena, "ALTER %s %s%s DROP CONSTRAINT IF EXISTS %s",
                     owner_word(constraint), stays ? "" : "IF EXISTS ",
                     sync_owner(writer, constraint), sync_word(writer, constraint->name));
    drop(writer, foreign ? SYNC_DROP_REFERENCES : SYNC_DROP_CONSTRAINTS, constraint, statement);
}

static void validate(struct sync_writer *writer, const struct schema_object *constraint)
{
    sync_add(writer, SYNC_VALIDATE, "ALTER %s %s VALIDATE CONSTRAINT %s;", owner_word(constraint),
             sync_owner(writer, constraint), sync_word(writer, constraint->name));
}

static const char *has_constraint(struct sync_writer *writer,
                                  const struct schema_object *constraint)
{
    bool domain = constraint->owner->kind == SCHEMA_DOMAIN;
    return arena_printf(writer->arena,
                        "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE %s = "
                        "%s::pg_catalog.%s AND conname = %s)",
                        domain ? "contypid" : "conrelid",
                        sync_literal(writer, sync_key(writer, constraint->owner)),
                        domain ? "regtype" : "regclass", sync_literal(writer, constraint->name));
}

/* ALTER TABLE … ADD CONSTRAINT, unless it is there. */
static void add_named(struct sync_writer *writer, enum sync_phase phase,
                      const struct schema_object *constraint, const char *definition)
{
    struct arena *arena = writer->arena;
    bool domain = constraint->owner->kind == SCHEMA_DOMAIN;
    const char *owner = sync_owner(writer, constraint);
    sync_unless(writer, phase, has_constraint(writer, constraint),
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

/* "UNIQUE USING INDEX name DEFERRABLE". */
static const char *using_index(struct sync_writer *writer, const struct schema_object *key,
                               const char *index)
{
    return arena_printf(writer->arena, "%s USING INDEX %s%s%s",
                        sync_is(key, SCHEMA_SORT, "primary key") ? "PRIMARY KEY" : "UNIQUE", index,
                        schema_get(key, SCHEMA_DEFERRABLE) ? " DEFERRABLE" : "",
                        sync_is(key, SCHEMA_DEFERRABLE, "initially deferred")
                            ? " INITIALLY DEFERRED"
                            : "");
}

/* The index is built while others write, and becomes the key afterwards. */
static void add_key_later(struct sync_writer *writer, const struct schema_object *key)
{
    const char *table = sync_owner(writer, key), *name = sync_word(writer, key->name);
    const char *index = key_index(writer, key);
    if (!index) {
        sync_note(writer, "the key %s of %s has to be made by hand: it is not known of what", name,
                  table);
        return;
    }
    sync_add(writer, SYNC_INDEXES, "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS %s ON %s %s;",
             name, table, index);
    add_named(writer, SYNC_INDEXES, key, using_index(writer, key, name));
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

/* Whether it is built outside of the transaction, while others write. */
static bool is_built_late(const struct schema_object *index)
{
    return index->owner->kind == SCHEMA_TABLE && !sync_is(index->owner, SCHEMA_SORT, "partitioned");
}

static const char *unique_word(const struct schema_object *index)
{
    return schema_flag(index, SCHEMA_UNIQUE) ? "UNIQUE " : "";
}

/* ---- an index or a key that becomes another ---- */

static bool becomes_another(struct sync_writer *writer, const struct schema_change *change)
{
    return (change->kind == SCHEMA_REMOVED || schema_change_of(change, SCHEMA_TYPE) ||
            schema_change_of(change, SCHEMA_COLLATION) ||
            schema_change_of(change, SCHEMA_GENERATED)) &&
           !(writer->still && map_has(writer->still, sync_group(writer, change->previous)));
}

/* Whether a column of the index becomes another, or goes: the server makes it again, which may be
 * what does not work with the old one. */
static bool is_under_change(struct sync_writer *writer, const struct schema_object *index)
{
    const char *text = strchr(sync_text(index, SCHEMA_DEFINITION), '(');
    bool under = false;
    for (size_t i = 0; text && i < writer->diff->count; i++) {
        const struct schema_change *change = &writer->diff->changes[i];
        const struct schema_object *column = change->previous;
        if (!column || column->kind != SCHEMA_COLUMN || column->owner != index->owner ||
            !becomes_another(writer, change) || !sync_names_column(writer, text, column))
            continue;
        map_put(writer->under, sync_group(writer, column), writer);
        under = true;
    }
    return under;
}

static bool can_swap(struct sync_writer *writer, const struct schema_object *before,
                     const struct schema_object *after)
{
    return is_built_late(before) && is_built_late(after) && !is_under_change(writer, before) &&
           !map_count(writer->fresh) && !map_count(writer->functions);
}

/* Of an index that lasts as long as the script. */
static const char *passing_name(struct sync_writer *writer, const struct schema_object *index,
                                const char *what)
{
    char hex[SHA256_HEX_SIZE];
    sha256_hex(index->name, strlen(index->name), hex);
    return arena_printf(writer->arena, "pilab_%s_%.24s", what, hex);
}

/* Or none that is valid. */
static const char *is_no_index(struct sync_writer *writer, const char *in, const char *name)
{
    return arena_printf(writer->arena,
                        "NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = "
                        "pg_catalog.to_regclass(%s) AND indisvalid)",
                        sync_literal(writer, arena_printf(writer->arena, "%s%s", in, name)));
}

/* The new one is built beside the old one, takes its name in one step, and only then the old one
 * goes: at no moment is there none, and nobody waits. A build that fails changes nothing, also
 * where the script goes on, and what it or an end in between left is gone first. */
static void swap_index(struct sync_writer *writer, const struct schema_object *index)
{
    const char *name = sync_word(writer, index->name), *on = sync_index_on(writer, index);
    const char *fresh = passing_name(writer, index, "new"),
               *old = passing_name(writer, index, "old");
    const char *in = arena_printf(writer->arena, "%s.", sync_word(writer, index->schema));
    if (!on)
        return;
    sync_add(writer, SYNC_INDEXES, "DROP INDEX CONCURRENTLY IF EXISTS %s%s;", in, fresh);
    sync_add(writer, SYNC_INDEXES, "DROP INDEX CONCURRENTLY IF EXISTS %s%s;", in, old);
    sync_add(writer, SYNC_INDEXES, "CREATE %sINDEX CONCURRENTLY %s ON %s;", unique_word(index),
             fresh, on);
    sync_unless(writer, SYNC_INDEXES, is_no_index(writer, in, fresh),
                sync_with_marks(writer, index, index,
                                arena_printf(writer->arena,
                                             "ALTER INDEX IF EXISTS %s%s RENAME TO %s;\n"
                                             "            ALTER INDEX %s%s RENAME TO %s;",
                                             in, name, old, in, fresh, name)));
    sync_add(writer, SYNC_INDEXES, "DROP INDEX CONCURRENTLY IF EXISTS %s%s;", in, old);
}

/* Whether the index, as it is, can be the key's. */
static bool fits(struct sync_writer *writer, const struct schema_object *index,
                 const struct schema_object *key)
{
    const char *on = sync_behind_index_name(sync_text(index, SCHEMA_DEFINITION));
    const char *wanted = key_index(writer, key), *method = on ? strstr(on, " USING btree ") : NULL;
    return schema_flag(index, SCHEMA_UNIQUE) && !schema_flag(index, SCHEMA_NOT_VALID) && wanted &&
           method && strcmp(method + strlen(" USING btree "), wanted) == 0;
}

static bool is_primary(const struct schema_object *part)
{
    return sync_is(part, SCHEMA_SORT, "primary key");
}

/* Of the part's table; NULL: none. */
static const struct schema_object *primary_key(const struct schema *schema,
                                               const struct schema_object *part)
{
    const struct schema_object *table = sync_other(schema, part->owner);
    for (const struct schema_object *other = table ? table->parts : NULL; other;
         other = other->next)
        if (other->kind == SCHEMA_CONSTRAINT && is_primary(other))
            return other;
    return NULL;
}

/* A table has one primary key: the new one comes in the place of the old one, whatever that is
 * called, unless the name of one is that of something else on the other side. */
static const struct schema_object *old_primary(struct sync_writer *writer,
                                               const struct schema_object *part,
                                               const struct schema_object *before)
{
    const struct schema *current = writer->diff->current;
    const struct schema_object *old = primary_key(writer->diff->previous, part);
    if (!old || old == before)
        return before;
    return before || sync_other(current, old) || namesake(current, old) ? NULL : old;
}

/* The key or index that it comes in the place of; NULL: none, or it went before. */
static const struct schema_object *taken_over(struct sync_writer *writer,
                                              const struct schema_change *change)
{
    const struct schema_object *part = change->current;
    const struct schema_object *before =
        change->previous ? change->previous : namesake(writer->diff->previous, part);
    if (is_primary(part))
        before = old_primary(writer, part, before);
    else if (before && is_primary(before))
        return NULL;
    bool known = before && (before->kind == SCHEMA_INDEX || sync_is_key(before)) &&
                 (part->kind == SCHEMA_INDEX || sync_is_key(part));
    return known && can_swap(writer, before, part) ? before : NULL;
}

/* Whether what goes makes room for what comes in its place itself: it is there until that is. */
static bool is_taken_over(struct sync_writer *writer, const struct schema_object *before)
{
    const struct schema *current = writer->diff->current;
    const struct schema_object *after =
        is_primary(before) ? primary_key(current, before) : namesake(current, before);
    const struct schema_change *change = after ? sync_change_of(writer, after) : NULL;
    return change && !change->within && !sync_only_comment(change) &&
           !sync_is_inherited(writer, current, after) && taken_over(writer, change) == before;
}

/* Whether it is there until the one is built that comes in its place. */
static bool lasts(struct sync_writer *writer, const struct schema_object *part)
{
    const struct schema_change *change = sync_change_of(writer, part);
    if (!change || change->within || sync_only_comment(change))
        return false;
    if (part->kind == SCHEMA_INDEX && change->current)
        return can_swap(writer, part, change->current);
    return change->current ? taken_over(writer, change) == part : is_taken_over(writer, part);
}

bool sync_is_in_old_key(struct sync_writer *writer, const struct schema_object *column)
{
    const struct schema_object *table = sync_other(writer->diff->previous, column->owner);
    for (const struct schema_object *part = table ? table->parts : NULL; part; part = part->next)
        if (sync_is_key(part) && sync_list_has(part, SCHEMA_COLUMNS, column->name) &&
            (is_primary(part) ? is_taken_over(writer, part) : lasts(writer, part)))
            return true;
    return false;
}

/* The index is built beside what has its name, which goes in the step in which it takes it. */
static void swap_key(struct sync_writer *writer, const struct schema_object *part,
                     const struct schema_object *before)
{
    bool key = part->kind == SCHEMA_CONSTRAINT;
    const char *name = sync_word(writer, part->name), *table = sync_owner(writer, part);
    const char *fresh = passing_name(writer, part, "new");
    const char *in = arena_printf(writer->arena, "%s.", sync_word(writer, part->owner->schema));
    const char *on = key ? key_index(writer, part) : sync_index_on(writer, part);
    if (!on)
        return;
    sync_add(writer, SYNC_INDEXES, "DROP INDEX CONCURRENTLY IF EXISTS %s%s;", in, fresh);
    sync_add(writer, SYNC_INDEXES, "CREATE %sINDEX CONCURRENTLY %s ON %s%s%s;",
             key ? "UNIQUE " : unique_word(part), fresh, key ? table : "", key ? " " : "", on);
    const char *end =
        key ? arena_printf(writer->arena, "ALTER TABLE %s ADD CONSTRAINT %s %s", table, name,
                           using_index(writer, part, fresh))
            : arena_printf(writer->arena, "ALTER INDEX %s%s RENAME TO %s", in, fresh, name);
    const char *unless = is_no_index(writer, in, fresh);
    if (key)
        unless = arena_printf(writer->arena, "%s OR %s", unless, sync_is_as_wanted(writer, part));
    const char *old = sync_word(writer, before->name);
    sync_unless(writer, SYNC_INDEXES, unless,
                sync_with_marks(writer, before, part,
                                arena_printf(writer->arena,
                                             "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s;\n"
                                             "            DROP INDEX IF EXISTS %s%s;\n"
                                             "            %s;",
                                             table, old, in, name, end)));
    if (key)
        sync_add(writer, SYNC_INDEXES, "DROP INDEX CONCURRENTLY IF EXISTS %s%s;", in, fresh);
}

/* What comes in the place of one that is there meanwhile, or becomes what is wanted as it is. */
static bool take_over(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *part = change->current, *before = NULL;
    if (part && (part->kind == SCHEMA_INDEX || sync_is_key(part)))
        before = taken_over(writer, change);
    if (!before)
        return false;
    if (part->kind == SCHEMA_CONSTRAINT && fits(writer, before, part))
        add_named(writer, SYNC_INDEXES, part,
                  using_index(writer, part, sync_word(writer, part->name)));
    else
        swap_key(writer, part, before);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, part);
    return true;
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
    if (before && !after && sync_is_key(constraint) && is_taken_over(writer, change->previous)) {
        sync_leave(writer);
        return;
    }
    if (after && !change->within && take_over(writer, change))
        return;
    if (change->previous)
        sync_drop_constraint(writer, change->previous);
    if (after)
        sync_add_constraint(writer, change->current, change->within);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}

/* A build that failed leaves an index that is none, and that IF NOT EXISTS would take for one. */
static void drop_failed(struct sync_writer *writer, const struct schema_object *index)
{
    const char *name = sync_index_name(writer, index);
    const char *condition = arena_printf(writer->arena,
                                         "NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE "
                                         "indexrelid = pg_catalog.to_regclass(%s) AND NOT "
                                         "indisvalid)",
                                         sync_literal(writer, name));
    sync_unless(writer, SYNC_INDEXES, condition,
                arena_printf(writer->arena, "DROP INDEX %s", name));
}

/* "CREATE INDEX a ON ONLY t …" as it is run: not ONLY, IF NOT EXISTS, CONCURRENTLY. */
void sync_add_index(struct sync_writer *writer, const struct schema_object *index, bool fresh)
{
    const char *on = sync_index_on(writer, index);
    bool waits = !fresh && is_built_late(index);
    bool view = index->owner->kind == SCHEMA_MATERIALIZED_VIEW;
    if (!on)
        return;
    if (waits)
        drop_failed(writer, index);
    sync_add(writer,
             waits  ? SYNC_INDEXES
             : view ? SYNC_VIEWS
                    : SYNC_CONSTRAINTS,
             "CREATE %sINDEX %sIF NOT EXISTS %s ON %s;", unique_word(index),
             waits ? "CONCURRENTLY " : "", sync_word(writer, index->name), on);
}

void sync_drop_index(struct sync_writer *writer, const struct schema_object *index)
{
    keep_marks(writer, index);
    drop(writer, SYNC_DROP_CONSTRAINTS, index,
         arena_printf(writer->arena, "DROP INDEX IF EXISTS %s", sync_index_name(writer, index)));
}

/* What the other side has not got done is nothing to be wanted here. */
static bool is_only_invalid(const struct schema_change *change)
{
    return change->kind == SCHEMA_CHANGED && change->property_count == 1 &&
           change->properties[0].property == SCHEMA_NOT_VALID && change->properties[0].current;
}

/* When the script is run again, a key that comes in its place has it. */
static void drop_before(struct sync_writer *writer, const struct schema_change *change)
{
    const struct schema_object *index = change->previous;
    const struct schema_object *key =
        change->current ? NULL : namesake(writer->diff->current, index);
    if (!key) {
        sync_drop_index(writer, index);
        return;
    }
    keep_marks(writer, index);
    sync_unless(writer, SYNC_DROP_CONSTRAINTS, has_constraint(writer, key),
                arena_printf(writer->arena, "DROP INDEX IF EXISTS %s",
                             sync_index_name(writer, index)));
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
    if (change->current && schema_flag(change->current, SCHEMA_NOT_VALID))
        sync_note(writer, "the index %s is %s there", sync_word(writer, change->current->name),
                  sync_is(change->current->owner, SCHEMA_SORT, "partitioned")
                      ? "not complete on the other side: not every partition has one attached"
                      : "invalid on the other side: a concurrent build failed");
    if (is_only_invalid(change))
        return;
    if (before && !after && is_taken_over(writer, change->previous)) {
        sync_leave(writer);
        return;
    }
    if (!before && after && !change->within && take_over(writer, change))
        return;
    if (before && after && can_swap(writer, change->previous, change->current)) {
        swap_index(writer, change->current);
        sync_comment_again(writer, change->current);
        return;
    }
    if (before)
        drop_before(writer, change);
    if (after)
        sync_add_index(writer, change->current, change->within);
    if (change->kind == SCHEMA_CHANGED)
        sync_comment_again(writer, change->current);
}
