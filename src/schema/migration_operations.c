#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/base/search.h>
#include <pilab/schema/pg_statements.h>

#include "migration_pgroll.h"
#include "sql_columns.h"

/* A set whose operations are read. */
struct operation_reading {
    struct migration_set *set;
    struct arena *arena;
    struct pg_parser *grammar; /* NULL: another dialect, or the library is not there */
    struct map *new_objects;
    struct sql_columns *columns;
    struct vector problems;   /* struct migration_problem */
    struct vector operations; /* struct sql_operation: of the present migration */
    const struct migration *migration;
};

static void add_problem(struct operation_reading *reading, unsigned line, const char *message,
                        const char *hint)
{
    struct migration_problem *problem = vector_add(&reading->problems);

    *problem = (struct migration_problem){
        .file = reading->migration != NULL ? reading->migration->file : "",
        .line = line,
        .message = arena_text(reading->arena, message),
        .hint = hint != NULL && *hint != '\0' ? arena_text(reading->arena, hint) : NULL,
    };
}

/* Why the grammar of PostgreSQL does not read the statement; NULL: it does. */
static const char *refusal_of(struct operation_reading *reading, const char *filled,
                              const struct sql_statement *statement)
{
    struct error error = { 0 };
    char *text;
    bool fine;

    if (reading->grammar == NULL || statement->length > PG_STATEMENT_MAX)
        return NULL;
    text = memory_copy_bytes(filled, statement->length);
    fine = pg_check(reading->grammar, text, &error);
    free(text);
    return fine ? NULL : arena_text(reading->arena, error.message);
}

static bool has_token(const struct sql_statement *statement, const char *word)
{
    for (size_t i = 0; i < statement->count; i++) {
        if (sql_token_is(&statement->tokens[i], word))
            return true;
    }
    return false;
}

/* Without a grammar: a word that begins no statement, or something that nobody can make or drop.
 * All the operations of a statement begin alike. */
static const char *misunderstood(const struct operation_reading *reading,
                                 const struct sql_statement *statement,
                                 const struct sql_operation *operation)
{
    enum sql_dialect dialect = reading->set->dialect.dialect;
    bool known = dialect == DIALECT_SQLITE || sql_dialect_is_mysql(dialect);

    if (reading->grammar != NULL || operation->refused != NULL)
        return operation->refused;
    if (!sql_begins_statement(dialect, statement->tokens))
        return arena_printf(reading->arena, "it begins as no statement of %s does",
                            known ? sql_dialect_title(dialect) : "SQL");
    if (((operation->kind == SQL_CREATE || operation->kind == SQL_ALTER ||
          operation->kind == SQL_DROP) &&
         operation->object_kind == SQL_NO_OBJECT) ||
        (known && !sql_makes_something(dialect, statement->tokens, statement->count)))
        return "what it is about is nothing that we know";
    if (known && operation->kind == SQL_DELETE && !has_token(statement, "FROM"))
        return "it deletes, and does not say FROM what";
    return NULL;
}

static void read_part(struct operation_reading *reading, const struct migration_part *part)
{
    enum sql_dialect dialect = reading->set->dialect.dialect;
    struct sql_text text = { .text = sql_fill_placeholders(part->text, part->length, false,
                                                           reading->arena, NULL),
                             .length = part->length,
                             .shown = part->text,
                             .line = part->line,
                             .whole = part->whole };
    struct sql_statements statements;
    struct error error = { 0 };

    if (!sql_statements_read(dialect, &text, reading->arena, &statements, &error)) {
        add_problem(reading, part->line, error.message, error.hint);
        return;
    }
    for (size_t i = 0; i < statements.count; i++) {
        const struct sql_statement *statement = &statements.list[i];
        size_t first = reading->operations.count;
        const char *refused =
            refusal_of(reading, text.text + (statement->text - part->text), statement);

        sql_read_operations(dialect, statement, reading->arena, &reading->operations);
        if (refused == NULL)
            refused = misunderstood(reading, statement, vector_at(&reading->operations, first));
        reading->set->unread += refused != NULL;
        for (size_t k = first; refused != NULL && k < reading->operations.count; k++) {
            struct sql_operation *operation = vector_at(&reading->operations, k);

            operation->refused = refused;
            operation->well_formed =
                sql_is_other_statement(dialect, statement->tokens, statement->count);
        }
    }
}

