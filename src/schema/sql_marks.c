#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/base/search.h>
#include <pilab/schema/sql_operation.h>

#include "sql_columns.h"

/* What one thing may do, and the sentence that says so. The first sentence set is the one that
 * stays: callers begin with the gravest. */
struct finding {
    unsigned marks;
    const char *why;
};

static void find(struct finding *finding, unsigned marks, const char *why)
{
    finding->marks |= marks;
    if (finding->why == NULL)
        finding->why = why;
}

static bool is_mysql(const struct sql_context *context)
{
    return sql_dialect_is_mysql(context->dialect);
}

/* What an index, a trigger or a policy belongs to is a table. */
static bool is_new(const struct sql_context *context, struct arena *arena,
                   const struct sql_operation *operation)
{
    bool of_table = operation->table != NULL;
    const char *name = of_table ? operation->table : operation->object;
    const char *key = NULL;

    if (name != NULL && context->new_objects != NULL)
        key = sql_object_key(arena, of_table ? SQL_TABLE : operation->object_kind, name);
    return key != NULL && map_has(context->new_objects, key);
}

/* A default that has another value for each row or each call, so that every row must be written.
 * now() and CURRENT_TIMESTAMP have one value for the whole statement. */
static bool is_volatile(const char *text)
{
    static const char *const calls[] = {
        "random(",    "gen_random_uuid(", "uuid_generate_v", "clock_timestamp(", "nextval(",
        "timeofday(", "uuidv7(",          "uuidv4(",         "gen_random_bytes("
    };

    for (size_t i = 0; text != NULL && i < sizeof calls / sizeof *calls; i++) {
        const struct search call = search_for(calls[i]); /* small letters: in either case */
        size_t offset;

        if (search_next(&call, text, strlen(text), 0, &offset))
            return true;
    }
    return false;
}

/* --- Changes of a table ----------------------------------------------------------------------- */

static void judge_new_column(const struct sql_context *context, const struct sql_column *column,
                             struct finding *finding)
{
    bool has_value = column->default_text != NULL || column->numbered || column->generated;

    if ((column->not_null || column->primary) && !has_value && !is_mysql(context))
        find(finding, SQL_NOT_NULL | SQL_MAY_FAIL,
             "a column that must have a value and has no default: it fails when the table has "
             "rows, and programs that do not know it cannot insert any more");
    else if (column->not_null && !has_value)
        find(finding, SQL_NOT_NULL,
             "a column that must have a value and has no default: rows get an empty one, and "
             "programs that do not know it may fail to insert");
    if (context->dialect == DIALECT_SQLITE || is_mysql(context))
        return;
    if (column->numbered || column->generated || is_volatile(column->default_text))
        find(finding, SQL_REWRITES | SQL_LOCKS,
             "every row gets a value of its own: the table is written anew while nobody can use "
             "it");
    else if (column->unique || column->primary)
        find(finding, SQL_LOCKS, "its index is built while nobody can write to the table");
    else if (column->checked)
        find(finding, SQL_LOCKS, "all rows are checked while nobody can use the table");
}

/* Whatever is there already: from then on rows go that nobody names. */
static void judge_cascade(const struct sql_change *change, struct finding *finding)
{
    if (change->column.deletes_with)
        find(finding, SQL_CASCADES,
             "ON DELETE CASCADE: rows are deleted with the row that they refer to from then on");
}

static void judge_constraint(const struct sql_context *context, const struct sql_change *change,
                             struct finding *finding)
{
    bool locks = context->dialect != DIALECT_SQLITE;

