#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/net/http.h>

#include "../../../src/net/http_exchange.h"
#include "../../support/https_server.h"
#include "../../support/patience.h"
#include "../../support/scratch.h"
#include "../../support/web_server.h"

struct work {
    struct web_server *server, *other;
    struct http_client *client;
    struct http_response *response;
    struct error error;
};

static int enter(void **state)
{
    struct work *work = memory_new(sizeof *work);
    struct http_options options = { .clock = clock_frozen(INT64_C(784887150000)), .retry_unit = 2 };

    work->server = web_server_start();
    work->other = web_server_start();
    work->client = http_client_new(&options, &work->error);
    if (work->client == NULL)
        fail_msg("%s", work->error.message);
    *state = work;
    return 0;
}

static int leave(void **state)
{
    struct work *work = *state;

    http_response_free(&work->response);
    http_client_free(&work->client);
    web_server_stop(&work->server);
    web_server_stop(&work->other);
    free(work);
    return 0;
}

/* Sends a request to a path of the first server. */
static bool send_to(struct work *work, struct http_request request, const char *path)
{
    char *url = web_server_url(work->server, path);
    bool ok;

    request.url = url;
    http_response_free(&work->response);
    error_clear(&work->error);
    ok = http_send(work->client, &request, &work->response, NULL, &work->error);
    assert_true(ok == (work->response != NULL));
    free(url);
    return ok;
}

static void must_get(struct work *work, const char *path)
{
    if (!send_to(work, (struct http_request){ 0 }, path))
        fail_msg("%s", work->error.message);
}

static void must_fail(struct work *work, struct http_request request, const char *path,
                      enum error_code code, const char *words)
{
    assert_false(send_to(work, request, path));
    if (work->error.code != code || strstr(work->error.message, words) == NULL)
        fail_msg("%d: %s", (int)work->error.code, work->error.message);
}

static void assert_asked(struct web_server *server, const char *part, bool there)
{
    char *asked = web_server_asked(server);

    if ((strstr(asked, part) != NULL) != there)
        fail_msg("'%s' should %sbe in:\n%s", part, there ? "" : "not ", asked);
    free(asked);
}

static void gives_status_fields_and_body(void **state)
{
    struct work *work = *state;

    web_server_say(work->server, "GET /x", "418 I'm a teapot",
                   "X-Thing: one\r\nLink: <a>; rel=next\r\nx-thing:  two \r\nX-Empty:\r\n",
                   "hello");
    must_get(work, "/x?q=1");
    assert_int_equal(work->response->status, 418);
    assert_string_equal(work->response->body, "hello");
    assert_int_equal(work->response->length, 5);
    assert_string_equal(http_response_field(work->response, "X-THING"), "one");
    assert_string_equal(http_response_field_at(work->response, "X-Thing", 1), "two");
    assert_null(http_response_field_at(work->response, "X-Thing", 2));
    assert_string_equal(http_response_field(work->response, "x-empty"), "");
    assert_int_equal(work->response->tries, 1);
    assert_asked(work->server, "GET /x?q=1 HTTP/1.1\r\n", true);
    assert_asked(work->server, "\r\nUser-Agent: pilab\r\n", true);
}

static void sends_method_headers_and_body(void **state)
{
    struct work *work = *state;
    struct http_header headers[] = {
        {"Content-Type", "application/json"},
        { "X-Mark",      ""                }
    };
    struct http_request request = { .method = "PUT",
                                    .headers = headers,
                                    .header_count = 2,
                                    .authorization = "Bearer t0ken",
                                    .body = "{\"a\":1}",
                                    .body_length = 7 };

    web_server_say(work->server, "PUT /thing", "201 Created", "", "");
    assert_true(send_to(work, request, "/thing"));
    assert_int_equal(work->response->status, 201);
    assert_asked(work->server, "PUT /thing HTTP/1.1\r\n", true);
    assert_asked(work->server, "\r\nAuthorization: Bearer t0ken\r\n", true);
    assert_asked(work->server, "\r\nContent-Type: application/json\r\n", true);
    assert_asked(work->server, "\r\nX-Mark:\r\n", true);
    assert_asked(work->server, "\r\n\r\n{\"a\":1}", true);
    assert_asked(work->server, "Expect:", false);
}

