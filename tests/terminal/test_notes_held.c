#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <glob.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>
#include <pilab/store/store.h>

#include "../support/scratch.h"
#include "note_world.h"

/* Another process writes to the store for a long time, while somebody writes notes: every key is
 * heard, and nothing is lost. */

struct hold {
    struct clock clock;
    struct random random;
    struct store *store;
    struct connection *connection;
};

/* This process, which is another than the program. */
static struct hold *hold_store(const struct demo_world *world)
{
    char *path = scratch_path(sandbox_files(world->sandbox), "demo/pilab.db");
    struct store_options options = { .path = path, .allow_frozen_clock = true };
    struct hold *hold = memory_new(sizeof *hold);
    struct error error = { 0 };

    hold->clock = clock_system();
    hold->random = random_system();
    if (!store_open(&options, &hold->clock, &hold->store, &error))
        fail_msg("%s", error.message);
    hold->connection = store_connect(hold->store, &hold->clock, &hold->random, &error);
    assert_non_null(hold->connection);
    if (!store_begin(hold->connection, NULL, &error))
        fail_msg("%s", error.message);
    free(path);
    return hold;
}

static void let_go(struct hold **hold)
{
    store_rollback((*hold)->connection);
    connection_close(&(*hold)->connection);
    store_close(&(*hold)->store);
    free(*hold);
    *hold = NULL;
}

static void assert_kept(const struct demo_world *world, const char *text)
{
    char *now = note_world_text(world);

    if (strstr(now, text) == NULL)
        fail_msg("the notes lack \"%s\"", text);
    free(now);
}

/* The editor, with a line typed below the heading. */
static struct vt *type_line(const struct demo_world *world, const char *line)
{
    struct vt *vt = note_world_open(world, "alice", 24, 80);
    char *keys = memory_printf("o%s", line);

    studio_type(vt, "i", "[Edit]");
    studio_type(vt, keys, line);
    free(keys);
    return vt;
}

/* Reading, and typing on: both are heard at once. */
static void assert_hears_keys(struct vt *vt)
{
    studio_type(vt, "gt", "Markdown");
    studio_type(vt, "gT", "[Read]");
    studio_type(vt, "i", "[Edit]");
}

static void leaving_the_editor_waits_for_nobody(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "begun");
    struct hold *hold = hold_store(world);

    studio_type(vt, " and more\033\033", "is not kept: i goes on");
    assert_hears_keys(vt);
    studio_type(vt, "A on\033\033", "[Read]");
    let_go(&hold);
    note_world_wait_draft(world, vt, "alice", "begun and more on");
    studio_leave(&vt);
    note_world_wait_draft(world, NULL, "alice", "begun and more on");
}

static void throwing_away_waits_for_nobody(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "to be thrown away");
    struct hold *hold;

    note_world_wait_draft(world, vt, "alice", "to be thrown away");
    hold = hold_store(world);
    studio_type(vt, "\033!d", "Throw away what you typed");
    studio_type(vt, "y", "thrown away");
    assert_hears_keys(vt);
    let_go(&hold);
    note_world_wait_draft(world, vt, "alice", NULL);
    studio_type(vt, "\033", "[Read]");
    studio_leave(&vt);
}

static void another_editor_comes_back_to_a_held_store(void **state)
{
    const struct demo_world *world = *state;
    char *script = scratch_file(sandbox_files(world->sandbox), "editor",
                                "#!/bin/sh\nprintf 'written elsewhere\\n' >> \"$1\"\n");
    char *editor = memory_printf("EDITOR=%s", script);
    struct hold *hold;
    struct vt *vt;

    assert_int_equal(chmod(script, 0700), 0);
    harness_set(world->harness, editor);
    vt = type_line(world, "typed here");
    hold = hold_store(world);
    studio_type(vt, "\033E", "The text is here, and not kept yet");
    studio_type(vt, "G", "written elsewhere");
    studio_type(vt, "\033", "is not kept: i goes on");
    assert_hears_keys(vt);
    let_go(&hold);
    note_world_wait_draft(world, vt, "alice", "written elsewhere");
    studio_type(vt, "\033", "[Read]");
    studio_leave(&vt);
    free(editor);
    free(script);
}

