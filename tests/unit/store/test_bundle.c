/* The audit as a folder that anybody can check. */
#include "store_support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/strbuf.h>
#include <pilab/store/audit.h>

#include "../../support/scratch.h"

#define ENTRIES 6

static int bundle_setup(void **state)
{
    struct fixture *f;
    struct error error;

    if (store_setup(state) != 0)
        return -1;
    f = *state;
    begin(f->connection);
    for (int i = 0; i < ENTRIES; i++) {
        struct audit_entry entry = { .actor = i == 2 ? "b\"ö\\b\x1b" : "alice",
                                     .action = "note.draft",
                                     .project = i % 2 == 0 ? "project-1" : "project-2",
                                     .object = "note:1" };
        json_t *body = json_object();

        json_put_text(body, "title", "50 % \"größer\" \\ \x01\n");
        must(audit_append(f->connection, &entry, i == 4 ? NULL : body, &error), &error);
        json_decref(body);
    }
    commit(f->connection);
    return 0;
}

static const char *export_to(struct fixture *f, const char *name, enum audit_bodies bodies)
{
    struct audit_export export = { .directory = store_fixture_path(f, name),
                                   .bodies = bodies,
                                   .project = "project-2" };
    struct audit_checkpoint checkpoint, now;
    struct error error;

    must(audit_export(f->connection, &export, NULL, &checkpoint, &error), &error);
    must(audit_checkpoint_now(f->connection, &now, &error), &error);
    assert_int_equal(checkpoint.count, ENTRIES);
    assert_string_equal(checkpoint.hash, now.hash);
    return export.directory;
}

static struct audit_verdict verify(const char *directory, const struct audit_checkpoint *expected)
{
    struct audit_verdict verdict;
    struct error error;

    must(audit_verify_bundle(directory, expected, NULL, &verdict, &error), &error);
    return verdict;
}

