#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* A project in a store, from the shell: import, manifest, reports, notes, audit. */

static void a_project_goes_in_and_out_without_loss(void **state)
{
    struct world *world = *state;
    char *first, *second, *again = scratch_path(sandbox_files(world->sandbox), "again.yaml");

    import(world);
    DO(world->sandbox, "project", "export", "-o", again);
    first = scratch_read(again);
    DO(world->sandbox, "project", "import", again);
    second = strdup(run_pilab(world->sandbox, "project", "export", NULL)->out.data);
    assert_string_equal(second, first);
    assert_non_null(strstr(first, "deploy/values-{env}.yaml"));
    free(first);
    free(second);
    free(again);
}

/* A test may name somebody; who works on a real store is whom the system knows. */
static void nobody_takes_anothers_name(void **state)
{
    struct world *world = *state;
    const struct run *run;

    sandbox_set(world->sandbox, "PILAB_LOGIN=mallory");
    sandbox_set(world->sandbox, "PILAB_CLOCK");
    import(world);
    run = run_pilab(world->sandbox, "audit", "list", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "project");
    assert_says_not(&run->out, "mallory");
}

/* "repository: ../pay" is said from where the file lies, and none at all means the one around it.
 */
static void a_folder_beside_the_file_is_found_from_everywhere(void **state)
{
    static const char modules[] = "pilab: 1\n"
                                  "project: {name: Shop, code: REL}\n"
                                  "environments: [{name: UAT, stage: UAT}]\n"
                                  "modules:\n"
                                  "  - {name: beside, repository: ./}\n"
                                  "  - {name: around}\n"
                                  "  - {name: elsewhere, repository: ../not/here}\n";
    struct world *world = *state;
    const char *folder = fixture_path(world->fixture);
    char *file = scratch_file(folder, "pilab.yaml", modules);
    char *line = memory_printf("repository: %s\n", folder);
    const struct run *run;

    DO(world->sandbox, "project", "import", file);
    run = run_pilab(world->sandbox, "project", "export", "-p", "REL", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, line);
    assert_non_null(strstr(strstr(run->out.data, line) + 1, line));
    assert_says(&run->out, "repository: \"../not/here\"");
    free(line);
    free(file);
}

/* A slip in the path must not leave a store behind that then passes for one. */
static void a_file_that_cannot_be_read_makes_no_store(void **state)
{
    struct world *world = *state;
    const char *folder = sandbox_files(world->sandbox);
    char *broken = scratch_file(folder, "broken.yaml", "pilab: 1\nprojekt: {}\n");
    char *elsewhere = scratch_path(folder, "new/store.db");
    char *new_folder = scratch_path(folder, "new");
    const char *const wrong[] = { "nowhere.yaml", folder, broken, "" };

    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_not_equal(run_pilab(world->sandbox, "project", "import", wrong[i], NULL)->status,
                             0);
        assert_int_not_equal(run_pilab(world->sandbox, "project", "import", wrong[i], "--store",
                                       elsewhere, NULL)
                                 ->status,
                             0);
    }
    assert_int_equal(access(world->store, F_OK), -1);
    assert_int_equal(access(new_folder, F_OK), -1);
    free(broken);
    free(elsewhere);
    free(new_folder);
}

static void the_audit_is_listed_by_the_names_people_know(void **state)
{
    struct world *world = *state;
    const struct run *run;

    deploy(world);
    DO(world->sandbox, "notes", "--from", "DEV", "--to", "UAT", "--save");
    run = run_pilab(world->sandbox, "audit", "list", "--width", "120", NULL);
    assert_golden_text(&run->out, "cli/audit-list.txt");
    run = run_pilab(world->sandbox, "audit", "list", "--object", "note:1", "--json", NULL);
    assert_says(&run->out, "\"object_name\": \"note:1\"");
    assert_says(&run->out, "\"object\": \"note:01");
    assert_says_not(&run->out, "manifest.set");
}

static void everything_listed_follows_its_schema(void **state)
{
    static const char *const lists[][2] = {
        {"project",   "list"},
        { "env",      "list"},
        { "manifest", "show"},
        { "report",   "list"},
        { "note",     "list"},
        { "audit",    "list"},
    };
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;

    deploy(world);
    DO(sandbox, "manifest", "set", "shop-api", "PROD", "1.1.0", "--status", "failed");
    DO(sandbox, "notes", "--from", "DEV", "--to", "UAT", "--save");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        assert_text_follows_schema(run_pilab(sandbox, lists[i][0], lists[i][1], "--json", NULL)
                                       ->out.data,
                                   "list-1.json");
    assert_text_follows_schema(run_pilab(sandbox, "audit", "list", "--limit", "1", "--json", NULL)
                                   ->out.data,
                               "list-1.json");
    assert_text_follows_schema(run_pilab(sandbox, "report", "show", "1", "--json", NULL)->out.data,
                               "drift-1.json");
    assert_text_follows_schema(run_pilab(sandbox, "note", "show", "1", "--json", NULL)->out.data,
                               "notes-1.json");
}

