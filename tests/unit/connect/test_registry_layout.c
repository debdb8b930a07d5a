#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/connect/registry.h>

#include "../../support/registry_server.h"
#include "../../support/scratch.h"

/* Folders of OCI layouts that stand for a registry. */

struct shelf {
    char *folder, *layout;
    const char *root; /* the folder, which may be gone */
    struct registry_place place;
    struct registry *registry;
    struct arena *arena;
    char *older, *newer; /* digests */
    struct error error;
};

static int enter_shelf(void **state)
{
    const struct layout_image older = {
        "amd64", "\"Env\":[\"A=1\"]", {"base", "one"},
          2
    };
    const struct layout_image newer = {
        "amd64", "\"Env\":[\"A=2\"]", {"base", "two", "three"},
          3
    };
    struct shelf *shelf = memory_new(sizeof *shelf);
    struct registry_options options = { .place_count = 1 };

    shelf->arena = arena_new();
    shelf->folder = scratch_new();
    shelf->root = arena_text(shelf->arena, shelf->folder);
    shelf->layout = scratch_path(shelf->folder, "mb/auth");
    shelf->older = layout_add(shelf->layout, "v1", &older);
    shelf->newer = layout_add(shelf->layout, "registry.example/mb/auth:v2", &newer);
    shelf->place = (struct registry_place){ .name = "registry.example", .folder = shelf->root };
    options.places = &shelf->place;
    shelf->registry = registry_new(&options, &shelf->error);
    assert_non_null(shelf->registry);
    *state = shelf;
    return 0;
}

static int leave_shelf(void **state)
{
    struct shelf *shelf = *state;

    registry_free(&shelf->registry);
    arena_free(&shelf->arena);
    scratch_remove(&shelf->folder);
    free(shelf->layout), free(shelf->older), free(shelf->newer);
    free(shelf);
    return 0;
}

static bool shelf_get(struct shelf *shelf, const char *text, struct image *image)
{
    struct image_reference reference;

    error_clear(&shelf->error);
    assert_true(image_reference_parse(shelf->arena, text, &reference, NULL));
    return registry_image(shelf->registry, &reference, NULL, shelf->arena, image, NULL,
                          &shelf->error);
}

static void a_folder_of_layouts_answers_as_a_registry(void **state)
{
    struct shelf *shelf = *state;
    struct image_reference reference;
    struct image older, newer;
    struct image_comparison *it;
    const char *digest = NULL, **tags;
    size_t count;

    assert_true(shelf_get(shelf, "registry.example/mb/auth:v1", &older));
    assert_true(shelf_get(shelf, "registry.example/mb/auth:v2", &newer));
    assert_string_equal(older.digest, shelf->older);
    assert_string_equal(newer.digest, shelf->newer);
    it = image_compare(shelf->arena, &older, &newer, NULL);
    assert_int_equal(it->shared, 1);
    assert_int_equal(it->added, 2);
    assert_int_equal(it->removed, 1);
    assert_int_equal(it->setting_count, 1);
    assert_true(
        image_reference_parse(shelf->arena, "registry.example/mb/auth:v2", &reference, NULL));
    assert_true(registry_digest(shelf->registry, &reference, shelf->arena, &digest, NULL, NULL));
    assert_string_equal(digest, shelf->newer);
    assert_true(
        registry_tags(shelf->registry, &reference, shelf->arena, &tags, &count, NULL, NULL));
    assert_int_equal(count, 2);
    assert_string_equal(tags[0], "v1");
    assert_string_equal(tags[1], "v2");
}

static void a_tag_that_was_written_again_is_the_last_one(void **state)
{
    struct shelf *shelf = *state;
    const struct layout_image again = {
        "amd64", "", {"base", "another"},
          2
    };
    char *digest = layout_add(shelf->layout, "v1", &again);
    struct image image;

    assert_true(shelf_get(shelf, "registry.example/mb/auth:v1", &image));
    assert_string_equal(image.digest, digest);
    free(digest);
}

static void a_folder_says_what_it_lacks(void **state)
{
    struct shelf *shelf = *state;
    struct image image;

    assert_false(shelf_get(shelf, "registry.example/mb/auth:v9", &image));
    assert_int_equal(shelf->error.code, ERROR_NOT_FOUND);
    assert_string_equal(shelf->error.message, "registry.example has no mb/auth:v9");
    assert_false(shelf_get(shelf, "registry.example/mb/web:v1", &image));
    assert_int_equal(shelf->error.code, ERROR_NOT_FOUND);
    assert_string_equal(shelf->error.message, "registry.example has no repository for mb/web:v1");
    /* That the folder is gone says nothing of the image. */
    scratch_remove(&shelf->folder);
    assert_false(shelf_get(shelf, "registry.example/mb/auth:v1", &image));
    assert_int_equal(shelf->error.code, ERROR_IO);
    shelf->folder = scratch_new();
}

static void a_blob_of_a_folder_that_was_changed_is_refused(void **state)
{
    struct shelf *shelf = *state;
    char *name = memory_printf("blobs/sha256/%s", shelf->older + 7);
    struct image image;

    free(scratch_file(shelf->layout, name, "{}"));
    assert_false(shelf_get(shelf, "registry.example/mb/auth:v1", &image));
    assert_int_equal(shelf->error.code, ERROR_CORRUPT);
    free(name);
}

#define SHELF(name) cmocka_unit_test_setup_teardown(name, enter_shelf, leave_shelf)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SHELF(a_folder_of_layouts_answers_as_a_registry),
        SHELF(a_tag_that_was_written_again_is_the_last_one),
        SHELF(a_folder_says_what_it_lacks),
        SHELF(a_blob_of_a_folder_that_was_changed_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
