/* A real MariaDB server, read back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/schema/diff.h>
#include <pilab/schema/live.h>
#include <pilab/schema/mysql.h>

#include "tests/support/database_server.h"
#include "tests/support/patience.h"
#include "tests/support/relay.h"

static struct database_server *server; /* one for all: making it takes seconds */

static const char shop_sql[] =
    "CREATE TABLE parent (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,\n"
    " name varchar(20) DEFAULT 'x''y' COLLATE utf8mb4_bin, nothing int, UNIQUE KEY nm (name(10)))\n"
    " ENGINE=InnoDB ROW_FORMAT=DYNAMIC COMMENT='people';\n"
    "CREATE TABLE child (id bigint PRIMARY KEY, parent_id int unsigned, doc json,\n"
    " at datetime(3) DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),\n"
    " flag boolean DEFAULT true, total decimal(10,2) AS (id * 2) STORED, v int AS (id + 1) "
    "VIRTUAL,\n"
    " n int CHECK (n > 5), note text COMMENT 'it''s',\n"
    " CONSTRAINT up FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE,\n"
    " CONSTRAINT pos CHECK (id > 0), KEY ix (at DESC, parent_id), FULLTEXT KEY ft (note));\n"
    "CREATE VIEW seen AS SELECT p.id, c.at FROM parent p JOIN child c ON c.parent_id = p.id;\n"
    "CREATE TRIGGER tr BEFORE INSERT ON child FOR EACH ROW SET NEW.flag = 0;\n"
    "CREATE SEQUENCE sq START WITH 5 INCREMENT BY 2;\n"
    "CREATE TABLE parts (y int) PARTITION BY RANGE (y) (PARTITION p0 VALUES LESS THAN (2020),\n"
    " PARTITION p1 VALUES LESS THAN MAXVALUE);\n"
    "CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC SQL SECURITY INVOKER RETURN n * 2;\n"
    "CREATE PROCEDURE twice(IN a int, OUT b varchar(10)) SET b = a;\n"
    "CREATE EVENT later ON SCHEDULE EVERY 1 DAY DO SET @x = 1;\n";

static int start_server(void **state)
{
    (void)state;
    if (database_server_missing(DATABASE_MARIADB) != NULL)
        return 0;
    server = database_server_start(DATABASE_MARIADB);
    database_server_sql(server, "mysql",
                        "CREATE DATABASE shop CHARACTER SET utf8mb4;\n"
                        "CREATE USER secured@localhost IDENTIFIED BY 'right';\n"
                        "GRANT SELECT ON shop.* TO secured@localhost;\n"
                        "CREATE USER one@localhost IDENTIFIED BY 'right';\n"
                        "CREATE USER whole@localhost IDENTIFIED BY 'right';\n"
                        "CREATE ROLE reader;\n"
                        "GRANT SELECT, REFERENCES, TRIGGER, SHOW VIEW ON shop.* TO reader;\n"
                        "GRANT SELECT ON mysql.proc TO reader;\n"
                        "GRANT reader TO whole@localhost;\n"
                        "SET DEFAULT ROLE reader FOR whole@localhost;\n");
    database_server_sql(server, "shop", shop_sql);
    database_server_sql(server, "mysql",
                        "GRANT SELECT (id, at), INSERT ON shop.child TO one@localhost;\n"
                        "REVOKE INSERT ON shop.child FROM one@localhost;\n"
                        "GRANT SELECT ON shop.parts TO one@localhost;\n");
    return 0;
}

static int stop_server(void **state)
{
    (void)state;
    database_server_stop(&server);
    return 0;
}

static void need_server(void)
{
    if (server != NULL)
        return;
    print_message("the package %s is not installed\n", database_server_missing(DATABASE_MARIADB));
    skip();
}

static struct schema *read_dsn(const char *text, const struct live_options *options,
                               const struct progress *progress, struct error *error)
{
    struct arena *arena = arena_new();
    struct schema *schema = NULL;
    struct dsn dsn;

    if (dsn_read(text, arena, &dsn, error))
        schema = live_read(&dsn, options, progress, error);
    arena_free(&arena);
    return schema;
}