    judge_cascade(change, finding);
    if (change->not_valid || change->using_index)
        return;
    switch (change->constraint) {
    case SQL_FOREIGN_KEY:
        find(finding, SQL_MAY_FAIL | (locks ? SQL_LOCKS : 0),
             "all rows are checked against the other table while nobody can write to both; it "
             "fails when one has no partner");
        break;
    case SQL_CHECK:
        find(finding, SQL_MAY_FAIL | (locks ? SQL_LOCKS : 0),
             "all rows are checked while nobody can use the table; it fails when one does not "
             "hold");
        break;
    case SQL_UNIQUE:
    case SQL_PRIMARY_KEY:
    case SQL_EXCLUDE:
        find(finding, SQL_MAY_FAIL | (locks ? SQL_LOCKS : 0),
             "its index is built while nobody can use the table; it fails when rows are alike");
        break;
    case SQL_NO_CONSTRAINT:
        break;
    }
}

/* A change of a column while it is judged. */
struct column_change {
    const struct sql_context *context;
    struct arena *arena;
    const struct sql_change *change;
    const struct sql_column *known; /* as it was; NULL: nobody knows */
};

static bool cast_cuts(const struct column_change *column)
{
    return column->change->converts && column->context->dialect == DIALECT_POSTGRESQL &&
           sql_cast_cuts(column->context->dialect, column->arena, column->change->column.type);
}

/* What the old type and the new one tell of it; neither the sentence nor the marks where nobody
 * knows the old one. */
static bool judge_known_type(const struct column_change *column, struct finding *finding)
{
    const char *from = column->known != NULL ? column->known->type : NULL;
    const char *to = column->change->column.type;
    bool mine = is_mysql(column->context);
    unsigned effects;

    if (from == NULL || to == NULL || *to == '\0' ||
        !(mine || column->context->dialect == DIALECT_POSTGRESQL))
        return false;
    effects = sql_type_effects(column->context->dialect, column->arena, from, to);
    if (effects == SQL_TYPE_SAME)
        return true;
    find(finding, SQL_TYPE_CHANGES, NULL);
    if ((effects & SQL_TYPE_NARROWS) != 0 && cast_cuts(column))
        effects |= SQL_TYPE_CUTS;
    if ((effects & SQL_TYPE_NARROWS) != 0)
        find(finding,
             (effects & SQL_TYPE_CUTS ? SQL_CUTS : 0) | SQL_BREAKS | SQL_MAY_FAIL | SQL_LOCKS |
                 SQL_REWRITES,
             arena_printf(column->arena, "%s becomes %s: values that it cannot hold make it fail%s",
                          from, to, effects & SQL_TYPE_CUTS ? ", or are cut" : ""));
    if ((effects & SQL_TYPE_ZONE) != 0)
        find(finding, SQL_BREAKS | SQL_LOCKS | SQL_REWRITES,
             "values are converted with the time zone of the session that does it");
    if ((effects & SQL_TYPE_REWRITES) != 0 || (column->change->converts && finding->why == NULL))
        find(finding, SQL_BREAKS | SQL_LOCKS | SQL_REWRITES,
             "a column gets another type: the whole table is written anew while nobody can use it");
    if (finding->why == NULL) {
        if (!mine) /* nothing is written, and what reads it finds what it found */
            finding->marks &= ~(unsigned)SQL_TYPE_CHANGES;
        find(finding, 0,
             arena_printf(column->arena, "%s becomes %s, which holds all that is there", from, to));
    }
    return true;
}

static void judge_type(const struct column_change *column, struct finding *finding)
{
    const struct sql_context *context = column->context;

    if (judge_known_type(column, finding))
        return;
    if (context->dialect == DIALECT_POSTGRESQL && column->change->column.type != NULL &&
        (sql_type_cuts(context->dialect, column->arena, column->change->column.type) ||
         cast_cuts(column)))
        find(finding, SQL_CUTS,
             "a column gets another type, and nobody knows which it had: digits, a time of day or "
             "the end of a text may be cut from what is there");
    find(finding, SQL_TYPE_CHANGES | SQL_BREAKS | SQL_MAY_FAIL,
         "a column gets another type: values may not fit, and programs may not understand it");
    if (context->dialect != DIALECT_SQLITE)
        find(finding, SQL_LOCKS | SQL_REWRITES, NULL);
}