static void a_merge_is_taken_from_a_held_store(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 24, 80);
    struct hold *hold;

    studio_type(vt, "iGo", "[Edit]");
    studio_type(vt, "the end by alice\033", "the end by alice");
    note_world_edit(world, "carla", "# Release Notes", "# The notes");
    studio_type(vt, "", "rev 2 is there");
    hold = hold_store(world);
    studio_type(vt, "!w", "Both fit together");
    studio_type(vt, "\r", "Both are in one text");
    studio_type(vt, "gg", "# The notes");
    let_go(&hold);
    note_world_wait_draft(world, vt, "alice", "# The notes");
    studio_type(vt, "!w", "Keep revision 3");
    studio_type(vt, "\r", "rev 3 DRAFT");
    assert_kept(world, "the end by alice");
    studio_leave(&vt);
}

static void what_was_left_is_taken_up_from_a_held_store(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "left behind");
    struct hold *hold;

    vt_signal(vt, SIGTERM);
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 128 + SIGTERM);
    vt_free(&vt);
    hold = hold_store(world);
    vt = harness_start(world->harness, 24, 80, "pilab", NULL);
    assert_true(vt_wait_text(vt, "was not kept"));
    studio_type(vt, "t", "Your text is here again");
    studio_type(vt, "A, and gone on with\033\033", "[Read]");
    assert_hears_keys(vt);
    let_go(&hold);
    note_world_wait_draft(world, vt, "alice", "left behind, and gone on with");
    studio_type(vt, "\033", "[Read]");
    studio_leave(&vt);
}

/* On the terminal as it was before, where the shell's next line will stand. */
static void who_leaves_meanwhile_loses_nothing(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "typed");
    struct hold *hold;

    note_world_wait_draft(world, vt, "alice", "typed");
    hold = hold_store(world);
    studio_type(vt, " behind a lock\033\033", "is not kept: i goes on");
    vt_send(vt, "Q");
    assert_true(vt_see_text(vt, "pilab: what you typed is being saved; waiting: another process"));
    assert_false(vt_full_screen(vt));
    let_go(&hold);
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    vt_free(&vt);
    note_world_wait_draft(world, NULL, "alice", "typed behind a lock");
}

/* Nothing goes into the recovery table any more, as on a disk that is full. */
static void refuse_drafts(const struct demo_world *world)
{
    char *path = scratch_path(sandbox_files(world->sandbox), "demo/pilab.db");
    sqlite3 *database = NULL;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    sqlite3_busy_timeout(database, VT_PATIENCE);
    assert_int_equal(sqlite3_exec(database,
                                  "CREATE TRIGGER full BEFORE INSERT ON note_drafts"
                                  " BEGIN SELECT RAISE(ABORT, 'no room'); END",
                                  NULL, NULL, NULL),
                     SQLITE_OK);
    sqlite3_close(database);
    free(path);
}

