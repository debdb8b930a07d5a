/*
 * A real docker-registry, filled by skopeo: open, behind a password, and behind a token server.
 */
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

#include "../support/registry_server.h"
#include "../support/scratch.h"
#include "../support/web_server.h"

/* "s3cret", by bcrypt with the least costs. */
#define PEOPLE "rel:$2b$05$abcdefghijklmnopqrstuuLK7U1u6pVRmL7L1BBM2aS35PSZnDXlK\n"

struct world {
    char *folder, *layout, *storage;
    char *older, *newer, *index, *index_again; /* digests */
    struct registry_server *server;
    struct registry *registry;
    struct arena *arena;
    const char *user, *password;
    struct error error;
};

/* --- The images ------------------------------------------------------------------------------- */

static void make_images(struct world *world)
{
    const struct layout_image older = {
        "amd64", "\"Env\":[\"APP_VERSION=v1\",\"DB_PASSWORD=old\"]", {"base", "app 1"},
          2
    };
    const struct layout_image newer = {
        "amd64",
        "\"Env\":[\"APP_VERSION=v2\",\"DB_PASSWORD=new\"],\"Labels\":{"
        "\"org.opencontainers.image.revision\":\"abc123\"}",
        {"base", "app 2, larger", "biometric"},
        3
    };
    const struct layout_image arm = { "arm64", "", { "base for arm" }, 1 };
    const struct layout_image proof = { "unknown", "", { "in-toto" }, 1 };
    static const char *const architectures[] = { "arm64", "amd64", "unknown" };
    const char *digests[3];
    char *arms, *proofs;

    world->older = layout_add(world->layout, "v1", &older);
    world->newer = layout_add(world->layout, "v2", &newer);
    arms = layout_add(world->layout, NULL, &arm);
    proofs = layout_add(world->layout, NULL, &proof);
    digests[0] = arms, digests[1] = world->newer, digests[2] = proofs;
    world->index = layout_add_index(world->layout, "multi", digests, architectures, 3);
    world->index_again = layout_add_index(world->layout, "amd", digests + 1, architectures + 1, 1);
    free(arms);
    free(proofs);
}

static int enter_world(void **state)
{
    struct world *world = memory_new(sizeof *world);

    *state = world;
    if (registry_server_missing() != NULL)
        return 0;
    world->folder = scratch_new();
    world->layout = scratch_path(world->folder, "layout");
    world->storage = scratch_path(world->folder, "storage");
    make_images(world);
    world->server = registry_server_start(world->folder, world->storage, "");
    registry_server_push(world->server, world->layout, "v1", "mb/auth", "");
    registry_server_push(world->server, world->layout, "v2", "mb/auth", "");
    registry_server_push(world->server, world->layout, "multi", "mb/auth", "--all");
    registry_server_push(world->server, world->layout, "amd", "mb/auth", "--all");
    registry_server_push(world->server, world->layout, "v1", "mb/docker", "--format v2s2");
    registry_server_stop(&world->server);
    return 0;
}

static int leave_world(void **state)
{
    struct world *world = *state;

    if (world->folder != NULL)
        scratch_remove(&world->folder);
    free(world->layout), free(world->storage);
    free(world->older), free(world->newer), free(world->index), free(world->index_again);
    free(world);
    return 0;
}

static bool log_in(void *context, const char *name, struct registry_login *login,
                   const struct progress *progress, struct error *error)
{
    const struct world *world = context;

    (void)name, (void)progress, (void)error;
    if (world->user != NULL) {
        login->user = memory_copy_text(world->user);
        login->password = memory_copy_text(world->password);
    }
    return true;
}

static void start(struct world *world, const char *settings)
{
    struct registry_options options = { .login = log_in, .context = world };

    if (registry_server_missing() != NULL) {
        print_message("skipped: %s is not installed\n", registry_server_missing());
        skip();
    }
    world->server = registry_server_start(world->folder, world->storage, settings);
    world->registry = registry_new(&options, &world->error);
    assert_non_null(world->registry);
    world->arena = arena_new();
}