static void head_has_no_body(void **state)
{
    struct work *work = *state;
    static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n"
                                 "Docker-Content-Digest: sha256:1\r\nConnection: close\r\n\r\n";

    web_server_bytes(work->server, "HEAD /m", answer, sizeof answer - 1, WEB_CLOSE);
    assert_true(send_to(work, (struct http_request){ .method = "HEAD" }, "/m"));
    assert_int_equal(work->response->length, 0);
    assert_string_equal(http_response_field(work->response, "docker-content-digest"), "sha256:1");
}

static void refuses_headers_with_line_breaks(void **state)
{
    struct work *work = *state;
    struct http_header header = { "X-A", "1\r\nX-Injected: 2" };
    struct http_request request = { .headers = &header, .header_count = 1 };

    must_fail(work, request, "/", ERROR_INVALID, "X-A holds a line break");
    header = (struct http_header){ "X A", "1" };
    must_fail(work, request, "/", ERROR_INVALID, "name of a header");
    must_fail(work, (struct http_request){ .authorization = "Bearer a\nb" }, "/", ERROR_INVALID,
              "a password or token");
    must_fail(work, (struct http_request){ .method = "GET /x" }, "/", ERROR_INVALID, "method");
    assert_int_equal(web_server_count(work->server, ""), 0);
}

static void asks_http_only_of_this_machine(void **state)
{
    struct work *work = *state;
    struct http_request request = { .url = "http://registry.invalid/v2/?token=s3cret" };

    assert_false(http_send(work->client, &request, &work->response, NULL, &work->error));
    assert_int_equal(work->error.code, ERROR_UNTRUSTED);
    assert_non_null(strstr(work->error.message, "http://registry.invalid/v2/?… is not asked"));
    assert_null(strstr(work->error.message, "s3cret"));
    request.url = "file:///etc/hostname";
    assert_false(http_send(work->client, &request, &work->response, NULL, &work->error));
    assert_int_equal(work->error.code, ERROR_INVALID);
}

static void follows_on_the_same_server_with_all_headers(void **state)
{
    struct work *work = *state;
    struct http_header header = { "X-Token", "own" };
    struct http_request request = { .headers = &header,
                                    .header_count = 1,
                                    .authorization = "Bearer t0ken" };

    web_server_say(work->server, "GET /a", "307 Temporary Redirect", "Location: b/../c?d\r\n", "");
    web_server_say(work->server, "GET /c", "200 OK", "", "here");
    assert_true(send_to(work, request, "/a"));
    assert_string_equal(work->response->body, "here");
    assert_int_equal(work->response->redirects, 1);
    assert_int_equal(work->response->tries, 1);
    assert_non_null(strstr(work->response->url, "/c?d"));
    web_server_forget(work->server);
    assert_true(send_to(work, request, "/c"));
    assert_asked(work->server, "X-Token: own", true);
    assert_asked(work->server, "Authorization: Bearer t0ken", true);
}