static void what_the_store_does_not_take_is_in_a_file(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 40, 200);
    char *pattern = memory_printf("%s/pilab/not-kept/*.md", harness_home(world->harness));
    struct stat status;
    glob_t found;
    char *text;

    refuse_drafts(world);
    studio_type(vt, "i", "[Edit]");
    studio_type(vt,
                "o"
                "not to be lost\033",
                "NOT SAFE: cannot be saved");
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    assert_shown(vt, "pilab: what you typed into note 2 is not in the store");
    assert_shown(vt, "to keep it: pilab note edit 2 --file");
    vt_free(&vt);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    assert_int_equal(stat(found.gl_pathv[0], &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    text = scratch_read(found.gl_pathv[0]);
    assert_non_null(strstr(text, "not to be lost"));
    DO(world, "note", "edit", "2", "--file", found.gl_pathv[0]);
    assert_kept(world, "not to be lost");
    globfree(&found);
    free(text);
    free(pattern);
}

/* Counted in the store: what the audit says of somebody's refusals. */
static int count_refusals(const struct demo_world *world, const char *login)
{
    char *path = scratch_path(sandbox_files(world->sandbox), "demo/pilab.db");
    sqlite3 *database = NULL;
    sqlite3_stmt *statement = NULL;
    int count;

    assert_int_equal(sqlite3_open(path, &database), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(database,
                                        "SELECT count(*) FROM audit WHERE actor = ?"
                                        " AND action = 'access.refused'",
                                        -1, &statement, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(statement, 1, login, -1, SQLITE_STATIC);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    count = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    sqlite3_close(database);
    free(path);
    return count;
}

/* Keys that go on meanwhile are no tries: the audit is not to fill with them, and the person is not
 * to hear it with each. */
static void a_refusal_is_said_and_audited_once(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = note_world_open(world, "alice", 40, 200);
    char *pattern = memory_printf("%s/pilab/not-kept/*.md", harness_home(world->harness));
    glob_t found;
    char *text;

    studio_type(vt, "i", "[Edit]");
    note_world_login(world, "root");
    DO(world, "member", "role", "alice", "VIEWER");
    studio_type(vt, "oone\033", "What you type stays in this window");
    assert_shown(vt, "NOT SAFE: cannot be saved");
    studio_type(vt, "otwo\033", "two");
    /* The first takes off the message. */
    studio_type(vt, "\033\033", "is not kept: i goes on");
    studio_type(vt, "i", "[Edit]");
    studio_type(vt, "Gothree\033", "three");
    vt_send(vt, "Q");
    assert_int_equal(vt_exit(vt, VT_PATIENCE), 0);
    assert_shown(vt, "pilab: what you typed into note 2 is not in the store");
    vt_free(&vt);
    assert_int_equal(count_refusals(world, "alice"), 1);
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, 1);
    text = scratch_read(found.gl_pathv[0]);
    assert_non_null(strstr(text, "one\ntwo\n"));
    assert_non_null(strstr(text, "three"));
    globfree(&found);
    free(text);
    free(pattern);
}

/* What the kept revision says is what the next merge begins from: with the text before it, the line
 * would have been changed by both. */
static void a_merge_begins_from_what_was_kept(void **state)
{
    const struct demo_world *world = *state;
    struct vt *vt = type_line(world, "one");
    struct hold *hold = hold_store(world);

    studio_type(vt, "\033:w\r", "Keep revision 2");
    vt_send(vt, "\r");
    assert_true(vt_see_text(vt, "keep the text"));
    vt_send(vt, "A two\033");
    assert_true(vt_see_text(vt, "one two"));
    let_go(&hold);
    studio_type(vt, "", "What you typed since is based on revision 2 now.");
    studio_type(vt, "", "from rev 2");
    note_world_edit(world, "carla", "## Summary", "## All in all");
    studio_type(vt, "", "from rev 2, rev 3 is there");
    studio_type(vt, "!w", "carla made revision 3 meanwhile");
    assert_shown(vt, "yours began from revision 2");
    assert_shown(vt, "Both fit together");
    studio_type(vt, "!w", "Keep revision 4");
    studio_type(vt, "\r", "rev 4 DRAFT");
    assert_kept(world, "one two\n");
    assert_kept(world, "## All in all");
    studio_leave(&vt);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, note_world_start, demo_world_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(leaving_the_editor_waits_for_nobody),         CASE(throwing_away_waits_for_nobody),
        CASE(another_editor_comes_back_to_a_held_store),   CASE(a_merge_is_taken_from_a_held_store),
        CASE(what_was_left_is_taken_up_from_a_held_store), CASE(who_leaves_meanwhile_loses_nothing),
        CASE(what_the_store_does_not_take_is_in_a_file),   CASE(a_merge_begins_from_what_was_kept),
        CASE(a_refusal_is_said_and_audited_once),
    };

    return cmocka_run_group_tests_name("notes while the store is held", tests, NULL, NULL);
}
