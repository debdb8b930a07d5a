#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/net/host_key.h>

#include "../support/patience.h"
#include "../support/scratch.h"
#include "../support/ssh_fault.h"
#include "../support/ssh_world.h"

/* Mirrors over ssh, from a real sshd, with everything that can go wrong on the way. */

/* --- Keys ------------------------------------------------------------------------------------- */

static void keys_of_every_kind_open_the_door(void **state)
{
    static const char *const types[] = { "ed25519", "ecdsa", "rsa" };
    struct ssh_world *world = ssh_world_of(state);

    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        ssh_world_serve(world, "ed25519", NULL);
        ssh_world_use_key(world, types[i], "");
        ssh_world_mirrored(world);
    }
}

static void nobody_without_a_key_gets_in(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *key = ssh_world_key(world, "other", "ed25519", "");
    char *line = memory_printf("IdentityFile %s\n", key);

    ssh_world_configure(world, line);
    ssh_world_refused_here(world, ERROR_DENIED, "Permission denied (publickey)", "ssh-add -l");
    free(line);
    free(key);
}

static void a_host_key_that_is_rsa_alone_will_do(void **state)
{
    struct ssh_world *world = ssh_world_of(state);

    ssh_world_serve(world, "rsa", NULL);
    ssh_world_use_key(world, "ed25519", "");
    ssh_world_mirrored(world);
}

static void a_server_with_chacha20_alone_will_do(void **state)
{
    struct ssh_world *world = ssh_world_of(state);

    ssh_world_serve(world, "ed25519", "Ciphers chacha20-poly1305@openssh.com\n");
    ssh_world_use_key(world, "ed25519", "");
    ssh_world_mirrored(world);
}

static void what_the_two_do_not_share_is_said(void **state)
{
    struct ssh_world *world = ssh_world_of(state);

    ssh_world_serve(world, "ed25519", "Ciphers aes128-cbc\n");
    ssh_world_use_key(world, "ed25519", "");
    ssh_world_refused_here(world, ERROR_UNSUPPORTED, "no matching cipher found", "Ciphers");
}

static void a_key_that_only_the_agent_has_will_do(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *key = ssh_world_key(world, "held", "ed25519", "");
    char *public_half = memory_printf("%s.pub", key);
    char *line = memory_printf("IdentityFile %s\n", key);

    ssh_world_start_agent(world, key);
    ssh_server_allow(world->server, public_half);
    ssh_world_configure(world, line);
    assert_int_equal(unlink(key), 0);
    ssh_world_mirrored(world);
    free(line);
    free(public_half);
    free(key);
}

static void a_certificate_will_do(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *authority = ssh_world_key(world, "authority", "ed25519", "");
    char *settings = memory_printf("TrustedUserCAKeys %s.pub\n", authority);
    char *key = ssh_world_key(world, "mine", "ed25519", "");
    char *public_half = memory_printf("%s.pub", key), *line;
    struct passwd *user = getpwuid(getuid());
    const char *const sign[] = { "ssh-keygen", "-q", "-s",          authority,   "-I",
                                 "me",         "-n", user->pw_name, public_half, NULL };

    ssh_world_serve(world, "ed25519", settings);
    line = memory_printf("IdentityFile %s\n", key);
    ssh_world_configure(world, line);
    ssh_world_refused_here(world, ERROR_DENIED, "Permission denied (publickey)", "");
    ssh_world_run(sign);
    ssh_world_mirrored(world);
    free(line);
    free(public_half);
    free(key);
    free(settings);
    free(authority);
}

/* --- Passphrases ------------------------------------------------------------------------------ */

struct answers {
    const char *answer; /* NULL: nobody answers */
    int asked;
    enum askpass_kind kind;
    char question[256];
};

static bool answer(void *context, enum askpass_kind kind, const char *question, struct strbuf *out,
                   struct error *error)
{
    struct answers *answers = context;

    answers->asked++;
    answers->kind = kind;
    snprintf(answers->question, sizeof answers->question, "%s", question);
    if (answers->answer == NULL)
        return error_set(error, ERROR_DENIED, "nobody answers");
    strbuf_add(out, answers->answer);
    return true;
}

