/* The audit of a store: appending, listing, finding entries again. */
#include "audit_support.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/store/audit.h>

static void an_entry_is_one_canonical_line(void **state)
{
    static const char line[] =
        "{\"action\":\"note.approve\",\"actor\":\"alice\",\"at\":1737556200000,"
        "\"body\":\"74e39f402f5880557a5f136488d3a8fccdfd33b32c696c38e26eee280126f66c\","
        "\"object\":null,"
        "\"prev\":\"0000000000000000000000000000000000000000000000000000000000000000\","
        "\"project\":null,\"seq\":1,\"tenant\":null}";
    struct fixture *f = *state;
    struct audit_entry entry = { .actor = "alice", .action = "note.approve" };
    struct audit_entries list;
    char hash[SHA256_HEX_SIZE];
    json_t *body = json_object();
    struct error error;

    json_put_integer(body, "rev", 3);
    json_put_text(body, "note", "n1");
    begin(f->connection);
    must(audit_append(f->connection, &entry, body, &error), &error);
    commit(f->connection);
    json_decref(body);
    assert_int_equal(entry.seq, 1);
    assert_int_equal(entry.at, TEST_NOW);
    must(audit_list(f->connection, NULL, NULL, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].line, line);
    assert_string_equal(list.items[0].hash, sha256_hex(line, strlen(line), hash));
    assert_string_equal(list.items[0].body, "{\"note\":\"n1\",\"rev\":3}");
}

static void each_entry_continues_the_one_before(void **state)
{
    struct fixture *f = *state;
    struct audit_entries list;
    struct audit_verdict verdict;
    struct error error;

    audit_day(f);
    must(audit_list(f->connection, NULL, NULL, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 8);
    for (size_t i = 0; i + 1 < list.count; i++) {
        assert_int_equal(list.items[i].seq, 8 - i);
        assert_contains(list.items[i].line, list.items[i + 1].hash);
    }
    verdict = audit_check_chain(f, NULL);
    assert_true(verdict.intact);
    assert_int_equal(verdict.count, 8);
    assert_int_equal(verdict.bodies, 8);
    assert_int_equal(verdict.bodies_absent, 0);
    assert_int_equal(verdict.broken_seq, 0);
    assert_string_equal(verdict.hash, list.items[0].hash);
}

static void an_empty_audit_is_intact(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict = audit_check_chain(f, NULL);

    assert_true(verdict.intact);
    assert_int_equal(verdict.count, 0);
}

static void hostile_text_is_kept_and_found_again(void **state)
{
    static const char *const texts[] = {
        "quote \" backslash \\ slash /",
        "controls \x01\x1b[2J\n\t\x7f",
        "\",\"seq\":99,\"tenant\":null}",
        "gr\xc3\xbc\xc3\x9f \xe2\x80\xae bidi",
        "invalid \xff\xfe",
        "",
    };
    struct fixture *f = *state;
    struct audit_entries list;
    struct audit_verdict verdict;
    struct error error;

    begin(f->connection);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        audit_add(f, texts[i], "test", texts[i]);
    commit(f->connection);
    verdict = audit_check_chain(f, NULL);
    assert_string_equal(verdict.reason, "");
    assert_true(verdict.intact);
    must(audit_list(f->connection, NULL, NULL, f->arena, &list, &error), &error);
    assert_string_equal(list.items[5].object, texts[0]);
    assert_string_equal(list.items[4].object, texts[1]);
    assert_string_equal(list.items[3].object, texts[2]);
    assert_string_equal(list.items[1].object, "invalid \xef\xbf\xbd\xef\xbf\xbd");
}

static void an_entry_needs_an_actor_an_action_and_a_transaction(void **state)
{
    struct fixture *f = *state;
    struct audit_entry entry = { .actor = "alice" };
    struct error error;

    begin(f->connection);
    must_fail(audit_append(f->connection, &entry, NULL, &error), &error, ERROR_INVALID);
    store_rollback(f->connection);
    entry.action = "test";
    must_fail(audit_append(f->connection, &entry, NULL, &error), &error, ERROR_INTERNAL);
}

static void an_entry_is_lost_with_the_act_it_tells_of(void **state)
{
    struct fixture *f = *state;

    begin(f->connection);
    audit_add(f, "alice", "note.approve", "note:1");
    store_rollback(f->connection);
    assert_int_equal(audit_check_chain(f, NULL).count, 0);
}

static size_t count(struct fixture *f, const struct audit_filter *filter)
{
    struct store_page page = { .limit = 2 };
    struct audit_entries list;
    struct error error;
    size_t found = 0;

    do {
        must(audit_list(f->connection, filter, &page, f->arena, &list, &error), &error);
        found += list.count;
        page.after = list.next;
    } while (list.next != NULL);
    return found;
}

static void entries_are_found_by_what_they_say(void **state)
{
    static const struct {
        struct audit_filter filter;
        size_t found;
    } cases[] = {
        {{ 0 },                                                        8},
        { { .actor = "alice" },                                        4},
        { { .project = "project-2" },                                  2},
        { { .tenant = "tenant-1" },                                    8},
        { { .tenant = "tenant-2" },                                    0},
        { { .action = "note.approve" },                                1},
        { { .action = "note." },                                       4},
        { { .action = "note" },                                        0},
        { { .object = "note:1" },                                      5},
        { { .object = "note:1", .actor = "alice", .action = "note." }, 3},
        { { .since = TEST_NOW + 2000 },                                6},
        { { .since = TEST_NOW + 2000, .until = TEST_NOW + 4000 },      2},
        { { .until = TEST_NOW },                                       0},
    };
    struct fixture *f = *state;

    audit_day(f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(count(f, &cases[i].filter), cases[i].found);
}

static void a_long_audit_is_held_by_its_numbers(void **state)
{
    const struct audit_filter of_alice = { .actor = "alice" };
    struct fixture *f = *state;
    struct audit_entry entry;
    struct vector numbers;
    struct error error;

    audit_day(f);
    vector_init(&numbers, sizeof(int64_t));
    must(audit_numbers(f->connection, NULL, 0, &numbers, &error), &error);
    assert_int_equal(numbers.count, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(*(int64_t *)vector_at(&numbers, i), 8 - (int64_t)i);
    vector_clear(&numbers);
    must(audit_numbers(f->connection, &of_alice, 0, &numbers, &error), &error);
    assert_int_equal(numbers.count, 4);
    must(audit_get(f->connection, *(int64_t *)vector_at(&numbers, 3), f->arena, &entry, &error),
         &error);
    assert_string_equal(entry.actor, "alice");
    assert_int_equal(entry.seq, 1);
    vector_clear(&numbers);
    must(audit_numbers(f->connection, NULL, 6, &numbers, &error), &error);
    assert_int_equal(numbers.count, 2);
    vector_release(&numbers);
    must_fail(audit_get(f->connection, 9, f->arena, &entry, &error), &error, ERROR_NOT_FOUND);
}

static void what_stands_in_entries_is_given_once(void **state)
{
    const struct audit_filter of_alice = { .actor = "alice" };
    struct fixture *f = *state;
    struct audit_word_list list;
    struct error error;

    audit_day(f);
    must(audit_words_there(f->connection, NULL, 0, AUDIT_WORD_ACTOR, 9, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0], "alice");
    assert_string_equal(list.items[2], "carol");
    must(audit_words_there(f->connection, NULL, 6, AUDIT_WORD_ACTION, 9, f->arena, &list, &error),
         &error);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0], "audit.export");
    must(audit_words_there(f->connection, &of_alice, 0, AUDIT_WORD_ACTION, 3, f->arena, &list,
                           &error),
         &error);
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0], "note.approve");
}

