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

#include "../../support/drift_fixture.h"
#include "../../support/json_schema.h"
#include "../../support/migrations.h"

#define USERS "1_users.sql", "CREATE TABLE users (id bigserial, email text);"

/* Two sets, compared and told. */
struct world {
    struct drift_fixture fixture;
    struct migration_scene *previous, *current;
    struct database_input input;
};

static const struct drift_report *compare(struct world *world, struct migration_scene *previous,
                                          struct migration_scene *current)
{
    struct migration_set *set = &current->set;
    bool *wanted = arena_array(current->arena, set->count, sizeof *wanted);

    world->previous = previous;
    world->current = current;
    world->input = (struct database_input){ .previous = &previous->set, .current = set };
    world->input.pairs =
        migration_set_compare(&previous->set, set, current->arena, &world->input.pair_count);
    for (size_t i = 0; i < world->input.pair_count; i++) {
        if (world->input.pairs[i].previous == NULL ||
            world->input.pairs[i].difference == MIGRATION_REPEATED)
            wanted[world->input.pairs[i].current - set->list] = true;
    }
    migration_read_operations(set, wanted, current->arena);
    drift_fixture_start(&world->fixture);
    drift_fixture_module(&world->fixture, "shop");
    ((struct module_input *)vector_at(&world->fixture.modules, 0))->database = &world->input;
    return drift_fixture_detect(&world->fixture);
}

static void end(struct world *world)
{
    drift_fixture_end(&world->fixture);
    migrations_free(&world->previous);
    migrations_free(&world->current);
}

/* "SEVERITY attention category path: value [rules]", one item a line. */
static char *items_told(const struct drift_report *report)
{
    struct strbuf out = STRBUF_INIT;

    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        strbuf_printf(&out, "%s %s %s %s %s: %s [", severity_name(item->severity),
                      attention_name(item->attention), change_type_name(item->change_type),
                      item->category, item->path,
                      item->current.present ? item->current.text : item->previous.text);
        for (size_t k = 0; k < item->rule_count; k++)
            strbuf_printf(&out, "%s%s", k > 0 ? " " : "",
                          item->rules[k].rule + strlen("database."));
        strbuf_add(&out, "]\n");
    }
    return strbuf_steal(&out);
}

static void what_every_release_has_asks_for_nobody(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", USERS, NULL),
                migrations_of("postgresql", USERS, "2_orders.sql",
                              "CREATE TABLE orders (id int PRIMARY KEY, user_id int);\n"
                              "CREATE INDEX orders_user ON orders (user_id);\n"
                              "ALTER TABLE users ADD COLUMN phone varchar(20);\n"
                              "ALTER TABLE orders ALTER user_id SET NOT NULL; DROP TABLE orders;",
                              NULL));

    (void)state;
    assert_told(items_told(report),
                "LOW none added CREATE TABLE orders: CREATE TABLE (id, user_id) [creates]\n"
                "LOW none added CREATE INDEX orders_user: CREATE INDEX ON orders [creates]\n"
                "MEDIUM none added ALTER TABLE users.phone: ADD COLUMN phone varchar(20) [alters]\n"
                "LOW none modified ALTER TABLE orders.user_id: SET NOT NULL user_id [creates]\n"
                "LOW none deleted DROP TABLE orders: DROP TABLE [creates]\n");
    end(&world);
}

static void what_is_lost_is_critical_and_without_a_way_back_a_blocker(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", USERS, NULL),
                migrations_of("postgresql", USERS, "2_a.up.sql", "DROP TABLE old;", "2_a.down.sql",
                              "CREATE TABLE old (id int);", "3_b.sql",
                              "ALTER TABLE users DROP email;", NULL));

    (void)state;
    assert_told(items_told(report),
                "CRITICAL review deleted DROP TABLE old: DROP TABLE [loses-data breaks alters]\n"
                "CRITICAL blocker deleted ALTER TABLE users.email: DROP COLUMN email "
                "[lost-for-good loses-data breaks alters]\n");
    assert_string_equal(report->items[1].attention_reason, "a column is dropped: what it holds is "
                                                           "lost, and programs that still use it "
                                                           "fail; nothing leads back");
    assert_true(report->items[0].breaking);
    assert_int_equal(report->summary.by_attention[ATTENTION_BLOCKER], 1);
    end(&world);
}

