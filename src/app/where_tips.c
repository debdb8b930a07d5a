#include "where_tips.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* --- Tags ------------------------------------------------------------------------------------- */

static bool starts_with_digit(const char *text)
{
    return isdigit((unsigned char)*text) != 0;
}

static bool fits_pattern(const char *pattern, const char *tag)
{
    static const char mark[] = "{version}";
    const char *at = strstr(pattern, mark), *after = at != NULL ? at + sizeof mark - 1 : NULL;
    size_t before = at != NULL ? (size_t)(at - pattern) : 0, length = strlen(tag);

    return at != NULL && length > before + strlen(after) && strncmp(tag, pattern, before) == 0 &&
           strcmp(tag + length - strlen(after), after) == 0 && starts_with_digit(tag + before);
}

static const char *skip(const char *text, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(text, prefix, length) == 0 ? text + length : text;
}

bool where_tag_is_version(const struct module_settings *module, const char *tag)
{
    const char *rest;

    if (module->tags != NULL)
        return fits_pattern(module->tags, tag);
    rest = skip(tag, module->name);
    if (rest != tag && strchr("-_/@", *rest) != NULL && *rest != '\0')
        rest++;
    rest = skip(rest, "release-");
    rest = skip(rest, "v");
    return starts_with_digit(rest);
}

struct tag {
    const struct reference *reference;
    bool version;
};

/* Names that are no versions say nothing about their order: their commits' time does. */
static int compare_tags(const void *a, const void *b)
{
    const struct tag *first = a, *second = b;
    int64_t x = first->reference->time, y = second->reference->time;

    if (first->version != second->version)
        return first->version ? -1 : 1;
    if (!first->version && x != y)
        return x < y ? -1 : 1;
    return version_compare(first->reference->name, second->reference->name);
}

/* --- Branches --------------------------------------------------------------------------------- */

/* Where a project's history goes on comes first. */
static int branch_rank(const struct reference *reference)
{
    static const char *const usual[] = { "main", "master", "trunk", "develop" };
    const char *slash = strchr(reference->name, '/');
    bool remote = reference->kind == REFERENCE_REMOTE_BRANCH && slash != NULL;
    const char *name = remote ? slash + 1 : reference->name;

    for (int i = 0; i < (int)(sizeof usual / sizeof *usual); i++) {
        if (strcmp(name, usual[i]) == 0)
            return 2 * i + remote;
    }
    return 100 + remote;
}

static int compare_branches(const void *a, const void *b)
{
    return branch_rank(*(const struct reference *const *)a) -
           branch_rank(*(const struct reference *const *)b);
}

/* --- Tips ------------------------------------------------------------------------------------- */

static size_t *numbers_of(const struct commit_graph *graph,
                          const struct reference *const *references, size_t count)
{
    size_t *numbers = memory_array(count + 1, sizeof *numbers);

    for (size_t i = 0; i < count; i++)
        numbers[i] = commit_graph_find(graph, &references[i]->commit);
    return numbers;
}

/* What a tag's history holds was there before it, whatever the clocks said: tags that a script sets
 * share a second, and so do commits that were rebased together. */
static void order_by_history(const struct commit_graph *graph, const struct reference **references,
                             size_t count)
{
    size_t *numbers = numbers_of(graph, references, count);
    size_t *order = memory_array(count + 1, sizeof *order);
    const struct reference **before = memory_array(count + 1, sizeof *before);

    commit_graph_order(graph, numbers, count, order);
    for (size_t i = 0; i < count; i++)
        before[i] = references[i];
    for (size_t i = 0; i < count; i++)
        references[i] = before[order[i]];
    free(numbers);
    free(order);
    free(before);
}

static void find_first(const struct commit_graph *graph, size_t count, struct where_tips *tips)
{
    size_t *numbers = numbers_of(graph, tips->references, count);

    tips->first = commit_graph_first(graph, numbers, count);
    free(numbers);
}

void where_tips_of_tags(const struct commit_graph *graph, const struct reference_list *references,
                        const struct module_settings *module, struct where_tips *tips)
{
    struct tag *tags = memory_array(references->count + 1, sizeof *tags);
    size_t count = 0, versions = 0;

    tips->references = memory_array(references->count + 1, sizeof *tips->references);
    for (size_t i = 0; i < references->count; i++) {
        const struct reference *reference = &references->references[i];

        if (reference->kind != REFERENCE_TAG)
            continue;
        tags[count] = (struct tag){ reference, where_tag_is_version(module, reference->name) };
        versions += tags[count++].version;
    }
    sort_stable(tags, count, sizeof *tags, compare_tags);
    for (size_t i = 0; i < count; i++)
        tips->references[i] = tags[i].reference;
    order_by_history(graph, tips->references, versions);
    order_by_history(graph, tips->references + versions, count - versions);
    find_first(graph, count, tips);
    free(tags);
}

void where_tips_of_branches(const struct commit_graph *graph,
                            const struct reference_list *references, struct where_tips *tips)
{
    size_t count = 0;

    tips->references = memory_array(references->count + 1, sizeof *tips->references);
    for (size_t i = 0; i < references->count; i++) {
        if (references->references[i].kind != REFERENCE_TAG)
            tips->references[count++] = &references->references[i];
    }
    sort_stable(tips->references, count, sizeof *tips->references, compare_branches);
    find_first(graph, count, tips);
}

void where_tips_end(struct where_tips *tips)
{
    free(tips->references);
    free(tips->first);
}

const char *where_tips_first(const struct where_tips *tips, size_t number)
{
    uint32_t first = tips->first[number];

    return first == UINT32_MAX ? NULL : tips->references[first]->name;
}