static void judge_redefinition(const struct column_change *column, struct finding *finding)
{
    const struct sql_change *change = column->change;
    struct finding type = { 0 };
    bool known = judge_known_type(column, &type);

    if ((type.marks & SQL_CUTS) != 0)
        find(finding, SQL_CUTS, type.why);
    if (column->known != NULL && column->known->numbered && !change->column.numbered)
        find(finding, SQL_BREAKS | SQL_NUMBER_GONE,
             "a column is defined anew without AUTO_INCREMENT, which it had: programs that insert "
             "no value fail");
    if (change->new_name != NULL)
        find(finding, SQL_BREAKS, "a column is renamed: programs that use the old name fail");
    find(finding,
         (known ? type.marks & SQL_TYPE_CHANGES : SQL_TYPE_CHANGES) | SQL_MAY_FAIL | SQL_LOCKS,
         "a column is defined anew: what its definition leaves out (NOT NULL, default, comment) is "
         "gone, values may not fit, and the table may be written anew");
}

static void judge_column(const struct column_change *column, struct finding *finding)
{
    const struct sql_context *context = column->context;
    const struct sql_change *change = column->change;
    bool locks = context->dialect != DIALECT_SQLITE;

    switch (change->action) {
    case SQL_ADD_COLUMN:
        judge_cascade(change, finding);
        judge_new_column(context, &change->column, finding);
        break;
    case SQL_DROP_COLUMN:
        find(finding, SQL_LOSES_DATA | SQL_BREAKS,
             "a column is dropped: what it holds is lost, and programs that still use it fail");
        break;
    case SQL_RENAME_COLUMN:
        find(finding, SQL_BREAKS, "a column is renamed: programs that use the old name fail");
        break;
    case SQL_CHANGE_TYPE:
        judge_type(column, finding);
        break;
    case SQL_REDEFINE_COLUMN:
        judge_redefinition(column, finding);
        break;
    case SQL_SET_NOT_NULL:
        find(finding, SQL_MAY_FAIL | SQL_BREAKS | (locks ? SQL_LOCKS : 0),
             "all rows are looked at while nobody can use the table; it fails when one has no "
             "value, and so do programs that give none");
        break;
    default:
        break;
    }
}

static void judge_partition(const struct sql_change *change, struct finding *finding)
{
    switch (change->action) {
    case SQL_DROP_PARTITION:
        find(finding, SQL_LOSES_DATA, "a partition is dropped: its rows are lost");
        break;
    case SQL_ATTACH_PARTITION:
        find(finding, SQL_LOCKS,
             "its rows are checked unless a constraint proves where they belong");
        break;
    case SQL_DETACH_PARTITION:
        if (!change->concurrently)
            find(finding, SQL_LOCKS, "nobody can use the table until all who do are done");
        break;
    default:
        break;
    }
}

static void judge_triggers(const struct sql_change *change, struct finding *finding)
{
    if (change->off == SQL_OFF_GUARD)
        find(finding, SQL_UNGUARDED,
             "triggers are switched off, and nothing switches them on again: what they check, "
             "write down or keep out is not any more");
    if (change->off != SQL_NOT_OFF)
        find(finding, SQL_UNCHECKED,
             change->off == SQL_OFF_A_WHILE
                 ? "triggers do not look at what is written until they are switched on"
                 : "a trigger does not look at what is written from then on");
}

