#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/connect/registry.h>

#include "../../support/scratch.h"
#include "../../support/web_server.h"

/* Registries that answer as real ones do now and then; the real one is in tests/integration. */

#define CONFIG "{\"os\":\"linux\",\"architecture\":\"arm64\",\"rootfs\":{\"diff_ids\":[]}}"

struct work {
    struct web_server *server;
    struct registry *registry;
    struct arena *arena;
    struct image_reference reference;
    struct image image;
    char *manifest; /* of an image with CONFIG */
    const char *digest;
    const char *user, *password, *identity;
    enum error_code untold; /* why nobody can tell who we are */
    size_t asked_for_login;
    struct error error;
};

static bool log_in(void *context, const char *name, struct registry_login *login,
                   const struct progress *progress, struct error *error)
{
    struct work *work = context;

    (void)progress;
    assert_string_equal(name, work->reference.registry);
    work->asked_for_login++;
    if (work->untold != ERROR_NONE)
        return error_set(error, work->untold, "docker-credential-x: there is no such program");
    login->user = work->user != NULL ? memory_copy_text(work->user) : NULL;
    login->password = work->password != NULL ? memory_copy_text(work->password) : NULL;
    login->identity = work->identity != NULL ? memory_copy_text(work->identity) : NULL;
    return true;
}

static int enter(void **state)
{
    struct work *work = memory_new(sizeof *work);
    struct registry_options options = { .login = log_in, .context = work, .retry_unit = 2 };
    char *text;

    work->arena = arena_new();
    work->server = web_server_start();
    work->registry = registry_new(&options, &work->error);
    assert_non_null(work->registry);
    text = memory_printf("127.0.0.1:%u/mb/auth:v1", (unsigned)web_server_port(work->server));
    assert_true(image_reference_parse(work->arena, text, &work->reference, NULL));
    free(text);
    work->manifest =
        memory_printf("{\"schemaVersion\":2,\"config\":{\"digest\":\"%s\",\"size\":1},\"layers\":["
                      "{\"digest\":\"%s\",\"size\":1000}]}",
                      image_digest_of(work->arena, CONFIG, strlen(CONFIG)),
                      image_digest_of(work->arena, "x", 1));
    work->digest = image_digest_of(work->arena, work->manifest, strlen(work->manifest));
    web_server_say(work->server, "GET /v2/mb/auth/blobs/", "200 OK", "", CONFIG);
    *state = work;
    return 0;
}

static int leave(void **state)
{
    struct work *work = *state;

    registry_free(&work->registry);
    web_server_stop(&work->server);
    arena_free(&work->arena);
    free(work->manifest);
    free(work);
    return 0;
}

static bool get(struct work *work)
{
    error_clear(&work->error);
    return registry_image(work->registry, &work->reference, NULL, work->arena, &work->image, NULL,
                          &work->error);
}

static void must_get(struct work *work)
{
    if (!get(work))
        fail_msg("%s", work->error.message);
}

static void must_fail(struct work *work, enum error_code code, const char *words)
{
    assert_false(get(work));
    if (work->error.code != code || strstr(work->error.message, words) == NULL)
        fail_msg("%s (%s)", work->error.message, error_code_name(work->error.code));
}

static void assert_asked(struct work *work, const char *part, bool there)
{
    char *asked = web_server_asked(work->server);

    if ((strstr(asked, part) != NULL) != there)
        fail_msg("'%s' should %sbe in:\n%s", part, there ? "" : "not ", asked);
    free(asked);
}

static void serve_manifest(struct work *work, const char *headers)
{
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "200 OK", headers, work->manifest);
}

static void computes_the_digest_that_nobody_says(void **state)
{
    struct work *work = *state;

    serve_manifest(work, "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n");
    must_get(work);
    assert_string_equal(work->image.digest, work->digest);
    assert_string_equal(work->image.manifest_digest, work->digest);
    assert_int_equal(work->image.manifest->size, 1000);
    assert_string_equal(work->image.platform.architecture, "arm64");
    assert_false(work->image.indexed);
    assert_asked(work, "Accept: " IMAGE_ACCEPT "\r\n", true);
    assert_int_equal(work->asked_for_login, 0);
}

static void a_body_that_is_not_its_digest_is_refused(void **state)
{
    struct work *work = *state;
    char *header =
        memory_printf("Docker-Content-Digest: %s\r\n", image_digest_of(work->arena, "other", 5));

    serve_manifest(work, header);
    must_fail(work, ERROR_CORRUPT, "not what its digest says");
    free(header);
}

