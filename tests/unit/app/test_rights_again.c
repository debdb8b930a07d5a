/* Rights are asked for where it is written: whoever loses one in between writes nothing. */
#include "note_support.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>
#include <pilab/store/access.h>
#include <pilab/store/user.h>

#include "../../support/fixture_repository.h"

/* --- What happens in between ------------------------------------------------------------------ */

enum loss { LOSES_ROLE, BECOMES_VIEWER, IS_DEACTIVATED, BECOMES_ADMIN, LOSES_OFFICE, LOSSES };

static const char *const loss_names[LOSSES] = {
    [LOSES_ROLE] = "is taken out of the project",
    [BECOMES_VIEWER] = "becomes a VIEWER",
    [IS_DEACTIVATED] = "is deactivated",
    [BECOMES_ADMIN] = "becomes an ADMIN",
    [LOSES_OFFICE] = "is no ADMIN of the tenant any more",
};

/* One loss, which comes just before the nth transaction that writes begins. The program has to go
 * through SQLite for that, whichever use case it is. */
static struct between {
    struct app_work *work;
    const char *login;
    enum loss loss;
    int transaction; /* 0: none is waited for */
    char *contents;  /* of the store after it; NULL: it did not come */
} between;

static void must(bool ok, const struct error *error)
{
    if (!ok)
        fail_msg("%s", error->message);
}

/* Every row of every table but the audit, which a refusal goes into. */
static char *contents_of(const char *path)
{
    struct strbuf text = STRBUF_INIT;
    sqlite3_stmt *tables, *rows;
    sqlite3 *database;

    assert_int_equal(sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database,
                                        "SELECT name FROM sqlite_master WHERE type = 'table'"
                                        " AND name NOT LIKE 'audit%' ORDER BY name",
                                        -1, &tables, NULL),
                     SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        char *query = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY rowid",
                                      (const char *)sqlite3_column_text(tables, 0));

        if (sqlite3_prepare_v2(database, query, -1, &rows, NULL) != SQLITE_OK) {
            sqlite3_free(query);
            query = sqlite3_mprintf("SELECT * FROM \"%w\" ORDER BY 1, 2",
                                    (const char *)sqlite3_column_text(tables, 0));
            assert_int_equal(sqlite3_prepare_v2(database, query, -1, &rows, NULL), SQLITE_OK);
        }
        strbuf_printf(&text, "%s\n", (const char *)sqlite3_column_text(tables, 0));
        while (sqlite3_step(rows) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(rows); i++) {
                const unsigned char *value = sqlite3_column_text(rows, i);

                strbuf_printf(&text, "%s|", value != NULL ? (const char *)value : "");
            }
            strbuf_add_char(&text, '\n');
        }
        sqlite3_finalize(rows);
        sqlite3_free(query);
    }
    sqlite3_finalize(tables);
    sqlite3_close(database);
    return strbuf_steal(&text);
}

/* As another process would. */
static void lose(struct app_work *work, const char *login, enum loss loss)
{
    struct settings settings = work->settings;
    struct call call;
    struct store_user user;
    struct error error = { 0 };

    settings.login = memory_copy_text("olga");
    call_start(&call, &settings);
    must(call_open_store(&call, false, &error) && call_choose_project(&call, "MB", &error) &&
             store_user_find(call.connection, call.tenant_id, login, call.arena, &user, &error) &&
             store_begin(call.connection, NULL, &error),
         &error);
    if (loss == LOSES_ROLE)
        must(store_access_remove(call.connection, call.project->id, user.id, &error), &error);
    if (loss == BECOMES_VIEWER || loss == BECOMES_ADMIN)
        must(store_access_set(call.connection, call.project->id, user.id,
                              loss == BECOMES_VIEWER ? "VIEWER" : "ADMIN", &error),
             &error);
    if (loss == IS_DEACTIVATED)
        user.is_active = false;
    if (loss == LOSES_OFFICE)
        user.role = "USER";
    must(store_user_update(call.connection, &user, &error) && store_commit(call.connection, &error),
         &error);
    call_end(&call);
    free(settings.login);
}

