/*
 * Migrations of other people: the statements that another tool found in the same folders, good and
 * bad migrations of a checker of locks, and lists of operations. The files are not part of the
 * project: PILAB_TEST_DATA names the folder that has them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/migrations.h"

/* A folder of the data; the case is skipped without it. The caller frees. */
static char *data_folder(const char *name)
{
    const char *data = getenv("PILAB_TEST_DATA");
    char *folder = memory_printf("%s/schema/migrations/%s", data != NULL ? data : "", name);

    if (data == NULL || !file_is_directory(folder)) {
        free(folder);
        skip();
    }
    return folder;
}

static void add_words(struct strbuf *out, const char *text, size_t length)
{
    struct sql_scan scan;
    struct sql_token token;

    sql_scan_start(&scan, DIALECT_UNKNOWN, text, length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_BLANK || token.kind == SQL_COMMENT || sql_token_is_sign(&token, ";"))
            continue;
        strbuf_add_bytes(out, token.start, token.length);
        strbuf_add_char(out, ' ');
    }
}

/* The words of what leads there, of all migrations that have such a version, are those that the
 * other tool kept. */
static void assert_words(const struct migration_scene *scene, const char *version, const char *gold,
                         const char *file)
{
    char *path = path_join(gold, file);
    struct strbuf text = STRBUF_INIT, ours = STRBUF_INIT, theirs = STRBUF_INIT;

    assert_true(file_read(path, (size_t)1 << 20, true, &text, NULL));
    add_words(&theirs, text.data, text.length);
    for (size_t i = 0; i < scene->set.count; i++) {
        const struct migration *migration = &scene->set.list[i];

        if (strcmp(migration->version, version) != 0)
            continue;
        for (size_t k = 0; k < migration->up_count; k++)
            add_words(&ours, migration->up[k].text, migration->up[k].length);
    }
    assert_true(ours.length > 0);
    assert_string_equal(ours.data, theirs.data);
    strbuf_release(&text);
    strbuf_release(&ours);
    strbuf_release(&theirs);
    free(path);
}

static void sections_hold_the_statements_that_another_tool_found(void **state)
{
    static const char *const folders[] = { "dbmate", "goose", "golang-migrate", "liquibase" };

    (void)state;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        char *folder = data_folder(folders[i]);
        char *gold = memory_printf("%s_gold", folder);
        struct migration_scene *scene = migrations_in(folder, NULL);

        assert_string_equal(migration_layout_name(scene->set.layout), folders[i]);
        assert_int_equal(scene->set.problem_count, 0);
        assert_words(scene, "1", gold, "1_initial.sql");
        assert_words(scene, "2", gold, "2_second_migration.sql");
        migrations_free(&scene);
        free(gold);
        free(folder);
    }
}

static void flyways_baseline_stands_for_all_up_to_it(void **state)
{
    char *folder = data_folder("flyway");
    struct migration_scene *scene = migrations_in(folder, NULL);
    const struct migration *list = scene->set.list;

    (void)state;
    assert_int_equal(scene->set.count, 5);
    assert_int_equal(list[2].kind, MIGRATION_BASELINE);
    assert_string_equal(list[2].file, "B2__baseline.sql");
    assert_string_equal(list[3].file, "V3__third_migration.sql");
    assert_int_equal(list[4].kind, MIGRATION_REPEATABLE);
    assert_true(list[0].rollback_available);
    assert_string_equal(list[0].down_file, "U1__initial.sql");
    assert_false(list[1].rollback_available);
    migrations_free(&scene);
    free(folder);
}

static void the_seed_is_read_to_the_column(void **state)
{
    char *folder = data_folder("timestamped-seed-style");
    struct migration_scene *scene = migrations_in(folder, NULL);

    (void)state;
    assert_int_equal(scene->set.dialect.dialect, DIALECT_POSTGRESQL);
    assert_told(
        operations_told(scene),
        "20250120_001_add_upi_transactions.sql:1 CREATE TABLE upi_transactions (id BIGSERIAL, "
        "user_id BIGINT not null, amount NUMERIC(12,2) not null, upi_id VARCHAR(64) not null, "
        "status VARCHAR(16) not null = 'PENDING', created_at TIMESTAMPTZ not null = now()) ref "
        "users\n"
        "20250120_002_alter_users_biometric.sql:1 ALTER TABLE users\n"
        "  ADD COLUMN biometric_hash: biometric_hash VARCHAR(256)\n");
    migrations_free(&scene);
    free(folder);
}

