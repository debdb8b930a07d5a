#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/demo/builder.h>

#include "../support/fixture_repository.h"
#include "../support/scratch.h"
#include "studio_world.h"

/*
 * A release day on the screen: from an empty home to an audit whose chain holds. Three people sit
 * down one after the other (PILAB_LOGIN, which counts where the clock stands still); each begins at
 * Home, as somebody would. What has no key of its own is said on the : line.
 */

struct day {
    struct harness *harness;
    struct vt *vt;
};

static int set_up(void **state)
{
    static struct day day;

    fixture_library_start(NULL);
    day.harness = harness_new();
    day.vt = NULL;
    harness_enter(day.harness, harness_home(day.harness));
    *state = &day;
    return 0;
}

static int tear_down(void **state)
{
    struct day *day = *state;

    vt_free(&day->vt);
    harness_free(&day->harness);
    return fixture_library_stop(NULL);
}

/* --- What there is anyway ----------------------------------------------------------------------
 */

static void repository(const struct day *day, const char *name, const char *file)
{
    char *folder = scratch_path(harness_home(day->harness), name);
    struct error error = { 0 };
    struct builder *builder = builder_new(folder, false, &error);

    assert_non_null(builder);
    builder_write(builder, file, "1\n");
    builder_commit(builder, "[MB-1] Begin");
    builder_tag(builder, "v1.0");
    builder_write(builder, file, "2\n");
    builder_commit(builder, "[MB-234] feat: log in with a passkey");
    builder_tag(builder, "v1.1");
    builder_write(builder, file, "3\n");
    builder_commit(builder, "[MB-240] fix: end idle sessions");
    builder_tag(builder, "v1.2");
    if (!builder_free(&builder, &error))
        fail_msg("%s", error.message);
    free(folder);
}

static void write_file(const struct day *day, const char *name, const char *text)
{
    free(scratch_file(harness_home(day->harness), name, text));
}

static char *read_file(const struct day *day, const char *name)
{
    char *path = scratch_path(harness_home(day->harness), name);
    char *text = scratch_read(path);

    free(path);
    return text;
}

/* Somebody sits down, at a time of their own. */
static void begin(struct day *day, const char *login, const char *time, const char *text)
{
    char *person = memory_printf("PILAB_LOGIN=%s", login);
    char *clock = memory_printf("PILAB_CLOCK=2025-03-04T%s:00Z", time);

    harness_set(day->harness, person);
    harness_set(day->harness, clock);
    day->vt = harness_start(day->harness, 24, 80, "pilab", NULL);
    studio_type(day->vt, "", text);
    assert_shown(day->vt, login);
    free(clock);
    free(person);
}

static void end(struct day *day)
{
    studio_leave(&day->vt);
}

/* --- The steps ---------------------------------------------------------------------------------
 */

static void the_table_becomes_a_project(struct day *day)
{
    begin(day, "alice", "08:00", "A project of your own");
    assert_shown(day->vt, "Build a project from the 2 repositories found here");
    studio_type(day->vt, "j\r", "One row a module");
    studio_type(day->vt, "mobile-banking.csv\r", "Mobile banking (MB), new");
    assert_shown(day->vt, "2 modules, 3 environments, 6 of 6 cells");
    studio_type(day->vt, "!c", "6 cells will be recorded");
    studio_type(day->vt, "y", "What would PROD get from UAT?");
}

static void others_are_let_in(struct day *day)
{
    studio_type(day->vt, ":member add bob --role ADMIN\r", "bob is now ADMIN");
    studio_type(day->vt, ":member add carla --role ADMIN\r", "carla is now ADMIN");
    studio_type(day->vt, ":member add dan --role ADMIN\r", "dan is now ADMIN");
    studio_type(day->vt, ":member add victor --role VIEWER\r", "victor is now VIEWER");
}

static void the_manifest_tells_what_would_go_out(struct day *day)
{
    studio_type(day->vt, "2", "2 modules");
    assert_shown(day->vt, "PROD 2");
    studio_type(day->vt, "$d", "PROD would get, from UAT");
    assert_shown(day->vt, "Would get");
    studio_type(day->vt, "\033", "2 modules");
}

static void a_release_is_cut(struct day *day)
{
    studio_type(day->vt, ":release list\r", "There is no open release.");
    studio_type(day->vt, "!r", "From where to where?");
    studio_type(day->vt, "PROD\r", "Cut a release from UAT to PROD");
    studio_type(day->vt, "\025R2025.03\r", "2 modules as UAT has them now, for PROD:");
    studio_type(day->vt, "y", "needs a drift report");
    assert_shown(day->vt, "cut with 2 modules");
}

/* UAT moves on while the release is looked at: it is said, and taken. */
static void the_source_moves_and_is_taken(struct day *day)
{
    studio_type(day->vt, ":manifest set auth UAT 1.2\r", "auth");
    studio_type(day->vt, ":release show R2025.03\r", "UAT moved: auth 1.1");
    studio_type(day->vt, "!ut", "take R2025.03");
    assert_shown(day->vt, "auth 1.1 → 1.2");
    studio_type(day->vt, "y", "revision 2");
    studio_type(day->vt, "d", "PROD would get R2025.03");
}