static void read_embedded(void *context, const char *text, unsigned line)
{
    const struct migration_part part = { .text = text, .length = strlen(text), .line = line };

    read_part(context, &part);
}

/* Whether it makes something that nobody uses yet. "IF NOT EXISTS" may be of a table that is
 * there. */
static bool makes_new(const struct sql_operation *operation)
{
    if (operation->kind != SQL_CREATE || operation->if_exists || operation->or_replace)
        return false;
    switch (operation->object_kind) {
    case SQL_TABLE:
    case SQL_VIEW:
    case SQL_MATERIALIZED_VIEW:
    case SQL_TYPE:
    case SQL_FUNCTION:
    case SQL_PROCEDURE:
    case SQL_SEQUENCE:
    case SQL_DOMAIN:
        return true;
    default:
        return false;
    }
}

/* What later operations must know: what is new, and what it is called then. */
static void remember(struct operation_reading *reading, const struct sql_operation *operation)
{
    enum sql_object_kind kind = operation->object_kind;
    const char *key;

    if (operation->object == NULL)
        return;
    key = sql_object_key(reading->arena, kind, operation->object);
    if (key == NULL)
        return;
    if (makes_new(operation))
        map_put(reading->new_objects, key, reading->set);
    if (operation->new_name != NULL && map_has(reading->new_objects, key))
        map_put(reading->new_objects, sql_object_key(reading->arena, kind, operation->new_name),
                reading->set);
}

/* Whether nothing of it lasts: there is nothing to lead back from. */
static bool lasts(const struct sql_operation *operation)
{
    if (operation->seen != 0)
        return true;
    return operation->kind != SQL_SELECT && operation->kind != SQL_SETTING &&
           operation->kind != SQL_TRANSACTION && operation->kind != SQL_MAINTAIN &&
           operation->kind != SQL_LOCK && operation->kind != SQL_REFRESH;
}

/* --- The way back ----------------------------------------------------------------------------- */

/* "users" of "public.users". */
static const char *bare_name(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && dot[1] != '\0' ? dot + 1 : name;
}

static bool same_object(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcasecmp(bare_name(a), bare_name(b)) == 0;
}

/* Whether it makes the column that is called so: adds it, or renames another to it. */
static bool makes_column(const struct sql_operation *one, const char *name)
{
    for (size_t i = 0; i < one->change_count; i++) {
        const struct sql_change *change = &one->changes[i];
        const char *made = change->action == SQL_ADD_COLUMN ? change->name : change->new_name;

        if (made != NULL && name != NULL && strcasecmp(made, name) == 0)
            return true;
    }
    return false;
}

/* What writes rows brings rows, what makes a table the table, what adds a column the column; `one`
 * is about something that has a name. */
static bool brings_back(const struct sql_operation *one, const struct sql_operation *lost,
                        const struct sql_change *change)
{
    bool same = same_object(one->object, lost->object);
    bool made = (one->kind == SQL_CREATE && same) || same_object(one->new_name, lost->object);

    switch (lost->kind) {
    case SQL_DELETE:
    case SQL_TRUNCATE:
        return (same && (one->kind == SQL_INSERT || one->kind == SQL_MERGE ||
                         one->kind == SQL_COPY || one->of_query)) ||
               (made && one->kind != SQL_CREATE);
    case SQL_DROP:
        return made;
    default:
        if (change != NULL && change->action == SQL_DROP_COLUMN)
            return made || (same && makes_column(one, change->name));
        return made || same || same_object(one->table, lost->object);
    }
}

/* What a statement without an object does (a block, a call) nobody can tell: it may. */
static bool may_bring_back(const struct vector *back, const struct sql_operation *lost,
                           const struct sql_change *change)
{
    for (size_t i = 0; i < back->count; i++) {
        const struct sql_operation *one = vector_at(back, i);

        if (!lasts(one))
            continue;
        if (one->kind == SQL_BLOCK || one->kind == SQL_CALL || one->kind == SQL_OTHER ||
            lost->object == NULL || one->object == NULL || one->refused != NULL ||
            brings_back(one, lost, change))
            return true;
    }
    return false;
}