static void projects_and_environments_are_listed(void **state)
{
    struct world *world = *state;
    const struct run *run;

    import(world);
    run = run_pilab(world->sandbox, "project", "list", NULL);
    assert_says(&run->out, "Example Shop");
    run = run_pilab(world->sandbox, "env", "list", NULL);
    assert_golden_text(&run->out, "cli/env-list.txt");
    run = run_pilab(world->sandbox, "env", "list", "--json", NULL);
    assert_says(&run->out, "\"pilab.list/1\"");
}

static void the_manifest_says_what_runs_where(void **state)
{
    struct world *world = *state;

    deploy(world);
    assert_golden_text(&run_pilab(world->sandbox, "manifest", "show", NULL)->out,
                       "cli/manifest.txt");
}

static void recording_the_same_twice_changes_nothing(void **state)
{
    struct world *world = *state;
    char *before;

    deploy(world);
    before = strdup(run_pilab(world->sandbox, "audit", "list", "--json", NULL)->out.data);
    DO(world->sandbox, "manifest", "set", "shop-api", "DEV", "1.1.0");
    assert_string_equal(run_pilab(world->sandbox, "audit", "list", "--json", NULL)->out.data,
                        before);
    free(before);
}

static void a_module_nobody_knows_is_refused(void **state)
{
    struct world *world = *state;
    const struct run *run;

    import(world);
    run = run_pilab(world->sandbox, "manifest", "set", "shop-apo", "DEV", "1.1.0", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "shop-apo");
    assert_says(&run->err, "shop-api");
}

static void what_uat_would_get_is_kept_as_a_report(void **state)
{
    struct world *world = *state;
    const struct run *run;
    char *shown;

    deploy(world);
    run = run_pilab(world->sandbox, "drift", "--from", "DEV", "--to", "UAT", "--save", NULL);
    assert_string_equal(run->err.data, "");
    assert_golden_without_keys(&run->out, "cli/drift-promotion.txt");
    assert_golden_text(&run_pilab(world->sandbox, "report", "list", NULL)->out,
                       "cli/report-list.txt");
    run = run_pilab(world->sandbox, "report", "show", "1", NULL);
    assert_golden_without_keys(&run->out, "cli/drift-promotion.txt");
    shown = strdup(run_pilab(world->sandbox, "report", "export", "1", NULL)->out.data);
    run = run_pilab(world->sandbox, "report", "show", "1", "--json", NULL);
    assert_non_null(strstr(shown, "pilab.drift/1"));
    assert_says_not(&run->out, "unreal-one");
    free(shown);
}

static void notes_are_kept_as_a_draft(void **state)
{
    struct world *world = *state;

    deploy(world);
    DO(world->sandbox, "notes", "--from", "DEV", "--to", "UAT", "--release", "R1", "--save");
    assert_golden_text(&run_pilab(world->sandbox, "note", "list", NULL)->out, "cli/note-list.txt");
    /* What is published has no fingerprints in it. */
    assert_golden_text(&run_pilab(world->sandbox, "note", "show", "1", NULL)->out,
                       "cli/note-show.md");
    assert_says(&run_pilab(world->sandbox, "note", "show", "1", "--rev", "7", NULL)->err,
                "note 1 has no revision 7\n  its newest is 1\n");
}

