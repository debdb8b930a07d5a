#include "config_commits.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "file_commits.h"

/* What a commit changed in a file, and where: JSON pointers with named steps (tree_change_pointer).
 */
struct step_places {
    struct tree_diff *diff; /* NULL: not asked for so far */
    const char **pointers;
};

struct config_commits {
    const struct module_input *module;
    struct arena *arena;
    struct step_places *places; /* of each step, found when first asked for */
    struct file_commits *files;
};

struct config_commits *config_commits_new(struct report_builder *builder,
                                          const struct module_input *module)
{
    struct config_commits *commits = memory_new(sizeof *commits);

    commits->module = module;
    commits->files = file_commits_new(builder, module);
    commits->arena = arena_new();
    commits->places =
        arena_array(commits->arena, module->config_step_count, sizeof *commits->places);
    return commits;
}

void config_commits_free(struct config_commits **commits)
{
    file_commits_free(&(*commits)->files);
    for (size_t i = 0; i < (*commits)->module->config_step_count; i++)
        tree_diff_free(&(*commits)->places[i].diff);
    arena_free(&(*commits)->arena);
    free(*commits);
    *commits = NULL;
}

static const char *pointer_of(struct arena *arena, const struct tree_change *change)
{
    struct strbuf pointer = STRBUF_INIT;
    const char *text;

    tree_change_pointer(&pointer, change);
    text = arena_bytes(arena, pointer.data, pointer.length);
    strbuf_release(&pointer);
    return text;
}

static const struct step_places *places_of(struct config_commits *commits, size_t number)
{
    const struct file_step *step = &commits->module->config_steps[number];
    struct step_places *places = &commits->places[number];

    if (places->diff != NULL)
        return places;
    places->diff = tree_diff_documents(step->before, step->after, NULL);
    places->pointers = arena_array(commits->arena, places->diff->count, sizeof *places->pointers);
    for (size_t i = 0; i < places->diff->count; i++)
        places->pointers[i] = pointer_of(commits->arena, &places->diff->changes[i]);
    return places;
}

/* Whether one is the other, or lies within it. */
static bool overlap(const char *a, const char *b)
{
    size_t length = strlen(a);
    const char *outer = a, *inner = b;

    if (strlen(b) < length) {
        length = strlen(b);
        outer = b;
        inner = a;
    }
    return strncmp(outer, inner, length) == 0 && (inner[length] == '\0' || inner[length] == '/');
}

static const struct node *item_of(const struct tree_change *change)
{
    return change->current != NULL ? change->current : change->previous;
}

/* Entries without a name have the place of their list: what they are tells them apart. */
static bool is_same_place(const struct tree_change *a, const char *pointer_a,
                          const struct tree_change *b, const char *pointer_b)
{
    if (a->list_item && b->list_item && strcmp(pointer_a, pointer_b) == 0)
        return node_equal(item_of(a), item_of(b));
    return overlap(pointer_a, pointer_b);
}

static bool changed_there(struct config_commits *commits, size_t number,
                          const struct tree_change *change, const char *pointer)
{
    const struct step_places *places = places_of(commits, number);

    for (size_t i = 0; i < places->diff->count; i++) {
        if (is_same_place(&places->diff->changes[i], places->pointers[i], change, pointer))
            return true;
    }
    return false;
}

/* A difference and where it is looked for. */
struct search {
    struct config_commits *commits;
    struct file_tie tie;
    const struct tree_change *change;
    const char *pointer; /* NULL: not needed so far */
};

static void tie_documents(struct search *search, size_t number)
{
    const struct file_step *step = &search->commits->module->config_steps[number];

    /* What only previous has is asked when nothing of current did it. */
    if (step->unread || (step->behind && search->tie.by_current))
        return;
    if (step->before != NULL && search->pointer == NULL)
        search->pointer = pointer_of(search->commits->arena, search->change);
    if (step->before == NULL ||
        changed_there(search->commits, number, search->change, search->pointer))
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