/* Runs the bundle's own script with sh; its exit status, and its output in the arena. */
static int run_script(struct fixture *f, const char *directory, const char *count, const char *hash,
                      const char **output)
{
    char *script = arena_printf(f->arena, "%s/verify.sh", directory);
    struct strbuf text = STRBUF_INIT;
    char buffer[512];
    ssize_t got;
    int ends[2];
    int status;
    pid_t child;

    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        dup2(ends[1], STDERR_FILENO);
        execlp("sh", "sh", script, count, hash, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while ((got = read(ends[0], buffer, sizeof buffer)) > 0)
        strbuf_add_bytes(&text, buffer, (size_t)got);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    *output = strbuf_to_arena(&text, f->arena);
    strbuf_release(&text);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Replaces the first `old` in a file of the bundle. */
static void edit(const char *directory, const char *name, const char *old, const char *new)
{
    char *path = scratch_path(directory, name);
    char *text = scratch_read(path);
    char *place = strstr(text, old);
    struct strbuf changed = STRBUF_INIT;

    assert_non_null(place);
    strbuf_add_bytes(&changed, text, (size_t)(place - text));
    strbuf_add(&changed, new);
    strbuf_add(&changed, place + strlen(old));
    free(scratch_file(directory, name, changed.data));
    strbuf_release(&changed);
    free(text);
    free(path);
}

/* Drops line `number` (from 1) of audit.jsonl. */
static void drop_line(const char *directory, int number)
{
    char *path = scratch_path(directory, "audit.jsonl");
    char *text = scratch_read(path);
    struct strbuf kept = STRBUF_INIT;
    char *line = text;

    for (int i = 1; *line != '\0'; i++) {
        char *end = strchr(line, '\n') + 1;

        if (i != number)
            strbuf_add_bytes(&kept, line, (size_t)(end - line));
        line = end;
    }
    free(scratch_file(directory, "audit.jsonl", kept.data));
    strbuf_release(&kept);
    free(text);
    free(path);
}

static void a_bundle_with_bodies_holds(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_ALL);
    struct audit_verdict verdict = verify(directory, NULL);

    assert_string_equal(verdict.reason, "");
    assert_true(verdict.intact);
    assert_int_equal(verdict.count, ENTRIES);
    assert_int_equal(verdict.bodies, ENTRIES - 1);
    assert_int_equal(verdict.bodies_absent, 0);
    assert_int_equal(mode_of(directory), 0700);
    assert_int_equal(scratch_count(directory), 5);
    assert_int_equal(mode_of(arena_printf(f->arena, "%s/audit.jsonl", directory)), 0600);
    assert_int_equal(scratch_count(f->folder), 3 + 2); /* the store's three, its key, the bundle */
}

static void a_bundle_holds_without_bodies(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict = verify(export_to(f, "bundle", AUDIT_BODIES_NONE), NULL);

    assert_true(verdict.intact);
    assert_int_equal(verdict.bodies, 0);
    assert_int_equal(verdict.bodies_absent, ENTRIES - 1);
    assert_false(file_exists(store_fixture_path(f, "bundle/bodies.jsonl")));
}

static void bodies_of_other_projects_can_stay_at_home(void **state)
{
    struct fixture *f = *state;
    struct audit_verdict verdict = verify(export_to(f, "bundle", AUDIT_BODIES_OF_PROJECT), NULL);

    assert_true(verdict.intact);
    assert_int_equal(verdict.bodies, 3);
    assert_int_equal(verdict.bodies_absent, 2);
}

static void an_empty_audit_makes_a_bundle_too(void **state)
{
    struct fixture *f = *state;
    struct audit_export export = { .directory = store_fixture_path(f, "bundle/") };
    struct error error;

    must(audit_export(f->connection, &export, NULL, NULL, &error), &error);
    assert_true(verify(store_fixture_path(f, "bundle"), NULL).intact);
}

static void an_existing_folder_is_left_alone(void **state)
{
    struct fixture *f = *state;
    struct audit_export export = { .directory = store_fixture_path(f, "taken") };
    struct error error;

    assert_int_equal(mkdir(export.directory, 0700), 0);
    free(scratch_file(export.directory, "precious", "mine"));
    must_fail(audit_export(f->connection, &export, NULL, NULL, &error), &error, ERROR_EXISTS);
    assert_int_equal(scratch_count(export.directory), 1);
    assert_int_equal(scratch_count(f->folder), 4 + 1); /* and nothing half-made beside it */
    export.directory = store_fixture_path(f, "no/such/folder");
    must_fail(audit_export(f->connection, &export, NULL, NULL, &error), &error, ERROR_NOT_FOUND);
}

static void a_cancelled_export_leaves_nothing(void **state)
{
    struct fixture *f = *state;
    atomic_bool cancel = true;
    struct progress progress = { .cancel = &cancel };
    struct audit_export export = { .directory = store_fixture_path(f, "bundle"),
                                   .bodies = AUDIT_BODIES_ALL };
    struct audit_entry entry = { .actor = "alice", .action = "test" };
    struct error error;

    begin(f->connection);
    for (int i = 0; i < 2000; i++)
        must(audit_append(f->connection, &entry, NULL, &error), &error);
    commit(f->connection);
    must_fail(audit_export(f->connection, &export, &progress, NULL, &error), &error,
              ERROR_CANCELLED);
    assert_int_equal(scratch_count(f->folder), 4);
}

/* In a process of its own, whose files may not grow beyond one buffer. */
static int export_without_room(struct fixture *f)
{
    struct audit_export export = { .directory = store_fixture_path(f, "bundle") };
    struct rlimit limit = { 1000, 1000 };
    struct store_options options = { .path = f->path, .read_only = true };
    struct connection *connection;
    struct store *store;
    struct error error;
    bool ok;

    signal(SIGXFSZ, SIG_IGN);
    if (!store_open(&options, NULL, &store, &error))
        return 10;
    connection = store_connect(store, NULL, NULL, &error);
    setrlimit(RLIMIT_FSIZE, &limit);
    ok = audit_export(connection, &export, NULL, NULL, &error);
    connection_close(&connection);
    store_close(&store);
    if (ok || error.code != ERROR_IO)
        return 11;
    return strstr(error.message, "cannot write audit.jsonl") != NULL ? 0 : 12;
}

static void a_full_disk_leaves_no_half_bundle(void **state)
{
    struct fixture *f = *state;
    int status;
    pid_t child;

    fixture_close(f);
    child = fork();
    if (child == 0)
        _exit(export_without_room(f));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_false(file_exists(store_fixture_path(f, "bundle")));
    assert_int_equal(scratch_count(f->folder), 4); /* the store's three, its key */
}

static void the_script_agrees_that_it_holds(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_ALL);
    const char *output;
    int status = run_script(f, directory, NULL, NULL, &output);

    if (status == 2)
        skip(); /* jq is not installed */
    assert_contains(output, "OK: 6 entries, 5 of 5 bodies");
    assert_int_equal(status, 0);
}