/* An index that MySQL adds is built while rows are read and written: it is no finding. */
static void judge_whole(const struct sql_context *context, const struct sql_change *change,
                        struct finding *finding)
{
    switch (change->action) {
    case SQL_RENAME_OBJECT:
    case SQL_MOVE_OBJECT:
        find(finding, SQL_BREAKS, "it gets another name: programs that use the old one fail");
        break;
    case SQL_RENAME_VALUE:
        find(finding, SQL_BREAKS, "a value is renamed: programs that use the old one fail");
        break;
    case SQL_ADD_CONSTRAINT:
        judge_constraint(context, change, finding);
        break;
    case SQL_CHANGE_STORAGE:
        find(finding, SQL_LOCKS | SQL_REWRITES,
             "the whole table is written anew while nobody can use it");
        break;
    case SQL_CHANGE_OWNER:
        find(finding, SQL_RIGHTS, "it gets another owner");
        break;
    case SQL_CHANGE_SECURITY:
        if (*change->words == 'D' || *change->words == 'N')
            find(finding, SQL_OPENS, "policies no longer restrict who sees which rows");
        find(finding, SQL_RIGHTS, "who may see or change which rows is another");
        break;
    case SQL_CHANGE_OPTION:
        judge_triggers(change, finding);
        break;
    default:
        break;
    }
}

/* Each looks at actions of its own. */
static void judge_change(const struct column_change *column, struct finding *finding)
{
    const struct sql_context *context = column->context;
    const struct sql_change *change = column->change;

    judge_column(column, finding);
    judge_partition(change, finding);
    judge_whole(context, change, finding);
}

/* --- Statements ------------------------------------------------------------------------------- */

static void judge_drop(const struct sql_operation *operation, struct finding *finding)
{
    switch (operation->object_kind) {
    case SQL_TABLE:
        if (!operation->temporary)
            find(finding, SQL_LOSES_DATA | SQL_BREAKS,
                 "a table is dropped: its rows are lost, and programs that still use it fail");
        break;
    case SQL_SCHEMA:
    case SQL_DATABASE:
        find(finding, SQL_LOSES_DATA | SQL_BREAKS,
             "it is dropped with all that is in it: the rows are lost");
        break;
    case SQL_MATERIALIZED_VIEW:
    case SQL_VIEW:
    case SQL_FUNCTION:
    case SQL_PROCEDURE:
    case SQL_TYPE:
    case SQL_DOMAIN:
    case SQL_SEQUENCE:
    case SQL_EXTENSION:
        find(finding, SQL_BREAKS | (operation->cascade ? SQL_LOSES_DATA : 0),
             operation->cascade ? "it is dropped with all that depends on it, columns among them"
                                : "it is dropped: programs that still use it fail");
        break;
    case SQL_POLICY:
    case SQL_ROLE:
        find(finding, SQL_RIGHTS, "who may do what changes");
        break;
    default:
        break;
    }
}

static void judge_index(const struct sql_context *context, const struct sql_operation *operation,
                        struct finding *finding)
{
    if (operation->concurrently) {
        find(finding, SQL_ALONE, "it must not run in a transaction");
        return;
    }
    /* MySQL builds and drops indexes while rows are read and written; SQLite has one writer. */
    if (is_mysql(context) || context->dialect == DIALECT_SQLITE || operation->online)
        return;
    if (operation->kind == SQL_CREATE)
        find(finding, SQL_LOCKS, "the index is built while nobody can write to the table");
    if (operation->kind == SQL_CREATE && operation->unique)
        find(finding, SQL_MAY_FAIL, NULL);
}

static void judge_create(const struct sql_context *context, const struct sql_operation *operation,
                         struct finding *finding)
{
    switch (operation->object_kind) {
    case SQL_INDEX:
        judge_index(context, operation, finding);
        break;
    case SQL_ROLE:
        if (operation->powerful)
            find(finding, SQL_POWERS, "the new role may do nearly all");
        find(finding, SQL_RIGHTS, "who may do what changes");
        break;
    case SQL_POLICY:
        find(finding, SQL_RIGHTS, "who may do what changes");
        break;
    case SQL_TABLE:
        if (operation->of_query)
            find(finding, SQL_CHANGES_DATA, "rows are copied into a new table");
        break;
    case SQL_DATABASE:
        find(finding, SQL_ALONE, "it must not run in a transaction");
        break;
    default:
        break;
    }
}