static void triggers_refuse_every_change(void **state)
{
    static const char *const attacks[] = {
        "UPDATE audit SET actor = 'eve' WHERE seq = 3",
        "UPDATE audit SET body = NULL",
        "DELETE FROM audit WHERE seq = 8",
        "PRAGMA recursive_triggers = ON; INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE "
        "seq = 8",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 8",
        "INSERT INTO audit SELECT seq + 1, line, hash, body, at, tenant, project, actor, action,"
        " object FROM audit WHERE seq = 8",
        "INSERT INTO audit SELECT seq + 2, line, hash, body, at, tenant, project, actor, action,"
        " object FROM audit WHERE seq = 8",
        "INSERT INTO audit SELECT NULL, line, hash, body, at, tenant, project, actor, action,"
        " object FROM audit WHERE seq = 8",
    };
    struct fixture *f = *state;

    audit_day(f);
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
        assert_false(raw_sql(f->path, attacks[i]));
    assert_true(audit_check_chain(f, NULL).intact);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_entry_is_one_canonical_line, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(each_entry_continues_the_one_before, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_empty_audit_is_intact, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(hostile_text_is_kept_and_found_again, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_entry_needs_an_actor_an_action_and_a_transaction,
                                        store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(an_entry_is_lost_with_the_act_it_tells_of, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(entries_are_found_by_what_they_say, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_long_audit_is_held_by_its_numbers, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_stands_in_entries_is_given_once, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(triggers_refuse_every_change, store_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