/* What is done to a bundle, and what the program and the script must find. */
static const struct tampering {
    const char *file, *old, *new; /* no file: drop line `line` */
    int line;
    int64_t broken_seq;
    const char *reason; /* of the program */
    const char *told;   /* by the script */
} tamperings[] = {
    {"audit.jsonl",   "\"seq\":3",  "\"seq\":4",  0, 3, "entry 3 is missing",                   "entry 3 is missing"         },
    { "audit.jsonl",  "alice",      "mallo",      0, 2, "entry 2 does not continue entry 1",
     "entry 2 does not continue entry 1"                                                                                     },
    { "audit.jsonl",  "\"prev\"",   "\"perv\"",   0, 1, "it is not an audit line",
     "entry 1 does not continue entry 0"                                                                                     },
    { NULL,           NULL,         NULL,         4, 4, "entry 4 is missing: entry 5",          "entry 4 is missing: entry 5"},
    { NULL,           NULL,         NULL,         6, 6, "entries 6 to 6 are gone",              "does not match: 5 entries"  },
    { "bodies.jsonl", "50 %",       "60 %",       0, 1, "the body of entry 1 has been changed",
     "the body of entry 1 has been changed"                                                                                  },
    { "bodies.jsonl", "\"seq\":2}", "\"seq\":5}", 0, 5, "has a body",                           "the body"                   },
    { "checkpoint",   "\n6\n",      "\n5\n",      0, 5, "entry 5 is not the one",               "does not match: 6 entries"  },
};

static void tamperings_are_found_by_program_and_script(void **state)
{
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof tamperings / sizeof tamperings[0]; i++) {
        const struct tampering *t = &tamperings[i];
        const char *name = arena_printf(f->arena, "bundle-%zu", i);
        const char *directory = export_to(f, name, AUDIT_BODIES_ALL);
        struct audit_verdict verdict;
        const char *output;
        int status;

        if (t->file != NULL)
            edit(directory, t->file, t->old, t->new);
        else
            drop_line(directory, t->line);
        verdict = verify(directory, NULL);
        assert_false(verdict.intact);
        if (t->broken_seq != 5)
            assert_int_equal(verdict.broken_seq, t->broken_seq);
        assert_contains(verdict.reason, t->reason);
        status = run_script(f, directory, NULL, NULL, &output);
        if (status == 2)
            continue; /* jq is not installed */
        assert_contains(output, t->told);
        assert_int_equal(status, 1);
    }
}

static void a_tail_cut_with_its_checkpoint_shows_against_ones_own(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_NONE);
    const char *earlier = export_to(f, "earlier", AUDIT_BODIES_NONE);
    struct audit_entry entry = { .actor = "alice", .action = "test" };
    struct audit_checkpoint kept;
    struct audit_verdict verdict;
    struct error error;
    const char *output;
    int status;

    begin(f->connection);
    must(audit_append(f->connection, &entry, NULL, &error), &error);
    commit(f->connection);
    must(audit_checkpoint_now(f->connection, &kept, &error), &error);
    assert_true(verify(directory, NULL).intact);
    verdict = verify(directory, &kept);
    assert_int_equal(verdict.broken_seq, 7);
    assert_string_equal(verdict.reason, "entries 7 to 7 are gone: the checkpoint counted 7");
    status = run_script(f, earlier, "7", kept.hash, &output);
    if (status == 2)
        skip(); /* jq is not installed */
    assert_contains(output, "entries 7 to 7 have been cut off");
}

static void a_chain_written_anew_shows_against_ones_own_checkpoint(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_NONE);
    struct audit_checkpoint kept;
    struct audit_verdict verdict;
    struct error error;
    const char *output;

    must(audit_checkpoint_now(f->connection, &kept, &error), &error);
    kept.count = 3;
    verdict = verify(directory, &kept);
    assert_int_equal(verdict.broken_seq, 3);
    assert_contains(verdict.reason, "is not the one that your checkpoint names");
    if (run_script(f, directory, "3", kept.hash, &output) != 2)
        assert_contains(output, "entry 3 is not the one that your checkpoint names");
    strcpy(kept.origin, "pilab/elsewhere");
    must_fail(audit_verify_bundle(directory, &kept, NULL, &verdict, &error), &error, ERROR_INVALID);
}

static void a_line_cut_in_the_middle_is_found(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_NONE);
    struct audit_verdict verdict;

    assert_int_equal(truncate(store_fixture_path(f, "bundle/audit.jsonl"), 500), 0);
    verdict = verify(directory, NULL);
    assert_int_equal(verdict.broken_seq, 2);
    assert_string_equal(verdict.reason, "entry 2 is cut off in the middle");
}

