/*
 * What a report says of migrations: items, their rules, the seed-shaped object, the detail view.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/drift/database.h>
#include <pilab/drift/deciding.h>
#include <pilab/drift/detail.h>
#include <pilab/drift/json.h>

#include "../../support/json_schema.h"
#include "database_world.h"

#define USERS "1_users.sql", "CREATE TABLE users (id bigserial, email text);"

static void what_every_release_has_asks_for_nobody(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_orders.sql",
                                    "CREATE TABLE orders (id int PRIMARY KEY, user_id int);\n"
                                    "CREATE INDEX orders_user ON orders (user_id);\n"
                                    "ALTER TABLE users ADD COLUMN phone varchar(20);\n"
                                    "ALTER TABLE orders ALTER user_id SET NOT NULL; DROP TABLE "
                                    "orders;",
                                    NULL));

    (void)state;
    assert_told(world_told(report),
                "LOW none added CREATE TABLE orders: CREATE TABLE (id, user_id) [creates]\n"
                "LOW none added CREATE INDEX orders_user: CREATE INDEX ON orders [creates]\n"
                "MEDIUM none added ALTER TABLE users.phone: ADD COLUMN phone varchar(20) [alters]\n"
                "LOW none modified ALTER TABLE orders.user_id: SET NOT NULL user_id [creates]\n"
                "LOW none deleted DROP TABLE orders: DROP TABLE [creates]\n");
    world_end(&world);
}

static void what_is_lost_is_critical_and_without_a_way_back_a_blocker(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.up.sql", "DROP TABLE old;",
                                    "2_a.down.sql", "CREATE TABLE old (id int);", "3_b.sql",
                                    "ALTER TABLE users DROP email;", NULL));

    (void)state;
    assert_told(world_told(report),
                "CRITICAL review deleted DROP TABLE old: DROP TABLE [loses-data breaks alters]\n"
                "CRITICAL blocker deleted ALTER TABLE users.email: DROP COLUMN email "
                "[lost-for-good loses-data breaks alters]\n");
    assert_string_equal(report->items[1].attention_reason, "a column is dropped: what it holds is "
                                                           "lost, and programs that still use it "
                                                           "fail; nothing leads back");
    assert_true(report->items[0].breaking);
    assert_int_equal(report->summary.by_attention[ATTENTION_BLOCKER], 1);
    world_end(&world);
}

/* A file that leads back from something else is no way back for what is lost. */
static void a_way_back_must_bring_back_what_is_lost(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.up.sql", "DROP TABLE old;",
                                    "2_a.down.sql", "SELECT 1;", "3_b.up.sql",
                                    "DROP TABLE more; DROP TABLE last;", "3_b.down.sql",
                                    "CREATE TABLE public.LAST (id int);", "4_c.up.sql",
                                    "DROP TABLE done;", "4_c.down.sql",
                                    "DO $$ BEGIN PERFORM restore(); END $$;", NULL));

    (void)state;
    assert_told(world_told(report),
                "CRITICAL blocker deleted DROP TABLE old: DROP TABLE [lost-for-good loses-data "
                "breaks alters]\n"
                "CRITICAL blocker deleted DROP TABLE more: DROP TABLE [lost-for-good loses-data "
                "breaks alters]\n"
                "CRITICAL review deleted DROP TABLE last: DROP TABLE [loses-data breaks alters]\n"
                "CRITICAL review deleted DROP TABLE done: DROP TABLE [loses-data breaks alters]\n");
    assert_non_null(
        strstr(report->items[0].attention_reason, "; nothing in 2_a.down.sql changes anything"));
    assert_non_null(
        strstr(report->items[1].attention_reason, "; 3_b.down.sql does not bring more again"));
    world_end(&world);
}

/* The gist stays, the statement is another one. */
static void a_decision_about_a_step_is_bound_to_its_statement(void **state)
{
    static const char *const statements[] = { "DELETE FROM users WHERE id = 1;",
                                              "DELETE FROM users WHERE id > 1;" };
    char states[2][ITEM_STATE_SIZE];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct database_world world;
        const struct drift_report *report =
            world_compare(&world, migrations_of("postgresql", USERS, NULL),
                          migrations_of("postgresql", USERS, "2_a.sql", statements[i], NULL));

        drift_item_state(&report->items[0], states[i]);
        world_end(&world);
    }
    assert_string_not_equal(states[0], states[1]);
}