/* A file that leads back from something else is no way back for what is lost. */
static void a_way_back_must_bring_back_what_is_lost(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", USERS, NULL),
                migrations_of("postgresql", USERS, "2_a.up.sql", "DROP TABLE old;", "2_a.down.sql",
                              "SELECT 1;", "3_b.up.sql", "DROP TABLE more; DROP TABLE last;",
                              "3_b.down.sql", "CREATE TABLE public.LAST (id int);", "4_c.up.sql",
                              "DROP TABLE done;", "4_c.down.sql",
                              "DO $$ BEGIN PERFORM restore(); END $$;", NULL));

    (void)state;
    assert_told(items_told(report),
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
    end(&world);
}

/* The gist stays, the statement is another one. */
/* A column brings no rows again, and one column is not another. */
static void the_way_back_must_bring_back_just_that(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", USERS, NULL),
                migrations_of("postgresql", USERS, "2_a.up.sql",
                              "DELETE FROM users WHERE true; TRUNCATE logs;", "2_a.down.sql",
                              "ALTER TABLE users ADD COLUMN x int; CREATE INDEX i ON logs (a);",
                              "3_b.up.sql", "DELETE FROM users; TRUNCATE logs;", "3_b.down.sql",
                              "INSERT INTO users SELECT * FROM kept; CALL refill();", "4_c.up.sql",
                              "ALTER TABLE users DROP COLUMN a, DROP COLUMN b;", "4_c.down.sql",
                              "ALTER TABLE users ADD COLUMN a int;", "5_d.up.sql",
                              "ALTER TABLE users DROP COLUMN c;", "5_d.down.sql",
                              "ALTER TABLE users ADD COLUMN C int;", "6_e.up.sql",
                              "DROP TABLE old;", "6_e.down.sql",
                              "ALTER TABLE old ADD COLUMN a int;", NULL));
    struct strbuf told = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < report->item_count; i++) {
        if (report->items[i].attention == ATTENTION_BLOCKER)
            strbuf_printf(&told, "%s: %s\n", report->items[i].path,
                          strrchr(report->items[i].attention_reason, ';') + 2);
    }
    assert_string_equal(told.data, "users: 2_a.down.sql does not bring the rows of users again\n"
                                   "logs: 2_a.down.sql does not bring the rows of logs again\n"
                                   "users.b: 4_c.down.sql does not bring users.b again\n"
                                   "old: 6_e.down.sql does not bring old again\n");
    strbuf_release(&told);
    end(&world);
}

static void a_decision_about_a_step_is_bound_to_its_statement(void **state)
{
    static const char *const statements[] = { "DELETE FROM users WHERE id = 1;",
                                              "DELETE FROM users WHERE id > 1;" };
    char states[2][ITEM_STATE_SIZE];

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world world;
        const struct drift_report *report =
            compare(&world, migrations_of("postgresql", USERS, NULL),
                    migrations_of("postgresql", USERS, "2_a.sql", statements[i], NULL));

        drift_item_state(&report->items[0], states[i]);
        end(&world);
    }
    assert_string_not_equal(states[0], states[1]);
}

