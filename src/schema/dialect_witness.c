#include <pilab/schema/dialect_witness.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/schema/sql_scan.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* How many times the winner must outweigh what speaks against it. */
enum { MARGIN = 3, ENOUGH = 2 };

/* --- What was seen ---------------------------------------------------------------------------- */

struct dialect_witness {
    struct arena *arena;
    struct vector evidence; /* struct dialect_evidence, each file and sign once */
};

struct dialect_witness *dialect_witness_new(void)
{
    struct dialect_witness *witness = memory_new(sizeof *witness);

    witness->arena = arena_new();
    vector_init(&witness->evidence, sizeof(struct dialect_evidence));
    return witness;
}

void dialect_witness_free(struct dialect_witness **witness)
{
    if (*witness == NULL)
        return;
    vector_release(&(*witness)->evidence);
    arena_free(&(*witness)->arena);
    free(*witness);
    *witness = NULL;
}

/* A sign that a text is full of counts once for each file. */
static void see(struct dialect_witness *witness, enum sql_dialect dialect, unsigned weight,
                const char *file, unsigned line, const char *what)
{
    struct dialect_evidence *row;

    for (size_t i = witness->evidence.count; i-- > 0;) {
        row = vector_at(&witness->evidence, i);
        if (strcmp(row->file, file) != 0)
            break;
        if (row->dialect == dialect && strcmp(row->what, what) == 0)
            return;
    }
    row = vector_add(&witness->evidence);
    *row = (struct dialect_evidence){ .dialect = dialect,
                                      .file = arena_text(witness->arena, file),
                                      .line = line,
                                      .what = what,
                                      .weight = weight };
}

/* --- Words of SQL ----------------------------------------------------------------------------- */

/* Words in a row that only one dialect has. A word that another may use as a name weighs less. */
static const struct sql_sign {
    const char *words;
    enum sql_dialect dialect;
    unsigned weight;
} sql_signs[] = {
    {"AUTO_INCREMENT",                    DIALECT_MYSQL,      4},
    { "ENGINE =",                         DIALECT_MYSQL,      4},
    { "CHARSET",                          DIALECT_MYSQL,      3},
    { "UNSIGNED",                         DIALECT_MYSQL,      2},
    { "MEDIUMTEXT",                       DIALECT_MYSQL,      3},
    { "LONGTEXT",                         DIALECT_MYSQL,      3},
    { "MEDIUMINT",                        DIALECT_MYSQL,      3},
    { "LONGBLOB",                         DIALECT_MYSQL,      3},
    { "DELIMITER",                        DIALECT_MYSQL,      2},
    { "MODIFY COLUMN",                    DIALECT_MYSQL,      3},
    { "CHANGE COLUMN",                    DIALECT_MYSQL,      3},
    { "ON DUPLICATE KEY",                 DIALECT_MYSQL,      4},
    { "ON UPDATE CURRENT_TIMESTAMP",      DIALECT_MYSQL,      4},
    { "UNIQUE KEY",                       DIALECT_MYSQL,      3},
    { "FULLTEXT",                         DIALECT_MYSQL,      2},
    { "SYSTEM VERSIONING",                DIALECT_MARIADB,    3},
    { "BIGSERIAL",                        DIALECT_POSTGRESQL, 4},
    { "SERIAL PRIMARY",                   DIALECT_POSTGRESQL, 3},
    { "TIMESTAMPTZ",                      DIALECT_POSTGRESQL, 4},
    { "JSONB",                            DIALECT_POSTGRESQL, 4},
    { "BYTEA",                            DIALECT_POSTGRESQL, 4},
    { "TSVECTOR",                         DIALECT_POSTGRESQL, 4},
    { "CITEXT",                           DIALECT_POSTGRESQL, 4},
    { "CREATE EXTENSION",                 DIALECT_POSTGRESQL, 4},
    { "PLPGSQL",                          DIALECT_POSTGRESQL, 4},
    { "CONCURRENTLY",                     DIALECT_POSTGRESQL, 4},
    { "NOT VALID",                        DIALECT_POSTGRESQL, 4},
    { "RETURNING",                        DIALECT_POSTGRESQL, 1},
    { "ILIKE",                            DIALECT_POSTGRESQL, 3},
    { "USING GIN",                        DIALECT_POSTGRESQL, 4},
    { "USING GIST",                       DIALECT_POSTGRESQL, 4},
    { "CREATE TYPE",                      DIALECT_POSTGRESQL, 2},
    { "CREATE DOMAIN",                    DIALECT_POSTGRESQL, 2},
    { "CREATE POLICY",                    DIALECT_POSTGRESQL, 4},
    { "ROW LEVEL SECURITY",               DIALECT_POSTGRESQL, 4},
    { "SECURITY DEFINER",                 DIALECT_POSTGRESQL, 2},
    { "SEARCH_PATH",                      DIALECT_POSTGRESQL, 3},
    { "SET DATA TYPE",                    DIALECT_POSTGRESQL, 2},
    { "LOCK_TIMEOUT",                     DIALECT_POSTGRESQL, 3},
    { "WITH TIME ZONE",                   DIALECT_POSTGRESQL, 2},
    { "CHARACTER VARYING",                DIALECT_POSTGRESQL, 2},
    { "GENERATED BY DEFAULT AS IDENTITY", DIALECT_POSTGRESQL, 2},
    { "GENERATED ALWAYS AS IDENTITY",     DIALECT_POSTGRESQL, 2},
    { "PRAGMA",                           DIALECT_SQLITE,     4},
    { "AUTOINCREMENT",                    DIALECT_SQLITE,     4},
    { "WITHOUT ROWID",                    DIALECT_SQLITE,     4},
    { "SQLITE_MASTER",                    DIALECT_SQLITE,     4},
    { "SQLITE_SEQUENCE",                  DIALECT_SQLITE,     4},
    { "CREATE VIRTUAL TABLE",             DIALECT_SQLITE,     3},
    { "VARCHAR2",                         DIALECT_ORACLE,     4},
    { "NVARCHAR2",                        DIALECT_ORACLE,     4},
    { "CLOB",                             DIALECT_ORACLE,     1},
    { "UNIQUEIDENTIFIER",                 DIALECT_SQLSERVER,  4},
    { "DATETIME2",                        DIALECT_SQLSERVER,  4},
    { "NONCLUSTERED",                     DIALECT_SQLSERVER,  4},
    { "IDENTITY ( 1 , 1 )",               DIALECT_SQLSERVER,  4},
};

