/*
 * What may go wrong with what migrations do, as a report says it: rights, passwords, types, and
 * ways back that lead elsewhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/database.h>
#include <pilab/drift/json.h>

#include "database_world.h"

#define USERS "1_users.sql", "CREATE TABLE users (id bigserial, email text);"

static void rights_and_passwords_are_told(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
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
        world_told(report),
        "CRITICAL review modified ALTER ROLE app: SUPERUSER [powers rights alters]\n"
        "CRITICAL review modified ALTER ROLE app: PASSWORD [credential rights alters]\n"
        "MEDIUM review modified ALTER ROLE app: PASSWORD NULL [rights alters]\n"
        "CRITICAL review modified GRANT prod: GRANT ALL TO PUBLIC [powers wide rights]\n"
        "HIGH review modified GRANT users: GRANT SELECT TO app, to be given on [wide rights]\n"
        "CRITICAL review added INSERT users: INSERT [credential rows]\n"
        "HIGH review modified ALTER TABLE users: RENAME TO people [breaks alters]\n"
        "MEDIUM review modified SET session_replication_role 2_a.sql#SET session_replication_role: "
        "SET session_replication_role [unchecked]\n");
    world_end(&world);
}

static void what_stays_open_or_is_set_for_all_is_told(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.sql",
                                    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC;\n"
                                    "ALTER TABLE users DISABLE TRIGGER ALL;\n"
                                    "ALTER TABLE users DISABLE TRIGGER touch;\n",
                                    NULL));

    (void)state;
    assert_told(world_told(report),
                "HIGH review modified ALTER DEFAULT PRIVILEGES GRANT public: ALTER DEFAULT "
                "PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC [wide rights]\n"
                "HIGH review modified ALTER TABLE users: DISABLE TRIGGER ALL [unguarded unchecked "
                "alters]\n"
                "MEDIUM review modified ALTER TABLE users: DISABLE TRIGGER touch [unchecked "
                "alters]\n");
    assert_true(report->items[1].security);
    world_end(&world);
    report = world_compare(&world, migrations_of("mysql", NULL),
                           migrations_of("mysql", "1_a.sql",
                                         "SET GLOBAL max_connections = 5;\nSET sql_mode = '';\n"
                                         "SET SQL_MODE = 'NO_AUTO_VALUE_ON_ZERO';\n"
                                         "ALTER USER a IDENTIFIED BY 'x1', b@h IDENTIFIED BY 'x2';",
                                         NULL));
    assert_told(world_told(report),
                "MEDIUM review modified SET GLOBAL max_connections 1_a.sql#SET GLOBAL "
                "max_connections: SET GLOBAL max_connections = 5 [server-wide]\n"
                "MEDIUM review modified SET SQL_MODE 1_a.sql#SET SQL_MODE: SET SQL_MODE "
                "[lenient]\n"
                "CRITICAL review modified ALTER USER a: IDENTIFIED BY [credential rights alters]\n"
                "CRITICAL review modified ALTER USER b@h: IDENTIFIED BY [credential rights "
                "alters]\n");
    world_end(&world);
}

/* What is written into a column for passwords, and whether it is told as one in the clear. */
static void what_is_written_and_does_nothing_is_told(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.sql",
                                    "CREATE RULE r AS ON DELETE TO users DO INSTEAD NOTHING;\n"
                                    "CREATE RULE s AS ON UPDATE TO users DO ALSO NOTHING;\n"
                                    "ALTER TABLE users ADD FOREIGN KEY (id) REFERENCES a ON DELETE "
                                    "CASCADE;\n",
                                    NULL));

    (void)state;
    assert_told(world_told(report),
                "HIGH review added CREATE RULE r: CREATE RULE [swallows creates]\n"
                "LOW none added CREATE RULE s: CREATE RULE [creates]\n"
                "HIGH review added ALTER TABLE users: ADD CONSTRAINT FOREIGN KEY (id) REFERENCES a "
                "[cascades locks may-fail alters]\n");
    world_end(&world);
}

