#include "note_support.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/store/note.h>

#include "../../support/json_schema.h"

const char team_project[] =
    "pilab: 1\n"
    "project: {name: Mobile Banking, code: MB}\n"
    "groups: {security: [carl, dan]}\n"
    "environments:\n"
    "  - {name: SIT, stage: SIT}\n"
    "  - {name: UAT, stage: UAT, from: [SIT]}\n"
    "  - {name: DR, stage: DR}\n"
    "  - {name: PROD, stage: PROD, from: [UAT], approvals: [{group: security, count: 1}, "
    "{role: ADMIN, count: 1}]}\n";

static const char content[] =
    "{\"release\":{\"generated_by\":\"PiLabStudio\",\"previous_version\":\"R2025.02\","
    "\"version\":\"R2025.03\"},\"schema\":\"pilab.notes/1\"}";

/* Olga owns MB, alice and bob are ADMINs, carl and dan CONTRIBUTORs of security, vera a VIEWER. */
int team_setup(void **state)
{
    struct app_work *work;
    struct strbuf line = STRBUF_INIT;

    if (app_setup(state) != 0)
        return -1;
    work = *state;
    app_file(work, "pilab.yaml", team_project);
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
void team_add_note(struct app_work *work, const char *login, const char *version,
                   const char *environment)
{
    team_add_note_of(work, login, version, environment, NULL, NULL);
}

void team_add_note_of(struct app_work *work, const char *login, const char *version,
                      const char *environment, const char *release, const char *list_digest)
{
    struct store_note note = { .version = version,
                               .previous_version = "R2025.02",
                               .title = version,
                               .status = NOTE_GENERATED,
                               .environment = environment,
                               .release = release,
                               .list_digest = list_digest,
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

void team_as(struct app_work *work, const char *login, const char *line)
{
    app_login(work, login);
    app_must(work, line);
}

/* Refused with this code and message, and the audit says so. */
void team_refused(struct app_work *work, const char *login, const char *line, enum error_code code,
                  const char *message)
{
    char *entry;

    app_login(work, login);
    app_must_fail(work, line, code, message);
    entry = app_newest_entry(work, "access.refused");
    if (strncmp(entry, login, strlen(login)) != 0 || strstr(entry, message) == NULL)
        fail_msg("the audit says \"%s\"", entry);
    free(entry);
}

const char *team_text(const struct app_work *work, const char *member)
{
    return json_member_text(work->result.object, member);
}

/* The result is what its schema says, to the last member. */
void team_assert_follows(const struct app_work *work, const char *file)
{
    struct strbuf text = STRBUF_INIT;

    json_write_canonical(&text, work->result.object);
    assert_text_follows_schema(text.data, file);
    strbuf_release(&text);
}

void team_assert_status(struct app_work *work, const char *status, int rev)
{
    team_assert_follows(work, "note-1.json");
    assert_string_equal(team_text(work, "schema"), "pilab.note/1");
    assert_string_equal(team_text(work, "status"), status);
    assert_int_equal(json_integer_value(json_object_get(work->result.object, "rev")), rev);
}

const char *team_sentence(const struct app_work *work)
{
    return json_member_text(json_object_get(work->result.object, "approval"), "sentence");
}

void team_edit(struct app_work *work, const char *login, const char *text, const char *options)
{
    struct strbuf line = STRBUF_INIT;

    app_file(work, "new.md", text);
    strbuf_printf(&line, "note edit 1 --file %s/new.md %s", work->folder, options);
    team_as(work, login, line.data);
    strbuf_release(&line);
}