static void the_audit_shows_what_a_file_changed_and_from_what(void **state)
{
    struct world *world = *state;
    const struct run *run;

    free(scratch_file(sandbox_files(world->sandbox), "first.yaml",
                      "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"));
    DO(world->sandbox, "project", "import", "first.yaml");
    free(scratch_file(sandbox_files(world->sandbox), "off.yaml",
                      "pilab: 1\nproject: {name: Mobile Banking, code: MB, four_eyes: off}\n"
                      "groups: {security: [carla]}\n"));
    DO(world->sandbox, "project", "import", "off.yaml");
    run = run_pilab(world->sandbox, "audit", "list", "--action", "project.update", NULL);
    assert_says(&run->out, "four_eyes: auto -> of");
    run = run_pilab(world->sandbox, "audit", "list", "--action", "project.update", "--json", NULL);
    assert_says(&run->out, "four_eyes: auto -> off; groups: (none) -> {\\\"security\\\":");
    /* What takes something away asks, and without anybody to ask says how to agree. */
    free(scratch_file(sandbox_files(world->sandbox), "less.yaml",
                      "pilab: 1\nproject: {name: Mobile Banking, code: MB}\ngroups: {}\n"));
    run = run_pilab(world->sandbox, "project", "import", "less.yaml", NULL);
    assert_int_equal(run->status, 64);
    assert_says(&run->err, "less.yaml takes 1 thing out of MB: groups");
    assert_says(&run->err, "--yes");
    DO(world->sandbox, "project", "import", "less.yaml", "--yes");
    DO(world->sandbox, "audit", "verify");
}

static void the_audit_is_a_chain_that_anybody_can_check(void **state)
{
    struct world *world = *state;
    char *bundle = scratch_path(sandbox_files(world->sandbox), "audit");
    char *script = scratch_path(bundle, "verify.sh");
    const char *const words[] = { "sh", script, NULL };
    const struct run *run;

    deploy(world);
    run = run_pilab(world->sandbox, "audit", "list", NULL);
    assert_says(&run->out, "project.create");
    DO(world->sandbox, "audit", "verify");
    DO(world->sandbox, "audit", "export", bundle, "--bodies");
    DO(world->sandbox, "audit", "verify", bundle);
    sandbox_enter(world->sandbox, bundle);
    if (access("/usr/bin/jq", X_OK) == 0) {
        run = run_words(world->sandbox, words);
        assert_int_equal(run->status, 0);
    }
    free(bundle);
    free(script);
}

