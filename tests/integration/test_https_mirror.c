#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/git/mirror.h>

#include "../support/fixture_repository.h"
#include "../support/https_server.h"
#include "../support/patience.h"
#include "../support/relay.h"
#include "../support/run_program.h"
#include "../support/scratch.h"

/* Mirrors over https, from a real server, with everything that can go wrong on the way. */

/* Text that does not compress: so much lies between the first and the last byte of a pack. */
#define LARGE ((size_t)3 << 20)
/* Past the handshake and the list of references, well before the end of the pack. */
#define WITHIN_PACK ((size_t)1 << 20)

struct world {
    struct fixture_repository *fixture;
    struct sandbox *sandbox;
    char *directory, *repositories, *cache;
    struct https_server *server;
    struct relay *relay;
    struct mirror_options options;
    struct error error;
};

static struct world world;

static struct strbuf large_text(uint32_t seed)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < LARGE; i++) {
        seed = seed * 1664525u + 1013904223u;
        strbuf_add_char(&text, (char)(' ' + (seed >> 24) % 95));
    }
    return text;
}

/* The repository that the server shows as shop.git. */
static void build_source(void)
{
    struct strbuf large = large_text(1);
    char *link = scratch_path(world.repositories, "shop.git");
    struct builder *builder;

    world.fixture = fixture_new();
    builder = fixture_builder(world.fixture);
    builder_write(builder, "a", "1\n");
    builder_commit(builder, "feat: one");
    builder_annotated_tag(builder, "v1.0.0", "The first");
    builder_branch(builder, "feature");
    builder_write(builder, "a", "2\n");
    builder_write(builder, "large", large.data);
    builder_commit(builder, "feat: two");
    builder_tag(builder, "v1.1.0");
    fixture_open(world.fixture);
    unlink(link);
    assert_int_equal(symlink(fixture_git_path(world.fixture), link), 0);
    free(link);
    strbuf_release(&large);
}

static int set_up(void **state)
{
    static const char *const away[] = { "https_proxy",  "HTTPS_PROXY", "http_proxy",
                                        "all_proxy",    "ALL_PROXY",   "GIT_SSL_CAINFO",
                                        "SSL_CERT_FILE" };
    const char *missing = https_server_missing();

    (void)state;
    if (missing != NULL) {
        print_message("%s is not installed\n", missing);
        return 0;
    }
    for (size_t i = 0; i < sizeof away / sizeof *away; i++)
        unsetenv(away[i]);
    world.directory = scratch_new();
    world.repositories = scratch_path(world.directory, "repositories");
    assert_true(file_make_directories(world.repositories, 0700, NULL));
    world.server = https_server_start(world.directory, world.repositories);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    if (world.server == NULL)
        return 0;
    https_server_stop(&world.server);
    free(world.repositories);
    scratch_remove(&world.directory);
    return 0;
}

/* The library is started for each case, since it looks for authorities only then. */
static int enter_trusting(const char *authority)
{
    if (world.server == NULL)
        return 0;
    if (authority != NULL)
        setenv("GIT_SSL_CAINFO", authority, 1);
    fixture_library_start(NULL);
    build_source();
    world.cache = scratch_new();
    world.options = (struct mirror_options){ .cache_directory = world.cache };
    world.relay = relay_start(https_server_port(world.server, CERTIFICATE_GOOD));
    world.sandbox = sandbox_new();
    return 0;
}

static int enter(void **state)
{
    (void)state;
    return enter_trusting(world.server != NULL ? https_server_authority(world.server) : NULL);
}

static int enter_as_stranger(void **state)
{
    (void)state;
    return enter_trusting(NULL);
}

static int leave(void **state)
{
    (void)state;
    if (world.server == NULL)
        return 0;
    sandbox_free(&world.sandbox);
    relay_stop(&world.relay);
    scratch_remove(&world.cache);
    fixture_free(&world.fixture);
    fixture_library_stop(NULL);
    unsetenv("GIT_SSL_CAINFO");
    unsetenv("SSL_CERT_FILE");
    return 0;
}

static char *address(unsigned short port, const char *path)
{
    return memory_printf("https://localhost:%u/%s", (unsigned)port, path);
}

static char *good_address(const char *path)
{
    return address(https_server_port(world.server, CERTIFICATE_GOOD), path);
}

