/* A note from generated to published, by the commands of several people. */
#include "app_support.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include <pilab/app/note_flow.h>
#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/store/access.h>

#include "../../support/json_schema.h"
#include "../../support/scratch.h"

static const char project[] =
    "pilab: 1\n"
    "project: {name: Mobile Banking, code: MB}\n"
    "groups: {security: [carl, dan]}\n"
    "environments:\n"
    "  - {name: SIT, stage: SIT}\n"
    "  - {name: UAT, stage: UAT, from: [SIT]}\n"
    "  - {name: PROD, stage: PROD, from: [UAT], approvals: [{group: security, count: 1}, "
    "{role: ADMIN, count: 1}]}\n";

static const char content[] =
    "{\"release\":{\"generated_by\":\"PiLabStudio\",\"previous_version\":\"R2025.02\","
    "\"version\":\"R2025.03\"},\"schema\":\"pilab.notes/1\"}";

/* Olga owns MB, alice and bob are ADMINs, carl and dan CONTRIBUTORs of security, vera a VIEWER. */
static int team_setup(void **state)
{
    struct app_work *work;
    struct strbuf line = STRBUF_INIT;

    if (app_setup(state) != 0)
        return -1;
    work = *state;
    app_file(work, "pilab.yaml", project);
    strbuf_printf(&line, "project import %s/pilab.yaml", work->folder);
    app_must(work, line.data);
    strbuf_release(&line);
    app_add_user(work, "alice", "MB", "ADMIN");
    app_add_user(work, "bob", "MB", "ADMIN");
    app_add_user(work, "carl", "MB", "CONTRIBUTOR");
    app_add_user(work, "dan", "MB", "CONTRIBUTOR");
    app_add_user(work, "vera", "MB", "VIEWER");
    return 0;
}

/* A generated note, as kept_note would put it there. */
static void add_note(struct app_work *work, const char *login, const char *version,
                     const char *environment)
{
    struct store_note note = { .version = version,
                               .previous_version = "R2025.02",
                               .title = version,
                               .status = NOTE_GENERATED,
                               .environment = environment,
                               .created_by = login };
    struct store_revision first = { .content = content,
                                    .markdown = "# R2025.03\n\nOne\n\nTwo\n\nThree\n",
                                    .author = login,
                                    .reason = "generated" };
    struct error error = { 0 };
    bool ok;

    app_login(work, "olga");
    app_must(work, "note list");
    note.project_id = work->call.project->id;
    ok = store_begin(work->call.connection, NULL, &error) &&
         store_note_add(work->call.connection, &note, &first, &error) &&
         store_commit(work->call.connection, &error);
    if (!ok)
        fail_msg("%s", error.message);
}

static void as(struct app_work *work, const char *login, const char *line)
{
    app_login(work, login);
    app_must(work, line);
}

/* Refused with this code and message, and the audit says so. */
static void refused(struct app_work *work, const char *login, const char *line,
                    enum error_code code, const char *message)
{
    char *entry;

    app_login(work, login);
    app_must_fail(work, line, code, message);
    entry = app_newest_entry(work, "access.refused");
    if (strncmp(entry, login, strlen(login)) != 0 || strstr(entry, message) == NULL)
        fail_msg("the audit says \"%s\"", entry);
    free(entry);
}

static const char *text_of(const struct app_work *work, const char *member)
{
    return json_member_text(work->result.object, member);
}

/* The result is what its schema says, to the last member. */
static void assert_follows(const struct app_work *work, const char *file)
{
    struct strbuf text = STRBUF_INIT;

    json_write_canonical(&text, work->result.object);
    assert_text_follows_schema(text.data, file);
    strbuf_release(&text);
}

static void assert_status(struct app_work *work, const char *status, int rev)
{
    assert_follows(work, "note-1.json");
    assert_string_equal(text_of(work, "schema"), "pilab.note/1");
    assert_string_equal(text_of(work, "status"), status);
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "rev")), rev);
}

static const char *sentence(const struct app_work *work)
{
    return json_member_text(json_object_get(work->result.object, "approval"), "sentence");
}

static void edit(struct app_work *work, const char *login, const char *text, const char *options)
{
    struct strbuf line = STRBUF_INIT;

    app_file(work, "new.md", text);
    strbuf_printf(&line, "note edit 1 --file %s/new.md %s", work->folder, options);
    as(work, login, line.data);
    strbuf_release(&line);
}

/* --- Approving -------------------------------------------------------------------------------- */