static int stop(void **state)
{
    struct world *world = *state;

    registry_free(&world->registry);
    registry_server_stop(&world->server);
    arena_free(&world->arena);
    world->user = world->password = NULL;
    return 0;
}

/* --- Asking ----------------------------------------------------------------------------------- */

static struct image_reference reference(struct world *world, const char *rest)
{
    struct image_reference found;
    char *text = memory_printf("%s/%s", registry_server_name(world->server), rest);

    assert_true(image_reference_parse(world->arena, text, &found, &world->error));
    free(text);
    return found;
}

static bool get(struct world *world, const char *rest, const char *platform, struct image *image)
{
    struct image_reference wanted = reference(world, rest);
    struct image_platform parsed;

    error_clear(&world->error);
    if (platform != NULL)
        assert_true(image_platform_parse(world->arena, platform, &parsed, NULL));
    return registry_image(world->registry, &wanted, platform != NULL ? &parsed : NULL, world->arena,
                          image, NULL, &world->error);
}

static struct image must_get(struct world *world, const char *rest, const char *platform)
{
    struct image image;

    if (!get(world, rest, platform, &image))
        fail_msg("%s: %s", world->error.message, world->error.hint);
    return image;
}

static void must_fail(struct world *world, const char *rest, enum error_code code,
                      const char *words)
{
    struct image image;

    assert_false(get(world, rest, NULL, &image));
    if (world->error.code != code || strstr(world->error.message, words) == NULL)
        fail_msg("%s (%s)", world->error.message, error_code_name(world->error.code));
}

static bool is_secret(const char *name, const char *value)
{
    (void)value;
    return strcmp(name, "DB_PASSWORD") == 0;
}

static void compares_two_images(void **state)
{
    struct world *world = *state;
    struct image older, newer;
    struct image_comparison *it;

    start(world, "");
    older = must_get(world, "mb/auth:v1", NULL);
    newer = must_get(world, "mb/auth:v2", NULL);
    assert_string_equal(older.digest, world->older);
    assert_string_equal(newer.digest, world->newer);
    assert_string_equal(newer.config->revision, "abc123");
    it = image_compare(world->arena, &older, &newer, is_secret);
    assert_int_equal(it->current_size - it->previous_size, 40);
    assert_int_equal(it->shared, 1);
    assert_int_equal(it->removed, 1);
    assert_int_equal(it->added, 2);
    assert_int_equal(it->setting_count, 3);
    assert_true(it->settings[1].secret);
}

static void takes_the_platform_of_an_index(void **state)
{
    struct world *world = *state;
    struct image usual, arm, other;
    struct image_comparison *it;

    start(world, "");
    usual = must_get(world, "mb/auth:multi", NULL);
    assert_true(usual.indexed);
    assert_string_equal(usual.digest, world->index);
    assert_string_equal(usual.manifest_digest, world->newer);
    assert_string_equal(image_platform_text(world->arena, &usual.platform), "linux/amd64");
    assert_int_equal(usual.platform_count, 2);
    arm = must_get(world, "mb/auth:multi", "linux/arm64");
    assert_string_equal(image_platform_text(world->arena, &arm.platform), "linux/arm64");
    assert_int_equal(arm.manifest->layer_count, 1);
    assert_false(get(world, "mb/auth:multi", "linux/s390x", &other));
    assert_non_null(strstr(world->error.message, "but for linux/arm64, linux/amd64"));
    other = must_get(world, "mb/auth:amd", NULL);
    it = image_compare(world->arena, &usual, &other, NULL);
    assert_false(it->same_digest);
    assert_true(it->same_manifest);
}

static void a_docker_image_keeps_its_digest(void **state)
{
    struct world *world = *state;
    struct image_reference wanted;
    struct image image;
    const char *digest = NULL;

    start(world, "");
    image = must_get(world, "mb/docker:v1", NULL);
    assert_string_equal(image.manifest->media_type,
                        "application/vnd.docker.distribution.manifest.v2+json");
    assert_string_not_equal(image.digest, world->older);
    wanted = reference(world, "mb/docker:v1");
    assert_true(
        registry_digest(world->registry, &wanted, world->arena, &digest, NULL, &world->error));
    assert_string_equal(digest, image.digest);
}