static void asks_by_digest_where_there_is_one(void **state)
{
    struct work *work = *state;
    char *line = memory_printf("GET /v2/mb/auth/manifests/%s", work->digest);

    work->reference.digest = work->digest;
    web_server_say(work->server, line, "200 OK", "", work->manifest);
    must_get(work);
    assert_string_equal(work->image.digest, work->digest);
    free(line);
}

static void a_digest_is_found_where_head_is_not_answered(void **state)
{
    struct work *work = *state;
    const char *digest = NULL;

    web_server_say(work->server, "HEAD /v2/mb/auth/manifests/v1", "405 Method Not Allowed", "", "");
    serve_manifest(work, "");
    assert_true(registry_digest(work->registry, &work->reference, work->arena, &digest, NULL,
                                &work->error));
    assert_string_equal(digest, work->digest);
}

static void a_digest_is_found_by_head_alone(void **state)
{
    struct work *work = *state;
    char *header = memory_printf("HTTP/1.1 200 OK\r\nDocker-Content-Digest: %s\r\n"
                                 "Connection: close\r\nContent-Length: 99\r\n\r\n",
                                 work->digest);
    const char *digest = NULL;

    web_server_bytes(work->server, "HEAD /v2/mb/auth/manifests/v1", header, strlen(header),
                     WEB_CLOSE);
    assert_true(registry_digest(work->registry, &work->reference, work->arena, &digest, NULL,
                                &work->error));
    assert_string_equal(digest, work->digest);
    assert_int_equal(web_server_count(work->server, "GET"), 0);
    free(header);
}

/* --- Who we are ------------------------------------------------------------------------------- */

static void demand_token(struct work *work)
{
    char *realm = web_server_url(work->server, "/token?account=x");
    char *header =
        memory_printf("WWW-Authenticate: Bearer realm=\"%s\",service=\"our registry\"\r\n", realm);

    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "401 Unauthorized", header, "");
    free(realm), free(header);
}

static void gets_a_token_and_keeps_it(void **state)
{
    struct work *work = *state;

    work->user = "me", work->password = "s3cret";
    demand_token(work);
    serve_manifest(work, "");
    web_server_say(work->server, "GET /token", "200 OK", "",
                   "{\"token\":\"t0k\",\"expires_in\":300}");
    must_get(work);
    must_get(work);
    assert_int_equal(web_server_count(work->server, "GET /token"), 1);
    assert_asked(work,
                 "GET /token?account=x&service=our%20registry&scope=repository%3Amb%2Fauth"
                 "%3Apull HTTP/1.1",
                 true);
    assert_asked(work, "Authorization: Basic bWU6czNjcmV0\r\n", true);
    assert_asked(work, "Authorization: Bearer t0k\r\n", true);
}

static void nobody_gets_a_token_too(void **state)
{
    struct work *work = *state;

    demand_token(work);
    serve_manifest(work, "");
    web_server_say(work->server, "GET /token", "200 OK", "", "{\"access_token\":\"t0k\"}");
    must_get(work);
    assert_asked(work, "Authorization: Basic", false);
    assert_asked(work, "Authorization: Bearer t0k\r\n", true);
}

static void an_identity_is_posted(void **state)
{
    struct work *work = *state;

    work->identity = "ref/resh";
    demand_token(work);
    serve_manifest(work, "");
    web_server_say(work->server, "POST /token", "200 OK", "", "{\"access_token\":\"t0k\"}");
    must_get(work);
    assert_asked(work, "grant_type=refresh_token&client_id=pilab&refresh_token=ref%2Fresh", true);
}

static void a_refused_login_is_said_without_the_password(void **state)
{
    struct work *work = *state;

    work->user = "me", work->password = "s3cret";
    demand_token(work);
    web_server_say(work->server, "GET /token", "401 Unauthorized", "", "s3cret");
    must_fail(work, ERROR_DENIED, "does not take the login");
    assert_null(strstr(work->error.message, "s3cret"));
    assert_null(strstr(work->error.hint, "s3cret"));
}

static void too_little_scope_is_said(void **state)
{
    struct work *work = *state;
    char *realm = web_server_url(work->server, "/token");
    char *header = memory_printf("WWW-Authenticate: Bearer realm=\"%s\",error=\"insufficient_scope"
                                 "\"\r\n",
                                 realm);

    work->user = "me", work->password = "s3cret";
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "401 Unauthorized", header, "");
    web_server_say(work->server, "GET /token", "200 OK", "", "{\"token\":\"t0k\"}");
    must_fail(work, ERROR_DENIED, "does not let you read");
    free(realm), free(header);
}

