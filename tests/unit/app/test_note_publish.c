/* Approved notes become files: byte for byte, in the folder, whole or not at all. */
#include "note_support.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/app/note_flow.h>
#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#include "../../support/scratch.h"

static void approve(struct app_work *work, const char *environment)
{
    team_add_note(work, "alice", "R2025.03", environment);
    team_as(work, "bob", "note review 1");
    team_as(work, "bob", "note approve 1");
}

static char *publish_line(const struct app_work *work, const char *folder, const char *options)
{
    return memory_printf("note publish 1 --to %s/%s %s", work->folder, folder, options);
}

static char *published(const struct app_work *work, const char *name)
{
    char *path = scratch_path(work->folder, name);
    char *text = scratch_read(path);

    free(path);
    return text;
}

static void what_was_approved_is_published_byte_for_byte(void **state)
{
    struct app_work *work = *state;
    char digest[SHA256_HEX_SIZE], *line, *markdown, *json, *html;

    approve(work, "UAT");
    line = publish_line(work, "out", "");
    team_as(work, "bob", line);
    team_assert_status(work, "PUBLISHED", 1);
    markdown = published(work, "out/R2025.03.md");
    json = published(work, "out/R2025.03.json");
    html = published(work, "out/R2025.03.html");
    assert_string_equal(markdown, "# R2025.03\n\nOne\n\nTwo\n\nThree\n");
    assert_string_equal(sha256_hex(markdown, strlen(markdown), digest),
                        team_text(work, "markdown_digest"));
    assert_string_equal(sha256_hex(json, strlen(json), digest), team_text(work, "digest"));
    assert_non_null(strstr(html, team_text(work, "markdown_digest")));
    assert_int_equal(json_array_size(json_object_get(work->result.object, "receipts")), 4);
    free(markdown);
    free(json);
    free(html);
    /* again: nothing is touched */
    team_as(work, "bob", line);
    team_assert_status(work, "PUBLISHED", 1);
    free(line);
    line = publish_line(work, "second", "--format csv");
    team_as(work, "bob", line);
    assert_int_equal(json_array_size(json_object_get(work->result.object, "receipts")), 5);
    free(line);
    team_refused(work, "bob", "note reject 1 --reason late", ERROR_CONFLICT,
                 "note 1 cannot be rejected: it is PUBLISHED");
}

/* What an attempt that was killed may have left is found, and not written a second time. */
static void the_very_bytes_are_left_alone(void **state)
{
    struct app_work *work = *state;
    char *line = publish_line(work, "out", "--format markdown");
    char *path = scratch_path(work->folder, "out/R2025.03.md");
    struct stat before, after;
    const json_t *receipt;

    approve(work, "UAT");
    app_file(work, "out/R2025.03.md", "# R2025.03\n\nOne\n\nTwo\n\nThree\n");
    assert_int_equal(stat(path, &before), 0);
    team_as(work, "bob", line);
    team_assert_status(work, "PUBLISHED", 1);
    receipt = json_array_get(json_object_get(work->result.object, "receipts"), 0);
    assert_string_equal(json_member_text(receipt, "state"), "SENT");
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(after.st_ino, before.st_ino);
    assert_int_equal(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
    free(line);
    free(path);
}

static void a_file_of_somebody_else_is_not_replaced(void **state)
{
    struct app_work *work = *state;
    char *line = publish_line(work, "out", "--format markdown,csv"), *there;

    approve(work, "UAT");
    app_file(work, "out/R2025.03.md", "not ours\n");
    app_login(work, "bob");
    assert_false(app_try(work, line));
    assert_int_equal(work->error.code, ERROR_EXISTS);
    assert_non_null(strstr(work->error.message, "is not of note 1"));
    team_as(work, "bob", "note show 1 --approvals");
    team_assert_status(work, "PUBLISHING", 1);
    there = published(work, "out/R2025.03.md");
    assert_string_equal(there, "not ours\n");
    free(there);
    there = scratch_path(work->folder, "out/R2025.03.md");
    assert_int_equal(unlink(there), 0);
    free(there);
    team_as(work, "bob", "note publish 1");
    team_assert_status(work, "PUBLISHED", 1);
    free(line);
}

static void nothing_is_written_outside_of_the_folder(void **state)
{
    struct app_work *work = *state;
    char *line = publish_line(work, "out", "--format markdown"), *target, *link, *before;

    team_add_note(work, "alice", "../../.ssh/authorized_keys", "SIT");
    team_as(work, "bob", "note review 1");
    app_file(work, "secret", "mine\n");
    target = scratch_path(work->folder, "secret");
    app_file(work, "out/x", "");
    link = scratch_path(work->folder, "out/ssh-authorized_keys.md");
    assert_int_equal(symlink(target, link), 0);
    app_login(work, "bob");
    assert_false(app_try(work, line));
    assert_int_equal(work->error.code, ERROR_INVALID);
    assert_non_null(strstr(work->error.message, "a symbolic link"));
    before = scratch_read(target);
    assert_string_equal(before, "mine\n");
    free(before);
    assert_int_equal(unlink(link), 0);
    team_as(work, "bob", line);
    team_assert_status(work, "PUBLISHED", 1);
    assert_true(file_exists(link));
    free(line);
    free(target);
    free(link);
}

static void a_full_disk_leaves_the_old_file_and_can_be_tried_again(void **state)
{
    struct app_work *work = *state;
    char *line = publish_line(work, "out", "--format markdown"), *folder;
    struct note_published result;
    struct error error = { 0 };
    struct strbuf long_text = STRBUF_INIT;
    struct rlimit before, small;

    team_add_note(work, "alice", "R2025.03", "UAT");
    for (int i = 0; i < 400000; i++)
        strbuf_add(&long_text, "word ");
    team_edit(work, "carl", long_text.data, "");
    strbuf_release(&long_text);
    team_as(work, "olga", "note review 1");
    team_as(work, "bob", "note approve 1");
    app_login(work, "bob");
    app_must(work, "note list");
    folder = scratch_path(work->folder, "out");
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){ 1 << 20, before.rlim_max };
    /* The store's log is shorter than that, the text is longer. */
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_false(note_publish(&work->call, "1", 0, folder, 1u << NOTE_MARKDOWN, &result, &error));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(result.failed, 1);
    assert_int_equal(result.receipts.items[0].state, RECEIPT_FAILED);
    assert_int_equal(result.status, NOTE_PUBLISHING);
    assert_int_equal(scratch_count(folder), 0);
    team_as(work, "bob", line);
    team_assert_status(work, "PUBLISHED", 2);
    assert_int_equal(scratch_count(folder), 1);
    free(folder);
    free(line);
}

