/* ALTER TABLE: all that changes of one table. */
#include <string.h>

#include <pilab/base/arena.h>

#include "diff_parts.h"
#include "sync_mysql_held.h"
#include "sync_mysql_table.h"

#define LOSES_BY_SET "characters that the new character set does not have"
#define LOSES_COLUMN "the column's values"
#define LOSES_BY_ENGINE                                                                            \
    "transactions and foreign keys, which the new engine does not have; a crash may lose rows"

struct altering {
    struct sync_script *script;
    const struct schema_object *previous, *current;
    struct strbuf clauses; /* of the one statement */
    struct strbuf losses;  /* lines that say what it destroys */
    size_t count, lost;
    bool converts; /* its columns of texts were told all that they are */
    /* What cannot be done before a column counts no more, or does; NULL: that is no matter. */
    struct altering *counter;
};

static void add(struct altering *work, const char *words, const char *rest)
{
    strbuf_printf(&work->clauses, "%s\n    %s%s", work->count++ > 0 ? "," : "", words, rest);
}

static const char *if_there(const struct altering *work)
{
    return sync_mysql_is_mariadb(work->script) ? "IF EXISTS " : "";
}

static const char *name(const struct altering *work, const struct schema_object *object)
{
    return sync_mysql_name(work->script, object->name);
}

/* ---- what destroys ---- */

static void lose(struct altering *work, const char *loses)
{
    strbuf_printf(&work->losses, "-- destroys: %s\n", loses);
    work->script->destroying++;
    work->lost++;
}

/* What destroys something is a comment unless it is asked for. Ends the work. */
static void write_statement(struct altering *work)
{
    struct sync_script *script = work->script;
    const char *text = arena_printf(script->arena, "ALTER TABLE %s%s", name(work, work->current),
                                    work->clauses.data);

    strbuf_add(&script->body, work->losses.data);
    if (work->count > 0 && (work->losses.length == 0 || script->destructive))
        sync_script_add(script, "%s", text);
    else if (work->count > 0)
        sync_add_commented(&script->body, arena_printf(script->arena, "%s;", text));
    strbuf_release(&work->clauses);
    strbuf_release(&work->losses);
}

static void write_waiting(struct altering *work)
{
    if (work->count > 0)
        sync_mysql_wait(work->script, arena_printf(work->script->arena, "ALTER TABLE %s%s",
                                                   name(work, work->current), work->clauses.data));
    strbuf_release(&work->clauses);
    strbuf_release(&work->losses);
}

/* A statement of its own, so that the rest can be run without it. */
static struct altering set_aside(const struct altering *work)
{
    return (struct altering){ .script = work->script,
                              .previous = work->previous,
                              .current = work->current,
                              .clauses = STRBUF_INIT,
                              .losses = STRBUF_INIT };
}

static const char *why_loses(const struct schema_change *change)
{
    if (schema_change_of(change, SCHEMA_GENERATED))
        return "what was written to the column";
    return schema_change_of(change, SCHEMA_TYPE) ? SYNC_LOSES_BY_TYPE : LOSES_BY_SET;
}

/* `column` as MODIFY COLUMN has it. `change` may be NULL: nothing is lost by it. */
static void modify(struct altering *work, const struct schema_change *change, const char *column)
{
    struct altering aside = set_aside(work);
    bool loses = change != NULL && (change->risks & SCHEMA_RISK_DATA);
    bool apart = loses && !work->script->destructive && work->losses.length == 0;
    struct altering *to = apart ? &aside : work;

    if (loses)
        lose(to, why_loses(change));
    add(to, "MODIFY COLUMN ", column);
    write_statement(&aside);
}

/* ---- columns ---- */

/* Columns that count: what one of them loses says why all of it waits. */
static void alter_counter(struct altering *work, const struct schema_change *change)
{
    struct sync_script *script = work->script;

    if (change->kind == SCHEMA_REMOVED) {
        lose(work, LOSES_COLUMN);
        add(work, arena_printf(script->arena, "DROP COLUMN %s", if_there(work)),
            name(work, change->previous));
    } else if (change->kind == SCHEMA_ADDED) {
        add(work, sync_mysql_is_mariadb(script) ? "ADD COLUMN IF NOT EXISTS " : "ADD COLUMN ",
            sync_mysql_column(script, change->current));
    } else {
        if (change->risks & SCHEMA_RISK_DATA)
            lose(work, why_loses(change));
        add(work, "MODIFY COLUMN ", sync_mysql_column(script, change->current));
    }
}

/* Such a column goes in the statement that changes its keys: a server drops none alone that a
 * primary key or a unique one of more columns has. */
