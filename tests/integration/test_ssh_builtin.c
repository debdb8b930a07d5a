#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/memory.h>
#include <pilab/net/host_key.h>

#include "../support/patience.h"
#include "../support/scratch.h"
#include "../support/ssh_fault.h"
#include "../support/ssh_world.h"

/* Mirrors over the ssh that is built in, from a real sshd; what it cannot do, it says. */

static struct ssh_world *builtin_world(void **state)
{
    struct ssh_world *world = ssh_world_of(state);

    ssh_world_use_builtin(world);
    return world;
}

static void keys_of_elliptic_curves_open_the_door(void **state)
{
    static const char *const types[] = { "ed25519", "ecdsa" };
    struct ssh_world *world = builtin_world(state);

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        ssh_world_serve(world, "ed25519", NULL);
        ssh_world_use_key(world, types[i], "");
        ssh_world_mirrored(world);
    }
}

static void that_rsa_keys_do_not_is_said(void **state)
{
    struct ssh_world *world = builtin_world(state);

    ssh_world_use_key(world, "rsa", "");
    ssh_world_refused_here(world, ERROR_DENIED, "permission denied", "rsa-sha2, which libssh2");
}

static void nobody_without_a_key_gets_in(void **state)
{
    struct ssh_world *world = builtin_world(state);

    ssh_world_refused_here(world, ERROR_DENIED, "permission denied (publickey)", "id_ed25519");
}

static void a_host_key_that_is_rsa_alone_is_said(void **state)
{
    struct ssh_world *world = builtin_world(state);

    ssh_world_serve(world, "rsa", NULL);
    ssh_world_use_key(world, "ed25519", "");
    ssh_world_refused_here(world, ERROR_UNSUPPORTED, "no algorithm in common", "OpenSSH");
}

static void a_server_with_chacha20_alone_is_said(void **state)
{
    struct ssh_world *world = builtin_world(state);

    ssh_world_serve(world, "ed25519", "Ciphers chacha20-poly1305@openssh.com\n");
    ssh_world_use_key(world, "ed25519", "");
    ssh_world_refused_here(world, ERROR_UNSUPPORTED, "no algorithm in common", "OpenSSH");
}

static void a_key_that_only_the_agent_has_will_do(void **state)
{
    struct ssh_world *world = builtin_world(state);
    char *key = ssh_world_key(world, "held", "ed25519", "");
    char *public_half = memory_printf("%s.pub", key);

    ssh_world_start_agent(world, key);
    ssh_server_allow(world->server, public_half);
    assert_int_equal(unlink(key), 0);
    ssh_world_mirrored(world);
    free(public_half);
    free(key);
}

static bool answer(void *context, enum askpass_kind kind, const char *question, struct strbuf *out,
                   struct error *error)
{
    const char *const *words = context;

    (void)error;
    assert_int_equal(kind, ASKPASS_SECRET);
    assert_non_null(strstr(question, "id_ed25519"));
    strbuf_add(out, *words);
    return true;
}

static void a_passphrase_is_asked_for(void **state)
{
    struct ssh_world *world = builtin_world(state);
    const char *words = "wrong";
    const struct asker asker = { answer, &words };

    ssh_world_use_key(world, "ed25519", "correct horse");
    ssh_world_refused_here(world, ERROR_DENIED, "permission denied",
                           "nobody can be asked for it here");
    world->options.asker = &asker;
    ssh_world_refused_here(world, ERROR_DENIED, "permission denied",
                           "the passphrase did not open the key");
    words = "correct horse";
    ssh_world_mirrored(world);
}

static void an_unknown_host_becomes_known_without_an_ssh_program(void **state)
{
    ssh_world_meet(builtin_world(state), host_key_fetch_builtin);
}

static void security_keys_and_certificates_are_said_to_be_for_openssh(void **state)
{
    struct ssh_world *world = builtin_world(state);

    free(scratch_file(world->directory, "id_ed25519_sk", "a security key\n"));
    ssh_world_refused_here(world, ERROR_DENIED, "permission denied (publickey)",
                           "security keys and certificates are known to OpenSSH alone");
}