static void every_operation_of_pgroll_is_known(void **state)
{
    char *folder = data_folder("pgroll-json");
    struct migration_scene *scene = migrations_in(folder, NULL);
    size_t operations = 0, without_way_back = 0;

    (void)state;
    assert_int_equal(scene->set.count, 56);
    assert_int_equal(scene->set.layout, MIGRATION_PGROLL);
    assert_int_equal(scene->set.problem_count, 0);
    for (size_t i = 0; i < scene->set.count; i++) {
        const struct migration *migration = &scene->set.list[i];

        assert_true(migration->operation_count > 0);
        operations += migration->operation_count;
        without_way_back += !migration->rollback_available;
        for (size_t k = 0; k < migration->operation_count; k++)
            assert_int_equal(migration->operations[k].marks & SQL_UNREAD, 0);
    }
    assert_int_equal(operations, 61);
    assert_int_equal(without_way_back, 1); /* 40_create_enum_type: its SQL has no "down" */
    assert_int_equal(scene->set.unread, 0);
    migrations_free(&scene);
    free(folder);
}

/* The last script of a pair: the one that the checker speaks of. What was made in those before it
 * is there already. */
static unsigned marks_of(const char *folder, const char *name)
{
    char *path = path_join(folder, name);
    struct strbuf text = STRBUF_INIT;
    unsigned marks = 0;
    struct arena *arena = arena_new();
    struct sql_statements statements;
    struct vector operations;
    const char *second;

    vector_init(&operations, sizeof(struct sql_operation));
    assert_true(file_read(path, (size_t)1 << 20, true, &text, NULL));
    second = strstr(text.data, "-- 2.sql");
    assert_non_null(second);
    assert_true(sql_statements_read(DIALECT_POSTGRESQL,
                                    &(struct sql_text){
                                        .text = second, .length = strlen(second), .line = 1 },
                                    arena, &statements, NULL));
    for (size_t i = 0; i < statements.count; i++)
        sql_read_operations(DIALECT_POSTGRESQL, &statements.list[i], arena, &operations);
    for (size_t i = 0; i < operations.count; i++) {
        const struct sql_context context = { .dialect = DIALECT_POSTGRESQL };

        sql_mark_operation(&context, arena, vector_at(&operations, i));
        marks |= ((struct sql_operation *)vector_at(&operations, i))->marks;
    }
    vector_release(&operations);
    strbuf_release(&text);
    arena_free(&arena);
    free(path);
    return marks;
}

static void locks_are_seen_where_a_checker_sees_them(void **state)
{
    /* What is bad in them: a constraint that is checked, NOT NULL, a type, an index, a unique one,
     * an exclusion, a serial column. */
    static const char *const bad[] = { "E1", "E2", "E5", "E6", "E7", "E8", "E10", "E11" };
    static const char *const good[] = { "E1", "E6", "E7" };
    char *folder = data_folder("flyway-eugene");

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *pair = path_join(folder, bad[i]);

        if ((marks_of(pair, "bad.sql") & SQL_LOCKS) == 0)
            fail_msg("%s: no lock was seen", pair);
        free(pair);
    }
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char *pair = path_join(folder, good[i]);

        if ((marks_of(pair, "good.sql") & SQL_LOCKS) != 0)
            fail_msg("%s: a lock was seen that is none", pair);
        free(pair);
    }
    free(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sections_hold_the_statements_that_another_tool_found),
        cmocka_unit_test(flyways_baseline_stands_for_all_up_to_it),
        cmocka_unit_test(the_seed_is_read_to_the_column),
        cmocka_unit_test(every_operation_of_pgroll_is_known),
        cmocka_unit_test(locks_are_seen_where_a_checker_sees_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