/* What it does, in our own words: of what is not told itself. */
static void read_beside(struct operation_reading *reading, const struct migration_part *part,
                        struct vector *back)
{
    enum sql_dialect dialect = reading->set->dialect.dialect;
    struct sql_text text = { .text = sql_fill_placeholders(part->text, part->length, false,
                                                           reading->arena, NULL),
                             .length = part->length,
                             .line = part->line,
                             .whole = part->whole };
    struct sql_statements statements;

    if (!sql_statements_read(dialect, &text, reading->arena, &statements, NULL)) {
        *(struct sql_operation *)vector_add(back) = (struct sql_operation){ .kind = SQL_OTHER };
        return;
    }
    for (size_t i = 0; i < statements.count; i++)
        sql_read_operations(dialect, &statements.list[i], reading->arena, back);
}

/* Of an operation, and of each of its changes. */
static void find_way_back(struct operation_reading *reading, const struct vector *back,
                          const char *where, struct sql_operation *operation)
{
    bool rows = operation->kind == SQL_DELETE || operation->kind == SQL_TRUNCATE;

    for (size_t i = 0; i < operation->change_count; i++) {
        struct sql_change *change = &operation->changes[i];

        if ((change->marks & SQL_LOSES_DATA) == 0 || may_bring_back(back, operation, change))
            continue;
        change->no_way_back =
            arena_printf(reading->arena, "%s does not bring %s%s%s again", where, operation->object,
                         change->name != NULL ? "." : "", change->name != NULL ? change->name : "");
        if (operation->no_way_back == NULL)
            operation->no_way_back = change->no_way_back;
    }
    if (operation->change_count == 0 && (operation->marks & SQL_LOSES_DATA) != 0 &&
        !may_bring_back(back, operation, NULL))
        operation->no_way_back = arena_printf(reading->arena, "%s does not bring %s%s again", where,
                                              rows ? "the rows of " : "", operation->object);
}

/* A file that leads back, and from something else: what is lost stays lost. */
static void check_way_back(struct operation_reading *reading, struct migration *migration,
                           struct sql_operation *operations, size_t count)
{
    const char *where =
        migration->way_back == WAY_BACK_FILE ? migration->down_file : "its way back";
    struct vector back;
    bool anything = false;

    if (migration->way_back != WAY_BACK_FILE && migration->way_back != WAY_BACK_SECTION)
        return;
    vector_init(&back, sizeof(struct sql_operation));
    for (size_t i = 0; i < migration->down_count; i++)
        read_beside(reading, &migration->down[i], &back);
    for (size_t i = 0; i < back.count; i++)
        anything |= lasts(vector_at(&back, i));
    if (!anything) {
        migration->way_back = WAY_BACK_EMPTY;
        migration->rollback_available = false;
        migration->rollback_why =
            arena_printf(reading->arena, "nothing in %s changes anything", where);
    }
    for (size_t i = 0; anything && i < count; i++)
        find_way_back(reading, &back, where, &operations[i]);
    vector_release(&back);
}

/* It is told all the same: whoever wrote it may have forgotten the ROLLBACK there. */
static void tell_taken_back(struct operation_reading *reading, struct sql_operation *operation)
{
    static const char behind[] = "; but ROLLBACK behind it takes it back";

    if (!operation->taken_back)
        return;
    if (operation->why != NULL)
        operation->why = arena_printf(reading->arena, "%s%s", operation->why, behind);
    for (size_t i = 0; i < operation->change_count; i++) {
        struct sql_change *change = &operation->changes[i];

        if (change->why != NULL)
            change->why = arena_printf(reading->arena, "%s%s", change->why, behind);
    }
}

static void settle(struct operation_reading *reading, struct migration *migration)
{
    struct sql_operation *operations = vector_to_arena(&reading->operations, reading->arena);
    const struct sql_context context = { .dialect = reading->set->dialect.dialect,
                                         .new_objects = reading->new_objects,
                                         .columns = reading->columns };
    bool anything = false;

    sql_find_restored(operations, reading->operations.count);
    sql_find_taken_back(context.dialect, operations, reading->operations.count);
    for (size_t i = 0; i < reading->operations.count; i++) {
        sql_mark_operation(&context, reading->arena, &operations[i]);
        tell_taken_back(reading, &operations[i]);
        remember(reading, &operations[i]);
        sql_columns_follow(reading->columns, reading->arena, &operations[i]);
        anything |= lasts(&operations[i]);
    }
    check_way_back(reading, migration, operations, reading->operations.count);
    migration->operations = operations;
    migration->operation_count = reading->operations.count;
    if (!anything && migration->layout != MIGRATION_PGROLL &&
        migration->way_back == WAY_BACK_NONE) {
        migration->way_back = WAY_BACK_NOT_NEEDED;
        migration->rollback_available = true;
        migration->rollback_why = "it changes nothing that lasts";
    }
    vector_clear(&reading->operations);
}