static struct schema *read_shop(void)
{
    char *dsn = database_server_dsn(server, "shop");
    struct error error = { 0 };
    struct schema *schema = read_dsn(dsn, NULL, NULL, &error);

    if (schema == NULL)
        fail_msg("%s (%s)", error.message, error.hint);
    free(dsn);
    return schema;
}

static const struct schema_object *need_part(const struct schema *schema, const char *table,
                                             enum schema_kind kind, const char *name)
{
    const struct schema_object *owner = schema_find_relation(schema, "", table), *part;

    if (owner == NULL)
        fail_msg("there is no %s", table);
    part = schema_find_part(schema, owner, kind, name);
    if (part == NULL)
        fail_msg("%s has no %s %s", table, schema_kind_name(kind), name);
    return part;
}

static void assert_property(const struct schema_object *object, enum schema_property property,
                            const char *text)
{
    const char *found;

    assert_non_null(object);
    found = schema_get(object, property);
    if (text == NULL && found != NULL)
        fail_msg("%s has the %s %s", object->name, schema_property_name(property), found);
    if (text != NULL && (found == NULL || strcmp(found, text) != 0))
        fail_msg("%s: the %s is %s, not %s", object->name, schema_property_name(property),
                 found != NULL ? found : "absent", text);
}

static const char *why_not(const struct schema *schema, const char *what)
{
    for (size_t i = 0; i < schema->gap_count; i++) {
        if (strcmp(schema->gaps[i].what, what) == 0)
            return schema->gaps[i].why;
    }
    return NULL;
}

static bool is_refused(const struct schema *schema, const char *what)
{
    for (size_t i = 0; i < schema->gap_count; i++) {
        if (strcmp(schema->gaps[i].what, what) == 0)
            return schema->gaps[i].refused;
    }
    return false;
}

/* --- What is read ----------------------------------------------------------------------------- */

static void columns_are_in_one_form(void **state)
{
    struct schema *schema;

    (void)state;
    need_server();
    schema = read_shop();
    assert_int_equal(schema->dialect, SCHEMA_MYSQL);
    assert_non_null(strstr(schema->server, "MariaDB"));
    assert_property(need_part(schema, "parent", SCHEMA_COLUMN, "id"), SCHEMA_TYPE, "int unsigned");
    assert_property(need_part(schema, "parent", SCHEMA_COLUMN, "id"), SCHEMA_IDENTITY,
                    "auto_increment");
    assert_property(need_part(schema, "parent", SCHEMA_COLUMN, "name"), SCHEMA_DEFAULT, "'x''y'");
    assert_property(need_part(schema, "parent", SCHEMA_COLUMN, "name"), SCHEMA_COLLATION,
                    "utf8mb4_bin");
    assert_property(need_part(schema, "parent", SCHEMA_COLUMN, "nothing"), SCHEMA_DEFAULT, NULL);
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "id"), SCHEMA_TYPE, "bigint");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "id"), SCHEMA_NOT_NULL, "true");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "doc"), SCHEMA_TYPE, "json");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "doc"), SCHEMA_COLLATION, NULL);
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "flag"), SCHEMA_TYPE, "tinyint(1)");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "at"), SCHEMA_ON_UPDATE_VALUE,
                    "current_timestamp(3)");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "total"), SCHEMA_GENERATED,
                    "`id` * 2");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "total"), SCHEMA_GENERATED_KIND,
                    "stored");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "v"), SCHEMA_GENERATED_KIND,
                    "virtual");
    assert_property(need_part(schema, "child", SCHEMA_COLUMN, "note"), SCHEMA_COMMENT, "it's");
    schema_free(&schema);
}

