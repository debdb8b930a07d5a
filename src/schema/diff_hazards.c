#include <config.h> /* strcasestr is a GNU extension */

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/vector.h>

#include "diff_parts.h"
#include "partition_bound.h"
#include "pg_world.h"

enum hazard {
    DROP_TABLE,
    DROP_PARTITION,
    DROP_COLUMN,
    DROP_FIELD,
    DROP_OBJECT,
    DROP_UNIQUE,
    DROP_GUARD,
    DROP_INDEX,
    CUT_TYPE,
    NARROW_TYPE,
    NARROW_SET,
    REWRITE_TYPE,
    TIME_ZONE,
    SET_NOT_NULL,
    REQUIRED_COLUMN,
    FILLED_COLUMN,
    KEY_BUILD,
    FOREIGN_KEY,
    DELETE_CASCADE,
    CHECK_SCAN,
    INDEX_BUILD,
    INVALID_INDEX,
    INCOMPLETE_INDEX,
    IDENTITY_ALWAYS,
    GENERATED_CHANGE,
    BECOMES_GENERATED,
    ENUM_LABELS,
    ENUM_ADD,
    DOMAIN_CHANGE,
    DOMAIN_NOT_NULL,
    FIELD_TYPE,
    VIEW_CHANGE,
    FUNCTION_CHANGE,
    ROW_SECURITY,
    POLICY_CHANGE,
    DEFINER,
    UNLOGGED,
    COLLATION,
    PARTITIONING,
    NARROW_PARTITION,
    MOVE_PARTITION,
    ATTACH_PARTITION,
    DETACH_PARTITION,
    BESIDE_DEFAULT,
    ADD_DEFAULT,
    ENGINE_UNSAFE,
    ENGINE_CHANGE,
    HAZARDS
};

#define BREAKING SCHEMA_RISK_BREAKING
#define DATA     SCHEMA_RISK_DATA
#define LOCK     SCHEMA_RISK_LOCK
#define FAILS    SCHEMA_RISK_FAILS
#define SECURITY SCHEMA_RISK_SECURITY

