#include <config.h> /* POSIX_SPAWN_SETSID is a system extension */

#include "database_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "patience.h"
#include "scratch.h"

#define START_PATIENCE 60000 /* milliseconds */
#define MARIADBD       "/usr/sbin/mariadbd"
#define MARIADB        "/usr/bin/mariadb"
#define MARIADB_MAKER  "/usr/bin/mariadb-install-db"
#define SETPRIV        "/usr/bin/setpriv"

struct database_server {
    enum database_server_kind kind;
    char *folder, *data, *programs; /* `programs`: the folder of PostgreSQL's */
    uid_t user;
    gid_t group;
    pid_t process; /* 0: ended */
};

/* --- What there is ---------------------------------------------------------------------------- */

/* The newest version's folder; the caller frees. NULL: none. */
static char *postgresql_programs(void)
{
    char *found = NULL;
    glob_t paths;

    if (glob("/usr/lib/postgresql/*/bin/postgres", 0, NULL, &paths) == 0) {
        const char *last = paths.gl_pathv[paths.gl_pathc - 1];

        found = memory_copy_bytes(last, strlen(last) - strlen("/postgres"));
        globfree(&paths);
    }
    return found;
}

const char *database_server_missing(enum database_server_kind kind)
{
    char *programs = postgresql_programs();
    char *client = programs != NULL ? scratch_path(programs, "psql") : NULL;
    bool postgresql = client != NULL && access(client, X_OK) == 0;

    free(client);
    free(programs);
    if (geteuid() == 0 && access(SETPRIV, X_OK) != 0)
        return "util-linux";
    if (kind == DATABASE_POSTGRESQL)
        return postgresql ? NULL : "postgresql";
    if (access(MARIADBD, X_OK) != 0 || access(MARIADB, X_OK) != 0 ||
        access(MARIADB_MAKER, X_OK) != 0)
        return "mariadb-server";
    return NULL;
}

/* Neither of them runs as root. */
static void choose_user(struct database_server *server)
{
    const struct passwd *user =
        getpwnam(server->kind == DATABASE_POSTGRESQL ? "postgres" : "mysql");

    server->user = geteuid();
    server->group = getegid();
    if (server->user != 0)
        return;
    if (user == NULL)
        user = getpwnam("nobody");
    assert_non_null(user);
    server->user = user->pw_uid;
    server->group = user->pw_gid;
}

/* --- Processes -------------------------------------------------------------------------------- */

/* Its output goes to the folder's log; it leads a session, so that all of it can be ended. */
static pid_t spawn(const struct database_server *server, const char *const words[])
{
    char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", home[] = "HOME=/nonexistent";
    char locale[] = "LC_ALL=C.UTF-8", *log = scratch_path(server->folder, "log");
    char *environment[] = { path, home, locale, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t process;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND,
                                     0666);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    if (posix_spawn(&process, words[0], &actions, &attributes, (char *const *)words, environment) !=
        0)
        fail_msg("cannot start %s", words[0]);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    free(log);
    return process;
}

/* As the user whom the server runs as. */
static pid_t spawn_as_server(const struct database_server *server, const char *const words[])
{
    char *user = memory_printf("--reuid=%u", (unsigned)server->user);
    char *group = memory_printf("--regid=%u", (unsigned)server->group);
    const char *const start[] = { SETPRIV, user, group, "--clear-groups", "--" };
    struct vector all;
    pid_t process;

    vector_init(&all, sizeof(const char *));
    for (size_t i = 0; geteuid() == 0 && i < sizeof start / sizeof *start; i++)
        vector_push(&all, &start[i]);
    for (size_t i = 0; words[i] != NULL; i++)
        vector_push(&all, &words[i]);
    (void)vector_add(&all);
    process = spawn(server, all.items);
    vector_release(&all);
    free(user);
    free(group);
    return process;
}

