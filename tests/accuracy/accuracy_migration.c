/* Migrations: statements that another tool found in the same folders, the order in which another
 * runs its own, and scripts of which a checker of locks says which of them hold others up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>
#include <pilab/schema/sql_operation.h>
#include <pilab/schema/sql_scan.h>
#include <pilab/schema/sql_statements.h>

#include "../support/migrations.h"
#include "accuracy.h"

typedef void say(struct accuracy *accuracy, const char *format, ...);

/* ---- statements ---- */

/* Its words with one blank between them, without comments: how the other tool kept the text is its
 * own affair. */
static const char *words_of(struct arena *arena, const char *text, size_t length)
{
    struct strbuf words = STRBUF_INIT;
    struct sql_scan scan;
    struct sql_token token;

    sql_scan_start(&scan, DIALECT_UNKNOWN, text, length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_BLANK || token.kind == SQL_COMMENT || sql_token_is_sign(&token, ";"))
            continue;
        strbuf_add_bytes(&words, token.start, token.length);
        strbuf_add_char(&words, ' ');
    }
    return strbuf_to_arena(&words, arena);
}

static void say_statements(struct accuracy *accuracy, const char *folder, const char *version,
                           const struct sql_text *text, say *line)
{
    struct arena *arena = arena_new();
    struct sql_statements statements;
    struct error error = { 0 };

    if (!sql_statements_read(DIALECT_UNKNOWN, text, arena, &statements, &error))
        fail_msg("%s %s: %s", folder, version, error.message);
    for (size_t i = 0; i < statements.count; i++)
        line(accuracy, "%s %s: %s", folder, version,
             words_of(arena, statements.list[i].text, statements.list[i].length));
    arena_free(&arena);
}

/* "2" of "2_baseline.sql"; that of a repeatable one is "3R", the version that it comes after. */
static void expect_folder(struct accuracy *accuracy, const char *folder, const char *gold)
{
    DIR *directory = opendir(gold);
    struct dirent *entry;

    assert_non_null(directory);
    while ((entry = readdir(directory)) != NULL) {
        struct strbuf text = STRBUF_INIT;
        char *version;

        if (entry->d_name[0] == '.')
            continue;
        accuracy_read(gold, entry->d_name, &text);
        version = memory_copy_bytes(entry->d_name, strcspn(entry->d_name, "_"));
        say_statements(accuracy, folder, version,
                       &(struct sql_text){ .text = text.data, .length = text.length, .line = 1 },
                       accuracy_expect);
        free(version);
        strbuf_release(&text);
    }
    closedir(directory);
}

/* What a new database would run: the last baseline stands for all that is before it. */
static size_t first_that_runs(const struct migration_set *set)
{
    size_t first = 0;

    for (size_t i = 0; i < set->count; i++)
        first = set->list[i].kind == MIGRATION_BASELINE ? i : first;
    return first;
}

static void tell_folder(struct accuracy *accuracy, const char *folder,
                        const struct migration_set *set)
{
    const char *before = "0";

    for (size_t i = first_that_runs(set); i < set->count; i++) {
        const struct migration *migration = &set->list[i];
        bool again = migration->kind == MIGRATION_REPEATABLE;
        char *version =
            memory_printf("%s%s", again ? before : migration->version, again ? "R" : "");

        before = again ? before : migration->version;
        for (size_t k = 0; k < migration->up_count; k++)
            say_statements(accuracy, folder, version,
                           &(struct sql_text){ .text = migration->up[k].text,
                                               .length = migration->up[k].length,
                                               .line = migration->up[k].line,
                                               .whole = migration->up[k].whole },
                           accuracy_tell);
        free(version);
    }
    for (size_t i = 0; i < set->problem_count; i++)
        accuracy_tell(accuracy, "%s: problem %s", folder, set->problems[i].message);
    accuracy_tell(accuracy, "%s: layout %s", folder, migration_layout_name(set->layout));
}

static void compare_statements(struct accuracy *accuracy, const char *data, const char *name)
{
    char *folder = memory_printf("%s/schema/migrations/%s", data, name);
    char *gold = memory_printf("%s_gold", folder);
    struct migration_scene *scene = migrations_in(folder, NULL);

    accuracy_expect(accuracy, "%s: layout %s", name, name);
    expect_folder(accuracy, name, gold);
    tell_folder(accuracy, name, &scene->set);
    accuracy_settle(accuracy, name);
    migrations_free(&scene);
    free(gold);
    free(folder);
}

/* ---- order ---- */