static bool has_key(const struct altering *work, const struct schema_object *column)
{
    const struct schema_object *part = work->previous->parts;

    for (; part != NULL; part = part->next) {
        if ((part->kind == SCHEMA_INDEX || sync_mysql_is_sort(part, "unique") ||
             sync_mysql_is_sort(part, "primary key")) &&
            sync_mysql_has_column(part, column->name))
            return true;
    }
    return false;
}

static void drop_column(struct altering *work, const struct schema_object *column)
{
    struct sync_script *script = work->script;

    if (!script->destructive || !has_key(work, column)) {
        sync_script_destroy(script, LOSES_COLUMN, "ALTER TABLE %s DROP COLUMN %s%s",
                            name(work, work->previous), if_there(work), name(work, column));
        return;
    }
    lose(work, LOSES_COLUMN);
    add(work, arena_printf(script->arena, "DROP COLUMN %s", if_there(work)), name(work, column));
}

static void alter_column(struct altering *work, const struct schema_change *change)
{
    struct sync_script *script = work->script;

    if (change->kind == SCHEMA_CHANGED && work->converts && diff_is_of_characters(change->current))
        return;
    if (change->kind == SCHEMA_CHANGED) {
        modify(work, change, sync_mysql_column(script, change->current));
    } else if (change->kind == SCHEMA_REMOVED) {
        drop_column(work, change->previous);
    } else if (sync_mysql_is_mariadb(script)) {
        add(work, "ADD COLUMN IF NOT EXISTS ", sync_mysql_column(script, change->current));
    } else if (!script->kept) {
        add(work, "ADD COLUMN ", sync_mysql_column(script, change->current));
    }
}

/* ---- keys ---- */

static void drop_key(struct altering *work, const struct schema_object *part)
{
    if (sync_mysql_is_sort(part, "primary key") && !sync_mysql_is_mariadb(work->script))
        add(work, "DROP PRIMARY KEY", "");
    else if (sync_mysql_is_sort(part, "check"))
        add(work, arena_printf(work->script->arena, "DROP CONSTRAINT %s", if_there(work)),
            name(work, part));
    else
        add(work, arena_printf(work->script->arena, "DROP INDEX %s", if_there(work)),
            name(work, part));
}

/* The check of a column comes and goes with what is said of the column. */
static void alter_column_check(struct altering *work, const struct schema_object *check)
{
    const struct schema_object *column =
        schema_find_part(work->script->diff->current, work->current, SCHEMA_COLUMN, check->name);
    const struct schema_diff *diff = work->script->diff;

    for (size_t i = 0; i < diff->count; i++) {
        if (column != NULL && diff->changes[i].current == column)
            return; /* said already */
    }
    if (column != NULL && !(work->converts && diff_is_of_characters(column)))
        add(work, "MODIFY COLUMN ", sync_mysql_column(work->script, column));
}

static void alter_key(struct altering *work, const struct schema_change *change)
{
    const struct schema_object *part = schema_change_object(change);
    struct altering aside = set_aside(work), *to = work;

    if (sync_mysql_is_sort(part, "foreign key"))
        return; /* before and after all tables */
    if (sync_mysql_is_column_check(work->script, part)) {
        alter_column_check(work, part);
        return;
    }
    if (change->previous != NULL && sync_mysql_key_has_stayed(work->script, change->previous))
        return;
    if (change->current != NULL && sync_mysql_key_stays(work->script, change->current))
        to = &aside;
    if (change->previous != NULL)
        drop_key(to, change->previous);
    if (change->current != NULL)
        add(to, "ADD ", sync_mysql_key(work->script, change->current, change->previous == NULL));
    write_waiting(&aside);
}

static bool is_of_counter(const struct altering *work, const struct schema_change *change)
{
    return (change->previous != NULL && sync_mysql_is_counter(work->script, change->previous)) ||
           (change->current != NULL && sync_mysql_is_counter(work->script, change->current));
}

/* What is about a column that counts, or a key of one, is done at once, if at all. */
static bool alter_with_counter(struct altering *work, const struct schema_change *change)
{
    const struct schema_object *part = schema_change_object(change);
    bool key = part->kind == SCHEMA_INDEX || sync_mysql_is_sort(part, "unique") ||
               sync_mysql_is_sort(part, "primary key");

    if ((part->kind != SCHEMA_COLUMN && !key) || !is_of_counter(work, change))
        return false;
    if (sync_mysql_counter_has_stayed(work->script, work->current->name))
        return true; /* all of it is as it should be */
    if (work->counter == NULL)
        return false;
    if (key)
        alter_key(work->counter, change);
    else
        alter_counter(work->counter, change);
    return true;
}

/* ---- the table itself ---- */

