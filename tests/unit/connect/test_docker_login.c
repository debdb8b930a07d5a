#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>
#include <pilab/connect/docker_login.h>

#include "../../support/scratch.h"

struct work {
    char *folder, *config, *path;
    struct registry_login login;
    struct error error;
};

static int enter(void **state)
{
    struct work *work = memory_new(sizeof *work);
    char *with;

    work->folder = scratch_new();
    work->path = memory_copy_text(getenv("PATH"));
    with = memory_printf("%s:%s", work->folder, work->path);
    setenv("PATH", with, 1);
    free(with);
    *state = work;
    return 0;
}

static int leave(void **state)
{
    struct work *work = *state;

    setenv("PATH", work->path, 1);
    registry_login_release(&work->login);
    scratch_remove(&work->folder);
    free(work->config);
    free(work->path);
    free(work);
    return 0;
}

static void configure(struct work *work, const char *text)
{
    free(work->config);
    work->config = scratch_file(work->folder, "config.json", text);
}

static void write_helper(struct work *work, const char *name, const char *script)
{
    char *text = memory_printf("#!/bin/sh\n%s\n", script);
    char *path = scratch_file(work->folder, name, text);

    assert_int_equal(chmod(path, 0700), 0);
    free(text);
    free(path);
}

static bool find(struct work *work, const char *registry)
{
    registry_login_release(&work->login);
    error_clear(&work->error);
    return docker_login_find(work->config, registry, &work->login, NULL, &work->error);
}

static void must_find(struct work *work, const char *registry, const char *user,
                      const char *password)
{
    if (!find(work, registry))
        fail_msg("%s", work->error.message);
    assert_true(registry_login_is_known(&work->login));
    assert_string_equal(work->login.user, user);
    assert_string_equal(work->login.password, password);
}

static void must_find_nothing(struct work *work, const char *registry)
{
    if (!find(work, registry))
        fail_msg("%s", work->error.message);
    assert_false(registry_login_is_known(&work->login));
}

static void reads_logins_under_all_their_names(void **state)
{
    struct work *work = *state;

    /* me:s3cret, hub:p:w */
    configure(work, "{\"auths\":{\"https://registry.example/v2/\":{\"auth\":\"bWU6czNjcmV0\"},"
                    "\"https://index.docker.io/v1/\":{\"auth\":\"aHViOnA6dw==\"},"
                    "\"plain.example:5000\":{\"username\":\"a\",\"password\":\"b\"}}}");
    must_find(work, "registry.example", "me", "s3cret");
    must_find(work, "docker.io", "hub", "p:w");
    must_find(work, "plain.example:5000", "a", "b");
    must_find_nothing(work, "plain.example");
    must_find_nothing(work, "registry.example.evil");
}

static void reads_identities(void **state)
{
    struct work *work = *state;

    configure(work, "{\"auths\":{\"r.example\":{\"auth\":\"\",\"identitytoken\":\"id\"}}}");
    assert_true(find(work, "r.example"));
    assert_string_equal(work->login.identity, "id");
    assert_null(work->login.user);
}

static void no_file_knows_nothing(void **state)
{
    struct work *work = *state;

    work->config = scratch_path(work->folder, "none.json");
    must_find_nothing(work, "r.example");
    configure(work, "{\"auths\":{\"r.example\":{\"auth\":\"no base64!\"}}}");
    assert_false(find(work, "r.example"));
    assert_int_equal(work->error.code, ERROR_INVALID);
    assert_null(strstr(work->error.message, "base64!"));
    configure(work, "nothing");
    assert_false(find(work, "r.example"));
}

static void asks_the_helper_of_the_registry(void **state)
{
    struct work *work = *state;

    write_helper(work, "docker-credential-test",
                 "test \"$1\" = get || exit 3\nread -r server\n"
                 "case $server in r.example) echo '{\"ServerURL\":\"x\",\"Username\":\"me\","
                 "\"Secret\":\"s3cret\"}' ;;\nt.example) echo '{\"Username\":\"<token>\","
                 "\"Secret\":\"id\"}' ;;\n*) echo 'credentials not found in native keychain'\n"
                 "exit 1 ;; esac");
    configure(work, "{\"credHelpers\":{\"r.example\":\"test\",\"t.example\":\"test\","
                    "\"n.example\":\"test\"}}");
    must_find(work, "r.example", "me", "s3cret");
    must_find_nothing(work, "n.example");
    assert_true(find(work, "t.example"));
    assert_string_equal(work->login.identity, "id");
}

static void asks_the_store_of_all_registries(void **state)
{
    struct work *work = *state;

    write_helper(work, "docker-credential-all",
                 "read -r server\necho '{\"Username\":\"'$server'\",\"Secret\":\"p\"}'");
    configure(work, "{\"credsStore\":\"all\",\"auths\":{\"https://r.example/v2/\":{}}}");
    must_find(work, "r.example", "https://r.example/v2/", "p");
    must_find(work, "docker.io", "https://index.docker.io/v1/", "p");
    must_find(work, "o.example", "o.example", "p");
}

static void helpers_that_are_none_are_said(void **state)
{
    struct work *work = *state;

    configure(work, "{\"credsStore\":\"nobody-has-it\"}");
    assert_false(find(work, "r.example"));
    assert_int_equal(work->error.code, ERROR_NOT_FOUND);
    configure(work, "{\"credsStore\":\"../../bin/sh\"}");
    assert_false(find(work, "r.example"));
    assert_int_equal(work->error.code, ERROR_INVALID);
    write_helper(work, "docker-credential-bad", "echo s3cret");
    configure(work, "{\"credsStore\":\"bad\"}");
    assert_false(find(work, "r.example"));
    assert_null(strstr(work->error.message, "s3cret"));
    write_helper(work, "docker-credential-fails", "echo s3cret >&2; exit 4");
    configure(work, "{\"credsStore\":\"fails\"}");
    assert_false(find(work, "r.example"));
    assert_string_equal(work->error.message, "docker-credential-fails ended with status 4");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reads_logins_under_all_their_names),
        CASE(reads_identities),
        CASE(no_file_knows_nothing),
        CASE(asks_the_helper_of_the_registry),
        CASE(asks_the_store_of_all_registries),
        CASE(helpers_that_are_none_are_said),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