static void a_migration_that_does_little_says_what(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.sql", "ANALYZE users;", "3_b.sql",
                                    "RESET work_mem; COMMENT ON TABLE users IS 'x'; ANALYZE;",
                                    "4_c.sql", "COMMENT ON TABLE users IS 'y'; RESET ALL;",
                                    "5_d.sql", "SELECT 1;", NULL));

    (void)state;
    assert_told(world_told(report),
                "LOW none added MIGRATION 2_a.sql: new; it only gathers statistics or tidies up "
                "[small-deed]\n"
                "LOW none added MIGRATION 3_b.sql: new; it only writes comments, gathers "
                "statistics or tidies up and changes settings of its session [small-deed]\n"
                "LOW none added MIGRATION 4_c.sql: new; it only writes comments and changes "
                "settings of its session [small-deed]\n"
                "INFO none added MIGRATION 5_d.sql: new; it does nothing [no-operation]\n");
    world_end(&world);
}

static void a_password_that_is_written_in_the_clear_is_told(void **state)
{
    static const struct {
        const char *sql;
        bool told;
    } rows[] = {
        {"INSERT INTO users (name, password) VALUES ('x', 'K1');",                              true },
        { "INSERT INTO users (name, password) VALUES ('x', NULL), ('y', 'K1');",                true },
        { "UPDATE users SET db_password = 'K1' WHERE id = 1;",                                  true },
        { "UPDATE users SET n = (SELECT 1 FROM a WHERE b = 1), password = 'K1';",               true },
        { "UPDATE users SET pw = 'K1' WHERE id = 1;",                                           true },
        { "UPDATE users SET password = crypt('K1', gen_salt('bf'));",                           true },
        { "ALTER TABLE users ADD COLUMN pwd text DEFAULT 'K1';",                                true },
        { "ALTER TABLE users ALTER COLUMN pw SET DEFAULT 'K1';",                                true },
        { "ALTER TABLE users ALTER COLUMN pw SET DEFAULT ('K1');",                              true },
        { "CREATE TABLE more (id int, password text DEFAULT 'K1');",                            true },
        { "COMMENT ON TABLE users IS 'login root password=K1';",                                true },
        { "SET app.password = 'K1';",                                                           true },
        { "INSERT INTO settings (key, value) VALUES ('smtp_password', 'K1x9k2');",              true },
        { "UPDATE settings SET value = 'K1x9k2' WHERE key = 'smtp_password';",                  true },
        { "INSERT INTO users (password) SELECT 'K1';",                                          true },
        { "INSERT INTO cfg (doc) VALUES ('{\"password\":\"K1\"}');",                            true },
        { "INSERT INTO cfg (doc) VALUES ('{\"a\": {\"password\": \"K1\"}}');",                  true },
        { "SELECT dblink_connect('c', 'host=x password=K1');",                                  true },
        { "UPDATE users SET api_key = 'K1x9k2' WHERE id = 1;",                                  true },
        { "INSERT INTO settings (key, value) VALUES ('smtp_host', 'K1x9k2');",                  false},
        { "INSERT INTO texts (key, value) VALUES ('login.password', 'Passwort');",              false},
        { "INSERT INTO texts (key, value) VALUES ('login.password', 'Your 1st password');",     false},
        { "UPDATE users SET api_key_hash = 'K1x9k2';",                                          false},
        { "UPDATE users SET locked = true WHERE api_key = 'K1x9k2';",                           false},
        { "INSERT INTO cfg (doc) VALUES ('{\"password\":\"$2b$12$abcdefghijklmnopqrstuv\"}');",
         false                                                                                       },
        { "ALTER TABLE users ADD COLUMN pass char(1) DEFAULT 'N';",                             false},
        { "ALTER TABLE users ADD COLUMN pwd text DEFAULT '';",                                  false},
        { "ALTER TABLE users ADD COLUMN pw text DEFAULT md5(random()::text);",                  false},
        { "ALTER TABLE users ADD COLUMN password_hash text DEFAULT 'K1';",                      false},
        { "CREATE TABLE more (password text CHECK (password <> 'K1'));",                        false},
        { "INSERT INTO users (name, password) VALUES ('K1', DEFAULT);",                         false},
        { "INSERT INTO users (name, password) VALUES ('x', '');",                               false},
        { "UPDATE users SET password_hash = 'K1';",                                             false},
        { "UPDATE users SET locked = true WHERE password = 'K1';",                              false},
        { "UPDATE users SET password = '${ADMIN_PASSWORD}';",                                   false},
        { "UPDATE users SET password = '$2b$12$abcdefghijklmnopqrstuv';",                       false},
        { "UPDATE users SET password = '{bcrypt}$2a$10$abcdefghijkl';",                         false},
        { "UPDATE users SET password = '$argon2id$v=19$m=65536,t=3,p=4$c29tZQ$aGFzaA';",        false},
        { "UPDATE users SET password = 'pbkdf2_sha256$260000$salt$aGFzaA==';",                  false},
        { "UPDATE users SET password = 'scrypt:32768:8:1$salt$00ff';",                          false},
        { "UPDATE users SET password = '5f4dcc3b5aa765d61d8327deb882cf99';",                    false},
        { "UPDATE users SET password = '{SSHA}MTIzNDU2Nzg5MA==';",                              false},
        { "UPDATE users SET password = 'SCRAM-SHA-256$4096:c2FsdA==$a:b';",                     false},
    };
    struct strbuf told = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct database_world world;
        const struct drift_report *report =
            world_compare(&world, migrations_of("postgresql", USERS, NULL),
                          migrations_of("postgresql", USERS, "2_a.sql", rows[i].sql, NULL));
        bool found = false;

        for (size_t k = 0; report->item_count > 0 && k < report->items[0].rule_count; k++)
            found |= strcmp(report->items[0].rules[k].rule, "database.credential") == 0;
        if (found != rows[i].told ||
            (report->item_count > 0 && strstr(report->items[0].current.text, "K1") != NULL &&
             rows[i].told))
            strbuf_printf(&told, "%s\n", rows[i].sql);
        world_end(&world);
    }
    assert_string_equal(told.data, "");
    strbuf_release(&told);
}

