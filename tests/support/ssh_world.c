#include <config.h> /* environ and POSIX_SPAWN_SETSID are system extensions */

#include "ssh_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "patience.h"
#include "scratch.h"

/* Bytes that do not compress, so that a clone takes more than one packet. */
#define LARGE ((size_t)3 << 20)

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "a");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void ssh_world_run(const char *const words[])
{
    pid_t process;
    int status;

    assert_int_equal(posix_spawnp(&process, words[0], NULL, NULL, (char *const *)words, environ),
                     0);
    assert_int_equal(waitpid(process, &status, 0), process);
    if (status != 0)
        fail_msg("%s failed with %#x", words[0], (unsigned)status);
}

static void build_source(struct ssh_world *world)
{
    struct strbuf large = STRBUF_INIT;
    struct builder *builder;
    uint32_t seed = 7;

    for (size_t i = 0; i < LARGE; i++) {
        seed = seed * 1664525u + 1013904223u;
        strbuf_add_char(&large, (char)(' ' + (seed >> 24) % 95));
    }
    world->fixture = fixture_new();
    builder = fixture_builder(world->fixture);
    builder_pack(builder); /* the server sends it as it is */
    builder_write(builder, "a", "1\n");
    builder_commit(builder, "feat: one");
    builder_annotated_tag(builder, "v1.0.0", "The first");
    builder_write(builder, "large", large.data);
    builder_commit(builder, "feat: two");
    builder_tag(builder, "v1.1.0");
    fixture_open(world->fixture);
    strbuf_release(&large);
}

void ssh_world_configure(struct ssh_world *world, const char *lines)
{
    append(world->configuration, lines);
}

void ssh_world_use_builtin(struct ssh_world *world)
{
    world->transport = &ssh_builtin;
    world->options.folder = world->directory;
}

void ssh_world_know(struct ssh_world *world, const char *lines)
{
    append(world->known_hosts, lines);
}

void ssh_world_serve(struct ssh_world *world, const char *host_key, const char *settings)
{
    char *folder = memory_printf("%s/sshd-%d", world->directory, (int)clock_monotonic());
    char *line;

    ssh_server_stop(&world->server);
    world->server = ssh_server_start(folder, host_key, settings);
    line = ssh_server_known(world->server);
    ssh_world_know(world, line);
    free(line);
    free(folder);
}

char *ssh_world_key(struct ssh_world *world, const char *name, const char *type,
                    const char *passphrase)
{
    char *path = scratch_path(world->directory, name);
    const char *const words[] = { "ssh-keygen", "-q", "-t", type, "-N", passphrase,
                                  "-C",         name, "-f", path, NULL };

    ssh_world_run(words);
    return path;
}

void ssh_world_use_key(struct ssh_world *world, const char *type, const char *passphrase)
{
    char *name = memory_printf("id_%s", type);
    char *key = ssh_world_key(world, name, type, passphrase);
    char *public_half = memory_printf("%s.pub", key),
         *line = memory_printf("IdentityFile %s\n", key);

    ssh_server_allow(world->server, public_half);
    ssh_world_configure(world, line);
    free(line);
    free(public_half);
    free(key);
    free(name);
}

void ssh_world_start_agent(struct ssh_world *world, const char *key)
{
    char *path = scratch_path(world->directory, "agent");
    const char *const agent[] = { "ssh-agent", "-D", "-a", path, NULL };
    const char *const add[] = { "ssh-add", "-q", key, NULL };
    int64_t until = clock_monotonic() + patience(10000);
    posix_spawn_file_actions_t quiet;

    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    assert_int_equal(posix_spawnp(&world->agent, agent[0], &quiet, NULL, (char *const *)agent,
                                  environ),
                     0);
    posix_spawn_file_actions_destroy(&quiet);
    while (!file_exists(path) && clock_monotonic() < until)
        poll(NULL, 0, 5);
    setenv("SSH_AUTH_SOCK", path, 1);
    ssh_world_run(add);
    free(path);
}

char *ssh_world_address(const struct ssh_world *world, unsigned short port)
{
    return memory_printf("ssh://127.0.0.1:%d%s", port, fixture_git_path(world->fixture));
}

char *ssh_world_here(const struct ssh_world *world)
{
    return ssh_world_address(world, ssh_server_port(world->server));
}

char *ssh_world_mirror(const struct ssh_world *world, const char *url)
{
    return mirror_path(url, &world->mirror);
}

void ssh_world_change_key(struct ssh_world *world)
{
    char *other = ssh_world_key(world, "elsewhere", "ed25519", "");
    char *public_half = memory_printf("%s.pub", other), *text = scratch_read(public_half);
    char *line = memory_printf("[127.0.0.1]:%d %s", ssh_server_port(world->server), text);

    assert_int_equal(truncate(world->known_hosts, 0), 0);
    ssh_world_know(world, line);
    free(line);
    free(text);
    free(public_half);
    free(other);
}