static char *update(const char *url)
{
    char *path = NULL;

    if (!mirror_update(url, &world.options, &path, NULL, &world.error))
        fail_msg("%s", world.error.message);
    return path;
}

/* Fails with these words, within a few seconds, and leaves nothing behind. */
static void assert_refused(const char *url, enum error_code code, const char *words,
                           const char *hint)
{
    int64_t start = clock_monotonic();
    char *path = NULL, *fresh;

    assert_false(mirror_update(url, &world.options, &path, NULL, &world.error));
    assert_null(path);
    assert_in_range(clock_monotonic() - start, 0, patience(10000));
    fixture_assert_error(&world.error, code, words, hint);
    fixture_assert_error(&world.error, code, url, "");
    fresh = mirror_path(url, &world.options);
    assert_false(file_exists(fresh));
    free(fresh);
}

static void assert_path_refused(const char *name, enum error_code code, const char *words,
                                const char *hint)
{
    char *url = good_address(name);

    assert_refused(url, code, words, hint);
    free(url);
}

static void assert_references(const char *path, const char *expected)
{
    struct repository *mirror = NULL;
    struct strbuf names = STRBUF_INIT;
    struct reference_list *list;

    assert_true(repository_open(&mirror, path, &world.error));
    list = repository_references(mirror, &world.error);
    for (size_t i = 0; i < list->count; i++)
        strbuf_printf(&names, "%s ", list->references[i].name);
    assert_string_equal(names.data, expected);
    reference_list_free(&list);
    repository_free(&mirror);
    strbuf_release(&names);
}

static void assert_points_to(const char *path, const char *revision, const struct object_id *id)
{
    struct repository *mirror = NULL;
    struct object_id found;

    assert_true(repository_open(&mirror, path, &world.error));
    assert_true(repository_resolve(mirror, revision, &found, &world.error));
    assert_true(object_id_equal(&found, id));
    repository_free(&mirror);
}

/* Every object is there and whole, says git itself. */
static void assert_sound(const char *path)
{
    const char *const words[] = { "git", "--git-dir", path, "fsck", "--full", "--strict", NULL };
    const struct run *run = run_words(world.sandbox, words);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
}

static void git_in_source(const char *const arguments[])
{
    struct strbuf out = STRBUF_INIT;

    fixture_git(world.fixture, &out, arguments);
    strbuf_release(&out);
}

#define GIT(...) git_in_source((const char *const[]){ __VA_ARGS__, NULL })

/* On the current branch; what else was in its tree is not in the new one. */
static void commit_file(const char *name, const char *text)
{
    fixture_write_work_file(world.fixture, name, text);
    GIT("add", name);
    GIT("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m",
        "feat: another");
}

/* Without a server nothing can be said. */
#define NEEDS_SERVER()                                                                             \
    do {                                                                                           \
        (void)state;                                                                               \
        if (world.server == NULL)                                                                  \
            skip();                                                                                \
    } while (0)

/* --- Cloning and updating --------------------------------------------------------------------- */

static int64_t time_of_git_clone(const char *url)
{
    char *target = scratch_path(sandbox_files(world.sandbox), "clone.git");
    char *trust = memory_printf("GIT_SSL_CAINFO=%s", https_server_authority(world.server));
    const char *const words[] = { "git", "clone", "-q", "--mirror", url, target, NULL };
    const struct run *run;

    sandbox_set(world.sandbox, trust);
    run = run_words(world.sandbox, words);
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

    NEEDS_SERVER();
    url = good_address("git/shop.git");
    start = clock_monotonic();
    path = update(url);
    ours = clock_monotonic() - start;
    assert_references(path, "v1.1.0 v1.0.0 feature main ");
    head = fixture_resolve(world.fixture, "main");
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

    NEEDS_SERVER();
    url = good_address("git/shop.git");
    path = update(url);
    GIT("symbolic-ref", "HEAD", "refs/heads/trunk");
    GIT("branch", "-D", "main");
    GIT("tag", "-d", "v1.1.0");
    commit_file("b", "1\n");
    GIT("tag", "v1.2.0");
    again = update(url);
    assert_string_equal(path, again);
    assert_references(path, "v1.2.0 v1.0.0 feature trunk ");
    fixture_open(world.fixture);
    head = fixture_resolve(world.fixture, "trunk");
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

    NEEDS_SERVER();
    url = good_address("moved/shop.git");
    path = update(url);
    assert_references(path, "v1.1.0 v1.0.0 feature main ");
    free(url);
    free(path);
}