static void a_passphrase_is_asked_for_and_not_kept(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    struct answers answers = { .answer = "correct horse" };
    const struct asker asker = { answer, &answers };

    ssh_world_use_key(world, "ed25519", "correct horse");
    world->options.asker = &asker;
    ssh_world_mirrored(world);
    assert_int_equal(answers.asked, 1);
    assert_int_equal(answers.kind, ASKPASS_SECRET);
    assert_non_null(strstr(answers.question, "passphrase for key"));
}

static void a_wrong_passphrase_opens_nothing(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    struct answers answers = { .answer = "wrong" };
    const struct asker asker = { answer, &answers };

    ssh_world_use_key(world, "ed25519", "correct horse");
    world->options.asker = &asker;
    ssh_world_refused_here(world, ERROR_DENIED, "Permission denied (publickey)", "");
    assert_in_range(answers.asked, 1, 3);
}

static void a_question_that_nobody_answers_ends_it(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    struct answers answers = { .answer = NULL };
    const struct asker asker = { answer, &answers };

    ssh_world_use_key(world, "ed25519", "correct horse");
    world->options.asker = &asker;
    ssh_world_refused_here(world, ERROR_DENIED, "nobody answers", "");
    assert_int_equal(answers.asked, 1);
}

static void without_anybody_to_ask_it_fails_at_once(void **state)
{
    struct ssh_world *world = ssh_world_of(state);

    ssh_world_use_key(world, "ed25519", "correct horse");
    ssh_world_refused_here(world, ERROR_DENIED, "Permission denied (publickey)", "");
}

/* --- The key of the host ---------------------------------------------------------------------- */

static void an_unknown_host_is_refused_until_somebody_trusts_it(void **state)
{
    ssh_world_meet(ssh_world_of(state), host_key_fetch);
}

static void a_changed_key_is_refused_loudly(void **state)
{
    struct ssh_world *world = ssh_world_of(state);

    ssh_world_refuse_changed(world);
    fixture_assert_error(&world->error, ERROR_UNTRUSTED, world->known_hosts, "");
}

/* ssh shows the files that it knows without quotes. */
static void a_host_becomes_known_in_a_folder_with_a_blank(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    const struct ssh_host host = { .host = "127.0.0.1", .port = ssh_server_port(world->server) };
    char *file = scratch_path(world->directory, "my hosts/known hosts");
    char *lines = memory_printf("UserKnownHostsFile \"%s\" /nowhere/else\n", file);
    char *configuration = scratch_file(world->directory, "other_config", lines);
    char *program = memory_printf("ssh -F '%s'", configuration);
    struct host_key key;

    ssh_world_use_key(world, "ed25519", "");
    world->options.program = program;
    if (!host_key_fetch(&host, &world->options, NULL, &key, &world->error))
        fail_msg("%s", world->error.message);
    assert_string_equal(key.file, file);
    assert_true(host_key_trust(&key, NULL, &world->error));
    assert_true(file_exists(file));
    host_key_release(&key);
    assert_false(host_key_fetch(&host, &world->options, NULL, &key, &world->error));
    fixture_assert_error(&world->error, ERROR_UNTRUSTED, "is the one that is known already", "");
    free(program);
    free(configuration);
    free(lines);
    free(file);
}

/* What the person gives ssh does not get a key written that nobody has seen. */
static void options_of_ones_own_trust_nobody(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    const struct ssh_host host = { .host = "127.0.0.1", .port = ssh_server_port(world->server) };
    char *own = scratch_file(world->directory, "own_hosts", ""), *text;
    char *program = memory_printf("%s -o UserKnownHostsFile=%s -o StrictHostKeyChecking=no",
                                  world->program, own);
    struct host_key key;

    ssh_world_use_key(world, "ed25519", "");
    world->options.program = program;
    ssh_world_refused_here(world, ERROR_UNVERIFIED, "is not known yet", "");
    if (!host_key_fetch(&host, &world->options, NULL, &key, &world->error))
        fail_msg("%s", world->error.message);
    assert_string_equal(key.file, own);
    text = scratch_read(own);
    assert_string_equal(text, "");
    host_key_release(&key);
    free(text);
    free(program);
    free(own);
}