static int look_at_statement(unsigned kind, void *context, void *statement, void *text)
{
    (void)kind;
    (void)context;
    (void)statement;
    if (strcmp(text, "BEGIN IMMEDIATE") == 0 && between.transaction > 0 &&
        --between.transaction == 0) {
        lose(between.work, between.login, between.loss);
        between.contents = contents_of(between.work->settings.store_path);
    }
    return 0;
}

static int watch(sqlite3 *database, char **message, const struct sqlite3_api_routines *routines)
{
    (void)message;
    (void)routines;
    return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, look_at_statement, NULL);
}

/* --- The team --------------------------------------------------------------------------------- */

struct team {
    struct app_work *work;
    struct fixture_repository *fixture;
};

static void import_project(struct team *team)
{
    struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;

    strbuf_printf(&text,
                  "pilab: 1\nproject: {name: Mobile Banking, code: MB}\n"
                  "groups: {ops: [carl]}\n"
                  "environments: [{name: SIT, stage: SIT}, {name: UAT, stage: UAT, from: [SIT]}]\n"
                  "modules: [{name: auth, repository: \"%s\", tags: \"v{version}\"}]\n"
                  "variables: [{name: OLD, environment: UAT, value: \"1\"}]\n",
                  fixture_path(team->fixture));
    app_file(team->work, "first.yaml", text.data);
    strbuf_printf(&line, "project import %s/first.yaml", team->work->folder);
    app_must(team->work, line.data);
    strbuf_add(&text, "expected_differences: [{path: timeout}]\n");
    app_file(team->work, "pilab.yaml", text.data);
    strbuf_release(&text);
    strbuf_release(&line);
}

static void make_admin(struct app_work *work, const char *login)
{
    struct store_user user;
    struct error error = { 0 };

    app_login(work, "olga");
    app_must(work, "project list");
    must(store_user_find(work->call.connection, work->call.tenant_id, login, work->call.arena,
                         &user, &error) &&
             store_begin(work->call.connection, NULL, &error),
         &error);
    user.role = "ADMIN";
    must(store_user_update(work->call.connection, &user, &error) &&
             store_commit(work->call.connection, &error),
         &error);
}

/* Notes 1 to 4: generated, reviewed, approved, published. */
static void add_notes(struct app_work *work)
{
    char *publish = memory_printf("note publish 4 --to %s/out", work->folder);

    for (int i = 0; i < 4; i++)
        team_add_note(work, "carl", "R1", "UAT");
    for (int i = 2; i <= 4; i++) {
        char *line = memory_printf("note review %d", i);

        team_as(work, "bob", line);
        free(line);
    }
    team_as(work, "bob", "note approve 3");
    team_as(work, "bob", "note approve 4");
    team_as(work, "bob", publish);
    free(publish);
}

/* Olga runs the store; alice is an ADMIN of the project, tina also one of the tenant. */
static int again_setup(void **state)
{
    struct team *team = memory_new(sizeof *team);
    void *work;

    if (app_setup(&work) != 0)
        return -1;
    team->work = work;
    team->fixture = fixture_two_versions();
    import_project(team);
    app_file(team->work, "versions.csv", "module,SIT,UAT\nauth,2.0.8,2.0.7\n");
    app_file(team->work, "new.md", "# Another text\n");
    app_must(team->work, "manifest set auth UAT 2.0.6");
    app_must(team->work, "manifest set auth SIT 2.0.7");
    app_must(team->work, "release cut R0 --to UAT");
    app_add_user(work, "alice", "MB", "ADMIN");
    app_add_user(work, "bob", "MB", "ADMIN");
    app_add_user(work, "carl", "MB", "CONTRIBUTOR");
    app_add_user(work, "tina", "MB", "ADMIN");
    make_admin(work, "tina");
    app_login(work, "tina");
    app_must(work, "secrets init");
    add_notes(work);
    *state = team;
    between = (struct between){ .work = work };
    sqlite3_auto_extension((void (*)(void))watch);
    return 0;
}