/* The last few tokens, so that a sign may be several in a row. */
enum { WINDOW = 6 };

struct window {
    struct sql_token tokens[WINDOW];
    size_t count;
};

/* Whether the words are the last tokens that were read. */
static bool ends_with(const struct window *window, const char *words)
{
    size_t count = 1, at;

    for (const char *blank = words; (blank = strchr(blank, ' ')) != NULL; blank++)
        count++;
    if (count > window->count)
        return false;
    at = window->count - count;
    for (; at < window->count; at++) {
        const struct sql_token *token = &window->tokens[at];
        size_t length = strcspn(words, " ");

        if (token->length != length || strncasecmp(token->start, words, length) != 0 ||
            (token->kind != SQL_WORD && token->kind != SQL_SIGN && token->kind != SQL_NUMBER))
            return false;
        words += length + (words[length] == ' ');
    }
    return true;
}

static void push(struct window *window, const struct sql_token *token)
{
    if (window->count == WINDOW) {
        memmove(window->tokens, window->tokens + 1, sizeof window->tokens - sizeof *token);
        window->count--;
    }
    window->tokens[window->count++] = *token;
}

static void see_token(struct dialect_witness *witness, const char *path,
                      const struct window *window)
{
    const struct sql_token *token = &window->tokens[window->count - 1];

    if (token->kind == SQL_WORD || token->kind == SQL_SIGN) {
        for (size_t i = 0; i < COUNT(sql_signs); i++) {
            if (ends_with(window, sql_signs[i].words))
                see(witness, sql_signs[i].dialect, sql_signs[i].weight, path, token->line,
                    sql_signs[i].words);
        }
    }
    if (sql_token_is_sign(token, "::"))
        see(witness, DIALECT_POSTGRESQL, 4, path, token->line, "::type");
    if (token->kind == SQL_STRING && *token->start == '$')
        see(witness, DIALECT_POSTGRESQL, 4, path, token->line, "$$ … $$");
    /* SQLite takes it, too, but nobody writes it there. */
    if (token->kind == SQL_QUOTED && *token->start == '`')
        see(witness, DIALECT_MYSQL, 2, path, token->line, "`name`");
}