static void says_that_nobody_knows_a_login(void **state)
{
    struct work *work = *state;

    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "401 Unauthorized",
                   "WWW-Authenticate: Basic realm=\"x\"\r\n", "");
    must_fail(work, ERROR_DENIED, "and nobody knows");
    assert_non_null(strstr(work->error.hint, "docker login 127.0.0.1"));
    assert_int_equal(work->asked_for_login, 1);
}

static void a_password_is_not_sent_to_an_open_token_server(void **state)
{
    struct work *work = *state;

    work->user = "me", work->password = "s3cret";
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "401 Unauthorized",
                   "WWW-Authenticate: Bearer realm=\"http://auth.invalid/token\"\r\n", "");
    must_fail(work, ERROR_UNTRUSTED, "http:// is open to everybody");
}

/* Whoever answers on behalf of a registry is on another port here. */
static void who_a_registry_sends_on_to_is_not_told_who_we_are(void **state)
{
    static const char *const schemes[] = { "Bearer", "Basic" };
    struct work *work = *state;

    work->user = "me", work->password = "s3cret";
    for (size_t i = 0; i < 2; i++) {
        struct web_server *other = web_server_start();
        char *there = web_server_url(other, "/v2/mb/auth/manifests/v1");
        char *realm = web_server_url(other, "/token"), *asked;
        char *location = memory_printf("Location: %s\r\n", there);
        char *header = memory_printf("WWW-Authenticate: %s realm=\"%s\"\r\n", schemes[i], realm);

        web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "307 Temporary Redirect",
                       location, "");
        web_server_say(other, "GET /v2/", "401 Unauthorized", header, "");
        web_server_say(other, "GET /token", "200 OK", "", "{\"token\":\"t0k\"}");
        must_fail(work, ERROR_UNTRUSTED, "which asks who you are: it is not told");
        asked = web_server_asked(other);
        assert_null(strstr(asked, "Authorization"));
        assert_int_equal(web_server_count(other, "GET /token"), 0);
        assert_int_equal(work->asked_for_login, 0);
        free(asked), free(there), free(realm), free(location), free(header);
        web_server_stop(&other);
    }
}

/* As registries that keep their images in another place do. */
static void who_a_registry_sends_on_to_is_asked_as_nobody(void **state)
{
    struct work *work = *state;
    struct web_server *other = web_server_start();
    char *there = web_server_url(other, "/kept"), *asked;
    char *location = memory_printf("Location: %s\r\n", there);

    work->user = "me", work->password = "s3cret";
    demand_token(work);
    web_server_say(work->server, "GET /token", "200 OK", "", "{\"token\":\"t0k\"}");
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "307 Temporary Redirect", location,
                   "");
    web_server_say(other, "GET /kept", "200 OK", "", work->manifest);
    must_get(work);
    assert_string_equal(work->image.digest, work->digest);
    asked = web_server_asked(other);
    assert_null(strstr(asked, "Authorization"));
    assert_asked(work, "Authorization: Bearer t0k\r\n", true);
    free(asked), free(there), free(location);
    web_server_stop(&other);
}

static void a_registry_elsewhere_names_no_token_server_within_this_machine(void **state)
{
    struct work *work = *state;
    struct registry_place place = { .name = "registry.invalid", .plain = true };
    struct registry_options options = {
        .login = log_in, .context = work, .retry_unit = 2, .places = &place, .place_count = 1
    };
    char *proxy = web_server_url(work->server, ""), *realm = web_server_url(work->server, "/token");
    char *header = memory_printf("WWW-Authenticate: Bearer realm=\"%s\"\r\n", realm);

    work->user = "me", work->password = "s3cret";
    work->reference.registry = place.name;
    registry_free(&work->registry);
    work->registry = registry_new(&options, &work->error);
    setenv("http_proxy", proxy, 1);
    web_server_say(work->server, "GET http://registry.invalid/v2/", "401 Unauthorized", header, "");
    web_server_say(work->server, "GET /token", "200 OK", "", "{\"token\":\"t0k\"}");
    must_fail(work, ERROR_UNTRUSTED, "is within this machine, and is not asked");
    assert_int_equal(web_server_count(work->server, "GET /token"), 0);
    unsetenv("http_proxy");
    free(proxy), free(realm), free(header);
}

