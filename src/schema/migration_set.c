#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/glob.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>

#include "migration_pgroll.h"
#include "migration_sections.h"
#include "migration_sequence.h"

/* A set while it is read. */
struct gathering {
    const struct migration_options *options;
    struct arena *arena;
    struct vector migrations; /* struct migration */
    struct vector downs;      /* struct down_file */
    struct vector schemas;    /* struct migration_file */
    struct vector problems;   /* struct migration_problem */
    struct dialect_witness *witness;
};

/* A file that leads back, until what it leads back from is known. */
struct down_file {
    struct migration_name name;
    const struct migration_file *file;
    bool taken;
};

static void add_problem(struct gathering *gathering, const char *file, unsigned line,
                        const char *message, const char *hint)
{
    struct migration_problem *problem = vector_add(&gathering->problems);

    *problem =
        (struct migration_problem){ .file = file, .line = line, .message = message, .hint = hint };
}

const char *migration_sequence(const struct migration *migration, struct arena *arena)
{
    const char *name = path_base_name(migration->file);
    size_t length = (size_t)(name - migration->file);

    if (migration->layout == MIGRATION_FLYWAY || migration->layout == MIGRATION_LIQUIBASE)
        return "";
    if (migration->layout == MIGRATION_PRISMA || migration->layout == MIGRATION_DIESEL) {
        length -= length > 0;
        while (length > 0 && migration->file[length - 1] != '/')
            length--;
    }
    return arena_bytes(arena, migration->file, length);
}

/* --- Ways back -------------------------------------------------------------------------------- */

static bool does_anything(const struct migration_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct sql_scan scan;
        struct sql_token token;

        sql_scan_start(&scan, DIALECT_UNKNOWN, parts[i].text, parts[i].length);
        while (sql_scan_next(&scan, &token)) {
            if (token.kind != SQL_BLANK && token.kind != SQL_COMMENT &&
                !sql_token_is_sign(&token, ";"))
                return true;
        }
    }
    return false;
}

static void set_way_back(struct migration *migration, enum migration_way_back way, bool available,
                         const char *why)
{
    migration->way_back = way;
    migration->rollback_available = available;
    migration->rollback_why = why;
}

static void settle_way_back(struct gathering *gathering, struct migration *migration,
                            const struct migration_section *section)
{
    struct arena *arena = gathering->arena;
    bool does = does_anything(migration->down, migration->down_count);

    if (migration->layout == MIGRATION_PGROLL)
        return; /* its reader knows */
    if (section != NULL && section->back_not_needed && !does) {
        set_way_back(migration, WAY_BACK_NOT_NEEDED, true, "its rollback is empty on purpose");
    } else if (migration->down_file != NULL) {
        set_way_back(migration, does ? WAY_BACK_FILE : WAY_BACK_EMPTY, does,
                     does ? migration->down_file
                          : arena_printf(arena, "nothing in %s does anything",
                                         migration->down_file));
    } else if (migration->down_count > 0 || (section != NULL && section->has_down)) {
        const char *what =
            migration->layout == MIGRATION_LIQUIBASE ? "--rollback" : "its down section";

        set_way_back(migration, does ? WAY_BACK_SECTION : WAY_BACK_EMPTY, does,
                     does ? what : arena_printf(arena, "nothing in %s does anything", what));
    } else if (migration->kind == MIGRATION_REPEATABLE || migration->kind == MIGRATION_ALWAYS) {
        set_way_back(migration, WAY_BACK_NOT_NEEDED, true,
                     "it is run again: its earlier form leads back");
    } else {
        static const char *const whys[MIGRATION_LAYOUT_COUNT] = {
            [MIGRATION_GOLANG] = "there is no down file",
            [MIGRATION_FLYWAY] = "there is no undo migration",
            [MIGRATION_GOOSE] = "there is no down section",
            [MIGRATION_SQL_MIGRATE] = "there is no down section",
            [MIGRATION_DBMATE] = "there is no down section",
            [MIGRATION_LIQUIBASE] = "there is no --rollback",
            [MIGRATION_PRISMA] = "Prisma has no way back",
            [MIGRATION_DIESEL] = "there is no down.sql",
        };
        const char *why = whys[migration->layout];

        set_way_back(migration, WAY_BACK_NONE, false, why ? why : "nothing leads back");
    }
}

/* --- Migrations ------------------------------------------------------------------------------- */

/* The same for the same content, whatever the ends of its lines. */
static void digest_of(const struct migration_part *parts, size_t count, char out[SHA256_HEX_SIZE])
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < count; i++) {
        strbuf_add_bytes(&text, parts[i].text, parts[i].length);
        strbuf_add_char(&text, '\n');
    }
    strbuf_unix_text(&text);
    sha256_hex(text.data, text.length, out);
    strbuf_release(&text);
}