static void a_changed_key_is_refused_loudly(void **state)
{
    ssh_world_refuse_changed(builtin_world(state));
}

/* The line of known_hosts for the server with other words before its key; the caller frees. */
static char *known_as(const struct ssh_world *world, const char *names)
{
    char *line = ssh_server_known(world->server);
    char *other = memory_printf("%s%s", names, strchr(line, ' '));

    free(line);
    return other;
}

/* Another server may listen at another port of the same host. */
static void a_key_is_known_for_a_host_and_a_port(void **state)
{
    struct ssh_world *world = builtin_world(state);
    char *line = known_as(world, "127.0.0.1");

    ssh_world_use_key(world, "ed25519", "");
    assert_int_equal(truncate(world->known_hosts, 0), 0);
    ssh_world_know(world, line);
    ssh_world_refused_here(world, ERROR_UNVERIFIED, "is not known yet", "repo test");
    ssh_world_change_key(world);
    ssh_world_know(world, line);
    ssh_world_refused_here(world, ERROR_UNTRUSTED, "HAS CHANGED", "");
    free(line);
}

static void a_revoked_key_is_refused_loudly(void **state)
{
    struct ssh_world *world = builtin_world(state);
    char *line = known_as(world, "@revoked *");

    ssh_world_use_key(world, "ed25519", "");
    ssh_world_know(world, line);
    ssh_world_refused_here(world, ERROR_UNTRUSTED, "THE KEY OF THE HOST IS REVOKED", "@revoked");
    world->transport = &ssh_openssh;
    ssh_world_refused_here(world, ERROR_UNTRUSTED, "THE KEY OF THE HOST IS REVOKED", "@revoked");
    free(line);
}

static void a_name_is_known_however_it_is_written(void **state)
{
    struct ssh_world *world = builtin_world(state);
    char *names = memory_printf("[localhost]:%d", ssh_server_port(world->server));
    char *line = known_as(world, names);
    char *url = memory_printf("ssh://LocalHost:%d%s", ssh_server_port(world->server),
                              fixture_git_path(world->fixture));

    ssh_world_use_key(world, "ed25519", "");
    assert_int_equal(truncate(world->known_hosts, 0), 0);
    ssh_world_know(world, line);
    ssh_world_update(world, url);
    free(url);
    free(line);
    free(names);
}

/* An agent that was forwarded over a connection that is dead takes calls and never answers. */
static int silent_agent(struct ssh_world *world)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char *path = scratch_path(world->directory, "silent-agent");
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(strlen(path) < sizeof address.sun_path);
    memcpy(address.sun_path, path, strlen(path));
    assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(listener, 8), 0);
    setenv("SSH_AUTH_SOCK", path, 1);
    free(path);
    return listener;
}

struct own_cancel {
    atomic_bool cancel;
    int64_t due, when;
};

static bool cancel_when_due(void *context)
{
    struct own_cancel *own = context;

    if (own->when == 0 && clock_monotonic() >= own->due) {
        own->when = clock_monotonic();
        atomic_store(&own->cancel, true);
    }
    return true;
}

static void an_agent_that_never_answers_is_given_up(void **state)
{
    struct ssh_world *world = builtin_world(state);
    struct own_cancel own = { .when = 0 };
    int listener = silent_agent(world);
    int64_t start = clock_monotonic();
    char *url = ssh_world_here(world);

    world->options.connect_limit = 1000;
    ssh_world_refused_here(world, ERROR_DENIED, "permission denied", "agent at SSH_AUTH_SOCK does");
    assert_in_range(clock_monotonic() - start, 900, patience(5000));
    /* Another key opens the door without it. */
    ssh_world_use_key(world, "ed25519", "");
    ssh_world_mirrored(world);
    world->options.connect_limit = 0;
    own.due = clock_monotonic() + 1500;
    world->progress =
        (struct progress){ .context = &own, .cancel = &own.cancel, .wait = cancel_when_due };
    assert_false(ssh_world_try(world, url));
    assert_int_equal(world->error.code, ERROR_CANCELLED);
    assert_in_range(clock_monotonic() - own.when, 0, patience(200));
    world->progress = (struct progress){ 0 };
    unsetenv("SSH_AUTH_SOCK");
    close(listener);
    free(url);
}