/* --- What is not there ------------------------------------------------------------------------ */

static void tells_a_missing_tag_from_a_missing_repository(void **state)
{
    struct work *work = *state;
    static const char type[] = "Content-Type: application/json\r\n";

    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "404 Not Found", type,
                   "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest "
                   "unknown\"}]}");
    must_fail(work, ERROR_NOT_FOUND, "mb/auth:v1");
    assert_non_null(strstr(work->error.message, " has no mb/auth:v1"));
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "404 Not Found", type,
                   "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}");
    must_fail(work, ERROR_NOT_FOUND, "has no repository for");
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "404 Not Found",
                   "Content-Type: text/html\r\n", "<h1>not here</h1>");
    must_fail(work, ERROR_NOT_FOUND, "mb/auth:v1");
}

/* Only the registry can say that it has no such image. */
static void what_is_missing_elsewhere_is_not_a_missing_image(void **state)
{
    struct work *work = *state;

    demand_token(work);
    web_server_say(work->server, "GET /token", "404 Not Found", "", "");
    must_fail(work, ERROR_NETWORK, "the token server of 127.0.0.1");
    work->untold = ERROR_NOT_FOUND;
    must_fail(work, ERROR_DENIED, "docker-credential-x: there is no such program");
    work->untold = ERROR_CANCELLED;
    must_fail(work, ERROR_CANCELLED, "docker-credential-x");
}

/* One manifest for all of these. */
static void serve_index(struct work *work, const char *const architectures[])
{
    struct strbuf index = STRBUF_INIT;

    strbuf_add(&index, "{\"schemaVersion\":2,\"manifests\":[");
    for (size_t i = 0; architectures[i] != NULL; i++)
        strbuf_printf(&index,
                      "%s{\"digest\":\"%s\",\"size\":1,\"platform\":{\"os\":\"linux\","
                      "\"architecture\":\"%s\"}}",
                      i > 0 ? "," : "", work->digest, architectures[i]);
    strbuf_add(&index, "]}");
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "200 OK", "", index.data);
    strbuf_release(&index);
}

static void an_image_for_one_platform_only_is_there_for_all(void **state)
{
    struct work *work = *state;
    static const char *const one[] = { "arm64", NULL }, *const two[] = { "arm64", "s390x", NULL };
    struct image_platform platform;
    char *line = memory_printf("GET /v2/mb/auth/manifests/%s", work->digest);

    web_server_say(work->server, line, "200 OK", "", work->manifest);
    serve_index(work, one);
    must_get(work);
    assert_string_equal(work->image.platform.architecture, "arm64");
    assert_string_equal(work->image.manifest_digest, work->digest);
    assert_int_equal(work->image.platform_count, 1);
    /* Who asks for another one is told that it is none; that is not the same as no image. */
    assert_true(image_platform_parse(work->arena, "linux/amd64", &platform, NULL));
    assert_false(registry_image(work->registry, &work->reference, &platform, work->arena,
                                &work->image, NULL, &work->error));
    assert_int_equal(work->error.code, ERROR_UNSUPPORTED);
    serve_index(work, two);
    must_fail(work, ERROR_UNSUPPORTED, "it is not made for linux/amd64, but for linux/arm64");
    free(line);
}

static void says_what_servers_say(void **state)
{
    struct work *work = *state;

    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "429 Too Many Requests",
                   "Retry-After: 600\r\n", "");
    must_fail(work, ERROR_BUSY, "asked too often");
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "500 Internal Server Error",
                   "Content-Type: application/json\r\n",
                   "{\"errors\":[{\"code\":\"UNKNOWN\",\"message\":\"disk full\"}]}");
    must_fail(work, ERROR_NETWORK, "disk full (500)");
    web_server_say(work->server, "GET /v2/mb/auth/manifests/v1", "200 OK", "", "<html>");
    must_fail(work, ERROR_INVALID, "mb/auth:v1:1:1");
}

/* --- Lists ------------------------------------------------------------------------------------ */

static bool tags(struct work *work, const char ***out, size_t *count)
{
    return registry_tags(work->registry, &work->reference, work->arena, out, count, NULL,
                         &work->error);
}