static void the_last_approval_that_is_needed_makes_it_approved(void **state)
{
    struct app_work *work = *state;
    char *entry;

    add_note(work, "alice", "R2025.03", "PROD");
    as(work, "bob", "note review 1");
    assert_status(work, "REVIEWED", 1);
    assert_string_equal(sentence(work),
                        "waits for: 1 of security (carl, dan), 1 of ADMIN or OWNER (bob, olga)   "
                        "barred: alice (asked for it)");
    as(work, "carl", "note approve 1");
    assert_status(work, "REVIEWED", 1);
    as(work, "bob", "note approve 1 --rev 1");
    assert_status(work, "APPROVED", 1);
    assert_string_equal(sentence(work), "approved by carl, bob");
    entry = app_newest_entry(work, "note.approve");
    assert_non_null(strstr(entry, "\"status\":\"APPROVED\""));
    assert_non_null(strstr(entry, "\"markdown_digest\":\""));
    assert_non_null(strstr(entry, "\"role\":\"ADMIN\""));
    free(entry);
    refused(work, "olga", "note approve 1", ERROR_CONFLICT,
            "note 1 cannot be approved: it has all approvals that it needs");
}

static void whoever_wrote_it_is_barred_whatever_their_role(void **state)
{
    struct app_work *work = *state;

    add_note(work, "alice", "R2025.03", "PROD");
    edit(work, "dan", "# Better\n", "--message wording");
    assert_status(work, "DRAFT", 2);
    refused(work, "dan", "note review 1", ERROR_DENIED,
            "note 1 cannot be reviewed: dan made revision 2, and somebody else has to read it");
    as(work, "alice", "note review 1");
    refused(work, "alice", "note approve 1", ERROR_DENIED,
            "note 1 cannot be approved: alice may not approve this: asked for it, and four eyes "
            "are needed");
    refused(work, "dan", "note approve 1", ERROR_DENIED,
            "note 1 cannot be approved: dan may not approve this: edited rev 2, and four eyes are "
            "needed");
    as(work, "carl", "note approve 1");
    refused(work, "carl", "note approve 1", ERROR_CONFLICT,
            "note 1 cannot be approved: carl has decided on revision 2 already");
}

static void a_contributor_approves_only_where_a_rule_names_them(void **state)
{
    struct app_work *work = *state;

    add_note(work, "alice", "R2025.03", "UAT");
    as(work, "bob", "note review 1");
    app_login(work, "carl");
    assert_false(app_try(work, "note approve 1"));
    assert_int_equal(work->error.code, ERROR_DENIED);
    assert_non_null(strstr(work->error.message, "CONTRIBUTOR (when an approval rule names them)"));
    as(work, "bob", "note approve 1");
    assert_status(work, "APPROVED", 1);
}

static void every_condition_that_is_not_met_is_named(void **state)
{
    struct app_work *work = *state;

    add_note(work, "alice", "R2025.03", "UAT");
    refused(work, "alice", "note approve 1", ERROR_DENIED,
            "note 1 cannot be approved: it is GENERATED; alice may not approve this: asked for it, "
            "and four eyes are needed");
    assert_string_equal(work->error.hint, "somebody has to review it first: `pilab note review 1`");
    refused(work, "bob", "note publish 1 --to /nowhere/at/all", ERROR_CONFLICT,
            "note 1 cannot be published: it is GENERATED; waits for: 1 of those who may approve "
            "(bob, olga)   barred: alice (asked for it)");
}

static void where_nobody_has_to_approve_a_review_is_enough(void **state)
{
    struct app_work *work = *state;

    add_note(work, "alice", "R2025.03", "SIT");
    as(work, "alice", "note review 1");
    assert_status(work, "APPROVED", 1);
    assert_string_equal(sentence(work), "nobody has to approve what goes to SIT");
}

static void a_rejection_needs_a_reason_and_an_edit(void **state)
{
    struct app_work *work = *state;

    add_note(work, "alice", "R2025.03", "PROD");
    as(work, "bob", "note review 1");
    as(work, "carl", "note approve 1");
    app_login(work, "bob");
    app_must_fail(work, "note reject 1", ERROR_USAGE, "a rejection needs a reason");
    as(work, "bob", "note reject 1 --reason incomplete");
    assert_status(work, "DRAFT", 1);
    assert_string_equal(sentence(work), "rejected by bob");
    refused(work, "carl", "note review 1", ERROR_CONFLICT,
            "note 1 cannot be reviewed: bob rejected revision 1");
    as(work, "alice", "note list --waiting-for-me");
    assert_int_equal(json_array_size(work->result.items), 1);
    edit(work, "alice", "# R2025.03\n\nOne\n\nTwo\n\nThree\n", "--message again");
    assert_status(work, "DRAFT", 2);
    as(work, "bob", "note review 1");
    assert_status(work, "REVIEWED", 2);
}

