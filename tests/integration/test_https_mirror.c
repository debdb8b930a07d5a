#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "../support/https_world.h"
#include "../support/patience.h"
#include "../support/scratch.h"

/* Mirrors over https, from a real server, with everything that can go wrong on the way. */

static struct https_world *world; /* of the case */

static char *update(const char *url)
{
    char *path = NULL;

    if (!mirror_update(url, &world->options, &path, NULL, &world->error))
        fail_msg("%s", world->error.message);
    return path;
}

/* Fails with these words, within a few seconds, and leaves nothing behind. */
static void assert_refused(const char *url, enum error_code code, const char *words,
                           const char *hint)
{
    int64_t start = clock_monotonic();
    char *path = NULL, *fresh;

    assert_false(mirror_update(url, &world->options, &path, NULL, &world->error));
    assert_null(path);
    assert_in_range(clock_monotonic() - start, 0, patience(10000));
    fixture_assert_error(&world->error, code, words, hint);
    fixture_assert_error(&world->error, code, url, "");
    fresh = mirror_path(url, &world->options);
    assert_false(file_exists(fresh));
    free(fresh);
}

static void assert_path_refused(const char *name, enum error_code code, const char *words,
                                const char *hint)
{
    char *url = https_good_address(world, name);

    assert_refused(url, code, words, hint);
    free(url);
}

static void assert_points_to(const char *path, const char *revision, const struct object_id *id)
{
    struct repository *mirror = NULL;
    struct object_id found;

    assert_true(repository_open(&mirror, path, &world->error));
    assert_true(repository_resolve(mirror, revision, &found, &world->error));
    assert_true(object_id_equal(&found, id));
    repository_free(&mirror);
}

/* Every object is there and whole, says git itself. */
static void assert_sound(const char *path)
{
    const char *const words[] = { "git", "--git-dir", path, "fsck", "--full", "--strict", NULL };
    const struct run *run = run_words(world->sandbox, words);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
}

static void git_in_source(const char *const arguments[])
{
    struct strbuf out = STRBUF_INIT;

    fixture_git(world->fixture, &out, arguments);
    strbuf_release(&out);
}

#define GIT(...) git_in_source((const char *const[]){ __VA_ARGS__, NULL })

/* On the current branch; what else was in its tree is not in the new one. */
static void commit_file(const char *name, const char *text)
{
    fixture_write_work_file(world->fixture, name, text);
    GIT("add", name);
    GIT("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m",
        "feat: another");
}

/* --- Cloning and updating --------------------------------------------------------------------- */

static int64_t time_of_git_clone(const char *url)
{
    char *target = scratch_path(sandbox_files(world->sandbox), "clone.git");
    char *trust = memory_printf("GIT_SSL_CAINFO=%s", https_server_authority(world->server));
    const char *const words[] = { "git", "clone", "-q", "--mirror", url, target, NULL };
    const struct run *run;

    sandbox_set(world->sandbox, trust);
    run = run_words(world->sandbox, words);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(target);
    free(trust);
    return run->milliseconds;
}

static void a_mirror_is_cloned_whole(void **state)
{
    char *url, *path;
    int64_t start, ours;
    struct object_id head;

    world = https_world_of(state);
    url = https_good_address(world, "git/shop.git");
    start = clock_monotonic();
    path = update(url);
    ours = clock_monotonic() - start;
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    head = fixture_resolve(world->fixture, "main");
    assert_points_to(path, "HEAD", &head);
    assert_sound(path);
    print_message("3 MB over https: mirror %d ms, git clone --mirror %d ms\n", (int)ours,
                  (int)time_of_git_clone(url));
    free(url);
    free(path);
}

static void an_update_brings_what_is_new_and_prunes_what_is_gone(void **state)
{
    char *url, *path, *again;
    struct object_id head;

    world = https_world_of(state);
    url = https_good_address(world, "git/shop.git");
    path = update(url);
    GIT("symbolic-ref", "HEAD", "refs/heads/trunk");
    GIT("branch", "-D", "main");
    GIT("tag", "-d", "v1.1.0");
    commit_file("b", "1\n");
    GIT("tag", "v1.2.0");
    again = update(url);
    assert_string_equal(path, again);
    fixture_assert_references(path, "v1.2.0 v1.0.0 feature trunk ");
    fixture_open(world->fixture);
    head = fixture_resolve(world->fixture, "trunk");
    assert_points_to(path, "HEAD", &head);
    assert_points_to(path, "v1.2.0", &head);
    assert_sound(path);
    free(url);
    free(path);
    free(again);
}