/* What a right is worth: of whom, and whether it may be given on. */
static void judge_rights(const struct sql_operation *operation, struct finding *finding)
{
    if (operation->kind == SQL_REVOKE) {
        find(finding, SQL_RIGHTS, "who may do what changes");
        return;
    }
    if (operation->powerful)
        find(finding, SQL_POWERS,
             operation->to_public ? "everybody who can connect may do all with it"
                                  : "somebody may do nearly all from now on, or give it to others");
    if (operation->to_public && !operation->given_anyway)
        find(finding, SQL_WIDE, "everybody who can connect may do it");
    if (operation->grantable)
        find(finding, SQL_WIDE, "whoever gets it may give it to others");
    find(finding, SQL_RIGHTS, "who may do what changes");
}

/* A setting of a role is no right. */
static void judge_role(const struct sql_operation *operation, const struct sql_change *change,
                       struct finding *finding)
{
    if (operation->object_kind != SQL_ROLE || operation->kind != SQL_ALTER)
        return;
    if (change != NULL &&
        (change->action == SQL_RENAME_OBJECT || strcmp(change->words, "SET") == 0 ||
         strncasecmp(change->words, "SET ", 4) == 0 || strncasecmp(change->words, "RESET", 5) == 0))
        return;
    if (operation->powerful)
        find(finding, SQL_POWERS, "a role may do nearly all from now on");
    find(finding, SQL_RIGHTS, "who may log in, or do what, changes");
}

static void judge_maintenance(const struct sql_context *context,
                              const struct sql_operation *operation, struct finding *finding)
{
    bool rewrites = strcasecmp(operation->words, "CLUSTER") == 0 ||
                    strcasecmp(operation->words, "VACUUM FULL") == 0 ||
                    strcasecmp(operation->words, "OPTIMIZE") == 0;

    if (context->dialect == DIALECT_SQLITE)
        return;
    if (rewrites)
        find(finding, SQL_LOCKS | SQL_REWRITES,
             "the whole table is written anew while nobody can use it");
    else if (strcasecmp(operation->words, "REINDEX") == 0 && !operation->concurrently)
        find(finding, SQL_LOCKS, "the index is built anew while nobody can write to the table");
    if (strncasecmp(operation->words, "VACUUM", 6) == 0 || operation->concurrently)
        find(finding, SQL_ALONE, "it must not run in a transaction");
}

static void judge_setting(const struct sql_operation *operation, struct finding *finding)
{
    if (operation->unchecked)
        find(finding, SQL_UNCHECKED,
             "keys and triggers do not look at what is written from then on");
    if (operation->lenient)
        find(finding, SQL_LENIENT,
             strcmp(operation->sets, "SQL_MODE") == 0
                 ? "values that do not fit are cut or made to fit from then on, and not refused"
                 : "statements that change all rows of a table are taken from then on");
    if (operation->server)
        find(finding, SQL_SERVER,
             "it is set for the whole server: other databases get it, and no dump of this one "
             "has it");
}