static size_t count_placeholders(const struct migration *migration, struct arena *arena)
{
    size_t all = 0, count;

    for (size_t i = 0; i < migration->up_count; i++) {
        sql_fill_placeholders(migration->up[i].text, migration->up[i].length, false, arena, &count);
        all += count;
    }
    return all;
}

static const char *id_of(const struct migration *migration, const struct migration_section *section,
                         struct arena *arena)
{
    if (section != NULL && section->id != NULL)
        return arena_printf(arena, "%s::%s::%s", migration->file, section->id, section->author);
    if (migration->kind == MIGRATION_REPEATABLE)
        return arena_printf(arena, "R:%s", migration->title);
    if (migration->kind == MIGRATION_BASELINE)
        return arena_printf(arena, "B:%s", migration->version);
    return migration->version[0] != '\0' ? migration->version : migration->file;
}

static struct migration *add_migration(struct gathering *gathering,
                                       const struct migration_file *file,
                                       const struct migration_name *name,
                                       const struct migration_section *section)
{
    struct arena *arena = gathering->arena;
    struct migration *migration = vector_add(&gathering->migrations);

    *migration = (struct migration){
        .file = arena_text(arena, file->path),
        .layout = name->layout,
        .kind =
            section != NULL && section->kind != MIGRATION_VERSIONED ? section->kind : name->kind,
        .version = name->version,
        .title = name->title,
        .unread = file->unread,
        .line = section != NULL ? section->line : 1,
    };
    if (section != NULL) {
        migration->up = vector_to_arena(&section->up, arena);
        migration->up_count = section->up.count;
        migration->down = vector_to_arena(&section->down, arena);
        migration->down_count = section->down.count;
        migration->no_transaction = section->no_transaction;
        if (section->id != NULL)
            migration->title = arena_printf(arena, "%s by %s", section->id, section->author);
    } else {
        struct migration_part *part = arena_alloc(arena, sizeof *part);

        *part = (struct migration_part){ .text = file->text, .length = file->length, .line = 1 };
        migration->up = part;
        migration->up_count = 1;
    }
    migration->id = id_of(migration, section, arena);
    digest_of(migration->up, migration->up_count, migration->digest);
    if (migration->unread != NULL)
        migration->up_count = 0;
    migration->placeholders = count_placeholders(migration, arena);
    return migration;
}

static void add_sections(struct gathering *gathering, const struct migration_file *file,
                         const struct migration_name *name)
{
    struct vector sections;
    const char *problem;
    unsigned line;

    vector_init(&sections, sizeof(struct migration_section));
    migration_sections_read(name->layout, file->text, file->length, gathering->arena, &sections,
                            &problem, &line);
    for (size_t i = 0; i < sections.count; i++) {
        const struct migration_section *section = vector_at(&sections, i);
        struct migration *migration = add_migration(gathering, file, name, section);

        settle_way_back(gathering, migration, section);
        if (migration->down_count > 0)
            digest_of(migration->down, migration->down_count, migration->down_digest);
    }
    if (problem != NULL)
        add_problem(gathering, arena_text(gathering->arena, file->path), line, problem, NULL);
    if (sections.count == 0)
        add_problem(gathering, arena_text(gathering->arena, file->path), 0, "it has no changeset",
                    NULL);
    migration_sections_release(&sections);
}

/* A number in front of the version of tools that take only the first one: goose, dbmate, … */
static void use_first_number(struct migration_name *name, const struct migration_file *file,
                             struct arena *arena)
{
    const char *base = path_base_name(file->path);
    size_t length = strspn(base, "0123456789"), stem = strlen(base);

    if (length == 0)
        return;
    stem -= stem > 4 && strcmp(base + stem - 4, ".sql") == 0 ? 4 : 0;
    name->version = arena_bytes(arena, base, length);
    length += strspn(base + length, "_-.");
    name->title = length < stem ? arena_bytes(arena, base + length, stem - length) : "";
}