static void keys_and_indexes_are_told_apart(void **state)
{
    struct schema *schema;
    const struct schema_object *child;
    size_t count;

    (void)state;
    need_server();
    schema = read_shop();
    assert_property(need_part(schema, "parent", SCHEMA_CONSTRAINT, "PRIMARY"), SCHEMA_DEFINITION,
                    "PRIMARY KEY (`id`)");
    assert_property(need_part(schema, "parent", SCHEMA_CONSTRAINT, "nm"), SCHEMA_DEFINITION,
                    "UNIQUE (`name`(10))");
    assert_property(need_part(schema, "child", SCHEMA_CONSTRAINT, "up"), SCHEMA_DEFINITION,
                    "FOREIGN KEY (`parent_id`) REFERENCES `parent` (`id`) ON DELETE CASCADE");
    assert_property(need_part(schema, "child", SCHEMA_CONSTRAINT, "up"), SCHEMA_ON_UPDATE, NULL);
    assert_property(need_part(schema, "child", SCHEMA_CONSTRAINT, "pos"), SCHEMA_DEFINITION,
                    "CHECK (`id` > 0)");
    assert_property(need_part(schema, "child", SCHEMA_CONSTRAINT, "n"), SCHEMA_EXPRESSION,
                    "`n` > 5");
    assert_property(need_part(schema, "child", SCHEMA_INDEX, "ix"), SCHEMA_DEFINITION,
                    "CREATE INDEX `ix` ON `child` (`at` DESC, `parent_id`)");
    assert_string_equal(schema_list(need_part(schema, "child", SCHEMA_INDEX, "ix"), SCHEMA_COLUMNS,
                                    &count)[0],
                        "at DESC");
    assert_property(need_part(schema, "child", SCHEMA_INDEX, "ft"), SCHEMA_METHOD, "fulltext");
    child = schema_find(schema, SCHEMA_TABLE, "", "child", NULL);
    assert_null(schema_find_part(schema, child, SCHEMA_CONSTRAINT, "doc")); /* JSON's own check */
    schema_free(&schema);
}

static void everything_else_is_there_without_the_name_of_the_database(void **state)
{
    const struct schema_object *object;
    struct schema *schema;

    (void)state;
    need_server();
    schema = read_shop();
    object = schema_find(schema, SCHEMA_VIEW, "", "seen", NULL);
    assert_property(object, SCHEMA_DEFINITION,
                    "select `p`.`id` AS `id`,`c`.`at` AS `at` from (`parent` `p` join `child` `c` "
                    "on(`c`.`parent_id` = `p`.`id`))");
    assert_property(need_part(schema, "child", SCHEMA_TRIGGER, "tr"), SCHEMA_DEFINITION,
                    "CREATE TRIGGER `tr` BEFORE INSERT ON `child` FOR EACH ROW SET NEW.flag = 0");
    object = schema_find(schema, SCHEMA_SEQUENCE, "", "sq", NULL);
    assert_property(object, SCHEMA_START, "5");
    assert_property(object, SCHEMA_INCREMENT, "2");
    assert_property(object, SCHEMA_MAXIMUM, NULL);
    object = schema_find(schema, SCHEMA_TABLE, "", "parts", NULL);
    assert_property(object, SCHEMA_SORT, "partitioned");
    assert_property(object, SCHEMA_PARTITION_KEY, "RANGE (`y`)");
    assert_property(object, SCHEMA_PARTITION_BOUND,
                    "p0 VALUES LESS THAN (2020), p1 VALUES LESS THAN (MAXVALUE)");
    object = schema_find(schema, SCHEMA_TABLE, "", "parent", NULL);
    assert_property(object, SCHEMA_ENGINE, "InnoDB");
    assert_property(object, SCHEMA_COMMENT, "people");
    assert_property(object, SCHEMA_OPTIONS, "row_format=DYNAMIC");
    object = schema_find(schema, SCHEMA_FUNCTION, "", "twice", "");
    assert_property(object, SCHEMA_DEFINITION,
                    "CREATE FUNCTION `twice`(`n` int(11)) RETURNS int(11) DETERMINISTIC SQL "
                    "SECURITY INVOKER RETURN n * 2");
    object = schema_find(schema, SCHEMA_FUNCTION, "", "twice", "procedure");
    assert_property(object, SCHEMA_ARGUMENTS, "IN `a` int(11), OUT `b` varchar(10)");
    assert_string_equal(why_not(schema, "events"), "1 here, of a kind that is not read");
    schema_free(&schema);
}

