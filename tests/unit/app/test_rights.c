#include <pilab/store/note.h>

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

/* Something to be refused upon. */
static void add_note(struct app_work *work)
{
    struct store_note note = { .version = "v1", .status = NOTE_GENERATED, .created_by = "carl" };
    struct store_revision first = { .content = "{}", .markdown = "# v1\n", .author = "carl" };
    struct error error = { 0 };

    app_login(work, "olga");
    app_must(work, "note list");
    note.project_id = work->call.project->id;
    if (!store_begin(work->call.connection, NULL, &error) ||
        !store_note_add(work->call.connection, &note, &first, &error) ||
        !store_commit(work->call.connection, &error))
        fail_msg("%s", error.message);
}

/* What a viewer may not do: a line for every command that writes, and the right that it takes. */
/* clang-format off */
static const struct {
    const char *line, *action;
} refusals[] = {
    { "manifest set auth UAT 2.0.7", "deploy" },
    { "verify env:UAT --record", "deploy" },
    { "manifest import pilab.yaml", "deploy" },
    { "manifest baseline gold --reason because", "baseline.designate" },
    { "variable set A b --environment UAT", "project.configure" },
    { "variable unset A --environment UAT", "project.configure" },
    { "member add zoe", "member.set" },
    { "member role carl ADMIN", "member.set" },
    { "member remove carl", "member.set" },
    { "group set security vera", "project.configure" },
    { "group remove security", "project.configure" },
    { "secrets init", "secrets.manage" },
    { "secrets rekey", "secrets.manage" },
    { "store share games", "store.share" },
    { "store unshare", "store.share" },
    { "repo add /nonexistent", "project.configure" },
    { "repo remove auth --yes", "project.configure" },
    { "repo login https://git.example/a.git", "project.configure" },
    { "repo logout https://git.example/a.git", "project.configure" },
    { "init --from versions.csv --code MB --yes", "project.configure" },
    { "init --from versions.csv --code NEW --yes", "project.create" },
    { "drift --from SIT --to UAT --save", "drift.run" },
    { "notes --from SIT --to UAT --save", "drift.run" },
    { "difference ignore 0123456789abcdef --reason no --forever", "drift.ignore" },
    { "difference accept 0123456789abcdef --reason no", "drift.ignore" },
    { "difference withdraw 1", "drift.ignore" },
    { "note generate --from SIT --to UAT", "note.draft" },
    { "note edit 1 --file x", "note.draft" },
    { "note review 1", "note.review" },
    { "note approve 1", "note.approve" },
    { "note reject 1 --reason no", "note.review" },
    { "note publish 1 --to x", "note.publish" },
    { "note withdraw 1 --reason no", "note.publish" },
    { "note correct 1", "note.draft" },
    { "release cut R1 --to UAT", "release.cut" },
    { "release update R1 --take", "release.cut" },
    { "release close R1", "release.end" },
    { "release cancel R1 --reason no", "release.end" },
};
/* clang-format on */

static void a_viewer_is_refused_whatever_writes(void **state)
{
    struct app_work *work = *state;
    char *line;

    invite(work);
    add_note(work);
    app_file(work, "versions.csv", "module,SIT,UAT\nauth,2.0.7,2.0.6\n");
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        assert_refused_and_audited(work, "vera", refusals[i].line, refusals[i].action);
    line = line_with(work, "project import", "pilab.yaml");
    assert_refused_and_audited(work, "vera", line, "project.configure");
    free(line);
    line = line_with(work, "project import", "other.yaml");
    assert_refused_and_audited(work, "vera", line, "project.create");
    free(line);
    app_login(work, "olga");
    app_must(work, "manifest show");
    assert_int_equal(json_array_size(work->result.items), 1);
    app_must(work, "report list");
    assert_int_equal(json_array_size(work->result.items), 0);
    app_must(work, "note list --status generated");
    assert_int_equal(json_array_size(work->result.items), 1);
}

/* The table says which commands write: none is forgotten above. */
static void every_command_that_writes_has_been_tried(void **state)
{
    size_t count = command_count();

    (void)state;
    for (size_t i = 0; i < count; i++) {
        const char *verb = command_at(i)->verb;
        bool known = !command_at(i)->durable || strcmp(verb, "project import") == 0;

        for (size_t j = 0; j < sizeof refusals / sizeof *refusals; j++)
            known = known || strncmp(refusals[j].line, verb, strlen(verb)) == 0;
        if (!known)
            fail_msg("nobody has tried `%s` as a viewer", verb);
    }
}

static void a_viewer_may_look_at_everything(void **state)
{
    /* clang-format off */
    static const char *const lines[] = {
        "report list",
        "difference list",
        "difference offers",
        "note list",
        "note list --waiting-for-me",
        "project list",
        "env list",
        "manifest show",
        "audit list",
        "project export",
        "manifest history auth",
        "manifest export",
        "manifest baselines",
        "manifest compare SIT UAT",
        "variable list",
        "variable compare SIT UAT",
        "variable history A --environment UAT",
        "secrets status",
        "store status",
        "member list",
        "group list",
        "release list",
        "repo list",
    };
    /* clang-format on */
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

/* Screens read again whenever the store changes, and each entry is a change. */
static void a_refusal_to_read_is_put_down_once_and_one_to_act_each_time(void **state)
{
    struct app_work *work = *state;
    size_t before;

    invite(work);
    for (int i = 0; i < 3; i++)
        assert_refused_and_audited(work, "nina", "env list --project MB", "read");
    app_login(work, "olga");
    app_must(work, "audit list --action access.refused");
    before = json_array_size(work->result.items);
    assert_int_equal(before, 1);
    for (int i = 0; i < 3; i++)
        assert_refused_and_audited(work, "vera", "manifest set auth UAT 2.0.7", "deploy");
    app_login(work, "nina");
    assert_false(app_try(work, "env list --project MB"));
    assert_string_equal(error_code_name(work->error.code), "denied");
    app_login(work, "olga");
    app_must(work, "audit list --action access.refused");
    assert_int_equal(json_array_size(work->result.items), before + 3);
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
        CASE(a_refusal_to_read_is_put_down_once_and_one_to_act_each_time),
        CASE(who_the_store_does_not_know_gets_in_nowhere),
        CASE(only_what_one_may_read_is_chosen),
        CASE(the_audit_of_others_is_not_for_everybody),
        CASE(a_store_that_is_not_there_says_how_to_make_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
