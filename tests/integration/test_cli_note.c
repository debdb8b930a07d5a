/* A note from the comparison to the published files, by the real program and several people; and
 * what is left when the program is killed on the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/store/access.h>
#include <pilab/store/project.h>
#include <pilab/store/store.h>
#include <pilab/store/tenant.h>
#include <pilab/store/user.h>

#include "../support/json_schema.h"
#include "../support/project_world.h"
#include "../support/scratch.h"

#define CLOCK_STANDS_AT INT64_C(1737556200000) /* 2025-01-22T14:30:00Z, as in the sandbox */

/* --- People ----------------------------------------------------------------------------------- */

static void add_member(struct connection *connection, const char *tenant, const char *project,
                       const char *login, const char *role)
{
    struct store_user user = {
        .tenant_id = tenant, .login = login, .role = "USER", .is_active = true
    };
    struct error error = { 0 };

    if (!store_user_add(connection, &user, &error) ||
        !store_access_set(connection, project, user.id, role, &error))
        fail_msg("%s", error.message);
}

/* root runs the store and owns the project; alice, bob and carla are ADMINs of it. */
static void invite(struct world *world)
{
    struct store_options options = { .path = world->store, .allow_frozen_clock = true };
    struct clock clock = clock_frozen(CLOCK_STANDS_AT);
    struct random random = random_system();
    struct arena *arena = arena_new();
    struct error error = { 0 };
    struct connection *connection;
    struct store_projects projects;
    struct store_tenants tenants;
    struct store *store;

    if (!store_open(&options, &clock, &store, &error))
        fail_msg("%s", error.message);
    connection = store_connect(store, &clock, &random, &error);
    assert_true(store_tenant_list(connection, NULL, arena, &tenants, &error));
    assert_true(
        store_project_list(connection, tenants.items[0].id, NULL, NULL, arena, &projects, &error));
    assert_true(store_begin(connection, NULL, &error));
    add_member(connection, tenants.items[0].id, projects.items[0].id, "alice", "ADMIN");
    add_member(connection, tenants.items[0].id, projects.items[0].id, "bob", "ADMIN");
    add_member(connection, tenants.items[0].id, projects.items[0].id, "carla", "ADMIN");
    assert_true(store_commit(connection, &error));
    connection_close(&connection);
    store_close(&store);
    arena_free(&arena);
}

static void login(struct world *world, const char *name)
{
    char *assignment = memory_printf("PILAB_LOGIN=%s", name);

    sandbox_set(world->sandbox, assignment);
    free(assignment);
}

static void generate(struct world *world)
{
    deploy(world);
    invite(world);
    login(world, "alice");
    DO(world->sandbox, "note", "generate", "--from", "UAT", "--to", "PROD", "--release",
       "R2025.03");
}

static json_t *standing(struct world *world, const char *number)
{
    const struct run *run =
        run_pilab(world->sandbox, "note", "show", number, "--approvals", "--json", NULL);
    json_t *json;

    assert_int_equal(run->status, 0);
    assert_text_follows_schema(run->out.data, "note-1.json");
    json = json_read("note", run->out.data, run->out.length, NULL);
    assert_non_null(json);
    return json;
}

static void assert_status(struct world *world, const char *status)
{
    json_t *json = standing(world, "1");

    assert_string_equal(json_member_text(json, "status"), status);
    json_decref(json);
}

static void approve(struct world *world)
{
    login(world, "bob");
    DO(world->sandbox, "note", "review", "1");
    DO(world->sandbox, "note", "approve", "1");
    login(world, "carla");
    DO(world->sandbox, "note", "approve", "1", "--rev", "1");
}

static void assert_audit_holds(struct world *world)
{
    const struct run *run = run_pilab(world->sandbox, "audit", "verify", NULL);

    if (run->status != 0)
        fail_msg("%s", run->err.data);
}

/* --- The way ---------------------------------------------------------------------------------- */

static void assert_file(struct world *world, const char *name, const char *digest)
{
    char *path = scratch_path(sandbox_files(world->sandbox), name), *text = scratch_read(path);
    char actual[SHA256_HEX_SIZE];

    assert_string_equal(sha256_hex(text, strlen(text), actual), digest);
    free(path);
    free(text);
}