/* clang-format off */
static const struct schema_hazard hazards[HAZARDS] = {
    [DROP_TABLE] = { "drop-table", BREAKING | DATA | LOCK, "the table goes with all its rows; what reads or writes it fails" },
    [DROP_PARTITION] = { "drop-partition", BREAKING | DATA | LOCK, "the partition goes with its rows; detaching it first keeps them" },
    [DROP_COLUMN] = { "drop-column", BREAKING | DATA | LOCK, "the column's values are gone; queries that name it fail" },
    [DROP_FIELD] = { "drop-field", BREAKING | DATA | LOCK, "the field's values are gone in every column that has the type; what reads them fails" },
    [DROP_OBJECT] = { "drop-object", BREAKING, "what uses it fails" },
    [DROP_UNIQUE] = { "drop-unique", BREAKING, "values that had to differ may repeat from now on; ON CONFLICT that relies on it fails" },
    [DROP_GUARD] = { "drop-check", 0, "rows that were refused are accepted from now on" },
    [DROP_INDEX] = { "drop-index", LOCK, "queries that rely on it become slow; dropping it without CONCURRENTLY waits for all who use the table" },
    [CUT_TYPE] = { "cut-type", BREAKING | DATA | LOCK | FAILS, "digits or a time of day that the new type does not have are cut without an error, and what it cannot hold at all makes it fail; the table is written again, and nobody can read it meanwhile" },
    [NARROW_TYPE] = { "narrow-type", BREAKING | LOCK | FAILS, "it fails if a row has a value that the new type cannot hold, and writers of such values fail; the table is locked while it is checked or rewritten" },
    [NARROW_SET] = { "narrow-character-set", BREAKING | DATA | LOCK | FAILS, "characters that the new character set does not have make it fail, or become ? where the session is not strict; the table is written again" },
    [REWRITE_TYPE] = { "rewrite-type", LOCK, "the whole table and its indexes are written again, and nobody can read it meanwhile" },
    [TIME_ZONE] = { "time-zone", BREAKING | LOCK, "values are converted with the time zone of the session that does it; the table is written again" },
    [SET_NOT_NULL] = { "set-not-null", BREAKING | LOCK | FAILS, "it fails if a row has no value, reads every row under a lock unless a check has done so, and writers that leave the column out fail" },
    [REQUIRED_COLUMN] = { "required-column", BREAKING | FAILS, "a column that must have a value and has no default cannot be added to a table with rows, and writers that do not know it fail" },
    [FILLED_COLUMN] = { "filled-column", LOCK, "the column gets a value of its own in every row: the table is written again, and nobody can read it meanwhile" },
    [KEY_BUILD] = { "build-key", LOCK | FAILS, "values that repeat make it fail; its index is built while nobody can write" },
    [FOREIGN_KEY] = { "foreign-key", LOCK | FAILS, "rows that refer to nothing make it fail; writers to both tables wait while every row is looked at" },
    [DELETE_CASCADE] = { "delete-cascade", 0, "whoever deletes a row of the other table deletes the rows that refer to it, from now on" },
    [CHECK_SCAN] = { "check-scan", LOCK | FAILS, "rows that do not satisfy it make it fail; nobody can read the table while every row is looked at" },
    [INDEX_BUILD] = { "build-index", LOCK, "nobody can write to the table while the index is built without CONCURRENTLY" },
    [INVALID_INDEX] = { "invalid-index", 0, "the index is invalid on one side: a concurrent build failed; no query uses it, and as a unique one it does not keep all values apart" },
    [INCOMPLETE_INDEX] = { "incomplete-index", 0, "on one side the index is of the partitioned table alone (ON ONLY): not every partition has one attached; as a unique one it does not keep all values apart" },
    [IDENTITY_ALWAYS] = { "identity-always", BREAKING, "an INSERT that brings a value of its own is refused" },
    [GENERATED_CHANGE] = { "generated-column", LOCK, "the column has to be made again: the table is written again, and what depends on it goes with it" },
    [BECOMES_GENERATED] = { "becomes-generated", BREAKING | DATA | LOCK, "the column has to be made again: what was written to it is gone, and an INSERT that brings a value of its own is refused" },
    [ENUM_LABELS] = { "enum-labels", BREAKING | DATA | LOCK | FAILS, "labels cannot be taken away or moved: the type has to be made again, and rows that have the label need another" },
    [ENUM_ADD] = { "enum-add", 0, "the new label cannot be used in the transaction that adds it, and readers may not know it" },
    [DOMAIN_CHANGE] = { "domain-type", LOCK | FAILS, "the type of a domain cannot be altered: its columns get a new domain, and their tables are written again" },
    [DOMAIN_NOT_NULL] = { "domain-not-null", BREAKING | LOCK | FAILS, "it fails if a column of the domain has a row without a value, reads every table that has one under a lock, and writers that leave such a column out fail" },
    [FIELD_TYPE] = { "field-type", BREAKING | FAILS, "a field's type cannot be altered while a column of a table has the type: it is dropped and added, without its values; what reads it may fail" },
    [VIEW_CHANGE] = { "view-columns", BREAKING, "a column of the view is gone or another: what reads it may fail" },
    [FUNCTION_CHANGE] = { "function-result", BREAKING, "it returns something else: it has to be dropped and made again, and callers may fail" },
    [ROW_SECURITY] = { "row-security-off", SECURITY, "policies no longer restrict who sees which rows" },
    [POLICY_CHANGE] = { "policy", SECURITY, "who may see or change which rows is another" },
    [DEFINER] = { "security-definer", SECURITY, "the function runs with the rights of its owner, whoever calls it" },
    [UNLOGGED] = { "unlogged", DATA, "after a crash the table is empty" },
    [COLLATION] = { "collation", LOCK, "values sort and compare in another order: indexes on the column are built again" },
    [PARTITIONING] = { "partitioning", DATA | LOCK, "a table cannot become partitioned, or be so by another key: it has to be made again and its rows copied" },
    [NARROW_PARTITION] = { "narrow-partition", BREAKING | LOCK | FAILS, "rows that are outside of the new bounds make it fail, and writers of such rows fail unless another partition takes them; nobody can use the partition while every row is looked at" },
    [MOVE_PARTITION] = { "move-partition", LOCK, "the partition is taken out and put in again: nobody can use it while every row is looked at" },
    [ATTACH_PARTITION] = { "attach-partition", LOCK | FAILS, "rows that are outside of the bounds make it fail; nobody can use the table while every row is looked at" },
    [DETACH_PARTITION] = { "detach-partition", BREAKING | LOCK, "its rows are no longer in the partitioned table, and writers of such rows fail unless another partition takes them" },
    [BESIDE_DEFAULT] = { "beside-default-partition", LOCK | FAILS, "rows of the default partition that belong to it make it fail; nobody can use that one while every row is looked at" },
    [ADD_DEFAULT] = { "default-partition", LOCK, "nobody can use the partitioned table while it is added; each partition that comes from then on has to look at every row of the default one under a lock" },
    [ENGINE_UNSAFE] = { "engine-without-transactions", BREAKING | DATA | LOCK, "the new engine has no transactions and no foreign keys: what is rolled back stays, the foreign keys are gone or make it fail, and a crash may lose rows" },
    [ENGINE_CHANGE] = { "engine", LOCK, "the whole table is written again by another engine, and nobody can write to it meanwhile" },
};
/* clang-format on */

