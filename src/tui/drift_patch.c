#include "drift_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

/* What the patch job takes: a copy of the one item, since the report may be closed meanwhile. */
struct patch_input {
    struct drift_item item;
    unsigned line;   /* of the new file, to begin at; 0: at the top */
    bool of_several; /* the report has other modules too */
    bool of_project; /* the report is of the open project */
    char path[4096], old_path[4096], module[256];
};

struct patch_output {
    struct strbuf text;
    unsigned line;
    char title[256 + 4096];
};

static void free_patch(void *output)
{
    struct patch_output *patch = output;

    strbuf_release(&patch->text);
    free(patch);
}

static bool run_patch(struct job *job, struct call *call, void *input, void **output,
                      struct error *error)
{
    struct patch_input *asked = input;
    struct patch_output *patch = memory_new(sizeof *patch);

    (void)job;
    patch->text = (struct strbuf)STRBUF_INIT;
    patch->line = asked->line;
    /* Modules have files of the same name. */
    snprintf(patch->title, sizeof patch->title, "%s%s%s", asked->of_several ? asked->module : "",
             asked->of_several ? " " : "", asked->path);
    /* What was stopped meanwhile is not shown after all. */
    if (!compare_patch(call, asked->of_project, &asked->item, &patch->text, error) ||
        !progress_check(&call->progress, error)) {
        free_patch(patch);
        return false;
    }
    *output = patch;
    return true;
}

static void patch_done(struct studio *studio, bool ok, void *output)
{
    struct patch_output *patch = output;
    struct strbuf title = STRBUF_INIT;

    if (!ok)
        return;
    drift_path_text(&title, patch->title);
    workspace_open(studio->workspace, patch_page_new(studio, title.data, patch->text.data,
                                                     patch->text.length, patch->line));
    strbuf_release(&title);
    free_patch(patch);
}

static void start_patch(struct studio *studio, const struct drift_report *report,
                        const struct drift_item *item, unsigned line)
{
    struct studio_work work = { .title = "read the patch",
                                .reading = true,
                                .urgent = true,
                                .run = run_patch,
                                .free_output = free_patch,
                                .done = patch_done };
    struct patch_input *input = memory_new(sizeof *input);

    input->item = *item;
    input->line = line;
    input->of_several = drift_report_of_several(report);
    input->of_project = compare_is_of_project(&studio->call, report);
    snprintf(input->path, sizeof input->path, "%s", item->path);
    snprintf(input->module, sizeof input->module, "%s", item->module);
    input->item.path = input->path;
    input->item.module = input->module;
    if (item->old_path != NULL) {
        snprintf(input->old_path, sizeof input->old_path, "%s", item->old_path);
        input->item.old_path = input->old_path;
    }
    work.input = input;
    studio_start(studio, &work);
}

/* The side that a value is read at: where it is gone, its old place. */
static const struct drift_provenance *place_of(const struct drift_item *item)
{
    return item->current_at.file != NULL ? &item->current_at : &item->previous_at;
}

/* The changed file in which a value is written; NULL when that file is the same on both sides. */
static const struct drift_item *file_of(const struct drift_report *report,
                                        const struct drift_item *item)
{
    const char *path = place_of(item)->file;

    if (item->type == DRIFT_CODE || path == NULL)
        return item->type == DRIFT_CODE ? item : NULL;
    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *file = &report->items[i];

        if (file->type == DRIFT_CODE && strcmp(file->module, item->module) == 0 &&
            (strcmp(file->path, path) == 0 ||
             (file->old_path != NULL && strcmp(file->old_path, path) == 0)))
            return file;
    }
    return NULL;
}

static void say_no_patch(struct studio *studio, const struct drift_item *item)
{
    const char *previous = item == NULL ? NULL : item->previous_at.file;
    const char *current = item == NULL ? NULL : item->current_at.file;
    struct strbuf text = STRBUF_INIT;

    if (previous == NULL && current == NULL) {
        strbuf_add(&text, "A patch belongs to a file: choose one in the tab Code.");
    } else if (previous != NULL && current != NULL && strcmp(previous, current) != 0) {
        strbuf_add(&text, "There is no patch: the value is read from two files, ");
        drift_path_text(&text, previous);
        strbuf_add(&text, " and ");
        drift_path_text(&text, current);
    } else {
        strbuf_add(&text, "There is no patch: both sides have the same ");
        drift_path_text(&text, current != NULL ? current : previous);
    }
    workspace_say(studio->workspace, MESSAGE_INFO, "%s", text.data);
    strbuf_release(&text);
}

static const struct drift_item *item_of(const struct drift_report *report, const char *identity)
{
    enum drift_row_kind kind;
    size_t index;

    return drift_row_parse(identity, &kind, &index) &&
                   (kind == DRIFT_ROW_ITEM || kind == DRIFT_ROW_REPEAT)
               ? &report->items[index]
               : NULL;
}

bool drift_has_patch(const struct drift_report *report, const char *identity)
{
    const struct drift_item *item = item_of(report, identity);

    return item != NULL && file_of(report, item) != NULL;
}

void drift_open_patch_of(struct studio *studio, const struct drift_report *report,
                         const char *identity)
{
    const struct drift_item *item = item_of(report, identity);
    const struct drift_item *file = item != NULL ? file_of(report, item) : NULL;

    if (file != NULL)
        start_patch(studio, report, file, file == item ? 0 : item->current_at.line);
    else
        say_no_patch(studio, item);
}

void drift_open_patch(struct studio *studio, const struct drift_report *report,
                      const struct list *list)
{
    struct row row;

    drift_open_patch_of(studio, report, list_selected(list, &row) ? row.identity : NULL);
}