static void a_redirection_on_the_same_host_is_followed(void **state)
{
    char *url, *path;

    world = https_world_of(state);
    url = https_good_address(world, "moved/shop.git");
    path = update(url);
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    free(url);
    free(path);
}

/* --- Certificates ----------------------------------------------------------------------------- */

static void assert_certificate_refused(enum https_certificate which, const char *why,
                                       const char *hint)
{
    char *url = https_address(https_server_port(world->server, which), "git/shop.git");

    assert_refused(url, ERROR_UNTRUSTED, why, hint);
    free(url);
}

static void a_certificate_of_an_unknown_authority_is_refused(void **state)
{
    world = https_world_of(state);
    assert_certificate_refused(CERTIFICATE_OTHER_AUTHORITY, "not correctly signed",
                               "http.sslCAInfo");
}

static void a_company_authority_that_nobody_named_is_unknown(void **state)
{
    world = https_world_of(state);
    assert_certificate_refused(CERTIFICATE_GOOD, "not correctly signed", "http.sslCAInfo");
}

static void an_expired_certificate_is_refused(void **state)
{
    world = https_world_of(state);
    assert_certificate_refused(CERTIFICATE_EXPIRED, "expired", "new certificate");
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    world = https_world_of(state);
    assert_certificate_refused(CERTIFICATE_OTHER_HOST, "does not match", "name of the host");
}

static void every_reason_against_a_certificate_is_told(void **state)
{
    world = https_world_of(state);
    assert_certificate_refused(CERTIFICATE_ALL_WRONG, "expired; ", "new certificate");
    fixture_assert_error(&world->error, ERROR_UNTRUSTED, "does not match", "");
    fixture_assert_error(&world->error, ERROR_UNTRUSTED, "not correctly signed", "");
}

static void a_variable_names_authorities_as_for_curl(void **state)
{
    char *url, *path;

    world = https_world_of(state);
    fixture_library_stop(NULL);
    unsetenv("GIT_SSL_CAINFO");
    setenv("SSL_CERT_FILE", https_server_authority(world->server), 1);
    fixture_library_start(NULL);
    url = https_good_address(world, "git/shop.git");
    path = update(url);
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    free(url);
    free(path);
}

static void a_file_of_authorities_that_is_no_good_is_named(void **state)
{
    char *url, *empty, *key;

    world = https_world_of(state);
    url = https_good_address(world, "git/shop.git");
    empty = scratch_file(world->cache, "empty.pem", "nothing\n");
    setenv("GIT_SSL_CAINFO", "/no/such/file.pem", 1);
    assert_false(mirror_update(url, &world->options, &(char *){ NULL }, NULL, &world->error));
    fixture_assert_error(&world->error, ERROR_NOT_FOUND, "GIT_SSL_CAINFO", "PEM");
    fixture_assert_error(&world->error, ERROR_NOT_FOUND, "/no/such/file.pem", "");
    setenv("GIT_SSL_CAINFO", empty, 1);
    assert_false(mirror_update(url, &world->options, &(char *){ NULL }, NULL, &world->error));
    fixture_assert_error(&world->error, ERROR_INVALID, "holds no certificates", "PEM");
    key = scratch_file(world->cache, "key.pem", "-----BEGIN PRIVATE KEY-----\n");
    setenv("GIT_SSL_CAINFO", key, 1);
    assert_false(mirror_update(url, &world->options, &(char *){ NULL }, NULL, &world->error));
    fixture_assert_error(&world->error, ERROR_INVALID, "holds no certificates", "PEM");
    free(url);
    free(empty);
    free(key);
}

/* --- What servers answer ---------------------------------------------------------------------- */

static void what_a_server_refuses_is_said(void **state)
{
    world = https_world_of(state);
    assert_path_refused("git/nothing.git", ERROR_NETWORK, "404", "check the address");
    assert_path_refused("private/shop.git", ERROR_NETWORK, "authentication",
                        "asks who you are: pilab repo login");
    assert_path_refused("broken/shop.git", ERROR_NETWORK, "500", "problem of its own");
    assert_path_refused("login/shop.git", ERROR_NETWORK, "text/html", "login page");
}

static void redirections_elsewhere_are_refused_and_not_visited(void **state)
{
    world = https_world_of(state);
    assert_path_refused("plain/shop.git", ERROR_NETWORK, "from 'https' to 'http'",
                        "use the address it moved to");
    assert_path_refused("away/shop.git", ERROR_NETWORK, "from 'localhost' to '127.0.0.1'",
                        "use the address it moved to");
    assert_false(https_server_trapped(world->server));
}

