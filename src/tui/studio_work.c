#include "note_studio.h"
#include "studio_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/app/table.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/notes/note.h>

#include "note_parts.h"

static void free_report(void *output)
{
    struct drift_report *report = output;

    drift_report_free(&report);
}

static void show_in_notes(struct studio *studio, struct view *view)
{
    workspace_open_in(studio->workspace, PLACE_NOTES, view);
}

static void report_done(struct studio *studio, bool ok, void *output)
{
    if (ok)
        studio_show_report(studio, output);
}

/* --- Looking around --------------------------------------------------------------------------- */

static bool run_look(struct job *job, struct call *call, void *input, void **output,
                     struct error *error)
{
    (void)job;
    (void)error;
    *output = surroundings_look(call, input);
    return true;
}

static void free_around(void *output)
{
    struct surroundings *around = output;

    surroundings_free(&around);
}

/* What stood on Home is known from now on; in the background, since another process may be writing.
 */
static bool run_looked(struct job *job, struct call *call, void *input, void **output,
                       struct error *error)
{
    (void)job;
    (void)output;
    return home_looked(call, input, error);
}

/* Up to what was read for it, and not up to now: others go on meanwhile. */
void studio_home_seen(struct studio *studio)
{
    struct studio_work work = {
        .title = "remember where you were", .reading = true, .quiet = true, .run = run_looked
    };
    const struct home_mark *shown;

    if (studio->around == NULL || studio->call.project == NULL)
        return;
    shown = &studio->around->home.shown;
    if (shown->at == 0 || (studio->remembered.at != 0 && shown->seq <= studio->remembered.seq))
        return;
    studio->remembered = *shown;
    work.input = memory_copy_bytes(shown, sizeof *shown);
    studio_start(studio, &work);
}

static void look_done(struct studio *studio, bool ok, void *output)
{
    struct event event = { .kind = STUDIO_LOOKED };

    if (!ok)
        return;
    surroundings_free(&studio->around);
    studio->around = output;
    note_waiting_show(studio, studio->around->home.mine.count);
    studio->since = studio->around->home.since;
    studio->looked = true;
    workspace_set_project(studio->workspace, studio->around->project != NULL
                                                 ? studio->around->project
                                                 : studio->around->repository);
    workspace_post(studio->workspace, &event);
}

void studio_look_around(struct studio *studio)
{
    struct studio_work work = { .title = "look around",
                                .reading = true,
                                .run = run_look,
                                .free_output = free_around,
                                .done = look_done };

    if (studio->looked)
        work.input = memory_copy_bytes(&studio->since, sizeof studio->since);
    studio_start(studio, &work);
}

static void look_ended(struct studio *studio, const struct error *failure, void *input)
{
    bool again = studio->look_again;

    (void)failure, (void)input;
    studio->looking_again = studio->look_again = false;
    if (again)
        studio_look_again(studio);
}

void studio_look_again(struct studio *studio)
{
    struct studio_work work = { .title = "look around again",
                                .reading = true,
                                .quiet = true,
                                .run = run_look,
                                .free_output = free_around,
                                .done = look_done,
                                .ended = look_ended };

    studio->look_again = studio->looking_again;
    if (studio->looking_again)
        return;
    studio->looking_again = true;
    if (studio->looked)
        work.input = memory_copy_bytes(&studio->since, sizeof studio->since);
    studio_start(studio, &work);
}

void studio_make_notes(struct studio *studio, struct shared_report *report)
{
    show_in_notes(studio, note_view_new(studio, note_generate(report->report, NULL), report));
}

/* --- What the store keeps -------------------------------------------------------------------- */

struct stored_input {
    char number[32];
};

static bool run_read_report(struct job *job, struct call *call, void *input, void **output,
                            struct error *error)
{
    const struct stored_input *asked = input;
    struct drift_report *report = NULL;
    struct store_report row;

    (void)job;
    if (!stored_report_find(call, asked->number, &row, error) ||
        !stored_report_read(call, &row, &report, error))
        return false;
    *output = report;
    return true;
}

static struct stored_input *stored_input_new(int64_t number)
{
    struct stored_input *input = memory_new(sizeof *input);

    snprintf(input->number, sizeof input->number, "%lld", (long long)number);
    return input;
}

void studio_open_report(struct studio *studio, int64_t number)
{
    struct studio_work work = { .title = "read the report",
                                .reading = true,
                                .run = run_read_report,
                                .input = stored_input_new(number),
                                .free_output = free_report,
                                .done = report_done };

    studio_start(studio, &work);
}