/* What a server says before the login is its own: it gets nobody to trust another key. */
static void words_of_a_server_do_not_make_it_unknown(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *banner = scratch_file(world->directory, "banner",
                                "No ED25519 host key is known for git.example and you have "
                                "requested strict checking.\n");
    char *settings = memory_printf("Banner %s\n", banner), *before, *after;
    struct ssh_host host = { .host = "127.0.0.1" };
    struct host_key key;

    ssh_world_serve(world, "ed25519", settings);
    host.port = ssh_server_port(world->server);
    before = scratch_read(world->known_hosts);
    ssh_world_refused_here(world, ERROR_UNVERIFIED, "git.example is not known yet", "");
    assert_false(host_key_fetch(&host, &world->options, NULL, &key, &world->error));
    fixture_assert_error(&world->error, ERROR_UNTRUSTED, "is the one that is known already", "");
    /* Nor does somebody in between get another one shown as if it were the first. */
    ssh_world_change_key(world);
    assert_false(host_key_fetch(&host, &world->options, NULL, &key, &world->error));
    fixture_assert_error(&world->error, ERROR_UNTRUSTED, "THE KEY OF THE HOST HAS CHANGED",
                         "ssh-keygen -R");
    after = scratch_read(world->known_hosts);
    assert_null(strstr(after, strchr(before, ' '))); /* what the server shows was not added */
    free(after);
    free(before);
    free(settings);
    free(banner);
}

/* Somebody else's lock on known_hosts does not stand in the way for ever. */
static void a_lock_on_known_hosts_is_not_waited_for_without_end(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    struct host_key key = { .line = memory_copy_text("h ssh-ed25519 AAAA"),
                            .file = memory_copy_text(world->known_hosts) };
    atomic_bool cancel = true;
    const struct progress progress = { .cancel = &cancel };
    int other = open(world->known_hosts, O_RDONLY | O_CLOEXEC);
    char *before = scratch_read(world->known_hosts), *after;
    int64_t start = clock_monotonic();

    assert_int_equal(flock(other, LOCK_EX), 0);
    assert_false(host_key_trust(&key, &progress, &world->error));
    fixture_assert_error(&world->error, ERROR_CANCELLED, "", "");
    assert_in_range(clock_monotonic() - start, 0, patience(200));
    assert_false(host_key_trust(&key, NULL, &world->error));
    fixture_assert_error(&world->error, ERROR_BUSY, "another program holds its lock", "lslocks");
    after = scratch_read(world->known_hosts);
    assert_string_equal(after, before);
    close(other);
    free(after);
    free(before);
    host_key_release(&key);
}

/* --- The program ------------------------------------------------------------------------------ */

static void a_command_is_read_as_a_shell_would_without_one(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *trace = scratch_path(world->directory, "trace");
    char *script = scratch_file(getenv("HOME"), "as ssh", "#!/bin/sh\nexec ssh \"$@\"\n");
    char *command = memory_printf("~/'as ssh' -F \"%s\" -o User\\=%s", world->configuration,
                                  getpwuid(getuid())->pw_name);
    char *pipe = memory_printf("ssh -F %s; touch %s", world->configuration, trace);
    char *variable = memory_printf("HOME=/nowhere ssh -F %s", world->configuration);

    assert_int_equal(chmod(script, 0700), 0);
    ssh_world_use_key(world, "ed25519", "");
    world->options.program = command;
    ssh_world_mirrored(world);
    world->options.program = pipe;
    assert_false(ssh_world_try(world, "ssh://127.0.0.1/x"));
    fixture_assert_error(&world->error, ERROR_UNSUPPORTED, "is for a shell", "script of its own");
    assert_false(file_exists(trace));
    world->options.program = variable;
    assert_false(ssh_world_try(world, "ssh://127.0.0.1/x"));
    fixture_assert_error(&world->error, ERROR_UNSUPPORTED, "is for a shell", "GIT_SSH_COMMAND");
    unlink(script);
    free(variable);
    free(pipe);
    free(command);
    free(script);
    free(trace);
}

/* --- The way there ---------------------------------------------------------------------------- */

/* From now on the world's server is "inner", behind another one that is known; both let in whoever
 * has the one key. */
static struct ssh_server *put_behind_jump(struct ssh_world *world)
{
    char *folder = scratch_path(world->directory, "jump");
    struct ssh_server *jump = ssh_server_start(folder, "ed25519", NULL);
    char *key = ssh_world_key(world, "mine", "ed25519", ""), *known = ssh_server_known(jump);
    char *public_half = memory_printf("%s.pub", key);
    char *lines = memory_printf("IdentityFile %s\n"
                                "Host inner\n"
                                "  HostName 127.0.0.1\n"
                                "  Port %d\n"
                                "  HostKeyAlias [127.0.0.1]:%d\n"
                                "  ProxyJump outer\n"
                                "Host outer\n"
                                "  HostName 127.0.0.1\n"
                                "  Port %d\n",
                                key, ssh_server_port(world->server), ssh_server_port(world->server),
                                ssh_server_port(jump));