/* PostgreSQL gives everybody the use of the schema public and of functions; what it keeps back of
 * its own, and what is more than one thing, is told. */
/* An owner, an engine, a place are no parts of the table. */
static void what_a_table_gets_is_not_called_a_part_of_it(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.sql",
                                    "ALTER TABLE users OWNER TO bob;\n"
                                    "ALTER TABLE users SET TABLESPACE slow;\n"
                                    "ALTER TABLE users SET SCHEMA app;\n"
                                    "ALTER TABLE users ADD note text;\n",
                                    NULL));

    (void)state;
    assert_told(world_told(report),
                "MEDIUM review modified ALTER TABLE users: OWNER TO bob [rights alters]\n"
                "HIGH review modified ALTER TABLE users: SET TABLESPACE slow [rewrites locks "
                "alters]\n"
                "HIGH review modified ALTER TABLE users: SET SCHEMA app [breaks alters]\n"
                "MEDIUM none added ALTER TABLE users.note: ADD COLUMN note text [alters]\n");
    world_end(&world);
}

/* What is told of a setting is what it is set to, and how passwords are stored is no password. */
static void a_setting_of_the_server_is_told_with_its_value(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.sql",
                                    "ALTER SYSTEM SET password_encryption = 'md5';\n"
                                    "ALTER SYSTEM SET work_mem = '4MB';\n"
                                    "ALTER SYSTEM SET app.api_key = 'K1';\n"
                                    "SELECT purge_all();\n"
                                    "SELECT setval('users_id_seq', 1);\n"
                                    "SELECT * INTO copied FROM users;\n",
                                    NULL));

    (void)state;
    assert_told(world_told(report),
                "HIGH review modified ALTER SYSTEM SET password_encryption 2_a.sql#ALTER SYSTEM "
                "SET password_encryption: ALTER SYSTEM SET password_encryption = md5 [weakens "
                "server-wide]\n"
                "MEDIUM review modified ALTER SYSTEM SET work_mem 2_a.sql#ALTER SYSTEM SET "
                "work_mem: ALTER SYSTEM SET work_mem = 4MB [server-wide]\n"
                "CRITICAL review modified ALTER SYSTEM SET app.api_key 2_a.sql#ALTER SYSTEM SET "
                "app.api_key: ALTER SYSTEM SET app.api_key [credential server-wide]\n"
                "MEDIUM review modified SELECT purge_all: SELECT [opaque]\n"
                "LOW none modified SELECT setval: SELECT [numbers]\n"
                "LOW none added SELECT INTO copied: SELECT INTO [creates]\n");
    world_end(&world);
}

