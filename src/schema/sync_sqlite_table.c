#include "sync_sqlite_table.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>

#include "diff_parts.h"

static const char *quoted(const struct sync_script *script, const char *name)
{
    return sync_quoted(script->arena, '"', name);
}

static bool is_sort(const struct schema_object *constraint, const char *sort)
{
    const char *text = schema_get(constraint, SCHEMA_SORT);

    return constraint->kind == SCHEMA_CONSTRAINT && text != NULL && strcmp(text, sort) == 0;
}

static const struct schema_object *part_of(const struct schema *schema,
                                           const struct schema_object *owner,
                                           const struct schema_object *part)
{
    return owner != NULL ? schema_find_part(schema, owner, part->kind, part->name) : NULL;
}

bool sync_sqlite_counts(const struct schema_object *table)
{
    for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
        if (part->kind == SCHEMA_COLUMN && schema_get(part, SCHEMA_IDENTITY) != NULL)
            return true;
    }
    return false;
}

/* ---- columns ---- */

/* A number, a text, a word with a value of its own: what may stand behind DEFAULT without
 * parentheses, which SQLite does not keep. */
static bool is_plain_default(const char *text)
{
    static const char *const words[] = { "NULL",         "TRUE",         "FALSE",
                                         "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP" };
    const char *at = text + (*text == '+' || *text == '-');
    bool blob = (*at == 'x' || *at == 'X') && at[1] == '\'';

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcasecmp(text, words[i]) == 0)
            return true;
    }
    if (*at == '\'' || *at == '"' || blob) {
        char quote = blob ? '\'' : *at;

        for (at += blob ? 2 : 1; *at != '\0'; at++) {
            if (*at == quote && at[1] == quote)
                at++;
            else if (*at == quote)
                return at[1] == '\0';
        }
        return false;
    }
    return isdigit((unsigned char)*at) && at[strspn(at, "0123456789.eExXabcdefABCDEF_")] == '\0';
}

static void add_default(struct strbuf *out, const char *text)
{
    bool plain = is_plain_default(text);

    strbuf_printf(out, " DEFAULT %s%s%s", plain ? "" : "(", text, plain ? "" : ")");
}

static const struct schema_object *primary_key(const struct schema_object *table)
{
    for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
        if (is_sort(part, "primary key"))
            return part;
    }
    return NULL;
}

/* One without a name is kept under what it says. */
static void add_constraint_name(struct strbuf *out, const struct sync_script *script,
                                const struct schema_object *constraint)
{
    const char *definition = schema_get(constraint, SCHEMA_DEFINITION);

    if (definition == NULL || strcmp(definition, constraint->name) != 0)
        strbuf_printf(out, " CONSTRAINT %s", quoted(script, constraint->name));
}

/* "PRIMARY KEY" as a type would be one. */
static bool is_clause_word(const char *word, size_t length)
{
    static const char *const words[] = { "CONSTRAINT", "PRIMARY", "NOT",       "NULL",
                                         "UNIQUE",     "CHECK",   "DEFAULT",   "COLLATE",
                                         "REFERENCES", "AS",      "ALWAYS",    "GENERATED",
                                         "FOREIGN",    "ON",      "DEFERRABLE" };

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i]) == length && strncasecmp(words[i], word, length) == 0)
            return true;
    }
    return false;
}

/* Words, and at their end up to two numbers in parentheses: what is a type without quotes. */
static bool is_plain_type(const char *type)
{
    const char *at = type;

    while (isalpha((unsigned char)*at) || *at == '_') {
        size_t length = 0;

        while (isalnum((unsigned char)at[length]) || at[length] == '_')
            length++;
        if (is_clause_word(at, length))
            return false;
        at += length;
        at += strspn(at, " ");
    }
    if (at > type && *at == '(') {
        at += 1 + strspn(at + 1, "0123456789+-., ");
        at += *at == ')' ? 1 : 0;
        return at[-1] == ')' && *at == '\0';
    }
    return *at == '\0';
}

static bool is_plain_word(const char *text)
{
    size_t length = 0;

    while (isalnum((unsigned char)text[length]) || text[length] == '_')
        length++;
    return length > 0 && text[length] == '\0' && !isdigit((unsigned char)*text);
}

/* "name" TYPE … as CREATE TABLE and ADD COLUMN have it; one that was left does not count rows. */
static void add_column(struct strbuf *out, const struct sync_script *script,
                       const struct schema_object *column, bool counts)
{
    const char *type = schema_get(column, SCHEMA_TYPE), *text;
    const struct schema_object *key = primary_key(column->owner);

    strbuf_add(out, quoted(script, column->name));
    if (type != NULL && *type != '\0')
        strbuf_printf(out, " %s", is_plain_type(type) ? type : quoted(script, type));
    if (counts && schema_get(column, SCHEMA_IDENTITY) != NULL) {
        if (key != NULL)
            add_constraint_name(out, script, key);
        strbuf_add(out, " PRIMARY KEY AUTOINCREMENT");
    }
    strbuf_add(out, schema_flag(column, SCHEMA_NOT_NULL) ? " NOT NULL" : "");
    if ((text = schema_get(column, SCHEMA_COLLATION)) != NULL)
        strbuf_printf(out, " COLLATE %s", is_plain_word(text) ? text : quoted(script, text));
    if ((text = schema_get(column, SCHEMA_DEFAULT)) != NULL)
        add_default(out, text);
    if ((text = schema_get(column, SCHEMA_GENERATED)) != NULL) {
        const char *kind = schema_get(column, SCHEMA_GENERATED_KIND);

        strbuf_printf(out, " GENERATED ALWAYS AS (%s) %s", text,
                      kind != NULL && strcmp(kind, "stored") == 0 ? "STORED" : "VIRTUAL");
    }
}

