#include "database.h"
#include "database_statement.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/mask.h>

/* Of all that a module keeps: what is more is cut. */
#define SQL_KEPT      ((size_t)1 << 20)
#define MOST_EVIDENCE 5

/* One module while its migrations are told. */
struct database_scan {
    struct report_builder *builder;
    const struct module_input *module;
    const struct database_input *input;
    struct vector migrations; /* struct drift_migration */
    struct vector operations; /* struct drift_operation */
    size_t kept;              /* bytes of statements */
    bool rollback_available;
    struct database_statement statement; /* the one that is told */
    uint64_t *said;
};

/* --- Items ------------------------------------------------------------------------------------ */

/* Two environments, of which neither gets anything: nothing runs, and nothing is lost. */
static bool is_as_is(const struct database_scan *scan)
{
    const struct drift_input *input = scan->builder->input;

    return drift_sides_as_is(&input->previous, &input->current);
}

static void judge(struct database_scan *scan, struct drift_item *item, const char *words)
{
    const struct word_lists *lists = rule_set_words(scan->builder->rules);

    memset(scan->said, 0, word_lists_size(lists) * sizeof *scan->said);
    word_lists_find(lists, is_as_is(scan) ? "" : words, scan->said);
    builder_judge_marked(scan->builder, item, scan->said, 0);
}

/* Texts of a migration may hold credentials: a default, a comment. One that is masked has a
 * fingerprint behind it. */
static struct drift_value value_of(struct database_scan *scan, const struct strbuf *text)
{
    const struct drift_input *input = scan->builder->input;
    struct strbuf shown = STRBUF_INIT;
    bool masked =
        mask_sql(&shown, scan->input->current->dialect.dialect, NULL, text->data, text->length) > 0;
    struct drift_value value = { .present = true, .masked = masked, .kind = NODE_STRING };
    char fingerprint[9];

    if (masked && input->fingerprint) {
        input->fingerprint(input->fingerprint_context, text->data, text->length, fingerprint);
        strbuf_printf(&shown, " (%.8s)", fingerprint);
    }
    value.text = strbuf_to_arena(&shown, scan->builder->arena);
    strbuf_release(&shown);
    return value;
}

static struct drift_provenance place_of(struct database_scan *scan, const char *file, unsigned line)
{
    return (struct drift_provenance){ .file = arena_text(scan->builder->arena, file),
                                      .line = line };
}

static struct drift_item *add_item(struct database_scan *scan, const char *category,
                                   const char *path, const char *key)
{
    return builder_add_item(scan->builder, DRIFT_DATABASE, category, scan->module->name,
                            scan->module->name, path, key);
}

static enum change_type change_type_of(const struct sql_operation *operation,
                                       const struct sql_change *change)
{
    if (change != NULL) {
        switch (change->action) {
        case SQL_ADD_COLUMN:
        case SQL_ADD_CONSTRAINT:
        case SQL_ADD_INDEX:
        case SQL_ADD_VALUE:
        case SQL_ADD_PARTITION:
        case SQL_ATTACH_PARTITION:
            return CHANGE_TYPE_ADDED;
        case SQL_DROP_COLUMN:
        case SQL_DROP_CONSTRAINT:
        case SQL_DROP_INDEX:
        case SQL_DROP_PARTITION:
        case SQL_DETACH_PARTITION:
            return CHANGE_TYPE_DELETED;
        default:
            return CHANGE_TYPE_MODIFIED;
        }
    }
    switch (operation->kind) {
    case SQL_CREATE:
        return operation->or_replace ? CHANGE_TYPE_MODIFIED : CHANGE_TYPE_ADDED;
    case SQL_INSERT:
        return CHANGE_TYPE_ADDED;
    case SQL_DROP:
    case SQL_TRUNCATE:
    case SQL_DELETE:
        return CHANGE_TYPE_DELETED;
    default:
        return CHANGE_TYPE_MODIFIED;
    }
}

static enum change_detail detail_of(const struct sql_operation *operation,
                                    const struct sql_change *change)
{
    if (change != NULL)
        return change->new_name != NULL                  ? DETAIL_RENAMED
               : (change->marks & SQL_TYPE_CHANGES) != 0 ? DETAIL_TYPE_CHANGED
                                                         : DETAIL_NONE;
    return operation->kind == SQL_RENAME ? DETAIL_RENAMED : DETAIL_NONE;
}

