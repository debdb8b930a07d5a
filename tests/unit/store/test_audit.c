/* The audit chain in the store: appending, listing, finding what was tampered with. */
#include "store_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/store/audit.h>

/* Appends within the open transaction. */
static void append(struct fixture *f, const char *actor, const char *action, const char *object)
{
    struct audit_entry entry = { .tenant = "tenant-1",
                                 .project = strcmp(actor, "bob") == 0 ? "project-2" : "project-1",
                                 .actor = actor,
                                 .action = action,
                                 .object = object };
    json_t *body = json_object();
    struct error error;

    json_put_text(body, "said", object);
    json_put_integer(body, "rev", 3);
    must(audit_append(f->connection, &entry, body, &error), &error);
    json_decref(body);
}

/* Eight entries, a second apart. */
static void append_day(struct fixture *f)
{
    static const struct {
        const char *actor, *action, *object;
    } acts[] = {
        {"alice",  "project.create", "project:1"},
        { "alice", "note.draft",     "note:1"   },
        { "bob",   "note.review",    "note:1"   },
        { "alice", "note.approve",   "note:1"   },
        { "carol", "notes.export",   "note:1"   },
        { "bob",   "report.review",  "report:7" },
        { "alice", "note.publish",   "note:1"   },
        { "carol", "audit.export",   NULL       },
    };

    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        f->clock = clock_frozen(TEST_NOW + (int64_t)i * 1000);
        begin(f->connection);
        append(f, acts[i].actor, acts[i].action, acts[i].object);
        commit(f->connection);
    }
}

static struct audit_verdict verify(struct fixture *f, const struct audit_checkpoint *expected)
{
    struct audit_verdict verdict;
    struct error error;

    must(audit_verify(f->connection, expected, NULL, &verdict, &error), &error);
    return verdict;
}

static struct audit_checkpoint checkpoint_of(struct fixture *f)
{
    struct audit_checkpoint checkpoint;
    struct error error;

    must(audit_checkpoint_now(f->connection, &checkpoint, &error), &error);
    return checkpoint;
}

/* What the owner of the file can do to it, triggers or not. */
static void tamper(struct fixture *f, const char *sql)
{
    assert_true(raw_sql(f->path, "DROP TRIGGER IF EXISTS audit_keeps_values;"
                                 "DROP TRIGGER IF EXISTS audit_keeps_rows;"
                                 "DROP TRIGGER IF EXISTS audit_continues;"));
    assert_true(raw_sql(f->path, sql));
}

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

    append_day(f);
    must(audit_list(f->connection, NULL, NULL, f->arena, &list, &error), &error);
    assert_int_equal(list.count, 8);
    for (size_t i = 0; i + 1 < list.count; i++) {
        assert_int_equal(list.items[i].seq, 8 - i);
        assert_contains(list.items[i].line, list.items[i + 1].hash);
    }
    verdict = verify(f, NULL);
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
    struct audit_verdict verdict = verify(f, NULL);

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
        append(f, texts[i], "test", texts[i]);
    commit(f->connection);
    verdict = verify(f, NULL);
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
    append(f, "alice", "note.approve", "note:1");
    store_rollback(f->connection);
    assert_int_equal(verify(f, NULL).count, 0);
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

    append_day(f);
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

    append_day(f);
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

    append_day(f);
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

    append_day(f);
    for (size_t i = 0; i < sizeof attacks / sizeof attacks[0]; i++)
        assert_false(raw_sql(f->path, attacks[i]));
    assert_true(verify(f, NULL).intact);
}

static void a_changed_line_is_found(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    append_day(f);
    tamper(f, "UPDATE audit SET line = replace(line, 'alice', 'bobby'), actor = 'bobby' WHERE seq "
              "= 4");
    verdict = verify(f, NULL);
    assert_false(verdict.intact);
    assert_int_equal(verdict.broken_seq, 4);
    assert_int_equal(verdict.count, 3);
    assert_string_equal(verdict.reason, "entry 4 has been changed: its hash is not the one kept");
}

static void a_line_that_is_no_line_is_found(void **state)
{
    static const char *const lines[] = {
        "''",
        "'{}'",
        "'{\"action\":\"x'",
        "substr(line, 1, length(line) - 1)",
        "line || ' '",
        "replace(line, '\"seq\":4', '\"seq\":04x')",
        "replace(line, '\"seq\":4', '\"seq\":99999999999999999999')",
        "replace(line, '\"actor\":\"alice\"', '\"actor\":null')",
        "replace(line, '\"actor\":\"alice\"', '\"actor\":\"alice\\')",
    };
    struct fixture *f = *state;

    append_day(f);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct audit_verdict verdict;

        tamper(f, "CREATE TABLE kept AS SELECT line FROM audit WHERE seq = 4");
        tamper(f, arena_printf(f->arena, "UPDATE audit SET line = %s WHERE seq = 4", lines[i]));
        verdict = verify(f, NULL);
        assert_int_equal(verdict.broken_seq, 4);
        assert_string_equal(verdict.reason, "entry 4 has been changed: it is not an audit line");
        tamper(f, "UPDATE audit SET line = (SELECT line FROM kept) WHERE seq = 4; DROP TABLE kept");
        assert_true(verify(f, NULL).intact);
    }
}

