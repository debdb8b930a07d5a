/* Types that cannot be altered are made again beside the old ones, and functions whose signature or
 * result changes are dropped and made: what stands on either is taken off before and put back. */
#include <string.h>

#include "sync_parts.h"

static bool is_made_again(const struct schema_change *change)
{
    if (change->kind != SCHEMA_CHANGED)
        return false;
    if (change->current->kind == SCHEMA_ENUM)
        return schema_change_of(change, SCHEMA_LABELS) && !sync_only_adds_labels(change);
    return change->current->kind == SCHEMA_DOMAIN &&
           (schema_change_of(change, SCHEMA_TYPE) || schema_change_of(change, SCHEMA_COLLATION));
}

static void add_fresh(struct sync_writer *writer, const struct schema_object *type)
{
    map_put(writer->fresh, sync_key(writer, type), (void *)(size_t)type);
}

/* A domain over one that is made again is made again, too. */
static bool add_domains(struct sync_writer *writer)
{
    bool more = false;
    for (const struct schema_object *type = writer->diff->current->first; type; type = type->next) {
        if (type->kind != SCHEMA_DOMAIN || !sync_fresh_type(writer, type) ||
            map_has(writer->fresh, sync_key(writer, type)) ||
            !sync_other(writer->diff->previous, type))
            continue;
        add_fresh(writer, type);
        more = true;
    }
    return more;
}

/* Behind an argument, and where its default begins; `head` is as long when it has none. */
static const char *behind_argument(const char *text, size_t *head, bool *has_default)
{
    const char *at = text;
    long depth = 0;
    char quote = '\0';
    *has_default = false;
    for (; *at && (quote || depth || strncmp(at, ", ", 2) != 0); at++) {
        if (quote || *at == '"' || *at == '\'')
            quote = !quote ? *at : *at == quote ? '\0' : quote;
        else if (!*has_default && strncmp(at, " DEFAULT ", 9) == 0) {
            *has_default = true;
            *head = (size_t)(at - text);
        } else
            depth += (*at == '(') - (*at == ')');
    }
    if (!*has_default)
        *head = (size_t)(at - text);
    return at;
}

/* CREATE OR REPLACE gives arguments no other name and takes no default away. */
static bool renames_arguments(const char *before, const char *after)
{
    while (*before && *after) {
        size_t left, right;
        bool had, has;
        const char *end = behind_argument(before, &left, &had);
        const char *other = behind_argument(after, &right, &has);
        if (left != right || strncmp(before, after, left) != 0 || (had && !has))
            return true;
        before = *end ? end + 2 : end;
        after = *other ? other + 2 : other;
    }
    return *before || *after;
}

static void add_functions(struct sync_writer *writer)
{
    for (const struct schema_object *function = writer->diff->previous->first; function;
         function = function->next) {
        const struct schema_change *change = sync_change_of(writer, function);
        if (function->kind != SCHEMA_FUNCTION || (change && change->kind == SCHEMA_REMOVED))
            continue;
        bool gone = sync_needs_gone(writer, function);
        if (change &&
            (schema_change_of(change, SCHEMA_RETURNS) || schema_change_of(change, SCHEMA_SORT)))
            gone = true;
        if (change && change->kind == SCHEMA_CHANGED &&
            renames_arguments(sync_text(function, SCHEMA_ARGUMENTS),
                              sync_text(change->current, SCHEMA_ARGUMENTS)))
            gone = true;
        if (!gone)
            continue;
        map_put(writer->functions, sync_key(writer, function), (void *)(size_t)function);
        map_put(writer->functions, schema_object_path(writer->arena, function),
                (void *)(size_t)function);
        writer->about = function;
        sync_keep(writer, SYNC_KEPT_FUNCTIONS, function);
        sync_drop_function(writer, function);
    }
}

void sync_find_fresh(struct sync_writer *writer, const struct schema_change *const *order)
{
    for (size_t i = 0; i < writer->diff->count; i++)
        if (is_made_again(order[i]))
            add_fresh(writer, order[i]->current);
    while (map_count(writer->fresh) && add_domains(writer))
        ;
    add_functions(writer);
}