static void says_what_is_not_there(void **state)
{
    struct world *world = *state;
    struct image_reference wanted;
    const char *digest;

    start(world, "");
    must_fail(world, "mb/auth:v9", ERROR_NOT_FOUND, " has no mb/auth:v9");
    must_fail(world, "mb/nobody:v1", ERROR_NOT_FOUND, "mb/nobody:v1");
    wanted = reference(world, "mb/auth:v9");
    assert_false(
        registry_digest(world->registry, &wanted, world->arena, &digest, NULL, &world->error));
    assert_int_equal(world->error.code, ERROR_NOT_FOUND);
}

static void lists_tags_and_repositories(void **state)
{
    struct world *world = *state;
    struct image_reference wanted;
    const char **found;
    size_t count;

    start(world, "");
    wanted = reference(world, "mb/auth");
    assert_true(
        registry_tags(world->registry, &wanted, world->arena, &found, &count, NULL, &world->error));
    assert_int_equal(count, 4);
    assert_string_equal(found[0], "amd");
    assert_string_equal(found[3], "v2");
    assert_true(registry_repositories(world->registry, registry_server_name(world->server),
                                      world->arena, &found, &count, NULL, &world->error));
    assert_int_equal(count, 2);
    assert_string_equal(found[1], "mb/docker");
}

static void a_password_opens_it(void **state)
{
    struct world *world = *state;

    if (world->folder != NULL)
        free(scratch_file(world->folder, "people", PEOPLE));
    start(world, "auth: {htpasswd: {realm: x, path: people}}\n");
    must_fail(world, "mb/auth:v1", ERROR_DENIED, "nobody knows");
    world->user = "rel", world->password = "wrong";
    must_fail(world, "mb/auth:v1", ERROR_DENIED, "does not take the login");
    world->password = "s3cret";
    assert_string_equal(must_get(world, "mb/auth:v1", NULL).digest, world->older);
}

/* --- Tokens ----------------------------------------------------------------------------------- */

/* A token for one scope, signed as distribution wants it: RS256 with the certificate in x5c. */
static char *sign_token(struct world *world, const char *actions)
{
    static const char script[] =
        "b64() { base64 -w0 | tr '+/' '-_' | tr -d '='; }; "
        "test -f key.pem || openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out "
        "cert.pem "
        "-days 2 -subj /CN=token 2>>openssl.log; now=$(date +%%s); "
        "head=$(printf '{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%%s\"]}' "
        "\"$(grep -v CERT cert.pem | tr -d '\\n')\" | b64); "
        "body=$(printf '{\"iss\":\"us\",\"sub\":\"rel\",\"aud\":\"ours\",\"exp\":%%s,\"nbf\":%%s,"
        "\"iat\":%%s,\"jti\":\"1\",\"access\":[{\"type\":\"repository\",\"name\":\"mb/auth\","
        "\"actions\":[%s]}]}' $((now+300)) $((now-5)) $now | b64); "
        "sign=$(printf %%s \"$head.$body\" | openssl dgst -sha256 -sign key.pem | b64); "
        "printf %%s \"$head.$body.$sign\" >token";
    char *text = memory_printf(script, actions), *path = scratch_path(world->folder, "token");
    char *token;

    registry_shell(world->folder, text);
    token = scratch_read(path);
    free(text), free(path);
    return token;
}

static void serve_token(struct world *world, struct web_server *server, const char *actions)
{
    char *token = sign_token(world, actions);
    char *answer = memory_printf("{\"token\":\"%s\",\"expires_in\":300}", token);

    web_server_say(server, "GET /token?service=ours&scope=repository%3Amb%2Fauth%3Apull", "200 OK",
                   "Content-Type: application/json\r\n", answer);
    free(token), free(answer);
}