static void a_line_and_hash_changed_together_break_the_next_entry(void **state)
{
    struct fixture *f = *state;
    struct audit_entries list;
    struct audit_verdict verdict;
    char hash[SHA256_HEX_SIZE];
    struct strbuf line = STRBUF_INIT;
    struct error error;

    append_day(f);
    must(audit_list(f->connection, NULL, NULL, f->arena, &list, &error), &error);
    strbuf_add(&line, list.items[4].line); /* entry 4 */
    memcpy(strstr(line.data, "\"actor\":\"alice\"") + 9, "bobby", 5);
    sha256_hex(line.data, line.length, hash);
    tamper(f,
           arena_printf(f->arena,
                        "UPDATE audit SET line = '%s', hash = '%s', actor = 'bobby' WHERE seq = 4",
                        line.data, hash));
    strbuf_release(&line);
    verdict = verify(f, NULL);
    assert_int_equal(verdict.broken_seq, 5);
    assert_string_equal(verdict.reason,
                        "entry 5 does not continue entry 4: one of the two has been changed");
}

static void a_changed_column_is_found(void **state)
{
    static const char *const changes[] = { "actor = 'eve'",        "action = 'note.reject'",
                                           "object = NULL",        "project = 'project-9'",
                                           "tenant = 'elsewhere'", "at = at - 1" };
    struct fixture *f = *state;

    append_day(f);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct audit_verdict verdict;

        tamper(f, "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 4");
        tamper(f, arena_printf(f->arena, "UPDATE audit SET %s WHERE seq = 4", changes[i]));
        verdict = verify(f, NULL);
        assert_int_equal(verdict.broken_seq, 4);
        assert_string_equal(verdict.reason,
                            "entry 4 has been changed: its columns do not say what its line says");
        tamper(f, "REPLACE INTO audit SELECT * FROM kept; DROP TABLE kept");
    }
}

static void a_changed_body_is_found_and_an_absent_one_counted(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    append_day(f);
    tamper(f, "UPDATE audit SET body = NULL WHERE seq = 2");
    verdict = verify(f, NULL);
    assert_true(verdict.intact);
    assert_int_equal(verdict.bodies, 7);
    assert_int_equal(verdict.bodies_absent, 1);
    tamper(f, "UPDATE audit SET body = replace(body, '3', '4') WHERE seq = 6");
    verdict = verify(f, NULL);
    assert_int_equal(verdict.broken_seq, 6);
    assert_string_equal(verdict.reason, "the body of entry 6 has been changed");
}

static void a_body_of_an_entry_without_one_is_found(void **state)
{
    struct fixture *f = *state;
    struct audit_entry entry = { .actor = "alice", .action = "test" };
    struct error error;

    begin(f->connection);
    must(audit_append(f->connection, &entry, NULL, &error), &error);
    commit(f->connection);
    assert_true(verify(f, NULL).intact);
    tamper(f, "UPDATE audit SET body = '{}'");
    assert_string_equal(verify(f, NULL).reason, "entry 1 has a body that its line does not know");
}

static void a_deleted_entry_is_found(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    append_day(f);
    tamper(f, "DELETE FROM audit WHERE seq = 5");
    verdict = verify(f, NULL);
    assert_int_equal(verdict.broken_seq, 5);
    assert_string_equal(verdict.reason, "entry 5 is missing: entry 6 stands in its place");
}

static void exchanged_entries_are_found(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    append_day(f);
    tamper(f, "UPDATE audit SET seq = -1 WHERE seq = 3;"
              "UPDATE audit SET seq = 3 WHERE seq = 4;"
              "UPDATE audit SET seq = 4 WHERE seq = -1;");
    verdict = verify(f, NULL);
    assert_int_equal(verdict.broken_seq, 3);
    assert_string_equal(verdict.reason, "entry 3 is missing: entry 4 stands in its place");
}

static void a_cut_tail_shows_only_against_a_checkpoint(void **state)
{
    struct fixture *f = *state;
    struct audit_checkpoint kept;
    struct audit_verdict verdict;

    append_day(f);
    kept = checkpoint_of(f);
    assert_int_equal(kept.count, 8);
    tamper(f, "DELETE FROM audit WHERE seq > 6");
    assert_true(verify(f, NULL).intact);
    verdict = verify(f, &kept);
    assert_false(verdict.intact);
    assert_int_equal(verdict.broken_seq, 7);
    assert_string_equal(verdict.reason, "entries 7 to 8 are gone: the checkpoint counted 8");
}