/* Those that stand on others were found behind them, and go before. */
static void drop_old(struct sync_writer *writer)
{
    for (size_t i = map_count(writer->fresh); i > 0; i--) {
        const struct schema_object *type = map_value_at(writer->fresh, i - 1);
        writer->about = type;
        sync_drop_old(writer, type);
    }
}

/* What has such a type, and cannot be given the new one here. */
static void note_users(struct sync_writer *writer)
{
    for (const struct schema_object *object = writer->diff->current->first; object;
         object = object->next) {
        bool partitioned = sync_is(object, SCHEMA_SORT, "partitioned");
        for (const struct schema_object *part = object->parts; part; part = part->next) {
            const struct schema_object *type =
                part->kind == SCHEMA_COLUMN ? sync_fresh_type(writer, part) : NULL;
            if (!type || !sync_other(writer->diff->previous, part))
                continue;
            if (object->kind == SCHEMA_COMPOSITE ||
                (partitioned && strstr(sync_text(object, SCHEMA_PARTITION_KEY), part->name)))
                sync_note(writer, "%s %s has %s, which is made again: it has to be made again too",
                          partitioned ? "the partition key of" : "the type",
                          sync_name(writer, object), sync_name(writer, type));
        }
    }
}

void sync_finish_fresh(struct sync_writer *writer)
{
    for (size_t i = 0; i < map_count(writer->fresh); i++) {
        const struct schema_object *type = map_value_at(writer->fresh, i);
        const struct schema_change *change = sync_change_of(writer, type);
        writer->about = type;
        if (!change || !is_made_again(change)) {
            sync_make_again(writer, type);
            sync_comment_again(writer, type);
        }
    }
    for (size_t i = 0; i < map_count(writer->functions); i++) {
        const struct schema_object *function = map_value_at(writer->functions, i);
        const char *path = schema_object_path(writer->arena, function);
        if (strcmp(map_key_at(writer->functions, i), path) != 0)
            continue; /* the key, which others of its name may share */
        const struct schema_object *current = sync_other(writer->diff->current, function);
        const struct schema_change *change = sync_change_of(writer, function);
        writer->about = function;
        if (!change || sync_only_comment(change))
            sync_create_function(writer, current);
        sync_comment_again(writer, current);
    }
    if (map_count(writer->fresh)) {
        note_users(writer);
        sync_retype(writer);
        drop_old(writer);
    }
}

/* --- What is in the way ----------------------------------------------------------------------- */

/* Whether the part names the column in an expression: plain keys follow their columns. */
static bool may_name_columns(const struct schema_object *part)
{
    if (part->kind == SCHEMA_CONSTRAINT)
        return sync_is(part, SCHEMA_SORT, "check") || sync_is(part, SCHEMA_SORT, "exclusion");
    return part->kind == SCHEMA_POLICY || part->kind == SCHEMA_TRIGGER ||
           (part->kind == SCHEMA_INDEX &&
            (schema_get(part, SCHEMA_WHERE) || strchr(sync_text(part, SCHEMA_COLUMNS), '(')));
}

static bool names_fresh_column(struct sync_writer *writer, const struct schema_object *part)
{
    const char *text = sync_text(part, SCHEMA_DEFINITION);
    for (const struct schema_object *column = part->owner->parts; column; column = column->next)
        if (column->kind == SCHEMA_COLUMN && sync_fresh_type(writer, column) &&
            strstr(text, column->name))
            return true;
    return false;
}

/* Types cannot change under policies and triggers that name the column. */
static bool names_other_column(struct sync_writer *writer, const struct schema_object *part)
{
    if (part->kind != SCHEMA_POLICY && part->kind != SCHEMA_TRIGGER)
        return false;
    for (const struct schema_object *column = part->owner->parts; column; column = column->next) {
        const struct schema_change *change =
            column->kind == SCHEMA_COLUMN ? sync_change_of(writer, column) : NULL;
        if (change && change->kind == SCHEMA_CHANGED && schema_change_of(change, SCHEMA_TYPE) &&
            strstr(sync_text(part, SCHEMA_DEFINITION), column->name))
            return true;
    }
    return false;
}