const struct schema_hazard *schema_hazards(size_t *count)
{
    *count = HAZARDS;
    return hazards;
}

static void add(struct vector *found, enum hazard hazard)
{
    vector_push(found, &hazards[hazard]);
}

static bool is_text(const struct schema_object *object, enum schema_property property,
                    const char *value)
{
    const char *text = schema_get(object, property);
    return text && strcmp(text, value) == 0;
}

static void of_removed(struct vector *found, const struct schema_change *change)
{
    const struct schema_object *object = change->previous;
    if (change->within) /* its owner says it */
        return;
    switch (object->kind) {
    case SCHEMA_TABLE:
        add(found, schema_get(object, SCHEMA_PARTITION_OF) ? DROP_PARTITION : DROP_TABLE);
        break;
    case SCHEMA_COLUMN:
        add(found, object->owner->kind == SCHEMA_TABLE       ? DROP_COLUMN
                   : object->owner->kind == SCHEMA_COMPOSITE ? DROP_FIELD
                                                             : VIEW_CHANGE);
        break;
    case SCHEMA_CONSTRAINT:
        if (is_text(object, SCHEMA_SORT, "unique") || is_text(object, SCHEMA_SORT, "primary key"))
            add(found, DROP_UNIQUE);
        else
            add(found, DROP_GUARD);
        break;
    case SCHEMA_INDEX:
        if (schema_flag(object, SCHEMA_UNIQUE))
            add(found, DROP_UNIQUE);
        add(found, DROP_INDEX);
        break;
    case SCHEMA_POLICY:
        add(found, POLICY_CHANGE);
        break;
    case SCHEMA_TRIGGER:
        add(found, DROP_GUARD);
        break;
    default:
        add(found, DROP_OBJECT);
        break;
    }
}

/* A default that is another value in each row: all functions but those of the statement's time. */
static bool fills_rows(const char *text)
{
    static const char *const constant[] = { "now()", "transaction_timestamp()",
                                            "statement_timestamp()", "CURRENT_TIMESTAMP" };
    if (!text)
        return false;
    for (size_t i = 0; i < sizeof(constant) / sizeof(constant[0]); i++)
        if (strncmp(text, constant[i], strlen(constant[i])) == 0)
            return false;
    return strstr(text, "nextval(") || strstr(text, "random") || strstr(text, "clock_timestamp(") ||
           strstr(text, "uuid");
}

static void of_added_column(struct vector *found, const struct schema_object *column)
{
    const char *value = schema_get(column, SCHEMA_DEFAULT);
    bool filled = schema_get(column, SCHEMA_GENERATED) || schema_get(column, SCHEMA_IDENTITY);
    if (column->owner->kind != SCHEMA_TABLE)
        return;
    if (schema_flag(column, SCHEMA_NOT_NULL) && !value && !filled)
        add(found, REQUIRED_COLUMN);
    if (filled || fills_rows(value))
        add(found, FILLED_COLUMN);
}

/* Whether that table had a partition, or a default one. */
static bool has_partition(const struct schema *schema, const char *of, bool as_default)
{
    for (const struct schema_object *object = schema->first; object; object = object->next)
        if (object->kind == SCHEMA_TABLE && is_text(object, SCHEMA_PARTITION_OF, of) &&
            (!as_default || partition_is_default(object)))
            return true;
    return false;
}

/* One that comes, or takes other values. */
static void of_new_bound(struct vector *found, const struct schema_diff *diff,
                         const struct schema_object *partition)
{
    const char *of = schema_get(partition, SCHEMA_PARTITION_OF);
    if (!of)
        return;
    if (partition_is_default(partition) && has_partition(diff->previous, of, false))
        add(found, ADD_DEFAULT);
    else if (!partition_is_default(partition) && has_partition(diff->previous, of, true))
        add(found, BESIDE_DEFAULT);
}