static void see_comment(struct dialect_witness *witness, const char *path,
                        const struct sql_token *token)
{
    static const struct {
        const char *words;
        enum sql_dialect dialect;
    } heads[] = {
        {"-- PostgreSQL database dump", DIALECT_POSTGRESQL},
        { "-- MySQL dump",              DIALECT_MYSQL     },
        { "-- MariaDB dump",            DIALECT_MARIADB   },
    };

    if (token->length > 4 && token->start[2] == '!' && token->start[1] == '*')
        see(witness, DIALECT_MYSQL, 4, path, token->line, "/*! … */");
    if (token->length > 4 && strncmp(token->start, "/*M!", 4) == 0)
        see(witness, DIALECT_MARIADB, 4, path, token->line, "/*M! … */");
    for (size_t i = 0; i < COUNT(heads); i++) {
        if (token->length >= strlen(heads[i].words) &&
            strncmp(token->start, heads[i].words, strlen(heads[i].words)) == 0)
            see(witness, heads[i].dialect, 8, path, token->line, heads[i].words + 3);
    }
}

/* "V1__init.postgres.sql", "mysql/1_init.sql": names that say it. */
static void see_path(struct dialect_witness *witness, const char *path)
{
    const char *at = path;

    while (*at != '\0') {
        size_t length = strcspn(at, "/._-");
        char word[16];
        enum sql_dialect dialect;

        if (length > 2 && length < sizeof word) {
            memcpy(word, at, length);
            word[length] = '\0';
            if (sql_dialect_parse(word, &dialect))
                see(witness, dialect, 4, path, 0, sql_dialect_name(dialect));
        }
        at += length + (at[length] != '\0');
    }
}

void dialect_witness_sql(struct dialect_witness *witness, const char *path, const char *text,
                         size_t length)
{
    struct sql_scan scan;
    struct sql_token token;
    struct window window = { .count = 0 };

    see_path(witness, path);
    sql_scan_start(&scan, DIALECT_UNKNOWN, text, length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_COMMENT) {
            see_comment(witness, path, &token);
        } else if (token.kind != SQL_BLANK) {
            push(&window, &token);
            see_token(witness, path, &window);
        }
    }
}

/* --- Files of the project --------------------------------------------------------------------- */