static void reads_all_pages(void **state)
{
    struct work *work = *state;
    const char **found;
    size_t count;

    web_server_say(work->server, "GET /v2/mb/auth/tags/list?n=1000", "200 OK",
                   "Link: </v2/mb/auth/tags/list?last=v2&n=2>; rel=\"next\"\r\n",
                   "{\"name\":\"mb/auth\",\"tags\":[\"v2\",\"v10\"]}");
    web_server_say(work->server, "GET /v2/mb/auth/tags/list?last=v2&n=2", "200 OK", "",
                   "{\"tags\":[\"latest\"]}");
    assert_true(tags(work, &found, &count));
    assert_int_equal(count, 3);
    assert_string_equal(found[0], "latest");
    assert_string_equal(found[1], "v10");
    assert_string_equal(found[2], "v2");
}

static void does_not_follow_pages_elsewhere_or_in_circles(void **state)
{
    struct work *work = *state;
    const char **found;
    size_t count;

    web_server_say(work->server, "GET /v2/mb/auth/tags/list?n=1000", "200 OK",
                   "Link: <https://evil.invalid/v2/>; rel=\"next\"\r\n", "{\"tags\":[]}");
    assert_false(tags(work, &found, &count));
    assert_int_equal(work->error.code, ERROR_UNTRUSTED);
    web_server_say(work->server, "GET /v2/mb/auth/tags/list?n=1000", "200 OK",
                   "Link: </v2/mb/auth/tags/list?n=2>; rel=\"next\"\r\n", "{\"tags\":[]}");
    web_server_say(work->server, "GET /v2/mb/auth/tags/list?n=2", "200 OK",
                   "Link: </v2/mb/auth/tags/list?n=2>; rel=\"next\"\r\n", "{\"tags\":[]}");
    assert_false(tags(work, &found, &count));
    assert_non_null(strstr(work->error.message, "run in a circle"));
}

/* What the other server calls its next page is on the other server, however it is written. */
static void does_not_take_the_login_to_the_pages_of_who_it_was_sent_on_to(void **state)
{
    struct work *work = *state;
    struct web_server *other = web_server_start();
    char *there = web_server_url(other, "/list"), *asked;
    char *location = memory_printf("Location: %s\r\n", there);
    const char **found;
    size_t count;

    work->user = "me", work->password = "s3cret";
    web_server_say(work->server, "GET /v2/mb/auth/tags/list", "401 Unauthorized",
                   "WWW-Authenticate: Basic realm=\"x\"\r\n", "");
    web_server_say(work->server, "GET /v2/mb/auth/tags/list", "307 Temporary Redirect", location,
                   "");
    web_server_say(other, "GET /list", "200 OK", "Link: </more>; rel=\"next\"\r\n",
                   "{\"tags\":[\"v1\"]}");
    web_server_say(other, "GET /more", "200 OK", "", "{\"tags\":[\"v2\"]}");
    assert_false(tags(work, &found, &count));
    assert_int_equal(work->error.code, ERROR_UNTRUSTED);
    assert_non_null(strstr(work->error.message, "is on another server"));
    assert_asked(work, "Authorization: Basic bWU6czNjcmV0\r\n", true);
    asked = web_server_asked(other);
    assert_null(strstr(asked, "Authorization"));
    assert_int_equal(web_server_count(other, "GET /more"), 0);
    free(asked), free(there), free(location);
    web_server_stop(&other);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(computes_the_digest_that_nobody_says),
        CASE(a_body_that_is_not_its_digest_is_refused),
        CASE(asks_by_digest_where_there_is_one),
        CASE(a_digest_is_found_where_head_is_not_answered),
        CASE(a_digest_is_found_by_head_alone),
        CASE(gets_a_token_and_keeps_it),
        CASE(nobody_gets_a_token_too),
        CASE(an_identity_is_posted),
        CASE(a_refused_login_is_said_without_the_password),
        CASE(too_little_scope_is_said),
        CASE(says_that_nobody_knows_a_login),
        CASE(a_password_is_not_sent_to_an_open_token_server),
        CASE(who_a_registry_sends_on_to_is_not_told_who_we_are),
        CASE(who_a_registry_sends_on_to_is_asked_as_nobody),
        CASE(a_registry_elsewhere_names_no_token_server_within_this_machine),
        CASE(tells_a_missing_tag_from_a_missing_repository),
        CASE(what_is_missing_elsewhere_is_not_a_missing_image),
        CASE(an_image_for_one_platform_only_is_there_for_all),
        CASE(says_what_servers_say),
        CASE(reads_all_pages),
        CASE(does_not_follow_pages_elsewhere_or_in_circles),
        CASE(does_not_take_the_login_to_the_pages_of_who_it_was_sent_on_to),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