static int again_teardown(void **state)
{
    struct team *team = *state;
    void *work = team->work;

    sqlite3_cancel_auto_extension((void (*)(void))watch);
    free(between.contents);
    between = (struct between){ 0 };
    fixture_free(&team->fixture);
    free(team);
    return app_teardown(&work);
}

static size_t count_refusals(struct app_work *work)
{
    app_login(work, "olga");
    app_must(work, "audit list --action access.refused --limit 500");
    return json_array_size(work->result.items);
}

/* Runs it as `login`, who loses the right just before the nth transaction begins: refused, nothing
 * written, and one entry in the audit. */
static void assert_refused(struct app_work *work, const char *login, enum loss loss,
                           int transaction, const char *line, const char *action)
{
    size_t refusals = count_refusals(work);
    char *now, *entry;

    between.login = login;
    between.loss = loss;
    app_login(work, login);
    between.transaction = transaction;
    if (app_try(work, line))
        fail_msg("%s %s, and still did: %s", login, loss_names[loss], line);
    if (between.contents == NULL)
        fail_msg("%s failed before it wrote: %s", line, work->error.message);
    if (strcmp(error_code_name(work->error.code), "denied") != 0)
        fail_msg("%s: %s (%s)", line, work->error.message, error_code_name(work->error.code));
    now = contents_of(work->settings.store_path);
    if (strcmp(now, between.contents) != 0)
        fail_msg("%s: something was written:\n%s\nwas\n%s", line, now, between.contents);
    free(now);
    entry = app_newest_entry(work, "access.refused");
    if (strncmp(entry, login, strlen(login)) != 0 || strstr(entry, action) == NULL)
        fail_msg("%s: the audit says \"%s\", where %s and %s were expected", line, entry, login,
                 action);
    free(entry);
    assert_int_equal(count_refusals(work), refusals + 1);
    free(between.contents);
    between.contents = NULL;
}

/* As before the loss. */
static void take_back(struct app_work *work, const char *login)
{
    struct store_user user;
    struct error error = { 0 };

    app_login(work, "olga");
    app_must(work, "env list");
    must(store_begin(work->call.connection, NULL, &error) &&
             store_user_find(work->call.connection, work->call.tenant_id, login, work->call.arena,
                             &user, &error) &&
             store_access_set(work->call.connection, work->call.project->id, user.id, "ADMIN",
                              &error),
         &error);
    user.is_active = true;
    must(store_user_update(work->call.connection, &user, &error) &&
             store_commit(work->call.connection, &error),
         &error);
}

static void each_way(struct app_work *work, const char *line, const char *action)
{
    char *whole = memory_printf("%s", line);

    for (enum loss loss = LOSES_ROLE; loss <= IS_DEACTIVATED; loss++) {
        assert_refused(work, "alice", loss, 1, whole, action);
        take_back(work, "alice");
    }
    free(whole);
}

/* "%s" in it is the test's folder. */
static void each_way_in(struct app_work *work, const char *before, const char *file,
                        const char *after, const char *action)
{
    char *line = memory_printf("%s%s/%s%s", before, work->folder, file, after);

    each_way(work, line, action);
    free(line);
}

/* --- Each noun -------------------------------------------------------------------------------- */

static void what_runs_where(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    each_way(work, "manifest set auth UAT 2.0.7", "deployment.deploy");
    each_way_in(work, "manifest import ", "versions.csv", "", "deployment.deploy");
    each_way(work, "manifest baseline gold --reason because", "baseline.designate");
}

static void releases(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    each_way(work, "release cut R1 --to UAT", "release.cut");
    team_as(work, "olga", "manifest set auth SIT 2.0.8");
    each_way(work, "release update R0 --take", "release.cut");
    each_way(work, "release close R0 --force --reason because", "release.end");
    each_way(work, "release cancel R0 --reason because", "release.end");
}