    ssh_world_configure(world, lines);
    ssh_world_know(world, known);
    ssh_server_allow(world->server, public_half);
    ssh_server_allow(jump, public_half);
    free(lines);
    free(public_half);
    free(known);
    free(key);
    free(folder);
    return jump;
}

static void a_jump_host_is_jumped_over(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    struct ssh_server *jump = put_behind_jump(world);
    char *url = memory_printf("ssh://inner%s", fixture_git_path(world->fixture));

    ssh_world_update(world, url);
    assert_int_equal(ssh_server_visits(jump), 1);
    assert_int_equal(ssh_server_visits(world->server), 1);
    free(url);
    ssh_server_stop(&jump);
}

/* And told to nobody who we are but to that one. */
static void a_first_contact_goes_by_the_jump_host(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    struct ssh_server *jump;
    const struct ssh_host host = { .host = "inner" };
    char *url = memory_printf("ssh://inner%s", fixture_git_path(world->fixture)), *log;
    struct host_key key;

    assert_int_equal(truncate(world->known_hosts, 0), 0);
    jump = put_behind_jump(world);
    ssh_world_refused(world, url, ERROR_UNVERIFIED, "is not known yet", "");
    if (!host_key_fetch(&host, &world->options, NULL, &key, &world->error))
        fail_msg("%s", world->error.message);
    assert_int_equal(ssh_server_visits(jump), 2);
    log = ssh_server_log(world->server);
    assert_null(strstr(log, "Accepted"));
    assert_null(strstr(log, "ublickey")); /* no key was even offered */
    free(log);
    assert_true(host_key_trust(&key, NULL, &world->error));
    ssh_world_update(world, url);
    host_key_release(&key);
    free(url);
    ssh_server_stop(&jump);
}

/* The ssh of a jump host is told nothing of ours but its surroundings. */
static void nobody_is_asked_by_a_window(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *folder = scratch_path(world->directory, "jump"), *trace, *text, *window, *lines, *url;
    struct ssh_server *jump = ssh_server_start(folder, "ed25519", NULL);

    trace = scratch_path(world->directory, "asked");
    text = memory_printf("#!/bin/sh\ntouch '%s'\necho yes\n", trace);
    window = scratch_file(world->directory, "window", text);
    assert_int_equal(chmod(window, 0700), 0);
    setenv("SSH_ASKPASS", window, 1);
    setenv("DISPLAY", ":4711", 1);
    lines = memory_printf("Host inner\n"
                          "  HostName 127.0.0.1\n"
                          "  Port %d\n"
                          "  ProxyJump 127.0.0.1:%d\n",
                          ssh_server_port(world->server), ssh_server_port(jump));
    ssh_world_configure(world, lines);
    url = memory_printf("ssh://inner%s", fixture_git_path(world->fixture));
    ssh_world_refused(world, url, ERROR_UNTRUSTED, "Host key verification failed", "by hand");
    assert_false(file_exists(trace));
    unsetenv("SSH_ASKPASS");
    unsetenv("DISPLAY");
    free(url);
    free(lines);
    free(window);
    free(text);
    free(trace);
    free(folder);
    ssh_server_stop(&jump);
}

static void a_port_that_accepts_and_stays_silent_is_given_up(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    unsigned short port;
    int silent = loopback_listen(&port);
    char *url = ssh_world_address(world, port);
    int64_t start = clock_monotonic();

    world->options.connect_limit = 1000;
    ssh_world_refused(world, url, ERROR_NETWORK, "says nothing", "host and port");
    assert_in_range(clock_monotonic() - start, 900, patience(8000));
    close(silent);
    free(url);
}

static void a_port_where_nobody_is_says_so(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    unsigned short port;
    int listener = loopback_listen(&port);
    char *url = ssh_world_address(world, port);

    close(listener);
    ssh_world_refused(world, url, ERROR_NETWORK, "Connection refused", "sshd");
    free(url);
}

