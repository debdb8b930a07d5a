/* TLS to a real MariaDB server, and what is told to one that has none: on a wire that is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/schema/live.h>

#include "tests/support/database_server.h"
#include "tests/support/relay.h"
#include "tests/support/run_program.h"
#include "tests/support/scratch.h"

static struct database_server *server; /* one for all: making it takes seconds */

static int start_server(void **state)
{
    (void)state;
    if (database_server_missing(DATABASE_MARIADB) != NULL)
        return 0;
    server = database_server_start(DATABASE_MARIADB);
    database_server_sql(server, "mysql",
                        "CREATE DATABASE shop;\n"
                        "CREATE USER secured@localhost IDENTIFIED BY 'right';\n"
                        "GRANT SELECT ON shop.* TO secured@localhost;\n"
                        "CREATE TABLE shop.parent (id int PRIMARY KEY);\n");
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

/* --- The wire --------------------------------------------------------------------------------- */

/* One connection from a port of 127.0.0.1 to the server's socket, with all that it was asked. */
struct tap {
    int listener;
    unsigned short port;
    size_t piece; /* so many bytes of an answer at a time */
    pthread_t thread;
    struct strbuf asked;
};

/* False: the line has ended. On a thread nothing may fail the test. */
static bool pass_on(int from, int to, size_t piece, struct strbuf *copy)
{
    char bytes[4096];
    ssize_t got = recv(from, bytes, sizeof bytes, 0);

    if (copy != NULL && got > 0)
        strbuf_add_bytes(copy, bytes, (size_t)got);
    for (ssize_t at = 0; at < got; at += (ssize_t)piece) {
        size_t length = (size_t)(got - at) < piece ? (size_t)(got - at) : piece;

        if (send(to, bytes + at, length, MSG_NOSIGNAL) != (ssize_t)length)
            return false;
    }
    return got > 0;
}

static void *tap_main(void *context)
{
    struct tap *tap = context;
    struct sockaddr_un name = { .sun_family = AF_UNIX };
    struct pollfd polled[2] = {
        {.fd = accept(tap->listener, NULL,        NULL), .events = POLLIN},
        { .fd = socket(AF_UNIX,      SOCK_STREAM, 0),    .events = POLLIN}
    };
    bool open;

    strcpy(name.sun_path, database_server_folder(server));
    strcat(name.sun_path, "/socket");
    open = connect(polled[1].fd, (const struct sockaddr *)&name, sizeof name) == 0;
    while (open && poll(polled, 2, -1) > 0) {
        if (polled[0].revents != 0)
            open = pass_on(polled[0].fd, polled[1].fd, SIZE_MAX / 2, &tap->asked);
        if (open && polled[1].revents != 0)
            open = pass_on(polled[1].fd, polled[0].fd, tap->piece, NULL);
    }
    close(polled[0].fd);
    close(polled[1].fd);
    return NULL;
}

static void tap_start(struct tap *tap, size_t piece)
{
    *tap = (struct tap){ .piece = piece, .asked = STRBUF_INIT };
    tap->listener = loopback_listen(&tap->port);
    assert_int_equal(pthread_create(&tap->thread, NULL, tap_main, tap), 0);
}

/* Reads the database through the wire, which has ended then. */
static struct schema *read_through(struct tap *tap, const char *sslmode, struct error *error)
{
    const struct live_options options = { .password = "right" };
    char *text =
        memory_printf("mariadb://secured@127.0.0.1:%u/shop?sslmode=%s", tap->port, sslmode);
    struct arena *arena = arena_new();
    struct schema *schema = NULL;
    struct dsn dsn;

    if (dsn_read(text, arena, &dsn, error))
        schema = live_read(&dsn, &options, NULL, error);
    arena_free(&arena);
    free(text);
    assert_int_equal(pthread_join(tap->thread, NULL), 0);
    close(tap->listener);
    return schema;
}

static bool heard(const struct tap *tap, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= tap->asked.length; i++)
        if (memcmp(tap->asked.data + i, word, length) == 0)
            return true;
    return false;
}

/* --- Cases ------------------------------------------------------------------------------------ */