/* Whether what a change names is a part of its object, and no owner, schema, engine or place. */
static bool names_part(const struct sql_change *change)
{
    return change->name != NULL && change->action != SQL_CHANGE_OWNER &&
           change->action != SQL_CHANGE_STORAGE && change->action != SQL_MOVE_OBJECT;
}

/* "users.email"; of a statement without an object its file and what it is. */
static const char *path_of(struct arena *arena, const struct migration *migration,
                           const struct sql_operation *operation, const struct sql_change *change)
{
    if (operation->object == NULL)
        return arena_printf(arena, "%s#%s", migration->file, operation->words);
    if (change != NULL && names_part(change))
        return arena_printf(arena, "%s.%s", operation->object, change->name);
    return operation->object;
}

static const char *no_way_back(const struct sql_operation *operation,
                               const struct sql_change *change)
{
    return change != NULL ? change->no_way_back : operation->no_way_back;
}

static bool is_for_good(const struct migration *migration, const struct sql_operation *operation,
                        const struct sql_change *change)
{
    return !migration->rollback_available || no_way_back(operation, change) != NULL;
}

static void words_of(struct database_scan *scan, struct strbuf *out,
                     const struct migration *migration, const struct sql_operation *operation,
                     const struct sql_change *change)
{
    database_words(out, operation, change, is_for_good(migration, operation, change));
    if (database_statement_tells_password(&scan->statement, scan->input->current->dialect.dialect,
                                          operation, change))
        strbuf_add(out, " credential");
}

/* One operation, or one change of it, as an item. */
static void add_operation_item(struct database_scan *scan, const struct migration *migration,
                               const struct sql_operation *operation,
                               const struct sql_change *change)
{
    struct arena *arena = scan->builder->arena;
    struct strbuf words = STRBUF_INIT, told = STRBUF_INIT;
    const char *why = change != NULL ? change->why : operation->why;
    struct drift_item *item =
        add_item(scan, operation->words, path_of(arena, migration, operation, change),
                 operation->object != NULL ? operation->object : operation->words);

    item->change_type = change_type_of(operation, change);
    item->detail =
        item->change_type == CHANGE_TYPE_MODIFIED ? detail_of(operation, change) : DETAIL_NONE;
    if (change != NULL)
        database_change_told(&told, change);
    else
        database_operation_told(&told, operation);
    item->current = value_of(scan, &told);
    item->current_at =
        place_of(scan, migration->file, change != NULL ? change->line : operation->line);
    database_statement_bind(&scan->statement, scan->builder, item, operation);
    words_of(scan, &words, migration, operation, change);
    if (why != NULL && strstr(words.data, "lost-for-good") != NULL && !is_as_is(scan))
        builder_raise_attention(scan->builder, item, ATTENTION_BLOCKER,
                                arena_printf(arena, "%s; %s", why,
                                             no_way_back(operation, change) != NULL
                                                 ? no_way_back(operation, change)
                                                 : migration->rollback_why));
    judge(scan, item, words.data);
    strbuf_release(&words);
    strbuf_release(&told);
}

/* What a person who releases it need not know of. */
static bool is_silent(const struct database_scan *scan, const struct sql_operation *operation)
{
    if (operation->refused != NULL || operation->marks != 0)
        return false;
    if (operation->kind == SQL_COMMENT_ON || operation->kind == SQL_SETTING)
        return !database_credential(scan->input->current->dialect.dialect, operation);
    return operation->kind == SQL_TRANSACTION || operation->kind == SQL_SELECT ||
           operation->kind == SQL_MAINTAIN || operation->temporary;
}

/* --- Objects of the report -------------------------------------------------------------------- */

static const char *shown_sql(struct database_scan *scan, const struct sql_operation *operation,
                             bool *cut)
{
    const char *result;

    *cut = scan->kept >= SQL_KEPT;
    if (*cut)
        return "";
    result = database_statement_shown(&scan->statement, scan->builder,
                                      scan->input->current->dialect.dialect, operation, cut);
    scan->kept += strlen(result);
    return result;
}

static const char *masked(struct database_scan *scan, const char *name, const char *text)
{
    struct strbuf shown = STRBUF_INIT;
    const char *result;

    if (text == NULL)
        return NULL;
    mask_sql(&shown, scan->input->current->dialect.dialect, name, text, strlen(text));
    result = strbuf_to_arena(&shown, scan->builder->arena);
    strbuf_release(&shown);
    return result;
}

