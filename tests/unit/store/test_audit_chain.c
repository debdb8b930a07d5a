/* What was tampered with in the audit of a store is found. */
#include "audit_support.h"

#include <string.h>

#include <pilab/base/strbuf.h>

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

static void a_changed_line_is_found(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    audit_day(f);
    tamper(f, "UPDATE audit SET line = replace(line, 'alice', 'bobby'), actor = 'bobby' WHERE seq "
              "= 4");
    verdict = audit_check_chain(f, NULL);
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

    audit_day(f);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct audit_verdict verdict;

        tamper(f, "CREATE TABLE kept AS SELECT line FROM audit WHERE seq = 4");
        tamper(f, arena_printf(f->arena, "UPDATE audit SET line = %s WHERE seq = 4", lines[i]));
        verdict = audit_check_chain(f, NULL);
        assert_int_equal(verdict.broken_seq, 4);
        assert_string_equal(verdict.reason, "entry 4 has been changed: it is not an audit line");
        tamper(f, "UPDATE audit SET line = (SELECT line FROM kept) WHERE seq = 4; DROP TABLE kept");
        assert_true(audit_check_chain(f, NULL).intact);
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

    audit_day(f);
    must(audit_list(f->connection, NULL, NULL, f->arena, &list, &error), &error);
    strbuf_add(&line, list.items[4].line); /* entry 4 */
    memcpy(strstr(line.data, "\"actor\":\"alice\"") + 9, "bobby", 5);
    sha256_hex(line.data, line.length, hash);
    tamper(f,
           arena_printf(f->arena,
                        "UPDATE audit SET line = '%s', hash = '%s', actor = 'bobby' WHERE seq = 4",
                        line.data, hash));
    strbuf_release(&line);
    verdict = audit_check_chain(f, NULL);
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

    audit_day(f);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct audit_verdict verdict;

        tamper(f, "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = 4");
        tamper(f, arena_printf(f->arena, "UPDATE audit SET %s WHERE seq = 4", changes[i]));
        verdict = audit_check_chain(f, NULL);
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

    audit_day(f);
    tamper(f, "UPDATE audit SET body = NULL WHERE seq = 2");
    verdict = audit_check_chain(f, NULL);
    assert_true(verdict.intact);
    assert_int_equal(verdict.bodies, 7);
    assert_int_equal(verdict.bodies_absent, 1);
    tamper(f, "UPDATE audit SET body = replace(body, '3', '4') WHERE seq = 6");
    verdict = audit_check_chain(f, NULL);
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
    assert_true(audit_check_chain(f, NULL).intact);
    tamper(f, "UPDATE audit SET body = '{}'");
    assert_string_equal(audit_check_chain(f, NULL).reason,
                        "entry 1 has a body that its line does not know");
}

static void a_deleted_entry_is_found(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    audit_day(f);
    tamper(f, "DELETE FROM audit WHERE seq = 5");
    verdict = audit_check_chain(f, NULL);
    assert_int_equal(verdict.broken_seq, 5);
    assert_string_equal(verdict.reason, "entry 5 is missing: entry 6 stands in its place");
}

static void exchanged_entries_are_found(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict;

    audit_day(f);
    tamper(f, "UPDATE audit SET seq = -1 WHERE seq = 3;"
              "UPDATE audit SET seq = 3 WHERE seq = 4;"
              "UPDATE audit SET seq = 4 WHERE seq = -1;");
    verdict = audit_check_chain(f, NULL);
    assert_int_equal(verdict.broken_seq, 3);
    assert_string_equal(verdict.reason, "entry 3 is missing: entry 4 stands in its place");
}

static void a_cut_tail_shows_only_against_a_checkpoint(void **state)
{
    struct fixture *f = *state;
    struct audit_checkpoint kept;
    struct audit_verdict verdict;

    audit_day(f);
    kept = checkpoint_of(f);
    assert_int_equal(kept.count, 8);
    tamper(f, "DELETE FROM audit WHERE seq > 6");
    assert_true(audit_check_chain(f, NULL).intact);
    verdict = audit_check_chain(f, &kept);
    assert_false(verdict.intact);
    assert_int_equal(verdict.broken_seq, 7);
    assert_string_equal(verdict.reason, "entries 7 to 8 are gone: the checkpoint counted 8");
}

static void a_chain_that_was_written_anew_shows_against_a_checkpoint(void **state)
{
    struct fixture *f = *state;
    struct audit_checkpoint kept;
    struct audit_verdict verdict;

    audit_day(f);
    kept = checkpoint_of(f);
    tamper(f, "DELETE FROM audit WHERE seq = 8");
    begin(f->connection);
    audit_add(f, "eve", "note.approve", "note:1");
    commit(f->connection);
    assert_true(audit_check_chain(f, NULL).intact);
    verdict = audit_check_chain(f, &kept);
    assert_int_equal(verdict.broken_seq, 8);
    assert_string_equal(verdict.reason, "entry 8 is not the one that the checkpoint names");
}

static void a_checkpoint_holds_for_what_came_after_it(void **state)
{
    struct fixture *f = *state;
    struct audit_checkpoint kept;

    audit_day(f);
    kept = checkpoint_of(f);
    begin(f->connection);
    audit_add(f, "alice", "note.withdraw", "note:1");
    commit(f->connection);
    assert_true(audit_check_chain(f, &kept).intact);
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

    audit_day(f);
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

    audit_day(f);
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
        audit_add(f, "alice@example.org", "deployment.deploy", "deployment:0194-8f14e45fceea");
    commit(f->connection);
    verdict = audit_check_chain(f, NULL);
    assert_true(verdict.intact);
    assert_int_equal(verdict.count, MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
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
