#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/schema/dsn.h>

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    struct arena *arena = *state;

    arena_free(&arena);
    return 0;
}

static struct dsn read_good(void **state, const char *text)
{
    struct error error = { 0 };
    struct dsn dsn = { 0 };

    assert_true(dsn_recognise(text));
    if (!dsn_read(text, *state, &dsn, &error))
        fail_msg("%s: %s", text, error.message);
    return dsn;
}

static struct error read_bad(void **state, const char *text)
{
    struct error error = { 0 };
    struct dsn dsn = { 0 };

    assert_true(dsn_recognise(text));
    assert_false(dsn_read(text, *state, &dsn, &error));
    assert_true(error.message[0] != '\0');
    assert_true(error.hint[0] != '\0');
    return error;
}

static void a_url_names_user_host_port_and_database(void **state)
{
    struct dsn dsn = read_good(state, "postgresql://reader@db.example:5433/shop?sslmode=verify-full"
                                      "&sslrootcert=%2Fetc%2Fca%20root.pem&connect_timeout=4");

    assert_int_equal(dsn.engine, DSN_POSTGRESQL);
    assert_string_equal(dsn.user, "reader");
    assert_string_equal(dsn.database, "shop");
    assert_int_equal(dsn.host_count, 1);
    assert_string_equal(dsn.hosts[0].name, "db.example");
    assert_string_equal(dsn.hosts[0].port, "5433");
    assert_int_equal(dsn.parameter_count, 2);
    assert_string_equal(dsn_parameter(&dsn, "sslmode"), "verify-full");
    assert_string_equal(dsn_parameter(&dsn, "sslrootcert"), "/etc/ca root.pem");
    assert_null(dsn_parameter(&dsn, "sslkey"));
    assert_int_equal(dsn.connect_seconds, 4);
    assert_string_equal(dsn.shown, "postgresql://reader@db.example:5433/shop");
}

static void what_is_not_said_is_left_to_the_library(void **state)
{
    struct dsn dsn = read_good(state, "postgres://");

    assert_int_equal(dsn.engine, DSN_POSTGRESQL);
    assert_null(dsn.user);
    assert_null(dsn.database);
    assert_int_equal(dsn.host_count, 0);
    assert_int_equal(dsn.connect_seconds, 0);
    dsn = read_good(state, "postgresql:///shop?host=/run/postgresql&port=5434&user=a%40b");
    assert_int_equal(dsn.host_count, 1);
    assert_string_equal(dsn.hosts[0].name, "/run/postgresql");
    assert_string_equal(dsn.hosts[0].port, "5434");
    assert_string_equal(dsn.user, "a@b");
    assert_string_equal(dsn.database, "shop");
    assert_string_equal(dsn.shown, "postgresql://a@b@/shop?host=/run/postgresql&port=5434");
    dsn = read_good(state, "postgresql:///shop?host=/run/postgresql&port=5432");
    assert_string_equal(dsn.shown, "postgresql:///shop?host=/run/postgresql");
}

static void several_hosts_and_ipv6_addresses_keep_their_ports(void **state)
{
    struct dsn dsn = read_good(state, "postgresql://[::1]:5432,second,third:5440/shop");

    assert_int_equal(dsn.host_count, 3);
    assert_string_equal(dsn.hosts[0].name, "::1");
    assert_string_equal(dsn.hosts[0].port, "5432");
    assert_string_equal(dsn.hosts[1].name, "second");
    assert_null(dsn.hosts[1].port);
    assert_string_equal(dsn.hosts[2].port, "5440");
    assert_string_equal(dsn.shown, "postgresql://[::1]:5432,second,third:5440/shop");
}

static void keywords_are_read_as_libpq_reads_them(void **state)
{
    struct dsn dsn = read_good(state, "service=uat dbname = 'my shop' user=it\\'s schema=a,b");

    assert_string_equal(dsn.service, "uat");
    assert_string_equal(dsn.database, "my shop");
    assert_string_equal(dsn.user, "it's");
    assert_int_equal(dsn.schema_count, 2);
    assert_string_equal(dsn.schemas[1], "b");
    assert_string_equal(dsn.shown, "service=uat user=it's dbname=my shop");
    dsn = read_good(state, "service=uat host=db.example port=5433");
    assert_string_equal(dsn.shown, "service=uat host=db.example port=5433");
    dsn = read_good(state, "hostaddr=10.0.0.1 port=5433 dbname=shop");
    assert_string_equal(dsn.shown, "postgresql://:5433/shop?hostaddr=10.0.0.1");
    dsn = read_good(state, "host=db.example port=5432");
    assert_string_equal(dsn.hosts[0].name, "db.example");
    assert_string_equal(dsn.shown, "postgresql://db.example:5432");
}

static void mariadb_and_mysql_are_one_engine_and_need_a_database(void **state)
{
    struct dsn dsn = read_good(state, "mysql://root@127.0.0.1:3307/shop?sslmode=require");

    assert_int_equal(dsn.engine, DSN_MARIADB);
    assert_string_equal(dsn.shown, "mariadb://root@127.0.0.1:3307/shop");
    dsn = read_good(state, "mariadb:///shop?socket=/tmp/maria.sock&secret=UAT:DB_PASSWORD");
    assert_string_equal(dsn_parameter(&dsn, "socket"), "/tmp/maria.sock");
    assert_string_equal(dsn.secret_environment, "UAT");
    assert_string_equal(dsn.secret_name, "DB_PASSWORD");
    assert_int_equal(read_bad(state, "mariadb://root@127.0.0.1").code, ERROR_INVALID);
    assert_int_equal(read_bad(state, "mariadb://a,b/shop").code, ERROR_INVALID);
}