static struct drift_operation_change copy_change(struct database_scan *scan,
                                                 const struct sql_change *change)
{
    struct arena *arena = scan->builder->arena;
    const char *type = change->column.type;

    return (struct drift_operation_change){
        .action = arena_text(arena, change->words),
        .name = arena_text(arena, change->name),
        .new_name = arena_text(arena, change->new_name),
        .type = type != NULL && *type != '\0' ? masked(scan, NULL, type) : NULL,
        .default_value = masked(scan, change->column.name ? change->column.name : change->name,
                                change->column.default_text),
        .target = arena_text(arena, change->target),
        .constraint = change->constraint != SQL_NO_CONSTRAINT
                          ? sql_constraint_kind_name(change->constraint)
                          : NULL,
        .not_null = change->column.not_null,
    };
}

static void keep_operation(struct database_scan *scan, const struct migration *migration,
                           const struct sql_operation *operation)
{
    struct arena *arena = scan->builder->arena;
    struct drift_operation *kept = vector_add(&scan->operations);
    struct strbuf words = STRBUF_INIT;

    words_of(scan, &words, migration, operation, NULL);
    *kept = (struct drift_operation){
        .migration = scan->migrations.count - 1,
        .operation = arena_text(arena, operation->words),
        .kind = sql_object_kind_name(operation->object_kind),
        .object = arena_text(arena, operation->object),
        .table = arena_text(arena, operation->table),
        .new_name = arena_text(arena, operation->new_name),
        .columns = arena_array(arena, operation->column_count, sizeof *kept->columns),
        .column_count = operation->column_count,
        .changes = arena_array(arena, operation->change_count, sizeof *kept->changes),
        .change_count = operation->change_count,
        .words = strbuf_to_arena(&words, arena),
        .why = operation->why,
        .refused =
            mask_sql_message(arena, scan->input->current->dialect.dialect, operation->refused),
        .line = operation->line,
    };
    for (size_t i = 0; i < operation->column_count; i++)
        kept->columns[i] = arena_text(arena, operation->columns[i].name);
    for (size_t i = 0; i < operation->change_count; i++)
        kept->changes[i] = copy_change(scan, &operation->changes[i]);
    kept->sql = shown_sql(scan, operation, &kept->cut);
    strbuf_release(&words);
}

static void keep_migration(struct database_scan *scan, const struct migration_pair *pair)
{
    struct arena *arena = scan->builder->arena;
    const struct migration *migration = pair->current != NULL ? pair->current : pair->previous;
    struct drift_migration *kept = vector_add(&scan->migrations);

    *kept = (struct drift_migration){
        .id = arena_text(arena, migration->id),
        .file = arena_text(arena, migration->file),
        .down_file = arena_text(arena, migration->down_file),
        .layout = migration_layout_name(migration->layout),
        .kind = migration_kind_name(migration->kind),
        .version = arena_text(arena, migration->version),
        .title = arena_text(arena, migration->title),
        .difference = migration_difference_name(pair->difference),
        .detail = arena_text(arena, pair->detail),
        .previous_file = pair->previous != NULL && pair->current != NULL
                             ? arena_text(arena, pair->previous->file)
                             : NULL,
        .cosmetic = pair->cosmetic,
        .rollback_available = migration->rollback_available,
        .way_back = migration_way_back_name(migration->way_back),
        .rollback_why = arena_text(arena, migration->rollback_why),
        .no_transaction = migration->no_transaction,
        .placeholders = migration->placeholders,
        .first_operation = scan->operations.count,
    };
}

/* --- Migrations ------------------------------------------------------------------------------- */

static bool will_run(const struct migration_pair *pair)
{
    return pair->difference == MIGRATION_NEW || pair->difference == MIGRATION_OUT_OF_ORDER ||
           pair->difference == MIGRATION_REPEATED;
}

static const char *const migration_told[] = {
    [MIGRATION_NEW] = "new; it does nothing",
    [MIGRATION_CHANGED] = "edited",
    [MIGRATION_REPEATED] = "runs again",
    [MIGRATION_OUT_OF_ORDER] = "out of order",
    [MIGRATION_REMOVED] = "removed",
    [MIGRATION_RENAMED] = "renamed",
    [MIGRATION_DOWN_CHANGED] = "another way back",
};