/* Settings and drivers; found anywhere in such a file, in any case. */
static const struct project_sign {
    const char *words;
    enum sql_dialect dialect;
    unsigned weight;
} project_signs[] = {
    {"postgresql://",                   DIALECT_POSTGRESQL, 6},
    { "postgres://",                    DIALECT_POSTGRESQL, 6},
    { "jdbc:postgresql:",               DIALECT_POSTGRESQL, 6},
    { "jdbc:mysql:",                    DIALECT_MYSQL,      6},
    { "jdbc:mariadb:",                  DIALECT_MARIADB,    6},
    { "jdbc:sqlite:",                   DIALECT_SQLITE,     6},
    { "jdbc:oracle:",                   DIALECT_ORACLE,     6},
    { "jdbc:sqlserver:",                DIALECT_SQLSERVER,  6},
    { "mysql://",                       DIALECT_MYSQL,      6},
    { "mysql2://",                      DIALECT_MYSQL,      6},
    { "mariadb://",                     DIALECT_MARIADB,    6},
    { "sqlite://",                      DIALECT_SQLITE,     6},
    { "sqlite:",                        DIALECT_SQLITE,     4},
    { "sqlserver://",                   DIALECT_SQLSERVER,  6},
    { "\"postgresql\"",                 DIALECT_POSTGRESQL, 8},
    { "\"mysql\"",                      DIALECT_MYSQL,      8},
    { "\"sqlite\"",                     DIALECT_SQLITE,     8},
    { "\"sqlserver\"",                  DIALECT_SQLSERVER,  8},
    { "dialect: postgres",              DIALECT_POSTGRESQL, 8},
    { "dialect: mysql",                 DIALECT_MYSQL,      8},
    { "dialect: sqlite3",               DIALECT_SQLITE,     8},
    { "adapter: postgresql",            DIALECT_POSTGRESQL, 8},
    { "adapter: mysql2",                DIALECT_MYSQL,      8},
    { "adapter: trilogy",               DIALECT_MYSQL,      8},
    { "adapter: sqlite3",               DIALECT_SQLITE,     8},
    { "github.com/lib/pq",              DIALECT_POSTGRESQL, 6},
    { "github.com/jackc/pgx",           DIALECT_POSTGRESQL, 6},
    { "github.com/go-sql-driver/mysql", DIALECT_MYSQL,      6},
    { "github.com/mattn/go-sqlite3",    DIALECT_SQLITE,     4},
    { "modernc.org/sqlite",             DIALECT_SQLITE,     4},
    { "org.postgresql",                 DIALECT_POSTGRESQL, 6},
    { "mysql-connector",                DIALECT_MYSQL,      6},
    { "mariadb-java-client",            DIALECT_MARIADB,    6},
    { "sqlite-jdbc",                    DIALECT_SQLITE,     4},
    { "psycopg",                        DIALECT_POSTGRESQL, 6},
    { "asyncpg",                        DIALECT_POSTGRESQL, 6},
    { "pymysql",                        DIALECT_MYSQL,      6},
    { "mysqlclient",                    DIALECT_MYSQL,      6},
    { "\"pg\":",                        DIALECT_POSTGRESQL, 6},
    { "\"mysql2\":",                    DIALECT_MYSQL,      6},
    { "\"better-sqlite3\":",            DIALECT_SQLITE,     4},
    { "\"sqlite3\":",                   DIALECT_SQLITE,     2},
    { "gem \"pg\"",                     DIALECT_POSTGRESQL, 6},
    { "gem 'pg'",                       DIALECT_POSTGRESQL, 6},
    { "gem \"mysql2\"",                 DIALECT_MYSQL,      6},
    { "gem 'mysql2'",                   DIALECT_MYSQL,      6},
};

static const char *const project_files[] = {
    "migration_lock.toml",
    "schema.prisma",
    "atlas.hcl",
    "flyway.conf",
    "flyway.toml",
    "liquibase.properties",
    "dbconfig.yml",
    "dbconfig.yaml",
    "database.yml",
    "diesel.toml",
    "application.yml",
    "application.yaml",
    "application.properties",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "package.json",
    "requirements.txt",
    "pyproject.toml",
    "Gemfile",
    ".env",
    ".env.example",
    "docker-compose.yml",
    "docker-compose.yaml",
    "compose.yaml",
    "alembic.ini",
    "ormconfig.json",
    "sqlc.yaml",
    "sqlc.yml",
};

bool dialect_names_database(const char *path)
{
    const char *name = path_base_name(path);

    for (size_t i = 0; i < COUNT(project_files); i++) {
        if (strcmp(name, project_files[i]) == 0)
            return true;
    }
    return false;
}

static bool begins_with(const char *at, size_t left, const char *words)
{
    size_t length = strlen(words);

    return left >= length && strncasecmp(at, words, length) == 0;
}

void dialect_witness_project(struct dialect_witness *witness, const char *path, const char *text,
                             size_t length)
{
    unsigned line = 1;

    for (size_t at = 0; at < length; at++) {
        if (text[at] == '\n')
            line++;
        if (at > 0 && ((text[at - 1] >= 'a' && text[at - 1] <= 'z') ||
                       (text[at - 1] >= 'A' && text[at - 1] <= 'Z')))
            continue;
        for (size_t i = 0; i < COUNT(project_signs); i++) {
            if (begins_with(text + at, length - at, project_signs[i].words))
                see(witness, project_signs[i].dialect, project_signs[i].weight, path, line,
                    project_signs[i].words);
        }
    }
}

/* --- The verdict ------------------------------------------------------------------------------ */