/* What it does nobody knows: that is not nothing. */
static void add_unread(struct operation_reading *reading)
{
    struct sql_operation *operation = vector_add(&reading->operations);

    *operation = (struct sql_operation){ .kind = SQL_OTHER,
                                         .words = "NOT READ",
                                         .text = "",
                                         .line = 1,
                                         .refused = reading->migration->unread };
    reading->set->unread++;
}

static void read_migration(struct operation_reading *reading, struct migration *migration)
{
    reading->migration = migration;
    if (migration->unread != NULL)
        add_unread(reading);
    else if (migration->layout == MIGRATION_PGROLL)
        migration_pgroll_operations(migration, reading->arena, &reading->operations, read_embedded,
                                    reading);
    else
        for (size_t i = 0; i < migration->up_count; i++)
            read_part(reading, &migration->up[i]);
    settle(reading, migration);
}

/* Whether one that is told changes a column that is there: what it was others say. */
static bool asks_for_columns(const struct migration_set *set, const bool *wanted)
{
    static const char *const words[] = { "type", "modify", "change", "alter column" };

    for (size_t i = 0; i < set->count; i++) {
        const struct migration *migration = &set->list[i];

        for (size_t k = 0; (wanted == NULL || wanted[i]) && k < migration->up_count; k++) {
            for (size_t w = 0; w < sizeof words / sizeof *words; w++) {
                const struct search word = search_for(words[w]);
                size_t at;

                if (search_next(&word, migration->up[k].text, migration->up[k].length, 0, &at))
                    return true;
            }
        }
    }
    return false;
}

/* A migration that the target has run: only its columns are kept. */
static void recall(struct operation_reading *reading, const struct migration *migration)
{
    struct vector operations;

    vector_init(&operations, sizeof(struct sql_operation));
    for (size_t i = 0; migration->layout != MIGRATION_PGROLL && i < migration->up_count; i++)
        read_beside(reading, &migration->up[i], &operations);
    for (size_t i = 0; i < operations.count; i++)
        sql_columns_follow(reading->columns, reading->arena, vector_at(&operations, i));
    vector_release(&operations);
}

static void open_grammar(struct operation_reading *reading)
{
    struct error error = { 0 };
    struct migration_set *set = reading->set;

    set->reader =
        arena_printf(reading->arena, "our reader, %s", sql_dialect_title(set->dialect.dialect));
    if (set->dialect.dialect != DIALECT_POSTGRESQL)
        return;
    reading->grammar = pg_parser_open(&error);
    if (reading->grammar != NULL)
        set->reader = "the grammar of PostgreSQL 15";
    else
        add_problem(reading, 0, error.message, error.hint);
}

void migration_read_operations(struct migration_set *set, const bool *wanted, struct arena *arena)
{
    struct operation_reading reading = {
        .set = set, .arena = arena, .new_objects = map_new(), .columns = sql_columns_new()
    };
    bool columns = asks_for_columns(set, wanted);
    struct migration_problem *problems;

    vector_init(&reading.problems, sizeof(struct migration_problem));
    vector_init(&reading.operations, sizeof(struct sql_operation));
    for (size_t i = 0; i < set->problem_count; i++)
        vector_push(&reading.problems, &set->problems[i]);
    open_grammar(&reading);
    for (size_t i = 0; i < set->count; i++) {
        if (wanted == NULL || wanted[i])
            read_migration(&reading, &set->list[i]);
        else if (columns && set->list[i].unread == NULL)
            recall(&reading, &set->list[i]);
    }
    problems = vector_to_arena(&reading.problems, arena);
    set->problems = problems;
    set->problem_count = reading.problems.count;
    pg_parser_close(&reading.grammar);
    vector_release(&reading.problems);
    vector_release(&reading.operations);
    map_free(&reading.new_objects);
    sql_columns_free(&reading.columns);
}
