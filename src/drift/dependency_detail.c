#include "dependency.h"

#include <string.h>

#include "detail_parts.h"

/* NULL: the report holds less than it should. */
static const struct dependency_change *change_of(const struct drift_report *report,
                                                 const struct drift_part *part,
                                                 const struct drift_item *item)
{
    const struct drift_dependency *content = part->content;
    size_t index = (size_t)(item - report->items);

    if (index < part->first_item || index - part->first_item >= content->change_count)
        return NULL;
    return &content->changes[index - part->first_item];
}

static bool has_version(const struct dependency_side *side, const char *version)
{
    for (size_t i = 0; i < side->version_count; i++) {
        if (strcmp(side->versions[i], version) == 0)
            return true;
    }
    return false;
}

/* Those of one side that the other has, or has not. */
static void list_versions(struct strbuf *out, const struct dependency_side *side,
                          const struct dependency_side *other, bool shared)
{
    for (size_t i = 0; i < side->version_count; i++) {
        if (has_version(other, side->versions[i]) == shared)
            strbuf_printf(out, "%s%s", out->length > 0 ? ", " : "", side->versions[i]);
    }
}

/* Of several versions at once: which went, which came, which stay. */
static void add_sets(struct strbuf *out, const struct dependency_change *change, size_t width,
                     bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    list_versions(&text, &change->previous, &change->current, false);
    detail_fact(out, "gone", RICH_DELETED, text.data, width, utf8);
    strbuf_clear(&text);
    list_versions(&text, &change->current, &change->previous, false);
    detail_fact(out, "new", RICH_ADDED, text.data, width, utf8);
    strbuf_clear(&text);
    list_versions(&text, &change->current, &change->previous, true);
    detail_fact(out, "stays", RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

/* "MIT → GPL-3.0-only", or the one that holds on both sides. */
static void add_pair(struct strbuf *out, const char *label, const char *before, const char *after,
                     enum rich_role role, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    if (before != NULL && after != NULL && strcmp(before, after) != 0)
        strbuf_printf(&text, "%s %s %s", before, utf8 ? "\u2192" : "->", after);
    else if (after != NULL || before != NULL)
        strbuf_add(&text, after != NULL ? after : before);
    detail_fact(out, label, role, text.data, width, utf8);
    strbuf_release(&text);
}

static const char *relation_words(const struct dependency_side *side)
{
    static const char *const words[] = {
        [PACKAGE_UNTOLD] = "not told who asks for it",
        [PACKAGE_TRANSITIVE] = "another package brings it",
        [PACKAGE_DIRECT] = "the project asks for it",
    };

    return words[side->relation];
}

static bool is_there(const struct dependency_side *side)
{
    return side->version_count > 0 || side->undecided;
}

static void add_use(struct strbuf *out, const struct dependency_change *change, size_t width,
                    bool utf8)
{
    const struct dependency_side *before = &change->previous, *after = &change->current;
    bool left = is_there(before), right = is_there(after);

    add_pair(out, "who", left ? relation_words(before) : NULL, right ? relation_words(after) : NULL,
             RICH_PLAIN, width, utf8);
    add_pair(out, "scope", left ? package_scope_name(before->scope) : NULL,
             right ? package_scope_name(after->scope) : NULL, RICH_PLAIN, width, utf8);
    add_pair(out, "licence", before->license, after->license,
             change->license_changed ? RICH_WARNING : RICH_PLAIN, width, utf8);
}

static void add_sources(struct strbuf *out, const struct dependency_change *change, size_t width,
                        bool utf8)
{
    const struct dependency_side *before = &change->previous, *after = &change->current;

    if (change->content_changed)
        add_pair(out, "checksum", before->digest, after->digest, RICH_WARNING, width, utf8);
    if (change->revision_changed)
        add_pair(out, "commit", before->revision != NULL ? before->revision : "none",
                 after->revision != NULL ? after->revision : "none", RICH_WARNING, width, utf8);
    if (change->origin_changed)
        add_pair(out, "from", before->origin, after->origin, RICH_WARNING, width, utf8);
}

static void add_file(struct strbuf *out, const struct dependency_file *file, size_t width,
                     bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "%s, %zu", file->title, file->previous_count);
    if (file->previous_count != file->current_count)
        strbuf_printf(&text, " %s %zu", utf8 ? "\u2192" : "->", file->current_count);
    strbuf_add(&text, " packages");
    detail_fact(out, "file", RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

void dependency_detail(struct strbuf *out, const struct drift_report *report,
                       const struct drift_part *part, const struct drift_item *item, size_t width,
                       bool utf8)
{
    const struct drift_dependency *content = part->content;
    const struct dependency_change *change = change_of(report, part, item);
    struct strbuf step = STRBUF_INIT;

    if (change == NULL)
        return;
    if (change->name != NULL && strcmp(change->name, item->path) != 0)
        detail_fact(out, "package", RICH_NAME, change->name, width, utf8);
    detail_fact(out, "ecosystem", RICH_PLAIN, change->ecosystem, width, utf8);
    if (change->name != NULL && item->change_type == CHANGE_TYPE_MODIFIED)
        dependency_step_words(&step, &change->step);
    detail_fact(out, "step", change->step.downgrade ? RICH_WARNING : RICH_PLAIN, step.data, width,
                utf8);
    if (change->several && item->change_type == CHANGE_TYPE_MODIFIED)
        add_sets(out, change, width, utf8);
    if (change->content_changed)
        detail_fact(out, "content", RICH_WARNING,
                    "a version that is on both sides has another checksum now", width, utf8);
    add_sources(out, change, width, utf8);
    if (change->name != NULL)
        add_use(out, change, width, utf8);
    if (change->file < content->file_count)
        add_file(out, &content->files[change->file], width, utf8);
    strbuf_release(&step);
}