static void bind_migration(struct strbuf *all, const struct migration *migration)
{
    if (migration != NULL)
        strbuf_printf(all, "%s %s", migration->digest, migration->down_digest);
    strbuf_add_char(all, '\n');
}

/* Bits of what a migration does that is told in no item of its own. */
enum { DOES_COMMENTS = 1, DOES_STATISTICS = 2, DOES_SETTINGS = 4 };

static unsigned small_deeds(const struct migration *migration)
{
    unsigned deeds = 0;

    for (size_t i = 0; i < migration->operation_count; i++) {
        switch (migration->operations[i].kind) {
        case SQL_COMMENT_ON:
            deeds |= DOES_COMMENTS;
            break;
        case SQL_MAINTAIN:
            deeds |= DOES_STATISTICS;
            break;
        case SQL_SETTING:
            deeds |= DOES_SETTINGS;
            break;
        default:
            break;
        }
    }
    return deeds;
}

/* "new; it only writes comments and gathers statistics". */
static void add_small_deeds(struct strbuf *out, unsigned deeds)
{
    static const char *const told[] = { "writes comments", "gathers statistics or tidies up",
                                        "changes settings of its session" };
    const char *before = "new; it only ";

    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        unsigned rest = deeds >> (i + 1);

        if ((deeds & 1U << i) == 0)
            continue;
        strbuf_printf(out, "%s%s", before, told[i]);
        before = (rest & (rest - 1)) != 0 ? ", " : " and ";
    }
}

static void add_migration_item(struct database_scan *scan, const struct migration_pair *pair)
{
    unsigned deeds = pair->difference == MIGRATION_NEW ? small_deeds(pair->current) : 0;
    const struct migration *migration = pair->current != NULL ? pair->current : pair->previous;
    struct strbuf told = STRBUF_INIT;
    struct drift_item *item =
        add_item(scan, "MIGRATION",
                 migration->layout == MIGRATION_LIQUIBASE
                     ? arena_printf(scan->builder->arena, "%s#%s", migration->file,
                                    migration->title)
                     : migration->file,
                 *migration->version != '\0' ? migration->version : migration->title);

    item->change_type = pair->previous == NULL  ? CHANGE_TYPE_ADDED
                        : pair->current == NULL ? CHANGE_TYPE_DELETED
                                                : CHANGE_TYPE_MODIFIED;
    if (pair->difference == MIGRATION_REMOVED && is_as_is(scan))
        strbuf_printf(&told, "in %s alone", scan->builder->input->previous.label);
    else if (deeds != 0)
        add_small_deeds(&told, deeds);
    else
        strbuf_add(&told, migration_told[pair->difference]);
    if (pair->detail != NULL)
        strbuf_printf(&told, ": %s", pair->detail);
    if (pair->current != NULL)
        item->current = value_of(scan, &told);
    else
        item->previous = value_of(scan, &told);
    if (pair->difference == MIGRATION_RENAMED) {
        item->detail = DETAIL_RENAMED;
        item->old_path = arena_text(scan->builder->arena, pair->previous->file);
    }
    if (pair->previous != NULL)
        item->previous_at = place_of(scan, pair->previous->file, pair->previous->line);
    if (pair->current != NULL)
        item->current_at = place_of(scan, pair->current->file, pair->current->line);
    strbuf_clear(&told);
    bind_migration(&told, pair->previous);
    bind_migration(&told, pair->current);
    builder_bind(scan->builder, item, &told);
    judge(scan, item, deeds != 0 ? "small-deed" : database_pair_words(pair));
    strbuf_release(&told);
}

static size_t add_operations(struct database_scan *scan, const struct migration *migration)
{
    size_t told = 0;

    for (size_t i = 0; i < migration->operation_count; i++) {
        const struct sql_operation *operation = &migration->operations[i];

        if (is_silent(scan, operation))
            continue;
        keep_operation(scan, migration, operation);
        if (operation->change_count == 0)
            add_operation_item(scan, migration, operation, NULL);
        for (size_t k = 0; k < operation->change_count; k++)
            add_operation_item(scan, migration, operation, &operation->changes[k]);
        told++;
    }
    return told;
}