/* ssh-keyscan writes the RSA key first; libssh2 would offer that type and find nothing to agree
 * on. */
static void the_type_that_is_known_is_the_one_that_is_offered(void **state)
{
    struct ssh_world *world = builtin_world(state);
    char *line;

    ssh_world_use_key(world, "ed25519", "");
    line = ssh_server_known(world->server);
    assert_int_equal(truncate(world->known_hosts, 0), 0);
    ssh_world_know(world, "other.example ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7\n");
    ssh_world_know(world, line);
    ssh_world_mirrored(world);
    free(line);
}

static void a_path_that_is_no_repository_says_so(void **state)
{
    struct ssh_world *world = builtin_world(state);
    char *url = memory_printf("ssh://127.0.0.1:%d/nowhere", ssh_server_port(world->server));

    ssh_world_use_key(world, "ed25519", "");
    ssh_world_refused(world, url, ERROR_NOT_FOUND, "does not appear to be", "path");
    free(url);
}

static void a_port_that_accepts_and_stays_silent_is_given_up(void **state)
{
    struct ssh_world *world = builtin_world(state);
    unsigned short port;
    int silent = loopback_listen(&port);
    char *url = ssh_world_address(world, port);
    int64_t start = clock_monotonic();

    world->options.connect_limit = 1000;
    ssh_world_refused(world, url, ERROR_NETWORK, "has sent nothing for 1 s", "hangs");
    assert_in_range(clock_monotonic() - start, 900, patience(5000));
    close(silent);
    free(url);
}

static void a_server_that_is_killed_is_an_error_at_once(void **state)
{
    ssh_fault_killed(builtin_world(state));
}

static void a_server_that_is_stopped_is_given_up(void **state)
{
    ssh_fault_stopped(builtin_world(state));
}

static void a_cancel_is_heard_wherever_it_stands_still(void **state)
{
    ssh_fault_cancelled_everywhere(builtin_world(state));
}

static void a_cancel_waits_for_no_goodbye(void **state)
{
    ssh_fault_cancelled_at_work(builtin_world(state));
}

static void a_server_that_talks_without_end_is_given_up(void **state)
{
    ssh_fault_flooded(builtin_world(state));
}

static void what_is_no_server_is_said(void **state)
{
    ssh_fault_garbage(builtin_world(state));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, ssh_world_enter, ssh_world_leave)
        CASE(keys_of_elliptic_curves_open_the_door),
        CASE(that_rsa_keys_do_not_is_said),
        CASE(nobody_without_a_key_gets_in),
        CASE(a_host_key_that_is_rsa_alone_is_said),
        CASE(a_server_with_chacha20_alone_is_said),
        CASE(a_key_that_only_the_agent_has_will_do),
        CASE(a_passphrase_is_asked_for),
        CASE(an_unknown_host_becomes_known_without_an_ssh_program),
        CASE(security_keys_and_certificates_are_said_to_be_for_openssh),
        CASE(a_changed_key_is_refused_loudly),
        CASE(a_key_is_known_for_a_host_and_a_port),
        CASE(a_revoked_key_is_refused_loudly),
        CASE(a_name_is_known_however_it_is_written),
        CASE(an_agent_that_never_answers_is_given_up),
        CASE(the_type_that_is_known_is_the_one_that_is_offered),
        CASE(a_path_that_is_no_repository_says_so),
        CASE(a_port_that_accepts_and_stays_silent_is_given_up),
        CASE(a_server_that_is_killed_is_an_error_at_once),
        CASE(a_server_that_is_stopped_is_given_up),
        CASE(a_cancel_is_heard_wherever_it_stands_still),
        CASE(a_cancel_waits_for_no_goodbye),
        CASE(a_server_that_talks_without_end_is_given_up),
        CASE(what_is_no_server_is_said),
#undef CASE
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
