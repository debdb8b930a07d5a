#include "app_support.h"

#include <stdlib.h>
#include <string.h>

static const char project[] = "pilab: 1\n"
                              "project: {name: Mobile Banking, code: MB}\n"
                              "environments: [{name: SIT, stage: SIT},\n"
                              "               {name: UAT, stage: UAT, from: [SIT]}]\n"
                              "modules: [{name: auth, repository: /nonexistent}]\n";

static const char other[] = "pilab: 1\nproject: {name: Other, code: XY}\n";

/* Olga runs the store and owns MB; Vera may only look at it; Carl contributes; Nina is known, and
 * no member of anything. */
static int people_setup(void **state)
{
    struct app_work *work;

    if (app_setup(state) != 0)
        return -1;
    work = *state;
    app_file(work, "pilab.yaml", project);
    app_file(work, "other.yaml", other);
    return 0;
}

static char *line_with(struct app_work *work, const char *format_before, const char *file)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "%s %s/%s", format_before, work->folder, file);
    return strbuf_steal(&line);
}

static void import(struct app_work *work, const char *file)
{
    char *line = line_with(work, "project import", file);

    app_must(work, line);
    free(line);
}

static void invite(struct app_work *work)
{
    import(work, "pilab.yaml");
    app_add_user(work, "vera", "MB", "VIEWER");
    app_add_user(work, "carl", "MB", "CONTRIBUTOR");
    app_add_user(work, "nina", NULL, NULL);
}

/* Refused with exit status 77, and the audit says who tried what. */
static void assert_refused_and_audited(struct app_work *work, const char *login, const char *line,
                                       const char *action)
{
    char *entry;

    app_login(work, login);
    if (app_try(work, line))
        fail_msg("%s may do: %s", login, line);
    assert_string_equal(error_code_name(work->error.code), "denied");
    assert_int_equal(error_exit_code(work->error.code), 77);
    entry = app_newest_entry(work, "access.refused");
    if (strncmp(entry, login, strlen(login)) != 0 || strstr(entry, action) == NULL)
        fail_msg("the audit says \"%s\", where %s and %s were expected", entry, login, action);
    free(entry);
}

static void a_viewer_is_refused_whatever_writes(void **state)
{
    struct app_work *work = *state;
    char *line;

    invite(work);
    assert_refused_and_audited(work, "vera", "manifest set auth UAT 2.0.7", "deploy");
    assert_refused_and_audited(work, "vera", "manifest import pilab.yaml", "deploy");
    assert_refused_and_audited(work, "vera", "manifest baseline gold --reason because",
                               "baseline.designate");
    line = line_with(work, "project import", "pilab.yaml");
    assert_refused_and_audited(work, "vera", line, "project.configure");
    free(line);
    line = line_with(work, "project import", "other.yaml");
    assert_refused_and_audited(work, "vera", line, "project.create");
    free(line);
    assert_refused_and_audited(work, "vera", "variable set A b --environment UAT",
                               "project.configure");
    assert_refused_and_audited(work, "vera", "variable unset A --environment UAT",
                               "project.configure");
    assert_refused_and_audited(work, "vera", "member add zoe", "member.set");
    assert_refused_and_audited(work, "vera", "member role carl ADMIN", "member.set");
    assert_refused_and_audited(work, "vera", "member remove carl", "member.set");
    assert_refused_and_audited(work, "vera", "group set security vera", "project.configure");
    assert_refused_and_audited(work, "vera", "group remove security", "project.configure");
    assert_refused_and_audited(work, "vera", "secrets init", "secrets.manage");
    assert_refused_and_audited(work, "vera", "secrets rekey", "secrets.manage");
    app_file(work, "versions.csv", "module,SIT,UAT\nauth,2.0.7,2.0.6\n");
    assert_refused_and_audited(work, "vera", "init --from versions.csv --code MB --yes",
                               "project.configure");
    assert_refused_and_audited(work, "vera", "init --from versions.csv --code NEW --yes",
                               "project.create");
    assert_refused_and_audited(work, "vera", "drift --from SIT --to UAT --save", "drift.run");
    assert_refused_and_audited(work, "vera", "notes --from SIT --to UAT --save", "drift.run");
    assert_refused_and_audited(work, "vera", "release cut R1 --to UAT", "release.cut");
    assert_refused_and_audited(work, "vera", "release update R1 --take", "release.cut");
    assert_refused_and_audited(work, "vera", "release close R1", "release.end");
    assert_refused_and_audited(work, "vera", "release cancel R1 --reason no", "release.end");

    app_login(work, "olga");
    app_must(work, "manifest show");
    assert_int_equal(json_array_size(work->result.items), 1);
    app_must(work, "report list");
    assert_int_equal(json_array_size(work->result.items), 0);
    app_must(work, "note list");
    assert_int_equal(json_array_size(work->result.items), 0);
}