static void a_right_that_everybody_has_anyway_is_not_wide(void **state)
{
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("postgresql", USERS, NULL),
                      migrations_of("postgresql", USERS, "2_a.sql",
                                    "GRANT USAGE ON SCHEMA public TO PUBLIC;\n"
                                    "GRANT EXECUTE ON FUNCTION now() TO PUBLIC;\n"
                                    "GRANT CREATE ON SCHEMA public TO PUBLIC;\n"
                                    "GRANT USAGE ON SCHEMA shop TO PUBLIC;\n"
                                    "GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO "
                                    "PUBLIC;\n"
                                    "GRANT EXECUTE ON FUNCTION now(), lo_import(text) TO PUBLIC;\n"
                                    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC;\n"
                                    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO PUBLIC;\n"
                                    "GRANT SELECT ON users TO PUBLIC;\n",
                                    NULL));

    (void)state;
    assert_told(world_told(report),
                "MEDIUM review modified GRANT public: GRANT USAGE TO PUBLIC [rights]\n"
                "MEDIUM review modified GRANT now: GRANT EXECUTE TO PUBLIC [rights]\n"
                "HIGH review modified GRANT public: GRANT CREATE TO PUBLIC [wide rights]\n"
                "HIGH review modified GRANT shop: GRANT USAGE TO PUBLIC [wide rights]\n"
                "HIGH review modified GRANT pg_catalog.pg_read_file: GRANT EXECUTE TO PUBLIC "
                "[wide rights]\n"
                "HIGH review modified GRANT now: GRANT EXECUTE TO PUBLIC [wide rights]\n"
                "HIGH review modified GRANT public: GRANT EXECUTE TO PUBLIC [wide rights]\n"
                "HIGH review modified GRANT public: GRANT USAGE TO PUBLIC [wide rights]\n"
                "HIGH review modified GRANT users: GRANT SELECT TO PUBLIC [wide rights]\n");
    world_end(&world);
}

/* One ALTER and what is said of it, where the tables stand in a migration that ran already. */
static void assert_altered(const char *dialect, const char *alter, const char *expected,
                           const char *why)
{
    static const char made[] =
        "CREATE TABLE t (id bigint NOT NULL, n numeric(12, 4), v varchar(20), at timestamp, d "
        "double precision, i int, u text, c char(9));";
    static const char more[] = "ALTER TABLE t ADD COLUMN m decimal(9,2); ALTER TABLE t RENAME TO s;"
                               "ALTER TABLE s RENAME COLUMN m TO money; ALTER TABLE s RENAME TO t;";
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of(dialect, "1_t.sql", made, "2_m.sql", more, NULL),
                      migrations_of(dialect, "1_t.sql", made, "2_m.sql", more, "3_a.sql", alter,
                                    NULL));
    struct strbuf rules = STRBUF_INIT;
    const struct drift_database *database;

    assert_int_equal(report->item_count, 1);
    for (size_t i = 0; i < report->items[0].rule_count; i++)
        strbuf_printf(&rules, "%s%s", i > 0 ? " " : "",
                      report->items[0].rules[i].rule + strlen("database."));
    if (strcmp(rules.data, expected) != 0)
        fail_msg("%s: %s, not %s", alter, rules.data, expected);
    database = report->parts[0].content;
    if (why != NULL && strstr(database->operations[0].why, why) == NULL)
        fail_msg("%s: %s", alter, database->operations[0].why);
    strbuf_release(&rules);
    world_end(&world);
}