static void hazards_ask_for_a_person(void **state)
{
    struct database_world world;
    const struct drift_report *report = world_compare(
        &world, migrations_of("postgresql", USERS, NULL),
        migrations_of("postgresql", USERS, "2_a.sql",
                      "CREATE INDEX i ON users (email);\n"
                      "ALTER TABLE users ADD a int NOT NULL, ALTER email TYPE varchar(9);\n"
                      "ALTER TABLE users RENAME email TO mail;\n"
                      "GRANT SELECT ON users TO app;\nUPDATE users SET email = 'x' WHERE "
                      "id = 1;\n"
                      "DO $$ BEGIN END $$;\nALTER TABEL users;\n",
                      NULL));

    (void)state;
    assert_told(world_told(report),
                "HIGH review added CREATE INDEX i: CREATE INDEX ON users [locks creates]\n"
                "HIGH review added ALTER TABLE users.a: ADD COLUMN a int NOT NULL [needs-value "
                "may-fail "
                "alters]\n"
                "HIGH review modified ALTER TABLE users.email: ALTER TYPE email varchar(9) ["
                "rewrites locks changes-type breaks may-fail alters]\n"
                "HIGH review modified ALTER TABLE users.email: RENAME COLUMN email TO mail [breaks "
                "alters]\n"
                "MEDIUM review modified GRANT users: GRANT SELECT TO app [rights]\n"
                "MEDIUM none modified UPDATE users: UPDATE [rows]\n"
                "MEDIUM review modified DO 2_a.sql#DO: DO [opaque]\n"
                "MEDIUM review modified ALTER 2_a.sql#ALTER: ALTER [unread alters]\n");
    world_end(&world);
}

static void migrations_that_ran_already_are_told_of(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world,
                      migrations_of("postgresql", USERS, "3_c.sql", "SELECT 1;", "4_d.sql",
                                    "SELECT 4;", "V5__e.sql", "SELECT 5;", "R__v.sql",
                                    "CREATE VIEW v AS SELECT 1;", NULL),
                      migrations_of("postgresql", "1_users.sql",
                                    "CREATE TABLE users (id bigserial);", "2_b.sql", "SELECT 2;",
                                    "3_c.sql", "-- why\nSELECT 1;", "V5__e.sql",
                                    "-- why\nSELECT 5;", "R__v.sql",
                                    "CREATE OR REPLACE VIEW v AS SELECT 2;", NULL));

    (void)state;
    assert_told(
        world_told(report),
        "HIGH review deleted MIGRATION 4_d.sql: removed [removed]\n"
        "CRITICAL blocker modified MIGRATION 1_users.sql: edited [edited]\n"
        "HIGH review added MIGRATION 2_b.sql: out of order: before 5, which is there already "
        "[out-of-order]\n"
        "LOW none modified MIGRATION 3_c.sql: edited: only comments and blanks differ; its "
        "checksum does, too [edited-unseen]\n"
        "HIGH review modified MIGRATION V5__e.sql: edited: only comments and blanks differ; "
        "its checksum does, too [looks-edited]\n"
        "LOW none modified MIGRATION R__v.sql: runs again [runs-again]\n"
        "LOW none modified CREATE VIEW v: CREATE VIEW [creates]\n");
    world_end(&world);
}

static const char seed[] =
    "[{\"file\":\"20250120_001_add_upi_transactions.sql\",\"operation\":\"CREATE TABLE\","
    "\"object\":\"upi_transactions\",\"columns\":[\"id\",\"user_id\",\"amount\",\"upi_id\","
    "\"status\",\"created_at\"]},"
    "{\"file\":\"20250120_002_alter_users_biometric.sql\",\"operation\":\"ALTER TABLE\","
    "\"object\":\"users\",\"changes\":[{\"action\":\"ADD COLUMN\",\"column\":\"biometric_hash\","
    "\"type\":\"VARCHAR(256)\"}]}]";

/* Every member of the example is there with its value; ours may have more. */
static bool holds(const json_t *ours, const json_t *theirs)
{
    const char *key;
    json_t *value;
    size_t index;

    if (json_is_object(theirs)) {
        json_object_foreach((json_t *)(uintptr_t)theirs, key, value)
        {
            if (!holds(json_object_get(ours, key), value))
                return false;
        }
        return true;
    }
    if (!json_is_array(theirs))
        return json_equal(ours, theirs);
    json_array_foreach(theirs, index, value)
    {
        if (!holds(json_array_get(ours, index), value))
            return false;
    }
    return json_array_size(ours) == json_array_size(theirs);
}

static struct migration_scene *seed_migrations(void)
{
    return migrations_of(
        NULL, "20250120_001_add_upi_transactions.sql",
        "CREATE TABLE upi_transactions (id BIGSERIAL PRIMARY KEY, user_id BIGINT NOT NULL, amount "
        "NUMERIC(12,2) NOT NULL, upi_id VARCHAR(64) NOT NULL, status VARCHAR(16) NOT NULL DEFAULT "
        "'PENDING', created_at TIMESTAMPTZ NOT NULL DEFAULT now());",
        "20250120_001_add_upi_transactions.down.sql", "DROP TABLE upi_transactions;",
        "20250120_002_alter_users_biometric.sql",
        "ALTER TABLE users ADD COLUMN biometric_hash VARCHAR(256);",
        "20250120_002_alter_users_biometric.down.sql", "ALTER TABLE users DROP biometric_hash;",
        NULL);
}

