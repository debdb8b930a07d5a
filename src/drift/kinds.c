#include "kinds.h"

#include <string.h>

#include <pilab/base/json.h>

#include "database.h"
#include "dependency.h"
#include "image.h"
#include "infrastructure_kind.h"
#include "item_lines.h"
#include "text_page.h"

static const struct drift_kind *const kinds[DRIFT_TYPE_COUNT] = {
    [DRIFT_DATABASE] = &database_kind,
    [DRIFT_INFRASTRUCTURE] = &drift_infrastructure_kind,
    [DRIFT_IMAGE] = &drift_image_kind,
    [DRIFT_DEPENDENCY] = &dependency_kind,
};

const struct drift_kind *drift_kind(enum drift_type type)
{
    return kinds[type];
}

/* What stays as it is written became a difference elsewhere: in a registry, in what runs. */
static bool is_written_alike(const struct drift_item *item)
{
    return item->type == DRIFT_IMAGE && item->previous.present && item->current.present &&
           strcmp(item->previous.text, item->current.text) == 0;
}

/* Every difference that stands in a file of the repository, to the commits that changed it there.
 * What was changed outside no commit did. */
static void tie_items(struct report_builder *builder, enum drift_type type,
                      const struct module_input *module, size_t first)
{
    struct file_commits *commits = file_commits_new(builder, module);
    struct item_lines *lines = item_lines_new(builder, type, module, first);

    for (size_t i = first; i < builder->items.count; i++) {
        struct drift_item *item = vector_at(&builder->items, i);

        if (!is_written_alike(item) && !drift_item_is_outside(item))
            file_commits_tie(commits, item, item_lines_of(lines, item));
    }
    item_lines_free(&lines);
    file_commits_free(&commits);
}

static void collect_module(struct report_builder *builder, enum drift_type type,
                           const struct module_input *module)
{
    size_t first = builder->items.count;
    const void *content = kinds[type]->collect(builder, module);

    if (module->file_step_count > 0 && builder->items.count > first)
        tie_items(builder, type, module, first);
    if (content == NULL)
        return;
    vector_push(&builder->parts,
                &(struct drift_part){ .type = type,
                                      .module = arena_text(builder->arena, module->name),
                                      .first_item = first,
                                      .item_count = builder->items.count - first,
                                      .content = content });
}

void drift_kinds_collect(struct report_builder *builder)
{
    const struct drift_input *input = builder->input;

    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        for (size_t i = 0; kinds[type] != NULL && i < input->module_count; i++) {
            /* A module that is on one side only is one item, and nothing below it. */
            if (input->modules[i].in_previous && input->modules[i].in_current)
                collect_module(builder, (enum drift_type)type, &input->modules[i]);
        }
    }
}

void drift_kinds_write(json_t *drifts, const struct drift_report *report)
{
    for (size_t i = 0; i < report->part_count; i++) {
        const struct drift_part *part = &report->parts[i];
        json_t *json = json_object();

        json_put_text(json, "type", drift_type_name(part->type));
        json_put_text(json, "service", part->module);
        json_put_integer(json, "first_item", (int64_t)part->first_item);
        json_put_integer(json, "item_count", (int64_t)part->item_count);
        kinds[part->type]->write(json, report, part);
        json_append(drifts, json);
    }
}

void drift_kinds_read(struct json_reader *reader, const json_t *json, enum drift_type type,
                      struct drift_report *report)
{
    struct drift_part *part = &report->parts[report->part_count];

    if (kinds[type] == NULL)
        return;
    *part = (struct drift_part){
        .type = type,
        .module = drift_read_some_text(reader, json, "service"),
        .first_item = (size_t)drift_read_number(reader, json, "first_item"),
        .item_count = (size_t)drift_read_number(reader, json, "item_count"),
        .content = kinds[type]->read(reader, json),
    };
    report->part_count++;
}

void drift_kinds_detail(struct strbuf *out, const struct drift_report *report,
                        const struct drift_item *item, size_t width, bool utf8)
{
    const struct drift_part *part = drift_report_part(report, item->type, item->module);

    if (part != NULL && kinds[item->type]->detail != NULL)
        kinds[item->type]->detail(out, report, part, item, width, utf8);
}

static void add_remarks(struct text_page *page, enum drift_type type)
{
    for (size_t i = 0; kinds[type]->remarks != NULL && i < page->report->part_count; i++) {
        if (page->report->parts[i].type == type)
            kinds[type]->remarks(page, &page->report->parts[i]);
    }
}

void drift_page_kinds(struct text_page *page)
{
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        if (kinds[type] == NULL)
            continue;
        drift_page_type(page, (enum drift_type)type, kinds[type]->things);
        add_remarks(page, (enum drift_type)type);
    }
}
