#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/net/http_fields.h>
#include <pilab/net/http_url.h>

static void assert_whole(const char *text, const char *whole)
{
    struct http_url url;
    struct error error;

    if (!http_url_parse(text, &url, &error))
        fail_msg("%s: %s", text, error.message);
    assert_string_equal(url.whole, whole);
    http_url_release(&url);
}

static void assert_refused(const char *text, const char *words)
{
    struct http_url url;
    struct error error;

    assert_false(http_url_parse(text, &url, &error));
    assert_non_null(strstr(error.message, words));
    http_url_release(&url);
}

static void assert_resolved(const char *base, const char *reference, const char *whole)
{
    struct http_url from, url;
    struct error error;

    assert_true(http_url_parse(base, &from, &error));
    if (!http_url_resolve(&from, reference, &url, &error))
        fail_msg("%s: %s", reference, error.message);
    assert_string_equal(url.whole, whole);
    http_url_release(&url);
    http_url_release(&from);
}

static void takes_an_address_apart(void **state)
{
    struct http_url url;

    (void)state;
    assert_true(http_url_parse("HTTPS://Registry.Example:443/v2/?n=1&last=a#top", &url, NULL));
    assert_string_equal(url.whole, "https://registry.example/v2/?n=1&last=a");
    assert_string_equal(url.origin, "https://registry.example");
    assert_string_equal(url.shown, "https://registry.example/v2/?…");
    assert_true(url.secure);
    assert_false(url.loopback);
    http_url_release(&url);
    assert_whole("http://[::1]:5000", "http://[::1]:5000/");
    assert_whole("https://a?x", "https://a/?x");
}

static void refuses_what_can_be_read_in_two_ways(void **state)
{
    (void)state;
    assert_refused("https://user:secret@host/", "a user or a password");
    assert_refused("file:///etc/passwd", "no kind of address");
    assert_refused("//host/path", "no address");
    assert_refused("https://host\\@evil/", "a user or a password");
    assert_refused("https://host\\evil/", "cannot be read");
    assert_refused("https://ho st/", "cannot be read");
    assert_refused("https://host/a\r\nX: y", "cannot be read");
    assert_refused("https://-o/", "cannot be read");
    assert_refused("https://host:70000/", "cannot be read");
    assert_refused("https://host:0/", "cannot be read");
    assert_refused("https://[::1/", "cannot be read");
}

static void a_refusal_repeats_no_password(void **state)
{
    static const char *const texts[] = {
        "me:hunter2@registry.example/v2/",      "hunter2",
        "https:/me:hunter2@registry.example/",  "https:///me:hunter2@registry.example/",
        "https://me:hunter2@registry.example/", "https://registry example/?token=hunter2",
        "registry.example/v2/?token=hunter2",   "//me:hunter2@registry.example/"
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct http_url url;
        struct error error;

        assert_false(http_url_parse(texts[i], &url, &error));
        assert_int_equal(error.code, ERROR_INVALID);
        if (strstr(error.message, "hunter2") != NULL || strstr(error.hint, "hunter2") != NULL)
            fail_msg("%s (%s)", error.message, error.hint);
        http_url_release(&url);
    }
}

static void knows_this_machine(void **state)
{
    static const char *const here[] = { "http://localhost/", "http://127.9.0.1:80/",
                                        "http://[::1]:5000/" };
    static const char *const there[] = { "http://127.0.0.1.example/", "http://localhost.example/",
                                         "http://10.0.0.1/" };
    struct http_url url;

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        assert_true(http_url_parse(here[i], &url, NULL));
        assert_true(url.loopback);
        http_url_release(&url);
        assert_true(http_url_parse(there[i], &url, NULL));
        assert_false(url.loopback);
        http_url_release(&url);
    }
}

static void resolves_references_as_the_rfc_does(void **state)
{
    (void)state;
    assert_resolved("https://a/b/c?d", "/v2/_catalog?n=1", "https://a/v2/_catalog?n=1");
    assert_resolved("https://a/b/c?d", "e", "https://a/b/e");
    assert_resolved("https://a/b/c?d", "../e/./f", "https://a/e/f");
    assert_resolved("https://a/b/c/d", "..", "https://a/b/");
    assert_resolved("https://a/b", "/../../x", "https://a/x");
    assert_resolved("https://a/b?c", "?d", "https://a/b?d");
    assert_resolved("https://a/b?c", "", "https://a/b?c");
    assert_resolved("http://a:5000/b", "//c:81/d", "http://c:81/d");
    assert_resolved("https://a/b", "http://c/d", "http://c/d");
    assert_resolved("https://a/b", "./c:d/../e?x=/../y", "https://a/e?x=/../y");
}

