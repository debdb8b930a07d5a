#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/images/comparison.h>
#include <pilab/images/manifest.h>

#include "../../support/scratch.h"

#define D(x) "sha256:000000000000000000000000000000000000000000000000000000000000000" x

static struct arena *arena;

static int enter(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int leave(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct image_manifest *manifest(const char *text)
{
    struct error error;
    struct image_manifest *read =
        image_manifest_read(arena, "it", "application/json", text, strlen(text), &error);

    if (read == NULL)
        fail_msg("%s", error.message);
    return read;
}

static void assert_refused(const char *text, enum error_code code, const char *words)
{
    struct error error = { 0 };

    assert_null(image_manifest_read(arena, "it", NULL, text, strlen(text), &error));
    assert_int_equal(error.code, code);
    if (strstr(error.message, words) == NULL)
        fail_msg("%s", error.message);
}

static void reads_a_docker_manifest(void **state)
{
    struct image_manifest *read =
        manifest("{\"schemaVersion\":2,\"mediaType\":\"application/"
                 "vnd.docker.distribution.manifest.v2+json\","
                 "\"config\":{\"digest\":\"" D(
                     "1") "\",\"size\":7},"
                          "\"layers\":[{\"digest\":\"" D("2") "\",\"size\":100},{\"digest\":\"" D(
                              "3") "\","
                                   "\"size\":23,\"mediaType\":\"x\"}]}");

    (void)state;
    assert_false(read->index);
    assert_string_equal(read->media_type, "application/vnd.docker.distribution.manifest.v2+json");
    assert_int_equal(read->layer_count, 2);
    assert_int_equal(read->size, 123);
    assert_string_equal(read->config.digest, D("1"));
    assert_string_equal(read->layers[1].media_type, "x");
}

static void an_index_leaves_attestations_out(void **state)
{
    struct image_manifest *read = manifest(
        "{\"schemaVersion\":2,\"manifests\":["
        "{\"digest\":\"" D(
            "1") "\",\"size\":1,\"platform\":{\"os\":\"linux\",\"architecture\":"
                 "\"arm64\",\"variant\":\"v8\"}},"
                 "{\"digest\":\"" D(
                     "2") "\",\"size\":1,\"platform\":{\"os\":\"unknown\",\"architecture\":"
                          "\"unknown\"}},"
                          "{\"digest\":\"" D(
                              "3") "\",\"size\":1,\"platform\":{\"os\":\"linux\",\"architecture\":"
                                   "\"amd64\"}}]}");
    struct image_platform platform;
    struct error error;

    (void)state;
    assert_true(read->index);
    assert_string_equal(read->media_type, "application/json");
    assert_int_equal(read->manifest_count, 2);
    assert_int_equal(read->attestations, 1);
    assert_string_equal(image_index_choose(read, &image_platform_usual, &error)->digest, D("3"));
    assert_true(image_platform_parse(arena, "linux/arm64", &platform, &error));
    assert_string_equal(image_index_choose(read, &platform, &error)->digest, D("1"));
    assert_true(image_platform_parse(arena, "linux/arm/v7", &platform, &error));
    assert_null(image_index_choose(read, &platform, &error));
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
    assert_string_equal(error.message,
                        "it is not made for linux/arm/v7, but for linux/arm64/v8, linux/amd64");
    assert_false(image_platform_parse(arena, "linux", &platform, &error));
    assert_false(image_platform_parse(arena, "linux/a b", &platform, &error));
}

static void refuses_what_is_none(void **state)
{
    (void)state;
    assert_refused("{\"schemaVersion\":1,\"fsLayers\":[]}", ERROR_UNSUPPORTED, "schema 1");
    assert_refused("{\"schemaVersion\":2}", ERROR_UNSUPPORTED, "neither");
    assert_refused("<html>", ERROR_INVALID, "it:1");
    assert_refused("{\"layers\":[],\"config\":{\"digest\":\"sha256:1\",\"size\":1}}", ERROR_INVALID,
                   "valid digest");
    assert_refused("{\"layers\":[],\"config\":{\"digest\":\"" D("1") "\",\"size\":-1}}",
                   ERROR_INVALID, "size");
    assert_refused("{\"layers\":{},\"config\":{\"digest\":\"" D("1") "\",\"size\":1}}",
                   ERROR_INVALID, "list");
    assert_refused("{\"config\":{\"digest\":\"" D(
                       "1") "\",\"size\":1},\"layers\":["
                            "{\"digest\":\"" D("1") "\",\"size\":9223372036854775807},"
                                                    "{\"digest\":\"" D("1") "\",\"size\":1}]}",
                   ERROR_INVALID, "larger than can be");
}

static struct image_config *config(const char *text)
{
    struct error error;
    struct image_config *read = image_config_read(arena, "it", text, strlen(text), &error);

    if (read == NULL)
        fail_msg("%s", error.message);
    return read;
}

static void reads_a_configuration(void **state)
{
    struct image_config *read = config(
        "{\"created\":\"2025-01-20T10:30:00Z\",\"os\":\"linux\",\"architecture\":\"amd64\","
        "\"config\":{\"Env\":[\"A=1\",\"B=x=y\",\"A=2\",\"C\"],\"Entrypoint\":[\"/bin/sh\","
        "\"a b\"],\"Cmd\":\"run\",\"User\":\"app\",\"ExposedPorts\":{\"9/udp\":{},\"80/tcp\":{}},"
        "\"Labels\":{\"z\":\"1\",\"org.opencontainers.image.revision\":\"abc\"}},"
        "\"rootfs\":{\"diff_ids\":[\"" D("1") "\",\"" D(
            "2") "\"]},"
                 "\"history\":[{\"created_by\":\"one\"},{\"created_by\":\"env\",\"empty_layer\":"
                 "true},"
                 "{\"created_by\":\"two\"}]}");

    (void)state;
    assert_int_equal(read->created, INT64_C(1737369000000));
    assert_int_equal(read->environment_count, 3);
    assert_string_equal(read->environment[0].value, "2");
    assert_string_equal(read->environment[1].value, "x=y");
    assert_string_equal(read->environment[2].value, "");
    assert_string_equal(read->entrypoint, "/bin/sh 'a b'");
    assert_string_equal(read->command, "run");
    assert_string_equal(read->ports[0], "80/tcp");
    assert_string_equal(read->revision, "abc");
    assert_null(read->version);
    assert_int_equal(read->step_count, 2);
    assert_string_equal(read->steps[1], "two");
    assert_int_equal(config("{\"created\":\"1970-01-01T00:00:00Z\"}")->created, 0);
}

/* --- Comparisons ------------------------------------------------------------------------------ */

static struct image image_of(const char *reference, const char *digest, const char *layers,
                             const char *more)
{
    struct image image = { .digest = digest,
                           .manifest_digest = digest,
                           .platform = image_platform_usual };
    char *text =
        memory_printf("{\"config\":{\"digest\":\"" D("0") "\",\"size\":1},\"layers\":[%s]}",
                      layers);

    image.manifest = manifest(text);
    image.config = config(more);
    assert_true(image_reference_parse(arena, reference, &image.reference, NULL));
    free(text);
    return image;
}

static bool password(const char *name, const char *value)
{
    (void)value;
    return strstr(name, "PASSWORD") != NULL;
}

#define L(x, size) "{\"digest\":\"" D(x) "\",\"size\":" size "}"

static void tells_layers_apart(void **state)
{
    struct image before =
        image_of("a:1", D("a"), L("1", "100") "," L("2", "20") "," L("3", "3"),
                 "{\"rootfs\":{\"diff_ids\":[\"" D("4") "\",\"" D("5") "\",\"" D("6") "\"]}}");
    struct image after =
        image_of("a:2", D("b"), L("1", "100") "," L("7", "25") "," L("8", "8"),
                 "{\"rootfs\":{\"diff_ids\":[\"" D("4") "\",\"" D("5") "\",\"" D("9") "\"]}}");
    struct image_comparison *it = image_compare(arena, &before, &after, NULL);

    (void)state;
    assert_int_equal(it->current_size - it->previous_size, 10);
    assert_int_equal(it->shared, 1);
    assert_int_equal(it->repacked, 1);
    assert_int_equal(it->removed, 1);
    assert_int_equal(it->added, 1);
    assert_int_equal(it->base, 2);
    assert_int_equal(it->layers[1].state, IMAGE_LAYER_REPACKED);
    assert_string_equal(it->layers[1].previous_digest, D("2"));
    assert_string_equal(it->layers[1].current_digest, D("7"));
    assert_int_equal(it->layers[2].state, IMAGE_LAYER_REMOVED);
    assert_int_equal(it->layers[3].state, IMAGE_LAYER_ADDED);
    assert_false(it->tag_moved);
}

static void a_layer_that_is_there_twice_counts_twice(void **state)
{
    struct image before = image_of("a:1", D("a"), L("1", "1") "," L("1", "1"), "{}");
    struct image after = image_of("a:1", D("b"), L("1", "1") "," L("1", "1") "," L("1", "1"), "{}");
    struct image_comparison *it = image_compare(arena, &before, &after, NULL);

    (void)state;
    assert_int_equal(it->shared, 2);
    assert_int_equal(it->added, 1);
    assert_true(it->tag_moved);
    assert_false(it->same_digest);
}

static void settings_are_told_but_no_secrets(void **state)
{
    struct image before = image_of("a:1", D("a"), "",
                                   "{\"config\":{\"Env\":[\"A=1\",\"DB_PASSWORD=old\",\"GONE=x\"],"
                                   "\"User\":\"\",\"ExposedPorts\":{\"80/tcp\":{}}}}");
    struct image after = image_of("a:2", D("b"), "",
                                  "{\"config\":{\"Env\":[\"A=2\",\"DB_PASSWORD=new\",\"NEW=y\"],"
                                  "\"User\":\"root\",\"ExposedPorts\":{\"81/tcp\":{}}}}");
    struct image_comparison *it = image_compare(arena, &before, &after, password);

    (void)state;
    assert_int_equal(it->setting_count, 7);
    assert_string_equal(it->settings[0].name, "A");
    assert_string_equal(it->settings[0].current, "2");
    assert_true(it->settings[1].secret);
    assert_null(it->settings[1].previous);
    assert_null(it->settings[1].current);
    assert_true(it->settings[1].was && it->settings[1].is);
    assert_false(it->settings[2].is);
    assert_false(it->settings[3].was);
    assert_int_equal(it->settings[4].kind, IMAGE_USER);
    assert_false(it->settings[4].was);
    assert_int_equal(it->settings[5].kind, IMAGE_PORT);
}

static void says_sizes_as_registries_do(void **state)
{
    (void)state;
    assert_string_equal(image_size_difference(arena, 275), "+275 B");
    assert_string_equal(image_size_difference(arena, -1500), "-1.5 kB");
    assert_string_equal(image_size_difference(arena, 0), "0 B");
    assert_string_equal(image_size_text(arena, 2300000), "2.3 MB");
    assert_string_equal(image_size_text(arena, 999950), "1.0 MB");
    assert_string_equal(image_size_text(arena, INT64_C(1234567890)), "1.2 GB");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(reads_a_docker_manifest),
        CASE(an_index_leaves_attestations_out),
        CASE(refuses_what_is_none),
        CASE(reads_a_configuration),
        CASE(tells_layers_apart),
        CASE(a_layer_that_is_there_twice_counts_twice),
        CASE(settings_are_told_but_no_secrets),
        CASE(says_sizes_as_registries_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
