#include "config_commits.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "file_commits.h"

struct config_commits {
    const struct module_input *module;
    struct tree_diff **diffs; /* what each step changed, found when first asked for */
    struct file_commits *files;
};

struct config_commits *config_commits_new(struct report_builder *builder,
                                          const struct module_input *module)
{
    struct config_commits *commits = memory_new(sizeof *commits);

    commits->module = module;
    commits->files = file_commits_new(builder, module);
    commits->diffs = memory_array(module->config_step_count, sizeof *commits->diffs);
    return commits;
}

void config_commits_free(struct config_commits **commits)
{
    file_commits_free(&(*commits)->files);
    for (size_t i = 0; i < (*commits)->module->config_step_count; i++)
        tree_diff_free(&(*commits)->diffs[i]);
    free((*commits)->diffs);
    free(*commits);
    *commits = NULL;
}

static const struct tree_diff *diff_of(struct config_commits *commits, size_t number)
{
    const struct file_step *step = &commits->module->config_steps[number];

    if (commits->diffs[number] == NULL)
        commits->diffs[number] = tree_diff_documents(step->before, step->after, NULL);
    return commits->diffs[number];
}

/* --- Places ----------------------------------------------------------------------------------- */

static bool is_one_object(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Whatever stands before, behind or between them in either version. */
static bool is_same_document(const struct tree_change *a, const struct tree_change *b)
{
    return is_one_object(a->previous_object, b->previous_object) ||
           is_one_object(a->previous_object, b->current_object) ||
           is_one_object(a->current_object, b->previous_object) ||
           is_one_object(a->current_object, b->current_object);
}

/* "80" and "80/TCP": more of its keys were needed to tell it from the others. */
static bool is_longer_name(const char *name, const char *than)
{
    size_t length = strlen(than);

    return strncmp(name, than, length) == 0 && name[length] == '/';
}

/* Two versions of a list may name its entries by other keys, or not at all: that tells nothing
 * apart. */
static bool is_same_step(const struct path_step *a, const struct path_step *b)
{
    if (a->kind == STEP_KEY || b->kind == STEP_KEY)
        return a->kind == b->kind && strcmp(a->key, b->key) == 0;
    if (a->kind == STEP_INDEX || b->kind == STEP_INDEX)
        return a->kind != b->kind || a->index == b->index;
    if (strcmp(a->key, b->key) != 0)
        return (strchr(a->key, '+') == NULL && strchr(b->key, '+') == NULL) ||
               is_longer_name(a->name, b->name) || is_longer_name(b->name, a->name);
    return strcmp(a->name, b->name) == 0 &&
           (a->ordinal == 0 || b->ordinal == 0 || a->ordinal == b->ordinal);
}

static const struct node *item_of(const struct tree_change *change)
{
    return change->current != NULL ? change->current : change->previous;
}

/* Whether the step can lead to this entry: false when its name says that it is another. */
static bool leads_to(const struct path_step *step, const struct node *entry)
{
    const struct node *name;

    if (step->kind != STEP_NAMED || strpbrk(step->key, "+.") != NULL)
        return true;
    name = node_get(entry, step->key);
    return name != NULL && name->value != NULL && strcmp(name->value, step->name) == 0;
}

/* Whether one is the other, or lies within it. Entries without a name have the place of their
 * list: what they are tells them apart. */
static bool is_same_place(const struct tree_change *a, const struct tree_change *b)
{
    const struct tree_change *outer = a->step_count <= b->step_count ? a : b;
    const struct tree_change *inner = outer == a ? b : a;

    if (!is_same_document(a, b))
        return false;
    for (size_t i = 0; i < outer->step_count; i++) {
        if (!is_same_step(&outer->steps[i], &inner->steps[i]))
            return false;
    }
    if (!outer->list_item)
        return true;
    if (inner->step_count > outer->step_count)
        return leads_to(&inner->steps[outer->step_count], item_of(outer));
    return !inner->list_item || node_equal(item_of(a), item_of(b));
}

static bool changed_there(struct config_commits *commits, size_t number,
                          const struct tree_change *change)
{
    const struct tree_diff *diff = diff_of(commits, number);

    for (size_t i = 0; i < diff->count; i++) {
        if (is_same_place(&diff->changes[i], change))
            return true;
    }
    return false;
}

/* --- Ties ------------------------------------------------------------------------------------- */

/* A difference and where it is looked for. */
struct search {
    struct config_commits *commits;
    struct file_tie tie;
    const struct tree_change *change;
};

static void tie_documents(struct search *search, size_t number)
{
    const struct file_step *step = &search->commits->module->config_steps[number];

    /* What only previous has is asked when nothing of current did it. */
    if (step->unread || (step->behind && search->tie.by_current))
        return;
    if (step->before == NULL || changed_there(search->commits, number, search->change))
        file_tie_add(&search->tie, step);
}

void config_commits_tie(struct config_commits *commits, struct drift_item *item,
                        const struct tree_change *change)
{
    const struct module_input *module = commits->module;
    struct search search = {
        .commits = commits, .tie = {.commits = commits->files, .item = item},
             .change = change
    };

    for (size_t i = 0, end; i < module->config_step_count; i = end) {
        const struct file_step *step = &module->config_steps[i];

        end = file_steps_end(module->config_steps, module->config_step_count, i);
        if (!file_tie_concerns(&search.tie, step->file))
            continue;
        if (step->lines != NULL) {
            file_tie_lines(&search.tie, step, end - i, (struct file_lines){ 0 });
            continue;
        }
        for (size_t k = i; k < end; k++)
            tie_documents(&search, k);
    }
}

void config_commits_tie_line(struct config_commits *commits, struct drift_item *item)
{
    file_commits_tie(commits->files, item, (struct file_lines){ 0 });
}

void config_commits_tie_whole(struct config_commits *commits, struct drift_item *item)
{
    file_commits_tie(commits->files, item, (struct file_lines){ .whole = true });
}