int ssh_world_enter(void **state)
{
    struct ssh_world *world;
    char *text;

    *state = NULL;
    if (ssh_server_missing() != NULL)
        return 0;
    unsetenv("SSH_AUTH_SOCK");
    world = memory_new(sizeof *world);
    world->directory = scratch_new();
    world->cache = scratch_path(world->directory, "cache");
    world->known_hosts = scratch_file(world->directory, "known_hosts", "");
    text = memory_printf("UserKnownHostsFile %s\n"
                         "GlobalKnownHostsFile /dev/null\n"
                         "IdentitiesOnly yes\n",
                         world->known_hosts);
    world->configuration = scratch_file(world->directory, "ssh_config", text);
    free(text);
    world->program = memory_printf("ssh -F '%s'", world->configuration);
    world->options = (struct ssh_options){ .program = world->program };
    world->mirror =
        (struct mirror_options){ .cache_directory = world->cache, .ssh = &world->remote.transport };
    world->transport = &ssh_openssh;
    build_source(world);
    ssh_world_serve(world, "ed25519", NULL);
    *state = world;
    return 0;
}

int ssh_world_leave(void **state)
{
    struct ssh_world *world = *state;

    if (world == NULL)
        return 0;
    if (world->agent != 0) {
        kill(world->agent, SIGTERM);
        waitpid(world->agent, NULL, 0);
        unsetenv("SSH_AUTH_SOCK");
    }
    ssh_server_stop(&world->server);
    fixture_free(&world->fixture);
    scratch_remove(&world->directory);
    free(world->cache);
    free(world->known_hosts);
    free(world->configuration);
    free(world->program);
    free(world);
    return 0;
}

struct ssh_world *ssh_world_of(void **state)
{
    if (*state == NULL) {
        print_message("SKIP: %s is missing\n", ssh_server_missing());
        skip();
    }
    return *state;
}

static bool update(struct ssh_world *world, const char *url, char **path)
{
    ssh_remote_init(&world->remote, world->transport, &world->options);
    error_clear(&world->error);
    return mirror_update(url, &world->mirror, path, &world->progress, &world->error);
}

bool ssh_world_try(struct ssh_world *world, const char *url)
{
    char *path = NULL;
    bool ok = update(world, url, &path);

    free(path);
    return ok;
}

void ssh_world_update(struct ssh_world *world, const char *url)
{
    char *path = NULL;

    if (!update(world, url, &path)) {
        char *log = ssh_server_log(world->server);

        print_message("%s\n", log);
        free(log);
        fail_msg("%s", world->error.message);
    }
    free(path);
}

void ssh_world_refused(struct ssh_world *world, const char *url, enum error_code code,
                       const char *words, const char *hint)
{
    char *path = NULL, *fresh = mirror_path(url, &world->mirror);

    assert_false(update(world, url, &path));
    assert_null(path);
    fixture_assert_error(&world->error, code, words, hint);
    assert_false(file_exists(fresh));
    free(fresh);
}

void ssh_world_mirrored(struct ssh_world *world)
{
    char *url = ssh_world_here(world), *path = ssh_world_mirror(world, url);

    ssh_world_update(world, url);
    fixture_assert_references(path, "v1.1.0 v1.0.0 main ");
    free(path);
    free(url);
}

void ssh_world_refused_here(struct ssh_world *world, enum error_code code, const char *words,
                            const char *hint)
{
    char *url = ssh_world_here(world);

    ssh_world_refused(world, url, code, words, hint);
    free(url);
}

static char *known_hosts(const struct ssh_world *world)
{
    return scratch_read(world->known_hosts);
}

void ssh_world_meet(struct ssh_world *world, ssh_world_look *look)
{
    const struct ssh_host host = { .host = "127.0.0.1", .port = ssh_server_port(world->server) };
    struct host_key key;
    char *known, *line;

    ssh_world_use_key(world, "ed25519", "");
    assert_int_equal(truncate(world->known_hosts, 0), 0);
    ssh_world_refused_here(world, ERROR_UNVERIFIED, "is not known yet", "repo test");
    if (!look(&host, &world->options, NULL, &key, &world->error))
        fail_msg("%s", world->error.message);
    assert_string_equal(key.file, world->known_hosts);
    assert_string_equal(key.type, "ssh-ed25519");
    assert_int_equal(strlen(key.fingerprint), strlen("SHA256:") + 43);
    known = known_hosts(world);
    assert_string_equal(known, ""); /* a look changes nothing */
    free(known);
    assert_true(host_key_trust(&key, NULL, &world->error));
    line = ssh_server_known(world->server);
    known = known_hosts(world);
    assert_int_equal(strncmp(known, line, strcspn(line, "\n") - strlen(" host")), 0);
    free(known);
    free(line);
    host_key_release(&key);
    ssh_world_mirrored(world);
}

void ssh_world_refuse_changed(struct ssh_world *world)
{
    ssh_world_use_key(world, "ed25519", "");
    ssh_world_change_key(world);
    ssh_world_refused_here(world, ERROR_UNTRUSTED, "THE KEY OF THE HOST HAS CHANGED",
                           "ssh-keygen -R");
}
