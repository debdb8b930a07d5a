/* SQL of a project's migrations that a server runs: `schema: {scratch: …}`, and of whom it does
 * not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/fixture_repository.h"
#include "../support/run_program.h"
#include "../support/scratch.h"
#include "../support/scratch_servers.h"

static struct scratch_servers installed;

static int start(void **state)
{
    scratch_servers_start(&installed);
    return fixture_library_start(state);
}

static int stop(void **state)
{
    scratch_servers_stop(&installed);
    return fixture_library_stop(state);
}

static void write_file(const struct sandbox *sandbox, const char *name, const char *text)
{
    free(scratch_file(sandbox_files(sandbox), name, text));
}

static const char project[] = "pilab: 1\n"
                              "project: {name: Shop, code: SHOP}\n"
                              "environments:\n"
                              "  - {name: UAT, stage: UAT}\n"
                              "modules:\n"
                              "  - name: shop\n"
                              "    repository: %s\n"
                              "    tags: \"v{version}\"\n"
                              "    schema: {%sscratch: \"%s\"}\n";

static void import_project(struct sandbox *sandbox, const struct fixture_repository *fixture,
                           const char *path, const char *address)
{
    const char *folder = sandbox_files(sandbox);
    char *settings = memory_printf(project, fixture_path(fixture), path, address);
    char *file = scratch_file(folder, "pilab.yaml", settings);
    char *store = scratch_path(folder, "store.db");
    char *variable = memory_printf("PILAB_STORE=%s", store);
    const struct run *run;

    sandbox_set(sandbox, variable);
    run = run_pilab(sandbox, "project", "import", file, NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    free(settings);
    free(file);
    free(store);
    free(variable);
}

/* Two versions: what the second's migration does is not in its text. */
static struct fixture_repository *make_versions(void)
{
    struct fixture_repository *fixture = fixture_new();

    fixture_commit(fixture, "db/migrations/V1__users.sql",
                   "CREATE TABLE users (id bigint PRIMARY KEY);\n", "Begin");
    builder_tag(fixture_builder(fixture), "v1.0.0");
    fixture_commit(fixture, "db/migrations/V2__more.sql",
                   "DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD COLUMN made text'; END $$;\n",
                   "More");
    builder_tag(fixture_builder(fixture), "v1.1.0");
    fixture_open(fixture);
    return fixture;
}

static void what_migrations_made_is_told_beside_their_texts(void **state)
{
    struct fixture_repository *fixture;
    const struct run *run;
    char *address;

    scratch_servers_need(installed.postgresql);
    address = scratch_servers_maker(&installed, installed.postgresql);
    fixture = make_versions();
    import_project(*state, fixture, "", address);
    run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--module", "shop", "--type", "database",
                    NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_says(&run->out, "+ public.users.made  text");
    assert_says(&run->out, "what it does cannot be told from its text");
    assert_says(&run->out, "current db/migrations at v1.1.0, migrations, postgresql 1");
    run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--module", "shop", "--type", "database",
                    "--offline", NULL);
    assert_says(&run->out, "db/migrations at v1.1.0: not read: offline");
    run = run_pilab(*state, "project", "export", NULL);
    assert_says(&run->out, "scratch: ");
    scratch_servers_assert_empty(&installed);
    fixture_free(&fixture);
    free(address);
}

/* A port of this machine where somebody would hear a program call; the caller closes it. */
static int listen_anywhere(unsigned *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return listener;
}

/* Whoever wrote it would get our password, and have SQL run. */
static void a_server_that_a_clone_names_is_not_asked(void **state)
{
    static const char *const forms[][2] = {
        {"postgresql",  ""              },
        { "mariadb",    ""              },
        { "postgresql", "?secret=UAT:DB"}
    };
    struct fixture_repository *fixture = make_versions();
    unsigned port;
    int listener = listen_anywhere(&port);

    sandbox_enter(*state, fixture_path(fixture));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        char *address = memory_printf("%s://me@127.0.0.1:%u/x%s", forms[i][0], port, forms[i][1]);
        char *settings = memory_printf(project, ".", "", address);
        const struct run *run;

        free(scratch_file(fixture_path(fixture), "pilab.yaml", settings));
        run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--type", "database", NULL);
        if (run->status != 0)
            fail_msg("status %d: %s", run->status, run->err.data);
        assert_says(&run->out, "is not asked to run it");
        assert_says(&run->out, "what it does cannot be told from its text");
        assert_int_equal(accept(listener, NULL, NULL), -1);
        assert_int_equal(errno, EAGAIN);
        free(settings);
        free(address);
    }
    close(listener);
    fixture_free(&fixture);
}

static void nobody_is_asked_offline(void **state)
{
    const struct run *run;

    write_file(*state, "a.sql", "CREATE TABLE a (id int);\n");
    run = run_pilab(*state, "--offline", "schema", "snapshot", "a.sql", "--scratch",
                    "postgresql://me@127.0.0.1:1/x", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "is not asked: offline");
    run = run_pilab(*state, "--offline", "schema", "snapshot", "mariadb://me@127.0.0.1:1/x", NULL);
    assert_says(&run->err, "is not asked: offline");
}

static size_t count(const char *text, const char *word)
{
    size_t found = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        found++;
    return found;
}

/* One statement that hides what it does is no reason to tell the others twice, nor a renaming as a
 * loss. */
