#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/git/mirror.h>
#include <pilab/git/remote.h>

static void assert_kind(const char *url, enum remote_kind expected)
{
    enum remote_kind kind = REMOTE_PATH;
    struct error error;
    if (!remote_check(url, &kind, &error))
        fail_msg("%s", error.message);
    assert_int_equal(kind, expected);
}

static void assert_refused(const char *url, const char *words)
{
    enum remote_kind kind;
    struct error error;
    assert_false(remote_check(url, &kind, &error));
    if (error.code != ERROR_INVALID)
        fail_msg("%s: %s", url, error.message);
    if (!strstr(error.message, words))
        fail_msg("\"%s\" does not say \"%s\"", error.message, words);
    assert_true(error.hint[0] != '\0');
}

static void remotes_are_known_by_their_form(void **state)
{
    (void)state;
    assert_kind("/tmp", REMOTE_PATH);
    assert_kind("file:///tmp", REMOTE_FILE);
    assert_kind("file://localhost/tmp", REMOTE_FILE);
    assert_kind("https://git.example.org/mb/auth.git", REMOTE_HTTPS);
    assert_kind("HTTPS://git.example.org:8443/mb/auth.git", REMOTE_HTTPS);
    assert_kind("ssh://git@git.example.org:2222/mb/auth.git", REMOTE_SSH);
    assert_kind("ssh://git.example.org/mb/auth.git", REMOTE_SSH);
    assert_kind("git@git.example.org:mb/auth.git", REMOTE_SSH);
    assert_kind("git.example.org:mb/auth.git", REMOTE_SSH);
}

static void assert_ssh(const char *url, const char *user, const char *host, int port,
                       const char *path)
{
    struct remote_ssh remote;
    struct error error;
    assert_kind(url, REMOTE_SSH);
    if (!remote_ssh_parse(url, &remote, &error))
        fail_msg("%s", error.message);
    assert_string_equal(remote.user ? remote.user : "", user);
    assert_string_equal(remote.host, host);
    assert_int_equal(remote.port, port);
    assert_string_equal(remote.path, path);
    remote_ssh_release(&remote);
}

static void an_address_for_ssh_is_taken_apart_as_git_does(void **state)
{
    (void)state;
    assert_ssh("ssh://git.example/a.git", "", "git.example", 0, "/a.git");
    assert_ssh("ssh://git@git.example:2222/a%20b.git", "git", "git.example", 2222, "/a b.git");
    assert_ssh("ssh://git.example/~carla/a.git", "", "git.example", 0, "~carla/a.git");
    assert_ssh("ssh://git.example/~/a.git", "", "git.example", 0, "~/a.git");
    assert_ssh("ssh://[::1]:2222/a.git", "", "::1", 2222, "/a.git");
    assert_ssh("ssh://git@[fe80::1%eth0]/a.git", "git", "fe80::1%eth0", 0, "/a.git");
    assert_ssh("git.example:a.git", "", "git.example", 0, "a.git");
    assert_ssh("git@git.example:/srv/a%20b.git", "git", "git.example", 0, "/srv/a%20b.git");
    assert_ssh("git.example:~carla/a.git", "", "git.example", 0, "~carla/a.git");
    assert_ssh("[::1]:a.git", "", "::1", 0, "a.git");
    assert_ssh("git@[2001:db8::1]:mb/a.git", "git", "2001:db8::1", 0, "mb/a.git");
}

static void what_is_no_host_is_refused(void **state)
{
    (void)state;
    assert_refused("git@[::1:a.git", "names no host");
    assert_refused("[git.example:22]:a.git", "names no host");
    assert_refused("ssh://[git.example]/a.git", "names no host");
    assert_refused("ssh://[::1]x/a.git", "names no host");
    assert_refused("ssh://[::1%]/a.git", "names no host");
    assert_refused("ssh://-oProxyCommand=x/a.git", "names no host");
    assert_refused("ssh://git.example%0a/a.git", "names no host");
    assert_refused("git.example:-x", "no repository");
}

static void a_path_with_a_control_character_is_refused(void **state)
{
    static const char *const urls[] = { "ssh://h/a%0ab", "ssh://h/a%1b[2J", "ssh://h/a%00",
                                        "ssh://h:70000/a" };
    struct remote_ssh remote;
    struct error error;
    (void)state;
    for (size_t i = 0; i < sizeof(urls) / sizeof(*urls); i++) {
        assert_false(remote_ssh_parse(urls[i], &remote, &error));
        assert_int_equal(error.code, ERROR_INVALID);
    }
}

