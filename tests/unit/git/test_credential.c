#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/strbuf.h>
#include <pilab/git/credential.h>
#include <pilab/git/repository.h>

#include "../../support/scratch.h"

/* Whom git's settings name to be asked who we are. */

static int enter(void **state)
{
    char *home = scratch_new();

    setenv("HOME", home, 1);
    setenv("XDG_CONFIG_HOME", home, 1);
    *state = home;
    return 0;
}

static int leave(void **state)
{
    char *home = *state;

    scratch_remove(&home);
    return 0;
}

/* "[first] [second] user path" of what these settings say for an address. */
static void assert_said(void **state, const char *settings, const char *url, const char *expected)
{
    struct remote_credential_settings said;
    struct strbuf text = STRBUF_INIT;
    struct error error;

    free(scratch_file(*state, ".gitconfig", settings));
    assert_true(repository_library_start(&error));
    said = remote_credential_settings_for(url);
    for (size_t i = 0; i < said.helper_count; i++)
        strbuf_printf(&text, "[%s] ", said.helpers[i]);
    strbuf_printf(&text, "%s%s", said.user != NULL ? said.user : "-", said.use_path ? " path" : "");
    assert_string_equal(text.data, expected);
    remote_credential_settings_release(&said);
    repository_library_stop();
    strbuf_release(&text);
}

static void helpers_are_asked_in_the_order_of_the_file(void **state)
{
    assert_said(state, "", "https://git.example/a.git", "-");
    assert_said(state,
                "[credential]\n\thelper = store\n\tusername = carla\n"
                "[credential \"https://git.example\"]\n\thelper = /opt/b\n\tusername = dan\n"
                "[credential]\n\thelper = cache --timeout 5\n",
                "https://git.example/a.git", "[store] [/opt/b] [cache --timeout 5] dan");
}

static void an_empty_helper_takes_back_those_before_it(void **state)
{
    assert_said(state,
                "[credential]\n\thelper = store\n"
                "[credential \"https://git.example\"]\n\thelper =\n\thelper = /opt/b\n",
                "https://git.example/a.git", "[/opt/b] -");
    assert_said(state,
                "[credential]\n\thelper = store\n"
                "[credential \"https://git.example\"]\n\thelper =\n\thelper = /opt/b\n",
                "https://other.example/a.git", "[store] -");
}

static void an_address_is_meant_as_git_means_it(void **state)
{
    static const struct {
        const char *pattern, *url;
        bool meant;
    } cases[] = {
        {"https://git.example",        "https://git.example/a.git",      true },
        { "https://GIT.example",       "https://git.example/a.git",      true },
        { "https://git.example/",      "https://git.example/a.git",      true },
        { "https://git.example:443",   "https://git.example/a.git",      true },
        { "https://git.example:8443",  "https://git.example/a.git",      false},
        { "https://git.example",       "https://git.example:8443/a.git", false},
        { "http://git.example",        "https://git.example/a.git",      false},
        { "https://git.example/mb",    "https://git.example/mb/a.git",   true },
        { "https://git.example/mb",    "https://git.example/mbx/a.git",  false},
        { "https://git.example/mb",    "https://git.example/a.git",      false},
        { "https://*.example",         "https://git.example/a.git",      true },
        { "https://*.example",         "https://a.git.example/a.git",    false},
        { "https://example",           "https://git.example/a.git",      false},
        { "https://git.example.evil",  "https://git.example/a.git",      false},
        { "https://carla@git.example", "https://git.example/a.git",      false},
        { "git.example",               "https://git.example/a.git",      true },
        { "https://[::1]:8443",        "https://[::1]:8443/a.git",       true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct strbuf text = STRBUF_INIT;

        strbuf_printf(&text, "[credential \"%s\"]\n\thelper = x\n\tuseHttpPath = yes\n",
                      cases[i].pattern);
        assert_said(state, text.data, cases[i].url, cases[i].meant ? "[x] - path" : "-");
        strbuf_release(&text);
    }
}

static void an_address_is_taken_apart_as_helpers_are_told_it(void **state)
{
    struct remote_https remote;
    struct error error;

    (void)state;
    assert_true(remote_https_parse("HTTPS://git.example:8443/mb/a%20b.git", &remote, &error));
    assert_string_equal(remote.protocol, "https");
    assert_string_equal(remote.host, "git.example:8443");
    assert_string_equal(remote.path, "mb/a b.git");
    remote_https_release(&remote);
    assert_false(remote_https_parse("https://git.example/a%0ahost=evil.example", &remote, &error));
    assert_int_equal(error.code, ERROR_INVALID);
    assert_false(remote_https_parse("https://git.example/a%00b", &remote, &error));
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(helpers_are_asked_in_the_order_of_the_file),
        CASE(an_empty_helper_takes_back_those_before_it),
        CASE(an_address_is_meant_as_git_means_it),
        CASE(an_address_is_taken_apart_as_helpers_are_told_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