static void a_type_is_judged_by_the_one_before_it(void **state)
{
    static const char cuts[] = "cuts rewrites locks changes-type breaks may-fail alters";
    static const char writes[] = "rewrites locks changes-type breaks alters";

    (void)state;
    assert_altered("postgresql", "ALTER TABLE t ALTER n TYPE numeric(12,2);", cuts,
                   "numeric(12, 4) becomes numeric(12,2)");
    assert_altered("postgresql", "ALTER TABLE t ALTER at TYPE date;", cuts, "are cut");
    assert_altered("postgresql", "ALTER TABLE t ALTER d TYPE integer USING d::int;", cuts, NULL);
    assert_altered("postgresql", "ALTER TABLE public.t ALTER money TYPE numeric(9,0);", cuts, NULL);
    assert_altered("postgresql", "ALTER TABLE t ALTER v TYPE varchar(9);", cuts + strlen("cuts "),
                   "make it fail");
    assert_altered("postgresql", "ALTER TABLE t ALTER v TYPE varchar(9) USING v::varchar(9);", cuts,
                   "are cut");
    assert_altered("postgresql", "ALTER TABLE t ALTER v TYPE uuid USING v::uuid;",
                   cuts + strlen("cuts "), "make it fail");
    assert_altered("postgresql", "ALTER TABLE t ALTER v TYPE varchar(50);", "alters",
                   "holds all that is there");
    assert_altered("postgresql", "ALTER TABLE t ALTER v TYPE text;", "alters", NULL);
    assert_altered("postgresql", "ALTER TABLE t ALTER u TYPE varchar;", "alters", NULL);
    assert_altered("postgresql", "ALTER TABLE t ALTER n TYPE numeric(14,4);", "alters", NULL);
    assert_altered("postgresql", "ALTER TABLE t ALTER n TYPE numeric(14,5);",
                   "rewrites locks changes-type breaks alters", NULL);
    assert_altered("postgresql", "ALTER TABLE o ALTER v TYPE text;",
                   "rewrites locks changes-type breaks may-fail alters", NULL);
    assert_altered("postgresql", "ALTER TABLE t ALTER v TYPE varchar(50) USING trim(v);", writes,
                   NULL);
    assert_altered("postgresql", "ALTER TABLE t ALTER i TYPE bigint;", writes, "written anew");
    assert_altered("postgresql", "ALTER TABLE t ALTER at TYPE timestamptz;", writes, "time zone");
    assert_altered("postgresql", "ALTER TABLE t ALTER i TYPE int4;", "alters", NULL);
    assert_altered("postgresql", "ALTER TABLE o ALTER n TYPE numeric(12,2);", cuts, "nobody knows");
    assert_altered("postgresql", "ALTER TABLE o ALTER n TYPE bigint;",
                   "rewrites locks changes-type breaks may-fail alters", NULL);
}

static void a_column_of_mysql_is_judged_by_what_it_was(void **state)
{
    static const char defined[] = "locks may-fail alters";

    (void)state;
    assert_altered("mysql", "ALTER TABLE t MODIFY n decimal(12,2);",
                   "cuts locks changes-type may-fail alters", "decimal(12,2)");
    assert_altered("mysql", "ALTER TABLE t CHANGE at day date;",
                   "cuts locks changes-type breaks may-fail alters", NULL);
    assert_altered("mysql", "ALTER TABLE t MODIFY i int(11) NOT NULL;", defined, NULL);
    assert_altered("mysql", "ALTER TABLE o MODIFY n decimal(12,2);",
                   "locks changes-type may-fail alters", NULL);
    assert_altered("mysql", "ALTER TABLE t ADD COLUMN k int AUTO_INCREMENT;", "alters", NULL);
}

static void a_number_that_the_database_gave_is_missed(void **state)
{
    static const char made[] = "CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, PRIMARY KEY (id));";
    struct database_world world;
    const struct drift_report *report =
        world_compare(&world, migrations_of("mysql", "1_t.sql", made, NULL),
                      migrations_of("mysql", "1_t.sql", made, "2_a.sql",
                                    "ALTER TABLE t MODIFY id bigint NOT NULL;", "3_b.sql",
                                    "ALTER TABLE t MODIFY id bigint NOT NULL;", NULL));
    const struct drift_database *database = report->parts[0].content;

    (void)state;
    assert_non_null(strstr(database->operations[0].why, "without AUTO_INCREMENT"));
    assert_non_null(strstr(database->operations[0].words, "breaks"));
    assert_null(strstr(database->operations[1].words, "breaks"));
    assert_string_equal(report->items[0].rules[0].rule, "database.number-gone");
    assert_non_null(strstr(report->items[0].attention_reason, "gives no number"));
    assert_string_equal(report->items[1].rules[0].rule, "database.locks");
    world_end(&world);
}