static void escapes_what_would_mean_something_in_an_address(void **state)
{
    struct strbuf out = STRBUF_INIT;

    (void)state;
    http_url_escape(&out, "mb/auth:v1?a=b&c ~ok-._%\xc3\xa4");
    assert_string_equal(out.data, "mb%2Fauth%3Av1%3Fa%3Db%26c%20~ok-._%25%C3%A4");
    strbuf_release(&out);
}

static void reads_challenges(void **state)
{
    struct arena *arena = arena_new();
    size_t count;
    struct http_challenge *challenges =
        http_challenges_read(arena,
                             "Negotiate dG9rZW4=, Bearer realm=\"https://auth.example/token\" , "
                             "service=registry.example,scope=\"repository:mb/auth:pull,push\", "
                             "error=\"a \\\"b\\\"\", "
                             "Basic realm=\"x\"",
                             &count);

    (void)state;
    assert_int_equal(count, 3);
    assert_string_equal(challenges[0].scheme, "negotiate");
    assert_string_equal(challenges[1].scheme, "bearer");
    assert_string_equal(http_challenge_parameter(&challenges[1], "service"), "registry.example");
    assert_string_equal(http_challenge_parameter(&challenges[1], "scope"),
                        "repository:mb/auth:pull,push");
    assert_string_equal(http_challenge_parameter(&challenges[1], "error"), "a \"b\"");
    assert_null(http_challenge_parameter(&challenges[1], "nonce"));
    assert_string_equal(challenges[2].scheme, "basic");
    http_challenges_read(arena, "", &count);
    assert_int_equal(count, 0);
    http_challenges_read(arena, "Basic realm=\"open", &count);
    assert_int_equal(count, 1);
    arena_free(&arena);
}

static void finds_links_by_relation(void **state)
{
    struct arena *arena = arena_new();

    (void)state;
    assert_string_equal(http_link_find(arena, "</v2/_catalog?last=a%2Cb&n=1>; rel=\"next\"",
                                       "next"),
                        "/v2/_catalog?last=a%2Cb&n=1");
    assert_string_equal(http_link_find(arena,
                                       "<https://x/1>; rel=prev; title=\"a, b\", <https://x/3>; "
                                       "rel=\"last Next\"",
                                       "next"),
                        "https://x/3");
    assert_null(http_link_find(arena, "<https://x/1>; rel=prev", "next"));
    assert_null(http_link_find(arena, "<https://x/1", "next"));
    arena_free(&arena);
}

static void reads_when_to_come_again(void **state)
{
    int64_t wait = 0, at = 0;

    (void)state;
    assert_true(http_date_read("Tue, 15 Nov 1994 08:12:31 GMT", &at));
    assert_int_equal(at, INT64_C(784887151000));
    assert_false(http_date_read("Tue, 15 Xyz 1994 08:12:31 GMT", &at));
    assert_false(http_date_read("Tue, 15 Nov 1994 08:12:31 CET", &at));
    assert_true(http_retry_after_read("120", 0, &wait));
    assert_int_equal(wait, 120000);
    assert_true(http_retry_after_read("Tue, 15 Nov 1994 08:12:31 GMT", 784887150000, &wait));
    assert_int_equal(wait, 1000);
    assert_true(http_retry_after_read("Tue, 15 Nov 1994 08:12:31 GMT", 784887160000, &wait));
    assert_int_equal(wait, 0);
    assert_false(http_retry_after_read("soon", 0, &wait));
    assert_false(http_retry_after_read("-1", 0, &wait));
    assert_true(http_retry_after_read("99999999999999999999", 0, &wait));
    assert_true(wait > INT64_C(86400000));
}

static void knows_json_by_its_type(void **state)
{
    (void)state;
    assert_true(http_type_is_json("application/json; charset=utf-8"));
    assert_true(http_type_is_json("application/vnd.oci.image.index.v1+json"));
    assert_false(http_type_is_json("text/html"));
    assert_false(http_type_is_json("+json"));
    assert_false(http_type_is_json(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_an_address_apart),
        cmocka_unit_test(refuses_what_can_be_read_in_two_ways),
        cmocka_unit_test(a_refusal_repeats_no_password),
        cmocka_unit_test(knows_this_machine),
        cmocka_unit_test(resolves_references_as_the_rfc_does),
        cmocka_unit_test(escapes_what_would_mean_something_in_an_address),
        cmocka_unit_test(reads_challenges),
        cmocka_unit_test(finds_links_by_relation),
        cmocka_unit_test(reads_when_to_come_again),
        cmocka_unit_test(knows_json_by_its_type),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
