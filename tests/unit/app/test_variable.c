#include "app_support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/store/variable.h>
#include <pilab/store/vault.h>

#include "../../support/scratch.h"

static const char project[] = "pilab: 1\n"
                              "project: {name: Mobile Banking, code: MB}\n"
                              "environments: [{name: SIT, stage: SIT},\n"
                              "               {name: UAT, stage: UAT, from: [SIT]}]\n"
                              "modules: [{name: auth, repository: /nonexistent}]\n";

/* A private file of this content in the work's folder. */
static void private_file(struct app_work *work, const char *name, const char *text)
{
    assert_int_equal(chmod(app_file(work, name, text), 0600), 0);
}

static void runs(struct app_work *work, const char *format, const char *file)
{
    struct strbuf line = STRBUF_INIT;

    strbuf_printf(&line, "%s %s/%s", format, work->folder, file);
    app_must(work, line.data);
    strbuf_release(&line);
}

static bool tries(struct app_work *work, const char *format, const char *file)
{
    struct strbuf line = STRBUF_INIT;
    bool ok;

    strbuf_printf(&line, "%s %s/%s", format, work->folder, file);
    ok = app_try(work, line.data);
    strbuf_release(&line);
    return ok;
}

/* A project, and a key for secrets. */
static int variable_setup(void **state)
{
    struct app_work *work;

    if (app_setup(state) != 0)
        return -1;
    work = *state;
    app_file(work, "pilab.yaml", project);
    runs(work, "project import", "pilab.yaml");
    app_must(work, "secrets init");
    private_file(work, "one", "first password\n");
    private_file(work, "two", "second password\n");
    private_file(work, "passphrase", "a passphrase of some words\n");
    private_file(work, "wrong", "another passphrase of words\n");
    return 0;
}

static const char *text_of(struct app_work *work, size_t row, const char *member)
{
    const char *text = json_member_text(json_array_get(work->result.items, row), member);

    return text != NULL ? text : "(null)";
}

static void a_value_is_set_once_and_kept(void **state)
{
    struct app_work *work = *state;

    app_must(work, "variable set LOG_LEVEL info --environment UAT --description verbosity");
    assert_true(json_is_true(json_object_get(work->result.object, "changed")));
    app_must(work, "variable set LOG_LEVEL info --environment uat");
    assert_true(json_is_false(json_object_get(work->result.object, "changed")));
    app_must(work, "variable set LOG_LEVEL debug --environment SIT");
    app_must(work, "variable set LOG_LEVEL warn --environment UAT --module auth");
    app_must(work, "variable list --environment UAT");
    assert_int_equal(json_array_size(work->result.items), 2);
    assert_string_equal(text_of(work, 0, "value"), "info");
    assert_string_equal(text_of(work, 0, "description"), "verbosity");
    assert_string_equal(text_of(work, 1, "module"), "auth");
    app_must(work, "variable list");
    assert_string_equal(text_of(work, 0, "state"), "different");
    assert_string_equal(text_of(work, 0, "SIT"), "debug");
    assert_string_equal(text_of(work, 1, "state"), "here alone");
}

static void the_history_outlives_the_value(void **state)
{
    struct app_work *work = *state;

    app_must(work, "variable set A one --environment UAT");
    app_must(work, "variable set A two --environment UAT");
    app_must(work, "variable unset A --environment UAT");
    app_must_fail(work, "variable show A --environment UAT", ERROR_NOT_FOUND,
                  "there is no variable A in UAT");
    app_must(work, "variable set A three --environment UAT");
    app_must(work, "variable history A --environment UAT");
    assert_int_equal(json_array_size(work->result.items), 4);
    assert_string_equal(text_of(work, 0, "value"), "three");
    assert_string_equal(text_of(work, 1, "action"), "unset");
    assert_string_equal(text_of(work, 2, "value"), "two");
    assert_string_equal(text_of(work, 3, "author"), "olga");
}