static void start_with_tokens(struct world *world, struct web_server *server)
{
    char *realm = web_server_url(server, "/token");
    char *settings = memory_printf("auth: {token: {realm: '%s', service: ours, issuer: us, "
                                   "rootcertbundle: cert.pem}}\n",
                                   realm);

    start(world, settings);
    free(realm), free(settings);
}

static void a_token_opens_one_repository(void **state)
{
    struct world *world = *state;
    struct web_server *server;
    char *asked;

    if (world->folder == NULL) {
        print_message("skipped: %s is not installed\n", registry_server_missing());
        skip();
    }
    server = web_server_start();
    world->user = "rel", world->password = "s3cret";
    serve_token(world, server, "\"pull\"");
    start_with_tokens(world, server);
    assert_string_equal(must_get(world, "mb/auth:multi", NULL).digest, world->index);
    /* Three requests, one token. */
    assert_int_equal(web_server_count(server, "GET /token"), 1);
    asked = web_server_asked(server);
    assert_non_null(strstr(asked, "Authorization: Basic cmVsOnMzY3JldA==\r\n"));
    free(asked);
    /* For another it is asked again, and gives none. */
    must_fail(world, "mb/docker:v1", ERROR_NETWORK, "the token server");
    web_server_stop(&server);
}

static void a_token_that_opens_nothing_is_said(void **state)
{
    struct world *world = *state;
    struct web_server *server;

    if (world->folder == NULL) {
        print_message("skipped: %s is not installed\n", registry_server_missing());
        skip();
    }
    server = web_server_start();
    world->user = "rel", world->password = "s3cret";
    serve_token(world, server, "");
    start_with_tokens(world, server);
    must_fail(world, "mb/auth:v1", ERROR_DENIED, "does not let you read");
    web_server_stop(&server);
}

/* --- The pair with known answers -------------------------------------------------------------- */

static void the_pair_with_known_answers_gives_them(void **state)
{
    struct world *world = *state;
    const char *data = getenv("PILAB_TEST_DATA"), *variable = NULL;
    struct image older, newer;
    struct image_comparison *it;
    char *layout;

    if (data == NULL) {
        print_message("skipped: PILAB_TEST_DATA is not set\n");
        skip();
    }
    start(world, "");
    layout = memory_printf("%s/images/oci-auth-service", data);
    registry_server_push(world->server, layout, "v2.0.6", "mb/auth-service", "");
    registry_server_push(world->server, layout, "v2.0.7", "mb/auth-service", "");
    free(layout);
    older = must_get(world, "mb/auth-service:v2.0.6", NULL);
    newer = must_get(world, "mb/auth-service:v2.0.7", NULL);
    assert_int_equal(strncmp(older.digest, "sha256:fd7f47b99c2b", 19), 0);
    assert_int_equal(strncmp(newer.digest, "sha256:dfd628a68139", 19), 0);
    it = image_compare(world->arena, &older, &newer, NULL);
    assert_int_equal(it->previous_size, 1023);
    assert_int_equal(it->current_size, 1298);
    assert_string_equal(image_size_difference(world->arena, it->current_size - it->previous_size),
                        "+275 B");
    assert_int_equal(it->shared, 1);
    assert_int_equal(it->removed, 1);
    assert_int_equal(it->added, 2);
    for (size_t i = 0; i < it->setting_count; i++)
        if (it->settings[i].kind == IMAGE_ENVIRONMENT)
            variable = it->settings[i].name;
    assert_string_equal(variable, "APP_VERSION");
}

#define CASE(name) cmocka_unit_test_teardown(name, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(compares_two_images),
        CASE(takes_the_platform_of_an_index),
        CASE(a_docker_image_keeps_its_digest),
        CASE(says_what_is_not_there),
        CASE(lists_tags_and_repositories),
        CASE(a_password_opens_it),
        CASE(a_token_opens_one_repository),
        CASE(a_token_that_opens_nothing_is_said),
        CASE(the_pair_with_known_answers_gives_them),
    };

    return cmocka_run_group_tests(tests, enter_world, leave_world);
}