static void an_edit_takes_approvals_away_and_says_whose_beforehand(void **state)
{
    struct app_work *work = *state;
    const json_t *decision;

    add_note(work, "alice", "R2025.03", "PROD");
    as(work, "bob", "note review 1");
    as(work, "carl", "note approve 1");
    as(work, "olga", "note approve 1");
    as(work, "olga", "note show 1 --approvals");
    assert_string_equal(text_of(work, "edit_lapses"),
                        "the approvals of carl and olga, the review of bob");
    edit(work, "bob", "# Other\n", "");
    assert_status(work, "DRAFT", 2);
    decision = json_array_get(json_object_get(work->result.object, "decisions"), 1);
    assert_string_equal(json_member_text(decision, "person"), "carl");
    assert_string_equal(json_member_text(decision, "lapsed_why"), "rev 2 by bob");
    assert_int_equal(json_integer_value(json_object_get(decision, "rev")), 1);
    assert_true(json_is_true(json_object_get(work->result.object, "markdown_edited")));
}

static void an_approval_is_lost_with_the_role_it_was_given_by(void **state)
{
    struct app_work *work = *state;
    struct error error = { 0 };
    struct store_accesses list;

    add_note(work, "alice", "R2025.03", "UAT");
    as(work, "bob", "note review 1");
    as(work, "bob", "note approve 1");
    assert_status(work, "APPROVED", 1);
    app_must(work, "note list");
    assert_true(store_access_list(work->call.connection, work->call.project->id, NULL,
                                  work->call.arena, &list, &error));
    for (size_t i = 0; i < list.count; i++) {
        if (strcmp(list.items[i].login, "bob") == 0)
            assert_true(store_begin(work->call.connection, NULL, &error) &&
                        store_access_set(work->call.connection, work->call.project->id,
                                         list.items[i].user_id, "VIEWER", &error) &&
                        store_commit(work->call.connection, &error));
    }
    refused(work, "olga", "note publish 1 --to out", ERROR_CONFLICT,
            "note 1 cannot be published: waits for: 1 of those who may approve (olga)   barred: "
            "alice (asked for it)");
    as(work, "olga", "note approve 1");
    assert_string_equal(sentence(work), "approved by olga");
}

static void who_is_alone_approves_and_it_says_so(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;
    const json_t *decision;

    if (app_teardown(state) != 0 || app_setup(state) != 0)
        fail_msg("no folder");
    work = *state;
    app_file(work, "pilab.yaml", project);
    strbuf_printf(&line, "project import %s/pilab.yaml", work->folder);
    app_must(work, line.data);
    strbuf_release(&line);
    add_note(work, "olga", "R2025.03", "UAT");
    as(work, "olga", "note review 1");
    as(work, "olga", "note approve 1");
    assert_status(work, "APPROVED", 1);
    decision = json_array_get(json_object_get(work->result.object, "decisions"), 1);
    assert_true(json_is_true(json_object_get(decision, "self_approved")));
    assert_false(json_is_true(
        json_object_get(json_object_get(work->result.object, "approval"), "four_eyes")));
}

/* --- Editing ---------------------------------------------------------------------------------- */

static void two_edits_of_one_revision_conflict_or_merge(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;
    const char *path;

    add_note(work, "alice", "R2025.03", "UAT");
    edit(work, "bob", "# R2025.03\n\nFirst\n\nTwo\n\nThree\n", "--base 1");
    path = app_file(work, "third.md", "# R2025.03\n\nOne\n\nTwo\n\nThird\n");
    strbuf_printf(&line, "note edit 1 --file %s --base 1", path);
    refused(work, "carl", line.data, ERROR_CONFLICT,
            "note 1 has been edited meanwhile: bob made revision 2, yours is based on revision 1 "
            "by alice");
    strbuf_add(&line, " --merge");
    as(work, "carl", line.data);
    assert_status(work, "DRAFT", 3);
    as(work, "carl", "note export 1");
    assert_string_equal(work->result.text.data, "# R2025.03\n\nFirst\n\nTwo\n\nThird\n");
    strbuf_release(&line);

    path = app_file(work, "clash.md", "# R2025.03\n\nErste\n\nTwo\n\nThree\n");
    strbuf_printf(&line, "note edit 1 --file %s --base 1 --merge", path);
    refused(work, "dan", line.data, ERROR_CONFLICT,
            "note 1 has been edited meanwhile: carl made revision 3, yours is based on revision 1 "
            "by alice, and both change the same lines");
    strbuf_release(&line);
}