static void plain_http_is_for_this_machine_only(void **state)
{
    (void)state;
    assert_kind("http://localhost:8080/a.git", REMOTE_HTTPS);
    assert_kind("http://127.0.0.1/a.git", REMOTE_HTTPS);
    assert_kind("http://[::1]:8080/a.git", REMOTE_HTTPS);
    assert_refused("http://git.example.org/a.git", "open to everybody");
    assert_refused("http://127.0.0.1.example.org/a.git", "open to everybody");
}

static void what_would_run_a_program_is_refused(void **state)
{
    (void)state;
    assert_refused("ext::sh -c touch% PWNED", "run a program");
    assert_refused("fd::17", "run a program");
    assert_refused("-oProxyCommand=touch PWNED", "option");
    assert_refused("--upload-pack=touch PWNED", "option");
    assert_refused("ssh://-oProxyCommand=touch/a", "no host");
    assert_refused("ssh://-evil@git.example.org/a", "user");
    assert_refused("-evil@git.example.org:a", "option");
    assert_refused("git@-evil:a", "no host");
    assert_refused("git@git.example.org:-evil", "no repository");
    assert_refused("ssh://git.example.org;touch/a", "no host");
}

static void line_breaks_are_refused(void **state)
{
    (void)state;
    assert_refused("https://git.example.org/a\nhost=evil.example.org", "line break");
    assert_refused("https://git.example.org/a\r", "line break");
    assert_refused("git@git.example.org:a\033[2J", "control");
}

static void credentials_are_refused_and_not_repeated(void **state)
{
    (void)state;
    struct error error;
    enum remote_kind kind;
    assert_refused("https://ada@git.example.org/a.git", "credentials");
    assert_refused("ssh://ada:hunter2@git.example.org/a.git", "credentials");
    assert_false(remote_check("https://ada:hunter2@git.example.org/a.git", &kind, &error));
    assert_null(strstr(error.message, "hunter2"));
    assert_null(strstr(error.hint, "hunter2"));
}

static void other_protocols_are_refused(void **state)
{
    (void)state;
    assert_refused("git://git.example.org/a.git", "protocol");
    assert_refused("ftp://git.example.org/a.git", "protocol");
    assert_refused("javascript://git.example.org/a", "protocol");
}

static void a_file_address_is_a_folder(void **state)
{
    (void)state;
    struct error error;
    enum remote_kind kind;
    assert_refused("file:///dev/zero", "not a folder");
    assert_refused("file:///etc/passwd", "not a folder");
    assert_refused("file://other.example.org/share", "absolute path");
    assert_refused("file:///tmp/a%00b", "absolute path");
    assert_refused("/dev/null", "not a folder");
    assert_false(remote_check("file:///no/such/folder", &kind, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
}

static void a_host_is_not_longer_than_names_can_be(void **state)
{
    (void)state;
    char url[400] = "https://";
    memset(url + 8, 'a', 253);
    strcpy(url + 8 + 253, "/a.git");
    assert_kind(url, REMOTE_HTTPS);
    memset(url + 8, 'a', 254);
    strcpy(url + 8 + 254, "/a.git");
    assert_refused(url, "no host");
}

static void incomplete_addresses_are_refused(void **state)
{
    (void)state;
    assert_refused("", "nothing");
    assert_refused("https://", "no host");
    assert_refused("https:///a.git", "no host");
    assert_refused("https://git.example.org", "no repository");
    assert_refused("https://git.example.org/", "no repository");
    assert_refused("https://git.example.org:http/a", "port");
    assert_refused("git.example.org:", "no repository");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(remotes_are_known_by_their_form),
        cmocka_unit_test(an_address_for_ssh_is_taken_apart_as_git_does),
        cmocka_unit_test(what_is_no_host_is_refused),
        cmocka_unit_test(a_path_with_a_control_character_is_refused),
        cmocka_unit_test(plain_http_is_for_this_machine_only),
        cmocka_unit_test(what_would_run_a_program_is_refused),
        cmocka_unit_test(line_breaks_are_refused),
        cmocka_unit_test(credentials_are_refused_and_not_repeated),
        cmocka_unit_test(other_protocols_are_refused),
        cmocka_unit_test(a_file_address_is_a_folder),
        cmocka_unit_test(a_host_is_not_longer_than_names_can_be),
        cmocka_unit_test(incomplete_addresses_are_refused),
    };
    return cmocka_run_group_tests_name("git/remote", tests, NULL, NULL);
}