static enum sql_dialect family_of(enum sql_dialect dialect)
{
    return dialect == DIALECT_MARIADB ? DIALECT_MYSQL : dialect;
}

/* Those for the verdict first, the weightiest of each first. */
static void sort_evidence(struct vector *rows, const struct dialect_witness *witness,
                          enum sql_dialect dialect)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned weight = 8; weight > 0; weight--) {
            for (size_t i = 0; i < witness->evidence.count; i++) {
                const struct dialect_evidence *row = vector_at(&witness->evidence, i);
                bool speaks_for = family_of(row->dialect) == family_of(dialect);

                if (row->weight == weight && speaks_for == (pass == 0))
                    vector_push(rows, row);
            }
        }
    }
}

static const char *tell(const struct dialect_evidence *first, size_t count, struct arena *arena)
{
    const char *what = arena_text(arena, first->what);
    const char *where =
        first->line > 0 ? arena_printf(arena, "%s:%u", first->file, first->line) : first->file;

    if (count > 1)
        return arena_printf(arena, "%s in %s and %zu more %s", what, where, count - 1,
                            count == 2 ? "sign" : "signs");
    return arena_printf(arena, "%s in %s", what, where);
}

/* MariaDB is said only where something says it and nothing says MySQL by name. */
static enum sql_dialect weigh(const struct dialect_witness *witness, const char **why,
                              struct arena *arena)
{
    unsigned long weights[DIALECT_COUNT] = { 0 }, rest = 0;
    enum sql_dialect best = DIALECT_UNKNOWN;

    for (size_t i = 0; i < witness->evidence.count; i++) {
        const struct dialect_evidence *row = vector_at(&witness->evidence, i);

        weights[row->dialect] += row->weight;
    }
    if (weights[DIALECT_MARIADB] == 0 || weights[DIALECT_MYSQL] == 0) {
        best = weights[DIALECT_MARIADB] > 0 ? DIALECT_MARIADB : DIALECT_MYSQL;
    } else {
        best = DIALECT_MARIADB; /* its own words, among those that both have */
    }
    weights[best] = weights[DIALECT_MARIADB] + weights[DIALECT_MYSQL];
    weights[best == DIALECT_MYSQL ? DIALECT_MARIADB : DIALECT_MYSQL] = 0;
    for (size_t i = 1; i < DIALECT_COUNT; i++) {
        if (weights[i] > weights[best])
            best = (enum sql_dialect)i;
    }
    for (size_t i = 1; i < DIALECT_COUNT; i++)
        rest += i != best ? weights[i] : 0;
    if (weights[best] < ENOUGH) {
        *why = "nothing in the files tells one dialect from another";
        return DIALECT_UNKNOWN;
    }
    if (weights[best] < MARGIN * rest) {
        *why = arena_printf(arena, "signs of %s, and of others as well", sql_dialect_title(best));
        return DIALECT_UNKNOWN;
    }
    return best;
}

struct dialect_verdict dialect_decide(const struct dialect_witness *witness, const char *configured,
                                      struct arena *arena)
{
    struct dialect_verdict verdict = { .dialect = DIALECT_UNKNOWN };
    struct dialect_evidence *rows;
    struct vector sorted;
    size_t supporting = 0;

    if (configured != NULL && sql_dialect_parse(configured, &verdict.dialect)) {
        verdict.configured = true;
        verdict.why = "the project says so";
    } else if (configured != NULL) {
        verdict.why = arena_printf(arena, "the project says %s, which is not known", configured);
        verdict.configured = true;
    } else {
        verdict.dialect = weigh(witness, &verdict.why, arena);
    }
    vector_init(&sorted, sizeof(struct dialect_evidence));
    sort_evidence(&sorted, witness, verdict.dialect);
    rows = vector_to_arena(&sorted, arena);
    verdict.count = sorted.count;
    vector_release(&sorted);
    for (size_t i = 0; i < verdict.count; i++) {
        rows[i].file = arena_text(arena, rows[i].file);
        supporting += family_of(rows[i].dialect) == family_of(verdict.dialect);
    }
    verdict.evidence = rows;
    if (verdict.why == NULL)
        verdict.why = tell(rows, supporting, arena);
    return verdict;
}