static void a_secret_is_never_an_argument(void **state)
{
    struct app_work *work = *state;

    app_must_fail(work, "variable set TOKEN x --environment UAT --secret", ERROR_USAGE,
                  "the value of the secret TOKEN cannot be given as an argument");
    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "one");
    app_must_fail(work, "variable set TOKEN x --environment UAT", ERROR_USAGE,
                  "the value of the secret TOKEN cannot be given as an argument");
    app_must_fail(work, "variable set TOKEN x --environment UAT --plain", ERROR_INVALID,
                  "TOKEN is a secret here");
    app_must_fail(work, "variable set DB_PASSWORD hunter2x --environment UAT", ERROR_INVALID,
                  "DB_PASSWORD looks like a secret, by its name or its value");
    app_must(work, "variable set DB_PASSWORD hunter2x --environment UAT --plain");
}

static void secrets_are_compared_without_being_shown(void **state)
{
    struct app_work *work = *state;

    runs(work, "variable set TOKEN --environment SIT --secret --value-file", "one");
    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "one");
    app_must(work, "variable list");
    assert_string_equal(text_of(work, 0, "state"), "same");
    assert_string_equal(text_of(work, 0, "UAT"), "\u2022\u2022\u2022\u2022");
    app_must(work, "variable compare SIT UAT");
    assert_int_equal(json_array_size(work->result.items), 0);
    assert_false(work->result.differences);
    runs(work, "variable set TOKEN --environment UAT --value-file", "two");
    runs(work, "variable set ONLY --environment SIT --secret --value-file", "two");
    app_must(work, "variable compare SIT UAT");
    assert_int_equal(json_array_size(work->result.items), 2);
    assert_string_equal(text_of(work, 0, "change"), "removed");
    assert_string_equal(text_of(work, 1, "change"), "changed");
    assert_string_equal(text_of(work, 1, "previous"), "\u2022\u2022\u2022\u2022");
    app_must(work, "variable history TOKEN --environment UAT");
    assert_true(
        json_is_true(json_object_get(json_array_get(work->result.items, 0), "another_value")));
    assert_string_equal(text_of(work, 0, "value"), "(null)");
}

static void a_value_file_that_others_can_read_is_refused(void **state)
{
    struct app_work *work = *state;

    assert_int_equal(chmod(app_file(work, "open", "x"), 0644), 0);
    assert_false(tries(work, "variable set TOKEN --environment UAT --secret --value-file", "open"));
    assert_int_equal(work->error.code, ERROR_UNTRUSTED);
    assert_non_null(strstr(work->error.hint, "chmod 600"));
    runs(work, "variable set PLAIN --environment UAT --value-file", "open");
}

static void places_that_are_not_there_name_those_that_are(void **state)
{
    struct app_work *work = *state;

    assert_false(app_try(work, "variable set A b --environment PROD"));
    assert_string_equal(work->error.hint, "the project has SIT, UAT");
    assert_false(app_try(work, "variable set A b --environment UAT --module pay"));
    assert_string_equal(work->error.hint, "the project has auth");
    app_must_fail(work, "variable set A b", ERROR_USAGE, "in which environment?");
    app_must_fail(work, "variable set 9A b --environment UAT", ERROR_INVALID,
                  "a variable cannot be called '9A'");
}

/* --- The key ---------------------------------------------------------------------------------- */

static size_t key_files(struct app_work *work)
{
    struct strbuf command = STRBUF_INIT;
    size_t count;

    strbuf_printf(&command, "%s/store", work->folder);
    count = scratch_count(command.data);
    strbuf_release(&command);
    return count;
}