/* A column brings no rows again, and one column is not another. */
static void the_way_back_must_bring_back_just_that(void **state)
{
    struct database_world world;
    const struct drift_report *report = world_compare(
        &world, migrations_of("postgresql", USERS, NULL),
        migrations_of("postgresql", USERS, "2_a.up.sql",
                      "DELETE FROM users WHERE true; TRUNCATE logs;", "2_a.down.sql",
                      "ALTER TABLE users ADD COLUMN x int; CREATE INDEX i ON logs (a);",
                      "3_b.up.sql", "DELETE FROM users; TRUNCATE logs;", "3_b.down.sql",
                      "INSERT INTO users SELECT * FROM kept; CALL refill();", "4_c.up.sql",
                      "ALTER TABLE users DROP COLUMN a, DROP COLUMN b;", "4_c.down.sql",
                      "ALTER TABLE users ADD COLUMN a int;", "5_d.up.sql",
                      "ALTER TABLE users DROP COLUMN c;", "5_d.down.sql",
                      "ALTER TABLE users ADD COLUMN C int;", "6_e.up.sql", "DROP TABLE old;",
                      "6_e.down.sql", "ALTER TABLE old ADD COLUMN a int;", NULL));
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
    world_end(&world);
}

/* Adds a migration of which the report repeats what nobody should read. */
static void add_leaks(struct strbuf *told, const char *dialect, const char *file, const char *sql)
{
    struct database_world world;
    const struct drift_report *report = world_compare(&world, migrations_of(dialect, NULL),
                                                      migrations_of(dialect, file, sql, NULL));
    json_t *json = drift_report_to_json(report);
    struct strbuf text = STRBUF_INIT;

    json_write_canonical(&text, json);
    if (strstr(text.data, "LEAK") || strstr(text.data, "leak"))
        strbuf_printf(told, "%s\n", sql);
    json_decref(json);
    strbuf_release(&text);
    world_end(&world);
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

/* One statement about many, which is looked through for each of them, takes minutes. */
static void a_statement_is_looked_through_once_for_all_that_it_is_about(void **state)
{
    static const struct many {
        const char *dialect, *begin, *before, *behind;
    } rows[] = {
        {"mysql",       "CREATE USER ",       "a",            ""    },
        { "mysql",      "DROP USER ",         "a",            ""    },
        { "postgresql", "ALTER TABLE users ", "ADD COLUMN c", " int"},
    };
    const size_t count = 5000;

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct strbuf sql = STRBUF_INIT;
        struct database_world world;
        const struct drift_report *report;
        const struct drift_database *database;

        strbuf_add(&sql, rows[i].begin);
        for (size_t k = 0; k < count; k++)
            strbuf_printf(&sql, "%s%s%zu%s", k > 0 ? ", " : "", rows[i].before, k, rows[i].behind);
        strbuf_add(&sql, ";");
        report = world_compare(&world, migrations_of(rows[i].dialect, USERS, NULL),
                               migrations_of(rows[i].dialect, USERS, "2_a.sql", sql.data, NULL));
        assert_int_equal(report->item_count, count);
        for (size_t k = 1; k < report->item_count; k++)
            assert_ptr_equal(report->items[k].substance, report->items[0].substance);
        database = drift_report_part(report, DRIFT_DATABASE, "shop")->content;
        assert_ptr_equal(database->operations[database->operation_count > 1].sql,
                         database->operations[0].sql);
        world_end(&world);
        strbuf_release(&sql);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_way_back_must_bring_back_just_that),
        cmocka_unit_test(rights_and_passwords_are_told),
        cmocka_unit_test(what_stays_open_or_is_set_for_all_is_told),
        cmocka_unit_test(what_a_table_gets_is_not_called_a_part_of_it),
        cmocka_unit_test(a_setting_of_the_server_is_told_with_its_value),
        cmocka_unit_test(what_is_written_and_does_nothing_is_told),
        cmocka_unit_test(a_migration_that_does_little_says_what),
        cmocka_unit_test(a_password_that_is_written_in_the_clear_is_told),
        cmocka_unit_test(a_right_that_everybody_has_anyway_is_not_wide),
        cmocka_unit_test(a_type_is_judged_by_the_one_before_it),
        cmocka_unit_test(a_column_of_mysql_is_judged_by_what_it_was),
        cmocka_unit_test(a_number_that_the_database_gave_is_missed),
        cmocka_unit_test(no_part_of_a_statement_tells_a_password),
        cmocka_unit_test(a_statement_is_looked_through_once_for_all_that_it_is_about),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