static void a_chain_that_was_written_anew_shows_against_a_checkpoint(void **state)
{
    struct fixture *f = *state;
    struct audit_checkpoint kept;
    struct audit_verdict verdict;

    append_day(f);
    kept = checkpoint_of(f);
    tamper(f, "DELETE FROM audit WHERE seq = 8");
    begin(f->connection);
    append(f, "eve", "note.approve", "note:1");
    commit(f->connection);
    assert_true(verify(f, NULL).intact);
    verdict = verify(f, &kept);
    assert_int_equal(verdict.broken_seq, 8);
    assert_string_equal(verdict.reason, "entry 8 is not the one that the checkpoint names");
}

static void a_checkpoint_holds_for_what_came_after_it(void **state)
{
    struct fixture *f = *state;
    struct audit_checkpoint kept;

    append_day(f);
    kept = checkpoint_of(f);
    begin(f->connection);
    append(f, "alice", "note.withdraw", "note:1");
    commit(f->connection);
    assert_true(verify(f, &kept).intact);
}

static void a_checkpoint_of_another_store_is_refused(void **state)
{
    struct fixture *f = *state;
    struct audit_checkpoint other = checkpoint_of(f);
    struct audit_verdict verdict;
    struct error error;

    strcpy(other.origin, "pilab/elsewhere");
    must_fail(audit_verify(f->connection, &other, NULL, &verdict, &error), &error, ERROR_INVALID);
    assert_contains(error.message, "the checkpoint is of another audit");
}

static void a_checkpoint_is_three_lines(void **state)
{
    static const char *const wrong[] = {
        "",
        "pilab/x\n",
        "pilab/x\n8\n",
        "\n8\n%s\n",
        "pilab/x\n-8\n%s\n",
        "pilab/x\n8\nabc\n",
        "pilab/x\n8\n%s",
        "pilab/x\n\n%s\n",
    };
    struct fixture *f = *state;
    struct audit_checkpoint checkpoint, again;
    struct strbuf text = STRBUF_INIT;
    struct error error;

    append_day(f);
    checkpoint = checkpoint_of(f);
    audit_checkpoint_write(&checkpoint, &text);
    assert_string_equal(text.data, arena_printf(f->arena, "pilab/%s\n8\n%s\n", store_id(f->store),
                                                checkpoint.hash));
    must(audit_checkpoint_read(text.data, text.length, &again, &error), &error);
    assert_string_equal(again.origin, checkpoint.origin);
    assert_int_equal(again.count, 8);
    assert_string_equal(again.hash, checkpoint.hash);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *form = wrong[i];
        const char *place = strstr(form, "%s");

        strbuf_clear(&text);
        strbuf_add_bytes(&text, form, place != NULL ? (size_t)(place - form) : strlen(form));
        if (place != NULL) {
            strbuf_add(&text, checkpoint.hash);
            strbuf_add(&text, place + 2);
        }
        must_fail(audit_checkpoint_read(text.data, text.length, &again, &error), &error,
                  ERROR_INVALID);
    }
    strbuf_release(&text);
}

static void checking_can_be_cancelled(void **state)
{
    struct fixture *f = *state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    struct audit_verdict verdict;
    struct error error;

    append_day(f);
    must_fail(audit_verify(f->connection, NULL, &progress, &verdict, &error), &error,
              ERROR_CANCELLED);
}

#define MANY 100000

static void a_hundred_thousand_entries_are_checked(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    begin(f->connection);
    for (int i = 0; i < MANY; i++)
        append(f, "alice@example.org", "deployment.deploy", "deployment:0194-8f14e45fceea");
    commit(f->connection);
    verdict = verify(f, NULL);
    assert_true(verdict.intact);
    assert_int_equal(verdict.count, MANY);
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
        cmocka_unit_test_setup_teardown(a_changed_line_is_found, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_line_that_is_no_line_is_found, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_line_and_hash_changed_together_break_the_next_entry,
                                        store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_changed_column_is_found, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_changed_body_is_found_and_an_absent_one_counted,
                                        store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_body_of_an_entry_without_one_is_found, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_deleted_entry_is_found, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(exchanged_entries_are_found, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cut_tail_shows_only_against_a_checkpoint, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_chain_that_was_written_anew_shows_against_a_checkpoint,
                                        store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_checkpoint_holds_for_what_came_after_it, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_checkpoint_of_another_store_is_refused, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_checkpoint_is_three_lines, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(checking_can_be_cancelled, store_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_hundred_thousand_entries_are_checked, store_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
