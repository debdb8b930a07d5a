/* What a release would be made of, before it is cut. */
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/base/utf8.h>

#include "release_parts.h"

void release_warn_others(struct strbuf *out, const char *others)
{
    if (others == NULL)
        return;
    rich_word(out, RICH_WARNING, "warning:");
    strbuf_add_char(out, ' ');
    rich_text(out, RICH_PLAIN, others, true);
    strbuf_add(out, "\n");
}

void release_warn_path(struct strbuf *out, const char *from, const char *to)
{
    rich_word(out, RICH_WARNING, "warning:");
    strbuf_add_char(out, ' ');
    rich_text(out, RICH_PLAIN, to, true);
    strbuf_add(out, " is not filled from ");
    rich_text(out, RICH_PLAIN, from, true);
    strbuf_add(out, " on the promotion path\n");
}

static json_t *entry_json(const struct release_plan *plan, size_t index)
{
    const struct store_release_entry *entry = &plan->entries[index];
    json_t *object = json_object();

    json_put_text(object, "module", entry->module);
    json_put_text(object, "version", entry->version);
    json_put_text(object, "commit", entry->commit);
    json_put_text(object, "image", entry->image);
    json_put_text(object, "config_revision", entry->config_revision);
    json_put(object, "migrations",
             entry->migrations != NULL ? json_loads(entry->migrations, 0, NULL) : NULL);
    json_put_text(object, "target_version", plan->there[index]);
    return object;
}

static json_t *plan_json(const struct release_plan *plan)
{
    json_t *object = json_object(), *modules = json_array();

    for (size_t i = 0; i < plan->count; i++)
        json_append(modules, entry_json(plan, i));
    json_put_text(object, "schema", "pilab.release-plan/1");
    json_put_text(object, "name", plan->name);
    json_put_text(object, "from", plan->from);
    json_put_text(object, "to", plan->to);
    json_put(object, "modules", modules);
    json_put_text(object, "expect", plan->mark);
    json_put_text(object, "others_open", plan->others);
    json_put_bool(object, "on_path", !plan->off_path);
    return object;
}

static size_t name_width(const struct store_release_entry *entry)
{
    return text_width(entry->module, strlen(entry->module));
}

static size_t widest_module(const struct release_plan *plan)
{
    size_t widest = 0;

    for (size_t i = 0; i < plan->count; i++) {
        size_t width = name_width(&plan->entries[i]);

        widest = width > widest ? width : widest;
    }
    return widest;
}

static void add_entry(struct strbuf *out, const struct release_plan *plan, size_t index,
                      size_t width)
{
    const struct store_release_entry *entry = &plan->entries[index];

    strbuf_add(out, "  ");
    rich_text(out, RICH_NAME, entry->module, true);
    strbuf_add_repeat(out, " ", width - name_width(entry) + 2);
    rich_text(out, RICH_PLAIN, entry->version, true);
    if (plan->there[index] == NULL) {
        strbuf_add(out, ", new to ");
        rich_text(out, RICH_PLAIN, plan->to, true);
    } else if (strcmp(plan->there[index], entry->version) == 0) {
        strbuf_add(out, ", there already");
    } else {
        strbuf_add(out, ", instead of ");
        rich_text(out, RICH_PLAIN, plan->there[index], true);
    }
    strbuf_add(out, "\n");
}

static void plan_text(struct strbuf *out, const struct release_plan *plan)
{
    size_t width = widest_module(plan);

    rich_text(out, RICH_NAME, plan->name, true);
    strbuf_printf(out, ": %zu module%s would go from ", plan->count, plan->count == 1 ? "" : "s");
    rich_text(out, RICH_PLAIN, plan->from, true);
    strbuf_add(out, " to ");
    rich_text(out, RICH_PLAIN, plan->to, true);
    strbuf_add(out, "; nothing was written\n\n");
    for (size_t i = 0; i < plan->count; i++)
        add_entry(out, plan, i, width);
    strbuf_add(out, "\n");
    release_warn_others(out, plan->others);
    if (plan->off_path)
        release_warn_path(out, plan->from, plan->to);
    strbuf_printf(out, "--expect %s cuts this and nothing else.\n", plan->mark);
}

void release_plan_result(const struct release_plan *plan, struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = plan_json(plan);
    plan_text(&result->text, plan);
}