static void a_text_that_is_none_is_refused(void **state)
{
    struct app_work *work = *state;
    struct strbuf line = STRBUF_INIT;

    add_note(work, "alice", "R2025.03", "UAT");
    strbuf_printf(&line, "note edit 1 --file %s/new.md", work->folder);
    app_file(work, "new.md", "# R2025.03\n\nOne\n\nTwo\n\nThree\n");
    app_must_fail(work, line.data, ERROR_INVALID, "nothing is different from revision 1 of note 1");
    app_file(work, "new.md", "\xff\xfe");
    app_must_fail(work, line.data, ERROR_INVALID, "the text is not UTF-8");
    app_must_fail(work, "note edit 1", ERROR_USAGE, "there is no text");
    strbuf_release(&line);
}

static void what_changed_is_told_word_by_word(void **state)
{
    struct app_work *work = *state;

    add_note(work, "alice", "R2025.03", "UAT");
    edit(work, "bob", "# R2025.03\n\nOne more\n\nTwo\n\nThree\n", "");
    app_must(work, "note diff 1");
    assert_follows(work, "note-diff-1.json");
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "words_added")), 1);
    assert_non_null(strstr(text_of(work, "diff"), "{+"));
    app_must_fail(work, "note diff 1 x", ERROR_USAGE, "'x' is no revision of a note");
    app_must(work, "note revisions 1");
    assert_int_equal(json_array_size(work->result.items), 2);
}

static void what_is_typed_is_offered_again_after_a_dropped_session(void **state)
{
    struct app_work *work = *state;
    struct store_draft draft = { .session = "s1", .base_rev = 1, .text = "# Half a th" };
    struct store_drafts offers;
    struct error error = { 0 };

    add_note(work, "alice", "R2025.03", "UAT");
    as(work, "alice", "note show 1 --approvals");
    draft.note = arena_text(work->call.arena, text_of(work, "id"));
    assert_true(note_draft_save(&work->call, &draft, &error));
    assert_true(note_draft_offers(&work->call, NULL, work->call.arena, &offers, &error));
    assert_int_equal(offers.count, 0); /* this session goes on */
    assert_true(note_draft_discard(&work->call, &draft, &error));
    app_login(work, "vera");
    app_must(work, "note list");
    assert_false(note_draft_save(&work->call, &draft, &error));
    assert_int_equal(error.code, ERROR_DENIED);
}

/* --- Publishing ------------------------------------------------------------------------------- */

static void approve(struct app_work *work, const char *environment)
{
    add_note(work, "alice", "R2025.03", environment);
    as(work, "bob", "note review 1");
    as(work, "bob", "note approve 1");
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
    as(work, "bob", line);
    assert_status(work, "PUBLISHED", 1);
    markdown = published(work, "out/R2025.03.md");
    json = published(work, "out/R2025.03.json");
    html = published(work, "out/R2025.03.html");
    assert_string_equal(markdown, "# R2025.03\n\nOne\n\nTwo\n\nThree\n");
    assert_string_equal(sha256_hex(markdown, strlen(markdown), digest),
                        text_of(work, "markdown_digest"));
    assert_string_equal(sha256_hex(json, strlen(json), digest), text_of(work, "digest"));
    assert_non_null(strstr(html, text_of(work, "markdown_digest")));
    assert_int_equal(json_array_size(json_object_get(work->result.object, "receipts")), 4);
    free(markdown);
    free(json);
    free(html);
    /* again: nothing is touched */
    as(work, "bob", line);
    assert_status(work, "PUBLISHED", 1);
    free(line);
    line = publish_line(work, "second", "--format csv");
    as(work, "bob", line);
    assert_int_equal(json_array_size(json_object_get(work->result.object, "receipts")), 5);
    free(line);
    refused(work, "bob", "note reject 1 --reason late", ERROR_CONFLICT,
            "note 1 cannot be rejected: it is PUBLISHED");
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
    as(work, "bob", "note show 1 --approvals");
    assert_status(work, "PUBLISHING", 1);
    there = published(work, "out/R2025.03.md");
    assert_string_equal(there, "not ours\n");
    free(there);
    there = scratch_path(work->folder, "out/R2025.03.md");
    assert_int_equal(unlink(there), 0);
    free(there);
    as(work, "bob", "note publish 1");
    assert_status(work, "PUBLISHED", 1);
    free(line);
}

