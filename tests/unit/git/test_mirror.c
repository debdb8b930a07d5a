#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/history.h>
#include <pilab/git/mirror.h>

#include "../../support/fixture_repository.h"
#include "../../support/patience.h"

static struct fixture_repository *fixture;
static struct builder *build;
static struct error error;
static char *cache;
static struct mirror_options options;

static int begin(void **state)
{
    (void)state;
    fixture = fixture_new();
    build = fixture_builder(fixture);
    cache = fixture_directory();
    options = (struct mirror_options){ .cache_directory = cache };
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_free(&fixture);
    fixture_directory_free(&cache);
    return 0;
}

static void build_source(void)
{
    builder_write(build, "a", "1\n");
    builder_commit(build, "One");
    builder_annotated_tag(build, "v1.0.0", "The first");
    builder_branch(build, "feature");
    builder_write(build, "b", "1\n");
    builder_commit(build, "Two");
    builder_tag(build, "v1.1.0");
    fixture_open(fixture);
}

static char *update(const char *url)
{
    char *path = NULL;
    if (!mirror_update(url, &options, &path, NULL, &error))
        fail_msg("%s", error.message);
    return path;
}

static void assert_refused(const char *url, enum error_code code, const char *words)
{
    char *path = NULL;
    assert_false(mirror_update(url, &options, &path, NULL, &error));
    assert_null(path);
    assert_string_equal(error_code_name(error.code), error_code_name(code));
    if (!strstr(error.message, words) && !strstr(error.hint, words))
        fail_msg("\"%s\" / \"%s\" do not say \"%s\"", error.message, error.hint, words);
}

static void write_empty(const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    close(descriptor);
}

/* --- Cloning and updating ------------------------------------------------------------------- */

static void a_mirror_has_all_branches_and_tags(void **state)
{
    (void)state;
    struct strbuf before = STRBUF_INIT, after = STRBUF_INIT;
    build_source();
    fixture_listing(fixture_path(fixture), &before);
    char *path = update(fixture_path(fixture));
    fixture_listing(fixture_path(fixture), &after);
    assert_string_equal(before.data, after.data);
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    char *expected = mirror_path(fixture_path(fixture), &options);
    assert_string_equal(path, expected);
    char *prefix = memory_printf("%s/mirrors/repository-", cache);
    assert_int_equal(strncmp(path, prefix, strlen(prefix)), 0);
    assert_string_equal(path + strlen(path) - 4, ".git");
    free(prefix);
    free(expected);
    free(path);
    strbuf_release(&before);
    strbuf_release(&after);
}

static void a_file_address_and_its_path_share_a_mirror(void **state)
{
    (void)state;
    build_source();
    char *url = memory_printf("file://%s", fixture_path(fixture));
    char *path = update(fixture_path(fixture)), *again = update(url);
    assert_string_equal(path, again);
    free(url);
    free(path);
    free(again);
}

static void the_default_branch_is_followed(void **state)
{
    (void)state;
    struct object_id head, feature;
    struct repository *mirror = NULL;
    build_source();
    feature = fixture_resolve(fixture, "feature");
    fixture_write_git_file(fixture, "HEAD", "ref: refs/heads/feature\n");
    char *path = update(fixture_path(fixture));
    assert_true(repository_open(&mirror, path, &error));
    /* What marks its address is nobody's name for it. */
    assert_string_equal(repository_name(mirror), "repository");
    assert_true(repository_resolve(mirror, "HEAD", &head, &error));
    assert_true(object_id_equal(&head, &feature));
    repository_free(&mirror);
    free(path);
}

static void an_update_brings_new_and_prunes_deleted(void **state)
{
    (void)state;
    build_source();
    char *path = update(fixture_path(fixture));
    struct object_id feature = fixture_resolve(fixture, "feature");
    char hex[OBJECT_ID_HEX_SIZE + 1];
    object_id_hex(&feature, hex);
    strcat(hex, "\n");
    fixture_write_git_file(fixture, "refs/heads/new", hex);
    fixture_write_git_file(fixture, "refs/heads/main", hex);
    char *gone = path_join(fixture_git_path(fixture), "refs/heads/feature");
    assert_int_equal(unlink(gone), 0);
    free(gone);
    gone = path_join(fixture_git_path(fixture), "refs/tags/v1.1.0");
    assert_int_equal(unlink(gone), 0);
    free(gone);
    char *again = update(fixture_path(fixture));
    assert_string_equal(path, again);
    fixture_assert_references(path, "v1.0.0 main new ");
    struct repository *mirror = NULL;
    struct object_id moved;
    assert_true(repository_open(&mirror, path, &error));
    assert_true(repository_resolve(mirror, "main", &moved, &error));
    assert_true(object_id_equal(&moved, &feature));
    repository_free(&mirror);
    free(path);
    free(again);
}