/* Quick: the store alone is read. */
bool note_view_open(struct studio *studio, const char *name, int64_t rev, struct error *error)
{
    struct view *view = note_view_stored(studio, name, rev, error);

    if (view != NULL)
        show_in_notes(studio, view);
    return view != NULL;
}

static void open_note_revision(struct studio *studio, int64_t number, int64_t rev)
{
    struct error error = { 0 };
    char name[32];

    snprintf(name, sizeof name, "%lld", (long long)number);
    if (!note_view_open(studio, name, rev, &error))
        workspace_say_error(studio->workspace, &error);
}

void studio_open_note(struct studio *studio, int64_t number)
{
    open_note_revision(studio, number, 0);
}

void studio_open_release(struct studio *studio, const char *name)
{
    struct error error = { 0 };
    struct store_release release;
    struct view *view;

    if (release_find(&studio->call, name, &release, &error)) {
        if (release_view_again(studio, &release))
            return;
        view = release_view_new(studio, &release, &error);
        if (view != NULL) {
            workspace_open(studio->workspace, view);
            return;
        }
    }
    workspace_say_error(studio->workspace, &error);
}

/* --- Results of the `:` line ------------------------------------------------------------------ */

/* With the report that notes were just made of. */
static void show_note_result(struct studio *studio, struct result *result)
{
    struct shared_report *report =
        result->report != NULL ? shared_report_new(result->report) : NULL;

    result->report = NULL;
    if (result->note_number > 0) {
        open_note_revision(studio, result->note_number, result->note_rev);
        shared_report_drop(&report);
        return;
    }
    show_in_notes(studio, note_view_new(studio, result->note, report));
    result->note = NULL;
    shared_report_drop(&report);
}

/* What was done, in the lines that a command says before what it shows. */
static void say_done(struct studio *studio, const char *said)
{
    struct strbuf plain = STRBUF_INIT;

    if (said == NULL)
        return;
    rich_to_plain(&plain, said, strlen(said));
    for (const char *line = plain.data; *line != '\0';) {
        size_t length = strcspn(line, "\n");

        workspace_say(studio->workspace,
                      strncmp(line, "warning:", 8) == 0 ? MESSAGE_WARNING : MESSAGE_SUCCESS, "%.*s",
                      (int)length, line);
        line += length + (line[length] == '\n');
    }
    strbuf_release(&plain);
}

/* The same above a table, whole: columns cut what is long. */
static void add_said(struct strbuf *text, const char *said, size_t columns)
{
    struct strbuf line = STRBUF_INIT;

    for (; said != NULL && *said != '\0'; said += *said == '\n') {
        size_t length = strcspn(said, "\n");

        strbuf_clear(&line);
        strbuf_add_bytes(&line, said, length);
        rich_wrap(text, line.data, strspn(line.data, " "), columns);
        said += length;
    }
    strbuf_add(text, text->length > 0 ? "\n" : "");
    strbuf_release(&line);
}

void studio_show_result(struct studio *studio, struct result *result)
{
    struct strbuf text = STRBUF_INIT;

    if (result->kind == RESULT_REPORT) {
        studio_show_report(studio, result->report);
        result->report = NULL;
        return;
    }
    if (result->kind == RESULT_NOTE) {
        show_note_result(studio, result);
        return;
    }
    if (result->opens_release != NULL && studio->call.project != NULL) {
        studio_open_release(studio, result->opens_release);
        say_done(studio, result->said);
        return;
    }
    if (result->kind == RESULT_LIST && strcmp(result->list_kind, "releases") == 0) {
        workspace_open(studio->workspace, releases_view_new(studio, result->items));
        return;
    }
    if (result->kind == RESULT_WHERE) {
        workspace_open(studio->workspace, where_view_new(studio, result->where));
        result->where = NULL;
        return;
    }
    if (result->kind == RESULT_LIST) {
        add_said(&text, result->said, studio_page_width(studio));
        table_render(&text, result, studio_table_width(studio), studio->utf8, result->now);
    } else if (result->text.length == 0 && result->draw != NULL) {
        result->draw(&text, result->subject, studio_page_width(studio));
    } else {
        strbuf_add_bytes(&text, result->text.data, result->text.length);
    }
    if (strchr(text.data, '\n') == text.data + text.length - 1) {
        struct strbuf plain = STRBUF_INIT;

        rich_to_plain(&plain, text.data, text.length - 1);
        workspace_say(studio->workspace, MESSAGE_INFO, "%s", plain.data);
        strbuf_release(&plain);
    } else if (text.length > 0) {
        workspace_open(studio->workspace, result->kind == RESULT_LIST
                                              ? table_page_new(studio, "Result", &text)
                                              : page_view_new(studio, "Result", &text));
    }
    strbuf_release(&text);
}
