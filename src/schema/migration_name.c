#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>
#include <pilab/base/file.h>
#include <pilab/schema/migration.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "name.sql" → the length of "name"; 0: another ending. */
static size_t stem_length(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);

    return length > end && strcasecmp(name + length - end, ending) == 0 ? length - end : 0;
}

static size_t digits(const char *text)
{
    return strspn(text, "0123456789");
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Numbers joined by single signs of `joints`: "1.2", "20250120_001"; but of "1_2fa_keys" "1". */
static size_t version_length(const char *text, const char *joints)
{
    size_t length = digits(text);

    while (length > 0 && text[length] != '\0' && strchr(joints, text[length]) != NULL &&
           is_digit(text[length + 1])) {
        size_t end = length + 1 + digits(text + length + 1);

        if (is_letter(text[end]))
            break;
        length = end;
    }
    return length;
}

/* The parent folder's name: "b" of "a/b/c". */
static const char *folder_of(const char *path, struct arena *arena)
{
    const char *name = path_base_name(path), *start;

    if (name == path)
        return "";
    start = name - 1;
    while (start > path && start[-1] != '/')
        start--;
    return arena_bytes(arena, start, (size_t)(name - 1 - start));
}

/* --- Tools that a name alone tells ------------------------------------------------------------ */

/* V1.2__name.sql, U1__name.sql, B2__name.sql, R__name.sql; versions are joined by '.' or '_'. */
static bool read_flyway(const char *file, struct arena *arena, struct migration_name *name)
{
    size_t stem = stem_length(file, ".sql"), version;

    if (stem == 0 || strchr("VUBR", *file) == NULL)
        return false;
    version = *file == 'R' ? 0 : version_length(file + 1, "._");
    if ((version == 0) != (*file == 'R') || strncmp(file + 1 + version, "__", 2) != 0)
        return false;
    name->layout = MIGRATION_FLYWAY;
    name->kind = *file == 'B'   ? MIGRATION_BASELINE
                 : *file == 'R' ? MIGRATION_REPEATABLE
                                : MIGRATION_VERSIONED;
    name->down = *file == 'U';
    name->version = arena_bytes(arena, file + 1, version);
    name->title = arena_bytes(arena, file + 3 + version, stem - 3 - version);
    return true;
}

/* 20250120103000_name/migration.sql of Prisma; 2025-01-20-103000_name/up.sql of Diesel. */
static bool read_folder(const char *path, const char *file, struct arena *arena,
                        struct migration_name *name)
{
    const char *folder = folder_of(path, arena);
    bool prisma = strcmp(file, "migration.sql") == 0;
    bool down = strcmp(file, "down.sql") == 0;
    size_t version = version_length(folder, "-_");

    if (version == 0 || (!prisma && !down && strcmp(file, "up.sql") != 0))
        return false;
    name->layout = prisma ? MIGRATION_PRISMA : MIGRATION_DIESEL;
    name->down = down;
    name->version = arena_bytes(arena, folder, version);
    name->title = folder + version + (folder[version] == '_' || folder[version] == '-');
    return true;
}

/* 1_name.up.sql and 1_name.down.sql; the number is what stands before the first '_'. With a second
 * number it is another tool's: golang-migrate would take all of a day for one. */
static bool read_golang(const char *file, struct arena *arena, struct migration_name *name)
{
    size_t up = stem_length(file, ".up.sql"), down = stem_length(file, ".down.sql");
    size_t version = digits(file), stem = up > 0 ? up : down;

    if (stem == 0 || version == 0 || (file[version] != '_' && version != stem) ||
        version_length(file, "_") > version)
        return false;
    name->layout = MIGRATION_GOLANG;
    name->down = down > 0;
    name->version = arena_bytes(arena, file, version);
    name->title = version < stem ? arena_bytes(arena, file + version + 1, stem - version - 1) : "";
    return true;
}

/* --- A number or a time in front of a name ---------------------------------------------------- */

static const struct direction_ending {
    const char *ending;
    bool down;
} directions[] = {
    {".down.sql",      true },
    { "_down.sql",     true },
    { "-down.sql",     true },
    { ".rollback.sql", true },
    { "_rollback.sql", true },
    { ".undo.sql",     true },
    { "_undo.sql",     true },
    { ".up.sql",       false},
    { "_up.sql",       false},
    { "-up.sql",       false},
    { ".do.sql",       false},
    { ".sql",          false},
    { ".json",         false},
    { ".yaml",         false},
    { ".yml",          false},
};

static bool read_numbered(const char *file, struct arena *arena, struct migration_name *name)
{
    size_t version = version_length(file, "_.-"), stem = 0, skip;

    if (version == 0)
        return false;
    for (size_t i = 0; i < COUNT(directions) && stem == 0; i++) {
        stem = stem_length(file, directions[i].ending);
        name->down = directions[i].down;
    }
    if (stem == 0 || version > stem)
        return false;
    skip = version + strspn(file + version, "_-. ");
    name->layout = MIGRATION_TIMESTAMPED;
    name->version = arena_bytes(arena, file, version);
    name->title = skip < stem ? arena_bytes(arena, file + skip, stem - skip) : "";
    return true;
}

bool migration_name_read(const char *path, struct arena *arena, struct migration_name *name)
{
    const char *file = path_base_name(path);

    *name = (struct migration_name){ .layout = MIGRATION_NONE, .version = "", .title = "" };
    if (migration_is_schema(path))
        return false;
    return read_flyway(file, arena, name) || read_folder(path, file, arena, name) ||
           read_golang(file, arena, name) || read_numbered(file, arena, name);
}

bool migration_is_schema(const char *path)
{
    const char *file = path_base_name(path);

    return strcmp(file, "structure.sql") == 0 || strcmp(file, "schema.sql") == 0 ||
           strcmp(file, "schema.rb") == 0;
}

/* --- Where they usually lie ------------------------------------------------------------------- */

static const char *const folders[] = {
    "src/main/resources/db/migration",
    "src/main/resources/db/changelog",
    "db/migrations",
    "db/migration",
    "db/migrate",
    "db/changelog",
    "database/migrations",
    "prisma/migrations",
    "alembic/versions",
    "migrations/versions",
    "sql/migrations",
    "migrations",
    "migration",
    "changelog",
    "sql",
};

const char *migration_folder(size_t index)
{
    return index < COUNT(folders) ? folders[index] : NULL;
}

bool migration_file_may_be(const char *path)
{
    static const char *const endings[] = { ".sql", ".xml", ".yaml", ".yml", ".rb",
                                           ".py",  ".php", ".js",   ".ts",  ".json" };
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot != NULL && i < COUNT(endings); i++) {
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    }
    return false;
}