static void a_note_goes_from_a_comparison_to_files(void **state)
{
    struct world *world = *state;
    char *out = scratch_path(sandbox_files(world->sandbox), "out");
    const struct run *run;
    json_t *json;

    generate(world);
    run = run_pilab(world->sandbox, "note", "approve", "1", NULL);
    assert_int_equal(run->status, 77);
    assert_says(&run->err, "it is GENERATED; alice may not approve this: asked for it");
    run = run_pilab(world->sandbox, "note", "publish", "1", "--to", out, NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "waits for: 1 of ADMIN or OWNER (bob, carla, root)");
    assert_false(file_exists(out));
    approve(world);
    assert_status(world, "APPROVED");
    run = run_pilab(world->sandbox, "note", "show", "1", "--approvals", NULL);
    assert_says(&run->out, "approved by bob, carla");
    DO(world->sandbox, "note", "publish", "1", "--to", out);
    json = standing(world, "1");
    assert_string_equal(json_member_text(json, "status"), "PUBLISHED");
    assert_string_equal(json_member_text(json, "environment"), "PROD");
    assert_file(world, "out/R2025.03.md", json_member_text(json, "markdown_digest"));
    assert_file(world, "out/R2025.03.json", json_member_text(json, "digest"));
    assert_int_equal(scratch_count(out), 4);
    json_decref(json);
    run = run_pilab(world->sandbox, "audit", "list", NULL);
    assert_says(&run->out, "note:1");
    assert_audit_holds(world);
    free(out);
}

static void what_people_wrote_is_what_is_shown(void **state)
{
    struct world *world = *state;
    char *file = scratch_file(sandbox_files(world->sandbox), "new.md", "# By hand\n");
    const struct run *run;

    generate(world);
    DO(world->sandbox, "note", "edit", "1", "--file", file, "--message", "shorter");
    run = run_pilab(world->sandbox, "note", "show", "1", NULL);
    assert_string_equal(run->out.data, "# By hand\n");
    run = run_pilab(world->sandbox, "note", "show", "1", "--format", "text", NULL);
    assert_string_equal(run->out.data, "# By hand\n");
    run = run_pilab(world->sandbox, "note", "diff", "1", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "By hand");
    free(file);
}

/* An XML reader of somebody else's, where there is one. */
static void the_page_is_xml(void **state)
{
    struct world *world = *state;
    char *page = scratch_path(sandbox_files(world->sandbox), "page.html");
    const char *const words[] = { "xmllint", "--noout", "--nonet", page, NULL };
    const struct run *run;

    generate(world);
    DO(world->sandbox, "note", "export", "1", "--format", "html", "-o", page);
    if (access("/usr/bin/xmllint", X_OK) != 0)
        skip();
    run = run_words(world->sandbox, words);
    if (run->status != 0)
        fail_msg("%s", run->err.data);
    free(page);
}

/* --- Races ------------------------------------------------------------------------------------ */

/* Two people at once: both votes are there, and one of them made the note APPROVED. */
static void two_approve_at_once_and_both_count(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    const char *const words[] = { program, "note", "approve", "1", NULL };
    struct started_run first, second;
    json_t *json;
    const struct run *run;
    size_t moves = 0;

    generate(world);
    login(world, "bob");
    DO(world->sandbox, "note", "review", "1");
    first = run_start(world->sandbox, words);
    login(world, "carla");
    second = run_start(world->sandbox, words);
    assert_int_equal(run_wait(&first), 0);
    assert_int_equal(run_wait(&second), 0);
    json = standing(world, "1");
    assert_string_equal(json_member_text(json, "status"), "APPROVED");
    assert_int_equal(json_array_size(json_object_get(json, "decisions")), 3);
    json_decref(json);
    run = run_pilab(world->sandbox, "audit", "list", "--action", "note.approve", "--json", NULL);
    for (const char *at = run->out.data;
         (at = strstr(at, "\\\"status\\\":\\\"APPROVED\\\"")) != NULL; at++)
        moves++;
    assert_int_equal(moves, 1);
    assert_audit_holds(world);
    free(program);
}

static void two_publish_at_once_and_the_files_are_whole(void **state)
{
    struct world *world = *state;
    char *program = build_path("pilab");
    char *out = scratch_path(sandbox_files(world->sandbox), "out");
    const char *const words[] = { program, "note", "publish", "1", "--to", out, NULL };
    struct started_run runs[2];
    int succeeded = 0;

    generate(world);
    approve(world);
    for (int i = 0; i < 2; i++)
        runs[i] = run_start(world->sandbox, words);
    for (int i = 0; i < 2; i++)
        succeeded += run_wait(&runs[i]) == 0;
    assert_true(succeeded >= 1);
    assert_status(world, "PUBLISHED");
    assert_int_equal(scratch_count(out), 4);
    assert_audit_holds(world);
    free(program);
    free(out);
}