static void nobody_logs_in_where_tls_is_required_and_not_offered(void **state)
{
    (void)state;
    need_server();
    /* At once, and in pieces that end before the server has said what it offers. */
    for (size_t piece = 4096; piece > 0; piece = piece == 4096 ? 7 : 0) {
        struct error error = { 0 };
        struct tap tap;

        tap_start(&tap, piece);
        assert_null(read_through(&tap, "require", &error));
        assert_int_equal(error.code, ERROR_NETWORK);
        if (strstr(error.message, "does not speak TLS") == NULL)
            fail_msg("%s", error.message);
        assert_int_equal(tap.asked.length, 0);
        strbuf_release(&tap.asked);
    }
}

static void preferred_tls_is_done_without(void **state)
{
    struct error error = { 0 };
    struct schema *schema;
    struct tap tap;

    (void)state;
    need_server();
    tap_start(&tap, 4096);
    schema = read_through(&tap, "prefer", &error);
    if (schema == NULL)
        fail_msg("%s", error.message);
    assert_non_null(schema_find(schema, SCHEMA_TABLE, "", "parent", NULL));
    assert_true(heard(&tap, "secured"));
    strbuf_release(&tap.asked);
    schema_free(&schema);
}

/* Readable for the server, which is another user. */
static void give_a_certificate(void)
{
    const char *folder = database_server_folder(server);
    char *key = scratch_path(folder, "key.pem"), *certificate = scratch_path(folder, "cert.pem");
    char *with_key = memory_printf("--ssl-key=%s", key);
    char *with_certificate = memory_printf("--ssl-cert=%s", certificate);
    const char *const make[] = { "openssl", "req",     "-x509", "-newkey",        "rsa:2048",
                                 "-nodes",  "-keyout", key,     "-out",           certificate,
                                 "-days",   "2",       "-subj", "/CN=db.example", NULL };
    const char *const words[] = { with_key, with_certificate, NULL };
    struct sandbox *sandbox = sandbox_new();

    assert_int_equal(run_words(sandbox, make)->status, 0);
    assert_int_equal(chmod(key, 0644), 0);
    database_server_restart(server, words);
    sandbox_free(&sandbox);
    free(key), free(certificate), free(with_key), free(with_certificate);
}

/* The server has a certificate from here on. */
static void required_tls_is_used_where_it_is_offered(void **state)
{
    (void)state;
    need_server();
    give_a_certificate();
    for (size_t piece = 4096; piece > 0; piece = piece == 4096 ? 7 : 0) {
        struct error error = { 0 };
        struct schema *schema;
        struct tap tap;

        tap_start(&tap, piece);
        schema = read_through(&tap, "require", &error);
        if (schema == NULL)
            fail_msg("%s", error.message);
        assert_non_null(schema_find(schema, SCHEMA_TABLE, "", "parent", NULL));
        assert_true(tap.asked.length > 0);
        assert_false(heard(&tap, "secured"));
        strbuf_release(&tap.asked);
        schema_free(&schema);
    }
}

/* The server listens at a port of its own from here on: a socket is safe enough for it. */
static void a_server_that_wants_tls_says_so(void **state)
{
    const struct live_options right = { .password = "right" };
    unsigned short port;
    int free_port = loopback_listen(&port);
    char *listen = memory_printf("--port=%u", port);
    const char *const words[] = { "--skip-networking=0", "--bind-address=127.0.0.1", listen,
                                  "--require-secure-transport=ON", NULL };
    char *text = memory_printf("mariadb://secured@127.0.0.1:%u/shop?sslmode=disable", port);
    struct arena *arena = arena_new();
    struct error error = { 0 };
    struct dsn dsn;

    (void)state;
    need_server();
    close(free_port);
    database_server_restart(server, words);
    assert_true(dsn_read(text, arena, &dsn, &error));
    assert_null(live_read(&dsn, &right, NULL, &error));
    if (error.code != ERROR_DENIED || strstr(error.hint, "sslmode=require") == NULL)
        fail_msg("%s (%s)", error.message, error.hint);
    arena_free(&arena);
    free(listen), free(text);
}

int main(void)
{
    static const struct CMUnitTest cases[] = {
        cmocka_unit_test(nobody_logs_in_where_tls_is_required_and_not_offered),
        cmocka_unit_test(preferred_tls_is_done_without),
        cmocka_unit_test(required_tls_is_used_where_it_is_offered),
        cmocka_unit_test(a_server_that_wants_tls_says_so),
    };

    return cmocka_run_group_tests(cases, start_server, stop_server);
}