static void nothing_is_written_outside_of_the_folder(void **state)
{
    struct app_work *work = *state;
    char *line = publish_line(work, "out", "--format markdown"), *target, *link, *before;

    add_note(work, "alice", "../../.ssh/authorized_keys", "SIT");
    as(work, "bob", "note review 1");
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
    as(work, "bob", line);
    assert_status(work, "PUBLISHED", 1);
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

    add_note(work, "alice", "R2025.03", "UAT");
    for (int i = 0; i < 400000; i++)
        strbuf_add(&long_text, "word ");
    edit(work, "carl", long_text.data, "");
    strbuf_release(&long_text);
    as(work, "olga", "note review 1");
    as(work, "bob", "note approve 1");
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
    as(work, "bob", line);
    assert_status(work, "PUBLISHED", 2);
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
    as(work, "bob", line);
    refused(work, "bob", "note review 1", ERROR_CONFLICT,
            "note 1 cannot be reviewed: it is PUBLISHED");
    as(work, "carl", "note correct 1 --reason typo");
    assert_status(work, "DRAFT", 1);
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "supersedes")), 1);
    refused(work, "carl", "note correct 1", ERROR_CONFLICT,
            "note 1 cannot be corrected: note 2 corrects it already and is DRAFT");
    path = app_file(work, "fixed.md", "# Fixed\n");
    second = memory_printf("note edit 2 --file %s", path);
    as(work, "carl", second);
    free(second);
    as(work, "bob", "note review 2");
    as(work, "bob", "note approve 2");
    second = memory_printf("note publish 2 --to %s/out --format markdown", work->folder);
    as(work, "bob", second);
    assert_status(work, "PUBLISHED", 2);
    text = published(work, "out/R2025.03.md");
    assert_string_equal(text, "# Fixed\n");
    free(text);
    as(work, "bob", "note show 1 --approvals");
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "superseded_by")), 2);
    as(work, "bob", "note withdraw 1 --reason wrong");
    assert_status(work, "WITHDRAWN", 1);
    free(second);
    free(line);
}

static void lists_say_what_waits_for_whom(void **state)
{
    struct app_work *work = *state;
    json_t *item;

    add_note(work, "alice", "R2025.03", "PROD");
    as(work, "bob", "note review 1");
    as(work, "carl", "note list --waiting-for-me");
    item = json_array_get(work->result.items, 0);
    assert_string_equal(json_member_text(item, "waits_for"), "your approval");
    assert_string_equal(json_member_text(item, "environment"), "PROD");
    as(work, "alice", "note list --waiting-for-me");
    assert_int_equal(json_array_size(work->result.items), 0);
    as(work, "alice", "note list --status reviewed");
    assert_int_equal(json_array_size(work->result.items), 1);
    as(work, "alice", "note list --status published");
    assert_int_equal(json_array_size(work->result.items), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, team_setup, app_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_last_approval_that_is_needed_makes_it_approved),
        CASE(whoever_wrote_it_is_barred_whatever_their_role),
        CASE(a_contributor_approves_only_where_a_rule_names_them),
        CASE(every_condition_that_is_not_met_is_named),
        CASE(where_nobody_has_to_approve_a_review_is_enough),
        CASE(a_rejection_needs_a_reason_and_an_edit),
        CASE(an_edit_takes_approvals_away_and_says_whose_beforehand),
        CASE(an_approval_is_lost_with_the_role_it_was_given_by),
        CASE(who_is_alone_approves_and_it_says_so),
        CASE(two_edits_of_one_revision_conflict_or_merge),
        CASE(a_text_that_is_none_is_refused),
        CASE(what_changed_is_told_word_by_word),
        CASE(what_is_typed_is_offered_again_after_a_dropped_session),
        CASE(what_was_approved_is_published_byte_for_byte),
        CASE(a_file_of_somebody_else_is_not_replaced),
        CASE(nothing_is_written_outside_of_the_folder),
        CASE(a_full_disk_leaves_the_old_file_and_can_be_tried_again),
        CASE(a_correction_supersedes_and_replaces_the_file),
        CASE(lists_say_what_waits_for_whom),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