/* --- kill -9 ---------------------------------------------------------------------------------- */

static void assert_store_is_whole(struct world *world)
{
    sqlite3 *database;
    sqlite3_stmt *query;

    assert_int_equal(sqlite3_open(world->store, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database, "PRAGMA integrity_check", -1, &query, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    assert_string_equal((const char *)sqlite3_column_text(query, 0), "ok");
    sqlite3_finalize(query);
    sqlite3_close(database);
}

/* The state is before or after; what says SENT is there, byte for byte. */
static void assert_before_or_after(struct world *world, const char *out)
{
    static const char *const names[] = { "R2025.03.md", "R2025.03.html", "R2025.03.json",
                                         "R2025.03.csv" };
    json_t *json = standing(world, "1"), *receipt;
    const char *status = json_member_text(json, "status");
    size_t index, sent = 0;

    if (strcmp(status, "REVIEWED") != 0 && strcmp(status, "APPROVED") != 0 &&
        strcmp(status, "PUBLISHING") != 0 && strcmp(status, "PUBLISHED") != 0)
        fail_msg("it is %s", status);
    json_array_foreach(json_object_get(json, "receipts"), index, receipt)
    {
        const char *target = json_member_text(receipt, "target");
        char digest[SHA256_HEX_SIZE], *text;

        if (strcmp(json_member_text(receipt, "state"), "SENT") != 0)
            continue;
        text = scratch_read(target);
        assert_string_equal(sha256_hex(text, strlen(text), digest),
                            json_member_text(receipt, "digest"));
        free(text);
        sent++;
    }
    if (strcmp(status, "PUBLISHED") == 0)
        assert_int_equal(sent, 4);
    /* Under its name a file is whole or not there. */
    json_array_foreach(json_object_get(json, "receipts"), index, receipt)
    {
        char *path = memory_printf("%s/%s", out, names[index % 4]);
        struct stat facts;

        if (stat(path, &facts) == 0)
            assert_true(facts.st_size > 0);
        free(path);
    }
    json_decref(json);
}

/* Kills the program after so many milliseconds; true when it had ended by itself. */
static bool run_and_kill(struct world *world, const char *const words[], int milliseconds)
{
    struct started_run started = run_start(world->sandbox, words);

    poll(NULL, 0, milliseconds);
    kill(started.process, SIGKILL);
    return run_wait(&started) != 128 + SIGKILL;
}

static void whenever_it_is_killed_nothing_is_half_done(void **state)
{
    const char *nightly = getenv("PILAB_NIGHTLY");
    int rounds = nightly != NULL && *nightly != '\0' ? 200 : 12;
    struct world *world = *state;
    char *program = build_path("pilab");
    char *out = scratch_path(sandbox_files(world->sandbox), "out");
    const char *const approving[] = { program, "note", "approve", "1", NULL };
    const char *const publishing[] = { program, "note", "publish", "1", "--to", out, NULL };
    unsigned seed = 42;

    generate(world);
    login(world, "bob");
    DO(world->sandbox, "note", "review", "1");
    DO(world->sandbox, "note", "approve", "1");
    login(world, "carla");
    for (int round = 0; round < rounds; round++) {
        json_t *json;
        bool approved;

        seed = seed * 1103515245u + 12345u;
        json = standing(world, "1");
        approved = strcmp(json_member_text(json, "status"), "REVIEWED") != 0;
        json_decref(json);
        run_and_kill(world, approved ? publishing : approving, (int)((seed >> 16) % 60));
        assert_store_is_whole(world);
        assert_before_or_after(world, out);
    }
    if (run_pilab(world->sandbox, "note", "approve", "1", NULL)->status != 0)
        assert_says_not(&run_pilab(world->sandbox, "note", "list", NULL)->out, "REVIEWED");
    DO(world->sandbox, "note", "publish", "1", "--to", out);
    assert_status(world, "PUBLISHED");
    assert_before_or_after(world, out);
    assert_audit_holds(world);
    free(program);
    free(out);
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_note_goes_from_a_comparison_to_files),
        CASE(what_people_wrote_is_what_is_shown),
        CASE(the_page_is_xml),
        CASE(two_approve_at_once_and_both_count),
        CASE(two_publish_at_once_and_the_files_are_whole),
        CASE(whenever_it_is_killed_nothing_is_half_done),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