static void a_new_key_opens_what_the_old_one_sealed(void **state)
{
    struct app_work *work = *state;
    size_t files = key_files(work);
    char *before, *after;

    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "one");
    app_must(work, "secrets status");
    before = strdup(json_member_text(work->result.object, "key_file"));
    app_must(work, "secrets rekey");
    after = strdup(json_member_text(work->result.object, "key_file"));
    assert_string_not_equal(before, after);
    assert_false(file_exists(before));
    assert_true(file_exists(after));
    app_must(work, "secrets check");
    assert_string_equal(json_member_text(work->result.object, "state"), "ready");
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "secrets")), 1);
    assert_true(key_files(work) <= files + 2); /* -wal and -shm come and go */
    runs(work, "variable set TOKEN --environment UAT --value-file", "one");
    assert_true(json_is_false(json_object_get(work->result.object, "changed")));
    free(before);
    free(after);
}

static void a_passphrase_takes_the_place_of_the_file_and_back(void **state)
{
    struct app_work *work = *state;

    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "one");
    runs(work, "secrets rekey --kind passphrase --new-passphrase-file", "passphrase");
    app_must(work, "secrets status");
    assert_string_equal(json_member_text(work->result.object, "state"), "passphrase");
    assert_null(json_member_text(work->result.object, "key_file"));
    runs(work, "secrets check --passphrase-file", "passphrase");
    assert_string_equal(json_member_text(work->result.object, "state"), "ready");
    assert_false(tries(work, "secrets check --passphrase-file", "wrong"));
    assert_string_equal(work->error.message, "this is not the passphrase of the secrets");
    assert_false(app_try(work, "secrets check"));
    assert_non_null(strstr(work->error.hint, "--passphrase-file FILE"));
    runs(work, "secrets rekey --kind file --passphrase-file", "passphrase");
    app_must(work, "secrets check");
    assert_string_equal(json_member_text(work->result.object, "state"), "ready");
}

static void a_short_passphrase_is_refused_and_changes_nothing(void **state)
{
    struct app_work *work = *state;

    private_file(work, "short", "12345678901\n");
    assert_false(tries(work, "secrets rekey --kind passphrase --new-passphrase-file", "short"));
    assert_string_equal(work->error.message, "the passphrase is shorter than 12 characters");
    app_must(work, "secrets check");
}

static void a_lost_key_is_told_and_can_be_given_up(void **state)
{
    struct app_work *work = *state;
    char *file;

    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "one");
    app_must(work, "secrets status");
    file = strdup(json_member_text(work->result.object, "key_file"));
    assert_int_equal(chmod(file, 0644), 0);
    assert_false(app_try(work, "secrets check"));
    assert_int_equal(work->error.code, ERROR_UNTRUSTED);
    assert_int_equal(unlink(file), 0);
    assert_false(app_try(work, "secrets check"));
    assert_non_null(strstr(work->error.hint, "restore it from a backup"));
    app_must(work, "secrets status");
    assert_string_equal(json_member_text(work->result.object, "state"), "unusable");
    app_must_fail(work, "secrets init", ERROR_EXISTS, "the store has a key for secrets already");
    assert_false(app_try(work, "secrets init --again"));
    assert_non_null(strstr(work->error.hint, "--yes"));
    app_must(work, "secrets init --again --yes");
    app_must(work, "variable list --environment UAT");
    assert_string_equal(text_of(work, 0, "shown"), "(not set)");
    free(file);
}

/* Somebody with the file and a shell puts one environment's password in another's place. */
static void a_secret_that_was_moved_is_noticed(void **state)
{
    struct app_work *work = *state;
    struct store_variables sealed;
    struct store_variable moved;
    struct error error;

    runs(work, "variable set TOKEN --environment SIT --secret --value-file", "one");
    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "two");
    app_must(work, "variable list");
    assert_true(store_variable_sealed(work->call.connection, work->call.arena, &sealed, &error));
    assert_int_equal(sealed.count, 2);
    moved = sealed.items[0];
    moved.sealed = sealed.items[1].sealed;
    moved.sealed_length = sealed.items[1].sealed_length;
    assert_true(store_begin(work->call.connection, NULL, &error) &&
                store_variable_reseal(work->call.connection, &moved, &error) &&
                store_commit(work->call.connection, &error));
    app_must(work, "secrets check");
    assert_string_equal(json_member_text(work->result.object, "state"), "damaged");
    assert_int_equal(json_array_size(json_object_get(work->result.object, "damaged")), 1);
    assert_non_null(strstr(work->result.text.data, "was sealed for another place"));
    assert_false(app_try(work, "secrets rekey"));
    assert_int_equal(work->error.code, ERROR_CORRUPT);
}