static void add_pair(struct database_scan *scan, const struct migration_pair *pair)
{
    struct drift_migration *kept;
    size_t index = scan->migrations.count, told = 0;

    keep_migration(scan, pair);
    if (pair->difference != MIGRATION_NEW)
        add_migration_item(scan, pair);
    if (will_run(pair)) {
        told = add_operations(scan, pair->current);
        scan->rollback_available &= pair->current->rollback_available;
    }
    if (pair->difference == MIGRATION_NEW && told == 0)
        add_migration_item(scan, pair);
    kept = vector_at(&scan->migrations, index);
    kept->operation_count = told;
}

/* --- The whole -------------------------------------------------------------------------------- */

static void copy_evidence(struct drift_database *database, const struct dialect_verdict *verdict,
                          struct arena *arena)
{
    size_t count = verdict->count < MOST_EVIDENCE ? verdict->count : MOST_EVIDENCE;

    database->evidence = arena_array(arena, count, sizeof *database->evidence);
    database->evidence_count = count;
    for (size_t i = 0; i < count; i++)
        database->evidence[i] =
            (struct drift_evidence){ .dialect = sql_dialect_name(verdict->evidence[i].dialect),
                                     .file = arena_text(arena, verdict->evidence[i].file),
                                     .what = arena_text(arena, verdict->evidence[i].what),
                                     .line = verdict->evidence[i].line };
}

static struct drift_database *settle(struct database_scan *scan)
{
    static const char *const not_compared[] = {
        "the database itself: only files are compared",
        "what routines and anonymous blocks do",
    };
    struct arena *arena = scan->builder->arena;
    size_t left = scan->input->schema != NULL; /* the first is compared then */
    const struct migration_set *set =
        scan->input->current->count > 0 ? scan->input->current : scan->input->previous;
    struct drift_database *database = arena_alloc(arena, sizeof *database);

    *database = (struct drift_database){
        .db_type = sql_dialect_name(set->dialect.dialect),
        .configured = set->dialect.configured,
        .dialect_why = arena_text(arena, set->dialect.why),
        .reader = arena_text(arena, set->reader != NULL ? set->reader : ""),
        .layout = migration_layout_name(set->layout),
        .folder = arena_text(arena, scan->input->folder),
        .previous_count = scan->input->previous->count,
        .current_count = scan->input->current->count,
        .unread = scan->input->current->unread,
        .rollback_available = scan->rollback_available,
        .migrations = vector_to_arena(&scan->migrations, arena),
        .migration_count = scan->migrations.count,
        .operations = vector_to_arena(&scan->operations, arena),
        .operation_count = scan->operations.count,
        .not_compared_count = sizeof not_compared / sizeof *not_compared - left,
    };
    database->not_compared =
        arena_array(arena, database->not_compared_count, sizeof *database->not_compared);
    for (size_t i = 0; i < database->not_compared_count; i++)
        database->not_compared[i] = not_compared[left + i];
    copy_evidence(database, &set->dialect, arena);
    return database;
}

/* Where only schemas were compared. */
static struct drift_database *without_migrations(struct arena *arena,
                                                 const struct drift_schema *schema)
{
    struct drift_database *database = arena_alloc(arena, sizeof *database);

    *database = (struct drift_database){ .db_type = schema->dialect,
                                         .dialect_why = "that of its schema",
                                         .reader = "",
                                         .layout = migration_layout_name(MIGRATION_NONE),
                                         .rollback_available = true };
    return database;
}

static struct drift_database *collect_migrations(struct report_builder *builder,
                                                 const struct module_input *module)
{
    struct database_scan scan = {
        .builder = builder, .module = module, .input = module->database, .rollback_available = true
    };
    struct drift_database *database;

    scan.said = memory_array(word_lists_size(rule_set_words(builder->rules)), sizeof *scan.said);
    vector_init(&scan.migrations, sizeof(struct drift_migration));
    vector_init(&scan.operations, sizeof(struct drift_operation));
    for (size_t i = 0; i < module->database->pair_count; i++)
        add_pair(&scan, &module->database->pairs[i]);
    database = settle(&scan);
    vector_release(&scan.migrations);
    vector_release(&scan.operations);
    free(scan.said);
    return database;
}

const void *database_collect(struct report_builder *builder, const struct module_input *module)
{
    const struct drift_schema *schema;
    struct drift_database *database = NULL;

    if (module->database == NULL)
        return NULL;
    if (module->database->current != NULL)
        database = collect_migrations(builder, module);
    schema = database_schema_collect(builder, module);
    if (database == NULL && schema != NULL)
        database = without_migrations(builder->arena, schema);
    if (database != NULL)
        database->schema = schema;
    return database;
}