static void offline_takes_what_is_there(void **state)
{
    (void)state;
    build_source();
    options.offline = true;
    assert_refused(fixture_path(fixture), ERROR_NOT_FOUND, "there is no mirror of");
    options.offline = false;
    char *path = update(fixture_path(fixture));
    options.offline = true;
    char *again = update(fixture_path(fixture));
    assert_string_equal(path, again);
    char *moved = memory_printf("%s-away", fixture_path(fixture));
    assert_int_equal(rename(fixture_path(fixture), moved), 0);
    free(again);
    again = update(fixture_path(fixture));
    assert_string_equal(path, again);
    free(moved);
    free(path);
    free(again);
}

/* --- Interruptions -------------------------------------------------------------------------- */

static void leftovers_are_swept(void **state)
{
    (void)state;
    build_source();
    char *path = update(fixture_path(fixture));
    char *half_pack = path_join(path, "objects/pack/pack_git2_abc123");
    char *half_clone = memory_printf("%s.new-12345", path);
    char *inside = path_join(half_clone, "objects");
    char *foreign = memory_printf("%s/mirrors/other.git.new-1", cache);
    write_empty(half_pack);
    assert_true(file_make_directories(inside, 0700, NULL));
    assert_true(file_make_directories(foreign, 0700, NULL));
    free(update(fixture_path(fixture)));
    assert_false(file_exists(half_pack));
    assert_false(file_exists(half_clone));
    assert_true(file_exists(foreign));
    free(half_pack);
    free(half_clone);
    free(inside);
    free(foreign);
    free(path);
}

static void a_mirror_that_went_bad_is_made_anew(void **state)
{
    (void)state;
    build_source();
    char *path = update(fixture_path(fixture));
    char *head = path_join(path, "HEAD");
    assert_int_equal(unlink(head), 0);
    free(update(fixture_path(fixture)));
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    free(head);
    free(path);
}

static void a_cancelled_clone_leaves_nothing(void **state)
{
    (void)state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    struct strbuf listing = STRBUF_INIT;
    char *path = NULL;
    build_source();
    assert_false(mirror_update(fixture_path(fixture), &options, &path, &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_null(path);
    fixture_listing(cache, &listing);
    assert_null(strstr(listing.data, ".new-"));
    assert_null(strstr(listing.data, ".git "));
    strbuf_release(&listing);
}

static void cancel_while_waiting(void *context, const char *what, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    if (strstr(what, "waiting for another update"))
        atomic_store((atomic_bool *)context, true);
}

static void two_updates_take_turns(void **state)
{
    (void)state;
    atomic_bool cancel = false;
    struct progress progress = { .report = cancel_while_waiting,
                                 .context = &cancel,
                                 .cancel = &cancel };
    char *again = NULL;
    build_source();
    char *path = update(fixture_path(fixture));
    char *lock_path = memory_printf("%s.lock", path);
    int lock = open(lock_path, O_RDWR | O_CLOEXEC);
    assert_true(lock >= 0);
    assert_int_equal(flock(lock, LOCK_EX), 0);
    assert_false(mirror_update(fixture_path(fixture), &options, &again, &progress, &error));
    assert_int_equal(error.code, ERROR_CANCELLED);
    assert_true(cancel);
    close(lock);
    again = update(fixture_path(fixture));
    free(lock_path);
    free(again);
    free(path);
}

/* A program that was stopped, or hangs, holds its lock; one that is at work lets others wait. */
static void one_that_holds_a_mirror_and_does_nothing_is_not_waited_for(void **state)
{
    (void)state;
    build_source();
    char *path = update(fixture_path(fixture)), *again = NULL;
    char *lock_path = memory_printf("%s.lock", path);
    int lock = open(lock_path, O_RDWR | O_CLOEXEC);
    int64_t start = clock_monotonic();
    assert_int_equal(flock(lock, LOCK_EX), 0);
    options.lock_limit = 1500;
    assert_false(mirror_update(fixture_path(fixture), &options, &again, NULL, &error));
    options.lock_limit = 0;
    assert_in_range(clock_monotonic() - start, 1400, patience(4000));
    assert_int_equal(error.code, ERROR_BUSY);
    assert_non_null(strstr(error.message, "which has fetched nothing for 2 s"));
    assert_non_null(strstr(error.hint, "lslocks"));
    close(lock);
    free(lock_path);
    free(path);
}

/* --- What is refused ------------------------------------------------------------------------ */

static void bad_remotes_are_refused_before_anything_is_made(void **state)
{
    (void)state;
    assert_refused("ext::sh -c touch% PWNED", ERROR_INVALID, "run a program");
    assert_refused("-oProxyCommand=touch PWNED", ERROR_INVALID, "option");
    assert_refused("file:///dev/null", ERROR_INVALID, "not a folder");
    assert_refused("git@git.example.org:mb/auth.git", ERROR_UNSUPPORTED, "git clone --mirror");
    assert_refused(cache, ERROR_NOT_FOUND, "not a git repository");
    char *mirrors = path_join(cache, "mirrors");
    assert_false(file_exists(mirrors));
    free(mirrors);
}

static void a_repository_of_somebody_else_is_not_mirrored(void **state)
{
    (void)state;
    build_source();
    if (geteuid() != 0 || chown(fixture_path(fixture), 4242, 4242) != 0 ||
        chown(fixture_git_path(fixture), 4242, 4242) != 0) {
        print_message("only root can give a folder away\n");
        skip();
    }
    assert_refused(fixture_path(fixture), ERROR_UNTRUSTED, "belongs to UID 4242");
}

static int listen_on(const char *address, unsigned short *port)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in name = { .sin_family = AF_INET };
    socklen_t length = sizeof(name);
    assert_true(listener >= 0);
    assert_int_equal(inet_pton(AF_INET, address, &name.sin_addr), 1);
    assert_int_equal(bind(listener, (const struct sockaddr *)&name, sizeof(name)), 0);
    assert_int_equal(listen(listener, 4), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&name, &length), 0);
    *port = ntohs(name.sin_port);
    return listener;
}