static void judge_statement(const struct sql_context *context,
                            const struct sql_operation *operation, struct finding *finding)
{
    switch (operation->kind) {
    case SQL_CREATE:
        judge_create(context, operation, finding);
        break;
    case SQL_DROP:
        judge_drop(operation, finding);
        if (operation->object_kind == SQL_INDEX && operation->concurrently)
            find(finding, SQL_ALONE, "it must not run in a transaction");
        break;
    case SQL_TRUNCATE:
        find(finding, SQL_LOSES_DATA | SQL_CHANGES_DATA, "all rows of the table are lost");
        break;
    case SQL_RENAME:
        find(finding, SQL_BREAKS, "it gets another name: programs that use the old one fail");
        break;
    case SQL_DELETE:
        if (operation->whole)
            find(finding, SQL_LOSES_DATA | SQL_CHANGES_DATA, "all rows of the table are deleted");
        else
            find(finding, SQL_CHANGES_DATA, "rows are deleted");
        break;
    case SQL_UPDATE:
        find(finding, SQL_CHANGES_DATA | (operation->whole ? SQL_LOCKS : 0),
             operation->whole ? "every row of the table is written: whoever else writes one waits"
                              : "rows are changed");
        break;
    case SQL_INSERT:
    case SQL_MERGE:
    case SQL_COPY:
        find(finding, SQL_CHANGES_DATA, "rows are written");
        break;
    case SQL_GRANT:
    case SQL_REVOKE:
        judge_rights(operation, finding);
        break;
    case SQL_ALTER:
        if (operation->change_count == 0)
            judge_role(operation, NULL, finding);
        break;
    case SQL_SETTING:
        judge_setting(operation, finding);
        break;
    case SQL_REFRESH:
        if (!operation->concurrently)
            find(finding, SQL_LOCKS, "nobody can read the view while it is computed");
        break;
    case SQL_MAINTAIN:
        judge_maintenance(context, operation, finding);
        break;
    case SQL_LOCK:
        find(finding, SQL_LOCKS, "a table is locked until the migration is done");
        break;
    case SQL_BLOCK:
    case SQL_CALL:
        find(finding, SQL_OPAQUE, "what it does cannot be told from its text");
        break;
    default:
        break;
    }
}

/* What a tool avoids that keeps the old form beside the new one. */
#define NOT_WHEN_STAGED                                                                            \
    (SQL_LOCKS | SQL_REWRITES | SQL_BREAKS | SQL_MAY_FAIL | SQL_NOT_NULL | SQL_ALONE | SQL_CUTS |  \
     SQL_NUMBER_GONE)

/* What is of no account to a table that is as new as this release. */
#define NOT_OF_NEW_TABLES                                                                          \
    (SQL_LOSES_DATA | SQL_LOCKS | SQL_REWRITES | SQL_BREAKS | SQL_MAY_FAIL | SQL_TYPE_CHANGES |    \
     SQL_NOT_NULL | SQL_CUTS | SQL_NUMBER_GONE | SQL_CASCADES)

/* A sentence without a mark says that nothing goes wrong; of what has lost its marks there is none.
 */
static void settle(const struct finding *finding, unsigned hidden, unsigned *marks,
                   const char **why)
{
    *marks = finding->marks & ~hidden;
    *why = *marks != 0 || (finding->marks == 0 && hidden == 0) ? finding->why : NULL;
}

static unsigned hidden_marks(const struct sql_operation *operation, bool is_of_new)
{
    return (operation->staged ? NOT_WHEN_STAGED : 0) | (is_of_new ? NOT_OF_NEW_TABLES : 0);
}

void sql_mark_operation(const struct sql_context *context, struct arena *arena,
                        struct sql_operation *operation)
{
    struct finding whole = { 0 };
    bool is_of_new = is_new(context, arena, operation);

    operation->of_new = is_of_new && operation->kind != SQL_CREATE;
    if (operation->refused != NULL)
        find(&whole, SQL_UNREAD, "it is not understood");
    find(&whole, operation->seen, operation->seen_why);
    judge_statement(context, operation, &whole);
    settle(&whole, hidden_marks(operation, is_of_new), &operation->marks, &operation->why);
    for (size_t i = 0; i < operation->change_count; i++) {
        struct sql_change *change = &operation->changes[i];
        struct finding finding = { 0 };
        const struct column_change column = {
            .context = context,
            .arena = arena,
            .change = change,
            .known = sql_columns_find(context->columns, arena, operation->object, change->name)
        };

        find(&finding, change->seen, change->seen_why);
        judge_change(&column, &finding);
        judge_role(operation, change, &finding);
        if (operation->online && is_mysql(context))
            finding.marks &= ~(unsigned)(SQL_LOCKS | SQL_REWRITES);
        settle(&finding, hidden_marks(operation, is_of_new), &change->marks, &change->why);
        operation->marks |= change->marks;
        if (operation->why == NULL)
            operation->why = change->why;
    }
}