static void nobody_there_is_said_with_host_and_port(void **state)
{
    unsigned short port;
    int listener;
    char *url, *words;

    world = https_world_of(state);
    listener = loopback_listen(&port);
    close(listener);
    url = https_address(port, "git/shop.git");
    words =
        memory_printf("nobody answers at localhost, port %u: Connection refused", (unsigned)port);
    assert_refused(url, ERROR_NETWORK, words, "check the host and the port");
    free(url);
    free(words);
}

/* --- Wires that break ------------------------------------------------------------------------- */

static void a_server_that_is_silent_is_given_up(void **state)
{
    char *url;

    world = https_world_of(state);
    url = https_relayed_address(world, "git/shop.git");
    world->options.silence_limit = 300;
    relay_break(world->relay, RELAY_STALL, 1, NULL);
    assert_refused(url, ERROR_NETWORK, "localhost has sent nothing for 1 s", "try again later");
    relay_break(world->relay, RELAY_STALL, HTTPS_WITHIN_PACK, NULL);
    assert_refused(url, ERROR_NETWORK, "localhost has sent nothing for 1 s", "try again later");
    free(url);
}

/* A listener whose queue is full: who calls gets no answer at all. */
struct deaf_server {
    int listener, callers[8];
    unsigned short port;
};

static void go_deaf(struct deaf_server *server)
{
    struct sockaddr_in name = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

    server->listener = loopback_listen(&server->port);
    assert_int_equal(listen(server->listener, 0), 0);
    name.sin_port = htons(server->port);
    for (size_t i = 0; i < sizeof server->callers / sizeof *server->callers; i++) {
        server->callers[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        assert_true(server->callers[i] >= 0);
        if (connect(server->callers[i], (const struct sockaddr *)&name, sizeof name) != 0)
            assert_int_equal(errno, EINPROGRESS);
    }
}

static void hear_again(struct deaf_server *server)
{
    for (size_t i = 0; i < sizeof server->callers / sizeof *server->callers; i++)
        close(server->callers[i]);
    close(server->listener);
}

static void a_host_that_does_not_answer_at_all_is_given_up(void **state)
{
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    struct deaf_server deaf;
    char *url, *words, *path = NULL;

    world = https_world_of(state);
    go_deaf(&deaf);
    url = https_address(deaf.port, "git/shop.git");
    words = memory_printf("nobody answers at localhost, port %u: Connection timed out",
                          (unsigned)deaf.port);
    world->options.silence_limit = 300;
    assert_refused(url, ERROR_NETWORK, words, "check the host and the port");
    world->options.silence_limit = 0; /* half a minute: the cancel comes first */
    assert_false(mirror_update(url, &world->options, &path, &progress, &world->error));
    fixture_assert_error(&world->error, ERROR_CANCELLED, "was cancelled", "");
    hear_again(&deaf);
    free(words);
    free(url);
}

static void a_connection_that_breaks_is_said(void **state)
{
    char *url;

    world = https_world_of(state);
    url = https_relayed_address(world, "git/shop.git");
    relay_break(world->relay, RELAY_RESET, HTTPS_WITHIN_PACK, NULL);
    assert_refused(url, ERROR_NETWORK,
                   "the connection to localhost broke: Connection reset by peer", "try again");
    free(url);
}

static void assert_cancel_ends(size_t after)
{
    atomic_bool cancel = false;
    struct progress progress = { .cancel = &cancel };
    char *url = https_relayed_address(world, "git/shop.git"), *path = NULL;
    int64_t start = clock_monotonic();

    relay_break(world->relay, RELAY_STALL, after, &cancel);
    assert_false(mirror_update(url, &world->options, &path, &progress, &world->error));
    assert_in_range(clock_monotonic() - start, 0, patience(5000));
    assert_true(cancel);
    fixture_assert_error(&world->error, ERROR_CANCELLED, "was cancelled", "");
    path = mirror_path(url, &world->options);
    assert_false(file_exists(path));
    free(path);
    free(url);
}

static void a_silent_server_does_not_keep_anybody_from_cancelling(void **state)
{
    world = https_world_of(state);
    assert_cancel_ends(1); /* within the handshake */
    assert_cancel_ends(HTTPS_WITHIN_PACK);
}

/* An update on a thread of its own, as a job is. */
struct other_update {
    const char *url;
    struct progress progress;
    struct error error;
    bool ok;
};

static void *update_main(void *argument)
{
    struct other_update *other = argument;
    char *path = NULL;

    other->ok = mirror_update(other->url, &world->options, &path, &other->progress, &other->error);
    free(path);
    return NULL;
}

static void one_that_waits_does_not_keep_another_from_its_own(void **state)
{
    atomic_bool cancel = false;
    struct other_update other = { .progress = { .cancel = &cancel } };
    char *waiting, *url, *path;
    pthread_t thread;

    world = https_world_of(state);
    waiting = https_relayed_address(world, "git/shop.git");
    url = https_good_address(world, "git/shop.git");
    other.url = waiting;
    relay_break(world->relay, RELAY_STALL, HTTPS_WITHIN_PACK, NULL);
    assert_int_equal(pthread_create(&thread, NULL, update_main, &other), 0);
    relay_wait(world->relay);
    path = update(url);
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    atomic_store(&cancel, true);
    pthread_join(thread, NULL);
    assert_false(other.ok);
    fixture_assert_error(&other.error, ERROR_CANCELLED, "was cancelled", "");
    free(waiting);
    free(url);
    free(path);
}

static void a_clone_that_is_cut_leaves_nothing(void **state)
{
    struct strbuf listing = STRBUF_INIT;
    char *url, *path;

    world = https_world_of(state);
    url = https_relayed_address(world, "git/shop.git");
    relay_break(world->relay, RELAY_CUT, HTTPS_WITHIN_PACK, NULL);
    assert_refused(url, ERROR_NETWORK, "the server ended the connection early", "try again");
    fixture_listing(world->cache, &listing);
    assert_null(strstr(listing.data, ".new-"));
    relay_break(world->relay, RELAY_NONE, 0, NULL);
    path = update(url);
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    assert_sound(path);
    strbuf_release(&listing);
    free(path);
    free(url);
}

/* Much that is new, on a branch that is the default from now on. */
static void go_on_with_source(void)
{
    struct strbuf large = https_large_text(2);

    GIT("symbolic-ref", "HEAD", "refs/heads/next");
    commit_file("larger", large.data);
    GIT("tag", "v2.0.0");
    strbuf_release(&large);
}

static void an_update_that_is_cut_leaves_the_old_mirror_whole(void **state)
{
    struct object_id before;
    char *url, *path, *again = NULL;

    world = https_world_of(state);
    url = https_relayed_address(world, "git/shop.git");
    path = update(url);
    before = fixture_resolve(world->fixture, "main");
    go_on_with_source();
    relay_break(world->relay, RELAY_CUT, HTTPS_WITHIN_PACK, NULL);
    assert_false(mirror_update(url, &world->options, &again, NULL, &world->error));
    fixture_assert_error(&world->error, ERROR_NETWORK, "the server ended the connection early",
                         "try again");
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    assert_points_to(path, "HEAD", &before);
    assert_sound(path);
    relay_break(world->relay, RELAY_NONE, 0, NULL);
    again = update(url);
    fixture_assert_references(path, "v2.0.0 v1.1.0 v1.0.0 feature main next ");
    assert_sound(path);
    free(again);
    free(path);
    free(url);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, https_world_enter, https_world_leave)
#define STRANGER(name)                                                                             \
    cmocka_unit_test_setup_teardown(name, https_world_enter_as_stranger, https_world_leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_mirror_is_cloned_whole),
        CASE(an_update_brings_what_is_new_and_prunes_what_is_gone),
        CASE(a_redirection_on_the_same_host_is_followed),
        CASE(a_certificate_of_an_unknown_authority_is_refused),
        STRANGER(a_company_authority_that_nobody_named_is_unknown),
        CASE(an_expired_certificate_is_refused),
        CASE(a_certificate_for_another_host_is_refused),
        CASE(every_reason_against_a_certificate_is_told),
        CASE(a_variable_names_authorities_as_for_curl),
        CASE(a_file_of_authorities_that_is_no_good_is_named),
        CASE(what_a_server_refuses_is_said),
        CASE(redirections_elsewhere_are_refused_and_not_visited),
        CASE(nobody_there_is_said_with_host_and_port),
        CASE(a_server_that_is_silent_is_given_up),
        CASE(a_host_that_does_not_answer_at_all_is_given_up),
        CASE(a_connection_that_breaks_is_said),
        CASE(a_silent_server_does_not_keep_anybody_from_cancelling),
        CASE(one_that_waits_does_not_keep_another_from_its_own),
        CASE(a_clone_that_is_cut_leaves_nothing),
        CASE(an_update_that_is_cut_leaves_the_old_mirror_whole),
    };

    return cmocka_run_group_tests_name("mirrors over https", tests, https_world_set_up,
                                       https_world_tear_down);
}