static void nobody_there_is_a_network_error(void **state)
{
    (void)state;
    unsigned short port;
    int listener = listen_on("127.0.0.1", &port);
    char *url = memory_printf("http://127.0.0.1:%u/a.git", (unsigned)port);
    close(listener);
    assert_refused(url, ERROR_NETWORK, "cannot be fetched");
    free(url);
}

struct redirector {
    int listener;
    char *answer;
};

static void *redirect_once(void *argument)
{
    struct redirector *redirector = argument;
    char request[4096];
    int peer = accept(redirector->listener, NULL, NULL);
    if (peer >= 0 && read(peer, request, sizeof(request)) > 0)
        (void)!write(peer, redirector->answer, strlen(redirector->answer));
    close(peer);
    return NULL;
}

static void a_redirect_to_another_host_is_not_followed(void **state)
{
    (void)state;
    unsigned short port, other_port;
    struct redirector redirector = { .listener = listen_on("127.0.0.1", &port) };
    int other = listen_on("127.0.0.2", &other_port);
    pthread_t thread;
    redirector.answer = memory_printf("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: "
                                      "close\r\nLocation: http://127.0.0.2:%u/a.git/info/refs"
                                      "?service=git-upload-pack\r\n\r\n",
                                      (unsigned)other_port);
    char *url = memory_printf("http://127.0.0.1:%u/a.git", (unsigned)port);
    assert_int_equal(pthread_create(&thread, NULL, redirect_once, &redirector), 0);
    assert_refused(url, ERROR_NETWORK, "redirect");
    pthread_join(thread, NULL);
    struct pollfd visitor = { .fd = other, .events = POLLIN };
    assert_int_equal(poll(&visitor, 1, 0), 0);
    close(other);
    close(redirector.listener);
    free(redirector.answer);
    free(url);
}

/* --- The seam for other transports ---------------------------------------------------------- */

/* Speaks to git-upload-pack on this machine, whatever host the URL names. */
struct pipes {
    const char *repository;
    int opened, closed;
    pid_t child;
    int to_child, from_child;
    size_t break_after; /* bytes; 0: never */
    size_t received;
};