static void make_way(struct sync_writer *writer, const struct schema_object *part)
{
    const struct schema_object *before = sync_other(writer->diff->previous, part);
    const char *now = sync_text(part, SCHEMA_DEFINITION);
    if (!before || strcmp(sync_text(before, SCHEMA_DEFINITION), now) != 0 ||
        sync_is_inherited(writer, writer->diff->current, part))
        return; /* what changed is made again anyway */
    writer->about = part;
    if (part->kind == SCHEMA_COLUMN) {
        if (sync_names_gone(writer, sync_text(before, SCHEMA_DEFAULT)) &&
            !sync_fresh_type(writer, part))
            sync_default_again(writer, part);
        return;
    }
    bool names =
        sync_names_gone(writer, now) ||
        (may_name_columns(part) && map_count(writer->fresh) && names_fresh_column(writer, part));
    if (names || names_other_column(writer, part))
        sync_take_off(writer, before, part);
}

void sync_in_the_way(struct sync_writer *writer)
{
    for (const struct schema_object *table = writer->diff->current->first; table;
         table = table->next)
        for (const struct schema_object *part = table->parts; part; part = part->next)
            if (table->kind == SCHEMA_TABLE)
                make_way(writer, part);
}

/* --- Columns ---------------------------------------------------------------------------------- */

static void retype_column(struct sync_writer *writer, const struct schema_object *column,
                          const struct schema_object *type)
{
    const char *table = sync_owner(writer, column), *name = sync_word(writer, column->name);
    const char *value = schema_get(column, SCHEMA_DEFAULT), *full = schema_get(column, SCHEMA_TYPE);
    bool plain = type->kind == SCHEMA_DOMAIN && !sync_fresh_type(writer, type);
    const char *through = plain ? sync_text(type, SCHEMA_TYPE) : "text";
    size_t length = strlen(full);
    bool array = length > 2 && strcmp(full + length - 2, "[]") == 0;
    const struct schema_object *before = sync_other(writer->diff->previous, column);
    writer->about = column;
    if (value || (before && schema_get(before, SCHEMA_DEFAULT)))
        sync_add(writer, SYNC_RETYPE, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT;", table, name);
    sync_add(writer, SYNC_RETYPE, "ALTER TABLE %s ALTER COLUMN %s TYPE %s USING %s::%s%s::%s;",
             table, name, full, name, through, array ? "[]" : "", full);
    if (value)
        sync_add(writer, SYNC_RETYPE, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;", table, name,
                 value);
}

/* Whether a generated column is of what is made again. */
static bool is_generated_of(struct sync_writer *writer, const struct schema_object *column)
{
    const char *expression = sync_text(column, SCHEMA_GENERATED);
    if (!*expression)
        return false;
    if (sync_fresh_type(writer, column) || sync_names_gone(writer, expression))
        return true;
    for (const struct schema_object *part = column->owner->parts; part; part = part->next)
        if (part->kind == SCHEMA_COLUMN && sync_fresh_type(writer, part) &&
            strstr(expression, part->name))
            return true;
    return false;
}

/* New columns as well: when the script is run once more, they are there with the type before. */
void sync_retype(struct sync_writer *writer)
{
    const struct schema *current = writer->diff->current;
    for (int generated = 0; generated < 2; generated++) {
        for (const struct schema_object *table = current->first; table; table = table->next) {
            for (const struct schema_object *part = table->parts; part; part = part->next) {
                if (table->kind != SCHEMA_TABLE || part->kind != SCHEMA_COLUMN ||
                    sync_is_inherited(writer, current, part))
                    continue;
                const struct schema_object *type = sync_fresh_type(writer, part);
                if (generated && is_generated_of(writer, part))
                    sync_generate_again(writer, part);
                else if (!generated && type && !schema_get(part, SCHEMA_GENERATED))
                    retype_column(writer, part, type);
            }
        }
    }
}