static void the_users_own_example_is_in_the_object(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of(NULL, NULL), seed_migrations());
    json_t *json = drift_report_to_json(report), *object;
    json_t *expected = json_loads(seed, 0, NULL);

    (void)state;
    assert_follows_schema(json, "drift-1.json");
    object = json_array_get(json_object_get(json, "drifts"), 0);
    assert_string_equal(json_member_text(object, "type"), "database");
    assert_string_equal(json_member_text(object, "db_type"), "postgresql");
    assert_true(json_is_true(json_object_get(object, "rollback_available")));
    assert_true(holds(json_object_get(object, "migrations"), expected));
    json_decref(expected);
    json_decref(json);
    world_end(&world);
}

static void what_is_written_is_read_back(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of(NULL, NULL), seed_migrations());
    struct strbuf first = STRBUF_INIT, second = STRBUF_INIT;
    json_t *json = drift_report_to_json(report), *object;
    struct drift_report *read;
    struct error error;

    (void)state;
    json_write_canonical(&first, json);
    read = drift_report_from_json(json, &error);
    assert_non_null(read);
    json_decref(json);
    json = drift_report_to_json(read);
    json_write_canonical(&second, json);
    assert_string_equal(first.data, second.data);
    drift_report_free(&read);
    /* An index that leads nowhere is refused. */
    object = json_array_get(json_object_get(json, "drifts"), 0);
    json_put_integer(json_array_get(json_object_get(object, "migrations"), 0), "migration", 7);
    assert_null(drift_report_from_json(json, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    json_decref(json);
    strbuf_release(&first);
    strbuf_release(&second);
    world_end(&world);
}

static void rows_and_passwords_are_not_shown(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", NULL),
                      migrations_of("postgresql", "1_a.sql",
                                    "INSERT INTO users (mail) VALUES ('ada@example.org');\n"
                                    "CREATE ROLE app PASSWORD 'hunter2hunter2';\n"
                                    "UPDATE users SET mail = $$bob@example.org$$;\n"
                                    "ALTER TABLE users ADD url text DEFAULT "
                                    "'postgres://me:topsecret@db/x';\n",
                                    NULL));
    json_t *json = drift_report_to_json(report);
    struct strbuf text = STRBUF_INIT;

    (void)state;
    json_write_canonical(&text, json);
    assert_null(strstr(text.data, "ada@example.org"));
    assert_null(strstr(text.data, "hunter2"));
    assert_null(strstr(text.data, "bob@"));
    assert_null(strstr(text.data, "topsecret"));
    json_decref(json);
    strbuf_release(&text);
    world_end(&world);
}

static void the_detail_view_has_the_statement_and_the_way_back(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.sql",
                                    "-- why\nALTER TABLE users\n    DROP COLUMN email, -- gone\n"
                                    "    ADD COLUMN mail text DEFAULT 'a \x1b[31m';\nSELECT "
                                    "1;\nTRUNCATE "
                                    "users;",
                                    NULL));
    struct strbuf rich = STRBUF_INIT, plain = STRBUF_INIT;

    (void)state;
    drift_detail_item(&rich, report, &report->items[0], NULL, 60, true);
    rich_to_plain(&plain, rich.data, rich.length);
    assert_non_null(strstr(plain.data, "does        DROP COLUMN email\n"));
    assert_non_null(strstr(plain.data, "migration   2_a.sql (timestamped, versioned)\n"));
    assert_non_null(strstr(plain.data, "dialect     postgresql: the project says so\n"));
    assert_non_null(strstr(plain.data, "rollback    no: nothing leads back\n"));
    assert_non_null(strstr(plain.data, "Statement\n"
                                       "  ALTER TABLE users\n"
                                       "      DROP COLUMN email, -- gone\n"
                                       "      ADD COLUMN mail text DEFAULT 'a ^[[31m'\n"));
    assert_non_null(strstr(plain.data, "All that the migration does\n"
                                       "> 2 ALTER TABLE users\n"
                                       "  6 TRUNCATE TABLE users\n"));
    assert_non_null(strstr(rich.data, "\x01"
                                      "IDROP\x02"));
    strbuf_release(&rich);
    strbuf_release(&plain);
    world_end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_every_release_has_asks_for_nobody),
        cmocka_unit_test(what_is_lost_is_critical_and_without_a_way_back_a_blocker),
        cmocka_unit_test(a_decision_about_a_step_is_bound_to_its_statement),
        cmocka_unit_test(a_way_back_must_bring_back_what_is_lost),
        cmocka_unit_test(hazards_ask_for_a_person),
        cmocka_unit_test(migrations_that_ran_already_are_told_of),
        cmocka_unit_test(the_users_own_example_is_in_the_object),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(rows_and_passwords_are_not_shown),
        cmocka_unit_test(the_detail_view_has_the_statement_and_the_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