/* A tail of the bodies that is cut in the middle of a line is not a shorter file. */
static void bodies_cut_in_the_middle_are_found(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_ALL), *output;
    char *path = path_join(directory, "bodies.jsonl");
    struct audit_verdict verdict;
    struct error error;
    struct stat status;
    int result;

    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(truncate(path, status.st_size - 1), 0);
    assert_false(audit_verify_bundle(directory, NULL, NULL, &verdict, &error));
    assert_int_equal(error.code, ERROR_CORRUPT);
    assert_string_equal(error.message, "bodies.jsonl is cut off in the middle of a line");
    result = run_script(f, directory, NULL, NULL, &output);
    if (result != 2) {
        assert_contains(output, "bodies.jsonl is cut off in the middle of a line");
        assert_int_equal(result, 1);
    }
    free(path);
}

/* Where an audit comes from stands in its first entry, which is in the chain. */
static void a_checkpoint_of_another_store_is_found(void **state)
{
    struct fixture *f = *state;
    struct audit_entry entry = { .actor = "alice",
                                 .action = "store.create",
                                 .object = store_id(f->store) };
    struct audit_export export = { .directory = store_fixture_path(f, "bundle") };
    struct audit_checkpoint checkpoint;
    struct audit_verdict verdict;
    struct error error;
    const char *output;
    int result;

    begin(f->connection);
    must(audit_append(f->connection, &entry, NULL, &error), &error);
    commit(f->connection);
    must(audit_export(f->connection, &export, NULL, &checkpoint, &error), &error);
    verdict = verify(export.directory, NULL);
    assert_true(verdict.intact);
    edit(export.directory, "checkpoint", "pilab/", "pilab/1");
    verdict = verify(export.directory, NULL);
    assert_false(verdict.intact);
    assert_contains(verdict.reason, "of another store");
    result = run_script(f, export.directory, NULL, NULL, &output);
    if (result != 2) {
        assert_contains(output, "of another store");
        assert_int_equal(result, 1);
    }
}

static void what_is_no_bundle_is_an_error(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_ALL);
    struct audit_verdict verdict;
    struct error error;

    must_fail(audit_verify_bundle(store_fixture_path(f, "nothing"), NULL, NULL, &verdict, &error),
              &error, ERROR_NOT_FOUND);
    free(scratch_file(directory, "bodies.jsonl", "[1,\n"));
    must_fail(audit_verify_bundle(directory, NULL, NULL, &verdict, &error), &error, ERROR_INVALID);
    unlink(store_fixture_path(f, "bundle/bodies.jsonl"));
    assert_int_equal(mkfifo(store_fixture_path(f, "bundle/bodies.jsonl"), 0600), 0);
    must_fail(audit_verify_bundle(directory, NULL, NULL, &verdict, &error), &error, ERROR_INVALID);
    assert_contains(error.message, "not a regular file");
    unlink(store_fixture_path(f, "bundle/bodies.jsonl"));
    free(scratch_file(directory, "checkpoint", "6\n"));
    must_fail(audit_verify_bundle(directory, NULL, NULL, &verdict, &error), &error, ERROR_INVALID);
    unlink(store_fixture_path(f, "bundle/checkpoint"));
    must_fail(audit_verify_bundle(directory, NULL, NULL, &verdict, &error), &error,
              ERROR_NOT_FOUND);
}

static void a_body_that_is_no_text_is_found(void **state)
{
    struct fixture *f = *state;
    const char *directory = export_to(f, "bundle", AUDIT_BODIES_NONE);

    free(scratch_file(directory, "bodies.jsonl", "{\"body\":{},\"seq\":1}\n"));
    assert_string_equal(verify(directory, NULL).reason, "the body of entry 1 is not a text");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_bundle_with_bodies_holds, bundle_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_bundle_holds_without_bodies, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(bodies_of_other_projects_can_stay_at_home, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_empty_audit_makes_a_bundle_too, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(an_existing_folder_is_left_alone, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_cancelled_export_leaves_nothing, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_leaves_no_half_bundle, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(the_script_agrees_that_it_holds, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(tamperings_are_found_by_program_and_script, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_tail_cut_with_its_checkpoint_shows_against_ones_own,
                                        bundle_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_chain_written_anew_shows_against_ones_own_checkpoint,
                                        bundle_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(a_line_cut_in_the_middle_is_found, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(bodies_cut_in_the_middle_are_found, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_checkpoint_of_another_store_is_found, store_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(what_is_no_bundle_is_an_error, bundle_setup,
                                        fixture_teardown),
        cmocka_unit_test_setup_teardown(a_body_that_is_no_text_is_found, bundle_setup,
                                        fixture_teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