/* --- Certificates ----------------------------------------------------------------------------- */

static void assert_certificate_refused(enum https_certificate which, const char *why,
                                       const char *hint)
{
    char *url = address(https_server_port(world.server, which), "git/shop.git");

    assert_refused(url, ERROR_UNTRUSTED, why, hint);
    free(url);
}

static void a_certificate_of_an_unknown_authority_is_refused(void **state)
{
    NEEDS_SERVER();
    assert_certificate_refused(CERTIFICATE_OTHER_AUTHORITY, "not correctly signed",
                               "http.sslCAInfo");
}

static void a_company_authority_that_nobody_named_is_unknown(void **state)
{
    NEEDS_SERVER();
    assert_certificate_refused(CERTIFICATE_GOOD, "not correctly signed", "http.sslCAInfo");
}

static void an_expired_certificate_is_refused(void **state)
{
    NEEDS_SERVER();
    assert_certificate_refused(CERTIFICATE_EXPIRED, "expired", "new certificate");
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    NEEDS_SERVER();
    assert_certificate_refused(CERTIFICATE_OTHER_HOST, "does not match", "name of the host");
}

static void a_variable_names_authorities_as_for_curl(void **state)
{
    char *url, *path;

    NEEDS_SERVER();
    fixture_library_stop(NULL);
    unsetenv("GIT_SSL_CAINFO");
    setenv("SSL_CERT_FILE", https_server_authority(world.server), 1);
    fixture_library_start(NULL);
    url = good_address("git/shop.git");
    path = update(url);
    assert_references(path, "v1.1.0 v1.0.0 feature main ");
    free(url);
    free(path);
}

static void a_file_of_authorities_that_is_no_good_is_named(void **state)
{
    char *url, *empty;

    NEEDS_SERVER();
    url = good_address("git/shop.git");
    empty = scratch_file(world.cache, "empty.pem", "nothing\n");
    setenv("GIT_SSL_CAINFO", "/no/such/file.pem", 1);
    assert_false(mirror_update(url, &world.options, &(char *){ NULL }, NULL, &world.error));
    fixture_assert_error(&world.error, ERROR_NOT_FOUND, "GIT_SSL_CAINFO", "PEM");
    fixture_assert_error(&world.error, ERROR_NOT_FOUND, "/no/such/file.pem", "");
    setenv("GIT_SSL_CAINFO", empty, 1);
    assert_false(mirror_update(url, &world.options, &(char *){ NULL }, NULL, &world.error));
    fixture_assert_error(&world.error, ERROR_INVALID, "holds no certificates", "PEM");
    free(url);
    free(empty);
}

/* --- What servers answer ---------------------------------------------------------------------- */

static void what_a_server_refuses_is_said(void **state)
{
    NEEDS_SERVER();
    assert_path_refused("git/nothing.git", ERROR_NETWORK, "404", "check the address");
    assert_path_refused("private/shop.git", ERROR_NETWORK, "authentication",
                        "asks who you are: clone it yourself");
    assert_path_refused("broken/shop.git", ERROR_NETWORK, "500", "problem of its own");
    assert_path_refused("login/shop.git", ERROR_NETWORK, "text/html", "login page");
}

static void redirections_elsewhere_are_refused_and_not_visited(void **state)
{
    NEEDS_SERVER();
    assert_path_refused("plain/shop.git", ERROR_NETWORK, "from 'https' to 'http'",
                        "use the address it moved to");
    assert_path_refused("away/shop.git", ERROR_NETWORK, "from 'localhost' to '127.0.0.1'",
                        "use the address it moved to");
    assert_false(https_server_trapped(world.server));
}

static void nobody_there_is_said_with_host_and_port(void **state)
{
    unsigned short port;
    int listener;
    char *url, *words;

    NEEDS_SERVER();
    listener = loopback_listen(&port);
    close(listener);
    url = address(port, "git/shop.git");
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

    NEEDS_SERVER();
    url = address(relay_port(world.relay), "git/shop.git");
    world.options.silence_limit = 300;
    relay_break(world.relay, RELAY_STALL, 1, NULL);
    assert_refused(url, ERROR_NETWORK, "localhost has sent nothing for 1 s", "try again later");
    relay_break(world.relay, RELAY_STALL, WITHIN_PACK, NULL);
    assert_refused(url, ERROR_NETWORK, "localhost has sent nothing for 1 s", "try again later");
    free(url);
}