/* The second connection goes through the first, which outlives it. */
static void a_shared_connection_is_used_and_not_waited_for(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *lines = memory_printf("ControlMaster auto\n"
                                "ControlPath %s/shared\n"
                                "ControlPersist 60\n",
                                world->directory);
    char *url = ssh_world_here(world), *path = mirror_path(url, &world->mirror);
    char *configuration = memory_printf("-F%s", world->configuration);
    const char *const leave[] = { "ssh", "-q", configuration, "-Oexit", "127.0.0.1", NULL };
    int64_t start;

    ssh_world_use_key(world, "ed25519", "");
    ssh_world_configure(world, lines);
    ssh_world_mirrored(world);
    start = clock_monotonic();
    ssh_world_mirrored(world);
    assert_in_range(clock_monotonic() - start, 0, patience(1500));
    assert_int_equal(ssh_server_visits(world->server), 1);
    ssh_world_run(leave);
    free(configuration);
    free(path);
    free(url);
    free(lines);
}

static void a_path_that_is_no_repository_says_so(void **state)
{
    struct ssh_world *world = ssh_world_of(state);
    char *url =
        memory_printf("ssh://127.0.0.1:%d/nowhere/it's.git", ssh_server_port(world->server));

    ssh_world_use_key(world, "ed25519", "");
    ssh_world_refused(world, url, ERROR_NOT_FOUND, "'/nowhere/it's.git' does not appear to be",
                      "path");
    free(url);
}

/* --- In the middle of it ---------------------------------------------------------------------- */

static void a_server_that_is_killed_is_an_error_at_once(void **state)
{
    ssh_fault_killed(ssh_world_of(state));
}

static void a_server_that_is_stopped_is_given_up(void **state)
{
    ssh_fault_stopped(ssh_world_of(state));
}

static void a_cancel_is_heard_wherever_it_stands_still(void **state)
{
    ssh_fault_cancelled_everywhere(ssh_world_of(state));
}

static void a_cancel_waits_for_no_goodbye(void **state)
{
    ssh_fault_cancelled_at_work(ssh_world_of(state));
}

static void a_server_that_talks_without_end_is_given_up(void **state)
{
    ssh_fault_flooded(ssh_world_of(state));
}

static void what_is_no_server_is_said(void **state)
{
    ssh_fault_garbage(ssh_world_of(state));
}

/* ssh asks through the program that started it: through this one. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, ssh_world_enter, ssh_world_leave)
        CASE(keys_of_every_kind_open_the_door),
        CASE(nobody_without_a_key_gets_in),
        CASE(a_key_that_only_the_agent_has_will_do),
        CASE(a_certificate_will_do),
        CASE(a_host_key_that_is_rsa_alone_will_do),
        CASE(a_server_with_chacha20_alone_will_do),
        CASE(what_the_two_do_not_share_is_said),
        CASE(a_passphrase_is_asked_for_and_not_kept),
        CASE(a_wrong_passphrase_opens_nothing),
        CASE(a_question_that_nobody_answers_ends_it),
        CASE(without_anybody_to_ask_it_fails_at_once),
        CASE(an_unknown_host_is_refused_until_somebody_trusts_it),
        CASE(a_changed_key_is_refused_loudly),
        CASE(a_host_becomes_known_in_a_folder_with_a_blank),
        CASE(options_of_ones_own_trust_nobody),
        CASE(words_of_a_server_do_not_make_it_unknown),
        CASE(a_lock_on_known_hosts_is_not_waited_for_without_end),
        CASE(a_command_is_read_as_a_shell_would_without_one),
        CASE(a_jump_host_is_jumped_over),
        CASE(a_first_contact_goes_by_the_jump_host),
        CASE(nobody_is_asked_by_a_window),
        CASE(a_shared_connection_is_used_and_not_waited_for),
        CASE(a_port_that_accepts_and_stays_silent_is_given_up),
        CASE(a_port_where_nobody_is_says_so),
        CASE(a_path_that_is_no_repository_says_so),
        CASE(a_server_that_is_killed_is_an_error_at_once),
        CASE(a_server_that_is_stopped_is_given_up),
        CASE(a_cancel_is_heard_wherever_it_stands_still),
        CASE(a_cancel_waits_for_no_goodbye),
        CASE(a_server_that_talks_without_end_is_given_up),
        CASE(what_is_no_server_is_said),
#undef CASE
    };

    if (askpass_is_asked())
        return askpass_run(argc, argv);
    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