static const struct schema_object *partitioned_table(const struct schema_diff *diff, const char *of)
{
    for (const struct schema_object *object = diff->current->first; object; object = object->next)
        if (object->kind == SCHEMA_TABLE && schema_get(object, SCHEMA_PARTITION_KEY) &&
            strcmp(pg_object_name(diff->arena, object), of) == 0)
            return object;
    return NULL;
}

static void of_changed_partition(struct vector *found, const struct schema_diff *diff,
                                 const struct schema_change *change)
{
    const struct schema_property_change *of = schema_change_of(change, SCHEMA_PARTITION_OF);
    const struct schema_property_change *bound = schema_change_of(change, SCHEMA_PARTITION_BOUND);
    const char *table = schema_get(change->current, SCHEMA_PARTITION_OF);
    if (of && of->previous)
        add(found, DETACH_PARTITION);
    if (of && of->current)
        add(found, ATTACH_PARTITION);
    else if (!of && table && bound && bound->previous && bound->current)
        add(found, partition_bound_holds(diff->arena, partitioned_table(diff, table),
                                         bound->current, bound->previous)
                       ? MOVE_PARTITION
                       : NARROW_PARTITION);
    if (table && (of || bound))
        of_new_bound(found, diff, change->current);
}

static bool deletes_with(const struct schema_object *key)
{
    const char *text = key != NULL ? schema_get(key, SCHEMA_DEFINITION) : NULL;
    return text && strcasestr(text, "ON DELETE CASCADE");
}

/* Rows that nobody names go where they stayed, or where their key made it fail. */
static void of_foreign_key(struct vector *found, const struct schema_change *change)
{
    if (deletes_with(change->current) && !deletes_with(change->previous))
        add(found, DELETE_CASCADE);
    add(found, FOREIGN_KEY);
}

static void of_added(struct vector *found, const struct schema_diff *diff,
                     const struct schema_change *change)
{
    const struct schema_object *object = change->current;
    if (object->kind == SCHEMA_FUNCTION && schema_flag(object, SCHEMA_SECURITY_DEFINER))
        add(found, DEFINER);
    if (object->kind == SCHEMA_TABLE && is_text(object, SCHEMA_PERSISTENCE, "unlogged"))
        add(found, UNLOGGED);
    if (change->within)
        return; /* nothing is in it yet */
    if (object->kind == SCHEMA_COLUMN)
        of_added_column(found, object);
    else if (object->kind == SCHEMA_TABLE)
        of_new_bound(found, diff, object);
    else if (object->kind == SCHEMA_INDEX)
        add(found, schema_flag(object, SCHEMA_UNIQUE) ? KEY_BUILD : INDEX_BUILD);
    else if (object->kind == SCHEMA_POLICY)
        add(found, POLICY_CHANGE);
    else if (object->kind == SCHEMA_CONSTRAINT && is_text(object, SCHEMA_SORT, "foreign key"))
        of_foreign_key(found, change);
    else if (object->kind == SCHEMA_CONSTRAINT && is_text(object, SCHEMA_SORT, "check"))
        add(found, CHECK_SCAN);
    else if (object->kind == SCHEMA_CONSTRAINT)
        add(found, KEY_BUILD);
}

/* A cast to it fails where the value is none of its labels; one to a domain may cut. */
static bool is_enum(const struct schema *schema, const char *type)
{
    for (const struct schema_object *object = schema->first; object; object = object->next) {
        size_t length = object->schema ? strlen(object->schema) : 0;
        if (object->kind != SCHEMA_ENUM)
            continue;
        if (strcmp(type, object->name) == 0 ||
            (strncmp(type, object->schema ? object->schema : "", length) == 0 &&
             type[length] == '.' && strcmp(type + length + 1, object->name) == 0))
            return true;
    }
    return false;
}

static void of_type(struct vector *found, const struct schema *schema,
                    const struct schema_property_change *type)
{
    unsigned effects = diff_type_effects(schema->dialect, type->previous, type->current);
    if ((effects & DIFF_TYPE_CUTS) && is_enum(schema, type->current))
        effects &= ~(unsigned)DIFF_TYPE_CUTS;
    if (effects & DIFF_TYPE_ZONE)
        add(found, TIME_ZONE);
    if ((effects & DIFF_TYPE_CUTS) && diff_has_labels(schema->dialect, type->previous) &&
        diff_has_labels(schema->dialect, type->current))
        add(found, ENUM_LABELS);
    else if (effects & DIFF_TYPE_CUTS)
        add(found, CUT_TYPE);
    else if (effects & DIFF_TYPE_NARROWS)
        add(found, NARROW_TYPE);
    else if (effects & DIFF_TYPE_REWRITES)
        add(found, REWRITE_TYPE);
}