static void assert_cancel_ends(size_t after)
{
    atomic_bool cancel = false;
    struct progress progress = { .cancel = &cancel };
    char *url = address(relay_port(world.relay), "git/shop.git"), *path = NULL;
    int64_t start = clock_monotonic();

    relay_break(world.relay, RELAY_STALL, after, &cancel);
    assert_false(mirror_update(url, &world.options, &path, &progress, &world.error));
    assert_in_range(clock_monotonic() - start, 0, patience(5000));
    assert_true(cancel);
    fixture_assert_error(&world.error, ERROR_CANCELLED, "was cancelled", "");
    path = mirror_path(url, &world.options);
    assert_false(file_exists(path));
    free(path);
    free(url);
}

static void a_silent_server_does_not_keep_anybody_from_cancelling(void **state)
{
    NEEDS_SERVER();
    assert_cancel_ends(1); /* within the handshake */
    assert_cancel_ends(WITHIN_PACK);
}

static void a_clone_that_is_cut_leaves_nothing(void **state)
{
    struct strbuf listing = STRBUF_INIT;
    char *url, *path;

    NEEDS_SERVER();
    url = address(relay_port(world.relay), "git/shop.git");
    relay_break(world.relay, RELAY_CUT, WITHIN_PACK, NULL);
    assert_refused(url, ERROR_NETWORK, "the server ended the connection early", "try again");
    fixture_listing(world.cache, &listing);
    assert_null(strstr(listing.data, ".new-"));
    relay_break(world.relay, RELAY_NONE, 0, NULL);
    path = update(url);
    assert_references(path, "v1.1.0 v1.0.0 feature main ");
    assert_sound(path);
    strbuf_release(&listing);
    free(path);
    free(url);
}

/* Much that is new, on a branch that is the default from now on. */
static void go_on_with_source(void)
{
    struct strbuf large = large_text(2);

    GIT("symbolic-ref", "HEAD", "refs/heads/next");
    commit_file("larger", large.data);
    GIT("tag", "v2.0.0");
    strbuf_release(&large);
}

static void an_update_that_is_cut_leaves_the_old_mirror_whole(void **state)
{
    struct object_id before;
    char *url, *path, *again = NULL;

    NEEDS_SERVER();
    url = address(relay_port(world.relay), "git/shop.git");
    path = update(url);
    before = fixture_resolve(world.fixture, "main");
    go_on_with_source();
    relay_break(world.relay, RELAY_CUT, WITHIN_PACK, NULL);
    assert_false(mirror_update(url, &world.options, &again, NULL, &world.error));
    fixture_assert_error(&world.error, ERROR_NETWORK, "the server ended the connection early",
                         "try again");
    assert_references(path, "v1.1.0 v1.0.0 feature main ");
    assert_points_to(path, "HEAD", &before);
    assert_sound(path);
    relay_break(world.relay, RELAY_NONE, 0, NULL);
    again = update(url);
    assert_references(path, "v2.0.0 v1.1.0 v1.0.0 feature main next ");
    assert_sound(path);
    free(again);
    free(path);
    free(url);
}

/* --- The program ------------------------------------------------------------------------------ */

static void sandbox_variable(const char *name, const char *value)
{
    char *assignment = memory_printf("%s=%s", name, value);

    sandbox_set(world.sandbox, assignment);
    free(assignment);
}