/* The tool keeps a list of its files in the order in which it runs them. */
static void compare_order(struct accuracy *accuracy, const char *data)
{
    char *folder = path_join(data, "schema/migrations/pgroll-json");
    struct migration_scene *scene = migrations_in(folder, NULL);
    struct strbuf ledger = STRBUF_INIT;
    size_t number = 1;

    accuracy_read(folder, ".ledger", &ledger);
    for (const char *line = ledger.data; *line != '\0'; number++) {
        size_t length = strcspn(line, "\n");

        accuracy_expect(accuracy, "pgroll %zu: %.*s", number, (int)length, line);
        line += length + (line[length] == '\n');
    }
    for (size_t i = 0; i < scene->set.count; i++)
        accuracy_tell(accuracy, "pgroll %zu: %s", i + 1, scene->set.list[i].file);
    accuracy_settle(accuracy, "pgroll-json/.ledger");
    strbuf_release(&ledger);
    migrations_free(&scene);
    free(folder);
}

/* ---- locks ---- */

/* Rules of the checker that are about what others wait for while rows are read or written anew:
 * checks of constraints, of NOT NULL, types, indexes, unique and exclusion constraints, rewrites,
 * serial columns. Others are about style, or about locks that are short. */
static const char *const lock_rules[] = { "E1", "E2", "E5", "E6", "E7", "E8", "E10", "E11" };
static const char *const scripts[] = { "E1", "E2",  "E3",  "E4",  "E5",  "E6",  "E7", "E8",
                                       "E9", "E10", "E11", "E15", "W12", "W13", "W14" };

static bool is_lock_rule(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof lock_rules / sizeof *lock_rules; i++) {
        if (strlen(lock_rules[i]) == length && memcmp(lock_rules[i], name, length) == 0)
            return true;
    }
    return false;
}

/* "-- eugene: ignore E5, E4": it would speak of the statement, if it was not told to be silent. */
static bool says_it_would(const char *text)
{
    static const char word[] = "-- eugene: ignore ";

    for (; (text = strstr(text, word)) != NULL;) {
        text += strlen(word);
        for (size_t length; (length = strcspn(text, ", \n")) > 0; text += strspn(text, ", ")) {
            if (is_lock_rule(text, length))
                return true;
            text += length;
        }
    }
    return false;
}

static void tell_locks(struct accuracy *accuracy, const char *name, const char *text)
{
    struct arena *arena = arena_new();
    struct sql_statements statements;
    struct vector operations;
    struct error error = { 0 };
    unsigned marks = 0;

    vector_init(&operations, sizeof(struct sql_operation));
    if (!sql_statements_read(DIALECT_POSTGRESQL,
                             &(struct sql_text){ .text = text, .length = strlen(text), .line = 1 },
                             arena, &statements, &error))
        fail_msg("%s: %s", name, error.message);
    for (size_t i = 0; i < statements.count; i++)
        sql_read_operations(DIALECT_POSTGRESQL, &statements.list[i], arena, &operations);
    for (size_t i = 0; i < operations.count; i++) {
        const struct sql_context context = { .dialect = DIALECT_POSTGRESQL };

        sql_mark_operation(&context, arena, vector_at(&operations, i));
        marks |= ((struct sql_operation *)vector_at(&operations, i))->marks;
    }
    if ((marks & SQL_LOCKS) != 0)
        accuracy_tell(accuracy, "%s holds others up", name);
    accuracy_tell(accuracy, "%s is read", name);
    vector_release(&operations);
    arena_free(&arena);
}

/* What the first of a file's scripts makes is new, and nobody waits for it: the others count. */
static void compare_locks(struct accuracy *accuracy, const char *data, const char *rule, bool bad)
{
    char *name = memory_printf("%s/%s.sql", rule, bad ? "bad" : "good");
    char *path = memory_printf("schema/migrations/flyway-eugene/%s", name);
    char *whole = path_join(data, path);
    struct strbuf text = STRBUF_INIT;
    const char *second;

    if (file_exists(whole)) { /* some have no good form */
        accuracy_read(data, path, &text);
        second = strstr(text.data, "-- 2.sql");
        if (second != NULL && ((bad && is_lock_rule(rule, strlen(rule))) || says_it_would(second)))
            accuracy_expect(accuracy, "%s holds others up", name);
        accuracy_expect(accuracy, "%s is read", name);
        tell_locks(accuracy, name, second != NULL ? second : "");
    }
    strbuf_release(&text);
    free(whole);
    free(path);
    free(name);
}

void accuracy_of_migration(struct accuracy *accuracy, const char *data)
{
    static const char *const folders[] = { "dbmate", "flyway", "golang-migrate", "goose",
                                           "liquibase" };

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        compare_statements(accuracy, data, folders[i]);
    compare_order(accuracy, data);
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        compare_locks(accuracy, data, scripts[i], true);
        compare_locks(accuracy, data, scripts[i], false);
    }
    accuracy_explain(accuracy, "E5/good.sql holds others up",
                     "it updates every row at once, and others wait to write one; the checker "
                     "looks at DDL only");
    accuracy_settle(accuracy, "flyway-eugene");
}