/* --- Order ------------------------------------------------------------------------------------ */

/* The next number of a version, without the zeros before it; "" past the last. */
static const char *next_number(const char **version, size_t *length)
{
    const char *start = *version + strcspn(*version, "0123456789");

    start += strspn(start, "0");
    *length = digits(start);
    *version = start + *length;
    return start;
}

int migration_version_compare(const char *left, const char *right)
{
    while (*left != '\0' || *right != '\0') {
        size_t left_length, right_length;
        const char *a = next_number(&left, &left_length);
        const char *b = next_number(&right, &right_length);
        int order;

        if (left_length != right_length)
            return left_length < right_length ? -1 : 1;
        order = memcmp(a, b, left_length);
        if (order != 0)
            return order < 0 ? -1 : 1;
    }
    return 0;
}

/* --- Names ------------------------------------------------------------------------------------ */

static const char *const layout_names[] = {
    [MIGRATION_NONE] = "none",
    [MIGRATION_GOLANG] = "golang-migrate",
    [MIGRATION_FLYWAY] = "flyway",
    [MIGRATION_GOOSE] = "goose",
    [MIGRATION_SQL_MIGRATE] = "sql-migrate",
    [MIGRATION_DBMATE] = "dbmate",
    [MIGRATION_LIQUIBASE] = "liquibase",
    [MIGRATION_PRISMA] = "prisma",
    [MIGRATION_DIESEL] = "diesel",
    [MIGRATION_PGROLL] = "pgroll",
    [MIGRATION_TIMESTAMPED] = "timestamped",
    [MIGRATION_PATTERN] = "pattern",
};

static const char *const kind_names[] = {
    [MIGRATION_VERSIONED] = "versioned",
    [MIGRATION_BASELINE] = "baseline",
    [MIGRATION_REPEATABLE] = "repeatable",
    [MIGRATION_ALWAYS] = "always",
};

static const char *const way_back_names[] = {
    [WAY_BACK_NONE] = "none",           [WAY_BACK_FILE] = "file",
    [WAY_BACK_SECTION] = "section",     [WAY_BACK_EMPTY] = "empty",
    [WAY_BACK_AUTOMATIC] = "automatic", [WAY_BACK_NOT_NEEDED] = "not_needed",
};

const char *migration_layout_name(enum migration_layout layout)
{
    return layout_names[layout];
}

const char *migration_kind_name(enum migration_kind kind)
{
    return kind_names[kind];
}

const char *migration_way_back_name(enum migration_way_back way)
{
    return way_back_names[way];
}