/* Whether ADD COLUMN takes it (https://www.sqlite.org/lang_altertable.html, section 5). */
static bool can_be_added(const struct schema_object *column)
{
    const char *text = schema_get(column, SCHEMA_DEFAULT);
    const char *kind = schema_get(column, SCHEMA_GENERATED_KIND);
    bool constant = text != NULL && is_plain_default(text) && strncasecmp(text, "CURRENT_", 8) != 0;

    if (schema_get(column, SCHEMA_IDENTITY) != NULL ||
        (kind != NULL && strcmp(kind, "stored") == 0) || (text != NULL && !constant))
        return false;
    return !schema_flag(column, SCHEMA_NOT_NULL) || (constant && strcasecmp(text, "NULL") != 0);
}

/* ---- which tables ---- */

/* A column that a script before this one only said it would drop, and that is wanted again. */
static bool is_kept(const struct sync_script *script, const struct schema_change *change)
{
    return script->kept && change->kind == SCHEMA_ADDED;
}

/* A column whose values would become others, and that stays what it is. */
static bool stays(const struct sync_script *script, const struct schema_change *change)
{
    return !script->destructive && change->kind == SCHEMA_CHANGED &&
           (change->risks & SCHEMA_RISK_DATA);
}

/* Whether the script that this one takes back left it as it was: it is as it should be. */
static bool was_left(const struct sync_script *script, const struct schema_change *change)
{
    const struct schema_property_change *type = schema_change_of(change, SCHEMA_TYPE);

    return script->kept && type != NULL &&
           (diff_type_effects(SCHEMA_SQLITE, type->current, type->previous) & DIFF_TYPE_CUTS);
}

/* The column as the script makes it. */
static const struct schema_object *as_made(const struct sync_script *script,
                                           const struct schema_object *column)
{
    const struct schema_diff *diff = script->diff;

    for (size_t i = 0; i < diff->count; i++) {
        if (diff->changes[i].current == column && stays(script, &diff->changes[i]))
            return was_left(script, &diff->changes[i]) ? column : diff->changes[i].previous;
    }
    return column;
}

static bool needs_rebuild(const struct sync_script *script, const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);

    if (object->kind == SCHEMA_INDEX || object->kind == SCHEMA_TRIGGER)
        return false;
    if (object->kind != SCHEMA_COLUMN || change->kind == SCHEMA_CHANGED)
        return !stays(script, change);
    if (change->kind == SCHEMA_REMOVED)
        return script->destructive;
    return !is_kept(script, change) && !can_be_added(object);
}

static const struct schema_object *table_of(const struct schema_change *change)
{
    const struct schema_object *object = schema_change_object(change);

    object = object->owner != NULL ? object->owner : object;
    return object->kind == SCHEMA_TABLE && !change->within ? object : NULL;
}

static bool is_for_indexes(const struct schema_change *change)
{
    enum schema_kind kind = schema_change_object(change)->kind;

    return kind == SCHEMA_INDEX || kind == SCHEMA_TRIGGER;
}

void sync_sqlite_find_targets(const struct sync_script *script, struct vector *targets)
{
    const struct schema_diff *diff = script->diff;

    for (size_t i = 0; i < diff->count; i++) {
        const struct schema_change *change = &diff->changes[i];
        const struct schema_object *table = table_of(change);
        struct sqlite_target *target = NULL;

        if (table == NULL || is_for_indexes(change) ||
            schema_find(diff->previous, SCHEMA_TABLE, "", table->name, NULL) == NULL ||
            schema_find(diff->current, SCHEMA_TABLE, "", table->name, NULL) == NULL)
            continue;
        for (size_t k = 0; k < targets->count && target == NULL; k++) {
            struct sqlite_target *one = vector_at(targets, k);

            target = strcmp(one->current->name, table->name) == 0 ? one : NULL;
        }
        if (target == NULL) {
            target = vector_add(targets);
            target->previous = schema_find(diff->previous, SCHEMA_TABLE, "", table->name, NULL);
            target->current = schema_find(diff->current, SCHEMA_TABLE, "", table->name, NULL);
        }
        target->rebuild = target->rebuild || needs_rebuild(script, change);
    }
}

/* ---- statements ---- */

static void add_line(struct strbuf *out, size_t *lines)
{
    strbuf_add(out, (*lines)++ > 0 ? ",\n    " : "\n    ");
}

