#include <config.h> /* environ and POSIX_SPAWN_SETSID are system extensions */

#include "ssh_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

#include "relay.h"
#include "scratch.h"

#define SSHD "/usr/sbin/sshd"
/* Where root's sshd keeps what it has taken privileges from. */
#define PRIVILEGE_FOLDER "/run/sshd"

struct ssh_server {
    char *directory, *configuration, *log;
    int listener, wake[2];
    unsigned short port;
    pthread_t thread;
    pthread_mutex_t lock;    /* for what follows */
    struct vector processes; /* of pid_t; each leads a group */
};

const char *ssh_server_missing(void)
{
    if (access(SSHD, X_OK) != 0)
        return "openssh-server";
    if (access("/usr/bin/ssh", X_OK) != 0)
        return "openssh-client";
    if (geteuid() == 0 && mkdir(PRIVILEGE_FOLDER, 0755) != 0 && errno != EEXIST)
        return PRIVILEGE_FOLDER;
    return NULL;
}

/* --- Keys and settings ------------------------------------------------------------------------ */

static void run_keygen(const char *type, const char *path)
{
    const char *const words[] = { "ssh-keygen", "-q",   "-t", type, "-N", "",
                                  "-C",         "host", "-f", path, NULL };
    pid_t process;
    int status;

    assert_int_equal(posix_spawnp(&process, words[0], NULL, NULL, (char *const *)words, environ),
                     0);
    assert_int_equal(waitpid(process, &status, 0), process);
    assert_int_equal(status, 0);
}

static void write_configuration(struct ssh_server *server, const char *host_key,
                                const char *settings)
{
    char *text = memory_printf("%s"
                               "HostKey %s\n"
                               "AuthorizedKeysFile %s/authorized_keys\n"
                               "PidFile none\n"
                               "UsePAM no\n"
                               "KexAlgorithms curve25519-sha256\n"
                               "StrictModes no\n"
                               "PermitRootLogin yes\n"
                               "PasswordAuthentication no\n"
                               "KbdInteractiveAuthentication no\n"
                               "PermitUserRC no\n"
                               "PrintMotd no\n"
                               "LogLevel VERBOSE\n",
                               settings != NULL ? settings : "", host_key, server->directory);

    server->configuration = scratch_file(server->directory, "sshd_config", text);
    free(text);
    free(scratch_file(server->directory, "authorized_keys", ""));
}

/* --- Connections ------------------------------------------------------------------------------ */

/* With the connection as its standard input and output; it leads a session, so that one signal
 * reaches all of it. */
static pid_t serve(const struct ssh_server *server, int connection)
{
    const char *const words[] = {
        SSHD, "-i", "-f", server->configuration, "-E", server->log, NULL
    };
    char path[] = "PATH=/usr/sbin:/usr/bin:/bin";
    char *environment[] = { path, NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t process = 0;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, connection, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, connection, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 0, 0);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
    if (posix_spawn(&process, SSHD, &actions, &attributes, (char *const *)words, environment) != 0)
        process = 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return process;
}

static void *server_main(void *argument)
{
    struct ssh_server *server = argument;

    for (;;) {
        struct pollfd polled[] = {
            {.fd = server->wake[0],   .events = POLLIN},
            { .fd = server->listener, .events = POLLIN}
        };
        int connection;
        pid_t process;

        if (poll(polled, 2, -1) < 0)
            continue;
        if (polled[0].revents != 0)
            return NULL;
        connection = accept(server->listener, NULL, NULL);
        if (connection < 0)
            continue;
        pthread_mutex_lock(&server->lock);
        process = serve(server, connection);
        if (process > 0)
            vector_push(&server->processes, &process);
        pthread_mutex_unlock(&server->lock);
        close(connection);
    }
}

struct ssh_server *ssh_server_start(const char *directory, const char *host_key,
                                    const char *settings)
{
    struct ssh_server *server = memory_new(sizeof *server);
    char *key =
        host_key[0] == '/' ? memory_copy_text(host_key) : scratch_path(directory, "host_key");

    server->directory = memory_copy_text(directory);
    server->log = scratch_path(directory, "sshd.log");
    assert_true(file_make_directories(directory, 0700, NULL));
    if (host_key[0] != '/')
        run_keygen(host_key, key);
    write_configuration(server, key, settings);
    if (host_key[0] == '/') {
        char *public_half = memory_printf("%s.pub", key);
        char *text = scratch_read(public_half);

        free(scratch_file(directory, "host_key.pub", text));
        free(text);
        free(public_half);
    }
    server->listener = loopback_listen(&server->port);
    assert_int_equal(pipe(server->wake), 0);
    vector_init(&server->processes, sizeof(pid_t));
    pthread_mutex_init(&server->lock, NULL);
    assert_int_equal(pthread_create(&server->thread, NULL, server_main, server), 0);
    free(key);
    return server;
}

void ssh_server_stop(struct ssh_server **server)
{
    struct ssh_server *old = *server;

    *server = NULL;
    if (old == NULL)
        return;
    assert_int_equal(write(old->wake[1], "", 1), 1);
    pthread_join(old->thread, NULL);
    ssh_server_signal(old, SIGKILL);
    for (size_t i = 0; i < old->processes.count; i++)
        waitpid(*(pid_t *)vector_at(&old->processes, i), NULL, 0);
    close(old->listener);
    close(old->wake[0]);
    close(old->wake[1]);
    pthread_mutex_destroy(&old->lock);
    vector_release(&old->processes);
    free(old->directory);
    free(old->configuration);
    free(old->log);
    free(old);
}

/* --- What tests ask --------------------------------------------------------------------------- */

unsigned short ssh_server_port(const struct ssh_server *server)
{
    return server->port;
}

void ssh_server_allow(struct ssh_server *server, const char *public_key)
{
    char *path = scratch_path(server->directory, "authorized_keys");
    char *text = scratch_read(public_key);
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    free(text);
    free(path);
}

char *ssh_server_known(const struct ssh_server *server)
{
    return ssh_server_known_as(server, server->port);
}

char *ssh_server_known_as(const struct ssh_server *server, unsigned short port)
{
    char *path = scratch_path(server->directory, "host_key.pub");
    char *text = scratch_read(path), *line;

    line = memory_printf("[127.0.0.1]:%d %s", port, text);
    free(text);
    free(path);
    return line;
}

/* Those that have ended are still ours to wait for, so their numbers mean nobody else. */
void ssh_server_signal(struct ssh_server *server, int number)
{
    pthread_mutex_lock(&server->lock);
    for (size_t i = 0; i < server->processes.count; i++)
        kill(-*(pid_t *)vector_at(&server->processes, i), number);
    pthread_mutex_unlock(&server->lock);
}

size_t ssh_server_visits(struct ssh_server *server)
{
    size_t visits;

    pthread_mutex_lock(&server->lock);
    visits = server->processes.count;
    pthread_mutex_unlock(&server->lock);
    return visits;
}

char *ssh_server_log(const struct ssh_server *server)
{
    return file_exists(server->log) ? scratch_read(server->log) : memory_copy_text("");
}