static void what_the_texts_tell_is_not_told_again(void **state)
{
    struct fixture_repository *fixture = fixture_new();
    const struct run *run;
    char *address;

    scratch_servers_need(installed.postgresql);
    address = scratch_servers_maker(&installed, installed.postgresql);
    fixture_commit(fixture, "db/migrations/V1__orders.sql",
                   "CREATE TABLE orders (id bigint PRIMARY KEY, total int, legacy text, note text);"
                   "\n",
                   "Begin");
    builder_tag(fixture_builder(fixture), "v1.0.0");
    fixture_commit(fixture, "db/migrations/V2__more.sql",
                   "ALTER TABLE orders RENAME COLUMN total TO amount;\n"
                   "ALTER TABLE orders DROP COLUMN legacy;\n"
                   "ALTER TABLE orders ALTER COLUMN note SET NOT NULL;\n"
                   "CREATE TABLE plain (id int);\nCREATE TABLE more (id int);\n"
                   "CREATE INDEX orders_note ON orders (note);\n"
                   "DO $$ BEGIN EXECUTE 'ALTER TABLE more ADD COLUMN made text';\n"
                   "EXECUTE 'ALTER TABLE orders ALTER COLUMN id SET DEFAULT 7';\n"
                   "EXECUTE 'CREATE FUNCTION plain() RETURNS int LANGUAGE sql AS ''SELECT 1'' ';\n"
                   "EXECUTE 'ALTER TABLE orders ADD COLUMN orders_key text'; END $$;\n"
                   "ALTER TABLE orders RENAME CONSTRAINT orders_pkey TO orders_key;\n",
                   "More");
    builder_tag(fixture_builder(fixture), "v1.1.0");
    fixture_open(fixture);
    import_project(*state, fixture, "", address);
    run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--module", "shop", "--type", "database",
                    "--json", NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_int_equal(count(run->out.data, "\"path\": \"orders.total\""), 1);
    assert_int_equal(count(run->out.data, "public.orders.total"), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"orders.legacy\""), 1);
    assert_int_equal(count(run->out.data, "\"path\": \"public.orders.legacy\""), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"public.orders.note\""), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"public.orders.orders_note\""), 0);
    assert_int_equal(count(run->out.data, "\"path\": \"public.plain\""), 0);
    assert_true(count(run->out.data, "\"path\": \"public.more\"") > 0);
    assert_true(count(run->out.data, "\"path\": \"public.orders.id\"") > 0);
    assert_true(count(run->out.data, "\"path\": \"public.plain()\"") > 0);
    assert_true(count(run->out.data, "\"path\": \"public.orders.orders_key\"") > 0);
    scratch_servers_assert_empty(&installed);
    fixture_free(&fixture);
    free(address);
}

/* A dump of MySQL's, whose sorting MariaDB does not have: the other side, which would run, is read
 * as it is, too. */
static void what_no_server_runs_is_read_as_text_on_both_sides(void **state)
{
    struct fixture_repository *fixture;
    const struct run *run;
    char *address;

    scratch_servers_need(installed.mariadb);
    address = scratch_servers_maker(&installed, installed.mariadb);
    fixture = fixture_new();
    fixture_commit(fixture, "db/schema.sql",
                   "CREATE TABLE `users` (`id` int(11) NOT NULL, `name` varchar(40),\n"
                   "  `at` timestamp NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n",
                   "Begin");
    builder_tag(fixture_builder(fixture), "v1.0.0");
    fixture_commit(fixture, "db/schema.sql",
                   "CREATE TABLE `users` (`id` int(11) NOT NULL, `name` varchar(40),\n"
                   "  `at` timestamp NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB;\n"
                   "CREATE TABLE `more` (`id` int NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 "
                   "COLLATE=utf8mb4_0900_ai_ci;\n",
                   "More");
    builder_tag(fixture_builder(fixture), "v1.1.0");
    fixture_open(fixture);
    import_project(*state, fixture, "path: db/schema.sql, dialect: mysql, ", address);
    run = run_pilab(*state, "drift", "v1.0.0..v1.1.0", "--module", "shop", "--type", "database",
                    NULL);
    if (run->status != 0)
        fail_msg("status %d: %s", run->status, run->err.data);
    assert_says(&run->out, "read as text, for no server ran it:");
    assert_says(&run->out, "utf8mb4_0900_ai_ci");
    assert_says(&run->out, "1 difference  +1 ~0");
    assert_says(&run->out, "PARTIAL");
    scratch_servers_assert_empty(&installed);
    fixture_free(&fixture);
    free(address);
}

static void an_address_with_a_password_is_refused(void **state)
{
    const struct run *run;

    write_file(*state, "pilab.yaml",
               "pilab: 1\nproject: {name: Shop, code: SHOP}\nenvironments:\n"
               "  - {name: UAT, stage: UAT}\nmodules:\n  - name: shop\n    repository: .\n"
               "    schema: {scratch: \"postgresql://maker:s3same@db/x\"}\n");
    run = run_pilab(*state, "project", "import", "pilab.yaml", NULL);
    assert_int_not_equal(run->status, 0);
    assert_says(&run->err, "scratch: ");
    assert_null(strstr(run->err.data, "s3same"));
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, scratch_sandbox_start, scratch_sandbox_end)
    static const struct CMUnitTest cases[] = {
        CASE(what_migrations_made_is_told_beside_their_texts),
        CASE(what_the_texts_tell_is_not_told_again),
        CASE(what_no_server_runs_is_read_as_text_on_both_sides),
        CASE(an_address_with_a_password_is_refused),
        CASE(a_server_that_a_clone_names_is_not_asked),
        CASE(nobody_is_asked_offline),
    };

    return cmocka_run_group_tests_name("SQL of projects that is run", cases, start, stop);
}