static void a_store_that_was_tampered_with_is_found_out(void **state)
{
    static const char sql[] = "PRAGMA writable_schema = ON;"
                              "DELETE FROM sqlite_schema WHERE type = 'trigger';"
                              "PRAGMA writable_schema = RESET;"
                              "UPDATE audit SET actor = 'mallory' WHERE seq = 2;";
    struct world *world = *state;
    const struct run *run;
    sqlite3 *database;

    deploy(world);
    assert_int_equal(sqlite3_open(world->store, &database), SQLITE_OK);
    assert_int_equal(sqlite3_exec(database, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_changes(database), 1);
    sqlite3_close(database);
    run = run_pilab(world->sandbox, "audit", "verify", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "2");
}

/* Gives the person who runs the tests nothing but a look. */
static void become_viewer(const struct world *world)
{
    struct store_options options = { .path = world->store, .allow_frozen_clock = true };
    struct clock clock = clock_frozen(CLOCK_STANDS_AT);
    struct random random = random_system();
    struct arena *arena = arena_new();
    struct error error = { 0 };
    struct connection *connection;
    struct store_projects projects;
    struct store_tenants tenants;
    struct store_users users;
    struct store *store;

    if (!store_open(&options, &clock, &store, &error))
        fail_msg("%s", error.message);
    connection = store_connect(store, &clock, &random, &error);
    assert_non_null(connection);
    assert_true(store_tenant_list(connection, NULL, arena, &tenants, &error));
    assert_true(store_user_list(connection, tenants.items[0].id, NULL, arena, &users, &error));
    assert_true(
        store_project_list(connection, tenants.items[0].id, NULL, NULL, arena, &projects, &error));
    users.items[0].role = "USER";
    assert_true(store_begin(connection, NULL, &error));
    assert_true(store_user_update(connection, &users.items[0], &error));
    assert_true(
        store_access_set(connection, projects.items[0].id, users.items[0].id, "VIEWER", &error));
    assert_true(store_commit(connection, &error));
    connection_close(&connection);
    store_close(&store);
    arena_free(&arena);
}

static void a_viewer_may_look_and_nothing_else(void **state)
{
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    const struct run *run;

    deploy(world);
    become_viewer(world);
    DO(sandbox, "manifest", "show");
    DO(sandbox, "report", "list");
    assert_int_equal(run_pilab(sandbox, "manifest", "set", "shop-api", "PROD", "9.9", NULL)->status,
                     77);
    assert_int_equal(run_pilab(sandbox, "project", "import", world->file, NULL)->status, 77);
    run = run_pilab(sandbox, "drift", "--from", "DEV", "--to", "UAT", "--save", "--json", NULL);
    assert_int_equal(run->status, 77);
    assert_string_equal(run->out.data, "");
    assert_says(&run->err, "\"pilab.error/1\"");
    assert_says(&run->err, "\"denied\"");
    assert_says_not(&run_pilab(sandbox, "manifest", "show", NULL)->out, "9.9");
    become_viewer(world); /* the refusals left the store whole */
}

/* A branch may bear the name of an environment. */
static void a_name_alone_is_not_taken_for_an_environment_in_silence(void **state)
{
    struct world *world = *state;
    const struct run *run;

    deploy(world);
    run = run_pilab(world->sandbox, "drift", "UAT", "DEV", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "'UAT' is an environment, and could be a version\n  env:UAT is the");
    DO(world->sandbox, "drift", "env:UAT", "env:DEV");
    DO(world->sandbox, "drift", "1.0.0", "1.1.0");
}

static void a_kept_report_and_a_moment_are_states(void **state)
{
    struct world *world = *state;
    struct sandbox *sandbox = world->sandbox;
    const struct run *run;

    deploy(world);
    DO(sandbox, "drift", "--from", "UAT", "--to", "PROD", "--save");
    run = run_pilab(sandbox, "drift", "report:1", "env:DEV", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "UAT in report 1");
    run = run_pilab(sandbox, "drift", "report:1", "env:UAT", NULL);
    assert_says(&run->out, "No difference");
    run = run_pilab(sandbox, "drift", "env:UAT@2025-01-22T14:30:00Z", "env:DEV", NULL);
    assert_int_equal(run->status, 0);
    assert_says(&run->out, "UAT at 2025-01-22T14:30:00Z");
    run = run_pilab(sandbox, "drift", "report:7", "env:DEV", NULL);
    assert_int_equal(run->status, 1);
    assert_says(&run->err, "there is no report 7");
}

static void what_a_project_cannot_compare_is_said(void **state)
{
    static const struct {
        const char *words[4];
        int status;
        const char *said;
    } asked[] = {
        {{ "drift" },                                       64, "two states are needed to compare within a project"},
        { { "drift", "baseline:May", "env:DEV" },           1,  "there is no baseline May"                         },
        { { "drift", "snapshot:1", "env:DEV" },             1,  "'snapshot:1' is no state of the manifest"         },
        { { "drift", "env:UAT..env:DEV", "--path", "src" }, 64, "--path is for the repository"                     },
        { { "drift", "env:UAT..env:DEV", "-m", "web" },     1,  "Example Shop has no module web"                   },
        { { "drift", "env:UAT..env:SIT" },                  1,  "there is no environment SIT"                      },
        { { "drift", "9.8..9.9" },                          1,  "has no revision 9.8"                              },
        { { "drift", "nofile.json" },                       1,  "there is no file nofile.json here, and "          },
        { { "drift", "nofile.json" },                       1,  "has no revision nofile.json"                      },
        { { "drift", "" },                                  64, "a side of the comparison is empty"                },
        { { "drift", "env:UAT", "" },                       64, "a side of the comparison is empty"                },
    };
    struct world *world = *state;

    deploy(world);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const char *const *words = asked[i].words;
        const struct run *run =
            run_pilab(world->sandbox, words[0], words[1], words[2], words[3], NULL);

        assert_says(&run->err, asked[i].said);
        assert_int_equal(run->status, asked[i].status);
    }
}

#define CASE(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, project_world_setup, project_world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_project_goes_in_and_out_without_loss),
        CASE(nobody_takes_anothers_name),
        CASE(a_folder_beside_the_file_is_found_from_everywhere),
        CASE(a_file_that_cannot_be_read_makes_no_store),
        CASE(the_audit_is_listed_by_the_names_people_know),
        CASE(everything_listed_follows_its_schema),
        CASE(projects_and_environments_are_listed),
        CASE(the_manifest_says_what_runs_where),
        CASE(recording_the_same_twice_changes_nothing),
        CASE(a_module_nobody_knows_is_refused),
        CASE(what_uat_would_get_is_kept_as_a_report),
        CASE(notes_are_kept_as_a_draft),
        CASE(the_audit_shows_what_a_file_changed_and_from_what),
        CASE(the_audit_is_a_chain_that_anybody_can_check),
        CASE(a_store_that_was_tampered_with_is_found_out),
        CASE(a_name_alone_is_not_taken_for_an_environment_in_silence),
        CASE(a_kept_report_and_a_moment_are_states),
        CASE(what_a_project_cannot_compare_is_said),
        CASE(a_viewer_may_look_and_nothing_else),
    };

    return cmocka_run_group_tests_name("a project on the command line", tests, NULL, NULL);
}