static void a_correction_supersedes_and_replaces_the_file(void **state)
{
    struct app_work *work = *state;
    char *line = publish_line(work, "out", "--format markdown"), *second, *text;
    const char *path;

    approve(work, "UAT");
    team_as(work, "bob", line);
    team_refused(work, "bob", "note review 1", ERROR_CONFLICT,
                 "note 1 cannot be reviewed: it is PUBLISHED");
    team_as(work, "carl", "note correct 1 --reason typo");
    team_assert_status(work, "DRAFT", 1);
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "supersedes")), 1);
    team_refused(work, "carl", "note correct 1", ERROR_CONFLICT,
                 "note 1 cannot be corrected: note 2 corrects it already and is DRAFT");
    path = app_file(work, "fixed.md", "# Fixed\n");
    second = memory_printf("note edit 2 --file %s", path);
    team_as(work, "carl", second);
    free(second);
    team_as(work, "bob", "note review 2");
    team_as(work, "bob", "note approve 2");
    second = memory_printf("note publish 2 --to %s/out --format markdown", work->folder);
    team_as(work, "bob", second);
    team_assert_status(work, "PUBLISHED", 2);
    text = published(work, "out/R2025.03.md");
    assert_string_equal(text, "# Fixed\n");
    free(text);
    team_as(work, "bob", "note show 1 --approvals");
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "superseded_by")), 2);
    team_as(work, "bob", "note withdraw 1 --reason wrong");
    team_assert_status(work, "WITHDRAWN", 1);
    free(second);
    free(line);
}

/* --- Somebody else, in the middle of it ------------------------------------------------------- */

/* What another connection does once so many files are there. */
struct interruption {
    struct app_work *work;
    uint64_t before; /* the format that is written next */
    const char *login, *line;
    bool done;
};

static void interrupt(void *context, const char *what, uint64_t done, uint64_t total)
{
    struct interruption *interruption = context;
    struct app_work other = { .settings = interruption->work->settings };

    (void)what;
    (void)total;
    if (interruption->done || done != interruption->before)
        return;
    interruption->done = true;
    other.settings.login = (char *)(uintptr_t)interruption->login;
    result_start(&other.result);
    call_start(&other.call, &other.settings);
    app_must(&other, interruption->line);
    result_release(&other.result);
    call_end(&other.call);
}

/* Publishes note 1 as bob into a folder, interrupted. */
static bool publish_interrupted(struct app_work *work, const char *folder, unsigned formats,
                                struct interruption *interruption, struct note_published *result,
                                struct error *error)
{
    char *path = scratch_path(work->folder, folder);
    bool ok;