static void hazards_ask_for_a_person(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", USERS, NULL),
                migrations_of("postgresql", USERS, "2_a.sql",
                              "CREATE INDEX i ON users (email);\n"
                              "ALTER TABLE users ADD a int NOT NULL, ALTER email TYPE varchar(9);\n"
                              "ALTER TABLE users RENAME email TO mail;\n"
                              "GRANT SELECT ON users TO app;\nUPDATE users SET email = 'x' WHERE "
                              "id = 1;\n"
                              "DO $$ BEGIN END $$;\nALTER TABEL users;\n",
                              NULL));

    (void)state;
    assert_told(
        items_told(report),
        "HIGH review added CREATE INDEX i: CREATE INDEX ON users [locks creates]\n"
        "HIGH review added ALTER TABLE users.a: ADD COLUMN a int NOT NULL [needs-value may-fail "
        "alters]\n"
        "HIGH review modified ALTER TABLE users.email: ALTER TYPE email varchar(9) [rewrites locks "
        "changes-type breaks may-fail alters]\n"
        "HIGH review modified ALTER TABLE users.email: RENAME COLUMN email TO mail [breaks "
        "alters]\n"
        "MEDIUM review modified GRANT users: GRANT SELECT TO app [rights]\n"
        "MEDIUM none modified UPDATE users: UPDATE [rows]\n"
        "MEDIUM review modified DO 2_a.sql#DO: DO [opaque]\n"
        "MEDIUM review modified ALTER 2_a.sql#ALTER: ALTER [unread alters]\n");
    end(&world);
}

static void rights_and_passwords_are_told(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", USERS, NULL),
                migrations_of("postgresql", USERS, "2_a.sql",
                              "ALTER ROLE app SUPERUSER;\n"
                              "ALTER ROLE app PASSWORD 'K1';\n"
                              "ALTER ROLE app PASSWORD NULL;\n"
                              "GRANT ALL ON DATABASE prod TO PUBLIC;\n"
                              "GRANT SELECT ON users TO app WITH GRANT OPTION;\n"
                              "INSERT INTO users (password) VALUES ('K2');\n"
                              "ALTER TABLE users RENAME TO people;\n"
                              "SET session_replication_role = replica;\n",
                              NULL));

    (void)state;
    assert_told(
        items_told(report),
        "CRITICAL review modified ALTER ROLE app: SUPERUSER [powers rights alters]\n"
        "CRITICAL review modified ALTER ROLE app: PASSWORD [credential rights alters]\n"
        "MEDIUM review modified ALTER ROLE app: PASSWORD NULL [rights alters]\n"
        "CRITICAL review modified GRANT prod: GRANT ALL TO PUBLIC [powers wide rights]\n"
        "HIGH review modified GRANT users: GRANT SELECT TO app, to be given on [wide rights]\n"
        "MEDIUM none added INSERT users: INSERT [rows]\n"
        "HIGH review modified ALTER TABLE users: RENAME TO people [breaks alters]\n"
        "MEDIUM review modified SET session_replication_role 2_a.sql#SET session_replication_role: "
        "SET session_replication_role [unchecked]\n");
    end(&world);
}

static void migrations_that_ran_already_are_told_of(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world,
                migrations_of("postgresql", USERS, "3_c.sql", "SELECT 1;", "4_d.sql", "SELECT 4;",
                              "V5__e.sql", "SELECT 5;", "R__v.sql", "CREATE VIEW v AS SELECT 1;",
                              NULL),
                migrations_of("postgresql", "1_users.sql", "CREATE TABLE users (id bigserial);",
                              "2_b.sql", "SELECT 2;", "3_c.sql", "-- why\nSELECT 1;", "V5__e.sql",
                              "-- why\nSELECT 5;", "R__v.sql",
                              "CREATE OR REPLACE VIEW v AS SELECT 2;", NULL));

    (void)state;
    assert_told(
        items_told(report),
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
    end(&world);
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
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of(NULL, NULL), seed_migrations());
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
    end(&world);
}

static void what_is_written_is_read_back(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of(NULL, NULL), seed_migrations());
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
    end(&world);
}

static void rows_and_passwords_are_not_shown(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", NULL),
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
    end(&world);
}

