#include "store_support.h"

#include <pilab/store/image_digest.h>

/* What tags of images stood for at first. */

static void add(struct fixture *f, const char *name, const char *tag, const char *digest,
                int64_t at)
{
    const struct store_image_digest row = { name, tag, digest, at };
    struct error error;

    must(store_image_digest_add(f->connection, f->project_id, &row, &error), &error);
}

static void the_first_that_was_seen_stays(void **state)
{
    struct fixture *f = *state;
    struct store_image_digest *rows;
    struct error error;
    size_t count;

    begin(f->connection);
    add(f, "r.example/mb/web", "v1", "sha256:cc", 3);
    add(f, "r.example/mb/auth", "v2", "sha256:aa", 1);
    add(f, "r.example/mb/auth", "v2", "sha256:bb", 2);
    add(f, "r.example/mb/auth", "v1", "sha256:dd", 4);
    commit(f->connection);
    must(store_image_digest_list(f->connection, f->project_id, f->arena, &rows, &count, &error),
         &error);
    assert_int_equal(count, 3);
    assert_string_equal(rows[0].name, "r.example/mb/auth");
    assert_string_equal(rows[0].tag, "v1");
    assert_string_equal(rows[1].digest, "sha256:aa");
    assert_int_equal(rows[1].seen_at, 1);
    assert_string_equal(rows[2].name, "r.example/mb/web");
}

static void a_project_has_its_own(void **state)
{
    struct fixture *f = *state;
    struct store_image_digest *rows;
    struct error error;
    size_t count;

    must(store_image_digest_list(f->connection, f->tenant_id, f->arena, &rows, &count, &error),
         &error);
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_that_was_seen_stays, project_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_project_has_its_own, project_setup, fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