static void variables_and_groups(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    each_way(work, "variable set A b --environment UAT", "project.configure");
    each_way(work, "variable unset OLD --environment UAT", "project.configure");
    each_way(work, "group set security carl", "project.configure");
    each_way(work, "group remove ops", "project.configure");
}

static void members(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    each_way(work, "member add zoe", "member.set");
    each_way(work, "member role carl VIEWER", "member.set");
    each_way(work, "member remove carl", "member.set");
}

/* An OWNER who is made an ADMIN meanwhile may still set members, and make no OWNER. */
static void an_owner_no_more_makes_no_owner(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    team_as(work, "olga", "member role bob OWNER");
    assert_refused(work, "bob", BECOMES_ADMIN, 1, "member role carl OWNER", "make, change or");
    team_as(work, "olga", "member role bob OWNER");
    assert_refused(work, "bob", BECOMES_ADMIN, 1, "member add zoe --role OWNER", "make, change or");
}

static void the_key_of_secrets(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    assert_refused(work, "tina", LOSES_OFFICE, 1, "secrets rekey", "secrets.manage");
    make_admin(work, "tina");
    assert_refused(work, "tina", IS_DEACTIVATED, 1, "secrets init --again --yes", "secrets.manage");
}

static void who_shares_the_store(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    assert_refused(work, "tina", LOSES_OFFICE, 1, "store unshare", "store.share");
}

static void the_project_itself(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    each_way_in(work, "project import ", "pilab.yaml", "", "project.configure");
    each_way_in(work, "init --code MB --yes --from ", "versions.csv", "", "project.configure");
}

static void a_new_project(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;
    char *path = memory_copy_text(
             app_file(work, "new.yaml", "pilab: 1\nproject: {name: New, code: NEW}\n")),
         *line = memory_printf("project import %s", path);

    assert_refused(work, "tina", LOSES_OFFICE, 1, line, "project.create");
    free(line);
    free(path);
}

static void drift_and_notes_that_are_kept(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    each_way(work, "drift --from SIT --to UAT --save", "drift.run");
    each_way(work, "note generate --from SIT --to UAT", "drift.run");
    /* What was begun is known to have failed. */
    app_login(work, "alice");
    between.login = "alice";
    between.loss = LOSES_ROLE;
    between.transaction = 2;
    assert_false(app_try(work, "drift --from SIT --to UAT --save"));
    assert_string_equal(error_code_name(work->error.code), "denied");
    team_as(work, "olga", "report list");
    assert_int_equal(json_array_size(work->result.items), 1);
    assert_string_equal(json_string_value(
                            json_object_get(json_array_get(work->result.items, 0), "run")),
                        "FAILED");
}

static void notes_on_their_way(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;

    each_way_in(work, "note edit 1 --file ", "new.md", "", "note.draft");
    each_way(work, "note review 1", "note.review");
    each_way(work, "note approve 2", "note.approve");
    each_way(work, "note reject 2 --reason no", "note.review");
    each_way_in(work, "note publish 3 --to ", "other", "", "note.publish");
    each_way(work, "note withdraw 4 --reason no", "note.publish");
    each_way(work, "note correct 4", "note.draft");
}

/* The right to publish is asked for when the order is looked at, and again when it begins. */
static void publishing_is_refused_before_the_first_file(void **state)
{
    struct app_work *work = ((struct team *)*state)->work;
    char *line = memory_printf("note publish 3 --to %s/other", work->folder);

    assert_refused(work, "alice", LOSES_ROLE, 2, line, "note.publish");
    free(line);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, again_setup, again_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_runs_where),
        CASE(releases),
        CASE(variables_and_groups),
        CASE(members),
        CASE(an_owner_no_more_makes_no_owner),
        CASE(the_key_of_secrets),
        CASE(who_shares_the_store),
        CASE(the_project_itself),
        CASE(a_new_project),
        CASE(drift_and_notes_that_are_kept),
        CASE(notes_on_their_way),
        CASE(publishing_is_refused_before_the_first_file),
    };

    return cmocka_run_group_tests(tests, fixture_library_start, fixture_library_stop);
}