static void an_sqlite_path_is_relative_or_absolute(void **state)
{
    assert_string_equal(read_good(state, "sqlite:data/shop.db").path, "data/shop.db");
    assert_string_equal(read_good(state, "sqlite:/data/shop.db").path, "/data/shop.db");
    assert_string_equal(read_good(state, "sqlite:///data/a%20b%3F.db").path, "/data/a b?.db");
    assert_int_equal(read_bad(state, "sqlite://server/shop.db").code, ERROR_INVALID);
    assert_int_equal(read_bad(state, "sqlite:").code, ERROR_INVALID);
    assert_int_equal(read_bad(state, "sqlite:shop.db?mode=rwc").code, ERROR_INVALID);
}

/* Each of them has the password "hunter2", or a piece of it. */
static void a_password_is_refused_and_never_repeated(void **state)
{
    static const char *const texts[] = {
        "postgresql://reader:hunter2@db.example/shop",
        "postgresql://reader:hun%74er2@db.example/shop",
        "postgresql://reader:hunter2/x@db.example/shop",
        "postgresql://reader:hunter2@x@db.example/shop",
        "postgresql://reader:hunter2?x@db.example/shop",
        "postgresql://reader:12/hunter2@db.example/shop",
        "postgresql://db.example/shop?password=hunter2",
        "postgresql://db.example/shop?p%61ssword=hunter2",
        "postgresql://db.example/shop?sslpassword=hunter2",
        "mysql://reader:hunter2@db.example/shop",
        "mariadb://db.example/shop?password=hunter2",
        "service=uat password=hunter2",
        "password='hunter2 and more'",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error error = read_bad(state, texts[i]);

        if (error.code != ERROR_UNTRUSTED)
            fail_msg("%s: %s", texts[i], error.message);
        assert_null(strstr(error.message, "hunter2"));
        assert_null(strstr(error.hint, "hunter2"));
        assert_non_null(strstr(error.hint, "secret=ENVIRONMENT:NAME"));
    }
}

static void what_is_wrong_is_said_without_repeating_values(void **state)
{
    static const char *const texts[] = {
        "postgresql://host:hunter2/shop",
        "postgresql://host:70000/shop",
        "postgresql://host/shop%2",
        "postgresql://host/shop%zz",
        "postgresql://host/shop%00",
        "postgresql://host/shop?hunter2",
        "postgresql://host/shop?Hunter2=x",
        "postgresql://host/shop?options=hunter2",
        "postgresql://host/shop?sslmode=require&sslmode=hunter2",
        "postgresql://host/shop?connect_timeout=hunter2",
        "postgresql://[::1/shop",
        "postgresql://host/shop?secret=hunter2",
        "postgresql://host/shop?schema=,",
        "service=uat user='hunter2",
        "service=uat hunter2",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct error error = read_bad(state, texts[i]);

        if (error.code != ERROR_INVALID)
            fail_msg("%s: %s", texts[i], error.message);
        assert_null(strstr(error.message, "unter2"));
        assert_null(strstr(error.hint, "unter2"));
    }
}

static void an_unknown_parameter_is_named_with_those_that_there_are(void **state)
{
    struct error error = read_bad(state, "postgresql://host/shop?options=x");

    assert_non_null(strstr(error.message, "options"));
    assert_non_null(strstr(error.hint, "sslrootcert"));
}

static void more_than_fits_is_refused(void **state)
{
    char text[5000];
    struct error error;

    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    memcpy(text, "postgresql://", strlen("postgresql://"));
    assert_int_equal(read_bad(state, "postgresql://a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q/x").code,
                     ERROR_INVALID);
    assert_false(dsn_read(text, *state, &(struct dsn){ 0 }, &error));
    assert_int_equal(error.code, ERROR_LIMIT);
}

static void files_and_revisions_are_not_taken_for_one(void **state)
{
    static const char *const texts[] = { "schema.sql",    "HEAD:db/schema.sql",
                                         "v1.2.3",        "a=b.sql",
                                         "./service.sql", "postgresql.sql",
                                         "hostile=a/b",   "" };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(dsn_recognise(texts[i]));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    static const struct CMUnitTest cases[] = {
        CASE(a_url_names_user_host_port_and_database),
        CASE(what_is_not_said_is_left_to_the_library),
        CASE(several_hosts_and_ipv6_addresses_keep_their_ports),
        CASE(keywords_are_read_as_libpq_reads_them),
        CASE(mariadb_and_mysql_are_one_engine_and_need_a_database),
        CASE(an_sqlite_path_is_relative_or_absolute),
        CASE(a_password_is_refused_and_never_repeated),
        CASE(what_is_wrong_is_said_without_repeating_values),
        CASE(an_unknown_parameter_is_named_with_those_that_there_are),
        CASE(more_than_fits_is_refused),
        CASE(files_and_revisions_are_not_taken_for_one),
    };

    return cmocka_run_group_tests(cases, NULL, NULL);
}