/* Of a view or of a composite type: there are no rows of its own. */
static void of_other_column(struct vector *found, const struct schema_change *change)
{
    bool field = change->current->owner->kind == SCHEMA_COMPOSITE;
    if (schema_change_of(change, SCHEMA_TYPE))
        add(found, field ? FIELD_TYPE : VIEW_CHANGE);
}

/* https://sqlite.org/stricttables.html: there, and only there, ANY converts nothing. */
static bool keeps_all(enum schema_dialect dialect, const struct schema_object *column)
{
    const char *type = schema_get(column, SCHEMA_TYPE);
    return dialect == SCHEMA_SQLITE && type && strcasecmp(type, "ANY") == 0 &&
           schema_flag(column->owner, SCHEMA_STRICT);
}

/* How many bytes a text has is another thing than how many characters. */
static void of_characters(struct vector *found, const struct schema_change *change)
{
    if (diff_set_narrows(change->previous, change->current))
        add(found, NARROW_SET);
    if (schema_change_of(change, SCHEMA_TYPE) &&
        diff_text_overflows(change->previous, change->current))
        add(found, NARROW_TYPE);
}

static void of_changed_column(struct vector *found, const struct schema *schema,
                              const struct schema_change *change)
{
    enum schema_dialect dialect = schema->dialect;
    const struct schema_property_change *type = schema_change_of(change, SCHEMA_TYPE);
    const struct schema_property_change *not_null = schema_change_of(change, SCHEMA_NOT_NULL);
    const struct schema_property_change *identity = schema_change_of(change, SCHEMA_IDENTITY);
    const struct schema_property_change *generated = schema_change_of(change, SCHEMA_GENERATED);
    if (change->current->owner->kind != SCHEMA_TABLE) {
        of_other_column(found, change);
        return;
    }
    if (type && type->previous && type->current && keeps_all(dialect, change->current))
        add(found, REWRITE_TYPE);
    else if (type && type->previous && type->current)
        of_type(found, schema, type);
    if (dialect == SCHEMA_MYSQL)
        of_characters(found, change);
    if (not_null && not_null->current)
        add(found, SET_NOT_NULL);
    if (identity && identity->current && strcmp(identity->current, "always") == 0)
        add(found, IDENTITY_ALWAYS);
    if (generated && generated->current && !generated->previous)
        add(found, BECOMES_GENERATED);
    else if (generated)
        add(found, GENERATED_CHANGE);
    if (schema_change_of(change, SCHEMA_COLLATION))
        add(found, COLLATION);
}

/* Whether the labels that were there are still, in their order. */
static bool only_adds(const struct schema_object *previous, const struct schema_object *current)
{
    size_t before, after, at = 0;
    const char *const *old = schema_list(previous, SCHEMA_LABELS, &before);
    const char *const *new = schema_list(current, SCHEMA_LABELS, &after);
    for (size_t i = 0; i < after && at < before; i++)
        at += strcmp(old[at], new[i]) == 0;
    return at == before;
}

static void of_changed_domain(struct vector *found, const struct schema_change *change)
{
    const struct schema_property_change *not_null = schema_change_of(change, SCHEMA_NOT_NULL);
    if (schema_change_of(change, SCHEMA_TYPE))
        add(found, DOMAIN_CHANGE);
    if (not_null && not_null->current)
        add(found, DOMAIN_NOT_NULL);
}

/* Of engines that no statement names, the server's own has transactions. */
static bool has_transactions(const char *engine)
{
    static const char *const engines[] = { "InnoDB", "ndbcluster", "ROCKSDB", "TokuDB" };
    for (size_t i = 0; engine != NULL && i < sizeof(engines) / sizeof(engines[0]); i++)
        if (strcasecmp(engine, engines[i]) == 0)
            return true;
    return engine == NULL;
}

bool diff_engine_loses(const struct schema_change *change)
{
    const struct schema_property_change *engine = schema_change_of(change, SCHEMA_ENGINE);
    return engine && has_transactions(engine->previous) && !has_transactions(engine->current);
}