static void another_server_gets_no_secrets(void **state)
{
    struct work *work = *state;
    struct http_header headers[] = {
        {"X-Token", "own"       },
        { "Accept", "text/plain"}
    };
    struct http_request request = { .headers = headers,
                                    .header_count = 2,
                                    .authorization = "Bearer t0ken",
                                    .body = "b0dy",
                                    .body_length = 4 };
    char *there = web_server_url(work->other, "/blob"), *back = web_server_url(work->server, "/b");
    char *location = memory_printf("Location: %s\r\n", there);
    char *home = memory_printf("Location: %s\r\n", back), *asked;

    web_server_say(work->server, "GET /a", "302 Found", location, "");
    web_server_say(work->other, "GET /blob", "302 Found", home, "");
    web_server_say(work->server, "GET /b", "200 OK", "", "blob");
    assert_true(send_to(work, request, "/a"));
    assert_string_equal(work->response->body, "blob");
    assert_asked(work->other, "Accept: text/plain", true);
    assert_asked(work->other, "t0ken", false);
    assert_asked(work->other, "X-Token", false);
    assert_asked(work->server, "b0dy", true);
    assert_asked(work->other, "b0dy", false);
    /* Who was sent elsewhere and back again may have been sent by anybody. */
    asked = web_server_asked(work->server);
    assert_null(strstr(strstr(asked, "GET /b"), "t0ken"));
    free(asked);
    free(there), free(back), free(location), free(home);
}

static void writing_is_never_sent_on(void **state)
{
    struct work *work = *state;
    struct http_request request = { .method = "POST", .body = "x", .body_length = 1 };

    web_server_say(work->server, "POST /a", "302 Found", "Location: /b\r\n", "");
    assert_true(send_to(work, request, "/a"));
    assert_int_equal(work->response->status, 302);
    assert_string_equal(http_response_field(work->response, "location"), "/b");
    assert_int_equal(web_server_count(work->server, ""), 1);
    web_server_say(work->server, "GET /a", "301 Moved", "Location: /b\r\n", "");
    assert_true(send_to(work, (struct http_request){ .stay = true }, "/a"));
    assert_int_equal(work->response->status, 301);
}

static void does_not_run_in_circles(void **state)
{
    struct work *work = *state;

    web_server_say(work->server, "GET /a", "302 Found", "Location: /a\r\n", "");
    must_fail(work, (struct http_request){ .limits.redirects = 3 }, "/a", ERROR_LIMIT,
              "more than 3 times");
    assert_int_equal(web_server_count(work->server, "GET /a"), 4);
    web_server_say(work->server, "GET /f", "302 Found", "Location: file:///etc/passwd\r\n", "");
    must_fail(work, (struct http_request){ 0 }, "/f", ERROR_INVALID, "sends on");
    web_server_say(work->server, "GET /p", "302 Found", "Location: http://example.invalid/\r\n",
                   "");
    must_fail(work, (struct http_request){ 0 }, "/p", ERROR_UNTRUSTED, "is not asked");
}

static void comes_again_when_it_was_sent_away(void **state)
{
    struct work *work = *state;

    web_server_say(work->server, "GET /a", "429 Too Many Requests", "Retry-After: 0\r\n", "");
    web_server_say(work->server, "GET /a", "503 Service Unavailable",
                   "Retry-After: Tue, 15 Nov 1994 08:12:30 GMT\r\n", "");
    web_server_say(work->server, "GET /a", "200 OK", "", "third");
    must_get(work, "/a");
    assert_string_equal(work->response->body, "third");
    assert_int_equal(work->response->tries, 3);
}

static void gives_up_after_so_many_tries(void **state)
{
    struct work *work = *state;

    web_server_say(work->server, "GET /a", "503 Service Unavailable", "", "busy");
    must_get(work, "/a");
    assert_int_equal(work->response->status, 503);
    assert_string_equal(work->response->body, "busy");
    assert_int_equal(work->response->tries, 3);
    web_server_say(work->server, "GET /b", "429 Too Many Requests", "Retry-After: 3600\r\n", "");
    must_get(work, "/b");
    assert_int_equal(work->response->status, 429);
    assert_int_equal(work->response->tries, 1);
}

static void writing_is_tried_again_only_when_it_may(void **state)
{
    struct work *work = *state;
    struct http_request request = { .method = "POST", .body = "x", .body_length = 1 };

    web_server_say(work->server, "POST /a", "503 Service Unavailable", "", "");
    assert_true(send_to(work, request, "/a"));
    assert_int_equal(work->response->tries, 1);
    request.repeatable = true;
    assert_true(send_to(work, request, "/a"));
    assert_int_equal(work->response->tries, 3);
}

