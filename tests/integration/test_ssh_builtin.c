#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
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
    ssh_world_refused_here(world, ERROR_DENIED, "permission denied", "");
    words = "correct horse";
    ssh_world_mirrored(world);
}

static void an_unknown_host_is_refused(void **state)
{
    struct ssh_world *world = builtin_world(state);

    ssh_world_use_key(world, "ed25519", "");
    assert_int_equal(truncate(world->known_hosts, 0), 0);
    ssh_world_refused_here(world, ERROR_UNVERIFIED, "is not known yet", "repo test");
}

static void an_unknown_host_becomes_known_without_an_ssh_program(void **state)
{
    struct ssh_world *world = builtin_world(state);
    struct ssh_host host = { .host = "127.0.0.1", .port = ssh_server_port(world->server) };
    struct host_key key;
    char *known, *line;

    ssh_world_use_key(world, "ed25519", "");
    assert_int_equal(truncate(world->known_hosts, 0), 0);
    assert_true(host_key_fetch_builtin(&host, &world->options, NULL, &key, &world->error));
    assert_string_equal(key.file, world->known_hosts);
    assert_string_equal(key.type, "ssh-ed25519");
    assert_int_equal(strlen(key.fingerprint), strlen("SHA256:") + 43);
    known = scratch_read(world->known_hosts);
    assert_string_equal(known, ""); /* a look changes nothing */
    free(known);
    assert_true(host_key_trust(&key, &world->error));
    line = ssh_server_known(world->server);
    known = scratch_read(world->known_hosts);
    assert_int_equal(strncmp(known, line, strcspn(line, "\n") - strlen(" host")), 0);
    free(known);
    free(line);
    host_key_release(&key);
    ssh_world_mirrored(world);
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
    struct ssh_world *world = builtin_world(state);

    ssh_world_use_key(world, "ed25519", "");
    ssh_world_change_key(world);
    ssh_world_refused_here(world, ERROR_UNTRUSTED, "THE KEY OF THE HOST HAS CHANGED",
                           "ssh-keygen -R");
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
        CASE(an_unknown_host_is_refused),
        CASE(an_unknown_host_becomes_known_without_an_ssh_program),
        CASE(security_keys_and_certificates_are_said_to_be_for_openssh),
        CASE(a_changed_key_is_refused_loudly),
        CASE(the_type_that_is_known_is_the_one_that_is_offered),
        CASE(a_path_that_is_no_repository_says_so),
        CASE(a_port_that_accepts_and_stays_silent_is_given_up),
        CASE(a_server_that_is_killed_is_an_error_at_once),
        CASE(a_server_that_is_stopped_is_given_up),
        CASE(a_cancel_is_heard_wherever_it_stands_still),
        CASE(a_cancel_waits_for_no_goodbye),
        CASE(a_server_that_talks_without_end_is_given_up),
#undef CASE
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