static void of_changed_table(struct vector *found, const struct schema_diff *diff,
                             const struct schema_change *change)
{
    const struct schema_property_change *security = schema_change_of(change, SCHEMA_ROW_SECURITY);
    const struct schema_property_change *persistence = schema_change_of(change, SCHEMA_PERSISTENCE);
    bool frees = security && security->previous && strcmp(security->previous, "forced") == 0;
    if (security &&
        (frees || !security->current || strcmp(security->current, "forced, not enabled") == 0))
        add(found, ROW_SECURITY);
    else if (security)
        add(found, POLICY_CHANGE);
    if (persistence && persistence->current)
        add(found, UNLOGGED);
    if (schema_change_of(change, SCHEMA_PARTITION_KEY))
        add(found, PARTITIONING);
    of_changed_partition(found, diff, change);
    if (diff_engine_loses(change))
        add(found, ENGINE_UNSAFE);
    else if (schema_change_of(change, SCHEMA_ENGINE))
        add(found, ENGINE_CHANGE);
    if (schema_change_of(change, SCHEMA_CHARACTER_SET) &&
        diff_table_set_narrows(diff, change->previous, change->current))
        add(found, NARROW_SET);
}

static void of_changed_constraint(struct vector *found, const struct schema_diff *diff,
                                  const struct schema_change *change)
{
    const struct schema_property_change *definition = schema_change_of(change, SCHEMA_DEFINITION);
    const struct schema_property_change *valid = schema_change_of(change, SCHEMA_NOT_VALID);
    bool only_valid = valid && definition && valid->facet;
    if (only_valid && valid->current)
        return; /* was validated there: nothing is lost */
    struct schema_change added = *change;
    added.kind = SCHEMA_ADDED;
    of_added(found, diff, &added);
}

static bool is_built_again(const struct schema_change *change)
{
    return schema_change_of(change, SCHEMA_DEFINITION) ||
           schema_change_of(change, SCHEMA_COLUMNS) ||
           (schema_change_of(change, SCHEMA_NOT_VALID) &&
            !schema_flag(change->current, SCHEMA_NOT_VALID));
}

static bool is_partitioned(const struct schema_object *table)
{
    const char *sort = schema_get(table, SCHEMA_SORT);
    return sort && strcmp(sort, "partitioned") == 0;
}

static void of_changed(struct vector *found, const struct schema_diff *diff,
                       const struct schema_change *change)
{
    switch (change->current->kind) {
    case SCHEMA_COLUMN:
        of_changed_column(found, diff->current, change);
        break;
    case SCHEMA_ENUM:
        if (schema_change_of(change, SCHEMA_LABELS))
            add(found, only_adds(change->previous, change->current) ? ENUM_ADD : ENUM_LABELS);
        break;
    case SCHEMA_DOMAIN:
        of_changed_domain(found, change);
        break;
    case SCHEMA_TABLE:
        of_changed_table(found, diff, change);
        break;
    case SCHEMA_CONSTRAINT:
        of_changed_constraint(found, diff, change);
        break;
    case SCHEMA_INDEX:
        if (schema_change_of(change, SCHEMA_NOT_VALID))
            add(found, is_partitioned(change->current->owner) ? INCOMPLETE_INDEX : INVALID_INDEX);
        if (is_built_again(change))
            add(found, schema_flag(change->current, SCHEMA_UNIQUE) ? KEY_BUILD : INDEX_BUILD);
        break;
    case SCHEMA_FUNCTION:
        if (schema_change_of(change, SCHEMA_RETURNS))
            add(found, FUNCTION_CHANGE);
        if (schema_flag(change->current, SCHEMA_SECURITY_DEFINER) &&
            schema_change_of(change, SCHEMA_SECURITY_DEFINER))
            add(found, DEFINER);
        break;
    case SCHEMA_POLICY:
        add(found, POLICY_CHANGE);
        break;
    default:
        break;
    }
}

void diff_find_hazards(const struct schema_diff *diff, struct schema_change *change)
{
    struct vector found;
    vector_init(&found, sizeof(struct schema_hazard));
    if (change->kind == SCHEMA_REMOVED)
        of_removed(&found, change);
    else if (change->kind == SCHEMA_ADDED)
        of_added(&found, diff, change);
    else
        of_changed(&found, diff, change);
    for (size_t i = 0; i < found.count; i++) {
        struct schema_hazard *hazard = vector_at(&found, i);
        diff_hazard_in(diff->current->dialect, hazard);
        change->risks |= hazard->risks;
    }
    change->hazards = vector_to_arena(&found, diff->arena);
    change->hazard_count = found.count;
    vector_release(&found);
}