/* Adds a migration of which the report repeats what nobody should read. */
static void add_leaks(struct strbuf *told, const char *dialect, const char *file, const char *sql)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of(dialect, NULL), migrations_of(dialect, file, sql, NULL));
    json_t *json = drift_report_to_json(report);
    struct strbuf text = STRBUF_INIT;

    json_write_canonical(&text, json);
    if (strstr(text.data, "LEAK") || strstr(text.data, "leak"))
        strbuf_printf(told, "%s\n", sql);
    json_decref(json);
    strbuf_release(&text);
    end(&world);
}

/* Parts of a statement stand without what is around them: no name beside them tells a secret. */
static void no_part_of_a_statement_tells_a_password(void **state)
{
    /* clang-format off */
    static const struct {
        const char *dialect, *sql;
    } rows[] = {
        { "postgresql", "ALTER USER u PASSWORD 'LEAK';" },
        { "postgresql", "ALTER ROLE u WITH ENCRYPTED PASSWORD 'LEAK';" },
        { "postgresql", "ALTER ROLE u WITH LOGIN ENCRYPTED PASSWORD $$LEAK$$;" },
        { "postgresql", "ALTER ROLE u PASWORD 'LEAK';" },
        { "postgresql", "ALTER ROLE u PASSWORD 'a' 'LEAK';" },
        { "postgresql", "CREATE ROLE u PASSWORD LOGIN 'LEAK';" },
        { "postgresql", "CREATE ROLE u PASSWORD 'LEAK" },
        { "postgresql", "ALTER SUBSCRIPTION s CONNECTION 'host=h passwd=LEAK';" },
        { "postgresql", "ALTER SUBSCRIPTION s CONNECTION 'password = ''LEAK''';" },
        { "postgresql", "CREATE SUBSCRIPTION s CONNECTION 'password=LEAK' PUBLICATION p;" },
        { "postgresql", "ALTER USER MAPPING FOR u SERVER s OPTIONS (SET password 'LEAK');" },
        { "postgresql", "CREATE USER MAPPING FOR u SERVER s OPTIONS (password 'LEAK');" },
        { "postgresql", "ALTER SERVER s OPTIONS (ADD password 'LEAK');" },
        { "postgresql", "ALTER ROLE u SET app.key TO 'LEAK';" },
        { "postgresql", "ALTER FOREIGN TABLE t OPTIONS (SET passfile 'x', ADD pwd 'LEAK');" },
        { "postgresql", "ALTER TABLE t ADD COLUMN a text OPTIONS (password 'LEAK');" },
        { "postgresql", "CREATE FOREIGN TABLE t (a text OPTIONS (password 'LEAK'));" },
        { "postgresql", "SELECT dblink_connect('c', 'host=h password=LEAK');" },
        { "postgresql", "ALTER SYSTEM SET primary_conninfo = 'host=h password=LEAK';" },
        { "postgresql", "'LEAK';" },
        { "mysql", "ALTER USER u IDENTIFIED BY 'LEAK';" },
        { "mysql", "ALTER USER u IDENTIFIED BY \"LEAK\";" },
        { "mysql", "ALTER USER 'u'@'h' IDENTIFIED VIA ed25519 USING 'LEAK';" },
        { "mysql", "ALTER USER u IDENTIFIED VIA ed25519 USING PASSWORD('LEAK');" },
        { "mysql", "ALTER USER u IDENTIFIED WITH mysql_native_password AS 'LEAK';" },
        { "mysql", "ALTER USER u IDENTIFIED WITH p BY 'a' REPLACE 'LEAK';" },
        { "mysql", "ALTER USER u ADD 2 FACTOR IDENTIFIED BY 'LEAK';" },
        { "mysql", "ALTER USER u MODIFY 2 FACTOR IDENTIFIED BY 'LEAK';" },
        { "mysql", "ALTER USER a IDENTIFIED BY 'x', b IDENTIFIED BY 'LEAK';" },
        { "mysql", "GRANT ALL ON *.* TO u IDENTIFIED BY 'LEAK' WITH GRANT OPTION;" },
        { "mysql", "SET PASSWORD FOR u = 'LEAK';" },
        { "mysql", "SET PASSWORD FOR u = PASSWORD('LEAK');" },
        { "mysql", "CHANGE MASTER TO MASTER_HOST='h', MASTER_PASSWORD='LEAK';" },
        { "mysql", "ALTER TABLE t CONNECTION='mysql://u:LEAK@h/d/t';" },
        { "mysql", "ALTER TABLE t ENGINE=FEDERATED CONNECTION='mysql://u:LEAK@h/d';" },
        { "mysql", "ALTER TABLE t ADD COLUMN password varchar(9) DEFAULT \"LEAK\";" },
        { "mysql", "ALTER SERVER s OPTIONS (USER 'u', PASSWORD 'LEAK');" },
        { "sqlserver", "ALTER LOGIN u WITH PASSWORD = 'LEAK' OLD_PASSWORD = 'x';" },
        { "sqlserver", "ALTER USER u WITH PASSWORD = N'LEAK';" },
        { "oracle", "ALTER USER u IDENTIFIED BY LEAK;" },
        { "oracle", "ALTER USER u IDENTIFIED BY \"LEAK\" REPLACE old;" },
        { "oracle", "CREATE USER u IDENTIFIED BY LEAK DEFAULT TABLESPACE t;" },
        { "oracle", "CREATE DATABASE LINK l CONNECT TO u IDENTIFIED BY LEAK USING 'h';" },
        { NULL, "ALTER USER u IDENTIFIED BY \"LEAK\";" },
    };
    /* clang-format on */
    static const char *const staged[] = {
        "{\"operations\": [{\"add_column\": {\"table\": \"t\", \"column\": {\"name\": "
        "\"api_key\", \"type\": \"text\", \"default\": \"'LEAK'\"}}}]}",
        "{\"operations\": [{\"alter_column\": {\"table\": \"t\", \"column\": \"api_key\", "
        "\"up\": \"'LEAK'\", \"default\": \"'LEAK'\"}}]}",
        "{\"operations\": [{\"create_table\": {\"name\": \"t\", \"columns\": [{\"name\": "
        "\"api_key\", \"type\": \"text\", \"default\": \"'LEAK'\"}]}}]}",
    };
    struct strbuf told = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof staged / sizeof *staged; i++)
        add_leaks(&told, "postgresql", "1_a.json", staged[i]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_leaks(&told, rows[i].dialect, "1_a.sql", rows[i].sql);
    assert_string_equal(told.data, "");
    strbuf_release(&told);
}