/* What a server fills in, writes otherwise or does not keep is no difference from the SQL that it
 * was made with, and said instead. */
static void the_sql_that_made_it_does_not_differ(void **state)
{
    struct schema *live, *text;
    struct schema_diff *diff;
    struct mysql_reader *reader;
    bool said = false;

    (void)state;
    need_server();
    live = read_shop();
    reader = mysql_reader_new("shop.sql", DIALECT_MARIADB);
    assert_true(mysql_reader_add(reader, "shop.sql", 1, shop_sql, strlen(shop_sql), NULL));
    text = mysql_reader_finish(&reader);
    assert_int_equal(text->problem_count, 0);
    diff = schema_compare(live, text, NULL);
    for (size_t i = 0; i < diff->count; i++)
        print_error("%s %s\n", schema_change_name(diff->changes[i].kind),
                    schema_object_path(diff->arena, schema_change_object(&diff->changes[i])));
    assert_int_equal(diff->count, 0);
    for (size_t i = 0; i < diff->gap_count; i++)
        said = said || strcmp(diff->gaps[i].what, "sequence") == 0;
    assert_true(said);
    schema_diff_free(&diff);
    schema_free(&live);
    schema_free(&text);
}

/* --- What one may not, and what goes wrong ---------------------------------------------------- */