static bool is_json_or_yaml(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL &&
           (strcmp(dot, ".json") == 0 || strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

static void add_pgroll(struct gathering *gathering, const struct migration_file *file,
                       struct migration_name *name)
{
    struct migration *migration;
    const char *problem;

    if (!migration_pgroll_test(file))
        return;
    name->layout = MIGRATION_PGROLL;
    migration = add_migration(gathering, file, name, NULL);
    problem = migration_pgroll_read(migration, file, gathering->arena);
    migration->unread = problem;
    if (problem != NULL)
        add_problem(gathering, migration->file, 0, problem, NULL);
}

static void add_sql(struct gathering *gathering, const struct migration_file *file,
                    struct migration_name *name, bool named)
{
    enum migration_layout marked = MIGRATION_NONE;

    if (file->unread == NULL && (name->layout == MIGRATION_TIMESTAMPED || !named))
        marked = migration_sections_layout(file->text, file->length);
    if (!named && marked == MIGRATION_NONE && gathering->options->pattern == NULL)
        return;
    if (file->unread != NULL)
        add_problem(gathering, arena_text(gathering->arena, file->path), 0, file->unread,
                    "Save it as UTF-8.");
    else
        dialect_witness_sql(gathering->witness, file->path, file->text, file->length);
    if (name->down) {
        vector_push(&gathering->downs,
                    &(struct down_file){ .name = *name, .file = file, .taken = false });
        return;
    }
    if (marked != MIGRATION_NONE) {
        name->layout = marked;
        use_first_number(name, file, gathering->arena);
        add_sections(gathering, file, name);
        return;
    }
    if (!named)
        name->layout = MIGRATION_PATTERN;
    add_migration(gathering, file, name, NULL);
}

static void add_file(struct gathering *gathering, const struct migration_file *file)
{
    struct migration_name name;
    const char *pattern = gathering->options->pattern;
    bool named = migration_name_read(file->path, gathering->arena, &name);

    if (migration_is_schema(file->path)) {
        if (strstr(path_base_name(file->path), ".sql") != NULL)
            vector_push(&gathering->schemas, file);
        return;
    }
    if (pattern != NULL && !glob_match(pattern, file->path, '/'))
        return;
    if (is_json_or_yaml(file->path)) {
        if (named)
            add_pgroll(gathering, file, &name);
    } else if (named || migration_file_may_be(file->path)) {
        if (strlen(file->path) > 4 && strcmp(file->path + strlen(file->path) - 4, ".sql") == 0)
            add_sql(gathering, file, &name, named);
    }
}

/* --- Order, partners and doubles -------------------------------------------------------------- */

/* Versioned ones by version, then repeatable ones by name; changesets as they stand. */
static int compare_migrations(const void *left, const void *right)
{
    const struct migration *a = left, *b = right;
    bool a_last = a->kind == MIGRATION_REPEATABLE && a->layout == MIGRATION_FLYWAY;
    bool b_last = b->kind == MIGRATION_REPEATABLE && b->layout == MIGRATION_FLYWAY;
    int order;

    if (a_last != b_last)
        return a_last ? 1 : -1;
    if (a_last)
        return strcmp(a->title, b->title);
    if (a->layout == MIGRATION_LIQUIBASE && b->layout == MIGRATION_LIQUIBASE) {
        order = strcmp(a->file, b->file);
        return order != 0 ? order : (a->line > b->line) - (a->line < b->line);
    }
    order = migration_version_compare(a->version, b->version);
    if (order == 0)
        order = (a->kind == MIGRATION_BASELINE) - (b->kind == MIGRATION_BASELINE);
    return order != 0 ? order : strcmp(a->file, b->file);
}

static bool same_folder(const char *left, const char *right)
{
    size_t length = (size_t)(path_base_name(left) - left);

    return length == (size_t)(path_base_name(right) - right) && strncmp(left, right, length) == 0;
}

static bool is_partner(const struct migration *migration, const struct down_file *down)
{
    if (down->taken || migration->kind != MIGRATION_VERSIONED || migration->down_file != NULL ||
        migration_version_compare(migration->version, down->name.version) != 0)
        return false;
    if (down->name.layout == MIGRATION_FLYWAY)
        return migration->layout == MIGRATION_FLYWAY;
    return same_folder(migration->file, down->file->path) &&
           (strcmp(migration->title, down->name.title) == 0 ||
            down->name.layout == MIGRATION_GOLANG);
}

static void take_down(struct gathering *gathering, struct migration *migration,
                      struct down_file *down)
{
    struct migration_part *part = arena_alloc(gathering->arena, sizeof *part);

    *part = (struct migration_part){ .text = down->file->text,
                                     .length = down->file->length,
                                     .line = 1 };
    down->taken = true;
    migration->down = part;
    migration->down_count = 1;
    migration->down_file = arena_text(gathering->arena, down->file->path);
    digest_of(part, 1, migration->down_digest);
    if (down->file->unread != NULL) {
        migration->down_count = 0;
        set_way_back(migration, WAY_BACK_NONE, false,
                     arena_printf(gathering->arena, "%s cannot be read", migration->down_file));
    }
}

/* Down files come in the order of their versions, too, and each looks only among those of its own
 * version. */
static int compare_downs(const void *left, const void *right)
{
    const struct down_file *a = left, *b = right;
    int order = migration_version_compare(a->name.version, b->name.version);

    return order != 0 ? order : strcmp(a->file->path, b->file->path);
}

static void join_downs(struct gathering *gathering)
{
    size_t first = 0;

    vector_sort(&gathering->downs, compare_downs);
    for (size_t i = 0; i < gathering->migrations.count; i++) {
        struct migration *migration = vector_at(&gathering->migrations, i);

        if (migration->layout == MIGRATION_LIQUIBASE || migration->kind == MIGRATION_REPEATABLE)
            continue;
        while (first < gathering->downs.count &&
               migration_version_compare(((struct down_file *)vector_at(&gathering->downs, first))
                                             ->name.version,
                                         migration->version) < 0)
            first++;
        for (size_t k = first; k < gathering->downs.count; k++) {
            struct down_file *down = vector_at(&gathering->downs, k);

            if (migration_version_compare(down->name.version, migration->version) > 0)
                break;
            if (is_partner(migration, down)) {
                take_down(gathering, migration, down);
                break;
            }
        }
    }
    for (size_t i = 0; i < gathering->downs.count; i++) {
        const struct down_file *down = vector_at(&gathering->downs, i);

        if (!down->taken)
            add_problem(gathering, arena_text(gathering->arena, down->file->path), 0,
                        "it leads back from a migration that is not there",
                        "name it as the migration is named, or take it away");
    }
}

/* Two migrations of one version: tools refuse them, or run only one. */
static void find_doubles(struct gathering *gathering)
{
    struct map *seen = map_new();

    for (size_t i = 0; i < gathering->migrations.count; i++) {
        struct migration *migration = vector_at(&gathering->migrations, i);
        const char *key =
            arena_printf(gathering->arena, "%s|%s", migration_sequence(migration, gathering->arena),
                         migration->id);
        const struct migration *other = map_get(seen, key);

        if (other == NULL) {
            map_put(seen, key, migration);
            continue;
        }
        add_problem(gathering, migration->file, migration->line,
                    arena_printf(gathering->arena, "it has the same version as %s", other->file),
                    "give one of them another version");
        migration->id = migration->file;
    }
    map_free(&seen);
}

static enum migration_layout most_common(const struct migration_set *set)
{
    size_t counts[MIGRATION_LAYOUT_COUNT] = { 0 };
    enum migration_layout best = MIGRATION_NONE;

    for (size_t i = 0; i < set->count; i++)
        counts[set->list[i].layout]++;
    for (size_t i = 1; i < MIGRATION_LAYOUT_COUNT; i++) {
        if (counts[i] > counts[best])
            best = (enum migration_layout)i;
    }
    return best;
}

static void witness_beside(struct gathering *gathering)
{
    const struct migration_options *options = gathering->options;

    for (size_t i = 0; i < options->beside_count; i++)
        dialect_witness_project(gathering->witness, options->beside[i].path,
                                options->beside[i].text, options->beside[i].length);
}

void migration_set_read(const struct migration_file *files, size_t count,
                        const struct migration_options *options, struct arena *arena,
                        struct migration_set *set)
{
    static const struct migration_options no_options = { 0 };
    struct gathering gathering = { .options = options ? options : &no_options,
                                   .arena = arena,
                                   .witness = dialect_witness_new() };

    *set = (struct migration_set){ 0 };
    vector_init(&gathering.migrations, sizeof(struct migration));
    vector_init(&gathering.downs, sizeof(struct down_file));
    vector_init(&gathering.schemas, sizeof(struct migration_file));
    vector_init(&gathering.problems, sizeof(struct migration_problem));
    for (size_t i = 0; i < count; i++)
        add_file(&gathering, &files[i]);
    vector_sort(&gathering.migrations, compare_migrations);
    join_downs(&gathering);
    for (size_t i = 0; i < gathering.migrations.count; i++) {
        struct migration *migration = vector_at(&gathering.migrations, i);

        if (migration->rollback_why == NULL)
            settle_way_back(&gathering, migration, NULL);
    }
    find_doubles(&gathering);
    witness_beside(&gathering);
    set->list = vector_to_arena(&gathering.migrations, arena);
    set->count = gathering.migrations.count;
    set->schemas = vector_to_arena(&gathering.schemas, arena);
    set->schema_count = gathering.schemas.count;
    set->problems = vector_to_arena(&gathering.problems, arena);
    set->problem_count = gathering.problems.count;
    set->layout = most_common(set);
    if (set->layout == MIGRATION_PGROLL && gathering.options->dialect == NULL)
        set->dialect = (struct dialect_verdict){ .dialect = DIALECT_POSTGRESQL,
                                                 .why = "pgroll is a tool of PostgreSQL" };
    else
        set->dialect = dialect_decide(gathering.witness, gathering.options->dialect, arena);
    vector_release(&gathering.migrations);
    vector_release(&gathering.downs);
    vector_release(&gathering.schemas);
    vector_release(&gathering.problems);
    dialect_witness_free(&gathering.witness);
}
