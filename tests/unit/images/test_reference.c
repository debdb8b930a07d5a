#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <pilab/images/reference.h>

#define DIGEST "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

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

static void assert_same(const char *a, const char *b)
{
    if (a == NULL || b == NULL)
        assert_true(a == b);
    else
        assert_string_equal(a, b);
}

static void assert_parts(const char *text, const char *registry, const char *repository,
                         const char *tag, const char *digest, const char *again)
{
    struct image_reference reference;
    struct error error;

    if (!image_reference_parse(arena, text, &reference, &error))
        fail_msg("%s: %s", text, error.message);
    assert_same(reference.registry, registry);
    assert_same(reference.repository, repository);
    assert_same(reference.tag, tag);
    assert_same(reference.digest, digest);
    assert_string_equal(image_reference_text(arena, &reference), again);
}

static void reads_what_docker_reads(void **state)
{
    (void)state;
    assert_parts("nginx", "docker.io", "library/nginx", NULL, NULL, "nginx");
    assert_parts("nginx:1.25", "docker.io", "library/nginx", "1.25", NULL, "nginx:1.25");
    assert_parts("mb/auth:v2", "docker.io", "mb/auth", "v2", NULL, "mb/auth:v2");
    assert_parts("docker.io/nginx", "docker.io", "library/nginx", NULL, NULL, "nginx");
    assert_parts("index.docker.io/library/nginx", "docker.io", "library/nginx", NULL, NULL,
                 "nginx");
    /* A folder of Docker Hub that is called like a registry stays one. */
    assert_parts("docker.io/quay.io/a:1", "docker.io", "quay.io/a", "1", NULL,
                 "docker.io/quay.io/a:1");
    assert_parts("localhost/a", "localhost", "a", NULL, NULL, "localhost/a");
    assert_parts("localhost:5000/a/b:x", "localhost:5000", "a/b", "x", NULL,
                 "localhost:5000/a/b:x");
    assert_parts("[::1]:5000/a", "[::1]:5000", "a", NULL, NULL, "[::1]:5000/a");
    assert_parts("REG/a", "REG", "a", NULL, NULL, "REG/a");
    assert_parts("r.example/a__b/c-d.e:T_1.x-y@" DIGEST, "r.example", "a__b/c-d.e", "T_1.x-y",
                 DIGEST, "r.example/a__b/c-d.e:T_1.x-y@" DIGEST);
    assert_parts("a@" DIGEST, "docker.io", "library/a", NULL, DIGEST, "a@" DIGEST);
}

static void refuses_what_docker_refuses(void **state)
{
    static const char *const texts[] = { "",
                                         "Nginx",
                                         "a//b",
                                         "/a",
                                         "a/",
                                         "a:",
                                         "a:-x",
                                         "a b",
                                         "a@sha256:12",
                                         "a@md5:1",
                                         "a___b",
                                         "a..b",
                                         "-a",
                                         "a_",
                                         "https://r.example/a",
                                         "r.example:/a",
                                         "a:b:c",
                                         "{{ .image }}",
                                         "a:v1\n",
                                         "\xc3\xa4",
                                         "a@" DIGEST "0",
                                         "r.example/A" };
    struct image_reference reference;
    struct error error;

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        error_clear(&error);
        if (image_reference_parse(arena, texts[i], &reference, &error))
            fail_msg("'%s' was taken", texts[i]);
        assert_int_equal(error.code, ERROR_INVALID);
    }
}

static void puts_parts_of_values_together(void **state)
{
    struct image_reference reference;

    (void)state;
    assert_true(image_reference_from_parts(arena, "quay.io", "team/app", "1.2@" DIGEST, "",
                                           &reference, NULL));
    assert_string_equal(image_reference_text(arena, &reference), "quay.io/team/app:1.2@" DIGEST);
    assert_true(image_reference_from_parts(arena, NULL, "quay.io/team/app", NULL, &DIGEST[7],
                                           &reference, NULL));
    assert_string_equal(image_reference_text(arena, &reference), "quay.io/team/app@" DIGEST);
    assert_false(
        image_reference_from_parts(arena, NULL, "app", "not a tag", NULL, &reference, NULL));
}

static void knows_what_is_fetched_and_what_moves(void **state)
{
    struct image_reference reference, other;

    (void)state;
    assert_true(image_reference_parse(arena, "nginx", &reference, NULL));
    assert_string_equal(image_reference_tag(&reference), "latest");
    assert_true(image_reference_parse(arena, "docker.io/library/nginx@" DIGEST, &other, NULL));
    assert_null(image_reference_tag(&other));
    assert_true(image_reference_same_name(&reference, &other));
    assert_true(image_tag_moves("latest"));
    assert_true(image_tag_moves("Main"));
    assert_false(image_tag_moves("v2.0.7"));
    assert_false(image_tag_moves("latest-1"));
}

static void checks_digests(void **state)
{
    struct error error;

    (void)state;
    assert_string_equal(image_digest_of(arena, "", 0), DIGEST);
    assert_true(image_digest_check("it", DIGEST, "", 0, &error));
    assert_false(image_digest_check("it", DIGEST, "x", 1, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_true(image_digest_check("it",
                                   "sha512:"
                                   "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9c"
                                   "e47d0d13c5d85f2b0ff83"
                                   "18d2877eec2f63b931bd47417a81a538327af927da3e",
                                   "", 0, &error));
    assert_false(image_digest_check("it", "md5:1", "", 0, &error));
    assert_int_equal(error.code, ERROR_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_what_docker_reads, enter, leave),
        cmocka_unit_test_setup_teardown(refuses_what_docker_refuses, enter, leave),
        cmocka_unit_test_setup_teardown(puts_parts_of_values_together, enter, leave),
        cmocka_unit_test_setup_teardown(knows_what_is_fetched_and_what_moves, enter, leave),
        cmocka_unit_test_setup_teardown(checks_digests, enter, leave),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
