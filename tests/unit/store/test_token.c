#include "store_support.h"

#include <string.h>

#include <pilab/store/token.h>

/* Tokens for servers of repositories: one a host, sealed, written over by who has seen it last. */

static struct store_token token_for(const struct fixture *f, const char *host, const char *sealed)
{
    return (struct store_token){ .project_id = f->project_id,
                                 .host = host,
                                 .login = "carla",
                                 .sealed = sealed,
                                 .sealed_length = strlen(sealed),
                                 .fingerprint = "f1",
                                 .author = "root" };
}

static void a_token_is_kept_found_and_taken_away(void **state)
{
    struct fixture *f = *state;
    struct store_token token = token_for(f, "https://git.example", "box one"), found;
    struct error error;
    bool there;

    begin(f->connection);
    must(store_token_put(f->connection, &token, &error), &error);
    assert_int_equal(token.rev, 1);
    must(store_token_find(f->connection, f->project_id, "https://git.example", f->arena, &found,
                          &there, &error),
         &error);
    assert_true(there);
    assert_string_equal(found.login, "carla");
    assert_int_equal(found.sealed_length, strlen("box one"));
    assert_memory_equal(found.sealed, "box one", strlen("box one"));
    assert_int_equal(found.updated_at, TEST_NOW);
    must(store_token_find(f->connection, f->project_id, "https://git.example:8443", f->arena,
                          &found, &there, &error),
         &error);
    assert_false(there);
    must(store_token_remove(f->connection, &token, &error), &error);
    must_fail(store_token_remove(f->connection, &token, &error), &error, ERROR_CONFLICT);
    commit(f->connection);
}

static void who_comes_second_is_told(void **state)
{
    struct fixture *f = *state;
    struct store_token token = token_for(f, "https://git.example", "one"), other = token, stale;
    struct error error;

    begin(f->connection);
    must(store_token_put(f->connection, &token, &error), &error);
    must_fail(store_token_put(f->connection, &other, &error), &error, ERROR_EXISTS);
    stale = token;
    token.sealed = "two";
    must(store_token_put(f->connection, &token, &error), &error);
    assert_int_equal(token.rev, 2);
    must_fail(store_token_put(f->connection, &stale, &error), &error, ERROR_CONFLICT);
    commit(f->connection);
}

static void all_can_be_sealed_anew(void **state)
{
    struct fixture *f = *state;
    struct store_token a = token_for(f, "https://b.example", "one"),
                       b = token_for(f, "https://a.example", "two");
    struct store_tokens list;
    struct error error;

    begin(f->connection);
    must(store_token_put(f->connection, &a, &error), &error);
    must(store_token_put(f->connection, &b, &error), &error);
    must(store_token_list(f->connection, NULL, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].host, "https://a.example");
    list.items[0].sealed = "anew";
    list.items[0].sealed_length = 4;
    must(store_token_reseal(f->connection, &list.items[0], &error), &error);
    must(store_token_list(f->connection, f->project_id, f->arena, &list, &error), &error);
    assert_memory_equal(list.items[0].sealed, "anew", 4);
    assert_int_equal(list.items[0].rev, 1);
    must(store_token_list(f->connection, f->user_id, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 0);
    commit(f->connection);
}

static void only_hosts_over_tls_have_one(void **state)
{
    struct fixture *f = *state;
    struct store_token token = token_for(f, "http://git.example", "one");
    struct error error;

    begin(f->connection);
    assert_false(store_token_put(f->connection, &token, &error));
    store_rollback(f->connection);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, project_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_token_is_kept_found_and_taken_away),
        CASE(who_comes_second_is_told),
        CASE(all_can_be_sealed_anew),
        CASE(only_hosts_over_tls_have_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