static void an_answer_has_a_limit_also_in_chunks(void **state)
{
    struct work *work = *state;
    static const char chunks[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                                 "5\r\nabcde\r\n5\r\nfghij\r\n0\r\n\r\n";
    struct http_request request = { .limits.body = 9 };

    web_server_bytes(work->server, "GET /c", chunks, sizeof chunks - 1, WEB_CLOSE);
    must_fail(work, request, "/c", ERROR_LIMIT, "larger than 9 bytes");
    request.limits.body = 10;
    assert_true(send_to(work, request, "/c"));
    assert_string_equal(work->response->body, "abcdefghij");
}

static void a_head_has_a_limit(void **state)
{
    struct work *work = *state;
    struct strbuf headers = STRBUF_INIT;

    strbuf_add_repeat(&headers, "X-Long: 0123456789012345678901234567890123456789\r\n", 50);
    web_server_say(work->server, "GET /h", "200 OK", headers.data, "");
    must_fail(work, (struct http_request){ .limits.head = 2000 }, "/h", ERROR_LIMIT,
              "the head of the answer is larger than 2000 bytes");
    strbuf_release(&headers);
}

static void silence_and_dripping_have_an_end(void **state)
{
    struct work *work = *state;
    static const char start[] = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
    struct http_request request = { .limits.silence = 150, .limits.whole = 20000 };
    int64_t begun = clock_monotonic();

    web_server_bytes(work->server, "GET /s", start, sizeof start - 1, WEB_STALL);
    must_fail(work, request, "/s", ERROR_NETWORK, "nothing has come for");
    request = (struct http_request){ .limits.silence = 20000, .limits.whole = 300 };
    web_server_bytes(work->server, "GET /d", start, sizeof start - 1, WEB_DRIP);
    must_fail(work, request, "/d", ERROR_NETWORK, "no whole answer within");
    assert_true(clock_monotonic() - begun < patience(8000));
    assert_int_equal(web_server_count(work->server, ""), 2);
}

static void what_is_cut_or_no_http_is_no_answer(void **state)
{
    struct work *work = *state;
    static const char cut[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
    static const char other[] = "220 mail.example ESMTP\r\n";

    web_server_bytes(work->server, "GET /cut", cut, sizeof cut - 1, WEB_CLOSE);
    must_fail(work, (struct http_request){ 0 }, "/cut", ERROR_NETWORK, "cut off");
    assert_int_equal(web_server_count(work->server, "GET /cut"), 3);
    web_server_bytes(work->server, "GET /mail", other, sizeof other - 1, WEB_CLOSE);
    must_fail(work, (struct http_request){ .limits.tries = 1 }, "/mail", ERROR_NETWORK,
              "speaks no HTTP");
    web_server_bytes(work->server, "GET /none", "", 0, WEB_CLOSE);
    must_fail(work, (struct http_request){ .limits.tries = 1 }, "/none", ERROR_NETWORK, "hangs up");
    web_server_stop(&work->other);
}

static void nobody_there_is_said_without_the_query(void **state)
{
    struct work *work = *state;
    char *url = web_server_url(work->other, "/x?password=s3cret");
    struct http_request request = { .url = url, .authorization = "Bearer t0ken" };

    web_server_stop(&work->other);
    assert_false(http_send(work->client, &request, &work->response, NULL, &work->error));
    assert_int_equal(work->error.code, ERROR_NETWORK);
    assert_non_null(strstr(work->error.message, "/x?…: nobody answers there"));
    assert_null(strstr(work->error.message, "s3cret"));
    free(url);
}

static bool cancel_once_asked(void *context)
{
    struct work *work = context;

    return web_server_count(work->server, "GET /s") == 0;
}

/* The wait callback stops it as soon as the server has the request. */
static void a_cancel_is_noticed_soon(void **state)
{
    struct work *work = *state;
    struct progress progress = { .wait = cancel_once_asked, .context = work };
    char *url = web_server_url(work->server, "/s");
    struct http_request request = { .url = url };
    int64_t begun = clock_monotonic();

    web_server_bytes(work->server, "GET /s", "", 0, WEB_STALL);
    assert_false(http_send(work->client, &request, &work->response, &progress, &work->error));
    assert_true(clock_monotonic() - begun < patience(2000));
    assert_int_equal(web_server_count(work->server, "GET /s"), 1);
    free(url);
}

static void a_cancel_ends_the_wait_for_another_try(void **state)
{
    struct work *work = *state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    char *url = web_server_url(work->server, "/s");
    struct http_request request = { .url = url };

    assert_false(http_send(work->client, &request, &work->response, &progress, &work->error));
    assert_int_equal(work->error.code, ERROR_CANCELLED);
    free(url);
}

static CURLMcode cannot_go_on(CURLM *multi, int *running)
{
    (void)multi, (void)running;
    return CURLM_INTERNAL_ERROR;
}

static CURLMcode cannot_wait(CURLM *multi, struct curl_waitfd descriptors[], unsigned count,
                             int milliseconds, int *ready)
{
    (void)multi, (void)descriptors, (void)count, (void)milliseconds, (void)ready;
    return CURLM_OUT_OF_MEMORY;
}

static void a_library_that_fails_is_an_error_with_words(void **state)
{
    struct work *work = *state;
    struct curl_calls real = work->client->curl;

    web_server_bytes(work->server, "GET /s", "", 0, WEB_STALL);
    work->client->curl.multi_perform = cannot_go_on;
    must_fail(work, (struct http_request){ 0 }, "/s", ERROR_INTERNAL, "libcurl cannot go on");
    work->client->curl = real;
    work->client->curl.multi_poll = cannot_wait;
    must_fail(work, (struct http_request){ 0 }, "/s", ERROR_INTERNAL, "libcurl cannot go on");
    work->client->curl = real;
    web_server_say(work->server, "GET /again", "200 OK", "", "again");
    must_get(work, "/again");
}

static void goes_through_the_proxy_but_not_to_this_machine(void **state)
{
    struct work *work = *state;
    char *proxy = web_server_url(work->other, "");
    struct http_request request = { .url = "http://registry.invalid/v2/", .plain = true };

    setenv("http_proxy", proxy, 1);
    web_server_say(work->other, "GET http://registry.invalid/v2/", "200 OK", "", "by proxy");
    web_server_say(work->server, "GET /here", "200 OK", "", "direct");
    if (!http_send(work->client, &request, &work->response, NULL, &work->error))
        fail_msg("%s", work->error.message);
    assert_string_equal(work->response->body, "by proxy");
    must_get(work, "/here");
    assert_string_equal(work->response->body, "direct");
    unsetenv("http_proxy");
    free(proxy);
}

static void unpacks_and_limits_what_it_unpacks(void **state)
{
    struct work *work = *state;
    /* 1,000 times "a", packed by gzip. */
    static const unsigned char packed[] = { 0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00,
                                            0x02, 0xff, 0x4b, 0x4c, 0x1c, 0x05, 0xa3, 0x60,
                                            0x14, 0x0c, 0x77, 0x00, 0x00, 0x03, 0xda, 0x38,
                                            0x9a, 0xe8, 0x03, 0x00, 0x00 };
    struct strbuf answer = STRBUF_INIT;

    strbuf_printf(&answer,
                  "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %zu\r\n\r\n",
                  sizeof packed);
    strbuf_add_bytes(&answer, packed, sizeof packed);
    web_server_bytes(work->server, "GET /z", answer.data, answer.length, WEB_CLOSE);
    must_get(work, "/z");
    assert_int_equal(work->response->length, 1000);
    must_fail(work, (struct http_request){ .limits.body = 999 }, "/z", ERROR_LIMIT, "999 bytes");
    strbuf_release(&answer);
}

static void makes_basic_authorizations(void **state)
{
    char *value = http_basic_authorization("Aladdin", "open sesame");

    (void)state;
    assert_string_equal(value, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    memory_wipe(value);
}

/* --- TLS -------------------------------------------------------------------------------------- */

static void try_certificate(struct http_client *client, struct https_server *server,
                            enum https_certificate which, bool good)
{
    char *url = memory_printf("https://localhost:%u/login/shop.git/info/refs",
                              (unsigned)https_server_port(server, which));
    struct http_request request = { .url = url };
    struct http_response *response;
    struct error error = { 0 };

    assert_true(http_send(client, &request, &response, NULL, &error) == good);
    if (good)
        assert_string_equal(response->body, "<h1>Log in</h1>\n");
    else
        assert_int_equal(error.code, ERROR_UNTRUSTED);
    http_response_free(&response);
    free(url);
}

static void assert_not_followed(struct http_client *client, struct https_server *server,
                                const char *path, const char *words)
{
    char *url = memory_printf("https://localhost:%u%s",
                              (unsigned)https_server_port(server, CERTIFICATE_GOOD), path);
    struct http_request request = { .url = url };
    struct http_response *response;
    struct error error = { 0 };

    assert_false(http_send(client, &request, &response, NULL, &error));
    if (strstr(error.message, words) == NULL)
        fail_msg("%s", error.message);
    assert_false(https_server_trapped(server));
    free(url);
}

static void trusts_only_good_certificates(void **state)
{
    struct http_options options = { 0 };
    struct https_server *server;
    struct http_client *client;
    struct error error = { 0 };
    char *folder;

    (void)state;
    if (https_server_missing() != NULL) {
        print_message("skipped: %s is not installed\n", https_server_missing());
        skip();
    }
    folder = scratch_new();
    server = https_server_start(folder, folder);
    options.authority_file = https_server_authority(server);
    client = http_client_new(&options, &error);
    assert_non_null(client);
    try_certificate(client, server, CERTIFICATE_GOOD, true);
    for (int which = CERTIFICATE_EXPIRED; which <= CERTIFICATE_ALL_WRONG; which++)
        try_certificate(client, server, (enum https_certificate)which, false);
    assert_not_followed(client, server, "/plain/shop.git", "http://, which is not followed");
    http_client_free(&client);
    options.authority_file = NULL;
    client = http_client_new(&options, &error);
    try_certificate(client, server, CERTIFICATE_GOOD, false);
    http_client_free(&client);
    options.authority_file = "/nonexistent/ca.pem";
    assert_null(http_client_new(&options, &error));
    assert_int_equal(error.code, ERROR_NOT_FOUND);
    https_server_stop(&server);
    scratch_remove(&folder);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(gives_status_fields_and_body),
        CASE(sends_method_headers_and_body),
        CASE(head_has_no_body),
        CASE(refuses_headers_with_line_breaks),
        CASE(asks_http_only_of_this_machine),
        CASE(follows_on_the_same_server_with_all_headers),
        CASE(another_server_gets_no_secrets),
        CASE(writing_is_never_sent_on),
        CASE(does_not_run_in_circles),
        CASE(comes_again_when_it_was_sent_away),
        CASE(gives_up_after_so_many_tries),
        CASE(writing_is_tried_again_only_when_it_may),
        CASE(an_answer_has_a_limit_also_in_chunks),
        CASE(a_head_has_a_limit),
        CASE(silence_and_dripping_have_an_end),
        CASE(what_is_cut_or_no_http_is_no_answer),
        CASE(nobody_there_is_said_without_the_query),
        CASE(a_cancel_is_noticed_soon),
        CASE(a_cancel_ends_the_wait_for_another_try),
        CASE(a_library_that_fails_is_an_error_with_words),
        CASE(goes_through_the_proxy_but_not_to_this_machine),
        CASE(unpacks_and_limits_what_it_unpacks),
        cmocka_unit_test(makes_basic_authorizations),
        cmocka_unit_test(trusts_only_good_certificates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