static void import_project(const char *url)
{
    char *text = memory_printf("pilab: 1\nproject: {name: Shop, code: SHOP}\n"
                               "environments:\n  - {name: DEV, stage: DEV}\n"
                               "modules:\n  - {name: shop, type: BACKEND, repository: \"%s\"}\n",
                               url);
    char *file = scratch_file(sandbox_files(world.sandbox), "project.yaml", text);
    const struct run *run = run_pilab(world.sandbox, "project", "import", file, NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(file);
    free(text);
}

static const struct run *compare(void)
{
    return run_pilab(world.sandbox, "drift", "-p", "SHOP", "1.0.0..1.1.0", NULL);
}

static void the_program_compares_a_repository_behind_https(void **state)
{
    char *url, *settings;

    NEEDS_SERVER();
    url = good_address("git/shop.git");
    import_project(url);
    /* As a user of git would have it, for a company's own authority. */
    settings = memory_printf("[http]\n\tsslCAInfo = %s\n", https_server_authority(world.server));
    free(scratch_file(sandbox_home(world.sandbox), ".gitconfig", settings));
    assert_int_equal(compare()->status, 0);
    assert_says(&compare()->out, "1 commit = 1 in notes");
    free(settings);
    free(url);
}

static void no_switch_of_git_turns_the_check_off(void **state)
{
    const struct run *run;
    char *url;

    NEEDS_SERVER();
    url = good_address("git/shop.git");
    import_project(url);
    sandbox_variable("GIT_SSL_NO_VERIFY", "1");
    free(scratch_file(sandbox_home(world.sandbox), ".gitconfig", "[http]\n\tsslVerify = false\n"));
    run = compare();
    assert_int_equal(run->status, 1);
    assert_says(&run->err, url);
    assert_says(&run->err, "not correctly signed");
    assert_says(&run->err, "git config --global http.sslCAInfo FILE");
    free(url);
}

/* It has no terminal to ask on, and no helper of git's is called. */
static void nobody_is_asked_for_a_password(void **state)
{
    const struct run *run;
    char *url, *helper, *trace;

    NEEDS_SERVER();
    url = good_address("private/shop.git");
    import_project(url);
    trace = scratch_path(sandbox_home(world.sandbox), "asked");
    helper = scratch_file(sandbox_home(world.sandbox), "ask", "#!/bin/sh\ntouch \"$HOME/asked\"\n");
    assert_int_equal(chmod(helper, 0700), 0);
    free(scratch_file(sandbox_home(world.sandbox), ".gitconfig",
                      "[credential]\n\thelper = !touch $HOME/asked\n"));
    sandbox_variable("GIT_ASKPASS", helper);
    sandbox_variable("SSH_ASKPASS", helper);
    sandbox_variable("GIT_SSL_CAINFO", https_server_authority(world.server));
    run = compare();
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "authentication");
    assert_says(&run->err, "clone it yourself and give the path");
    assert_false(file_exists(trace));
    free(trace);
    free(helper);
    free(url);
}

static void an_interrupt_ends_the_program_at_a_silent_server(void **state)
{
    char *program = build_path("pilab"), *url;
    const char *const words[] = { program, "drift", "-p", "SHOP", "1.0.0..1.1.0", NULL };
    struct started_run started;
    int64_t start;

    NEEDS_SERVER();
    url = address(relay_port(world.relay), "git/shop.git");
    import_project(url);
    sandbox_variable("GIT_SSL_CAINFO", https_server_authority(world.server));
    relay_break(world.relay, RELAY_STALL, WITHIN_PACK, NULL);
    started = run_start(world.sandbox, words);
    relay_wait(world.relay);
    start = clock_monotonic();
    assert_int_equal(kill(started.process, SIGINT), 0);
    assert_int_equal(run_wait(&started), 130);
    assert_in_range(clock_monotonic() - start, 0, patience(2000));
    free(program);
    free(url);
}

#define CASE(name)     cmocka_unit_test_setup_teardown(name, enter, leave)
#define STRANGER(name) cmocka_unit_test_setup_teardown(name, enter_as_stranger, leave)

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
        CASE(a_variable_names_authorities_as_for_curl),
        CASE(a_file_of_authorities_that_is_no_good_is_named),
        CASE(what_a_server_refuses_is_said),
        CASE(redirections_elsewhere_are_refused_and_not_visited),
        CASE(nobody_there_is_said_with_host_and_port),
        CASE(a_server_that_is_silent_is_given_up),
        CASE(a_silent_server_does_not_keep_anybody_from_cancelling),
        CASE(a_clone_that_is_cut_leaves_nothing),
        CASE(an_update_that_is_cut_leaves_the_old_mirror_whole),
        CASE(the_program_compares_a_repository_behind_https),
        CASE(no_switch_of_git_turns_the_check_off),
        CASE(nobody_is_asked_for_a_password),
        CASE(an_interrupt_ends_the_program_at_a_silent_server),
    };

    return cmocka_run_group_tests_name("mirrors over https", tests, set_up, tear_down);
}