static void notes_are_made_of_it(struct day *day)
{
    studio_type(day->vt, ":release show R2025.03\r", "Release R2025.03");
    studio_type(day->vt, "!n", "Release Notes - R2025.03");
    assert_shown(day->vt, "MB-240");
    studio_type(day->vt, ":release show R2025.03\r", "note 1 needs a review");
    end(day);
}

/* The text is changed by a file here, so that this test is about the day and not about the editor;
 * test_editor.c has that. */
static void somebody_writes_what_it_means(struct day *day)
{
    write_file(day, "notes.md", "# R2025.03\n\nPeople log in with a passkey.\n");
    begin(day, "bob", "09:00", "R2025.03");
    studio_type(day->vt, ":note edit 1 --file notes.md --base 1 --message 'by hand'\r",
                "DRAFT  rev 2");
    studio_type(day->vt, ":note review 1\r", "somebody else has");
    end(day);
}

static void who_only_looks_is_refused(struct day *day)
{
    begin(day, "victor", "09:30", "R2025.03");
    studio_type(day->vt, ":note approve 1\r", "you are VIEWER of the project");
    end(day);
}

static void two_approve(struct day *day)
{
    begin(day, "carla", "10:00", "R2025.03");
    studio_type(day->vt, ":note review 1\r", "REVIEWED  rev 2");
    end(day);
    begin(day, "bob", "10:10", "R2025.03");
    studio_type(day->vt, ":note approve 1\r", "cannot be approved");
    assert_shown(day->vt, "edited rev 2");
    end(day);
    begin(day, "carla", "10:20", "R2025.03");
    studio_type(day->vt, ":note approve 1\r", "REVIEWED  rev 2");
    assert_shown(day->vt, "waits for: 1 of");
    studio_type(day->vt, ":note publish 1 --to published\r", "cannot be published");
    end(day);
    begin(day, "dan", "10:30", "R2025.03");
    studio_type(day->vt, ":note approve 1\r", "APPROVED  rev 2");
    end(day);
}

static void assert_published(const struct day *day)
{
    char *markdown = read_file(day, "published/R2025.03.md"), hex[SHA256_HEX_SIZE];
    struct vt *vt = day->vt;

    assert_string_equal(markdown, "# R2025.03\n\nPeople log in with a passkey.\n");
    sha256_hex(markdown, strlen(markdown), hex);
    hex[12] = '\0'; /* as much as a narrow screen shows in a line */
    studio_type(vt, ":note show 1 --approvals\r", "approved by carla, dan");
    studio_type(vt, "8", "note.publish");
    studio_type(vt, "fnote.approve\r", "only note.approve, 1/4");
    studio_type(vt, "\r", "What was recorded");
    assert_shown(vt, hex);
    studio_type(vt, "\033", "only note.approve");
    free(markdown);
}

static void it_goes_out(struct day *day)
{
    begin(day, "alice", "11:00", "R2025.03");
    studio_type(day->vt, ":note publish 1 --to published\r", "PUBLISHED");
    assert_published(day);
    studio_type(day->vt, ":manifest set auth PROD 1.2 --release R2025.03\r", "auth");
    studio_type(day->vt, ":release show R2025.03\r", "1 of 2");
    studio_type(day->vt, ":manifest set web PROD 1.1 --release R2025.03\r", "web");
    studio_type(day->vt, ":release show R2025.03\r", "all 2 deployed: close it");
}

static void it_is_closed(struct day *day)
{
    studio_type(day->vt, "!x", "PROD: 2 of 2 deployed.");
    studio_type(day->vt, "as planned\r", "Type R2025.03 to close it");
    studio_type(day->vt, "R2025.03\r", "R2025.03: closed");
    assert_shown(day->vt, "CLOSED");
}

static void the_audit_holds(struct day *day)
{
    end(day);
    begin(day, "dan", "12:00", "release.close");
    studio_type(day->vt, "8", "not checked yet");
    assert_shown(day->vt, "release.close");
    studio_type(day->vt, "p", "chain intact, checked just now");
}

static void from_an_empty_home_to_a_verified_audit(void **state)
{
    struct day *day = *state;

    repository(day, "src/auth", "go.mod");
    repository(day, "src/web", "index.html");
    write_file(day, "mobile-banking.csv",
               "module,SIT,UAT,PROD\nauth,1.2,1.1,1.0\nweb,1.1,1.1,1.0\n");
    the_table_becomes_a_project(day);
    others_are_let_in(day);
    the_manifest_tells_what_would_go_out(day);
    a_release_is_cut(day);
    the_source_moves_and_is_taken(day);
    notes_are_made_of_it(day);
    somebody_writes_what_it_means(day);
    who_only_looks_is_refused(day);
    two_approve(day);
    it_goes_out(day);
    it_is_closed(day);
    the_audit_holds(day);
    end(day);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(from_an_empty_home_to_a_verified_audit, set_up, tear_down),
    };

    return cmocka_run_group_tests_name("a release day on the screen", tests, NULL, NULL);
}