static int end_status(pid_t process)
{
    int status;

    assert_int_equal(waitpid(process, &status, 0), process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void check_end(const struct database_server *server, pid_t process, const char *what)
{
    char *path;

    if (end_status(process) == 0)
        return;
    path = scratch_path(server->folder, "log");
    fail_msg("%s failed: %s", what, scratch_read(path));
}

/* --- Starting --------------------------------------------------------------------------------- */

static char *program(const struct database_server *server, const char *name)
{
    return memory_printf("%s/%s", server->programs, name);
}

static void make_postgresql(const struct database_server *server)
{
    char *initdb = program(server, "initdb");
    char *rules = memory_printf("%s/pg_hba.conf", server->data);
    const char *const words[] = { initdb,  "-D", server->data, "-U", "postgres",         "-A",
                                  "trust", "-E", "UTF8",       "-N", "--locale=C.UTF-8", NULL };

    check_end(server, spawn_as_server(server, words), "initdb");
    free(scratch_file(server->data, "pg_hba.conf",
                      "local all secured scram-sha-256\nlocal all all trust\n"));
    assert_int_equal(chmod(rules, 0644), 0);
    free(rules);
    free(initdb);
}

static void make_mariadb(const struct database_server *server)
{
    char *data = memory_printf("--datadir=%s", server->data);
    char *temporary = memory_printf("--tmpdir=%s", server->folder);
    const char *const words[] = { MARIADB_MAKER,
                                  "--no-defaults",
                                  data,
                                  temporary,
                                  "--auth-root-authentication-method=normal",
                                  "--skip-test-db",
                                  NULL };

    check_end(server, spawn_as_server(server, words), MARIADB_MAKER);
    free(data);
    free(temporary);
}

static pid_t start_postgresql(const struct database_server *server)
{
    char *postgres = program(server, "postgres");
    const char *const words[] = { postgres,
                                  "-D",
                                  server->data,
                                  "-k",
                                  server->folder,
                                  "-c",
                                  "listen_addresses=",
                                  "-c",
                                  "fsync=off",
                                  "-c",
                                  "dynamic_shared_memory_type=mmap",
                                  NULL };
    pid_t process = spawn_as_server(server, words);

    free(postgres);
    return process;
}

/* `more` may be NULL. A server that starts removes what others of its kind have in the folder of
 * temporary files: each has its own. */
static pid_t start_mariadb(const struct database_server *server, const char *const more[])
{
    char *data = memory_printf("--datadir=%s", server->data);
    char *socket = memory_printf("--socket=%s/socket", server->folder);
    char *pid = memory_printf("--pid-file=%s/pid", server->data);
    char *temporary = memory_printf("--tmpdir=%s", server->folder);
    const char *const words[] = { MARIADBD,
                                  "--no-defaults",
                                  data,
                                  socket,
                                  pid,
                                  temporary,
                                  "--skip-networking",
                                  "--innodb-flush-log-at-trx-commit=0",
                                  "--innodb-buffer-pool-size=32M" };
    struct vector all;
    pid_t process;

    vector_init(&all, sizeof(const char *));
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        vector_push(&all, &words[i]);
    for (size_t i = 0; more != NULL && more[i] != NULL; i++)
        vector_push(&all, &more[i]);
    (void)vector_add(&all);
    process = spawn_as_server(server, all.items);
    vector_release(&all);
    free(data);
    free(socket);
    free(pid);
    free(temporary);
    return process;
}

static pid_t start_client(const struct database_server *server, const char *database,
                          const char *file)
{
    pid_t process;

    if (server->kind == DATABASE_POSTGRESQL) {
        /* Debian's /usr/bin/psql is a script of Perl, which takes longer than most statements. */
        char *psql = program(server, "psql");
        const char *const words[] = { psql,     "-X",           "-q", "-v",       "ON_ERROR_STOP=1",
                                      "-h",     server->folder, "-U", "postgres", "-d",
                                      database, "-f",           file, NULL };

        process = spawn(server, words);
        free(psql);
        return process;
    }
    char *socket = memory_printf("--socket=%s/socket", server->folder);
    char *source = memory_printf("--execute=source %s", file);
    /* Without that word, SOURCE goes on behind an error, and the client ends well. */
    const char *const words[] = { MARIADB,
                                  "--no-defaults",
                                  socket,
                                  "--user=root",
                                  "--default-character-set=utf8mb4",
                                  "--abort-source-on-error",
                                  source,
                                  database,
                                  NULL };

    process = spawn(server, words);
    free(socket);
    free(source);
    return process;
}

static const char *first_database(const struct database_server *server)
{
    return server->kind == DATABASE_POSTGRESQL ? "postgres" : "mysql";
}

/* Until it answers a question. */
static void wait_for_answers(const struct database_server *server)
{
    int64_t until = clock_monotonic() + patience(START_PATIENCE);
    char *question = scratch_file(server->folder, "question.sql", "SELECT 1;\n");

    while (end_status(start_client(server, first_database(server), question)) != 0) {
        if (clock_monotonic() > until || waitpid(server->process, NULL, WNOHANG) != 0) {
            char *path = scratch_path(server->folder, "log");

            fail_msg("the server does not start: %s", scratch_read(path));
        }
        poll(NULL, 0, 20);
    }
    free(question);
}

/* In TMPDIR, when the server's user may pass through it and a socket's path, of 107 bytes, still
 * has room. */
static void make_folder(struct database_server *server)
{
    const char *parent = getenv("TMPDIR");
    struct stat status;

    if (parent == NULL || strlen(parent) > 60 || stat(parent, &status) != 0 ||
        (status.st_mode & S_IXOTH) == 0)
        parent = "/tmp";
    server->folder = memory_printf("%s/pilab-db-XXXXXX", parent);
    assert_non_null(mkdtemp(server->folder));
    server->data = scratch_path(server->folder, "data");
    assert_int_equal(chown(server->folder, server->user, server->group), 0);
    assert_int_equal(chmod(server->folder, 0755), 0);
}

struct database_server *database_server_start(enum database_server_kind kind)
{
    struct database_server *server = memory_new(sizeof *server);

    server->kind = kind;
    server->programs = postgresql_programs();
    choose_user(server);
    make_folder(server);
    if (kind == DATABASE_POSTGRESQL)
        make_postgresql(server);
    else
        make_mariadb(server);
    server->process =
        kind == DATABASE_POSTGRESQL ? start_postgresql(server) : start_mariadb(server, NULL);
    wait_for_answers(server);
    if (kind == DATABASE_POSTGRESQL)
        database_server_sql(server, "postgres", "CREATE ROLE secured LOGIN PASSWORD 'right';");
    return server;
}

void database_server_kill(struct database_server *server)
{
    if (server->process == 0)
        return;
    /* PostgreSQL's children lead sessions of their own: SIGQUIT makes it end them without a word.
     */
    kill(server->process, server->kind == DATABASE_POSTGRESQL ? SIGQUIT : SIGKILL);
    waitpid(server->process, NULL, 0);
    server->process = 0;
}

void database_server_restart(struct database_server *server, const char *const words[])
{
    assert_int_equal(server->kind, DATABASE_MARIADB);
    kill(server->process, SIGTERM);
    waitpid(server->process, NULL, 0);
    server->process = start_mariadb(server, words);
    wait_for_answers(server);
}

void database_server_stop(struct database_server **out)
{
    struct database_server *server = *out;

    if (server == NULL)
        return;
    *out = NULL;
    database_server_kill(server);
    scratch_remove(&server->folder);
    free(server->data);
    free(server->programs);
    free(server);
}

/* --- Using ------------------------------------------------------------------------------------ */

const char *database_server_folder(const struct database_server *server)
{
    return server->folder;
}

char *database_server_dsn(const struct database_server *server, const char *database)
{
    if (server->kind == DATABASE_POSTGRESQL)
        return memory_printf("postgresql:///%s?host=%s&user=postgres", database, server->folder);
    return memory_printf("mariadb://root@/%s?socket=%s/socket", database, server->folder);
}

void database_server_file(const struct database_server *server, const char *database,
                          const char *path)
{
    check_end(server, start_client(server, database, path), path);
}

/* Of its own for each thread. */
static char *statement_file(const struct database_server *server, const char *sql)
{
    char *name = memory_printf("statements-%p.sql", (void *)&name);
    char *path = scratch_file(server->folder, name, sql);

    free(name);
    return path;
}

void database_server_sql(const struct database_server *server, const char *database,
                         const char *sql)
{
    char *path = statement_file(server, sql);

    database_server_file(server, database, path);
    free(path);
}

bool database_server_try(const struct database_server *server, const char *database,
                         const char *sql)
{
    char *path = statement_file(server, sql);
    bool ok = end_status(start_client(server, database, path)) == 0;

    free(path);
    return ok;
}

void database_server_expect(const struct database_server *server, const char *database,
                            const char *condition)
{
    char *sql = memory_printf("DELIMITER $$\nBEGIN NOT ATOMIC IF (%s) IS NOT TRUE THEN SIGNAL "
                              "SQLSTATE '45000' SET MESSAGE_TEXT = 'it does not hold'; END IF; "
                              "END$$\n",
                              condition);

    assert_int_equal(server->kind, DATABASE_MARIADB);
    database_server_sql(server, database, sql);
    free(sql);
}

void database_server_create(const struct database_server *server, const char *database)
{
    char *sql = memory_printf("CREATE DATABASE %s;\n", database);

    database_server_sql(server, first_database(server), sql);
    free(sql);
}