/* Columns that are gone in the second schema and not dropped by the script. */
static void add_left_columns(struct strbuf *out, const struct sync_script *script,
                             const struct sqlite_target *target, size_t *lines)
{
    const struct schema_object *part = target->previous != NULL ? target->previous->parts : NULL;

    for (; part != NULL; part = part->next) {
        if (script->destructive || part->kind != SCHEMA_COLUMN ||
            part_of(script->diff->current, target->current, part) != NULL)
            continue;
        add_line(out, lines);
        add_column(out, script, part, false);
    }
}

static void add_constraints(struct strbuf *out, const struct sync_script *script,
                            const struct schema_object *table, size_t *lines)
{
    for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
        const char *definition = schema_get(part, SCHEMA_DEFINITION);
        struct strbuf name = STRBUF_INIT;

        if (part->kind != SCHEMA_CONSTRAINT || definition == NULL ||
            (is_sort(part, "primary key") && sync_sqlite_counts(table)))
            continue;
        add_line(out, lines);
        add_constraint_name(&name, script, part);
        strbuf_printf(out, "%s%s%s", name.length > 0 ? name.data + 1 : "",
                      name.length > 0 ? " " : "", definition);
        strbuf_release(&name);
    }
}

void sync_sqlite_create_table(struct sync_script *script, const struct sqlite_target *target,
                              const char *name)
{
    const struct schema_object *table = target->current;
    struct strbuf out = STRBUF_INIT;
    size_t lines = 0;
    bool strict = schema_flag(table, SCHEMA_STRICT);

    for (const struct schema_object *part = table->parts; part != NULL; part = part->next) {
        if (part->kind != SCHEMA_COLUMN)
            continue;
        add_line(&out, &lines);
        add_column(&out, script, as_made(script, part), true);
    }
    add_left_columns(&out, script, target, &lines);
    add_constraints(&out, script, table, &lines);
    sync_script_add(script, "CREATE TABLE %s%s (%s\n)%s%s%s",
                    target->previous == NULL ? "IF NOT EXISTS " : "", quoted(script, name),
                    out.data, strict ? " STRICT" : "",
                    strict && schema_flag(table, SCHEMA_WITHOUT_ROWID) ? "," : "",
                    schema_flag(table, SCHEMA_WITHOUT_ROWID) ? " WITHOUT ROWID" : "");
    strbuf_release(&out);
}

void sync_sqlite_add_columns(struct sync_script *script, const struct sqlite_target *target)
{
    const struct schema_object *part = target->current->parts;

    for (; part != NULL; part = part->next) {
        struct strbuf out = STRBUF_INIT;

        if (script->kept || part->kind != SCHEMA_COLUMN ||
            part_of(script->diff->previous, target->previous, part) != NULL)
            continue;
        add_column(&out, script, part, true);
        sync_script_add(script, "ALTER TABLE %s ADD COLUMN %s",
                        quoted(script, target->current->name), out.data);
        strbuf_release(&out);
    }
}

static bool is_stored(const struct schema_object *column)
{
    return column != NULL && schema_get(column, SCHEMA_GENERATED) == NULL;
}

/* Those that the new table has and the old one: what the old one has includes what was kept. */
const char *sync_sqlite_copied_columns(const struct sync_script *script,
                                       const struct sqlite_target *target)
{
    const struct schema_diff *diff = script->diff;
    const struct schema_object *part = target->current->parts;
    struct vector names;
    const char *list;

    vector_init(&names, sizeof(const char *));
    for (; part != NULL; part = part->next) {
        const struct schema_object *before = part_of(diff->previous, target->previous, part);

        if (part->kind == SCHEMA_COLUMN && is_stored(as_made(script, part)) &&
            (before != NULL ? is_stored(before) : script->kept))
            vector_push(&names, &part->name);
    }
    for (part = target->previous->parts; !script->destructive && part != NULL; part = part->next) {
        if (part->kind == SCHEMA_COLUMN && is_stored(part) &&
            part_of(diff->current, target->current, part) == NULL)
            vector_push(&names, &part->name);
    }
    list = sync_quoted_list(script->arena, '"', names.items, names.count);
    vector_release(&names);
    return list;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *sync_sqlite_column_names(const struct sync_script *script,
                                     const struct sqlite_target *target)
{
    struct vector names;
    struct strbuf out = STRBUF_INIT;
    const char *text;

    vector_init(&names, sizeof(const char *));
    for (const struct schema_object *part = target->previous->parts; part; part = part->next) {
        if (part->kind == SCHEMA_COLUMN)
            vector_push(&names, &part->name);
    }
    for (const struct schema_object *part = target->current->parts; part; part = part->next) {
        if (script->kept && part->kind == SCHEMA_COLUMN &&
            part_of(script->diff->previous, target->previous, part) == NULL)
            vector_push(&names, &part->name);
    }
    vector_sort(&names, by_name);
    for (size_t i = 0; i < names.count; i++)
        strbuf_printf(&out, "%s%s", i > 0 ? "," : "", *(const char **)vector_at(&names, i));
    text = strbuf_to_arena(&out, script->arena);
    strbuf_release(&out);
    vector_release(&names);
    return text;
}