    interruption->work = work;
    work->call.progress.report = interrupt;
    work->call.progress.context = interruption;
    ok = note_publish(&work->call, "1", 0, path, formats, result, error);
    work->call.progress.report = NULL;
    assert_true(interruption->done);
    free(path);
    return ok;
}

static void what_is_withdrawn_meanwhile_is_not_published(void **state)
{
    struct app_work *work = *state;
    struct interruption withdrawn = { .before = NOTE_HTML,
                                      .login = "bob",
                                      .line = "note withdraw 1 --reason wrong" };
    struct note_published result;
    struct error error = { 0 };
    char *file, *entry;

    approve(work, "UAT");
    assert_false(publish_interrupted(work, "out", NOTE_ALL_FORMATS, &withdrawn, &result, &error));
    assert_int_equal(error.code, ERROR_CONFLICT);
    assert_string_equal(error.message, "note 1 is WITHDRAWN meanwhile");
    file = scratch_path(work->folder, "out/R2025.03.md");
    assert_non_null(strstr(error.hint, "these files are there and are not published"));
    assert_non_null(strstr(error.hint, "out/R2025.03.md"));
    assert_null(strstr(error.hint, "out/R2025.03.html"));
    assert_int_equal(access(file, F_OK), 0);
    free(file);
    file = scratch_path(work->folder, "out/R2025.03.html");
    assert_int_equal(access(file, F_OK), -1);
    free(file);
    assert_int_equal(result.status, NOTE_WITHDRAWN);
    assert_int_equal(result.receipts.count, 4);
    assert_int_equal(result.receipts.items[NOTE_MARKDOWN].state, RECEIPT_SENT);
    assert_int_equal(result.receipts.items[NOTE_HTML].state, RECEIPT_PENDING);
    team_as(work, "bob", "note show 1 --approvals");
    team_assert_status(work, "WITHDRAWN", 1);
    entry = app_newest_entry(work, "note.publish_failed");
    assert_non_null(strstr(entry, "\"reason\":\"note 1 is WITHDRAWN meanwhile\""));
    free(entry);
    entry = app_newest_entry(work, "note.publish");
    assert_string_equal(entry, "");
    free(entry);
}

/* The first time it went out well; what is withdrawn then must not be put elsewhere. */
static void what_was_published_and_is_withdrawn_goes_nowhere_else(void **state)
{
    struct app_work *work = *state;
    char *line = publish_line(work, "out", "--format markdown");
    struct interruption withdrawn = { .before = NOTE_MARKDOWN,
                                      .login = "bob",
                                      .line = "note withdraw 1 --reason wrong" };
    struct note_published result;
    struct error error = { 0 };
    char *file = scratch_path(work->folder, "second/R2025.03.md");

    approve(work, "UAT");
    team_as(work, "bob", line);
    assert_false(
        publish_interrupted(work, "second", 1u << NOTE_MARKDOWN, &withdrawn, &result, &error));
    assert_string_equal(error.message, "note 1 is WITHDRAWN meanwhile");
    assert_string_equal(error.hint, "no file was written");
    assert_int_equal(access(file, F_OK), -1);
    assert_int_equal(result.receipts.items[0].state, RECEIPT_PENDING);
    free(file);
    free(line);
}

/* The lease is given back, whatever happened: the note can be published once it may be again. */
static void what_may_not_go_out_any_more_stays_as_far_as_it_is(void **state)
{
    struct app_work *work = *state;
    struct interruption lost = { .before = NOTE_JSON,
                                 .login = "olga",
                                 .line = "member role bob VIEWER" };
    struct note_published result;
    struct error error = { 0 };
    char *line;

    approve(work, "UAT");
    assert_false(publish_interrupted(work, "out", NOTE_ALL_FORMATS, &lost, &result, &error));
    assert_int_equal(error.code, ERROR_DENIED);
    assert_int_equal(result.status, NOTE_PUBLISHING);
    team_as(work, "olga", "member role bob ADMIN");
    line = publish_line(work, "out", "");
    team_as(work, "bob", line);
    team_assert_status(work, "PUBLISHED", 1);
    free(line);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, team_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_was_approved_is_published_byte_for_byte),
        CASE(the_very_bytes_are_left_alone),
        CASE(a_file_of_somebody_else_is_not_replaced),
        CASE(nothing_is_written_outside_of_the_folder),
        CASE(a_full_disk_leaves_the_old_file_and_can_be_tried_again),
        CASE(a_correction_supersedes_and_replaces_the_file),
        CASE(what_is_withdrawn_meanwhile_is_not_published),
        CASE(what_was_published_and_is_withdrawn_goes_nowhere_else),
        CASE(what_may_not_go_out_any_more_stays_as_far_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