static void what_the_user_may_not_see_is_said(void **state)
{
    const struct live_options right = { .password = "right" }, wrong = { .password = "hunter2" };
    struct error error = { 0 };
    struct schema *schema;
    char *dsn;

    (void)state;
    need_server();
    dsn = memory_printf("mariadb://secured@/shop?socket=%s/socket", database_server_folder(server));
    schema = read_dsn(dsn, &right, NULL, &error);
    if (schema == NULL)
        fail_msg("%s", error.message);
    assert_non_null(schema_find(schema, SCHEMA_TABLE, "", "child", NULL));
    assert_false(schema->covers[SCHEMA_VIEW]);
    assert_true(is_refused(schema, "trigger"));
    assert_true(schema->covers[SCHEMA_TABLE]);
    schema_free(&schema);
    assert_null(read_dsn(dsn, &wrong, NULL, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_null(strstr(error.message, "hunter2"));
    assert_non_null(strstr(error.hint, ".my.cnf"));
    assert_non_null(strstr(error.hint, "does not take that user with that password"));
    free(dsn);
}

static struct schema *read_as(const char *user)
{
    const struct live_options options = { .password = "right" };
    char *dsn =
        memory_printf("mariadb://%s@/shop?socket=%s/socket", user, database_server_folder(server));
    struct error error = { 0 };
    struct schema *schema = read_dsn(dsn, &options, NULL, &error);

    if (schema == NULL)
        fail_msg("%s: %s", user, error.message);
    free(dsn);
    return schema;
}

/* Whichever side it is that does not see it: no statement follows from that. */
static void assert_no_difference(const struct schema *one, const struct schema *other)
{
    const struct schema *const sides[] = { one, other, one };

    for (size_t i = 0; i < 2; i++) {
        struct schema_diff *diff = schema_compare(sides[i], sides[i + 1], NULL);

        for (size_t k = 0; k < diff->count; k++)
            fail_msg("%s %s", schema_change_name(diff->changes[k].kind),
                     schema_object_path(diff->arena, schema_change_object(&diff->changes[k])));
        schema_diff_free(&diff);
    }
}

static void what_a_reader_of_rows_may_not_see_is_refused_and_no_difference(void **state)
{
    static const char *const hidden[] = { "view", "trigger", "function", "foreign key" };
    struct schema *whole, *some;

    (void)state;
    need_server();
    whole = read_shop();
    assert_null(schema_refused(whole));
    some = read_as("secured");
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        if (!is_refused(some, hidden[i]))
            fail_msg("%s are not refused", hidden[i]);
    }
    assert_false(is_refused(some, "table"));
    assert_false(is_refused(some, "column"));
    assert_true(some->covers[SCHEMA_CONSTRAINT]);
    need_part(some, "child", SCHEMA_CONSTRAINT, "pos");
    assert_property(need_part(some, "child", SCHEMA_COLUMN, "doc"), SCHEMA_TYPE, "json");
    assert_no_difference(whole, some);
    schema_free(&some);
    schema_free(&whole);
}

static void what_rights_on_single_columns_hide_is_refused_and_no_difference(void **state)
{
    struct schema *whole, *some;

    (void)state;
    need_server();
    whole = read_shop();
    some = read_as("one");
    assert_true(is_refused(some, "table"));
    assert_true(is_refused(some, "column"));
    assert_true(is_refused(some, "check"));
    assert_true(is_refused(some, "index"));
    assert_true(is_refused(some, "constraint"));
    assert_true(is_refused(some, "trigger"));
    assert_null(schema_find(some, SCHEMA_TABLE, "", "parent", NULL));
    need_part(some, "child", SCHEMA_COLUMN, "at");
    assert_no_difference(whole, some);
    schema_free(&some);
    schema_free(&whole);
}

static void a_role_that_may_see_all_of_it_hides_nothing(void **state)
{
    struct schema *whole, *same;

    (void)state;
    need_server();
    whole = read_shop();
    same = read_as("whole");
    assert_null(schema_refused(same));
    assert_no_difference(whole, same);
    schema_free(&same);
    schema_free(&whole);
}

static void a_database_or_a_server_that_is_not_there_is_named(void **state)
{
    struct error error = { 0 };
    char *dsn;

    (void)state;
    need_server();
    dsn = database_server_dsn(server, "no_such_database");
    assert_null(read_dsn(dsn, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    assert_non_null(strstr(error.message, "no_such_database"));
    assert_non_null(strstr(error.hint, "has no such database"));
    free(dsn);
    assert_null(read_dsn("mariadb://x@/x?socket=/nonexistent/socket", NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_non_null(strstr(error.hint, "No server has that socket"));
}

static void a_port_that_nobody_listens_at_is_no_matter_of_a_firewall(void **state)
{
    unsigned short port;
    int socket = loopback_listen(&port);
    char *dsn = memory_printf("mariadb://x@127.0.0.1:%u/x", port);
    struct error error = { 0 };

    (void)state;
    close(socket);
    assert_null(read_dsn(dsn, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_non_null(strstr(error.hint, "nothing listens at that port"));
    assert_null(strstr(error.hint, "firewall"));
    free(dsn);
}

static void a_port_that_takes_and_says_nothing_ends_in_time(void **state)
{
    unsigned short port;
    int silent = loopback_listen(&port);
    char *dsn = memory_printf("mariadb://x@127.0.0.1:%u/x?connect_timeout=1", port);
    struct error error = { 0 };
    int64_t start = clock_monotonic();

    (void)state;
    assert_null(read_dsn(dsn, NULL, NULL, &error));
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_non_null(strstr(error.message, "no answer within 1 seconds"));
    assert_non_null(strstr(error.hint, "takes the connection and does not speak"));
    assert_in_range(clock_monotonic() - start, 900, patience(3000));
    close(silent);
    free(dsn);
}

/* --- In the middle ---------------------------------------------------------------------------- */

enum deed { CANCEL, KILL };

struct deed_plan {
    enum deed deed;
    atomic_bool flag;
    int64_t at; /* when it was done */
};

static void wait_until(const char *condition)
{
    char *statements = memory_printf("DELIMITER //\nBEGIN NOT ATOMIC\n"
                                     " WHILE NOT EXISTS (SELECT 1 FROM\n"
                                     "  information_schema.PROCESSLIST WHERE %s) DO\n"
                                     "  SELECT SLEEP(0.01) INTO @x; END WHILE; END//\n",
                                     condition);

    database_server_sql(server, "mysql", statements);
    free(statements);
}

static void *do_deed(void *context)
{
    struct deed_plan *plan = context;

    wait_until("STATE LIKE 'Waiting for table metadata lock%'");
    plan->at = clock_monotonic();
    if (plan->deed == CANCEL)
        atomic_store(&plan->flag, true);
    else
        database_server_kill(server);
    return NULL;
}

/* A sequence, which the reading has to open; until somebody ends its connection. */
static void *hold_lock(void *context)
{
    (void)context;
    database_server_try(server, "shop", "LOCK TABLES sq WRITE;\nSELECT SLEEP(60);\n");
    return NULL;
}

static pthread_t start_holding(void)
{
    pthread_t holder;

    assert_int_equal(pthread_create(&holder, NULL, hold_lock, NULL), 0);
    wait_until("STATE = 'User sleep' AND INFO = 'SELECT SLEEP(60)'");
    return holder;
}

static void stop_holding(pthread_t holder)
{
    database_server_try(server, "mysql",
                        "SELECT ID INTO @holder FROM information_schema.PROCESSLIST\n"
                        " WHERE INFO = 'SELECT SLEEP(60)';\nKILL @holder;\n");
    assert_int_equal(pthread_join(holder, NULL), 0);
}

/* What the reading says when that happens to it; how long after, in milliseconds. */
static int64_t read_under(enum deed deed, struct error *error)
{
    struct deed_plan plan = { .deed = deed };
    const struct progress progress = { .cancel = &plan.flag };
    pthread_t holder = start_holding(), doer;
    char *dsn = database_server_dsn(server, "shop");
    int64_t end;

    assert_int_equal(pthread_create(&doer, NULL, do_deed, &plan), 0);
    assert_null(read_dsn(dsn, NULL, &progress, error));
    end = clock_monotonic();
    assert_int_equal(pthread_join(doer, NULL), 0);
    stop_holding(holder);
    free(dsn);
    return end - plan.at;
}

static void a_cancel_is_heard_within_a_fifth_of_a_second(void **state)
{
    struct error error = { 0 };

    (void)state;
    need_server();
    assert_in_range(read_under(CANCEL, &error), 0, patience(200));
    assert_int_equal(error.code, ERROR_CANCELLED);
}

static void a_lock_is_not_waited_for_without_end(void **state)
{
    struct error error = { 0 };
    pthread_t holder;
    char *dsn;

    (void)state;
    need_server();
    holder = start_holding();
    dsn = database_server_dsn(server, "shop");
    assert_null(read_dsn(dsn, NULL, NULL, &error));
    stop_holding(holder);
    assert_int_equal(error.code, ERROR_BUSY);
    assert_non_null(strstr(error.message, "error 1205"));
    free(dsn);
}

/* The last one: nothing of the server is left. */
static void a_server_that_dies_in_the_middle_is_an_error(void **state)
{
    struct error error = { 0 };

    (void)state;
    need_server();
    assert_in_range(read_under(KILL, &error), 0, patience(5000));
    assert_int_equal(error.code, ERROR_NETWORK);
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        cmocka_unit_test(the_sql_that_made_it_does_not_differ),
        cmocka_unit_test(columns_are_in_one_form),
        cmocka_unit_test(keys_and_indexes_are_told_apart),
        cmocka_unit_test(everything_else_is_there_without_the_name_of_the_database),
        cmocka_unit_test(what_the_user_may_not_see_is_said),
        cmocka_unit_test(what_a_reader_of_rows_may_not_see_is_refused_and_no_difference),
        cmocka_unit_test(what_rights_on_single_columns_hide_is_refused_and_no_difference),
        cmocka_unit_test(a_role_that_may_see_all_of_it_hides_nothing),
        cmocka_unit_test(a_database_or_a_server_that_is_not_there_is_named),
        cmocka_unit_test(a_port_that_nobody_listens_at_is_no_matter_of_a_firewall),
        cmocka_unit_test(a_port_that_takes_and_says_nothing_ends_in_time),
        cmocka_unit_test(a_cancel_is_heard_within_a_fifth_of_a_second),
        cmocka_unit_test(a_lock_is_not_waited_for_without_end),
        cmocka_unit_test(a_server_that_dies_in_the_middle_is_an_error),
    };

    return cmocka_run_group_tests(cases, start_server, stop_server);
}
