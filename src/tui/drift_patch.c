#include <pilab/tui/studio_parts.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

/* What the patch job takes: a copy of the one item, since the report may be closed meanwhile. */
struct patch_input {
    struct drift_item item;
    char path[4096], old_path[4096], module[256];
};

struct patch_output {
    struct strbuf text;
    char path[4096];
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
    memcpy(patch->path, asked->path, sizeof patch->path);
    if (!compare_patch(call, &asked->item, &patch->text, error)) {
        free_patch(patch);
        return false;
    }
    *output = patch;
    return true;
}

static void patch_done(struct studio *studio, uint64_t view, bool ok, void *output)
{
    struct patch_output *patch = output;

    (void)view;
    if (!ok)
        return;
    workspace_open(studio->workspace,
                   patch_page_new(studio, patch->path, patch->text.data, patch->text.length));
    free_patch(patch);
}

void studio_open_patch(struct studio *studio, const struct drift_item *item)
{
    struct studio_work work = {
        .title = "read the patch", .run = run_patch, .free_output = free_patch, .done = patch_done
    };
    struct patch_input *input = memory_new(sizeof *input);

    input->item = *item;
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