/* The table says which commands write: none is forgotten above. */
static void every_command_that_writes_has_been_tried(void **state)
{
    static const char *const tried[] = { "manifest set", "manifest import", "manifest baseline",
                                         "project import" };
    static const char *const tried[] = { "manifest set",  "project import", "secrets init",
                                         "secrets rekey", "variable set",   "variable unset" };
    static const char *const tried[] = { "group remove",   "group set",     "member add",
                                         "member remove",  "member role",   "manifest set",
                                         "project import", "secrets init",  "secrets rekey",
                                         "variable set",   "variable unset" };
    static const char *const tried[] = { "init", "manifest set", "project import" };
    static const char *const tried[] = { "manifest set",   "project import", "release cut",
                                         "release update", "release close",  "release cancel" };
    size_t count = command_count();

    (void)state;
    for (size_t i = 0; i < count; i++) {
        bool known = !command_at(i)->durable;

        for (size_t j = 0; j < sizeof tried / sizeof *tried; j++)
            known = known || strcmp(tried[j], command_at(i)->verb) == 0;
        if (!known)
            fail_msg("nobody has tried `%s` as a viewer", command_at(i)->verb);
    }
}

static void a_viewer_may_look_at_everything(void **state)
{
    static const char *const lines[] = { "report list",
                                         "note list",
                                         "project list",
                                         "env list",
                                         "manifest show",
                                         "audit list",
                                         "project export",
                                         "manifest history auth",
                                         "manifest export",
                                         "manifest baselines",
                                         "manifest compare SIT UAT" };
                                         "variable list",
                                         "variable compare SIT UAT",
                                         "variable history A --environment UAT",
                                         "secrets status",
                                         "member list",
                                         "group list" };
    static const char *const lines[] = { "report list",    "note list",     "project list",
                                         "env list",       "manifest show", "audit list",
                                         "project export", "release list" };
    struct app_work *work = *state;

    invite(work);
    app_login(work, "vera");
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        app_must(work, lines[i]);
}

static void a_contributor_may_not_set_up_the_project(void **state)
{
    struct app_work *work = *state;
    char *line;

    invite(work);
    app_file(work, "versions.csv", "module,SIT,UAT\nauth,2.0.7,2.0.6\n");
    assert_refused_and_audited(work, "carl", "init --from versions.csv --code MB --yes",
                               "project.configure");
    line = line_with(work, "project import", "pilab.yaml");
    assert_refused_and_audited(work, "carl", line, "project.configure");
    assert_refused_and_audited(work, "carl", "manifest baseline gold --reason because",
                               "baseline.designate");
    free(line);
}

static void a_contributor_cuts_releases_and_does_not_end_them(void **state)
{
    struct app_work *work = *state;

    invite(work);
    app_must(work, "manifest set auth SIT 2.0.7");
    app_login(work, "carl");
    app_must(work, "release cut R1 --to UAT");
    app_must(work, "release update R1 --keep");
    assert_refused_and_audited(work, "carl", "release close R1 --force --reason x", "release.end");
    assert_refused_and_audited(work, "carl", "release cancel R1 --reason x", "release.end");
    app_login(work, "vera");
    app_must(work, "release show R1");
    app_login(work, "olga");
    app_must(work, "release cancel R1 --reason x");
}

static void who_is_no_member_does_not_even_see_the_project(void **state)
{
    struct app_work *work = *state;

    invite(work);
    app_login(work, "nina");
    app_must(work, "project list");
    assert_int_equal(json_array_size(work->result.items), 0);
    assert_false(app_try(work, "env list"));
    assert_string_equal(error_code_name(work->error.code), "not_found");
    assert_refused_and_audited(work, "nina", "env list --project MB", "read");
}

static void who_the_store_does_not_know_gets_in_nowhere(void **state)
{
    struct app_work *work = *state;

    invite(work);
    app_login(work, "stranger");
    assert_false(app_try(work, "env list"));
    assert_string_equal(error_code_name(work->error.code), "denied");
    assert_non_null(strstr(work->error.message, "does not know the user stranger"));
}

static void only_what_one_may_read_is_chosen(void **state)
{
    struct app_work *work = *state;

    invite(work);
    import(work, "other.yaml");
    app_must_fail(work, "env list", ERROR_AMBIGUOUS, "there are 2 projects: MB, XY");
    app_login(work, "vera");
    app_must(work, "env list");
    assert_int_equal(json_array_size(work->result.items), 2);
}

static void the_audit_of_others_is_not_for_everybody(void **state)
{
    struct app_work *work = *state;
    size_t index;
    json_t *item;

    invite(work);
    import(work, "other.yaml");
    app_login(work, "vera");
    app_must(work, "audit list");
    assert_true(json_array_size(work->result.items) > 0);
    json_array_foreach(work->result.items, index, item)
        assert_string_equal(json_string_value(json_object_get(item, "project")),
                            work->call.project->id);
}

static void a_store_that_is_not_there_says_how_to_make_one(void **state)
{
    struct app_work *work = *state;

    assert_false(app_try(work, "env list"));
    assert_string_equal(error_code_name(work->error.code), "not_found");
    assert_non_null(strstr(work->error.hint, "pilab project import"));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, people_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_viewer_is_refused_whatever_writes),
        CASE(every_command_that_writes_has_been_tried),
        CASE(a_viewer_may_look_at_everything),
        CASE(a_contributor_may_not_set_up_the_project),
        CASE(a_contributor_cuts_releases_and_does_not_end_them),
        CASE(who_is_no_member_does_not_even_see_the_project),
        CASE(who_the_store_does_not_know_gets_in_nowhere),
        CASE(only_what_one_may_read_is_chosen),
        CASE(the_audit_of_others_is_not_for_everybody),
        CASE(a_store_that_is_not_there_says_how_to_make_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