static const struct schema_change *change_of(const struct altering *work,
                                             const struct schema_object *column)
{
    const struct schema_diff *diff = work->script->diff;

    for (size_t i = 0; i < diff->count; i++) {
        if (diff->changes[i].current == column)
            return &diff->changes[i];
    }
    return NULL;
}

/* Columns keep the character set that they had: each is told the one that it has now. CONVERT TO
 * would take those along that keep theirs, or have one of their own, and what they lose by it. */
static void add_conversion(struct altering *work, const char *set)
{
    const char *collation = schema_get(work->current, SCHEMA_COLLATION);

    add(work, "DEFAULT CHARACTER SET=", sync_mysql_word(work->script, set));
    if (collation != NULL)
        strbuf_printf(&work->clauses, " COLLATE=%s", sync_mysql_word(work->script, collation));
    for (const struct schema_object *part = work->current->parts; part != NULL; part = part->next) {
        const struct schema_object *before =
            schema_find_part(work->script->diff->previous, work->previous, SCHEMA_COLUMN,
                             part->name);

        if (part->kind == SCHEMA_COLUMN && before != NULL && diff_is_of_characters(part))
            modify(work, change_of(work, part), sync_mysql_converted(work->script, part));
    }
}

static void convert(struct altering *work, const struct schema_change *change)
{
    const char *set = schema_get(work->current, SCHEMA_CHARACTER_SET);
    bool loses = schema_change_of(change, SCHEMA_CHARACTER_SET) &&
                 diff_table_set_narrows(work->script->diff, work->previous, work->current);
    struct altering aside = set_aside(work);
    struct altering *to = loses && !work->script->destructive ? &aside : work;

    if (set == NULL)
        return;
    work->converts = true;
    if (loses)
        lose(to, LOSES_BY_SET);
    add_conversion(to, set);
    write_statement(&aside);
}

static void change_engine(struct altering *work, const struct schema_change *change,
                          const char *engine)
{
    struct altering aside = set_aside(work);
    bool loses = diff_engine_loses(change);
    struct altering *to = loses && !work->script->destructive ? &aside : work;

    if (loses)
        lose(to, LOSES_BY_ENGINE);
    add(to, "ENGINE=", sync_mysql_word(work->script, engine));
    write_statement(&aside);
}

static void alter_options(struct altering *work, const struct schema_change *change)
{
    const struct schema_object *table = work->current;
    const char *engine = schema_get(table, SCHEMA_ENGINE);
    size_t count;
    const char *const *options = schema_list(table, SCHEMA_OPTIONS, &count);

    if (schema_change_of(change, SCHEMA_CHARACTER_SET) ||
        schema_change_of(change, SCHEMA_COLLATION))
        convert(work, change);
    if (schema_change_of(change, SCHEMA_ENGINE) && engine != NULL)
        change_engine(work, change, engine);
    if (schema_change_of(change, SCHEMA_COMMENT))
        add(work, "COMMENT=", sync_mysql_literal(work->script, schema_get(table, SCHEMA_COMMENT)));
    for (size_t i = 0; schema_change_of(change, SCHEMA_OPTIONS) && i < count; i++)
        add(work, options[i], "");
    if (schema_change_of(change, SCHEMA_OPTIONS) && count == 0)
        add(work, "ROW_FORMAT=DEFAULT", "");
    if (schema_change_of(change, SCHEMA_PARTITION_KEY) ||
        schema_change_of(change, SCHEMA_PARTITION_BOUND))
        sync_script_note(work->script,
                         "the partitions of %s differ: REORGANIZE PARTITION moves "
                         "rows, and is left to you",
                         table->name);
}

static void write_counter(struct altering *work)
{
    if (work->count > work->lost) {
        strbuf_add(&work->losses, "-- waits: only one column is AUTO_INCREMENT, and has a key\n");
        work->script->waiting++;
    }
    write_statement(work);
}

void sync_mysql_alter_table(struct sync_script *script, const struct schema_object *previous,
                            const struct schema_object *current)
{
    struct altering work = { .script = script,
                             .previous = previous,
                             .current = current,
                             .clauses = STRBUF_INIT,
                             .losses = STRBUF_INIT };
    struct altering counter = set_aside(&work);
    const struct schema_diff *diff = script->diff;

    if (sync_mysql_counter_stays(script, current->name))
        work.counter = &counter;
    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *object = schema_change_object(change);

        if (object == current && change->kind == SCHEMA_CHANGED)
            alter_options(&work, change);
        if (object->owner == NULL || (object->owner != previous && object->owner != current))
            continue;
        if (alter_with_counter(&work, change))
            continue;
        if (object->kind == SCHEMA_COLUMN)
            alter_column(&work, change);
        else if (object->kind != SCHEMA_TRIGGER)
            alter_key(&work, change);
    }
    write_statement(&work);
    write_counter(&counter);
}