/* --- The project file ------------------------------------------------------------------------- */

static void the_file_says_which_variables_there_are(void **state)
{
    struct app_work *work = *state;
    struct strbuf text = STRBUF_INIT;

    app_must(work, "variable set GONE x --environment UAT");
    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "one");
    runs(work, "variable set KEPT --environment SIT --secret --value-file", "two");
    runs(work, "project import", "pilab.yaml"); /* says nothing of variables */
    app_must(work, "variable list");
    assert_int_equal(json_array_size(work->result.items), 3);
    strbuf_printf(&text,
                  "%svariables:\n  - {name: NEW, environment: UAT, value: y}\n"
                  "  - {name: TOKEN, environment: UAT, secret: true, description: for the gate}\n",
                  project);
    app_file(work, "with.yaml", text.data);
    runs(work, "project import --yes", "with.yaml"); /* takes GONE away */
    app_must(work, "variable list --environment UAT");
    assert_int_equal(json_array_size(work->result.items), 2);
    assert_string_equal(text_of(work, 0, "name"), "NEW");
    assert_string_equal(text_of(work, 1, "description"), "for the gate");
    assert_true(json_is_true(json_object_get(json_array_get(work->result.items, 1), "set")));
    app_must(work, "variable list --environment SIT");
    assert_string_equal(text_of(work, 0, "name"), "KEPT");
    app_must(work, "secrets check");
    assert_string_equal(json_member_text(work->result.object, "state"), "ready");
    app_must(work, "project export");
    assert_non_null(strstr(work->result.text.data,
                           "  - {name: KEPT, environment: SIT, secret: true}\n"
                           "  - {name: NEW, environment: UAT, value: \"y\"}\n"
                           "  - {name: TOKEN, environment: UAT, secret: true, "
                           "description: for the gate}\n"));
    strbuf_release(&text);
}

static void the_file_cannot_open_a_secret(void **state)
{
    struct app_work *work = *state;
    struct strbuf text = STRBUF_INIT;

    runs(work, "variable set TOKEN --environment UAT --secret --value-file", "one");
    strbuf_printf(&text, "%svariables: [{name: TOKEN, environment: UAT, value: x}]\n", project);
    app_file(work, "with.yaml", text.data);
    assert_false(tries(work, "project import", "with.yaml"));
    assert_string_equal(work->error.message,
                        "TOKEN in UAT is a secret, and the file has it in the clear");
    app_must(work, "variable list --environment UAT");
    assert_string_equal(text_of(work, 0, "shown"), "\u2022\u2022\u2022\u2022");
    strbuf_release(&text);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, variable_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_value_is_set_once_and_kept),
        CASE(the_history_outlives_the_value),
        CASE(a_secret_is_never_an_argument),
        CASE(secrets_are_compared_without_being_shown),
        CASE(a_value_file_that_others_can_read_is_refused),
        CASE(places_that_are_not_there_name_those_that_are),
        CASE(a_new_key_opens_what_the_old_one_sealed),
        CASE(a_passphrase_takes_the_place_of_the_file_and_back),
        CASE(a_short_passphrase_is_refused_and_changes_nothing),
        CASE(a_lost_key_is_told_and_can_be_given_up),
        CASE(a_secret_that_was_moved_is_noticed),
        CASE(the_file_says_which_variables_there_are),
        CASE(the_file_cannot_open_a_secret),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