static void the_detail_view_has_the_statement_and_the_way_back(void **state)
{
    struct world world;
    const struct drift_report *report =
        compare(&world, migrations_of("postgresql", USERS, NULL),
                migrations_of("postgresql", USERS, "2_a.sql",
                              "-- why\nALTER TABLE users\n    DROP COLUMN email, -- gone\n"
                              "    ADD COLUMN mail text DEFAULT 'a \x1b[31m';\nSELECT 1;\nTRUNCATE "
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
    end(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_every_release_has_asks_for_nobody),
        cmocka_unit_test(what_is_lost_is_critical_and_without_a_way_back_a_blocker),
        cmocka_unit_test(the_way_back_must_bring_back_just_that),
        cmocka_unit_test(a_decision_about_a_step_is_bound_to_its_statement),
        cmocka_unit_test(a_way_back_must_bring_back_what_is_lost),
        cmocka_unit_test(hazards_ask_for_a_person),
        cmocka_unit_test(rights_and_passwords_are_told),
        cmocka_unit_test(migrations_that_ran_already_are_told_of),
        cmocka_unit_test(the_users_own_example_is_in_the_object),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(rows_and_passwords_are_not_shown),
        cmocka_unit_test(no_part_of_a_statement_tells_a_password),
        cmocka_unit_test(the_detail_view_has_the_statement_and_the_way_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