static bool pipes_open(void *context, const char *url, const struct progress *progress,
                       void **stream, struct error *failure)
{
    struct pipes *pipes = context;
    signal(SIGPIPE, SIG_IGN); /* the last flush may find nobody there */
    int in[2], out[2];
    char program[] = "git-upload-pack", path[4096];
    char *arguments[] = { program, path, NULL };
    char environment_path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    char *environment[] = { environment_path, NULL };
    posix_spawn_file_actions_t actions;
    (void)progress;
    assert_string_equal(url, "ssh://git@git.example.org/mb/auth.git");
    snprintf(path, sizeof(path), "%s", pipes->repository);
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclose(&actions, in[1]);
    posix_spawn_file_actions_addclose(&actions, out[0]);
    int result = posix_spawnp(&pipes->child, program, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    if (result)
        return error_set(failure, ERROR_NETWORK, "git-upload-pack is not installed");
    pipes->to_child = in[1];
    pipes->from_child = out[0];
    pipes->opened++;
    *stream = pipes;
    return true;
}

static bool pipes_read(void *stream, char *buffer, size_t room, size_t *length,
                       struct error *failure)
{
    struct pipes *pipes = stream;
    ssize_t count = read(pipes->from_child, buffer, room);
    *length = count > 0 ? (size_t)count : 0;
    pipes->received += *length;
    if (pipes->break_after && pipes->received > pipes->break_after)
        return error_set(failure, ERROR_NETWORK, "the line went dead");
    return count >= 0 || error_errno(failure, errno, "cannot read");
}

static bool pipes_write(void *stream, const char *data, size_t length, struct error *failure)
{
    struct pipes *pipes = stream;
    ssize_t count = write(pipes->to_child, data, length);
    return count == (ssize_t)length || error_errno(failure, errno, "cannot write");
}

static void pipes_close(void *stream)
{
    struct pipes *pipes = stream;
    close(pipes->to_child);
    close(pipes->from_child);
    waitpid(pipes->child, NULL, 0);
    pipes->closed++;
}

static void another_transport_may_be_plugged_in(void **state)
{
    (void)state;
    struct pipes pipes = { .repository = fixture_path(fixture) };
    struct remote_transport transport = { pipes_open, pipes_read, pipes_write, pipes_close,
                                          &pipes };
    char *path = NULL;
    build_source();
    options.ssh = &transport;
    if (!mirror_update("ssh://git@git.example.org/mb/auth.git", &options, &path, NULL, &error)) {
        if (strstr(error.message, "not installed"))
            skip();
        fail_msg("%s", error.message);
    }
    fixture_assert_references(path, "v1.1.0 v1.0.0 feature main ");
    assert_int_equal(pipes.opened, pipes.closed);
    assert_true(pipes.opened > 0);
    free(path);
}

static void what_a_transport_says_reaches_the_caller(void **state)
{
    (void)state;
    struct pipes pipes = { .repository = fixture_path(fixture), .break_after = 1 };
    struct remote_transport transport = { pipes_open, pipes_read, pipes_write, pipes_close,
                                          &pipes };
    char *path = NULL;
    build_source();
    options.ssh = &transport;
    assert_false(
        mirror_update("ssh://git@git.example.org/mb/auth.git", &options, &path, NULL, &error));
    if (strstr(error.message, "not installed"))
        skip();
    assert_int_equal(error.code, ERROR_NETWORK);
    assert_string_equal(error.message, "ssh://git@git.example.org/mb/auth.git: the line went dead");
    assert_int_equal(pipes.opened, pipes.closed);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_mirror_has_all_branches_and_tags),
        CASE(a_file_address_and_its_path_share_a_mirror),
        CASE(the_default_branch_is_followed),
        CASE(an_update_brings_new_and_prunes_deleted),
        CASE(offline_takes_what_is_there),
        CASE(leftovers_are_swept),
        CASE(a_mirror_that_went_bad_is_made_anew),
        CASE(a_cancelled_clone_leaves_nothing),
        CASE(two_updates_take_turns),
        CASE(one_that_holds_a_mirror_and_does_nothing_is_not_waited_for),
        CASE(bad_remotes_are_refused_before_anything_is_made),
        CASE(a_repository_of_somebody_else_is_not_mirrored),
        CASE(nobody_there_is_a_network_error),
        CASE(a_redirect_to_another_host_is_not_followed),
        CASE(another_transport_may_be_plugged_in),
        CASE(what_a_transport_says_reaches_the_caller),
    };
    return cmocka_run_group_tests_name("git/mirror", tests, fixture_library_start,
                                       fixture_library_stop);
}
